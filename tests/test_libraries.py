"""As code: what it says of the libraries is what they did, and what it says of this book runs."""

import numpy as np
import pytest

from rmsprop_lab import (
    Objective,
    Optimizer,
    as_code,
    descend,
    least_squares,
    objectives,
    optimizers,
)
from rmsprop_lab.libraries import FORMS as CALLED
from rmsprop_lab.libraries import LIBRARIES, number
from tests.test_goldens import FORMS, GOLDENS, PATHS, WALKED, adagrad_inside, of

RECORDED = WALKED["as_code"]
OTHERS = LIBRARIES[1:]


def root(epsilon):
    return epsilon**0.5


def square(epsilon):
    return epsilon**2


# What a library walks where it has no equal: a rule of tests/test_goldens.py, and its epsilon.
NEAREST = {
    ("PyTorch", "rmsprop_inside"): (FORMS["rmsprop"], root),
    ("Keras", "adagrad"): (of(adagrad_inside, s=0.0), square),
    ("Keras", "rmsprop"): (FORMS["rmsprop_inside"], square),
    ("Keras", "rmsprop_centered"): (FORMS["rmsprop_inside_centered"], square),
    ("Keras", "rmsprop_momentum"): (FORMS["rmsprop_inside_momentum"], square),
    ("Keras", "adam"): (FORMS["adam_before"], float),
    ("Optax", "adagrad"): (of(adagrad_inside, s=0.0), square),
}


def named(golden):
    momentum = golden["settings"].get("momentum")
    return (
        f"{golden['library']} {golden['optimizer']} {golden['settings'].get('epsilon', momentum)}"
    )


def path(optimizer, settings):
    return descend("bowl", optimizer, (5, 4), steps=GOLDENS["steps"], **settings).params[
        :: GOLDENS["every"]
    ]


def test_every_optimiser_is_run_by_every_library():
    run = [(golden["library"], golden["optimizer"]) for golden in RECORDED]
    assert set(run) == {(library, name) for library in OTHERS for name in CALLED[library]}
    assert all(run.count(one) >= 2 for one in run)


@pytest.mark.parametrize("golden", RECORDED, ids=named)
def test_the_library_ran_this_very_text(golden):
    code = as_code(golden["optimizer"], golden["library"], **golden["settings"])
    assert code == golden["code"], "run `make goldens`"


@pytest.mark.parametrize("golden", RECORDED, ids=named)
def test_equal_is_equal_and_nearest_is_what_it_says(golden):
    library, name, settings = golden["library"], golden["optimizer"], golden["settings"]
    # They order the arithmetic differently, and rounding is all that may differ.
    near = {"rtol": 1e-10, "atol": 1e-10}
    ours = path(name, settings)
    if "# Nearest: " not in golden["code"]:
        np.testing.assert_allclose(golden["params"], ours, **near)
        return
    rule, changed = NEAREST[library, name]
    epsilon = changed(settings["epsilon"])
    np.testing.assert_allclose(
        golden["params"], path(rule, settings | {"epsilon": epsilon}), **near
    )
    if settings["epsilon"] > 0.1:  # large enough that its place tells
        assert np.abs(np.array(golden["params"]) - ours).max() > 1e-3


@pytest.mark.parametrize("library", OTHERS)
def test_what_has_no_equal_is_said(library):
    """Of each difference that the golden values know, and of no other."""
    remarks = {name: as_code(name, library).partition("import")[0] for name in CALLED[library]}
    inside = {
        name
        for name, remark in remarks.items()
        if "epsilon stands inside the root only" in " ".join(remark.split("\n# "))
    }
    found = GOLDENS["conventions"]["torch" if library == "PyTorch" else library.lower()]
    if library == "Keras":
        assert inside == {"adagrad", "rmsprop", "rmsprop_centered", "rmsprop_momentum"}
    else:
        assert inside == ({"adagrad"} if found["adagrad"]["epsilon"] == "inside" else set())
    rate = {name for name, remark in remarks.items() if "rate stands inside" in remark}
    expected = {"rmsprop_momentum"} if found["rmsprop"]["rate_in_velocity"] == "inside" else set()
    expected |= {"momentum", "nesterov"} if found["sgd"]["rate_in_velocity"] == "inside" else set()
    assert rate == expected
    assert ("Nearest" in remarks["adam"]) == (found["adam"]["epsilon_and_correction"] == "before")
    start = {name for name, remark in remarks.items() if "s starts at 0.1" in remark}
    assert start == ({"adagrad"} if found["adagrad"]["s_starts_at"] == 0.1 else set())
    assert remarks["sgd"] == ""


def test_the_divisors_differ_by_a_root_of_two_at_most():
    root_of_s, epsilon = np.meshgrid(np.logspace(-6, 6, 601), np.logspace(-6, 2, 401))
    ratio = (root_of_s + epsilon) / np.sqrt(root_of_s**2 + epsilon**2)
    assert 1 <= ratio.min() < 1.001
    assert 2**0.5 - 1e-3 < ratio.max() < 2**0.5 + 1e-12


def test_a_rule_of_ones_own_has_no_equal():
    def rmsprop(learning_rate, grad):  # by the name of one that we have
        return learning_rate * grad

    for rule in (rmsprop, Optimizer.of(rmsprop, "mine")):
        for library in OTHERS:
            (said,) = as_code(rule, library).splitlines()
            assert said.startswith(f"# {library} has no equal of ")


def test_another_rule_of_the_same_name_is_said():
    """What the libraries call AMSGrad, as their paths say."""

    def amsgrad(learning_rate, rho, epsilon, grad, s_prev, top_prev):
        s = rho * s_prev + (1 - rho) * (grad * grad)
        top = np.maximum(top_prev, s)
        return learning_rate * grad / (np.sqrt(top) + epsilon), s, top

    said = {"amsgrad": "v after the largest is taken.", "amsgrad_corrected": "v before the largest",
            "amsgrad_before": "v after the largest is taken and epsilon is added."}  # fmt: skip
    found = {
        golden["library"]: said[golden["optimizer"]]
        for golden in PATHS
        if golden["optimizer"] in said
    }
    assert len(found) == 3
    for optimizer in (amsgrad, Optimizer.of(amsgrad, "AMSGrad")):
        for library in OTHERS:
            first, *others = as_code(optimizer, library).splitlines()
            assert first.startswith(f"# {library} has no equal of ")
            assert f"# {found['torch' if library == 'PyTorch' else library.lower()]}" in others[-1]
    # And these differ from the book's in a first step from 0.
    first = {name: path(FORMS[name], {"learning_rate": 0.05, "beta1": 0.0, "beta2": 0.9,
                                      "epsilon": 0.3}) for name in said}  # fmt: skip
    ours = path(amsgrad, {"learning_rate": 0.05, "rho": 0.9, "epsilon": 0.3})
    paths = [ours, *first.values()]
    for k, one in enumerate(paths):
        assert all(np.abs(one - other).max() > 1e-3 for other in paths[:k])


def run(code):
    scope = {"print": lambda _: None}
    exec(code, scope)
    return scope["path"]


@pytest.mark.parametrize("name", optimizers.ALL)
@pytest.mark.parametrize(
    ("objective", "more"),
    [
        ("rosenbrock", {}),
        (objectives.ravine.at(condition=50, slope=0.25), {"noise": 0.5, "seed": 7}),
        ("rotated ravine", {"noise": 0.5, "start": (1e-7, -3)}),
        ("x^2 + 3*y^2 - sin(x)", {"steps": 17}),
    ],
)
def test_this_books_code_runs_as_it_stands_and_takes_the_same_path(name, objective, more):
    settings = {p.name: p.default / 3 for p in optimizers.ALL[name].parameters}
    more = {"start": (-1.2, 1.0), "steps": 40} | more
    code = as_code(name, objective=objective, **more, **settings)
    start = more.pop("start")
    expected = descend(objective, name, start, **more, **settings)
    np.testing.assert_array_equal(run(code).params, expected.params)
    assert np.isfinite(expected.params).any()


def test_what_is_ones_own_is_named_and_has_to_be_defined():
    def push(learning_rate, grad):
        return learning_rate * grad

    surface = least_squares([[1.0, 2.0], [4.0, 1.0], [3.0, 3.0]], [2.0, 3.0, 1.0])
    code = as_code(push, objective=surface, batch_size=2, seed=3, learning_rate=0.01)
    assert code.startswith(
        '# rule is your own, "push", as you defined it.\n# surface is your own, '
    )
    expected = descend(surface, push, batch_size=2, seed=3, learning_rate=0.01)
    scope = {"rule": push, "surface": surface, "print": lambda _: None}
    exec(code, scope)
    np.testing.assert_array_equal(scope["path"].params, expected.params)
    # An exact one takes neither noise nor batches.
    exact = as_code(Optimizer.of(push, exact=True), objective=surface, batch_size=2, noise=1.0)
    assert not {"noise", "seed", "batch_size"} & set(exact.replace("=", " ").split())


def test_a_name_that_means_another_surface_is_not_used():
    for own in (
        Objective.of(lambda x, y: x * x, "bowl"),
        Objective.of(lambda x, y: x * x, "x^2 + y^2"),
        Objective.of(lambda x, y: x * x if x > 0 else y, "y^2"),
    ):
        assert "\n    surface,\n" in as_code("sgd", objective=own)
    assert '\n    "x^2",\n' in as_code("sgd", objective="x^2")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("rmsprop", "TensorFlow"), "no library 'TensorFlow'; choices: this book, PyTorch, Keras"),
        (("rmsprob", "Keras"), "no optimiser 'rmsprob'; choices"),
    ],
)
def test_an_unknown_name_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        as_code(*given)


@pytest.mark.parametrize(
    "settings",
    [
        *({"rho": 1.0}, {"rho": [0.5, 0.9]}, {"steps": 0}, {"noise": -1}),
        *({"start": (1, float("inf"))}, {"start": 5}, {"start": [[1, 2], [3, 4]]}),
    ],
)
def test_a_bad_value_is_refused(settings):
    with pytest.raises(ValueError, match=r"must be|allowed"):
        as_code("rmsprop", **settings)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1.0"), (0.1, "0.1"), (1e-6, "1e-6"), (1e-4, "0.0001"), (1e16, "1e16"), (-0.0, "-0.0")],
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert number(value) == text
    assert float(text) == value
