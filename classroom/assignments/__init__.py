"""The assignments, in the order of the course. ``NAME.md`` is a text, ``NAME.py`` its checks."""

from importlib import import_module

from classroom.errors import ClassroomError
from classroom.task import Assignment

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
