"""What an examination is made of and what comes of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from itertools import islice
from typing import Any

import numpy as np

from rmsprop_lab.checking.outcomes import Results
from rmsprop_lab.checking.sentences import said


@dataclass(frozen=True)
class Mistake:
    """A wrong version of a rule that is known by name.

    Attributes:
        name: in few words, ``"no root"``.
        hint: what is wrong and how to find it, without expected numbers.
        rule: the wrong version, with the arguments of the right one.
        convention: whether it is another convention, not a mistake.
    """

    name: str
    hint: str
    rule: Callable[..., Any]
    convention: bool = False


@dataclass(frozen=True)
class Finding:
    """What an examination found.

    Attributes:
        correct: whether all results are right, and nothing else is wrong.
        name: the mistake's, ``"another convention: ..."``, or ``""`` where it has none.
        text: what is wrong, without an expected value; ``""`` if nothing is.
        convention: whether it is another convention, not a mistake.
    """

    correct: bool
    name: str = ""
    text: str = ""
    convention: bool = False

    @classmethod
    def of(cls, key: str, **words: str) -> "Finding":
        """In the words of :data:`~rmsprop_lab.checking.sentences.FINDINGS`."""
        return cls(False, *said(key, **words))


@dataclass(frozen=True)
class Examined:
    """What a function gave on every probe, all of it numbers, and what it should have given.

    Attributes:
        found: the function's results.
        wanted: the right ones.
        right: the right function.
        probes: the arguments of each call.
        outputs: the names of the results.
    """

    found: Sequence[Results]
    wanted: Sequence[Results]
    right: Callable[..., Any]
    probes: Sequence[tuple[Any, ...]]
    outputs: Sequence[str]

    def argument(self, place: int) -> str:
        """The name of an argument."""
        return argument(self.right, place)

    @property
    def fitting(self) -> bool:
        """Whether all results have the right shape."""
        return all(
            mine.shape == theirs.shape
            for one, right in zip(self.found, self.wanted, strict=True)
            for mine, theirs in zip(one, right, strict=True)
        )

    @cached_property
    def pairs(self) -> list[tuple[int, int, int]]:
        """Two probes that differ in one argument only, and its place."""
        return [
            (k, other, places[0])
            for k, one in enumerate(self.probes)
            for other in range(k)
            if len(places := [*islice(_differing(one, self.probes[other]), 2)]) == 1
        ]


def argument(function: Callable[..., Any], place: int) -> str:
    """The name of an argument of a function."""
    names = list(signature(function).parameters)
    return names[place] if place < len(names) else f"argument {place + 1}"


def _differing(one: tuple[Any, ...], other: tuple[Any, ...]) -> Iterator[int]:
    """The places at which two probes differ."""
    for place, (a, b) in enumerate(zip(one, other, strict=True)):
        if not _alike(a, b):
            yield place


def _alike(one: Any, other: Any) -> bool:
    """Whether two arguments are the same: numbers by value, all else by identity."""
    numbers = (bool, int, float, str, np.ndarray, np.generic)
    known = isinstance(one, numbers) and isinstance(other, numbers)
    return one is other or (known and np.array_equal(one, other))
