"""The gradient as a step sees it: the full one or a batch's, with noise or without."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rmsprop_lab.examples import Examples, batch_gradient, draw_batches
from rmsprop_lab.noise import NOISE, SEED, draw
from rmsprop_lab.objectives import Objective
from rmsprop_lab.optimizers import Optimizer

Grad = Callable[..., Any]  # of x, y and the surface's parameters: (∂f/∂x, ∂f/∂y)


@dataclass(frozen=True)
class Chance:
    """What chance does to the gradient of a walk.

    Attributes:
        noise: standard deviation of what is added to each coordinate.
        seed: of the noise and of the batches.
        batch_size: examples in each step's batch; ``None`` for the full gradient.
    """

    noise: float
    seed: int
    batch_size: int | None

    @classmethod
    def of(cls, objective: Objective, noise: Any, seed: Any, batch_size: Any) -> "Chance":
        """The same, checked.

        Raises:
            ValueError: for a value out of range, or a batch of a surface without examples.
        """
        if batch_size is not None:
            if objective.examples is None:
                raise ValueError(
                    f"batch_size = {batch_size!r}, but {objective.name!r} has no examples to draw "
                    "a batch of; choices: None, or a surface with examples, such as least_squares"
                )
            batch_size = objective.examples.batch_size.check_one(batch_size)
        return cls(NOISE.check_one(noise), SEED.check_one(seed), batch_size)

    @property
    def plain(self) -> bool:
        """Whether the gradient is the full one, as it is."""
        return self.noise == 0 and self.batch_size is None

    def gradient(
        self,
        objective: Objective,
        optimizer: Optimizer,
        steps: int,
        made_for: Callable[[Grad, int], Grad],
    ) -> Grad:
        """The gradient as each of the steps sees it: call it once a step, in order.

        Args:
            objective: the surface.
            optimizer: one that is exact sees the full gradient.
            steps: how often it may be called.
            made_for: makes a function of so many arguments one for floats or for arrays.
        """
        grad = made_for(objective.grad, 2 + len(objective.settings))
        if optimizer.exact:
            return grad
        if self.batch_size is not None and objective.examples is not None:
            count = len(objective.examples)
            batches = draw_batches(self.seed, steps, self.batch_size, count)
            grad = _of_batches(objective.examples, batches, made_for)
        if self.noise:
            grad = _with_noise(grad, self.noise * draw(self.seed, steps))
        return grad


def _of_batches(
    examples: Examples, batches: np.ndarray, made_for: Callable[[Grad, int], Grad]
) -> Grad:
    rows, places = examples.rows, iter(batches.tolist())
    of_one = made_for(examples.grad, 2 + len(rows[0]))

    def grad(x: Any, y: Any) -> Any:
        return batch_gradient(of_one, [rows[place] for place in next(places)], x, y)

    return grad


def _with_noise(of_surface: Grad, kicks: np.ndarray) -> Grad:
    left = iter(kicks.tolist())

    def grad(x: Any, y: Any, *shape: float) -> Any:
        grad_x, grad_y = of_surface(x, y, *shape)
        kick_x, kick_y = next(left)
        return grad_x + kick_x, grad_y + kick_y

    return grad
