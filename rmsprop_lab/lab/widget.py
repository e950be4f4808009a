"""``Lab``: contour map, paths, losses and sliders, live in a notebook and in the built book."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from rmsprop_lab import descent, objectives, optimizers
from rmsprop_lab.descent import Trajectory, descend
from rmsprop_lab.lab import spec
from rmsprop_lab.lab.picture import figure_html
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

    Every number is a trait, synchronised both ways in a notebook: ``lab.rho = 0.99`` moves
    the picture, and after a drag ``lab.learning_rate`` says where the slider stands. All
    optimisers share a number of the same name.

    Args:
        objective: a surface, or the name of a built-in one.
        optimizers: optimisers, rules, or names of built-in ones.
        start: (x, y); the surface's own start without one.
        steps: how many updates, 1 to 10,000.
        controls: which numbers get a slider, in order, ``"start"`` for the point; all of
            them without one. ``"step"`` adds stepping: play, scrub to ``lab.step``, see the
            gradient, the state, the effective rate and the update there.
        step: which step to show first, where there are stepping controls; the end without one.
        caption: a sentence under the figure.
        **hyper: hyper-parameters of the optimisers: ``learning_rate``, ``rho``,
            ``epsilon`` and so on; the optimisers' defaults where not given.

    Raises:
        ValueError: for a bad name or value, with what is allowed; for a surface or a rule
            that has no translation (:class:`~rmsprop_lab.javascript.UntranslatableError`).

    Example:
        >>> lab = Lab(objective="bowl", optimizers=["sgd", "rmsprop"], steps=20, rho=0.99)
        >>> lab.rho
        0.99
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "lab.css"

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    start = _Checked(_point, (0.0, 0.0)).tag(sync=True)
    step = traitlets.Int(None, min=0, allow_none=True).tag(sync=True)

    def __init__(
        self,
        objective: Objective | str = "bowl",
        optimizers: Iterable[Optimizer | str | Callable[..., Any]] = ("rmsprop",),
        *,
        start: tuple[float, float] | None = None,
        steps: int = 100,
        controls: Iterable[str] | str | None = None,
        step: int | None = None,
        caption: str = "",
        **hyper: float,
    ) -> None:
        self.objective = objectives.find(objective)
        self.optimizers = _found(optimizers)
        numbers = _numbers(self.optimizers, hyper)
        if taken := [name for name in numbers if name == "steps" or hasattr(Lab, name)]:
            raise ValueError(f"a hyper-parameter named {taken[0]!r} would hide the lab's own")
        numbers["steps"] = STEPS.at(steps)
        controls = [controls] if isinstance(controls, str) else controls
        chosen = [*numbers, "start"] if controls is None else list(dict.fromkeys(controls))
        for name in chosen:
            if name not in (*numbers, "start", "step"):
                raise ValueError(f"no control {name!r}; choices: {', '.join(numbers)}, start, step")
        self._numbers = numbers
        # HasTraits' own, because a widget's also sends each trait to a view, and there is none yet.
        traitlets.HasTraits.add_traits(
            self,
            **{
                name: _Checked(p.check_one, p.default).tag(sync=True) for name, p in numbers.items()
            },
        )
        self.set_trait(
            "spec",
            {
                "objective": spec.of_objective(self.objective),
                "optimizers": [spec.of_optimizer(optimizer) for optimizer in self.optimizers],
                "parameters": [spec.of_parameter(p) for p in (*numbers.values(), START, STEP)],
                "controls": chosen,
                "far": descent.FAR,
                "caption": caption,
            },
        )
        super().__init__(start=_point(self.objective.start if start is None else start), step=step)

    def trajectory(self, optimizer: str | Optimizer | None = None) -> Trajectory:
        """The path as it is drawn now, computed in Python: the same bits.

        Args:
            optimizer: which of the lab's optimisers; its first without one.

        Raises:
            ValueError: for one that the lab does not draw, with the choices.
        """
        drawn = {chosen.name: chosen for chosen in self.optimizers}
        name = optimizer.name if isinstance(optimizer, Optimizer) else optimizer
        if name is None:
            name = next(iter(drawn))
        if name not in drawn:
            raise ValueError(f"the lab does not draw {name!r}; choices: {', '.join(drawn)}")
        hyper = {parameter.name: getattr(self, parameter.name) for parameter in drawn[name].hyper}
        return descend(self.objective, drawn[name], self.start, steps=self.steps, **hyper)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live widget for a notebook, and for a static page the figure as HTML."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            model = {
                name: getattr(self, name) for name in ("spec", "start", "step", *self._numbers)
            }
            trajectories = [self.trajectory(optimizer) for optimizer in self.optimizers]
            bundle[0]["text/html"] = figure_html(trajectories, model, self.spec["caption"])
        return bundle


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


def _numbers(chosen: list[Optimizer], given: dict[str, float]) -> dict[str, Parameter]:
    """The hyper-parameters of all the optimisers by name, at the values given."""
    numbers = {p.name: p for optimizer in reversed(chosen) for p in optimizer.hyper}
    order = [*optimizers.HYPER, *numbers]
    numbers = {name: numbers[name] for name in sorted(numbers, key=order.index)}
    for name in given:
        if name not in numbers:
            raise ValueError(
                f"no hyper-parameter {name!r} in this lab; choices: {', '.join(numbers)}"
            )
    return {name: p.at(given.get(name, p.default)) for name, p in numbers.items()}
