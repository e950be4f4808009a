"""What checks ask of a notebook, as questions that are answered with plain numbers."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from classroom.course.assignment import NOT_ANSWERED, Lost, Quadratic
from classroom.sandbox.replies import Reply, Request
from rmsprop_lab.checking.diagnose import Outcome
from rmsprop_lab.checking.outcomes import advice, described
from rmsprop_lab.checking.plain import encode

WRITTEN_LATER = "NotImplementedError"


class Asking(ABC):
    """The answers of one notebook, as :class:`classroom.course.assignment.Answers`.

    Whoever answers says how a question is asked, and what there is.
    """

    def __init__(self) -> None:
        self._runs = count()

    @abstractmethod
    def _ask(self, request: Request) -> Reply:
        """The answer to a question. Raises Lost where there is none."""

    @abstractmethod
    def _find(self, name: str) -> None:
        """Return where there is something of this name; otherwise raise Lost."""

    def number(self, name: str) -> float:
        value = self._numbers(name)
        if value.size != 1:
            what = "is empty" if value.size == 0 else f"has the shape {value.shape}"
            raise Lost(f"`{name}` must be one number; yours {what}.")
        return float(value.reshape(()))

    def array(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        value = self._numbers(name)
        if value.size != np.prod(shape, dtype=int):
            what = "is empty" if value.size == 0 else f"has {value.shape}"
            raise Lost(f"`{name}` must have the shape {shape}; yours {what}.")
        return value.reshape(shape)

    def call(self, name: str, *arguments: Any) -> Outcome:
        self._find(name)
        return self._outcome(
            name,
            {"do": "call", "name": name, "arguments": [_sent(value) for value in arguments]},
        )

    def steps(self, name: str) -> Callable[[np.ndarray], np.ndarray]:
        self._find(name)
        run = f"run {next(self._runs)}"
        taken = count(1)

        def step(grad: np.ndarray) -> np.ndarray:
            number = next(taken)
            outcome = self._outcome(
                name, {"do": "step", "name": name, "grad": encode(grad), "run": run}
            )
            if outcome.error:
                raise Lost(f"At step {number} your `{name}` raised {outcome.error}.")
            updates = _real(outcome.value)
            if updates is None or updates.shape != grad.shape:
                raise Lost(
                    f"At step {number} the updates of your `{name}` are not numbers in the shape "
                    f"of the gradient, {grad.shape}."
                )
            if not np.isfinite(updates).all():
                raise Lost(f"At step {number} your updates are not finite.", mistake="diverges")
            return updates

        return step

    def _numbers(self, name: str) -> np.ndarray:
        self._find(name)
        value = self._ask({"do": "value", "name": name}).value
        if value is None:
            raise Lost(f"`{name}` is still None.", mistake=NOT_ANSWERED)
        numbers = _real(value)
        if numbers is None:
            raise Lost(
                f"`{name}` must consist of real numbers; yours is of the type {described(value)}."
                + advice(value)
            )
        if not np.isfinite(numbers).all():
            raise Lost(f"`{name}` must be finite.")
        return numbers

    def _outcome(self, name: str, request: Request) -> Outcome:
        reply = self._ask(request)
        if reply.error.startswith(WRITTEN_LATER):
            raise Lost(f"`{name}` is not written yet.", mistake=NOT_ANSWERED)
        return Outcome(value=reply.value, changed=reply.changed, error=reply.error)


def _sent(value: Any) -> Any:
    if isinstance(value, Quadratic):
        return {"gradient of": [encode(value.matrix), encode(value.vector)]}
    return encode(value)


def _real(value: Any) -> np.ndarray | None:
    """Real numbers as an array; None where they are something else."""
    if isinstance(value, (str, bool)):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return None
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    return array.astype(float) if array.dtype.kind in "iuf" else None
