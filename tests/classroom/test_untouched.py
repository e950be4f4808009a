"""*Run all* of a handout goes on below a task that is not solved, and of a solved one stops."""

import json

import pytest
from nbclient.exceptions import CellExecutionError

from classroom import assignments
from tests.classroom.support.at_home import asked
from tests.classroom.support.in_process import assignment_text, numbers
from tools.run_notebooks import codes, run

GOES_ON = ["raises-exception"]


def handout(folder, *, solutions=False, torch=None):
    made = assignment_text("descent").notebook(
        numbers("descent", "ada"), "ada", solutions=solutions, questions=torch
    )
    (folder / "descent.ipynb").write_bytes(made)
    return folder / "descent.ipynb"


def test_an_untouched_handout_runs_to_its_end(tmp_path):
    cells = codes(run(handout(tmp_path), tmp_path))
    failed = [cell.id for cell in cells if any(one.output_type == "error" for one in cell.outputs)]
    assert {"descent-gradient", "descent-minimum-answer", "descent-two_rates"} <= set(failed)
    assert all(cell.execution_count for cell in cells)


@pytest.mark.parametrize("cell", ["descent-gradient-answer", "descent-gradient"])
def test_an_error_in_a_solved_one_is_noticed(cell, tmp_path):
    path = handout(tmp_path, solutions=True)
    notebook = json.loads(path.read_text())
    source = next(one for one in notebook["cells"] if one["id"] == cell)["source"]
    source.append("\nraise ValueError('ours')")
    path.write_text(json.dumps(notebook))
    with pytest.raises(CellExecutionError, match="ours"):
        run(path, tmp_path)


@pytest.mark.parametrize("name", assignments.NAMES)
def test_without_the_handouts_own_code_nothing_goes_on(name):
    text = assignment_text(name)
    questions = asked(name) if assignments.find(name).right else None
    made = text.notebook(numbers(name, "ada"), "ada", questions=questions)
    for cell in json.loads(made)["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        given = marks.get("locked") and not marks["grade"]
        hangs_on_answers = cell["cell_type"] == "code" and not given
        assert (cell["metadata"].get("tags") == GOES_ON) == hangs_on_answers, cell["id"]
