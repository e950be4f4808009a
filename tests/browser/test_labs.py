"""The lab on a page: sliders, typing, dragging, keys, divergence, print."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from rmsprop_lab import descend, objectives
from tests.support.lab_page import LabOnPage, rest

OpenPage = Callable[..., Page]
CHAPTER = "book/rmsprop.html"
TUTORIALS = 1  # its place on the page
TUTORIAL = {  # the rows of the tutorial, by our step: its epoch 0 is our step 1
    1: ("4.68377233", "3.68377236"),
    21: ("2.3688824", "1.47561697"),
    41: ("0.95903672", "0.35004133"),
    61: ("0.13761293", "0.00745214"),
    81: ("3.91649374e-04", "3.12725069e-09"),
    101: ("-3.07701828e-17", "2.18862195e-20"),
}


@pytest.fixture
def lab(a_host: str, write_page: Callable[..., str], open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(a_host + write_page(CHAPTER, TUTORIALS)))


def test_opens_with_the_tutorials_run(host: str, open_page: OpenPage) -> None:
    lab = LabOnPage(open_page(host + CHAPTER), TUTORIALS)
    expected = "RMSProp, step 101: x = -3.07701828e-17, y = 2.18862195e-20, f = 9.46804631e-34."
    assert lab.said() == expected
    # Aloud, and in a picture that is kept, digits that rounding the start would lose are noise.
    read = "RMSProp, step 101: x ≈ 0, y ≈ 0, f = 9.46804631e-34"
    assert lab.announced() == f"{read}."
    assert read in lab.drawn()
    assert expected[:-1] not in lab.drawn()


def test_the_six_rows_to_every_printed_digit(lab: LabOnPage) -> None:
    for step, row in TUTORIAL.items():
        lab.type("steps", str(step))
        x, y, _ = lab.ends()["RMSProp"]
        for value, printed in zip((x, y), row, strict=True):
            if "e" in printed:
                assert f"{value:.8e}" == printed
            else:
                assert f"{value:.8f}".rstrip("0") == printed


def test_each_slider_moves_picture_and_words(lab: LabOnPage) -> None:
    for name in ("learning_rate", "rho", "epsilon", "steps"):
        lab.figure.get_by_role("button", name="Reset", exact=True).click()
        a_slider_moves_picture_and_words(lab, name)


def a_slider_moves_picture_and_words(lab: LabOnPage, name: str) -> None:
    lab.type("steps", "60")
    pictures, said = lab.pictures(), lab.said()
    slider = lab.slider(name)
    expect(slider).to_be_visible()
    name_of_it = slider.evaluate("input => input.labels[0].textContent")
    assert name.replace("_", " ") in name_of_it
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    if name == "epsilon":  # a nudge at 1e-6 moves no pixel
        slider.press("End")
    for _ in range(30):
        slider.press("ArrowRight" if name in ("learning_rate", "steps") else "ArrowLeft")
    after = lab.pictures()
    assert all(old != new for old, new in zip(pictures, after, strict=True))
    assert lab.said() != said
    assert slider.get_attribute("aria-valuetext") != before


def test_a_drawing_leaves_nothing_behind(lab: LabOnPage) -> None:
    pictures = lab.pictures()
    lab.type("learning_rate", "0.5")  # other axes, other ticks
    assert lab.pictures() != pictures
    lab.type("learning_rate", "0.1")
    assert lab.pictures() == pictures


def test_slider_by_mouse(lab: LabOnPage) -> None:
    said = lab.said()
    lab.slider("learning_rate").scroll_into_view_if_needed()
    box = lab.slider("learning_rate").bounding_box()
    lab.page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    assert lab.said() != said
    assert float(lab.box("learning_rate").input_value()) < 0.01


def test_typed_values_give_pythons_numbers(lab: LabOnPage) -> None:
    lab.type("learning_rate", "0.0321")
    lab.type("rho", "0.95")
    lab.type("epsilon", "1e-3")
    lab.type("steps", "250")
    path = descend(
        "bowl", "rmsprop", (5, 4), steps=250, learning_rate=0.0321, rho=0.95, epsilon=1e-3
    )
    (x, y), f = path.params[-1], path.losses[-1]
    said = tuple(float(f"{value:.9g}") for value in (x, y, f))
    assert lab.ends()["RMSProp"] == said


NOT_ALLOWED = [
    ("rho", "1", "takes numbers from 0 up to, not including, 1"),
    ("rho", "lots", "takes numbers from 0 up to, not including, 1"),
    ("learning_rate", "-0.1", "takes numbers above 0"),
    ("epsilon", "nan", "takes numbers above 0"),
    ("steps", "0", "takes whole numbers from 1 to 10000"),
    ("steps", "2.5", "takes whole numbers from 1 to 10000"),
    ("steps", "<b>1</b>", "takes whole numbers from 1 to 10000"),
    ("learning_rate", "", "takes numbers above 0"),
]


def test_what_is_not_allowed_is_said(lab: LabOnPage) -> None:
    for name, text, allowed in NOT_ALLOWED:
        it_is_said_that_this_is_not_allowed(lab, name, text, allowed)


def it_is_said_that_this_is_not_allowed(lab: LabOnPage, name: str, text: str, allowed: str) -> None:
    said = lab.said()
    lab.type(name, text)
    message = lab.figure.locator("[role=alert]:visible")
    expect(message).to_contain_text(f"“{text}” is not allowed")
    expect(message).to_contain_text(allowed)
    expect(lab.box(name)).to_have_value(text)  # nothing typed is lost
    assert lab.said() == said
    lab.type(name, "1" if name == "steps" else "0.5")
    expect(lab.figure.locator("[role=alert]:visible")).to_have_count(0)


def test_start_drags(lab: LabOnPage) -> None:
    pictures = lab.pictures()
    lab.handle.scroll_into_view_if_needed()
    box = lab.handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x - 100, y + 60, steps=5)
    lab.page.mouse.up()
    after = lab.pictures()
    assert all(old != new for old, new in zip(pictures, after, strict=True))
    start = re.search(r"x = (\S+), y = (\S+)$", lab.handle.get_attribute("aria-valuetext"))
    x, y = float(start[1]), float(start[2])
    assert x < 4
    assert y < 3.5
    path = descend("bowl", "rmsprop", (x, y), steps=101)
    assert lab.ends()["RMSProp"][0] == float(f"{path.params[-1, 0]:.9g}")


def test_start_drags_by_touch(a_host: str, open_page: OpenPage) -> None:
    page = open_page(a_host + CHAPTER, has_touch=True, viewport={"width": 390, "height": 800})
    lab = LabOnPage(page, TUTORIALS)
    lab.handle.scroll_into_view_if_needed()
    said, scrolled = lab.said(), page.evaluate("scrollY")
    box = lab.handle.bounding_box()
    assert box["width"] >= 44
    assert box["height"] >= 44
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    for kind, points in [
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x - 50, "y": y + 40}]),
        ("touchMove", [{"x": x - 90, "y": y + 80}]),
        ("touchEnd", []),
    ]:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert lab.said() != said
    assert page.evaluate("scrollY") == scrolled


def test_start_moves_with_the_arrow_keys(lab: LabOnPage) -> None:
    lab.handle.focus()
    said, words = lab.said(), lab.handle.get_attribute("aria-valuetext")
    for key in ("ArrowLeft", "ArrowDown", "Shift+ArrowDown"):
        lab.handle.press(key)
        lab.said()
    assert lab.handle.get_attribute("aria-valuetext") != words
    assert lab.said() != said


def test_start_is_typed(lab: LabOnPage) -> None:
    box = lab.figure.get_by_label("start y", exact=True)
    box.fill("0.5")
    box.press("Enter")
    path = descend("bowl", "rmsprop", (5, 0.5), steps=101)
    assert lab.ends()["RMSProp"][1] == float(f"{path.params[-1, 1]:.9g}")


def test_every_control_is_reached_by_tab_with_a_visible_focus(lab: LabOnPage) -> None:
    lab.handle.focus()
    reached = []
    for _ in range(16):  # the rule, and what is done with it, come before the sliders
        lab.page.keyboard.press("Tab")
        reached.append(
            lab.page.evaluate(
                "[document.activeElement.name || document.activeElement.ariaLabel,"
                "parseFloat(getComputedStyle(document.activeElement).outlineWidth)]"
            )
        )
    names = [name for name, _ in reached]
    for name in ("learning_rate", "rho", "epsilon", "steps", "start x", "start y"):
        assert name in names
    assert all(width >= 2 for name, width in reached if name)


def test_divergence_is_drawn_and_said(a_host: str, open_page: OpenPage) -> None:
    lab = LabOnPage(open_page(a_host + "book/index.html"))
    lab.type("learning_rate", "0.15")
    ends = lab.ends()
    path = descend(objectives.ravine.at(condition=20), "sgd", steps=100, learning_rate=0.15)
    assert ends["SGD"] == f"SGD diverged at step {path.diverged_at}"
    assert isinstance(ends["RMSProp"], tuple)
    lab.type("learning_rate", "1e300")  # beyond any double after a step or two
    assert lab.ends()["Momentum"] == "Momentum diverged at step 1"


def test_print_and_no_script_show_the_picture(host: str, open_page: OpenPage) -> None:
    page = open_page(host + CHAPTER)
    picture = page.locator("figure.rmsprop-lab .lab-picture").nth(TUTORIALS)
    page.emulate_media(media="print")
    expect(picture).to_be_visible()
    expect(page.locator(".lab-live").first).to_be_hidden()
    plain = open_page(host + CHAPTER, java_script_enabled=False)
    picture = plain.locator("figure.rmsprop-lab .lab-picture").nth(TUTORIALS)
    expect(picture).to_be_visible()
    assert "RMSProp, step 101" in picture.get_attribute("alt")


def test_colours_follow_the_reader(served: str, open_page: OpenPage) -> None:
    """The map's corner is light in the light and dark in the dark, and follows a switch."""

    def corner(page: Page) -> int:
        box = page.locator(".lab-surface").first.bounding_box()
        clip = {"x": box["x"] + 60, "y": box["y"] + 20, "width": 1, "height": 1}
        pixel = Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True)))
        return pixel.convert("L").getpixel((0, 0))

    page = open_page(served + CHAPTER, color_scheme="light")
    LabOnPage(page)
    assert corner(page) > 180
    page.emulate_media(color_scheme="dark")
    rest(page)
    assert corner(page) < 80
    page.evaluate("document.body.dataset.theme = 'light'")
    rest(page)
    assert corner(page) > 180


def test_resizing_redraws_on_equal_scales(served: str, open_page: OpenPage) -> None:
    page = open_page(served + CHAPTER)
    lab = LabOnPage(page)
    for width in (1200, 360, 800):
        page.set_viewport_size({"width": width, "height": 800})
        rest(page)
        box = lab.figure.locator(".lab-surface").bounding_box()
        assert 0 < box["width"] <= width
        assert box["height"] > 150


def test_a_start_near_the_minimum_keeps_its_loss_in_sight(lab: LabOnPage) -> None:
    """RMSProp jumps away from it, far above where it began: the plot must follow."""
    box = lab.figure.get_by_label("start x", exact=True)
    box.fill("0.001")
    box.press("Enter")
    lab.type("steps", "20")
    shot = Image.open(io.BytesIO(lab.figure.locator(".lab-plot").first.screenshot()))
    pixels = shot.convert("RGB")
    wanted = tuple(int("c44601"[place : place + 2], 16) for place in (0, 2, 4))
    right = [
        pixels.getpixel((x, y))
        for x in range(pixels.width // 2, pixels.width)
        for y in range(pixels.height)
    ]
    assert right.count(wanted) > 25


def test_a_path_from_far_away_is_drawn_when_it_comes_home(lab: LabOnPage) -> None:
    for name, text in (("x", "4000"), ("y", "0")):
        box = lab.figure.get_by_label(f"start {name}", exact=True)
        box.fill(text)
        box.press("Enter")
    lab.type("learning_rate", "100")
    near = lab.pictures()
    lab.type("steps", "1")  # one step away from the start, still out of sight
    assert lab.pictures()[0] != near[0]
