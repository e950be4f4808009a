"""The book wherever it is put: unpacked from its archive, under a path, under a policy."""

import hashlib
import os
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HTML
from tests.support.lab_page import LabOnPage, start_all
from tests.support.static_host import hosting
from tools.pack import NAME, pack

OpenPage = Callable[..., Page]

WITH_LABS = [
    path.name
    for path in sorted((HTML / "book").glob("*.html"))
    if '<figure class="rmsprop-lab' in path.read_text()
]


def test_the_archive_hangs_on_no_clock(tmp_path: Path) -> None:
    book = tmp_path / "book"
    (book / "_own").mkdir(parents=True)
    for name in ("b.html", "a.html", "_own/test.htm", "a.watched.htm"):
        (book / name).write_text(name)
    digests = set()
    for time in (1_000_000_000, 1_700_000_000):
        os.utime(book / "a.html", (time, time))
        pack(book, tmp_path / "book.zip")
        digests.add(hashlib.sha256((tmp_path / "book.zip").read_bytes()).hexdigest())
    assert len(digests) == 1
    with ZipFile(tmp_path / "book.zip") as packed:
        assert packed.namelist() == [f"{NAME}/a.html", f"{NAME}/b.html"]


def test_there_are_pages_with_labs() -> None:
    assert len(WITH_LABS) >= 15


def test_unpacked_anywhere_pages_lead_to_one_another(unpacked: Path, open_page: OpenPage) -> None:
    """From the front door by links, to a place on a page, and by a search."""
    wide = {"width": 1500, "height": 900}  # with the list of contents at the side
    page = open_page((unpacked / "index.html").as_uri(), home=unpacked.as_uri(), viewport=wide)
    chapter = (unpacked / "book/rmsprop.html").as_uri()
    page.locator(".sidebar-tree a", has_text="RMSProp").first.click()
    page.wait_for_url(chapter)
    place = page.locator(".toc-tree a").last
    target = place.get_attribute("href")
    place.press("Enter")
    page.wait_for_url(f"{chapter}{target}")
    page.locator(".related-pages .next-page").press("Enter")  # labs above it may still grow
    page.wait_for_url((unpacked / "book/scaling.html").as_uri())
    page.goto((unpacked / "search.html").as_uri() + "?q=momentum")
    page.locator("#search-results li a[href*='momentum.html']").first.click()
    page.wait_for_url("**/book/momentum.html**")
    expect(page.locator("h1")).to_contain_text("Momentum")


STRICT = "default-src 'self'"
NO_SCRIPT = "default-src 'self'; script-src 'none'"


class Inside(HTMLParser):
    """The styles, data and scripts that stand in a page itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.styles: list[str | None] = []
        self.scripts: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        data = (given.get("src") or "").startswith("data:")
        if tag == "style" or given.keys() & {"style", "onclick", "onload"} or data:
            self.styles.append(self.get_starttag_text())
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.scripts.append(given.get("id"))


@pytest.mark.parametrize("path", sorted(HTML.rglob("*.html")), ids=lambda path: path.name)
def test_no_style_and_no_script_stands_inside_a_page(path: Path) -> None:
    inside = Inside(path.read_text())
    assert inside.styles == []
    # The page for 404 looks for the folder where files are.
    wanted = ["look-for-the-book"] if path.name == "404.html" else []
    assert inside.scripts == wanted


def heights_of_squares(page: Page) -> list[float]:
    """How far the foot of each raised 2 is above the foot of what it stands at, in px."""
    found: list[float] = page.evaluate(
        """() => [...document.querySelectorAll("article .katex-html .msupsub")].map((raised) => {
            const foot = (part) => part.getBoundingClientRect().bottom;
            const letters = [...raised.querySelectorAll(".mord")];
            const two = letters.find((letter) => letter.textContent === "2");
            return two && raised.previousSibling ? foot(raised.previousSibling) - foot(two) : null;
          }).filter((height) => height !== null)"""
    )
    return found


@pytest.mark.parametrize("policy", ["", STRICT, NO_SCRIPT])
def test_a_square_is_a_square_under_any_policy(browser: Browser, policy: str) -> None:
    with hosting(HTML, policy=policy) as host:
        page = browser.new_page()
        page.goto(f"{host}book/rmsprop.html")
        page.evaluate("document.fonts.ready")
        heights = heights_of_squares(page)
        page.close()
    assert len(heights) > 5
    assert min(heights) > 3


@pytest.mark.parametrize("name", ["rmsprop.html", "network.html", "own-lab.html"])
def test_labs_are_live_where_only_files_of_the_host_may_run(browser: Browser, name: str) -> None:
    with hosting(HTML, policy=STRICT) as host:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(host + f"book/{name}")
        start_all(page)
        page.close()


def test_what_one_drags_follows_under_a_policy(browser: Browser) -> None:
    with hosting(HTML, policy=STRICT) as host:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(f"{host}book/rmsprop.html")
        lab = LabOnPage(page)
        before, ends = lab.handle.bounding_box(), lab.ends()
        lab.handle.press("ArrowLeft")
        assert lab.ends() != ends  # once it is drawn
        after = lab.handle.bounding_box()
        assert after["x"] < before["x"]
        on_map = lab.figure.locator("canvas").first.bounding_box()
        middle = after["x"] + after["width"] / 2
        assert on_map["x"] + 50 < middle < on_map["x"] + on_map["width"]
        page.close()


def test_where_no_script_may_run_the_picture_and_a_sentence_are_there(browser: Browser) -> None:
    with hosting(HTML, policy=NO_SCRIPT) as host:
        page = browser.new_page()
        page.goto(f"{host}book/rmsprop.html")
        for figure in page.locator("figure.rmsprop-lab").all():
            figure.scroll_into_view_if_needed()
            picture = figure.locator(".lab-picture")
            expect(picture).to_be_visible()
            expect(picture).to_have_js_property("complete", True)
            assert picture.evaluate("picture => picture.naturalWidth") > 100
            expect(figure.locator(".lab-why")).to_contain_text("script does not run here")
            expect(figure.locator(".lab-why")).to_be_visible()
        assert page.locator("figure.rmsprop-lab :is(.lab-live, button, input)").count() == 0
        page.close()


BENEATH = "/courses/machine%20learning/rmsprop/"


def test_beneath_a_path_every_link_and_lab_works(browser: Browser) -> None:
    with hosting(HTML, BENEATH) as host:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        lost: list[str] = []
        page.on("response", lambda answer: answer.ok or lost.append(answer.url))
        page.goto(host)
        page.wait_for_url(f"{host}book/index.html")
        LabOnPage(page)
        page.locator(".sidebar-tree a", has_text="RMSProp").first.click()
        page.wait_for_url(f"{host}book/rmsprop.html")
        LabOnPage(page)
        page.goto(f"{host}search.html?q=momentum")
        page.locator("#search-results li a[href*='momentum.html']").first.click()
        page.wait_for_url(f"{host}book/momentum.html**")
        page.close()
    assert lost == []


@pytest.mark.parametrize("beneath", ["/", BENEATH])
@pytest.mark.parametrize("wrong", ["rmsprob.html", "book/rmsprob.html", "book/old/part/1/x?y=z#q"])
def test_a_wrong_address_is_answered_by_a_page_of_the_book(
    browser: Browser, beneath: str, wrong: str
) -> None:
    with hosting(HTML, beneath) as host:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        answer = page.goto(host + wrong)
        assert answer is not None
        assert answer.status == 404
        assert page.url == host + wrong  # it can be mended
        expect(page.locator("h1")).to_have_text("There is no such page")
        expect(page.locator("h1")).to_have_css("font-family", "system-ui, sans-serif")
        places = page.evaluate(
            "[...document.querySelectorAll('a, link[rel=stylesheet], script[src]')]"
            ".map((one) => (one.href || one.src).split('#')[0])"
        )
        ours = {place for place in places if not place.startswith("https://")}
        assert len(ours) > 35
        for place in ours:
            assert place.startswith(host)
            assert (HTML / unquote(urlsplit(place.removeprefix(host)).path)).is_file(), place
        page.get_by_role("link", name="the first page").click()
        page.wait_for_url(f"{host}book/index.html")
        page.close()


def test_without_javascript_text_and_pictures_are_there(open_page: OpenPage) -> None:
    page = open_page("about:blank", java_script_enabled=False)
    for name in ("rmsprop.html", "race.html", "network.html", "own-lab.html", "laboratory.html"):
        page.goto(f"{HTML.as_uri()}/book/{name}")
        expect(page.locator(".lab-why").first).to_be_visible()
        labs = page.locator("figure.rmsprop-lab").count()
        assert page.locator(".lab-picture:visible").count() == labs
        assert page.locator(".lab-why:visible").count() == labs
        assert page.locator("article :is(button, select):visible").count() == 0
        formulas = page.locator("article .katex-display:not(details *)")
        assert formulas.count() == formulas.and_(page.locator(":visible")).count()
