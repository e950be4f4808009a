"""Adam's wrong versions: each mean, each correction and each step in its wrong forms."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import sqrt

from rmsprop_lab.checking.mistakes.any_rule import Rule, convention, mistake
from rmsprop_lab.checking.mistakes.averages import AVERAGES
from rmsprop_lab.checking.mistakes.rmsprop import mean_square, outside
from rmsprop_lab.checking.mistakes.steps import STEPS, epsilon_inside_the_root
from rmsprop_lab.number import Number

Pair = tuple[Number, Number]
Formula = Callable[..., Any]


def mean(beta1: Number, grad: Number, m_prev: Number) -> Number:
    """The right m."""
    return beta1 * m_prev + (1 - beta1) * grad


def corrected(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """The right m and v as they stand in the update; ``power1`` is beta1 to the t."""
    return m / (1 - power1), v / (1 - power2)


def made_of(
    m_line: Formula = mean,
    v_line: Formula = mean_square,
    correction: Formula = corrected,
    step: Formula = outside,
) -> Rule:
    """Adam made of its lines."""

    def rule(
        learning_rate: Number,
        beta1: Number,
        beta2: Number,
        epsilon: Number,
        grad: Number,
        m_prev: Number,
        v_prev: Number,
        beta1_power_prev: Number,
        beta2_power_prev: Number,
    ) -> Any:
        m, v = m_line(beta1, grad, m_prev), v_line(beta2, grad, v_prev)
        power1, power2 = beta1 * beta1_power_prev, beta2 * beta2_power_prev
        m_hat, v_hat = correction(m, v, beta1, beta2, power1, power2)
        return step(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2

    return rule


def weight_missing_in_m(beta1: Number, grad: Number, m_prev: Number) -> Number:
    """In m the gradient is missing its weight 1 - beta1. The weights of a mean add up to 1."""
    return beta1 * m_prev + grad


def beta1_missing(beta1: Number, grad: Number, m_prev: Number) -> Number:
    """In m the old mean is missing its weight beta1, so nothing is ever forgotten."""
    return m_prev + (1 - beta1) * grad


def weights_swapped_in_m(beta1: Number, grad: Number, m_prev: Number) -> Number:
    """In m the weights beta1 and 1 - beta1 are swapped. beta1 is the share that stays."""
    return (1 - beta1) * m_prev + beta1 * grad


def m_not_carried(beta1: Number, grad: Number, m_prev: Number) -> Number:
    """Here m is this gradient alone. It must keep the share beta1 of the old m."""
    return grad


def gradient_squared_in_m(beta1: Number, grad: Number, m_prev: Number) -> Number:
    """In m the gradient is squared. Only in v is it."""
    return beta1 * m_prev + (1 - beta1) * (grad * grad)


def minus_in_m(beta1: Number, grad: Number, m_prev: Number) -> Number:
    """In m the gradient is subtracted. It must be added."""
    return beta1 * m_prev - (1 - beta1) * grad


_MEANS = (
    weight_missing_in_m,
    beta1_missing,
    weights_swapped_in_m,
    m_not_carried,
    gradient_squared_in_m,
    minus_in_m,
)


def no_bias_correction(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """There is no bias correction. m and v start at 0, so the first ones are too small: divide them
    by 1 less the power of their beta.
    """
    return m, v


def m_not_corrected(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """Only v is corrected for its start. m must be, too."""
    return m, v / (1 - power2)


def v_not_corrected(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """Only m is corrected for its start. v must be, too."""
    return m / (1 - power1), v


def correction_without_power(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """The correction divides by 1 - beta in every step. It takes the power of beta, which t
    raises.
    """
    return m / (1 - beta1), v / (1 - beta2)


def t_one_ahead(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """The step count t is one ahead: the correction multiplies the new powers by beta again."""
    return m / (1 - beta1 * power1), v / (1 - beta2 * power2)


def multiplied_by_the_correction(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """Both m and v are multiplied by the correction. They must be divided by it."""
    return m * (1 - power1), v * (1 - power2)


def divided_by_the_powers(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """Both m and v are divided by the powers themselves. It is 1 less the power."""
    return m / power1, v / power2


def powers_swapped(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """The corrections are swapped: that of m has the power of beta1, that of v of beta2."""
    return m / (1 - power2), v / (1 - power1)


def one_power_for_both(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """Both m and v are corrected alike, by the power of beta1. That of v has the power of beta2."""
    return m / (1 - power1), v / (1 - power1)


def correction_outside_the_root(
    m: Number, v: Number, beta1: Number, beta2: Number, power1: Number, power2: Number
) -> Pair:
    """The correction of v stands outside the root. Correct v first, then take the root."""
    return m / (1 - power1), v / ((1 - power2) * (1 - power2))


_CORRECTIONS = (
    no_bias_correction,
    m_not_corrected,
    v_not_corrected,
    correction_without_power,
    t_one_ahead,
    multiplied_by_the_correction,
    divided_by_the_powers,
    powers_swapped,
    one_power_for_both,
    correction_outside_the_root,
)


def t_one_behind(*a: Number) -> Any:
    """The step count t is one behind: the correction takes the old powers, and divides by 0 in the
    first step. Multiply them by beta first.
    """
    learning_rate, _, _, epsilon, *_, before1, before2 = a
    _, m, v, power1, power2 = made_of()(*a)
    m_hat, v_hat = m / (1 - before1), v / (1 - before2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def t_one_behind_from_the_second_step(*a: Number) -> Any:
    """The step count t is one behind: the correction takes the old powers, and is left out in the
    first step, where it would divide by 0. Multiply them by beta first.
    """
    learning_rate, _, _, epsilon, *_, before1, before2 = a
    _, m, v, power1, power2 = made_of()(*a)
    rest1, rest2 = 1 - before1, 1 - before2
    m_hat, v_hat = m / np.where(rest1 > 0, rest1, 1), v / np.where(rest2 > 0, rest2, 1)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def looks_ahead(*a: Number) -> Any:
    """The update looks one step ahead, as in Nadam: this gradient is in it twice. It must be made
    of m alone.
    """
    learning_rate, beta1, _, epsilon, grad, *_ = a
    _, m, v, power1, power2 = made_of()(*a)
    m_hat, v_hat = mean(beta1, grad, m) / (1 - power1), v / (1 - power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def deviation_squared_in_v(*a: Number) -> Any:
    """In v stands the square of the gradient less m, as in AdaBelief. It must be the gradient's
    own.
    """
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m = mean(beta1, grad, m_prev)
    v = mean_square(beta2, grad - m, v_prev)
    power1, power2 = beta1 * before1, beta2 * before2
    m_hat, v_hat = corrected(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def old_v_in_the_update(*a: Number) -> Any:
    """The update divides by the root of the old v. This gradient must be in it already."""
    learning_rate, _, _, epsilon, _, _, v_prev, _, _ = a
    _, m, v, power1, power2 = made_of()(*a)
    return (
        outside(learning_rate, epsilon, m / (1 - power1), v_prev / (1 - power2)),
        m,
        v,
        power1,
        power2,
    )


def betas_swapped(*a: Number) -> Any:
    """The betas are swapped: beta1 belongs to m, beta2 to v."""
    learning_rate, beta1, beta2, *rest = a
    return made_of()(learning_rate, beta2, beta1, *rest)


def betas_swapped_in_the_means(*a: Number) -> Any:
    """The betas are swapped in m and v: beta1 belongs to m, beta2 to v."""
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m, v = mean(beta2, grad, m_prev), mean_square(beta1, grad, v_prev)
    power1, power2 = beta1 * before1, beta2 * before2
    m_hat, v_hat = corrected(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def betas_swapped_but_in_the_powers(*a: Number) -> Any:
    """The betas are swapped in m and v and in their corrections: beta1 belongs to m, beta2 to v."""
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m, v = mean(beta2, grad, m_prev), mean_square(beta1, grad, v_prev)
    power1, power2 = beta1 * before1, beta2 * before2
    m_hat, v_hat = powers_swapped(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def beta1_for_both(*a: Number) -> Any:
    """Both m and v are made with beta1. That of v is beta2."""
    _, m, _, power1, power2 = made_of()(*a)
    _, beta1, _, epsilon, grad, _, v_prev, _, _ = a
    v = mean_square(beta1, grad, v_prev)
    return outside(a[0], epsilon, m / (1 - power1), v / (1 - power2)), m, v, power1, power2


def gradient_for_m(*a: Number) -> Any:
    """The update is made of the gradient, as in RMSProp. It must be made of m."""
    learning_rate, _, _, epsilon, grad, *_ = a
    _, m, v, power1, power2 = made_of()(*a)
    return outside(learning_rate, epsilon, grad, v / (1 - power2)), m, v, power1, power2


def old_moments_in_the_update(*a: Number) -> Any:
    """The update is made of the old m and v. This gradient must be in them already."""
    learning_rate, _, _, epsilon, _, m_prev, v_prev, _, _ = a
    _, m, v, power1, power2 = made_of()(*a)
    m_hat, v_hat = m_prev / (1 - power1), v_prev / (1 - power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def corrected_moments_returned(*a: Number) -> Any:
    """The corrected m and v are returned for the state. Return them as they are: the next step
    corrects them again.
    """
    updates, m, v, power1, power2 = made_of()(*a)
    return updates, m / (1 - power1), v / (1 - power2), power1, power2


def corrected_m_returned(*a: Number) -> Any:
    """The corrected m is returned for the state. Return it as it is: the next step corrects it
    again.
    """
    updates, m, v, power1, power2 = made_of()(*a)
    return updates, m / (1 - power1), v, power1, power2


def corrected_v_returned(*a: Number) -> Any:
    """The corrected v is returned for the state. Return it as it is: the next step corrects it
    again.
    """
    updates, m, v, power1, power2 = made_of()(*a)
    return updates, m, v / (1 - power2), power1, power2


def powers_not_carried(*a: Number) -> Any:
    """The powers come back as they went in, so that every step is corrected like the first. Return
    the new ones.
    """
    updates, m, v, _, _ = made_of()(*a)
    return updates, m, v, *a[-2:]


def betas_for_powers(*a: Number) -> Any:
    """The betas themselves are returned for their powers. Multiply them by the old powers."""
    updates, m, v, _, _ = made_of()(*a)
    return updates, m, v, a[1], a[2]


def m_squared_in_v(*a: Number) -> Any:
    """In v the mean m is squared. It must be the gradient."""
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m = mean(beta1, grad, m_prev)
    v = mean_square(beta2, m, v_prev)
    power1, power2 = beta1 * before1, beta2 * before2
    m_hat, v_hat = corrected(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def powers_as_exponents(*a: Number) -> Any:
    """Beta is raised to its old power, as if that were t. It must be multiplied by it."""
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m, v = mean(beta1, grad, m_prev), mean_square(beta2, grad, v_prev)
    power1, power2 = beta1**before1, beta2**before2
    m_hat, v_hat = corrected(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def powers_squared(*a: Number) -> Any:
    """The old powers are squared. They must be multiplied by their beta."""
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m, v = mean(beta1, grad, m_prev), mean_square(beta2, grad, v_prev)
    power1, power2 = before1 * before1, before2 * before2
    m_hat, v_hat = corrected(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def _with_maximum(largest: Formula, correction: Formula, kept: Formula) -> Rule:
    """Adam whose divisor is made of the larger of the old v and the new one.

    Args:
        largest: of the old v, the new one and 1 less the power of beta2: what is divided by.
        correction: of m and that.
        kept: of the new v and the largest: what is returned for v.
    """

    def rule(*a: Number) -> Any:
        learning_rate, beta1, beta2, epsilon, _, _, v_prev, _, _ = a
        _, m, v, power1, power2 = made_of()(*a)
        most = largest(v_prev, v, 1 - power2)
        m_hat, v_hat = correction(m, most, beta1, beta2, power1, power2)
        return outside(learning_rate, epsilon, m_hat, v_hat), m, kept(v, most), power1, power2

    return rule


def _uncorrected_maximum(v_prev: Number, v: Number, rest: Number) -> Number:
    return np.maximum(v_prev, v)


def _corrected_maximum(v_prev: Number, v: Number, rest: Number) -> Number:
    return np.maximum(v_prev, v / rest)


def _new_v(v: Number, most: Number) -> Number:
    return v


def _largest_v(v: Number, most: Number) -> Number:
    return most


def maximum_with_the_old_v(*a: Number) -> Any:
    """The divisor is made of the old v where that is larger, as in AMSGrad. Here it may fall: leave
    out the maximum.
    """
    return _with_maximum(_uncorrected_maximum, corrected, _new_v)(*a)


def maximum_of_old_and_corrected_v(*a: Number) -> Any:
    """The divisor is made of the larger of the old v, as it is, and the corrected one, as in
    AMSGrad. Here v may fall: leave out the maximum.
    """
    return _with_maximum(_corrected_maximum, v_not_corrected, _new_v)(*a)


def maximum_of_old_and_corrected_v_returned(*a: Number) -> Any:
    """The larger of the old v and the corrected one, as in AMSGrad, divides and is returned for
    v. Here v may fall, and is returned without correction: leave out the maximum.
    """
    return _with_maximum(_corrected_maximum, v_not_corrected, _largest_v)(*a)


def maximum_without_correction(kept: Formula) -> Rule:
    """The divisor is made of the larger of the old v and the new one, as in AMSGrad, and is not
    corrected. Leave out the maximum, and divide v by 1 less the power of beta2.
    """
    return _with_maximum(_uncorrected_maximum, v_not_corrected, kept)


def amsgrad(kept: Formula) -> Rule:
    """That is AMSGrad: the divisor is made of the larger of the old v and the new one, and nothing
    is corrected. Here v may fall, and m and v are divided by 1 less the power of their beta.
    """
    return _with_maximum(_uncorrected_maximum, no_bias_correction, kept)


def infinity_norm(*a: Number) -> Any:
    """Here v is a maximum of the gradient's sizes, as in AdaMax. It must be a mean of squares."""
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m = mean(beta1, grad, m_prev)
    v = np.maximum(beta2 * v_prev, abs(grad))
    power1, power2 = beta1 * before1, beta2 * before2
    return learning_rate * (m / (1 - power1)) / (v + epsilon), m, v, power1, power2


def m_not_corrected_in_the_faster_form(*a: Number) -> Any:
    """In the faster form the correction of m is missing: the rate is divided by 1 less the power of
    beta1, too.
    """
    learning_rate, _, _, epsilon, *_ = a
    _, m, v, power1, power2 = made_of()(*a)
    return learning_rate * sqrt(1 - power2) * m / (sqrt(v) + epsilon), m, v, power1, power2


def powers_of_the_other_beta(*a: Number) -> Any:
    """The old powers are multiplied by the other beta: that of m belongs to beta1, that of v to
    beta2.
    """
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m, v = mean(beta1, grad, m_prev), mean_square(beta2, grad, v_prev)
    power1, power2 = beta2 * before1, beta1 * before2
    m_hat, v_hat = corrected(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


def epsilon_in_the_state(*a: Number) -> Any:
    """Epsilon is added to v and stays in it, more with each step. Add it to the divisor alone."""
    learning_rate, _, _, epsilon, *_ = a
    _, m, v, power1, power2 = made_of()(*a)
    v = v + epsilon
    return learning_rate * (m / (1 - power1)) / sqrt(v / (1 - power2)), m, v, power1, power2


def powers_as_sums(*a: Number) -> Any:
    """The old powers have beta added. They must be multiplied by it."""
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, before1, before2 = a
    m, v = mean(beta1, grad, m_prev), mean_square(beta2, grad, v_prev)
    power1, power2 = beta1 + before1, beta2 + before2
    m_hat, v_hat = corrected(m, v, beta1, beta2, power1, power2)
    return outside(learning_rate, epsilon, m_hat, v_hat), m, v, power1, power2


@convention
def epsilon_before_the_correction(*a: Number) -> Any:
    """Epsilon is added before the root is corrected, as in the paper's faster form and in some
    libraries. Here it is added to the root of the corrected v.
    """
    learning_rate, _, _, epsilon, *_ = a
    _, m, v, power1, power2 = made_of()(*a)
    rate = learning_rate * sqrt(1 - power2) / (1 - power1)
    return rate * m / (sqrt(v) + epsilon), m, v, power1, power2


ADAM = (
    *(mistake(line, made_of(v_line=line), rho="beta2", s="v") for line in AVERAGES),
    *(mistake(line, made_of(m_line=line)) for line in _MEANS),
    *(mistake(line, made_of(correction=line)) for line in _CORRECTIONS),
    *(
        mistake(step, made_of(step=step), s="the corrected v", grad="the corrected m")
        for step in (epsilon_inside_the_root, *STEPS)
    ),
    *(
        mistake(version, version(kept))
        for version in (maximum_without_correction, amsgrad)
        for kept in (_new_v, _largest_v)
    ),
    *(
        mistake(version, version)
        for version in (
            maximum_with_the_old_v,
            maximum_of_old_and_corrected_v,
            maximum_of_old_and_corrected_v_returned,
            betas_swapped_but_in_the_powers,
            t_one_behind,
            t_one_behind_from_the_second_step,
            looks_ahead,
            deviation_squared_in_v,
            old_v_in_the_update,
            betas_swapped,
            betas_swapped_in_the_means,
            beta1_for_both,
            gradient_for_m,
            old_moments_in_the_update,
            corrected_moments_returned,
            corrected_m_returned,
            corrected_v_returned,
            powers_squared,
            infinity_norm,
            m_not_corrected_in_the_faster_form,
            powers_not_carried,
            betas_for_powers,
            m_squared_in_v,
            powers_as_exponents,
            powers_as_sums,
            powers_of_the_other_beta,
            epsilon_in_the_state,
            epsilon_before_the_correction,
        )
    ),
)
