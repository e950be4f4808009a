"""The chapters as notebooks to take home: whole, plain, and running where there is no book."""

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat import NotebookNode
from nbformat.v4 import new_output
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp

from classroom import assignments
from tests.support.extensions import extension
from tools.run_notebooks import as_built, codes, differences, run

ROOT = Path(__file__).parents[2]
BOOK, HTML = ROOT / "book", ROOT / "_build/html/book"
#: The pages that run: their heads name a kernel.
CHAPTERS = [
    path.stem
    for path in sorted(BOOK.glob("*.md"))
    if "kernelspec:" in path.read_text().split("\n---\n")[0]
]
MARKDOWN = MarkdownIt().enable("table").use(dollarmath_plugin, double_inline=True)
#: What a notebook says more than its page does.
ADDED = Counter("Figure . Answers".split())


def made(chapter: str) -> NotebookNode:
    return nbformat.read(HTML / f"chapters/{chapter}.ipynb", 4)


def texts(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def words(text: str) -> Counter:
    return Counter(re.findall(r"\w+|[^\w\s]", text))


def leaves(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from leaves(token.children) if token.children else [token]


def read_text(source: str) -> str:
    """What Markdown shows of a source, as another program reads it; formulas as they stand."""
    said = []
    for token in leaves(MARKDOWN.parse(source)):
        if token.type in ("html_inline", "html_block"):
            said.append(BeautifulSoup(token.content, "html.parser").get_text(" "))
        else:
            said.append(token.content)
        if token.type not in ("text", "text_special") or not said[-1]:
            said.append("\n" if token.type != "softbreak" else " ")
    return "".join(said)


def page_text(chapter: str) -> str:
    """The prose of a built page: no code, no outputs but their captions; formulas as in TeX."""
    page = BeautifulSoup((HTML / f"{chapter}.html").read_text(), "html.parser").article
    captions = [of.extract() for of in page.select(".cell figcaption:not(.rmsprop-lab *) p")]
    for formula in page.select(".katex"):
        formula.replace_with(formula.select_one("annotation").get_text())
    for reason in page.select(".why"):
        reason.insert(0, " ")
    unsaid = ".cell, .headerlink, .ways, .toctree-wrapper, .caption-number:not(.exercise *)"
    for part in page.select(f"{unsaid}, script, .rmsprop-lab"):
        part.extract()
    for caption in captions:
        for part in caption.select(".caption-number, .headerlink"):
            part.extract()
        for formula in caption.select(".katex"):
            formula.replace_with(formula.select_one("annotation").get_text())
    return "\n".join(of.get_text() for of in (page, *captions))


def test_every_page_with_code_is_one() -> None:
    assert {path.stem for path in (HTML / "chapters").glob("*.ipynb")} == set(CHAPTERS)
    assert len(CHAPTERS) > 20


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_it_is_a_notebook_in_plain_markdown(chapter: str) -> None:
    notebook = made(chapter)
    nbformat.validate(notebook)
    prose, code = "\n".join(texts(notebook)), "\n".join(cell.source for cell in codes(notebook))
    assert not re.search(
        r"\{[\w:-]+\}`|^\s*(:::|```\{)|^\(\S+\)=$|\]\((?!<?https:)[^)]*\.(md|html)", prose, re.M
    )
    assert not re.search(r"myst_nb|\bglue\(|\{(term|cite:\w|glue:\w+)\}`|__file__|\"\.\./", code)
    assert "pip install" in notebook.cells[0].source
    assert all(not cell.outputs and cell.execution_count is None for cell in codes(notebook))
    here = {f"{name}.ipynb" for name in CHAPTERS}
    linked = set(re.findall(r"\]\(([^)<>:#]+)\)", prose))
    assert linked <= here


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_of_the_prose_is_lost_and_nothing_comes_to_it(chapter: str) -> None:
    _install, *cells = texts(made(chapter))
    theirs, ours = words(page_text(chapter)), words("\n".join(map(read_text, cells)))
    assert not theirs - ours
    folds = re.findall(r"<summary>(Solution to .*?)</summary>", "\n".join(cells))
    known = ADDED.keys() | words(" ".join(folds)).keys()  # a solution with code has several folds
    assert not {word for word in ours - theirs if word not in known}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_it_has_the_pages_headings_and_its_cells(chapter: str) -> None:
    source = (BOOK / f"{chapter}.md").read_text()
    prose = re.sub(r"^```.*?^```$", "", source, flags=re.M | re.S)
    notebook = made(chapter)
    headings = [
        (token.tag, after.content)
        for text in texts(notebook)
        for token, after in zip(*[MARKDOWN.parse(text)[k:] for k in (0, 1)], strict=False)
        if token.type == "heading_open"
    ]
    assert len(headings) == len(re.findall(r"^#+ ", prose, re.M))
    assert [tag for tag, _ in headings].count("h1") == 1
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", source, re.M | re.S)
    kept = [cell for cell in cells if not cell.startswith(":tags: [remove-cell]")]
    assert len(kept) == len(codes(notebook))
    for cell, ours in zip(kept, codes(notebook), strict=True):
        hidden = ours.metadata.get("jupyter", {}).get("source_hidden", False)
        if re.search(r"^:?tags: \[(hide|remove)-input\]", cell, re.M):
            assert hidden


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_is_to_be_found_out_is_folded(chapter: str) -> None:
    source, notebook = (BOOK / f"{chapter}.md").read_text(), made(chapter)
    prose = "\n".join(texts(notebook))
    folded = "\n".join(re.findall(r"^<details>.*?^</details>$", prose, re.M | re.S))
    open_ = re.sub(r"^<details>.*?^</details>$", "", prose, flags=re.M | re.S)
    questions = source.count(":::{question}")
    assert folded.count("**Right.**") == questions
    assert not re.search(r"\*\*(Right|No)\.|- \[[ x]\]|^<summary>", open_, re.M)
    solutions = re.findall(r"^:::\{solution-start\}(.*?)^:::\{solution-end\}", source, re.M | re.S)
    hidden = [
        cell for cell in codes(notebook) if "outputs_hidden" in cell.metadata.get("jupyter", {})
    ]
    shown = r"^```\{code-cell\} ipython3\n(?!:tags: \[remove-cell\])"
    assert len(hidden) == sum(len(re.findall(shown, of, re.M)) for of in solutions)
    titles = re.findall(r"(?:<summary>|^\*)(Solution to Exercise \d+ )", prose, re.M)
    assert len(set(titles)) == len(solutions)


# These run in a moment; `make notebooks` runs all of them, where there is no book.
@pytest.mark.slow
@pytest.mark.parametrize("chapter", ["index", "notation", "rmsprop"])
def test_it_runs_where_there_is_no_book(
    chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = tmp_path / "without"
    without.mkdir()
    (without / "myst_nb.py").write_text("raise ImportError('there is no book here')")
    monkeypatch.setenv("PYTHONPATH", str(without))
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    done = run(HTML / f"chapters/{chapter}.ipynb", foreign)
    assert codes(done)[-1].execution_count == len(codes(done))
    book = as_built(chapter)
    assert any(cell.outputs for cell in book.cells)
    assert not differences(done, book)
    codes(done)[-1].outputs = [new_output("stream", text="something else")]
    assert len(differences(done, book)) == 1


@pytest.fixture(scope="module")
def notebooks() -> Iterator[ModuleType]:
    with extension("notebooks") as module:
        yield module


def test_what_glues_goes_and_what_is_read_stays(notebooks: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": "\\n"}')
    code = (
        "from myst_nb import glue\nimport json\nfrom pathlib import Path\n\nx = 1\n"
        'glue(\n    "x",\n    x,\n)\nread = json.loads(Path("a.json").read_text())["a"]\n'
        'word = "{term}`share <half>` of {term}`rho`"'
    )
    kept = notebooks.without_the_book(code, tmp_path)
    names: dict[str, object] = {}
    exec(kept, names)
    assert (names["x"], names["read"], names["word"]) == (1, "\n", "share of rho")
    assert "glue" not in kept
    assert kept.count("\n") == 5
    with pytest.raises(notebooks.UnknownPartError, match="a cell that is kept glues"):
        notebooks.without_the_book("def put(x):\n    return glue('x', x)", tmp_path)


def test_text_is_read_as_it_stands(notebooks: ModuleType) -> None:
    for text in (
        "1. not a list", "- nor this", "# no heading", "> nor quoted", "+ no", "2) nor",
        "a*b*c", "_x_ and x_1", "`code`", "[a](b) [c][d]", "<b>", "$5 and $6", "&amp; & co",
        "~~gone~~", "\\alpha", "==\n--",
    ):  # fmt: skip
        source = notebooks.Markdown(set()).block(nodes.paragraph("", text))
        tokens = MARKDOWN.parse(source)
        assert [of.type for of in tokens] == ["paragraph_open", "inline", "paragraph_close"], text
        assert {of.type for of in tokens[1].children} <= {"text", "text_special", "softbreak"}, text
        said = "".join("\n" if of.type == "softbreak" else of.content for of in tokens[1].children)
        assert said == text


def test_what_no_notebook_can_show_stops_the_build(notebooks: ModuleType) -> None:
    markdown = notebooks.Markdown(set())
    with pytest.raises(notebooks.UnknownPartError, match="sidebar in a page: 'aside'"):
        markdown.block(nodes.sidebar("", nodes.paragraph("", "aside")))
    with pytest.raises(notebooks.UnknownPartError, match="subscript in a sentence: '2'"):
        markdown.block(nodes.paragraph("", "", nodes.subscript("", "2")))


PAGE = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3, language: python}
---
# Small

See [the list](list.md), [another](other.md) and [the web](https://example.org).

```{code-cell} ipython3
:tags: [remove-input]
x = 1
```
"""


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[[str], SphinxTestApp]]:
    """Build a book of two pages with code, and one without, in a project at this address."""
    apps: list[SphinxTestApp] = []

    def build(repository: str) -> SphinxTestApp:
        extensions = ["myst_nb", "sphinx_exercise", "questions", "folds", "notebooks"]
        (tmp_path / "conf.py").write_text(
            f"import sys; sys.path.insert(0, {str(BOOK / '_ext')!r})\n"
            f"extensions = {extensions}\nnb_execution_mode = 'off'\n"
            f"repository_url = {repository!r}\n"
            "source_suffix = {'.md': 'myst-nb'}\n"  # else MyST-NB adds to Sphinx's default for all
        )
        (tmp_path / "index.md").write_text(
            "# Book\n```{toctree}\nbook/small\nbook/other\nbook/list\n```"
        )
        (tmp_path / "book").mkdir(exist_ok=True)
        for name, text in {"small": PAGE, "other": PAGE, "list": "# List\n"}.items():
            (tmp_path / f"book/{name}.md").write_text(text)
        apps.append(SphinxTestApp(srcdir=tmp_path, freshenv=True))
        apps[-1].build()
        return apps[-1]

    yield build
    for app in apps:
        app.cleanup()


def offered(app: SphinxTestApp, page: str) -> list[str]:
    """The addresses under a page's title."""
    soup = BeautifulSoup((app.outdir / f"book/{page}.html").read_text(), "html.parser")
    return [link["href"] for link in soup.select("h1 + .ways a")]


def test_hosts_are_offered_where_the_repository_is_known(
    notebooks: ModuleType, build: Callable[[str], SphinxTestApp]
) -> None:
    app = build("")
    assert app.warning.getvalue() == ""
    assert offered(app, "small") == ["chapters/small.ipynb"]
    assert offered(app, "list") == []
    assert not (app.outdir / "requirements.txt").exists()
    notebook = nbformat.read(app.outdir / "book/chapters/small.ipynb", 4)
    prose = "# Small\n\nSee the list, [another](other.ipynb) and [the web](<https://example.org>)."
    assert texts(notebook)[1:] == [prose]
    (cell,) = codes(notebook)
    assert (cell.source, cell.metadata.jupyter.source_hidden) == ("x = 1", True)

    app = build("https://github.com/owner/name/")
    path = "gh-pages/book/chapters/small.ipynb"
    assert offered(app, "small") == [
        "chapters/small.ipynb",
        f"https://colab.research.google.com/github/owner/name/blob/{path}",
        f"https://mybinder.org/v2/gh/owner/name/{path.replace('/', '?labpath=', 1)}",
    ]
    wanted = "rmsprop_lab[notebook] @ git+https://github.com/owner/name"
    assert (app.outdir / "requirements.txt").read_text() == f"{wanted}\n"
    first = nbformat.read(app.outdir / "book/chapters/small.ipynb", 4).cells[0].source
    assert f'`%pip install "{wanted}"`' in first

    with pytest.raises(ExtensionError, match=r"must be https://github\.com/OWNER/NAME, or empty"):
        build("https://example.org/owner/name")


@pytest.mark.parametrize("chapter", ["index", "rmsprop"])
def test_the_first_cell_says_what_is_true(chapter: str) -> None:
    install, heading = made(chapter).cells[0].source, made(chapter).cells[1].source
    wheel = f"rmsprop_lab-{version('rmsprop-lab')}-py3-none-any.whl[notebook]"
    assert install.count(wheel) == 1
    assert '`pip install ".[notebook]"`' in install
    assert "`pip wheel --no-deps .`" in install
    assert install.count("\n") == 1
    assert heading.startswith("# ")


def test_an_assignment_is_plain_and_needs_the_package_alone() -> None:
    found = sorted((HTML / "notebooks").glob("*.ipynb"))
    assert [path.stem for path in found] == sorted(assignments.NAMES)
    for path in found:
        notebook = nbformat.read(path, 4)
        nbformat.validate(notebook)
        assert not re.search(r"\{[\w:-]+\}`|^\s*(:::|```\{)", "\n".join(texts(notebook)), re.M)
        for cell in codes(notebook):
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = [getattr(node, "module", None) or node.names[0].name]
                    roots = {name.split(".")[0] for name in names} - sys.stdlib_module_names
                    assert roots <= {"numpy", "matplotlib", "rmsprop_lab", "sklearn"}, path.name


def test_a_script_carries_the_same_notebook() -> None:
    for folder in ("chapters", "notebooks"):
        found = sorted((HTML / folder).glob("*.ipynb"))
        assert found
        for path in found:
            call = ast.parse(path.with_name(f"{path.name}.js").read_text().rstrip(";\n")).body[0]
            name, text = (json.loads(json.dumps(of.value)) for of in call.value.args)
            assert (name, text) == (path.name, path.read_text())


@pytest.mark.parametrize(
    ("source", "differ"),
    [("print(n)", 1), ("begin = process_time(); print(n)", 0), ("%timeit -q f()", 0)],
)
def test_what_a_clock_says_may_differ(source: str, differ: int) -> None:
    """By hand: whether two runs of one cell that print other numbers are told apart."""
    one, other = (
        nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell(
                    source, outputs=[nbformat.v4.new_output("stream", name="stdout", text=text)]
                )
            ]
        )
        for text in ("0.25", "0.31")
    )
    assert len(differences(one, other)) == differ
