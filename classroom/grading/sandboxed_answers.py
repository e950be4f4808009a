"""A student's notebook, run in a sandbox and asked for its answers.

When the student's code ends or outlasts its worker, a new one runs the cells again, without the
statement that was to blame, so that one endless loop costs one task and not all.
"""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress

from classroom.course.assignment import NOT_ANSWERED, Lost
from classroom.course.authors_code import students_code
from classroom.course.notebook import Cell
from classroom.grading.asking import Asking
from classroom.sandbox.channel import Ended, Tampered, Time, Worker
from classroom.sandbox.limits import Limits
from classroom.sandbox.replies import Reply, Request

#: What Python raises where a limit of the sandbox is reached.
LIMITS = ("MemoryError", "BlockingIOError", "RuntimeError: can't start new thread")
STARTS = 20  # of a worker: each runs the whole notebook
NOTES = 20
USED_UP = "The time for the whole notebook was used up."
FORGED = "Your code answered the grader in its own way, so nothing is asked of it any more."


class Waited(Exception):  # noqa: N818 - it is for the grader to decide what that means
    """The limit by the clock was reached, perhaps because others used the processors."""


class SandboxedAnswers(Asking):
    """The answers of one notebook: what the checks see of it.

    Args:
        given: code that runs first: the handout's own cells, in case the student lost them.
        cells: the student's notebook.
        limits: for a cell, for a task and, times ``tasks``, for all of it.
        tasks: how many there are.
        skipped: cells that do not run; they are counted all the same.
        alone: whether no other notebook is graded at the time: then the clock's limit counts.

    Attributes:
        limited: whether a limit was reached.
        tampered: whether something came that is no answer. Nothing is asked after that.
        notes: what went wrong while the cells ran, for the student.

    Raises:
        Waited: from each question, where the clock's limit is reached and does not count.
    """

    def __init__(
        self,
        given: Sequence[str],
        cells: Sequence[Cell],
        limits: Limits,
        tasks: int,
        *,
        skipped: Collection[str] = (),
        alone: bool = True,
    ) -> None:
        super().__init__()
        self.limits = limits
        self.limited = False
        self.tampered = False
        self.notes: list[str] = []
        self._given = list(given)
        codes = [cell.source for cell in cells if cell.kind == "code"]
        self._cells = {
            number: source
            for number, source in enumerate(codes, start=1)
            if source.strip() not in skipped
        }
        self._other_cells = [cell.source for cell in cells if cell.kind != "code"]
        self._alone = alone
        self._without: dict[int, list[int]] = {}  # lines of cells that are left out
        self._unread: dict[int, str] = {}  # why cells are no Python
        self._rescued: list[str] = []
        self._again = True  # whether what failed is tried once more, after all cells
        self._worker: Worker | None = None
        self._starts = 0
        self._each = Time(limits.seconds, limits.patience * limits.seconds)
        self._left = self._each
        self._left_in_all = self._each * max(1, tasks)

    def __enter__(self) -> "SandboxedAnswers":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._worker:
            self._worker.close()

    def begin(self) -> None:
        """Begin a task: its time starts now, and its notebook has run."""
        with suppress(Lost):  # the first question will say so
            self._ready()
        self._left = self._each

    def _find(self, name: str) -> None:
        """See that there is something of this name, if need be in a cell of another type."""
        if self._ask({"do": "defined", "name": name}).defined:
            return
        for source in self._other_cells:
            if name not in source:
                continue
            if self._ask({"do": "rescue", "name": name, "source": source}).defined:
                self._rescued.append(source)
                self._note(f"`{name}` stood in a cell that is not a code cell.")
                return
        for number, why in self._unread.items():
            if re.search(rf"\b{re.escape(name)}\b", self._cells[number]):
                raise Lost(
                    f"`{name}` is not defined, because code cell {number} could not be run. {why}.",
                    mistake="syntax error",
                )
        raise Lost(f"`{name}` is not defined in your notebook.", mistake=NOT_ANSWERED)

    @students_code()
    def _ask(self, request: Request) -> Reply:
        if self._left.over:  # no new worker for what has no time
            raise Lost("The time for this task was used up.", mistake="limit reached")
        worker = self._ready()
        try:
            reply = self._timed(worker, request, self._left)
        except Ended as ended:
            self._worker = None
            self._ended(ended)
            raise Lost(ended.reason, mistake="limit reached" if ended.limit else "ends") from ended
        if reply.trouble:
            raise Lost(f"Your code made the grader's question fail: {reply.trouble[:300]}.")
        self._watch(reply.error)
        return reply

    def _timed(self, worker: Worker, request: Request, may_use: Time) -> Reply:
        """Ask; only the time that the student's code takes counts, not that of the checks."""
        try:
            return worker.ask(request, may_use.within(self._left_in_all))
        except Tampered as error:
            self.tampered = True
            raise Lost(FORGED, mistake="tampered with") from error
        finally:
            spent = worker.charge()
            self._left -= spent
            self._left_in_all -= spent

    def _ended(self, ended: Ended) -> None:
        if ended.waited and not self._alone:
            raise Waited from ended
        self.limited = self.limited or ended.limit

    def _ready(self) -> Worker:
        """A worker in which the notebook has run."""
        if self.tampered:
            raise Lost(FORGED, mistake="tampered with")
        while not self._worker:
            if self._left_in_all.over or self._starts == STARTS:
                self.limited = True
                raise Lost(USED_UP, mistake="limit reached")
            before = self._left
            self._start()
            self._left = before  # running the cells is not the task's time
        return self._worker

    def _start(self) -> None:
        """Run all cells in a new worker; what ends it is left out next time."""
        worker = Worker(self.limits)
        boot = worker.charge()
        if self._starts:  # the first start is ours
            self._left_in_all -= boot
        self._starts += 1
        if self._run_cells(worker):
            self._worker = worker

    def _run_cells(self, worker: Worker) -> bool:
        """Whether the worker has outlived them."""
        try:
            for source in self._given:
                self._run(worker, source)
        except Ended as ended:  # these cells are ours
            self._ended(ended)
            raise Lost(USED_UP, mistake="limit reached") from ended
        first = self._starts == 1
        for number, source in self._cells.items():
            try:
                reply = self._run(worker, source, self._without.get(number, ()))
            except Ended as ended:
                self._ended(ended)
                self._leave_out(number, worker.line, ended.reason)
                return False
            if reply.unread and number not in self._unread:
                self._unread[number] = reply.unread
                self._note(f"Code cell {number}: {reply.unread}.")
            for error in reply.errors if first else ():
                self._watch(error)
        try:
            for source in self._rescued:
                self._run(worker, source)
            if self._again:
                self._timed(worker, {"do": "again"}, self._each)
        except Ended as ended:
            self._ended(ended)
            self._note(f"Cells that had failed were not tried again. {ended.reason}")
            self._again, self._rescued = False, []
            return False
        return True

    def _run(self, worker: Worker, source: str, without: Sequence[int] = ()) -> Reply:
        request = {"do": "run", "source": source, "without": list(without)}
        return self._timed(worker, request, self._each)

    def _leave_out(self, number: int, line: int, reason: str) -> None:
        """Of a cell, the statement that was to blame; the cell, where that is not known."""
        without = self._without.setdefault(number, [])
        if line and line not in without:
            without.append(line)
            self._note(f"Line {line} of code cell {number} was left out. {reason}")
        else:
            del self._cells[number]
            self._note(f"Code cell {number} was left out. {reason}")

    def _watch(self, error: str) -> None:
        if error.startswith(LIMITS):
            self.limited = True
            self._note(f"A limit was reached: {error[:200]}.")

    def _note(self, note: str) -> None:
        if len(self.notes) < NOTES and note not in self.notes:
            self.notes.append(note)
