"""What one compares stays whole: numbers in one line, plots of the same steps in one column."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Lab
from tests.browser.conftest import HTML
from tests.browser.test_access import violations
from tests.support.lab_page import LabOnPage, rest

OpenPage = Callable[..., Page]
WritePage = Callable[[Lab | str], str]

# Of each number in the lab's words: in how many lines it stands.
LINES = r"""(figure) => {
  const words = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const node = words.currentNode;
    for (const match of node.data.matchAll(/(\S+ = )?-?[\d.]+(e-?\d+)?/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
      if (tops.length > 0) found.push([match[0], new Set(tops).size]);
    }
  }
  return found;
}"""


def test_no_line_ends_within_a_number_on_a_phone(
    served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    lab = Lab("bowl", ["sgd", "momentum"], controls="all", learning_rate=0.3, steps=37)
    address = served + write_page(lab) + "#lab-1;rho=1e-99;learning_rate=1e-400"
    page = open_page(address, viewport={"width": 360, "height": 740})
    on_page = LabOnPage(page)
    on_page.figure.get_by_role("button", name="Tune each").click()
    expect(on_page.figure.locator(".lab-note")).to_contain_text("Tuned: ")
    on_page.said()
    powers = set()
    for width in range(320, 400, 4):  # a line ends elsewhere in each
        page.set_viewport_size({"width": width, "height": 740})
        for number, lines in on_page.figure.evaluate(LINES):
            powers |= {number} & set(re.findall(r".*e-.*", number))
            assert lines == 1, f"{number} at {width} px"
    assert len(powers) > 3


def test_a_lists_name_stays_beside_it_on_a_phone(
    served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    lab = Lab("bowl", ["rmsprop"], controls="all")
    page = open_page(served + write_page(lab), viewport={"width": 360, "height": 740})
    figure = LabOnPage(page).figure
    for name in ("map of", "across", "up"):
        chosen = figure.get_by_label(name, exact=True).bounding_box()
        label = figure.locator(".lab-axes label").get_by_text(name, exact=True).bounding_box()
        middle = label["y"] + label["height"] / 2
        assert chosen["y"] < middle < chosen["y"] + chosen["height"], name


def test_the_numbers_of_a_step_are_in_sight_on_a_phone(
    served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    address = served + write_page("book/rmsprop.html", 2)
    figure = LabOnPage(open_page(address, viewport={"width": 360, "height": 740})).figure
    table = figure.locator(".lab-inspector")
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_plots_of_the_same_steps_stand_in_line(
    served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    lab = Lab("bowl", ["sgd"], controls=["step", "steps", "surface"], steps=10)
    page = open_page(served + write_page(lab) + "#lab-1;surface=x-123456789123")
    on_page = LabOnPage(page)
    on_page.said()
    counter = on_page.figure.locator(".lab-transport output")
    plots = on_page.figure.locator(".lab-plot")
    assert plots.count() == 2
    for share in (0.2, 0.35, 0.5, 0.65, 0.8, 0.95):
        said = []
        for plot in plots.all():
            place = plot.bounding_box()
            plot.hover(position={"x": share * place["width"], "y": place["height"] / 2})
            on_page.said()
            said.append(counter.text_content())
        assert said[0] == said[1], f"at {share} of the width"


def test_no_number_stands_between_two_steps(
    served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    lab = Lab("bowl", ["sgd"], controls=["steps"], steps=1, start=(5, 4), window=((0, 9), (0, 9)))
    texts = LabOnPage(open_page(served + write_page(lab))).drawn()
    assert "f by step, log scale" in texts
    assert not {"0.2", "0.4", "0.6", "0.8"} & set(texts)
    assert texts.count("1") == 1


def test_the_ring_is_taken_where_the_zooms_buttons_are(served: str, open_page: OpenPage) -> None:
    page = open_page(served + "book/laboratory.html", viewport={"width": 360, "height": 740})
    lab = LabOnPage(page)
    lab.figure.get_by_role("button", name="the tutorial").click()  # it starts at (5, 4)
    rest(page)
    ring, said = lab.handle.first.bounding_box(), lab.said()
    x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).className", [x, y]) == (
        "lab-start"
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y + 30)
    page.mouse.up()
    assert lab.said() != said


# Where a line ends between a formula and a sign that stands at it; and how many such formulas
# stand in several lines.
TORN = r"""() => {
  const block = (text) => text.parentElement.closest("p, li, dt, dd, td, th, h1, h2, h3, label");
  const place = (text, at) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect();
  };
  const [torn, long] = [[], new Set()];
  const look = (formula, nth, sign, at) => {
    const bases = [...formula.querySelectorAll(".base")];
    const parts = bases.map((part) => part.getBoundingClientRect());
    if (parts.length === 0 || parts[0].width === 0 || /\s/.test(sign.data.at(at))) return;
    if (parts[0].bottom < parts.at(-1).top) long.add(formula);
    const [part, of] = [parts.at(nth), place(sign, at < 0 ? sign.length + at : at)];
    if (of.top > part.bottom - 3 || of.bottom < part.top + 3) torn.push(block(sign).textContent);
  };
  const words = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  let before = null;
  while (words.nextNode()) {
    const text = words.currentNode;
    if (text.length === 0 || text.parentElement.closest(".katex-mathml")) continue;
    const last = before;
    before = text;
    if (!last || block(last) !== block(text)) continue;
    const [one, other] = [last, text].map((node) => node.parentElement.closest("span.math"));
    if (one && !other) look(one, -1, text, 0);
    if (other && !one) look(other, 0, last, -1);
  }
  return [torn, long.size];
}"""


def test_no_line_ends_between_a_formula_and_its_comma(served: str, open_page: OpenPage) -> None:
    page, torn, long = open_page("about:blank", java_script_enabled=False), [], 0
    with_formulas = [
        chapter.name for chapter in HTML.glob("book/*.html") if "katex" in chapter.read_text()
    ]
    assert len(with_formulas) > 20
    for chapter in with_formulas:
        page.goto(f"{served}book/{chapter}")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.evaluate("document.fonts.ready.then(() => null)")
        for width in (320, 344, 360, 372, 390, 412):
            page.set_viewport_size({"width": width, "height": 740})
            found, several = page.evaluate(TORN)
            torn += [f"{chapter} at {width} px: {one}" for one in found]
            long += several
    assert torn == []
    assert long > 0  # goes on in the next line, as a long one must


def test_a_table_of_words_is_a_list_on_a_phone(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}book/running-a-course.html", java_script_enabled=False)
    table = page.get_by_role("table").filter(has_text="Found by")
    names = ["From", "How to get it", "Looks like", "Found by"]
    cell = table.get_by_role("row", name="Gradescope").get_by_role("cell")
    label = "cell => getComputedStyle(cell, '::before').content"
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert table.get_by_role("columnheader").all_text_contents() == names
        assert cell.count() == 4
        assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")
        places = [one.bounding_box() for one in cell.all()]
        in_line = {place["y"] for place in places}
        assert len(in_line) == (1 if width == 1280 else 4)
        said = [one.evaluate(label) for one in cell.all()]
        assert said == 4 * ["none"] if width == 1280 else [f'"{name}" / ""' for name in names]
    nothing = table.get_by_role("row", name="by hand").locator("[data-column='How to get it']")
    expect(nothing).to_be_hidden()


def test_no_table_of_words_scrolls_on_a_phone(served: str, open_page: OpenPage) -> None:
    page = open_page(
        "about:blank", java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    lists = {
        chapter.name: text.count('class="stacked')
        for chapter in HTML.glob("book/*.html")
        if 'class="stacked' in (text := chapter.read_text())
    }
    assert sum(lists.values()) > 10
    for chapter, count in lists.items():
        page.goto(f"{served}book/{chapter}")
        over = page.locator("table.stacked").evaluate_all(
            "all => all.map((one) => one.parentElement.scrollWidth - one.parentElement.clientWidth)"
        )
        assert over == count * [0], chapter
        # Its cells say of which column they are as its head does.
        names = page.locator("table.stacked th:not([data-column])").all_text_contents()
        said = page.locator("table.stacked [data-column]").evaluate_all(
            "all => all.map((one) => one.dataset.column)"
        )
        assert set(said) == {" ".join(name.split()) for name in names}, chapter


def test_axe_finds_nothing_in_a_table_that_is_a_list(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}book/where-it-lives.html", viewport={"width": 360, "height": 740})
    page.locator("article section section:not(#what-they-used)").evaluate_all(
        "others => others.forEach((one) => one.remove())"
    )
    assert page.locator("table.stacked").count() == 1
    assert violations(page) == []


# What lies beyond the window's edges, where no box scrolls, and sliders that are too short to pull.
BEYOND = """figure => {
  const hidden = ".lab-numbers, .lab-rule-box, .lab-status, .lab-said, [hidden]";
  return [...figure.querySelectorAll(".lab-live *")].filter((one) => {
    const { left, right, width, height } = one.getBoundingClientRect();
    if (width * height === 0 || one.closest(hidden)) return false;
    return left < 0 || right > innerWidth || (one.type === "range" && width < 80);
  }).map((one) => `${one.tagName} ${one.className} ${one.textContent}`);
}"""


@pytest.mark.parametrize("chapter", ["laboratory", "own-lab", "race", "worlds", "practice"])
def test_letters_twice_as_large_leave_nothing_beyond_a_phones_edge(
    chapter: str, served: str, write_page: WritePage, open_page: OpenPage
) -> None:
    address = served + write_page(f"book/{chapter}.html")
    page = open_page(address, viewport={"width": 360, "height": 740})
    page.add_style_tag(content="html { font-size: 200% }")
    lab = LabOnPage(page)
    lab.unfold()
    lab.frame()
    assert lab.figure.evaluate(BEYOND) == []
