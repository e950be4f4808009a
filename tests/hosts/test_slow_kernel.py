"""A kernel far away: each message takes 100 ms to it, and 100 ms back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Page

from rmsprop_lab import Lab
from tests.hosts.servers import LIVE, WALKED, running, versions_of, write_notebook
from tests.hosts.test_notebooks import NOTEBOOKS
from tests.support.lab_page import LabOnPage, rest

#: Lets each message wait, and notes when the kernel's paths come.
FAR = """
const HALF = 100; // ms
window.answers = [];
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (data) {
  setTimeout(() => send.call(this, data), HALF);
};
const { get, set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
const text = (data) => typeof data === "string" ? data : new TextDecoder().decode(data);
const hand = (socket, act) => (event) => setTimeout(() => {
  const said = text(event.data);
  if (said.includes("divergedAt") && said.includes('"update"')) answers.push(performance.now());
  act.call(socket, event);
}, HALF);
Object.defineProperty(WebSocket.prototype, "onmessage", {
  get,
  set(act) { set.call(this, act && hand(this, act)); },
});
"""
#: How long from a slider's event until the words and the picture are new, in ms, of 60 events.
QUICK = """async (figure) => {
  const slider = figure.querySelector("input[name=learning_rate]");
  const canvas = figure.querySelector(".lab-live canvas[role=img]");
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const took = [];
  for (let k = 1; k <= 60; k++) {
    const before = canvas.toDataURL();
    const begun = performance.now();
    slider.value = low + ((high - low) * k) / 120;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (canvas.toDataURL() === before && performance.now() - begun < 1000)
      await new Promise((done) => requestAnimationFrame(done));
    took.push(performance.now() - begun);
  }
  return took;
}"""
#: 500 events of a slider of a lab that the kernel walks; the value of the last one, and when.
MANY = """async (figure) => {
  const slider = figure.querySelector("input[name=learning_rate]");
  const [low, high] = [Number(slider.min), Number(slider.max)];
  answers.length = 0;
  for (let k = 1; k <= 500; k++) {
    slider.value = low + ((high - low) * (100 + 0.4 * k)) / 500;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done));
  }
  return [figure.querySelector("[aria-label='learning rate, as a number']")?.value
    ?? figure.querySelector(".lab-number").value, performance.now()];
}"""
#: When the line of the path says this.
SAYS = """([figure, words]) =>
  figure.querySelector(".lab-key li .lab-said").textContent === words && performance.now()"""


@pytest.fixture
def far(page: Page, tmp_path: Path) -> Iterator[Page]:
    """A notebook in JupyterLab that has run, with its kernel far away."""
    write_notebook(tmp_path / "lab.ipynb", f"{LIVE}lab", f"{WALKED}walked")
    lab = NOTEBOOKS[0]
    page.add_init_script(FAR)
    with running("", tmp_path, *lab.arguments, ready="/static/") as address:
        page.goto(address + lab.address)
        page.wait_for_function(lab.ready, timeout=120_000)
        page.evaluate(lab.run_all)
        page.locator("figure.rmsprop-lab").nth(1).wait_for(timeout=120_000)
        yield page


def stairs(x: float, y: float) -> float:
    if x > 2:
        return float(int(x)) + (x - 2) ** 2 + y * y
    return x * x + y * y


def test_a_kernel_far_away(far: Page, host: Callable[..., None]) -> None:
    """Each message takes 100 ms to the kernel and 100 ms back. A lab that the page walks does not
    wait for it. Of 500 moves of a slider of a lab that the kernel walks the last is drawn within
    300 ms of the kernel's answer, and nothing queues.
    """
    host("JupyterLab, a kernel 200 ms away", versions_of("", "jupyterlab", "anywidget"), "live")
    lab = LabOnPage(far)
    rest(far)
    took = lab.figure.evaluate(QUICK)
    assert median(took) < 100, took
    far.wait_for_timeout(2_000)

    walked = LabOnPage(far, 1)
    rest(far)
    value, last = walked.figure.evaluate(MANY)
    own = Lab(stairs, ["rmsprop"], learning_rate=float(value))
    x, y = own.trajectory().params[-1]
    f = own.trajectory().losses[-1]
    words = f"RMSProp, step 100: x = {x:.9g}, y = {y:.9g}, f = {f:.9g}"
    element = walked.figure.element_handle()
    drawn = far.wait_for_function(SAYS, arg=[element, words], timeout=10_000).json_value()
    answers = far.evaluate("answers")
    assert drawn - answers[-1] < 300
    assert drawn - last < 2_000
    far.wait_for_timeout(1_500)
    assert len(far.evaluate("answers")) == len(answers)  # nothing comes after
    assert len(answers) < 100
