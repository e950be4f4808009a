"""One submission, graded: its record."""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
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
from classroom.course.authors_code import FAILURES, NeverEnds, blamed, stopped_at_last
from classroom.course.folder import from_here
from classroom.course.notebook import Notebook, Unreadable, code, read
from classroom.course.numbers import EVERYBODY, drawn
from classroom.course.own_numbers import OTHERS, NumbersCell, doubt
from classroom.errors import cut
from classroom.grading import by_numbers, machine_lock
from classroom.grading.sandboxed_answers import SandboxedAnswers, Waited
from classroom.grading.similar import shingles
from classroom.sandbox.channel import GraderError
from classroom.sandbox.limits import Limits

Run = Callable[[], Any]  # of a check: raises Lost, or returns for full points

TRIES = 3  # of a submission, before a failure of the grader is reported

MISSING = "numbers missing"  # of some tasks, in a handout that is graded by them
ANOTHER = "another handout"

#: Of a notebook's status.
_REASONS = {
    "graded": "",
    "limit reached": "A limit was reached; the rest is graded.",
    "tampered with": "Its code answered in the grader's place; the score is of what stood before.",
}

FOR_TORCH = "It is the handout for PyTorch, and those of this course are not."
NO_NUMBERS = (
    "It holds no numbers, and no cell that keeps them. Is it the handout of NumPy, which has lost "
    "what it says of itself? The student's page says what to do."
)
OLD = (
    "The numbers of `{task}` were made by another version of a function than the one that stands "
    'in the notebook. They count, until you run `keep_numbers("{task}")` and hand in again.'
)

TWO_ANSWERS = (
    "The numbers of `{task}` and those of `{other}` have two answers to one question, as when "
    "something was changed between them. They count, until you run all cells from the top and hand "
    "in again."
)


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
        own: the teacher's own folder of assignments; on every machine that grades it lies there.
        torch: whether the course's handouts are for PyTorch: then the numbers that the notebook
            keeps are graded, and it is not run, unless it is a handout of NumPy: it says which
            assignment it is, not that it is for PyTorch, and has no cell that keeps numbers.
        numbers_cells: of the handout, with these numbers.
        handout: all its code. What stands there is not compared with other submissions.
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
    own: Path | None = None
    torch: bool = False
    numbers_cells: tuple[NumbersCell, ...] = ()
    handout: str = ""


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
    record["made_for"] = _made_for(job, notebook)
    record["shingles"] = shingles("\n".join(cell.source for cell in code(notebook)), job.handout)
    for_torch = notebook.metadata_torch or by_numbers.keeps_numbers(notebook, _automatic(job))
    if for_torch and not job.torch:
        return record | {"status": ANOTHER, "reason": FOR_TORCH}
    record["torch"] = job.torch and (for_torch or not notebook.metadata_assignment)
    graded = _by_numbers if record["torch"] else _in_turn
    for _ in range(TRIES):
        try:
            return record | graded(job, notebook)
        except GraderError as error:
            reason = str(error)
        except NeverEnds as error:  # a second time it would take as long
            record["stopped"] = True
            reason = _failure(job, error)
            _warn(reason)
            break
        except FAILURES as error:  # a mistake of ours, or of a teacher's checks
            reason = _failure(job, error)
    return record | {"status": "grader error", "reason": " ".join(reason.split())[:300]}


def not_tried(job: Job, stopped: Record) -> Record:
    """The record of a submission that would only take as long as others, which were stopped."""
    reason = f"Not tried, because of what was stopped for others: {stopped['reason']}"
    return _empty(job) | {"status": "grader error", "reason": reason}


@cache  # of each check that never ends once, and not for each student
def _warn(reason: str) -> None:
    """Say at once what else would be read in the summary, after hours."""
    print(f"\n{reason}", file=sys.stderr, flush=True)  # behind the bar


def _failure(job: Job, error: BaseException) -> str:
    """What was raised, and where: in a teacher's module, or in ours."""
    if job.own and job.assignment not in assignments.NAMES:
        return str(blamed(error, from_here(job.own / f"{job.assignment}.py")))
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"


def _automatic(job: Job) -> list[Task]:
    return [task for task in assignments.find(job.assignment, job.own).tasks if not task.open]


def _empty(job: Job) -> Record:
    tasks = assignments.find(job.assignment, job.own).tasks
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
        "made_for": EVERYBODY,
        "late": None,
        "doubt": "",
        "shingles": [],
        "torch": False,
        "stopped": False,
    }


def _made_for(job: Job, notebook: Notebook) -> str:
    """Whose numbers a notebook says that it holds; where it says nothing, they are believed."""
    return (notebook.metadata_student or EVERYBODY) if notebook.metadata_assignment else job.whose


def _holds(job: Job, notebook: Notebook) -> str:
    """What the notebook says that it is, where it was handed in as something else."""
    student, assignment = _made_for(job, notebook), notebook.metadata_assignment
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
    """By running it in a sandbox."""
    automatic = _automatic(job)
    skipped = {check.strip() for check in job.public_checks}
    with SandboxedAnswers(
        job.given, notebook.cells, job.limits, len(automatic), skipped=skipped, alone=alone
    ) as answers:
        tasks = []
        for task in automatic:
            answers.begin()
            tasks.append(_task(task, _asking(job, task, answers)))
    status = "limit reached" if answers.limited else "graded"
    if answers.tampered:
        status = "tampered with"
    return _finished(job, notebook, status, tasks, answers.notes)


def _asking(job: Job, task: Task, answers: Answers) -> Iterator[Run]:
    for index, check in enumerate(task.checks):
        draw = drawn(job.secret, job.student, job.assignment, task.name, str(index))
        yield partial(check.run, answers, job.numbers, draw)
    yield partial(task.show or _nothing, answers, job.numbers)


def _by_numbers(job: Job, notebook: Notebook) -> Record:
    """By the numbers that it keeps: nothing in it is run."""
    assignment = assignments.find(job.assignment, job.own)
    with stopped_at_last("a check, asked for its questions,"):
        asked = by_numbers.questions(assignment, job.numbers, job.secret, job.whose)
    tasks, notes, without = [], [], []
    before: dict[str, by_numbers.Kept] = {}
    for task in _automatic(job):
        runs: Iterable[Run]
        try:
            kept = by_numbers.kept(notebook, task.name, asked[task.name])
            runs = [
                partial(run, by_numbers.KeptAnswers(questions, replies), job.numbers)
                for run, questions, replies in zip(
                    by_numbers.runs(assignment, task, job.secret, job.whose),
                    asked[task.name],
                    kept.replies,
                    strict=True,
                )
            ]
            if kept.old:
                notes.append(OLD.format(task=task.name))
            others = (other for other, of in before.items() if kept.contradicts(of))
            notes += [
                TWO_ANSWERS.format(task=task.name, other=other) for other in islice(others, 1)
            ]
            before[task.name] = kept
        except by_numbers.NotKept as missing:
            without.append(task.name)
            runs = [partial(_lose, str(missing))] * (len(task.checks) + 1)
        tasks.append(_task(task, runs))
    graded = _finished(job, notebook, MISSING if without else "graded", tasks, notes)
    if without and not any("keep_numbers" in cell.source for cell in notebook.cells):
        graded["reason"] = NO_NUMBERS
    elif without:
        graded["reason"] = f"It holds no numbers of {', '.join(without)}. The rest is graded."
    return graded


def _lose(reason: str) -> None:
    raise Lost(reason, mistake=MISSING)


def _nothing(*_: object) -> None:
    """Show no picture."""


def _finished(
    job: Job, notebook: Notebook, status: str, tasks: list[Record], notes: list[str]
) -> Record:
    return {
        "status": status,
        "reason": _REASONS.get(status, ""),
        "score": round(sum(task["score"] for task in tasks), 6),
        "tasks": tasks,
        "open": [
            _open(task, notebook)
            for task in assignments.find(job.assignment, job.own).tasks
            if task.open
        ],
        "notes": [*notes, *_whose_numbers(job, notebook)],
    }


def _whose_numbers(job: Job, notebook: Notebook) -> list[str]:
    """A note where the notebook was made with other numbers than it is graded with."""
    if _made_for(job, notebook) != job.whose:
        return [OTHERS]
    if _holds(job, notebook):  # another assignment has other cells
        return []
    return [said] if (said := doubt(notebook, job.numbers_cells)) else []


def _task(task: Task, runs: Iterable[Run]) -> Record:
    """A task, graded: what runs its checks comes first, and last what shows its picture."""
    *ran, show = runs
    checks = []
    for check, run in zip(task.checks, ran, strict=True):
        with stopped_at_last(f"the check of the task {task.name!r}, {check.what},"):
            checks.append(_check(check, run))
    score = sum(check["score"] for check in checks)
    with stopped_at_last(f"the picture of the task {task.name!r}"):
        paths = _paths(show) if score < task.points else None
    return {
        "name": task.name,
        "title": task.title,
        "points": task.points,
        "score": round(score, 6),
        "checks": checks,
        "paths": paths,
    }


def _check(check: Check, run: Run) -> Record:
    share, reason, mistake = 1.0, "", ""
    try:
        with np.errstate(all="ignore"):  # a student's numbers may be of any size
            run()
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


def _paths(show: Run) -> Record | None:
    """The student's path beside the right one, where the code still answers."""
    try:
        paths = show()
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
