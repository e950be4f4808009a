"""What a handout for PyTorch has besides: a note, its tools, and the cells that keep numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

RawCell = dict[str, Any]  # of a notebook file

NOTE = """\
> **This is the handout for PyTorch.** Your *functions* take and return tensors. Where a task says
> array, your function is handed a tensor. Where it says number, it is handed a tensor of no
> dimension, unless the number is a whole one. Where the text names NumPy, use PyTorch inside your
> functions. Outside of them all stays as the text says: the line `@tensors` above a function
> translates, so leave it there. You need PyTorch. Google Colab has it; elsewhere run
> `%pip install torch` once.
>
> **It is graded by its numbers.** The grader has no PyTorch, and does not run this notebook. Below
> each task, but for the texts, stands a cell that begins with `keep_numbers`. It calls your
> function with inputs that were drawn for you, or reads your numbers. Its output holds what came
> out. These are the other inputs that the text below speaks of. When you are done, run all cells
> from the top. Jupyter goes on below a task that is not solved. Where your program stops there, run
> the cells below it, too. **Save the notebook with its outputs**, and hand that in. Do not clear
> the outputs. In Colab, leave *Omit code cell output when saving this notebook* off.
"""

TOOLS = """\
try:
    import torch
except ImportError:
    raise ImportError("Run `%pip install torch`, and then this cell again.") from None
from rmsprop_lab.checking.tensors import tensors

torch.set_default_dtype(torch.float64)  # 64 bits, as the numbers of NumPy have"""

QUESTIONS = """\
# @title The inputs for `keep_numbers`: run this cell, and leave it as it is
from rmsprop_lab.checking.kept import Keeper

keep_numbers = Keeper(globals(), {{
{questions}
}})"""

KEEP = 'keep_numbers("{task}")  # Run this when the task is done, and save the notebook.'


def with_questions(
    name: str, cells: Sequence[RawCell], questions: Mapping[str, str]
) -> list[RawCell]:
    """The cells of the handout for PyTorch.

    Args:
        name: of the assignment.
        cells: of its text, with those for PyTorch.
        questions: of each task that is graded by its numbers, as JSON.
    """
    return list(_cells(name, cells, questions))


def _cells(name: str, cells: Sequence[RawCell], questions: Mapping[str, str]) -> Iterator[RawCell]:
    kinds = [cell["cell_type"] for cell in cells]
    first_text, first_code = kinds.index("markdown"), kinds.index("code")
    for place, cell in enumerate(cells):
        if place == first_code:
            yield _locked(name, "torch", TOOLS)
            yield _hidden(_locked(name, "questions", QUESTIONS.format(questions=_table(questions))))
        if place == first_text:
            title, *rest = cell["source"]
            cell = cell | {"source": [title, "\n", *NOTE.splitlines(keepends=True), *rest]}
        yield cell
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade") and (task := marks["grade_id"]) in questions:
            yield _locked(name, f"{task}-kept", KEEP.format(task=task))


def _table(questions: Mapping[str, str]) -> str:
    return "\n".join(f"    {task!r}: r'''{text}'''," for task, text in questions.items())


def _locked(name: str, grade_id: str, source: str) -> RawCell:
    marks = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": False,
        "solution": False,
        "locked": True,
        "task": False,
    }
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"{name}-{grade_id}",
        "metadata": {"nbgrader": marks, "deletable": False, "editable": False},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _hidden(cell: RawCell) -> RawCell:
    """A cell whose code is folded, in Jupyter and in Colab."""
    folded = {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return cell | {"metadata": cell["metadata"] | folded}
