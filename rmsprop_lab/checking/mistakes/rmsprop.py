"""RMSProp's wrong versions: each wrong s, each wrong step, and a few of its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import sqrt

from rmsprop_lab.checking.diagnose import Mistake
from rmsprop_lab.checking.mistakes.any_rule import convention, mistake, whole
from rmsprop_lab.checking.mistakes.averages import AVERAGES
from rmsprop_lab.checking.mistakes.steps import (
    STEPS,
    epsilon_inside_the_root,
    epsilon_outside_the_root,
)
from rmsprop_lab.number import Number

Pair = tuple[Number, Number]
Formula = Callable[..., Number]
Rule = Callable[..., Any]


def mean_square(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The right s."""
    return rho * s_prev + (1 - rho) * (grad * grad)


def outside(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The right update of RMSProp, and of AdaGrad."""
    return learning_rate * grad / (sqrt(s) + epsilon)


def inside(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The right update where epsilon stands inside the root."""
    return learning_rate * grad / sqrt(s + epsilon)


def made_of(average: Formula, step: Formula) -> Rule:
    """RMSProp made of two lines."""

    def rule(
        learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
    ) -> Pair:
        s = average(rho, grad, s_prev)
        return step(learning_rate, epsilon, grad, s), s

    return rule


def of_parts(made_of: Callable[[Formula, Formula], Rule], step: Formula) -> list[Mistake]:
    """Each wrong s with the right step, and the right s with each wrong step."""
    words = {"rho": "rho", "s": "s", "grad": "the gradient"}
    place = epsilon_outside_the_root if step is inside else epsilon_inside_the_root
    return [
        *(mistake(average, made_of(average, step), **words) for average in AVERAGES),
        *(mistake(wrong, made_of(mean_square, wrong), **words) for wrong in (place, *STEPS)),
    ]


def old_s_in_the_update(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The update divides by the root of the old s. This gradient must be in it already."""
    s = rho * s_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / (sqrt(s_prev) + epsilon), s


def maximum_with_the_old_s(step: Formula) -> Rule:
    """The divisor is made of the old s where that is larger, as in AMSGrad. Here it may fall: leave
    out the maximum.
    """

    def rule(
        learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
    ) -> Pair:
        s = mean_square(rho, grad, s_prev)
        return step(learning_rate, epsilon, grad, np.maximum(s_prev, s)), s

    return rule


def root_of_each_part(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The root is taken of each part of s, and the roots are added. A root of a sum is less than
    that: add first.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    root = sqrt(rho * s_prev) + sqrt((1 - rho) * (grad * grad))
    return learning_rate * grad / (root + epsilon), s


def epsilon_in_the_state(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """Epsilon is added to s and stays in it, more with each step. Add it to the divisor alone."""
    s = rho * s_prev + (1 - rho) * (grad * grad) + epsilon
    return learning_rate * grad / sqrt(s), s


def epsilon_in_state_and_divisor(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """Epsilon is added to s, where it stays, and to the divisor as well. It belongs there alone."""
    s = rho * s_prev + (1 - rho) * (grad * grad) + epsilon
    return learning_rate * grad / (sqrt(s) + epsilon), s


def root_in_the_state(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The root is returned for the state. Return s itself: the next step takes its root again."""
    s = sqrt(rho * s_prev + (1 - rho) * (grad * grad))
    return learning_rate * grad / (s + epsilon), s


def divisor_in_the_state(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The divisor is returned for the state. Return s itself, without root and epsilon."""
    s = sqrt(rho * s_prev + (1 - rho) * (grad * grad)) + epsilon
    return learning_rate * grad / s, s


def start_corrected(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """In the update s is divided by 1 - rho, as by Adam in its first step. RMSProp does not
    correct its start.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / (sqrt(s / (1 - rho)) + epsilon), s


def start_corrected_in_the_state(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """Here s is divided by 1 - rho, and returned so: it is divided again in every step. RMSProp
    does not correct its start.
    """
    s = (rho * s_prev + (1 - rho) * (grad * grad)) / (1 - rho)
    return learning_rate * grad / (sqrt(s) + epsilon), s


@convention
def root_carried(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The state is the root of the mean of squares, and squared again in the next step. Here it is
    the mean of squares.
    """
    s = sqrt(rho * (s_prev * s_prev) + (1 - rho) * (grad * grad))
    return learning_rate * grad / (s + epsilon), s


def squares_of_the_updates(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """Here s is a mean of squared updates. It must be one of squared gradients, and come first."""
    updates = learning_rate * grad / (sqrt(s_prev) + epsilon)
    return updates, rho * s_prev + (1 - rho) * (updates * updates)


def updates_in_the_state(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The updates are returned for the state, too. The second result is s."""
    s = rho * s_prev + (1 - rho) * (grad * grad)
    updates = learning_rate * grad / (sqrt(s) + epsilon)
    return updates, updates


RMSPROP = (
    *of_parts(made_of, outside),
    mistake(maximum_with_the_old_s, maximum_with_the_old_s(outside)),
    *whole(
        (
            old_s_in_the_update,
            epsilon_in_the_state,
            epsilon_in_state_and_divisor,
            root_in_the_state,
            divisor_in_the_state,
            start_corrected,
            start_corrected_in_the_state,
            root_carried,
            squares_of_the_updates,
            updates_in_the_state,
            root_of_each_part,
        )
    ),
)
INSIDE = (
    *of_parts(made_of, inside),
    mistake(maximum_with_the_old_s, maximum_with_the_old_s(inside)),
    *whole((epsilon_in_the_state,)),
)
