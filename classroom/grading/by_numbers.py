"""Grading by the numbers that a notebook keeps, where its code is not run.

The questions that the checks would ask are drawn beforehand, from the course's secret: the handout
holds them, and its outputs hold the answers. Here the checks are run on these answers. What they
hold is data, and nobody vouches for it: it is bounded, and read by the schema of the sandbox.
"""

import json
import re
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from classroom.course.assignment import NOT_ANSWERED, Assignment, Check, Lost, Numbers, Task
from classroom.course.notebook import Notebook, code
from classroom.course.numbers import drawn
from classroom.errors import ClassroomError
from classroom.grading.asking import Asking
from classroom.sandbox.replies import Reply, Request, read
from rmsprop_lab.checking.asked import Asked
from rmsprop_lab.checking.kept import BEGIN, END, LONGEST, MARK, SOURCE, UNDEFINED, digest
from rmsprop_lab.checking.plain import decode

Questions = list[list[Request]]  # of each check of a task; the last ones are its picture's
Run = Callable[[Asking, Numbers], Any]
Function = Callable[..., Any]

NEAR = 1e-3  # of the largest number: so far from the right ones may be what a student gave back
BLOCKS = 20  # that are looked at, for a task: the last ones
UNASKED = "NoAnswer: the notebook was not asked this"
NO_CELL = (
    'Your notebook has no cell `keep_numbers("{task}")`, which keeps the numbers of this task. '
    "Copy your answers into a fresh copy of the handout that you were given, run all its cells, "
    "save it, and hand that in."
)
INPUTS = "keep_numbers = Keeper("  # of the cell that holds them
RUN = 'Run the cell `keep_numbers("{task}")`, save the notebook, and hand it in again.'


class NotKept(Exception):  # noqa: N818 - a result, not an error
    """A task's numbers are not in the notebook. Says why, and what the student can do."""


# --- the questions --------------------------------------------------------------------------


def questions(
    assignment: Assignment, numbers: Numbers, secret: bytes, whose: str
) -> dict[str, Questions]:
    """What is asked of each task that is graded automatically: the same in every run.

    Args:
        assignment: with right versions of its functions.
        numbers: the student's own.
        secret: the course's.
        whose: the numbers were drawn for: a student, or everybody.

    Raises:
        ClassroomError: where the assignment has no right versions.
    """
    if assignment.right is None:
        raise ClassroomError(
            f"The assignment {assignment.name!r} has no handout for PyTorch: it says no right "
            "versions of its functions (right=...). Leave it out, or add them."
        )
    right = assignment.right(numbers)
    found = {}
    for task in assignment.tasks:
        if not task.open:
            made = [_asked_by(run, numbers, right) for run in runs(assignment, task, secret, whose)]
            *checks, picture = made
            # That of a walk takes many, and those after the first wrong step would be others.
            found[task.name] = [*checks, picture if len(picture) == 1 else []]
    return found


def texts(assignment: Assignment, numbers: Numbers, secret: bytes, whose: str) -> dict[str, str]:
    """The same for a handout: as JSON, a line for each question."""
    found = questions(assignment, numbers, secret, whose)
    return {task: as_text(asked) for task, asked in found.items()}


def as_text(asked: Questions) -> str:
    """Questions as JSON, a line each."""
    checks = (",\n".join(map(_line, check)) for check in asked)
    return "[" + ",\n".join(f"[{check}]" for check in checks) + "]"


def _line(request: Request) -> str:
    return json.dumps(request, separators=(",", ":"))


def runs(assignment: Assignment, task: Task, secret: bytes, whose: str) -> Iterator[Run]:
    """What runs a task's checks, each with a draw of its own; and last, what shows its picture."""
    for index, check in enumerate(task.checks):
        of = (secret, whose, assignment.name, task.name, str(index), "by numbers")
        yield partial(_run_check, check, of)
    if task.show:
        yield task.show
    else:
        yield _nothing


def _run_check(
    check: Check, of: tuple[bytes, *tuple[str, ...]], answers: Asking, numbers: Numbers
) -> None:
    (check.by_numbers or check.run)(answers, numbers, drawn(*of))


def _nothing(*_: object) -> None:
    """Show no picture."""


def _asked_by(run: Run, numbers: Numbers, right: Mapping[str, Function]) -> list[Request]:
    """What a check asks of right versions; and of one that gives nothing, where that is more.

    Some checks ask a second function where the first one is wrong.
    """
    asked = _rehearsed(run, numbers, right)
    if asked and asked[0]["do"] == "call":
        silent = {**right, asked[0]["name"]: lambda *_: None}
        asked += [one for one in _rehearsed(run, numbers, silent) if one not in asked]
    return asked


def _rehearsed(run: Run, numbers: Numbers, right: Mapping[str, Function]) -> list[Request]:
    rehearsal = _Rehearsal(right)
    try:
        with np.errstate(all="ignore"):
            run(rehearsal, numbers)
    except Lost:
        pass
    return rehearsal.asked


class _Rehearsal(Asking):
    """Right versions in the student's place. Variables are 0: no question hangs on them."""

    def __init__(self, right: Mapping[str, Function]) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self._right = Asked(dict(right))

    def _find(self, name: str) -> None:
        pass

    def _ask(self, request: Request) -> Reply:
        self.asked.append(request)
        if request["do"] == "value":
            return Reply(value=0.0)
        if request["name"] not in self._right.names:
            raise ClassroomError(
                f"A check asks for `{request['name']}`, and the assignment's right versions are "
                f"{', '.join(self._right.names) or 'none'}: add it to them."
            )
        return _reply(request, self._right.answer(request))


def _reply(request: Request, answer: dict[str, Any]) -> Reply:
    """An answer that was made here or at home, by the schema for those of a sandbox."""
    return read(request, "", {**answer, "word": ""})


# --- the answers ----------------------------------------------------------------------------


class KeptAnswers(Asking):
    """The answers to one check's questions, in order.

    A question that hangs on earlier answers, as in a walk, is the one that was asked of the right
    version, as long as these answers were right. After that there is no answer to it.
    """

    def __init__(self, asked: Sequence[Request], replies: Sequence[Reply]) -> None:
        super().__init__()
        self._kept = list(zip(asked, replies, strict=True))
        self._next = 0

    def _find(self, name: str) -> None:
        pass

    def _ask(self, request: Request) -> Reply:
        reply = self._answer(request)
        if reply.trouble == UNDEFINED:
            raise Lost(f"`{request['name']}` is not defined.", mistake=NOT_ANSWERED)
        if reply.trouble:
            raise Lost(f"Your code made the grader's question fail: {reply.trouble[:300]}.")
        return reply

    def _answer(self, request: Request) -> Reply:
        if self._next < len(self._kept) and _near(request, self._kept[self._next][0]):
            self._next += 1
            return self._kept[self._next - 1][1]
        for asked, reply in self._kept:
            if asked == request:
                return reply
        return Reply(error=UNASKED)


def _near(one: Request, other: Request) -> bool:
    """Whether two questions are the same but for what a student gave back, rounded otherwise."""
    if one == other:
        return True
    if one["do"] != "call" or other["do"] != "call" or one["name"] != other["name"]:
        return False
    return len(one["arguments"]) == len(other["arguments"]) and all(
        map(_near_values, one["arguments"], other["arguments"])
    )


def _near_values(one: Any, other: Any) -> bool:
    if one == other:
        return True
    if isinstance(one, dict) and "gradient of" in one:  # which no student gives back
        return False
    mine, theirs = decode(one), decode(other)
    if not all(isinstance(value, (float, np.ndarray)) for value in (mine, theirs)):
        return False
    mine, theirs = np.asarray(mine), np.asarray(theirs)
    if mine.shape != theirs.shape or mine.dtype.kind != "f" or theirs.dtype.kind != "f":
        return False
    largest = np.abs(theirs).max(initial=0)
    return bool((np.abs(mine - theirs) <= NEAR * largest).all())


@dataclass(frozen=True)
class Kept:
    """What a notebook keeps of a task.

    Attributes:
        replies: to the questions of each check.
        old: whether a function that gave them stands no longer in the notebook.
        answers: the first to each question, both as JSON.
    """

    replies: list[list[Reply]]
    old: bool
    answers: dict[str, str]

    def contradicts(self, other: "Kept") -> bool:
        """Whether a question that both tasks ask, as for a plan, has two answers."""
        both = self.answers.keys() & other.answers.keys()
        return any(self.answers[one] != other.answers[one] for one in both)


def keeps_numbers(notebook: Notebook, tasks: Iterable[Task]) -> bool:
    """Whether it has the inputs for numbers, a cell that keeps a task's, or such numbers.

    So a handout for PyTorch is known when an editor has dropped what its metadata says.
    """
    return any(INPUTS in cell.source for cell in code(notebook)) or any(
        _has_cell(notebook, task.name) or any(True for _ in _blocks(notebook, task.name))
        for task in tasks
    )


def kept(notebook: Notebook, task: str, asked: Questions) -> Kept:
    """The last numbers in a notebook that answer a task's questions.

    Raises:
        NotKept: where there are none, or none that can be read.
    """
    blocks = deque(_blocks(notebook, task), BLOCKS)
    if not blocks and not _has_cell(notebook, task):
        raise NotKept(NO_CELL.format(task=task))
    if not blocks:
        raise NotKept(f"There are no numbers of this task in your notebook. {_run(task)}")
    questions, readable = digest(as_text(asked)), False
    for block in reversed(blocks):  # one at a time: what a megabyte holds may take thirty
        content = _content(block)
        if content and content["questions"] == questions:
            replies = _replies(task, asked, content["answers"])
            old = _are_old(content["sources"], notebook)
            return Kept(replies, old, _by_question(asked, content["answers"]))
        readable = readable or content is not None
    if not readable:
        raise NotKept(f"The numbers of this task cannot be read. {_run(task)}")
    raise NotKept(
        "The numbers of this task were made in another handout, or for another student. "
        f"{_run(task)}"
    )


def _replies(
    task: str, asked: Questions, answers: Sequence[Sequence[dict[str, Any]]]
) -> list[list[Reply]]:
    try:
        return [
            [_reply(request, answer) for request, answer in zip(check, given, strict=True)]
            for check, given in zip(asked, answers, strict=True)
        ]
    except (ValueError, TypeError):
        raise NotKept(f"The numbers of this task cannot be read. {_run(task)}") from None


def _by_question(asked: Questions, answers: Sequence[Sequence[dict[str, Any]]]) -> dict[str, str]:
    """The first answers, since a function that remembers gives others later."""
    found: dict[str, str] = {}
    for check, given in zip(asked, answers, strict=True):
        for request, answer in zip(check, given, strict=True):
            found.setdefault(_line(request), json.dumps(answer))
    return found


def _are_old(sources: Sequence[str], notebook: Notebook) -> bool:
    return any(not any(source in cell.source for cell in notebook.cells) for source in sources)


def _has_cell(notebook: Notebook, task: str) -> bool:
    """Whether a cell keeps a task's numbers. A formatter of code may have changed its quotes."""
    call = re.compile(rf"^[ \t]*keep_numbers\(\s*([\"']){re.escape(task)}\1", re.M)
    return any(call.search(cell.source) for cell in code(notebook))


def _run(task: str) -> str:
    return RUN.format(task=task)


def _blocks(notebook: Notebook, task: str) -> Iterator[str]:
    """What stands between the marks, in outputs, or where the student has copied it to.

    No block holds a mark: one without an end costs the next one nothing.
    """
    begin = BEGIN.format(task=task)
    for cell in notebook.cells:
        for text in (*cell.kept, cell.source):
            for part in text.split(END)[:-1]:
                _, begun, block = part.rpartition(begin)
                if begun and MARK not in block:
                    yield block


def _content(block: str) -> dict[str, Any] | None:
    """What a block holds; None where it is not what a handout writes."""
    if len(block) > 2 * LONGEST:  # with line ends, and what stands before a comment
        return None
    text = re.sub(r"[\s#>]+", "", block)
    if len(text) > LONGEST:
        return None
    try:
        found = json.loads(b64decode(text, validate=True))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or set(found) != {"answers", "questions", "sources"}:
        return None
    answers, sources = found["answers"], found["sources"]
    if not isinstance(answers, list) or not all(isinstance(check, list) for check in answers):
        return None
    if not all(isinstance(answer, dict) for check in answers for answer in check):
        return None
    if not isinstance(sources, list) or len(sources) > BLOCKS:
        return None
    if not all(isinstance(text, str) and len(text) <= SOURCE for text in sources):
        return None
    return found
