"""The assignment on mini-batches: its numbers, and what its checks see."""

from math import ceil, sqrt

import numpy as np
import pytest

from classroom.assignments.minibatch import ASSIGNMENT
from classroom.course.assignment import Paths, Quadratic
from classroom.course.numbers import drawn
from tests.classroom.support import in_process
from tests.classroom.support.local import LocalAnswers

STUDENTS = ["ada", "s001", "zoë"]


@pytest.fixture
def answers():
    """A right notebook, to be made wrong."""
    return in_process.namespace("minibatch", "ada")


def lost(answers, *tasks, student="ada"):
    return [
        (task, loss.mistake, loss.share)
        for task, loss in in_process.losses("minibatch", student, answers, *tasks)
    ]


def said(answers, task):
    """What the public check says."""
    return in_process.public_checks("minibatch", "ada", answers)[task]


def test_the_reference_in_full_with_its_pictures():
    found = {}
    for cell in in_process.cells("minibatch", "ada", solutions=True):
        exec(in_process.text(cell), found)
    assert found["walk"].shape == (401, 2)
    # The path ends in a cloud around the minimum, as the text says.
    off = found["walk"][200:] - found["end"]
    assert 0.01 < np.sqrt((off**2).sum(axis=1).mean()) < 0.5


def cut(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


def shuffle(count, seed):
    return np.random.default_rng(seed).permutation(count)


_called = []


def _never_the_same(count, size, seed):
    _called.append(seed)
    return cut(shuffle(count, len(_called)), size)


def _blocks(count, size, seed):
    batches = cut(np.arange(count), size)
    return [batches[k] for k in shuffle(len(batches), seed)]


def _inside(count, size, seed):
    return [np.random.default_rng(seed).permutation(batch) for batch in cut(np.arange(count), size)]


def _filled(count, size, seed):
    order = shuffle(count, seed)
    return cut(np.append(order, order[: -count % size]), size)


EPOCHS = {  # the mistakes of its three checks
    "with replacement": (
        lambda n, size, seed: cut(np.random.default_rng(seed).integers(n, size=n), size),
        ["with replacement"],
    ),
    "dropped": (
        lambda n, size, seed: cut(shuffle(n, seed)[: n - n % size], size),
        ["last batch dropped", "last batch dropped"],
    ),
    "filled": (_filled, ["last batch filled up"] * 2),
    "first batch lost": (lambda n, size, seed: cut(shuffle(n, seed), size)[1:], ["", ""]),
    "not shuffled": (lambda n, size, seed: cut(np.arange(n), size), ["not shuffled"]),
    "blocks": (_blocks, ["", "blocks shuffled"]),
    "inside": (_inside, ["shuffled inside batches"]),
    "rotated": (lambda n, size, seed: cut(np.roll(np.arange(n), seed), size), ["blocks shuffled"]),
    "seed ignored": (lambda n, size, seed: cut(shuffle(n, 3), size), ["seed ignored"]),
    "no seed": (_never_the_same, ["not repeatable"]),
    "from 1": (lambda n, size, seed: cut(1 + shuffle(n, seed), size), ["counts from 1"]),
    "parts": (
        lambda n, size, seed: np.array_split(shuffle(n, seed), ceil(n / size)), ["equal parts"],
    ),
    "empty": (
        lambda n, size, seed: [*cut(shuffle(n, seed), size), np.array([], dtype=int)],
        ["empty batch"],
    ),
    "nothing": (lambda n, size, seed: None, ["returns nothing"] * 3),
    "error": (lambda n, size, seed: n // 0, ["raises an error"] * 3),
}  # fmt: skip


@pytest.mark.parametrize("name", EPOCHS)
def test_wrong_epochs_are_named(answers, name):
    function, mistakes = EPOCHS[name]
    found = lost(answers | {"epoch": function}, "epoch")
    assert [mistake for _, mistake, _ in found] == mistakes
    assert {share for *_, share in found} == {0}


def test_public_check_of_the_epoch(answers):
    for name in ("with replacement", "dropped", "filled", "not shuffled", "no seed", "from 1"):
        assert said(answers | {"epoch": EPOCHS[name][0]}, "epoch")


def test_other_epochs_that_are_right(answers):
    def with_lists(count, size, seed):
        return tuple(batch.tolist() for batch in cut(shuffle(count, seed), size))

    def sorted_batches(count, size, seed):
        return [np.sort(batch) for batch in cut(shuffle(count, seed), size)]

    def old_generator(count, size, seed):
        return cut(np.random.RandomState(seed).permutation(count), size)

    for function in (with_lists, sorted_batches, old_generator):
        assert lost(answers | {"epoch": function}, "epoch") == []


@pytest.mark.parametrize(
    "value",
    [3, "batches", [1, 2], [[0.5, 1.5]], [["a"]], [[[1]]], [np.array([np.nan])], [[2**70]], [[-1]],
     [], np.zeros((0, 3)), [[10**9]], [[1, [2]]], [np.array([1j])]],
)  # fmt: skip
def test_odd_epochs_lose_and_nothing_breaks(answers, value):
    wrong = answers | {"epoch": lambda count, size, seed: value}
    assert len(lost(wrong, "epoch")) == 3


def ridge(w, u, t, d, parts="mean", data=1.0, weight=1.0):
    error = u @ w - t
    size = {"mean": len(t), "sum": 1, "entries": u.size, "columns": len(w)}[parts]
    return data * (u.T @ error) / size + weight * d * w


GRADIENTS = {
    "decay is missing": lambda w, u, t, d: ridge(w, u, t, 0),
    "decay has the wrong sign": lambda w, u, t, d: ridge(w, u, t, d, weight=-1),
    "decay of a batch's share": lambda w, u, t, d: ridge(w, u, t, d / len(t)),
    "decay doubled": lambda w, u, t, d: ridge(w, u, t, d, weight=2),
    "decay without w": lambda w, u, t, d: ridge(w, u, t, 0) + d,
    "factor 2": lambda w, u, t, d: ridge(w, u, t, d, data=2, weight=2),
    "error doubled": lambda w, u, t, d: ridge(w, u, t, d, data=2),
    "sum instead of mean": lambda w, u, t, d: ridge(w, u, t, d, parts="sum"),
    "divided by all entries": lambda w, u, t, d: ridge(w, u, t, d, parts="entries"),
    "divided by the columns": lambda w, u, t, d: ridge(w, u, t, d, parts="columns"),
    "ascent": lambda w, u, t, d: ridge(w, u, t, d, data=-1, weight=-1),
    "error has the wrong sign": lambda w, u, t, d: ridge(w, u, t, d, data=-1),
    "targets are missing": lambda w, u, t, d: ridge(w, u, np.zeros(len(t)), d),
    "error without input": lambda w, u, t, d: (u @ w - t).mean() + d * w,
}


def walk(w, inputs, targets, batches, rate, decay, gradient=ridge, sign=-1, which="own", at="here"):
    path = [np.array(w, dtype=float)]
    for k in range(len(batches)):
        rows = {"own": batches[k], "first": batches[0], "all": slice(None)}[which]
        here = path[-1] if at == "here" else path[0]
        path.append(path[-1] + sign * rate * gradient(here, inputs[rows], targets[rows], decay))
    return np.array(path)


@pytest.mark.parametrize("mistake", GRADIENTS)
def test_wrong_gradients_are_named(answers, mistake):
    gradient = GRADIENTS[mistake]
    wrong = answers | {"ridge_gradient": gradient}
    assert lost(wrong, "ridge_gradient") == [("ridge_gradient", mistake, 0)] * 2
    assert said(wrong, "ridge_gradient")
    train = {"train": lambda *arguments: walk(*arguments, gradient=gradient)}
    assert lost(wrong | train, "train") == []  # a right walk on the student's own gradient
    # On a gradient that is not the student's own, it costs a quarter of the walk's points.
    name, share = ("uphill", 0) if mistake == "ascent" else (mistake, 0.75)
    assert lost(answers | train, "train") == [("train", name, share)]


def _same_array(w, inputs, targets, batches, rate, decay):
    w, path = w.copy(), []
    path.append(w)
    for batch in batches:
        w -= rate * ridge(w, inputs[batch], targets[batch], decay)
        path.append(w)
    return np.array(path)


def _in_place(w, inputs, targets, batches, rate, decay):
    path = [w.copy()]
    for batch in batches:
        w -= rate * ridge(w, inputs[batch], targets[batch], decay)
        path.append(w.copy())
    return np.array(path)


WALKS = {
    "start is missing": lambda *a: walk(*a)[1:],
    "only the last point": lambda *a: walk(*a)[-1],
    "every row is the last point": _same_array,
    "all examples in each step": lambda *a: walk(*a, which="all"),
    "first batch in each step": lambda *a: walk(*a, which="first"),
    "gradient at the start's weights": lambda *a: walk(*a, at="start"),
    "uphill": lambda *a: walk(*a, sign=1),
    "changes its arguments": _in_place,
}


@pytest.mark.parametrize("mistake", WALKS)
def test_wrong_walks_are_named(answers, mistake):
    wrong = answers | {"train": WALKS[mistake]}
    assert lost(wrong, "train") == [("train", mistake, 0)]
    if mistake not in ("all examples in each step", "gradient at the start's weights"):
        assert said(wrong, "train") or mistake == "first batch in each step"


def test_a_path_is_shown_beside_the_right_one(answers):
    show = next(task.show for task in ASSIGNMENT.tasks if task.name == "train")
    numbers = in_process.numbers("minibatch", "ada")
    paths = show(LocalAnswers(**answers), numbers)
    assert isinstance(paths, Paths)
    assert np.allclose(paths.yours, paths.right)
    assert paths.right.shape == (11, 2)
    # The surface beneath is the loss of all patients.
    assert isinstance(paths.surface, Quadratic)
    w = np.array([0.3, -0.2])
    of_all = ridge(w, answers["inputs"], answers["targets"], numbers["decay"])
    assert np.allclose(paths.surface(w), of_all)
    for value in (None, "x", 3, [[1, 2, 3]], [[1, [2]], 3]):
        assert show(LocalAnswers(train=lambda *args, value=value: value), numbers) is None


def factor(gradients, size):
    return (len(gradients) - size) / (len(gradients) - 1) / size


VARIANCES = {
    "with replacement": lambda g, size: g.var(axis=0).sum() / size,
    "with replacement, ddof=1": lambda g, size: g.var(axis=0, ddof=1).sum() / size,
    "ddof twice": lambda g, size: g.var(axis=0, ddof=1).sum() * factor(g, size),
    "n for n - 1": lambda g, size: g.var(axis=0).sum() * (len(g) - size) / len(g) / size,
    "root": lambda g, size: sqrt(g.var(axis=0).sum() * factor(g, size)),
    "mean over coordinates": lambda g, size: g.var(axis=0).mean() * factor(g, size),
    "one for each coordinate": lambda g, size: g.var(axis=0) * factor(g, size),
    "one variance of all entries": lambda g, size: g.var() * factor(g, size),
    "mean not taken off": lambda g, size: (g**2).mean(axis=0).sum() * factor(g, size),
    "batch size squared": lambda g, size: g.var(axis=0).sum() * factor(g, size) / size,
    "root of the batch size": lambda g, size: g.var(axis=0).sum() * factor(g, size) * sqrt(size),
    "not divided by the batch size": lambda g, size: g.var(axis=0).sum() * factor(g, size) * size,
}


@pytest.mark.parametrize("mistake", VARIANCES)
def test_wrong_variances_are_named(answers, mistake):
    wrong = answers | {"noise_variance": VARIANCES[mistake]}
    assert lost(wrong, "noise_variance")[0] == ("noise_variance", mistake, 0)
    if mistake == "one for each coordinate":
        return

    # What builds on it has its own points.
    def batch_needed(gradients, share):
        allowed, size = share**2 * (gradients.mean(axis=0) ** 2).sum(), 1
        while wrong["noise_variance"](gradients, size) > allowed:
            size += 1
        return size

    def not_past_all(gradients, share):
        return min(batch_needed(gradients, share), len(gradients))

    inputs, targets = answers["inputs"], answers["targets"]
    fitted = np.linalg.lstsq(inputs, targets)[0]
    single = inputs * (inputs @ fitted - targets)[:, np.newaxis]
    here = {"noise_here": wrong["noise_variance"](single, answers["batch_size"])}
    assert lost(wrong | here, "noise_here") == []
    if mistake not in ("mean not taken off", "one variance of all entries"):  # there the mean is 0
        assert lost(answers | here, "noise_here") == [("noise_here", mistake, 0)]
    for search in batch_needed, not_past_all:
        assert lost(wrong | {"batch_needed": search}, "batch_needed") == []
    assert lost(wrong | {"batch_needed": lambda *given: batch_needed(*given) + 1}, "batch_needed")


def test_the_noise_is_that_of_drawn_batches(answers):
    gradients = np.random.default_rng(5).normal([1, -2], size=(9, 2))
    rng, size = np.random.default_rng(6), 4
    means = [rng.permutation(gradients)[:size].mean(axis=0) for _ in range(20_000)]
    measured = ((means - gradients.mean(axis=0)) ** 2).sum(axis=1).mean()
    assert answers["noise_variance"](gradients, size) == pytest.approx(measured, rel=0.03)

    def other(g, size):
        return g.var(axis=0, ddof=1).sum() * (len(g) - size) / len(g) / size

    assert lost(answers | {"noise_variance": other}, "noise_variance") == []


@pytest.mark.parametrize("student", STUDENTS)
def test_wrong_noise_here_is_named(student):
    found = in_process.namespace("minibatch", student)
    inputs, targets, size = found["inputs"], found["targets"], found["batch_size"]
    best = np.linalg.lstsq(inputs, targets)[0]
    decayed = np.linalg.solve(
        inputs.T @ inputs / 80 + found["decay"] * np.eye(2), inputs.T @ targets / 80
    )

    def single(w):
        return (inputs.T * (inputs @ w - targets)).T

    values = {
        "at the start": found["noise_variance"](single(np.zeros(2)), size),
        "at the decayed minimum": found["noise_variance"](single(decayed), size),
        "with replacement": VARIANCES["with replacement"](single(best), size),
        "ddof twice": VARIANCES["ddof twice"](single(best), size),
        "root": VARIANCES["root"](single(best), size),
        "": 0.0123,
    }
    for mistake, value in values.items():
        wrong = found | {"noise_here": value}
        assert lost(wrong, "noise_here", student=student) == [("noise_here", mistake, 0)]
    rounded = float(f"{found['noise_here']:.4g}")
    assert lost(found | {"noise_here": rounded}, "noise_here", student=student) == []


def exact_need(gradients, share, ddof=0):
    """The batch size at which noise and allowance are equal, by bisection."""
    mean = gradients.mean(axis=0)
    low, high = 1e-3, float(len(gradients))
    for _ in range(200):
        size = (low + high) / 2
        noise = gradients.var(axis=0, ddof=ddof).sum() * factor(gradients, size)
        low, high = (size, high) if noise > share**2 * (mean @ mean) else (low, size)
    return high


NEEDS = {
    "with replacement": lambda g, share: ceil(
        g.var(axis=0).sum() / (share**2 * (g.mean(axis=0) ** 2).sum())
    ),
    "one example too few": lambda g, share: ceil(exact_need(g, share)) - 1,
    "one example too many": lambda g, share: ceil(exact_need(g, share)) + 1,
    "not rounded": exact_need,
    "share not squared": lambda g, share: ceil(exact_need(g, sqrt(share))),
    "ddof twice": lambda g, share: ceil(exact_need(g, share, ddof=1)),
}


@pytest.mark.parametrize("mistake", NEEDS)
def test_wrong_needs_are_named(answers, mistake):
    wrong = answers | {"batch_needed": NEEDS[mistake]}
    share = 0.5 if mistake in VARIANCES else 0
    assert lost(wrong, "batch_needed") == [("batch_needed", mistake, share)]


def test_other_needs_that_are_right(answers):
    for function in (
        lambda g, share: ceil(exact_need(g, share)),
        lambda g, share: float(ceil(exact_need(g, share))),
    ):
        assert lost(answers | {"batch_needed": function}, "batch_needed") == []


def squares(rate, curvature, variance, start, steps, kept=2, noise=2):
    square = start * start
    for _ in range(steps):
        square = (1 - rate * curvature) ** kept * square + rate**noise * variance
    return square


def floor(rate, curvature, variance):
    return rate * variance / (curvature * (2 - rate * curvature))


SPREADS = {
    "only the floor": lambda a, c, v, start, steps: floor(a, c, v),
    "noise is missing": lambda a, c, v, start, steps: squares(a, c, 0, start, steps),
    "start is missing": lambda a, c, v, start, steps: squares(a, c, v, 0, steps),
    "start not squared": lambda a, c, v, start, steps: (
        squares(a, c, v, 0, steps) + (1 - a * c) ** (2 * steps) * start
    ),
    "first order": lambda a, c, v, start, steps: (
        (1 - a * c) ** (2 * steps) * (start**2 - a * v / (2 * c)) + a * v / (2 * c)
    ),
    "rate not squared": lambda *given: squares(*given, noise=1),
    "factor not squared": lambda *given: squares(*given, kept=1),
    "variance squared": lambda a, c, v, start, steps: squares(a, c, v * v, start, steps),
    "one step too many": lambda *given: squares(*given[:4], given[4] + 1),
    "one step too few": lambda a, c, v, start, steps: (
        (squares(a, c, v, start, steps) - a * a * v) / (1 - a * c) ** 2
    ),
    "floor added at once": lambda a, c, v, start, steps: (
        squares(a, c, 0, start, steps) + floor(a, c, v)
    ),
    "root": lambda *given: sqrt(squares(*given)),
}


@pytest.mark.parametrize("mistake", SPREADS)
def test_wrong_mean_squares_are_named(answers, mistake):
    wrong = answers | {"mean_square": SPREADS[mistake]}
    assert lost(wrong, "mean_square")[0] == ("mean_square", mistake, 0)
    assert said(wrong, "mean_square")


def test_other_mean_squares_that_are_right(answers):
    def closed(a, c, v, start, steps):
        return (1 - a * c) ** (2 * steps) * (start**2 - floor(a, c, v)) + floor(a, c, v)

    assert lost(answers | {"mean_square": closed}, "mean_square") == []


def test_the_numbers_of_two_hundred_students():
    names = [f"s{k:03}" for k in range(200)]
    all_of_them = [
        ASSIGNMENT.numbers(drawn(in_process.SECRET, name, "minibatch")) for name in names
    ]
    assert len({str(numbers["inputs"]) for numbers in all_of_them}) == 200
    for numbers in all_of_them:
        inputs, targets = np.array(numbers["inputs"]), np.array(numbers["targets"])
        assert inputs.shape == (80, 2)
        assert targets.shape == (80,)
        for column in (*inputs.T, targets):
            assert abs(column.mean()) < 1e-3
            assert abs(column.std() - 1) < 1e-3
        assert 80 % numbers["batch_size"]
        flat, steep = np.linalg.eigvalsh(inputs.T @ inputs / 80 + numbers["decay"] * np.eye(2))
        # The public check of the walk: stable, and there after 100 steps.
        assert numbers["rate"] * steep < 1
        assert (1 - numbers["rate"] * flat) ** 100 < 1e-2


def test_hidden_inputs_for_fifty_students(answers):
    check = next(task for task in ASSIGNMENT.tasks if task.name == "batch_needed").checks[0]
    for k in range(50):
        draw = drawn(in_process.SECRET, f"s{k:03}", "minibatch", "batch_needed", "0")
        check.run(LocalAnswers(**answers), {}, draw)


def test_the_numbers_stay_as_they_are():
    numbers = ASSIGNMENT.numbers(drawn(in_process.SECRET, "ada", "minibatch"))
    assert numbers["inputs"][:2] == [[-0.598, -0.801], [-0.503, 1.81]]
    assert numbers["targets"][:3] == [-1.144, 1.683, 0.363]
    assert (numbers["batch_size"], numbers["rate"], numbers["decay"]) == (13, 0.28, 0.09)
