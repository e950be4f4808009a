"""The command ``grade``: from a folder of submissions to grades, feedback and a summary."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from classroom import assignments
from classroom.course import deadlines, handed_in, systems
from classroom.course.assignment import Record
from classroom.course.assignment_text import AssignmentText
from classroom.course.notebook import Unreadable
from classroom.course.numbers import EVERYBODY, drawn
from classroom.course.roster import Student, read_roster, say
from classroom.course.secret import read_secret
from classroom.course.submissions import Found, Submission, find, read_bytes
from classroom.errors import ClassroomError, cut
from classroom.files import writable, write
from classroom.grading import grade_all
from classroom.grading.grade import OTHERS, Job
from classroom.grading.records import Records
from classroom.reports import feedback, summary
from classroom.reports.exports import changes, filled_in, output_folder
from classroom.reports.exports.feedback_files import feedback_files
from classroom.reports.exports.marks import read_marks
from classroom.reports.marking import agreement
from classroom.reports.totals import total
from classroom.sandbox import doctor
from classroom.sandbox.limits import Limits


def collect(given: argparse.Namespace) -> int:
    """Grade everything, and write what came of it; 1 where the grader failed on a submission."""
    if not given.dask:
        doctor.require()
    with tempfile.TemporaryDirectory(prefix="submissions-") as scratch:
        return _collect(given, Path(scratch))


def _collect(given: argparse.Namespace, scratch: Path) -> int:
    """The same, with an empty folder for what is in archives."""
    doctor.hide([given.secret, given.secret.parent, given.submissions, given.out, scratch])
    secret = read_secret(given.secret)
    read = read_roster(given.roster) if given.roster else None
    gradebooks = [read_roster(path) for path in given.gradebook]
    for file in (*([read] if read else []), *gradebooks):
        say(file)
    if read and read.kind in systems.GRADEBOOKS:
        gradebooks.insert(0, read)
    roster = read.students if read else None
    known = {name: assignments.find(name) for name in assignments.NAMES}
    rule, due = deadlines.rule(given.late), deadlines.Deadlines({}, {})
    if given.deadlines:
        ids = None if roster is None else [student.id for student in roster]
        due = deadlines.read_deadlines(given.deadlines, known, ids)
    elif rule.free or rule.points or rule.percent:
        raise ClassroomError("--late needs --deadlines CSV: without a deadline nobody is late.")
    found = find(given.submissions, known, roster, scratch)
    students = {submission.student for submission in found.submissions}
    if strangers := sorted(set(given.again) - students):
        raise ClassroomError(
            f"--again {cut(strangers[0], 100)}: of this student nothing is handed in. Choices: "
            f"{cut(', '.join(sorted(students)), 300)}."
        )
    tables = [read_marks(path, known, students) for path in given.marks]
    marks = agreement.together(tables) if tables else None
    names_in = {submission.assignment for submission in found.submissions}
    sheets, notes = filled_in.sheets(gradebooks, known, sorted(names_in))

    writable(given.out)
    records = _records(given, found, roster, secret)
    when = handed_in.sent(found.submissions, read, file_times=given.file_times)
    lateness = deadlines.lateness(when, due, rule)
    for record in records:
        record["late"] = lateness.late.get((record["student"], record["assignment"]))
    rubrics = {
        (name, task.name): _text(name).rubric(task.name)
        for name in known
        for task in known[name].tasks
        if task.open and any(record["assignment"] == name for record in records)
    }
    back = filled_in.filled_in(sheets, records, known, roster or [], marks)
    made = output_folder.files(
        records,
        known,
        roster,
        marks,
        rubrics,
        back.files,
        course=sha256(secret + b"marking").hexdigest()[:16],
        markers=given.markers,
        overlap=given.overlap,
    )
    changed = changes.log(given.out, made["grades.csv"], datetime.now())
    names = {student.id: student.name for student in roster or ()}
    pages = {
        (record["student"], record["assignment"]): feedback.page(
            record, name=names.get(record["student"], ""), marks=marks
        )
        for record in records
    }
    output_folder.write_all(given.out, {**made, **feedback_files(records, pages, roster)})
    for (student, assignment), page in pages.items():
        write(given.out / feedback.place(student, assignment), page)
    page = summary.page(
        records,
        known,
        found.left_over,
        roster,
        marks,
        recognised=found.recognised,
        unknown=lateness.unknown,
        agreements=list(agreement.agreements(tables, known)),
        markers=[path.name for path in given.marks],
    )
    write(given.out / "summary.html", page)
    for note in (*notes, *back.notes):
        print(f"{note}.")
    if waiting := sum(
        bool(total(one, known[one["assignment"]], marks).unmarked) for one in records
    ):
        print(f"Scores without a text that nobody has marked yet: {waiting}. The tables say so.")
    if changed:
        print(f"Scores that are another than before: {changed}. See {given.out / 'changes.csv'}.")
    return _say(records, given)


def _records(
    given: argparse.Namespace, found: Found, roster: Sequence[Student] | None, secret: bytes
) -> list[Record]:
    """The records of all submissions, with a bar that says what is left."""
    limits = Limits(seconds=given.seconds)
    run = grade_all.on_dask(given.dask) if given.dask else grade_all.here(given.workers)
    bar = tqdm(total=len(found.submissions), desc="Graded", unit="notebook", file=sys.stderr)
    with bar:
        try:
            return grade_all.all_records(
                _jobs(found.submissions, roster, secret, limits),
                Records(given.out / "records"),
                run,
                lambda _record: bar.update(),
                frozenset(given.again),
            )
        except BrokenExecutor:
            raise ClassroomError(
                "A process of the grader was ended from outside, as happens when memory runs out. "
                "What was finished is kept: start it again, perhaps with --workers 1."
            ) from None


def _jobs(
    submissions: Sequence[Submission],
    roster: Sequence[Student] | None,
    secret: bytes,
    limits: Limits,
) -> Iterator[Job]:
    for submission in submissions:
        student, name = submission.student, submission.assignment
        data, problem = b"", ""
        try:
            data = read_bytes(submission)
        except Unreadable as unreadable:
            problem = str(unreadable)
        whose = EVERYBODY if roster is None else student
        numbers = assignments.find(name).numbers(drawn(secret, whose, name))
        yield Job(
            student=student,
            assignment=name,
            file=submission.file,
            data=data,
            problem=problem,
            whose=whose,
            numbers=numbers,
            given=tuple(_text(name).given(numbers)),
            public_checks=tuple(_text(name).public_checks(numbers)),
            secret=secret,
            limits=limits,
        )


@cache
def _text(name: str) -> AssignmentText:
    return assignments.text(name)


def _say(records: Sequence[Record], given: argparse.Namespace) -> int:
    failed = sum(record["status"] == "grader error" for record in records)
    strange = sum(OTHERS in record["notes"] for record in records)
    print(f"{len(records)} submissions are graded. Begin with {given.out / 'summary.html'}.")
    if 2 * strange > len(records):
        print(
            f"{strange} of them hold other numbers than the ones they were graded with. "
            + (
                "Were they made with a roster? Then give it here too: --roster CSV."
                if given.roster is None
                else "Were they made without a roster, or from another secret?"
            ),
            file=sys.stderr,
        )
    if failed:
        print(
            f"On {failed} of them the grader failed; they have no score. Run the same command "
            "again: it grades these alone.",
            file=sys.stderr,
        )
    return 1 if failed else 0
