"""A student's answer beside the right one: points are lost with the mistake's name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.checks.heard import tell
from classroom.course.assignment import Answers, Lost, Numbers
from classroom.errors import ClassroomError
from rmsprop_lab.checking.diagnose import Mistake, diagnose, known
from rmsprop_lab.checking.outcomes import Complaint, Outcome, as_single, call_ours, results


def compare(
    answers: Answers,
    name: str,
    right: Callable[..., Any],
    mistakes: Iterable[Mistake],
    probes: Iterable[tuple[Any, ...]],
    outputs: Sequence[str],
) -> None:
    """Return where the student's function does what the right one does; otherwise raise Lost.

    Args:
        answers: of the student.
        name: of the student's function.
        right: the right function. It stays in this process.
        mistakes: wrong versions to recognise.
        probes: tuples of positional arguments.
        outputs: what the function returns, in order, for the texts: ("updates", "s").

    Raises:
        Lost: with what is wrong and, where it is known, the mistake's name.
        ClassroomError: where there are no probes, or no names of what is returned.
    """
    probes, mistakes, heard = list(probes), list(mistakes), []
    if not probes:
        raise ClassroomError(f"`{name}` is compared on no probes; give it one or more.")
    if not outputs or not all(outputs):
        raise ClassroomError(
            f'what `{name}` returns has no name (outputs); say it as a student would, ["w"].'
        )
    tell(answers, name, right, mistakes)

    def call(*probe: Any) -> Outcome:
        heard.append(answers.call(name, *probe))
        return heard[-1]

    finding = diagnose(call, right, mistakes, probes, outputs)
    if finding.correct or _rounded(heard, right, probes, outputs):
        return
    if _is_single(heard, outputs):
        alike = (of for of in mistakes if _rounded(heard, of.rule, probes, outputs))
        finding = next(map(known, alike), finding)
    raise Lost(finding.text, mistake=finding.name)


def _is_single(heard: Sequence[Outcome], outputs: Sequence[str]) -> bool:
    """Whether all that was returned are numbers of 32 bits, and not all of them whole."""
    found = [
        result.ravel()
        for outcome in heard
        if not isinstance(arrays := results(outcome, outputs), Complaint)
        for result in arrays
    ]
    numbers = np.concatenate(found) if found else np.empty(0)
    with np.errstate(all="ignore"):
        whole = bool((numbers == np.floor(numbers)).all())
        return not whole and np.array_equal(numbers.astype(np.float32), numbers, equal_nan=True)


def _rounded(
    heard: Sequence[Outcome],
    rule: Callable[..., Any],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> bool:
    """Whether it does what a rule does but for the rounding of single precision.

    That is what nobody was forbidden, and what PyTorch has by default.
    """
    call = call_ours(rule)
    for outcome, probe in zip(heard, [*probes, probes[0]], strict=False):
        # The first comes again; what is called after that is called to see what is wrong.
        wanted = results(call(*probe), outputs)
        if isinstance(wanted, Complaint):
            return False
        found = results(outcome, outputs, wanted[0].shape)
        if isinstance(found, Complaint) or outcome.changed:
            return False
        if not all(map(as_single, found, wanted)):
            return False
    return True


def made_before(
    mistakes: Iterable[Mistake],
    check: Callable[[Answers, Numbers, np.random.RandomState], None],
    answers: Answers,
    own: Numbers,
    draw: np.random.RandomState,
) -> list[Mistake]:
    """The mistakes that an earlier check knows: what builds on them keeps its own points."""
    try:
        check(answers, own, draw)
    except Lost as lost:
        return [mistake for mistake in mistakes if mistake.name == lost.mistake]
    return []


@dataclass(frozen=True)
class Wrong:
    """A wrong value that is known by name."""

    name: str
    hint: str  # without an expected number
    value: Any  # a number or an array


def compare_value(
    name: str, found: Any, right: Any, within: float, wrong: Iterable[Wrong] = ()
) -> None:
    """Return where a student's number or array is right; otherwise raise Lost.

    Args:
        name: of the variable.
        found: the student's, finite and of the right shape.
        right: the right one. It stays in this process.
        within: how far off it may be, as a share of its largest entry.
        wrong: values to recognise, as closely.
    """
    wrong = list(wrong)
    tell(None, name, right, wrong)  # the value has been asked for
    if _near(found, right, within):
        return
    for one in wrong:
        if _near(found, one.value, within):
            raise Lost(one.hint, mistake=one.name)
    raise Lost(f"The value of `{name}` is not right.")


def _near(found: Any, value: Any, within: float) -> bool:
    value = np.asarray(value, dtype=float)
    return bool(np.abs(found - value).max() <= within * np.abs(value).max())


def as_path(value: Any, longest: int = 1000) -> np.ndarray | None:
    """A path in the plane, (points, 2), of what a student's function returned; None if it is none.

    Its numbers may be infinite or not-a-number.
    """
    try:
        path = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    fits = path.ndim == 2 and path.shape[1] == 2 and 1 <= len(path) <= longest
    return path.astype(float) if fits and path.dtype.kind in "iuf" else None
