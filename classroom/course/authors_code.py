"""The code of an assignment's author runs among the grader's: what it raises is named, and it ends.

It is a teacher's own, and trusted. That it fails, waits or never ends is a mistake to be told.
"""

import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Timer
from types import ModuleType

from classroom.errors import ClassroomError, cut

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
    said = f"{type(error).__name__}: {error}".replace(package_of(folder), "")
    what = cut(" ".join(said.split()), 300).rstrip(".: ")
    hint = next((hint for kind, hint in HINTS.items() if isinstance(error, kind)), "")
    return ClassroomError(f"{where}: {what}.{hint}")


def package_of(path: Path) -> str:
    """A package whose modules lie in a folder, so that they can import one another."""
    name = f"assignments_{sha256(str(path).encode(errors='surrogateescape')).hexdigest()[:12]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
    return name
