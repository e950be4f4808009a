"""The legend is the list of racers: with values of their own, once more, away, and one alone."""

import csv
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from rmsprop_lab import Lab, descend
from rmsprop_lab.tuning import tune
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
LABORATORY = "book/laboratory.html"
SHORT, LONG = "RMSProp ρ = 0.9", "RMSProp ρ = 0.99"


@pytest.fixture
def lab(served: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(served + LABORATORY))


def press(row: Locator, what: str) -> None:
    row.get_by_role("button", name=what).click()


def of_python(rule: str, **settings: object) -> tuple[float, ...]:
    """Where a path ends, as the page says it."""
    path = descend("ravine", rule, **{"learning_rate": 0.05} | settings)
    return tuple(float(f"{value:.9g}") for value in (*path.params[-1], path.losses[-1]))


def loss(lab: LabOnPage, name: str) -> float:
    return float(lab.racer(name).get_attribute("data-loss") or "nan")


def test_one_rule_races_at_two_memories_by_one_click(lab: LabOnPage) -> None:
    assert lab.names() == ["RMSProp", "SGD", "Momentum"]
    press(lab.racer("RMSProp"), "duplicate RMSProp")
    assert lab.names() == [SHORT, LONG, "SGD", "Momentum"]
    ends = lab.ends()
    assert ends[SHORT] == of_python("rmsprop", rho=0.9)
    assert ends[LONG] == of_python("rmsprop", rho=0.99)
    # In full where it stands, to the last digit.
    path = descend("ravine", "rmsprop", learning_rate=0.05, rho=0.99)
    assert loss(lab, LONG) == path.losses[-1]
    lab.scrub(7)
    lab.said()
    assert loss(lab, LONG) == path.losses[7]
    # The one follows the slider, the other has its own.
    lab.type("rho", "0.5")
    assert lab.names()[:2] == ["RMSProp ρ = 0.5", LONG]
    lab.type("rho", "0.99")
    assert lab.names()[:2] == ["RMSProp", LONG]


def test_copies_of_copies_all_differ(lab: LabOnPage) -> None:
    for _ in range(5):
        lab.figure.get_by_role("button", name="duplicate RMSProp").first.click()
    assert len(set(lab.names())) == len(lab.names()) == 8
    ends = lab.ends()
    assert len(set(ends.values())) == 8
    # No look is left for a seventh.
    expect(lab.figure.get_by_role("button", name="duplicate RMSProp")).to_have_count(0)
    expect(lab.figure.get_by_role("button", name="duplicate SGD")).to_have_count(1)


def test_all_but_the_last_can_be_removed_and_the_focus_goes_on(lab: LabOnPage) -> None:
    press(lab.racer("RMSProp"), "remove RMSProp")
    assert lab.names() == ["SGD", "Momentum"]
    expect(lab.racer("SGD").get_by_role("button", name="SGD alone")).to_be_focused()
    checkbox = lab.figure.get_by_role("checkbox", name="RMSProp", exact=True)
    expect(checkbox).not_to_be_checked()
    press(lab.racer("Momentum"), "remove")
    assert lab.names() == ["SGD"]
    expect(lab.figure.get_by_role("button", name="remove")).to_have_count(0)
    expect(lab.racer("SGD").get_by_role("button", name="values of SGD")).to_be_focused()
    lab.figure.get_by_role("button", name="Reset", exact=True).click()
    assert lab.names() == ["RMSProp", "SGD", "Momentum"]


def test_a_value_of_its_own_by_slider_by_typing_and_back(lab: LabOnPage) -> None:
    row = lab.racers.nth(1)
    press(row, "values of SGD")
    own = row.get_by_role("slider", name="learning rate of SGD")
    expect(row.get_by_label("learning rate of SGD as all")).to_be_checked()
    own.press("ArrowRight")
    _, name, _ = lab.names()
    rate = float(row.get_by_label("learning rate of SGD, as a number").input_value())
    assert 0.05 < rate < 0.06
    assert name == f"SGD α = {rate:g}"
    row = lab.racer(name)
    expect(row.get_by_label("learning rate of SGD as all")).not_to_be_checked()
    expect(row.get_by_role("slider", name="learning rate of SGD")).to_be_focused()
    assert lab.ends()[name] == of_python("sgd", learning_rate=rate)
    box = row.get_by_label("learning rate of SGD, as a number")
    box.fill("0.01")
    box.press("Enter")
    assert lab.ends()["SGD α = 0.01"] == of_python("sgd", learning_rate=0.01)
    assert lab.ends()["RMSProp"] == of_python("rmsprop")  # the others stay
    row = lab.racer("SGD α = 0.01")
    row.get_by_label("learning rate of SGD, as a number").fill("0")
    row.get_by_label("learning rate of SGD, as a number").press("Enter")
    expect(row.get_by_role("alert")).to_contain_text("“0” is not allowed: learning rate takes")
    row.get_by_label("learning rate of SGD as all").check()
    assert lab.ends()["SGD"] == of_python("sgd")
    # The settings of one racer at a time are open.
    expect(lab.racer("SGD").get_by_role("group", name="values of SGD")).to_be_visible()
    press(lab.racer("Momentum"), "values of Momentum")
    expect(lab.racer("SGD").get_by_role("group", name="values of SGD")).to_be_hidden()


def test_no_two_racers_become_one(lab: LabOnPage) -> None:
    press(lab.racer("RMSProp"), "duplicate")
    long = lab.racer(LONG)
    press(long, "values of")
    long.get_by_label("rho of RMSProp (2) as all").click()
    note = lab.figure.locator(".lab-note")
    expect(note).to_have_text("Another racer has these values: the two would be one.")
    expect(long.get_by_label("rho of RMSProp (2) as all")).not_to_be_checked()
    assert lab.names()[:2] == [SHORT, LONG]


def test_at_one_rate_for_all_who_is_alike_races_once(lab: LabOnPage) -> None:
    press(lab.racer("SGD"), "duplicate")
    assert lab.names()[1:3] == ["SGD α = 0.05", "SGD α = 0.0167"]
    lab.figure.get_by_label("one for all").check()
    assert lab.names() == ["RMSProp", "SGD", "Momentum"]
    note = lab.figure.locator(".lab-note")
    expect(note).to_have_text("Those that are alike now race once.")


def test_each_racer_is_tuned(lab: LabOnPage) -> None:
    lab.type("steps", "60")
    press(lab.racer("RMSProp"), "duplicate")
    press(lab.racer("SGD"), "duplicate")
    lab.figure.get_by_role("button", name="Tune each").click()
    expect(lab.figure.locator(".lab-note")).to_contain_text("each tried the same 41 learning rates")
    # Both of gradient descent's come to the same rate.
    expect(lab.figure.locator(".lab-note")).to_contain_text("Those that are alike now race once.")
    ends = lab.ends()
    assert len(ends) == 4
    for rho in (0.9, 0.99):
        rate = tune("ravine", "rmsprop", steps=60, rho=rho).learning_rate
        own = {"steps": 60, "learning_rate": rate}
        (end,) = (of for name, of in ends.items() if name == f"RMSProp α = {rate:g}, ρ = {rho:g}")
        assert end == of_python("rmsprop", rho=rho, **own)
        box = lab.figure.get_by_label(f"learning rate of RMSProp ρ = {rho:g}, as a number")
        assert float(box.input_value()) == rate
    sgd = tune("ravine", "sgd", steps=60).learning_rate
    assert ends[f"SGD α = {sgd:g}"] == of_python("sgd", steps=60, learning_rate=sgd)


FADED = """figure => [...figure.querySelectorAll(".lab-live canvas[role=img]")].slice(0, 2).map(
  (canvas) => {
    const { width, height } = canvas;
    const copy = Object.assign(document.createElement("canvas"), { width, height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const strong = (...colour) => {
      let count = 0;
      for (let k = 0; k < data.length; k += 4)
        count += data[k + 3] > 200 && colour.every((of, j) => Math.abs(data[k + j] - of) < 8);
      return count;
    };
    return [strong(196, 70, 1), strong(26, 111, 208), strong(31, 129, 89)];
  })"""


def alone(lab: LabOnPage) -> list[list[bool]]:
    """In the map and in the losses: whether RMSProp, SGD and Momentum stand out."""
    lab.said()
    return [[count > 40 for count in of] for of in lab.figure.evaluate(FADED)]


def test_one_is_looked_at_alone_by_pointer_by_key_and_to_stay(lab: LabOnPage) -> None:
    everybody, momentum = [[True] * 3] * 2, [[False, False, True]] * 2
    assert alone(lab) == everybody
    lab.racer("Momentum").hover()
    assert alone(lab) == momentum
    lab.page.mouse.move(2, 2)
    assert alone(lab) == everybody
    name = lab.racer("Momentum").get_by_role("button", name="Momentum alone")
    name.focus()
    lab.page.keyboard.press("ArrowRight")  # along the line, all of which is Momentum's
    expect(lab.racer("Momentum").get_by_role("button", name="values of")).to_be_focused()
    assert alone(lab) == momentum
    lab.page.keyboard.press("Tab")
    assert alone(lab) == everybody
    name.click()
    lab.page.mouse.move(2, 2)
    expect(name).to_have_attribute("aria-pressed", "true")
    assert alone(lab) == momentum
    press(lab.racer("Momentum"), "remove")  # then there is nobody to stand out
    lab.page.mouse.move(2, 2)
    assert alone(lab) == [[True, True, False]] * 2


def test_a_small_figure_offers_only_to_look(
    a_host: str, open_page: OpenPage, write_page: Callable[..., str]
) -> None:
    racers = [("rmsprop", {"rho": 0.9}), ("rmsprop", {"rho": 0.99})]
    small = Lab("ravine", racers, learning_rate=0.05, controls=["learning_rate"])
    lab = LabOnPage(open_page(a_host + write_page(small)))
    assert lab.names() == [SHORT, LONG]
    expect(lab.racer(SHORT).get_by_role("button")).to_have_count(1)
    pictures = lab.pictures()
    lab.racer(LONG).hover()
    lab.said()
    assert all(old != new for old, new in zip(pictures, lab.pictures(), strict=True))
    lab.page.mouse.move(2, 2)
    lab.said()
    assert lab.pictures() == pictures


def test_racers_in_the_link_the_table_the_step_and_the_map(
    lab: LabOnPage, served: str, open_page: OpenPage
) -> None:
    press(lab.racer("RMSProp"), "duplicate")
    lab.page.wait_for_function(
        "location.hash === '#lab-1;racers=rmsprop,rmsprop:rho:0.99,sgd,momentum'"
    )
    lab.figure.get_by_label("map of", exact=True).select_option(LONG)
    lab.page.wait_for_function("location.hash.includes('sweep=rmsprop:2,learning_rate,rho')")
    other = LabOnPage(open_page(served + LABORATORY + lab.page.evaluate("location.hash")))
    assert other.said() == lab.said()
    assert other.names() == lab.names()
    expect(other.figure.locator(".lab-complaint")).to_be_hidden()
    map_of = other.figure.get_by_label("map of", exact=True)
    expect(map_of.locator("option:checked")).to_have_text(LONG)
    # A pick on its map moves its own rho, and everybody's learning rate.
    ring = other.figure.locator(".lab-grid .lab-start")
    ring.press("ArrowDown")
    expect(other.box("rho").first).to_have_value("0.9")
    moved = other.names()[1]
    assert moved.startswith("RMSProp ρ = 0.9")
    assert moved != LONG
    other.figure.get_by_role("tab", name="Numbers of the step").click()
    other.figure.get_by_label("optimiser to inspect").select_option(moved)
    other.said()
    assert other.table_rows()[0].first.text_content() == f"{moved}, step 100"
    with other.page.expect_download() as download:
        other.figure.get_by_role("button", name="Save as CSV").click()
    with open(download.value.path(), newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(dict.fromkeys(row["racer"] for row in rows)) == other.names()
    assert {row["optimiser"] for row in rows} == {"RMSProp", "SGD", "Momentum"}


def test_epsilon_changes_its_place_with_what_each_has_of_its_own(lab: LabOnPage) -> None:
    press(lab.racer("RMSProp"), "duplicate")
    place = lab.figure.get_by_role("group", name="epsilon")
    place.get_by_label("inside").check()
    inside = ["RMSProp, ε inside ρ = 0.9", "RMSProp, ε inside ρ = 0.99"]
    assert lab.names() == [*inside, "SGD", "Momentum"]
    place.get_by_label("both").check()
    assert sorted(lab.names()) == sorted([SHORT, LONG, *inside, "SGD", "Momentum"])
    place.get_by_label("outside").check()
    assert lab.names() == [SHORT, LONG, "SGD", "Momentum"]


def test_a_finger_does_it_too(served: str, open_page: OpenPage) -> None:
    page = open_page(
        served + LABORATORY, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    lab = LabOnPage(page)
    # On a phone what one does with a racer comes with its values.
    lab.racer("RMSProp").get_by_role("button", name="values of").tap()
    lab.racer("RMSProp").get_by_role("button", name="duplicate").tap()
    assert lab.names()[:2] == [SHORT, LONG]
    name = lab.racer("Momentum").get_by_role("button", name="Momentum alone")
    name.tap()
    assert alone(lab) == [[False, False, True]] * 2
    name.tap()
    assert alone(lab) == [[True] * 3] * 2
    lab.racer(LONG).get_by_role("button", name="values of").tap()
    lab.racer(LONG).get_by_label("epsilon of RMSProp ρ = 0.99 as all").tap()
    page.wait_for_function("location.hash.includes('rmsprop:rho:0.99:epsilon:0.000001')")
    name = f"{LONG}, ε = 1e-6"
    lab.racer(name).get_by_role("button", name="remove").tap()
    assert lab.names() == ["RMSProp", "SGD", "Momentum"]
