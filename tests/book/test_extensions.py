"""What the book's extensions do to sources and pages, and how they fail."""

import base64
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from PIL import Image
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp

from tests.support.extensions import extension

BOOK = Path(__file__).parents[2] / "book"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    with extension("pages") as module:
        yield module


def page_of(pages: ModuleType, name: str) -> str:
    """A page with all that has to be mended on it."""
    return "\n".join(mend.written for mend in pages.MENDS if mend.on in (None, name))


@pytest.mark.parametrize(
    "name", ["book/index.html", "book/rmsprop.html", "book/references.html", "search.html"]
)
def test_each_page_is_mended_or_the_build_fails(pages: ModuleType, name: str) -> None:
    text = page_of(pages, name)
    mended = pages.mended(name, text)
    assert mended.endswith(pages.DONE)
    for mend in pages.MENDS:
        if mend.on not in (None, name):
            continue
        assert mend.usable in mended
        with pytest.raises(ExtensionError) as caught:
            pages.mended(name, text.replace(mend.written, mend.written.upper()))
        assert repr(mend.written) in str(caught.value)
        assert name in str(caught.value)
        if mend.on is None:
            with pytest.raises(ExtensionError, match="stands there 2 times, and must once"):
                pages.mended(name, text + mend.written)


def test_a_name_of_another_module_is_set_or_the_build_fails(pages: ModuleType) -> None:
    module = SimpleNamespace(__name__="theirs", known=1)
    pages.patch(module, "known", 2)
    assert module.known == 2
    with pytest.raises(ExtensionError, match="theirs has no gone any more"):
        pages.patch(module, "gone", 2)


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    with extension("pictures") as module:
        yield module


def test_a_still_becomes_a_file_and_every_picture_comes_when_near(
    pictures: ModuleType, tmp_path: Path
) -> None:
    still, plot = io.BytesIO(), tmp_path / "_images/plot.png"
    Image.new("RGB", (40, 20), "red").save(still, "webp", lossless=True)
    plot.parent.mkdir()
    Image.new("RGB", (30, 10), "blue").save(plot)
    inside = base64.b64encode(still.getvalue()).decode()
    page = (
        f'<img class="lab-picture" width="40" height="20" src="data:image/webp;base64,{inside}">'
        '<img alt="A plot." src="../_images/plot.png" /><img src="../_static/lab.png">'
    )
    once = pictures.beside(page, "book/chapter.html", tmp_path)
    (file,) = plot.parent.glob("*.webp")
    assert file.read_bytes() == still.getvalue()
    assert once == (
        '<img loading="lazy" class="lab-picture" width="40" height="20" '
        f'src="../_images/{file.name}">'
        '<img loading="lazy" width="30" height="10" alt="A plot." src="../_images/plot.png" />'
        '<img src="../_static/lab.png">'
    )
    assert pictures.beside(once, "book/chapter.html", tmp_path) == once
    assert f'src="./_images/{file.name}"' in pictures.beside(page, "index.html", tmp_path)


@pytest.fixture(scope="module")
def policies() -> ModuleType:
    with extension("policies") as module:
        yield module


def test_styles_and_scripts_become_files_and_classes(policies: ModuleType, tmp_path: Path) -> None:
    page = (
        "<html><head><style>b {}</style></head><body><script>let a = 1;</script>"
        '<span class="vlist" style="top:-3.06em; margin: 0 auto;">2</span>'
        '<svg style="display: none"></svg><mstyle displaystyle="true"></mstyle>'
        '<script type="application/json">{}</script></body></html>'
    )
    once = policies.outside(page, "book/chapter.html", tmp_path)
    assert policies.outside(once, "book/chapter.html", tmp_path) == once  # the next build leaves it
    assert '<span class="vlist top:-3.06em margin:0_auto">2</span>' in once
    assert '<svg class="display:none"></svg><mstyle displaystyle="true">' in once
    assert '<script type="application/json">{}</script>' in once
    written = [path.name for path in (tmp_path / policies.FOLDER).iterdir()]
    assert sorted(path.rpartition(".")[2] for path in written) == ["css", "css", "js"]
    assert all(f'="../{policies.FOLDER}/{name}"' in once for name in written)
    contents = {(tmp_path / policies.FOLDER / name).read_text() for name in written}
    assert contents == {
        "b {}",
        "let a = 1;",
        ":is(#style, .display\\:none) { display:none }\n"
        ":is(#style, .margin\\:0_auto) { margin:0 auto }\n"
        ":is(#style, .top\\:-3\\.06em) { top:-3.06em }\n",
    }


def test_a_style_that_no_class_can_be_called_like_stops_the_build(policies: ModuleType) -> None:
    with pytest.raises(ExtensionError, match=r"background: url\(a\)"):
        policies.as_class("background: url(a)")


def test_a_known_address_is_the_base_of_the_page_for_404() -> None:
    """Then it needs no script."""
    app = SimpleNamespace(config=SimpleNamespace(html_baseurl="https://example.org/a/book/"))
    context: dict[str, str] = {}
    with extension("not_found") as not_found:
        not_found.base(app, "rmsprop", "page.html", context, None)
        assert context == {}
        not_found.base(app, "404", "page.html", context, None)
    assert context == {"metatags": '<base href="https://example.org/a/book/">'}


GOOD = """
:::{question} What is $2 + 2$?
1. 5
2. **4**

<details><summary>Answers</summary>

1. That is 2 + 3.
2. Right. Two and two more.

   And $2 \\cdot 2$.

</details>
:::
"""


def build_page(text: str) -> tuple[str, str]:
    """The HTML of a page, and what the build said against it."""
    with TemporaryDirectory() as folder:
        source = Path(folder)
        (source / "conf.py").write_text(
            f"import sys; sys.path.insert(0, {str(BOOK / '_ext')!r})\n"
            "extensions = ['myst_parser', 'questions']\n"
            "myst_enable_extensions = ['colon_fence', 'dollarmath']\n"
        )
        (source / "index.md").write_text(f"# Page\n{text}")
        app = SphinxTestApp(srcdir=source, freshenv=True)
        try:
            app.build()
            return (app.outdir / "index.html").read_text(), app.warning.getvalue()
        finally:
            app.cleanup()


def test_a_question_is_a_choice_that_is_answered() -> None:
    page, said = build_page(GOOD)
    assert said == ""
    question = page[page.index("<fieldset") : page.index("</fieldset>")]
    assert question.count('<input type="radio"') == question.count('<div class="why') == 2
    assert '<div class="why wrong"><p><strong>No. </strong>That is 2 + 3.</p>' in question
    assert '<div class="why right"><p><strong>Right. </strong>Two and two more.</p>' in question
    assert "<details>" not in question
    assert question.count("Right.") == 1


@pytest.mark.parametrize(
    ("written", "instead", "words"),
    [
        ("Right. ", "", "one answer that begins with 'Right. '"),
        ("1. That", "1. Right. That", "one answer that begins with 'Right. '"),
        ("2. **4**", "2. **4**\n3. 6", "a numbered list of choices, and one of as many answers"),
        ("<details><summary>Answers</summary>", "", "of as many answers in <details>"),
        ("1. 5\n2. **4**", "- [ ] 5\n- [x] 4", "a numbered list of choices"),
    ],
)
def test_a_question_that_is_none_is_told(written: str, instead: str, words: str) -> None:
    assert written in GOOD
    _, said = build_page(GOOD.replace(written, instead))
    assert words in said


def test_no_source_gives_an_answer_away() -> None:
    """A notebook shows the source: the right answer stands in a fold, and carries no tick."""
    questions = 0
    for chapter in BOOK.glob("*.md"):
        for block in chapter.read_text().split(":::{question}")[1:]:
            question = block.split("\n:::")[0]
            questions += 1
            before, _, fold = question.partition("<details><summary>Answers</summary>")
            assert "Right." not in before, chapter.name
            assert "[x]" not in question, chapter.name
            assert fold.count("Right.") == 1, chapter.name
            assert fold.rstrip().endswith("</details>"), chapter.name
    assert questions >= 28 - 1


@pytest.fixture(scope="module")
def narrow_tables() -> ModuleType:
    with extension("narrow_tables") as module:
        yield module


TABLE = """
==== =============================== =====
From How                             Point
==== =============================== =====
a    the assignment, its submissions 1
b    on                              2
==== =============================== =====
"""


def marked(narrow_tables: ModuleType, text: str) -> tuple[list[list[str]], bool]:
    """Of each cell in a table its classes, row by row; and whether a phone makes a list of it."""
    document = publish_doctree(text)
    narrow_tables.mark_words(None, document)
    (table,) = document.findall(nodes.table)
    return [cell["classes"] for cell in table.findall(nodes.entry)], "stacked" in table["classes"]


def test_a_column_of_words_is_told_from_names_and_numbers(narrow_tables: ModuleType) -> None:
    assert marked(narrow_tables, TABLE) == (3 * [[], ["words"], []], False)


def test_a_table_of_several_columns_of_words_is_marked(narrow_tables: ModuleType) -> None:
    several = TABLE.replace("1\n", "as many as there are, or one\n")
    assert marked(narrow_tables, several) == (3 * [[], ["words"], ["words"]], True)
    # A link in the head would be out of sight on a phone, and no name can say a formula.
    for name in ("`a <b>`_", ":math:`p`"):
        assert not marked(narrow_tables, several.replace("How".ljust(len(name)), name))[1]


SPANNING = """
+------+---------------------------------+-------+
| From | How                             | Point |
+======+=================================+=======+
| a    | the assignment, its submissions | 1     |
|      +---------------------------------+-------+
|      | on                              | 2     |
+------+---------------------------------+-------+
| all of them, whatever they are         | 3     |
+------+---------------------------------+-------+
| b    | off                             | 4     |
+------+---------------------------------+-------+
"""


def test_a_cell_may_lie_over_several_rows_or_columns(narrow_tables: ModuleType) -> None:
    (table,) = publish_doctree(SPANNING).findall(nodes.tgroup)
    placed = [(cell.astext().split()[0], *over) for cell, over in narrow_tables.placed(table)]
    assert placed == [
        *(("From", 0), ("How", 1), ("Point", 2)),
        *(("a", 0), ("the", 1), ("1", 2), ("on", 1), ("2", 2)),
        *(("all", 0, 1), ("3", 2), ("b", 0), ("off", 1), ("4", 2)),
    ]
    classes, is_list = marked(narrow_tables, SPANNING)
    words = {place[0] for place, names in zip(placed, classes, strict=True) if names == ["words"]}
    assert words == {"How", "the", "on", "off"}
    assert not is_list


def test_a_table_without_headings_stays_a_table(narrow_tables: ModuleType) -> None:
    words = "| the assignment, its submissions "
    line = f"+{'-' * len(words[1:])}" * 3 + "+\n"
    assert not marked(narrow_tables, f"{line}{words * 3}|\n{line}")[1]


def test_a_list_of_a_table_is_a_table_to_those_who_listen(narrow_tables: ModuleType) -> None:
    table = (
        '<table class="{}"><thead><tr><th><p>From "a"</p></th><th>How &amp; why</th></tr></thead>'
        "<tbody><tr><th>b</th><td>c</td></tr><tr><td>d</td><td>e</td></tr></tbody></table>"
    )
    first, second = ' data-column="From &quot;a&quot;"', ' data-column="How &amp; why"'
    assert narrow_tables.readable(table.format("stacked docutils")) == (
        '<table role="table" class="stacked docutils"><thead role="rowgroup"><tr role="row">'
        '<th role="columnheader"><p>From "a"</p></th>'
        '<th role="columnheader">How &amp; why</th></tr></thead><tbody role="rowgroup">'
        f'<tr role="row"><th role="rowheader"{first}>b</th><td role="cell"{second}>c</td></tr>'
        f'<tr role="row"><td role="cell"{first}>d</td><td role="cell"{second}>e</td></tr>'
        "</tbody></table>"
    )
    for other in ("docutils", "unstacked"):
        assert narrow_tables.readable(table.format(other)) == table.format(other)


def test_a_long_name_in_a_table_may_end_a_line_at_its_joints(pages: ModuleType) -> None:
    name = '<span class="pre">{}</span>'.format
    long, joined = "NAME_1001/descent.ipynb", "NAME_<wbr>1001/<wbr>descent.ipynb"
    table = f"<table><td>{name(long)}</td><td>{name('a/b_c')}</td></table>"
    page = page_of(pages, "book/index.html")
    mended = pages.mended("book/index.html", page + table + name(long))
    assert table.replace(long, joined) + name(long) in mended
