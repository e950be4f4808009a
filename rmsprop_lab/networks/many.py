"""Train many networks side by side: the same steps as one after the other, far sooner.

A small network's step is mostly the calling of functions. Here one call moves them all.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rmsprop_lab import optimizers, schedules
from rmsprop_lab.algebra.overload import for_arrays
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.training import EPOCHS, Data, History, looked_at, whole
from rmsprop_lab.objectives.examples import batches
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.schedules import ScheduleLike, place_of_rate
from rmsprop_lab.steps import at_start
from rmsprop_lab.stochastic import SEED


def train_many(
    network: Network,
    optimizer: OptimizerLike,
    data: Data,
    /,
    *,
    test: Data | None = None,
    epochs: int = 20,
    batch_size: int = 32,
    seed: int | Sequence[int] = 0,
    keep: int | None = None,
    schedule: ScheduleLike | None = None,
    **settings: Any,
) -> list[History]:
    """Train a network several times, as :func:`rmsprop_lab.train` does once.

    Args:
        network: the network.
        optimizer: an optimiser, a rule, or the name of a built-in one.
        data: (inputs, labels) to learn from, shapes (n, inputs) and (n,).
        test: (inputs, labels) that are only looked at.
        epochs: passes over the data.
        batch_size: examples in a batch, 1 to n.
        seed: one for all runs, or one for each.
        keep: keep parameters and state at every ``keep``-th step; none without it.
        schedule: of the learning rate, the same for every run.
        **settings: hyper-parameters of the optimiser, each one number for all runs, or one for
            each.

    Returns:
        a :class:`~rmsprop_lab.networks.training.History` of each run. It has looked at all the data
        at the start and the end only, as with ``watch=False``.

    Raises:
        ValueError: for bad data or a bad value, with what is allowed; for numbers of different
            counts of runs.

    Example:
        >>> data = np.array([[0.0, 1.0], [1.0, 0.0]] * 8), np.array([0, 1] * 8)
        >>> runs = train_many(Network([2, 2]), "sgd", data, batch_size=8, learning_rate=[0.1, 1.0])
        >>> [run.settings["learning_rate"] for run in runs]
        [0.1, 1.0]
    """
    seen = looked_at(network, data, test)
    inputs, labels = seen["train"]
    size = whole("batch_size", batch_size, len(inputs))
    steps = len(inputs) // size * int(EPOCHS.check_one(epochs))
    every = None if keep is None else whole("keep", keep, steps)
    optimizer = optimizers.find(optimizer)
    seeds, values = _of_each_run(optimizer, seed, settings)
    factors, rate = np.ones(steps), None
    if schedule is not None:
        schedule = schedules.find(schedule)
        rate = place_of_rate(optimizer, schedule)
        factors = schedule.factors(steps)

    # Runs of one seed have the same start and the same batches, which are drawn once.
    own, of_run = np.unique(seeds, return_inverse=True)
    params = np.array([network.initial(int(one)) for one in own])[of_run]
    drawn = [batches(int(one), size, len(inputs)) for one in own]
    place = of_run if len(own) > 1 else [0]

    first = tuple(float(value[0]) for value in values)
    optimizer.check_rule(first)
    state: Sequence[Any] = at_start(optimizer, first, params.shape)
    columns = [value[:, np.newaxis] for value in values]
    rule, record = for_arrays(optimizer.rule), _Record(params, state, steps, every)
    with np.errstate(all="ignore"):  # divergence is a result
        for step, factor in enumerate(factors):
            record.keep(step, params, state)
            rows = np.array([next(one) for one in drawn])[place]
            loss, grad = network.gradient(params, inputs[rows], labels[rows])
            now = [column * factor if k == rate else column for k, column in enumerate(columns)]
            returned = rule(*now, grad, *state)
            updates, *state = returned if state else (returned,)
            before, params = params, params - updates
            if not record.goes_on(step, loss, before, params):
                break
        record.keep(steps, params, state)
        record.last[record.going] = params[record.going]
        looks = [
            {
                name: np.array([network.look(of, *there) for of in (start, end)])
                for name, there in seen.items()
            }
            for start, end in zip(record.start, record.last, strict=True)
        ]
    names = [parameter.name for parameter in optimizer.parameters]
    return [
        History(
            network,
            optimizer,
            {name: float(value[run]) for name, value in zip(names, values, strict=True)},
            factors[:end],
            record.losses[:end, run],
            looks[run]["train"],
            looks[run].get("test", np.array([])),
            record.last[run],
            record.path(run),
            dict(zip(optimizer.state, record.states(run), strict=True)),
            None if end == steps else int(end),
        )
        for run, end in enumerate(record.ends)
    ]


def _of_each_run(
    optimizer: Optimizer, seed: Any, settings: dict[str, Any]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The seed, and the hyper-parameters, of each run: shape (runs,) each."""
    checked = SEED.check(seed), *optimizer.settings(settings)
    names = "seed", *(parameter.name for parameter in optimizer.parameters)
    given = {name: np.atleast_1d(value) for name, value in zip(names, checked, strict=True)}
    runs = max(len(value) for value in given.values())
    for name, value in given.items():
        if value.ndim != 1 or len(value) not in (1, runs):
            raise ValueError(
                f"{name} has shape {value.shape}; it must be one number, or a list of one for each "
                f"of the {runs} runs"
            )
    seeds, *values = (np.broadcast_to(value, runs) for value in given.values())
    return seeds.astype(int), values


class _Record:
    """What is written down on the way, of all runs at once.

    Attributes:
        start, last: the parameters of each run at the start, and at its last finite step.
        losses: of each step's batch, shape (steps, runs).
        ends: how many steps each run has taken.
        going: which have not diverged.
    """

    def __init__(
        self, params: np.ndarray, state: Sequence[Any], steps: int, every: int | None
    ) -> None:
        self.start, self.last, self.every = params, params.copy(), every
        self.losses = np.empty((steps, len(params)))
        self.ends = np.full(len(params), steps)
        self.going = np.ones(len(params), bool)
        self._params: list[np.ndarray] = []
        self._states: list[list[np.ndarray]] = [[] for _ in state]
        self._numbers = [np.ndim(value) == 0 for value in state]  # one for all parameters

    def keep(self, step: int, params: np.ndarray, state: Sequence[Any]) -> None:
        if self.every is not None and step % self.every == 0:
            self._params.append(params)
            for kept, value in zip(self._states, state, strict=True):
                kept.append(value * np.ones((len(params), 1)))

    def goes_on(self, step: int, losses: np.ndarray, before: np.ndarray, after: np.ndarray) -> bool:
        """Note a step, and who diverged in it; whether anybody is left."""
        self.losses[step] = losses
        going = self.going & np.isfinite(losses) & np.isfinite(after).all(axis=1)
        fell = self.going & ~going
        self.ends[fell], self.last[fell], self.going = step, before[fell], going
        return bool(going.any())

    def path(self, run: int) -> np.ndarray:
        return np.array([params[run] for params in self._params[: self._kept(run)]])

    def states(self, run: int) -> list[np.ndarray]:
        of_run = [
            np.array([value[run] for value in kept[: self._kept(run)]]) for kept in self._states
        ]
        return [
            value[:, 0] if number and len(value) else value
            for value, number in zip(of_run, self._numbers, strict=True)
        ]

    def _kept(self, run: int) -> int:
        return 0 if self.every is None else int(self.ends[run]) // self.every + 1
