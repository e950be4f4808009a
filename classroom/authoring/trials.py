"""An assignment, tried out: its numbers, its solution, its empty handout, its wrong versions."""

import ast
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from classroom.authoring import here, statement
from classroom.authoring.here import AnswersHere
from classroom.authoring.subject import Problem, Subject
from classroom.checks.heard import Heard, listening
from classroom.course.assignment import Lost, Numbers, Record, Task
from classroom.course.assignment_text import PLACEHOLDER, literal
from classroom.course.authors_code import authors_code, waiting_for
from classroom.course.folder import numbers_of
from classroom.errors import ClassroomError, counted
from classroom.grading import by_numbers
from classroom.grading.grade import Job, grade
from classroom.sandbox.limits import Limits
from rmsprop_lab.checking.diagnose import Mistake

SECRET = sha256(b"the linter").digest()  # no secret: only made-up students have it
DRAWN = tuple(f"s{number:03}" for number in range(1, 9))  # students for whom numbers are drawn
GRADED = 3  # of them, the first, have their notebooks graded
SLOW = 0.25  # of a task's limit of time: another machine may be so much slower
TELLING = 20  # characters of a statement that two people do not write alike by chance
_NEARLY = re.compile(r"\{\{ [^{}\n]*\}+")  # the place of a number, or meant to be one
ALIKE = 1e-9  # two numbers so near are one, and a mistake that leads there has no effect


def problems(subject: Subject, *, sandbox: bool) -> Iterator[Problem]:
    """What is wrong with an assignment when it is tried out.

    Args:
        subject: the assignment.
        sandbox: grade as students' notebooks are graded, too.
    """
    wrong = list(_numbers(subject))
    yield from wrong
    if wrong:
        return
    trials = [_Trial(subject, student) for student in DRAWN]
    for trial in trials[:GRADED]:
        found = list(trial.problems(sandbox=sandbox))
        yield from found
        if found:  # what is wrong for one student need not be said for the others
            break
    yield from _names(trials[0])
    yield from _right_answers(trials[0])
    yield from _without_effect(trials[0])
    if not found:  # where the right one is wrong, nothing can be said of the wrong ones
        yield from _wrong_versions(subject, trials)
        yield from _right_versions(trials[0])


def _numbers(subject: Subject) -> Iterator[Problem]:
    sets = [_own(subject, student) for student in DRAWN]
    first = sets[0]
    odd = list(_odd(subject, first))
    yield from odd
    if odd:
        return
    if _own(subject, DRAWN[0]) != first:
        said = "numbers gives one student other numbers the second time; draw all from `draw`"
        yield subject.of_numbers(said)
    for name, value in first.items():
        if all(own.get(name) == value for own in sets):
            said = f"the number {name!r} is {value!r} for all students; draw it, or write it into "
            yield subject.of_number(name, f"{said}the text")
    there_are = f"numbers draws {', '.join(first) or 'none'}"
    for name in subject.text.places:
        if name not in first:
            said = f"there is no number {name!r}; {there_are}"
            yield subject.in_text(rf"\{{\{{ *{name} *\}}\}}", said)
    for place in _NEARLY.findall(subject.source):
        if not PLACEHOLDER.fullmatch(place):
            said = f"`{place}` is no place of a number, as `{{{{ name }}}}` is; {there_are}"
            yield subject.in_text(re.escape(place), said)


def _odd(subject: Subject, numbers: Numbers) -> Iterator[Problem]:
    """Numbers that cannot be written into a notebook."""
    for name, value in numbers.items():
        try:
            literal(value)
        except ClassroomError as error:
            yield subject.of_number(name, f"the number {name!r}: {str(error).rstrip('.')}")


def _own(subject: Subject, student: str) -> Numbers:
    return numbers_of(subject.assignment, SECRET, student)


@dataclass(frozen=True)
class _Verdict:
    """What came of the solution under the checks of a task.

    Attributes:
        lost: of each check: a lost point, or None.
        heard: what was compared.
        asked: the names that were asked for.
        seconds: of a processor.
    """

    lost: list[Lost | None]
    heard: list[Heard]
    asked: set[str]
    seconds: float


class _Trial:
    """The two notebooks of one student, run in this process when they are asked for."""

    def __init__(self, subject: Subject, student: str) -> None:
        self.subject, self.student = subject, student
        self.numbers = _own(subject, student)
        self._verdicts: dict[str, _Verdict] = {}

    @cached_property
    def solved(self) -> here.Ran:
        """The solution."""
        with waiting_for(f"{self.subject.markdown}: the solution"):
            return here.run(self.subject.text, self.numbers, solutions=True)

    @cached_property
    def untouched(self) -> here.Ran:
        """The handout, as it is handed out."""
        with waiting_for(f"{self.subject.markdown}: the untouched handout"):
            return here.run(self.subject.text, self.numbers, solutions=False)

    def problems(self, *, sandbox: bool) -> Iterator[Problem]:
        """What is wrong with them."""
        subject = self.subject
        for line, said in self.solved.errors.items():
            yield Problem(subject.markdown, line, f"the solution raises {said}")
        if self.solved.errors:
            return
        for task in subject.automatic:
            line = subject.cell(task.name).line
            if said := self.solved.said[task.name]:
                said = f"the check of {task.name!r} in the handout fails on the solution: {said}"
                yield Problem(subject.markdown, line, said)
            if not self.untouched.said[task.name]:
                said = f"the check of {task.name!r} passes in the untouched handout"
                yield Problem(subject.markdown, line, said)
        found = [found for task in subject.automatic for found in self._task(task)]
        yield from found
        if sandbox and not found:
            yield from self._sandboxed()

    def judged(self, task: Task, **changed: Any) -> list[Lost | None]:
        """What the checks of a task say of the solution, with some of its names changed."""
        return self._said(task, AnswersHere(**self.solved.namespace | changed))

    def verdict(self, task: Task) -> _Verdict:
        """What comes of the solution: judged once, since a check may take seconds."""
        if task.name not in self._verdicts:
            answers = AnswersHere(**self.solved.namespace)
            started = time.process_time()
            with listening() as heard:
                lost = self._said(task, answers)
            seconds = time.process_time() - started
            # What an assignment has put before the answers may call otherwise than a wrong version.
            own = [one for one in heard if isinstance(one.answers, AnswersHere | None)]
            self._verdicts[task.name] = _Verdict(lost, own, answers.asked, seconds)
        return self._verdicts[task.name]

    def _said(self, task: Task, answers: AnswersHere) -> list[Lost | None]:
        assignment, numbers = self.subject.assignment, self.numbers
        module = self.subject.module
        with authors_code(f"{module}: a check of {task.name!r}", module):
            return here.judged(assignment, task, numbers, SECRET, self.student, answers)

    def _task(self, task: Task) -> Iterator[Problem]:
        subject, whose = self.subject, f"with the numbers of {self.student}"
        verdict = self.verdict(task)
        for check, lost in zip(task.checks, verdict.lost, strict=True):
            if lost:
                said = f"the solution loses points of {task.name!r}, {check.what}, {whose}"
                yield subject.of_task(task, f"{said}: {lost.reason.rstrip('.')}")
        untouched = self._said(task, AnswersHere(**self.untouched.namespace))
        for check, lost in zip(task.checks, untouched, strict=True):
            if not lost or lost.share:
                said = f"the untouched handout gets points of {task.name!r}, {check.what}"
                yield subject.of_task(task, said)
            elif not lost.reason.strip():
                said = f"points of {task.name!r}, {check.what}, are lost without a reason"
                yield subject.of_task(task, said)
        yield from self._without_words(task)
        if verdict.seconds > SLOW * Limits.seconds:
            took = f"the checks of {task.name!r} take {verdict.seconds:.1f} s"
            yield subject.of_task(task, f"{took}; the limit for a task is {Limits.seconds:g} s")

    def _without_words(self, task: Task) -> Iterator[Problem]:
        """Wrong versions of which the student's page would say nothing, or the summary."""
        for heard in self.verdict(task).heard:
            for wrong in heard.wrong:
                said = f"a wrong `{heard.name}` of {task.name!r} has no name"
                if not wrong.name.strip():
                    yield self.subject.of_task(task, said)
                elif not wrong.hint.strip():
                    said = f"the wrong `{heard.name}` {wrong.name!r} has no hint"
                    yield self.subject.of_wrong(wrong, task, said)

    def _sandboxed(self) -> Iterator[Problem]:
        """The same, graded as students' notebooks are."""
        subject = self.subject
        for solutions in (True, False):
            what = "the solution" if solutions else "the untouched handout"
            record = self._graded(solutions=solutions)
            if record["status"] != "graded":
                said = f"in the sandbox {what} of {self.student} is not graded: {record['status']}"
                yield Problem(subject.module, 1, f"{said}. {record['reason']}".rstrip(". "))
            for task, found in zip(subject.automatic, record["tasks"], strict=False):
                for check in found["checks"]:
                    said = f"in the sandbox {what} of {self.student} has {check['score']:g} of "
                    said += f"{counted(check['points'], 'point')} of {task.name!r}, {check['what']}"
                    if check["score"] != (check["points"] if solutions else 0):
                        reason = f": {check['reason']}".rstrip(".: ")
                        yield subject.of_task(task, said + reason)

    def _graded(self, *, solutions: bool) -> Record:
        subject, text = self.subject, self.subject.text
        return grade(
            Job(
                student=self.student,
                assignment=subject.assignment.name,
                file=f"{subject.assignment.name}.ipynb",
                data=text.notebook(self.numbers, self.student, solutions=solutions),
                problem="",
                whose=self.student,
                numbers=self.numbers,
                given=tuple(text.given(self.numbers)),
                public_checks=tuple(text.public_checks(self.numbers)),
                secret=SECRET,
                limits=Limits(),
                own=subject.own,
            )
        )


def _names(trial: _Trial) -> Iterator[Problem]:
    """What the statement names, and what the checks ask for."""
    subject, in_table = trial.subject, statement.rows(trial.subject)
    given = _given(trial)
    for task in subject.automatic:
        asked = trial.verdict(task).asked
        if asked & given:  # the handout's own function asks in its turn
            continue
        for name in sorted(asked):
            if f"`{name}" not in subject.source:
                said = (
                    f"the checks of {task.name!r} ask for `{name}`, and the text does not name it"
                )
                yield subject.of_task(task, said)
        if task.title in in_table:
            line, row = in_table[task.title]
            for name in re.findall(r"`(\w+)[`(]", row["what"]):
                if name not in asked:
                    said = f"the table names `{name}`, and no check of {task.name!r} asks for it"
                    yield Problem(subject.markdown, line, said)


def _given(trial: _Trial) -> set[str]:
    """The names of the handout's own functions."""
    return {
        node.name
        for source in trial.subject.text.given(trial.numbers)
        for node in ast.walk(_parsed(source))
        if isinstance(node, ast.FunctionDef)
    }


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # as magics are
        return ast.Module([], [])


def _without_effect(trial: _Trial) -> Iterator[Problem]:
    """Tasks that give all points whatever the answer is."""
    subject = trial.subject
    for task in subject.automatic:
        asked = trial.verdict(task).asked & trial.solved.namespace.keys()
        others = {name: _another(trial.solved.namespace[name]) for name in asked}
        if asked and not any(trial.judged(task, **others)):
            names = ", ".join(f"`{name}`" for name in sorted(asked))
            said = f"{task.name!r} gives all points, whatever {names} is"
            yield subject.of_task(task, f"{said}; a check must raise Lost where it is wrong")


def _another(answer: Any) -> Any:
    """A wrong answer of the same kind: a function that returns nothing, or a number far off."""
    if callable(answer):
        return lambda *_: None
    try:
        return 3 * np.asarray(answer, dtype=float) + 1
    except (TypeError, ValueError):
        return None


def _right_answers(trial: _Trial) -> Iterator[Problem]:
    """What is the grader's alone, and stands in the student's version."""
    subject = trial.subject
    secret = {
        text: line
        for task in subject.automatic
        for function in (
            *(check.run for check in task.checks),
            *(heard.right for heard in trial.verdict(task).heard if callable(heard.right)),
        )
        for text, line in subject.statements(function)
        if len(text) >= TELLING
    }
    for cell in subject.text.cells:
        for line, text in subject.shown(cell):
            if re.match(r"(from|import) classroom\b", text):
                said = "the handout imports classroom, which students do not have"
                yield Problem(subject.markdown, line, said)
            elif text in secret:
                said = f"the handout shows `{text}`, which is the grader's: see"
                place = f"{subject.module.name}, line {secret[text]}"
                yield Problem(subject.markdown, line, f"{said} {place}")


def _right_versions(trial: _Trial) -> Iterator[Problem]:
    """What ``right=`` gives for PyTorch: right versions of the functions that are asked for."""
    subject, assignment = trial.subject, trial.subject.assignment
    if assignment.right is None:
        return
    with authors_code(f"{subject.module}: right", subject.module):
        right = assignment.right(trial.numbers)
    names = isinstance(right, dict) and all(isinstance(name, str) for name in right)
    if not names or not all(map(callable, right.values())):
        yield subject.of_right("right must give a dictionary of functions by their names")
        return
    questions, missing = {}, ""
    with authors_code(f"{subject.module}: a version of right", subject.module):
        try:
            questions = by_numbers.questions(assignment, trial.numbers, SECRET, trial.student)
        except ClassroomError as error:  # a function that is asked for is not among them
            missing = str(error)
    if missing:
        yield subject.of_right(missing)
        return
    asked = {one.get("name") for task in questions.values() for check in task for one in check}
    for name in sorted(right.keys() - asked):
        yield subject.of_right(f"right has `{name}`, and no check asks for it")
    # One for the handout's own function stands for answers that nobody can know beforehand.
    of_students = {name: right[name] for name in right.keys() - _given(trial)}
    for task in subject.automatic:
        for check, lost in zip(task.checks, trial.judged(task, **of_students), strict=True):
            if lost and not check.by_numbers:  # which has versions that need not be the best ones
                said = f"the versions of right lose points of {task.name!r}, {check.what}"
                yield subject.of_task(task, f"{said}: {lost.reason.rstrip('.')}")


@dataclass
class _Tried:
    """What came of a wrong version, over students.

    Attributes:
        wrong: the version.
        task: whose checks know it.
        names: by which it was called where it lost points.
        passed: whether it kept all points, though it is another value or function.
    """

    wrong: Any
    task: Task
    names: set[str] = field(default_factory=set)
    passed: bool = False


#: Function or variable, mistake, and place among those of one name.
_Key = tuple[str, str, int]


def _wrong_versions(subject: Subject, trials: list[_Trial]) -> Iterator[Problem]:
    """Each wrong version that a check knows loses points, and is called by its name."""
    tried: dict[_Key, _Tried] = {}
    for number, trial in enumerate(trials):
        _try(trial, tried, functions=number == 0)
        if number + 1 >= GRADED and all(name in one.names for (_, name, _), one in tried.items()):
            break  # the others are for what cannot be told with these numbers
    for (of, name, _), one in tried.items():
        said = ""
        if one.passed:
            said = "gets all points"
        elif not one.names:
            said = "is the right one for all numbers that were tried"
        elif name not in one.names:
            called = ", ".join(sorted(filter(None, one.names))) or "has no name"
            said = f"is not named by its hint; it is called: {called}"
        if said:
            yield subject.of_wrong(one.wrong, one.task, f"the wrong `{of}` {name!r} {said}")


def _try(trial: _Trial, tried: dict[_Key, _Tried], *, functions: bool) -> None:
    """Put each wrong version in the place of the solution's own.

    Points must be lost in one of the tasks that know it: another may follow the mistake, and cost
    nothing for it.

    Args:
        trial: of one student.
        tried: what came of the versions before, and gets what comes of them now.
        functions: try functions, too; they hang on no student's numbers.
    """
    known: dict[_Key, list[tuple[Task, Heard, Any]]] = defaultdict(list)
    for task in trial.subject.automatic:
        for heard in trial.verdict(task).heard:
            count: dict[str, int] = defaultdict(int)
            for wrong in heard.wrong:
                key = (heard.name, wrong.name, count[wrong.name])
                count[wrong.name] += 1
                if all(other is not task for other, _, _ in known[key]):
                    known[key].append((task, heard, wrong))
    for key, places in known.items():
        task, heard, wrong = places[0]
        is_function = isinstance(wrong, Mistake)
        if is_function and not functions:
            continue
        one = tried.setdefault(key, _Tried(wrong, task))
        if not is_function and _alike(wrong.value, heard.right):
            continue
        put = {heard.name: wrong.rule if is_function else wrong.value}
        lost = [loss for task, _, _ in places for loss in trial.judged(task, **put) if loss]
        names = {loss.mistake.removeprefix(CONVENTION) for loss in lost}
        if not is_function and names & _twins(heard, wrong):
            names.add(wrong.name)
        one.names |= names
        one.passed |= not lost


def _twins(heard: Heard, wrong: Any) -> set[str]:
    """The mistakes that lead to the same value: nobody can tell which it was."""
    return {one.name for one in heard.wrong if _alike(one.value, wrong.value)}


CONVENTION = "another convention: "  # before a mistake's name, where it is one


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same numbers."""
    try:
        return bool(np.allclose(one, other, rtol=ALIKE, atol=0)) and np.shape(one) == np.shape(
            other
        )
    except (TypeError, ValueError):
        return False
