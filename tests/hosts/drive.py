"""Drive Firefox or WebKit through pages of the book; run by the environment of their drivers.

    python drive.py firefox|webkit ADDRESS...

Prints JSON: the browser's version, and for each page how many labs it has, what went wrong on it,
and whether the first one's picture changed under a slider, or in a race as it trains.
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Run = Callable[[str], Any]
Driven = tuple[
    str, Callable[[str], None], Run
]  # its version, what opens a page, what runs a script

#: Come to the first lab, and wait until it is live and drawn.
START = """
const [figure] = document.querySelectorAll("figure.rmsprop-lab");
figure?.scrollIntoView({ behavior: "instant", block: "center" });
return figure?.dataset.state ?? "none";
"""
COUNT = "return document.querySelectorAll('figure.rmsprop-lab').length;"
#: All that its canvases show: of those that were drawn, the pixels.
PICTURES = """
return [...document.querySelectorAll("figure.rmsprop-lab")][0]
  ? [...document.querySelectorAll("figure.rmsprop-lab")[0].querySelectorAll(".lab-live canvas")]
      .map((canvas) => canvas.toDataURL()).join() : "";
"""
#: A slider moved as a hand moves it, or the start by a key; false where there is nothing to move.
MOVE = """
const [figure] = document.querySelectorAll("figure.rmsprop-lab");
const sliders = [...figure.querySelectorAll("input[type=range]")]
  .filter((one) => one.checkVisibility());
const slider = sliders.find(({ name }) => name !== "step") ?? sliders[0];
if (!slider) { // all that there is to move is the start
  const key = new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true });
  return figure.querySelector(".lab-start")?.dispatchEvent(key) !== undefined;
}
const [low, high, value] = [slider.min, slider.max, slider.value].map(Number);
slider.value = value > (low + high) / 2 ? low + (high - low) / 4 : low + (high - low) / 1.5;
slider.dispatchEvent(new Event("input", { bubbles: true }));
figure.querySelector(".lab-race .lab-transport button")?.click();
return true;
"""
#: What test_browsers.py has put into the page keeps this.
# Firefox shows a driver the page's own names only so.
WRONG = "return JSON.stringify((window.wrappedJSObject ?? window).wrong);"


@contextmanager
def firefox() -> Iterator[Driven]:
    """A stock Firefox, by its own Marionette."""
    from marionette_driver.marionette import Marionette

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        path = shutil.which("firefox-esr") or shutil.which("firefox")
        flags = ["-marionette", "-headless", "-no-remote"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen([path, *flags, "-profile", profile], **quiet) as process:
            driver = Marionette(host="127.0.0.1", port=port)
            for _ in range(60):
                try:
                    driver.start_session()
                    break
                except OSError:
                    time.sleep(0.5)
            version = driver.session_capabilities["browserVersion"]
            yield f"Firefox {version}", driver.navigate, driver.execute_script
            driver.delete_session()
            process.terminate()


@contextmanager
def webkit() -> Iterator[Driven]:
    """WebKitGTK's own browser, by its WebDriver."""
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    (path,) = Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")
    options = Options()
    options.binary_location = str(path)
    options.add_argument("--automation")
    driver = webdriver.WebKitGTK(options=options, service=Service(shutil.which("WebKitWebDriver")))
    yield f"WebKitGTK {driver.capabilities['browserVersion']}", driver.get, driver.execute_script
    driver.quit()


def wait(ask: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not ask():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def try_page(run: Run) -> dict[str, Any]:
    """What the page that is open does."""
    labs = run(COUNT)
    if not labs:
        return {"labs": 0, "wrong": json.loads(run(WRONG))}
    live = wait(lambda: run(START) == "live") and wait(lambda: bool(run(PICTURES)))
    wait(lambda: run(PICTURES) == run(PICTURES))
    before = run(PICTURES)
    moved = run(MOVE)
    changed = moved and wait(lambda: run(PICTURES) != before, 10)
    seen = {"labs": labs, "live": live, "moved": moved, "changed": changed}
    return seen | {"wrong": json.loads(run(WRONG))}


def main(name: str, *addresses: str) -> None:
    with {"firefox": firefox, "webkit": webkit}[name]() as (version, go, run):
        pages = {}
        for address in addresses:
            go(address)
            pages[address] = try_page(run)
    print(json.dumps({"version": version, "pages": pages}))


if __name__ == "__main__":
    main(*sys.argv[1:])
