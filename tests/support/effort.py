"""How much work something is, on a machine of whatever speed."""

import time
from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")


def effort(work: Callable[[], object]) -> float:
    """How much work that is, see :func:`weighed`."""
    return weighed(work)[0]


def weighed(work: Callable[[], Made]) -> tuple[float, Made]:
    """Its processor time, in times of a plain loop of a million additions around it; what it made.

    The loop takes some 25 ms on a machine of today. What makes the one slow, a busy neighbour or an
    old processor, makes the other slow.
    """
    (before, _), (taken, made), (after, _) = _timed(_loop), _timed(work), _timed(_loop)
    return taken / max(before, after), made


def _timed(work: Callable[[], Made]) -> tuple[float, Made]:
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


def _loop() -> None:
    total = 0
    for number in range(1_000_000):
        total += number
