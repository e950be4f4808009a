"""What the lab's view is told about a surface, an optimiser and a number, as plain JSON.

The names are those of ``src/spec.ts``.
"""

from math import inf
from typing import Any

from rmsprop_lab import style
from rmsprop_lab.javascript import Program, translate
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter


def of_program(program: Program) -> dict[str, Any]:
    """A translated function: its arguments, the defaults of the last of them, its body."""
    return {
        "takes": list(program.takes),
        "defaults": list(program.defaults),
        "lines": list(program.lines),
        "returns": list(program.returns),
    }


def of_objective(objective: Objective) -> dict[str, Any]:
    """A surface, its functions translated."""
    return {
        "name": objective.name,
        "value": of_program(translate(objective.value)),
        "grad": of_program(translate(objective.grad)),
        "settings": list(map(float, objective.settings)),
        "window": [list(interval) for interval in objective.window],
        "minima": [list(point) for point in objective.minima],
    }


def of_optimizer(optimizer: Optimizer) -> dict[str, Any]:
    """An optimiser, its rule translated."""
    look = style.look(optimizer)
    return {
        "name": optimizer.name,
        "label": optimizer.label,
        "rule": of_program(translate(optimizer.rule)),
        "hyper": [parameter.name for parameter in optimizer.hyper],
        "state": list(optimizer.state),
        "initial": list(optimizer.initial),
        "scales": optimizer.scales,
        "look": {
            "light": look.light,
            "dark": look.dark,
            "dash": [2 * length for length in look.dash],  # lines are 2 px wide
            "marker": look.marker,
        },
    }


def of_parameter(parameter: Parameter) -> dict[str, Any]:
    """A number and what a person may set it to."""
    return {
        "name": parameter.name,
        "symbol": parameter.symbol,
        "label": parameter.name.replace("_", " "),
        "low": None if parameter.low == -inf else parameter.low,
        "high": None if parameter.high == inf else parameter.high,
        "openLow": parameter.open_low,
        "openHigh": parameter.open_high,
        "interval": parameter.interval,
        "slider": list(parameter.slider),
        "scale": parameter.scale,
        "unit": parameter.unit,
        "whole": parameter.whole,
    }
