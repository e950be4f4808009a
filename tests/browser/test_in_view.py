"""The map, its legend and every control: what moves the picture is beside the picture."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HTML
from tests.support.lab_page import LabOnPage, rest, start_all

OpenPage = Callable[..., Page]
LABORATORY, RACE = "book/laboratory.html", "book/race.html"

#: A laptop, a tablet and a phone; and the laptop at 200 per cent, which leaves a quarter of it.
SIZES = [(1280, 800), (820, 1180), (360, 740), (640, 400)]
FIGURE = '<figure class="rmsprop-lab'
PAGES = {
    path.relative_to(HTML).as_posix(): text.count(FIGURE)
    for path in sorted(HTML.rglob("*.html"))
    if 'type="application/json"' in (text := path.read_text())
}

# The controls of a lab that no place of the page brings into view together with the whole map and
# the whole legend. What is folded or behind a tab counts when it is open, and all that folds is.
# A control can be used where its middle is its own, and nothing cuts it off.
OUT_OF_REACH = r"""async (figure) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  // Of a ring what one sees of it; a finger finds more, and that may stand out over the map's edge.
  const box = (one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    const by = one.matches(".lab-start") ? 12 : 0;
    return new DOMRect(x + by, y + by, width - 2 * by, height - 2 * by);
  };
  // Of a race the loss is the map.
  const map = figure.querySelector(".lab-map, .lab-stage > .lab-plot");
  const legend = figure.querySelector(".lab-key");
  const header = document.querySelector(".mobile-header");
  const top = header?.checkVisibility() ? box(header).height : 0;
  const whole = (one) => {
    const { left, right, top: above, bottom } = box(one);
    const inside = (room) => above > room.top - 1 && bottom < room.bottom + 1
      && left > room.left - 1 && right < room.right + 1;
    if (!inside({ left: 0, right: innerWidth, top, bottom: innerHeight })) return false;
    for (let around = one.parentElement; around !== document.body; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      if (overflowX + overflowY !== "visiblevisible" && !inside(box(around))) return false;
    }
    return true;
  };
  const usable = (control) => {
    const { left, right, top, bottom } = box(control);
    return whole(control) && whole(map) && whole(legend)
      && control.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
  };
  const scroll = (by) => scrollBy({ top: by, behavior: "instant" });
  // To try: the control at the lower edge, about the middle, at the upper edge; the map there.
  const places = (control) => [
    () => box(control).bottom - innerHeight + 4,
    () => box(map).top - top - 4,
    () => box(control).top - innerHeight / 2,
    () => box(control).top - innerHeight * 0.75,
    () => box(control).top - top - 4,
  ];
  const reach = (control) => {
    control.scrollIntoView({ block: "center", behavior: "instant" });
    return usable(control) || places(control).some((by) => (scroll(by()), usable(control)));
  };
  figure.scrollIntoView({ behavior: "instant" });
  for (let k = 0; k < 3; k++) await frame(); // it is seen, and drawn at its new size
  for (const fold of figure.querySelectorAll(".lab-live details")) fold.open = true;
  const tabs = [...figure.querySelectorAll(".lab-live [role=tab]")];
  const BELOW_A_RACE = ".lab-stage:has(.lab-race) ~ *, .lab-board:has(.lab-race) ~ *";
  const [all, far] = [new Set(), []];
  for (const tab of tabs.length > 0 ? tabs : [null]) {
    tab?.click();
    await frame();
    const controls = figure.querySelectorAll(
      ".lab-live :is(button, select, input, textarea, summary, [tabindex='0'])");
    for (const one of controls) {
      const control = one.closest("label") ?? one;
      if (!control.checkVisibility() || all.has(control)) continue;
      // What is below a race is looked at alone where the window is low.
      if (innerHeight < 480 && control.closest(BELOW_A_RACE)) continue;
      all.add(control);
      if (!reach(control)) far.push(one.name || one.ariaLabel || control.textContent);
    }
  }
  tabs[0]?.click();
  return { controls: all.size, far };
}"""


@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_used_with_the_map_and_the_legend_in_view(
    path: str, served: str, open_page: OpenPage
) -> None:
    page = open_page(served + path)
    start_all(page)
    labs = page.locator("figure.rmsprop-lab").all()
    assert len(labs) == PAGES[path]
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        for place, lab in enumerate(labs):
            found = lab.evaluate(OUT_OF_REACH)
            assert found["controls"] > 3
            assert found["far"] == [], f"lab {place + 1} at {width} x {height}"


def test_so_it_is_with_every_optimiser_there_is(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}{LABORATORY}#lab-1;rates=sgd:0.1,rmsprop:0.02;noise=1")
    lab = LabOnPage(page)
    for box in lab.figure.get_by_role("toolbar", name="optimisers").get_by_role("checkbox").all():
        box.check()
    for width, height in SIZES[:3]:
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        assert lab.figure.evaluate(OUT_OF_REACH)["far"] == [], f"{width} x {height}"


def test_by_finger_a_race_leaves_room_for_what_moves_it(served: str, open_page: OpenPage) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
    lab = LabOnPage(open_page(f"{served}{RACE}", **phone))
    rest(lab.page)
    heights = lab.figure.locator(".lab-racer").evaluate_all("rows => rows.map(r => r.clientHeight)")
    assert len(heights) == 6
    assert max(heights) < 34  # one line each
    assert lab.figure.locator(".lab-stage").bounding_box()["height"] < 0.6 * 740
    assert lab.figure.evaluate(OUT_OF_REACH)["far"] == []


def test_the_whole_screen_holds_the_whole_lab(served: str, open_page: OpenPage) -> None:
    labs = [
        (LABORATORY, 0),
        ("book/knobs.html", 0),
        ("book/index.html", 0),
        ("book/rmsprop.html", 1),
    ]
    for path, place in labs:
        page = open_page(served + path, viewport={"width": 1280, "height": 800})
        lab = LabOnPage(page, place)
        lab.figure.get_by_role("button", name="Full screen").click()
        page.wait_for_function("document.fullscreenElement")
        rest(page)
        for part in (".lab-live", ".lab-side"):
            over = "part => part.scrollHeight - part.clientHeight"
            assert lab.figure.locator(part).evaluate(over) <= 1, f"{path}: {part}"
        assert lab.figure.locator(".lab-map").bounding_box()["height"] > 300
        assert lab.figure.evaluate(OUT_OF_REACH)["far"] == []
        if path in (LABORATORY, "book/rmsprop.html"):
            expect(lab.figure.locator(".lab-rule")).to_be_visible()


PLACES = """figure => [...figure.querySelectorAll(".lab-live *")]
  .filter((one) => one.checkVisibility() && !one.closest(".lab-stands, .lab-own, .lab-start"))
  .map((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    return [one.className, left, top + scrollY, width, height].join(" ");
  })"""


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_while_a_slider_does(width: int, served: str, open_page: OpenPage) -> None:
    page = open_page(served + "book/index.html", viewport={"width": width, "height": 800})
    lab = LabOnPage(page)
    rest(page)
    places, said = lab.figure.evaluate(PLACES), set()
    for rate in ("0.001", "0.09", "0.15", "1", "10"):
        lab.type("learning_rate", rate)
        said.add(lab.said())
        expect(lab.slider("learning_rate")).to_have_attribute("aria-valuetext", f"{rate} per step")
        assert lab.figure.evaluate(PLACES) == places
    assert len(said) == 5
    assert any("diverged" in one for one in said)


def test_a_sliders_event_lays_out_what_it_changes_and_not_the_page(
    browser: Browser, served: str, open_page: OpenPage
) -> None:
    page = open_page(served + "book/index.html", viewport={"width": 1280, "height": 800})
    slider = LabOnPage(page).slider("learning_rate")
    rest(page)
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    slider.evaluate(
        """async (slider) => {
          for (let k = 0; k < 20; k++) {
            slider.stepUp(k % 2 ? -7 : 9);
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          }
        }"""
    )
    events = json.loads(browser.stop_tracing())["traceEvents"]
    laid = [
        event["args"]["beginData"]["totalObjects"]
        for event in events
        if event["name"] == "Layout" and "beginData" in event.get("args", {})
    ]
    assert len(laid) >= 20
    # The page has 600 and more. Another lab may lay it out meanwhile, when it comes near.
    assert sum(objects > 100 for objects in laid) < 5


def test_a_line_of_text_has_some_seventy_letters(served: str, open_page: OpenPage) -> None:
    page = open_page(served + "book/rmsprop.html", viewport={"width": 1280, "height": 800})
    texts = page.evaluate(
        """() => [...document.querySelectorAll("article section > p")]
          .filter((text) => !text.querySelector(".katex")) // its letters are others
          .map((text) => {
            const { height } = text.getBoundingClientRect();
            const lines = Math.round(height / parseFloat(getComputedStyle(text).lineHeight));
            return [text.textContent.length, lines];
          })
          .filter(([, lines]) => lines > 1)"""
    )
    assert len(texts) > 3
    half = 0.5 * len(texts)  # of the last lines
    letters = sum(length for length, _ in texts) / (sum(lines for _, lines in texts) - half)
    assert 60 < letters < 78
