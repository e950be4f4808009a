"""Surfaces f(x, y) to descend: the built-in ones, those of data, and those of one's own."""

from rmsprop_lab.objectives.objective import Objective
from rmsprop_lab.objectives.surfaces import (
    ALL,
    CONDITION,
    SLOPE,
    ObjectiveLike,
    beale,
    bowl,
    cliff,
    find,
    himmelblau,
    rastrigin,
    ravine,
    rosenbrock,
    rotated_ravine,
    saddle,
)

__all__ = [
    "ALL",
    "CONDITION",
    "SLOPE",
    "Objective",
    "ObjectiveLike",
    "beale",
    "bowl",
    "cliff",
    "find",
    "himmelblau",
    "rastrigin",
    "ravine",
    "rosenbrock",
    "rotated_ravine",
    "saddle",
]
