"""AdaGrad's wrong versions: each wrong sum, and RMSProp's wrong steps."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import sqrt

from rmsprop_lab.checking.mistakes.any_rule import convention, mistake, whole
from rmsprop_lab.checking.mistakes.rmsprop import outside
from rmsprop_lab.checking.mistakes.steps import STEPS, epsilon_inside_the_root
from rmsprop_lab.number import Number

Formula = Callable[..., Number]


def sum_of_squares(grad: Number, s_prev: Number) -> Number:
    """The right s."""
    return s_prev + grad * grad


def absolute_gradient(grad: Number, s_prev: Number) -> Number:
    """Here s is a sum of the gradients' sizes, not of their squares."""
    return s_prev + abs(grad)


def gradient_not_squared(grad: Number, s_prev: Number) -> Number:
    """Here s is a sum of gradients, not of their squares. It can be negative, and its root NaN."""
    return s_prev + grad


def gradient_doubled(grad: Number, s_prev: Number) -> Number:
    """The gradient is doubled, not squared: grad * 2 where grad ** 2 is meant."""
    return s_prev + 2 * grad


def no_memory(grad: Number, s_prev: Number) -> Number:
    """Here s is the square of this gradient alone. It must be added to the old s."""
    return grad * grad


def maximum_for_sum(grad: Number, s_prev: Number) -> Number:
    """Here s is the largest of the squares. It must be their sum."""
    return np.maximum(s_prev, grad * grad)


def square_of_the_sum(grad: Number, s_prev: Number) -> Number:
    """The whole sum is squared, the old s with the gradient. Square the gradient alone."""
    total = s_prev + grad
    return total * total


def square_of_the_sum_of_sizes(grad: Number, s_prev: Number) -> Number:
    """The whole sum is squared, the old s with the gradient's size. Square the gradient alone."""
    total = s_prev + abs(grad)
    return total * total


def roots_added(grad: Number, s_prev: Number) -> Number:
    """The roots are added up: s is the square of the old root and the gradient's size together.
    It must be a sum of squares.
    """
    root = sqrt(s_prev) + abs(grad)
    return root * root


def root_and_gradient_added(grad: Number, s_prev: Number) -> Number:
    """The old root and the gradient are added, and squared then. It must be a sum of squares: where
    the gradient is negative, the two even cancel.
    """
    root = sqrt(s_prev) + grad
    return root * root


def mean_for_sum(share: float) -> Formula:
    """A mean with this share of the old s."""

    def total(grad: Number, s_prev: Number) -> Number:
        """Here s is a mean of the squares, as in RMSProp. AdaGrad adds them up: no share of the
        old s is lost, and the square has the weight 1.
        """
        return share * s_prev + (1 - share) * (grad * grad)

    total.__name__ = "mean_for_sum"
    return total


def decaying_sum(share: float) -> Formula:
    """A sum that forgets, but for this share of the old s."""

    def total(grad: Number, s_prev: Number) -> Number:
        """The old s is multiplied by a number below 1, so that it is forgotten. AdaGrad keeps it
        whole.
        """
        return share * s_prev + grad * grad

    total.__name__ = "decaying_sum"
    return total


#: Those that people write.
_SHARES = (0.5, 0.9, 0.95, 0.99, 0.999)


def squares_summed_over_coordinates(grad: Number, s_prev: Number) -> Number:
    """The squares of all coordinates are added up, as in a norm. Each coordinate has its own s."""
    return s_prev + np.sum(grad * grad)


def one_s_for_all_coordinates(grad: Number, s_prev: Number) -> Number:
    """The squares of all coordinates are averaged, so that they share one s. Each has its own."""
    return s_prev + np.mean(grad * grad)


def old_s_in_the_update(
    learning_rate: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Any:
    """The update divides by the root of the old s. This gradient must be in it already."""
    s = s_prev + grad * grad
    return learning_rate * grad / (sqrt(s_prev) + epsilon), s


def epsilon_in_the_state(
    learning_rate: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Any:
    """Epsilon is added to s and stays in it, more with each step. Add it to the divisor alone."""
    s = s_prev + grad * grad + epsilon
    return learning_rate * grad / sqrt(s), s


def root_of_each_part(learning_rate: Number, epsilon: Number, grad: Number, s_prev: Number) -> Any:
    """The root is taken of each part of s, and the roots are added. A root of a sum is less than
    that: add first.
    """
    s = s_prev + grad * grad
    return learning_rate * grad / (sqrt(s_prev) + abs(grad) + epsilon), s


@convention
def root_carried(learning_rate: Number, epsilon: Number, grad: Number, s_prev: Number) -> Any:
    """The state is the root of the sum of squares, and squared again in the next step. Here it is
    the sum of squares.
    """
    s = sqrt(s_prev * s_prev + grad * grad)
    return learning_rate * grad / (s + epsilon), s


def root_in_the_state(learning_rate: Number, epsilon: Number, grad: Number, s_prev: Number) -> Any:
    """The root is returned for the state. Return s itself: the next step takes its root again."""
    s = sqrt(s_prev + grad * grad)
    return learning_rate * grad / (s + epsilon), s


def made_of(total: Formula, step: Formula) -> Callable[..., Any]:
    """AdaGrad made of two lines."""

    def rule(learning_rate: Number, epsilon: Number, grad: Number, s_prev: Number) -> Any:
        s = total(grad, s_prev)
        return step(learning_rate, epsilon, grad, s), s

    return rule


_TOTALS = (
    absolute_gradient,
    gradient_not_squared,
    gradient_doubled,
    no_memory,
    maximum_for_sum,
    square_of_the_sum,
    square_of_the_sum_of_sizes,
    roots_added,
    root_and_gradient_added,
    *map(mean_for_sum, _SHARES),
    *map(decaying_sum, _SHARES),
    squares_summed_over_coordinates,
    one_s_for_all_coordinates,
)
ADAGRAD = (
    *(mistake(total, made_of(total, outside)) for total in _TOTALS),
    *(
        mistake(step, made_of(sum_of_squares, step), s="s", grad="the gradient")
        for step in (epsilon_inside_the_root, *STEPS)
    ),
    *whole(
        (
            old_s_in_the_update,
            epsilon_in_the_state,
            root_of_each_part,
            root_carried,
            root_in_the_state,
        )
    ),
)
