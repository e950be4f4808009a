"""Recorded paths on a page: played, scrubbed and compared, and nothing there that does nothing."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Recorded, Replay, descend
from tests.support.lab_page import LabOnPage

STEPS = 40
WINDOW = ((-6.0, 6.0), (-3.0, 3.0))
X, Y = np.meshgrid(np.linspace(*WINDOW[0], 48), np.linspace(*WINDOW[1], 24))


def recorded(name: str, **settings: float) -> Recorded:
    path = descend("ravine", name, steps=STEPS + 1, **settings)
    gradients = np.transpose(path.objective.gradient(*path.params[:-1].T))
    updates = -np.diff(np.nan_to_num(path.params), axis=0)
    # As those of a network, of which the map is a part: the losses are not the map's heights.
    gone = path.diverged_at
    return Recorded(path.params[:-1], gradients, updates, path.losses[:-1] + 1, gone)


PATHS = {
    "sgd": recorded("sgd", learning_rate=0.06),
    "rmsprop": recorded("rmsprop", learning_rate=0.2),
    "momentum": recorded("momentum", learning_rate=2.0),
}
OpenPage = Callable[..., Page]


@pytest.fixture
def address(a_host: str, write_page: Callable[..., str]) -> str:
    heights = X**2 / 2 + 10 * Y**2
    return a_host + write_page(Replay(heights, WINDOW, PATHS, name="net", controls="all", step=6))


@pytest.fixture
def lab(address: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(address))


def five(number: float) -> float:
    return float(f"{number:.5g}")


def test_scrubbing_says_and_shows_what_was_recorded(lab: LabOnPage) -> None:
    pictures = lab.pictures()
    assert len(pictures) == 2  # no effective rate: nobody recorded one
    for step in (6, 0, 1, 25, STEPS):
        lab.scrub(step)
        ends = lab.ends()
        for label, name in (("SGD", "sgd"), ("RMSProp", "rmsprop")):
            path = PATHS[name]
            assert ends[label] == tuple(map(five, (*path.points[step], path.losses[step])))
            assert f"{label}, step {step}: " in lab.said()
        if step != 6:
            assert all(old != new for old, new in zip(pictures, lab.pictures(), strict=True))
        pictures = lab.pictures()
    gone = PATHS["momentum"].diverged_at
    assert ends["Momentum"] == f"Momentum diverged at step {gone}"


def test_the_start_is_named_where_the_recorded_paths_begin(lab: LabOnPage) -> None:
    places = {
        (text.get("text-anchor"), text.text): (float(text.get("x", "")), float(text.get("y", "")))
        for text in lab.svg().iter()
        if text.get("text-anchor")
    }
    (left, _), (right, _) = places["middle", "-4"], places["middle", "4"]
    (_, lower), (_, upper) = places["end", "-2"], places["end", "2"]
    pixels = (right - left) / 8
    x, y = PATHS["sgd"].points[0]
    start_x, start_y = places["start", "start"]
    middle = (lower + upper) / 2
    assert abs(start_x - (left + (x + 4) * pixels)) < 60
    assert abs(start_y - (middle - y * (lower - upper) / 4)) < 60


def test_the_numbers_of_a_step(lab: LabOnPage) -> None:
    lab.scrub(3)
    lab.figure.get_by_label("optimiser to inspect").select_option("RMSProp")
    lab.said()
    rows = [row.all_text_contents() for row in lab.table_rows()]
    path = PATHS["rmsprop"]
    assert rows[0][0] == "RMSProp, step 3"
    assert [row[0] for row in rows[1:]] == ["gradient", "update"]
    for row, numbers in zip(rows[1:], (path.gradients[3], path.updates[3]), strict=True):
        assert tuple(map(float, row[1:])) == pytest.approx(tuple(map(five, numbers)))


def test_play_runs_to_the_end(lab: LabOnPage) -> None:
    lab.scrub(STEPS - 2)
    lab.figure.get_by_role("button", name="Play").click()
    expect(lab.figure.locator(".lab-transport output")).to_have_text(f"{STEPS}/{STEPS}")


def test_who_races_can_be_chosen(lab: LabOnPage) -> None:
    pictures = lab.pictures()
    lab.figure.get_by_role("checkbox", name="SGD").uncheck()
    assert "SGD" not in lab.said()
    assert all(old != new for old, new in zip(pictures, lab.pictures(), strict=True))
    lab.figure.get_by_role("button", name="Reset", exact=True).click()
    assert "SGD, step 6: " in lab.said()
    assert lab.pictures() == pictures
    # From the legend, too; what was recorded cannot be walked in another way.
    sgd = lab.racer("SGD")
    expect(sgd.get_by_role("button", name="duplicate")).to_have_count(0)
    expect(sgd.get_by_role("button", name="values")).to_have_count(0)
    sgd.get_by_role("button", name="remove SGD").click()
    assert lab.names() == ["RMSProp", "Momentum"]
    lab.page.wait_for_function("location.hash === '#lab-1;racers=rmsprop,momentum'")


def test_nothing_is_there_that_does_nothing(lab: LabOnPage) -> None:
    expect(lab.handle).to_have_count(0)
    assert lab.figure.locator("input[type=range]").count() == 1
    assert lab.figure.locator("input[type=text]").count() == 0
    box = lab.figure.locator(".lab-map").bounding_box()
    pictures, said = lab.pictures(), lab.said()
    lab.page.mouse.move(box["x"] + 90, box["y"] + 60)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 150, box["y"] + 90)
    lab.page.mouse.up()
    lab.page.mouse.move(5, 5)
    assert (lab.pictures(), lab.said()) == (pictures, said)


def test_the_address_holds_the_step_and_who_races(address: str, open_page: OpenPage) -> None:
    lab = LabOnPage(open_page(f"{address}#lab-1;step=9;racers=rmsprop"))
    assert lab.said().startswith("RMSProp, step 9: ")
    lab.scrub(12)
    lab.page.wait_for_function("location.hash === '#lab-1;racers=rmsprop;step=12'")


def test_an_address_cannot_set_what_a_replay_has_not(address: str, open_page: OpenPage) -> None:
    others = "surface=x^2;start=1,2;window=0,1,0,1;noise=3;learning_rate=1;step=7"
    lab = LabOnPage(open_page(f"{address}#lab-1;{others}"))
    expect(lab.figure.get_by_text("is not a setting of this lab").first).to_be_visible()
    said = lab.said()
    assert said.startswith("SGD, step 7: ")
    lab.page.goto(address)
    lab.page.reload()
    plain = LabOnPage(lab.page)
    plain.scrub(7)
    assert plain.said() == said


SPAN = """figure => {
  const canvas = figure.querySelector('.lab-surface');
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const opaque = (column, row) => data[4 * (row * width + column) + 3] === 255;
  // Off the middle, where the axes' numbers do not stand.
  const [column, row] = [0.35 * width, 0.35 * height].map(Math.round);
  return [
    [...Array(width).keys()].filter((k) => opaque(k, row)).length,
    [...Array(height).keys()].filter((k) => opaque(column, k)).length,
  ];
}"""


@pytest.mark.parametrize("shape", ["", "height: 300px; aspect-ratio: auto"])
def test_the_map_ends_with_the_heights(lab: LabOnPage, shape: str) -> None:
    """However wide its box is, it is as wide by as high as the window, 2 to 1."""
    lab.page.add_style_tag(content=f".lab-map {{ {shape} }}")
    lab.said()
    wide, high = lab.figure.evaluate(SPAN)
    assert wide / high == pytest.approx(2, rel=0.02)
