"""The lab's Python side: traits, the settings its view gets, messages and the static figure."""

import base64
import io
import json
import math
import re
from html.parser import HTMLParser
from inspect import signature

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from PIL import Image

from rmsprop_lab import (
    Lab,
    Objective,
    Optimizer,
    descend,
    least_squares,
    objectives,
    optimizers,
    presets,
    style,
)
from rmsprop_lab.algebra.gradient import gradient
from rmsprop_lab.algebra.tape import trace
from rmsprop_lab.descent import FAR
from rmsprop_lab.lab.picture import NO_KERNEL, NO_SCRIPT
from rmsprop_lab.lab.setup import FEATURES
from rmsprop_lab.lab.spec import entry, of_tape
from rmsprop_lab.objectives.examples import Examples
from rmsprop_lab.parameter import Parameter

mpl.use("Agg")


def test_every_number_is_a_trait():
    lab = Lab("ravine", ["momentum", "adam"], start=(1, 2), steps=20, beta1=0.5)
    numbers = {
        "learning_rate": 0.1,
        "momentum": 0.9,
        "beta1": 0.5,
        "beta2": 0.999,
        "epsilon": 1e-6,
        "steps": 20,
        "start": (1.0, 2.0),
    }
    for name, value in numbers.items():
        assert getattr(lab, name) == value
        assert lab.trait_metadata(name, "sync")
    assert not hasattr(lab, "rho")
    seen = []
    lab.observe(lambda change: seen.append((change.name, change.new)))
    lab.learning_rate, lab.start = 1, (0, -3)
    assert seen == [("learning_rate", 1.0), ("start", (0.0, -3.0))]
    assert Lab("rosenbrock").start == objectives.rosenbrock.start
    assert Lab().learning_rate == 0.1  # another lab's numbers are its own


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("rho", 1, "rho = 1 is out of range; allowed: [0, 1)"),
        ("learning_rate", -0.5, "learning_rate = -0.5 is out of range; allowed: (0, inf)"),
        ("epsilon", math.nan, "epsilon = nan is out of range; allowed: (0, inf)"),
        ("epsilon", "small", "epsilon = 'small' is not a number; allowed: (0, inf)"),
        ("steps", 2.5, "steps = 2.5 is out of range; allowed: whole numbers in [1, 10000]"),
        ("steps", 10_001, "steps = 10001 is out of range; allowed: whole numbers in [1, 10000]"),
        ("start", (1e7, 0), "start = 10000000 is out of range; allowed: [-1000000, 1000000]"),
        ("start", (0, math.inf), "start = inf is out of range; allowed: [-1000000, 1000000]"),
        ("start", (1, 2, 3), "start"),
        ("start", "here", "start"),
        ("spec", {}, "read-only"),
    ],
)
def test_a_bad_value_is_refused_and_the_old_one_stays(name, value, message):
    lab = Lab()
    before = getattr(lab, name)
    with pytest.raises(traitlets.TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert getattr(lab, name) == before


def test_an_array_is_not_a_number_of_a_lab():
    with pytest.raises((ValueError, traitlets.TraitError), match="rho"):
        Lab(rho=[0.5, 0.9])
    lab = Lab()
    with pytest.raises(traitlets.TraitError, match="rho"):
        lab.rho = [0.5, 0.9]


def test_the_trajectory_is_the_one_drawn():
    lab = Lab("ravine", ["sgd", "rmsprop"], start=(2, 1), steps=30, learning_rate=0.02)
    lab.rho, lab.start, lab.steps = 0.5, (-1, 3), 25
    expected = {
        "sgd": descend("ravine", "sgd", (-1, 3), steps=25, learning_rate=0.02),
        "rmsprop": descend("ravine", "rmsprop", (-1, 3), steps=25, learning_rate=0.02, rho=0.5),
    }
    for asked, name in [(None, "sgd"), ("rmsprop", "rmsprop"), (optimizers.rmsprop, "rmsprop")]:
        path = lab.trajectory(asked)
        assert path.params.tolist() == expected[name].params.tolist()
        assert path.settings == expected[name].settings
        assert path.optimizer is optimizers.ALL[name]
    with pytest.raises(ValueError, match="does not draw 'adam'; choices: sgd, rmsprop"):
        lab.trajectory("adam")
    with pytest.raises(ValueError, match="does not draw 'adam'; choices: sgd, rmsprop"):
        lab.trajectory(optimizers.adam)
    assert lab.trajectory(optimizers.rmsprop.rule).settings == expected["rmsprop"].settings
    for stranger in (optimizers.adam.rule, [], 5):
        with pytest.raises(ValueError, match=r"does not draw .*; choices: sgd, rmsprop"):
            lab.trajectory(stranger)


def test_what_the_view_is_told():
    surface = objectives.rotated_ravine.at(condition=3)
    spec = Lab(surface, ["rmsprop", "adam"], caption="Look").spec
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert spec["caption"] == "Look"
    assert spec["far"] == FAR
    (told,) = spec["objectives"]
    takes = ["x", "y", "condition", "slope"]
    assert told == {
        "name": "rotated ravine",
        "value": of_tape(trace(surface.value, takes)),
        "grad": of_tape(trace(surface.grad, takes)),
        "examples": None,
        "line": False,
        "parameters": ["condition", "slope"],
        "settings": [3, 1],
        "start": [-5, -2],
        "window": [[-6, 6], [-6, 6]],
        "minima": [[0, 0]],
    }
    assert [of["name"] for of in spec["optimizers"]] == ["rmsprop", "adam"]
    adam, look = spec["optimizers"][1], style.look(optimizers.adam)
    tape = trace(optimizers.adam.rule, list(signature(optimizers.adam.rule).parameters))
    assert adam == {
        "name": "adam",
        "label": "Adam",
        "rule": {**of_tape(tape), "names": tape.names},
        "parameters": ["learning_rate", "beta1", "beta2", "epsilon"],
        "state": ["m", "v", "beta1_power", "beta2_power"],
        "initial": [0, 0, 1, 1],
        "scales": False,
        "exact": False,
        "looks": [
            {
                "light": of.light,
                "dark": of.dark,
                "dash": [2 * length for length in of.dash],
                "marker": of.marker,
            }
            for of in style.repeated(look)
        ],
    }
    parameters = {of["name"]: of for of in spec["parameters"]}
    assert parameters["learning_rate"] == {
        "name": "learning_rate",
        "symbol": "α",
        "label": "learning rate",
        "low": 0,
        "high": None,
        "openLow": True,
        "openHigh": False,
        "slider": [1e-4, 10],
        "scale": "log",
        "unit": "per step",
        "whole": False,
    }
    assert parameters["rho"]["openHigh"]
    assert parameters["rho"]["high"] == 1
    assert parameters["rho"]["scale"] == "memory"
    assert parameters["steps"]["whole"]
    # In the order of the book, not of the optimisers; then steps and the start.
    order = ["learning_rate", "rho", "beta1", "beta2", "epsilon", "steps", "start"]
    assert spec["controls"] == order
    assert list(parameters) == [
        *order[:-2],
        "condition",
        "slope",
        "steps",
        "noise",
        "seed",
        "start",
        "step",
    ]


@pytest.mark.parametrize("given", ["sgd", optimizers.sgd, optimizers.sgd.rule])
def test_one_optimiser_needs_no_list(given):
    assert [optimizer.name for optimizer in Lab(optimizers=given).optimizers] == ["sgd"]


def test_controls_are_chosen_in_order():
    assert Lab(controls=["rho", "start"]).spec["controls"] == ["rho", "start"]
    assert Lab(controls=[]).spec["controls"] == []


@pytest.mark.parametrize(("steps", "end"), [(100, 400), (400, 400), (401, 401), (9000, 9000)])
def test_many_steps_widen_their_slider(steps, end):
    lab = Lab(steps=steps)
    (of,) = (of for of in lab.spec["parameters"] if of["name"] == "steps")
    assert (of["slider"], of["high"]) == ([1, end], 10_000)
    assert len(lab.trajectory().params) == steps + 1


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"objective": "bowls"}, ["no objective 'bowls'", "choices: bowl, ravine"]),
        ({"optimizers": ["sgd", "Adam"]}, ["no optimiser 'Adam'", "choices: sgd, "]),
        ({"optimizers": []}, ["optimizers is empty", "choices: sgd, ", "adam"]),
        (
            {"optimizers": ["sgd", "adam", "sgd"]},
            ["optimizers: 'sgd' comes twice", "('sgd', {'learning_rate': 0.1})"],
        ),
        ({"rho": 1}, ["rho = 1 ", "[0, 1)"]),
        ({"momentum": 0.5}, ["'momentum'", "choices: learning_rate, rho, epsilon"]),
        ({"steps": 0}, ["steps = 0 ", "[1, 10000]"]),
        ({"steps": 20_000}, ["steps = 20000 ", "[1, 10000]"]),
        (
            {"controls": ["rho", "speed"]},
            ["no control 'speed'", "step, convergence", "epsilon, steps"],
        ),
        ({"controls": ["convergence"], "optimizers": "sgd"}, ["'convergence'", "two hyper-para"]),
        ({"condition": 5}, ["no number 'condition'", "choices: learning_rate, rho"]),
        ({"objective": "ravine", "condition": 0.5}, ["condition = 0.5", "[1, 1000000]"]),
        ({"noise": -1}, ["noise = -1"]),
        ({"racers": []}, ["racers = []", "choices: rmsprop", "one at least"]),
        ({"racers": ["rmsprop", "sgd"]}, ["racers: no optimiser 'sgd'", "choices: rmsprop"]),
        ({"racers": 5}, ["racers: no optimiser 5 in this lab; choices: rmsprop"]),
        ({"racers": [("rmsprop", 0.5)]}, ["racers: no optimiser ('rmsprop', 0.5)"]),
        ({"racers": {"optimizer": "rmsprop", "settings": 1}}, ["settings of rmsprop = 1 must be"]),
        (
            {"racers": [("rmsprop", {"beta1": 0.5})]},
            ["racers: RMSProp has no hyper-parameter 'beta1'", "choices: learning_rate, rho, ep"],
        ),
        (
            {"racers": ("rmsprop", {"learning_rate": -0.5})},
            ["racers: learning_rate of rmsprop = -0.5 is out of range; allowed: (0, inf)"],
        ),
        (
            {"optimizers": [("rmsprop", {"rho": 1})]},
            ["optimizers: rho of rmsprop = 1 is out of range; allowed: [0, 1)"],
        ),
        (
            {"racers": [("rmsprop", {"rho": 0.5}), "rmsprop", ("rmsprop", {"rho": 0.5})]},
            ["racers: 'rmsprop' comes twice with the same settings, {'rho': 0.5}; give one"],
        ),
        (
            {"optimizers": [("sgd", {"learning_rate": 1 + k}) for k in range(7)]},
            ["optimizers: 'sgd' comes 7 times; 6 times at most"],
        ),
        ({"sweep": 5}, ["sweep = 5 must be an optimiser and two"]),
        ({"sweep": ("rmsprop", "rho", "rho")}, ["sweep = ('rmsprop', 'rho', 'rho')", "epsilon"]),
        ({"window": ((1, 0), (0, 1))}, ["window = ((1, 0), (0, 1))", "smaller to the larger"]),
        ({"window": (0, 1)}, ["window = (0, 1)"]),
        ({"window": "wide"}, ["window = 'wide' is not a number"]),
        ({"window": ((0, 1), (0, 1e7))}, ["window = 10000000 is out of range"]),
        ({"seed": 2**32}, ["seed = 4294967296 is out of range", "[0, 4294967295]"]),
        ({"step": -1}, ["step = -1 is out of range", "whole numbers in [0, 10000]"]),
        ({"step": "end"}, ["step = 'end' is not a number"]),
    ],
)
def test_a_bad_lab_is_refused(arguments, parts):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the parts are its match
        Lab(**arguments)
    for part in parts:
        assert part in str(raised.value)


def test_a_bad_start_is_refused():
    with pytest.raises((ValueError, traitlets.TraitError), match="start = inf is out of range"):
        Lab(start=(math.inf, 0))


def capped(learning_rate, cap, grad, s_prev):
    s = s_prev + grad * grad
    return learning_rate * grad / (cap + s), s


CAP = Parameter("cap", "c", 3.0, low=0.0, high=9.0, slider=(1.0, 5.0), open_low=True)


def test_a_rule_and_a_surface_of_ones_own():
    dish = Objective(
        name="my dish",
        value=lambda x, y: x**2 + 3 * y**2,
        grad=lambda x, y: np.array([2 * x, 6 * y]),
        start=(1.0, 1.0),
    )
    mine = Optimizer.of(capped, "Capped", parameters=[CAP], initial={"s": 2})
    lab = Lab(dish, [mine, "rmsprop"], cap=2, controls=["cap"])
    assert (lab.cap, lab.start) == (2.0, (1.0, 1.0))
    assert lab.spec["optimizers"][0]["rule"]["takes"] == ["learning_rate", "cap", "grad", "s_prev"]
    assert lab.spec["optimizers"][0]["initial"] == [2]
    (of,) = (of for of in lab.spec["parameters"] if of["name"] == "cap")
    assert (of["slider"], of["high"], of["openLow"]) == ([1, 5], 9, True)
    # By hand: s = 2 + 2 * 2 = 6, so x = 1 - .1 * 2 / (2 + 6).
    assert lab.trajectory().params[1, 0] == pytest.approx(1 - 0.2 / 8)
    with pytest.raises(
        traitlets.TraitError, match=re.escape("cap = 0 is out of range; allowed: (")
    ):
        lab.cap = 0


def named_start(start, grad):
    return start * grad


def named_steps(steps, grad):
    return steps * grad


def named_layout(layout, grad):
    return layout * grad


@pytest.mark.parametrize("rule", [named_start, named_steps, named_layout])
def test_a_hyper_parameter_with_a_name_of_the_lab_is_refused(rule):
    name = rule.__name__.removeprefix("named_")
    number = Parameter(name, "n", 0.5, low=0.0, high=1.0, slider=(0.0, 1.0))
    with pytest.raises(ValueError, match=f"'{name}'"):
        Lab(optimizers=Optimizer.of(rule, parameters=[number]))


class Figure(HTMLParser):
    """The figure's elements, and what stands in its script and caption."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self.now = [], {}, None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.now = tag
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text[self.now] = self.text.get(self.now, "") + data


def test_a_lab_is_a_widget_and_a_figure_of_html():
    nasty = '</script><script>alert(1)</script><b title="x">&amp;'
    lab = Lab("bowl", ["rmsprop", "sgd"], caption=nasty, steps=12, learning_rate=2)
    lab.rho = 0.5
    before = dict(mpl.rcParams)
    bundle, _ = lab._repr_mimebundle_()
    assert dict(mpl.rcParams) == before
    assert not plt.get_fignums()

    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id
    figure = Figure(bundle["text/html"])
    assert [tag for tag, _ in figure.elements] == ["figure", "img", "script", "p", "figcaption"]
    assert figure.text["p"] == NO_SCRIPT
    assert figure.text["figcaption"] == nasty
    assert json.loads(figure.text["script"]) == {
        "spec": lab.spec,
        "surface": "bowl",
        "start": [5, 4],
        "step": None,
        "window": None,
        "racers": [
            {"optimizer": "rmsprop", "settings": {}},
            {"optimizer": "sgd", "settings": {}},
        ],
        "sweep": ["rmsprop", "learning_rate", "rho"],
        "schedule": "constant",
        "rule": "",
        "own": {},
        "data": None,
        "learning_rate": 2,
        "rho": 0.5,
        "epsilon": 1e-6,
        "steps": 12,
        "noise": 0,
        "seed": 0,
    }
    attributes = dict(figure.elements)
    assert attributes["figure"] == {
        "class": "rmsprop-lab",
        "data-state": "static",
        "aria-label": lab.spec["name"],
    }
    assert lab.spec["name"] == "Lab: RMSProp, SGD on bowl"
    many = Lab("bowl", ["rmsprop", "sgd", "momentum", "nesterov", "adam"])
    assert many.spec["name"] == "Lab: 5 optimisers on bowl"  # to name them all would take long
    assert attributes["script"] == {"type": "application/json"}

    kind, picture = attributes["img"]["src"].split(",")
    assert kind == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        assert (image.format, image.size) == ("WEBP", (880, 484))
        assert 20 < len(image.convert("RGB").getcolors()) <= 64
    assert (attributes["img"]["width"], attributes["img"]["height"]) == ("880", "484")
    (x, y), f = lab.trajectory().params[-1], lab.trajectory().losses[-1]
    assert attributes["img"]["alt"].split("; ") == [
        "Contour map of bowl with paths, and the loss by step",
        f"RMSProp, step 12: x = {x:.9g}, y = {y:.9g}, f = {f:.9g}",
        "SGD diverged at step 12",
    ]


def test_a_lab_tells_a_page_that_asks_that_there_is_a_kernel(monkeypatch):
    lab, said = Lab(steps=2), []
    monkeypatch.setattr(lab, "send", said.append)
    for asked in ({"kind": "other"}, "kernel", None, {"kind": "kernel"}):
        lab._handle_custom_msg(asked, [])
    assert said == [{"kind": "kernel"}]


def test_without_a_caption_there_is_none():
    bundle, _ = Lab(steps=2)._repr_mimebundle_()
    assert "figcaption" not in bundle["text/html"]


def test_one_control_is_enough_and_comes_once():
    assert Lab(controls="rho").spec["controls"] == ["rho"]
    assert Lab(controls=["rho", "steps", "rho"]).spec["controls"] == ["rho", "steps"]


@pytest.mark.parametrize("start", [(float("inf"), 0), (1, 2, 3), 5, ("a", "b")])
def test_a_bad_start_is_a_value_error(start):
    with pytest.raises(ValueError, match="start"):
        Lab(start=start)


def test_the_step_is_the_end_unless_it_is_set():
    lab = Lab(controls=["step", "rho"])
    assert lab.step is None
    lab.step = 3
    assert lab.step == 3
    with pytest.raises(traitlets.TraitError, match="step"):
        lab.step = -1


def test_the_still_keeps_the_colours_of_all_optimisers():
    bundle = Lab("rosenbrock", list(optimizers.ALL), learning_rate=1e-3)._repr_mimebundle_()
    data = re.search(r"base64,([^\"]+)", bundle[0]["text/html"])[1]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), int)
    pixels = pixels.reshape(-1, 3)
    for optimizer in optimizers.ALL.values():
        colour = style.look(optimizer).light
        wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        assert np.abs(pixels - wanted).sum(axis=1).min() <= 30, optimizer.label


def test_two_lambdas_are_told_apart_by_their_labels():
    rules = [Optimizer.of(lambda learning_rate, grad: learning_rate * grad, of) for of in "AB"]
    assert [optimizer.name for optimizer in Lab("bowl", rules).optimizers] == ["A", "B"]
    own = Optimizer.of(optimizers.sgd.rule, "Mine", name="mine")
    assert [o.name for o in Lab("bowl", ["sgd", own]).optimizers] == ["sgd", "mine"]
    with pytest.raises(ValueError, match=r"two optimisers are called .* name="):
        Lab("bowl", ["sgd", Optimizer.of(optimizers.sgd.rule, "Mine")])


def test_rules_of_ones_own_look_different_live_and_on_the_still():
    def times(factor):
        return lambda learning_rate, grad: factor * learning_rate * grad

    names = ("mine", "my_rule", "clipped", "faster")
    rules = [Optimizer.of(times(1 + place), name) for place, name in enumerate(names)]
    lab = Lab("bowl", [*rules, "rmsprop"], racers=["clipped", "faster"], learning_rate=0.02)
    looks = {of["name"]: of["looks"][0] for of in lab.spec["optimizers"]}
    assert len({of["light"] for of in looks.values()}) == 5
    assert len({of["marker"] for of in looks.values()}) == 5
    assert looks["rmsprop"]["light"] == style.look(optimizers.rmsprop).light
    # Two are hidden: the others keep their looks all the same.
    html = lab._repr_mimebundle_()[0]["text/html"]
    picture = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), int).reshape(-1, 3)

    def nearest(colour):
        wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        return np.abs(pixels - wanted).sum(axis=1).min()

    assert max(nearest(looks[name]["light"]) for name in ("clipped", "faster")) <= 30
    assert min(nearest(looks[name]["light"]) for name in ("mine", "my_rule")) > 30


def test_numpys_numbers_are_welcome():
    surface = Objective(
        name="mine",
        value=lambda x, y: x * x + y * y,
        grad=lambda x, y: (2 * x, 2 * y),
        start=np.array([1, 2]),
        window=np.array([[-3, 3], [-3, 3]]),
        minima=np.zeros((1, 2), int),
    )
    lab = Lab(surface, start=np.array([1, 2]))
    lab.start = np.array([2, 1])
    assert lab.start == (2.0, 1.0)
    json.dumps(lab.spec)
    with pytest.raises(ValueError, match="window = 'abc' must be"):
        Objective(name="bad", value=surface.value, grad=surface.grad, window="abc")


def test_everything_can_be_asked_for():
    lab = Lab("ravine", ["sgd", "rmsprop"], controls="all", condition=50)
    assert set(FEATURES) - {"data"} <= set(lab.spec["controls"])  # a ravine has no points
    assert {"rho", "condition", "slope", "noise", "seed", "start"} <= set(lab.spec["controls"])
    assert [of["name"] for of in lab.spec["objectives"]][:2] == ["ravine", "bowl"]
    assert {of["name"] for of in lab.spec["objectives"]} == set(objectives.ALL)
    # Presets and epsilon's place need both forms; what was asked for is what races.
    assert [of["name"] for of in lab.spec["optimizers"]] == ["sgd", "rmsprop", "rmsprop_inside"]
    assert lab.names == ("SGD", "RMSProp")
    assert lab.sweep == ("rmsprop", "learning_rate", "rho")
    assert len(lab.spec["presets"]) == len(presets.ALL) >= 5
    assert lab.objective(0, 1) == 25


def test_every_preset_is_one_the_lab_takes():
    lab = Lab(controls="all")
    for preset in presets.ALL.values():
        for name, value in preset.settings.items():
            setattr(lab, name, value)
            now = getattr(lab, name)
            expected = tuple(map(entry, value)) if name == "racers" else value
            assert now == expected
    assert Lab(controls="rho").spec["presets"] == []


def test_the_surface_is_a_trait_too():
    lab = Lab(controls="surface")
    lab.surface = "rosenbrock"
    assert lab.objective is not None
    assert lab.objective.name == "rosenbrock"
    lab.surface = "x^2 + 3*y^2"
    assert lab.objective(1, 2) == 13
    assert lab.trajectory().objective(1, 2) == 13
    with pytest.raises(traitlets.TraitError, match="no objective 'x\\^2 \\+ z'"):
        lab.surface = "x^2 + z"
    assert lab.surface == "x^2 + 3*y^2"
    with pytest.raises(traitlets.TraitError, match="must be a name or a formula"):
        lab.surface = 3


def test_settings_of_their_own_and_noise_are_in_the_trajectory():
    lab = Lab("ravine", ["sgd", "rmsprop"], learning_rate=0.05, noise=0.5, seed=7, condition=5)
    lab.racers = ["sgd", ("rmsprop", {"learning_rate": 0.2})]
    assert lab.settings("rmsprop") == {"learning_rate": 0.2, "rho": 0.9, "epsilon": 1e-6}
    assert lab.settings("sgd") == {"learning_rate": 0.05}
    expected = descend(
        objectives.ravine.at(condition=5), "rmsprop", learning_rate=0.2, noise=0.5, seed=7
    )
    np.testing.assert_array_equal(lab.trajectory("rmsprop").params, expected.params)


# ---- mini-batches ---------------------------------------------------------------------

rng = np.random.default_rng(0)
INPUTS = rng.standard_normal((40, 2))
FIT = least_squares(INPUTS, INPUTS @ [2, -1] + rng.standard_normal(40))
FULL = Optimizer.of(optimizers.sgd.rule, "Full gradient", name="full_gradient", exact=True)


def test_a_surface_with_examples_brings_a_batch_size():
    lab = Lab(FIT, ["sgd", FULL], steps=30)
    assert lab.batch_size == 16
    assert lab.trait_metadata("batch_size", "sync")
    assert lab.spec["controls"] == ["learning_rate", "batch_size", "steps", "start"]
    (told,) = (of for of in lab.spec["parameters"] if of["name"] == "batch_size")
    assert told == {
        "name": "batch_size",
        "symbol": "B",
        "label": "batch size",
        "low": 1,
        "high": 40,
        "openLow": False,
        "openHigh": False,
        "slider": [1, 40],
        "scale": "log",
        "unit": "examples",
        "whole": True,
    }
    (surface,) = lab.spec["objectives"]
    assert surface["examples"] == {
        "rows": [list(row) for row in FIT.examples.rows],  # to the last digit
        "grad": of_tape(trace(FIT.examples.grad, ["x", "y", "column0", "column1", "column2"])),
    }
    assert [of["exact"] for of in lab.spec["optimizers"]] == [False, True]
    assert lab.computed is None
    few = least_squares([[1, 0], [0, 1], [1, 1]], [1, 2, 3])
    assert Lab(few).batch_size == 3
    assert "batch_size" not in json.dumps(Lab("bowl").spec)


def test_the_trajectory_is_that_of_the_batches():
    lab = Lab(FIT, ["sgd", FULL], steps=30, batch_size=4, seed=3, noise=0.5)
    drawn = {"steps": 30, "batch_size": 4, "seed": 3, "noise": 0.5}
    expected = descend(FIT, "sgd", **drawn).params
    np.testing.assert_array_equal(lab.trajectory("sgd").params, expected)
    np.testing.assert_array_equal(lab.trajectory(FULL).params, descend(FIT, "sgd", steps=30).params)
    lab.batch_size = 40
    assert (lab.trajectory("sgd").params[1:] != expected[1:]).all()
    model = json.loads(Figure(lab._repr_mimebundle_()[0]["text/html"]).text["script"])
    assert model["batch_size"] == 40


def test_another_surface_of_the_lab_has_no_batches():
    lab = Lab(FIT, "sgd", controls=["surface", "batch_size"], batch_size=4, steps=20)
    lab.surface, lab.start = "bowl", (5, 4)
    expected = descend("bowl", "sgd", steps=20).params
    np.testing.assert_array_equal(lab.trajectory().params, expected)


@pytest.mark.parametrize("control", ["convergence", "rates"])
def test_what_walks_the_full_gradient_is_refused_with_examples(control):
    words = f"controls has '{control}', which walks with the full gradient, but 'least squares'"
    with pytest.raises(ValueError, match=words):
        Lab(FIT, controls=[control, "batch_size"])


@pytest.mark.parametrize("value", [0, 41, 2.5, "all"])
def test_a_bad_batch_size_is_refused(value):
    words = re.escape("allowed: whole numbers in [1, 40]")
    with pytest.raises(ValueError, match=words):
        Lab(FIT, batch_size=value)
    lab = Lab(FIT)
    with pytest.raises(traitlets.TraitError, match=words):
        lab.batch_size = value
    with pytest.raises(ValueError, match="no number 'batch_size' here"):
        Lab("bowl", batch_size=4)


def test_a_hyper_parameter_may_not_be_called_batch_size():
    size = Parameter("batch_size", "B", 0.5, low=0.0, high=1.0, slider=(0.0, 1.0))
    rule = Optimizer.of(lambda batch_size, grad: batch_size * grad, "mine", parameters=[size])
    with pytest.raises(ValueError, match="'batch_size' would hide the lab's own"):
        Lab("bowl", rule)


def test_examples_that_have_no_translation_are_walked_by_the_kernel():
    def clipped(x, y, u, v, t):
        error = max(-1.0, min(x * u + y * v - t, 1.0))
        return error * u, error * v

    surface = Objective(
        name="clipped",
        value=FIT.value,
        grad=FIT.grad,
        examples=Examples(FIT.examples.rows, clipped),
    )
    lab = Lab(surface, ["sgd", FULL], steps=25, batch_size=3, seed=2)
    for name in ("sgd", "full_gradient"):
        rows, *_ = received(lab, name)
        expected = descend(surface, lab._setup.optimizers[name], steps=25, batch_size=3, seed=2)
        np.testing.assert_array_equal(rows[[0, 3]].T, expected.params)
    before = lab.computed
    lab.batch_size = 5
    assert lab.computed != before


def test_a_kernels_rule_meets_the_batches_and_the_noise_too():
    lab = Lab(FIT, branching, steps=25, batch_size=3, seed=2, noise=0.1)
    rows, *_ = received(lab, "branching")
    path = descend(FIT, branching, steps=25, batch_size=3, seed=2, noise=0.1)
    np.testing.assert_array_equal(rows[[0, 3]].T, path.params)
    np.testing.assert_array_equal(rows[6], path.losses)


# ---- what only the kernel can walk ----------------------------------------------------


def staircase(x, y):
    """No formula: a branch, and a call of the outside world's."""
    return float(int(abs(x))) + y * y if x > 0 else x * x + y * y


def received(lab, name):
    """The rows of numbers that the view gets."""
    message = lab.computed["paths"][name]
    states = len(lab._setup.optimizers[name].state)
    rows = np.frombuffer(message["numbers"]).reshape(2 * (3 + states) + 1, -1)
    return rows, message["divergedAt"], message["failure"]


def test_a_surface_of_any_python_is_walked_by_the_kernel():
    lab = Lab(staircase, ["rmsprop", "sgd"], steps=30)
    assert lab.spec["objectives"][0]["value"] is None
    for name in ("rmsprop", "sgd"):
        rows, diverged_at, failure = received(lab, name)
        path = descend(lab.objective, name, steps=30)
        half = len(rows) // 2
        np.testing.assert_array_equal(rows[[0, half]].T, path.params)
        np.testing.assert_array_equal(rows[-1], path.losses)
        assert (diverged_at, failure) == (None, None)
    # Each record holds the step that leads to the next.
    rows, *_ = received(lab, "rmsprop")
    np.testing.assert_array_equal(rows[0, 1:], (rows[0] - rows[2])[:-1])
    heights = lab.heights
    grid = np.frombuffer(heights["numbers"]).reshape(heights["size"][::-1])
    (left, right), (bottom, top) = heights["window"]
    assert left < -6 < 6 < right
    assert grid[0, 0] == pytest.approx(
        staircase(left + (right - left) / 2 / 96, bottom + (top - bottom) / 2 / 96)
    )


def test_what_the_kernel_walks_follows_every_trait():
    lab = Lab(staircase, ["sgd", "rmsprop"], steps=10, racers=["sgd"])
    before = lab.computed
    assert list(before["paths"]) == ["sgd"]
    for change in (
        {"learning_rate": 0.3},
        {"start": (1, 2)},
        {"steps": 12},
        {"noise": 1},
        {"seed": 4},
        {"racers": [("sgd", {"learning_rate": 0.01})]},
        {"racers": [("sgd", {"learning_rate": 0.01}), "rmsprop"]},
    ):
        for name, value in change.items():
            setattr(lab, name, value)
        assert lab.computed != before, change
        before = lab.computed
    rows, *_ = received(lab, "sgd")
    expected = descend(lab.objective, "sgd", (1, 2), steps=12, learning_rate=0.01, noise=1, seed=4)
    np.testing.assert_array_equal(rows[[0, 3]].T, expected.params)


def test_the_heights_are_worked_out_only_for_another_surface_or_window():
    calls = 0

    def counted(x, y, tilt):
        nonlocal calls
        calls += 1
        return x * x + y * y if x > tilt else float(int(x)) + y * y

    tilt = Parameter("tilt", "τ", 0.0, low=-1.0, high=1.0, slider=(-1.0, 1.0))
    surface = Objective(
        name="counted", value=counted, grad=gradient(counted), parameters=(tilt,), start=(5, 4)
    )
    sent = []
    lab = Lab(surface, ["rmsprop", "sgd"], steps=10, controls="all")
    lab.observe(lambda change: sent.append(change["name"]), names=["heights"])
    of_the_map = 96 * 96

    def set_to(**traits):
        nonlocal calls
        before, calls = lab.heights, 0
        sent.clear()
        for name, value in traits.items():
            setattr(lab, name, value)
        assert (calls >= of_the_map) == (sent == ["heights"]) == (lab.heights is not before)
        return calls

    for name, value in (
        *(("rho", 0.99), ("learning_rate", 0.3), ("epsilon", 1e-3), ("start", (1, 2))),
        *(
            ("steps", 12),
            ("noise", 1),
            ("seed", 4),
            ("racers", [("sgd", {"learning_rate": 0.01})]),
            ("step", 3),
        ),
        ("racers", ["sgd"]),
    ):
        assert set_to(**{name: value}) < 1000, name
    assert lab.heights["window"] == [[-9, 9], [-9, 9]]
    for name, value in (("window", ((0, 1), (0, 1))), ("tilt", 0.5)):
        assert set_to(**{name: value}) >= of_the_map, name
    assert lab.heights["window"] == [[-0.25, 1.25], [-0.25, 1.25]]
    lab.surface = "bowl"
    assert lab.heights is None
    assert set_to(surface="counted") >= of_the_map


def test_what_has_a_tape_is_left_to_the_view():
    assert Lab(objective=lambda x, y: x**2 + np.tanh(y)).computed is None


def branching(learning_rate, grad):
    return learning_rate * (1 if grad > 0 else -1)


def raising(learning_rate, grad, count_prev):
    if count_prev > 4:
        raise RuntimeError("out of luck")
    return learning_rate * grad, count_prev + 1


def too_many(learning_rate, grad, s_prev):
    return learning_rate * grad, s_prev, s_prev


def listing(learning_rate, grad):
    return [learning_rate * grad]


def growing(learning_rate, grad):
    return -3 * grad if grad else 0.0


@pytest.mark.parametrize(
    ("rule", "length", "words"),
    [
        (branching, 21, None),
        (raising, 5, "stopped at step 5: raising raised RuntimeError: out of luck"),
        (
            too_many,
            0,
            "stopped at step 0: too_many returned (.*); it must return updates, s: 2 numb",
        ),
        (
            listing,
            0,
            r"stopped at step 0: listing returned \[.*; it must return updates: 1 number,",
        ),
    ],
)
def test_a_rule_of_ones_own_says_what_went_wrong_and_when(rule, length, words):
    lab = Lab("bowl", [rule, "rmsprop"], steps=20)
    assert list(lab.computed["paths"]) == [rule.__name__]
    assert lab.heights is None
    rows, diverged_at, failure = received(lab, rule.__name__)
    assert rows.shape[1] == length
    assert diverged_at is None
    assert re.match(words, failure) if words else failure is None
    # In the built page it is a picture that says the same.
    figure = Figure(lab._repr_mimebundle_()[0]["text/html"])
    assert [tag for tag, _ in figure.elements] == ["figure", "img", "p"]
    assert figure.text["p"] == NO_KERNEL
    said = dict(figure.elements)["img"]["alt"]
    assert (failure if words else f"{rule.__name__}, step 20: x = ") in said


def test_a_rule_of_ones_own_may_diverge():
    lab = Lab("bowl", growing)
    rows, diverged_at, failure = received(lab, "growing")
    assert diverged_at == rows.shape[1] == descend("bowl", growing).diverged_at
    assert failure is None


def edge(x, y):
    return (math.sqrt(x) if x >= 0 else math.nan) + y * y  # a branch: only the kernel walks it


def edge_gradient(x, y):
    return (0.5 / math.sqrt(x) if x > 0 else math.nan), 2 * y


@pytest.mark.parametrize(
    ("value", "grad", "words"),
    [
        (edge, edge_gradient, "stopped: f has no value there, from step 1"),
        (
            edge,
            lambda x, y: (math.nan if x > 0 else 0.0, 0.0),
            "stopped: f has no gradient there, from step 0",
        ),
    ],
)
def test_where_f_has_no_value_or_no_gradient_nothing_diverges(value, grad, words):
    lab = Lab(Objective("edge", value, grad), "sgd", start=(0.001, 1), steps=10)
    _, diverged_at, failure = received(lab, "sgd")
    assert (diverged_at, failure) == (None, words)
    picture = Figure(lab._repr_mimebundle_()[0]["text/html"])
    assert f"SGD {words}" in dict(picture.elements)["img"]["alt"]


@pytest.mark.parametrize(
    ("formula", "optimizer", "words"),
    [
        ("x^(1/3) + y^2", "sgd", "SGD stopped: f has no value there, from step 20"),
        ("log(x) + y^2", "adam", "f has no value there, from step 74"),  # and the path goes on
    ],
)
def test_the_still_says_where_f_has_no_value(formula, optimizer, words):
    lab = Lab(formula, optimizer, start=(1, 1), steps=200)
    picture = Figure(lab._repr_mimebundle_()[0]["text/html"])
    assert words in dict(picture.elements)["img"]["alt"]


def test_no_name_stands_there_twice():
    def mine(decay, grad):
        return decay * grad

    own = Optimizer.of(mine, parameters=[Parameter("decay", "decay", 0.5, 0, 1, (0.0, 1.0))])
    told = {
        of["name"]: of["symbol"] for of in Lab("bowl", [own], controls="all").spec["parameters"]
    }
    assert (told["seed"], told["decay"], told["noise"]) == ("", "", "σ")
    assert not any(symbol == name for name, symbol in told.items())


def test_a_surface_that_raises_is_said_too():
    def patchy(x, y):
        if x < 4.5:
            raise ValueError("no ground here")
        return 1 * x * x if x > 0 else y

    lab = Lab(Objective.of(patchy), "sgd", learning_rate=0.1)
    _, _, failure = received(lab, "sgd")
    assert failure == "stopped at step 1: f raised ValueError: no ground here"
    assert np.isnan(np.frombuffer(lab.heights["numbers"])).any()
