"""Our paths against those of torch, keras, optax, tensorflow, jax and sklearn; see goldens/.

Where a library has a rule that the package has not, it stands here in a few lines, as a reader
would write it down, and walks the same 200 steps.
"""

import json
import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy import sqrt

from rmsprop_lab import Objective, Optimizer, Parameter, descend, objectives, optimizers, rules

FOLDER = Path(__file__).parent / "goldens"
GOLDENS, WALKED = (json.loads((FOLDER / f"{of}.json").read_text()) for of in ("goldens", "paths"))
PATHS, CONVENTIONS = WALKED["paths"], GOLDENS["conventions"]
DECAY = Parameter("decay", "d", 0.0, low=0.0, high=1.0, slider=(0.0, 1.0))


def momentum_decayed(learning_rate, momentum, decay, grad, velocity_prev, k_prev):
    velocity = momentum * velocity_prev + grad
    updates = learning_rate / (1 + decay * k_prev) * velocity
    return updates, velocity, k_prev + 1


def nesterov_decayed(learning_rate, momentum, decay, grad, velocity_prev, k_prev):
    velocity = momentum * velocity_prev + grad
    updates = learning_rate / (1 + decay * k_prev) * (grad + momentum * velocity)
    return updates, velocity, k_prev + 1


def momentum_rate_inside(learning_rate, momentum, decay, grad, velocity_prev, k_prev):
    velocity = momentum * velocity_prev + learning_rate / (1 + decay * k_prev) * grad
    return velocity, velocity, k_prev + 1


def nesterov_rate_inside(learning_rate, momentum, decay, grad, velocity_prev, k_prev):
    step = learning_rate / (1 + decay * k_prev) * grad
    velocity = momentum * velocity_prev + step
    return momentum * velocity + step, velocity, k_prev + 1


def rmsprop_momentum_decayed(
    learning_rate, rho, epsilon, momentum, decay, grad, s_prev, velocity_prev, k_prev
):
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + grad / (sqrt(s) + epsilon)
    updates = learning_rate / (1 + decay * k_prev) * velocity
    return updates, s, velocity, k_prev + 1


def rmsprop_inside_momentum(
    learning_rate, rho, epsilon, momentum, decay, grad, s_prev, velocity_prev, k_prev
):
    s = rho * s_prev + (1 - rho) * (grad * grad)
    step = learning_rate / (1 + decay * k_prev) * grad / sqrt(s + epsilon)
    velocity = momentum * velocity_prev + step
    return velocity, s, velocity, k_prev + 1


def rmsprop_inside_nesterov(
    learning_rate, rho, epsilon, momentum, decay, grad, s_prev, velocity_prev, k_prev
):
    s = rho * s_prev + (1 - rho) * (grad * grad)
    step = learning_rate / (1 + decay * k_prev) * grad / sqrt(s + epsilon)
    velocity = momentum * velocity_prev + step
    return momentum * velocity + step, s, velocity, k_prev + 1


def rmsprop_inside_centered(learning_rate, rho, epsilon, grad, s_prev, mean_prev):
    s = rho * s_prev + (1 - rho) * (grad * grad)
    mean = rho * mean_prev + (1 - rho) * grad
    updates = learning_rate * grad / sqrt(s - mean * mean + epsilon)
    return updates, s, mean


def rmsprop_inside_corrected(learning_rate, rho, epsilon, grad, s_prev, power_prev):
    s = rho * s_prev + (1 - rho) * (grad * grad)
    power = rho * power_prev
    updates = learning_rate * grad / sqrt(s / (1 - power) + epsilon)
    return updates, s, power


def adagrad_inside(learning_rate, epsilon, grad, s_prev):
    s = s_prev + grad * grad
    return learning_rate * grad / sqrt(s + epsilon), s


def adagrad_bare(learning_rate, grad, s_prev):
    s = s_prev + grad * grad
    return learning_rate * grad / sqrt(s), s


def adagrad_mean(learning_rate, grad, s_prev, m_prev):
    s = s_prev + grad * grad
    m = 0.9 * m_prev + (1 - 0.9) * grad / sqrt(s)
    return learning_rate * m, s, m


def adam_before(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, power1_prev, power2_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * (grad * grad)
    power1, power2 = beta1 * power1_prev, beta2 * power2_prev
    rate = learning_rate * sqrt(1 - power2) / (1 - power1)
    return rate * m / (sqrt(v) + epsilon), m, v, power1, power2


def amsgrad(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, top_prev, power1_prev, power2_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * (grad * grad)
    top = np.maximum(top_prev, v)
    power1, power2 = beta1 * power1_prev, beta2 * power2_prev
    updates = learning_rate * m / (1 - power1) / (sqrt(top / (1 - power2)) + epsilon)
    return updates, m, v, top, power1, power2


def amsgrad_before(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, top_prev, power1_prev, power2_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * (grad * grad)
    top = np.maximum(top_prev, v)
    power1, power2 = beta1 * power1_prev, beta2 * power2_prev
    rate = learning_rate * sqrt(1 - power2) / (1 - power1)
    return rate * m / (sqrt(top) + epsilon), m, v, top, power1, power2


def amsgrad_corrected(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, top_prev, power1_prev, power2_prev
):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * (grad * grad)
    power1, power2 = beta1 * power1_prev, beta2 * power2_prev
    top = np.maximum(top_prev, v / (1 - power2))
    updates = learning_rate * m / (1 - power1) / (sqrt(top) + epsilon)
    return updates, m, v, top, power1, power2


def of(rule, **initial):
    parameters = [DECAY] if "decay" in rule.__code__.co_varnames else []
    return Optimizer.of(rule, parameters=parameters, initial=initial)


FORMS = dict(optimizers.ALL) | {
    "momentum_decayed": of(momentum_decayed),
    "momentum_rate_inside": of(momentum_rate_inside),
    "nesterov_decayed": of(nesterov_decayed),
    "nesterov_rate_inside": of(nesterov_rate_inside),
    "adagrad_inside": of(adagrad_inside, s=0.1),
    "adagrad_bare": of(adagrad_bare, s=0.1),
    "adagrad_mean": of(adagrad_mean),
    "rmsprop_momentum_decayed": of(rmsprop_momentum_decayed),
    "rmsprop_inside_momentum": of(rmsprop_inside_momentum),
    "rmsprop_inside_momentum_from_1": of(rmsprop_inside_momentum, s=1.0),
    "rmsprop_inside_nesterov": of(rmsprop_inside_nesterov),
    "rmsprop_inside_centered": of(rmsprop_inside_centered),
    "rmsprop_inside_centered_from_1": of(rmsprop_inside_centered, s=1.0),
    "rmsprop_inside_from_1": of(rules.rmsprop_inside, s=1.0),
    "rmsprop_inside_corrected": of(rmsprop_inside_corrected, power=1.0),
    "adam_before": of(adam_before, power1=1.0, power2=1.0),
    "amsgrad": of(amsgrad, power1=1.0, power2=1.0),
    "amsgrad_before": of(amsgrad_before, power1=1.0, power2=1.0),
    "amsgrad_corrected": of(amsgrad_corrected, power1=1.0, power2=1.0),
}
# What each library's optimisers are compared with.
COMPARED = {
    "torch": "sgd momentum momentum_decayed nesterov nesterov_decayed adagrad rmsprop "
    "rmsprop_centered rmsprop_momentum rmsprop_momentum_decayed rmsprop_coupled adam "
    "amsgrad",
    "keras": "sgd momentum_rate_inside nesterov_rate_inside adagrad_inside rmsprop_inside "
    "rmsprop_inside_centered rmsprop_inside_momentum rmsprop_inside_decoupled adam_before "
    "amsgrad_before",
    "optax": "sgd momentum momentum_decayed nesterov nesterov_decayed adagrad_inside rmsprop "
    "rmsprop_inside rmsprop_inside_from_1 rmsprop_inside_corrected rmsprop_centered "
    "rmsprop_inside_centered rmsprop_momentum rmsprop_inside_momentum rmsprop_inside_nesterov adam "
    "amsgrad_corrected",
    "tensorflow": "sgd momentum_decayed nesterov_decayed adagrad_bare rmsprop_inside_from_1 "
    "rmsprop_inside_centered_from_1 rmsprop_inside_momentum_from_1 adam_before",
    "jax": "sgd momentum_decayed nesterov_decayed adagrad_mean rmsprop_inside "
    "rmsprop_inside_momentum adam",
    "sklearn": "sgd momentum_rate_inside nesterov_rate_inside adam_before",
}
# What a path that agrees says of a library that brings this form without being asked for it.
MEANS = {
    "momentum_decayed": ("sgd", {"rate_in_velocity": "outside"}),
    "momentum_rate_inside": ("sgd", {"rate_in_velocity": "inside"}),
    "nesterov_decayed": ("sgd", {"rate_in_velocity": "outside"}),
    "nesterov_rate_inside": ("sgd", {"rate_in_velocity": "inside"}),
    "adagrad": ("adagrad", {"epsilon": "outside", "s_starts_at": 0.0}),
    "adagrad_inside": ("adagrad", {"epsilon": "inside", "s_starts_at": 0.1}),
    "adagrad_bare": ("adagrad", {"epsilon": "none", "s_starts_at": 0.1}),
    "adagrad_mean": (
        "adagrad",
        {"epsilon": "none", "s_starts_at": 0.0, "step": "a mean of steps"},
    ),
    "rmsprop_coupled": ("rmsprop", {"weight_decay": "coupled"}),
    "rmsprop_inside_decoupled": ("rmsprop", {"weight_decay": "decoupled"}),
    "rmsprop_momentum_decayed": ("rmsprop", {"rate_in_velocity": "outside"}),
    "rmsprop_inside_momentum": ("rmsprop", {"rate_in_velocity": "inside", "s_starts_at": 0.0}),
    "rmsprop_inside_momentum_from_1": (
        "rmsprop",
        {"rate_in_velocity": "inside", "s_starts_at": 1.0},
    ),
    "rmsprop_inside_nesterov": ("rmsprop", {"nesterov": "nesterov", "rate_in_velocity": "inside"}),
    "rmsprop_inside_centered": ("rmsprop", {"centred": "inside", "s_starts_at": 0.0}),
    "rmsprop_inside_centered_from_1": ("rmsprop", {"centred": "inside", "s_starts_at": 1.0}),
    "adam": ("adam", {"epsilon_and_correction": "after"}),
    "adam_before": ("adam", {"epsilon_and_correction": "before"}),
}


def named(golden):
    return " ".join(golden[part] for part in ("library", "optimizer", "objective"))


def coupled(objective, start, weight_decay, **settings):
    """Coupled decay adds to the gradient: it is the same rule on a steeper surface."""
    pull = weight_decay / 2
    steeper = Objective(
        name="steeper",
        value=lambda x, y: objective(x, y) + pull * (x * x + y * y),
        grad=lambda x, y: tuple(
            slope + weight_decay * w
            for slope, w in zip(objective.gradient(x, y), (x, y), strict=True)
        ),
    )
    return descend(steeper, "rmsprop", start, steps=GOLDENS["steps"], **settings).params


def decoupled(objective, start, weight_decay, learning_rate, **settings):
    """Decoupled decay shrinks the weights beside the rule."""
    w, s = np.array(start), np.zeros(2)
    path = [w]
    for _ in range(GOLDENS["steps"]):
        grad = np.array(objective.gradient(*w))
        updates, s = rules.rmsprop_inside(
            learning_rate, settings["rho"], settings["epsilon"], grad, s
        )
        w = w - learning_rate * weight_decay * w - updates
        path.append(w)
    return np.array(path)


def ours(golden):
    objective, form = objectives.ALL[golden["objective"]], golden["optimizer"]
    if form.endswith("coupled"):
        walk = decoupled if form.endswith("decoupled") else coupled
        return walk(objective, golden["start"], **golden["settings"])
    steps = GOLDENS["steps"]
    return descend(
        objective, FORMS[form], golden["start"], steps=steps, **golden["settings"]
    ).params


def check(params, golden):
    # They order the arithmetic differently, and rounding is all that may differ.
    np.testing.assert_allclose(
        params[:: GOLDENS["every"]], golden["params"], rtol=1e-10, atol=1e-10
    )


@pytest.mark.parametrize("golden", PATHS, ids=named)
def test_our_path_is_theirs(golden):
    check(ours(golden), golden)


def test_every_rule_and_hyper_parameter_is_compared():
    compared = {(golden["library"], golden["optimizer"]) for golden in PATHS}
    assert compared == {(lib, name) for lib, names in COMPARED.items() for name in names.split()}
    for golden in PATHS:
        form = golden["optimizer"]
        if form in FORMS:
            parameters = {parameter.name for parameter in FORMS[form].parameters}
        else:
            parameters = {"learning_rate", "rho", "epsilon", "weight_decay"}
        assert set(golden["settings"]) == parameters
        # A path that goes nowhere, or away, would say little.
        params = np.array(golden["params"])
        assert len(params) == GOLDENS["steps"] / GOLDENS["every"] + 1
        assert 0.1 < np.abs(params - params[0]).max() < 100


def test_no_two_forms_walk_alike():
    """Otherwise a path that agrees would not say which of them it is."""
    walked = {}
    for golden in PATHS:
        if golden["optimizer"] not in optimizers.ALL:
            walked[golden["optimizer"]] = np.array(golden["params"])
    names = sorted(walked)
    assert len(names) == 21
    for i, one in enumerate(names):
        for other in names[:i]:
            assert np.abs(walked[one] - walked[other]).max() > 1e-3, (one, other)


@pytest.mark.parametrize("golden", PATHS, ids=named)
def test_a_path_agrees_with_what_the_probe_found(golden):
    part, means = MEANS.get(golden["optimizer"], ("rmsprop", {}))
    found = CONVENTIONS[golden["library"]].get(part, {})
    assert {key: found[key] for key in means} == means


def test_every_library_is_probed_for_everything():
    for library, found in CONVENTIONS.items():
        if library == "sklearn":
            assert set(found) == {"sgd", "adam", "unasked", "perceptron"}
            assert set(found["unasked"]) == {"SGD", "Adam"}
            continue
        assert set(found) == {"rmsprop", "sgd", "adagrad", "adam", "unasked"}
        assert set(found["unasked"]) == {"SGD", "RMSProp", "AdaGrad", "Adam"}
        said = found["rmsprop"]["arguments"]
        assert {"learning_rate", "rho", "epsilon"} <= set(said)
        for option, meaning in (("centered", "centred"), ("weight_decay", "weight_decay")):
            assert (option in said) == (meaning in found["rmsprop"])
    assert CONVENTIONS["sklearn"]["perceptron"]["weight_decay"] == "coupled"


def test_the_table_says_what_was_found():
    made = runpy.run_path(str(FOLDER / "table.py"))["table"](CONVENTIONS, GOLDENS["versions"])
    assert GOLDENS["table"] == made
    rows = {heading: dict(zip(GOLDENS["versions"], cells, strict=True)) for heading, *cells in made}
    assert rows["Rho"] == {
        "torch": "0.99 `alpha`",
        "keras": "0.9 `rho`",
        "optax": "0.9 `decay`",
        "tensorflow": "0.9 `decay`",
        "jax": "0.9 `gamma`",
        "sklearn": "–",
    }
    assert rows["Weight decay"]["torch"] == "coupled"
    assert rows["Momentum: rate"]["optax"] == "inside (Nesterov too)"
    assert rows["AdaGrad: $s$ from"]["jax"] == "0"
    assert rows["On, unasked"] == {
        "torch": "no",
        "keras": "no",
        "optax": "no",
        "tensorflow": "no",
        "jax": "momentum 0.9 in AdaGrad",
        "sklearn": "weight decay, Nesterov's momentum 0.9 in SGD",
    }


def test_jax_steps_adagrad_by_a_mean_of_steps_unless_told_otherwise():
    """Its sum starts at 0; the path agrees with a rule whose momentum is the probed one."""
    found = CONVENTIONS["jax"]
    assert (found["adagrad"]["s_starts_at"], found["adagrad"]["step"]) == (0.0, "a mean of steps")
    assert found["unasked"]["AdaGrad"] == ["momentum 0.9"]
    for library in ("torch", "keras", "optax", "tensorflow"):
        assert CONVENTIONS[library]["adagrad"]["step"] == "plain"
    # In three steps with the slopes 1, 0 and 0 a sum of squares stays 1.
    s, m, steps = 0.0, 0.0, []
    for slope in (1.0, 0.0, 0.0):
        step, s, m = adagrad_mean(1.0, slope, s, m)
        steps.append(step)
    assert s == 1.0
    np.testing.assert_allclose(steps, [0.1, 0.09, 0.081])


def test_this_books_column_of_the_table():
    """book/practice.md says of our rules: outside, from 0, outside, outside, after."""
    assert rules.rmsprop(1.0, 0.75, 1.0, 2.0, 0.0)[0] == 2 / (1 + 1)
    assert rules.rmsprop_centered(1.0, 0.5, 1.0, 1.0, 0.0, 1.5)[0] == 1 / (1 + 1)
    for rule, velocity in (
        (rules.momentum(7.0, 0.9, 0.0, 1.0), 0.9),
        (rules.rmsprop_momentum(7.0, 0.9, 0.5, 0.9, 0.0, 1.0, 1.0)[1:], 0.9),
    ):
        assert rule[1] == velocity  # no rate in it
    assert rules.adagrad(1.0, 1.0, 1.0, 0.0)[0] == 1 / (1 + 1)
    assert optimizers.rmsprop.initial == optimizers.adagrad.initial == (0.0,)
    assert rules.adam(1.0, 0.5, 0.75, 1.0, 4.0, 0.0, 0.0, 1.0, 1.0)[0] == 4 / (4 + 1)


@pytest.mark.parametrize("golden", GOLDENS["default_paths"], ids=lambda golden: golden["library"])
def test_a_librarys_defaults_are_what_the_probe_found(golden):
    library = golden["library"]
    found, values = CONVENTIONS[library]["rmsprop"], GOLDENS["defaults"][library]
    rule = rules.rmsprop_inside if found["epsilon"] == "inside" else rules.rmsprop
    settings = {name: values.get(name) for name in ("learning_rate", "rho", "epsilon")}
    assert not found["bias_correction"]
    assert CONVENTIONS[library]["unasked"]["RMSProp"] == []
    path = descend(
        golden["objective"],
        of(rule, s=found["s_starts_at"]),
        golden["start"],
        steps=GOLDENS["steps"],
        **settings | golden["given"],
    )
    check(path.params, golden)


@pytest.mark.parametrize("library", ["pytorch", "keras", "optax"])
def test_a_snippet_is_run_as_it_stands_and_is_a_rule_of_the_book(library):
    snippet = GOLDENS["snippets"][f"with_{library}"]
    assert snippet["code"] == (FOLDER / f"snippets/with_{library}.py").read_text()
    assert len(snippet["code"].splitlines()) <= 10
    rule = "rmsprop_inside" if library == "keras" else "rmsprop"
    path = descend("bowl", rule, (5, 4), steps=61, learning_rate=0.1, rho=0.9, epsilon=1e-6)
    np.testing.assert_allclose(snippet["w"], path.params[-1], rtol=1e-10, atol=0)


def test_the_golden_values_are_of_the_pinned_versions():
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", (FOLDER / "requirements.txt").read_text(), re.M))
    pins |= {"tensorflow": pins["tensorflow-cpu"], "sklearn": pins["scikit-learn"]}
    for library, version in GOLDENS["versions"].items():
        assert version.split("+")[0] == pins[library]  # torch's names its build too
    assert set(GOLDENS["versions"]) == set(COMPARED)
