"""Wrong versions of the RMSProp assignment's functions, by name."""

from collections.abc import Callable
from math import sqrt as root
from typing import Any

from numpy import sqrt

from rmsprop_lab.checking.diagnose import Mistake
from rmsprop_lab.checking.mistakes.any_rule import mistake, of_any
from rmsprop_lab.checking.mistakes.averages import AVERAGES
from rmsprop_lab.checking.mistakes.velocities import VELOCITIES

Number = Any
Rule = Callable[..., Any]


def mean_of(rho: Number, new: Number, old: Number) -> Number:
    """The running mean, as it is right."""
    return rho * old + (1 - rho) * new


# --- centred: learning_rate, rho, epsilon, grad, s_prev, mean_prev -> updates, s, mean --------


def _centered(
    step: Callable[..., Number],
    square: Callable[..., Number] = lambda rho, grad, old: mean_of(rho, grad * grad, old),
    mean: Callable[..., Number] = mean_of,
) -> Rule:
    """A centred rule of a step (of right moments), of a mean of squares and of a mean."""

    def rule(a: Number, rho: Number, e: Number, g: Number, s_prev: Number, m_prev: Number) -> Any:
        s, m = square(rho, g, s_prev), mean(rho, g, m_prev)
        return step(a, e, g, s, m, s_prev, m_prev), s, m

    return rule


def _divided(a: Number, e: Number, g: Number, s: Number, m: Number, *_: Number) -> Number:
    return a * g / sqrt(s - m * m + e)


def _variance_in_the_state(
    a: Number, rho: Number, e: Number, g: Number, s_prev: Number, m_prev: Number
) -> Any:
    off = g - m_prev
    variance = rho * (s_prev + (1 - rho) * off * off)
    return a * g / sqrt(variance + e), variance, m_prev + (1 - rho) * off


def _package(a: Number, rho: Number, e: Number, g: Number, s_prev: Number, m_prev: Number) -> Any:
    off = g - m_prev
    variance = rho * (s_prev + (1 - rho) * off * off)
    return a * g / (sqrt(variance) + e), variance, m_prev + (1 - rho) * off


def _epsilon_in_the_state(
    a: Number, rho: Number, e: Number, g: Number, s_prev: Number, m_prev: Number
) -> Any:
    s, m = mean_of(rho, g * g, s_prev) + e, mean_of(rho, g, m_prev)
    return a * g / sqrt(s - m * m), s, m


_VARIANCE = (
    "The state that it carries is the variance, as in the book. Here the state is the mean of "
    "squares, and the squared mean is taken off in the step."
)


def centered_mistakes(right: Rule) -> list[Mistake]:
    """The wrong versions of the centred rule."""
    return [
        *(
            mistake(average, _centered(_divided, average), rho="rho", s="s")
            for average in AVERAGES
        ),
        Mistake(
            "weight missing in the mean",
            "In the mean the gradient is missing its weight 1 - rho.",
            _centered(_divided, mean=lambda rho, new, old: rho * old + new),
        ),
        Mistake(
            "weights swapped in the mean",
            "In the mean the weights rho and 1 - rho are swapped.",
            _centered(_divided, mean=lambda rho, new, old: (1 - rho) * old + rho * new),
        ),
        Mistake(
            "mean not carried",
            "The mean is that of this gradient alone. Keep the share rho of the old one.",
            _centered(_divided, mean=lambda rho, new, _: (1 - rho) * new),
        ),
        Mistake(
            "mean not carried",
            "The mean is this gradient. Keep the share rho of the old one.",
            _centered(_divided, mean=lambda rho, new, _: 1.0 * new),
        ),
        Mistake(
            "epsilon outside the root",
            "Epsilon stands outside the root. Here it stands inside.",
            _centered(lambda a, e, g, s, m, *_: a * g / (sqrt(s - m * m) + e)),
        ),
        Mistake(
            "not centred",
            "The squared mean is not taken off under the root: that is RMSProp itself.",
            _centered(lambda a, e, g, s, *_: a * g / sqrt(s + e)),
        ),
        Mistake(
            "mean not squared",
            "Under the root the mean is taken off, and not its square.",
            _centered(lambda a, e, g, s, m, *_: a * g / sqrt(s - m + e)),
        ),
        Mistake(
            "squared mean added",
            "Under the root the squared mean is added. A variance takes it off.",
            _centered(lambda a, e, g, s, m, *_: a * g / sqrt(s + m * m + e)),
        ),
        Mistake(
            "old mean in the root",
            "Under the root stands the mean from before the step. Use the new one.",
            _centered(lambda a, e, g, s, m, _, before: a * g / sqrt(s - before * before + e)),
        ),
        Mistake(
            "old s in the root",
            "Under the root stands s from before the step. Use the new one.",
            _centered(lambda a, e, g, s, m, before, _: a * g / sqrt(before - m * m + e)),
        ),
        Mistake(
            "old state in the root",
            "Under the root stand s and mean from before the step. Use the new ones.",
            _centered(lambda a, e, g, s, m, old, mean: a * g / sqrt(old - mean * mean + e)),
        ),
        Mistake(
            "deviation in the update",
            "The update follows the deviation from the mean. It must follow the gradient.",
            _centered(lambda a, e, g, s, m, *_: a * (g - m) / sqrt(s - m * m + e)),
        ),
        Mistake(
            "no root",
            "The root is missing: the update has the wrong unit.",
            _centered(lambda a, e, g, s, m, *_: a * g / (s - m * m + e)),
        ),
        Mistake(
            "no epsilon",
            "Epsilon is missing under the root.",
            _centered(lambda a, e, g, s, m, *_: a * g / sqrt(s - m * m)),
        ),
        Mistake("epsilon in the state", "Epsilon is added to s for good. Add it under the root "
                "only: what is returned has none.", _epsilon_in_the_state),
        Mistake("variance in the state", _VARIANCE, _variance_in_the_state),
        Mistake("variance in the state", f"{_VARIANCE} Epsilon stands outside the root besides.",
                _package),
        *of_any(right, 2),
    ]  # fmt: skip


# --- with momentum: learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev --------


def _with(
    step: Callable[..., tuple[Number, Number]],
    square: Callable[..., Number] = lambda rho, grad, old: mean_of(rho, grad * grad, old),
) -> Rule:
    """A rule of a step (which gives updates and velocity) and of a mean of squares."""

    def rule(
        a: Number, rho: Number, e: Number, mu: Number, g: Number, s_prev: Number, v: Number
    ) -> Any:
        s = square(rho, g, s_prev)
        updates, velocity = step(a, e, mu, g, s, v, s_prev)
        return updates, s, velocity

    return rule


def _twice(one: Number) -> tuple[Number, Number]:
    return one, one


def _scaled(a: Number, e: Number, g: Number, s: Number) -> Number:
    return a * g / sqrt(s + e)


def _moved(a: Number, e: Number, mu: Number, g: Number, s: Number, v: Number, *_: Number) -> Any:
    return _twice(mu * v + _scaled(a, e, g, s))


def _rate_outside(
    a: Number, e: Number, mu: Number, g: Number, s: Number, v: Number, *_: Number
) -> Any:
    v = mu * v + g / sqrt(s + e)
    return a * v, v


def _both_outside(
    a: Number, e: Number, mu: Number, g: Number, s: Number, v: Number, *_: Number
) -> Any:
    v = mu * v + g / (sqrt(s) + e)
    return a * v, v


def _unscaled(a: Number, e: Number, mu: Number, g: Number, s: Number, v: Number, *_: Number) -> Any:
    v = mu * v + g
    return a * v / sqrt(s + e), v


def _ahead(a: Number, e: Number, mu: Number, g: Number, s: Number, v: Number, *_: Number) -> Any:
    v = mu * v + _scaled(a, e, g, s)
    return _scaled(a, e, g, s) + mu * v, v


def _pushed_by(speed: Callable[..., Number]) -> Callable[..., tuple[Number, Number]]:
    return lambda a, e, mu, g, s, v, *_: _twice(speed(mu, _scaled(a, e, g, s), v))


_RATE = (
    "The learning rate stands outside the velocity, as in the book. Here it stands inside: it acts "
    "when the scaled gradient enters."
)


def momentum_mistakes(right: Rule) -> list[Mistake]:
    """The wrong versions of RMSProp with momentum."""
    return [
        *(mistake(average, _with(_moved, average), rho="rho", s="s") for average in AVERAGES),
        *(mistake(speed, _with(_pushed_by(speed))) for speed in VELOCITIES),
        Mistake("learning rate outside the velocity", _RATE, _with(_rate_outside)),
        Mistake("learning rate outside the velocity", f"{_RATE} Epsilon stands outside the root "
                "besides, and must stand inside.", _with(_both_outside)),
        Mistake(
            "epsilon outside the root",
            "Epsilon stands outside the root. Here it stands inside.",
            _with(lambda a, e, mu, g, s, v, *_: _twice(mu * v + a * g / (sqrt(s) + e))),
        ),
        Mistake(
            "unscaled gradient in the velocity",
            "The velocity is made of plain gradients, and scaled afterwards. Scale each gradient "
            "when it enters.",
            _with(_unscaled),
        ),
        Mistake(
            "old s in the root",
            "Under the root stands s from before the step. Use the new one.",
            _with(lambda a, e, mu, g, s, v, old: _twice(mu * v + _scaled(a, e, g, old))),
        ),
        Mistake("no root", "The root is missing: the update has the wrong unit.",
                _with(lambda a, e, mu, g, s, v, *_: _twice(mu * v + a * g / (s + e)))),
        Mistake("no epsilon", "Epsilon is missing under the root.",
                _with(lambda a, e, mu, g, s, v, *_: _twice(mu * v + a * g / sqrt(s)))),
        Mistake("no division", "The gradient is not scaled: that is the heavy ball.",
                _with(lambda a, e, mu, g, s, v, *_: _twice(mu * v + a * g))),
        Mistake("nesterov for heavy ball", "The update looks ahead. Here it is the velocity.",
                _with(_ahead)),
        Mistake(
            "velocity left out",
            "The update is that of RMSProp. The velocity has no part in it.",
            _with(lambda a, e, mu, g, s, v, *_: (
                _scaled(a, e, g, s), mu * v + _scaled(a, e, g, s))),
        ),
        Mistake(
            "old velocity in the update",
            "The update is the velocity from before the step. Use the new one.",
            _with(lambda a, e, mu, g, s, v, *_: (v, mu * v + _scaled(a, e, g, s))),
        ),
        Mistake(
            "velocity downhill",
            "The velocity points downhill. Here it is what is subtracted, so it points uphill.",
            _with(lambda a, e, mu, g, s, v, *_: (
                -(mu * v - _scaled(a, e, g, s)), mu * v - _scaled(a, e, g, s))),
        ),
        *of_any(right, 2),
    ]  # fmt: skip


# --- epsilon: learning_rate, curvature, place -------------------------------------------------


def _by_place(outside: Callable[..., float], inside: Callable[..., float]) -> Rule:
    return lambda *given: (inside if given[-1] == "inside" else outside)(*given[:-1])


def _half(a: float, curvature: float) -> float:
    return a * curvature / 2


def _squared(a: float, curvature: float) -> float:
    return _half(a, curvature) ** 2


_NOT_HALVED = "The minimum is stable up to an effective rate of 2 / curvature: where is the 2?"
_PLACE = "Both places give the same. An epsilon inside the root acts by its own root."

SMALLEST = [
    Mistake("not halved", _NOT_HALVED, _by_place(lambda a, c: a * c, lambda a, c: (a * c) ** 2)),
    Mistake("halved after squaring", "Inside, the square is halved. Square the half.",
            _by_place(_half, lambda a, c: (a * c) ** 2 / 2)),
    Mistake("places swapped", "The two places are swapped.", _by_place(_squared, _half)),
    Mistake("place unused", _PLACE, _by_place(_half, _half)),
    Mistake("place unused", _PLACE, _by_place(_squared, _squared)),
    Mistake("root for square", "Inside, it is the root of epsilon that counts: so the smallest "
            "epsilon is a square, not a root.",
            _by_place(_half, lambda a, c: root(_half(a, c)))),
    Mistake("curvature unused", "The curvature has no part in it.",
            _by_place(lambda a, c: a / 2, lambda a, c: (a / 2) ** 2)),
    Mistake("divided by curvature", "The learning rate is divided by the curvature. The steeper "
            "the parabola, the larger epsilon must be.",
            _by_place(lambda a, c: a / (2 * c), lambda a, c: (a / (2 * c)) ** 2)),
]  # fmt: skip


def _outside(a: float, c: float, e: float) -> float:
    return max(0.0, _half(a, c) - e) / c


def _inside(a: float, c: float, e: float) -> float:
    return root(max(0.0, _squared(a, c) - e)) / c


def _never_rests(a: float, c: float, e: float) -> float:
    under = _squared(a, c) - e
    return root(under) / c if under >= 0 else float("nan")


AMPLITUDES = [
    Mistake("never rests", "Where epsilon is large the path comes to rest: the amplitude is 0, "
            "never negative and never NaN.",
            _by_place(lambda a, c, e: (_half(a, c) - e) / c, _never_rests)),
    Mistake("always cycles", "Where epsilon is large the path comes to rest.",
            _by_place(lambda a, c, e: abs(_half(a, c) - e) / c,
                      lambda a, c, e: root(abs(_squared(a, c) - e)) / c)),
    Mistake("not divided by curvature", "That is the size of the gradient at the turning points. "
            "The place is the gradient over the curvature.",
            _by_place(lambda a, c, e: _outside(a, c, e) * c, lambda a, c, e: _inside(a, c, e) * c)),
    Mistake("not halved", "A step leads from one side to the other, twice the amplitude.",
            _by_place(lambda a, c, e: _outside(2 * a, c, e), lambda a, c, e: _inside(2 * a, c, e))),
    Mistake("width for amplitude", "That is the way from one side to the other. The amplitude is "
            "the distance from the minimum.",
            _by_place(lambda a, c, e: 2 * _outside(a, c, e), lambda a, c, e: 2 * _inside(a, c, e))),
    Mistake("places swapped", "The two places are swapped.", _by_place(_inside, _outside)),
    Mistake("place unused", _PLACE, _by_place(_outside, _outside)),
    Mistake("place unused", _PLACE, _by_place(_inside, _inside)),
    Mistake("epsilon unused", "Epsilon has no part in it.",
            _by_place(lambda a, c, e: a / 2, lambda a, c, e: a / 2)),
    Mistake("root of epsilon taken off", "Inside, epsilon is taken off under the root. A "
            "difference of roots is not the root of a difference.",
            _by_place(_outside, lambda a, c, e: max(0.0, _half(a, c) - root(e)) / c)),
    Mistake("epsilon not divided by curvature", "Epsilon has the gradient's unit, and the "
            "amplitude is a place: divide by the curvature.",
            _by_place(lambda a, c, e: max(0.0, a / 2 - e),
                      lambda a, c, e: root(max(0.0, a * a / 4 - e)))),
]  # fmt: skip
