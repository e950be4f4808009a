"""Zoom and pan: Ctrl and wheel, keys, buttons, drag and pinch."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.lab_page import LabOnPage, pause

OpenPage = Callable[..., Page]
LABORATORY = "book/laboratory.html"
Window = tuple[float, float, float, float]


@pytest.fixture
def lab(served: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(served + LABORATORY))


def map_of(lab: LabOnPage) -> Locator:
    return lab.figure.locator(".lab-map")


def window(lab: LabOnPage) -> Window:
    """What the map shows, once the address holds it: x from, x to, y from, y to."""
    pause(lab.page, 400)
    lab.page.wait_for_function("location.hash.includes('window=')")
    held = lab.page.evaluate("location.hash.match(/window=([^;&]*)/)[1]")
    left, right, bottom, top = map(float, held.split(","))
    return left, right, bottom, top


def width(shown: Window) -> float:
    return shown[1] - shown[0]


def test_buttons_and_keys(lab: LabOnPage) -> None:
    # The convergence map is made finer by and by; then nothing changes of itself.
    grid = lab.figure.locator(".lab-grid")
    expect(grid).to_have_attribute("data-state", "fine", timeout=30_000)
    pictures = lab.pictures()
    lab.figure.get_by_role("button", name="Zoom in").click()
    first = window(lab)
    assert lab.pictures()[0] != pictures[0]
    map_of(lab).focus()
    lab.page.keyboard.press("+")
    second = window(lab)
    assert width(second) == pytest.approx(width(first) / 1.25, rel=1e-3)
    lab.page.keyboard.press("-")
    assert window(lab) == pytest.approx(first, rel=1e-3)
    lab.page.keyboard.press("ArrowRight")
    moved = window(lab)
    assert moved[0] == pytest.approx(first[0] + 0.1 * width(first), abs=1e-2)
    assert moved[2:] == pytest.approx(first[2:], abs=1e-3)
    lab.page.keyboard.press("0")
    lab.page.wait_for_function("!location.hash.includes('window')")
    assert lab.pictures() == pictures


def test_the_wheel_zooms_about_the_pointer_with_the_control_key(lab: LabOnPage) -> None:
    lab.figure.get_by_role("button", name="Zoom in").click()
    before = window(lab)
    box = map_of(lab).bounding_box()
    left, right = box["x"] + 34, box["x"] + box["width"] - 6
    x = left + 0.75 * (right - left)
    lab.page.mouse.move(x, box["y"] + box["height"] / 2)
    scrolled = lab.page.evaluate("scrollY")
    lab.page.keyboard.down("Control")
    lab.page.mouse.wheel(0, -100)
    lab.page.keyboard.up("Control")
    after = window(lab)
    assert width(after) < 0.9 * width(before)
    under = before[0] + 0.75 * width(before)
    assert after[0] + 0.75 * width(after) == pytest.approx(under, abs=0.02)
    assert lab.page.evaluate("scrollY") == scrolled


def test_a_mouse_drags_the_map_and_the_ring_goes_with_it(lab: LabOnPage) -> None:
    ring = lab.handle.first.bounding_box()
    box = map_of(lab).bounding_box()
    x, y = box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"]
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 60, y - 30, steps=4)
    lab.page.mouse.up()
    window(lab)
    moved = lab.handle.first.bounding_box()
    assert moved["x"] - ring["x"] == pytest.approx(60, abs=1.5)
    assert moved["y"] - ring["y"] == pytest.approx(-30, abs=1.5)
    said = lab.said()
    lab.handle.first.press("ArrowUp")
    assert lab.said() != said


def test_two_fingers_pinch_and_one_scrolls_the_page(served: str, open_page: OpenPage) -> None:
    page = open_page(
        served + LABORATORY, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    lab = LabOnPage(page)
    lab.figure.get_by_role("button", name="Zoom out").tap()
    before = window(lab)
    map_of(lab).scroll_into_view_if_needed()
    box = map_of(lab).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 0.7 * box["height"]
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": at, "y": up, "id": k} for k, (at, up) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(40)

    touch("touchStart", (x - 30, y), (x + 30, y))
    for apart in (40, 50, 60):
        touch("touchMove", (x - apart, y), (x + apart, y))
    touch("touchEnd")
    after = window(lab)
    assert width(after) == pytest.approx(width(before) / 2, rel=0.1)
    scrolled = page.evaluate("scrollY")
    touch("touchStart", (x, y))
    for up in range(10, 160, 15):
        touch("touchMove", (x, y - up))
    touch("touchEnd")
    page.wait_for_function("before => scrollY > before + 50", arg=scrolled)
    assert window(lab) == after


def test_no_end_of_zooming_breaks_it(lab: LabOnPage) -> None:
    map_of(lab).focus()
    for key in ("+", "-"):
        for _ in range(120):
            lab.page.keyboard.press(key)
        assert 1e-7 < width(window(lab)) < 1e7
        assert lab.said()
