"""Gradient descent on the student's own quadratic: its numbers and its checks.

The package walks in the plane at one rate. Here a path has a rate for each step, and any number of
dimensions.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from math import ceil, log

import numpy as np

from classroom.checks import THREE_DIGITS, Wrong, as_path, compare, compare_value
from classroom.course.assignment import (
    Answers,
    Assignment,
    Check,
    Lost,
    Numbers,
    Paths,
    Quadratic,
    Task,
)
from rmsprop_lab.checking.diagnose import Mistake

Gradient = Callable[[np.ndarray], np.ndarray]
SHOWN = 20  # steps of the path in the feedback
FALL = 1e-6  # what is left of f above its minimum, in the task of the steps


def numbers(draw: np.random.RandomState) -> Numbers:
    """A ravine that lies aslant: ``w·Aw/2 - b·w``, a start, and a rate that is stable."""
    low = draw.uniform(0.4, 0.9)
    high = low * draw.uniform(10, 34)
    angle = np.radians(draw.uniform(25, 65)) * draw.choice([-1, 1])
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    matrix = (low * np.outer(along, along) + high * np.outer(across, across)).round(2)
    minimum = draw.uniform(0.5, 2.5, size=2).round(1) * draw.choice([-1, 1], size=2)
    # Not A @ minimum: a fused product decides ties otherwise than a sum of two, and so would the
    # processor a student's numbers.
    vector = (matrix * minimum).sum(axis=1).round(2)
    sides = draw.choice([-1, 1], size=2)
    start = minimum + sides[0] * draw.uniform(3, 5) * along + sides[1] * draw.uniform(1, 2) * across
    return {
        "matrix": matrix.tolist(),
        "vector": vector.tolist(),
        "start": start.round(1).tolist(),
        "rate": round(draw.uniform(0.6, 0.9) * 2 / high, 3),
    }


def surface(numbers: Numbers) -> Quadratic:
    """The student's, as a gradient."""
    return Quadratic(np.array(numbers["matrix"]), np.array(numbers["vector"]))


def curvatures(numbers: Numbers) -> tuple[float, float]:
    """Smallest and largest, of the rounded matrix that the student has."""
    low, high = np.linalg.eigvalsh(np.array(numbers["matrix"]))
    return float(low), float(high)


def lowest(numbers: Numbers) -> np.ndarray:
    """The minimum."""
    return np.asarray(np.linalg.solve(numbers["matrix"], numbers["vector"]))


# gradient


def gradient_of(numbers: Numbers) -> Gradient:
    """The right gradient, at one point or at a stack of them."""
    matrix, vector = np.array(numbers["matrix"]), np.array(numbers["vector"])
    return lambda w: w @ matrix - vector


def _gradient(answers: Answers, numbers: Numbers, points: list[np.ndarray]) -> None:
    matrix, vector = np.array(numbers["matrix"]), np.array(numbers["vector"])
    mistakes = [
        Mistake("b is missing", "The term with b is missing.", lambda w: w @ matrix),
        Mistake("b is added", "The term with b has the wrong sign.", lambda w: w @ matrix + vector),
        Mistake(
            "ascent", "It points downhill: all signs are wrong.", lambda w: vector - w @ matrix
        ),
        Mistake(
            "half the curvature",
            "The half of the formula is still there. Differentiate a square.",
            lambda w: w @ matrix / 2 - vector,
        ),
        Mistake(
            "only the diagonal of A",
            "Each coordinate's gradient looks at that coordinate alone. A has other entries too.",
            lambda w: w * np.diag(matrix) - vector,
        ),
        Mistake(
            "f instead of its gradient",
            "This is the height f, not its gradient.",
            lambda w: np.sum(w @ matrix * w, axis=-1) / 2 - w @ vector,
        ),
        Mistake(
            "product from the wrong side",
            "For a stack it multiplies A with columns. A point is a row.",
            lambda w: matrix @ w - vector,
        ),
    ]
    compare(
        answers,
        "gradient",
        gradient_of(numbers),
        mistakes,
        [(p,) for p in points],
        ["gradient"],
    )


def _one_point(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    _gradient(answers, numbers, [draw.normal(scale=3, size=2) for _ in range(4)])


def _stack(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    # Two points first: there a product from the wrong side has the right shape.
    try:
        _gradient(answers, numbers, [draw.normal(scale=3, size=(2, 2)) for _ in range(2)])
        _gradient(answers, numbers, [draw.normal(scale=3, size=(n, 2)) for n in (1, 5)])
    except Lost as lost:
        raise Lost(f"On a stack of points: {lost.reason}", mistake=lost.mistake) from None


# minimum


def _at_minimum(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    matrix, vector = np.array(numbers["matrix"]), np.array(numbers["vector"])
    right = lowest(numbers)
    wrong = [
        Wrong("sign of b", "Set your gradient to zero: on which side does b stand?", -right),
        Wrong(
            "only the diagonal of A",
            "Each coordinate was solved alone. A couples them.",
            vector / np.diag(matrix),
        ),
        Wrong("b itself", "This is b. Where is the gradient zero?", vector),
        Wrong("A b", "A was multiplied with b. The equation must be solved.", matrix @ vector),
        Wrong("start as the minimum", "This is your start.", np.array(numbers["start"])),
        Wrong("factor 2", "What becomes of the half in f when you differentiate?", right / 2),
        Wrong("factor 2", "What becomes of the half in f when you differentiate?", right * 2),
    ]
    compare_value("minimum", answers.array("minimum", (2,)), right, THREE_DIGITS, wrong)


# path


def descended(gradient: Gradient, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """The right path."""
    points = [start]
    for rate in rates:
        points.append(points[-1] - rate * gradient(points[-1]))
    return np.array(points)


def _uphill(gradient: Gradient, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    return descended(gradient, start, -rates)


def _same_slope(gradient: Gradient, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    slope = gradient(start)
    return descended(lambda w: slope, start, rates)


def _one_more(gradient: Gradient, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    return descended(gradient, start, np.append(rates, rates[-1:]))


def _all_the_last(gradient: Gradient, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    points = descended(gradient, start, rates)
    return np.broadcast_to(points[-1], points.shape)


def _first_rate(gradient: Gradient, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    return descended(gradient, start, np.repeat(rates[:1], len(rates)))


def _updates(gradient: Gradient, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    return -np.diff(descended(gradient, start, rates), axis=0)


WRONG_PATHS = [
    Mistake("start is missing", "The first row must be the start.",
            lambda gradient, start, rates: descended(gradient, start, rates)[1:]),
    Mistake("the last point is missing", "The point after the last step is missing.",
            lambda gradient, start, rates: descended(gradient, start, rates)[:-1]),
    Mistake("one step too many", "It takes a step more than there are rates.", _one_more),
    Mistake("ascent", "It walks uphill: look at the sign of the step.", _uphill),
    Mistake("gradient only at the start", "It uses the start's gradient for every step.",
            _same_slope),
    Mistake("every row is the last point",
            "All rows are the same array, changed in place. Make a new array in each step.",
            _all_the_last),
    Mistake("only the last point", "It returns where the path ends. Return every point.",
            lambda gradient, start, rates: descended(gradient, start, rates)[-1]),
    Mistake("one rate for all steps", "It uses the first rate for every step.", _first_rate),
    Mistake("rates in reverse", "It takes the rates from the end.",
            lambda gradient, start, rates: descended(gradient, start, rates[::-1])),
    Mistake("steps instead of points", "Its rows are the steps, not the points.", _updates),
    Mistake("steps instead of points", "Its rows are the steps, not the points.",
            lambda gradient, start, rates: -_updates(gradient, start, rates)),
    Mistake("points in columns", "Points are its columns. They must be its rows.",
            lambda gradient, start, rates: descended(gradient, start, rates).T),
]  # fmt: skip


def _path(answers: Answers, draw: np.random.RandomState, size: int, steps: tuple[int, ...]) -> None:
    root = draw.normal(size=(size, size))
    gradient = Quadratic(root @ root.T + np.eye(size), draw.normal(size=size))
    probes = [
        (gradient, draw.normal(scale=2, size=size), draw.uniform(0.05, 0.25, size=n)) for n in steps
    ]
    compare(answers, "path", descended, WRONG_PATHS, probes, ["points"])


def _path_in_plane(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    _path(answers, draw, 2, (3, 6, 4))


def _path_anywhere(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    for size in (1, 3, 5):
        try:
            _path(answers, draw, size, (4, 2))
        except Lost as lost:
            reason = f"With {size} coordinate{'s' * (size > 1)}: {lost.reason}"
            raise Lost(reason, mistake=lost.mistake) from None


def _path_without_steps(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    try:
        _path(answers, draw, 2, (0, 0))
    except Lost as lost:
        raise Lost(f"Without any rate: {lost.reason}", mistake=lost.mistake) from None


def _show_path(answers: Answers, numbers: Numbers) -> Paths | None:
    gradient, start = surface(numbers), np.array(numbers["start"])
    rates = np.full(SHOWN, numbers["rate"])
    yours = as_path(answers.call("path", gradient, start, rates).value)
    if yours is None:
        return None
    caption = f"{SHOWN} steps from your start, each at the rate {numbers['rate']}."
    return Paths(gradient, yours, descended(gradient, start, rates), caption)


# rates


def _largest(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    low, high = curvatures(numbers)
    diagonal = np.diag(numbers["matrix"])
    wrong = [
        Wrong("smaller curvature", "That rate fits the flattest direction. Which one breaks first?",
              2 / low),
        Wrong("one over the curvature", "A rate may be larger than the one that arrives at once.",
              1 / high),
        Wrong("best rate for the largest", "This rate is the fastest. It is not yet the border.",
              2 / (low + high)),
        Wrong("diagonal entry for curvature",
              "A's diagonal holds the curvatures along the axes. Your ravine lies aslant.",
              2 / diagonal.max()),
        Wrong("diagonal entry for curvature",
              "A's diagonal holds the curvatures along the axes. Your ravine lies aslant.",
              2 / diagonal.min()),
        Wrong("curvature instead of a rate", "This is a curvature, not yet a rate.", high),
        Wrong("half the curvature", "The half of the formula is not part of the curvature.",
              4 / high),
    ]  # fmt: skip
    compare_value("largest_rate", answers.number("largest_rate"), 2 / high, 0.01, wrong)


def _best(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    low, high = curvatures(numbers)
    wrong = [
        Wrong("largest rate for the best",
              "This is the border: across the ravine nothing shrinks any more.", 2 / high),
        Wrong("one over the largest curvature",
              "Across the ravine one step arrives. Along it, a longer step would be better.",
              1 / high),
        Wrong("one over the smallest curvature",
              "Along the ravine one step arrives. Across it, this rate diverges.", 1 / low),
        Wrong("one over the sum", "A factor is missing: compare the two factors of a step.",
              1 / (low + high)),
        Wrong("mean of the two rates", "The mean of two rates balances nothing: compare factors.",
              (1 / low + 1 / high) / 2),
        Wrong("geometric mean", "The root of the product balances other things. Compare factors.",
              1 / (low * high) ** 0.5),
    ]  # fmt: skip
    compare_value("best_rate", answers.number("best_rate"), 2 / (low + high), 0.005, wrong)


def steps(numbers: Numbers) -> int:
    """Steps at the best rate. Both directions shrink by the same factor, and f by its square."""
    low, high = curvatures(numbers)
    return ceil(log(FALL) / (2 * log((high - low) / (high + low))))


def _needed(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    found = answers.number("steps_needed")
    if any(abs(found - right) <= 1 for right in _counts(answers, numbers)):
        return
    gradient, start = surface(numbers), np.array(numbers["start"])
    low, high = curvatures(numbers)
    off = start - lowest(numbers)
    height = off @ gradient.matrix @ off / 2
    factor = log((high - low) / (high + low))
    wrong = [
        ("counts the distance", "It counts until the distance has fallen so far. Look at f.",
         log(FALL) / factor),
        ("a fixed height", "It counts until f is so low. Its fall counts from its start.",
         log(FALL / height) / (2 * factor)),
        ("another rate", "It counts the steps at the rate that is given, not at the best one.",
         count(numbers, numbers["rate"], lowest(numbers))),
        ("another rate", "It counts the steps at one over the largest curvature.",
         count(numbers, 1 / high, lowest(numbers))),
    ]  # fmt: skip
    for name, hint, value in wrong:
        if value is not None and abs(found - ceil(value)) <= 1:
            raise Lost(hint, mistake=name)
    raise Lost("The value of `steps_needed` is not right.")


def _counts(answers: Answers, numbers: Numbers) -> Iterator[int]:
    """The right numbers of steps: at the exact best rate, and at the student's own answers.

    A rate that is off by as little as rounding takes other steps, and so does a rounded minimum.
    """
    yield steps(numbers)
    low, high = curvatures(numbers)
    rates, minima = [2 / (low + high)], [lowest(numbers)]
    with suppress(Lost):
        rates.append(answers.number("best_rate"))
    with suppress(Lost):
        minima.append(answers.array("minimum", (2,)))
    for rate in rates:
        for minimum in minima:
            if (own := count(numbers, rate, minimum)) is not None:
                yield own


def count(numbers: Numbers, rate: float, minimum: np.ndarray) -> int | None:
    """Steps at a rate until f, less f at a minimum, has fallen so far; None where it does not.

    Nothing falls towards a minimum that is as high as the start: there 0 steps would be enough.
    """
    gradient = surface(numbers)

    def height(w: np.ndarray) -> float:
        return float((w @ gradient.matrix @ w - minimum @ gradient.matrix @ minimum) / 2
                     - (w - minimum) @ gradient.vector)  # fmt: skip

    w = np.array(numbers["start"])
    goal = FALL * height(w)
    if goal <= 0:
        return None
    with np.errstate(all="ignore"):  # a student's rate may diverge
        for step in range(1000):
            if height(w) < goal:
                return step
            w = w - rate * gradient(w)
    return None


def _two(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    low, high = curvatures(numbers)
    found = np.sort(answers.array("two_rates", (2,)))
    right = np.array([1 / high, 1 / low])
    fits = np.abs(found / right - 1) <= 0.01
    if fits.all():
        return
    twice = 2 / (low + high)
    wrong = [
        Wrong("borders instead of arrivals", "At these rates a direction only changes sides.",
              2 * right),
        Wrong("one rate twice", "One rate twice is no more than two steps of the best rate.",
              np.array([twice, twice])),
        Wrong("curvatures instead of rates", "These are curvatures, not yet rates.",
              np.array([low, high])),
        Wrong("diagonal entry for curvature",
              "A's diagonal holds the curvatures along the axes. Your ravine lies aslant.",
              np.sort(1 / np.diag(numbers["matrix"]))),
    ]  # fmt: skip
    for one in wrong:
        if np.allclose(found, one.value, rtol=0.01, atol=0):
            raise Lost(one.hint, mistake=one.name)
    if fits.any():
        raise Lost("One of your two rates is right, the other is not.", share=0.5)
    raise Lost("After two steps at these rates the path is not at the minimum.")


ASSIGNMENT = Assignment(
    name="descent",
    title="Gradient descent, by hand",
    numbers=numbers,
    tasks=(
        Task("gradient", "The gradient", (
            Check(1, "at single points", _one_point),
            Check(1, "at stacks of points", _stack),
        )),
        Task("minimum", "The minimum", (Check(2, "your minimum, to three digits", _at_minimum),)),
        Task("path", "The path", (
            Check(2, "on other quadratics in the plane", _path_in_plane),
            Check(1, "in one, three and five dimensions", _path_anywhere),
            Check(1, "without any step", _path_without_steps),
        ), show=_show_path),
        Task("largest_rate", "The largest rate", (Check(2, "your rate, to 1%", _largest),)),
        Task("best_rate", "The best rate", (Check(2, "your rate, to 0.5%", _best),)),
        Task("steps_needed", "How many steps", (Check(2, "your number, to one step", _needed),)),
        Task("two_rates", "Two steps", (Check(3, "your two rates, to 1%", _two),)),
        Task("ravine", "Why the ravine is slow", points=4),
        Task("rotation", "What a rotation changes", points=3),
    ),
    right=lambda own: {"gradient": gradient_of(own), "path": descended},
)  # fmt: skip
