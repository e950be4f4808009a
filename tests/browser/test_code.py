"""The racers as code, and the rule's equations with the numbers of a step."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from rmsprop_lab import Lab, Optimizer, descend
from tests.browser.test_access import violations
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def made() -> Lab:
    return Lab(
        "ravine",
        ["rmsprop", ("adam", {"learning_rate": 0.25})],
        controls=["step", "racers", "learning_rate", "rho"],
        step=6,
        noise=0.5,
        steps=20,
    )


@pytest.fixture
def lab(served: str, write_page: Callable[..., str], open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(served + write_page(made()), permissions=CLIPBOARD))


def code(lab: LabOnPage) -> Locator:
    return lab.figure.locator(".lab-code code")


def toggle(lab: LabOnPage) -> Locator:
    return lab.figure.get_by_role("button", name="Code", exact=True)


def test_each_racer_is_written_for_each_library(lab: LabOnPage) -> None:
    twin = made()
    expect(toggle(lab)).to_have_attribute("aria-expanded", "false")
    expect(code(lab)).to_be_hidden()
    toggle(lab).press("Enter")
    expect(toggle(lab)).to_have_attribute("aria-expanded", "true")
    for racer in twin.names:
        lab.figure.get_by_label("optimiser as code").select_option(label=racer)
        for library in ("this book", "PyTorch", "Keras", "Optax"):
            lab.figure.get_by_label("library", exact=True).select_option(library)
            lab.said()  # once all is drawn
            assert code(lab).inner_text().strip() == twin.code(library, racer).strip()
    toggle(lab).click()
    expect(code(lab)).to_be_hidden()


def test_it_follows_the_sliders_and_is_copied_whole(lab: LabOnPage) -> None:
    twin = made()
    toggle(lab).click()
    lab.type("rho", "0.5")
    twin.rho = 0.5
    expect(code(lab)).to_contain_text("rho=0.5")
    lab.figure.get_by_role("button", name="Copy the code").click()
    expect(lab.figure.locator(".lab-note")).to_have_text("Code copied.")
    assert lab.page.evaluate("navigator.clipboard.readText()") == twin.code()
    # Whoever has left the race is not in the list.
    lab.figure.get_by_role("checkbox", name="RMSProp").uncheck()
    expect(code(lab)).to_contain_text('"adam"')
    expect(lab.figure.get_by_label("optimiser as code")).to_be_hidden()


def test_where_copying_is_refused_the_text_is_selected(
    a_host: str, write_page: Callable[..., str], open_page: OpenPage
) -> None:
    lab = LabOnPage(open_page(a_host + write_page(made())))
    lab.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }"
    )
    toggle(lab).click()
    lab.figure.get_by_role("button", name="Copy the code").click()
    expect(lab.figure.locator(".lab-note")).to_contain_text("the code is selected")
    selected = lab.page.evaluate("getSelection().toString()")
    assert selected.strip() == made().code().strip()


def equations(lab: LabOnPage) -> dict[str, list[str]]:
    """By the name of its left-hand side: the parts between the equals signs."""
    lab.said()  # once all is drawn
    lines = [
        re.split(r" ?= ", text) for text in lab.figure.locator(".lab-equations p").all_inner_texts()
    ]
    return {name.strip(): [part.strip() for part in parts] for name, *parts in lines}


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def evaluated(text: str) -> float:
    text = re.sub(r"√([\d.e−]+)", r"(\1)**0.5", text).replace("²", "**2")
    return float(eval(text.replace("·", "*").replace("−", "-")))


def test_the_equations_have_the_numbers_of_the_step(lab: LabOnPage) -> None:
    run = descend("ravine", "rmsprop", steps=20, noise=0.5)
    for step, axis in ((6, "x"), (0, "x"), (13, "y")):
        lab.scrub(step)
        lab.figure.get_by_role("radio", name=axis, exact=True).check()
        found = equations(lab)
        assert list(found) == ["s", "update"]
        assert [parts[0] for parts in found.values()] == [
            "ρ · s_prev + (1 − ρ) · g²",
            "α · g / (√s + ε)",
        ]
        column = "xy".index(axis)
        update = run.params[step, column] - run.params[step + 1, column]
        s = run.state["s"][step + 1, column]
        for name, value in (("s", s), ("update", update)):
            assert number(found[name][2]) == pytest.approx(value, rel=1e-3)
            assert evaluated(found[name][1]) == pytest.approx(value, rel=2e-3)
        numbers = lab.figure.locator(".lab-equations p span:last-child").first
        numbers.hover()
        full = numbers.get_attribute("title")
        assert full is not None
        assert number(full.split(" = ")[-1]) == s


def test_another_racer_has_its_own_equations(lab: LabOnPage) -> None:
    lab.figure.get_by_label("optimiser to inspect").select_option("adam")
    names = ["m", "v", "beta1_power", "beta2_power", "m_hat", "v_hat", "update"]
    found = equations(lab)
    assert list(found) == names
    assert found["update"][1].startswith("0.25 · ")  # its own rate
    # What is folded is not written, and is up to date when it is unfolded.
    summary = lab.figure.locator(".lab-equations summary")
    summary.click()
    last = lab.figure.locator(".lab-equations p").last
    expect(last).to_be_hidden()
    lab.said()  # once the page has been told that it is folded
    before = last.text_content()
    lab.scrub(11)
    lab.said()  # once all is drawn
    assert last.text_content() == before
    summary.click()
    expect(last).not_to_have_text(str(before))


def test_where_a_path_has_ended_or_no_tape_is_known_there_are_none(
    a_host: str, write_page: Callable[..., str], open_page: OpenPage
) -> None:
    lab = Lab("bowl", ["sgd"], controls=["step"], learning_rate=20, steps=60, step=2)
    page = LabOnPage(open_page(a_host + write_page(lab)))
    assert list(equations(page)) == ["update"]
    page.scrub(59)
    expect(page.figure.locator(".lab-equations p")).to_be_hidden()
    page.scrub(1)
    expect(page.figure.locator(".lab-equations p")).to_be_visible()


def test_a_long_rule_stays_in_its_box_on_a_phone_and_axe_finds_nothing(
    served: str, write_page: Callable[..., str], open_page: OpenPage
) -> None:
    def long(learning_rate, grad, mean_prev):
        total = grad
        for k in range(15):
            total = total * 0.5 + (grad - mean_prev) / (1 + abs(total) + k)
        return learning_rate * total, total

    lab = Lab("bowl", [Optimizer.of(long, "A long rule")], controls=["step"], step=3)
    page = open_page(served + write_page(lab), viewport={"width": 360, "height": 740})
    shown = LabOnPage(page)
    toggle(shown).click()
    assert len(equations(shown)) > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for line in shown.figure.locator(".lab-equations p").all():
        assert line.evaluate("line => line.scrollWidth <= line.clientWidth")
        box, text = (
            line.bounding_box(),
            line.evaluate(
                """line => {
              const range = document.createRange();
              range.selectNodeContents(line);
              return range.getBoundingClientRect().left;
            }"""
            ),
        )
        assert box is not None
        assert text >= box["x"] - 1
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == []
