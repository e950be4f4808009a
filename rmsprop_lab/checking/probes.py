"""Random arguments for a rule, such as tell a right version from a wrong one.

One step from a state of 0 passes many wrong versions. So these have states from longer walks, an
epsilon as large as the gradient, coordinates that differ, several shapes, and hyper-parameters of
their own in every probe. Each hyper-parameter and the gradient go beyond what one usually sees, in
both directions: there a limit that somebody has set comes to light.
"""

from math import exp, log
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator

from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.steps import at_start

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
BEYOND = 2.0  # the end of a slider, as a factor of its distance to the end of what is allowed
SCALES = (1e-3, 300.0)  # of gradients smaller and larger than usual
MOVES = (0.7, 1000.0)  # by which an argument changes alone
SMALLEST_SHARE = 5e-4  # of a decay that is not 0


def probes(optimizer: Optimizer, seed: int) -> list[tuple[Any, ...]]:
    """Positional arguments for its rule, from hyper-parameters to state.

    The states are those that the rule itself comes to, so they are valid and fit each other; one
    that is the same for all coordinates is one number. The last probes differ from one of them in a
    single argument each, by which one sees whether this argument has an effect, and where; the last
    of all in one coordinate of the gradient.

    Args:
        optimizer: the right rule, with its hyper-parameters and its state.
        seed: of the random numbers; the same seed gives the same probes.
    """
    random = Generator(PCG64(seed))
    on_the_way = [
        _probe(optimizer, random, shape, steps, _settings(optimizer, random))
        for shape, steps in PLAN
    ]
    ends = zip(*map(_ends, optimizer.parameters), strict=True)
    sized = [
        _probe(optimizer, random, (2,), 3, settings, scale)
        for settings, scale in zip(ends, SCALES, strict=True)
    ]
    base = _base(optimizer, random)
    return [
        *on_the_way,
        *sized,
        _without_decay(optimizer),
        base,
        *_varied(optimizer, base),
        *_at_the_ends(optimizer, base),
        *_in_one_coordinate(optimizer, base),
    ]


def _probe(
    optimizer: Optimizer,
    random: Generator,
    shape: tuple[int, ...],
    steps: int,
    settings: tuple[float, ...],
    scale: float = 1.0,
    signs: Any = None,
) -> tuple[Any, ...]:
    """A step's arguments after some steps, all with gradients of these signs, if there are any."""

    def gradient() -> Any:
        grad = scale * _gradient(random, shape)
        return grad if signs is None else signs * np.abs(grad)

    state = at_start(optimizer, settings, shape)
    for _ in range(steps):
        state = optimizer.rule(*settings, gradient(), *state)[1:] if state else state
    return (*settings, gradient(), *state)


def _base(optimizer: Optimizer, random: Generator) -> tuple[Any, ...]:
    """Arguments of which any may change alone. One coordinate goes up, the other down.

    What does not start at 0, such as a power of beta, stays at its start: there it fits every
    beta.
    """
    signs = np.array([1.0, -1.0])
    settings = _settings(optimizer, random)
    probe = _probe(optimizer, random, (2,), 4, settings, signs=signs)
    first = len(probe) - len(optimizer.initial)
    kept = (
        start if np.any(start) else value
        for value, start in zip(probe[first:], at_start(optimizer, settings, (2,)), strict=True)
    )
    return (*probe[:first], *kept)


def _varied(optimizer: Optimizer, base: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The base with one argument changed: a little each, then gradient and state to large numbers.

    What must stay at its start stays there.
    """
    first, free = len(optimizer.parameters), _free(optimizer)
    little, much = MOVES
    return [
        *(_with(base, place, base[place] * little) for place in free),
        *(_with(base, place, base[place] * much) for place in free if place >= first),
    ]


def _free(optimizer: Optimizer) -> list[int]:
    """The places of the arguments that may change alone."""
    first = len(optimizer.parameters)
    states = [first + 1 + k for k, start in enumerate(optimizer.initial) if start == 0]
    return [*range(first + 1), *states]


def _with(probe: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    return (*probe[:place], value, *probe[place + 1 :])


def _at_the_ends(optimizer: Optimizer, base: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The base with one hyper-parameter below its slider, and above it."""
    return [
        _with(base, place, end)
        for place, parameter in enumerate(optimizer.parameters)
        for end in _ends(parameter)
    ]


def _ends(parameter: Parameter) -> tuple[float, float]:
    """Beyond its slider, as far as that is allowed."""
    low, high = parameter.slider
    beyond = (low / BEYOND, high * BEYOND)
    if _is_decay(parameter):
        beyond = (SMALLEST_SHARE, 1 - (1 - high) / BEYOND)
    least, most = (
        end if _is_allowed(parameter, end) else inside
        for end, inside in zip(beyond, parameter.slider, strict=True)
    )
    return least, most


def _is_allowed(parameter: Parameter, value: float) -> bool:
    try:
        parameter.check(value)
    except ValueError:
        return False
    return True


def _without_decay(optimizer: Optimizer) -> tuple[Any, ...]:
    """All decays 0, where ``rho or 0.9`` is 0.9.

    In numbers so round that nothing is rounded: a variance is then 0, whichever way it is computed.
    """
    settings = tuple(
        0.0 if _is_decay(parameter) and _is_allowed(parameter, 0.0) else 0.5
        for parameter in optimizer.parameters
    )
    state = (
        start if np.any(start) else start + 1.0 for start in at_start(optimizer, settings, (2,))
    )
    return (*settings, np.array([2.0, -3.0]), *state)


def _in_one_coordinate(optimizer: Optimizer, base: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The base with a gradient, or a state, that differs in the first coordinate alone.

    To the second coordinate that is no matter.
    """
    return [
        _with(base, place, base[place] * np.array([3.0, 1.0]))
        for place in _free(optimizer)
        if np.ndim(base[place])
    ]


def _is_decay(parameter: Parameter) -> bool:
    return parameter.high <= 1


def _settings(optimizer: Optimizer, random: Generator) -> tuple[float, ...]:
    def one(parameter: Parameter) -> float:
        if _is_decay(parameter):
            return float(random.uniform(*SHARES))
        return exp(random.uniform(log(SIZES[0]), log(SIZES[1])))

    return tuple(map(one, optimizer.parameters))


def _gradient(random: Generator, shape: tuple[int, ...]) -> Any:
    """Of both signs, between 0.3 and 3; one coordinate of a large one is 0, as in sparse data."""
    size = np.exp(random.uniform(log(0.3), log(3), shape))
    grad = np.where(random.random(shape) < 0.5, -size, size)
    if grad.ndim > 1:
        grad[(0,) * grad.ndim] = 0.0
    return grad[()]  # of shape (), a number
