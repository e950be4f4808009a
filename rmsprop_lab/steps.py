"""Take steps: by calls of any functions, and with the same bits sooner by tapes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

import numpy as np

from rmsprop_lab.algebra.overload import for_arrays
from rmsprop_lab.algebra.tape import Tape, on_symbols
from rmsprop_lab.number import Number
from rmsprop_lab.objectives import Objective
from rmsprop_lab.objectives.examples import pair
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.schedules import Schedule, place_of_rate
from rmsprop_lab.speed import compiled, in_place
from rmsprop_lab.speed.printing import on_floats
from rmsprop_lab.speed.standing_in import exact_tape
from rmsprop_lab.stochastic import Chance

#: A coordinate farther out than this has diverged. A start lies within.
FAR = 1e6

Ends = tuple[np.ndarray, np.ndarray]  # the last row of each setting, and when it diverged
Pair = tuple[Any, Any]  # of x and of y


class Step(NamedTuple):
    """One step of a path.

    Attributes:
        point: where it starts.
        grad: the gradient there.
        updates: what it subtracts from the point.
        state: the states of x and those of y after it.
    """

    point: Pair
    grad: Pair
    updates: Pair
    state: Pair

    @property
    def end(self) -> Pair:
        """Where it ends."""
        (x, y), (update_x, update_y) = self.point, self.updates
        return x - update_x, y - update_y


def take_step(
    grad: Callable[..., Any],
    rule: Callable[..., Any],
    settings: Sequence[Number],
    parameters: Sequence[Number],
    point: Pair,
    state: Pair,
) -> Step:
    """The gradient at the point, then the rule for each coordinate alone.

    Args:
        grad: of the surface.
        rule: the optimiser's.
        settings: the rule's hyper-parameters.
        parameters: the surface's.
        point: (x, y).
        state: the states of x and those of y before the step.

    Raises:
        ValueError: where the gradient is not two values.
    """
    slopes = pair(grad(*point, *parameters))
    made = [
        rule(*settings, slope, *before) if before else (rule(*settings, slope),)
        for slope, before in zip(slopes, state, strict=True)
    ]
    (update_x, *state_x), (update_y, *state_y) = made
    return Step(point, slopes, (update_x, update_y), (tuple(state_x), tuple(state_y)))


def by_step(values: tuple[Any, ...], rate: int, factors: Iterable[float]) -> Iterator[Any]:
    """The values of each step: as they are, the learning rate times the step's factor.

    Args:
        values: the settings, and what else is fixed.
        rate: the learning rate's place among them.
        factors: those of a schedule.
    """
    before, learning_rate, after = values[:rate], values[rate], values[rate + 1 :]
    for factor in factors:
        yield *before, learning_rate * factor, *after


def at_start(
    optimizer: Optimizer, settings: Sequence[Number], shape: tuple[int, ...]
) -> tuple[Any, ...]:
    """The state before the first step, of coordinates of that shape.

    Each is an array, or one number where it is the same for all coordinates, as a power of beta is:
    what does not hang on the gradient stays a number however many coordinates there are.
    """
    rule, state = for_arrays(optimizer.rule), optimizer.initial
    with np.errstate(all="ignore"):
        for _ in state:  # one may hang on another, and that on a third
            _, *state = rule(*settings, np.zeros(1), *state)
    return tuple(
        np.full(shape, value)[()] if np.ndim(one) else value
        for value, one in zip(optimizer.initial, state, strict=True)
    )


def take_steps(
    objective: Objective,
    optimizer: Optimizer,
    settings: Iterable[Sequence[Number]],
    point: Pair,
    steps: int,
    chance: Chance,
    made_for: Callable[[Callable[..., Any], int], Callable[..., Any]],
) -> Iterator[Step]:
    """Step after step, by calls of any gradient and any rule.

    Args:
        objective: the surface.
        optimizer: the optimiser.
        settings: of each step, its hyper-parameters in order, each a number or an array; see
            :func:`by_step`.
        point: the start, two numbers or two arrays.
        steps: how many.
        chance: noise and batches.
        made_for: makes a function of so many arguments one for floats or for arrays.
    """
    count = len(optimizer.parameters) + 1 + len(optimizer.state)
    rule = made_for(optimizer.rule, count)
    grad = chance.gradient(objective, optimizer, steps, made_for)
    state: Pair = (optimizer.initial, optimizer.initial)
    for number, now in zip(range(steps), settings, strict=False):
        try:
            step = take_step(grad, rule, now, objective.settings, point, state)
            end = step.end
        except Exception as error:
            error.add_note(f"{optimizer.label} on {objective.name}, step {number}")
            raise
        yield step
        point, state = end, step.state


@dataclass(frozen=True)
class WholeStep:
    """A step as a function of numbers, so that it has a tape.

    It takes settings, parameters, the states of x, those of y, x and y, and returns the last four
    as they are after the step.
    """

    grad: Callable[..., Any]
    rule: Callable[..., Any]
    setting_count: int
    parameter_count: int
    state_count: int

    def __call__(self, *numbers: Number) -> tuple[Number, ...]:
        left = iter(numbers)

        def take(count: int) -> tuple[Number, ...]:
            return tuple(islice(left, count))

        settings, parameters = take(self.setting_count), take(self.parameter_count)
        state_x, state_y = take(self.state_count), take(self.state_count)
        point = take(2)
        grad, rule = on_symbols(self.grad), on_symbols(self.rule)
        step = take_step(grad, rule, settings, parameters, point, (state_x, state_y))
        return *step.state[0], *step.state[1], *step.end


def on_arrays(function: Callable[..., Any], _: int) -> Callable[..., Any]:
    """A function made for arrays, and for NumPy's numbers."""
    return for_arrays(function)


def _on_floats(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    tape = exact_tape(function, count)
    return on_floats(tape) if tape else function


class Descent:
    """What is run: a surface, an optimiser at some settings, for some steps, chance, a schedule.

    It returns rows: the states of x, the states of y, x and y, at every step or only at the end,
    shape (rows, columns, *settings).
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        settings: tuple[Any, ...],
        steps: int,
        chance: Chance,
        schedule: Schedule | None = None,
    ) -> None:
        optimizer.check_rule(settings)
        self.rate = place_of_rate(optimizer, schedule) if schedule else None
        self.factors = schedule.factors(steps) if schedule else np.ones(steps)
        self.objective, self.optimizer, self.settings = objective, optimizer, settings
        self.steps, self.chance = steps, chance
        self.fixed = (*settings, *objective.settings)
        self.initial = (*optimizer.initial, *optimizer.initial)
        self.columns = len(self.initial) + 2
        self.tape: Tape | None = None
        if chance.plain or optimizer.exact:
            counts = len(settings), len(objective.settings), len(optimizer.state)
            whole = WholeStep(objective.grad, optimizer.rule, *counts)
            self.tape = exact_tape(whole, len(self.fixed) + self.columns)

    def path(self, x: float, y: float) -> np.ndarray:
        """One path, all of it, on Python's floats."""
        try:
            rows = list(self._by_tape(x, y) if self.tape else self._by_calls(x, y, _on_floats))
        except (ArithmeticError, ValueError):
            # A float raises where IEEE arithmetic, and so NumPy, has infinity or not-a-number.
            rows = list(self._by_calls(np.float64(x), np.float64(y), on_arrays))
        count = (self.steps + 1) * self.columns
        return np.fromiter(chain.from_iterable(rows), float, count).reshape(-1, self.columns)

    def paths(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """All of many paths at once."""
        rows = np.empty((self.steps + 1, self.columns, *x.shape))
        for step, row in enumerate(self._of_many(x, y)):
            for column, value in enumerate(row):
                rows[step, column] = value
        return rows

    def ends(self, x: np.ndarray, y: np.ndarray) -> Ends:
        """Where many paths end, and the step at which each diverged, -1 for none."""
        if self.tape and compiled.worth(x.size, self.steps):
            return self._compiled_ends(self.tape, x, y)
        diverged_at = np.full(x.shape, -1)
        inside = np.ones(x.shape, bool)
        remaining = x.size
        # Written over at every step: new arrays would take as long as the step itself.
        distance = np.empty(x.shape)
        near = np.empty(x.shape, bool)
        for step, row in enumerate(self._of_many(x, y)):
            for coordinate in row[-2:]:
                np.abs(coordinate, out=distance)
                np.less_equal(distance, FAR, out=near)  # not-a-number is not near
                np.logical_and(inside, near, out=inside)
            count = int(np.count_nonzero(inside))
            if count < remaining:
                diverged_at[~inside & (diverged_at < 0)] = step
                remaining = count
        last = np.array([np.broadcast_to(value, x.shape) for value in row])
        return last, diverged_at

    def _compiled_ends(self, tape: Tape, x: np.ndarray, y: np.ndarray) -> Ends:
        """The same by a compiled loop, which moves the rows of ``carried`` in place."""

        def table(values: Sequence[Any]) -> np.ndarray:
            """A row for each value, a column for each path."""
            rows = [np.broadcast_to(value, x.shape).ravel() for value in values]
            return np.array(rows, dtype=float).reshape(len(rows), x.size)

        fixed = table(self.fixed)
        carried = table([*self.initial, x, y])
        diverged_at = np.empty(x.size, int)
        loop = compiled.descend(tape, self.rate)
        loop(self.factors, FAR, diverged_at, fixed, carried)
        return carried.reshape(-1, *x.shape), diverged_at.reshape(x.shape)

    def _of_many(self, x: np.ndarray, y: np.ndarray) -> Iterator[tuple[Any, ...]]:
        """Each step's row of many paths; good until the next is asked for."""
        if not self.tape:
            yield from self._by_calls(x, y, on_arrays)
            return
        start: tuple[Any, ...] = (*self.initial, x, y)
        row = tuple(np.array(np.broadcast_to(value, x.shape)) for value in start)
        fixed, changing = [*self.fixed], set()
        if self.rate is not None:
            learning_rate = np.asarray(fixed[self.rate], dtype=float)
            fixed[self.rate] = now = np.empty(learning_rate.shape)
            changing = {self.rate}
        rounds = in_place.rounds(self.tape, fixed, row, self.steps, changing)
        with np.errstate(all="ignore"):  # divergence is a result
            yield row
            for factor in self.factors:
                if changing:
                    np.multiply(learning_rate, factor, out=now)
                next(rounds)
                yield row

    def _by_tape(self, x: float, y: float) -> Iterator[tuple[float, ...]]:
        """Each step's row of one path."""
        assert self.tape is not None
        step, row = on_floats(self.tape), (*self.initial, x, y)
        yield row
        for fixed in self._by_step(self.fixed):
            row = step(*fixed, *row)
            yield row

    def _by_step(self, values: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
        """The same at each step, but for a learning rate with a schedule."""
        if self.rate is None:
            return repeat(values, self.steps)
        return by_step(values, self.rate, self.factors.tolist())

    def _by_calls(
        self, x: Number, y: Number, made_for: Callable[..., Any]
    ) -> Iterator[tuple[Any, ...]]:
        """Each step's row, of one path or of many."""
        args = self.objective, self.optimizer, self._by_step(self.settings), (x, y)
        with np.errstate(all="ignore"):  # divergence is a result
            yield *self.initial, x, y
            for step in take_steps(*args, self.steps, self.chance, made_for):
                yield *step.state[0], *step.state[1], *step.end
