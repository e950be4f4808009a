"""What a picture says by itself: names, numbers, what lies off it, and what its signs are."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Lab
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
WritePage = Callable[[Lab | str], str]
Show = Callable[..., LabOnPage]


@pytest.fixture
def show(served: str, write_page: WritePage, open_page: OpenPage) -> Show:
    """A lab, alone on a page."""

    def show(lab: Lab, settings: str = "", **options: object) -> LabOnPage:
        return LabOnPage(open_page(served + write_page(lab) + settings, **options))

    return show


def test_the_map_names_its_start_its_minimum_and_some_of_its_levels(show: Show) -> None:
    texts = show(Lab("bowl", ["sgd"], controls=[])).drawn()
    assert {"start", "minimum"} <= {*texts}
    assert {"5", "20", "40"} <= {*texts}  # of f
    assert "SGD" in texts  # at the end of its curve


def test_no_level_is_written_under_the_ring(show: Show) -> None:
    phone = {"viewport": {"width": 360, "height": 740}}
    lab = show(Lab("ravine", ["sgd"], controls=["zoom", "step"], start=(-5, 2)), **phone)
    ring, box = lab.handle.bounding_box(), lab.figure.locator(".lab-map").bounding_box()
    x, y = (ring[side] - box[side] + 22 for side in ("x", "y"))
    levels = [
        (float(text.get("x", "")), float(text.get("y", "")))
        for text in lab.svg().iter()
        if text.get("text-anchor") == "start" and re.fullmatch(r"\d+", text.text or "")
    ]
    assert len(levels) == 3
    for left, top in levels:  # two digits are 16 px wide, and a line 14 px high
        assert left > x + 16 or left + 16 < x - 16 or top > y + 16 or top + 14 < y - 16


def test_what_lies_off_the_map_has_an_arrow_and_its_place(show: Show) -> None:
    window = ((-1, 1), (-1, 1))
    away = Lab("bowl", ["sgd"], start=(10, 0.0001), steps=3, learning_rate=0.1, window=window)
    lab = show(away)
    texts = lab.drawn()
    assert "start (10, 0.0001)" in texts
    assert "start" not in texts
    assert "(5.12, 5.12e-5)" in texts  # where it stands after three steps
    lab.type("steps", "40")  # it has come into the window
    assert not [text for text in lab.drawn() if re.match(r"\(.*\)$", text)]
    lab.type("learning_rate", "3")
    assert "diverged" in lab.drawn()


def test_the_laboratorys_links_show_what_they_speak_of(served: str, open_page: OpenPage) -> None:
    page = open_page(served + "book/laboratory.html")
    lab = LabOnPage(page)
    for link in page.locator("a[href^='#lab-1']").all():
        link.click()
        texts = lab.drawn()
        assert "start" in texts, link.text_content()  # and not "start (x, y)", off the map
        assert lab.figure.locator(".lab-complaint").is_hidden()
        if "valley" in (link.text_content() or ""):
            assert texts[1].startswith("ravine, condition 20, slope 0, ")


def test_a_step_has_a_key_of_its_arrows_and_its_box(show: Show) -> None:
    lab = show(Lab("bowl", ["rmsprop"], controls=["step"], steps=9))
    key = ["downhill", "step", "rates of x, y"]
    assert not {*key} & {*lab.drawn()}
    lab.scrub(3)
    assert [text for text in dict.fromkeys(lab.drawn()) if text in key] == key
    momentum = show(Lab("bowl", ["momentum"], controls=["step"], step=3))
    assert [text for text in dict.fromkeys(momentum.drawn()) if text in key] == key[
        :2
    ]  # it has no rates


def test_the_convergence_map_says_what_its_tones_are(show: Show) -> None:
    lab = show(Lab("ravine", ["rmsprop"], controls=["convergence", "start"]))
    expect(lab.figure.locator(".lab-grid")).to_have_attribute("data-state", "fine")
    texts = lab.drawn()
    assert "f ≤ 5e-11" in texts
    assert "≥ 52.5" in texts  # at (-5, 2), where the paths begin
    assert {"0.9", "0.99", "0.999"} <= {*texts}
    for coordinate in ("x", "y"):
        box = lab.figure.get_by_label(f"start {coordinate}")
        box.fill("0")
        box.press("Enter")
    expect(lab.figure.locator(".lab-grid")).to_have_attribute("data-state", "fine")
    assert "f = 0 everywhere" in lab.drawn()


def test_rosenbrocks_map_is_not_blank(show: Show) -> None:
    lab = show(Lab("rosenbrock", ["rmsprop"], controls=["convergence"], steps=200))
    grid = lab.figure.locator(".lab-grid")
    expect(grid).to_have_attribute("data-state", "fine")
    tones = grid.locator("canvas").evaluate(
        """canvas => {
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          const reds = [];
          for (let k = 0; k < data.length; k += 4 * 97) if (data[k + 3]) reds.push(data[k]);
          reds.sort((a, b) => a - b);
          return [reds[Math.floor(reds.length / 20)], reds[Math.floor(reds.length / 2)]];
        }"""
    )
    assert tones[0] < 80  # 8 is the darkest
    assert tones[1] > 100


#: From a flag's foot down to the top of the highest thumb there is; from its words to both ends.
ROOM = """slot => {
  const flag = getComputedStyle(slot, "::after");
  const [top, height] = [parseFloat(flag.top), parseFloat(flag.height)];
  const [left, width] = [parseFloat(flag.left), parseFloat(flag.width)];
  const around = slot.getBoundingClientRect();
  const slider = slot.querySelector("input").getBoundingClientRect();
  const thumb = slider.top + slider.height / 2 - 10;
  return [thumb - (around.top + top + height), left, around.width - left - width];
}"""


def test_a_flag_stands_above_the_thumb_and_its_words_within_the_slider(show: Show) -> None:
    lab = show(Lab("ravine", ["sgd", "rmsprop"], controls=["learning_rate", "condition"]))
    for condition in ("1", "4", "20", "200", "1000"):
        lab.type("condition", condition)
        for width in (320, 360, 820, 1280):
            lab.page.set_viewport_size({"width": width, "height": 740})
            room = lab.figure.locator(".lab-border:visible").evaluate(ROOM)
            assert min(room) >= 0, (condition, width, room)


def test_the_border_stands_on_the_learning_rates_slider(show: Show) -> None:
    controls = ["learning_rate", "condition", "surface", "racers", "rates"]
    lab = show(Lab("ravine", ["sgd", "rmsprop"], controls=controls))
    slider = lab.slider("learning_rate").and_(lab.figure.locator(":visible"))
    slot = lab.figure.locator(".lab-border:visible")
    expect(slot).to_have_attribute("data-border", "SGD 2/λ")
    words = "Above 0.1, 2 over the largest curvature, SGD runs away"
    expect(slider).to_have_accessible_description(words)
    expect(slot).to_have_attribute("title", words)
    at = slot.evaluate("slot => Number(slot.style.getPropertyValue('--lab-share'))")
    assert at == pytest.approx(3 / 5)  # of 1e-4 to 10
    lab.type("condition", "200")
    expect(slider).to_have_accessible_description(words.replace("0.1", "0.01"))
    lab.figure.get_by_label("each its own").check()
    expect(slot).to_have_count(1)  # SGD's
    expect(lab.figure.get_by_label("learning rate of SGD").first).to_have_accessible_description(
        words.replace("0.1", "0.01")
    )
    lab.figure.get_by_role("toolbar", name="optimisers").get_by_label("SGD").uncheck()
    expect(slot).to_have_count(0)
    lab.figure.get_by_role("toolbar", name="optimisers").get_by_label("SGD").check()
    lab.figure.get_by_label("surface").first.select_option("rosenbrock")
    expect(slot).to_have_count(0)


def test_arrow_keys_come_to_the_numbers_that_people_name(show: Show) -> None:
    lab = show(Lab("ravine", ["rmsprop"], learning_rate=0.1, rho=0.9))
    rates = []
    for _ in range(31):
        lab.slider("learning_rate").press("ArrowRight")
        lab.said()
        rates.append(float(lab.box("learning_rate").input_value()))
    assert {0.12, 0.15, 0.2} <= {*rates}
    assert sorted({*rates}) == rates
    rhos = []
    for _ in range(100):
        lab.slider("rho").press("ArrowRight")
        lab.said()
        rhos.append(float(lab.box("rho").input_value()))
    assert {0.95, 0.98, 0.99} <= {*rhos}


def test_a_hand_on_a_slider_comes_to_round_numbers(show: Show) -> None:
    lab = show(Lab("ravine", ["rmsprop"], controls=["learning_rate"], learning_rate=0.1))
    slider = lab.slider("learning_rate")
    box = slider.bounding_box()
    x, y = box["x"] + 8 + (box["width"] - 16) * 0.6, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    seen = []
    for k in range(40):
        lab.page.mouse.move(x + k, y)
        lab.said()
        seen.append(float(lab.box("learning_rate").input_value()))
    lab.page.mouse.up()
    assert {0.15, 0.2, 0.3, 0.5} <= {*seen}
    assert all(value == float(f"{value:.2g}") for value in seen)  # two digits at a pixel's reach
