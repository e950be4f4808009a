"""What a person marks: the answers beside the rubric, and the table of points."""

import csv
import io
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from classroom.errors import ClassroomError
from classroom.exports import cells
from classroom.exports.totals import Record, of
from classroom.files import read_table
from classroom.markup import bullets, escaped, joined, page, points, tag
from classroom.roster import Student
from classroom.task import Assignment, Task

COLUMNS = ("student", "assignment", "task", "points")
ANSWER = 20_000  # characters of an answer that are shown


def to_fill_in(records: Iterable[Record], assignments: Mapping[str, Assignment]) -> str:
    """``marks.csv``: a row for each answer, its points to be filled in."""
    rows: list[Sequence[str]] = [COLUMNS]
    records = list(records)
    for name in assignments:
        for task in _open(assignments[name]):
            for record in of(records, name):
                if _answer(record, task) is not None:
                    rows.append([cells.text(record["student"]), name, task.name, ""])
    return cells.table(rows)


def continued(filled: str, empty: str) -> str:
    """A sheet that somebody has begun, with the rows of the empty one that it lacks."""
    begun = filled.splitlines()
    header, *rows = empty.splitlines()
    if not begun or begun[0].strip() != header:  # a spreadsheet's own form: hands off
        return filled
    new = [row for row in rows if not any(line.startswith(row) for line in begun)]
    return "\n".join([*begun, *new]) + "\n" if new else filled


def read_marks(
    path: str | Path,
    assignments: Mapping[str, Assignment],
    students: Collection[str] | None = None,
) -> dict[tuple[str, str, str], float]:
    """The marks of a filled-in table; rows without points are not marked yet.

    Args:
        path: of the CSV file. As spreadsheets of some countries write it, the columns may be
            separated by semicolons, and a number may have a comma.
        assignments: that there are.
        students: whom the table may name; without them, anybody.

    Returns:
        the points by (student, assignment, task).

    Raises:
        ClassroomError: with the line, for whatever is not known or out of its range.
    """
    path = Path(path)
    content = read_table(path, "marks")
    first = content.partition("\n")[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=";" if ";" in first else ",")
    marks: dict[tuple[str, str, str], float] = {}
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if sorted(header) != sorted(COLUMNS):
            raise ClassroomError(
                f"{path}, line 1: the columns are {', '.join(header)}; they must be "
                f"{', '.join(COLUMNS)}."
            )
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            where = f"{path}, line {reader.line_num}"
            if len(values) != len(COLUMNS):
                raise ClassroomError(f"{where}: {len(values)} values for {len(COLUMNS)} columns.")
            row = dict(zip(header, values, strict=True))
            key = (cells.plain(row["student"]), row["assignment"].strip(), row["task"].strip())
            task = _task(where, assignments, key[1], key[2])
            if students is not None and key[0] not in students:
                raise ClassroomError(f"{where}: {key[0]!r} has handed in nothing.")
            mark = _points(where, row["points"].strip(), task)
            if mark is None:
                continue
            if key in marks:
                raise ClassroomError(f"{where}: {', '.join(key)} has a mark in a line above.")
            marks[key] = mark
    except csv.Error as error:
        raise ClassroomError(f"{path}, line {reader.line_num}: {error}.") from None
    return marks


def open_answers(
    records: Iterable[Record],
    assignments: Mapping[str, Assignment],
    rubrics: Mapping[tuple[str, str], str],
    roster: Sequence[Student] | None = None,
) -> str:
    """``open-answers.html``: for each open task its rubric and all answers, for the marker.

    Args:
        records: of all submissions.
        assignments: in their order.
        rubrics: by (assignment, task), as plain text.
        roster: for the names.
    """
    names = {student.id: student.name for student in roster or ()}
    parts, records = [], list(records)
    for name, assignment in assignments.items():
        for task in _open(assignment):
            answers, without = [], []
            for record in of(records, name):
                answer = _answer(record, task)
                who = record["student"]
                who = f"{names[who]} ({who})" if names.get(who) else who
                if answer is None:
                    without.append(who)
                else:
                    shown = tag("pre", escaped(answer, ANSWER), tabindex="0")
                    answers.append(joined(tag("h3", who), shown))
            if not answers and not without:
                continue
            rubric = rubrics.get((name, task.name), "").strip() or "There is none."
            parts += [
                tag("h2", f"{assignment.title}: {task.title} ({points(task.points)} points)"),
                tag("p", f"In marks.csv: {name}, {task.name}", class_="quiet"),
                tag("h3", "Rubric"),
                tag("pre", escaped(rubric, ANSWER), tabindex="0"),
                *answers,
                tag("h3", "Without an answer") if without else "",
                bullets(without) if without else "",
            ]
    return page(
        "Open answers",
        tag("h1", "Open answers"),
        tag(
            "p",
            "Give each answer its points in marks.csv, then grade again with --marks marks.csv. "
            "A row that stays empty is not marked yet.",
        ),
        *parts,
    )


def _open(assignment: Assignment) -> list[Task]:
    return [task for task in assignment.tasks if task.open]


def _answer(record: Record, task: Task) -> str | None:
    for one in record["open"]:
        if one["name"] == task.name and one["found"]:
            return str(one["answer"])
    return None


def _task(where: str, assignments: Mapping[str, Assignment], name: str, task: str) -> Task:
    if name not in assignments:
        raise ClassroomError(
            f"{where}: there is no assignment {name!r}; choices: {', '.join(assignments)}."
        )
    choices = {task.name: task for task in _open(assignments[name])}
    if task not in choices:
        raise ClassroomError(
            f"{where}: {name} has no open task {task!r}; choices: {', '.join(choices) or 'none'}."
        )
    return choices[task]


def _points(where: str, text: str, task: Task) -> float | None:
    if not text:
        return None
    try:
        mark = float(text.replace(",", "."))
    except ValueError:
        raise ClassroomError(f"{where}: the points {text!r} are no number.") from None
    if not (math.isfinite(mark) and 0 <= mark <= task.points):
        raise ClassroomError(
            f"{where}: {text} points are out of range; {task.name} has 0 to {points(task.points)}."
        )
    return mark
