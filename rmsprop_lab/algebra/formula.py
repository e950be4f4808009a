"""A formula in x and y as a person types it, ``(1-x)^2 + 100*(y - x^2)^2``, as a function.

A scanner reads the text from left to right and says what is wrong and where. Only the shape
of a good formula, ``(t0 - t1) ** t2 + ...``, reaches Python's parser. Its tree is compiled
with numbers and names of our own in the places of the t's, so nothing that was typed is ever run.
``lab/js/src/formula/surface.ts`` is the same language, with the same messages, for the page.

There is one grammar. What people write besides, ``2ab``, ``sin x``, ``0,5``, is a mistake that
:mod:`~rmsprop_lab.algebra.mending` knows how to mend.
"""

import ast
import math
import operator
import re
from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from rmsprop_lab.algebra import mending
from rmsprop_lab.algebra.dual import power
from rmsprop_lab.algebra.mending import FUNCTIONS, NAME, NUMBER, Spelling, meaning

LONGEST = 200  # characters
DEEPEST = 50  # parentheses in parentheses

_SEVERAL = ("max", "min")  # they take commas
_CONSTANTS = {"pi": math.pi, "e": math.e}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in FUNCTIONS if name not in _SEVERAL},
    "max": lambda *values: reduce(np.maximum, values),
    "min": lambda *values: reduce(np.minimum, values),
}
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_CHOICES = f"choices: x, y, pi, e, numbers, + - * / ^ ( ) | |, {', '.join(FUNCTIONS)}"
_HINTS = {
    "=": "write only what f(x, y) equals",
    "[": "write (",
    "]": "write )",
    "{": "write (",
    "}": "write )",
}

_SPACE = re.compile("[ \t\n\r\u00a0]*")
_TOKEN = re.compile(
    rf"(?P<number>{NUMBER})"
    rf"|(?P<name>{NAME})"
    r"|(?P<operator>\*\*|[-+*/^,])"
    r"|(?P<bracket>[()|])"
)


class FormulaError(ValueError):
    """What is wrong with a formula, and where.

    Attributes:
        at: the place of the character in question, from 0; the message counts from 1.
        suggestion: the formula that was probably meant; "" where nobody can tell.
    """

    def __init__(self, message: str, at: int, suggestion: str = "") -> None:
        super().__init__(message)
        self.at, self.suggestion = at, suggestion


def parse(text: str) -> Callable[[Any, Any], Any]:
    """The function that a formula describes.

    Args:
        text: x, y, numbers, ``pi``, ``e``, ``+ - * /``, ``^`` or ``**``, parentheses, ``|x|`` and
            ``sqrt cbrt exp log sin cos tan tanh abs sign max min`` (``ln`` is ``log``), in
            capitals or not, with what comes along when one copies from a page: ``½ · x² · π``. It
            may begin with ``z =`` or ``f(x, y) =``. At most 200 characters. Powers group from the
            right and bind tighter than a minus: ``-x^2`` is -(x²).

    Returns:
        a function of (x, y), for numbers, arrays, dual numbers and symbols.

    Raises:
        FormulaError: with the character, the word there, and the choices; and where it can be
            told what was meant, with that as its ``suggestion``.

    Example:
        >>> parse("-x^2 + y/4")(3.0, 2.0)
        -8.5
        >>> parse("x + (y")
        Traceback (most recent call last):
        rmsprop_lab.algebra.formula.FormulaError: “(” at character 5 is never closed
        >>> try:
        ...     parse("4x-xln(x)")
        ... except FormulaError as error:
        ...     print(error.suggestion)
        4*x - x*log(x)
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"character {LONGEST + 1} is one too many: a formula has at most {LONGEST}", LONGEST
        )
    spelling = Spelling(text)
    try:
        return _function(_Scanner(spelling).tokens())
    except _TextError as mistake:
        at, suggestion = spelling.places[mistake.at], _suggestion(mistake)
        raise FormulaError(mistake.say(suggestion), at, suggestion) from None


def _function(tokens: list["_Token"]) -> Callable[[Any, Any], Any]:
    shape = " ".join(_shape(place, token) for place, token in enumerate(tokens))
    body = _Fill(tokens).visit(ast.parse(shape, mode="eval").body)
    arguments = ast.arguments([], [ast.arg("x"), ast.arg("y")], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    scope = {**_FUNCTIONS, "power": power, "general_power": np.power, "__builtins__": {}}
    function: Callable[[Any, Any], Any] = eval(compile(tree, "<formula>", "eval"), scope)
    return function


def _shape(place: int, token: "_Token") -> str:
    """A token in Python's grammar: its sign, or a t with its place; a first bar calls abs."""
    if token.word == "|":
        return f"t{place} (" if token.kind == "opening" else ")"
    return f"t{place}" if token.kind in ("operand", "function") else token.word.replace("^", "**")


class _TextError(Exception):
    """What is wrong with a text, at which character, and the text with this one mended.

    Args:
        message: without what to write instead, if that hangs on what is suggested.
        at: the character, from 0.
        mended: the text with this one mistake mended.
        write: what to write instead, by the formula that is suggested, "" for none.
    """

    def __init__(
        self,
        message: str,
        at: int,
        mended: str | None = None,
        write: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.at, self.mended, self.write = message, at, mended, write

    def say(self, suggestion: str) -> str:
        """The message that stands beside a suggestion."""
        write = self.write and self.write(suggestion)
        return f"{self.message}: write {_short(write)}" if write else self.message


class _Token(NamedTuple):
    kind: str  # operand, function, operator; a bracket, which is then opening or closing
    word: str
    at: int
    place: int  # in what was typed
    value: float | None = None  # of a number


def _suggestion(mistake: _TextError) -> str:
    """One mistake is mended after the other, until none is left or one cannot be."""
    for _ in range(LONGEST):
        if mistake.mended is None:
            return ""
        try:
            tokens = _Scanner(Spelling(mistake.mended)).tokens()
            _function(tokens)  # a constant may still be none
            return _write(tokens) if len(_write(tokens)) <= LONGEST else ""
        except _TextError as another:
            mistake = another
    return ""


def _write(tokens: list[_Token]) -> str:
    """A formula as one writes it: + and - between spaces, and all else without."""
    text, ended = "", False  # whether an operand has
    for token in tokens:
        word = "^" if token.word == "**" else meaning(token.word)
        text += f" {word} " if word in ("+", "-") and ended else word
        text += " " if word == "," else ""
        ended = token.kind in ("operand", "closing")
    return text


class _Scanner:
    """The tokens of a formula whose grammar is right."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling, self.text = spelling, spelling.text
        self.opened: list[tuple[_Token, bool]] = []  # brackets; whether commas may stand in them

    def tokens(self) -> list[_Token]:
        read: list[_Token] = []
        at = self.next(self.spelling.begins)
        while at < len(self.text):
            token = self.checked(self.token(at), read[-1] if read else None)
            read.append(token)
            at = self.next(at + len(token.word))
        if not read:
            raise _TextError("the formula is empty: write for example x^2 + 3*y^2", 0)
        last = read[-1]
        if last.kind == "function":
            raise self.bare(last)
        if _wants_operand(last):
            raise _TextError(f"the formula ends after {_named(last)}; {_CHOICES}", len(self.text))
        if self.opened:
            raise _wrong(self.opened[-1][0], "is never closed")
        return read

    def next(self, at: int) -> int:
        """Where the next token begins."""
        return _SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # it always matches

    def token(self, at: int) -> _Token:
        match = _TOKEN.match(self.text, at)
        word = match[0] if match else self.text[at]
        place = self.spelling.places[at]
        token = _Token(str(match.lastgroup) if match else "", word, at, place)
        if token.kind == "number":
            value = mending.number(word)
            if not math.isfinite(value):
                raise _wrong(token, "is not finite")
            return token._replace(kind="operand", value=value)
        if token.kind == "name":
            known = meaning(word)
            if known in FUNCTIONS:
                return token._replace(kind="function")
            if known in ("x", "y", *_CONSTANTS):
                return token._replace(kind="operand", value=_CONSTANTS.get(known))
            raise self.unknown(token)
        if not match:
            hint = f": {_HINTS[word]}" if word in _HINTS else f"; {_CHOICES}"
            mended = mending.round_brackets(self.text) if word in "[]{}" else None
            raise _wrong(token, f"is not part of a formula{hint}", mended)
        return token

    def unknown(self, token: _Token) -> _TextError:
        found = mending.names(self.spelling)
        if found is None:
            return _wrong(token, f"is not known; {_CHOICES}")
        pieces = mending.pieces_of(token.word)
        if all(map(mending.is_known, pieces)):
            product = mending.product_of(pieces)
            return self.meant(token, "is not known", found.mended, len(pieces), product)
        are = f"{' and '.join(found.strange)} {'are' if len(found.strange) > 1 else 'is'}"
        message = f"at character {token.place + 1}, {are} not known: x and y are"
        return _TextError(message, token.at, found.mended)

    def checked(self, token: _Token, before: _Token | None) -> _Token:
        """A token that may stand after the one before it."""
        word, wants = token.word, _wants_operand(before)
        if before and before.kind == "function" and word != "(":
            raise self.bare(before)
        innermost = self.opened[-1][0].word if self.opened else ""
        closes = word == ")" or (word == "|" and not wants and innermost == "|")
        starts = token.kind in ("operand", "function") or (token.kind == "bracket" and not closes)
        if word == ")" and not innermost:
            raise _wrong(token, "closes nothing")
        if wants:
            over = word == ")" and before and before.word == ","
            if not (starts or word == "-" or over):
                raise _wrong(token, f"stands where a number or a name should; {_CHOICES}")
        elif starts and before and before.kind != "function":
            raise self.missing(token, before)
        elif word == "," and not (self.opened and self.opened[-1][1]):
            raise self.comma(token)
        if closes:
            if word == ")" and innermost == "|":
                raise _wrong(self.opened[-1][0], "is never closed")
            self.opened.pop()
            return token._replace(kind="closing")
        if token.kind != "bracket":
            return token
        several = before is not None and meaning(before.word) in _SEVERAL
        self.opened.append((token, several))
        if len(self.opened) > DEEPEST:
            raise _wrong(token, f"is nested too deep: at most {DEEPEST}")
        return token._replace(kind="opening")

    def missing(self, token: _Token, before: _Token) -> _TextError:
        odd = self.text.count("|") % 2 == 1
        if odd and token.word == "|" and "|" not in self.text[token.at + 1 :]:
            return _wrong(token, "closes nothing")
        # In |x|y| the bar in the middle stands for two.
        sign = "*|" if odd and before.word == "|" else "*"
        product = f"{_short(before.word)}{sign}{_short(token.word)}"
        message = f"an operator is missing before {_named(token)}: write {product}"
        mended = f"{self.text[: token.at]}{sign}{self.text[token.at :]}"
        return _TextError(message, token.at, mended)

    def comma(self, token: _Token) -> _TextError:
        mended = mending.decimal_comma(self.text, token.at)
        hint = ": write a point, as in 0.5" if mended else f"; {_CHOICES}"
        return _wrong(token, f"is not part of a formula{hint}", mended)

    def bare(self, function: _Token) -> _TextError:
        end = function.at + len(function.word)
        mended, power = mending.called(self.text, end), mending.power_after(self.text, end)
        call = f"{function.word}(x)"
        return self.meant(function, "needs parentheses", mended, 1, call, power)

    def meant(
        self,
        token: _Token,
        what: str,
        mended: str | None,
        count: int,
        otherwise: str,
        power: str = "",
    ) -> _TextError:
        """A mistake in whose place the suggestion has some names, and what they are called with."""
        before = len(mending.names_in(self.text[self.spelling.begins : token.at]))

        def write(suggestion: str) -> str:
            part = mending.part_of(suggestion, before, count) if suggestion else otherwise
            return part + power

        return _TextError(f"{_named(token)} {what}", token.at, mended, write)


def _wants_operand(before: _Token | None) -> bool:
    return before is None or before.kind in ("operator", "opening")


def _wrong(token: _Token, what: str, mended: str | None = None) -> _TextError:
    return _TextError(f"{_named(token)} {what}", token.at, mended)


def _named(token: _Token) -> str:
    return f"{_show(token.word)} at character {token.place + 1}"


def _short(word: str) -> str:
    return word if len(word) <= 24 else f"{word[:24]}…"


def _show(word: str) -> str:
    """In quotes; what may not show, by its number."""
    seen = re.fullmatch("[!-~\u00a1-\u1fff⅐-⅞↉]+", word)
    return f"“{_short(word)}”" if seen else f"U+{ord(word):04X}"


class _Fill(ast.NodeTransformer):
    """Put numbers, x, y and functions into the shape; constants are worked out at once."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens

    def visit_Name(self, node: ast.Name) -> ast.expr:
        token = self.tokens[int(node.id[1:])]
        return _name(meaning(token.word)) if token.value is None else _Constant(token.value, token)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = self.tokens[int(node.func.id[1:])]  # type: ignore[attr-defined]
        name = "abs" if function.word == "|" else meaning(function.word)
        filled = [self.visit(argument) for argument in node.args]
        constants = [argument for argument in filled if isinstance(argument, _Constant)]
        if len(constants) == len(filled):
            return _fold(_FUNCTIONS[name], function, *constants)
        return ast.Call(_name(name), filled, [])

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
        message = f"the constant that begins with {_named(begins)} is not finite"
        raise _TextError(message, begins.at)
    return _Constant(value, begins)


def _name(word: str) -> ast.expr:
    return ast.Name(word, ast.Load())
