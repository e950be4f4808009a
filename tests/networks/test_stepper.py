"""One rule on a vector of parameters."""

import numpy as np
import pytest

from rmsprop_lab import optimizers
from rmsprop_lab.networks.stepper import BLOCK, Stepper
from rmsprop_lab.optimizers import Optimizer
from tests.speed.test_speed import ODD

RULES = [*optimizers.ALL.values(), *map(Optimizer.of, ODD)]


@pytest.mark.parametrize("size", [1, 7, BLOCK + 3])
@pytest.mark.parametrize("optimizer", RULES, ids=lambda optimizer: optimizer.name)
def test_a_step_is_the_rule(optimizer, size):
    rng = np.random.default_rng(0)
    params, stepper = rng.normal(size=size), Stepper(optimizer, size)
    wanted, state = params.copy(), optimizer.initial
    settings = optimizer.settings({})
    for _ in range(5):
        grad = rng.normal(size=size)
        returned = optimizer.rule(*settings, grad, *state)
        updates, *state = returned if optimizer.state else (returned,)
        wanted -= updates
        stepper.step(params, grad)
    np.testing.assert_array_equal(params, wanted)
    for name, value in zip(optimizer.state, state, strict=True):
        np.testing.assert_array_equal(
            stepper.state[name],
            np.broadcast_to(value, size) + 0 * grad if np.ndim(stepper.state[name]) else value,
        )


def test_adams_powers_are_one_number_for_all():
    stepper = Stepper("adam", 100)
    assert [np.ndim(value) for value in stepper.state.values()] == [1, 1, 0, 0]


def test_a_rule_with_a_branch_steps_too():
    def clipped(learning_rate, grad, seen_prev):
        return learning_rate * np.clip(grad, -1, 1), seen_prev + abs(grad)

    params, stepper = np.array([5.0, -0.5]), Stepper(clipped, 2, learning_rate=0.1)
    stepper.step(params, 2 * params)
    np.testing.assert_allclose(params, [4.9, -0.4])
    np.testing.assert_array_equal(stepper.state["seen"], [10.0, 1.0])


def test_a_rate_may_change_on_the_way():
    params, stepper = np.array([1.0]), Stepper("sgd", 1, learning_rate=0.5)
    stepper.step(params, np.ones(1))
    stepper.settings["learning_rate"] = 0.25
    stepper.step(params, np.ones(1))
    assert params == [0.25]


@pytest.mark.parametrize(
    ("params", "grad", "message"),
    [
        (np.zeros(3), np.zeros(2), r"params has shape \(3,\); it must be \(2,\)"),
        (np.zeros(2), np.zeros((2, 1)), r"grad has shape \(2, 1\)"),
        (np.zeros(2, int), np.zeros(2), "int64; it must be an array of float64"),
        (np.zeros(2, np.float32), np.zeros(2), "float32"),
        ([0.0, 0.0], np.zeros(2), "params is a list; it must be an array of float64"),
    ],
)
def test_what_does_not_fit_is_refused(params, grad, message):
    with pytest.raises(ValueError, match=message):
        Stepper("rmsprop", 2).step(params, grad)


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="rho = 2"):
        Stepper("rmsprop", 2, rho=2)
    with pytest.raises(ValueError, match="no hyper-parameter 'beta'"):
        Stepper("rmsprop", 2, beta=2)
    for size in (0, -1, 2.5, float("nan"), "2", None):
        with pytest.raises(ValueError, match=f"size = {size!r}; it must be a whole number"):
            Stepper("rmsprop", size)
    with pytest.raises(ValueError, match=r"rho has shape \(2,\); it must be one number"):
        Stepper("rmsprop", 2, rho=[0.5, 0.9])


def test_a_gradient_may_be_a_list():
    params = np.array([5.0, 4.0])
    Stepper("sgd", 2, learning_rate=0.5).step(params, [1, 2])
    assert params.tolist() == [4.5, 3.0]
