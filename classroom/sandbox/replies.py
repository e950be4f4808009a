"""All that a worker may answer: one schema, checked here and nowhere else.

A worker belongs to the student's code. What it sends is bounded in shape, type and size before
anything is made of it, and what is outside the schema is no answer at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rmsprop_lab.checking.plain import ERROR, ERRORS, decode

Request = dict[str, Any]
LINES = 10_000_000  # of a cell: more than there are characters in a notebook


@dataclass(frozen=True)
class Reply:
    """An answer. What a request has no use for is as it is here.

    Attributes:
        ready: whether a new worker is.
        line: of the cell: the statement there begins now, and the answer itself follows.
        errors: what the statements of a cell raised.
        unread: why a cell, or a part of it, is no Python: "SyntaxError in line 3: ...".
        defined: whether there is something of the name.
        value: of a variable, or what a function returned: see ``plain.decode``.
        changed: places of the arguments that a function changed.
        error: what a function raised.
        trouble: what kept the worker from doing what was asked.
    """

    ready: bool = False
    line: int = 0
    errors: tuple[str, ...] = ()
    unread: str = ""
    defined: bool = False
    value: Any = None
    changed: tuple[int, ...] = ()
    error: str = ""
    trouble: str = ""


def read(request: Request, word: str, sent: Any) -> Reply:
    """An answer to a request.

    Args:
        request: what was asked; ``{"do": "start"}`` for a worker's first word.
        word: the request's own; nobody can answer before it is asked.
        sent: what came, from JSON.

    Raises:
        ValueError: where it is outside the schema.
    """
    if not isinstance(sent, dict) or sent.pop("word", None) != word:
        raise ValueError("not the answer to this question")
    if set(sent) not in _FORMS[request["do"]]:
        raise ValueError("other fields than those of an answer")
    return Reply(**{field: _FIELDS[field](value, request) for field, value in sent.items()})


_TROUBLE = {"trouble"}
_RESULT = {"value", "changed", "error"}
_FORMS: dict[str, tuple[set[str], ...]] = {
    "start": ({"ready"},),
    "run": ({"errors", "unread"}, {"line"}, _TROUBLE),
    "again": (set(), _TROUBLE),
    "defined": ({"defined"}, _TROUBLE),
    "rescue": ({"defined"}, _TROUBLE),
    "value": ({"value"}, _TROUBLE),
    "call": (_RESULT, _TROUBLE),
    "step": (_RESULT, _TROUBLE),
}


def _flag(sent: Any, _: Request) -> bool:
    if type(sent) is not bool:
        raise ValueError("neither true nor false")
    return sent


def _text(sent: Any, _: Request) -> str:
    if type(sent) is not str or len(sent) > ERROR:
        raise ValueError("no text, or a long one")
    return sent


def _texts(sent: Any, request: Request) -> tuple[str, ...]:
    if type(sent) is not list or len(sent) > ERRORS:
        raise ValueError("no list of texts, or a long one")
    return tuple(_text(one, request) for one in sent)


def _line(sent: Any, _: Request) -> int:
    if type(sent) is not int or not 0 < sent <= LINES:
        raise ValueError("no line of a cell")
    return sent


def _places(sent: Any, request: Request) -> tuple[int, ...]:
    """Of arguments, in order and each once."""
    places = list(range(len(request.get("arguments", ()))))
    if type(sent) is not list or len(sent) > len(places):
        raise ValueError("no places of arguments")
    if not all(type(place) is int and place in places for place in sent):
        raise ValueError("no places of arguments")
    if sorted(set(sent)) != sent:
        raise ValueError("places of arguments in disorder")
    return tuple(sent)


_FIELDS: dict[str, Callable[[Any, Request], Any]] = {
    "ready": _flag,
    "line": _line,
    "errors": _texts,
    "unread": _text,
    "defined": _flag,
    "value": lambda sent, _: decode(sent),
    "changed": _places,
    "error": _text,
    "trouble": _text,
}
