"""The examples behind a surface, and the mini-batches that are drawn of them: the same batches
in Python and in the browser.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from inspect import signature
from itertools import islice
from math import inf
from reprlib import repr as shortened
from typing import Any

import numpy as np

from rmsprop_lab.number import Number
from rmsprop_lab.parameter import Parameter

BATCH_SIZE = Parameter(
    "batch_size",
    "B",
    16,
    low=1,
    high=inf,
    slider=(1, 256),
    scale="log",
    unit="examples",
    whole=True,
)


@dataclass(frozen=True)
class Examples:
    """Data whose mean loss is a surface, and the gradient of one example.

    Attributes:
        rows: the data, shape (n, columns), n at least 2; kept as tuples.
        grad: ``grad(x, y, *row)``, the pair (∂/∂x, ∂/∂y) of one example's loss,
            straight-line, like the rules. The surface's gradient is its mean over all rows.

    Raises:
        TypeError: where ``grad`` does not take x, y and a row.
        ValueError: where the rows are not finite numbers in a table.

    Example:
        >>> data = Examples([[1.0], [3.0]], lambda x, y, target: (x - target, 0.0 * y))
        >>> len(data), data.grad(5.0, 0.0, *data.rows[1])
        (2, (2.0, 0.0))
    """

    rows: Any
    grad: Callable[..., Any]

    def __post_init__(self) -> None:
        try:
            rows = np.asarray(self.rows, dtype=float)
        except (TypeError, ValueError) as error:
            raise ValueError(f"examples: rows must be numbers, (n, columns): {error}") from None
        if rows.ndim != 2 or len(rows) < 2 or not rows.shape[1]:
            raise ValueError(
                f"examples: rows has shape {rows.shape}; it must be (n, columns), n at least 2"
            )
        check_finite("examples: rows", rows)
        try:
            signature(self.grad).bind(0.0, 0.0, *rows[0])
        except TypeError as error:
            raise TypeError(
                f"examples: grad must be a function of x, y and the {rows.shape[1]} "
                f"numbers of a row: {error}"
            ) from None
        object.__setattr__(self, "rows", tuple(map(tuple, rows.tolist())))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def batch_size(self) -> Parameter:
        """How many examples a batch of these may have; 16 unless told otherwise."""
        count = len(self)
        usual = min(int(BATCH_SIZE.default), count)
        return replace(BATCH_SIZE, default=usual, high=count, slider=(1, count))


def check_finite(name: str, numbers: np.ndarray) -> None:
    """Raise a ValueError that names the first entry that is infinite or not-a-number."""
    for place in np.argwhere(~np.isfinite(numbers)):
        where = ", ".join(f"{axis} {k}" for axis, k in zip(("row", "column"), place, strict=False))
        raise ValueError(f"{name} holds {numbers[tuple(place)]} in {where}; it must be finite")


def pair(slopes: Any) -> tuple[Any, Any]:
    """What a gradient returned, as (∂f/∂x, ∂f/∂y).

    Raises:
        ValueError: for any other count of values than two.
    """
    try:
        slope_x, slope_y = slopes
    except (TypeError, ValueError):
        raise ValueError(
            f"the gradient is {shortened(slopes)}; it must be two values, (∂f/∂x, ∂f/∂y)"
        ) from None
    return slope_x, slope_y


def batch_gradient(
    grad: Callable[..., Any], batch: list[tuple[float, ...]], x: Number, y: Number
) -> tuple[Number, Number]:
    """The mean of the examples' gradients at (x, y), added up in their order.

    Args:
        grad: of one example, as in :class:`Examples`.
        batch: the rows.
        x: where, a number or an array.
        y: the other coordinate.

    Example:
        >>> batch_gradient(lambda x, y, u: (x - u, y), [(1.0,), (4.0,)], 3.0, 2.0)
        (0.5, 2.0)
    """
    sum_x, sum_y = 0.0, 0.0
    for row in batch:
        grad_x, grad_y = pair(grad(x, y, *row))
        sum_x, sum_y = sum_x + grad_x, sum_y + grad_y
    return sum_x / len(batch), sum_y / len(batch)


def draw_batches(seed: int, steps: int, size: int, count: int) -> np.ndarray:
    """The examples of each step's batch: passes over the shuffled examples.

    No example comes twice in a pass. When fewer than ``size`` are left, these are left out and
    all are shuffled anew.

    Args:
        seed: of the Mersenne twister, 0 to 2³² - 1; the noise of the same seed is independent.
        steps: how many batches; a longer draw begins with the shorter one.
        size: examples in a batch, 1 to ``count``.
        count: how many examples there are.

    Returns:
        places of examples, 0 to ``count`` - 1, shape (steps, size).

    Example:
        >>> draw_batches(seed=1, steps=3, size=2, count=5).tolist()
        [[3, 2], [0, 1], [1, 2]]

    References:
        Fisher, Yates (1938); Durstenfeld (1964), doi:10.1145/364520.364540.
    """
    return np.array(list(islice(batches(seed, size, count), steps)))


def batches(seed: int, size: int, count: int) -> Iterator[list[int]]:
    """The batches of :func:`draw_batches` one by one, without end."""
    twister = np.random.RandomState(seed ^ 2**31)  # not the numbers that the noise is made of
    order = list(range(count))
    while True:
        shares = twister.randint(0, 2**32, count - 1, dtype=np.uint32) / 2**32
        for last, share in zip(range(count - 1, 0, -1), shares.tolist(), strict=True):
            other = int(share * (last + 1))
            order[last], order[other] = order[other], order[last]
        for first in range(0, count - size + 1, size):
            yield order[first : first + size]
