"""Values as JSON, both ways: numbers, text, arrays, lists of them, and nothing else.

The same file serves the worker inside the sandbox and the process outside. Decoding makes numbers
and text of whatever came, no more of them than is allowed, or raises ValueError; no name of a class
or a function is looked up. Encoding makes nothing that decoding would refuse.
"""

import base64
import math
from enum import Enum
from typing import Any

import numpy as np

from rmsprop_lab.checking.outcomes import Other, described

KINDS = {"b": "|b1", "i": "<i8", "u": "<u8", "f": "<f8", "c": "<c16"}  # NumPy's kinds, on the wire
DEPTH = 20  # of lists in lists
NUMBERS = 100_000  # in all arrays of a value
ENTRIES = 10_000  # in all lists of a value
TEXT = 1_000  # characters; a value is one text or has none
ERROR = 500  # characters of an error
ERRORS = 20  # of a cell


class _Room:
    """What a value may still hold."""

    def __init__(self) -> None:
        self.numbers, self.entries = NUMBERS, ENTRIES

    def take(self, *, numbers: int = 0, entries: int = 0) -> None:
        self.numbers -= numbers
        self.entries -= entries
        if self.numbers < 0 or self.entries < 0:
            raise ValueError("more than a value may hold")


def encode(value: Any) -> Any:
    """A value as JSON; what is not a value becomes what it is, in words."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, np.ndarray) and value.dtype.kind == "U" and not value.ndim:
        value = value.item()
    if isinstance(value, str):  # NumPy's too
        return str.__str__(value)[:TEXT]
    try:
        return _encoded(value, DEPTH, _Room())
    except ValueError:
        return {"other": f"{described(value)}, more than is read"[:TEXT]}


def _encoded(value: Any, depth: int, room: _Room) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        whole = int.__index__(value)
        if -(2**63) <= whole < 2**63:
            return whole
        try:
            return float(whole)
        except OverflowError:
            return {"other": "int, too large for a float"}
    if isinstance(value, float) and not isinstance(value, np.generic):
        return float.__float__(value)
    if isinstance(value, (list, tuple, range)):
        if not depth:
            return {"other": "list of lists of lists, deeper than is read"}
        room.take(entries=len(value))
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_encoded(item, depth - 1, room) for item in value]}
    if isinstance(value, (np.generic, complex)) or hasattr(type(value), "__array__"):
        return _array(np.asarray(value), room)
    return {"other": described(value)}


def _array(value: np.ndarray, room: _Room) -> Any:
    kind = value.dtype.kind
    if kind not in KINDS:
        return {"other": described(value)}
    room.take(numbers=value.size)
    array = np.asarray(value, dtype=KINDS[kind], order="C")
    data = base64.b64encode(array.tobytes()).decode()
    return {"array": data, "kind": kind, "shape": list(array.shape)}


def decode(sent: Any) -> Any:
    """The value of what :func:`encode` made.

    Raises:
        ValueError: where it is nothing that ``encode`` makes.
    """
    if isinstance(sent, str):
        return _text(sent)
    return _decoded(sent, DEPTH, _Room())


def _decoded(sent: Any, depth: int, room: _Room) -> Any:
    if sent is None or isinstance(sent, (bool, float)):
        return sent
    if isinstance(sent, int) and -(2**63) <= sent < 2**63:
        return sent
    match sent:
        case {"array": str(data), "kind": str(kind), "shape": list(shape)} if len(sent) == 3:
            return _read_array(data, kind, shape, room)
        case {"list": list(items)} | {"tuple": list(items)} if len(sent) == 1 and depth:
            room.take(entries=len(items))
            values = [_decoded(item, depth - 1, room) for item in items]
            return tuple(values) if "tuple" in sent else values
        case {"other": str(what)} if len(sent) == 1:
            return Other(_text(what))
    raise ValueError("neither numbers nor text")


def _read_array(data: str, kind: str, shape: list[Any], room: _Room) -> np.ndarray:
    if kind not in KINDS or len(shape) > 32:
        raise ValueError("an array's kind or shape")
    if not all(type(length) is int and 0 <= length <= NUMBERS for length in shape):
        raise ValueError("an array's shape")
    size = math.prod(shape)
    room.take(numbers=size)
    kept = np.dtype(KINDS[kind])
    if len(data) != 4 * math.ceil(size * kept.itemsize / 3):
        raise ValueError("an array's length")
    raw = base64.b64decode(data, validate=True)
    if len(raw) != size * kept.itemsize:
        raise ValueError("an array's length")
    return np.frombuffer(raw, dtype=kept).reshape(shape).copy()


def _text(sent: str) -> str:
    if len(sent) > TEXT:
        raise ValueError("a long text")
    return sent.encode(errors="replace").decode()  # half a character cannot be written
