"""Files for Canvas's gradebook import.

Source: instructure/canvas-lms, ``lib/gradebook_importer.rb`` (the header's names, the row "Points
Possible") and ``process_gradebook_upload.js``: an empty cell clears the grade that is there. So
there is a file for each assignment, and it has no empty cell.
"""

from collections.abc import Iterable, Mapping, Sequence

from classroom.course import spreadsheet
from classroom.course.assignment import Assignment, Record
from classroom.course.roster import Student
from classroom.reports.totals import Marks, maximum, totals


def canvas(
    records: Iterable[Record],
    assignments: Mapping[str, Assignment],
    roster: Sequence[Student],
    marks: Marks | None = None,
) -> dict[str, str]:
    """A CSV file for each assignment that has a score of a student with a ``canvas_id``.

    Canvas matches the column by the assignment's title, and offers to make it where it is new.
    """
    known = {student.id: student for student in roster if student.canvas_id}
    records, files = list(records), {}
    for name, assignment in assignments.items():
        rows = []
        for student, _, made in totals(records, assignment, known, marks):
            about = (student.name, student.canvas_id, student.login, student.section)
            rows.append([*map(spreadsheet.text, about), spreadsheet.number(made.score)])
        if rows:
            header = [
                "Student",
                "ID",
                "SIS Login ID",
                "Section",
                spreadsheet.text(assignment.title),
            ]
            most = [
                "    Points Possible",
                "",
                "",
                "",
                spreadsheet.number(maximum(assignment, marks)),
            ]
            files[f"canvas/{name}.csv"] = spreadsheet.table([header, most, *rows])
    return files
