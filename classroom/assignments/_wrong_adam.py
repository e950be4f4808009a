"""The Adam assignment's right functions, and the wrong versions that are known by name."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy import sqrt

from rmsprop_lab.checking.diagnose import Mistake
from rmsprop_lab.checking.mistakes import adam as of_the_book
from rmsprop_lab.checking.mistakes.any_rule import (
    first_state_not_carried,
    mistake,
    of_any,
    second_state_not_carried,
    state_not_carried,
    states_swapped,
)
from rmsprop_lab.checking.mistakes.averages import AVERAGES

Number = Any
Rule = Callable[..., Any]


# --- adam: learning_rate, beta1, beta2, epsilon, step, grad, m_prev, v_prev -> updates, m, v ----


def mean_of(beta: Number, new: Number, old: Number) -> Number:
    """A running mean, as it is right."""
    return beta * old + (1 - beta) * new


def adam(
    learning_rate: Number,
    beta1: Number,
    beta2: Number,
    epsilon: Number,
    step: Number,
    grad: Number,
    m_prev: Number,
    v_prev: Number,
) -> Any:
    """The right rule: told the step's number, and with epsilon inside the root."""
    m, v = mean_of(beta1, grad, m_prev), mean_of(beta2, grad * grad, v_prev)
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return learning_rate * m_hat / sqrt(v_hat + epsilon), m, v


def _inside(a: Number, e: Number, m_hat: Number, v_hat: Number) -> Number:
    return a * m_hat / sqrt(v_hat + e)


def _corrected(m: Number, v: Number, b1: Number, b2: Number, t: Number) -> tuple[Number, Number]:
    return m / (1 - b1**t), v / (1 - b2**t)


def _made_of(
    *,
    m_line: Rule = mean_of,
    v_line: Rule = lambda b2, grad, v_prev: mean_of(b2, grad * grad, v_prev),
    correction: Rule = _corrected,
    update: Rule = _inside,
) -> Rule:
    """Adam made of its lines."""

    def rule(
        a: Number, b1: Number, b2: Number, e: Number, t: Number, g: Number, m: Number, v: Number
    ) -> Any:
        m, v = m_line(b1, g, m), v_line(b2, g, v)
        return update(a, e, *correction(m, v, b1, b2, t)), m, v

    return rule


def _by_power(correction: Rule) -> Rule:
    """A correction of the book's checker, which takes powers."""
    return lambda m, v, b1, b2, t: correction(m, v, b1, b2, b1**t, b2**t)


def _counted(shift: int) -> Rule:
    """Adam whose steps are counted otherwise; where that divides 0 by 0 it is not corrected."""

    def correction(m: Number, v: Number, b1: Number, b2: Number, t: Number) -> Any:
        return _corrected(m, v, b1, b2, t + shift) if t + shift > 0 else (m, v)

    return _made_of(correction=correction)


def _changed(change: Callable[..., Any]) -> Rule:
    """What ``change`` makes of the arguments and of the right results."""
    return lambda *given: change(given, *adam(*given))


def _update_of(above: Rule, below: Rule) -> Rule:
    """Right means, and an update of something else: of what stands above and below the line."""

    def rule(
        a: Number, b1: Number, b2: Number, e: Number, t: Number, g: Number, m0: Number, v0: Number
    ) -> Any:
        m, v = mean_of(b1, g, m0), mean_of(b2, g * g, v0)
        top, bottom = above(m, g, m0, 1 - b1**t), below(v, g, v0, 1 - b2**t)
        return _inside(a, e, top, bottom), m, v

    return rule


_M_HAT: Rule = lambda m, g, m0, filled: m / filled  # noqa: E731 - a line of the rule
_V_HAT: Rule = lambda v, g, v0, filled: v / filled  # noqa: E731

_MEANS = (
    of_the_book.weight_missing_in_m,
    of_the_book.beta1_missing,
    of_the_book.weights_swapped_in_m,
    of_the_book.m_not_carried,
    of_the_book.gradient_squared_in_m,
    of_the_book.minus_in_m,
)
_CORRECTIONS = (
    of_the_book.no_bias_correction,
    of_the_book.m_not_corrected,
    of_the_book.v_not_corrected,
    of_the_book.correction_without_power,
    of_the_book.multiplied_by_the_correction,
    of_the_book.divided_by_the_powers,
    of_the_book.powers_swapped,
    of_the_book.one_power_for_both,
    of_the_book.correction_outside_the_root,
)
_OUTSIDE = "Epsilon stands outside the root. Here it stands inside, added to the corrected v."
_FASTER = "Epsilon is added to v before the correction. Correct v first, then add epsilon."
_NO_ROOT = "The root is missing: the update has the wrong unit."
_BEHIND = "The step count is one behind. `step` is 1 in the first step: use it as it comes."
_RETURNED = (
    "corrected for the state. Return the means as their own lines make them: the next step "
    "corrects them again."
)


def _before_the_correction(
    a: Number, b1: Number, b2: Number, e: Number, t: Number, g: Number, m: Number, v: Number
) -> Any:
    m, v = mean_of(b1, g, m), mean_of(b2, g * g, v)
    return a * sqrt(1 - b2**t) / (1 - b1**t) * m / sqrt(v + e), m, v


def _v_of_beta1(
    a: Number, b1: Number, b2: Number, e: Number, t: Number, g: Number, m: Number, v: Number
) -> Any:
    m, v = mean_of(b1, g, m), mean_of(b1, g * g, v)
    return _inside(a, e, *_corrected(m, v, b1, b2, t)), m, v


def _v_of_m(
    a: Number, b1: Number, b2: Number, e: Number, t: Number, g: Number, m: Number, v: Number
) -> Any:
    m = mean_of(b1, g, m)
    v = mean_of(b2, m * m, v)
    return _inside(a, e, *_corrected(m, v, b1, b2, t)), m, v


def _book(
    a: Number, b1: Number, b2: Number, e: Number, t: Number, g: Number, m: Number, v: Number
) -> Any:
    """The faster form with epsilon outside the root."""
    m, v = mean_of(b1, g, m), mean_of(b2, g * g, v)
    return a * sqrt(1 - b2**t) / (1 - b1**t) * m / (sqrt(v) + e), m, v


ADAM = [
    *(mistake(line, _made_of(correction=_by_power(line))) for line in _CORRECTIONS),
    *(mistake(line, _made_of(v_line=line), rho="beta2", s="v") for line in AVERAGES),
    *(mistake(line, _made_of(m_line=line)) for line in _MEANS),
    Mistake("t one behind", _BEHIND, _counted(-1)),
    Mistake("t one behind", _BEHIND,
            _made_of(correction=lambda m, v, b1, b2, t: _corrected(m, v, b1, b2, t - 1))),
    Mistake("t one ahead", "The step count is one ahead. `step` is 1 in the first step: use it as "
            "it comes.", _counted(1)),
    Mistake("step times beta", "The betas are multiplied by the step. They are raised to it.",
            _made_of(correction=lambda m, v, b1, b2, t: (m / (1 - b1 * t), v / (1 - b2 * t)))),
    Mistake("rest to the power", "Here 1 - beta is raised to the step. Raise beta, then take that "
            "from 1.",
            _made_of(correction=lambda m, v, b1, b2, t: (m / (1 - b1)**t, v / (1 - b2)**t))),
    Mistake("epsilon after the division", "Epsilon is added to the quotient. It stands under the "
            "root: look for missing brackets.",
            _made_of(update=lambda a, e, m, v: a * m / sqrt(v) + e)),
    Mistake("epsilon outside the root", _OUTSIDE,
            _made_of(update=lambda a, e, m, v: a * m / (sqrt(v) + e))),
    Mistake("epsilon before the correction", _FASTER, _before_the_correction),
    Mistake("epsilon before the correction", f"{_FASTER} It stands outside the root besides.",
            _book),
    Mistake("no root", _NO_ROOT, _made_of(update=lambda a, e, m, v: a * m / (v + e))),
    Mistake("no epsilon", "Epsilon is missing under the root.",
            _made_of(update=lambda a, e, m, v: a * m / sqrt(v))),
    Mistake("epsilon squared inside the root", "Epsilon is squared under the root. It is added as "
            "it is.", _made_of(update=lambda a, e, m, v: a * m / sqrt(v + e * e))),
    Mistake("no division", "The mean is not divided by a root: that is momentum.",
            _made_of(update=lambda a, e, m, v: a * m)),
    Mistake("sign lost", "The update has lost its sign: it is never negative.",
            _made_of(update=lambda a, e, m, v: a * abs(m) / sqrt(v + e))),
    Mistake("one root for all coordinates", "All coordinates are divided by one number. Each has "
            "its own root.", _made_of(update=lambda a, e, m, v: a * m / sqrt(np.mean(v) + e))),
    Mistake("gradient for m", "The update is made of the gradient, as in RMSProp. It must be made "
            "of m.", _update_of(lambda m, g, m0, filled: g, _V_HAT)),
    Mistake("corrected gradient for m", "The gradient is corrected in the place of m.",
            _update_of(lambda m, g, m0, filled: g / filled, _V_HAT)),
    Mistake("old m in the update", "The update is made of the old m. This gradient must be in it "
            "already.", _update_of(lambda m, g, m0, filled: m0 / filled, _V_HAT)),
    Mistake("old v in the update", "The update divides by the root of the old v. This gradient "
            "must be in it already.", _update_of(_M_HAT, lambda v, g, v0, filled: v0 / filled)),
    Mistake("old means in the update", "The update is made of the old m and v. This gradient must "
            "be in them already.",
            _update_of(lambda m, g, m0, filled: m0 / filled,
                       lambda v, g, v0, filled: v0 / filled)),
    Mistake("betas swapped", "The betas are swapped: beta1 belongs to m, beta2 to v.",
            lambda a, b1, b2, *rest: adam(a, b2, b1, *rest)),
    Mistake("beta1 in v", "The mean v is made with beta1. Its own is beta2.", _v_of_beta1),
    Mistake("m squared in v", "In v the mean m is squared. It must be the gradient.", _v_of_m),
    Mistake("beta1 for both", "Both means are made and corrected with beta1. That of v is beta2.",
            lambda a, b1, b2, *rest: adam(a, b1, b1, *rest)),
    Mistake("corrected means returned", f"Both means come back {_RETURNED}",
            _changed(lambda given, updates, m, v: (
                updates, m / (1 - given[1] ** given[4]), v / (1 - given[2] ** given[4])))),
    Mistake("corrected m returned", f"The mean m comes back {_RETURNED}",
            _changed(lambda given, updates, m, v: (updates, m / (1 - given[1] ** given[4]), v))),
    Mistake("corrected v returned", f"The mean v comes back {_RETURNED}",
            _changed(lambda given, updates, m, v: (updates, m, v / (1 - given[2] ** given[4])))),
    *of_any(adam, 2),
]  # fmt: skip


# --- by_hand: beta, first, second -> the corrected mean in the second step ---------------------


def mean_of_two(beta: float, first: float, second: float) -> float:
    """The corrected mean of two numbers: 1 - beta is cancelled."""
    return (beta * first + second) / (1 + beta)


_AS_IT_IS = "Carry the mean on as its line makes it, not the corrected one."
_ONLY = "That is the part of the second step alone. The first is not forgotten."

HATS = [
    Mistake("not corrected", "It is not corrected: m and v began at 0.",
            lambda beta, one, two: (1 - beta) * (beta * one + two)),
    Mistake("first step's correction", "It is corrected like the first step. In the second t is 2.",
            lambda beta, one, two: beta * one + two),
    Mistake("plain mean", "That is the plain mean of the two. Their weights differ.",
            lambda beta, one, two: (one + two) / 2),
    Mistake("gradients swapped", "The two steps are swapped: the newer counts more.",
            lambda beta, one, two: mean_of_two(beta, two, one)),
    Mistake("only the second", _ONLY, lambda beta, one, two: two),
    Mistake("only the second", _ONLY, lambda beta, one, two: two / (1 + beta)),
    Mistake("weights swapped", "The weights beta and 1 - beta are swapped.",
            lambda beta, one, two: ((1 - beta) * beta * one + beta * two) / (1 - beta**2)),
    Mistake("first weight missing", f"The first gradient has its weight 1 - beta, too. {_AS_IT_IS}",
            lambda beta, one, two: (beta * one + (1 - beta) * two) / (1 - beta**2)),
    Mistake("corrected mean carried", f"The second step has not its own correction. {_AS_IT_IS}",
            lambda beta, one, two: beta * one + (1 - beta) * two),
]  # fmt: skip


# --- bare_step: beta1, beta2, step ------------------------------------------------------------


def bare_step(beta1: Number, beta2: Number, step: Number) -> Number:
    """The length of an uncorrected step under a constant gradient, in learning rates."""
    return (1 - beta1**step) / sqrt(1 - beta2**step)


BARE = [
    Mistake("inverted", "It is upside down: which of the two means stands above the line?",
            lambda b1, b2, t: 1 / bare_step(b1, b2, t)),
    Mistake("root missing", "v stands under a root.",
            lambda b1, b2, t: (1 - b1**t) / (1 - b2**t)),
    Mistake("m alone", "v is too small as well, and divides.", lambda b1, b2, t: 1 - b1**t),
    Mistake("v alone", "m is too small as well.", lambda b1, b2, t: 1 / sqrt(1 - b2**t)),
    Mistake("v multiplied", "v is divided by, not multiplied with.",
            lambda b1, b2, t: (1 - b1**t) * sqrt(1 - b2**t)),
    Mistake("betas swapped", "The betas are swapped: beta1 belongs to m.",
            lambda b1, b2, t: bare_step(b2, b1, t)),
    Mistake("beta1 for both", "v has its own beta.", lambda b1, b2, t: bare_step(b1, b1, t)),
    Mistake("first step for all", "That is the first step. m and v fill up from step to step.",
            lambda b1, b2, t: bare_step(b1, b2, 1) + 0.0 * t),
    Mistake("one step ahead", "It counts from 0. The first step has the number 1.",
            lambda b1, b2, t: bare_step(b1, b2, t + 1)),
    Mistake("one step behind", "It is one step behind. The first step has the number 1.",
            lambda b1, b2, t: np.where(t > 1, bare_step(b1, b2, np.maximum(t - 1, 1)), np.nan)),
    Mistake("rest to the power", "Here 1 - beta is raised to the step. Raise beta, then take that "
            "from 1.", lambda b1, b2, t: (1 - b1) ** t / sqrt((1 - b2) ** t)),
    Mistake("roots of both", "m stands under no root.",
            lambda b1, b2, t: sqrt((1 - b1**t) / (1 - b2**t))),
    Mistake("corrected", "That is the step with the correction.", lambda b1, b2, t: 1.0 + 0.0 * t),
]  # fmt: skip


# --- first_step: learning_rate, beta2, epsilon, grad, place -----------------------------------


def first_step(
    learning_rate: Number, beta2: Number, epsilon: Number, grad: Number, place: str
) -> Number:
    """The right first update, with epsilon at one of three places."""
    return {"outside": _out, "inside": _in, "before": _before}[place](
        learning_rate, beta2, epsilon, grad
    )


def _out(a: Number, b2: Number, e: Number, g: Number) -> Number:
    return a * g / (abs(g) + e)


def _in(a: Number, b2: Number, e: Number, g: Number) -> Number:
    return a * g / sqrt(g * g + e)


def _before(a: Number, b2: Number, e: Number, g: Number) -> Number:
    return _out(a, b2, e / sqrt(1 - b2), g)


def _by_place(outside: Rule = _out, inside: Rule = _in, before: Rule = _before) -> Rule:
    rules = {"outside": outside, "inside": inside, "before": before}
    return lambda *given: rules[given[-1]](*given[:-1])


def _everywhere(wrong: Callable[[Rule], Rule]) -> Rule:
    return _by_place(wrong(_out), wrong(_in), wrong(_before))


_WEIGHT = "Before the correction the root is that of v, a share of the squared gradient. Which one?"

FIRST = [
    Mistake("inside for outside", "Outside, epsilon is added to the root, not under it.",
            _by_place(outside=_in)),
    Mistake("outside for inside", "Inside, epsilon is added under the root.",
            _by_place(inside=_out)),
    Mistake("root of epsilon inside", "Inside, the root is taken of the sum. That is not the sum "
            "of the roots.", _by_place(inside=lambda a, b2, e, g: _out(a, b2, sqrt(e), g))),
    Mistake("before as outside", "Before the correction epsilon is beside a smaller root: there it "
            "weighs more than outside.", _by_place(before=_out)),
    Mistake("epsilon made smaller", f"Epsilon weighs more there, not less. {_WEIGHT}",
            _by_place(before=lambda a, b2, e, g: _out(a, b2, e * sqrt(1 - b2), g))),
    Mistake("root of the share missing", f"{_WEIGHT} Mind the root.",
            _by_place(before=lambda a, b2, e, g: _out(a, b2, e / (1 - b2), g))),
    Mistake("beta2 for its rest", f"{_WEIGHT} Its weight is 1 - beta2.",
            _by_place(before=lambda a, b2, e, g: _out(a, b2, e / sqrt(b2), g))),
    Mistake("not corrected", "The factor c is missing: before the correction does not mean without "
            "it.", _by_place(before=lambda a, b2, e, g: a * g / (sqrt(1 - b2) * abs(g) + e))),
    Mistake("before under the root", "Before the correction epsilon is added to the root of v, not "
            "under it.", _by_place(before=lambda a, b2, e, g: _in(a, b2, e / (1 - b2), g))),
    Mistake("inside for before", "That is epsilon inside the root. Here it is added to the root of "
            "v, before the correction.", _by_place(before=_in)),
    Mistake("shares missing", "After the first step m and v are shares of the gradient and of its "
            "square. Here they are whole.",
            _by_place(before=lambda a, b2, e, g: sqrt(1 - b2) * _out(a, b2, e, g))),
    Mistake("epsilon squared inside", "Inside, epsilon is added as it is.",
            _by_place(inside=lambda a, b2, e, g: _in(a, b2, e * e, g))),
    Mistake("no epsilon", "Epsilon is not 0 here, and shortens the step.",
            _everywhere(lambda rule: lambda a, b2, e, g: a * np.sign(g))),
    Mistake("sign lost", "A negative gradient has a negative update.",
            _everywhere(lambda rule: lambda a, b2, e, g: abs(rule(a, b2, e, g)))),
    Mistake("sign of g in the divisor", "The root of a square is positive: take the size of the "
            "gradient below the line.",
            _by_place(lambda a, b2, e, g: a * g / (g + e),
                      before=lambda a, b2, e, g: a * g / (g + e / sqrt(1 - b2)))),
    Mistake("ascent", "The update has the wrong sign. It is subtracted.",
            _everywhere(lambda rule: lambda a, b2, e, g: -rule(a, b2, e, g))),
    Mistake("without the correction", "That is the step without the correction of v.",
            _by_place(lambda a, b2, e, g: a * g / (sqrt(1 - b2) * abs(g) + e),
                      lambda a, b2, e, g: a * g / sqrt((1 - b2) * g * g + e),
                      lambda a, b2, e, g: a * g / (sqrt(1 - b2) * abs(g) + e))),
]  # fmt: skip


# --- as_rmsprop: learning_rate, rho, epsilon, step -> rate, epsilon ----------------------------


def as_rmsprop(learning_rate: Number, rho: Number, epsilon: Number, step: Number) -> Any:
    """The right rate and epsilon of plain RMSProp."""
    filled = 1 - rho**step
    return learning_rate * sqrt(filled), epsilon * filled


def _settings(rate: Rule, epsilon: Rule = lambda e, filled: e * filled) -> Rule:
    def rule(a: Number, rho: Number, e: Number, t: Number) -> Any:
        filled = 1 - rho**t
        return rate(a, filled), epsilon(e, filled)

    return rule


def _root(a: Number, filled: Number) -> Number:
    return a * sqrt(filled)


_EPSILON = "The rate is right, epsilon is not."

SETTINGS = [
    Mistake("epsilon unchanged", f"{_EPSILON} What you do to the root, you do to all under it.",
            _settings(_root, lambda e, filled: e)),
    Mistake("epsilon by the root", f"{_EPSILON} It stands under the root.",
            _settings(_root, lambda e, filled: e * sqrt(filled))),
    Mistake("epsilon divided", f"{_EPSILON} It must become smaller, not larger.",
            _settings(_root, lambda e, filled: e / filled)),
    Mistake("epsilon divided", f"{_EPSILON} It must become smaller, not larger.",
            _settings(_root, lambda e, filled: e / sqrt(filled))),
    Mistake("rate divided", "Without the correction the step is too long: which rate makes up for "
            "it?", _settings(lambda a, filled: a / sqrt(filled))),
    Mistake("rate divided", "Without the correction the step is too long: which rate makes up for "
            "it?", _settings(lambda a, filled: a / sqrt(filled), lambda e, filled: e)),
    Mistake("rate divided", "Without the correction the step is too long: which rate makes up for "
            "it? And which epsilon?",
            _settings(lambda a, filled: a / sqrt(filled), lambda e, filled: e / filled)),
    Mistake("root missing", "The correction stands under the root: what does it do to the rate?",
            _settings(lambda a, filled: a * filled)),
    Mistake("root missing", "The correction stands under the root: what does it do to the rate?",
            _settings(lambda a, filled: a * filled, lambda e, filled: e)),
    Mistake("rate unchanged", "With the same rate the first steps are too long.",
            _settings(lambda a, filled: a)),
    Mistake("unchanged", "These are the settings of the corrected rule.",
            _settings(lambda a, filled: a, lambda e, filled: e)),
    Mistake("t one behind", "The step count is one behind. `step` is 1 in the first step.",
            lambda a, rho, e, t: as_rmsprop(a, rho, e, t - 1)),
    Mistake("power missing", "Every step is treated like the first: `step` has no effect.",
            lambda a, rho, e, t: as_rmsprop(a, rho, e, 1)),
    Mistake("rest to the power", "Here 1 - rho is raised to the step. Raise rho, then take that "
            "from 1.", lambda a, rho, e, t: (a * sqrt((1 - rho) ** t), e * (1 - rho) ** t)),
    Mistake("rho for its rest", "What is missing of s is a power of rho. What is there?",
            lambda a, rho, e, t: (a * sqrt(rho**t), e * rho**t)),
    Mistake("results swapped", "The results stand in another order: the rate, then epsilon.",
            lambda a, rho, e, t: as_rmsprop(a, rho, e, t)[::-1]),
]  # fmt: skip


# --- adamw: learning_rate, beta1, beta2, epsilon, decay, step, w, grad, m_prev, v_prev ---------


def adamw(
    a: Number, b1: Number, b2: Number, e: Number, decay: Number, step: Number, w: Number,
    grad: Number, m_prev: Number, v_prev: Number,
) -> Any:  # fmt: skip
    """The right weights and means after a step."""
    return _decayed(adam, a, b1, b2, e, decay, step, w, grad, m_prev, v_prev)


def _decayed(rule: Rule, *given: Number) -> Any:
    """A step of AdamW whose updates are those of some rule."""
    a, b1, b2, e, decay, step, w, grad, m_prev, v_prev = given
    updates, m, v = rule(a, b1, b2, e, step, grad, m_prev, v_prev)
    return w - updates - a * decay * w, m, v


def _coupled(in_m: bool, in_v: bool) -> Rule:
    """The decay in the gradient, of m or of v or of both."""

    def rule(*given: Number) -> Any:
        a, b1, b2, e, decay, step, w, grad, m_prev, v_prev = given
        m = mean_of(b1, grad + in_m * decay * w, m_prev)
        v = mean_of(b2, (grad + in_v * decay * w) ** 2, v_prev)
        return w - _inside(a, e, *_corrected(m, v, b1, b2, step)), m, v

    return rule


def _decayed_twice(*given: Number) -> Any:
    a, *_, decay, _, w, _, _, _ = given
    after, m, v = _coupled(True, True)(*given)
    return after - a * decay * w, m, v


def _place(change: Callable[..., Number]) -> Rule:
    """Adam's means, and weights of what ``change(a, decay, w, updates)`` makes."""

    def rule(*given: Number) -> Any:
        a, b1, b2, e, decay, step, w, grad, m_prev, v_prev = given
        updates, m, v = adam(a, b1, b2, e, step, grad, m_prev, v_prev)
        return change(a, decay, w, updates), m, v

    return rule


def _through_the_root(*given: Number) -> Any:
    a, b1, b2, e, decay, step, w, grad, m_prev, v_prev = given
    m, v = mean_of(b1, grad, m_prev), mean_of(b2, grad * grad, v_prev)
    m_hat, v_hat = _corrected(m, v, b1, b2, step)
    return w - _inside(a, e, m_hat + decay * w, v_hat), m, v


_COUPLED = (
    "The decay is in the gradient, and so passes through the root. Take it off beside the step."
)

DECAYS = [
    Mistake("decay in the gradient", _COUPLED, _coupled(True, True)),
    Mistake("decay in m only", "The decay is in m, and is divided by the root. Take it off beside "
            "the step.", _coupled(True, False)),
    Mistake("decay at both places", "The decay is in the gradient and beside the step. Leave it "
            "out of the gradient.", _decayed_twice),
    Mistake("decay through the root", "The decay is divided by the root. Take it off beside the "
            "step.", _through_the_root),
    Mistake("decay without the learning rate", "The decay is not multiplied by the learning rate.",
            _place(lambda a, decay, w, updates: w - updates - decay * w)),
    Mistake("decay of the new weights", "The decay acts on the weights after the step. Take those "
            "before it.",
            _place(lambda a, decay, w, updates: (w - updates) - a * decay * (w - updates))),
    Mistake("decay has the wrong sign", "The decay drives the weights away from 0.",
            _place(lambda a, decay, w, updates: w - updates + a * decay * w)),
    Mistake("decay without w", "The decay is taken off as a number. It is a share of the weight.",
            _place(lambda a, decay, w, updates: w - updates - a * decay)),
    Mistake("decay of the size", "The same is taken off every weight, whatever its size: that is "
            "another penalty.", _place(lambda a, decay, w, updates:
                                       w - updates - a * decay * np.sign(w))),
    Mistake("decay doubled", "Twice the decay is taken off.",
            _place(lambda a, decay, w, updates: w - updates - 2 * a * decay * w)),
    Mistake("decay missing", "The decay has no effect.",
            _place(lambda a, decay, w, updates: w - updates)),
    Mistake("updates instead of weights", "The first result is what is subtracted. Return the "
            "weights after the step.",
            _place(lambda a, decay, w, updates: updates + a * decay * w)),
    Mistake("updates instead of weights", "The first result is the update, without the decay. "
            "Return the weights after the step.", _place(lambda a, decay, w, updates: updates)),
    Mistake("ascent", "The step goes uphill: the updates are subtracted.",
            _place(lambda a, decay, w, updates: w + updates - a * decay * w)),
    *(mistake(build, build(adamw)) for build in (
        state_not_carried, states_swapped, first_state_not_carried, second_state_not_carried)),
    *(Mistake(of.name, of.hint, partial(_decayed, of.rule)) for of in ADAM),
]  # fmt: skip
