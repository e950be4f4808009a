"""Measure the races: training in the page beside ConvNetJS and Python, and the pages.

Run by ``make bench`` on the built book. The contenders take turns: ours in the browser, ConvNetJS
in the same page, Python's ``train`` on one core. A time is one of the thread's processor, so that
what else runs does not count. ``--quick`` takes fewer turns and starts.

ConvNetJS has RMSProp as ``windowgrad``, with epsilon inside the root.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is loaded: on one core

import gzip
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import numpy as np
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.lab import MOVE
from bench.speed import machine
from rmsprop_lab import Network, train
from tools.find_browser import FLAGS

ROOT = Path(__file__).parents[1]
RACE, WORLDS = (ROOT / f"_build/html/book/{name}.html" for name in ("race", "worlds"))
JS = ROOT / "rmsprop_lab/lab/js"
CONVNETJS = ROOT / "bench/npm/node_modules/convnetjs/build/convnet-min.js"
QUICK = "--quick" in sys.argv
TURNS = 3 if QUICK else 15
RACES = 2 if QUICK else 7
MOVES = 10 if QUICK else 60
STARTS = 100 if QUICK else 1000
SETTINGS = {"rate": 0.032, "rho": 0.9, "epsilon": 1e-6, "batchSize": 64, "seed": 0}
EPOCHS = 15
IN_A_WORLD = 100  # epochs
LONG = 60  # epochs: a thread's clock may be coarse
VIEWPORT = {"width": 1280, "height": 900}


class Watched:
    """A race of the book on its page, and what the browser counts of it."""

    def __init__(self, browser: Browser, path: Path = RACE) -> None:
        self.page: Page = browser.new_page(viewport=VIEWPORT)
        self.loaded: list[str] = []
        self.page.on("request", lambda asked: self.loaded.append(asked.url))
        self.page.goto(path.as_uri())
        self.page.locator("figure.rmsprop-race").scroll_into_view_if_needed()
        self.page.wait_for_selector("figure.rmsprop-race[data-state=live]")
        self.session: CDPSession = self.page.context.new_cdp_session(self.page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def processor(self) -> float:
        """Seconds of the main thread's processor so far."""
        found = self.session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in found if one["name"] == "ThreadTime"))

    def took(self, run: Callable[[], Any]) -> tuple[float, Any]:
        before = self.processor()
        answer = run()
        return self.processor() - before, answer

    def left(self) -> dict[str, float]:
        """What there is once everything that nobody holds is gone."""
        for _ in range(3):  # what one pass frees may have held more
            self.session.send("HeapProfiler.collectGarbage")
        heap = self.session.send("Runtime.getHeapUsage")
        counted = self.session.send("Memory.getDOMCounters")
        return {
            "heap, kB": heap["usedSize"] / 1000,
            "buffers, kB": heap.get("backingStorageSize", 0) / 1000,
            "nodes": counted["nodes"],
            "listeners": counted["jsEventListeners"],
        }

    def end(self) -> None:
        self.page.wait_for_function(
            "document.querySelector('button[name=start]').textContent === 'Start again'"
        )


def bundle() -> str:
    """bench/race.mjs as a page runs it: built as the book's own script is."""
    command = ["node_modules/.bin/esbuild", "--bundle", "--minify", "--format=iife"]
    alias = "--alias:d3-interpolate=./src/plots/interpolate.ts"
    done = subprocess.run(
        [*command, alias, str(ROOT / "bench/race.mjs")],
        cwd=JS,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


# --- training -------------------------------------------------------------------------------


def python(spec: dict[str, Any]) -> Callable[[int], float]:
    """Python's own training run on the page's examples; returns the share of right answers."""

    def read(data: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        return np.reshape(data["inputs"], (len(data["labels"]), -1)), np.array(data["labels"])

    network, (world,) = Network(spec["sizes"]), spec["worlds"]
    known, unseen = read(world["train"]), read(world["test"])

    def run(epochs: int) -> float:
        history = train(
            network,
            "rmsprop",
            known,
            epochs=epochs,
            batch_size=SETTINGS["batchSize"],
            seed=SETTINGS["seed"],
            watch=False,
            progress=False,
            learning_rate=SETTINGS["rate"],
            rho=SETTINGS["rho"],
            epsilon=SETTINGS["epsilon"],
        )
        return network.accuracy(history.params, *unseen)

    return run


def training(watched: Watched, spec: dict[str, Any]) -> None:
    page, in_python = watched.page, python(spec)
    page.evaluate("settings => { window.peers = window.ready(settings) }", SETTINGS)
    examples = (
        len(spec["worlds"][0]["train"]["labels"]) // SETTINGS["batchSize"] * SETTINGS["batchSize"]
    )

    def of_page(name: str) -> Callable[[int], tuple[float, float]]:
        return lambda epochs: watched.took(
            lambda: page.evaluate("([name, epochs]) => peers[name](epochs)", [name, epochs])
        )

    def of_python(epochs: int) -> tuple[float, float]:
        begun = time.thread_time()
        right = in_python(epochs)
        return time.thread_time() - begun, right

    contenders = {
        "ours": (of_page("ours"), LONG),
        "ConvNetJS": (of_page("convnet"), EPOCHS),
        "Python": (of_python, LONG),
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(TURNS + 1):
        for name, (run, epochs) in contenders.items():
            seconds, right = run(epochs)
            # They do learn. ConvNetJS draws its start anew each time, and some are slow.
            assert right > (0.5 if name == "ConvNetJS" else 0.8), (name, right)
            if turn > 0:  # warm
                rates[name].append(epochs * examples / seconds)
    print("\nRMSProp, 64-32-10, batches of 64: examples a second of one core")
    ours = rates["ours"]
    for name, found in rates.items():
        ratios = [one / other for one, other in zip(ours, found, strict=True)]
        low, middle, high = np.quantile(ratios, [0, 0.5, 1])
        print(
            f"{name:>10} {statistics.median(found):10,.0f}   ours / this: "
            f"{middle:.2f} ({low:.2f} to {high:.2f})"
        )
    print("  limit: 0.5 for Python")
    in_page, demo = [], []
    for _ in range(RACES):
        in_page.append(page.evaluate("peers.inPage()"))
        demo.append(page.evaluate("peers.demo(400)"))
    ratios = [one / other for one, other in zip(in_page, demo, strict=True)]
    low, middle, high = np.quantile(ratios, [0, 0.5, 1])
    print(
        "By the clock: a race of one, with all that is drawn, beside ConvNetJS as its demo of\n"
        "trainers calls it, one example at each interval of 0 ms\n"
        f"      ours {statistics.median(in_page):10,.0f}\n"
        f"  the demo {statistics.median(demo):10,.0f}   ours / this: "
        f"{middle:,.0f} ({low:,.0f} to {high:,.0f}; limit 20)"
    )


# --- the race as it stands on its page --------------------------------------------------------

# The second has the tasks; alone it would bring all others, which cost time.
TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline"]


def tasks(trace: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Milliseconds of the main thread's tasks by the clock, and without what else ran."""
    events = trace["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    ran = [
        event
        for event in events
        if event["name"] == "RunTask"
        and (event["pid"], event["tid"]) in main
        and "dur" in event  # the last one may not have come to its end
    ]
    by_clock = [event["dur"] / 1000 for event in ran]
    # Of its processor where that is less: a task also waits while something else runs.
    own = [min(event["dur"], event.get("tdur", event["dur"])) / 1000 for event in ran]
    return by_clock, own


def races(browser: Browser, path: Path, what: str) -> None:
    work, clock, longest, longest_by_clock = [], [], [], []
    for _ in range(RACES):
        watched = Watched(browser, path)  # nothing is warm
        browser.start_tracing(page=watched.page, categories=TRACED)
        begun = time.perf_counter()
        before = watched.processor()
        watched.page.locator("button[name=start]").click()
        watched.end()
        work.append(watched.processor() - before)
        clock.append(time.perf_counter() - begun)
        by_clock, own = tasks(json.loads(browser.stop_tracing()))
        longest.append(max(own))
        longest_by_clock.append(max(by_clock))
        watched.page.close()
    print(f"\nSix racers, {what}, with all that is drawn")
    print(f"{statistics.median(work):8.2f} s of work (limit 3)")
    print(f"{statistics.median(clock):8.2f} s by the clock")
    for name, found in (("without what else ran", longest), ("by the clock", longest_by_clock)):
        every = ", ".join(f"{one:.1f}" for one in sorted(found))
        print(f"{statistics.median(found):8.1f} ms {name}: the longest task (limit 12), of {every}")


# Move a slider with an input event: when the handler is through, and when the frame after it is.
UNTIL_DRAWN = """([selector, value]) => new Promise((done) => {
  const slider = document.querySelector(selector);
  const { port1, port2 } = new MessageChannel();
  const before = performance.now();
  port1.onmessage = () => done(performance.now() - before);
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => port2.postMessage(null));
})"""


def sliders(browser: Browser, path: Path) -> None:
    watched = Watched(browser, path)
    page = watched.page
    page.locator("button[name=start]").click()
    print(
        f"\n{path.stem}: a slider's move while six race, ms: its work; "
        "until the next frame is through"
    )
    for name in ("rho", "seed", "batch_size", "units"):
        selector = f"figure.rmsprop-race input[name={name}]"
        low, high = page.eval_on_selector(selector, "e => [+e.min || 0, +e.max || 100]")
        values = [str(low + (high - low) * (0.3 + 0.4 * k / MOVES)) for k in range(MOVES)]
        work = [page.evaluate(MOVE, [selector, value]) for value in values][5:]
        drawn = [page.evaluate(UNTIL_DRAWN, [selector, value]) for value in values][5:]
        print(
            f"{name:>12} {statistics.median(work):6.1f}, 95th {np.percentile(work, 95):.1f} "
            f"(limit 16.7); {statistics.median(drawn):.1f}, 95th {np.percentile(drawn, 95):.1f}"
        )
    page.close()


# Press start and stop, each time with some work in between.
PRESS = """async (times) => {
  const start = document.querySelector("button[name=start]");
  for (let k = 0; k < times; k++) {
    start.click();
    await new Promise((done) => setTimeout(done));
    await new Promise((done) => setTimeout(done));
    if (start.textContent === "Pause") start.click();
  }
  document.querySelector("button[name=restart]").click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""


def leaks(browser: Browser) -> None:
    for what, code in (("starts and stops", PRESS), ("races made and taken away", "mountAndStop")):
        watched = Watched(browser)
        watched.page.evaluate(bundle())
        watched.page.evaluate(code, min(STARTS, 300))  # what is compiled stays, too
        before = watched.left()
        watched.page.evaluate(code, STARTS)
        after = watched.left()
        print(f"\n{STARTS} {what}: before, after")
        for name, value in before.items():
            print(f"{name:>14} {value:12,.0f} {after[name]:12,.0f}")
        watched.page.close()


def weight(browser: Browser, path: Path) -> None:
    watched = Watched(browser, path)
    files = {Path(unquote(urlparse(address).path)) for address in watched.loaded}
    # A font and a picture are packed already.
    packed = {
        file.name: len(file.read_bytes())
        if file.suffix in (".woff2", ".png")
        else len(gzip.compress(file.read_bytes(), 9))
        for file in files
        if file.is_file()
    }
    figure = re.search(r'<figure class="[^"]*rmsprop-race.*?</figure>', path.read_text(), re.S)
    assert figure
    data = json.dumps(spec_of(watched.page), separators=(",", ":")).encode()
    print(f"\n{path.name}, kB gzipped")
    print(f"{sum(packed.values()) / 1000:8.1f} all that it loads (limit 300), of these")
    print(f"{len(gzip.compress(data, 9)) / 1000:8.1f} the data")
    for name, size in sorted(packed.items(), key=lambda one: -one[1])[:6]:
        print(f"{size / 1000:8.1f} {name}")
    watched.page.close()


def spec_of(page: Page) -> dict[str, Any]:
    text = page.locator("figure.rmsprop-race script[type='application/json']").text_content()
    found: dict[str, Any] = json.loads(text or "")["spec"]["network"]
    return found


def main() -> None:
    if not CONVNETJS.exists():
        raise SystemExit("no ConvNetJS: run `make bench`, which installs it")
    print(machine())
    with sync_playwright() as playwright:
        path = (ROOT / ".venv/browser").read_text()
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        watched = Watched(browser)
        watched.page.evaluate(CONVNETJS.read_text())
        watched.page.evaluate(bundle())
        training(watched, spec_of(watched.page))
        watched.page.close()
        races(browser, RACE, f"{EPOCHS} epochs of the digits")
        races(browser, WORLDS, f"{IN_A_WORLD} epochs of the spiral")
        for path in (RACE, WORLDS):
            sliders(browser, path)
        leaks(browser)
        for path in (RACE, WORLDS):
            weight(browser, path)
        browser.close()


if __name__ == "__main__":
    main()
