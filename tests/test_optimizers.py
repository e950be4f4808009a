"""Optimisers: what is read from a rule's signature, and what is refused."""

import re
from functools import partial
from inspect import isfunction

import numpy as np
import pytest

from rmsprop_lab import Optimizer, descend, descend_many, optimizers, rules
from rmsprop_lab.parameter import Parameter

# Hyper-parameters, state and the state's start.
BUILT_IN = {
    "sgd": ("learning_rate", "", []),
    "momentum": ("learning_rate momentum", "velocity", [0]),
    "nesterov": ("learning_rate momentum", "velocity", [0]),
    "adagrad": ("learning_rate epsilon", "s", [0]),
    "rmsprop": ("learning_rate rho epsilon", "s", [0]),
    "rmsprop_inside": ("learning_rate rho epsilon", "s", [0]),
    "rmsprop_centered": ("learning_rate rho epsilon", "mean variance", [0, 0]),
    "rmsprop_momentum": ("learning_rate rho epsilon momentum", "s velocity", [0, 0]),
    "adam": (
        "learning_rate beta1 beta2 epsilon",
        "m v beta1_power beta2_power",
        [0, 0, 1, 1],
    ),
}


def names(optimizer):
    return [parameter.name for parameter in optimizer.parameters]


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_optimiser_is_its_rules_signature(name):
    parameters, state, initial = BUILT_IN[name]
    optimizer = optimizers.ALL[name]
    assert optimizer is getattr(optimizers, name)
    assert optimizer.rule is getattr(rules, name)
    assert optimizer.name == name
    assert names(optimizer) == parameters.split()
    assert optimizer.state == tuple(state.split())
    assert optimizer.initial == tuple(initial)


def test_every_rule_is_an_optimiser_with_a_label_of_its_own():
    written = [name for name, of in vars(rules).items() if isfunction(of)]
    assert list(optimizers.ALL) == written
    assert set(BUILT_IN) <= set(written)
    labels = [optimizer.label for optimizer in optimizers.ALL.values()]
    assert len(set(labels)) == len(labels)
    assert optimizers.rmsprop.label == "RMSProp"


def heavy_ball(learning_rate, momentum, grad, v_prev):
    v = momentum * v_prev + grad
    return learning_rate * v, v


def ball_at_rest(learning_rate, momentum, grad, past_prev):
    return learning_rate * (grad + momentum * past_prev), grad


def faint_memory(learning_rate, grad, v_prev):
    v = 0.01 * v_prev + grad
    return learning_rate * v, v


def signs(learning_rate, grad):
    return learning_rate * np.sign(grad)


def clipped(learning_rate, grad):
    return min(max(learning_rate * grad, -0.1), 0.1)


def mean_of_squares_called_m(learning_rate, rho, epsilon, grad, m_prev):
    m = rho * m_prev + (1 - rho) * grad * grad
    return learning_rate * grad / (np.sqrt(m) + epsilon), m


def uphill(learning_rate, grad):
    return -learning_rate * grad


def by_the_last_sign(learning_rate, grad, last_prev):
    return learning_rate * abs(grad) * np.sign(last_prev), grad


def raises(learning_rate, grad):
    raise RuntimeError("not yet")


SCALING = [signs, clipped, mean_of_squares_called_m, uphill]
SCALING += [getattr(rules, name) for name in "sgd adagrad rmsprop rmsprop_inside".split()]
SCALING += [rules.rmsprop_centered]
NOT_SCALING = [heavy_ball, faint_memory, ball_at_rest, by_the_last_sign, raises]
NOT_SCALING += [getattr(rules, name) for name in "momentum nesterov rmsprop_momentum adam".split()]


@pytest.mark.parametrize("rule", SCALING + NOT_SCALING, ids=lambda rule: rule.__name__)
def test_an_effective_rate_is_known_by_behaviour(rule):
    assert Optimizer.of(rule).scales == (rule in SCALING)


def test_a_momentum_of_nothing_is_a_momentum_all_the_same():
    named = Parameter("friction", "φ", 0.0, low=0.0, high=1.0, open_high=True, slider=(0.0, 0.9))

    def ball(learning_rate, friction, grad, v_prev):
        v = friction * v_prev + grad
        return learning_rate * v, v

    assert not Optimizer.of(ball, parameters=[named]).scales


def test_the_books_hyper_parameters():
    defaults = {name: parameter.default for name, parameter in optimizers.PARAMETERS.items()}
    assert defaults == {
        "learning_rate": 0.1,
        "rho": 0.9,
        "momentum": 0.9,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-6,
    }
    for name, parameter in optimizers.PARAMETERS.items():
        assert parameter.name == name
        for value in (parameter.default, *parameter.slider):
            assert parameter.check(value) == value
        ends = "(0, inf)" if name in ("learning_rate", "epsilon") else "[0, 1)"
        assert parameter.interval == ends
        assert parameter.scale == ("log" if ends == "(0, inf)" else "memory")
    # An epsilon under the root is added to a square.
    units = [optimizer.parameters[-1].unit for optimizer in (optimizers.rmsprop, optimizers.adam)]
    assert units == ["of the gradient"] * 2
    assert optimizers.rmsprop_inside.parameters[-1].unit == "of the gradient²"


def my_rule(learning_rate, limit, rho=0.5, grad=0, size_prev=0, count_prev=0):
    raise NotImplementedError


LIMIT = Parameter("limit", "c", 2.0, low=0.0, high=5.0, slider=(0.0, 5.0))


def test_of_reads_a_signature():
    mine = Optimizer.of(my_rule, "Mine", parameters=[LIMIT], initial={"count": 3})
    assert (mine.name, mine.label, mine.rule) == ("my_rule", "Mine", my_rule)
    assert names(mine) == ["learning_rate", "limit", "rho"]
    assert [parameter.default for parameter in mine.parameters] == [0.1, 2.0, 0.5]
    assert mine.parameters[1] is LIMIT
    assert mine.state == ("size", "count")
    assert mine.initial == (0.0, 3.0)
    assert Optimizer.of(my_rule, parameters=[LIMIT]).label == "my_rule"


def test_of_prefers_ones_own_description():
    slow = Parameter("learning_rate", "η", 1e-3, low=0.0, high=1.0, slider=(0.0, 1.0))
    mine = Optimizer.of(rules.sgd, parameters=[slow])
    assert mine.parameters == (slow,)
    assert optimizers.sgd.parameters[0].symbol == "α"


@pytest.mark.parametrize(
    ("rule", "error", "parts"),
    [
        (lambda learning_rate, g: g, TypeError, ["takes (learning_rate, g)", "then grad"]),
        (lambda: 0, TypeError, ["takes ()", "then grad"]),
        (
            lambda learning_rate, grad, s: (grad, s),
            TypeError,
            ["'s' comes after grad", "must end in '_prev'"],
        ),
        (lambda grad, learning_rate: grad, TypeError, ["'learning_rate' comes after grad"]),
        (
            lambda speed, grad: grad,
            TypeError,
            [
                "unknown hyper-parameter 'speed'",
                "choices: learning_rate, rho",
                "parameters=[Parameter",
            ],
        ),
        (
            lambda learning_rate, rho=1.0, grad=0: grad,
            ValueError,
            ["rho = 1 is out of range; allowed: [0, 1)"],
        ),
    ],
)
def test_a_signature_that_says_too_little_is_refused(rule, error, parts):
    with pytest.raises(error) as raised:
        Optimizer.of(rule)
    for part in parts:
        assert part in str(raised.value)


def test_a_rule_may_have_no_name():
    fixed = Optimizer.of(partial(rules.sgd, 0.1), "Fixed")
    assert (fixed.name, fixed.label, fixed.parameters) == ("partial", "Fixed", ())


def test_settings_are_checked_and_in_the_rules_order():
    optimizer = optimizers.rmsprop_momentum
    given = {"momentum": 0.5, "rho": 0, "learning_rate": 2}
    assert optimizer.settings(given) == (2.0, 0.0, 1e-6, 0.5)
    assert optimizers.adam.settings({}) == (0.1, 0.9, 0.999, 1e-6)
    with pytest.raises(
        ValueError, match="AdaGrad has no hyper-parameter 'rho'; choices: learning_rate, eps"
    ):
        optimizers.adagrad.settings({"rho": 0.5})
    with pytest.raises(ValueError, match=re.escape("beta1 = 1 is out of range; allowed: [0, 1)")):
        optimizers.adam.settings({"beta1": 1})


def test_an_optimiser_may_be_exact():
    assert not any(optimizer.exact for optimizer in optimizers.ALL.values())
    full = Optimizer.of(rules.sgd, "Full gradient", name="full_gradient", exact=True)
    assert (full.exact, full.name, full.parameters) == (
        True,
        "full_gradient",
        optimizers.sgd.parameters,
    )
    assert not Optimizer.of(rules.sgd).exact


def test_find():
    assert optimizers.find("adam") is optimizers.adam
    assert optimizers.find(optimizers.sgd) is optimizers.sgd
    found = optimizers.find(rules.nesterov)
    assert (found.name, found.label, found.state) == ("nesterov", "nesterov", ("velocity",))
    with pytest.raises(TypeError, match="then grad"):
        optimizers.find(abs)


@pytest.mark.parametrize("unknown", ["Adam", "rmsprop ", 3, None, ["sgd"]])
def test_find_names_the_choices(unknown):
    message = f"no optimiser {unknown!r}; choices: {', '.join(optimizers.ALL)}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        optimizers.find(unknown)


def test_what_a_rule_does_not_take_is_refused():
    with pytest.raises(TypeError, match="no state 'velocty'; choices: velocity"):
        Optimizer.of(rules.momentum, initial={"velocty": 3.0})
    with pytest.raises(TypeError, match="no hyper-parameter 'rho'; choices: learning_rate"):
        Optimizer.of(rules.sgd, parameters=[optimizers.PARAMETERS["rho"]])
    with pytest.raises(ValueError, match="no hyper-parameter 'rho'; choices: none"):
        descend("bowl", lambda grad: grad / 10, rho=0.5)


@pytest.mark.parametrize(
    "rule",
    [
        lambda learning_rate, grad, s_prev: learning_rate * grad,
        lambda learning_rate, grad, s_prev: (grad, s_prev, s_prev),
        lambda learning_rate, grad: (learning_rate * grad,),
        lambda learning_rate, grad: None,  # a return that was forgotten
        lambda learning_rate, grad, s_prev: (learning_rate * grad, None),
        lambda learning_rate, grad: "downhill",
    ],
)
def test_a_rule_that_returns_something_else_is_refused(rule):
    for run in (descend, descend_many):
        with pytest.raises(ValueError, match="it must return updates"):
            run("bowl", rule)


@pytest.mark.parametrize("start", [np.nan, np.inf, "a", None, [1, 2], 10**400])
def test_a_state_starts_at_a_finite_number(start):
    with pytest.raises(ValueError, match=r"rule 'rmsprop': initial s = .* allowed: "):
        Optimizer.of(rules.rmsprop, initial={"s": start})


def test_a_rule_is_a_function_and_its_start_has_names():
    for wrong in (3, None, "sgd"):
        with pytest.raises(TypeError, match=r"rule = .* must be a function"):
            Optimizer.of(wrong)
    with pytest.raises(TypeError, match="rule 'rmsprop': initial = 3 must be values by name"):
        Optimizer.of(rules.rmsprop, initial=3)
