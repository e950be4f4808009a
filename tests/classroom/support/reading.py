"""Read a page back, and hold it to what every page must be."""

from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "br"}


class Page(HTMLParser):
    """The elements and the text of a page. Fails where an element is not closed where it should."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] != "style":
            self.text += data
        assert "script" not in self._open

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(html: str) -> Page:
    """The page, after a look at what holds for all of them."""
    page = Page(html)
    names = Counter(name for name, _ in page.tags)
    assert html.startswith("<!doctype html>\n")
    assert page.all("html") == [{"lang": "en"}]
    assert names["title"] == names["h1"] == names["main"] == names["style"] == 1
    # Nothing runs, and nothing is loaded.
    known = set(
        "html head meta title style body main section div p h1 h2 h3 ul li a table caption thead "
        "tbody tr th td span pre code details summary figure figcaption svg path rect circle text"
        .split()
    )  # fmt: skip
    assert set(names) <= known
    for tag, attributes in page.tags:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "style")]
        link = attributes.get("href")
        assert link is None or link.startswith("#") or ":" not in link, (tag, link)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")} <= set(ids)
    # No heading leaves out a level.
    levels = [int(name[1]) for name, _ in page.tags if name in ("h1", "h2", "h3")]
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))
    assert names["caption"] == names["table"]
    return page
