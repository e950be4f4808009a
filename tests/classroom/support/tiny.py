"""A very small assignment, for the grader's own tests."""

import json

import numpy as np

from classroom import assignments
from classroom.course.assignment import Answers, Assignment, Check, Lost, Numbers, Paths, Task
from classroom.grading.grade import Job, grade
from classroom.sandbox.limits import Limits

SECRET = bytes(range(32))
EXPECTED = 40.0  # what nobody who does not calculate it may ever see


def doubled(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    values = draw.uniform(1, 2, 3)
    outcome = answers.call("double", values)
    if outcome.error:
        raise Lost(f"Your `double` raised {outcome.error}.", mistake="raises")
    value = outcome.value
    if not isinstance(value, np.ndarray) or value.shape != (3,) or value.dtype != float:
        raise Lost("Your `double` must return an array of three numbers.")
    if not np.allclose(value, 2 * values):
        raise Lost("That is not the double.", mistake="not double")


def answered(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    if answers.number("answer") != EXPECTED * numbers["factor"]:
        raise Lost("That is not the answer.", mistake="wrong number")


def walked(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    step, w = answers.steps("optimizer"), np.array([4.0, 2.0])
    for _ in range(30):
        w = w - step(w)
    if not abs(w).max() < 0.1:
        raise Lost("It does not arrive.", share=0.5)


def path(answers: Answers, numbers: Numbers) -> Paths:
    yours = [[1.0, 1.0]]
    for _ in range(3):
        value = answers.call("double", np.array([1.0, 1.0, 1.0])).value
        yours.append([float(np.ravel(value)[0]), 0.0])  # raises on what is no number
    return Paths("bowl", np.array(yours), np.array([[1.0, 1.0], [0.0, 0.0]]), "A path.")


TINY = Assignment(
    "tiny",
    "A tiny assignment",
    lambda draw: {"factor": float(draw.randint(2, 9))},
    (
        Task("double", "Twice", (Check(1, "once", doubled), Check(1, "again", doubled)), show=path),
        Task("answer", "The answer", (Check(1, "the number", answered),)),
        Task("optimizer", "Steps", (Check(2, "thirty steps", walked),)),
        Task("explain", "Why", points=3),
    ),
)
GIVEN = ("import numpy as np\nfactor = 3.0",)
HONEST = (
    """
def double(values):
    return 2 * values
""",
    """
answer = 40 * factor
def optimizer(grad, state):
    return 0.5 * grad, (state or 0) + 1
""",
)
MAXIMUM = 5.0


def notebook(*cells: str, **metadata: object) -> bytes:
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell}
                for cell in cells
            ],
            "metadata": metadata,
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    ).encode()


def job(data: bytes, student: str = "ada", seconds: float = 1.0, problem: str = "") -> Job:
    return Job(
        student=student,
        assignment="tiny",
        file=f"{student}/tiny.ipynb",
        data=data,
        problem=problem,
        whose=student,
        numbers={"factor": 3.0},
        given=GIVEN,
        public_checks=("assert double(2) == 4\nwhile True: pass",),
        secret=SECRET,
        limits=Limits(seconds=seconds),
    )


def graded(*cells: str, student: str = "ada", seconds: float = 1.0) -> dict:
    return grade(job(notebook(*cells), student, seconds))


def use(monkeypatch) -> None:
    """Let the grader know the assignment."""
    find = assignments.find

    def use_tiny(name, own=None):
        return TINY if name == "tiny" else find(name, own)

    monkeypatch.setattr(assignments, "find", use_tiny)
