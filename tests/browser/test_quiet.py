"""What is read out, and what is drawn again, is no more than has changed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Lab
from tests.support.lab_page import LabOnPage, pause, rest

OpenPage = Callable[..., Page]
WritePage = Callable[..., str]
CHAPTER = "book/rmsprop.html"
CONTROLS = ["step", "convergence", "surface", "learning_rate", "rho", "start"]

#: Count what a screen reader would read out of itself: each change of a live region.
LISTEN = """() => {
  window.heard = [];
  const live = "[role=status], [role=alert], [role=log], [aria-live], output";
  new MutationObserver((changes) => {
    const regions = new Set(changes.map(({ target }) =>
      (target.nodeType === 1 ? target : target.parentElement)?.closest(live)));
    for (const region of regions) {
      if (!region?.checkVisibility() || region.getAttribute("aria-live") === "off") continue;
      if (!region.textContent) continue;
      heard.push(region.textContent);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""
DRAWINGS = """() => {
  window.drawings = 0;
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    drawings++;
    return clearRect.apply(this, box);
  };
}"""


@pytest.fixture
def lab(served: str, open_page: OpenPage, write_page: WritePage) -> LabOnPage:
    page = open_page(served + write_page(Lab("bowl", ["rmsprop", "sgd"], controls=CONTROLS)))
    lab = LabOnPage(page)
    lab.announced()
    page.evaluate(LISTEN)
    return lab


def heard(lab: LabOnPage) -> list[str]:
    pause(lab.page, 700)
    return lab.page.evaluate("heard.splice(0)")


def test_a_slider_that_moves_is_announced_once_at_rest(lab: LabOnPage) -> None:
    lab.slider("learning_rate").focus()
    for _ in range(20):  # as a key that is held repeats
        lab.page.keyboard.press("ArrowRight")
        pause(lab.page, 20)
    assert lab.page.evaluate("heard") == []
    said = heard(lab)
    assert len(said) == 1
    assert said[0].startswith("RMSProp, step 100: x ")


def test_a_path_that_plays_is_announced_once_at_its_end(lab: LabOnPage) -> None:
    lab.scrub(70)
    assert len(heard(lab)) == 1
    lab.figure.get_by_role("button", name="Play").click()
    pause(lab.page, 900)
    assert lab.page.evaluate("heard") == []
    expect(lab.figure.get_by_role("button", name="Play")).to_be_visible()
    (said,) = heard(lab)
    assert said.startswith("RMSProp, step 100: x ")


def test_what_stays_the_same_is_not_read_again(lab: LabOnPage) -> None:
    lab.page.set_viewport_size({"width": 1000, "height": 700})  # all is drawn anew
    assert heard(lab) == []


def test_a_ring_is_a_slider_that_says_where_it_is(lab: LabOnPage) -> None:
    start, setting = lab.figure.get_by_role("slider", name="drag it, or move it").all()
    expect(start).to_have_attribute("aria-valuetext", "x = 5, y = 4")
    assert float(start.get_attribute("aria-valuenow")) == 5
    start.press("ArrowLeft")
    expect(start).not_to_have_attribute("aria-valuetext", "x = 5, y = 4")
    assert "learning rate 0.1, " in setting.get_attribute("aria-valuetext")
    assert lab.figure.locator("button.lab-start").count() == 0


def test_a_figure_has_a_name(lab: LabOnPage) -> None:
    expect(lab.page.get_by_role("figure", name="Lab: RMSProp, SGD on bowl")).to_be_visible()


def test_scrolling_up_and_down_draws_nothing(a_host: str, open_page: OpenPage) -> None:
    page = open_page(a_host + CHAPTER, color_scheme="light")
    lab = LabOnPage(page, 1)
    lab.announced()
    rest(page)
    page.evaluate(DRAWINGS)
    page.evaluate(LISTEN)
    classes = page.evaluate("document.documentElement.className")
    seen = set()
    for distance in (-300, 100, -100, 100, -100):
        page.mouse.wheel(0, distance)
        pause(page, 150)
        seen.add(page.evaluate("document.documentElement.className"))
    assert len(seen | {classes}) > 1  # the theme does toggle a class
    assert page.evaluate("drawings") == 0
    # Nor does a theme of another name that looks the same; one that looks different does.
    page.evaluate("document.body.dataset.theme = 'light'")
    pause(page, 700)
    assert page.evaluate("drawings") == 0
    assert page.evaluate("heard") == []
    page.evaluate("document.body.dataset.theme = 'dark'")
    page.wait_for_function("drawings > 3")
