"""The lab's Python side: traits, the settings its view gets, messages and the static figure."""

import base64
import io
import json
import math
import re
from html.parser import HTMLParser

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from PIL import Image

from rmsprop_lab import Lab, Objective, Optimizer, descend, objectives, optimizers, style
from rmsprop_lab.descent import FAR
from rmsprop_lab.javascript import UntranslatableError, translate
from rmsprop_lab.lab.spec import of_program
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
        ("start", (1e7, 0), "start = 10000000 is out of range; allowed: [-1e+06, 1e+06]"),
        ("start", (0, math.inf), "start = inf is out of range; allowed: [-1e+06, 1e+06]"),
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
        assert path.hyper == expected[name].hyper
        assert path.optimizer is optimizers.ALL[name]
    with pytest.raises(ValueError, match="does not draw 'adam'; choices: sgd, rmsprop"):
        lab.trajectory("adam")
    with pytest.raises(ValueError, match="does not draw 'adam'; choices: sgd, rmsprop"):
        lab.trajectory(optimizers.adam)


def test_what_the_view_is_told():
    surface = objectives.rotated_ravine.at(condition=3)
    spec = Lab(surface, ["rmsprop", "adam"], caption="Look").spec
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert spec["caption"] == "Look"
    assert spec["far"] == FAR
    assert spec["objective"] == {
        "name": "rotated ravine",
        "value": of_program(translate(surface.value)),
        "grad": of_program(translate(surface.grad)),
        "settings": [3, 1],
        "window": [[-6, 6], [-6, 6]],
        "minima": [[0, 0]],
    }
    assert [of["name"] for of in spec["optimizers"]] == ["rmsprop", "adam"]
    adam, look = spec["optimizers"][1], style.look(optimizers.adam)
    assert adam == {
        "name": "adam",
        "label": "Adam",
        "rule": of_program(translate(optimizers.adam.rule)),
        "hyper": ["learning_rate", "beta1", "beta2", "epsilon"],
        "state": ["m", "v", "beta1_power", "beta2_power"],
        "initial": [0, 0, 1, 1],
        "scales": False,
        "look": {
            "light": look.light,
            "dark": look.dark,
            "dash": [2 * length for length in look.dash],
            "marker": look.marker,
        },
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
        "interval": "(0, inf)",
        "slider": [1e-4, 10],
        "scale": "log",
        "unit": "per step",
        "whole": False,
    }
    assert parameters["rho"]["openHigh"]
    assert parameters["rho"]["high"] == 1
    assert parameters["steps"]["whole"]
    # In the order of the book, not of the optimisers; then steps and the start.
    order = ["learning_rate", "rho", "beta1", "beta2", "epsilon", "steps", "start"]
    assert spec["controls"] == order
    assert list(parameters) == [*order, "step"]


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


def unclear(x, y):
    return np.tanh(x) + y


UNCLEAR = Objective(name="unclear", value=unclear, grad=lambda x, y: (x, y))


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"objective": "bowls"}, ["no objective 'bowls'", "choices: bowl, ravine"]),
        ({"optimizers": ["sgd", "Adam"]}, ["no optimiser 'Adam'", "choices: sgd, "]),
        ({"optimizers": []}, ["optimizers is empty", "choices: sgd, ", "adam"]),
        ({"optimizers": ["sgd", "adam", "sgd"]}, ["twice", "['sgd', 'adam', 'sgd']"]),
        ({"rho": 1}, ["rho = 1 ", "[0, 1)"]),
        ({"momentum": 0.5}, ["'momentum'", "choices: learning_rate, rho, epsilon"]),
        ({"steps": 0}, ["steps = 0 ", "[1, 10000]"]),
        ({"steps": 20_000}, ["steps = 20000 ", "[1, 10000]"]),
        ({"controls": ["rho", "speed"]}, ["no control 'speed'", "epsilon, steps, start"]),
        ({"objective": UNCLEAR}, ["unclear, line ", "`np.tanh`", "no translation", "choices"]),
        (
            {"optimizers": [lambda learning_rate, grad: learning_rate * abs(grad)]},
            ["<lambda>, line ", "`abs`", "no translation"],
        ),
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
    with pytest.raises(UntranslatableError):
        Lab(UNCLEAR)


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
    mine = Optimizer.of(capped, "Capped", hyper=[CAP], initial={"s": 2})
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
        Lab(optimizers=Optimizer.of(rule, hyper=[number]))


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
    assert [tag for tag, _ in figure.elements] == ["figure", "img", "script", "figcaption"]
    assert figure.text["figcaption"] == nasty
    assert json.loads(figure.text["script"]) == {
        "spec": lab.spec,
        "start": [5, 4],
        "step": None,
        "learning_rate": 2,
        "rho": 0.5,
        "epsilon": 1e-6,
        "steps": 12,
    }
    attributes = dict(figure.elements)
    assert attributes["figure"] == {"class": "rmsprop-lab", "data-state": "static"}
    assert attributes["script"] == {"type": "application/json"}

    kind, picture = attributes["img"]["src"].split(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        assert (image.format, image.size) == ("PNG", (880, 484))
        assert len(image.getcolors()) > 20
    (x, y), f = lab.trajectory().params[-1], lab.trajectory().losses[-1]
    assert attributes["img"]["alt"].split("; ") == [
        "Contour map of bowl with paths, and the loss by step",
        f"RMSProp, step 12: x = {x:.9g}, y = {y:.9g}, f = {f:.9g}",
        "SGD diverged at step 12",
    ]


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
    with pytest.raises(ValueError, match=r"comes twice .* name="):
        Lab("bowl", ["sgd", Optimizer.of(optimizers.sgd.rule, "Mine")])


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
