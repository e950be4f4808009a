"""A rule that a reader writes is checked in the page: what is said, shown and heard of it."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from rmsprop_lab import Exercise, check, descend
from tests.browser.conftest import HTML
from tests.browser.test_access import violations
from tests.browser.test_rule import HOSTILE, ends_as
from tests.support.jupyterlab import JupyterLab
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
CHAPTERS = ["rmsprop", "momentum", "adam", "check-your-rule"]


def my_rmsprop(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev
    return learning_rate * grad, s


RIGHT = """def my_rmsprop(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    return learning_rate * grad / (np.sqrt(s) + epsilon), s
"""
NO_ROOT = RIGHT.replace("np.sqrt(s)", "s")
INSIDE = RIGHT.replace("(np.sqrt(s) + epsilon)", "np.sqrt(s + epsilon)")


class ExerciseOnPage(LabOnPage):
    """An exercise, found by its place among the labs of the page."""

    @property
    def text(self) -> Locator:
        return self.figure.locator("textarea[name=rule]")

    @property
    def button(self) -> Locator:
        return self.figure.get_by_role("button", name="Check", exact=True)

    @property
    def verdict(self) -> Locator:
        return self.figure.locator(".lab-verdict")

    def check(self, text: str) -> str:
        """What is found of a text: without what is said of the sliders."""
        self.text.fill(text)
        self.text.press("Control+Enter")
        said = self.verdict.locator("p").all_text_contents()
        return " ".join(line for line in said if not line.startswith("The sliders"))


@pytest.fixture
def where(write_page: Callable[..., str]) -> str:
    return write_page(Exercise(my_rmsprop))


@pytest.fixture
def exercise(where: str, served: str, open_page: OpenPage) -> ExerciseOnPage:
    return ExerciseOnPage(open_page(served + where))


def function_of(text: str) -> Callable[..., object]:
    made: dict[str, object] = {"np": np}
    exec(text, made)
    return made["my_rmsprop"]


def test_it_says_what_python_says(where: str, host: str, open_page: OpenPage) -> None:
    exercise = ExerciseOnPage(open_page(host + where))
    expect(exercise.verdict).to_be_empty()
    exercise.button.click()
    assert str(check(my_rmsprop).text) == " ".join(
        exercise.verdict.locator("p").all_text_contents()
    )
    for text, kind in ((NO_ROOT, "wrong"), (INSIDE, "convention"), (RIGHT, "right")):
        assert exercise.check(text) == check(function_of(text)).text
        expect(exercise.verdict).to_have_attribute("data-found", kind)


def test_the_readers_path_is_drawn_beside_the_right_one(exercise: ExerciseOnPage) -> None:
    exercise.check(NO_ROOT)
    right = ends_as(descend("ravine", "rmsprop", steps=60))
    yours = ends_as(descend("ravine", function_of(NO_ROOT), steps=60))
    assert exercise.ends() == {"your RMSProp": yours, "RMSProp": right}
    assert float(exercise.box("epsilon").input_value()) == 1e-6  # they part as they are
    before = exercise.pictures()
    exercise.check(INSIDE)
    assert exercise.verdict.locator("p").last.text_content() == (
        "The sliders were moved to where the two paths part."
    )
    expect(exercise.box("epsilon")).to_have_value("1")
    assert exercise.ends()["your RMSProp"] != exercise.ends()["RMSProp"]
    assert exercise.pictures() != before
    exercise.check(RIGHT)
    assert exercise.ends()["your RMSProp"] == exercise.ends()["RMSProp"]
    expect(exercise.box("epsilon")).to_have_value("1")


def test_what_was_found_goes_with_its_text(exercise: ExerciseOnPage) -> None:
    exercise.check(NO_ROOT)
    exercise.text.press_sequentially(" ")
    expect(exercise.verdict).to_be_empty()
    for button in ("Reset rule", "Reset"):
        exercise.check(NO_ROOT)
        exercise.type("rho", "0.5")
        expect(exercise.verdict).not_to_be_empty()  # it is of the same text still
        exercise.figure.get_by_role("button", name=button, exact=True).click()
        expect(exercise.verdict).to_be_empty()


def test_it_is_heard_once(exercise: ExerciseOnPage) -> None:
    exercise.verdict.evaluate(
        """region => {
          window.heard = [];
          new MutationObserver(() => heard.push(region.textContent))
            .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )
    assert exercise.verdict.get_attribute("role") == "status"
    said = exercise.check(NO_ROOT)
    assert exercise.page.evaluate("heard") == [exercise.verdict.text_content()]
    assert said.startswith("my_rmsprop is not RMSProp. The update divides by s itself.")


def test_a_half_typed_rule_is_refused_under_its_line(exercise: ExerciseOnPage) -> None:
    said = exercise.check(RIGHT.replace("grad**2", "grd"))
    message = exercise.figure.locator(f"#{exercise.text.get_attribute('aria-describedby')}")
    expect(message).to_contain_text("“grd” in line 2 is not known here")
    assert said == f"There is nothing to check yet: {message.text_content()}"
    assert exercise.check(RIGHT) == check(function_of(RIGHT)).text
    expect(message).to_be_hidden()


def test_keys_alone(exercise: ExerciseOnPage) -> None:
    keyboard = exercise.page.keyboard
    exercise.text.fill(RIGHT)
    keyboard.press("Tab")  # to the buttons of the rule, which it enters once
    keyboard.press("Tab")
    expect(exercise.button).to_be_focused()
    keyboard.press("Enter")
    expect(exercise.verdict).to_contain_text("is right")
    expect(exercise.button).to_be_focused()
    assert exercise.button.get_attribute("aria-keyshortcuts") == "Control+Enter"


def on_a_chapter(page: Page) -> ExerciseOnPage:
    place = page.locator("figure.rmsprop-lab").evaluate_all(
        "figures => figures.findIndex(figure => figure.dataset.needs)"
    )
    return ExerciseOnPage(page, place)


def test_a_finger_finds_the_button(where: str, served: str, open_page: OpenPage) -> None:
    page = open_page(served + where, viewport={"width": 360, "height": 740}, has_touch=True)
    exercise = ExerciseOnPage(page)
    exercise.check(INSIDE)
    assert min(exercise.button.bounding_box()[side] for side in ("width", "height")) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_axe_finds_nothing(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}book/check-your-rule.html")
    exercise = on_a_chapter(page)
    for text in (NO_ROOT, RIGHT):
        exercise.check(text)
        assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == []


def test_without_scripts_it_is_a_picture_with_a_text(
    where: str, a_host: str, open_page: OpenPage
) -> None:
    page = open_page(a_host + where, java_script_enabled=False)
    expect(page.locator(".lab-picture")).to_be_visible()
    expect(page.locator(".lab-source")).to_contain_text("def my_rmsprop")
    assert page.locator("button, input, textarea").count() == 0


def test_hostile_rules_throw_nothing(exercise: ExerciseOnPage) -> None:
    random = np.random.default_rng(5)
    bent = []
    for _ in range(150):
        characters = list(RIGHT)
        for _ in range(random.integers(1, 4)):
            place = random.integers(len(characters))
            characters[place] = random.choice(list("()[]=+-*/,.:#\"'\\\n\t x0é"))
        bent.append("".join(characters))
    huge = "def f(learning_rate, rho, epsilon, grad, s_prev):\n    s = grad\n" + "".join(
        f"    s{k} = grad * {k}.5\n    s = s + s{k}\n" for k in range(100)
    )
    exercise.page.evaluate(
        """texts => {
          const box = document.querySelector("textarea[name=rule]");
          for (const text of texts) {
            box.value = text;
            box.dispatchEvent(new Event("input", { bubbles: true }));
            box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true }));
          }
        }""",
        [*HOSTILE, *bent, huge + "    return s, s\n", "def f(grad, __proto___prev): return 1, 2"],
    )
    assert exercise.check(RIGHT) == check(function_of(RIGHT)).text


def test_a_damaged_check_is_told(where: str, served: str, open_page: OpenPage) -> None:
    path = HTML / where
    before, tape, after = path.read_text().rpartition('["multiply"')
    path.write_text(f'{before}["alert"{after}')
    page = open_page(served + where)
    expect(page.locator(".lab-why")).to_contain_text("“alert”; choices: add, subtract")
    assert page.locator("button, input, textarea").count() == 0
    assert tape


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_chapters_have_one(chapter: str, a_host: str, open_page: OpenPage) -> None:
    page = open_page(f"{a_host}book/{chapter}.html")
    exercise = on_a_chapter(page)
    expect(exercise.verdict).to_be_empty()
    exercise.button.click()
    expect(exercise.verdict).to_contain_text(" is not ")
    assert page.locator("figure.rmsprop-lab[data-needs]").count() == 1


def test_other_pages_do_not_load_it() -> None:
    pages = (HTML / "book").glob("*.html")
    with_script = {page.stem for page in pages if "/check.js" in page.read_text()}
    assert with_script == set(CHAPTERS)


@pytest.mark.xdist_group("jupyterlab")
def test_a_notebook_has_it_too(jupyterlab: JupyterLab) -> None:
    from nbformat.v4 import new_code_cell

    begun = "def my_rmsprop(learning_rate, rho, epsilon, grad, s_prev):\n    return grad, s_prev\n"
    cell = f"from rmsprop_lab import Exercise\n\n{begun}\nExercise(my_rmsprop)"
    jupyterlab.write("exercise.ipynb", new_code_cell(cell))
    jupyterlab.run_all("exercise.ipynb")
    exercise = ExerciseOnPage(jupyterlab.page)
    assert exercise.check(NO_ROOT) == check(function_of(NO_ROOT)).text
    assert exercise.button.count() == 1
