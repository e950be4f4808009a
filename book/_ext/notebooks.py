"""Every chapter as a notebook to take home: it needs the package, and nothing of the book.

The page is the source. When Sphinx has resolved a page, its tree holds every number, citation, term
and link as the reader sees it; here the tree is written as plain Markdown, cell by cell. So nothing
is parsed a second time, and a directive that is new needs nothing here as long as what it makes is
known to `Markdown` below. What is not known stops the build.

Of the code

- a cell that the page removes (`remove-cell`) is left out: it glues and asserts, and no cell that a
  reader sees uses a name that only it binds (tests/book/test_book.py);
- a cell that the page folds (`hide-input`, `remove-input`), and all of a solution, is folded;
- what glues a number is left out, for the number stands in the text;
- `Path("...").read_text()` of a file of this project becomes the file's text;
- a role in a string, as in a table that the page reads as MyST, becomes its word.

Outputs are not stored: the notebook makes them.
"""

import ast
import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from ahead import read
from docutils import nodes
from folds import fold
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from questions import question
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx_exercise.nodes import is_exercise_node

FOLDER = "chapters"  # beside the pages
BRANCH = "gh-pages"  # of the repository: the built book, where Colab and Binder find the notebooks
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
FOLDED = {"hide-input", "remove-input"}

INSTALL = """\
To run this chapter of *RMSProp Lab*, install its package with the extra `notebook`: {how}.
In Colab, {colab} first.\
"""
LINKS = (
    ("Open in Colab", "https://colab.research.google.com/github/{project}/blob/{branch}/{path}"),
    ("Open in Binder", "https://mybinder.org/v2/gh/{project}/{branch}?labpath={path}"),
)


class UnknownPartError(ExtensionError):
    """A page holds what no notebook can show yet."""


# Markdown ----------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"[\\`*<$]|(?<!\w)_|_(?!\w)|\](?=[(\[])|&(?=#?\w+;)|~(?=~)")
NOTHING = (nodes.comment, nodes.target, nodes.meta, nodes.Invisible, addnodes.index)


def escaped(text: str) -> str:
    """Text that Markdown reads as it stands."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def indented(text: str, first: str, rest: str) -> str:
    """A block with something before its first line, and before each of the others."""
    head, *lines = text.split("\n")
    return "\n".join([first + head, *((rest + line).rstrip() for line in lines)])


def as_code(text: str) -> str:
    """Text between as many backticks as it needs."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


@dataclass
class Markdown:
    """Writes the parts of a resolved page.

    `chapters` are the pages that are notebooks, too; `exercises` what each is called, by its id.
    """

    chapters: set[str]
    exercises: dict[str, str] = field(default_factory=dict)

    def inline(self, parts: Iterable[nodes.Node]) -> str:
        """Words, formulas and links of a paragraph."""
        return "".join(map(self._word, parts))

    def _word(self, node: nodes.Node) -> str:
        match node:
            case nodes.Text():
                return escaped(node.astext())
            case nodes.math():
                return f"${node.astext().strip()}$"
            case nodes.literal():
                return as_code(node.astext())
            case nodes.emphasis():
                return f"*{self.inline(node.children)}*"
            case nodes.strong():
                return self._strong(node)
            case nodes.reference():
                return self._link(node)
            case nodes.raw():  # a link of the page's own labs
                return re.sub(r"</?a\b[^>]*>", "", node.astext())
            case nodes.inline() | nodes.title_reference() | addnodes.pending_xref():
                return self.inline(node.children)
            case _ if isinstance(node, NOTHING):
                return ""
        raise UnknownPartError(f"{node.__class__.__name__} in a sentence: {node.astext()!r}")

    def _strong(self, node: nodes.strong) -> str:
        words = self.inline(node.children)
        return f"**{words.rstrip()}**" + " " * (len(words) - len(words.rstrip()))

    def _link(self, node: nodes.reference) -> str:
        """To the web, or to the other notebook; within the page, and to pages, words alone."""
        words, address = self.inline(node.children), urlsplit(node.get("refuri", ""))
        if address.scheme:
            return f"[{words}](<{address.geturl()}>)"
        name = Path(address.path).stem
        return f"[{words}]({name}.ipynb)" if name in self.chapters else words

    def blocks(self, parts: Iterable[nodes.Node]) -> str:
        """Paragraphs and the like, an empty line between them."""
        return "\n\n".join(filter(None, map(self.block, parts)))

    def block(self, node: nodes.Node) -> str:
        """One of them."""
        match node:
            case nodes.paragraph() | nodes.caption():
                return self._paragraph(node)
            case nodes.math_block():
                return f"$$\n{node.astext().strip()}\n$$"
            case nodes.literal_block():
                fence = "`" * max(3, len(max(re.findall("`+", node.astext()), default="")) + 1)
                return f"{fence}{node.get('language', '')}\n{node.astext()}\n{fence}"
            case nodes.bullet_list():
                return self._list(node, ["- "] * len(node))
            case nodes.enumerated_list():
                start = node.get("start", 1)
                return self._list(node, [f"{start + k}. " for k in range(len(node))])
            case nodes.table():
                return self._table(node)
            case question():
                return self._question(node)
            case fold():
                line, *content = node
                return folded(line.astext(), self.blocks(content))
            case nodes.block_quote():
                return indented(self.blocks(node.children), "> ", "> ")
            case _ if is_exercise_node(node):
                title, *content = node
                called = f"{self.exercises[node['label']]} {self.inline(title.children)}"
                return f"**{called}**\n\n{self.blocks(content)}"
            case nodes.Admonition():
                title, *content = node
                whole = f"**{self.inline(title.children)}**\n\n{self.blocks(content)}"
                return indented(whole, "> ", "> ")
            case nodes.raw():
                return node.astext().strip()
            case nodes.container() if "cell_index" not in node:  # the theme's, around what is wide
                return self.blocks(node.children)
            case nodes.compound() if "toctree-wrapper" in node["classes"]:
                return ""
            case _ if isinstance(node, NOTHING):
                return ""
        raise UnknownPartError(f"{node.__class__.__name__} in a page: {node.astext()[:80]!r}")

    def _paragraph(self, node: nodes.Element) -> str:
        """A line that begins as a list or a heading does is still a line of it."""
        return re.sub(
            r"^(?:([-+#>=])|(\d+)([.)]))(?=\s|$|[#>=-])",
            lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}",
            self.inline(node.children),
            flags=re.M,
        )

    def _list(self, node: nodes.Element, marks: list[str]) -> str:
        items = [
            indented(self.blocks(item.children), mark, " " * len(mark))
            for item, mark in zip(node, marks, strict=True)
        ]
        return ("\n\n" if any("\n\n" in item for item in items) else "\n").join(items)

    def _table(self, node: nodes.table) -> str:
        """A row for each line; the first is its head."""
        rows = [
            [self.blocks(entry.children).replace("\n", " ").replace("|", "\\|") for entry in row]
            for row in node.findall(nodes.row)
        ]
        rows.insert(1, ["---"] * len(rows[0]))
        lines = (f"| {' | '.join(row)} |" for row in rows)
        return "\n".join([*map(self._paragraph, node.findall(nodes.title)), *lines])

    def _question(self, node: question) -> str:
        """The choices; in a fold, what is to be said to each."""
        asked, *offered = node
        choices, reasons = (
            "\n".join(indented(text, f"{number}. ", "   ") for number, text in enumerate(texts, 1))
            for texts in zip(
                *((self.inline(words.children), self.blocks(of.children)) for words, of in offered),
                strict=True,
            )
        )
        return f"**{self.inline(asked.children)}**\n\n{choices}\n\n{folded('Answers', reasons)}"


def folded(line: str, text: str) -> str:
    """A block that one unfolds."""
    return f"<details><summary>{line}</summary>\n\n{text}\n\n</details>"


# Code --------------------------------------------------------------------------------------------


def _glues(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module="myst_nb"):
            return True
        case ast.Expr(ast.Call(func=ast.Name(id="glue"))):
            return True
    return False


def _file_read(node: ast.AST) -> str | None:
    """The path in `Path("...").read_text()`."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="Path"), args=[ast.Constant(value=str(path))]),
                attr="read_text",
            )
        ):
            return path
    return None


_ROLE = re.compile(r"\{term\}`(?:([^`<]*?)\s*<[^`]*>|([^`]*))`")


def without_the_book(code: str, folder: Path) -> str:
    """A cell's code without what glues, with the files that it reads from that folder inside.

    Raises:
        UnknownPartError: if a number would still be glued, as by a function.
    """
    code = _ROLE.sub(lambda role: role[1] or role[2], code)
    changes = []  # from line and column to line and column, and what comes there
    for node in ast.walk(ast.parse(code)):
        if _glues(node):
            changes.append((node.lineno, 0, node.end_lineno + 1, 0, ""))
        elif (path := _file_read(node)) is not None:
            text = f'r"""{(folder / path).read_text()}"""'
            changes.append(
                (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text)
            )
    lines = [*code.split("\n"), ""]
    for line, column, end_line, end_column, text in sorted(changes, reverse=True):
        before, after = lines[line - 1][:column], lines[end_line - 1][end_column:]
        lines[line - 1 : end_line] = (before + text + after).split("\n")
    code = re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).strip("\n")
    if "glue" in {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}:
        raise UnknownPartError(f"a cell that is kept glues:\n{textwrap.indent(code, '  ')}")
    return code


# Cells -------------------------------------------------------------------------------------------


@dataclass
class Writer:
    """Goes through a page, and puts its cells one after the other."""

    markdown: Markdown
    sources: list[Any]  # the cells of the page as it was read
    folder: Path
    cells: list[Any] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def close(self, line: str = "") -> None:
        """The words since the last cell become one; folded, if there is a line to open them by."""
        text = "\n\n".join(filter(None, self.waiting))
        self.waiting.clear()
        if text:
            self.cells.append(new_markdown_cell(folded(line, text) if line else text))

    def write(self, parts: Iterable[nodes.Node], level: int = 0, line: str = "") -> None:
        """Headings, cells and what is between them; in a solution, `line` opens each part."""
        for node in parts:
            match node:
                case nodes.section():
                    self.close(line)
                    self.write(node.children, level + 1, line)
                case nodes.title():
                    words = self.markdown.inline(node.children)
                    self.waiting.append(f"{'#' * level} {words}")
                case nodes.container(attributes={"nb_element": "cell_code"}):
                    self.close(line)
                    self.cells.append(self.code(node, bool(line)))
                    captions = node.findall(nodes.caption)
                    self.waiting += [f"**Figure.** {self.markdown.block(of)}" for of in captions]
                case fold() if any(cells_of(node)):
                    self.close()
                    self.solution(*node)
                case _:
                    self.waiting.append(self.markdown.block(node))

    def solution(self, title: nodes.Node, *content: nodes.Node) -> None:
        """Each of its parts is folded, and begins with its title, for a fold holds no cell."""
        line = title.astext()
        if any(cells_of(content[0])):
            self.waiting.append(f"*{escaped(line)}*")
            self.close()
        self.write(content, line=line)
        self.close(line)

    def code(self, node: nodes.container, in_solution: bool) -> Any:
        """A code cell; folded where the page folds it, with its outputs where it is a solution."""
        code = without_the_book(self.sources[node["cell_index"]].source, self.folder)
        metadata: dict[str, Any] = {}
        if in_solution:
            metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
        elif FOLDED & {*node["cell_metadata"].get("tags", ())}:
            metadata["jupyter"] = {"source_hidden": True}
        if metadata:
            metadata["tags"] = ["hide-input"]
        return new_code_cell(code, metadata=metadata)


def cells_of(node: nodes.Node) -> Iterator[nodes.Node]:
    """The code cells in a part of a page, or the one that it is."""
    return node.findall(lambda of: isinstance(of, nodes.container) and "cell_index" in of)


# The book ----------------------------------------------------------------------------------------


def chapters(app: Sphinx) -> set[str]:
    """The pages with code, by their names without a folder."""
    with_code = (page for page, of in app.env.metadata.items() if "kernelspec" in of)
    return {Path(page).name for page in with_code}


def project(app: Sphinx) -> str:
    """OWNER/NAME of the repository; nothing where none is set.

    Raises:
        ExtensionError: if it is not on GitHub, from where alone Colab opens notebooks.
    """
    address = app.config.repository_url.removesuffix("/")
    if address and not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", address):
        raise ExtensionError(
            f"repository_url is {address!r}: it must be https://github.com/OWNER/NAME, or empty"
        )
    return address.removeprefix("https://github.com/")


def install(app: Sphinx) -> str:
    """How to install the package, as the first cell says it."""
    if of := project(app):
        wanted = f'"{_wanted(of)}"'
        return INSTALL.format(how=f"`pip install {wanted}`", colab=f"run `%pip install {wanted}`")
    wheel = f"rmsprop_lab-{version('rmsprop-lab')}-py3-none-any.whl"
    return INSTALL.format(
        how='`pip install ".[notebook]"` in a copy of the project',
        colab="upload the wheel that `pip wheel --no-deps .` makes there, and run "
        f'`%pip install "{wheel}[notebook]"`',
    )


def _wanted(of: str) -> str:
    """The package, as pip asks a project on GitHub for it."""
    return f"rmsprop_lab[notebook] @ git+https://github.com/{of}"


def lay(target: Path, notebook: str) -> None:
    """Write a notebook, and beside it the script that a page opened from a file takes it from."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(notebook)
    script = f"takeHome({json.dumps(target.name)}, {json.dumps(notebook)});\n"
    target.with_name(f"{target.name}.js").write_text(script)


def write(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write a page with code as a notebook."""
    if Path(page).name not in chapters(app):
        return
    sources, _ = read(app.env, page)
    title = app.config.numfig_format["exercise"]
    numbers = app.env.toc_fignumbers.get(page, {}).get("exercise", {})
    exercises = {of: title % ".".join(map(str, number)) for of, number in numbers.items()}
    folder = Path(app.env.doc2path(page)).parent
    writer = Writer(Markdown(chapters(app), exercises), sources.cells, folder)
    writer.cells.append(new_markdown_cell(install(app)))
    try:
        writer.write(doctree.children)
    except UnknownPartError as error:
        raise UnknownPartError(f"{page}: no notebook can be made of it: {error}") from error
    writer.close()
    name = Path(page).name
    for number, cell in enumerate(writer.cells):
        cell.id = f"{name}-{number}"  # the same in each build
    notebook = new_notebook(cells=writer.cells, metadata={"kernelspec": KERNEL})
    nbformat.validate(notebook)
    lay(Path(app.outdir, page).parent / FOLDER / f"{name}.ipynb", nbformat.writes(notebook))


def offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Under a chapter's title, the ways to have it as a notebook."""
    name = Path(page).name
    if name not in chapters(app):
        return
    path = f"{FOLDER}/{name}.ipynb"
    ways = [f'<a class="download" href="{path}" download>Download as notebook</a>']
    if of := project(app):
        path = f"{Path(page).parent}/{path}"
        ways += [
            f'<a href="{address.format(project=of, branch=BRANCH, path=path)}">{words}</a>'
            for words, address in LINKS
        ]
    taken = f'</h1>\n<p class="ways">{" ".join(ways)}</p>'
    context["body"] = context["body"].replace("</h1>", taken, 1)


def take_from_a_file(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load what a page that offers a notebook needs to hand it out when opened from a file."""
    if 'class="download"' in context.get("body", ""):
        app.add_js_file("take.js", loading_method="defer")


def for_binder(app: Sphinx, error: Exception | None) -> None:
    """Say at the branch's root what Binder is to install."""
    if not error and (of := project(app)):
        (Path(app.outdir) / "requirements.txt").write_text(f"{_wanted(of)}\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen."""
    app.add_config_value("repository_url", "", "env")
    app.connect("doctree-resolved", write)
    app.connect("html-page-context", offer)
    app.connect("html-page-context", take_from_a_file)  # an assignment's notebook, too
    app.connect("build-finished", for_binder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
