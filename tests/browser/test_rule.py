"""A rule is edited in the page: its path, its mistakes, its link, its Python."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Lab, Optimizer, Parameter, descend, rules
from tests.browser.conftest import HTML, models_of
from tests.support.lab_page import LabOnPage

AXE = Path(__file__).parents[2] / "rmsprop_lab/lab/js/node_modules/axe-core/axe.min.js"
CONTROLS = ["rule", "learning_rate", "rho", "steps"]
WITH_ABS = """def rmsprop(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * abs(grad)
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s
"""
WITH_DRAG = """def drag(learning_rate, drag=0.25, momentum=0.5, grad=0, velocity_prev=0):
    velocity = momentum * velocity_prev + (1 - drag) * grad
    return learning_rate * velocity, velocity
"""


@pytest.fixture
def address(write_page: Callable[..., str], served: str) -> str:
    return served + write_page(Lab("ravine", ["rmsprop", "sgd"], controls=CONTROLS, steps=40))


def field(lab: LabOnPage) -> object:
    return lab.figure.locator("textarea[name=rule]")


def defined(text: str) -> dict[str, object]:
    made: dict[str, object] = {"np": np}
    exec(text, made)
    return made


def ends_as(path: object) -> tuple[float, float, float]:
    x, y = path.params[-1]
    return tuple(float(f"{value:.9g}") for value in (x, y, path.losses[-1]))


def test_what_is_typed_walks_as_in_python(address: str, open_page: Callable[..., Page]) -> None:
    lab = LabOnPage(open_page(address))
    before = lab.pictures()
    field(lab).fill(WITH_ABS)
    expected = descend("ravine", defined(WITH_ABS)["rmsprop"], steps=40)
    assert lab.ends()["RMSProp, edited"] == ends_as(expected)
    assert lab.ends()["SGD"] == ends_as(descend("ravine", "sgd", steps=40))
    assert lab.pictures()[0] != before[0]
    field(lab).fill(field(lab).input_value().replace("-", "+").replace("grad /", "-grad /"))
    assert lab.ends() != {}


def test_a_new_argument_has_a_slider(address: str, open_page: Callable[..., Page]) -> None:
    lab = LabOnPage(open_page(address))
    field(lab).fill(WITH_DRAG)
    own = Optimizer.of(
        defined(WITH_DRAG)["drag"],
        parameters=[Parameter("drag", "", 0.25, low=-math.inf, high=math.inf, slider=(0, 1))],
    )
    assert lab.ends()["RMSProp, edited"] == ends_as(descend("ravine", own, momentum=0.9, steps=40))
    assert lab.slider("rho").is_hidden()
    lab.type("drag", "0.75")
    lab.type("momentum", "0.25")
    expected = ends_as(descend("ravine", own, momentum=0.25, drag=0.75, steps=40))
    assert lab.ends()["RMSProp, edited"] == expected
    ends = lab.figure.get_by_label("slider of drag to")
    ends.fill("3")
    ends.press("Enter")
    expect(lab.slider("drag")).to_have_attribute("max", "3")
    ends.fill("-1")
    ends.press("Enter")
    expect(lab.figure.locator(".lab-note")).to_contain_text("from the smaller to the larger")
    expect(ends).to_have_value("3")
    lab.page.wait_for_url(re.compile("own=drag:0.75:0:3"))
    again = LabOnPage(open_page(lab.page.url))
    assert field(again).input_value() == WITH_DRAG
    assert again.ends() == lab.ends()
    expect(again.slider("drag")).to_have_attribute("max", "3")


def test_the_equations_have_the_names_of_the_text(
    write_page: Callable[..., str], served: str, open_page: Callable[..., Page]
) -> None:
    made = Lab("ravine", ["rmsprop"], controls=["rule", "step"], steps=40)
    lab = LabOnPage(open_page(served + write_page(made)))
    text = field(lab).input_value()
    named = text.replace("    s =", "    root = sqrt(s_prev)\n    s =").replace("sqrt(s)", "root")
    field(lab).fill(named.replace("root)", "root + epsilon * root)"))
    equations = lab.figure.locator(".lab-equations p")
    expect(equations.filter(has_text="root = √s_prev")).to_have_count(1)
    expect(equations.filter(has_text="v1")).to_have_count(0)


HEARD = """field => {
  window.heard = [];
  const spoken = field.closest(".lab-written").querySelector("[role=status]");
  new MutationObserver(() => heard.push(spoken.textContent))
    .observe(spoken, { childList: true, characterData: true, subtree: true });
}"""


def test_a_mistake_is_said_and_the_picture_stays(
    address: str, open_page: Callable[..., Page]
) -> None:
    lab = LabOnPage(open_page(address))
    before, ends = lab.pictures(), lab.ends()
    text = field(lab).input_value()
    field(lab).evaluate(HEARD)
    field(lab).focus()
    lab.page.keyboard.press("Control+End")
    lab.page.keyboard.type("\n    grd")
    message = lab.figure.locator(f"#{field(lab).get_attribute('aria-describedby')}")
    expect(message).to_contain_text("line")
    expect(field(lab)).to_have_attribute("aria-invalid", "true")
    assert lab.pictures() == before
    assert lab.ends() == ends
    wrong = text.replace("grad * grad", "grad * grd")
    field(lab).fill(wrong)
    expect(message).to_contain_text("“grd” in line 2")
    line = wrong.split("\n")[1]
    sign = lab.figure.locator(".lab-rule-sign")
    placed = sign.evaluate(
        "e => ['line', 'column'].map(name => e.style.getPropertyValue(`--lab-${name}`))"
    )
    assert placed == ["2", str(line.index("grd"))]
    lab.page.wait_for_function("heard.length > 0")
    assert lab.page.evaluate("heard") == [message.text_content()]
    field(lab).fill(text)
    expect(message).to_be_hidden()
    assert field(lab).get_attribute("aria-invalid") is None
    assert lab.ends() == ends


def test_reset_brings_the_lab_s_rule_back(address: str, open_page: Callable[..., Page]) -> None:
    lab = LabOnPage(open_page(address))
    text, ends = field(lab).input_value(), lab.ends()
    for name in ("Reset rule", "Reset"):
        field(lab).fill(WITH_ABS)
        assert lab.ends() != ends
        lab.figure.get_by_role("button", name=name, exact=True).click()
        expect(field(lab)).to_have_value(text)
        assert lab.ends() == ends
        field(lab).fill("def")
        lab.figure.get_by_role("button", name=name, exact=True).click()
        expect(field(lab)).to_have_value(text)


def test_a_copied_rule_runs(address: str, open_page: Callable[..., Page]) -> None:
    lab = LabOnPage(open_page(address, permissions=["clipboard-read", "clipboard-write"]))
    for text in (field(lab).input_value(), WITH_ABS, WITH_ABS.replace("np.", "math.")):
        field(lab).fill(text)
        lab.figure.get_by_role("button", name="Copy rule").click()
        expect(lab.figure.locator(".lab-note")).to_have_text("Rule copied.")
        made: dict[str, object] = {}
        exec(lab.page.evaluate("navigator.clipboard.readText()"), made)
        assert made["rmsprop"](0.1, 0.5, 1e-6, 2.0, 0.0)[1] in (1.0, 2.0)


HALF = WITH_ABS.replace("abs(grad)", "abs(grad")


@pytest.fixture
def half_typed(
    write_page: Callable[..., str], a_host: str, open_page: Callable[..., Page]
) -> LabOnPage:
    """A whole rule, and a half-typed one over it, on a page that may be copied from."""
    where = write_page(Lab("ravine", ["rmsprop", "sgd"], controls=CONTROLS, steps=40))
    lab = LabOnPage(open_page(a_host + where))
    field(lab).fill(WITH_ABS)
    field(lab).fill(HALF)
    lab.page.wait_for_function("Object.keys(history.state.drafts['lab-1'] ?? {}).length > 0")
    return lab


def is_half_typed(lab: LabOnPage) -> None:
    """With its message, and with the picture of the last whole rule."""
    expect(field(lab)).to_have_value(HALF)
    expect(field(lab)).to_have_attribute("aria-invalid", "true")
    message = lab.figure.locator(f"#{field(lab).get_attribute('aria-describedby')}")
    expect(message).to_contain_text("in line 2 is not closed")
    expected = descend("ravine", defined(WITH_ABS)["rmsprop"], steps=40)
    assert lab.ends()["RMSProp, edited"] == ends_as(expected)


def test_a_half_typed_rule_outlives_a_reload(half_typed: LabOnPage) -> None:
    half_typed.page.reload()
    lab = LabOnPage(half_typed.page)
    is_half_typed(lab)
    field(lab).fill(WITH_ABS)  # what is whole has no need of it
    lab.page.wait_for_function("Object.keys(history.state.drafts['lab-1']).length === 0")
    lab.page.reload()
    expect(field(LabOnPage(lab.page))).to_have_value(WITH_ABS)


def test_back_comes_to_a_half_typed_rule(half_typed: LabOnPage) -> None:
    lab, page = half_typed, half_typed.page
    page.evaluate("location.hash = 'lab-1;rho=0.5'")  # as a link in the text does
    expect(field(lab)).to_have_value(re.compile("grad . grad"))
    expect(field(lab)).not_to_have_attribute("aria-invalid", "true")
    page.go_back()
    is_half_typed(lab)
    page.evaluate("location.hash = 'a-heading'")  # which says nothing of the lab
    page.wait_for_function("history.state?.drafts?.['lab-1']?.rule !== undefined")
    page.reload()
    is_half_typed(LabOnPage(page))
    page.goto("about:blank")
    page.go_back()
    is_half_typed(LabOnPage(page))


def test_a_link_holds_what_is_whole(half_typed: LabOnPage, open_page: Callable[..., Page]) -> None:
    half_typed.figure.get_by_role("button", name="Copy link").click()
    again = LabOnPage(open_page(half_typed.page.url))
    assert field(again).input_value() == WITH_ABS
    is_half_typed(half_typed)
    half_typed.figure.get_by_role("button", name="Reset", exact=True).click()
    half_typed.page.wait_for_function("Object.keys(history.state.drafts['lab-1']).length === 0")
    half_typed.page.reload()
    expect(field(LabOnPage(half_typed.page))).not_to_have_attribute("aria-invalid", "true")


def test_a_link_carries_a_rule(address: str, open_page: Callable[..., Page]) -> None:
    lab = LabOnPage(open_page(address))
    field(lab).fill(WITH_ABS)
    lab.page.wait_for_url(re.compile("rule=def"))
    again = LabOnPage(open_page(lab.page.url))
    assert field(again).input_value() == WITH_ABS
    assert again.ends() == lab.ends()
    field(lab).fill(WITH_ABS + "\n#" + "%" * 1500)
    expect(lab.figure.get_by_text("too long for an address")).to_be_visible()
    lab.page.wait_for_function("!location.href.includes('rule=')")


def test_a_rule_too_long_for_an_address_outlives_a_reload(
    write_page: Callable[..., str], a_host: str, open_page: Callable[..., Page]
) -> None:
    where = write_page(Lab("ravine", ["rmsprop", "sgd"], controls=CONTROLS, steps=40))
    lab = LabOnPage(open_page(a_host + where))
    long = WITH_ABS + "\n#" + "%" * 1500
    field(lab).fill(long)
    lab.type("rho", "0.5")
    lab.page.wait_for_function("history.state?.long['lab-1']?.rule && /rho=0.5$/.test(location)")
    before = lab.ends()
    lab.page.reload()
    lab = LabOnPage(lab.page)
    expect(field(lab)).to_have_value(long)
    assert lab.ends() == before
    lab.page.evaluate("location.hash = 'lab-1;rho=0.6'")  # a link does not hold it
    expect(field(lab)).to_have_value(re.compile("grad . grad"))
    lab.page.go_back()
    expect(field(lab)).to_have_value(long)


def test_ones_own_rule_races(
    write_page: Callable[..., str], served: str, open_page: Callable[..., Page]
) -> None:
    own = Optimizer.of(rules.rmsprop, "your own rule", name="own")
    made = Lab("ravine", ["rmsprop", own], racers=["rmsprop"], controls="all", steps=40)
    lab = LabOnPage(open_page(served + write_page(made)))
    assert lab.names() == ["RMSProp"]
    lab.figure.locator("input[type=checkbox][value=own]").check()
    assert lab.names() == ["RMSProp", "your own rule"]
    field(lab).fill(WITH_ABS)
    expected = descend("ravine", defined(WITH_ABS)["rmsprop"], steps=40)
    assert lab.ends()["your own rule"] == ends_as(expected)
    lab.figure.get_by_role("button", name="duplicate your own rule").click()
    assert len(lab.names()) == 3
    field(lab).fill("def sgd(grad):\n    return 0.01 * grad")  # takes nothing
    assert lab.names() == ["RMSProp", "your own rule"]
    lab.figure.get_by_role("button", name="Tune each").click()
    expect(lab.figure.locator(".lab-note")).to_contain_text("Tuned")
    lab.figure.get_by_role("button", name="remove your own rule").click()
    assert lab.names()[0].startswith("RMSProp")
    assert len(lab.names()) == 1


def test_code_of_an_edited_rule_runs(
    write_page: Callable[..., str], served: str, open_page: Callable[..., Page]
) -> None:
    made = Lab("ravine", ["rmsprop"], controls=[*CONTROLS, "code"], steps=40)
    lab = LabOnPage(open_page(served + write_page(made)))
    field(lab).fill(WITH_DRAG)
    lab.figure.get_by_role("button", name="Code").click()
    expect(lab.figure.locator(".lab-code code")).to_contain_text("descend")
    ran: dict[str, object] = {}
    exec(lab.figure.locator(".lab-code code").text_content() or "", ran)
    assert lab.ends()["RMSProp, edited"] == ends_as(ran["path"])
    lab.figure.get_by_label("library").select_option("PyTorch")
    expect(lab.figure.locator(".lab-code code")).to_contain_text("no equal")


def test_keys_and_phones(address: str, open_page: Callable[..., Page]) -> None:
    lab = LabOnPage(open_page(address, viewport={"width": 360, "height": 740}, has_touch=True))
    box = field(lab)
    box.focus()
    lab.page.keyboard.press("Tab")
    assert not box.evaluate("e => e === document.activeElement")
    assert box.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16
    for name, value in (("spellcheck", "false"), ("autocorrect", "off"), ("autocapitalize", "off")):
        assert box.get_attribute(name) == value


def test_axe_finds_nothing(address: str, open_page: Callable[..., Page]) -> None:
    lab = LabOnPage(open_page(address))
    field(lab).fill(WITH_DRAG)
    lab.frame()
    field(lab).press_sequentially("x")
    lab.page.add_script_tag(content=AXE.read_text())
    assert lab.page.evaluate("axe.run()")["violations"] == []


#: In each chapter with such a field: whose rule it is, and what to write there for what.
EXPERIMENTS = [
    ("gradient-descent", "SGD", "* grad", "* np.sign(grad)"),
    ("momentum", "Momentum", "+ grad", "+ (1 - momentum) * grad"),
    ("momentum", "Nesterov", "(grad + momentum * velocity)", "velocity"),
    ("coordinates", "Sign rule", "1e-12", "1"),
    ("coordinates", "AdaGrad", "s_prev + grad * grad", "0.9 * s_prev + 0.1 * grad * grad"),
    ("rmsprop", "RMSProp", "grad * grad", "abs(grad)"),
    ("knobs", "RMSProp", "epsilon)", "1.1 * learning_rate)"),
    ("adam", "Adam", "v_hat = v / (1 - beta2_power)", "v_hat = v"),
    ("failures", "AMSGrad", "(top_prev", "(0.3 * top_prev"),
    ("minibatch", "SGD, falling rate", "(1 + decay", "sqrt(1 + decay"),
    ("own-lab", "Blend", "1 - share", "2 - share"),  # at p = 0 the prose's changes nothing
]


@pytest.mark.parametrize(("chapter", "racer", "old", "new"), EXPERIMENTS)
def test_the_chapters_experiments(
    chapter: str,
    racer: str,
    old: str,
    new: str,
    served: str,
    write_page: Callable[..., str],
    open_page: Callable[..., Page],
) -> None:
    path = f"book/{chapter}.html"
    edited = [
        next((of["label"] for of in model["spec"]["optimizers"] if "source" in of), "")
        for model in models_of((HTML / path).read_text())
    ]
    clipboard = ["clipboard-read", "clipboard-write"]
    page = open_page(served + write_page(path, edited.index(racer)), permissions=clipboard)
    lab = LabOnPage(page)
    text, ends = field(lab).input_value(), lab.ends()
    assert text.count(old) == 1
    field(lab).fill(text.replace(old, new))
    changed = lab.ends()
    assert set(changed) == {*ends, f"{racer}, edited"} - {racer}
    assert changed.pop(f"{racer}, edited") != ends.pop(racer)
    assert changed == ends  # the others walk as before
    lab.page.wait_for_url(re.compile("rule=def"))
    lab.figure.get_by_role("button", name="Copy rule").click()
    expect(lab.figure.locator(".lab-note")).to_have_text("Rule copied.")
    made: dict[str, object] = {}
    exec(page.evaluate("navigator.clipboard.readText()"), made)
    rule = made[re.search(r"def (\w+)", text)[1]]
    rule(*[0.5] * rule.__code__.co_argcount)  # it has all that it needs
    walked = lab.ends()
    page.reload()
    lab = LabOnPage(page)
    assert field(lab).input_value() == text.replace(old, new)
    assert lab.ends() == walked
    lab.figure.get_by_role("button", name="Reset rule").click()
    expect(field(lab)).to_have_value(text)
    assert lab.ends().keys() == {*ends, racer}


#: Written into a link (test_hostile_rules.py), and checked (test_exercise.py).
HOSTILE = [
    *("def", "def f(", "(" * 3000, "def f(grad): return " + "-" * 2000 + "grad"),
    *("def f(__proto__, grad): return grad", "def f(constructor, grad): return constructor * grad"),
    *("def f(steps, grad): return grad", "def f(condition, grad): return grad"),
    *(
        "import os",
        "def f(grad): return __import__('os')",
        "x = 1",
        "\x00",
        "%",
        "%E0%A4%A",
        "\ud7ff",
    ),
    *("def f(grad): return 1e999 * grad", "def f(grad): return grad / 0", "lambda grad: grad"),
    *("def f(grad, s_prev): return grad", "def f(grad):\n  " + "grad=grad*grad\n  " * 250),
]
