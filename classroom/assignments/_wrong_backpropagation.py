"""The right passes through a network of one hidden layer, and the wrong ones known by name.

Shapes: inputs (B, n), hidden (B, k), output and targets (B, q), W1 (n, k), b1 (k,), W2 (k, q),
b2 (q,). The loss is half of the mean over the batch of the squared length of an error.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from rmsprop_lab.checking.diagnose import Mistake
from rmsprop_lab.checking.mistakes.any_rule import mistake
from rmsprop_lab.checking.mistakes.averages import AVERAGES

Array = Any
Rule = Callable[..., Any]


# --- forward: inputs, W1, b1, W2, b2 -> hidden, output ------------------------------------------


def forward(
    inputs: Array, W1: Array, b1: Array, W2: Array, b2: Array, curve: Rule = np.tanh
) -> tuple[Array, Array]:
    """The right pass, with tanh for the curve."""
    hidden = curve(inputs @ W1 + b1)
    return hidden, hidden @ W2 + b2


def _curved(curve: Rule) -> Rule:
    return partial(forward, curve=curve)


def _tanh_at_the_end(inputs: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Any:
    hidden, output = forward(inputs, W1, b1, W2, b2)
    return hidden, np.tanh(output)


def _sums_returned(inputs: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Any:
    _, output = forward(inputs, W1, b1, W2, b2)
    return inputs @ W1 + b1, output


FORWARD = [
    Mistake("tanh missing", "The hidden layer is linear: tanh is missing.", _curved(lambda z: z)),
    Mistake("another curve", "The hidden layer has a rectifier. Here it is tanh.",
            _curved(lambda z: np.maximum(z, 0))),
    Mistake("another curve", "The hidden layer has the logistic curve. Here it is tanh.",
            _curved(lambda z: 1 / (1 + np.exp(-z)))),
    Mistake("tanh at the end", "The output is bent by tanh. It is linear.", _tanh_at_the_end),
    Mistake("sums returned", "The first result is what goes into tanh. Return what comes out.",
            _sums_returned),
    Mistake("b1 is missing", "The biases of the hidden layer are missing.",
            lambda inputs, W1, b1, W2, b2: forward(inputs, W1, 0 * b1, W2, b2)),
    Mistake("b2 is missing", "The biases of the output are missing.",
            lambda inputs, W1, b1, W2, b2: forward(inputs, W1, b1, W2, 0 * b2)),
    Mistake("biases are missing", "Both layers' biases are missing.",
            lambda inputs, W1, b1, W2, b2: forward(inputs, W1, 0 * b1, W2, 0 * b2)),
    Mistake("b1 after tanh", "The biases of the hidden layer are added after tanh.",
            lambda inputs, W1, b1, W2, b2: (
                np.tanh(inputs @ W1) + b1, (np.tanh(inputs @ W1) + b1) @ W2 + b2)),
    Mistake("results swapped", "The results stand in another order: the hidden layer comes first.",
            lambda *given: forward(*given)[::-1]),
]  # fmt: skip


def loss(output: Array, targets: Array) -> Any:
    """Half of the mean squared length of an example's error."""
    return np.sum((output - targets) ** 2) / (2 * len(targets))


# --- backward: inputs, targets, hidden, output, W2 -> the gradients of W1, b1, W2, b2 ------------


def _slope(hidden: Array) -> Array:
    """Of tanh, by its value."""
    return 1 - hidden**2


def _mean(output: Array) -> float:
    """What divides the sum over a batch."""
    return float(len(output))


def backward(
    inputs: Array,
    targets: Array,
    hidden: Array,
    output: Array,
    W2: Array,
    slope: Rule = _slope,
    divisor: Rule = _mean,
    back: Rule = lambda error, W2: error @ W2.T,
) -> tuple[Array, Array, Array, Array]:
    """The right gradients; a wrong version has another slope, divisor or way back."""
    error = (output - targets) / divisor(output)
    delta = back(error, W2) * slope(hidden)
    return inputs.T @ delta, delta.sum(axis=0), hidden.T @ error, error.sum(axis=0)


def _biases(change: Rule) -> Rule:
    """Right gradients of the weights; those of the biases by ``change(delta, count)``."""

    def rule(inputs: Array, targets: Array, hidden: Array, output: Array, W2: Array) -> Any:
        error = (output - targets) / len(output)
        delta = error @ W2.T * _slope(hidden)
        count = len(output)
        return inputs.T @ delta, change(delta, count), hidden.T @ error, change(error, count)

    return rule


def _changed(change: Rule) -> Rule:
    """What ``change`` makes of the arguments and of the right gradients."""
    return lambda *given: change(given, *backward(*given))


def _product_of_means(
    inputs: Array, targets: Array, hidden: Array, output: Array, W2: Array
) -> Any:
    error, middle = (output - targets).mean(axis=0), hidden.mean(axis=0)
    delta = (error @ W2.T) * _slope(middle)
    return np.outer(inputs.mean(axis=0), delta), delta, np.outer(middle, error), error


def _hidden_for_inputs(given: Any, *grads: Array) -> Any:
    _, targets, hidden, output, W2 = given
    delta = (output - targets) @ W2.T * _slope(hidden) / len(output)
    return hidden.T @ delta, *grads[1:]


_UNIT = "The slope of tanh where the unit stands is a factor of what comes back. "
_DIVIDED = "The loss is a mean over the examples of the batch: here the gradient "

BACKWARD = [
    Mistake("slope of tanh missing", f"{_UNIT}It is missing.",
            partial(backward, slope=lambda h: 1.0)),
    Mistake("slope at the wrong place", f"{_UNIT}Here tanh is taken of `hidden` once more, "
            "which is its value already.", partial(backward, slope=lambda h: 1 - np.tanh(h) ** 2)),
    Mistake("slope at the wrong place", f"{_UNIT}Here the square is that of what went into tanh. "
            "Take that of its value.", partial(backward, slope=lambda h: 1 - np.arctanh(h) ** 2)),
    Mistake("slope without its square", f"{_UNIT}Differentiate tanh: a square is missing.",
            partial(backward, slope=lambda h: 1 - h)),
    Mistake("slope of another curve", f"{_UNIT}Here stands that of the logistic curve.",
            partial(backward, slope=lambda h: h * (1 - h))),
    Mistake("slope of another curve", f"{_UNIT}Here stands that of a rectifier.",
            partial(backward, slope=lambda h: 1.0 * (h > 0))),
    Mistake("value for slope", f"{_UNIT}Here stands its value.",
            partial(backward, slope=lambda h: h)),
    Mistake("W2 not transposed", "On the way back W2 is used as on the way there. Rows and columns "
            "change their places.", partial(backward, back=lambda error, W2: error @ W2)),
    Mistake("W2 missing on the way back", "What comes back to a unit passes through its weights in "
            "W2. They are missing.",
            partial(backward, back=lambda error, W2: error @ np.ones(W2.T.shape))),
    Mistake("sum instead of mean", f"{_DIVIDED}is a sum over them.",
            partial(backward, divisor=lambda output: 1.0)),
    Mistake("divided by all entries", f"{_DIVIDED}is divided by the number of examples "
            "times that of outputs.",
            partial(backward, divisor=lambda output: float(output.size))),
    Mistake("divided twice", f"{_DIVIDED}is divided by their number twice.",
            partial(backward, divisor=lambda output: float(len(output) ** 2))),
    Mistake("factor 2", "Everything is twice as large: the half of the loss is missing.",
            partial(backward, divisor=lambda output: len(output) / 2)),
    Mistake("ascent", "The signs are wrong. The error is output minus target, and the slope of "
            "tanh is positive.", partial(backward, divisor=lambda output: -float(len(output)))),
    Mistake("biases forgotten", "The gradients of the biases are 0. A bias is a weight of input 1.",
            _biases(lambda part, count: 0 * part.sum(axis=0))),
    Mistake("biases not summed over the batch", "The gradients of the biases have a row for each "
            "example. A bias belongs to all of them: add up.", _biases(lambda part, count: part)),
    Mistake("biases of the last example", "The gradients of the biases are those of one example.",
            _biases(lambda part, count: part[-1])),
    Mistake("biases of the last example", "The gradients of the biases are those of one example.",
            _biases(lambda part, count: part[0])),
    Mistake("biases divided twice", "The gradients of the biases are divided by the number of "
            "examples twice.", _biases(lambda part, count: part.sum(axis=0) / count)),
    Mistake("biases not divided", "The gradients of the biases are sums, those of the weights "
            "means.", _biases(lambda part, count: part.sum(axis=0) * count)),
    Mistake("weights not divided", "The gradients of the weights are sums, those of the biases "
            "means.", _changed(lambda given, W1, b1, W2, b2: (
                len(given[0]) * W1, b1, len(given[0]) * W2, b2))),
    Mistake("one bias for the layer", "All biases of a layer have one gradient. Each has its own: "
            "mind the axis.", _biases(lambda part, count: part.sum() + 0 * part.sum(axis=0))),
    Mistake("product of means", "It multiplies means over the batch. Multiply first, for each "
            "example, then take the mean.", _product_of_means),
    Mistake("hidden for inputs", "W1 meets the inputs. In its gradient stands the hidden layer.",
            _changed(_hidden_for_inputs)),
    Mistake("results in another order", "The gradients stand in another order: W1, b1, W2, b2.",
            _changed(lambda given, W1, b1, W2, b2: (W2, b2, W1, b1))),
    Mistake("results in another order", "The gradients stand in another order: W1, b1, W2, b2.",
            _changed(lambda given, W1, b1, W2, b2: (W1, W2, b1, b2))),
    Mistake("weights transposed", "The gradients of the weights are transposed: each has the shape "
            "of its weights.", _changed(lambda given, W1, b1, W2, b2: (W1.T, b1, W2.T, b2))),
]  # fmt: skip


# --- differences: inputs, targets, W1, b1, W2, b2, h -> the gradient of W1, nearly ---------------


def differences(
    inputs: Array,
    targets: Array,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    h: float,
    ends: tuple[float, float] = (-1.0, 1.0),
    divisor: float = 2.0,
    onward: bool = False,
    pass_through: Rule = forward,
    of: Rule = loss,
) -> Array:
    """The right central differences; a wrong version has other ends or another loss, or forgets to
    step back.
    """
    W1, slopes = W1.copy(), np.zeros(W1.shape)
    for place in np.ndindex(W1.shape):
        before, losses = W1[place], []
        for end in ends:
            W1[place] = before + end * h
            losses.append(of(pass_through(inputs, W1, b1, W2, b2)[1], targets))
        if not onward:
            W1[place] = before
        slopes[place] = (losses[1] - losses[0]) / (divisor * h)
    return slopes


def _together(inputs: Array, targets: Array, W1: Array, *rest: Any, axes: tuple[int, ...]) -> Array:
    """Differences in which all weights along some axes are moved together."""
    b1, W2, b2, h = rest
    slopes = np.zeros(W1.shape)
    for place in np.ndindex(W1.shape):
        moved = np.zeros(W1.shape)
        moved[tuple(slice(None) if axis in axes else at for axis, at in enumerate(place))] = h
        above, below = (
            loss(forward(inputs, W1 + side * moved, b1, W2, b2)[1], targets) for side in (1, -1)
        )
        slopes[place] = (above - below) / (2 * h)
    return slopes


DIFFERENCES = [
    Mistake("one-sided", "The difference goes to one side only. Step to both sides.",
            partial(differences, ends=(0.0, 1.0), divisor=1.0)),
    Mistake("one-sided", "The difference goes to one side only. Step to both sides.",
            partial(differences, ends=(-1.0, 0.0), divisor=1.0)),
    Mistake("factor 2", "Everything is twice as large: how far apart are the two places?",
            partial(differences, divisor=1.0)),
    Mistake("factor 2", "The difference goes to one side only, and is halved.",
            partial(differences, ends=(0.0, 1.0))),
    Mistake("not divided", "The difference of the losses is not divided by the distance.",
            lambda *given: differences(*given) * 2 * given[-1]),
    Mistake("ascent", "All signs are wrong: the loss after the step up, less that after the step "
            "down.", partial(differences, ends=(1.0, -1.0))),
    *(Mistake("not put back", "A weight that was moved stays moved while the next one is tried. "
              "Put it back.", partial(differences, onward=True, ends=ends, divisor=2.0 * ends[1]))
      for ends in ((-1.0, 1.0), (1.0, -1.0))),
    *(Mistake("divided by all entries", "The loss is a mean over the examples: count them, not the "
              "outputs. It has a half.", partial(differences, of=wrong))
      for wrong in (lambda output, targets: np.mean((output - targets) ** 2),
                    lambda output, targets: np.mean((output - targets) ** 2) / 2)),
    *(Mistake("all weights at once", "More than one weight is moved at a time. Each entry has a "
              "difference of its own, while all others stay.", partial(_together, axes=axes))
      for axes in ((0, 1), (0,), (1,))),
    Mistake("sum instead of mean", "The loss is a mean over the examples.",
            lambda *given: differences(*given) * len(given[0])),
]  # fmt: skip


# --- train: W1, b1, W2, b2, inputs, targets, batches, learning_rate, rho, epsilon ----------------


def mean_square(rho: float, grad: Array, s_prev: Array) -> Array:
    """The running mean of squares, as it is right."""
    return rho * s_prev + (1 - rho) * grad * grad


def trained(
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    inputs: Array,
    targets: Array,
    batches: Array,
    learning_rate: float,
    rho: float,
    epsilon: float,
    *,
    average: Rule = mean_square,
    update: Rule = lambda rate, epsilon, grad, s: rate * grad / (np.sqrt(s) + epsilon),
    through: Rule = forward,
    back: Rule = backward,
    moved: tuple[bool, ...] = (True,) * 4,
    carried: bool = True,
    output_first: bool = False,
    loss_after: bool = False,
    loss_of_all: bool = False,
    old_average: bool = False,
    corrected: bool = False,
) -> Any:
    """The right parameters after the training, and each batch's loss before its step."""
    params = [W1, b1, W2, b2]
    states = [np.zeros_like(param) for param in params]
    losses = []
    for number, rows in enumerate(batches, start=1):
        batch, wanted = inputs[rows], targets[rows]
        hidden, output = through(batch, *params)
        losses.append(
            loss(through(inputs, *params)[1], targets) if loss_of_all else loss(output, wanted)
        )
        grads = back(batch, wanted, hidden, output, params[2])
        for places in ((2, 3), (0, 1)) if output_first else ((0, 1, 2, 3),):
            for place in places:
                old = states[place] * carried
                states[place] = average(rho, grads[place], old)
                s = old if old_average else states[place]
                if corrected:
                    s = s / (1 - rho**number)
                step = update(learning_rate, epsilon, grads[place], s)
                params[place] = params[place] - moved[place] * step
            if output_first:
                grads = back(batch, wanted, hidden, output, params[2])
        if loss_after:
            losses[-1] = loss(through(batch, *params)[1], wanted)
    return *params, np.array(losses)


def _batches(change: Rule) -> Rule:
    """The right training on other batches, by ``change(batches, count of examples)``."""

    def rule(*given: Array) -> Any:
        batches = change(given[6], len(given[4]))
        return trained(*(*given[:6], batches, *given[7:]))

    return rule


def _grads_of_the_start(*given: Array) -> Any:
    W2 = given[2]
    hidden, output = forward(given[4], *given[:4])

    def back(batch: Array, wanted: Array, *_: Array) -> Any:
        return backward(given[4], given[5], hidden, output, W2)

    return trained(*given, back=back)


def _output_layer_of_the_start(*given: Array) -> Any:
    return trained(*given, back=lambda x, t, h, y, _: backward(x, t, h, y, given[2]))


def _passes_of_the_start(*given: Array) -> Any:
    return trained(
        *given,
        through=lambda batch, *_: forward(batch, *given[:4]),
        back=lambda x, t, h, y, _: backward(x, t, h, y, given[2]),
    )


_BATCH = "Each step takes "
_STEP = "The step divides by the root of s, plus epsilon. "

TRAINED = [
    Mistake("W2 moved before the way back", "The output layer is moved first, and the way back to "
            "the hidden layer passes through its new weights. Take all gradients before any step.",
            partial(trained, output_first=True)),
    Mistake("s not carried", "Each step begins with s = 0. It is carried from batch to batch.",
            partial(trained, carried=False)),
    Mistake("all examples in each step", f"{_BATCH}all examples. Take those of its batch.",
            _batches(lambda rows, count: np.tile(np.arange(count), (len(rows), 1)))),
    Mistake("first batch in each step", f"{_BATCH}the first batch.",
            _batches(lambda rows, count: np.repeat(rows[:1], len(rows), axis=0))),
    Mistake("only one step", "It takes one step. Take one for each batch.",
            _batches(lambda rows, count: rows[:1])),
    Mistake("gradients of the start", "Every step has the gradients at the start.",
            _grads_of_the_start),
    Mistake("gradients of the start", "Every step goes through the network of the start.",
            _passes_of_the_start),
    Mistake("W2 of the start", "Every way back passes through the W2 of the start. Take that of "
            "the step.", _output_layer_of_the_start),
    Mistake("gradient descent", "The steps are those of gradient descent: s has no part in them.",
            partial(trained, update=lambda rate, e, grad, s: rate * grad)),
    Mistake("uphill", "It walks uphill: look at the sign of the step.",
            partial(trained, update=lambda rate, e, grad, s: -rate * grad / (np.sqrt(s) + e))),
    Mistake("epsilon inside the root", f"{_STEP}Here epsilon stands inside the root.",
            partial(trained, update=lambda rate, e, grad, s: rate * grad / np.sqrt(s + e))),
    Mistake("no epsilon", f"{_STEP}Epsilon is missing.",
            partial(trained, update=lambda rate, e, grad, s: rate * grad / np.sqrt(s))),
    Mistake("no root", f"{_STEP}The root is missing.",
            partial(trained, update=lambda rate, e, grad, s: rate * grad / (s + e))),
    Mistake("old s in the step", f"{_STEP}Here it is the old s: first s, then the step.",
            partial(trained, old_average=True)),
    Mistake("biases not moved", "The biases stay where they are.",
            partial(trained, moved=(True, False, True, False))),
    Mistake("hidden layer not moved", "The hidden layer stays where it is.",
            partial(trained, moved=(False, False, True, True))),
    Mistake("output layer not moved", "The output layer stays where it is.",
            partial(trained, moved=(True, True, False, False))),
    Mistake("loss of all examples", "A loss is that of its batch, not of all examples.",
            partial(trained, loss_of_all=True)),
    Mistake("loss after the step", "A loss is that of its batch before the step. Here it is after.",
            partial(trained, loss_after=True)),
    # In a training the old s is left out where it is not carried.
    *(mistake(average, partial(trained, average=average), rho="rho", s="s")
      for average in AVERAGES
      if average.__name__ not in ("old_s_left_out", "one_number_for_all_coordinates")),
    Mistake("s corrected", f"{_STEP}Here s is corrected, as in Adam.",
            partial(trained, corrected=True)),
]  # fmt: skip
