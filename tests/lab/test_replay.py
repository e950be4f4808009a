"""Recorded paths in the lab's view: what it is told, what the still says, what is refused."""

import json
import re

import matplotlib as mpl
import numpy as np
import pytest
import traitlets

from rmsprop_lab import Optimizer, Recorded, Replay, optimizers, rules
from rmsprop_lab.lab.replay import DIGITS
from rmsprop_lab.lab.spec import entry
from tests.lab.test_lab import Figure

mpl.use("Agg")

rng = np.random.default_rng(0)
STEPS = 12
WINDOW = ((-3.0, 3.0), (-1.0, 2.0))
X, Y = np.meshgrid(np.linspace(*WINDOW[0], 7), np.linspace(*WINDOW[1], 4))
HEIGHTS = X**2 + 10 * Y


def recorded(**changes):
    points = np.cumsum(rng.standard_normal((STEPS + 1, 2)), axis=0)
    given = {
        "points": points,
        "gradients": rng.standard_normal((STEPS + 1, 2)),
        "updates": rng.standard_normal((STEPS + 1, 2)),
        "losses": np.exp(rng.standard_normal(STEPS + 1)),
    }
    return Recorded(**(given | changes))


SGD, ADAM = recorded(), recorded()
MINE = Optimizer.of(rules.sgd, "Mine", name="mine")


def replay(**changes):
    given = {"heights": HEIGHTS, "window": WINDOW, "paths": {"sgd": SGD, MINE: ADAM}}
    return Replay(**(given | changes))


def racing(*names):
    return tuple(entry(name) for name in names)


def five(numbers):
    return [float(f"{number:.5g}") for number in np.ravel(numbers)]


def test_the_view_gets_the_recorded_numbers():
    widget = replay(name="net", caption="Look", controls="all", step=3)
    told = widget.spec
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (widget.surface, widget.steps, widget.step) == ("net", STEPS, 3)
    assert widget.racers == racing("sgd", "mine")
    assert (told["caption"], told["controls"], told["replay"]) == (
        "Look",
        ["step", "racers"],
        True,
    )
    (surface,) = told["objectives"]
    assert (surface["name"], surface["value"], surface["window"]) == (
        "net",
        None,
        [[-3, 3], [-1, 2]],
    )
    assert [(of["name"], of["label"], of["rule"]) for of in told["optimizers"]] == [
        ("sgd", "SGD", None),
        ("mine", "Mine", None),
    ]
    (step,) = told["parameters"]
    assert (step["name"], step["high"]) == ("step", STEPS)
    for name, path in (("sgd", SGD), ("mine", ADAM)):
        message = widget.computed["paths"][name]
        rows = np.reshape(message["numbers"], (7, STEPS + 1))
        x, y = path.points.T
        expected = [x, path.gradients[:, 0], path.updates[:, 0]]
        expected += [y, path.gradients[:, 1], path.updates[:, 1], path.losses]
        assert rows.ravel().tolist() == five(expected)
        assert (message["divergedAt"], message["failure"]) == (None, None)
    for trait in ("spec", "computed", "step", "racers", "steps", "surface"):
        assert widget.trait_metadata(trait, "sync")


def test_rules_of_ones_own_look_different():
    other = Optimizer.of(rules.sgd, "Another", name="another")
    told = replay(paths={"sgd": SGD, MINE: ADAM, other: SGD}).spec["optimizers"]
    assert len({of["looks"][0]["light"] for of in told}) == 3
    assert len({of["looks"][0]["marker"] for of in told}) == 3


def test_the_heights_are_in_the_middles_of_the_views_cells():
    heights = replay().heights
    assert heights["size"] == [7, 4]
    assert heights["numbers"] == five(HEIGHTS)
    (left, right), (bottom, top) = heights["window"]
    middles = left + (right - left) * (np.arange(7) + 0.5) / 7
    np.testing.assert_allclose(middles, np.linspace(*WINDOW[0], 7), atol=1e-12)
    middles = bottom + (top - bottom) * (np.arange(4) + 0.5) / 4
    np.testing.assert_allclose(middles, np.linspace(*WINDOW[1], 4), atol=1e-12)


def test_the_page_carries_it_all_and_the_still_says_the_same():
    figure = Figure(replay(step=2, caption="A & B")._repr_mimebundle_()[0]["text/html"])
    assert [tag for tag, _ in figure.elements] == ["figure", "img", "script", "p", "figcaption"]
    model = json.loads(figure.text["script"])
    widget = replay(step=2, caption="A & B")
    assert model["computed"] == widget.computed
    assert model["spec"] == widget.spec
    assert (model["steps"], model["step"]) == (STEPS, 2)
    assert model["racers"] == list(racing("sgd", "mine"))
    (x, y), f = SGD.points[-1], SGD.losses[-1]
    x, y, f = five([x, y, f])
    said = dict(figure.elements)["img"]["alt"]
    assert f"SGD, step {STEPS}: x = {x:.9g}, y = {y:.9g}, f = {f:.9g}" in said
    assert "Mine, step 12: " in said


def test_a_path_may_end_earlier():
    holes = {
        name: np.where(np.arange(STEPS + 1)[:, np.newaxis] < 5, getattr(SGD, name), np.nan)
        for name in ("points", "gradients", "updates")
    }
    losses = np.where(np.arange(STEPS + 1) < 5, SGD.losses, np.inf)
    gone = Recorded(**holes, losses=losses, diverged_at=np.int64(5))
    widget = replay(paths={"sgd": gone, "adam": ADAM})
    message = widget.computed["paths"]["sgd"]
    assert (len(message["numbers"]), message["divergedAt"]) == (7 * 5, 5)
    figure = Figure(widget._repr_mimebundle_()[0]["text/html"])
    assert "SGD diverged at step 5" in dict(figure.elements)["img"]["alt"]


def test_who_races_can_be_set():
    widget = replay(racers="mine")
    assert widget.racers == racing("mine")
    widget.racers = ["mine", "sgd"]
    assert widget.racers == racing("mine", "sgd")
    words = re.escape("racers = [] must name one at least; choices: sgd, mine")
    with pytest.raises(traitlets.TraitError, match=words):
        widget.racers = []
    with pytest.raises(traitlets.TraitError, match=r"racers: .*'adam'.*; choices: sgd, mine"):
        widget.racers = ["adam"]
    with pytest.raises(traitlets.TraitError, match="'sgd' comes twice"):
        widget.racers = ["sgd", "sgd"]
    # What was recorded cannot be walked at another setting.
    with pytest.raises(traitlets.TraitError, match=r"SGD has no .*; choices: none"):
        widget.racers = [("sgd", {"learning_rate": 1})]
    widget.racers = ["mine"]
    figure = Figure(widget._repr_mimebundle_()[0]["text/html"])
    assert "SGD" not in dict(figure.elements)["img"]["alt"]


def test_nothing_is_drawn_from_what_is_changed_later():
    points = SGD.points.copy()
    path = recorded(points=points)
    points[:] = 9
    np.testing.assert_array_equal(path.points, SGD.points)


def test_five_digits_are_kept():
    assert DIGITS == 5
    path = recorded(losses=np.full(STEPS + 1, 1.23456789e-7))
    numbers = replay(paths={"sgd": path}).computed["paths"]["sgd"]["numbers"]
    assert numbers[-1] == 1.2346e-7


NAN = np.where(np.arange(2 * STEPS + 2).reshape(-1, 2) == 7, np.nan, 1.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"points": np.ones((5, 3))}, "points has shape (5, 3); it must be (steps + 1, 2)"),
        ({"points": [1, 2]}, "points has shape (2,); it must be (steps + 1, 2)"),
        ({"points": [[1, 2]]}, "points has shape (1, 2)"),
        ({"points": "here"}, "points must be an array of numbers"),
        ({"gradients": np.ones((5, 2))}, "gradients has shape (5, 2); it must be (13, 2), as"),
        ({"updates": np.ones((13, 1))}, "updates has shape (13, 1); it must be (13, 2)"),
        ({"losses": np.ones((13, 1))}, "losses has shape (13, 1); it must be (13,)"),
        ({"points": NAN}, "points holds nan in row 3, column 1; it must be finite"),
        ({"gradients": NAN}, "gradients holds nan in row 3, column 1"),
        ({"losses": NAN[:, 1]}, "losses holds nan in row 3"),
        ({"losses": NAN[:, 1], "diverged_at": 4}, "losses holds nan in row 3"),
        ({"diverged_at": 0}, "diverged_at = 0 must be None or one of 1 to 12"),
        ({"diverged_at": 13}, "diverged_at = 13 must be None or one of 1 to 12"),
    ],
)
def test_a_bad_path_is_refused(changes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        recorded(**changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"heights": HEIGHTS[0]}, "heights has shape (7,); it must be (rows, columns), two at"),
        ({"heights": HEIGHTS[:1]}, "heights has shape (1, 7)"),
        ({"heights": "high"}, "heights must be an array of numbers"),
        ({"heights": NAN}, "heights holds nan in row 3, column 1; it must be finite"),
        ({"window": None}, "window = None must be"),
        ({"window": ((1, 0), (0, 1))}, "window = ((1, 0), (0, 1)) must be"),
        ({"paths": {}}, "paths is empty; choices: sgd, "),
        ({"paths": {"SGD": SGD}}, "no optimiser 'SGD'; choices: sgd, "),
        ({"paths": {"sgd": SGD, optimizers.sgd: ADAM}}, "comes twice in ['sgd', 'sgd']"),
        ({"paths": {"sgd": SGD.points}}, "the path of 'sgd' is a ndarray, not a Recorded"),
        (
            {"paths": {"sgd": SGD, "adam": Recorded(*[np.ones((3, 2))] * 3, np.ones(3))}},
            "paths have different numbers of rows: {'sgd': 13, 'adam': 3}",
        ),
        ({"racers": ["adam"]}, "racers: no optimiser 'adam' in this lab; choices: sgd, mine"),
        ({"racers": []}, "racers = [] must name one at least; choices: sgd, mine"),
        ({"step": 13}, "step = 13 is out of range; allowed: whole numbers in [0, 12]"),
        ({"step": -1}, "step = -1 is out of range"),
        ({"controls": ["step", "zoom"]}, "no control 'zoom'; choices: step, racers"),
        ({"controls": "learning_rate"}, "no control 'learning_rate'"),
    ],
)
def test_a_bad_replay_is_refused(changes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        replay(**changes)
