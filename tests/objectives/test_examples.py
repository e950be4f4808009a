"""Examples and mini-batches: how they are drawn, what they do to a path, what is refused."""

import re

import numpy as np
import pytest
from numpy import sqrt

from rmsprop_lab import Objective, Optimizer, descend, descend_many, least_squares, rules
from rmsprop_lab.objectives.examples import Examples, batch_gradient, draw_batches

rng = np.random.default_rng(0)
INPUTS = rng.standard_normal((20, 2))
TARGETS = INPUTS @ [2, -1] + rng.standard_normal(20)
FIT = least_squares(INPUTS, TARGETS)


def of_one(x, y, level, weight):
    off = weight * (y - level)
    return x - level, off / sqrt(1 + off * off)


# Loss and gradient as the mean over three examples, by NumPy.
ROWS = np.array([[1.0, 2.0], [-3.0, 0.5], [0.1, 1.0]])
BENT = Objective(
    name="bent",
    value=lambda x, y: (
        sum((x - at) ** 2 / 2 + sqrt(1 + (w * (y - at)) ** 2) / w for at, w in ROWS) / 3
    ),
    grad=lambda x, y: tuple(sum(of_one(x, y, *row)[k] for row in ROWS) / 3 for k in (0, 1)),
    examples=Examples(ROWS, of_one),
)


# ---- drawing --------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "count"), [(1, 7), (3, 7), (4, 7), (7, 7), (16, 442)])
def test_a_pass_holds_no_example_twice(size, count):
    each = count // size  # batches in a pass
    drawn = draw_batches(5, 9 * each, size, count)
    assert drawn.shape == (9 * each, size)
    passes = drawn.reshape(9, -1)
    assert all(len(set(one)) == len(one) for one in passes.tolist())
    assert ((drawn >= 0) & (drawn < count)).all()
    assert len({tuple(one) for one in passes.tolist()}) == 9  # a new shuffle for each
    assert set(drawn.flat) == set(range(count))  # what one leaves out another has


def test_a_draw_by_hand():
    """Fisher and Yates, from the last place down, by the twister's numbers."""
    twister = np.random.RandomState(3 ^ 0x80000000)
    order = [0, 1, 2, 3, 4]
    for last in (4, 3, 2, 1):
        other = int(twister.randint(0, 2**32, dtype=np.uint32)) * (last + 1) // 2**32
        order[last], order[other] = order[other], order[last]
    assert draw_batches(3, 2, 2, 5).tolist() == [order[:2], order[2:4]]


@pytest.mark.parametrize("size", [1, 3, 10])
def test_a_longer_draw_begins_with_the_shorter(size):
    np.testing.assert_array_equal(draw_batches(8, 7, size, 10), draw_batches(8, 90, size, 10)[:7])
    assert (draw_batches(8, 30, size, 10) != draw_batches(9, 30, size, 10)).any()


def test_every_order_is_as_likely():
    orders = [tuple(one) for one in draw_batches(1, 24_000, 4, 4).tolist()]
    counts = np.array([orders.count(order) for order in set(orders)])
    assert len(counts) == 24
    np.testing.assert_allclose(counts, 1000, atol=150)  # five standard deviations


def test_batches_do_not_depend_on_the_noise():
    first = np.random.RandomState(4).randint(0, 2**32, 4, dtype=np.uint32)
    ours = np.random.RandomState(4 ^ 2**31).randint(0, 2**32, 4, dtype=np.uint32)
    assert (first != ours).all()


# ---- walking --------------------------------------------------------------------------


def test_the_first_step_by_hand():
    path = descend(FIT, "sgd", (1, 2), steps=2, learning_rate=0.25, batch_size=3, seed=6)
    at = np.array([1.0, 2.0])
    for step, places in enumerate(draw_batches(6, 2, 3, 20)):
        errors = INPUTS[places] @ at - TARGETS[places]
        at = at - 0.25 * (errors @ INPUTS[places]) / 3
        np.testing.assert_allclose(path.params[step + 1], at, rtol=1e-14)


@pytest.mark.parametrize("surface", [FIT, BENT], ids=lambda of: of.name)
def test_all_examples_make_the_full_gradient(surface):
    full = descend(surface, "rmsprop", steps=50)
    batch = descend(surface, "rmsprop", steps=50, batch_size=len(surface.examples), seed=2)
    np.testing.assert_allclose(batch.params, full.params, atol=1e-9)
    np.testing.assert_allclose(
        batch_gradient(surface.examples.grad, surface.examples.rows, 0.3, -2.0),
        surface.gradient(0.3, -2.0),
        rtol=1e-12,
    )


@pytest.mark.parametrize("noise", [0, 0.7])
@pytest.mark.parametrize("surface", [FIT, BENT], ids=lambda of: of.name)
@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
def test_many_settings_meet_the_same_batches_to_the_bit(surface, optimizer, noise):
    rates = [0.01, 0.1, 3e3]
    drawn = {"batch_size": 2, "seed": 3, "noise": noise, "steps": 60}
    for keep in ("all", "last"):
        many = descend_many(surface, optimizer, learning_rate=rates, keep=keep, **drawn)
        for place, rate in enumerate(rates):
            one = descend(surface, optimizer, learning_rate=rate, **drawn)
            rows = slice(None) if keep == "all" else slice(-1, None)
            np.testing.assert_array_equal(many.params[..., place], one.params[rows])


def test_seed_size_and_noise_each_make_another_path():
    def end(**drawn):
        return descend(FIT, "sgd", steps=40, **drawn).params[-1].tolist()

    settings = [{}, {"seed": 1}, {"batch_size": 5}, {"noise": 0.1}, {"batch_size": None}]
    ends = [end(**({"batch_size": 4, "seed": 0} | drawn)) for drawn in settings]
    assert len({tuple(one) for one in ends}) == 5
    assert end(batch_size=4) == end(batch_size=4)
    assert end(seed=1) == end(seed=2)  # the full gradient asks for no chance


def test_a_batch_in_which_floats_raise_diverges():
    steep = Examples([[1.0], [2.0]], lambda x, y, u: (u / x, y / (x - x)))
    surface = Objective("steep", lambda x, y: x + y, lambda x, y: (1.0, 1.0), examples=steep)
    assert descend(surface, "sgd", (0, 1), batch_size=1).diverged_at == 1


def test_the_smaller_batch_ends_in_the_larger_cloud():
    def spread(size):
        ends = descend(FIT, "sgd", steps=2000, learning_rate=0.1, batch_size=size).params[200:]
        return np.mean((ends - FIT.minima[0]) ** 2)

    spreads = [spread(size) for size in (1, 4, 10, 20)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] < 1e-6 < 1e-2 < spreads[0]


def test_an_exact_optimiser_takes_the_full_gradient():
    full = Optimizer.of(rules.sgd, "Full gradient", name="full_gradient", exact=True)
    drawn = {"batch_size": 2, "noise": 3.0, "seed": 1, "steps": 30}
    plain = descend(FIT, "sgd", steps=30)
    np.testing.assert_array_equal(descend(FIT, full, **drawn).params, plain.params)
    many = descend_many(FIT, full, learning_rate=[0.1, 0.2], **drawn)
    np.testing.assert_array_equal(many.params[..., 0], plain.params)
    assert (descend(FIT, "sgd", **drawn).params[1:] != plain.params[1:]).all()


# ---- what is refused ------------------------------------------------------------------


@pytest.mark.parametrize("run", [descend, descend_many])
@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "batch_size = 0 is out of range; allowed: whole numbers in [1, 20]"),
        (-1, "batch_size = -1 is out of range; allowed: whole numbers in [1, 20]"),
        (2.5, "batch_size = 2.5 is out of range; allowed: whole numbers in [1, 20]"),
        (21, "batch_size = 21 is out of range; allowed: whole numbers in [1, 20]"),
        ("all", "batch_size = 'all' is not a number; allowed: whole numbers in [1, 20]"),
        ([1, 2], "batch_size = [1, 2] is not one number"),
    ],
)
def test_a_bad_size_is_refused(run, size, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        run(FIT, "sgd", batch_size=size)


@pytest.mark.parametrize("run", [descend, descend_many])
def test_a_surface_without_examples_has_no_batches(run):
    words = "batch_size = 16, but 'bowl' has no examples to draw a batch of; choices: None, or a"
    with pytest.raises(ValueError, match=words):
        run("bowl", "sgd", batch_size=16)


def pair(x, y, u):
    return x - u, y


@pytest.mark.parametrize(
    ("rows", "grad", "error", "words"),
    [
        ([[1], [np.nan]], pair, ValueError, "rows holds nan in row 1, column 0; it must be fin"),
        ([[1], [-np.inf]], pair, ValueError, "rows holds -inf in row 1, column 0"),
        ([[1]], pair, ValueError, "rows has shape (1, 1); it must be (n, columns), n at least 2"),
        ([1, 2], pair, ValueError, "rows has shape (2,)"),
        ([[], []], pair, ValueError, "rows has shape (2, 0)"),
        ([["a"], ["b"]], pair, ValueError, "rows must be numbers"),
        ([[1, 2], [3]], pair, ValueError, "rows must be numbers"),
        ([[1, 2], [3, 4]], pair, TypeError, "a function of x, y and the 2 numbers of a row"),
    ],
)
def test_bad_examples_are_refused(rows, grad, error, words):
    with pytest.raises(error, match=re.escape(words)):
        Examples(rows, grad)


def test_examples_and_parameters_do_not_go_together():
    from rmsprop_lab.objectives import CONDITION

    with pytest.raises(ValueError, match="'both' has examples, so it may have no parameters"):
        Objective(
            name="both",
            value=lambda x, y, condition: x,
            grad=lambda x, y, condition: (x, y),
            parameters=(CONDITION,),
            examples=Examples([[1.0], [2.0]], pair),
        )


def test_examples_are_plain_whatever_they_were():
    given = np.arange(6, dtype=np.float32).reshape(3, 2)
    data = Examples(given, of_one)
    given[:] = 9
    assert data.rows == ((0.0, 1.0), (2.0, 3.0), (4.0, 5.0))
    assert hash(data) == hash(Examples(((0, 1), (2, 3), (4, 5)), of_one))
    assert len(data) == 3
    assert (data.batch_size.default, data.batch_size.high, data.batch_size.slider) == (3, 3, (1, 3))
    assert FIT.examples.batch_size.default == 16
