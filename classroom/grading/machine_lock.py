"""Notebooks that are graded side by side, and one that must be alone on this machine.

Two files hold the order, so that processes and threads of one run, and other runs, keep it too:
whoever grades is in the room, and whoever wants to be alone holds the door until it is empty.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def beside_others() -> Iterator[None]:
    """Grade while others do; wait while one is, or wants to be, alone."""
    with _held("door"):
        pass
    with _held("room", shared=True):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Grade while nobody else does."""
    with _held("door"), _held("room"):
        yield


@contextmanager
def _held(name: str, *, shared: bool = False) -> Iterator[None]:
    import fcntl  # Windows has none, and does not grade

    path = Path(tempfile.gettempdir(), f"rmsprop-classroom-{os.getuid()}-{name}")
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)  # which ends the lock, as the end of the process would
