"""A link to a lab leads there, says what it asks too much, and Back finds the lab as it was."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.lab_page import LabOnPage, pause, rest

OpenPage = Callable[..., Page]
CHAPTER = "book/rmsprop.html"
LABORATORY = "book/laboratory.html"


def top_of(page: Page, index: int) -> float:
    """Where the lab begins on the screen, once the page has come to rest."""
    figure = page.locator("figure.rmsprop-lab").nth(index)
    expect(figure).to_have_attribute("data-state", "live")
    return figure.evaluate(
        """async (figure) => {
          let [at, since] = [NaN, performance.now()];
          while (performance.now() - since < 400) {
            await new Promise((done) => requestAnimationFrame(done));
            const { top } = figure.getBoundingClientRect();
            if (top !== at) [at, since] = [top, performance.now()];
          }
          return at;
        }"""
    )


def header(page: Page) -> float:
    """How much of the screen the theme's header covers."""
    return page.evaluate(
        """() => {
          const header = document.querySelector(".mobile-header");
          return header.checkVisibility() ? header.getBoundingClientRect().bottom : 0;
        }"""
    )


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)])
def test_a_link_leads_to_its_lab(size: tuple[int, int], host: str, open_page: OpenPage) -> None:
    width, height = size
    page = open_page(f"{host}{CHAPTER}#lab-3;rho=0.5", viewport={"width": width, "height": height})
    top = top_of(page, 2)
    assert page.evaluate("scrollY") > 1500  # it is far down
    assert header(page) <= top < height / 4
    lab = LabOnPage(page, 2)
    expect(lab.box("rho")).to_have_value("0.5")


def test_what_grows_above_a_lab_does_not_push_it_away(a_host: str, open_page: OpenPage) -> None:
    page = open_page(f"{a_host}{CHAPTER}#lab-3;rho=0.5")
    page.locator("article h1").evaluate("title => { title.style.paddingBottom = '400px'; }")
    rest(page)
    assert header(page) <= top_of(page, 2) < 200


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)])
@pytest.mark.parametrize("click", [False, True])
def test_a_link_to_a_section_leads_there(
    click: bool, size: tuple[int, int], served: str, open_page: OpenPage
) -> None:
    """Past labs that are drawn, and grow, only when they come near."""
    width, height = size
    address = served + "book/rmsprop.html"
    page = open_page(
        address + ("" if click else "#the-first-step"), viewport={"width": width, "height": height}
    )
    if click:
        page.locator("a[href='#the-first-step']").first.evaluate("link => link.click()")
    rest(page)
    page.wait_for_timeout(1_500)  # until what has come near is drawn
    rest(page)
    top = page.locator("#the-first-step").evaluate("one => one.getBoundingClientRect().top")
    assert page.evaluate("scrollY") > 1500
    assert header(page) <= top < 130


def test_a_reader_who_moves_on_is_not_called_back(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}{CHAPTER}#lab-3;rho=0.5")
    top_of(page, 2)
    page.mouse.wheel(0, -900)
    rest(page)
    # The layout moves once more.
    page.locator("article").evaluate("article => article.append(document.createElement('hr'))")
    rest(page)
    assert top_of(page, 2) > 500


def test_a_reload_comes_back_to_where_one_was(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}{CHAPTER}#lab-3;rho=0.5")
    top_of(page, 2)
    page.mouse.wheel(0, -20000)  # a script's scrolling is not a reader's, and may be undone
    page.wait_for_function("scrollY < 100")
    page.reload()
    expect(page.locator("figure.rmsprop-lab").nth(2)).to_have_attribute("data-state", "live")
    assert page.evaluate("scrollY") < 100
    expect(LabOnPage(page, 2).box("rho")).to_have_value("0.5")


def test_what_a_link_asks_too_much_is_said_where_it_leads(a_host: str, open_page: OpenPage) -> None:
    page = open_page(f"{a_host}{CHAPTER}#lab-2;rho=2;steps=20;colour=<b>")
    lab = LabOnPage(page, 1)
    top_of(page, 1)
    complaint = lab.figure.locator(".lab-complaint")
    expect(complaint).to_be_in_viewport(ratio=1)
    expect(complaint).to_contain_text(
        "“2” is not allowed: rho takes numbers from 0 up to, not including, 1"
    )
    expect(complaint).to_contain_text("“colour=<b>” is not a setting of this lab")
    assert lab.said().startswith("RMSProp, step 20: ")
    expect(lab.box("rho")).to_have_value("0.9")
    # The address says what holds.
    page.wait_for_function("location.hash === '#lab-2;steps=20'")
    lab.type("rho", "0.7")
    expect(complaint).to_be_visible()  # until it is read
    complaint.get_by_role("button", name="Close").click()
    expect(complaint).to_be_hidden()


def test_a_lab_that_is_not_there_is_said_where_the_link_leads(
    a_host: str, open_page: OpenPage
) -> None:
    page = open_page(f"{a_host}{CHAPTER}#lab-99;rho=0.5&lab-2;rho=0.7")
    top_of(page, 1)
    complaint = page.locator(".lab-complaint").filter(visible=True)
    expect(complaint).to_have_count(1)
    expect(complaint).to_be_in_viewport(ratio=1)
    labs = ", ".join(f"lab-{k + 1}" for k in range(page.locator("figure.rmsprop-lab").count()))
    expect(complaint).to_contain_text(f"no lab of this page is “lab-99”; choices: {labs}.")
    lab = LabOnPage(page, 1)
    expect(lab.box("rho")).to_have_value("0.7")
    page.wait_for_function("location.hash === '#lab-2;rho=0.7'")  # what holds
    lab.type("steps", "50")
    page.wait_for_function("location.hash.includes('steps=50')")
    page.evaluate("location.hash = '#lab-98'")  # alone, from where one is
    expect(complaint).to_contain_text("“lab-98”")
    expect(complaint).to_be_in_viewport(ratio=1)
    expect(lab.box("rho")).to_have_value("0.7")  # it is not spoken of
    complaint.get_by_role("button", name="Close").click()
    expect(complaint).to_have_count(0)
    page.reload()
    LabOnPage(page, 1)
    expect(complaint).to_have_count(0)


def test_a_page_without_labs_says_so(a_host: str, open_page: OpenPage) -> None:
    page = open_page(f"{a_host}book/notation.html#lab-1;rho=0.5")
    expect(page.locator(".lab-complaint")).to_contain_text(
        "no lab of this page is “lab-1”; it has none"
    )
    expect(page.locator(".lab-complaint")).to_be_in_viewport(ratio=1)


def test_a_step_beyond_the_last_is_said(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}{LABORATORY}#lab-1;step=41;steps=40")
    lab = LabOnPage(page)
    complaint = lab.figure.locator(".lab-complaint")
    expect(complaint).to_contain_text("“41” is not allowed: step takes whole numbers from 0 to 40")
    page.wait_for_function("location.hash === '#lab-1;steps=40'")
    # The lab's own address never asks for one.
    lab.scrub(30)
    lab.type("steps", "20")
    page.wait_for_function("location.hash === '#lab-1;steps=20'")
    page.reload()
    expect(LabOnPage(page).figure.locator(".lab-complaint")).to_be_hidden()


def test_an_address_with_nothing_right_becomes_none(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}{CHAPTER}#lab-2;racers=rmsprop:rho:1")
    expect(page.locator(".lab-complaint").nth(0)).to_contain_text("“1” is not allowed: rho takes")
    page.wait_for_function("location.hash === ''")


def test_back_and_forward_find_the_lab_as_it_was(host: str, open_page: OpenPage) -> None:
    page = open_page(host + LABORATORY)
    lab = LabOnPage(page)
    first = lab.said()
    page.locator("article a", has_text="Let it run").first.click()
    page.wait_for_function("location.hash.includes('steps=400')")
    linked = lab.said()
    assert linked != first
    lab.type("steps", "300")
    page.wait_for_function("location.hash.includes('steps=300')")
    changed = lab.said()
    page.go_back()
    expect(lab.slider("steps")).to_have_value("100")
    assert lab.said() == first
    assert page.evaluate("location.hash") == ""
    page.go_forward()
    expect(lab.slider("steps")).to_have_value("300")
    assert lab.said() == changed


def test_a_heading_or_the_top_leaves_the_lab_as_it_is(a_host: str, open_page: OpenPage) -> None:
    page = open_page(a_host + CHAPTER)
    lab = LabOnPage(page, 1)
    lab.type("rho", "0.5")
    page.wait_for_function("location.hash === '#lab-2;rho=0.5'")
    for place in ("#", "#" + page.locator("article section[id]").last.get_attribute("id")):
        page.evaluate("place => { location.hash = place; }", place)
        pause(page, 400)  # longer than a hand rests before the address is written
        expect(lab.box("rho")).to_have_value("0.5")
    assert page.evaluate("location.hash") == place  # a heading's address stays, to be shared
    # Back and forward, the lab is as it was there.
    lab.type("rho", "0.6")
    page.wait_for_function("location.hash === '#lab-2;rho=0.6'")
    page.go_back()
    expect(lab.box("rho")).to_have_value("0.5")
    page.go_forward()
    expect(lab.box("rho")).to_have_value("0.6")


def test_a_link_that_was_followed_leads_to_its_lab_again(served: str, open_page: OpenPage) -> None:
    page = open_page(f"{served}{LABORATORY}#lab-1;rho=0.5")
    page.evaluate("""document.querySelector("article").append(
        Object.assign(document.createElement("a"), {href: location.href, textContent: "again"}))""")
    LabOnPage(page)
    page.get_by_text("again", exact=True).click()
    expect(page.locator("figure.rmsprop-lab").first).to_be_in_viewport()


def test_what_waits_to_be_written_stays_with_its_place(served: str, open_page: OpenPage) -> None:
    """Back was pressed: the address that is being left is not written over the one that comes."""
    page = open_page(served + LABORATORY)
    LabOnPage(page).type("steps", "300")
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    pause(page, 400)  # longer than a hand rests before the address is written
    assert page.evaluate("location.hash") == ""
