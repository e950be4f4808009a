"""A function of numbers as a tape: what it does to its arguments, recorded once, as data.

The function is run on symbols. Each symbol writes down what is done with it, and so a run
leaves a straight-line program. It is the only form in which rules and surfaces go to other
hosts: the page builds its loops from it, and so does :mod:`rmsprop_lab.speed.compiled`. A tape
is data and never text that is run.

A function may call helpers, loop over constants, use matrices, or be a
:class:`~rmsprop_lab.algebra.gradient.Gradient`, whose dual numbers run over symbols as they run
over floats. What a run cannot follow is a branch: it takes one side. ``np.where``, which
takes both and chooses, it follows.
"""

import linecache
import math
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rmsprop_lab.algebra.dual import power
from rmsprop_lab.algebra.gradient import Gradient
from rmsprop_lab.algebra.overload import Overloaded, for_arrays, scalar

#: Operations that every host rounds alike, so that a tape of these has the same bits
#: everywhere. Comparisons give the condition of a ``where``. Of the zeros ``minimum`` and
#: ``maximum`` take the lesser and the greater, -0 and 0; ``sign`` of either is 0; what is not a
#: number stays so.
EXACT = {
    "add": 2,
    "subtract": 2,
    "multiply": 2,
    "divide": 2,
    "negative": 1,
    "sqrt": 1,
    "absolute": 1,
    "sign": 1,
    "minimum": 2,
    "maximum": 2,
    "less": 2,
    "less_equal": 2,
    "equal": 2,
    "not_equal": 2,
    "where": 3,
}
#: Every operation, by NumPy's name, with how many operands it takes. ``number`` is a constant.
OPERATIONS = {
    **EXACT,
    "number": 1,
    "power": 2,
    **dict.fromkeys(("cbrt", "exp", "log", "sin", "cos", "tan", "tanh"), 1),
}
LONGEST = 10_000  # lines; a page has to carry and run them

_CHOICES = (
    "choices: + - * / **, abs, sqrt, cbrt, exp, log, sin, cos, tan, tanh, sign, minimum, "
    "maximum, clip, and np.where for a branch"
)


class UntraceableError(ValueError):
    """Something that no tape can hold; the message names it, its line and the choices."""


@dataclass(frozen=True, eq=False)  # 0 and -0 are equal, but not the same program
class Tape:
    """A straight-line program.

    Attributes:
        takes: the names of its arguments.
        lines: an operation of :data:`OPERATIONS` and its operands, one line each. An operand is
            a place: 0 is the first argument, ``len(takes)`` the first line. Only ``number``
            has the number itself.
        returns: the places of its results.
        exact: whether every host gets the bits of the function. Not with an operation that is
            rounded one way here and another there, nor with a power of Python's own, for which the
            tape has a product.
        names: the places of the function's own variables, to tell its lines by.
    """

    takes: tuple[str, ...]
    lines: tuple[tuple[Any, ...], ...]
    returns: tuple[int, ...]
    exact: bool
    names: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        names = [*self.takes, *(f"v{place + 1}" for place in range(len(self.lines)))]
        text = [f"({', '.join(self.takes)})"]
        for name, (operation, *operands) in zip(names[len(self.takes) :], self.lines, strict=True):
            of = operands if operation == "number" else [names[place] for place in operands]
            text.append(f"{name} = {operation} {' '.join(map(str, of))}")
        return "\n".join([*text, f"return {', '.join(names[place] for place in self.returns)}"])


def trace(function: Callable[..., Any], takes: Sequence[str] = ("x", "y")) -> Tape:
    """The tape of what ``function`` does to its arguments.

    What is computed twice stands once, and what is not needed not at all.

    Args:
        function: a function of numbers that returns a number or a few, or a gradient.
        takes: the names of its arguments.

    Raises:
        UntraceableError: for a branch on an argument, ``float(x)``, a function that is not
            known, or one that does something else at each call, such as drawing numbers.

    Example:
        >>> print(trace(lambda x, y: x * x + (x * x) ** 2))
        (x, y)
        v1 = multiply x x
        v2 = multiply v1 v1
        v3 = add v1 v2
        return v3
    """
    tape = _trace_once(function, takes)
    if str(tape) != str(_trace_once(function, takes)):  # by its text: 0 and -0 are equal
        raise UntraceableError(f"{_name(function)}: it does something else at each call")
    return tape


def _trace_once(function: Callable[..., Any], takes: Sequence[str]) -> Tape:
    recording = _Recording(takes)
    try:
        with _variables_of(function) as variables:
            result = on_symbols(function)(*(Symbol(recording, k) for k in range(len(takes))))
        several = isinstance(result, (tuple, list)) or (
            isinstance(result, np.ndarray) and result.ndim > 0
        )
        results = list(result) if several else [result]
        return recording.tape([recording.place(scalar(item)) for item in results], variables)
    except Exception as error:
        what = str(error) if isinstance(error, UntraceableError) else repr(error)
        raise UntraceableError(
            f"{_name(function)}{_line(function, error)}: {what} cannot be traced; {_CHOICES}"
        ) from None


@contextmanager
def _variables_of(function: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """The function's variables as it leaves them. Under a profiler, which listens too, none."""
    variables: dict[str, Any] = {}
    code = getattr(function, "__code__", None)

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            variables.update(frame.f_locals)

    if code is None or sys.getprofile() is not None:
        yield variables
        return
    sys.setprofile(note)
    try:
        yield variables
    finally:
        sys.setprofile(None)


def on_symbols(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as symbols can run through it: with NumPy's mathematics, without differences."""
    return function.exact if isinstance(function, Gradient) else for_arrays(function)


def _name(function: Callable[..., Any]) -> str:
    source = function.function if isinstance(function, Gradient) else function
    return getattr(source, "__name__", repr(source))


def _line(function: Callable[..., Any], error: Exception) -> str:
    """Where in the function it happened, if it has a source."""
    source = function.function if isinstance(function, Gradient) else function
    file = getattr(getattr(source, "__code__", None), "co_filename", None)
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        text = linecache.getline(frame.f_code.co_filename, number).strip()
        if frame.f_code.co_filename == file and text:
            return f", line {number}, `{text}`"
    return ""


class _Recording:
    """What was computed so far: each line once, with its place."""

    def __init__(self, takes: Sequence[str]) -> None:
        self.takes = tuple(takes)
        self.powers = False
        self.places: dict[tuple[Any, ...], int] = {}

    def place(self, value: Any) -> int:
        """Where a value stands; a number gets a line of its own."""
        if isinstance(value, Symbol):
            return value.place
        if not isinstance(value, (int, float)):
            raise UntraceableError(f"a result of type {type(value).__name__}")
        if not math.isfinite(value):
            raise UntraceableError(f"the number {value}")
        return self.record("number", repr(float(value)))  # its text tells 0 from -0

    def record(self, *line: Any) -> int:
        if line not in self.places:
            if len(self.places) == LONGEST:
                raise UntraceableError(f"a function of more than {LONGEST} operations")
            self.places[line] = len(self.takes) + len(self.places)
        return self.places[line]

    def tape(self, returns: Sequence[int], variables: dict[str, Any]) -> Tape:
        """The lines that the results depend on, and which of the variables stand for one."""
        lines, first = list(self.places), len(self.takes)
        needed = set(returns)
        for place in range(first + len(lines) - 1, first - 1, -1):
            operation, *operands = lines[place - first]
            if place in needed and operation != "number":
                needed |= set(operands)
        kept = [place for place in range(first, first + len(lines)) if place in needed]
        moved = {place: k for k, place in enumerate([*range(first), *kept])}

        def line(operation: str, *operands: Any) -> tuple[Any, ...]:
            if operation == "number":
                return operation, float(operands[0])
            return operation, *(moved[place] for place in operands)

        program = tuple(line(*lines[place - first]) for place in kept)
        exact = all(operation in EXACT or operation == "number" for operation, *_ in program)
        results = tuple(moved[place] for place in returns)
        names = {
            name: moved[value.place]
            for name, value in variables.items()
            if isinstance(value, Symbol) and value.place >= first and value.place in moved
        }
        return Tape(self.takes, program, results, exact and not self.powers, names)


def _recorder(name: str) -> Callable[..., "Symbol"]:
    def record(*operands: Any) -> "Symbol":
        recording = next(of.recording for of in operands if isinstance(of, Symbol))
        return Symbol(recording, recording.record(name, *map(recording.place, operands)))

    return record


def _is_one(operand: Any) -> bool:
    return isinstance(operand, (int, float)) and operand == 1


# Times and over 1, which the slope of x along x is, change no bit.
def _multiply(a: Any, b: Any) -> Any:
    return b if _is_one(a) else a if _is_one(b) else _recorder("multiply")(a, b)


def _divide(a: Any, b: Any) -> Any:
    return a if _is_one(b) else _recorder("divide")(a, b)


def _power(a: Any, b: Any) -> Any:
    if isinstance(b, (int, float)) and b in range(1, 9):
        a.recording.powers = True
        return power(a, b)
    return _recorder("power")(a, b)


def _clip(a: Any, low: Any, high: Any) -> Any:
    return _recorder("minimum")(_recorder("maximum")(a, low), high)


# What records a call of NumPy's function, by the function's name.
_RECORDERS: dict[str, Callable[..., Any]] = {
    **{name: _recorder(name) for name in OPERATIONS if name != "number"},
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "square": lambda a: _multiply(a, a),
    "fabs": _recorder("absolute"),
    "greater": lambda a, b: _recorder("less")(b, a),
    "greater_equal": lambda a, b: _recorder("less_equal")(b, a),
    "clip": _clip,
}


class Symbol(Overloaded):
    """A number that is known by its place only, and writes down what is done with it."""

    functions = _RECORDERS

    def __init__(self, recording: _Recording, place: int) -> None:
        self.recording, self.place = recording, place

    def lift(self, other: Any) -> Any:
        """Symbols and Python's numbers stay as they are."""
        return other if isinstance(other, (Symbol, int, float)) else NotImplemented

    def _call(self, name: str, *operands: Any) -> Any:
        if name not in self.functions:
            raise UntraceableError(f"the function {name}")
        return super()._call(name, *operands)

    def __bool__(self) -> bool:
        raise UntraceableError("a branch on an argument")

    def __float__(self) -> float:
        raise UntraceableError("float() of an argument")

    def __int__(self) -> int:
        raise UntraceableError("int() of an argument")
