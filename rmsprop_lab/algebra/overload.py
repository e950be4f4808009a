"""Functions of numbers that run on other things: arrays, and numbers of our own."""

import math
from collections.abc import Callable
from types import FunctionType
from typing import Any, ClassVar

import numpy as np

_NAMES = tuple("sqrt cbrt exp log sin cos tan tanh atan hypot fabs pow".split())


class _ArrayMath:
    """``math``, with NumPy's functions where both have one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np if name in _NAMES else math, name)


_ARRAY_MATH = _ArrayMath()
_FOR_ARRAYS = {getattr(math, name): getattr(np, name) for name in _NAMES}


def for_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with NumPy's functions for those of ``math``."""
    if not isinstance(function, FunctionType):
        return function
    names = function.__code__.co_names
    scope = {name: function.__globals__[name] for name in names if name in function.__globals__}
    changed = {name: _for_arrays(value) for name, value in scope.items()}
    if all(changed[name] is value for name, value in scope.items()):
        return function
    twin = FunctionType(
        function.__code__,
        function.__globals__ | changed,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    return twin


def _for_arrays(value: Any) -> Any:
    if value is math:
        return _ARRAY_MATH
    if type(value) is type(math.sqrt):
        return _FOR_ARRAYS.get(value, value)
    return value


def _both(name: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """An operator and its reflection, as in ``x + 1`` and ``1 + x``."""

    def operator(self: Any, other: Any) -> Any:
        return self._call(name, self, other)

    def reflected(self: Any, other: Any) -> Any:
        return self._call(name, other, self)

    return operator, reflected


class Overloaded:
    """A number of our own, with the operators and NumPy's functions: a table.

    ``functions`` has them by the names of NumPy's ufuncs. Each takes operands that ``lift`` made.
    """

    functions: ClassVar[dict[str, Callable[..., Any]]]

    def lift(self, other: Any) -> Any:
        """The other operand as one of this kind, or ``NotImplemented``."""
        raise NotImplementedError

    def _call(self, name: str, *operands: Any) -> Any:
        if name not in self.functions:
            return NotImplemented
        lifted = [self.lift(scalar(operand)) for operand in operands]
        if not any(operand is NotImplemented for operand in lifted):
            return self.functions[name](*lifted)
        if any(isinstance(operand, np.ndarray) for operand in operands):
            # Constants in an array: an array of our numbers comes out, element by element.
            return getattr(np, name)(*(np.array(operand, dtype=object) for operand in operands))
        return NotImplemented

    def __array_ufunc__(self, ufunc: Any, method: str, *operands: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        return self._call(ufunc.__name__, *operands)

    def __array_function__(self, function: Any, types: Any, operands: Any, options: Any) -> Any:
        """``np.where`` and ``np.clip`` by our table, though no ufuncs; others as of any object."""
        name = {np.where: "where", np.clip: "clip"}.get(function)
        if name and len(operands) == 3 and all(of is None for of in options.values()):
            return self._call(name, *operands)
        return function.__wrapped__(*operands, **options)

    def __getattr__(self, name: str) -> Any:
        """``x.sqrt()``: what NumPy calls for ``np.sqrt`` of an array of objects."""
        if name not in type(self).functions:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return lambda *others: self._call(name, self, *others)

    __add__, __radd__ = _both("add")
    __sub__, __rsub__ = _both("subtract")
    __mul__, __rmul__ = _both("multiply")
    __truediv__, __rtruediv__ = _both("divide")
    __pow__, __rpow__ = _both("power")
    __lt__, __gt__ = _both("less")
    __le__, __ge__ = _both("less_equal")

    def __eq__(self, other: object) -> Any:
        return self._call("equal", self, other)

    def __ne__(self, other: object) -> Any:
        return self._call("not_equal", self, other)

    __hash__ = None  # type: ignore[assignment]  # as arrays: equality is of values

    def __neg__(self) -> Any:
        return self._call("negative", self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._call("absolute", self)


def scalar(operand: Any) -> Any:
    """Python's number for NumPy's, whose own operators would call us back without end."""
    single = isinstance(operand, np.generic) or (
        isinstance(operand, np.ndarray) and not operand.ndim
    )
    return operand.item() if single else operand
