"""The search for a learning rate: what it finds, and that it is the same for all."""

import math

import numpy as np
import pytest

from rmsprop_lab import descend, objectives, optimizers
from rmsprop_lab.tuning import RATES, tune


def test_the_search_is_eight_rates_a_decade():
    assert len(RATES) == 41
    assert (RATES[0], RATES[-1]) == (1e-4, 10)
    np.testing.assert_allclose(np.diff(np.log10(RATES)), 1 / 8, atol=2e-3)


@pytest.mark.parametrize("optimizer", optimizers.ALL)
def test_the_best_is_the_lowest_end_of_all_that_were_tried(optimizer):
    tuned = tune("ravine", optimizer, steps=60)
    ends = []
    for rate in RATES:
        path = descend("ravine", optimizer, steps=60, learning_rate=rate)
        ends.append(math.inf if path.diverged_at is not None else path.losses[-1])
    assert tuned.loss == min(ends)
    assert tuned.learning_rate == RATES[int(np.argmin(ends))]
    assert np.isnan(tuned.losses).tolist() == np.isinf(ends).tolist()


def test_gradient_descent_on_a_bowl_wants_one_over_the_curvature():
    tuned = tune(objectives.bowl, "sgd", steps=20, rates=(0.3, 0.5, 0.7))
    assert (tuned.learning_rate, tuned.loss) == (0.5, 0)


def test_where_every_path_diverges_there_is_no_best():
    tuned = tune("bowl", "sgd", steps=100, rates=(2, 3))
    assert tuned.learning_rate is None
    assert math.isnan(tuned.loss)


def test_what_walks_with_it_counts():
    slow = tune("ravine", "momentum", steps=60, momentum=0)
    assert slow.learning_rate == tune("ravine", "sgd", steps=60).learning_rate
    with pytest.raises(ValueError, match="no hyper-parameter 'rho'"):
        tune("bowl", "sgd", rho=0.5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rates": ()}, r"rates = \(\) must be a list of learning rates, one at least"),
        ({"rates": 0.1}, "rates = 0.1 must be a list"),
        ({"rates": [[0.1, 0.2]]}, "must be a list"),
        ({"rates": (0.1, -1)}, "learning_rate = -1 is out of range"),
        ({"learning_rate": 0.1}, r"learning_rate = 0.1: it is set by the search; choices: rates="),
        ({"keep": "all"}, "keep = 'all': it is set by the search"),
        ({"rho": [0.5, 0.9], "rates": (0.1, 0.2)}, r"rho = \[0.5, 0.9\] is not one number"),
    ],
)
def test_a_search_that_cannot_be_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        tune("bowl", "rmsprop", **given)


def test_the_rates_may_be_an_array():
    tuned = tune("bowl", "sgd", steps=20, rates=np.array([0.3, 0.5]))
    assert (tuned.learning_rate, tuned.rates) == (0.5, (0.3, 0.5))
