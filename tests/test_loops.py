"""The loops are the rules, bit for bit: calls of functions, floats, arrays in place, compiled."""

import ast

import numpy as np
import pytest
from numpy import sqrt

from rmsprop_lab import descend, descend_many, fast, loops, objectives, optimizers
from rmsprop_lab.loops import walk_body
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.source import straight


# Rules whose states depend on one another, stand still, or are another name for the update.
def rate_inside(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + learning_rate * grad
    return velocity, velocity


def swapped(learning_rate, grad, a_prev, b_prev):
    return learning_rate * grad + 0 * a_prev, b_prev + grad * 0.1, a_prev


def unchanged(learning_rate, grad, a_prev, b_prev):
    updates = learning_rate * grad
    return updates, a_prev, b_prev


def constant(learning_rate, grad, a_prev):
    k = 2
    return learning_rate * grad * k, 3.0


def chained(learning_rate, grad, a_prev, b_prev):
    a = grad - b_prev
    b = a_prev
    return learning_rate * (a + b), a, b


def counted(learning_rate, grad, n_prev):
    n = n_prev + 1
    return learning_rate * grad / sqrt(n), n


def late(learning_rate, grad, g_prev):
    return learning_rate * g_prev, grad


ODD = [rate_inside, swapped, unchanged, constant, chained, counted, late]
RULES = [*optimizers.ALL.values(), *map(Optimizer.of, ODD)]
SURFACES = [objectives.ALL[name] for name in ("bowl", "rotated ravine", "rosenbrock", "cliff")]
STEPS = 120
RATES = np.array([[1e-3, 0.02], [0.3, 40.0]])  # some of them diverge


def walked(objective, optimizer):
    """Every array of every kind of walk."""
    one = descend(objective, optimizer, steps=STEPS, learning_rate=0.02)
    found = [one.params, *one.state.values()]
    for keep in ("all", "last"):
        many = descend_many(objective, optimizer, steps=STEPS, learning_rate=RATES, keep=keep)
        found += [many.params, *many.state.values(), many.diverged_at]
    return found


@pytest.mark.parametrize("optimizer", RULES, ids=lambda optimizer: optimizer.name)
@pytest.mark.parametrize("objective", SURFACES, ids=lambda objective: objective.name)
def test_a_loop_is_the_calls_of_the_functions(objective, optimizer, monkeypatch):
    assert walk_body(objective.grad, optimizer.rule)
    in_loops = walked(objective, optimizer)
    monkeypatch.setattr(loops, "walk_body", lambda *functions: None)
    by_calls = walked(objective, optimizer)
    for ours, theirs in zip(in_loops, by_calls, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_start_for_each_setting_and_settings_of_other_shapes(monkeypatch):
    def ends():
        return descend_many(
            "ravine",
            "rmsprop",
            np.arange(12.0).reshape(2, 3, 2),
            steps=50,
            learning_rate=[[0.1], [0.2], [0.3]],
            rho=[0.5, 0.9],
        ).params

    in_loops = ends()
    monkeypatch.setattr(loops, "walk_body", lambda *functions: None)
    np.testing.assert_array_equal(in_loops, ends())
    assert in_loops.shape == (51, 2, 3, 2)


def test_floats_that_raise_are_walked_by_numpy():
    def over_zero(learning_rate, grad):
        return learning_rate / (grad - grad)

    path = descend("bowl", over_zero, steps=3)
    assert path.diverged_at == 1


def test_what_does_not_change_is_computed_once():
    body = walk_body(objectives.bowl.grad, optimizers.rmsprop.rule)
    assert [ast.unparse(value) for _, value in body.before] == ["1 - h_rho"]
    assert not any("1 - " in line for line in body.text())


def test_arrays_in_between_are_few():
    body = walk_body(objectives.rosenbrock.grad, optimizers.rmsprop.rule)
    _, between = loops._operations(body)
    assert len(between) == 4


NUMBER = 2.0


def outside(learning_rate, grad):
    return NUMBER * learning_rate * grad


def branched(learning_rate, grad):
    return learning_rate * grad if grad > 0 else 0.0


def looped(learning_rate, grad):
    for _ in range(2):
        grad = grad / 2
    return grad


def squared(learning_rate, grad):
    return learning_rate * grad**2


def defaulted(learning_rate, grad, extra=1.0):
    return learning_rate * grad


def twice(learning_rate, grad):
    updates = learning_rate * grad
    updates = updates * 2
    return updates


@pytest.mark.parametrize(
    "rule", [outside, branched, looped, squared, defaulted, twice, abs, np.abs]
)
def test_what_is_not_straight_is_left_to_calls(rule):
    """A number from outside too: it may be another tomorrow."""
    assert straight(rule) is None


def test_a_function_without_statements_is_not_straight():
    def only_words(x, y):
        """Nothing."""

    assert straight(only_words) is None


def test_a_gradient_that_cannot_be_hashed_is_walked():
    class Slope:
        def __eq__(self, other):
            return self is other

        def __call__(self, x, y):
            return 2 * x, 2 * y

    surface = Objective("bowl", objectives.bowl.value, Slope())
    path = descend(surface, "sgd", (5, 4), steps=3, learning_rate=0.1)
    np.testing.assert_array_equal(
        path.params, descend("bowl", "sgd", (5, 4), steps=3, learning_rate=0.1).params
    )


def test_a_number_from_outside_is_read_at_each_walk(monkeypatch):
    first = descend("bowl", outside, steps=1, learning_rate=0.1).params[1]
    monkeypatch.setitem(globals(), "NUMBER", 4.0)
    assert descend("bowl", outside, steps=1, learning_rate=0.1).params[1, 0] < first[0]


def test_sines_are_left_to_calls():
    assert walk_body(objectives.rastrigin.grad, optimizers.sgd.rule) is None


def test_without_numba_nothing_is_compiled(monkeypatch):
    monkeypatch.setattr(fast, "installed", lambda: False)
    assert not fast.worth(10**9, 10**9)
