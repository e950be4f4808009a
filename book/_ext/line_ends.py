"""No line ends between a formula and the sign that stands at it: "(w", "w,", "w.".

To a browser each part of a formula is a box, and a line may end beside a box, whatever stands
there. So a formula and its signs become one piece in which no line ends. A long formula goes on in
the next line all the same: between its parts there is a place for that.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

SIGNS_BEFORE = re.compile(r"(?P<rest>.*?)(?P<signs>[(\[“‘]*)", re.S)
SIGNS_AFTER = re.compile(r"(?P<signs>[^\s\w]*)(?P<rest>.*)", re.S)
# Between the parts of a formula: as KaTeX writes it, and as a line may end there.
JOINT, JOINT_OF_LINES = '</span><span class="base">', '</span><wbr><span class="base">'


class together(nodes.inline):  # noqa: N801
    """A formula, and the signs that stand at it."""


class Together(SphinxPostTransform):
    """Each formula takes the signs beside it."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_: object) -> None:
        for formula in list(self.document.findall(nodes.math)):
            line, place = formula.parent, formula.parent.index(formula)
            after, rest_after = split(line[place + 1 : place + 2], SIGNS_AFTER)
            before, rest_before = split(line[max(place - 1, 0) : place], SIGNS_BEFORE)
            if before or after:
                piece = together("", "", *before, formula, *after)
                line[max(place - 1, 0) : place + 2] = [*rest_before, piece, *rest_after]


def split(beside: list[nodes.Node], pattern: re.Pattern[str]) -> tuple[list, list]:
    """Of what stands beside a formula, the signs, and the rest: a text, or nothing, or all."""
    match beside:
        case [nodes.Text() as text]:
            found = pattern.fullmatch(text)
            return [
                [nodes.Text(part)] if (part := found[name]) else [] for name in ("signs", "rest")
            ]
        case _:
            return [], beside


def write(page: HTML5Translator, piece: together) -> None:
    """In a `span` of `book.css`."""
    begun = len(page.body)
    for part in piece:
        part.walkabout(page)
    inside = "".join(page.body[begun:])
    page.body[begun:] = [f'<span class="together">{inside.replace(JOINT, JOINT_OF_LINES)}</span>']
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Add both."""
    app.add_node(together, html=(write, None))
    app.add_post_transform(Together)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
