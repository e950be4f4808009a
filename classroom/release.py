"""The release: each student's notebooks, from the assignments' texts."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from classroom import assignments
from classroom.course.assignment import Assignment, Numbers
from classroom.course.assignment_text import AssignmentText
from classroom.course.authors_code import authors_code
from classroom.course.folder import module_of, numbers_of
from classroom.course.notebook import Unreadable, read
from classroom.course.numbers import EVERYBODY
from classroom.course.roster import Student
from classroom.course.secret import keep_secret
from classroom.errors import ClassroomError
from classroom.files import write
from classroom.grading import by_numbers

SOLUTIONS = "solutions"  # the instructors' folder, beside those of the students


def release(
    names: Iterable[str],
    out: str | Path,
    *,
    secret: bytes,
    keep: Path | None = None,
    own: Path | None = None,
    roster: Sequence[Student] | None = None,
    solutions: bool = False,
    torch: bool = False,
    overwrite: bool = False,
) -> list[Path]:
    """Write the notebooks of assignments.

    Args:
        names: of the assignments.
        out: the folder. With a roster it gets ``STUDENT/NAME.ipynb``, otherwise ``NAME.ipynb``
            with the same numbers for everybody.
        secret: the students' numbers come from it, see :mod:`classroom.course.secret`.
        keep: the file for the secret, where it is a new one.
        own: a teacher's own folder of assignments, beside ours.
        roster: the students.
        solutions: write the instructor's version too: ``solutions/STUDENT/NAME.ipynb`` with a
            roster, ``NAME-solutions.ipynb`` without.
        torch: write the handouts for PyTorch, which are graded by their numbers.
        overwrite: replace files that have another content. They may hold a student's work.

    Returns:
        the files, those included that were there already, with the same bytes.

    Raises:
        ClassroomError: for an assignment that is unknown or wrong, and for a file that would be
            overwritten; then nothing is written.
    """
    out = Path(out)
    texts = [assignments.text(name, own) for name in names]
    students = [EVERYBODY] if roster is None else [student.id for student in roster]
    if any(student.casefold() == SOLUTIONS for student in students):
        raise ClassroomError(
            f"The id {SOLUTIONS!r} is the folder of the instructors; the student needs another id."
        )
    # All of them are made and compared before anything is written, a new secret too.
    files = {
        out / path: content
        for text in texts
        for student in students
        for path, content in _notebooks(text, secret, student, solutions, torch)
    }
    changed = [path for path in files if not _same(path, files[path])]
    if not overwrite:
        if keep and (old := _handed_out(out)):
            raise ClassroomError(
                f"{keep}: there is no secret, and {old} was made with one. Take that one, or "
                "choose another folder: a new secret draws other numbers."
            )
        _refuse([path for path in changed if os.path.lexists(path)])
    if keep:
        keep_secret(keep, secret)
        print(f"A new secret is in {keep}. Keep it: grading needs it.", flush=True)
    for path in changed:
        write(path, files[path].decode())
    return list(files)


def _handed_out(out: Path) -> Path | None:
    """A notebook in a folder that an earlier release made, of whichever assignment."""
    for path in sorted(out.rglob("*.ipynb")):
        with suppress(Unreadable, OSError):
            if read(path.read_bytes()).metadata_assignment:
                return path
    return None


def _notebooks(
    text: AssignmentText, secret: bytes, student: str, solutions: bool, torch: bool
) -> Iterator[tuple[Path, bytes]]:
    """Where a student's notebooks belong, and what is in them."""
    name = text.assignment.name
    numbers = numbers_of(text.assignment, secret, student)
    asked = _questions(text.assignment, numbers, secret, student) if torch else None
    yield Path(student) / f"{name}.ipynb", text.notebook(numbers, student, questions=asked)
    if solutions:
        path = (
            Path(SOLUTIONS) / student / f"{name}.ipynb"
            if student
            else Path(f"{name}-solutions.ipynb")
        )
        yield path, text.notebook(numbers, student, solutions=True, questions=asked)


def _questions(
    assignment: Assignment, numbers: Numbers, secret: bytes, student: str
) -> dict[str, str]:
    """What a handout for PyTorch asks: an author's right versions and checks run for it."""
    path = module_of(assignment)
    with authors_code(f"{path}: a version of right", path):
        return by_numbers.texts(assignment, numbers, secret, student)


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
            "it. Choose an empty folder, or say --overwrite."
        )
