"""Small worlds: points of the plane in two classes, on which one sees what a small network learns.

Each world is a function of how many points, the seed and the noise. It gives inputs and labels, as
:func:`rmsprop_lab.train` and :class:`rmsprop_lab.Race` take them.

Chance comes from the Mersenne twister as NumPy promises never to change it. A sine or a logarithm
may have another last bit on another processor, so the points are rounded to :data:`DIGITS` digits
after the point: they are the same everywhere.
"""

import numpy as np

from rmsprop_lab.parameter import Parameter
from rmsprop_lab.stochastic import NOISE, SEED

#: Of each coordinate, after the point.
DIGITS = 3
COUNT = Parameter("count", "", 200, low=2, high=100_000, slider=(2, 1000), whole=True)
TURNS = 1.5  # that each arm of the spiral makes

Points = tuple[np.ndarray, np.ndarray]  # (count, 2), and their classes (count,)


def circles(count: int = 200, seed: int = 0, noise: float = 0.1) -> Points:
    """A ring in a ring: class 0 at radius 1, class 1 at radius 0.4.

    Args:
        count: how many points, 2 or more; every second one is of class 1.
        seed: of all chance, 0 to 2³² - 1.
        noise: standard deviation of what chance adds to each coordinate.

    Returns:
        the points, shape (count, 2), and their classes, 0 and 1, shape (count,).

    Raises:
        ValueError: for a value out of range, with the range.

    Example:
        >>> points, classes = circles(count=3, seed=1)
        >>> points.shape, classes.tolist()
        ((3, 2), [0, 1, 0])
    """
    twister, classes = _begin(count, seed)
    turns = twister.random_sample(len(classes))
    return _end(_around(turns, np.where(classes == 0, 1.0, 0.4)), classes, noise, twister)


def moons(count: int = 200, seed: int = 0, noise: float = 0.1) -> Points:
    """Two half rings of radius 1, an end of each within the other. As :func:`circles`."""
    twister, classes = _begin(count, seed)
    upper = _around(twister.random_sample(len(classes)) / 2, 1.0) - [0.5, 0.25]
    return _end(_turned(upper, classes), classes, noise, twister)


def spiral(count: int = 200, seed: int = 0, noise: float = 0.03) -> Points:
    """Two arms that wind around each other, one and a half times. As :func:`circles`."""
    twister, classes = _begin(count, seed)
    share = np.sqrt(twister.random_sample(len(classes)))  # of the arm: its end holds more
    arm = _around(TURNS * share, 0.05 + 0.95 * share)
    return _end(_turned(arm, classes), classes, noise, twister)


def xor(count: int = 200, seed: int = 0, noise: float = 0.05) -> Points:
    """A square of four fields, the opposite ones of one class. As :func:`circles`."""
    twister, classes = _begin(count, seed)
    across, up = 0.1 + 0.9 * twister.random_sample((2, len(classes)))
    left = np.where(twister.random_sample(len(classes)) < 0.5, -1.0, 1.0)
    below = np.where(classes == 0, left, -left)
    points = np.column_stack([left * across, below * up])
    return _end(points, classes, noise, twister)


#: Every world by its name.
ALL = {make.__name__: make for make in (circles, moons, spiral, xor)}


def _begin(count: int, seed: int) -> tuple[np.random.RandomState, np.ndarray]:
    """The twister, and the classes in turn."""
    count, seed = int(COUNT.check_one(count)), int(SEED.check_one(seed))
    return np.random.RandomState(seed), np.arange(count) % 2


def _around(turns: np.ndarray, radius: np.ndarray | float) -> np.ndarray:
    """Points at this radius, so many turns from the right."""
    angle = 2 * np.pi * turns
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _turned(points: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Those of class 1 turned by half a turn around the middle."""
    turned: np.ndarray = np.where(classes == 0, 1.0, -1.0)[:, np.newaxis] * points
    return turned


def _end(
    points: np.ndarray, classes: np.ndarray, noise: float, twister: np.random.RandomState
) -> Points:
    deviation = float(NOISE.check_one(noise))
    return (points + deviation * twister.standard_normal(points.shape)).round(DIGITS), classes
