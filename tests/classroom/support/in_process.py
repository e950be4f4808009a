"""Notebooks of an assignment, run in this process: for what is ours, and trusted."""

import json
from functools import lru_cache
from typing import Any

from classroom import assignments
from classroom.authoring import here
from classroom.authoring.here import AnswersHere
from classroom.course.assignment import Lost
from classroom.course.assignment_text import AssignmentText
from classroom.course.numbers import drawn

SECRET = bytes(range(32))


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


def namespace(name: str, student: str, *, solutions: bool = True) -> dict[str, Any]:
    """What stands in the notebook after it has run, without what draws and what checks."""
    ran = here.run(assignment_text(name), numbers(name, student), solutions=solutions)
    assert not (solutions and ran.errors)
    return ran.namespace


def public_checks(name: str, student: str, found: dict[str, Any]) -> dict[str, str]:
    """What each task's public check says about a namespace; empty where it is content."""
    return here.checked(assignment_text(name), numbers(name, student), found)


def losses(name: str, student: str, found: dict[str, Any], *tasks: str) -> list[tuple[str, Lost]]:
    """Task and what was lost, for each check that a namespace does not pass."""
    assignment, own, answers = assignments.find(name), numbers(name, student), AnswersHere(**found)
    return [
        (task.name, lost)
        for task in assignment.tasks
        if not tasks or task.name in tasks
        for lost in here.judged(assignment, task, own, SECRET, student, answers)
        if lost
    ]
