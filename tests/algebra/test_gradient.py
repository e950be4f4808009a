"""Gradients by dual numbers: against the surfaces' own, and against differences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmsprop_lab import Objective, descend, descend_many, objectives
from rmsprop_lab.algebra.dual import Dual, power
from rmsprop_lab.algebra.gradient import Gradient, gradient


def differences(function, x, y, h=1e-3):
    """Central differences twice, extrapolated: an error of h⁴."""

    def slope(step_x, step_y):
        return (function(x + step_x, y + step_y) - function(x - step_x, y - step_y)) / 2

    return [
        (8 * slope(*at) - slope(*(2 * step for step in at))) / (6 * h) for at in ((h, 0), (0, h))
    ]


def points(surface, count=200):
    (left, right), (bottom, top) = surface.window
    return np.random.default_rng(5).uniform((left, bottom), (right, top), (count, 2)).T


@pytest.mark.parametrize(
    "surface", [*objectives.ALL.values(), objectives.ravine.at(slope=0.3)], ids=lambda of: of.name
)
def test_the_gradients_that_were_worked_by_hand(surface):
    x, y = points(surface)
    ours = gradient(surface.value).exact(x, y, *surface.settings)
    by_hand = surface.gradient(x, y)
    # Where terms cancel, both are rounded: within 1e-12 of the steepest slope.
    scale = np.abs(by_hand).max()
    np.testing.assert_allclose(ours, by_hand, rtol=1e-12, atol=1e-14 * scale)
    one = gradient(surface.value).exact(float(x[0]), float(y[0]), *surface.settings)
    assert one == (ours[0][0], ours[1][0])


MATRIX = np.array([[2.0, 1.0], [0.5, 3.0]])
DATA = np.array([0.5, 1.0, -2.0])


def quadratic_form(x, y):
    p = np.array([x, y])
    return p @ MATRIX @ p + np.sum(p**2)


def roots_of_an_array(x, y):
    p = np.array([x, y])
    return np.sum(np.sqrt(p * p + 1) * np.exp(-p)) + np.tanh(p).sum() + np.abs(p).max()


def regression(x, y):
    return np.mean((DATA * x + y - 1) ** 2) + np.sum(DATA / x)


def helper(x):
    return x * math.sin(x) if x > 0 else -x


def loop(x, y):
    for k in range(1, 4):
        x = x + k / (1 + y * y)
    return x**3


EXACT = {
    "sums": lambda x, y: 3 - x + (y - 2) - (4 - x) + -y,
    "products": lambda x, y: 3 * x * y * 2,
    "quotients": lambda x, y: (x + 1) / (2 + y) / 3 + 1 / x + x / y,
    "powers": lambda x, y: x**2 + y**3 * x**8 + x**1 + x**0 - x**9 + y**-2,
    "general powers": lambda x, y: x**0.5 + x**y + 2**y + np.float64(3) ** x + y ** np.int64(2),
    "roots": lambda x, y: np.sqrt(x) + math.sqrt(x * y),
    "exponentials": lambda x, y: np.exp(-x * y) + math.log(x) * np.log(y + x) + math.pow(x, 2.5),
    "waves": lambda x, y: np.sin(x) * math.cos(y) + np.tan(x / 3) + math.tanh(y) + np.cos(x * x),
    "arcs": lambda x, y: np.arctan(x * y) + math.atan(y) + np.hypot(x, 2 * y),
    "absolute values": lambda x, y: abs(x - 5) * np.abs(y) + math.fabs(x) + np.absolute(x - y),
    "numbers of NumPy": lambda x, y: np.float64(3) * x + y * np.int64(2),
    "ufuncs": lambda x, y: np.add(x, 2) * np.multiply(3.0, y) + np.square(x) - np.negative(y),
    "maximum": lambda x, y: np.maximum(x * x, y) + np.minimum(x, 3 * y),
    "where": lambda x, y: np.where(x > y, x * y, y**2) + np.where(y > 0, 1.0, x),
    "masks": lambda x, y: (x > 1) * x * y + (y <= 1) * x,
    "conditions of NumPy": lambda x, y: x if np.float64(1) < y else y,
    "comparisons of NumPy": lambda x, y: (
        np.greater(x, 1) * x * y
        + np.greater_equal(y, 1.0) * x**2
        + np.less(2.0, y) * y**2
        + np.less_equal(x, 1) * y**3
        + np.not_equal(x, y) * x**4
        + np.equal(x, y) * y**4
    ),
    "branch": lambda x, y: x * x if x > 1 and y != 2 else y,
    "truth": lambda x, y: x and y * x,
    "helper": lambda x, y: math.sqrt(x) * loop(x, y),
    "loop": loop,
    "quadratic form": quadratic_form,
    "roots of an array": roots_of_an_array,
    "regression": regression,
}
BRANCHES = {"conditions of NumPy", "branch", "truth", "roots of an array", "regression"}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("point", [(1.3, 0.7), (0.4, 2.6), (2, 3)])
def test_every_rule_against_differences(name, point):
    function = EXACT[name]
    np.testing.assert_allclose(
        Gradient(function).exact(*point),
        differences(function, *map(float, point)),
        rtol=1e-8,
        atol=1e-11,
    )


@pytest.mark.parametrize("name", sorted(EXACT.keys() - BRANCHES))
def test_arrays_give_what_their_numbers_give(name):
    x, y = np.random.default_rng(1).uniform(0.3, 3, (2, 3, 4))
    slopes = gradient(EXACT[name])(x, y)
    for k in np.ndindex(3, 4):
        one = gradient(EXACT[name])(float(x[k]), float(y[k]))
        assert (slopes[0][k], slopes[1][k]) == one


def test_a_power_that_happens_to_be_whole_is_still_variable():
    for y in (0.0, 1.0, 2.0):
        slopes = gradient(lambda x, y: x**y + 3**y)(2.0, y)
        expected = y * 2.0 ** (y - 1), 2.0**y * math.log(2) + 3.0**y * math.log(3)
        assert slopes == pytest.approx(expected, rel=1e-15)


def test_shapes_and_constants():
    x = np.ones((2, 3))
    for function in (lambda x, y: 3.0, lambda x, y: np.float64(2), lambda x, y: np.array(2)):
        assert gradient(function)(1.0, 2.0) == (0.0, 0.0)
        assert [slope.tolist() for slope in gradient(function)(x, x)] == [[[0] * 3] * 2] * 2
    slopes = gradient(lambda x, y: 2 * x + 0 * y)(x, 1)
    assert [slope.tolist() for slope in slopes] == [[[2] * 3] * 2, [[0] * 3] * 2]
    assert all(slope.flags.writeable for slope in slopes)
    assert gradient(lambda x, y, a: a * x)(1, 2, 5.0) == (5.0, 0.0)
    assert all(isinstance(slope, float) for slope in gradient(EXACT["where"])(1, 2))


def test_at_a_kink_the_gradient_is_finite():
    assert gradient(lambda x, y: abs(x) + np.abs(y))(0.0, -0.0) == (0, 0)


def test_a_slope_that_is_zero_by_construction_takes_no_operation():
    # 0 * inf would be not-a-number.
    assert gradient(lambda x, y: x * 1e200 * 1e200)(1.0, 1.0) == (math.inf, 0.0)
    assert (Dual(2.0, dx=1.0) * 3 + 1).dy is None


def test_a_small_whole_power_is_a_product():
    assert power(1.1, 7) == 1.1 * 1.1 * 1.1 * 1.1 * 1.1 * 1.1 * 1.1 != 1.1**7
    assert power(2, -1) == 0.5


def as_float(x, y):
    return float(x) ** 2 * y


def as_int(x, y):
    return x * (int(y) + 1)


def from_a_library(x, y):
    return np.interp(x, [0.0, 1.0, 4.0], [0.0, 1.0, 10.0]) * y


def own_math(x, y, root=math.sqrt):
    return root(x) * y


def remainder(x, y):
    return x % 1 * y


def method_of_float(x, y):
    return y if x.is_integer() else x * y


FALLBACKS = [
    method_of_float,
    as_float,
    as_int,
    from_a_library,
    own_math,
    remainder,
    lambda x, y: helper(x) * y,
]


@pytest.mark.parametrize("function", FALLBACKS, ids=lambda of: of.__name__)
def test_what_refuses_duals_gets_differences(function):
    grad = gradient(function)
    with pytest.raises((TypeError, AttributeError, ValueError)):
        grad.exact(1.3, 0.7)
    np.testing.assert_allclose(grad(1.3, 0.7), differences(function, 1.3, 0.7), rtol=1e-9)
    np.testing.assert_allclose(grad(130.4, 0.7), differences(function, 130.4, 0.7), rtol=1e-7)


@pytest.mark.parametrize(
    "function", [lambda x, y: "x", lambda x, y: (x, y), lambda x, y: np.array([x, y])]
)
def test_what_is_not_one_number_is_refused(function):
    with pytest.raises(TypeError):
        gradient(function).exact(1.0, 2.0)


def test_mistakes_of_the_function_are_its_own():
    def broken(x, y):
        return nowhere * x  # noqa: F821

    with pytest.raises(NameError):
        gradient(broken)(1.0, 2.0)
    with pytest.raises(ZeroDivisionError):  # descend tries again with NumPy's numbers
        gradient(lambda x, y: x / (y - y))(1.0, 2.0)


def test_gradients_of_one_function_are_equal():
    assert gradient(helper) == gradient(helper) != gradient(loop)
    assert len({gradient(helper), gradient(helper)}) == 1


def test_many_paths_equal_single_ones():
    surface = Objective.of(lambda x, y: np.log(1 + x**2) + np.where(y > 0, y**3, -y) + x**y / 9)
    rates = np.linspace(0.01, 0.2, 7)
    many = descend_many(surface, "rmsprop", (2.0, 1.5), steps=60, learning_rate=rates)
    for k, rate in enumerate(rates):
        one = descend(surface, "rmsprop", (2.0, 1.5), steps=60, learning_rate=float(rate))
        np.testing.assert_array_equal(one.params, many.params[..., k])


# ---- any expression -------------------------------------------------------------------

LEAVES = st.sampled_from(
    [lambda x, y: x, lambda x, y: y, lambda x, y: 2, lambda x, y: -0.75, lambda x, y: x * y]
)


def _grown(inner):
    """Of smooth and bounded slopes, so that differences have something to say."""
    return st.one_of(
        st.builds(lambda f, g: lambda x, y: f(x, y) + g(x, y), inner, inner),
        st.builds(lambda f, g: lambda x, y: f(x, y) - g(x, y), inner, inner),
        st.builds(lambda f, g: lambda x, y: np.sin(f(x, y)) * g(x, y), inner, inner),
        st.builds(lambda f, g: lambda x, y: f(x, y) / (2 + np.cos(g(x, y))), inner, inner),
        st.builds(lambda f: lambda x, y: np.sqrt(1 + np.tanh(f(x, y)) ** 2), inner),
        st.builds(lambda f: lambda x, y: (1.5 + np.sin(f(x, y))) ** 2.5, inner),
        st.builds(lambda f: lambda x, y: -np.log(2 + np.arctan(f(x, y))), inner),
        st.builds(lambda f, n: lambda x, y: np.cos(f(x, y)) ** n, inner, st.integers(0, 9)),
        st.builds(lambda f: lambda x, y: np.exp(-(np.sin(f(x, y)) ** 2)), inner),
    )


@given(st.recursive(LEAVES, _grown, max_leaves=6), st.floats(-2, 2), st.floats(-2, 2))
def test_any_gradient_is_the_slope(function, x, y):
    exact = Gradient(function).exact(x, y)
    coarse, fine = (np.array(differences(function, x, y, h)) for h in (2e-4, 1e-4))
    # As near as the differences are to each other, and their rounding.
    assert np.abs(exact - fine).max() <= 10 * np.abs(coarse - fine).max() + 1e-9
