"""What the tests ask of a lab on a page."""

import re
import xml.etree.ElementTree as ElementTree

from playwright.sync_api import Locator, Page, expect

#: Until nothing has moved for six frames.
REST = """async () => {
  const places = () => JSON.stringify([scrollX, scrollY, document.documentElement.scrollHeight,
    ...[...document.querySelectorAll("figure.rmsprop-lab canvas")].map((canvas) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      return [left, top, width, height];
    })]);
  let [before, still] = ["", 0];
  while (still < 6) {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const now = places();
    still = now === before ? still + 1 : 0;
    before = now;
  }
}"""


def rest(page: Page) -> None:
    """Wait until the page has been scrolled and laid out."""
    page.evaluate(REST)


#: Come to each lab, which starts it; which of them were not live 20 seconds later.
START_ALL = """async () => {
  const late = [];
  for (const [place, figure] of document.querySelectorAll("figure.rmsprop-lab").entries()) {
    const until = performance.now() + 20_000;
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    while (figure.dataset.state !== "live" && performance.now() < until)
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    if (figure.dataset.state !== "live") late.push(`lab ${place + 1}: ${figure.textContent}`);
  }
  return late;
}"""


def start_all(page: Page) -> None:
    """Every lab of the page is live."""
    late = page.evaluate(START_ALL)
    assert late == [], late


def pause(page: Page, time: int) -> None:
    """So many ms on the page's own clock: what was due before is done, however busy it is."""
    page.evaluate(
        """time => new Promise((done) => {
          requestAnimationFrame(() => setTimeout(done, time));
        })""",
        time,
    )


#: A coordinate that rounding the start of any lab of the book would lose.
TINY = re.compile(r"\b([xy]) = -?[\d.]+e-(?:1[6-9]|[2-9]\d|\d{3})")


class LabOnPage:
    """One lab, found by its place on the page."""

    def __init__(self, page: Page, index: int = 0) -> None:
        self.page = page
        self.figure = page.locator("figure.rmsprop-lab").nth(index)
        self.figure.scroll_into_view_if_needed()  # that starts it
        expect(self.figure).to_have_attribute("data-state", "live")
        expect(self.lines.first).not_to_be_empty()

    @property
    def lines(self) -> Locator:
        """What is said of each path in full; one sees it at a glance, and as a hint."""
        return self.figure.locator(".lab-key li .lab-said")

    @property
    def racers(self) -> Locator:
        """The rows of the legend."""
        return self.figure.locator("[data-racer]")

    def racer(self, name: str) -> Locator:
        return self.figure.locator(f'[data-racer="{name}"]')

    def names(self) -> list[str]:
        """What the racers are called, in the order of the legend."""
        self.frame()
        return [row.get_attribute("data-racer") or "" for row in self.racers.all()]

    @property
    def status(self) -> Locator:
        return self.figure.locator("[role=status][aria-live=polite]")

    @property
    def handle(self) -> Locator:
        return self.figure.locator(".lab-start")

    def unfold(self) -> None:
        """Open the groups of controls that are folded on a phone."""
        folded = self.figure.locator("details.lab-fold:visible:not([open]) > summary")
        while folded.count() > 0:
            folded.first.click()

    def slider(self, name: str) -> Locator:
        return self.figure.locator(f"input[type=range][name={name}]")

    def box(self, name: str) -> Locator:
        return self.figure.get_by_label(f"{name.replace('_', ' ')}, as a number")

    def type(self, name: str, text: str) -> None:
        self.frame()  # nobody's hand is so quick that what is shown anew comes between
        self.box(name).fill(text)
        self.box(name).press("Enter")

    def scrub(self, step: int) -> None:
        self.slider("step").fill(str(step))

    def table_rows(self) -> list[Locator]:
        """Of the numbers of the step, which nobody writes while another tab hides them."""
        for tab in self.figure.get_by_role("tab", name="Numbers of the step").all():
            tab.click()
        self.frame()
        return [row.locator("th, td") for row in self.figure.locator(".lab-inspector tr").all()]

    def said(self) -> str:
        """The lines of the paths, as the live region says them when the hand has rested."""
        self.frame()
        return ". ".join(self.lines.all_text_contents()) + "."

    def announced(self) -> str:
        """The live region, once it has caught up with the lines: without digits that are noise."""
        said = TINY.sub(r"\1 ≈ 0", self.said())
        expect(self.status).to_have_text(said)
        return said

    def pictures(self) -> list[str]:
        """The pixels of the map's paths and of the curves."""
        self.frame()
        return self.figure.evaluate(
            "figure => [...figure.querySelectorAll('.lab-live canvas[role=img]')]"
            ".map(canvas => canvas.toDataURL())"
        )

    def draws_another_map(self, before: str) -> None:
        """Wait until the map's paths look otherwise."""
        self.page.wait_for_function(
            "([figure, before]) => "
            "figure.querySelector('.lab-live canvas[role=img]').toDataURL() !== before",
            arg=[self.figure.element_handle(), before],
        )

    def drawn(self) -> list[str]:
        """The texts of the picture."""
        return [element.text or "" for element in self.svg().iter()]

    def svg(self) -> ElementTree.Element:
        """The picture as it is saved."""
        self.frame()
        with self.page.expect_download() as download:
            self.figure.get_by_role("button", name="Save as SVG").click()
        return ElementTree.parse(download.value.path()).getroot()

    def frame(self) -> None:
        """Wait until what has changed is drawn."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    def ends(self) -> dict[str, tuple[float, float, float] | str]:
        """By label: where each path ended, or the sentence that says that it diverged."""
        found: dict[str, tuple[float, float, float] | str] = {}
        for sentence in self.said().rstrip(".").split(". "):
            if " diverged " in sentence:
                found[sentence.split(" diverged ")[0]] = sentence
            else:
                head, numbers = sentence.split(": ")
                x, y, f = (float(part.split(" = ")[1]) for part in numbers.split(", "))
                found[head.split(", step")[0]] = (x, y, f)
        return found
