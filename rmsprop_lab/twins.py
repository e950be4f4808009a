"""A function's twin for floats or for arrays: the same code with other ``sqrt``, ``exp``, ...

NumPy's functions take both, but are eight times slower on floats; Python's take only floats,
and raise where IEEE arithmetic has infinity or not-a-number.
"""

import math
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

_NAMES = ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "atan", "hypot", "fabs", "pow")


class _ArrayMath:
    """``math``, with NumPy's functions where both have one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np if name in _NAMES else math, name)


_ARRAY_MATH = _ArrayMath()
_FOR_ARRAYS = {getattr(math, name): getattr(np, name) for name in _NAMES}


def for_floats(function: Callable[..., Any]) -> Callable[..., Any]:
    """With Python's ``sqrt`` for NumPy's, which gives the same bits (``exp`` may not)."""
    return _twin(function, lambda value: math.sqrt if value is np.sqrt else value)


def for_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """With NumPy's functions for those of ``math``."""
    return _twin(function, _for_arrays)


def _for_arrays(value: Any) -> Any:
    if value is math:
        return _ARRAY_MATH
    if type(value) is type(math.sqrt):
        return _FOR_ARRAYS.get(value, value)
    return value


def _twin(function: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    if not isinstance(function, FunctionType):
        return function
    names = function.__code__.co_names
    scope = {name: function.__globals__[name] for name in names if name in function.__globals__}
    changed = {name: change(value) for name, value in scope.items()}
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
