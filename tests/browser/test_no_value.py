"""Where f has no value the lab says so, and shows a hole; 0 is 0, also where the scale has none."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
LABORATORY = "book/laboratory.html"


@pytest.fixture
def open_lab(served: str, open_page: OpenPage) -> Callable[..., LabOnPage]:
    def open_(settings: str) -> LabOnPage:
        return LabOnPage(open_page(f"{served}{LABORATORY}#lab-1;{settings}", color_scheme="light"))

    return open_


def ground(lab: LabOnPage) -> list[list[int]]:
    """Colours of the map's surface along a row, left to right, at a height with no path."""
    lab.said()
    return lab.figure.locator(".lab-surface").evaluate(
        """(canvas) => {
          const scale = canvas.width / canvas.clientWidth;
          const [row, left, right] = [0.25 * canvas.height, 40 * scale, canvas.width - 10 * scale];
          const { data } = canvas.getContext("2d").getImageData(left, row, right - left, 1);
          const pixels = Array.from({ length: data.length / 4 }, (_, k) => 4 * k);
          return pixels.map((k) => [...data.slice(k, k + 3)]);
        }"""
    )


#: How far down the plot the curve is, as a share of its height.
LOWEST = """(plot) => {
  const canvas = plot.querySelectorAll("canvas")[1];
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const rows = [];
  for (let k = 3; k < data.length; k += 4) if (data[k]) rows.push(Math.floor(k / 4 / canvas.width));
  return Math.min(...new Set(rows)) / canvas.height;
}"""
CHEQUER = [195, 204, 214]  # --lab-line in the light


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("x^(1/3)+y^2", "SGD stopped: f has no value there, from step "),
        ("log(x)+y^2", "f has no value there, from step "),
    ],
)
def test_a_path_comes_where_f_has_no_value(
    formula: str, words: str, open_lab: Callable[..., LabOnPage]
) -> None:
    lab = open_lab(f"surface={quote(formula)};start=1,1;racers=sgd,rmsprop;steps=100")
    said = lab.said()
    assert words in said
    assert "diverged" not in said
    assert "NaN" not in (lab.figure.inner_text())
    # The map: chequers left of 0, none to the right, where the tones are as ever.
    colors = ground(lab)
    half = len(colors) // 2
    assert colors[: half - 5].count(CHEQUER) > half / 4
    assert CHEQUER not in colors[half + 8 :]
    name = lab.figure.locator(".lab-map canvas[role=img]").get_attribute("aria-label")
    assert name.endswith("chequered where f has no value")
    # And the convergence map tells it from divergence.
    expect(lab.figure.locator(".lab-reading")).to_contain_text("f has no value after 100 steps")


def test_a_surface_with_a_value_everywhere_has_no_hole(open_lab: Callable[..., LabOnPage]) -> None:
    lab = open_lab("surface=bowl;start=5,4;racers=sgd")
    assert CHEQUER not in ground(lab)[20:-20]
    name = lab.figure.locator(".lab-map canvas[role=img]").get_attribute("aria-label")
    assert "chequered" not in name


def test_at_a_minimum_no_number_is_missing(open_lab: Callable[..., LabOnPage]) -> None:
    lab = open_lab("surface=bowl;start=0,0;racers=rmsprop;steps=20;step=5")
    cells = [row.all_inner_texts() for row in lab.table_rows()]
    rows = {name: numbers for name, *numbers in cells}
    assert rows["gradient"] == ["0", "0"]
    assert rows["s"] == ["0", "0"]
    assert rows["effective rate"] == ["–", "–"]
    assert rows["update"] == ["0", "0"]
    assert "NaN" not in lab.figure.inner_text()


def ticks(lab: LabOnPage) -> list[str]:
    """What stands at the left of the plots' and the map's axes."""
    with lab.page.expect_download() as download:
        lab.figure.get_by_role("button", name="Save as SVG").click()
    texts = ElementTree.parse(download.value.path()).iter("{http://www.w3.org/2000/svg}text")
    return [text.text or "" for text in texts if text.get("text-anchor") == "end"]


def test_a_loss_of_zero_stands_on_a_line_of_its_own(open_lab: Callable[..., LabOnPage]) -> None:
    lab = open_lab("surface=bowl;start=5,4;racers=sgd;learning_rate=0.3;steps=9")
    without = ticks(lab).count("0")
    lab.type("learning_rate", "0.5")
    assert lab.said().endswith("f = 0.")
    assert ticks(lab).count("0") == without + 1
    # Where it begins at the minimum there is nothing but 0, and no small number instead.
    for axis in "xy":
        box = lab.figure.get_by_label(f"start {axis}", exact=True)
        box.fill("0")
        box.press("Enter")
    assert lab.said().startswith("SGD, step 9: x = 0, y = 0, f = 0")
    lowest = lab.figure.locator(".lab-plot").first.evaluate(LOWEST)
    assert lowest > 0.7  # the line, and over it its name
