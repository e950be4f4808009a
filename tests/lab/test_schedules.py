"""A lab with a schedule: what it holds, what it refuses, and whose paths follow it."""

import numpy as np
import pytest
import traitlets

from rmsprop_lab import Lab, Optimizer, Parameter, descend, schedules
from rmsprop_lab.lab.setup import FULL
from tests.support.in_node import same_bits


def alternating(k):
    return [1, 0.5][k % 2]


def called(learning_rate, grad):
    return learning_rate * float(grad)


def rows(lab, key):
    """Where the kernel's path stands, x and y."""
    path = lab.computed["paths"][key]
    numbers = np.frombuffer(path["numbers"]).reshape(7, -1)
    return numbers[[0, 3]].T, path["failure"]


def test_a_schedule_is_a_setting():
    lab = Lab("bowl", ["rmsprop"], schedule="cosine", controls=["schedule"], final=0.1)
    assert (lab.schedule, lab.final, lab.warmup) == ("cosine", 0.1, 0)
    path = descend("bowl", "rmsprop", schedule=schedules.cosine.at(final=0.1))
    assert same_bits(lab.trajectory().params, path.params)
    lab.schedule, lab.every, lab.factor, lab.warmup = "step", 20, 0.5, 5
    stepped = schedules.step.at(every=20, factor=0.5, warmup=5)
    assert same_bits(lab.trajectory().params, descend("bowl", "rmsprop", schedule=stepped).params)
    assert same_bits(lab.trajectory().factors, stepped.factors(100))


def test_without_one_the_rate_is_constant_and_the_figure_carries_none():
    lab = Lab("bowl", ["rmsprop"])
    assert lab.schedule == "constant"
    assert lab.spec["schedules"] == []
    assert not hasattr(lab, "warmup")
    assert "schedule" not in lab.spec["controls"]


@pytest.mark.parametrize(
    ("controls", "expected"),
    [
        (None, ["learning_rate", "schedule", "decay", "warmup", "steps", "start"]),
        (["learning_rate", "decay"], ["learning_rate", "schedule", "decay"]),
        (["decay"], ["decay"]),
        (
            ["schedule", "steps"],
            ["schedule", "warmup", "factor", "every", "decay", "base", "final", "steps"],
        ),
    ],
)
def test_it_stands_beside_the_rate(controls, expected):
    lab = Lab("bowl", ["sgd"], schedule="inverse", controls=controls)
    assert lab.spec["controls"] == expected


def test_its_own_settings_are_the_sliders_first_ones():
    lab = Lab("bowl", ["sgd"], schedule=schedules.inverse.at(decay=0.5, warmup=4), controls="all")
    assert (lab.schedule, lab.decay, lab.warmup) == ("inverse", 0.5, 4)
    names = [of["name"] for of in lab.spec["schedules"]]
    assert names == ["constant", "step", "inverse", "exponential", "cosine"]
    assert all(of["factor"] for of in lab.spec["schedules"])
    place = lab.spec["controls"].index("learning_rate")
    assert lab.spec["controls"][place + 1] == "schedule"


def test_a_function_of_ones_own_is_offered_with_the_others():
    lab = Lab("bowl", ["sgd"], schedule=lambda k: 1 / (1 + k), controls=["schedule"])
    assert lab.schedule == "own"
    assert lab.spec["schedules"][-1]["name"] == "own"
    assert lab.spec["schedules"][-1]["factor"]
    lab.schedule = "constant"
    assert same_bits(lab.trajectory().params, descend("bowl", "sgd").params)


def test_where_the_page_cannot_compute_it_the_kernel_walks():
    lab = Lab("bowl", ["sgd", "rmsprop"], schedule=alternating, steps=20, controls=["schedule"])
    assert lab.spec["schedules"][-1] == {
        "name": "alternating",
        "factor": None,
        "parameters": ["warmup"],
    }
    for key in ("sgd", "rmsprop"):
        assert key in lab.computed["paths"]
    walked, failure = rows(lab, "sgd")
    assert failure is None
    path = descend("bowl", "sgd", schedule=alternating, steps=20)
    assert same_bits(walked, path.params)
    lab.warmup = 3
    warm = schedules.find(alternating).at(warmup=3)
    assert same_bits(rows(lab, "sgd")[0], descend("bowl", "sgd", schedule=warm, steps=20).params)
    lab.schedule = "cosine"
    assert lab.computed is None


def test_a_rule_that_only_the_kernel_runs_follows_it_too():
    lab = Lab("bowl", [called], schedule="cosine", steps=20)
    walked, _ = rows(lab, "called")
    assert same_bits(walked, descend("bowl", "sgd", schedule="cosine", steps=20).params)


def test_what_a_function_raises_is_said():
    lab = Lab("bowl", ["sgd"], schedule=lambda k: [1, 0.5, 0.25][k], steps=3)
    assert rows(lab, "sgd")[1] is None
    lab.steps = 4
    path, failure = rows(lab, "sgd")
    assert len(path) == 0
    assert failure == "stopped: schedule own raised IndexError: list index out of range"


def test_a_racer_without_a_rate_goes_on_as_before():
    def fixed(rho, grad):
        return (1 - rho) * grad

    lab = Lab("bowl", ["sgd", fixed], schedule="cosine", steps=20)
    assert same_bits(lab.trajectory("fixed").params, descend("bowl", fixed, steps=20).params)
    with pytest.raises(ValueError, match="no optimiser of this lab has one: fixed"):
        Lab("bowl", [fixed], schedule="cosine")
    with pytest.raises(ValueError, match="no optimiser of this lab has one: fixed"):
        Lab("bowl", [fixed], controls=["schedule"])
    assert "schedule" in Lab("bowl", ["sgd", fixed], controls="all").spec["controls"]


def test_a_number_of_the_same_name_is_refused_or_everything_is_without_schedules():
    def mine(learning_rate, decay, grad):
        return learning_rate * decay * grad

    decay = Parameter("decay", "", 0.5, low=0, high=1, slider=(0, 1))
    own = Optimizer.of(mine, parameters=[decay])
    with pytest.raises(ValueError, match="'decay' would hide the lab's own"):
        Lab("bowl", [own], controls=["schedule"])
    assert "schedule" not in Lab("bowl", [own], controls="all").spec["controls"]


def test_bad_ones_are_refused():
    with pytest.raises(ValueError, match="no schedule 'linear'; choices: constant, step, inverse"):
        Lab("bowl", ["sgd"], schedule="linear")
    with pytest.raises(ValueError, match=r"final = 2 is out of range; allowed: \[0, 1\]"):
        Lab("bowl", ["sgd"], schedule="cosine", final=2)
    for name in FULL:
        with pytest.raises(ValueError, match=f"{name!r}, which the page walks, but the schedule"):
            Lab("bowl", ["rmsprop"], schedule=alternating, controls=[name])
    lab = Lab("bowl", ["sgd"], schedule="cosine")
    with pytest.raises(traitlets.TraitError, match="choices here: cosine; with controls="):
        lab.schedule = "step"
    lab = Lab("bowl", ["sgd"], controls=["schedule"])
    with pytest.raises(
        traitlets.TraitError, match="here: constant, step, inverse, exponential, co"
    ):
        lab.schedule = 3
    assert lab.schedule == "constant"
