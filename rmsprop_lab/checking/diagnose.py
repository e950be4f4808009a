"""Whether a rule is right; if not, which mistake it is.

By behaviour alone: a mistake is known by the wrong version whose results a student's function gives
on every probe. Whatever comes back from a student is untrusted: it leads to a finding, never to an
exception. What a finding says is fit for a grader: it holds no expected value.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

import numpy as np

from rmsprop_lab.checking.outcomes import (
    Complaint,
    Outcome,
    Results,
    call_here,
    equal,
    listed,
    results,
    same,
    shortened,
)

__all__ = ["Finding", "Mistake", "Outcome", "call_here", "diagnose"]


@dataclass(frozen=True)
class Mistake:
    """A wrong version of a rule that is known by name.

    Attributes:
        name: in few words, ``"no root"``.
        hint: what is wrong and how to find it, without expected numbers.
        rule: the wrong version, with the arguments of the right one.
        convention: whether it is another convention, not a mistake.
    """

    name: str
    hint: str
    rule: Callable[..., Any]
    convention: bool = False


@dataclass(frozen=True)
class Finding:
    """What an examination found.

    Attributes:
        correct: whether all results are right, and nothing else is wrong.
        name: the mistake's, ``"another convention: ..."``, or ``""`` where it has none.
        text: what is wrong, without an expected value; ``""`` if nothing is.
        convention: whether it is another convention, not a mistake.
    """

    correct: bool
    name: str = ""
    text: str = ""
    convention: bool = False


def diagnose(
    call: Callable[..., Outcome],
    right: Callable[..., Any],
    mistakes: Sequence[Mistake],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> Finding:
    """Compare a function with the right one on every probe, and name its mistake.

    Args:
        call: calls the function, as :func:`call_here` does; what this raises is not caught.
        right: returns a tuple in the order of ``outputs``, or one value for one output. The names
            of its arguments are those that a finding speaks of.
        mistakes: the wrong versions that are known; the first that fits is named.
        probes: positional arguments for each call: floats, or arrays of any shape. Two that
            differ in one argument only show whether this has an effect.
        outputs: the names of the results, in order.
    """
    outcomes = [call(*probe) for probe in probes]
    wanted = [_wanted(right, probe, outputs) for probe in probes]
    again = results(call(*probes[0]), outputs, wanted[0][0].shape)
    found = [
        results(outcome, outputs, one[0].shape)
        for outcome, one in zip(outcomes, wanted, strict=True)
    ]
    if not same(again, found[0]):
        return Finding(False, "remembers between calls", _REMEMBERS)
    if all(map(same, found, wanted)):
        finding = Finding(True)
    else:
        finding = _known(found, mistakes, probes, outputs) or _unknown(
            found, wanted, outcomes, right, probes, outputs
        )
    changed = sorted({place for outcome in outcomes for place in outcome.changed})
    if not changed:
        return finding
    said = (
        f"It changes {listed([_argument(right, place) for place in changed])} in place, which "
        "belongs to whoever calls it. Make a new array: s = a * s for s *= a."
    )
    if finding.correct:
        return Finding(False, "changes its arguments", said)
    return replace(finding, text=f"{finding.text} {said}")


_REMEMBERS = (
    "Called again with the same arguments, it gives something else. What a rule must remember "
    "comes in through its arguments and goes out with its results; look for a global variable, an "
    "attribute or a default that it changes."
)


def _wanted(right: Callable[..., Any], probe: tuple[Any, ...], outputs: Sequence[str]) -> Results:
    value = right(*deepcopy(probe))
    return tuple(np.asarray(one, dtype=float) for one in (value if outputs[1:] else (value,)))


def _known(
    found: Sequence[Results | Complaint],
    mistakes: Sequence[Mistake],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> Finding | None:
    """The first wrong version that does the same on every probe, be it raising an error."""
    if all(isinstance(one, Complaint) for one in found):
        return None
    for mistake in mistakes:
        call = call_here(mistake.rule)
        if all(
            same(one, results(call(*probe), outputs))
            for one, probe in zip(found, probes, strict=True)
        ):
            kind = "another convention: " if mistake.convention else ""
            return Finding(False, kind + mistake.name, mistake.hint, mistake.convention)
    return None


def _pairs(probes: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, int, int]]:
    """Two probes that differ in one argument only, and its place."""
    for k, one in enumerate(probes):
        for other in range(k):
            places = [
                place
                for place, (a, b) in enumerate(zip(one, probes[other], strict=True))
                if not _alike(a, b)
            ]
            if len(places) == 1:
                yield k, other, places[0]


def _alike(one: Any, other: Any) -> bool:
    """Whether two arguments are the same: numbers by value, all else by identity."""
    numbers = (bool, int, float, str, np.ndarray, np.generic)
    known = isinstance(one, numbers) and isinstance(other, numbers)
    return one is other or (known and np.array_equal(one, other))


def _without_effect(
    found: Sequence[Results],
    wanted: Sequence[Results],
    right: Callable[..., Any],
    probes: Sequence[tuple[Any, ...]],
) -> Finding | None:
    """An argument that changes the right results, and none of the student's."""
    for one, other, place in _pairs(probes):
        if not all(np.isfinite(result).all() for result in found[one]):
            continue  # not a number is always the same
        if same(found[one], found[other]) and not same(wanted[one], wanted[other]):
            name = _argument(right, place)
            return Finding(
                False,
                f"{name} has no effect",
                f"The results stay the same when {name} changes. Is it left out, or does a number "
                "stand in its place?",
            )
    return None


def _unknown(
    found: Sequence[Results | Complaint],
    wanted: Sequence[Results],
    outcomes: Sequence[Outcome],
    right: Callable[..., Any],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> Finding:
    """What can be said where no wrong version fits."""
    if any(outcome.error for outcome in outcomes):
        return _raised(outcomes, probes)
    given = []
    for one in found:
        if isinstance(one, Complaint):
            return Finding(False, one.name, one.text)
        given.append(one)
    return (
        _without_effect(given, wanted, right, probes)
        or _misshapen(given, wanted, probes, outputs)
        or _different(given, wanted, probes, outputs)
    )


def _misshapen(
    found: Sequence[Results],
    wanted: Sequence[Results],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> Finding | None:
    for one, right, probe in zip(found, wanted, probes, strict=True):
        for name, mine, theirs in zip(outputs, one, right, strict=True):
            if mine.shape != theirs.shape:
                return Finding(
                    False,
                    "wrong shape",
                    f"For {_form(probe)} the shape of {name} is {mine.shape}; it must be "
                    f"{theirs.shape}.",
                )
    return None


def _different(
    found: Sequence[Results],
    wanted: Sequence[Results],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> Finding:
    """Which results differ, and on which calls."""
    both = list(zip(found, wanted, strict=True))
    good = [
        name
        for k, name in enumerate(outputs)
        if all(equal(one[k], right[k]) for one, right in both)
    ]
    bad = [name for name in outputs if name not in good]
    said = [f"Of its results, {listed(bad)} {_are(bad)} not right."]
    if good:
        said = [
            f"Of its results, {listed(good)} {_are(good)} right, {listed(bad)} {_are(bad)} not."
        ]
    wrong = [
        probe for (one, right), probe in zip(both, probes, strict=True) if not same(one, right)
    ]
    if len(wrong) < len(probes):
        said.append(f"It is wrong on {len(wrong)} of {len(probes)} calls.")
    if all(map(_shape, wrong)) and not all(map(_shape, probes)):
        said.append("For single numbers all is right, for arrays it is not.")
    if any(np.isnan(mine).any() for one, _ in both for mine in one):
        said.append("Some of it is NaN: look for 0 / 0, or the root of a negative number.")
    return Finding(False, "", " ".join(said))


def _raised(outcomes: Sequence[Outcome], probes: Sequence[tuple[Any, ...]]) -> Finding:
    """What it raises, and for which kind of arguments."""
    raised = [k for k, outcome in enumerate(outcomes) if outcome.error]
    fine = [k for k, outcome in enumerate(outcomes) if not outcome.error]
    said = f"raises {shortened(outcomes[raised[0]].error)}"
    if not fine:
        return Finding(False, "raises an error", f"It {said}.")
    sizes = [int(np.prod(_shape(probe))) for probe in probes]
    if all(_shape(probes[k]) for k in fine) and not all(_shape(probes[k]) for k in raised):
        return Finding(
            False,
            "only for arrays",
            f"It takes {_form(probes[fine[0]])}, but for single numbers it {said}. A rule takes "
            "both: leave out indices, len and loops.",
        )
    if all(_shape(probes[k]) for k in raised) and all(sizes[k] == 1 for k in fine):
        return Finding(
            False,
            "only for single numbers",
            f"It takes single numbers, but for arrays it {said}. A rule takes both: use NumPy's "
            "functions for those of math, and no if on a number.",
        )
    return Finding(
        False,
        "raises an error",
        f"For {_form(probes[raised[0]])} ({len(raised)} of {len(probes)} calls) it {said}.",
    )


def _argument(right: Callable[..., Any], place: int) -> str:
    names = list(signature(right).parameters)
    return names[place] if place < len(names) else f"argument {place + 1}"


def _shape(probe: tuple[Any, ...]) -> tuple[int, ...]:
    """That of its largest array; () for numbers alone."""
    return max((np.shape(one) for one in probe if isinstance(one, np.ndarray)), key=len, default=())


def _form(probe: tuple[Any, ...]) -> str:
    shape = _shape(probe)
    return f"arrays of shape {shape}" if shape else "single numbers"


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 and names[0] != "updates" else "are"
