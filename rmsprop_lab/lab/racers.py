"""Who races: optimisers, each with settings of its own where they differ from the shared sliders.

The same optimiser may race several times. A racer is named by what tells it from the others; its
key is its optimiser's name, from the second one on with its number: ``rmsprop``, ``rmsprop:2``.
``js/src/model/racers.ts`` says the same to the view.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from reprlib import repr as shortened
from typing import Any, TypeAlias

import numpy as np

from rmsprop_lab import optimizers
from rmsprop_lab.lab.contract import Entry
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.style import MOST, Look, repeated

#: An optimiser, a rule or a name; or a pair of one and its own settings by name.
RacerLike: TypeAlias = OptimizerLike | tuple[OptimizerLike, Mapping[str, float]]


def listed(given: Any) -> list[Any]:
    """What was given, one or several, as a list."""
    if isinstance(given, (str, Optimizer, Mapping)) or callable(given) or _is_pair(given):
        return [given]
    return list(given) if isinstance(given, Iterable) else [given]


def split(given: Any) -> tuple[Any, Any]:
    """The optimiser of a racer as it was given, and its own settings."""
    if _is_pair(given):
        optimizer, settings = given
        return optimizer, settings
    if isinstance(given, Mapping) and set(given) == {
        "optimizer",
        "settings",
    }:  # as the view says it
        return given["optimizer"], given["settings"]
    return given, {}


def _is_pair(given: Any) -> bool:
    """Whether it is an optimiser with its settings, and not two racers as the view says them."""
    two = isinstance(given, (tuple, list)) and len(given) == 2
    return two and isinstance(given[1], Mapping) and not isinstance(given[0], Mapping)


def check(
    given: Any,
    known: Mapping[str, Optimizer],
    numbers: Mapping[str, Parameter],
    trait: str = "racers",
    edited: str | None = None,
) -> tuple[Entry, ...]:
    """The racers, each one of the lab's optimisers, with own settings in their ranges.

    What the rule of ``edited`` takes only the page knows: its other settings may be any numbers.

    Raises:
        ValueError: naming what is wrong, with the choices.
    """
    choices = f"choices: {', '.join(known)}"
    entries: list[Entry] = []
    for one in listed(given):
        optimizer, settings = split(one)
        name = name_of(optimizer)
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"{trait}: no optimiser {shortened(name)} in this lab; {choices}")
        if not isinstance(settings, Mapping):
            raise ValueError(f"{trait}: settings of {name} = {settings!r} must be values by name")
        entry: Entry = {"optimizer": name, "settings": {}}
        own = [parameter.name for parameter in known[name].parameters]
        strange = [setting for setting in settings if setting not in own]
        if name != edited:
            for setting in strange:
                raise ValueError(
                    f"{trait}: {known[name].label} has no hyper-parameter {shortened(setting)}; "
                    f"choices: {', '.join(own) or 'none'}"
                )
        for setting in own:  # in the rule's order, so that equal ones look equal
            if setting in settings:
                parameter = replace(numbers[setting], name=f"{trait}: {setting} of {name}")
                entry["settings"][setting] = parameter.check_one(settings[setting])
        entry["settings"] |= {one: float(settings[one]) for one in strange}
        if entry in entries:
            raise ValueError(
                f"{trait}: {name!r} comes twice with the same settings, {entry['settings']}; "
                f"give one a value of its own, as in ({name!r}, {{{_example(own, numbers)}}})"
            )
        entries.append(entry)
    if not entries:
        raise ValueError(f"{trait} = [] must name one at least; {choices}")
    for name, count in Counter(entry["optimizer"] for entry in entries).items():
        if count > MOST:
            raise ValueError(f"{trait}: {name!r} comes {count} times; {MOST} times at most")
    return tuple(entries)


def name_of(optimizer: Any) -> Any:
    """The name of an optimiser or a rule; anything else as it is, for who looks it up to refuse."""
    if isinstance(optimizer, str):
        return optimizer
    try:
        return optimizers.find(optimizer).name
    except (TypeError, ValueError):
        return optimizer


def _example(own: list[str], numbers: Mapping[str, Parameter]) -> str:
    return f"{own[0]!r}: {numbers[own[0]].default!r}" if own else ""


def places(entries: Iterable[Entry]) -> list[int]:
    """Which of its optimiser's racers each is, from 0: it gives a racer its look."""
    before: Counter[str] = Counter()
    found = []
    for entry in entries:
        found.append(before[entry["optimizer"]])
        before[entry["optimizer"]] += 1
    return found


def keys(entries: Sequence[Entry]) -> list[str]:
    """What a racer is known by while its settings change."""
    return [
        f"{entry['optimizer']}:{place + 1}" if place else entry["optimizer"]
        for entry, place in zip(entries, places(entries), strict=True)
    ]


def looks(entries: Sequence[Entry], first: Mapping[str, Look]) -> dict[str, Look]:
    """The racers' looks, by key; of each optimiser's first one they are given."""
    return {
        key: repeated(first[entry["optimizer"]])[place]
        for key, entry, place in zip(keys(entries), entries, places(entries), strict=True)
    }


def optimizer_of(key: str) -> str:
    """The optimiser's name in a key."""
    return re.sub(r":[2-9]$", "", key)


def names(
    entries: Sequence[Entry],
    known: Mapping[str, Optimizer],
    numbers: Mapping[str, Parameter],
    shared: Mapping[str, float],
) -> list[str]:
    """What each racer is called, no two the same.

    The only one of its optimiser is called by the label and its own settings; one of several by the
    settings in which these differ, its own or everybody's. Where two would have one name, because
    a slider stands at another's own value just now, everybody's settings are left out.
    """

    def called(entry: Entry, settings: Iterable[str], values: Mapping[str, float]) -> str:
        said = [f"{symbol(numbers[one])} = {exact(values[one])}" for one in settings]
        return " ".join([known[entry["optimizer"]].label, ", ".join(said)]).rstrip()

    first: list[str] = []
    plain: list[str] = []
    for entry in entries:
        own = entry["settings"]
        rivals = [
            other["settings"] for other in entries if other["optimizer"] == entry["optimizer"]
        ]
        parameters = [parameter.name for parameter in known[entry["optimizer"]].parameters]
        differing = [one for one in parameters if len({rival.get(one) for rival in rivals}) > 1]
        told = differing if len(rivals) > 1 else [one for one in own if one in parameters]
        first.append(called(entry, told, {**shared, **own}))
        plain.append(called(entry, [one for one in told if one in own], own))
    return [
        name if first.count(name) == 1 else other for name, other in zip(first, plain, strict=True)
    ]


def symbol(parameter: Parameter) -> str:
    """As in the equations, or in words where it has none of its own."""
    words = parameter.name.replace("_", " ")
    return words if parameter.symbol in ("", parameter.name) else parameter.symbol


def exact(value: float) -> str:
    """A number as the view writes it, with all its digits: ``0.99``, ``1e-6``."""
    plain = np.format_float_positional(float(value), trim="-")
    short = np.format_float_scientific(float(value), trim="-", exp_digits=1)
    shorter = abs(value) >= 1e9 and len(short) < len(plain)
    return (short if 0 < abs(value) < 1e-4 or shorter else plain).replace("e+", "e")
