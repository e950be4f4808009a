"""The map, its legend and every control: what moves the picture is beside the picture."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import HTML
from tests.support.lab_page import LabOnPage, rest

OpenPage = Callable[..., Page]

#: A laptop, a tablet and a phone; and the laptop at 200 per cent, which leaves a quarter of it.
SIZES = [(1280, 800), (820, 1180), (360, 740), (640, 400)]
FIGURE = '<figure class="rmsprop-lab"'
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
  const [map, legend] = [".lab-map", ".lab-key"].map((one) => figure.querySelector(one));
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
  // Where to try: the control at the lower edge, over the middle or at the upper one; the map at the upper edge.
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
  for (const fold of figure.querySelectorAll(".lab-live details")) fold.open = true;
  const tabs = [...figure.querySelectorAll(".lab-live [role=tab]")];
  const [all, far] = [new Set(), []];
  for (const tab of tabs.length > 0 ? tabs : [null]) {
    tab?.click();
    await frame();
    const controls = figure.querySelectorAll(
      ".lab-live :is(button, select, input, textarea, summary, [tabindex='0'])");
    for (const one of controls) {
      const control = one.closest("label") ?? one;
      if (!control.checkVisibility() || all.has(control)) continue;
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
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for place in range(PAGES[path]):
            lab = LabOnPage(page, place)
            rest(page)
            found = lab.figure.evaluate(OUT_OF_REACH)
            assert found["controls"] > 3
            assert found["far"] == [], f"lab {place + 1} at {width} x {height}"
