"""A real JupyterLab: the RMSProp chapter opens as a notebook, runs, and its lab is live."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab_page import LabOnPage

pytestmark = pytest.mark.xdist_group("jupyterlab")  # one server for all

ROOT = Path(__file__).parents[2]


# Every chapter has run in a kernel of its own when the book was built. These are opened as a
# reader would, too: the first one, and the one with stock widgets; RMSProp's has a test below.
CHAPTERS = [ROOT / f"book/{name}.md" for name in ("index", "own-lab")]

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The server's address, and the folder of its kernels' connection files."""
    tmp_path = tmp_path_factory.mktemp("lab")
    for chapter in (ROOT / "book").glob("*.md"):
        shutil.copy(chapter, tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    runtime = tmp_path / "runtime"
    environment = os.environ | {
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=", str(tmp_path)]
    command += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.25)
        yield address, runtime
    finally:
        server.terminate()
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:  # it waits for its kernels, which go when it goes
            server.kill()
            server.wait()


def evaluate(client: BlockingKernelClient, expression: str) -> object:
    """The value of an expression in the notebook's kernel."""
    client.execute("pass", user_expressions={}, silent=True)
    reply = client.execute(
        "", user_expressions={"value": f"__import__('json').dumps({expression})"}, reply=True
    )
    value = reply["content"]["user_expressions"]["value"]
    assert value["status"] == "ok", value
    return json.loads(value["data"]["text/plain"].strip("'"))


def wait_until_idle(page: Page) -> None:
    page.wait_for_function(
        "globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'",
        timeout=60_000,
    )


def run_all(browser: Browser, address: str, last: str) -> tuple[Page, list[str]]:
    """Open a chapter, which opens as a notebook, and run it to the cell that shows `last`."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible(timeout=60_000)
    wait_until_idle(page)
    assert page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    if last:
        shown = page.locator(".jp-OutputArea-output", has_text=last).first
        expect(shown).to_be_attached(timeout=60_000)
    for kind in ("error", "stderr"):
        assert page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").count() == 0
    return page, errors


def newest(runtime: Path) -> Path:
    """The connection file of the kernel that started last."""
    return max(runtime.glob("kernel-*.json"), key=lambda path: path.stat().st_mtime)


def close(page: Page) -> None:
    """Leave no kernel behind: the next notebook has the machine to itself."""
    page.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
    page.close()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_runs_top_to_bottom(
    chapter: Path, jupyterlab: tuple[str, Path], browser: Browser
) -> None:
    page, errors = run_all(browser, f"{jupyterlab[0]}/lab/tree/{chapter.name}?reset", "")
    lab = LabOnPage(page)
    if chapter.stem == "index":  # what the text says of it is what it shows
        assert float(lab.box("learning_rate").input_value()) == 0.05
        assert isinstance(lab.ends()["SGD"], tuple)
    page.emulate_media(media="print")
    assert lab.figure.bounding_box()["height"] > 200  # it prints
    assert not errors
    close(page)


def test_chapter_runs_and_its_lab_answers(jupyterlab: tuple[str, Path], browser: Browser) -> None:
    address, runtime = jupyterlab
    page, errors = run_all(browser, f"{address}/lab/tree/rmsprop.md?reset", "gradient  s from 0")

    lab = LabOnPage(page, 1)
    assert lab.said().startswith("RMSProp, step 101: x = -3.07701828e-17")

    client = BlockingKernelClient(connection_file=str(newest(runtime)))
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)

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
        for _ in range(40):
            if evaluate(client, "lab.start[0]") < 5:
                break
            time.sleep(0.1)
        assert evaluate(client, "lab.learning_rate") == shown
        x, y = evaluate(client, "lab.trajectory('rmsprop').params[-1].tolist()")
        assert lab.ends()["RMSProp"][:2] == (float(f"{x:.9g}"), float(f"{y:.9g}"))

        # A typed value too: JupyterLab has uses of its own for the Enter key.
        lab.type("epsilon", "0.25")
        lab.said()
        for _ in range(40):
            if evaluate(client, "lab.epsilon") == 0.25:
                break
            time.sleep(0.1)
        assert evaluate(client, "lab.epsilon") == 0.25

        # From Python to the page.
        client.execute("lab.rho = 0.5; lab.steps = 7", reply=True)
        expect(lab.box("rho")).to_have_value("0.5")
        x, y = evaluate(client, "lab.trajectory('rmsprop').params[-1].tolist()")
        assert lab.said().startswith("RMSProp, step 7: ")
        assert lab.ends()["RMSProp"][:2] == (float(f"{x:.9g}"), float(f"{y:.9g}"))
    finally:
        client.stop_channels()
    assert not errors
    close(page)


def test_a_saved_notebook_opens_with_its_lab_and_no_kernel(
    jupyterlab: tuple[str, Path], browser: Browser
) -> None:
    address, runtime = jupyterlab
    cell = nbformat.v4.new_code_cell("from rmsprop_lab import Lab\nLab('bowl')")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": KERNEL})
    saved = runtime.parent / "saved.ipynb"
    nbformat.write(notebook, saved)
    page, _ = run_all(browser, f"{address}/lab/tree/saved.ipynb?reset", "")
    LabOnPage(page)
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    for _ in range(50):
        outputs = nbformat.read(saved, 4).cells[0].outputs
        if outputs:
            break
        time.sleep(0.1)
    assert "data:image/png" in outputs[0].data["text/html"]  # for where no widget runs
    close(page)
    again = browser.new_page(viewport={"width": 1400, "height": 1000})
    again.goto(f"{address}/lab/tree/saved.ipynb?reset")
    wait_until_idle(again)  # JupyterLab starts a kernel, which knows nothing of the lab
    lab = LabOnPage(again)
    said = lab.said()
    lab.type("learning_rate", "0.5")
    assert lab.said() != said
    again.close()


def test_a_question_keeps_its_answers_until_they_are_unfolded(
    jupyterlab: tuple[str, Path], browser: Browser
) -> None:
    address, runtime = jupyterlab
    text = (ROOT / "book/rmsprop.md").read_text()
    question = text[(begin := text.index(":::{question}")) : text.index("\n:::\n", begin) + 4]
    cell = nbformat.v4.new_markdown_cell(question)
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, runtime.parent / "question.ipynb")
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{address}/lab/tree/question.ipynb?reset")
    shown = page.locator(".jp-RenderedMarkdown").first
    expect(shown.locator("ol").first.locator("li")).to_have_count(3, timeout=60_000)
    right = shown.locator("details li", has_text="Right.")
    expect(right).to_be_hidden()
    assert shown.locator("input").count() == 0  # no box, ticked or not
    shown.locator("summary").click()
    expect(right).to_be_visible()
    close(page)
