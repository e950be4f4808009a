"""A formula in x and y as a person types it, ``(1-x)^2 + 100*(y - x^2)^2``, as a function.

A scanner reads the text from left to right and says what is wrong and where. Only the shape
of a good formula, ``(t0 - t1) ** t2 + ...``, reaches Python's parser. Its tree is compiled
with numbers and names of our own in the places of the t's, so nothing that was typed is ever run.
``lab/js/src/formula/surface.ts`` is the same language, with the same messages, for the page.
"""

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rmsprop_lab.algebra.dual import power

LONGEST = 200  # characters
DEEPEST = 50  # parentheses in parentheses

_CONSTANTS = {"pi": math.pi, "e": math.e}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(np, name) for name in "sqrt exp log sin cos tan tanh abs".split()
}
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_CHOICES = f"choices: x, y, pi, e, numbers, + - * / ^ ( ), {', '.join(_FUNCTIONS)}"
_HINTS = {
    "=": "write only what f(x, y) equals",
    "²": "write ^2",
    "³": "write ^3",
    "[": "write (",
    "]": "write )",
}

_TYPOGRAPHY = str.maketrans("−·×", "-**")  # one for one: positions stay
_SPACE = re.compile("[ \t\n\r\u00a0]*")
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)"
    r"|(?P<operator>\*\*|[-+*/^])"
    r"|(?P<bracket>[()])"
)


class FormulaError(ValueError):
    """What is wrong with a formula, and where.

    Attributes:
        at: the place of the character in question, from 0; the message counts from 1.
    """

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def parse(text: str) -> Callable[[Any, Any], Any]:
    """The function that a formula describes.

    Args:
        text: x, y, numbers, ``pi``, ``e``, ``+ - * /``, ``^`` or ``**``, parentheses and
            ``sqrt exp log sin cos tan tanh abs``; at most 200 characters. Powers group from
            the right and bind tighter than a minus: ``-x^2`` is -(x²).

    Returns:
        a function of (x, y), for numbers, arrays, dual numbers and symbols.

    Raises:
        FormulaError: with the character, the word there, and the choices.

    Example:
        >>> parse("-x^2 + y/4")(3.0, 2.0)
        -8.5
        >>> parse("x + (y")
        Traceback (most recent call last):
        rmsprop_lab.algebra.formula.FormulaError: “(” at character 5 is never closed
    """
    tokens = _scan(text)
    shape = " ".join(
        token.word.replace("^", "**") if token.kind in ("operator", "bracket") else f"t{place}"
        for place, token in enumerate(tokens)
    )
    body = _Fill(tokens).visit(ast.parse(shape, mode="eval").body)
    arguments = ast.arguments([], [ast.arg("x"), ast.arg("y")], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    scope = {**_FUNCTIONS, "power": power, "general_power": np.power, "__builtins__": {}}
    function: Callable[[Any, Any], Any] = eval(compile(tree, "<formula>", "eval"), scope)
    return function


class _Token(NamedTuple):
    kind: str  # operand, function, operator or bracket
    word: str
    at: int
    value: float | None = None  # of a number


def _scan(text: str) -> list[_Token]:
    """The tokens of a formula whose grammar is right."""
    text = text.translate(_TYPOGRAPHY)
    if len(text) > LONGEST:
        raise FormulaError(
            f"character {LONGEST + 1} is one too many: a formula has at most {LONGEST}", LONGEST
        )
    tokens: list[_Token] = []
    opened: list[_Token] = []
    at = _SPACE.match(text).end()  # type: ignore[union-attr]  # it always matches
    while at < len(text):
        token = _token(text, at)
        _check(token, tokens[-1] if tokens else None, opened)
        tokens.append(token)
        at = _SPACE.match(text, at + len(token.word)).end()  # type: ignore[union-attr]
    if not tokens:
        raise FormulaError("the formula is empty: write for example x^2 + 3*y^2", 0)
    last = tokens[-1]
    if last.kind == "function":
        raise _bare(last)
    if _wants_operand(last):
        raise FormulaError(
            f"the formula ends after {_show(last.word)} at character {last.at + 1}; {_CHOICES}",
            len(text),
        )
    if opened:
        raise _wrong(opened[-1], "is never closed")
    return tokens


def _token(text: str, at: int) -> _Token:
    match = _TOKEN.match(text, at)
    word = match[0] if match else text[at]
    token = _Token(str(match.lastgroup) if match else "", word, at)
    if token.kind == "number":
        value = float(word)
        if not math.isfinite(value):
            raise _wrong(token, "is not finite")
        return _Token("operand", word, at, value)
    if token.kind == "name":
        if word in _FUNCTIONS:
            return _Token("function", word, at)
        if word in ("x", "y", *_CONSTANTS):
            return _Token("operand", word, at, _CONSTANTS.get(word))
        product = set(word) <= {"x", "y"}
        hint = f": write {_short('*'.join(word))}" if product else f"; {_CHOICES}"
        raise _wrong(token, f"is not known{hint}")
    if not match:
        hint = f": {_HINTS[word]}" if word in _HINTS else f"; {_CHOICES}"
        raise _wrong(token, f"is not part of a formula{hint}")
    return token


def _check(token: _Token, before: _Token | None, opened: list[_Token]) -> None:
    """Whether ``token`` may stand after the one before it."""
    word = token.word
    if before and before.kind == "function" and word != "(":
        raise _bare(before)
    starts = token.kind in ("operand", "function") or word == "("
    if word == ")" and not opened:
        raise _wrong(token, "closes nothing")
    if _wants_operand(before):
        if not starts and word != "-":
            raise _wrong(token, f"stands where a number or a name should; {_CHOICES}")
    elif starts and before and before.kind != "function":
        raise FormulaError(
            f"an operator is missing before {_show(word)} at character {token.at + 1}: "
            f"write {_short(before.word)}*{_short(word)}",
            token.at,
        )
    if word == "(":
        opened.append(token)
        if len(opened) > DEEPEST:
            raise _wrong(token, f"is nested too deep: at most {DEEPEST}")
    if word == ")":
        opened.pop()


def _wants_operand(before: _Token | None) -> bool:
    return before is None or before.kind == "operator" or before.word == "("


def _wrong(token: _Token, what: str) -> FormulaError:
    return FormulaError(f"{_show(token.word)} at character {token.at + 1} {what}", token.at)


def _bare(function: _Token) -> FormulaError:
    return _wrong(function, f"needs parentheses: write {function.word}(x)")


def _short(word: str) -> str:
    return word if len(word) <= 24 else f"{word[:24]}…"


def _show(word: str) -> str:
    """In quotes; what may not show, by its number."""
    seen = all("!" <= letter <= "~" or "\u00a1" <= letter <= "\u1fff" for letter in word)
    return f"“{_short(word)}”" if seen else f"U+{ord(word):04X}"


class _Fill(ast.NodeTransformer):
    """Put numbers, x, y and functions into the shape; constants are worked out at once."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens

    def visit_Name(self, node: ast.Name) -> ast.expr:
        token = self.tokens[int(node.id[1:])]
        return _name(token.word) if token.value is None else _Constant(token.value, token)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = self.tokens[int(node.func.id[1:])]  # type: ignore[attr-defined]
        argument = self.visit(node.args[0])
        if isinstance(argument, _Constant):
            return _fold(_FUNCTIONS[function.word], function, argument)
        return ast.Call(_name(function.word), [argument], [])

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        operand = self.visit(node.operand)
        if isinstance(operand, _Constant):
            return _fold(operator.neg, operand.token, operand)
        return ast.UnaryOp(node.op, operand)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        constant = isinstance(right, _Constant)
        if not isinstance(node.op, ast.Pow):
            apply = _OPERATORS[type(node.op)]
            filled: ast.expr = ast.BinOp(left, node.op, right)
        else:
            # Chosen here: in x^y, a y that happens to be 2 makes no product.
            name, apply = ("power", power) if constant else ("general_power", np.power)
            filled = ast.Call(_name(name), [left, right], [])
        if constant and isinstance(left, _Constant):
            return _fold(apply, left.token, left, right)
        return filled


class _Constant(ast.Constant):
    """A number, and the token with which it begins."""

    def __init__(self, value: float, token: _Token) -> None:
        super().__init__(value)
        self.number, self.token = value, token


def _fold(apply: Callable[..., Any], begins: _Token, *constants: _Constant) -> _Constant:
    with np.errstate(all="ignore"):  # 1/0 is infinite, as in JavaScript
        value = float(apply(*(np.float64(constant.number) for constant in constants)))
    if not math.isfinite(value):
        raise FormulaError(
            f"the constant that begins with {_show(begins.word)} at character {begins.at + 1} "
            "is not finite",
            begins.at,
        )
    return _Constant(value, begins)


def _name(word: str) -> ast.expr:
    return ast.Name(word, ast.Load())
