"""Many runs side by side are the runs one after the other."""

from dataclasses import fields

import numpy as np
import pytest

from rmsprop_lab import Optimizer, optimizers
from rmsprop_lab.networks.many import train_many
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.training import History, train

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(50, 4))
LABELS = (INPUTS @ [1, -1, 2, 0] > 0).astype(int)
DATA, TEST = (INPUTS[:40], LABELS[:40]), (INPUTS[40:], LABELS[40:])
NETWORK = Network([4, 6, 5, 2])
BUDGET = {"epochs": 3, "batch_size": 8, "test": TEST}


def are_the_same(many: list[History], one_by_one: list[History]) -> None:
    assert len(many) == len(one_by_one)
    for run, alone in zip(many, one_by_one, strict=True):
        for name in (field.name for field in fields(History)):
            ours, theirs = getattr(run, name), getattr(alone, name)
            if isinstance(theirs, np.ndarray):
                # Another processor may add up the products of a stack in another order.
                np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12, err_msg=name)
            elif isinstance(theirs, dict):
                assert ours.keys() == theirs.keys()
                for key in theirs:
                    np.testing.assert_allclose(ours[key], theirs[key], rtol=1e-9, atol=1e-12)
                    assert np.shape(ours[key]) == np.shape(theirs[key])
            else:
                assert ours == theirs, name
        assert str(run) == str(alone)


def alone(name: str | Optimizer, **settings: object) -> History:
    return train(NETWORK, name, DATA, watch=False, progress=False, **BUDGET, **settings)


@pytest.mark.parametrize("name", optimizers.ALL)
def test_each_rate_and_each_seed_has_its_run(name: str) -> None:
    rates, seeds = [0.001, 0.01, 0.1], [3, 1, 3]
    many = train_many(NETWORK, name, DATA, learning_rate=rates, seed=seeds, keep=4, **BUDGET)
    one_by_one = [
        alone(name, learning_rate=rate, seed=seed, keep=4)
        for rate, seed in zip(rates, seeds, strict=True)
    ]
    are_the_same(many, one_by_one)


def test_one_seed_for_all_and_a_schedule() -> None:
    settings = {"schedule": "cosine", "keep": 1, "seed": 5}
    many = train_many(NETWORK, "adam", DATA, beta1=[0.5, 0.9], **settings, **BUDGET)
    are_the_same(many, [alone("adam", beta1=beta1, **settings) for beta1 in (0.5, 0.9)])


def test_one_that_diverges_leaves_the_others_alone() -> None:
    rates = [0.1, 1e200, 0.2, 1e300]
    with np.errstate(all="ignore"):
        many = train_many(NETWORK, "momentum", DATA, learning_rate=rates, keep=1, **BUDGET)
        one_by_one = [alone("momentum", learning_rate=rate, keep=1) for rate in rates]
        assert [run.diverged_at is None for run in many] == [True, False, True, False]
        are_the_same(many, one_by_one)
        are_the_same(
            train_many(NETWORK, "sgd", DATA, learning_rate=[1e300], keep=1, **BUDGET),
            [alone("sgd", learning_rate=1e300, keep=1)],
        )


def test_a_rule_of_ones_own_and_a_single_run() -> None:
    sign = Optimizer.of(lambda learning_rate, grad: learning_rate * np.sign(grad), name="signs")
    are_the_same(
        train_many(NETWORK, sign, DATA, learning_rate=0.01, **BUDGET),
        [alone(sign, learning_rate=0.01)],
    )


def test_what_is_no_network_is_said() -> None:
    with pytest.raises(ValueError, match="network = 3 must be a Network"):
        train_many(3, "sgd", DATA)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"learning_rate": [0.1, 0.2], "seed": [0, 1, 2]},
            r"learning_rate has shape \(2,\).*3 runs",
        ),
        ({"learning_rate": [[0.1, 0.2]]}, r"learning_rate has shape \(1, 2\)"),
        ({"learning_rate": [0.1, -1]}, "learning_rate = -1 is out of range"),
        ({"seed": [0, 0.5]}, "seed = 0.5"),
        ({"learning_rate": []}, r"learning_rate has shape \(0,\)"),
        ({"rate": 1}, "no hyper-parameter 'rate'"),
    ],
)
def test_what_does_not_fit_is_said(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train_many(NETWORK, "sgd", DATA, **settings)
