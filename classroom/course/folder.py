"""A folder of assignments, ours or a teacher's own: its pairs of ``NAME.md`` and ``NAME.py``."""

import importlib
import re
import signal
import sys
import threading
import time
import tokenize
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Timer
from types import ModuleType

from classroom.course.assignment import Assignment, Numbers
from classroom.course.assignment_text import AssignmentText, read_assignment_text
from classroom.course.numbers import drawn
from classroom.errors import ClassroomError, cut
from classroom.files import why

_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
NAMING = "1 to 30 of a-z, 0-9 and _, a letter first"
_DECLARES = {
    ".md": re.compile(r"\A---\n(?:(?!---$).*\n)*?classroom:", re.M),
    ".py": re.compile(r"^ASSIGNMENT\b", re.M),
}
#: What is said besides, by what was raised.
HINTS = {
    ImportError: (
        " It may import classroom.checks, classroom.course.assignment, rmsprop_lab, NumPy, and "
        "files beside it, as in `from .other import thing`."
    ),
    EOFError: " Nobody is there to answer, so it may not ask.",
}

#: What an author's code may raise: a forgotten `exit()`, too, ends no command without a word.
FAILURES = (Exception, SystemExit)
PATIENCE = 5.0  # seconds of an author's code, after which it is said what is waited for
LONGEST = 30.0  # seconds of a processor, after which an author's code is stopped
LONGEST_WAIT = 300.0  # seconds by the clock, for code that waits: for a lock, or for an answer
LOOKS = 10  # in the shorter of both times


class NeverEnds(BaseException):  # no Exception, for a check may catch all of these
    """An author's code was stopped, because it seems that it never ends."""


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
    return Folder(path, tuple(sorted(names)), _package(path.resolve()))


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


@contextmanager
def authors_code(what: str, path: Path) -> Iterator[None]:
    """Run an author's code: what it raises is named with its line, and so is what never ends.

    Args:
        what: runs, with its file.
        path: of the file.

    Raises:
        ClassroomError: where it fails.
    """
    try:
        with waiting_for(what), stopped_at_last("this code"):
            yield
    except (*FAILURES, NeverEnds) as error:
        raise blamed(error, path) from None


@contextmanager
def waiting_for(what: str) -> Iterator[None]:
    """Say after a while which of an author's code runs: it may never end, and nothing else says so.

    Args:
        what: runs, with its file.
    """
    said = (
        f"{what} has been running for {PATIENCE:g} s. If it never ends, Ctrl-C stops it: mend it."
    )
    timer = Timer(PATIENCE, print, (said,), {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def stopped_at_last(what: str) -> Iterator[None]:
    """Stop an author's code that never ends, or waits for ever.

    Both the processor time of this thread is limited and, more generously, the time by the clock. A
    signal wakes up what sleeps and what waits for a lock, a socket or a process. A single call of a
    library that never comes back to Python is not stopped, and neither is a loop with a bare
    `except:`, which catches what is raised here. Outside of the main thread, as on Dask's workers,
    nothing is, and on Windows neither, which has no such timer.

    Args:
        what: runs.

    Raises:
        NeverEnds: out of the code.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not hasattr(signal, "setitimer"):
        yield
        return
    began, every, by_clock = time.thread_time(), LONGEST / LOOKS, 0.0

    def look(*_: object) -> None:
        nonlocal by_clock
        # Looks are added up: the clock goes on where Ctrl-Z holds us, and no signal comes then.
        by_clock += 0.0 if _students_code_runs else every
        if time.thread_time() - began >= LONGEST:
            raise NeverEnds(f"{what} took more than {LONGEST:g} s of a processor, and was stopped.")
        if by_clock >= LONGEST_WAIT:
            raise NeverEnds(
                f"{what} took more than {LONGEST_WAIT:g} s by the clock, and was stopped. It seems "
                "to wait for something."
            )

    handler = signal.signal(signal.SIGALRM, look) or signal.SIG_DFL
    outer = signal.setitimer(signal.ITIMER_REAL, every, every)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *outer)
        signal.signal(signal.SIGALRM, handler)


_students_code_runs = False


@contextmanager
def students_code() -> Iterator[None]:
    """Count no time by the clock meanwhile: a student's code in the sandbox has its own limits."""
    global _students_code_runs
    _students_code_runs = True
    try:
        yield
    finally:
        _students_code_runs = False


def python_text(path: Path) -> str:
    """The text of a module, in the encoding that it is in, as Python reads it.

    Raises:
        SyntaxError, UnicodeDecodeError: where Python could not read it.
    """
    with tokenize.open(path) as file:
        return file.read()


def blamed(error: BaseException, path: Path) -> ClassroomError:
    """What an author's module raised, by its own last line that had a part in it."""
    folder = path.parent.resolve()

    def place(file: str | None, line: int | None) -> str:
        own = file is not None and Path(file).resolve().parent == folder
        return f"{path.with_name(Path(file).name)}, line {line}" if file and own else ""

    if isinstance(error, SyntaxError):
        said = f": `{cut(error.text.strip(), 80)}`" if error.text else ""
        where = place(error.filename, error.lineno) or str(path)
        return ClassroomError(f"{where}: {error.msg}{said}.")
    frames = traceback.extract_tb(error.__traceback__)
    places = [place(frame.filename, frame.lineno) for frame in frames]
    where = next(filter(None, reversed(places)), str(path))
    if isinstance(error, ClassroomError | NeverEnds):
        return ClassroomError(f"{where}: {error}")
    said = f"{type(error).__name__}: {error}".replace(_package(folder), "")
    what = cut(" ".join(said.split()), 300).rstrip(".: ")
    hint = next((hint for kind, hint in HINTS.items() if isinstance(error, kind)), "")
    return ClassroomError(f"{where}: {what}.{hint}")


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


def _package(path: Path) -> str:
    """A package whose modules lie in a folder, so that they can import one another."""
    name = f"assignments_{sha256(str(path).encode(errors='surrogateescape')).hexdigest()[:12]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
    return name
