"""Solutions fold, and terms say what they mean when a pointer rests on them."""

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import is_exercise_node, solution_node


class fold(nodes.General, nodes.Element):  # noqa: N801
    """What is closed at first: a line to open it by, and the rest."""


class Fold(SphinxPostTransform):
    """A solution becomes a ``<details>``: closed at first, opened by click or key, no script."""

    default_priority = 900  # its title stands by then
    formats = ("html",)

    def run(self, **_: object) -> None:
        for exercise in self.document.findall(is_exercise_node):
            exercise[1:] = unwrapped(exercise[1:])
        for solution in list(self.document.findall(solution_node)):
            title, *content = solution.children
            line = nodes.inline("", title.astext())
            folded = fold("", line, *unwrapped(content), label=solution["label"])
            solution.parent.replace(solution, folded)  # replace_self would hand on its classes


def open_fold(page: HTML5Translator, node: fold) -> None:
    """All of it, from its line to its end."""
    line, *content = node
    page.body.append(f'<details class="solution" id="{escape(node["label"])}"><summary>')
    line.walkabout(page)
    page.body.append("</summary>")
    for part in content:
        part.walkabout(page)
    page.body.append("</details>")
    raise nodes.SkipNode


def unwrapped(parts: list[nodes.Node]) -> list[nodes.Node]:
    """What is in the sections that only group: each would come with the same id."""
    return [
        node
        for part in parts
        for node in (part.children if isinstance(part, nodes.section) else [part])
    ]


def define(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each link to a glossary term the term's definition as its title."""
    for link in doctree.findall(nodes.reference):
        _, _, target = link.get("refuri", "").partition("#term-")
        if target:
            link["reftitle"] = definitions(app).get(f"term-{target}", "")


def definitions(app: Sphinx) -> dict[str, str]:
    """Of each term, by its id, the words that define it."""
    found = app.env.temp_data.get("definitions")
    if found is None:
        found = app.env.temp_data["definitions"] = {}
        for docname in sorted({at[0] for at in app.env.get_domain("std").objects.values()}):
            for item in app.env.get_doctree(docname).findall(nodes.definition_list_item):
                *terms, definition = item.children
                words = " ".join(definition.astext().split())
                found.update({id_: words for term in terms for id_ in term.get("ids", ())})
    return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Add both."""
    app.add_node(fold, html=(open_fold, None))
    app.add_post_transform(Fold)
    app.connect("doctree-resolved", define)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
