"""The assignments, in the order of the course. ``NAME.md`` is a text, ``NAME.py`` its checks."""

from importlib import import_module
from pathlib import Path

from classroom.course.assignment import Assignment
from classroom.course.assignment_text import AssignmentText, read_assignment_text
from classroom.errors import ClassroomError

FOLDER = Path(__file__).parent
NAMES = ("descent", "minibatch", "momentum", "rmsprop", "capstone")


def find(name: str) -> Assignment:
    """An assignment by its name.

    Raises:
        ClassroomError: where there is none.
    """
    if name not in NAMES:
        raise ClassroomError(f"There is no assignment {name!r}; choices: {', '.join(NAMES)}.")
    found: Assignment = import_module(f"classroom.assignments.{name}").ASSIGNMENT
    return found


def text(name: str) -> AssignmentText:
    """An assignment's text, read and checked.

    Raises:
        ClassroomError: where there is none, or where something in it is wrong.
    """
    return read_assignment_text(find(name), FOLDER / f"{name}.md")
