"""An assignment's text: one, from which the student's and the instructor's notebooks come.

It is MyST Markdown as jupytext reads it, with nbgrader's cell metadata. The same text and the same
numbers give the same bytes on every machine: no random cell ids, no versions, no times.
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from classroom.course import for_torch
from classroom.course.assignment import Assignment, Numbers, Task
from classroom.course.notebook import MARK_SCHEME, SOLUTION
from classroom.course.own_numbers import NumbersCell, bare
from classroom.errors import ClassroomError, cut
from classroom.files import why

RELEASE = 1  # of the notebook's layout, in its metadata
WIDTH = 96  # characters of a line of numbers

CODE_GAP = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_GAP = ("YOUR ANSWER HERE",)

#: A cell's tag: Jupyter shows its error, and runs the cells below it all the same. What hangs on a
#: student's work has it. The handout's own code has none, for without it nothing else runs, and a
#: solved notebook has none, for there an error is a mistake of ours.
GOES_ON = "raises-exception"

Problem = tuple[int, str]  # the file's line, and what is wrong

PLACEHOLDER = re.compile(r"\{\{ *([A-Za-z_]\w*) *\}\}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what nbformat allows
#: What stands below classroom: in the head: its type, and what is said of it.
HEAD: dict[str, tuple[Any, str]] = {
    "title": ((str, int, float), "a text"),
    "minutes": (int, "a whole number"),
    "goals": (list, "a list, each goal in a line that begins with -"),
    "tries": (int, "a whole number"),
}
HEAD_HINT = (
    "Lines that belong together begin in one column, with spaces and no tabs; a text with a colon "
    "in it stands in quotes; --- ends the head."
)
CELL_HINT = "Look for a brace, a quote, a comma or a --- that is missing."
_KEYS = {"schema_version", "grade_id", "grade", "solution", "locked", "task"}


@dataclass(frozen=True)
class Cell:
    """A cell of the text: its placeholders are open, its solutions are in it."""

    kind: str  # "markdown" or "code"
    text: str
    marks: dict[str, Any]  # nbgrader's metadata; empty where there is none
    id: str  # of the notebook's cell
    line: int  # of the file, at which its text begins

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

    def solution(self) -> list[str]:
        """The lines of its solutions."""
        lines = self.text.split("\n")
        return [line for a, b in _regions(lines, SOLUTION) for line in lines[a + 1 : b]]


@dataclass(frozen=True)
class AssignmentText:
    """An assignment's text, read and checked."""

    assignment: Assignment
    title: str
    minutes: int  # that it is expected to take
    tries: int  # rounds of a search that it needs: run, look, change
    goals: tuple[str, ...]
    cells: tuple[Cell, ...]
    cells_for_torch: tuple[Cell, ...]  # of the handout for PyTorch
    places: dict[str, str]  # of each placeholder: the file and the line

    def notebook(
        self,
        numbers: Numbers,
        student: str,
        *,
        solutions: bool = False,
        questions: Mapping[str, str] | None = None,
    ) -> bytes:
        """A notebook file (nbformat 4.5).

        Args:
            numbers: the student's own.
            student: the id, "" for everybody.
            solutions: the instructor's version, with solutions and mark schemes.
            questions: for PyTorch: of each task that is graded by its numbers, see
                :mod:`classroom.grading.by_numbers`. Without them it is the handout of NumPy.

        Raises:
            ClassroomError: for a placeholder that is no number's name.
        """
        cells = [
            _cell(cell, text, unsolved=not solutions)
            for cell, text in self.shown(numbers, solutions=solutions, torch=questions is not None)
        ]
        about: dict[str, Any] = {
            "assignment": self.assignment.name,
            "release": RELEASE,
            "student": student,
        }
        if questions is not None:
            cells = for_torch.with_questions(self.assignment.name, cells, questions)
            about["torch"] = True
        content = {
            "cells": cells,
            "metadata": {
                "classroom": about,
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    def shown(
        self, numbers: Numbers, *, solutions: bool = False, torch: bool = False
    ) -> Iterator[tuple[Cell, str]]:
        """The cells with the student's numbers in their texts; empty ones are left out."""
        for cell in self.cells_for_torch if torch else self.cells:
            if text := cell.text if solutions else cell.for_students():
                yield cell, self._filled(text, numbers)

    def code(self, numbers: Numbers, *, torch: bool = False) -> str:
        """All code as it is handed out."""
        shown = self.shown(numbers, torch=torch)
        return "\n".join(text for cell, text in shown if cell.kind == "code")

    def given(self, numbers: Numbers) -> list[str]:
        """The handout's own code, with a student's numbers: cells that nobody is to change."""
        return self._locked(numbers, graded=False)

    def public_checks(self, numbers: Numbers) -> list[str]:
        """The code of the cells that check answers in the notebook."""
        return self._locked(numbers, graded=True)

    def numbers_cells(self, numbers: Numbers, *, torch: bool = False) -> list[NumbersCell]:
        """The cells of the handout's own code that hold a student's numbers."""
        found = []
        for cell in self.cells_for_torch if torch else self.cells:
            if _is_given(cell) and (names := PLACEHOLDER.findall(cell.text)):
                around = PLACEHOLDER.sub("\0", cell.text).split("\0")
                values = (bare(self._filled(f"{{{{{name}}}}}", numbers)) for name in names)
                found.append(NumbersCell(cell.grade_id, tuple(map(bare, around)), tuple(values)))
        return found

    def _locked(self, numbers: Numbers, *, graded: bool) -> list[str]:
        return [
            self._filled(cell.text, numbers)
            for cell in self.cells
            if (_is_check(cell) if graded else _is_given(cell))
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

        return PLACEHOLDER.sub(value, text)


def _is_given(cell: Cell) -> bool:
    """Whether it is the handout's own code, which nobody is to change."""
    return bool(cell.kind == "code" and cell.marks.get("locked") and not cell.marks["grade"])


def _is_check(cell: Cell) -> bool:
    """Whether its code checks an answer in the notebook."""
    return bool(cell.kind == "code" and cell.marks.get("locked") and cell.marks["grade"])


def literal(value: Any) -> str:
    """A number, text or list of them as Python; long lists on several lines.

    Example:
        >>> literal([1.5, [2, "a"]])
        "[1.5, [2, 'a']]"
    """
    if type(value) not in (bool, int, float, str, list):
        raise ClassroomError(f"{value!r} is not a plain number, text or list of them.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ClassroomError(f"{value!r} is not finite.")
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
            points that differ, a solution that would be handed out. A line for each, with the
            file's line.
    """
    text, notebook = _parsed(path)
    cells, cells_for_torch = _editions(path, list(_cells(assignment.name, text, notebook)))
    title, minutes, tries, goals = _head(path, text, notebook)
    problems = [*_cell_problems(cells), *_task_problems(assignment.tasks, cells)]
    others = [*_cell_problems(cells_for_torch), *_task_problems(assignment.tasks, cells_for_torch)]
    problems += [one for one in others if one not in problems]
    if title != assignment.title:
        said = f"its title is {title!r}, and the assignment's is {assignment.title!r}"
        problems.append((_line(text, "title:"), said))
    problems = problems or list({*_leaks(cells), *_leaks(cells_for_torch)})
    if problems:
        raise ClassroomError(
            "\n".join(f"{path}, line {line}: {said}." for line, said in sorted(problems))
        )
    places: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for name in PLACEHOLDER.findall(line):
            places.setdefault(name, f"{path}, line {number}")
    return AssignmentText(assignment, title, minutes, tries, goals, cells, cells_for_torch, places)


def _parsed(path: Path) -> tuple[str, Any]:
    """The text, and the notebook that jupytext makes of it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "it is not UTF-8"
        raise ClassroomError(f"{path}: cannot be read: {reason}.") from None
    try:
        return text, _jupytext().reads(text, fmt="md:myst")
    except Exception as error:  # of several libraries
        if isinstance(error, KeyError) and (line := _without_value(text, error.args[0])):
            said = f"in the head {error.args[0]} has no value"
            raise ClassroomError(f"{path}, line {line}: {said}.") from None
        mark = getattr(error, "problem_mark", None)  # PyYAML's, in the head
        found = re.search(r"at line (\d+)", str(error))  # jupytext's, in a cell's metadata
        line = mark.line + 1 if mark else int(found[1]) if found else 1
        what = "the head" if mark else "the metadata of a cell"
        hint = HEAD_HINT if mark else CELL_HINT
        raise ClassroomError(
            f"{path}, line {line}: {what} cannot be read: {cut(_plainly(error), 200)}. {hint}"
        ) from None


def _without_value(text: str, key: str) -> int | None:
    """The line of the head that ends behind a key, on which jupytext fails; None without one."""
    head = text.split("\n---", 1)[0]
    found = re.search(rf"^ *{re.escape(str(key))}:[ \t]*$", head, re.M)
    return head[: found.start()].count("\n") + 1 if found else None


def _plainly(error: Exception) -> str:
    """What a parser says, without its own places, which count from elsewhere."""
    said = str(getattr(error, "problem", None) or error)
    said = re.sub(r',? *in "<[^"]*>", line \d+, column \d+:?(\n.*\n *\^)?', "", said)
    return " ".join(said.split()).rstrip(".")


def _head(path: Path, text: str, notebook: Any) -> tuple[str, int, int, tuple[str, ...]]:
    """Title, minutes, tries and goals."""
    head = notebook.metadata.get("classroom")
    if not isinstance(head, dict):
        raise ClassroomError(
            f"{path}, line 1: there is no head with classroom: in it. It begins with --- in line "
            "1; `python -m classroom new NAME` writes one."
        )
    for key, (kind, must) in HEAD.items():
        value = head.get(key, 0 if key == "tries" else None)
        if not isinstance(value, kind) or isinstance(value, bool):
            said = f"{key} is {cut(repr(value), 100)}" if key in head else f"{key} is missing"
            line = _line(text, f"{key}:" if key in head else "classroom:")
            raise ClassroomError(f"{path}, line {line}: in the head {said}; it must be {must}.")
    goals = tuple("" if goal is None else str(goal) for goal in head["goals"])
    return str(head["title"]), head["minutes"], head.get("tries", 0), goals


def _line(text: str, part: str) -> int:
    """The first line that holds a part."""
    return text[: max(text.find(part), 0)].count("\n") + 1


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


def _cells(name: str, text: str, notebook: Any) -> Iterator[tuple[str | None, Cell]]:
    """The cells, each with what it is for PyTorch: None for those of NumPy."""
    after, index = 0, 0
    for cell in notebook.cells:
        for_torch = cell.metadata.get("torch")
        marks = cell.metadata.get("nbgrader", {})
        if not isinstance(marks, dict):
            marks = {"nbgrader": marks}
        begin = cell.source or str(marks.get("grade_id", ""))
        after = max(text.find(begin, after), after)
        yield (
            for_torch,
            Cell(
                kind=cell.cell_type,
                text=cell.source,
                marks=dict(marks),
                id=f"{name}-{marks.get('grade_id') or format(index, '02')}",
                line=text.count("\n", 0, after) + 1,
            ),
        )
        index += for_torch is None
        after += len(cell.source)


def _editions(
    path: Path, read: Sequence[tuple[str | None, Cell]]
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The cells of the handout of NumPy, and those of the one for PyTorch.

    A cell that is marked ``torch: instead`` takes there the place of the one above it, with its
    marks; one that is marked ``torch: besides`` comes after it.
    """
    cells: list[Cell] = []
    for_torch: list[Cell] = []
    for mark, cell in read:
        if mark is None:
            cells.append(cell)
            for_torch.append(cell)
        elif mark == "instead" and for_torch:
            for_torch[-1] = replace(for_torch[-1], text=cell.text, line=cell.line)
        elif mark == "besides":
            for_torch.append(cell)
        else:
            raise ClassroomError(
                f"{path}, line {cell.line}: a cell is marked torch: {mark!r}; choices: instead (of "
                "the cell above it), besides."
            )
    return tuple(cells), tuple(for_torch)


def _cell(cell: Cell, text: str, *, unsolved: bool) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if cell.marks:
        metadata = {"nbgrader": cell.marks, "deletable": False}
        if cell.marks["locked"]:
            metadata["editable"] = False
    if unsolved and cell.kind == "code" and not _is_given(cell):
        metadata["tags"] = [GOES_ON]
    content = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": metadata,
        "source": text.splitlines(keepends=True),
    }
    return content | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})


def _regions(lines: list[str], marks: tuple[str, str]) -> Iterator[tuple[int, int]]:
    """First and last line of each region, markers included. ValueError, with
    the line and what is wrong, where one stands alone.
    """
    begin = None
    for place, line in enumerate(lines):
        if line.strip() not in marks:
            continue
        if (line.strip() == marks[0]) != (begin is None):
            raise ValueError(place, _alone(line.strip(), marks))
        if begin is None:
            begin = place
        else:
            yield begin, place
            begin = None
    if begin is not None:
        raise ValueError(begin, _alone(marks[0], marks))


def _alone(mark: str, marks: tuple[str, str]) -> str:
    other = f"{marks[1]!r} after" if mark == marks[0] else f"{marks[0]!r} before"
    return f"{mark!r} has no {other} it"


def _cut(lines: list[str], marks: tuple[str, str], gap: tuple[str, ...]) -> list[str]:
    """The lines with something else, at the same indent, in place of each region."""
    kept, after = [], 0
    for begin, end in _regions(lines, marks):
        indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip())]
        kept += [*lines[after:begin], *(indent + line for line in gap)]
        after = end + 1
    return kept + lines[after:]


def _cell_problems(cells: tuple[Cell, ...]) -> Iterator[Problem]:
    """What is wrong with cells, each seen alone."""
    for name, times in Counter(cell.id for cell in cells).items():
        lines = [cell.line for cell in cells if cell.id == name]
        if times > 1:
            yield lines[1], f"the cell id {name!r} comes {times} times, first in line {lines[0]}"
        if not _ID.fullmatch(name):
            yield lines[0], f"the cell id {name!r} must be 1 to 64 letters, digits, - and _"
    for cell in cells:
        if cell.marks:
            keys = _KEYS | ({"points"} if cell.marks.get("grade") else set())
            if set(cell.marks) != keys or cell.marks["schema_version"] != 3:
                lacks = ", ".join(sorted(keys - set(cell.marks))) or "nothing"
                odd = ", ".join(map(str, sorted(set(cell.marks) - keys, key=str))) or "nothing"
                said = f"must have nbgrader's {', '.join(sorted(keys))}, version 3"
                yield cell.line, f"{cell.where} {said}; it lacks {lacks}, and has {odd} besides"
                continue
        if cell.marks and not cell.text.strip():
            yield cell.line, f"{cell.where} is empty"
        for marks in (SOLUTION, MARK_SCHEME):
            try:
                regions = list(_regions(cell.text.split("\n"), marks))
            except ValueError as error:
                at, said = error.args
                yield cell.line + at, f"in {cell.where} {said}"
                continue
            if regions and marks is SOLUTION and not cell.marks.get("solution"):
                said = "has a solution, and its metadata says solution: false"
                yield cell.line, f"{cell.where} {said}"
            if regions and marks is MARK_SCHEME and cell.kind == "code":
                said = "is code and has a mark scheme: write that in Markdown"
                yield cell.line, f"{cell.where} {said}"
            if not regions and marks is SOLUTION and cell.marks.get("solution"):
                yield cell.line, f"{cell.where} has no {SOLUTION[0]!r}"


def _task_problems(tasks: tuple[Task, ...], cells: tuple[Cell, ...]) -> Iterator[Problem]:
    """What tasks and cells do not agree about."""
    found = {cell.grade_id: cell for cell in cells if cell.marks}
    graded = [cell.grade_id for cell in cells if cell.marks.get("grade")]
    names = [task.name for task in tasks]
    if graded != names:
        line = next((cell.line for cell in cells if cell.marks.get("grade")), 1)
        yield line, f"its graded cells are {graded}, and the assignment's tasks {names}"
    answers = [f"{task.name}-answer" for task in tasks if not task.open]
    for name, cell in found.items():
        if name.endswith("-answer") and name not in answers:
            yield cell.line, f"{cell.where} answers no task; choices: {', '.join(answers)}"
    for task in tasks:
        if task.name not in found:
            continue
        cell = found[task.name]
        if "points" in cell.marks and cell.marks["points"] != task.points:
            given, unit = cell.marks["points"], "point" if cell.marks["points"] == 1 else "points"
            said = f"has {given} {unit}, and its task {task.points:g}"
            yield cell.line, f"{cell.where} {said}"
        if task.open:
            first = f"<!-- answer: {task.name} -->"
            if (
                cell.kind != "markdown"
                or not cell.marks.get("solution")
                or cell.marks.get("locked")
            ):
                said = "must be Markdown with solution: true, locked: false"
                yield cell.line, f"{cell.where} {said}"
            if cell.text.split("\n")[0] != first:
                yield cell.line, f"{cell.where} must begin with {first!r}"
            if MARK_SCHEME[0] not in cell.text:
                yield cell.line, f"{cell.where} has no {MARK_SCHEME[0]!r}"
        else:
            answer = found.get(f"{task.name}-answer")
            if answer is None or answer.kind != "code" or not answer.marks.get("solution"):
                said = f"has no code cell '{task.name}-answer'"
                yield cell.line, f"the task {task.name!r} {said}"
            if cell.kind != "code" or cell.marks.get("solution") or not cell.marks.get("locked"):
                said = "must be code with solution: false, locked: true"
                yield cell.line, f"{cell.where} {said}"


def _leaks(cells: tuple[Cell, ...]) -> Iterator[Problem]:
    """Lines of solutions and mark schemes that stand in the student's version too."""
    handed_out: set[str] = set()
    for cell in cells:
        handed_out |= {line.strip() for line in cell.for_students().split("\n")}
    for cell in cells:
        lines = cell.text.split("\n")
        for marks in (SOLUTION, MARK_SCHEME):
            for begin, end in _regions(lines, marks):
                for at, line in enumerate(map(str.strip, lines[begin + 1 : end]), start=begin + 1):
                    # `return path` or an import may be in both; what calculates may not.
                    tells = bool(line) and (cell.kind == "markdown" or set(line) & set("=("))
                    if tells and line in handed_out:
                        said = f"students would see {line!r}, from the solution in {cell.where}"
                        yield cell.line + at, said
