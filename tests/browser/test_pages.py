"""Every page of the built book."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

HTML = Path(__file__).parents[2] / "_build/html"
CHAPTERS = sorted(f"book/{path.name}" for path in (HTML / "book").glob("*.html"))

OpenPage = Callable[..., Page]


def test_there_are_chapters() -> None:
    assert {"book/index.html", "book/rmsprop.html"} <= set(CHAPTERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_lab_is_live(chapter: str, scheme: str, host: str, open_page: OpenPage) -> None:
    page = open_page(host + chapter, color_scheme=scheme)
    for figure in page.locator("figure.rmsprop-lab").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-state", "live")
        expect(figure.locator(".lab-picture")).to_be_hidden()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_head_and_neighbours(chapter: str, host: str, open_page: OpenPage) -> None:
    page = open_page(host + chapter)
    assert page.title().endswith("RMSProp Lab")
    description = page.locator("head meta[name=description]")
    assert len(description.get_attribute("content") or "") > 50
    icon = page.locator("head link[rel='shortcut icon']").evaluate("link => link.href")
    assert icon.endswith("favicon.svg")
    assert (HTML / "_static/favicon.svg").exists()
    expect(page.locator(".related-pages a").first).to_be_visible()


def test_front_door_leads_in(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "index.html")
    page.wait_for_url("**/book/index.html")
    expect(page.locator("h1")).to_contain_text("Welcome")


@pytest.mark.parametrize("width", [360, 768, 1600])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_sideways_scroll(chapter: str, width: int, served: str, open_page: OpenPage) -> None:
    page = open_page(served + chapter, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_page_weighs_at_most_300_kb(
    chapter: str, served: str, open_page: OpenPage, browser: object
) -> None:
    page = open_page("about:blank")
    loaded: dict[str, int] = {}
    page.on(
        "response", lambda answer: loaded.update({answer.url: len(gzip.compress(answer.body()))})
    )
    page.goto(served + chapter, wait_until="networkidle")
    total = sum(loaded.values())
    assert len(loaded) > 5
    assert total <= 300_000, loaded
    script = next(size for url, size in loaded.items() if "page.js" in url)
    assert script <= 60_000


def test_search_works(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "search.html?q=epsilon")
    expect(page.locator("#search-results li a").first).to_have_text("RMSProp")


def test_maths_is_set_without_a_script(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "book/rmsprop.html", java_script_enabled=False)
    expect(page.locator(".katex-display").first).to_be_visible()
    assert page.locator(".katex-error").count() == 0
    assert "\\sqrt" not in page.locator("article").inner_text()


def test_maths_fonts_arrive(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "book/rmsprop.html")
    page.wait_for_function("document.fonts.check('16px KaTeX_Math')")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_pictures_have_words(chapter: str, served: str, open_page: OpenPage) -> None:
    page = open_page(served + chapter)
    for picture in page.locator("article img").all():
        assert picture.get_attribute("alt")
