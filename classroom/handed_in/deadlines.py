"""Deadlines, and what late work costs: one rule for a course, in the words that it was given."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from classroom.course import spreadsheet
from classroom.course.assignment import Record
from classroom.errors import ClassroomError, counted, cut
from classroom.files import read_table
from classroom.handed_in.times import Sent, local

COLUMNS = ("assignment", "student", "deadline", "handed_in")
NOTHING = "nothing is taken off"
EXAMPLES = f"{NOTHING!r}, '1 point a day', '10% a day', '3 days free, 2 points a day'"
_RULE = re.compile(
    r"(?:(?P<free>[0-9]{1,3}) days? free, *)?"
    r"(?:(?P<points>[0-9]{1,4}(?:\.[0-9]+)?) points?|(?P<percent>[0-9]{1,3}(?:\.[0-9]+)?) ?%) a day"
)
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
Key = tuple[str, str]  # a student, an assignment


@dataclass(frozen=True)
class Rule:
    """What a day costs that somebody is late.

    Attributes:
        said: in words.
        free: days that each student has for nothing, in all assignments together.
        points: for each further day that has begun.
        percent: of the assignment's points, likewise.
    """

    said: str = NOTHING
    free: int = 0
    points: float = 0.0
    percent: float = 0.0


def rule(text: str) -> Rule:
    """A rule from its words.

    Raises:
        ClassroomError: where they are no rule, with the choices.
    """
    said = " ".join(text.split())
    if said == NOTHING:
        return Rule()
    match = _RULE.fullmatch(said)
    if not match:
        raise ClassroomError(f"--late {cut(text, 100)!r}: choices, as in: {EXAMPLES}.")
    free, points, percent = (float(match[part] or 0) for part in ("free", "points", "percent"))
    return Rule(said, int(free), points, percent)


@dataclass(frozen=True)
class Deadlines:
    """When work is due.

    Attributes:
        due: by student and assignment; "" is everybody who has no deadline of their own.
        sent: when something was handed in, where the teacher says it.
    """

    due: Mapping[Key, datetime]
    sent: Mapping[Key, datetime]

    def of(self, student: str, assignment: str) -> datetime | None:
        """A student's deadline for an assignment."""
        return self.due.get((student, assignment)) or self.due.get(("", assignment))


def read_deadlines(
    path: Path, assignments: Collection[str], students: Collection[str] | None
) -> Deadlines:
    """The deadlines of a table.

    Args:
        path: of the file. Its columns are ``assignment``, ``deadline``, and where one needs them
            ``student``, for an extension, and ``handed_in``, for what no system tells.
        assignments: that there are.
        students: on the roster; None without one.

    Raises:
        ClassroomError: with the line and the column, for what is not known or comes twice.
    """
    due: dict[Key, datetime] = {}
    sent: dict[Key, datetime] = {}
    lines: dict[Key, int] = {}
    try:
        rows = spreadsheet.rows(read_table(path, "deadlines"))
        line, header = next(rows, (1, []))
        columns = [heading.strip().casefold() for heading in header]
        if not {"assignment", "deadline"} <= set(columns) <= {*COLUMNS, ""}:
            raise ValueError(
                f"line {line}: the columns are {cut(', '.join(columns), 100)!r}; choices: "
                f"{', '.join(COLUMNS)}, of which assignment and deadline are required"
            )
        for line, values in rows:
            row = dict(zip(columns, (value.strip() for value in values), strict=False))
            key = _key(line, row, assignments, students)
            if key in lines:
                raise ValueError(f"line {line}: this deadline stands in line {lines[key]} already")
            lines[key] = line
            for column, times in ("deadline", due), ("handed_in", sent):
                if text := row.get(column, ""):
                    times[key] = _time(f"line {line}, column {column}", text, column == "deadline")
    except ValueError as error:
        raise ClassroomError(f"{path}, {error}.") from None
    return Deadlines(due, sent)


def _key(
    line: int,
    row: Mapping[str, str],
    assignments: Collection[str],
    students: Collection[str] | None,
) -> Key:
    assignment, student = row.get("assignment", ""), spreadsheet.plain(row.get("student", ""))
    if assignment not in assignments:
        raise ValueError(
            f"line {line}, column assignment: there is no {cut(assignment, 100)!r}; choices: "
            f"{', '.join(assignments)}"
        )
    if student and students is not None and student not in students:
        raise ValueError(
            f"line {line}, column student: {cut(student, 100)!r} is not on the roster; choices: "
            f"{cut(', '.join(students), 200)}"
        )
    if row.get("handed_in") and not student:
        raise ValueError(f"line {line}: handed_in is of one student; the column student is empty")
    return student, assignment


def _time(where: str, text: str, end: bool) -> datetime:
    """A time, which becomes one of our zone.

    Args:
        where: it stands.
        text: of it.
        end: a day will do, and ends at midnight. Of what was handed in on a day, nobody knows
            whether it was before noon.
    """
    is_day = len(text) == len("2026-11-20")
    try:
        # To Python 23.59 is a little after 23:00.
        if not _TIME.fullmatch(text) or (is_day and not end):
            raise ValueError
        time = local(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise ValueError(
            f"{where}: {cut(text, 100)!r} is no time; write it as 2026-11-20 23:59, in a "
            "spreadsheet into a cell that is formatted as text"
        ) from None
    if is_day:
        with suppress(OverflowError):  # 9999-12-31, which means never
            time += timedelta(days=1)
    return time


@dataclass(frozen=True)
class Lateness:
    """What came of the deadlines: for each record, and for the teacher.

    Attributes:
        late: by student and assignment what becomes the record's ``late``.
        unknown: of whom it is not known when they handed in.
        in_time: who is in time by Canvas's word alone: their files do not have its mark.
    """

    late: Mapping[Key, Record]
    unknown: list[Key]
    in_time: list[Key]


def lateness(sent: Mapping[Key, Sent], deadlines: Deadlines, cost: Rule) -> Lateness:
    """Who is late, by how many days that have begun, and how many of them cost something.

    Args:
        sent: when each submission was handed in.
        deadlines: when it was due.
        cost: the rule. Free days are spent on the assignments that are due first.
    """
    late: dict[Key, Record] = {}
    unknown: list[Key] = []
    in_time: list[Key] = []
    free: dict[str, int] = defaultdict(lambda: cost.free)
    for student, assignment in _by_deadline(sent, deadlines):
        key = student, assignment
        due, known = deadlines.of(*key), sent[key]
        time = deadlines.sent.get(key) or known.time
        evidence = "your teacher's table" if key in deadlines.sent else known.evidence
        days = math.ceil((time - due) / timedelta(days=1)) if due and time else 0
        if due and time and days > 0:
            spent = min(days, free[student])
            free[student] -= spent
            late[key] = _late(due, time, evidence, days, spent, cost)
        elif known.late and key not in {*deadlines.due, *deadlines.sent}:
            said = f"Canvas marks it as late. By how much is not known, so {NOTHING}."
            late[key] = {"days": 0, "said": said, "points": 0.0, "percent": 0.0}
        elif due and not time:
            (in_time if known.in_time else unknown).append(key)
    return Lateness(late, unknown, in_time)


def _by_deadline(sent: Iterable[Key], deadlines: Deadlines) -> list[Key]:
    return sorted(sent, key=lambda key: (deadlines.of(*key) or datetime.max, key))


def _late(
    due: datetime, time: datetime, evidence: str, days: int, spent: int, cost: Rule
) -> Record:
    free = f" Free days spent on it: {spent}." if spent else ""
    said = (
        f"{counted(days, 'day')} late: handed in on {time:%Y-%m-%d %H:%M}, by {evidence}, and due "
        f"on {due:%Y-%m-%d %H:%M}.{free} The rule: {cost.said}."
    )
    charged = days - spent
    return {
        "days": days,
        "said": said,
        "points": charged * cost.points,
        "percent": charged * cost.percent,
    }
