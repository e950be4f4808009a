"""Whether this machine can grade: what is asked of the sandbox, tried out."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from classroom import packages
from classroom.errors import ClassroomError
from classroom.sandbox.bubblewrap import CONTAINER, exposed, missing
from classroom.sandbox.channel import Ended, GraderError, Time, Worker
from classroom.sandbox.limits import Limits
from classroom.sandbox.replies import Reply

NETWORK = """
import socket
def answer():
    with open("/proc/net/dev") as file:
        if {line.split(":")[0].strip() for line in file if ":" in line} - {"lo"}:
            return 0.0
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
        try:
            socket.socket(family, socket.SOCK_DGRAM)
        except OSError:
            continue
        return 0.0
    return 1.0
"""
WRITES = """
import os
def answer():
    for folder in ("/", "/usr", "/lab", "/dev", "/proc"):
        try:
            open(os.path.join(folder, "written"), "w")
        except OSError:
            continue
        return 0.0
    return 1.0
"""
SEES = """
import glob, os
def answer():
    answers = [path for place in ("/lab", "/python/packages/*", "/python/lib*/python*/*-packages")
               for path in glob.glob(f"{place}/classroom/*")]
    return float(not answers and set(os.environ) <= {
        "PATH", "HOME", "LANG", "LC_CTYPE", "PWD", "MPLBACKEND", "PYTHONHASHSEED",
        "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RMSPROP_LAB_GRADING", "LD_LIBRARY_PATH"})
"""
FORKS = """
import os
def answer():
    children = []
    try:
        for _ in range(50):
            child = os.fork()
            if not child:
                import time; time.sleep(5); os._exit(0)
            children.append(child)
    except OSError:
        return 1.0
    finally:
        for child in children:
            os.kill(child, 9)
    return 0.0
"""
MEMORY = """
def answer():
    try:
        bytearray(1 << 33)
    except MemoryError:
        return 1.0
    return 0.0
"""
#: Tries calls of the kernel by their numbers, as a notebook can.
_CALLS = """
import ctypes, errno, os, sys
sys.path.append("/lab/inside")
from refused import CLONE, MACHINES, REFUSED
column = MACHINES[os.uname().machine][0]
numbers = {name: places[column] for name, places in REFUSED.items()} | {"clone": CLONE[column]}
libc = ctypes.CDLL(None, use_errno=True)
def refused(call, *arguments):
    number = numbers.get(call, call)
    done = libc.syscall(number, *arguments)
    return done < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
"""
KEYS = f"""{_CALLS}
def names():
    try:
        return open("/proc/keys").read()
    except OSError:
        return ""
def answer():
    return float(
        not names() and refused("keyctl", 0, -3, 0) and refused("keyctl", 1, None)
        and refused("add_key", b"user", b"name", b"text", 4, -3)
        and refused("request_key", b"user", b"name", None, -3))
"""
UNCOUNTED = f"""{_CALLS}
def answer():
    return float(
        refused("memfd_create", b"name", 0) and refused("shmget", 0, 4096, 0o1600)
        and refused("msgget", 0, 0o1600) and refused("semget", 0, 1, 0o1600)
        and refused(425, 1, None) and refused(447, 0))  # io_uring_setup, memfd_secret
"""
NAMESPACES = f"""{_CALLS}
def answer():
    user = 0x1000_0000  # CLONE_NEWUSER
    return float(
        refused("unshare", user) and refused("setns", 0, 0) and refused("clone", user | 17, 0)
        and refused(435, None, 0) and refused("mount", b"none", b"/tmp", b"tmpfs", 0, None)
        and refused("ptrace", 0, 0, 0, 0)
        and "Seccomp:\\t2" in open("/proc/self/status").read()
        and not os.listdir("/proc/1"))  # bubblewrap's own process
"""
FILES = """
import os
def answer():
    count = 0
    while True:
        os.close(os.open(f"/tmp/{count}", os.O_CREAT | os.O_WRONLY))
        count += 1
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what to do where it is not."""

    what: str
    well: bool
    remedy: str = ""


def examine(limits: Limits | None = None) -> list[Finding]:
    """Look at this machine, from what must be there to what must not be possible."""
    limits = limits or Limits()
    lacking = packages.lacking()
    found = [Finding("the packages are installed", not lacking, lacking), *_needed(limits)]
    if found[-1].well:
        found += [
            _unseen([Path.cwd()]),
            _tried("the network is out of reach", NETWORK, limits),
            _tried("files cannot be written, but for a scratch folder", WRITES, limits),
            _tried("the answers and the environment are not to be seen", SEES, limits),
            _tried("processes are limited", FORKS, limits),
            _tried("memory is limited", MEMORY, limits),
            _stopped("files are limited in number", FILES, limits),
            _tried("keys of whoever grades are out of reach (seccomp)", KEYS, limits),
            _tried("memory that no limit counts is refused (seccomp)", UNCOUNTED, limits),
            _tried("namespaces, mounts and tracing are refused (seccomp)", NAMESPACES, limits),
        ]
    return found


def _needed(limits: Limits) -> list[Finding]:
    """What must be there, up to the first thing that is not."""
    if problem := missing():
        return [Finding("what the sandbox needs is installed", False, problem)]
    found = [Finding("what the sandbox needs is installed", True)]
    try:
        started = time.monotonic()
        Worker(limits).close()
        seconds = time.monotonic() - started
    except GraderError as error:
        return [*found, Finding("a sandbox starts", False, f"{error}. {_remedy(str(error))}")]
    return [*found, Finding(f"a sandbox starts, in {seconds:.1f} s", True)]


def report(say: Callable[[str], None] = print) -> bool:
    """Say what was found; whether this machine can grade."""
    found = examine()
    for finding in found:
        say(f"{'ok ' if finding.well else 'NO '} {finding.what}")
        if finding.remedy:
            say(f"    {finding.remedy}")
    well = all(finding.well for finding in found)
    say("This machine can grade." if well else f"This machine cannot grade.\n{INSTEAD}")
    return well


def require() -> None:
    """Refuse where there is no sandbox: there is no other way to run a student's code.

    Raises:
        ClassroomError: with the reason and what to do.
    """
    last = _needed(Limits())[-1]
    if not last.well:
        raise ClassroomError(f"No grading without a sandbox. {last.remedy}\n{INSTEAD}")


def hide(paths: Iterable[Path]) -> None:
    """Refuse where notebooks would see a file or a folder of the course.

    Raises:
        ClassroomError: with the path and what to do.
    """
    finding = _unseen(paths)
    if not finding.well:
        raise ClassroomError(f"Nothing is graded. {finding.remedy}")


def _unseen(paths: Iterable[Path]) -> Finding:
    seen = [f"{path} lies in {folder}" for path, folder in exposed(paths)]
    remedy = (
        f"{'; '.join(seen)}: a folder of Python's own, which every notebook sees. Move the "
        "course to a folder of its own."
    )
    what = "the course's folder is not to be seen"
    return Finding(what, not seen, remedy if seen else "")


INSTEAD = f"In a container, with Docker or Podman, from the course's folder:\n{CONTAINER}"


def _remedy(error: str) -> str:
    if "ermission denied" in error or "not permitted" in error or "namespace" in error:
        return (
            "Your system forbids user namespaces to ordinary users. On Ubuntu 24.04: "
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    return "Run `python -m classroom doctor` for more."


def _tried(what: str, source: str, limits: Limits) -> Finding:
    """What a worker says of itself: 1 where it could not do what it tried."""
    worker = None
    try:
        worker = Worker(limits)
        reply = _answered(worker, source)
        well = reply.value == 1.0
        return Finding(what, well, "" if well else reply.error or reply.trouble or POSSIBLE)
    except Exception as error:
        return Finding(what, False, str(error))
    finally:
        if worker:
            worker.close()


def _stopped(what: str, source: str, limits: Limits) -> Finding:
    """Whether a worker that goes on and on is ended before its time."""
    worker = None
    try:
        worker = Worker(limits)
        _answered(worker, source)
        return Finding(what, False, POSSIBLE)
    except Ended as ended:
        well = ended.limit and "longer" not in ended.reason
        return Finding(what, well, "" if well else ended.reason)
    except Exception as error:
        return Finding(what, False, str(error))
    finally:
        if worker:
            worker.close()


def _answered(worker: Worker, source: str) -> Reply:
    worker.ask({"do": "run", "source": source, "without": []}, ENOUGH)
    return worker.ask({"do": "call", "name": "answer", "arguments": []}, ENOUGH)


POSSIBLE = "it was possible"
ENOUGH = Time(20, 20)
