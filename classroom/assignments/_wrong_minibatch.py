"""The mini-batch assignment's right functions, and the wrong versions that are known by name.

Where noise is a squared length, the variances of the coordinates are added up.
"""

from collections.abc import Callable
from functools import partial
from math import ceil
from typing import Any

import numpy as np

from rmsprop_lab.checking.diagnose import Mistake

Gradient = Callable[[Any, Any, Any, Any], Any]


# Of task `ridge_gradient`


def ridge(w: Any, inputs: Any, targets: Any, decay: Any) -> Any:
    """The right gradient of mean(error²)/2 + decay |w|²/2."""
    return (inputs @ w - targets) @ inputs / len(targets) + decay * w


def _data_part(w: Any, inputs: Any, targets: Any) -> Any:
    return ridge(w, inputs, targets, 0)


WRONG_GRADIENTS = [
    Mistake("decay is missing", "The term with the decay is missing.",
            lambda w, inputs, targets, decay: ridge(w, inputs, targets, 0)),
    Mistake("decay has the wrong sign", "The decay must draw the weights towards 0.",
            lambda w, inputs, targets, decay: ridge(w, inputs, targets, -decay)),
    Mistake("decay of a batch's share", "The decay is divided by the number of examples.",
            lambda w, inputs, targets, decay: ridge(w, inputs, targets, decay / len(targets))),
    Mistake("decay doubled", "Half of a square: look at the factor of the decay.",
            lambda w, inputs, targets, decay: ridge(w, inputs, targets, 2 * decay)),
    Mistake("decay without w", "The decay is added as a number. Differentiate the square.",
            lambda w, inputs, targets, decay: ridge(w, inputs, targets, 0) + decay),
    Mistake("factor 2", "Everything is twice as large: the half of the formula is missing.",
            lambda w, inputs, targets, decay: 2 * ridge(w, inputs, targets, decay)),
    Mistake("error doubled", "The error's part is twice as large: its half is missing.",
            lambda w, inputs, targets, decay:
                2 * _data_part(w, inputs, targets) + decay * w),
    Mistake("sum instead of mean", "It adds the examples up. Take their mean.",
            lambda w, inputs, targets, decay:
                len(targets) * _data_part(w, inputs, targets) + decay * w),
    Mistake("divided by all entries", "It divides by rows times columns. Count the examples.",
            lambda w, inputs, targets, decay:
                _data_part(w, inputs, targets) / len(w) + decay * w),
    Mistake("divided by the columns", "It divides by the number of weights. Count the examples.",
            lambda w, inputs, targets, decay:
                _data_part(w, inputs, targets) * len(targets) / len(w) + decay * w),
    Mistake("ascent", "All signs are wrong.",
            lambda w, inputs, targets, decay: -ridge(w, inputs, targets, decay)),
    Mistake("error has the wrong sign", "The error is prediction minus target.",
            lambda w, inputs, targets, decay: decay * w - _data_part(w, inputs, targets)),
    Mistake("targets are missing", "The targets have no effect.",
            lambda w, inputs, targets, decay: ridge(w, inputs, 0 * targets, decay)),
    Mistake("error without input", "An example's error must be multiplied with its inputs.",
            lambda w, inputs, targets, decay: np.mean(inputs @ w - targets) + decay * w),
]  # fmt: skip


# Of task `train`


def trained(
    w: Any,
    inputs: Any,
    targets: Any,
    batches: Any,
    learning_rate: Any,
    decay: Any,
    gradient: Gradient = ridge,
) -> Any:
    """The right path."""
    points = [w]
    for batch in batches:
        slope = gradient(points[-1], inputs[batch], targets[batch], decay)
        points.append(points[-1] - learning_rate * slope)
    return np.array(points)  # fmt: skip


def _all_in_each(w: Any, inputs: Any, targets: Any, batches: Any, *rest: Any) -> Any:
    everything = np.tile(np.arange(len(targets)), (len(batches), 1))
    return trained(w, inputs, targets, everything, *rest)


def _first_batch(w: Any, inputs: Any, targets: Any, batches: Any, *rest: Any) -> Any:
    return trained(w, inputs, targets, np.repeat(batches[:1], len(batches), axis=0), *rest)


def _first_slope(
    w: Any, inputs: Any, targets: Any, batches: Any, learning_rate: Any, decay: Any
) -> Any:
    start = w
    return trained(
        w, inputs, targets, batches, learning_rate, decay,
        lambda w, inputs, targets, decay: ridge(start, inputs, targets, decay),
    )  # fmt: skip


def _all_the_last(*arguments: Any) -> Any:
    points = trained(*arguments)
    return np.broadcast_to(points[-1], points.shape)


WRONG_PATHS = [
    Mistake("start is missing", "The first row must be the weights that it begins with.",
            lambda *arguments: trained(*arguments)[1:]),
    Mistake("only the last point", "It returns where the path ends. Return every point.",
            lambda *arguments: trained(*arguments)[-1]),
    Mistake("every row is the last point",
            "All rows are the same array, changed in place. Make a new array in each step.",
            _all_the_last),
    Mistake("all examples in each step", "Each step takes all examples. Take those of its batch.",
            _all_in_each),
    Mistake("first batch in each step", "Each step takes the first batch.", _first_batch),
    Mistake("gradient at the start's weights", "The weights of the start are used in every step.",
            _first_slope),
    Mistake("uphill", "It walks uphill: look at the sign of the step.",
            lambda w, inputs, targets, batches, learning_rate, decay:
                trained(w, inputs, targets, batches, -learning_rate, decay)),
]  # fmt: skip


# Of the tasks on noise


def variance(gradients: Any, batch_size: Any) -> Any:
    """The right expected squared distance of a batch's mean from the mean of all."""
    count = len(gradients)
    return np.var(gradients, axis=0).sum() / batch_size * (count - batch_size) / (count - 1)


def _with_replacement(gradients: Any, batch_size: Any) -> Any:
    return np.var(gradients, axis=0).sum() / batch_size


def _of_sample(gradients: Any, batch_size: Any) -> Any:
    """Sample variances (n - 1), and the factor for them once more."""
    return variance(gradients, batch_size) * len(gradients) / (len(gradients) - 1)


WRONG_VARIANCES = [
    Mistake("with replacement", "This is the noise if an example may come twice in a batch.",
            _with_replacement),
    Mistake("ddof twice", "The count less one stands in it twice: in the variance (ddof=1) and "
            "in the factor.", _of_sample),
    Mistake("with replacement, ddof=1", "This is the noise if an example may come twice in a "
            "batch, and its variance has ddof=1.",
            lambda gradients, batch_size:
                np.var(gradients, axis=0, ddof=1).sum() / batch_size),
    Mistake("n for n - 1", "At which batch size is the variance that of one draw? Try the factor "
            "there.",
            lambda gradients, batch_size:
                _with_replacement(gradients, batch_size) * (1 - batch_size / len(gradients))),
    Mistake("root", "This is the root: a distance, not its square.",
            lambda gradients, batch_size: variance(gradients, batch_size) ** 0.5),
    Mistake("mean over coordinates", "It takes the mean over the coordinates. Squares add up.",
            lambda gradients, batch_size: variance(gradients, batch_size) / gradients.shape[1]),
    Mistake("one for each coordinate", "It gives one number for each coordinate. Squares add up.",
            lambda gradients, batch_size:
                variance(gradients, batch_size) / np.var(gradients, axis=0).sum()
                * np.var(gradients, axis=0)),
    Mistake("one variance of all entries", "It mixes the coordinates: each has a mean of its own.",
            lambda gradients, batch_size:
                variance(gradients, batch_size) / np.var(gradients, axis=0).sum()
                * np.var(gradients)),
    Mistake("mean not taken off", "It adds squares, and leaves the mean in them.",
            lambda gradients, batch_size:
                variance(gradients, batch_size) / np.var(gradients, axis=0).sum()
                * np.mean(gradients**2, axis=0).sum()),
    Mistake("batch size squared", "The variance falls with the batch size, not with its square.",
            lambda gradients, batch_size: variance(gradients, batch_size) / batch_size),
    Mistake("root of the batch size", "The noise falls with the root of the batch size. This asks "
            "for its square.",
            lambda gradients, batch_size: variance(gradients, batch_size) * batch_size**0.5),
    Mistake("not divided by the batch size", "A mean of more examples has less noise.",
            lambda gradients, batch_size: variance(gradients, batch_size) * batch_size),
]  # fmt: skip


# Of task `batch_needed`


def needed(gradients: Any, share: Any, counted: Callable[[float], float] = ceil) -> Any:
    """The right batch size."""
    count, spread, allowed = _needs(gradients, share)
    return counted(count * spread / (spread + (count - 1) * allowed))


def needed_by(
    variance: Callable[..., Any], gradients: Any, share: Any, *, all_at_most: bool
) -> Any:
    """The batch size that a right search finds with some variance; at most all, or past them."""
    _, _, allowed = _needs(gradients, share)
    size = 1
    while variance(gradients, size) > allowed and not (all_at_most and size == len(gradients)):
        size += 1
        if size > 100_000:
            break
    return size


def _needs(gradients: Any, share: Any) -> tuple[int, float, float]:
    """The count, the variance of one example, and the variance that a batch may have."""
    mean = np.mean(gradients, axis=0)
    return len(gradients), np.var(gradients, axis=0).sum(), share**2 * mean @ mean


def _needed_with(gradients: Any, share: Any) -> Any:
    _, spread, allowed = _needs(gradients, share)
    return max(1, ceil(spread / allowed))


def _needed_sample(gradients: Any, share: Any) -> Any:
    count, spread, allowed = _needs(gradients, share)
    spread *= count / (count - 1)
    return ceil(count * spread / (spread + (count - 1) * allowed))


WRONG_NEEDS = [
    Mistake("with replacement", "This would be enough if an example might come twice in a batch.",
            _needed_with),
    Mistake("with replacement", "This would be enough if an example might come twice in a batch.",
            lambda gradients, share: min(len(gradients), _needed_with(gradients, share))),
    Mistake("one example too few", "At this size the noise is still larger than allowed.",
            lambda gradients, share: needed(gradients, share) - 1),
    Mistake("one example too many", "A batch of one less is enough.",
            lambda gradients, share: needed(gradients, share) + 1),
    Mistake("not rounded", "A batch has a whole number of examples.",
            lambda gradients, share: needed(gradients, share, float)),
    Mistake("share not squared", "It compares a squared length with a length: square the share.",
            lambda gradients, share: needed(gradients, share**0.5)),
    Mistake("ddof twice", "The count less one stands in it twice: in the variance (ddof=1) and "
            "in the factor.", _needed_sample),
]  # fmt: skip


# Of task `mean_square`


def spread(learning_rate: Any, curvature: Any, variance: Any, start: Any, steps: Any) -> Any:
    """The right mean square of w after some steps."""
    kept = (1 - learning_rate * curvature) ** (2 * steps)
    floor = learning_rate * variance / (curvature * (2 - learning_rate * curvature))
    return kept * start**2 + (1 - kept) * floor


def _looped(
    learning_rate: Any,
    curvature: Any,
    variance: Any,
    start: Any,
    steps: Any,
    rate_in_noise: int = 2,
    factor_power: int = 2,
) -> Any:
    square = start**2
    for _ in range(steps):
        square = (1 - learning_rate * curvature) ** factor_power * square
        square = square + learning_rate**rate_in_noise * variance
    return square  # fmt: skip


def _first_order(learning_rate: Any, curvature: Any, variance: Any, start: Any, steps: Any) -> Any:
    kept = (1 - learning_rate * curvature) ** (2 * steps)
    return kept * start**2 + (1 - kept) * learning_rate * variance / (2 * curvature)


WRONG_SPREADS = [
    Mistake("only the floor", "This is the floor, after very many steps. It has a beginning.",
            lambda learning_rate, curvature, variance, start, steps:
                learning_rate * variance / (curvature * (2 - learning_rate * curvature))),
    Mistake("noise is missing", "The noise has no effect.",
            lambda learning_rate, curvature, variance, start, steps:
                spread(learning_rate, curvature, 0, start, steps)),
    Mistake("start is missing",
            "The start has no effect: this is the variance about the mean path.",
            lambda learning_rate, curvature, variance, start, steps:
                spread(learning_rate, curvature, variance, 0, steps)),
    Mistake("start not squared", "The start comes in as it is. It is a place, not a square.",
            lambda learning_rate, curvature, variance, start, steps:
                spread(learning_rate, curvature, variance, 0, steps)
                + (1 - learning_rate * curvature) ** (2 * steps) * start),
    Mistake("first order", "The floor holds for small rates only.", _first_order),
    Mistake("rate not squared", "Noise enters a step times the rate. What is its variance then?",
            partial(_looped, rate_in_noise=1)),
    Mistake("factor not squared", "A step multiplies w by its factor. What does it do to w * w?",
            partial(_looped, factor_power=1)),
    Mistake("variance squared", "The variance is a square already.",
            lambda learning_rate, curvature, variance, start, steps:
                spread(learning_rate, curvature, variance**2, start, steps)),
    Mistake("one step too many", "It takes a step more than there are.",
            lambda learning_rate, curvature, variance, start, steps:
                spread(learning_rate, curvature, variance, start, steps + 1)),
    Mistake("one step too few", "It takes a step less than there are.",
            lambda learning_rate, curvature, variance, start, steps:
                spread(learning_rate, curvature, variance, start, steps - 1)),
    Mistake("floor added at once", "The floor builds up from step to step.",
            lambda learning_rate, curvature, variance, start, steps:
                spread(learning_rate, curvature, 0, start, steps)
                + spread(learning_rate, curvature, variance, 0, 10**6)),
    Mistake("root", "This is the root of the mean square.",
            lambda *arguments: spread(*arguments) ** 0.5),
]  # fmt: skip
