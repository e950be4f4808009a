"""Reset, a link to the settings, the paths as CSV; and what an address may not do."""

import csv
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import descend
from tests.browser.lab_page import LabOnPage

OpenPage = Callable[..., Page]
CHAPTER = "book/rmsprop.html"


@pytest.fixture
def lab(host: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(host + CHAPTER))


def test_a_link_opens_the_same_settings(lab: LabOnPage, host: str, open_page: OpenPage) -> None:
    lab.type("learning_rate", "0.25")
    lab.type("rho", "0.99")
    lab.type("steps", "50")
    lab.handle.press("ArrowLeft")
    said = lab.said()
    lab.figure.get_by_role("button", name="Copy link").click()
    address = lab.page.evaluate("location.href")
    assert address.split("#")[1] == "lab-1;start=4.88,4;learning_rate=0.25;rho=0.99;steps=50"
    other = LabOnPage(open_page(address))
    assert other.said() == said
    expect(other.box("rho")).to_have_value("0.99")
    second = LabOnPage(other.page, 1)
    expect(second.box("rho")).to_have_value("0.9")  # a link is to one lab


def test_the_link_is_in_the_clipboard(served: str, open_page: OpenPage) -> None:
    page = open_page(served + CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    lab = LabOnPage(page)
    lab.figure.get_by_role("button", name="Copy link").click()
    expect(lab.figure.locator(".lab-note")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.evaluate("location.href")


def test_an_address_that_asks_too_much_is_said(host: str, open_page: OpenPage) -> None:
    lab = LabOnPage(open_page(host + CHAPTER + "#lab-1;rho=2;steps=20;colour=<b>"))
    note = lab.figure.locator(".lab-note")
    expect(note).to_contain_text("“2” is not allowed: rho takes [0, 1)")
    expect(note).to_contain_text("“colour=<b>” is not a setting of this lab")
    assert lab.said().startswith("RMSProp, step 20: ")
    expect(lab.box("rho")).to_have_value("0.9")


def test_reset_brings_the_figure_back(lab: LabOnPage) -> None:
    said, pictures = lab.said(), lab.pictures()
    lab.type("learning_rate", "1")
    lab.type("steps", "7")
    lab.handle.press("ArrowUp")
    assert lab.said() != said
    lab.figure.get_by_role("button", name="Reset").click()
    assert lab.said() == said
    assert lab.pictures() == pictures


def test_the_paths_as_csv(lab: LabOnPage) -> None:
    lab.type("steps", "5")
    with lab.page.expect_download() as download:
        lab.figure.get_by_role("button", name="Save as CSV").click()
    with open(download.value.path(), newline="") as file:
        rows = list(csv.reader(file))
    path = descend("bowl", "rmsprop", (5, 4), steps=5)
    assert rows[0] == ["optimiser", "step", "x", "y", "f"]
    for step, row in enumerate(rows[1:]):
        assert row[:2] == ["RMSProp", str(step)]
        assert [float(cell) for cell in row[2:4]] == path.params[step].tolist()
        assert float(row[4]) == path.losses[step]
    assert len(rows) == 7
