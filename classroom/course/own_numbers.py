"""Whether the numbers that stand in a notebook are those that its student was to get.

Nothing of the notebook is run for it, and no grade hangs on it: the grader has numbers of its own.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from classroom.course.assignment import Record
from classroom.course.notebook import Notebook, code

OTHER_NUMBERS = (
    "The numbers in this notebook are not those that the course's secret draws for this student. "
    "It was made with another secret or for another student, or its numbers were changed. It was "
    "graded by those that the secret draws."
)
OTHERS = "The numbers of another student stand in this notebook."
CHANGED = (
    "The cell with your numbers was changed. You were graded by the numbers that you were given."
)

LEFT_OUT, COUNTED = "left out", "counted"  # a doubtful score; and where the teacher has decided
ALL = "all"

_NUMBER_OR_TEXT = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?|True|False|'[^']*'|\"[^\"]*\"")
_BRACKET = re.compile(r"[\[\]]")


@dataclass(frozen=True)
class NumbersCell:
    """A cell of the handout that holds numbers. Blanks and line ends are left out of all texts.

    Attributes:
        grade_id: its name.
        around: the texts before, between and after the numbers.
        numbers: as the handout writes them.
    """

    grade_id: str
    around: tuple[str, ...]
    numbers: tuple[str, ...]

    def in_place(self, source: str) -> tuple[str, ...] | None:
        """What stands in a cell in the place of the numbers; None where it is no such cell."""
        source, found = bare(source), []
        first, *rest = self.around
        begin = source.find(first)
        if begin < 0:
            return None
        place = begin + len(first)
        for text in rest:
            end = _end(source, place)
            if end is None or not source.startswith(text, end):
                return None
            found.append(source[place:end])
            place = end + len(text)
        return tuple(found)


def bare(text: str) -> str:
    """A text without blanks and line ends."""
    return "".join(text.split())


def _end(source: str, begin: int) -> int | None:
    """Where a number, text or list that begins there ends; None where there is none."""
    if not source.startswith("[", begin):
        found = _NUMBER_OR_TEXT.match(source, begin)
        return found.end() if found else None
    depth = 0
    for bracket in _BRACKET.finditer(source, begin):
        depth += 1 if bracket[0] == "[" else -1
        if not depth:
            return bracket.end()
    return None


def has_others(record: Record) -> bool:
    """Whether a notebook was made with other numbers than the ones that it was graded with."""
    return OTHER_NUMBERS in record["notes"] or OTHERS in record["notes"]


def leave_out(records: Sequence[Record], counted: Collection[str]) -> None:
    """Say in each record whether its score leaves for other systems.

    It does not where it may be wrong by a mistake that is not the student's: by another secret than
    the release's, by another id on the roster, by a roster too many or too few, or by a notebook
    that was given to the wrong student. Only where its owner has handed in the own one, too, was
    another student's notebook copied. A teacher may decide that the score leaves all the same.

    Args:
        records: of all submissions; they get ``doubt``, which is "" where there is none.
        counted: the students whose scores leave by the teacher's word, or ``ALL``.
    """
    owners = {
        (record["student"], record["assignment"])
        for record in records
        if not has_others(record) and record["made_for"] == record["student"]
    }
    for record in records:
        owner = record["made_for"], record["assignment"]
        record["doubt"] = ""
        if OTHER_NUMBERS in record["notes"] or (OTHERS in record["notes"] and owner not in owners):
            decided = ALL in counted or record["student"] in counted
            record["doubt"] = COUNTED if decided else LEFT_OUT


def doubt(notebook: Notebook, cells: Iterable[NumbersCell]) -> str:
    """What is to be said of a notebook's numbers; nothing where they are those of the cells.

    A cell that was deleted says nothing: many hand in their answers alone.
    """
    changed = ""
    for cell in cells:
        places = [(one, cell.in_place(one.source)) for one in code(notebook)]
        found = [numbers for _, numbers in places if numbers is not None]
        if cell.numbers in found:
            continue
        if found:
            return OTHER_NUMBERS
        if any(one.grade_id == cell.grade_id for one, _ in places):
            changed = CHANGED
    return changed
