"""A lab has sizes of its own: the root of a classic notebook has 10 px, and its text is read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from rmsprop_lab import Lab
from tests.browser.test_convergence import at_rest
from tests.support.lab_page import LabOnPage, rest

OpenPage = Callable[..., Page]

#: Of all elements with words of their own: how large the words and the element are, and the words.
SEEN = """figure => [...figure.querySelectorAll('.lab-live *')]
  .filter((one) => one.checkVisibility() && [...one.childNodes].some(
    (node) => node instanceof Text && node.data.trim()))
  .map((one) => {
    const { width, height } = one.getBoundingClientRect();
    const { fontSize } = getComputedStyle(one);
    return [one.className, fontSize, width, height, one.textContent.slice(0, 40)];
  })"""


def seen_at(
    root: str, address: str, open_page: OpenPage
) -> list[tuple[str, str, float, float, str]]:
    page = open_page(address)
    page.add_style_tag(content=f"html {{ font-size: {root}; }}")
    lab = LabOnPage(page)
    at_rest(lab)
    lab.announced()  # what comes last
    rest(page)
    found: list[tuple[str, str, float, float, str]] = lab.figure.evaluate(SEEN)
    assert len(found) > 30
    return found


@pytest.mark.parametrize("width", [420, 1200])
def test_a_host_with_a_small_root_has_the_books_sizes(
    width: int, served: str, open_page: OpenPage, write_page: Callable[..., str]
) -> None:
    address = served + write_page(Lab("bowl", ["rmsprop", "sgd"], controls="all"))
    small, usual, large = (
        seen_at(root, address, lambda to: open_page(to, viewport={"width": width, "height": 900}))
        for root in ("10px", "16px", "20px")
    )
    assert small == usual
    assert min(float(size.removesuffix("px")) for _, size, _, _, _ in usual) >= 12
    # Who has set larger letters sees larger ones.
    sizes = [[float(size.removesuffix("px")) for _, size, _, _, _ in of] for of in (usual, large)]
    assert [size * 1.25 for size in sizes[0]] == pytest.approx(sizes[1])
