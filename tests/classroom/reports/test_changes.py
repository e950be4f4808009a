"""The log of changes: a score that is another one leaves a line."""

from datetime import datetime

from classroom.reports.exports.changes import changes, log
from classroom.reports.exports.grades import grades
from tests.classroom.support.made_up import (
    ASSIGNMENTS,
    ID,
    answer,
    failed,
    half_lost,
    record,
    unreadable,
)

NOW = datetime(2026, 11, 20, 10, 15, 33)


def table(*records, marks=None) -> str:
    return grades(records, ASSIGNMENTS, None, marks)


def test_a_change_says_what_it_is():
    before = table(record("ada", **half_lost()), record("bob"), failed("eve"), unreadable("zoe"))
    after = table(record("ada"), record("bob"), record("eve"), record("zoe"), record("new"))
    assert changes(before, after) == [
        ["ada", "descent", "4", "6", "descent.rate 1 to 2; descent.walk 3 to 4"],
        ["eve", "descent", "", "6", "status grader error to graded; descent.rate nothing to 2; "
         "descent.walk nothing to 4"],
        ["zoe", "descent", "0", "6", "status unreadable to graded; descent.rate nothing to 2; "
         "descent.walk nothing to 4"],
    ]  # fmt: skip
    assert changes(after, after) == []


def test_marks_change_a_score_too():
    one = record("ada", open=answer())
    marks = {("ada", "descent", "why"): 3.0}
    assert changes(table(one), table(one, marks=marks)) == [
        ["ada", "descent", "6", "9", "maximum 6 to 10; descent.why nothing to 3"]
    ]


def test_the_log_grows_and_no_spreadsheet_runs_it(tmp_path):
    first, second = table(record(ID, **half_lost())), table(record(ID))
    assert log(tmp_path, first, NOW) == 0
    for before, after in (first, second), (second, second), (second, first):
        (tmp_path / "grades.csv").write_text(before)
        log(tmp_path, after, NOW)
    lines = (tmp_path / "changes.csv").read_text().splitlines()
    assert lines[0] == "time,student,assignment,before,after,what"
    assert [line.split(",")[3:5] for line in lines[1:]] == [["4", "6"], ["6", "4"]]
    assert lines[1].startswith(r"2026-11-20 10:15:33,'=cmd()\n<b>ada\udcff,descent,")


def test_a_spreadsheet_takes_an_id_for_a_number():
    after = table(record("007"))
    before = after.replace("007", "7").replace(",6,", ",5,")
    assert before.count("7,") == 1
    assert [row[:4] for row in changes(before, after)] == [["007", "descent", "5", "6"]]


def test_what_a_person_wrote_into_the_table_is_not_lost_without_a_word(tmp_path):
    """Of whichever country the spreadsheet is."""
    graded = table(record("ada"), record("bob"))
    assert "ada,descent,graded,6,6" in graded
    saved = graded.replace("ada,descent,graded,6,6", 'ada,descent,graded,"6,5",6', 1)
    (tmp_path / "grades.csv").write_bytes(
        b"\xef\xbb\xbf" + saved.replace('"6,5"', "6.5").replace(",", ";").encode()
    )
    assert log(tmp_path, graded, NOW) == 1
    assert "ada,descent,6.5,6," in (tmp_path / "changes.csv").read_text()
    # The same numbers with another separator, or with a comma, are no change.
    assert changes(graded.replace(",", ";"), graded) == []
    assert (
        changes(saved, graded.replace("ada,descent,graded,6,6", "ada,descent,graded,6.5,6")) == []
    )


def test_a_table_of_somebody_else_is_no_history(tmp_path):
    (tmp_path / "grades.csv").write_text("mine")
    assert log(tmp_path, table(record("ada")), NOW) == 0
    assert not (tmp_path / "changes.csv").exists()
