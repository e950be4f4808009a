"""An assignment's text: one, from which the student's and the instructor's notebooks come.

It is MyST Markdown as jupytext reads it, with nbgrader's cell metadata. The same text and the same
numbers give the same bytes on every machine: no random cell ids, no versions, no times.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classroom.course.assignment import Assignment, Numbers, Task
from classroom.errors import ClassroomError

RELEASE = 1  # of the notebook's layout, in its metadata
WIDTH = 96  # characters of a line of numbers

SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
MARK_SCHEME = ("=== BEGIN MARK SCHEME ===", "=== END MARK SCHEME ===")
CODE_GAP = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_GAP = ("YOUR ANSWER HERE",)

_PLACEHOLDER = re.compile(r"\{\{ *([A-Za-z_]\w*) *\}\}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what nbformat allows
_KEYS = {"schema_version", "grade_id", "grade", "solution", "locked", "task"}


@dataclass(frozen=True)
class Cell:
    """A cell of the text: its placeholders are open, its solutions are in it."""

    kind: str  # "markdown" or "code"
    text: str
    marks: dict[str, Any]  # nbgrader's metadata; empty where there is none
    id: str  # of the notebook's cell

    @property
    def grade_id(self) -> str:
        return str(self.marks.get("grade_id", ""))

    @property
    def where(self) -> str:
        """For messages."""
        return f"the cell {self.grade_id!r}" if self.marks else f"the cell {self.text[:40]!r}"

    def for_students(self) -> str:
        """The text without solutions and mark schemes; empty if nothing else was in it."""
        gap = CODE_GAP if self.kind == "code" else TEXT_GAP
        text = "\n".join(_cut(self.text.split("\n"), SOLUTION, gap))
        if self.kind == "markdown":
            text = "\n".join(_cut(text.split("\n"), MARK_SCHEME, ()))
            text = re.sub(r"\n{3,}", "\n\n", text)
        return text.strip("\n")


@dataclass(frozen=True)
class AssignmentText:
    """An assignment's text, read and checked."""

    assignment: Assignment
    title: str
    minutes: int  # that it is expected to take
    goals: tuple[str, ...]
    cells: tuple[Cell, ...]
    places: dict[str, str]  # of each placeholder: the file and the line

    def notebook(self, numbers: Numbers, student: str, *, solutions: bool = False) -> bytes:
        """A notebook file (nbformat 4.5).

        Args:
            numbers: the student's own.
            student: the id, "" for everybody.
            solutions: the instructor's version, with solutions and mark schemes.

        Raises:
            ClassroomError: for a placeholder that is no number's name.
        """
        cells = [_cell(cell, text) for cell, text in self.shown(numbers, solutions=solutions)]
        content = {
            "cells": cells,
            "metadata": {
                "classroom": {
                    "assignment": self.assignment.name,
                    "release": RELEASE,
                    "student": student,
                },
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    def shown(self, numbers: Numbers, *, solutions: bool = False) -> Iterator[tuple[Cell, str]]:
        """The cells with the student's numbers in their texts; empty ones are left out."""
        for cell in self.cells:
            if text := cell.text if solutions else cell.for_students():
                yield cell, self._filled(text, numbers)

    def given(self, numbers: Numbers) -> list[str]:
        """The handout's own code, with a student's numbers: cells that nobody is to change."""
        return self._locked(numbers, graded=False)

    def public_checks(self, numbers: Numbers) -> list[str]:
        """The code of the cells that check answers in the notebook."""
        return self._locked(numbers, graded=True)

    def _locked(self, numbers: Numbers, *, graded: bool) -> list[str]:
        return [
            self._filled(cell.text, numbers)
            for cell in self.cells
            if cell.kind == "code"
            and cell.marks.get("locked")
            and bool(cell.marks["grade"]) == graded
        ]

    def rubric(self, task: str) -> str:
        """The mark scheme of an open question, as plain text."""
        (cell,) = (cell for cell in self.cells if cell.grade_id == task)
        lines = cell.text.split("\n")
        parts = ["\n".join(lines[a + 1 : b]) for a, b in _regions(lines, MARK_SCHEME)]
        return "\n\n".join(parts).strip()

    def _filled(self, text: str, numbers: Numbers) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name not in numbers:
                raise ClassroomError(
                    f"{self.places.get(name, self.assignment.name)}: there is no number {name!r}; "
                    f"choices: {', '.join(numbers)}."
                )
            return literal(numbers[name])

        return _PLACEHOLDER.sub(value, text)


def literal(value: Any) -> str:
    """A number, text or list of them as Python; long lists on several lines.

    Example:
        >>> literal([1.5, [2, "a"]])
        "[1.5, [2, 'a']]"
    """
    if type(value) not in (bool, int, float, str, list):
        raise ClassroomError(f"{value!r} is not a plain number, text or list of them.")
    if not isinstance(value, list):
        return repr(value)
    items = [literal(item) for item in value]
    short = f"[{', '.join(items)}]"
    if len(short) <= WIDTH:
        return short
    lines = ["   "]
    for item in items:
        if len(lines[-1]) + len(item) + 2 > WIDTH:
            lines.append("   ")
        lines[-1] += f" {item},"
    return "\n".join(["[", *lines, "]"])


def read_assignment_text(assignment: Assignment, path: Path) -> AssignmentText:
    """Read a text and check it against the assignment's tasks.

    Raises:
        ClassroomError: for what would give students a wrong notebook: a task without its cells,
            points that differ, a solution that would be handed out.
    """
    text = path.read_text(encoding="utf-8")
    notebook = _jupytext().reads(text, fmt="md:myst")
    cells = tuple(_read(assignment.name, index, cell) for index, cell in enumerate(notebook.cells))
    head = notebook.metadata.get("classroom", {})
    try:
        title, minutes = str(head["title"]), int(head["minutes"])
        goals = tuple(str(goal) for goal in head["goals"])
    except (KeyError, TypeError, ValueError):
        raise ClassroomError(
            f"{path.name}: its head must have classroom: title, minutes (a number), goals (a list)."
        ) from None
    problems = [*_cell_problems(cells), *_task_problems(assignment.tasks, cells)]
    if title != assignment.title:
        problems.append(f"its title is {title!r}, and the assignment's is {assignment.title!r}")
    problems = problems or list(_leaks(cells))
    if problems:
        raise ClassroomError(f"{path.name}: {'; '.join(problems)}.")
    places: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for name in _PLACEHOLDER.findall(line):
            places.setdefault(name, f"{path.name}, line {number}")
    return AssignmentText(assignment, title, minutes, goals, cells, places)


def _jupytext() -> Any:
    """The module, without a grammar of web addresses that takes four fifths of its import."""
    grammar = "rfc3987_syntax"  # jsonschema, below jupytext, does without where it is missing
    hidden = grammar not in sys.modules
    if hidden:
        sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        import jupytext
    finally:
        if hidden:
            del sys.modules[grammar]
    return jupytext


def _read(name: str, index: int, cell: Any) -> Cell:
    marks = dict(cell.metadata.get("nbgrader", {}))
    return Cell(
        kind=cell.cell_type,
        text=cell.source.replace("\r\n", "\n"),
        marks=marks,
        id=f"{name}-{marks.get('grade_id') or format(index, '02')}",
    )


def _cell(cell: Cell, text: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if cell.marks:
        metadata = {"nbgrader": cell.marks, "deletable": False}
        if cell.marks["locked"]:
            metadata["editable"] = False
    content = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": metadata,
        "source": text.splitlines(keepends=True),
    }
    return content | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})


def _regions(lines: list[str], marks: tuple[str, str]) -> Iterator[tuple[int, int]]:
    """First and last line of each region, markers included. ValueError where one has no partner."""
    begin = None
    for place, line in enumerate(lines):
        if line.strip() not in marks:
            continue
        if (line.strip() == marks[0]) != (begin is None):
            raise ValueError(f"{line.strip()!r} has no partner")
        if begin is None:
            begin = place
        else:
            yield begin, place
            begin = None
    if begin is not None:
        raise ValueError(f"{marks[0]!r} has no partner")


def _cut(lines: list[str], marks: tuple[str, str], gap: tuple[str, ...]) -> list[str]:
    """The lines with something else, at the same indent, in place of each region."""
    kept, after = [], 0
    for begin, end in _regions(lines, marks):
        indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip())]
        kept += [*lines[after:begin], *(indent + line for line in gap)]
        after = end + 1
    return kept + lines[after:]


def _cell_problems(cells: tuple[Cell, ...]) -> Iterator[str]:
    """What is wrong with cells, each seen alone."""
    for name, times in Counter(cell.id for cell in cells).items():
        if times > 1:
            yield f"the cell id {name!r} comes {times} times"
        if not _ID.fullmatch(name):
            yield f"the cell id {name!r} must be 1 to 64 letters, digits, - and _"
    for cell in cells:
        if cell.marks:
            keys = _KEYS | ({"points"} if cell.marks.get("grade") else set())
            if set(cell.marks) != keys or cell.marks["schema_version"] != 3:
                yield f"{cell.where} must have nbgrader's {', '.join(sorted(keys))}, version 3"
                continue
        for marks in (SOLUTION, MARK_SCHEME):
            try:
                regions = list(_regions(cell.text.split("\n"), marks))
            except ValueError as error:
                yield f"in {cell.where} {error}"
                continue
            if regions and marks is SOLUTION and not cell.marks.get("solution"):
                yield f"{cell.where} has a solution, and its metadata says solution: false"
            if regions and marks is MARK_SCHEME and cell.kind == "code":
                yield f"{cell.where} is code and has a mark scheme: write that in Markdown"
            if not regions and marks is SOLUTION and cell.marks.get("solution"):
                yield f"{cell.where} has no {SOLUTION[0]!r}"


def _task_problems(tasks: tuple[Task, ...], cells: tuple[Cell, ...]) -> Iterator[str]:
    """What tasks and cells do not agree about."""
    found = {cell.grade_id: cell for cell in cells if cell.marks}
    graded = [cell.grade_id for cell in cells if cell.marks.get("grade")]
    names = [task.name for task in tasks]
    if graded != names:
        yield f"its graded cells are {graded}, and the assignment's tasks {names}"
    for task in tasks:
        cell = found.get(task.name)
        if cell is None:
            continue
        if cell.marks.get("points") != task.points:
            yield (
                f"{cell.where} has {cell.marks.get('points')} points, and its task {task.points:g}"
            )
        if task.open:
            first = f"<!-- answer: {task.name} -->"
            if cell.kind != "markdown" or not cell.marks["solution"] or cell.marks["locked"]:
                yield f"{cell.where} must be Markdown with solution: true, locked: false"
            if cell.text.split("\n")[0] != first:
                yield f"{cell.where} must begin with {first!r}"
            if MARK_SCHEME[0] not in cell.text:
                yield f"{cell.where} has no {MARK_SCHEME[0]!r}"
        else:
            answer = found.get(f"{task.name}-answer")
            if answer is None or answer.kind != "code" or not answer.marks["solution"]:
                yield f"the task {task.name!r} has no code cell '{task.name}-answer'"
            if cell.kind != "code" or cell.marks["solution"] or not cell.marks["locked"]:
                yield f"{cell.where} must be code with solution: false, locked: true"


def _leaks(cells: tuple[Cell, ...]) -> Iterator[str]:
    """Lines of solutions and mark schemes that stand in the student's version too."""
    handed_out: set[str] = set()
    for cell in cells:
        handed_out |= {line.strip() for line in cell.for_students().split("\n")}
    for cell in cells:
        lines = cell.text.split("\n")
        for marks in (SOLUTION, MARK_SCHEME):
            for begin, end in _regions(lines, marks):
                for line in map(str.strip, lines[begin + 1 : end]):
                    # `return path` or an import may be in both; what calculates may not.
                    tells = bool(line) and (cell.kind == "markdown" or set(line) & set("=("))
                    if tells and line in handed_out:
                        yield f"students would see {line!r}, from the solution in {cell.where}"
