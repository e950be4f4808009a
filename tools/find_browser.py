"""Find a Chromium or Chrome that starts, or install one, and write its path to a file.

In this order: one named in BROWSER; a headless shell, which opens a page in half the time because
it has no window around it (as root on Debian or Ubuntu it is installed); one with windows;
Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

SHELL = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def starts(path: str) -> bool:
    with sync_playwright() as playwright:
        try:
            playwright.chromium.launch(executable_path=path, args=list(FLAGS)).close()
        except Error:
            return False
    return True


def run(*command: str) -> bool:
    print("$", *command, flush=True)
    try:
        done = subprocess.run(command, timeout=600, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def candidates() -> Iterator[str | None]:
    """Where one may be; what comes later is only tried where nothing before it starts."""
    yield os.environ.get("BROWSER")
    yield shutil.which(SHELL)
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run("apt-get", "update", "-q")
        for package in (SHELL, "chromium"):
            if run("apt-get", "install", "-y", "-q", package):
                yield shutil.which(package)
    yield from map(shutil.which, NAMES)
    yield from MAC
    if run(sys.executable, "-m", "playwright", "install", "chromium"):
        with sync_playwright() as playwright:
            yield playwright.chromium.executable_path


def main() -> None:
    for path in candidates():
        if path and Path(path).exists() and starts(path):
            Path(sys.argv[1]).write_text(path)
            print("Testing in", path)
            return
    sys.exit("The tests need a browser: install Chromium or Google Chrome, then run this again.")


if __name__ == "__main__":
    main()
