"""The convergence map: a click, a key or a finger picks; every number redraws it."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from rmsprop_lab import descend
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
LABORATORY = "book/laboratory.html"


@pytest.fixture
def lab(served: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(served + LABORATORY))


def box(lab: LabOnPage) -> Locator:
    return lab.figure.locator(".lab-grid")


def ring(lab: LabOnPage) -> Locator:
    return box(lab).get_by_role("slider")


def at_rest(lab: LabOnPage) -> str:
    """Its pixels, once the fine map is drawn."""
    lab.said()
    expect(box(lab)).to_have_attribute("data-state", "fine", timeout=10_000)
    return box(lab).locator("canvas").evaluate("canvas => canvas.toDataURL()")


def number(lab: LabOnPage, name: str) -> float:
    lab.said()
    return float(lab.box(name).input_value())


def check_reading(lab: LabOnPage, rule: str, **walk: float) -> None:
    """What is written under the map is what Python walks."""
    lab.said()
    text = lab.figure.locator(".lab-reading").text_content() or ""
    path = descend("ravine", rule, **walk)
    end = "diverged" if path.diverged_at is not None else f"f = {path.losses[-1]:.3g}"
    said = re.search(r": (diverged$|f = \S+(?= after 100 steps$))", text)[1]
    if end == "diverged":
        assert said == end
    else:
        assert float(said[4:]) == float(end[4:])


def test_a_click_picks_two_numbers(lab: LabOnPage) -> None:
    said, place = lab.said(), box(lab).bounding_box()
    box(lab).locator("canvas").click(
        position={"x": place["width"] * 0.75, "y": place["height"] * 0.5}
    )
    rate, rho = number(lab, "learning_rate"), number(lab, "rho")
    assert 0.2 < rate < 2
    assert 0.9 < rho < 0.99
    assert lab.said() != said
    check_reading(lab, "rmsprop", learning_rate=rate, rho=rho)


def test_keys_and_drags_move_the_ring(lab: LabOnPage) -> None:
    ring(lab).focus()
    ring(lab).press("ArrowRight")
    first = number(lab, "learning_rate")
    assert 0.05 < first < 0.08
    ring(lab).press("Shift+ArrowRight")
    assert number(lab, "learning_rate") > 2 * first
    ring(lab).press("ArrowDown")
    assert 0.87 < number(lab, "rho") < 0.9
    check_reading(
        lab, "rmsprop", learning_rate=number(lab, "learning_rate"), rho=number(lab, "rho")
    )
    here = ring(lab).bounding_box()
    x, y = here["x"] + 22, here["y"] + 22
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x - 120, y + 60, steps=4)
    lab.page.mouse.up()
    assert number(lab, "learning_rate") < first
    assert number(lab, "rho") < 0.8


def test_a_finger_drags_the_ring(served: str, open_page: OpenPage) -> None:
    page = open_page(
        served + LABORATORY, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    lab = LabOnPage(page)
    ring(lab).scroll_into_view_if_needed()
    here, scrolled = ring(lab).bounding_box(), page.evaluate("scrollY")
    assert min(here["width"], here["height"]) > 43.99  # its place has a fraction
    x, y = here["x"] + 22, here["y"] + 22
    touch = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x - 40, "y": y + 30}]),
        ("touchMove", [{"x": x - 80, "y": y + 60}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert number(lab, "learning_rate") < 0.05
    assert number(lab, "rho") < 0.9
    assert page.evaluate("scrollY") == scrolled


def test_epsilon_redraws_it_live(lab: LabOnPage) -> None:
    before = at_rest(lab)
    # While the slider moves, too: the coarse map, as soon as it has come from the worker.
    frames = lab.slider("epsilon").evaluate(
        """async (slider) => {
          const grid = slider.closest("figure").querySelector(".lab-grid");
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const frames = [];
          for (const position of [-2, -1.5, -1, -0.5, 0]) {
            slider.value = position;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            do await frame();
            while (grid.dataset.state === "stale");
            frames.push([grid.dataset.state, grid.querySelector("canvas").toDataURL()]);
          }
          return frames;
        }"""
    )
    assert {state for state, _ in frames} == {"coarse"}
    assert len({picture for _, picture in frames}) == 5
    lab.type("epsilon", "1e-6")
    assert at_rest(lab) == before


def test_any_optimiser_and_any_two_of_its_numbers(lab: LabOnPage) -> None:
    choose = lab.figure.get_by_label
    before = at_rest(lab)
    choose("across").select_option("epsilon")
    assert at_rest(lab) != before
    choose("up", exact=True).select_option("epsilon")  # they change places
    expect(choose("across")).to_have_value("rho")
    choose("map of", exact=True).select_option("Momentum")  # SGD has but one number
    expect(choose("map of", exact=True).locator("option")).to_have_text(["RMSProp", "Momentum"])
    expect(choose("across")).to_have_value("learning_rate")
    expect(choose("up", exact=True)).to_have_value("momentum")
    lab.type("learning_rate", "1")
    check_reading(lab, "momentum", learning_rate=1.0)  # diverged
    # What diverged is hatched ground: two tones in turn, not one colour.
    column = box(lab).locator("canvas").evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(
            Math.round(canvas.width * 0.9), Math.round(canvas.height * 0.3), 1, 60);
          return Array.from({ length: 60 }, (_, k) => data[4 * k] > 200);
        }"""
    )  # fmt: skip
    changes = sum(one != other for one, other in pairwise(column))
    assert changes > 6


def test_a_pick_writes_the_rate_that_is_the_optimisers_own(lab: LabOnPage) -> None:
    lab.figure.get_by_label("each its own").check()
    ring(lab).press("Shift+ArrowRight")
    ends = list(lab.ends())
    assert "SGD α = 0.05" in ends
    assert "RMSProp α = 0.05" not in ends


def test_the_map_is_of_one_who_races(lab: LabOnPage) -> None:
    racers = lab.figure.get_by_role("toolbar", name="optimisers")
    map_of = lab.figure.get_by_label("map of", exact=True)
    before = at_rest(lab)
    racers.get_by_label("RMSProp", exact=True).uncheck()
    expect(map_of).to_have_value("momentum")
    lab.page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before",
        arg=[box(lab).locator("canvas").element_handle(), before],
    )
    check_reading(lab, "momentum", learning_rate=0.05)
    ring(lab).press("Shift+ArrowRight")  # it moves one whom one sees
    assert number(lab, "learning_rate") > 0.1
    lab.type("learning_rate", "0.05")
    racers.get_by_label("Momentum", exact=True).uncheck()
    reading = lab.figure.locator(".lab-reading")
    expect(reading).to_have_text(
        "No map: nobody who races has two hyper-parameters that the page can sweep."
    )
    expect(box(lab)).to_be_hidden()
    expect(map_of).to_be_hidden()
    racers.get_by_label("RMSProp", exact=True).check()  # and back
    expect(map_of).to_have_value("rmsprop")
    expect(box(lab)).to_be_visible()
    check_reading(lab, "rmsprop", learning_rate=0.05)
