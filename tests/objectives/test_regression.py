"""A least-squares fit as a surface: value, gradient, minimum and window against NumPy."""

import re

import numpy as np
import pytest

from rmsprop_lab import descend, descend_many, least_squares
from rmsprop_lab.algebra.gradient import gradient

rng = np.random.default_rng(1)
INPUTS = rng.standard_normal((50, 2)) * [1, 4] + [0.5, 0]
TARGETS = INPUTS @ [3, -0.5] + rng.standard_normal(50)
FIT = least_squares(INPUTS, TARGETS, name="made up")


@pytest.mark.parametrize("point", [(0.0, 0.0), (3.0, -0.5), (-7.5, 1e3)])
def test_value_and_gradient_are_the_means_over_the_examples(point):
    errors = INPUTS @ point - TARGETS
    assert FIT(*point) == pytest.approx(np.mean(errors**2) / 2, rel=1e-12)
    expected = errors @ INPUTS / 50
    np.testing.assert_allclose(FIT.gradient(*point), expected, rtol=1e-12)
    np.testing.assert_allclose(FIT.gradient(*point), gradient(FIT.value)(*point), rtol=1e-12)
    each = [FIT.examples.grad(*point, *row) for row in FIT.examples.rows]
    np.testing.assert_allclose(np.mean(each, axis=0), expected, rtol=1e-12)


def test_the_examples_are_the_data():
    np.testing.assert_array_equal(FIT.examples.rows, np.column_stack([INPUTS, TARGETS]))


def test_the_minimum_is_that_of_lstsq_and_the_window_shows_it_and_the_start():
    best, (squares,), *_ = np.linalg.lstsq(INPUTS, TARGETS, rcond=None)
    (found,) = FIT.minima
    assert found == tuple(best)
    assert FIT(*found) == pytest.approx(squares / 100)
    assert FIT.gradient(*found) == (0, 0)
    assert FIT.start == (0, 0)
    for point in (FIT.start, found):
        for at, (low, high) in zip(point, FIT.window, strict=True):
            assert low + (high - low) / 10 < at < high - (high - low) / 10


def test_near_the_minimum_no_digit_is_lost():
    """From 0 the squares of the targets would swallow them."""
    far = least_squares(INPUTS, INPUTS @ [1e6, 2e6])
    (x, y), step = far.minima[0], 1e-3
    assert 0 <= far(x, y) < 1e-9
    rise = np.mean(INPUTS[:, 0] ** 2) * step**2 / 2
    assert far(x + step, y) - far(x, y) == pytest.approx(rise, rel=1e-6)


def test_a_fit_through_0_has_a_window_too():
    surface = least_squares([[1, 0], [0, 1]], [0, 0])
    assert surface.window == ((-1, 1), (-1, 1))


def test_a_path_ends_at_the_minimum():
    end = descend(FIT, "sgd", steps=400, learning_rate=0.1).params[-1]
    np.testing.assert_allclose(end, FIT.minima[0], rtol=1e-9)
    assert (FIT.name, len(FIT.examples), "50 examples" in FIT.source) == ("made up", 50, True)


LINE = least_squares(INPUTS[:, 0], TARGETS, name="a line")
AS_TWO = least_squares(np.column_stack([INPUTS[:, 0], np.ones(50)]), TARGETS)


def test_of_one_input_it_is_a_line_as_of_a_second_that_is_1():
    assert LINE.examples.rows == AS_TWO.examples.rows
    np.testing.assert_allclose(LINE.minima, AS_TWO.minima, rtol=1e-12)
    np.testing.assert_allclose(LINE.window, AS_TWO.window, rtol=1e-12)
    for point in [(0.0, 0.0), (3.0, -0.5), (-7.5, 1e3)]:
        assert LINE(*point) == pytest.approx(AS_TWO(*point), rel=1e-12)
        np.testing.assert_allclose(LINE.gradient(*point), AS_TWO.gradient(*point), rtol=1e-12)
    for batch_size in (None, 4):
        path, other = (
            descend(of, "rmsprop", steps=50, batch_size=batch_size) for of in (LINE, AS_TWO)
        )
        np.testing.assert_allclose(path.params, other.params, rtol=1e-9)


def test_many_paths_on_a_line_are_those_of_one_by_one():
    rates = np.array([0.01, 0.1, 0.5])
    many = descend_many(LINE, "sgd", steps=30, learning_rate=rates)
    for k, rate in enumerate(rates):
        one = descend(LINE, "sgd", steps=30, learning_rate=float(rate))
        np.testing.assert_array_equal(many.params[..., k], one.params)


@pytest.mark.parametrize(
    ("inputs", "targets", "words"),
    [
        ([[1, 2], [np.nan, 3]], [1, 2], "inputs holds nan in row 1, column 0; it must be finite"),
        ([[1, 2], [0, np.inf]], [1, 2], "inputs holds inf in row 1, column 1; it must be finite"),
        ([[1, 2], [0, 3]], [-np.inf, 2], "targets holds -inf in row 0; it must be finite"),
        ([[1, 2, 3], [4, 5, 6]], [1, 2], "inputs has shape (2, 3); it must be (n, 2)"),
        (3, [1, 2], "inputs has shape (); it must be (n, 2) or (n,), n at least 2"),
        ([2, 2], [1, 3], "inputs are all 2; two must differ, or no one line is the best"),
        ([1, 2, 3], [1, 2], "inputs has 3 rows and targets has 2"),
        ([1e200, 2e200], [1, 2], "too large: their squares are not finite"),
        ([[1, 2], [3, 1]], [[1], [2]], "targets has shape (2, 1); it must be (n,)"),
        ([[1, 2], [3]], [1, 2], "inputs must be numbers of shape (n, 2)"),
        (["a", "b"], [1, 2], "inputs must be numbers of shape (n, 2)"),
        ([[1, 2], [3, 1]], [1, 2, 3], "inputs has 2 rows and targets has 3; they must have as m"),
        ([[1, 2]], [1], "inputs has shape (1, 2); it must be (n, 2) or (n,), n at least 2"),
        ([], [], "inputs has shape (0,); it must be (n, 2) or (n,), n at least 2"),
        ([[1, 2], [2, 4], [3, 6]], [1, 2, 3], "inputs has rank 1; it must be 2: its columns are"),
        ([[0, 0], [0, 0]], [1, 1], "inputs has rank 0; it must be 2"),
        ([[1e200, 1], [1, 2e200]], [1, 2], "too large: their squares are not finite"),
    ],
)
def test_bad_data_is_refused(inputs, targets, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        least_squares(inputs, targets)
