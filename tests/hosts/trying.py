"""What a lab is tried with in every host."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.lab_page import LabOnPage, rest

SMALLEST = 12  # px
#: The sizes of all words that one sees; what stands behind a slider's mark is no element.
SIZES = """figure => [...figure.querySelectorAll('.lab-live *')]
  .filter((one) => one.checkVisibility())
  .filter((one) => [...one.childNodes].some((node) => node instanceof Text && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize))"""


def moves(page: Page, index: int = 0) -> LabOnPage:
    """A number and a slider move the picture of a lab that the page walks; its text is readable."""
    lab = LabOnPage(page, index)
    rest(page)
    said, pictures = lab.said(), lab.pictures()
    lab.type("learning_rate", "0.5")
    assert lab.said() != said
    assert lab.pictures() != pictures
    pictures = lab.pictures()
    lab.slider("rho").focus()
    page.keyboard.press("ArrowRight")
    assert lab.pictures() != pictures
    assert min(lab.figure.evaluate(SIZES)) >= SMALLEST
    return lab


def asks_the_kernel(page: Page, index: int = 1) -> None:
    """A lab that only the kernel can walk draws what the kernel answers."""
    lab = LabOnPage(page, index)
    rest(page)
    said = lab.said()
    lab.type("learning_rate", "0.02")
    expect(lab.lines.first).not_to_have_text(said.removesuffix("."), timeout=10_000)
    assert lab.figure.locator(".lab-why").count() == 0


def is_a_still(page: Page, words: str) -> None:
    """A picture with its words, and no control."""
    picture = page.locator(".lab-picture").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 300
    expect(page.get_by_text(words)).to_be_visible()
    assert page.locator(".lab-live").count() == 0


def offline(page: Page) -> Page:
    """The page has no network but this machine's."""
    page.route(lambda url: "127.0.0.1" not in url and url.startswith("http"), lambda r: r.abort())
    return page


def picture_of(page: Page, folder: Path, name: str) -> None:
    """For who looks at what failed."""
    page.screenshot(path=folder / f"{name}.png")
