"""A submission's score, with the marks of a person where these are known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from classroom.course.assignment import Assignment, Record
from classroom.course.roster import Student
from classroom.grading.grade import MISSING

#: Points of open tasks by (student, assignment, task), as a person gave them.
Marks = Mapping[tuple[str, str, str], float]
TEXT_OPEN = "Text open"  # how the sentence begins that tells of an answer without a mark


@dataclass(frozen=True)
class Total:
    """A score.

    Attributes:
        score: None where the grader failed, or where it is another handout.
        maximum: that could be reached.
        unmarked: titles of open tasks with an answer that nobody has marked yet. As long as there
            is one, score and maximum are those of the automatic tasks.
        late: points that are taken off, and are no longer in the score.
    """

    score: float | None
    maximum: float
    unmarked: tuple[str, ...] = ()
    late: float = 0.0

    @property
    def text_open(self) -> str:
        """What every table says of a score that is not the last one; "" where it is."""
        if not self.unmarked:
            return ""
        return f"{TEXT_OPEN}, not in the score yet: {', '.join(self.unmarked)}."


def total(record: Record, assignment: Assignment, marks: Marks | None) -> Total:
    """The score of a record.

    Without marks it is that of the automatic tasks. With them, a task without an answer gives
    nothing, and the maximum is that of the whole assignment.
    """
    if record["score"] is None:
        return Total(None, record["maximum"])
    given = {
        task.name: (marks or {}).get((record["student"], record["assignment"], task.name))
        for task in assignment.tasks
        if task.open
    }
    unmarked = tuple(
        task["title"] for task in record["open"] if task["found"] and given[task["name"]] is None
    )
    if marks is None or unmarked:
        return _in_time(record, record["score"], record["maximum"], unmarked)
    score = record["score"] + sum(mark or 0.0 for mark in given.values())
    return _in_time(record, round(score, 6), maximum(assignment, marks))


def taken_off(late: Record | None, score: float, maximum: float) -> float:
    """What late work costs, of a score: no score becomes less than 0."""
    if not late:
        return 0.0
    less = late["points"] + late["percent"] / 100 * maximum
    return float(round(min(score, less), 6))


def _in_time(record: Record, score: float, maximum: float, unmarked: tuple[str, ...] = ()) -> Total:
    """A score without what being late costs."""
    less = taken_off(record["late"], score, maximum)
    return Total(round(score - less, 6), maximum, unmarked, less)


def totals(
    records: Iterable[Record],
    assignment: Assignment,
    students: Mapping[str, Student],
    marks: Marks | None,
) -> Iterator[tuple[Student, Record, Total]]:
    """The scores of an assignment, of students that a gradebook can find."""
    for record in of(records, assignment.name):
        student = students.get(record["student"])
        made = total(record, assignment, marks)
        if student and made.score is not None:
            yield student, record, made


def maximum(assignment: Assignment, marks: Marks | None) -> float:
    """The points of an assignment: of its automatic tasks, or with marks of all."""
    return float(
        sum(task.points for task in assignment.tasks if marks is not None or not task.open)
    )


def of(records: Iterable[Record], name: str) -> list[Record]:
    """The records of an assignment, by student."""
    mine = (record for record in records if record["assignment"] == name)
    return sorted(mine, key=lambda record: record["student"])


def waits(check: Record) -> bool:
    """Whether a check has no points yet, because the notebook keeps no numbers for it."""
    return bool(check["mistake"] == MISSING and check["score"] < check["points"])
