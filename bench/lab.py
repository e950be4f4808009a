"""Measure the lab: a slider's move, the convergence map, the way to a live page, the script.

Run by ``make bench`` on the built book. Times are of this machine; each stands beside a
peer that was measured in the same run, and their ratio. ``--quick`` measures moves, keys, the way
to a live page and the script's weight.
"""

import gzip
import json
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from bench.speed import without
from rmsprop_lab import Exercise, Lab, descend_many, objectives, optimizers, style
from rmsprop_lab.checking.page import check_of
from rmsprop_lab.checking.slips import slips
from rmsprop_lab.lab import spec
from rmsprop_lab.lab.picture import paths_picture
from tests.browser.test_surfaces import HEAVY, TYPE
from tests.checking.test_in_the_page import tape_of, text_of
from tools.find_browser import FLAGS

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build/html/book"
LAB = ROOT / "rmsprop_lab/lab"
EVENTS = 120
ROUNDS = 21
QUICK = "--quick" in sys.argv

# A lab of three optimisers and 150 steps, alone on a page.
PAGE = """<!doctype html><meta charset="utf-8"><title>bench</title><style>{css}</style>
<body style="width: 760px">{figure}<script>{script}</script>"""

# What a browser needs at the least for this: a slider, three canvases of a lab's sizes, and in each
# three lines of 150 points; without axes, words, steps or settings.
BARE = """<!doctype html><meta charset="utf-8"><title>bare</title><body style="width: 760px">
<figure data-state="live"><input type="range" name="learning_rate" step="any"></figure>
<canvas width="420" height="352"></canvas><canvas width="210" height="150"></canvas>
<canvas width="210" height="150"></canvas><script>
const slider = document.querySelector("input");
const draw = (canvas) => {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (const [size, colour] of [[1, "red"], [0.7, "green"], [0.4, "blue"]]) {
    pen.strokeStyle = colour;
    pen.beginPath();
    for (let k = 0, x = 200 * size, y = 150 * size; k < 150; k++) {
      x *= 1 - 0.0005 * slider.value;
      y *= -0.9;
      pen.lineTo(canvas.width / 2 + x, canvas.height / 2 + y);
    }
    pen.stroke();
  }
};
slider.addEventListener("input", () =>
  requestAnimationFrame(() => document.querySelectorAll("canvas").forEach(draw)));
</script>"""

# The same in JSXGraph, a library that interactive textbooks are made with, drawing on canvas.
JSXGRAPH = ROOT / "bench/npm/node_modules/jsxgraph/distrib/jsxgraphcore.js"
EXPLORABLE = """<!doctype html><meta charset="utf-8"><title>JSXGraph</title>
<body style="width: 760px">
<figure data-state="live"><input type="range" name="learning_rate" step="any"></figure>
<div id="plane" style="width: 420px; height: 352px"></div>
<div id="loss" style="width: 210px; height: 150px"></div>
<div id="update" style="width: 210px; height: 150px"></div><script>{library}</script><script>
const slider = document.querySelector("input");
const colours = {{ 1: "red", 0.7: "green", 0.4: "blue" }};
const boards = ["plane", "loss", "update"].map((id) => {{
  const board = JXG.JSXGraph.initBoard(id, {{
    renderer: "canvas", boundingbox: [-5, 5, 5, -5], showCopyright: false, showNavigation: false,
  }});
  for (const [size, strokeColor] of Object.entries(colours)) {{
    const curve = board.create("curve", [[0], [0]], {{ strokeColor }});
    curve.updateDataArray = function () {{
      this.dataX = [];
      this.dataY = [];
      for (let k = 0, x = 4 * size, y = 3 * size; k < 150; k++) {{
        x *= 1 - 0.0005 * slider.value;
        y *= -0.9;
        this.dataX.push(x);
        this.dataY.push(y);
      }}
    }};
  }}
  return board;
}});
slider.addEventListener("input", () =>
  requestAnimationFrame(() => boards.forEach((board) => board.update())));
</script>"""

# Move a slider; the milliseconds of the handler, and of its frame from the first callback
# until the main thread is free again: drawing, style, layout, paint, raster and commit.
MOVE = """([selector, value]) => new Promise((done) => {
  const slider = document.querySelector(selector);
  const { port1, port2 } = new MessageChannel();
  let [handled, begun] = [0, 0];
  port1.onmessage = () => done(handled + performance.now() - begun);
  requestAnimationFrame(() => {
    begun = performance.now();
    port2.postMessage(null);
  });
  slider.value = value;
  const before = performance.now();
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  handled = performance.now() - before;
})"""


# Of each key that is typed, the milliseconds of its handlers and of its frame.
KEYS = """box => {
  const found = box.value.indexOf("rho * s") + "rho * s".length;
  box.focus();
  box.setRangeText(" * 1.1", found, found, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  window.keys = [];
  addEventListener("beforeinput", () => {
    const { port1, port2 } = new MessageChannel();
    const before = performance.now();
    let [handled, begun] = [0, 0];
    port1.onmessage = () => keys.push(handled + performance.now() - begun);
    requestAnimationFrame(() => {
      begun = performance.now();
      port2.postMessage(null);
    });
    addEventListener("input", () => (handled = performance.now() - before), { once: true });
  }, true);
}"""


def say(what: str, times: list[float], limits: str) -> None:
    median, high = statistics.median(times), np.percentile(times, 95)
    print(f"{what:>30} {median:8.2f} {high:8.2f}   {limits}")


def pages(browser: Browser) -> None:
    """The same on two pages of the book; in the laboratory all views and the map of settings."""
    print("\nOne event on a page: main-thread time, ms (median, 95th, limits)")
    for name, limits in (("index", {1: "2 / 4", 4: "8 / 16"}), ("laboratory", {1: "4 / 8"})):
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto((HTML / f"{name}.html").as_uri())
        page.wait_for_selector("[data-state=live]")
        session = page.context.new_cdp_session(page)
        for rate, limit in limits.items():
            session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            for slider in ("learning_rate", "steps"):
                say(f"{name}, {slider}, {rate}x", moves(page, f"input[name={slider}]"), limit)
        if name == "laboratory":
            page.locator(".lab-rule").evaluate(KEYS)
            for k in range(EVENTS):
                page.keyboard.press("Backspace" if k % 2 else str(k % 9 + 1))
                page.wait_for_function("count => keys.length === count", arg=k + 1)
            say("a key in the rule", page.evaluate("keys")[20:], "3 / 8")
        page.close()


def moves(page: Page, selector: str) -> list[float]:
    """Milliseconds of main thread for each of many moves of a slider."""
    low, high = page.eval_on_selector(selector, "e => [+e.min || 0, +e.max || 100]")
    values = [str(low + (high - low) * (0.3 + 0.4 * k / EVENTS)) for k in range(EVENTS)]
    return [page.evaluate(MOVE, [selector, value]) for value in values][20:]  # warm


def slider(browser: Browser) -> None:
    lab = Lab(
        "ravine",
        ["sgd", "momentum", "rmsprop"],
        steps=150,
        learning_rate=0.05,
        controls=["learning_rate", "rho", "steps"],
    )
    static = LAB / "static"
    with_lab = PAGE.format(
        css=(static / "lab.css").read_text(),
        figure=lab._repr_mimebundle_()[0]["text/html"],
        script=(static / "page.js").read_text(),
    )
    trajectories = [lab.trajectory(name) for name in lab.names]
    drawn = []
    for _ in range(5):
        begun = time.perf_counter()
        paths_picture(lab.objective, trajectories, style.looks(lab.optimizers))
        drawn.append(1000 * (time.perf_counter() - begun))
    peer = statistics.median(drawn)
    print("\nOne slider event, three optimisers of 150 steps: main-thread time, ms (no GPU)")
    for rate, limits in ((1, "limits 2 / 4"), (4, "limits 8 / 16")):
        bare = moved(browser, BARE, rate)
        explorable = moved(browser, EXPLORABLE.format(library=JSXGRAPH.read_text()), rate)
        times = moved(browser, with_lab, rate)
        say(f"three bare canvases, {rate}x", bare, "what the browser itself needs")
        ratio = statistics.median(times) / statistics.median(bare)
        say(f"the lab, {rate}x", times, f"{limits}; {ratio:.1f} times the bare canvases")
        times_the_lab = statistics.median(explorable) / statistics.median(times)
        say(f"three of JSXGraph, {rate}x", explorable, f"{times_the_lab:.1f} times the lab")
        if rate == 1:
            times_the_lab = peer / statistics.median(times)
            print(f"{'Matplotlib':>30} {peer:8.2f}   {times_the_lab:.0f} times the lab")


def moved(browser: Browser, text: str, rate: int) -> list[float]:
    """Milliseconds of a slider's moves on a page of this text, on a processor that much slower."""
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.set_content(text)
    page.wait_for_selector("[data-state=live]")
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    times = moves(page, "input[name=learning_rate]")
    page.close()
    return times


def held(browser: Browser) -> None:
    """The longest task that a typed formula, or very many steps, can make."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((HTML / "laboratory.html").as_uri())
    page.wait_for_selector("[data-state=live]")
    page.locator(".lab-live").get_by_label("surface").select_option("your own…")
    box = page.locator(".lab-formula")
    print(
        "\nThe longest task after a formula is typed, until the fine map is drawn, ms (limit 100)"
    )
    for steps in (100, 10_000):
        page.get_by_label("steps, as a number").fill(str(steps))
        page.get_by_label("steps, as a number").press("Enter")
        for formula in HEAVY:
            tasks = []
            for _ in range(5):
                box.fill("x + y")
                page.wait_for_timeout(300)
                tasks.append(box.evaluate(TYPE, formula))
            print(f"{steps:>7} steps  {statistics.median(tasks):5.0f}   {formula[:40]}")
    page.close()


def settings(optimizer: optimizers.Optimizer, size: int) -> list[np.ndarray]:
    across = np.tile(10 ** np.linspace(-4, 1, size), size)
    up = np.repeat(np.linspace(0, 0.999, size), size)
    rest = [np.full(size * size, p.default) for p in optimizer.parameters[2:]]
    return [across, up, *rest]


def sweep() -> None:
    surface, steps = objectives.rosenbrock, 200
    jobs, heads = [], []
    for name in ("rmsprop", "adam"):
        optimizer = optimizers.find(name)
        for size, one_by_one in ((64, False), (128, False), (64, True)):
            jobs.append(
                {
                    "objective": spec.of_objective(surface),
                    "optimizer": spec.of_optimizer(optimizer),
                    "settings": [column.tolist() for column in settings(optimizer, size)],
                    "start": surface.start,
                    "steps": steps,
                    "one_by_one": one_by_one,
                }
            )
            heads.append((name, size, "path by path" if one_by_one else "in lanes"))
    asked = json.dumps({"rounds": ROUNDS, "jobs": jobs, "sources": (LAB / "js/src").as_uri()})
    node = Path(sys.executable).parent / "node"
    done = subprocess.run([node, ROOT / "bench/sweep.mjs"], input=asked, capture_output=True,
                          text=True, check=True)  # fmt: skip
    print(f"\nConvergence map: {steps} steps on Rosenbrock, ms (after warm-up; first round)")
    numpys = {}
    for (name, size, way), times in zip(heads, json.loads(done.stdout), strict=True):
        if (name, size) not in numpys:
            optimizer = optimizers.find(name)
            columns = settings(optimizer, size)
            by_name = {p.name: c for p, c in zip(optimizer.parameters, columns, strict=True)}
            times_of_numpy = []
            in_numpy = without(
                partial(descend_many, surface, optimizer, steps=steps, keep="last", **by_name)
            )
            for _ in range(3):
                begun = time.perf_counter()
                in_numpy()
                times_of_numpy.append(1000 * (time.perf_counter() - begun))
            numpys[name, size] = statistics.median(times_of_numpy)
        median, numpy = statistics.median(times[1:]), numpys[name, size]
        print(
            f"{name:>8} {size:>4} x {size:<4} {way:<13} {median:7.1f}  ({times[0]:.0f})"
            f"   NumPy {numpy:.0f} = {numpy / median:.1f} times"
        )
    print("  limits: 64 x 64 in 6, 128 x 128 in 25 (RMSProp)")


def live(browser: Browser) -> None:
    # A screen so high that the first lab is in sight: it would wait for the scroll.
    print("\nFrom navigation to live, and to the page's own content loaded, ms (limit 300)")
    for path in sorted(HTML.glob("*.html")):
        if '<figure class="rmsprop-lab"' not in path.read_text():
            continue
        times, loaded = [], []
        for _ in range(7):
            page = browser.new_page(viewport={"width": 1200, "height": 2400})
            page.add_init_script(
                "new MutationObserver(() => { if (!window.liveAt && "
                "document.querySelector('[data-state=live]')) window.liveAt = performance.now(); })"
                ".observe(document, { subtree: true, attributes: true, childList: true })"
            )
            page.goto(path.as_uri())
            page.wait_for_function("window.liveAt")
            times.append(page.evaluate("window.liveAt"))
            loaded.append(
                page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
            )
            page.close()
        print(
            f"{path.name:>18} {statistics.median(times):6.0f}   "
            f"{statistics.median(loaded):6.0f} = the page without its labs"
        )


# Check a text; the milliseconds of the handler.
CHECK = """text => {
  const box = document.querySelector("textarea[name=rule]");
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const before = performance.now();
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true }));
  return performance.now() - before;
}"""
SLIPS = 40  # texts with two slips in them, which take longest


def checked(browser: Browser) -> None:
    """A check of a reader's rule: right, each wrong version, and two slips at once."""
    static = LAB / "static"
    scripts = "</script><script>".join(
        (static / f"{name}.js").read_text() for name in ("check", "page")
    )
    print("\nA check in the page, ms (limit 30): the first of a page, then median and longest")
    for optimizer in (optimizers.momentum, optimizers.rmsprop, optimizers.adam):
        page = browser.new_page(viewport={"width": 800, "height": 900})
        figure = Exercise(optimizer.rule)._repr_mimebundle_()[0]["text/html"]
        css = (static / "lab.css").read_text()
        page.set_content(PAGE.format(css=css, figure=figure, script=scripts))
        page.wait_for_selector("[data-state=live]")
        data = check_of(optimizer)
        texts = [text_of(tape_of(wrong["tape"]), "mine") for wrong in data["mistakes"]]
        random = np.random.default_rng(1)
        for _ in range(SLIPS):
            tape = tape_of(data["rule"])
            for _ in range(2):
                made = slips(tape, tuple(data["outputs"]))
                tape = made[random.integers(len(made))].tape
            texts.append(text_of(tape, "mine"))
        first = page.evaluate(CHECK, texts[-1])
        times = [page.evaluate(CHECK, text) for text in texts]
        median, most = statistics.median(times), max(times)
        print(f"{optimizer.label:>10} {first:6.1f} {median:6.1f} {most:6.1f}")
        page.close()


def weight() -> None:
    size = len(gzip.compress((LAB / "static/page.js").read_bytes(), 9)) / 1000
    print(f"\nThe lab's script: {size:.1f} kB gzipped (limit 70.0)")


def main() -> None:
    with sync_playwright() as playwright:
        path = (ROOT / ".venv/browser").read_text()
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        slider(browser)
        pages(browser)
        if not QUICK:
            held(browser)
            checked(browser)
        live(browser)
        browser.close()
    if not QUICK:
        sweep()
    weight()


if __name__ == "__main__":
    main()
