"""Notebooks of an assignment, run in this process: for what is ours, and trusted."""

import json
from functools import lru_cache
from typing import Any

from classroom import assignments
from classroom.course.assignment import Lost
from classroom.course.assignment_text import AssignmentText
from classroom.course.numbers import drawn
from tests.classroom.support.local import LocalAnswers

SECRET = bytes(range(32))
DRAWING = ("Lab(", "Replay(")


@lru_cache
def assignment_text(name: str) -> AssignmentText:
    return assignments.text(name)


def numbers(name: str, student: str) -> dict[str, Any]:
    return assignments.find(name).numbers(drawn(SECRET, student, name))


def cells(name: str, student: str, *, solutions: bool) -> list[dict[str, Any]]:
    """The code cells of a notebook; nothing is drawn."""
    made = assignment_text(name).notebook(numbers(name, student), student, solutions=solutions)
    return [cell for cell in json.loads(made)["cells"] if cell["cell_type"] == "code"]


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def mark(cell: dict[str, Any], key: str) -> Any:
    return cell["metadata"].get("nbgrader", {}).get(key)


def namespace(name: str, student: str, *, solutions: bool = True) -> dict[str, Any]:
    """What stands in the notebook after it has run, without what draws and what checks."""
    found: dict[str, Any] = {}
    for cell in cells(name, student, solutions=solutions):
        if not mark(cell, "grade") and not any(word in text(cell) for word in DRAWING):
            try:
                exec(text(cell), found)
            except (NotImplementedError, NameError):
                assert not solutions
    return found


def public_checks(name: str, student: str, found: dict[str, Any]) -> dict[str, str]:
    """What each task's public check says about a namespace; empty where it is content."""
    found, said = dict(found), {}
    for cell in cells(name, student, solutions=False):
        if mark(cell, "grade"):
            try:
                exec(text(cell), found)
            except Exception as error:  # students' answers raise what they like
                said[mark(cell, "grade_id")] = f"{type(error).__name__}: {error}"
            else:
                said[mark(cell, "grade_id")] = ""
    return said


def losses(name: str, student: str, found: dict[str, Any], *tasks: str) -> list[tuple[str, Lost]]:
    """Task and what was lost, for each check that a namespace does not pass."""
    assignment, lost = assignments.find(name), []
    for task in assignment.tasks:
        if tasks and task.name not in tasks:
            continue
        for index, check in enumerate(task.checks):
            draw = drawn(SECRET, student, name, task.name, str(index))
            try:
                check.run(LocalAnswers(**found), numbers(name, student), draw)
            except Lost as loss:
                lost.append((task.name, loss))
    return lost
