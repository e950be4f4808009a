"""Which submissions are nearly the same: their code compared without names, numbers and comments.

Code is cut into pieces of five symbols that overlap. Renaming, other constants, other comments and
another layout leave the pieces as they are. Two submissions are compared by the share of pieces
that they have in common, of all that either has (Jaccard's index).
"""

import keyword
import re
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from classroom.course.assignment import Record

LENGTH = 5  # symbols of a piece
MOST = 4_000  # pieces kept of a submission
TOKENS = 100_000  # read of a submission
SHARE = 0.8  # from here on two submissions are nearly the same
FEWEST = 20  # pieces, besides what all have: less is no evidence
COMMON = 4  # submissions, from which on one can say what most have
_BLOCK = 4_096  # pieces compared at a time

# Builtins that student code calls. Listed, because a Python version may add some.
_KEPT = {*keyword.kwlist} | set(
    "abs all any bool callable dict enumerate filter float format hasattr int isinstance iter len "
    "list map max min next object pow print range reversed round set sorted str sum super tuple "
    "type zip".split()
)
# Every alternative ends where it cannot go on, so that hostile code takes no longer than other.
# Python's own tokenizer stops at what is not Python, and differs between versions.
_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n]*|\\\r?\n)
    | (?P<text>'''(?:[^'\\]|\\.|'(?!''))*(?:''')?|\"\"\"(?:[^"\\]|\\.|"(?!""))*(?:\"\"\")?
        |'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?)
    | (?P<number>\.?[0-9](?:[eE][+-][0-9]|[\w.])*)
    | (?P<name>\w+)
    | (?P<sign>[^\s\w])
    """,
    re.VERBOSE | re.DOTALL,
)


class Pair(NamedTuple):
    """Two records of one assignment, and the share of pieces that they have in common."""

    a: Record
    b: Record
    share: float


def shingles(code: str, handout: str = "") -> list[int]:
    """The pieces of a notebook's code as numbers below 2**64, sorted.

    Of more than :data:`MOST` the smallest are kept: the same ones in every submission, so that
    shares stay comparable.

    Args:
        code: of all cells.
        handout: what everybody was given. Its pieces are left out.
    """
    hashed = {
        int.from_bytes(
            blake2b("\0".join(piece).encode(errors="replace"), digest_size=8).digest(), "big"
        )
        for piece in _pieces(code) - _pieces(handout)
    }
    return sorted(hashed)[:MOST]


def _pieces(code: str) -> set[tuple[str, ...]]:
    symbols = _symbols(code)
    return {tuple(symbols[i : i + LENGTH]) for i in range(len(symbols) - LENGTH + 1)}


def pairs(records: Iterable[Record]) -> list[Pair]:
    """The pairs of submissions that are nearly the same, the closest first.

    What more than half of the submissions of an assignment have does not count. Files with the same
    bytes are always a pair, unless they are as they were handed out (which scores nothing).

    Args:
        records: of graded submissions, of all assignments.
    """
    courses: dict[str, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record["student"]):
        if record["status"] not in ("unreadable", "another handout", "grader error"):
            courses[record["assignment"]].append(record)
    found = [pair for group in courses.values() for pair in _pairs(group)]
    return sorted(
        found, key=lambda p: (-p.share, p.a["assignment"], p.a["student"], p.b["student"])
    )


def _symbols(code: str) -> list[str]:
    symbols = []
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup, match[0]
        if kind == "comment":
            continue
        if kind == "sign" or (kind == "name" and text in _KEPT):
            symbols.append(text)
        else:
            symbols.append({"text": "'", "number": "0"}.get(kind or "", "x"))
        if len(symbols) == TOKENS:
            break
    return symbols


def _pairs(records: list[Record]) -> list[Pair]:
    own = _own(records)
    sizes = np.array([len(pieces) for pieces in own])
    both = _in_common(own)
    either = sizes[:, None] + sizes[None, :] - both
    enough = np.minimum.outer(sizes, sizes) >= FEWEST
    share = np.where(enough, both / np.maximum(either, 1), 0.0)
    files = np.array(
        [record["sha256"] if record["score"] else i for i, record in enumerate(records)]
    )
    share[files[:, None] == files[None, :]] = 1.0
    return [
        Pair(records[a], records[b], round(float(share[a, b]), 4))
        for a, b in np.argwhere(np.triu(share >= SHARE, k=1))
    ]


def _own(records: list[Record]) -> list[np.ndarray]:
    """Each submission's pieces, without those that say nothing because most have them."""
    pieces = [np.array(record["shingles"], dtype=np.uint64) for record in records]
    values, counts = np.unique(
        np.concatenate([np.zeros(0, np.uint64), *pieces]), return_counts=True
    )
    common = values[counts > len(records) / 2] if len(records) >= COMMON else values[:0]
    return [np.setdiff1d(own, common) for own in pieces]


def _in_common(own: list[np.ndarray]) -> np.ndarray:
    """How many pieces each two submissions share, (n, n)."""
    both = np.zeros((len(own), len(own)))
    every = np.concatenate([np.zeros(0, np.uint64), *own])
    owner = np.repeat(np.arange(len(own)), [len(pieces) for pieces in own])
    _, number, counts = np.unique(every, return_inverse=True, return_counts=True)
    shared = counts > 1  # the others are in no pair
    column = np.cumsum(shared) - 1
    owner, column = owner[shared[number]], column[number[shared[number]]]
    for first in range(0, int(shared.sum()), _BLOCK):
        here = (column >= first) & (column < first + _BLOCK)
        has = np.zeros((len(own), _BLOCK), dtype=np.float32)
        has[owner[here], column[here] - first] = 1
        both += has @ has.T
    return both
