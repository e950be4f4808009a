"""Translate a surface to JavaScript by running it on symbols that record what is done.

The translator of ``javascript.py`` reads the source and knows a small language; tracing
needs no source. So a surface may call helpers, loop over constants, use matrices, or be a
:class:`~rmsprop_lab.gradient.Gradient`, whose dual numbers run over symbols as they run
over floats: the same operations in the same order, the same bits for + - * / and sqrt.
It cannot follow a branch on x or y: a run takes one side of it.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from rmsprop_lab.dual import Overloaded, power
from rmsprop_lab.gradient import Gradient
from rmsprop_lab.javascript import Program, UntranslatableError, spelling, translate
from rmsprop_lab.twins import for_arrays

_LONGEST = 10_000  # lines; a page has to carry and run them
_CHOICES = "choices: + - * / **, abs, sqrt, exp, log, sin, cos, tan, tanh, without branches"


def translate_surface(function: Callable[..., Any], takes: Sequence[str] = ("x", "y")) -> Program:
    """A surface's value or gradient in JavaScript: from its source, else by :func:`trace`.

    Args:
        function: ``f(x, y, *parameters)``, of a number or of a pair.
        takes: the names of its arguments.

    Raises:
        UntranslatableError: where both ways fail; what the reader of the source says, since
            it knows the line.

    Example:
        >>> from rmsprop_lab.gradient import gradient
        >>> print(translate_surface(gradient(lambda x, y: x**3 + y)))
        (x, y) => {
          const v1 = (x * x);
          const v3 = (3.0 * v1);
          return [v3, 1.0];
        }
    """
    source = function.function if isinstance(function, Gradient) else function
    reason = None
    try:
        program = translate(source)
        if source is function:
            return program
    except UntranslatableError as error:
        reason = error
    try:
        program = trace(function, takes)
        # One run must stand for all: not for a function that draws random numbers or counts.
        if program != trace(function, takes):
            raise UntranslatableError(f"{_name(function)}: it does something else at each call")
        return program
    except UntranslatableError as error:
        raise reason or error from None


def trace(function: Callable[..., Any], takes: Sequence[str]) -> Program:
    """A JavaScript program of what ``function`` does to its arguments.

    Args:
        function: any function of numbers, or a gradient.
        takes: the names of its arguments.

    Returns:
        a :class:`~rmsprop_lab.javascript.Program`, a line for each operation; what is computed
        twice stands once, what is not needed not at all, constants as Python made them.

    Raises:
        UntranslatableError: for a branch on an argument, ``float(x)``, or a function that is
            not known, by name.

    Example:
        >>> print(trace(lambda x, y: x * x + (x * x) ** 2, ["x", "y"]))
        (x, y) => {
          const v1 = (x * x);
          const v2 = (v1 * v1);
          const v3 = (v1 + v2);
          return v3;
        }
    """
    name = _name(function)
    tape = _Tape(takes)
    run = function.exact if isinstance(function, Gradient) else for_arrays(function)
    try:
        result = run(*(Symbol(tape, word) for word in tape.takes))
        several = isinstance(result, (tuple, list)) or bool(np.ndim(result))
        items = list(result) if several else [result]
        returns = tuple(_returned(item) for item in items)
    except UntranslatableError as error:
        raise UntranslatableError(f"{name}: {error} has no translation; {_CHOICES}") from None
    except Exception as error:
        raise UntranslatableError(f"{name}: {error!r} has no translation; {_CHOICES}") from None
    return Program(tape.takes, tape.needed(returns), returns, several)


def _name(function: Callable[..., Any]) -> str:
    source = function.function if isinstance(function, Gradient) else function
    return getattr(source, "__name__", repr(source))


def _returned(value: Any) -> str:
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value.item()
    if not isinstance(value, (Symbol, int, float)):
        raise UntranslatableError(f"a result of type {type(value).__name__}")
    return _word(value)


def _word(value: Any) -> str:
    if isinstance(value, Symbol):
        return value.name
    if not math.isfinite(value):
        raise UntranslatableError(f"the number {value}")
    text = repr(float(value))
    return f"({text})" if text.startswith("-") else text


class _Tape:
    """What was computed so far: each expression with the name of its line."""

    def __init__(self, takes: Sequence[str]) -> None:
        self.takes = tuple(spelling(name) for name in takes)
        self.lines: dict[str, tuple[str, set[str]]] = {}
        self.count = 0

    def record(self, form: str, *operands: Any) -> "Symbol":
        words = [_word(operand) for operand in operands]
        expression = form.format(*words)
        if expression not in self.lines:
            if len(self.lines) == _LONGEST:
                raise UntranslatableError(f"a function of more than {_LONGEST} operations")
            self.lines[expression] = self._new(), set(words)
        return Symbol(self, self.lines[expression][0])

    def _new(self) -> str:
        self.count += 1
        name = f"v{self.count}"
        return self._new() if name in self.takes else name

    def needed(self, returns: Sequence[str]) -> tuple[str, ...]:
        """The lines that the results depend on."""
        names, kept = set(returns), []
        for expression, (name, operands) in reversed(self.lines.items()):
            if name in names:
                names |= operands
                kept.append(f"const {name} = {expression};")
        return tuple(reversed(kept))


def _form(form: str) -> Callable[..., "Symbol"]:
    def rule(*operands: Any) -> "Symbol":
        tape = next(operand.tape for operand in operands if isinstance(operand, Symbol))
        return tape.record(form, *operands)

    return rule


def _one(operand: Any) -> bool:
    return isinstance(operand, (int, float)) and operand == 1


# Times and over 1, which the slope of x along x is, change no bit.
def _multiply(a: Any, b: Any) -> Any:
    return b if _one(a) else a if _one(b) else _form("({} * {})")(a, b)


def _divide(a: Any, b: Any) -> Any:
    return a if _one(b) else _form("({} / {})")(a, b)


def _power(a: Any, b: Any) -> Any:
    product = isinstance(b, (int, float)) and b in range(1, 9)
    return power(a, b) if product else _form("Math.pow({}, {})")(a, b)


def _compare(*_: Any) -> NoReturn:
    raise UntranslatableError("a comparison, for a branch on x or y,")


# By the names of NumPy's ufuncs.
_RECORD: dict[str, Callable[..., Any]] = {
    "add": _form("({} + {})"),
    "subtract": _form("({} - {})"),
    "multiply": _multiply,
    "divide": _divide,
    "negative": _form("(-{})"),
    "power": _power,
    "square": lambda a: _multiply(a, a),
    "absolute": _form("Math.abs({})"),
    "fabs": _form("Math.abs({})"),
    "sign": _form("Math.sign({})"),
    **{name: _form(f"Math.{name}({{}})") for name in "sqrt exp log sin cos tan tanh".split()},
    **dict.fromkeys("less less_equal greater greater_equal equal not_equal".split(), _compare),
}


class Symbol(Overloaded):
    """A number that is known by name only, and writes down what is done with it."""

    rules = _RECORD

    def __init__(self, tape: _Tape, name: str) -> None:
        self.tape, self.name = tape, name

    def lift(self, other: Any) -> Any:
        """Symbols and Python's numbers stay as they are."""
        return other if isinstance(other, (Symbol, int, float)) else NotImplemented

    def _call(self, name: str, *operands: Any) -> Any:
        if name not in self.rules:
            raise UntranslatableError(f"the function {name}")
        return super()._call(name, *operands)

    def __bool__(self) -> bool:
        raise UntranslatableError("a branch on x or y")

    def __float__(self) -> float:
        raise UntranslatableError("float() of x or y")

    def __int__(self) -> int:
        raise UntranslatableError("int() of x or y")
