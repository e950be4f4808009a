"""``marks.csv``: the points that people give, to be filled in and read back."""

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from classroom.course import spreadsheet
from classroom.course.assignment import Assignment, Record, Task
from classroom.errors import ClassroomError, counted, cut
from classroom.files import read_table
from classroom.reports.markup import points
from classroom.reports.texts import Answer, handed_in, is_fingerprint
from classroom.reports.totals import of

COLUMNS = ("student", "assignment", "task", "points")
TEXT = "text"  # the text that got the points, by its fingerprint; older tables lack this column


def to_fill_in(records: Iterable[Record], assignments: Mapping[str, Assignment]) -> str:
    """``marks.csv``: a row for each answer, its points to be filled in."""
    rows: list[Sequence[str]] = [(*COLUMNS, TEXT)]
    records = list(records)
    texts = handed_in(records)
    for name in assignments:
        for task in _open(assignments[name]):
            for record in of(records, name):
                student = record["student"]
                if text := texts.get((student, name, task.name)):
                    rows.append([spreadsheet.student(student), name, task.name, "", text])
    return spreadsheet.table(rows)


def continued(filled: str, empty: str) -> str:
    """A sheet that somebody has begun, with the rows of the empty one that it lacks.

    What stands in it stays to the letter: order and separator of the columns, too. Only where there
    are no points yet, they will be given to the text that is there now.
    """
    rows, separator = _rows(empty)[0], spreadsheet.separator(filled)
    students = {spreadsheet.plain(row["student"]) for _, row in rows}
    try:
        begun, header = _rows(filled)
    except ValueError:  # another sheet, or a broken one: hands off
        return filled
    there = {(_whose(row["student"], students), row["assignment"], row["task"]) for _, row in begun}
    filled = _with_texts(filled, begun, {
        (spreadsheet.plain(row["student"]), row["assignment"], row["task"]): row[TEXT]
        for _, row in rows
    })  # fmt: skip
    new = [
        [row[name] for name in header]
        for _, row in rows
        if (spreadsheet.plain(row["student"]), row["assignment"], row["task"]) not in there
    ]
    if not new:
        return filled
    between = "" if filled.endswith(("\n", "\r")) else "\n"
    return f"{filled}{between}{spreadsheet.table(new, separator)}"


def _with_texts(
    filled: str, begun: Iterable[tuple[int, dict[str, str]]], texts: Mapping[Answer, str]
) -> str:
    """A sheet in which the rows without points name the texts that are there now."""
    students = {student for student, _, _ in texts}
    lines = io.StringIO(filled, newline="").readlines()
    for line, row in begun:
        student, old = _whose(row["student"], students), row.get(TEXT, "")
        now = texts.get((student or "", row["assignment"], row["task"]))
        # What else stands there is a person's, such as points in the wrong column.
        if is_fingerprint(old) and now and not row["points"]:
            lines[line - 1] = now.join(lines[line - 1].rsplit(old, 1))
    return "".join(lines)


def _rows(content: str) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """The rows by line, and the header.

    Raises:
        ValueError: for another header, or another number of values: with the line and what it is.
    """
    found = spreadsheet.rows(content.removeprefix("\ufeff"), spaces=True)
    _, first = next(found, (1, []))
    header = [name.strip().lower() for name in first]
    if sorted(header) not in (sorted(COLUMNS), sorted((*COLUMNS, TEXT))):
        said = cut(", ".join(header), 200)
        raise ValueError(f"line 1: the columns are {said}; they must be {', '.join(COLUMNS)}")
    rows = []
    for line, values in found:
        if len(values) == len(COLUMNS) and header[-1] == TEXT:  # a row that a person has added
            values = [*values, ""]
        if len(values) != len(header):
            values_said = counted(len(values), "value")
            raise ValueError(f"line {line}: {values_said} for {len(header)} columns")
        row = dict(zip(header, values, strict=True))
        rows.append((line, {
            name: value if name == "student" else value.strip() for name, value in row.items()
        }))  # fmt: skip
    return rows, header


def _whose(cell: str, students: Collection[str]) -> str | None:
    """The student of a row; None where there is none.

    A spreadsheet may have taken away the apostrophe that keeps a formula from running, spaces, or
    the zeros at the beginning of a number.
    """
    for found in (spreadsheet.plain(cell), cell, cell.strip()):
        if found in students:
            return found
    number = cell.strip().lstrip("0")
    alike = [student for student in students if student.lstrip("0") == number]
    return alike[0] if number.isdecimal() and len(alike) == 1 else None


def read_marks(
    path: str | Path,
    assignments: Mapping[str, Assignment],
    students: Collection[str],
) -> dict[tuple[str, str, str], float]:
    """The marks of a filled-in table; rows without points are not marked yet.

    Args:
        path: of the CSV file. As spreadsheets of some countries write it, the columns may be
            separated by semicolons or tabs, and a number may have a comma.
        assignments: that there are.
        students: whom the table may name.

    Returns:
        the points by (student, assignment, task).

    Raises:
        ClassroomError: with the line, for whatever is not known or out of its range.
    """
    path = Path(path)
    try:
        rows, _ = _rows(read_table(path, "marks"))
    except ValueError as error:
        raise ClassroomError(f"{path}, {error}.") from None
    marks: dict[tuple[str, str, str], float | None] = {}
    for line, row in rows:
        where = f"{path}, line {line}"
        task = _task(where, assignments, row["assignment"], row["task"])
        student = _whose(row["student"], students)
        if student is None:
            raise ClassroomError(
                f"{where}: of {cut(row['student'], 100)!r} nothing is graded: either nothing is "
                "handed in, or the roster lacks this student. Mend the id, or delete the row."
            )
        key = (student, row["assignment"], row["task"])
        if key in marks:
            raise ClassroomError(f"{where}: {', '.join(key)} has a row above already.")
        if (text := row.get(TEXT)) and not is_fingerprint(text):
            raise ClassroomError(
                f"{where}: {cut(text, 100)!r} in the column {TEXT} is not what the grader wrote "
                "there. Points belong into the column points; leave the other as it is, or empty."
            )
        marks[key] = _points(where, row["points"], task)
    return {key: mark for key, mark in marks.items() if mark is not None}


def read_texts(path: str | Path, students: Collection[str]) -> dict[Answer, str]:
    """To which texts the marks of a table were given, by their fingerprints, where it says that.

    Args:
        path: of a table that :func:`read_marks` has read.
        students: whom it may name.
    """
    rows, _ = _rows(read_table(Path(path), "marks"))
    return {
        (student, row["assignment"], row["task"]): row[TEXT]
        for _, row in rows
        if (student := _whose(row["student"], students)) and row["points"] and row.get(TEXT)
    }


def _open(assignment: Assignment) -> list[Task]:
    return [task for task in assignment.tasks if task.open]


def _task(where: str, assignments: Mapping[str, Assignment], name: str, task: str) -> Task:
    if name not in assignments:
        choices = ", ".join(assignments)
        raise ClassroomError(
            f"{where}: there is no assignment {cut(name, 100)!r}; choices: {choices}."
        )
    tasks = {task.name: task for task in _open(assignments[name])}
    if task not in tasks:
        choices = ", ".join(tasks) or "none"
        raise ClassroomError(
            f"{where}: {name} has no open task {cut(task, 100)!r}; choices: {choices}."
        )
    return tasks[task]


def _points(where: str, text: str, task: Task) -> float | None:
    if not text:
        return None
    mark = spreadsheet.read_number(text)
    if mark is None:
        raise ClassroomError(
            f"{where}: the points {cut(text, 100)!r} are no number; write them as 2 or 2.5."
        )
    if not 0 <= mark <= task.points:
        raise ClassroomError(
            f"{where}: the points {cut(text, 100)} are out of range; {task.name} has 0 to "
            f"{points(task.points)}."
        )
    return mark
