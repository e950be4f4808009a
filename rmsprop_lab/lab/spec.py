"""What the lab's view is told about a surface, an optimiser and a number, as plain JSON."""

from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any

from rmsprop_lab import style
from rmsprop_lab.algebra.tape import Tape, UntraceableError, trace
from rmsprop_lab.lab import contract
from rmsprop_lab.libraries import LIBRARIES, Line, schedule_code, surface_code, template
from rmsprop_lab.objectives import Objective
from rmsprop_lab.objectives.examples import Examples
from rmsprop_lab.objectives.line import LineSums
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.presets import Preset
from rmsprop_lab.schedules import Schedule
from rmsprop_lab.style import Look


def of_tape(tape: Tape) -> contract.Tape:
    """A tape as the page takes it."""
    return {
        "takes": list(tape.takes),
        "lines": [list(line) for line in tape.lines],
        "returns": list(tape.returns),
    }


def of_objective(objective: Objective) -> contract.ObjectiveSpec:
    """A surface and the tapes of its functions; None for those that only the kernel can run."""
    parameters = (parameter.name for parameter in objective.parameters)
    takes = ("x", "y", *parameters, *(LineSums._fields if objective.sums else ()))
    value = _tape(objective.value, takes)
    grad = _tape(objective.grad, takes) if value else None
    examples = of_examples(objective.examples) if grad and objective.examples else None
    known = grad is not None and (examples is not None or objective.examples is None)
    return {
        "name": objective.name,
        "value": value if known else None,
        "grad": grad if known else None,
        "examples": examples,
        "line": bool(objective.sums),
        "parameters": [parameter.name for parameter in objective.parameters],
        "settings": list(map(float, objective.settings)),
        "start": list(objective.start),
        "window": [list(interval) for interval in objective.window],
        "minima": [list(point) for point in objective.minima],
    }


def of_examples(examples: Examples) -> contract.ExamplesSpec | None:
    """Examples as they are, and the tape of one's gradient; None where only the kernel can."""
    columns = (f"column{k}" for k in range(len(examples.rows[0])))
    grad = _tape(examples.grad, ("x", "y", *columns))
    return grad and {"rows": [list(row) for row in examples.rows], "grad": grad}


def _tape(function: Callable[..., Any], takes: Iterable[str]) -> contract.Tape | None:
    try:
        return of_tape(trace(function, tuple(takes)))
    except UntraceableError:
        return None


def of_code(
    racers: Iterable[Optimizer], surfaces: Iterable[Objective], schedules: Iterable[Schedule]
) -> contract.Code:
    """What the page needs to write code as :func:`rmsprop_lab.libraries.as_code` does."""
    racers = list(racers)
    return {
        "libraries": {
            library: {racer.name: _lines(template(racer, library)) for racer in racers}
            for library in LIBRARIES
        },
        "surfaces": {one.name: surface_code(one) for one in surfaces if not one.sums},
        "schedules": {schedule.name: schedule_code(schedule) for schedule in schedules},
    }


def _lines(lines: Iterable[Line]) -> list[contract.CodeLine]:
    return [{"text": text, "needs": needs} if needs else {"text": text} for text, needs in lines]


def of_optimizers(
    chosen: Iterable[Optimizer], edited: tuple[Optimizer, str] | None = None
) -> list[contract.OptimizerSpec]:
    """The optimisers of a lab, each with a look of its own; one with its text."""
    chosen = list(chosen)
    looks = style.looks(chosen)
    told = [of_optimizer(optimizer, looks[optimizer.name]) for optimizer in chosen]
    if edited:
        optimizer, text = edited
        told[chosen.index(optimizer)]["source"] = text
    return told


def of_optimizer(optimizer: Optimizer, look: Look | None = None) -> contract.OptimizerSpec:
    """An optimiser and the tape of its rule; None for one that only the kernel can run."""
    return {
        "name": optimizer.name,
        "label": optimizer.label,
        "rule": _rule(optimizer),
        "parameters": [parameter.name for parameter in optimizer.parameters],
        "state": list(optimizer.state),
        "initial": list(optimizer.initial),
        "scales": optimizer.scales,
        "exact": optimizer.exact,
        "looks": [of_look(one) for one in style.repeated(look or style.look(optimizer))],
    }


def of_look(look: Look) -> contract.Look:
    """How a racer is drawn."""
    return {
        "light": look.light,
        "dark": look.dark,
        "dash": [2 * length for length in look.dash],  # lines are 2 px wide
        "marker": look.marker,
    }


def _rule(optimizer: Optimizer) -> contract.Tape | None:
    try:
        optimizer.check_rule(optimizer.settings({}))
    except Exception:  # the lab says what, and at which step
        return None
    parameters = (parameter.name for parameter in optimizer.parameters)
    takes = (*parameters, "grad", *(f"{name}_prev" for name in optimizer.state))
    try:
        tape = trace(optimizer.rule, takes)
    except UntraceableError:
        return None
    return {**of_tape(tape), "names": tape.names}


def of_schedule(schedule: Schedule) -> contract.ScheduleSpec:
    """A schedule and the tape of its factor; None for one that only the kernel can compute."""
    return {
        "name": schedule.name,
        "factor": _tape(schedule.whole, schedule.takes),
        "parameters": [parameter.name for parameter in schedule.parameters],
    }


def of_preset(preset: Preset) -> contract.Preset:
    """A preset as its button needs it: who races does so at everybody's settings."""
    settings: dict[str, Any] = {}
    for name, value in preset.settings.items():
        if name == "racers":
            settings[name] = [entry(one) for one in value]
        else:
            settings[name] = list(value) if isinstance(value, tuple) else value
    return {"label": preset.label, "settings": settings, "note": preset.note}


def entry(optimizer: str) -> contract.Entry:
    """A racer at everybody's settings."""
    return {"optimizer": optimizer, "settings": {}}


#: So many racers a figure's name still names.
_NAMED = 4


def figure_name(racers: Sequence[str], surface: str) -> str:
    """What a figure is called for those who do not see it."""
    who = ", ".join(racers) if len(racers) <= _NAMED else f"{len(racers)} optimisers"
    return f"Lab: {who} on {surface}"


def of_parameter(parameter: Parameter) -> contract.Parameter:
    """A number and what a person may set it to."""
    label = parameter.name.replace("_", " ")
    return {
        "name": parameter.name,
        # A symbol that only says the name again is none: the two stand side by side.
        "symbol": "" if parameter.symbol in (parameter.name, label) else parameter.symbol,
        "label": label,
        "low": None if parameter.low == -inf else parameter.low,
        "high": None if parameter.high == inf else parameter.high,
        "openLow": parameter.open_low,
        "openHigh": parameter.open_high,
        "slider": list(parameter.slider),
        "scale": parameter.scale,
        "unit": parameter.unit,
        "whole": parameter.whole,
    }
