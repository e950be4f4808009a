"""A network trains in the page: from a server and from a file, by mouse, touch and keyboard."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from rmsprop_lab import Network, Optimizer, Race, rules
from tests.browser.test_access import violations

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(120, 4)).round(3)
LABELS = (INPUTS @ [1, -1, 2, 0] > 0).astype(int) + (INPUTS[:, 3] > 0.5)
LEARN, NEW = (INPUTS[:90], LABELS[:90]), (INPUTS[90:], LABELS[90:])
NETWORK = Network([4, 6, 3])


def a_race(optimizers=("sgd", "rmsprop"), **settings):
    usual = {"epochs": 6, "batch_size": 15, "learning_rate": 0.05, "name": "points"}
    return Race(NETWORK, LEARN, NEW, optimizers, **usual | settings)


class RaceOnPage:
    """The race of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.figure = page.locator("figure.rmsprop-race")
        self.figure.scroll_into_view_if_needed()
        expect(self.figure).to_have_attribute("data-state", "live")
        self.start = self.figure.locator("button[name=start]")
        self.epoch = self.figure.locator(".lab-epoch")
        self.note = self.figure.locator(".lab-note")

    def run(self) -> None:
        self.start.click()
        self.ends()

    def ends(self) -> None:
        expect(self.start).to_have_text("Start again", timeout=60_000)

    def numbers(self, name: str) -> dict[str, str]:
        row = self.figure.locator(f'[data-racer="{name}"]')
        return {of: row.get_attribute(f"data-{of}") or "" for of in ("loss", "accuracy", "epoch")}

    def slide(self, name: str, value: str) -> None:
        box = self.figure.get_by_label(f"{name}, as a number")
        box.fill(value)
        box.press("Enter")


@pytest.fixture
def open_race(open_page, write_page, a_host):
    return lambda race, **options: RaceOnPage(open_page(a_host + write_page(race), **options))


def test_the_page_trains_as_python_does(open_race) -> None:
    race = a_race()
    on_page = open_race(race)
    expect(on_page.start).to_have_text("Start")
    assert on_page.numbers("SGD")["epoch"] == "0"
    on_page.run()
    for name, history in race.train().items():
        found = on_page.numbers(name)
        assert float(found["loss"]) == pytest.approx(history.batch_losses[-11:].mean(), rel=1e-9)
        assert float(found["accuracy"]) == history.test[-1, 1]
        assert found["epoch"] == "6"
    expect(on_page.epoch).to_have_text("epoch 6 of 6")
    expect(on_page.note).to_have_text("Finished: 6 epochs.")


# In the page: a busy machine lets a race end before it tells a test that it began.
ON_AND_PAUSE = """async (figure) => {
  const start = figure.querySelector("button[name=start]");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  start.click();
  await frame();
  const said = start.textContent;
  while (!(figure.querySelector("[data-racer=SGD]").dataset.epoch > 3)) await frame();
  start.click();
  return said;
}"""


def test_it_goes_epoch_by_epoch_pauses_and_begins_anew(open_race) -> None:
    on_page = open_race(a_race(epochs=1000))
    on_page.figure.locator("button[name=epoch]").click()
    expect(on_page.start).to_have_text("Go on")
    assert [on_page.numbers(name)["epoch"] for name in ("SGD", "RMSProp")] == ["1", "1"]
    assert on_page.figure.evaluate(ON_AND_PAUSE) == "Pause"
    expect(on_page.start).to_have_text("Go on")
    reached = on_page.numbers("SGD")["epoch"]
    on_page.figure.locator("button[name=restart]").click()
    expect(on_page.start).to_have_text("Start")
    assert int(reached) > 3
    assert on_page.numbers("SGD")["epoch"] == "0"


def test_what_a_reader_sets_runs_anew(open_race) -> None:
    race = a_race(controls=["racers", "learning_rate", "seed", "units", "start_scale", "schedule"])
    on_page = open_race(race)
    on_page.run()
    for name, value in (("learning rate", 0.02), ("seed", 3), ("units", 10), ("start scale", 0.5)):
        on_page.slide(name, str(value))
        setattr(race, name.replace(" ", "_"), value)
        on_page.ends()
    on_page.figure.locator(".lab-schedule select").select_option("cosine")
    race.schedule = "cosine"
    (right,) = [history for name, history in race.train().items() if name == "RMSProp"]
    loss = right.batch_losses[-11:].mean()
    on_page.page.wait_for_function(
        f"Math.abs(document.querySelector('[data-racer=RMSProp]').dataset.loss - {loss}) < 1e-7"
    )
    on_page.ends()


def test_reset_brings_back_what_was_sent(open_race) -> None:
    on_page = open_race(a_race(controls=["racers", "learning_rate", "seed", "rule"]))
    names = on_page.numbers("SGD"), on_page.numbers("RMSProp")
    on_page.slide("learning rate", "0.02")
    on_page.slide("seed", "7")
    on_page.figure.locator("textarea[name=rule]").fill("def f(learning_rate, grad): return grad")
    on_page.figure.get_by_role("button", name="remove RMSProp").click()
    on_page.run()
    on_page.figure.get_by_role("button", name="Reset", exact=True).click()
    expect(on_page.start).to_have_text("Start")
    expect(on_page.figure.get_by_label("seed, as a number")).to_have_value("0")
    expect(on_page.figure.get_by_label("learning rate, as a number")).to_have_value("0.05")
    expect(on_page.figure.locator("textarea[name=rule]")).to_have_value(re.compile("updates"))
    assert (on_page.numbers("SGD"), on_page.numbers("RMSProp")) == names


#: Two racers have come to the end, and one has the loss of the other.
WALK_ALIKE = """() => {
  const [sgd, own] = [...document.querySelectorAll("[data-racer]")];
  return sgd.dataset.loss === own.dataset.loss && own.dataset.epoch === "6";
}"""


def test_a_rule_of_ones_own_trains(open_race) -> None:
    own = Optimizer.of(rules.rmsprop, "your own rule", name="own")
    on_page = open_race(a_race(["sgd", own], controls=["rule"]))
    on_page.run()
    before = on_page.numbers("your own rule")["loss"]
    rule = on_page.figure.locator("textarea[name=rule]")
    rule.fill("def mine(learning_rate, grad):\n    return learning_rate * grad")
    on_page.page.wait_for_function(WALK_ALIKE)
    assert on_page.numbers("your own rule") == on_page.numbers("SGD")
    assert on_page.numbers("your own rule")["loss"] != before
    rule.fill("def mine(learning_rate, part, grad):\n    return part * learning_rate * grad")
    on_page.slide("part", "1")  # what only this rule takes has its slider
    on_page.page.wait_for_function(WALK_ALIKE)
    rule.fill("def mine(learning_rate, grad):\n    return learning_rate * ")
    expect(on_page.figure.locator(".lab-written > .lab-message")).to_contain_text("last whole rule")
    assert on_page.numbers("your own rule") == on_page.numbers("SGD")


def test_who_diverges_says_so_and_the_others_go_on(open_race) -> None:
    racers = [("sgd", {"learning_rate": 1e300}), "rmsprop"]
    on_page = open_race(a_race(racers))
    on_page.run()
    row = on_page.figure.locator("[data-racer]").first
    expect(row).to_have_attribute("data-loss", "diverged")
    expect(row).to_contain_text("diverged at step")
    assert on_page.numbers("RMSProp")["epoch"] == "6"


def test_tuning_says_how_far_it_is_and_keeps_the_best(open_race) -> None:
    on_page = open_race(a_race(controls=["rates"], epochs=2))
    on_page.figure.get_by_role("button", name="Tune each").click()
    expect(on_page.note).to_contain_text("Tuned: each tried the same", timeout=60_000)
    rows = on_page.figure.locator("[data-racer]")
    expect(rows).to_have_count(2)
    for row in rows.all():
        with_a_rate = re.compile(r"^(SGD|RMSProp) α = [\d.e-]+$")
        expect(row).to_have_attribute("data-racer", with_a_rate)
    assert on_page.figure.get_by_role("button", name="Cancel").is_hidden()


def test_what_a_search_found_is_there_when_the_race_that_it_begins_anew_has_ended(
    open_race,
) -> None:
    on_page = open_race(a_race(controls=["rates"], epochs=100))
    on_page.run()
    on_page.figure.get_by_role("button", name="Tune each").click()
    both = re.compile(r"Tuned: each tried the same .* Finished: 100 epochs\.$")
    expect(on_page.note).to_have_text(both, timeout=60_000)
    on_page.figure.get_by_role("button", name="Reset").click()
    expect(on_page.note).not_to_contain_text("Tuned")


def test_a_race_that_all_have_left_says_so(open_race) -> None:
    on_page = open_race(a_race(["sgd"]))
    on_page.slide("learning rate", "1e6")
    on_page.start.click()
    expect(on_page.note).to_have_text("All have diverged.")


def test_tuning_can_be_cancelled(open_race) -> None:
    on_page = open_race(a_race(controls=["rates"], epochs=1000))
    on_page.figure.get_by_role("button", name="Tune each").click()
    expect(on_page.epoch).to_contain_text("tuning SGD: run ")
    on_page.figure.get_by_role("button", name="Cancel").click()
    expect(on_page.epoch).to_have_text("epoch 0 of 1000")
    assert on_page.figure.locator('[data-racer="SGD"]').count() == 1


def test_one_sees_what_they_learned(open_race) -> None:
    race = a_race(image=(2, 2))
    on_page = open_race(race)
    on_page.run()
    histories = list(race.train().values())
    says = [NETWORK.forward(of.params, NEW[0])[-1].argmax(axis=1) for of in histories]
    answers = on_page.figure.locator(".lab-answers li")
    for k in range(4):
        for answer, of in zip(answers.all(), says, strict=True):
            expect(answer).to_have_attribute("data-says", str(of[k]))
        on_page.figure.get_by_role("button", name="Another picture").click()
    on_page.figure.get_by_role("tab", name="Mistakes").click()
    mistakes = on_page.figure.get_by_role("tabpanel", name="Mistakes")
    for place, of in enumerate(says):
        on_page.figure.locator("select[name=whose]").select_option(index=place)
        wrong = int((of != NEW[1]).sum())
        expect(mistakes).to_contain_text(f"It gets {wrong} of 30 wrong")
    on_page.figure.get_by_role("tab", name="Hidden units").click()
    units = on_page.figure.get_by_role("tabpanel", name="Hidden units")
    expect(units.get_by_role("img")).to_have_count(6)


def test_a_picture_is_drawn_by_hand_and_by_keys(open_race) -> None:
    on_page = open_race(a_race(image=(2, 2)))
    on_page.figure.get_by_role("button", name="Wipe").click()
    pad = on_page.figure.get_by_role("application")
    # Read from a copy: a canvas that is read often is drawn otherwise from then on, and says so.
    pixels = """pad => {
      const copy = new OffscreenCanvas(2, 2).getContext("2d", { willReadFrequently: true });
      copy.drawImage(pad, 0, 0);
      return [...copy.getImageData(0, 0, 2, 2).data].filter((_, k) => k % 4 === 0);
    }"""
    paper = pad.evaluate(pixels)[0]
    assert pad.evaluate(pixels) == [paper] * 4
    pad.focus()
    for key in ("ArrowRight", "ArrowDown", " "):
        on_page.page.keyboard.press(key)
    on_page.page.wait_for_function(f"({pixels})(document.querySelector('.lab-pad'))[3] !== {paper}")
    assert pad.evaluate(pixels)[:3] == [paper] * 3
    expect(on_page.figure.locator(".lab-ask [role=status]")).to_have_text("row 2, column 2: ink")
    on_page.page.keyboard.press(" ")
    pad.click(position={"x": 5, "y": 5})
    on_page.page.wait_for_function(f"({pixels})(document.querySelector('.lab-pad'))[0] !== {paper}")
    assert pad.evaluate(pixels)[3] == paper


def test_the_tab_key_comes_to_a_race_that_has_not_started(open_page, write_page, a_host) -> None:
    page = open_page("about:blank")
    page.add_init_script("IntersectionObserver.prototype.observe = () => {}")  # never in view
    page.goto(a_host + write_page(a_race()))
    figure = page.locator("figure.rmsprop-race")
    expect(figure).to_have_attribute("tabindex", "0")
    assert figure.get_attribute("data-state") == "static"
    figure.focus()
    expect(figure).to_have_attribute("data-state", "live")
    expect(figure.locator("button[name=start]")).to_be_focused()


def test_a_damaged_race_says_so(open_page, write_page, a_host) -> None:
    race = a_race()
    race.spec["network"]["worlds"][0]["train"]["labels"][0] = 99
    page = open_page(a_host + write_page(race))
    why = page.locator("figure.rmsprop-race .lab-why")
    expect(why).to_contain_text("damaged: a label is none of the classes")


def test_by_keyboard_and_for_those_who_listen(open_page, write_page, served) -> None:
    race = a_race(controls=["racers", "rates", "seed", "rule", "schedule"])
    on_page = RaceOnPage(open_page(served + write_page(race)))  # axe reads style sheets: no file
    assert not violations(on_page.page)
    on_page.start.focus()
    on_page.page.keyboard.press("Enter")
    on_page.ends()
    on_page.page.keyboard.press("ArrowRight")
    focused = on_page.page.evaluate("document.activeElement.name")
    assert focused == "epoch"
    assert not violations(on_page.page)


def test_a_finger_starts_it_on_a_phone(open_race) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
    on_page = open_race(a_race(), **phone)
    on_page.start.tap()
    on_page.ends()
    wide = on_page.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


def test_off_screen_it_rests(open_race) -> None:
    on_page = open_race(a_race(epochs=1000))
    on_page.page.evaluate("document.body.style.paddingBottom = '3000px'")
    on_page.start.click()
    on_page.page.wait_for_function(
        "Number(document.querySelector('[data-racer=SGD]').dataset.epoch) > 0"
    )
    on_page.page.evaluate(
        """() => new Promise((done) => {
          scrollTo(0, 2900);
          new IntersectionObserver(([seen], self) => {
            if (seen.isIntersecting) return;
            self.disconnect();
            setTimeout(done, 100); // the race has heard it, too
          }).observe(document.querySelector(".lab-live"));
        })"""
    )
    far = "document.querySelector('[data-racer=SGD]').dataset.epoch"
    before = on_page.page.evaluate(far)
    after = on_page.page.evaluate(f"new Promise(done => setTimeout(() => done({far}), 300))")
    assert before == after
    on_page.page.evaluate("scrollTo(0, 0)")
    on_page.page.wait_for_function(f"Number({far}) > {before}")


def test_starting_and_stopping_leaves_nothing_at_work(open_race) -> None:
    on_page = open_race(a_race(epochs=1000))
    on_page.page.evaluate(
        """() => {
          const button = document.querySelector("button[name=start]");
          for (let k = 0; k < 1000; k++) button.click();
        }"""
    )
    expect(on_page.start).to_have_text("Go on")
    far = "document.querySelector('[data-racer=SGD]').dataset.epoch"
    first = on_page.page.evaluate(far)
    later = on_page.page.evaluate(f"new Promise(done => setTimeout(() => done({far}), 300))")
    assert first == later


def test_the_books_race_is_on_its_page(open_page, a_host) -> None:
    on_page = RaceOnPage(open_page(f"{a_host}book/race.html"))
    sent = on_page.figure.locator("script[type='application/json']").text_content()
    assert len(json.loads(sent)["racers"]) == 6
    on_page.run()
    for row in on_page.figure.locator("[data-racer]").all():
        assert float(row.get_attribute("data-accuracy")) > 0.8
