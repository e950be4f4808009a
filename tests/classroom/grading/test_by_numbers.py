"""Handouts for PyTorch: what they ask and keep, and how that is graded. PyTorch is not needed."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from inspect import isfunction
from pathlib import Path

import numpy as np
import pytest

from classroom import __main__, assignments
from classroom.assignments import (
    _wrong_adam,
    _wrong_backpropagation,
    _wrong_comparison,
    _wrong_minibatch,
    _wrong_momentum,
    _wrong_rmsprop,
    descent,
    rmsprop,
)
from classroom.course.numbers import drawn
from classroom.errors import ClassroomError
from classroom.grading import by_numbers
from classroom.grading import grade as grading
from classroom.release import release
from rmsprop_lab.checking.kept import Keeper
from rmsprop_lab.checking.mistakes.any_rule import of_any
from tests.classroom.support import in_process
from tests.classroom.support.at_home import (
    asked,
    graded,
    handed_in,
    job,
    output,
    own,
    single,
    solved,
)

ROOT = Path(__file__).parents[3]
FUNCTIONS = {
    "descent": ("gradient", "path"),
    "minibatch": (
        "epoch", "ridge_gradient", "train", "noise_variance", "batch_needed", "mean_square",
    ),
    "momentum": ("heavy_ball", "nesterov", "regime"),
    "rmsprop": ("centered", "with_momentum", "smallest_epsilon", "amplitude"),
    "adam": ("adam", "bare_step", "first_step", "as_rmsprop", "adamw"),
    "backpropagation": ("forward", "backward", "differences", "train"),
    "capstone": ("optimizer",),
    "comparison": ("tune", "judge", "verdict"),
}  # fmt: skip


def points(record):
    return {task["name"]: task["score"] for task in record["tasks"]}


def said(record, task):
    (found,) = (of for of in record["tasks"] if of["name"] == task)
    return [check["reason"] for check in found["checks"] if check["reason"]]


def mistakes(record, task):
    (found,) = (of for of in record["tasks"] if of["name"] == task)
    return {check["mistake"] for check in found["checks"] if check["reason"]}


# --- right answers --------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_numbers_have_full_points(name, bits):
    found = solved(name)
    if bits == 32:
        found = {
            key: single(value) if key in FUNCTIONS[name] else value for key, value in found.items()
        }
    record = graded(name, handed_in(name, found))
    assert [said(record, task) for task in points(record)] == [[]] * len(points(record))
    assert (record["status"], record["score"]) == ("graded", record["maximum"])
    assert record["torch"] is True


@cache
def python_with_torch():
    """An interpreter that has PyTorch: this one, or that of the golden values."""
    if find_spec("torch"):
        return sys.executable
    others = (os.environ.get("TORCH_PYTHON"), ROOT / ".venv-goldens/bin/python")
    return next((str(of) for of in others if of and Path(of).exists()), None)


@pytest.mark.slow
@pytest.mark.parametrize("bits", ["64", "32"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_solved_with_pytorch_itself_it_has_full_points(name, bits, tmp_path):
    if python_with_torch() is None:
        pytest.skip("no PyTorch; `make torch` has one")
    questions = asked(name)
    made = in_process.assignment_text(name).notebook(
        own(name, "ada"), "ada", solutions=True, questions=questions
    )
    (tmp_path / "solved.ipynb").write_bytes(made)
    subprocess.run(
        [
            python_with_torch(), "tests/goldens/torch_handouts.py",
            tmp_path / "solved.ipynb", tmp_path / "run.ipynb", bits,
        ],
        cwd=ROOT, check=True, env={"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    record = graded(name, json.loads((tmp_path / "run.ipynb").read_text()))
    assert [said(record, task) for task in points(record)] == [[]] * len(points(record))
    assert (record["status"], record["notes"]) == ("graded", [])


# --- wrong ones -----------------------------------------------------------------------------

WRONG = {
    ("descent", "path"): descent.WRONG_PATHS,
    ("minibatch", "ridge_gradient"): _wrong_minibatch.WRONG_GRADIENTS,
    ("minibatch", "train"): _wrong_minibatch.WRONG_PATHS,
    ("minibatch", "noise_variance"): _wrong_minibatch.WRONG_VARIANCES,
    ("minibatch", "batch_needed"): _wrong_minibatch.WRONG_NEEDS,
    ("minibatch", "mean_square"): _wrong_minibatch.WRONG_SPREADS,
    ("momentum", "heavy_ball"): _wrong_momentum.BALL,
    ("momentum", "nesterov"): _wrong_momentum.NESTEROV,
    ("momentum", "regime"): _wrong_momentum.REGIMES,
    ("rmsprop", "centered"): _wrong_rmsprop.centered_mistakes(rmsprop.centered)[
        : -len(of_any(rmsprop.centered, 2))
    ],
    ("rmsprop", "with_momentum"): _wrong_rmsprop.momentum_mistakes(rmsprop.with_momentum)[
        : -len(of_any(rmsprop.with_momentum, 2))
    ],
    ("adam", "adam"): _wrong_adam.ADAM,
    ("adam", "adamw"): _wrong_adam.DECAYS,
    ("backpropagation", "backward"): _wrong_backpropagation.BACKWARD,
    ("rmsprop", "smallest_epsilon"): _wrong_rmsprop.SMALLEST,
    ("rmsprop", "amplitude"): _wrong_rmsprop.AMPLITUDES,
    ("comparison", "tune"): _wrong_comparison.TUNE,
    ("comparison", "judge"): _wrong_comparison.JUDGE,
    ("comparison", "verdict"): _wrong_comparison.VERDICT,
}  # fmt: skip
#: A rule's checks take a second: of its many wrong versions some are tried.
EVERY = {
    ("adam", "adam"): 9,
    ("adam", "adamw"): 6,
    ("backpropagation", "backward"): 4,
    ("rmsprop", "centered"): 12,
    ("rmsprop", "with_momentum"): 12,
}


@pytest.mark.parametrize(("name", "task"), WRONG)
def test_a_wrong_function_is_named_in_64_bits_and_loses_points_in_32(name, task, monkeypatch):
    right, unnamed = solved(name), []
    assert task in asked(name)  # of all tasks, before only one is left
    found = assignments.find(name)
    one = replace(found, tasks=tuple(of for of in found.tasks if of.name == task))
    monkeypatch.setattr(assignments, "find", lambda *_: one)
    # The student is one, and so are the questions.
    questions = by_numbers.questions(one, own(name, "ada"), in_process.SECRET, "ada")
    monkeypatch.setattr(by_numbers, "questions", lambda *_: questions)
    for mistake in WRONG[name, task][:: EVERY.get((name, task), 1)]:
        record = graded(name, handed_in(name, right | {task: mistake.rule}, tasks=(task,)))
        assert mistake.name in mistakes(record, task), mistake.name
        record = graded(name, handed_in(name, right | {task: single(mistake.rule)}, tasks=(task,)))
        assert record["score"] < record["maximum"], mistake.name
        unnamed += [mistake.name] * (mistake.name not in mistakes(record, task))
    assert len(unnamed) <= 0.2 * len(WRONG[name, task]), unnamed


def test_partial_points_follow_from_the_numbers():
    found = solved("minibatch")
    doubled = {"ridge_gradient": lambda *given: 2 * _wrong_minibatch.ridge(*given)}
    doubled["train"] = lambda *given: _wrong_minibatch.trained(
        *given, gradient=doubled["ridge_gradient"]
    )
    record = graded("minibatch", handed_in("minibatch", found | doubled))
    assert mistakes(record, "ridge_gradient") == {"factor 2"}
    assert points(record)["train"] == 4  # the walk is right by the student's own gradient
    record = graded("minibatch", handed_in("minibatch", found | {"train": doubled["train"]}))
    assert points(record)["train"] == 3
    record = graded("descent", handed_in("descent", solved("descent") | {"two_rates": [9.0, 9.0]}))
    assert points(record)["two_rates"] == 0


def test_what_raises_or_is_not_written_is_said():
    found = dict(solved("descent"))
    del found["minimum"]

    def not_yet(*_):
        raise NotImplementedError

    record = graded("descent", handed_in("descent", found | {"path": not_yet, "gradient": len}))
    assert said(record, "minimum") == ["`minimum` is not defined."]
    assert said(record, "path")[0] == "`path` is not written yet."
    assert points(record)["gradient"] == 0


def test_an_optimiser_that_remembers_or_is_plain_descent_is_told_from_the_solution():
    plain = solved("capstone") | {"optimizer": lambda grad, state: (0.1 * grad, state)}
    plain["trained"] = lambda seed: plain["Run"](seed).start
    record = graded("capstone", handed_in("capstone", plain))
    assert (points(record)["manners"], points(record)["train"]) == (5, 0)
    assert mistakes(record, "train") == {"hardly learns"}
    for weights, mistake in (np.zeros(3), "wrong shape"), (None, "wrong shape"):
        plain["trained"] = lambda _, weights=weights: weights
        record = graded("capstone", handed_in("capstone", plain))
        assert mistakes(record, "train") == {mistake}
    for size in np.nan, np.inf, 1e7:
        plain["trained"] = lambda seed, size=size: plain["Run"](seed).start * 0 + size
        assert mistakes(graded("capstone", handed_in("capstone", plain)), "train") == {"diverges"}


# --- numbers that are missing, old, or somebody else's --------------------------------------


def test_missing_numbers_are_a_status_and_a_hint():
    record = graded("descent", handed_in("descent", solved("descent"), tasks=("gradient", "path")))
    assert record["status"] == "numbers missing"
    assert "minimum, largest_rate" in record["reason"]
    assert record["score"] == 6
    (hint,) = said(record, "minimum")
    assert 'Run the cell `keep_numbers("minimum")`, save the notebook' in hint


@pytest.mark.parametrize("as_comment", [False, True])
def test_numbers_may_be_copied_into_a_cell(as_comment):
    block = Keeper(dict(solved("descent")), asked("descent"))("path").block
    if as_comment:
        block = "\n".join(f"# {line}" for line in block.split("\n"))
    notebook = handed_in("descent", {}, tasks=("gradient",))
    notebook["cells"].append(
        {"cell_type": "code" if as_comment else "markdown", "metadata": {}, "source": block}
    )
    assert points(graded("descent", notebook))["path"] == 4


def test_numbers_copied_below_half_of_them_count():
    block = Keeper(dict(solved("descent")), asked("descent"))("path").block
    half = block[: len(block) // 2]
    for source in f"{half}\n{block}", f"{half}\n{block}\n{half}", f"{block}\n{block}\n{half}":
        notebook = handed_in("descent", {}, tasks=("gradient",))
        notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": source})
        assert points(graded("descent", notebook))["path"] == 4


def test_numbers_that_were_printed_count_too():
    block = Keeper(dict(solved("descent")), asked("descent"))("path").block
    notebook = handed_in("descent", {}, tasks=("gradient",))
    stream = {"output_type": "stream", "name": "stdout", "text": block.splitlines(keepends=True)}
    notebook["cells"].append({"cell_type": "code", "source": "1", "outputs": [stream]})
    assert points(graded("descent", notebook))["path"] == 4


def test_the_last_numbers_count():
    notebook = handed_in("descent", solved("descent"))
    for function, score in (solved("descent")["path"], 4), (lambda *_: 0, 0):
        keep_numbers = Keeper({"path": function}, asked("descent"))
        data = keep_numbers("path")._repr_mimebundle_()
        notebook["cells"].append({"cell_type": "code", "source": "", "outputs": [output(data)]})
        assert points(graded("descent", notebook))["path"] == score


def test_a_neighbours_numbers_do_not_help():
    mine, theirs = (handed_in("descent", solved("descent", of), of) for of in ("ada", "bob"))
    for cell, other in zip(mine["cells"], theirs["cells"], strict=True):
        cell["outputs"] = other.get("outputs", [])
    record = graded("descent", mine)
    assert (record["status"], record["score"]) == ("numbers missing", 0)
    assert "for another student" in said(record, "path")[0]


def test_numbers_of_an_older_function_are_noted(tmp_path, monkeypatch):
    module = tmp_path / "cell_of_a_notebook.py"
    source = "def path(gradient, start, rates):\n    return start"
    module.write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    old = __import__("cell_of_a_notebook").path
    notebook = handed_in("descent", solved("descent") | {"path": old})
    record = graded("descent", notebook)
    assert any("The numbers of `path` were made by another version" in of for of in record["notes"])
    notebook["cells"].append({"cell_type": "code", "source": source + "\n\npath"})
    assert not any("`path`" in note for note in graded("descent", notebook)["notes"])


def test_numbers_that_do_not_count_are_not_called_old(tmp_path, monkeypatch):
    (tmp_path / "cell_of_bob.py").write_text("def path(gradient, start, rates):\n    return start")
    monkeypatch.syspath_prepend(tmp_path)
    theirs = Keeper(
        {"path": __import__("cell_of_bob").path}, asked("descent", "bob")
    )("path").block  # fmt: skip
    notebook = handed_in("descent", {}, tasks=("gradient",))
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": theirs})
    record = graded("descent", notebook)
    assert "for another student" in said(record, "path")[0]
    assert not any("They count" in note for note in record["notes"])


def test_the_course_says_which_handout_is_graded_how(monkeypatch):
    notebook = handed_in("descent", solved("descent"))
    record = grading.grade(job("descent", notebook, torch=False))
    assert (record["status"], record["score"]) == ("another handout", None)
    assert "handout for PyTorch" in record["reason"]

    def ran(*_):
        return {"status": "ran"}

    monkeypatch.setattr(grading, "_in_turn", ran)
    numpy = json.loads(
        in_process.assignment_text("descent").notebook(own("descent", "ada"), "ada", solutions=True)
    )
    assert graded("descent", numpy)["status"] == "ran"
    del notebook["metadata"]["classroom"]
    assert graded("descent", notebook)["status"] == "graded"


@pytest.mark.parametrize("lost", ["outputs", "cells", "both", "quotes", "neither"])
def test_a_handout_that_has_lost_its_mark_is_known_by_the_numbers_it_keeps(lost, monkeypatch):
    """Some editors drop what they do not know. Run without PyTorch it would have 0 points."""
    monkeypatch.setattr(grading, "_in_turn", lambda *_: {"status": "ran"})
    notebook = handed_in("descent", solved("descent"))
    del notebook["metadata"]["classroom"]["torch"]
    for cell in notebook["cells"]:
        if lost in ("outputs", "both", "quotes") and "outputs" in cell:
            cell["outputs"] = []
        if lost in ("cells", "both") and cell["id"].endswith("-kept"):
            cell["source"] = []
        if lost == "quotes":  # by a formatter of code
            changed = "".join(cell["source"]).replace('"', "'")
            cell["source"] = changed.replace("keep_numbers = Keeper(", "keep_numbers = made(")
    record = graded("descent", notebook)
    kept = lost in ("cells", "neither")
    status, score = ("graded", record["maximum"]) if kept else ("numbers missing", 0)
    assert (record["status"], record["score"], record["torch"]) == (status, score, True)
    other = grading.grade(job("descent", notebook, torch=False))
    assert (other["status"], other["score"]) == ("another handout", None)


def test_words_about_a_cell_that_keeps_numbers_are_none(monkeypatch):
    monkeypatch.setattr(grading, "_in_turn", lambda *_: {"status": "ran"})
    text = in_process.assignment_text("descent")
    notebook = json.loads(text.notebook(own("descent", "ada"), "ada", solutions=True))
    words = {"cell_type": "markdown", "metadata": {}, "source": 'Mine has no keep_numbers("path").'}
    remark = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"] += [words, remark | {"source": '# What is keep_numbers("path")?'}]
    assert graded("descent", notebook)["status"] == "ran"
    assert grading.grade(job("descent", notebook, torch=False))["status"] == "ran"


def test_a_handout_of_numpy_that_says_nothing_of_itself_is_told_what_to_do():
    text = in_process.assignment_text("descent")
    notebook = json.loads(text.notebook(own("descent", "ada"), "ada", solutions=True))
    del notebook["metadata"]["classroom"]
    record = graded("descent", notebook)
    assert (record["status"], record["score"]) == ("numbers missing", 0)
    assert "Is it the handout of NumPy" in record["reason"]
    reason = said(record, "path")[0]
    assert reason.startswith('Your notebook has no cell `keep_numbers("path")`')
    assert "Copy your answers into a fresh copy of the handout" in reason
    # In a handout for PyTorch the cell is there, and was not run.
    record = graded("descent", handed_in("descent", {}, tasks=("gradient",)))
    assert record["reason"].startswith("It holds no numbers of ")
    assert said(record, "path")[0].startswith("There are no numbers of this task")


# --- the handout ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_personal_and_not_those_of_the_other_handout(name):
    assert asked(name) == {
        task: by_numbers.as_text(questions)
        for task, questions in by_numbers.questions(
            assignments.find(name), own(name, "ada"), in_process.SECRET, "ada"
        ).items()
    }
    ada, bob = (calls(asked(name, student)) for student in ("ada", "bob"))
    # A few are the same for all: a double root, and a probe so round that nothing is rounded.
    assert len(ada & bob) < 0.1 * len(ada)
    assignment = assignments.find(name)
    right = assignment.right(own(name, "ada"))
    hidden = [
        request
        for task in assignment.tasks
        for index, check in enumerate(task.checks)
        for request in by_numbers._asked_by(
            lambda answers, numbers, check=check, index=index, task=task: check.run(
                answers, numbers, drawn(in_process.SECRET, "ada", name, task.name, str(index))
            ),
            own(name, "ada"),
            right,
        )
    ]
    assert len(ada & calls({"hidden": by_numbers.as_text([hidden])})) < 0.1 * len(ada)


def calls(questions):
    """Inputs that are drawn: those with a long number."""
    return {
        json.dumps(request["arguments"])
        for text in questions.values()
        for check in json.loads(text)
        for request in check
        if request["do"] == "call" and any("array" in json.dumps(one) or isinstance(one, float)
                                           for one in request["arguments"])
    }  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_a_text_for_pytorch(name):
    text = in_process.assignment_text(name)
    decorated = [cell.text for cell in text.cells_for_torch if "@tensors\n" in cell.text]
    assert len(decorated) == len(FUNCTIONS[name])
    assert not any("@tensors" in cell.text for cell in text.cells)
    own_functions = set(assignments.find(name).right(own(name, "ada")))
    assert own_functions - {"trained", "asked"} == set(FUNCTIONS[name])
    assert all(map(isfunction, (solved(name)[of] for of in FUNCTIONS[name])))


def test_the_release_writes_them(tmp_path):
    for folder in "one", "two":
        release(["descent"], tmp_path / folder, secret=in_process.SECRET, torch=True)
    one, two = (tmp_path / folder / "descent.ipynb" for folder in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    notebook = json.loads(one.read_text())
    assert notebook["metadata"]["classroom"]["torch"] is True
    first = "".join(notebook["cells"][0]["source"])
    assert first.startswith("# Gradient descent, by hand\n\n> **This is the handout for PyTorch.**")
    assert "%pip install torch" in first
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))
    for task in asked("descent"):
        assert ids[ids.index(f"descent-{task}") + 1] == f"descent-{task}-kept"
    texts = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert not any("BEGIN SOLUTION" in text or "torch.stack" in text for text in texts)


def test_an_assignment_without_right_functions_has_none(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own_folder = ["--assignments", "own"]
    assert __main__.main(["new", "mine", *own_folder]) == 0
    with pytest.raises(ClassroomError, match="'mine' has no handout for PyTorch"):
        release(["mine"], tmp_path, secret=in_process.SECRET, own=Path("own"), torch=True)
    capsys.readouterr()
    assert __main__.main(["release", "--torch", "--out", "handout", *own_folder]) == 0
    assert {path.stem for path in Path("handout").iterdir()} == set(FUNCTIONS)
    assert "mine" not in capsys.readouterr().out


def test_a_function_that_is_not_among_the_right_ones_is_named():
    less = replace(assignments.find("descent"), right=lambda own: {"path": descent.descended})
    with pytest.raises(ClassroomError, match="asks for `gradient`, and the assignment's right"):
        by_numbers.questions(less, own("descent", "ada"), in_process.SECRET, "ada")


def test_a_notebook_says_what_it_keeps():
    questions = asked("descent")
    right = Keeper(dict(solved("descent")), questions)
    assert (
        repr(right("minimum"))
        == "The numbers of minimum are in this output: 1 result. Save the notebook."
    )
    assert "not written yet" in repr(Keeper({}, questions)("path"))
    wrong = Keeper({"path": lambda gradient, start, rates: start[9]}, questions)
    assert "raised an error: IndexError" in repr(wrong("path"))
    endless = Keeper({"path": lambda *_: np.zeros(100_000)}, questions)
    with pytest.raises(ValueError, match="more than it is asked for"):
        endless("path").block  # noqa: B018
