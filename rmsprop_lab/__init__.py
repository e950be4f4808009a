"""RMSProp you can move: update rules, surfaces, paths and an interactive lab."""

from rmsprop_lab import objectives, optimizers
from rmsprop_lab.check import check
from rmsprop_lab.descent import Trajectory, descend, descend_many
from rmsprop_lab.lab import Lab, Recorded, Replay
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.plots import plot_contours, plot_losses, plot_path
from rmsprop_lab.regression import least_squares

__all__ = [
    "Lab",
    "Objective",
    "Optimizer",
    "Parameter",
    "Recorded",
    "Replay",
    "Trajectory",
    "check",
    "descend",
    "descend_many",
    "least_squares",
    "objectives",
    "optimizers",
    "plot_contours",
    "plot_losses",
    "plot_path",
]
