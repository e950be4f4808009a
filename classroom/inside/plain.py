"""Values as JSON, both ways: numbers, text, arrays, lists of them, and nothing else.

The same file serves the worker inside the sandbox and the process outside. Decoding makes numbers
and text of whatever came, or raises ValueError; no name of a class or a function is looked up.
"""

import base64
from typing import Any

import numpy as np

KINDS = {"b": "|b1", "i": "<i8", "u": "<u8", "f": "<f8", "c": "<c16"}  # NumPy's kinds, on the wire
DEPTH = 20
TEXT = 10_000  # characters
NUMBERS = 1_000_000  # in one array


def encode(value: Any, depth: int = DEPTH) -> Any:
    """A value as JSON; what is not a value becomes the name of its type."""
    if value is None or type(value) in (bool, float):
        return value
    if type(value) is int and abs(value) < 2**63:
        return value
    if type(value) is str:
        return value[:TEXT]
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if isinstance(value, np.ndarray):
        if value.dtype.kind in KINDS and value.size <= NUMBERS:
            array = np.asarray(value, dtype=KINDS[value.dtype.kind], order="C")
            return {
                "array": base64.b64encode(array.tobytes()).decode(),
                "kind": value.dtype.kind,
                "shape": list(array.shape),
            }
        return {"other": f"array of {value.dtype} and shape {value.shape}"[:200]}
    if isinstance(value, (list, tuple)) and depth and len(value) <= NUMBERS:
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [encode(item, depth - 1) for item in value]}
    return {"other": type(value).__name__[:200]}


class Other(str):
    """In place of something that is neither a number nor text: what it was."""


def decode(sent: Any) -> Any:
    """The value of what :func:`encode` made.

    Raises:
        ValueError: where it is nothing that ``encode`` makes.
    """
    if sent is None or isinstance(sent, (bool, int, float, str)):
        return sent
    match sent:
        case {"array": str(data), "kind": str(kind), "shape": list(shape)} if kind in KINDS:
            if len(shape) > 32 or not all(type(n) is int and 0 <= n <= NUMBERS for n in shape):
                raise ValueError("an array's shape")
            flat = np.frombuffer(base64.b64decode(data, validate=True), dtype=KINDS[kind])
            return flat.reshape(shape).copy()
        case {"list": list(items)}:
            return [decode(item) for item in items]
        case {"tuple": list(items)}:
            return tuple(decode(item) for item in items)
        case {"other": str(name)}:
            return Other(name[:200])
    raise ValueError("neither a number nor text")
