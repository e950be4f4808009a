"""Tables on a narrow page.

A column of words is given room. Where there are several, a phone would show a part of each row and
scroll the rest: so a row is a list there, each cell with its column's name before it (`book.css`).
To those who listen it is a table all the same: its parts say what they are, because a browser may
take what is laid out otherwise for something else.
"""

import re
from collections.abc import Iterator
from html import escape, unescape

from docutils import nodes
from sphinx.application import Sphinx

_NAME = 24  # characters: a cell with more has words in it
_TABLE = re.compile(r"<table.*?</table>", re.S)
_LONG = re.compile(r'(?<=<span class="pre">)[^<\s]{16,}(?=</span>)')

_STACKED = re.compile(r'<table [^>]*class="[^"]*\bstacked\b')
_TITLE = re.compile(r"<th\b")
_HEADING = re.compile(r"<th\b.*?>(.*?)</th>", re.S)
_ROW = re.compile(r"<tr\b.*?</tr>", re.S)
_CELL = re.compile(r"<t[hd]\b")
_PART = re.compile(r"<(table|thead|tbody|tr|td)\b")
_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def placed(table: nodes.tgroup) -> Iterator[tuple[nodes.entry, range]]:
    """Each cell, with the columns that it lies over."""
    taken: dict[int, int] = {}  # of each column that is: in how many rows, from this one on
    for row in table.findall(nodes.row):
        column = 0
        for cell in row:
            while column in taken:
                column += 1
            over = range(column, column + 1 + cell.get("morecols", 0))
            taken |= dict.fromkeys(over, 1 + cell.get("morerows", 0))
            yield cell, over
        taken = {column: rows - 1 for column, rows in taken.items() if rows > 1}


def mark_words(app: Sphinx, doctree: nodes.document) -> None:
    """Tell columns of words from those of names and numbers, and tables with several of them.

    A cell over several columns says nothing of each. A list could not name its column either, nor
    one without a name, or whose name is more than a word.
    """
    for table in doctree.findall(nodes.tgroup):
        cells = list(placed(table))
        alone = [(cell, over.start) for cell, over in cells if len(over) == 1]
        words = {
            column for cell, column in alone if not in_head(cell) and len(cell.astext()) > _NAME
        }
        for cell, column in alone:
            if column in words:
                cell["classes"].append("words")
        heads = [cell for cell, _ in cells if in_head(cell)]
        named = bool(heads) and all(map(is_name, heads))
        spans = any("morecols" in cell or "morerows" in cell for cell, _ in cells)
        if len(words) > 1 and table["cols"] > 2 and named and not spans:
            table.parent["classes"].append("stacked")


def in_head(cell: nodes.entry) -> bool:
    """Whether it names a column."""
    return isinstance(cell.parent.parent, nodes.thead)


def is_name(cell: nodes.entry) -> bool:
    """Whether it holds nothing but words: no formula, and no link that would be out of sight."""
    return all(
        isinstance(part, nodes.entry | nodes.paragraph | nodes.Text) for part in cell.findall()
    )


def readable(page: str) -> str:
    """A page with such tables in it."""
    return _TABLE.sub(lambda table: _as_list(_broken_at_joints(table[0])), page)


def _broken_at_joints(table: str) -> str:
    """A long path in a narrow column goes on in the next line behind a / or a _."""
    return _LONG.sub(lambda name: re.sub(r"(?<=[/_])(?=\w)", "<wbr>", name[0]), table)


def _as_list(table: str) -> str:
    """Each part of a table that may become a list says what it is; each cell, of which column."""
    if not _STACKED.match(table):
        return table
    head, body = table.split("</thead>")
    names = [
        escape(unescape(re.sub(r"<[^>]*>", "", name)).strip()) for name in _HEADING.findall(head)
    ]

    def named(row: re.Match[str]) -> str:
        name = iter(names)
        return _CELL.sub(lambda cell: f'{cell[0]} data-column="{next(name)}"', row[0])

    head = _TITLE.sub('<th role="columnheader"', head)
    body = _TITLE.sub('<th role="rowheader"', _ROW.sub(named, body))
    return _PART.sub(lambda part: f'{part[0]} role="{_ROLES[part[1]]}"', f"{head}</thead>{body}")


def setup(app: Sphinx) -> dict[str, bool]:
    """Mark them as they are read; `pages.py` makes them readable when all are written."""
    app.connect("doctree-read", mark_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
