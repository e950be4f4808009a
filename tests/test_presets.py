"""The presets: what the lab accepts, what the tutorial prints, what the libraries do."""

import re

import numpy as np
import pytest

from rmsprop_lab import descend, descent, objectives, optimizers, presets
from tests.test_goldens import GOLDENS
from tests.test_rules import TUTORIAL

LIBRARIES = {"pytorch": "torch", "keras": "keras", "optax": "optax"}
DEFAULT_PATHS = {golden["library"]: golden for golden in GOLDENS["default_paths"]}


def rule_settings(preset):
    return {name: value for name, value in preset.settings.items() if name in optimizers.PARAMETERS}


def run(preset):
    """The path of the one optimiser that a preset of a whole run shows."""
    settings = preset.settings
    (shown,) = settings["racers"]
    return descend(
        settings["surface"],
        shown,
        settings["start"],
        steps=settings["steps"],
        **rule_settings(preset),
    )


@pytest.mark.parametrize("preset", presets.ALL.values(), ids=presets.ALL)
def test_settings_are_known_and_in_range(preset):
    others = {"surface", "start", "steps", "racers"}
    assert set(preset.settings) <= others | {"learning_rate", "rho", "epsilon", "momentum"}
    for parameter in (optimizers.PARAMETERS | {"steps": descent.STEPS}).values():
        if parameter.name in preset.settings:
            value = preset.settings[parameter.name]
            assert parameter.check_one(value) == value
            assert parameter.slider[0] <= value <= parameter.slider[1]
    if "surface" in preset.settings:
        assert preset.settings["surface"] in objectives.ALL
    if "start" in preset.settings:
        assert descent.START.check(preset.settings["start"]).shape == (2,)
    for name in preset.settings.get("racers", ()):
        # A setting that no shown rule takes would say nothing.
        optimizers.ALL[name].settings(rule_settings(preset))


def test_presets_are_found_by_name():
    for name, preset in presets.ALL.items():
        assert presets.find(name) is preset
        assert preset.name == name
    labels = {preset.label for preset in presets.ALL.values()}
    assert len(labels) == len(presets.ALL)


@pytest.mark.parametrize("name", ["tensorflow", "", None, ["keras"]])
def test_an_unknown_preset_is_refused_with_the_choices(name):
    with pytest.raises(ValueError, match=f"choices: {', '.join(presets.ALL)}") as it:
        presets.find(name)
    assert repr(name) in str(it.value)


def test_the_tutorial_prints_its_rows():
    path = run(presets.find("tutorial")).params
    # Its epoch e is our step e + 1, and its last row the end.
    printed = [f"Epoch {e - 1}, current state: {path[e]}" for e in range(1, len(path), 20)]
    assert printed == TUTORIAL


def test_run_on_is_the_tutorial_and_ends_in_the_cycle():
    tutorial, run_on = presets.find("tutorial"), presets.find("run on")
    assert run_on.settings == tutorial.settings | {"steps": run_on.settings["steps"]}
    path = run(run_on)
    half = path.settings["learning_rate"] / 2
    np.testing.assert_allclose(np.abs(path.params[-10:]), half, atol=1e-3)
    np.testing.assert_allclose(path.params[-9:], -path.params[-10:-1], atol=1e-3)
    # Where the tutorial stops it was far below.
    assert np.abs(path.params[tutorial.settings["steps"]]).max() < half / 1e6


@pytest.mark.parametrize(("name", "library"), LIBRARIES.items())
def test_defaults_are_the_librarys(name, library):
    preset, defaults = presets.find(name), GOLDENS["defaults"][library]
    ours = {part: defaults[part] for part in optimizers.PARAMETERS if part in defaults}
    assert not ours.pop("momentum")
    assert rule_settings(preset) == ours
    # What our rules do not have is off.
    assert not defaults["centered"]
    assert not defaults.get("weight_decay")
    assert preset.settings["racers"] == (
        "rmsprop_inside" if defaults["epsilon_inside"] else "rmsprop",
    )


@pytest.mark.parametrize(("name", "library"), LIBRARIES.items())
def test_defaults_walk_as_the_library_does_when_nothing_is_given(name, library):
    preset, golden = presets.find(name), DEFAULT_PATHS[library]
    (shown,) = preset.settings["racers"]
    path = descend(
        golden["objective"],
        shown,
        golden["start"],
        steps=GOLDENS["steps"],
        **rule_settings(preset) | golden["given"],
    )
    np.testing.assert_allclose(
        path.params[:: GOLDENS["every"]], golden["params"], rtol=1e-10, atol=1e-10
    )
    # Only what has no default is given.
    assert not set(golden["given"]) & set(GOLDENS["defaults"][library])


@pytest.mark.parametrize(("name", "library"), LIBRARIES.items())
def test_a_note_says_the_version_the_values_and_the_place_of_epsilon(name, library):
    preset = presets.find(name)
    version = GOLDENS["versions"][library].split("+")[0]  # torch's names its build too
    assert f" {version}: " in preset.note
    said = [float(number) for number in re.findall(r"[a-z] ([\d.e-]+)", preset.note.split(": ")[1])]
    assert said == list(rule_settings(preset).values())
    inside = GOLDENS["defaults"][library]["epsilon_inside"]
    assert f"{'inside' if inside else 'outside'} the root" in preset.note
    assert ("no default learning rate" in preset.note) == ("learning_rate" not in preset.settings)
