"""Hand-ins as a first-year student writes them, by someone who has only seen the rules.

Every function of ``WRONG`` has exactly one mistake, named by its label; every function of
``CORRECT`` is right, in a style of its own. Argument names and order are those of the rule.
"""

import math
from collections.abc import Callable
from copy import copy, deepcopy

import numpy as np

# rmsprop, wrong


def rms_eps_under_root(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    return learning_rate / np.sqrt(s + epsilon) * grad, s


def rms_no_root(learning_rate, rho, epsilon, grad, s_prev):
    avg = rho * s_prev + (1.0 - rho) * np.square(grad)
    step = learning_rate * grad / (avg + epsilon)
    return step, avg


def rms_old_s_divides(learning_rate, rho, epsilon, grad, s_prev):
    updates = learning_rate * grad / (np.sqrt(s_prev) + epsilon)
    s = rho * s_prev + (1 - rho) * grad * grad
    return updates, s


def rms_weights_swapped(learning_rate, rho, epsilon, grad, s_prev):
    decay = 1 - rho
    s_new = decay * s_prev + (1 - decay) * grad**2
    dw = learning_rate * grad / (s_new**0.5 + epsilon)
    return dw, s_new


def rms_no_one_minus_rho(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev * rho
    s = s + grad**2
    return (learning_rate * grad) / (np.sqrt(s) + epsilon), s


def rms_old_part_not_decayed(learning_rate, rho, epsilon, grad, s_prev):
    cache = copy(s_prev)
    cache += (1 - rho) * grad**2
    update = learning_rate * grad / (np.sqrt(cache) + epsilon)
    return update, cache


def rms_gradient_not_squared(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_eps_outside_fraction(learning_rate, rho, epsilon, grad, s_prev):
    E_g2 = rho * s_prev + (1 - rho) * np.power(grad, 2)
    updates = learning_rate * grad / np.sqrt(E_g2) + epsilon
    return updates, E_g2


def rms_negative_step(learning_rate, rho, epsilon, grad, s_prev):
    v = rho * s_prev + (1 - rho) * grad**2
    delta = -learning_rate / (np.sqrt(v) + epsilon) * grad
    return delta, v


def rms_returned_backwards(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return s, updates


def rms_overwrites_s_prev(learning_rate, rho, epsilon, grad, s_prev):
    s_prev *= rho
    s_prev += (1 - rho) * grad * grad
    return learning_rate * grad / (np.sqrt(s_prev) + epsilon), s_prev


def rms_one_mean_for_all(learning_rate, rho, epsilon, grad, s_prev):
    mean_square = np.mean(np.square(grad))
    s = rho * s_prev + (1 - rho) * mean_square
    root = np.sqrt(s)
    return learning_rate * grad / (root + epsilon), s


def rms_square_around_everything(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + ((1 - rho) * grad) ** 2
    updates = learning_rate * grad / (s**0.5 + epsilon)
    return updates, s


def rms_only_effective_rate(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    effective_lr = learning_rate / (np.sqrt(s) + epsilon)
    return effective_lr, s


def rms_missing_brackets(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + 1 - rho * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def rms_root_kept_as_state(learning_rate, rho, epsilon, grad, s_prev):
    rms = np.sqrt(rho * s_prev + (1 - rho) * grad**2)
    return learning_rate * grad / (rms + epsilon), rms


class RmsOwnMemory:
    def __init__(self):
        self.s = 0.0

    def __call__(self, learning_rate, rho, epsilon, grad, s_prev):
        self.s = rho * self.s + (1 - rho) * grad**2
        updates = learning_rate * grad / (np.sqrt(self.s) + epsilon)
        return updates, self.s


def rms_no_epsilon(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / s**0.5
    return updates, s


def rms_loop_stops_early(learning_rate, rho, epsilon, grad, s_prev):
    g = np.ravel(grad)
    old = np.ravel(s_prev + 0.0 * grad)
    s = np.zeros(len(g))
    updates = np.zeros(len(g))
    for i in range(len(g) - 1):
        s[i] = rho * old[i] + (1 - rho) * g[i] ** 2
        updates[i] = learning_rate * g[i] / (math.sqrt(s[i]) + epsilon)
    return updates.reshape(np.shape(grad)), s.reshape(np.shape(grad))


def rms_hands_back_old_s(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s_prev


# momentum, wrong


def mom_as_running_mean(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + (1 - momentum) * grad
    return learning_rate * velocity, velocity


def mom_rate_in_velocity(learning_rate, momentum, grad, velocity_prev):
    v = momentum * velocity_prev + learning_rate * grad
    return v, v


def mom_steps_with_old_velocity(learning_rate, momentum, grad, velocity_prev):
    step = learning_rate * velocity_prev
    new_v = momentum * velocity_prev + grad
    return step, new_v


def mom_brackets_around_sum(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * (velocity_prev + grad)
    updates = learning_rate * velocity
    return updates, velocity


def mom_subtracts_gradient(learning_rate, momentum, grad, velocity_prev):
    vel = momentum * velocity_prev - grad
    return learning_rate * vel, vel


def mom_adds_onto_grad(learning_rate, momentum, grad, velocity_prev):
    velocity = grad
    velocity += momentum * velocity_prev
    return learning_rate * velocity, velocity


def mom_rate_on_gradient_only(learning_rate, momentum, grad, velocity_prev):
    memory = momentum * velocity_prev
    velocity = memory + grad
    updates = learning_rate * grad + memory
    return updates, velocity


# nesterov, wrong


def nag_peeks_with_old_velocity(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * (grad + momentum * velocity_prev)
    return updates, velocity


def nag_velocity_twice(learning_rate, momentum, grad, velocity_prev):
    v = momentum * velocity_prev + grad
    lookahead = v + momentum * v
    return learning_rate * lookahead, v


def nag_keeps_lookahead(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + grad
    velocity = grad + momentum * velocity
    updates = learning_rate * velocity
    return updates, velocity


def nag_no_mu_the_second_time(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + grad
    return learning_rate * (velocity + grad), velocity


def nag_rate_missing_on_gradient(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + grad
    updates = grad + learning_rate * momentum * velocity
    return updates, velocity


# adam, wrong


def adam_uncorrected(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    b1t = beta1_power_prev * beta1
    b2t = beta2_power_prev * beta2
    return learning_rate * m / (np.sqrt(v) + epsilon), m, v, b1t, b2t


def adam_corrects_with_last_powers(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * np.square(grad)
    m_hat = m / (1 - beta1_power_prev)
    v_hat = v / (1 - beta2_power_prev)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power_prev * beta1, beta2_power_prev * beta2


def adam_always_first_step(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    a, b = 1 - beta1, 1 - beta2
    m = beta1 * m_prev + a * grad
    v = beta2 * v_prev + b * grad**2
    step = learning_rate * (m / a) / ((v / b) ** 0.5 + epsilon)
    return step, m, v, beta1 * beta1_power_prev, beta2 * beta2_power_prev


def adam_v_copied_from_m_line(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta1 * v_prev + (1 - beta1) * grad**2
    p1 = beta1 * beta1_power_prev
    p2 = beta2 * beta2_power_prev
    mhat = m / (1 - p1)
    vhat = v / (1 - p2)
    return learning_rate * mhat / (np.sqrt(vhat) + epsilon), m, v, p1, p2


def adam_stores_hats(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    pow1 = beta1 * beta1_power_prev
    pow2 = beta2 * beta2_power_prev
    m = (beta1 * m_prev + (1 - beta1) * grad) / (1 - pow1)
    v = (beta2 * v_prev + (1 - beta2) * grad**2) / (1 - pow2)
    return learning_rate * m / (np.sqrt(v) + epsilon), m, v, pow1, pow2


def adam_squares_m_for_v(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * m**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power


def adam_powers_stand_still(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1 * beta1_power_prev)
    v_hat = v / (1 - beta2 * beta2_power_prev)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power_prev, beta2_power_prev


def adam_gradient_on_top(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    first = beta1 * m_prev + (1 - beta1) * grad
    second = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_t = beta1 * beta1_power_prev
    beta2_t = beta2 * beta2_power_prev
    denominator = np.sqrt(second / (1 - beta2_t)) + epsilon
    return learning_rate * grad / denominator, first, second, beta1_t, beta2_t


def adam_power_read_as_exponent(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    p1 = beta1**beta1_power_prev
    p2 = beta2**beta2_power_prev
    updates = learning_rate * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + epsilon)
    return updates, m, v, p1, p2


# the others, wrong


def ada_forgets_the_past(learning_rate, epsilon, grad, s_prev):
    s = np.zeros_like(s_prev)
    s = s + grad**2
    return learning_rate * grad / (np.sqrt(s) + epsilon), s


def ada_times_two(learning_rate, epsilon, grad, s_prev):
    s = s_prev + grad * 2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


def centered_from_new_mean(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    mean = mean_prev + (1 - rho) * (grad - mean_prev)
    variance = rho * (variance_prev + (1 - rho) * (grad - mean) ** 2)
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


def rms_momentum_divides_velocity(
    learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev
):
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * velocity / (np.sqrt(s) + epsilon)
    return updates, s, velocity


# right, in ten styles


def right_rms_one_line_each(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev + (1 - rho) * (np.square(grad) - s_prev)
    return grad * (learning_rate / (epsilon + s**0.5)), s


def right_rms_element_by_element(learning_rate, rho, epsilon, grad, s_prev):
    g = np.asarray(grad, dtype=float)
    old = np.broadcast_to(s_prev, g.shape)
    s = np.empty(g.shape)
    updates = np.empty(g.shape)
    for where in np.ndindex(g.shape):
        s[where] = rho * old[where] + (1 - rho) * g[where] ** 2
        updates[where] = learning_rate * g[where] / (math.sqrt(s[where]) + epsilon)
    return updates, s


def right_rms_in_place_on_copy(learning_rate, rho, epsilon, grad, s_prev):
    s = deepcopy(s_prev)
    s *= rho
    s += (1 - rho) * abs(grad) ** 2
    updates = learning_rate * copy(grad)
    updates /= np.sqrt(s) + epsilon
    return updates, s


class RightRms:
    def mix(self, keep, old, new):
        return keep * old + (1.0 - keep) * new

    def __call__(self, learning_rate, rho, epsilon, grad, s_prev):
        s = self.mix(rho, s_prev, grad * grad)
        denominator = np.add(np.sqrt(s), epsilon)
        return np.multiply(learning_rate, np.divide(grad, denominator)), s


def right_momentum(learning_rate, momentum, grad, velocity_prev):
    banana = np.add(grad, np.multiply(velocity_prev, momentum))
    return banana * learning_rate, banana


def right_nesterov(learning_rate, momentum, grad, velocity_prev):
    v = grad + momentum * velocity_prev
    updates = learning_rate * grad + learning_rate * momentum * v
    return updates, v


right_adagrad = lambda learning_rate, epsilon, grad, s_prev: (  # noqa: E731
    learning_rate * grad / ((s_prev + grad**2) ** 0.5 + epsilon),
    s_prev + grad**2,
)


def right_adam(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    state = {"m": m_prev * beta1, "v": v_prev * beta2}
    state["m"] = state["m"] + (1 - beta1) * grad
    state["v"] = state["v"] + (1 - beta2) * np.square(grad)
    b1t, b2t = beta1_power_prev * beta1, beta2_power_prev * beta2
    top = state["m"] / (1 - b1t)
    bottom = np.sqrt(state["v"]) / np.sqrt(1 - b2t) + epsilon
    return learning_rate * (top / bottom), state["m"], state["v"], b1t, b2t


def right_centered(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    m = rho * mean_prev + (1 - rho) * grad
    sigma2 = rho * variance_prev + rho * (1 - rho) * (mean_prev - grad) ** 2
    sigma = np.sqrt(sigma2)
    return learning_rate * grad / (sigma + epsilon), m, sigma2


def right_rms_momentum(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    def scaled(second_moment):
        return grad / (second_moment**0.5 + epsilon)

    s = rho * s_prev + (1 - rho) * grad**2
    vel = momentum * velocity_prev
    vel = vel + scaled(s)
    return learning_rate * vel, s, vel


WRONG: list[tuple[str, str, Callable]] = [
    ("rmsprop", "epsilon under the root", rms_eps_under_root),
    ("rmsprop", "no square root", rms_no_root),
    ("rmsprop", "divides before s is updated", rms_old_s_divides),
    ("rmsprop", "rho and 1 - rho swapped", rms_weights_swapped),
    ("rmsprop", "1 - rho left out", rms_no_one_minus_rho),
    ("rmsprop", "old s not multiplied by rho", rms_old_part_not_decayed),
    ("rmsprop", "gradient not squared in s", rms_gradient_not_squared),
    ("rmsprop", "epsilon added to the whole fraction", rms_eps_outside_fraction),
    ("rmsprop", "minus sign in the update", rms_negative_step),
    ("rmsprop", "results in the wrong order", rms_returned_backwards),
    ("rmsprop", "changes s_prev in place", rms_overwrites_s_prev),
    ("rmsprop", "mean over all coordinates", rms_one_mean_for_all),
    ("rmsprop", "1 - rho squared with the gradient", rms_square_around_everything),
    ("rmsprop", "update without the gradient", rms_only_effective_rate),
    ("rmsprop", "no brackets around 1 - rho", rms_missing_brackets),
    ("rmsprop", "returns the root as s", rms_root_kept_as_state),
    ("rmsprop", "keeps s in the object, ignores s_prev", RmsOwnMemory()),
    ("rmsprop", "no epsilon", rms_no_epsilon),
    ("rmsprop", "loop misses the last element", rms_loop_stops_early),
    ("rmsprop", "returns the old s", rms_hands_back_old_s),
    ("momentum", "1 - mu in front of the gradient", mom_as_running_mean),
    ("momentum", "learning rate inside the velocity", mom_rate_in_velocity),
    ("momentum", "steps with the old velocity", mom_steps_with_old_velocity),
    ("momentum", "mu times the gradient too", mom_brackets_around_sum),
    ("momentum", "gradient subtracted in the velocity", mom_subtracts_gradient),
    ("momentum", "velocity is an alias of grad, grad changed", mom_adds_onto_grad),
    ("momentum", "learning rate on the gradient only", mom_rate_on_gradient_only),
    ("nesterov", "looks ahead with the old velocity", nag_peeks_with_old_velocity),
    ("nesterov", "velocity plus mu velocity", nag_velocity_twice),
    ("nesterov", "stores the look-ahead as velocity", nag_keeps_lookahead),
    ("nesterov", "no mu in the look-ahead", nag_no_mu_the_second_time),
    ("nesterov", "learning rate not on the gradient", nag_rate_missing_on_gradient),
    ("adam", "no bias correction", adam_uncorrected),
    ("adam", "bias correction one step late", adam_corrects_with_last_powers),
    ("adam", "divides by 1 - beta, not 1 - beta^t", adam_always_first_step),
    ("adam", "beta1 in the second moment", adam_v_copied_from_m_line),
    ("adam", "stores corrected moments", adam_stores_hats),
    ("adam", "v averages m squared", adam_squares_m_for_v),
    ("adam", "powers returned without update", adam_powers_stand_still),
    ("adam", "gradient instead of m hat", adam_gradient_on_top),
    ("adam", "beta to the power of the stored power", adam_power_read_as_exponent),
    ("adagrad", "s starts from zero at every step", ada_forgets_the_past),
    ("adagrad", "times two instead of squared", ada_times_two),
    ("rmsprop_centered", "deviation from the new mean", centered_from_new_mean),
    ("rmsprop_momentum", "scales the velocity, not the gradient", rms_momentum_divides_velocity),
]

CORRECT: list[tuple[str, Callable]] = [
    ("rmsprop", right_rms_one_line_each),
    ("rmsprop", right_rms_element_by_element),
    ("rmsprop", right_rms_in_place_on_copy),
    ("rmsprop", RightRms()),
    ("momentum", right_momentum),
    ("nesterov", right_nesterov),
    ("adagrad", right_adagrad),
    ("adam", right_adam),
    ("rmsprop_centered", right_centered),
    ("rmsprop_momentum", right_rms_momentum),
]
