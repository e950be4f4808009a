"""``Race``: a network that trains in the page, by several optimisers side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from reprlib import repr as shortened
from typing import Any

import numpy as np
import traitlets

from rmsprop_lab import schedules, style
from rmsprop_lab.lab import contract
from rmsprop_lab.lab.picture import plane_picture, training_picture
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
from rmsprop_lab.networks.many import train_many
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
#: What a race can have besides a slider for each number, and a choice of the world.
FEATURES = ("racers", "rates", "schedule", "rule")
DIGITS = 5  # significant, of every input: as many as a sensor gives, and a light page
PARTS = tuple(2**power for power in range(9))  # of 1: divided by them, a number keeps its bits


class Race(Racing):
    """A network, data, and optimisers that train it from the same start on the same batches.

    Live in a notebook and in the built page: the network trains in the browser, on the data that
    travel with the figure. Every setting is a trait, synchronised both ways: ``race.rho = 0.99``
    starts the race anew with it. Once it has stopped, ``race.history`` holds what it came to.

    Where the network has two inputs, one sees what each racer makes of the plane while it trains.

    Args:
        network: what is trained.
        data: (inputs, labels) to learn from, shapes (n, inputs) and (n,). Or several data sets to
            choose from: by its name, the pair (data, test) of each; then there is no ``test``, and
            ``race.world`` is the name of the one that is trained on, the first one at first.
        test: (inputs, labels) that are only looked at.
        optimizers: optimisers, rules, or names of built-in ones; or pairs of one and settings of
            its own, ``("rmsprop", {"rho": 0.99})``. Each needs a rule that can be traced
            (:mod:`rmsprop_lab.algebra.tape`): the page has no Python.
        racers: who of ``optimizers`` races at first; all of them without.
        controls: what the figure offers, in order: the numbers that get a slider, and ``"racers"``:
            choose who races; ``"rates"``: one learning rate for all or each its own, and a fair
            search for it; ``"schedule"``: choose what becomes of the learning rate; ``"rule"``:
            edit the text of a rule, as in :class:`~rmsprop_lab.Lab`; ``"world"``: choose the data.
            ``"all"`` for everything; without it the learning rate, ``epochs``, ``batch_size``,
            ``seed``, ``"racers"``, and ``"world"`` where there are several.
        schedule: what the learning rate is multiplied by, step by step.
        image: columns and rows, where the inputs are a picture's pixels, row by row: then one can
            draw one, and see what each network says of it and what it looks for.
        name: of the data, for those who do not see the figure; several have names already.
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
        data: Data | Mapping[str, tuple[Data, Data]],
        test: Data | None = None,
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
        self._worlds = _checked_worlds(network, data, test, name)
        setup = _setup(optimizers, controls, schedule, numbers, self._worlds)
        racing = ", ".join(setup.names(setup.entries))
        told = setup.spec(
            f"Race: {racing} train a network on {' or '.join(self._worlds)}",
            caption,
            {
                "sizes": list(network.sizes),
                "worlds": [
                    {"name": name, "train": _data_spec(train), "test": _data_spec(test)}
                    for name, (train, test) in self._worlds.items()
                ],
                "image": _checked_image(image, network.sizes[0]),
            },
        )
        for of in told["optimizers"]:
            if of["rule"] is None:
                raise ValueError(
                    f"the rule of {of['name']!r} has no tape, so the page cannot race it; "
                    "train(...) runs any rule in Python"
                )
        super().__init__(
            setup, told, racers, {"world": (self._check_world, next(iter(self._worlds)))}
        )

    def _check_world(self, world: Any) -> str:
        if world not in self._worlds:
            choices = ", ".join(self._worlds)
            raise ValueError(f"world = {shortened(world)}; choices in this race: {choices}")
        return str(world)

    @property
    def data(self) -> Data:
        """What the networks learn from, as the page has it: inputs and labels."""
        return self._worlds[self.world][0]

    @property
    def test(self) -> Data:
        """What is only looked at: inputs and labels."""
        return self._worlds[self.world][1]

    @property
    def _where(self) -> str:
        return str(self.world)

    def train(self) -> dict[str, History]:
        """The race as it is set now, run in Python: a :class:`History` of each, by name.

        Sums are added up in another order than in the page, so the last digits differ, and training
        can magnify them.

        Raises:
            ValueError: for a racer whose rule a reader has edited.
        """
        return self._by_name(train, seed=self.seed, progress=False)

    def train_many(self, seeds: Iterable[int]) -> dict[str, list[History]]:
        """The race from each of these seeds, not only its own: far sooner than one by one.

        Each history has looked at all the data at the start and the end only.

        Raises:
            ValueError: for a racer whose rule a reader has edited, or a bad seed.
        """
        return self._by_name(train_many, seed=list(seeds))

    def _by_name(self, run: Callable[..., Any], **how: Any) -> dict[str, Any]:
        """What comes of a run of each racer as it is set now, by name."""
        return {
            name: self._train(run, entry, **how)
            for name, entry in zip(self.names, self.racers, strict=True)
        }

    def _train(self, run: Callable[..., Any], entry: contract.Entry, **how: Any) -> Any:
        self._refuse_edited(entry)
        return run(
            _Scaled(self.network.sizes, self.start_scale),
            self._setup.optimizers[entry["optimizer"]],
            self._in_units(self.data),
            test=self._in_units(self.test),
            epochs=self.epochs,
            batch_size=self.batch_size,
            schedule=self._schedule_of(entry),
            **how,
            **self._settings(entry),
        )

    def _in_units(self, data: Data) -> Data:
        inputs, labels = data
        return self._scaled(inputs), labels

    def _scaled(self, inputs: np.ndarray) -> np.ndarray:
        scaled: np.ndarray = inputs * np.where(np.arange(inputs.shape[1]) % 2, self.units, 1.0)
        return scaled

    @property
    def _on_plane(self) -> bool:
        """Whether one can see all that the network may be asked, as network/racing.ts has it."""
        return self.network.sizes[0] == 2 and self.spec["network"]["image"] is None

    def _still(self) -> tuple[bytes, str, bool]:
        histories = self.train()
        looks = list(looks_of(self.racers, style.looks(self._setup.optimizers.values())).values())
        words = "; ".join(f"{name}: {history}" for name, history in histories.items())
        if self._on_plane:
            picture = plane_picture(histories, looks, self.data, self._scaled)
            shown = f"Which class each network says where, on {self.world}"
        else:
            picture = training_picture(histories, looks)
            shown = "Training loss by step, and the share of right answers on new data by epoch"
        return picture, f"{shown}; {words}", True


def _setup(
    optimizers: Iterable[RacerLike] | RacerLike,
    controls: Iterable[str] | str | None,
    schedule: ScheduleLike | None,
    given: dict[str, float],
    worlds: dict[str, tuple[Data, Data]],
) -> Setup:
    """Find what was asked for by name, and what it needs."""
    choice = ["world"] if len(worlds) > 1 else []
    if controls is None:
        controls = [*choice, "racers", "learning_rate", "epochs", "batch_size", "seed"]
    found = found_optimizers(optimizers)
    edited = edited_rule(found.values(), controls)
    own = schedules.constant if schedule is None else schedules.find(schedule)
    offered = schedules_of(own, "schedule" in asked_for(controls))
    examples = min(len(labels) for (_, labels), _ in worlds.values())
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
        controls=controls_of(controls, [*choice, *FEATURES, *numbers], beside),
        edited=edited,
    )


class _Scaled(Network):
    """A network whose first weights are a multiple of the usual ones."""

    def __init__(self, sizes: Any, scale: float) -> None:
        super().__init__(sizes)
        object.__setattr__(self, "scale", scale)

    def initial(self, seed: int = 0) -> np.ndarray:
        return super().initial(seed) * self.scale  # type: ignore[attr-defined,no-any-return]


def _checked_worlds(
    network: Network, data: Data | Mapping[str, tuple[Data, Data]], test: Data | None, name: str
) -> dict[str, tuple[Data, Data]]:
    """By its name, what is learned from and what is only looked at, as the page has it."""
    if not isinstance(data, Mapping):
        if test is None:
            raise ValueError("test is missing: (inputs, labels) that are only looked at")
        data = {name: (data, test)}
    elif test is not None:
        raise ValueError("each of several data sets has its own test: data[name] = (data, test)")
    elif not data:
        raise ValueError("data is empty: give at least one pair (data, test) by its name")
    worlds = {}
    for of, pair in data.items():
        if not isinstance(pair, Sequence) or len(pair) != 2:
            raise ValueError(f"data[{of!r}] must be a pair, (data, test)")
        where = f" of {of}" if len(data) > 1 else ""
        train, new = (
            _rounded(network.check(f"{kind}{where}", one))
            for kind, one in zip(("training", "test"), pair, strict=True)
        )
        worlds[str(of)] = train, new
    return worlds


def _rounded(data: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """As the page has it."""
    inputs, labels = data
    short = np.array([float(f"{value:.{DIGITS}g}") for value in inputs.ravel()])
    return short.reshape(inputs.shape), labels


def _data_spec(data: tuple[np.ndarray, np.ndarray]) -> contract.DataSpec:
    inputs, labels = data
    parts = next((parts for parts in PARTS if np.all(inputs * parts % 1 == 0)), 1)
    counts = (inputs * parts).ravel().tolist()
    short = [int(count) if count == int(count) else count for count in counts]
    return {"inputs": short, "parts": parts, "labels": labels.tolist()}


def _checked_image(image: Any, inputs: int) -> list[int] | None:
    if image is None:
        return None
    match image:
        case (int(columns), int(rows)) if min(columns, rows) > 0 and columns * rows == inputs:
            return [columns, rows]
    raise ValueError(f"image = {image!r} must be (columns, rows) of {inputs} pixels, or None")
