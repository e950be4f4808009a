"""The small worlds: the same points everywhere, both classes, and errors in words."""

import numpy as np
import pytest

from rmsprop_lab import Network, train
from rmsprop_lab.networks import worlds

NAMES = list(worlds.ALL)
FIRST = {
    "circles": [[-0.855, -0.078], [0.1, -0.488]],
    "moons": [[-0.555, 0.962], [1.312, -0.628]],
    "spiral": [[0.606, 0.552], [0.155, -0.877]],
    "xor": [[-0.546, -0.65], [0.739, -0.57]],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_world_is_the_same_for_a_seed_and_another_for_another(name):
    make = worlds.ALL[name]
    points, classes = make(50, seed=3)
    again, _ = make(50, seed=3)
    other, _ = make(50, seed=4)
    assert points.shape == (50, 2)
    np.testing.assert_array_equal(points, again)
    assert (points != other).any(axis=1).mean() > 0.9
    np.testing.assert_array_equal(classes, np.arange(50) % 2)
    assert points.tolist() == points.round(worlds.DIGITS).tolist()
    assert np.abs(points).max() < 2


def test_the_points_are_these():
    """So that a change of NumPy's, or of ours, does not pass unseen."""
    first = {name: make(2)[0].tolist() for name, make in worlds.ALL.items()}
    assert first == FIRST


def test_without_noise_each_lies_where_it_should():
    points, classes = worlds.circles(100, noise=0)
    radius = np.hypot(*points.T)
    np.testing.assert_allclose(radius, np.where(classes == 0, 1, 0.4), atol=0.001)
    (x, y), classes = worlds.xor(100, noise=0)[0].T, worlds.xor(100, noise=0)[1]
    np.testing.assert_array_equal((x > 0) == (y > 0), classes == 0)
    points, classes = worlds.moons(100, noise=0)
    assert (points[classes == 0, 1] > -0.251).all()
    assert (points[classes == 1, 1] < 0.251).all()
    points, classes = worlds.spiral(100, noise=0)
    assert (np.hypot(*points.T) <= 1.001).all()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"count": 1}, r"count = 1 .*\[2, 100000\]"),
        ({"count": 2.5}, r"count = 2\.5 .*whole numbers"),
        ({"seed": -1}, r"seed = -1 .*\[0, 4294967295\]"),
        ({"noise": -0.1}, r"noise = -0\.1 .*\[0, "),
        ({"noise": float("nan")}, "noise = nan"),
    ],
)
def test_bad_input_is_named(settings, says):
    for make in worlds.ALL.values():
        with pytest.raises(ValueError, match=says):
            make(**settings)


@pytest.mark.parametrize("name", NAMES)
def test_a_small_network_learns_it(name):
    make = worlds.ALL[name]
    run = train(
        Network([2, 12, 12, 2]), "rmsprop", make(), test=make(seed=1), learning_rate=0.018,
        epochs=100, batch_size=20, watch=False, progress=False,
    )  # fmt: skip
    assert run.test[-1, 1] > 0.9
