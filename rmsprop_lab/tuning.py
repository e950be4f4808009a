"""A fair race: every optimiser gets the same search for its learning rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rmsprop_lab.descent import descend_many
from rmsprop_lab.objectives import ObjectiveLike
from rmsprop_lab.optimizers import OptimizerLike

#: The search: eight learning rates a decade, over the range of the slider.
RATES: tuple[float, ...] = tuple(float(f"{10 ** (k / 8):.3g}") for k in range(-32, 9))


@dataclass(frozen=True, eq=False)
class Tuned:
    """What the search found.

    Attributes:
        learning_rate: the best; ``None`` where every path diverged.
        loss: f at the end of its path.
        rates: every learning rate that was tried.
        losses: f at the end of each one's path; not-a-number where it diverged.
    """

    learning_rate: float | None
    loss: float
    rates: tuple[float, ...]
    losses: np.ndarray


def tune(
    objective: ObjectiveLike,
    optimizer: OptimizerLike,
    start: Any = None,
    /,
    *,
    rates: Sequence[float] | np.ndarray = RATES,
    **settings: Any,
) -> Tuned:
    """Try learning rates, and keep the one whose path ends lowest.

    Args:
        objective: a surface, or the name of a built-in one.
        optimizer: an optimiser with a learning rate, a rule, or the name of a built-in one.
        start: (x, y); the surface's own start without one.
        rates: the learning rates to try: the same for every optimiser, if the race is to be fair.
        **settings: steps, noise, seed and the other hyper-parameters, one number each.

    Raises:
        ValueError: for a bad name, value or shape, with what is allowed.

    Example:
        >>> tune("bowl", "sgd", steps=20).learning_rate  # the bowl's curvature is 2
        0.562
    """
    if np.ndim(rates) != 1 or not len(rates):
        raise ValueError(f"rates = {rates!r} must be a list of learning rates, one at least")
    for name, value in settings.items():
        if name in ("learning_rate", "keep"):
            raise ValueError(f"{name} = {value!r}: it is set by the search; choices: rates=[...]")
        if np.ndim(value):  # beside the rates it would be a number for each
            raise ValueError(f"{name} = {value!r} is not one number; see descend_many")
    paths = descend_many(objective, optimizer, start, learning_rate=rates, keep="last", **settings)
    losses, tried = paths.losses[0], tuple(map(float, rates))
    if np.isnan(losses).all():
        return Tuned(None, float("nan"), tried, losses)
    best = int(np.nanargmin(losses))
    return Tuned(tried[best], float(losses[best]), tried, losses)
