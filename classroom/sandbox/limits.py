"""What a submission may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes:
        seconds: of processor time, for a cell, and for all calls of a task; all together it may
            use as many times that as there are tasks.
        patience: seconds by the clock, for each second of processor time: the rest is sleep. What
            was a wait for a processor does not count, up to three quarters.
        memory: bytes of address space for a process, and in use by all processes together.
        processes: at once. NumPy needs one.
        files: in the scratch folders.
        answer: bytes of one answer to the grader.
    """

    seconds: float = 5.0
    patience: float = 2.0
    memory: int = 1 << 30
    processes: int = 4
    files: int = 10_000
    answer: int = 4 << 20
