from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # most tests need no browser, and run where there is none
    from playwright.sync_api import Browser

BROWSER = Path(__file__).parents[1] / ".venv/browser"

# The same examples in every run, and none judged by its time.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One for all tests of a process: a second one could not start beside it."""
    from playwright.sync_api import expect, sync_playwright

    from tools.find_browser import FLAGS

    assert BROWSER.exists(), "no browser: run `make test`, which finds or installs one"
    expect.set_options(timeout=20_000)  # a slow machine is no finding: what must be fast says so
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER.read_text(), args=list(FLAGS))
        yield browser
        browser.close()
