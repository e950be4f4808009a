"""A chapter on paper, and in a window that something lies over."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.lab_page import LabOnPage, rest

OpenPage = Callable[..., Page]
PAGE_HEIGHT = 26.7 / 2.54 * 96  # px of A4 between margins of 1.5 cm


@pytest.fixture(params=["rmsprop", "landscapes", "laboratory"])
def printed(request: pytest.FixtureRequest, served: str, open_page: OpenPage) -> Page:
    page = open_page(f"{served}book/{request.param}.html", color_scheme="dark")
    LabOnPage(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": int(PAGE_HEIGHT)})
    return page


def test_a_chapter_prints(printed: Page) -> None:
    labs_print_as_pictures_with_their_captions(printed)
    nothing_that_is_kept_together_is_longer_than_half_a_page(printed)


def test_stills_that_nobody_has_come_to_are_on_paper(served: str, open_page: OpenPage) -> None:
    loaded = """() => [...document.querySelectorAll(".lab-picture")]
      .map((still) => still.complete && still.naturalWidth > 0)"""
    page = open_page(f"{served}book/what-you-need.html")
    assert not all(page.evaluate(loaded))  # the page is lighter by them
    page.pdf()
    assert all(page.evaluate(loaded))


def labs_print_as_pictures_with_their_captions(printed: Page) -> None:
    expect(printed.locator(".skip-to-content")).to_be_hidden()
    for figure in printed.locator("figure.rmsprop-lab").all():
        picture = figure.locator(".lab-picture")
        expect(picture).to_be_visible()
        expect(figure.locator("figcaption")).to_be_visible()
        assert figure.locator(".lab-live:visible, .lab-why:visible").count() == 0
        assert picture.bounding_box()["height"] < 0.4 * PAGE_HEIGHT
    for control in printed.locator("article :is(button, select, input[type=range])").all():
        expect(control).to_be_hidden()
    wide = printed.evaluate(
        """() => [...document.querySelectorAll("article pre")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1).length"""
    )
    assert wide == 0


def nothing_that_is_kept_together_is_longer_than_half_a_page(printed: Page) -> None:
    """So that no page is left half empty for what comes next."""
    long = printed.evaluate(
        """most => [...document.querySelectorAll("article *")]
          .filter((one) => getComputedStyle(one).breakInside === "avoid")
          .filter((one) => one.getBoundingClientRect().height > most)
          .map((one) => one.outerHTML.slice(0, 100))""",
        0.5 * PAGE_HEIGHT,
    )
    assert long == []
    # A figure may be parted from what follows; otherwise it takes headings and lists along.
    after = printed.evaluate(
        """() => [...document.querySelectorAll("article :is(figure, img, ul, ol, pre)")]
          .filter((one) => getComputedStyle(one).breakAfter === "avoid"
            || getComputedStyle(one).breakBefore === "avoid").length"""
    )
    assert after == 0


def test_a_link_to_a_lab_shows_its_top(served: str, open_page: OpenPage) -> None:
    """The theme's bar does not hide it, and its button does not lie over it."""
    page = open_page(served + "book/landscapes.html")
    LabOnPage(page, 1)
    for width in (360, 820, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        a_link_to_a_lab_shows_its_top(page, page.locator("figure.rmsprop-lab").nth(1))


def a_link_to_a_lab_shows_its_top(page: Page, figure: Locator) -> None:
    rest(page)
    figure.evaluate("figure => figure.scrollIntoView({ behavior: 'instant' })")
    header = page.locator(".mobile-header")
    below = 0.0
    if header.is_visible():
        below = header.bounding_box()["y"] + header.bounding_box()["height"]
    top = figure.bounding_box()["y"]
    assert below <= top < below + 40
    page.mouse.wheel(0, 200)
    rest(page)
    page.mouse.wheel(0, -150)  # on the way up the theme shows its button
    page.wait_for_function("document.documentElement.classList.contains('show-back-to-top')")
    expect(page.locator(".back-to-top")).to_be_hidden()
