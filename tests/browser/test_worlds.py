"""A network with two inputs: what each racer makes of the plane, while it trains."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from rmsprop_lab import Network, Race
from rmsprop_lab.networks import worlds
from tests.browser.test_access import violations
from tests.browser.test_race import RaceOnPage

NETWORK = Network([2, 8, 8, 2])
WORLDS = {name: (make(80), make(40, seed=1)) for name, make in worlds.ALL.items()}

#: The colour at a share of a square's way across and up, as red, green and blue.
TONES = """(places) => {
  const canvas = document.querySelector(".lab-regions canvas");
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3));
}"""
PICTURE = "() => document.querySelector('.lab-regions canvas').toDataURL()"


def a_race(optimizers=("sgd", "rmsprop"), data=None, network=NETWORK, **settings):
    usual = {"epochs": 20, "batch_size": 10, "learning_rate": 0.05}
    return Race(network, data or WORLDS, optimizers=optimizers, **usual | settings)


class WorldOnPage(RaceOnPage):
    """A race on the plane."""

    @property
    def said(self):
        """The picture in words."""
        return self.figure.locator(".lab-regions canvas[role=img]").get_attribute("aria-label")

    @property
    def choice(self):
        return self.figure.locator("select[name=world]")

    def rests(self) -> str:
        """The picture, once it is the same for some frames."""
        return self.page.evaluate(
            f"""async () => {{
              let [before, still] = ["", 0];
              while (still < 6) {{
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
                const now = ({PICTURE})();
                still = now === before ? still + 1 : 0;
                before = now;
              }}
              return before;
            }}"""
        )

    def square(self) -> tuple[float, float, float]:
        """Left, top and side of a lone racer's square, as plots/regions.ts lays it out."""
        width, height = self.figure.locator(".lab-regions canvas").first.evaluate(
            "({ clientWidth, clientHeight }) => [clientWidth, clientHeight]"
        )
        side = np.floor(min(width, height - 17))
        return np.floor((width - side) / 2), 17, side

    def tones(self, places: np.ndarray) -> np.ndarray:
        """The colours at shares of a lone racer's square, from the left and from below."""
        left, top, side = self.square()
        pixels = np.column_stack([left + side * places[:, 0], top + side * (1 - places[:, 1])])
        return np.array(self.page.evaluate(TONES, np.floor(pixels).tolist()))


@pytest.fixture
def open_world(open_page, write_page, a_host):
    return lambda race, link="", **options: WorldOnPage(
        open_page(a_host + write_page(race) + link, **options)
    )


def window(race):
    """As plots/regions.ts has it."""
    points = np.concatenate([race.data[0], race.test[0]])
    low, high = points.min(axis=0), points.max(axis=0)
    half = 0.58 * (high - low).max()
    return (low + high) / 2 - half, 2 * half


def test_the_tones_are_what_python_says_of_the_plane(open_world) -> None:
    race = a_race(["rmsprop"], epochs=60)
    race.world = "moons"
    on_page = open_world(race)
    on_page.run()
    on_page.rests()
    (history,) = race.train().values()
    places = np.random.default_rng(0).uniform(0.02, 0.98, (300, 2))
    corner, side = window(race)
    scores = NETWORK.forward(history.params, corner + side * places)[-1]
    sure = np.abs(scores[:, 0] - scores[:, 1]) > 3  # a tone of its own, and on no border
    tones, classes = on_page.tones(places[sure]), scores[sure].argmax(axis=1)
    assert sure.sum() > 100
    assert 0.2 < classes.mean() < 0.8
    np.testing.assert_array_equal(tones[:, 0] > tones[:, 2], classes == 1)  # sand, not blue


def test_the_border_moves_and_comes_to_rest(open_world) -> None:
    on_page = open_world(a_race())
    seen = [on_page.rests()]
    for _ in range(3):
        on_page.figure.locator("button[name=epoch]").click()
        expect(on_page.start).to_have_text("Go on")
        on_page.page.wait_for_function(f"before => ({PICTURE})() !== before", arg=seen[-1])
        seen.append(on_page.rests())
    assert len(set(seen)) == 4
    on_page.run()
    end = on_page.rests()
    assert end != seen[-1]
    later = f"new Promise((done) => setTimeout(() => done(({PICTURE})()), 200))"
    assert on_page.page.evaluate(later) == end


def test_a_world_is_chosen_and_the_page_trains_on_it_as_python_does(open_world) -> None:
    race = a_race(learning_rate=0.02)
    on_page = open_world(race)
    expect(on_page.choice).to_have_value("circles")
    for name in ("xor", "spiral"):
        on_page.choice.select_option(name)
        race.world = name
        if name == "xor":
            on_page.run()
        for racer, history in race.train().items():
            loss = history.batch_losses[-11:].mean()
            on_page.page.wait_for_function(
                """([racer, loss]) => {
                  const row = document.querySelector(`[data-racer=${racer}]`);
                  return Math.abs(row.dataset.loss / loss - 1) < 1e-6;
                }""",
                arg=[racer, loss],
            )
            assert float(on_page.numbers(racer)["accuracy"]) == history.test[-1, 1]
        on_page.ends()
        rights = [f"{100 * of.test[-1, 1]:.1f}%" for of in race.train().values()]
        assert on_page.said == (
            f"Which class each network says where, on {name}. Right on new points: "
            f"SGD {rights[0]}; RMSProp {rights[1]}."
        )


def test_a_link_holds_the_world_and_the_other_settings(open_world, open_page) -> None:
    on_page = open_world(a_race(["sgd", ("rmsprop", {"learning_rate": 0.02})]))
    on_page.choice.select_option("spiral")
    on_page.slide("seed", "7")
    on_page.figure.get_by_role("button", name="remove SGD").click()
    on_page.figure.get_by_role("button", name="Copy link").click()
    address = on_page.page.evaluate("location.href")
    assert address.split("#")[1] == "lab-1;racers=rmsprop:learning_rate:0.02;world=spiral;seed=7"
    other = WorldOnPage(open_page(address))
    expect(other.choice).to_have_value("spiral")
    expect(other.figure.get_by_label("seed, as a number")).to_have_value("7")
    assert other.figure.locator("[data-racer]").count() == 1
    other.figure.get_by_role("button", name="Reset", exact=True).click()
    expect(other.choice).to_have_value("circles")
    assert other.figure.locator("[data-racer]").count() == 2
    other.page.wait_for_function("!location.hash.includes('world')")


def test_a_link_that_asks_for_no_world_says_so(open_world) -> None:
    on_page = open_world(a_race(), "#lab-1;world=torus;surface=bowl;seed=3")
    complaint = on_page.figure.locator(".lab-complaint")
    expect(complaint).to_contain_text(
        "“torus” is no world of this race; choices: circles, moons, spiral, xor"
    )
    expect(complaint).to_contain_text("“surface=bowl” is not a setting of this lab")
    expect(on_page.figure.get_by_label("seed, as a number")).to_have_value("3")


def test_one_racer_is_looked_at_alone(open_world) -> None:
    on_page = open_world(a_race())
    on_page.run()
    before = on_page.rests()
    changed = f"before => ({PICTURE})() !== before"
    on_page.figure.locator("[data-racer=RMSProp]").hover()
    on_page.page.wait_for_function(changed, arg=before)
    alone = on_page.page.evaluate(PICTURE)
    on_page.page.mouse.move(0, 0)
    on_page.page.wait_for_function(f"before => ({PICTURE})() === before", arg=before)
    # By the keyboard, from what one pressed last; and on the square itself.
    on_page.start.focus()
    for _ in range(20):
        on_page.page.keyboard.press("Tab")
        focused = on_page.page.evaluate(
            "document.activeElement.closest('[data-racer]')?.dataset.racer"
        )
        if focused == "RMSProp":
            break
    on_page.page.wait_for_function(f"alone => ({PICTURE})() === alone", arg=alone)
    on_page.page.evaluate("document.activeElement.blur()")
    box = on_page.figure.locator(".lab-regions").bounding_box()
    on_page.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7)
    on_page.page.wait_for_function(f"alone => ({PICTURE})() === alone", arg=alone)


def test_who_diverges_keeps_its_last_map_and_says_so(open_world) -> None:
    on_page = open_world(a_race([("sgd", {"learning_rate": 1e300}), "rmsprop"]))
    on_page.run()
    assert re.search(r"SGD α = 1e\+?300 diverged; RMSProp \d+\.\d%", on_page.said)


def test_more_classes_than_two_and_points_of_ones_own(open_world) -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform([0, 100], [1, 900], (150, 2)).round(3)
    labels = (points[:, 0] > 0.3).astype(int) + (points[:, 1] > 400)
    learn, new = (points[:100], labels[:100]), (points[100:], labels[100:])
    race = Race(
        Network([2, 12, 3]), learn, new, ["rmsprop"], epochs=40, batch_size=10,
        learning_rate=0.02, units=0.002, name="shares and heights",
    )  # fmt: skip
    on_page = open_world(race)
    assert on_page.choice.count() == 0
    on_page.run()
    on_page.rests()
    (history,) = race.train().values()
    assert history.test[-1, 1] > 0.9
    assert float(on_page.numbers("RMSProp")["accuracy"]) > 0.9
    tones = on_page.tones(np.array([[0.1, 0.2], [0.8, 0.2], [0.8, 0.9]]))
    assert len({tuple(tone) for tone in tones.tolist()}) == 3


def test_by_finger_on_a_phone(open_world) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
    six = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
    on_page = open_world(a_race(six), **phone)
    on_page.start.tap()
    on_page.ends()
    assert on_page.page.evaluate("document.documentElement.scrollWidth") <= 360
    on_page.figure.get_by_role("button", name="AdaGrad alone").tap()
    expect(on_page.figure.get_by_role("button", name="AdaGrad alone")).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme, open_page, write_page, served) -> None:
    race = a_race(controls=["world", "racers", "rates", "seed", "units", "schedule"])
    on_page = WorldOnPage(open_page(served + write_page(race), color_scheme=scheme))
    on_page.run()
    assert not violations(on_page.page)


def test_the_books_worlds_are_on_their_page(open_page, a_host) -> None:
    on_page = WorldOnPage(open_page(f"{a_host}book/worlds.html"))
    assert on_page.choice.locator("option").all_text_contents() == list(worlds.ALL)
    expect(on_page.choice).to_have_value("spiral")
    on_page.run()
    assert on_page.figure.locator("[data-racer]").count() == 6
    assert float(on_page.numbers("RMSProp α = 0.018")["accuracy"]) > 0.9
