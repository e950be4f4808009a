"""Reset, a link to the settings, the paths as CSV; and what an address may not do."""

import csv
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from rmsprop_lab import descend
from tests.support.lab_page import LabOnPage

OpenPage = Callable[..., Page]
CHAPTER = "book/rmsprop.html"
LABORATORY = "book/laboratory.html"


@pytest.fixture
def lab(a_host: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(a_host + CHAPTER), 1)  # the tutorial's run


@pytest.fixture
def a_lab(a_host: str, open_page: OpenPage, write_page: Callable[..., str]) -> LabOnPage:
    return LabOnPage(open_page(a_host + write_page(CHAPTER, 1)))


def test_a_link_opens_the_same_settings(lab: LabOnPage, open_page: OpenPage) -> None:
    lab.type("learning_rate", "0.25")
    lab.type("rho", "0.99")
    lab.type("steps", "50")
    lab.handle.press("ArrowLeft")
    said = lab.said()
    lab.figure.get_by_role("button", name="Copy link").click()
    address = lab.page.evaluate("location.href")
    assert address.split("#")[1] == "lab-2;start=4.88,4;learning_rate=0.25;rho=0.99;steps=50"
    other = LabOnPage(open_page(address), 1)
    assert other.said() == said
    expect(other.box("rho")).to_have_value("0.99")
    second = LabOnPage(other.page, 2)
    expect(second.box("rho")).to_have_value("0.9")  # a link is to one lab


def test_the_link_is_in_the_clipboard(served: str, open_page: OpenPage) -> None:
    page = open_page(served + CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    lab = LabOnPage(page)
    lab.figure.get_by_role("button", name="Copy link").click()
    expect(lab.figure.locator(".lab-note")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.evaluate("location.href")


def test_reset_brings_the_figure_back(a_lab: LabOnPage) -> None:
    said, pictures = a_lab.said(), a_lab.pictures()
    a_lab.type("learning_rate", "1")
    a_lab.type("steps", "7")
    a_lab.handle.press("ArrowUp")
    assert a_lab.said() != said
    a_lab.figure.get_by_role("button", name="Reset", exact=True).click()
    assert a_lab.said() == said
    assert a_lab.pictures() == pictures


def test_the_paths_as_csv(a_lab: LabOnPage) -> None:
    a_lab.type("steps", "5")
    with a_lab.page.expect_download() as download:
        a_lab.figure.get_by_role("button", name="Save as CSV").click()
    with open(download.value.path(), newline="") as file:
        rows = list(csv.reader(file))
    path = descend("bowl", "rmsprop", (5, 4), steps=5)
    assert rows[0] == ["racer", "optimiser", "step", "x", "y", "f"]
    for step, row in enumerate(rows[1:]):
        assert row[:3] == ["RMSProp", "RMSProp", str(step)]
        assert [float(cell) for cell in row[3:5]] == path.params[step].tolist()
        assert float(row[5]) == path.losses[step]
    assert len(rows) == 7


@pytest.fixture
def laboratory(served: str, open_page: OpenPage) -> LabOnPage:
    return LabOnPage(open_page(served + LABORATORY))


def fragment(lab: LabOnPage, part: str) -> str:
    """The fragment of the address, once it holds this part."""
    lab.page.wait_for_function("part => location.hash.includes(part)", arg=part)
    return lab.page.evaluate("location.hash")


def test_the_address_follows_by_itself_and_holds_what_differs(lab: LabOnPage) -> None:
    lab.type("rho", "0.5")
    assert fragment(lab, "rho") == "#lab-2;rho=0.5"
    next_ = LabOnPage(lab.page, 2)
    next_.scrub(3)
    assert fragment(lab, "lab-3") == "#lab-2;rho=0.5&lab-3;step=3"
    lab.type("rho", "0.9")
    lab.page.wait_for_function("!location.hash.includes('rho')")
    assert lab.page.evaluate("location.hash") == "#lab-3;step=3"


def test_every_kind_of_setting_comes_back(
    laboratory: LabOnPage, served: str, open_page: OpenPage
) -> None:
    lab, choose = laboratory, laboratory.figure.get_by_label
    choose("surface").select_option("your own…")
    choose("f(x, y) =").fill("x^2 + 3*y^2 + sin(2*x)")
    lab.figure.get_by_role("checkbox", name="AdaGrad").check()
    choose("each its own").check()
    own = choose("learning rate of AdaGrad, as a number")
    own.fill("0.4")
    own.press("Enter")
    lab.type("noise", "0.5")
    lab.type("seed", "3")
    lab.type("epsilon", "0.01")
    choose("across").select_option("epsilon")
    lab.handle.first.press("ArrowLeft")
    lab.figure.get_by_role("button", name="Zoom in").click()
    lab.scrub(40)
    said = lab.said()
    held = fragment(lab, "step=40")
    names = {setting.split("=")[0] for setting in held.split(";")[1:]}
    assert names == {
        "surface", "start", "window", "racers", "sweep", "noise", "seed", "epsilon", "step"
    }  # fmt: skip
    other = LabOnPage(open_page(served + LABORATORY + held))
    assert other.said() == said
    expect(other.figure.get_by_label("f(x, y) =")).to_have_value("x^2 + 3*y^2 + sin(2*x)")
    expect(other.figure.get_by_label("across")).to_have_value("epsilon")
    expect(other.figure.locator(".lab-complaint")).to_be_hidden()
    other.figure.get_by_role("button", name="Reset", exact=True).click()
    fresh = LabOnPage(open_page(served + LABORATORY))
    assert other.said() == fresh.said()
    other.page.wait_for_function("location.hash === ''")


def test_every_link_of_the_text_sets_the_lab(laboratory: LabOnPage) -> None:
    links = laboratory.page.locator("article a[href^='#lab-1;']")
    assert links.count() >= 8
    said = {laboratory.said()}
    for link in links.all():
        before = laboratory.page.evaluate("location.hash")
        link.click()
        # At rest the lab writes the address in its own words.
        laboratory.page.wait_for_function("was => location.hash !== was", arg=before)
        said.add(laboratory.said())
        expect(laboratory.figure.locator(".lab-complaint")).to_be_hidden()
    assert len(said) >= 7


def test_hostile_addresses_harm_nothing(laboratory: LabOnPage) -> None:
    pieces = [
        "lab-1;",
        "surface=",
        "x^2",
        "start=",
        "1e999",
        "%",
        "<b>",
        "racers=",
        "sgd:",
        "window=",
    ]
    pieces += [
        "sweep=",
        ",",
        "&",
        "__proto__",
        ":rho:0.5,",
        "NaN",
        "step=",
        "-1",
        "steps=9999",
        "(" * 200,
    ]
    for k in range(60):
        words = [pieces[(k * (j + 3) + j * j) % len(pieces)] for j in range(k % 9 + 1)]
        laboratory.page.evaluate("hash => { location.hash = hash; }", "lab-1;" + ";".join(words))
    laboratory.page.evaluate("location.hash = 'lab-1;steps=20;rho=0.5'")
    assert "step 20: " in laboratory.said()


def test_the_picture_as_png_and_svg(laboratory: LabOnPage) -> None:
    with laboratory.page.expect_download() as download:
        laboratory.figure.get_by_role("button", name="Save as PNG").click()
    picture = Image.open(download.value.path()).convert("RGB")
    wide, less = (
        laboratory.figure.locator(f".{view}").first.bounding_box()["width"]
        for view in ("lab-map", "lab-plot")
    )
    assert abs(picture.width - 2 * (wide + less)) < 80  # the curves stand beside the map
    for color in ((196, 70, 1), (26, 111, 208), (31, 129, 89)):  # the three who race
        assert sum(count for count, of in picture.getcolors(10**7) if of == color) > 200
    with laboratory.page.expect_download() as download:
        laboratory.figure.get_by_role("button", name="Save as SVG").click()
    tree = ElementTree.parse(download.value.path())
    names = [element.tag.split("}")[-1] for element in tree.iter()]
    assert names.count("path") > 20
    assert "script" not in names
    root = tree.getroot()
    size = [root.get(side) for side in ("width", "height")]
    assert root.get("viewBox") == f"0 0 {' '.join(size)}"
    assert root[0].tag.endswith("}title")
    texts = " ".join(element.text or "" for element in tree.iter())
    settings = [
        "ravine",
        "condition 20",
        "slope 0",
        "learning rate 0.05",
        "rho 0.9",
        "epsilon 1e-6",
    ]
    settings += ["momentum 0.9", "start (-5, 2)", "100 steps"]
    assert root[0].text.startswith(f"{', '.join(settings)}: RMSProp, step 100: x = ")
    for setting in settings:
        assert setting in texts
    rings = [element for element in tree.iter() if element.get("stroke-width") == "3"]
    assert sum("#1f2328" in (ring.get("stroke") or "") for ring in rings) >= 0, rings
    assert "RMSProp, step 100: x = " in texts
    assert "effective rate by step" in texts
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not (name.endswith("href") and value.startswith("http"))


def test_what_writes_svg_comes_when_it_is_asked_for(browser: Browser, host: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/svg.js*", lambda route: route.abort(), times=1)
    page.goto(host + LABORATORY)
    laboratory = LabOnPage(page)
    laboratory.said()
    assert not any("svg.js" in url for url in asked)
    laboratory.figure.get_by_role("button", name="Save as SVG").click()
    note = laboratory.figure.locator(".lab-note")
    expect(note).to_have_text("There is no picture: svg.js could not be loaded.")
    assert any("(-5, 2)" in text for text in laboratory.drawn())  # it came the second time
    assert any("(-5, 2)" in text for text in laboratory.drawn())
    assert sum("svg.js" in url for url in asked) == 2
    page.close()


def test_the_whole_screen_and_back(laboratory: LabOnPage) -> None:
    button = laboratory.figure.get_by_role("button", name="Full screen")
    button.click()
    laboratory.page.wait_for_function("document.fullscreenElement?.className === 'lab-live'")
    button.click()
    laboratory.page.wait_for_function("document.fullscreenElement === null")
