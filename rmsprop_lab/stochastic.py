"""What chance does to a gradient: seeded noise and mini-batches, the same bits in the browser."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rmsprop_lab.objectives import Objective
from rmsprop_lab.objectives.examples import Examples, batch_gradient, draw_batches, pair
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter

Grad = Callable[..., Any]  # of x, y and the surface's parameters: (∂f/∂x, ∂f/∂y)


NOISE = Parameter(
    "noise", "σ", 0.0, low=0.0, high=1e6, slider=(0.0, 5.0), unit="standard deviation"
)
SEED = Parameter("seed", "seed", 0, low=0, high=2**32 - 1, slider=(0, 99), whole=True)


def draw_numbers(seed: int, count: int) -> np.ndarray:
    """Random numbers of mean 0 and variance 1, shape (count,).

    Each is the sum of twelve uniform numbers, less 6: close to a normal number (within
    ±6), and exact in floating point, where the logarithm of a true one would differ in
    the last bit from one machine to the next.

    Args:
        seed: of the Mersenne twister, 0 to 2³² - 1.
        count: how many; a longer draw begins with the shorter one.

    References:
        Matsumoto, Nishimura (1998), doi:10.1145/272991.272995.
    """
    uniform = np.random.RandomState(seed).randint(0, 2**32, (count, 12), dtype=np.uint32)
    numbers: np.ndarray = uniform.sum(axis=1, dtype=np.int64) / 2**32 - 6
    return numbers


def draw_noise(seed: int, steps: int) -> np.ndarray:
    """What noise of deviation 1 adds to the gradient, shape (steps, 2); see :func:`draw_numbers`.

    Example:
        >>> draw_noise(seed=1, steps=2)
        array([[-0.63153524,  0.2491476 ],
               [-0.23427116,  0.96043976]])
    """
    return draw_numbers(seed, 2 * steps).reshape(steps, 2)


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
            grad = _with_noise(grad, self.noise * draw_noise(self.seed, steps))
        return grad


def _of_batches(
    examples: Examples, batches: np.ndarray, made_for: Callable[[Grad, int], Grad]
) -> Grad:
    rows, places = examples.rows, iter(batches.tolist())
    of_one = made_for(examples.grad, 2 + len(rows[0]))

    def grad(x: Any, y: Any, *sums: float) -> Any:  # those are of all the examples
        return batch_gradient(of_one, [rows[place] for place in next(places)], x, y)

    return grad


def _with_noise(of_surface: Grad, kicks: np.ndarray) -> Grad:
    left = iter(kicks.tolist())

    def grad(x: Any, y: Any, *shape: float) -> Any:
        grad_x, grad_y = pair(of_surface(x, y, *shape))
        kick_x, kick_y = next(left)
        return grad_x + kick_x, grad_y + kick_y

    return grad
