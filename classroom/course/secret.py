"""The course's secret: students' numbers and the hidden inputs are drawn from it."""

import os
import re
from pathlib import Path

from classroom.errors import ClassroomError, counted
from classroom.files import told, why

DIGITS = 64  # 256 bits, as hexadecimal digits


def new_secret() -> bytes:
    """A secret that nobody knows yet; :func:`keep_secret` writes it."""
    return os.urandom(DIGITS // 2)


def read_secret(path: str | Path) -> bytes:
    """The secret in a text file of 64 hexadecimal digits.

    Raises:
        ClassroomError: where the file is missing, or holds something else. What it holds is not
            repeated.
    """
    path = Path(path)
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


def keep_secret(path: str | Path, secret: bytes) -> None:
    """Write a new secret, which only its owner may read.

    Raises:
        ClassroomError: where it cannot be written, or where there is one by now.
    """
    path = Path(path)
    with told(path, "written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ClassroomError(
                f"{path}: another release has made a secret meanwhile. Give the same command again."
            ) from None
        try:
            with os.fdopen(place, "wb") as file:
                file.write(secret.hex().encode("ascii") + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except BaseException:  # half a secret would be taken for one, or stand in its way
            path.unlink()
            raise
