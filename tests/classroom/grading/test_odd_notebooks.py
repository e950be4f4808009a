"""Notebooks that are right and odd get full marks; what is wrong in them loses its points only."""

import ast
import inspect
import json
import sys
import warnings
from functools import wraps
from pathlib import Path

import numpy as np
import pytest

from classroom.course.assignment import Check
from classroom.course.notebook import Cell
from classroom.course.own_numbers import leave_out
from classroom.grading import grade as grading
from classroom.grading.grade import grade
from classroom.grading.sandboxed_answers import SandboxedAnswers
from classroom.sandbox.limits import Limits
from tests.classroom.support import in_process
from tests.classroom.support.tiny import HONEST, MAXIMUM, graded, job, notebook, use

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sandbox")]  # they look for what runs on


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    use(monkeypatch)


ODD = {
    "as handed out": HONEST,
    "warnings": ("import warnings\nwarnings.simplefilter('error')\nwarnings.warn('!')", *HONEST),
    "its own warnings": (
        "def double(values):\n    import warnings\n    warnings.warn('!')\n    return values * 2",
        HONEST[1],
    ),
    "prints": ("print('x' * 10_000)", *HONEST, "print(double(answer))"),
    "magics": (
        "%matplotlib inline\n!pip install something\n%load_ext autoreload\n?print\nfiles = !ls",
        "%%time\n" + HONEST[0].strip(),
        "%%html\n<b>bold</b>",
        HONEST[1] + "\n%timeit -n 1 double(1)\nprint?",
    ),
    "a check that is not needed": (*HONEST, "assert double(2) == 4\nwhile True: pass\n"),
    "duplicated cells": (*HONEST, *HONEST, HONEST[0]),
    "reordered cells": (HONEST[1], HONEST[0]),
    "a use before its definition": (
        "answer = twenty() * 2 * factor",
        "def twenty():\n    return double(10)",
        HONEST[0],
        HONEST[1].replace("answer = 40 * factor", ""),
    ),
    "the given cells deleted": (HONEST[0], HONEST[1]),
    "code before and after": ("import random\nx = 1\ndel x", *HONEST, "1 / 0", "undefined"),
    "an error in the same cell": (
        "1 / 0\nundefined\n" + HONEST[0],
        HONEST[1] + "\nraise SystemExit",
    ),
    "prose in a code cell": ("Here I think it goes wrong, so:", *HONEST, "Done!"),
    "an untouched cell above": ("def double(values):\n    raise NotImplementedError()", *HONEST),
    "shadowed names": (*HONEST, "sum = max = float = 3\nnp = None\nimport numpy as np"),
    "input": ("name = input('Who? ')", *HONEST),
    "a lab and a picture": (
        "from rmsprop_lab import Lab, check, plot_contours, style\n"
        "lab = Lab('ravine', ['sgd'], steps=3)\nlab.rho = .5\nlab",
        "assert check(print)\nwith style.context():\n    plot_contours('bowl').set_title('x')",
        *HONEST,
    ),
    "a lambda and NumPy's numbers": (
        "double = lambda values: np.multiply(values, 2)\nanswer = np.array([[40 * factor]])",
        "class Keeps:\n    def __call__(self, grad, state):\n"
        "        return list(grad * .5), self\noptimizer = Keeps()",
    ),
    "a widget and a display": (
        "display(3)\nget_ipython().run_line_magic('matplotlib', 'x')",
        *HONEST,
    ),
    "await in a cell": (
        "import asyncio\nasync def later(value):\n    await asyncio.sleep(0)\n    return value",
        "async def double_later(values): return 2 * values\n"
        "def double(values): return asyncio.run(double_later(values))\n"
        "parts = [await later(n) for n in (20, 20)]",
        HONEST[1].replace("40 * factor", "await later(sum(parts) * factor)"),
        "async with asyncio.timeout(1):\n    await later(1)",
    ),
    "annotations from the future": (
        "from __future__ import annotations",
        "def double(values: Array[Missing]) -> Nowhere:\n    return 2 * values",
        HONEST[1].replace("answer =", "answer: Number ="),
    ),
    "a loop below the answer": (
        HONEST[0] + "a = input('x?'); int(a)\nwhile True: pass\nanswer = 0",
        HONEST[1],
    ),
    "a loop below the answer, under a magic": (
        "%%time\n" + HONEST[0] + "while True: pass",
        "\n\n%%capture\n" + HONEST[1] + "import os; os._exit(0)",
    ),
    "a child that goes on as its parent does": ("import os\nos.fork()", *HONEST),
    "single precision": (
        "answer = np.float32(40 * factor)",
        "def double(values): return np.float32(2) * values",
        "def optimizer(grad, state): return np.float32(0.5 * grad), state",
    ),
    "a complex number without an imaginary part": (HONEST[0], HONEST[1], "answer += 0j"),
    "an integer that is an enumeration's": (
        *HONEST,
        "import enum\nclass Answers(enum.IntEnum): right = 120\nanswer = Answers.right",
    ),
    "its own main": (*HONEST, "if __name__ == '__main__':\n    ready = True\nassert ready"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_notebook_gets_full_marks(name):
    record = graded(*ODD[name], seconds=1.0 if "loop" in name else 5.0)
    assert record["score"] == MAXIMUM, json.dumps(record, indent=1)
    assert record["status"] == ("limit reached" if "loop" in name else "graded")


def solved(name, change, *tasks, student="s001"):
    """What the assignment's own solutions lose when each of their functions is changed."""
    found = in_process.namespace(name, student)
    for function in [one for one in found.values() if inspect.isfunction(one)]:
        if function.__globals__ is found:
            found[function.__name__] = change(function)
    return [(task, lost.reason) for task, lost in in_process.losses(name, student, found, *tasks)]


def in_single_precision(function):
    """The same, on arrays of 32 bits, with results of 32 bits."""

    def narrow(value):
        if isinstance(value, (list, tuple)):
            return type(value)(map(narrow, value))
        floats = np.asarray(value).dtype == float if not callable(value) else False
        return np.asarray(value, dtype=np.float32) if floats else value

    return wraps(function)(lambda *given: narrow(function(*map(narrow, given))))


def stacked(function):
    """The same, with its results in one array."""

    def call(*given):
        made = function(*given)
        return np.stack(made) if isinstance(made, tuple) else made

    return wraps(function)(call)


@pytest.mark.parametrize("student", ["s001", "s002", "s003"])
@pytest.mark.parametrize("name", ["descent", "minibatch", "momentum", "rmsprop"])
def test_single_precision_costs_nothing(name, student):
    assert solved(name, in_single_precision, student=student) == []


@pytest.mark.parametrize("name", ["descent", "minibatch", "momentum", "rmsprop"])
def test_results_in_one_array_cost_nothing(name):
    assert solved(name, stacked) == []


@pytest.mark.parametrize(
    "said",
    ["np.array([{}])[0]", "Word({})", "np.array({})"],
    ids=["NumPy's text", "an enumeration", "an array of one text"],
)
def test_text_of_any_type_is_text(said):
    found = in_process.namespace("momentum", "s001")
    cells = in_process.cells("momentum", "s001", solutions=True)
    texts = [in_process.text(cell) for cell in cells]
    (solution,) = [text for text in texts if "def regime(" in text]
    words = sorted({one.value for one in ast.walk(ast.parse(solution))
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)})  # fmt: skip
    cell = (
        f"import numpy as np\nfrom enum import Enum\n{solution}\nplain = regime\n"
        f"Word = Enum('Word', {{word: word for word in {words!r}}}, type=str)\n"
        f"def regime(*given): return {said.format('plain(*given)')}"
    )
    with SandboxedAnswers([], [Cell("code", cell)], Limits(), 1) as answers:
        for case in ((1.0, 0.1, 0.5), (1.0, 5.0, 0.5)):
            right = found["regime"](*case)
            assert answers.call("regime", *case).value == right
            assert type(answers.call("regime", *case).value) is str


def test_time_in_which_a_notebook_waits_is_not_counted():
    record = graded("import time\ntime.sleep(1.3)", *HONEST, seconds=1.0)
    assert (record["status"], record["score"], record["notes"]) == ("graded", MAXIMUM, [])


def test_a_notebook_that_waits_too_long_is_tried_again_alone(monkeypatch):
    from classroom.grading import grade as module

    tried, graded_once = [], module._graded

    def told(job, notebook, *, alone):
        tried.append(alone)
        return graded_once(job, notebook, alone=alone)

    monkeypatch.setattr(module, "_graded", told)
    record = graded("import time\ntime.sleep(60)", *HONEST, seconds=0.5)
    assert tried == [False, True]
    assert (record["status"], record["score"]) == ("limit reached", MAXIMUM)


def test_what_had_to_wait_for_others_counts_as_it_does_alone(monkeypatch):
    from classroom.grading import grade as module
    from classroom.grading.sandboxed_answers import Waited

    def busy(job, notebook, *, alone):
        if not alone:
            raise Waited
        return {"status": "graded", "score": 4.0}

    monkeypatch.setattr(module, "_graded", busy)
    assert graded(*HONEST)["score"] == 4.0


def test_a_syntax_error_is_told_with_its_cell_and_its_line():
    record = graded(
        "%matplotlib inline\n!ls",
        "\n%time x = 1\ndef double(values):\n    return 2 * (values",
        HONEST[1] + "return answer",
    )
    said = [check["reason"] for task in record["tasks"] for check in task["checks"]]
    assert said[0] == (
        "`double` is not defined, because code cell 2 could not be run. "
        "SyntaxError in line 4: '(' was never closed."
    )
    assert record["tasks"][0]["checks"][0]["mistake"] == "syntax error"
    assert record["score"] == MAXIMUM - 2  # of the third cell one statement alone is no Python
    assert record["notes"] == [
        "Code cell 2: SyntaxError in line 4: '(' was never closed.",
        "Code cell 3: SyntaxError in line 5: 'return' outside function.",
    ]


def test_cells_are_counted_as_the_student_counts_them():
    check = "assert double(2) == 4\nwhile True: pass"  # as in the handout: it does not run
    record = graded(check, *HONEST, "import os\nos._exit(0)")
    assert record["notes"] == [
        "Line 2 of code cell 4 was left out. Your code ended the interpreter."
    ]


def test_what_colab_saves_is_read():
    model = {"model_module": "anywidget", "model_name": "AnyModel", "state": {"x": 1}}
    cells = (
        '#@title Setup { display-mode: "form" }\nfrom google.colab import drive\n'
        "drive.mount('/content/drive')",
        "!pip install rmsprop-lab\n%cd /content/drive/MyDrive",
        *HONEST,
        "from google.colab import files\nfiles.download('x')",
    )
    data = json.loads(notebook(*cells))
    data["metadata"] |= {
        "accelerator": "GPU",
        "colab": {"provenance": [], "toc_visible": True, "authorship_tag": "x", "gpuType": "T4"},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"a1": model}},
    }
    for k, cell in enumerate(data["cells"]):
        cell.pop("id", None)
        own = {"id": f"c{k}", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "x"}
        cell["metadata"] = own | {"cellView": "form"}
        cell["source"] = cell["source"].splitlines(keepends=True)
    data["nbformat_minor"] = 0
    record = grade(job(json.dumps(data).encode()))
    assert (record["status"], record["score"]) == ("graded", MAXIMUM)


def test_no_folder_of_this_machine_is_in_what_a_student_reads():
    record = graded(
        "def double(values):\n    from numpy import nothing",
        "import numpy.linalg, rmsprop_lab\nanswer = repr([numpy.linalg, rmsprop_lab])",
        "def optimizer(grad, state): return open(numpy.__file__, 'w')",
    )
    said = json.dumps(record)
    assert "cannot import name" in said
    assert "Read-only file system" in said
    for folder in (sys.prefix, sys.base_prefix, str(Path(__file__).parents[3]), str(Path.home())):
        assert folder not in said


@pytest.mark.parametrize("kind", ["markdown", "raw", "heading"])
def test_code_in_a_cell_of_another_type_counts(kind):
    content = json.loads(notebook("", *HONEST))
    for cell in content["cells"][1:]:
        cell["cell_type"] = kind
    record = grade(job(json.dumps(content).encode()))
    assert (record["status"], record["score"]) == ("graded", MAXIMUM)
    assert any("not a code cell" in note for note in record["notes"])


def test_an_untouched_notebook_gets_nothing():
    record = graded(
        "def double(values):\n    raise NotImplementedError()",
        "raise NotImplementedError()",
        "def optimizer(grad, state):\n    raise NotImplementedError()",
    )
    assert (record["status"], record["score"]) == ("graded", 0.0)
    mistakes = {check["mistake"] for task in record["tasks"] for check in task["checks"]}
    assert mistakes == {"not answered"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("None", "still None"),
        ("'120'", "of the type str"),
        ("True", "of the type bool"),
        ("float('nan')", "must be finite"),
        ("[1, 2]", "one number"),
        ("[[1], [2, 3]]", "real numbers"),
        ("1 + 2j", "real numbers"),
        ("10**400", "real numbers"),
        ("{'a': 1}", "of the type dict"),
        ("print", "of the type builtin"),
        ("(n for n in range(3))", "of the type generator. A generator gives"),
        ("{'a': 1}", "A dict gives names"),
        ("[]", "yours is empty"),
        ("np.array(['a', 'b'])", "of the type array of <U1 and shape (2,)"),
        ("2**70", "not the answer"),
        ("list(range(10_001))", "list of 10001, more than is read"),
    ],
)
def test_another_type_is_named_and_raises_nothing(value, reason):
    record = graded(HONEST[0], f"answer = {value}")
    (check,) = record["tasks"][1]["checks"]
    assert check["score"] == 0
    assert reason in check["reason"]


def test_partial_credit_is_by_check_and_by_share():
    record = graded(HONEST[0], HONEST[1].replace("0.5 * grad", "0.01 * grad"))
    assert [task["score"] for task in record["tasks"]] == [2.0, 1.0, 1.0]


def test_the_path_is_shown_where_points_are_lost():
    record = graded("def double(values):\n    return values * 3", HONEST[1])
    paths = record["tasks"][0]["paths"]
    assert paths["yours"][1] == [3.0, 0.0]
    assert record["tasks"][1]["paths"] is None


def test_a_huge_number_says_nothing_on_the_teachers_terminal():
    squares = Check(1, "the square", lambda *_: np.square([1e300]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grading._check(squares, lambda: squares.run(None, {}, None))["score"] == 1


def test_another_students_numbers_are_noted():
    data = notebook(*HONEST, classroom={"student": "bob", "assignment": "tiny"})
    record = grade(job(data))
    assert record["notes"] == ["The numbers of another student stand in this notebook."]
    assert record["holds"].endswith("'s tiny")
    assert grade(job(data, student="bob"))["notes"] == []


def test_a_notebook_that_says_of_nobody_is_its_senders_own():
    """Else who copies it would be told that its owner has handed in nothing."""
    copy = notebook(*HONEST, classroom={"student": "ada", "assignment": "tiny"})
    own, copied = grade(job(notebook(*HONEST))), grade(job(copy, student="bob"))
    leave_out([own, copied], ())
    assert (own["doubt"], copied["doubt"]) == ("", "")


@pytest.mark.parametrize(
    "data", [b"", b"{", notebook(*HONEST)[:-20], b"[" * 100_000, b"\xff\xfe", b'{"cells": 3}']
)
def test_what_cannot_be_read_is_unreadable_and_not_a_failure(data):
    record = grade(job(data))
    assert (record["status"], record["score"]) == ("unreadable", 0.0)
    assert record["reason"]


def test_a_failure_of_the_sandbox_is_never_a_zero(monkeypatch):
    from classroom.sandbox import channel

    started = []

    def broken(limits, word):
        started.append(word)
        return ["false"]

    monkeypatch.setattr(channel, "command", broken)
    record = graded(*HONEST)
    assert (record["status"], record["score"]) == ("grader error", None)
    assert "was not ready" in record["reason"]
    assert len(started) == 3


def test_a_failure_of_the_sandbox_is_tried_again(monkeypatch):
    from classroom.sandbox import channel

    command, started = channel.command, []

    def broken_at_first(limits, word):
        started.append(word)
        return ["false"] if len(started) < 3 else command(limits, word)

    monkeypatch.setattr(channel, "command", broken_at_first)
    assert graded(*HONEST)["score"] == MAXIMUM


def test_an_error_in_a_check_is_the_graders(monkeypatch):
    from classroom.grading import grade as module

    monkeypatch.setattr(module, "_check", lambda *_: 1 / 0)
    record = graded(*HONEST)
    assert (record["status"], record["score"]) == ("grader error", None)
    assert "ZeroDivisionError" in record["reason"]
