"""Who races, at which learning rate, with epsilon where, under which noise."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import descend, presets
from rmsprop_lab.tuning import tune
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
LABORATORY = "book/laboratory.html"
START = {"learning_rate": 0.05}


@pytest.fixture
def lab(served: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(served + LABORATORY))


def check(lab: LabOnPage, ends: object, surface: str, rule: str, **walk: object) -> None:
    """What the page said of a path is what Python walks."""
    path = descend(surface, rule, **walk)
    (x, y), f = path.params[-1], path.losses[-1]
    assert ends == tuple(float(f"{value:.9g}") for value in (x, y, f))


def test_any_set_races_but_none(lab: LabOnPage) -> None:
    racers = lab.figure.get_by_role("toolbar", name="optimisers")
    for label in ("SGD", "Momentum"):
        racers.get_by_label(label, exact=True).uncheck()
    racers.get_by_label("Adam").focus()
    lab.page.keyboard.press("Space")
    ends = lab.ends()
    assert list(ends) == ["RMSProp", "Adam"]
    check(lab, ends["Adam"], "ravine", "adam", **START)
    racers.get_by_label("Adam").uncheck()
    assert list(lab.ends()) == ["RMSProp"]
    expect(racers.get_by_label("RMSProp", exact=True)).to_be_disabled()
    # Its numbers alone have sliders.
    expect(lab.slider("momentum")).to_be_hidden()
    expect(lab.slider("rho")).to_be_visible()


def test_a_figure_says_whether_its_racers_share_a_rate(lab: LabOnPage) -> None:
    shared = lab.figure.locator("label", has_text="learning rate").filter(visible=True)
    expect(shared).to_contain_text("for all")
    lab.figure.get_by_label("each its own").check()
    expect(lab.slider("learning_rate").filter(visible=True)).to_have_count(3)
    own = lab.figure.get_by_label("learning rate of SGD, as a number")
    own.fill("0.01")
    own.press("Enter")
    ends = lab.ends()
    assert list(ends) == ["RMSProp α = 0.05", "SGD α = 0.01", "Momentum α = 0.05"]
    check(lab, ends["SGD α = 0.01"], "ravine", "sgd", learning_rate=0.01)
    check(lab, ends["RMSProp α = 0.05"], "ravine", "rmsprop", **START)
    lab.figure.get_by_label("one for all").check()
    assert list(lab.ends()) == ["RMSProp", "SGD", "Momentum"]


def test_tuning_gives_each_the_same_search_and_says_so(lab: LabOnPage) -> None:
    lab.type("steps", "60")
    lab.figure.get_by_role("button", name="Tune each").click()
    note = lab.figure.locator(".lab-note")
    expect(note).to_contain_text("each tried the same 41 learning rates, 0.0001 to 10")
    expect(note).to_contain_text("after 60 steps")
    ends = lab.ends()
    for name, label in (("sgd", "SGD"), ("momentum", "Momentum"), ("rmsprop", "RMSProp")):
        best = tune("ravine", name, steps=60)
        check(
            lab, ends[f"{label} α = {best.learning_rate:g}"], "ravine", name,
            steps=60, learning_rate=best.learning_rate,
        )  # fmt: skip
        box = lab.figure.get_by_label(f"learning rate of {label}, as a number")
        assert float(box.input_value()) == best.learning_rate
    lab.type("steps", "61")  # it was tuned for another race
    expect(note).to_be_empty()


def test_who_joins_tuned_racers_is_tuned_too_and_it_is_said(lab: LabOnPage) -> None:
    lab.figure.get_by_role("button", name="Tune each").click()
    note = lab.figure.locator(".lab-note")
    expect(note).to_contain_text("on ravine each tried")
    lab.type("steps", "60")
    before = lab.ends()
    lab.figure.get_by_role("checkbox", name="Adam", exact=True).check()
    expect(note).to_contain_text("Tuned: on ravine Adam tried the same 41 learning rates")
    expect(note).to_contain_text("after 60 steps")
    best = tune("ravine", "adam", steps=60).learning_rate
    after = lab.ends()
    check(
        lab, after.pop(f"Adam α = {best:g}"), "ravine", "adam", steps=60, learning_rate=best
    )  # fmt: skip
    assert after == before  # the others keep what they have
    lab.figure.get_by_role("group", name="epsilon").get_by_label("both").check()
    expect(note).to_contain_text("RMSProp, ε inside tried the same 41")
    # One rate for all is for those who join, too.
    lab.figure.get_by_label("one for all").check()
    lab.figure.get_by_role("checkbox", name="AdaGrad").check()
    assert "AdaGrad" in lab.ends()
    expect(note).to_be_empty()


def test_tuning_says_whom_it_could_not_tune(lab: LabOnPage) -> None:
    lab.figure.get_by_label("surface").select_option("your own…")
    lab.figure.get_by_label("f(x, y) =").fill("x/0")
    lab.figure.get_by_role("button", name="Tune each").click()
    note = lab.figure.locator(".lab-note")
    expect(note).to_have_text(
        "No path of RMSProp, SGD, Momentum came to an end; none of these is tuned."
    )
    lab.figure.get_by_label("f(x, y) =").fill("-x^4")  # where only small rates hold
    lab.figure.get_by_role("button", name="Tune each").click()
    expect(note).to_contain_text("Tuned: ")


def test_tuning_does_not_hold_the_page(lab: LabOnPage) -> None:
    lab.type("steps", "10000")
    lab.figure.get_by_label("surface").select_option("your own…")
    lab.figure.get_by_label("f(x, y) =").fill("+".join(f"sin({k}*x)" for k in range(1, 20)))
    lab.said()
    # How long the click itself holds the page, and how long it takes until all rates were tried.
    held, all_rates = lab.figure.evaluate(
        """async (figure) => {
          const note = figure.querySelector(".lab-note");
          const tune = [...figure.querySelectorAll("button")]
            .find(({ textContent }) => textContent === "Tune each");
          const begun = performance.now();
          tune.click();
          const held = performance.now() - begun;
          if (note.textContent !== "Tuning…") throw new Error(note.textContent);
          while (!note.textContent.includes("Tuned: "))
            await new Promise((done) => setTimeout(done, 20));
          return [held, performance.now() - begun];
        }"""
    )
    assert held < all_rates / 4


def test_epsilon_outside_inside_and_both(lab: LabOnPage) -> None:
    lab.type("epsilon", "0.3")
    place = lab.figure.get_by_role("group", name="epsilon")
    place.get_by_label("inside").check()
    ends = lab.ends()
    assert "RMSProp" not in ends
    check(lab, ends["RMSProp, ε inside"], "ravine", "rmsprop_inside", epsilon=0.3, **START)
    place.get_by_label("both").check()
    ends = lab.ends()
    check(lab, ends["RMSProp"], "ravine", "rmsprop", epsilon=0.3, **START)
    assert ends["RMSProp"] != ends["RMSProp, ε inside"]
    place.get_by_label("outside").check()
    assert "RMSProp, ε inside" not in lab.ends()


@pytest.mark.parametrize("name", presets.ALL)
def test_a_preset_sets_what_it_says(lab: LabOnPage, name: str) -> None:
    preset = presets.ALL[name]
    lab.figure.get_by_role("button", name=preset.label, exact=True).click()
    expect(lab.figure.locator(".lab-note")).to_have_text(preset.note)
    walk = {
        key: value for key, value in preset.settings.items() if key not in ("surface", "racers")
    }
    walk = {"steps": 100, "learning_rate": 0.05, "start": (-5, 2)} | walk
    (rule,) = preset.settings["racers"]
    start, surface = walk.pop("start"), preset.settings.get("surface", "ravine")
    path = descend(surface, rule, start, **walk)
    (end,) = lab.ends().values()
    assert end[:2] == tuple(float(f"{value:.9g}") for value in path.params[-1])


def test_noise_is_seeded_and_the_same_for_all(lab: LabOnPage) -> None:
    expect(lab.slider("seed")).to_be_hidden()
    lab.type("noise", "1.5")
    lab.type("seed", "7")
    ends = lab.ends()
    for name, label in (("sgd", "SGD"), ("momentum", "Momentum"), ("rmsprop", "RMSProp")):
        check(lab, ends[label], "ravine", name, noise=1.5, seed=7, **START)
    lab.slider("seed").press("ArrowRight")
    again = lab.ends()
    check(lab, again["SGD"], "ravine", "sgd", noise=1.5, seed=8, **START)
    assert again["SGD"] != ends["SGD"]


def test_a_finger_chooses_too(served: str, open_page: OpenPage) -> None:
    page = open_page(
        served + LABORATORY, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    lab = LabOnPage(page)
    lab.figure.get_by_role("checkbox", name="Adam").tap()
    lab.figure.get_by_label("each its own").tap()
    assert "Adam α = 0.05" in lab.ends()
    lab.figure.get_by_role("button", name="Tune each").tap()
    assert "Adam α = 0.05" not in lab.ends()
