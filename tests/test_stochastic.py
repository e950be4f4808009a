"""Seeded noise: its moments, its prefixes, and what it does to a path."""

import numpy as np
import pytest

from rmsprop_lab import descend, descend_many
from rmsprop_lab.stochastic import NOISE, draw_noise


def test_the_number_does_not_read_as_a_share_of_the_gradient():
    assert NOISE.unit == "standard deviation"


def test_mean_variance_and_independence():
    kicks = draw_noise(seed=2, steps=50_000)
    assert kicks.shape == (50_000, 2)
    np.testing.assert_allclose(kicks.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(np.cov(kicks.T), np.eye(2), atol=0.02)
    assert abs(np.corrcoef(kicks[1:, 0], kicks[:-1, 0])[0, 1]) < 0.02
    # The fourth moment of twelve uniform numbers is 2.9; a normal number's is 3.
    assert np.mean(kicks**4) == pytest.approx(2.9, abs=0.05)


def test_a_draw_by_hand():
    """Twelve numbers of the Mersenne twister for each of x and y, step by step."""
    twister = np.random.RandomState(9)
    raw = twister.randint(0, 2**32, 48, dtype=np.uint32).astype(float) / 2**32
    expected = raw.reshape(2, 2, 12).sum(axis=2) - 6
    np.testing.assert_allclose(draw_noise(seed=9, steps=2), expected, rtol=0, atol=1e-14)


def test_a_seed_is_a_draw():
    np.testing.assert_array_equal(draw_noise(5, 7), draw_noise(5, 90)[:7])
    assert (draw_noise(5, 7) != draw_noise(6, 7)).all()


def test_the_first_noisy_step_by_hand():
    path = descend("bowl", "sgd", (5, 4), steps=1, learning_rate=0.25, noise=2, seed=3)
    kick = 2 * draw_noise(3, 1)[0]
    np.testing.assert_array_equal(
        path.params[1], [5 - 0.25 * (10 + kick[0]), 4 - 0.25 * (8 + kick[1])]
    )


def test_every_setting_meets_the_same_noise():
    rates = [0.01, 0.1]
    many = descend_many("ravine", "rmsprop", steps=50, noise=1, seed=4, learning_rate=rates)
    for place, rate in enumerate(rates):
        one = descend("ravine", "rmsprop", steps=50, noise=1, seed=4, learning_rate=rate)
        np.testing.assert_array_equal(many.params[..., place], one.params)
    still = descend("ravine", "rmsprop", steps=50, seed=4, learning_rate=0.1)
    assert (still.params[1:] != one.params[1:]).all()
    np.testing.assert_array_equal(
        still.params, descend("ravine", "rmsprop", steps=50, noise=0).params
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"noise": -1}, r"noise = -1 is out of range; allowed: \[0, 1000000\]"),
        ({"noise": [1, 2]}, "noise = .* is not one number"),
        ({"seed": 1.5}, "seed = 1.5 is out of range; allowed: whole numbers"),
        ({"seed": 2**32}, "seed = 4294967296 is out of range"),
    ],
)
def test_bad_noise_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        descend("bowl", "sgd", **given)
