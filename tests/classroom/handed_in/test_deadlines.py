"""Deadlines: who is late, how that is known, and what it costs."""

import os
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classroom.__main__ import main
from classroom.course.roster import Roster, Student, read_roster
from classroom.errors import ClassroomError
from classroom.grading import grade_all
from classroom.handed_in.deadlines import Deadlines, Rule, lateness, read_deadlines, rule
from classroom.handed_in.submissions import find
from classroom.handed_in.times import Sent, local, sent
from classroom.reports import feedback, summary
from classroom.reports.exports import moodle, output_folder
from classroom.reports.totals import total
from tests.classroom.course.test_systems import MOODLE
from tests.classroom.handed_in.test_downloads import (
    GRADESCOPE,
    NAMES,
    ROSTER,
    folder,
    notebook,
    zipped,
)
from tests.classroom.support.made_up import ASSIGNMENTS, half_lost, record
from tests.classroom.support.reading import read

DUE = datetime(2026, 11, 20, 23, 59)
BY = "Blackboard's name of the file"


def table(tmp_path: Path, text: str, students=("s001", "s002")) -> Deadlines:
    path = tmp_path / "deadlines.csv"
    path.write_text(text)
    return read_deadlines(path, NAMES, students)


def test_deadlines_are_of_everybody_or_of_one(tmp_path):
    found = table(
        tmp_path,
        "assignment;student;deadline;handed_in\ndescent;;2026-11-20 23:59;\n"
        "descent;s002;2026-11-27;2026-11-26 10:00\nmomentum;s001;2026-12-01T12:00;\n",
    )
    assert found.of("s001", "descent") == DUE
    assert found.of("s002", "descent") == datetime(2026, 11, 28)  # a day ends at midnight
    assert found.of("s002", "momentum") is None
    assert found.sent == {("s002", "descent"): datetime(2026, 11, 26, 10)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "assignment,due\n",
            "line 1: the columns are 'assignment, due'; choices: assignment, stud",
        ),
        ("assignment,deadline\nx,2026-11-20\n", "line 2, column assignment: there is no 'x'; choi"),
        (
            "assignment,deadline\ndescent,20.11.2026\n",
            "line 2, column deadline: '20.11.2026' is no",
        ),
        (
            "assignment,deadline\ndescent,2026-11-20\ndescent,2026-11-21\n",
            "line 3: this deadline st",
        ),
        (
            "assignment,student,deadline\ndescent,eve,2026-11-20\n",
            "column student: 'eve' is not on",
        ),
        (
            "assignment,deadline,handed_in\ndescent,2026-11-20,2026-11-21\n",
            "line 2: handed_in is of",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path, text, said):
    with pytest.raises(ClassroomError, match=f"deadlines.csv, .*{said}"):
        table(tmp_path, text)


def test_a_day_says_when_something_is_due_and_not_when_it_was_handed_in(tmp_path):
    head = "assignment,student,deadline,handed_in\n"
    assert table(tmp_path, f"{head}descent,s001,2026-11-21,\n")
    with pytest.raises(ClassroomError, match=r"column handed_in: '2026-11-22' is no time; write"):
        table(tmp_path, f"{head}descent,s001,2026-11-21,2026-11-22\n")


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-20 23.59",  # a little after 23:00 to Python
        *("2026-11-20 23,59", "2026-11-20 23", "20261120", "2026-W47", "2026-11-20 24:00"),
        *("20.11.2026 23:59", "11/20/2026", "2026-11-20 23:59 CET", "46346.99"),
    ],
)
def test_a_time_in_another_form_is_no_time(tmp_path, time):
    for line in (f'descent,,"{time}",', f'descent,s001,2026-11-20,"{time}"'):
        with pytest.raises(ClassroomError, match=r"is no time; write it as 2026-11-20 23:59, in a"):
            table(tmp_path, f"assignment,student,deadline,handed_in\n{line}\n")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("nothing is taken off", Rule()),
        ("1 point a day", Rule("1 point a day", 0, 1.0)),
        ("2.5 points  a day", Rule("2.5 points a day", 0, 2.5)),
        ("10% a day", Rule("10% a day", 0, 0.0, 10.0)),
        ("3 days free, 2 points a day", Rule("3 days free, 2 points a day", 3, 2.0)),
        ("1 day free, 100 % a day", Rule("1 day free, 100 % a day", 1, 0.0, 100.0)),
    ],
)
def test_a_rule_is_its_words(text, made):
    assert rule(text) == made


@pytest.mark.parametrize("text", ["", "3 days free", "-1 points a day", "1 point", "nan% a day"])
def test_what_is_no_rule_lists_the_choices(text):
    with pytest.raises(ClassroomError, match="choices, as in: 'nothing is taken off', '1 point a"):
        rule(text)


def late(cost: str, *times: datetime | None, due=DUE) -> list:
    """What becomes of one student's work, an assignment for each time, all due at once."""
    names = [f"a{k}" for k in range(len(times))]
    all_due = Deadlines({("", name): due for name in names}, {})
    found = lateness(
        {("ada", name): Sent(at, BY) for name, at in zip(names, times, strict=True)},
        all_due,
        rule(cost),
    )
    return [found.late.get(("ada", name)) for name in names]


def test_a_day_that_has_begun_counts():
    for at, days in (
        (datetime(2026, 11, 20, 23, 59), 0),
        (datetime(2026, 11, 20, 23, 59, 1), 1),
        (datetime(2026, 11, 21, 23, 59), 1),
        (datetime(2026, 11, 22, 0, 0), 2),
    ):
        (found,) = late("2 points a day", at)
        assert (found or {"days": 0})["days"] == days
        assert (found or {"points": 0})["points"] == 2 * days


def test_free_days_are_spent_once():
    two, one = datetime(2026, 11, 22, 12), datetime(2026, 11, 21, 12)
    first, second, third = late("3 days free, 1 point a day", two, two, one)
    assert [one["points"] for one in (first, second, third)] == [0, 1, 1]
    assert "Free days spent on it: 2. The rule: 3 days free, 1 point a day." in first["said"]
    assert "spent on it: 1." in second["said"]
    assert "spent" not in third["said"]


def test_what_nobody_knows_costs_nothing_and_is_said():
    due = Deadlines({("", "descent"): DUE, ("bob", "descent"): DUE}, {})
    when = {(one, "descent"): Sent(None, "", one != "eve") for one in ("ada", "bob", "eve")}
    found = lateness(when, due, rule("1 point a day"))
    assert found.late.keys() == {("ada", "descent")}
    assert found.late["ada", "descent"]["points"] == 0
    assert "Canvas marks it as late" in found.late["ada", "descent"]["said"]
    assert found.unknown == [("bob", "descent"), ("eve", "descent")]
    said = Deadlines(due.due, {("eve", "descent"): datetime(2026, 11, 21, 9)})
    found = lateness(when, said, rule("1 point a day"))
    assert "by your teacher's table" in found.late["eve", "descent"]["said"]


def evidence(
    root: Path, roster: Roster | None = None, *, file_times: bool = False
) -> dict[str, Sent]:
    found = find(root, NAMES, ROSTER, root / "scratch").submissions
    return {student: it for (student, _), it in sent(found, roster, file_times=file_times).items()}


def test_each_system_says_when(tmp_path):
    at = datetime(2026, 11, 20, 10, 15, 33)
    minute = at.replace(second=0)
    black = folder(tmp_path / "b", {"d_login001_attempt_2026-11-20-10-15-33_descent.ipynb": b""})
    assert evidence(black)["s001"] == Sent(at, "Blackboard's name of the file")
    bright = folder(
        tmp_path / "c", {"1-2 - First01 Last01 - Nov 20, 2026 1015 AM/descent.ipynb": b""}
    )
    assert evidence(bright)["s001"] == Sent(minute, "Brightspace's name of the folder")
    scope = folder(
        tmp_path / "d",
        {"submission_11/descent.ipynb": b"", "submission_metadata.yml": GRADESCOPE.encode()},
    )
    found = evidence(scope)["s001"]
    assert found.evidence == "Gradescope's list"
    utc = local(at.replace(tzinfo=UTC))
    assert found.time == utc
    grader = {
        "submitted/s001/descent/descent.ipynb": b"",
        "submitted/s001/descent/timestamp.txt": b"2026-11-20 10:15:33.000000 UTC\n",
    }
    found = evidence(folder(tmp_path / "e", grader))["s001"]
    assert found == Sent(utc, "nbgrader's timestamp.txt")
    packed = zipped(tmp_path / "f" / "d.zip", grader).parent
    assert evidence(packed)["s001"] == found
    canvas = folder(
        tmp_path / "g", {"x_LATE_1001_5_descent.ipynb": b"", "y_1002_6_descent.ipynb": b""}
    )
    assert evidence(canvas) == {
        "s001": Sent(None, "Canvas's mark", late=True),
        "s002": Sent(in_time=True),
    }


def test_who_has_no_mark_of_canvas_is_in_time_and_no_list_names_them():
    due = Deadlines({("", "descent"): DUE}, {})
    when = {("ada", "descent"): Sent(in_time=True), ("bob", "descent"): Sent()}
    found = lateness(when, due, rule("1 point a day"))
    assert (found.late, found.unknown) == ({}, [("bob", "descent")])
    assert found.in_time == [("ada", "descent")]
    page = read(summary.page([record("ada")], ASSIGNMENTS, in_time=1)).text
    assert "so in time by Canvas's word: 1 submission." in page
    assert "not known" not in page
    said = Deadlines(
        due.due, {("ada", "descent"): datetime(2026, 11, 21, 9)}
    )  # the table comes first
    assert lateness(when, said, rule("1 point a day")).late["ada", "descent"]["points"] == 1


@pytest.mark.parametrize(
    "place", ["s001", "s001/descent", "First01 Last01_2001_assignsubmission_file_"]
)
@pytest.mark.parametrize("mark", ["", "_LATE"])
def test_a_students_own_name_for_a_file_is_no_word_of_canvas(tmp_path, place, mark):
    own = notebook("s001")
    assert (
        evidence(folder(tmp_path / "in", {f"{place}/x{mark}_1001_5_descent.ipynb": own}))["s001"]
        == Sent()
    )


@pytest.mark.parametrize("name", ["ws25_101_7_descent.ipynb", "WS25_101_7-descent (2).ipynb"])
def test_an_id_that_looks_like_canvas_numbers_is_no_word_of_canvas(tmp_path, name):
    root = folder(tmp_path / "in", {name: b""})
    found = find(root, NAMES, [Student("ws25_101_7")]).submissions
    assert sent(found, None, file_times=False) == {("ws25_101_7", "descent"): Sent()}


@pytest.mark.parametrize("place", ["First01 Last01_2001_assignsubmission_file_", "s001"])
def test_a_students_own_file_does_not_say_when(tmp_path, place):
    """It is handed in beside the notebook, under the name of nbgrader's."""
    early = {f"{place}/descent.ipynb": b"", f"{place}/timestamp.txt": b"2026-01-01 00:00:00"}
    assert evidence(folder(tmp_path / "in", early))["s001"] == Sent()
    (tmp_path / "w.csv").write_text(MOODLE)
    found = evidence(tmp_path / "in", read_roster(tmp_path / "w.csv"))["s001"]
    assert found.evidence == "Moodle's worksheet"


@pytest.mark.parametrize("text", ["0001-01-01 00:00+14:00", "9999-12-31 23:59-12:00", "x" * 999])
def test_times_that_no_clock_here_shows_say_nothing(tmp_path, text):
    place = "submitted/s001/descent"
    files = {f"{place}/descent.ipynb": b"", f"{place}/timestamp.txt": text.encode()}
    assert evidence(folder(tmp_path / "in", files))["s001"] == Sent()
    listed = GRADESCOPE.replace("2026-11-20 10:15:33", text.replace(":00+", ":00.0+"))
    files = {"submission_11/descent.ipynb": b"", "submission_metadata.yml": listed.encode()}
    assert evidence(folder(tmp_path / "scope", files))["s001"].time is None


def test_the_last_day_of_all_is_never(tmp_path):
    found = table(tmp_path, "assignment,deadline\ndescent,9999-12-31\nmomentum,2026-11-20\n")
    when = {("s001", "descent"): Sent(datetime(2999, 1, 1), BY)}
    assert lateness(when, found, rule("1 point a day")).late == {}


@pytest.mark.parametrize("text", ["9999-12-31T23:59-12:00", "0001-01-01T00:00+14:00"])
def test_a_deadline_that_no_clock_here_shows(tmp_path, text):
    with pytest.raises(ClassroomError, match=r"line 2, column deadline: .* is no time; write"):
        table(tmp_path, f"assignment,deadline\ndescent,{text}\n")


def test_the_worksheet_says_when_for_its_assignment(tmp_path):
    (tmp_path / "w.csv").write_text(MOODLE)
    roster = read_roster(tmp_path / "w.csv")
    place = "First01 Last01_2001_assignsubmission_file/"
    root = folder(tmp_path / "in", {f"{place}descent.ipynb": b""})
    assert evidence(root, roster)["s001"] == Sent(
        datetime(2026, 11, 20, 10, 15), "Moodle's worksheet"
    )
    folder(root, {f"{place}momentum.ipynb": b""})
    assert evidence(root, roster)["s001"] == Sent()  # of which of the two nobody says


def test_a_files_time_counts_only_where_it_is_asked_for(tmp_path):
    root = folder(tmp_path / "in", {"s001/descent.ipynb": b""})
    moment = datetime(2026, 11, 20, 10, 15, 33)
    seconds = time.mktime(moment.timetuple())
    os.utime(root / "s001/descent.ipynb", (seconds, seconds))
    assert evidence(root)["s001"] == Sent()
    assert evidence(root, file_times=True)["s001"] == Sent(moment, "the file's time")


@pytest.mark.parametrize("file_times", [False, True])
def test_canvas_has_its_word_before_a_files_time(tmp_path, file_times):
    names = ("last01first01_1001_5_descent.ipynb", "last02first02_LATE_1002_6_descent.ipynb")
    root = folder(tmp_path / "in", dict.fromkeys(names, b""))
    found = evidence(root, file_times=file_times)
    assert found["s001"] == Sent(in_time=True)
    assert found["s002"] == Sent(evidence="Canvas's mark", late=True)


LATE = {"days": 2, "said": "2 days late. The rule: x.", "points": 2.0, "percent": 0.0}


def test_points_are_taken_off_in_every_table_and_told():
    one, other = record("ada", **half_lost(), late=LATE), record("bob")
    assert total(one, ASSIGNMENTS["descent"], None).score == 2.0
    made = output_folder.files([one, other], ASSIGNMENTS)
    lines = made["grades.csv"].splitlines()
    assert lines[0].startswith("student,assignment,status,score,maximum,days_late,taken_off,")
    assert lines[1].startswith("ada,descent,graded,2,6,2,2,")
    assert lines[2].startswith("bob,descent,graded,6,6,0,0,")
    assert "days_late" not in output_folder.files([other], ASSIGNMENTS)["grades.csv"]
    assert '"score": 2.0' in made["gradescope/descent/ada/results.json"]
    assert "2 days late. The rule: x." in made["gradescope/descent/ada/results.json"]
    assert moodle.feedback(one, total(one, ASSIGNMENTS["descent"], None), None).startswith(
        "2 days late. The rule: x.\n"
    )
    page = read(feedback.page(one, title="x")).text
    assert "2 of 6 points" in page
    assert "2 days late. The rule: x. 2 points are taken off." in page
    page = read(summary.page([one, other], ASSIGNMENTS, unknown=[("bob", "descent")])).text
    assert "Lateada, descent: 2 days late. The rule: x." in page
    assert "bob, descent" in page.split("When these were handed in is not known")[1]


def test_percent_are_of_the_maximum_and_no_score_is_below_nothing():
    tenth = LATE | {"points": 0.0, "percent": 20.0}
    one = record("ada", late=tenth)
    assert total(one, ASSIGNMENTS["descent"], None).score == 4.8
    whole = record("ada", late=LATE | {"points": 100.0})
    assert total(whole, ASSIGNMENTS["descent"], None).score == 0.0
    assert total(whole, ASSIGNMENTS["descent"], None).late == 6.0


def test_a_file_in_an_archive_has_the_time_that_the_archive_says(tmp_path):
    file = zipfile.ZipInfo("s001/descent.ipynb", (2026, 11, 20, 10, 15, 32))
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(file, b"")
    found = evidence(tmp_path, file_times=True)["s001"]
    assert found == Sent(datetime(2026, 11, 20, 10, 15, 32), "the file's time")


@pytest.mark.parametrize("file_times", [False, True])
def test_whose_zone_a_deadline_is_in_is_said_where_it_matters(
    tmp_path, monkeypatch, capsys, file_times
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC+5")
    time.tzset()
    monkeypatch.setattr(grade_all, "on_dask", lambda _address: lambda _jobs: iter(()))
    folder(tmp_path / "in", {"s001/descent.ipynb": notebook("s001")})
    Path("secret.txt").write_text("ab" * 32)
    Path("due.csv").write_text("assignment,deadline\ndescent,2026-11-20 23:59\n")
    command = ["grade", "in", "--out", "out", "--deadlines", "due.csv", "--dask", "tcp://x:1"]
    try:
        assert main([*command, *["--file-times"] * file_times]) == 0
    finally:
        monkeypatch.undo()
        time.tzset()
    said = capsys.readouterr().out
    zone = "due.csv: a time without a zone is one of this machine's, where it is"
    assert (zone in said) == file_times
    assert ("now (UTC)" in said) == file_times
