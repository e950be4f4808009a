from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def pytest_addoption(parser: pytest.Parser) -> None:
    times = "how many times slower pages run: a test that waits for what it looks at still passes"
    parser.addoption("--slower", type=float, default=1, help=times)


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> "Iterator[Browser]":
    """One for all tests of a process: a second one could not start beside it."""
    from playwright.sync_api import expect, sync_playwright

    from tools.find_browser import FLAGS

    assert BROWSER.exists(), "no browser: run `make test`, which finds or installs one"
    expect.set_options(timeout=20_000)  # a slow machine is no finding: what must be fast says so
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER.read_text(), args=list(FLAGS))
        with _slower(request.config.getoption("--slower")):
            yield browser
        browser.close()


@contextmanager
def _slower(times: float) -> Iterator[None]:
    """Every page that is opened runs at a part of its speed."""
    from playwright.sync_api import Browser, BrowserContext, Page

    def slowed(new_page: Callable[..., Page]) -> Callable[..., Page]:
        def new_slow_page(*given: object, **options: object) -> Page:
            page = new_page(*given, **options)
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": times})
            return page

        return new_slow_page

    with pytest.MonkeyPatch.context() as patch:
        if times > 1:
            for opens in (Browser, BrowserContext):
                patch.setattr(opens, "new_page", slowed(opens.new_page))
        yield
