"""The right rules as people also write them: other words for the same numbers.

A slip in one of these is no slip of the rule's own equation: ``(1 + momentum) * velocity`` has no
place in it. So slips are made of these forms, too. Straight lines, so that each has a tape.
"""

from collections.abc import Callable
from typing import Any

from numpy import sqrt

from rmsprop_lab.number import Number

Rule = Callable[..., Any]
Pair = tuple[Number, Number]
Three = tuple[Number, Number, Number]


def with_friction(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The old velocity less what friction takes."""
    friction = 1 - momentum
    velocity = velocity_prev - friction * velocity_prev + grad
    return learning_rate * velocity, velocity


def in_two_terms(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The updates in two terms."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * momentum * velocity_prev + learning_rate * grad, velocity


def ahead_of_the_new_velocity(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """Of both velocities, without the gradient."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * ((1 + momentum) * velocity - momentum * velocity_prev), velocity


def ahead_by_the_change(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """The new velocity, and ahead by what it has changed."""
    velocity = momentum * velocity_prev + grad
    return learning_rate * (velocity + momentum * (velocity - velocity_prev)), velocity


def ahead_without_the_new_velocity(
    learning_rate: Number, momentum: Number, grad: Number, velocity_prev: Number
) -> Pair:
    """Of the gradient and the old velocity."""
    velocity = momentum * velocity_prev + grad
    ahead = (1 + momentum) * grad + momentum * momentum * velocity_prev
    return learning_rate * ahead, velocity


def adagrad_by_its_rate(
    learning_rate: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """By the effective rate."""
    s = s_prev + grad * grad
    return learning_rate / (sqrt(s) + epsilon) * grad, s


def corrected_mean(rho: Number, new: Number, old: Number) -> Number:
    """A running mean as what is added to the old one."""
    return old + (1 - rho) * (new - old)


def rmsprop_by_corrections(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The mean corrected towards the new square; by the effective rate."""
    s = corrected_mean(rho, grad * grad, s_prev)
    return learning_rate / (sqrt(s) + epsilon) * grad, s


def rmsprop_less_a_share(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The mean less a share of what it lies above the new square; the gradient divided first."""
    s = s_prev - (1 - rho) * (s_prev - grad * grad)
    return learning_rate * (grad / (sqrt(s) + epsilon)), s


def rmsprop_from_the_new_square(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The mean counted from the new square; times one over the divisor."""
    square = grad * grad
    s = square + rho * (s_prev - square)
    return learning_rate * grad * (1 / (sqrt(s) + epsilon)), s


def inside_by_corrections(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """As :func:`rmsprop_by_corrections`."""
    s = corrected_mean(rho, grad * grad, s_prev)
    return learning_rate / sqrt(s + epsilon) * grad, s


def inside_less_a_share(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """As :func:`rmsprop_less_a_share`."""
    s = s_prev - (1 - rho) * (s_prev - grad * grad)
    return learning_rate * (grad / sqrt(s + epsilon)), s


def inside_from_the_new_square(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """As :func:`rmsprop_from_the_new_square`."""
    square = grad * grad
    s = square + rho * (s_prev - square)
    return learning_rate * grad * (1 / sqrt(s + epsilon)), s


def centred(moments: Callable[..., Pair]) -> Rule:
    """Centred RMSProp of its moments."""

    def rule(
        learning_rate: Number,
        rho: Number,
        epsilon: Number,
        grad: Number,
        mean_prev: Number,
        variance_prev: Number,
    ) -> Three:
        mean, variance = moments(rho, grad, mean_prev, variance_prev)
        return learning_rate / (sqrt(variance) + epsilon) * grad, mean, variance

    return rule


def old_times_new_deviation(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Pair:
    """As Welford has it."""
    mean = rho * mean_prev + (1 - rho) * grad
    return mean, rho * variance_prev + (1 - rho) * (grad - mean_prev) * (grad - mean)


def both_weights(rho: Number, grad: Number, mean_prev: Number, variance_prev: Number) -> Pair:
    """The squared deviation with its own weight."""
    deviation = grad - mean_prev
    mean = rho * mean_prev + (1 - rho) * grad
    return mean, rho * variance_prev + rho * (1 - rho) * (deviation * deviation)


def mean_of_squares_less_squared_mean(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Pair:
    """The textbook's difference, with the old mean of squares made of the old variance."""
    mean = rho * mean_prev + (1 - rho) * grad
    s_prev = variance_prev + mean_prev * mean_prev
    s = rho * s_prev + (1 - rho) * (grad * grad)
    return mean, s - mean * mean


def less_the_squared_change(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Pair:
    """About the old mean, less what the mean has moved."""
    deviation = grad - mean_prev
    change = (1 - rho) * deviation
    about_old = rho * variance_prev + (1 - rho) * (deviation * deviation)
    return mean_prev + change, about_old - change * change


def momentum_by_corrections(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Three:
    """The mean corrected towards the new square; the velocity by an effective rate."""
    s = corrected_mean(rho, grad * grad, s_prev)
    velocity = momentum * velocity_prev + 1 / (sqrt(s) + epsilon) * grad
    return learning_rate * velocity, s, velocity


def momentum_in_two_terms(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    momentum: Number,
    grad: Number,
    s_prev: Number,
    velocity_prev: Number,
) -> Three:
    """The updates in two terms."""
    s = rho * s_prev + (1 - rho) * (grad * grad)
    scaled = grad / (sqrt(s) + epsilon)
    velocity = momentum * velocity_prev + scaled
    return learning_rate * momentum * velocity_prev + learning_rate * scaled, s, velocity


def adam_by_its_rate(
    learning_rate: Number,
    beta1: Number,
    beta2: Number,
    epsilon: Number,
    grad: Number,
    m_prev: Number,
    v_prev: Number,
    beta1_power_prev: Number,
    beta2_power_prev: Number,
) -> tuple[Number, ...]:
    """The paper's faster form, with an epsilon that goes along."""
    m = corrected_mean(beta1, grad, m_prev)
    v = corrected_mean(beta2, grad * grad, v_prev)
    beta1_power, beta2_power = beta1 * beta1_power_prev, beta2 * beta2_power_prev
    root = sqrt(1 - beta2_power)
    rate = learning_rate * root / (1 - beta1_power)
    return rate * m / (sqrt(v) + epsilon * root), m, v, beta1_power, beta2_power


def adam_by_size_and_divisor(
    learning_rate: Number,
    beta1: Number,
    beta2: Number,
    epsilon: Number,
    grad: Number,
    m_prev: Number,
    v_prev: Number,
    beta1_power_prev: Number,
    beta2_power_prev: Number,
) -> tuple[Number, ...]:
    """As PyTorch has it."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * (grad * grad)
    beta1_power, beta2_power = beta1 * beta1_power_prev, beta2 * beta2_power_prev
    size = learning_rate / (1 - beta1_power)
    divisor = sqrt(v) / sqrt(1 - beta2_power) + epsilon
    return size * (m / divisor), m, v, beta1_power, beta2_power


#: By the rule's name, the commoner ones first: a slip is said in the first that has it.
FORMS: dict[str, tuple[Rule, ...]] = {
    "momentum": (with_friction, in_two_terms),
    "nesterov": (
        ahead_of_the_new_velocity,
        ahead_without_the_new_velocity,
        ahead_by_the_change,
    ),
    "adagrad": (adagrad_by_its_rate,),
    "rmsprop": (rmsprop_by_corrections, rmsprop_less_a_share, rmsprop_from_the_new_square),
    "rmsprop_inside": (inside_by_corrections, inside_less_a_share, inside_from_the_new_square),
    "rmsprop_centered": tuple(
        map(
            centred,
            (
                both_weights,
                old_times_new_deviation,
                mean_of_squares_less_squared_mean,
                less_the_squared_change,
            ),
        )
    ),
    "rmsprop_momentum": (momentum_by_corrections, momentum_in_two_terms),
    "adam": (adam_by_size_and_divisor, adam_by_its_rate),
}
