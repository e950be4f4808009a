"""What is written for other systems: tables, gradebook imports, and the sheets for marking."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from classroom.exports.canvas import canvas
from classroom.exports.grades import grades
from classroom.exports.gradescope import gradescope
from classroom.exports.marks import continued, open_answers, read_marks, to_fill_in
from classroom.exports.moodle import moodle
from classroom.exports.totals import Marks, Record, Total, total
from classroom.files import write
from classroom.roster import Student
from classroom.task import Assignment

__all__ = ["Marks", "Total", "files", "read_marks", "total", "write_all"]

MARKS = "marks.csv"
IMPORTS = ("canvas/*.csv", "moodle/*.csv", "gradescope/*/*/results.json")


def files(
    records: Sequence[Record],
    assignments: Mapping[str, Assignment],
    roster: Sequence[Student] | None = None,
    marks: Marks | None = None,
    rubrics: Mapping[tuple[str, str], str] | None = None,
) -> dict[str, str]:
    """All exports by their path.

    Args:
        records: of all submissions.
        assignments: in the order of the columns.
        roster: Canvas's and Moodle's files need it.
        marks: of the open tasks.
        rubrics: of the open tasks, by (assignment, task), as plain text.
    """
    made = {"grades.csv": grades(records, assignments, roster, marks)}
    made |= gradescope(records, assignments, marks)
    if roster is not None:
        made |= canvas(records, assignments, roster, marks)
        made |= moodle(records, assignments, roster, marks)
    if any(record["open"] for record in records):
        made["open-answers.html"] = open_answers(records, assignments, rubrics or {}, roster)
        made[MARKS] = to_fill_in(records, assignments)
    return made


def write_all(out: str | Path, made: Mapping[str, str]) -> None:
    """Write files below a folder, and take away what an earlier run wrote and this one would not.

    A score that no longer holds must not be imported. ``marks.csv`` is a person's work once it is
    there: what stands in it stays, and answers that are new get a row.
    """
    out = Path(out)
    for pattern in IMPORTS:
        for path in out.glob(pattern):
            if path.relative_to(out).as_posix() not in made:
                path.unlink()
    for name, text in made.items():
        if name == MARKS and (out / name).exists():
            text = continued((out / name).read_text(encoding="utf-8-sig"), text)
        write(out / name, text)
