"""A real JupyterLab: chapters open as notebooks, run, and their labs are live."""

import re

import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from nbformat.v4 import new_code_cell
from playwright.sync_api import expect

from tests.classroom.support import in_process
from tests.support.jupyterlab import JupyterLab, evaluate, eventually, wait_for
from tests.support.lab_page import LabOnPage

pytestmark = pytest.mark.xdist_group("jupyterlab")  # one server, and one page, for all

# Every chapter has run in a kernel of its own when the book was built. These are opened as a
# reader would, too: the first one, and the one with stock widgets; RMSProp's has a test below.
CHAPTERS = ["index", "own-lab"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_top_to_bottom(chapter: str, jupyterlab: JupyterLab) -> None:
    jupyterlab.run_all(f"{chapter}.ipynb")
    lab = LabOnPage(jupyterlab.page)
    if chapter == "index":  # what the text says of it is what it shows
        assert float(lab.box("learning_rate").input_value()) == 0.05
        assert isinstance(lab.ends()["SGD"], tuple)
    jupyterlab.page.emulate_media(media="print")
    assert lab.figure.bounding_box()["height"] > 200  # it prints


def test_a_chapter_runs_and_its_lab_answers(jupyterlab: JupyterLab) -> None:
    jupyterlab.run_all("rmsprop.ipynb", "gradient  s from 0")
    page = jupyterlab.page
    lab = LabOnPage(page, 1)
    assert lab.said().startswith("RMSProp, step 101: x = -3.07701828e-17")
    with jupyterlab.kernel() as client:
        # From the page to Python: a slider and the start, moved by keys.
        # Several labs in one notebook do not share ids, and so have labels of their own.
        second = LabOnPage(page, 2)
        for one in (lab, second):
            label = one.slider("rho").evaluate("input => [...input.labels].map(l => l.textContent)")
            assert label == ["rho ρ"]
        ids = page.evaluate("[...document.querySelectorAll('.rmsprop-lab [id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))

        lab.figure.scroll_into_view_if_needed()
        before, pictures = lab.said(), lab.pictures()
        lab.slider("learning_rate").focus()
        for _ in range(20):
            lab.slider("learning_rate").press("ArrowRight")
        lab.handle.focus()
        lab.handle.press("ArrowLeft")
        assert lab.said() != before
        assert lab.pictures() != pictures
        shown = float(lab.box("learning_rate").input_value())
        assert shown > 0.15
        wait_for(client, "lab.start[0] < 5", True)
        assert evaluate(client, "lab.learning_rate") == shown
        both_end_alike(lab, client)

        # A typed value too: JupyterLab has uses of its own for the Enter key.
        lab.type("epsilon", "0.25")
        wait_for(client, "lab.epsilon", 0.25)

        # From Python to the page.
        client.execute("lab.rho = 0.5; lab.steps = 7", reply=True)
        expect(lab.box("rho")).to_have_value("0.5")
        expect(lab.lines.first).to_contain_text("RMSProp, step 7: ")
        both_end_alike(lab, client)


def both_end_alike(on_page: LabOnPage, client: BlockingKernelClient) -> None:
    x, y = evaluate(client, "lab.trajectory('rmsprop').params[-1].tolist()")
    end = (float(f"{x:.9g}"), float(f"{y:.9g}"))
    eventually(lambda: on_page.ends()["RMSProp"][:2], end)


def test_a_saved_notebook_opens_with_its_lab_and_no_kernel(jupyterlab: JupyterLab) -> None:
    jupyterlab.write("saved.ipynb", new_code_cell("from rmsprop_lab import Lab\nLab('bowl')"))
    jupyterlab.run_all("saved.ipynb")
    LabOnPage(jupyterlab.page)
    jupyterlab.command("docmanager:save")
    (cell,) = nbformat.read(jupyterlab.folder / "saved.ipynb", 4).cells
    assert "data:image/webp" in cell.outputs[0].data["text/html"]  # for where no widget runs
    jupyterlab.open("saved.ipynb")
    jupyterlab.wait_until_idle()  # a kernel has started, which knows nothing of the lab
    lab = LabOnPage(jupyterlab.page)
    said = lab.said()
    lab.type("learning_rate", "0.5")
    assert lab.said() != said


def test_a_notebooks_one_file_has_the_worker_and_the_picture(jupyterlab: JupyterLab) -> None:
    code = "from rmsprop_lab import Lab\nLab('bowl', ['rmsprop'], controls=['rho', 'convergence'])"
    jupyterlab.write("whole.ipynb", new_code_cell(code))
    before = set(jupyterlab.page.workers)
    jupyterlab.run_all("whole.ipynb")
    lab = LabOnPage(jupyterlab.page)
    grid = lab.figure.locator(".lab-grid")
    expect(grid).to_have_attribute("data-state", "fine", timeout=20_000)
    (worker,) = set(jupyterlab.page.workers) - before
    assert worker.url.startswith("blob:")
    assert any(text.startswith("RMSProp, step 100: ") for text in lab.drawn())


def test_a_chapter_is_shown_without_markup_and_keeps_its_answers(jupyterlab: JupyterLab) -> None:
    jupyterlab.open("rmsprop.ipynb")
    cells = jupyterlab.cells()
    words = "\n".join(cell["words"] for cell in cells if cell["kind"] == "markdown")
    assert "After 6.6 steps, its half-life, half of it is gone" in words
    assert not re.search(r"\{[\w:]+\}|:::|<[a-z/]+>|\*\*|\]\(|^#|\$|\\\w", words, re.M)
    assert (
        sum(cell["folded"] for cell in cells if cell["kind"] == "code") == 7
    )  # 3, and 4 solutions
    assert "Right." not in words  # it is folded
    question = jupyterlab.page.locator(
        ".jp-RenderedMarkdown", has_text="how far does the first"
    ).first
    jupyterlab.page.evaluate(
        "place => jupyterapp.shell.currentWidget.content.scrollToItem(place, 'center')",
        next(k for k, cell in enumerate(cells) if "how far does the first" in cell["words"]),
    )
    expect(question.locator("ol").first.locator("li")).to_have_count(3, timeout=60_000)
    right = question.locator("details li", has_text="Right.")
    expect(right).to_be_hidden()
    assert question.locator("input").count() == 0  # no box, ticked or not
    question.locator("summary").click()
    expect(right).to_be_visible()


def test_run_all_of_a_handout_goes_on_below_what_is_not_solved(jupyterlab: JupyterLab) -> None:
    numbers = in_process.numbers("descent", "ada")
    handout = in_process.assignment_text("descent").notebook(numbers, "ada")
    (jupyterlab.folder / "untouched.ipynb").write_bytes(handout)
    jupyterlab.open("untouched.ipynb")
    jupyterlab.wait_until_idle()
    jupyterlab.command("notebook:run-all-cells")  # which says no more than that a cell failed
    jupyterlab.page.wait_for_function(
        """() => {
          const cells = jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
          const code = cells.filter((cell) => cell.cell_type === "code");
          const failed = (cell) => cell.outputs.some((of) => of.output_type === "error");
          return code.every((cell) => cell.execution_count) && code.filter(failed).length > 1;
        }"""
    )
