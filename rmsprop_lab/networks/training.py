"""Train a network on mini-batches, and keep what happened."""

from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any

import numpy as np

from rmsprop_lab import schedules
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.stepper import Stepper
from rmsprop_lab.objectives.examples import batches
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.schedules import ScheduleLike, place_of_rate
from rmsprop_lab.stochastic import SEED

EPOCHS = Parameter("epochs", "epochs", 20, low=1, high=100_000, slider=(1, 100), whole=True)

Data = tuple[Any, Any]  # inputs (n, inputs), labels (n,)


@dataclass(frozen=True, eq=False)
class History:
    """What happened in a training run, up to its last finite step.

    Attributes:
        network: the network.
        optimizer: the optimiser.
        settings: its hyper-parameters by name.
        factors: by what the schedule multiplied the learning rate at each step, shape (steps,);
            ones without a schedule.
        batch_losses: the loss of each step's batch before the step, shape (steps,).
        train: loss and accuracy on the training data at the start and after each epoch,
            shape (epochs + 1, 2); with ``watch=False`` only at the start and the end.
        test: the same on the test data; empty without them.
        params: the parameters at the end, shape (size,).
        path: the parameters at every ``keep``-th step, the start first, shape (kept, size).
        states: by name, the optimiser's state there, of the same shape; (kept,) where it is one
            number for all parameters.
        diverged_at: the step whose loss or result was not finite, counted from 0; None if there
            is none.
    """

    network: Network
    optimizer: Optimizer
    settings: dict[str, float]
    factors: np.ndarray
    batch_losses: np.ndarray
    train: np.ndarray
    test: np.ndarray
    params: np.ndarray
    path: np.ndarray
    states: dict[str, np.ndarray]
    diverged_at: int | None

    def __repr__(self) -> str:
        """One line: how it ended."""
        label = self.optimizer.label
        if self.diverged_at is not None:
            return (
                f"{label} diverged at step {self.diverged_at}: "
                f"the history ends after {len(self.batch_losses)} steps"
            )
        (loss, right), tested = self.train[-1], ""
        if len(self.test):
            tested = f"; test loss {self.test[-1, 0]:.4g}, accuracy {self.test[-1, 1]:.1%}"
        steps = len(self.batch_losses)
        return f"{label}, {steps} steps: loss {loss:.4g}, accuracy {right:.1%}{tested}"


def train(
    network: Network,
    optimizer: OptimizerLike,
    data: Data,
    /,
    *,
    test: Data | None = None,
    epochs: int = 20,
    batch_size: int = 32,
    seed: int = 0,
    keep: int | None = None,
    watch: bool = True,
    progress: bool = True,
    schedule: ScheduleLike | None = None,
    **settings: float,
) -> History:
    """Train a network: each epoch goes once through the shuffled examples, batch by batch.

    Args:
        network: the network.
        optimizer: an optimiser, a rule, or the name of a built-in one.
        data: (inputs, labels) to learn from, shapes (n, inputs) and (n,).
        test: (inputs, labels) that are only looked at.
        epochs: passes over the data.
        batch_size: examples in a batch, 1 to n. An epoch has n // batch_size steps; it leaves
            out the rest of the shuffled examples.
        seed: of the first weights and of the shuffles: the same for every optimiser.
        keep: keep parameters and state at every ``keep``-th step; none without it.
        watch: look at all the data after each epoch, not only at the start and the end.
        progress: show a bar.
        schedule: what the learning rate is multiplied by, step by step; see
            :mod:`rmsprop_lab.schedules`.
        **settings: hyper-parameters of the optimiser; its defaults where not given.

    Returns:
        a :class:`History`. A run that diverges stops, and keeps what came before.

    Raises:
        ValueError: for bad data or a bad value, with what is allowed.

    Example:
        >>> data = np.array([[0.0, 1.0], [1.0, 0.0]] * 8), np.array([0, 1] * 8)
        >>> settings = {"epochs": 9, "batch_size": 4, "progress": False}
        >>> print(train(Network([2, 2]), "sgd", data, learning_rate=1.0, **settings))
        SGD, 36 steps: loss 0.02895, accuracy 100.0%
    """
    seen = looked_at(network, data, test)
    inputs, labels = seen["train"]
    size = whole("batch_size", batch_size, len(inputs))
    per_epoch = len(inputs) // size
    steps = per_epoch * int(EPOCHS.check_one(epochs))
    keep = None if keep is None else whole("keep", keep, steps)
    seed = int(SEED.check_one(seed))

    params, stepper = network.initial(seed), Stepper(optimizer, network.size, **settings)
    factors = np.ones(steps)
    if schedule is not None:
        schedule = schedules.find(schedule)
        place_of_rate(stepper.optimizer, schedule)  # or an error
        factors = schedule.factors(steps)
    given = dict(stepper.settings)
    record = _Record(network, stepper, seen, keep, given, factors)
    record.look(params)
    from tqdm.auto import tqdm

    bar = tqdm(total=steps, desc=stepper.optimizer.label, disable=not progress, leave=False)
    with np.errstate(all="ignore"), bar:  # divergence is a result
        drawn = batches(seed, size, len(inputs))
        for step, rows in zip(range(steps), drawn, strict=False):
            record.keep(step, params)
            loss, grad = network.gradient(params, inputs[rows], labels[rows])
            if schedule is not None:
                stepper.settings["learning_rate"] = given["learning_rate"] * float(factors[step])
            before = params.copy()
            stepper.step(params, grad)
            if not (np.isfinite(loss) and np.isfinite(params).all()):
                bar.write(f"{stepper.optimizer.label} diverged at step {step}")
                return record.history(before, diverged_at=step)
            record.losses.append(loss)
            if watch and (step + 1) % per_epoch == 0 and step + 1 < steps:
                record.look(params)
            bar.update()
    record.keep(steps, params)
    return record.history(params)


def looked_at(network: Network, data: Data, test: Data | None) -> dict[str, Data]:
    """What a run looks at, by name.

    Raises:
        ValueError: for what is no network, or for data that do not fit it.
    """
    if not isinstance(network, Network):
        raise ValueError(f"network = {shortened(network)} must be a Network")
    seen = {"train": network.check("training", data)}
    if test is not None:
        seen["test"] = network.check("test", test)
    return seen


def whole(name: str, value: Any, high: int) -> int:
    """A whole number from 1 to ``high``."""
    counted = Parameter(name, name, 1, low=1, high=high, slider=(1, high), whole=True)
    return int(counted.check_one(value))


class _Record:
    """What is written down on the way."""

    def __init__(
        self,
        network: Network,
        stepper: Stepper,
        seen: dict[str, Data],
        every: int | None,
        settings: dict[str, float],
        factors: np.ndarray,
    ) -> None:
        self.network, self.stepper, self.data, self.every = network, stepper, seen, every
        self.settings, self.factors = settings, factors
        self.losses: list[float] = []
        self.seen: dict[str, list[tuple[float, float]]] = {"train": [], "test": []}
        self.path: list[np.ndarray] = []
        self.states: dict[str, list[Any]] = {name: [] for name in stepper.state}

    def look(self, params: np.ndarray) -> None:
        for name, of in self.data.items():
            self.seen[name].append(self.network.look(params, *of))

    def keep(self, step: int, params: np.ndarray) -> None:
        if self.every is not None and step % self.every == 0:
            self.path.append(params.copy())
            for name, value in self.stepper.state.items():
                self.states[name].append(np.copy(value))

    def history(self, params: np.ndarray, diverged_at: int | None = None) -> History:
        self.look(params)
        return History(
            self.network,
            self.stepper.optimizer,
            self.settings,
            self.factors[: len(self.losses)],
            np.array(self.losses),
            np.array(self.seen["train"]),
            np.array(self.seen["test"]),
            params,
            np.array(self.path),
            {name: np.array(values) for name, values in self.states.items()},
            diverged_at,
        )
