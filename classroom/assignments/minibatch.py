"""Mini-batches on the student's own patients: their numbers and the checks.

The book has the plain mean squared error, batches that may leave examples out, and the floor at
rest. Here weights decay, every example comes once in an epoch, and the mean square has a beginning.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from classroom.assignments._epoch import each_once, epoch, shuffled, sizes
from classroom.assignments._wrong_minibatch import (
    WRONG_GRADIENTS,
    WRONG_NEEDS,
    WRONG_PATHS,
    WRONG_SPREADS,
    WRONG_VARIANCES,
    needed,
    needed_by,
    ridge,
    spread,
    trained,
    variance,
)
from classroom.checks import Wrong, as_path, compare, compare_value, made_before, near
from classroom.course.assignment import (
    Answers,
    Assignment,
    Check,
    Lost,
    Numbers,
    Paths,
    Quadratic,
    Task,
)
from rmsprop_lab.checking.diagnose import Mistake

PATIENTS = 80
SIZES = (11, 12, 13, 14, 15)  # of a batch: none divides 80
BODY_MASS, BLOOD_PRESSURE = 2, 3  # columns of the data


@lru_cache
def _patients() -> tuple[np.ndarray, np.ndarray]:
    """Body mass index and blood pressure of 442 patients, (442, 2), and their progression."""
    from sklearn.datasets import load_diabetes  # slow to import, and grading other work needs none

    data = load_diabetes(scaled=False)
    return data.data[:, [BODY_MASS, BLOOD_PRESSURE]], data.target


def numbers(draw: np.random.RandomState) -> Numbers:
    """Patients, less their mean and over their standard deviation; a batch size, rate and decay."""
    inputs, targets = _patients()
    chosen = draw.permutation(len(targets))[:PATIENTS]
    return {
        "inputs": _standard(inputs[chosen]).round(3).tolist(),
        "targets": _standard(targets[chosen]).round(3).tolist(),
        "batch_size": int(draw.choice(SIZES)),
        "rate": round(draw.uniform(0.15, 0.35), 2),
        "decay": round(draw.uniform(0.05, 0.25), 2),
    }


def _standard(values: np.ndarray) -> np.ndarray:
    standard: np.ndarray = (values - values.mean(axis=0)) / values.std(axis=0)
    return standard


# gradient


def _gradient(answers: Answers, draw: np.random.RandomState, shapes: list[tuple[int, int]]) -> None:
    probes = [
        (draw.normal(size=columns), *_examples(draw, rows, columns), draw.uniform(0.1, 0.9))
        for rows, columns in shapes
    ]
    compare(answers, "ridge_gradient", ridge, WRONG_GRADIENTS, probes, ["gradient"])


def _examples(draw: np.random.RandomState, rows: int, columns: int) -> tuple[Any, Any]:
    return draw.normal(size=(rows, columns)), draw.normal(size=rows)


def _gradient_of_two(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    _gradient(answers, draw, [(7, 2), (5, 2), (12, 2)])


def _gradient_of_more(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    _gradient(answers, draw, [(6, 4), (1, 3), (9, 5)])


# train


def _from_wrong(mistake: Mistake) -> Mistake:
    """A right walk on a wrong gradient."""
    return Mistake(mistake.name, mistake.hint, partial(trained, gradient=mistake.rule))


def _train(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    probes = []
    for steps, size in ((4, 3), (6, 2), (3, 5)):
        rows, columns = int(draw.randint(12, 20)), int(draw.randint(2, 4))
        batches = np.array([draw.permutation(rows)[:size] for _ in range(steps)])
        probes.append((
            draw.normal(size=columns), *_examples(draw, rows, columns), batches,
            draw.uniform(0.1, 0.3), draw.uniform(0.1, 0.9),
        ))  # fmt: skip
    # A gradient of the other sign walks uphill, which is among the paths.
    gradients = [wrong for wrong in WRONG_GRADIENTS if wrong.name != "ascent"]
    mistakes = WRONG_PATHS + [_from_wrong(wrong) for wrong in gradients]
    try:
        compare(answers, "train", trained, mistakes, probes, ["points"])
    except Lost as lost:
        for own in made_before(WRONG_GRADIENTS, _gradient_of_two, answers, numbers, draw):
            if _does(answers, "train", partial(trained, gradient=own.rule), probes):
                return
        if lost.mistake in {mistake.name for mistake in WRONG_GRADIENTS}:
            reason = f"The walk is right, its gradient is not. {lost.reason}"
            raise Lost(reason, mistake=lost.mistake, share=0.75) from None
        raise


def _does(answers: Answers, name: str, rule: Callable[..., Any], probes: list[Any]) -> bool:
    """Whether a student's function gives the same as a rule."""
    try:
        compare(answers, name, rule, [], probes, ["result"])
    except Lost:
        return False
    return True


def _public_batches() -> np.ndarray:
    return np.arange(PATIENTS).reshape(-1, 8)


def _show_train(answers: Answers, numbers: Numbers) -> Paths | None:
    inputs, targets = np.array(numbers["inputs"]), np.array(numbers["targets"])
    arguments = (
        np.zeros(2), inputs, targets, _public_batches(), numbers["rate"], numbers["decay"],
    )  # fmt: skip
    yours = as_path(answers.call("train", *arguments).value)
    if yours is None:
        return None
    matrix = inputs.T @ inputs / PATIENTS + numbers["decay"] * np.eye(2)
    loss = Quadratic(matrix, inputs.T @ targets / PATIENTS)
    caption = f"Your patients in batches of 8, in their order, at the rate {numbers['rate']}."
    return Paths(loss, yours, trained(*arguments), caption)


# noise


def _variance(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    probes = [
        (draw.normal(size=columns) + draw.normal(size=(rows, columns)), size)
        for rows, columns, size in ((20, 2, 5), (20, 2, 2), (15, 3, 4), (30, 2, 11))
    ]
    compare(answers, "noise_variance", variance, WRONG_VARIANCES, probes, ["variance"])


def _variance_of_all(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    gradients = draw.normal(size=(12, 2))
    probes = [(gradients, 12), (gradients, 1)]
    compare(answers, "noise_variance", variance, WRONG_VARIANCES, probes, ["variance"])


_SINGLE = [one for one in WRONG_VARIANCES if one.name != "one for each coordinate"]


def _each_gradient(numbers: Numbers, w: np.ndarray) -> np.ndarray:
    """Of each patient, without decay, (80, 2)."""
    inputs, targets = np.array(numbers["inputs"]), np.array(numbers["targets"])
    gradients: np.ndarray = inputs * (inputs @ w - targets)[:, np.newaxis]
    return gradients


def _here(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    inputs, targets = np.array(numbers["inputs"]), np.array(numbers["targets"])
    best = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    decayed = np.linalg.solve(
        inputs.T @ inputs + PATIENTS * numbers["decay"] * np.eye(2), inputs.T @ targets
    )
    size, at_best = numbers["batch_size"], _each_gradient(numbers, best)
    right = variance(at_best, size)
    wrong = [
        Wrong("at the start", "This is the noise at w = 0, not at the minimum.",
              variance(_each_gradient(numbers, np.zeros(2)), size)),
        Wrong("at the decayed minimum", "This is the minimum with decay. Here there is none.",
              variance(_each_gradient(numbers, decayed), size)),
        # At the minimum the mean is 0: to leave it where it is has no effect.
        *(Wrong(one.name, one.hint, one.rule(at_best, size)) for one in _SINGLE
          if one.name != "mean not taken off"),
    ]  # fmt: skip
    found = answers.number("noise_here")
    try:
        compare_value("noise_here", found, right, 0.002, wrong)
    except Lost as lost:
        made = made_before(_SINGLE, _variance, answers, numbers, draw)
        if not any(near(found, own.rule(at_best, size)) for own in made):
            raise lost from None


def _batch_needed(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    probes = [_need(draw, tuple(WRONG_NEEDS)) for _ in range(5)]
    # One too many is too many everywhere, another variance only here and there.
    probes.append(_need(draw, tuple(one for one in WRONG_NEEDS if one.name != "ddof twice")))
    try:
        compare(answers, "batch_needed", needed, WRONG_NEEDS, probes, ["batch_size"])
    except Lost as lost:
        for own in made_before(_SINGLE, _variance, answers, numbers, draw):
            for all_at_most in (True, False):
                rule = partial(needed_by, own.rule, all_at_most=all_at_most)
                if _does(answers, "batch_needed", rule, probes):
                    return
        if lost.mistake in {mistake.name for mistake in WRONG_VARIANCES}:
            reason = f"The search is right, its noise is not. {lost.reason}"
            raise Lost(reason, mistake=lost.mistake, share=0.5) from None
        raise


def _need(draw: np.random.RandomState, differ: tuple[Mistake, ...]) -> tuple[np.ndarray, float]:
    """Gradients and a share for which those mistakes give another size, and the rest the right."""
    while True:
        columns = int(draw.randint(1, 4))
        gradients = draw.uniform(0.3, 0.6, size=columns) + draw.normal(size=(60, columns))
        share = draw.uniform(0.2, 0.8)
        exact = needed(gradients, share, float)
        # Not so near a whole number that rounding decides, and not nearly none or all.
        if not 2 < exact < 58 or not 0.02 < exact % 1 < 0.98:
            continue
        right = needed(gradients, share)
        off = [wrong for wrong in WRONG_NEEDS if wrong.rule(gradients, share) != right]
        if off == list(differ):
            return gradients, share


# mean_square


def _spread(answers: Answers, draw: np.random.RandomState, steps: tuple[int, ...]) -> None:
    probes = []
    for count in steps:
        curvature = draw.uniform(0.5, 2)
        probes.append((
            draw.uniform(0.1, 0.7) / curvature, curvature, draw.uniform(0.5, 4),
            draw.choice([-1, 1]) * draw.uniform(2, 4), count,
        ))  # fmt: skip
    compare(answers, "mean_square", spread, WRONG_SPREADS, probes, ["mean square"])


def _spread_soon(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    _spread(answers, draw, (3, 2, 5, 4))


def _spread_at_ends(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    try:
        _spread(answers, draw, (0, 0))
        _spread(answers, draw, (400, 300))
    except Lost as lost:
        reason = f"Without steps, or after hundreds: {lost.reason}"
        raise Lost(reason, mistake=lost.mistake) from None


ASSIGNMENT = Assignment(
    name="minibatch",
    title="Mini-batches",
    numbers=numbers,
    tasks=(
        Task("epoch", "An epoch", (
            Check(1, "every example once", each_once),
            Check(1, "the sizes of the batches", sizes),
            Check(2, "the order and the seed", shuffled),
        )),
        Task("ridge_gradient", "The gradient of a batch", (
            Check(2, "with two columns", _gradient_of_two),
            Check(1, "with other numbers of columns", _gradient_of_more),
        )),
        Task("train", "Steps on batches", (
            Check(4, "on other data and batches", _train),
        ), show=_show_train),
        Task("noise_variance", "The noise of a batch", (
            Check(2, "at several batch sizes", _variance),
            Check(1, "at a batch of one, and of all", _variance_of_all),
        )),
        Task("noise_here", "Your patients' noise", (
            Check(2, "your number, to four digits", _here),
        )),
        Task("batch_needed", "A batch that is large enough", (
            Check(3, "on other gradients", _batch_needed),
        )),
        Task("mean_square", "The way to the floor", (
            Check(2, "after a few steps", _spread_soon),
            Check(1, "without steps, and after hundreds", _spread_at_ends),
        )),
        Task("cloud", "What shrinks the cloud", points=4),
        Task("once", "Why each example comes once", points=3),
    ),
    right=lambda own: {
        "epoch": epoch,
        "ridge_gradient": ridge,
        "train": trained,
        "noise_variance": variance,
        "batch_needed": needed,
        "mean_square": spread,
    },
)  # fmt: skip
