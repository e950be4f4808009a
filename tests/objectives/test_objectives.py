"""The surfaces: values by hand, gradients and minima by differences, messages."""

import re

import numpy as np
import pytest

from rmsprop_lab import Objective, objectives
from rmsprop_lab.parameter import Parameter

# A value of each, worked by hand from its formula.
BY_HAND = [
    ("bowl", (1, 2), 5),
    ("ravine", (1, 2), 40.5),  # (1 + 20 * 4) / 2
    ("rotated ravine", (3, 1), 24),  # u² = 16 / 2, v² = 4 / 2: (8 + 20 * 2) / 2
    ("rosenbrock", (-1, 2), 104),  # 2² + 100 * 1²
    ("beale", (1, 2), 126.453125),  # 2.5² + 5.25² + 9.625²
    ("himmelblau", (1, 2), 68),  # (-8)² + (-2)²
    ("saddle", (2, 2), 4),  # 2 - 2 + 4
    ("cliff", (3, 0), 0.5225),  # at the edge: 1/2 + 9 / 400
    ("rastrigin", (0.5, 1), 21.25),  # 20 + 0.25 + 1 - 10 * (-1 + 1)
]

SURFACES = [
    *objectives.ALL.values(),
    objectives.ravine.at(condition=300, slope=-0.7),
    objectives.rotated_ravine.at(condition=1),
    objectives.rotated_ravine.at(condition=5, slope=3),
]


def named(surface):
    return f"{surface.name} {surface.settings or ''}"


def hessian(surface, x, y, h=1e-5):
    """By central differences of the gradient."""
    step = np.array([[h, 0], [0, h]])
    ahead, behind = (
        np.array([surface.gradient(x + a, y + b) for a, b in sign * step]) for sign in (1, -1)
    )
    return (ahead - behind) / (2 * h)


@pytest.mark.parametrize(("name", "point", "value"), BY_HAND)
def test_a_value_worked_by_hand(name, point, value):
    assert objectives.ALL[name](*map(float, point)) == pytest.approx(value, rel=1e-15)


def test_every_surface_has_a_value_worked_by_hand():
    assert [name for name, _, _ in BY_HAND] == list(objectives.ALL)


@pytest.mark.parametrize("surface", SURFACES, ids=named)
def test_gradients_are_the_slopes_of_the_values(surface):
    (left, right), (bottom, top) = surface.window
    x, y = np.random.default_rng(2).uniform((left, bottom), (right, top), (1000, 2)).T
    h = 1e-5
    grad = np.array(surface.gradient(x, y))
    slopes = np.array(
        [
            (surface(x + h, y) - surface(x - h, y)) / (2 * h),
            (surface(x, y + h) - surface(x, y - h)) / (2 * h),
        ]
    )
    # Rounding leaves f / h * 1e-16, and the third derivative h²: for these surfaces both
    # are below 1e-6 of the steepest slope.
    assert np.abs(slopes - grad).max() < 1e-6 * np.abs(grad).max()


@pytest.mark.parametrize("surface", SURFACES, ids=named)
def test_minima_are_minima(surface):
    assert surface.minima
    for x, y in surface.minima:
        curvatures = np.linalg.eigvalsh(hessian(surface, x, y))
        assert curvatures.min() > 1e-3
        assert np.abs(surface.gradient(x, y)).max() < 1e-12 * curvatures.max()
        angle = np.linspace(0, 2 * np.pi, 50)
        for radius in (1e-3, 1e-2):
            around = surface(x + radius * np.cos(angle), y + radius * np.sin(angle))
            assert (around > surface(x, y)).all()


@pytest.mark.parametrize("surface", SURFACES, ids=named)
def test_start_and_minima_are_on_the_map(surface):
    for point in (surface.start, *surface.minima):
        for coordinate, (low, high) in zip(point, surface.window, strict=True):
            assert low < coordinate < high


@pytest.mark.parametrize("condition", [1, 20, 1e4])
@pytest.mark.parametrize("slope", [-2, 0, 0.5, 1])
def test_a_turned_ravine_keeps_its_curvatures(condition, slope):
    surface = objectives.ravine.at(condition=condition, slope=slope)
    curvatures, axes = np.linalg.eigh(hessian(surface, 0.3, -0.4))
    assert curvatures == pytest.approx([1, condition], rel=1e-5)
    if condition > 1:  # the floor, where it is flattest, runs along y = slope * x
        assert axes[1, 0] / axes[0, 0] == pytest.approx(slope, abs=1e-5)


def test_the_saddle_is_one():
    assert objectives.saddle.gradient(0.0, 0.0) == (0, 0)
    assert hessian(objectives.saddle, 0.0, 0.0) == pytest.approx(np.diag([1, -1]), abs=1e-6)


def test_at_changes_the_surface_and_not_the_original():
    steep = objectives.ravine.at(condition=100)
    assert (steep(0.0, 1.0), objectives.ravine(0.0, 1.0)) == (50, 10)
    assert steep.at(slope=1).settings == (100, 1)
    assert steep.at() == steep


def flat(x, y):
    return 0 * x


SCALE = Parameter("scale", "c", 1.0, low=0.0, high=9.0, slider=(0.0, 9.0))
GOOD = {"name": "mine", "value": flat, "grad": lambda x, y: (0 * x, 0 * y)}


@pytest.mark.parametrize(
    ("changes", "error", "parts"),
    [
        ({"value": lambda x: x}, TypeError, ["'mine'", "value", "(x, y)"]),
        ({"grad": lambda x, y, z: (x, y)}, TypeError, ["'mine'", "grad", "(x, y)", "'z'"]),
        ({"parameters": (SCALE,)}, TypeError, ["'mine'", "value", "(x, y, scale)"]),
        ({"start": (1.0,)}, ValueError, ["'mine'", "start = (1.0,)", "two finite numbers"]),
        ({"start": (1, np.nan)}, ValueError, ["'mine'", "start = (1, nan)"]),
        ({"start": ("a", "b")}, ValueError, ["'mine'", "start = ('a', 'b')"]),
        ({"start": ("1", "2")}, ValueError, ["'mine'", "start = ('1', '2')"]),
        ({"start": None}, ValueError, ["'mine'", "start = None"]),
        ({"minima": ((1,),)}, ValueError, ["'mine'", "minima = ((1,),)", "points (x, y)"]),
        ({"minima": (1, 2)}, ValueError, ["'mine'", "minima = (1, 2)", "points (x, y)"]),
        ({"minima": [(np.nan, 1)]}, ValueError, ["'mine'", "minima = [(nan, 1)]", "finite"]),
        ({"minima": ((1, 2), (3,))}, ValueError, ["'mine'", "minima = ((1, 2), (3,))"]),
        ({"minima": "low"}, ValueError, ["'mine'", "minima = 'low'", "points (x, y)"]),
        ({"window": ((0, 1), (2, 2))}, ValueError, ["'mine'", "window = ((0, 1), (2, 2))"]),
        ({"window": ((1, 0), (0, 1))}, ValueError, ["'mine'", "((1, 0), (0, 1))", "larger"]),
        ({"window": (0, 1)}, ValueError, ["'mine'", "window = (0, 1)", "(x from, x to)"]),
        ({"window": ((0, np.inf), (0, 1))}, ValueError, ["'mine'", "inf", "finite"]),
    ],
)
def test_a_bad_surface_is_refused(changes, error, parts):
    with pytest.raises(error) as raised:
        Objective(**(GOOD | changes))
    for part in parts:
        assert part in str(raised.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: objectives.ravine.at(depth=3),
            "'ravine' has no parameter 'depth'; choices: condition, slope",
        ),
        (lambda: objectives.bowl.at(depth=3), "'bowl' has no parameter 'depth'; choices: none"),
        (
            lambda: objectives.ravine.at(condition=0.5),
            "condition = 0.5 is out of range; allowed: [1, 1000000]",
        ),
        (
            lambda: objectives.ravine.at(slope=np.inf),
            "slope = inf is out of range; allowed: (-inf, inf)",
        ),
        (
            lambda: objectives.find("bowls"),
            f"no objective 'bowls'; choices: {', '.join(objectives.ALL)}",
        ),
        (lambda: objectives.find(["bowl"]), "no objective ['bowl']; choices: bowl, "),
        (lambda: objectives.find(7), "no objective 7; choices: bowl, "),
    ],
)
def test_bad_settings_and_names_are_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_find():
    assert objectives.find("rotated ravine") is objectives.rotated_ravine
    mine = Objective(**GOOD)
    assert objectives.find(mine) is mine
    assert all(objectives.find(name).name == name for name in objectives.ALL)


def test_examples_are_examples():
    with pytest.raises(TypeError, match="examples = 3 must be Examples, or None"):
        Objective(**GOOD | {"examples": 3})
