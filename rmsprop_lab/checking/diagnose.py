"""Whether a rule is right; if not, which mistake it is.

By behaviour alone: a mistake is known by the wrong version whose results a student's function gives
on every probe. Whatever comes back from a student is untrusted: it leads to a finding, never to an
exception. What a finding says is fit for a grader: it holds no expected value.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from rmsprop_lab.algebra.tape import Tape
from rmsprop_lab.checking.finding import Examined, Finding, Mistake, argument
from rmsprop_lab.checking.nearest import nearest, one_slip
from rmsprop_lab.checking.outcomes import (
    Complaint,
    Outcome,
    Results,
    call_here,
    call_ours,
    equal,
    listed,
    results,
    same,
    shortened,
)
from rmsprop_lab.checking.relations import (
    another_order,
    coordinates_mixed,
    factor_or_term,
    limited,
    only_somewhere,
    single_precision,
    whole_numbers,
    without_effect,
)
from rmsprop_lab.checking.sentences import phrase

__all__ = ["Finding", "Mistake", "Outcome", "call_here", "diagnose", "known"]


def diagnose(
    call: Callable[..., Outcome],
    right: Callable[..., Any],
    mistakes: Sequence[Mistake],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
    tape: Tape | None = None,
    forms: Sequence[Tape] = (),
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
        tape: of the right one. With it every slip is known, and what it says holds the formula.
        forms: tapes of the right one as it may also be written. Their slips are known, too.
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
    found = one_for_all(found, wanted)
    if all(map(same, found, wanted)):
        finding = Finding(True)
    else:
        finding = _known(found, mistakes, probes, outputs) or _unknown(
            call, found, wanted, outcomes, right, mistakes, probes, outputs, tape, forms
        )
    changed = sorted({place for outcome in outcomes for place in outcome.changed})
    if not changed:
        return finding
    said = Finding.of("changes", names=listed([argument(right, at) for at in changed]))
    if finding.correct:
        return said
    return replace(finding, text=f"{finding.text} {said.text}")


_REMEMBERS = (
    "Called again with the same arguments, it gives something else. What a rule must remember "
    "comes in through its arguments and goes out with its results; look for a global variable, an "
    "attribute or a default that it changes."
)


def _wanted(right: Callable[..., Any], probe: tuple[Any, ...], outputs: Sequence[str]) -> Results:
    value = right(*deepcopy(probe))
    return tuple(np.asarray(one, dtype=float) for one in (value if outputs[1:] else (value,)))


def one_for_all(
    found: Sequence[Results | Complaint], wanted: Sequence[Results]
) -> list[Results | Complaint]:
    """The results, with one number for what is the same for all coordinates and may be one.

    A loop over the coordinates gives a power of beta for each of them.
    """
    told = [
        (one, right)
        for one, right in zip(found, wanted, strict=True)
        if not isinstance(one, Complaint)
    ]
    spread = {
        k
        for k in range(1, len(wanted[0]))
        if all(right[k].shape == () and _is_one_number(one[k]) for one, right in told)
    }
    return [
        one
        if isinstance(one, Complaint)
        else tuple(
            np.asarray(value.flat[0]) if k in spread and value.shape == right[0].shape else value
            for k, value in enumerate(one)
        )
        for one, right in zip(found, wanted, strict=True)
    ]


def _is_one_number(result: np.ndarray) -> bool:
    return result.size > 0 and bool((result == result.flat[0]).all())


def _known(
    found: Sequence[Results | Complaint],
    mistakes: Sequence[Mistake],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
) -> Finding | None:
    """The first wrong version that does the same on every probe, be it raising an error."""
    if all(isinstance(one, Complaint) for one in found):
        return None
    with np.errstate(all="ignore"):
        for mistake in mistakes:
            call = call_ours(mistake.rule)
            if all(
                same(one, results(call(*probe), outputs))
                for one, probe in zip(found, probes, strict=True)
            ):
                return known(mistake)
    return None


def known(mistake: Mistake) -> Finding:
    """What is said of a mistake that is known by name."""
    name = mistake.name
    if mistake.convention:
        name = phrase("named convention", name=name)
    return Finding(False, name, mistake.hint, mistake.convention)


def _unknown(
    call: Callable[..., Outcome],
    found: Sequence[Results | Complaint],
    wanted: Sequence[Results],
    outcomes: Sequence[Outcome],
    right: Callable[..., Any],
    mistakes: Sequence[Mistake],
    probes: Sequence[tuple[Any, ...]],
    outputs: Sequence[str],
    tape: Tape | None,
    forms: Sequence[Tape],
) -> Finding:
    """What can be said where no wrong version fits."""
    if any(outcome.error for outcome in outcomes):
        return _raised(outcomes, probes)
    given = []
    for one in found:
        if isinstance(one, Complaint):
            return Finding(False, one.name, one.text)
        given.append(one)
    seen = Examined(given, wanted, right, probes, outputs)
    with np.errstate(all="ignore"):
        return (
            single_precision(seen)
            or whole_numbers(seen)
            or _without_effect(seen, call, tape)
            or another_order(seen)
            or (tape and nearest(seen, mistakes, tape, forms))
            or factor_or_term(seen)
            or limited(seen)
            or _misshapen(seen)
            or coordinates_mixed(seen, call)
            or only_somewhere(seen, call)
            or _different(seen, call)
        )


def _without_effect(
    seen: Examined, call: Callable[..., Outcome], tape: Tape | None
) -> Finding | None:
    """An argument without effect; better, what stands in its place."""
    finding = without_effect(seen, call)
    return (finding and tape and one_slip(seen, tape)) or finding


def _misshapen(seen: Examined) -> Finding | None:
    for one, right, probe in zip(seen.found, seen.wanted, seen.probes, strict=True):
        for name, mine, theirs in zip(seen.outputs, one, right, strict=True):
            if mine.shape != theirs.shape:
                return Finding.of(
                    "shape",
                    form=_form(probe),
                    name=name,
                    mine=str(mine.shape),
                    theirs=str(theirs.shape),
                )
    return None


def _different(seen: Examined, call: Callable[..., Outcome]) -> Finding:
    """Which results differ, and on which calls."""
    probes, outputs = seen.probes, seen.outputs
    both = list(zip(seen.found, seen.wanted, strict=True))
    good = [
        name
        for k, name in enumerate(outputs)
        if all(equal(one[k], right[k]) for one, right in both)
    ]
    bad = [name for name in outputs if name not in good]
    said = [
        phrase("some wrong" if good else "all wrong", good=listed(good), bad=listed(bad)),
    ]
    wrong = [
        probe for (one, right), probe in zip(both, probes, strict=True) if not same(one, right)
    ]
    if len(wrong) < len(probes):
        said.append(phrase("calls", wrong=str(len(wrong)), all=str(len(probes))))
    name = _by_shape(wrong, probes)
    if name == phrase("planes") and not _right_in_a_row(seen, call, wrong[0]):
        name = ""  # few calls have two dimensions: it was wrong there by chance, or by the size
    if name:
        said.append(phrase("by shape", name=name))
    if any(np.isnan(mine).any() for one, _ in both for mine in one):
        said.append(phrase("not a number"))
    return Finding(False, name, " ".join(said))


def _by_shape(wrong: Sequence[tuple[Any, ...]], probes: Sequence[tuple[Any, ...]]) -> str:
    """For which kind of arguments it is wrong, if for one kind only."""
    kinds: dict[str, Callable[[tuple[Any, ...]], bool]] = {
        "arrays": lambda probe: len(_shape(probe)) > 0,
        "singles": lambda probe: len(_shape(probe)) == 0,
        "planes": lambda probe: len(_shape(probe)) > 1,
    }
    for kind, is_one in kinds.items():
        if list(wrong) == [] or len(wrong) == len(probes):
            return ""
        if len(wrong) == sum(map(is_one, probes)) and all(map(is_one, wrong)):
            return phrase(kind)
    return ""


def _right_in_a_row(seen: Examined, call: Callable[..., Outcome], probe: tuple[Any, ...]) -> bool:
    """Whether it is right on the same numbers in one dimension."""
    row = [one.ravel() if isinstance(one, np.ndarray) else one for one in probe]
    should = results(call_ours(seen.right)(*row), seen.outputs)
    return same(results(call(*row), seen.outputs, _shape(tuple(row))), should)


def _raised(outcomes: Sequence[Outcome], probes: Sequence[tuple[Any, ...]]) -> Finding:
    """What it raises, and for which kind of arguments."""
    raised = [k for k, outcome in enumerate(outcomes) if outcome.error]
    fine = [k for k, outcome in enumerate(outcomes) if not outcome.error]
    error = shortened(outcomes[raised[0]].error)
    said = f"raises {error}"
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
        return Finding.of("single numbers", error=error)
    return Finding(
        False,
        "raises an error",
        f"For {_form(probes[raised[0]])} ({len(raised)} of {len(probes)} calls) it {said}.",
    )


def _shape(probe: tuple[Any, ...]) -> tuple[int, ...]:
    """That of its largest array; () for numbers alone."""
    return max((np.shape(one) for one in probe if isinstance(one, np.ndarray)), key=len, default=())


def _form(probe: tuple[Any, ...]) -> str:
    shape = _shape(probe)
    return phrase("arrays of" if shape else "single", shape=str(shape))
