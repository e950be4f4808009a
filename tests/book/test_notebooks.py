"""The chapters as notebooks to take home: whole, plain, and running where there is no book."""

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat import NotebookNode
from sphinx.errors import ExtensionError

from tools.run_notebooks import differences, run

ROOT = Path(__file__).parents[2]
BOOK, HTML = ROOT / "book", ROOT / "_build/html/book"
CHAPTERS = [path.stem for path in sorted(BOOK.glob("*.md")) if "{code-cell}" in path.read_text()]
MARKDOWN = MarkdownIt().enable("table").use(dollarmath_plugin, double_inline=True)
#: What a notebook says more than its page does.
ADDED = Counter("Figure . Answers".split())


def made(chapter: str) -> NotebookNode:
    return nbformat.read(HTML / f"chapters/{chapter}.ipynb", 4)


def texts(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def codes(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


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
        r"\{[\w:-]+\}`|^\s*(:::|```\{)|^\(\S+\)=$|\]\([^)]*\.(md|html)", prose, re.M
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
@pytest.mark.parametrize("chapter", ["index", "notation", "worlds"])
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
    book = nbformat.read(ROOT / f"_build/jupyter_execute/book/{chapter}.ipynb", 4)
    assert not differences(done, book)


@pytest.fixture(scope="module")
def notebooks() -> Iterator[ModuleType]:
    sys.path.insert(0, str(BOOK / "_ext"))
    try:
        import notebooks

        yield notebooks
    finally:
        sys.path.remove(str(BOOK / "_ext"))


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


def app(repository: str) -> SimpleNamespace:
    env = SimpleNamespace(metadata={"book/rmsprop": {"kernelspec": {}}, "book/glossary": {}})
    return SimpleNamespace(config=SimpleNamespace(repository_url=repository), env=env)


def test_hosts_are_offered_where_the_repository_is_known(notebooks: ModuleType) -> None:
    def offered(repository: str, page: str = "book/rmsprop") -> str:
        context = {"body": "<h1>RMSProp</h1><p>x</p>"}
        notebooks.offer(app(repository), page, "", context, None)
        return context["body"]

    assert offered("", "book/glossary") == "<h1>RMSProp</h1><p>x</p>"
    assert re.findall('href="(.*?)"', offered("")) == ["chapters/rmsprop.ipynb"]
    assert re.findall('href="(.*?)"', offered("https://github.com/owner/name/")) == [
        "chapters/rmsprop.ipynb",
        "https://colab.research.google.com/github/owner/name/blob/gh-pages/book/chapters/rmsprop.ipynb",
        "https://mybinder.org/v2/gh/owner/name/gh-pages?labpath=book/chapters/rmsprop.ipynb",
    ]
    with pytest.raises(ExtensionError, match=r"must be https://github\.com/OWNER/NAME, or empty"):
        offered("https://example.org/owner/name")


def test_the_first_cell_says_what_is_true(notebooks: ModuleType) -> None:
    alone, known = (notebooks.install(app(of)) for of in ("", "https://github.com/owner/name"))
    assert "make wheel" in alone
    assert "github" not in alone
    assert '%pip install "rmsprop_lab[notebook] @ git+https://github.com/owner/name"' in known
    assert alone.count("\n") == known.count("\n") == 1


def test_a_script_carries_the_same_notebook() -> None:
    for folder in ("chapters", "notebooks"):
        found = sorted((HTML / folder).glob("*.ipynb"))
        assert found
        for path in found:
            call = ast.parse(path.with_name(f"{path.name}.js").read_text().rstrip(";\n")).body[0]
            name, text = (json.loads(json.dumps(of.value)) for of in call.value.args)
            assert (name, text) == (path.name, path.read_text())
