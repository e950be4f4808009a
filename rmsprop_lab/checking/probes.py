"""Random arguments for a rule, such as tell a right version from a wrong one.

One step from a state of 0 passes many wrong versions. So these have states from longer walks, an
epsilon as large as the gradient, coordinates that differ, several shapes, and hyper-parameters of
their own in every probe.
"""

from math import exp, log
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator

from rmsprop_lab.optimizers import Optimizer

#: The shape of each probe's gradient, and how many steps come before it.
PLAN: tuple[tuple[tuple[int, ...], int], ...] = (
    ((), 2),
    ((2,), 0),
    ((), 0),
    ((1,), 1),
    ((2,), 3),
    ((3, 4), 5),
    ((), 7),
)
SHARES = (0.3, 0.9)  # of a decay: its share and the rest both count
SIZES = (0.05, 2.0)  # of a positive number


def probes(optimizer: Optimizer, seed: int) -> list[tuple[Any, ...]]:
    """Positional arguments for its rule, from hyper-parameters to state.

    The states are those that the rule itself comes to, so they are valid and fit each other. The
    last probes differ from one of them in a single argument each, by which one sees whether this
    argument has an effect.

    Args:
        optimizer: the right rule, with its hyper-parameters and its state.
        seed: of the random numbers; the same seed gives the same probes.
    """
    random = Generator(PCG64(seed))
    on_the_way = [_probe(optimizer, random, shape, steps) for shape, steps in PLAN]
    base = _base(optimizer, random)
    return [*on_the_way, base, *_varied(optimizer, base)]


def _probe(
    optimizer: Optimizer, random: Generator, shape: tuple[int, ...], steps: int
) -> tuple[Any, ...]:
    """A step's arguments after some steps."""
    settings = _settings(optimizer, random)
    state = tuple(_filled(shape, value) for value in optimizer.initial)
    for _ in range(steps):
        state = optimizer.rule(*settings, _gradient(random, shape), *state)[1:] if state else state
    return (*settings, _gradient(random, shape), *state)


def _base(optimizer: Optimizer, random: Generator) -> tuple[Any, ...]:
    """Arguments of which any may change alone.

    What does not start at 0, such as a power of beta, stays at its start: there it fits every
    beta.
    """
    probe = _probe(optimizer, random, (2,), 4)
    state = probe[len(probe) - len(optimizer.initial) :]
    kept = (
        value if start == 0 else _filled((2,), start)
        for value, start in zip(state, optimizer.initial, strict=True)
    )
    return (*probe[: len(probe) - len(state)], *kept)


def _varied(optimizer: Optimizer, base: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The base with one argument changed, for each but those that must stay at their start."""
    starts = (*[0.0] * (len(base) - len(optimizer.initial)), *optimizer.initial)
    return [
        (*base[:place], base[place] * 0.7, *base[place + 1 :])
        for place, start in enumerate(starts)
        if start == 0
    ]


def _settings(optimizer: Optimizer, random: Generator) -> tuple[float, ...]:
    def one(high: float) -> float:
        if high <= 1:  # a decay
            return float(random.uniform(*SHARES))
        return exp(random.uniform(log(SIZES[0]), log(SIZES[1])))

    return tuple(one(parameter.high) for parameter in optimizer.parameters)


def _gradient(random: Generator, shape: tuple[int, ...]) -> Any:
    """Of both signs, between 0.3 and 3; one coordinate of a large one is 0, as in sparse data."""
    size = np.exp(random.uniform(log(0.3), log(3), shape))
    grad = np.where(random.random(shape) < 0.5, -size, size)
    if grad.ndim > 1:
        grad[(0,) * grad.ndim] = 0.0
    return grad[()]  # of shape (), a number


def _filled(shape: tuple[int, ...], value: float) -> Any:
    return np.full(shape, value)[()]
