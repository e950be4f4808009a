"""The plane of a path's two main directions: a network's path, seen in a picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rmsprop_lab.objectives.examples import check_finite
from rmsprop_lab.parameter import Parameter

COUNT = Parameter("count", "", 40, low=2, high=10_000, slider=(2, 200), whole=True)


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in a space of many parameters, with coordinates of its own.

    Attributes:
        origin: the point with coordinates (0, 0), shape (size,).
        directions: its two axes, each of length 1, at right angles, shape (2, size).

    Raises:
        ValueError: for other shapes, for infinity or not-a-number, and for axes that are not so.

    Example:
        >>> corners = np.array([[1, 1, 5], [3, 1, 5], [3, 2, 5], [1, 2, 5]])
        >>> plane = Plane.of(corners)
        >>> plane.lift(plane.project(corners)).round(12)
        array([[1., 1., 5.],
               [3., 1., 5.],
               [3., 2., 5.],
               [1., 2., 5.]])
        >>> round(plane.share(corners), 12)
        1.0
    """

    origin: np.ndarray
    directions: np.ndarray

    def __post_init__(self) -> None:
        origin = _array("origin", self.origin, None)
        directions = _array("directions", self.directions, 2, len(origin))
        check_finite("origin", origin)
        check_finite("directions", directions)
        if not np.allclose(directions @ directions.T, np.eye(2)):
            raise ValueError(
                "directions must be two axes of length 1 at right angles; their products are "
                f"{(directions @ directions.T).tolist()}, not [[1, 0], [0, 1]]"
            )
        object.__setattr__(self, "origin", origin)
        object.__setattr__(self, "directions", directions)

    @classmethod
    def of(cls, points: Any) -> "Plane":
        """The plane nearest to the points: through their mean, along their main directions.

        The first point lies on the left, and below.

        Args:
            points: shape (n, size), at least 3 points of at least 2 coordinates.

        Raises:
            ValueError: for another shape, for infinity or not-a-number (with row and column),
                and for points of which all are the same.
        """
        points = _array("points", points, None, None)
        if len(points) < 3 or points.shape[1] < 2:
            raise ValueError(
                f"points has shape {points.shape}; it must be (n, size), n at least 3, "
                "size at least 2"
            )
        check_finite("points", points)
        if (points == points[0]).all():
            raise ValueError(f"all {len(points)} points are the same: they have no direction")
        origin = points.mean(axis=0)
        _, _, directions = np.linalg.svd(points - origin, full_matrices=False)
        plane = cls(origin, directions[:2])
        signs = np.where(plane.project(points[:1])[0] > 0, -1.0, 1.0)
        return cls(origin, directions[:2] * signs[:, np.newaxis])

    def project(self, points: Any) -> np.ndarray:
        """The coordinates of each point's shadow on the plane, shape (n, 2).

        Args:
            points: shape (n, size).
        """
        coordinates: np.ndarray = (self._points(points) - self.origin) @ self.directions.T
        return coordinates

    def lift(self, coordinates: Any) -> np.ndarray:
        """The points of the plane with these coordinates, shape (n, size).

        Args:
            coordinates: shape (n, 2).
        """
        around = _array("coordinates", coordinates, None, 2) @ self.directions
        points: np.ndarray = self.origin + around
        return points

    def grid(self, window: Any, count: int) -> np.ndarray:
        """Points of the plane on an even grid, row by row, shape (count * count, size).

        In this order a loss of each, reshaped to (count, count), is what
        :class:`rmsprop_lab.Replay` takes as heights.

        Args:
            window: ((x from, x to), (y from, y to)), edges included.
            count: how many points a side, 2 at least.

        Raises:
            ValueError: for another window or count.
        """
        (left, right), (bottom, top) = _array("window", window, 2, 2)
        count = COUNT.check_one(count)
        x, y = np.meshgrid(np.linspace(left, right, count), np.linspace(bottom, top, count))
        return self.lift(np.column_stack([x.ravel(), y.ravel()]))

    def share(self, points: Any) -> float:
        """How much of the points' variance lies in the plane, from 0 to 1.

        Args:
            points: shape (n, size), not all the same.

        Raises:
            ValueError: for another shape, and for points of which all are the same.
        """
        points = self._points(points)
        if (points == points[0]).all():
            raise ValueError(f"all {len(points)} points are the same: they have no variance")
        off = points - points.mean(axis=0)
        return float(np.sum((off @ self.directions.T) ** 2) / np.sum(off**2))

    def _points(self, given: Any) -> np.ndarray:
        return _array("points", given, None, len(self.origin))


def _array(name: str, given: Any, *lengths: int | None) -> np.ndarray:
    """Floats in so many rows and columns; None is for any number of them."""
    words = [
        name if length is None else str(length)
        for name, length in zip(("n", "size"), lengths, strict=False)
    ]
    wanted = f"({', '.join(words)}{',' * (len(words) == 1)})"
    try:
        numbers = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of shape {wanted}: {error}") from None
    pairs = zip(numbers.shape, lengths, strict=False)
    if numbers.ndim != len(lengths) or any(want not in (None, has) for has, want in pairs):
        raise ValueError(f"{name} has shape {numbers.shape}; it must be {wanted}")
    return numbers
