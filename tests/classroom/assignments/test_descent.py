"""The assignment on gradient descent: its numbers, and what its checks see."""

from math import log

import numpy as np
import pytest

from classroom.assignments.descent import ASSIGNMENT, curvatures
from classroom.course.assignment import Paths
from classroom.course.numbers import drawn
from tests.classroom.support import in_process
from tests.classroom.support.local import LocalAnswers

STUDENTS = ["ada", "s001", "zoë"]


@pytest.fixture
def answers():
    """A right notebook, to be made wrong."""
    return in_process.namespace("descent", "ada")


def lost(answers, *tasks):
    return [
        (task, loss.mistake, loss.share)
        for task, loss in in_process.losses("descent", "ada", answers, *tasks)
    ]


def test_the_reference_in_full_with_its_pictures():
    found = {}
    for cell in in_process.cells("descent", "ada", solutions=True):
        exec(in_process.text(cell), found)
    assert len(found["walk"]) == 3


def by_rule_of_thumb(low, high, A):
    """Wrong numbers by task and mistake, written once more."""
    return {
        "largest_rate": {
            "smaller curvature": 2 / low,
            "one over the curvature": 1 / high,
            "best rate for the largest": 2 / np.trace(A),
            "diagonal entry for curvature": 2 / A[0, 0],
            "curvature instead of a rate": high,
            "half the curvature": 4 / high,
        },
        "best_rate": {
            "largest rate for the best": 2 / high,
            "one over the largest curvature": 1 / high,
            "one over the smallest curvature": 1 / low,
            "one over the sum": 1 / np.trace(A),
            "mean of the two rates": (1 / low + 1 / high) / 2,
            "geometric mean": np.linalg.det(A) ** -0.5,
        },
        "steps_needed": {
            "counts the distance": log(1e-6) / log((high - low) / (high + low)),
        },
        "two_rates": {
            "borders instead of arrivals": [2 / low, 2 / high],
            "one rate twice": [2 / np.trace(A)] * 2,
            "curvatures instead of rates": [high, low],
            "diagonal entry for curvature": 1 / np.diag(A),
        },
    }


@pytest.mark.parametrize("student", STUDENTS)
def test_wrong_numbers_are_named(student):
    found = in_process.namespace("descent", student)
    low, high = np.linalg.eigvalsh(found["A"])
    for task, wrong in by_rule_of_thumb(low, high, found["A"]).items():
        for mistake, value in wrong.items():
            (loss,) = in_process.losses("descent", student, found | {task: value}, task)
            assert loss[1].mistake == mistake
            assert loss[1].share == 0
            if task != "steps_needed":
                assert in_process.public_checks("descent", student, found | {task: value})[task]


def test_other_steps_are_named(answers):
    walk, f, A = answers["path"], answers["f"], answers["A"]

    def count(rate, goal=None):
        points = walk(answers["gradient"], answers["start"], np.full(2000, rate))
        heights = f(points) - f(answers["minimum"])
        return int(np.argmax(heights < (goal or 1e-6 * heights[0])))

    for steps, mistake in (
        (count(answers["best_rate"], 1e-6), "a fixed height"),
        (count(answers["rate"]), "another rate"),
        (count(1 / np.linalg.eigvalsh(A)[1]), "another rate"),
        (3, ""),
    ):
        assert lost(answers | {"steps_needed": steps}, "steps_needed") == [
            ("steps_needed", mistake, 0)
        ]
    right = count(answers["best_rate"])
    assert all(
        bool(lost(answers | {"steps_needed": right + off}, "steps_needed")) == (abs(off) > 1)
        for off in range(-3, 4)
    )


def test_no_steps_follow_from_a_minimum_that_is_not_below_the_start(answers):
    start = np.asarray(answers["start"])
    for minimum in (start, 100 * np.abs(start), -1e6 * start):
        for rate in (0.2, 1e300):
            own = answers | {"minimum": minimum, "best_rate": rate}
            for steps in (0, 1):
                (loss,) = lost(own | {"steps_needed": steps}, "steps_needed")
                assert loss[2] == 0


def test_wrong_minima_are_named(answers):
    A, b, right = answers["A"], answers["b"], answers["minimum"]
    for mistake, value in (
        ("sign of b", -right),
        ("only the diagonal of A", b / [A[0, 0], A[1, 1]]),
        ("b itself", b),
        ("A b", A @ b),
        ("start as the minimum", answers["start"]),
        ("factor 2", right / 2),
        ("factor 2", 2 * right),
        ("", right + 0.1),
    ):
        assert lost(answers | {"minimum": value}, "minimum") == [("minimum", mistake, 0)]
        assert in_process.public_checks("descent", "ada", answers | {"minimum": value})["minimum"]
    assert lost(answers | {"minimum": right.round(4)}, "minimum") == []


def test_one_of_two_rates_is_worth_half(answers):
    low, high = np.linalg.eigvalsh(answers["A"])
    for rates in ([1 / low, 0.3 / high], [0.7 / low, 1 / high]):
        assert lost(answers | {"two_rates": np.array(rates)}, "two_rates") == [
            ("two_rates", "", 0.5)
        ]
    for rates in ([1 / low, 1 / high], [1 / high, 1 / low]):
        assert lost(answers | {"two_rates": np.array(rates)}, "two_rates") == []


def test_numbers_may_be_rounded(answers):
    for name in ("largest_rate", "best_rate"):
        right = float(answers[name])
        assert lost(answers | {name: float(f"{right:.3g}")}, name) == []
        assert lost(answers | {name: 1.02 * right}, name) == [(name, "", 0)]


def wrong_gradients(A, b):
    return {
        "b is missing": lambda w: w @ A,
        "b is added": lambda w: w @ A + b,
        "ascent": lambda w: b - w @ A,
        "half the curvature": lambda w: w @ A / 2 - b,
        "only the diagonal of A": lambda w: w * [A[0, 0], A[1, 1]] - b,
    }


def test_wrong_gradients_are_named(answers):
    for mistake, gradient in wrong_gradients(answers["A"], answers["b"]).items():
        wrong = answers | {"gradient": gradient}
        assert lost(wrong, "gradient") == [("gradient", mistake, 0)] * 2
        assert in_process.public_checks("descent", "ada", wrong)["gradient"]
    height = {"gradient": lambda w: answers["f"](w)}
    assert lost(answers | height, "gradient")[0] == ("gradient", "f instead of its gradient", 0)


def test_a_gradient_for_single_points_has_half_the_points(answers):
    A, b = answers["A"], answers["b"]
    wrong = answers | {"gradient": lambda w: A @ w - b}
    assert lost(wrong, "gradient") == [("gradient", "product from the wrong side", 0)]
    assert in_process.public_checks("descent", "ada", wrong)["gradient"]


def path_with(first=0, last=None, sign=-1, slope="here", rate="own"):
    """A path with some of its parts wrong."""

    def path(gradient, start, rates):
        points = [np.array(start, dtype=float)]
        for k in range(len(rates)):
            at = points[-1] if slope == "here" else points[0]
            chosen = {"own": k, "first": 0, "reverse": -1 - k}[rate]
            points.append(points[-1] + sign * rates[chosen] * gradient(at))
        return np.array(points)[first:last]

    return path


def _one_more(gradient, start, rates):
    return path_with()(gradient, start, list(rates) + list(rates[-1:]))


def _same_array(gradient, start, rates):
    w, points = start.copy(), []
    points.append(w)
    for rate in rates:
        w -= rate * gradient(w)
        points.append(w)
    return np.array(points)


def _in_place(gradient, start, rates):
    points = [start.copy()]
    for rate in rates:
        start -= rate * gradient(start)
        points.append(start.copy())
    return np.array(points)


def _one_rate(gradient, start, rates):
    return path_with()(gradient, start, [0.1] * len(rates))


WRONG_PATHS = {
    "start is missing": path_with(first=1),
    "the last point is missing": path_with(last=-1),
    "one step too many": _one_more,
    "ascent": path_with(sign=1),
    "gradient only at the start": path_with(slope="start"),
    "one rate for all steps": path_with(rate="first"),
    "rates in reverse": path_with(rate="reverse"),
    "every row is the last point": _same_array,
    "changes its arguments": _in_place,
    "only the last point": lambda *args: path_with()(*args)[-1],
    "steps instead of points": lambda *args: -np.diff(path_with()(*args), axis=0),
    "points in columns": lambda *args: path_with()(*args).T,
    "returns nothing": lambda *args: None,
}


@pytest.mark.parametrize("mistake", WRONG_PATHS)
def test_wrong_paths_are_named(answers, mistake):
    wrong = answers | {"path": WRONG_PATHS[mistake]}
    found = lost(wrong, "path")
    assert found[0] == ("path", mistake, 0)
    assert found[1][:2] == ("path", mistake)
    if mistake not in ("one rate for all steps", "rates in reverse"):
        assert in_process.public_checks("descent", "ada", wrong)["path"]


def test_odd_paths(answers):
    for function in (_one_rate, lambda *args: "path", lambda *args: [[1, [2]], 3], lambda: 0):
        assert {task for task, _, _ in lost(answers | {"path": function}, "path")} == {"path"}
    lists = {"path": lambda *args: path_with()(*args).tolist()}
    assert lost(answers | lists, "path") == []


def test_a_path_is_shown_beside_the_right_one(answers):
    show = next(task.show for task in ASSIGNMENT.tasks if task.name == "path")
    numbers = in_process.numbers("descent", "ada")
    paths = show(LocalAnswers(**answers), numbers)
    assert isinstance(paths, Paths)
    assert np.array_equal(paths.yours, paths.right)
    assert paths.right.shape == (21, 2)
    assert np.array_equal(paths.right[0], numbers["start"])
    assert str(numbers["rate"]) in paths.caption
    wild = LocalAnswers(path=lambda *args: [[np.inf, 0.0], [np.nan, 1.0]])
    assert show(wild, numbers).yours.shape == (2, 2)
    for value in (
        None,
        "x",
        3,
        [1, 2],
        [[1, [2]], 3],
        [[1, 2, 3]],
        np.zeros((9999, 2)),
        [["a", "b"]],
    ):
        assert show(LocalAnswers(path=lambda *args, value=value: value), numbers) is None


def test_the_numbers_of_two_hundred_students():
    names = [f"s{k:03}" for k in range(200)]
    all_of_them = [ASSIGNMENT.numbers(drawn(in_process.SECRET, name, "descent")) for name in names]
    assert len({str(numbers) for numbers in all_of_them}) == 200
    for numbers in all_of_them:
        A = np.array(numbers["matrix"])
        low, high = curvatures(numbers)
        assert np.array_equal(A, A.T)
        assert abs(A[0, 1]) > 0.5
        assert low > 0.3
        assert 8 < high / low < 40
        assert 0.55 < numbers["rate"] * high / 2 < 0.95
        off = np.array(numbers["start"]) - np.linalg.solve(A, numbers["vector"])
        along, across = np.linalg.eigh(A)[1].T @ off
        assert abs(along) > 2.5
        assert abs(across) > 0.8
        # Every wrong number is far enough from the right one.
        wrong = by_rule_of_thumb(low, high, A)
        for name, right in ("largest_rate", 2 / high), ("best_rate", 2 / (low + high)):
            assert min(abs(value / right - 1) for value in wrong[name].values()) > 0.02


def test_the_numbers_stay_as_they_are():
    assert ASSIGNMENT.numbers(drawn(in_process.SECRET, "ada", "descent")) == {
        "matrix": [[3.17, -4.67], [-4.67, 10.07]],
        "vector": [-1.22, -2.35],
        "start": [0.5, 2.1],
        "rate": 0.124,
    }
