"""The assignment on momentum: what scores, what does not, and which name it gets."""

import inspect

import numpy as np
import pytest

from classroom.assignments import _wrong_momentum, momentum
from classroom.checks import reach
from classroom.course.numbers import drawn
from rmsprop_lab import descend
from tests.classroom.support import in_process
from tests.classroom.support.judged import (
    Answers,
    _unnamed,  # noqa: F401 - a fixture
    adapted,
    book_functions,
    judged,
    known_rules,
    own,
    scored,
)

NAME = "momentum"


# --- the rules ------------------------------------------------------------------------------


def _not_carried(learning_rate, momentum, grad, w, v):
    v = -learning_rate * grad
    return w + v, v


def _ascent(learning_rate, momentum, grad, w, v):
    v = momentum * v + learning_rate * grad
    return w + v, v


def _uphill(learning_rate, momentum, grad, w, v):
    v = momentum * v + learning_rate * grad
    w = w - v
    return w, v


def _rate_outside(learning_rate, momentum, grad, w, v):
    v = momentum * v - grad
    return w + learning_rate * v, v


def _books(learning_rate, momentum, grad, w, v):
    v = momentum * v + grad
    return w - learning_rate * v, v


def _average(learning_rate, momentum, grad, w, v):
    v = momentum * v - (1 - momentum) * learning_rate * grad
    return w + v, v


def _no_velocity(learning_rate, momentum, grad, w, v):
    new = momentum * v - learning_rate * grad
    return w - learning_rate * grad, new


def _old_velocity(learning_rate, momentum, grad, w, v):
    w = w + v
    v = momentum * v - learning_rate * grad
    return w, v


def _order(learning_rate, momentum, grad, w, v):
    v = momentum * v - learning_rate * grad
    return v, w + v


def _step(learning_rate, momentum, grad, w, v):
    v = momentum * v - learning_rate * grad
    return v, v


def _in_place(learning_rate, momentum, grad, w, v):
    v *= momentum
    v -= learning_rate * grad
    return w + v, v


def _fixed_momentum(learning_rate, momentum, grad, w, v):
    v = 0.9 * v - learning_rate * grad
    return w + v, v


def _whole_velocity(learning_rate, momentum, grad, w, v):
    v = v - learning_rate * grad
    return w + v, v


def _old_returned(learning_rate, momentum, grad, w, v):
    return w + momentum * v - learning_rate * grad, v


WRONG_BALLS = {
    _not_carried: "velocity not carried",
    _ascent: "ascent",
    _uphill: "velocity uphill",
    _rate_outside: "learning rate outside the velocity",
    _books: "learning rate outside the velocity",
    _average: "average for velocity",
    _no_velocity: "gradient descent",
    _old_velocity: "old velocity in the update",
    _order: "results swapped",
    _step: "step instead of place",
    _in_place: "changes its arguments",
    _fixed_momentum: "",
    _whole_velocity: "momentum missing",
    _old_returned: "state not carried",
}


@pytest.mark.parametrize("wrong", WRONG_BALLS, ids=lambda wrong: wrong.__name__)
def test_a_wrong_ball_is_named(wrong):
    _, moving, walked = judged(NAME, {"heavy_ball": wrong}, "heavy_ball")["heavy_ball"]
    assert moving.mistake == WRONG_BALLS[wrong]
    assert moving.share == 0
    assert (walked is None) == (wrong is _in_place)  # on copies it walks well


def _plain_ahead(learning_rate, momentum, gradient, w, v):
    v = momentum * v - learning_rate * gradient(w)
    return w + v, v


def _behind(learning_rate, momentum, gradient, w, v):
    v = momentum * v - learning_rate * gradient(w - momentum * v)
    return w + v, v


def _too_far(learning_rate, momentum, gradient, w, v):
    v = momentum * v - learning_rate * gradient(w + v)
    return w + v, v


def _from_ahead(learning_rate, momentum, gradient, w, v):
    ahead = w + momentum * v
    v = momentum * v - learning_rate * gradient(ahead)
    return ahead + v, v


def _kept_ahead(learning_rate, momentum, gradient, w, v):
    g = gradient(w)
    v = momentum * v - learning_rate * g
    return w + momentum * v - learning_rate * g, v


def _swapped(learning_rate, momentum, gradient, w, v):
    v = momentum * v - learning_rate * gradient(w + momentum * v)
    return v, w + v


def _rate_last(learning_rate, momentum, gradient, w, v):
    v = momentum * v - gradient(w + learning_rate * momentum * v)
    return w + learning_rate * v, v


def _averaged(learning_rate, momentum, gradient, w, v):
    v = momentum * v - (1 - momentum) * learning_rate * gradient(w + momentum * v)
    return w + v, v


def _forgets(learning_rate, momentum, gradient, w, v):
    v = -learning_rate * gradient(w + momentum * v)
    return w + v, v


def _climbs(learning_rate, momentum, gradient, w, v):
    v = momentum * v + learning_rate * gradient(w + momentum * v)
    return w + v, v


WRONG_LOOKS = {
    _plain_ahead: "heavy ball for nesterov",
    _behind: "looks back",
    _too_far: "looks a whole velocity ahead",
    _from_ahead: "moved from ahead",
    _kept_ahead: "look-ahead point kept",
    _swapped: "results swapped",
    _rate_last: "learning rate outside the velocity",
    _averaged: "average for velocity",
    _forgets: "velocity not carried",
    _climbs: "ascent",
}


@pytest.mark.parametrize("wrong", WRONG_LOOKS, ids=lambda wrong: wrong.__name__)
def test_a_wrong_look_ahead_is_named(wrong):
    _, moving, walked = judged(NAME, {"nesterov": wrong}, "nesterov")["nesterov"]
    assert moving.mistake == WRONG_LOOKS[wrong]
    assert walked is not None


def test_a_rule_that_is_right_from_rest_only_has_a_part_of_the_points():
    def nesterov(learning_rate, momentum, gradient, w, v):
        v = momentum * v - learning_rate * gradient(w)
        return w + v, v

    assert scored(NAME, {"nesterov": nesterov}, "nesterov") == {"nesterov": 1}


def test_no_two_known_mistakes_are_alike():
    rates, weights = (0.3, 0.6), np.array([1.3, -0.7])
    found = [np.array(of.rule(*rates, weights, 2 * weights + 1, 0.4 - weights))
             for of in _wrong_momentum.BALL]  # fmt: skip
    assert all(not np.allclose(a, b) for k, a in enumerate(found) for b in found[:k])


# --- regimes --------------------------------------------------------------------------------


def _walked(rate, mu, curvature, steps):
    """The places of the oscillator."""
    w, v, places = 1.0, 0.0, [1.0]
    for _ in range(steps):
        v = mu * v - rate * curvature * w
        w = w + v
        places.append(w)
    return np.array(places)


def test_the_regimes_are_what_walks_do():
    draw = drawn(b"regimes", "")
    for kind in ("overdamped", "oscillates", "alternates", "diverges"):
        for _ in range(20):
            case = momentum._case(kind, draw)
            assert momentum.regime(*case) == kind
            path = _walked(*case, 60 if kind == "diverges" else 600)
            if kind == "diverges":
                assert abs(path[-1]) > 1e3
                continue
            assert abs(path[-1]) < 1e-2
            signs = np.sign(path[abs(path) > 1e-250][5:100])
            turns = np.mean(signs[1:] != signs[:-1])
            assert turns == {"overdamped": 0, "alternates": 1}.get(kind, turns)
            assert (turns > 0) == (kind != "overdamped")
    assert all(momentum.regime(*momentum._case("critical", draw)) == "critical" for _ in range(50))


def _judge(**changed):
    def regime(learning_rate, momentum, curvature):
        x = learning_rate * curvature
        p = 1 + momentum - x
        d = p * p - 4 * momentum
        if x >= changed.get("edge", 2 * (1 + momentum)):
            return "diverges"
        if abs(d) < 1e-9 and not changed.get("no_critical"):
            return "critical"
        if d < 0:
            return "oscillates"
        return "overdamped" if p > 0 else changed.get("negative", "alternates")

    return regime


@pytest.mark.parametrize(
    ("wrong", "name", "points"),
    [
        (_judge(no_critical=True), "critical unseen", 3 + 1),
        (_judge(negative="overdamped"), "real roots are all overdamped", 3 + 1),
        (_judge(negative="oscillates"), "alternating taken for oscillating", 3 + 1),
        (_judge(negative="overdamped", no_critical=True), "real roots are all overdamped", 3),
        (_judge(edge=2.0), "gradient descent's edge", None),
        (lambda *_: "oscillates", "", 0),
        (lambda *_: "critical", "", 0),
        (lambda *_: "swings", "another answer than the five", 0),
        (lambda *_: None, "another answer than the five", 0),
        (lambda *_: np.array(["oscillates"]), "another answer than the five", 0),
        (lambda *_: 1 / 0, "raises an error", 0),
    ],
)
def test_wrong_regimes(wrong, name, points):
    assert judged(NAME, {"regime": wrong}, "regime")["regime"][1].mistake == name
    if points is not None:
        assert scored(NAME, {"regime": wrong}, "regime") == {"regime": points}


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("student", ["ada", "s001"])
def test_wrong_pairs_are_named(student):
    low, high = own(NAME, student)["curvatures"]
    kappa = high / low
    wrong = {
        "gradient descent's best rate": {"best_rate": 2 / (low + high)},
        "not squared": {
            "best_rate": 2 / (low**0.5 + high**0.5),
            "best_momentum": (kappa**0.5 - 1) / (kappa**0.5 + 1),
        },
        "kappa, not its root": {"best_momentum": ((kappa - 1) / (kappa + 1)) ** 2},
        "gradient descent's factor": {"best_momentum": (kappa - 1) / (kappa + 1)},
        "edge of gradient descent": {"best_rate": 2 / high},
    }
    for name, found in wrong.items():
        lost = judged(NAME, found, "best_pair", student=student)["best_pair"]
        assert name in {loss.mistake for loss in lost if loss}, name
        assert not any(scored(NAME, found, "best_pair", student=student).values())


def test_the_best_pair_is_the_best():
    for student in ("ada", "s001", "bob"):
        curvatures = own(NAME, student)["curvatures"]
        rate, mu = momentum.best_pair(curvatures)

        def factor(rate, mu, curvatures=curvatures):
            return max(
                abs(np.roots([1, -(1 + mu - rate * curvature), mu])).max()
                for curvature in (*curvatures, np.mean(curvatures))
            )

        best = factor(rate, mu)
        around = [(rate * a, mu * b) for a in (0.97, 1, 1.03) for b in (0.97, 1, 1.03)]
        assert all(factor(*pair) >= best - 1e-6 for pair in around)


def test_numbers_of_another_student_do_not_score():
    found = in_process.namespace(NAME, "ada")
    points = scored(NAME, found, "best_pair", "reach", student="s001")
    assert points["best_pair"] == 0


@pytest.mark.parametrize("student", [f"s{k:03}" for k in range(15)])
def test_the_target_can_be_reached_and_is_not_by_defaults(student):
    numbers = own(NAME, student)
    assert 50 <= numbers["budget"] < numbers["looser_budget"] < 1000
    low, high = numbers["curvatures"]
    assert 10 < high / low < 100
    walk = {"steps": numbers["looser_budget"], "learning_rate": 0.1, "momentum": 0.9}
    default = descend(numbers["surface"], "momentum", numbers["surface_start"], **walk)
    assert default.diverged_at is not None or not reach.rests(
        default.losses, numbers["looser_budget"], 1e-6 * default.losses[0]
    )
    assert default.losses[0] > 0.1


def test_the_looser_budget_earns_half():
    numbers = own(NAME, "ada")
    target, rates = None, np.geomspace(1e-4, 0.1, 60)
    for rate in rates:
        walk = {"steps": numbers["looser_budget"], "learning_rate": rate, "momentum": 0.9}
        path = descend(numbers["surface"], "momentum", numbers["surface_start"], **walk)
        target = 1e-6 * path.losses[0]
        late = reach.rests(path.losses, numbers["looser_budget"], target)
        if late and not reach.rests(path.losses, numbers["budget"], target):
            found = {"my_rate": rate, "my_momentum": 0.9}
            assert scored(NAME, found, "reach") == {"reach": 2}
            return
    pytest.fail("no rate is in time for the looser budget only")


@pytest.mark.parametrize(
    ("rate", "mu", "name"),
    [
        (-0.01, 0.5, ""),
        (0.01, 1.0, ""),
        (0.01, -0.1, ""),
        (1e300, 0.5, "diverges"),
        (1e-300, 0.5, "target not reached"),
        (float("nan"), 0.5, ""),
        ("fast", 0.5, ""),
        (np.ones(3), 0.5, ""),
        (None, None, ""),
    ],
)
def test_odd_settings_lose_the_points_with_a_reason(rate, mu, name):
    [lost] = judged(NAME, {"my_rate": rate, "my_momentum": mu}, "reach")["reach"]
    assert lost.mistake == name
    assert lost.share == 0


ODD = [None, "text", 3.0, (1.0,), (None, None), ("a", "b"), (np.zeros((400, 400)), 1.0),
       (np.nan, np.nan), (1j, 1j), [[1], [2, 3]], {"w": 1}, (np.zeros(7), np.zeros(7)),
       (object(), object()), (True, False), (10**400, 1)]  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_odd_values_lose_the_points_with_a_reason(value):
    found = {name: lambda *_: value for name in ("heavy_ball", "nesterov", "regime")}
    assert not any(scored(NAME, found, "heavy_ball", "nesterov", "regime").values())
    numbers = dict.fromkeys(("best_rate", "best_momentum", "my_rate", "my_momentum"), value)
    assert not any(scored(NAME, numbers, "best_pair", "reach").values())


# --- nothing to copy ------------------------------------------------------------------------


@pytest.mark.usefixtures("_unnamed")
def test_no_rule_of_the_package_scores():
    for name in ("heavy_ball", "nesterov"):
        takes = tuple(inspect.signature(getattr(momentum, name)).parameters)
        tried = list(adapted(takes))
        assert len(tried) > 20
        for rule in tried:
            assert not any(scored(NAME, {name: rule}, name).values()), rule
    for rule in known_rules():
        if len(inspect.signature(rule).parameters) == 3:
            assert not any(scored(NAME, {"regime": rule}, "regime").values())


@pytest.mark.usefixtures("_unnamed")
def test_no_function_of_the_book_scores():
    assert len(book_functions()) > 30
    for where, function in book_functions():
        found = dict.fromkeys(("heavy_ball", "nesterov", "regime"), function)
        assert not any(scored(NAME, found, *found).values()), where


# --- the picture ----------------------------------------------------------------------------


def test_the_feedback_shows_both_paths():
    found = in_process.namespace(NAME, "ada")
    wrong = {"heavy_ball": _not_carried, "nesterov": _plain_ahead}
    for task in momentum.ASSIGNMENT.tasks[:2]:
        same = task.show(Answers(**found), own(NAME, "ada"))
        other = task.show(Answers(**wrong), own(NAME, "ada"))
        assert same.yours.shape == same.right.shape == (31, 2)
        assert np.allclose(same.yours, same.right)
        assert not np.allclose(other.yours, other.right)
        assert np.linalg.norm(same.right[-1]) < 0.2 * np.linalg.norm(same.right[0])
