"""Labs come to life when they are needed, and leave nothing behind when they go."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from rmsprop_lab import Lab
from tests.support.lab_page import LabOnPage, pause

OpenPage = Callable[..., Page]
LAB = Path(__file__).parents[2] / "rmsprop_lab/lab/js"


def test_a_lab_starts_when_it_comes_into_view(host: str, open_page: OpenPage) -> None:
    page = open_page(host + "book/rmsprop.html", viewport={"width": 1200, "height": 400})
    second = page.locator("figure.rmsprop-lab").nth(1)
    expect(second).to_have_attribute("data-state", "static")
    expect(second.locator(".lab-picture")).to_be_attached()
    second.scroll_into_view_if_needed()
    expect(second).to_have_attribute("data-state", "live")


def test_the_tab_key_finds_a_lab_that_has_not_started(served: str, open_page: OpenPage) -> None:
    page = open_page(served + "book/rmsprop.html", viewport={"width": 1200, "height": 400})
    second = page.locator("figure.rmsprop-lab").nth(1)
    expect(second).to_have_attribute("data-state", "static")
    second.focus()
    expect(second).to_have_attribute("data-state", "live")
    assert page.evaluate("document.activeElement.closest('.lab-live') !== null")


@pytest.fixture
def bench(open_page: OpenPage, tmp_path: Path) -> Page:
    """An empty page that can mount the lab of a model, `model()`, any number of times."""
    entry = LAB / "src/lab.ts", LAB / "src/model/store.ts"
    source = "\n".join(
        [
            f"import {{ mount }} from {json.dumps(str(entry[0]))};",
            f"import {{ createStore }} from {json.dumps(str(entry[1]))};",
            "Object.assign(window, { mount, createStore });",
        ]
    )
    bundled = subprocess.run(
        [LAB / "node_modules/.bin/esbuild", "--bundle", "--format=iife", "--loader=ts"],
        input=source, cwd=LAB, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    figures = {
        "full": Lab("ravine", ["sgd", "momentum", "rmsprop"], controls="all"),
        "small": Lab("bowl", steps=20, controls=["step", "rho"]),
    }
    models = {
        name: {
            trait: getattr(lab, trait)
            for trait in lab.trait_names(sync=True)
            if not trait.startswith("_") and trait not in ("layout", "tabbable", "tooltip")
        }
        for name, lab in figures.items()
    }
    page = open_page("about:blank")
    page.set_content(f"<style>{(LAB.parent / 'static/lab.css').read_text()}</style><main></main>")
    page.evaluate(bundled)
    page.evaluate("models => { window.models = models; }", json.loads(json.dumps(models)))
    page.evaluate(
        """() => {
          window.put = (which) => {
            const figure = document.createElement("figure");
            figure.className = "rmsprop-lab";
            document.querySelector("main").append(figure);
            const take = mount(figure, createStore(structuredClone(models[which])), "lab-1");
            return { figure, take: () => { take(); figure.remove(); } };
          };
          window.frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        }"""
    )
    return page


def counts(session: CDPSession) -> dict[str, float]:
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    metrics = {of["name"]: of["value"] for of in session.send("Performance.getMetrics")["metrics"]}
    return {name: metrics[name] for name in ("JSEventListeners", "Nodes", "JSHeapUsedSize")}


def test_a_hundred_mounts_leave_nothing_behind(bench: Page) -> None:
    session = bench.context.new_cdp_session(bench)
    session.send("Performance.enable")

    def mounts(which: str, times: int) -> None:
        bench.evaluate(
            """async ([which, times]) => {
              for (let k = 0; k < times; k++) {
                const { take } = put(which);
                if (k % 10 === 0) await frame(); // some are drawn, and die between two frames
                take();
              }
              await frame();
            }""",
            [which, times],
        )

    mounts("full", 5)
    mounts("small", 20)
    before = counts(session)
    mounts("full", 20)
    mounts("small", 80)
    after = counts(session)
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 5
    assert after["Nodes"] <= before["Nodes"] + 15  # not one of each
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1e6


def test_hidden_resized_and_put_back_it_still_works(bench: Page) -> None:
    session = bench.context.new_cdp_session(bench)
    session.send("Performance.enable")
    bench.evaluate("() => { window.one = put('full'); }")
    act = """async (times) => {
      const main = document.querySelector("main");
      for (let k = 0; k < times; k++) {
        one.figure.hidden = true;
        await frame();
        one.figure.hidden = false;
        main.style.width = `${400 + 10 * (k % 9)}px`;
        await frame();
        one.figure.remove();
        main.append(one.figure);
        await frame();
      }
      main.style.width = "";
      await frame();
      await frame();
    }"""
    bench.evaluate(act, 9)
    before = counts(session)
    bench.evaluate(act, 18)  # at each width twice
    after = counts(session)
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 5
    assert after["Nodes"] <= before["Nodes"] + 15
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1e6
    lab = LabOnPage(bench)
    said, pictures = lab.said(), lab.pictures()
    lab.type("learning_rate", "0.01")
    assert lab.said() != said
    assert lab.pictures()[0] != pictures[0]


def test_a_host_that_cannot_save_or_take_back_shows_and_drops_the_lab(bench: Page) -> None:
    for method in ("save_changes", "off"):
        for host in ("throws", "has none"):
            it_shows_and_drops_the_lab(method, host, bench)


def it_shows_and_drops_the_lab(method: str, host: str, bench: Page) -> None:
    bench.evaluate(
        """([method, host]) => {
          const figure = document.createElement("figure");
          figure.className = "rmsprop-lab";
          document.querySelector("main").append(figure);
          window.model = createStore(structuredClone(models.small));
          if (host === "throws") model[method] = () => { throw new Error("not implemented"); };
          else delete model[method];
          window.take = mount(figure, model);
        }""",
        [method, host],
    )
    lab = LabOnPage(bench)
    said, pictures = lab.said(), lab.pictures()
    lab.type("rho", "0.5")
    assert lab.said() != said
    assert lab.pictures() != pictures
    bench.evaluate("take()")
    expect(lab.figure).to_have_attribute("data-state", "static")
    expect(bench.locator(".lab-live")).to_have_count(0)
    # What the host still calls draws nothing.
    drawn = bench.evaluate(
        """async () => {
          const context = CanvasRenderingContext2D.prototype, { clearRect } = context;
          let drawn = 0;
          context.clearRect = () => { drawn++; };
          model.set("rho", 0.7);
          await frame();
          context.clearRect = clearRect;
          document.querySelector("figure").remove();
          return drawn;
        }"""
    )
    assert drawn == 0


def test_what_is_off_the_screen_is_not_drawn_until_it_comes_into_view(bench: Page) -> None:
    """Its words are true all the time; its pictures once somebody sees them."""
    bench.evaluate(
        """() => {
          document.querySelector("main").style.marginTop = "5000px";
          window.model = createStore(structuredClone(models.small));
          const figure = document.createElement("figure");
          figure.className = "rmsprop-lab";
          document.querySelector("main").append(figure);
          mount(figure, model);
          window.drawn = 0;
          const { clearRect } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.clearRect = function (...box) {
            drawn++;
            clearRect.apply(this, box);
          };
        }"""
    )
    legend = bench.locator(".lab-key li")
    before = legend.text_content()
    pause(bench, 50)  # a screen without it
    bench.evaluate("() => { window.drawn = 0; model.set('rho', 0.5); return frame(); }")
    assert legend.text_content() != before
    assert bench.evaluate("drawn") == 0
    legend.scroll_into_view_if_needed()
    bench.wait_for_function("drawn > 0")
