"""The roster: who gets an assignment, and how other systems call them."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from classroom.course import spreadsheet
from classroom.errors import ClassroomError, cut
from classroom.files import read_table

LONGEST = 100  # characters of an id
LONGEST_NAME = 255  # bytes of a folder's name, on common file systems


@dataclass(frozen=True)
class Student:
    """One line of the roster.

    Attributes:
        id: names the student's folder, and is what the student's numbers are drawn from.
        name: for people.
        email: Moodle's ``Email address``.
        canvas_id: Canvas's number for the student, its column ``ID``.
        login: Canvas's ``SIS Login ID``.
        section: Canvas's ``Section``.
        moodle_id: Moodle's ``ID number``. Not the participant's number in an archive's names.
    """

    id: str
    name: str = ""
    email: str = ""
    canvas_id: str = ""
    login: str = ""
    section: str = ""
    moodle_id: str = ""


COLUMNS = tuple(field.name for field in fields(Student))
#: By what a gradebook finds a student: it is exported to the letter.
FINDS = {"email": "Moodle", "canvas_id": "Canvas", "login": "Canvas", "moodle_id": "Moodle"}


def read_roster(path: str | Path) -> list[Student]:
    """The students of a CSV file with a header, in its order.

    Args:
        path: of the file, in UTF-8. The column ``id`` is required; the others are the
            attributes of :class:`Student`. Capitals and spaces around a value do not matter.

    Raises:
        ClassroomError: with the line, for an unknown column; for an id that is empty or cannot be
            the name of a folder; for an id, or what a gradebook finds a student by, that comes
            twice; and for what no table can hold or a spreadsheet would run.
    """
    path = Path(path)
    text = read_table(path, "roster")
    students: list[Student] = []
    seen: dict[tuple[str, str], int] = {}
    rows = _rows(path, text)
    line, header = next(rows, (1, []))
    columns = _columns(f"{path}, line {line}", header)
    for line, row in rows:
        where = f"{path}, line {line}"
        if len(row) > len(columns):
            raise ClassroomError(
                f"{where}: {len(row)} values for {len(columns)} columns. A value with a comma in "
                "it needs quotation marks."
            )
        student = Student(**{"id": "", **dict(zip(columns, row, strict=False))})
        if problem := why_no_folder(student.id):
            raise ClassroomError(f"{where}: the id {cut(student.id, LONGEST)!r} {problem}.")
        for column, value in zip(columns, row, strict=False):
            if problem := _why_no_cell(column, value):
                raise ClassroomError(f"{where}: the {column} {cut(value, LONGEST)!r} {problem}.")
        for column in ("id", *FINDS):
            value = getattr(student, column)
            key = column, _same(column, value)
            if value and key in seen:
                apart = " Capitals and zeros in front do not tell ids apart." * (column == "id")
                raise ClassroomError(
                    f"{where}: the {column} {value!r} stands in line {seen[key]} already.{apart}"
                )
            seen[key] = line
        students.append(student)
    if not students:
        raise ClassroomError(f"{path}: the roster has no students below its header.")
    return students


def _same(column: str, value: str) -> str:
    """What two values have in common that are one to a file system, a gradebook, a spreadsheet."""
    # On macOS and Windows `ada` and `Ada` are one folder, and so are two spellings of é.
    folded = unicodedata.normalize("NFC", value).casefold()
    return folded.lstrip("0") if column == "id" and folded.isdecimal() else folded


def _why_no_cell(column: str, value: str) -> str:
    """Why a value cannot stand in the tables that are written; empty where it can."""
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            return f"contains {character!r}, which nobody sees in a table"
    if column in FINDS and spreadsheet.text(value) != value:
        return (
            f"would be run by a spreadsheet as a formula, and {FINDS[column]} would not find the "
            "student by anything else. Leave it empty, and enter this one grade by hand"
        )
    return ""


def why_no_folder(id: str) -> str:
    """Why an id cannot be the name of a student's folder; empty where it can."""
    if not id:
        return "is empty"
    if len(id) > LONGEST:
        return f"has {len(id)} characters; at most {LONGEST} are possible"
    if len(id.encode(errors="replace")) > LONGEST_NAME:
        return f"has more than {LONGEST_NAME} bytes, the most for a folder's name"
    if id != id.strip():
        return "begins or ends with a space"
    if id.startswith("."):
        return "begins with a dot: a folder of that name is hidden, or means another one"
    for character in id:
        # C: control, format, surrogate, unassigned. Z: separators; of these only the space is seen.
        kind = unicodedata.category(character)
        if character in "/\\" or kind[0] == "C" or (kind[0] == "Z" and character != " "):
            return f"contains {character!r}, which cannot stand in a folder's name"
    return ""


def file_name(student: str) -> str:
    """A student's id as a file's name: readable, safe, and different for different ids."""
    raw = student.encode(errors="surrogateescape")
    plain = quote(raw, safe=" @+,=")
    if plain.startswith("."):
        plain = "%2E" + plain[1:]
    # No short id has the mark in it: nobody can take the name of somebody else's long id.
    return plain if len(plain) <= 100 else f"{plain[:80]}!{sha256(raw).hexdigest()[:16]}"


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not blank, by number, their values without spaces around them."""
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    try:
        for row in reader:
            values = [value.strip(" \t") for value in row]
            if any("\n" in value or "\r" in value for value in values):
                raise ClassroomError(
                    f"{path}, line {reader.line_num}: a value goes over more than one line. "
                    "Is a quotation mark missing?"
                )
            if any(values):
                yield reader.line_num, values
        if text.count('"') % 2:
            raise ClassroomError(
                f"{path}, line {reader.line_num}: a quotation mark is missing in or before it."
            )
    except csv.Error as error:
        raise ClassroomError(f"{path}, line {reader.line_num}: {error}.") from None


def _columns(where: str, header: list[str]) -> list[str]:
    columns = [name.lower() for name in header]
    choices = ", ".join(COLUMNS)
    for name in columns:
        if name not in COLUMNS:
            commas = " Columns are separated by commas." if {";", "\t"} & set(name) else ""
            raise ClassroomError(
                f"{where}: there is no column {cut(name, 40)!r}; choices: {choices}.{commas}"
            )
        if columns.count(name) > 1:
            raise ClassroomError(f"{where}: the column {name!r} comes twice.")
    if "id" not in columns:
        raise ClassroomError(f"{where}: the column 'id' is missing; choices: {choices}.")
    return columns
