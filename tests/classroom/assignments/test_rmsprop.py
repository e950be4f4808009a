"""The assignment on RMSProp: what scores, what does not, and which name it gets."""

import inspect
from math import sqrt

import numpy as np
import pytest

from classroom.assignments import rmsprop
from classroom.checks import reach
from rmsprop_lab import descend, descend_many
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

NAME = "rmsprop"
RULES = ("centered", "with_momentum")


# --- wrong rules ----------------------------------------------------------------------------


def _centered(line, divisor="np.sqrt(s - mean**2 + epsilon)", returned="updates, s, mean"):
    """A student's function, with one line of it written otherwise."""
    lines = {
        "s": "s = rho * s_prev + (1 - rho) * grad**2",
        "mean": "mean = rho * mean_prev + (1 - rho) * grad",
        "updates": f"updates = learning_rate * grad / ({divisor})",
    }
    if line:
        lines[line.split(" = ")[0].split(" ")[0]] = line
    return _made(
        "learning_rate, rho, epsilon, grad, s_prev, mean_prev",
        [*lines.values(), f"return {returned}"],
    )


def _momentum(line, returned="updates, s, velocity"):
    lines = {
        "s": "s = rho * s_prev + (1 - rho) * grad**2",
        "velocity": "velocity = momentum * velocity_prev"
        " + learning_rate * grad / np.sqrt(s + epsilon)",
        "updates": "updates = velocity",
    }
    for one in line.split("; "):
        if one:
            lines[one.split(" = ")[0].split(" ")[0]] = one
    return _made(
        "learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev",
        [*lines.values(), f"return {returned}"],
    )


def _made(takes, lines):
    names = {"np": np}
    exec(f"def rule({takes}):\n    " + "\n    ".join(lines), names)
    return names["rule"]


def test_the_tables_are_of_right_functions_but_for_a_line():
    assert scored(NAME, {"centered": _centered("")}, "centered") == {"centered": 6}
    assert scored(NAME, {"with_momentum": _momentum("")}, "with_momentum") == {"with_momentum": 6}


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (_centered("s = rho * s_prev + grad**2"), "weight missing"),
        (_centered("s = s_prev + (1 - rho) * grad**2"), "rho missing"),
        (_centered("s = (1 - rho) * s_prev + rho * grad**2"), "weights swapped"),
        (_centered("s = s_prev + grad**2"), "sum of squares"),
        (_centered("s = grad**2"), "no memory"),
        (
            _centered("s = rho * s_prev + (1 - rho) * np.mean(grad**2)"),
            "one s for all coordinates",
        ),
        (_centered("s = rho * s_prev + 1 - rho * grad**2"), "bracket missing"),
        (_centered("mean = rho * mean_prev + grad"), "weight missing in the mean"),
        (_centered("mean = (1 - rho) * mean_prev + rho * grad"), "weights swapped in the mean"),
        (_centered("mean = grad + 0.0"), "mean not carried"),
        (_centered("", "np.sqrt(s - mean**2) + epsilon"), "epsilon outside the root"),
        (_centered("", "np.sqrt(s + epsilon)"), "not centred"),
        (_centered("", "np.sqrt(s - mean + epsilon)"), "mean not squared"),
        (_centered("", "np.sqrt(s + mean**2 + epsilon)"), "squared mean added"),
        (_centered("", "np.sqrt(s - mean_prev**2 + epsilon)"), "old mean in the root"),
        (_centered("", "s - mean**2 + epsilon"), "no root"),
        (_centered("", "np.sqrt(s - mean**2)"), "no epsilon"),
        (
            _centered(
                "updates = learning_rate * (grad - mean) / np.sqrt(s - mean**2 + epsilon)"
            ),
            "deviation in the update",
        ),
        (
            _centered("s = rho * (s_prev + (1 - rho) * (grad - mean_prev)**2)",
                      "np.sqrt(s + epsilon)"),
            "variance in the state",
        ),
        (
            _centered("s = rho * (s_prev + (1 - rho) * (grad - mean_prev)**2)",
                      "np.sqrt(s) + epsilon"),
            "variance in the state",
        ),
        (
            _centered("s = rho * s_prev + (1 - rho) * grad**2 + epsilon", "np.sqrt(s - mean**2)"),
            "epsilon in the state",
        ),
        (_centered("updates = -learning_rate * grad / np.sqrt(s - mean**2 + epsilon)"), "ascent"),
        (_centered("", returned="updates, mean, s"), "states swapped"),
        (_centered("", returned="s, mean, updates"), "results swapped"),
        (_centered("", returned="updates, s_prev, mean_prev"), "state not carried"),
        (_centered("", returned="updates, s"), "wrong number of results"),
        (_centered("s = s_prev; s *= rho; s += (1 - rho) * grad**2"), "changes its arguments"),
        (
            _centered("updates = 0.1 * grad / np.sqrt(s - mean**2 + epsilon)"),
            "no effect of learning_rate",
        ),
    ],
)  # fmt: skip
def test_a_wrong_centred_rule_is_named(wrong, name):
    rest, moving, _ = judged(NAME, {"centered": wrong}, "centered")["centered"]
    assert moving is not None
    assert moving.mistake == name
    assert scored(NAME, {"centered": wrong}, "centered")["centered"] <= 3
    assert rest is None or not rest.share


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (_momentum("s = rho * s_prev + grad**2"), "weight missing"),
        (_momentum("s = (1 - rho) * s_prev + rho * grad**2"), "weights swapped"),
        (_momentum("s = s_prev + grad**2"), "sum of squares"),
        (
            _momentum("velocity = momentum * velocity_prev + grad / np.sqrt(s + epsilon); "
                      "updates = learning_rate * velocity"),
            "learning rate outside the velocity",
        ),
        (
            _momentum("velocity = momentum * velocity_prev + grad / (np.sqrt(s) + epsilon); "
                      "updates = learning_rate * velocity"),
            "learning rate outside the velocity",
        ),
        (
            _momentum("velocity = momentum * velocity_prev"
                      " + learning_rate * grad / (np.sqrt(s) + epsilon)"),
            "epsilon outside the root",
        ),
        (
            _momentum("velocity = momentum * velocity_prev + grad; "
                      "updates = learning_rate * velocity / np.sqrt(s + epsilon)"),
            "unscaled gradient in the velocity",
        ),
        (
            _momentum("velocity = learning_rate * grad / np.sqrt(s + epsilon)"),
            "velocity not carried",
        ),
        (
            _momentum("velocity = velocity_prev + learning_rate * grad / np.sqrt(s + epsilon)"),
            "momentum missing",
        ),
        (
            _momentum("velocity = momentum * velocity_prev"
                      " + (1 - momentum) * learning_rate * grad / np.sqrt(s + epsilon)"),
            "another convention: average for velocity",
        ),
        (
            _momentum("velocity = momentum * velocity_prev"
                      " + learning_rate * grad / np.sqrt(s_prev + epsilon)"),
            "old s in the root",
        ),
        (_momentum("updates = velocity_prev + 0.0"), "old velocity in the update"),
        (
            _momentum("updates = learning_rate * grad / np.sqrt(s + epsilon)"),
            "velocity left out",
        ),
        (
            _momentum("updates = momentum * velocity"
                      " + learning_rate * grad / np.sqrt(s + epsilon)"),
            "nesterov for heavy ball",
        ),
        (
            _momentum("velocity = momentum * velocity_prev"
                      " - learning_rate * grad / np.sqrt(s + epsilon); updates = -velocity"),
            "velocity downhill",
        ),
        (_momentum("updates = -velocity"), "ascent"),
        (_momentum("", "updates, velocity, s"), "states swapped"),
        (_momentum("", "s, velocity, updates"), "results swapped"),
        (_momentum("", "updates"), "wrong number of results"),
    ],
)  # fmt: skip
def test_a_wrong_rule_with_momentum_is_named(wrong, name):
    _, moving, _ = judged(NAME, {"with_momentum": wrong}, "with_momentum")["with_momentum"]
    assert moving is not None
    assert moving.mistake == name
    assert scored(NAME, {"with_momentum": wrong}, "with_momentum")["with_momentum"] <= 1


def test_a_rule_that_remembers_by_itself_loses_its_points():
    kept = {}

    def centered(learning_rate, rho, epsilon, grad, s_prev, mean_prev):
        s = kept["s"] = rho * kept.get("s", 0.0) + (1 - rho) * grad**2
        mean = kept["mean"] = rho * kept.get("mean", 0.0) + (1 - rho) * grad
        return learning_rate * grad / np.sqrt(np.abs(s - mean**2) + epsilon), s, mean

    assert judged(NAME, {"centered": centered}, "centered")["centered"][1].mistake in (
        "remembers between calls",
        "raises an error",
    )
    assert scored(NAME, {"centered": centered}, "centered") == {"centered": 0}


# --- epsilon --------------------------------------------------------------------------------


def _by_place(outside, inside):
    return lambda *given: (outside if given[-1] == "outside" else inside)(*given[:-1])


@pytest.mark.parametrize(
    ("wrong", "name", "points"),
    [
        (_by_place(lambda a, c: a * c, lambda a, c: (a * c) ** 2), "not halved", 0),
        (_by_place(lambda a, c: a * c / 2, lambda a, c: a * c / 2), "place unused", 1),
        (
            _by_place(lambda a, c: a * c / 2, lambda a, c: (a * c) ** 2 / 2),
            "halved after squaring",
            1,
        ),
        (_by_place(lambda a, c: a * c / 2, lambda a, c: sqrt(a * c / 2)), "root for square", 1),
        (_by_place(lambda a, c: (a * c / 2) ** 2, lambda a, c: a * c / 2), "places swapped", 0),
        (
            _by_place(lambda a, c: a / 2 / c, lambda a, c: (a / 2 / c) ** 2),
            "divided by curvature",
            0,
        ),
        (lambda a, c, place: 0.0, "no effect of learning_rate", 0),
        (lambda a, c, place: place, "not a number", 0),
    ],
)
def test_a_wrong_smallest_epsilon_is_named(wrong, name, points):
    inside = judged(NAME, {"smallest_epsilon": wrong}, "smallest_epsilon")["smallest_epsilon"][1]
    assert inside.mistake == name or (points == 0 and inside.mistake == "")
    assert sum(scored(NAME, {"smallest_epsilon": wrong}, "smallest_epsilon").values()) == points


def _raw_inside(a, c, e):
    with np.errstate(all="ignore"):
        return np.sqrt((a * c / 2) ** 2 - e) / c


@pytest.mark.parametrize(
    ("wrong", "name", "points"),
    [
        (_by_place(lambda a, c, e: (a * c / 2 - e) / c, _raw_inside), "never rests", 2),
        (
            _by_place(
                lambda a, c, e: max(0, a * c / 2 - e),
                lambda a, c, e: sqrt(max(0, a * a * c * c / 4 - e)),
            ),
            "not divided by curvature",
            0,
        ),
        (
            _by_place(
                lambda a, c, e: max(0, a * c - e) / c,
                lambda a, c, e: sqrt(max(0, (a * c) ** 2 - e)) / c,
            ),
            "not halved",
            0,
        ),
        (lambda a, c, e, place: a / 2, "epsilon unused", 0),
        (lambda a, c, e, place: max(0, a * c / 2 - e) / c, "place unused", 0),
        (
            _by_place(
                lambda a, c, e: max(0, a * c / 2 - e) / c,
                lambda a, c, e: max(0, a * c / 2 - sqrt(e)) / c,
            ),
            "root of epsilon taken off",
            0,
        ),
        (lambda a, c, e, place: 0.0, "", 0),
    ],
)
def test_a_wrong_amplitude_is_named(wrong, name, points):
    lost = judged(NAME, {"amplitude": wrong}, "amplitude")["amplitude"]
    assert name in {one.mistake for one in lost if one} or not name
    assert sum(scored(NAME, {"amplitude": wrong}, "amplitude").values()) == points


@pytest.mark.parametrize("student", ["ada", "s001", "bob", "s002", "s003"])
def test_wrong_predictions_are_named(student):
    numbers = own(NAME, student)
    rate, curvature, epsilon = (numbers[f"cycle_{of}"] for of in ("rate", "curvature", "epsilon"))
    found = {"amplitude_outside": rate / 2, "amplitude_inside": rate / 2}
    said = judged(NAME, found, "predict", student=student)["predict"]
    assert [one.mistake for one in said] == ["epsilon unused"] * 2
    right = {f"amplitude_{of}": rmsprop.amplitude(rate, curvature, epsilon, of)
             for of in rmsprop.PLACES}  # fmt: skip
    assert scored(NAME, right, "predict", student=student) == {"predict": 4}
    near = {name: value * 1.01 + 1e-6 for name, value in right.items()}
    assert scored(NAME, near, "predict", student=student) == {"predict": 0}


STUDENTS = [f"s{k:03}" for k in range(50)]


def _measured(rate, curvature, epsilon, rule):
    """Where walks end: the curvature is the bowl's, 2, after the rate and epsilon are rescaled."""
    # f = c x²/2 has c/2 times the bowl's gradient: so a rule sees epsilon / (c/2) on the bowl.
    share = curvature / 2
    epsilon = epsilon / (share if rule == "rmsprop" else share * share)
    paths = descend_many(
        "bowl", rule, (1, 0), steps=6000, keep="last", learning_rate=rate, rho=0.9, epsilon=epsilon
    )
    return np.abs(paths.params[0, 0])


def test_the_amplitudes_are_those_of_walks():
    cycles = np.array([rmsprop._cycle(np.random.RandomState(k)) for k in range(50)])
    for place, rule in (("outside", "rmsprop"), ("inside", "rmsprop_inside")):
        predicted = np.array([rmsprop.amplitude(*cycle, place) for cycle in cycles])
        measured = _measured(*cycles.T, rule)
        assert np.allclose(measured, predicted, rtol=1e-6, atol=1e-9)
        assert (predicted == 0).any()
        assert (predicted > 0).any()


def test_the_smallest_epsilon_is_where_walks_begin_to_rest():
    rate, curvature = 0.3, 1.7
    for place, rule in (("outside", "rmsprop"), ("inside", "rmsprop_inside")):
        edge = rmsprop.smallest_epsilon(rate, curvature, place)
        below, above = _measured(rate, curvature, edge * np.array([0.9, 1.1]), rule)
        assert below > 1e-3
        assert above < 1e-12


def test_one_place_rests_and_the_other_jumps_for_some():
    cycles = [rmsprop._cycle(np.random.RandomState(k)) for k in range(200)]
    kinds = [tuple(rmsprop.amplitude(*cycle, place) > 0 for place in rmsprop.PLACES)
             for cycle in cycles]  # fmt: skip
    shares = {kind: kinds.count(kind) / 200 for kind in set(kinds)}
    assert set(shares) == {(True, True), (True, False), (False, True)}
    assert min(shares.values()) > 0.2
    for cycle in cycles:
        for place in rmsprop.PLACES:
            edge = rmsprop.smallest_epsilon(*cycle[:2], place)
            assert not 0.8 < cycle[2] / edge < 1.25  # nobody's is at the edge


# --- the surface ----------------------------------------------------------------------------


@pytest.mark.parametrize("student", STUDENTS[:15])
def test_the_target_can_be_reached_and_is_not_by_defaults(student):
    numbers = own(NAME, student)
    surface = rmsprop.surface(numbers["condition"], numbers["slope"])
    assert 50 <= numbers["budget"] < numbers["looser_budget"] < 300
    for rate in (0.001, 0.01, 0.1, 1.0):
        walk = {"steps": numbers["looser_budget"], "learning_rate": rate}
        path = descend(surface, "rmsprop", numbers["surface_start"], **walk)
        target = 1e-6 * path.losses[0]
        assert not reach.rests(path.losses, numbers["looser_budget"], target)
    # Gradient descent in RMSProp's clothes, at a rate that one can derive.
    rate = 2 / (1 + numbers["condition"]) * 1000
    path = descend(surface, "rmsprop", numbers["surface_start"], steps=1000, learning_rate=rate,
                   epsilon=1000.0)  # fmt: skip
    assert path.losses[-1] < 1e-6 * path.losses[0]


def test_the_looser_budget_earns_half():
    numbers = own(NAME, "ada")
    surface = rmsprop.surface(numbers["condition"], numbers["slope"])
    for rate in np.geomspace(0.01, 3, 200):
        walk = {"learning_rate": rate, "rho": 0.9, "epsilon": 10.0}
        path = descend(
            surface, "rmsprop", numbers["surface_start"], steps=numbers["looser_budget"], **walk
        )
        target = 1e-6 * path.losses[0]
        late = reach.rests(path.losses, numbers["looser_budget"], target)
        if late and not reach.rests(path.losses, numbers["budget"], target):
            found = {"my_rate": rate, "my_rho": 0.9, "my_epsilon": 10.0}
            assert scored(NAME, found, "reach") == {"reach": 2}
            return
    pytest.fail("no rate is in time for the looser budget only")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ((0.1, 0.9, 1e-6), "target not reached"),
        ((1e300, 0.9, 1e-6), "diverges"),
        ((0.1, 1.0, 1e-6), ""),
        ((0.1, 0.9, 0.0), ""),
        ((-0.1, 0.9, 0.1), ""),
        ((float("inf"), 0.9, 0.1), ""),
        (("a", "b", "c"), ""),
        ((None, None, None), ""),
    ],
)
def test_odd_settings_lose_the_points_with_a_reason(settings, name):
    found = dict(zip(("my_rate", "my_rho", "my_epsilon"), settings, strict=True))
    [lost] = judged(NAME, found, "reach")["reach"]
    assert lost.mistake == name
    assert lost.share == 0


ODD = [None, "text", 3.0, (1.0,), (None,) * 3, ("a", "b", "c"), (np.zeros((400, 400)), 1.0, 2.0),
       (np.nan,) * 3, (1j,) * 3, [[1], [2, 3], []], {"s": 1}, (np.zeros(7),) * 3,
       (object(),) * 3, (10**400, 1, 1)]  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_odd_values_lose_the_points_with_a_reason(value):
    names = (*RULES, "smallest_epsilon", "amplitude")
    found = {name: lambda *_: value for name in names}
    assert not any(scored(NAME, found, *names).values())
    numbers = dict.fromkeys(
        ("amplitude_outside", "amplitude_inside", "my_rate", "my_rho", "my_epsilon"), value
    )
    assert not any(scored(NAME, numbers, "reach", "predict").values())


# --- nothing to copy ------------------------------------------------------------------------


@pytest.mark.usefixtures("_unnamed")
@pytest.mark.parametrize("name", RULES)
def test_no_rule_of_the_package_scores(name):
    takes = tuple(inspect.signature(getattr(rmsprop, name)).parameters)
    tried = list(adapted(takes))
    assert len(tried) > 20
    for rule in tried:
        assert not any(scored(NAME, {name: rule}, name).values()), rule


def test_no_rule_of_the_package_tells_an_epsilon():
    for rule in known_rules():
        for name, count in (("smallest_epsilon", 3), ("amplitude", 4)):
            if len(inspect.signature(rule).parameters) == count:
                assert not any(scored(NAME, {name: rule}, name).values())


@pytest.mark.usefixtures("_unnamed")
def test_no_function_of_the_book_scores():
    names = (*RULES, "smallest_epsilon", "amplitude")
    for where, function in book_functions():
        for name in names:
            takes = len(inspect.signature(function).parameters)
            if takes == len(inspect.signature(getattr(rmsprop, name)).parameters):
                assert not any(scored(NAME, {name: function}, name).values()), where


# --- the picture, and what the model answers say --------------------------------------------


def test_the_feedback_shows_both_paths():
    found = in_process.namespace(NAME, "ada")
    wrong = {"centered": _centered("s = s_prev + grad**2"),
             "with_momentum": _momentum("s = s_prev + grad**2")}  # fmt: skip
    for task in rmsprop.ASSIGNMENT.tasks[:2]:
        same = task.show(Answers(**found), own(NAME, "ada"))
        other = task.show(Answers(**wrong), own(NAME, "ada"))
        assert same.yours.shape == same.right.shape == (41, 2)
        assert np.allclose(same.yours, same.right)
        assert not np.allclose(other.yours, other.right)
        assert np.linalg.norm(same.right[-1]) < np.linalg.norm(same.right[0])


def test_the_difference_under_the_root_becomes_negative_as_the_model_answer_says():
    def first(rho, grad):
        s = mean = 0.0
        for step in range(6000):
            s, mean = rho * s + (1 - rho) * grad**2, rho * mean + (1 - rho) * grad
            if s - mean**2 < 0:
                return step
        return None

    assert 3100 < first(0.99, 0.1) < 3300
    assert first(0.9, 0.1) is None
