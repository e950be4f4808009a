"""The learning rate over the steps: chosen, drawn, in the address, and what goes by it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Lab, descend, presets, schedules
from rmsprop_lab.schedules import Schedule
from rmsprop_lab.tuning import tune
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
WritePage = Callable[[Lab], str]


@pytest.fixture
def lab(served: str, open_page: OpenPage, write_page: WritePage) -> LabOnPage:
    made = Lab("ravine", ["rmsprop", "sgd"], controls="all", learning_rate=0.05)
    return LabOnPage(open_page(served + write_page(made)))


def choose(lab: LabOnPage, name: str) -> None:
    lab.figure.get_by_label("schedule", exact=True).select_option(name)


def check(lab: LabOnPage, label: str, rule: str, schedule: Schedule, **walk: float) -> None:
    """Where the page says that a path ends, Python ends too."""
    path = descend("ravine", rule, schedule=schedule, **{"learning_rate": 0.05} | walk)
    expected = tuple(float(f"{value:.9g}") for value in (*path.params[-1], path.losses[-1]))
    assert lab.ends()[label] == expected


def test_a_chosen_one_moves_every_path(lab: LabOnPage) -> None:
    before = lab.pictures()
    check(lab, "RMSProp", "rmsprop", schedules.constant)
    choose(lab, "cosine")
    check(lab, "RMSProp", "rmsprop", schedules.cosine)
    check(lab, "SGD", "sgd", schedules.cosine)
    assert lab.pictures()[0] != before[0]
    lab.type("final", "0.25")
    lab.type("warmup", "12")
    check(lab, "RMSProp", "rmsprop", schedules.cosine.at(final=0.25, warmup=12))
    choose(lab, "step")
    lab.type("every", "7")
    lab.type("factor", "0.5")
    stepped = schedules.step.at(every=7, factor=0.5, warmup=12)
    check(lab, "SGD", "sgd", stepped)
    lab.type("steps", "60")
    check(lab, "SGD", "sgd", stepped, steps=60)


def test_only_its_own_sliders_are_shown(lab: LabOnPage) -> None:
    own = {one.name: [p.name for p in one.parameters] for one in schedules.ALL.values()}
    every = {name for names in own.values() for name in names}
    for name, parameters in own.items():
        choose(lab, name)
        lab.said()
        shown = {one for one in every if lab.slider(one).is_visible()}
        assert shown == set(parameters)


def test_the_curve_is_the_rate_over_the_run(lab: LabOnPage) -> None:
    curve = lab.figure.locator(".lab-curve svg")
    expect(curve).to_be_visible()
    line = curve.locator("path")
    lab.said()
    flat = line.get_attribute("d") or ""
    assert {point.split(",")[1] for point in flat[1:].split("L")} == {"2.00"}
    choose(lab, "cosine")
    lab.said()
    heights = [
        float(point.split(",")[1]) for point in (line.get_attribute("d") or "")[1:].split("L")
    ]
    assert heights == sorted(heights)
    assert heights[0] == 2
    assert heights[-1] == 22
    expect(curve).to_have_attribute(
        "aria-label",
        "learning rate over the steps: times 1 at first, 0.5 at step 50, 0.000247 at last",
    )
    # In the row below the learning rate's.
    inside = ("input[name=learning_rate]", ".lab-curve")
    rows = [lab.figure.locator(".lab-control", has=lab.page.locator(one)) for one in inside]
    rate, own = (row.filter(visible=True).first.bounding_box() for row in rows)
    assert rate
    assert own
    assert 0 <= own["y"] - rate["y"] - rate["height"] < 10


def test_the_address_carries_it(lab: LabOnPage) -> None:
    choose(lab, "inverse")
    lab.type("decay", "0.3")
    lab.page.wait_for_url("**#lab-1;schedule=inverse;decay=0.3")
    said = lab.said()
    lab.page.reload()
    again = LabOnPage(lab.page)
    expect(again.figure.get_by_label("schedule", exact=True)).to_have_value("inverse")
    assert again.said() == said
    check(again, "SGD", "sgd", schedules.inverse.at(decay=0.3))
    again.figure.get_by_role("button", name="Reset", exact=True).click()
    check(again, "SGD", "sgd", schedules.constant)
    again.page.evaluate("location.hash = 'lab-1;schedule=linear'")
    complaint = again.figure.locator(".lab-complaint")
    expect(complaint).to_contain_text(
        "“linear” is no schedule of this lab; choices: constant, step"
    )


def test_the_map_of_settings_and_the_search_go_by_it(lab: LabOnPage) -> None:
    choose(lab, "cosine")
    reading = lab.figure.locator(".lab-reading")
    f = descend("ravine", "rmsprop", learning_rate=0.05, schedule="cosine").losses[-1]
    expect(reading).to_contain_text(f"f = {f:.3g} after 100 steps".replace("e-0", "e-"))
    lab.figure.get_by_role("button", name="Tune each").click()
    expect(lab.figure.locator(".lab-note")).to_contain_text("each tried the same")
    for name, label in (("sgd", "SGD"), ("rmsprop", "RMSProp")):
        best = tune("ravine", name, schedule="cosine").learning_rate
        box = lab.figure.get_by_label(f"learning rate of {label}, as a number")
        expect(box).to_have_value(f"{best:g}")
    assert (
        tune("ravine", "sgd").learning_rate
        != tune("ravine", "sgd", schedule="cosine").learning_rate
    )


def test_the_numbers_of_a_step_have_its_rate(lab: LabOnPage) -> None:
    choose(lab, "exponential")
    lab.scrub(30)
    lab.figure.get_by_role("tab", name="Numbers of the step").click()
    rows = {row.first.text_content(): row.all_text_contents()[1:] for row in lab.table_rows()}
    rate = 0.05 * schedules.exponential.factors(100)[30]
    expect(lab.figure.locator(".lab-equations")).to_contain_text(f"{rate:.4g} · ")
    assert [float(text) for text in rows["learning rate"]] == pytest.approx([rate] * 2, rel=1e-5)


def test_a_preset_with_a_start_has_a_constant_rate(lab: LabOnPage) -> None:
    choose(lab, "cosine")
    lab.type("warmup", "5")
    preset = next(one for one in presets.ALL.values() if "start" in one.settings)
    lab.figure.get_by_role("button", name=preset.label, exact=True).click()
    expect(lab.figure.get_by_label("schedule", exact=True)).to_have_value("constant")
    expect(lab.box("warmup")).to_have_value("0")


def test_a_figures_only_one_is_named(
    served: str, open_page: OpenPage, write_page: WritePage
) -> None:
    made = Lab("ravine", ["sgd"], schedule=lambda k: 1 / (1 + 0.5 * k), learning_rate=0.05)
    lab = LabOnPage(open_page(served + write_page(made)))
    row = lab.figure.locator(".lab-schedule")
    expect(row).to_contain_text("own")
    expect(row.locator("select")).to_have_count(0)
    expect(row.locator("svg")).to_be_visible()
    check(lab, "SGD", "sgd", schedules.inverse.at(decay=0.5))
