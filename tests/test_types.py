"""The types hold: a user's code passes strict mypy and pyright, and what cannot work does not."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

USED = """
import numpy as np
from numpy.typing import NDArray

from rmsprop_lab import (
    Lab,
    Network,
    Objective,
    Stepper,
    Trajectory,
    check,
    descend,
    descend_many,
    gradient,
    least_squares,
    optimizers,
    presets,
    style,
    tune,
)
from rmsprop_lab.rules import rmsprop

lab = Lab(objective="rosenbrock", optimizers=["rmsprop", "adam"], learning_rate=0.01)
lab.rho = 0.99
lab.learning_rate = 0.1
kept: float = lab.rho + lab.learning_rate
end: NDArray[np.float64] = lab.trajectory("rmsprop").params

tilted = Objective(
    name="tilted bowl",
    value=lambda x, y: x * x + x * y + y * y,
    grad=lambda x, y: (2 * x + y, x + 2 * y),
)


def signs(learning_rate: float, grad: float) -> float:
    return learning_rate * grad / (abs(grad) + 1e-12)


path: Trajectory = descend(tilted, signs, (3, 1), steps=20, learning_rate=0.1)
losses: NDArray[np.float64] = path.losses
Lab(tilted, [signs, "sgd"], start=(3, 1))
Lab("x^2 + 3*y^2 + sin(3*x)", controls="all")
Lab(lambda x, y: x * x + y * y, [optimizers.sgd, signs])
updates, s = rmsprop(0.1, 0.9, 1e-6, 4.0, 0.0)
number: float = updates + s
moved, states = rmsprop(0.1, 0.9, 1e-6, np.ones(3), np.zeros(3))
array: NDArray[np.float64] = moved - states
verdict = check(rmsprop)
print(verdict.text, bool(verdict))
descend("bowl", "rmsprop", (5, 4), steps=101, **presets.find("tutorial").settings)
many = descend_many("bowl", rmsprop, learning_rate=np.linspace(0.1, 1, 5))
print(many.losses[-1], style.look(optimizers.adam).light)
slope = gradient(lambda x, y: x * x * y)
x, y = slope(1.0, 2.0)
rate: float | None = tune("ravine", "momentum").learning_rate
fit = least_squares(np.ones((4, 2)), np.ones(4))
descend(fit, "sgd", batch_size=2, seed=1)
network = Network([64, 32, 10])
stepper = Stepper("rmsprop", 10)
parameters = np.zeros(10)
stepper.step(parameters, np.ones(10))
"""
WRONG = """
from rmsprop_lab import Lab, descend
from rmsprop_lab.rules import rmsprop

descend("bowl", 3)  # an optimiser
descend("bowl", "sgd", learning_rate="big")  # a number
rmsprop(0.1, 0.9, 1e-6, "steep", 0.0)  # a gradient
updates, s, more = rmsprop(0.1, 0.9, 1e-6, 4.0, 0.0)  # a pair
Lab("bowl", 3)  # optimisers
Lab("bowl").trajectory("sgd").points  # params
"""


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("types")]


def mypy(*files: Path) -> str:
    """What mypy, as strict as our own, says of them."""
    return said_by("mypy", "--config-file", "pyproject.toml", *files)


def pyright(*files: Path) -> str:
    """The same of pyright, as VS Code asks it."""
    settings = ["--level", "error", "--pythonpath", sys.executable]
    return said_by("basedpyright", *settings, *files)


def said_by(*command: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stdout + done.stderr  # there are mistakes
    return done.stdout


@pytest.fixture(scope="module", params=[mypy, pyright])
def wrong_lines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], set[int]]:
    """The lines of a file in which a checker finds a mistake; it starts once for both."""
    folder = tmp_path_factory.mktemp("types")
    files = {"used": folder / "used.py", "wrong": folder / "wrong.py"}
    files["used"].write_text(USED)
    files["wrong"].write_text(WRONG)
    said = request.param(*files.values())
    return lambda name: {
        int(line) for line in re.findall(rf"{name}\.py:(\d+)(?::\d+)?.* error", said)
    }


def test_a_users_code_passes(wrong_lines: Callable[[str], set[int]]) -> None:
    assert wrong_lines("used") == set()


def test_each_mistake_is_found(wrong_lines: Callable[[str], set[int]]) -> None:
    lines = enumerate(WRONG.splitlines(), 1)
    assert wrong_lines("wrong") == {place for place, line in lines if "  # " in line}
