"""Adam and its first steps: the rule told its step, its start, and a decay beside it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from classroom.assignments._wrong_adam import (
    ADAM,
    BARE,
    DECAYS,
    FIRST,
    HATS,
    SETTINGS,
    adam,
    adamw,
    as_rmsprop,
    bare_step,
    first_step,
    mean_of_two,
)
from classroom.checks import THREE_DIGITS, Wrong, compare, compare_value, made_before, near
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
from rmsprop_lab.checking.outcomes import as_single

MEANS = ("updates", "m", "v")
WEIGHTS = ("w", "m", "v")
HORIZON = 10_000  # steps, of which the longest is among the first
SETTLED = 1.01  # learning rates

Draw = np.random.RandomState
Rule = Callable[..., Any]


# --- a student's numbers --------------------------------------------------------------------


def numbers(draw: Draw) -> Numbers:
    """A rate, two betas and two gradients for which no known mistake looks right."""
    while True:
        own = {
            "rate": round(draw.uniform(0.02, 0.4), 3),
            "beta1": round(draw.uniform(0.8, 0.9), 2),
            "beta2": (0.995, 0.996, 0.997, 0.998, 0.999)[draw.randint(5)],
            "first_grad": round(float(draw.choice([-1, 1])) * draw.uniform(0.5, 4), 1),
            "second_grad": round(float(draw.choice([-1, 1])) * draw.uniform(0.5, 4), 1),
        }
        if _values_apart(own) and _counts_apart(own):
            return own


def _values_apart(own: Numbers) -> bool:
    """Whether each wrong value differs from the right one in the second digit."""
    return all(
        abs(wrong.value - right) > 0.03 * abs(right)
        for name, right in by_hand(own).items()
        for wrong in wrong_by_hand(own, name)
    )


def _counts_apart(own: Numbers) -> bool:
    """Whether the steps that are counted differ clearly from their neighbours."""
    lengths = _lengths(bare_step, own)
    second, first = np.sort(lengths)[-2:]
    return bool(first - second > 1e-4 and np.abs(lengths - SETTLED).min() > 1e-7)


def by_hand(own: Numbers) -> dict[str, float]:
    """The right numbers of the first two steps."""
    one, two = own["first_grad"], own["second_grad"]
    m, v = mean_of_two(own["beta1"], one, two), mean_of_two(own["beta2"], one**2, two**2)
    return {
        "first_update": own["rate"] * float(np.sign(one)),
        "m_hat": m,
        "v_hat": v,
        "second_update": own["rate"] * m / float(np.sqrt(v)),
    }


def wrong_by_hand(own: Numbers, name: str) -> list[Wrong]:
    """The wrong values of one of these numbers."""
    rate, b1, b2 = own["rate"], own["beta1"], own["beta2"]
    one, two = own["first_grad"], own["second_grad"]
    right = by_hand(own)
    if name == "first_update":
        sign = float(np.sign(one))
        return [
            Wrong("not corrected", _BOTH, rate * sign * bare_step(b1, b2, 1)),
            Wrong("m not corrected", "m is not corrected.", rate * sign * (1 - b1)),
            Wrong("v not corrected", "v is not corrected.", rate * sign / np.sqrt(1 - b2)),
            Wrong("ascent", _SIGN, -rate * sign),
            Wrong("not divided", "The gradient is not divided by the root.", rate * one),
        ]
    if name == "m_hat":
        # With beta2, which is near 1, it is nearly the plain mean, and called that.
        return [Wrong(of.name, of.hint, of.rule(b1, one, two)) for of in HATS]
    if name == "v_hat":
        # With a beta2 near 1 both squares count nearly alike: in which order is not seen.
        seen = (of for of in HATS if of.name not in ("plain mean", "gradients swapped"))
        return [
            *(Wrong(of.name, of.hint, of.rule(b2, one**2, two**2)) for of in seen),
            Wrong("beta1 for beta2", "v has beta2.", mean_of_two(b1, one**2, two**2)),
            Wrong("not squared", "v is made of squares.", mean_of_two(b2, one, two)),
        ]
    m, v, update = right["m_hat"], right["v_hat"], right["second_update"]
    return [
        Wrong("not corrected", _BOTH, update * bare_step(b1, b2, 2)),
        Wrong("no root", "The root is missing.", rate * m / v),
        Wrong("ascent", _SIGN, -update),
        Wrong("gradient for m", "Above the line stands m.", rate * two / np.sqrt(v)),
        Wrong("rate missing", "The learning rate is missing.", m / np.sqrt(v)),
        *(Wrong("sign alone", _LENGTH, rate * sign) for sign in (-1, 1)),
    ]


_BOTH = "It is not corrected: m and v began at 0."
_SIGN = "It has the other sign. An update is subtracted, so it points uphill."
_LENGTH = "That is one learning rate. Only the first step is sure to have that length."


def _lengths(rule: Rule, own: Numbers) -> np.ndarray:
    """Of the steps from 1 to the horizon, in learning rates."""
    with np.errstate(all="ignore"):  # a wrong one may divide by 0
        return np.asarray(rule(own["beta1"], own["beta2"], np.arange(1, HORIZON + 1)))


def of_lengths(rule: Rule, own: Numbers) -> dict[str, float]:
    """The three numbers of task 4, by a rule for the lengths."""
    lengths = _lengths(rule, own)
    return {
        "longest": float(np.nanmax(lengths)),
        "longest_at": int(np.nanargmax(lengths)) + 1,
        "settled": int(np.argmax(lengths <= SETTLED)) + 1,
    }


# --- the checks -----------------------------------------------------------------------------


def _settings(draw: Draw) -> tuple[float, ...]:
    """Learning rate, both betas and epsilon. They are far from what one usually sees."""
    return (
        float(draw.uniform(0.1, 2)),
        float(draw.uniform(0.3, 0.8)),
        float(draw.uniform(0.4, 0.95)),
        float(draw.uniform(0.1, 2)),
    )


def _probe(draw: Draw, shape: tuple[int, ...], before: int, scale: float = 1.0) -> tuple[Any, ...]:
    """Arguments of ``adam`` after so many steps."""
    settings = _settings(draw)
    rate, beta1, beta2, epsilon = settings
    m, v = np.zeros(shape), np.zeros(shape)
    for step in range(1, before + 1):
        grad = scale * draw.normal(size=shape)
        _, m, v = adam(rate, beta1, beta2, epsilon, step, grad, m, v)
    grad = scale * draw.normal(size=shape)
    arrays = (grad, m, v) if shape else map(float, (grad, m, v))
    return (*settings, before + 1, *arrays)


def _at_start(draw: Draw) -> list[tuple[Any, ...]]:
    return [_probe(draw, shape, 0) for shape in ((2,), (3,), (1,))]


def _later(draw: Draw) -> list[tuple[Any, ...]]:
    """Steps on the way, of several shapes; the last differ from one in an argument each."""
    base = _probe(draw, (2,), 3)
    return [
        base,
        *(_probe(draw, shape, before) for shape, before in (((1,), 1), ((3, 4), 5), ((), 7))),
        *(_probe(draw, (3,), 2, scale) for scale in (0.01, 100.0)),
        *((*base[:at], 0.7 * base[at], *base[at + 1 :]) for at in (0, 1, 2, 3, 5, 6, 7)),
        (*base[:4], base[4] + 1, *base[5:]),
    ]


def _first(answers: Answers, _: Numbers, draw: Draw) -> None:
    compare(answers, "adam", adam, ADAM, _at_start(draw), MEANS)


def _on_the_way(answers: Answers, _: Numbers, draw: Draw) -> None:
    compare(answers, "adam", adam, ADAM, _later(draw), MEANS)


def _carried(answers: Answers, _: Numbers, draw: Draw) -> None:
    settings, grads = _settings(draw), draw.normal(size=(12, 3))

    def path(rule: Rule) -> Iterator[State]:
        counted = iter(enumerate(grads, start=1))

        def step(w: np.ndarray, m: np.ndarray, v: np.ndarray) -> State:
            updates, m, v = rule(*settings, *next(counted), m, v)
            return w - updates, m, v

        return take_steps(step, (np.zeros(3),) * 3, len(grads))

    same_states(path(lambda *given: called(answers, "adam", MEANS, given)), path(adam))


def _show(answers: Answers, own: Numbers) -> Paths:
    gradient = Quadratic(np.diag([1.0, 8.0]), np.zeros(2))
    settings = 0.3, own["beta1"], 0.95, 0.1

    def path(rule: Rule) -> np.ndarray:
        steps = iter(range(1, 41))

        def step(w: np.ndarray, m: np.ndarray, v: np.ndarray) -> State:
            updates, m, v = rule(*settings, next(steps), gradient(w), m, v)
            return w - updates, m, v

        begin = np.array([-5.0, 2.0]), np.zeros(2), np.zeros(2)
        return places(take_steps(step, begin, 40))

    return Paths(
        gradient,
        path(lambda *given: called(answers, "adam", MEANS, given)),
        path(adam),
        f"40 steps on a ravine: learning rate 0.3, beta1 {own['beta1']}, beta2 0.95, epsilon 0.1.",
    )


# by_hand


def _number(name: str) -> Check:
    def check(answers: Answers, own: Numbers, _: Draw) -> None:
        found, right = answers.number(name), by_hand(own)[name]
        try:
            compare_value(name, found, right, THREE_DIGITS, wrong_by_hand(own, name))
        except Lost:
            if name != "second_update" or not _follows(answers, own, found):
                raise

    return Check(1, name, check)


def _follows(answers: Answers, own: Numbers, update: float) -> bool:
    """Whether an update follows from the student's own two means, if these were calculated."""
    right, hats = by_hand(own), {}
    for name in ("m_hat", "v_hat"):
        with suppress(Lost):
            hats[name] = answers.number(name)
        known = [right[name], *(wrong.value for wrong in wrong_by_hand(own, name))]
        if name not in hats or not any(near(hats[name], one) for one in known):
            return False
    if hats["v_hat"] <= 0:
        return False
    return near(update, own["rate"] * hats["m_hat"] / float(np.sqrt(hats["v_hat"])))


# bare_step, and the lengths of the student's own steps


def _bare(steps: tuple[int, ...]) -> Callable[[Answers, Numbers, Draw], None]:
    def check(answers: Answers, _: Numbers, draw: Draw) -> None:
        probes = [
            (float(draw.uniform(0.3, 0.8)), float(draw.uniform(0.85, 0.99)), step) for step in steps
        ]
        compare(answers, "bare_step", bare_step, BARE, probes, ("length",))

    return check


_later_bare = _bare((2, 3, 5, 9, 17, 40))


def _of_lengths(name: str) -> Check:
    def check(answers: Answers, own: Numbers, draw: Draw) -> None:
        found = answers.number(name)
        if _fits(found, name, bare_step, own) or any(
            _fits(found, name, of.rule, own)
            for of in made_before(BARE, _later_bare, answers, own, draw)
        ):
            return
        right = of_lengths(bare_step, own)[name]
        if name != "longest" and abs(found - right) <= 1:
            reason = f"`{name}` is off by one. The first step has the number 1."
            raise Lost(reason, mistake="off by one", share=0.5)
        compare_value(
            name, found, right, THREE_DIGITS if name == "longest" else 0, _others(own, name)
        )

    return Check(1, name, check)


def _fits(found: float, name: str, rule: Rule, own: Numbers) -> bool:
    value = of_lengths(rule, own)[name]
    return near(found, value) if name == "longest" else found == value


def _others(own: Numbers, name: str) -> Iterator[Wrong]:
    """Numbers that were looked for at another place."""
    usual = {"beta1": 0.9, "beta2": 0.999}
    yield Wrong("usual betas", "Take your own betas.", of_lengths(bare_step, usual)[name])
    if name == "longest":
        first = "That is the first step. Look at the next ones."
        yield Wrong("first step", first, bare_step(own["beta1"], own["beta2"], 1))
        times = "That is the length itself. Give it in learning rates."
        yield Wrong("times the rate", times, own["rate"] * of_lengths(bare_step, own)[name])
    if name == "settled":
        for of in BARE:
            if of.name == "root missing":
                yield Wrong(of.name, of.hint, of_lengths(of.rule, own)[name])


# first_step and as_rmsprop


def _placed(place: str) -> Callable[[Answers, Numbers, Draw], None]:
    def check(answers: Answers, _: Numbers, draw: Draw) -> None:
        probes: list[tuple[Any, ...]] = [
            (
                float(draw.uniform(0.2, 2)),
                float(draw.uniform(0.5, 0.95)),
                float(draw.uniform(0.3, 2)),
                draw.choice([-1, 1], size=shape) * draw.uniform(0.3, 3, size=shape),
                place,
            )
            for shape in ((4,), (2, 3), (4,))
        ]
        probes.append((*probes[0][:3], float(probes[0][3][0]), place))
        compare(answers, "first_step", first_step, FIRST, probes, ("update",))

    return check


def _translated(answers: Answers, _: Numbers, draw: Draw) -> None:
    probes = [
        (
            float(draw.uniform(0.2, 2)),
            float(draw.uniform(0.5, 0.95)),
            float(draw.uniform(0.3, 2)),
            step,
        )
        for step in (2, 1, 3, 5, 8, 13)
    ]
    outputs = ("rate", "epsilon")
    try:
        compare(answers, "as_rmsprop", as_rmsprop, SETTINGS, probes, outputs)
    except Lost as lost:
        share = 0.5 if _rate_is_right(answers, probes, outputs) else 0.0
        raise Lost(lost.reason, mistake=lost.mistake, share=share) from None


def _rate_is_right(
    answers: Answers, probes: list[tuple[Any, ...]], outputs: tuple[str, str]
) -> bool:
    with suppress(Lost):
        rates = [called(answers, "as_rmsprop", outputs, probe)[0] for probe in probes]
        return all(
            as_single(rate, as_rmsprop(*probe)[0])
            for rate, probe in zip(rates, probes, strict=True)
        )
    return False


# adamw


def _decay_probe(draw: Draw, shape: tuple[int, ...], before: int) -> tuple[Any, ...]:
    *settings, step, grad, m, v = _probe(draw, shape, before)
    w = draw.choice([-1, 1], size=shape) * draw.uniform(0.5, 3, size=shape)
    return (*settings, float(draw.uniform(0.1, 0.4)), step, w if shape else float(w), grad, m, v)


def _decayed(answers: Answers, own: Numbers, draw: Draw) -> None:
    base = _decay_probe(draw, (2,), 3)
    probes = [
        base,
        *(_decay_probe(draw, shape, n) for shape, n in (((3,), 0), ((2, 2), 4), ((), 2))),
        *((*base[:at], 0.7 * base[at], *base[at + 1 :]) for at in (0, 4, 6, 7)),
    ]
    try:
        compare(answers, "adamw", adamw, DECAYS, probes, WEIGHTS)
    except Lost:
        if not _beside_own_adam(answers, own, draw, probes):
            raise


def _beside_own_adam(
    answers: Answers, own: Numbers, draw: Draw, probes: list[tuple[Any, ...]]
) -> bool:
    """Whether the decay is right beside the student's own updates, whose mistake is known."""
    if not made_before(ADAM, _on_the_way, answers, own, draw):
        return False
    try:
        for a, b1, b2, e, decay, step, w, grad, m, v in probes:
            mine = called(answers, "adamw", WEIGHTS, (a, b1, b2, e, decay, step, w, grad, m, v))
            updates, *means = called(answers, "adam", MEANS, (a, b1, b2, e, step, grad, m, v))
            if not all(map(as_single, mine, (w - updates - a * decay * w, *means))):
                return False
    except Lost:
        return False
    return True


def _carried_decay(answers: Answers, own: Numbers, draw: Draw) -> None:
    settings = *_settings(draw), float(draw.uniform(0.1, 0.4))
    grads, begin = draw.normal(size=(12, 3)), draw.normal(size=3)

    def path(rule: Rule) -> Iterator[State]:
        counted = iter(enumerate(grads, start=1))

        def step(w: np.ndarray, m: np.ndarray, v: np.ndarray) -> State:
            number, grad = next(counted)
            after: State = rule(*settings, number, w, grad, m, v)
            return after

        return take_steps(step, (begin, np.zeros(3), np.zeros(3)), len(grads))

    def on_own_adam(*given: Any) -> State:
        a, _, _, _, decay, _, w, *_ = given
        updates, m, v = called(answers, "adam", MEANS, (*given[:4], given[5], *given[7:]))
        return w - updates - a * decay * w, m, v

    def mine(*given: Any) -> State:
        return called(answers, "adamw", WEIGHTS, given)

    try:
        same_states(path(mine), path(adamw))
    except Lost:
        if not made_before(ADAM, _on_the_way, answers, own, draw):
            raise
        same_states(path(mine), path(on_own_adam))


ASSIGNMENT = Assignment(
    "adam",
    "Adam and its first steps",
    numbers,
    (
        Task(
            "adam",
            "Adam counts its steps",
            (
                Check(1, "the first step, from a state of 0", _first),
                Check(3, "later steps, on several shapes", _on_the_way),
                Check(2, "carried over twelve steps", _carried),
            ),
            show=_show,
        ),
        Task(
            "by_hand",
            "Two steps by hand",
            tuple(map(_number, ("first_update", "m_hat", "v_hat", "second_update"))),
        ),
        Task(
            "bare_step",
            "Without the correction",
            (
                Check(1, "the first step", _bare((1, 1, 1))),
                Check(2, "later steps", _later_bare),
            ),
        ),
        Task(
            "longest",
            "Your longest step",
            tuple(map(_of_lengths, ("longest", "longest_at", "settled"))),
        ),
        Task(
            "first_step",
            "Three places of epsilon",
            (
                Check(1, "epsilon outside the root", _placed("outside")),
                Check(1, "epsilon inside the root", _placed("inside")),
                Check(2, "epsilon before the correction", _placed("before")),
            ),
        ),
        Task(
            "as_rmsprop",
            "RMSProp in Adam's place",
            (Check(4, "rate and epsilon, in several steps", _translated),),
        ),
        Task(
            "adamw",
            "AdamW",
            (
                Check(3, "one step, on several shapes", _decayed),
                Check(2, "carried over twelve steps", _carried_decay),
            ),
        ),
        Task("too_short", '"The first steps are too short"', points=4),
        Task("why_outside", "Why the decay stands outside", points=3),
    ),
    right=lambda own: {
        "adam": adam,
        "bare_step": bare_step,
        "first_step": first_step,
        "as_rmsprop": as_rmsprop,
        "adamw": adamw,
    },
)
