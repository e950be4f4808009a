"""The course's secret: students' numbers and the hidden inputs are drawn from it."""

import os
import re
from pathlib import Path

from classroom.errors import ClassroomError, counted
from classroom.files import told, why

DIGITS = 64  # 256 bits, as hexadecimal digits


def read_secret(path: str | Path, create: bool = False) -> bytes:
    """The secret in a text file of 64 hexadecimal digits.

    Args:
        path: of the file.
        create: make a new secret where there is no file; only its owner may read it.

    Raises:
        ClassroomError: where the file is missing, or holds something else. What it holds is not
            repeated.
    """
    path = Path(path)
    if create and not os.path.lexists(path):
        with told(path, "written"):
            _create(path)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise ClassroomError(
            f"{path}: there is no secret. A release makes one; to grade, take the file of the "
            "release, because the students' numbers come from it."
        ) from None
    except OSError as error:
        raise ClassroomError(f"{path}: the secret cannot be read: {why(error)}.") from None
    if not re.fullmatch(rb"\s*[0-9a-fA-F]{64}\s*", text):
        raise ClassroomError(
            f"{path}: this is not a secret. It must be {DIGITS} hexadecimal digits (0-9, a-f), "
            f"and the file has {counted(len(text), 'byte')}. Take the file of the release."
        )
    return bytes.fromhex(text.decode("ascii"))


def _create(path: Path) -> None:
    """Write a new secret; somebody else's, made in the same moment, is kept."""
    text = os.urandom(DIGITS // 2).hex().encode("ascii") + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    try:
        with os.fdopen(place, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # half a secret would be taken for one, or stand in its way
        path.unlink()
        raise
