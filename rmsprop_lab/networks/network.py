"""A multilayer perceptron that classifies: forward, loss, backward. Then ``training.py`` moves it.

All weights and biases stand in one vector of parameters, so that a rule of ``rules.py``
moves a network with the same call that moves a point of the plane. Several such vectors, in rows,
are as many networks side by side: inputs, labels and results have that axis in front, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from reprlib import repr as shortened
from typing import Any

import numpy as np

from rmsprop_lab.objectives.examples import check_finite
from rmsprop_lab.stochastic import draw_numbers

Layers = list[tuple[np.ndarray, np.ndarray]]  # weights (inputs, outputs) and biases (outputs,)


@dataclass(frozen=True)
class Network:
    """Layers of linear maps with a rectifier, max(0, z), between them; a softmax at the end.

    Attributes:
        sizes: how many inputs, how many units in each hidden layer, how many classes.

    Raises:
        ValueError: for fewer than two sizes, or one that is no whole number from 1 up.

    Example:
        >>> network = Network([2, 3, 2])
        >>> params = network.initial(seed=0)
        >>> params.shape, [weights.shape for weights, _ in network.layers(params)]
        ((17,), [(2, 3), (3, 2)])
    """

    sizes: Sequence[int]

    def __post_init__(self) -> None:
        try:
            sizes = tuple(map(int, self.sizes))
            good = len(sizes) > 1 and min(sizes) >= 1 and sizes == tuple(self.sizes)
        except (TypeError, ValueError, OverflowError):
            good = False
        if not good:
            raise ValueError(
                f"sizes = {shortened(self.sizes)} must be two whole numbers or more, each 1 or "
                "more: inputs, units of each hidden layer, classes"
            )
        object.__setattr__(self, "sizes", sizes)

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum((inputs + 1) * outputs for inputs, outputs in pairwise(self.sizes))

    def layers(self, params: np.ndarray) -> Layers:
        """The weights and biases of each layer: views of the vector, not copies."""
        layers, end = [], 0
        for inputs, outputs in pairwise(self.sizes):
            start, middle, end = end, end + inputs * outputs, end + (inputs + 1) * outputs
            weights = params[..., start:middle].reshape(*params.shape[:-1], inputs, outputs)
            layers.append((weights, params[..., middle:end]))
        return layers

    def initial(self, seed: int = 0) -> np.ndarray:
        """Random weights of variance 2 / inputs and biases of 0, shape (size,).

        The same bits in the page: see :func:`rmsprop_lab.stochastic.draw_numbers`.

        References:
            He, Zhang, Ren, Sun (2015), arXiv:1502.01852.
        """
        params, drawn = np.zeros(self.size), iter(draw_numbers(seed, self.size))
        for weights, _ in self.layers(params):
            numbers = np.fromiter(drawn, float, weights.size).reshape(weights.shape)
            weights[...] = np.sqrt(2 / len(weights)) * numbers
        return params

    def forward(self, params: np.ndarray, inputs: np.ndarray) -> list[np.ndarray]:
        """What each layer hands on, from the inputs (n, inputs) to the scores (n, classes)."""
        *hidden, (weights, biases) = self.layers(params)
        passed = [inputs]
        for across, along in hidden:
            sums = passed[-1] @ across + along[..., np.newaxis, :]
            passed.append(np.maximum(sums, 0, out=sums))
        passed.append(passed[-1] @ weights + biases[..., np.newaxis, :])  # without a rectifier
        return passed

    def loss(self, params: np.ndarray, inputs: np.ndarray, labels: np.ndarray) -> float:
        """The mean cross-entropy, in nats: what a label comes as a surprise."""
        return _surprise(self.forward(params, inputs)[-1], labels)

    def accuracy(self, params: np.ndarray, inputs: np.ndarray, labels: np.ndarray) -> float:
        """The share of examples whose highest score is that of their label."""
        return _right(self.forward(params, inputs)[-1], labels)

    def look(
        self, params: np.ndarray, inputs: np.ndarray, labels: np.ndarray
    ) -> tuple[float, float]:
        """Loss and accuracy, by one pass forward."""
        scores = self.forward(params, inputs)[-1]
        return _surprise(scores, labels), _right(scores, labels)

    def gradient(
        self, params: np.ndarray, inputs: np.ndarray, labels: np.ndarray
    ) -> tuple[Any, np.ndarray]:
        """The loss, and its gradient by backpropagation, of the shape of the parameters.

        References:
            Rumelhart, Hinton, Williams (1986), doi:10.1038/323533a0.
        """
        *passed, scores = self.forward(params, inputs)
        logs = log_softmax(scores)
        truth = labels[..., np.newaxis] == np.arange(self.sizes[-1])
        truth = np.broadcast_to(truth, logs.shape)
        loss = -logs[truth].reshape(logs.shape[:-1]).mean(axis=-1)

        # Of the loss along the scores: probability less truth.
        delta = (np.exp(logs) - truth) / labels.shape[-1]

        grad = np.empty_like(params)
        ours, slots = self.layers(params), self.layers(grad)
        for (weights, _), slot, below in zip(ours[::-1], slots[::-1], passed[::-1], strict=True):
            slot[0][...] = np.swapaxes(below, -1, -2) @ delta
            slot[1][...] = delta.sum(axis=-2)
            if below is not inputs:
                delta = delta @ np.swapaxes(weights, -1, -2)
                delta *= below > 0
        return loss if loss.ndim else float(loss), grad

    def check(self, name: str, data: Any) -> tuple[np.ndarray, np.ndarray]:
        """The data as arrays that fit the network: inputs (n, inputs), labels (n,).

        Args:
            name: of the data, for the error.
            data: (inputs, labels).

        Raises:
            ValueError: for wrong shapes, no examples, infinity or not-a-number, or a label
                that is none of the classes, with its place.
        """
        wanted, classes = self.sizes[0], self.sizes[-1]
        if not isinstance(data, (tuple, list)) or len(data) != 2:
            raise ValueError(
                f"{name} data = {shortened(data)} must be a pair, (inputs, labels), "
                f"of shapes (examples, {wanted}) and (examples,)"
            )
        try:
            inputs, labels = np.asarray(data[0], dtype=float), np.asarray(data[1])
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{name} data must be arrays of numbers, inputs (examples, {wanted}) and labels "
                f"(examples,): {error}"
            ) from None
        if inputs.ndim != 2 or inputs.shape[1] != wanted or not len(inputs):
            raise ValueError(
                f"{name} inputs have shape {inputs.shape}; they must be (examples, {wanted})"
            )
        if labels.shape != inputs.shape[:1]:
            raise ValueError(
                f"{name} labels have shape {labels.shape}; one for each of the "
                f"{len(inputs)} inputs is ({len(inputs)},)"
            )
        check_finite(f"{name} inputs", inputs)
        kind = labels.dtype.kind
        bad = np.ones(len(labels), bool) if kind not in "iu" else (labels < 0) | (labels >= classes)
        if bad.any():
            row = int(bad.argmax())
            raise ValueError(
                f"{name} label {labels[row].item()!r} in row {row}; labels are whole numbers "
                f"from 0 to {classes - 1}"
            )
        return inputs, labels


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """The logarithm of each class's probability, of the shape of the scores, (n, classes).

    The largest score is taken off first: the exponential of a large one would be infinite.

    Example:
        >>> np.exp(log_softmax(np.array([[1000.0, 1000.0]])))
        array([[0.5, 0.5]])
    """
    off = scores - scores.max(axis=-1, keepdims=True)
    shifted: np.ndarray = off - np.log(np.exp(off).sum(axis=-1, keepdims=True))
    return shifted


def _surprise(scores: np.ndarray, labels: np.ndarray) -> float:
    return float(-log_softmax(scores)[np.arange(len(labels)), labels].mean())


def _right(scores: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(scores.argmax(axis=1) == labels))
