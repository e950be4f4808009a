"""Numbers that students round as they are told, and what they calculate from their own answers."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from classroom import assignments
from classroom.assignments import (
    adam,
    backpropagation,
    capstone,
    descent,
    minibatch,
    momentum,
    rmsprop,
)
from classroom.course.assignment import Lost
from classroom.course.numbers import drawn
from tests.classroom.support import in_process
from tests.classroom.support.local import LocalAnswers

STUDENTS = [f"s{k:03}" for k in range(200)]
Values = dict[str, Any]


def rounded(values: Values, digits: int) -> Values:
    """Each number in that many significant digits."""
    one = np.vectorize(lambda value: float(f"{value:.{digits}g}"))
    return {name: one(value) for name, value in values.items()}


def of_descent(own: Values) -> Values:
    low, high = np.linalg.eigvalsh(own["matrix"])
    return {
        "minimum": np.linalg.solve(own["matrix"], own["vector"]),
        "largest_rate": 2 / high,
        "best_rate": 2 / (low + high),
        "two_rates": np.array([1 / low, 1 / high]),
    }


def of_minibatch(own: Values) -> Values:
    inputs, targets = np.array(own["inputs"]), np.array(own["targets"])
    best = np.linalg.lstsq(inputs, targets)[0]
    single = inputs * (inputs @ best - targets)[:, np.newaxis]
    size = own["batch_size"]
    return {"noise_here": single.var(axis=0).sum() / size * (80 - size) / 79}


def of_momentum(own: Values) -> Values:
    low, high = np.sqrt(own["curvatures"])
    return {
        "best_rate": 4 / (low + high) ** 2,
        "best_momentum": ((high - low) / (high + low)) ** 2,
    }


def of_rmsprop(own: Values) -> Values:
    rate, curvature, epsilon = (own[f"cycle_{of}"] for of in ("rate", "curvature", "epsilon"))
    half = rate * curvature / 2
    return {
        "amplitude_outside": max(0, half - epsilon) / curvature,
        "amplitude_inside": np.sqrt(max(0, half**2 - epsilon)) / curvature,
    }


def of_capstone(own: Values) -> Values:
    k = own["unit_ratio"]
    return {"gradient_factor": k, "step_factor": 1 / k, "sgd_excess": k * k, "rmsprop_excess": k}


def of_adam(own: Values) -> Values:
    return adam.by_hand(own) | adam.of_lengths(adam.bare_step, own)


def of_backpropagation(own: Values) -> Values:
    return backpropagation.by_hand(own)


RIGHT: dict[str, Callable[[Values], Values]] = {
    "descent": of_descent,
    "minibatch": of_minibatch,
    "momentum": of_momentum,
    "rmsprop": of_rmsprop,
    "adam": of_adam,
    "backpropagation": of_backpropagation,
    "capstone": of_capstone,
}


@pytest.fixture(autouse=True)
def _no_searches(monkeypatch):
    """The budgets of the searches take a second each, and nothing here depends on them."""
    for module in momentum, rmsprop:
        monkeypatch.setattr(module, "steps_needed", lambda *_: 100)


@cache
def numbers(name: str, student: str) -> Values:
    return assignments.find(name).numbers(drawn(in_process.SECRET, student, name))


def lost(name: str, student: str, found: Values, tasks: tuple[str, ...]) -> list[str]:
    """The tasks that lose points."""
    return [
        task.name
        for task in assignments.find(name).tasks
        if task.name in tasks
        for index, check in enumerate(task.checks)
        if _loses(check.run, found, numbers(name, student), name, student, task.name, str(index))
    ]


def _loses(run: Any, found: Values, own: Values, name: str, student: str, *of: str) -> bool:
    try:
        run(LocalAnswers(**found), own, drawn(in_process.SECRET, student, name, *of))
    except Lost:
        return True
    return False


#: The tasks whose answers are numbers, and the digits that their text says are enough.
TOLD = {
    ("descent", "minimum"): 3,
    ("descent", "largest_rate"): 3,  # "to 1% or better"
    ("descent", "best_rate"): 3,  # "to 0.5% or better"
    ("descent", "two_rates"): 3,  # "each to 1% or better"
    ("minibatch", "noise_here"): 4,
    ("momentum", "best_pair"): 3,
    ("rmsprop", "predict"): 3,
    ("adam", "by_hand"): 3,
    ("backpropagation", "by_hand"): 3,
    ("capstone", "units"): 3,
}


@pytest.mark.parametrize(("name", "task"), TOLD)
def test_nobody_loses_a_point_by_rounding_as_told(name, task):
    digits = TOLD[name, task]
    losers = dict.fromkeys((digits - 1, digits, digits + 1, 17), 0)
    for student in STUDENTS:
        right = RIGHT[name](numbers(name, student))
        for given in losers:
            losers[given] += bool(lost(name, student, rounded(right, given), (task,)))
    fewer = losers.pop(digits - 1)
    assert set(losers.values()) == {0}, losers
    # One digit less is another number for most of them. Minima lie near numbers of two digits, and
    # the four digits leave some room.
    assert fewer > 80 or task in ("minimum", "noise_here")


def test_each_text_says_what_is_enough():
    for name, words in {
        "descent": ("Three significant digits are enough", "to 1% or better", "0.5% or better"),
        "minibatch": ("Four significant digits are enough",),
        "momentum": ("Three significant digits are enough",),
        "rmsprop": ("Three significant digits are enough",),
        "adam": ("Three significant digits are enough",),
        "backpropagation": ("Three significant digits are enough",),
        "comparison": ("Three significant digits are enough",),
        "capstone": ("Three significant digits are enough",),
    }.items():
        text = " ".join((assignments.FOLDER / f"{name}.md").read_text(encoding="utf-8").split())
        assert all(part in text for part in words), name


def wrong_ones(name: str, own: Values) -> Iterator[tuple[float, float]]:
    """Right numbers beside each wrong one that is known by name."""
    right = RIGHT[name](own)
    if name == "momentum":
        for key, group in ("best_rate", momentum.RATES), ("best_momentum", momentum.SHARES):
            for one in group:
                yield right[key], one.rule(*own["curvatures"])
    if name == "rmsprop":
        cycle = tuple(own[f"cycle_{of}"] for of in ("rate", "curvature", "epsilon"))
        for place in rmsprop.PLACES:
            for one in rmsprop.AMPLITUDES:
                yield right[f"amplitude_{place}"], one.rule(*cycle, place)
    if name == "adam":
        for key in adam.by_hand(own):
            for one in adam.wrong_by_hand(own, key):
                yield right[key], one.value


@pytest.mark.parametrize("name", ["momentum", "rmsprop", "adam"])
def test_no_known_wrong_number_is_as_near_as_rounding(name):
    for student in STUDENTS:
        for right, wrong in wrong_ones(name, numbers(name, student)):
            # Where a mistake has no effect (an epsilon at which the path rests) it is none.
            if np.isfinite(wrong) and right and abs(wrong / right - 1) > 1e-12:
                assert abs(wrong / right - 1) > 0.009, (student, right, wrong)


# --- what follows from an answer that was given before --------------------------------------


def counted(own: Values, rate: float, minimum: np.ndarray) -> int:
    """The steps as the text's own words count them; the path by its two factors."""
    A, b = np.array(own["matrix"]), np.array(own["vector"])
    curvatures, sides = np.linalg.eigh(A)
    lowest = np.linalg.solve(A, b)
    powers = (1 - rate * curvatures) ** np.arange(1000)[:, np.newaxis]

    def f(w):
        return np.sum(w @ A * w, axis=-1) / 2 - w @ b

    points = lowest + (powers * ((own["start"] - lowest) @ sides)) @ sides.T
    heights = f(points) - f(minimum)
    return int(np.argmax(heights < 1e-6 * heights[0]))


@pytest.mark.parametrize("off", [0.997, 1.003, 0.99, 1.01, "three digits", "two digits"])
def test_steps_are_counted_at_the_students_own_rate(off, monkeypatch):
    count = descent.count

    @cache
    def counted_once(rate, *minimum):
        return count(own, rate, np.array(minimum))

    # Each student's path is the same for every number of steps that is tried.
    monkeypatch.setattr(descent, "count", lambda _, rate, at: counted_once(rate, *at))
    moved = 0
    for student in STUDENTS:
        counted_once.cache_clear()
        own = numbers("descent", student)
        right = of_descent(own)
        exact = counted(own, right["best_rate"], right["minimum"])
        if isinstance(off, str):
            given = rounded(right, 3 if off == "three digits" else 2)
        else:
            given = right | {"best_rate": off * right["best_rate"]}
        steps = counted(own, given["best_rate"], given["minimum"])
        if not steps:  # above a minimum so roughly rounded f never falls so far
            continue
        moved += abs(steps - exact) > 1
        for number in (steps - 1, steps + 1, exact):
            found = given | {"steps_needed": number}
            assert lost("descent", student, found, ("steps_needed",)) == [], (student, number)
        far = given | {"steps_needed": 2 * max(steps, exact) + 5}
        assert lost("descent", student, far, ("steps_needed",)) == ["steps_needed"]
    # Without following the student's own numbers, so many would lose the points.
    assert moved > 60


def test_a_rate_that_never_arrives_counts_nothing():
    own = numbers("descent", "ada")
    _, high = np.linalg.eigvalsh(own["matrix"])
    right = of_descent(own)
    for rate in (0.0, -1.0, 2.1 / high, 1e300):
        assert descent.count(own, rate, right["minimum"]) is None
        for steps in (0, 999, 1000):
            found = right | {"best_rate": rate, "steps_needed": steps}
            assert lost("descent", "ada", found, ("steps_needed",)) == ["steps_needed"]
        exact = right | {"best_rate": rate, "steps_needed": descent.steps(own)}
        assert lost("descent", "ada", exact, ("steps_needed",)) == []
    # Without the other answers the exact number is right too.
    alone = {"steps_needed": descent.steps(own)}
    assert lost("descent", "ada", alone, ("steps_needed",)) == []


@pytest.mark.parametrize("digits", [3, 17])
def test_the_public_checks_are_content_with_rounded_answers(digits):
    """In the notebook, a check must not blame what the grader takes."""
    for student in STUDENTS[:: 10 if digits == 17 else 4]:
        found = in_process.namespace("descent", student)
        given = rounded(of_descent(numbers("descent", student)), digits)
        order = {"two_rates": given["two_rates"][::-1]}
        rough = {"two_rates": given["two_rates"] * [1.004, 0.996]}  # still within 1%
        for answers in (given, given | order, given | rough):
            said = in_process.public_checks("descent", student, found | answers)
            assert set(said.values()) == {""}, (student, said)


@pytest.mark.parametrize("student", STUDENTS[:20])
def test_an_excess_follows_from_the_students_own_factors(student):
    k = numbers("capstone", student)["unit_ratio"]

    def units(gradient, step, sgd, rms):
        names = ("gradient_factor", "step_factor", "sgd_excess", "rmsprop_excess")
        found = dict(zip(names, (gradient, step, sgd, rms), strict=True))
        return len(lost("capstone", student, found, ("units",)))

    assert units(k, 1 / k, k * k, k) == 0
    assert units(k, k, 1.0, 1 / k) == 1  # only the step is wrong, and the rest follows from it
    assert units(k, 1.0, k, 1.0) == 1
    assert units(1.0, 1 / k, k, k) == 1
    assert units(k, k, k * k, k) == 1  # or the exact values
    assert units(k, k, 2 * k, k / 2) == 3
    assert units(1.0, 1.0, 1.0, 1.0) == 4  # nobody calculated that
    assert units(1 / k, k, 1 / k**2, 1 / k) == 4
    assert units(k, 0.0, 1.0, 1.0) == 3


def test_the_rounding_of_one_factor_does_not_cost_the_next():
    for student in STUDENTS:
        k = numbers("capstone", student)["unit_ratio"]
        step = float(f"{1 / k:.3g}")
        found = {"gradient_factor": k, "step_factor": step}
        found |= {"sgd_excess": k / step, "rmsprop_excess": 1 / step}
        assert lost("capstone", student, rounded(found, 3), ("units",)) == []


def test_the_modules_that_are_looked_at_are_all():
    numeric = {"descent": descent, "minibatch": minibatch, "momentum": momentum}
    numeric |= {"rmsprop": rmsprop, "adam": adam, "capstone": capstone}
    numeric |= {"backpropagation": backpropagation}
    planned = {"comparison"}  # its numbers hang on a plan: test_comparison.py rounds them
    assert set(numeric) | planned == set(assignments.NAMES)
    assert set(numeric) == {name for name, _ in TOLD}
