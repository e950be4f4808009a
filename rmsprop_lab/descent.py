"""Walk down a surface: one path, or thousands of settings at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from rmsprop_lab import objectives, optimizers
from rmsprop_lab.noise import NOISE, SEED, draw
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.twins import for_arrays, for_floats

Number = Any  # a float, or an array of any shape

#: A coordinate farther out than this has diverged. A start lies within.
FAR = 1e6

STEPS = Parameter("steps", "t", 100, low=1, high=100_000, slider=(1, 400), unit="steps", whole=True)
START = Parameter("start", "w₀", 0.0, low=-FAR, high=FAR, slider=(-FAR, FAR))


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A path, or one for each setting.

    Attributes:
        objective: the surface.
        optimizer: the optimiser.
        hyper: its hyper-parameters by name, one number each, or an array.
        params: (x, y) at every step, shape (steps + 1, 2) or (steps + 1, 2, settings);
            with ``keep="last"`` only the end, shape (1, 2, settings). Row 0 is the
            start. From the step on at which a path diverged, not-a-number.
        state: the optimiser's state by name, each of the shape of ``params``.
        diverged_at: the first step at which a coordinate was farther out than
            :data:`FAR`, or not finite; ``None`` if there is none. For many settings an
            array, -1 where there is none.

    """

    objective: Objective
    optimizer: Optimizer
    hyper: dict[str, Any]
    params: np.ndarray
    state: dict[str, np.ndarray]
    diverged_at: Any

    @property
    def losses(self) -> np.ndarray:
        """The loss f at every step, shape (steps + 1,) or (steps + 1, settings)."""
        with np.errstate(all="ignore"):
            x, y = np.moveaxis(self.params, 1, 0)
            return np.broadcast_to(self.objective(x, y), x.shape)


def descend(
    objective: Objective | str,
    optimizer: Optimizer | str,
    start: Any = None,
    /,
    *,
    steps: int = 100,
    noise: float = 0.0,
    seed: int = 0,
    **hyper: float,
) -> Trajectory:
    """Walk one path and keep all of it.

    Args:
        objective: a surface, or the name of a built-in one.
        optimizer: an optimiser, a rule, or the name of a built-in one.
        start: (x, y); the surface's own start without one.
        steps: how many updates, 1 to 100,000.
        noise: standard deviation of what is added to each coordinate of each gradient.
        seed: of the noise; see :func:`rmsprop_lab.noise.draw`.
        **hyper: hyper-parameters of the optimiser; its defaults where not given.

    Returns:
        a :class:`Trajectory`. A path that diverges is a result, not an error.

    Raises:
        ValueError: for a bad name, value or shape, with what is allowed.

    Example:
        >>> path = descend(objectives.bowl, optimizers.sgd, (5, 4), steps=2, learning_rate=0.25)
        >>> path.params
        array([[5.  , 4.  ],
               [2.5 , 2.  ],
               [1.25, 1.  ]])
    """
    objective, optimizer = objectives.find(objective), optimizers.find(optimizer)
    point = _start(objective, start)
    if point.ndim > 1:
        raise ValueError(f"start has shape {point.shape}; one path takes (2,): see descend_many")
    settings = optimizer.settings(hyper)
    if any(np.ndim(value) for value in settings):
        raise ValueError("one path takes one number for each hyper-parameter: see descend_many")
    count = STEPS.check_one(steps)
    kicks = _kicks(noise, seed, count)
    x, y = float(point[0]), float(point[1])
    try:
        records = list(_walk(objective, optimizer, settings, x, y, kicks, for_floats))
    except (ArithmeticError, ValueError):
        # A float raises where IEEE arithmetic, and so an array, has infinity or
        # not-a-number; NumPy's scalars are slower and do not raise.
        records = list(
            _walk(objective, optimizer, settings, np.float64(x), np.float64(y), kicks, for_arrays)
        )
    return _trajectory(objective, optimizer, settings, records, ())


def descend_many(
    objective: Objective | str,
    optimizer: Optimizer | str,
    start: Any = None,
    /,
    *,
    steps: int = 100,
    noise: float = 0.0,
    seed: int = 0,
    keep: Literal["all", "last"] = "all",
    **hyper: Any,
) -> Trajectory:
    """Walk a path for each setting, all at once, equal bit for bit to :func:`descend`.

    Args:
        objective: a surface, or the name of a built-in one.
        optimizer: an optimiser, a rule, or the name of a built-in one.
        start: (x, y), or an array of shape (2, settings): a start for each setting.
        steps: how many updates, 1 to 100,000.
        noise: standard deviation of what is added to each coordinate of each gradient.
        seed: of the noise, which is the same for every setting.
        keep: ``"all"`` the steps or only the ``"last"``, which saves memory.
        **hyper: hyper-parameters, each a number or an array. Arrays broadcast
            together to ``settings``, which may have several axes, as a grid has.

    Returns:
        a :class:`Trajectory` whose arrays end in the axes of ``settings``.

    Raises:
        ValueError: for a bad name, value or shape, with what is allowed.

    Example:
        >>> paths = descend_many(
        ...     objectives.bowl, optimizers.sgd, steps=50, learning_rate=[0.1, 0.5, 1.1]
        ... )
        >>> paths.params.shape, paths.diverged_at
        ((51, 2, 3), array([-1, -1, -1]))
    """
    objective, optimizer = objectives.find(objective), optimizers.find(optimizer)
    if keep not in ("all", "last"):
        raise ValueError(f"keep = {keep!r}; choices: 'all', 'last'")
    point = _start(objective, start)
    settings = optimizer.settings(hyper)
    try:
        shape = np.broadcast_shapes(point.shape[1:], *(np.shape(value) for value in settings))
    except ValueError as error:
        raise ValueError(f"start and hyper-parameters do not broadcast together: {error}") from None
    x, y = (np.broadcast_to(coordinate, shape).copy() for coordinate in point)
    count = STEPS.check_one(steps)
    walk = _walk(objective, optimizer, settings, x, y, _kicks(noise, seed, count), for_arrays)
    if keep == "all":
        return _trajectory(objective, optimizer, settings, list(walk), shape)
    diverged_at = np.full(shape, -1)
    for step, record in enumerate(walk):
        left = _outside(record[0], record[1]) & (diverged_at < 0)
        diverged_at[left] = step
    return _trajectory(objective, optimizer, settings, [record], shape, diverged_at)


def _start(objective: Objective, start: Any) -> np.ndarray:
    point = np.asarray(START.check(objective.start if start is None else start))
    if point.ndim == 0 or point.shape[0] != 2:
        raise ValueError(f"start has shape {point.shape}; it must be (2,), or (2, settings)")
    return point


def _kicks(noise: float, seed: int, steps: int) -> list[tuple[float, float] | None]:
    """What each step's gradient gets added, if anything."""
    noise, seed = NOISE.check_one(noise), SEED.check_one(seed)
    if noise == 0:
        return [None] * steps
    return [(float(x), float(y)) for x, y in noise * draw(seed, steps)]


def _walk(
    objective: Objective,
    optimizer: Optimizer,
    settings: tuple[Any, ...],
    x: Number,
    y: Number,
    kicks: list[tuple[float, float] | None],
    compile_: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> Iterator[tuple[Any, ...]]:
    """Yield x, y, state of x, state of y at every step, on floats and arrays alike."""
    optimizer.check_rule(settings)
    rule, grad = compile_(optimizer.rule), compile_(objective.grad)
    shape = objective.settings
    state_x = state_y = optimizer.initial
    stateful = bool(optimizer.state)
    with np.errstate(all="ignore"):  # divergence is a result
        yield x, y, state_x, state_y
        for step, kick in enumerate(kicks):
            try:
                grad_x, grad_y = grad(x, y, *shape)
                if kick:
                    grad_x, grad_y = grad_x + kick[0], grad_y + kick[1]
                if stateful:
                    update_x, *state_x = rule(*settings, grad_x, *state_x)
                    update_y, *state_y = rule(*settings, grad_y, *state_y)
                else:
                    update_x, update_y = rule(*settings, grad_x), rule(*settings, grad_y)
            except Exception as error:
                error.add_note(f"{optimizer.label} on {objective.name}, step {step}")
                raise
            x = x - update_x
            y = y - update_y
            yield x, y, state_x, state_y


def _outside(x: Number, y: Number) -> Any:
    return ~((np.abs(x) <= FAR) & (np.abs(y) <= FAR))  # not-a-number is outside too


def _trajectory(
    objective: Objective,
    optimizer: Optimizer,
    settings: tuple[Any, ...],
    records: list[tuple[Any, ...]],
    shape: tuple[int, ...],
    diverged_at: Any = None,
) -> Trajectory:
    """Stack the records and blank each path from the step on at which it diverged."""
    params = np.empty((len(records), 2, *shape))
    states = {name: np.empty_like(params) for name in optimizer.state}
    for row, (x, y, state_x, state_y) in enumerate(records):
        params[row, 0], params[row, 1] = x, y
        for name, of_x, of_y in zip(optimizer.state, state_x, state_y, strict=True):
            states[name][row, 0], states[name][row, 1] = of_x, of_y
    if diverged_at is None:
        outside = _outside(params[:, 0], params[:, 1])
        diverged_at = np.where(outside.any(axis=0), outside.argmax(axis=0), -1)
        gone = (diverged_at >= 0) & (
            np.arange(len(records)).reshape(-1, *[1] * len(shape)) >= diverged_at
        )
    else:
        gone = (diverged_at >= 0)[np.newaxis]
    for array in (params, *states.values()):
        array[np.broadcast_to(gone[:, np.newaxis], array.shape)] = np.nan
    if not shape:
        diverged_at = int(diverged_at) if diverged_at >= 0 else None
    names = (parameter.name for parameter in optimizer.hyper)
    return Trajectory(
        objective, optimizer, dict(zip(names, settings, strict=True)), params, states, diverged_at
    )
