"""Tapes that stand in for calls have their bits: on floats and compiled; and when they may."""

import math

import numpy as np
import pytest
from numpy import sqrt

from rmsprop_lab import descend, descend_many, least_squares, objectives, optimizers, steps
from rmsprop_lab.algebra.gradient import gradient
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.speed import compiled, in_place
from rmsprop_lab.speed.printing import HELPERS, on_floats
from rmsprop_lab.speed.standing_in import exact_tape, reach
from tests.support.in_node import same_bits


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


def looped(learning_rate, grad):
    for _ in range(2):
        grad = grad / 2
    return grad


def clipped(learning_rate, grad, highest_prev):
    highest = np.maximum(highest_prev, abs(grad))
    return learning_rate * np.sign(grad) * np.minimum(abs(grad), 1), highest


def chosen(learning_rate, grad, sign_prev):
    sign = np.sign(grad)
    return learning_rate * np.where(sign * sign_prev < 0, grad / 2, grad), sign


ODD = [rate_inside, swapped, unchanged, constant, chained, counted, late, looped, clipped, chosen]
RULES = [*optimizers.ALL.values(), *map(Optimizer.of, ODD)]
SURFACES = [objectives.ALL[name] for name in ("bowl", "rotated ravine", "rosenbrock", "cliff")]
STEPS = 120
RATES = np.array([[1e-3, 0.02], [0.3, 40.0]])  # some of them diverge


def arrays_of(objective, optimizer):
    """Every array of every kind of path."""
    one = descend(objective, optimizer, steps=STEPS, learning_rate=0.02)
    found = [one.params, *one.state.values()]
    for keep in ("all", "last"):
        many = descend_many(objective, optimizer, steps=STEPS, learning_rate=RATES, keep=keep)
        found += [many.params, *many.state.values(), many.diverged_at]
    return found


@pytest.mark.parametrize("optimizer", RULES, ids=lambda optimizer: optimizer.name)
@pytest.mark.parametrize("objective", SURFACES, ids=lambda objective: objective.name)
def test_a_tape_is_the_calls_of_the_functions(objective, optimizer, monkeypatch):
    taken = []
    monkeypatch.setattr(steps, "on_floats", lambda tape: taken.append(tape) or on_floats(tape))
    in_place_runs, rounds = [], in_place.rounds
    monkeypatch.setattr(in_place, "rounds", lambda *of: in_place_runs.append(of) or rounds(*of))
    in_loops = arrays_of(objective, optimizer)
    assert len(taken) == 1
    assert len(in_place_runs) == 2
    monkeypatch.setattr(steps, "exact_tape", lambda *function: None)
    by_calls = arrays_of(objective, optimizer)
    for ours, theirs in zip(in_loops, by_calls, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_floats_that_raise_are_walked_by_numpy():
    def over_zero(learning_rate, grad):
        return learning_rate / (grad - grad)

    path = descend("bowl", over_zero, steps=3)
    assert path.diverged_at == 1


@pytest.mark.parametrize("helper", HELPERS, ids=lambda helper: helper.__name__)
def test_what_python_has_no_word_for_is_numpys(helper):
    odd = [0.0, -0.0, 1.0, -1.0, 0.3, 5e-324, -1e308, math.inf, -math.inf, math.nan]
    ufunc = getattr(np, helper.__name__)
    for a in odd:
        for b in odd if ufunc.nin == 2 else [0.0]:
            if a == b == 0 and ufunc.nin == 2:  # where NumPy's zero hangs on the processor
                expected = math.copysign(0.0, helper(math.copysign(1, a), math.copysign(1, b)))
            else:
                expected = ufunc(*(a, b)[: ufunc.nin])
            assert same_bits([helper(*(a, b)[: ufunc.nin])], [expected]), (a, b)


# ---- when a tape may stand in ---------------------------------------------------------

NUMBER = 2.0


def outside(learning_rate, grad):
    return NUMBER * learning_rate * grad


def branched(learning_rate, grad):
    return learning_rate * grad if grad > 0 else 0.0


def squared(learning_rate, grad):  # Python's power may round otherwise than a product
    return learning_rate * grad**2


def waving(learning_rate, grad):
    return np.sin(grad)


SEEN = []


def remembering(learning_rate, grad):
    SEEN.append(grad)
    return learning_rate * grad


def printing(learning_rate, grad):
    print("a step")
    return learning_rate * grad


def counting(learning_rate, grad):
    counting.calls = getattr(counting, "calls", 0)
    return learning_rate * grad


def global_count(learning_rate, grad):
    global COUNT
    COUNT = 1
    return learning_rate * grad


def importing(learning_rate, grad):
    import random

    return learning_rate * grad * (random.seed(1) or 1)


def nested(learning_rate, grad):
    return sum((SEEN.append(k) or learning_rate * grad) for k in range(2))


def with_default(learning_rate, grad, memo=SEEN):
    return learning_rate * grad


def drawing(learning_rate, grad):
    return learning_rate * grad * np.random.uniform()  # noqa: NPY002  # as readers do


def closing_over(kept):
    def inside(learning_rate, grad):
        kept.append(1)
        return learning_rate * grad

    return inside


class Stateful:
    def __call__(self, learning_rate, grad):
        self.last = grad
        return learning_rate * grad


@pytest.mark.parametrize(
    "rule",
    [
        branched,
        squared,
        waving,
        remembering,
        printing,
        counting,
        global_count,
        importing,
        nested,
        with_default,
        drawing,
        closing_over([]),
        Stateful(),
        Stateful().__call__,
        abs,
    ],
    ids=lambda rule: getattr(rule, "__name__", "stateful"),
)
def test_what_does_more_than_compute_is_called_at_every_step(rule, capsys):
    assert exact_tape(rule, 2) is None


@pytest.mark.parametrize(
    "rule", [outside, looped, clipped, lambda learning_rate, grad: NUMBER * math.sqrt(grad)]
)
def test_what_only_computes_is_run_as_a_tape(rule):
    assert exact_tape(rule, rule.__code__.co_argcount)


def test_gradients_and_closures_over_numbers_too():
    assert exact_tape(gradient(lambda x, y: x * x / np.sqrt(1 + y * y)), 2)
    fit = least_squares([[1, 0], [0, 2], [1, 2]], [1, 4, 5])
    assert exact_tape(fit.grad, 2)
    assert exact_tape(fit.examples.grad, 5)
    assert exact_tape(Objective.of("x^2 + 3*y^2/(1+y*y)").grad, 2)


def test_a_rule_sees_every_step():
    SEEN.clear()
    descend("bowl", remembering, steps=5, learning_rate=0.1)
    assert len(SEEN) > 10  # two coordinates, and the look at what it returns


def test_what_a_function_reaches_is_by_its_value():
    assert reach(outside) == ("2.0",)
    negative, positive = -0.0, 0.0
    assert reach(lambda x: negative * x) != reach(lambda x: positive * x)


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


def test_without_numba_nothing_is_compiled(monkeypatch):
    monkeypatch.setattr(compiled, "installed", lambda: False)
    assert not compiled.worth(10**9, 10**9)
