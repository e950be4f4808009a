"""What a lab consists of, and what each of its settings may be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rmsprop_lab import descent, objectives, optimizers, presets, tuning
from rmsprop_lab.lab import contract, spec
from rmsprop_lab.objectives import Objective, ObjectiveLike
from rmsprop_lab.objectives.examples import BATCH_SIZE
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.stochastic import NOISE, SEED

#: Steps of a lab: a slider's move walks and draws them all anew.
STEPS = replace(descent.STEPS, high=10_000)
START = descent.START
STEP = replace(STEPS, name="step", symbol="k", low=0)
WINDOW = replace(START, name="window")

#: What a figure can have besides a slider for each number and boxes for the start.
FEATURES = (
    "step",
    "convergence",
    "zoom",
    "presets",
    "surface",
    "optimizers",
    "rates",
    "epsilon_place",
)
#: Those that walk many settings at once, with the full gradient only.
FULL = ("convergence", "rates")
#: The settings that are not a number of their own.
SETTINGS = ("surface", "start", "step", "window", "shown", "rates", "sweep")
HIDING = "a hyper-parameter named {!r} would hide the lab's own"
_PLACES = ("rmsprop", "rmsprop_inside")  # epsilon outside the root, and inside


@dataclass(frozen=True)
class Setup:
    """The surfaces, optimisers, numbers and controls of a lab.

    Attributes:
        surfaces: those to choose from, by name, the lab's own first.
        racers: the names of the optimisers that were asked for.
        optimizers: these, and those that a control needs besides.
        numbers: every number by name, at its value.
        controls: what the figure offers, in order.
    """

    surfaces: dict[str, Objective]
    racers: tuple[str, ...]
    optimizers: list[Optimizer]
    numbers: dict[str, Parameter]
    controls: list[str]

    @classmethod
    def of(
        cls,
        objective: ObjectiveLike,
        chosen: Iterable[OptimizerLike],
        controls: Iterable[str] | str | None,
        given: dict[str, float],
    ) -> "Setup":
        """Find what was asked for by name, and what it needs.

        Raises:
            ValueError: for a bad name or value, with what is allowed.
        """
        own, racers = objectives.find(objective), _found(chosen)
        asked = _asked(controls)
        # A list of surfaces and a preset need others than the figure's own.
        many = {"surface", "presets"} & asked
        surfaces = [own, *(one for one in objectives.ALL.values() if one.name != own.name)]
        surfaces = surfaces if many else [own]
        names = tuple(racer.name for racer in racers)
        places = _PLACES if {"epsilon_place", "presets"} & asked else ()
        racers += [optimizers.find(name) for name in places if name not in names]
        numbers = _numbers(racers, surfaces, given)
        found = cls(
            {one.name: one for one in surfaces},
            names,
            racers,
            numbers,
            _controls(controls, racers, numbers),
        )
        if own.examples and (wrong := [name for name in FULL if name in found.controls]):
            raise ValueError(
                f"controls has {wrong[0]!r}, which walks with the full gradient, but {own.name!r} "
                f"has examples to draw batches of; leave out {' and '.join(map(repr, FULL))}"
            )
        if "convergence" in found.controls and not found.sweep:
            raise ValueError(
                "controls has 'convergence', but no optimiser has two hyper-parameters"
            )
        return found

    @property
    def sweep(self) -> tuple[str, ...]:
        """The first optimiser with two hyper-parameters, and these."""
        for optimizer in self.optimizers:
            if len(optimizer.parameters) > 1:
                return (optimizer.name, optimizer.parameters[0].name, optimizer.parameters[1].name)
        return ()

    def spec(self, caption: str) -> contract.Spec:
        """What the view is told."""
        with_presets = "presets" in self.controls
        racers = [one for one in self.optimizers if one.name in self.racers]
        return {
            "objectives": [spec.of_objective(one) for one in self.surfaces.values()],
            "optimizers": spec.of_optimizers(self.optimizers),
            "parameters": [spec.of_parameter(p) for p in (*self.numbers.values(), START, STEP)],
            "controls": self.controls,
            "presets": [spec.of_preset(one) for one in presets.ALL.values() if with_presets],
            "rates": list(tuning.RATES),
            "far": descent.FAR,
            "name": spec.figure_name(racers, next(iter(self.surfaces))),
            "caption": caption,
            "replay": False,
        }

    def check_surface(self, surface: Any) -> str:
        """A name of one of the surfaces, or a formula."""
        if not isinstance(surface, str):
            raise ValueError(f"surface = {surface!r} must be a name or a formula")
        if surface not in self.surfaces:
            objectives.find(surface)
        return surface

    def check_shown(self, shown: Any) -> tuple[str, ...]:
        """Names of optimisers, one at least."""
        return check_shown([optimizer.name for optimizer in self.optimizers], shown)

    def check_rates(self, rates: Any) -> dict[str, float]:
        """Learning rates by the optimiser's name."""
        steered = {
            o.name: p for o in self.optimizers for p in o.parameters if p.name == "learning_rate"
        }
        if not isinstance(rates, Mapping):
            raise ValueError(f"rates = {rates!r} must be learning rates by the optimiser's name")
        for name in rates:
            if name not in steered:
                raise ValueError(f"rates: no learning rate {name!r}; choices: {', '.join(steered)}")
        return {
            name: replace(steered[name], name=f"rates: learning_rate of {name}").check_one(rate)
            for name, rate in rates.items()
        }

    def check_sweep(self, sweep: Any) -> tuple[str, ...]:
        """An optimiser and two of its hyper-parameters."""
        parameters = {o.name: [p.name for p in o.parameters] for o in self.optimizers}
        match sweep:
            case (str(name), str(x), str(y)) if x != y and {x, y} <= set(parameters.get(name, ())):
                return (name, x, y)
            case ():
                return ()
        raise ValueError(
            f"sweep = {sweep!r} must be an optimiser and two of its hyper-parameters; "
            f"choices: {parameters}"
        )


def check_shown(names: list[str], shown: Any) -> tuple[str, ...]:
    """Some of these names, one at least, in their order."""
    several = isinstance(shown, Iterable) and not isinstance(shown, str)
    chosen = list(shown) if several else [shown]
    if not chosen or any(name not in names for name in chosen):
        raise ValueError(f"shown = {chosen!r}; choices: {', '.join(names)}, one at least")
    return tuple(name for name in names if name in chosen)


def check_start(start: Any) -> tuple[float, float]:
    """A point (x, y)."""
    point = np.asarray(START.check(start))
    if point.shape != (2,):
        raise ValueError(f"start = {start!r} must be two numbers, (x, y)")
    return float(point[0]), float(point[1])


def check_window(window: Any) -> Any:
    """((x from, x to), (y from, y to)), or None for the surface's own."""
    if window is None:
        return None
    around = np.asarray(WINDOW.check(window))
    if around.shape != (2, 2) or not (np.diff(around) > 0).all():
        raise ValueError(
            f"window = {window!r} must be ((x from, x to), (y from, y to)), "
            "each from the smaller to the larger"
        )
    return tuple(map(tuple, around.tolist()))


def _asked(controls: Iterable[str] | str | None) -> set[str]:
    if controls == "all":
        return set(FEATURES)
    return {controls} if isinstance(controls, str) else set(controls or ())


def _controls(
    controls: Iterable[str] | str | None, racers: list[Optimizer], numbers: dict[str, Parameter]
) -> list[str]:
    every = [*FEATURES, *numbers, "start"]
    if controls is None:
        parameters = {p.name for optimizer in racers for p in optimizer.parameters}
        usual = {*parameters, BATCH_SIZE.name, STEPS.name}
        return [*(name for name in numbers if name in usual), "start"]
    if controls == "all":
        return every
    chosen = list(dict.fromkeys([controls] if isinstance(controls, str) else controls))
    for name in chosen:
        if name not in every:
            raise ValueError(f"no control {name!r}; choices: {', '.join(every)}, or all")
    return chosen


def _found(chosen: Iterable[OptimizerLike]) -> list[Optimizer]:
    if isinstance(chosen, (str, Optimizer)) or callable(chosen):
        chosen = [chosen]
    found = [optimizers.find(optimizer) for optimizer in chosen]
    if not found:
        raise ValueError(f"optimizers is empty; choices: {', '.join(optimizers.ALL)}")
    if len({optimizer.name for optimizer in found}) < len(found):
        raise ValueError(
            f"an optimiser comes twice in {[o.name for o in found]}; "
            "Optimizer.of(rule, label, name=...) gives one another name"
        )
    return found


def _numbers(
    chosen: list[Optimizer], surfaces: Iterable[Objective], given: dict[str, float]
) -> dict[str, Parameter]:
    """Every number of the lab by name, at the value given."""
    parameters = {p.name: p for optimizer in reversed(chosen) for p in optimizer.parameters}
    order = [*optimizers.PARAMETERS, *parameters]
    surfaces = list(surfaces)
    shaping = {p.name: p for surface in reversed(surfaces) for p in surface.parameters}
    batching = [surface.examples.batch_size for surface in surfaces if surface.examples]
    rest = {p.name: p for p in (*shaping.values(), *batching, STEPS, NOISE, SEED)}
    taken = [name for name in parameters if name in (*rest, *SETTINGS, BATCH_SIZE.name)]
    if taken:
        raise ValueError(HIDING.format(taken[0]))
    numbers = {name: parameters[name] for name in sorted(parameters, key=order.index)} | rest
    for name in given:
        if name not in numbers:
            raise ValueError(f"no number {name!r} in this lab; choices: {', '.join(numbers)}")
    return {name: p.at(given.get(name, p.default)) for name, p in numbers.items()}
