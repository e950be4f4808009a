"""The release: each student's notebooks, from the assignments' texts."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from classroom import assignments
from classroom.course.assignment_text import AssignmentText
from classroom.course.numbers import EVERYBODY, drawn
from classroom.course.roster import Student
from classroom.errors import ClassroomError
from classroom.files import write

SOLUTIONS = "solutions"  # the instructors' folder, beside those of the students


def release(
    names: Iterable[str],
    out: str | Path,
    *,
    secret: bytes,
    roster: Sequence[Student] | None = None,
    solutions: bool = False,
    overwrite: bool = False,
) -> list[Path]:
    """Write the notebooks of assignments.

    Args:
        names: of the assignments.
        out: the folder. With a roster it gets ``STUDENT/NAME.ipynb``, otherwise ``NAME.ipynb``
            with the same numbers for everybody.
        secret: the students' numbers come from it, see :mod:`classroom.course.secret`.
        roster: the students.
        solutions: write the instructor's version too: ``solutions/STUDENT/NAME.ipynb`` with a
            roster, ``NAME-solutions.ipynb`` without.
        overwrite: replace files that have another content. They may hold a student's work.

    Returns:
        the files, those included that were there already, with the same bytes.

    Raises:
        ClassroomError: for an unknown assignment, and for a file that would be overwritten; then
            nothing is written.
    """
    out = Path(out)
    texts = [assignments.text(name) for name in names]
    students = [EVERYBODY] if roster is None else [student.id for student in roster]
    if any(student.casefold() == SOLUTIONS for student in students):
        raise ClassroomError(
            f"The id {SOLUTIONS!r} is the folder of the instructors; the student needs another id."
        )
    # All of them are made and compared before the first is written.
    files = {
        out / path: content
        for text in texts
        for student in students
        for path, content in _notebooks(text, secret, student, solutions)
    }
    changed = [path for path in files if not _same(path, files[path])]
    if not overwrite:
        _refuse([path for path in changed if os.path.lexists(path)])
    for path in changed:
        write(path, files[path].decode())
    return list(files)


def _notebooks(
    text: AssignmentText, secret: bytes, student: str, solutions: bool
) -> Iterator[tuple[Path, bytes]]:
    """Where a student's notebooks belong, and what is in them."""
    name = text.assignment.name
    numbers = text.assignment.numbers(drawn(secret, student, name))
    yield Path(student) / f"{name}.ipynb", text.notebook(numbers, student)
    if solutions:
        path = (
            Path(SOLUTIONS) / student / f"{name}.ipynb"
            if student
            else Path(f"{name}-solutions.ipynb")
        )
        yield path, text.notebook(numbers, student, solutions=True)


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:  # it is not there, or cannot be read; to write it will say why
        return False


def _refuse(paths: list[Path]) -> None:
    if paths:
        others = f" and {len(paths) - 1} more" if paths[1:] else ""
        raise ClassroomError(
            f"{paths[0]}{others}: there is another file already, and a student's work may be in "
            "it. Choose an empty folder, or ask to overwrite."
        )
