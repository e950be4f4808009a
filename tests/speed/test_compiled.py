"""What Numba compiles from the rules gives their bits, and its absence changes nothing.

Compiling takes seconds a rule: two stand for all here; `make bench` compares every one.
"""

import os
import subprocess
import sys

import numpy as np
import pytest

from rmsprop_lab import descend_many, objectives, optimizers, schedules
from rmsprop_lab.networks.stepper import Stepper
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.speed import compiled
from rmsprop_lab.speed.standing_in import exact_tape
from tests.speed.test_speed import chosen, clipped, counted, swapped

pytest.importorskip("numba")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("numba"),  # what one test compiles, another uses
]
COUNT = 3 * compiled.LANES + 5  # the last block is not full


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A cache of one's own: the machine code is made here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        compiled._compiled.cache_clear()
        yield
    compiled._compiled.cache_clear()


def both(monkeypatch, make):
    """What it makes with Numba, and without."""
    found = []
    for use in (True, False):
        monkeypatch.setattr(compiled, "worth", lambda numbers, rounds, use=use: use)
        found.append(make())
    return found


@pytest.mark.parametrize(
    ("surface", "optimizer"),
    [
        (objectives.ravine, optimizers.adam),
        (objectives.rosenbrock, Optimizer.of(swapped)),
        (objectives.rosenbrock, Optimizer.of(chosen)),
    ],
    ids=["adam", "swapped", "chosen"],
)
def test_a_batch_has_the_bits_of_the_rule(surface, optimizer, monkeypatch):
    rates = np.geomspace(1e-4, 1e7, COUNT)  # some of them diverge
    loop, plain = both(
        monkeypatch,
        lambda: descend_many(surface, optimizer, steps=60, learning_rate=rates, keep="last"),
    )
    np.testing.assert_array_equal(loop.params, plain.params)
    np.testing.assert_array_equal(loop.diverged_at, plain.diverged_at)
    for name, values in plain.state.items():
        np.testing.assert_array_equal(loop.state[name], values)


def rate_last(epsilon, learning_rate, grad):
    return learning_rate * grad / (np.abs(grad) + epsilon)


def test_a_batch_with_a_schedule_has_the_bits_of_the_rule(monkeypatch):
    rates = np.geomspace(1e-4, 1e7, COUNT)
    schedule = schedules.cosine.at(warmup=7)
    runs = {"steps": 60, "learning_rate": rates, "keep": "last", "schedule": schedule}
    loop, plain = both(monkeypatch, lambda: descend_many("ravine", rate_last, **runs))
    constant = descend_many("ravine", rate_last, **{**runs, "schedule": None})
    np.testing.assert_array_equal(loop.params, plain.params)
    np.testing.assert_array_equal(loop.diverged_at, plain.diverged_at)
    assert not np.array_equal(loop.params, constant.params, equal_nan=True)


def test_a_batch_keeps_its_shape_and_its_starts(monkeypatch):
    loop, plain = both(
        monkeypatch,
        lambda: descend_many(
            "ravine",
            "adam",
            np.arange(12.0).reshape(2, 2, 3),
            learning_rate=[[0.01], [1e7]],  # the second throws all out
            keep="last",
        ),
    )
    assert loop.params.shape == (1, 2, 2, 3)
    np.testing.assert_array_equal(loop.params, plain.params)
    np.testing.assert_array_equal(loop.diverged_at, plain.diverged_at)
    assert (loop.diverged_at > 0).any()


@pytest.mark.parametrize(
    "optimizer",
    [optimizers.adam, Optimizer.of(counted), Optimizer.of(clipped)],
    ids=["adam", "counted", "clipped"],
)
def test_a_step_has_the_bits_of_the_rule(optimizer, monkeypatch):
    def run():
        rng, size = np.random.default_rng(0), 40_000
        params, stepper = rng.normal(size=size), Stepper(optimizer, size)
        for _ in range(4):
            stepper.step(params, rng.normal(size=size) * params)
        return [params, *stepper.state.values()]

    for ours, theirs in zip(*both(monkeypatch, run), strict=True):
        np.testing.assert_array_equal(ours, theirs)


#: How often a loop's machine code was found in the cache, and how often it had to be made.
COUNTED = """
import numpy as np
from rmsprop_lab import descend_many
from rmsprop_lab.speed import compiled

def counted():
    loops, make = [], compiled.descend
    compiled.descend = lambda *of: loops.append(make(*of)) or loops[-1]
    compiled.worth = lambda *numbers: True
    descend_many("bowl", "sgd", learning_rate=np.linspace(0.01, 0.1, 70), keep="last")
    stats = loops[0].stats
    return sum(stats.cache_hits.values()), sum(stats.cache_misses.values())
"""


def test_a_loop_is_compiled_once(monkeypatch):
    """Another process finds the machine code of this one."""
    for name in ("worth", "descend"):
        monkeypatch.setattr(compiled, name, getattr(compiled, name))  # they are put back
    here = {}
    exec(COUNTED, here)
    assert here["counted"]() == (0, 1)
    said = subprocess.run(
        [sys.executable, "-c", f"{COUNTED}\nprint(*counted())"],
        capture_output=True,
        text=True,
        check=True,
        env={"XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"], "PATH": "/usr/bin:/bin"},
    ).stdout
    assert said.split() == ["1", "0"]


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))  # no folder, so none can be made
    folder = compiled._folder()
    assert folder.is_dir()
    assert tmp_path not in folder.parents
    folder.rmdir()


def test_no_multiplication_is_fused_with_an_addition():
    """Where a fused one would round once, the rule rounds twice."""
    a = 1 + 2.0**-30
    exact, rounded = 2.0**-60, 0.0  # of a * a - (1 + 2 ** -29)

    def rule(learning_rate, grad):
        return grad * grad - learning_rate

    params, grad = np.zeros(64), np.full(64, a)
    assert compiled.installed()
    compiled.step(exact_tape(rule, 2), [1])(params, 1 + 2.0**-29, grad)
    assert exact != rounded
    np.testing.assert_array_equal(params, rounded)
