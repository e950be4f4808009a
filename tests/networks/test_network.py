"""The network's loss and gradient: against differences, against torch, and bad data."""

import json
from pathlib import Path

import numpy as np
import pytest

from rmsprop_lab import Race, train
from rmsprop_lab.networks.network import Network, log_softmax

GOLDEN = json.loads((Path(__file__).parents[1] / "goldens/network.json").read_text())


def random_problem(sizes, count=6, seed=0):
    rng, network = np.random.default_rng(seed), Network(sizes)
    params = network.initial(seed) + 0.1 * rng.normal(size=network.size)
    inputs = rng.normal(size=(count, sizes[0]))
    return network, params, inputs, rng.integers(sizes[-1], size=count)


def test_loss_and_gradient_are_torchs():
    network, count = Network(GOLDEN["sizes"]), GOLDEN["examples"]
    inputs = np.sin(np.arange(1, count * network.sizes[0] + 1)).reshape(count, -1)
    params = np.sin(0.7 * np.arange(1, network.size + 1))
    loss, grad = network.gradient(params, inputs, np.arange(count) % network.sizes[-1])
    assert loss == pytest.approx(GOLDEN["loss"], rel=1e-12)
    np.testing.assert_allclose(grad, GOLDEN["gradient"], rtol=1e-10, atol=1e-13)
    assert np.abs(grad).max() > 0.1


@pytest.mark.parametrize("sizes", [(3, 2), (4, 5, 3), (2, 6, 5, 4)])
def test_gradient_is_the_slope_of_the_loss(sizes):
    network, params, *data = random_problem(sizes)
    loss, grad = network.gradient(params, *data)
    assert loss == network.loss(params, *data)
    h = 1e-6
    for place in range(network.size):
        step = np.zeros(network.size)
        step[place] = h
        rise = network.loss(params + step, *data) - network.loss(params - step, *data)
        assert grad[place] == pytest.approx(rise / (2 * h), abs=1e-8)


def test_the_smallest_network_there_is():
    assert Network([1, 1]).size == 2


def test_layers_are_views_that_tile_the_vector():
    network = Network([4, 3, 2])
    params = np.arange(float(network.size))
    layers = network.layers(params)
    np.testing.assert_array_equal(
        np.concatenate([part.ravel() for pair in layers for part in pair]), params
    )
    layers[1][1][0] = -1
    assert params[-2] == -1


def test_first_weights_keep_the_size_of_what_passes():
    network = Network([500, 400, 300, 10])
    inputs = np.random.default_rng(1).normal(size=(200, 500))
    _, *hidden, _ = network.forward(network.initial(0), inputs)
    for passed in hidden:
        assert np.mean(passed**2) == pytest.approx(1, rel=0.2)
    assert not np.array_equal(network.initial(0), network.initial(1))
    np.testing.assert_array_equal(network.initial(3), network.initial(3))


def test_large_scores_do_not_overflow():
    scores = np.array([[1e4, -1e4, 0.0]])
    np.testing.assert_allclose(log_softmax(scores), [[0, -2e4, -1e4]])


def test_accuracy_counts_the_highest_scores():
    network = Network([2, 2])
    params = np.array([1.0, 0, 0, 1, 0, 0])  # the scores are the inputs
    inputs = np.array([[2.0, 1], [1, 2], [3, 0], [0, 3]])
    assert network.accuracy(params, inputs, np.array([0, 1, 1, 1])) == 0.75


@pytest.mark.parametrize(
    "sizes",
    [[], [3], [3, 0], [3, 2.5], [-1, 2], [2, "a"], [2, None], 3, "23", [2, np.nan], [np.inf, 2]],
)
def test_bad_sizes(sizes):
    with pytest.raises(ValueError, match="must be two whole numbers or more"):
        Network(sizes)


GOOD = np.zeros((4, 3)), np.zeros(4, int)


@pytest.mark.parametrize(
    ("inputs", "labels", "message"),
    [
        (np.zeros((4, 2)), GOOD[1], r"inputs have shape \(4, 2\); they must be \(examples, 3\)"),
        (np.zeros(3), GOOD[1], r"shape \(3,\)"),
        (np.zeros((0, 3)), np.zeros(0, int), r"shape \(0, 3\)"),
        (GOOD[0], np.zeros(5, int), r"labels have shape \(5,\); one for each of the 4"),
        (np.where(np.eye(4, 3) == 1, np.nan, 0), GOOD[1], "holds nan in row 0, column 0"),
        (np.full((4, 3), -np.inf), GOOD[1], "holds -inf in row 0"),
        (GOOD[0], np.array([0, 1, 2, 0]), "label .*2.* in row 2; .* from 0 to 1"),
        (GOOD[0], np.array([0, -1, 1, 0]), "-1.* in row 1"),
        (GOOD[0], np.array([0.0, 0.5, 1, 0]), "labels are whole numbers"),
    ],
)
def test_bad_data(inputs, labels, message):
    with pytest.raises(ValueError, match=message):
        Network([3, 2]).check("training", (inputs, labels))


@pytest.mark.parametrize(
    "data", [None, 5, GOOD[0], (GOOD[0],), (*GOOD, GOOD[1]), {"inputs": 1, "labels": 2}]
)
def test_data_are_inputs_and_labels(data):
    with pytest.raises(ValueError, match=r"training data = .* must be a pair, \(inputs, labels\)"):
        Network([3, 2]).check("training", data)
    for call in (train, lambda *given: Race(*given[::2], GOOD)):
        if call is not train and isinstance(data, dict):
            continue  # several data sets by name
        with pytest.raises(ValueError, match=r"must be a pair, \(inputs, labels\)"):
            call(Network([3, 2]), "sgd", data)
        with pytest.raises(ValueError, match="network = 3 must be a Network"):
            call(3, "sgd", data)


@pytest.mark.parametrize("inputs", [[["a", "b", "c"]], [[1], [1, 2]], [[None, {}, 1]]])
def test_data_that_are_no_numbers(inputs):
    with pytest.raises(ValueError, match="training data must be arrays of numbers"):
        Network([3, 2]).check("training", (inputs, [0]))
