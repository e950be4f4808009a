"""What a sandbox has used: the processor time and memory of all its processes, and its files."""

import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SCRATCH_FOLDERS = ("tmp", "dev/shm")


@dataclass(frozen=True)
class Usage:
    """Of a process and all below it.

    Attributes:
        seconds: of processors, that of children which have ended included.
        memory: bytes that are in use. What processes share counts for each.
        files: in the scratch folders, whose size limit does not count empty ones.
        waited: seconds in which a process was ready to run, and others had the processors: the
            longest.
    """

    seconds: float
    memory: int
    files: int
    waited: float


def used(process: int) -> Usage:
    """What a sandbox has used by now, by the id of its outermost process."""
    ticks = pages = files = 0
    longest = 0.0
    waiting = [process]
    while waiting:
        one = waiting.pop()
        with suppress(OSError, IndexError):  # it may end at any moment
            fields = _stat(one)
            ticks += sum(map(int, fields[11:15]))  # in user code and the kernel; children's too
            pages += int(fields[21])
            files = max(files, _files(one) if one != process else 0)
            longest = max(longest, waited(one))
            waiting += _children(one)
    seconds = ticks / os.sysconf("SC_CLK_TCK")
    return Usage(seconds, pages * os.sysconf("SC_PAGE_SIZE"), files, longest)


def waited(process: int | str = "thread-self") -> float:
    """Seconds of waiting for a processor, where the kernel counts them."""
    with suppress(OSError):
        return int(Path(f"/proc/{process}/schedstat").read_bytes().split()[1]) / 1e9
    return 0.0


def _stat(process: int | str) -> list[bytes]:
    """What stands in /proc/.../stat after the name, which may hold anything."""
    return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()


def _files(process: int) -> int:
    found = 0
    for folder in SCRATCH_FOLDERS:
        with suppress(OSError):
            there = os.statvfs(f"/proc/{process}/root/{folder}")
            found += there.f_files - there.f_ffree
    return found


def _children(process: int) -> list[int]:
    if not _LISTED:
        return _by_parent()[process]
    tasks = Path(f"/proc/{process}/task").iterdir()  # any thread may have started them
    return [int(child) for task in tasks for child in (task / "children").read_bytes().split()]


def _by_parent() -> dict[int, list[int]]:
    """The same from a look at all processes, for kernels that list no children."""
    found: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            found[int(_stat(folder.name)[1])].append(int(folder.name))
    return found


_LISTED = Path(f"/proc/self/task/{os.getpid()}/children").exists()
