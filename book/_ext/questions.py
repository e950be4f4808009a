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
from sphinx.writers.html5 import HTML5Translator

RIGHT, WRONG = "Right. ", "No. "


class question(nodes.General, nodes.Element):  # noqa: N801
    """What is asked, and its choices."""


class choice(nodes.General, nodes.Element):  # noqa: N801
    """What may be chosen, and why that is right or wrong."""


class why(nodes.General, nodes.Element):  # noqa: N801
    """What is said to a choice."""


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
        offered = [offer(name, *each) for each in zip(choices, reasons, right, strict=True)]
        return [question("", nodes.inline("", "", *asked), *offered, name=name)]

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


def offer(name: str, chosen: nodes.list_item, reason: nodes.list_item, right: bool) -> choice:
    """A choice of the question of that name, and what is said when it is chosen."""
    first = reason[0]
    if right:
        first[0] = nodes.Text(first[0].astext().removeprefix(RIGHT))
    first.insert(0, nodes.strong("", RIGHT if right else WRONG))
    words = nodes.inline("", "", *chosen[0].children)
    return choice("", words, why("", *reason.children, right=right), name=name)


def open_question(page: HTML5Translator, node: question) -> None:
    """A group of radio buttons, and what is asked as its name."""
    page.body.append(f'<fieldset class="question" id="{node["name"]}"><legend>')
    node[0].walkabout(page)
    page.body.append("</legend>")
    for each in node[1:]:
        each.walkabout(page)
    page.body.append("</fieldset>")
    raise nodes.SkipNode


def open_choice(page: HTML5Translator, node: choice) -> None:
    """A radio button, its words, and beside them what the page says when it is chosen."""
    words, reason = node
    page.body.append(f'<div class="choice"><label><input type="radio" name="{node["name"]}"> ')
    words.walkabout(page)
    page.body.append('</label><div role="status">')
    reason.walkabout(page)
    page.body.append("</div></div>")
    raise nodes.SkipNode


def open_why(page: HTML5Translator, node: why) -> None:
    """A style sheet shows it when its choice is chosen."""
    page.body.append(f'<div class="why {"right" if node["right"] else "wrong"}">')


def close_why(page: HTML5Translator, node: why) -> None:
    """Its end."""
    page.body.append("</div>")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive, and how a page shows what it makes."""
    app.add_directive("question", Question)
    app.add_node(question, html=(open_question, None))
    app.add_node(choice, html=(open_choice, None))
    app.add_node(why, html=(open_why, close_why))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
