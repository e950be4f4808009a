"""A worker computes the map of settings; where there can be none, the page, with the same bits."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from rmsprop_lab import Lab
from tests.browser.conftest import HTML
from tests.support.lab_page import LabOnPage

Write = Callable[..., str]
Open = Callable[..., Page]

POLICY = '<meta http-equiv="Content-Security-Policy" content="worker-src \'none\'">'
REFUSED = {
    "by the constructor": "window.Worker = class { constructor() { throw new Error('no'); } };",
    "by a browser that knows of none": "delete window.Worker;",
    "by a policy": "",  # last, for it stays in the page
}


@pytest.fixture
def where(write_page: Write) -> str:
    return write_page(
        Lab(
            "rosenbrock",
            ["rmsprop", "adam"],
            steps=120,
            noise=0.1,
            schedule="cosine",
            controls=["learning_rate", "epsilon", "convergence"],
        )
    )


@pytest.fixture
def open_(browser: Browser) -> Iterator[Open]:
    """A page whose policy may complain on the console; a script that runs before all others."""
    context = browser.new_context(viewport={"width": 900, "height": 900})

    def open_page(address: str, before: str = "") -> Page:
        page = context.new_page()
        page.add_init_script(before)
        page.goto(address)
        return page

    yield open_page
    context.close()


def pixels(lab: LabOnPage) -> str:
    """The fine map."""
    lab.said()
    grid = lab.figure.locator(".lab-grid")
    expect(grid).to_have_attribute("data-state", "fine", timeout=20_000)
    return grid.locator("canvas").evaluate("canvas => canvas.toDataURL()")


def test_the_map_comes_from_a_worker(host: str, where: str, open_: Open) -> None:
    page = open_(host + where)
    lab = LabOnPage(page)
    before = pixels(lab)
    assert len(page.workers) == 1
    lab.type("epsilon", "0.5")
    after = pixels(lab)
    assert after != before
    lab.type("epsilon", lab.box("epsilon").input_value())
    assert pixels(lab) == after
    assert len(page.workers) == 1


def test_where_a_worker_is_refused_the_page_computes_the_same_bits(
    served: str, where: str, open_: Open
) -> None:
    free = LabOnPage(open_(served + where))
    expected = [pixels(free)]
    free.type("epsilon", "0.5")
    expected.append(pixels(free))
    for how, before in REFUSED.items():
        if not before:
            path = HTML / where
            path.write_text(path.read_text().replace("<head>", "<head>" + POLICY))
        page = open_(served + where, before)
        strict = LabOnPage(page)
        found = [pixels(strict)]
        strict.type("epsilon", "0.5")
        found.append(pixels(strict))
        assert found == expected, how
        assert page.workers == [], how


def test_of_many_moves_the_last_one_counts(served: str, where: str, open_: Open) -> None:
    lab = LabOnPage(open_(served + where))
    still = pixels(lab)
    lab.slider("epsilon").evaluate(
        """async (slider) => {
          const before = slider.value;
          const low = Number(slider.min), high = Number(slider.max);
          for (let k = 0; k <= 40; k++) {
            slider.value = k < 40 ? low + (high - low) * k / 40 : before;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            if (k % 3 === 0) await new Promise(requestAnimationFrame);
          }
        }"""
    )
    assert pixels(lab) == still
