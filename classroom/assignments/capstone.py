"""The capstone: a student's optimiser trains a network here, on data that it never sees."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from math import exp, inf, log
from pathlib import Path

import numpy as np

from classroom.checks import near, value
from classroom.course.assignment import Answers, Assignment, Check, Lost, Numbers, Task
from classroom.errors import counted
from rmsprop_lab import optimizers
from rmsprop_lab.checking.outcomes import Outcome, equal
from rmsprop_lab.networks.network import Network

STEPS, BATCH = 150, 64  # the budget
KNOWN = 1437  # examples to learn from; the other 360 are only looked at
RUNS = 2  # with a split, a start and batches of their own
FAR = 1e6  # a weight beyond it has diverged

#: The rivals, and the learning rates that each may try on the same hidden runs.
RATES = {"sgd": (0.2, 0.3, 0.5, 0.8), "rmsprop": (0.015, 0.02, 0.03)}
UNITS = (0.25, 0.4, 0.6, 0.9, 1.25, 2.0, 3.0, 4.0)

Step = Callable[[np.ndarray], np.ndarray]


def numbers(draw: np.random.RandomState) -> Numbers:
    """A unit for each column of pixels; the network's width, and how small it starts."""
    return {
        "units": [UNITS[place] for place in draw.permutation(len(UNITS))],
        "width": int(draw.randint(12, 21)),
        "start_scale": (0.3, 0.35, 0.4, 0.45, 0.5)[draw.randint(5)],
        "unit_ratio": (3, 4, 5, 6, 8, 12, 15, 20)[draw.randint(8)],
    }


# --- a hidden run ---------------------------------------------------------------------------


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Scikit-learn's digits: pixels (1797, 64) from 0 to 16, and labels. Without its import."""
    found = find_spec("sklearn")
    if found is None or found.origin is None:
        raise FileNotFoundError("the digits come with scikit-learn: pip install scikit-learn")
    path = Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",")
    return table[:, :64], table[:, 64].astype(int)


@dataclass(frozen=True)
class Run:
    """A network before its training, its data, and the places of each batch's examples."""

    network: Network
    start: np.ndarray
    inputs: np.ndarray
    labels: np.ndarray
    batches: list[np.ndarray]

    def trained(self, step: Step) -> tuple[float, float]:
        """Loss on the known examples and accuracy on the others, after the budget.

        Raises:
            Lost: where the updates are no numbers, or lead too far away.
        """
        w = self.start.copy()
        with np.errstate(all="ignore"):  # divergence is a result
            for number, rows in enumerate(self.batches, 1):
                _, grad = self.network.gradient(w, self.inputs[rows], self.labels[rows])
                updates = step(grad)
                if np.shape(updates) != w.shape:
                    raise Lost(
                        f"At step {number} the updates have another shape than the gradient.",
                        mistake="wrong shape",
                    )
                w -= updates
                if not np.abs(w).max() < FAR:
                    raise Lost(f"Your optimiser diverges at step {number}.", mistake="diverges")
            return self.measured(w)

    def measured(self, w: np.ndarray) -> tuple[float, float]:
        """Loss on the known examples and accuracy on the others, at some weights."""
        known = self.inputs[:KNOWN], self.labels[:KNOWN]
        others = self.inputs[KNOWN:], self.labels[KNOWN:]
        return self.network.loss(w, *known), self.network.accuracy(w, *others)


def drawn_run(own: Numbers, draw: np.random.RandomState) -> Run:
    """A run that nobody can foresee, with the student's units and network.

    Pixels and classes come in a drawn order: weights that were trained elsewhere are of no use.
    """
    pixels, labels = digits()
    order = draw.permutation(len(pixels))
    seen, names = draw.permutation(64), draw.permutation(10)
    inputs = (pixels / 16 * np.tile(own["units"], 8))[order][:, seen]
    network = Network([64, own["width"], 10])
    start = np.zeros(network.size)
    for weights, _ in network.layers(start):
        deviation = own["start_scale"] * np.sqrt(2 / len(weights))
        weights[...] = draw.normal(0, deviation, weights.shape)
    batches: list[np.ndarray] = []
    while len(batches) < STEPS:
        shuffled = draw.permutation(KNOWN)
        batches += [shuffled[k : k + BATCH] for k in range(0, KNOWN - BATCH + 1, BATCH)]
    return Run(network, start, inputs, names[labels[order]], batches[:STEPS])


def rival(name: str, runs: list[Run]) -> float:
    """The mean logarithm of a built-in rule's losses, at the best of its rates."""
    means = np.mean([np.log(_losses(name, run)) for run in runs], axis=0)
    return float(np.where(np.isfinite(means), means, inf).min())  # a rate may diverge


def _losses(name: str, run: Run) -> np.ndarray:
    """The loss at the end for each of the rule's rates, which walk side by side: that is faster."""
    rule, rates = optimizers.ALL[name], np.array(RATES[name])[:, np.newaxis]
    w = np.repeat(run.start[np.newaxis], len(rates), axis=0)
    settings = rule.settings({"learning_rate": rates})
    state = tuple(np.full_like(w, value) for value in rule.initial)
    with np.errstate(all="ignore"):  # divergence is a result
        for rows in run.batches:
            grads = gradients(run.network, w, run.inputs[rows], run.labels[rows])
            returned = rule.rule(*settings, grads, *state)
            updates, *after = returned if state else (returned,)
            w -= updates
            state = tuple(after)
        known = run.inputs[:KNOWN], run.labels[:KNOWN]
        return np.array([run.network.loss(one, *known) for one in w])


def gradients(
    network: Network, w: np.ndarray, inputs: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """The gradients at several places, shape (places, size): ``network.gradient`` for each row."""
    (weights, biases), (weights2, biases2) = _layers(network, w)
    hidden = np.maximum(inputs @ weights + biases, 0)
    scores = hidden @ weights2 + biases2
    delta2 = np.exp(scores - scores.max(axis=2, keepdims=True))
    delta2 /= delta2.sum(axis=2, keepdims=True)  # the probabilities
    delta2[:, np.arange(len(labels)), labels] -= 1
    delta2 /= len(labels)
    delta1 = (delta2 @ weights2.transpose(0, 2, 1)) * (hidden > 0)
    grads = np.empty_like(w)
    (slot, slot_b), (slot2, slot2_b) = _layers(network, grads)
    slot[...], slot_b[...] = inputs.T @ delta1, delta1.sum(axis=1, keepdims=True)
    slot2[...] = hidden.transpose(0, 2, 1) @ delta2
    slot2_b[...] = delta2.sum(axis=1, keepdims=True)
    return grads


def _layers(network: Network, w: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights (places, inputs, outputs) and biases (places, 1, outputs) of each layer, as views."""
    layers, end = [], 0
    for inputs, outputs in pairwise(network.sizes):
        start, middle, end = end, end + inputs * outputs, end + (inputs + 1) * outputs
        weights = w[:, start:middle].reshape(-1, inputs, outputs)
        layers.append((weights, w[:, middle:end].reshape(-1, 1, outputs)))
    return layers


def _mean_log(losses: list[float]) -> float:
    with np.errstate(all="ignore"):
        return float(np.log(losses).mean())


# --- the checks -----------------------------------------------------------------------------

_PRODUCT = "Both matter: how the gradient changes, and how the step should."


def _units(answers: Answers, own: Numbers, _: np.random.RandomState, name: str) -> None:
    k = float(own["unit_ratio"])
    right = {
        "gradient_factor": k,
        "step_factor": 1 / k,
        "sgd_excess": k * k,
        "rmsprop_excess": k,
    }
    wrong = {
        "gradient_factor": {
            "inverted": (1 / k, "Think of the chain rule: the gradient holds the pixel."),
            "squared": (k * k, "The pixel enters once."),
            "unchanged": (1.0, "The gradient of a weight holds its pixel as a factor."),
        },
        "step_factor": {
            "inverted": (k, "A weight of larger pixels does more with the same step."),
            "unchanged": (1.0, "A weight of larger pixels does more with the same step."),
            "squared": (1 / k**2, "Think of the scores alone, not of the gradient."),
        },
        "sgd_excess": {
            "gradient alone": (k, _PRODUCT),
            "inverted": (1 / k**2, "It is too long, not too short."),
            "unchanged": (1.0, _PRODUCT),
        },
        "rmsprop_excess": {
            "as for SGD": (k * k, "The division takes the gradient's scale out of the step."),
            "unchanged": (1.0, "Its step stays the same. Should it?"),
            "inverted": (1 / k, "It is too long, not too short."),
        },
    }
    try:
        value(answers, name, right[name], wrong[name])
    except Lost:
        if not _carried(answers, name, k):
            raise


def _carried(answers: Answers, name: str, k: float) -> bool:
    """Whether an excess follows from the student's own two factors, one of which is right.

    Where both are wrong, nothing says that it was calculated from them.
    """
    if name not in ("sgd_excess", "rmsprop_excess"):
        return False
    gradient, step = answers.number("gradient_factor"), answers.number("step_factor")
    if step == 0 or near(gradient, k) == near(step, 1 / k):
        return False
    return near(answers.number(name), (gradient if name == "sgd_excess" else 1.0) / step)


def _unit(name: str) -> Check:
    return Check(1, name, lambda answers, own, draw: _units(answers, own, draw, name))


def _any_length(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    for length in (1, 2, 37, 500):
        step, moved = answers.steps("optimizer"), False
        for _step in range(5):
            try:
                updates = step(draw.normal(size=length))
            except Lost as lost:
                reason = f"On a vector of length {length}: {lost.reason}"
                raise Lost(reason, mistake=lost.mistake) from None
            if np.shape(updates) != (length,) or not np.isfinite(updates).all():
                raise Lost(
                    f"On a vector of length {length} the updates are not "
                    f"{counted(length, 'finite number')}.",
                    mistake="wrong shape",
                )
            moved = moved or bool(np.any(updates))
        if not moved:
            raise Lost(f"On a vector of length {length} it never moves.", mistake="never moves")


def _afresh(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    mine, others = draw.normal(size=(2, 12, 30))
    alone = answers.steps("optimizer")
    first = [alone(grad) for grad in mine]
    again, beside = answers.steps("optimizer"), answers.steps("optimizer")
    for number, (one, other, before) in enumerate(zip(mine, others, first, strict=True), 1):
        now = again(one)
        beside(10 * other)
        if not equal(np.asarray(now), np.asarray(before)):
            raise Lost(
                "The same gradients lead to other updates when another run goes on beside it or "
                f"went before: at step {number}. Keep all memory in the state that you return, and "
                "start it when state is None. A generator of random numbers belongs into the "
                "state, too, with a seed of its own.",
                mistake="remembers between runs",
            )


def _unchanged(answers: Answers, _: Numbers, draw: np.random.RandomState) -> None:
    outcome = answers.call("optimizer", draw.normal(size=20), None)
    if outcome.error:
        raise Lost(f"optimizer raises {outcome.error[:300]}", mistake="raises an error")
    if not isinstance(outcome.value, (tuple, list)) or len(outcome.value) != 2:
        raise Lost(
            "It must return updates and state, with a comma between them.",
            mistake="wrong number of results",
        )
    if outcome.changed:
        raise Lost(
            "It changes grad in place, which belongs to whoever calls it. Make a new array.",
            mistake="changes its arguments",
        )


def _train(answers: Answers, own: Numbers, draw: np.random.RandomState) -> None:
    runs = [drawn_run(own, draw) for _ in range(RUNS)]
    _race(runs, [run.trained(answers.steps("optimizer")) for run in runs])


def _trained_at_home(answers: Answers, own: Numbers, draw: np.random.RandomState) -> None:
    """The same by the weights that the student's notebook came to: its runs are those of seeds."""
    seeds = [int(draw.randint(2**31 - 1)) for _ in range(RUNS)]
    outcomes = [answers.call("trained", seed) for seed in seeds]
    runs = [drawn_run(own, np.random.RandomState(seed)) for seed in seeds]
    _race(runs, [run.measured(_weights(run, of)) for run, of in zip(runs, outcomes, strict=True)])


def _weights(run: Run, outcome: Outcome) -> np.ndarray:
    if outcome.error:
        raise Lost(f"Your optimiser raises {outcome.error[:300]}", mistake="raises an error")
    w = outcome.value
    if not isinstance(w, np.ndarray) or w.shape != run.start.shape or w.dtype.kind != "f":
        raise Lost("The updates have another shape than the gradient.", mistake="wrong shape")
    if not np.abs(w).max() < FAR:
        raise Lost("Your optimiser diverges.", mistake="diverges")
    return w


def _race(runs: list[Run], results: list[tuple[float, float]]) -> None:
    """Compare loss and accuracy on each run with the rivals'."""
    losses, right = zip(*results, strict=True)
    mine = _mean_log(list(losses))
    said = (
        f"On {RUNS} hidden runs its losses have the geometric mean {exp(mine):.3f}, "
        f"and it reads {np.mean(right):.0%} of new digits"
    )
    if not mine < log(log(10) / 2):
        raise Lost(
            f"{said}. Guessing has a loss of {log(10):.2f}; below half of that points begin.",
            mistake="hardly learns",
        )
    if not mine < rival("sgd", runs) + log(0.9):
        raise Lost(
            f"{said}. It learns, and is not below 0.9 times SGD at the best of its rates.",
            mistake="no better than SGD",
            share=0.25,
        )
    rmsprop = rival("rmsprop", runs)
    if not mine < rmsprop + log(1.15):
        raise Lost(
            f"{said}. It beats SGD, and is not below 1.15 times RMSProp at the best of its rates.",
            mistake="behind RMSProp",
            share=0.5,
        )
    if not mine < rmsprop + log(0.8):
        raise Lost(
            f"{said}. It keeps up with RMSProp, and is not below 0.8 times its loss.",
            mistake="level with RMSProp",
            share=0.75,
        )


ASSIGNMENT = Assignment(
    "capstone",
    "Your own optimiser",
    numbers,
    (
        Task(
            "units",
            "What a unit does",
            tuple(map(_unit, ("gradient_factor", "step_factor", "sgd_excess", "rmsprop_excess"))),
        ),
        Task(
            "manners",
            "Good manners",
            (
                Check(2, "vectors of several lengths", _any_length),
                Check(2, "two runs side by side, each from None", _afresh),
                Check(1, "the gradient stays as it was", _unchanged),
            ),
        ),
        Task(
            "train",
            "The race",
            (
                Check(
                    16,
                    "hidden runs: it learns, beats SGD, keeps up with RMSProp, beats it",
                    _train,
                    by_numbers=_trained_at_home,
                ),
            ),
        ),
        Task("explain", "Explain it", points=6),
    ),
    right=lambda own: {
        "optimizer": lambda grad, state: (0.1 * grad, state),
        "trained": lambda seed: drawn_run(own, np.random.RandomState(seed)).start,
    },
)
