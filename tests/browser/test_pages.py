"""Every page of the built book."""

import functools
import gzip
import html
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from tests.support.lab_page import start_all

HTML = Path(__file__).parents[2] / "_build/html"
CHAPTERS = sorted(f"book/{path.name}" for path in (HTML / "book").glob("*.html"))

OpenPage = Callable[..., Page]


def test_there_are_chapters() -> None:
    assert {"book/index.html", "book/rmsprop.html"} <= set(CHAPTERS)
    assert len(CHAPTERS) >= 19


def all_labs_are_live(page: Page) -> None:
    start_all(page)
    assert page.locator("figure.rmsprop-lab .lab-picture:visible").count() == 0
    # No control is dead: what stands outside a lab is the theme's, or a question's.
    strange = page.locator(
        "article :is(input, select, textarea, [role=slider]):not(.rmsprop-lab *, .question *)"
    )
    assert strange.count() == 0
    assert page.locator("article .jupyter-widgets, script[type*=widget]").count() == 0
    assert "interactive(children=" not in page.locator("article").inner_text()


@functools.cache
def weight(url: str) -> int:
    """Bytes of a file, gzipped."""
    return len(gzip.compress(Path(url2pathname(urlsplit(url).path)).read_bytes()))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_double_clicked_in_the_dark(chapter: str, unpacked: Path, open_page: OpenPage) -> None:
    """Unpacked anywhere: its labs, its weight, its head, its words and its width."""
    page = open_page("about:blank", home=unpacked.as_uri(), color_scheme="dark")
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.partition("#")[0]))
    page.goto((unpacked / chapter).as_uri())
    page.evaluate("document.fonts.ready.then(() => null)")
    loaded = {url: weight(url) for url in asked if url.startswith("file:")}
    assert len(loaded) > 5
    limit = 300_000 if chapter == "book/network.html" else 250_000
    assert sum(loaded.values()) <= limit, loaded
    script = next(size for url, size in loaded.items() if "page.js" in url)
    assert script <= 70_000
    assert page.title().endswith("RMSProp Lab")
    description = page.locator("head meta[name=description]")
    assert len(description.get_attribute("content") or "") > 50
    icon = page.locator("head link[rel='shortcut icon']").evaluate("link => link.href")
    assert icon.endswith("favicon.svg")
    assert (HTML / "_static/favicon.svg").exists()
    expect(page.locator(".related-pages a").first).to_be_visible()
    all_labs_are_live(page)
    for width in (360, 768, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("chapter", ["index", "rmsprop", "laboratory", "network"])
def test_from_a_server_in_the_light(chapter: str, served: str, open_page: OpenPage) -> None:
    all_labs_are_live(open_page(f"{served}book/{chapter}.html", color_scheme="light"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_a_screen_reader_needs_is_in_the_text(chapter: str) -> None:
    """Pictures and figures are in words, columns have names, headings skip no level, a name means
    one place."""
    page = BeautifulSoup((HTML / chapter).read_text(), "html.parser")
    for picture in page.select("article img"):
        assert len(picture.get("alt", "")) > 20
    for figure in page.select("article figure, article .cell_output:has(> img)"):
        assert len(figure.figcaption.get_text().strip()) > 20
    for name in page.select("article th"):
        assert name.get_text().strip()
    levels = [
        int(heading.name[1])
        for heading in page.select(", ".join(f"article h{k}" for k in range(1, 7)))
    ]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_number_in_the_text_does_not_show_its_type() -> None:
    """Glue shows NumPy's own numbers as np.int64(112)."""
    glued = {
        chapter: re.findall(r'class="pasted-text">([^<]*)', (HTML / chapter).read_text())
        for chapter in CHAPTERS
    }
    assert sum(map(len, glued.values())) > 100
    assert not [text for texts in glued.values() for text in texts if "np." in text]


def test_every_link_inside_the_book_leads_somewhere() -> None:
    """Pages and the places in them; the setting of a lab is a place of its own."""
    seen: dict[str, set[str]] = {}
    for chapter in CHAPTERS:
        for link in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', (HTML / chapter).read_text()):
            full = urljoin(f"http://book/{chapter}", html.unescape(link))
            if full.startswith("http://book/"):
                address, _, place = full.removeprefix("http://book/").partition("#")
                seen.setdefault(address.partition("?")[0], set()).add(unquote(place))
    assert len(seen) >= len(CHAPTERS)
    for address, places in seen.items():
        file = HTML / address
        assert file.is_file(), address
        if file.suffix != ".html":
            continue
        ids = set(re.findall(r'\bid="([^"]+)"', file.read_text()))
        lost = {p for p in places - ids if p and not p.startswith(("lab-1;", "top"))}
        assert not lost, f"{address}: {lost}"


def test_front_door_leads_in(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "index.html")
    page.wait_for_url("**/book/index.html")
    expect(page.locator("h1")).to_contain_text("Welcome")


def test_search_works(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "search.html?q=epsilon")
    expect(page.locator("#search-results li a", has_text="Three knobs").first).to_be_visible()


def test_maths_is_set_without_a_script(a_host: str, open_page: OpenPage) -> None:
    page = open_page(a_host + "book/rmsprop.html", java_script_enabled=False)
    expect(page.locator(".katex-display").first).to_be_visible()
    assert page.locator(".katex-error").count() == 0
    assert "\\sqrt" not in page.locator("article").inner_text()


def test_maths_fonts_arrive(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "book/rmsprop.html")
    page.wait_for_function("document.fonts.check('16px KaTeX_Math')")


def test_a_question_is_answered_by_keys_without_a_script(a_host: str, open_page: OpenPage) -> None:
    page = open_page(a_host + "book/rmsprop.html", java_script_enabled=False)
    question = page.locator("fieldset.question").first
    choices, reasons = question.get_by_role("radio"), question.locator(".why")
    assert choices.count() == reasons.count() == 3
    for reason in reasons.all():
        expect(reason).to_be_hidden()
    choices.first.focus()
    for place in (1, 2):
        choices.nth(place - 1).press("ArrowDown")
        expect(choices.nth(place)).to_be_checked()
        expect(reasons.nth(place)).to_be_visible()
        expect(reasons.nth(place - 1)).to_be_hidden()
    expect(reasons.nth(2)).to_contain_text("Right. ")
    assert question.get_by_text("No. ").count() == 2


def test_a_solution_opens_by_key(a_host: str, open_page: OpenPage) -> None:
    page = open_page(a_host + "book/rmsprop.html", java_script_enabled=False)
    solution = page.locator("details.solution").first
    code = solution.locator(".cell_input").first
    expect(code).to_be_hidden()
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(code).to_be_visible()
    ids = page.eval_on_selector_all("[id]", "all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_a_term_says_what_it_means(served: str, open_page: OpenPage) -> None:
    page = open_page(served + "book/rmsprop.html")
    term = page.locator("article a:has(.std-term)", has_text="epsilon").first
    assert len(term.get_attribute("title") or "") > 30
    term.click()
    page.wait_for_url("**/glossary.html#term-epsilon")
