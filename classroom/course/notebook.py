"""Read a notebook that nobody vouches for: nothing in it is run, and nothing in it is believed.

It is plain JSON, read leniently. Lost metadata, missing ids, old formats, NaN in an output, a key
that comes twice or half a character cost a student nothing.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rmsprop_lab.checking.kept import MARK

CELLS = 5_000
SOURCE = 5_000_000  # characters, of all cells together
PARTS = 3_000_000  # values: each takes some sixty bytes of memory, however short it is
DIGITS = 300  # of one number

PLACEHOLDER = "YOUR ANSWER HERE"
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
MARK_SCHEME = ("=== BEGIN MARK SCHEME ===", "=== END MARK SCHEME ===")
_MARKER = r"<!--\s*answer:\s*{task}\s*-->[ \t]*\n?"
_OURS = {PLACEHOLDER, *SOLUTION}  # lines that are no part of an answer
_SURROGATES = re.compile("[\ud800-\udfff]")
_KINDS = ("code", "markdown", "raw")
_OTHERS = {b"PK\x03\x04": "a zip archive", b"%PDF": "a PDF", b"<": "a web page"}


class Unreadable(Exception):  # noqa: N818 - the result of reading, not an error of ours
    """A submission cannot be read. Says why: "the file is empty"."""


@dataclass(frozen=True)
class Cell:
    """A cell.

    Attributes:
        kind: "code", "markdown", "raw", or "unknown".
        source: its text; it can always be encoded.
        grade_id: the name that the handout gave it; None where that is lost.
        kept: those texts of its outputs in which the numbers of a task are kept.
    """

    kind: str
    source: str
    grade_id: str | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """A notebook's cells in order, and whose numbers it says it holds.

    Attributes:
        cells: all of them.
        metadata_student, metadata_assignment: what the handout wrote into the notebook's metadata,
            or anybody after it; None where nothing is there.
        metadata_torch: whether it says that it is the handout for PyTorch.
    """

    cells: tuple[Cell, ...]
    metadata_student: str | None = None
    metadata_assignment: str | None = None
    metadata_torch: bool = False

    def answer(self, task: str) -> str | None:
        """The answer to an open question; None where there is none.

        The cell is found by its ``grade_id``, and where that is lost by the marker
        ``<!-- answer: TASK -->``, whatever type it has become. What the instructor's version has
        besides is left out, for a rehearsal hands that in.
        """
        marker = re.compile(_MARKER.format(task=re.escape(task)), re.IGNORECASE)
        named = [cell for cell in self.cells if cell.grade_id == task]
        marked = [cell for cell in self.cells if marker.search(cell.source)]
        for cell in named + marked:
            text = _without_scheme(marker.sub("", cell.source))
            kept = [line for line in text.splitlines() if line.strip() not in _OURS]
            if answer := "\n".join(kept).strip():
                return answer
        return None


def _without_scheme(text: str) -> str:
    before, _, rest = text.partition(MARK_SCHEME[0])
    _, ended, after = rest.partition(MARK_SCHEME[1])
    return before + after if ended else text


def code(notebook: Notebook) -> list[Cell]:
    """The code cells, in order."""
    return [cell for cell in notebook.cells if cell.kind == "code"]


def read(data: bytes) -> Notebook:
    """A notebook from the bytes of its file, of any version.

    Raises:
        Unreadable: with the reason.
    """
    found = _parsed(data)
    if not isinstance(found, dict):
        raise Unreadable("the file is JSON, but not a notebook")
    raw = _raw_cells(found)
    if len(raw) > CELLS:
        raise Unreadable(f"the notebook has {len(raw):,} cells; at most {CELLS:,} are read")
    cells = tuple(_cell(cell) for cell in raw if isinstance(cell, dict))
    length = sum(len(cell.source) for cell in cells)
    if length > SOURCE:
        raise Unreadable(f"the cells hold {length:,} characters; at most {SOURCE:,} are read")
    course = _inside(found, "metadata", "classroom")
    return Notebook(
        cells,
        _text(course, "student"),
        _text(course, "assignment"),
        _inside(course, "torch") is True,
    )


def _parsed(data: bytes) -> Any:
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if not data:
        raise Unreadable("the file is empty")
    for start, what in _OTHERS.items():
        if data.startswith(start):
            raise Unreadable(f"the file is {what}, not a notebook")
    if data.count(b",") > PARTS:
        raise Unreadable(f"the file has more than {PARTS:,} values")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise Unreadable("the file ends in the middle (truncated)") from None
        raise Unreadable(f"the file is not UTF-8, from byte {error.start + 1} on") from None
    try:
        return json.loads(text, parse_int=_integer, parse_float=_real)
    except RecursionError:
        raise Unreadable("the file is nested too deeply") from None
    except json.JSONDecodeError as error:
        # What JSON stumbles over is the end, or a word or an escape that is begun there.
        rest = text[error.pos :]
        begun = len(rest) <= len("-Infinity") and not set(rest) & set('"}]')
        ends = (begun or error.msg.startswith("Unterminated")) and error.msg != "Extra data"
        if ends and text[0] in "{[":
            raise Unreadable("the file ends in the middle (truncated)") from None
        raise Unreadable(f"the file is not JSON, from line {error.lineno} on") from None


def _integer(text: str) -> int:
    return (
        int(text) if len(text) <= DIGITS else 0
    )  # Python refuses long ones, and nobody needs them


def _real(text: str) -> float:
    return float(text) if len(text) <= DIGITS else math.nan


def _raw_cells(found: dict[str, Any]) -> list[Any]:
    cells = found.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = found.get("worksheets")  # versions 1 to 3
    if isinstance(sheets, list):
        parts = [_inside(sheet, "cells") for sheet in sheets]
        return [cell for part in parts if isinstance(part, list) for cell in part]
    raise Unreadable("the file is JSON, but not a notebook: it has no cells")


def _cell(raw: dict[str, Any]) -> Cell:
    kind = raw.get("cell_type")
    return Cell(
        kind=kind if kind in _KINDS else "unknown",
        source=_lines(raw.get("source", raw.get("input", ""))),  # "input" in versions 1 to 3
        grade_id=_text(_inside(raw, "metadata", "nbgrader"), "grade_id"),
        kept=tuple(text for text in _shown(raw.get("outputs")) if MARK in text),
    )


def _shown(outputs: Any) -> Iterator[str]:
    """What a cell printed, and its results as text and as a page."""
    for output in outputs if isinstance(outputs, list) else ():
        for keys in (("text",), ("data", "text/plain"), ("data", "text/html")):
            yield _lines(_inside(output, *keys))


def _lines(value: Any) -> str:
    """A text, or a list of its lines; empty where it is something else."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return _SURROGATES.sub("\ufffd", value) if isinstance(value, str) else ""


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(value: Any, key: str) -> str | None:
    """A text under a key; None where there is another thing, nothing, or an empty text."""
    found = _inside(value, key)
    return _SURROGATES.sub("\ufffd", found) if isinstance(found, str) and found else None
