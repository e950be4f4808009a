"""Stepping through a path: buttons, scrubber, play, linked plots, the numbers of a step."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import descend, objectives
from tests.support.lab_page import LabOnPage, pause

OpenPage = Callable[..., Page]
SETTINGS = {"learning_rate": 0.06}


@pytest.fixture
def lab(a_host: str, write_page: Callable[..., str], open_page: OpenPage) -> LabOnPage:
    """The chapter's second lab: RMSProp and SGD in the ravine, with a step control."""
    return LabOnPage(open_page(a_host + write_page("book/rmsprop.html", 2)))


def test_opens_at_the_step_it_is_given(lab: LabOnPage) -> None:
    assert lab.said().startswith("RMSProp, step 6: ")


def cells(lab: LabOnPage) -> dict[str, tuple[float, float]]:
    """The table of the step, by row."""
    rows = [row.all_text_contents() for row in lab.table_rows()]

    def number(text: str) -> float:
        return 0.0 if text == "≈ 0" else float(text)

    return {name: (number(x), number(y)) for name, x, y in rows[1:]}


def test_the_numbers_of_a_step_are_pythons(lab: LabOnPage) -> None:
    path = descend("ravine", "rmsprop", steps=101, **SETTINGS)
    for step in (0, 1, 40, 100):
        lab.scrub(step)
        (x, y), s = path.params[step], path.state["s"][step + 1]
        grad = objectives.ravine.gradient(x, y)
        update = path.params[step] - path.params[step + 1]
        shown = cells(lab)
        assert list(shown) == ["gradient", "s", "root of s", "effective rate", "update"]
        assert shown["gradient"] == pytest.approx(grad, rel=1e-5, abs=1e-14)
        assert shown["s"] == pytest.approx(tuple(s), rel=1e-5)
        assert shown["root of s"] == pytest.approx(tuple(s**0.5), rel=1e-5)
        assert shown["effective rate"] == pytest.approx(tuple(0.06 / (s**0.5 + 1e-6)), rel=1e-5)
        assert shown["update"] == pytest.approx(tuple(update), rel=1e-4, abs=1e-12)
        assert lab.ends()["RMSProp"][:2] == (float(f"{x:.9g}"), float(f"{y:.9g}"))


def test_buttons_and_keys_step(lab: LabOnPage) -> None:
    lab.scrub(10)
    pictures = lab.pictures()
    lab.figure.get_by_role("button", name="Step forward").press("Enter")
    assert lab.said().startswith("RMSProp, step 11: ")
    assert all(old != new for old, new in zip(pictures, lab.pictures(), strict=True))
    for _ in range(3):
        lab.figure.get_by_role("button", name="Step back").click()
    assert lab.said().startswith("RMSProp, step 8: ")
    lab.slider("step").press("ArrowRight")
    assert lab.said().startswith("RMSProp, step 9: ")
    lab.slider("step").press("Home")
    lab.figure.get_by_role("button", name="Step back").click()  # no further back than the start
    assert lab.said().startswith("RMSProp, step 0: x = -5, y = 2, ")


def test_play_runs_to_the_end_and_pauses(lab: LabOnPage) -> None:
    lab.scrub(0)
    lab.figure.get_by_role("button", name="Play").click()
    counter = lab.figure.locator(".lab-transport output")
    expect(counter).not_to_have_text("0/100")
    lab.figure.get_by_role("button", name="Pause").click()
    lab.said()  # what the click came just too late for is drawn
    paused = counter.text_content()
    pause(lab.page, 200)
    assert counter.text_content() == paused
    lab.scrub(97)
    lab.figure.get_by_role("button", name="Play").click()
    expect(counter).to_have_text("100/100")
    expect(lab.figure.get_by_role("button", name="Play")).to_be_visible()


def test_play_shows_pictures_for_readers_who_ask_for_less_motion(
    served: str, write_page: Callable[..., str], open_page: OpenPage
) -> None:
    """Two a second, and through the whole path in the time that it takes otherwise."""
    page = open_page(served + write_page("book/rmsprop.html", 2), reduced_motion="reduce")
    lab = LabOnPage(page)
    lab.scrub(0)
    counter = lab.figure.locator(".lab-transport output")
    page.evaluate(
        """() => {
          window.seen = [];
          const counter = document.querySelector(".lab-transport output");
          new MutationObserver(() => {
            if (counter.textContent !== seen.at(-1)?.[1])
              seen.push([performance.now(), counter.textContent]);
          }).observe(counter, { childList: true, characterData: true, subtree: true });
        }"""
    )
    lab.figure.get_by_role("button", name="Play").click()
    expect(counter).to_have_text("100/100", timeout=9_000)
    seen = page.evaluate("seen")
    assert 10 <= len(seen) <= 13
    # Some 500 ms apart; a busy machine draws one late, and the next in time.
    assert seen[-1][0] - seen[0][0] > 450 * (len(seen) - 1)


def test_pointing_at_a_plot_marks_the_others_and_a_click_stays(lab: LabOnPage) -> None:
    plot = lab.figure.locator(".lab-plot canvas").last
    plot.scroll_into_view_if_needed()
    pictures, box = lab.pictures(), plot.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.page.mouse.move(*middle)
    marked = lab.pictures()
    assert all(old != new for old, new in zip(pictures, marked, strict=True))
    lab.page.mouse.move(5, 5)
    assert lab.pictures() == pictures
    lab.page.mouse.click(*middle)
    lab.page.mouse.move(5, 5)
    assert 30 < lab.slider("step").evaluate("input => input.valueAsNumber") < 70


def test_pointing_at_a_path_marks_its_step_in_the_plots(lab: LabOnPage) -> None:
    lab.scrub(50)
    lab.handle.scroll_into_view_if_needed()
    pictures, box = lab.pictures(), lab.handle.bounding_box()
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert lab.said().startswith("RMSProp, step 0: x = -5, y = 2, ")
    assert all(old != new for old, new in zip(pictures, lab.pictures(), strict=True))
    lab.page.mouse.move(5, 5)
    assert lab.said().startswith("RMSProp, step 50: ")
    assert lab.pictures() == pictures


def test_another_optimiser_is_inspected(lab: LabOnPage) -> None:
    lab.scrub(5)
    lab.figure.get_by_label("optimiser to inspect").select_option("SGD")
    lab.said()
    shown = cells(lab)
    assert list(shown) == ["gradient", "effective rate", "update"]
    assert shown["effective rate"] == pytest.approx((0.06, 0.06))
