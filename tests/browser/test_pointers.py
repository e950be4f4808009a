"""What a finger, a wheel or a mouse means: the lab, or the page around it."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.lab_page import LabOnPage, pause, rest

OpenPage = Callable[..., Page]
PHONE = {"has_touch": True, "is_mobile": True, "viewport": {"width": 360, "height": 740}}
LABORATORY = "book/laboratory.html"


class Finger:
    """One finger on a screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": 1} for x, y in places]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.page.wait_for_timeout(20)

    def swipe(self, on: Locator, by: tuple[float, float], at: float = 0.5) -> int:
        """From so far along an element; how far the page scrolled."""
        on.evaluate("one => one.scrollIntoView({ block: 'center', behavior: 'instant' })")
        rest(self.page)
        box, before = on.bounding_box(), self.page.evaluate("scrollY")
        x, y = box["x"] + at * box["width"], box["y"] + box["height"] / 2
        self._touch("touchStart", (x, y))
        if by != (0, 0):
            for share in range(1, 13):
                self._touch("touchMove", (x + by[0] * share / 12, y + by[1] * share / 12))
        self._touch("touchEnd")
        rest(self.page)
        return self.page.evaluate("scrollY") - before


@pytest.fixture
def phone(served: str, open_page: OpenPage) -> tuple[LabOnPage, Finger]:
    page = open_page(served + LABORATORY, **PHONE)
    return LabOnPage(page), Finger(page)


def test_a_finger_that_scrolls_the_page_leaves_a_slider(phone: tuple[LabOnPage, Finger]) -> None:
    lab, finger = phone
    lab.unfold()
    for name in ("condition", "rho", "step"):
        lab.scrub(50)
        slider, said = lab.slider(name), lab.said()
        before = slider.input_value()
        assert abs(finger.swipe(slider, (0, -150), at=0.2)) > 50
        assert slider.input_value() == before
        assert lab.said() == said
        assert finger.swipe(slider, (60, 2), at=0.2) == 0
        slid = slider.input_value()
        assert slid != before
        assert lab.said() != said
        finger.swipe(slider, (0, 0), at=0.1)  # a tap
        assert float(slider.input_value()) < float(slid)


def test_a_finger_scrolls_the_page_over_every_picture(phone: tuple[LabOnPage, Finger]) -> None:
    lab, finger = phone
    said, address = lab.said(), lab.page.evaluate("location.hash")
    for picture in (".lab-map", ".lab-plot >> nth=0", ".lab-grid"):
        assert finger.swipe(lab.figure.locator(picture), (0, -150), at=0.8) > 50
        assert lab.said() == said
    assert lab.page.evaluate("location.hash") == address
    # The ring is there to be dragged, up and down too.
    assert finger.swipe(lab.handle.first, (0, 60)) == 0
    assert lab.said() != said


@pytest.fixture
def lab(served: str, open_page: OpenPage) -> LabOnPage:
    lab = LabOnPage(open_page(served + LABORATORY))
    lab.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    return lab


IS_AT = "(one, [x, y]) => one.contains(document.elementFromPoint(x, y))"


def hold(lab: LabOnPage, on: Locator, by: tuple[float, float], at: float = 0.5) -> None:
    """Drag with the mouse, and do not let go."""
    until = time.monotonic() + 20
    while True:
        on.evaluate("one => one.scrollIntoView({ block: 'center', behavior: 'instant' })")
        rest(lab.page)
        box = on.bounding_box()
        x, y = box["x"] + at * box["width"], box["y"] + box["height"] / 2
        lab.page.mouse.move(x, y)
        if on.evaluate(IS_AT, [x, y]):  # the page may still have grown
            break
        assert time.monotonic() < until, f"{on} is not where it is seen"
    lab.page.mouse.down()
    lab.page.mouse.move(x + by[0], y + by[1], steps=4)


def test_escape_puts_back_what_is_dragged(lab: LabOnPage) -> None:
    for what in (".lab-map .lab-start", ".lab-grid .lab-start", "[name=rho]", "[name=step]"):
        lab.figure.get_by_role("button", name="Reset", exact=True).click()
        escape_puts_it_back(lab, what)


def escape_puts_it_back(lab: LabOnPage, what: str) -> None:
    lab.type("rho", "0.98765")  # more digits than a slider's place has
    lab.scrub(50)
    said = lab.said()
    hold(lab, lab.figure.locator(what), (-70, 30), at=0.5)
    until_it_says(lab, said, same=False)
    lab.page.keyboard.press("Escape")
    lab.page.mouse.move(2, 2)  # it points at no step
    until_it_says(lab, said)
    lab.page.mouse.move(400, 300, steps=4)  # still held, and no longer dragged
    lab.page.mouse.up()
    until_it_says(lab, said)
    assert lab.box("rho").input_value() == "0.98765"
    hold(lab, lab.figure.locator(what), (-50, 8), at=0.5)  # and what is let go stays
    lab.page.mouse.up()
    until_it_says(lab, said, same=False)


def until_it_says(lab: LabOnPage, words: str, *, same: bool = True) -> None:
    """What is drawn, and said, comes a frame after the pointer."""
    until = time.monotonic() + 20
    while (lab.said() == words) != same:
        assert time.monotonic() < until, lab.said()
        lab.page.wait_for_timeout(20)


WINDOW = "(location.hash.match(/window=[^;&]*/) ?? [''])[0]"


def window(lab: LabOnPage) -> str:
    """What the map shows, as the address has it once a hand rests."""
    pause(lab.page, 400)
    return lab.page.evaluate(WINDOW)


def until_it_shows_another(lab: LabOnPage, before: str) -> None:
    lab.page.wait_for_function(f"before => {WINDOW} !== before", arg=before)


def test_escape_puts_back_a_map_that_is_dragged(lab: LabOnPage) -> None:
    lab.figure.get_by_role("button", name="Zoom in").click()
    before = window(lab)
    assert before
    hold(lab, lab.figure.locator(".lab-map"), (60, 30), at=0.7)
    until_it_shows_another(lab, before)
    lab.page.keyboard.press("Escape")
    lab.page.mouse.move(400, 300, steps=4)
    lab.page.mouse.up()
    assert window(lab) == before


def over(lab: LabOnPage) -> None:
    box = lab.figure.locator(".lab-map").bounding_box()
    lab.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.6 * box["height"])


def test_the_wheel_is_the_pages_and_a_hint_says_what_zooms(lab: LabOnPage) -> None:
    hint = lab.figure.locator(".lab-hint")
    lab.figure.get_by_role("button", name="Zoom in").click()  # the map has the focus, and yet
    before = window(lab)
    over(lab)
    pause(lab.page, 500)
    expect(hint).to_be_hidden()
    lab.page.mouse.wheel(0, 60)
    expect(hint).to_be_visible()
    expect(hint).to_have_text("Ctrl and wheel zoom the map")
    lab.page.wait_for_function("scrollY > 40")
    assert window(lab) == before
    expect(hint).to_be_hidden()
    lab.page.keyboard.down("Control")
    lab.page.mouse.wheel(0, -60)
    lab.page.keyboard.up("Control")
    until_it_shows_another(lab, before)
    expect(hint).to_be_hidden()


def test_a_page_that_is_scrolled_past_a_map_shows_no_hint(lab: LabOnPage) -> None:
    page = lab.page
    page.evaluate(
        """() => {
          window.hints = 0;
          new MutationObserver(() => hints++).observe(document.querySelector(".lab-hint"),
            { attributeFilter: ["data-shown"] });
        }"""
    )
    top = lab.figure.locator(".lab-map").bounding_box()["y"]
    page.mouse.move(400, top - 20)  # above the map, which then comes under the pointer
    for _ in range(12):
        page.mouse.wheel(0, 40)
        page.wait_for_timeout(60)
    page.wait_for_function("scrollY > 300")
    assert page.evaluate("hints") == 0


def test_escape_gives_the_keys_back_to_the_page(lab: LabOnPage) -> None:
    lab.figure.locator(".lab-map").focus()
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("ArrowDown")
    lab.page.wait_for_function("scrollY > 10")
    assert window(lab) == ""


def test_the_wheel_zooms_a_map_that_fills_the_screen(lab: LabOnPage) -> None:
    lab.figure.get_by_role("button", name="Full screen").click()
    lab.page.wait_for_function("document.fullscreenElement")
    rest(lab.page)
    over(lab)
    lab.page.mouse.wheel(0, -100)
    until_it_shows_another(lab, "")
    expect(lab.figure.locator(".lab-hint")).to_be_hidden()


def test_the_counter_says_the_step_that_is_pointed_at(lab: LabOnPage) -> None:
    plot = lab.figure.locator(".lab-plot").first
    lab.scrub(90)
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    counter = lab.figure.locator(".lab-transport output")
    expect(counter).to_have_text("90/100")
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.said()
    pointed = int((counter.text_content() or "").split("/")[0])
    assert 30 < pointed < 70
    assert f"step {pointed}:" in lab.said()
    assert lab.slider("step").input_value() == "90"
    lab.page.mouse.move(2, 2)
    expect(counter).to_have_text("90/100")
