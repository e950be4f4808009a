"""A student's answer beside the right one: points are lost with the mistake's name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.course.assignment import Answers, Lost
from rmsprop_lab.checking.diagnose import Mistake, diagnose
from rmsprop_lab.checking.outcomes import Complaint, Outcome, as_single, results


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
    """
    probes, heard = list(probes), []

    def call(*probe: Any) -> Outcome:
        heard.append(answers.call(name, *probe))
        return heard[-1]

    finding = diagnose(call, right, list(mistakes), probes, outputs)
    if not finding.correct and not _rounded(heard, right, probes, outputs):
        raise Lost(finding.text, mistake=finding.name)


def _rounded(
    heard: Sequence[Outcome],
    right: Callable[..., Any],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> bool:
    """Whether all is right but for the rounding of single precision, which nobody was forbidden."""
    for outcome, probe in zip(heard, [*probes, probes[0]], strict=False):
        # The first comes again; what is called after that is called to see what is wrong.
        wanted = right(*probe) if outputs[1:] else (right(*probe),)
        found = results(outcome, outputs, np.shape(wanted[0]))
        if isinstance(found, Complaint) or outcome.changed:
            return False
        if not all(map(as_single, found, wanted)):
            return False
    return True


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
    if _near(found, right, within):
        return
    for one in wrong:
        if _near(found, one.value, within):
            raise Lost(one.hint, mistake=one.name)
    raise Lost(f"`{name}` is not right.")


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
