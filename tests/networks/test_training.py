"""Training runs: seeded, recorded, stopped where they diverge."""

import re

import numpy as np
import pytest

from rmsprop_lab import optimizers, schedules
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.training import train
from rmsprop_lab.objectives.examples import draw_batches

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(50, 4))
LABELS = (INPUTS @ [1, -1, 2, 0] > 0).astype(int)
DATA = INPUTS, LABELS
NETWORK = Network([4, 6, 2])


def run(optimizer="rmsprop", data=DATA, **settings):
    return train(NETWORK, optimizer, data, **{"epochs": 4, "progress": False} | settings)


@pytest.mark.parametrize("size", [10, 17, 50])
def test_it_is_the_rule_on_the_gradients_of_its_batches(size):
    """Walk the kept path once more, by hand."""
    learned = run(batch_size=size, keep=1, learning_rate=0.01)
    per_epoch = 50 // size
    steps = 4 * per_epoch
    rate, rho, epsilon = learned.settings.values()
    params, s = NETWORK.initial(0), np.zeros(NETWORK.size)
    for step, rows in enumerate(draw_batches(0, steps, size, 50)):
        np.testing.assert_array_equal(learned.path[step], params)
        loss, grad = NETWORK.gradient(params, INPUTS[rows], LABELS[rows])
        assert learned.batch_losses[step] == loss
        updates, s = optimizers.rmsprop.rule(rate, rho, epsilon, grad, s)
        params = params - updates
    np.testing.assert_array_equal(learned.path[steps], learned.params)
    np.testing.assert_array_equal(learned.states["s"][steps], s)


def test_a_schedule_changes_the_rate_of_each_step():
    """Walk the kept path once more, by hand."""
    schedule = schedules.cosine.at(warmup=2)
    learned = run("sgd", batch_size=10, keep=1, learning_rate=0.5, schedule=schedule)
    assert learned.settings == {"learning_rate": 0.5}
    np.testing.assert_array_equal(learned.factors, schedule.factors(20))
    params, drawn = NETWORK.initial(0), draw_batches(0, 20, 10, 50)
    for step, (factor, rows) in enumerate(zip(learned.factors, drawn, strict=True)):
        params = params - 0.5 * factor * NETWORK.gradient(params, INPUTS[rows], LABELS[rows])[1]
        np.testing.assert_array_equal(learned.path[step + 1], params)
    constant = run("sgd", schedule="constant")
    np.testing.assert_array_equal(constant.params, run("sgd").params)
    assert (run("sgd").factors == 1).all()


def test_a_rule_without_a_learning_rate_has_no_schedule():
    with pytest.raises(ValueError, match="'cosine' changes the learning_rate"):
        run(lambda rho, grad: rho * grad, schedule="cosine")


def test_what_is_kept_has_the_shapes_it_says():
    learned = run("adam", test=(INPUTS[:9], LABELS[:9]), batch_size=16, keep=4, epochs=3)
    assert learned.batch_losses.shape == (9,)  # 50 // 16 steps an epoch
    assert learned.train.shape == learned.test.shape == (4, 2)
    assert learned.path.shape == learned.states["m"].shape == (3, NETWORK.size)
    assert learned.states["beta1_power"].shape == (3,)
    assert run(keep=None).path.size == 0
    assert run(watch=False, epochs=9).train.shape == (2, 2)
    np.testing.assert_array_equal(run(watch=False).train[-1], run().train[-1])


def test_it_learns_and_says_so():
    learned = run(epochs=120, test=DATA, learning_rate=0.01)
    assert learned.train[-1, 0] < learned.train[0, 0] / 5
    assert learned.train[-1, 1] == 1
    assert str(learned).startswith("RMSProp, 120 steps: loss ")
    assert "test loss" in str(learned)
    assert "accuracy 100.0%" in str(learned)


def test_the_seed_makes_the_run():
    assert str(run(seed=3)) == str(run(seed=3))
    assert str(run(seed=3)) != str(run(seed=4))
    starts = [run(name, keep=1).path[0] for name in ("sgd", "adam")]
    np.testing.assert_array_equal(*starts)


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop"])
def test_divergence_stops_the_run_and_keeps_what_came_before(optimizer, capsys):
    learned = run(optimizer, learning_rate=1e200, keep=1, batch_size=10, progress=True)
    step = learned.diverged_at
    assert step is not None
    assert len(learned.batch_losses) == step
    assert len(learned.path) == step + 1
    for kept in (learned.batch_losses, learned.path, learned.params):
        assert np.isfinite(kept).all()
    np.testing.assert_array_equal(learned.path[-1], learned.params)
    assert f"diverged at step {step}: the history ends after {step} steps" in str(learned)
    assert f"diverged at step {step}" in "".join(capsys.readouterr())


def test_an_update_that_is_not_finite_is_not_kept():
    """The loss of that step still is."""
    learned = run("sgd", (1000 * INPUTS, LABELS), learning_rate=1.7e308)
    assert learned.diverged_at == 0
    np.testing.assert_array_equal(learned.params, NETWORK.initial(0))


def test_the_bar_is_shown_when_asked_for(capsys):
    run(progress=True)
    assert "RMSProp" in capsys.readouterr().err
    run()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, r"batch_size = 0.*1.*50"),
        ({"batch_size": 51}, r"batch_size = 51.*50"),
        ({"batch_size": 2.5}, "batch_size = 2.5"),
        ({"epochs": 0}, "epochs = 0"),
        ({"keep": 0}, "keep = 0"),
        ({"seed": -1}, "seed = -1"),
        ({"learning_rate": -1}, "learning_rate = -1"),
        ({"optimizer": "rmsprob"}, "no optimiser 'rmsprob'"),
        ({"data": (INPUTS, LABELS + 1)}, "training label"),
        ({"data": (INPUTS[:, :2], LABELS)}, "training inputs have shape"),
        ({"test": (INPUTS * np.nan, LABELS)}, "test inputs holds nan"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        run(**settings)


def test_a_history_is_said_in_one_line():
    history = train(NETWORK, "sgd", (INPUTS, LABELS), epochs=1, progress=False)
    assert repr(history) == str(history)
    assert re.fullmatch(r"SGD, \d+ steps: loss [\d.]+, accuracy [\d.]+%", repr(history))
