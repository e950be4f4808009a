"""A student's notebook, run in a sandbox and asked for its answers.

When the student's code ends or outlasts its worker, a new one runs the cells again, without the
cell that was to blame, so that one endless loop costs one task and not all.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np

from classroom.channel import Ended, Worker
from classroom.inside.plain import Other, decode, encode
from classroom.notebook import Cell
from classroom.sandbox import Limits
from classroom.task import Lost, Quadratic
from rmsprop_lab.examine import Outcome

#: What Python raises where a limit of the sandbox is reached.
LIMITS = ("MemoryError", "BlockingIOError", "RuntimeError: can't start new thread")
WRITTEN_LATER = "NotImplementedError"


class Sitting:
    """The answers of one notebook: what the checks see of it.

    Args:
        given: code that runs first: the handout's own cells, in case the student lost them.
        cells: the student's notebook.
        limits: for a cell, for a task and, times ``tasks``, for all of it.
        tasks: how many there are.

    Attributes:
        limited: whether a limit was reached.
        notes: what went wrong while the cells ran, for the student.
    """

    def __init__(
        self, given: Sequence[str], cells: Sequence[Cell], limits: Limits, tasks: int
    ) -> None:
        self.limits = limits
        self.limited = False
        self.notes: list[str] = []
        self._given = list(given)
        self._cells = [cell.source for cell in cells if cell.kind == "code"]
        self._other_cells = [cell.source for cell in cells if cell.kind != "code"]
        self._stopped: set[int] = set()
        self._rescued: list[str] = []
        self._restarts = False
        self._again = True  # whether what failed is tried once more, after all cells
        self._worker: Worker | None = None
        self._runs = count()
        self._left_in_all = limits.seconds * max(1, tasks)
        self._left = limits.seconds

    def __enter__(self) -> "Sitting":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._worker:
            self._worker.close()

    def begin(self) -> None:
        """Begin a task: its time starts now, and its notebook has run."""
        with suppress(Lost):  # the first question will say so
            self._ready()
        self._left = self.limits.seconds

    # What checks ask, as in task.Answers

    def number(self, name: str) -> float:
        value = self._numbers(name)
        if value.size != 1:
            raise Lost(f"`{name}` must be one number; yours has the shape {value.shape}.")
        return float(value.reshape(()))

    def array(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        value = self._numbers(name)
        if value.size != np.prod(shape, dtype=int):
            raise Lost(f"`{name}` must have the shape {shape}; yours has {value.shape}.")
        return value.reshape(shape)

    def call(self, name: str, *arguments: Any) -> Outcome:
        self._find(name)
        return self._outcome(
            name,
            {"do": "call", "name": name, "arguments": [_sent(value) for value in arguments]},
        )

    def steps(self, name: str) -> Callable[[np.ndarray], np.ndarray]:
        self._find(name)
        run = f"run {next(self._runs)}"
        taken = count(1)

        def step(grad: np.ndarray) -> np.ndarray:
            number = next(taken)
            outcome = self._outcome(
                name, {"do": "step", "name": name, "grad": encode(grad), "run": run}
            )
            if outcome.error:
                raise Lost(f"At step {number} your `{name}` raised {outcome.error}.")
            updates = _real(outcome.value)
            if updates is None or updates.shape != grad.shape:
                raise Lost(
                    f"At step {number} the updates of your `{name}` are not numbers in the shape "
                    f"of the gradient, {grad.shape}."
                )
            if not np.isfinite(updates).all():
                raise Lost(f"At step {number} your updates are not finite.", mistake="diverges")
            return updates

        return step

    # How they are asked

    def _numbers(self, name: str) -> np.ndarray:
        self._find(name)
        reply = self._ask({"do": "value", "name": name})
        value = self._decoded(reply.get("value"))
        if value is None:
            raise Lost(f"`{name}` is still None.", mistake="not answered")
        numbers = _real(value)
        if numbers is None:
            what = value if isinstance(value, Other) else type(value).__name__
            raise Lost(f"`{name}` must consist of real numbers; yours is of the type {what}.")
        if not np.isfinite(numbers).all():
            raise Lost(f"`{name}` is not finite.")
        return numbers

    def _find(self, name: str) -> None:
        """See that there is something of this name, if need be in a cell of another type."""
        if self._ask({"do": "defined", "name": name}).get("defined") is True:
            return
        for source in self._other_cells:
            if name not in source:
                continue
            if self._ask({"do": "rescue", "name": name, "source": source}).get("defined") is True:
                self._rescued.append(source)
                self.notes.append(f"`{name}` stood in a cell that is not a code cell.")
                return
        raise Lost(f"`{name}` is not defined in your notebook.", mistake="not answered")

    def _outcome(self, name: str, request: dict[str, Any]) -> Outcome:
        reply = self._ask(request)
        error = str(reply.get("error", ""))[:500]
        if error.startswith(WRITTEN_LATER):
            raise Lost(f"`{name}` is not written yet.", mistake="not answered")
        self._watch(error)
        changed = reply.get("changed")
        changed = changed if isinstance(changed, list) else []
        return Outcome(
            value=self._decoded(reply.get("value")),
            changed=tuple(place for place in changed if type(place) is int),
            error=error,
        )

    def _decoded(self, sent: Any) -> Any:
        try:
            return decode(sent)
        except (ValueError, RecursionError) as error:
            raise Lost("Your code gave a result that cannot be read.") from error

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._left <= 0:  # no new worker for what has no time
            raise Lost("The time for this task was used up.", mistake="limit reached")
        worker = self._ready()
        try:
            reply = self._timed(worker, request, self._left)
        except Ended as ended:
            self._worker = None
            self.limited = self.limited or ended.limit
            raise Lost(ended.reason, mistake="limit reached" if ended.limit else "ends") from ended
        if trouble := reply.get("trouble"):
            raise Lost(f"Your code made the grader's question fail: {str(trouble)[:300]}.")
        return reply

    def _timed(self, worker: Worker, request: dict[str, Any], allowed: float) -> dict[str, Any]:
        """Ask; only the time that the student's code takes counts, not that of the checks."""
        started = time.monotonic()
        try:
            return worker.ask(request, started + min(allowed, self._left_in_all))
        finally:
            spent = time.monotonic() - started
            self._left -= spent
            self._left_in_all -= spent

    def _ready(self) -> Worker:
        """A worker in which the notebook has run."""
        while not self._worker:
            if self._left_in_all <= 0:
                self.limited = True
                raise Lost("The time for the whole notebook was used up.", mistake="limit reached")
            before = self._left
            self._start()
            self._left = before  # running the cells is not the task's time
        return self._worker

    def _start(self) -> None:
        """Run all cells in a new worker; where one ends it, that cell is left out next time."""
        started = time.monotonic()
        worker = Worker(self.limits)
        if self._restarts:  # the first start is ours
            self._left_in_all -= time.monotonic() - started
        self._restarts = True
        try:
            for source in self._given:
                self._run(worker, {"do": "run", "source": source})
        except Ended as ended:  # these cells are ours
            raise Lost("The time for the whole notebook was used up.") from ended
        first = not self._stopped
        for place, source in enumerate(self._cells):
            if place in self._stopped:
                continue
            try:
                reply = self._run(worker, {"do": "run", "source": source})
            except Ended as ended:
                self.limited = self.limited or ended.limit
                self.notes.append(f"Code cell {place + 1} was left out. {ended.reason}")
                self._stopped.add(place)
                return
            if first:
                for error in reply.get("errors", []):
                    self._watch(str(error))
        try:
            for source in self._rescued:
                self._run(worker, {"do": "run", "source": source})
            if self._again:
                self._run(worker, {"do": "again"})
        except Ended as ended:
            self.limited = self.limited or ended.limit
            self.notes.append(f"Cells that had failed were not tried again. {ended.reason}")
            self._again, self._rescued = False, []
            return
        self._worker = worker

    def _run(self, worker: Worker, request: dict[str, Any]) -> dict[str, Any]:
        return self._timed(worker, request, self.limits.seconds)

    def _watch(self, error: str) -> None:
        if error.startswith(LIMITS):
            self.limited = True
            note = f"A limit was reached: {error[:200]}."
            if note not in self.notes:
                self.notes.append(note)


def _sent(value: Any) -> Any:
    if isinstance(value, Quadratic):
        return {"gradient of": [encode(value.matrix), encode(value.vector)]}
    return encode(value)


def _real(value: Any) -> np.ndarray | None:
    """Real numbers as an array; None where they are something else."""
    if isinstance(value, (str, bool, type(None))):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return None
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    return array.astype(float) if array.dtype.kind in "iuf" else None
