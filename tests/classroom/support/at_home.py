"""Handouts for PyTorch that come back: their outputs hold the numbers of a namespace."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from classroom import assignments
from classroom.course.assignment import Record
from classroom.grading import by_numbers
from classroom.grading.grade import Job, grade
from classroom.sandbox.limits import Limits
from rmsprop_lab.checking.kept import Keeper
from tests.classroom.support import in_process
from tests.classroom.support.in_process import SECRET

own = cache(in_process.numbers)


def asked(name: str, student: str = "ada") -> dict[str, str]:
    """The questions in a student's handout."""
    return _asked(name, student)


@cache  # which would keep one answer for `asked(name)`, and another for `asked(name, "ada")`
def _asked(name: str, student: str) -> dict[str, str]:
    return by_numbers.texts(assignments.find(name), own(name, student), SECRET, student)


@cache
def solved(name: str, student: str = "ada") -> dict[str, Any]:
    """What a solved handout of NumPy holds, and what that for PyTorch has besides."""
    found = in_process.namespace(name, student)
    text = in_process.assignment_text(name)
    for cell in text.cells_for_torch:
        if cell.id not in {of.id for of in text.cells}:
            exec(cell.text, found)
    return found


def handed_in(
    name: str, found: Mapping[str, Any], student: str = "ada", tasks: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The notebook, in which the cells of these tasks have run; of all tasks, without any."""
    questions = asked(name, student)
    made = in_process.assignment_text(name).notebook(
        own(name, student), student, questions=questions
    )
    notebook: dict[str, Any] = json.loads(made)
    keep_numbers = Keeper(dict(found), questions)
    for cell in notebook["cells"]:
        task = cell["id"].removeprefix(f"{name}-").removesuffix("-kept")
        if cell["id"].endswith("-kept") and (task in tasks or not tasks):
            cell["outputs"] = [output(keep_numbers(task)._repr_mimebundle_())]
    return notebook


def output(data: dict[str, str]) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def job(name: str, notebook: Any, student: str = "ada", *, torch: bool = True) -> Job:
    return Job(
        student=student,
        assignment=name,
        file=f"{student}/{name}.ipynb",
        data=json.dumps(notebook).encode(),
        problem="",
        whose=student,
        numbers=own(name, student),
        given=(),
        public_checks=(),
        secret=SECRET,
        limits=Limits(),
        torch=torch,
    )


def graded(name: str, notebook: Any, student: str = "ada") -> Record:
    return grade(job(name, notebook, student))


def single(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function on numbers of 32 bits, as PyTorch's are by default."""

    def cut(value: Any) -> Any:
        if isinstance(value, float):
            return np.float32(value)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return value.astype(np.float32)
        if isinstance(value, (tuple, list)):
            return type(value)(map(cut, value))
        if callable(value):
            return lambda w: cut(np.asarray(value(np.asarray(w, dtype=float))))
        return value

    return lambda *given: cut(function(*map(cut, given)))
