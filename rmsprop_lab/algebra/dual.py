"""Dual numbers: a number that carries its two slopes, so that arithmetic is the chain rule.

A slope that is zero by construction (that of x along y) is ``None`` and costs nothing; so
the same operations are made on floats, on arrays and, in ``tape.py``, on symbols.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from rmsprop_lab.algebra.overload import Overloaded
from rmsprop_lab.number import Number

Slope = Any  # a number, or None where it is zero by construction


def power(base: Any, exponent: Any) -> Any:
    """A power; of a whole exponent from 1 to 8 a product, which rounds alike everywhere.

    Args:
        base: a number, an array, or anything that multiplies.
        exponent: likewise.

    Returns:
        ``base * base * ...``, or ``np.power(base, exponent)``.

    Example:
        >>> power(1.1, 3) == 1.1 * 1.1 * 1.1
        True
    """
    if isinstance(base, Dual):
        return base**exponent
    if isinstance(exponent, (int, float)) and exponent in range(1, 9):
        product = base
        for _ in range(int(exponent) - 1):
            product = product * base
        return product
    # As a float: NumPy refuses whole numbers to negative powers.
    return np.power(float(base) if isinstance(base, int) else base, exponent)


def _plus(p: Slope, q: Slope) -> Slope:
    return q if p is None else p if q is None else p + q


def _minus(p: Slope, q: Slope) -> Slope:
    return p if q is None else -q if p is None else p - q


def _times(factor: Any, slope: Slope) -> Slope:
    return None if slope is None else factor * slope


def _over(slope: Slope, divisor: Any) -> Slope:
    return None if slope is None else slope / divisor


# ---- the chain rule -------------------------------------------------------------------


def _add(a: "Dual", b: "Dual") -> "Dual":
    return Dual(a.value + b.value, _plus(a.dx, b.dx), _plus(a.dy, b.dy))


def _subtract(a: "Dual", b: "Dual") -> "Dual":
    return Dual(a.value - b.value, _minus(a.dx, b.dx), _minus(a.dy, b.dy))


def _multiply(a: "Dual", b: "Dual") -> "Dual":
    def slope(da: Slope, db: Slope) -> Slope:  # a'b + ab'
        return _plus(_times(b.value, da), _times(a.value, db))

    return Dual(a.value * b.value, slope(a.dx, b.dx), slope(a.dy, b.dy))


def _divide(a: "Dual", b: "Dual") -> "Dual":
    quotient = a.value / b.value

    def slope(da: Slope, db: Slope) -> Slope:  # (a' - (a/b) b') / b
        return _over(_minus(da, _times(quotient, db)), b.value)

    return Dual(quotient, slope(a.dx, b.dx), slope(a.dy, b.dy))


def _power(a: "Dual", b: "Dual") -> "Dual":
    base, exponent = a.value, b.value
    if b.constant:
        value = power(base, exponent)
        if isinstance(exponent, (int, float)) and exponent in (0, 1):
            return a if exponent else Dual(value)
        return _chain(a, value, exponent * power(base, exponent - 1))
    # A y that happens to be 2 makes no product: the value alone may not choose the operations.
    value = np.power(base, exponent)
    along_b = _chain(b, value, value * np.log(base))
    if a.constant:
        return along_b
    along_a = _chain(a, value, exponent * np.power(base, exponent - 1))
    return Dual(value, _plus(along_a.dx, along_b.dx), _plus(along_a.dy, along_b.dy))


def _chain(u: "Dual", value: Number, factor: Number) -> "Dual":
    """g(u), with the value g and the slopes g'(u) u'."""
    return Dual(value, _times(factor, u.dx), _times(factor, u.dy))


def _sqrt(u: "Dual") -> "Dual":
    root = np.sqrt(u.value)
    return _chain(u, root, 0.5 / root)


def _cbrt(u: "Dual") -> "Dual":
    root = np.cbrt(u.value)
    return _chain(u, root, 1.0 / (3.0 * (root * root)))


def _exp(u: "Dual") -> "Dual":
    value = np.exp(u.value)
    return _chain(u, value, value)


def _tan(u: "Dual") -> "Dual":
    value = np.tan(u.value)
    return _chain(u, value, 1.0 + value * value)


def _tanh(u: "Dual") -> "Dual":
    value = np.tanh(u.value)
    return _chain(u, value, 1.0 - value * value)


def _absolute(u: "Dual") -> "Dual":
    return _chain(u, np.abs(u.value), np.sign(u.value))


def _where(condition: Any, a: "Dual", b: "Dual") -> "Dual":
    def pick(p: Any, q: Any) -> Any:
        if p is None and q is None:
            return None
        picked = np.where(condition, 0.0 if p is None else p, 0.0 if q is None else q)
        return picked[()] if isinstance(picked, np.ndarray) else picked

    return Dual(pick(a.value, b.value), pick(a.dx, b.dx), pick(a.dy, b.dy))


def _maximum(a: "Dual", b: "Dual") -> "Dual":
    chosen = _where(a.value >= b.value, a, b)
    return Dual(np.maximum(a.value, b.value), chosen.dx, chosen.dy)


def _minimum(a: "Dual", b: "Dual") -> "Dual":
    chosen = _where(a.value <= b.value, a, b)
    return Dual(np.minimum(a.value, b.value), chosen.dx, chosen.dy)


# By the names of NumPy's ufuncs. At a kink (|u| at 0) a subgradient, on a tie the first's.
_CHAIN_RULE: dict[str, Callable[..., Any]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "negative": lambda u: Dual(-u.value, _minus(None, u.dx), _minus(None, u.dy)),
    "square": lambda u: _multiply(u, u),
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "exp": _exp,
    "log": lambda u: _chain(u, np.log(u.value), 1.0 / u.value),
    "sin": lambda u: _chain(u, np.sin(u.value), np.cos(u.value)),
    "cos": lambda u: _chain(u, np.cos(u.value), -np.sin(u.value)),
    "tan": _tan,
    "tanh": _tanh,
    "arctan": lambda u: _chain(u, np.arctan(u.value), 1.0 / (1.0 + u.value * u.value)),
    "hypot": lambda a, b: _sqrt(_add(_multiply(a, a), _multiply(b, b))),
    "sign": lambda u: Dual(np.sign(u.value)),
    "absolute": _absolute,
    "fabs": _absolute,
    "maximum": _maximum,
    "minimum": _minimum,
    "where": lambda condition, a, b: _where(condition.value, a, b),
    "clip": lambda a, low, high: _minimum(_maximum(a, low), high),
    "less": lambda a, b: a.value < b.value,
    "less_equal": lambda a, b: a.value <= b.value,
    "greater": lambda a, b: a.value > b.value,
    "greater_equal": lambda a, b: a.value >= b.value,
    "equal": lambda a, b: a.value == b.value,
    "not_equal": lambda a, b: a.value != b.value,
}


class Dual(Overloaded):
    """A number and its slopes along x and y.

    Attributes:
        value: the number.
        dx, dy: its slopes; ``None`` where zero by construction.

    Example:
        >>> x = Dual(3.0, dx=1.0)
        >>> (x * x).dx
        6.0
    """

    functions = _CHAIN_RULE

    def __init__(self, value: Number, dx: Slope = None, dy: Slope = None) -> None:
        self.value, self.dx, self.dy = value, dx, dy

    @property
    def constant(self) -> bool:
        """Whether it depends on neither x nor y."""
        return self.dx is None and self.dy is None

    def lift(self, other: Any) -> Any:
        """A constant has no slopes; an array is one only beside duals of arrays."""
        if isinstance(other, Dual):
            return other
        if isinstance(other, (int, float, Overloaded)):
            return Dual(other)
        if isinstance(other, np.ndarray) and isinstance(self.value, np.ndarray):
            return Dual(other)
        return NotImplemented

    def __bool__(self) -> bool:
        return bool(self.value)
