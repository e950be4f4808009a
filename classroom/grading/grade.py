"""One submission, graded: its record."""

import traceback
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from classroom import assignments
from classroom.course.assignment import (
    Answers,
    Check,
    Lost,
    Numbers,
    Paths,
    Quadratic,
    Record,
    Task,
)
from classroom.course.notebook import Notebook, Unreadable, code, read
from classroom.course.numbers import EVERYBODY, drawn
from classroom.errors import cut
from classroom.grading import machine_lock
from classroom.grading.sandboxed_answers import SandboxedAnswers, Waited
from classroom.grading.similar import shingles
from classroom.sandbox.channel import GraderError
from classroom.sandbox.limits import Limits

TRIES = 3  # of a submission, before a failure of the grader is reported

#: Of a notebook's status.
_REASONS = {
    "graded": "",
    "limit reached": "A limit was reached; the rest is graded.",
    "tampered with": "Its code answered in the grader's place; the score is of what stood before.",
}

OTHERS = "The numbers of another student stand in this notebook."


@dataclass(frozen=True)
class Job:
    """All that grading a submission takes, so that it can be done on any machine.

    Attributes:
        student, assignment, file: what stands in the record.
        data: the notebook's bytes; where there are none, ``problem`` says why.
        whose: the numbers in the notebook were drawn for: the student, or everybody.
        numbers: the student's own.
        given: the handout's own code, with these numbers.
        public_checks: the code of its checks, which the grade does not need.
        secret: the course's, for the hidden inputs.
    """

    student: str
    assignment: str
    file: str
    data: bytes
    problem: str
    whose: str
    numbers: Numbers
    given: tuple[str, ...]
    public_checks: tuple[str, ...]
    secret: bytes
    limits: Limits


def grade(job: Job) -> Record:
    """Grade a submission. A failure of the grader is tried again, and never becomes a 0."""
    record = _empty(job)
    try:
        if job.problem:
            raise Unreadable(job.problem)
        notebook = read(job.data)
    except Unreadable as unreadable:
        return record | {"status": "unreadable", "reason": str(unreadable), "score": 0.0}
    record["holds"] = _holds(job, notebook)
    record["shingles"] = shingles("\n".join(cell.source for cell in code(notebook)))
    for _ in range(TRIES):
        try:
            return record | _in_turn(job, notebook)
        except GraderError as error:
            reason = str(error)
        except Exception as error:  # a mistake of ours
            where = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
    return record | {"status": "grader error", "reason": " ".join(reason.split())[:300]}


def _empty(job: Job) -> Record:
    tasks = assignments.find(job.assignment).tasks
    return {
        "student": job.student,
        "assignment": job.assignment,
        "file": job.file,
        "sha256": sha256(job.data).hexdigest(),
        "status": "graded",
        "reason": "",
        "score": None,
        "maximum": sum(task.points for task in tasks if not task.open),
        "tasks": [],
        "open": [],
        "notes": [],
        "holds": "",
        "late": None,
        "shingles": [],
    }


def _holds(job: Job, notebook: Notebook) -> str:
    """What the notebook says that it is, where it was handed in as something else."""
    student, assignment = notebook.metadata_student or EVERYBODY, notebook.metadata_assignment
    if not assignment or (student, assignment) == (job.whose, job.assignment):
        return ""
    whose = f"{student}'s" if student else "everybody's"
    return cut(f"{whose} {assignment}", 200)


def _in_turn(job: Job, notebook: Notebook) -> Record:
    """Beside others; alone where it had to wait, since that may have been for a processor."""
    try:
        with machine_lock.beside_others():
            return _graded(job, notebook, alone=False)
    except Waited:
        with machine_lock.alone():
            return _graded(job, notebook, alone=True)


def _graded(job: Job, notebook: Notebook, *, alone: bool) -> Record:
    assignment = assignments.find(job.assignment)
    automatic = [task for task in assignment.tasks if not task.open]
    checks = {check.strip() for check in job.public_checks}
    with SandboxedAnswers(
        job.given, notebook.cells, job.limits, len(automatic), skipped=checks, alone=alone
    ) as answers:
        tasks = [_task(job, task, answers) for task in automatic]
    notes = list(answers.notes)
    if notebook.metadata_assignment and (notebook.metadata_student or EVERYBODY) != job.whose:
        notes.append(OTHERS)
    status = "limit reached" if answers.limited else "graded"
    if answers.tampered:
        status = "tampered with"
    return {
        "status": status,
        "reason": _REASONS[status],
        "score": round(sum(task["score"] for task in tasks), 6),
        "tasks": tasks,
        "open": [_open(task, notebook) for task in assignment.tasks if task.open],
        "notes": notes,
    }


def _task(job: Job, task: Task, answers: SandboxedAnswers) -> Record:
    answers.begin()
    checks = []
    for index, check in enumerate(task.checks):
        draw = drawn(job.secret, job.student, job.assignment, task.name, str(index))
        checks.append(_check(check, answers, job.numbers, draw))
    score = sum(check["score"] for check in checks)
    return {
        "name": task.name,
        "title": task.title,
        "points": task.points,
        "score": round(score, 6),
        "checks": checks,
        "paths": _paths(task, answers, job.numbers) if score < task.points else None,
    }


def _check(check: Check, answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> Record:
    share, reason, mistake = 1.0, "", ""
    try:
        with np.errstate(all="ignore"):  # a student's numbers may be of any size
            check.run(answers, numbers, draw)
    except Lost as lost:
        share, reason, mistake = min(1.0, max(0.0, lost.share)), lost.reason, lost.mistake
    return {
        "what": check.what,
        "points": check.points,
        "score": round(share * check.points, 6),
        "reason": reason,
        "mistake": mistake,
    }


def _open(task: Task, notebook: Notebook) -> Record:
    answer = notebook.answer(task.name)
    return {
        "name": task.name,
        "title": task.title,
        "points": task.points,
        "answer": answer or "",
        "found": answer is not None,
    }


def _paths(task: Task, answers: Answers, numbers: Numbers) -> Record | None:
    """The student's path beside the right one, where the code still answers."""
    if not task.show:
        return None
    try:
        paths = task.show(answers, numbers)
        return _plain(paths) if paths else None
    except (GraderError, Waited):
        raise
    except Exception:  # what came back may be anything, and a picture is not worth a score
        return None


def _plain(paths: Paths) -> Record:
    surface: Any = paths.surface
    if isinstance(surface, Quadratic):
        surface = {"matrix": surface.matrix.tolist(), "vector": surface.vector.tolist()}
    return {
        "surface": surface,
        "yours": [[_finite(x), _finite(y)] for x, y in np.asarray(paths.yours, dtype=float)],
        "right": [[_finite(x), _finite(y)] for x, y in np.asarray(paths.right, dtype=float)],
        "caption": paths.caption,
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
