"""RMSProp with momentum: its wrong versions, from wrong s, wrong steps and wrong velocities."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import sqrt

from rmsprop_lab.checking.mistakes.any_rule import convention, mistake, whole
from rmsprop_lab.checking.mistakes.rmsprop import mean_square, of_parts, outside
from rmsprop_lab.checking.mistakes.velocities import VELOCITIES
from rmsprop_lab.number import Number

Formula = Callable[..., Number]
Rule = Callable[..., Any]


def heavy_ball(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The right velocity, of the gradient as it is scaled."""
    return momentum * velocity_prev + grad


def made_of(average: Formula, step: Formula, speed: Formula = heavy_ball) -> Rule:
    """RMSProp with momentum, made of three lines."""

    def rule(
        learning_rate: Number,
        rho: Number,
        epsilon: Number,
        momentum: Number,
        grad: Number,
        s_prev: Number,
        velocity_prev: Number,
    ) -> Any:
        s = average(rho, grad, s_prev)
        velocity = speed(momentum, step(1.0, epsilon, grad, s), velocity_prev)
        return learning_rate * velocity, s, velocity

    return rule


@convention
def learning_rate_in_the_velocity(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The learning rate stands inside the velocity. Here it stands outside: the updates are the
    learning rate times the velocity.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + learning_rate * grad / (sqrt(s) + epsilon)
    return velocity, s, velocity


@convention
def velocity_downhill(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The velocity points downhill, against the gradient. Here it points along the gradient, and
    the updates are subtracted.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev - grad / (sqrt(s) + epsilon)
    return -learning_rate * velocity, s, velocity


@convention
def keras_velocity(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The velocity points downhill and has the learning rate inside. Here it points along the
    gradient, with the learning rate outside.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev - learning_rate * grad / (sqrt(s) + epsilon)
    return -velocity, s, velocity


def looks_ahead(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The updates look one step ahead, as in Nesterov's momentum. Here they follow the velocity
    alone.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    scaled = grad / (sqrt(s) + epsilon)
    velocity = momentum * velocity_prev + scaled
    return learning_rate * (scaled + momentum * velocity), s, velocity


def learning_rate_on_both(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The learning rate is in the velocity and in the updates. It belongs into the updates
    alone.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + learning_rate * grad / (sqrt(s) + epsilon)
    return learning_rate * velocity, s, velocity


def velocity_divided(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The velocity is made of gradients, and divided in the update. Divide the gradient first, then
    let it push the ball.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + grad
    return learning_rate * velocity / (sqrt(s) + epsilon), s, velocity


def velocity_with_the_learning_rate_divided(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The velocity is made of gradients and the learning rate, and divided in the update. Divide
    the gradient first, then let it push the ball.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + learning_rate * grad
    return velocity / (sqrt(s) + epsilon), s, velocity


def velocity_squared(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The velocity is made of gradients, and s is a mean of its squares. The
    squares are those of the gradient, and come first.
    """
    velocity = momentum * velocity_prev + grad
    s = rho * s_prev + (1 - rho) * (velocity * velocity)
    return learning_rate * velocity / (sqrt(s) + epsilon), s, velocity


def epsilon_in_the_state(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """Epsilon is added to s and stays in it, more with each step. Add it to the divisor alone."""
    s = rho * s_prev + (1 - rho) * (grad * grad) + epsilon
    velocity = momentum * velocity_prev + grad / sqrt(s)
    return learning_rate * velocity, s, velocity


def maximum_with_the_old_s(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The divisor is made of the old s where that is larger, as in AMSGrad. Here it may fall: leave
    out the maximum.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + grad / (sqrt(np.maximum(s_prev, s)) + epsilon)
    return learning_rate * velocity, s, velocity


def without_the_velocity(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Any:
    """The updates are those of plain RMSProp. They must follow the velocity."""
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + grad / (sqrt(s) + epsilon)
    return learning_rate * grad / (sqrt(s) + epsilon), s, velocity


RMSPROP_MOMENTUM = (
    # Without a learning rate in the step, these two are one.
    *(one for one in of_parts(made_of, outside) if one.name != "epsilon on the quotient"),
    *(mistake(speed, made_of(mean_square, outside, speed)) for speed in VELOCITIES),
    *whole(
        (
            learning_rate_in_the_velocity,
            velocity_downhill,
            keras_velocity,
            looks_ahead,
            learning_rate_on_both,
            velocity_divided,
            velocity_with_the_learning_rate_divided,
            velocity_squared,
            without_the_velocity,
            maximum_with_the_old_s,
            epsilon_in_the_state,
        )
    ),
)
