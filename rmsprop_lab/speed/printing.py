"""A tape printed as Python, which runs on floats at full speed and compiles."""

import math
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from rmsprop_lab.algebra.tape import Tape

_EXPRESSIONS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "negative": "-{}",
    "sqrt": "sqrt({})",
    "absolute": "abs({})",
    "sign": "sign({})",
    "minimum": "minimum({}, {})",
    "maximum": "maximum({}, {})",
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "equal": "{} == {}",
    "not_equal": "{} != {}",
    "where": "{1} if {0} else {2}",
}


# What Python has no word for, with NumPy's answers for zeros and for what is not a number.
def sign(a: float) -> float:
    """1, -1 or 0; not a number stays so."""
    return 1.0 if a > 0 else -1.0 if a < 0 else a * 0 + 0.0


def maximum(a: float, b: float) -> float:
    """The greater one, 0 rather than -0; not a number if one is not."""
    if a == b:
        return a if a != 0 else a + b
    return a if a > b else b if a < b else a + b


def minimum(a: float, b: float) -> float:
    """The lesser one, -0 rather than 0; not a number if one is not."""
    return -maximum(-a, -b)


HELPERS = (sign, maximum, minimum)


def statements(tape: Tape, fixed: Collection[int] = ()) -> tuple[list[str], list[str], list[str]]:
    """An exact tape in Python.

    Args:
        tape: its arguments are called ``a0``, ``a1``, ...
        fixed: the places of arguments that stay the same from round to round of a loop.

    Returns:
        the lines that depend on these alone, the other lines, and the names of the results.
    """
    known = set(fixed)
    names = [f"a{place}" for place in range(len(tape.takes))]
    before, inside = [], []
    for operation, *operands in tape.lines:
        place = len(names)
        if operation == "number":
            (number,) = operands
            names.append(f"({number!r})" if math.copysign(1, number) < 0 else repr(number))
            known.add(place)
            continue
        names.append(f"v{place}")
        line = f"v{place} = {_EXPRESSIONS[operation].format(*(names[k] for k in operands))}"
        if known.issuperset(operands):
            known.add(place)
            before.append(line)
        else:
            inside.append(line)
    return before, inside, [names[place] for place in tape.returns]


@lru_cache(maxsize=256)
def on_floats(tape: Tape) -> Callable[..., Any]:
    """An exact tape as a function of Python's floats: NumPy's numbers are eight times slower.

    One result is a number, several are a tuple.
    """
    before, inside, results = statements(tape)
    arguments = ", ".join(f"a{place}" for place in range(len(tape.takes)))
    body = [f"    {line}" for line in (*before, *inside)]
    lines = [f"def printed({arguments}):", *body, f"    return {', '.join(results)}"]
    scope: dict[str, Any] = {"sqrt": math.sqrt, **{helper.__name__: helper for helper in HELPERS}}
    exec("\n".join(lines), scope)
    function: Callable[..., Any] = scope["printed"]
    return function
