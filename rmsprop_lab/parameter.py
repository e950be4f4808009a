"""A named number that a person may set: its symbol, range, slider and default."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from numbers import Real
from reprlib import repr as shortened
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

Scale: TypeAlias = Literal["linear", "log", "memory"]
SCALES = get_args(Scale)


@dataclass(frozen=True)
class Parameter:
    """A number that a rule, a surface or a run takes.

    Attributes:
        name: as in the code, ``learning_rate``.
        symbol: as in the equations, ``α``.
        default: the book's value.
        low: where the allowed range begins; infinity is never allowed.
        high: where it ends.
        open_low: whether ``low`` itself is excluded.
        open_high: whether ``high`` itself is excluded.
        slider: the ends of its slider, inside the allowed range.
        scale: of the slider. That of a memory, ``"memory"``, goes by ``log(1 - value)``: it
            is as far from 0.9 to 0.99 as from 0.99 to 0.999.
        unit: what is written after the value.
        whole: whether it must be a whole number.

    Raises:
        ValueError: for a default or a slider out of the range, and an unknown scale.
    """

    name: str
    symbol: str
    default: float
    low: float
    high: float
    slider: tuple[float, float]
    scale: Scale = "linear"
    unit: str = ""
    open_low: bool = False
    open_high: bool = False
    whole: bool = False

    def __post_init__(self) -> None:
        for limit in ("low", "high"):
            if not isinstance(getattr(self, limit), Real):
                raise ValueError(f"{self.name}: {limit} = {getattr(self, limit)!r} is not a number")
        if self.scale not in SCALES:
            choices = ", ".join(SCALES)
            raise ValueError(f"{self.name}: scale = {self.scale!r}; choices: {choices}")
        self.check_one(self.default)
        try:
            low, high = self.slider
            inside = self._allows(low) and self._allows(high)
        except (TypeError, ValueError):
            raise ValueError(
                f"{self.name}: slider = {shortened(self.slider)} must be two numbers, (from, to)"
            ) from None
        bound = {"log": "above 0", "memory": "below 1"}.get(self.scale)
        beyond = (self.scale == "log" and low <= 0) or (self.scale == "memory" and high >= 1)
        only = low == high == self.low == self.high  # value that is allowed
        if not (low < high or only) or beyond:
            raise ValueError(
                f"{self.name}: slider = {self.slider!r} must go from the smaller to the larger"
                + (f", both {bound} on a {self.scale} scale" if bound else "")
            )
        if not inside:
            raise ValueError(
                f"{self.name}: slider = {self.slider!r} reaches out of the range; {self._allowed}"
            )

    @property
    def interval(self) -> str:
        """The allowed range in words, as ``[0, 1)``."""
        opening = "(" if self.open_low or self.low == -inf else "["
        closing = ")" if self.open_high or self.high == inf else "]"
        kind = "whole numbers in " if self.whole else ""
        return f"{kind}{opening}{_text(self.low)}, {_text(self.high)}{closing}"

    def check(self, value: Any) -> Any:
        """Return ``value``, one number or an array, as floats (or whole numbers).

        Raises:
            ValueError: naming the value and the allowed range.
        """
        if type(value) is float and not self.whole and self._allows(value):
            return value  # the usual case, fifty times as fast
        try:
            # "0.1" and a date would pass for a number, and None for not-a-number.
            if value is None or np.asarray(value).dtype.kind not in "biufO":
                raise TypeError
            numbers = np.asarray(value, dtype=float)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(
                f"{self.name} = {shortened(value)} is not a number; {self._allowed}"
            ) from None
        good = np.asarray(self._allows(numbers))
        if not good.all():
            bad = numbers[~good].flat[0]
            raise ValueError(f"{self.name} = {_text(bad)} is out of range; {self._allowed}")
        if numbers.ndim:
            return numbers
        return int(numbers) if self.whole else float(numbers)

    def _allows(self, numbers: Any) -> Any:
        above = numbers > self.low if self.open_low else numbers >= self.low
        below = numbers < self.high if self.open_high else numbers <= self.high
        good = above & below & (abs(numbers) < inf)  # not-a-number fails the comparisons
        return good & (numbers == np.floor(numbers)) if self.whole else good

    def check_one(self, value: Any) -> Any:
        """The same for one number; an array is refused."""
        checked = self.check(value)
        if np.ndim(checked):
            raise ValueError(f"{self.name} = {shortened(value)} is not one number; {self._allowed}")
        return checked

    def at(self, value: float) -> "Parameter":
        """The same parameter with another default, in range; its slider reaches it if it can.

        Example:
            >>> scale = Parameter("scale", "", 1, low=0, high=10, slider=(0.1, 2), scale="log")
            >>> scale.at(5).slider, scale.at(0).slider
            ((0.1, 5.0), (0.1, 2))
        """
        value = self.check_one(value)
        # No logarithmic slider comes to 0; it can be typed.
        ends = self.slider if self.scale == "log" and value <= 0 else (*self.slider, value)
        return replace(self, default=value, slider=(min(ends), max(ends)))

    @property
    def _allowed(self) -> str:
        return f"allowed: {self.interval}"


def as_parameters(given: Any, whose: str) -> tuple[Parameter, ...]:
    """Descriptions of numbers, as a tuple.

    Raises:
        TypeError: for what is none.
        ValueError: for two of one name.
    """
    found = tuple(given) if isinstance(given, Iterable) else (given,)
    if isinstance(given, str) or not all(isinstance(one, Parameter) for one in found):
        raise TypeError(
            f"{whose}: parameters = {shortened(given)} must be descriptions of numbers, "
            "[Parameter(name, symbol, default, low=..., high=..., slider=...)]"
        )
    names = [one.name for one in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"{whose}: two parameters are called {twice[0]!r}")
    return found


def _text(number: float) -> str:
    """A number as one would type it: ``1.1`` and ``4294967295``, with no digit made up or lost."""
    return repr(float(number)).removesuffix(".0")
