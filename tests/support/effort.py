"""How much work something is, on a machine of whatever speed."""

import time
from collections.abc import Callable


def effort(work: Callable[[], object]) -> float:
    """Its processor time, in times of a plain loop of a million additions around it.

    The loop takes some 25 ms on a machine of today. What makes the one slow, a busy neighbour or an
    old processor, makes the other slow.
    """
    before, taken, after = _seconds(_loop), _seconds(work), _seconds(_loop)
    return taken / max(before, after)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _loop() -> None:
    total = 0
    for number in range(1_000_000):
        total += number
