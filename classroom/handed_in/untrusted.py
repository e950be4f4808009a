"""Files that students hand in, read: links are not followed, and no pipe is waited for."""

import os
import stat
from pathlib import Path

from classroom.course.notebook import Unreadable


def read_file(path: str | Path, limit: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        Unreadable: where it is none, cannot be opened, or is longer than ``limit``.
    """
    # Between finding and reading it may have become a link or a pipe: neither is followed or waited
    # for.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise Unreadable(f"the file cannot be opened: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        if problem := problem_of_mode(os.fstat(handle).st_mode):
            raise Unreadable(problem)
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise Unreadable(f"the file cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise Unreadable(f"the file is larger than {limit / 1e6:g} MB")
    return data


def problem_of_mode(mode: int) -> str:
    """Why a file of this mode is not read; "" for a regular one."""
    if stat.S_ISREG(mode):
        return ""
    kinds = {
        "the file is a symbolic link": stat.S_ISLNK,
        "a folder has the file's name": stat.S_ISDIR,
        "the file is a named pipe": stat.S_ISFIFO,
    }
    return next(
        (what for what, test in kinds.items() if test(mode)), "the file is not a regular file"
    )
