"""A surface f(x, y): value, gradient, minima, start, window and source.

:meth:`Objective.of` makes one of any function or typed formula, with its exact gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from inspect import signature
from reprlib import repr as shortened
from typing import Any

import numpy as np

from rmsprop_lab.algebra.formula import parse
from rmsprop_lab.algebra.gradient import gradient
from rmsprop_lab.algebra.overload import for_arrays
from rmsprop_lab.number import Number
from rmsprop_lab.objectives.examples import Examples, pair
from rmsprop_lab.parameter import Parameter, as_parameters

Interval = tuple[float, float]


@dataclass(frozen=True)
class Objective:
    """A surface over the plane, and what one needs to draw it.

    Attributes:
        name: a short name, shown in figures and messages.
        value: ``f(x, y, *parameters)``, a number.
        grad: ``df(x, y, *parameters)``, the pair (∂f/∂x, ∂f/∂y), as a tuple or an array.
        formula: f in LaTeX.
        start: where a path starts unless told otherwise, (x, y).
        window: what a map shows, ((x from, x to), (y from, y to)).
        minima: the known local minima, each (x, y).
        parameters: numbers that shape the surface, such as a condition number. Their
            defaults are the surface's values; see :meth:`at`.
        source: where the surface comes from.
        examples: the data whose mean loss the surface is, if it is one; they make mini-batches
            possible. ``value`` and ``grad`` stay those of all the data. Not together with
            ``parameters``, of which one example's gradient knows nothing.
        sums: numbers that ``value`` and ``grad`` take after the parameters and that follow from
            the examples, where these are points that a reader may pull; see
            :class:`rmsprop_lab.objectives.line.LineSums`.

    Raises:
        TypeError: where ``value`` or ``grad`` does not take x, y and the parameters, or these are
            no parameters.
        ValueError: where the start, the window or a minimum is not finite, or examples and
            parameters come together.

    Example:
        >>> tilted = Objective(
        ...     name="tilted bowl",
        ...     value=lambda x, y: x * x + x * y + y * y,
        ...     grad=lambda x, y: (2 * x + y, x + 2 * y),
        ... )
        >>> tilted(1.0, 2.0)
        7.0
    """

    name: str
    value: Callable[..., Number]
    grad: Callable[..., Any]
    formula: str = ""
    start: tuple[float, float] = (5.0, 4.0)
    window: tuple[Interval, Interval] = ((-6.0, 6.0), (-6.0, 6.0))
    minima: tuple[tuple[float, float], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    source: str = ""
    examples: Examples | None = None
    sums: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        parameters = as_parameters(self.parameters, f"objective {self.name!r}")
        object.__setattr__(self, "parameters", parameters)
        if not isinstance(self.examples, Examples | None):
            raise TypeError(
                f"objective {self.name!r}: examples = {shortened(self.examples)} must be Examples, "
                "or None"
            )
        point = (0.0, 0.0, *self.settings)
        for role in ("value", "grad"):
            try:
                signature(getattr(self, role)).bind(*point)
            except TypeError as error:
                wanted = ", ".join(("x", "y", *(p.name for p in self.parameters)))
                raise TypeError(
                    f"objective {self.name!r}: {role} must be a function of ({wanted}): {error}"
                ) from None
        if self.examples is not None and self.parameters:
            raise ValueError(f"objective {self.name!r} has examples, so it may have no parameters")
        start, window, minima = map(_finite, (self.start, self.window, self.minima))
        if start.shape != (2,):
            raise ValueError(
                f"objective {self.name!r}: start = {self.start!r} must be two finite numbers"
            )
        if window.shape != (2, 2) or not (np.diff(window) > 0).all():
            raise ValueError(
                f"objective {self.name!r}: window = {self.window!r} must be "
                "((x from, x to), (y from, y to)), finite, each from the smaller to the larger"
            )
        if minima.shape not in ((0,), (len(minima), 2)):
            raise ValueError(
                f"objective {self.name!r}: minima = {self.minima!r} must be points (x, y), finite"
            )

        # NumPy's numbers and arrays are welcome; from here on they are plain.
        for name, numbers in (("start", start), ("window", window), ("minima", minima)):
            object.__setattr__(self, name, _tuples(numbers.tolist()))

    @classmethod
    def of(
        cls,
        function: Callable[..., Number] | str,
        name: str | None = None,
        *,
        grad: Callable[..., Any] | None = None,
        start: tuple[float, float] = (5.0, 4.0),
        window: tuple[Interval, Interval] = ((-6.0, 6.0), (-6.0, 6.0)),
        minima: tuple[tuple[float, float], ...] = (),
    ) -> "Objective":
        """A surface of a function of (x, y), or of a formula such as ``"x^2 + 3*y^2"``.

        Args:
            function: the value; see :func:`rmsprop_lab.algebra.formula.parse` for formulas.
            name: the formula itself, or the function's name, without one.
            grad: the gradient; without one, by automatic differentiation, exact up to rounding.
            start: where a path starts unless told otherwise, (x, y).
            window: what a map shows, ((x from, x to), (y from, y to)).
            minima: the known local minima, each (x, y).

        Raises:
            FormulaError: a ValueError, for a formula with a mistake, with the character.
            TypeError: for a function that does not take x and y.

        Example:
            >>> Objective.of("x^2 + 3*y^2").gradient(1.0, 2.0)
            (2.0, 12.0)
        """
        if isinstance(function, str):
            value, own_name = parse(function), function.strip()
        else:
            value, own_name = function, getattr(function, "__name__", "<lambda>")
        return cls(
            name=name or own_name.replace("<lambda>", "surface"),
            value=value,
            grad=grad or gradient(value),
            start=start,
            window=window,
            minima=minima,
        )

    def __call__(self, x: Number, y: Number) -> Number:
        """The value f(x, y), for numbers or arrays."""
        value = for_arrays(self.value)
        try:
            return _ieee(value, x, y, *self.settings)
        except (TypeError, ValueError):
            if np.ndim(x) == np.ndim(y) == 0:
                raise
            return np.vectorize(value, otypes=[float])(x, y, *self.settings)  # it takes no arrays

    def gradient(self, x: Number, y: Number) -> Any:
        """The pair (∂f/∂x, ∂f/∂y), for numbers or arrays."""
        return pair(_ieee(for_arrays(self.grad), x, y, *self.settings))

    @property
    def settings(self) -> tuple[float, ...]:
        """What value and gradient take after x and y: the parameters' values, and the sums."""
        return (*(parameter.default for parameter in self.parameters), *self.sums)

    def at(self, **settings: float) -> "Objective":
        """The same surface with other parameters.

        Raises:
            ValueError: for an unknown parameter or one out of range.

        Example:
            >>> from rmsprop_lab.objectives import ravine
            >>> ravine.at(condition=100)(0.0, 1.0)
            50.0
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in settings:
            if name not in known:
                choices = ", ".join(known) or "none"
                raise ValueError(
                    f"{self.name!r} has no parameter {shortened(name)}; choices: {choices}"
                )
        changed = tuple(p.at(settings.get(p.name, p.default)) for p in self.parameters)
        return replace(self, parameters=changed)


def _ieee(function: Callable[..., Any], x: Number, y: Number, *settings: float) -> Any:
    """The function at (x, y); infinite or not-a-number where a float of Python's raises."""
    try:
        return function(x, y, *settings)
    except ArithmeticError:
        with np.errstate(all="ignore"):
            return function(np.float64(x), np.float64(y), *settings)


def _finite(given: Any) -> np.ndarray:
    """Finite numbers as an array; of anything else one without rows, which has no right shape."""
    none = np.empty((0, 0))
    try:
        numbers = np.asarray(given)
    except ValueError:  # rows of different lengths
        return none
    good = numbers.ndim and numbers.dtype.kind in "biuf" and np.isfinite(numbers).all()
    return numbers.astype(float) if good else none


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
