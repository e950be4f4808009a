"""Labs that cannot move say why, and have no control that does nothing."""

import base64
import json
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from rmsprop_lab import Lab, least_squares
from tests.browser.conftest import HTML
from tests.support.lab_page import LabOnPage, pause

OpenPage = Callable[..., Page]
Write = Callable[..., str]

LATE = "This is a picture: the lab’s script does not run here."
KERNEL = "This is a picture: only a notebook’s kernel can walk this lab."
ALONE = "This is a picture: only a notebook’s kernel can walk this lab, and none answers here."


def stairs(x: float, y: float) -> float:
    """What has no translation: only a kernel walks it."""
    return float(int(x)) + y * y if x > 2 else x * x + y * y


@pytest.fixture
def lab() -> Lab:
    return Lab("ravine", ["sgd", "rmsprop"], controls=["rho", "step"], caption="A ravine.")


def test_without_scripts_a_sentence_says_so_at_once(
    lab: Lab, a_host: str, write_page: Write, open_page: OpenPage
) -> None:
    page = open_page(a_host + write_page(lab), java_script_enabled=False)
    expect(page.get_by_text(LATE)).to_be_visible()
    expect(page.get_by_text(LATE)).to_have_css("animation-name", "none")  # nor does it wait
    expect(page.locator(".lab-picture")).to_be_visible()
    expect(page.locator("figcaption")).to_have_text("A ravine.")


def test_the_sentence_does_not_flash_where_the_script_runs(
    lab: Lab, served: str, write_page: Write, open_page: OpenPage
) -> None:
    page = open_page("about:blank", viewport={"width": 800, "height": 300})

    def late(route: Route) -> None:
        time.sleep(0.8)  # the page is painted by then
        route.continue_()

    page.route("**/page.js", late)
    page.add_init_script(
        """
        window.seen = 0;
        const look = () => {
          const options = { visibilityProperty: true };
          if (document.querySelector(".lab-why")?.checkVisibility(options)) window.seen++;
          requestAnimationFrame(look);
        };
        look();
        """
    )
    page.goto(served + write_page(lab))
    page.wait_for_timeout(3_500)  # longer than a script may take
    LabOnPage(page)
    assert page.evaluate("seen") == 0
    expect(page.locator(".lab-why")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".lab-why")).to_be_hidden()


@pytest.fixture
def under(browser: Browser, served: str, write_page: Write) -> Iterator[Callable[..., Page]]:
    """Open a lab under a security policy, which complains on the console."""
    context = browser.new_context(viewport={"width": 900, "height": 900})

    def open_(lab: Lab, policy: str) -> Page:
        where = write_page(lab)
        path = HTML / where
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        path.write_text(path.read_text().replace("<head>", "<head>" + meta))
        page = context.new_page()
        page.goto(served + where)
        return page

    yield open_
    context.close()


def test_where_no_function_may_be_made_every_lab_is_live(
    under: Callable[..., Page], served: str, write_page: Write, open_page: OpenPage
) -> None:
    """The same numbers, on every kind of surface, and the map of all settings."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((30, 2))
    for lab in (
        Lab("ravine", ["sgd", "rmsprop"], controls=["learning_rate", "convergence"], noise=0.2),
        Lab(
            least_squares(inputs, inputs @ [3, -2]),
            ["rmsprop"],
            controls=["learning_rate"],
            batch_size=4,
        ),
    ):
        strict = LabOnPage(under(lab, "script-src 'self'"))
        size = {"width": 900, "height": 900}
        free = LabOnPage(open_page(served + write_page(lab), viewport=size))
        assert strict.ends() == free.ends()
        for one in (strict, free):
            one.slider("learning_rate").press("ArrowRight")
        assert strict.ends() == free.ends()
        if lab.spec["objectives"][0]["name"] == "ravine":
            readings = [one.figure.locator(".lab-reading") for one in (strict, free)]
            expect(readings[0]).to_contain_text("f = ")
            assert readings[0].text_content() == readings[1].text_content()


def test_a_damaged_lab_says_so_in_one_sentence(
    lab: Lab, served: str, open_page: OpenPage, write_page: Write
) -> None:
    where = write_page(lab)
    path = HTML / where
    text = path.read_text()
    assert '["multiply"' in text
    path.write_text(text.replace('["multiply"', '["alert"', 1))
    page = open_page(served + where)
    expect(page.locator(".lab-why")).to_contain_text("This lab is damaged: line")
    expect(page.locator(".lab-why")).to_contain_text("“alert”; choices: add, subtract")
    expect(page.locator(".lab-picture")).to_be_visible()
    assert page.locator(".lab-live, button, input").count() == 0


@pytest.mark.parametrize(
    ("good", "bad"), [('"schedules":[]', '"other":[]'), ('{"spec":', '{"spec"')]
)
def test_a_lab_that_cannot_start_says_so_whatever_is_wrong(
    lab: Lab, served: str, browser: Browser, write_page: Write, good: str, bad: str
) -> None:
    where = write_page(lab)
    path = HTML / where
    text = path.read_text()
    assert text.count(good) == 1
    path.write_text(text.replace(good, bad))
    page = browser.new_page()
    thrown: list[object] = []
    page.on("pageerror", lambda error: thrown.append(error))
    page.goto(served + where)
    expect(page.locator(".lab-why")).to_contain_text("This lab could not start")
    expect(page.locator(".lab-picture")).to_be_visible()
    assert page.locator(".lab-live, button, input").count() == 0
    assert len(thrown) == 1
    page.close()


def test_an_edited_rule_hides_no_damage_of_the_one_that_was_sent(
    served: str, open_page: OpenPage, write_page: Write
) -> None:
    """What is in the tape would run as soon as the rule is taken back."""
    lab = Lab("bowl", ["sgd"], controls=["learning_rate", "rule"])
    lab.rule = "def sgd(learning_rate, grad):\n    return learning_rate * grad\n"
    where = write_page(lab)
    path = HTML / where
    text = path.read_text()
    good = '"lines":[["multiply",0,1]],"returns":[2]'
    assert text.count(good) == 1
    harm = '"lines":[["number","(window.harmed = 1)"]],"returns":[2]'
    path.write_text(text.replace(good, harm))
    page = open_page(served + where)
    expect(page.locator(".lab-why")).to_contain_text("line 1 of a tape is not a number")
    assert page.locator(".lab-live, button, input").count() == 0
    assert page.evaluate("window.harmed") is None


def test_what_only_a_kernel_walks_is_a_picture_on_a_page(
    a_host: str, write_page: Write, open_page: OpenPage
) -> None:
    page = open_page(a_host + write_page(Lab(stairs, ["rmsprop"])))
    expect(page.get_by_text(KERNEL)).to_be_visible()
    expect(page.get_by_text(KERNEL)).to_have_css("animation-name", "none")  # nor does it wait
    expect(page.locator(".lab-picture")).to_be_visible()
    assert page.locator(".lab-live, button, input").count() == 0


def traits(lab: Lab) -> str:
    """A widget's state as an export holds it, its bytes as text."""
    held = {
        name: getattr(lab, name)
        for name in lab.trait_names(sync=True)
        if not name.startswith("_") and name not in ("layout", "tabbable", "tooltip", "comm")
    }
    return json.dumps(held, default=lambda of: {"bytes": base64.b64encode(of).decode()})


@pytest.fixture
def exported(served: str, open_page: OpenPage) -> Callable[..., Page]:
    """A page that shows a widget's state as an export does; a kernel answers it, or nobody."""

    def open_(lab: Lab, answers_after: int | None = None) -> Page:
        page = open_page(served + "book/cite.html")
        page.evaluate(
            """async ([held, after]) => {
              const revive = (_, value) => value?.bytes === undefined ? value
                : new DataView(Uint8Array.from(atob(value.bytes), (c) => c.charCodeAt(0)).buffer);
              const values = new Map(Object.entries(JSON.parse(held, revive)));
              const heard = new Map();
              const tell = (event, message) => heard.get(event)?.forEach((one) => one(message));
              const model = {
                get: (name) => values.get(name),
                set: (name, value) => {
                  if (Object.is(values.get(name), value)) return;
                  values.set(name, value);
                  tell(`change:${name}`);
                },
                save_changes() {},
                send(message) {
                  window.answer = () => tell("msg:custom", message);
                  if (after !== null) setTimeout(answer, after);
                },
                on: (event, one) => heard.set(event, (heard.get(event) ?? new Set()).add(one)),
                off: (event, one) => heard.get(event)?.delete(one),
              };
              const { default: widget } = await import("../_static/widget.js");
              const place = document.createElement("div");
              document.querySelector("article").prepend(place);
              window.remove = widget.render({ model, el: place });
            }""",
            [traits(lab), answers_after],
        )
        return page

    return open_


def test_an_export_without_a_kernel_has_no_control_that_moves_nothing(
    exported: Callable[..., Page],
) -> None:
    lab = Lab(stairs, ["rmsprop", "sgd"], controls="all", caption="Stairs.")
    page = exported(lab)
    shown = LabOnPage(page)
    expect(page.get_by_text(ALONE)).to_be_visible()
    assert shown.handle.count() == 0
    assert page.locator(".lab-controls *").count() == 0
    inputs = ".lab-live input:not(.lab-equations *)"  # of x or of y
    assert [one.get_attribute("name") for one in page.locator(inputs).all()] == ["step"]
    # What is left works: the steps that the kernel had walked.
    path = lab.trajectory("rmsprop")
    shown.scrub(7)
    x, y, _ = shown.ends()["RMSProp"]
    assert (x, y) == pytest.approx(tuple(path.params[7]), rel=1e-8)
    page.evaluate("remove()")


def test_a_kernel_that_answers_makes_it_live(exported: Callable[..., Page]) -> None:
    page = exported(Lab(stairs, ["rmsprop"]), 20)
    lab = LabOnPage(page)
    assert lab.handle.count() == 1
    assert lab.slider("rho").count() == 1
    pause(page, 1_100)  # longer than a kernel may take
    assert page.locator(".lab-why").count() == 0
    late = exported(Lab(stairs, ["rmsprop"]))  # it had other things to do
    expect(late.get_by_text(ALONE)).to_be_visible()
    assert late.locator(".lab-start").count() == 0
    late.evaluate("answer()")
    expect(late.locator(".lab-start")).to_have_count(1)
    expect(late.get_by_text(ALONE)).to_be_hidden()


def test_an_export_of_what_the_page_walks_is_live(exported: Callable[..., Page], lab: Lab) -> None:
    shown = LabOnPage(exported(lab))
    said = shown.said()
    shown.type("rho", "0.5")
    assert shown.said() != said
