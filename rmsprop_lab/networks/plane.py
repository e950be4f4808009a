"""The plane of a path's two main directions: a network's path, seen in a picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rmsprop_lab.objectives.examples import check_finite


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in a space of many parameters, with coordinates of its own.

    Attributes:
        origin: the point with coordinates (0, 0), shape (size,).
        directions: its two axes, each of length 1, at right angles, shape (2, size).

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
        points = _points(points)
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
        coordinates: np.ndarray = (_points(points) - self.origin) @ self.directions.T
        return coordinates

    def lift(self, coordinates: Any) -> np.ndarray:
        """The points of the plane with these coordinates, shape (n, size).

        Args:
            coordinates: shape (n, 2).
        """
        points: np.ndarray = self.origin + _points(coordinates) @ self.directions
        return points

    def grid(self, window: Any, count: int) -> np.ndarray:
        """Points of the plane on an even grid, row by row, shape (count * count, size).

        In this order a loss of each, reshaped to (count, count), is what
        :class:`rmsprop_lab.Replay` takes as heights.

        Args:
            window: ((x from, x to), (y from, y to)), edges included.
            count: how many points a side, 2 at least.
        """
        (left, right), (bottom, top) = window
        x, y = np.meshgrid(np.linspace(left, right, count), np.linspace(bottom, top, count))
        return self.lift(np.column_stack([x.ravel(), y.ravel()]))

    def share(self, points: Any) -> float:
        """How much of the points' variance lies in the plane, from 0 to 1.

        Args:
            points: shape (n, size), not all the same.
        """
        off = _points(points) - np.mean(points, axis=0)
        return float(np.sum((off @ self.directions.T) ** 2) / np.sum(off**2))


def _points(given: Any) -> np.ndarray:
    try:
        points = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"points must be numbers of shape (n, size): {error}") from None
    if points.ndim != 2:
        raise ValueError(f"points has shape {points.shape}; it must be (n, size)")
    return points
