"""The built book in Firefox and in WebKit, from a server and from files: every page with a lab."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import HTML
from tests.hosts.servers import python_of

NEEDED = {"firefox": "firefox-esr", "webkit": "WebKitWebDriver"}
DRIVE = Path(__file__).parent / "drive.py"
#: Stands before all scripts of a page, and keeps what goes wrong.
WATCH = """<script>
window.wrong = [];
addEventListener("error", ({ message, target }) =>
  wrong.push(message ?? `not loaded: ${target.src ?? target.href}`), true);
addEventListener("unhandledrejection", ({ reason }) => wrong.push(String(reason)));
for (const kind of ["error", "warn"]) console[kind] = (...said) => wrong.push(said.join(" "));
</script>"""


@pytest.fixture(scope="module")
def watched() -> Iterator[list[Path]]:
    """A copy, beside it, of each page that has a lab, which keeps what goes wrong on it."""
    folder, pages = HTML / "book", []
    for page in sorted(folder.glob("*.html")):
        text = page.read_text()
        if '<figure class="rmsprop-lab' in text:
            pages.append(page.with_suffix(".watched.htm"))
            pages[-1].write_text(text.replace("<head>", f"<head>{WATCH}", 1))
    assert len(pages) > 15
    broken = folder / "broken.watched.htm"
    broken.write_text(
        f"<!doctype html><head>{WATCH}</head><script>throw new Error('seen')</script>"
    )
    yield [*pages, broken]
    for page in [*pages, broken]:
        page.unlink()


def drive(browser: str, addresses: list[str]) -> dict[str, object]:
    command = [str(python_of("browsers")), str(DRIVE), browser, *addresses]
    if browser == "webkit" and "DISPLAY" not in os.environ:  # it has no mode without a window
        command = ["xvfb-run", "--auto-servernum", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("browser", ["firefox", "webkit"])
def test_the_book(
    browser: str, served: str, watched: list[Path], host: Callable[..., None]
) -> None:
    """Open each page of the book that has a lab, from a server and from a file, and move a slider
    of its first lab (or the start, or train its race): the picture changes, and nothing goes wrong
    on the page.
    """
    names = {"firefox": "The book in Firefox", "webkit": "The book in WebKitGTK, Safari's kin"}
    host(names[browser], {}, "live")
    if not shutil.which(NEEDED[browser]):
        pytest.skip("could not be installed where the table was made")
    addresses = [
        at + page.relative_to(HTML).as_posix()
        for at in (served, HTML.as_uri() + "/")
        for page in watched
    ]
    answer = drive(browser, addresses)
    name, version = answer["version"].split(" ")
    host(names[browser], {name: version}, "live")
    for address, seen in answer["pages"].items():
        if "broken" in address:
            assert seen["wrong"]  # what goes wrong is seen
        else:
            assert all(seen[one] for one in ("live", "moved", "changed")), (address, seen)
            assert not seen["wrong"], (address, seen)
