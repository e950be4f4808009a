"""Our paths against those of torch, optax and keras; see goldens/generate.py."""

import json
from pathlib import Path

import numpy as np
import pytest

from rmsprop_lab import descend, optimizers

GOLDENS = json.loads((Path(__file__).parent / "goldens" / "goldens.json").read_text())
PATHS = GOLDENS["paths"]
# The rules of ours that each library has; see generate.py for what is left out.
COMPARED = {
    "torch": "sgd momentum nesterov adagrad rmsprop rmsprop_centered rmsprop_momentum adam",
    "optax": "sgd momentum nesterov rmsprop rmsprop_inside rmsprop_centered rmsprop_momentum adam",
    "keras": "rmsprop_inside",
}


def named(golden):
    return " ".join(golden[part] for part in ("library", "optimizer", "objective"))


@pytest.mark.parametrize("golden", PATHS, ids=named)
def test_our_path_is_theirs(golden):
    path = descend(
        golden["objective"],
        golden["optimizer"],
        golden["start"],
        steps=GOLDENS["steps"],
        **golden["hyper"],
    )
    # They order the arithmetic differently, and rounding is all that may differ.
    np.testing.assert_allclose(
        path.params[:: GOLDENS["every"]], golden["params"], rtol=1e-10, atol=1e-10
    )


def test_every_rule_and_hyper_parameter_is_compared():
    compared = {(golden["library"], golden["optimizer"]) for golden in PATHS}
    assert compared == {(of, name) for of, names in COMPARED.items() for name in names.split()}
    for golden in PATHS:
        hyper = {parameter.name for parameter in optimizers.ALL[golden["optimizer"]].hyper}
        assert set(golden["hyper"]) == hyper
        # A path that goes nowhere, or away, would say little.
        params = np.array(golden["params"])
        assert len(params) == GOLDENS["steps"] / GOLDENS["every"] + 1
        assert 0.1 < np.abs(params - params[0]).max() < 100
