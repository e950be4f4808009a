import csv
import io
import json
import os
import stat

import pytest

from classroom.course import spreadsheet
from classroom.course.roster import Student
from classroom.errors import ClassroomError
from classroom.files import write
from classroom.reports.exports import output_folder
from classroom.reports.exports.marks import read_marks, read_texts, to_fill_in
from classroom.reports.exports.moodle import feedback
from classroom.reports.exports.output_folder import write_all
from classroom.reports.texts import fingerprint, outdated
from classroom.reports.totals import total
from tests.classroom.support.made_up import (
    ASSIGNMENTS,
    HOSTILE,
    ID,
    answer,
    failed,
    half_lost,
    record,
    unreadable,
)

ROSTER = [
    Student("ada", "Ada Lovelace", "ada@example.org", "11", "alove", "A", "m1"),
    Student("bob", "@Bob", "", "", "", "", "m2"),
    Student("eve", "Eve", "eve@example.org", "13"),
    Student("zoe", "Zoe"),
]
RECORDS = [
    failed("eve"),
    unreadable("bob"),
    record("ada", **half_lost(), open=answer()),
    record("ada", "momentum"),
    record("eve", "momentum"),
    record("zoe", open=answer("", found=False)),
]
OPEN = "Text open, not in the score yet: Why it zigzags."
MARKS = {("ada", "descent", "why"): 2.5}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def made(records=RECORDS, roster=ROSTER, marks=None) -> dict[str, str]:
    return output_folder.files(records, ASSIGNMENTS, roster, marks, {})


def said(one, marks=None) -> str:
    return feedback(one, total(one, ASSIGNMENTS[one["assignment"]], marks), marks)


def test_the_table_has_a_row_for_each_submission_and_a_column_for_each_task():
    table = rows(made()["grades.csv"])
    assert list(table[0]) == [
        *("student", "name", "assignment", "status", "score", "maximum"),
        *("descent.rate", "descent.walk", "descent.why", "momentum.ball", "reason"),
    ]
    assert [tuple(row.values()) for row in table] == [
        ("ada", "Ada Lovelace", "descent", "graded", "4", "6", "1", "3", "", "", OPEN),
        ("ada", "Ada Lovelace", "momentum", "graded", "3", "3", "", "", "", "3", ""),
        ("bob", "'@Bob", "descent", "unreadable", "0", "6", "", "", "", "", "the file is empty"),
        ("eve", "Eve", "descent", "grader error", "", "6", "", "", "", "", "no sandbox"),
        ("eve", "Eve", "momentum", "graded", "3", "3", "", "", "", "3", ""),
        ("zoe", "Zoe", "descent", "graded", "6", "6", "2", "4", "", "", ""),
    ]
    assert "name" not in rows(made(roster=None)["grades.csv"])[0]


def test_of_what_nobody_handed_in_there_is_no_column():
    (row,) = rows(made([record("ada", "momentum")])["grades.csv"])
    assert [column for column in row if "." in column] == ["momentum.ball"]


def test_the_same_records_give_the_same_bytes_in_any_order():
    assert made(RECORDS[::-1]) == made()
    assert made(json.loads(json.dumps(RECORDS))) == made()


def test_marks_come_into_the_scores():
    table = {
        (row["student"], row["assignment"]): row for row in rows(made(marks=MARKS)["grades.csv"])
    }

    def seen(student, assignment="descent"):
        row = table[student, assignment]
        return row["score"], row["maximum"], row["descent.why"]

    assert seen("ada") == ("6.5", "10", "2.5")
    assert seen("zoe") == ("6", "10", "")  # no answer gives nothing
    assert seen("bob") == ("0", "10", "")
    assert seen("eve") == ("", "6", "")  # the grader's failure never becomes a score
    assert seen("ada", "momentum") == ("3", "3", "")


def test_what_the_grader_failed_on_has_no_number_at_all():
    marks = {("eve", "descent", "why"): 4.0}
    (row,) = rows(made([failed("eve", open=answer())], marks=marks)["grades.csv"])
    assert [row[name] for name in row if name == "score" or "descent." in name] == [""] * 4


@pytest.mark.parametrize("marks", [None, {}])
def test_automatic_scores_leave_first_and_say_that_the_text_is_open(marks):
    files = made(marks=marks)
    row = rows(files["grades.csv"])[0]
    assert (row["score"], row["maximum"], row["reason"]) == ("4", "6", OPEN)
    assert "Ada Lovelace,11,alove,A,4\n" in files["canvas/descent.csv"]
    (ada, bob) = rows(files["moodle/descent.csv"])
    assert ada["Gradient descent"] == "4"
    assert ada["Gradient descent (feedback)"].startswith(f"{OPEN}\n")
    assert OPEN not in bob["Gradient descent (feedback)"]
    results = json.loads(files["gradescope/descent/ada/results.json"])
    assert (results["score"], results["output"]) == (4, OPEN)
    assert OPEN not in files["gradescope/descent/zoe/results.json"]
    assert "Text open" not in "".join(made(marks=MARKS).values())


def test_canvas_gets_what_its_importer_reads():
    files = made()
    assert files["canvas/descent.csv"] == (
        "Student,ID,SIS Login ID,Section,Gradient descent\n"
        "    Points Possible,,,,6\n"
        "Ada Lovelace,11,alove,A,4\n"
    )
    assert [row["ID"] for row in rows(files["canvas/momentum.csv"])] == ["", "11", "13"]
    assert "Points Possible,,,,10\n" in made(marks=MARKS)["canvas/descent.csv"]
    assert not [name for name in made(roster=None) if name.startswith(("canvas", "moodle"))]


def test_no_import_has_an_empty_score():
    for name, text in made().items():
        if name.startswith(("canvas", "moodle")):
            assert all(row[header] for row in rows(text) for header in row if header.startswith(
                ("Gradient", "Momentum")))  # fmt: skip


def test_moodle_gets_grades_and_feedback():
    ada, bob = rows(made()["moodle/descent.csv"])
    assert list(ada) == [
        "Email address",
        "ID number",
        "Gradient descent",
        "Gradient descent (feedback)",
    ]
    assert (ada["Email address"], ada["ID number"], ada["Gradient descent"]) == (
        "ada@example.org",
        "m1",
        "4",
    )
    assert ada["Gradient descent (feedback)"].splitlines() == [
        OPEN,
        "The largest stable rate: 1 of 2 points",
        "minus 1, case 2: The rate is too large.",
        "A walk down the ravine: 3 of 4 points",
        "minus 1, case 2: The rate is too large.",
    ]
    assert "could not be read. The reason: the file is empty." in bob["Gradient descent (feedback)"]
    assert "Why it zigzags: 2.5 of 4 points" in said(RECORDS[2], MARKS)


def test_moodles_feedback_is_no_html():
    hostile = record("ada", notes=[HOSTILE], **half_lost(reason=HOSTILE))
    text = rows(made([hostile])["moodle/descent.csv"])[0]["Gradient descent (feedback)"]
    assert "<" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert len(said(record(notes=["x" * 10_000]))) < 5_000


def test_gradescope_gets_a_test_for_each_check():
    files = made(marks=MARKS)
    assert sorted(name for name in files if name.startswith("gradescope")) == [
        f"gradescope/{name}/results.json"
        for name in ("descent/ada", "descent/bob", "descent/zoe", "momentum/ada", "momentum/eve")
    ]
    results = json.loads(files["gradescope/descent/ada/results.json"])
    assert results["score"] == 6.5
    assert "execution_time" not in results
    assert [(t["number"], t["score"], t["max_score"], t["status"]) for t in results["tests"]] == [
        ("1.1", 1, 1, "passed"),
        ("1.2", 0, 1, "failed"),
        ("2.1", 2, 2, "passed"),
        ("2.2", 1, 2, "failed"),
        ("3", 2.5, 4.0, "failed"),
    ]
    assert results["tests"][1]["name"] == "The largest stable rate: case 2"
    assert results["tests"][1]["output"] == "The rate is too large."
    assert json.loads(files["gradescope/descent/bob/results.json"])["output"] == "the file is empty"


def test_hostile_texts_stay_in_their_cells(tmp_path):
    hostile = record(ID, open=answer(HOSTILE), status="limit reached", reason='=1+1,\n"x"')
    write_all(tmp_path, made([hostile], [Student(ID, '+A,\nB\r\n"C"', canvas_id="1", email="@e")]))
    # The roster lets nothing in that would have to be changed in these two files' ids.
    text = (tmp_path / "grades.csv").read_bytes().decode()
    (row,) = rows(text)
    assert row["student"] == r"'=cmd()\n<b>ada\udcff"
    assert row["name"] == '\'+A,\nB\ufffd\n"C"'
    assert row["reason"] == f'\'=1+1,\n"x" {OPEN}'
    for name in "canvas/descent.csv", "moodle/descent.csv":
        for row in csv.reader(io.StringIO((tmp_path / name).read_bytes().decode(), newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    (folder,) = (tmp_path / "gradescope/descent").iterdir()
    assert "\n" not in folder.name
    assert "<" not in folder.name
    json.loads((folder / "results.json").read_text())


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0.0, "0"), (4, "4"), (2.5, "2.5"), (1 / 3, "0.333333"), (1e-9, "0")],
)
def test_numbers_are_short(value, text):
    assert spreadsheet.number(value) == text


def test_the_sheet_to_fill_in_has_a_row_for_each_answer():
    text = fingerprint("Because of the curvature.")
    sheet = f"student,assignment,task,points,text\nada,descent,why,,{text}\n"
    assert to_fill_in(RECORDS, ASSIGNMENTS) == sheet


def marks(tmp_path, text: str, students=("ada", ID)) -> dict:
    path = tmp_path / "marks.csv"
    write(path, text)
    return read_marks(path, ASSIGNMENTS, students)


def test_a_filled_in_sheet_is_read_back(tmp_path):
    sheet = to_fill_in([record("ada", open=answer()), record(ID, open=answer())], ASSIGNMENTS)
    assert marks(tmp_path, sheet) == {}
    filled = sheet.replace("why,,", "why,3.5,")
    assert marks(tmp_path, filled) == {(ID, "descent", "why"): 3.5, ("ada", "descent", "why"): 3.5}
    german = "\ufeffStudent;Assignment;Task;Points\r\nada;descent;why;3,5\r\n\r\n"
    assert marks(tmp_path, german) == {("ada", "descent", "why"): 3.5}
    moved = "points,task,assignment,student\n0,why,descent,ada\n"
    assert marks(tmp_path, moved) == {("ada", "descent", "why"): 0.0}


def test_a_mark_says_to_which_text_it_was_given(tmp_path):
    path, why = tmp_path / "marks.csv", ("ada", "descent", "why")
    first, second = record("ada", open=answer("First.")), record("ada", open=answer("Second."))
    write(path, to_fill_in([first], ASSIGNMENTS).replace("why,,", "why,3,"))
    texts = [read_texts(path, ("ada",))]
    assert texts == [{why: fingerprint("First.")}]
    assert outdated(texts, [first]) == []
    assert outdated(texts, [second]) == [why]
    assert outdated(texts, [record("ada", open=answer(found=False))]) == [why]
    assert outdated(texts, [failed("ada")]) == []  # nobody knows what stands there
    for sheet in (
        "student,assignment,task,points\nada,descent,why,3\n",  # an older one
        "student,assignment,task,points,text\nada,descent,why,3\n",  # a row that was added
        "student,assignment,task,points,text\nada,descent,why,3,\n",  # a text that was read again
    ):
        assert marks(tmp_path, sheet) == {why: 3.0}
        assert read_texts(path, ("ada",)) == {}


def test_a_row_without_points_is_of_the_text_that_is_there_now(tmp_path):
    students = ("ada", ID)
    before = [record(student, open=answer("First.")) for student in students]
    after = [record(student, open=answer("Second.")) for student in students]
    write_all(tmp_path, made(before))
    path = tmp_path / "marks.csv"
    begun = "ada,descent,why,3,"
    write(path, path.read_text().replace("ada,descent,why,,", begun))
    write_all(tmp_path, made(after))
    assert f"{begun}{fingerprint('First.')}\n" in path.read_text()
    write(path, path.read_text().replace("why,,", "why,1,"))
    texts = [read_texts(path, students)]
    assert outdated(texts, after) == [("ada", "descent", "why")]


def test_points_in_the_column_of_the_text_are_not_lost_in_silence(tmp_path):
    sheet = to_fill_in([record("ada", open=answer())], ASSIGNMENTS).rstrip()
    with pytest.raises(ClassroomError, match=r"line 2: '[a-z]{8}3' in the column text is not what"):
        marks(tmp_path, f"{sheet}3\n")


def test_points_in_the_column_of_the_text_stay_there_until_somebody_reads_them(tmp_path):
    write_all(tmp_path, made([record("ada", open=answer())]))
    path = tmp_path / "marks.csv"
    begun = path.read_text().replace(fingerprint(answer()[0]["answer"]), "3")
    write(path, begun)
    write_all(tmp_path, made([record("ada", open=answer("Second."))]))
    assert path.read_text() == begun


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ada,descent,why,5", "line 2: the points 5 are out of range; why has 0 to 4"),
        ("ada,descent,why,-1", "out of range"),
        ("ada,descent,why,two", "line 2: the points 'two' are no number; write them as 2 or 2.5"),
        ("ada,descent,why,1_0", "'1_0' are no number"),
        ("ada,descent,why,nan", "'nan' are no number"),
        ("ada,descent,why,-inf", "'-inf' are no number"),
        ("ada,descent,why,２", "'２' are no number"),
        ("ada,descent,why,1e0", "'1e0' are no number"),
        ("ada,descent,why,.", "'.' are no number"),
        (f"ada,descent,why,{'9' * 999}", "out of range"),
        ("ada,descents,why,2", "no assignment 'descents'; choices: descent, momentum"),
        ("ada,descent,rate,2", "descent has no open task 'rate'; choices: why"),
        ("ada,momentum,ball,2", "momentum has no open task 'ball'; choices: none"),
        (
            "nobody,descent,why,2",
            "of 'nobody' nothing is graded: either nothing is handed in, or the roster",
        ),
        ("ada,descent,why", "3 values for 4 columns"),
        ("ada,descent,why,1\nada,descent,why,2", "line 3: ada, descent, why has a row above"),
        ("ada,descent,why,\nada,descent,why,2", "line 3: ada, descent, why has a row above"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, reason):
    with pytest.raises(ClassroomError, match=reason):
        marks(tmp_path, f"student,assignment,task,points\n{line}\n")


def test_a_wrong_file_is_named(tmp_path):
    with pytest.raises(ClassroomError, match="line 1: the columns are student, points; they must"):
        marks(tmp_path, "student,points\n")
    with pytest.raises(ClassroomError, match="cannot be read"):
        read_marks(tmp_path / "nowhere.csv", ASSIGNMENTS, ())
    (tmp_path / "latin.csv").write_bytes(b"student,assignment,task,points\ncaf\xe9,,,\n")
    with pytest.raises(ClassroomError, match="byte 35 is not UTF-8"):
        read_marks(tmp_path / "latin.csv", ASSIGNMENTS, ())


def test_what_a_person_filled_in_is_never_overwritten(tmp_path):
    write_all(tmp_path, made())
    (tmp_path / "marks.csv").write_text("mine")
    (tmp_path / "grades.csv").write_text("old")
    write_all(tmp_path, made())
    assert (tmp_path / "marks.csv").read_text() == "mine"
    assert (tmp_path / "grades.csv").read_text() == made()["grades.csv"]


def test_answers_that_come_later_get_a_row(tmp_path):
    write_all(tmp_path, made())
    header, first, *_ = (tmp_path / "marks.csv").read_text().splitlines()
    marked = first.replace("why,,", "why,1.5,")
    (tmp_path / "marks.csv").write_text(f"{header}\n{marked}\n")
    write_all(tmp_path, made())
    lines = (tmp_path / "marks.csv").read_text().splitlines()
    assert lines[1] == marked
    assert sorted([*lines[:1], first, *lines[2:]]) == sorted(made()["marks.csv"].splitlines())


def test_a_score_that_no_longer_holds_is_taken_away(tmp_path):
    write_all(tmp_path, made())
    (tmp_path / "canvas/notes.txt").write_text("mine")
    write_all(tmp_path, made([failed("ada"), failed("ada", assignment="momentum")]))
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["canvas/notes.txt", "grades.csv", "marks.csv"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a" / "b.csv"
    write(path, "old\r\n")
    assert path.read_bytes() == b"old\r\n"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ClassroomError, match=r"b\.csv: cannot be written: no space left"):
        write(path, "new")
    assert path.read_text() == "old\n"
    assert list(path.parent.iterdir()) == [path]
