"""The assignments, in the order of the course. ``NAME.md`` is a text, ``NAME.py`` its checks.

A teacher's own lie in a folder of the course, as pairs of the same files, and come behind these.
"""

from pathlib import Path

from classroom.course.assignment import Assignment
from classroom.course.assignment_text import AssignmentText
from classroom.course.folder import Folder, own_folder
from classroom.errors import ClassroomError

FOLDER = Path(__file__).parent
NAMES = (
    "descent",
    "minibatch",
    "momentum",
    "rmsprop",
    "comparison",
    "adam",
    "backpropagation",
    "capstone",
)
OURS = Folder(FOLDER, NAMES, __name__)


def names(own: Path | None = None) -> tuple[str, ...]:
    """The names that there are, with those of a teacher's own folder.

    Raises:
        ClassroomError: where a name stands for two.
    """
    more = own_folder(own).names if own else ()
    if both := [name for name in more if name in NAMES]:
        raise ClassroomError(
            f"{Path(own or '') / both[0]}.md: {both[0]!r} is one of the assignments that are here "
            f"already ({', '.join(NAMES)}). Call yours by another name."
        )
    return (*NAMES, *more)


def find(name: str, own: Path | None = None) -> Assignment:
    """An assignment by its name.

    Args:
        name: of its two files.
        own: a teacher's own folder, beside ours.

    Raises:
        ClassroomError: where there is none, or where its module is wrong.
    """
    return folder(name, own).find(name)


def text(name: str, own: Path | None = None) -> AssignmentText:
    """An assignment's text, read and checked.

    Raises:
        ClassroomError: where there is none, or where something in it is wrong.
    """
    return folder(name, own).text(name)


def folder(name: str, own: Path | None = None) -> Folder:
    """The folder in which an assignment lies.

    Raises:
        ClassroomError: where there is no such assignment.
    """
    known = names(own)
    if name not in known:
        raise ClassroomError(
            f"There is no assignment {name!r}; choices: {', '.join(known)}."
            + ("" if own else " Where it is your own, give its folder: --assignments DIR.")
        )
    return OURS if name in NAMES or own is None else own_folder(own)
