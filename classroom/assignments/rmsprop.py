"""RMSProp and its relatives: two variants, what epsilon decides, and a search."""

from collections.abc import Callable, Iterator
from math import ceil, isfinite, sqrt
from typing import Any

import numpy as np

from classroom.assignments._wrong_rmsprop import (
    AMPLITUDES,
    SMALLEST,
    centered_mistakes,
    momentum_mistakes,
)
from classroom.checks import compare, near, reach, value
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
from rmsprop_lab import Objective, Optimizer, descend, descend_many, objectives
from rmsprop_lab.checking.outcomes import SINGLE, as_single
from rmsprop_lab.checking.probes import probes

CENTERED = ("updates", "s", "mean")
WITH_MOMENTUM = ("updates", "s", "velocity")
PLACES = ("outside", "inside")


# --- the right answers ----------------------------------------------------------------------


def centered(
    learning_rate: Any, rho: Any, epsilon: Any, grad: Any, s_prev: Any, mean_prev: Any
) -> tuple[Any, Any, Any]:
    """Graves's form: mean of squares less squared mean, and epsilon under the root."""
    s = rho * s_prev + (1 - rho) * grad * grad
    mean = rho * mean_prev + (1 - rho) * grad
    return learning_rate * grad / np.sqrt(s - mean * mean + epsilon), s, mean


def with_momentum(
    learning_rate: Any,
    rho: Any,
    epsilon: Any,
    momentum: Any,
    grad: Any,
    s_prev: Any,
    velocity_prev: Any,
) -> tuple[Any, Any, Any]:
    """The learning rate inside the velocity, epsilon under the root."""
    s = rho * s_prev + (1 - rho) * grad * grad
    velocity = momentum * velocity_prev + learning_rate * grad / np.sqrt(s + epsilon)
    return velocity, s, velocity


def smallest_epsilon(learning_rate: float, curvature: float, place: str) -> float:
    """From which epsilon on the minimum of curvature x²/2 holds the path."""
    half = learning_rate * curvature / 2
    return half if place == "outside" else half * half


def amplitude(learning_rate: float, curvature: float, epsilon: float, place: str) -> float:
    """How far from the minimum the path jumps in the end; 0 where it rests."""
    half = learning_rate * curvature / 2
    if place == "outside":
        return max(0.0, half - epsilon) / curvature
    return sqrt(max(0.0, half * half - epsilon)) / curvature


# --- a student's numbers --------------------------------------------------------------------


def numbers(draw: np.random.RandomState) -> Numbers:
    """A cycle's three numbers; a turned ravine, a start, and two budgets that fit it."""
    rate, curvature, epsilon = _cycle(draw)
    condition, slope = int(draw.randint(15, 41)), round(draw.uniform(0.4, 1.2), 2)
    start = [-round(draw.uniform(*sides), 1) for sides in ((4, 6), (1, 3))]
    needed = steps_needed(surface(condition, slope), start)
    return {
        "cycle_rate": rate,
        "cycle_curvature": curvature,
        "cycle_epsilon": epsilon,
        "condition": condition,
        "slope": slope,
        "surface_start": start,
        "budget": 5 * ceil(1.25 * needed / 5),
        "looser_budget": 5 * ceil(1.75 * needed / 5),
    }


def _cycle(draw: np.random.RandomState) -> tuple[float, float, float]:
    """Learning rate, curvature and epsilon: rest inside only, outside only, or nowhere."""
    kind = ("inside rests", "outside rests", "neither")[draw.randint(3)]
    large = kind == "outside rests"  # a half above 1 is below its square
    # Near a curvature of 1, and with an epsilon that nobody sees in three digits, wrong is right.
    curvature = round(draw.uniform(*((2, 6) if large else (1.6, 3))), 1)
    half = draw.uniform(*((2, 5) if large else (0.1, 0.3)))
    rate = float(f"{2 * half / curvature:.2g}")
    half = rate * curvature / 2
    between = half ** draw.uniform(1.4, 1.6)
    epsilon = half * half * draw.uniform(0.25, 0.5) if kind == "neither" else between
    return rate, curvature, float(f"{epsilon:.2g}")


def surface(condition: float, slope: float) -> Objective:
    """The student's ravine: its axes are not the coordinates'."""
    return objectives.rotated_ravine.at(condition=condition, slope=slope)


def steps_needed(on: Objective, start: list[float]) -> int:
    """After how many steps the fourth best of a grid has arrived: three more are no luck."""
    paths = descend_many(
        on,
        "rmsprop",
        start,
        steps=300,
        learning_rate=reach.rates(0.01, 3, 21)[:, np.newaxis, np.newaxis],
        rho=np.array([0.5, 0.8, 0.9, 0.97, 0.99])[:, np.newaxis],
        epsilon=[1e-6, 0.01, 0.3, 1.0, 3.0, 10.0, 30.0],
    )
    return reach.steps_needed(paths.losses)


# --- the checks -----------------------------------------------------------------------------


def _fair(right: Callable[..., Any], probe: tuple[Any, ...]) -> bool:
    """Whether the right results are finite, and far from what single precision cannot tell."""
    single = (np.asarray(argument, np.float32) for argument in probe)
    with np.errstate(all="ignore"):  # one argument changed alone may not fit the others
        found, wanted = right(*single), right(*probe)
    finite = np.isfinite(np.concatenate([np.ravel(result) for result in wanted])).all()
    return bool(finite) and all(
        as_single(np.asarray(one), other, within=SINGLE / 30)
        for one, other in zip(found, wanted, strict=True)
    )


def _rule(
    name: str, right: Callable[..., Any], mistakes: list[Any], outputs: tuple[str, ...]
) -> tuple[Check, ...]:
    """The checks of a rule: from rest, on states of longer walks, carried by the student."""
    optimizer = Optimizer.of(right)

    def drawn_probes(draw: np.random.RandomState) -> list[tuple[Any, ...]]:
        found = probes(optimizer, int(draw.randint(2**31 - 1)))
        return [one for one in found if _fair(right, one)]

    def from_rest(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
        states = len(outputs) - 1
        at_rest = [
            (*one[:-states], *(np.zeros_like(state) for state in one[-states:]))
            for one in drawn_probes(draw)
            if np.ndim(one[-1])
        ]
        fair = [one for one in at_rest if _fair(right, one)]
        compare(answers, name, right, mistakes, fair, outputs)

    def in_motion(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
        compare(answers, name, right, mistakes, drawn_probes(draw), outputs)

    def carried(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
        settings = [float(draw.uniform(0.2, 0.8)) for _ in optimizer.parameters]
        grads = draw.normal(size=(12, 3))
        mine = _carried(lambda *given: called(answers, name, outputs, given), settings, grads)
        same_states(mine, _carried(right, settings, grads))

    return (
        Check(1, "from a state of 0", from_rest),
        Check(3, "on states of longer walks, of several shapes", in_motion),
        Check(2, "carried over twelve steps", carried),
    )


def _carried(
    rule: Callable[..., State], settings: list[float], grads: np.ndarray
) -> Iterator[State]:
    """A walk whose gradients do not depend on where it is."""
    left = iter(grads)

    def step(w: np.ndarray, *state: np.ndarray) -> State:
        updates, *after = rule(*settings, next(left), *state)
        return (w - updates, *after)

    return take_steps(step, (np.zeros(3), np.zeros(3), np.zeros(3)), len(grads))


def _shown(
    name: str, right: Callable[..., Any], outputs: tuple[str, ...]
) -> Callable[[Answers, Numbers], Paths]:
    """The student's path and the right one on a quadratic of the student's condition."""
    settings = (0.2, 0.8, 0.5, 0.6)[: len(Optimizer.of(right).parameters)]

    def show(answers: Answers, own: Numbers) -> Paths:
        gradient = Quadratic(np.diag([1.0, own["condition"]]), np.zeros(2))
        begin = (np.array(own["surface_start"]), np.zeros(2), np.zeros(2))

        def path(rule: Callable[..., State]) -> np.ndarray:
            def step(w: np.ndarray, *state: np.ndarray) -> State:
                updates, *after = rule(*settings, gradient(w), *state)
                return (w - updates, *after)

            return places(take_steps(step, begin, 40))

        said = "learning rate 0.2, rho 0.8, epsilon 0.5" + ", momentum 0.6" * (len(settings) > 3)
        return Paths(
            gradient,
            path(lambda *given: called(answers, name, outputs, given)),
            path(right),
            f"40 steps on a ravine along the axes: {said}.",
        )

    return show


def _smallest(*places: str) -> Callable[[Answers, Numbers, np.random.RandomState], None]:
    def check(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
        cases = [(*map(float, draw.uniform(0.1, 3, 2)), place) for place in places * 4]
        compare(answers, "smallest_epsilon", smallest_epsilon, SMALLEST, cases, ("epsilon",))

    return check


def _cases(draw: np.random.RandomState, *, rests: bool) -> list[tuple[float, float, float, str]]:
    """Four numbers of a cycle for each place, well inside one that rests or jumps."""
    cases = []
    for place in PLACES * 4:
        rate, curvature = map(float, draw.uniform(0.2, 3, 2))
        share = float(draw.uniform(*((1.3, 3) if rests else (0.1, 0.8))))
        cases.append((rate, curvature, share * smallest_epsilon(rate, curvature, place), place))
    return cases


def _cycling(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    cases = _cases(draw, rests=False)
    compare(answers, "amplitude", amplitude, AMPLITUDES, cases, ("amplitude",))


def _resting(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    cases = _cases(draw, rests=False) + _cases(draw, rests=True)
    compare(answers, "amplitude", amplitude, AMPLITUDES, cases, ("amplitude",))


def _predicted(place: str) -> Callable[[Answers, Numbers, np.random.RandomState], None]:
    def check(answers: Answers, own: Numbers, _: np.random.RandomState) -> None:
        cycle = own["cycle_rate"], own["cycle_curvature"], own["cycle_epsilon"], place
        right = amplitude(*cycle)
        wrong = {of.name: (of.rule(*cycle), of.hint) for of in AMPLITUDES}
        # Where a mistake has no effect, as an epsilon at which the path rests, it is none.
        telling = {
            name: of for name, of in wrong.items() if isfinite(of[0]) and not near(of[0], right)
        }
        value(answers, f"amplitude_{place}", right, telling)

    return check


def _search(answers: Answers, own: Numbers, _: np.random.RandomState) -> None:
    rate, rho, epsilon = map(answers.number, ("my_rate", "my_rho", "my_epsilon"))
    if rate <= 0 or epsilon <= 0 or not 0 <= rho < 1:
        raise Lost("my_rate and my_epsilon must be positive, and my_rho from 0 to below 1.")
    path = descend(
        surface(own["condition"], own["slope"]),
        "rmsprop",
        own["surface_start"],
        steps=own["looser_budget"],
        learning_rate=rate,
        rho=rho,
        epsilon=epsilon,
    )
    reach.reach(path, own)


ASSIGNMENT = Assignment(
    "rmsprop",
    "RMSProp and its relatives",
    numbers,
    (
        Task(
            "centered",
            "Centred RMSProp",
            _rule("centered", centered, centered_mistakes(centered), CENTERED),
            show=_shown("centered", centered, CENTERED),
        ),
        Task(
            "with_momentum",
            "RMSProp with momentum",
            _rule("with_momentum", with_momentum, momentum_mistakes(with_momentum), WITH_MOMENTUM),
            show=_shown("with_momentum", with_momentum, WITH_MOMENTUM),
        ),
        Task(
            "smallest_epsilon",
            "The smallest epsilon",
            (
                Check(1, "epsilon outside the root", _smallest("outside")),
                Check(2, "both places", _smallest(*PLACES)),
            ),
        ),
        Task(
            "predict",
            "Predict your cycle",
            (
                Check(2, "amplitude_outside", _predicted("outside")),
                Check(2, "amplitude_inside", _predicted("inside")),
            ),
        ),
        Task(
            "amplitude",
            "Any cycle",
            (
                Check(2, "where the path cycles", _cycling),
                Check(2, "where it comes to rest too", _resting),
            ),
        ),
        Task("reach", "Your surface", (Check(4, "the target within your budget", _search),)),
        Task("what_epsilon_does", "What epsilon does", points=4),
        Task("why_not_centred", "A difference under the root", points=3),
    ),
    right=lambda own: {
        "centered": centered,
        "with_momentum": with_momentum,
        "smallest_epsilon": smallest_epsilon,
        "amplitude": amplitude,
    },
)
