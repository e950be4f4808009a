"""Whether this machine can grade: what is asked of the sandbox, tried out."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from classroom.channel import GraderError, Worker
from classroom.errors import ClassroomError
from classroom.sandbox import CONTAINER, Limits, missing

NETWORK = """
import errno, socket
def answer():
    if {name for _, name in socket.if_nameindex()} - {"lo"}:
        return 0.0
    try:
        socket.create_connection(("192.0.2.1", 53), timeout=1)
    except OSError as error:
        return float(error.errno == errno.ENETUNREACH)
    return 0.0
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
import os
def answer():
    return float(not os.path.exists("/lab/classroom") and set(os.environ) <= {
        "PATH", "HOME", "LANG", "LC_CTYPE", "PWD", "MPLBACKEND", "PYTHONHASHSEED",
        "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RMSPROP_LAB_GRADING"})
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


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what to do where it is not."""

    what: str
    well: bool
    remedy: str = ""


def examine(limits: Limits | None = None) -> list[Finding]:
    """Look at this machine, from what must be there to what must not be possible."""
    limits = limits or Limits()
    found = _needed(limits)
    if found[-1].well:
        found += [
            _tried("the network is out of reach", NETWORK, limits),
            _tried("files cannot be written, but for a scratch folder", WRITES, limits),
            _tried("the answers and the environment are not to be seen", SEES, limits),
            _tried("processes are limited", FORKS, limits),
            _tried("memory is limited", MEMORY, limits),
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


INSTEAD = f"In a container, with Docker or Podman, from the project's folder:\n{CONTAINER}"


def _remedy(error: str) -> str:
    if "ermission denied" in error or "not permitted" in error or "namespace" in error:
        return (
            "Your system forbids user namespaces to ordinary users. On Ubuntu 24.04: "
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    return "Run `python -m classroom doctor` for more."


def _tried(what: str, source: str, limits: Limits) -> Finding:
    worker = None
    try:
        worker = Worker(limits)
        until = time.monotonic() + 20
        worker.ask({"do": "run", "source": source}, until)
        reply = worker.ask({"do": "call", "name": "answer", "arguments": []}, until)
        well = reply.get("value") == 1.0
        return Finding(what, well, "" if well else str(reply.get("error") or "it was possible"))
    except Exception as error:
        return Finding(what, False, str(error))
    finally:
        if worker:
            worker.close()
