"""The sandbox as a command: bubblewrap, for a worker that sees a Python, our package, and no more.

No network, nothing of the file system but Python's own files (read only) and a small scratch
folder, an empty environment, and limits on memory, processes and files. Run by root, the worker
gets a user id of its own and no capabilities; otherwise, a user namespace of its own. What the
kernel refuses beyond that stands in ``inside/refused.py``.
"""

import os
import shlex
import shutil
import site
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import rmsprop_lab
from classroom.sandbox.inside.refused import MACHINES, program
from classroom.sandbox.limits import Limits

INSIDE = Path(__file__).parent / "inside"
PACKAGE = Path(rmsprop_lab.__file__).parent
PYTHON = "/python"  # in the sandbox: no message of a student's names a folder of this machine
SCRATCH = 64 << 20  # bytes in the scratch folder, which is memory
SHARED = 1 << 20  # bytes in /dev/shm
FILTER = "FILTER"  # in the command: the number of the file that holds it
USERS = 61_001  # the first of the ids that sandboxes run by root take in turn
BINARY = f"{PYTHON}/bin/{Path(sys.executable).resolve().name}"
_TOP = ("lib", "lib64", "lib32", "bin", "sbin")
_turn = count()


PROJECT = shlex.quote(str(Path(__file__).parents[2]))
#: Where there is no sandbox of our own: the same in a container. ``classroom/Containerfile``.
CONTAINER = f"""\
docker build --tag rmsprop-classroom --file {PROJECT}/classroom/Containerfile {PROJECT}
docker run --rm --privileged --network none --volume "$PWD":/course --workdir /course \\
  rmsprop-classroom grade SUBMISSIONS --out DIR"""


def missing() -> str:
    """Why there can be no sandbox here, and what to do; nothing where there can."""
    if sys.platform != "linux":
        return f"The sandbox needs Linux; this is {sys.platform}."
    if os.uname().machine not in MACHINES:
        return f"The sandbox knows {', '.join(MACHINES)}; this machine is {os.uname().machine}."
    for tool, package in (
        ("bwrap", "bubblewrap"),
        ("prlimit", "util-linux"),
        ("setpriv", "util-linux"),
    ):
        if not shutil.which(tool):
            return (
                f"{tool} is not installed. On Debian and Ubuntu: apt install {package}; "
                f"on Fedora: dnf install {package}."
            )
    return ""


def packages() -> list[Path]:
    """The folders of installed packages."""
    folders = site.getsitepackages()
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    return [Path(folder) for folder in folders if Path(folder).is_dir()]


def shown() -> list[tuple[Path, str]]:
    """What of this machine a worker sees, read only, and where: Python's own files and no more."""
    system = [Path(top, name) for top in ("/usr", "/") for name in _TOP]
    system.append(Path("/usr/share/zoneinfo"))  # for times of day
    found = [(path, str(path)) for path in system if path.is_dir() and not path.is_symlink()]
    libraries = Path(sys.base_prefix, sys.platlibdir)
    found += [(libraries, f"{PYTHON}/{sys.platlibdir}"), (Path(sys.executable).resolve(), BINARY)]
    found += [(folder, _place(number)) for number, folder in enumerate(packages())]
    return [*found, (PACKAGE, "/lab/rmsprop_lab"), (INSIDE, "/lab/inside")]


def exposed(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """Which of a teacher's files a worker would see, and in which folder of Python's."""
    folders = [folder.resolve() for folder, _ in shown()]
    resolved = [path.resolve() for path in paths]
    return [
        (path, folder) for path in resolved for folder in folders if path.is_relative_to(folder)
    ]


def command(limits: Limits, word: str) -> list[str]:
    """The command of a sandboxed worker; its channel is standard input and output."""
    root = os.geteuid() == 0
    user = str(USERS + (os.getpid() * 31 + next(_turn)) % 4_000)
    return [
        *_bubblewrap(root),
        *_scratch(),
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
        "--msgqueue=0",
        "--",
        # Only for Python: where its libraries lie on this machine is not where it finds them.
        *("env", f"LD_LIBRARY_PATH={PYTHON}/{sys.platlibdir}", BINARY),
        *("-I", "-S", "-B", "/lab/inside/worker.py", word, "/lab/inside", "/lab"),
        *(_place(number) for number in range(len(packages()))),
    ]


@contextmanager
def filter_file() -> Iterator[int]:
    """The calls that the whole sandbox is refused, as a file that bubblewrap reads once."""
    reads, writes = os.pipe()
    try:
        os.write(writes, program(os.uname().machine, joining=True))
        os.close(writes)
        yield reads
    finally:
        os.close(reads)


def _bubblewrap(root: bool) -> list[str]:
    alone = ["ipc", "pid", "net", "uts", "cgroup-try"] + ([] if root else ["user"])
    return [
        shutil.which("bwrap") or "bwrap",
        "--die-with-parent",
        *("--seccomp", FILTER),
        "--new-session",
        *(f"--unshare-{what}" for what in alone),
        *("--hostname", "classroom"),
    ]


def _drop_privileges(user: str) -> list[str]:
    return [
        *("setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs"),
        *("--bounding-set=-all", "--inh-caps=-all", "--"),
    ]


def _place(number: int) -> str:
    """Where a folder of packages is in the sandbox."""
    return f"{PYTHON}/packages/{number}"


def _files() -> list[str]:
    """Python and the package, read only. The classroom, which knows the answers, is not there."""
    parts: list[str] = []
    # bubblewrap would make the folders above for root alone
    for folder in ("/usr", "/usr/share", PYTHON, f"{PYTHON}/bin", f"{PYTHON}/packages", "/lab"):
        parts += ["--perms", "0755", "--dir", folder]
    for path in (Path(top, name) for top in ("/usr", "/") for name in _TOP):
        if path.is_symlink():
            parts += ["--symlink", os.readlink(path), str(path)]
    for path, place in shown():
        parts += ["--ro-bind", str(path), place]
    for place in _answers():
        parts += ["--tmpfs", place, "--remount-ro", place]
    stand_in = {"lab": "lab", "drawing.py": "plots.py", "check.py": "checking/check.py"}
    for here, there in stand_in.items():
        parts += ["--ro-bind", str(INSIDE / here), f"/lab/rmsprop_lab/{there}"]
    return parts


def _answers() -> Iterator[str]:
    """Where the classroom would be seen, because it is installed and not run from its clone."""
    for folder in {*packages(), *map(Path, site.getsitepackages([sys.base_prefix, "/usr"]))}:
        for installed in (folder / "classroom", folder / "rmsprop_lab"):
            for path, place in shown():
                if installed.is_dir() and installed.is_relative_to(path):
                    yield str(Path(place, installed.relative_to(path)))


def _scratch() -> list[str]:
    return [
        *("--proc", "/proc", "--dev", "/dev"),
        # bubblewrap's own process ends all others with the grader. Of the same user, it could be
        # rewritten through its memory, and the others would run on.
        *("--tmpfs", "/proc/1", "--remount-ro", "/proc/1"),
        *("--size", str(SHARED), "--perms", "1777", "--tmpfs", "/dev/shm"),
        *("--remount-ro", "/dev"),
        *("--size", str(SCRATCH), "--perms", "1777", "--tmpfs", "/tmp"),
        # The names of keys; all else of them is refused.
        *("--ro-bind-try", "/dev/null", "/proc/keys"),
        *("--ro-bind-try", "/dev/null", "/proc/key-users"),
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
