"""Exact gradients by forward-mode automatic differentiation.

Running a function of (x, y) on dual numbers runs its chain rule along with it, so the
gradient is exact up to rounding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rmsprop_lab.algebra.dual import Dual, Slope
from rmsprop_lab.algebra.overload import Overloaded, for_arrays
from rmsprop_lab.number import Number

# A shorter step has less error of the formula, and more of rounding: this balances the two.
_STEP = float(np.finfo(float).eps) ** (1 / 3)


def gradient(function: Callable[..., Any]) -> "Gradient":
    """The gradient of a function of two coordinates.

    Args:
        function: ``f(x, y, *parameters)``, any Python of arithmetic, ``abs``, comparisons and
            the functions of NumPy or ``math`` that :class:`~rmsprop_lab.algebra.dual.Dual` knows.

    Returns:
        a function of the same arguments; see :class:`Gradient`.

    Example:
        >>> gradient(lambda x, y: x**2 + x * y)(3.0, 4.0)
        (10.0, 3.0)
    """
    return Gradient(function)


@dataclass(frozen=True)
class Gradient:
    """The gradient of ``function``; call it for the pair (∂f/∂x, ∂f/∂y).

    Where dual numbers cannot run through the function, because it calls ``float(x)`` or a
    library that knows only floats, a call falls back to central differences. Their error is
    about 1e-10 of the function's size there, or of its third derivative. :meth:`exact`
    raises instead.

    Attributes:
        function: ``f(x, y, *parameters)``.

    Example:
        >>> grad = Gradient(lambda x, y: np.sin(x) * y)
        >>> grad(0.0, 2.0) == (2.0, 0.0)
        True
        >>> [slope.shape for slope in grad(np.zeros((3, 4)), 2.0)]
        [(3, 4), (3, 4)]
    """

    function: Callable[..., Any]

    def __call__(self, x: Number, y: Number, *parameters: Any) -> tuple[Number, Number]:
        """The pair of slopes at (x, y), of the shape of x and y."""
        try:
            return self.exact(x, y, *parameters)
        except (TypeError, ValueError, AttributeError):  # what a library says to a stranger
            return self._differences(x, y, *parameters)

    def exact(self, x: Number, y: Number, *parameters: Any) -> tuple[Number, Number]:
        """The same by dual numbers only.

        Raises:
            TypeError, ValueError, AttributeError: where they cannot run through the function.

        Example:
            >>> Gradient(lambda x, y: float(x)).exact(1.0, 2.0)
            Traceback (most recent call last):
            TypeError: float() argument must be a string or a real number, not 'Dual'
        """
        x, y = _point(x, y)
        along_x, along_y = Dual(x, _slope_of_itself(x), None), Dual(y, None, _slope_of_itself(y))
        result = for_arrays(self.function)(along_x, along_y, *parameters)
        if isinstance(result, np.ndarray) and not result.ndim:
            result = result.item()
        if not isinstance(result, Dual):  # it depends on neither
            if not isinstance(result, Overloaded) and np.asarray(result).dtype.kind not in "biuf":
                raise TypeError(f"the function gives a {type(result).__name__}, not a number")
            result = Dual(result)
        return _shaped(result.dx, x, y), _shaped(result.dy, x, y)

    def _differences(self, x: Number, y: Number, *parameters: Any) -> tuple[Number, Number]:
        (x, y), f = _point(x, y), for_arrays(self.function)
        h, k = (_STEP * np.maximum(1.0, np.abs(at)) for at in (x, y))
        right, left, above, below = x + h, x - h, y + k, y - k
        # The distance as it was rounded, not 2 h.
        along_x = (f(right, y, *parameters) - f(left, y, *parameters)) / (right - left)
        along_y = (f(x, above, *parameters) - f(x, below, *parameters)) / (above - below)
        return _shaped(along_x, x, y), _shaped(along_y, x, y)


def _point(x: Number, y: Number) -> tuple[Number, Number]:
    """The coordinates as floats, or as arrays of one shape."""
    if all(isinstance(at, (float, Overloaded)) for at in (x, y)):
        return x, y
    x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return x[()], y[()]


def _slope_of_itself(at: Number) -> float:
    """The slope of a coordinate along itself: NumPy's where it is NumPy's, as 1 / 0 may follow."""
    return np.float64(1.0) if isinstance(at, (np.generic, np.ndarray)) else 1.0


def _shaped(slope: Slope, x: Number, y: Number) -> Number:
    """The slope in the shape of the point; a slope may be one number for all points."""
    slope = 0.0 if slope is None else slope
    shape = np.broadcast_shapes(np.shape(x), np.shape(y))
    if np.shape(slope) == shape:
        return slope[()] if isinstance(slope, np.ndarray) else slope
    return np.broadcast_to(slope, shape).copy()
