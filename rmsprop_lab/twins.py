"""A function of floats made one of arrays: the same code with NumPy's ``sqrt``, ``exp``, ...

Those of ``math`` take only floats, and raise where IEEE arithmetic has infinity or not-a-number.
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
