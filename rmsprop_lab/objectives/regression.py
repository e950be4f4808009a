"""A linear least-squares fit of two weights, as a surface with its examples.

Of one input the weights are those of a line: its slope and its intercept.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rmsprop_lab.number import Number
from rmsprop_lab.objectives.examples import Examples, check_finite
from rmsprop_lab.objectives.line import Point, inputs_differ, line_sums
from rmsprop_lab.objectives.objective import Objective

WIDER = 1.5  # the window's half side, in distances from start to minimum


def least_squares(inputs: Any, targets: Any, name: str = "least squares") -> Objective:
    """The surface f(x, y) = mean of (x u + y v - t)² / 2 over the examples (u, v, t).

    Value and gradient are of all examples, in closed form: f's second derivatives are the means
    of u², u v and v². The surface's ``examples`` make mini-batches, for
    :func:`rmsprop_lab.descend` with ``batch_size=...`` and for :class:`rmsprop_lab.Lab`.

    Of one input, v is 1: the line t = x u + y, of slope x and intercept y. A lab can show its
    points (``controls=["data"]``), and they can be pulled.

    Args:
        inputs: (u, v) of each example, shape (n, 2), n at least 2; or u alone, shape (n,).
        targets: t of each example, shape (n,).
        name: the surface's name.

    Returns:
        the surface; its start is (0, 0), its minimum the one of :func:`numpy.linalg.lstsq`.

    Raises:
        ValueError: for a wrong shape, for infinity or not-a-number (with row and column), and
            for inputs that lie on a line through 0, or are all the same, and so do not fix both
            weights.

    Example:
        >>> fit = least_squares([[1, 0], [0, 2], [1, 2]], [1, 4, 5])
        >>> [round(weight, 12) for weight in fit.minima[0]], len(fit.examples)
        ([1.0, 2.0], 3)
        >>> least_squares([0, 1, 2], [1, 3, 5]).minima  # slope and intercept
        ((2.0, 1.0),)
    """
    inputs = _table("inputs", inputs, "(n, 2) or (n,)", ((2,), ()))
    targets = _table("targets", targets, "(n,)", ((),))
    if len(inputs) != len(targets):
        raise ValueError(
            f"inputs has {len(inputs)} rows and targets has {len(targets)}; "
            "they must have as many: a target for each example"
        )
    if inputs.ndim == 1:
        return _line(list(zip(inputs.tolist(), targets.tolist(), strict=True)), name)
    best, _, rank, _ = np.linalg.lstsq(inputs, targets, rcond=None)
    if rank < 2:
        raise ValueError(
            f"inputs has rank {rank}; it must be 2: its columns are collinear, "
            "so that no one pair of weights is the best"
        )
    best_x, best_y = map(float, best)
    with np.errstate(over="ignore"):
        (uu, uv), (_, vv) = (inputs.T @ inputs / len(inputs)).tolist()
        lowest = float(np.mean((inputs @ best - targets) ** 2) / 2)
    _check_size(uu, vv, lowest)
    sums = best_x, best_y, uu, uv, vv, lowest
    return _surface(
        name,
        lambda x, y: _loss(x, y, *sums),
        lambda x, y: _slope(x, y, *sums),
        (best_x, best_y),
        np.column_stack([inputs, targets]),
    )


def _line(points: Sequence[Point], name: str) -> Objective:
    """The surface of a line; its sums are arguments, because a reader may pull its points."""
    if not inputs_differ(points):
        raise ValueError(
            f"inputs are all {points[0][0]:g}; two must differ, or no one line is the best"
        )
    sums = line_sums(points)
    _check_size(*sums)
    rows = np.array([(u, 1.0, t) for u, t in points])
    made = _surface(name, _loss, _slope, sums[:2], rows, sums)
    return replace(made, formula=r"\tfrac{1}{2n} \sum_i (x u_i + y - t_i)^2")


def points_of(line: Objective) -> tuple[Point, ...]:
    """The points (u, t) of a line's surface."""
    assert line.examples is not None
    return tuple((u, t) for u, _, t in line.examples.rows)


def with_points(line: Objective, points: Sequence[Point], units: float) -> Objective:
    """A line's surface with other points, their inputs in other units.

    Args:
        line: the surface.
        points: (u, t) of each.
        units: what every input is multiplied by.
    """
    if units == 1 and tuple(points) == points_of(line):
        return line
    other = _line([(units * u, t) for u, t in points], line.name)
    return replace(line, minima=other.minima, sums=other.sums, examples=other.examples)


# From the minimum, not from 0: there no digits are lost where f is nearly at its lowest.
def _loss(x: Number, y: Number, *sums: float) -> Number:
    best_x, best_y, uu, uv, vv, lowest = sums
    off_x = x - best_x
    off_y = y - best_y
    return lowest + (uu * off_x * off_x + 2 * uv * off_x * off_y + vv * off_y * off_y) / 2


def _slope(x: Number, y: Number, *sums: float) -> tuple[Number, Number]:
    best_x, best_y, uu, uv, vv, _ = sums
    off_x = x - best_x
    off_y = y - best_y
    return uu * off_x + uv * off_y, uv * off_x + vv * off_y


def _surface(
    name: str,
    value: Any,
    grad: Any,
    best: tuple[float, float],
    rows: np.ndarray,
    sums: tuple[float, ...] = (),
) -> Objective:
    half = WIDER * max(map(abs, best)) or 1.0
    return Objective(
        name=name,
        formula=r"\tfrac{1}{2n} \sum_i (x u_i + y v_i - t_i)^2",
        value=value,
        grad=grad,
        start=(0.0, 0.0),
        window=((best[0] - half, best[0] + half), (best[1] - half, best[1] + half)),
        minima=(best,),
        source=f"least squares on {len(rows)} examples",
        examples=Examples(rows, _error_grad),
        sums=sums,
    )


def _check_size(*sums: float) -> None:
    if not np.isfinite(sums).all():
        raise ValueError("inputs and targets are too large: their squares are not finite")


def _error_grad(x: Number, y: Number, u: float, v: float, t: float) -> tuple[Number, Number]:
    error = x * u + y * v - t
    return error * u, error * v


def _table(name: str, given: Any, shape: str, columns: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """An array of finite floats of that shape, n at least 2."""
    try:
        numbers = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of shape {shape}: {error}") from None
    if not numbers.ndim or numbers.shape[1:] not in columns or len(numbers) < 2:
        raise ValueError(f"{name} has shape {numbers.shape}; it must be {shape}, n at least 2")
    check_finite(name, numbers)
    return numbers
