"""The numbers of a notebook that is not run where it is graded: they are kept in its own outputs.

A handout for PyTorch carries the questions that the grader would ask. A cell below each task asks
them, and its output holds the answers, between two lines that can be found wherever they stand.
"""

import inspect
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from typing import Any

from rmsprop_lab.checking.asked import Asked, Request
from rmsprop_lab.checking.plain import ERROR

MARK = "=== BEGIN NUMBERS"
BEGIN, END = MARK + " {task} ===", "=== END NUMBERS ==="
LONGEST = 1_000_000  # characters between them
SOURCE = 20_000  # characters of a function's text
UNDEFINED = "not defined"
UNWRITTEN = "NotImplementedError"
WIDTH = 96  # characters of a line

Questions = Sequence[Sequence[Request]]  # of each check of a task


class Keeper:
    """What a handout calls ``keep_numbers``: it asks a task's questions, and shows the answers.

    Args:
        names: the notebook's, ``globals()``.
        questions: of each task, as JSON.

    Example:
        >>> questions = {"double": '[[{"do": "call", "name": "double", "arguments": [2]}]]'}
        >>> keep_numbers = Keeper({"double": lambda value: 2 * value}, questions)
        >>> print(keep_numbers("double"))
        The numbers of double are in this output: 1 result. Save the notebook.
    """

    def __init__(self, names: dict[str, Any], questions: Mapping[str, str]) -> None:
        self._names, self._questions = names, questions

    def __call__(self, task: str) -> "Kept":
        """Ask the questions of a task.

        Raises:
            ValueError: where there is no such task.
        """
        if task not in self._questions:
            choices = ", ".join(self._questions)
            raise ValueError(f"There is no task {task!r}; choices: {choices}.")
        text = self._questions[task]
        questions = json.loads(text)
        return Kept(
            task,
            {
                "answers": [_answers(Asked(self._names), check) for check in questions],
                "questions": digest(text),
                "sources": self._sources(questions),
            },
        )

    def _sources(self, questions: Questions) -> list[str]:
        """The texts of the functions that are asked for, by which one sees whether they are old."""
        names = {request["name"] for check in questions for request in check}
        return [text for name in sorted(names) if (text := _source(self._names.get(name)))]


class Kept:
    """The answers to a task's questions, as the output of a cell."""

    def __init__(self, task: str, content: dict[str, Any]) -> None:
        self.task, self.content = task, content

    def __repr__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """For the student: what is kept, and what is wrong with it at first sight."""
        answers = [one for check in self.content["answers"] for one in check]
        errors = [answer.get("trouble") or answer.get("error") for answer in answers]
        for error in filter(None, errors):
            if error == UNDEFINED or error.startswith(UNWRITTEN):
                return f"The answer to {self.task} is not written yet. Run this cell when it is."
            count = sum(map(bool, errors))
            return f"Of {_results(len(errors))} of {self.task}, {count} raised an error: {error}"
        kept = _results(len(answers))
        return f"The numbers of {self.task} are in this output: {kept}. Save the notebook."

    @property
    def block(self) -> str:
        """The lines that hold the answers.

        Raises:
            ValueError: where they are too long.
        """
        text = b64encode(json.dumps(self.content).encode()).decode()
        if len(text) > LONGEST:
            raise ValueError(
                f"The results of {self.task} take {len(text):,} characters; at most {LONGEST:,} "
                "are kept. Does a function return more than it is asked for?"
            )
        lines = [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]
        return "\n".join([BEGIN.format(task=self.task), *lines, END])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        said = f"<p>{escape(self.said)}</p>"
        folded = f"<details><summary>The numbers</summary><pre>{self.block}</pre></details>"
        return {"text/html": said + folded, "text/plain": self.said}


def digest(questions: str) -> str:
    """By which one sees whether answers are to these questions."""
    return sha256(questions.encode()).hexdigest()


def _answers(asked: Asked, check: Sequence[Request]) -> list[dict[str, Any]]:
    return [_answer(asked, request) for request in check]


def _answer(asked: Asked, request: Request) -> dict[str, Any]:
    if request["name"] not in asked.names:
        return {"trouble": UNDEFINED}
    try:
        return asked.answer(request)
    except Exception as error:  # a value of the student's may do what it likes
        return {"trouble": f"{type(error).__name__}: {error}"[:ERROR]}


def _source(value: Any) -> str:
    try:
        return inspect.getsource(inspect.unwrap(value)).strip()[:SOURCE]
    except (OSError, TypeError, ValueError):  # no function, or one whose text is lost
        return ""


def _results(count: int) -> str:
    return f"{count} result{'s' * (count != 1)}"
