"""``Lab``: contour map, paths, losses and sliders, live in a notebook and in the built book."""

from collections.abc import Iterable
from reprlib import repr as shortened
from typing import Any

from rmsprop_lab import objectives, style
from rmsprop_lab.descent import Trajectory, check_start, descend
from rmsprop_lab.lab import contract, kernel, racers, spec
from rmsprop_lab.lab.picture import as_racer, ending, paths_alternative, paths_picture
from rmsprop_lab.lab.racers import RacerLike
from rmsprop_lab.lab.racing import Racing, Traits
from rmsprop_lab.lab.setup import STEP, Setup, check_window
from rmsprop_lab.libraries import as_code
from rmsprop_lab.objectives import Objective, ObjectiveLike
from rmsprop_lab.objectives.regression import points_of, with_points
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.schedules import ScheduleLike, has_rate
from rmsprop_lab.stochastic import Chance


class Lab(Racing):
    """A surface, the paths of some optimisers on it, and sliders that move them.

    Every setting is a trait, synchronised both ways in a notebook: ``lab.rho = 0.99`` moves
    the picture, and after a drag ``lab.learning_rate`` says where the slider stands. All
    optimisers share a number of the same name, but for those that have one of their own.

    Who races stands in ``lab.racers``, each as ``{"optimizer": name, "settings": {...}}`` with its
    own settings, in the order of drawing. It is set as ``optimizers`` is: with names, and with
    pairs of a name and own settings.

    A surface or a rule that has no tape (:mod:`rmsprop_lab.algebra.tape`) is walked by
    the kernel: live in a notebook, a picture in the built book.

    Args:
        objective: a surface, the name of a built-in one, a formula such as ``"x^2 + 3*y^2"``,
            or a function of x and y.
        optimizers: optimisers, rules, or names of built-in ones; or pairs of one and settings of
            its own, ``("rmsprop", {"rho": 0.99})``. The same optimiser may come several times.
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
            - ``"racers"``: choose who races, duplicate a racer, and give it settings of its own.
            - ``"rates"``: one learning rate for all or each its own, and a fair search for it; not
              with examples.
            - ``"epsilon_place"``: epsilon outside or inside the root.
            - ``"schedule"``: choose what becomes of the learning rate, step by step.
            - ``"presets"``: the tutorial's settings, and the libraries' defaults.
            - ``"code"``: the optimisers with their settings as PyTorch, Keras, Optax and this book
              write them; also where there is ``"step"``.
            - ``"data"``: the points of a line that :func:`~rmsprop_lab.least_squares` fits, with
              the line of each racer at the step; pull a point, or paste other ones. ``lab.data``
              holds them, pairs (u, t), and ``lab.data = None`` sets the surface's own.
            - ``"rule"``: edit the text of a rule, of the optimiser named ``own`` or else of the
              first. The edited text is ``lab.rule``, and the view walks it; ``lab.own`` holds the
              arguments that only this text takes, as ``{name: (value, from, to)}``.
        schedule: what the learning rate is multiplied by, step by step: a schedule, the name of a
            built-in one, or a function of the step k; see :mod:`rmsprop_lab.schedules`. Without
            the control it stays the only one.
        step: which step to show first, where there are stepping controls; the end without one.
        racers: who of ``optimizers`` races at first, names or pairs; all of them without.
        sweep: of the convergence map: the optimiser (``"rmsprop:2"`` for its second racer), and the
            parameters across and up. While that one does not race, the map is of one who does.
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
        >>> lab = Lab(optimizers=[("rmsprop", {"rho": 0.9}), ("rmsprop", {"rho": 0.99}), "sgd"])
        >>> lab.names
        ('RMSProp ρ = 0.9', 'RMSProp ρ = 0.99', 'SGD')
        >>> lab.settings("RMSProp ρ = 0.99")
        {'learning_rate': 0.1, 'rho': 0.99, 'epsilon': 1e-06}
    """

    _travels: tuple[str, ...] = ("spec", "step")
    _losses = True  # whether its still has them beside the map

    def __init__(
        self,
        objective: ObjectiveLike = "bowl",
        optimizers: Iterable[RacerLike] | RacerLike = ("rmsprop",),
        *,
        start: tuple[float, float] | None = None,
        steps: int = 100,
        controls: Iterable[str] | str | None = None,
        schedule: ScheduleLike | None = None,
        step: int | None = None,
        racers: Iterable[RacerLike] | RacerLike | None = None,
        sweep: tuple[str, str, str] | None = None,
        window: Any = None,
        caption: str = "",
        **numbers: float,
    ) -> None:
        setup = Setup.of(objective, optimizers, controls, {"steps": steps} | numbers, schedule)
        own = next(iter(setup.surfaces.values()))
        told = setup.spec(spec.figure_name(setup.names(setup.entries), own.name), caption)
        traits: Traits = {
            "surface": (setup.check_surface, own.name),
            "start": (check_start, own.start if start is None else start),
            "window": (check_window, window),
            "sweep": (
                lambda given: setup.check_sweep(given, self.rule),
                setup.sweep if sweep is None else sweep,
            ),
            "data": (setup.check_data, None),
        }
        if own.sums:
            self._script = f"{self._script} data.js".strip()
        if "data" in setup.controls:
            self._losses = False  # its page has more to carry
        at_first = None if step is None else STEP.check_one(step)
        super().__init__(setup, told, racers, traits, step=at_first)
        self._sampled: Any = None  # what the heights are of
        self.observe(self._compute, names=self._travels)
        self._compute()

    @property
    def optimizers(self) -> list[Optimizer]:
        """Those that the lab can draw."""
        return list(self._setup.optimizers.values())

    @property
    def objective(self) -> Objective:
        """The surface as it is set now."""
        found = self._setup.surfaces.get(self.surface) or objectives.find(self.surface)
        if found.sums:
            return with_points(found, self.data, self.units)
        return found.at(**{p.name: getattr(self, p.name) for p in found.parameters})

    def settings(self, racer: OptimizerLike | None = None) -> dict[str, float]:
        """The hyper-parameters of one of the lab's racers, by name, as they are set now.

        Args:
            racer: its name; or an optimiser or a rule, where no more than one racer has it. The
                first racer without one.

        Raises:
            ValueError: for one that the lab does not draw, with the choices.
        """
        return self._settings(self._entry(racer))

    def trajectory(self, racer: OptimizerLike | None = None) -> Trajectory:
        """The path as it is drawn now, computed in Python: the same bits.

        Args:
            racer: as in :meth:`settings`.

        Raises:
            ValueError: for one that the lab does not draw, with the choices, or whose rule a
                reader has edited.
        """
        return self._trajectory(self._entry(racer))

    def _trajectory(self, entry: contract.Entry) -> Trajectory:
        self._refuse_edited(entry)
        return descend(
            self.objective,
            self._setup.optimizers[entry["optimizer"]],
            self.start,
            steps=self.steps,
            noise=self.noise,
            seed=self.seed,
            batch_size=self._batch_size,
            schedule=self._schedule_of(entry),
            **self._settings(entry),
        )

    def code(self, library: str = "this book", racer: OptimizerLike | None = None) -> str:
        """One of the lab's racers as it is set now, as code.

        Args:
            library: ``"PyTorch"``, ``"Keras"`` or ``"Optax"`` for the optimiser, ``"this book"``
                for the whole path; see :func:`rmsprop_lab.as_code`.
            racer: as in :meth:`settings`.

        Raises:
            ValueError: for one that the lab does not draw, or an unknown library, with the choices.
        """
        entry = self._entry(racer)
        self._refuse_edited(entry)
        return as_code(
            self._setup.optimizers[entry["optimizer"]],
            library,
            objective=self.objective,
            start=self.start,
            steps=self.steps,
            noise=self.noise,
            seed=self.seed,
            batch_size=self._batch_size,
            schedule=self._schedule_of(entry),
            **self._settings(entry),
        )

    def _entry(self, racer: OptimizerLike | None) -> contract.Entry:
        """Who is meant: one who races, or else an optimiser as it would join the race."""
        racing: tuple[contract.Entry, ...] = self.racers
        if racer is None:
            return racing[0]
        name = racers.name_of(racer)
        if name in self.names:
            return racing[self.names.index(name)]
        for entries in (racing, self._setup.entries):
            found = [entry for entry in entries if entry["optimizer"] == name]
            if len(found) > 1:
                raise ValueError(f"{name!r} races more than once; choices: {'; '.join(self.names)}")
            if found:
                return found[0]
        if isinstance(name, str) and name in self._setup.optimizers:
            return {"optimizer": name, "settings": {}}
        choices = f"{', '.join(self._setup.optimizers)}; or a racer: {'; '.join(self.names)}"
        raise ValueError(f"the lab does not draw {shortened(name)}; choices: {choices}")

    @property
    def _where(self) -> str:
        return str(self.surface)

    @property
    def _batch_size(self) -> int | None:
        """Examples in a batch, where the surface as it is set now has any: at most all of them."""
        examples = self.objective.examples
        return min(self.batch_size, len(examples)) if examples else None

    @property
    def _foreign(self) -> bool:
        """Whether the surface is one that only the kernel knows."""
        given = next((of for of in self.spec["objectives"] if of["name"] == self.surface), None)
        return given is not None and given["value"] is None

    def _attempts(self) -> dict[str, kernel.Attempt]:
        """By the racer's key, the paths that the view cannot walk."""
        objective = self.objective
        chance = Chance(self.noise, self.seed, self._batch_size)
        unknown = {of["name"] for of in self.spec["optimizers"] if of["rule"] is None}
        untaped = {of["name"] for of in self.spec["schedules"] if of["factor"] is None}
        if self.schedule in untaped:
            unknown |= {one.name for one in self.optimizers if has_rate(one)}
        return {
            key: kernel.descend(
                objective,
                self._setup.optimizers[entry["optimizer"]],
                tuple(self._settings(entry).values()),
                self.start,
                self.steps,
                chance,
                self._schedule_of(entry),
            )
            for key, entry in zip(racers.keys(self.racers), self.racers, strict=True)
            if (self._foreign or entry["optimizer"] in unknown) and not self._is_edited(entry)
        }

    def _compute(self, change: Any = None) -> None:
        """Send the view what it cannot work out itself."""
        paths = {key: attempt.message() for key, attempt in self._attempts().items()}
        objective = self.objective
        window = self.window or objective.window
        # Thousands of calls and 74 kB: only when another surface is seen, or another part of it.
        sampled = (self.surface, objective.settings, window) if self._foreign else None
        with self.hold_sync():  # one message, so that paths and heights are of one surface
            self.set_trait("computed", {"paths": paths} if paths else None)
            if sampled != self._sampled:
                self._sampled = sampled
                self.set_trait("heights", sampled and kernel.heights(objective, window))

    def _still(self) -> tuple[bytes, str, bool]:
        attempts, objective = self._attempts(), self.objective
        drawn, endings = [], []
        for key, entry, name in zip(racers.keys(self.racers), self.racers, self.names, strict=True):
            if self._is_edited(entry):
                endings.append(f"{name} has a rule that only the live lab walks")
                continue
            optimizer, attempt = self._setup.optimizers[entry["optimizer"]], attempts.get(key)
            path = attempt.trajectory(objective, optimizer) if attempt else self._trajectory(entry)
            path = as_racer(path, key, name)
            drawn.append(path)
            failed = f"{name} {attempt.failure}" if attempt and attempt.failure else ""
            endings.append(failed or ending(path))
        picture = paths_picture(
            objective,
            [path for path in drawn if len(path.params)],
            racers.looks(self.racers, style.looks(self.optimizers)),
            self._losses,
        )
        # Where only a kernel descends there is nothing to do on a page.
        return picture, paths_alternative(objective, endings, self._losses), not attempts

    def _sent(self) -> dict[str, Any]:
        sent = super()._sent()
        own = next(iter(self._setup.surfaces.values()))
        if own.sums and self.data == points_of(own):
            sent["data"] = None  # they are in the spec already
        return sent
