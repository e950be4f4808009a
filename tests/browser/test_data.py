"""The points of a line beside its surface: pulled, pasted, linked, by mouse, touch and keyboard."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from rmsprop_lab import Lab, Optimizer, descend, least_squares, rules
from rmsprop_lab.objectives.examples import draw_batches
from rmsprop_lab.objectives.regression import points_of, with_points
from tests.browser.test_access import violations
from tests.browser.test_pointers import Finger
from tests.support.lab_page import LabOnPage, rest

OpenPage = Callable[..., Page]
WritePage = Callable[..., str]
PHONE = {"has_touch": True, "is_mobile": True, "viewport": {"width": 360, "height": 740}}

rng = np.random.default_rng(4)
U = rng.uniform(-2, 2, 12).round(2)
FIT = least_squares(U, (0.6 * U + rng.standard_normal(12)).round(2), name="made up")
FULL = Optimizer.of(rules.sgd, "Full gradient", name="full_gradient", exact=True)
CONTROLS = ["data", "step", "units", "batch_size", "learning_rate", "start"]
SETTINGS = {"steps": 30, "learning_rate": 0.2}


class Data(LabOnPage):
    """A lab with points."""

    @property
    def picture(self) -> Locator:
        return self.figure.locator(".lab-scatter")

    @property
    def pick(self) -> Locator:
        """The point that is chosen."""
        return self.figure.get_by_role("slider", name="points:")

    @property
    def text(self) -> Locator:
        return self.figure.locator("textarea[name=data]")

    @property
    def points(self) -> list[tuple[float, float]]:
        self.frame()
        return [tuple(map(float, line.split(","))) for line in self.text.input_value().split("\n")]

    @property
    def remark(self) -> Locator:
        return self.figure.locator("p.lab-note")

    def place(self) -> tuple[float, float]:
        """Where the chosen point is on the screen."""
        rest(self.page)
        box = self.pick.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drawn(self) -> tuple[str, str]:
        """The points with their lines, and the surface."""
        self.said()
        of = "canvas => canvas.toDataURL()"
        surface = self.figure.locator("canvas.lab-surface")
        return self.picture.locator("canvas").evaluate(of), surface.evaluate(of)

    def paste(self, text: str) -> None:
        if not self.text.is_visible():
            self.figure.get_by_text("Your own numbers").click()
        self.text.evaluate(
            """(box, text) => {
              box.focus();
              box.value = text;
              const inputType = "insertFromPaste";
              box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType }));
            }""",
            text,
        )
        rest(self.page)


def given(**settings: object) -> Lab:
    return Lab(FIT, ["sgd", FULL], controls=CONTROLS, **SETTINGS | {"batch_size": 4} | settings)


@pytest.fixture
def lab(a_host: str, write_page: WritePage, open_page: OpenPage) -> Data:
    return Data(open_page(a_host + write_page(given())))


def ends(points: list[tuple[float, float]], units: float = 1, size: int = 4) -> dict[str, tuple]:
    """Where the paths end in Python, as the lab says it."""
    surface, found = with_points(FIT, points, units), {}
    for label, optimizer in (("SGD", "sgd"), ("Full gradient", FULL)):
        path = descend(surface, optimizer, **SETTINGS, batch_size=size)
        (x, y), f = path.params[-1], path.losses[-1]
        found[label] = tuple(float(f"{number:.9g}") for number in (x, y, f))
    return found


OWN = list(points_of(FIT))
LEFT = OWN.index(min(OWN))


def test_the_paths_are_pythons_whatever_the_units(lab: Data) -> None:
    assert lab.points == OWN
    assert lab.ends() == ends(OWN)
    before = lab.drawn()
    lab.type("units", "1.5")
    assert lab.ends() == ends(OWN, 1.5)
    assert lab.points == OWN
    assert all(one != other for one, other in zip(before, lab.drawn(), strict=True))


def test_a_mouse_pulls_a_point_and_the_surface_follows(lab: Data) -> None:
    lab.pick.press("Home")
    before, (x, y) = lab.drawn(), lab.place()
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 20, y - 30, steps=4)
    during = lab.drawn()
    assert all(one != other for one, other in zip(before, during, strict=True))
    lab.page.mouse.up()
    pulled = lab.points
    assert [k for k in range(12) if pulled[k] != OWN[k]] == [LEFT]
    assert pulled[LEFT][0] > OWN[LEFT][0]
    assert pulled[LEFT][1] > OWN[LEFT][1]
    assert lab.ends() == ends(pulled)
    slope, intercept = with_points(FIT, pulled, 1).minima[0]
    said = f"The minimum is at x = {slope:.4g}, y = {intercept:.4g}."
    expect(lab.remark).to_contain_text(said)

    x, y = lab.place()
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x, y + 40, steps=4)
    assert lab.points != pulled
    lab.page.keyboard.press("Escape")
    lab.page.mouse.move(x, y + 50)
    lab.page.mouse.up()
    assert lab.points == pulled
    lab.figure.get_by_role("button", name="Reset", exact=True).click()
    assert lab.points == OWN
    assert lab.ends() == ends(OWN)


def test_a_finger_pulls_a_point_and_elsewhere_scrolls_the_page(
    a_host: str, write_page: WritePage, open_page: OpenPage
) -> None:
    lab = Data(open_page(a_host + write_page(given()), **PHONE))
    lab.page.evaluate("document.body.style.paddingBottom = '2000px'")
    finger = Finger(lab.page)
    lab.pick.evaluate(
        "ring => (ring.style.pointerEvents = 'none')"
    )  # as at a point without the ring
    assert finger.swipe(lab.pick, (4, -60)) == 0
    pulled = lab.points
    assert [k for k in range(12) if pulled[k] != OWN[k]] == [0]
    assert lab.ends() == ends(pulled)
    places = points_on_screen(lab)
    free = max(np.linspace(0.2, 0.9, 40), key=lambda at: min(abs(at - one) for one in places))
    assert abs(finger.swipe(lab.picture, (0, -150), at=float(free))) > 50
    assert lab.points == pulled


def points_on_screen(lab: Data) -> list[float]:
    """How far along the picture each point is."""
    box, found = lab.picture.bounding_box(), []
    lab.pick.press("Home")
    for _ in OWN:
        lab.frame()
        ring = lab.pick.bounding_box()
        found.append((ring["x"] + ring["width"] / 2 - box["x"]) / box["width"])
        lab.pick.press("ArrowRight")
    return found


def test_keys_choose_a_point_take_it_and_put_it_back(lab: Data) -> None:
    lab.pick.press("Home")
    expect(lab.pick).to_have_attribute("aria-valuetext", _words(1, OWN[LEFT]))
    order = sorted(OWN)
    lab.pick.press("ArrowRight")
    expect(lab.pick).to_have_attribute("aria-valuetext", _words(2, order[1]))
    lab.pick.press("ArrowLeft")
    lab.pick.press("ArrowLeft")
    expect(lab.pick).to_have_attribute("aria-valuetext", _words(12, order[-1]))
    assert lab.points == OWN
    lab.pick.press("Enter")
    expect(lab.remark).to_contain_text("Taken")
    heights = [lab.points[OWN.index(order[-1])][1]]
    for _ in range(5):
        lab.pick.press("Shift+ArrowUp")  # the axes grow, the strides do not
        heights.append(lab.points[OWN.index(order[-1])][1])
    np.testing.assert_allclose(np.diff(heights), heights[1] - heights[0], rtol=1e-6)
    lab.pick.press("ArrowLeft")
    pulled, last = lab.points, OWN.index(order[-1])
    assert [k for k in range(12) if pulled[k] != OWN[k]] == [last]
    assert pulled[last][0] < OWN[last][0]
    assert pulled[last][1] > OWN[last][1]
    assert lab.ends() == ends(pulled)
    expect(lab.remark).to_contain_text("The minimum is at x = ")
    lab.pick.press("Escape")
    assert lab.points == OWN
    lab.pick.press(" ")
    lab.pick.press("ArrowDown")
    lab.pick.press("Enter")
    down = lab.points
    assert down[last][1] < OWN[last][1]
    lab.pick.press("ArrowDown")  # chooses again
    assert lab.points == down


def _words(nth: int, point: tuple[float, float]) -> re.Pattern[str]:
    return re.compile(f"^point {nth} of 12: u = {point[0]:g}, t = {point[1]:g}(, in the batch)?$")


def test_all_points_are_one_stop_of_the_tab_key(lab: Data) -> None:
    lab.pick.focus()
    lab.page.keyboard.press("Tab")
    expect(lab.pick).not_to_be_focused()
    assert lab.figure.locator(".lab-scatter [tabindex='0']").count() == 1


def test_the_batch_of_the_step_is_marked(lab: Data) -> None:
    batches = draw_batches(0, 31, 4, 12)
    picture = lab.picture.get_by_role("img")
    expect(picture).to_have_accessible_name(
        "12 points, and the line of each racer; 4 in the batch of step 30"
    )
    seen = set()
    for step in (0, 1, 7):
        lab.scrub(step)
        expect(picture).to_have_accessible_name(
            f"12 points, and the line of each racer; 4 in the batch of step {step}"
        )
        seen.add(lab.drawn()[0])
        lab.pick.press("Home")
        marked = []
        for _ in OWN:
            lab.frame()
            said = lab.pick.get_attribute("aria-valuetext") or ""
            marked.append("in the batch" in said)
            lab.pick.press("ArrowRight")
        order = sorted(OWN)
        assert {OWN.index(order[k]) for k in range(12) if marked[k]} == set(batches[step])
    assert len(seen) == 3
    lab.type("batch_size", "12")
    expect(picture).to_have_accessible_name("12 points, and the line of each racer")


def test_moving_the_start_moves_its_line_and_leaves_the_points(lab: Data) -> None:
    before = lab.drawn()
    lab.handle.press("Shift+ArrowUp")
    points, surface = lab.drawn()
    assert points != before[0]
    assert surface == before[1]
    assert lab.points == OWN


PASTED = [(0.5, 2.0), (0.75, 1.0), (1.0, 2.5), (2.0, 3.5)]
PLAIN = "0.5 2\n.75 1\n1 2.5\n2 3.5"


def test_numbers_are_pasted_and_what_is_wrong_is_said_and_nothing_lost(lab: Data) -> None:
    before = lab.drawn()
    lab.paste("mass\tprogress\n0,5\t2\n,75\t1\n1\t2,5\n2\t3,5\n")
    assert lab.ends() == ends(PASTED)
    expect(lab.remark).to_contain_text("4 points: inputs 0.5 to 2, targets 1 to 3.5.")
    pasted = lab.drawn()
    assert all(one != other for one, other in zip(before, pasted, strict=True))
    wrong = "1.5 2\n3 one\n"
    lab.paste(wrong)
    message = lab.figure.get_by_role("alert").filter(has_text="Line 2 has “one” as its target")
    expect(message).to_contain_text("The picture is of the last whole data.")
    expect(lab.text).to_have_attribute("aria-invalid", "true")
    expect(lab.text).to_have_value(wrong)
    assert lab.drawn() == pasted
    assert lab.ends() == ends(PASTED)
    lab.text.blur()
    expect(lab.text).to_have_value(wrong)  # what is typed is not lost
    lab.figure.get_by_role("button", name="Reset data").click()
    expect(message).to_be_hidden()
    assert lab.points == OWN
    assert lab.ends() == ends(OWN)


def test_a_mistake_that_is_typed_waits_until_the_typing_rests(lab: Data) -> None:
    lab.figure.get_by_text("Your own numbers").click()
    lab.text.press("Control+End")
    lab.text.press_sequentially("\n3.5 ")
    expect(lab.text).not_to_have_attribute("aria-invalid", "true")
    expect(lab.figure.get_by_text("Line 13 has one column, “3.5”")).to_be_visible()
    lab.text.press_sequentially("2")
    expect(lab.figure.get_by_text("Line 13 has one column")).to_be_hidden()
    expect(lab.remark).to_contain_text("13 points")


def test_fewer_points_than_a_batch_are_all_in_it(lab: Data) -> None:
    lab.type("batch_size", "9")
    lab.paste(PLAIN)
    expect(lab.figure.get_by_text("all 4", exact=True)).to_be_visible()
    assert lab.ends() == ends(PASTED, size=4)
    lab.type("batch_size", "3")
    expect(lab.figure.get_by_text("of 4", exact=True)).to_be_visible()
    assert lab.ends() == ends(PASTED, size=3)


def test_what_was_half_typed_comes_back_after_a_point_was_pulled(lab: Data) -> None:
    lab.paste(PLAIN)
    again = lab.figure.get_by_role("button", name="Bring back what was typed")
    expect(again).to_be_hidden()
    half = f"{PLAIN}\n3"
    lab.paste(half)
    lab.pick.press("Enter")
    lab.pick.press("ArrowUp")
    expect(lab.text).not_to_have_attribute("aria-invalid", "true")
    pulled = lab.points
    assert pulled != PASTED
    other = f"{half}, 4\n5"
    lab.paste(other)
    again.click()
    expect(lab.text).to_have_value(half)
    expect(lab.text).to_have_attribute("aria-invalid", "true")
    again.click()  # nor is the other text lost
    expect(lab.text).to_have_value(other)
    lab.paste(PLAIN)
    again.click()
    expect(lab.text).to_have_value(half)
    expect(again).to_be_hidden()


HALF = f"{PLAIN}\n3"
KEPT = "history.state.drafts?.['lab-1']?.data !== undefined"


@pytest.fixture
def half_typed(lab: Data) -> Data:
    """Whole numbers, and half-typed ones over them."""
    lab.paste(PLAIN)
    lab.paste(HALF)
    lab.page.wait_for_function(KEPT)
    return lab


def is_half_typed(lab: Data) -> None:
    """In sight, with what is wrong, over the picture of the last whole data."""
    expect(lab.text).to_be_visible()
    expect(lab.text).to_have_value(HALF)
    expect(lab.text).to_have_attribute("aria-invalid", "true")
    expect(lab.figure.get_by_text("Line 5 has one column, “3”")).to_be_visible()
    assert lab.ends() == ends(PASTED)


def test_a_half_typed_table_outlives_a_reload(half_typed: Data) -> None:
    page = half_typed.page
    page.reload()
    lab = Data(page)
    is_half_typed(lab)
    lab.text.press("Control+End")
    lab.text.press_sequentially(" 4")  # what is whole has no need of it
    page.wait_for_function(f"!({KEPT})")
    page.reload()
    assert Data(page).points == [*PASTED, (3, 4)]


def test_back_comes_to_a_half_typed_table(half_typed: Data) -> None:
    lab, page = half_typed, half_typed.page
    page.evaluate("location.hash = 'lab-1;data=1,2,3,4'")  # as a link in the text does
    expect(lab.text).to_have_value("1, 2\n3, 4")
    expect(lab.text).not_to_have_attribute("aria-invalid", "true")
    page.go_back()
    is_half_typed(lab)
    page.goto("about:blank")
    page.go_back()
    is_half_typed(Data(page))


@pytest.mark.parametrize("button", ["Reset", "Reset data"])
def test_reset_forgets_a_half_typed_table(half_typed: Data, button: str) -> None:
    half_typed.figure.get_by_role("button", name=button, exact=True).click()
    assert half_typed.points == OWN
    half_typed.page.wait_for_function(f"!({KEPT})")
    half_typed.page.reload()
    assert Data(half_typed.page).points == OWN


def test_a_pull_that_is_taken_back_leaves_what_was_half_typed(half_typed: Data) -> None:
    for key in ("Enter", "ArrowUp"):
        half_typed.pick.press(key)
    again = half_typed.figure.get_by_role("button", name="Bring back what was typed")
    expect(again).to_be_visible()
    half_typed.pick.press("Escape")
    is_half_typed(half_typed)
    expect(again).to_be_hidden()


def test_a_link_carries_the_points_or_says_that_it_cannot(
    a_host: str, write_page: WritePage, open_page: OpenPage
) -> None:
    address = a_host + write_page(given())
    lab = Data(open_page(address))
    lab.paste(PLAIN)
    lab.page.wait_for_url("**#lab-1;data=0.5,2,0.75,1,1,2.5,2,3.5")
    other = Data(open_page(lab.page.url))
    assert other.points == PASTED
    assert other.ends() == ends(PASTED)
    note = lab.figure.get_by_text("too long for an address")
    expect(note).to_be_hidden()
    lab.type("learning_rate", "0.1")
    lab.paste("\n".join(f"{k} {k % 7}" for k in range(900)))
    expect(note).to_be_visible()
    lab.page.wait_for_url("**#lab-1;learning_rate=0.1")
    lab.figure.get_by_role("button", name="Copy link").click()
    expect(lab.remark).to_have_text(re.compile("does not hold the data: too long for an address"))
    lab.page.reload()  # which loses nothing
    assert Data(lab.page).points == [(k, k % 7) for k in range(900)]
    wrong = Data(open_page(f"{address}#lab-1;data=1,2,1,3;learning_rate=0.1"))
    expect(wrong.figure.get_by_text("All inputs are 1")).to_be_visible()
    expect(wrong.box("learning_rate")).to_have_value("0.1")
    assert wrong.points == OWN


def test_points_that_would_leave_no_best_line_stay(lab: Data) -> None:
    lab.paste("0 1\n1e6 2")
    lab.figure.get_by_text("Your own numbers").click()
    lab.pick.press("Home")
    lab.pick.press("Enter")
    for _ in range(18):  # no number is larger: it would come to lie over the other
        lab.pick.press("Shift+ArrowRight")
    (first, _), (second, _) = lab.points
    assert 0.8e6 < first < second
    expect(lab.remark).to_contain_text("the point stays")


def test_axe_finds_nothing_with_all_open(
    served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    lab = Data(open_page(served + write_page(given(step=3))))
    lab.paste("1 2\n3")
    lab.pick.focus()
    assert violations(lab.page) == []
    lab.page.emulate_media(color_scheme="dark")
    assert violations(lab.page, "color-contrast") == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740), (640, 400)])
def test_points_and_surface_are_seen_together(
    width: int, height: int, served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    size = {"width": width, "height": height}
    lab = Data(open_page(served + write_page(given()), viewport=size))
    lab.figure.evaluate("one => one.scrollIntoView({ behavior: 'instant' })")
    rest(lab.page)
    for part in (lab.picture, lab.figure.locator(".lab-map"), lab.figure.locator(".lab-key")):
        box = part.bounding_box()
        assert box["y"] >= -1
        assert box["y"] + box["height"] <= height
        assert box["x"] + box["width"] <= width
    lab.slider("learning_rate").scroll_into_view_if_needed()
    expect(lab.picture).to_be_in_viewport(ratio=1)
