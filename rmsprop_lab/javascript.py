"""Translate a rule or a surface from Python to JavaScript, so that the maths is written once.

A small language is understood, and every other construct refused by name and line:
one ``def`` or ``lambda``, plain arguments, assignments to new names, ``+ - * /``, unary
minus, numbers, powers from 1 to 8, calls of ``sqrt``, ``exp``, ``sin`` and ``cos``, and one
``return`` at the end, of a value, a tuple or ``np.array([a, b])``. Names from outside stand
for what they hold: a number, or one of these functions.

JavaScript's numbers are IEEE doubles like Python's, and both round ``+ - * /`` and
``sqrt`` correctly, so these give the same bits. ``exp``, ``sin``, ``cos`` and powers may
differ in the last one.
"""

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, NoReturn

import numpy as np

from rmsprop_lab import source

_FUNCTIONS = {
    function: f"Math.{function.__name__}"
    for library in (math, np)
    for function in (library.sqrt, library.exp, library.sin, library.cos)
}
# Words that Python allows as names and JavaScript does not (or that we use).
_RESERVED = frozenset(
    """
    Math Infinity NaN arguments break case catch const debugger default delete do enum eval export
    extends false function implements instanceof interface let new null package private protected
    public static super switch this throw true typeof undefined var void
    """.split()
)
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class UntranslatableError(ValueError):
    """A construct that has no translation; the message names it, its line and the choices."""


@dataclass(frozen=True)
class Program:
    """A straight-line function in JavaScript, in pieces, so that a loop can take it in.

    Attributes:
        takes: the names of its arguments.
        defaults: the values of the last of them, in the same order.
        lines: assignments, ``const s = ...;``.
        returns: the expressions it returns.
        several: whether these are a tuple, even if there is only one.
    """

    takes: tuple[str, ...]
    defaults: tuple[str, ...] = field(default=(), kw_only=True)
    lines: tuple[str, ...]
    returns: tuple[str, ...]
    several: bool

    def __str__(self) -> str:
        first = len(self.takes) - len(self.defaults)
        head = [*self.takes[:first]]
        head += [
            f"{name} = {value}"
            for name, value in zip(self.takes[first:], self.defaults, strict=True)
        ]
        value = f"[{', '.join(self.returns)}]" if self.several else self.returns[0]
        body = [*self.lines, f"return {value};"]
        return "\n".join([f"({', '.join(head)}) => {{", *(f"  {line}" for line in body), "}"])


def translate(function: Callable[..., Any]) -> Program:
    """A JavaScript program that computes what ``function`` does.

    Args:
        function: a ``def`` or a ``lambda`` of the language above.

    Returns:
        a :class:`Program`; as a string ``(a, b) => { ... }``, where a tuple becomes an array.

    Raises:
        UntranslatableError: for anything outside the language.

    Example:
        >>> def half(x, y):
        ...     product = x * y
        ...     return product / 2
        >>> print(translate(half))  # doctest: +SKIP
        (x, y) => {
          const product = x * y;
          return product / 2;
        }
    """
    return _Translator(function).translate()


def spelling(name: str) -> str:
    """The name in JavaScript: ``new`` is a word there, so it becomes ``new$``."""
    return f"{name}$" if name in _RESERVED else name


class _Translator:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = getattr(function, "__name__", repr(function))
        if not isinstance(function, FunctionType):
            raise UntranslatableError(
                f"{self.name}: no source to translate in a {type(function).__name__}; "
                "choices: a def, a lambda"
            )
        try:
            definition = source.find(function)
            self.outside = source.outside(function)
        except (AttributeError, OSError, TypeError, SyntaxError) as error:
            raise UntranslatableError(f"{self.name}: no source to translate: {error}") from None
        if definition is None:
            raise UntranslatableError(f"{self.name}: not found in its source; write it as a def")
        self.definition = definition
        self.local: set[str] = set()

    def translate(self) -> Program:
        arguments, body = self.definition.args, self._body()
        plain = arguments.args
        if arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg:
            self._refuse(arguments, "an argument that is not plain:")
        takes = tuple(self._bind(argument.arg) for argument in plain)
        values = self.function.__defaults__ or ()
        defaults = tuple(
            self._number(node, value)
            for node, value in zip(plain[len(plain) - len(values) :], values, strict=True)
        )
        lines = tuple(self._statement(node) for node in body[:-1])
        returns, several = self._return(body[-1])
        return Program(takes, lines, returns, several, defaults=defaults)

    def _bind(self, name: str) -> str:
        self.local.add(name)
        return spelling(name)

    def _body(self) -> list[ast.stmt]:
        """The statements, less the docstring; a lambda is one return."""
        if isinstance(self.definition, ast.Lambda):
            body = self.definition.body
            return [ast.copy_location(ast.Return(body), body)]
        if self.definition.decorator_list:
            self._refuse(self.definition.decorator_list[0], "a decorator:")
        documented = ast.get_docstring(self.definition) is not None
        return self.definition.body[documented:] or self.definition.body

    def _statement(self, node: ast.stmt) -> str:
        if (
            isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
        ):
            name = node.targets[0].id
            if name in self.local:
                self._refuse(node, f"a second assignment to {name!r}")
            value = self._expression(node.value)
            return f"const {self._bind(name)} = {value};"
        return self._refuse(node, "the statement")

    def _return(self, node: ast.stmt) -> tuple[tuple[str, ...], bool]:
        if not isinstance(node, ast.Return) or node.value is None:
            self._refuse(node, "a function that does not end in 'return value',")
        value = node.value
        match value:  # np.array([a, b]) returns the pair, as the tuple does
            case ast.Call(function, [ast.List() | ast.Tuple() as items], []):
                if self._value(function) is np.array:
                    value = items
        if isinstance(value, (ast.Tuple, ast.List)):
            return tuple(self._expression(item) for item in value.elts), True
        return (self._expression(value),), False

    def _expression(self, node: ast.expr) -> str:
        match node:
            case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
                sign = _OPERATORS[type(operator)]
                return f"({self._expression(left)} {sign} {self._expression(right)})"
            case ast.BinOp(base, ast.Pow(), ast.Constant(int(power))) if 1 <= power <= 8:
                return f"({' * '.join([self._expression(base)] * power)})"
            case ast.UnaryOp(ast.USub(), operand):
                return f"(-{self._expression(operand)})"
            case ast.Constant(value) if type(value) in (int, float):
                return self._number(node, value)
            case ast.Name(name) if name in self.local:
                return spelling(name)
            case ast.Name(name):
                return self._number(node, self._value(node))
            case ast.Attribute():
                return self._number(node, self._value(node))
            case ast.Call(function, [argument], []):
                return f"{self._function(function)}({self._expression(argument)})"
        return self._refuse(node, "the expression")

    def _value(self, node: ast.expr) -> Any:
        """What a name from outside, or an attribute of one, holds."""
        match node:
            case ast.Name(name) if name in self.outside:
                return self.outside[name]
            case ast.Attribute(base, name) if hasattr(self._value(base), name):
                return getattr(self._value(base), name)
        return self._refuse(node, "the unknown name")

    def _number(self, node: ast.AST, value: Any) -> str:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            self._refuse(node, f"a {type(value).__name__}")
        if not math.isfinite(value) or (abs(value) > 2**53 and isinstance(value, int)):
            self._refuse(node, "a number that no double holds,")
        text = repr(float(value))
        return f"({text})" if text.startswith("-") else text

    def _function(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name) and node.id in self.local:
            self._refuse(node, "a call of an argument")
        value = self._value(node)
        try:
            return _FUNCTIONS[value]
        except (KeyError, TypeError):
            self._refuse(node, "a call of")

    def _refuse(self, node: ast.AST, what: str) -> NoReturn:
        line = getattr(node, "lineno", self.definition.lineno)
        text = ast.unparse(node).splitlines()[0]
        raise UntranslatableError(
            f"{self.name}, line {line}: {what} `{text}` has no translation; choices: "
            "assignments to new names, + - * /, ** with a power of 1 to 8, numbers, sqrt, exp, "
            "sin, cos, and one return"
        )
