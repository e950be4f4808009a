"""Wrong rules by the kind of what is wrong, across the rules, each with the name it must get.

What is written in the manner of people who have not seen the list: with ``if``, loops and lists,
with other names, in other conventions. The odd style is on purpose: do not tidy it.
"""

import math

import numpy as np

WRONG = []


def wrong(rule, name):
    def mark(function):
        WRONG.append((rule, name, function))
        return function

    return mark


# Added instead of multiplied.


@wrong("rmsprop", "learning_rate + grad for learning_rate * grad")
def rate_added(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return (lr + g) / (np.sqrt(s) + eps), s


@wrong("rmsprop", "rho + s_prev for rho * s_prev")
def rho_added(lr, rho, eps, g, s):
    s = rho + s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "learning_rate + velocity for learning_rate * velocity")
def rate_added_to_velocity(lr, mu, g, v):
    v = mu * v + g
    return v + lr, v


@wrong("momentum", "momentum + velocity_prev for momentum * velocity_prev")
def momentum_added(lr, mu, g, v):
    v = (mu + v) + g
    return lr * v, v


@wrong("adam", "beta1 + m_prev for beta1 * m_prev")
def beta_added(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 + m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adagrad", "learning_rate + grad for learning_rate * grad")
def rate_added_in_adagrad(lr, eps, g, s):
    s = s + g**2
    return (g + lr) / (s**0.5 + eps), s


# Weights.


@wrong("rmsprop", "1 + rho for 1 - rho")
def one_plus_rho(lr, rho, eps, g, s):
    s = rho * s + (1 + rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adam", "1 + beta2 for 1 - beta2")
def one_plus_beta2(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 + b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("rmsprop_centered", "(1 + rho) * (grad - mean_prev) for (1 - rho) * (grad - mean_prev)")
def one_plus_rho_in_the_mean(lr, rho, eps, g, m, var):
    off = g - m
    m = m + (1 + rho) * off
    var = rho * (var + (1 - rho) * off**2)
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong("rmsprop", "rho ** 2 for rho")
def rho_squared(lr, rho, eps, g, s):
    keep = rho**2
    s = keep * s + (1 - keep) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "0.9 * s_prev for rho * s_prev")
def one_number_typed_in(lr, rho, eps, g, s):
    s = 0.9 * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "mean of two")
def half_and_half(lr, rho, eps, g, s):
    s = np.mean([s * np.ones_like(g), g**2], axis=0)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("nesterov", "momentum ** 2 * velocity for momentum * velocity")
def nesterov_mu_squared(lr, mu, g, v):
    v = mu * v + g
    return lr * (g + mu**2 * v), v


@wrong("nesterov", "heavy ball for nesterov")
def nesterov_old_velocity_twice(lr, mu, g, v_prev):
    v = mu * v_prev + g
    return lr * (g + mu * v_prev), v


# Squares and roots.


@wrong("rmsprop", "epsilon squared inside the root")
def epsilon_squared_under_the_root(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / np.sqrt(s + eps**2), s


@wrong("rmsprop_inside", "epsilon squared inside the root")
def epsilon_squared_inside(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / np.sqrt(s + eps**2), s


@wrong("adam", "epsilon squared inside the root")
def adam_epsilon_squared(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / np.sqrt(v / (1 - p2) + eps * eps), m, v, p1, p2


@wrong("rmsprop", "epsilon ** 2 for epsilon")
def epsilon_squared_outside(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps**2), s


@wrong(
    "rmsprop",
    "(rho * s_prev + (1 - rho) * grad ** 2) ** 2 for rho * s_prev + (1 - rho) * grad ** 2",
)
def the_whole_mean_squared(lr, rho, eps, g, s):
    s = (rho * s + (1 - rho) * g**2) ** 2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "square of the mean")
def mean_squared_as_a_whole(lr, rho, eps, g, s):
    s = (rho * s + (1 - rho) * g) ** 2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adam", "square of the mean")
def adam_mean_squared_as_a_whole(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, (b2 * v + (1 - b2) * g) ** 2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("rmsprop", "s ** 2 for sqrt(s)")
def squared_for_root(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (s**2 + eps), s


@wrong("adagrad", "grad ** 3 for grad ** 2")
def cubed(lr, eps, g, s):
    s = s + g**3
    return lr * g / (np.sqrt(s) + eps), s


# AdaGrad's sum.


@wrong("adagrad", "mean for sum")
def adagrad_running_mean(lr, eps, g, s):
    s = 0.9 * s + 0.1 * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adagrad", "mean for sum")
def adagrad_mean_of_two(lr, eps, g, s):
    s = (s + g**2) / 2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adagrad", "decaying sum")
def adagrad_forgets(lr, eps, g, s):
    s = 0.99 * s + g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adagrad", "maximum for sum")
def adagrad_maximum(lr, eps, g, s):
    s = np.maximum(s, g * g)
    return lr * g / (np.sqrt(s) + eps), s


# Centred.


@wrong("rmsprop_centered", "mean not squared")
def centred_mean_not_squared(lr, rho, eps, g, m, s):
    m = rho * m + (1 - rho) * g
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s - m) + eps), m, s


@wrong("rmsprop_centered", "mean not squared and epsilon inside")
def centred_mean_not_squared_inside(lr, rho, eps, g, m, s):
    m = rho * m + (1 - rho) * g
    s = rho * s + (1 - rho) * g**2
    return lr * g / np.sqrt(s - m + eps), m, s


@wrong("rmsprop_centered", "new mean subtracted outside")
def centred_new_mean(lr, rho, eps, g, m, var):
    m = rho * m + (1 - rho) * g
    var = rho * var + (1 - rho) * (g - m) ** 2
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong(
    "rmsprop_centered",
    "another convention: mean square in the state and epsilon inside",
)
def graves(lr, rho, eps, g, m, n):
    n = rho * n + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    return lr * g / np.sqrt(n - m**2 + eps), m, n


@wrong("rmsprop_centered", "squared mean added")
def centred_plus(lr, rho, eps, g, m, s):
    m = rho * m + (1 - rho) * g
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s + m**2) + eps), m, s


@wrong("rmsprop_centered", "squared mean in the state")
def centred_difference_carried(lr, rho, eps, g, m, s):
    m = rho * m + (1 - rho) * g
    s = rho * s + (1 - rho) * g**2 - m**2
    return lr * g / (np.sqrt(s) + eps), m, s


# Epsilon.


@wrong("rmsprop", "epsilon as least divisor")
def epsilon_maximum(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / np.maximum(np.sqrt(s), eps), s


@wrong("adagrad", "epsilon as least divisor")
def adagrad_epsilon_maximum(lr, eps, g, s):
    s = s + g**2
    return lr * g / np.maximum(np.sqrt(s), eps), s


@wrong("adam", "epsilon as least divisor")
def adam_epsilon_maximum(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / np.maximum(np.sqrt(v / (1 - p2)), eps), m, v, p1, p2


@wrong("rmsprop_inside", "epsilon as least square")
def inside_epsilon_maximum(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / np.sqrt(np.maximum(s, eps)), s


@wrong("rmsprop", "epsilon only at zero")
def epsilon_if_zero(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    root = np.sqrt(s)
    return lr * g / np.where(root == 0, eps, root), s


@wrong("rmsprop", "only for arrays")
def epsilon_by_a_mask(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    root = np.sqrt(np.array(s))
    root[root == 0] = eps
    return lr * g / root, s


@wrong("adagrad", "epsilon only at zero")
def nothing_where_zero(lr, eps, g, s):
    s = s + g**2
    return np.where(s > 0, lr * g / np.sqrt(np.where(s > 0, s, 1.0)), 0.0), s


@wrong("rmsprop", "epsilon twice")
def epsilon_in_both_places(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s + eps) + eps), s


@wrong("rmsprop", "epsilon on the rate")
def effective_rate_plus_epsilon(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    rate = lr / np.sqrt(s) + eps
    return rate * g, s


@wrong("rmsprop", "-epsilon for epsilon")
def epsilon_subtracted(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) - eps), s


@wrong("rmsprop", "sqrt(s) * epsilon for sqrt(s) + epsilon")
def epsilon_multiplied(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) * eps), s


@wrong("rmsprop", "2 * epsilon for epsilon")
def epsilon_doubled(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + 2 * eps), s


# Whole numbers, single precision.


@wrong("rmsprop", "s in whole numbers")
def s_truncated(lr, rho, eps, g, s):
    s = np.trunc(rho * s + (1 - rho) * g**2)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "s in whole numbers")
def s_of_integers(lr, rho, eps, g, s):
    new = np.zeros(np.shape(g), dtype=int)
    new[...] = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(new) + eps), new


@wrong("rmsprop", "old s in whole numbers")
def old_s_of_integers(lr, rho, eps, g, s):
    s = rho * np.array(s).astype(int) + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "velocity in whole numbers")
def velocity_of_integers(lr, mu, g, v):
    v = np.array(mu * v + g).astype(np.int64)
    return lr * v, v


@wrong("rmsprop", "updates in whole numbers")
def floor_division(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g // (np.sqrt(s) + eps), s


@wrong("adagrad", "s in whole numbers")
def rounded(lr, eps, g, s):
    s = np.round(s + g**2)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "single precision")
def single(lr, rho, eps, g, s):
    g, s = np.float32(g), np.float32(s)
    s = np.float32(rho) * s + np.float32(1 - rho) * g**2
    return np.float32(lr) * g / (np.sqrt(s) + np.float32(eps)), s


@wrong("adam", "single precision")
def adam_single(lr, b1, b2, eps, g, m, v, p1, p2):
    g = np.asarray(g, dtype=np.float32)[()]
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


# Right for some values.


@wrong("rmsprop", "wrong for large rho")
def rho_at_most(lr, rho, eps, g, s):
    rho = min(rho, 0.9)
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "wrong for large rho")
def rho_at_most_99(lr, rho, eps, g, s):
    rho = np.clip(rho, 0, 0.99)
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "wrong for small rho")
def rho_at_least(lr, rho, eps, g, s):
    rho = max(rho, 0.1)
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "wrong for large momentum")
def momentum_at_most(lr, mu, g, v):
    v = min(mu, 0.95) * v + g
    return lr * v, v


@wrong("adam", "wrong for large beta2")
def beta2_at_most(lr, b1, b2, eps, g, m, v, p1, p2):
    b2 = min(b2, 0.999)
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("sgd", "wrong for large learning_rate")
def rate_at_most(lr, g):
    return min(lr, 1.0) * g


@wrong("adagrad", "wrong for small learning_rate")
def rate_at_least(lr, eps, g, s):
    s = s + g**2
    return max(lr, 1e-3) * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "wrong for small epsilon")
def epsilon_at_least(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + max(eps, 1e-3)), s


@wrong("rmsprop", "wrong for large epsilon")
def epsilon_at_most(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + min(eps, 1.0)), s


@wrong("rmsprop", "wrong for rho = 0")
def rho_or(lr, rho, eps, g, s):
    rho = rho or 0.9
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("nesterov", "wrong for momentum = 0")
def momentum_or(lr, mu, g, v):
    mu = mu if mu else 0.9
    v = mu * v + g
    return lr * (g + mu * v), v


@wrong("sgd", "wrong for large grad")
def gradient_clipped(lr, g):
    return lr * np.clip(g, -5, 5)


@wrong("rmsprop", "updates limited")
def updates_clipped(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return np.clip(lr * g / (np.sqrt(s) + eps), -1, 1), s


@wrong("rmsprop", "s limited")
def s_kept_above(lr, rho, eps, g, s):
    s = np.maximum(rho * s + (1 - rho) * g**2, 1e-4)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "never falls")
def like_amsgrad(lr, rho, eps, g, s_prev):
    s = np.maximum(s_prev, rho * s_prev + (1 - rho) * g**2)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "maximum(learning_rate * velocity, 0) for learning_rate * velocity")
def only_downhill(lr, mu, g, v):
    v = mu * v + g
    return np.maximum(lr * v, 0), v


@wrong("sgd", "wrong for negative grad")
def only_positive_gradients(lr, g):
    return np.where(g > 0, lr * g, 0.5 * lr * g)


# Right in the first step, where all states are 0: which of them is it that decides?


@wrong("rmsprop_momentum", "wrong after the first step")
def more_by_the_old_s(lr, rho, eps, mu, g, s_prev, v_prev):
    s = rho * s_prev + (1 - rho) * g**2
    v = mu * v_prev + g / (np.sqrt(s) + eps)
    return lr * v * (1 + np.abs(s_prev) / (1 + np.abs(s_prev))), s, v


@wrong("rmsprop_momentum", "wrong after the first step")
def more_by_the_old_velocity(lr, rho, eps, mu, g, s_prev, v_prev):
    s = rho * s_prev + (1 - rho) * g**2
    v = mu * v_prev + g / (np.sqrt(s) + eps)
    return lr * v * (1 + np.abs(v_prev) / (1 + np.abs(v_prev))), s, v


@wrong("rmsprop_momentum", "wrong after the first step")
def more_by_either(lr, rho, eps, mu, g, s_prev, v_prev):
    s = rho * s_prev + (1 - rho) * g**2
    v = mu * v_prev + g / (np.sqrt(s) + eps)
    old = np.abs(s_prev) + np.abs(v_prev)
    return lr * v * (1 + old / (1 + old)), s, v


AFTER_THE_FIRST_STEP = {
    "s_prev": more_by_the_old_s,
    "velocity_prev": more_by_the_old_velocity,
    "s_prev = velocity_prev": more_by_either,
}

# Wrong in few calls, which agree in an argument by chance: it was large, small or 0 in all of them,
# and does not decide, or not alone.


@wrong("rmsprop", "")
def a_middling_rate_is_less(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return (0.7 if 0.4 < lr < 0.6 else 1.0) * lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "")
def a_middling_epsilon_is_left_out(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + (0.0 if 0.4 < eps < 0.6 else eps)), s


@wrong("rmsprop", "")
def less_by_the_rate_and_epsilon(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return (0.7 if lr * eps > 0.5 else 1.0) * lr * g / (np.sqrt(s) + eps), s


@wrong("adagrad", "")
def less_by_epsilon_and_the_rate(lr, eps, g, s):
    s = s + g**2
    return (0.7 if lr * eps > 2 else 1.0) * lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "")
def less_by_the_gradient_and_the_rate(lr, mu, g, v):
    v = mu * v + g
    return np.where(abs(g) * lr > 0.1, 1.0, 0.7) * lr * v, v


@wrong("rmsprop", "")
def more_by_epsilon_and_the_state(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    more = np.where(eps > 0.001, np.where(s < 1e-6, 0.1, 0.0), 0.0)
    return lr * g / (np.sqrt(s) + eps), s + more


@wrong("rmsprop", "")
def other_by_how_many_there_are(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    step = lr * g / (np.sqrt(s) + eps)
    return 1.7 * step if np.size(g) > 4 else step, s


BY_CHANCE = [
    a_middling_rate_is_less,
    a_middling_epsilon_is_left_out,
    less_by_the_rate_and_epsilon,
    less_by_epsilon_and_the_rate,
    less_by_the_gradient_and_the_rate,
    more_by_epsilon_and_the_state,
    other_by_how_many_there_are,
]

# Where two calls give the same, but not all: an argument has an effect all the same.


@wrong("rmsprop_momentum", "")
def divisor_at_most(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    v = mu * v + g / np.minimum(np.sqrt(s) + eps, 0.9)
    return lr * v, s, v


@wrong("adam", "v limited")
def v_at_most(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, np.minimum(b2 * v + (1 - b2) * g**2, 0.9)
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "beta2_power_prev for beta2 * beta2_power_prev")
def second_power_kept(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    p1 = p1 * b1
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


# Coordinates that are mixed, and shapes.


@wrong("rmsprop", "coordinates mixed")
def largest_of_all(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * np.max(g**2)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adagrad", "coordinates mixed")
def old_s_averaged(lr, eps, g, s):
    s = np.mean(s) + g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "coordinates mixed")
def running_sum(lr, mu, g, v):
    v = mu * v + np.cumsum(g).reshape(np.shape(g))
    return lr * v, v


@wrong("sgd", "coordinates mixed")
def clipped_by_the_norm(lr, g):
    norm = np.sqrt(np.sum(np.square(g)))
    return lr * g * np.minimum(1, 1 / norm) if norm else lr * g


@wrong("sgd", "coordinates mixed")
def in_reverse(lr, g):
    return lr * np.flip(g)


@wrong("rmsprop", "wrong for arrays of two dimensions")
def only_for_vectors(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    step = lr * g / (np.sqrt(s) + eps)
    return step.mean(axis=0) * np.ones_like(g) if np.ndim(g) == 2 else step, s


@wrong("sgd", "wrong for single numbers")
def only_for_arrays(lr, g):
    return lr * g if np.ndim(g) else lr * np.sign(g)


# Results: what is returned, and in which order.


@wrong("rmsprop_momentum", "results in another order")
def two_of_three_exchanged(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    v = mu * v + g / (np.sqrt(s) + eps)
    return v, s, lr * v


@wrong("rmsprop", "grad returned for s")
def returns_grad(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), g


@wrong("rmsprop", "ascent")
def ascends(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return -lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "wrong number of results")
def everything_in_one(lr, mu, g, v):
    v = mu * v + g
    return np.array([lr * v, v, g])


# A factor too many.


@wrong("rmsprop", "updates times (1 - rho)")
def rate_decayed(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * (1 - rho) * g / (np.sqrt(s) + eps), s


@wrong("momentum", "updates times a number")
def ten_times(lr, mu, g, v):
    v = mu * v + g
    return 10 * lr * v, v


@wrong("sgd", "updates plus a number")
def with_a_constant(lr, g):
    return lr * g + 0.01


@wrong("rmsprop", "learning_rate / 2 for learning_rate")
def halved(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return 0.5 * lr * g / (np.sqrt(s) + eps), s


@wrong("nesterov", "1 / learning_rate for learning_rate")
def divided_by_the_rate(lr, mu, g, v):
    v = mu * v + g
    return (g + mu * v) / lr, v


# Momentum's conventions.


@wrong("momentum", "another convention: average with the learning rate")
def dampened_inside(lr, mu, g, v):
    v = mu * v + (1 - mu) * lr * g
    return v, v


@wrong("rmsprop_momentum", "another convention: keras velocity")
def keras(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    v = mu * v - lr * g / (np.sqrt(s) + eps)
    return -v, s, v


@wrong("nesterov", "another convention: velocity downhill")
def downhill(lr, mu, g, v):
    v = mu * v - g
    return -lr * (mu * v - g), v


@wrong("nesterov", "another convention: keras velocity")
def well_known_course(lr, mu, dx, v):
    v_prev = v
    v = mu * v - lr * dx
    return mu * v_prev - (1 + mu) * v, v


# Adam.


@wrong("adam", "t one behind")
def adam_old_powers(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1 * b1, p2 * b2


@wrong("adam", "looks ahead")
def nadam(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    m_hat = (b1 * m + (1 - b1) * g) / (1 - p1)
    return lr * m_hat / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "deviation squared in v")
def adabelief(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * (g - m) ** 2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "never falls")
def amsgrad(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, np.maximum(v, b2 * v + (1 - b2) * g**2)
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "old v in the update")
def adam_late_v(lr, b1, b2, eps, g, m, v_prev, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v_prev + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v_prev / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "sqrt(1 - beta2_power) for 1 - beta2_power")
def adam_root_of_the_correction(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / np.sqrt(1 - p2)) + eps), m, v, p1, p2


# A slip in another form of the right rule.


@wrong(
    "nesterov",
    "(1 + momentum) * velocity - velocity_prev for "
    "(1 + momentum) * velocity - momentum * velocity_prev",
)
def nesterov_old_velocity_whole(lr, mu, g, v_prev):
    v = mu * v_prev + g
    return lr * ((1 + mu) * v - v_prev), v


@wrong("nesterov", "velocity_prev and velocity for velocity and velocity_prev")
def nesterov_velocities_exchanged(lr, mu, g, v_prev):
    v = mu * v_prev + g
    return lr * ((1 + mu) * v_prev - mu * v), v


@wrong("nesterov", "velocity_prev - velocity for velocity - velocity_prev")
def nesterov_back_by_the_change(lr, mu, g, v_prev):
    v = mu * v_prev + g
    return lr * (v + mu * (v_prev - v)), v


@wrong("rmsprop", "grad ** 2 + s_prev for grad ** 2 - s_prev")
def corrected_by_the_sum(lr, rho, eps, g, s):
    s += (1 - rho) * (g**2 + s)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "rho - 1 for 1 - rho")
def corrected_the_wrong_way(lr, rho, eps, g, s):
    s = s - (1 - rho) * (g**2 - s)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop_centered", "grad + mean for grad - mean")
def welford_with_a_sum(lr, rho, eps, g, m_prev, var):
    m = rho * m_prev + (1 - rho) * g
    var = rho * var + (1 - rho) * (g - m_prev) * (g + m)
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong("rmsprop_centered", "mean_prev ** 2 for mean ** 2")
def less_the_old_mean(lr, rho, eps, g, m_prev, var):
    m = rho * m_prev + (1 - rho) * g
    var = rho * (var + m_prev**2) + (1 - rho) * g**2 - m_prev**2
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong("momentum", "momentum - 1 for 1 - momentum")
def friction_added(lr, mu, g, v):
    v = v + (1 - mu) * v + g
    return lr * v, v


@wrong("adam", "learning_rate * (1 - beta2_power) for learning_rate * sqrt(1 - beta2_power)")
def faster_form_without_a_root(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2, p1 * b1, p2 * b2
    return lr * (1 - p2) / (1 - p1) * m / (np.sqrt(v) + eps * math.sqrt(1 - p2)), m, v, p1, p2


# The whole is squared, or the root of a part is taken.


@wrong("adagrad", "square of the sum of sizes")
def sum_of_sizes_squared(lr, eps, g, s):
    s = np.square(s + np.abs(g))
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adagrad", "root and gradient added")
def root_added_to_the_gradient(lr, eps, g, s):
    s = (np.sqrt(s) + g) ** 2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("adagrad", "root of each part")
def roots_of_the_parts(lr, eps, g, s):
    return lr * g / (np.sqrt(s) + np.abs(g) + eps), s + g**2


@wrong("rmsprop", "square of the mean size")
def mean_size_squared(lr, rho, eps, g, s):
    s = (rho * s + (1 - rho) * abs(g)) ** 2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop_inside", "roots averaged")
def roots_averaged_inside(lr, rho, eps, g, s):
    rms = rho * np.sqrt(s) + (1 - rho) * np.abs(g)
    return lr * g / np.sqrt(rms**2 + eps), rms**2


@wrong("rmsprop_centered", "square of the mean")
def deviation_averaged_and_squared(lr, rho, eps, g, m, var):
    off = g - m
    var = (rho * (var + (1 - rho) * off)) ** 2
    return lr * g / (np.sqrt(var) + eps), m + (1 - rho) * off, var


@wrong("adam", "square of the mean")
def adam_mean_squared(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v, p1, p2 = b1 * m + (1 - b1) * g, (b2 * v + (1 - b2) * g) ** 2, p1 * b1, p2 * b2
    return lr * m / (1 - p1) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


# How many coordinates there are, or another one of them.


@wrong("sgd", "updates times 1 / sqrt(the number of coordinates)")
def over_the_root_of_the_size(lr, g):
    return lr * g / np.sqrt(np.size(g))


@wrong("adam", "updates times 1 / the number of coordinates")
def adam_over_the_size(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2, p1 * b1, p2 * b2
    return lr * m / (1 - p1) / (np.sqrt(v / (1 - p2)) + eps) / np.size(g), m, v, p1, p2


@wrong("adagrad", "coordinates mixed")
def squares_over_the_size(lr, eps, g, s):
    s = s + g**2 / np.size(g)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("momentum", "coordinates mixed")
def mean_gradient_over_the_size(lr, mu, g, v):
    v = mu * v + g / np.size(g)
    return lr * v, v


@wrong("sgd", "coordinates mixed")
def less_the_mean_over_coordinates(lr, g):
    return lr * (g - np.mean(g))


@wrong("rmsprop", "coordinates mixed")
def largest_root_for_all(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.max(np.sqrt(s)) + eps), s


# The variance as the mean of squares, with what people do against a negative root.


@wrong("rmsprop_centered", "squared mean in the state")
def fed_back_and_clipped(lr, rho, eps, g, m, var):
    m = rho * m + (1 - rho) * g
    var = np.clip(rho * var + (1 - rho) * g**2 - m**2, 0, None)
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong("rmsprop_centered", "squared mean in the state")
def fed_back_without_its_sign(lr, rho, eps, g, m, var):
    m = rho * m + (1 - rho) * g
    var = np.abs(rho * var + (1 - rho) * g**2 - m**2)
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong("rmsprop_centered", "squared old mean in the state")
def fed_back_with_the_old_mean(lr, rho, eps, g, m, var):
    var = np.maximum(rho * var + (1 - rho) * g**2 - m**2, 0)
    return lr * g / (np.sqrt(var) + eps), rho * m + (1 - rho) * g, var


@wrong("rmsprop_centered", "another convention: mean square in the state")
def mean_square_guarded(lr, rho, eps, g, m, s):
    m, s = rho * m + (1 - rho) * g, rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(np.maximum(s - m**2, 0)) + eps), m, s


@wrong("rmsprop_centered", "ascent; new deviation in the update")
def from_the_gradient_to_the_mean(lr, rho, eps, g, m_prev, var):
    m = rho * m_prev + (1 - rho) * g
    var = rho * (var + (1 - rho) * (g - m_prev) ** 2)
    return lr * (m - g) / (np.sqrt(var) + eps), m, var


# A maximum with the old state.


@wrong("adam", "maximum with the old v")
def amsgrad_corrected(lr, b1, b2, eps, g, m, v, p1, p2):
    most = np.maximum(v, b2 * v + (1 - b2) * g**2)
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2, p1 * b1, p2 * b2
    return lr * m / (1 - p1) / (np.sqrt(most / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "maximum of old and corrected v")
def amsgrad_of_the_corrected(lr, b1, b2, eps, g, m, v_prev, p1, p2):
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b2 * v_prev + (1 - b2) * g**2, p1 * b1, p2 * b2
    root = np.sqrt(np.maximum(v_prev, v / (1 - p2)))
    return lr * m / (1 - p1) / (root + eps), m, v, p1, p2


@wrong("adam", "maximum without correction")
def amsgrad_half_corrected(lr, b1, b2, eps, g, m, v, p1, p2):
    v = np.maximum(v, b2 * v + (1 - b2) * g**2)
    m, p1, p2 = b1 * m + (1 - b1) * g, p1 * b1, p2 * b2
    return lr * m / (1 - p1) / (np.sqrt(v) + eps), m, v, p1, p2


@wrong("adam", "amsgrad")
def amsgrad_itself(lr, b1, b2, eps, g, m, v, p1, p2):
    v = np.maximum(v, b2 * v + (1 - b2) * g**2)
    m = b1 * m + (1 - b1) * g
    return lr * m / (np.sqrt(v) + eps), m, v, p1 * b1, p2 * b2


@wrong("rmsprop", "maximum with the old s")
def larger_s_divides(lr, rho, eps, g, s_prev):
    s = rho * s_prev + (1 - rho) * g**2
    return lr * g / (np.sqrt(np.maximum(s, s_prev)) + eps), s


@wrong("rmsprop", "maximum(s, s_prev) returned for s")
def larger_s_returned(lr, rho, eps, g, s_prev):
    s = rho * s_prev + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), np.maximum(s, s_prev)


@wrong("rmsprop", "largest square")
def largest_square_so_far(lr, rho, eps, g, s):
    s = np.maximum(s, g**2)
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop_centered", "never falls")
def variance_never_falls(lr, rho, eps, g, m, var):
    var = np.maximum(var, rho * (var + (1 - rho) * (g - m) ** 2))
    return lr * g / (np.sqrt(var) + eps), rho * m + (1 - rho) * g, var


# Another argument of the same kind.


@wrong("rmsprop_momentum", "rho * velocity_prev for momentum * velocity_prev")
def velocity_decays_with_rho(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    v = rho * v + g / (np.sqrt(s) + eps)
    return lr * v, s, v


@wrong("rmsprop_momentum", "momentum for rho")
def s_decays_with_momentum(lr, rho, eps, mu, g, s, v):
    s = mu * s + (1 - mu) * g**2
    v = mu * v + g / (np.sqrt(s) + eps)
    return lr * v, s, v


@wrong("adam", "beta1 for beta2")
def beta1_everywhere(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b1 * v + (1 - b1) * g**2, p1 * b1, p2 * b1
    return lr * m / (1 - p1) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("rmsprop", "sqrt(s) + learning_rate for sqrt(s) + epsilon")
def rate_for_epsilon(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + lr), s


@wrong("momentum", "momentum * velocity for learning_rate * velocity")
def momentum_for_the_rate(lr, mu, g, v):
    v = mu * v + g
    return mu * v, v


# Two at once.


@wrong("rmsprop", "ascent; no root")
def uphill_without_root(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return -lr * g / (s + eps), s


@wrong("rmsprop", "weight missing; s for sqrt(s)")
def no_weight_and_no_root(lr, rho, eps, g, s):
    s = rho * s + g**2
    return lr * g / (s + eps), s


@wrong("adam", "ascent; no bias correction")
def adam_uphill(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    return -lr * m / (np.sqrt(v) + eps), m, v, p1 * b1, p2 * b2


# Arguments.


@wrong("rmsprop", "arguments in another order")
def gradient_first(grad, cache, lr, decay, eps):
    cache = decay * cache + (1 - decay) * grad**2
    return lr * grad / (np.sqrt(cache) + eps), cache


@wrong("rmsprop", "arguments in another order")
def names_that_say_nothing(one, two, three, four, five):
    five = four * five + (1 - four) * one**2
    return two * one / (np.sqrt(five) + three), five


@wrong("rmsprop", "arguments in another order")
def names_that_say_little(p, q, x1, x2, x3):
    q = x2 * q + (1 - x2) * p**2
    return x1 * p / (np.sqrt(q) + x3), q


@wrong("momentum", "arguments in another order")
def state_first(v, g, mu, lr):
    v = mu * v + g
    return lr * v, v


@wrong("adam", "arguments in another order")
def adam_gradient_first(g, m, v, b1t, b2t, lr, b1, b2, eps):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    b1t, b2t = b1t * b1, b2t * b2
    return lr * (m / (1 - b1t)) / (np.sqrt(v / (1 - b2t)) + eps), m, v, b1t, b2t


@wrong("rmsprop", "arguments by other names")
def by_keyword(*, lr, decay, eps, g, cache):
    cache = decay * cache + (1 - decay) * g**2
    return lr * g / (np.sqrt(cache) + eps), cache


@wrong("rmsprop", "weight missing")
def gradient_first_and_wrong(grad, cache, lr, decay, eps):
    cache = decay * cache + grad**2
    return lr * grad / (np.sqrt(cache) + eps), cache


@wrong("rmsprop", "wrong arguments")
def rmsprop_of_a_course(w, dw, config=None):
    config = config or {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": 0 * w}
    rate, cache = config["decay_rate"], config["cache"]
    cache = rate * cache + (1 - rate) * dw**2
    config["cache"] = cache
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"]), config


@wrong("sgd", "wrong arguments")
def sgd_of_a_course(w, dw):
    return w - 0.01 * dw


@wrong("momentum", "wrong arguments")
def moves_the_parameters(theta, grad, velocity, lr):
    velocity = 0.9 * velocity + grad
    return theta - lr * velocity, velocity


# Aliases and memory.


@wrong("momentum", "changes its arguments")
def in_place(lr, mu, g, v):
    v *= mu
    v += g
    return lr * v, v


@wrong("adagrad", "changes its arguments")
def into_the_gradient(lr, eps, g, s):
    s = s + g**2
    g *= lr
    return g / (np.sqrt(s) + eps), s


_kept = {}


@wrong("rmsprop", "remembers between calls")
def in_a_global(lr, rho, eps, g, s_prev):
    s = rho * _kept.get(np.shape(g), s_prev) + (1 - rho) * g**2
    _kept[np.shape(g)] = s
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "only for single numbers")
def with_math(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (math.sqrt(s) + eps), s


# Right, in other words.

RIGHT = []


def right(rule):
    def mark(function):
        RIGHT.append((rule, function))
        return function

    return mark


@right("rmsprop")
def factored(lr, rho, eps, g, s):
    s = rho * (s - g * g) + g * g
    return g / ((np.sqrt(s) + eps) / lr), s


@right("rmsprop")
def by_an_average(lr, rho, eps, g, s):
    s = np.sum([rho * s, (1 - rho) * g**2], axis=0)
    return lr * g / (np.sqrt(s) + eps), s


@right("rmsprop")
def by_hypot(lr, rho, eps, g, s):
    root = np.hypot(np.sqrt(rho) * np.sqrt(s), np.sqrt(1 - rho) * g)
    return lr * g / (root + eps), root**2


@right("rmsprop")
def by_the_sign(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * np.abs(g) ** 2.0
    return lr * np.sign(g) * np.abs(g) / (s**0.5 + eps), s


@right("rmsprop")
def element_by_element(lr, rho, eps, g, s):
    flat, old = np.atleast_1d(g).ravel(), np.atleast_1d(s).ravel()
    new = [rho * a + (1 - rho) * b * b for a, b in zip(old, flat, strict=True)]
    updates = [lr * b / (math.sqrt(a) + eps) for a, b in zip(new, flat, strict=True)]
    return np.reshape(updates, np.shape(g)), np.reshape(new, np.shape(g))


@right("rmsprop")
def guarded(lr, rho, eps, g, s):
    s = np.maximum(rho * s + (1 - rho) * g**2, 0)
    rho = min(max(rho, 0.0), 1.0)
    return lr * g / (np.sqrt(np.abs(s)) + eps), s


@right("rmsprop")
def defaults(lr=0.01, rho=0.9, eps=1e-8, g=None, s=0.0):
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@right("rmsprop_inside")
def by_a_power(lr, rho, eps, g, s):
    s = rho * s + (1 - rho) * g**2
    return lr * g * (s + eps) ** -0.5, s


@right("momentum")
def factored_momentum(lr, mu, g, v):
    v = g - (1 - mu) * v + v
    return v * lr, v


@right("nesterov")
def nesterov_expanded(lr, mu, g, v):
    return lr * ((1 + mu) * g + mu**2 * v), mu * v + g


@right("nesterov")
def nesterov_by_difference(lr, mu, g, v_prev):
    v = mu * v_prev + g
    return lr * ((1 + mu) * v - mu * v_prev), v


@right("adagrad")
def adagrad_by_norm(lr, eps, g, s):
    root = np.sqrt(s + np.square(g))
    return lr * g / (root + eps), root * root


@right("rmsprop_centered")
def welford(lr, rho, eps, g, m_prev, var):
    m = rho * m_prev + (1 - rho) * g
    var = rho * var + (1 - rho) * (g - m) * (g - m_prev)
    return lr * g / (np.sqrt(var) + eps), m, var


@right("rmsprop_centered")
def by_mean_squares(lr, rho, eps, g, m_prev, var):
    square = rho * (var + m_prev**2) + (1 - rho) * g**2
    m = rho * m_prev + (1 - rho) * g
    return lr * g / (np.sqrt(square - m**2) + eps), m, square - m**2


@right("rmsprop_momentum")
def scaled_first(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    scaled = g / (np.sqrt(s) + eps)
    return lr * (mu * v + scaled), s, scaled + mu * v


@right("adam")
def adam_rescaled(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2, p1 * b1, p2 * b2
    return lr / (1 - p1) * m / (np.sqrt(v) / np.sqrt(1 - p2) + eps), m, v, p1, p2


@right("adam")
def adam_by_expm1(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v = m + (1 - b1) * (g - m), v + (1 - b2) * (g * g - v)
    p1, p2 = p1 * b1, p2 * b2
    rest1, rest2 = -np.expm1(np.log(p1)), -np.expm1(np.log(p2))
    return lr * m / rest1 / (np.sqrt(v / rest2) + eps), m, v, p1, p2


@right("sgd")
def sgd_by_outer(lr, g):
    return np.multiply.outer(lr, g)[()]


@right("sgd")
def sgd_of_lists(lr, g):
    return (np.array(g) * lr).tolist()
