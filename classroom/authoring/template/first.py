"""A first assignment: what it draws and what it checks. Change it to your own."""

import numpy as np

from classroom.checks import Mistake, compare
from classroom.course.assignment import Answers, Assignment, Check, Numbers, Task


def numbers(draw: np.random.RandomState) -> Numbers:
    """A student's own numbers. Each stands in the text as its name in double braces."""
    return {"rate": round(draw.uniform(0.05, 0.25), 3)}


def step(w: np.ndarray, gradient: np.ndarray, rate: float) -> np.ndarray:
    """The right function. Students never see this file."""
    return w - rate * gradient


# Wrong versions that the feedback calls by their names: name, hint, the wrong function.
MISTAKES = [
    Mistake(
        "uphill",
        "The step goes uphill. Look at its sign.",
        lambda w, gradient, rate: w + rate * gradient,
    ),
]


def check_step(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    """Call the student's function with inputs that nobody can foresee."""
    probes = [
        (draw.normal(size=size), draw.normal(size=size), draw.uniform(0.01, 1))
        for size in (1, 2, 5)
    ]
    compare(answers, "step", step, MISTAKES, probes, ["w"])


ASSIGNMENT = Assignment(
    name="first",  # as the files are called
    title="A first assignment",  # as in the head of the text
    numbers=numbers,
    tasks=(  # in the order of the text, with its titles and points
        Task("step", "One step", (Check(2, "in one, two and five dimensions", check_step),)),
        Task("meaning", "What the rate does", points=3),  # a person marks it
    ),
)
