"""A surface and rules of one's own in a real JupyterLab, and every setting both ways."""

import math
import re
from collections.abc import Iterator

import pytest
from jupyter_client import BlockingKernelClient
from nbformat.v4 import new_code_cell
from playwright.sync_api import Page, expect

from tests.support.jupyterlab import JupyterLab, evaluate, eventually, wait_for
from tests.support.lab_page import LabOnPage

pytestmark = pytest.mark.xdist_group("jupyterlab")

SURFACE = """
import numpy as np
from rmsprop_lab import Lab, optimizers

def stairs(x, y):
    if x > 2:
        return float(int(x)) + (x - 2) ** 2 + y * y
    return x * x + y * y

walked = Lab(objective=stairs, optimizers=["rmsprop", "sgd"], controls=["learning_rate", "step"])
walked
"""
RULES = """
def sign_of(learning_rate, grad):
    return learning_rate if grad > 0 else -learning_rate

def unlucky(learning_rate, grad, count_prev):
    if count_prev >= 5:
        raise RuntimeError("out of luck")
    return learning_rate * grad, count_prev + 1

def talkative(learning_rate, grad):
    return learning_rate * grad, grad, "and more"

def uphill(learning_rate, grad):
    return -3 * grad if grad else 0.0

ruled = Lab("bowl", [sign_of, unlucky, talkative, uphill, "rmsprop"], controls=["learning_rate"])
ruled
"""
ALL = """
everything = Lab(lambda x, y: x**2 + 3 * np.tanh(y) ** 2, ["rmsprop", "sgd"], controls="all")
everything
"""
BATCHES = """
from rmsprop_lab import least_squares

rng = np.random.default_rng(0)
inputs = rng.standard_normal((60, 2))
fit = least_squares(inputs, inputs @ [2, -1] + rng.standard_normal(60))
batched = Lab(fit, ["sgd"], controls=["batch_size", "seed"])
batched
"""
REPLAY = """
from rmsprop_lab import Recorded, Replay, descend

path = descend("bowl", "sgd", steps=21)
at, updates = path.params[:-1], -np.diff(path.params, axis=0)
recorded = Recorded(at, 2 * at, updates, path.losses[:-1])
x, y = np.meshgrid(np.linspace(-6, 6, 30), np.linspace(-6, 6, 30))
paths = {"sgd": recorded, "adam": recorded}
replayed = Replay(x**2 + y**2, ((-6, 6), (-6, 6)), paths, controls="all")
replayed
"""
RACE = """
from rmsprop_lab import Network, Race

points = rng.standard_normal((80, 2))
classes = (points[:, 0] > points[:, 1]).astype(int)
worlds = {name: ((side * points[:60], classes[:60]), (side * points[60:], classes[60:]))
          for name, side in {"as it is": 1, "turned": -1}.items()}
raced = Race(Network([2, 4, 2]), worlds, optimizers=["rmsprop", ("sgd", {"learning_rate": 0.3})],
             epochs=4, batch_size=10, learning_rate=0.02)
raced
"""
POINTS = """
line = least_squares([0, 0.5, 1, 2], [1, 2, 1, 3])
pulled = Lab(line, ["sgd"], controls=["data", "units"], batch_size=2)
pulled
"""


class Notebook:
    """The labs of the notebook, and its kernel."""

    def __init__(self, page: Page, client: BlockingKernelClient) -> None:
        self.page, self.client = page, client
        self.walked, self.ruled, self.everything, self.batched, self.replayed = (
            LabOnPage(page, k) for k in range(5)
        )
        self.raced = page.locator("figure.rmsprop-race")
        self.pulled = LabOnPage(page, 6)

    def run(self, code: str) -> None:
        assert self.client.execute(code, reply=True)["content"]["status"] == "ok"

    def wait(self, expression: str, expected: object) -> None:
        wait_for(self.client, expression, expected)

    def end(self, lab: str, name: str) -> tuple[float, float]:
        """Where a path ends in the kernel, as the page would say it."""
        x, y = evaluate(self.client, f"{lab}.trajectory({name!r}).params[-1].tolist()")
        return float(f"{x:.9g}"), float(f"{y:.9g}")

    def ends_as_in_the_kernel(self, on_page: LabOnPage, label: str, lab: str, name: str) -> None:
        eventually(lambda: on_page.ends()[label][:2], self.end(lab, name))


@pytest.fixture
def notebook(jupyterlab: JupyterLab) -> Iterator[Notebook]:
    cells = [SURFACE, RULES, ALL, BATCHES, REPLAY, RACE, POINTS, "'all' + ' run'"]
    jupyterlab.write("own.ipynb", *map(new_code_cell, cells))
    jupyterlab.run_all("own.ipynb", "all run")
    with jupyterlab.kernel() as client:
        yield Notebook(jupyterlab.page, client)


def test_a_notebook_of_ones_own(notebook: Notebook) -> None:
    surface_of_any_python(notebook)
    rules_of_any_python(notebook)
    from_python_to_the_view(notebook)
    from_the_view_to_python(notebook)
    an_edited_rule_both_ways(notebook)
    batches_both_ways(notebook)
    a_replay_both_ways(notebook)
    a_race_of_ones_own_network(notebook)
    points_both_ways(notebook)


def surface_of_any_python(notebook: Notebook) -> None:
    lab = notebook.walked
    assert evaluate(notebook.client, "walked.spec['objectives'][0]['value']") is None
    ends = lab.ends()
    assert ends["RMSProp"][:2] == notebook.end("walked", "rmsprop")
    assert ends["SGD"][:2] == notebook.end("walked", "sgd")
    tones = lab.figure.locator(".lab-surface").evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    assert tones > 12  # contours, not a blank
    pictures = lab.pictures()
    for _ in range(5):
        lab.slider("learning_rate").press("ArrowRight")
    notebook.wait("walked.learning_rate", 0.112)
    expected = notebook.end("walked", "rmsprop")
    expect(lab.lines.first).to_contain_text(f"x = {expected[0]:.9g}")
    eventually(lambda: lab.ends()["RMSProp"][:2], expected)
    assert lab.pictures()[0] != pictures[0]
    lab.handle.first.press("ArrowLeft")
    notebook.wait("walked.start[0] < 5", True)
    expected = notebook.end("walked", "sgd")
    expect(lab.lines.last).to_contain_text(f"x = {expected[0]:.9g}")
    lab.scrub(3)
    state = evaluate(notebook.client, "walked.trajectory('rmsprop').state['s'][4].tolist()")
    row = next(cells for cells in lab.table_rows() if cells.first.text_content() == "s")
    assert [float(text) for text in row.all_text_contents()[1:]] == pytest.approx(state, rel=1e-5)


def rules_of_any_python(notebook: Notebook) -> None:
    rows = notebook.ruled.lines
    expect(rows.nth(0)).to_contain_text("sign_of, step 100: x = ")
    x, _ = notebook.end("ruled", "sign_of")
    expect(rows.nth(0)).to_contain_text(f"x = {x:.9g}")
    expect(rows.nth(1)).to_have_text(
        "unlucky stopped at step 5: unlucky raised RuntimeError: out of luck"
    )
    expect(rows.nth(2)).to_contain_text("talkative stopped at step 0: talkative returned (")
    expect(rows.nth(2)).to_contain_text("it must return updates")
    at = evaluate(notebook.client, "ruled.trajectory('uphill').diverged_at")
    expect(rows.nth(3)).to_have_text(f"uphill diverged at step {at}")
    expect(rows.nth(4)).to_contain_text("RMSProp, step 100: x = ")
    before = rows.nth(0).text_content()
    notebook.ruled.slider("learning_rate").press("ArrowRight")
    expect(rows.nth(0)).not_to_have_text(before or "")
    expect(rows.nth(1)).to_contain_text("out of luck")


def from_python_to_the_view(notebook: Notebook) -> None:
    lab, run = notebook.everything, notebook.run
    assert evaluate(notebook.client, "everything.computed") is None
    run("everything.learning_rate = 1e-3")
    for code, labels in (
        ("everything.surface, everything.start = 'rosenbrock', (-1, 1)", ["RMSProp", "SGD"]),
        ("everything.surface = 'x^2 + y^4'", ["RMSProp", "SGD"]),
        ("everything.racers = ['sgd']", ["SGD"]),
        ("everything.racers = ('sgd', {'learning_rate': 0.02})", ["SGD α = 0.02"]),
        ("everything.noise = 0.3; everything.seed = 5", ["SGD α = 0.02"]),
        ("everything.schedule = 'cosine'; everything.warmup = 9", ["SGD α = 0.02"]),
    ):
        run(code)
        x, _ = notebook.end("everything", "sgd")
        expect(lab.lines.last).to_contain_text(f"x = {x:.9g}")
        eventually(lambda: list(lab.ends()), labels)
    lab.figure.locator(".lab-map").scroll_into_view_if_needed()  # nobody draws what nobody sees
    pictures = lab.pictures()
    run("everything.window = ((-1, 1), (-1, 1))")
    lab.draws_another_map(pictures[0])
    run("everything.step = 7")
    expect(lab.lines.first).to_contain_text("step 7: ")
    said = lab.said()
    run(
        "from traitlets import TraitError\n"
        "try: everything.surface = 'x +* y'\n"
        "except TraitError as error: refused = str(error)"
    )
    assert evaluate(notebook.client, "'x +* y' in refused")
    assert evaluate(notebook.client, "everything.surface") == "x^2 + y^4"
    assert lab.said() == said


def from_the_view_to_python(notebook: Notebook) -> None:
    lab, wait = notebook.everything, notebook.wait
    choose = lab.figure.get_by_label
    lab.figure.get_by_role("button", name="Show all").click()
    wait("everything.window", None)
    lab.figure.get_by_role("button", name="Zoom in").click()
    wait("everything.window is None", False)
    choose("surface").select_option("beale")
    wait("[everything.surface, everything.start, everything.window]", ["beale", [1, 1.5], None])
    choose("surface").select_option("your own…")
    choose("f(x, y) =").fill("2*x^2 + y^2")
    wait("everything.surface", "2*x^2 + y^2")
    choose("schedule", exact=True).select_option("inverse")
    wait("everything.schedule", "inverse")
    lab.type("warmup", "3")
    wait("everything.warmup", 3)
    lab.figure.get_by_role("checkbox", name="RMSProp", exact=True).check()
    wait("[one['optimizer'] for one in everything.racers]", ["sgd", "rmsprop"])
    # A click of the legend is a racer more in Python, with its own setting.
    choose("one for all").check()
    wait("everything.names", ["SGD", "RMSProp"])
    lab.racer("RMSProp").get_by_role("button", name="duplicate").click()
    twice = [{"optimizer": "rmsprop", "settings": own} for own in ({}, {"rho": 0.99})]
    wait("everything.racers[1:]", twice)
    wait("everything.names[1:] == ('RMSProp ρ = 0.9', 'RMSProp ρ = 0.99')", True)
    longer = "RMSProp ρ = 0.99"
    notebook.ends_as_in_the_kernel(lab, longer, "everything", longer)
    lab.racer("RMSProp ρ = 0.99").get_by_role("button", name="remove").click()
    wait("everything.names", ["SGD", "RMSProp"])
    lab.figure.get_by_role("button", name="Tune each").click()
    wait(
        "all(everything.settings(n)['learning_rate'] == "
        "__import__('rmsprop_lab.tuning').tuning.tune("
        "everything.objective, n, everything.start, noise=everything.noise, seed=everything.seed, "
        "schedule=__import__('rmsprop_lab').schedules.inverse.at(warmup=3)).learning_rate "
        "for n in ('sgd', 'rmsprop'))",
        True,
    )
    rate = "everything.settings({!r})['learning_rate']"
    labels = {
        f"{label} α = {evaluate(notebook.client, rate.format(name)):.3g}"
        for label, name in (("RMSProp", "rmsprop"), ("SGD", "sgd"))
    }
    eventually(lambda: set(lab.ends()), labels)
    lab.figure.get_by_role("button", name="Reset", exact=True).click()
    wait("everything.noise", 0)
    x, _ = notebook.end("everything", "sgd")
    eventually(lambda: math.isclose(lab.ends()["SGD"][0], x), True)


def an_edited_rule_both_ways(notebook: Notebook) -> None:
    lab = notebook.everything
    field = lab.figure.locator("textarea[name=rule]")
    text, ends = field.input_value(), lab.ends()
    edited = "def still(pull, grad):\n    return 0 * pull * grad\n"
    field.fill(edited)
    notebook.wait("everything.rule.splitlines()", edited.splitlines())
    expect(lab.racers.first).to_have_attribute("data-racer", "RMSProp, edited")
    lab.type("pull", "0.5")
    notebook.wait("everything.own", {"pull": [0.5, 0, 1]})
    notebook.run("everything.rule = everything.rule.replace('0 *', 'pull *')")
    expect(field).to_have_value(edited.replace("0 *", "pull *"))
    notebook.run("everything.rule, everything.own = '', {}")
    expect(field).to_have_value(text)
    eventually(lab.ends, ends)


def batches_both_ways(notebook: Notebook) -> None:
    lab = notebook.batched
    notebook.ends_as_in_the_kernel(lab, "SGD", "batched", "sgd")
    lab.type("batch_size", "5")
    notebook.wait("batched.batch_size", 5)
    lab.slider("seed").press("ArrowRight")
    notebook.wait("batched.seed", 1)
    notebook.ends_as_in_the_kernel(lab, "SGD", "batched", "sgd")
    notebook.run("batched.batch_size = 60")
    expect(lab.box("batch_size")).to_have_value("60")
    notebook.ends_as_in_the_kernel(lab, "SGD", "batched", "sgd")


def a_replay_both_ways(notebook: Notebook) -> None:
    lab = notebook.replayed
    expect(lab.handle).to_have_count(0)
    lab.scrub(3)
    notebook.wait("replayed.step", 3)
    x = float(f"{evaluate(notebook.client, 'path.params[3, 0]'):.5g}")
    expect(lab.lines.first).to_contain_text(f"SGD, step 3: x = {x:.9g}, ")
    pictures = lab.pictures()
    notebook.run("replayed.step, replayed.racers = 5, ['adam']")
    expect(lab.racers).to_have_count(1)
    expect(lab.lines.first).to_contain_text("Adam, step 5: ")
    assert all(old != new for old, new in zip(pictures, lab.pictures(), strict=True))


def a_race_of_ones_own_network(notebook: Notebook) -> None:
    notebook.raced.scroll_into_view_if_needed()
    expect(notebook.raced).to_have_attribute("data-state", "live")
    start = notebook.raced.locator("button[name=start]")
    start.click()
    expect(start).to_have_text("Start again")
    of = "raced.history['RMSProp']"
    notebook.wait("sorted(raced.history) == sorted(raced.names)", True)
    notebook.wait(f"[len({of}['test']), {of}['divergedAt']]", [5, None])
    right = f"np.allclose({of}['batchLosses'], raced.train()['RMSProp'].batch_losses, rtol=1e-9)"
    notebook.wait(f"bool({right})", True)
    notebook.run("raced.seed = 3")  # what Python sets runs anew
    notebook.wait(f"bool({right})", True)
    world = notebook.raced.locator("select[name=world]")
    world.select_option("turned")
    notebook.wait("raced.world", "turned")
    notebook.wait(f"bool({right})", True)
    notebook.run("raced.world = 'as it is'")
    expect(world).to_have_value("as it is")
    notebook.wait(f"bool({right})", True)
    plane = notebook.raced.locator(".lab-regions canvas[role=img]")
    share = evaluate(notebook.client, f"{of}['test'][-1]")
    words = re.compile(f"on as it is.*RMSProp {100 * share:.1f}%")
    expect(plane).to_have_attribute("aria-label", words)


def points_both_ways(notebook: Notebook) -> None:
    lab = notebook.pulled
    lab.figure.scroll_into_view_if_needed()
    notebook.ends_as_in_the_kernel(lab, "SGD", "pulled", "sgd")
    pick = lab.figure.get_by_role("slider", name="points:")
    for key in ("End", "Enter", "ArrowUp", "Enter"):
        pick.press(key)
    notebook.wait("pulled.data[3][1] > 3 and pulled.data[3][0] == 2", True)
    notebook.ends_as_in_the_kernel(lab, "SGD", "pulled", "sgd")
    notebook.run("pulled.data = [(0, 1), (1, 3), (2, 5)]")
    lab.figure.get_by_text("Your own numbers").click()
    expect(lab.figure.locator("textarea[name=data]")).to_have_value("0, 1\n1, 3\n2, 5")
    notebook.ends_as_in_the_kernel(lab, "SGD", "pulled", "sgd")
    notebook.run("pulled.units = 0.5")
    notebook.ends_as_in_the_kernel(lab, "SGD", "pulled", "sgd")
    lab.figure.get_by_role("button", name="Reset data").click()
    notebook.wait("[list(point) for point in pulled.data]", [[0, 1], [0.5, 2], [1, 1], [2, 3]])
    notebook.ends_as_in_the_kernel(lab, "SGD", "pulled", "sgd")
