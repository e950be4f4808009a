"""What a lab or a race consists of, and what each of its settings may be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from reprlib import repr as shortened
from typing import Any

import numpy as np

from rmsprop_lab import descent, objectives, optimizers, presets, schedules, tuning
from rmsprop_lab.lab import contract, racers, spec, written
from rmsprop_lab.lab.racers import RacerLike
from rmsprop_lab.objectives import Objective, ObjectiveLike
from rmsprop_lab.objectives.examples import BATCH_SIZE
from rmsprop_lab.objectives.line import UNITS, check_points
from rmsprop_lab.objectives.regression import points_of
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.schedules import RATE, Schedule, ScheduleLike, has_rate
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
    "racers",
    "rates",
    "epsilon_place",
    "code",
    "schedule",
    "rule",
    "data",
)
#: Those that walk many settings at once, with the full gradient only.
FULL = ("convergence", "rates")
NO_LINE = "no line through points; least_squares(inputs, targets) is, with inputs of shape (n,)"
HIDING = "a hyper-parameter named {!r} would hide the lab's own"
CONSTANT = schedules.constant.name
_PLACES = ("rmsprop", "rmsprop_inside")  # epsilon outside the root, and inside


@dataclass(frozen=True)
class Setup:
    """The surfaces, optimisers, numbers and controls of a lab, or of a race.

    Attributes:
        surfaces: those to choose from, by name, the lab's own first; none in a race.
        optimizers: by name, those that were asked for, and those that a control needs besides.
        entries: who was asked for: an optimiser with settings of its own.
        schedules: those to choose from, by name; none, if the learning rate stays as it is.
        own_schedule: the one that was asked for.
        numbers: every number by name, at its value.
        controls: what the figure offers, in order.
        edited: the optimiser whose rule a reader may edit, and its text, where there is one.
    """

    surfaces: dict[str, Objective]
    optimizers: dict[str, Optimizer]
    entries: tuple[contract.Entry, ...]
    schedules: dict[str, Schedule]
    own_schedule: Schedule | None
    numbers: dict[str, Parameter]
    controls: list[str]
    edited: tuple[Optimizer, str] | None

    @classmethod
    def of(
        cls,
        objective: ObjectiveLike,
        chosen: Iterable[RacerLike] | RacerLike,
        controls: Iterable[str] | str | None,
        given: dict[str, float],
        schedule: ScheduleLike | None = None,
    ) -> "Setup":
        """Find what was asked for by name, and what it needs.

        Raises:
            ValueError: for a bad name or value, with what is allowed.
        """
        own, found = objectives.find(objective), found_optimizers(chosen)
        asked = asked_for(controls)
        # A list of surfaces and a preset need others than the figure's own.
        many = {"surface", "presets"} & asked
        surfaces = [own, *(one for one in objectives.ALL.values() if one.name != own.name)]
        surfaces = surfaces if many else [own]
        edited = edited_rule(found.values(), controls)
        places = _PLACES if {"epsilon_place", "presets"} & asked else ()
        found |= {name: optimizers.find(name) for name in places if name not in found}
        own_schedule = None if schedule is None else schedules.find(schedule)
        # Everything is all that there is room for: a rule may have a decay of its own.
        fits = not scheduled(schedules.ALL.values()).keys() & ruling(found.values()).keys()
        every = "schedule" in asked and (controls != "all" or fits)
        offered = schedules_of(own_schedule, every)
        own_last = [*offered.values(), *([own_schedule] if own_schedule else [])]
        shaping = {p.name: p for one in reversed(surfaces) for p in one.parameters}
        batching = [one.examples.batch_size for one in surfaces if one.examples]
        units = [UNITS] if any(one.sums for one in surfaces) else []
        rest = [*shaping.values(), *units, *batching, STEPS, NOISE, SEED]
        numbers = numbers_of(found.values(), rest, own_last, given, edited is not None)
        setup = cls(
            {one.name: one for one in surfaces},
            found,
            racers.check(chosen, found, numbers, "optimizers"),
            offered,
            own_schedule,
            numbers,
            _controls(controls, found.values(), offered, numbers, edited is not None),
            edited,
        )
        if own_schedule is not None or (every and controls != "all"):
            setup.check_schedules()
        if own.examples and (wrong := [name for name in FULL if name in setup.controls]):
            raise ValueError(
                f"controls has {wrong[0]!r}, which walks with the full gradient, but {own.name!r} "
                f"has examples to draw batches of; leave out {' and '.join(map(repr, FULL))}"
            )
        if "data" in setup.controls:
            _check_line(own, sorted(many))
        if "convergence" in setup.controls and not setup.sweep:
            raise ValueError(
                "controls has 'convergence', but no optimiser has two hyper-parameters"
            )
        return setup

    def check_schedules(self) -> None:
        """Whether there is a rate to change, and no control that cannot do without a tape.

        Raises:
            ValueError: where it is not so.
        """
        if not any(map(has_rate, self.optimizers.values())):
            raise ValueError(
                "a schedule changes the learning_rate, and no optimiser of this lab has one: "
                f"{', '.join(self.optimizers)}"
            )
        wrong = [name for name in FULL if name in self.controls]
        own = self.own_schedule
        if wrong and own and spec.of_schedule(own)["factor"] is None:
            raise ValueError(
                f"controls has {wrong[0]!r}, which the page walks, but the schedule {own.name!r} "
                f"has no tape; leave out {' and '.join(map(repr, FULL))}"
            )

    @property
    def sweep(self) -> tuple[str, ...]:
        """The first optimiser with two hyper-parameters, and these."""
        for optimizer in self.optimizers.values():
            if len(optimizer.parameters) > 1:
                return (optimizer.name, optimizer.parameters[0].name, optimizer.parameters[1].name)
        return ()

    @property
    def has_code(self) -> bool:
        """Whether the racers can be had as code: where one steps through a path one can, too."""
        return bool({"step", "code"} & set(self.controls))

    def spec(
        self, name: str, caption: str, network: contract.NetworkSpec | None = None
    ) -> contract.Spec:
        """What the view is told."""
        with_presets = "presets" in self.controls
        parameters = [*self.numbers.values(), *((START, STEP) if self.surfaces else ())]
        return {
            "objectives": [spec.of_objective(one) for one in self.surfaces.values()],
            "optimizers": spec.of_optimizers(self.optimizers.values(), self.edited),
            "schedules": [spec.of_schedule(one) for one in self.schedules.values()],
            "entries": list(self.entries),
            "parameters": list(map(spec.of_parameter, parameters)),
            "controls": self.controls,
            "code": spec.of_code(
                self.optimizers.values(), self.surfaces.values(), self.schedules.values()
            )
            if self.has_code
            else None,
            "presets": [spec.of_preset(one) for one in presets.ALL.values() if with_presets],
            "rates": list(tuning.RATES),
            "far": descent.FAR,
            "name": name,
            "caption": caption,
            "network": network,
            "replay": False,
        }

    def check_surface(self, surface: Any) -> str:
        """A name of one of the surfaces, or a formula."""
        if not isinstance(surface, str):
            raise ValueError(f"surface = {surface!r} must be a name or a formula")
        if surface not in self.surfaces:
            objectives.find(surface)
        return surface

    def check_data(self, data: Any) -> Any:
        """Points (u, t) of a line, or None for the surface's own; without a line only None."""
        own = next(iter(self.surfaces.values()))
        if not own.sums:
            if data is None:
                return None
            raise ValueError(f"data = {data!r}, but {own.name!r} is {NO_LINE}")
        return points_of(own) if data is None else check_points(data)

    def check_schedule(self, schedule: Any) -> str:
        """The name of one of the schedules."""
        choices = list(self.schedules) or [CONSTANT]
        if schedule not in choices:
            raise ValueError(
                f"schedule = {shortened(schedule)}; choices here: {', '.join(choices)}"
                + ("" if len(choices) > 1 else "; with controls=['schedule'] it has all")
            )
        return str(schedule)

    def edited_by(self, rule: str) -> str | None:
        """The optimiser whose rule is this text, where there is one and a text."""
        return self.edited[0].name if self.edited and rule else None

    def check_racers(self, given: Any, rule: str = "") -> tuple[contract.Entry, ...]:
        """Some of the optimisers, one at least, with settings of their own."""
        edited = self.edited_by(rule)
        return racers.check(given, self.optimizers, self.numbers, edited=edited)

    def names(
        self, entries: Sequence[contract.Entry], shared: Mapping[str, float] | None = None
    ) -> list[str]:
        """What racers are called while the sliders stand so; without, as they do at first."""
        first = {name: parameter.default for name, parameter in self.numbers.items()}
        return racers.names(entries, self.optimizers, self.numbers, shared or first)

    def check_sweep(self, sweep: Any, rule: str = "") -> tuple[str, ...]:
        """A racer's key and two of its hyper-parameters; of an edited rule the page knows them."""
        parameters = {
            name: [parameter.name for parameter in optimizer.parameters]
            for name, optimizer in self.optimizers.items()
        }
        match sweep:
            case (str(key), str(x), str(y)) if x != y:
                name = racers.optimizer_of(key)
                if name == self.edited_by(rule):
                    return (key, x, y)
                if {x, y} <= set(parameters.get(name, ())):
                    return (key, x, y)
            case ():
                return ()
        raise ValueError(
            f"sweep = {sweep!r} must be an optimiser and two of its hyper-parameters; "
            f"choices: {parameters}"
        )


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


def _check_line(own: Objective, many: list[str]) -> None:
    """Whether there are points to show, and to pull, whatever is chosen."""
    if not own.sums:
        raise ValueError(f"controls has 'data', but {own.name!r} is {NO_LINE}")
    if many:
        raise ValueError(
            "controls has 'data', the points of one surface; leave out "
            f"{' and '.join(map(repr, many))}"
        )
    check_points(points_of(own))


def asked_for(controls: Iterable[str] | str | None) -> set[str]:
    """By name; of ``"all"`` the features."""
    if controls == "all":
        return set(FEATURES)
    return {controls} if isinstance(controls, str) else set(controls or ())


def edited_rule(
    chosen: Iterable[Optimizer], controls: Iterable[str] | str | None
) -> tuple[Optimizer, str] | None:
    """Whose rule a reader may edit, and its text; None where that is not asked for.

    Raises:
        ValueError: where it is, and no rule is there as text.
    """
    if "rule" not in asked_for(controls):
        return None
    edited = written.edited(chosen)
    if edited is None and controls != "all":
        raise ValueError("controls has 'rule', but no optimiser's rule is there as text")
    return edited


def controls_of(
    controls: Iterable[str] | str, every: Iterable[str], beside: Iterable[str] = ()
) -> list[str]:
    """Those that were asked for, each once; ``"all"`` is every one but those ``beside``.

    Raises:
        ValueError: for one that there is not.
    """
    every = list(every)
    if controls == "all":
        return [name for name in every if name not in beside]
    wanted = list(dict.fromkeys([controls] if isinstance(controls, str) else controls))
    for name in wanted:
        if name not in every:
            raise ValueError(f"no control {shortened(name)}; choices: {', '.join(every)}, or all")
    return wanted


def beside_rule(chosen: Iterable[Optimizer], editable: bool) -> set[str]:
    """What is no control where all are asked for: a reader's rule has its sliders beside it."""
    return optimizers.PARAMETERS.keys() - ruling(chosen) | (set() if editable else {"rule"})


def _controls(
    controls: Iterable[str] | str | None,
    chosen: Iterable[Optimizer],
    offered: dict[str, Schedule],
    numbers: dict[str, Parameter],
    editable: bool,
) -> list[str]:
    of_schedules = scheduled(offered.values())
    if controls is None:
        usual = {*ruling(chosen), *of_schedules, BATCH_SIZE.name, STEPS.name}
        wanted = [*(name for name in numbers if name in usual), "start"]
    else:
        # On points there can be no "all": it has maps of FULL.
        beside = {*beside_rule(chosen, editable), "schedule", "data"}
        wanted = controls_of(controls, [*FEATURES, *numbers, "start"], beside)
    # The schedule stands beside the rate that it changes, and whoever may choose it may set it.
    if offered and "schedule" not in wanted and RATE in wanted:
        wanted.insert(wanted.index(RATE) + 1, "schedule")
    if "schedule" in wanted and (controls is None or "schedule" in asked_for(controls)):
        wanted = [name for name in wanted if name not in of_schedules]
        place = wanted.index("schedule") + 1
        wanted[place:place] = of_schedules
    return wanted


def ruling(chosen: Iterable[Optimizer]) -> dict[str, Parameter]:
    """The optimisers' parameters, by name as the first that has it describes it."""
    return {p.name: p for optimizer in reversed(list(chosen)) for p in optimizer.parameters}


def scheduled(offered: Iterable[Schedule]) -> dict[str, Parameter]:
    """The schedules' parameters, by name as the last that has it describes it."""
    return {p.name: p for schedule in offered for p in schedule.parameters}


def schedules_of(own: Schedule | None, all_of_them: bool) -> dict[str, Schedule]:
    """Those to choose from: the figure's own, and all built-in ones of other names or none."""
    return (schedules.ALL if all_of_them else {}) | ({own.name: own} if own else {})


def found_optimizers(chosen: Iterable[RacerLike] | RacerLike) -> dict[str, Optimizer]:
    """The optimisers by name: one may race several times, and no other has its name."""
    found: dict[str, Optimizer] = {}
    for one in racers.listed(chosen):
        optimizer = optimizers.find(racers.split(one)[0])
        if found.setdefault(optimizer.name, optimizer) != optimizer:
            raise ValueError(
                f"two optimisers are called {optimizer.name!r}; "
                "Optimizer.of(rule, label, name=...) gives one another name"
            )
    if not found:
        raise ValueError(f"optimizers is empty; choices: {', '.join(optimizers.ALL)}")
    return found


def numbers_of(
    chosen: Iterable[Optimizer],
    rest: Iterable[Parameter],
    offered: Iterable[Schedule],
    given: Mapping[str, float],
    editable: bool,
) -> dict[str, Parameter]:
    """Every number by name, at the value given: the optimisers', the rest, the schedules'.

    Where a rule may be edited, also those that the book knows: it may come to take them.

    Raises:
        ValueError: for two of one name, and for a bad name or value.
    """
    parameters = (optimizers.PARAMETERS if editable else {}) | ruling(chosen)
    order = [*optimizers.PARAMETERS, *parameters]
    others, of_schedules = {p.name: p for p in rest}, scheduled(offered)
    taken = [name for name in parameters if name in (*others, *of_schedules, BATCH_SIZE.name)]
    taken += [name for name in of_schedules if name in others]
    if taken:
        raise ValueError(HIDING.format(taken[0]))
    numbers = {name: parameters[name] for name in sorted(parameters, key=order.index)}
    numbers |= others | of_schedules
    for name in given:
        if name not in numbers:
            raise ValueError(f"no number {shortened(name)} here; choices: {', '.join(numbers)}")
    return {name: p.at(given.get(name, p.default)) for name, p in numbers.items()}
