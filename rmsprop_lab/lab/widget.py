"""``Lab``: contour map, paths, losses and sliders, live in a notebook and in the built book."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from rmsprop_lab import descent, objectives, optimizers, presets, tuning
from rmsprop_lab.descent import Trajectory, descend
from rmsprop_lab.lab import kernel, spec
from rmsprop_lab.lab.picture import ending, figure_html
from rmsprop_lab.noise import NOISE, SEED
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter

STATIC = Path(__file__).parent / "static"
if not (STATIC / "widget.js").exists():
    raise ImportError("the lab's script is not built: run `make book` once")

#: Steps of a lab: a slider's move walks and draws them all anew.
STEPS = replace(descent.STEPS, high=10_000)
START = descent.START
STEP = replace(STEPS, name="step", symbol="k", low=0)

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
_PLACES = ("rmsprop", "rmsprop_inside")  # epsilon outside the root, and inside
_SETTINGS = ("surface", "start", "step", "window", "shown", "rates", "sweep")


class _Checked(traitlets.TraitType[Any, Any]):
    """A trait whose values a function checks, and refuses with a ValueError."""

    def __init__(self, check: Callable[[Any], Any], default: Any) -> None:
        self.check = check
        super().__init__(default_value=default)

    def validate(self, obj: Any, value: Any) -> Any:
        try:
            return self.check(value)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None


def _point(start: Any) -> tuple[float, float]:
    point = np.asarray(START.check(start))
    if point.shape != (2,):
        raise ValueError(f"start = {start!r} must be two numbers, (x, y)")
    return float(point[0]), float(point[1])


class Lab(anywidget.AnyWidget):
    """A surface, the paths of some optimisers on it, and sliders that move them.

    Every setting is a trait, synchronised both ways in a notebook: ``lab.rho = 0.99`` moves
    the picture, and after a drag ``lab.learning_rate`` says where the slider stands. All
    optimisers share a number of the same name, but for the learning rates in ``rates``.

    A surface or a rule that has no translation (:mod:`rmsprop_lab.javascript`) is walked by
    the kernel: live in a notebook, a picture in the built book.

    Args:
        objective: a surface, the name of a built-in one, a formula such as ``"x^2 + 3*y^2"``,
            or a function of x and y.
        optimizers: optimisers, rules, or names of built-in ones.
        start: (x, y); the surface's own start without one.
        steps: how many updates, 1 to 10,000.
        controls: what the figure offers, in order: the numbers that get a slider,
            ``"start"``, and :data:`FEATURES`; ``"all"`` for everything. Without it, a slider
            for each hyper-parameter, ``"steps"`` and ``"start"``.

            - ``"step"``: play and scrub to ``lab.step``, and see the gradient, the state, the
              effective rate and the update there.
            - ``"convergence"``: a map of where two hyper-parameters lead.
            - ``"zoom"``: zoom and pan the map.
            - ``"surface"``: choose one, or type a formula.
            - ``"optimizers"``: choose who races.
            - ``"rates"``: one learning rate for all or each its own, and a fair search for it.
            - ``"epsilon_place"``: epsilon outside or inside the root.
            - ``"presets"``: the tutorial's settings, and the libraries' defaults.
        step: which step to show first, where there are stepping controls; the end without one.
        shown: the names of the optimisers that race at first; all of ``optimizers`` without.
        rates: learning rates of their own, by the optimiser's name.
        sweep: of the convergence map: the optimiser, and the parameters across and up.
        window: what the map shows, ((x from, x to), (y from, y to)).
        caption: a sentence under the figure.
        **numbers: hyper-parameters of the optimisers (``learning_rate``, ``rho``,
            ``epsilon`` and so on), parameters of the surface (``condition``), ``noise`` and
            ``seed``; their defaults where not given.

    Raises:
        ValueError: for a bad name or value, with what is allowed.

    Example:
        >>> lab = Lab(objective="bowl", optimizers=["sgd", "rmsprop"], steps=20, rho=0.99)
        >>> lab.rho
        0.99
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "lab.css"

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    computed = traitlets.Dict(None, allow_none=True, read_only=True).tag(sync=True)
    step = traitlets.Int(None, min=0, allow_none=True).tag(sync=True)

    def __init__(
        self,
        objective: Objective | str | Callable[..., Any] = "bowl",
        optimizers: Iterable[Optimizer | str | Callable[..., Any]] = ("rmsprop",),
        *,
        start: tuple[float, float] | None = None,
        steps: int = 100,
        controls: Iterable[str] | str | None = None,
        step: int | None = None,
        shown: Iterable[str] | None = None,
        rates: dict[str, float] | None = None,
        sweep: tuple[str, str, str] | None = None,
        window: Any = None,
        caption: str = "",
        **numbers: float,
    ) -> None:
        own = objectives.find(objective)
        racers = _found(optimizers)
        asked = [controls] if isinstance(controls, str) and controls != "all" else controls
        # A list of surfaces and a preset need others than the figure's own.
        many = asked is not None and (asked == "all" or {"surface", "presets"} & set(asked))
        surfaces = [own, *(one for one in objectives.ALL.values() if one.name != own.name)]
        self._surfaces = {one.name: one for one in (surfaces if many else [own])}
        places = asked is not None and (asked == "all" or {"epsilon_place", "presets"} & set(asked))
        self.optimizers = racers + [
            optimizer
            for optimizer in map(_optimizer, _PLACES if places else ())
            if optimizer.name not in {racer.name for racer in racers}
        ]
        self._numbers = _numbers(
            self.optimizers, self._surfaces.values(), {"steps": steps} | numbers
        )
        chosen = self._chosen(asked)
        swept = _sweepable(self.optimizers)
        if "convergence" in chosen and not swept:
            raise ValueError(
                "controls has 'convergence', but no optimiser has two hyper-parameters"
            )
        everyone = tuple(racer.name for racer in racers)
        traits = [
            *((p.name, p.check_one, p.default) for p in self._numbers.values()),
            ("surface", self._check_surface, own.name),
            ("start", _point, own.start if start is None else start),
            ("window", _check_window, window),
            ("shown", self._check_shown, everyone if shown is None else shown),
            ("rates", self._check_rates, rates or {}),
            ("sweep", self._check_sweep, swept if sweep is None else sweep),
        ]
        # HasTraits' own, because a widget's also sends each trait to a view, and there is none yet.
        traitlets.HasTraits.add_traits(
            self,
            **{name: _Checked(check, check(value)).tag(sync=True) for name, check, value in traits},
        )
        self.set_trait(
            "spec",
            {
                "objectives": [spec.of_objective(one) for one in self._surfaces.values()],
                "optimizers": [spec.of_optimizer(optimizer) for optimizer in self.optimizers],
                "parameters": [
                    spec.of_parameter(p) for p in (*self._numbers.values(), START, STEP)
                ],
                "controls": chosen,
                "presets": [
                    spec.of_preset(one) for one in presets.ALL.values() if "presets" in chosen
                ],
                "rates": list(tuning.RATES),
                "far": descent.FAR,
                "caption": caption,
            },
        )
        super().__init__(step=step)
        self.observe(self._compute, names=[*_SETTINGS, *self._numbers])
        self._compute()

    def _chosen(self, asked: Iterable[str] | str | None) -> list[str]:
        hyper = {p.name for optimizer in self.optimizers for p in optimizer.hyper}
        every = [*FEATURES, *self._numbers, "start"]
        if asked is None:
            return [*(name for name in self._numbers if name in hyper or name == "steps"), "start"]
        chosen = every if asked == "all" else list(dict.fromkeys(asked))
        for name in chosen:
            if name not in every:
                raise ValueError(f"no control {name!r}; choices: {', '.join(every)}, or all")
        return chosen

    def _check_surface(self, surface: Any) -> str:
        if not isinstance(surface, str):
            raise ValueError(f"surface = {surface!r} must be a name or a formula")
        if surface not in self._surfaces:
            objectives.find(surface)
        return surface

    def _check_shown(self, shown: Any) -> tuple[str, ...]:
        names = [optimizer.name for optimizer in self.optimizers]
        shown = [shown] if isinstance(shown, str) else list(shown)
        if not shown or any(name not in names for name in shown):
            raise ValueError(f"shown = {shown!r}; choices: {', '.join(names)}, one at least")
        return tuple(name for name in names if name in shown)

    def _check_rates(self, rates: Any) -> dict[str, float]:
        steered = {o.name: p for o in self.optimizers for p in o.hyper if p.name == "learning_rate"}
        for name in rates:
            if name not in steered:
                raise ValueError(f"rates: no learning rate {name!r}; choices: {', '.join(steered)}")
        return {name: steered[name].check_one(rate) for name, rate in rates.items()}

    def _check_sweep(self, sweep: Any) -> tuple[str, ...]:
        hypers = {o.name: [p.name for p in o.hyper] for o in self.optimizers}
        match tuple(sweep):
            case (name, x, y) if x != y and {x, y} <= set(hypers.get(name, ())):
                return (name, x, y)
            case ():
                return ()
        raise ValueError(
            f"sweep = {sweep!r} must be an optimiser and two of its hyper-parameters; "
            f"choices: {hypers}"
        )

    @property
    def objective(self) -> Objective:
        """The surface as it is set now."""
        found = self._surfaces.get(self.surface) or objectives.find(self.surface)
        return found.at(**{p.name: getattr(self, p.name) for p in found.parameters})

    def hyper(self, optimizer: str | Optimizer | None = None) -> dict[str, float]:
        """The hyper-parameters of one of the lab's optimisers, by name, as they are set now.

        Raises:
            ValueError: for one that the lab does not draw, with the choices.
        """
        chosen = self._drawn(optimizer)
        own = {"learning_rate": self.rates[chosen.name]} if chosen.name in self.rates else {}
        return {p.name: own.get(p.name, getattr(self, p.name)) for p in chosen.hyper}

    def trajectory(self, optimizer: str | Optimizer | None = None) -> Trajectory:
        """The path as it is drawn now, computed in Python: the same bits.

        Args:
            optimizer: which of the lab's optimisers; its first without one.

        Raises:
            ValueError: for one that the lab does not draw, with the choices.
        """
        return descend(
            self.objective,
            self._drawn(optimizer),
            self.start,
            steps=self.steps,
            noise=self.noise,
            seed=self.seed,
            **self.hyper(optimizer),
        )

    def _drawn(self, optimizer: str | Optimizer | None) -> Optimizer:
        drawn = {chosen.name: chosen for chosen in self.optimizers}
        name = optimizer.name if isinstance(optimizer, Optimizer) else optimizer
        if name is None:
            name = next(iter(drawn))
        if name not in drawn:
            raise ValueError(f"the lab does not draw {name!r}; choices: {', '.join(drawn)}")
        return drawn[name]

    @property
    def _foreign(self) -> bool:
        """Whether the surface is one that only the kernel knows."""
        given = next((of for of in self.spec["objectives"] if of["name"] == self.surface), None)
        return given is not None and given["value"] is None

    def _walked(self) -> dict[str, kernel.Walked]:
        """By name, the paths that the view cannot walk."""
        return {
            of["name"]: kernel.walk(
                self.objective,
                self._drawn(of["name"]),
                tuple(self.hyper(of["name"]).values()),
                self.start,
                self.steps,
                self.noise,
                self.seed,
            )
            for of in self.spec["optimizers"]
            if of["name"] in self.shown and (self._foreign or of["rule"] is None)
        }

    def _compute(self, change: Any = None) -> None:
        """Send the view what it cannot work out itself."""
        paths = {name: walked.message() for name, walked in self._walked().items()}
        heights = None
        if self._foreign:
            heights = kernel.heights(self.objective, self.window or self.objective.window)
        self.set_trait("computed", {"paths": paths, "heights": heights} if paths else None)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live widget for a notebook, and for a static page the figure as HTML."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            walked, objective = self._walked(), self.objective
            trajectories = [
                walked[name].trajectory(objective, self._drawn(name))
                if name in walked
                else self.trajectory(name)
                for name in self.shown
            ]
            model = {name: getattr(self, name) for name in ("spec", *_SETTINGS, *self._numbers)}
            bundle[0]["text/html"] = figure_html(
                objective,
                [path for path in trajectories if len(path.params)],
                [
                    f"{path.optimizer.label} {walked[name].failure}"
                    if name in walked and walked[name].failure
                    else ending(path)
                    for name, path in zip(self.shown, trajectories, strict=True)
                ],
                None if walked else model,  # what only a kernel walks is still on a page
                self.spec["caption"],
            )
        return bundle


def _optimizer(name: str) -> Optimizer:
    return optimizers.find(name)


def _check_window(window: Any) -> Any:
    if window is None:
        return None
    around = np.asarray(START.check(window))
    if around.shape != (2, 2) or not (np.diff(around) > 0).all():
        raise ValueError(
            f"window = {window!r} must be ((x from, x to), (y from, y to)), "
            "each from the smaller to the larger"
        )
    return tuple(map(tuple, around.tolist()))


def _found(chosen: Iterable[Optimizer | str | Callable[..., Any]]) -> list[Optimizer]:
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


def _sweepable(chosen: list[Optimizer]) -> tuple[str, ...]:
    """The first optimiser with two hyper-parameters, and these."""
    for optimizer in chosen:
        if len(optimizer.hyper) > 1:
            return (optimizer.name, optimizer.hyper[0].name, optimizer.hyper[1].name)
    return ()


def _numbers(
    chosen: list[Optimizer], surfaces: Iterable[Objective], given: dict[str, float]
) -> dict[str, Parameter]:
    """Every number of the lab by name, at the value given."""
    hyper = {p.name: p for optimizer in reversed(chosen) for p in optimizer.hyper}
    order = [*optimizers.HYPER, *hyper]
    shaping = {p.name: p for surface in reversed(list(surfaces)) for p in surface.parameters}
    rest = {p.name: p for p in (*shaping.values(), STEPS, NOISE, SEED)}
    taken = [name for name in hyper if name in rest or name in _SETTINGS or hasattr(Lab, name)]
    if taken:
        raise ValueError(f"a hyper-parameter named {taken[0]!r} would hide the lab's own")
    numbers = {name: hyper[name] for name in sorted(hyper, key=order.index)} | rest
    for name in given:
        if name not in numbers:
            raise ValueError(f"no number {name!r} in this lab; choices: {', '.join(numbers)}")
    return {name: p.at(given.get(name, p.default)) for name, p in numbers.items()}
