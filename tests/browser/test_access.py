"""For everyone: axe finds nothing, fingers and keys reach everything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.lab_page import LabOnPage, start_all

OpenPage = Callable[..., Page]
AXE = Path(__file__).parents[2] / "rmsprop_lab/lab/js/node_modules/axe-core/axe.min.js"
LABORATORY = "book/laboratory.html"
#: One page of each kind: a run of axe takes seconds. What hangs on a page's text, not on its kind,
#: is read from the file of every page (test_pages.py).
KINDS = [
    LABORATORY,
    "search.html",
    *(
        f"book/{name}.html"
        for name in "index rmsprop network claims api assignment-rmsprop check-your-rule".split()
    ),
]


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds, by these rules or by all."""
    page.add_script_tag(path=AXE)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{of['id']}: {node['html'][:160]} {node['failureSummary']}"
        for of in found
        for node in of["nodes"]
    ]


# axe takes as long as a page is: of what one program makes over and over it sees ten.
TEN_OF_A_MAKE = """() => {
  for (const make of ["article .katex", "article dl.py", "article .highlight", ".sidebar-tree li"])
    for (const one of [...document.querySelectorAll(make)].slice(10)) one.remove();
}"""


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_nothing_in_the_light_and_in_the_dark(
    path: str, served: str, open_page: OpenPage
) -> None:
    page = open_page(served + path, color_scheme="light")
    start_all(page)
    for question in page.locator("fieldset.question").all():
        question.get_by_role("radio").first.check()  # its reason shows
    for solution in page.locator("details.solution > summary").all():
        solution.click()
    page.evaluate(TEN_OF_A_MAKE)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == []  # all else is as it was


def test_axe_finds_nothing_on_a_phone_with_everything_open(
    served: str, open_page: OpenPage
) -> None:
    racers = "sgd:learning_rate:0.1,rmsprop,rmsprop:rho:0.5"
    address = f"{served}{LABORATORY}#lab-1;surface=x*q;noise=1;racers={racers}"
    page = open_page(address, viewport={"width": 360, "height": 740})
    lab = LabOnPage(page)
    lab.unfold()
    lab.figure.get_by_label("surface").select_option("your own…")
    lab.figure.get_by_label("f(x, y) =").fill("x^2 + q")
    lab.type("rho", "7")
    assert lab.figure.locator("[role=alert]:visible").count() == 3  # the link's own, too
    assert violations(page) == []


def test_fingers_find_every_control(served: str, open_page: OpenPage) -> None:
    page = open_page(
        served + LABORATORY, has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740}
    )
    LabOnPage(page).unfold()
    small = page.evaluate(
        """() => [...document.querySelectorAll(".lab-live :is(button, select, input, summary)")]
          .filter((control) => control.checkVisibility())
          .map((control) => {
            const target = control.closest("label") ?? control;
            const { width, height } = target.getBoundingClientRect();
            const name = control.name || control.ariaLabel || target.textContent;
            return [name, width, height];
          })
          .filter(([, width, height]) => Math.min(width, height) < 43.99)"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_keys_reach_every_control_and_one_sees_where(served: str, open_page: OpenPage) -> None:
    page = open_page(served + LABORATORY)
    LabOnPage(page)
    wanted = page.evaluate(
        """() => {
          const controls = [...document.querySelectorAll(
            ".lab-live :is(button, select, input, summary, [tabindex='0'])")];
          const reached = controls.filter((one) => one.checkVisibility() && !one.disabled
            && one.tabIndex === 0 && (one.type !== "radio" || one.checked));
          reached.forEach((one, k) => (one.dataset.wanted = k));
          return reached.length;
        }"""
    )
    assert 25 < wanted < 40  # a slider and its number are one stop, and so is a row of buttons
    page.locator("[data-wanted='0']").focus()
    seen = []
    for _ in range(wanted + 3):
        found = page.evaluate(
            """() => {
              const one = document.activeElement, style = getComputedStyle(one);
              const { outlineWidth, outlineStyle } = style;
              return [one.dataset.wanted ?? null, parseFloat(outlineWidth), outlineStyle];
            }"""
        )
        seen.append(found)
        page.keyboard.press("Tab")
    reached = {int(place) for place, *_ in seen if place is not None}
    assert reached == set(range(wanted))
    assert all(width >= 2 and kind == "solid" for place, width, kind in seen if place is not None)


def test_the_arrow_keys_reach_what_the_tab_key_passes(served: str, open_page: OpenPage) -> None:
    """A row of buttons or boxes is one stop; within it the arrow keys lead round."""
    page = open_page(served + LABORATORY)
    rows = LabOnPage(page).figure.locator("[role=toolbar]:visible, [role=tablist]:visible").all()
    # Zoom, three racers, steps, presets, optimisers, the two further views, what is done with the
    # rule and with the lab.
    assert len(rows) == 10
    for row in rows:
        members = row.locator("button, input")
        stops = [one for one in members.all() if one.get_attribute("tabindex") == "0"]
        assert len(stops) == 1
        stops[0].focus()
        seen = set()
        for _ in range(members.count()):
            page.keyboard.press("ArrowRight")
            seen.add(page.evaluate("document.activeElement.outerHTML"))
            width = page.evaluate(
                "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
            )
            assert width >= 2
        assert len(seen) == members.count()


def test_a_number_is_typed_on_its_slider(served: str, open_page: OpenPage) -> None:
    """The box beside a slider is no stop of its own: what begins a number leads there."""
    page = open_page(served + "book/index.html")
    lab = LabOnPage(page)
    slider, box = lab.slider("learning_rate"), lab.box("learning_rate")
    slider.focus()
    page.keyboard.type("0.03")
    expect(box).to_be_focused()
    expect(box).to_have_value("0.03")
    page.keyboard.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "0.03 per step")
    page.keyboard.press("Shift+Tab")
    expect(slider).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("End")  # Enter takes it up as it stands
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "0.035 per step")
    page.keyboard.press("Tab")
    expect(lab.slider("rho")).to_be_focused()


def test_nothing_is_said_twice(served: str, open_page: OpenPage) -> None:
    """No control is described by its own name, and what describes one stands nowhere else."""
    page = open_page(served + LABORATORY)
    LabOnPage(page)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    heard = [
        (node["role"]["value"], *(node.get(part, {}).get("value", "") for part in PARTS))
        for node in tree
        if not node["ignored"]
    ]
    controls = [one for one in heard if one[0] in ("button", "slider", "combobox", "checkbox")]
    assert len(controls) > 50
    assert all(name for _, name, _ in controls)
    described = {description for *_, description in controls if description}
    assert len(described) > 2
    assert described.isdisjoint(name for _, name, _ in heard)


PARTS = ("name", "description")

CONTRASTS = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map((one) => {
      const share = one / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const ratio = (one, other) => Math.max(light(one) / light(other), light(other) / light(one));
  const paper = getComputedStyle(document.querySelector(".lab-live")).backgroundColor;
  return [...document.querySelectorAll(
    `.lab-live :is(input[type=text], select),
     :is(.lab-group, .lab-transport, .lab-zoom) button`)]
    .map((one) => ratio(getComputedStyle(one).borderTopColor, paper));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_sees_where_to_type_and_to_press(scheme: str, served: str, open_page: OpenPage) -> None:
    """The border of a box or a button, against what lies around it: 3 to 1."""
    page = open_page(served + LABORATORY, color_scheme=scheme)
    LabOnPage(page)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 20
    assert min(found) >= 3


def test_what_the_keys_come_to_is_not_behind_the_map(served: str, open_page: OpenPage) -> None:
    """Not even when one goes back, from below."""
    phone = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}
    page = open_page(served + LABORATORY, **phone)
    lab = LabOnPage(page)
    lab.unfold()
    lab.figure.get_by_role("button", name="Reset", exact=True).focus()
    hidden = []
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        lab.frame()
        hidden += page.evaluate(
            """() => {
              const one = document.activeElement;
              const { left, top, width, height } = one.getBoundingClientRect();
              const found = document.elementFromPoint(left + width / 2, top + height / 2);
              return one.contains(found) ? [] : [one.outerHTML.slice(0, 100)];
            }"""
        )
    assert page.evaluate("document.activeElement.closest('.lab-main') !== null")
    assert hidden == []


# What has the focus, and whether one sees it: nothing lies over it, and a ring is around it.
SEEN = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame();
  await frame();
  const one = document.activeElement;
  if (one === document.body) return null;
  const { left, top, width, height } = one.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
  const named = there?.closest("label")?.control === one;
  const open = there && (one.contains(there) || there.contains(one) || named);
  const { outlineStyle, opacity } = getComputedStyle(one);
  const isRinged = outlineStyle !== "none" || one.matches("input");
  const isSeen = open && isRinged && Number(opacity) > 0;
  return [isSeen || height > innerHeight, `${one.tagName} ${one.className} ${one.textContent}`];
}"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", [LABORATORY, "book/rmsprop.html"])
def test_what_the_tab_key_comes_to_is_seen(
    path: str, width: int, served: str, open_page: OpenPage
) -> None:
    page = open_page(served + path, viewport={"width": width, "height": 800})
    page.add_style_tag(content="* { transition: none !important }")
    hidden, stops = [], 0
    page.keyboard.press("Tab")
    while found := page.evaluate(SEEN):
        stops += 1
        if not found[0]:
            hidden.append(found[1])
        page.keyboard.press("Tab")
    assert hidden == []
    assert stops > 80
