"""Schedules: their factors, what they do to a path, and what may be one."""

import math

import numpy as np
import pytest

from rmsprop_lab import Parameter, Schedule, descend, descend_many, optimizers, rules, schedules
from rmsprop_lab.algebra.tape import trace
from rmsprop_lab.tuning import tune
from tests.support.in_node import FORBID, in_node, same_bits

K = np.arange(120)

# A second way: with NumPy's powers and cosines.
FORMULAS = {
    "constant": lambda k, steps: np.ones(len(k)),
    "step": lambda k, steps, factor, every: factor ** (k // every),
    "inverse": lambda k, steps, decay: 1 / (1 + decay * k),
    "exponential": lambda k, steps, base: base**k,
    "cosine": lambda k, steps, final: final + (1 - final) * (1 + np.cos(np.pi * k / steps)) / 2,
}


def some(schedule, random):
    """The schedule with settings from all over its sliders."""
    return schedule.at(
        **{
            p.name: float(random.integers(*p.slider)) if p.whole else random.uniform(*p.slider)
            for p in schedule.parameters
        }
    )


SOME = [
    some(schedule, np.random.default_rng([place, turn]))
    for place, schedule in enumerate(schedules.ALL.values())
    for turn in range(20)
]


@pytest.mark.parametrize("name", schedules.ALL)
def test_the_factors_are_those_of_the_formula(name):
    random = np.random.default_rng(1)
    for _ in range(20):
        schedule = some(schedules.ALL[name], random)
        *own, warmup = schedule.settings
        steps = int(random.integers(warmup + 1, 400))
        k = np.arange(steps)
        rise = np.minimum(1, (k + 1) / (warmup + 1))
        expected = rise * FORMULAS[name](np.maximum(k - warmup, 0), steps - warmup, *own)
        np.testing.assert_allclose(schedule.factors(steps), expected, rtol=1e-12, atol=1e-15)


def test_the_page_has_the_same_bits():
    jobs = []
    for schedule in SOME:
        points = [(float(k), 300.0, *map(float, schedule.settings)) for k in range(300)]
        jobs.append((trace(schedule.whole, schedule.takes), points))
    for flags in ((), (FORBID,)):
        for schedule, found in zip(SOME, in_node(jobs, *flags), strict=True):
            assert same_bits(found[:, 0], schedule.factors(300))


@pytest.mark.parametrize("schedule", schedules.ALL.values(), ids=schedules.ALL)
def test_every_schedule_is_an_exact_tape_and_begins_at_the_full_rate(schedule):
    assert trace(schedule.whole, schedule.takes).exact
    np.testing.assert_allclose(schedule.factors(50)[0], 1, rtol=1e-15)


def test_a_step_falls_at_its_steps():
    factors = schedules.step.at(factor=0.5, every=10).factors(31)
    assert factors.tolist() == [1.0] * 10 + [0.5] * 10 + [0.25] * 10 + [0.125]


def test_a_cosine_ends_at_its_final_value():
    for final in (0, 0.1, 1):
        end = schedules.cosine.whole(100, 100, final, 0)
        np.testing.assert_allclose(float(end), final, atol=1e-15)
    half = schedules.cosine.factors(100)[50]
    np.testing.assert_allclose(half, 0.5, rtol=1e-15)
    turn = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(
        schedules._cosine_of_pi(turn), np.cos(np.pi * turn), rtol=0, atol=1e-15
    )


def test_a_warmup_rises_in_equal_parts_and_then_the_schedule_begins():
    assert schedules.constant.at(warmup=3).factors(6).tolist() == [0.25, 0.5, 0.75, 1, 1, 1]
    warm = schedules.cosine.at(warmup=20, final=0.1).factors(100)
    assert same_bits(warm[20:], schedules.cosine.at(final=0.1).factors(80))
    for schedule in SOME:
        cold = schedule.at(warmup=0)
        plain = cold.factor(*[np.arange(30.0), 30.0][: 1 + len(cold._steps)], *cold.settings[:-1])
        assert same_bits(cold.factors(30), np.broadcast_to(plain, 30))


def test_a_warmup_may_be_longer_than_the_run():
    for schedule in schedules.ALL.values():
        factors = schedule.at(warmup=9).factors(4)
        np.testing.assert_allclose(factors, [0.1, 0.2, 0.3, 0.4], rtol=1e-15)


def test_the_longest_run():
    base = schedules.exponential.at(base=0.9999)
    np.testing.assert_allclose(base.factors(100_000)[-1], 0.9999**99_999, rtol=1e-9)
    every = schedules.step.at(factor=0.999, every=1).factors(100_000)
    np.testing.assert_allclose(every, 0.999 ** np.arange(100_000), rtol=1e-9)


# ---- on a path -----------------------------------------------------------------------


def by_hand(schedule, steps, learning_rate=0.1, rho=0.9, epsilon=1e-6):
    """RMSProp on the bowl: the rates of each step in a list."""
    w, s, rows = np.array([5.0, 4.0]), np.zeros(2), []
    for factor in schedule.factors(steps):
        rows.append(w)
        updates, s = rules.rmsprop(learning_rate * factor, rho, epsilon, 2 * w, s)
        w = w - updates
    return np.array([*rows, w])


@pytest.mark.parametrize("schedule", SOME[::4], ids=lambda of: of.name)
def test_a_path_takes_its_rates(schedule):
    path = descend("bowl", "rmsprop", (5, 4), steps=80, schedule=schedule)
    assert same_bits(path.params, by_hand(schedule, 80))
    assert same_bits(path.factors, schedule.factors(80))
    assert same_bits(path.learning_rates, 0.1 * schedule.factors(80))


@pytest.mark.parametrize("chance", [{}, {"noise": 0.3, "seed": 2}], ids=["plain", "noise"])
@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
def test_constant_is_none(optimizer, chance):
    settings = {"steps": 60, "learning_rate": 0.03, **chance}
    without = descend("rosenbrock", optimizer, **settings)
    with_one = descend("rosenbrock", optimizer, schedule="constant", **settings)
    assert same_bits(without.params, with_one.params)
    assert (without.learning_rates == 0.03).all()
    assert without.learning_rates.shape == (60,)


def printing(learning_rate, rho, epsilon, grad, s_prev):
    called.append(learning_rate)
    return rules.rmsprop(learning_rate, rho, epsilon, grad, s_prev)


called: list[float] = []


@pytest.mark.parametrize("schedule", SOME[::7], ids=lambda of: of.name)
def test_one_many_the_last_and_by_calls_are_the_same(schedule):
    rates = [0.003, 0.01, 0.5, 30.0]
    shared = {"steps": 70, "schedule": schedule}
    many = descend_many("rosenbrock", "adam", learning_rate=rates, **shared)
    last = descend_many("rosenbrock", "adam", learning_rate=rates, keep="last", **shared)
    assert many.learning_rates.shape == (70, 4)
    assert same_bits(last.params[0], many.params[-1])
    assert last.diverged_at.tolist() == many.diverged_at.tolist()
    for place, rate in enumerate(rates):
        one = descend("rosenbrock", "adam", learning_rate=rate, **shared)
        assert same_bits(one.params, many.params[..., place])
        assert same_bits(one.learning_rates, many.learning_rates[:, place])
    called.clear()
    calls = descend("rosenbrock", printing, **shared)
    tape = descend("rosenbrock", "rmsprop", **shared)
    assert same_bits(calls.params, tape.params)
    assert same_bits(called[1::2], tape.learning_rates)  # the first call is a check


def test_a_rate_that_is_the_same_for_a_grid_of_others():
    """One number, and another setting an array."""
    rho = np.array([[0.5], [0.9]])
    start = np.ones((2, 2, 3))
    many = descend_many("ravine", "rmsprop", start, rho=rho, schedule="cosine", steps=30)
    one = descend("ravine", "rmsprop", (1, 1), rho=0.9, schedule="cosine", steps=30)
    assert same_bits(many.params[:, :, 1, 2], one.params)
    assert many.learning_rates.shape == (30,)


def test_the_search_goes_by_it():
    found = tune("bowl", "sgd", steps=20, schedule=schedules.inverse.at(decay=1))
    plain = tune("bowl", "sgd", steps=20)
    assert found.losses.tolist() != plain.losses.tolist()
    again = descend(
        "bowl",
        "sgd",
        steps=20,
        schedule=schedules.inverse.at(decay=1),
        learning_rate=found.learning_rate,
    )
    assert again.losses[-1] == found.loss


# ---- of one's own --------------------------------------------------------------------


def test_a_function_of_k_is_one():
    falls = descend("bowl", "sgd", steps=40, schedule=lambda k: 1 / (1 + 0.01 * k))
    assert same_bits(falls.params, descend("bowl", "sgd", steps=40, schedule="inverse").params)
    ends = Schedule.of(lambda k, steps: 1 - k / steps).at(warmup=2).factors(6)
    np.testing.assert_allclose(ends, [1 / 3, 2 / 3, 1, 0.75, 0.5, 0.25])


def test_a_function_without_a_tape_is_called_with_whole_numbers():
    table, seen = [1, 0.5, 0.25], []

    def looked_up(k):
        seen.append(k)
        return table[k]

    path = descend("bowl", "sgd", steps=3, learning_rate=0.2, schedule=looked_up)
    assert seen == [0, 1, 2]
    assert path.learning_rates.tolist() == [0.2, 0.1, 0.05]
    restarts = schedules.find(lambda k: (1 + math.cos(math.pi * (k % 4) / 4)) / 2).factors(9)
    assert restarts[0] == restarts[4] == restarts[8] == 1


def test_parameters_of_ones_own():
    floor = Parameter("floor", "", 0.5, low=0, high=1, slider=(0, 1))
    mine = Schedule.of(
        lambda k, floor: np.maximum(1 / (1 + k), floor), "floored", parameters=[floor]
    )
    assert mine.factors(3).tolist() == [1, 0.5, 0.5]
    assert mine.at(floor=0.25).factors(4).tolist() == [1, 0.5, 1 / 3, 0.25]
    assert mine.name == "floored"


# ---- what may not be one -------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("linear", "no schedule 'linear'; choices: constant, step, inverse, exponential, cosine"),
        (0.5, "no schedule 0.5; choices: constant"),
        (lambda k: -1.0, r"gives -1.0 at step 0; allowed: \[0, inf\)"),
        (lambda k: 1 / abs(k - 3), r"gives inf at step 3"),
        (lambda k: np.log(2.0 - k), r"gives -inf at step 2"),
    ],
)
def test_a_bad_schedule_is_refused(schedule, message):
    with pytest.raises(ValueError, match=message):
        descend("bowl", "sgd", steps=10, schedule=schedule)


def test_what_a_function_raises_says_the_step():
    with pytest.raises(IndexError) as raised:
        descend("bowl", "sgd", steps=3, schedule=lambda k: [1, 2][k])
    assert "schedule 'own' at step 2" in raised.value.__notes__[0]
    with pytest.raises(TypeError) as raised:
        descend("bowl", "sgd", steps=3, schedule=lambda k: None)
    assert "at step 0, where it must give a number" in raised.value.__notes__[0]


def test_a_function_of_something_else_is_refused():
    with pytest.raises(TypeError, match=r"'own' must be a function of \(k\): missing"):
        descend("bowl", "sgd", schedule=lambda k, rate: rate)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"final": 2}, r"final = 2 is out of range; allowed: \[0, 1\]"),
        ({"warmup": 1.5}, r"warmup = 1.5 is out of range; allowed: whole numbers in \[0, 100000\]"),
        ({"every": 3}, "schedule 'cosine' has no parameter 'every'; choices: final, warmup"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        schedules.cosine.at(**settings)


def test_a_rule_without_a_learning_rate_has_no_schedule():
    def tenth(momentum, grad):
        return 0.1 * momentum * grad

    for way in (descend, descend_many):
        with pytest.raises(ValueError, match="'cosine' changes the learning_rate, and tenth has "):
            way("bowl", tenth, schedule="cosine")
    path = descend("bowl", tenth)
    with pytest.raises(ValueError, match="tenth has no learning_rate"):
        _ = path.learning_rates


def test_every_built_in_optimiser_has_one():
    for optimizer in optimizers.ALL.values():
        slow = descend("bowl", optimizer, steps=9, schedule=lambda k: 0 * k)
        assert (slow.params == slow.params[0]).all()


@pytest.mark.parametrize("steps", [-1, 2.5, "3", None, math.nan, [1, 2]])
def test_factors_are_of_a_whole_number_of_steps(steps):
    with pytest.raises(ValueError, match=r"steps = .* allowed: whole numbers in"):
        schedules.find("cosine").factors(steps)


def test_a_schedule_is_made_of_a_function():
    with pytest.raises(TypeError, match="factor = 3 must be a function of k"):
        Schedule.of(3)
