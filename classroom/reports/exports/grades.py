"""``grades.csv``: everything in one table, a row for each submission."""

from collections.abc import Iterable, Mapping, Sequence

from classroom.course import spreadsheet
from classroom.course.assignment import Assignment, Record
from classroom.course.own_numbers import COUNTED, has_others
from classroom.course.roster import Student
from classroom.reports.totals import Marks, Total, of, total

OTHER = "It holds other numbers than the ones it was graded with."
COUNTS = " It counts by --other-numbers."


def grades(
    records: Iterable[Record],
    assignments: Mapping[str, Assignment],
    roster: Sequence[Student] | None = None,
    marks: Marks | None = None,
) -> str:
    """The table as CSV; the same bytes for the same records.

    Columns: student, name (with a roster), assignment, status, score, maximum,
    ``ASSIGNMENT.TASK`` for each task of what was handed in, reason; where somebody is late
    ``days_late`` and ``taken_off``, too. A cell is empty where there is no number: where the
    grader failed, where nothing could be graded, where an open task is not marked yet.
    """
    records = list(records)
    names = None if roster is None else {student.id: student.name for student in roster}
    shown = [name for name in assignments if of(records, name)]
    columns = [(name, task) for name in shown for task in assignments[name].tasks]
    late = any(record["late"] for record in records)
    header = [
        "student",
        *([] if names is None else ["name"]),
        *("assignment", "status", "score", "maximum"),
        *(("days_late", "taken_off") if late else ()),
        *(f"{name}.{task.name}" for name, task in columns),
        "reason",
    ]
    rows = [header]
    for record in sorted(records, key=lambda r: (r["student"], r["assignment"])):
        student, assignment = record["student"], record["assignment"]
        made = total(record, assignments[assignment], marks)
        scores = {task["name"]: task["score"] for task in record["tasks"]}
        for task in assignments[assignment].tasks:
            if task.open and made.score is not None:
                scores[task.name] = (marks or {}).get((student, assignment, task.name))
        other = OTHER if has_others(record) else ""
        if record["doubt"] == COUNTED:
            other += COUNTS
        reason = " ".join(filter(None, (record["reason"], other, made.text_open)))
        rows.append(
            [
                spreadsheet.student(student),
                *([] if names is None else [spreadsheet.text(names.get(student, ""))]),
                *(assignment, record["status"]),
                spreadsheet.number(made.score),
                spreadsheet.number(made.maximum),
                *(_late(record, made) if late else ()),
                *(
                    spreadsheet.number(scores.get(task.name) if name == assignment else None)
                    for name, task in columns
                ),
                spreadsheet.text(reason),
            ]
        )
    return spreadsheet.table(rows)


def _late(record: Record, made: Total) -> list[str]:
    late = record["late"]
    return [spreadsheet.number(late["days"] if late else 0), spreadsheet.number(made.late)]
