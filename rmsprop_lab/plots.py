"""Matplotlib pictures: the surface, a path on it, the loss against the step."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.contour import QuadContourSet
from matplotlib.lines import Line2D

from rmsprop_lab import objectives, style
from rmsprop_lab.descent import Trajectory
from rmsprop_lab.objectives import ObjectiveLike
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.style import Look

GRID = 201
TONES = 12
HIGHEST = 1e200  # Matplotlib's contours end at 1e250


def plot_contours(objective: ObjectiveLike, ax: Axes | None = None) -> QuadContourSet:
    """Draw the surface as a quiet contour map, with its known minima.

    The levels are quantiles of f over the window, at the squares of even shares: a bowl
    gets evenly spaced rings, and a banana valley a map as evenly covered.

    Args:
        objective: a surface, or the name of a built-in one.
        ax: where to draw; a new figure without one.

    Returns:
        the filled contours.
    """
    objective = objectives.find(objective)
    ax = _axes(ax)
    (left, right), (bottom, top) = objective.window
    x, y = np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID))
    with np.errstate(all="ignore"):
        f = np.ma.masked_invalid(np.broadcast_to(objective(x, y), x.shape))
    f = np.ma.clip(f, -HIGHEST, HIGHEST)
    if not f.count():
        raise ValueError(f"objective {objective.name!r} is finite nowhere in its window")
    shares = np.linspace(0, 1, TONES + 1) ** 2
    levels = np.unique(np.quantile(f.compressed(), shares))
    if len(levels) < 2:
        levels = np.array([levels[0] - 1, levels[0] + 1])
    tones = LinearSegmentedColormap.from_list("map", style.MAP_TONES)
    filled = ax.contourf(x, y, f, levels=levels, cmap=tones, extend="both")
    filled.set_norm(Normalize(levels[0], levels[-1]))
    filled.set_array(np.linspace(levels[0], levels[-1], len(levels) + 1))
    ax.contour(x, y, f, levels=levels, colors=style.MAP_LINE, linewidths=0.6)
    if objective.minima:
        ax.plot(*np.transpose(objective.minima), "+", color="#57606a", markersize=10)
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="x", ylabel="y", aspect="equal")
    return filled


def plot_path(trajectory: Trajectory, ax: Axes | None = None, **line: Any) -> Line2D:
    """Draw one path, up to its last finite point.

    Args:
        trajectory: what :func:`rmsprop_lab.descend` returns.
        ax: where to draw; a new figure without one.
        **line: changes to the line's look, as Matplotlib names them. A rule of one's own looks
            as its place among those on the same axes says.

    Returns:
        the line.
    """
    x, y = _one(trajectory, trajectory.params).T
    ax = _axes(ax)
    return _line(ax, trajectory, x, y, _look(ax, trajectory.optimizer), line)


def plot_losses(*trajectories: Trajectory, ax: Axes | None = None, **line: Any) -> list[Line2D]:
    """Draw the loss of each path against the step, on a log scale.

    A surface whose known minimum is not 0 is drawn as its height above that minimum.

    Args:
        *trajectories: what :func:`rmsprop_lab.descend` returns.
        ax: where to draw; a new figure without one.
        **line: changes to the lines' look, as Matplotlib names them.

    Returns:
        the lines.
    """
    ax = _axes(ax)
    lines = []
    for trajectory in trajectories:
        minima = trajectory.objective.minima
        lowest = min((float(trajectory.objective(*point)) for point in minima), default=0.0)
        losses = _one(trajectory, trajectory.losses) - lowest
        look = _look(ax, trajectory.optimizer)
        lines.append(_line(ax, trajectory, np.arange(len(losses)), losses, look, line))
    heights = np.concatenate([np.zeros(0), *(made.get_ydata() for made in lines)])
    if not (heights < 0).any() and (heights > 0).any():
        ax.set_yscale("log", nonpositive="mask")  # a line ends where 0 is reached
    ax.set(xlabel="step", ylabel="f")
    if any(made.get_label() for made in lines):
        ax.legend()
    return lines


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    with style.context():
        return plt.subplots()[1]


def _one(trajectory: Trajectory, values: np.ndarray) -> np.ndarray:
    if trajectory.params.ndim > 2:
        raise ValueError(
            f"params has shape {trajectory.params.shape}: draw one path, as descend returns it"
        )
    return values[: trajectory.diverged_at]


def no_value_from(trajectory: Trajectory) -> int | None:
    """The step from which on f has no value, up to the last point; None where it has one there."""
    losses = _one(trajectory, trajectory.losses)
    found = np.flatnonzero(~np.isnan(losses))
    step = int(found[-1]) + 1 if len(found) else 0
    return step if step < len(losses) else None


# What was drawn on which axes, in order: it gives a rule of one's own its look.
_DRAWN: WeakKeyDictionary[Axes, list[Optimizer]] = WeakKeyDictionary()
_EXPECTED: WeakKeyDictionary[Axes, Mapping[str, Look]] = WeakKeyDictionary()


def expect(ax: Axes, looks: Mapping[str, Look]) -> None:
    """Say what paths on the axes will look like, by their optimiser's name."""
    _EXPECTED[ax] = looks


def _look(ax: Axes, optimizer: Optimizer) -> Look:
    if optimizer.name in _EXPECTED.get(ax, {}):
        return _EXPECTED[ax][optimizer.name]
    _DRAWN[ax] = [*_DRAWN.get(ax, ()), optimizer]
    return style.looks(_DRAWN[ax])[optimizer.name]


def _line(
    ax: Axes,
    trajectory: Trajectory,
    x: np.ndarray,
    y: np.ndarray,
    look: Look,
    changes: dict[str, Any],
) -> Line2D:
    label = trajectory.optimizer.label
    if (step := no_value_from(trajectory)) is not None:
        label += f", f has no value from step {step}"
    elif trajectory.diverged_at is not None:
        label += f", diverged at step {trajectory.diverged_at}"
    defaults = {
        "color": look.light,
        "linestyle": (0, look.dash) if look.dash else "-",
        "marker": style.MARKERS[look.marker],
        "markevery": [len(x) - 1],
        "markeredgecolor": "white",
        "label": label,
    }
    (line,) = ax.plot(x, y, **(defaults | normalize_kwargs(changes, Line2D)))
    return line
