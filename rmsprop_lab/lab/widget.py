"""``Lab``: contour map, paths, losses and sliders, live in a notebook and in the built book."""

from collections.abc import Callable, Iterable
from typing import Any

import traitlets

from rmsprop_lab import objectives
from rmsprop_lab.descent import Trajectory, descend
from rmsprop_lab.lab import kernel
from rmsprop_lab.lab.picture import ending, figure_html
from rmsprop_lab.lab.setup import HIDING, SETTINGS, Setup, check_start, check_window
from rmsprop_lab.lab.view import View
from rmsprop_lab.objectives import Objective, ObjectiveLike
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.stochastic import Chance


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


class Lab(View):
    """A surface, the paths of some optimisers on it, and sliders that move them.

    Every setting is a trait, synchronised both ways in a notebook: ``lab.rho = 0.99`` moves
    the picture, and after a drag ``lab.learning_rate`` says where the slider stands. All
    optimisers share a number of the same name, but for the learning rates in ``rates``.

    A surface or a rule that has no tape (:mod:`rmsprop_lab.algebra.tape`) is walked by
    the kernel: live in a notebook, a picture in the built book.

    Args:
        objective: a surface, the name of a built-in one, a formula such as ``"x^2 + 3*y^2"``,
            or a function of x and y.
        optimizers: optimisers, rules, or names of built-in ones.
        start: (x, y); the surface's own start without one.
        steps: how many updates, 1 to 10,000.
        controls: what the figure offers, in order: the numbers that get a slider,
            ``"start"``, and the features below; ``"all"`` for everything. Without it, a
            slider for each hyper-parameter, ``"batch_size"`` where there are examples,
            ``"steps"`` and ``"start"``.

            - ``"step"``: play and scrub to ``lab.step``, and see the gradient, the state, the
              effective rate and the update there.
            - ``"convergence"``: a map of where two hyper-parameters lead; not with examples.
            - ``"zoom"``: zoom and pan the map.
            - ``"surface"``: choose one, or type a formula.
            - ``"optimizers"``: choose who races.
            - ``"rates"``: one learning rate for all or each its own, and a fair search for it; not
              with examples.
            - ``"epsilon_place"``: epsilon outside or inside the root.
            - ``"presets"``: the tutorial's settings, and the libraries' defaults.
        step: which step to show first, where there are stepping controls; the end without one.
        shown: the names of the optimisers that race at first; all of ``optimizers`` without.
        rates: learning rates of their own, by the optimiser's name.
        sweep: of the convergence map: the optimiser, and the parameters across and up. While that
            one does not race, the map is of one who does.
        window: what the map shows, ((x from, x to), (y from, y to)).
        caption: a sentence under the figure.
        **numbers: hyper-parameters of the optimisers (``learning_rate``, ``rho``,
            ``epsilon`` and so on), parameters of the surface (``condition``), ``noise``,
            ``seed`` and, on a surface with examples, ``batch_size``; their defaults where not
            given.

    Raises:
        ValueError: for a bad name or value, with what is allowed.

    Example:
        >>> lab = Lab(objective="bowl", optimizers=["sgd", "rmsprop"], steps=20, rho=0.99)
        >>> lab.rho
        0.99
    """

    def __init__(
        self,
        objective: ObjectiveLike = "bowl",
        optimizers: Iterable[OptimizerLike] = ("rmsprop",),
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
        self._setup = setup = Setup.of(objective, optimizers, controls, {"steps": steps} | numbers)
        if taken := [name for name in setup.numbers if hasattr(Lab, name)]:
            raise ValueError(HIDING.format(taken[0]))
        own = next(iter(setup.surfaces.values()))
        traits = [
            *((p.name, p.check_one, p.default) for p in setup.numbers.values()),
            ("surface", setup.check_surface, own.name),
            ("start", check_start, own.start if start is None else start),
            ("window", check_window, window),
            ("shown", setup.check_shown, setup.racers if shown is None else shown),
            ("rates", setup.check_rates, rates or {}),
            ("sweep", setup.check_sweep, setup.sweep if sweep is None else sweep),
        ]
        # HasTraits' own, because a widget's also sends each trait to a view, and there is none yet.
        traitlets.HasTraits.add_traits(
            self,
            **{name: _Checked(check, check(value)).tag(sync=True) for name, check, value in traits},
        )
        self.set_trait("spec", setup.spec(caption))
        super().__init__(step=step)
        self._sampled: Any = None  # what the heights are of
        self.observe(self._compute, names=[*SETTINGS, *setup.numbers])
        self._compute()

    @property
    def optimizers(self) -> list[Optimizer]:
        """Those that the lab can draw."""
        return self._setup.optimizers

    @property
    def objective(self) -> Objective:
        """The surface as it is set now."""
        found = self._setup.surfaces.get(self.surface) or objectives.find(self.surface)
        return found.at(**{p.name: getattr(self, p.name) for p in found.parameters})

    def settings(self, optimizer: OptimizerLike | None = None) -> dict[str, float]:
        """The hyper-parameters of one of the lab's optimisers, by name, as they are set now.

        Raises:
            ValueError: for one that the lab does not draw, with the choices.
        """
        chosen = self._drawn(optimizer)
        own = {"learning_rate": self.rates[chosen.name]} if chosen.name in self.rates else {}
        return {p.name: own.get(p.name, getattr(self, p.name)) for p in chosen.parameters}

    def trajectory(self, optimizer: OptimizerLike | None = None) -> Trajectory:
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
            batch_size=self._batch_size,
            **self.settings(optimizer),
        )

    @property
    def _batch_size(self) -> int | None:
        """Examples in a batch, where the surface as it is set now has any."""
        return self.batch_size if self.objective.examples else None

    def _drawn(self, optimizer: OptimizerLike | None) -> Optimizer:
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

    def _attempts(self) -> dict[str, kernel.Attempt]:
        """By name, the paths that the view cannot walk."""
        objective = self.objective
        chance = Chance(self.noise, self.seed, self._batch_size)
        return {
            of["name"]: kernel.descend(
                objective,
                self._drawn(of["name"]),
                tuple(self.settings(of["name"]).values()),
                self.start,
                self.steps,
                chance,
            )
            for of in self.spec["optimizers"]
            if of["name"] in self.shown and (self._foreign or of["rule"] is None)
        }

    def _compute(self, change: Any = None) -> None:
        """Send the view what it cannot work out itself."""
        paths = {name: attempt.message() for name, attempt in self._attempts().items()}
        objective = self.objective
        window = self.window or objective.window
        # Thousands of calls and 74 kB: only when another surface is seen, or another part of it.
        sampled = (self.surface, objective.settings, window) if self._foreign else None
        with self.hold_sync():  # one message, so that paths and heights are of one surface
            self.set_trait("computed", {"paths": paths} if paths else None)
            if sampled != self._sampled:
                self._sampled = sampled
                self.set_trait("heights", sampled and kernel.heights(objective, window))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live widget for a notebook, and for a static page the figure as HTML."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            attempts, objective = self._attempts(), self.objective
            trajectories = [
                attempts[name].trajectory(objective, self._drawn(name))
                if name in attempts
                else self.trajectory(name)
                for name in self.shown
            ]
            model = {
                name: getattr(self, name) for name in ("spec", *SETTINGS, *self._setup.numbers)
            }
            bundle[0]["text/html"] = figure_html(
                objective,
                [path for path in trajectories if len(path.params)],
                self.optimizers,
                [
                    f"{path.optimizer.label} {attempts[name].failure}"
                    if name in attempts and attempts[name].failure
                    else ending(path)
                    for name, path in zip(self.shown, trajectories, strict=True)
                ],
                None if attempts else model,  # what only a kernel walks is still on a page
                self.spec["name"],
                self.spec["caption"],
            )
        return bundle
