"""Hosts that are no Jupyter: a shadow root, a model that throws, a page that nbconvert made."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from ipywidgets import Widget
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page, expect

from rmsprop_lab import Lab
from rmsprop_lab.lab import exported
from tests.support.lab_page import LabOnPage, pause, rest
from tests.support.myst_host import HOST

OpenPage = Callable[..., Page]
ALONE = "This is a picture: only a notebook’s kernel can walk this lab, and none answers here."

NO_LONG_WAIT_ENDS = """() => {
  const wait = window.setTimeout;
  window.setTimeout = (act, time = 0) => (time < 500 ? wait(act, time) : 0);
}"""


def stairs(x, y):
    if x > 2:
        return float(int(x)) + (x - 2) ** 2 + y * y
    return x * x + y * y


@pytest.fixture
def shadowed(served: str, open_page: OpenPage) -> Callable[..., Page]:
    """A page without the labs' style sheet that shows a lab within a shadow root."""

    def open_(lab: Lab, css: str = "../_static/lab.css", prepare: str = "", **more: Any) -> Page:
        page = open_page(served + "book/cite.html")
        page.evaluate(prepare)
        page.evaluate("document.querySelector('link[href*=\"lab.css\"]').remove()")
        page.evaluate(HOST, [json.loads(json.dumps(lab._sent() | more)), css, "host"])
        return page

    return open_


def test_a_lab_lives_in_a_shadow_root_whose_model_throws(shadowed: Callable[..., Page]) -> None:
    page = shadowed(Lab("bowl", ["rmsprop", "sgd"], controls=["rho", "step", "zoom"]))
    lab = LabOnPage(page)
    rest(page)
    said, pictures = lab.said(), lab.pictures()
    lab.type("rho", "0.5")
    assert lab.said() != said
    assert lab.pictures() != pictures
    assert page.evaluate("values.rho") == 0.5

    # The keyboard: the Tab key goes from control to control, and keys move them.
    focused = "document.querySelector('#host').shadowRoot.activeElement"
    lab.slider("rho").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("values.rho") > 0.5
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused} !== null")
    assert page.evaluate(f"{focused}.name") != "rho"
    lab.figure.locator(".lab-zooms").focus()
    page.keyboard.press("+")
    assert page.evaluate("values.window !== null")
    page.keyboard.press("Escape")  # the arrow keys are the page's again
    assert page.evaluate(f"{focused} === null")
    page.evaluate("remove()")
    expect(page.locator(".lab-live")).to_have_count(0)


@pytest.mark.parametrize("given", ["a link", "the model's own"])
def test_its_style_is_there(given: str, shadowed: Callable[..., Page]) -> None:
    lab = Lab("bowl", ["rmsprop"], controls=["rho"])
    css = "../_static/lab.css" if given == "a link" else ""
    page = shadowed(lab, css, **({} if css else {"_css": str(Lab._css)}))
    shown = LabOnPage(page)
    rest(page)
    assert shown.slider("rho").bounding_box()["height"] == 28
    paper = "figure => getComputedStyle(figure.querySelector('.lab-live')).backgroundColor"
    page.evaluate("document.body.dataset.theme = 'light'")
    rest(page)
    assert shown.figure.evaluate(paper) == "rgb(255, 255, 255)"
    light = shown.pictures()
    # A dark page is said by its body or its root, which no sheet of a shadow root sees.
    page.evaluate("delete document.body.dataset.theme; document.documentElement.className = 'dark'")
    rest(page)
    assert shown.figure.evaluate(paper) == "rgb(22, 25, 29)"
    assert shown.pictures() != light


def test_what_only_a_kernel_walks_says_so_where_none_can_be_asked(
    shadowed: Callable[..., Page],
) -> None:
    lab = Lab(stairs, ["rmsprop"])
    held = dict.fromkeys(("computed", "heights"))
    page = shadowed(lab, prepare=NO_LONG_WAIT_ENDS, **held)  # it is said at once
    LabOnPage(page)
    expect(page.get_by_text(ALONE)).to_be_visible()
    assert page.locator(".lab-controls *").count() == 0
    page.evaluate("remove()")
    expect(page.locator(".lab-live")).to_have_count(0)


def test_it_is_as_high_when_it_is_mounted_again(shadowed: Callable[..., Page]) -> None:
    lab = Lab("bowl", ["rmsprop", "sgd"], controls=["rho", "step"])
    page = shadowed(lab)
    LabOnPage(page)
    rest(page)
    first = page.locator("#host").bounding_box()["height"]
    page.evaluate("remove()")
    for name in ("second", "third"):
        page.evaluate("document.querySelector('article > div').remove()")
        page.evaluate(HOST, [json.loads(json.dumps(lab._sent())), "../_static/lab.css", name])
        LabOnPage(page)
        rest(page)
        assert page.locator(f"#{name}").bounding_box()["height"] == first


def exported_page(path: Path, *labs: Lab) -> Path:
    """As nbconvert makes one of a notebook that it has run: with the state of its widgets."""
    script = f"<script>{exported.SCRIPT.read_text()}</script>"
    outputs = [new_output("display_data", {"text/html": script})]
    outputs += [new_output("display_data", lab._repr_mimebundle_()[0]) for lab in labs]
    state = Widget.get_manager_state(widgets=labs)
    notebook = new_notebook(cells=[new_code_cell("labs", outputs=outputs)])
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    path.write_text(HTMLExporter().from_notebook_node(notebook)[0])
    return path


def test_an_exported_notebook_is_live_without_a_network(browser: Browser, tmp_path: Path) -> None:
    labs = Lab("bowl", ["rmsprop", "sgd"], controls=["rho"]), Lab(stairs, ["rmsprop"])
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    thrown: list[object] = []
    page.on("pageerror", lambda error: thrown.append(error))
    page.route("http*://**", lambda route: route.abort())  # there is none
    page.goto(exported_page(tmp_path / "notebook.html", *labs).as_uri())
    live = LabOnPage(page, 0)
    said, pictures = live.said(), live.pictures()
    live.type("rho", "0.5")
    assert live.said() != said
    assert live.pictures() != pictures
    # What only a kernel walks is its picture, and says so: no slider moves nothing.
    walked = LabOnPage(page, 1)
    x, y = labs[1].trajectory().params[-1]
    assert walked.ends()["RMSProp"][:2] == (float(f"{x:.9g}"), float(f"{y:.9g}"))
    expect(page.get_by_text(ALONE)).to_be_visible()
    assert walked.figure.locator("input").count() == 0
    page.close()
    assert not thrown


def test_a_servers_page_draws_its_labs_itself(browser: Browser, tmp_path: Path) -> None:
    path = exported_page(tmp_path / "notebook.html", Lab("bowl", ["rmsprop"]))
    config = '<script id="jupyter-config-data" type="application/json">{}</script>'
    path.write_text(path.read_text().replace("<main>", config + "<main>"))
    page = browser.new_page()
    page.route("http*://**", lambda route: route.abort())
    page.goto(path.as_uri())
    pause(page, 200)  # its script would have drawn it
    assert page.locator("figure.rmsprop-lab").count() == 0
    page.close()
