"""What an assignment consists of, and what a check may ask of a student's answers.

Checks run in the trusted process. They see the student's work only through :class:`Answers`,
which gives plain numbers.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import isfunction
from typing import Any, Protocol

import numpy as np

from classroom.errors import ClassroomError
from rmsprop_lab.checking.diagnose import Outcome

Numbers = dict[str, Any]  # a student's own numbers, as they stand in the notebook
Record = dict[str, Any]  # a submission, graded: JSON, which grading writes and reports read

NOT_ANSWERED = "not answered"  # the mistake's name, where the student has written nothing
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")


class Lost(Exception):  # noqa: N818 - a lost point is a result, not an error
    """Points are lost. Says why, without an expected value.

    Args:
        reason: one or two sentences for the student, which end with a full stop.
        mistake: the mistake's short name, where it is known: teachers count these.
        share: what part of the check's points is earned all the same, in [0, 1].
    """

    def __init__(self, reason: str, *, mistake: str = "", share: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.mistake, self.share = reason, mistake, share


class Answers(Protocol):
    """A student's notebook after it has run, seen from the trusted process."""

    def number(self, name: str) -> float:
        """The value of a variable: one finite real number. Raises Lost where it is not."""
        ...

    def array(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """The value of a variable: finite real numbers of a shape. Raises Lost where it is not."""
        ...

    def call(self, name: str, *arguments: Any) -> Outcome:
        """Call the student's function. Numbers, text, booleans, arrays, :class:`Quadratic`.

        Raises Lost where there is no such function, or where a limit is reached. What the function
        raises comes back in the outcome; so does whatever it returns: trust nothing in it.
        """
        ...

    def steps(self, name: str) -> Callable[[np.ndarray], np.ndarray]:
        """The student's ``name(grad, state) -> (updates, state)``, from state None, as a function.

        The state stays with the student's code. The function that is returned takes a gradient and
        gives the updates, finite and of its shape, and raises Lost where they are not.
        """
        ...


@dataclass(frozen=True, eq=False)
class Quadratic:
    """The gradient of ``w·Aw/2 - b·w``: a function that can be handed to a student's function."""

    matrix: np.ndarray  # (n, n)
    vector: np.ndarray  # (n,)

    def __call__(self, w: np.ndarray) -> np.ndarray:
        return np.asarray(self.matrix @ w - self.vector)


@dataclass(frozen=True)
class Check:
    """A part of a task, with its points.

    Attributes:
        points: what it is worth.
        what: what it looks at, for the student: "on random states, of several shapes".
        run: ``run(answers, numbers, draw)`` raises Lost, or returns for full points. ``draw`` is a
            ``RandomState`` that no student can foresee, and the same in every run.
        by_numbers: the same of questions that do not hang on earlier answers, where the student's
            function is called at home; without it ``run`` is.
    """

    points: float
    what: str
    run: Callable[[Answers, Numbers, np.random.RandomState], None]
    by_numbers: Callable[[Answers, Numbers, np.random.RandomState], None] | None = None

    def __post_init__(self) -> None:
        if not self.what.strip():
            raise ClassroomError(
                "a check has no words (what): the student's page names it by them."
            )
        if not self.points > 0:
            raise ClassroomError(
                f"the check {self.what!r} has {self.points:g} points; it must have more than 0."
            )


@dataclass(frozen=True)
class Paths:
    """The student's path beside the right one, for the feedback. Public inputs only."""

    surface: str | Quadratic  # one of rmsprop_lab's surfaces by name, or a quadratic
    yours: np.ndarray  # (steps + 1, 2)
    right: np.ndarray  # (steps + 1, 2)
    caption: str


@dataclass(frozen=True)
class Task:
    """One task: its checks, or a question that a person marks.

    Attributes:
        name: as in the text's ``grade_id`` and in the tables' columns.
        title: for people.
        checks: what is graded automatically.
        points: of an open question; otherwise the sum of the checks.
        show: ``show(answers, numbers)``, asked where points are lost.
    """

    name: str
    title: str
    checks: tuple[Check, ...] = ()
    points: float = 0.0
    show: Callable[[Answers, Numbers], Paths | None] | None = None

    def __post_init__(self) -> None:
        if self.checks:
            object.__setattr__(self, "points", float(sum(check.points for check in self.checks)))
        if not _NAME.fullmatch(self.name):
            raise ClassroomError(
                f"a task is called {self.name!r}; it must be 1 to 30 letters, digits and _, a "
                "letter first."
            )
        if not self.title.strip():
            raise ClassroomError(f"the task {self.name!r} has no title.")
        if not self.points > 0:
            raise ClassroomError(
                f"the task {self.name!r} has {self.points:g} points; give it checks, or points of "
                "more than 0 where a person marks it."
            )

    @property
    def open(self) -> bool:
        """Whether a person marks it."""
        return not self.checks


@dataclass(frozen=True)
class Assignment:
    """An assignment: ``NAME.md`` is its text, ``NAME.py`` holds this.

    Attributes:
        name: of the files.
        title: for people.
        numbers: ``numbers(draw)`` makes a student's own numbers: plain floats, integers, text and
            lists of them. ``{{ name }}`` in the text becomes their Python literal.
        tasks: in the order of the text.
        right: ``right(numbers)`` gives a right version of each function that the checks call, by
            its name. With it there is a handout for PyTorch. They are only asked what a check asks,
            so one with ``by_numbers`` needs no version that gets its points.
    """

    name: str
    title: str
    numbers: Callable[[np.random.RandomState], Numbers]
    tasks: tuple[Task, ...] = field(default=())
    right: Callable[[Numbers], dict[str, Callable[..., Any]]] | None = None

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ClassroomError(f"the assignment {self.name!r} has no title.")
        if not isfunction(self.numbers):
            raise ClassroomError(f"numbers is {self.numbers!r}; it must be a function of `draw`.")
        for name, times in Counter(task.name for task in self.tasks).items():
            if times > 1:
                raise ClassroomError(
                    f"two tasks are called {name!r}; each needs a name of its own."
                )
