"""What the handouts say in words, held to what the checks ask and to what the numbers are."""

import re
from math import log
from types import SimpleNamespace

import numpy as np
import pytest

from classroom import assignments
from classroom.assignments import capstone, rmsprop
from classroom.checks import reach
from rmsprop_lab import descend_many, optimizers
from tests.classroom.support import in_process
from tests.classroom.support.judged import judged, own, scored

SIGNATURE = re.compile(r"Write\s`(\w+)\(([\w, ]+)\)`")


def _for_students(name: str) -> str:
    """What a student reads, without code."""
    cells = in_process.assignment_text(name).cells
    return "\n\n".join(cell.for_students() for cell in cells if cell.kind == "markdown")


def _tasks(name: str) -> list[str]:
    return re.split(r"^## ", _for_students(name), flags=re.M)[1:]


def _items(task: str) -> list[str]:
    """A task's list items, each with the lines that belong to it."""
    return re.findall(r"^- (.*?)(?=^- |^\s*$|\Z)", task, re.M | re.S)


@pytest.mark.parametrize("name", assignments.NAMES)
def test_each_argument_of_each_function_has_a_list_item(name):
    functions = [
        (signature[1], signature[2].split(", "), _items(task))
        for task in _tasks(name)
        if (signature := SIGNATURE.search(task))
    ]
    assert functions
    missing = [
        f"{function}: {argument}"
        for function, arguments, items in functions
        for argument in arguments
        if not any(f"`{argument}`" in item for item in items)
    ]
    assert missing == []
    # And what comes back.
    returned = [any(re.search(r"[Rr]eturns?\b", item) for item in items) for *_, items in functions]
    assert all(returned)


@pytest.mark.parametrize("name", assignments.NAMES)
def test_each_handout_says_how_long_it_takes_and_what_comes_before(name):
    text = _for_students(name)
    [minutes] = re.findall(r"\*\*Time:\*\* about (\d+) minutes\.", text)
    assert int(minutes) == in_process.assignment_text(name).minutes
    assert re.search(r"\*\*Before:\*\* the chapters? \*", text)


# --- the race -------------------------------------------------------------------------------


def test_the_levels_of_the_race_are_those_of_its_table(monkeypatch):
    levels = re.findall(
        r"^\| \d \| ([\d.]+) times (.+?) \| +(\d+) \|$", _for_students("capstone"), re.M
    )
    assert len(levels) == 4
    rivals = {"sgd": log(0.9), "rmsprop": log(0.3)}
    monkeypatch.setattr(capstone, "rival", lambda name, runs: rivals[name])
    references = {
        "the loss of guessing, ln 10": log(10),
        "SGD's": 0.9,
        "RMSProp's": 0.3,
    }
    before = 0.0
    for factor, of, points in levels:
        bound = float(factor) * references[of]
        for loss, earned in ((bound * 0.999, float(points)), (bound * 1.001, before)):
            monkeypatch.setattr(capstone.Run, "trained", lambda self, step, loss=loss: (loss, 0.9))
            found = {"optimizer": lambda grad, state: (0.1 * grad, None)}
            assert scored("capstone", found, "train") == {"train": pytest.approx(earned)}
        before = float(points)


def test_the_mean_of_two_runs_is_the_root_of_their_product(monkeypatch):
    losses = iter([0.01, 4.0])  # their mean is far above the first level, the root far below
    monkeypatch.setattr(capstone.Run, "trained", lambda self, step: (next(losses), 0.9))
    monkeypatch.setattr(capstone, "rival", lambda name, runs: log(1.0))
    found = {"optimizer": lambda grad, state: (0.1 * grad, None)}
    assert scored("capstone", found, "train") == {"train": 16}


def _drawn(generator):
    """An optimiser that draws, from what ``generator()`` gives at the start of a run."""

    def optimizer(grad, state):
        random = generator() if state is None else state
        return 0.1 * grad * random.uniform(0.5, 1), random

    return optimizer


@pytest.mark.parametrize(
    ("generator", "welcome"),
    [
        (lambda: np.random.default_rng(0), True),
        (lambda: np.random.RandomState(7), True),
        (np.random.default_rng, False),
        (lambda: np.random, False),
    ],
)
def test_random_numbers_come_from_a_seeded_generator_in_the_state(generator, welcome):
    _, beside, _ = judged("capstone", {"optimizer": _drawn(generator)}, "manners")["manners"]
    assert (beside is None) is welcome


# --- the ravine's epsilon -------------------------------------------------------------------

STUDENTS = ["ada", "s001", "bob"]


def _walks(student, rule, **settings):
    numbers = own("rmsprop", student)
    return descend_many(
        rmsprop.surface(numbers["condition"], numbers["slope"]),
        rule,
        numbers["surface_start"],
        steps=300,
        **settings,
    ).losses


@pytest.mark.parametrize("student", STUDENTS)
def test_the_default_epsilon_arrives_within_the_budget_too(student):
    numbers, default = own("rmsprop", student), optimizers.rmsprop.settings({})[2]
    assert default == 1e-6
    rates = reach.rates(0.001, 3, 41)[:, np.newaxis]
    losses = _walks(student, "rmsprop", learning_rate=rates, rho=[0.9, 0.97], epsilon=default)
    rests = [
        reach.rests(losses[:, row, 1], numbers["budget"], 1e-6 * losses[0, row, 1])
        for row in range(len(rates))
    ]
    found = {
        "my_rate": float(rates[rests.index(True), 0]), "my_rho": 0.97, "my_epsilon": default,
    }  # fmt: skip
    assert scored("rmsprop", found, "reach", student=student) == {"reach": 4}


@pytest.mark.parametrize("student", STUDENTS)
def test_with_an_epsilon_of_100_it_takes_the_steps_of_gradient_descent(student):
    rates = np.geomspace(0.03, 0.2, 300)
    large = _walks(student, "rmsprop", learning_rate=100 * rates, rho=0.9, epsilon=100.0)
    plain = _walks(student, "sgd", learning_rate=rates)
    first = [(losses < 1e-6 * losses[0]).argmax(axis=0) for losses in (large, plain)]
    least = [steps[steps > 0].min() for steps in first]
    assert abs(least[0] - least[1]) <= 3
    assert max(least) <= own("rmsprop", student)["budget"]


def test_a_path_that_diverges_after_its_budget_has_arrived_in_time():
    numbers = {"budget": 20, "looser_budget": 30}
    losses = np.full(31, 1e-9)
    losses[0], losses[25:] = 1.0, np.nan

    path = SimpleNamespace(losses=losses, diverged_at=25)
    assert reach.reach(path, numbers) is None


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.99])
def test_how_wide_a_cycle_is_does_not_depend_on_rho(rho):
    for place, rule in (("outside", "rmsprop"), ("inside", "rmsprop_inside")):
        path = descend_many(
            "bowl", rule, (1, 0), steps=4000, learning_rate=0.1, epsilon=[1e-9, 1e-3], rho=rho
        )
        wanted = [rmsprop.amplitude(0.1, 2.0, epsilon, place) for epsilon in (1e-9, 1e-3)]
        assert np.allclose(np.abs(path.params[-2:, 0]), wanted, rtol=1e-3)
