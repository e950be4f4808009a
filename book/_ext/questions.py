"""Self-check questions: the reader picks an answer, and the page says why it is right or wrong.

The source is a list that a notebook shows as one:

    :::{question} What is 2 + 2?
    - [ ] 5

      That is 2 + 3.
    - [x] 4

      Two and two more.
    :::

In the page the choices are radio buttons, so the keyboard works, and a style sheet shows the
explanation of the one that is chosen: no script, no network, no kernel.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

MARKS = {"[x] ": ("right", "Right. "), "[ ] ": ("wrong", "No. ")}


def html(text: str) -> nodes.raw:
    """A piece of the page as it stands."""
    return nodes.raw("", text, format="html")


class Question(SphinxDirective):
    """One question, one right choice, an explanation for each."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = f"question-{self.env.new_serialno('question') + 1}"
        asked, _ = self.state.inline_text(self.arguments[0], self.lineno)
        listed = self.parse_content_to_nodes()
        if len(listed) != 1 or not isinstance(listed[0], nodes.bullet_list):
            raise self.error("a question holds one list, and nothing else")
        choices = [self.choice(name, item) for item in listed[0]]
        if [right for right, _ in choices].count(True) != 1:
            raise self.error("a question has one choice marked [x]")
        return [
            html(f'<fieldset class="question" id="{name}"><legend>'),
            nodes.inline("", "", *asked),
            html("</legend>"),
            *(node for _, made in choices for node in made),
            html("</fieldset>"),
        ]

    def choice(self, name: str, item: nodes.list_item) -> tuple[bool, list[nodes.Node]]:
        words, *why = item.children
        first = words[0].astext()
        if first[:4] not in MARKS or not why:
            raise self.error("a choice begins with [ ] or [x], and an explanation follows it")
        kind, verdict = MARKS[first[:4]]
        words[0] = nodes.Text(first[4:])
        why[0].insert(0, nodes.strong("", verdict))
        return kind == "right", [
            html(f'<div class="choice"><label><input type="radio" name="{name}"> '),
            nodes.inline("", "", *words.children),
            html(f'</label><div role="status"><div class="why {kind}">'),
            *why,
            html("</div></div></div>"),
        ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("question", Question)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
