"""Four ways to take the same steps: the same bits, each at the speed of what it walks.

Every walk returns rows: the states of x, the states of y, x and y, at every step or only at
the end, shape (rows, columns, *settings).
"""

from collections.abc import Callable, Iterator
from itertools import chain
from types import FunctionType
from typing import Any

import numpy as np

from rmsprop_lab import fast, loops
from rmsprop_lab.loops import Body
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.stochastic import Chance
from rmsprop_lab.twins import for_arrays, for_floats

#: A coordinate farther out than this has diverged. A start lies within.
FAR = 1e6

Number = Any  # a float, or an array of any shape
Ends = tuple[np.ndarray, np.ndarray]  # the last row of each setting, and when it diverged


class Walk:
    """What is walked: a surface, an optimiser at some settings, for some steps, and chance."""

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        settings: tuple[Any, ...],
        steps: int,
        chance: Chance,
    ) -> None:
        optimizer.check_rule(settings)
        self.objective, self.optimizer, self.settings = objective, optimizer, settings
        self.steps, self.chance = steps, chance
        self.takes = (*settings, *objective.settings)
        self.initial = (*optimizer.initial, *optimizer.initial)
        self.columns = len(self.initial) + 2
        plain = chance.plain or optimizer.exact
        functions = objective.grad, optimizer.rule
        # Other callables have no source, and may not be hashable.
        written = plain and all(isinstance(of, FunctionType) for of in functions)
        self.body: Body | None = loops.walk_body(*functions) if written else None

    def one(self, x: float, y: float) -> np.ndarray:
        """One path, all of it, on Python's floats: NumPy's numbers are eight times slower."""
        try:
            if self.body:
                rows = loops.float_walk(self.body)(self.steps, *self.takes, *self.initial, x, y)
            else:
                rows = list(self._rows(x, y, for_floats))
        except (ArithmeticError, ValueError):
            # A float raises where IEEE arithmetic, and so NumPy, has infinity or not-a-number.
            rows = list(self._rows(np.float64(x), np.float64(y), for_arrays))
        count = (self.steps + 1) * self.columns
        return np.fromiter(chain.from_iterable(rows), float, count).reshape(-1, self.columns)

    def many(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """All of many paths at once."""
        rows = np.empty((self.steps + 1, self.columns, *x.shape))
        for step, row in enumerate(self._arrays(x, y)):
            for column, value in enumerate(row):
                rows[step, column] = value
        return rows

    def ends(self, x: np.ndarray, y: np.ndarray) -> Ends:
        """Where many paths end, and the step at which each diverged, -1 for none."""
        if self.body and fast.worth(x.size, self.steps):
            return self._compiled_ends(self.body, x, y)
        inside, diverged_at = np.ones(x.shape, bool), np.full(x.shape, -1)
        size, near, left = np.empty(x.shape), np.empty(x.shape, bool), x.size
        for step, row in enumerate(self._arrays(x, y)):
            for coordinate in row[-2:]:
                np.less_equal(np.abs(coordinate, out=size), FAR, out=near)
                np.logical_and(inside, near, out=inside)  # not-a-number is not near
            now = int(np.count_nonzero(inside))
            if now < left:
                diverged_at[~inside & (diverged_at < 0)] = step
                left = now
        last = np.array([np.broadcast_to(value, x.shape) for value in row])
        return last, diverged_at

    def _compiled_ends(self, body: Body, x: np.ndarray, y: np.ndarray) -> Ends:
        shape = x.shape
        takes = np.array([np.broadcast_to(value, shape).ravel() for value in self.takes])
        start: tuple[Any, ...] = (*self.initial, x, y)
        carried = np.array([np.broadcast_to(value, shape).ravel() for value in start])
        gone = np.empty(x.size, int)
        fast.walk(body)(self.steps, FAR, gone, takes.reshape(-1, x.size), carried)
        return carried.reshape(-1, *shape), gone.reshape(shape)

    def _arrays(self, x: np.ndarray, y: np.ndarray) -> Iterator[tuple[Any, ...]]:
        """Each step's row; good until the next is asked for."""
        if not self.body:
            yield from self._rows(x, y, for_arrays)
            return
        row = (*(np.full(x.shape, value) for value in self.initial), x.copy(), y.copy())
        yield row
        with np.errstate(all="ignore"):  # divergence is a result
            new = lambda: np.empty(x.shape)  # noqa: E731
            for _ in loops.array_walk(self.body)(self.steps, new, *self.takes, *row):
                yield row

    def _rows(
        self, x: Number, y: Number, twin: Callable[[Callable[..., Any]], Callable[..., Any]]
    ) -> Iterator[tuple[Any, ...]]:
        """Each step's row by calls of any gradient and any rule, on floats and arrays alike."""
        rule = twin(self.optimizer.rule)
        grad = self.chance.gradient(self.objective, self.optimizer, self.steps, twin)
        settings, shape = self.settings, self.objective.settings
        state_x = state_y = self.optimizer.initial
        stateful = bool(self.optimizer.state)
        with np.errstate(all="ignore"):  # divergence is a result
            yield *state_x, *state_y, x, y
            for step in range(self.steps):
                try:
                    grad_x, grad_y = grad(x, y, *shape)
                    if stateful:
                        update_x, *state_x = rule(*settings, grad_x, *state_x)
                        update_y, *state_y = rule(*settings, grad_y, *state_y)
                    else:
                        update_x, update_y = rule(*settings, grad_x), rule(*settings, grad_y)
                except Exception as error:
                    error.add_note(f"{self.optimizer.label} on {self.objective.name}, step {step}")
                    raise
                x = x - update_x
                y = y - update_y
                yield *state_x, *state_y, x, y
