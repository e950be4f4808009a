"""The capstone: hidden runs, rivals, manners, and what an optimiser may send."""

import contextlib
import io
from dataclasses import replace
from math import log

import numpy as np
import pytest

from classroom.assignments import capstone
from classroom.course.assignment import Lost
from classroom.course.numbers import drawn
from rmsprop_lab.networks.stepper import Stepper
from tests.classroom.support import in_process
from tests.classroom.support.judged import book_functions, judged, known_rules, own, scored

NAME = "capstone"


@pytest.fixture(autouse=True)
def _grading(monkeypatch):
    """As in the sandbox: given cells that only show something do nothing."""
    monkeypatch.setenv("RMSPROP_LAB_GRADING", "1")


_rivals = {}


@pytest.fixture(autouse=True)
def _rivals_once(monkeypatch):
    """The same hidden runs have the same rivals: each is trained once for all tests."""
    rival = capstone.rival

    def known(name, runs):
        key = name, *(run.start.tobytes() for run in runs)
        if key not in _rivals:
            _rivals[key] = rival(name, runs)
        return _rivals[key]

    monkeypatch.setattr(capstone, "rival", known)


def _namespace(student, **how):
    with contextlib.redirect_stdout(io.StringIO()):
        return in_process.namespace(NAME, student, **how)


# --- the race -------------------------------------------------------------------------------


def _sgd(rate):
    return lambda grad, state: (rate * grad, None)


def _rmsprop(rate):
    def optimizer(grad, state):
        s = 0.9 * (0.0 if state is None else state) + 0.1 * grad * grad
        return rate * grad / (np.sqrt(s) + 1e-6), s

    return optimizer


def _adam(rate, hold=0.7):
    def optimizer(grad, state):
        step, mean, square = state or (0, 0.0, 0.0)
        step += 1
        mean = 0.9 * mean + 0.1 * grad
        square = 0.99 * square + 0.01 * grad**2
        now = rate * min(1, (1 - (step - 1) / capstone.STEPS) / (1 - hold))
        root = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        return now * mean / (1 - 0.9**step) / root, (step, mean, square)

    return optimizer


def _stepper(name, rate, size):
    """One of the book's optimisers at work: gradient in, updates out."""
    stepper = Stepper(name, size, learning_rate=rate)

    def step(grad):
        moved = np.zeros(size)
        stepper.step(moved, grad)
        return -moved

    return step


def _raced(optimizer, student="ada"):
    [lost] = judged(NAME, {"optimizer": optimizer}, "train", student=student)["train"]
    return lost


def test_an_adam_with_a_schedule_beats_the_reference():
    assert _raced(_adam(0.04)) is None


@pytest.mark.parametrize(
    ("optimizer", "mistake", "share"),
    [
        (_sgd(1e-4), "hardly learns", 0),
        (lambda grad, state: (np.zeros(len(grad)), None), "hardly learns", 0),
        (lambda grad, state: (-0.001 * grad, None), "hardly learns", 0),
        (_sgd(0.3), "no better than SGD", 0.25),
        (_sgd(1e9), "diverges", 0),
    ],
)
def test_what_a_weak_optimiser_earns(optimizer, mistake, share):
    lost = _raced(optimizer)
    assert (lost.mistake, lost.share) == (mistake, share)


@pytest.mark.parametrize(
    ("mine", "mistake", "share"),
    [
        (1.2, "hardly learns", 0),
        (float("inf"), "hardly learns", 0),
        (float("nan"), "hardly learns", 0),
        (0.46, "no better than SGD", 0.25),
        (0.44, "behind RMSProp", 0.5),
        (0.24, "behind RMSProp", 0.5),
        (0.22, "level with RMSProp", 0.75),
        (0.17, "level with RMSProp", 0.75),
        (0.15, None, 1),
    ],
)
def test_the_four_steps_of_the_race(monkeypatch, mine, mistake, share):
    rivals = {"sgd": log(0.5), "rmsprop": log(0.2)}
    monkeypatch.setattr(capstone, "rival", lambda name, runs: rivals[name])
    monkeypatch.setattr(capstone.Run, "trained", lambda self, step: (mine, 0.9))
    lost = _raced(_adam(0.04))
    assert (lost.mistake, lost.share) == (mistake, share) if mistake else lost is None


@pytest.mark.parametrize(
    ("optimizer", "most"), [(_sgd(0.25), 0.25), (_sgd(0.4), 0.25), (_rmsprop(0.025), 0.75)]
)
def test_no_plain_rule_is_a_fifth_below_itself(optimizer, most):
    """The rivals at a rate of a finer grid do not get the last points."""
    assert _raced(optimizer).share <= most


def test_a_rivals_runs_are_those_of_the_hidden_draw():
    runs = [capstone.drawn_run(own(NAME, "ada"), drawn(b"x", str(k))) for k in (0, 1)]
    again = capstone.drawn_run(own(NAME, "ada"), drawn(b"x", "0"))
    assert (runs[0].inputs == again.inputs).all()
    assert (runs[0].start == again.start).all()
    assert not (runs[0].start == runs[1].start).all()
    assert not (runs[0].labels == runs[1].labels).all()
    assert len(runs[0].batches) == capstone.STEPS
    used = np.concatenate(runs[0].batches[: capstone.KNOWN // capstone.BATCH])
    assert len(used) == len(set(used))
    assert used.max() < capstone.KNOWN


def test_the_notebook_trains_as_the_grader_does():
    found = _namespace("ada")
    for seed in (0, 5):
        theirs = capstone.drawn_run(own(NAME, "ada"), np.random.RandomState(seed))
        mine = found["Run"](seed)
        assert (mine.inputs == theirs.inputs).all()
        assert (mine.labels == theirs.labels).all()
        assert (mine.start == theirs.start).all()
        assert all(map(np.array_equal, mine.batches, theirs.batches))
    step = _stepper("rmsprop", 0.02, theirs.network.size)
    assert theirs.trained(step) == found["train_rival"]("rmsprop", 0.02, 5)


def test_rivals_side_by_side_are_those_that_walk_alone():
    run = capstone.drawn_run(own(NAME, "ada"), np.random.RandomState(2))
    w = np.random.RandomState(3).normal(size=(3, run.network.size))
    batch = run.inputs[:20], run.labels[:20]
    alone = np.array([run.network.gradient(one, *batch)[1] for one in w])
    assert np.allclose(capstone.gradients(run.network, w, *batch), alone, atol=1e-14)
    short = replace(run, batches=run.batches[:25])  # rounding grows on longer walks
    for name, rates in capstone.RATES.items():
        losses = [short.trained(_stepper(name, rate, run.network.size))[0] for rate in rates]
        assert np.allclose(capstone._losses(name, short), losses, rtol=1e-6)


def test_a_rate_that_diverges_does_not_win(monkeypatch):
    run = capstone.drawn_run(own(NAME, "ada"), np.random.RandomState(2))
    monkeypatch.setitem(capstone.RATES, "sgd", (0.2, 1e300))
    assert capstone.rival("sgd", [run]) == pytest.approx(np.log(capstone._losses("sgd", run)[0]))
    monkeypatch.setitem(capstone.RATES, "sgd", (1e300,))
    assert capstone.rival("sgd", [replace(run, start=run.start + 1)]) == float("inf")


def test_weights_from_elsewhere_are_of_no_use():
    """Trained on the public digits, sent as one long step: the drawn orders make them worthless."""
    found = _namespace("ada")
    run, goal = found["Run"](0), []
    state = None

    def step(grad):
        nonlocal state
        updates, state = found["optimizer"](grad, state)
        goal.append(updates)
        return updates

    assert run.train(step)[0] < 0.2
    way = -20 * (run.start - sum(goal))

    def optimizer(grad, state):
        return (way if state is None else np.zeros(len(grad))), True

    assert _raced(optimizer).mistake == "hardly learns"


# --- what comes back is not trusted ---------------------------------------------------------


class Sender:
    """Answers whose steps send anything at all."""

    def __init__(self, value):
        self.value = value

    def steps(self, name):
        return lambda grad: self.value(grad) if callable(self.value) else self.value


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        (np.zeros(3), "wrong shape"),
        (np.zeros((1, 1210)), "wrong shape"),
        (0.0, "wrong shape"),
        (lambda grad: np.full(len(grad), np.nan), "diverges"),
        (lambda grad: np.full(len(grad), np.inf), "diverges"),
        (lambda grad: np.full(len(grad), 1e300), "diverges"),
        (lambda grad: -1e3 * grad, "diverges"),
    ],
)
def test_wild_updates_end_the_run_with_a_reason(value, mistake):
    with pytest.raises(Lost) as lost:
        capstone._train(Sender(value), own(NAME, "ada"), np.random.RandomState(0))
    assert lost.value.mistake == mistake
    assert "step " in lost.value.reason
    assert not lost.value.share


def test_a_gradient_is_the_students_to_spoil():
    """The trusted side's own arrays are not those that it hands out."""
    run = capstone.drawn_run(own(NAME, "ada"), np.random.RandomState(0))
    right = run.trained(_stepper("rmsprop", 0.02, run.network.size))
    step = _stepper("rmsprop", 0.02, run.network.size)

    def spoils(grad):
        updates = step(grad)
        grad[:] = np.nan
        return updates

    assert run.trained(spoils) == right


# --- manners --------------------------------------------------------------------------------


def _in_place(grad, state):
    grad *= 0.1
    return grad, None


_memory = {}


def _global(grad, state):
    kept = _memory.setdefault(len(grad), np.zeros(len(grad)))
    kept[:] = 0.9 * kept + grad
    return 0.01 * kept, None


def _shared_state(grad, state, kept={}):  # noqa: B006 - the mistake
    kept["step"] = kept.get("step", 0) + 1
    return 0.1 * grad / kept["step"], kept


def _dice(grad, state):
    return 0.1 * grad * np.random.default_rng().uniform(0.5, 1), None


def _one_length(grad, state):
    mean = np.zeros(1210) if state is None else state
    mean = 0.9 * mean + grad
    return 0.01 * mean, mean


def _single(grad, state):
    return 0.1 * float(grad[0]), None


@pytest.mark.parametrize(
    ("optimizer", "lost", "name"),
    [
        (_in_place, [False, False, True], "changes its arguments"),
        (_global, [False, True, False], "remembers between runs"),
        (_shared_state, [False, True, False], "remembers between runs"),
        (_dice, [False, True, False], "remembers between runs"),
        (_one_length, [True, True, True], "raises an error"),
        (_single, [True, True, False], ""),
        (lambda grad, state: (np.zeros(len(grad)), 0), [True, False, False], "never moves"),
        (lambda grad, state: None, [True, True, True], ""),
        (lambda grad, state: ("text", 0), [True, True, False], ""),
        (lambda grad, state: (np.zeros((9, 9)), 0), [True, True, False], ""),
        (lambda grad, state: (np.full(len(grad), np.nan), 0), [True, True, False], ""),
        (lambda grad: grad, [True, True, True], "raises an error"),
    ],
)
def test_bad_manners_lose_points(optimizer, lost, name):
    said = judged(NAME, {"optimizer": optimizer}, "manners")["manners"]
    assert [one is not None for one in said] == lost
    assert not name or name in {one.mistake for one in said if one}


def test_any_kind_of_state_is_welcome():
    class Memory:
        def __init__(self):
            self.mean = 0.0

    def optimizer(grad, state):
        memory = Memory() if state is None else state
        memory.mean = 0.9 * memory.mean + grad
        return 0.1 * memory.mean, memory

    assert scored(NAME, {"optimizer": optimizer}, "manners") == {"manners": 5}


# --- units ----------------------------------------------------------------------------------


def test_the_factors_are_what_a_network_does():
    """Measured: one column in another unit, its weights divided, and the gradients compared."""
    numbers, network = own(NAME, "ada"), capstone.Network([64, 12, 10])
    draw, ratio = np.random.RandomState(0), numbers["unit_ratio"]
    inputs, labels = draw.uniform(0, 1, (40, 64)), draw.randint(10, size=40)
    w = network.initial(0)
    other, changed = w.copy(), inputs.copy()
    changed[:, 3] *= ratio
    network.layers(other)[0][0][3] /= ratio
    before, after = network.gradient(w, inputs, labels), network.gradient(other, changed, labels)
    assert np.isclose(before[0], after[0])
    row, now = (network.layers(of)[0][0][3] for of in (before[1], after[1]))
    assert np.allclose(now, ratio * row)
    right = {"gradient_factor": ratio, "step_factor": 1 / ratio,
             "sgd_excess": ratio**2, "rmsprop_excess": ratio}  # fmt: skip
    assert scored(NAME, right, "units") == {"units": 4}


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (lambda k: {"gradient_factor": 1 / k, "step_factor": k}, ["inverted"] * 2 + [""] * 2),
        (
            lambda k: {"gradient_factor": 1, "step_factor": 1, "sgd_excess": k,
                       "rmsprop_excess": k * k},
            ["unchanged", "unchanged", "gradient alone", "as for SGD"],
        ),
        (
            lambda k: {"gradient_factor": "k", "step_factor": None, "sgd_excess": np.zeros(2),
                       "rmsprop_excess": np.nan},
            [""] * 4,
        ),
    ],
)  # fmt: skip
def test_wrong_factors_are_named(found, names):
    said = judged(NAME, found(own(NAME, "ada")["unit_ratio"]), "units")["units"]
    assert [one.mistake for one in said] == names


# --- for every student ----------------------------------------------------------------------


def test_the_reference_can_be_beaten_with_a_margin():
    student = "s002"
    run = [capstone.drawn_run(own(NAME, student), drawn(b"more", student, str(k))) for k in (0, 1)]
    sgd, rmsprop = (capstone.rival(name, run) for name in ("sgd", "rmsprop"))
    found = _namespace(student)["optimizer"]

    def fresh():
        state = None

        def step(grad):
            nonlocal state
            updates, state = found(grad, state)
            return updates

        return step

    mine = np.mean([np.log(of.trained(fresh())[0]) for of in run])
    assert mine < rmsprop + log(0.7)
    assert rmsprop < sgd + log(0.9)
    assert sgd < log(log(10) / 2)


def test_the_numbers_differ_and_are_plain():
    made = [capstone.numbers(np.random.RandomState(k)) for k in range(50)]
    assert len({tuple(of["units"]) for of in made}) == 50
    assert all(sorted(of["units"]) == sorted(capstone.UNITS) for of in made)
    assert {type(value) for of in made for value in of.values()} == {list, int, float}
    assert {of["width"] for of in made} == set(range(12, 21))


def test_no_rule_of_the_package_and_no_function_of_the_book_scores():
    candidates = [("a rule", rule) for rule in known_rules()] + list(book_functions())
    for where, function in candidates:
        found = {"optimizer": function}
        assert not any(scored(NAME, found, "manners").values()), where
        if function.__code__.co_argcount == 2:
            assert not any(scored(NAME, found, "train").values()), where
