"""Centred RMSProp's wrong versions: wrong moments, and RMSProp's wrong steps."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import sqrt

from rmsprop_lab import rules
from rmsprop_lab.checking.mistakes.any_rule import convention, mistake, whole
from rmsprop_lab.checking.mistakes.steps import STEPS, epsilon_inside_the_root
from rmsprop_lab.number import Number

Moments = tuple[Number, Number]
Formula = Callable[..., Number]
Rule = Callable[..., Any]


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


def never_falls(rho: Number, grad: Number, mean_prev: Number, variance_prev: Number) -> Moments:
    """The variance is never less than the old one, as in AMSGrad. Here it may fall: leave out the
    maximum.
    """
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = rho * (variance_prev + (1 - rho) * (deviation * deviation))
    return mean, np.maximum(variance_prev, variance)


def square_of_the_mean(
    rho: Number, grad: Number, mean_prev: Number, variance_prev: Number
) -> Moments:
    """The variance is the square of a mean, in which the old variance is squared, too. Square the
    deviation alone.
    """
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    whole = rho * (variance_prev + (1 - rho) * deviation)
    return mean, whole * whole


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
    never_falls,
    square_of_the_mean,
    weights_swapped_in_the_mean,
    deviation_not_squared,
)


def _as_it_is(difference: Number) -> Number:
    return difference


def _not_below_0(difference: Number) -> Number:
    return np.maximum(difference, 0.0)


#: What people do to a difference of which the root is taken.
_GUARDS = (_as_it_is, _not_below_0, abs)


def _of_mean_square(divisor: Formula) -> Rule:
    """The state is the mean of squares, of which the divisor is made, and of both means."""

    def rule(
        learning_rate: Number,
        rho: Number,
        epsilon: Number,
        grad: Number,
        mean_prev: Number,
        variance_prev: Number,
    ) -> Any:
        mean = rho * mean_prev + (1 - rho) * grad
        s = rho * variance_prev + (1 - rho) * (grad * grad)
        return learning_rate * grad / divisor(epsilon, s, mean, mean_prev), mean, s

    return rule


@convention
def mean_square_in_the_state(guard: Formula) -> Rule:
    """The state is the mean of squares, and the squared mean is subtracted inside the root. Here
    the state is the variance itself, which rounding cannot make negative.
    """
    return _of_mean_square(lambda epsilon, s, mean, _: sqrt(guard(s - mean * mean)) + epsilon)


@convention
def mean_square_in_the_state_and_epsilon_inside(guard: Formula) -> Rule:
    """That is Graves's form: the state is the mean of squares, the squared mean is subtracted, and
    epsilon stands inside the root. Here the state is the variance itself, and epsilon stands
    outside.
    """
    return _of_mean_square(lambda epsilon, s, mean, _: sqrt(guard(s - mean * mean) + epsilon))


def mean_not_squared(guard: Formula) -> Rule:
    """From the mean of squares the mean is subtracted, not its square. Their units differ."""
    return _of_mean_square(lambda epsilon, s, mean, _: sqrt(guard(s - mean)) + epsilon)


def mean_not_squared_and_epsilon_inside(guard: Formula) -> Rule:
    """From the mean of squares the mean is subtracted, not its square; and epsilon stands inside
    the root.
    """
    return _of_mean_square(lambda epsilon, s, mean, _: sqrt(guard(s - mean) + epsilon))


def old_mean_in_the_update(guard: Formula) -> Rule:
    """From the new mean of squares the square of the old mean is subtracted. It must be that of
    the new one.
    """
    return _of_mean_square(lambda epsilon, s, _, old: sqrt(guard(s - old * old)) + epsilon)


def variance_subtracted_twice(guard: Formula) -> Rule:
    """The squared mean is subtracted from the variance, in which it is no more."""

    def rule(*a: Number) -> Any:
        learning_rate, _, epsilon, grad, *_ = a
        _, mean, variance = rules.rmsprop_centered(*a)
        divisor = sqrt(guard(variance - mean * mean)) + epsilon
        return learning_rate * grad / divisor, mean, variance

    return rule


def squared_mean_in_the_state(guard: Formula, late_guard: Formula = _as_it_is) -> Rule:
    """The squared mean is subtracted from the mean of squares, and the difference is returned for
    the state, from which the next step subtracts again. Carry one or the other.
    """

    def rule(
        learning_rate: Number,
        rho: Number,
        epsilon: Number,
        grad: Number,
        mean_prev: Number,
        variance_prev: Number,
    ) -> Any:
        mean = rho * mean_prev + (1 - rho) * grad
        s = rho * variance_prev + (1 - rho) * (grad * grad)
        variance = guard(s - mean * mean)
        return learning_rate * grad / (sqrt(late_guard(variance)) + epsilon), mean, variance

    return rule


def squared_old_mean_in_the_state(guard: Formula) -> Rule:
    """The square of the old mean is subtracted from the mean of squares, and the difference is
    returned for the state, from which the next step subtracts again. Carry one or the other.
    """

    def rule(
        learning_rate: Number,
        rho: Number,
        epsilon: Number,
        grad: Number,
        mean_prev: Number,
        variance_prev: Number,
    ) -> Any:
        mean = rho * mean_prev + (1 - rho) * grad
        s = rho * variance_prev + (1 - rho) * (grad * grad)
        variance = guard(s - mean_prev * mean_prev)
        return learning_rate * grad / (sqrt(variance) + epsilon), mean, variance

    return rule


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


def new_deviation_in_the_update(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The update follows the deviation from the new mean. It must follow the gradient."""
    _, *state = rules.rmsprop_centered(learning_rate, rho, epsilon, grad, mean_prev, variance_prev)
    return learning_rate * (grad - state[0]) / (sqrt(state[1]) + epsilon), *state


def maximum_with_the_old_variance(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """The divisor is made of the old variance where that is larger, as in AMSGrad. Here it may
    fall: leave out the maximum.
    """
    _, mean, variance = rules.rmsprop_centered(
        learning_rate, rho, epsilon, grad, mean_prev, variance_prev
    )
    divisor = sqrt(np.maximum(variance_prev, variance)) + epsilon
    return learning_rate * grad / divisor, mean, variance


def epsilon_in_the_state(
    learning_rate: Number,
    rho: Number,
    epsilon: Number,
    grad: Number,
    mean_prev: Number,
    variance_prev: Number,
) -> Any:
    """Epsilon is added to the variance and stays in it, more with each step. Add it to the divisor
    alone.
    """
    _, mean, variance = rules.rmsprop_centered(
        learning_rate, rho, epsilon, grad, mean_prev, variance_prev
    )
    variance = variance + epsilon
    return learning_rate * grad / sqrt(variance), mean, variance


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
    *(
        mistake(version, version(guard))
        for version in (
            mean_square_in_the_state,
            mean_square_in_the_state_and_epsilon_inside,
            mean_not_squared,
            mean_not_squared_and_epsilon_inside,
            old_mean_in_the_update,
            variance_subtracted_twice,
            squared_mean_in_the_state,
            squared_old_mean_in_the_state,
        )
        for guard in _GUARDS
    ),
    *(
        mistake(squared_mean_in_the_state, squared_mean_in_the_state(_as_it_is, guard))
        for guard in _GUARDS[1:]
    ),
    *whole(
        (
            squared_mean_added,
            deviation_in_the_update,
            new_deviation_in_the_update,
            mean_in_the_update,
            maximum_with_the_old_variance,
            epsilon_in_the_state,
        )
    ),
    *(
        mistake(step, _of_step(step), s="the variance", grad="the gradient")
        for step in (epsilon_inside_the_root, *STEPS)
    ),
)
