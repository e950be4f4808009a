"""``Race``: a network that trains in the page, by several optimisers side by side."""

from collections.abc import Iterable
from dataclasses import replace
from reprlib import repr as shortened
from typing import Any

import numpy as np
import traitlets

from rmsprop_lab import schedules, style
from rmsprop_lab.lab import contract
from rmsprop_lab.lab.picture import training_png
from rmsprop_lab.lab.racers import RacerLike
from rmsprop_lab.lab.racers import check as check_racers
from rmsprop_lab.lab.racers import looks as looks_of
from rmsprop_lab.lab.racing import Racing
from rmsprop_lab.lab.setup import (
    Setup,
    asked_for,
    beside_rule,
    controls_of,
    edited_rule,
    found_optimizers,
    numbers_of,
    schedules_of,
)
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.training import Data, History, train
from rmsprop_lab.objectives.examples import BATCH_SIZE
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.schedules import ScheduleLike
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
DIGITS = 5  # significant, of every input: as many as a sensor gives, and a light page


class Race(Racing):
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

    _script = "race.js"
    _kind = "rmsprop-lab rmsprop-race"

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
        if not isinstance(network, Network):
            raise ValueError(f"network = {shortened(network)} must be a Network")
        self.network = network
        self.data = _rounded(network.check("training", data))
        self.test = _rounded(network.check("test", test))
        setup = _setup(optimizers, controls, schedule, numbers, len(self.data[1]))
        racing = ", ".join(setup.names(setup.entries))
        told = setup.spec(
            f"Race: {racing} train a network on {name}",
            caption,
            {
                "sizes": list(network.sizes),
                "train": _data_spec(self.data),
                "test": _data_spec(self.test),
                "image": _checked_image(image, network.sizes[0]),
            },
        )
        for of in told["optimizers"]:
            if of["rule"] is None:
                raise ValueError(
                    f"the rule of {of['name']!r} has no tape, so the page cannot race it; "
                    "train(...) runs any rule in Python"
                )
        self._of = name
        super().__init__(setup, told, racers, {})

    @property
    def _where(self) -> str:
        return self._of

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

    def _train(self, entry: contract.Entry) -> History:
        self._refuse_edited(entry)
        return train(
            _Scaled(self.network.sizes, self.start_scale),
            self._setup.optimizers[entry["optimizer"]],
            self._in_units(self.data),
            test=self._in_units(self.test),
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=self.seed,
            progress=False,
            schedule=self._schedule_of(entry),
            **self._settings(entry),
        )

    def _in_units(self, data: Data) -> Data:
        inputs, labels = data
        return inputs * np.where(np.arange(inputs.shape[1]) % 2, self.units, 1.0), labels

    def _still(self) -> tuple[bytes, str, bool]:
        histories = self.train()
        looks = looks_of(self.racers, style.looks(self._setup.optimizers.values()))
        words = "; ".join(f"{name}: {history}" for name, history in histories.items())
        return (
            training_png(histories, list(looks.values())),
            "Training loss by step, and the share of right answers on new data by epoch; " + words,
            True,
        )


def _setup(
    optimizers: Iterable[RacerLike] | RacerLike,
    controls: Iterable[str] | str | None,
    schedule: ScheduleLike | None,
    given: dict[str, float],
    examples: int,
) -> Setup:
    """Find what was asked for by name, and what it needs."""
    if controls is None:
        controls = ["racers", "learning_rate", "epochs", "batch_size", "seed"]
    found = found_optimizers(optimizers)
    edited = edited_rule(found.values(), controls)
    own = schedules.constant if schedule is None else schedules.find(schedule)
    offered = schedules_of(own, "schedule" in asked_for(controls))
    batch_size = replace(
        BATCH_SIZE, default=min(64, examples), high=examples, slider=(1, min(256, examples))
    )
    rest = [EPOCHS, batch_size, SEED, START_SCALE, UNITS]
    numbers = numbers_of(found.values(), rest, offered.values(), given, edited is not None)
    beside = beside_rule(found.values(), edited is not None)
    return Setup(
        surfaces={},
        optimizers=found,
        entries=check_racers(optimizers, found, numbers, "optimizers"),
        schedules=offered,
        own_schedule=own,
        numbers=numbers,
        controls=controls_of(controls, [*FEATURES, *numbers], beside),
        edited=edited,
    )


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
