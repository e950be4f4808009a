"""Who races in a lab: optimisers with settings of their own, by names that tell them apart."""

import json
import re
import subprocess

import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

from rmsprop_lab import Lab, Optimizer, descend, optimizers, style
from rmsprop_lab.lab.racers import exact, keys, looks
from rmsprop_lab.lab.spec import entry
from tests.lab.test_lab import Figure, staircase
from tests.support.in_node import NODE, SOURCES

TWICE = [("rmsprop", {"rho": 0.9}), ("rmsprop", {"rho": 0.99}), "sgd"]


def test_an_optimiser_may_race_several_times():
    lab = Lab("ravine", TWICE, steps=30, learning_rate=0.05)
    assert lab.racers == (
        {"optimizer": "rmsprop", "settings": {"rho": 0.9}},
        {"optimizer": "rmsprop", "settings": {"rho": 0.99}},
        {"optimizer": "sgd", "settings": {}},
    )
    assert lab.names == ("RMSProp ρ = 0.9", "RMSProp ρ = 0.99", "SGD")
    assert [optimizer.name for optimizer in lab.optimizers] == ["rmsprop", "sgd"]
    assert lab.spec["name"] == "Lab: RMSProp ρ = 0.9, RMSProp ρ = 0.99, SGD on ravine"
    lab.rho = 0.5  # which nobody shares
    for rho in (0.9, 0.99):
        name = f"RMSProp ρ = {rho}"
        assert lab.settings(name) == {"learning_rate": 0.05, "rho": rho, "epsilon": 1e-6}
        expected = descend("ravine", "rmsprop", steps=30, learning_rate=0.05, rho=rho).params
        np.testing.assert_array_equal(lab.trajectory(name).params, expected)
    assert lab.settings() == lab.settings("RMSProp ρ = 0.9")


def test_a_racer_is_named_by_what_differs():
    lab = Lab(optimizers=["rmsprop", "sgd"])
    for racers, names in (
        (["rmsprop"], ("RMSProp",)),
        ([("rmsprop", {"epsilon": 1e-8, "learning_rate": 1})], ("RMSProp α = 1, ε = 1e-8",)),
        (["rmsprop", ("rmsprop", {"rho": 0.99})], ("RMSProp ρ = 0.9", "RMSProp ρ = 0.99")),
        # What they have in common is not said.
        (
            [("rmsprop", {"rho": rho, "learning_rate": 0.2}) for rho in (0.5, 0.75)],
            ("RMSProp ρ = 0.5", "RMSProp ρ = 0.75"),
        ),
        (
            ["sgd", ("rmsprop", {"rho": 0}), ("rmsprop", {"learning_rate": 1})],
            ("SGD", "RMSProp α = 0.1, ρ = 0", "RMSProp α = 1, ρ = 0.9"),
        ),
    ):
        lab.racers = racers
        assert lab.names == names
    lab.racers = ["rmsprop", ("rmsprop", {"rho": 0.99})]
    lab.rho = 0.99  # where the other one stands
    assert lab.names == ("RMSProp", "RMSProp ρ = 0.99")


def test_a_racer_is_asked_for_by_its_name_or_its_optimisers():
    lab = Lab(optimizers=[*TWICE, "adam"], racers=TWICE)
    assert lab.settings("sgd") == lab.settings(optimizers.sgd) == lab.settings("SGD")
    assert lab.settings("adam")["beta1"] == 0.9  # who does not race, as it would
    words = "'rmsprop' races more than once; choices: RMSProp ρ = 0.9; RMSProp ρ = 0.99; SGD"
    with pytest.raises(ValueError, match=re.escape(words)):
        lab.trajectory("rmsprop")
    words = "not draw 'RMSProp'; choices: rmsprop, sgd, adam; or a racer: RMSProp ρ = 0.9; RMSProp"
    with pytest.raises(ValueError, match=re.escape(words)):
        lab.settings("RMSProp")
    lab.racers = ["adam"]
    assert lab.settings("sgd") == {"learning_rate": 0.1}


def test_racers_are_set_as_they_are_asked_for():
    mine = Optimizer.of(optimizers.sgd.rule, "Mine", name="mine")
    lab = Lab(optimizers=[mine, "rmsprop", ("momentum", {"learning_rate": 0.01})], racers=[mine])
    assert lab.racers == (entry("mine"),)
    for given_, names in (
        ("rmsprop", ("RMSProp",)),
        (mine, ("Mine",)),
        (("mine", {"learning_rate": 2}), ("Mine α = 2",)),
        ([mine, ("rmsprop", {})], ("Mine", "RMSProp")),
        ([{"optimizer": "rmsprop", "settings": {"rho": 0.5}}], ("RMSProp ρ = 0.5",)),  # the view's
        (["momentum"], ("Momentum",)),
    ):
        lab.racers = given_
        assert lab.names == names
    # Who does not race has the settings that it was asked for with, and joins with them.
    lab.racers = [mine]
    assert lab.settings("momentum")["learning_rate"] == 0.01
    assert lab.spec["entries"][2] == {"optimizer": "momentum", "settings": {"learning_rate": 0.01}}
    alone = Lab(optimizers=("rmsprop", {"rho": 0.5}))
    assert alone.names == ("RMSProp ρ = 0.5",)


def test_what_is_refused_changes_nothing():
    lab = Lab(optimizers=TWICE)
    before = lab.racers
    for racers, words in (
        ([], "racers = [] must name one at least; choices: rmsprop, sgd"),
        (["adam"], "racers: no optimiser 'adam' in this lab; choices: rmsprop, sgd"),
        ([None], "racers: no optimiser None in this lab"),
        (
            [("sgd", {"rho": 0.5})],
            "racers: SGD has no hyper-parameter 'rho'; choices: learning_rat",
        ),
        ([("rmsprop", {"rho": 1.5})], "racers: rho of rmsprop = 1.5 is out of range; allowed: [0,"),
        ([("rmsprop", {"rho": "much"})], "racers: rho of rmsprop = 'much' is not a number"),
        ([("rmsprop", {"rho": [0.5, 0.6]})], "rho of rmsprop = [0.5, 0.6] is not one number"),
        (["sgd", "sgd"], "racers: 'sgd' comes twice with the same settings, {}"),
        ([("sgd", {"learning_rate": 1 + k}) for k in range(7)], "'sgd' comes 7 times; 6 times at"),
    ):
        with pytest.raises(traitlets.TraitError, match=re.escape(words)):
            lab.racers = racers
    assert lab.racers == before


def test_the_still_has_all_racers_with_names_and_looks():
    lab = Lab("bowl", TWICE, steps=20)
    image = dict(Figure(lab._repr_mimebundle_()[0]["text/html"]).elements)["img"]
    assert re.findall(r"; ([^,;]*), step 20", image["alt"]) == list(lab.names)
    found = looks(lab.racers, style.looks(lab.optimizers))
    assert list(found) == keys(lab.racers) == ["rmsprop", "rmsprop:2", "sgd"]
    first, second = found["rmsprop"], found["rmsprop:2"]
    assert first == style.look(optimizers.rmsprop)
    assert (first.light, first.dark) == (second.light, second.dark)
    assert first.dash != second.dash
    assert first.marker != second.marker


def test_the_kernel_descends_for_each_racer():
    lab = Lab(staircase, TWICE, steps=10)
    assert list(lab.computed["paths"]) == ["rmsprop", "rmsprop:2", "sgd"]
    paths = [lab.computed["paths"][key]["numbers"] for key in ("rmsprop", "rmsprop:2")]
    assert paths[0] != paths[1]
    lab.racers = lab.racers[1:]
    assert list(lab.computed["paths"]) == ["rmsprop", "sgd"]
    assert lab.computed["paths"]["rmsprop"]["numbers"] == paths[1]
    image = dict(Figure(lab._repr_mimebundle_()[0]["text/html"]).elements)["img"]
    assert "RMSProp ρ = 0.99, step 10" in image["alt"]


def test_a_map_may_be_of_a_second_racer():
    lab = Lab(optimizers=TWICE, sweep=("rmsprop:2", "rho", "epsilon"))
    assert lab.sweep == ("rmsprop:2", "rho", "epsilon")
    with pytest.raises(traitlets.TraitError, match="must be an optimiser and two"):
        lab.sweep = ("sgd:2", "rho", "epsilon")


NAMING = """
import { createInterface } from "node:readline";
const base = process.argv[1];
const [{ createStore }, { follow }, { namesOf, racing }] = await Promise.all(
  ["model/store.ts", "model/follow.ts", "model/racers.ts"].map((file) => import(base + file)),
);
for await (const line of createInterface({ input: process.stdin })) {
  const lab = follow(createStore(JSON.parse(line)));
  const racers = racing(lab);
  console.log(JSON.stringify([racers.map(({ key }) => key), namesOf(lab, racers)]));
}
"""


@pytest.fixture(scope="module")
def in_view():
    """The keys and names that the view gives the racers of a lab."""
    command = [NODE, "--input-type=module", "-e", NAMING, SOURCES.as_uri() + "/"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(lab):
            numbers = {of["name"]: getattr(lab, of["name"]) for of in lab.spec["parameters"]}
            model = {"spec": lab.spec, "racers": lab.racers} | numbers
            print(json.dumps(model), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


SHARES = st.sampled_from([0.0, 0.5, 0.9, 0.99, 1 - 2**-40])
RATES = st.one_of(st.floats(1e-9, 1e12), st.sampled_from([0.1, 1.0, 1e-7, 1e9, 1e21]))
OWN = st.fixed_dictionaries({}, optional={"learning_rate": RATES, "rho": SHARES})
RACERS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["rmsprop", "rmsprop_inside"]), OWN),
        st.tuples(
            st.just("sgd"), OWN.map(lambda own: {k: v for k, v in own.items() if k != "rho"})
        ),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda racer: (racer[0], *sorted(racer[1].items())),
)
LAB = Lab(optimizers=["rmsprop", "rmsprop_inside", "sgd"])


@settings(max_examples=200, deadline=None)
@given(racers=RACERS, rate=RATES, rho=SHARES)
def test_the_view_gives_the_same_names_no_two_alike(in_view, racers, rate, rho):
    LAB.racers, LAB.learning_rate, LAB.rho = racers, rate, rho
    assert in_view(LAB) == [keys(LAB.racers), list(LAB.names)]
    assert len(set(LAB.names)) == len(racers)
    for name, racer in zip(LAB.names, LAB.racers, strict=True):
        shared = {"learning_rate": rate, "rho": rho, "epsilon": LAB.epsilon}
        own = shared | racer["settings"]
        assert LAB.settings(name) == {key: own[key] for key in LAB.settings(name)}


def test_numbers_are_written_as_the_view_writes_them():
    numbers = [0, 0.1, 1, 1e-4, 9.99e-5, 1e-12, 123456789, 1e9, 1.5e10, 12345678912345, 1e21]
    texts = "0 0.1 1 0.0001 9.99e-5 1e-12 123456789 1e9 1.5e10 12345678912345 1e21".split()
    assert [exact(number) for number in numbers] == texts
