"""The command ``grade``: from a folder of submissions to grades, feedback and a summary."""

import argparse
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from classroom import assignments
from classroom.course import systems
from classroom.course.assignment import Record
from classroom.course.assignment_text import AssignmentText
from classroom.course.folder import numbers_of
from classroom.course.notebook import Unreadable
from classroom.course.numbers import EVERYBODY
from classroom.course.own_numbers import ALL, LEFT_OUT, leave_out
from classroom.course.roster import Student, read_roster, say
from classroom.course.secret import read_secret
from classroom.errors import ClassroomError, cut
from classroom.files import writable, write
from classroom.grading import grade_all
from classroom.grading.grade import Job
from classroom.grading.records import Records
from classroom.handed_in import deadlines, times
from classroom.handed_in.submissions import Found, Submission, find, read_bytes
from classroom.reports import feedback, last_lines, summary, texts
from classroom.reports.exports import changes, filled_in, output_folder
from classroom.reports.exports.feedback_files import feedback_files
from classroom.reports.exports.marks import read_marks, read_texts
from classroom.reports.marking import agreement
from classroom.reports.totals import total
from classroom.sandbox import doctor
from classroom.sandbox.limits import Limits


def collect(given: argparse.Namespace) -> int:
    """Grade all, and write what came of it; 1 where a submission has no score that counts."""
    if not given.dask:
        doctor.require()
    with tempfile.TemporaryDirectory(prefix="submissions-") as scratch:
        return _collect(given, Path(scratch))


def _collect(given: argparse.Namespace, scratch: Path) -> int:
    """The same, with an empty folder for what is in archives."""
    own = given.own
    hidden = [given.secret, given.secret.parent, given.submissions, given.out, scratch]
    doctor.hide([*hidden, own] if own else hidden)
    secret = read_secret(given.secret)
    read = read_roster(given.roster) if given.roster else None
    gradebooks = [read_roster(path) for path in given.gradebook]
    for file in (*([read] if read else []), *gradebooks):
        say(file)
    if read and read.kind in systems.GRADEBOOKS:
        gradebooks.insert(0, read)
    roster = read.students if read else None
    known = {name: assignments.find(name, own) for name in assignments.names(own)}
    rule, due = deadlines.rule(given.late), deadlines.Deadlines({}, {})
    if given.deadlines:
        ids = None if roster is None else [student.id for student in roster]
        due = deadlines.read_deadlines(given.deadlines, known, ids)
    elif rule.free or rule.points or rule.percent:
        raise ClassroomError("--late needs --deadlines CSV: without a deadline nobody is late.")
    found = find(given.submissions, known, roster, scratch)
    students = {submission.student for submission in found.submissions}
    _refuse_strangers("--again", given.again, students)
    _refuse_strangers("--other-numbers", given.other_numbers, {ALL, *students})
    tables = [read_marks(path, known, students) for path in given.marks]
    marks = agreement.together(tables) if tables else None
    marked = [read_texts(path, students) for path in given.marks]
    names_in = {submission.assignment for submission in found.submissions}
    sheets, notes = filled_in.sheets(gradebooks, known, sorted(names_in))

    writable(given.out)
    records = _records(given, found, roster, secret, own)
    when = times.sent(found.submissions, read, file_times=given.file_times)
    lateness = deadlines.lateness(when, due, rule)
    if due.due and any(one.of_our_zone for one in when.values()):
        _say_zone(given.deadlines)
    for record in records:
        record["late"] = lateness.late.get((record["student"], record["assignment"]))
    rubrics = {
        (name, task.name): _text(name, own).rubric(task.name)
        for name in known
        for task in known[name].tasks
        if task.open and any(record["assignment"] == name for record in records)
    }
    leave_out(records, given.other_numbers)
    leaving = [record for record in records if record["doubt"] != LEFT_OUT]
    back = filled_in.filled_in(sheets, leaving, known, roster or [], marks)
    made = output_folder.files(
        records,
        known,
        roster,
        marks,
        rubrics,
        back.files,
        leaving=leaving,
        course=sha256(secret + b"marking").hexdigest()[:16],
        markers=given.markers,
        overlap=given.overlap,
    )
    outdated = texts.outdated(marked, records)
    changed = changes.log(given.out, made["grades.csv"], datetime.now())
    names = {student.id: student.name for student in roster or ()}
    pages = {
        (record["student"], record["assignment"]): feedback.page(
            record,
            title=known[record["assignment"]].title,
            name=names.get(record["student"], ""),
            marks=marks,
        )
        for record in records
    }
    output_folder.write_all(given.out, {**made, **feedback_files(leaving, pages, roster)})
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
        in_time=len(lateness.in_time),
        agreements=list(agreement.agreements(tables, known)),
        markers=[path.name for path in given.marks],
        outdated=outdated,
    )
    write(given.out / "summary.html", page)
    for note in (*notes, *back.notes):
        print(f"{note}.")
    if waiting := sum(
        bool(total(one, known[one["assignment"]], marks).unmarked) for one in records
    ):
        print(f"Scores without a text that nobody has marked yet: {waiting}. The tables say so.")
    if outdated:
        print(
            "Marks that were given to another text than the one that is there now: "
            f"{len(outdated)}. They still count; the summary names them."
        )
    if changed:
        print(f"Scores that are another than before: {changed}. See {given.out / 'changes.csv'}.")
    return last_lines.say(records, len(found.left_over) - found.earlier, given)


def _say_zone(table: Path) -> None:
    here = datetime.now().astimezone()
    print(
        f"{table}: a time without a zone is one of this machine's, where it is "
        f"{here:%Y-%m-%d %H:%M} now ({here:%Z}). If yours is another, begin the command with it, "
        "as in TZ=Europe/Berlin python -m classroom grade."
    )


def _refuse_strangers(option: str, named: Collection[str], choices: Collection[str]) -> None:
    """Refuse what is said of students who have handed in nothing."""
    if strangers := sorted(set(named) - set(choices)):
        raise ClassroomError(
            f"{option} {cut(strangers[0], 100)}: of this student nothing is handed in. Choices: "
            f"{cut(', '.join(sorted(choices)), 300)}."
        )


def _records(
    given: argparse.Namespace,
    found: Found,
    roster: Sequence[Student] | None,
    secret: bytes,
    own: Path | None,
) -> list[Record]:
    """The records of all submissions, with a bar that says what is left."""
    limits = Limits(seconds=given.seconds)
    run = grade_all.on_dask(given.dask) if given.dask else grade_all.here(given.workers)
    if given.dask and own:
        print(
            "Dask runs your checks in threads, where one that never ends is not stopped. If the "
            "bar stands still, Ctrl-C stops the command; without --dask it names the check.",
            file=sys.stderr,
        )
    bar = tqdm(total=len(found.submissions), desc="Graded", unit="notebook", file=sys.stderr)
    with bar:
        try:
            return grade_all.all_records(
                _jobs(
                    found.submissions,
                    secret,
                    limits,
                    own,
                    torch=given.torch,
                    same_numbers=roster is None or given.same_numbers,
                ),
                Records(given.out / "records", own),
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
    secret: bytes,
    limits: Limits,
    own: Path | None,
    *,
    torch: bool,
    same_numbers: bool,
) -> Iterator[Job]:
    for submission in submissions:
        student, name = submission.student, submission.assignment
        data, problem = b"", ""
        try:
            data = read_bytes(submission)
        except Unreadable as unreadable:
            problem = str(unreadable)
        whose = EVERYBODY if same_numbers else student
        text = _text(name, own)
        numbers = numbers_of(text.assignment, secret, whose)
        yield Job(
            student=student,
            assignment=name,
            file=submission.file,
            data=data,
            problem=problem,
            whose=whose,
            numbers=numbers,
            given=tuple(text.given(numbers)),
            public_checks=tuple(text.public_checks(numbers)),
            secret=secret,
            limits=limits,
            own=own.resolve() if own else None,
            torch=torch,
            numbers_cells=tuple(text.numbers_cells(numbers, torch=torch)),
            handout=text.code(numbers, torch=torch),
        )


@cache
def _text(name: str, own: Path | None) -> AssignmentText:
    return assignments.text(name, own)
