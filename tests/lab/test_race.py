"""``Race`` in Python: what it is told, refuses and trains."""

import json
import re

import numpy as np
import pytest

from rmsprop_lab import Network, Optimizer, Parameter, Race, rules, train

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(60, 3))
LABELS = (INPUTS[:, 0] > INPUTS[:, 1]).astype(int)
DATA = (INPUTS[:40], LABELS[:40])
TEST = (INPUTS[40:], LABELS[40:])
NETWORK = Network([3, 4, 2])


def race(optimizers=("sgd", "rmsprop"), **settings):
    usual = {"epochs": 3, "batch_size": 10, "learning_rate": 0.05}
    return Race(NETWORK, DATA, TEST, optimizers, **usual | settings)


def figure(of):
    return of._repr_mimebundle_()[0]["text/html"]


def model(of):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', figure(of))[1])


def test_it_trains_as_train_does():
    (sgd, rmsprop) = race([("sgd", {"learning_rate": 0.3}), "rmsprop"]).train().values()
    data = tuple(race().data)
    settings = {"epochs": 3, "batch_size": 10, "progress": False}
    assert str(sgd) == str(train(NETWORK, "sgd", data, test=TEST, learning_rate=0.3, **settings))
    right = train(NETWORK, "rmsprop", data, test=race().test, learning_rate=0.05, **settings)
    np.testing.assert_array_equal(rmsprop.batch_losses, right.batch_losses)


def test_many_seeds_are_as_many_races():
    one = race(start_scale=0.5, units=10, schedule="cosine")
    many = one.train_many([3, 7])
    for place, seed in enumerate([3, 7]):
        one.seed = seed
        alone = one.train()
        assert many.keys() == alone.keys()
        for name, history in alone.items():
            assert str(many[name][place]) == str(history)
            np.testing.assert_allclose(many[name][place].params, history.params, rtol=1e-9)


def test_start_scale_and_units_change_what_they_say():
    plain, scaled = race().train()["SGD"], race(start_scale=0.5, units=10)
    half = scaled.train()["SGD"]
    assert half.batch_losses[0] != plain.batch_losses[0]
    np.testing.assert_array_equal(half.network.initial(0), NETWORK.initial(0) / 2)
    inputs, labels = scaled._in_units(scaled.data)
    np.testing.assert_array_equal(inputs, scaled.data[0] * [1, 10, 1])
    assert labels is scaled.data[1]


def test_grey_levels_are_sent_as_whole_parts_of_one():
    levels = np.array([[0, 1, 0.0625], [0.8125, 0.5, 0]])
    labels = np.array([0, 1])
    made = Race(NETWORK, (levels, labels), (levels / 3, labels), epochs=1, batch_size=1)
    (world,) = model(made)["spec"]["network"]["worlds"]
    assert world["train"] == {"inputs": [0, 16, 1, 13, 8, 0], "parts": 16, "labels": [0, 1]}
    assert world["test"]["parts"] == 1
    assert world["test"]["inputs"] == made.test[0].ravel().tolist()


def test_the_figure_holds_the_data_and_the_still():
    sent = model(race(name="points", caption="Three inputs."))
    assert sent["spec"]["network"]["sizes"] == [3, 4, 2]
    (world,) = sent["spec"]["network"]["worlds"]
    assert world["name"] == sent["world"] == "points"
    assert world["train"]["parts"] == 1
    np.testing.assert_allclose(np.reshape(world["train"]["inputs"], (40, 3)), DATA[0], rtol=1e-4)
    assert world["test"]["labels"] == TEST[1].tolist()
    html = figure(race(name="points", caption="Three inputs."))
    assert 'class="rmsprop-lab rmsprop-race" data-state="static"' in html
    assert "Three inputs." in html
    assert "SGD: SGD, 12 steps: loss" in html


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"epochs": 0}, r"epochs = 0.*\[1, 1000\]"),
        ({"batch_size": 41}, r"batch_size = 41.*\[1, 40\]"),
        ({"start_scale": -1}, "start_scale = -1"),
        ({"units": 0}, r"units = 0.*\(0, "),
        ({"rho": 2}, "rho = 2"),
        ({"roh": 0.5}, "no number 'roh' here; choices: learning_rate, "),
        ({"controls": ["rhoo"]}, "no control 'rhoo'; choices: racers, rates"),
        ({"schedule": "stairs"}, "stairs"),
        ({"racers": ["adam"]}, "no optimiser 'adam' in this lab; choices: sgd, rmsprop"),
        ({"optimizers": ["foo"]}, "no optimiser 'foo'; choices"),
        ({"image": (2, 2)}, r"image = \(2, 2\) must be \(columns, rows\) of 3 pixels"),
        ({"image": 3}, "image = 3 must be"),
        ({"optimizers": []}, "optimizers is empty"),
    ],
)
def test_bad_input_is_named(settings, says):
    with pytest.raises(ValueError, match=says):
        race(**settings)


def two_worlds(**settings):
    usual = {"epochs": 3, "batch_size": 10, "learning_rate": 0.05}
    worlds = {"plain": (DATA, TEST), "mirrored": ((-DATA[0], DATA[1]), (-TEST[0], TEST[1]))}
    return Race(NETWORK, worlds, optimizers=["sgd"], **usual | settings)


def test_one_of_several_worlds_is_trained_on():
    one = two_worlds()
    assert one.world == "plain"
    assert str(one.train()["SGD"]) == str(race(["sgd"]).train()["SGD"])
    plain = one.data[0]
    one.world = "mirrored"
    np.testing.assert_array_equal(one.data[0], -plain)
    other = Race(NETWORK, (-DATA[0], DATA[1]), (-TEST[0], TEST[1]), "sgd", epochs=3, batch_size=10)
    other.learning_rate = 0.05
    assert str(one.train()["SGD"]) == str(other.train()["SGD"])
    sent = model(one)
    assert sent["world"] == "mirrored"
    assert [of["name"] for of in sent["spec"]["network"]["worlds"]] == ["plain", "mirrored"]
    assert sent["spec"]["controls"][0] == "world"
    assert "world" not in model(race())["spec"]["controls"]
    assert sent["spec"]["name"] == "Race: SGD train a network on plain or mirrored"


@pytest.mark.parametrize(
    ("racers", "settings"),
    [
        (["rmsprop"], {}),
        (["sgd", "rmsprop", "adam", "momentum"], {"start_scale": 0}),  # no border
        ([("sgd", {"learning_rate": 1e300})], {"units": 100}),  # diverges
    ],
)
def test_with_two_inputs_the_still_is_of_the_plane(racers, settings):
    points, classes = INPUTS[:, :2], LABELS + (INPUTS[:, 1] > 1)
    usual = {"epochs": 3, "batch_size": 10, "learning_rate": 0.05, "name": "points"}
    one = Race(Network([2, 4, 3]), (points, classes), (points, classes), racers, **usual | settings)
    assert 'alt="Which class each network says where, on points; ' in figure(one)
    assert "Training loss by step" in figure(race())


def test_a_world_that_is_none_is_named():
    with pytest.raises(Exception, match="world = 'upside'; choices in this race: plain, mirrored"):
        two_worlds().world = "upside"
    with pytest.raises(ValueError, match="no control 'world'; choices: racers, "):
        race(controls=["world"])
    with pytest.raises(ValueError, match="each of several data sets has its own test"):
        Race(NETWORK, {"plain": (DATA, TEST)}, TEST)
    with pytest.raises(ValueError, match=r"data\['plain'\] must be a pair, \(data, test\)"):
        Race(NETWORK, {"plain": DATA[0]})
    with pytest.raises(ValueError, match="data is empty"):
        Race(NETWORK, {})
    with pytest.raises(ValueError, match="test is missing"):
        Race(NETWORK, DATA)
    with pytest.raises(ValueError, match="test of odd label 3 in row 0"):
        Race(NETWORK, {"plain": (DATA, TEST), "odd": (DATA, (TEST[0], TEST[1] + 3))})
    with pytest.raises(ValueError, match=r"batch_size = 40.*\[1, 20\]"):
        Race(NETWORK, {"plain": (DATA, TEST), "small": (TEST, TEST)}, batch_size=40)


def test_bad_data_is_named():
    with pytest.raises(ValueError, match="training inputs have shape"):
        Race(NETWORK, (INPUTS[:, :2], LABELS), TEST)
    with pytest.raises(ValueError, match="test label 3 in row 0"):
        Race(NETWORK, DATA, (INPUTS, LABELS + 2))


def test_a_rule_without_a_tape_cannot_race_in_the_page():
    def branching(learning_rate, grad):
        return learning_rate * grad if grad > 0 else 0 * grad

    with pytest.raises(ValueError, match="the rule of 'branching' has no tape"):
        race([Optimizer.of(branching)])


@pytest.mark.parametrize("name", ["world", "racers", "own", "spec", "units", "data"])
def test_no_argument_of_a_rule_may_hide_what_a_race_has(name):
    told = {}
    exec(f"def rule(learning_rate, {name}, grad):\n    return {name} * grad", told)
    number = Parameter(name, "", 1, low=0, high=2, slider=(0, 2))
    with pytest.raises(ValueError, match=f"named '{name}' would hide the lab's own"):
        race([Optimizer.of(told["rule"], parameters=[number])])


def test_traits_are_checked_as_arguments_are():
    one = race()
    one.learning_rate = 0.2
    assert one.train()["SGD"].settings == {"learning_rate": 0.2}
    with pytest.raises(Exception, match="learning_rate = -1"):
        one.learning_rate = -1
    with pytest.raises(Exception, match="choices here"):
        one.schedule = "stairs"


def test_an_edited_rule_only_the_view_runs():
    own = Optimizer.of(rules.rmsprop, "your own rule", name="own")
    one = race(["sgd", own], controls=["rule"])
    assert "grad * grad" in model(one)["spec"]["optimizers"][1]["source"]
    one.rule = "def own(learning_rate, grad):\n    return learning_rate * grad"
    with pytest.raises(ValueError, match="the rule of 'own' is edited"):
        one.train()
