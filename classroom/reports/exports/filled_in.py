"""A gradebook's own file, filled in: what it exported, with the scores in their column.

Sources: instructure/canvas-lms, ``lib/gradebook_importer.rb``: the order of the student's columns
up to ``Section``, the number behind an assignment's title. moodle/moodle,
``mod/assign/feedback/offline/importgradeslib.php``: the headings, ``Identifier``, and the time of
the last grade, by which Moodle sees that a grade has changed since.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from classroom.course import spreadsheet, systems
from classroom.course.assignment import Assignment, Record
from classroom.course.roster import Roster, Student
from classroom.errors import ClassroomError, cut
from classroom.reports.exports.moodle import comment
from classroom.reports.markup import points
from classroom.reports.totals import TEXT_OPEN, Marks, Total, maximum, totals

GRADE, COMMENTS, MOST, LOCKED = "grade", "feedbackcomments", "maximumgrade", "gradecanbechanged"
_OPEN = re.compile(rf"\s*{TEXT_OPEN}.*")  # what an earlier run wrote into a note


class FilledIn(NamedTuple):
    """The files by their path, and what the teacher should know of them."""

    files: dict[str, str]
    notes: list[str]


@dataclass(frozen=True)
class Sheet:
    """A gradebook's file, and where an assignment's score belongs.

    Attributes:
        file: as it was read.
        column: of the score.
    """

    file: Roster
    column: int

    def at(self, values: Sequence[str], place: str | int | None) -> str:
        """A row's value in a column, or under a heading, which is squeezed; "" for none."""
        place = self.place(place) if isinstance(place, str) else place
        return values[place].strip() if place is not None and place < len(values) else ""

    def place(self, heading: str) -> int | None:
        """Where a heading stands."""
        headings = [systems.squeezed(one) for one in self.file.header]
        return headings.index(heading) if heading in headings else None


def sheets(
    files: Iterable[Roster], assignments: Mapping[str, Assignment], handed_in: Collection[str]
) -> tuple[dict[tuple[str, str], Sheet], list[str]]:
    """Which file is for which assignment.

    A column of Canvas's is called like an assignment, or like its title. Of a worksheet of Moodle's
    the file is called so, as Moodle calls it; or there is one assignment only.

    Args:
        files: that gradebooks exported.
        assignments: by name.
        handed_in: those of which there are submissions.

    Returns:
        a sheet by kind and assignment; and what could not be placed, for the teacher.

    Raises:
        ClassroomError: where two columns or two files are for one assignment, and for a file that
            is no gradebook's.
    """
    found: dict[tuple[str, str], Sheet] = {}
    notes = []
    for file in files:
        if file.kind == systems.CANVAS:
            places = {name: _canvas_column(file, assignments[name]) for name in handed_in}
        elif file.kind == systems.WORKSHEET:
            name = _of_worksheet(file, assignments, handed_in)
            headings = [systems.squeezed(heading) for heading in file.header]
            places = dict.fromkeys([name] if name else [], headings.index(GRADE))
        else:
            raise ClassroomError(
                f"{file.path}: this is {file.kind}; it must be {systems.CANVAS} or "
                f"{systems.WORKSHEET}, as it is exported."
            )
        for name, place in places.items():
            if place is None:
                continue
            if other := found.get((file.kind, name)):
                raise ClassroomError(
                    f"{file.path}: {other.file.path} is for {name} already. Give one of them."
                )
            found[file.kind, name] = Sheet(file, place)
        notes += _unplaced(file, places)
    return found, notes


def _canvas_column(file: Roster, assignment: Assignment) -> int | None:
    """The column of an assignment: Canvas writes the number that it has behind its title."""
    names = {systems.squeezed(assignment.name), systems.squeezed(assignment.title)}
    places = [
        place
        for place, heading in enumerate(file.header)
        if systems.squeezed(re.sub(r"\s*\([0-9]+\)$", "", heading)) in names
    ]
    if len(places) > 1:
        both = " and ".join(repr(file.header[place]) for place in places)
        raise ClassroomError(
            f"{file.path}, line 1: the columns {both} are each for {assignment.name}. Take all but "
            "one out of the file."
        )
    return places[0] if places else None


def _of_worksheet(
    file: Roster, assignments: Mapping[str, Assignment], handed_in: Collection[str]
) -> str:
    """The assignment of a worksheet: Moodle puts course, assignment and a number into its name."""
    called = systems.squeezed(file.path.stem)
    last = {
        name: max(called.rfind(systems.squeezed(said)) for said in (name, assignments[name].title))
        for name in handed_in
    }
    named = [name for name, place in last.items() if place >= 0]
    if not named:
        return next(iter(handed_in)) if len(handed_in) == 1 else ""
    return max(named, key=last.__getitem__)


def _unplaced(file: Roster, places: Mapping[str, int | None]) -> list[str]:
    """What the teacher should know where a file has no place for a score."""
    if file.kind == systems.WORKSHEET:
        said = "it is not filled in, for its name does not say of which assignment it is"
        return [] if places else [f"{file.path}: {said}. Rename it, as in descent.csv"]
    return [
        f"{file.path}: no column is called {name!r}, and Canvas will offer to make one"
        for name, place in places.items()
        if place is None
    ]


def filled_in(
    found: Mapping[tuple[str, str], Sheet],
    records: Iterable[Record],
    assignments: Mapping[str, Assignment],
    roster: Sequence[Student],
    marks: Marks | None = None,
) -> FilledIn:
    """``canvas/NAME.csv`` and ``moodle/NAME-worksheet.csv``, with the scores.

    Canvas's has the students that have a score, and of the assignments' columns this one: an empty
    cell would clear a grade. Moodle's is the worksheet as it was, but for grade and feedback.
    """
    made = FilledIn({}, [])
    records = list(records)
    for (kind, name), sheet in sorted(found.items()):
        students = _students(sheet.file, roster)
        known = {student.id: student for student in students.values()}
        scores = {
            student.id: (record, made)
            for student, record, made in totals(records, assignments[name], known, marks)
        }
        ids = [
            students[row.student].id if row.student in students else "" for row in sheet.file.rows
        ]
        whose = [scores.get(student) for student in ids]
        if not any(whose):
            continue
        most = maximum(assignments[name], marks)
        if kind == systems.CANVAS:
            made.files[f"canvas/{name}.csv"] = _canvas(sheet, whose)
            made.notes.extend(_other_points(sheet, name, most))
        else:
            made.files[f"moodle/{name}-worksheet.csv"] = _worksheet(sheet, whose, marks)
            made.notes.extend(_other_maximum(sheet, name, most))
        if strangers := [one.id for one in sheet.file.students if one.id not in students]:
            said = cut(", ".join(strangers), 200)
            made.notes.append(f"{sheet.file.path}: of nobody on the roster are {said}")
    return made


Scored = Sequence[tuple[Record, Total] | None]


def _canvas(sheet: Sheet, scores: Scored) -> str:
    section = sheet.place("section") or 0
    notes = _canvas_notes(sheet, scores)

    def line(values: Sequence[str], note: str, last: str) -> list[str]:
        cells = [*values, *[""] * len(sheet.file.header)][: section + 1]
        return [*map(spreadsheet.kept, cells), *([note] if notes else []), last]

    heading = spreadsheet.kept(sheet.file.header[sheet.column])
    rows = [line(sheet.file.header, "Notes", heading)]
    for place, (row, scored) in enumerate(zip(sheet.file.rows, scores, strict=True)):
        if scored:
            note = notes[place] if notes else ""
            rows.append(line(row.values, note, spreadsheet.number(scored[1].score)))
        elif "points possible" in row.values[0].casefold():
            possible = sheet.at(row.values, sheet.column)
            rows.append(line(["    Points Possible", *row.values[1:]], "", possible))
    return spreadsheet.table(rows)


def _canvas_notes(sheet: Sheet, scores: Scored) -> list[str]:
    """The column Notes, which students do not see: of each row, also whether its text is open.

    Canvas's import takes it where the export has it. Empty where nothing in it is new.
    """
    place = sheet.place("notes")
    if place is None:
        return []
    before = [sheet.at(row.values, place) for row in sheet.file.rows]
    after = [
        f"{_OPEN.sub('', note)} {scored[1].text_open}".strip() if scored else note
        for note, scored in zip(before, scores, strict=True)
    ]
    return list(map(spreadsheet.kept, after)) if after != before else []


def _worksheet(sheet: Sheet, scores: Scored, marks: Marks | None) -> str:
    comments = sheet.place(COMMENTS)
    rows: list[list[str]] = [list(map(spreadsheet.kept, sheet.file.header))]
    for row, scored in zip(sheet.file.rows, scores, strict=True):
        cells = list(map(spreadsheet.kept, row.values))
        if scored and sheet.at(row.values, LOCKED).casefold() != "no":
            record, made = scored
            decimal = "," if "," in sheet.at(row.values, MOST) else "."
            cells[sheet.column] = spreadsheet.number(made.score).replace(".", decimal)
            if comments is not None:
                cells += [""] * (comments + 1 - len(cells))
                cells[comments] = spreadsheet.text(comment(record, made, marks))
        rows.append(cells)
    return spreadsheet.table(rows)


def _other_points(sheet: Sheet, name: str, most: float) -> list[str]:
    for row in sheet.file.rows:
        if "points possible" in row.values[0].casefold():
            possible = sheet.at(row.values, sheet.column)
            if possible and spreadsheet.read_number(possible) != most:
                unit = "point" if spreadsheet.read_number(possible) == 1 else "points"
                return [
                    f"{sheet.file.path}: {sheet.file.header[sheet.column]!r} has {possible} {unit} "
                    f"in Canvas, and the scores of {name} are of {points(most)}"
                ]
    return []


def _other_maximum(sheet: Sheet, name: str, most: float) -> list[str]:
    notes = []
    said = {sheet.at(row.values, MOST) for row in sheet.file.rows} - {""}
    if others := sorted(one for one in said if spreadsheet.read_number(one) != most):
        notes.append(
            f"{sheet.file.path}: Moodle's maximum grade is {others[0]}, and the scores of {name} "
            f"are of {points(most)}. Moodle refuses what is above its maximum: set it there"
        )
    locked = sum(sheet.at(row.values, LOCKED).casefold() == "no" for row in sheet.file.rows)
    if locked:
        notes.append(f"{sheet.file.path}: grades that cannot be changed in Moodle: {locked}")
    return notes


def _students(file: Roster, roster: Sequence[Student]) -> dict[str, Student]:
    """Who on the roster a row is of, by the id that the row has in its own file."""
    keys = ("id", "canvas_id", "moodle_id", "participant", "email", "login")
    known = {
        (key, value.casefold()): student
        for student in roster
        for key in keys
        if (value := getattr(student, key))
    }
    found = {}
    for one in file.students:
        for key in keys:
            value = getattr(one, key)
            if value and (student := known.get((key, value.casefold()))):
                found[one.id] = student
                break
    return found
