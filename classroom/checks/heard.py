"""What comparisons tell whoever listens: the linter tries every wrong version that they know."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_listeners: list[Callable[["Heard"], None]] = []


@dataclass(frozen=True)
class Heard:
    """One comparison.

    Attributes:
        answers: that are asked; an assignment may have put something between them and the student.
        name: of the student's function or variable.
        right: the right function or value.
        wrong: the wrong ones, each a ``Mistake`` or a ``Wrong``.
    """

    answers: Any
    name: str
    right: Any
    wrong: Sequence[Any]


def tell(answers: Any, name: str, right: Any, wrong: Sequence[Any]) -> None:
    """Say what is compared."""
    for listener in _listeners:
        listener(Heard(answers, name, right, wrong))


@contextmanager
def listening() -> Iterator[list[Heard]]:
    """Collect the comparisons that are made meanwhile."""
    heard: list[Heard] = []
    _listeners.append(heard.append)
    try:
        yield heard
    finally:
        _listeners.remove(heard.append)
