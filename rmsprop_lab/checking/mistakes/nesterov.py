"""Nesterov's wrong versions: each wrong velocity, and wrong ways to look ahead."""

from collections.abc import Callable

from rmsprop_lab.checking.mistakes.any_rule import convention, mistake, whole
from rmsprop_lab.checking.mistakes.momentum import old_velocity_in_the_update
from rmsprop_lab.checking.mistakes.velocities import VELOCITIES
from rmsprop_lab.number import Number

Pair = tuple[Number, Number]


def _nesterov(speed: Callable[..., Number]) -> Callable[..., Pair]:
    def rule(learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number) -> Pair:
        velocity = speed(momentum, grad, velocity_prev)
        return learning_rate * (grad + momentum * velocity), velocity

    return rule


@convention
def learning_rate_in_the_velocity(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The learning rate stands inside the velocity. Here it stands outside: the velocity is made of
    gradients.
    """
    velocity = momentum * velocity_prev + learning_rate * grad
    return learning_rate * grad + momentum * velocity, velocity


@convention
def keras_velocity(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The velocity points downhill and has the learning rate inside. Here it points along the
    gradient, with the learning rate outside.
    """
    velocity = momentum * velocity_prev - learning_rate * grad
    return learning_rate * grad - momentum * velocity, velocity


@convention
def velocity_downhill(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The velocity points downhill, against the gradient. Here it points along the gradient, and
    the updates are subtracted.
    """
    velocity = momentum * velocity_prev - grad
    return learning_rate * (grad - momentum * velocity), velocity


def heavy_ball_for_nesterov(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """That is the heavy ball: the updates do not look ahead. Made of the gradient and the old
    velocity, they come to the same; the new velocity must be in them.
    """
    velocity = momentum * velocity_prev + grad
    return learning_rate * velocity, velocity


def looks_back(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """In the updates the velocity is subtracted: they look back. It must be added."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * (grad - momentum * velocity), velocity


def momentum_missing_ahead(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """In the updates the velocity is missing its factor momentum."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * (grad + velocity), velocity


def velocity_for_the_gradient(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """In the updates the velocity stands in the gradient's place, too."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * (velocity + momentum * velocity), velocity


def gradient_left_out_ahead(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The updates are the look ahead alone. The gradient must be added."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * momentum * velocity, velocity


def momentum_on_the_wrong_term(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """In the updates the factor momentum stands at the gradient. It belongs to the velocity."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * (momentum * grad + velocity), velocity


def learning_rate_on_the_gradient_alone(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """In the updates the learning rate multiplies the gradient alone. It multiplies the whole
    sum.
    """
    velocity = momentum * velocity_prev + grad
    return learning_rate * grad + momentum * velocity, velocity


def learning_rate_on_the_velocity_alone(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """In the updates the learning rate multiplies the velocity alone. It multiplies the whole
    sum.
    """
    velocity = momentum * velocity_prev + grad
    return grad + learning_rate * momentum * velocity, velocity


def look_ahead_in_the_state(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The look ahead is returned for the velocity. Return the velocity itself."""
    velocity = momentum * velocity_prev + grad
    ahead = grad + momentum * velocity
    return learning_rate * ahead, ahead


NESTEROV = (
    *(mistake(speed, _nesterov(speed)) for speed in VELOCITIES),
    *whole(
        (
            learning_rate_in_the_velocity,
            keras_velocity,
            velocity_downhill,
            heavy_ball_for_nesterov,
            old_velocity_in_the_update,
            looks_back,
            momentum_missing_ahead,
            velocity_for_the_gradient,
            gradient_left_out_ahead,
            momentum_on_the_wrong_term,
            learning_rate_on_the_gradient_alone,
            learning_rate_on_the_velocity_alone,
            look_ahead_in_the_state,
        )
    ),
)
