"""Files: written so that they are there whole or not at all; tables that a person made, read."""

import codecs
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from classroom.errors import ClassroomError

# UTF-32's mark begins as UTF-16's does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNFINISHED = ".tmp"  # how the name of a file ends that is being written


def write(path: str | Path, content: str | bytes) -> None:
    r"""Write a file, text as UTF-8, in one step: whoever looks sees the old file or the new one.

    Folders are made where they are missing. What UTF-8 cannot hold, such as a byte of a file's name
    that is not UTF-8, is written as ``\udcff``.

    Raises:
        ClassroomError: where it cannot be written: the disk is full, a file is in the way.
    """
    path = Path(path)
    if isinstance(content, str):
        content = content.encode(errors="backslashreplace")
    with told(path, "written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_mask())  # mkstemp's files are for their owner alone
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def clear_unfinished(folder: Path) -> None:
    """Take away what a write has left that was killed, in the folder and those in it."""
    for left in folder.rglob(f".*{UNFINISHED}"):
        remove(left)


def remove(path: Path) -> None:
    """Take a file away."""
    with told(path, "removed"):
        path.unlink()


def writable(folder: str | Path) -> None:
    """Make a folder, and see that a file can be written there: before the work, not after it.

    Raises:
        ClassroomError: where it cannot.
    """
    with told(Path(folder), "written to"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))


@contextmanager
def told(path: str | Path, what: str) -> Iterator[None]:
    """Say in one sentence what could not be done with a file, and why.

    Args:
        path: of the file.
        what: should have been done: "written".
    """
    try:
        yield
    except OSError as error:
        raise ClassroomError(f"{path}: cannot be {what}: {why(error)}.") from None


def why(error: OSError) -> str:
    """What the system says, without its number."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a file stands where a folder must be"
    return error.strerror or str(error)


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def read_table(path: Path, what: str) -> str:
    """The text of a table that a person made, or a spreadsheet or a gradebook saved.

    A byte order mark tells UTF-16 and UTF-32 ("Unicode text"); without one it must be UTF-8.

    Args:
        path: of the file.
        what: it holds, for the message: "roster".

    Raises:
        ClassroomError: where it cannot be read, or is in another encoding.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ClassroomError(f"{path}: the {what} cannot be read: {why(error)}.") from None
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line, name = data.count(b"\n", 0, error.start) + 1, encoding.removesuffix("-sig").upper()
        raise ClassroomError(
            f"{path}, line {line}: byte {error.start + 1} is not {name}. "
            f"Save the {what} as CSV UTF-8, or as Unicode text."
        ) from None
