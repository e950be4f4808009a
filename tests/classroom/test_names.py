"""Odd names of students and files, through all that is read and written."""

import csv
import io
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.course import spreadsheet
from classroom.course.numbers import drawn
from classroom.course.roster import Student, file_name, read_roster
from classroom.errors import ClassroomError
from classroom.handed_in.submissions import Found, find
from classroom.reports import feedback, summary
from classroom.reports.exports import output_folder
from classroom.reports.exports.marks import COLUMNS, read_marks
from classroom.reports.exports.output_folder import write_all
from tests.classroom.support.in_process import SECRET
from tests.classroom.support.made_up import ASSIGNMENTS, answer, half_lost, record
from tests.classroom.support.reading import read

NAMES = ("descent", "momentum")

#: As a file's name has them, in bytes.
ODD = [
    *(b"M\xfcller", b"M\xc3\xbcller", b"M\x81ller", b"\xff\xfe", b"\\udcff", b"\\udcfcller"),
    *(b"'=x", b"=x", b"''=x", b"'x", b"x;=1+1", b"x;'=1+1", b'x; "=1+1', b'"=1+1"', b"@SUM(A1)"),
    *(
        b"+1",
        b"-rf",
        b"\t=1",
        b"\r=1",
        b"a\tb",
        b"a\nb",
        b"a\r\nb",
        b"a\x0bb",
        b"a\x0cb",
        b"a\x1bb",
    ),
    *(b"a\x1cb", b"a\\nb", b"a\\", b"a,b", b'a"b', b"'", b'"', b"007", b"1e5", b"2026-11-20"),
    *(b"TRUE", b" a", b"a ", b"<b>x", b"{{x}}", b"%41", b"~", b"CON", b"x" * 200),
    *(text.encode() for text in ("＝1+1", "x;－1", "﹦1", "a\u2028b", "a\u0085b", "a\u202eb")),
    *(text.encode() for text in ("\ufeffa", "a\u200bb", "zoë", "zoe\u0308", "字" * 50, "ff\ufb01")),
    "🙂".encode(),
]
STUDENTS = [os.fsdecode(name) for name in ODD]


def put(root: Path, name: bytes, content: bytes = b"") -> None:
    path = os.path.join(os.fsencode(root), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def notebook(student: str | None = None, assignment: str = "descent") -> bytes:
    classroom = {"student": student, "assignment": assignment, "release": 1}
    metadata = {"classroom": classroom} if student is not None else {}
    return json.dumps({"cells": [], "metadata": metadata, "nbformat": 4}).encode()


def seen(found: Found) -> dict[tuple[str, str], str]:
    return {(one.student, one.assignment): one.file for one in found.submissions}


# --- what is written from odd ids ------------------------------------------------------------


def course(students: list[str]) -> list[dict]:
    """A record of each, with an answer that waits for its mark."""
    return [record(s, open=answer(f"text of {s}"), **half_lost(reason=f"{s} =1")) for s in students]


def test_each_id_is_found_in_a_flat_folder_and_in_folders(tmp_path):
    for name in ODD:
        put(tmp_path / "flat", name + b"_descent.ipynb")
        put(tmp_path / "deep", name + b"/descent.ipynb")
    for layout in "flat", "deep":
        found = find(tmp_path / layout, NAMES)
        assert {one.student for one in found.submissions} == set(STUDENTS)
        assert found.left_over == []


def test_each_id_has_numbers_files_and_cells_of_its_own():
    for made in (
        {drawn(SECRET, student).bytes(8) for student in STUDENTS},
        {file_name(student) for student in STUDENTS},
        {spreadsheet.student(student) for student in STUDENTS},
    ):
        assert len(made) == len(STUDENTS)
    for student in STUDENTS:
        assert spreadsheet.plain(spreadsheet.student(student)) == student
        assert re.fullmatch(r"[ -~]+", file_name(student))
        assert not file_name(student).startswith(".")
        assert len(file_name(student)) <= 100
        assert (
            spreadsheet.student(student).encode().isascii()
            or spreadsheet.student(student).isprintable()
        )


def test_nobody_takes_the_file_of_somebody_elses_long_id():
    for long in ("字" * 50, "x" * 200):
        assert file_name(long) == file_name(long)
        assert file_name(file_name(long)) != file_name(long)


def test_every_page_and_table_is_written_for_each_id(tmp_path):
    records = course(STUDENTS)
    roster = [Student(s, f"={s}", f"{k}@x", f"1{k}") for k, s in enumerate(STUDENTS)]
    made = output_folder.files(records, ASSIGNMENTS, roster, {})
    write_all(tmp_path, made)
    for one in records:
        page = feedback.page(one, title="x")
        read(page)
        (tmp_path / feedback.place(one["student"], "descent")).parent.mkdir(parents=True)
        (tmp_path / feedback.place(one["student"], "descent")).write_text(page, encoding="utf-8")
    read(summary.page(records, ASSIGNMENTS, roster=roster))
    table = list(csv.DictReader(io.StringIO(made["grades.csv"], newline="")))
    assert {spreadsheet.plain(row["student"]) for row in table} == set(STUDENTS)
    assert len(list(tmp_path.glob("feedback/*/descent.html"))) == len(STUDENTS)


def test_a_sheet_for_marks_goes_there_and_back(tmp_path):
    records = course(STUDENTS)
    write_all(tmp_path, output_folder.files(records[:-2], ASSIGNMENTS))
    path = tmp_path / "marks.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(), newline="")))
    rows = [rows[0], *([*row[:3], f"{k % 9 / 2}"] for k, row in enumerate(rows[1:]))]
    path.write_text(spreadsheet.table(rows))
    before = path.read_text()
    # Two later submissions get rows, and the others stay to the letter.
    write_all(tmp_path, output_folder.files(records, ASSIGNMENTS))
    after = path.read_text()
    assert after.startswith(before)
    assert after.count("\n") == before.count("\n") + 2
    assert after.splitlines() == after.split("\n")[:-1]  # whatever reads lines, reads the same
    write_all(tmp_path, output_folder.files(records, ASSIGNMENTS))
    assert path.read_text() == after
    marks = read_marks(path, ASSIGNMENTS, STUDENTS)
    order = sorted(STUDENTS[:-2])
    assert marks == {(s, "descent", "why"): k % 9 / 2 for k, s in enumerate(order)}


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_sheet_in_a_spreadsheets_own_form_gets_its_rows_too(tmp_path, separator):
    students = ["ada", "=x;-1", "zoë"]
    write_all(tmp_path, output_folder.files(course(students[:2]), ASSIGNMENTS))
    path = tmp_path / "marks.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(), newline="")))
    mixed = [[row[3], row[0], row[2], row[1]] for row in rows]
    mixed[1][0] = "2,5"
    path.write_bytes(
        b"\xef\xbb\xbf" + spreadsheet.table(mixed, separator).replace("\n", "\r\n").encode()
    )
    before = path.read_bytes()
    write_all(tmp_path, output_folder.files(course(students), ASSIGNMENTS))
    assert (
        path.read_bytes() == before + f"{separator}zoë{separator}why{separator}descent\n".encode()
    )
    assert list(read_marks(path, ASSIGNMENTS, students).values()) == [2.5]


def test_a_sheet_that_is_not_utf_8_or_another_table_is_left_alone(tmp_path):
    path = tmp_path / "marks.csv"
    for content in (b"student,assignment,task,points\nM\xfcller,descent,why,2\n", b"mine", b"",
                    b"student,assignment,task,points\nada\n", b"\0\xff"):  # fmt: skip
        path.write_bytes(content)
        write_all(tmp_path, output_folder.files(course(["ada"]), ASSIGNMENTS))
        assert path.read_bytes() == content


def test_what_a_spreadsheet_does_to_ids_is_undone_where_only_one_can_be_meant(tmp_path):
    path = tmp_path / "marks.csv"

    def whose(cell: str, *students: str) -> list[str]:
        path.write_text(spreadsheet.table([COLUMNS, [cell, "descent", "why", "1"]]))
        return [student for student, _, _ in read_marks(path, ASSIGNMENTS, students)]

    assert whose("7", "007", "ada") == ["007"]
    assert whose("7", "7", "007") == ["7"]
    assert whose(" ada ", "ada") == ["ada"]
    assert whose("=x", "=x") == ["=x"]  # the apostrophe was eaten
    assert whose("'=x", "=x", "'=x") == ["=x"]
    assert whose("''=x", "=x", "'=x") == ["'=x"]
    for cell, students in (("7", ("007", "07")), ("1.2E+04", ("12000",)), ("Ada", ("ada",))):
        with pytest.raises(ClassroomError, match="nothing is graded"):
            whose(cell, *students)


# --- what spreadsheets make of the tables ----------------------------------------------------

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"


def views(text: str) -> Iterator[tuple[str, list[str]]]:
    """The cells of a table, as programs of several countries and of several cares see them."""
    for separator in ",;\t":
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        yield separator, [cell for row in reader for cell in row]
    for separator in ";\t":  # line by line, and quotes count for nothing
        lines = text.splitlines()
        yield f"lines {separator}", [cell for line in lines for cell in line.split(separator)]


def run(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: numbers that are ours are none."""
    bare = cell.strip(' \t\r\n"\u00a0\ufeff')
    return bool(bare) and bare[0] in SIGNS and not re.fullmatch(r"-?[0-9.]+", bare)


ATTACKS = [
    *(f"{before}{sign}1+1|cmd{after}"
      for before in ("", " ", "\t", "\r", "\n", '"', "'", "x;", "x\t", "x\n", 'x;"', "x; ", "x;\"'",
                     "x\u2028", "x\x0b", "\u00a0", "\ufeff", "''")
      for sign in SIGNS for after in ("", '"', ";")),
]  # fmt: skip


def tables(texts: list[str], whose: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    records = [
        record(whose(k), open=answer(text), notes=[text], status="limit reached",
               **(half_lost(reason=text) | {"reason": text}))
        for k, text in enumerate(texts)
    ]  # fmt: skip
    roster = [
        Student(whose(k), text, f"a{k}@x", str(k + 1), section=text) for k, text in enumerate(texts)
    ]
    made = output_folder.files(records, ASSIGNMENTS, roster, {(whose(0), "descent", "why"): 1.0})
    made |= output_folder.files([one | {"open": []} for one in records], ASSIGNMENTS, roster)
    return ((name, text) for name, text in made.items() if name.endswith(".csv"))


@pytest.mark.parametrize("where", ["texts", "ids"])
def test_no_spreadsheet_runs_a_cell(where):
    found = set()
    for name, text in tables(
        ATTACKS, (lambda k: f"s{k}") if where == "texts" else ATTACKS.__getitem__
    ):
        found.add(name.split("/")[0])
        for view, seen_cells in views(text):
            assert [cell for cell in seen_cells if run(cell)] == [], (name, view)
    assert found == {"grades.csv", "canvas", "moodle", "marks.csv"}


def test_harmless_texts_stay_as_they_are():
    for text in ("a=1", "", "'quoted", "1-2", "shape (2, -1)", "x; y", "a;b", "O'Brien", "-" * 0):
        assert spreadsheet.text(text) == text
    assert spreadsheet.text("Ada\nLovelace") == "Ada\nLovelace"


def test_different_texts_stay_different():
    made: dict[str, str] = {}
    for length in range(5):
        for letters in itertools.product("=;'\"\\\n a", repeat=length):
            word = "".join(letters)
            assert made.setdefault(spreadsheet.student(word), word) == word
            assert spreadsheet.plain(spreadsheet.student(word)) == word


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_any_id_goes_there_and_back(student):
    cell = spreadsheet.student(student)
    assert spreadsheet.plain(cell) == student
    assert len(cell.splitlines()) <= 1
    cell.encode()  # no file refuses it
    for _, seen_cells in views(spreadsheet.table([["a", cell, "b"]])):
        assert not [one for one in seen_cells if run(one)]


def test_long_hostile_texts_take_no_longer():
    assert spreadsheet.text(" ;" * 500_000).startswith(" ;")
    assert spreadsheet.text(";" * 500_000 + "=").endswith("'=")


def test_what_a_gradebook_finds_students_by_is_written_to_the_letter():
    students = [Student("ada", "Ada", "a'b+c@x.org", "0017", "al-1", "S", "m-1;x")]
    made = output_folder.files([record("ada")], ASSIGNMENTS, students)
    assert made["canvas/descent.csv"].endswith("Ada,0017,al-1,S,6\n")
    assert "a'b+c@x.org,m-1;x,6," in made["moodle/descent.csv"]


# --- rosters ---------------------------------------------------------------------------------

ROSTERS: dict[str, tuple[bytes, str]] = {
    "utf-16 without its mark": ("id\nada\n".encode("utf-16-le"), "'id' is missing"),
    "utf-16 that ends in the middle": ("id\nada\n".encode("utf-16")[:-1], "not UTF-16"),
    "latin-1": (b"id,name\nada,Zo\xeb\n", "not UTF-8"),
    "a spreadsheet": (b"PK\x03\x04" + bytes(range(256)), "not UTF-8"),
    "zeros": (bytes(5000), "'id' is missing"),
    "one long line": (b"x" * 200_000, "field larger|'id' is missing"),
    "a web page": (b"<!doctype html>\n<html></html>\n", "'id' is missing"),
    "json": (b'[{"id": "ada"}]\n', "'id' is missing"),
    "empty": (b"", "'id' is missing"),
    "a mark and nothing": (b"\xef\xbb\xbf", "'id' is missing"),
    "blank lines": (b"\n\n\r\n", "'id' is missing"),
    "header only": (b"id\n", "no students"),
    "commas only": (b"id,name\n,,\n,\n", "no students|3 values"),
    "an open quote": (b'id,name\nada,"Ada\nbob,Bob\n', "quotation mark"),
    "a lone quote": (b'id,name\n"ada,Ada\n', "quotation mark"),
    "a lone quote at the end": (b'id,name\n"ada,Ada', "line 2: a quotation mark is missing"),
    "too many values": (b"id\nada,Ada\n", "2 values for 1 column"),
    "id twice": (b"id,id\nada,bob\n", "comes twice"),
    "capitals": (b"id\nada\nADA\n", "already"),
    "sharp s": ("id\nstraße\nSTRASSE\n".encode(), "already"),
    "zeros in front": (b"id\n01\n1\n", "zeros"),
    "two accents": ("id\nzo\u00eb\nzoe\u0308\n".encode(), "already"),
    "a separator": ("id\na\u2028b\n".encode(), "contains"),
    "a vertical tab": (b"id\na\x0bb\n", "contains"),
    "a vertical tab in a name": (b"id,name\na,A\x0bB\n", "contains"),
    "a zero byte": (b"id\na\0b\n", "contains"),
    "from right to left": ("id\na\u202eb\n".encode(), "contains"),
    "a slash": (b"id\n../x\n", "begins with a dot"),
    "a path": (b"id\na/../b\n", "contains '/'"),
    "dots": (b"id\n..\n", "begins with a dot"),
    "a drive": (b"id\nC:\\x\n", "contains"),
    "canvas twice": (b"id,canvas_id\na,1\nb,1\n", "line 3: the canvas_id '1' stands in line 2"),
    "moodle twice": (
        b"id,moodle_id\na,1\nb,2\nc,1\n",
        "line 4: the moodle_id '1' stands in line 2",
    ),
    "a formula as a login": (b"id,login\na,=1\n", "would be run"),
    "a formula behind a semicolon": (b"id,moodle_id\na,x;=1\n", "would be run"),
    "a long id": (b"id\n" + b"a" * 5000, "at most 100"),
}


@pytest.mark.parametrize("odd", ROSTERS)
def test_an_odd_roster_is_explained_in_one_sentence(tmp_path, odd):
    content, said = ROSTERS[odd]
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    with pytest.raises(ClassroomError, match=said) as refused:
        read_roster(path)
    assert len(str(refused.value)) < 500
    assert str(refused.value).startswith(str(path))
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (b"ID , NAME\r\n ada,Ada\r\n", ["ada"]),
        (b"\xef\xbb\xbfid\rada\rbob\r", ["ada", "bob"]),
        (b"id,name\n=x,=1\nx;=1+1,\n+1,\n", ["=x", "x;=1+1", "+1"]),
        ("id,name\n＝1,＝1\nzoë,Zoë\n'=x,\n".encode(), ["＝1", "zoë", "'=x"]),
        (b'id,name\n"a,b","x ""y"""\n', ["a,b"]),
        (b"id,canvas_id\nada,\nbob,\n", ["ada", "bob"]),
    ],
)
def test_an_odd_roster_that_is_right_is_read(tmp_path, content, ids):
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    assert [student.id for student in read_roster(path).students] == ids


# --- whose it is -----------------------------------------------------------------------------

FIRST, SECOND = Student("s001", "First01 Last01"), Student("s002", "First02 Last02")


def test_bytes_that_are_not_utf_8_are_read_as_older_systems_wrote_them(tmp_path):
    roster = [Student("Müller"), Student("Zoë")]
    put(tmp_path, b"M\xfcller_descent.ipynb")
    put(tmp_path, b"Zo\x89/descent.ipynb")  # as an archive from Windows has it
    put(tmp_path, b"M\xfdller_descent.ipynb")
    found = find(tmp_path, NAMES, roster)
    assert {one.student for one in found.submissions} == {"Müller", "Zoë"}
    assert [one.file for one in found.left_over] == ["M\udcfdller_descent.ipynb"]


def moodle(name: str, number: int) -> bytes:
    return f"{name}_{number}_assignsubmission_file_/descent.ipynb".encode()


def test_a_moodle_id_is_no_participants_number(tmp_path):
    put(tmp_path, moodle("First01 Last01", 2002))
    put(tmp_path, moodle("First02 Last02", 2001))
    for numbers, whose in (
        ((2001, 2002), set()),  # names and numbers say the opposite of each other
        ((2001, None), {("s001", 2002)}),
        ((2002, 2001), {("s001", 2002), ("s002", 2001)}),
        ((None, None), {("s001", 2002), ("s002", 2001)}),
        ((77, 78), {("s001", 2002), ("s002", 2001)}),
    ):
        roster = [
            Student(of.id, of.name, moodle_id=str(number or ""))
            for of, number in zip((FIRST, SECOND), numbers, strict=True)
        ]
        if not whose:
            with pytest.raises(ClassroomError, match="has the moodle_id of s00"):
                find(tmp_path, NAMES, roster)
            continue
        found = find(tmp_path, NAMES, roster)
        files = {(student, int(file.split("_")[1])) for (student, _), file in seen(found).items()}
        assert files == whose
        assert len(found.left_over) == 2 - len(whose)
    # A number alone is nobody's.
    with pytest.raises(ClassroomError, match="and another name"):
        find(tmp_path, NAMES, [Student("s001", moodle_id="2001"), Student("x", moodle_id="2002")])


def test_names_as_moodle_spells_them(tmp_path):
    put(tmp_path, moodle("Sinead OBrien", 5))
    assert seen(find(tmp_path, NAMES, [Student("x", "Sinead  O'Brien")])).keys() == {
        ("x", "descent")
    }


RENAMED = [
    "s001/Copy of descent.ipynb",
    "s001/Kopie von descent.ipynb",
    "s001/descent_final.ipynb",
    "submitted/s001/descent/WMS descent.ipynb",
    "descent_login001_attempt_2026-11-20-10-15-33_descent.ipynb",
    "descent_login001_attempt_2026-11-20-10-15-33_homework.ipynb",
    "12345-67890 - First01 Last01 - Nov 20, 2026 1015 AM/descent.ipynb",
    "12345-67890 - First01 Last01 - Nov 20, 2026 1015 AM/my work.ipynb",
    "submission_123456789/descent.ipynb",
    "Copy of s001_descent.ipynb",
    "last01first01_77_5005_descent.ipynb",
    "anon_x9_5005_descent (3).ipynb",
    "First01 Last01_77_assignsubmission_file_/homework.ipynb",
    "somebody/descent.ipynb",
    "descent.ipynb",
    "Untitled.ipynb",
]


@pytest.mark.parametrize("file", RENAMED)
@pytest.mark.parametrize(
    "roster",
    [
        [Student("s001"), SECOND],
        [Student("s001", "First01 Last01", login="login001"), SECOND],
    ],
    ids=["ids only", "names and logins"],
)
def test_a_renamed_file_is_known_by_roster_and_handout_or_listed(tmp_path, file, roster):
    put(tmp_path / "told", file.encode(), notebook("s001"))
    told = find(tmp_path / "told", NAMES, roster)
    assert seen(told) == {("s001", "descent"): file}
    assert told.left_over == []
    # The same file, of which the handout's words are lost.
    put(tmp_path / "lost", file.encode(), notebook(None))
    neighbour = "submitted/s002/descent.ipynb" if "submitted" in file else "s002/descent.ipynb"
    put(tmp_path / "lost", neighbour.encode(), notebook("s002"))
    lost = find(tmp_path / "lost", NAMES, roster)
    by_roster = bool(told.recognised) is False
    assert seen(lost).keys() == {("s002", "descent"), *([("s001", "descent")] if by_roster else [])}
    assert [one.file for one in lost.left_over] == [file] * (not by_roster)
    # It says that it is another assignment's, or somebody's who is not on the roster.
    put(tmp_path / "other", file.encode(), notebook("nobody", "calculus"))
    put(tmp_path / "other", neighbour.encode(), notebook("s002"))
    other = find(tmp_path / "other", NAMES, roster)
    assert {student for student, _ in seen(other)} <= {"s001", "s002"}
    assert seen(other).keys() == seen(lost).keys()


def test_what_a_notebook_says_yields_to_what_its_place_says(tmp_path):
    roster = [Student("s001"), Student("s002")]
    put(tmp_path, b"s001/descent.ipynb", notebook("s001"))
    put(tmp_path, b"s002/descent.ipynb", notebook("s001"))  # a copied notebook stays s002's
    put(tmp_path, b"submission_1/descent.ipynb", notebook("s001"))
    found = find(tmp_path, NAMES, roster)
    assert seen(found) == {
        ("s001", "descent"): "s001/descent.ipynb",
        ("s002", "descent"): "s002/descent.ipynb",
    }
    ((file, reason),) = found.left_over
    assert file == "submission_1/descent.ipynb"
    assert "as it says of itself" in reason


def test_where_several_say_the_same_nobody_is_credited(tmp_path):
    roster = [Student("s001"), Student("s002")]
    put(tmp_path, b"s002/descent.ipynb")
    for number in (1, 2):
        put(tmp_path, f"submission_{number}/descent.ipynb".encode(), notebook("s001"))
    for name in (b"Copy of momentum", b"momentum_final"):
        put(tmp_path, b"s002/" + name + b".ipynb", notebook("s002", "momentum"))
    found = find(tmp_path, NAMES, roster)
    assert seen(found).keys() == {("s002", "descent")}
    assert len(found.left_over) == 4


def test_a_notebook_speaks_for_nobody_where_there_is_no_roster(tmp_path):
    put(tmp_path, b"submission_1/descent.ipynb", notebook("s001"))
    put(tmp_path, b"ada/Copy of descent.ipynb", notebook(""))
    found = find(tmp_path, NAMES)
    assert seen(found).keys() == {("ada", "descent")}
    assert [one.file for one in found.left_over] == ["submission_1/descent.ipynb"]


@pytest.mark.parametrize(
    ("files", "counts"),
    [
        (["l_1_8_descent (10).ipynb", "l_1_9_descent (2).ipynb"], 1),
        (["l_1_9_descent-2.ipynb", "l_1_10_descent-1.ipynb"], 1),
        (["l_1_9_descent-2.ipynb", "l_1_9_descent-10.ipynb"], 1),
        (["descent_al_attempt_2026-11-20-10-15-33_descent (9).ipynb",
          "descent_al_attempt_2026-11-20-10-15-34_descent.ipynb"], 1),
        (["1-2 - Ada - Nov 20, 2026 1015 AM/descent.ipynb",
          "1-2 - Ada - Nov 20, 2026 115 PM/descent.ipynb"], 1),
        (["1-2 - Ada - Dec 1, 2026 1201 AM/descent.ipynb",
          "1-2 - Ada - Nov 30, 2026 1159 PM/descent (3).ipynb"], 0),
        (["ada/descent (2).ipynb", "ada/descent (10).ipynb"], 1),  # nothing else is known
        (["ada/descent.ipynb", "l_1_5_descent.ipynb"], 1),
    ],
)  # fmt: skip
def test_the_later_upload_counts(tmp_path, files, counts):
    for file in files:
        put(tmp_path, file.encode())
    found = find(tmp_path, NAMES, [Student("ada", "Ada", canvas_id="1", login="al")])
    assert seen(found) == {("ada", "descent"): files[counts]}
    assert [one.file for one in found.left_over] == [files[1 - counts]]


def test_two_of_one_name_are_not_mixed_up(tmp_path):
    roster = [Student("a", "Bob Twin", moodle_id="1"), Student("b", "Bob Twin", moodle_id="2")]
    for number in (1, 2, 3):
        put(tmp_path, moodle("Bob Twin", number))
    put(tmp_path, b"7-7 - Bob Twin - Nov 20, 2026 1015 AM/momentum.ipynb")
    found = find(tmp_path, NAMES, roster)
    assert {student: file.split("_")[1] for (student, _), file in seen(found).items()} == {
        "a": "1", "b": "2",
    }  # fmt: skip
    assert len(found.left_over) == 2
    assert all("the name of a, b" in one.reason for one in found.left_over)
