"""Backpropagation by hand: both ways through a network, its gradient checked, and a training."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial, wraps
from typing import Any

import numpy as np

from classroom.assignments._wrong_backpropagation import (
    BACKWARD,
    DIFFERENCES,
    FORWARD,
    TRAINED,
    backward,
    differences,
    forward,
    trained,
)
from classroom.checks import THREE_DIGITS, Wrong, compare, compare_value, made_before
from classroom.course.assignment import Answers, Assignment, Check, Lost, Numbers, Task
from rmsprop_lab.checking.diagnose import Mistake, Outcome

GRADIENTS = ("gradient by W1", "gradient by b1", "gradient by W2", "gradient by b2")
AFTER = ("W1", "b1", "W2", "b2", "losses")
EXAMPLES = 40

Draw = np.random.RandomState
Rule = Callable[..., Any]
Probe = tuple[Any, ...]


# --- a student's numbers --------------------------------------------------------------------


def numbers(draw: Draw) -> Numbers:
    """A tiny network for the pencil, and points of a curve for the training."""
    return _tiny(draw) | _curve(draw)


def _tiny(draw: Draw) -> Numbers:
    """A network and an example for which no known mistake looks right."""

    def some(low: float, high: float, *shape: int) -> Any:
        signs = draw.choice([-1, 1], size=shape)
        return (signs * draw.uniform(low, high, size=shape)).round(1).tolist()

    while True:
        own = {
            "tiny_W1": some(0.2, 0.9, 2, 2),
            "tiny_b1": some(0.1, 0.5, 2),
            "tiny_W2": some(0.4, 1.6, 2, 1),
            "tiny_b2": some(0.2, 0.9, 1),
            "tiny_input": some(0.4, 1.2, 2),
            "tiny_target": some(0.5, 2.0),
        }
        if _apart(own):
            return own


def _apart(own: Numbers) -> bool:
    """Whether all values are of some size, and each wrong one differs in the second digit."""
    right = by_hand(own)
    if min(float(np.abs(value).min()) for value in right.values()) < 0.1:
        return False
    return all(
        np.abs(wrong.value - value).max() > 0.03 * np.abs(value).max()
        for name, value in right.items()
        for wrong in wrong_by_hand(own, name)
    )


def _curve(draw: Draw) -> Numbers:
    """Points of a sine with noise, a width and a seed for the start."""
    height, speed, shift = draw.uniform(0.8, 1.4), draw.uniform(1.2, 1.8), draw.uniform(-1, 1)
    inputs = draw.uniform(-2, 2, size=EXAMPLES).round(2) + 0.0  # no -0.0
    targets = height * np.sin(speed * inputs + shift) + 0.1 * draw.normal(size=EXAMPLES)
    return {
        "inputs": inputs.tolist(),
        "targets": (targets.round(2) + 0.0).tolist(),
        "width": int(draw.randint(6, 11)),
        "seed": int(draw.randint(1, 1000)),
    }


# by hand: each number follows from those before it


def _hidden(own: Numbers, W1: Any = None, bias: float = 1.0, curve: Rule = np.tanh) -> np.ndarray:
    W1 = np.array(own["tiny_W1"]) if W1 is None else W1
    into = (np.array(own["tiny_input"])[:, np.newaxis] * W1).sum(axis=0)
    return np.asarray(curve(into + bias * np.array(own["tiny_b1"])))


def _error(own: Numbers, hidden: np.ndarray) -> float:
    output = (hidden * _outgoing(own)).sum() + own["tiny_b2"][0]
    return float(output - own["tiny_target"])


def _outgoing(own: Numbers) -> np.ndarray:
    return np.array(own["tiny_W2"])[:, 0]


def _delta(own: Numbers, hidden: np.ndarray, error: float) -> np.ndarray:
    return np.asarray(error * _outgoing(own) * (1 - hidden**2))


def _slope(own: Numbers, delta: np.ndarray) -> float:
    return float(own["tiny_input"][0] * delta[1])


def by_hand(own: Numbers) -> dict[str, Any]:
    """The right numbers of task 2."""
    hidden = _hidden(own)
    error = _error(own, hidden)
    delta = _delta(own, hidden, error)
    return {
        "hand_hidden": hidden,
        "hand_error": error,
        "hand_delta": delta,
        "hand_slope": _slope(own, delta),
    }


def wrong_by_hand(own: Numbers, name: str) -> list[Wrong]:
    """The wrong values of one of these numbers."""
    hidden, error, delta, slope = by_hand(own).values()
    back, W1 = _outgoing(own), np.array(own["tiny_W1"])
    if name == "hand_hidden":
        return [
            Wrong("tanh missing", "That is what goes into tanh.", _hidden(own, curve=lambda z: z)),
            Wrong("b1 is missing", "The biases are missing.", _hidden(own, bias=0.0)),
            Wrong("W1 transposed", "W1[0, 1] leads from input 0 to unit 1.", _hidden(own, W1.T)),
            Wrong("another curve", "That is the logistic curve.",
                  _hidden(own, curve=lambda z: 1 / (1 + np.exp(-z)))),
        ]  # fmt: skip
    if name == "hand_error":
        return [
            Wrong("other sign", "It is output minus target.", -error),
            Wrong("output for error", "That is the output.", error + own["tiny_target"]),
            Wrong("loss for error", "That is the loss, or twice the loss.", error**2 / 2),
            Wrong("loss for error", "That is the loss, or twice the loss.", error**2),
            Wrong("b2 is missing", "The bias of the output is missing.", error - own["tiny_b2"][0]),
        ]
    if name == "hand_delta":
        into = np.arctanh(hidden)
        factor = "The slope of tanh is a factor. "
        return [
            Wrong("slope of tanh missing", f"{factor}It is missing.", error * back),
            Wrong("slope at the wrong place", f"{factor}Its square is that of tanh's value.",
                  error * back * (1 - into**2)),
            Wrong("slope at the wrong place", f"{factor}tanh is taken twice.",
                  error * back * (1 - np.tanh(hidden) ** 2)),
            Wrong("slope without its square", f"{factor}Differentiate tanh: a square is missing.",
                  error * back * (1 - hidden)),
            Wrong("slope of another curve", f"{factor}Here stands that of the logistic curve.",
                  error * back * hidden * (1 - hidden)),
            Wrong("value for slope", f"{factor}Here stands its value.", error * back * hidden),
            Wrong("W2 missing on the way back", "What comes back passes through the weights of W2.",
                  error * (1 - hidden**2)),
            Wrong("error missing", "The error is a factor of all that comes back.",
                  back * (1 - hidden**2)),
            Wrong("factor 2", "The loss has a half: its derivative by the output is the error.",
                  2 * delta),
            Wrong("factor 2", "The loss has a half already: it is not taken twice.", delta / 2),
            Wrong("other sign", "All signs are wrong.", -delta),
        ]  # fmt: skip
    there = "The weight leads from input 0 to unit 1. "
    return [
        Wrong("another unit", f"{there}Here stands unit 0.", own["tiny_input"][0] * delta[0]),
        Wrong("another input", f"{there}Here stands input 1.", own["tiny_input"][1] * delta[1]),
        Wrong("weight transposed", f"{there}Here stands the one from input 1 to unit 0.",
              own["tiny_input"][1] * delta[0]),
        Wrong("hidden for input", f"{there}Here stands the unit's value for the input.",
              hidden[1] * delta[1]),
        Wrong("input missing", f"{there}That input is a factor.", delta[1]),
        Wrong("times the weight", f"{there}The weight itself is no factor.", slope * W1[0, 1]),
        Wrong("other sign", "The sign is wrong.", -slope),
    ]  # fmt: skip


#: From which earlier numbers each follows, and how.
FOLLOWS: dict[str, tuple[tuple[str, ...], Rule]] = {
    "hand_error": (("hand_hidden",), _error),
    "hand_delta": (("hand_hidden", "hand_error"), _delta),
    "hand_slope": (("hand_delta",), _slope),
}


def _hand(name: str) -> Check:
    """A check of a number, which may follow from earlier ones that are wrong."""

    def check(answers: Answers, own: Numbers, _: Draw) -> None:
        right = by_hand(own)[name]
        found = answers.array(name, np.shape(right))
        if not any(_agrees(found, value) for value in _following(answers, own, name)):
            compare_value(name, found, right, THREE_DIGITS, wrong_by_hand(own, name))

    return Check(1, name, check)


def _following(answers: Answers, own: Numbers, name: str) -> Iterator[Any]:
    """The right value of a number, and what follows from the student's own earlier ones."""
    yield by_hand(own)[name]
    if name in FOLLOWS:
        earlier, rule = FOLLOWS[name]
        yield rule(own, *(_credible(answers, own, one) for one in earlier))


def _credible(answers: Answers, own: Numbers, name: str) -> Any:
    """The student's number where it was calculated, though by a known mistake; else the right."""
    right = by_hand(own)[name]
    try:
        found = answers.array(name, np.shape(right))
    except Lost:
        return right
    known = [*_following(answers, own, name), *(of.value for of in wrong_by_hand(own, name))]
    return found if any(_agrees(found, value) for value in known) else right


def _agrees(found: Any, value: Any) -> bool:
    try:
        compare_value("", found, value, THREE_DIGITS)
    except Lost:
        return False
    return True


# --- the checks of functions ----------------------------------------------------------------


class _Part:
    """Answers of which only some results are looked at."""

    def __init__(self, answers: Answers, places: Sequence[int], of: int) -> None:
        self._answers, self._places, self._of = answers, places, of

    def call(self, name: str, *arguments: Any) -> Outcome:
        """Call, and leave the other results out."""
        outcome = self._answers.call(name, *arguments)
        if isinstance(outcome.value, (tuple, list)) and len(outcome.value) == self._of:
            return replace(outcome, value=tuple(outcome.value[place] for place in self._places))
        return outcome


def _part_of(rule: Rule, places: Sequence[int]) -> Rule:
    @wraps(rule)  # a finding speaks of its arguments by name
    def part(*arguments: Any) -> Any:
        results = rule(*arguments)
        return tuple(results[place] for place in places)

    return part


def _network(draw: Draw, sizes: tuple[int, int, int, int]) -> tuple[Any, ...]:
    """Inputs, targets, and the parameters W1, b1, W2, b2 of examples, inputs, units, outputs."""
    count, ins, units, outs = sizes
    return (
        draw.normal(size=(count, ins)),
        draw.normal(size=(count, outs)),
        draw.normal(size=(ins, units)) / np.sqrt(ins),
        0.5 * draw.normal(size=units),
        draw.normal(size=(units, outs)),
        draw.normal(size=outs),
    )


#: Wrong gradients that are found in a training under another name, or do not fit its weights.
NOT_IN_TRAINING = (
    "ascent",
    "biases forgotten",
    "W2 not transposed",
    "hidden for inputs",
    "results in another order",
    "weights transposed",
)
USUAL = ((5, 3, 4, 2), (7, 2, 3, 1))  # examples, inputs, units, outputs
OTHER = ((6, 3, 3, 3), (1, 2, 4, 3), (4, 1, 1, 1))  # square weights, one example, one of each


def _forward(*sizes: tuple[int, int, int, int]) -> Callable[[Answers, Numbers, Draw], None]:
    def check(answers: Answers, _: Numbers, draw: Draw) -> None:
        probes = [(inputs, *params) for inputs, _, *params in (_network(draw, s) for s in sizes)]
        compare(answers, "forward", forward, FORWARD, probes, ("hidden", "output"))

    return check


def _back_probe(draw: Draw, sizes: tuple[int, int, int, int]) -> Probe:
    inputs, targets, *params = _network(draw, sizes)
    return (inputs, targets, *forward(inputs, *params), params[2])


def _backward(
    sizes: Sequence[tuple[int, int, int, int]], *places: int
) -> Callable[[Answers, Numbers, Draw], None]:
    """A check of some of the gradients."""

    def check(answers: Answers, _: Numbers, draw: Draw) -> None:
        compare(
            _Part(answers, places, len(GRADIENTS)),  # type: ignore[arg-type]
            "backward",
            _part_of(backward, places),
            [Mistake(of.name, of.hint, _part_of(of.rule, places)) for of in BACKWARD],
            [_back_probe(draw, one) for one in sizes],
            [GRADIENTS[place] for place in places],
        )

    return check


_forward_usual = _forward(*USUAL)
_backward_usual = _backward(USUAL, 0, 1, 2, 3)


def _does(
    answers: Answers, name: str, rule: Rule, probes: list[Probe], outputs: Sequence[str]
) -> bool:
    try:
        with np.errstate(all="ignore"):  # a wrong rule may leave the numbers
            compare(answers, name, rule, [], probes, outputs)
    except Lost:
        return False
    return True


def _differences(answers: Answers, own: Numbers, draw: Draw) -> None:
    steps = (0.3, 0.5, 0.4, 0.6)
    probes = [(*_network(draw, sizes), h) for sizes, h in zip(2 * USUAL, steps, strict=True)]
    name, outputs = "differences", ("slopes",)
    try:
        compare(answers, name, differences, DIFFERENCES, probes, outputs)
    except Lost:
        for of in made_before(FORWARD, _forward_usual, answers, own, draw):
            if _does(answers, name, partial(differences, pass_through=of.rule), probes, outputs):
                return
        raise


def _train_probe(draw: Draw, sizes: tuple[int, int, int, int], steps: int, size: int) -> Probe:
    inputs, targets, *params = _network(draw, sizes)
    batches = np.array([draw.permutation(len(inputs))[:size] for _ in range(steps)])
    settings = (draw.uniform(0.05, 0.2), draw.uniform(0.3, 0.8), draw.uniform(0.1, 0.5))
    return (*params, inputs, targets, batches, *map(float, settings))


def _train(steps: tuple[int, ...]) -> Callable[[Answers, Numbers, Draw], None]:
    """A check of trainings of so many steps."""

    def check(answers: Answers, own: Numbers, draw: Draw) -> None:
        sizes = ((11, 3, 4, 2), (9, 2, 3, 1))
        probes = [
            _train_probe(draw, one, count, 3 + place)
            for place, (one, count) in enumerate(zip(sizes, steps, strict=True))
        ]
        gradients = [
            Mistake(of.name, of.hint, partial(trained, back=of.rule))
            for of in BACKWARD
            if of.name not in NOT_IN_TRAINING
        ]
        try:
            compare(answers, "train", trained, TRAINED + gradients, probes, AFTER)
        except Lost as lost:
            if _on_own_passes(answers, own, draw, probes):
                return
            if lost.mistake in {of.name for of in BACKWARD}:
                reason = f"The training is right, its gradient is not. {lost.reason}"
                raise Lost(reason, mistake=lost.mistake, share=0.5) from None
            if _trains(answers, probes):
                raise Lost(lost.reason, mistake=lost.mistake, share=0.5) from None
            raise

    return check


def _trains(answers: Answers, probes: list[Probe]) -> bool:
    """Whether the parameters are right after the training; the losses may be wrong."""
    places = range(len(GRADIENTS))
    return _does(
        _Part(answers, places, len(AFTER)),  # type: ignore[arg-type]
        "train",
        _part_of(trained, places),
        probes,
        AFTER[: len(GRADIENTS)],
    )


def _on_own_passes(answers: Answers, own: Numbers, draw: Draw, probes: list[Probe]) -> bool:
    """Whether the training is right with the student's own passes, whose mistakes are known."""
    onward = [of.rule for of in made_before(FORWARD, _forward_usual, answers, own, draw)]
    back = [of.rule for of in made_before(BACKWARD, _backward_usual, answers, own, draw)]
    return any(
        _does(answers, "train", partial(trained, through=through, back=way), probes, AFTER)
        for through in [forward, *onward]
        for way in [backward, *back]
        if (through, way) != (forward, backward)
    )


ASSIGNMENT = Assignment(
    "backpropagation",
    "Backpropagation, by hand",
    numbers,
    (
        Task(
            "forward",
            "The way through",
            (
                Check(2, "on other networks", _forward_usual),
                Check(1, "with one example, one unit, as many units as outputs", _forward(*OTHER)),
            ),
        ),
        Task(
            "by_hand",
            "One weight, by hand",
            (
                _hand("hand_hidden"),
                _hand("hand_error"),
                _hand("hand_delta"),
                _hand("hand_slope"),
            ),
        ),
        Task(
            "backward",
            "The way back",
            (
                Check(2, "the output layer: W2 and b2", _backward(USUAL, 2, 3)),
                Check(4, "the hidden layer: W1 and b1", _backward(USUAL, 0, 1)),
                Check(
                    2,
                    "with one example, one unit, as many units as outputs",
                    _backward(OTHER, 0, 1, 2, 3),
                ),
            ),
        ),
        Task(
            "differences",
            "Differences",
            (Check(4, "on other networks, with a large h", _differences),),
        ),
        Task(
            "train",
            "Training",
            (
                Check(2, "the first step", _train((1, 1))),
                Check(5, "several steps", _train((5, 4))),
            ),
        ),
        Task("zeros", "A start of zeros", points=4),
        Task("why_backward", "Why backward", points=3),
    ),
    right=lambda own: {
        "forward": forward,
        "backward": backward,
        "differences": differences,
        "train": trained,
    },
)
