"""What can go wrong where a step is divided by the root of s: a right s, and a wrong update.

In a hint, {grad} and {s} are the names that the rule has for what is divided, and for s.
"""

import numpy as np
from numpy import sqrt

from rmsprop_lab.checking.mistakes.any_rule import convention
from rmsprop_lab.number import Number


@convention
def epsilon_inside_the_root(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """Epsilon stands inside the root. Here it stands outside, added to the root."""
    return learning_rate * grad / sqrt(s + epsilon)


@convention
def epsilon_outside_the_root(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """Epsilon stands outside the root. Here it stands inside, added to {s}."""
    return learning_rate * grad / (sqrt(s) + epsilon)


def no_root(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The update divides by {s} itself. It must divide by its root, which has the gradient's
    units.
    """
    return learning_rate * grad / (s + epsilon)


def half_for_root(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The update divides by half of {s}, not by its root: s ** 1 / 2 takes the power first. Put
    1 / 2 into brackets.
    """
    return learning_rate * grad / (s / 2 + epsilon)


def no_epsilon(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """Epsilon is missing from the divisor. Where every gradient was 0, that divides 0 by 0."""
    return learning_rate * grad / sqrt(s)


def no_division(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The update is not divided by anything. It must be divided by the root of {s}."""
    return learning_rate * grad


def brackets_missing(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """Without brackets, a / b + c divides first, so epsilon is added to the
    quotient. Put b + c into brackets.
    """
    return learning_rate * grad / sqrt(s) + epsilon


def times_the_root(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The update is multiplied by the root. It must be divided by it: look at the brackets."""
    return learning_rate * grad * (sqrt(s) + epsilon)


def gradient_missing(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The update is the effective rate alone. It must be multiplied by {grad}."""
    return learning_rate / (sqrt(s) + epsilon)


def gradient_squared_in_the_update(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """The gradient is squared in the update, too, and has lost its sign. Only in {s} is it
    squared.
    """
    return learning_rate * (grad * grad) / (sqrt(s) + epsilon)


def sign_lost(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The update has lost its sign: it is never negative."""
    return learning_rate * abs(grad) / (sqrt(s) + epsilon)


def sign_only(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The update is the learning rate with a sign. The size of {grad} and {s} have no part in
    it.
    """
    return learning_rate * np.sign(grad)


def root_twice(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The root is taken twice."""
    return learning_rate * grad / (sqrt(sqrt(s)) + epsilon)


def root_of_epsilon(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The root is taken of epsilon, too. It is added as it is."""
    return learning_rate * grad / (sqrt(s) + sqrt(epsilon))


def one_root_for_all_coordinates(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """All coordinates are divided by one number, as by a norm. Each has its own root."""
    return learning_rate * grad / (sqrt(np.sum(s)) + epsilon)


def one_mean_for_all_coordinates(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """All coordinates are divided by the root of the mean of {s}. Each has its own root."""
    return learning_rate * grad / (sqrt(np.mean(s)) + epsilon)


STEPS = (
    no_root,
    half_for_root,
    no_epsilon,
    no_division,
    brackets_missing,
    times_the_root,
    gradient_missing,
    gradient_squared_in_the_update,
    sign_lost,
    sign_only,
    root_twice,
    root_of_epsilon,
    one_root_for_all_coordinates,
    one_mean_for_all_coordinates,
)
