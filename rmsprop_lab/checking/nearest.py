"""The wrong version nearest to a function: with one slip, with two, or with one that is sure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from rmsprop_lab.algebra.tape import Tape, UntraceableError, trace
from rmsprop_lab.checking.finding import Examined, Finding, Mistake
from rmsprop_lab.checking.outcomes import Complaint, Results, call_ours, close, equal, results
from rmsprop_lab.checking.slips import first_results, run, slips

TRIED = 3  # first mistakes that explain the state, each with every second one


@dataclass(frozen=True)
class _Part:
    """A mistake that explains some of the results."""

    name: str
    hint: str
    tape: Tape | None
    convention: bool = False


def nearest(
    seen: Examined, mistakes: Sequence[Mistake], tape: Tape, forms: Sequence[Tape] = ()
) -> Finding | None:
    """The one or two slips by which a function differs from the right one, if it is so near.

    Args:
        seen: the function's results. No mistake alone gives these.
        mistakes: wrong versions that are known. One of them may be half of what is wrong.
        tape: of the right function.
        forms: tapes of the right function as it may also be written.
    """
    everything = range(len(seen.outputs))
    if not _tells(seen):
        return None
    if fitting := _first_fitting(seen, tape, forms, everything):
        return _slip(fitting)
    if states_are_right(seen):
        uphill = replace(seen, found=[(-one[0], *one[1:]) for one in seen.found])
        parts = [*_known(uphill, mistakes, everything)]
        parts = parts or _first_fitting(uphill, tape, forms, everything)
        if not parts:
            return None
        part = _shortest(parts)
        return Finding.of("uphill", name=part.name, hint=part.hint)
    return _two(seen, mistakes, tape, forms)


def one_slip(seen: Examined, tape: Tape) -> Finding | None:
    """The slip in the rule's own equation, if there is no more to it."""
    fitting = [*_fitting(seen, tape, range(len(seen.outputs)))] if _tells(seen) else []
    return _slip(fitting) if fitting else None


def _slip(fitting: Sequence[_Part]) -> Finding:
    slip = _shortest(fitting)
    return Finding(False, slip.name, slip.hint)


def _two(
    seen: Examined, mistakes: Sequence[Mistake], tape: Tape, forms: Sequence[Tape]
) -> Finding | None:
    """A mistake that explains the new state, and one that then explains the updates."""
    everything, states = range(len(seen.outputs)), range(1, len(seen.outputs))
    explaining = sorted(_first_fitting(seen, tape, forms, states), key=lambda part: len(part.name))
    firsts = [*_known(seen, mistakes, states), *explaining][:TRIED]
    for first in firsts:
        if first.tape is None:
            continue
        if seconds := [*_fitting(seen, first.tape, everything)]:
            second = _shortest(seconds)
            return Finding.of(
                "convention and more" if first.convention else "two",
                first=first.name,
                second=second.name,
                hint=first.hint,
                second_hint=second.hint,
            )
    if not firsts:
        return None
    first = firsts[0]
    return Finding.of("more", first=first.name, hint=first.hint)


def _shortest(parts: Sequence[_Part]) -> _Part:
    """Of slips that come to the same, the one that is said in fewest words."""
    return min(parts, key=lambda part: len(part.name))


def states_are_right(seen: Examined) -> bool:
    """Whether only the updates are wrong."""
    return all(
        equal(mine, theirs)
        for one, right in zip(seen.found, seen.wanted, strict=True)
        for mine, theirs in zip(one[1:], right[1:], strict=True)
    )


def _tells(seen: Examined) -> bool:
    """Whether each result is a number somewhere. What never is one fits too much."""
    return all(result.shape == () for result in seen.found[0]) and all(
        any(np.isfinite(one[k]).any() for one in seen.found) for k in range(len(seen.outputs))
    )


def _known(seen: Examined, mistakes: Sequence[Mistake], places: Sequence[int]) -> Iterator[_Part]:
    """Known mistakes that give some of the results."""
    for mistake in mistakes:
        call = call_ours(mistake.rule)

        def made(probe: tuple[Any, ...], call: Any = call) -> Results | Complaint:
            return results(call(*probe), seen.outputs)

        if _explains(seen, made, places):
            tape = _traced(mistake.rule, tuple(map(seen.argument, range(len(seen.probes[0])))))
            yield _Part(mistake.name, mistake.hint, tape, mistake.convention)


@lru_cache(maxsize=64)
def _traced(rule: Callable[..., Any], takes: tuple[str, ...]) -> Tape | None:
    try:
        return trace(rule, takes)
    except UntraceableError:
        return None


def _fitting(
    seen: Examined, tape: Tape, places: Sequence[int], likely: bool = False
) -> Iterator[_Part]:
    """Slips that give some of the results; of all, or of the likelier ones."""
    outputs, kept = tuple(seen.outputs), list(places)
    first = tuple(map(float, seen.probes[0]))
    found = np.array([float(seen.found[0][k]) for k in kept])
    made_first = first_results(tape, outputs, first, likely)[:, kept]
    near = close(made_first, np.broadcast_to(found, made_first.shape)).all(axis=1)
    for k in np.flatnonzero(near):
        slip = slips(tape, outputs, likely)[k]

        def made(probe: tuple[Any, ...], tape: Tape = slip.tape) -> Results:
            return tuple(np.asarray(one, dtype=float) for one in run(tape, probe))

        if _explains(seen, made, kept):
            yield _Part(slip.name, slip.hint, slip.tape)


def _first_fitting(
    seen: Examined, tape: Tape, forms: Sequence[Tape], places: Sequence[int]
) -> list[_Part]:
    """Slips of the rule's own equation; where none fits, of the first form that has one."""
    own = [*_fitting(seen, tape, places)]
    others = ([*_fitting(seen, form, places, likely=True)] for form in forms)
    return own or next(filter(None, others), [])


def _explains(
    seen: Examined,
    made: Callable[[tuple[Any, ...]], Results | Complaint],
    places: Sequence[int],
) -> bool:
    """Whether a wrong version gives these results on every probe."""
    for probe, found in zip(seen.probes, seen.found, strict=True):
        one = made(probe)
        if isinstance(one, Complaint) or not all(equal(found[k], one[k]) for k in places):
            return False
    return True
