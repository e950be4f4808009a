"""What the page is sent to check a rule there, without Python, in the same words.

The page has the comparing (``lab/js/src/check``). The mathematics, the calls and the sentences
are data.
"""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from inspect import signature
from typing import Any

import numpy as np

from rmsprop_lab.algebra.tape import Tape, UntraceableError, trace
from rmsprop_lab.checking import arguments, nearest, outcomes, paths, relations, sentences, slips
from rmsprop_lab.checking.check import plain_steps, probes_of
from rmsprop_lab.checking.forms import FORMS
from rmsprop_lab.checking.mistakes import known
from rmsprop_lab.lab import contract, spec
from rmsprop_lab.optimizers import Optimizer

Rule = Callable[..., Any]


@lru_cache
def check_of(right: Optimizer) -> contract.Check:
    """All that the page needs to check a rule as :func:`~rmsprop_lab.checking.check.check` does.

    Args:
        right: an optimiser whose rule has a tape.
    """
    takes = tuple(signature(right.rule).parameters)
    return {
        "label": right.label,
        "rule": spec.of_tape(trace(right.rule, takes)),
        "outputs": ["updates", *right.state],
        "probes": [list(map(_given, probe)) for probe in probes_of(right)],
        "steps": [
            {"first": first, "given": list(map(_given, given))}
            for first, given in plain_steps(right)
        ],
        "mistakes": list(_wrong(right, takes)),
        "forms": [spec.of_tape(trace(form, takes)) for form in FORMS.get(right.name, ())],
        "done": [list(map(list, done)) for done in slips.DONE],
        "likely": [list(map(list, done)) for done in slips.LIKELY],
        "typed": list(slips.TYPED),
        "factors": [
            {"text": text, "tape": spec.of_tape(trace(function, ("x",)))}
            for text, function in relations.FACTORS.items()
        ],
        "names": {name: arguments.NAMES[name] for name in takes if name in arguments.NAMES},
        "strangers": sorted(arguments.NOT_A_RULES),
        "branch": _raised(bool),
        "math": _raised(math.sqrt),
        "tolerances": {
            "relative": outcomes.RELATIVE,
            "absolute": outcomes.ABSOLUTE,
            "single": outcomes.SINGLE,
            "mostlyWrong": relations.MOSTLY_WRONG,
            "moves": list(relations.MOVES),
            "moved": relations.MOVED,
            "enough": relations.ENOUGH,
            "tried": nearest.TRIED,
            "clear": paths.CLEAR,
            "visible": paths.VISIBLE,
        },
        "findings": {key: list(found) for key, found in sentences.FINDINGS.items()},
        "phrases": sentences.PHRASES,
        "places": list(_places(right)),
    }


def _given(value: Any) -> contract.Given:
    if np.ndim(value) == 0:
        return float(value)
    return {"shape": list(value.shape), "numbers": value.ravel().tolist()}


def _wrong(right: Optimizer, takes: tuple[str, ...]) -> Iterator[contract.Wrong]:
    """The wrong versions that can be written in the page."""
    for mistake in known(right.name, right.rule, len(right.state)):
        try:
            tape = trace(mistake.rule, takes)
        except UntraceableError:
            continue
        if _tells_all(tape, mistake.rule, right):
            yield {
                "name": mistake.name,
                "hint": mistake.hint,
                "convention": mistake.convention,
                "tape": spec.of_tape(tape),
            }


def _tells_all(tape: Tape, rule: Rule, right: Optimizer) -> bool:
    """Whether a tape does what a rule does to arrays, too. It knows of no mean over them."""
    outputs = ("updates", *right.state)
    call = outcomes.call_here(rule)
    with np.errstate(all="ignore"):
        return all(
            outcomes.same(
                outcomes.results(call(*probe), outputs),
                tuple(np.asarray(one, dtype=float) for one in slips.run(tape, probe)),
            )
            for probe in probes_of(right)
        )


def _raised(function: Rule) -> contract.Raised:
    """What Python says of an array for a single number, and from how many numbers on."""
    for count in (1, 2):
        outcome = outcomes.call_here(function)(np.ones(count))
        if outcome.error:
            break
    return {"error": outcome.error, "least": count}


def _places(right: Optimizer) -> Iterator[dict[str, float]]:
    """Settings at which one may see two paths part."""
    names = [parameter.name for parameter in right.parameters]
    for numbers in paths.settings(right):
        for rate in paths.RATES:
            values = right.settings({"learning_rate": rate} | numbers)
            yield dict(zip(names, values, strict=True))
