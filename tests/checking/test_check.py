"""Checking one's own rule: what is right, which mistake it is, and what is said of it."""

import math
import re
import sys
import warnings
from functools import partial, wraps
from inspect import signature
from itertools import permutations, product

import numpy as np
import pytest
from numpy import sqrt

from rmsprop_lab import Lab, Replay, check, descend, optimizers, rules, style
from rmsprop_lab.algebra.tape import trace
from rmsprop_lab.checking.check import Verdict
from rmsprop_lab.checking.diagnose import Finding, Mistake, Outcome, call_here, diagnose
from rmsprop_lab.checking.mistakes import MISTAKES, known
from rmsprop_lab.checking.outcomes import ABSOLUTE, RELATIVE, close, equal, results, same
from rmsprop_lab.checking.probes import PLAN, probes
from rmsprop_lab.checking.sentences import FINDINGS, PHRASES
from tests.checking import wrong_by_kind, wrong_by_more_others, wrong_by_others, wrong_by_writers
from tests.checking.wrong_rules import WRONG

# Right solutions, each written another way.


def my_rmsprop(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * np.power(grad, 2)
    return learning_rate * grad / (np.sqrt(s) + epsilon), s


def as_a_list(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    return [grad * (learning_rate / (s**0.5 + epsilon)), s]


def as_a_correction(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev + (1 - rho) * (grad * grad - s_prev)
    rate = learning_rate / (epsilon + np.sqrt(s))
    return rate * grad, s


def own_names(lr, decay, eps, g, cache):
    cache = decay * cache + (1.0 - decay) * np.square(g)
    return lr * np.divide(g, np.sqrt(cache) + eps), cache


def other_order(grad, s_prev, learning_rate, rho, epsilon):
    s = rho * s_prev + (1 - rho) * grad * grad
    return learning_rate * grad / (sqrt(s) + epsilon), s


def in_place_on_copies(learning_rate, rho, epsilon, grad, s_prev):
    s, updates = np.array(s_prev), np.array(grad)
    s *= rho
    s += (1 - rho) * np.square(grad)
    updates *= learning_rate
    updates /= np.sqrt(s) + epsilon
    return updates, s


def with_out(learning_rate, rho, epsilon, grad, s_prev):
    s = np.multiply(s_prev, rho, out=np.empty(np.shape(s_prev)))
    np.add(s, (1 - rho) * np.square(grad), out=s)
    step = np.sqrt(s, out=np.empty_like(s))
    step += epsilon
    np.divide(grad, step, out=step)
    return step * learning_rate, s


def with_a_default(learning_rate, rho, epsilon, grad, s_prev=0.0, debug=False):
    if debug:
        print(grad)
    s = rho * s_prev + (1 - rho) * abs(grad) ** 2
    return np.exp(np.log(learning_rate)) * grad / (np.sqrt(s) + epsilon), s


def by_name_only(*, learning_rate, rho, epsilon, grad, s_prev):
    s = (1 - rho) * grad**2 + rho * s_prev
    return learning_rate * grad / (epsilon + np.sqrt(s)), s


def positional(learning_rate, rho, epsilon, grad, s_prev, /):
    s = rho * (s_prev - grad**2) + grad**2
    return 1 / (np.sqrt(s) + epsilon) * (learning_rate * grad), s


def positional_and_more(learning_rate, rho, epsilon, grad, s_prev, power=2, /):
    s = rho * s_prev + (1 - rho) * grad**power
    return learning_rate * grad / (np.sqrt(s) + epsilon), s


def with_a_helper(learning_rate, rho, epsilon, grad, s_prev):
    def mean(old, new):
        return rho * old + (1 - rho) * new

    s = mean(s_prev, grad**2)
    return learning_rate * (grad / (np.linalg.norm([np.sqrt(s)], axis=0) + epsilon)), s


@wraps(my_rmsprop)
def decorated(*arguments, **named):
    return my_rmsprop(*arguments, **named)


class MyRMSProp:
    def __call__(self, learning_rate, rho, epsilon, grad, s_prev):
        self.s = rho * s_prev + (1 - rho) * grad**2  # kept, but never read before it is set
        return learning_rate * grad / (np.sqrt(self.s) + epsilon), self.s


def vectorised(learning_rate, rho, epsilon, grad, s_prev):
    one = np.vectorize(lambda g, s: rules.rmsprop(learning_rate, rho, epsilon, g, s))
    return one(grad, s_prev)


def prints(learning_rate, rho, epsilon, grad, s_prev):
    print("grad is", grad)
    s = rho * s_prev + (1 - rho) * grad**2
    return learning_rate * grad / (np.sqrt(s) + epsilon), s


def my_momentum(lr, mu, g, v):
    return lr * (g + mu * v), g + mu * v


def my_nesterov(lr, mu, g, v):
    v = g + mu * v
    return lr * g + lr * mu * v, v


def my_sgd(lr, g):
    return g * lr


def my_adagrad(lr, eps, g, cache):
    cache = np.sum([cache, g**2], axis=0)
    return lr / (cache**0.5 + eps) * g, cache


def my_adam(lr, b1, b2, eps, g, m, v, p1, p2):
    m = m + (1 - b1) * (g - m)
    v = v + (1 - b2) * (g**2 - v)
    p1, p2 = b1 * p1, b2 * p2
    rate = lr * np.sqrt(1 - p2) / (1 - p1)
    return rate * m / (np.sqrt(v) + eps * np.sqrt(1 - p2)), m, v, p1, p2


def adam_that_counts(lr, b1, b2, eps, g, m, v, p1, p2):
    t = np.round(np.log(p1) / np.log(b1)) + 1
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
    return lr * m_hat / (np.sqrt(v_hat) + eps), m, v, b1**t, b2**t


def adam_of_one_coordinate(lr, b1, b2, eps, g, m, v, p1, p2):
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g, b1 * p1, b2 * p2
    return lr * m / (1 - p1) / (math.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


def adam_by_coordinates(lr, b1, b2, eps, g, *state):
    """Each result comes back for each coordinate, the powers too."""
    one = np.vectorize(lambda *given: adam_of_one_coordinate(lr, b1, b2, eps, *given))
    return one(g, *state)


def adam_with_numbers_for_powers(lr, b1, b2, eps, g, m, v, p1, p2):
    """As the paper's faster form is written: the powers are numbers, so math's root will do."""
    m, v, p1, p2 = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g, b1 * p1, b2 * p2
    root = math.sqrt(1 - p2)
    return lr * root / (1 - p1) * m / (np.sqrt(v) + eps * root), m, v, p1, p2


def my_centred(lr, rho, eps, g, m, var):
    new = rho * m + (1 - rho) * g
    var = rho * var + rho * (1 - rho) * (g - m) ** 2
    return lr * g / (np.sqrt(var) + eps), new, var


RIGHT = [
    *(
        ("rmsprop", of)
        for of in (
            my_rmsprop,
            as_a_list,
            as_a_correction,
            own_names,
            other_order,
            in_place_on_copies,
            with_out,
            with_a_default,
            by_name_only,
            positional,
            positional_and_more,
            with_a_helper,
            decorated,
            MyRMSProp(),
            vectorised,
            prints,
            partial(my_rmsprop),
            lambda a, r, e, g, s: (a * g / (np.sqrt(r * s + (1 - r) * g * g) + e),
                                   r * s + (1 - r) * g * g),
        )
    ),
    ("momentum", my_momentum),
    ("nesterov", my_nesterov),
    ("sgd", my_sgd),
    ("adagrad", my_adagrad),
    ("adam", my_adam),
    ("adam", adam_that_counts),
    ("adam", adam_by_coordinates),
    ("adam", adam_with_numbers_for_powers),
    ("rmsprop_centered", my_centred),
    *((name, optimizer.rule) for name, optimizer in optimizers.ALL.items()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "function"), RIGHT)
def test_a_right_function_is_accepted_however_it_is_written(rule, function, capsys):
    verdict = check(function, rule)
    assert verdict, verdict
    assert (verdict.correct, verdict.mistake, verdict.lab) == (True, "", None)
    assert f"is right: {optimizers.ALL[rule].label}" in verdict.text
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("seed", range(3))
def test_right_and_wrong_do_not_hang_on_the_seed(seed):
    def found(rule, function):
        right = optimizers.ALL[rule]
        return diagnose(
            call_here(function),
            right.rule,
            known(rule, right.rule, len(right.state)),
            probes(right, seed),
            ("updates", *right.state),
            trace(right.rule, tuple(signature(right.rule).parameters)),
        )

    for rule, function in RIGHT:
        if function not in (other_order, by_name_only):  # these are called by name
            assert found(rule, function) == Finding(True), function
    for rule, name, function in WRONG[seed::3]:
        assert found(rule, function).name == name


@pytest.mark.parametrize(
    ("rule", "name", "function"), WRONG, ids=[f"{rule}-{name}" for rule, name, _ in WRONG]
)
def test_a_wrong_function_is_rejected_and_named(rule, name, function, capsys):
    verdict = check(function, rule)
    assert not verdict
    assert verdict.text
    assert capsys.readouterr().out == ""
    assert verdict.mistake == name


@pytest.mark.parametrize("ends", [sys.exit, partial(exit, 3)])
def test_a_function_that_ends_the_interpreter_is_told_so(ends):
    def my_sgd(learning_rate, grad):
        return -learning_rate * (grad if np.ndim(grad) else ends())

    for verdict in (check(my_sgd), check(lambda rate, grad: ends(), "sgd")):
        assert not verdict
        assert "SystemExit, which ends the interpreter (line " in verdict.text


def test_the_table_is_large_enough():
    named = [(rule, name) for rule, name, _ in WRONG if name]
    assert len(WRONG) >= 60
    assert len(dict.fromkeys(named)) >= 60
    assert len([name for rule, name in named if rule == "rmsprop"]) >= 35
    assert dict.fromkeys(rule for rule, _ in named).keys() == MISTAKES.keys()


@pytest.mark.parametrize("name", MISTAKES)
def test_no_two_versions_of_a_rule_give_the_same(name):
    """Else the name would be a matter of order. And the right rule is none of them."""
    right = optimizers.ALL[name]
    outputs = ("updates", *right.state)
    versions = [("right", right.rule), *((one.name, one.rule) for one in MISTAKES[name])]
    given = probes(right, 1)
    made = [
        (label, [results(call_here(rule)(*probe), outputs) for probe in given])
        for label, rule in versions
    ]
    for k, (label, one) in enumerate(made):
        for other_label, other in made[:k]:
            assert not all(map(same, one, other)), (label, other_label)
    hints = {(one.name, one.hint) for one in MISTAKES[name]}
    assert len(hints) == len({one.name for one in MISTAKES[name]})  # one name, one thing to say


@pytest.mark.parametrize("name", MISTAKES)
def test_every_known_mistake_is_found_and_explained(name):
    right = optimizers.ALL[name]
    for mistake in MISTAKES[name]:
        verdict = check(mistake.rule, name)
        assert verdict.mistake.removeprefix("another convention: ") == mistake.name
        assert ("another convention" in verdict.text) == mistake.convention
        assert mistake.hint in verdict.text
        assert re.fullmatch(r"[^{}]+[\w)]\.", mistake.hint)
        assert re.search(r"should be .+\(learning_rate = ", verdict.text), verdict.text
    assert MISTAKES.keys() <= optimizers.ALL.keys()  # others have those of any rule
    assert right.label in verdict.text


# Which rule is meant.


def named(name, function=my_rmsprop):
    def of(*arguments):
        return function(*arguments)

    of.__name__ = name
    return of


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("my_rmsprop", "rmsprop"),
        ("rmsprop_2", "rmsprop"),
        ("MyRMSProp", "rmsprop"),
        ("rmsprop_momentum", "rmsprop_momentum"),
        ("rmsprop_with_momentum", "rmsprop_momentum"),
        ("RMSPropInside", "rmsprop_inside"),
        ("rmsprop_centred_mine", "rmsprop_centered"),
        ("nesterov_momentum", "nesterov"),
        ("momentum_nesterov", "nesterov"),
        ("MyAdam", "adam"),
        ("ada_grad_2", "adagrad"),
        ("sgd", "sgd"),
        ("adagrad_not_adam", "adagrad"),
        ("heavy_momentum", "momentum"),
    ],
)
def test_the_name_says_which_rule_is_meant(name, rule):
    right = optimizers.ALL[rule]
    assert check(named(name, right.rule)).text.startswith(f"{name} is right: {right.label}, on")


def test_a_class_and_a_partial_have_names_too():
    assert check(MyRMSProp()).text.startswith("MyRMSProp is right: RMSProp")
    assert check(partial(my_rmsprop)).text.startswith("my_rmsprop is right: RMSProp")


@pytest.mark.parametrize("rule", ["sgd", "adagrad", "rmsprop_centered", "rmsprop_momentum", "adam"])
def test_the_arguments_say_which_rule_is_meant(rule):
    function = wraps(optimizers.ALL[rule].rule)(named("step", optimizers.ALL[rule].rule))
    function.__name__ = "step"
    assert check(function).text.startswith(f"step is right: {optimizers.ALL[rule].label}")


def step(learning_rate, rho, epsilon, grad, s_prev):
    return rules.rmsprop(learning_rate, rho, epsilon, grad, s_prev)


@pytest.mark.parametrize(
    ("function", "rule", "error", "parts"),
    [
        (3, None, TypeError, ["3 is not callable"]),
        ("rmsprop", None, TypeError, ["'rmsprop' is not callable"]),
        (my_rmsprop, "Adam", ValueError, ["no optimiser 'Adam'", "choices: sgd, momentum"]),
        (
            step,
            None,
            ValueError,
            ["'step'", "its arguments are those of rmsprop and rmsprop_inside", 'rule="rmsprop"'],
        ),
        (
            lambda a, b: a,
            None,
            ValueError,
            ["'<lambda>'", "neither its name nor", "choices: sgd, momentum, nesterov, adagrad"],
        ),
    ],
)
def test_what_cannot_be_checked_is_refused(function, rule, error, parts):
    with pytest.raises(error) as raised:
        check(function, rule)
    for part in parts:
        assert part in str(raised.value)


def test_the_rule_as_said_goes_before_the_name():
    assert check(step, rule="rmsprop")
    assert check(step, rule="rmsprop_inside").mistake == (
        "another convention: epsilon outside the root"
    )


def test_arguments_that_do_not_fit():
    verdict = check(lambda learning_rate, grad: grad, "rmsprop")
    assert (verdict.correct, verdict.mistake, verdict.lab) == (False, "wrong arguments", None)
    assert "(learning_rate, grad) cannot be called as RMSProp is" in verdict.text
    assert "must take learning_rate, rho, epsilon, grad, s_prev" in verdict.text

    def with_more(learning_rate, rho, epsilon, grad, s_prev, t):
        return my_rmsprop(learning_rate, rho, epsilon, grad, s_prev)

    assert check(with_more, "rmsprop").mistake == "wrong arguments"


# What is said, in the numbers of a step that can be worked by hand.


def without_weight(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + grad * grad
    return learning_rate * grad / (sqrt(s) + epsilon), s


def forgetful(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / (sqrt(s) + epsilon), s_prev


def without_epsilon(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * (grad * grad)
    return learning_rate * grad / sqrt(s), s


def shared(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * np.mean(grad * grad)
    return learning_rate * grad / (sqrt(s) + epsilon), s


def fixed_rho(learning_rate, rho, epsilon, grad, s_prev):
    s = 0.9 * s_prev + 0.1 * (grad * grad)
    return learning_rate * grad / (sqrt(s) + epsilon), s


FIRST = "(learning_rate = 0.1, rho = 0.9, epsilon = 1e-06, grad = 1, s_prev = 0)"


@pytest.mark.parametrize(
    ("function", "said"),
    [
        # sqrt(1) = 1 for sqrt(0.1)
        (without_weight, f"Your first step is 0.1, it should be 0.316 {FIRST}."),
        # The updates are right, s is 0.1 * 1.
        (forgetful, f"Your s is 0, it should be 0.1 {FIRST}."),
        # Only a large epsilon shows: 0.1 / (sqrt(0.1) + 1)
        (
            without_epsilon,
            "Your first step is 0.316, it should be 0.076 "
            + FIRST.replace("epsilon = 1e-06", "epsilon = 1"),
        ),
        # s = 0.09 + 0.1 * 1 and 0.09 + 0.1 * 4, for which it has 0.09 + 0.1 * 2.5
        (
            shared,
            "Your updates are [0.171, -0.343], they should be [0.229, -0.286] "
            + FIRST.replace("= 1,", "= [1, -2],").replace("s_prev = 0", "s_prev = [0.1, 0.1]"),
        ),
        # At rho = 0.9 it is right: 0.1 / sqrt(0.1) for 0.1 / sqrt(0.5)
        (
            fixed_rho,
            "Your first step is 0.316, it should be 0.141 "
            + FIRST.replace("rho = 0.9", "rho = 0.5"),
        ),
    ],
)
def test_the_text_has_the_numbers(function, said):
    assert said in check(function, "rmsprop").text


def test_a_verdict_reads_as_its_text_in_short_lines():
    verdict = check(without_weight, "rmsprop")
    lines = repr(verdict).splitlines()
    assert " ".join(lines) == verdict.text
    assert verdict.text.startswith("without_weight is not RMSProp. The squared gradient is missing")
    assert len(lines) > 3
    assert max(map(len, lines)) < 70


def test_an_unknown_mistake_says_which_result_and_how_often():
    def function(learning_rate, rho, epsilon, grad, s_prev):
        s = rho * s_prev + (1 - rho) * grad**2
        return learning_rate * np.log1p(np.abs(grad)) / (np.sqrt(s) + epsilon), s

    verdict = check(function, "rmsprop")
    assert verdict.mistake == ""
    assert "It returns the right s, but not the right updates." in verdict.text
    assert "Your first step is 0.219, it should be 0.316" in verdict.text  # log(2) of it


# What a function may do besides.


def test_a_function_that_raises_is_quoted_with_its_line():
    def function(learning_rate, rho, epsilon, grad, s_prev):
        return learning_rate * grad / undefined, s_prev  # noqa: F821

    verdict = check(function, "rmsprop")
    line = function.__code__.co_firstlineno + 1
    assert "It raises NameError: name 'undefined' is not defined" in verdict.text
    assert f"(line {line}: return learning_rate * grad / undefined, s_prev" in verdict.text
    assert verdict.mistake == "raises an error"
    assert verdict.lab is None


def test_a_librarys_line_is_not_quoted():
    def function(lr, g):
        return lr * np.linalg.inv(g)

    line = function.__code__.co_firstlineno + 1
    assert f"(line {line}: return lr * np.linalg.inv(g))" in check(function, "sgd").text


@pytest.mark.parametrize(
    ("function", "name", "part"),
    [
        (lambda lr, g: lr * g[0], "only for arrays", "takes arrays of shape (2,), but for single"),
        (lambda lr, g: lr * float(g), "only for single numbers", "for arrays it raises TypeError"),
        (lambda lr, g: lr * max(g, 0) + lr * min(g, 0), "only for single numbers", "truth value"),
        (lambda lr, g: lr * np.dot(g, np.sign(g)) / 0 if np.ndim(g) == 2 else lr * g,
         "raises an error", "For arrays of shape (3, 4) (1 of 17 calls) it raises ValueError"),
        (lambda lr, g: None, "returns nothing", "It returns None"),
        (lambda lr, g: "no", "not a number", "not made of plain numbers (a str)"),
        (lambda lr, g: {"updates": g}, "not a number", "(a dict)"),
        (lambda lr, g: [[1.0], [1.0, 2.0]], "not a number", "not an array of numbers"),
        (lambda lr, g: 1j * lr * g, "not a number", "complex: a root of a negative number"),
        (lambda lr, g: g > 0, "not a number", "One of its results, updates, is True or False"),
        (lambda lr, g: lr * np.sum(g), "wrong shape",
         "For arrays of shape (2,) the shape of updates is (); it must be (2,)"),
        (lambda lr, g: lr * g * np.nan, "", "NaN"),
        (lambda lr, g: lr * g * np.inf, "", "does not return the right updates"),
        (lambda lr, g: lr * g + 1e-7, "updates plus a number", "Nothing is to be added"),
        (lambda lr, g: lr * g * (1 + 1e-7), "updates times a number", "a factor too many"),
        (lambda lr, g: np.where(np.abs(g) < 2, np.sin(lr * g), lr * g), "", "wrong on 7 of 17"),
        (lambda lr, g: np.atleast_1d(lr * g), "wrong shape",
         "For single numbers the shape of updates is (1,); it must be ()"),
        (lambda lr, g: (1 + (np.ndim(g) > 0)) * lr * g, "wrong for arrays", "wrong on 14 of 17"),
    ],
)  # fmt: skip
def test_results_that_cannot_be_used_are_said_in_words(function, name, part):
    verdict = check(function, "sgd")
    assert (verdict.correct, verdict.mistake) == (False, name), verdict
    assert part in verdict.text


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (np.ones((2, 3)), "one result (an array of shape (2, 3)); it must return updates and s"),
        ((1.0,), "It returns 1 result; it must return updates and s"),
        ((1.0, 2.0, 3.0), "It returns 3 results"),
        ((1.0, None), "One of its results, s, is None"),
    ],
)
def test_the_number_of_results(made, part):
    verdict = check(lambda a, r, e, g, s: made, "rmsprop")
    assert not verdict
    assert part in verdict.text


def test_arguments_are_copies_and_a_change_is_noticed():
    def greedy(lr, rho, eps, g, s):
        s += (1 - rho) * g**2  # and rho is missing
        g *= 1
        return lr * g / (np.sqrt(s) + eps), s

    verdict = check(greedy, "rmsprop")
    assert verdict.mistake == "rho missing"
    assert "It changes s_prev in place" in verdict.text


def test_right_numbers_are_said_to_be_right_where_an_argument_changes():
    def greedy(lr, rho, eps, g, s):
        s *= rho
        s += (1 - rho) * g**2
        return lr * g / (np.sqrt(s) + eps), s

    text = check(greedy, "rmsprop").text
    assert text.startswith("greedy gives the numbers of RMSProp. It changes s_prev in place")


def test_a_call_here_leaves_the_arguments_alone():
    mine = np.ones(2)
    outcome = call_here(lambda a, b: b.sort() or b.fill(7.0))(np.zeros(2), mine)
    assert outcome.changed == (1,)
    assert mine.tolist() == [1, 1]
    assert call_here(lambda a: a)(np.array([np.nan])).changed == ()


def test_an_array_that_is_used_again_does_not_change_what_came_before():
    kept = np.zeros(2)

    def function(values):
        kept[:] = 2 * values
        return kept

    call = call_here(function)
    first, second = call(np.ones(2)), call(np.zeros(2))
    assert first.value.tolist() == [2, 2]
    assert second.value.tolist() == [0, 0]


def test_memory_between_calls_is_found_whatever_it_is():
    class Counting:
        t = 0

        def __call__(self, lr, b1, b2, eps, g, m, v, p1, p2):
            self.t += 1
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
            m_hat, v_hat = m / (1 - b1**self.t), v / (1 - b2**self.t)
            return lr * m_hat / (np.sqrt(v_hat) + eps), m, v, p1 * b1, p2 * b2

    random = np.random.default_rng(0)
    for function, rule in (
        (Counting(), "adam"),
        (lambda lr, g: lr * g + random.normal(), "sgd"),
    ):
        verdict = check(function, rule)
        assert (verdict.mistake, verdict.lab) == ("remembers between calls", None)


def test_a_warning_is_not_an_error():
    def function(lr, g):
        warnings.warn("old", stacklevel=1)  # which filterwarnings makes an error
        return lr * g

    assert check(function, "sgd")


# The examination itself, as a grader uses it.

TWICE = Mistake("doubled", "It is doubled.", lambda a, b: (2 * (a + b), a * b))
OTHER = Mistake("downwards", "It points down.", lambda a, b: (-a - b, a * b), convention=True)
GIVEN = [(1.0, 2.0), (1.0, 5.0), (np.ones(3), np.arange(3.0))]
BOTH = ("sum", "product")


def total(first, second):
    return first + second, first * second


def judged(call, mistakes=(TWICE, OTHER), given=GIVEN):
    return diagnose(call, total, mistakes, given, BOTH)


def test_examine_names_what_it_knows():
    assert judged(call_here(total)) == Finding(True)
    assert judged(call_here(TWICE.rule)) == Finding(False, "doubled", "It is doubled.")
    assert judged(call_here(OTHER.rule)) == Finding(
        False, "another convention: downwards", "It points down.", True
    )
    assert judged(call_here(TWICE.rule), ()).name == "sum times a number"
    assert judged(call_here(lambda a, b: (a - b, a * b)), ()).name == ""
    found = judged(call_here(lambda a, b: (a + 2, a * 2)), ())
    assert found.name == "no effect of second"


def test_results_of_shapes_that_do_not_fit_each_other_lead_to_a_finding():
    def right(a, b):
        return np.outer(a, b), a + 1.0

    def wrong(a, b):
        return np.outer(a, b) ** 2 + b, a + 1.0

    calls = [(np.arange(3.0), np.array([4.0, 5.0])), (np.ones(2), np.arange(4.0))]
    found = diagnose(call_here(wrong), right, (), calls, BOTH)
    assert found == Finding(False, "", "It returns the right product, but not the right sum.")


def test_more_results_than_arguments_lead_to_a_finding():
    calls = [(np.array([1.5, 2.5]),), (np.array([3.5]),)]
    found = diagnose(
        call_here(lambda a: (a, -a, a)), lambda a: (a, a + 1.0, a), (), calls, (*BOTH, "third")
    )
    assert "product" in found.text


def test_calls_with_an_argument_of_another_shape_each_lead_to_a_finding():
    def right(a):
        return a.min(), a.max()

    calls = [(np.array([1.5, 2.5, 4.0]),), (np.array([3.5, 1.0]),)]
    found = diagnose(call_here(lambda a: (a.mean(), a.max())), right, (), calls, BOTH)
    assert "the right product" in found.text


def test_a_factor_is_the_number_of_coordinates_only_where_that_varies():
    def by_size(a, b):
        return (a + b) * np.size(a), a * b

    assert judged(call_here(by_size)).name == "sum times the number of coordinates"
    alike = [(np.ones(3), np.arange(3.0)), (np.arange(3.0), np.ones(3))]
    assert judged(call_here(by_size), given=alike).name == "sum times a number"


def test_an_argument_without_effect_on_the_right_results_is_not_missed():
    found = diagnose(call_here(lambda a, b: a + 1), lambda a, b: 2 * a, (), GIVEN, ("value",))
    assert found.name == ""


def test_rounding_is_no_mistake():
    one = np.array([1.0, 1e-14, np.nan, np.inf])
    assert equal(one * (1 + 1e-10), one)
    assert equal(one + 1e-13, one)
    assert not equal(one * (1 + 1e-8), one)
    assert not equal(one + 1e-11, one)


def test_a_right_function_is_right_even_where_the_probes_cannot_tell():
    weak = [(0.0, 0.0)]
    assert judged(call_here(total), given=weak) == Finding(True)
    assert judged(call_here(TWICE.rule), given=weak) == Finding(True)


def test_a_mistake_is_named_only_if_it_fits_everywhere():
    def nearly(a, b):
        return TWICE.rule(a, b) if np.ndim(a) else (2.1 * (a + b), a * b)

    assert judged(call_here(nearly)).name == ""


def test_a_wrong_version_may_raise_as_the_students_does():
    dividing = Mistake("divided", "It is divided.", lambda a, b: (a / (b - 2), a * b))
    found = judged(call_here(lambda a, b: (a * (1 / (b - 2)), a * b)), (dividing,))
    assert found.name == "divided"
    # Where each call raises, nothing is known.
    raising = Mistake("raising", "It raises.", lambda a, b: undefined)  # noqa: F821
    assert judged(call_here(lambda a, b: other), (raising,)).name == "raises an error"  # noqa: F821


@pytest.mark.parametrize(
    "value",
    [
        None,
        "updates",
        {"sum": 1.0},
        [[1.0, [2.0]], 3.0],
        (1.0, "2"),
        (1.0, None),
        (1.0, 2 + 3j),
        (1.0, [[1.0], [1.0, 2.0]]),
        (1.0, np.array([None, 1.0])),
        (10**400, -(10**400)),
        (1e308, -1e308),
        (np.array([1e308]), np.array([np.inf])),
        (np.nan, np.nan),
        (True, False),
        (np.zeros((100, 100)), np.zeros(0)),
        (1.0, np.zeros((0, 3))),
        ((), ()),
        (object(), object()),
        (np.datetime64("2020-01-01"), 1.0),
        (np.array(["a"]), np.array([b"b"])),
        np.zeros((2, 2)),
        np.zeros(()),
        1.0,
        b"bytes",
        float,
    ],
)
def test_whatever_comes_back_leads_to_a_finding(value):
    found = judged(lambda *given: Outcome(value))
    assert isinstance(found, Finding)
    assert not found.correct
    assert found.text
    assert not found.convention


def test_a_nest_too_deep_and_an_endless_error_lead_to_a_finding():
    nest = []
    for _ in range(5000):
        nest = [nest]
    assert judged(lambda *given: Outcome((nest, 1.0))).name == "not a number"
    found = judged(lambda *given: Outcome(error="ValueError: " + "x\n" * 10_000))
    assert found.name == "raises an error"
    assert len(found.text) < 400
    assert "\n" not in found.text


def test_what_call_raises_is_the_callers():
    def limited(*given):
        raise TimeoutError

    with pytest.raises(TimeoutError):
        judged(limited)


def test_no_expected_value_is_in_a_finding():
    """A grader prints it for hidden inputs."""
    given = [(1234.5, 2.0), (np.full(2, 1234.5), np.full(2, 2.0))]
    for wrong in (
        lambda a, b: (a + b, a - b),
        lambda a, b: (a + b, a * b * np.nan),
        lambda a, b: (a + b, np.sum(a * b)),
        lambda a, b: (b, a),
        lambda a, b: a,
        TWICE.rule,
    ):
        text = judged(call_here(wrong), given=given).text
        assert text
        assert not re.search(r"1236|2469|4938|\d\.\d", text), text


def test_arguments_of_other_kinds_may_be_passed():
    """Such as a function's gradient, or a name."""

    def apply(kind, function, at):
        return function(at)

    given = [("a", np.sin, 1.0), ("a", np.cos, 1.0), ("b", np.cos, np.ones(2))]
    right = diagnose(call_here(apply), apply, (), given, ("value",))
    assert right == Finding(True)
    wrong = diagnose(call_here(lambda k, f, at: np.exp(at)), apply, (), given, ("value",))
    assert wrong.name == "no effect of function"
    given = [("a", np.sin, 1.0), ("a", np.sin, 2.0)]
    wrong = diagnose(call_here(lambda k, f, at: f(1.0)), apply, (), given, ("value",))
    assert wrong.name == "no effect of at"

    class Odd:
        def __eq__(self, other):
            raise TypeError

        __hash__ = None

    given = [(Odd(), np.sin, 1.0), (Odd(), np.cos, 2.0)]
    assert diagnose(call_here(lambda k, f, at: at), apply, (), given, ("value",)).name == ""


# The probes.

BASE = len(PLAN) + 3  # after those that have walked, also far out, and one without decay


@pytest.mark.parametrize("name", optimizers.ALL)
def test_probes_are_valid_and_varied(name):
    optimizer = optimizers.ALL[name]
    given = probes(optimizer, 3)
    for probe in given:
        settings, grad = probe[: len(optimizer.parameters)], probe[len(optimizer.parameters)]
        assert optimizer.settings(
            dict(zip((p.name for p in optimizer.parameters), settings, strict=True))
        )
        state = dict(zip(optimizer.state, probe[len(settings) + 1 :], strict=True))
        for part, value in state.items():
            # A power of beta is one number for all coordinates.
            assert np.shape(value) == (() if part.endswith("_power") else np.shape(grad)), part
            if part in ("s", "variance", "v"):
                assert np.all(value >= 0)
            if part.endswith("_power"):
                assert np.all((value > 0) & (value <= 1))
    assert {np.shape(probe[len(optimizer.parameters)]) for probe in given} == {
        (), (1,), (2,), (3, 4),
    }  # fmt: skip
    walked = given[: len(PLAN)]
    assert len(given[BASE:]) == 1 + 3 * (len(given[0]) - optimizer.initial.count(1.0))
    for place in range(len(optimizer.parameters)):  # each probe has hyper-parameters of its own
        assert len({probe[place] for probe in walked}) == len(walked)
    states = [probe[len(optimizer.parameters) + 1 :] for probe in given]
    for values in zip(*states, strict=True):
        later = [np.ravel(value) for value in values if not np.array_equal(value, 0 * value)]
        assert len(later) > len(values) / 2  # most have walked
        assert any(len(np.unique(value)) > 1 for value in later) or name == "adam"
    signs = np.sign(np.concatenate([np.ravel(probe[len(optimizer.parameters)]) for probe in given]))
    assert np.unique(signs).tolist() == [-1, 0, 1]


def test_the_powers_of_adam_fit_its_betas():
    counts = []
    for probe in probes(optimizers.adam, 3):
        beta1, beta2, power1, power2 = *probe[1:3], *probe[-2:]
        if beta1 == 0:
            assert np.all(power1 == 1)  # as before the first step, whatever beta is
            continue
        steps = np.log(power1) / np.log(beta1)
        np.testing.assert_allclose(steps, np.log(power2) / np.log(beta2), rtol=1e-9, atol=1e-12)
        counts.append(round(float(np.ravel(steps)[0])))
    assert len(dict.fromkeys(counts)) >= 4
    assert 0 in counts


@pytest.mark.parametrize("name", optimizers.ALL)
def test_each_argument_changes_alone_once(name):
    optimizer = optimizers.ALL[name]
    base, *others = probes(optimizer, 3)[BASE:]
    changed = []
    for probe in others:
        places = [k for k, pair in enumerate(zip(probe, base, strict=True))
                  if not np.array_equal(*pair)]  # fmt: skip
        assert len(places) == 1
        changed += places
    kept = sum(start != 0 for start in optimizer.initial)
    first, count = len(optimizer.parameters), len(base) - kept
    assert changed[:count] == list(range(count))
    # Each again: settings below their slider and above, the rest large, and in one coordinate.
    for place in range(count):
        assert changed.count(place) == 3
    made = [optimizer.rule(*probe) for probe in (base, *others)]
    updates = [one[0] if optimizer.state else one for one in made]
    for other in updates[1 : count + 1]:
        assert not np.allclose(updates[0], other, rtol=1e-6)
    for probe, place in zip(others, changed, strict=True):
        if place >= first and probe[place][1] == base[place][1]:
            assert probe[place][0] != base[place][0]


@pytest.mark.parametrize("name", optimizers.ALL)
def test_probes_go_beyond_every_slider(name):
    """There no limit can hide; and where it is allowed, a decay is 0."""
    optimizer = optimizers.ALL[name]
    given = probes(optimizer, 3)
    for place, parameter in enumerate(optimizer.parameters):
        values = [probe[place] for probe in given]
        low, high = parameter.slider
        assert min(values) < low or min(values) == parameter.low == 0
        assert max(values) > high
        assert low < np.median(values) < 2
        assert all(parameter.check(value) == value for value in values)
    first = len(optimizer.parameters)
    for values in zip(*(probe[first:] for probe in given), strict=True):
        sizes = np.abs(np.concatenate([np.ravel(value) for value in values]))
        if sizes.max() > 1:  # no power
            assert sizes.max() > 100 * np.median(sizes)


def test_the_same_seed_gives_the_same_probes():
    one, again, other = (probes(optimizers.adam, seed) for seed in (5, 5, 6))
    assert str(one) == str(again) != str(other)


# The lab.


def translated(lab):
    return [of["rule"] is not None for of in lab.spec["optimizers"]]


def test_the_lab_draws_both_paths_where_they_part():
    verdict = check(without_weight, "rmsprop")
    lab = verdict.lab
    assert isinstance(lab, Lab)
    assert verdict.lab is lab
    assert [optimizer.label for optimizer in lab.optimizers] == ["Yours", "Right"]
    assert translated(lab) == [True, True]  # live in a page
    yours, right = (lab.trajectory(one) for one in lab.optimizers)
    assert np.abs(yours.params - right.params).max() > 0.1
    expected = descend(lab.objective, without_weight, steps=lab.steps, **lab.settings("rmsprop"))
    np.testing.assert_array_equal(yours.params, expected.params)
    assert lab.spec["controls"] == ["learning_rate", "rho", "epsilon", "steps"]


def test_the_lab_opens_where_the_difference_is_to_be_seen():
    assert check(without_epsilon, "rmsprop").lab.epsilon == 1
    assert check(fixed_rho, "rmsprop").lab.rho == 0.5


@pytest.mark.parametrize("name", MISTAKES)
def test_most_mistakes_are_to_be_seen(name):
    unseen = []
    for mistake in MISTAKES[name][::9]:
        lab = check(mistake.rule, name).lab
        if lab is None:
            unseen.append(mistake.name)
        elif isinstance(lab, Lab):
            yours, right = (lab.trajectory(one).params for one in lab.optimizers)
            assert np.isfinite(right).all()
            parted = ~np.isfinite(yours) | (np.abs(np.nan_to_num(yours) - right) > 0.05)
            assert parted.any(), mistake.name
    assert len(unseen) <= 2, unseen


def test_a_function_that_mixes_coordinates_is_replayed():
    lab = check(shared, "rmsprop").lab
    assert isinstance(lab, Replay)
    yours, right = (lab._trajectories[name].params for name in ("yours", "rmsprop"))
    assert [racer["optimizer"] for racer in lab.racers] == ["yours", "rmsprop"]
    assert np.abs(yours - right).max() > 0.1
    # Alone, each coordinate of a function that shares s goes the right way.
    alone = descend(lab.surface, step, steps=60).params
    np.testing.assert_allclose(right, alone, rtol=1e-4)


def test_names_of_its_own_are_walked_by_the_kernel():
    def own(lr, r, e, g, s):
        if e > 0:
            s = r * s + g**2
        return lr * g / (np.sqrt(s) + e), s

    lab = check(own, "rmsprop").lab
    assert translated(lab) == [False, True]
    assert lab.computed["paths"]["yours"]["failure"] is None


def test_the_wrong_path_looks_different_from_every_right_one():
    for name, right in optimizers.ALL.items():
        names = ", ".join(signature(right.rule).parameters)
        returned = ", ".join(["-learning_rate * grad", *(f"{of}_prev" for of in right.state)])
        scope = {}
        exec(f"def wrong({names}): return {returned}", scope)
        lab = check(scope["wrong"], name).lab
        yours, theirs = (of["looks"][0] for of in lab.spec["optimizers"])
        assert theirs["light"] == style.look(right).light
        assert (yours["light"], yours["dark"], yours["marker"]) != (
            theirs["light"],
            theirs["dark"],
            theirs["marker"],
        )
        assert yours["light"] != theirs["light"]


def test_a_function_in_another_order_is_walked_in_the_rules():
    def swapped(grad, learning_rate):
        return -learning_rate * grad

    verdict = check(swapped, "sgd")
    assert verdict.mistake == "ascent"
    lab = verdict.lab
    path = lab.trajectory(lab.optimizers[0])
    start, then = path.params[:2]
    expected = start + lab.learning_rate * np.array(lab.objective.gradient(*start))
    np.testing.assert_allclose(then, expected)


def test_without_a_path_there_is_no_lab():
    for function in (
        lambda a, r, e, g, s: None,
        lambda a, r, e, g, s: a * g,
        lambda a, r, e, g, s: (np.ones(3), np.ones(3)),
    ):
        assert check(function, "rmsprop").lab is None


def test_a_notebook_shows_the_text_and_the_lab_below(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    verdict = check(without_weight, "rmsprop")
    verdict._ipython_display_()
    assert capsys.readouterr().out == f"{verdict!r}\n"
    assert shown == [verdict.lab]
    html = verdict.lab._repr_mimebundle_()[0]["text/html"]
    assert '<script type="application/json">' in html
    assert "Yours, step 60" in html
    assert "Right, step 60" in html
    check(my_rmsprop)._ipython_display_()
    assert shown == [verdict.lab]


def test_a_verdict_is_true_or_false():
    assert bool(Verdict(True, "", "")) is True
    assert bool(Verdict(False, "", "")) is False


@pytest.mark.parametrize(
    ("rule", "name", "function"),
    wrong_by_kind.WRONG,
    ids=[function.__name__ for _, _, function in wrong_by_kind.WRONG],
)
def test_each_kind_of_mistake_is_named(rule, name, function):
    verdict = check(function, rule)
    assert not verdict
    assert verdict.mistake == name, verdict.text


@pytest.mark.parametrize(("states", "function"), wrong_by_kind.AFTER_THE_FIRST_STEP.items())
def test_what_is_wrong_after_the_first_step_is_laid_to_the_states_that_decide(states, function):
    text = check(function, "rmsprop_momentum").text.replace("\n", " ")
    assert f"It is right where {states} = 0, as in the first step" in text
    assert "at each place where the old state stands" in text  # it may be in the updates alone


@pytest.mark.parametrize("function", wrong_by_kind.BY_CHANCE)
def test_where_few_calls_agree_by_chance_they_are_counted(function):
    (rule,) = (rule for rule, _, one in wrong_by_kind.WRONG if one is function)
    text = check(function, rule).text
    assert re.search(r"It is wrong on \d+ of \d+ calls\.", text)
    assert "It is right, but" not in text


def test_what_is_rounded_to_seven_digits_is_not_said_to_be_of_32_bits():
    def rounded(lr, rho, eps, g, s):
        step, s = optimizers.ALL["rmsprop"].rule(lr, rho, eps, g, s)
        return np.vectorize(lambda number: float(f"{number:.7g}"))(step)[()], s

    text = " ".join(check(rounded, "rmsprop").text.split())
    assert "some seven digits, as with numbers of 32 bits" in text
    assert "or for a rounding" in text


@pytest.mark.parametrize(("right_calls", "name"), [(2, ""), (3, "wrong for large rate")])
def test_an_argument_is_blamed_where_enough_calls_turn_wrong_with_it(right_calls, name):
    def right(rate, grad):
        return rate * grad

    def wrong(rate, grad):
        return rate * grad if rate < 5 else rate * grad**2

    calls = [(float(rate), 2.0 + rate) for rate in (*range(1, 1 + right_calls), 6)]
    assert diagnose(call_here(wrong), right, (), calls, ["updates"]).name == name


@pytest.mark.parametrize(("one", "other"), permutations(("learning_rate", "rho", "epsilon"), 2))
def test_what_two_arguments_decide_together_is_not_said_of_one(one, other):
    places = [("learning_rate", "rho", "epsilon").index(name) for name in (one, other)]
    for most in (0.02, 0.05, 0.1, 0.2, 0.5):

        def function(*given, most=most):
            updates, s = optimizers.rmsprop.rule(*given)
            return (0.7 if given[places[0]] * given[places[1]] > most else 1.0) * updates, s

        assert "It is right, but" not in check(function, "rmsprop").text


@pytest.mark.parametrize(
    ("rule", "function"),
    wrong_by_kind.RIGHT,
    ids=[function.__name__ for _, function in wrong_by_kind.RIGHT],
)
def test_what_is_right_in_other_words_is_right(rule, function):
    assert check(function, rule)


#: Written by others, who had not seen the checker: at first sight it named 59 of 64 and 41 of 45.
OTHERS = [*wrong_by_others.WRONG, *wrong_by_more_others.WRONG]


def test_what_others_got_wrong_is_rejected_and_mostly_named():
    verdicts = [(rule, label, check(wrong, rule)) for rule, label, wrong in OTHERS]
    assert not [label for _, label, verdict in verdicts if verdict]
    single = [one for one in verdicts if not one[1].startswith("two:")]
    unnamed = [(rule, label) for rule, label, verdict in single if not verdict.mistake]
    assert len(unnamed) <= 0.05 * len(single), unnamed


@pytest.mark.parametrize(("rule", "name", "function"), wrong_by_writers.WRONG)
def test_what_writers_got_wrong_is_named_as_they_say(rule, name, function):
    verdict = check(function, rule)
    assert not verdict
    assert verdict.mistake == name, function.__doc__


@pytest.mark.parametrize(
    ("rule", "right"),
    [*wrong_by_others.CORRECT, *wrong_by_more_others.CORRECT, *wrong_by_writers.CORRECT],
)
def test_what_others_got_right_is_accepted_without_a_name(rule, right):
    verdict = check(right, rule)
    assert verdict, verdict.text
    assert verdict.mistake == ""


# What is said of one thing or of many.


def test_no_verb_stands_by_a_name_that_may_be_of_many():
    """As "losses is" would. The names in these phrases are those of a function, or of a state."""
    of_one = {"right", "wrong", "convention", "same numbers", "right but", "a state"}
    phrases = {key: text for key, text in PHRASES.items() if key not in of_one}
    texts = [text for said in FINDINGS.values() for text in said] + list(phrases.values())
    verb = re.compile(r"(?<!of )\{(name|names|bad|good)\} (is|are|has|have|does|do|changes?)\b")
    assert [text for text in texts if verb.search(text)] == []


def test_many_losses_and_one_are_said_alike():
    def right(rate):
        return np.array([rate, 2 * rate]), rate + 1.0

    def wrong(rate):
        return np.array([rate, 3 * rate**2]), rate**2

    calls, outputs = [(1.0,), (2.0,), (5.0,)], ["losses", "loss"]
    found = diagnose(call_here(wrong), right, (), calls, outputs)
    assert found.text == "It does not return the right losses and loss."
    found = diagnose(call_here(lambda rate: (right(rate)[0], rate**2)), right, (), calls, outputs)
    assert found.text == "It returns the right losses, but not the right loss."
    found = diagnose(call_here(lambda rate: (rate > 0, rate)), right, (), calls, outputs)
    assert found.text.startswith("One of its results, losses, is True or False")
    found = diagnose(call_here(lambda rate: (None, rate)), right, (), calls, outputs)
    assert found.text == "One of its results, losses, is None."


def test_numbers_are_as_close_as_numpy_says():
    largest = 2e300
    odd = [0.0, -0.0, 1.0, 1 + 1e-9, 1 + 3e-9, -1.0, np.inf, -np.inf, np.nan, largest, -largest]
    one, other = (np.array(made) for made in zip(*product(odd, odd), strict=True))
    for finite in (one, 1e-300 * one):  # beside the largest number all others are rounding
        for there in (other, 1e-300 * other):
            atol = ABSOLUTE * np.abs(there[np.isfinite(there)]).max()
            with np.errstate(all="ignore"):
                wanted = np.isclose(finite, there, RELATIVE, atol, equal_nan=True)
            np.testing.assert_array_equal(close(finite, there), wanted)
            assert 0 < wanted.sum() < wanted.size
