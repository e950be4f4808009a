"""The wide matrix of hosts: `make hosts` runs it, and keeps what came of it in book/hosts.json."""

import datetime
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import served

__all__ = ["served"]

#: `make test` has quick tests of the same; these want environments of their own.
collect_ignore_glob = [] if "HOSTS" in os.environ else ["*.py"]

RECORD = Path(__file__).parents[2] / "book/hosts.json"
Row = dict[str, Any]
_rows: dict[str, Row] = {}
_named = pytest.StashKey[Row]()


@pytest.fixture
def host(request: pytest.FixtureRequest) -> Callable[[str, dict[str, str], str], None]:
    """Name the host that the test tries, its versions, and what one gets there.

    What was tried is said by the test's own words.
    """
    said = " ".join((request.function.__doc__ or "").split())
    assert said, "a host's test says what it tries"

    def name_it(name: str, versions: dict[str, str], gets: str) -> None:
        request.node.stash[_named] = {
            "name": name,
            "versions": versions,
            "gets": gets,
            "tried": said,
            "test": request.node.nodeid.split("[")[0],
            "date": datetime.date.today().isoformat(),
        }

    return name_it


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep what came of a host."""
    report = yield
    row = item.stash.get(_named, None)
    if row and report.when == "call":
        _rows[row["name"]] = row | {"works": report.passed, "why": _reason(report)}
    elif row and report.failed:  # what the labs' script threw is seen at the end
        _rows[row["name"]]["works"] = False
    return report


def _reason(report: pytest.TestReport) -> str:
    """Why it was not tried; "" if it was."""
    return str(report.longrepr[2]).removeprefix("Skipped: ") if report.skipped else ""


def pytest_sessionfinish() -> None:
    """What was not tried this time stays as it was."""
    if not _rows:
        return
    before = json.loads(RECORD.read_text()) if RECORD.exists() else []
    rows = {row["name"]: row for row in before} | _rows
    text = json.dumps(list(rows.values()), indent=1, ensure_ascii=False)
    RECORD.write_text(text + "\n")


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    """A page; what the labs' own script throws on it fails the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(f"{error}\n{error.stack}"))
    yield page
    page.close()
    assert not [one for one in thrown if "blob:" in one or "widget.js" in one]
