"""How long an assignment may take a student: counted in its source, at rates that are stated.

It is an estimate. What is counted is the same for every assignment; no student was timed.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from classroom.course.assignment_text import AssignmentText

_WORD = re.compile(r"\S*\w\S*")
_COMMENT = re.compile(r"<!--.*?-->", re.S)


class Workload(NamedTuple):
    """What there is to do.

    Attributes:
        words: of the handout, to read.
        given: lines of code in the handout, to read.
        answers: what the grader asks for: each needs a thought before its first line.
        lines: of code to write, as many as the solution has.
        text: words to write, as many as the solution has.
        tries: rounds of a search: run, look, change. The head of the text says how many.
    """

    words: float
    given: float
    answers: float
    lines: float
    text: float
    tries: float

    @property
    def minutes(self) -> float:
        """By :data:`RATES`."""
        return sum(count * rate for count, rate in zip(self, RATES, strict=True))

    def said(self) -> str:
        """In words: ``900 words to read, 7 answers to find and 1 round of trying``."""
        counted = [(count, what) for count, what in zip(self, COUNTED, strict=True) if count]
        parts = [f"{count:g} {_one(what) if count == 1 else what}" for count, what in counted]
        return f"{', '.join(parts[:-1])} and {parts[-1]}"


#: Minutes for one of each.
RATES = Workload(words=0.01, given=0.1, answers=4.0, lines=2.0, text=0.1, tries=10.0)

#: What each is called.
COUNTED = (
    "words to read",
    "lines of code to read",
    "answers to find",
    "lines of code to write",
    "words to write",
    "rounds of trying",
)


def workload(text: AssignmentText) -> Workload:
    """What an assignment's text asks of a student."""
    words = given = lines = written = 0
    for cell in text.cells:
        if cell.kind == "markdown":
            words += _words(_COMMENT.sub("", cell.for_students()))
            written += _words("\n".join(cell.solution()))
        else:
            lines += sum(map(_is_code, cell.solution()))
            if not cell.marks.get("solution"):
                given += sum(map(_is_code, cell.text.split("\n")))
    answers = sum(not task.open for task in text.assignment.tasks)
    return Workload(words, given, answers, lines, written, text.tries)


def weights(minutes: Sequence[float]) -> list[int]:
    """Shares in whole percent, in proportion to the minutes; together they are 100.

    Example:
        >>> weights([90, 90, 90])
        [34, 33, 33]
    """
    exact = [100 * one / sum(minutes) for one in minutes]
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: shares[place] - exact[place])
    for place in by_rest[: 100 - sum(shares)]:
        shares[place] += 1
    return shares


def _one(things: str) -> str:
    """Of ``answers to find`` one, ``answer to find``."""
    first, rest = things.split(" ", 1)
    return f"{first.removesuffix('s')} {rest}"


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
