"""The roster: who gets an assignment, and how other systems call them."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from classroom.course import spreadsheet, systems
from classroom.errors import ClassroomError, counted, cut
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
        moodle_id: Moodle's ``ID number``.
        participant: the number in Moodle's ``Identifier``, and in the names of its archives. It is
            another one in each assignment.
    """

    id: str
    name: str = ""
    email: str = ""
    canvas_id: str = ""
    login: str = ""
    section: str = ""
    moodle_id: str = ""
    participant: str = ""


COLUMNS = tuple(field.name for field in fields(Student))
#: By what a gradebook finds a student: it is exported to the letter.
FINDS = {
    "email": "Moodle",
    "canvas_id": "Canvas",
    "login": "Canvas",
    "moodle_id": "Moodle",
    "participant": "Moodle",
}


@dataclass(frozen=True)
class Row:
    """A row of the file as it stands there, and whose it is; "" where it is no student's."""

    student: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """The students, and the file that they come from.

    Attributes:
        students: in the file's order.
        path: of the file.
        kind: whose file it is, for people: see :mod:`classroom.course.systems`.
        header: the headings as they stand there.
        rows: all of them below the header.
        said: what was taken for what, in one line; then whatever was left out or stands in.
    """

    students: list[Student]
    path: Path = Path()
    kind: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    said: tuple[str, ...] = ()


def read_roster(path: str | Path) -> Roster:
    """The students of a table with a header, in its order.

    Args:
        path: of the file: a table of one's own, whose columns are the attributes of
            :class:`Student`, of which ``id`` is required; or a file of a system that
            :mod:`classroom.course.systems` knows, as it comes. Capitals and spaces around a value
            do not matter; columns may be separated by commas, semicolons, tabs or bars.

    Raises:
        ClassroomError: with the line, for columns of which two could be one attribute, or one is
            misspelt; for an id that is empty or cannot be the name of a folder; for an id, or what
            a gradebook finds a student by, that comes twice; and for what no table can hold or a
            spreadsheet would run.
    """
    path = Path(path)
    rows = spreadsheet.rows(read_table(path, "roster"))
    try:
        line, header = next(rows, (1, []))
        reading = _Reading(path, _Header(f"{path}, line {line}", header))
        for line, values in rows:
            reading.row(line, values)
    except ValueError as error:
        raise ClassroomError(f"{path}, {error}.") from None
    return reading.roster()


def say(roster: Roster) -> None:
    """Print what was taken for what."""
    for line in roster.said:
        print(f"{roster.path}: {line}.")


class _Reading:
    """A file while it is read, row by row."""

    def __init__(self, path: Path, header: "_Header") -> None:
        self._path, self._header = path, header
        self._students: list[Student] = []
        self._rows: list[Row] = []
        self._left_out: list[str] = []
        self._seen: dict[tuple[str, str], int] = {}
        self._used: dict[str, dict[systems.Source, list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def row(self, line: int, values: list[str]) -> None:
        where = f"{self._path}, line {line}"
        cells = [value.strip(" \t") for value in values]
        header = self._header
        if any(cells[len(header.headings) :]):
            raise ClassroomError(
                f"{where}: {counted(len(cells), 'value')} for "
                f"{counted(len(header.headings), 'column')}. A value with "
                "the separator in it needs quotation marks."
            )
        row = dict(zip(header.headings, cells, strict=False))
        reason = systems.of_no_student(header.kind, row)
        if reason:
            self._left_out.append(f"line {line}: {reason}")
        if reason is None:
            self._student(where, line, row)
        self._rows.append(Row("" if reason is not None else self._students[-1].id, tuple(values)))

    def _student(self, where: str, line: int, row: dict[str, str]) -> None:
        values = {"id": ""}
        for attribute, sources in self._header.sources.items():
            for source in sources:
                if value := source.value(row):
                    values[attribute] = value
                    self._used[attribute][source].append(line)
                    break
        student = Student(**values)
        self._check(where, line, student)
        self._students.append(student)

    def _check(self, where: str, line: int, student: Student) -> None:
        for column in COLUMNS:
            value = getattr(student, column)
            if {"\n", "\r"} & set(value):
                raise ClassroomError(
                    f"{where}: the {column} goes over more than one line. Is a quotation mark "
                    "missing?"
                )
        if problem := why_no_folder(student.id):
            called = "" if student.id else self._header.called("id")
            empty = f" ({called})" if called.casefold() not in ("", "id") else ""
            raise ClassroomError(f"{where}: the id {cut(student.id, LONGEST)!r}{empty} {problem}.")
        for column in COLUMNS:
            value = getattr(student, column)
            if problem := _why_no_cell(column, value):
                raise ClassroomError(f"{where}: the {column} {cut(value, LONGEST)!r} {problem}.")
        for column in ("id", *FINDS):
            value = getattr(student, column)
            key = column, _same(column, value)
            if value and key in self._seen:
                apart = " Capitals and zeros in front do not tell ids apart." * (column == "id")
                above = f"stands in line {self._seen[key]} already.{apart}"
                raise ClassroomError(f"{where}: the {column} {value!r} {above}")
            self._seen[key] = line

    def roster(self) -> Roster:
        header = self._header
        if not self._students:
            raise ClassroomError(f"{self._path}: the roster has no students below its header.")
        return Roster(
            self._students,
            self._path,
            header.kind.name,
            header.original,
            tuple(self._rows),
            (self._taken(header), *self._stand_in(header), *self._left_out),
        )

    def _taken(self, header: "_Header") -> str:
        """What was taken for what, in one line."""
        taken, used = [], set()
        for attribute in COLUMNS:
            for source in list(self._used.get(attribute, {}))[:1]:
                used |= set(source.headings)
                said = " ".join(map(header.spelt, source.headings))
                taken.append(attribute if said == attribute else f"{attribute} is {said!r}")
        others = [one for one in header.original if one and systems.squeezed(one) not in used]
        students = counted(len(self._students), "student")
        unused = f"; not used: {cut(', '.join(others), 200)}" if others else ""
        return f"{header.kind.name}, {students}: {', '.join(taken)}{unused}"

    def _stand_in(self, header: "_Header") -> Iterator[str]:
        """Whose id is of another column than most: it would change where theirs is filled in."""
        usual = max(self._used["id"].values(), key=len)
        for source, lines in self._used["id"].items():
            if lines is not usual:
                some = ", ".join(map(str, lines[:10])) + " and others" * (len(lines) > 10)
                said = " ".join(map(header.spelt, source.headings))
                yield f"line {some}: the id is {said!r}, since no better one is there"


class _Header:
    """The first row: what kind of file it is, and where what stands."""

    def __init__(self, where: str, values: list[str]) -> None:
        cells = [value.strip(" \t") for value in values]
        self.original = tuple(cells)
        self.headings = [systems.squeezed(cell) for cell in cells]
        self.kind = systems.system(self.headings)
        self.sources: dict[str, list[systems.Source]] = {}
        there = set(self.headings)
        for attribute, sources in self.kind.sources.items():
            self.sources[attribute] = [one for one in sources if there.issuperset(one.headings)]
        used = {h for found in self.sources.values() for one in found for h in one.headings}
        for heading in self.headings:
            if heading in used and self.headings.count(heading) > 1:
                raise ClassroomError(f"{where}: the column {self.spelt(heading)!r} comes twice.")
        if not self.kind.ordered:
            self._no_question(where, used)
        if not self.sources["id"]:
            found = ", ".join(cell for cell in cells if cell)[:60]
            raise ClassroomError(
                f"{where}: the column 'id' is missing; choices: {', '.join(COLUMNS)}. "
                f"Found: {found!r}."
            )

    def spelt(self, heading: str) -> str:
        """A heading as it stands in the file."""
        return self.original[self.headings.index(heading)]

    def called(self, attribute: str) -> str:
        """The columns of an attribute, for people."""
        return ", ".join(
            " ".join(map(self.spelt, source.headings)) for source in self.sources[attribute]
        )

    def _no_question(self, where: str, used: set[str]) -> None:
        """Refuse what could be two things, and what is nearly a column's name."""
        for attribute, found in self.sources.items():
            if len(found) > 1:
                raise ClassroomError(
                    f"{where}: each of the columns {self.called(attribute)} could be the "
                    f"{attribute}. Rename all but one."
                )
        missing = {systems.squeezed(one): one for one in COLUMNS if not self.sources.get(one)}
        for heading in self.headings:
            near = get_close_matches(heading, missing, 1, 0.8) if heading not in used else []
            if near:
                raise ClassroomError(
                    f"{where}: there is no column {cut(self.spelt(heading), 40)!r}; choices: "
                    f"{', '.join(COLUMNS)}. Is {missing[near[0]]!r} meant? Otherwise rename it."
                )


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
