"""When a tape may stand in for the calls of a function: same bits, and nobody misses the calls."""

import builtins
import dis
import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from rmsprop_lab.algebra.tape import Tape, UntraceableError, trace

_CHANGES = {"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR", "IMPORT_NAME"}
_HARMLESS = {abs, enumerate, float, int, len, list, max, min, range, reversed, sum, tuple, zip}
_OF_MATH = {value for value in vars(math).values() if callable(value)}


def exact_tape(function: Callable[..., Any], count: int) -> Tape | None:
    """The tape that may be run in place of a function of ``count`` numbers, if there is one."""
    reached = reach(function)
    return None if reached is None else _traced(function, count, reached)


@lru_cache(maxsize=256)
def _traced(function: Callable[..., Any], count: int, reached: tuple[str, ...]) -> Tape | None:
    try:
        tape = trace(function, [f"a{place}" for place in range(count)])
    except UntraceableError:
        return None
    return tape if tape.exact else None


def reach(*functions: Any) -> tuple[str, ...] | None:
    """The numbers that functions take from outside; None if they may do more than compute.

    All that they reach must be numbers, NumPy, ``math``, and functions of the same kind: one that
    prints, or adds to a list, is to be called at every step.

    Example:
        >>> reach(np.sqrt), reach(print)
        ((), None)
    """
    numbers: list[str] = []
    pending: list[Any] = list(functions)
    seen: list[Any] = []
    while pending:
        value = pending.pop()
        if is_dataclass(value) and _is_ours(type(value)):
            pending += [getattr(value, field.name) for field in fields(value)]
        elif isinstance(value, (int, float)):
            numbers.append(repr(value))  # its text tells 0 from -0
        elif isinstance(value, FunctionType):
            if not any(value is other for other in seen):
                seen.append(value)
                try:
                    pending += _outside(value)
                except _ChangesError:
                    return None
        elif not (value is np or value is math or _only_computes(value)):
            return None
    return tuple(numbers)


def _is_ours(value: Any) -> bool:
    return (value.__module__ or "").startswith("rmsprop_lab.")


def _only_computes(value: Any) -> bool:
    try:
        return isinstance(value, np.ufunc) or value in _HARMLESS or value in _OF_MATH
    except (TypeError, ValueError):  # it cannot be hashed
        return False


class _ChangesError(Exception):
    """A function that changes something outside."""


def _outside(function: FunctionType) -> Iterator[Any]:
    """What it takes from around it, and its defaults."""
    if _is_ours(function):
        return  # all of ours only compute
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not yet assigned
            raise _ChangesError from None
    for code in _codes(function.__code__):
        if _CHANGES & {instruction.opname for instruction in dis.get_instructions(code)}:
            raise _ChangesError
        for name in code.co_names:  # those of attributes, too: one more is no harm
            if name in function.__globals__:
                yield function.__globals__[name]
            elif hasattr(builtins, name):
                yield getattr(builtins, name)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
