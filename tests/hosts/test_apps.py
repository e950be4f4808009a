"""Apps that show widgets in a shadow root: marimo, Panel, MyST's widget host."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from rmsprop_lab import Lab
from tests.hosts.servers import LIVE, WALKED, python_of, running, versions_of
from tests.hosts.trying import asks_the_kernel, moves, offline
from tests.support.lab_page import LabOnPage, rest
from tests.support.myst_host import HOST

Host = Callable[..., None]
SHADOWED = "figure => figure.getRootNode() instanceof ShadowRoot"


def indented(code: str) -> str:
    return code.strip().replace("\n", "\n    ")


MARIMO = f"""
import marimo
app = marimo.App()

@app.cell
def _():
    import marimo as mo
    {indented(LIVE)}
    shown = mo.ui.anywidget(lab)
    shown
    return Lab, mo, shown

@app.cell
def _(mo, shown):
    mo.md("learning rate in Python: " + str(shown.value["learning_rate"]))

@app.cell
def _(mo, Lab):
    {indented(WALKED).replace("from rmsprop_lab import Lab", "")}
    mo.ui.anywidget(walked)

if __name__ == "__main__":
    app.run()
"""
PANEL = f"""
import panel
panel.extension("ipywidgets")
{LIVE}{WALKED}
panel.Column(*(panel.pane.IPyWidget(one, width=900) for one in (lab, walked))).servable()
"""


def test_marimo(page: Page, tmp_path: Path, host: Host) -> None:
    """`mo.ui.anywidget` in one cell: move a slider, and Python hears of it; a lab that the kernel
    walks redraws; after Reload the lab is as high as before.
    """
    host("marimo", versions_of("marimo", "marimo", "anywidget"), "live")
    (tmp_path / "app.py").write_text(MARIMO)
    arguments = ("marimo", "run", "app.py", "--headless", "--no-token", "--port={port}")
    with running("marimo", tmp_path, *arguments, ready="/health") as address:
        offline(page).goto(address)
        page.locator("figure.rmsprop-lab").nth(1).wait_for(timeout=120_000)
        lab = moves(page)
        assert lab.figure.evaluate(SHADOWED)
        page.get_by_text("learning rate in Python: 0.5").wait_for(timeout=20_000)
        asks_the_kernel(page)
        rest(page)
        height = lab.figure.bounding_box()["height"]
        page.reload()
        page.locator("figure.rmsprop-lab").nth(1).wait_for(timeout=120_000)
        again = LabOnPage(page)
        rest(page)
        assert abs(again.figure.bounding_box()["height"] - height) <= 1


def test_panel(page: Page, tmp_path: Path, host: Host) -> None:
    """`panel.pane.IPyWidget`: move a slider; a lab that the kernel walks redraws. Panel takes
    anywidget's script from the network; here it is handed the file of the same package.
    """
    host("Panel", versions_of("panel", "panel", "ipywidgets-bokeh", "anywidget"), "live")
    (tmp_path / "app.py").write_text(PANEL)
    scripts = python_of("panel").parents[1] / "share/jupyter/nbextensions/anywidget/index.js"
    arguments = ("panel", "serve", "app.py", "--port={port}", "--address=127.0.0.1")
    with running("panel", tmp_path, *arguments, ready="/app") as address:
        offline(page)
        page.route("**/anywidget@*/**", lambda route: route.fulfill(
            path=scripts, headers={"Access-Control-Allow-Origin": "*"},
            content_type="text/javascript",
        ))  # fmt: skip
        page.goto(f"{address}/app")
        page.locator("figure.rmsprop-lab").nth(1).wait_for(timeout=120_000)
        assert moves(page).figure.evaluate(SHADOWED)
        asks_the_kernel(page)


def test_myst(page: Page, served: str, host: Host) -> None:
    """A page that does as MyST's theme: a shadow root with a link to the style sheet, a model that
    throws when it is to save or to send. Move a slider.
    """
    host("MyST's widget host, by a page that does the same", versions_of("", "anywidget"), "live")
    page.goto(f"{served}book/cite.html")
    page.evaluate("document.querySelector('link[href*=\"lab.css\"]').remove()")
    lab = Lab("bowl", ["rmsprop", "sgd"], controls=["learning_rate", "rho", "step"])
    page.evaluate(HOST, [json.loads(json.dumps(lab._sent())), "../_static/lab.css", "host"])
    assert moves(page).figure.evaluate(SHADOWED)
