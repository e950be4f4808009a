"""A linear least-squares fit of two weights, as a surface with its examples."""

from typing import Any

import numpy as np

from rmsprop_lab.number import Number
from rmsprop_lab.objectives.examples import Examples, check_finite
from rmsprop_lab.objectives.objective import Objective

WIDER = 1.5  # the window's half side, in distances from start to minimum


def least_squares(inputs: Any, targets: Any, name: str = "least squares") -> Objective:
    """The surface f(x, y) = mean of (x u + y v - t)² / 2 over the examples (u, v, t).

    Value and gradient are of all examples, in closed form: f's second derivatives are the means
    of u², u v and v². The surface's ``examples`` make mini-batches, for
    :func:`rmsprop_lab.descend` with ``batch_size=...`` and for :class:`rmsprop_lab.Lab`.

    Args:
        inputs: (u, v) of each example, shape (n, 2), n at least 2.
        targets: t of each example, shape (n,).
        name: the surface's name.

    Returns:
        the surface; its start is (0, 0), its minimum the one of :func:`numpy.linalg.lstsq`.

    Raises:
        ValueError: for a wrong shape, for infinity or not-a-number (with row and column), and
            for inputs that lie on a line through 0 and so do not fix both weights.

    Example:
        >>> fit = least_squares([[1, 0], [0, 2], [1, 2]], [1, 4, 5])
        >>> [round(weight, 12) for weight in fit.minima[0]], len(fit.examples)
        ([1.0, 2.0], 3)
    """
    inputs, targets = _table("inputs", inputs, "(n, 2)"), _table("targets", targets, "(n,)")
    if len(inputs) != len(targets):
        raise ValueError(
            f"inputs has {len(inputs)} rows and targets has {len(targets)}; "
            "they must have as many: a target for each example"
        )
    best, _, rank, _ = np.linalg.lstsq(inputs, targets, rcond=None)
    if rank < 2:
        raise ValueError(
            f"inputs has rank {rank}; it must be 2: its columns are collinear, "
            "so that no one pair of weights is the best"
        )
    best_x, best_y = map(float, best)
    with np.errstate(over="ignore"):
        (uu, uv), (_, vv) = (inputs.T @ inputs / len(inputs)).tolist()
        lowest = float(np.mean((inputs @ best - targets) ** 2) / 2)
    if not np.isfinite([uu, vv, lowest]).all():
        raise ValueError("inputs and targets are too large: their squares are not finite")

    # From the minimum, not from 0: there no digits are lost where f is nearly at its lowest.
    def value(x: Number, y: Number) -> Number:
        off_x = x - best_x
        off_y = y - best_y
        return lowest + (uu * off_x * off_x + 2 * uv * off_x * off_y + vv * off_y * off_y) / 2

    def grad(x: Number, y: Number) -> tuple[Number, Number]:
        off_x = x - best_x
        off_y = y - best_y
        return uu * off_x + uv * off_y, uv * off_x + vv * off_y

    half = WIDER * max(abs(best_x), abs(best_y)) or 1.0
    return Objective(
        name=name,
        formula=r"\tfrac{1}{2n} \sum_i (x u_i + y v_i - t_i)^2",
        value=value,
        grad=grad,
        start=(0.0, 0.0),
        window=((best_x - half, best_x + half), (best_y - half, best_y + half)),
        minima=((best_x, best_y),),
        source=f"least squares on {len(inputs)} examples",
        examples=Examples(np.column_stack([inputs, targets]), _error_grad),
    )


def _error_grad(x: Number, y: Number, u: float, v: float, t: float) -> tuple[Number, Number]:
    error = x * u + y * v - t
    return error * u, error * v


def _table(name: str, given: Any, shape: str) -> np.ndarray:
    """An array of finite floats of that shape, n at least 2."""
    try:
        numbers = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of shape {shape}: {error}") from None
    fits = numbers.ndim == 1 if shape == "(n,)" else numbers.shape[1:] == (2,)
    if not fits or len(numbers) < 2:
        raise ValueError(f"{name} has shape {numbers.shape}; it must be {shape}, n at least 2")
    check_finite(name, numbers)
    return numbers
