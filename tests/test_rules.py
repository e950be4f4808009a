"""The rules against steps worked by hand, against each other and against the tutorial."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmsprop_lab import descend, optimizers, rules

# One step from a state that is not 0, in numbers a double holds. Hyper-parameters in the
# rule's order, then the gradient, then the state; what comes back is updates, then state.
BY_HAND = [
    # u = 0.5 * 3
    ("sgd", (0.5, 3), 1.5),
    # v = 0.5 * 4 + 3 = 5; u = 0.5 * 5
    ("momentum", (0.5, 0.5, 3, 4), (2.5, 5)),
    # v = 0.5 * 4 + 3 = 5; u = 0.5 * (3 + 0.5 * 5)
    ("nesterov", (0.5, 0.5, 3, 4), (2.75, 5)),
    # s = 9 + 4 * 4 = 25; u = 0.5 * 4 / (5 + 3)
    ("adagrad", (0.5, 3, 4, 9), (0.25, 25)),
    # s = 0.75 * 28 + 0.25 * 4 * 4 = 25; u = 0.5 * 4 / (5 + 3)
    ("rmsprop", (0.5, 0.75, 3, 4, 28), (0.25, 25)),
    # s = 0.75 * 28 + 0.25 * 4 * 4 = 25; u = 0.5 * 4 / sqrt(25 + 39) = 2 / 8
    ("rmsprop_inside", (0.5, 0.75, 39, 4, 28), (0.25, 25)),
    # deviation = 6 - 2 = 4; m = 2 + 0.25 * 4 = 3; var = 0.75 * (8 + 0.25 * 4 * 4) = 9;
    # u = 0.5 * 6 / (3 + 1)
    ("rmsprop_centered", (0.5, 0.75, 1, 6, 2, 8), (0.75, 3, 9)),
    # s = 25; v = 0.5 * 3 + 4 / (5 + 3) = 2; u = 0.5 * 2
    ("rmsprop_momentum", (0.5, 0.75, 3, 0.5, 4, 28, 3), (1, 25, 2)),
    # Its second step: m = 0.5 * 2 + 0.5 * 4 = 3; v = 0.75 * 4 + 0.25 * 4 * 4 = 7; powers
    # 0.25 and 0.5625; m^ = 3 / 0.75 = 4; v^ = 7 / 0.4375 = 16; u = 0.5 * 4 / (4 + 1)
    ("adam", (0.5, 0.5, 0.75, 1, 4, 2, 4, 0.5, 0.75), (0.4, 3, 7, 0.25, 0.5625)),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), BY_HAND)
def test_a_step_worked_by_hand(name, arguments, expected):
    assert getattr(rules, name)(*map(float, arguments)) == expected


def test_every_rule_has_a_step_worked_by_hand():
    assert [name for name, _, _ in BY_HAND] == list(optimizers.ALL)


def steps_of(name, grads, **settings):
    """Updates and state of every step along the gradients, on floats, from the rule's own start."""
    optimizer = optimizers.ALL[name]
    values, state = optimizer.settings(settings), optimizer.initial
    steps = []
    for grad in grads:
        made = optimizer.rule(*values, grad, *state)
        updates, *state = made if optimizer.state else (made,)
        steps.append((updates, *state))
    return steps


def updates(name, grads, **settings):
    return [step[0] for step in steps_of(name, grads, **settings)]


MAGNITUDE = st.floats(1e-3, 1e3)
GRAD = MAGNITUDE | MAGNITUDE.map(lambda size: -size)
GRADS = st.lists(GRAD, min_size=1, max_size=30)
RATE = st.floats(1e-4, 10)
SHARE = st.floats(0, 0.999)
EPSILON = st.floats(1e-12, 1)


def near(expected, rel=1e-13):
    return pytest.approx(expected, rel=rel, abs=0)


@given(GRADS, RATE)
def test_without_momentum_the_heavy_ball_is_gradient_descent(grads, rate):
    plain = updates("sgd", grads, learning_rate=rate)
    for name in ("momentum", "nesterov"):
        assert updates(name, grads, learning_rate=rate, momentum=0) == plain


@given(GRADS, RATE, SHARE, EPSILON)
def test_without_momentum_rmsprop_momentum_is_rmsprop(grads, rate, rho, epsilon):
    settings = {"learning_rate": rate, "rho": rho, "epsilon": epsilon}
    assert updates("rmsprop_momentum", grads, momentum=0, **settings) == near(
        updates("rmsprop", grads, **settings)
    )


@given(GRAD, RATE, st.floats(0.5, 0.999), EPSILON, st.floats(0, 10))
def test_with_a_mean_of_zero_centred_rmsprop_is_rmsprop(grad, rate, rho, epsilon, variance):
    # The mean that this gradient brings to 0, where the variance is the mean square.
    mean = -(1 - rho) * grad / rho
    centred, mean_after, _ = rules.rmsprop_centered(rate, rho, epsilon, grad, mean, variance)
    plain, _ = rules.rmsprop(rate, rho, epsilon, grad, variance + mean * mean)
    assert mean_after == pytest.approx(0, abs=1e-12 * abs(grad))
    assert centred == near(plain, 1e-10)


@given(GRADS, RATE)
def test_rmsprop_without_memory_steps_by_the_sign(grads, rate):
    steps = updates("rmsprop", grads, learning_rate=rate, rho=0, epsilon=1e-12)
    assert steps == [rate * grad / (abs(grad) + 1e-12) for grad in grads]
    assert np.abs(steps) == near(np.full(len(grads), rate), 1e-8)


@given(GRADS, RATE, SHARE)
def test_where_epsilon_stands_does_not_matter_when_it_is_tiny(grads, rate, rho):
    outside = updates("rmsprop", grads, learning_rate=rate, rho=rho, epsilon=1e-24)
    assert outside == near(
        updates("rmsprop_inside", grads, learning_rate=rate, rho=rho, epsilon=1e-24)
    )


@given(GRADS, RATE, SHARE, EPSILON)
def test_adam_without_beta1_is_rmsprop_with_its_start_corrected(grads, rate, rho, epsilon):
    averages = [s for _, s in steps_of("rmsprop", grads, rho=rho)]
    expected = [
        rate * grad / (sqrt(s / (1 - rho**step)) + epsilon)
        for step, (grad, s) in enumerate(zip(grads, averages, strict=True), start=1)
    ]
    settings = {"learning_rate": rate, "beta1": 0, "beta2": rho, "epsilon": epsilon}
    assert updates("adam", grads, **settings) == near(expected, 1e-11)


@given(GRADS, RATE, EPSILON)
def test_adagrad_divides_by_the_root_of_the_sum(grads, rate, epsilon):
    sums = np.cumsum(np.square(grads))
    steps = steps_of("adagrad", grads, learning_rate=rate, epsilon=epsilon)
    expected = rate * np.array(grads) / (np.sqrt(sums) + epsilon)
    assert np.array(steps) == near(np.transpose([expected, sums]))


@given(GRADS, st.floats(0, 0.999))
def test_centred_variance_is_mean_square_less_squared_mean(grads, rho):
    # In exact arithmetic, because the difference is what floats get wrong.
    keep, s, mean = Fraction(rho), Fraction(0), Fraction(0)
    for grad, (_, _, variance) in zip(
        grads, steps_of("rmsprop_centered", grads, rho=rho), strict=True
    ):
        s = keep * s + (1 - keep) * Fraction(grad) ** 2
        mean = keep * mean + (1 - keep) * Fraction(grad)
        assert variance == pytest.approx(float(s - mean**2), rel=1e-9, abs=1e-12 * max(grads) ** 2)


@pytest.mark.parametrize(("rho", "grad"), [(0.9, 123.4), (0.95, 7.7), (0.99, 0.1), (0.99, 2.7)])
def test_centred_variance_is_never_negative_where_the_textbook_is(rho, grad):
    variances = [
        variance for *_, variance in steps_of("rmsprop_centered", 10_000 * [grad], rho=rho)
    ]
    # The textbook's: the running mean of squares less the square of the running mean.
    textbook, s, mean = [], 0.0, 0.0
    for _ in variances:
        s = rho * s + (1 - rho) * (grad * grad)
        mean = rho * mean + (1 - rho) * grad
        textbook.append(s - mean * mean)
    assert min(textbook) < 0 <= min(variances)


@pytest.mark.parametrize(("rho", "rates"), [(0.9, 3.16), (0.99, 10.0), (0.999, 31.6)])
@pytest.mark.parametrize("grad", [1e-3, 1.0, -4e4])
@pytest.mark.parametrize("rule", [rules.rmsprop, rules.rmsprop_inside])
def test_the_first_step_is_the_same_for_every_gradient(rule, rho, rates, grad):
    update, _ = rule(0.1, rho, 1e-30, grad, 0.0)
    assert update == near(np.sign(grad) * 0.1 / sqrt(1 - rho), 1e-12)
    assert abs(update) / 0.1 == pytest.approx(rates, rel=2e-3)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1, 4)])
@pytest.mark.parametrize("name", optimizers.ALL)
def test_arrays_give_the_bits_of_floats(name, shape):
    optimizer = optimizers.ALL[name]
    random = np.random.default_rng(1)
    settings = optimizer.settings({})
    # In (0, 1), as a running mean of squares and a power of beta are.
    numbers = [random.normal(size=shape), *random.random((len(optimizer.state), *shape))]
    whole = np.array(optimizer.rule(*settings, *numbers))
    assert whole.shape == ((1 + len(optimizer.state),) if optimizer.state else ()) + shape
    for place in np.ndindex(shape):
        one = optimizer.rule(*settings, *(float(number[place]) for number in numbers))
        np.testing.assert_array_equal(whole[(..., *place)], one)


TUTORIAL = """
Epoch 0, current state: [4.68377233 3.68377236]
Epoch 20, current state: [2.3688824  1.47561697]
Epoch 40, current state: [0.95903672 0.35004133]
Epoch 60, current state: [0.13761293 0.00745214]
Epoch 80, current state: [3.91649374e-04 3.12725069e-09]
Epoch 100, current state: [-3.07701828e-17  2.18862195e-20]
""".strip().splitlines()


def tutorial():
    """The tutorial's function and loop, as printed there."""

    def RMSProp(learning_rate, rho, epsilon, grad, s_prev):
        s = rho * s_prev + (1 - rho) * np.power(grad, 2)
        updates = learning_rate * grad / (np.sqrt(s) + epsilon)
        return updates, s

    def df(x, y):
        return np.array([2 * x, 2 * y])

    coordinates = np.array([5.0, 4.0])
    s_prev = np.array([0, 0])
    for _ in range(101):
        grad = df(coordinates[0], coordinates[1])
        updates, s_prev = RMSProp(0.1, 0.9, 1e-6, grad, s_prev)
        coordinates -= updates
        yield coordinates.copy()


def test_the_tutorials_run_is_ours():
    path = descend("bowl", "rmsprop", (5, 4), steps=101, learning_rate=0.1, rho=0.9, epsilon=1e-6)
    # It prints after the update: its epoch e is our step e + 1.
    printed = [f"Epoch {e}, current state: {path.params[e + 1]}" for e in range(0, 101, 20)]
    assert printed == TUTORIAL
    np.testing.assert_allclose(path.params[1:], list(tutorial()), rtol=1e-12, atol=0)
