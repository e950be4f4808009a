"""Descend a surface: one path, or thousands of settings at once."""

from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any, Literal

import numpy as np

from rmsprop_lab import objectives, optimizers, schedules
from rmsprop_lab.objectives import Objective, ObjectiveLike
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.schedules import Schedule, ScheduleLike
from rmsprop_lab.steps import FAR as FAR  # the lab says it too
from rmsprop_lab.steps import Descent
from rmsprop_lab.stochastic import Chance

STEPS = Parameter("steps", "t", 100, low=1, high=100_000, slider=(1, 400), unit="steps", whole=True)
START = Parameter("start", "w₀", 0.0, low=-FAR, high=FAR, slider=(-FAR, FAR))


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A path, or one for each setting.

    Attributes:
        objective: the surface.
        optimizer: the optimiser.
        settings: its hyper-parameters by name, one number each, or an array.
        params: (x, y) at every step, shape (steps + 1, 2) or (steps + 1, 2, settings);
            with ``keep="last"`` only the end, shape (1, 2, settings). Row 0 is the
            start. From the step on at which a path diverged, not-a-number.
        state: the optimiser's state by name, each of the shape of ``params``.
        diverged_at: the first step at which a coordinate was farther out than
            :data:`FAR`, or not finite; ``None`` if there is none. For many settings an
            array, -1 where there is none.
        factors: by what the schedule multiplied the learning rate at each step, shape (steps,);
            ones without a schedule.

    Example:
        >>> descend("bowl", "rmsprop", steps=20)
        RMSProp on bowl, 20 steps: f = 8.414
        >>> descend_many("bowl", "sgd", steps=20, learning_rate=[0.1, 0.5, 3.0])
        SGD on bowl, 20 steps, 3 settings: lowest f = 0, 1 diverged
    """

    objective: Objective
    optimizer: Optimizer
    settings: dict[str, Any]
    params: np.ndarray
    state: dict[str, np.ndarray]
    diverged_at: Any
    factors: np.ndarray

    def __repr__(self) -> str:
        """One line: how it ended."""
        head = f"{self.optimizer.label} on {self.objective.name}, {len(self.factors)} steps"
        last = self.losses[-1]
        if last.ndim:
            gone = np.count_nonzero(self.diverged_at >= 0)
            lowest = f"lowest f = {np.nanmin(last):.4g}, " if gone < last.size else ""
            return f"{head}, {last.size} settings: {lowest}{gone} diverged"
        if self.diverged_at is not None:
            return f"{head}: diverged at step {self.diverged_at}"
        return f"{head}: f = {last:.4g}"

    @property
    def learning_rates(self) -> np.ndarray:
        """The learning rate of every step, shape (steps,) or (steps, settings).

        Raises:
            ValueError: for an optimiser without one.
        """
        if "learning_rate" not in self.settings:
            raise ValueError(f"{self.optimizer.label} has no learning_rate")
        rates: np.ndarray = np.multiply.outer(self.factors, self.settings["learning_rate"])
        return rates

    @property
    def losses(self) -> np.ndarray:
        """The loss f at every step, shape (steps + 1,) or (steps + 1, settings)."""
        with np.errstate(all="ignore"):
            x, y = np.moveaxis(self.params, 1, 0)
            return np.broadcast_to(self.objective(x, y), x.shape)


def descend(
    objective: ObjectiveLike,
    optimizer: OptimizerLike,
    start: Any = None,
    /,
    *,
    steps: int = 100,
    noise: float = 0.0,
    seed: int = 0,
    batch_size: int | None = None,
    schedule: ScheduleLike | None = None,
    **settings: float,
) -> Trajectory:
    """Take one path and keep all of it.

    Args:
        objective: a surface, or the name of a built-in one.
        optimizer: an optimiser, a rule, or the name of a built-in one.
        start: (x, y); the surface's own start without one.
        steps: how many updates, 1 to 100,000.
        noise: standard deviation of what is added to each coordinate of each gradient.
        seed: of the noise and the batches; see :func:`rmsprop_lab.stochastic.draw_noise` and
            :func:`rmsprop_lab.objectives.examples.draw_batches`.
        batch_size: how many of the surface's examples make a step's gradient, 1 to all of
            them; without one, the full gradient. Noise is added to either.
        schedule: what the learning rate is multiplied by, step by step: a schedule, the name of a
            built-in one, or a function of the step k; see :mod:`rmsprop_lab.schedules`.
        **settings: hyper-parameters of the optimiser; its defaults where not given.

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
    values = optimizer.one_of_each(settings)
    count = STEPS.check_one(steps)
    chance = Chance.of(objective, noise, seed, batch_size)
    descent = Descent(objective, optimizer, values, count, chance, _found(schedule))
    return _trajectory(descent, descent.path(*map(float, point)))


def descend_many(
    objective: ObjectiveLike,
    optimizer: OptimizerLike,
    start: Any = None,
    /,
    *,
    steps: int = 100,
    noise: float = 0.0,
    seed: int = 0,
    batch_size: int | None = None,
    schedule: ScheduleLike | None = None,
    keep: Literal["all", "last"] = "all",
    **settings: Any,
) -> Trajectory:
    """Take a path for each setting, all at once, equal bit for bit to :func:`descend`.

    Args:
        objective: a surface, or the name of a built-in one.
        optimizer: an optimiser, a rule, or the name of a built-in one.
        start: (x, y), or an array of shape (2, settings): a start for each setting.
        steps: how many updates, 1 to 100,000.
        noise: standard deviation of what is added to each coordinate of each gradient.
        seed: of the noise and the batches, which are the same for every setting.
        batch_size: how many of the surface's examples make a step's gradient.
        schedule: of the learning rate, the same for every setting.
        keep: ``"all"`` the steps or only the ``"last"``, which saves memory.
        **settings: hyper-parameters, each a number or an array. Arrays broadcast
            together; their common shape may have several axes, as a grid has.

    Returns:
        a :class:`Trajectory` whose arrays end in these axes.

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
        raise ValueError(f"keep = {shortened(keep)}; choices: 'all', 'last'")
    point = _start(objective, start)
    values = optimizer.settings(settings)
    try:
        shape = np.broadcast_shapes(point.shape[1:], *(np.shape(value) for value in values))
    except ValueError as error:
        raise ValueError(f"start and hyper-parameters do not broadcast together: {error}") from None
    x, y = (np.broadcast_to(coordinate, shape) for coordinate in point)
    count = STEPS.check_one(steps)
    chance = Chance.of(objective, noise, seed, batch_size)
    descent = Descent(objective, optimizer, values, count, chance, _found(schedule))
    if keep == "all":
        return _trajectory(descent, descent.paths(x, y))
    last, diverged_at = descent.ends(x, y)
    return _trajectory(descent, last[np.newaxis], diverged_at)


def check_start(start: Any) -> tuple[float, float]:
    """A point (x, y).

    Raises:
        ValueError: for what is none, or lies too far out.
    """
    point = np.asarray(START.check(start))
    if point.shape != (2,):
        raise ValueError(f"start = {start!r} must be two numbers, (x, y)")
    return float(point[0]), float(point[1])


def _found(schedule: ScheduleLike | None) -> Schedule | None:
    return None if schedule is None else schedules.find(schedule)


def _start(objective: Objective, start: Any) -> np.ndarray:
    point = np.asarray(START.check(objective.start if start is None else start))
    if point.ndim == 0 or point.shape[0] != 2:
        raise ValueError(f"start has shape {point.shape}; it must be (2,), or (2, settings)")
    return point


def _trajectory(descent: Descent, rows: np.ndarray, diverged_at: Any = None) -> Trajectory:
    """Name the columns, and blank each path from the step on at which it diverged."""
    if diverged_at is None:
        with np.errstate(invalid="ignore"):
            inside = (np.abs(rows[:, -2]) <= FAR) & (np.abs(rows[:, -1]) <= FAR)
        diverged_at = np.where(inside.all(axis=0), -1, inside.argmin(axis=0))
        steps = np.arange(len(rows)).reshape(-1, *[1] * diverged_at.ndim)
        gone = (diverged_at >= 0) & (steps >= diverged_at)
    else:
        gone = (diverged_at >= 0)[np.newaxis]
    if gone.any():
        rows[np.broadcast_to(gone[:, np.newaxis], rows.shape)] = np.nan
    if not diverged_at.ndim:
        diverged_at = int(diverged_at) if diverged_at >= 0 else None
    optimizer, count = descent.optimizer, len(descent.optimizer.state)
    names = (parameter.name for parameter in optimizer.parameters)
    return Trajectory(
        descent.objective,
        optimizer,
        dict(zip(names, descent.settings, strict=True)),
        rows[:, -2:],
        {name: rows[:, [k, count + k]] for k, name in enumerate(optimizer.state)},
        diverged_at,
        descent.factors,
    )
