"""The source of a function, as a syntax tree; and what it means if it is straight-line."""

import ast
import inspect
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


def find(function: Callable[..., Any]) -> ast.FunctionDef | ast.Lambda | None:
    """The def or lambda in the file (or notebook cell) that made this function.

    Raises:
        OSError: where there is no source.
    """
    code = function.__code__
    lines, _ = inspect.findsource(function)
    tree = ast.parse("".join(lines))
    lambdas = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = node.decorator_list[0] if node.decorator_list else node
            if first.lineno == code.co_firstlineno:
                return node
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno:
            lambdas.append(node)
    if len(lambdas) > 1:  # several in one line: the one whose body has this code's places
        places = set(code.co_positions())
        spans = [
            (b.lineno, b.end_lineno, b.col_offset, b.end_col_offset)
            for b in (node.body for node in lambdas)
        ]
        lambdas = [node for node, span in zip(lambdas, spans, strict=True) if span in places]
    return lambdas[0] if lambdas and code.co_name == "<lambda>" else None


def outside(function: Callable[..., Any]) -> dict[str, Any]:
    """What the names hold that a function takes from around it."""
    names = inspect.getclosurevars(function)
    return {**names.builtins, **names.globals, **names.nonlocals}


@dataclass(frozen=True)
class Straight:
    """A function of nothing but assignments, ``+ - * /``, ``sqrt`` and one return.

    These five are correctly rounded, so whatever runs them gives the same bits.

    Attributes:
        takes: the names of its arguments.
        lines: its assignments, a name and an expression each.
        returns: the expressions it returns.

    Example:
        >>> print(straight(lambda a, b: (a + b, a / b)))
        def straight(a, b):
            return a + b, a / b
    """

    takes: tuple[str, ...]
    lines: tuple[tuple[str, ast.expr], ...]
    returns: tuple[ast.expr, ...]

    def renamed(self, names: dict[str, str], prefix: str) -> "Straight":
        """With other names: those given, and all others with a prefix."""
        swap = _Rename(names, prefix)
        return Straight(
            tuple(map(swap.name, self.takes)),
            tuple((swap.name(name), swap.visit(_copy(value))) for name, value in self.lines),
            tuple(swap.visit(_copy(value)) for value in self.returns),
        )

    def __str__(self) -> str:
        body = [f"{name} = {ast.unparse(value)}" for name, value in self.lines]
        body.append(f"return {', '.join(map(ast.unparse, self.returns))}")
        return "\n    ".join([f"def straight({', '.join(self.takes)}):", *body])


def straight(function: Callable[..., Any]) -> Straight | None:
    """The function as :class:`Straight`, or None if it is anything else."""
    if not isinstance(function, FunctionType) or function.__defaults__:
        return None
    try:
        definition, around = find(function), outside(function)
    except (OSError, TypeError, SyntaxError):
        return None
    if definition is None:
        return None
    given = definition.args
    if given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg:
        return None
    if isinstance(definition, ast.Lambda):
        body: list[ast.stmt] = [ast.Return(definition.body)]
    else:
        body = definition.body[ast.get_docstring(definition) is not None :]
        if definition.decorator_list:
            return None
    if not body:
        return None
    takes = tuple(argument.arg for argument in given.args)
    known, lines = set(takes), []
    try:
        for node in body[:-1]:
            match node:
                case ast.Assign([ast.Name(name)], value) if name not in known:
                    lines.append((name, _check(value, known, around)))
                    known.add(name)
                case _:
                    return None
        match body[-1]:
            case ast.Return(ast.Tuple(items)):
                returns = tuple(_check(item, known, around) for item in items)
            case ast.Return(ast.expr() as value):
                returns = (_check(value, known, around),)
            case _:
                return None
    except _CrookedError:
        return None
    return Straight(takes, tuple(lines), returns)


class _CrookedError(Exception):
    pass


def _check(node: ast.expr, known: set[str], around: dict[str, Any]) -> ast.expr:
    """The expression, if it is plain. A number from outside is not: it may change."""
    match node:
        case ast.BinOp(left, operator, right) if isinstance(operator, _OPERATORS):
            _check(left, known, around)
            _check(right, known, around)
        case ast.UnaryOp(ast.USub(), operand):
            _check(operand, known, around)
        case ast.Constant(value) if type(value) in (int, float):
            pass
        case ast.Name(name) if name in known:
            pass
        case ast.Call(ast.Name("sqrt"), [argument], []) if "sqrt" not in known and around.get(
            "sqrt"
        ) in (np.sqrt, math.sqrt):
            _check(argument, known, around)
        case _:
            raise _CrookedError
    return node


def _copy(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str], prefix: str) -> None:
        self.names, self.prefix = names, prefix

    def name(self, name: str) -> str:
        return name if name == "sqrt" else self.names.get(name, self.prefix + name)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.name(node.id))


def names(node: ast.expr) -> Iterator[str]:
    """The names that an expression takes."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id != "sqrt":
            yield part.id
