"""An archive that a teacher downloaded: unpacked so that nothing in it can do harm.

The names in it come from students, and so does what is in the files. Only notebooks are unpacked;
of all else the name is enough to say that it was there.
"""

import os
import stat
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from classroom.errors import ClassroomError, cut

ENTRIES = 100_000
BYTES = 20_000_000_000  # of all notebooks together
_UTF8 = 0x800  # the flag of a name that is UTF-8
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)


def is_archive(name: str) -> bool:
    """Whether a file's name is that of a zip archive."""
    return name.casefold().endswith(".zip")


def unpack(
    archive: Path, into: Path, *, wanted: Callable[[str], bool], limit: int
) -> list[tuple[str, str]]:
    """Unpack a zip archive into a new folder.

    Args:
        archive: the file.
        into: the folder, which is made.
        wanted: whether the content of a file of this name is read. The others are made empty.
        limit: bytes of one file; one more is written of what is longer, so that it is seen.

    Returns:
        what is left out, with the reason.

    Raises:
        ClassroomError: where the file is no zip archive, or too much is in it.
    """
    into.mkdir(parents=True)
    left_out = []
    try:
        with zipfile.ZipFile(archive) as file:
            members = file.infolist()
            if len(members) > ENTRIES:
                raise ClassroomError(
                    f"{archive}: {len(members):,} files are in it; at most {ENTRIES:,} are read."
                )
            free = BYTES
            for member in members:
                name = _name(member)
                if reason := _why_not(member, name):
                    left_out.append((name, reason))
                    continue
                try:
                    free -= _write(file, member, into.joinpath(*_parts(name)), wanted, limit)
                except OSError as error:
                    left_out.append((name, f"cannot be unpacked: {error.strerror or error}"))
                except _UNREADABLE as error:
                    left_out.append((name, f"cannot be unpacked: {error}"))
                if free < 0:
                    raise ClassroomError(f"{archive}: more than {BYTES / 1e9:g} GB are in it.")
    except (OSError, *_UNREADABLE) as error:
        raise ClassroomError(
            f"{archive}: the archive cannot be read: {error}. Was it downloaded to its end?"
        ) from None
    return left_out


def _write(
    file: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    path: Path,
    wanted: Callable[[str], bool],
    limit: int,
) -> int:
    """Write a file; how many bytes."""
    if member.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    data = b""
    if wanted(path.name):
        with file.open(member) as content:
            data = content.read(limit + 1)
    with path.open("xb") as out:
        out.write(data)
    with suppress(ValueError, OverflowError):  # when it was made, as far as the archive knows
        made = time.mktime((*member.date_time, 0, 0, -1))
        os.utime(path, (made, made))
    return len(data)


def _name(member: zipfile.ZipInfo) -> str:
    """The name with slashes. Bytes that the archive does not call UTF-8 are kept as they are."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        with suppress(UnicodeEncodeError):  # where it is said in another way
            name = os.fsdecode(name.encode("cp437"))
    return name.replace("\\", "/")


def _parts(name: str) -> Iterator[str]:
    return (part for part in PurePosixPath(name).parts if part != ".")


def _why_not(member: zipfile.ZipInfo, name: str) -> str:
    """Why a file is left out; "" where it is not."""
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a symbolic link"
    if name.startswith("/") or ".." in name.split("/") or "\0" in name or not list(_parts(name)):
        return f"has a name that leads out of the archive: {cut(name, 100)!r}"
    return ""
