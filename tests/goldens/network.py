"""Compute network.json: a small network's loss and gradient by torch, in float64.

Run by ``make goldens``. Data and parameters are sines, so that they need not be written down.
"""

import json
from itertools import pairwise
from pathlib import Path

import torch

SIZES, EXAMPLES = (5, 7, 4, 3), 11


def sines(count, pace):
    return torch.sin(pace * torch.arange(1, count + 1, dtype=torch.float64))


def main():
    inputs = sines(EXAMPLES * SIZES[0], 1.0).reshape(EXAMPLES, SIZES[0])
    labels = torch.arange(EXAMPLES) % SIZES[-1]
    size = sum((inputs_ + 1) * outputs for inputs_, outputs in pairwise(SIZES))
    params = sines(size, 0.7).requires_grad_()

    scores, end = inputs, 0
    for layer, (wide, narrow) in enumerate(pairwise(SIZES)):
        weights = params[end : end + wide * narrow].reshape(wide, narrow)
        biases = params[end + wide * narrow : end + (wide + 1) * narrow]
        end += (wide + 1) * narrow
        scores = torch.addmm(biases, scores, weights)
        if layer < len(SIZES) - 2:
            scores = torch.relu(scores)
    loss = torch.nn.functional.cross_entropy(scores, labels)
    loss.backward()
    found = {
        "version": torch.__version__,
        "sizes": SIZES,
        "examples": EXAMPLES,
        "loss": loss.item(),
        "gradient": params.grad.tolist(),
    }
    (Path(__file__).parent / "network.json").write_text(json.dumps(found) + "\n")
    print("a gradient of", size, "numbers")


if __name__ == "__main__":
    main()
