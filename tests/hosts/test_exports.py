"""Where no kernel is: an exported page, a notebook that a program ran, viewers of its outputs."""

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Lab
from tests.browser.test_widget_hosts import ALONE
from tests.hosts.servers import LIVE, WALKED, kept_in, running, versions_of, write_notebook
from tests.hosts.test_notebooks import NOTEBOOKS
from tests.hosts.trying import is_a_still, moves, offline
from tests.support.lab_page import LabOnPage

Host = Callable[..., None]


@pytest.fixture
def executed(tmp_path: Path) -> Path:
    """A notebook that `jupyter execute` ran."""
    path = write_notebook(tmp_path / "lab.ipynb", f"{LIVE}lab", f"{WALKED}walked")
    run(tmp_path, "execute", "--inplace", path.name)
    return path


def run(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "jupyter", *arguments]
    subprocess.run(command, cwd=folder, env=kept_in(folder, ""), check=True, capture_output=True)


def test_nbconvert(executed: Path, page: Page, host: Host) -> None:
    """Run a notebook by `jupyter execute`, export it by `nbconvert --to html`, open the file
    without a network and move a slider; a lab that only a kernel walks says that it is a picture.
    """
    host("nbconvert --to html, offline", versions_of("", "nbconvert", "nbclient"), "live")
    run(executed.parent, "nbconvert", "--to", "html", executed.name)
    offline(page).goto(executed.with_suffix(".html").as_uri())
    moves(page)
    walked = LabOnPage(page, 1)
    expect(page.get_by_text(ALONE)).to_be_visible()
    assert walked.figure.locator("input").count() == 0


def test_jupyter_execute(executed: Path, page: Page, host: Host) -> None:
    """Run a notebook by `jupyter execute`, trust it by `jupyter trust`, open it in JupyterLab and
    run nothing: the lab of the saved state moves.
    """
    host("jupyter execute, opened in JupyterLab", versions_of("", "nbclient", "jupyterlab"), "live")
    run(executed.parent, "trust", executed.name)
    lab = NOTEBOOKS[0]
    with running("", executed.parent, *lab.arguments, ready="/static/") as address:
        offline(page).goto(address + lab.address)
        page.locator("figure.rmsprop-lab").first.wait_for(timeout=120_000)
        moves(page)


def test_a_viewer_of_html(executed: Path, page: Page, host: Host, tmp_path: Path) -> None:
    """Show nothing but the outputs' HTML, as a viewer does that knows no widgets: the still, and a
    sentence that says that it is one.
    """
    host("A viewer of HTML outputs alone", {}, "a still")
    (cell, walked) = nbformat.read(executed, 4).cells
    for words, outputs in {
        "script does not run here": cell.outputs,
        "kernel": walked.outputs,
    }.items():
        html = "".join(output.data["text/html"] for output in outputs)
        (tmp_path / "page.html").write_text(f"<!doctype html><meta charset='utf-8'>{html}")
        page.goto((tmp_path / "page.html").as_uri())
        is_a_still(page, words)


def test_a_viewer_of_images(executed: Path, page: Page, host: Host) -> None:
    """Show nothing but the outputs' PNG, as a viewer does that knows neither widgets nor HTML."""
    host("A viewer of images alone", {}, "a still")
    (output,) = (
        one for one in nbformat.read(executed, 4).cells[0].outputs if "image/png" in one.data
    )
    assert len(base64.b64decode(output.data["image/png"])) < 20_000
    page.set_content(f"<img src='data:image/png;base64,{output.data['image/png']}'>")
    assert page.locator("img").evaluate("image => image.decode().then(() => image.width)") > 300
    assert output.data["text/plain"].startswith("Lab: RMSProp, SGD on bowl")
    assert "\n" not in output.data["text/plain"]
    assert Lab("bowl")._repr_mimebundle_()[0].keys() == output.data.keys()
