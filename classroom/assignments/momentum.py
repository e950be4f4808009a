"""A ball with a memory: heavy ball and Nesterov in position form, regimes, and a search."""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np

from classroom.assignments._wrong_momentum import BALL, NESTEROV, RATES, REGIMES, SHARES
from classroom.checks import compare, reach, value
from classroom.checks.carried import State, called, places, same_states, take_steps
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
from rmsprop_lab import descend, descend_many

OUTPUTS = ("w", "v")


# --- the right answers ----------------------------------------------------------------------


def heavy_ball(learning_rate: Any, momentum: Any, grad: Any, w: Any, v: Any) -> tuple[Any, Any]:
    """Polyak's ball, with the learning rate and the sign inside the velocity."""
    v = momentum * v - learning_rate * grad
    return w + v, v


def nesterov(
    learning_rate: Any, momentum: Any, gradient: Callable[[Any], Any], w: Any, v: Any
) -> tuple[Any, Any]:
    """The same, with the gradient at the place where the velocity alone would lead."""
    v = momentum * v - learning_rate * gradient(w + momentum * v)
    return w + v, v


def regime(learning_rate: float, momentum: float, curvature: float) -> str:
    """By the roots of z² - (1 + mu - alpha lambda) z + mu."""
    total = 1 + momentum - learning_rate * curvature
    discriminant = total * total - 4 * momentum
    if abs(total) >= 1 + momentum:  # a root reaches -1 or 1
        return "diverges"
    if abs(discriminant) <= 1e-9:
        return "critical"
    if discriminant < 0:
        return "oscillates"
    return "overdamped" if total > 0 else "alternates"


def best_pair(curvatures: list[float]) -> tuple[float, float]:
    """Polyak's learning rate and momentum for curvatures between two."""
    low, high = np.sqrt(sorted(curvatures))
    return float((2 / (low + high)) ** 2), float(((high - low) / (high + low)) ** 2)


# --- a student's numbers --------------------------------------------------------------------

#: Where paths may start: curved valleys, whose curvature changes on the way.
STARTS = {
    "beale": ((0.2, 1.2), (-1.4, -0.4)),
    "rosenbrock": ((-1.6, -0.8), (0.6, 1.6)),
}


def numbers(draw: np.random.RandomState) -> Numbers:
    """Two curvatures and a start; a surface, its start, and two budgets that fit it."""
    low = round(draw.uniform(0.5, 2.0), 2)
    curvatures = [low, round(low * draw.uniform(12, 90), 1)]
    start = [round(draw.uniform(*sides), 1) for sides in ((-5, -3), (1, 3))]
    surface = sorted(STARTS)[draw.randint(len(STARTS))]
    there = [round(draw.uniform(*sides), 2) for sides in STARTS[surface]]
    needed = steps_needed(surface, there)
    return {
        "curvatures": curvatures,
        "start": start,
        "surface": surface,
        "surface_start": there,
        "budget": 5 * ceil(1.25 * needed / 5),
        "looser_budget": 5 * ceil(1.75 * needed / 5),
    }


def steps_needed(surface: str, start: list[float]) -> int:
    """After how many steps the fourth best of a grid has arrived: three more are no luck."""
    paths = descend_many(
        surface,
        "momentum",
        start,
        steps=800,
        learning_rate=reach.rates(1e-4, 0.1, 31)[:, np.newaxis],
        momentum=[0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97],
    )
    return reach.steps_needed(paths.losses)


# --- the checks -----------------------------------------------------------------------------


def _settings(draw: np.random.RandomState) -> tuple[float, float]:
    return float(draw.uniform(0.1, 0.6)), float(draw.uniform(0.2, 0.7))


def _quadratic(draw: np.random.RandomState, size: int) -> Quadratic:
    root = draw.normal(size=(size, size))
    return Quadratic(root @ root.T / size + 0.3 * np.eye(size), draw.normal(size=size))


def _heavy_ball_from_rest(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    probes = [
        (*_settings(draw), *draw.normal(size=(2, size)), np.zeros(size)) for size in (2, 3, 1)
    ]
    compare(answers, "heavy_ball", heavy_ball, BALL, probes, OUTPUTS)


def _heavy_ball_moving(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    shapes: tuple[tuple[int, ...], ...] = ((2,), (1,), (3, 4), (5,))
    probes = [(*_settings(draw), *(draw.normal(size=shape) for _ in range(3))) for shape in shapes]
    probes += [(*_settings(draw), *map(float, draw.normal(size=3)))]
    compare(answers, "heavy_ball", heavy_ball, BALL, probes, OUTPUTS)


def _nesterov_from_rest(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    gradient = _quadratic(draw, 2)
    probes = [(*_settings(draw), gradient, draw.normal(size=2), np.zeros(2)) for _ in range(3)]
    compare(answers, "nesterov", nesterov, NESTEROV, probes, OUTPUTS)


def _nesterov_moving(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    for size in (2, 4):
        gradient = _quadratic(draw, size)
        probes = [(*_settings(draw), gradient, *draw.normal(size=(2, size))) for _ in range(3)]
        compare(answers, "nesterov", nesterov, NESTEROV, probes, OUTPUTS)


Step = Callable[[np.ndarray, np.ndarray], State]


def _ball_step(rate: float, mu: float, gradient: Quadratic, answers: Answers | None) -> Step:
    """A step of the student's ball, or without answers of the right one."""
    if answers is None:
        return lambda w, v: heavy_ball(rate, mu, gradient(w), w, v)
    return lambda w, v: called(answers, "heavy_ball", OUTPUTS, (rate, mu, gradient(w), w, v))


def _nesterov_step(rate: float, mu: float, gradient: Quadratic, answers: Answers | None) -> Step:
    if answers is None:
        return lambda w, v: nesterov(rate, mu, gradient, w, v)
    return lambda w, v: called(answers, "nesterov", OUTPUTS, (rate, mu, gradient, w, v))


def _several_steps(
    step: Callable[..., Step],
) -> Callable[[Answers, Numbers, np.random.RandomState], None]:
    """A check on a walk of 15 steps."""

    def check(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
        rate, mu = _settings(draw)
        gradient = _quadratic(draw, 3)
        begin = draw.normal(size=3), np.zeros(3)
        mine = take_steps(step(rate, mu, gradient, answers), begin, 15)
        same_states(mine, take_steps(step(rate, mu, gradient, None), begin, 15))

    return check


def _shown(step: Callable[..., Step]) -> Callable[[Answers, Numbers], Paths]:
    """The student's path and the right one on the student's quadratic."""

    def show(answers: Answers, own: Numbers) -> Paths:
        gradient = Quadratic(np.diag(own["curvatures"]), np.zeros(2))
        rate, mu = 1 / max(own["curvatures"]), 0.8
        begin = np.array(own["start"], dtype=float), np.zeros(2)
        return Paths(
            gradient,
            places(take_steps(step(rate, mu, gradient, answers), begin, 30)),
            places(take_steps(step(rate, mu, gradient, None), begin, 30)),
            f"30 steps on your quadratic at a learning rate of {rate:.3g} and momentum {mu:g}.",
        )

    return show


MAIN = ("overdamped", "oscillates", "diverges")
RARE = ("critical", "alternates")

Case = tuple[float, float, float]


def _case(kind: str, draw: np.random.RandomState) -> Case:
    """Learning rate, momentum and curvature well inside a regime."""
    curvature, inside = float(2.0 ** draw.randint(-1, 4)), draw.uniform(0.2, 0.8)
    if kind == "critical":
        root = draw.randint(1, 8) / 8  # powers of two: the discriminant is 0 without rounding
        return (1 - root) ** 2 / curvature, root * root, curvature
    root = np.sqrt(draw.uniform(0.05, 0.3) if kind == "alternates" else draw.uniform(0.1, 0.8))
    edges = {
        "overdamped": (0, (1 - root) ** 2),
        "oscillates": ((1 - root) ** 2, (1 + root) ** 2),
        "alternates": ((1 + root) ** 2, 2 + 2 * root**2),
        "diverges": (2 + 2 * root**2, 6),
    }
    low, high = edges[kind]
    return float(low + inside * (high - low)) / curvature, float(root**2), curvature


def _regimes(kinds: tuple[str, ...], rare: bool) -> Callable[..., None]:
    """A check on six cases of each kind."""

    def check(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
        cases = [_case(kind, draw) for kind in kinds for _ in range(6)]
        found = [_said(answers, case) for case in cases]
        if found == (wanted := [regime(*case) for case in cases]):
            return
        missed = {right for mine, right in zip(found, wanted, strict=True) if mine != right}
        known = (of for of in REGIMES if found == [of.rule(*case) for case in cases])
        mistake = next(known, None)
        hint = f" {mistake.hint}" if mistake else ""
        raise Lost(
            f"Not all are right where the answer is {' or '.join(sorted(missed))}.{hint}",
            mistake=mistake.name if mistake else "",
            share=0.5 if len(missed) == 1 and (not rare or missed <= set(RARE)) else 0.0,
        )

    return check


def _said(answers: Answers, case: Case) -> str:
    outcome = answers.call("regime", *case)
    if outcome.error:
        raise Lost(f"regime raises {outcome.error}", mistake="raises an error")
    if not isinstance(outcome.value, str) or outcome.value not in MAIN + RARE:
        raise Lost(
            f"regime returns something other than one of {', '.join(map(repr, (*MAIN, *RARE)))}.",
            mistake="another answer than the five",
        )
    return str(outcome.value)


def _best_rate(answers: Answers, own: Numbers, _: np.random.RandomState) -> None:
    curvatures = own["curvatures"]
    wrong = {of.name: (of.rule(*curvatures), of.hint) for of in RATES}
    value(answers, "best_rate", best_pair(curvatures)[0], wrong)


def _best_momentum(answers: Answers, own: Numbers, _: np.random.RandomState) -> None:
    curvatures = own["curvatures"]
    wrong = {of.name: (of.rule(*curvatures), of.hint) for of in SHARES}
    value(answers, "best_momentum", best_pair(curvatures)[1], wrong)


def _search(answers: Answers, own: Numbers, _: np.random.RandomState) -> None:
    rate, mu = answers.number("my_rate"), answers.number("my_momentum")
    if rate <= 0 or not 0 <= mu < 1:
        raise Lost("my_rate must be positive, and my_momentum from 0 to below 1.")
    path = descend(
        own["surface"],
        "momentum",
        own["surface_start"],
        steps=own["looser_budget"],
        learning_rate=rate,
        momentum=mu,
    )
    reach.reach(path, own)


ASSIGNMENT = Assignment(
    "momentum",
    "A ball with a memory",
    numbers,
    (
        Task(
            "heavy_ball",
            "The heavy ball",
            (
                Check(1, "from rest", _heavy_ball_from_rest),
                Check(2, "in motion, on several shapes", _heavy_ball_moving),
                Check(1, "a walk of several steps", _several_steps(_ball_step)),
            ),
            show=_shown(_ball_step),
        ),
        Task(
            "nesterov",
            "Nesterov's look ahead",
            (
                Check(1, "from rest", _nesterov_from_rest),
                Check(3, "in motion, on several quadratics", _nesterov_moving),
                Check(1, "a walk of several steps", _several_steps(_nesterov_step)),
            ),
            show=_shown(_nesterov_step),
        ),
        Task(
            "regime",
            "Which regime",
            (
                Check(3, "overdamped, oscillating and diverging cases", _regimes(MAIN, False)),
                Check(2, "the critical and the alternating ones too", _regimes(MAIN + RARE, True)),
            ),
        ),
        Task(
            "best_pair",
            "The best pair",
            (
                Check(2, "best_rate", _best_rate),
                Check(2, "best_momentum", _best_momentum),
            ),
        ),
        Task("reach", "Your surface", (Check(4, "the target within your budget", _search),)),
        Task("why_root", "Why the root of kappa", points=4),
        Task("when_not", "When a memory hurts", points=3),
    ),
    right=lambda own: {"heavy_ball": heavy_ball, "nesterov": nesterov, "regime": regime},
)
