"""Gradient descent's wrong versions."""

import numpy as np

from rmsprop_lab.checking.mistakes.any_rule import whole
from rmsprop_lab.number import Number


def gradient_alone(learning_rate: Number, grad: Number) -> Number:
    """The updates are the gradient itself. The learning rate must multiply it."""
    return grad


def divided_by_the_learning_rate(learning_rate: Number, grad: Number) -> Number:
    """The gradient is divided by the learning rate. It must be multiplied by it."""
    return grad / learning_rate


def learning_rate_added(learning_rate: Number, grad: Number) -> Number:
    """The learning rate is added to the gradient. It must multiply it."""
    return learning_rate + grad


def step_subtracted(learning_rate: Number, grad: Number) -> Number:
    """The step is subtracted here, from the gradient. Return the step itself: it is subtracted from
    the parameters outside.
    """
    return grad - learning_rate * grad


def gradient_squared(learning_rate: Number, grad: Number) -> Number:
    """The gradient is squared, and has lost its sign."""
    return learning_rate * (grad * grad)


def sign_lost(learning_rate: Number, grad: Number) -> Number:
    """The updates have lost the gradient's sign: they are never negative."""
    return learning_rate * abs(grad)


def sign_only(learning_rate: Number, grad: Number) -> Number:
    """The updates are the learning rate with a sign. The gradient's size has no part in them."""
    return learning_rate * np.sign(grad)


def divided_by_the_norm(learning_rate: Number, grad: Number) -> Number:
    """The gradient is divided by its norm. Gradient descent takes longer steps where it is
    steeper.
    """
    return learning_rate * grad / np.sqrt(np.sum(grad * grad))


def averaged_over_coordinates(learning_rate: Number, grad: Number) -> Number:
    """The gradient is averaged over the coordinates. Each coordinate follows its own."""
    return learning_rate * np.mean(grad) + 0 * grad


SGD = whole(
    (
        gradient_alone,
        divided_by_the_learning_rate,
        learning_rate_added,
        step_subtracted,
        gradient_squared,
        sign_lost,
        sign_only,
        divided_by_the_norm,
        averaged_over_coordinates,
    )
)
