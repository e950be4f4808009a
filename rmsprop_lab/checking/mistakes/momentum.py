"""Momentum's wrong versions: each wrong velocity, and wrong updates made of a right one."""

from collections.abc import Callable

from rmsprop_lab.checking.mistakes.any_rule import convention, mistake, whole
from rmsprop_lab.checking.mistakes.velocities import VELOCITIES
from rmsprop_lab.number import Number

Pair = tuple[Number, Number]


def _heavy_ball(speed: Callable[..., Number]) -> Callable[..., Pair]:
    def rule(learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number) -> Pair:
        velocity = speed(momentum, grad, velocity_prev)
        return learning_rate * velocity, velocity

    return rule


@convention
def learning_rate_in_the_velocity(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The learning rate stands inside the velocity. Here it stands outside: the velocity is made of
    gradients, and the updates are the learning rate times it.
    """
    velocity = momentum * velocity_prev + learning_rate * grad
    return velocity, velocity


@convention
def velocity_downhill(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The velocity points downhill, against the gradient. Here it points along the gradient, and
    the updates are subtracted.
    """
    velocity = momentum * velocity_prev - grad
    return -learning_rate * velocity, velocity


@convention
def keras_velocity(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The velocity points downhill and has the learning rate inside. Here it points along the
    gradient, with the learning rate outside.
    """
    velocity = momentum * velocity_prev - learning_rate * grad
    return -velocity, velocity


@convention
def average_with_the_learning_rate(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The velocity is an average, with the learning rate inside. Here the gradient has the weight
    1, and the learning rate stands outside.
    """
    velocity = momentum * velocity_prev + (1 - momentum) * (learning_rate * grad)
    return velocity, velocity


def nesterov_for_heavy_ball(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """That is Nesterov's momentum: it looks one step ahead. The heavy ball steps by its
    velocity.
    """
    velocity = momentum * velocity_prev + grad
    return learning_rate * (grad + momentum * velocity), velocity


def old_velocity_in_the_update(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The updates are made of the old velocity. This gradient must be in it already."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * velocity_prev, velocity


def gradient_descent(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The updates are those of gradient descent. The velocity has no part in them."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * grad, velocity


def gradient_twice(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The gradient is in the updates twice: once in the velocity, once beside it."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * (grad + velocity), velocity


def learning_rate_on_both(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The learning rate is in the velocity and in the updates. It belongs into the updates
    alone.
    """
    velocity = momentum * velocity_prev + learning_rate * grad
    return learning_rate * velocity, velocity


def learning_rate_on_the_gradient_alone(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """In the updates the learning rate multiplies the gradient alone. It multiplies the whole
    velocity.
    """
    velocity = momentum * velocity_prev + grad
    return learning_rate * grad + momentum * velocity_prev, velocity


def scaled_velocity_returned(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The updates are returned for the velocity, too. Return the velocity without learning rate."""
    velocity = learning_rate * (momentum * velocity_prev + grad)
    return velocity, velocity


HEAVY_BALL = (
    *(mistake(speed, _heavy_ball(speed)) for speed in VELOCITIES),
    *whole(
        (
            learning_rate_in_the_velocity,
            velocity_downhill,
            keras_velocity,
            average_with_the_learning_rate,
            nesterov_for_heavy_ball,
            old_velocity_in_the_update,
            gradient_descent,
            gradient_twice,
            learning_rate_on_both,
            learning_rate_on_the_gradient_alone,
            scaled_velocity_returned,
        )
    ),
)
