"""Measure a slider in a live JupyterLab: the lab beside ``interact`` with Matplotlib and ipympl.

Run by ``make bench``. All draw three optimisers' paths on a ravine, and their losses. The time is
the reader's: from the key on the slider to the last stroke of the picture, in one page, one
notebook after the other. Then a key is held down, and what counts is how long after the last key
the picture has come to rest. ``--quick`` presses fewer keys.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from nbformat.v4 import new_code_cell
from playwright.sync_api import sync_playwright

from bench.speed import machine
from tests.support.jupyterlab import JupyterLab, serve
from tools.find_browser import FLAGS

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv-ipympl/bin/python"
KEYS = 10 if "--quick" in sys.argv else 40
HELD = 40  # keys, one each 33 ms: what a held key or a hand at a slider sends
REST, LONG_REST = (
    600,
    3000,
)  # ms without a stroke: it rests; after many keys one picture may take long

NAMES = ["sgd", "momentum", "rmsprop"]
OURS = f"""
from rmsprop_lab import Lab
Lab("ravine", {NAMES}, steps=150, learning_rate=0.05, controls=["learning_rate", "rho", "steps"])
"""

#: As a teacher writes it, the paths by our own function: what differs is the way to the picture.
DRAWN = f"""
import numpy as np
import matplotlib.pyplot as plt
from ipywidgets import FloatSlider, interact
from rmsprop_lab import descend, objectives

x, y = np.meshgrid(np.linspace(-6, 6, 80), np.linspace(-5, 5, 80))
heights = objectives.ravine(x, y)
slider = FloatSlider(0.05, min=0.001, max=0.1, step=0.001, readout_format=".3f")
paths = lambda rate: [descend("ravine", name, steps=150, learning_rate=rate) for name in {NAMES}]
"""
INTERACT = (
    DRAWN
    + """
def draw(rate):
    figure, (plane, loss) = plt.subplots(1, 2, figsize=(9, 4))
    plane.contour(x, y, heights, 20)
    for path in paths(rate):
        plane.plot(*path.params.T)
        loss.plot(path.losses)
    loss.set_yscale("log")
    plt.show()

interact(draw, rate=slider);
"""
)
#: The figure is made once, and its lines get new points.
IPYMPL = (
    "%matplotlib widget\n"
    + DRAWN
    + """
figure, (plane, loss) = plt.subplots(1, 2, figsize=(9, 4))
plane.contour(x, y, heights, 20)
loss.set_yscale("log")
lines = [(plane.plot(*path.params.T)[0], loss.plot(path.losses)[0]) for path in paths(0.05)]

def draw(rate):
    for path, (way, losses) in zip(paths(rate), lines):
        way.set_data(*path.params.T)
        losses.set_ydata(path.losses)
    figure.canvas.draw_idle()

interact(draw, rate=slider);
"""
)

#: When a key came, and when something was last drawn: on a canvas, or as a picture.
WATCH = """() => {
  window.seen = { key: 0, drawn: 0 };
  const drawn = () => (seen.drawn = performance.now());
  for (const name of ["stroke", "fill", "drawImage", "putImageData"]) {
    const its = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      its.apply(this, given);
      drawn();
    };
  }
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        for (const image of node.querySelectorAll?.("img") ?? [])
          image.decode().then(drawn, () => {});
  }).observe(document.body, { childList: true, subtree: true });
  addEventListener("keydown", () => (seen.key = performance.now()), true);
}"""
#: Something was drawn since the last key, and nothing for so long.
RESTS = """rest => {
  return seen.drawn > seen.key && performance.now() - seen.drawn > rest;
}"""


def key(lab: JupyterLab, name: str) -> float:
    """Milliseconds from one key to the picture that it makes."""
    lab.page.keyboard.press(name)
    lab.page.wait_for_function(RESTS, arg=REST, polling=20)
    return lab.page.evaluate("seen.drawn - seen.key")


def held(lab: JupyterLab, name: str) -> float:
    """Milliseconds from the last of many keys until nothing is drawn any more."""
    for _ in range(HELD):
        lab.page.keyboard.press(name)
        lab.page.wait_for_timeout(33)
    lab.page.wait_for_function(RESTS, arg=LONG_REST, polling=20)
    return lab.page.evaluate("seen.drawn - seen.key")


def main() -> None:
    if not PYTHON.exists():
        raise SystemExit("no ipympl: run `make bench`, which installs it")
    print(machine())
    notebooks = {
        "the lab": (OURS, "input[type=range][name=learning_rate]"),
        "interact, Matplotlib": (INTERACT, ".noUi-handle"),
        "interact, ipympl": (IPYMPL, ".noUi-handle"),
    }
    times: dict[str, list[float]] = {}
    rests: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        browser = playwright.chromium.launch(
            executable_path=(ROOT / ".venv/browser").read_text(), args=list(FLAGS)
        )
        with serve(folder, str(PYTHON)) as address:
            lab = JupyterLab(
                browser.new_page(viewport={"width": 1400, "height": 1000}), address, folder
            )
            lab.page.evaluate(WATCH)
            for name, (cell, slider) in notebooks.items():
                lab.write("bench.ipynb", new_code_cell(cell))
                lab.run_all("bench.ipynb")
                lab.page.locator(slider).first.focus()
                lab.page.wait_for_timeout(3000)  # what is compiled or fetched once is
                key(lab, "ArrowRight")
                times[name] = [
                    key(lab, f"Arrow{'Left' if k % 2 else 'Right'}") for k in range(KEYS)
                ]
                rests[name] = [held(lab, way) for way in ("ArrowRight", "ArrowLeft") * 2]
                lab.close()
        browser.close()
    print(
        f"\nA key on a slider in JupyterLab, ms until its picture is drawn (of {KEYS} keys: median,"
        f"\n95th, over ours), and until it rests after {HELD} keys in {HELD * 33 / 1000:.1f} s"
    )
    ours = statistics.median(times["the lab"])
    for name, found in times.items():
        middle = statistics.median(found)
        print(
            f"{name:>22} {middle:7.0f} {np.percentile(found, 95):7.0f} {middle / ours:6.1f}"
            f" {statistics.median(rests[name]):9.0f}"
        )


if __name__ == "__main__":
    main()
