"""An assignment's own notebook, run in this process: for what its author wrote, and trusts.

Students' notebooks are run in the sandbox alone (:mod:`classroom.grading.sandboxed_answers`).
"""

import ast
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import numpy as np

from classroom.course.assignment import Assignment, Lost, Numbers, Task
from classroom.course.assignment_text import AssignmentText
from classroom.course.authors_code import FAILURES
from classroom.course.numbers import drawn
from rmsprop_lab.checking.diagnose import Outcome, call_here

DRAWING = ("Lab(", "Replay(")  # cells that only show something


class AnswersHere:
    """The answers in a namespace of Python objects, as the checks see a student's.

    Attributes:
        asked: the names that the checks have asked for.
    """

    def __init__(self, **namespace: Any) -> None:
        self.namespace = namespace
        self.asked: set[str] = set()

    def _found(self, name: str) -> Any:
        self.asked.add(name)
        if name not in self.namespace:
            raise Lost(f"{name} is not defined.")
        return self.namespace[name]

    def number(self, name: str) -> float:
        return float(self.array(name, ()))

    def array(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        try:
            value = np.asarray(self._found(name), dtype=float)
        except (OverflowError, TypeError, ValueError):
            raise Lost(f"The value of {name} is not a number.") from None
        if value.shape != shape or not np.isfinite(value).all():
            raise Lost(f"The value of {name} is not of the shape {shape}, or not finite.")
        return value

    def call(self, name: str, *arguments: Any) -> Outcome:
        return call_here(self._found(name))(*arguments)

    def steps(self, name: str) -> Callable[[np.ndarray], np.ndarray]:
        function, state = self._found(name), None

        def step(grad: np.ndarray) -> np.ndarray:
            nonlocal state
            try:
                updates, state = function(grad.copy(), state)
                updates = np.asarray(updates, dtype=float)
            except Exception as error:
                raise Lost(f"{name} raised {type(error).__name__}.") from None
            if updates.shape != grad.shape or not np.isfinite(updates).all():
                raise Lost("The updates are not finite, or of another shape.")
            return updates

        return step


@dataclass
class Ran:
    """A notebook after it has run.

    Attributes:
        namespace: what stands in it.
        errors: by the line of the text at which a cell failed, what it raised.
        said: by task, what its check in the notebook says; "" where it is content.
    """

    namespace: dict[str, Any] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


def run(text: AssignmentText, numbers: Numbers, *, solutions: bool) -> Ran:
    """Run a notebook's cells in order, without those that draw; then the checks in it.

    Args:
        text: of the assignment.
        numbers: a student's own.
        solutions: the instructor's version; otherwise the untouched handout.
    """
    ran = Ran()
    for cell, source in text.shown(numbers, solutions=solutions):
        if cell.kind != "code" or cell.marks.get("grade") or any(map(source.__contains__, DRAWING)):
            continue
        if error := _error(source, ran.namespace):
            line, said = error
            # The numbers in a cell may take more lines than their places.
            exact = source.count("\n") == cell.text.count("\n")
            ran.errors[cell.line + (line - 1 if exact else 0)] = said
    ran.said = checked(text, numbers, ran.namespace)
    return ran


def checked(text: AssignmentText, numbers: Numbers, namespace: dict[str, Any]) -> dict[str, str]:
    """What each task's check in the notebook says of a namespace; "" where it is content."""
    beside, said = dict(namespace), {}
    for cell, source in text.shown(numbers):
        if cell.kind == "code" and cell.marks.get("grade"):
            error = _error(source, beside)
            said[cell.grade_id] = error[1] if error else ""
    return said


def _error(source: str, namespace: dict[str, Any]) -> tuple[int, str] | None:
    """The line at which a cell fails, and what it raises."""
    try:
        with redirect_stdout(StringIO()), np.errstate(all="ignore"):
            exec(compile(ast.parse(source), "<cell>", "exec"), namespace)
    except SyntaxError as error:
        return error.lineno or 1, f"SyntaxError: {error.msg}"
    except FAILURES as error:
        trace, line = error.__traceback__, 1
        while trace:
            if (
                trace.tb_frame.f_code.co_filename == "<cell>"
                and trace.tb_frame.f_globals is namespace
            ):
                line = trace.tb_lineno
                break
            trace = trace.tb_next
        return line, f"{type(error).__name__}: {error}".rstrip(": ")
    return None


def judged(
    assignment: Assignment,
    task: Task,
    numbers: Numbers,
    secret: bytes,
    student: str,
    answers: AnswersHere,
) -> list[Lost | None]:
    """What each check of a task says of answers: a lost point, or None."""
    said: list[Lost | None] = []
    for index, check in enumerate(task.checks):
        draw = drawn(secret, student, assignment.name, task.name, str(index))
        try:
            with np.errstate(all="ignore"):
                check.run(answers, numbers, draw)
        except Lost as lost:
            said.append(lost)
        else:
            said.append(None)
    return said
