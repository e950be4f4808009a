"""Self-check questions: the reader picks an answer, and the page says why it is right or wrong.

The source is two lists, the choices and what is to be said to each, that a notebook shows as such;
the second one folded, so that it does not give the answer away:

    :::{question} What is 2 + 2?
    1. 5
    2. 4

    <details><summary>Answers</summary>

    1. That is 2 + 3.
    2. Right. Two and two more.

    </details>
    :::

In the page the choices are radio buttons, so the keyboard works, and a style sheet shows the
explanation of the one that is chosen: no script, no network, no kernel.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

RIGHT, WRONG = "Right. ", "No. "


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
        choices, reasons = self.lists()
        right = [reason.astext().startswith(RIGHT) for reason in reasons]
        if right.count(True) != 1:
            raise self.error(f"a question has one answer that begins with {RIGHT!r}")
        return [
            html(f'<fieldset class="question" id="{name}"><legend>'),
            nodes.inline("", "", *asked),
            html("</legend>"),
            *(
                node
                for choice in zip(choices, reasons, right, strict=True)
                for node in self.choice(name, *choice)
            ),
            html("</fieldset>"),
        ]

    def lists(self) -> tuple[nodes.enumerated_list, nodes.enumerated_list]:
        """The choices, and as many reasons, which stand in a fold."""
        match self.parse_content_to_nodes():
            case [
                nodes.enumerated_list() as choices,
                nodes.raw() as opening,
                nodes.enumerated_list() as reasons,
                nodes.raw() as closing,
            ] if (
                opening.astext().startswith("<details>")
                and closing.astext().strip() == "</details>"
                and len(choices) == len(reasons)
            ):
                return choices, reasons
        raise self.error(
            "a question holds a numbered list of choices, and one of as many answers in <details>"
        )

    def choice(
        self, name: str, choice: nodes.list_item, reason: nodes.list_item, right: bool
    ) -> list[nodes.Node]:
        """A radio button, and what the page says when it is chosen."""
        first = reason[0]
        if right:
            first[0] = nodes.Text(first[0].astext().removeprefix(RIGHT))
        first.insert(0, nodes.strong("", RIGHT if right else WRONG))
        kind = "right" if right else "wrong"
        return [
            html(f'<div class="choice"><label><input type="radio" name="{name}"> '),
            nodes.inline("", "", *choice[0].children),
            html(f'</label><div role="status"><div class="why {kind}">'),
            *reason.children,
            html("</div></div></div>"),
        ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("question", Question)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
