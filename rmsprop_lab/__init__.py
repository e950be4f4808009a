"""RMSProp you can move: update rules, surfaces, paths and an interactive lab.

Each name is loaded when it is first used: rules need no Matplotlib and no widget.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rmsprop_lab import objectives, optimizers, presets, rules, schedules, style
    from rmsprop_lab.algebra.gradient import gradient
    from rmsprop_lab.checking.check import check
    from rmsprop_lab.checking.exercise import Exercise
    from rmsprop_lab.descent import Trajectory, descend, descend_many
    from rmsprop_lab.lab import Lab, Race, Recorded, Replay
    from rmsprop_lab.libraries import as_code
    from rmsprop_lab.networks.many import train_many
    from rmsprop_lab.networks.network import Network
    from rmsprop_lab.networks.plane import Plane
    from rmsprop_lab.networks.stepper import Stepper
    from rmsprop_lab.networks.training import train
    from rmsprop_lab.objectives import Objective
    from rmsprop_lab.objectives.examples import Examples
    from rmsprop_lab.objectives.regression import least_squares
    from rmsprop_lab.optimizers import Optimizer
    from rmsprop_lab.parameter import Parameter
    from rmsprop_lab.plots import plot_contours, plot_losses, plot_path
    from rmsprop_lab.schedules import Schedule
    from rmsprop_lab.tuning import tune

__all__ = [
    "Examples",
    "Exercise",
    "Lab",
    "Network",
    "Objective",
    "Optimizer",
    "Parameter",
    "Plane",
    "Race",
    "Recorded",
    "Replay",
    "Schedule",
    "Stepper",
    "Trajectory",
    "as_code",
    "check",
    "descend",
    "descend_many",
    "gradient",
    "least_squares",
    "objectives",
    "optimizers",
    "plot_contours",
    "plot_losses",
    "plot_path",
    "presets",
    "rules",
    "schedules",
    "style",
    "train",
    "train_many",
    "tune",
]

_ROOMS = {
    "algebra.gradient": ["gradient"],
    "checking.check": ["check"],
    "checking.exercise": ["Exercise"],
    "descent": ["Trajectory", "descend", "descend_many"],
    "libraries": ["as_code"],
    "lab": ["Lab", "Race", "Recorded", "Replay"],
    "networks.many": ["train_many"],
    "networks.network": ["Network"],
    "networks.plane": ["Plane"],
    "networks.stepper": ["Stepper"],
    "networks.training": ["train"],
    "objectives": ["Objective"],
    "objectives.examples": ["Examples"],
    "objectives.regression": ["least_squares"],
    "optimizers": ["Optimizer"],
    "parameter": ["Parameter"],
    "plots": ["plot_contours", "plot_losses", "plot_path"],
    "schedules": ["Schedule"],
    "tuning": ["tune"],
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_ROOM_OF.get(name, name)}")
    value = getattr(module, name) if name in _ROOM_OF else module
    globals()[name] = value  # so that it is asked for once
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
