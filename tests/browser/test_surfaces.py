"""Surfaces: chosen, bent by their numbers, and typed; whatever is typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Objective, descend, objectives
from tests.browser.lab_page import LabOnPage

OpenPage = Callable[..., Page]
LABORATORY = "book/laboratory.html"
WALK = {"learning_rate": 0.05}


@pytest.fixture
def lab(served: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(served + LABORATORY))


def write(lab: LabOnPage, formula: str) -> None:
    lab.figure.get_by_label("surface").select_option("your own…")
    lab.figure.get_by_label("f(x, y) =").fill(formula)


@pytest.mark.parametrize("name", objectives.ALL)
def test_every_surface_can_be_chosen(lab: LabOnPage, name: str) -> None:
    lab.figure.get_by_label("surface").select_option("bowl" if name == "ravine" else "ravine")
    before = lab.pictures()[0]
    lab.figure.get_by_label("surface").select_option(name)
    end = lab.ends()["RMSProp"]
    path = descend(name, "rmsprop", **WALK)
    expected = (*path.params[-1], path.losses[-1])
    assert end == pytest.approx(expected, rel=1e-8, abs=1e-300)
    assert lab.pictures()[0] != before
    x, y = objectives.ALL[name].start
    assert f"x = {x:g}, y = {y:g}" in (lab.handle.first.get_attribute("aria-label") or "")


def test_a_ravine_is_bent_by_its_numbers_and_others_have_none(lab: LabOnPage) -> None:
    lab.type("condition", "300")
    lab.type("slope", "0.5")
    path = descend(objectives.ravine.at(condition=300, slope=0.5), "rmsprop", **WALK)
    assert lab.ends()["RMSProp"][0] == float(f"{path.params[-1, 0]:.9g}")
    lab.figure.get_by_label("surface").select_option("beale")
    lab.said()
    expect(lab.slider("condition")).to_be_hidden()
    expect(lab.slider("slope")).to_be_hidden()


@pytest.mark.parametrize("formula", ["x^2 + 3*y^2 - x*y", "sqrt(1 + x*x) + abs(y)", "x**4 - y/2"])
def test_a_typed_surface_is_walked_as_python_walks_it(lab: LabOnPage, formula: str) -> None:
    write(lab, formula)
    path = descend(Objective.of(formula), "rmsprop", (5, 4), **WALK)
    expected = (*path.params[-1], path.losses[-1])
    assert lab.ends()["RMSProp"] == tuple(float(f"{value:.9g}") for value in expected)


def test_a_mistake_is_shown_under_its_character_and_nothing_is_lost(lab: LabOnPage) -> None:
    write(lab, "x^2 + y^2")
    said = lab.said()
    write(lab, "x^2 + foo*y")
    message = lab.figure.locator(".lab-typed [role=alert]")
    expect(message).to_contain_text("“foo” at character 7 is not known; choices: x, y")
    sign, _ = (message.text_content() or "").split("\n", 1)
    assert sign == " " * 6 + "▲"
    # The box and the message share a font of one width and an edge, so it stands there.
    places = lab.figure.locator(".lab-formula").evaluate(
        """(box) => {
          const line = document.getElementById(box.getAttribute("aria-describedby"));
          const [one, other] = [getComputedStyle(box), getComputedStyle(line)];
          const text = (style) => parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth);
          const left = (element, style) => element.getBoundingClientRect().left + text(style);
          return [one.font === other.font || one.fontFamily === other.fontFamily
            && one.fontSize === other.fontSize, left(box, one) - left(line, other)];
        }"""
    )
    assert places[0]
    assert abs(places[1]) < 1.5
    expect(lab.figure.get_by_label("f(x, y) =")).to_have_value("x^2 + foo*y")
    assert lab.said() == said  # the last good one stays
    write(lab, "x^2 + 2*y^2")
    expect(message).to_be_hidden()
    assert lab.said() != said


HOSTILE = [
    "",
    " ",
    "x" * 5000,
    "(" * 300,
    "x" + "^9" * 90,
    'constructor.constructor("alert(1)")()',
    "alert(1)",
    "<img src=x onerror=alert(1)>",
    "__proto__",
    "toString",
    "`${alert(1)}`",
    "x); alert(1); (y",
    "1e999",
    "x/0",
    "0",
    "1",
    "log(x-100)",
    "10^300*x^8",
    "1/(x-5)",
    "x^y^x^y^x",
    "sin(1/(x*x+y*y))",
    "𝑥² + ∞",
    "\u202ex+y",
    "x\u0000y",
]


def test_nothing_typed_raises_runs_or_holds_the_page(lab: LabOnPage) -> None:
    """`open_page` fails on an error of the console; a dialog or a long wait fails here."""
    dialogs: list[str] = []
    lab.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    lab.figure.get_by_label("surface").select_option("your own…")
    for text in HOSTILE:
        spent = lab.figure.locator(".lab-formula").evaluate(
            """async (box, text) => {
              box.value = text;
              const begun = performance.now();
              box.dispatchEvent(new Event("input", { bubbles: true }));
              await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
              return performance.now() - begun;
            }""",
            text,
        )
        assert spent < 1000, text[:40]
    assert dialogs == []
    write(lab, "x^2 + y^2")
    assert isinstance(lab.ends()["SGD"], tuple)
