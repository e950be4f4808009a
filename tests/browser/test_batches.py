"""A lab on data: its batches are Python's, and the batch size and the seed move it."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Lab, Optimizer, descend, least_squares, rules
from tests.support.lab_page import LabOnPage

rng = np.random.default_rng(0)
INPUTS = rng.standard_normal((90, 2)) * [1, 2]
FIT = least_squares(INPUTS, INPUTS @ [2, -1] + rng.standard_normal(90))
FULL = Optimizer.of(rules.sgd, "Full gradient", name="full_gradient", exact=True)
CONTROLS = ["batch_size", "seed", "noise", "surface", "racers"]
SETTINGS = {"steps": 60, "learning_rate": 0.1}


@pytest.fixture
def lab(a_host: str, write_page: Callable[..., str], open_page: Callable[..., Page]) -> LabOnPage:
    given = Lab(FIT, ["sgd", "rmsprop", FULL], controls=CONTROLS, **SETTINGS)
    return LabOnPage(open_page(a_host + write_page(given)))


def ends(**drawn: float) -> dict[str, tuple[float, float, float]]:
    """Where the paths end in Python, as the lab says it."""
    found = {}
    for label, optimizer in (("SGD", "sgd"), ("RMSProp", "rmsprop"), ("Full gradient", FULL)):
        path = descend(FIT, optimizer, **SETTINGS, **drawn)
        (x, y), f = path.params[-1], path.losses[-1]
        found[label] = tuple(float(f"{number:.9g}") for number in (x, y, f))
    return found


def test_the_paths_are_pythons_and_follow_the_sliders(lab: LabOnPage) -> None:
    assert lab.ends() == ends(batch_size=16)
    lab.type("batch_size", "3")
    assert lab.ends() == ends(batch_size=3)
    pictures = lab.pictures()
    lab.slider("seed").press("ArrowRight")
    assert lab.ends() == ends(batch_size=3, seed=1)
    assert all(old != new for old, new in zip(pictures, lab.pictures(), strict=True))
    lab.type("noise", "0.5")
    assert lab.ends() == ends(batch_size=3, seed=1, noise=0.5)


def test_the_sliders_steps_are_whole_numbers_up_to_all(lab: LabOnPage) -> None:
    slider, box = lab.slider("batch_size"), lab.box("batch_size")
    expect(box).to_have_value("16")
    seen = []
    slider.press("Home")
    for _ in range(20):
        lab.said()
        seen.append(int(box.input_value()))
        slider.press("ArrowRight")
    assert seen[:8] == [1, 2, 4, 8, 16, 32, 64, 90]
    assert seen[-1] == 90
    assert lab.ends() == ends(batch_size=90)
    lab.type("batch_size", "91")
    message = "“91” is not allowed: batch size takes whole numbers from 1 to 90"
    expect(lab.figure.get_by_text(message)).to_be_visible()


def test_what_does_nothing_is_not_there(lab: LabOnPage) -> None:
    expect(lab.slider("batch_size")).to_be_visible()
    expect(lab.slider("seed")).to_be_visible()
    lab.figure.get_by_label("surface").select_option("bowl")
    for name in ("batch_size", "seed"):
        expect(lab.slider(name)).to_be_hidden()
    path = descend("bowl", "sgd", (5, 4), **SETTINGS)
    assert lab.ends()["SGD"][:2] == tuple(float(f"{at:.9g}") for at in path.params[-1])
    lab.figure.get_by_label("surface").select_option(FIT.name)
    assert lab.ends() == ends(batch_size=16)
    for label in ("SGD", "RMSProp"):  # the full gradient alone has nothing left to chance
        lab.figure.get_by_role("checkbox", name=label, exact=True).uncheck()
    for name in ("batch_size", "seed", "noise"):
        expect(lab.slider(name)).to_be_hidden()


def test_the_address_holds_the_batch_size(
    a_host: str, write_page: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    address = a_host + write_page(Lab(FIT, ["sgd", "rmsprop", FULL], **SETTINGS))
    lab = LabOnPage(open_page(f"{address}#lab-1;batch_size=5;seed=9"))
    assert lab.ends() == ends(batch_size=5, seed=9)
    lab.type("batch_size", "7")
    lab.page.wait_for_function("location.hash.includes('batch_size=7')")
    lab.page.goto(f"{address}#lab-1;batch_size=0")
    expect(lab.figure.get_by_text("“0” is not allowed: batch size takes")).to_be_visible()
    assert lab.ends() == ends(batch_size=16)
