"""The assignment on Adam: what scores, what does not, and which name it gets."""

import inspect
from math import sqrt

import numpy as np
import pytest

from classroom.assignments import adam
from classroom.assignments._wrong_adam import ADAM
from rmsprop_lab import rules
from tests.classroom.support import in_process
from tests.classroom.support.judged import (
    Answers,
    _unnamed,  # noqa: F401 - a fixture
    adapted,
    book_functions,
    judged,
    known_rules,
    maximum,
    own,
    scored,
)

NAME = "adam"
TOTAL = 29
STUDENTS = [f"s{k:03}" for k in range(200)]


@pytest.mark.parametrize("student", ["ada", "s001", "bob"])
def test_the_instructors_version_has_all_points(student):
    found = in_process.namespace(NAME, student)
    assert scored(NAME, found, student=student) == maximum(NAME)
    assert sum(maximum(NAME).values()) == TOTAL
    assert set(in_process.public_checks(NAME, student, found).values()) == {""}


def test_the_untouched_release_has_none():
    found = in_process.namespace(NAME, "ada", solutions=False)
    assert not any(scored(NAME, found).values())
    said = in_process.public_checks(NAME, "ada", found)
    assert all(said[task] for task in maximum(NAME))
    assert not any(scored(NAME, {}).values())


# --- adam -----------------------------------------------------------------------------------

LINES = {
    "m": "m = beta1 * m_prev + (1 - beta1) * grad",
    "v": "v = beta2 * v_prev + (1 - beta2) * grad**2",
    "m_hat": "m_hat = m / (1 - beta1**step)",
    "v_hat": "v_hat = v / (1 - beta2**step)",
    "updates": "updates = learning_rate * m_hat / np.sqrt(v_hat + epsilon)",
}


def _adam(changed="", returned="updates, m, v"):
    """A student's function, with some of its lines written otherwise."""
    lines = dict(LINES)
    for line in filter(None, changed.split("; ")):
        lines[line.split(" = ")[0]] = line
    names = {"np": np}
    takes = "learning_rate, beta1, beta2, epsilon, step, grad, m_prev, v_prev"
    body = "\n    ".join([*lines.values(), f"return {returned}"])
    exec(f"def adam({takes}):\n    {body}", names)
    return names["adam"]


def test_the_table_is_of_a_right_function_but_for_a_line():
    assert scored(NAME, {"adam": _adam()}, "adam") == {"adam": 6}


WRONG_ADAMS = [
    (_adam("m_hat = m; v_hat = v"), "no bias correction"),
    (_adam("m_hat = m"), "m not corrected"),
    (_adam("v_hat = v"), "v not corrected"),
    (_adam("m_hat = m / (1 - beta1); v_hat = v / (1 - beta2)"), "correction without power"),
    (_adam("m_hat = m / (1 - beta1**(step + 1)); v_hat = v / (1 - beta2**(step + 1))"),
     "t one ahead"),
    (_adam("m_hat = m / (1 - beta1**(step - 1)); v_hat = v / (1 - beta2**(step - 1))"),
     "t one behind"),
    (_adam("m_hat = m / (1 - beta1)**step; v_hat = v / (1 - beta2)**step"), "rest to the power"),
    (_adam("v = beta1 * v_prev + (1 - beta1) * grad**2"), "beta1 in v"),
    (_adam("v = beta2 * v_prev + (1 - beta2) * m**2"), "m squared in v"),
    (_adam("updates = learning_rate * m_hat / np.sqrt(v_hat) + epsilon"),
     "epsilon after the division"),
    (_adam("m_hat = m / (1 - beta1 * step); v_hat = v / (1 - beta2 * step)"), "step times beta"),
    (_adam("m_hat = m / beta1**step; v_hat = v / beta2**step"), "divided by the powers"),
    (_adam("m_hat = m / (1 - beta2**step); v_hat = v / (1 - beta1**step)"), "powers swapped"),
    (_adam("v_hat = v / (1 - beta1**step)"), "one power for both"),
    (_adam("m = beta1 * m_prev + grad"), "weight missing in m"),
    (_adam("m = (1 - beta1) * m_prev + beta1 * grad"), "weights swapped in m"),
    (_adam("v = beta2 * v_prev + grad**2"), "weight missing"),
    (_adam("v = v_prev + grad**2"), "sum of squares"),
    (_adam("v = beta2 * v_prev + (1 - beta2) * grad"), "gradient not squared"),
    (_adam("v = beta2 * v_prev + (1 - beta2) * np.mean(grad**2)"), "one s for all coordinates"),
    (_adam("updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)"),
     "epsilon outside the root"),
    (_adam("updates = learning_rate * np.sqrt(1 - beta2**step) / (1 - beta1**step) * m"
           " / np.sqrt(v + epsilon)"), "epsilon before the correction"),
    (_adam("updates = learning_rate * np.sqrt(1 - beta2**step) / (1 - beta1**step) * m"
           " / (np.sqrt(v) + epsilon)"), "epsilon before the correction"),
    (_adam("updates = learning_rate * m_hat / (v_hat + epsilon)"), "no root"),
    (_adam("updates = learning_rate * m_hat / np.sqrt(v_hat)"), "no epsilon"),
    (_adam("updates = learning_rate * m_hat / np.sqrt(v_hat + epsilon**2)"),
     "epsilon squared inside the root"),
    (_adam("updates = learning_rate * grad / np.sqrt(v_hat + epsilon)"), "gradient for m"),
    (_adam("v_hat = v_prev / (1 - beta2**step)"), "old v in the update"),
    (_adam("updates = -learning_rate * m_hat / np.sqrt(v_hat + epsilon)"), "ascent"),
    (_adam("updates = 0.1 * m_hat / np.sqrt(v_hat + epsilon)"), "no effect of learning_rate"),
    (_adam("", "updates, m_hat, v_hat"), "corrected means returned"),
    (_adam("", "updates, m, v_hat"), "corrected v returned"),
    (_adam("", "updates, v, m"), "states swapped"),
    (_adam("", "m, v, updates"), "results swapped"),
    (_adam("", "updates, m_prev, v_prev"), "state not carried"),
    (_adam("", "updates, m"), "wrong number of results"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "name"), WRONG_ADAMS)
def test_a_wrong_adam_is_named(wrong, name):
    _, later, _ = judged(NAME, {"adam": wrong}, "adam")["adam"]
    assert later is not None
    assert later.mistake == name
    assert scored(NAME, {"adam": wrong}, "adam")["adam"] <= 3


def test_an_adam_that_changes_its_arguments_loses_points():
    def in_place(learning_rate, beta1, beta2, epsilon, step, grad, m, v):
        m *= beta1
        m += (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
        return learning_rate * m_hat / np.sqrt(v_hat + epsilon), m, v

    _, later, _ = judged(NAME, {"adam": in_place}, "adam")["adam"]
    assert later.mistake == "changes its arguments"


def test_the_first_step_alone_earns_a_point():
    wrong = _adam("m_hat = m / (1 - beta1); v_hat = v / (1 - beta2)")
    assert scored(NAME, {"adam": wrong}, "adam") == {"adam": 1}


# --- two steps by hand ----------------------------------------------------------------------


@pytest.mark.parametrize("student", STUDENTS[:20])
def test_the_numbers_by_hand_are_those_of_two_steps(student):
    numbers = own(NAME, student)
    rate, beta1, beta2 = (numbers[of] for of in ("rate", "beta1", "beta2"))
    first, *state = rules.adam(
        rate, beta1, beta2, 1e-300, numbers["first_grad"], 0.0, 0.0, 1.0, 1.0
    )
    second, m, v, power1, power2 = rules.adam(
        rate, beta1, beta2, 1e-300, numbers["second_grad"], *state
    )
    stepped = {"first_update": first, "m_hat": m / (1 - power1), "v_hat": v / (1 - power2),
               "second_update": second}  # fmt: skip
    right = adam.by_hand(numbers)
    assert right == pytest.approx(stepped)
    assert scored(NAME, stepped, "by_hand", student=student) == {"by_hand": 4}


def _by_hand(numbers, m_hat, v_hat):
    """Numbers of which the update follows from two means."""
    first, rate = numbers["first_grad"], numbers["rate"]
    return {
        "first_update": rate * np.sign(first),
        "m_hat": m_hat,
        "v_hat": v_hat,
        "second_update": rate * m_hat / sqrt(v_hat),
    }


@pytest.mark.parametrize("student", STUDENTS[:20])
def test_an_update_follows_from_the_students_own_means(student):
    numbers = own(NAME, student)
    right = adam.by_hand(numbers)
    beta1, beta2 = numbers["beta1"], numbers["beta2"]
    bare_m, bare_v = right["m_hat"] * (1 - beta1**2), right["v_hat"] * (1 - beta2**2)

    def lost(m_hat, v_hat, **more):
        found = _by_hand(numbers, m_hat, v_hat) | more
        said = judged(NAME, found, "by_hand", student=student)["by_hand"]
        return [one and one.mistake for one in said]

    assert lost(right["m_hat"], right["v_hat"]) == [None] * 4
    assert lost(bare_m, right["v_hat"]) == [None, "not corrected", None, None]
    both = [None, "not corrected", "not corrected", None]
    exact = right["second_update"]
    assert lost(bare_m, bare_v) == lost(bare_m, bare_v, second_update=exact) == both
    assert lost(right["m_hat"], right["v_hat"], second_update=-exact)[3] == "ascent"
    # Means that nobody calculated lead to no point.
    assert lost(1.2345, 0.54321)[1:3] == ["", ""]
    assert lost(1.2345, 0.54321)[3] is not None


@pytest.mark.parametrize(
    ("name", "change", "mistake"),
    [
        ("first_update", lambda o, r: o["rate"] * o["first_grad"], "not divided"),
        ("first_update", lambda o, r: -r, "ascent"),
        ("first_update", lambda o, r: r * (1 - o["beta1"]) / sqrt(1 - o["beta2"]), "not corrected"),
        ("m_hat", lambda o, r: r * (1 + o["beta1"]), "first step's correction"),
        (
            "m_hat",
            lambda o, r: o["beta1"] * o["first_grad"] + (1 - o["beta1"]) * o["second_grad"],
            "corrected mean carried",
        ),
        ("m_hat", lambda o, r: (o["first_grad"] + o["second_grad"]) / 2, "plain mean"),
        ("v_hat", lambda o, r: r * (1 - o["beta2"] ** 2), "not corrected"),
        ("v_hat", lambda o, r: o["second_grad"] ** 2, "only the second"),
        ("second_update", lambda o, r: r / o["rate"], "rate missing"),
        ("second_update", lambda o, r: 1.02 * r, ""),
    ],
)
@pytest.mark.parametrize("student", STUDENTS[:10])
def test_a_wrong_number_is_named(student, name, change, mistake):
    numbers = own(NAME, student)
    right = adam.by_hand(numbers)
    found = right | {name: change(numbers, right[name])}
    if name in ("m_hat", "v_hat"):  # the update is judged by itself
        del found["second_update"]
    said = judged(NAME, found, "by_hand", student=student)["by_hand"]
    assert said[list(right).index(name)].mistake == mistake


# --- the lengths without the correction -----------------------------------------------------


def _walked(beta1, beta2, steps):
    """Lengths by the rule itself: uncorrected, under a constant gradient of 3."""
    m = v = 0.0
    lengths = []
    for _ in range(steps):
        m, v = beta1 * m + (1 - beta1) * 3.0, beta2 * v + (1 - beta2) * 9.0
        lengths.append(m / sqrt(v))
    return np.array(lengths)


def test_the_lengths_are_those_of_a_walk_and_the_model_answers_numbers_are_true():
    lengths = _walked(0.9, 0.999, 5000)
    assert adam.bare_step(0.9, 0.999, np.arange(1, 5001)) == pytest.approx(lengths)
    assert f"{lengths[0]:.2f}" == "3.16"
    assert (lengths.argmax() + 1, f"{lengths.max():.1f}") == (12, "6.6")
    assert np.argmax(lengths <= 1.01) + 1 == 3925
    assert f"{_walked(0.9, 0.9, 1)[0]:.2f}" == "0.32"


@pytest.mark.parametrize("student", STUDENTS)
def test_everybodys_first_step_is_too_long_and_not_the_longest(student):
    numbers = own(NAME, student)
    lengths = _walked(numbers["beta1"], numbers["beta2"], 5000)
    assert 1.2 < lengths[0] < 0.8 * lengths.max()
    found = {"longest": lengths.max(), "longest_at": lengths.argmax() + 1,
             "settled": np.argmax(lengths <= 1.01) + 1}  # fmt: skip
    assert scored(NAME, found, "longest", student=student) == {"longest": 3}
    assert found["settled"] < 5000


BARES = [
    (lambda b1, b2, t: sqrt(1 - b2**t) / (1 - b1**t), "inverted", 0),
    (lambda b1, b2, t: (1 - b1**t) / (1 - b2**t), "root missing", 0),
    (lambda b1, b2, t: 1 - b1**t, "m alone", 0),
    (lambda b1, b2, t: 1 / sqrt(1 - b2**t), "v alone", 0),
    (lambda b1, b2, t: (1 - b2**t) / sqrt(1 - b1**t), "betas swapped", 0),
    (lambda b1, b2, t: (1 - b1) / sqrt(1 - b2), "first step for all", 1),
    (lambda b1, b2, t: (1 - b1 ** (t + 1)) / sqrt(1 - b2 ** (t + 1)), "one step ahead", 0),
    (lambda b1, b2, t: (1 - b1) ** t / sqrt((1 - b2) ** t), "rest to the power", 1),
    (lambda b1, b2, t: 1.0, "corrected", 0),
]


@pytest.mark.parametrize(("wrong", "name", "points"), BARES)
def test_a_wrong_length_is_named(wrong, name, points):
    _, later = judged(NAME, {"bare_step": wrong}, "bare_step")["bare_step"]
    assert later.mistake == name
    assert scored(NAME, {"bare_step": wrong}, "bare_step") == {"bare_step": points}


@pytest.mark.parametrize(("wrong", "name", "points"), BARES[1:5])
def test_the_numbers_that_follow_from_a_wrong_length_keep_their_points(wrong, name, points):
    numbers = own(NAME, "ada")
    lengths = np.array([wrong(numbers["beta1"], numbers["beta2"], t) for t in range(1, 10_001)])
    found = {"longest": lengths.max(), "longest_at": lengths.argmax() + 1,
             "settled": np.argmax(lengths <= 1.01) + 1}  # fmt: skip
    assert scored(NAME, found | {"bare_step": wrong}, "longest") == {"longest": 3}
    right = in_process.namespace(NAME, "ada")["bare_step"]
    assert scored(NAME, found | {"bare_step": right}, "longest")["longest"] < 3


def test_counts_that_are_off_by_one_keep_half():
    numbers = own(NAME, "ada")
    right = adam.of_lengths(adam.bare_step, numbers)
    for off in (-1, 1):
        found = right | {"longest_at": right["longest_at"] + off, "settled": right["settled"] + off}
        assert scored(NAME, found, "longest") == {"longest": 2}
    far = right | {"longest_at": right["longest_at"] + 2, "settled": right["settled"] - 2}
    assert scored(NAME, far, "longest") == {"longest": 1}
    first = right | {"longest": (1 - numbers["beta1"]) / sqrt(1 - numbers["beta2"])}
    assert judged(NAME, first, "longest")["longest"][0].mistake == "first step"
    itself = right | {"longest": numbers["rate"] * right["longest"]}
    assert judged(NAME, itself, "longest")["longest"][0].mistake == "times the rate"
    usual = adam.of_lengths(adam.bare_step, {"beta1": 0.9, "beta2": 0.999})
    said = judged(NAME, right | {"settled": usual["settled"]}, "longest")["longest"]
    assert said[2].mistake == "usual betas"


# --- places of epsilon ----------------------------------------------------------------------


def _placed(outside, inside, before):
    rules = {"outside": outside, "inside": inside, "before": before}
    return lambda a, b2, e, g, place: rules[place](a, b2, e, g)


def _out(a, b2, e, g):
    return a * g / (np.abs(g) + e)


def _in(a, b2, e, g):
    return a * g / np.sqrt(g**2 + e)


def _before(a, b2, e, g):
    """The faster form, step by step."""
    m, v = 0.7 * g, (1 - b2) * g**2
    return a * np.sqrt(1 - b2) / 0.7 * m / (np.sqrt(v) + e)


@pytest.mark.parametrize(
    ("wrong", "name", "points"),
    [
        (_placed(_out, _in, _before), None, 4),
        (_placed(_out, _in, _out), "before as outside", 2),
        (_placed(_out, _in, lambda a, b2, e, g: _out(a, b2, e * np.sqrt(1 - b2), g)),
         "epsilon made smaller", 2),
        (_placed(_out, _in, lambda a, b2, e, g: _out(a, b2, e / (1 - b2), g)),
         "root of the share missing", 2),
        (_placed(_out, _out, _out), "before as outside", 1),
        (_placed(_in, _in, _in), "inside for before", 1),
        (_placed(_in, _out, _before), None, 2),
        (_placed(_out, _in, lambda a, b2, e, g: np.sqrt(1 - b2) * a * g / (np.abs(g) + e)),
         "shares missing", 2),
        (_placed(_out, _in, lambda a, b2, e, g: a * np.sqrt(1 - b2) * g
                 / np.sqrt((1 - b2) * g**2 + e)), "before under the root", 2),
        (lambda a, b2, e, g, place: a * np.sign(g), "no epsilon", 0),
        (lambda a, b2, e, g, place: -_placed(_out, _in, _before)(a, b2, e, g, place), "ascent", 0),
        (lambda a, b2, e, g, place: np.abs(_placed(_out, _in, _before)(a, b2, e, g, place)),
         "sign lost", 0),
        (lambda a, b2, e, g, place: place, "not a number", 0),
    ],
)  # fmt: skip
def test_a_wrong_first_step_is_named(wrong, name, points):
    last = judged(NAME, {"first_step": wrong}, "first_step")["first_step"][-1]
    assert (last and last.mistake) == name
    assert scored(NAME, {"first_step": wrong}, "first_step") == {"first_step": points}


@pytest.mark.parametrize(
    ("outside", "inside", "said"),
    [
        (_in, _in, ["inside for outside", None, None]),
        (_out, _out, [None, "outside for inside", None]),
        (_in, _out, ["inside for outside", "outside for inside", None]),
        (_out, lambda a, b2, e, g: a * g / (np.abs(g) + np.sqrt(e)),
         [None, "root of epsilon inside", None]),
    ],
)  # fmt: skip
def test_each_place_of_epsilon_is_judged_alone(outside, inside, said):
    wrong = {"first_step": _placed(outside, inside, _before)}
    found = judged(NAME, wrong, "first_step")["first_step"]
    assert [lost and lost.mistake for lost in found] == said


# --- RMSProp in Adam's place ----------------------------------------------------------------


def test_plain_rmsprop_takes_adams_steps_with_these_settings():
    grads = np.random.RandomState(3).normal(size=30)
    s = m = v = 0.0
    for step, grad in enumerate(grads, start=1):
        wanted, m, v = adam.adam(0.3, 0.0, 0.95, 0.2, step, grad, m, v)
        rate, epsilon = adam.as_rmsprop(0.3, 0.95, 0.2, step)
        s = 0.95 * s + 0.05 * grad**2
        assert rate * grad / sqrt(s + epsilon) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("wrong", "name", "points"),
    [
        (lambda a, rho, e, t: (a * sqrt(1 - rho**t), e), "epsilon unchanged", 2),
        (lambda a, rho, e, t: (a * sqrt(1 - rho**t), e * sqrt(1 - rho**t)),
         "epsilon by the root", 2),
        (lambda a, rho, e, t: (a / sqrt(1 - rho**t), e * (1 - rho**t)), "rate divided", 0),
        (lambda a, rho, e, t: (a * (1 - rho**t), e * (1 - rho**t)), "root missing", 0),
        (lambda a, rho, e, t: (a * sqrt(1 - rho**t), e * (1 - rho)), "", 2),  # the rate is right
        (lambda a, rho, e, t: (a * sqrt(1 - rho**t), None), "not a number", 0),
        (lambda a, rho, e, t: (a / sqrt(1 - rho**t), e / (1 - rho**t)), "rate divided", 0),
        (lambda a, rho, e, t: (a * sqrt((1 - rho) ** t), e * (1 - rho) ** t),
         "rest to the power", 0),
        (lambda a, rho, e, t: (a, e), "unchanged", 0),
        (lambda a, rho, e, t: (a * sqrt(1 - rho), e * (1 - rho)), "power missing", 0),
        (lambda a, rho, e, t: (e * (1 - rho**t), a * sqrt(1 - rho**t)), "results swapped", 0),
    ],
)  # fmt: skip
def test_wrong_settings_are_named(wrong, name, points):
    [lost] = judged(NAME, {"as_rmsprop": wrong}, "as_rmsprop")["as_rmsprop"]
    assert lost.mistake == name
    assert scored(NAME, {"as_rmsprop": wrong}, "as_rmsprop") == {"as_rmsprop": points}


# --- AdamW ----------------------------------------------------------------------------------


def _adamw(
    new_w="w - updates - learning_rate * decay * w", rule=None, used="grad", returned="m, v"
):
    names = {"np": np, "adam": rule or _adam()}
    exec(
        "def adamw(learning_rate, beta1, beta2, epsilon, decay, step, w, grad, m_prev, v_prev):\n"
        f"    given = step, {used}, m_prev, v_prev\n"
        "    updates, m, v = adam(learning_rate, beta1, beta2, epsilon, *given)\n"
        f"    return {new_w}, {returned}",
        names,
    )
    return names["adamw"]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (_adamw("w - updates", used="grad + decay * w"), "decay in the gradient"),
        (_adamw(used="grad + decay * w"), "decay at both places"),
        (_adamw("w - updates - decay * w"), "decay without the learning rate"),
        (_adamw("(w - updates) * (1 - learning_rate * decay)"), "decay of the new weights"),
        (_adamw("w - updates + learning_rate * decay * w"), "decay has the wrong sign"),
        (_adamw("w - updates - learning_rate * decay"), "decay without w"),
        (_adamw("w - updates"), "decay missing"),
        (_adamw("updates + learning_rate * decay * w"), "updates instead of weights"),
        (_adamw("w + updates - learning_rate * decay * w"), "ascent"),
        (_adamw(returned="v, m"), "states swapped"),
        (_adamw(returned="m_prev, v_prev"), "state not carried"),
        (_adamw(rule=_adam("m_hat = m; v_hat = v")), "no bias correction"),
    ],
)
def test_a_wrong_adamw_is_named(wrong, name):
    found = {"adam": _adam(), "adamw": wrong}
    one, _ = judged(NAME, found, "adamw")["adamw"]
    assert one.mistake == name
    assert scored(NAME, found, "adamw") == {"adamw": 0}


def test_pytorchs_order_is_right():
    first = "w * (1 - learning_rate * decay) - updates"
    assert scored(NAME, {"adam": _adam(), "adamw": _adamw(first)}, "adamw") == {"adamw": 5}


KNOWN = {of.name for of in ADAM}


@pytest.mark.parametrize("wrong", [wrong for wrong, name in WRONG_ADAMS if name in KNOWN])
def test_a_mistake_in_adam_costs_nothing_in_adamw(wrong):
    assert scored(NAME, {"adam": wrong, "adamw": _adamw(rule=wrong)}, "adamw") == {"adamw": 5}
    coupled = _adamw("w - updates", rule=wrong, used="grad + decay * w")
    assert scored(NAME, {"adam": wrong, "adamw": coupled}, "adamw") == {"adamw": 0}


def test_an_adam_that_is_none_leads_to_no_points():
    for nothing in (lambda *given: (0 * given[5],) * 3, lambda *given: given[5:]):
        found = {"adam": nothing, "adamw": _adamw(rule=nothing)}
        assert scored(NAME, found, "adamw") == {"adamw": 0}


# --- nothing breaks, nothing to copy --------------------------------------------------------

FUNCTIONS = ("adam", "bare_step", "first_step", "as_rmsprop", "adamw")
ODD = [None, "text", 3.0, (1.0,), (None,) * 3, ("a", "b", "c"), (np.zeros((400, 400)), 1.0, 2.0),
       (np.nan,) * 3, (np.nan,) * 2, np.nan, (1j,) * 3, [[1], [2, 3], []], {"s": 1},
       (np.zeros(7),) * 3, (object(),) * 3, (10**400, 1, 1)]  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_odd_values_lose_the_points_with_a_reason(value):
    found = {name: lambda *_: value for name in FUNCTIONS}
    assert not any(scored(NAME, found, *FUNCTIONS).values())
    names = ("first_update", "m_hat", "v_hat", "second_update", "longest", "longest_at", "settled")
    numbers = dict.fromkeys(names, value)
    assert not any(scored(NAME, numbers, "by_hand", "longest").values())


@pytest.mark.usefixtures("_unnamed")
@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_no_rule_of_the_package_scores(name):
    takes = tuple(inspect.signature(getattr(adam, name)).parameters)
    for rule in adapted(takes):
        assert not any(scored(NAME, {name: rule}, name).values()), rule


def test_no_rule_of_the_package_is_another_answer():
    for rule in known_rules():
        for name in ("bare_step", "first_step", "as_rmsprop"):
            takes = len(inspect.signature(getattr(adam, name)).parameters)
            if len(inspect.signature(rule).parameters) == takes:
                assert not any(scored(NAME, {name: rule}, name).values())


@pytest.mark.usefixtures("_unnamed")
def test_no_function_of_the_book_scores():
    for where, function in book_functions():
        for name in FUNCTIONS:
            takes = len(inspect.signature(function).parameters)
            if takes == len(inspect.signature(getattr(adam, name)).parameters):
                assert not any(scored(NAME, {name: function}, name).values()), where


def test_the_feedback_shows_both_paths():
    show = adam.ASSIGNMENT.tasks[0].show
    same = show(Answers(adam=_adam()), own(NAME, "ada"))
    other = show(Answers(adam=_adam("v_hat = v")), own(NAME, "ada"))
    assert same.yours.shape == same.right.shape == (41, 2)
    assert np.allclose(same.yours, same.right)
    assert not np.allclose(other.yours, other.right)
    assert np.linalg.norm(same.right[-1]) < np.linalg.norm(same.right[0])


def test_the_numbers_stay_as_they_are():
    assert own(NAME, "ada") == {
        "rate": 0.104, "beta1": 0.9, "beta2": 0.995, "first_grad": -0.6, "second_grad": -3.1,
    }  # fmt: skip
