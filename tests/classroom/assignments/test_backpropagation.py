"""The assignment on backpropagation: what scores, what does not, and which name it gets."""

import inspect
from pathlib import Path

import numpy as np
import pytest

from classroom.assignments import _wrong_backpropagation as passes
from classroom.assignments import backpropagation
from classroom.checks import compare_value
from classroom.course.assignment import Lost
from tests.classroom.support import in_process
from tests.classroom.support.judged import (
    _unnamed,  # noqa: F401 - a fixture
    book_functions,
    judged,
    maximum,
    own,
    scored,
)

NAME = "backpropagation"
TOTAL = 26
STUDENTS = [f"s{k:03}" for k in range(200)]
FUNCTIONS = ("forward", "backward", "differences", "train")


@pytest.mark.parametrize("student", ["ada", "s001", "bob"])
def test_the_instructors_version_has_all_points(student):
    found = in_process.namespace(NAME, student)
    assert scored(NAME, found, student=student) == maximum(NAME)
    assert sum(maximum(NAME).values()) == TOTAL
    assert set(in_process.public_checks(NAME, student, found).values()) == {""}


def test_each_function_that_wants_the_loss_is_told_for_pytorch_that_it_is_one_of_arrays():
    text = in_process.assignment_text(NAME)
    for_torch = {cell.grade_id: cell.for_students() for cell in text.cells_for_torch}
    calling = [cell.grade_id for cell in text.cells if "loss(" in "".join(cell.solution())]
    assert calling == ["differences-answer", "train-answer"]
    for name in calling:
        assert "The function loss is one of arrays: write your own, of tensors." in for_torch[name]


def test_the_untouched_release_has_none():
    found = in_process.namespace(NAME, "ada", solutions=False)
    assert not any(scored(NAME, found).values())
    said = in_process.public_checks(NAME, "ada", found)
    assert all(said[task] for task in maximum(NAME))
    assert not any(scored(NAME, {}).values())


# --- students' functions, made of the solutions by changing a piece of their text ------------

SOURCE = {
    "forward": """
def forward(inputs, W1, b1, W2, b2):
    hidden = np.tanh(inputs @ W1 + b1)
    return hidden, hidden @ W2 + b2
""",
    "backward": """
def backward(inputs, targets, hidden, output, W2):
    error = (output - targets) / len(inputs)
    delta = error @ W2.T * (1 - hidden**2)
    return inputs.T @ delta, delta.sum(axis=0), hidden.T @ error, error.sum(axis=0)
""",
    "differences": """
def differences(inputs, targets, W1, b1, W2, b2, h):
    slopes = np.zeros(W1.shape)
    moved = W1.copy()
    for place in np.ndindex(W1.shape):
        before = moved[place]
        moved[place] = before + h
        above = loss(forward(inputs, moved, b1, W2, b2)[1], targets)
        moved[place] = before - h
        below = loss(forward(inputs, moved, b1, W2, b2)[1], targets)
        moved[place] = before
        slopes[place] = (above - below) / (2 * h)
    return slopes
""",
    "train": """
def train(W1, b1, W2, b2, inputs, targets, batches, learning_rate, rho, epsilon):
    params = [W1.copy(), b1.copy(), W2.copy(), b2.copy()]
    states = [np.zeros_like(param) for param in params]
    losses = []
    for rows in batches:
        batch, wanted = inputs[rows], targets[rows]
        hidden, output = forward(batch, *params)
        losses.append(loss(output, wanted))
        grads = backward(batch, wanted, hidden, output, params[2])
        for k in range(4):
            states[k] = rho * states[k] + (1 - rho) * grads[k] ** 2
            params[k] = params[k] - learning_rate * grads[k] / (np.sqrt(states[k]) + epsilon)
    return *params, np.array(losses)
""",
}


def written(**changes):
    """All functions, some with pieces of their text changed: ``train=("old", "new")``."""
    names = {"np": np, "loss": passes.loss}
    for name, text in SOURCE.items():
        pieces = iter(changes.get(name, ()))
        for old, new in zip(pieces, pieces, strict=True):
            assert old in text, old
            text = text.replace(old, new)
        exec(text, names)
    return {name: names[name] for name in FUNCTIONS}


def test_the_table_is_of_right_functions_but_for_a_piece():
    right = {name: maximum(NAME)[name] for name in FUNCTIONS}
    assert scored(NAME, written(), *FUNCTIONS) == right


def mistakes(found, task):
    return [lost and lost.mistake for lost in judged(NAME, found, task)[task]]


FORWARDS = [
    (("np.tanh(inputs @ W1 + b1)", "inputs @ W1 + b1"), "tanh missing"),
    (("np.tanh(inputs @ W1 + b1)", "np.maximum(inputs @ W1 + b1, 0)"), "another curve"),
    (("hidden @ W2 + b2", "np.tanh(hidden @ W2 + b2)"), "tanh at the end"),
    ((" + b1", ""), "b1 is missing"),
    ((" + b2", ""), "b2 is missing"),
    (("W1 + b1)", "W1) + b1"), "b1 after tanh"),
    (("return hidden, hidden @ W2 + b2", "return hidden @ W2 + b2, hidden"), "results swapped"),
    (("return hidden,", "return inputs @ W1 + b1,"), "sums returned"),
    (("return hidden, hidden @ W2 + b2", "return hidden @ W2 + b2"), "wrong number of results"),
]


@pytest.mark.parametrize(("change", "name"), FORWARDS)
def test_a_wrong_way_through_is_named(change, name):
    found = written(forward=change)
    said = mistakes(found, "forward")[0]
    assert said == name or (said and "result" in name)
    assert scored(NAME, found, "forward") == {"forward": 0}


BACKWARDS = [
    (("(1 - hidden**2)", "1"), "slope of tanh missing", 2),
    (("hidden**2", "np.tanh(hidden) ** 2"), "slope at the wrong place", 2),
    (("hidden**2", "np.arctanh(hidden) ** 2"), "slope at the wrong place", 2),
    (("hidden**2", "hidden"), "slope without its square", 2),
    (("(1 - hidden**2)", "hidden * (1 - hidden)"), "slope of another curve", 2),
    (("(1 - hidden**2)", "(hidden > 0)"), "slope of another curve", 2),
    (("(1 - hidden**2)", "hidden"), "value for slope", 2),
    ((" / len(inputs)", ""), "sum instead of mean", 0),
    (("len(inputs)", "output.size"), "divided by all entries", 0),
    (("len(inputs)", "len(inputs) ** 2"), "divided twice", 0),
    (("(output - targets)", "2 * (output - targets)"), "factor 2", 0),
    (("output - targets", "targets - output"), "ascent", 0),
    (("delta.sum(axis=0)", "0 * delta[0]", "error.sum(axis=0)", "0 * error[0]"),
     "biases forgotten", 0),
    (("delta.sum(axis=0)", "delta", "error.sum(axis=0)", "error"),
     "biases not summed over the batch", 0),
    (("delta.sum(axis=0)", "delta.mean(axis=0)", "error.sum(axis=0)", "error.mean(axis=0)"),
     "biases divided twice", 0),
    (("delta.sum(axis=0)", "delta[-1]", "error.sum(axis=0)", "error[-1]"),
     "biases of the last example", 0),
    (("(1 - hidden**2)", "(hidden**2 - 1)"), "ascent", 2),
    (("inputs.T @ delta", "len(inputs) * inputs.T @ delta",
      "hidden.T @ error", "len(inputs) * hidden.T @ error"), "weights not divided", 0),
    (("inputs.T @ delta", "hidden.T @ delta"), "hidden for inputs", 2),
    (("inputs.T @ delta, delta.sum(axis=0), hidden.T @ error, error.sum(axis=0)",
      "hidden.T @ error, error.sum(axis=0), inputs.T @ delta, delta.sum(axis=0)"),
     "results in another order", 0),
    (("inputs.T @ delta", "delta.T @ inputs", "hidden.T @ error", "error.T @ hidden"),
     "weights transposed", 0),
]  # fmt: skip


@pytest.mark.parametrize(("change", "name", "points"), BACKWARDS)
def test_a_wrong_way_back_is_named(change, name, points):
    found = written(backward=change)
    _, hidden, _ = mistakes(found, "backward")
    assert hidden == name
    assert scored(NAME, found, "backward") == {"backward": points}


def test_a_w2_that_is_not_transposed_is_named_where_its_shape_fits():
    found = written(backward=("W2.T", "W2"))
    assert mistakes(found, "backward") == ["raises an error"] * 2 + ["W2 not transposed"]


def test_a_loop_over_the_examples_is_as_good():
    def backward(inputs, targets, hidden, output, W2):
        grads = [np.zeros((inputs.shape[1], len(W2))), np.zeros(len(W2)), np.zeros(W2.shape),
                 np.zeros(W2.shape[1])]  # fmt: skip
        for x, t, h, y in zip(inputs, targets, hidden, output, strict=True):
            back = W2 @ (y - t) * (1 - h) * (1 + h)
            for grad, part in zip(
                grads, (np.outer(x, back), back, np.outer(h, y - t), y - t), strict=True
            ):
                grad += part / len(inputs)
        return grads

    assert scored(NAME, {"backward": backward}, "backward") == {"backward": 8}
    statement = Path(backpropagation.__file__).with_suffix(".md").read_text(encoding="utf-8")
    assert "A loop over the examples gives the same numbers and costs no points." in statement
    assert "without a loop" not in statement  # what is not looked at is not forbidden


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (("moved[place] = before - h", "moved[place] = before", "2 * h", "h"), "one-sided"),
        (("2 * h", "h"), "factor 2"),
        (("above - below", "below - above"), "ascent"),
        ((" / (2 * h)", ""), "not divided"),
        (("        moved[place] = before\n", ""), "not put back"),
        (("moved = W1.copy()", "moved = W1", "        moved[place] = before\n", ""),
         "not put back"),
        (("moved[place] = before + h", "moved = W1 + h", "moved[place] = before - h",
          "moved = W1 - h", "        moved[place] = before\n", ""), "all weights at once"),
        (("loss(forward(", "(lambda y, t: np.mean((y - t) ** 2))(forward("),
         "divided by all entries"),
        (("loss(forward(", "(lambda y, t: np.mean((y - t) ** 2) / 2)(forward("),
         "divided by all entries"),
        (("loss(", "2 * loss("), "factor 2"),
        (("loss(", "len(inputs) * loss("), "sum instead of mean"),
    ],
)  # fmt: skip
def test_wrong_differences_are_named(change, name):
    found = written(differences=change)
    assert mistakes(found, "differences") == [name]
    assert scored(NAME, found, "differences") == {"differences": 0}


TRAINED = [
    (("states[k] = rho * states[k] +", "states[k] ="), "s not carried"),
    (("states[k] = rho * states[k] + (1 - rho) * grads[k] ** 2",
      "states[k] = rho * states[k] + grads[k] ** 2"), "weight missing"),
    (("inputs[rows], targets[rows]", "inputs, targets"), "all examples in each step"),
    (("inputs[rows], targets[rows]", "inputs[batches[0]], targets[batches[0]]"),
     "first batch in each step"),
    (("- learning_rate", "+ learning_rate"), "uphill"),
    (("(np.sqrt(states[k]) + epsilon)", "np.sqrt(states[k] + epsilon)"), "epsilon inside the root"),
    (("np.sqrt(states[k])", "states[k]"), "no root"),
    (("params[2])", "W2)"), "W2 of the start"),
    (("batch, *params)", "batch, W1, b1, W2, b2)", "params[2])", "W2)"), "gradients of the start"),
    (("(np.sqrt(states[k]) + epsilon)",
      "(np.sqrt(states[k] / (1 - rho ** len(losses))) + epsilon)"), "s corrected"),
    (("range(4)", "(0, 2)"), "biases not moved"),
    (("range(4)", "(2, 3)"), "hidden layer not moved"),
    (("range(4):", "(2, 3, 0, 1):\n            if k == 0:\n                "
      "grads = backward(batch, wanted, hidden, output, params[2])"),
     "W2 moved before the way back"),
    (("W1.copy(), b1.copy(), W2.copy(), b2.copy()", "W1, b1, W2, b2",
      "params[k] = params[k] - learning", "params[k] -= learning"), "changes its arguments"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "name"), TRAINED)
def test_a_wrong_training_is_named(change, name):
    found = written(train=change)
    _, several = mistakes(found, "train")
    assert several == name
    assert scored(NAME, found, "train")["train"] <= 2


@pytest.mark.parametrize(
    ("change", "names", "points"),
    [
        (("loss(output, wanted)", "loss(forward(inputs, *params)[1], targets)"),
         ["loss of all examples"] * 2, 3.5),
        (("loss(output, wanted)", "len(rows) * loss(output, wanted)"), ["", ""], 3.5),
        (("    return", "    losses = losses[1:] + losses[:1]\n    return"), [None, ""], 4.5),
    ],
)  # fmt: skip
def test_a_training_of_which_the_losses_alone_are_wrong_keeps_half(change, names, points):
    found = written(train=change)
    assert mistakes(found, "train") == names
    assert scored(NAME, found, "train") == {"train": points}


def test_what_is_said_of_losses_is_said_of_many():
    made = written(train=("    return", "    losses = losses[1:] + losses[:1]\n    return"))
    reasons = [lost.reason for lost in judged(NAME, made, "train")["train"] if lost]
    assert reasons
    assert all("but not the right losses." in reason for reason in reasons)
    with pytest.raises(Lost, match="The value of `losses` is not right"):
        compare_value("losses", np.ones(2), np.zeros(2), 0.1)


def test_a_way_back_that_changes_its_arguments_is_told_which():
    found = written(backward=("    error", "    hidden *= 1.5\n    error"))
    _, lost, _ = judged(NAME, found, "backward")["backward"]
    assert "It changes hidden in place" in lost.reason


def test_a_gradient_after_the_first_update_is_what_one_gets_from_updating_too_soon():
    """The wrong version written out, beside the one that the checker knows."""
    found = written(train=TRAINED[-2][0])
    probe = backpropagation._train_probe(np.random.RandomState(5), (9, 2, 3, 1), 4, 3)
    mine, known = found["train"](*probe), passes.trained(*probe, output_first=True)
    assert all(map(np.allclose, mine, known))
    assert not np.allclose(mine[0], passes.trained(*probe)[0])


# --- what builds on a wrong function ---------------------------------------------------------


@pytest.mark.parametrize(("change", "name"), FORWARDS[:6])
def test_a_mistake_on_the_way_through_costs_nothing_later(change, name):
    found = written(forward=change)
    rest = {task: maximum(NAME)[task] for task in ("backward", "differences", "train")}
    assert scored(NAME, found, *rest) == rest


@pytest.mark.parametrize(("change", "name", "points"), BACKWARDS[:12])
def test_a_mistake_on_the_way_back_costs_nothing_in_the_training(change, name, points):
    found = written(backward=change)
    assert scored(NAME, found, "train") == {"train": 7}
    # With a right way back in the notebook, the training's own costs half.
    inside = written()["backward"]
    half = scored(NAME, found | {"backward": inside}, "train")["train"]
    assert half == (0 if name == "ascent" else 3.5) or name in ("factor 2", "sum instead of mean")
    assert half < 7
    both = written(forward=FORWARDS[0][0], backward=change)
    assert scored(NAME, both, "train") == {"train": 7}


# --- by hand ---------------------------------------------------------------------------------


def _tiny(numbers):
    return {key: np.array(value) for key, value in numbers.items() if key.startswith("tiny")}


@pytest.mark.parametrize("student", STUDENTS[:50])
def test_the_numbers_by_hand_are_those_of_both_passes(student):
    tiny = _tiny(own(NAME, student))
    params = [tiny[f"tiny_{of}"] for of in ("W1", "b1", "W2", "b2")]
    inputs, targets = tiny["tiny_input"][np.newaxis], tiny["tiny_target"].reshape(1, 1)
    hidden, output = passes.forward(inputs, *params)
    W1, b1, _, _ = passes.backward(inputs, targets, hidden, output, params[2])
    right = backpropagation.by_hand(own(NAME, student))
    assert right["hand_hidden"] == pytest.approx(hidden[0])
    assert right["hand_error"] == pytest.approx(float((output - targets)[0, 0]))
    assert right["hand_delta"] == pytest.approx(b1)
    assert right["hand_slope"] == pytest.approx(W1[0, 1])
    by_differences = passes.differences(inputs, targets, *params, 1e-5)
    assert right["hand_slope"] == pytest.approx(by_differences[0, 1], rel=1e-6)


@pytest.mark.parametrize("student", STUDENTS[:20])
def test_a_wrong_number_is_named_and_costs_once(student):
    numbers = own(NAME, student)
    right = backpropagation.by_hand(numbers)
    into = np.arctanh(right["hand_hidden"])

    def said(**wrong):
        found = right | wrong
        lost = judged(NAME, found, "by_hand", student=student)["by_hand"]
        return [one and one.mistake for one in lost]

    assert said() == [None] * 4
    # All that follows from a hidden layer without tanh.
    error = backpropagation._error(numbers, into)
    delta = backpropagation._delta(numbers, into, error)
    slope = backpropagation._slope(numbers, delta)
    chain = {"hand_hidden": into, "hand_error": error, "hand_delta": delta, "hand_slope": slope}
    assert said(**chain) == ["tanh missing", None, None, None]
    assert said(hand_hidden=into) == ["tanh missing", None, None, None]
    assert said(hand_error=-right["hand_error"])[1] == "other sign"
    missing = right["hand_error"] * np.array(numbers["tiny_W2"])[:, 0]
    assert said(hand_delta=missing, hand_slope=numbers["tiny_input"][0] * missing[1]) == [
        None, None, "slope of tanh missing", None,
    ]  # fmt: skip
    double = {"hand_delta": 2 * right["hand_delta"], "hand_slope": 2 * right["hand_slope"]}
    assert said(**double) == [None, None, "factor 2", None]
    value = right["hand_hidden"][1] * right["hand_delta"][1]
    assert said(hand_slope=value)[3] == "hidden for input"
    other = numbers["tiny_input"][1] * right["hand_delta"][0]
    assert said(hand_slope=other)[3] == "weight transposed"
    # Zeros that nobody calculated lead to nothing.
    zeros = {"hand_hidden": np.zeros(2), "hand_error": 0.0, "hand_delta": np.zeros(2)}
    assert None not in said(**zeros, hand_slope=0.0)


# --- the training on everybody's own curve, and what the model answers say --------------------


def _started(student, W1=1.0, W2=1.0, equal=False):
    """The parameters after the text's 60 epochs, and the losses of all examples at both ends."""
    numbers = own(NAME, student)
    inputs, targets = (np.array(numbers[of])[:, np.newaxis] for of in ("inputs", "targets"))
    draw, width = np.random.default_rng(numbers["seed"]), numbers["width"]
    start = [draw.normal(size=(1, width)), np.zeros(width),
             draw.normal(size=(width, 1)) / np.sqrt(width), np.zeros(1)]  # fmt: skip
    start[0], start[2] = W1 * start[0], W2 * start[2]
    if equal:
        start[0], start[2] = np.full((1, width), 0.5), np.full((width, 1), 0.5)
    order = np.random.default_rng(0)
    batches = np.array([rows for _ in range(60) for rows in order.permutation(40).reshape(5, 8)])
    *end, _ = passes.trained(*start, inputs, targets, batches, 0.01, 0.9, 1e-6)
    losses = [passes.loss(passes.forward(inputs, *at)[1], targets) for at in (start, end)]
    return end, losses, float(targets.mean())


def test_everybodys_training_passes_the_public_check_with_room():
    for student in STUDENTS[::4]:
        _, (before, after), _ = _started(student)
        assert after < 0.5 * before


@pytest.mark.parametrize("student", STUDENTS[:20])
def test_starts_of_zeros_are_as_the_model_answer_says(student):
    (W1, b1, W2, b2), (_, stuck), mean = _started(student, W1=0, W2=0)
    assert not W1.any()
    assert not b1.any()
    assert not W2.any()
    assert abs(b2[0] - mean) < 0.1
    (W1, b1, W2, _), _, _ = _started(student, equal=True)
    assert max(np.ptp(W1), np.ptp(b1), np.ptp(W2)) < 1e-9
    drawn, no_W1, no_W2 = (
        _started(student, W1=one, W2=two)[1][1] for one, two in ((1, 1), (0, 1), (1, 0))
    )
    assert max(no_W1, no_W2) < stuck
    assert no_W2 < 0.2 * stuck
    assert no_W1 > 1.5 * drawn
    assert no_W1 > no_W2 > 0.9 * drawn


# --- nothing breaks, nothing to copy ---------------------------------------------------------

ODD = [None, "text", 3.0, (1.0,), (None,) * 4, ("a", "b", "c", "d"), (np.zeros(7),) * 4,
       (np.zeros((400, 400)), 1, 2, 3), (np.nan,) * 4, (np.nan,) * 5, (1j,) * 4, [[1], [2, 3], []],
       {"s": 1}, (object(),) * 2, (10**400, 1, 1, 1)]  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_odd_values_lose_the_points_with_a_reason(value):
    found = {name: lambda *_: value for name in FUNCTIONS}
    assert not any(scored(NAME, found, *FUNCTIONS).values())
    names = ("hand_hidden", "hand_error", "hand_delta", "hand_slope")
    assert not any(scored(NAME, dict.fromkeys(names, value), "by_hand").values())


@pytest.mark.usefixtures("_unnamed")
def test_no_function_of_the_book_scores():
    for where, function in book_functions():
        for name in FUNCTIONS:
            right = getattr(passes, {"train": "trained"}.get(name, name))
            needed = [
                one
                for one in inspect.signature(right).parameters.values()
                if one.default is inspect.Parameter.empty
            ]
            if len(inspect.signature(function).parameters) == len(needed):
                assert not any(scored(NAME, {name: function}, name).values()), where


def test_the_text_counts_the_parameters_of_its_answer():
    text = Path(backpropagation.__file__).with_suffix(".md").read_text(encoding="utf-8")
    assert "50 for 8 units" in " ".join(text.split())
    assert 2 * (3 * 8 + 1) == 50


def test_the_numbers_stay_as_they_are():
    numbers = own(NAME, "ada")
    assert numbers["tiny_W1"] == [[0.3, -0.9], [-0.7, 0.2]]
    assert (numbers["width"], numbers["seed"]) == (10, 954)
