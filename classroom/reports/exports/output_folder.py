"""All that is written for other systems, and the folder that it stands in."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from classroom.course.assignment import Assignment, Record
from classroom.course.roster import Student
from classroom.files import remove, told, write
from classroom.reports.exports.canvas import canvas
from classroom.reports.exports.grades import grades
from classroom.reports.exports.gradescope import gradescope
from classroom.reports.exports.marks import continued, to_fill_in
from classroom.reports.exports.moodle import moodle
from classroom.reports.marking import page as marking
from classroom.reports.marking.shares import OVERLAP
from classroom.reports.totals import Marks

MARKS = "marks.csv"
# What must not stay when it no longer holds.
MADE = (
    *("canvas/*.csv", "canvas/*-feedback.zip", "moodle/*.csv", "moodle/*-feedback.zip"),
    *("gradescope/*/*/results.json", "marking*.html"),
)


def files(
    records: Sequence[Record],
    assignments: Mapping[str, Assignment],
    roster: Sequence[Student] | None = None,
    marks: Marks | None = None,
    rubrics: Mapping[tuple[str, str], str] | None = None,
    filled_in: Mapping[str, str] | None = None,
    *,
    leaving: Sequence[Record] | None = None,
    course: str = "",
    markers: int = 1,
    overlap: float = OVERLAP,
) -> dict[str, str]:
    """All exports by their path.

    Args:
        records: of all submissions.
        assignments: in the order of the columns.
        roster: Canvas's and Moodle's files need it.
        marks: of the open tasks.
        rubrics: of the open tasks, by (assignment, task), as plain text.
        filled_in: gradebooks' own files, which take the place of ours.
        leaving: those records whose scores go into the files for other systems; else all.
        course: names the course for the marking page.
        markers: how many share the answers to the open tasks.
        overlap: percent of these answers that two markers get.
    """
    leaving = records if leaving is None else leaving
    made = {"grades.csv": grades(records, assignments, roster, marks)}
    made |= gradescope(leaving, assignments, marks)
    if roster is not None:
        made |= canvas(leaving, assignments, roster, marks)
        made |= moodle(leaving, assignments, roster, marks)
    made |= filled_in or {}
    if any(record["open"] for record in records):
        made |= marking.pages(
            records, assignments, rubrics or {}, course=course, markers=markers, overlap=overlap
        )
        made[MARKS] = to_fill_in(records, assignments)
    return made


def write_all(out: str | Path, made: Mapping[str, str | bytes]) -> None:
    """Write files below a folder, and take away what an earlier run wrote and this one would not.

    A score that no longer holds must not be imported. ``marks.csv`` is a person's work once it is
    there: what stands in it stays, and answers that are new get a row.
    """
    out = Path(out)
    for pattern in MADE:
        for path in out.glob(pattern):
            if path.relative_to(out).as_posix() not in made:
                remove(path)
    for name, content in made.items():
        if name == MARKS and (filled := _filled_in(out / name)) is not None:
            if (more := continued(filled, str(content))) != filled:
                write(out / name, more)
        else:
            write(out / name, content)


def _filled_in(path: Path) -> str | None:
    """The sheet that a person has begun; None where there is none yet."""
    if not os.path.lexists(path):
        return None
    with told(path, "read"):
        content = path.read_bytes()
    try:
        return content.decode()  # with its byte order mark, which a spreadsheet wants to see again
    except UnicodeDecodeError:  # from a spreadsheet: read_marks says what to do, where it counts
        return ""
