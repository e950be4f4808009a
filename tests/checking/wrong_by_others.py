"""Wrong (and right) implementations of the update rules, as students hand them in.

Written from ``rmsprop_lab/rules.py`` alone, without a look at the checker, so that the two are
independent. ``WRONG`` lists (rule, label of the mistake, function); a label that begins with
``two:`` names two mistakes, one that begins with ``other:`` is a mistake outside the checker's
list. ``CORRECT`` lists (rule, function). The odd style is on purpose: do not tidy it.
"""

import math
from collections.abc import Callable

import numpy as np

# ---------------------------------------------------------------------------------------
# rmsprop: wrong
# ---------------------------------------------------------------------------------------


def rms_no_decay(learning_rate, rho, epsilon, grad, s_prev):
    # the old average is kept whole: rho is forgotten in front of it
    s = s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_weights_exchanged(learning_rate, rho, epsilon, grad, s_prev):
    # rho weighs the new square and 1 - rho the old average
    old_part = (1 - rho) * s_prev
    new_part = rho * np.square(grad)
    s = old_part + new_part
    return learning_rate * grad / (np.sqrt(s) + epsilon), s


def rms_weights_exchanged_loop(learning_rate, rho, epsilon, grad, s_prev):
    # the same exchange, element by element
    g = np.array(grad, dtype=float)
    old = np.array(s_prev, dtype=float) * np.ones(g.shape)
    s = np.zeros(g.shape)
    updates = np.zeros(g.shape)
    for i in np.ndindex(g.shape):
        s[i] = rho * g[i] * g[i] + (1 - rho) * old[i]
        updates[i] = learning_rate * g[i] / (math.sqrt(s[i]) + epsilon)
    return updates, s


def rms_absolute(learning_rate, rho, epsilon, grad, s_prev):
    # averages the size of the gradient, not its square
    size = np.abs(grad)
    s = rho * s_prev + (1 - rho) * size
    updates = learning_rate * grad / (s**0.5 + epsilon)
    return updates, s


def rms_rootless(learning_rate, rho, epsilon, grad, s_prev):
    # divides by the mean square itself
    mean_of_squares = rho * s_prev + (1.0 - rho) * grad * grad
    denominator = mean_of_squares + epsilon
    step = learning_rate * grad / denominator
    return step, mean_of_squares


def rms_half_power(learning_rate, rho, epsilon, grad, s_prev):
    # thinks that s ** 1 / 2 is the root; it is half of s
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (s**1 / 2 + epsilon)
    return updates, s


def rms_epsilon_left_out(learning_rate, rho, epsilon, grad, s_prev):
    # nothing guards the division
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate / np.sqrt(s) * grad
    return updates, s


def rms_epsilon_under_root(learning_rate, rho, epsilon, grad, s_prev):
    # closes the parenthesis of the root too late
    s = (rho * s_prev) + ((1 - rho) * (grad**2))
    updates = (learning_rate * grad) / (np.sqrt(s + epsilon))
    return updates, s


def rms_state_forgotten(learning_rate, rho, epsilon, grad, s_prev):
    # computes and uses the new average but hands the old one back
    s_new = rho * s_prev + (1 - rho) * np.power(grad, 2)
    updates = learning_rate * grad / (np.sqrt(s_new) + epsilon)
    return updates, s_prev


def rms_one_step_late(learning_rate, rho, epsilon, grad, s_prev):
    # takes the step first and updates the average after
    updates = learning_rate * grad / (np.sqrt(s_prev) + epsilon)
    s = rho * s_prev + (1 - rho) * grad**2
    return updates, s


class RmsOneMeanForAll:
    # averages the squares over the coordinates too, because of the word "mean"
    def __call__(self, learning_rate, rho, epsilon, grad, s_prev):
        mean_square = np.mean(np.square(grad))
        s = rho * s_prev + (1 - rho) * mean_square
        updates = learning_rate * grad / (np.sqrt(s) + epsilon)
        return updates, s


def rms_norm_for_all(learning_rate, rho, epsilon, grad, s_prev):
    # reads g^2 as the squared length of the vector
    length = np.linalg.norm(grad)
    s = rho * s_prev + (1 - rho) * length**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_piles_up(learning_rate, rho, epsilon, grad, s_prev):
    # this is AdaGrad
    s = s_prev + grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_amnesia(learning_rate, rho, epsilon, grad, s_prev):
    # starts the average from zero at every call
    s = 0
    s = rho * s + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_like_adam(learning_rate, rho, epsilon, grad, s_prev):
    # divides by 1 - rho, as in the first step of Adam
    s = rho * s_prev + (1 - rho) * grad**2
    s_corrected = s / (1 - rho)
    updates = learning_rate * grad / (np.sqrt(s_corrected) + epsilon)
    return updates, s


def rms_minus_already_there(learning_rate, rho, epsilon, grad, s_prev):
    # puts the minus sign in, though the caller subtracts
    s = rho * s_prev + (1 - rho) * grad**2
    updates = -learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_no_rate(learning_rate, rho, epsilon, grad, s_prev):
    # the learning rate does not appear
    s = rho * s_prev + (1 - rho) * grad * grad
    normalized_gradient = grad / (np.sqrt(s) + epsilon)
    return normalized_gradient, s


def rms_rate_from_the_slides(learning_rate, rho, epsilon, grad, s_prev):
    # writes over the argument
    learning_rate = 0.001
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_parentheses(learning_rate, rho, epsilon, grad, s_prev):
    # without parentheses epsilon is added to the quotient
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / np.sqrt(s) + epsilon
    return updates, s


def rms_state_first(learning_rate=0.001, rho=0.9, epsilon=1e-7, grad=0.0, s_prev=0.0):
    # returns the two results the other way round
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return s, updates


def rms_epsilon_in_average(learning_rate, rho, epsilon, grad, s_prev):
    # "so that s is never zero"
    s = rho * s_prev + (1 - rho) * grad**2 + epsilon
    updates = learning_rate * grad / np.sqrt(s)
    return updates, s


def rms_writes_on_state(learning_rate, rho, epsilon, grad, s_prev):
    # right values, but the array of the caller is changed
    s = s_prev
    s *= rho
    s += (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_writes_on_gradient(learning_rate, rho, epsilon, grad, s_prev):
    # right values, but the gradient of the caller is scaled
    s = rho * s_prev + (1 - rho) * np.square(grad)
    grad *= learning_rate
    grad /= np.sqrt(s) + epsilon
    return grad, s


def rms_only_direction(learning_rate, rho, epsilon, grad, s_prev):
    # Rprop with a constant step: the average is computed and not used
    s = rho * s_prev + (1 - rho) * grad**2
    updates = np.where(np.asarray(grad) > 0, learning_rate, -learning_rate)
    updates = np.where(np.asarray(grad) == 0, 0.0, updates)
    return updates, s


def rms_full_new_square(learning_rate, rho, epsilon, grad, s_prev):
    # the new square enters whole
    s = rho * s_prev
    s = s + grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_rho_nine_tenths(learning_rate, rho, epsilon, grad, s_prev):
    # 0.9 and 0.1, as in Hinton's slide
    s = 0.9 * s_prev + 0.1 * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_epsilon_constant(learning_rate, rho, epsilon, grad, s_prev):
    # a constant of its own in place of the argument
    SMALL = 1e-8
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + SMALL)
    return updates, s


def rms_nothing_back(learning_rate, rho, epsilon, grad, s_prev):
    # ends without a return
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)  # noqa: F841


def rms_half_of_the_results(learning_rate, rho, epsilon, grad, s_prev):
    # the state is lost
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates


def rms_two_ascent_rootless(learning_rate, rho, epsilon, grad, s_prev):
    # minus sign, and no root
    s = rho * s_prev + (1 - rho) * grad**2
    updates = -(learning_rate * grad) / (s + epsilon)
    return updates, s


def rms_two_exchanged_inside(learning_rate, rho, epsilon, grad, s_prev):
    # weights exchanged, and epsilon under the root
    beta = 1 - rho
    s = beta * s_prev + (1 - beta) * grad**2
    updates = learning_rate * grad / (s + epsilon) ** 0.5
    return updates, s


def rms_two_no_epsilon_old_state(learning_rate, rho, epsilon, grad, s_prev):
    # no epsilon, and the old average is returned
    running = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / np.sqrt(running)
    return updates, s_prev


# ---------------------------------------------------------------------------------------
# momentum: wrong
# ---------------------------------------------------------------------------------------


def mom_average(learning_rate, momentum, grad, velocity_prev):
    # an average of the gradients in place of a decaying sum
    velocity = momentum * velocity_prev + (1 - momentum) * grad
    return learning_rate * velocity, velocity


def mom_brakes(learning_rate, momentum, grad, velocity_prev):
    # the old velocity is taken away
    velocity = grad - momentum * velocity_prev
    updates = learning_rate * velocity
    return updates, velocity


def mom_velocity_lost(learning_rate, momentum, grad, velocity_prev):
    # hands back the velocity that it was given
    v = momentum * velocity_prev + grad
    updates = learning_rate * v
    return updates, velocity_prev


def mom_with_lookahead(learning_rate, momentum, grad, velocity_prev):
    # Nesterov's step
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * (grad + momentum * velocity)
    return updates, velocity


def mom_rate_in_velocity(learning_rate, momentum, grad, velocity_prev):
    # the convention of Keras
    velocity = momentum * velocity_prev + learning_rate * grad
    updates = velocity
    return updates, velocity


class MomUphill:
    # the update has the sign of the new parameters' change
    def __call__(self, learning_rate, momentum, grad, velocity_prev):
        velocity = momentum * velocity_prev + grad
        return -learning_rate * velocity, velocity


def mom_nine_tenths(learning_rate, momentum, grad, velocity_prev):
    # 0.9 is typed in
    velocity = 0.9 * velocity_prev + grad
    updates = learning_rate * velocity
    return updates, velocity


def mom_velocity_first(learning_rate, momentum, grad, velocity_prev):
    # results the other way round
    new_velocity = np.add(np.multiply(momentum, velocity_prev), grad)
    new_updates = np.multiply(learning_rate, new_velocity)
    return new_velocity, new_updates


def mom_writes_on_velocity(learning_rate, momentum, grad, velocity_prev):
    # right values, but the array of the caller is changed
    velocity_prev *= momentum
    velocity_prev += grad
    return learning_rate * velocity_prev, velocity_prev


def mom_two_uphill_half(learning_rate, momentum, grad, velocity_prev):
    # minus sign, and momentum typed in
    momentum = 0.5
    velocity = momentum * velocity_prev + grad
    updates = -learning_rate * velocity
    return updates, velocity


# ---------------------------------------------------------------------------------------
# nesterov: wrong
# ---------------------------------------------------------------------------------------


def nes_plain(learning_rate, momentum, grad, velocity_prev):
    # the heavy ball
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * velocity
    return updates, velocity


def nes_twice_old(learning_rate, momentum, grad, velocity_prev):
    # looks ahead with the velocity from before the step
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * (grad + momentum * velocity_prev)
    return updates, velocity


def nes_minus(learning_rate, momentum, grad, velocity_prev):
    # minus in front of the velocity in the step
    vel = momentum * velocity_prev + grad
    upd = learning_rate * (grad - momentum * vel)
    return upd, vel


def nes_velocity_lost(learning_rate, momentum, grad, velocity_prev):
    # the new velocity is used and forgotten
    velocity = momentum * velocity_prev + grad
    look_ahead = grad + momentum * velocity
    updates = learning_rate * look_ahead
    return updates, velocity_prev


def nes_rate_in_velocity(learning_rate, momentum, grad, velocity_prev):
    # the learning rate is applied before the sum
    scaled = learning_rate * grad
    velocity = momentum * velocity_prev + scaled
    updates = scaled + momentum * velocity
    return updates, velocity


def nes_no_rate(learning_rate, momentum, grad, velocity_prev):
    # the learning rate does not appear
    velocity = momentum * velocity_prev + grad
    updates = grad + momentum * velocity
    return updates, velocity


def nes_only_updates(learning_rate, momentum, grad, velocity_prev):
    # the velocity is not returned
    velocity = momentum * velocity_prev + grad
    return learning_rate * (grad + momentum * velocity)


def nes_two_lost_and_brakes(learning_rate, momentum, grad, velocity_prev):
    # the velocity has the wrong sign in its own formula, and is not carried
    velocity = grad - momentum * velocity_prev
    updates = learning_rate * (grad + momentum * velocity)
    return updates, velocity_prev


# ---------------------------------------------------------------------------------------
# adam: wrong
# ---------------------------------------------------------------------------------------


def adam_full_gradient(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # 1 - beta1 is forgotten in m
    m = beta1 * m_prev + grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    b1 = beta1_power_prev * beta1
    b2 = beta2_power_prev * beta2
    updates = learning_rate * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + epsilon)
    return updates, m, v, b1, b2


def adam_full_square(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # 1 - beta2 is forgotten in v
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + grad**2
    b1 = beta1_power_prev * beta1
    b2 = beta2_power_prev * beta2
    m_hat = m / (1 - b1)
    v_hat = v / (1 - b2)
    return learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v, b1, b2


def adam_uncorrected(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # m and v are used as they are
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    updates = learning_rate * m / (np.sqrt(v) + epsilon)
    return updates, m, v, beta1_power_prev * beta1, beta2_power_prev * beta2


def adam_betas_exchanged(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # beta2 for the gradient and beta1 for the square
    m = beta2 * m_prev + (1 - beta2) * grad
    v = beta1 * v_prev + (1 - beta1) * grad * grad
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power


def adam_counts_from_zero(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # corrects with the powers from before the step (and finds a zero there at first)
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    m_hat = m / np.where(beta1_power_prev == 1, 1, 1 - beta1_power_prev)
    v_hat = v / np.where(beta2_power_prev == 1, 1, 1 - beta2_power_prev)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1 * beta1_power_prev, beta2 * beta2_power_prev


def adam_counts_from_two(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # takes the powers for those of this step and multiplies once too often
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    p1 = beta1_power_prev * beta1
    p2 = beta2_power_prev * beta2
    m_hat = m / (1 - p1 * beta1)
    v_hat = v / (1 - p2 * beta2)
    updates = learning_rate * m_hat / (v_hat**0.5 + epsilon)
    return updates, m, v, p1, p2


def adam_epsilon_left_out(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # nothing guards the division
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    q1, q2 = beta1_power_prev * beta1, beta2_power_prev * beta2
    updates = learning_rate * (m / (1 - q1)) / np.sqrt(v / (1 - q2))
    return updates, m, v, q1, q2


def adam_epsilon_under_root(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # epsilon joins v before the root
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    q1, q2 = beta1_power_prev * beta1, beta2_power_prev * beta2
    mhat, vhat = m / (1 - q1), v / (1 - q2)
    updates = learning_rate * mhat / np.sqrt(vhat + epsilon)
    return (updates, m, v, q1, q2)


def adam_rootless(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # divides by v itself
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * np.square(grad)
    q1, q2 = beta1_power_prev * beta1, beta2_power_prev * beta2
    mhat, vhat = m / (1 - q1), v / (1 - q2)
    updates = learning_rate * mhat / (vhat + epsilon)
    return updates, m, v, q1, q2


def adam_absolute(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # v averages the size of the gradient
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * abs(grad)
    q1, q2 = beta1_power_prev * beta1, beta2_power_prev * beta2
    updates = learning_rate * (m / (1 - q1)) / (np.sqrt(v / (1 - q2)) + epsilon)
    return updates, m, v, q1, q2


def adam_powers_stand_still(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # the powers are advanced for the correction but the old ones are returned
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1 * beta1_power_prev)
    v_hat = v / (1 - beta2 * beta2_power_prev)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power_prev, beta2_power_prev


def adam_rate_from_the_paper(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # alpha = 0.001, "good default settings"
    alpha = 0.001
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    q1, q2 = beta1_power_prev * beta1, beta2_power_prev * beta2
    updates = alpha * (m / (1 - q1)) / (np.sqrt(v / (1 - q2)) + epsilon)
    return updates, m, v, q1, q2


def adam_v_before_m(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # v and m change places among the results
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    q1, q2 = beta1_power_prev * beta1, beta2_power_prev * beta2
    updates = learning_rate * (m / (1 - q1)) / (np.sqrt(v / (1 - q2)) + epsilon)
    return updates, v, m, q1, q2


def adam_two_uphill_uncorrected(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # minus sign, and no correction
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    return -learning_rate * m / (np.sqrt(v) + epsilon), m, v, beta1_power, beta2_power


# ---------------------------------------------------------------------------------------
# adagrad, rmsprop_inside, rmsprop_centered, rmsprop_momentum: wrong
# ---------------------------------------------------------------------------------------


def ada_amnesia(learning_rate, epsilon, grad, s_prev):
    # the sum has one term
    s = grad**2
    return learning_rate * grad / (np.sqrt(s) + epsilon), s


def ada_rootless(learning_rate, epsilon, grad, s_prev):
    # divides by the sum of squares
    s = s_prev + grad * grad
    updates = learning_rate * grad / (s + epsilon)
    return updates, s


def inside_outside(learning_rate, rho, epsilon, grad, s_prev):
    # the plain rule: epsilon stands outside
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def centered_new_mean(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    # the deviation is from the mean after the step, not before it
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * (variance_prev + (1 - rho) * (grad - mean) ** 2)
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


def rmsmom_rate_in_velocity(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    # the convention of Keras
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + learning_rate * grad / (np.sqrt(s) + epsilon)
    return velocity, s, velocity


def rmsmom_velocity_lost(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    # the new velocity moves the parameters and is forgotten
    s = rho * s_prev + (1 - rho) * grad**2
    v = momentum * velocity_prev + grad / (np.sqrt(s) + epsilon)
    updates = learning_rate * v
    return updates, s, velocity_prev


# ---------------------------------------------------------------------------------------
# correct
# ---------------------------------------------------------------------------------------


def right_rms_short(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    return learning_rate * grad / (s**0.5 + epsilon), s


def right_rms_loop(learning_rate, rho, epsilon, grad, s_prev):
    g = np.array(grad, dtype=float)
    s = np.array(np.broadcast_to(s_prev, g.shape), dtype=float)
    updates = np.zeros(g.shape)
    for index in np.ndindex(g.shape):
        s[index] = rho * s[index] + (1 - rho) * g[index] ** 2
        updates[index] = learning_rate * g[index] / (math.sqrt(s[index]) + epsilon)
    return updates, s


def right_rms_comprehension(learning_rate, rho, epsilon, grad, s_prev):
    shape = np.shape(grad)
    olds = np.broadcast_to(s_prev, shape)
    gs = [float(x) for x in np.ravel(grad)]
    ss = [rho * a + (1 - rho) * b * b for a, b in zip(np.ravel(olds), gs, strict=True)]
    us = [learning_rate * b / (math.sqrt(a) + epsilon) for a, b in zip(ss, gs, strict=True)]
    return np.array(us).reshape(shape), np.array(ss).reshape(shape)


def right_rms_copies(learning_rate=0.001, rho=0.9, epsilon=1e-7, grad=0.0, s_prev=0.0):
    s = np.copy(s_prev) * 1.0
    s *= rho
    s += (1 - rho) * np.square(grad)
    updates = np.copy(grad) * 1.0
    updates *= learning_rate
    updates /= np.sqrt(s) + epsilon
    return updates, s


class RightRms:
    def mean_square(self, rho, grad, s_prev):
        return s_prev + (1 - rho) * (grad * grad - s_prev)

    def __call__(self, learning_rate, rho, epsilon, grad, s_prev):
        s = self.mean_square(rho, grad, s_prev)
        rms = np.sqrt(s) + epsilon
        return (learning_rate / rms) * grad, s


def right_rms_long_names(learning_rate, rho, epsilon, grad, s_prev):
    the_squared_gradient = np.multiply(grad, grad)
    the_share_that_is_new = 1.0 - float(rho)
    what_remains = np.multiply(rho, s_prev)
    the_new_average = np.add(what_remains, the_share_that_is_new * the_squared_gradient)
    the_denominator = np.add(np.sqrt(the_new_average), epsilon)
    the_updates = np.divide(np.multiply(learning_rate, grad), the_denominator)
    return (the_updates, the_new_average)


def right_momentum_short(learning_rate, momentum, grad, velocity_prev):
    return learning_rate * (v := grad + velocity_prev * momentum), v


def right_momentum_arrays(learning_rate, momentum, grad, velocity_prev):
    v = np.array(velocity_prev, dtype=float)
    v = v * momentum
    v = v + np.array(grad)
    delta = v * float(learning_rate)
    return delta, v


def right_nesterov_expanded(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * ((1 + momentum) * grad + momentum**2 * velocity_prev)
    return updates, velocity


def right_adam_steps(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    beta1_t = beta1_power_prev * beta1
    beta2_t = beta2_power_prev * beta2
    first = m_prev + (1 - beta1) * (grad - m_prev)
    second = v_prev + (1 - beta2) * (np.square(grad) - v_prev)
    top = first / (1 - beta1_t)
    bottom = (second / (1 - beta2_t)) ** 0.5 + epsilon
    return learning_rate * top / bottom, first, second, beta1_t, beta2_t


def right_adam_rescaled(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # the faster order of the paper: the corrections go into the rate and into epsilon
    b1t, b2t = beta1 * beta1_power_prev, beta2 * beta2_power_prev
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    root = np.sqrt(1 - b2t)
    alpha_t = learning_rate * root / (1 - b1t)
    return alpha_t * m / (np.sqrt(v) + epsilon * root), m, v, b1t, b2t


def right_adagrad(learning_rate, epsilon, grad, s_prev):
    total = np.sum([s_prev, np.square(grad)], axis=0)
    adapted_rate = learning_rate / (epsilon + np.sqrt(total))
    return adapted_rate * grad, total


def right_inside(learning_rate, rho, epsilon, grad, s_prev):
    new = rho * s_prev + (1 - rho) * pow(grad, 2)
    return learning_rate * grad * (new + epsilon) ** -0.5, new


def right_centered(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    d = grad - mean_prev
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * variance_prev + rho * (1 - rho) * d**2
    return learning_rate * grad / (np.sqrt(variance) + epsilon), mean, variance


def right_rms_momentum(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    def mix(weight, old, new):
        return weight * old + (1 - weight) * new

    s = mix(rho, s_prev, grad**2)
    pull = grad / (np.sqrt(s) + epsilon)
    velocity = pull + momentum * velocity_prev
    return velocity * learning_rate, s, velocity


WRONG: list[tuple[str, str, Callable]] = [
    ("rmsprop", "missing rho", rms_no_decay),
    ("rmsprop", "swapped rho", rms_weights_exchanged),
    ("rmsprop", "swapped rho", rms_weights_exchanged_loop),
    ("rmsprop", "|g| for g^2", rms_absolute),
    ("rmsprop", "no root", rms_rootless),
    ("rmsprop", "other: s ** 1 / 2 halves s, no root", rms_half_power),
    ("rmsprop", "no epsilon", rms_epsilon_left_out),
    ("rmsprop", "epsilon inside the root (another convention)", rms_epsilon_under_root),
    ("rmsprop", "s not updated (returned old)", rms_state_forgotten),
    ("rmsprop", "old s used in the division", rms_one_step_late),
    ("rmsprop", "one s for all coordinates (mean)", RmsOneMeanForAll()),
    ("rmsprop", "one s for all (norm or sum)", rms_norm_for_all),
    ("rmsprop", "summed s (AdaGrad)", rms_piles_up),
    ("rmsprop", "no memory (s_prev ignored)", rms_amnesia),
    ("rmsprop", "bias correction added", rms_like_adam),
    ("rmsprop", "ascent", rms_minus_already_there),
    ("rmsprop", "learning rate unused", rms_no_rate),
    ("rmsprop", "learning rate hard-coded", rms_rate_from_the_slides),
    ("rmsprop", "a / b + eps precedence", rms_parentheses),
    ("rmsprop", "swapped return order", rms_state_first),
    ("rmsprop", "epsilon added to the state", rms_epsilon_in_average),
    ("rmsprop", "in-place change of the caller's arrays", rms_writes_on_state),
    ("rmsprop", "in-place change of the caller's arrays", rms_writes_on_gradient),
    ("rmsprop", "sign only", rms_only_direction),
    ("rmsprop", "weight 1-rho missing", rms_full_new_square),
    ("rmsprop", "rho/epsilon/momentum hard-coded", rms_rho_nine_tenths),
    ("rmsprop", "rho/epsilon/momentum hard-coded", rms_epsilon_constant),
    ("rmsprop", "forgets return", rms_nothing_back),
    ("rmsprop", "returns only updates", rms_half_of_the_results),
    ("rmsprop", "two: ascent; no root", rms_two_ascent_rootless),
    (
        "rmsprop",
        "two: swapped rho; epsilon inside the root (another convention)",
        rms_two_exchanged_inside,
    ),
    ("rmsprop", "two: no epsilon; s not updated (returned old)", rms_two_no_epsilon_old_state),
    ("momentum", "other: weight 1 - momentum on the gradient", mom_average),
    ("momentum", "wrong sign of the velocity term", mom_brakes),
    ("momentum", "velocity not carried", mom_velocity_lost),
    ("momentum", "Nesterov confused with heavy ball", mom_with_lookahead),
    ("momentum", "learning rate inside the velocity (another convention)", mom_rate_in_velocity),
    ("momentum", "ascent", MomUphill()),
    ("momentum", "rho/epsilon/momentum hard-coded", mom_nine_tenths),
    ("momentum", "swapped return order", mom_velocity_first),
    ("momentum", "in-place change of the caller's arrays", mom_writes_on_velocity),
    ("momentum", "two: ascent; rho/epsilon/momentum hard-coded", mom_two_uphill_half),
    ("nesterov", "Nesterov confused with heavy ball", nes_plain),
    ("nesterov", "other: old velocity used in the look-ahead", nes_twice_old),
    ("nesterov", "wrong sign of the velocity term", nes_minus),
    ("nesterov", "velocity not carried", nes_velocity_lost),
    ("nesterov", "learning rate inside the velocity (another convention)", nes_rate_in_velocity),
    ("nesterov", "learning rate unused", nes_no_rate),
    ("nesterov", "returns only updates", nes_only_updates),
    (
        "nesterov",
        "two: wrong sign of the velocity term; velocity not carried",
        nes_two_lost_and_brakes,
    ),
    ("adam", "missing 1 - beta", adam_full_gradient),
    ("adam", "missing 1 - beta", adam_full_square),
    ("adam", "no bias correction", adam_uncorrected),
    ("adam", "betas swapped", adam_betas_exchanged),
    ("adam", "t off by one", adam_counts_from_zero),
    ("adam", "t off by one", adam_counts_from_two),
    ("adam", "no epsilon", adam_epsilon_left_out),
    ("adam", "epsilon inside the root (another convention)", adam_epsilon_under_root),
    ("adam", "no root", adam_rootless),
    ("adam", "|g| for g^2", adam_absolute),
    ("adam", "other: powers of beta not carried", adam_powers_stand_still),
    ("adam", "learning rate hard-coded", adam_rate_from_the_paper),
    ("adam", "swapped return order", adam_v_before_m),
    ("adam", "two: ascent; no bias correction", adam_two_uphill_uncorrected),
    ("adagrad", "no memory (s_prev ignored)", ada_amnesia),
    ("adagrad", "no root", ada_rootless),
    ("rmsprop_inside", "other: epsilon outside the root (another convention)", inside_outside),
    ("rmsprop_centered", "other: deviation from the new mean", centered_new_mean),
    (
        "rmsprop_momentum",
        "learning rate inside the velocity (another convention)",
        rmsmom_rate_in_velocity,
    ),
    ("rmsprop_momentum", "velocity not carried", rmsmom_velocity_lost),
]

CORRECT: list[tuple[str, Callable]] = [
    ("rmsprop", right_rms_short),
    ("rmsprop", right_rms_loop),
    ("rmsprop", right_rms_comprehension),
    ("rmsprop", right_rms_copies),
    ("rmsprop", RightRms()),
    ("rmsprop", right_rms_long_names),
    ("momentum", right_momentum_short),
    ("momentum", right_momentum_arrays),
    ("nesterov", right_nesterov_expanded),
    ("adam", right_adam_steps),
    ("adam", right_adam_rescaled),
    ("adagrad", right_adagrad),
    ("rmsprop_inside", right_inside),
    ("rmsprop_centered", right_centered),
    ("rmsprop_momentum", right_rms_momentum),
]
