"""What can go wrong in the running mean of squares, which RMSProp and Adam share.

Each function gives a wrong s. In a hint, {rho} and {s} are the names that the rule has for them.
"""

import numpy as np

from rmsprop_lab.number import Number


def weight_missing(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The squared gradient is missing its weight 1 - {rho}. The weights of a mean add up to 1."""
    return rho * s_prev + grad * grad


def rho_missing(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The old {s} is missing its weight {rho}, so nothing is ever forgotten."""
    return s_prev + (1 - rho) * (grad * grad)


def weights_swapped(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The weights {rho} and 1 - {rho} are swapped. {rho} is the share of the old {s} that stays."""
    return (1 - rho) * s_prev + rho * (grad * grad)


def same_weight_twice(rho: Number, grad: Number, s_prev: Number) -> Number:
    """Old {s} and squared gradient both have the weight {rho}. That of the square is 1 - {rho}."""
    return rho * s_prev + rho * (grad * grad)


def rest_weight_twice(rho: Number, grad: Number, s_prev: Number) -> Number:
    """Old {s} and squared gradient both have the weight 1 - {rho}. That of the old {s} is
    {rho}.
    """
    return (1 - rho) * s_prev + (1 - rho) * (grad * grad)


def sum_of_squares(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is the sum of all squares, as in AdaGrad. {rho} has no part in it, and {s} only grows."""
    return s_prev + grad * grad


def no_memory(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is the square of this gradient alone. It must keep the share {rho} of the old {s}."""
    return grad * grad


def old_s_left_out(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The old {s} is left out. Its share {rho} must be added."""
    return (1 - rho) * (grad * grad)


def absolute_gradient(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is a mean of the gradient's size, not of its square."""
    return rho * s_prev + (1 - rho) * abs(grad)


def gradient_not_squared(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is a mean of the gradient, not of its square. It can be negative, and its root NaN."""
    return rho * s_prev + (1 - rho) * grad


def gradient_doubled(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The gradient is doubled, not squared: grad * 2 where grad ** 2 is meant."""
    return rho * s_prev + (1 - rho) * (2 * grad)


def weight_squared(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The weight 1 - {rho} is squared with the gradient. Square the gradient alone."""
    return rho * s_prev + ((1 - rho) * grad) * ((1 - rho) * grad)


def bracket_too_wide(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{rho} multiplies the whole sum. It belongs to the old {s} alone: look at the brackets."""
    return rho * (s_prev + (1 - rho) * (grad * grad))


def bracket_missing(rho: Number, grad: Number, s_prev: Number) -> Number:
    """Without brackets, 1 - {rho} * grad ** 2 multiplies first. Put 1 - {rho} into brackets."""
    return rho * s_prev + (1 - rho * (grad * grad))


def minus_for_plus(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The squared gradient is subtracted. A mean of squares adds it."""
    return rho * s_prev - (1 - rho) * (grad * grad)


def mean_of_two(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is half the old {s} and half the squared gradient. The shares are {rho} and 1 - {rho}."""
    return (s_prev + grad * grad) / 2


def square_of_the_mean(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is the square of a mean. It must be a mean of squares: square the gradient first."""
    mean = rho * s_prev + (1 - rho) * grad
    return mean * mean


def square_of_the_mean_size(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is the square of a mean of the gradient's size. It must be a mean of squares."""
    mean = rho * s_prev + (1 - rho) * abs(grad)
    return mean * mean


def square_of_the_whole(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The whole is squared, the old {s} with the gradient, and has no weight 1 - {rho}. Square the
    gradient alone, and weigh it.
    """
    whole = rho * s_prev + grad
    return whole * whole


def roots_averaged(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The roots are averaged: {s} is the square of a mean of the old root and the gradient's size.
    It must be a mean of squares.
    """
    root = rho * np.sqrt(s_prev) + (1 - rho) * abs(grad)
    return root * root


def root_and_gradient_averaged(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The old root and the gradient are averaged, and squared then. It must be a mean of
    squares: where the gradient is negative, the two even cancel.
    """
    root = rho * np.sqrt(s_prev) + (1 - rho) * grad
    return root * root


def never_falls(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is never less than the old {s}, as in AMSGrad. Here it may fall: leave out the
    maximum.
    """
    return np.maximum(s_prev, rho * s_prev + (1 - rho) * (grad * grad))


def maximum_for_mean(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is the larger of the two, as in AdaMax. It must be their mean."""
    return np.maximum(rho * s_prev, grad * grad)


def largest_square(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is the largest of all squares, and {rho} has no part in it. It must be their mean."""
    return np.maximum(s_prev, grad * grad)


def deviation_squared(rho: Number, grad: Number, s_prev: Number) -> Number:
    """In {s} the old {s} is subtracted from the gradient before it is squared. Square the gradient
    alone.
    """
    return rho * s_prev + (1 - rho) * ((grad - s_prev) * (grad - s_prev))


def one_s_for_all_coordinates(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The squares of all coordinates are averaged, so that they share one {s}. Each has its own."""
    return rho * s_prev + (1 - rho) * np.mean(grad * grad)


def squares_summed_over_coordinates(rho: Number, grad: Number, s_prev: Number) -> Number:
    """The squares of all coordinates are added up, as in a norm. Each has its own {s}."""
    return rho * s_prev + (1 - rho) * np.sum(grad * grad)


def one_number_for_all_coordinates(rho: Number, grad: Number, s_prev: Number) -> Number:
    """{s} is averaged over the coordinates to one number. Each coordinate has its own."""
    return np.mean(rho * s_prev + (1 - rho) * (grad * grad))


AVERAGES = (
    weight_missing,
    rho_missing,
    weights_swapped,
    same_weight_twice,
    rest_weight_twice,
    sum_of_squares,
    no_memory,
    old_s_left_out,
    absolute_gradient,
    gradient_not_squared,
    gradient_doubled,
    weight_squared,
    bracket_too_wide,
    bracket_missing,
    minus_for_plus,
    mean_of_two,
    square_of_the_mean,
    square_of_the_mean_size,
    square_of_the_whole,
    roots_averaged,
    root_and_gradient_averaged,
    never_falls,
    maximum_for_mean,
    largest_square,
    deviation_squared,
    one_s_for_all_coordinates,
    squares_summed_over_coordinates,
    one_number_for_all_coordinates,
)
