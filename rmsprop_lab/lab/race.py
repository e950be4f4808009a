"""``Race``: a network that trains in the page, by several optimisers side by side."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import traitlets

from rmsprop_lab import schedules, style, tuning
from rmsprop_lab.descent import FAR
from rmsprop_lab.lab import contract, spec, written
from rmsprop_lab.lab.picture import figure_html, training_png
from rmsprop_lab.lab.racers import RacerLike
from rmsprop_lab.lab.racers import check as check_racers
from rmsprop_lab.lab.racers import looks as looks_of
from rmsprop_lab.lab.racers import names as names_of
from rmsprop_lab.lab.setup import HIDING, found_optimizers, ruling, scheduled
from rmsprop_lab.lab.view import Checked, View
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.training import Data, History, train
from rmsprop_lab.objectives.examples import BATCH_SIZE
from rmsprop_lab.optimizers import PARAMETERS
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.schedules import Schedule, ScheduleLike, has_rate
from rmsprop_lab.stochastic import SEED

EPOCHS = Parameter("epochs", "epochs", 15, low=1, high=1000, slider=(1, 100), whole=True)
START_SCALE = Parameter(
    "start_scale", "", 1.0, low=0, high=1e3, slider=(0.01, 10), scale="log", unit="of the He start"
)
UNITS = Parameter(
    "units",
    "",
    1.0,
    low=0,
    high=1e6,
    slider=(0.01, 1000),
    scale="log",
    unit="times every second input",
    open_low=True,
)
#: What a race can have besides a slider for each number.
FEATURES = ("racers", "rates", "schedule", "rule")
SETTINGS = ("racers", "schedule", "rule", "own")
DIGITS = 5  # significant, of every input: as many as a sensor gives, and a light page


class Race(View):
    """A network, data, and optimisers that train it from the same start on the same batches.

    Live in a notebook and in the built page: the network trains in the browser, on the data that
    travel with the figure. Every setting is a trait, synchronised both ways: ``race.rho = 0.99``
    starts the race anew with it. Once it has stopped, ``race.history`` holds what it came to.

    Args:
        network: what is trained.
        data: (inputs, labels) to learn from, shapes (n, inputs) and (n,).
        test: (inputs, labels) that are only looked at.
        optimizers: optimisers, rules, or names of built-in ones; or pairs of one and settings of
            its own, ``("rmsprop", {"rho": 0.99})``. Each needs a rule that can be traced
            (:mod:`rmsprop_lab.algebra.tape`): the page has no Python.
        racers: who of ``optimizers`` races at first; all of them without.
        controls: what the figure offers, in order: the numbers that get a slider, and ``"racers"``:
            choose who races; ``"rates"``: one learning rate for all or each its own, and a fair
            search for it; ``"schedule"``: choose what becomes of the learning rate; ``"rule"``:
            edit the text of a rule, as in :class:`~rmsprop_lab.Lab`. ``"all"`` for everything;
            without it the learning rate, ``epochs``, ``batch_size``, ``seed`` and ``"racers"``.
        schedule: what the learning rate is multiplied by, step by step.
        image: columns and rows, where the inputs are a picture's pixels, row by row: then one can
            draw one, and see what each network says of it and what it looks for.
        name: of the data, for those who do not see the figure.
        caption: a sentence under the figure.
        **numbers: ``epochs``; ``batch_size``; ``seed`` of the start and of the batches;
            ``start_scale``, by which the first weights are multiplied; ``units``, by which every
            second input is; and the optimisers' settings; their defaults where not given.

    Raises:
        ValueError: for bad data, a bad name or value, or a rule without a tape, with what is
            allowed.

    Example:
        >>> points, classes = np.array([[0.0, 1.0], [1.0, 0.0]] * 8), np.array([0, 1] * 8)
        >>> race = Race(Network([2, 2]), (points, classes), (points, classes), ["sgd", "rmsprop"],
        ...             epochs=9, batch_size=4, learning_rate=0.1)
        >>> print(race.train()["RMSProp"])
        RMSProp, 36 steps: loss 0.05795, accuracy 100.0%; test loss 0.05795, accuracy 100.0%
    """

    history = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        network: Network,
        data: Data,
        test: Data,
        optimizers: Iterable[RacerLike] | RacerLike = ("sgd", "momentum", "rmsprop", "adam"),
        *,
        racers: Iterable[RacerLike] | RacerLike | None = None,
        controls: Iterable[str] | str | None = None,
        schedule: ScheduleLike | None = None,
        image: tuple[int, int] | None = None,
        name: str = "data",
        caption: str = "",
        **numbers: float,
    ) -> None:
        self.network = network
        self.data = _rounded(network.check("training", *data))
        self.test = _rounded(network.check("test", *test))
        self._optimizers = found_optimizers(optimizers)
        wanted = _controls(controls)
        self._edited = written.edited(self._optimizers.values()) if "rule" in wanted else None
        if "rule" in wanted and self._edited is None:
            raise ValueError("controls has 'rule', but no optimiser's rule is there as text")
        sent = spec.of_optimizers(self._optimizers.values(), self._edited)
        for of in sent:
            if of["rule"] is None:
                raise ValueError(
                    f"the rule of {of['name']!r} has no tape, so the page cannot race it; "
                    "train(...) runs any rule in Python"
                )
        own = schedules.constant if schedule is None else schedules.find(schedule)
        every = schedules.ALL if {"schedule", "all"} & set(wanted) else {}
        self._schedules = every | {own.name: own}
        self._numbers = self._declared(numbers)
        entries = check_racers(optimizers, self._optimizers, self._numbers, "optimizers")
        shared = {one.name: one.default for one in self._numbers.values()}
        names = names_of(entries, self._optimizers, self._numbers, shared)
        told: contract.Spec = {
            "objectives": [_not_seen(name)],
            "optimizers": sent,
            "schedules": [spec.of_schedule(one) for one in self._schedules.values()],
            "entries": list(entries),
            "parameters": [spec.of_parameter(one) for one in self._numbers.values()],
            "controls": _known_controls(wanted, list(self._numbers)),
            "code": None,
            "presets": [],
            "rates": list(tuning.RATES),
            "far": FAR,
            "name": f"Race: {', '.join(names)} train a network on {name}",
            "caption": caption,
            "network": {
                "sizes": list(network.sizes),
                "train": _data_spec(self.data),
                "test": _data_spec(self.test),
                "image": _checked_image(image, network.sizes[0]),
            },
            "replay": False,
        }
        traits = [
            *((one.name, one.check_one, one.default) for one in self._numbers.values()),
            ("racers", self._check_racers, entries if racers is None else racers),
            ("schedule", self._check_schedule, own.name),
            ("rule", written.check_rule, ""),
            ("own", written.check_own, {}),
        ]
        traitlets.HasTraits.add_traits(
            self,
            **{name: Checked(check, check(value)).tag(sync=True) for name, check, value in traits},
        )
        self.set_trait("spec", told)
        super().__init__()

    def _declared(self, given: dict[str, float]) -> dict[str, Parameter]:
        """Every number by name, at the value given."""
        count = len(self.data[1])
        batch = replace(BATCH_SIZE, default=min(64, count), high=count, slider=(1, min(256, count)))
        of_race = {one.name: one for one in (EPOCHS, batch, SEED, START_SCALE, UNITS)}
        # An edited rule may come to take any of those that the book knows.
        beside = PARAMETERS if self._edited else {}
        of_rules = beside | ruling(self._optimizers.values())
        of_schedules = scheduled(self._schedules.values())
        for name in of_rules:
            if name in of_race or name in of_schedules or hasattr(Race, name):
                raise ValueError(HIDING.format(name))
        numbers = of_rules | of_race | of_schedules
        for name in given:
            if name not in numbers:
                raise ValueError(f"no number {name!r} in this race; choices: {', '.join(numbers)}")
        return {name: one.at(given.get(name, one.default)) for name, one in numbers.items()}

    def _check_racers(self, given: Any) -> tuple[contract.Entry, ...]:
        rule = str(getattr(self, "rule", ""))  # the traits before it are checked without
        edited = self._edited[0].name if self._edited and rule else ""
        return check_racers(given, self._optimizers, self._numbers, edited=edited)

    def _check_schedule(self, schedule: Any) -> str:
        if schedule not in self._schedules:
            choices = ", ".join(self._schedules)
            raise ValueError(f"schedule = {schedule!r}; choices in this race: {choices}")
        return str(schedule)

    @property
    def names(self) -> tuple[str, ...]:
        """What the racers are called: by what tells each from the others."""
        shared = {name: getattr(self, name) for name in self._numbers}
        return tuple(names_of(self.racers, self._optimizers, self._numbers, shared))

    def train(self) -> dict[str, History]:
        """The race as it is set now, run in Python: a :class:`History` of each, by name.

        Sums are added up in another order than in the page, so the last digits differ, and training
        can magnify them.

        Raises:
            ValueError: for a racer whose rule a reader has edited.
        """
        return {
            name: self._train(entry) for name, entry in zip(self.names, self.racers, strict=True)
        }

    def _refuse_edited(self, entry: contract.Entry) -> None:
        if self.rule and self._edited and self._edited[0].name == entry["optimizer"]:
            raise ValueError(
                f"the rule of {entry['optimizer']!r} is edited, and only the view runs what is in "
                "race.rule; in Python, define that function and give it to train or to a Race"
            )

    def _train(self, entry: contract.Entry) -> History:
        self._refuse_edited(entry)
        optimizer = self._optimizers[entry["optimizer"]]
        settings = {one.name: getattr(self, one.name) for one in optimizer.parameters}
        return train(
            _Scaled(self.network.sizes, self.start_scale),
            optimizer,
            self._in_units(self.data),
            test=self._in_units(self.test),
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=self.seed,
            progress=False,
            schedule=self._schedule_of(entry),
            **{**settings, **entry["settings"]},
        )

    def _schedule_of(self, entry: contract.Entry) -> Schedule | None:
        found = self._schedules[self.schedule]
        if not has_rate(self._optimizers[entry["optimizer"]]):
            return None
        return found.at(**{one.name: getattr(self, one.name) for one in found.parameters})

    def _in_units(self, data: Data) -> Data:
        inputs, labels = data
        return inputs * np.where(np.arange(inputs.shape[1]) % 2, self.units, 1.0), labels

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live widget for a notebook, and for a static page the figure as HTML."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            histories = self.train()
            first = style.looks(self._optimizers.values())
            looks = looks_of(self.racers, first).values()
            names = ("spec", *SETTINGS, *self._numbers)
            bundle[0]["text/html"] = figure_html(
                training_png(histories, list(looks)),
                "Training loss by step, and the share of right answers on new data by epoch; "
                + "; ".join(f"{name}: {history}" for name, history in histories.items()),
                {name: getattr(self, name) for name in names},
                self.spec["name"],
                self.spec["caption"],
                self._edited[1] if self._edited else "",
                needs="race.js",
                kind="rmsprop-lab rmsprop-race",
            )
        return bundle


class _Scaled(Network):
    """A network whose first weights are a multiple of the usual ones."""

    def __init__(self, sizes: Any, scale: float) -> None:
        super().__init__(sizes)
        object.__setattr__(self, "scale", scale)

    def initial(self, seed: int = 0) -> np.ndarray:
        return super().initial(seed) * self.scale  # type: ignore[attr-defined,no-any-return]


def _rounded(data: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """As the page has it."""
    inputs, labels = data
    short = np.array([float(f"{value:.{DIGITS}g}") for value in inputs.ravel()])
    return short.reshape(inputs.shape), labels


def _data_spec(data: tuple[np.ndarray, np.ndarray]) -> contract.DataSpec:
    inputs, labels = data
    whole = [int(value) if value == int(value) else value for value in inputs.ravel().tolist()]
    return {"inputs": whole, "labels": labels.tolist()}


def _checked_image(image: Any, inputs: int) -> list[int] | None:
    if image is None:
        return None
    match image:
        case (int(columns), int(rows)) if min(columns, rows) > 0 and columns * rows == inputs:
            return [columns, rows]
    raise ValueError(f"image = {image!r} must be (columns, rows) of {inputs} pixels, or None")


def _not_seen(name: str) -> contract.ObjectiveSpec:
    """The loss as a surface: over thousands of weights, so that no map shows it."""
    return {
        "name": name,
        "value": None,
        "grad": None,
        "examples": None,
        "parameters": [],
        "settings": [],
        "start": [0.0, 0.0],
        "window": [[-1.0, 1.0], [-1.0, 1.0]],
        "minima": [],
    }


def _controls(controls: Iterable[str] | str | None) -> list[str]:
    if controls is None:
        return ["racers", "learning_rate", "epochs", "batch_size", "seed"]
    return list(dict.fromkeys([controls] if isinstance(controls, str) else controls))


def _known_controls(wanted: list[str], numbers: list[str]) -> list[str]:
    every = [*FEATURES, *numbers]
    if wanted == ["all"]:
        return [name for name in every if name != "rule"]
    for name in wanted:
        if name not in every:
            raise ValueError(f"no control {name!r}; choices: {', '.join(every)}, or all")
    return wanted
