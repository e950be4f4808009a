"""Centred RMSProp's wrong versions: wrong moments, and RMSProp's wrong steps."""

from collections.abc import Callable
from typing import Any

from numpy import sqrt

from rmsprop_lab import rules
from rmsprop_lab.checking.mistakes.any_rule import convention, mistake, whole
from rmsprop_lab.checking.mistakes.steps import STEPS, epsilon_inside_the_root
from rmsprop_lab.number import Number

Moments = tuple[Number, Number]


def not_centred(rho: Number, grad: Number, mean_prev: Number, variance_prev: Number) -> Moments:
    """The variance is a mean of squares: the mean is not subtracted from the gradient."""
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * variance_prev + (1 - rho) * (grad * grad)
    return mean, variance


def rho_missing_on_the_square(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The squared deviation is missing a factor rho. From the old mean it counts rho (1 - rho)."""
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = rho * variance_prev + (1 - rho) * (deviation * deviation)
    return mean, variance


def rho_missing_on_the_variance(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The variance is missing its factor rho, so nothing is ever forgotten."""
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = variance_prev + (1 - rho) * (deviation * deviation)
    return mean, variance


def weight_missing(rho: Number, grad: Number, mean_prev: Number, variance_prev: Number) -> Moments:
    """The squared deviation is missing its weight 1 - rho."""
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = rho * (variance_prev + deviation * deviation)
    return mean, variance


def new_mean_subtracted(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The deviation is measured from the new mean. It is that from the old one."""
    mean = mean_prev + (1 - rho) * (grad - mean_prev)
    deviation = grad - mean
    variance = rho * (variance_prev + (1 - rho) * (deviation * deviation))
    return mean, variance


def weights_swapped_in_the_mean(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The weights rho and 1 - rho are swapped in the mean. rho is the share that stays."""
    deviation = grad - mean_prev
    mean = mean_prev + rho * deviation
    variance = rho * (variance_prev + (1 - rho) * (deviation * deviation))
    return mean, variance


def deviation_not_squared(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The variance is a mean of the deviation's size, not of its square."""
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = rho * (variance_prev + (1 - rho) * abs(deviation))
    return mean, variance


def new_mean_subtracted_outside(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The deviation is measured from the new mean, and rho multiplies the old variance alone.
    Measured from the old mean, it is multiplied by rho, too.
    """
    mean = mean_prev + (1 - rho) * (grad - mean_prev)
    deviation = grad - mean
    variance = rho * variance_prev + (1 - rho) * (deviation * deviation)
    return mean, variance


def old_mean_squared(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The squares of the means are subtracted, not the means from the gradient. Square the
    deviation.
    """
    mean = mean_prev + (1 - rho) * (grad - mean_prev)
    variance = rho * (variance_prev + (1 - rho) * (grad * grad - mean_prev * mean_prev))
    return mean, variance


_MOMENTS = (
    not_centred,
    rho_missing_on_the_square,
    rho_missing_on_the_variance,
    weight_missing,
    new_mean_subtracted,
    new_mean_subtracted_outside,
    old_mean_squared,
    weights_swapped_in_the_mean,
    deviation_not_squared,
)


@convention
def mean_square_in_the_state(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The state is the mean of squares, and the squared mean is subtracted inside the root. Here
    the state is the variance itself, which rounding cannot make negative.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / (sqrt(s - mean * mean) + epsilon), mean, s


@convention
def mean_square_in_the_state_and_epsilon_inside(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """That is Graves's form: the state is the mean of squares, the squared mean is subtracted, and
    epsilon stands inside the root. Here the state is the variance itself, and epsilon stands
    outside.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / sqrt(s - mean * mean + epsilon), mean, s


def mean_not_squared(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """From the mean of squares the mean is subtracted, not its square. Their units differ."""
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / (sqrt(s - mean) + epsilon), mean, s


def mean_not_squared_and_epsilon_inside(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """From the mean of squares the mean is subtracted, not its square; and epsilon stands inside
    the root.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / sqrt(s - mean + epsilon), mean, s


def squared_mean_added(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The squared mean is added to the mean of squares. It must be subtracted."""
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / (sqrt(s + mean * mean) + epsilon), mean, s


def old_mean_in_the_update(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """From the new mean of squares the square of the old mean is subtracted. It must be that of
    the new one.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / (sqrt(s - mean_prev * mean_prev) + epsilon), mean, s


def variance_subtracted_twice(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The squared mean is subtracted from the variance, in which it is no more."""
    _, mean, variance = rules.rmsprop_centered(
        learning_rate, rho, epsilon, grad, mean_prev, variance_prev
    )
    return learning_rate * grad / (sqrt(variance - mean * mean) + epsilon), mean, variance


def squared_mean_in_the_state(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The squared mean is subtracted from the mean of squares, and the difference is returned for
    the state, from which the next step subtracts again. Carry one or the other.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * variance_prev + (1 - rho) * (grad * grad) - mean * mean
    return learning_rate * grad / (sqrt(variance) + epsilon), mean, variance


def deviation_in_the_update(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The update follows the deviation from the mean. It must follow the gradient."""
    _, *state = rules.rmsprop_centered(learning_rate, rho, epsilon, grad, mean_prev, variance_prev)
    return learning_rate * (grad - mean_prev) / (sqrt(state[1]) + epsilon), *state


def mean_in_the_update(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The update follows the mean. It must follow the gradient."""
    _, *state = rules.rmsprop_centered(learning_rate, rho, epsilon, grad, mean_prev, variance_prev)
    return learning_rate * state[0] / (sqrt(state[1]) + epsilon), *state


def _of_moments(moments: Callable[..., Moments]) -> Callable[..., Any]:
    def rule(
        learning_rate: Number,
        rho: Number,
        epsilon: Number,
        grad: Number,
        mean_prev: Number,
        variance_prev: Number,
    ) -> Any:
        mean, variance = moments(rho, grad, mean_prev, variance_prev)
        return learning_rate * grad / (sqrt(variance) + epsilon), mean, variance

    return rule


def _of_step(step: Callable[..., Number]) -> Callable[..., Any]:
    def rule(
        learning_rate: Number,
        rho: Number,
        epsilon: Number,
        grad: Number,
        mean_prev: Number,
        variance_prev: Number,
    ) -> Any:
        _, mean, variance = rules.rmsprop_centered(
            learning_rate, rho, epsilon, grad, mean_prev, variance_prev
        )
        return step(learning_rate, epsilon, grad, variance), mean, variance

    return rule


CENTERED = (
    *(mistake(moments, _of_moments(moments)) for moments in _MOMENTS),
    *whole(
        (
            mean_square_in_the_state,
            mean_square_in_the_state_and_epsilon_inside,
            mean_not_squared,
            mean_not_squared_and_epsilon_inside,
            squared_mean_added,
            old_mean_in_the_update,
            variance_subtracted_twice,
            squared_mean_in_the_state,
            deviation_in_the_update,
            mean_in_the_update,
        )
    ),
    *(
        mistake(step, _of_step(step), s="the variance", grad="the gradient")
        for step in (epsilon_inside_the_root, *STEPS)
    ),
)
