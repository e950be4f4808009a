"""The facts that the book teaches, each computed on its own, apart from the chapters."""

import json
from collections.abc import Callable
from decimal import Decimal, localcontext
from itertools import pairwise
from math import isclose, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from rmsprop_lab import descend, descend_many, objectives, rules
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.training import train
from rmsprop_lab.objectives import ravine, rotated_ravine
from rmsprop_lab.schedules import constant
from rmsprop_lab.tuning import RATES, tune

TUTORIAL = {"learning_rate": 0.1, "rho": 0.9, "epsilon": 1e-6}


def test_the_run_goes_on_and_cycles() -> None:
    path = descend("bowl", "rmsprop", (5, 4), steps=3000, **TUTORIAL).params
    assert abs(path[101]).max() < 1e-16
    assert 0.01 < abs(path[160]).max() < 0.1
    assert abs(path[400:]).min() == pytest.approx(0.05, abs=2e-3)
    assert abs(path[400:]).max() == pytest.approx(0.05, abs=2e-3)


def on_a_parabola(
    start: float, curvature: float, rate: float, rho: float, epsilon: float, steps: int
) -> np.ndarray:
    """A row for each step, by the equations alone: |w| before it, |g|, the root of s, the rate."""
    w, s, rows = start, 0.0, []
    for _ in range(steps):
        gradient = curvature * w
        s = rho * s + (1 - rho) * gradient * gradient
        effective = rate / (sqrt(s) + epsilon)
        rows.append((abs(w), abs(gradient), sqrt(s), effective))
        w -= effective * gradient
    return np.array(rows)


@pytest.mark.parametrize(("start", "passes"), [(5.0, 112), (4.0, 99)])
def test_the_run_comes_back_because_its_rate_passes_the_border(start: float, passes: int) -> None:
    w, gradient, root, rate = on_a_parabola(start, 2.0, 0.1, 0.9, 1e-6, 400).T
    theirs = descend("bowl", "rmsprop", (start, 0), steps=399, **TUTORIAL).params[:, 0]
    np.testing.assert_allclose(abs(theirs[:100]), w[:100], rtol=1e-6)
    border = 2 / 2.0
    assert int((rate > border).argmax()) + 1 == passes
    assert abs(int(w[:200].argmin()) + 1 - passes) <= 1  # there it is nearest to the minimum
    # The quotient dies away: the gradient shrinks faster than the root of s can.
    assert (np.diff((gradient / root)[:90]) < 0).all()
    assert (gradient / root)[passes - 1] < 1e-18
    assert (root[1:] / root[:-1]).min() >= sqrt(0.9) * (1 - 1e-12)
    # In the end the rate is held at the border, and |w| at half the learning rate.
    assert rate[-50:] == pytest.approx(border, rel=0.01)
    assert w[-50:] == pytest.approx(0.1 / 2, rel=0.01)
    if start == 5.0:
        quotients = [(gradient / root)[step - 1] for step in (1, 40, 60, 80, 100, 105)]
        assert quotients == pytest.approx([3.2, 0.60, 0.24, 3.9e-3, 3.5e-14, 6.8e-18], rel=0.02)


def test_both_rates_in_the_ravine_first_fall_and_strides_agree() -> None:
    for start, curvature, lowest, back in ((-5.0, 1.0, 16, 68), (2.0, 20.0, 9, 31)):
        rate = on_a_parabola(start, curvature, 0.06, 0.9, 1e-6, 100)[:, 3]
        assert int(rate.argmin()) + 1 == lowest
        assert (np.diff(rate[:lowest]) < 0).all()
        assert (np.diff(rate[lowest - 1 : 90]) > 0).all()
        assert lowest + int((rate[lowest - 1 :] > rate[0]).argmax()) == back
    along, across = (
        on_a_parabola(start, curvature, 0.06, 0.9, 1e-6, 6)[-1]
        for start, curvature in ((-5.0, 1.0), (2.0, 20.0))
    )
    assert along[3] / across[3] > 5
    assert 1 < along[3] * along[1] / (across[3] * across[1]) < 1.2


def test_a_long_memory_only_delays_the_return() -> None:
    """The largest |w| of the last tenth, after 400 steps and after ten times as many."""
    w = on_a_parabola(5.0, 2.0, 0.1, 0.99, 1e-6, 4000)[:, 0]
    assert w[360:400].max() < 1e-50
    assert w[3600:].max() == pytest.approx(0.05, rel=0.01)
    # At 0.999 only rounding to 0 keeps it there; with numbers small enough it comes back too.
    assert on_a_parabola(5.0, 2.0, 0.1, 0.999, 1e-6, 20_000)[-2000:, 0].max() < 1e-300
    with localcontext(prec=17, Emin=-1_000_000):
        x, s, distances = Decimal(5), Decimal(0), []
        for _ in range(30_000):
            update, s = rules.rmsprop(Decimal("0.1"), Decimal("0.999"), Decimal("1e-6"), 2 * x, s)
            x -= update
            distances.append(abs(x))
    nearest = distances.index(min(distances))
    assert 2400 < nearest < 2500
    assert min(distances) < Decimal("1e-1000")
    assert float(max(distances[-3000:])) == pytest.approx(0.05, rel=0.01)


@pytest.mark.parametrize("curvature", [0.2, 1.0, 2.0])
@pytest.mark.parametrize("share", [1e-4, 0.5, 0.9, 1.1, 3.0])
def test_the_amplitude_of_the_cycle(curvature: float, share: float) -> None:
    rate = 0.1
    half = rate * curvature / 2
    for rule, epsilon, amplitude in (
        ("rmsprop", share * half, max(0, half - share * half) / curvature),
        ("rmsprop_inside", share * half**2, sqrt(max(0, half**2 * (1 - share))) / curvature),
    ):
        settings = {"learning_rate": rate, "rho": 0.9, "epsilon": epsilon}
        path = descend(f"{curvature}*x^2/2", rule, (1, 0), steps=5000, **settings)
        assert abs(path.params[-1, 0]) == pytest.approx(amplitude, abs=1e-4)


@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_without_a_curvature_at_the_minimum_there_is_no_cycle(rho: float) -> None:
    """On w^4, without epsilon, and with numbers that may be as small as they like."""
    with localcontext(prec=17, Emin=-1_000_000):
        w, s, farthest = Decimal(1), Decimal(0), []
        for _ in range(8):
            distances = []
            for _ in range(500):
                update, s = rules.rmsprop(
                    Decimal("0.1"), Decimal(str(rho)), Decimal(0), 4 * w**3, s
                )
                w -= update
                distances.append(abs(w))
            farthest.append(max(distances))
    shares = [later / earlier for earlier, later in pairwise(farthest[2:])]
    assert float(max(shares)) == pytest.approx(rho ** (500 / 4), rel=0.05)  # as s forgets


@pytest.mark.parametrize(("rho", "cycles"), [(0.1, True), (0.15, True), (0.25, False)])
def test_a_short_memory_has_a_cycle_without_a_curvature(rho: float, cycles: bool) -> None:
    """On w^4 near half a rate: there a jump keeps its length while 5 rho is below 1."""
    for start in (0.98 * 0.05, 1.02 * 0.05):
        w, s = start, (4 * 0.05**3) ** 2
        for _ in range(300):
            update, s = rules.rmsprop(0.1, rho, 0.0, 4 * w**3, s)
            w -= update
        assert abs(w) == pytest.approx(0.05 if cycles else 0, abs=1e-6)


@pytest.mark.parametrize("epsilon", [0.001, 0.02, 0.049])
def test_an_epsilon_sets_the_cycle_without_a_memory_too(epsilon: float) -> None:
    w = 1.03
    for _ in range(5000):
        update, _ = rules.rmsprop(0.1, 0.0, epsilon, w, 0.0)
        w -= update
    assert abs(w) == pytest.approx(0.05 - epsilon, abs=1e-6)


@pytest.mark.parametrize("curvature", [0.5, 20.0])
@pytest.mark.parametrize("rho", [0.2, 0.9])
def test_the_cycle_lasts_below_an_exponent(rho: float, curvature: float) -> None:
    border = (1 + rho) / (2 * (1 - rho))
    for share in (0.9, 1.1):
        exponent = share * border
        amplitude = (0.05 * curvature ** (1 - 2 * exponent)) ** (1 / (2 * exponent))
        w, s, distances = 1.001 * amplitude, (curvature * amplitude) ** 2, []
        for _ in range(5000):
            gradient = curvature * w
            s = rho * s + (1 - rho) * gradient * gradient
            w -= 0.1 * gradient / s**exponent
            distances.append(abs(w) / amplitude)
        off = abs(np.array(distances[-500:]) - 1).max()
        assert off < 1e-6 if share < 1 else off > 0.01


def test_epsilons_place_decides_whether_it_settles() -> None:
    settings = {"learning_rate": 0.4, "rho": 0.9, "epsilon": 0.01, "steps": 4000}
    inside = descend("0.1*x^2", "rmsprop_inside", (1, 0), **settings).params[-1, 0]
    outside = descend("0.1*x^2", "rmsprop", (1, 0), **settings).params[-1, 0]
    assert abs(inside) < 1e-9
    assert abs(outside) == pytest.approx(0.15, abs=1e-3)


def test_epsilon_is_more_than_a_guard() -> None:
    for epsilon, end in ((1e-8, 0.005), (0.001, 0.004), (0.004, 0.001), (0.006, 0), (0.02, 0)):
        w = on_a_parabola(1.0, 1.0, 0.01, 0.9, epsilon, 20_000)[-2000:, 0]
        assert w.max() == pytest.approx(end, abs=1e-6)
    # Just below the border 2,000 steps look like rest, and ten times as many do not.
    w = on_a_parabola(1.0, 1.0, 0.01, 0.9, 0.0049, 20_000)[:, 0]
    assert w[1800:2000].max() < 1e-6
    assert w[-2000:].max() == pytest.approx(1e-4, rel=0.01)
    no_gradient = rules.rmsprop_inside(1.0, 0.9, 1e-7, 1e-9, 0.0)[0]
    assert 1e-9 / no_gradient == pytest.approx(3.16e-4, rel=1e-3)  # the floor of the divisor


def test_no_rho_in_the_amplitude_but_at_zero() -> None:
    for rho in (0.01, 0.1, 0.5, 0.9, 0.99):
        w = on_a_parabola(1.03, 1.0, 0.1, rho, 1e-12, 8000)[-800:, 0]
        assert w == pytest.approx(0.05, rel=1e-3)
    w = on_a_parabola(1.03, 1.0, 0.1, 0.0, 1e-12, 8000)[-800:, 0]
    assert w.min() == pytest.approx(0.03, abs=1e-3)
    assert w.max() == pytest.approx(0.07, abs=1e-3)


def test_a_falling_rate_wins_under_noise_and_stopping_in_time_gains_nothing() -> None:
    rates = 10.0 ** (np.arange(-32, 9) / 8)

    def walk(
        runs: int, rate: np.ndarray | float, decay: float, steps: int, seed: int
    ) -> np.ndarray:
        """The bowl from (5, 4) under noise 1: f by step, run and rate."""
        chance = np.random.default_rng(seed)
        point = np.ones((2, runs, np.size(rate))) * np.array([5.0, 4.0])[:, None, None]
        s, f = np.zeros_like(point), []
        for k in range(steps):
            gradient = 2 * point + chance.standard_normal((2, runs, 1))
            s = 0.9 * s + 0.1 * gradient**2
            point = point - rate / (1 + decay * k) * gradient / (np.sqrt(s) + 1e-6)
            f.append((point**2).sum(axis=0))
        return np.array(f)

    end, later = {}, {}
    for way, decay, last_only in (("constant", 0, True), ("stop", 0, False), ("decay", 0.1, True)):
        mean = walk(10, rates, decay, 400, seed=0).mean(axis=1)
        mean = mean[-1:] if last_only else mean
        step, best = np.unravel_index(mean.argmin(), mean.shape)
        assert 4 < best < len(rates) - 5
        step = 399 if last_only else int(step)
        end[way] = np.median(walk(300, rates[best], decay, 400, seed=1)[step])
        later[way] = np.median(walk(100, rates[best], decay, 4000, seed=2)[-1])
    assert 2 * end["decay"] < end["constant"]
    assert end["stop"] > 0.8 * end["constant"]
    assert 4 * later["decay"] < later["constant"]
    assert 2 * later["decay"] < end["decay"]


def test_rmsprop_never_rests_where_gradient_descent_does() -> None:
    """Largest f of the last tenth, after 2,000 steps and ten times as many, at 41 rates."""
    rates = 10.0 ** (np.arange(-32, 9) / 8)
    for start, curvature in (((5.0, 4.0), (2.0, 2.0)), ((-5.0, 2.0), (1.0, 20.0))):
        bend = np.array(curvature)[:, None]
        for adaptive in (False, True):
            w, s = np.array(start)[:, None] * np.ones((2, len(rates))), 0.0
            rest = {2000: np.zeros(len(rates)), 20_000: np.zeros(len(rates))}
            with np.errstate(all="ignore"):
                for step in range(1, 20_001):
                    gradient = bend * w
                    s = 0.9 * s + 0.1 * gradient**2
                    w = w - rates * gradient / ((np.sqrt(s) + 1e-6) if adaptive else 1.0)
                    for steps in rest:
                        if 0.9 * steps < step <= steps:
                            rest[steps] = np.maximum(rest[steps], (bend * w * w / 2).sum(axis=0))
            counts = [int((f < 1e-9).sum()) for f in rest.values()]
            gone = int((~(rest[20_000] < 1e6)).sum())
            if adaptive:
                assert (counts, gone) == ([0, 0], 0)
            else:
                assert 5 < counts[0] < counts[1]
                assert gone > 5


@pytest.mark.parametrize(("rho", "rates"), [(0.9, 3.16), (0.99, 10), (0.999, 31.6)])
def test_the_first_step(rho: float, rates: float) -> None:
    for gradient in (-1e3, 1e-3, 7.0):
        update, _ = rules.rmsprop(0.1, rho, 1e-15, gradient, 0.0)
        assert abs(update) == pytest.approx(0.1 * rates, rel=2e-3)
        adams, *_ = rules.adam(0.1, 0.9, rho, 1e-15, gradient, 0.0, 0.0, 1.0, 1.0)
        assert abs(adams) == pytest.approx(0.1)


def test_the_memory() -> None:
    assert log(0.5) / log(0.9) == pytest.approx(6.6, abs=0.05)
    assert log(0.5) / log(0.99) == pytest.approx(69, abs=0.05)
    s = 0.0
    for step in range(1000):  # the last ten gradients are 1, all before were 0
        _, s = rules.rmsprop(0.1, 0.9, 1e-6, float(step >= 990), s)
    assert s == pytest.approx(0.65, abs=0.002)


def test_the_spike() -> None:
    settings = {"learning_rate": 0.01, "rho": 0.99, "epsilon": 1e-12}
    losses = descend("x^2/2", "rmsprop", (1, 0), steps=2000, **settings).losses
    first = int((losses < 1e-10).argmax())
    spike = 400 + int(losses[400:].argmax())
    assert (first, spike) == (200, 1197)
    assert losses[spike] == pytest.approx(2.2e-3, rel=0.05)


def test_hintons_nine_to_one() -> None:
    tidy = np.tile([-0.9] + 9 * [0.1], 200)
    assert -0.01 * np.sign(tidy).sum() == pytest.approx(-16)
    chance = np.random.default_rng(20)
    orders = np.array([tidy, tidy[::-1], *(chance.permutation(tidy) for _ in range(300))])
    later = {}
    for rho, first, last, mean, spread in (
        (0.9, -1.36, -1.49, -2.92, 0.20),
        (0.99, -0.13, -0.58, -0.63, 0.27),
        (0.999, 0.0, -1.46, -1.2, 0.9),
    ):
        w, s, path = np.zeros(len(orders)), np.zeros(len(orders)), []
        for gradient in orders.T:
            s = rho * s + (1 - rho) * gradient**2
            w = w - 0.01 * gradient / (np.sqrt(s) + 1e-6)
            path.append(w)
        assert w[:2] == pytest.approx([first, last], abs=0.006)
        assert w[2:].mean() == pytest.approx(mean, abs=0.15)
        assert w[2:].std() == pytest.approx(spread, rel=0.3)
        later[rho] = (w - path[999])[2:].mean()
        if rho == 0.9:
            assert w[2:].max() < w[1] < w[0]  # the tidy orders are the friendliest
    assert later[0.9] < -1
    assert -0.25 < later[0.99] < -0.05
    assert abs(later[0.999]) < 0.05


def test_a_rare_gradient_is_forgotten_at_any_rho_below_one() -> None:
    """f = w^2 / 2 from 5: the largest |w| of the last tenth of 5,000 steps, and of 50,000."""
    rates = 10.0 ** (np.arange(-32, 9) / 8)
    every = np.array([10, 50])[:, None]
    after = {}
    for rho in (None, 0.9, 0.99, 0.999):
        w = np.full((2, len(rates)), 5.0)
        s, short, long = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
        for step in range(50_000):
            gradient = (step % every == 0) * w
            square = gradient * gradient
            s = s + square if rho is None else rho * s + (1 - rho) * square
            w = w - rates * gradient / (np.sqrt(s) + 1e-6)
            if 4500 <= step < 5000:
                short = np.maximum(short, abs(w))
            if step >= 45_000:
                long = np.maximum(long, abs(w))
        best = short.argmin(axis=1)
        rows = np.arange(2)
        after[rho] = short[rows, best], long[rows, best]
    assert max(after[None][0]) < 1e-50
    assert max(after[None][1]) < 1e-50
    assert min(after[0.9][0]) > 1e-3
    assert min(after[0.9][1]) > 1e-3
    assert max(after[0.999][0]) < 1e-30  # it looks settled
    assert min(after[0.999][1]) > 1e-2  # and is not


def test_the_longest_memory_is_best_for_400_steps_and_back_after_4000() -> None:
    """The ravine of condition 1000, rate 0.1: medians of the highest f of the last tenth."""
    starts = np.random.default_rng(3).uniform(-1, 1, (2, 101)) * np.array([[6.0], [4.0]])
    bend = np.array([[1.0], [1000.0]])
    w, s, f = starts, 0.0, []
    for _ in range(4000):
        gradient = bend * w
        s = 0.99 * s + 0.01 * gradient**2
        w = w - 0.1 * gradient / (np.sqrt(s) + 1e-6)
        f.append((bend * w * w / 2).sum(axis=0))
    highest = [np.median(np.max(f[steps - steps // 10 : steps], axis=0)) for steps in (400, 4000)]
    assert highest[0] < 1e-50
    assert 0.5 < highest[1] < 5


def test_adam_too_comes_back_at_the_rate_that_was_best_for_400_steps() -> None:
    steep = ravine.at(condition=1000, slope=1)
    starts = np.random.default_rng(3).uniform(-1, 1, (2, 31)) * np.array([[6.0], [4.0]])
    runs = descend_many(steep, "adam", starts, steps=4000, learning_rate=7.5)
    short, long = (
        np.median(runs.losses[steps - steps // 10 : steps + 1].max(axis=0)) for steps in (400, 4000)
    )
    assert short < 0.1
    assert long > 10


def test_schedules_against_none_and_restarts_against_one_cosine() -> None:
    """The bowl and a ravine under noise 1, 400 steps, a rate tuned for each; median f."""
    rates = 10.0 ** (np.arange(-96, 1) / 32)
    k = np.arange(400)
    schedules = {
        "none": np.ones(400),
        "steps": np.select([k < 200, k < 300], [1, 0.1], 0.01),
        "cosine": (1 + np.cos(np.pi * k / 400)) / 2,
        "restarts": (1 + np.cos(np.pi * (k % 100) / 100)) / 2,
    }
    for start, curvature in (((5.0, 4.0), (2.0, 2.0)), ((-5.0, 2.0), (1.0, 20.0))):
        bend = np.array(curvature)[:, None, None]

        def walk(
            share: np.ndarray, runs: int, rate: np.ndarray | float, seed: int,
            bend: np.ndarray = bend, start: tuple[float, float] = start,
        ) -> np.ndarray:  # fmt: skip
            chance = np.random.default_rng(seed)
            w = np.ones((2, runs, np.size(rate))) * np.array(start)[:, None, None]
            s = np.zeros_like(w)
            for factor in share:
                gradient = bend * w + chance.standard_normal((2, runs, 1))
                s = 0.9 * s + 0.1 * gradient**2
                w = w - factor * rate * gradient / (np.sqrt(s) + 1e-6)
            return (bend * w * w / 2).sum(axis=0)

        f = {}
        for name, share in schedules.items():
            best = int(walk(share, 10, rates, seed=5).mean(axis=0).argmin())
            assert 4 < best < len(rates) - 5
            f[name] = np.median(walk(share, 500, rates[best], seed=6))
        assert max(f["cosine"], f["steps"]) < min(f["restarts"], f["none"])
        assert f["restarts"] < 1.2 * f["none"]


def test_among_wells_the_cosine_wins_at_many_rates_and_the_steps_at_few() -> None:
    """Rastrigin under noise 1, 400 steps from random starts, a rate tuned for each; mean f."""
    k = np.arange(400)
    schedules = {
        "none": np.ones(400),
        "steps": np.select([k < 200, k < 300], [1, 0.1], 0.01),
        "cosine": (1 + np.cos(np.pi * k / 400)) / 2,
        "restarts": (1 + np.cos(np.pi * (k % 100) / 100)) / 2,
    }
    rates = 10.0 ** (np.arange(-52, 9) / 16)

    def walk(share: np.ndarray, starts: int, rate: np.ndarray | float, seed: int) -> np.ndarray:
        chance = np.random.default_rng(seed)
        w = chance.uniform(-4, 4, (2, starts, 1)) * np.ones(np.size(rate))
        s = np.zeros_like(w)
        for factor in share:
            gradient = 2 * w + 20 * np.pi * np.sin(2 * np.pi * w)
            gradient = gradient + chance.standard_normal((2, starts, 1))
            s = 0.9 * s + 0.1 * gradient**2
            w = w - factor * rate * gradient / (np.sqrt(s) + 1e-6)
        return (10 + w * w - 10 * np.cos(2 * np.pi * w)).sum(axis=0)

    f, low = {}, {}
    for name, share in schedules.items():
        mean = walk(share, 101, rates, seed=5).mean(axis=0)
        best = int(mean.argmin())
        assert 1 < best < len(rates) - 2
        f[name] = walk(share, 500, rates[best], seed=6).mean()
        low[name] = (mean < 5).sum()
    assert 1.5 * max(f["cosine"], f["steps"]) < f["restarts"] < f["none"] / 1.15
    assert 2 * low["steps"] < low["cosine"]


def test_what_cures_a_spike_cures_it_for_ten_times_as_many_steps() -> None:
    """x^2 / 2 from 1 under noise of a millionth: the highest f once it was below 1e-7."""

    def highest(steps: int, epsilon: float = 1e-12, largest: bool = False, limit: float = np.inf):
        chance = np.random.default_rng(8)
        x, s, top = np.ones(10), np.zeros(10), np.zeros(10)
        peak, quiet = np.zeros(10), np.zeros(10, dtype=bool)
        for noise in 1e-6 * chance.standard_normal((steps, 10)):
            gradient = np.clip(x + noise, -limit, limit)
            s = 0.99 * s + 0.01 * gradient**2
            top = np.maximum(top, s) if largest else s
            x = x - 0.01 * gradient / (np.sqrt(top) + epsilon)
            quiet |= x * x / 2 < 1e-7
            peak = np.where(quiet, np.maximum(peak, x * x / 2), 0)
        return peak

    assert highest(2000).min() > 5e-5
    assert highest(2000, epsilon=1e-4).min() > 5e-5
    assert highest(2000, limit=0.1).min() > 5e-5
    assert highest(20_000, epsilon=0.006).max() < 2e-7
    assert highest(20_000, largest=True).max() < 2e-7


def reddi(rho: float, largest: bool, factor: float = 4.0, steps: int = 30_000) -> float:
    """Where an online run on [-1, 1] ends: the gradient is C, -1, -1 in turn; rate 1/sqrt(t)."""
    x = s = top = 0.0
    for t in range(steps):
        gradient = factor if t % 3 == 0 else -1.0
        s = rho * s + (1 - rho) * gradient * gradient
        top = max(top, s) if largest else s
        x = min(1.0, max(-1.0, x - 0.1 / sqrt(t + 1) * gradient / sqrt(top)))
    return x


def test_reddis_example_and_the_flip() -> None:
    assert reddi(0.1, largest=False) > 0.95
    assert reddi(0.1, largest=True) < -0.9
    assert flip(lambda rho: reddi(rho, largest=False)) == pytest.approx(flip(drift), abs=0.01)


def flip(sign: Callable[[float], float]) -> float:
    """The rho between 0.2 and 0.6 from which on a number is no longer positive."""
    low, high = 0.2, 0.6
    while high - low > 0.005:
        middle = (low + high) / 2
        low, high = (middle, high) if sign(middle) > 0 else (low, middle)
    return low


def drift(rho: float, factor: float = 4.0) -> float:
    """What three steps add up to once s has settled, but for a positive factor."""
    large, first, second = (
        factor**2 + rho + rho**2,
        1 + factor**2 * rho + rho**2,
        1 + rho + factor**2 * rho**2,
    )
    return 1 / sqrt(first) + 1 / sqrt(second) - factor / sqrt(large)


def test_turning_the_ravine_undoes_the_scaling() -> None:
    ends = {}
    for slope in (0.0, 1.0):
        surface = rotated_ravine.at(condition=1000, slope=slope)
        turn = 1 / sqrt(1 + slope * slope)
        x, y = -5.0, 2.0
        start = (turn * (x - slope * y), turn * (slope * x + y))
        for name, memory in (("rmsprop", "rho"), ("momentum", "momentum")):
            tuned = [tune(surface, name, start, steps=500, **{memory: m}) for m in (0.9, 0.99)]
            ends[name, slope] = min(one.loss for one in tuned)
    assert ends["rmsprop", 0.0] < 1e-21
    assert ends["rmsprop", 1.0] > 0.05
    assert ends["momentum", 1.0] == pytest.approx(ends["momentum", 0.0], rel=0.01)


def on_a_circle(count: int, seed: int) -> np.ndarray:
    """Starts at a distance of 5 from the origin, shape (2, count)."""
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi, count)
    return 5 * np.array([np.cos(angle), np.sin(angle)])


def test_a_long_memory_delays_the_return_and_does_not_prevent_it() -> None:
    surface, starts = ravine.at(condition=1000), on_a_circle(101, seed=1)
    settings = {"learning_rate": 0.1, "rho": 0.99}
    losses = descend_many(surface, "rmsprop", starts, steps=5000, **settings).losses
    plain = descend_many(surface, "sgd", starts, steps=5000, learning_rate=0.00178).losses
    early, late = (
        np.median(losses[part].max(axis=0)) for part in (slice(401, 501), slice(4001, 5001))
    )
    assert early < 1e-100
    assert late > 0.5
    staying = (losses[401:501].max(axis=0) <= 0.01).mean()
    assert 0.5 < staying < 0.9  # so that median speaks for most starts, and not for all
    assert np.median(plain[401:501].max(axis=0)) > 1
    assert np.median(plain[4001:].max(axis=0)) < 1e-5


def test_a_slope_of_a_tenth_costs_rmsprop_some_of_its_lead_and_45_degrees_all() -> None:
    lead = {}
    for slope, rate in ((0.0, 0.015), (0.1, 0.023), (1.0, 0.034)):
        surface = ravine.at(condition=1000, slope=slope)
        u, v = on_a_circle(1001, seed=1)
        starts = np.array([u - slope * v, slope * u + v]) / sqrt(1 + slope * slope)
        high = [
            np.median(descend_many(surface, name, starts, **how).losses[401:].max(axis=0))
            for name, how in (
                ("sgd", {"learning_rate": 0.00198, "steps": 500}),
                ("rmsprop", {"learning_rate": rate, "steps": 500}),
            )
        ]
        lead[slope] = high[0] / high[1]
    assert lead[0.0] > 1.5 * lead[0.1]
    assert lead[0.1] > 8
    assert lead[1.0] < 1


def arrivals(place: str, name: str, rate: float, seed: int, steps: int = 500) -> np.ndarray:
    """At which step each of 202 random starts is within 0.01 of the minimum; else the last."""
    surface = objectives.ALL[place]
    low, high = np.transpose(surface.window)[..., np.newaxis]
    starts = low + (high - low) * np.random.default_rng(seed).random((2, 202))
    losses = descend_many(surface, name, starts, steps=steps, learning_rate=rate).losses
    there = losses - min(surface(*point) for point in surface.minima) <= 0.01
    return np.where(there.any(axis=0), there.argmax(axis=0), steps)


def test_on_the_cliff_sgd_is_first_with_a_rate_that_a_narrow_search_does_not_try() -> None:
    rmsprop = min(arrivals("cliff", "rmsprop", rate, seed=1).mean() for rate in (0.75, 1, 1.33))
    assert arrivals("cliff", "sgd", 178, seed=1).mean() < rmsprop < 3
    assert arrivals("cliff", "sgd", 10, seed=1).mean() > 5 * rmsprop


def test_on_beale_rmsprop_is_far_ahead_of_adam_by_the_mean_and_hardly_by_the_median() -> None:
    rmsprop, adam = (
        np.concatenate([arrivals("beale", name, rate, seed) for seed in range(10)])
        for name, rate in (("rmsprop", 0.562), ("adam", 0.422))
    )
    assert 1.5 * rmsprop.mean() < adam.mean()
    assert 1 < np.median(adam) / np.median(rmsprop) < 1.2
    assert (rmsprop == 500).mean() < 0.01  # never counts as 500
    assert 0.05 < (adam == 500).mean() < 0.15


def test_at_one_rate_the_size_of_the_gradients_says_whose_updates_vary_less() -> None:
    starts = on_a_circle(16, seed=0)
    for noise, less in ((0.1, False), (10, True)):
        for seed in range(3):
            varies = {}
            for name in ("sgd", "rmsprop"):
                settings = {"noise": noise, "seed": seed, "learning_rate": 0.01}
                params = descend_many("ravine", name, starts, steps=500, **settings).params
                varies[name] = np.diff(params[-101:], axis=0).std(axis=0).mean()
            assert (varies["rmsprop"] < varies["sgd"] / 3) == less
            assert (varies["rmsprop"] > varies["sgd"] * 3) == (not less)


def test_features_of_one_example_alone_are_learned_by_large_batches() -> None:
    """Feature 0 is the label; an example labelled -1 has five features of its own, else one."""
    label = np.where(np.arange(20) % 10 < 6, 1.0, -1.0)
    examples = np.zeros((20, 103))
    examples[:, 0], examples[:, 1:3] = label, 1
    for row in range(20):
        first = 3 + 5 * row
        examples[row, first : first + (1 if label[row] > 0 else 5)] = 1
    fails = {}
    for batch in (20, 10, 8, 6, 5, 1):
        fails[batch] = 0
        for seed in range(20):
            rng, w, s = np.random.default_rng(seed), np.zeros(103), np.zeros(103)
            for _ in range(100):
                pick = rng.integers(20, size=batch) if batch < 20 else np.arange(20)
                gap = examples[pick] @ w - label[pick]
                updates, s = rules.rmsprop(0.006, 0.9, 1e-6, examples[pick].T @ gap / batch, s)
                w -= updates
            guess = list(np.sign(np.array([1.0, -1.0]) * w[0] + w[1] + w[2]))  # of new examples
            assert guess in ([1, 1], [1, -1])
            fails[batch] += guess == [1, 1]
    assert fails[20] == fails[10] == 20
    assert 0 < fails[8] < 20  # near the border the draw decides
    assert fails[6] == fails[5] == fails[1] == 0


def test_in_other_units_rmsprop_stays_where_it_arrived() -> None:
    correlation, ratio = 0.395, 30.0
    matrix = np.array([[1, correlation * ratio], [correlation * ratio, ratio * ratio]])
    best = np.array([0.49, 0.25 / ratio])
    w, s, high = np.zeros(2), np.zeros(2), []
    target = 0.01 * best @ matrix @ best
    for _ in range(10_000):
        off = w - best
        high.append(off @ matrix @ off)
        updates, s = rules.rmsprop(0.003, 0.9, 1e-6, matrix @ off, s)
        w = w - updates
    arrived = int(np.argmax(np.array(high) <= target))
    assert 100 < arrived < 250
    assert max(high[250:]) <= target


DIGITS = load_digits()
ORDER = np.random.default_rng(0).permutation(len(DIGITS.data))
LEARN, NEW = (
    (DIGITS.data[places] / 16, DIGITS.target[places]) for places in (ORDER[:1437], ORDER[1437:])
)


class TenTimesTooSmall(Network):
    def initial(self, seed: int = 0) -> np.ndarray:
        return super().initial(seed) / 10


def test_the_plateau_of_a_small_start_ends_for_all() -> None:
    network = TenTimesTooSmall([64, 32, 32, 32, 10])
    settings = {"batch_size": 64, "keep": 220, "watch": False, "progress": False}
    right = {}
    for name, rate, epochs in (("rmsprop", 0.013, 10), ("momentum", 0.1, 40), ("sgd", 0.43, 100)):
        run = train(network, name, LEARN, learning_rate=rate, epochs=epochs, **settings)
        right[name] = [network.accuracy(params, *NEW) for params in run.path]
    assert right["rmsprop"][1] > 0.5
    assert right["momentum"][1] < 0.2
    assert right["momentum"][4] > 0.9
    assert right["sgd"][1] < 0.2
    assert max(right["sgd"][7:]) > 0.6
    settings |= {"epochs": 10, "learning_rate": 0.25}
    begun = [train(network, "momentum", LEARN, seed=seed, **settings) for seed in range(10)]
    ends = [run.train[-1, 0] for run in begun]
    assert begun[0].train[0, 0] > 2
    assert min(ends) < 2 < max(ends)  # only from some starts


def test_on_digits_rmsprop_is_mostly_lower_in_the_end_and_keeps_jumping() -> None:
    typical, worst = {}, {}
    for name, rate in (("sgd", 1.0), ("rmsprop", 0.018)):
        settings = {"batch_size": 64, "watch": False, "progress": False, "epochs": 150}
        run = train(Network([64, 32, 10]), name, LEARN, learning_rate=rate, **settings)
        epochs = run.batch_losses.reshape(150, 22).mean(axis=1)[-75:]
        typical[name], worst[name] = np.median(epochs), epochs.max()
    assert 3 * typical["rmsprop"] < typical["sgd"]
    assert worst["rmsprop"] > 2 * worst["sgd"]


def test_a_false_rotation_doubles_the_eigenvalues() -> None:
    before = np.diag([0.2, 4.0])
    change = np.array([[1, 1], [1, -1]])
    after = change.T @ before @ change  # of .1 (x1 + x2)^2 + 2 (x1 - x2)^2
    assert np.linalg.eigvalsh(after) == pytest.approx(2 * np.linalg.eigvalsh(before))
    true = (change / sqrt(2)).T @ before @ (change / sqrt(2))
    assert np.linalg.eigvalsh(true) == pytest.approx(np.linalg.eigvalsh(before))


@pytest.mark.parametrize("condition", [1.0, 20.0, 1000.0])
def test_gradient_descents_edge(condition: float) -> None:
    surface = ravine.at(condition=condition)
    for share, gone in ((0.999, False), (1.001, True)):
        rate = share * 2 / condition
        path = descend(surface, "sgd", (-5, 2), steps=10_000, learning_rate=rate)
        assert (path.diverged_at is not None) == gone


@pytest.mark.parametrize("condition", [2.0, 20.0, 1000.0])
def test_downhill_is_up_to_an_angle_off_the_way_to_the_minimum(condition: float) -> None:
    turn = np.linspace(0, 2 * np.pi, 2_000_001)
    points = np.array([np.cos(turn), np.sin(turn)])
    downhill = points * [[1], [condition]]
    cosine = (points * downhill).sum(axis=0) / np.hypot(*downhill)
    assert cosine.min() == pytest.approx(2 * sqrt(condition) / (condition + 1), abs=1e-6)
    x, y = points[:, cosine.argmin()]
    assert abs(y / x) == pytest.approx(1 / sqrt(condition), rel=1e-3)
    # From there no rate brings a path nearer in one step than the best one does at every step.
    factor = (condition - 1) / (condition + 1)
    rates = np.linspace(0, 2, 100_001)
    left = np.hypot((1 - rates) * x, (1 - rates * condition) * y)
    assert left.min() == pytest.approx(factor, abs=1e-3)
    assert np.hypot(x * (1 - 2 / (1 + condition)), y * factor) == pytest.approx(factor, rel=1e-3)


def line_search(curvatures: np.ndarray, w: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and losses of gradient descent with the best rate at every step."""
    points, losses = [], []
    for _ in range(steps + 1):
        points.append(w)
        losses.append(w @ (curvatures * w) / 2)
        grad = curvatures * w
        w = w - grad * (grad @ grad) / (grad @ (curvatures * grad))
    return np.array(points), np.array(losses)


@pytest.mark.parametrize("condition", [3.0, 10.0, 300.0])
def test_exact_line_search_turns_by_right_angles_and_is_no_faster(condition: float) -> None:
    curvatures = np.array([1.0, condition])
    bound = ((condition - 1) / (condition + 1)) ** 2
    for angle in np.linspace(0.05, 1.5, 30):
        start = np.array([np.cos(angle), np.sin(angle)])
        points, losses = line_search(curvatures, start, 5)
        legs = np.diff(points, axis=0)
        lengths = np.hypot(*legs.T)
        cosines = (legs[1:] * legs[:-1]).sum(axis=1) / lengths[1:] / lengths[:-1]
        assert abs(cosines).max() < 1e-6
        assert (losses[1:] / losses[:-1]).max() < bound * (1 + 1e-9)
    _, losses = line_search(curvatures, np.array([condition, -1.0]), 50)
    assert losses[1:] / losses[:-1] == pytest.approx(bound, rel=1e-6)


def test_in_ten_dimensions_exact_line_search_is_slow_from_most_starts() -> None:
    curvatures = np.geomspace(1, 100, 10)
    starts = np.random.default_rng(7).normal(size=(50, 10))
    needed = []
    for start in starts:
        _, losses = line_search(curvatures, start, 800)
        needed.append(int((losses <= 1e-12 * losses[0]).argmax()))
    assert 400 < np.median(needed) < 691  # the best fixed rate's
    assert max(needed) < 691


def test_the_sign_rule_has_the_same_room_in_every_ravine_and_sgd_has_not() -> None:
    for start in ((-4.97, 1.98), (3.33, -4.44)):
        good = {}
        for condition in (1.0, 10.0, 100.0, 1000.0):
            descent = signs = np.tile(start, (len(RATES), 1))
            rates = np.array(RATES)[:, np.newaxis]
            ends: dict[str, list[np.ndarray]] = {"descent": [], "signs": []}
            with np.errstate(all="ignore"):
                for _ in range(1000):
                    descent = descent - rates * descent * [1, condition]
                    signs = signs - rates * np.sign(signs)
                    ends["descent"].append(np.hypot(*descent.T))
                    ends["signs"].append(np.hypot(*signs.T))
            for name, distances in ends.items():
                left = np.maximum(*distances[-2:]) / np.hypot(*start)
                good[name, condition] = int((left <= 0.01).sum())
        of_descent = [good["descent", condition] for condition in (1.0, 10.0, 100.0, 1000.0)]
        of_signs = {good["signs", condition] for condition in (1.0, 10.0, 100.0, 1000.0)}
        assert len(of_signs) == 1
        assert of_descent[0] > of_descent[1] > max(of_signs) > of_descent[2] > of_descent[3] == 0


def rosenbrock(rate: float, x: np.ndarray, y: np.ndarray, steps: int) -> tuple[np.ndarray, ...]:
    """Where gradient descent is after some steps: at nothing that is a number, if it diverged."""
    with np.errstate(all="ignore"):
        for _ in range(steps):
            off = y - x * x
            x, y = x + rate * (2 * (1 - x) + 400 * x * off), y - rate * 200 * off
    return x, y


def test_a_rate_past_the_border_stops_one_path_and_loses_many() -> None:
    random = np.random.RandomState(1)
    starts = random.uniform(-2, 2, 2000), random.uniform(-1, 3, 2000)
    for rate, lost in ((0.001, 0.0), (0.0025, 0.37), (0.005, 0.74), (0.01, 1.0)):
        x, _ = rosenbrock(rate, *starts, 2000)
        assert 1 - np.isfinite(x).mean() == pytest.approx(lost, abs=0.04)
    for rate in (0.0025, 0.005):
        for steps in (20_000, 200_000):  # it stays where it has stopped
            one = np.array(rosenbrock(rate, -1.2, 1.0, steps))
            two = np.array(rosenbrock(rate, *one, 1))
            x, y = (one + two) / 2  # it jumps across the floor
            second = np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200]])
            assert np.linalg.eigvalsh(second)[-1] * rate == pytest.approx(2, rel=0.01)


def test_a_falling_loss_does_not_prove_a_stable_rate() -> None:
    steps = np.arange(61)
    x, y = -5 * (1 - 0.15) ** steps, 1e-12 * (1 - 0.15 * 20.0) ** steps
    losses = (x * x + 20 * y * y) / 2
    assert (np.diff(losses)[:32] < 0).all()
    assert (np.diff(losses)[32:] > 0).all()
    assert abs(y[59]) < 1e6 < abs(y[60])


def test_the_best_rates_of_contraction() -> None:
    condition = 100.0
    surface, root = ravine.at(condition=condition), sqrt(condition)
    slow, fast = (condition - 1) / (condition + 1), (root - 1) / (root + 1)
    descent = descend(surface, "sgd", (1, 1), steps=400, learning_rate=2 / (1 + condition))
    ball = descend(
        surface, "momentum", (1, 1), steps=800, learning_rate=4 / (1 + root) ** 2, momentum=fast**2
    )
    for path, factor, steps in ((descent, slow, 400), (ball, fast, 800)):
        measured = (path.losses[steps] / path.losses[steps // 2]) ** (1 / steps)
        assert measured == pytest.approx(factor, abs=0.005)


def test_momentum_is_slower_on_a_round_bowl() -> None:
    surface = ravine.at(condition=1)
    for name, settings, needed in (("sgd", {}, 1), ("momentum", {"momentum": 0.9}, 65)):
        losses = descend(surface, name, (-5, 2), steps=400, learning_rate=1.0, **settings).losses
        assert np.flatnonzero(losses > losses[0] / 1000)[-1] + 1 == needed


def ball_needs(
    curvatures: tuple[float, float], start: tuple[float, float], rate: float, momentum: float
) -> int:
    """The step from which on the heavy ball's loss is below a thousandth of that at the start."""
    w, v, losses = np.array(start), np.zeros(2), []
    for _ in range(400):
        losses.append((curvatures * w * w).sum())
        v = momentum * v + curvatures * w
        w = w - rate * v
    return int(np.flatnonzero(~(np.array(losses) <= losses[0] / 1000))[-1]) + 1


def test_a_better_rate_helps_the_ball_on_a_round_bowl_and_not_enough() -> None:
    for curvature, start, fewest in ((1.0, (-5.0, 2.0), 53), (2.0, (5.0, 4.0), 46)):
        rates = [rate for rate in RATES if rate * curvature < 3.7]
        needed = [ball_needs((curvature, curvature), start, rate, 0.9) for rate in rates]
        assert min(needed) == fewest
        assert ball_needs((curvature, curvature), start, 1 / curvature, 0.9) == 65


def test_the_formulas_pair_is_best_in_the_long_run_only() -> None:
    def needs(rate: float, momentum: float) -> int:
        return ball_needs((1.0, 100.0), (-5.0, 2.0), rate, momentum)

    assert (needs(2 / 101, 0), needs(4 / 121, 81 / 121)) == (173, 39)
    assert needs(0.03, 0.65) == 21
    assert needs(0.0195, 0) < 110


def test_polyaks_form_without_a_velocity_is_the_same_path() -> None:
    before = now = np.array([-5.0, 2.0])
    path = descend(ravine, "momentum", before, steps=100, learning_rate=0.02, momentum=0.8)
    for point in path.params[1:]:
        pull = np.array(ravine.gradient(*now))
        before, now = now, now - 0.02 * pull + 0.8 * (now - before)
        assert now == pytest.approx(point, abs=1e-12)


def test_at_critical_damping_a_path_is_above_the_power_of_its_root() -> None:
    w, v, path = 1.0, 0.0, [1.0]
    for _ in range(60):
        v = 0.64 * v + w
        w = w - 0.04 * v
        path.append(w)
    steps = np.arange(61)
    assert path == pytest.approx(0.8**steps * (1 + 0.2 * steps))


@pytest.mark.parametrize("condition", [1e3, 1e5])
def test_momentum_goes_on_and_rmsprop_stays_where_it_was(condition: float) -> None:
    starts = np.transpose([(-5, 2), (5, 0.1), (0.5, 2), (4, -4), (-1, -3)])[:, :, np.newaxis]
    for name, memory in (("momentum", {"momentum": 0.99}), ("rmsprop", {"rho": 0.99})):
        unit = 1 if name == "rmsprop" else sqrt(condition)
        rates, lowest = np.array(RATES) / unit, []
        for steps in (500, 5000):
            walk = {"steps": steps, "learning_rate": rates} | memory
            path = descend_many(ravine.at(condition=condition), name, starts, **walk)
            far = abs(path.params).max(axis=1)
            left = (far[-steps // 10 :] / far[0]).max(axis=(0, 1))
            lowest.append(np.nanmin(left))
            rates = rates[[np.nanargmin(left)]]
        soon, late = lowest
        assert late > 5 * soon if name == "rmsprop" else late < soon / 1e6


def test_rmsprop_makes_an_oscillation() -> None:
    for name, leap in (("bowl", -0.311), ("ravine", -0.316)):
        path = descend(name, "rmsprop", (10, 1e-4), steps=1, learning_rate=0.1)
        assert path.params[1, 1] == pytest.approx(leap, abs=5e-4)
    calm = descend("ravine", "sgd", (10, 1e-4), steps=1, learning_rate=0.05)
    assert abs(calm.params[1, 1]) < 1e-3


def test_conventions_of_momentum() -> None:
    outside = inside = mean = v_outside = v_inside = v_mean = 0.0
    for rate in (0.1, 0.01):
        v_outside = 0.9 * v_outside + 1
        outside -= rate * v_outside
        v_inside = 0.9 * v_inside + rate
        inside -= v_inside
        v_mean = 0.9 * v_mean + (1 - 0.9) * 1
        mean -= rate / (1 - 0.9) * v_mean
    assert (round(outside, 3), round(inside, 3), round(mean, 3)) == (-0.119, -0.2, -0.119)


def ball_floor(curvature: float, rate: float, momentum: float) -> float:
    """What E w^2 is in the long run, for noise of variance 1."""
    wide = rate / (curvature * (2 * (1 + momentum) - rate * curvature))
    return (1 + momentum) / (1 - momentum) * wide


@pytest.mark.parametrize("curvature", [0.5, 2.0])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("rate", [0.02, 0.2])
def test_momentums_noise_floor(curvature: float, momentum: float, rate: float) -> None:
    for seed in (11, 12):
        noise = np.random.default_rng(seed).normal(size=(3000, 500))
        w, v, squares = np.zeros(500), np.zeros(500), []
        for kick in noise:
            v = momentum * v + curvature * w + kick
            w = w - rate * v
            squares.append((w * w).mean())
        found = np.mean(squares[1000:])
        assert found == pytest.approx(ball_floor(curvature, rate, momentum), rel=0.1)


def test_momentum_does_not_lower_the_floor_of_a_small_rate() -> None:
    for curvature in (0.1, 1.0, 10.0):
        small = 0.01 / curvature
        for momentum in (0.5, 0.9, 0.99):
            plain = ball_floor(curvature, small, 0)
            assert plain == pytest.approx(small / (curvature * (2 - small * curvature)))
            same_rate = ball_floor(curvature, small, momentum)
            converted = ball_floor(curvature, small * (1 - momentum), momentum)
            assert same_rate == pytest.approx(plain / (1 - momentum), rel=0.01)
            assert converted == pytest.approx(plain, rel=0.01)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5, 0.9, 1.2])
@pytest.mark.parametrize("momentum", [0.5, 0.9])
def test_nesterov_is_a_ball_with_less_momentum_where_it_is_steep(
    rate: float, momentum: float
) -> None:
    in_effect = momentum * (1 - rate)
    step = [[1 - rate * (1 + momentum), -rate * momentum * momentum], [1, momentum]]
    theirs = np.sort_complex(np.linalg.eigvals(step))
    balls = np.sort_complex(np.roots([1, -(1 + in_effect - rate), in_effect]))
    assert theirs == pytest.approx(balls, abs=1e-6)
    # Nesterov's own form, with the point before the look ahead, walks the ball's path.
    ahead, velocity = 1.0, 0.0
    before = now = 1.0
    for _ in range(200):
        assert ahead + rate * momentum * velocity == pytest.approx(now, abs=1e-9)
        velocity = momentum * velocity + ahead
        ahead -= rate * (ahead + momentum * velocity)
        before, now = now, now - rate * now + in_effect * (now - before)


def test_the_mean_of_numpys_first_argument() -> None:
    kicks, w = np.random.default_rng(0).normal(0.1, size=(500, 4000)), np.zeros(4000)
    for kick in kicks:  # gradient descent on w^2
        w = w - 0.1 * (2 * w + kick)
    assert (kicks.mean(), kicks.std()) == pytest.approx((0.1, 1), abs=0.01)
    assert (w.mean(), w.std()) == pytest.approx((-0.05, sqrt(0.1 / (2 * 1.8))), abs=0.01)


def test_the_way_off_a_saddle_grows_with_the_logarithm_of_the_offset() -> None:
    offsets = np.array([1e-2, 1e-4, 1e-6, 1e-8])
    starts = np.stack([np.full(4, 1.5), offsets])
    paths = descend_many(objectives.saddle, "sgd", starts, steps=1000, learning_rate=0.1)
    out = (abs(paths.params[:, 1]) > 0.5).argmax(axis=0)
    gaps = np.diff(out)
    assert gaps == pytest.approx(log(100) / log(1.1), abs=2)


def test_bias_correction_alone_is_adam_without_momentum() -> None:
    power, s, state = 1.0, 0.0, (0.0, 0.0, 1.0, 1.0)
    for gradient in np.random.default_rng(1).normal(size=100):
        _, s = rules.rmsprop(0.1, 0.9, 1e-8, gradient, s)
        power *= 0.9
        mine = 0.1 * gradient / (sqrt(s / (1 - power)) + 1e-8)
        adams, *state = rules.adam(0.1, 0.0, 0.9, 1e-8, gradient, *state)
        assert isclose(mine, adams, rel_tol=1e-14)


def test_one_library_starts_the_mean_square_at_1() -> None:
    goldens = json.loads((Path(__file__).parents[1] / "goldens/goldens.json").read_text())
    conventions = goldens["conventions"]
    starts = {
        of: said["rmsprop"]["s_starts_at"] for of, said in conventions.items() if "rmsprop" in said
    }
    assert [of for of, value in starts.items() if value == 1] == ["tensorflow"]
    assert set(starts.values()) == {0, 1}


def test_adams_two_roots_have_the_product_beta1() -> None:
    random = np.random.RandomState(2)
    for _ in range(20):  # however large the effective rate and the curvature are
        beta1, rate, curvature = random.uniform(0, 1), random.uniform(0, 9), random.uniform(0, 9)
        ends = []
        for w, m in ((1.0, 0.0), (0.0, 1.0)):
            m = beta1 * m + (1 - beta1) * curvature * w
            ends.append((w - rate * m, m))
        assert np.linalg.det(ends) == pytest.approx(beta1)


def adams_tail(
    curvatures: tuple[float, float], starts: np.ndarray, beta1: float, steps: int, rates: np.ndarray
) -> np.ndarray:
    """The highest f of the last tenth, by start and rate, on a ravine along the axes."""
    curved = np.reshape(curvatures, (2, 1, 1))
    w = starts[:, :, np.newaxis] + 0 * rates
    m, v, top = np.zeros_like(w), np.zeros_like(w), np.zeros(w.shape[1:])
    for k in range(1, steps + 1):  # from 1: at 0 the corrections would be 0/0
        grad = curved * w
        m, v = beta1 * m + (1 - beta1) * grad, 0.99 * v + 0.01 * grad**2
        w = w - rates * (m / (1 - beta1**k)) / (np.sqrt(v / (1 - 0.99**k)) + 1e-6)
        if k > 0.9 * steps:
            top = np.maximum(top, (curved * w * w).sum(axis=0) / 2)
    return top


def test_whether_momentum_helps_adam_along_the_axes_hangs_on_the_budget() -> None:
    random = np.random.RandomState(3)
    starts = np.array([random.uniform(-6, 6, 31), random.uniform(-4, 4, 31)])
    rates, f = np.array(RATES), {}
    for beta1 in (0.0, 0.9):
        short, long = (adams_tail((1, 20), starts, beta1, n, rates) for n in (200, 2000))
        same = np.take_along_axis(long, short.argmin(axis=1)[:, np.newaxis], axis=1)
        f[beta1] = [np.percentile(of.min(axis=1), 75) for of in (short, long, same)]
    assert f[0.0][0] < 1e-12 < 1e-8 < f[0.9][0]
    assert f[0.9][1] < 1e-6 < f[0.0][1]
    assert min(f[0.0][2], f[0.9][2]) > 1e-4  # the rates that were best for 200 come back


def test_an_outlier_among_steady_gradients() -> None:
    m = v = s = velocity = 0.0
    adams, balls = [], []
    for k in range(1, 1080):
        grad = -100.0 if k == 1001 else 1.0
        m, v = 0.9 * m + 0.1 * grad, 0.99 * v + 0.01 * grad**2
        adams.append(m / (1 - 0.9**k) / sqrt(v / (1 - 0.99**k)))
        s = 0.99 * s + 0.01 * grad**2
        velocity = 0.9 * velocity + grad / sqrt(s)
        balls.append(0.1 * velocity)
    assert (adams[999], balls[999]) == pytest.approx((1, 1), abs=1e-4)  # both of length 1 before
    assert adams[1000] == pytest.approx(-0.91, abs=0.005)
    assert balls[1000] == pytest.approx(-0.10, abs=0.005)
    assert sum(adams[1000:1050]) == pytest.approx(-4.8, abs=0.05)
    assert sum(balls[1000:1050]) == pytest.approx(3.5, abs=0.05)


def test_a_larger_batch_is_no_bargain_beside_a_smaller_rate() -> None:
    random = np.random.default_rng(4)
    squares = {}
    for rate, noise in ((0.2, 1.0), (0.2, 0.5), (0.05, 1.0)):
        w, seen = np.zeros(4000), []
        for step in range(300):
            w = w - rate * (w + noise * random.standard_normal(4000))
            if step >= 200:
                seen.append(np.mean(w * w))
        squares[rate, noise] = np.mean(seen)
    larger_batch = squares[0.2, 0.5] / squares[0.2, 1.0]
    smaller_rate = squares[0.05, 1.0] / squares[0.2, 1.0]
    assert larger_batch == pytest.approx(0.25, rel=0.05)
    assert smaller_rate == pytest.approx(0.25, rel=0.15)  # in as many examples


def test_a_limit_for_each_coordinate_is_none_for_the_step() -> None:
    grad = np.array([30.0, -40.0])
    updates = 0.05 * grad / np.sqrt(1 + grad**2)
    assert abs(updates).max() < 0.05 < np.hypot(*updates) < 0.05 * sqrt(2)


def test_the_tutorials_run_is_stopped_in_the_one_window_in_which_it_is_ahead():
    w = np.array([5.0, 4.0])
    s = np.zeros(2)
    plain, ahead = w.copy(), []
    for step in range(1, 401):
        grad = 2 * w
        s = 0.9 * s + 0.1 * grad * grad
        w = w - 0.1 * grad / (np.sqrt(s) + 1e-6)
        plain = plain - 0.1 * 2 * plain
        if (w * w).sum() < (plain * plain).sum():
            ahead.append(step)
    assert ahead == list(range(94, 121))


def test_the_rarer_a_gradient_the_wider_its_cycle():
    for every, width in ((1, 0.50), (10, 1.28), (50, 1.58)):
        w, s, widest = 1.0, 0.0, 0.0
        for step in range(50_000):
            grad = w if step % every == 0 else 0.0
            s = 0.9 * s + 0.1 * grad * grad
            w -= 0.01 * grad / (s**0.5 + 1e-6)
            if step >= 45_000:
                widest = max(widest, abs(w))
        assert abs(widest / 0.01 - width) < 0.02, every


@pytest.mark.parametrize(("speed", "follows"), [(0.05, True), (0.09, True), (0.11, False)])
def test_the_rate_is_the_top_speed_of_rmsprop_behind_a_target(speed: float, follows: bool) -> None:
    gaps = {"rmsprop": 1.0, "sgd": 1.0, "adagrad": 1.0}
    mean, total = 0.0, 0.0
    for _ in range(20_000):
        mean = 0.9 * mean + 0.1 * gaps["rmsprop"] ** 2
        total += gaps["adagrad"] ** 2
        gaps["rmsprop"] += speed - 0.1 * gaps["rmsprop"] / (sqrt(mean) + 1e-6)
        gaps["sgd"] += speed - 0.1 * gaps["sgd"]
        gaps["adagrad"] += speed - 0.1 * gaps["adagrad"] / (sqrt(total) + 1e-6)
    assert (abs(gaps["rmsprop"]) < 0.2) == follows
    assert gaps["sgd"] == pytest.approx(speed / 0.1)
    assert gaps["adagrad"] > 0.9 * 20_000 * speed


def lost_by_a_policy(
    scaled: bool, rate: float, task: int, unit: float, first: float = 0.0, steps: int = 500
) -> float:
    """The mean loss of ten levers against the best: one task, number by number."""
    chance = np.random.default_rng(task)
    means, choices, noise = (
        chance.standard_normal(10),
        chance.random(steps),
        chance.standard_normal(steps),
    )
    w, s, usual, lost = np.zeros(10), np.full(10, first), 0.0, 0.0
    for step in range(steps):
        p = np.exp(w - w.max())
        p /= p.sum()
        lost += means.max() - p @ means
        lever = int((p.cumsum()[:-1] <= choices[step]).sum())
        advantage = unit * (means[lever] + noise[step]) - usual
        usual += (0.1 if step else 1.0) * advantage
        grad = advantage * p
        grad[lever] -= advantage
        s = 0.99 * s + 0.01 * grad * grad
        w -= rate * grad / (np.sqrt(s) + 1e-5) if scaled else rate * grad
    return lost / steps


def test_one_rate_of_rmsprop_serves_rewards_in_any_unit_and_the_start_of_s_can_break_it() -> None:
    def losses(scaled: bool, rate: float, unit: float = 1.0, first: float = 0.0) -> np.ndarray:
        return np.array([lost_by_a_policy(scaled, rate, task, unit, first) for task in range(40)])

    points, cents = losses(True, 0.056), losses(True, 0.056, 100.0)
    assert cents.mean() == pytest.approx(points.mean(), rel=0.05)
    assert losses(False, 0.32, 100.0).mean() > 3 * losses(False, 0.32).mean()
    assert losses(False, 0.0032, 100.0).mean() == pytest.approx(losses(False, 0.32).mean())
    from_1, from_0 = losses(True, 0.18, first=1.0), losses(True, 0.18)
    worse = from_0 - from_1
    assert worse.mean() > 3 * worse.std() / sqrt(40)


@pytest.mark.parametrize(("curvature", "rests"), [(0.5, True), (1.9, True), (2.1, False)])
def test_adadelta_is_descent_at_a_rate_of_1_near_the_minimum(curvature: float, rests: bool) -> None:
    w, s, d, last = 5.0, 0.0, 0.0, 0.0
    for step in range(20_000):
        grad = curvature * w
        s = 0.9 * s + 0.1 * grad * grad
        update = sqrt(d + 1e-3) / sqrt(s + 1e-3) * grad
        d = 0.9 * d + 0.1 * update * update
        w -= update
        last = max(last, abs(w)) if step >= 18_000 else 0.0
    assert last < 1e-12 if rests else last > 0.01


def test_a_whole_matrix_cures_the_turned_ravine_and_muon_is_shampoo_without_memory() -> None:
    def tail(slope: float, whole: bool) -> float:
        turn = np.array([[1, -slope], [slope, 1]]) / np.hypot(1, slope)
        curvature = turn @ np.diag([1.0, 1000.0]) @ turn.T
        tails = []
        for angle in np.linspace(0.2, 6.1, 11):
            w, S, f = turn @ [5 * np.cos(angle), 5 * np.sin(angle)], np.zeros((2, 2)), []
            for _ in range(500):
                grad = curvature @ w
                S = 0.9 * S + 0.1 * np.outer(grad, grad)
                squares, axes = np.linalg.eigh(S if whole else np.diag(np.diag(S)))
                root = np.sqrt(np.maximum(squares, 0)) + 1e-6
                w = w - 0.0133 * axes @ ((axes.T @ grad) / root)
                f.append(w @ curvature @ w / 2)
            tails.append(max(f[-50:]))
        return float(np.median(tails))

    along = tail(0, whole=True)
    assert tail(0.1, whole=True) == pytest.approx(along, rel=0.2)
    assert tail(1, whole=True) == pytest.approx(along, rel=0.2)
    assert tail(0, whole=False) == pytest.approx(along, rel=0.5)
    assert tail(1, whole=False) > 10 * along

    G = np.random.default_rng(1).standard_normal((3, 5))
    U, stretching, Vt = np.linalg.svd(G, full_matrices=False)
    left, right = (U * stretching**-0.5) @ U.T, (Vt.T * stretching**-0.5) @ Vt
    np.testing.assert_allclose(left @ G @ right, U @ Vt, atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 16, None])
@pytest.mark.parametrize("share", [1.0, 0.1, 0.01])
def test_where_a_rare_features_frequency_stands(batch_size: int | None, share: float) -> None:
    """Gradients of 1 or 3, of mean 2 and mean square 5, in a share of the examples."""
    chance = np.random.default_rng(7)
    runs, steps = 30, 12_000
    s, way, memory = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    for step in range(steps):
        if batch_size is None:
            gradient = np.full(runs, 2.0 * share)
        else:
            present = chance.binomial(batch_size, share, runs)
            gradient = (present + 2.0 * chance.binomial(present, 0.5)) / batch_size
        s = 0.999 * s + 0.001 * gradient**2
        if step >= steps / 2:
            memory += s / (steps / 2)
            way += gradient / np.sqrt(s + 1e-30) / (steps / 2)
    mean, square = 2.0 * share, 5.0 * share
    left = 0.0 if batch_size is None else (square - mean**2) / batch_size
    expected = mean**2 + left
    assert memory.mean() == pytest.approx(expected, rel=0.05)
    assert way.mean() == pytest.approx(mean / sqrt(expected), rel=0.08)
    if batch_size == 1 and share < 1:  # the root of the frequency, and a constant
        assert way.mean() / sqrt(share) == pytest.approx(2 / sqrt(5), rel=0.1)


@pytest.mark.parametrize("rho", [0.9, 0.99])
def test_a_memory_shorter_than_the_gap_does_not_know_that_a_feature_is_rare(rho: float) -> None:
    chance = np.random.default_rng(3)
    runs, steps, share = 30, 20_000, 0.001
    s, way = np.zeros(runs), np.zeros(runs)
    for _ in range(steps):
        gradient = (chance.random(runs) < share) * 1.0
        s = rho * s + (1 - rho) * gradient**2
        way += gradient / np.sqrt(s + 1e-30) / steps
    assert way.mean() == pytest.approx(share / sqrt(1 - rho), rel=0.1)


def on_the_ravine(
    exponent: float, start: tuple[float, float], condition: float = 20.0, steps: int = 2000
) -> tuple[int, float]:
    """Fewest steps to a hundredth of f, to stay; the distance travelled by the straight one."""
    rates = 10.0 ** (np.arange(-64, 33) / 16)
    bend = np.array([1.0, condition])[:, None]
    w, s = np.array(start)[:, None] * np.ones(len(rates)), 0.0
    points = [w]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            gradient = bend * w
            s = 0.9 * s + 0.1 * gradient**2
            w = w - rates * gradient / (s**exponent + 1e-12)
            points.append(w)
        path = np.array(points)
        f = (bend * path**2).sum(axis=1)
        low = f <= 0.01 * f[0]
    stays = np.array([low[step:].all(axis=0) for step in range(steps)])
    arrived = np.where(stays.any(axis=0), stays.argmax(axis=0), steps)
    best = int(arrived.argmin())
    assert 4 < best < len(rates) - 4
    ours = path[: arrived[best] + 1, :, best]
    way = np.hypot(*np.diff(ours, axis=0).T).sum()
    return int(arrived[best]), float(way / np.hypot(*(ours[-1] - ours[0])))


def test_exponents_other_than_the_root() -> None:
    for start in ((-5.0, 2.0), (3.0, 2.0), (-4.0, 0.1), (2.0, -3.0)):
        steps, detour = zip(*(on_the_ravine(p, start) for p in (0.25, 0.5, 0.75, 1)), strict=True)
        assert steps[0] < steps[1] < steps[2]
        assert steps[3] > 3 * steps[1]
        assert detour[1] < 1.6
        assert detour[3] > 3
    assert on_the_ravine(0.0, (-5.0, 2.0))[1] > 3
    steep = [on_the_ravine(p, (-4.0, 0.1), condition=1000.0)[0] for p in (0.5, 0.25, 0.0)]
    assert steep[0] < steep[1] / 2 < steep[2] / 4
    # Its first step: the quotient of the gradients to the power of 1 - 2 p; times c, c to that.
    for p in (0.0, 0.25, 0.5, 0.75, 1.0):
        for factor in (1e-3, 1.0, 1e3):
            gradient = factor * np.array([5.0, 40.0])
            step = gradient / (0.1 * gradient**2) ** p
            assert step[1] / step[0] == pytest.approx(8 ** (1 - 2 * p))
            assert step[0] == pytest.approx(factor ** (1 - 2 * p) * 5 ** (1 - 2 * p) / 0.1**p)


@pytest.mark.parametrize("curvature", [0.5, 1.0, 20.0])
@pytest.mark.parametrize("exponent", [0.25, 0.5, 0.75, 1.0])
def test_the_cycle_of_other_exponents(exponent: float, curvature: float) -> None:
    w, s, rate = 1.0, 0.0, 0.02
    for _ in range(20_000):
        gradient = curvature * w
        s = 0.9 * s + 0.1 * gradient**2
        w -= rate * gradient / (s**exponent + 1e-12)
    formula = (rate * curvature ** (1 - 2 * exponent) / 2) ** (1 / (2 * exponent))
    assert abs(w) == pytest.approx(formula, rel=1e-3)


def test_the_distance_travelled_grows_for_ever() -> None:
    w, s, way = np.array([5.0, 4.0]), np.zeros(2), [0.0]
    for _ in range(4000):
        gradient = 2 * w
        s = 0.9 * s + 0.1 * gradient**2
        move = 0.1 * gradient / (np.sqrt(s) + 1e-6)
        w = w - move
        way.append(way[-1] + float(np.hypot(*move)))
    assert way[100] == pytest.approx(6.49, abs=0.01)
    assert way[400] == pytest.approx(43.4, abs=0.1)
    assert way[4000] == pytest.approx(552.5, abs=0.5)
    assert way[4000] - way[3000] == pytest.approx(100 * sqrt(2), rel=1e-3)


def test_the_root_of_s_is_the_curvature_in_the_cycle_only() -> None:
    bend = np.array([1.0, 20.0])
    chance = np.random.default_rng(11)
    for start in ((-5.0, 2.0), (-5.0, 0.25), (-5.0, 0.02), (-0.1, 2.0)):
        w, s, quotients = np.array(start), np.zeros(2), []
        for _ in range(4000):
            gradient = bend * w
            s = 0.9 * s + 0.1 * gradient**2
            w = w - 0.06 * gradient / (np.sqrt(s) + 1e-6)
            quotients.append(np.sqrt(s[1] / s[0]))
        assert quotients[0] == pytest.approx(20 * abs(start[1] / start[0]))
        assert np.array(quotients[380:400]) == pytest.approx(20, rel=0.02)
        assert np.array(quotients[-100:]) == pytest.approx(20, rel=1e-3)
        assert np.sqrt(s) / bend == pytest.approx(0.03, rel=1e-3)
        w, s, mean = np.array(start), np.zeros(2), np.zeros(2)
        for step in range(20_000):
            gradient = bend * w + 3.0 * chance.standard_normal(2)
            s = 0.99 * s + 0.01 * gradient**2
            w = w - 0.006 * gradient / (np.sqrt(s) + 1e-6)
            mean += s / 10_000 if step >= 10_000 else 0
        assert np.sqrt(mean) == pytest.approx(3.0, rel=0.05)


def test_what_the_diagonal_leaves_of_a_turned_ravine() -> None:
    for slope, left in ((0.0, 1.0), (0.1, 2.27), (0.3, 7.33), (1.0, 20.0)):
        along = np.array([1.0, slope]) / sqrt(1 + slope**2)
        across = np.array([-slope, 1.0]) / sqrt(1 + slope**2)
        matrix = np.outer(along, along) + 20 * np.outer(across, across)
        root = np.sqrt(np.diag(matrix))
        assert np.linalg.cond(matrix / np.outer(root, root)) == pytest.approx(left, abs=0.01)
        point = np.array([-5.0, 2.0])
        assert abs(point - np.linalg.solve(matrix, matrix @ point)).max() < 1e-12


def test_near_rho_one_it_is_adagrad_and_at_one_it_has_no_memory() -> None:
    def walk(rho: float, share: float, rate: float, epsilon: float) -> np.ndarray:
        w, s, path = np.array([5.0, 4.0]), 0.0, []
        for _ in range(100):
            gradient = 2 * w
            s = rho * s + share * gradient**2
            w = w - rate * gradient / (np.sqrt(s) + epsilon)
            path.append(w)
        return np.array(path)

    adagrad = walk(1.0, 1.0, 0.1, 1e-6)
    for forgets in (1e-3, 1e-5, 1e-7):
        root = sqrt(forgets)
        near = walk(1 - forgets, forgets, 0.1 * root, 1e-6 * root)
        assert abs(near - adagrad).max() == pytest.approx(14.6 * forgets, rel=0.02)
    with np.errstate(all="ignore"):
        lost = walk(1.0, 0.0, 0.1, 1e-6)
    assert lost[0] == pytest.approx([5 - 1e6, 4 - 8e5], rel=1e-5)
    with pytest.raises(ValueError, match=r"rho = 1 is out of range; allowed: \[0, 1\)"):
        descend("bowl", "rmsprop", rho=1)


@pytest.mark.parametrize("rho", [0.9, 0.99, 0.999])
def test_a_straight_warm_up_over_one_memory_goes_as_far_as_bias_correction(rho: float) -> None:
    """RMSProp on a straight slope, in learning rates; with bias correction each step is 1."""
    k = np.arange(1, round(20 / (1 - rho)))
    plain = 1 / np.sqrt(1 - rho**k)
    memory = 1 / (1 - rho)

    def lengths(steps: float) -> np.ndarray:
        return np.minimum(1, k / (steps + 1)) * plain

    assert (plain - 1).sum() > 0.9 * memory
    assert (lengths(0.85 * memory) - 1).sum() > 0 > (lengths(memory) - 1).sum()
    assert 1.2 < lengths(memory).max() < 1.3
    assert lengths(2 * memory).max() < 1.08


def test_under_noise_adams_first_step_is_the_longest() -> None:
    noise = np.random.default_rng(7).standard_normal((400, 2000))
    m = v = 0.0
    means = []
    for k, grad in enumerate(noise, 1):
        m = 0.9 * m + 0.1 * grad
        v = 0.999 * v + 0.001 * grad**2
        step = m / (1 - 0.9**k) / np.sqrt(v / (1 - 0.999**k))
        means.append(abs(step).mean())
    assert abs(means[0] - 1) < 1e-9
    # A mean of normal noise has this deviation, and this mean absolute value.
    assert means[-1] == pytest.approx(np.sqrt(0.1 / 1.9 * 2 / np.pi), rel=0.05)


@pytest.mark.parametrize(("setting", "random_wins"), [("epsilon", True), ("rho", False)])
def test_random_search_wins_where_one_setting_does_not_matter(
    setting: str, random_wins: bool
) -> None:
    """The map of all results in a ravine of condition 1000 with noise, and 16 runs on it."""
    side = 48
    rate = np.geomspace(1e-4, 10, side)[:, None]
    epsilon = np.geomspace(1e-10, 1e-4, side) if setting == "epsilon" else 1e-6
    rho = 1 - np.geomspace(1e-4, 0.9, side) if setting == "rho" else 0.9
    bend = np.array([1.0, 1000.0])[:, None, None]
    chance = np.random.default_rng(11)
    w = np.array([5.0, 4.0])[:, None, None] * np.ones((2, side, side))
    s = np.zeros_like(w)
    highest = np.zeros((side, side))
    for step in range(400):
        grad = bend * w + 0.3 * chance.standard_normal((2, 1, 1))
        s = rho * s + (1 - rho) * grad**2
        w = w - rate * grad / (np.sqrt(s) + epsilon)
        if step >= 360:
            highest = np.maximum(highest, (bend * w * w / 2).sum(axis=0))
    row, column = np.arange(12)[:, None], np.arange(12)
    grid = np.min(
        [highest[row + 12 * i, column + 12 * j] for i in range(4) for j in range(4)], axis=0
    )
    rows, columns = chance.integers(side, size=(2, 16, 2000))
    random = highest[rows, columns].min(axis=0)
    share = (random[:, None] < grid.ravel()).mean()
    assert (share > 0.65) if random_wins else (share < 0.48)


def test_a_long_memory_without_a_warm_up_is_behind_after_ten_times_as_many_epochs() -> None:
    settings = {"epochs": 150, "batch_size": 64, "watch": False, "progress": False}
    forms = {
        "plain": ("rmsprop", {"rho": 0.999}),
        "warm-up": ("rmsprop", {"rho": 0.999, "schedule": constant.at(warmup=22)}),
        "correction": ("adam", {"beta1": 0, "beta2": 0.999}),
    }
    for seed in (0, 1):
        lasts = {}
        for form, (name, more) in forms.items():
            run = train(
                Network([64, 32, 10]), name, LEARN,
                learning_rate=0.01, seed=seed, **settings, **more,
            )  # fmt: skip
            lasts[form] = run.batch_losses[-22:].mean()
        assert max(lasts["warm-up"], lasts["correction"]) < lasts["plain"] / 1.5
