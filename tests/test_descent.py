"""descend and descend_many: the same bits, divergence as data, messages, and the book's facts."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import sqrt

from rmsprop_lab import Objective, Optimizer, descend, descend_many, objectives, optimizers
from rmsprop_lab.descent import FAR
from rmsprop_lab.objectives.examples import Examples
from rmsprop_lab.parameter import Parameter


def same_bits(a, b):
    """Equal to the last bit and the sign of zero; one not-a-number is as good as another."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    same = (a.view(np.int64) == b.view(np.int64)) | (np.isnan(a) & np.isnan(b))
    return a.shape == b.shape and bool(same.all())


# ---- descend_many against descend -----------------------------------------------------


def values(parameter):
    """Any allowed value, half of them as a slider would give."""
    low, high = parameter.slider
    if parameter.scale == "log":
        usual = st.floats(math.log(low), math.log(high)).map(math.exp)
    else:
        usual = st.floats(low, high)
    anything = st.floats(
        parameter.low,
        min(parameter.high, 1e300),
        exclude_min=parameter.open_low,
        exclude_max=parameter.open_high,
    )
    return usual | anything


def starts_and_settings(optimizer, count=4):
    """Starts and, for each, hyper-parameters."""
    coordinate = st.floats(-6, 6) | st.floats(-FAR, FAR)
    each = [st.tuples(*[values(p)] * count) for p in optimizer.parameters]
    starts = st.tuples(*[st.tuples(*[coordinate] * count)] * 2)
    return st.tuples(starts, st.tuples(*each))


def assert_equal_to_singles(many, singles, *, last=False):
    for place, one in singles.items():
        rows = slice(-1, None) if last else slice(None)
        at = many.diverged_at[place]
        if last and one.diverged_at is not None:
            assert np.isnan(many.params[(0, slice(None), *place)]).all()
        assert same_bits(many.params[(slice(None), slice(None), *place)], one.params[rows])
        assert many.state.keys() == one.state.keys()
        for name, state in one.state.items():
            assert same_bits(many.state[name][(slice(None), slice(None), *place)], state[rows])
        assert at == (-1 if one.diverged_at is None else one.diverged_at)


@pytest.mark.parametrize("surface", objectives.ALL.values(), ids=objectives.ALL)
@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
@settings(max_examples=6)
@given(data=st.data())
def test_many_settings_at_once_give_the_bits_of_one_at_a_time(optimizer, surface, data):
    starts, each = data.draw(starts_and_settings(optimizer))
    settings = dict(zip((p.name for p in optimizer.parameters), each, strict=True))
    singles = {
        (i,): descend(
            surface,
            optimizer,
            (starts[0][i], starts[1][i]),
            steps=40,
            **{name: numbers[i] for name, numbers in settings.items()},
        )
        for i in range(4)
    }
    for keep in ("all", "last"):
        many = descend_many(surface, optimizer, starts, steps=40, keep=keep, **settings)
        assert_equal_to_singles(many, singles, last=keep == "last")


def test_settings_broadcast_as_arrays_do():
    rates, rhos = [0.05, 0.1, 30.0], [0.5, 0.9]
    grid = descend_many(
        "ravine", "rmsprop", steps=30, learning_rate=np.array(rates)[:, np.newaxis], rho=rhos
    )
    assert grid.params.shape == grid.state["s"].shape == (31, 2, 3, 2)
    assert grid.losses.shape == (31, 3, 2)
    assert grid.diverged_at.shape == (3, 2)
    singles = {
        (i, j): descend("ravine", "rmsprop", steps=30, learning_rate=rate, rho=rho)
        for i, rate in enumerate(rates)
        for j, rho in enumerate(rhos)
    }
    assert_equal_to_singles(grid, singles)

    starts = [[[1.0], [2.0]], [[3.0], [4.0]]]  # two, as a column
    crossed = descend_many("bowl", "sgd", starts, steps=1, learning_rate=[0.25, 0.5])
    assert crossed.params.shape == (2, 2, 2, 2)
    assert crossed.params[1].tolist() == [[[0.5, 0], [1, 0]], [[1.5, 0], [2, 0]]]


def test_one_setting_has_no_axis_and_its_end_is_a_path_of_one_row():
    one = descend("bowl", "sgd", steps=7)
    for keep, rows in (("all", slice(None)), ("last", slice(-1, None))):
        many = descend_many("bowl", "sgd", steps=7, keep=keep)
        assert same_bits(many.params, one.params[rows])
        assert same_bits(many.losses, one.losses[rows])
        assert many.diverged_at is None
    # 5 * 5^8 is the first beyond 1e6.
    assert descend_many("bowl", "sgd", steps=40, keep="last", learning_rate=3).diverged_at == 8


@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
def test_a_path_holds_the_start_and_every_step(optimizer):
    path = descend("himmelblau", optimizer, (1.5, -2.5), steps=9)
    assert path.params.shape == (10, 2)
    assert path.params[0].tolist() == [1.5, -2.5]
    assert list(path.state) == list(optimizer.state)
    for initial, state in zip(optimizer.initial, path.state.values(), strict=True):
        assert state.shape == (10, 2)
        assert state[0].tolist() == [initial, initial]
    # The rule itself, by hand.
    xy, before = path.params[4], [state[4] for state in path.state.values()]
    grad = np.array(objectives.himmelblau.gradient(*xy))
    made = optimizer.rule(*path.settings.values(), grad, *before)
    updates, *after = made if optimizer.state else (made,)
    assert same_bits(path.params[5], xy - updates)
    assert same_bits([state[5] for state in path.state.values()], after)


def test_what_a_trajectory_says_of_itself():
    path = descend("ravine", optimizers.rmsprop, steps=3, rho=0.5)
    assert path.objective is objectives.ravine
    assert path.optimizer is optimizers.rmsprop
    assert path.settings == {"learning_rate": 0.1, "rho": 0.5, "epsilon": 1e-6}
    assert path.params[0].tolist() == list(objectives.ravine.start)
    assert len(descend("bowl", "sgd").params) == 101  # the default number of steps
    many = descend_many("ravine", "rmsprop", steps=3, rho=[0.5, 0.7])
    assert many.settings["rho"].tolist() == [0.5, 0.7]


@pytest.mark.parametrize("surface", objectives.ALL.values(), ids=objectives.ALL)
def test_losses_are_the_surface_along_the_path(surface):
    path = descend(surface, "sgd", steps=20, learning_rate=1e-4)
    assert same_bits(path.losses, [surface(x, y) for x, y in path.params])
    many = descend_many(surface, "sgd", steps=20, learning_rate=[1e-4, 2e-4])
    assert same_bits(many.losses[:, 0], path.losses)


# ---- divergence is a result -----------------------------------------------------------


def test_a_path_diverges_at_the_first_step_beyond_far():
    # On the bowl at rate 1, x becomes -x; at rate r it grows by |1 - 2r|, here 3.
    path = descend("bowl", "sgd", (5, 4), steps=20, learning_rate=2)
    x = 5 * 3.0 ** np.arange(21)
    step = int(np.argmax(x > FAR))
    assert path.diverged_at == step == 12
    assert np.abs(path.params[:step, 0]).tolist() == x[:step].tolist()
    assert np.isnan(path.params[step:]).all()
    assert np.isnan(path.losses[step:]).all()
    assert np.isfinite(path.losses[:step]).all()


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("axis", [0, 1])
def test_far_itself_has_not_diverged(axis, sign):
    start = [0.0, 0.0]
    start[axis] = sign * FAR
    stays = descend("bowl", "sgd", start, steps=5, learning_rate=1)
    assert stays.diverged_at is None
    assert abs(stays.params[5, axis]) == FAR
    leaves = descend("bowl", "sgd", start, steps=5, learning_rate=1 + 1e-9)
    assert leaves.diverged_at == 1
    assert np.isnan(leaves.params[1:]).all()


def test_the_state_ends_where_the_path_does():
    path = descend("bowl", "momentum", steps=30, learning_rate=5)
    step = path.diverged_at
    assert 1 < step < 30
    assert np.isfinite(path.state["velocity"][:step]).all()
    assert np.isnan(path.state["velocity"][step:]).all()


# Out and back again: it has diverged all the same. The state is the step's number.
def excursion(learning_rate, grad, step_prev):
    step = step_prev + 1
    updates = -2 * FAR * (step == 3) + 2 * FAR * (step == 4)
    return updates, step


def test_a_path_that_comes_back_has_diverged():
    for keep, rows in (("all", slice(3, None)), ("last", slice(None))):
        many = descend_many("bowl", excursion, steps=6, learning_rate=[1.0, 2.0], keep=keep)
        assert many.diverged_at.tolist() == [3, 3]
        assert np.isnan(many.params[rows]).all()
        assert np.isnan(many.state["step"][rows]).all()
    assert descend("bowl", excursion, steps=6).diverged_at == 3


def over_grad(learning_rate, grad):
    updates = learning_rate / grad
    return updates


def root_of_grad(learning_rate, grad):
    updates = learning_rate * sqrt(grad)
    return updates


def squares(learning_rate, grad, s_prev):
    s = s_prev + grad**200  # a Python float's power overflows with an error
    updates = learning_rate * s
    return updates, s


@pytest.mark.parametrize(
    ("rule", "start", "steps"),
    [
        (over_grad, (0.0, 1.0), 1),  # 1 / 0
        (over_grad, (1.0, -0.0), 1),
        (lambda learning_rate, grad: learning_rate * grad / grad, (0.0, 1.0), 1),  # 0 / 0
        (root_of_grad, (1.0, -1.0), 1),  # of a negative number
        (squares, (5.0, 1e3), 1),
        (lambda learning_rate, grad: learning_rate / (grad - 1), (0.75, 9.0), 2),  # at x = .5
    ],
)
def test_arithmetic_that_fails_diverges_and_does_not_raise(rule, start, steps):
    one = descend("bowl", rule, start, steps=4, learning_rate=0.125)
    many = descend_many("bowl", rule, start, steps=4, learning_rate=[0.125, 0.125])
    assert one.diverged_at == steps
    assert many.diverged_at.tolist() == [steps, steps]
    assert same_bits(many.params[..., 0], one.params)


# ---- one's own rules and surfaces -----------------------------------------------------


def RMSProp(learning_rate, rho, epsilon, grad, s_prev):
    # The tutorial's.
    s = rho * s_prev + (1 - rho) * np.power(grad, 2)

    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


TUTORIAL = Objective(
    name="tutorial",
    value=lambda x, y: x**2 + y**2,
    grad=lambda x, y: np.array([2 * x, 2 * y]),
)


@pytest.mark.parametrize("rule", [RMSProp, Optimizer.of(RMSProp, "The tutorial's")])
def test_the_tutorials_rule_and_surface_are_ours(rule):
    mine = descend(TUTORIAL, rule, (5, 4), steps=101)
    ours = descend("bowl", "rmsprop", (5, 4), steps=101)
    np.testing.assert_allclose(mine.params, ours.params, rtol=1e-12)
    np.testing.assert_allclose(mine.state["s"], ours.state["s"], rtol=1e-12)
    many = descend_many(TUTORIAL, rule, (5, 4), steps=101, learning_rate=[0.1, 0.2])
    np.testing.assert_allclose(many.params[..., 0], ours.params, rtol=1e-12)


def test_a_rule_of_ones_own_may_have_a_hyper_parameter_of_its_own():
    def clipped(learning_rate, limit, grad):
        return learning_rate * np.clip(grad, -limit, limit)

    limit = Parameter("limit", "c", 1.0, low=0.0, high=10.0, slider=(0.0, 10.0))
    optimizer = Optimizer.of(clipped, parameters=[limit])
    path = descend("bowl", optimizer, (5, 0.25), steps=1, learning_rate=0.5, limit=3)
    assert path.params[1].tolist() == [3.5, 0]
    with pytest.raises(ValueError, match=re.escape("limit = 11 is out of range; allowed: [0, 10]")):
        descend("bowl", optimizer, limit=11)


def test_a_gradient_may_have_a_keyword_with_a_default():
    def grad(x, y, *, scale=4.0):
        return sqrt(scale) * x, y

    surface = Objective(name="mine", value=lambda x, y: x * x + y * y / 2, grad=grad)
    assert descend(surface, "sgd", (1, 1), steps=1, learning_rate=0.25).params[1, 0] == 0.5


def test_a_gradient_may_be_constant():
    slope = Objective(name="slope", value=lambda x, y: 3.0, grad=lambda x, y: (1.0, 0.0))
    many = descend_many(slope, "sgd", (1, 1), steps=2, learning_rate=[0.25, 0.5])
    assert many.params[2].tolist() == [[0.5, 0], [1, 1]]
    assert many.losses.shape == (3, 2)


def test_a_surface_with_other_parameters():
    path = descend(objectives.ravine.at(condition=3), "sgd", (1, 1), steps=1, learning_rate=0.125)
    assert path.params[1].tolist() == [0.875, 0.625]


# ---- bad input: the value, and what is allowed ----------------------------------------

SHARE, POSITIVE, STEPS = "allowed: [0, 1)", "allowed: (0, inf)", "whole numbers in [1, 100000]"
PLACE = "allowed: [-1000000, 1000000]"


@pytest.mark.parametrize("run", [descend, descend_many])
@pytest.mark.parametrize(
    ("arguments", "settings", "parts"),
    [
        (("bowls", "sgd"), {}, ["no objective 'bowls'", "choices: bowl, ravine", "rastrigin"]),
        ((None, "sgd"), {}, ["no objective None", "choices: bowl"]),
        (("bowl", "RMSProp"), {}, ["no optimiser 'RMSProp'", "choices: sgd, ", "adam"]),
        (("bowl", None), {}, ["no optimiser None", "choices: sgd"]),
        (("bowl", "sgd"), {"rho": 0.9}, ["SGD", "'rho'", "choices: learning_rate"]),
        (("bowl", "adam"), {"beta": 1}, ["Adam", "'beta'", "beta1, beta2, epsilon"]),
        (("bowl", "rmsprop"), {"rho": 1}, ["rho = 1 ", SHARE]),
        (("bowl", "rmsprop"), {"rho": -0.5}, ["rho = -0.5 ", SHARE]),
        (("bowl", "momentum"), {"momentum": 1.5}, ["momentum = 1.5 ", SHARE]),
        (("bowl", "sgd"), {"learning_rate": -0.5}, ["learning_rate = -0.5 ", POSITIVE]),
        (("bowl", "sgd"), {"learning_rate": 0}, ["learning_rate = 0 ", POSITIVE]),
        (("bowl", "sgd"), {"learning_rate": math.inf}, ["learning_rate = inf", POSITIVE]),
        (("bowl", "rmsprop"), {"epsilon": math.nan}, ["epsilon = nan", POSITIVE]),
        (("bowl", "sgd"), {"learning_rate": "fast"}, ["learning_rate = 'fast'", POSITIVE]),
        (("bowl", "sgd"), {"learning_rate": 1j}, ["learning_rate = 1j", POSITIVE]),
        (("bowl", "sgd"), {"learning_rate": "0.1"}, ["learning_rate = '0.1'", POSITIVE]),
        (("bowl", "sgd", (math.inf, 0)), {}, ["start = inf", PLACE]),
        (("bowl", "sgd", (0, math.nan)), {}, ["start = nan", PLACE]),
        (("bowl", "sgd", (2e6, 0)), {}, ["start = 2000000 ", PLACE]),
        (("bowl", "sgd", ("left", 0)), {}, ["start = ('left', 0)", PLACE]),
        (("bowl", "sgd", 5), {}, ["start has shape ()", "(2,)"]),
        (("bowl", "sgd", (1, 2, 3)), {}, ["start has shape (3,)", "(2,)"]),
        (("bowl", "sgd", [[1], [2], [3]]), {}, ["start has shape (3, 1)", "(2,)"]),
        (("bowl", "sgd", (1, (2, 3))), {}, ["start = (1, (2, 3))", PLACE]),
        (("bowl", "sgd"), {"steps": 0}, ["steps = 0 ", STEPS]),
        (("bowl", "sgd"), {"steps": 10**6}, ["steps = 1000000 ", STEPS]),
        (("bowl", "sgd"), {"steps": 2.5}, ["steps = 2.5 ", STEPS]),
        (("bowl", "sgd"), {"steps": "many"}, ["steps = 'many'", STEPS]),
        (("bowl", "sgd"), {"steps": [10, 20]}, ["steps = [10, 20]", STEPS]),
    ],
)
def test_bad_input_is_refused(run, arguments, settings, parts):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the parts are its match
        run(*arguments, **settings)
    for part in parts:
        assert part in f"{raised.value} "


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (
            lambda: descend("bowl", "sgd", learning_rate=[0.1, 0.2]),
            ["learning_rate has shape (2,)", "must be one number", "descend_many"],
        ),
        (
            lambda: descend("bowl", "sgd", [[1, 2], [3, 4]]),
            ["start has shape (2, 2)", "(2,)", "descend_many"],
        ),
        (lambda: descend_many("bowl", "sgd", keep="some"), ["'some'", "choices: 'all', 'last'"]),
        (lambda: descend_many("bowl", "sgd", keep=None), ["None", "choices: 'all', 'last'"]),
        (
            lambda: descend_many("bowl", "rmsprop", rho=[0.1, 0.2], learning_rate=[1, 2, 3]),
            ["do not broadcast", "(2,)", "(3,)"],
        ),
        (
            lambda: descend_many("bowl", "sgd", np.ones((2, 3)), learning_rate=[1, 2]),
            ["start and hyper-parameters do not broadcast", "(2,)", "(3,)"],
        ),
        (
            lambda: descend_many("bowl", "rmsprop", rho=[0.5, 0.9, 1.0, 2.0]),
            ["rho = 1 ", SHARE],  # the first bad one
        ),
    ],
)
def test_bad_arrays_are_refused(call, parts):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the parts are its match
        call()
    for part in parts:
        assert part in str(raised.value)


# ---- facts that the book teaches ------------------------------------------------------


def test_the_tutorials_run_oscillates_if_it_runs_on():
    path = descend("bowl", "rmsprop", (5, 4), steps=1000).params  # rate .1, rho .9, epsilon 1e-6
    assert np.abs(path[101]).max() < 1e-16  # where the tutorial stops
    assert 0.02 < np.abs(path[160]).max() < 0.05
    np.testing.assert_allclose(np.abs(path[400:]), 0.05, atol=2e-6)  # half the learning rate
    np.testing.assert_allclose(path[401:], -path[400:-1], atol=2e-6)  # from side to side


def dish(curvature):
    """λ (x² + y²) / 2, for curvatures that the ravine does not have."""
    return Objective(
        name="dish",
        value=lambda x, y: curvature * (x * x + y * y) / 2,
        grad=lambda x, y: (curvature * x, curvature * y),
    )


def outside(rate, curvature, epsilon):
    return max(0, rate * curvature / 2 - epsilon) / curvature


def inside(rate, curvature, epsilon):
    return sqrt(max(0, (rate * curvature / 2) ** 2 - epsilon)) / curvature


@pytest.mark.parametrize(
    ("name", "formula", "rate", "curvature", "epsilon", "amplitude"),
    [
        ("rmsprop", outside, 0.1, 2, 1e-6, 0.0499995),
        # At rate .01 and curvature 1, epsilon settles it from .005 on: rate * curvature / 2.
        ("rmsprop", outside, 0.01, 1, 1e-8, 0.005),
        ("rmsprop", outside, 0.01, 1, 0.001, 0.004),
        ("rmsprop", outside, 0.01, 1, 0.004, 0.001),
        ("rmsprop", outside, 0.01, 1, 0.006, 0),
        ("rmsprop_inside", inside, 0.1, 2, 1e-4, 0.0497494),
        ("rmsprop_inside", inside, 0.01, 1, 9e-6, 0.004),
        ("rmsprop_inside", inside, 0.01, 1, 3e-5, 0),
        # The same epsilon: one form cycles, the other settles.
        ("rmsprop", outside, 0.4, 0.2, 0.01, 0.15),
        ("rmsprop_inside", inside, 0.4, 0.2, 0.01, 0),
    ],
)
def test_the_amplitude_of_the_cycle(name, formula, rate, curvature, epsilon, amplitude):
    assert formula(rate, curvature, epsilon) == pytest.approx(amplitude, abs=1e-7)
    end = descend(
        dish(curvature), name, (1, 0.3), steps=5000, learning_rate=rate, rho=0.9, epsilon=epsilon
    ).params[-10:]
    np.testing.assert_allclose(np.abs(end), amplitude, rtol=1e-4, atol=1e-7)


def test_a_long_memory_spikes():
    # Ma, Wu, E (2020): x² / 2 from 1, rho .99, rate .01, epsilon 1e-12.
    settings = {"rho": 0.99, "learning_rate": 0.01, "epsilon": 1e-12}
    loss = descend(dish(1), "rmsprop", (1, 0), steps=5000, **settings).losses
    assert (int(np.argmax(loss < 1e-10)), loss[1000] < 1e-30) == (200, True)
    spike = int(np.argmax(loss[300:2000])) + 300
    assert spike == 1197
    assert loss[spike] == pytest.approx(2.2e-3, rel=0.03)
    assert loss[-100:] == pytest.approx(0.005**2 / 2, rel=1e-3)  # then the cycle


@pytest.mark.parametrize("condition", [20, 100])
def test_gradient_descent_diverges_past_two_over_the_largest_curvature(condition):
    def end(share):
        path = descend(
            objectives.ravine.at(condition=condition),
            "sgd",
            steps=3000,
            learning_rate=share * 2 / condition,
        )
        return path.diverged_at, np.abs(path.params[-1]).max()

    diverged_at, far = end(0.99)
    assert diverged_at is None
    assert far < 1e-6
    assert end(1.01)[0] is not None


@pytest.mark.parametrize("surface", [dish(1), objectives.bowl, objectives.ravine])
def test_rmsprop_makes_an_oscillation_of_its_own(surface):
    # From the floor, at (10, 1e-4): y leaps by nearly lr / sqrt(1 - rho) = .316, as x does; by
    # less where its gradient is not yet large against epsilon.
    settings = {"learning_rate": 0.1, "rho": 0.9, "epsilon": 1e-6}
    x, y = descend(surface, "rmsprop", (10, 1e-4), steps=1, **settings).params[1]
    assert x == pytest.approx(10 - 0.3162, abs=1e-4)
    leap = {"dish": -0.3064, "bowl": -0.3112, "ravine": -0.3156}[surface.name]
    assert y == pytest.approx(leap, abs=1e-4)
    sgd = descend(surface, "sgd", (10, 1e-4), steps=1, learning_rate=0.1)
    assert abs(sgd.params[1, 1]) <= 1e-4


def test_a_surface_or_rule_may_use_pythons_math():
    """On floats, on arrays, and where it runs away: math's own would raise."""
    surface = Objective(
        name="mathematics",
        value=lambda x, y: math.exp(-x * x) + math.sqrt(1 + y * y) * math.pi,
        grad=lambda x, y: (-2 * x * math.exp(x * x), y / math.sqrt(1 + y * y)),
    )
    one = descend(surface, "sgd", (1, 1), steps=9, learning_rate=0.5)
    assert one.diverged_at is not None
    many = descend_many(surface, "sgd", (1, 1), steps=9, learning_rate=[0.5, 1e-3])
    np.testing.assert_array_equal(many.params[..., 0], one.params)
    assert many.diverged_at.tolist() == [one.diverged_at, -1]
    assert np.isfinite(many.losses[:, 1]).all()

    def bounded(learning_rate, grad):
        return learning_rate * grad / math.sqrt(1 + grad * grad)

    rates = np.array([0.1, 0.2])
    paths = descend_many("bowl", bounded, steps=20, learning_rate=rates)
    for place, rate in enumerate(rates):
        path = descend("bowl", bounded, steps=20, learning_rate=rate)
        np.testing.assert_array_equal(paths.params[..., place], path.params)


def test_what_a_rule_raises_says_at_which_step():
    def breaking(learning_rate, grad, count_prev):
        if count_prev > 2:
            raise RuntimeError("enough")
        return learning_rate * grad, count_prev + 1

    with pytest.raises(RuntimeError, match="enough") as raised:
        descend("bowl", breaking)
    assert raised.value.__notes__ == ["breaking on bowl, step 3"]


def test_an_update_that_is_no_number_is_told_with_its_step():
    def halting(learning_rate, grad):
        return None if 2 < abs(grad) < 6 else learning_rate * grad

    for run in (descend, descend_many):
        with pytest.raises(TypeError, match="NoneType") as raised:
            run("bowl", halting, (5, 5), steps=20, learning_rate=0.25)
        assert raised.value.__notes__ == ["halting on bowl, step 1"]


@pytest.mark.parametrize("made", [None, 3.0, (1.0,), (1.0, 2.0, 3.0), []])
def test_a_gradient_of_other_than_two_values_is_said(made):
    wrong = Objective("wrong", lambda x, y: x * y, lambda x, y: made)
    each = Examples([[1.0], [2.0]], lambda x, y, u: made)
    of_data = Objective("of data", lambda x, y: x, lambda x, y: (x, y), examples=each)
    for call in (
        lambda: wrong.gradient(1.0, 2.0),
        lambda: descend(wrong, "rmsprop", steps=2),
        lambda: descend(wrong, "rmsprop", steps=2, noise=0.1),
        lambda: descend_many(wrong, "sgd", steps=2, learning_rate=[0.1, 0.2]),
        lambda: descend(of_data, "sgd", steps=2, batch_size=1),
    ):
        with pytest.raises(ValueError, match=r"gradient is .*; it must be two values, \(∂f/∂x, ∂"):
            call()


def test_a_gradient_of_one_value_that_has_a_tape():
    wrong = Objective("wrong", lambda x, y: x * y, lambda x, y: 2 * x)
    with pytest.raises(ValueError, match="it must be two values"):
        descend(wrong, "rmsprop", steps=2)


def test_a_trajectory_is_said_in_one_line():
    away, many = {"learning_rate": 3}, {"learning_rate": [0.1, 0.2, 3]}
    for path, line in (
        (descend("bowl", "rmsprop", steps=20), r"RMSProp on bowl, 20 steps: f = [\d.]+"),
        (descend("bowl", "sgd", **away), r"SGD on bowl, 100 steps: diverged at step \d"),
        (
            descend_many("bowl", "sgd", steps=20, **many),
            r"SGD on bowl, 20 steps, 3 settings: lowest f = [\d.e-]+, 1 diverged",
        ),
        (
            descend_many("bowl", "sgd", keep="last", learning_rate=[3, 4]),
            "SGD on bowl, 100 steps, 2 settings: 2 diverged",
        ),
    ):
        assert re.fullmatch(line, repr(path)), repr(path)
