"""The whole built book as one page, to be printed: a cover, the contents, all chapters, and the
solutions behind them.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

FIRST = "book/index.html"
STYLE = Path(__file__).with_name("print_book.css")
SOLUTIONS = "solutions"  # the appendix's place

#: What works on a screen alone: links to files, marks of links, what only a script fills.
ON_SCREEN = ".headerlink, p.ways, p.take, .lab-why, .above-input, article script, article noscript"


@dataclass(frozen=True)
class Chapter:
    """A page of the book, with places that are its own in the whole book, and the part it opens."""

    place: str
    title: str
    part: str
    article: Tag


def placed(page: str, fragment: str = "") -> str:
    """The place of a page, or of something on it, in the whole book."""
    stem = PurePosixPath(page).stem
    return f"{stem}--{fragment}" if fragment else stem


def made(text: str) -> Tag:
    """One element from its HTML."""
    element = BeautifulSoup(text, "html.parser").find()
    assert isinstance(element, Tag)
    return element


def listed(index: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """The pages in the order of the book's list of contents, each with the part it opens."""
    yield FIRST, ""
    part = ""
    for entry in index.select(".sidebar-tree .caption, .sidebar-tree a"):
        if entry.name == "a":
            yield f"book/{entry['href']}", part
            part = ""
        else:
            part = entry.get_text(strip=True)


def settle(article: Tag, page: str, pages: set[str]) -> None:
    """Give what is on a page places of its own, and let links and pictures find theirs."""
    for element in article.select("[id]"):
        element["id"] = placed(page, str(element["id"]))
    for element in article.select("[for]"):
        element["for"] = placed(page, str(element["for"]))
    for link in article.select("a[href]"):
        href = urlsplit(str(link["href"]))
        target = str(PurePosixPath(page).parent / href.path) if href.path else page
        if href.scheme or target not in pages:
            continue
        # The settings of a lab, `lab-1;rho=0.9`, are no place on paper.
        at = "" if ";" in href.fragment or href.fragment.startswith("lab-") else href.fragment
        link["href"] = f"#{placed(target, at)}"
    for folded in article.select("details"):
        folded["open"] = ""
    for picture in article.select("img[src]"):
        picture["src"] = str(picture["src"]).removeprefix("../")
        del picture["loading"]  # paper has no scrolling


def read(book: Path) -> tuple[list[Chapter], list[Tag]]:
    """The chapters, and the style sheets that they need."""
    index = BeautifulSoup((book / FIRST).read_text(), "html.parser")
    order = list(dict.fromkeys(listed(index)))
    pages = {page for page, _ in order}
    chapters, sheets = [], {}
    for page, part in order:
        soup = BeautifulSoup((book / page).read_text(), "html.parser")
        article = soup.find("article")
        assert isinstance(article, Tag), page
        for away in article.select(ON_SCREEN):
            away.decompose()
        heading = article.find("h1")
        assert heading is not None, page
        settle(article, page, pages)
        chapters.append(Chapter(placed(page), " ".join(heading.get_text().split()), part, article))
        for sheet in soup.select("link[rel=stylesheet]"):
            sheet["href"] = str(sheet["href"]).removeprefix("../")
            sheets[sheet["href"]] = sheet
    return chapters, list(sheets.values())


def numbered(place: str) -> str:
    """Room for the number of the page on which a place stands."""
    return f'<span class="number" data-of="{place}"></span>'


def take_solutions(chapter: Chapter) -> list[Tag]:
    """Take a chapter's solutions out; each exercise says on which page its own is."""
    taken = []
    for solution in chapter.article.select("details.solution[id]"):
        place, title = str(solution["id"]), solution.summary
        assert title is not None
        name = title.get_text(strip=True)
        see = f'<p class="see"><a href="#{place}">{name}: page {numbered(place)}</a></p>'
        solution.insert_before(made(see))
        title.replace_with(made(f"<h3>{name.removeprefix('Solution to ')}</h3>"))
        solution.name = "section"
        taken.append(solution.extract())
    return taken


def whole(book: Path) -> BeautifulSoup:
    """The whole book as one page."""
    chapters, sheets = read(book)
    soup = BeautifulSoup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>RMSProp Lab</title>'
        '</head><body><header class="cover"><h1>RMSProp Lab</h1></header>'
        '<nav class="list-of-chapters"><h1>Contents</h1><ul></ul></nav><main></main></body></html>',
        "html.parser",
    )
    contents = soup.ul
    assert soup.head and soup.header and soup.main and contents  # noqa: PT018
    soup.head.extend([*map(copy, sheets), made(f"<style>{STYLE.read_text()}</style>")])
    description = BeautifulSoup((book / FIRST).read_text(), "html.parser").select_one(
        "meta[name=description]"
    )
    assert description
    soup.header.append(made(f"<p>{description['content']}</p>"))
    appendix = made(f'<article id="{SOLUTIONS}"><h1>Solutions</h1></article>')

    def list_it(place: str, title: str, part: str = "") -> None:
        if part:
            contents.append(made(f'<li class="part">{part}</li>'))
        contents.append(made(f'<li><a href="#{place}">{title} {numbered(place)}</a></li>'))

    for chapter in chapters:
        list_it(chapter.place, chapter.title, chapter.part)
        chapter.article["id"] = chapter.place
        if taken := take_solutions(chapter):
            appendix.extend([made(f"<h2>{chapter.title}</h2>"), *taken])
        soup.main.append(chapter.article)
    list_it(SOLUTIONS, "Solutions", "Behind the chapters")
    soup.main.append(appendix)
    return soup


def fill(soup: BeautifulSoup, pages: dict[str, int]) -> None:
    """Write the numbers of the pages."""
    for number in soup.select(".number"):
        number.string = str(pages[str(number["data-of"])])
