"""The whole book as one page, which `make pdf` prints."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from tools.one_page import fill, numbered, whole

HTML = Path(__file__).parents[2] / "_build/html"

pytestmark = pytest.mark.xdist_group("paper")  # one page for all


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return whole(HTML)


def test_every_chapter_is_there_once_and_in_the_contents(page: BeautifulSoup) -> None:
    chapters = [article["id"] for article in page.select("main > article")]
    files = {path.stem for path in (HTML / "book").glob("*.html")}
    assert set(chapters) == files | {"solutions"}
    assert [link["href"] for link in page.select("nav a")] == [f"#{place}" for place in chapters]
    assert chapters[0] == "index"
    assert len(page.select("nav .part")) > 5


def test_a_place_is_there_once_and_links_find_theirs(page: BeautifulSoup) -> None:
    places = Counter(element["id"] for element in page.select("[id]"))
    assert [place for place, count in places.items() if count > 1] == []
    links = {unquote(str(link["href"])) for link in page.select("a[href]")}
    inside = {link[1:] for link in links if link.startswith("#")}
    assert len(inside) > 200
    assert inside <= set(places)
    assert [link for link in links if not re.match(r"#|https?:|mailto:", link)] == []


def test_labs_are_pictures_and_what_works_on_a_screen_alone_is_gone(page: BeautifulSoup) -> None:
    labs = page.select("figure.rmsprop-lab")
    assert len(labs) > 40
    assert all(lab.select_one("img.lab-picture") for lab in labs)
    assert page.select("script, .skip-to-content, .headerlink, .lab-why, .ways, [loading]") == []
    for picture in page.select("img"):
        assert (HTML / str(picture["src"])).is_file()
    for sheet in page.select("link[rel=stylesheet]"):
        assert (HTML / str(sheet["href"]).partition("?")[0]).is_file()


def test_each_solution_is_behind_the_chapters_and_each_exercise_says_where(
    page: BeautifulSoup,
) -> None:
    solutions = [solution["id"] for solution in page.select("#solutions > section")]
    assert len(solutions) > 30
    assert page.select("details.solution[id]") == []
    assert [link["href"] for link in page.select(".see a")] == [f"#{place}" for place in solutions]


def test_the_numbers_of_pages_are_written_where_they_belong() -> None:
    page = BeautifulSoup(f"<p>{numbered('here')}, {numbered('there')}</p>", "html.parser")
    fill(page, {"here": 3, "there": 12})
    assert page.get_text() == "3, 12"
    with pytest.raises(KeyError):
        fill(page, {"here": 3})
