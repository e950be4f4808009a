"""Wrong versions of the momentum assignment's functions and values, by name."""

from math import sqrt
from typing import Any

from rmsprop_lab.checking.diagnose import Mistake

# The arguments of both: learning rate a, momentum m, gradient g, place w, velocity v.


def _ball(v: Any, w: Any) -> tuple[Any, Any]:
    return w + v, v


def _swapped(a: Any, m: Any, g: Any, w: Any, v: Any) -> tuple[Any, Any]:
    v = m * v - a * g
    return v, w + v


def _only_update(a: Any, m: Any, g: Any, w: Any, v: Any) -> tuple[Any, Any]:
    v = m * v - a * g
    return v, v


def _outside(a: Any, m: Any, g: Any, w: Any, v: Any) -> tuple[Any, Any]:
    v = m * v - g
    return w + a * v, v


def _outside_uphill(a: Any, m: Any, g: Any, w: Any, v: Any) -> tuple[Any, Any]:
    v = m * v + g
    return w - a * v, v


def _uphill(a: Any, m: Any, g: Any, w: Any, v: Any) -> tuple[Any, Any]:
    v = m * v + a * g
    return w - v, v


_OUTSIDE = (
    "The learning rate must act when the gradient enters the velocity, not when the velocity moves "
    "the place: from the second step on the returned velocity differs."
)
_UPHILL = (
    "The returned velocity has the other sign. Here it points where the ball goes: the gradient is "
    "subtracted from it, and it is added to the place."
)
_SWAPPED = "The results stand in another order. Return the place first, then the velocity."
_UPDATE = "The first result is the step, not the place after it."
_CARRY = "The old velocity has no part in the new one. It comes in as v; keep momentum * v of it."
_WEIGHT = (
    "The gradient has the weight 1 - momentum, as in a running mean. Here the velocity is a sum: "
    "the gradient enters with the learning rate alone."
)
_ASCENT = "The ball rolls uphill. Check the sign with which the gradient enters the velocity."
_RATE = "The learning rate is left out, or 1."
_OLD = "The place moves by the velocity from before the step. Compute the new velocity first."
_SHARE = "The old velocity keeps the share 1 - momentum; it must keep the share momentum."

BALL = [
    Mistake("velocity not carried", _CARRY, lambda a, m, g, w, v: _ball(-a * g, w)),
    Mistake("ascent", _ASCENT, lambda a, m, g, w, v: _ball(m * v + a * g, w)),
    Mistake("velocity uphill", _UPHILL, _uphill),
    Mistake("learning rate outside the velocity", _OUTSIDE, _outside),
    Mistake("learning rate outside the velocity", _OUTSIDE, _outside_uphill),
    Mistake("learning rate missing", _RATE, lambda a, m, g, w, v: _ball(m * v - g, w)),
    Mistake(
        "average for velocity", _WEIGHT, lambda a, m, g, w, v: _ball(m * v - (1 - m) * a * g, w)
    ),
    Mistake("rest of momentum", _SHARE, lambda a, m, g, w, v: _ball((1 - m) * v - a * g, w)),
    Mistake(
        "momentum missing",
        "The old velocity is kept whole: it must be multiplied by momentum.",
        lambda a, m, g, w, v: _ball(v - a * g, w),
    ),
    Mistake(
        "gradient descent",
        "The velocity is computed, and the place moves by the gradient alone. Move it by the "
        "velocity.",
        lambda a, m, g, w, v: (w - a * g, m * v - a * g),
    ),
    Mistake("old velocity in the update", _OLD, lambda a, m, g, w, v: (w + v, m * v - a * g)),
    Mistake(
        "state not carried",
        "The second result is the velocity from before the step. Return the new one.",
        lambda a, m, g, w, v: (w + m * v - a * g, v),
    ),
    Mistake(
        "nesterov for heavy ball",
        "The place moves by momentum times the new velocity, and the gradient once more. That is "
        "Nesterov's momentum in another form.",
        lambda a, m, g, w, v: (w + m * (m * v - a * g) - a * g, m * v - a * g),
    ),
    Mistake("results swapped", _SWAPPED, _swapped),
    Mistake("step instead of place", _UPDATE, _only_update),
]


def _with_gradient(rule: Any, at: Any) -> Any:
    """A rule of the heavy ball, with the gradient at a place of its own."""
    return lambda a, m, gradient, w, v: rule(a, m, gradient(at(m, w, v)), w, v)


def _right(a: Any, m: Any, g: Any, w: Any, v: Any) -> tuple[Any, Any]:
    return _ball(m * v - a * g, w)


def _ahead(m: Any, w: Any, v: Any) -> Any:
    return w + m * v


def _kept_ahead(a: Any, m: Any, gradient: Any, w: Any, v: Any) -> tuple[Any, Any]:
    g = gradient(w)
    v = m * v - a * g
    return w + m * v - a * g, v


_BACK = "The gradient is taken behind the ball. Look where the velocity leads: w + momentum * v."

NESTEROV = [
    Mistake(
        "heavy ball for nesterov",
        "That is the heavy ball. Take the gradient at w + momentum * v.",
        _with_gradient(_right, lambda m, w, v: w),
    ),
    Mistake("looks back", _BACK, _with_gradient(_right, lambda m, w, v: w - m * v)),
    Mistake(
        "looks a whole velocity ahead",
        "The gradient is taken at w + v. Of the old velocity only the share momentum will act.",
        _with_gradient(_right, lambda m, w, v: w + v),
    ),
    Mistake(
        "look-ahead point kept",
        "The place that it returns is the look-ahead point, and the gradient is taken at w. Here w "
        "is the ball, and the gradient is taken ahead of it.",
        _kept_ahead,
    ),
    Mistake(
        "moved from ahead",
        "The step starts at the look-ahead point, so the old velocity acts twice. Start it at w.",
        lambda a, m, gradient, w, v: _right(a, m, gradient(_ahead(m, w, v)), w + m * v, v),
    ),
    *(
        Mistake(of.name, of.hint, _with_gradient(of.rule, _ahead))
        for of in BALL
        if of.name != "nesterov for heavy ball"
    ),
    Mistake(
        "learning rate outside the velocity",
        _OUTSIDE,
        # The look ahead of a velocity without the rate.
        lambda a, m, gradient, w, v: _outside(a, m, gradient(w + a * m * v), w, v),
    ),
    Mistake(
        "velocity uphill",
        _UPHILL,
        # The look ahead of a velocity that is subtracted.
        _with_gradient(_uphill, lambda m, w, v: w - m * v),
    ),
]


def _judge(
    *, edge: Any = None, root: bool = True, critical: str = "critical", negative: str = "alternates"
) -> Any:
    """A way to tell the regimes: with another edge, without the root, with other words."""

    def rule(rate: float, mu: float, curvature: float) -> str:
        x = rate * curvature
        near, far = ((1 - sqrt(mu)) ** 2, (1 + sqrt(mu)) ** 2) if root else ((1 - mu), (1 + mu))
        if x >= (2 * (1 + mu) if edge is None else edge(mu)):
            return "diverges"
        if min(abs(x - near), abs(x - far)) < 1e-9:
            return critical
        if near < x < far:
            return "oscillates"
        return "overdamped" if x < near else negative

    return rule


_WORDS = ("critical", "overdamped", "oscillates")  # for a double root


def _judges(name: str, hint: str, words: tuple[str, ...] = _WORDS, **changed: Any) -> list[Mistake]:
    """One mistake, with each word that may stand for a double root besides."""
    return [Mistake(name, hint, _judge(critical=word, **changed)) for word in words]


REGIMES = [
    *_judges("critical unseen", "There is a case between two regimes: a double root.", _WORDS[1:]),
    *_judges(
        "real roots are all overdamped",
        "Two real roots may be negative: look at their sum.",
        negative="overdamped",
    ),
    *_judges(
        "alternating taken for oscillating",
        "A path that jumps from side to side has real roots; one that oscillates has complex ones.",
        negative="oscillates",
    ),
    *(
        mistake
        for negative in ("alternates", "overdamped", "oscillates")
        for mistake in _judges(
            "gradient descent's edge",
            "Momentum moves the edge of divergence: look where a root reaches -1.",
            edge=lambda mu: 2.0,
            negative=negative,
        )
    ),
    *_judges(
        "diverges where the roots are real again",
        "Beyond the complex roots come negative ones, and they are smaller than 1 for a while.",
        edge=lambda mu: (1 + sqrt(mu)) ** 2,
    ),
    Mistake(
        "curvature unused",
        "Only learning rate times curvature matters, not the rate alone.",
        lambda rate, mu, _: _judge()(rate, mu, 1.0),
    ),
    Mistake(
        "no root of momentum",
        "The border has the root of momentum in it: solve for a discriminant of 0.",
        _judge(root=False),
    ),
]

RATES = [
    Mistake("gradient descent's best rate", "That is the best rate without momentum.",
            lambda low, high: 2 / (low + high)),
    Mistake("not squared", "It is the root of the best rate. Look at its unit: 1 / curvature.",
            lambda low, high: 2 / (sqrt(low) + sqrt(high))),
    Mistake("no roots", "The roots of the curvatures are missing.",
            lambda low, high: (2 / (low + high)) ** 2),
    Mistake("roots of the sum", "The root of a sum is not the sum of the roots.",
            lambda low, high: 4 / (low + high)),
    Mistake("safe rate of gradient descent", "That is 1 over the largest curvature.",
            lambda low, high: 1 / high),
    Mistake("edge of gradient descent", "That is 2 over the largest curvature.",
            lambda low, high: 2 / high),
    Mistake("factor 4 missing", "The square of 2 is missing.",
            lambda low, high: 1 / (sqrt(low) + sqrt(high)) ** 2),
]  # fmt: skip

SHARES = [
    Mistake("not squared", "That is the factor per step. The momentum is its square.",
            lambda low, high: (sqrt(high) - sqrt(low)) / (sqrt(high) + sqrt(low))),
    Mistake("kappa, not its root", "The root of the condition number is missing.",
            lambda low, high: ((high - low) / (high + low)) ** 2),
    Mistake("gradient descent's factor", "That is the factor of gradient descent.",
            lambda low, high: (high - low) / (high + low)),
    Mistake("critical for the steep direction only", "One curvature alone has no part in it: both "
            "ends of the floor matter.", lambda low, high: (1 - sqrt(low / high)) ** 2),
]  # fmt: skip
