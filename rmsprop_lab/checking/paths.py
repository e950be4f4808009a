"""A path beside the right one, on a surface and with settings where one sees them part."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from rmsprop_lab import objectives
from rmsprop_lab.descent import descend
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.steps import at_start

if TYPE_CHECKING:
    from rmsprop_lab.lab import Lab, Recorded, Replay

STEPS = 60
CLEAR = 0.1  # of the map's width: the first surface where the paths are so far apart is taken
VISIBLE = 0.02  # paths that are closer everywhere look like one
GRID = 48  # of a replay's heights

SURFACES = ("ravine", "bowl", "rosenbrock")
RATES = (0.1, 0.03, 0.3, 0.01, 1.0)
DECAYS = ("rho", "momentum", "beta1", "beta2")


def settings(optimizer: Optimizer) -> Iterator[dict[str, float]]:
    """The book's own; a large epsilon, so that one sees it; decays of one half."""
    names = [parameter.name for parameter in optimizer.parameters]
    yield {}
    if "epsilon" in names:
        yield {"epsilon": 1.0}
    if decays := [name for name in names if name in DECAYS]:
        yield dict.fromkeys(decays, 0.5)


def compare_paths(yours: Optimizer, right: Optimizer) -> "Lab | Replay | None":
    """Both paths, live where each coordinate can be walked alone; None where they never part."""
    from rmsprop_lab.lab import Lab, Replay

    drawn = [yours, right]  # in this order on the map
    for take_path in (_alone, _together):
        if found := _parting(take_path, drawn):
            surface, numbers = found
            break
    else:
        return None
    label = "Your path beside the right one."
    if take_path is _alone:
        controls = [*(parameter.name for parameter in right.parameters), "steps"]
        return Lab(surface, drawn, steps=STEPS, controls=controls, caption=label, **numbers)
    objective = objectives.find(surface)
    x, y = (np.linspace(*ends, GRID) for ends in objective.window)
    return Replay(
        objective(*np.meshgrid(x, y)),
        objective.window,
        {one: _recorded(objective, one, numbers) for one in drawn},
        name=surface,
        caption=f"{label} Your function mixes the coordinates, so it is walked on both at once.",
    )


def _parting(take_path: Any, drawn: list[Optimizer]) -> tuple[str, dict[str, Any]] | None:
    """The first surface and settings where the paths are clearly apart, or those where most."""
    best, most = None, VISIBLE
    for surface, numbers in _places(drawn[-1]):
        objective = objectives.find(surface)
        try:
            apart = _distance(objective, *(take_path(objective, one, numbers) for one in drawn))
        except Exception:  # whatever a function of one's own raises on its way
            continue
        if apart > most:
            best, most = (surface, numbers), apart
        if apart > CLEAR:
            break
    return best


def _places(optimizer: Optimizer) -> Iterator[tuple[str, dict[str, Any]]]:
    for numbers in settings(optimizer):
        for surface in SURFACES:
            for rate in RATES:
                yield surface, {"learning_rate": rate} | numbers


def _alone(objective: Objective, optimizer: Optimizer, numbers: dict[str, Any]) -> np.ndarray:
    """A path as the lab walks it, each coordinate alone."""
    return descend(objective, optimizer, steps=STEPS, **numbers).params


def _together(objective: Objective, optimizer: Optimizer, numbers: dict[str, Any]) -> np.ndarray:
    """A path on both coordinates at once."""
    return np.asarray(_recorded(objective, optimizer, numbers).points)


def _recorded(objective: Objective, optimizer: Optimizer, numbers: dict[str, Any]) -> "Recorded":
    from rmsprop_lab.lab import Recorded

    # Not by `take_step`, which calls the rule for each coordinate alone: made for any number of
    # coordinates it takes a quarter longer on every path that is called.
    values = optimizer.settings(numbers)
    state: Any = at_start(optimizer, values, (2,))
    at, rows = np.array(objective.start), []
    for _ in range(STEPS + 1):
        grad = np.array(objective.gradient(*at))
        with np.errstate(all="ignore"):
            made = optimizer.rule(*values, grad.copy(), *state)
        updates, *state = made if optimizer.state else (made,)
        rows.append((at, grad, updates))
        at = at - updates
    points, gradients, steps = map(np.array, zip(*rows, strict=True))
    return Recorded(points, gradients, steps, objective(*points.T))


def _distance(objective: Objective, yours: np.ndarray, right: np.ndarray) -> float:
    """How far apart two paths are on the map, on average; 0 where the right one leaves it.

    In widths of the map, and no step counts more than half of one: a path that diverges tells not
    much more than one that goes elsewhere.
    """
    low, high = np.array(objective.window).T
    if not ((low <= right) & (right <= high)).all():
        return 0.0
    apart = np.hypot(*((right - yours) / (high - low)).T)
    return float(np.minimum(np.nan_to_num(apart, nan=0.5), 0.5).mean())
