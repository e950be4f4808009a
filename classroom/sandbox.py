"""The sandbox: bubblewrap's command for a worker that sees a Python, the package, and nothing else.

No network, nothing of the file system but Python's own files (read only) and a small scratch
folder, an empty environment, and limits on memory, processes and files. Run by root, the worker
gets a user id of its own and no capabilities; otherwise, a user namespace of its own.
"""

import os
import shutil
import site
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import rmsprop_lab

INSIDE = Path(__file__).parent / "inside"
SCRATCH = 64 << 20  # bytes in the scratch folder, which is memory
SHARED = 1 << 20  # bytes in /dev/shm
USERS = 61_001  # the first of the ids that sandboxes run by root take in turn
_turn = count()


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes:
        seconds: for a cell, and for all calls of a task; all together it may use as many
            times that as there are tasks.
        memory: bytes of address space for a process.
        processes: at once. NumPy needs one.
        answer: bytes of one answer to the grader.
    """

    seconds: float = 5.0
    memory: int = 1 << 30
    processes: int = 4
    answer: int = 16 << 20


#: Where there is no sandbox of our own: the same in a container. ``classroom/Containerfile``.
CONTAINER = """\
docker build --tag rmsprop-classroom --file classroom/Containerfile .
docker run --rm --privileged --network none --volume "$PWD":/course --workdir /course \\
  rmsprop-classroom grade SUBMISSIONS --out DIR"""


def missing() -> str:
    """Why there can be no sandbox here, and what to do; nothing where there can."""
    if sys.platform != "linux":
        return f"The sandbox needs Linux; this is {sys.platform}."
    for program, package in (
        ("bwrap", "bubblewrap"),
        ("prlimit", "util-linux"),
        ("setpriv", "util-linux"),
    ):
        if not shutil.which(program):
            return (
                f"{program} is not installed. On Debian and Ubuntu: apt install {package}; "
                f"on Fedora: dnf install {package}."
            )
    return ""


def packages() -> list[Path]:
    """The folders of installed packages."""
    return [Path(folder) for folder in site.getsitepackages() if Path(folder).is_dir()]


def command(limits: Limits, word: str) -> list[str]:
    """The command of a sandboxed worker; its channel is standard input and output."""
    root = os.geteuid() == 0
    user = str(USERS + (os.getpid() * 31 + next(_turn)) % 4_000)
    return [
        *_bubblewrap(root),
        *_scratch(),  # first: Python may stand in a folder under it
        *_files(),
        *("--remount-ro", "/"),
        *_environment(),
        "--chdir",
        "/tmp",
        "--",
        *(_drop_privileges(user) if root else ()),
        # Inside: outside, a neighbour's processes would count too.
        "prlimit",
        f"--as={limits.memory}",
        f"--nproc={limits.processes}",
        f"--fsize={SCRATCH}",
        "--nofile=64",
        "--core=0",
        "--",
        sys.executable,
        *("-I", "-S", "-B", "/lab/inside/worker.py", word, "/lab/inside", "/lab"),
        *map(str, packages()),
    ]


def _bubblewrap(root: bool) -> list[str]:
    alone = ["ipc", "pid", "net", "uts", "cgroup-try"] + ([] if root else ["user"])
    return [
        "bwrap",
        "--die-with-parent",
        "--new-session",
        *(f"--unshare-{what}" for what in alone),
        *("--hostname", "classroom"),
    ]


def _drop_privileges(user: str) -> list[str]:
    return [
        *("setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs"),
        *("--bounding-set=-all", "--inh-caps=-all", "--"),
    ]


def _files() -> list[str]:
    """Python and the package, read only. The classroom, which knows the answers, is not there."""
    package = Path(rmsprop_lab.__file__).parent
    stand_in = {
        INSIDE / "lab": "lab",
        INSIDE / "drawing.py": "plots.py",
        INSIDE / "check.py": "check.py",
    }
    seen = ["--ro-bind", "/usr", "/usr"]
    for name in ("lib", "lib64", "lib32", "bin", "sbin"):
        if (top := Path("/", name)).is_symlink():
            seen += ["--symlink", os.readlink(top), str(top)]
        elif top.is_dir():
            seen += ["--ro-bind", str(top), str(top)]
    for folder in dict.fromkeys((Path(sys.base_prefix), Path(sys.prefix))):
        if not folder.is_relative_to("/usr"):
            # bubblewrap would make the folders above for root alone
            for above in reversed(folder.parents[:-1]):
                seen += ["--perms", "0755", "--dir", str(above)]
            seen += ["--ro-bind", str(folder), str(folder)]
    for folder in packages():
        for name in ("classroom", "rmsprop_lab"):
            if (folder / name).is_dir():
                seen += ["--tmpfs", str(folder / name), "--remount-ro", str(folder / name)]
    seen += ["--perms", "0755", "--dir", "/lab"]
    seen += ["--ro-bind", str(INSIDE), "/lab/inside", "--ro-bind", str(package), "/lab/rmsprop_lab"]
    for here, there in stand_in.items():
        seen += ["--ro-bind", str(here), f"/lab/rmsprop_lab/{there}"]
    return seen


def _scratch() -> list[str]:
    return [
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(SHARED), "--perms", "1777", "--tmpfs", "/dev/shm"),
        *("--remount-ro", "/dev"),
        *("--size", str(SCRATCH), "--perms", "1777", "--tmpfs", "/tmp"),
    ]


def _environment() -> list[str]:
    names = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "RMSPROP_LAB_GRADING": "1",
    }
    return ["--clearenv", *(part for name in names for part in ("--setenv", name, names[name]))]
