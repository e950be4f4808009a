"""HTML that students' texts cannot break out of: whatever is not marked as HTML is escaped."""

import html
import re
from pathlib import Path
from typing import Any

from classroom.errors import LONGEST, counted, cut

STYLE = (Path(__file__).parent / "pages.css").read_text(encoding="utf-8")
# What is not seen, or turns what follows around: controls, halves of characters, bidi overrides.
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_VOID = ("br", "meta", "path", "rect", "circle")


class Html(str):
    """Text that is HTML already. Everything else is escaped by :func:`tag`."""

    __slots__ = ()


def escaped(text: object, longest: int = LONGEST) -> Html:
    """Any text as HTML, cut where it is too long. HTML stays as it is."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(visible(str(text), longest)))


def visible(text: str, longest: int = LONGEST) -> str:
    """A text whose unseen characters are seen, cut where it is too long."""
    return _UNSEEN.sub("\ufffd", cut(text, longest))


def tag(element: str, /, *content: object, **attributes: object) -> Html:
    """An element.

    Args:
        element: its name.
        content: text, which is escaped, or :class:`Html`.
        attributes: ``class_`` and ``aria_label`` become ``class`` and ``aria-label``; one that is
            None is left out.

    Example:
        >>> tag("p", "a < b", tag("b", "c"), class_="note")
        '<p class="note">a &lt; b<b>c</b></p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if element in _VOID:
        return Html(f"<{element}{given}>" if element in ("br", "meta") else f"<{element}{given}/>")
    return Html(f"<{element}{given}>{joined(*content)}</{element}>")


def joined(*content: object) -> Html:
    """Pieces one after the other."""
    return Html("".join(escaped(piece) for piece in content))


def table(
    caption: str, header: list[str], rows: list[list[Any]], *, numbers: tuple[int, ...] = ()
) -> Html:
    """A table with a caption and with headers for columns and rows.

    Args:
        caption: what it shows.
        header: of the columns.
        rows: of cells; the first of each row is its header.
        numbers: places of the columns that are set flush right.
    """

    def kind(place: int) -> str | None:
        return "number" if place in numbers else None

    head = [tag("th", text, scope="col", class_=kind(i)) for i, text in enumerate(header)]
    body = [
        tag(
            "tr",
            tag("th", first, scope="row"),
            *(tag("td", cell, class_=kind(i)) for i, cell in enumerate(rest, start=1)),
        )
        for first, *rest in rows
    ]
    inner = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head)),
        tag("tbody", *body),
    )
    # On a phone a wide table is moved sideways, by keyboard too; the page is not.
    return tag("div", inner, class_="wide", tabindex="0", role="region", aria_label=caption)


def bullets(items: list[Any]) -> Html:
    """A list."""
    return tag("ul", *(tag("li", item) for item in items))


def page(title: str, *body: object) -> str:
    """A page in one file: no script, nothing from anywhere else."""
    head = (
        tag("meta", charset="utf-8"),
        # Should something slip through: no script runs, and nothing is loaded.
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(STYLE)),
    )
    whole = tag("html", tag("head", *head), tag("body", tag("main", *body)), lang="en")
    return f"<!doctype html>\n{whole}\n"


def points(value: float) -> str:
    """Points in few digits.

    Example:
        >>> points(2.0), points(1.3333333)
        ('2', '1.33')
    """
    return f"{round(value, 2):g}"


def points_of(score: float, maximum: float) -> str:
    """A score.

    Example:
        >>> points_of(0.5, 1)
        '0.5 of 1 point'
    """
    return f"{points(score)} of {counted(maximum, 'point')}"
