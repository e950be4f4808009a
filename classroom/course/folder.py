"""A folder of assignments, ours or a teacher's own: its pairs of ``NAME.md`` and ``NAME.py``."""

import importlib
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path

from classroom.course.assignment import Assignment, Numbers
from classroom.course.assignment_text import AssignmentText, read_assignment_text
from classroom.course.authors_code import authors_code, package_of
from classroom.course.numbers import drawn
from classroom.errors import ClassroomError, cut
from classroom.files import why

_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
NAMING = "1 to 30 of a-z, 0-9 and _, a letter first"
_DECLARES = {
    ".md": re.compile(r"\A---\n(?:(?!---$).*\n)*?classroom:", re.M),
    ".py": re.compile(r"^ASSIGNMENT\b", re.M),
}


@dataclass(frozen=True)
class Folder:
    """Assignments that lie in one folder.

    Attributes:
        path: of the folder.
        names: of the assignments, in order.
        package: under which Python knows the folder's modules.
    """

    path: Path
    names: tuple[str, ...]
    package: str

    def find(self, name: str) -> Assignment:
        """An assignment, by importing its module.

        Raises:
            ClassroomError: with file and line, where the module cannot be imported or holds none.
        """
        path, called = self.path / f"{name}.py", f"{self.package}.{name}"
        module = sys.modules.get(called)
        if module is None:
            importlib.invalidate_caches()  # it may have been written a moment ago
            with authors_code(f"{path}: its import", path):
                module = importlib.import_module(called)
        found = getattr(module, "ASSIGNMENT", None)
        if not isinstance(found, Assignment):
            said = "is missing" if found is None else f"is {cut(repr(found), 100)}"
            raise ClassroomError(
                f"{path}: ASSIGNMENT {said}; it must be an "
                f'Assignment(name="{name}", title=..., numbers=..., tasks=...).'
            )
        if found.name != name:
            raise ClassroomError(
                f"{_where(path, repr(found.name))}: the assignment's name is {found.name!r}; it "
                f"must be {name!r}, as the file is called."
            )
        return found

    def text(self, name: str) -> AssignmentText:
        """An assignment's text, read and checked.

        Raises:
            ClassroomError: with file and line, where something in it is wrong.
        """
        return read_assignment_text(self.find(name), self.path / f"{name}.md")


def own_folder(path: Path) -> Folder:
    """A teacher's own folder: what pairs there are in it.

    Raises:
        ClassroomError: where there is no such folder or no pair, where half of a pair is missing,
            or a name is not allowed.
    """
    try:
        files = sorted(
            file
            for file in path.iterdir()
            # A Mac writes what it knows of `x.py` into `._x.py` beside it.
            if file.suffix in _DECLARES and not file.name.startswith(".")
        )
    except OSError as error:
        raise ClassroomError(
            f"--assignments {path}: the folder cannot be read: {why(error)}. Give the folder in "
            "which your NAME.md and NAME.py lie."
        ) from None
    names = {file.stem for file in files if _has_partner(file) or _declares(file)}
    if not names:
        raise ClassroomError(
            f"--assignments {path}: there is no assignment in it. An assignment is two files, "
            "NAME.md and NAME.py; `python -m classroom new NAME` writes a first one."
        )
    for name in sorted(names):
        check_name(name, path)
        for suffix in _DECLARES:
            if not (path / f"{name}{suffix}").is_file():
                raise ClassroomError(
                    f"{path / name}{suffix} is missing: an assignment is two files, "
                    f"{name}.md and {name}.py."
                )
    return Folder(path, tuple(sorted(names)), package_of(path.resolve()))


def check_name(name: str, folder: Path) -> None:
    """Refuse a name that files, columns and Python would not take.

    Raises:
        ClassroomError: with what is allowed.
    """
    if not _NAME.fullmatch(name):
        raise ClassroomError(f"{folder / name}: an assignment's name must be {NAMING}.")


def numbers_of(assignment: Assignment, secret: bytes, student: str) -> Numbers:
    """A student's own numbers.

    Raises:
        ClassroomError: with file and line, where the author's function fails, or gives no
            dictionary.
    """
    draw, path = drawn(secret, student, assignment.name), module_of(assignment)
    where = f"{path}, line {assignment.numbers.__code__.co_firstlineno}"
    with authors_code(f"{where}: numbers", path):
        numbers = assignment.numbers(draw)
    if not isinstance(numbers, dict) or not all(isinstance(name, str) for name in numbers):
        raise ClassroomError(
            f"{where}: numbers gives {cut(repr(numbers), 100)}; it must "
            'give a dictionary of numbers by their names, as {"rate": 0.1}.'
        )
    return numbers


def module_of(assignment: Assignment) -> Path:
    """The file in which an assignment's numbers are drawn, from here where it lies below."""
    return from_here(Path(assignment.numbers.__code__.co_filename))


def from_here(path: Path) -> Path:
    """A path as one types it here, where it lies below; else the whole path."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def python_text(path: Path) -> str:
    """The text of a module, in the encoding that it is in, as Python reads it.

    Raises:
        SyntaxError, UnicodeDecodeError: where Python could not read it.
    """
    with tokenize.open(path) as file:
        return file.read()


def _has_partner(file: Path) -> bool:
    return all(file.with_suffix(suffix).is_file() for suffix in _DECLARES)


def _declares(file: Path) -> bool:
    """Whether a file says of itself that it is half of an assignment; a README does not."""
    try:
        return bool(_DECLARES[file.suffix].search(file.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError):
        return False


def _where(path: Path, text: str) -> str:
    """The file and the first line that holds a text."""
    for number, line in enumerate(python_text(path).splitlines(), start=1):
        if text in line or text.replace("'", '"') in line:
            return f"{path}, line {number}"
    return str(path)
