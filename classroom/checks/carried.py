"""A walk of several steps, in which a student's function is given back what it returned."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from classroom.course.assignment import Answers, Lost
from rmsprop_lab.checking.outcomes import Complaint, as_single, results

State = tuple[np.ndarray, ...]  # where the path is, and what the rule carries


def called(answers: Answers, name: str, outputs: Sequence[str], arguments: Sequence[Any]) -> State:
    """What the student's function returns: arrays of the shape of the last argument.

    Raises:
        Lost: where it is anything else.
    """
    shape = np.shape(arguments[-1])
    found = results(answers.call(name, *arguments), outputs, shape)
    if isinstance(found, Complaint):
        raise Lost(found.text, mistake=found.name)
    for output, array in zip(outputs, found, strict=True):
        if array.shape != shape:
            raise Lost(
                f"{output} has shape {array.shape}; it must be {shape}.", mistake="wrong shape"
            )
    return found


def take_steps(step: Callable[..., State], state: State, steps: int) -> Iterator[State]:
    """The states of a path, the first included, of ``step(*state) -> state``."""
    yield state
    for _ in range(steps):
        with np.errstate(all="ignore"):  # a wrong rule may diverge
            state = step(*state)
        yield state


def places(states: Iterable[State]) -> np.ndarray:
    """Where a path goes, shape (steps + 1, ...)."""
    return np.array([state[0] for state in states])


def same_states(mine: Iterable[State], right: Iterable[State]) -> None:
    """Return where two paths and what they carry are the same; otherwise raise Lost.

    No step is taken after the first wrong one: a notebook that is not run has no answer to it.
    """
    right = list(right)
    largest = [0.0] * len(right[0])
    for step, (one, other) in enumerate(zip(mine, right, strict=True)):
        largest = [max(size, np.abs(part).max()) for size, part in zip(largest, other, strict=True)]
        if not all(map(as_single, one, other, largest)):
            raise Lost(
                f"A walk of {len(right) - 1} steps, in which your function is given back what it "
                f"returned, goes astray at step {step}."
            )
