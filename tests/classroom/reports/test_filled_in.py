"""Gradebooks' own files go back with the scores, and with nothing else changed."""

import csv
import io

import pytest

from classroom.course.roster import Roster, Student, read_roster
from classroom.errors import ClassroomError
from classroom.reports.exports.filled_in import FilledIn, filled_in, sheets
from tests.classroom.course.test_systems import CANVAS, MOODLE
from tests.classroom.support.made_up import ASSIGNMENTS, answer, failed, half_lost, record

RECORDS = [
    record("s001", **half_lost()),
    record("s002"),
    record("s001", "momentum"),
    failed("s002", assignment="momentum"),
]


@pytest.fixture
def read(tmp_path):
    def of(content: str, name: str = "roster.csv") -> Roster:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return read_roster(path)

    return of


def back(file: Roster, records=RECORDS, roster=None, marks=None) -> FilledIn:
    handed_in = sorted({one["assignment"] for one in records})
    found, notes = sheets([file], ASSIGNMENTS, handed_in)
    made = filled_in(found, records, ASSIGNMENTS, roster or file.students, marks)
    return FilledIn(made.files, [*notes, *made.notes])


def test_canvas_gets_its_own_columns_back(read):
    made = back(read(CANVAS))
    assert made.files == {
        "canvas/descent.csv": "Student,ID,SIS User ID,SIS Login ID,Section,descent (123)\n"
        "    Points Possible,,,,,17\n"
        '"Last01, First01",1001,s001,login001,Section A,4\n'
        '"Last02, First02",1002,s002,login002,Section B,6\n',
        "canvas/momentum.csv": "Student,ID,SIS User ID,SIS Login ID,Section,momentum (124)\n"
        "    Points Possible,,,,,22\n"
        '"Last01, First01",1001,s001,login001,Section A,3\n',
    }
    assert [note.split(": ", 1)[1] for note in made.notes] == [
        "'descent (123)' has 17 points in Canvas, and the scores of descent are of 6",
        "'momentum (124)' has 22 points in Canvas, and the scores of momentum are of 3",
    ]
    right = CANVAS.replace(",17,22", ",6.00,3").replace("descent (123)", '"Gradient Descent (9)"')
    made = back(read(right))
    assert made.notes == []
    assert "Section,Gradient Descent (9)\n" in made.files["canvas/descent.csv"]


def test_an_assignment_that_canvas_lacks_is_said(read):
    made = back(read(CANVAS.replace("momentum (124)", "essay (124)").replace(",17,", ",6,")))
    assert list(made.files) == ["canvas/descent.csv"]
    assert [note.split(": ", 1)[1] for note in made.notes] == [
        "no column is called 'momentum', and Canvas will offer to make one"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CANVAS.replace("momentum (124)", "Gradient descent (124)"),
         r"line 1: the columns 'descent \(123\)' and 'Gradient descent \(124\)' are each for desc"),
        ("id,name\ns001,A\n", "this is a table; it must be Canvas's gradebook or Moodle's grading"),
    ],
)  # fmt: skip
def test_a_file_that_leaves_a_question_is_refused(read, content, said):
    with pytest.raises(ClassroomError, match=said):
        back(read(content))


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_moodles_worksheet_is_the_same_but_for_grade_and_feedback(read):
    made = back(read(MOODLE, "Grades-CS 1-descent-Group-77.csv"), RECORDS[:1])
    assert list(made.files) == ["moodle/descent-worksheet.csv"]
    before, after = cells(MOODLE), cells(made.files["moodle/descent-worksheet.csv"])
    assert after[0] == before[0]
    assert after[2] == before[2]
    changed = [
        k for k, pair in enumerate(zip(before[1], after[1], strict=True)) if len({*pair}) > 1
    ]
    assert [before[0][k] for k in changed] == ["Grade", "Feedback comments"]
    assert after[1][5] == "4"
    assert after[1][-1].startswith("The largest stable rate: 1 of 2 points<br>minus 1, case 2: ")
    assert "maximum grade is 17.00, and the scores of descent are of 6" in made.notes[0]


def test_a_worksheet_is_for_the_assignment_in_its_name(read):
    for name, assignments in {
        "Grades-descent 101-Momentum-5.csv": ["momentum"],
        "Bewertungen-X-Gradient_Descent--5.csv": ["descent"],
        "worksheet.csv": [],
    }.items():
        made = back(read(MOODLE, name))
        assert list(made.files) == [f"moodle/{one}-worksheet.csv" for one in assignments]
        assert ("its name does not say" in str(made.notes)) is (not assignments)
    assert list(back(read(MOODLE, "x.csv"), RECORDS[:2]).files) == ["moodle/descent-worksheet.csv"]


def test_a_locked_grade_stays_and_a_decimal_comma_is_kept(read):
    sheet = MOODLE.replace("17.00,Yes,-", "17.00,No,-").replace("17.00", '"6,00"')
    half = half_lost()
    half["tasks"][0]["score"] = 0.5
    made = back(read(sheet), [record("s001", **half), record("s002")])
    first, second = cells(made.files["moodle/descent-worksheet.csv"])[1:]
    assert (first[5], second[5]) == ("3,5", "")
    assert [note.split(": ", 1)[1] for note in made.notes] == [
        "grades that cannot be changed in Moodle: 1"
    ]


def test_another_gradebook_is_matched_with_the_roster(read):
    roster = [Student("a", canvas_id="1001"), Student("b", login="LOGIN002"), Student("c")]
    records = [record("a"), record("b"), record("c")]
    more = CANVAS + '"Last03, First03",1003,s003,login003,Section A,,\n'
    made = back(read(more), records, roster)
    assert [row[1] for row in cells(made.files["canvas/descent.csv"])[2:]] == ["1001", "1002"]
    assert made.notes[-1].endswith("of nobody on the roster are s003")


def test_an_open_text_is_said_in_canvas_notes_where_the_export_has_them(read):
    records = [record("s001", open=answer()), record("s002", open=answer("", found=False))]
    made = back(read(CANVAS), records, marks={})
    assert [row[5:] for row in cells(made.files["canvas/descent.csv"])] == [
        ["descent (123)"], ["17"], ["6"], ["6"]
    ]  # fmt: skip
    noted = "".join(
        ",".join([*row[:5], note, *row[5:]]) + "\n"
        for row, note in zip(
            (line.split(",") for line in CANVAS.replace(", ", "; ").splitlines()),
            ("Notes", "", "Asks well.", "", ""),
            strict=True,
        )
    )
    opened = "Asks well. Text open, not in the score yet: Why it zigzags."
    made = back(read(noted), records, marks={}).files["canvas/descent.csv"]
    assert [row[4:] for row in cells(made)] == [
        ["Section", "Notes", "descent (123)"],
        ["", "", "17"],
        ["Section A", opened, "6"],
        ["Section B", "", "6"],
    ]
    # Marked and exported anew: the sentence goes, the teacher's own note stays.
    again = read(noted.replace("Asks well.", opened))
    marks = {("s001", "descent", "why"): 3.0}
    made = back(again, records, marks=marks).files["canvas/descent.csv"]
    assert [row[5:] for row in cells(made)][2:] == [["Asks well.", "9"], ["", "6"]]
    assert "Notes" not in back(read(noted), records, marks=marks).files["canvas/descent.csv"]


def test_an_open_text_is_said_in_moodles_comment(read):
    made = back(read(MOODLE, "descent.csv"), [record("s001", open=answer())])
    row = cells(made.files["moodle/descent-worksheet.csv"])[1]
    assert row[5] == "6"
    assert row[-1].startswith("Text open, not in the score yet: Why it zigzags.<br>")


def test_what_the_grader_failed_on_is_not_in_it(read):
    assert back(read(CANVAS), [failed("s001")]).files == {}


def test_no_spreadsheet_runs_a_cell_of_it(read):
    hostile = MOODLE.replace("First01 Last01", "=1+1").replace("No submission", "@SUM(A1)")
    made = back(read(hostile), [record("s001", notes=["=2"]), record("s002")])
    for row in cells(made.files["moodle/descent-worksheet.csv"]):
        assert not [cell for cell in row if cell[:1] in "=+-@" and cell not in ("", "-")]
