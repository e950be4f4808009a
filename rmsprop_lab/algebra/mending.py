"""What people type for a formula, and what they mean by it.

A formula is copied from a page, ``x² · π``, or written as on paper, ``2ab``, ``sin x``, ``0,5``.
The first is spelled in plain characters before it is read. The second is a mistake; the functions
below give the text with this one mistake mended, and :mod:`~rmsprop_lab.algebra.formula` mends
one after the other until it has a formula to suggest. ``lab/js/src/formula/mending.ts`` is the
same for the page.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

#: The functions of a formula, and other names of some.
FUNCTIONS = "sqrt cbrt exp log sin cos tan tanh abs sign max min".split()
ALIASES = {"ln": "log", "sgn": "sign"}

#: A number in one character, as in 2½, and how numbers are written besides.
_FRACTION = "[¼-¾⅐-⅞↉]"
NUMBER = rf"[0-9]*{_FRACTION}|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
#: A name as a scanner finds it, and a variable among its letters, such as w or w_1.
NAME = "[A-Za-zα-ω_$][A-Za-z0-9α-ω_$]*"
_LETTER = "[A-Za-zα-ω]"
_VARIABLE = f"{_LETTER}(?:_?[0-9]+)?"
_KNOWN = sorted([*FUNCTIONS, *ALIASES], key=len, reverse=True)
_CALLED = "|".join(_KNOWN)
_PIECE = re.compile(f"{_CALLED}|pi|{_VARIABLE}|.")
_S = "[ \t\n\r\u00a0]*"
_POWER = rf"{_S}(?:\^|\*\*){_S}"
_HEAD = re.compile(
    rf"{_S}(?![xyXY](?!{_LETTER}))({_LETTER}+){_S}"
    rf"(?:\({_S}({_VARIABLE}){_S}(?:,{_S}({_VARIABLE}){_S})?\){_S})?:?=(?!=)"
)
# What stands after a function's name without brackets: a power, and what it is taken of.
_AFTER = re.compile(
    rf"(?:{_POWER}([0-9]+)(?![0-9]))?{_S}(\((?:[^()]|\([^()]*\))*\)"
    rf"|(?:{_S}(?:[0-9.]*{_FRACTION}|[0-9.]+|(?!(?:{_CALLED})(?![A-Za-z0-9_])){NAME})(?:{_POWER}[0-9]+)?)+)"
)
_RAISED = re.compile(rf"{_POWER}([0-9]+)")
_TIGHT = re.compile(rf"(?:{_POWER}|(?:{_CALLED}){_S})$")  # before an exponent, or what is taken

# What stands higher, what lower, and what is a letter or a digit in another dress, as 𝑥.
_RUN = re.compile("([¹²³⁰-ⁿˣʸ]+)|([₀-₉])|([\U0001d400-\U0001d7ff])|.", re.DOTALL)
_SPELLED = {
    **dict.fromkeys("−–‒", "-"),
    **dict.fromkeys("·⋅×∙∗", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("\u2009\u202f\u200b\u2061\u2062", " "),  # thin, or not seen at all
    "π": " pi ",
    "√": " sqrt ",
    "∛": " cbrt ",
}


def meaning(name: str) -> str:
    """The name that is looked up: in small letters, and ``log`` for ``ln``."""
    small = name.lower()
    return ALIASES.get(small, small)


# ---- what is copied from a page ---------------------------------------------------------


class Spelling:
    """A text in plain characters.

    Attributes:
        text: ``x^2`` for ``x²``.
        places: where each of its characters stood, and where the text ends.
        begins: where the formula begins, after ``f(x, y) =``.
        takes: what stands in the parentheses before that sign.
    """

    def __init__(self, typed: str) -> None:
        self.text, self.places = "", list[int]()
        for match in _RUN.finditer(typed):
            high, low, dressed = match.groups()
            if high:
                plain = f"^{_lowered(high)} "  # x²3 is not x^23
            elif low:
                plain = _lowered(low)
            else:
                found = unicodedata.normalize("NFKC", dressed) if dressed else match[0]
                plain = _SPELLED.get(found, found)
            self.text += plain
            self.places += [match.start()] * len(plain)
        self.places.append(len(typed))
        head = _HEAD.match(self.text)
        if head and meaning(head[1]) in FUNCTIONS:  # sin(x) = 1 is none
            head = None
        self.begins = head.end() if head else 0
        self.takes = [meaning(name) for name in head.groups()[1:] if name] if head else []


def _lowered(raised: str) -> str:
    text = unicodedata.normalize("NFKC", raised).replace("−", "-")
    return text if re.fullmatch("[0-9]+", text) else f"({text})"


def number(word: str) -> float:
    """What a number is worth: 2.5 for ``2½``."""
    if not re.search(_FRACTION, word):
        return float(word)
    above, below = unicodedata.normalize("NFKC", word[-1]).split("⁄")
    return float(word[:-1] or 0) + float(above) / float(below)


# ---- one mistake, mended ----------------------------------------------------------------


def called(text: str, end: int) -> str | None:
    """``sin(x)^2`` for ``sin^2(x)`` and ``sin^2 x``, ``sin(2 x)`` for ``sin 2 x``.

    Args:
        text: the formula.
        end: where the function's name ends.
    """
    after = _AFTER.match(text, end)
    if not after:
        return None
    (power, argument), rest = after.groups(), text[after.end() :]
    if power and re.match(_POWER, rest):
        return None
    whole = argument if argument.startswith("(") else f"({argument})"
    return f"{text[:end]}{whole}{f'^{power}' if power else ''}{rest}"


def power_after(text: str, end: int) -> str:
    """``^2`` of a function's name that is raised, as in ``sin^2 x``; "" of others."""
    raised = _RAISED.match(text, end)
    return f"^{raised[1]}" if raised else ""


def names_in(text: str) -> list[re.Match[str]]:
    """Functions, variables and constants."""
    return list(re.finditer(NAME, text))


def part_of(formula: str, before: int, count: int) -> str:
    """Some names of a formula with what stands between them, and all of a call.

    Args:
        formula: a good one.
        before: how many names stand before these.
        count: how many they are.
    """
    names = names_in(formula)
    first, last = names[before], names[before + count - 1]
    ends = last.end()
    if meaning(last[0]) in FUNCTIONS:
        ends += 1
    while formula.count("(", first.start(), ends) > formula.count(")", first.start(), ends):
        ends += 1
    return formula[first.start() : ends]


class Names(NamedTuple):
    """What names mean that are not known.

    Attributes:
        strange: those that are x or y by another name, or their powers.
        mended: the text with what they mean.
    """

    strange: list[str]
    mended: str


def names(spelling: Spelling) -> Names | None:
    """What names mean that are not known: products, powers, or x and y by other names."""
    body = spelling.text[spelling.begins :]
    pieces = [piece for name in re.findall(NAME, body) for piece in pieces_of(name)]
    every = dict.fromkeys([*spelling.takes, *pieces])
    variables = [piece for piece in every if piece in ("x", "y") or not is_known(piece)]
    strange = [piece for piece in variables if piece not in ("x", "y")]
    meant = None if "" in strange else _meant(variables, strange)
    if meant is None:
        return None

    def renamed(match: re.Match[str]) -> str:
        pieces = [meant.get(piece, piece) for piece in pieces_of(match[0])]
        product = product_of(pieces)
        tight = len(pieces) > 1 and _TIGHT.search(body[: match.start()])
        return f"({product})" if tight else product  # e^xy is not e^x*y

    return Names(strange, re.sub(NAME, renamed, body))


def _meant(variables: Sequence[str], strange: Sequence[str]) -> dict[str, str] | None:
    """What to write for each strange variable."""
    stems = {name[0] for name in strange}
    numbers = {name: int(re.sub("^._?", "", name) or 0) for name in strange}
    if stems <= {"x", "y"} and len(stems) == len(strange):  # x2 + y2 was x² + y²
        return {name: f"{name[0]}^{number}" for name, number in numbers.items()}
    if len(variables) > 2:
        return None
    ordered = sorted(strange, key=numbers.__getitem__) if len(stems) == 1 else strange  # x2 - x1
    free = [axis for axis in ("x", "y") if axis not in variables]
    return dict(zip(ordered, free, strict=False))


def pieces_of(name: str) -> list[str]:
    """A name as a product of known words and of variables: xln is x and ln.

    ``[""]`` for one that is no product, such as asin.
    """
    pieces = _PIECE.findall(re.sub("_(?=[0-9])", "", name.lower()))
    mixed = any(piece in _KNOWN for piece in pieces) and not all(map(is_known, pieces))
    return [""] if mixed or any(re.match("[0-9_$]", piece) for piece in pieces) else pieces


def is_known(piece: str) -> bool:
    """Whether a formula may have this name."""
    return piece in ("x", "y", "e", "pi", *_KNOWN)


def product_of(pieces: Sequence[str]) -> str:
    """``x*ln``, and ``sin x``."""
    return "".join(piece + (" " if piece in _KNOWN else "*") for piece in pieces)[:-1]


def decimal_comma(text: str, at: int) -> str | None:
    """``0.5`` for ``0,5``."""
    decimal = re.fullmatch("[0-9],[0-9]", text[max(at - 1, 0) : at + 2])
    return f"{text[:at]}.{text[at + 1 :]}" if decimal else None


def round_brackets(text: str) -> str:
    """``(x)`` for ``[x]``; x[0] and x[1] are two variables."""
    numbered = re.sub(r"(?<![A-Za-z0-9_])([A-Za-z])\[([0-9]+)\]", r"\1\2", text)
    return numbered.translate(str.maketrans("[{]}", "(())"))
