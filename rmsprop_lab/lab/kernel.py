"""Descend in the kernel where the page cannot: any Python surface, any Python rule.

A rule of one's own may raise, return the wrong shape or diverge. The path up to there is
drawn, and the lab says which step it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np

from rmsprop_lab.algebra.overload import for_arrays
from rmsprop_lab.descent import FAR, Trajectory
from rmsprop_lab.lab import contract
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.schedules import Schedule, place_of_rate
from rmsprop_lab.steps import by_step, on_arrays, take_steps
from rmsprop_lab.stochastic import Chance

GRID = 96
AROUND = 1.5  # the map may be wider or higher than the window


@dataclass
class Attempt:
    """A path as far as it came, as the view draws it.

    Attributes:
        rows: of x where it stands, its gradient, its update, its states; the same of y; f.
        diverged_at: the first step that is farther out than :data:`FAR`, if there is one.
        failure: what stopped it, in words, if something did.
    """

    rows: np.ndarray
    diverged_at: int | None = None
    failure: str | None = None

    def trajectory(self, objective: Objective, optimizer: Optimizer) -> Trajectory:
        """The path as the pictures take it."""
        half = 3 + len(optimizer.state)
        params = np.stack([self.rows[0], self.rows[half]], axis=1)
        factors = np.ones(max(len(params) - 1, 0))
        return Trajectory(objective, optimizer, {}, params, {}, self.diverged_at, factors)

    def message(self) -> contract.ComputedPath:
        """What is sent to the view."""
        return {
            "numbers": np.ascontiguousarray(self.rows, dtype="<f8").tobytes(),
            "divergedAt": self.diverged_at,
            "failure": self.failure,
        }


def descend(
    objective: Objective,
    optimizer: Optimizer,
    settings: tuple[float, ...],
    start: tuple[float, float],
    steps: int,
    chance: Chance,
    schedule: Schedule | None = None,
) -> Attempt:
    """Take one path, record by record, and stop where something goes wrong.

    The records are those of ``descend`` in the view's engine: the last one holds the
    update that the next step would make, at the last one's learning rate.
    """
    value = for_arrays(objective.value)
    x, y = map(np.float64, start)
    watched = replace(optimizer, rule=_watched(optimizer))
    each: Iterable[tuple[float, ...]] = repeat(settings)
    if schedule is not None:
        try:
            factors = schedule.factors(steps)
        except Exception as error:  # a reader's function
            words = _words(f"schedule {schedule.name}", error)
            return Attempt(_rows([], optimizer), failure=f"stopped: {words}")
        each = by_step(settings, place_of_rate(optimizer, schedule), [*factors, factors[-1]])
    taken = take_steps(objective, watched, each, (x, y), steps + 1, chance, on_arrays)
    at: Any = (x, y)
    records: list[list[float]] = []
    failure = None
    with np.errstate(all="ignore"):
        for number in range(steps + 1):
            if np.isnan(at).any():
                failure = f"stopped: {_lost(records, optimizer)}"
                break
            if not (np.abs(at) <= FAR).all():
                return Attempt(_rows(records, optimizer), diverged_at=number)
            try:
                f = _number(value(*at, *objective.settings))
                step = next(taken)
            except Exception as error:  # whatever a reader's function does is theirs to see
                words = str(error) if isinstance(error, _RuleError) else _words("f", error)
                failure = f"stopped at step {number}: {words}"
                break
            axes = zip(step.point, step.grad, step.updates, step.state, strict=True)
            records.append([*(float(n) for *axis, state in axes for n in (*axis, *state)), f])
            at = step.end
    return Attempt(_rows(records, optimizer), failure=failure)


def heights(objective: Objective, window: Any) -> contract.Heights:
    """The surface sampled around a window, row by row from the bottom, for the view's map."""
    around = []
    for low, high in window:
        middle, half = (low + high) / 2, AROUND * (high - low) / 2
        around.append([middle - half, middle + half])
    x, y = (low + (high - low) * (np.arange(GRID) + 0.5) / GRID for low, high in around)
    value = for_arrays(objective.value)

    def at(x: float, y: float) -> float:
        try:
            return _number(value(x, y, *objective.settings))
        except Exception:  # where f has no value the map has a hole
            return float("nan")

    with np.errstate(all="ignore"):
        f = np.array([[at(one, other) for one in x] for other in y])
    return {"numbers": f.astype("<f8").tobytes(), "size": [GRID, GRID], "window": around}


class _RuleError(Exception):
    """What a rule did instead of a step, in words."""


def _watched(optimizer: Optimizer) -> Callable[..., Any]:
    """The optimiser's rule, which says what is wrong with what it returns."""
    rule, wanted = for_arrays(optimizer.rule), ("updates", *optimizer.state)
    place = len(optimizer.parameters)

    def watched(*arguments: Any) -> Any:
        grad = np.float64(_number(arguments[place]))
        try:
            returned = rule(*arguments[:place], grad, *arguments[place + 1 :])
            several = optimizer.state and isinstance(returned, (tuple, list))
            values = returned if several else (returned,)
            if len(values) != len(wanted) or any(np.ndim(one) for one in values):
                raise _WrongReturnError(
                    f"returned {returned!r}; it must return {', '.join(wanted)}: {len(wanted)} "
                    f"number{'s' if len(wanted) > 1 else ''}, as each coordinate is walked alone"
                )
            numbers = [_number(one) for one in values]
        except Exception as error:
            raise _RuleError(_words(optimizer.label, error)) from None
        return numbers if optimizer.state else numbers[0]

    return watched


class _WrongReturnError(ValueError):
    pass


def _number(value: Any) -> float:
    if value is None or isinstance(value, str) or np.ndim(value):
        raise _WrongReturnError(f"returned {value!r}, which is not a number")
    return float(value)


def _lost(records: list[list[float]], optimizer: Optimizer) -> str:
    """Why the last step leads nowhere, as the view's engine says it."""
    last = len(records) - 1
    valueless = last
    while valueless >= 0 and np.isnan(records[valueless][-1]):
        valueless -= 1
    if valueless < last:
        return f"f has no value there, from step {valueless + 1}"
    grad_x, grad_y = 1, 1 + 3 + len(optimizer.state)  # their places in a record
    if np.isnan([records[last][grad_x], records[last][grad_y]]).any():
        return f"f has no gradient there, from step {last}"
    return f"the update is not a number, from step {last}"


def _words(who: str, error: Exception) -> str:
    if isinstance(error, _WrongReturnError):
        return f"{who} {error}"
    return f"{who} raised {type(error).__name__}: {error}"


def _rows(records: list[list[float]], optimizer: Optimizer) -> np.ndarray:
    width = 2 * (3 + len(optimizer.state)) + 1
    return np.array(records).reshape(-1, width).T
