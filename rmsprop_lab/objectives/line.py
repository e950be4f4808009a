"""A line through points: what its surface is made of, all of it sums over the points.

They are added up in the points' order, so that the page, whose `engine/line.ts` reads like this
file, has the same bits.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rmsprop_lab.parameter import Parameter

Point = tuple[float, float]  # the input u, the target t

#: What every input is multiplied by before a line is fitted.
UNITS = Parameter("units", "c", 1.0, low=1e-3, high=1000, slider=(1, 100), scale="log")
MOST = 1000  # points that can be pulled, each drawn anew at every move
LARGEST = 1e6  # of their numbers: farther out, a path has diverged
NARROW = 1e-9  # share of the largest input: where all lie closer together, no line is the best
TINY = 1e-100  # likewise, because its square must not be 0


class LineSums(NamedTuple):
    """What value and gradient of a line's surface take after x and y.

    Attributes:
        best_x: the slope of the best line.
        best_y: its intercept.
        uu: the mean of u².
        uv: that of u v, where v is 1: of u.
        vv: that of v²: 1.
        lowest: half the mean squared error of the best line.
    """

    best_x: float
    best_y: float
    uu: float
    uv: float
    vv: float
    lowest: float


def line_sums(points: Sequence[Point]) -> LineSums:
    """The sums of points whose inputs differ; see :func:`inputs_differ`.

    Example:
        >>> line_sums([(0, 1), (1, 3), (2, 5)])
        LineSums(best_x=2.0, best_y=1.0, uu=1.6666666666666667, uv=1.0, vv=1.0, lowest=0.0)
    """
    count = len(points)
    sum_u, sum_t = 0.0, 0.0
    for u, t in points:
        sum_u = sum_u + u
        sum_t = sum_t + t
    mean_u, mean_t = sum_u / count, sum_t / count
    spread, common = 0.0, 0.0
    for u, t in points:
        spread = spread + (u - mean_u) * (u - mean_u)
        common = common + (u - mean_u) * (t - mean_t)
    best_x = common / spread
    best_y = mean_t - best_x * mean_u
    squares, errors = 0.0, 0.0
    for u, t in points:
        error = best_x * u + best_y - t
        squares = squares + u * u
        errors = errors + error * error
    return LineSums(best_x, best_y, squares / count, mean_u, 1.0, errors / count / 2)


def inputs_differ(points: Sequence[Point]) -> bool:
    """Whether one line fits best: where all inputs are the same, any slope does as well."""
    inputs = [u for u, _ in points]
    return max(inputs) - min(inputs) > max(NARROW * max(map(abs, inputs)), TINY)


def check_points(given: Any) -> tuple[Point, ...]:
    """Points that can be pulled, as plain pairs.

    Raises:
        ValueError: for another shape, too few or too many, a number out of range, or inputs that
            are all the same.
    """
    wanted = f"pairs (input, target), 2 to {MOST} of them"
    try:
        numbers = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"data must be {wanted}, all of them numbers") from None
    if numbers.ndim != 2 or numbers.shape[1] != 2 or not 2 <= len(numbers) <= MOST:
        raise ValueError(f"data has shape {numbers.shape}; it must be {wanted}")
    for place in np.argwhere(~(np.abs(numbers) <= LARGEST)):
        row, column = place
        raise ValueError(
            f"data holds {numbers[row, column]} in row {row}, column {column}; "
            f"it must be between -{LARGEST:g} and {LARGEST:g}"
        )
    points = tuple((u, t) for u, t in numbers.tolist())
    if not inputs_differ(points):
        raise ValueError(
            f"data has no two different inputs, all are {points[0][0]:g}: no one line is the best"
        )
    return points
