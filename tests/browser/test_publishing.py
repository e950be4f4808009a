"""The book wherever it is put: unpacked from its archive, under a path, under a policy."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HTML
from tools.pack import NAME, pack

OpenPage = Callable[..., Page]

WITH_LABS = [
    path.name
    for path in sorted((HTML / "book").glob("*.html"))
    if '<figure class="rmsprop-lab' in path.read_text()
]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where somebody may well unpack it: with spaces, an umlaut, and the sign that ends a path."""
    archive = tmp_path_factory.mktemp("archive") / "book.zip"
    pack(HTML, archive)
    folder = tmp_path_factory.mktemp("home") / "Kurs für 2026 #1"
    with ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / NAME


def test_the_archive_hangs_on_no_clock(tmp_path: Path) -> None:
    book = tmp_path / "book"
    (book / "_own").mkdir(parents=True)
    for name in ("b.html", "a.html", "_own/test.htm"):
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


@pytest.mark.parametrize("name", WITH_LABS)
def test_unpacked_anywhere_every_lab_is_live(
    name: str, unpacked: Path, open_page: OpenPage
) -> None:
    page = open_page((unpacked / "book" / name).as_uri(), home=unpacked.as_uri())
    for figure in page.locator("figure.rmsprop-lab").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-state", "live")


def test_unpacked_anywhere_pages_lead_to_one_another(unpacked: Path, open_page: OpenPage) -> None:
    """From the front door by links, to a place on a page, and by a search."""
    wide = {"width": 1500, "height": 900}  # with the list of contents at the side
    page = open_page((unpacked / "index.html").as_uri(), home=unpacked.as_uri(), viewport=wide)
    chapter = (unpacked / "book/rmsprop.html").as_uri()
    page.locator(".sidebar-tree a", has_text="RMSProp").first.click()
    page.wait_for_url(chapter)
    place = page.locator(".toc-tree a").last
    target = place.get_attribute("href")
    place.click()
    page.wait_for_url(f"{chapter}{target}")
    page.locator(".related-pages .next-page").click()
    page.wait_for_url((unpacked / "book/scaling.html").as_uri())
    page.goto((unpacked / "search.html").as_uri() + "?q=momentum")
    page.locator("#search-results li a[href*='momentum.html']").first.click()
    page.wait_for_url("**/book/momentum.html**")
    expect(page.locator("h1")).to_contain_text("Momentum")
