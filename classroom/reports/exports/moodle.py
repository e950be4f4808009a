"""Files for Moodle's grade import.

Source: Moodle's documentation, "Grade import": map "Email address" or "ID number" to the user, and
import grades together with their feedback, because one without the other clears it. Empty cells
would clear as well, so there is a file for each assignment.
"""

import html
from collections.abc import Iterable, Mapping, Sequence

from classroom.course import spreadsheet
from classroom.course.assignment import Assignment, Record
from classroom.course.roster import Student
from classroom.errors import cut
from classroom.reports.markup import points, points_of
from classroom.reports.totals import Marks, Total, totals, waits

LONGEST = 4_000  # characters of a feedback


def moodle(
    records: Iterable[Record],
    assignments: Mapping[str, Assignment],
    roster: Sequence[Student],
    marks: Marks | None = None,
) -> dict[str, str]:
    """A CSV file for each assignment that has a score of a student Moodle can find.

    That is one with an ``email`` or a ``moodle_id`` in the roster.
    """
    known = {student.id: student for student in roster if student.email or student.moodle_id}
    records, files = list(records), {}
    for name, assignment in assignments.items():
        rows = []
        for student, record, made in totals(records, assignment, known, marks):
            about = (student.email, student.moodle_id)
            says = html.escape(feedback(record, made, marks), quote=False)  # Moodle shows HTML
            rows.append(
                [
                    *map(spreadsheet.text, about),
                    spreadsheet.number(made.score),
                    spreadsheet.text(says),
                ]
            )
        if rows:
            title = assignment.title
            header = ["Email address", "ID number", title, f"{title} (feedback)"]
            files[f"moodle/{name}.csv"] = spreadsheet.table(
                [list(map(spreadsheet.text, header)), *rows]
            )
    return files


def comment(record: Record, made: Total, marks: Marks | None) -> str:
    """The same for a field in which Moodle shows HTML, where a line's end is not seen."""
    return html.escape(feedback(record, made, marks), quote=False).replace("\n", "<br>")


def feedback(record: Record, made: Total, marks: Marks | None) -> str:
    """What a student is told, as plain text: a line for each task and each lost point."""
    if record["status"] == "unreadable":
        return f"The notebook could not be read. The reason: {record['reason']}."
    lines = []
    for task in record["tasks"]:
        lines.append(f"{task['title']}: {points_of(task['score'], task['points'])}")
        for check in task["checks"]:
            if check["score"] < check["points"]:
                less = points(check["points"] - check["score"])
                less = f"not yet {less}" if waits(check) else f"minus {less}"
                lines.append(f"{less}, {check['what']}: {check['reason']}")
    for task in record["open"]:
        mark = (marks or {}).get((record["student"], record["assignment"], task["name"]))
        if mark is not None:
            lines.append(f"{task['title']}: {points_of(mark, task['points'])}")
    late = [record["late"]["said"]] if record["late"] else []
    text_open = [made.text_open] if made.unmarked else []
    return cut("\n".join([*late, *text_open, *lines, *record["notes"]]), LONGEST)
