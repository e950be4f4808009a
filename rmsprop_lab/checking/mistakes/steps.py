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


def epsilon_squared_inside_the_root(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """Epsilon stands inside the root, and squared. It is added as it is."""
    return learning_rate * grad / sqrt(s + epsilon * epsilon)


def epsilon_as_least_divisor(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """Epsilon is a least divisor: the root or epsilon, whichever is larger. It must be added,
    always.
    """
    return learning_rate * grad / np.maximum(sqrt(s), epsilon)


def epsilon_as_least_square(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """Under the root stands {s} or epsilon, whichever is larger. Epsilon must be added, always."""
    return learning_rate * grad / sqrt(np.maximum(s, epsilon))


def epsilon_only_at_zero(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """Epsilon, or another way out, is taken only where {s} is 0. It must be added everywhere."""
    return learning_rate * grad / np.where(s == 0, epsilon, sqrt(s))


def epsilon_twice(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """Epsilon stands inside the root and outside of it. Once is enough."""
    return learning_rate * grad / (sqrt(s + epsilon) + epsilon)


def epsilon_on_the_rate(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """Without brackets, epsilon is added to the effective rate, the quotient, and not to the
    divisor. Put the divisor into brackets.
    """
    return (learning_rate / sqrt(s) + epsilon) * grad


def epsilon_on_the_quotient(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """Epsilon is added to the quotient before the learning rate multiplies it. Put the divisor
    into brackets.
    """
    return learning_rate * (grad / sqrt(s) + epsilon)


def no_brackets(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """Without brackets, the learning rate alone is divided, and epsilon multiplied by {grad}. Put
    the divisor into brackets.
    """
    return learning_rate / sqrt(s) + epsilon * grad


def epsilon_on_the_gradient(
    learning_rate: Number, epsilon: Number, grad: Number, s: Number
) -> Number:
    """Epsilon is added to {grad}. It must be added to the divisor."""
    return learning_rate * (grad + epsilon) / sqrt(s)


def divided_by_epsilon(learning_rate: Number, epsilon: Number, grad: Number, s: Number) -> Number:
    """The divisor is epsilon alone. The root of {s} must be added."""
    return learning_rate * grad / epsilon


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
    epsilon_squared_inside_the_root,
    epsilon_as_least_divisor,
    epsilon_as_least_square,
    epsilon_only_at_zero,
    epsilon_twice,
    epsilon_on_the_rate,
    epsilon_on_the_quotient,
    no_brackets,
    epsilon_on_the_gradient,
    divided_by_epsilon,
    one_root_for_all_coordinates,
    one_mean_for_all_coordinates,
)
