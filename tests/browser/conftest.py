"""A real browser on the built book, from a server and from files.

Every page is watched: an error on its console, an uncaught exception or a request to another
origin fails the test that opened it.
"""

import functools
import http.server
import json
import re
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from rmsprop_lab import Lab, Race
from tests.support.jupyterlab import JupyterLab, serve
from tools.pack import NAME, pack

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build/html"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(HTML))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive where somebody may well unpack it: with spaces, an umlaut, and the sign that
    ends a path."""
    archive = tmp_path_factory.mktemp("archive") / "book.zip"
    pack(HTML, archive)
    folder = tmp_path_factory.mktemp("home") / "Kurs für 2026 #1"
    with ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / NAME


@pytest.fixture(params=["server", "file"])
def host(request: pytest.FixtureRequest, served: str) -> str:
    """The address of the built book, once from a server and once double-clicked."""
    return served if request.param == "server" else HTML.as_uri() + "/"


@pytest.fixture
def a_host(request: pytest.FixtureRequest, served: str) -> str:
    """One of the two, by the test's name: enough where the one cannot differ from the other."""
    from_file = sum(request.node.name.encode()) % 2
    return HTML.as_uri() + "/" if from_file else served


PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A lab of one's own</title>
  <link rel="icon" href="../_static/favicon.svg">
  <link rel="stylesheet" href="../_static/lab.css">
  {}<script defer src="../_static/page.js"></script>
</head>
<body><main><h1>A lab of one's own</h1>{}</main></body>
</html>"""


def page_of(figure: str) -> str:
    """A page with a figure, and the scripts that it needs."""
    needed = re.findall(r' data-needs="([^"]+)"', figure)
    scripts = (
        f'<script defer src="../_static/{name}"></script>\n  ' for name in " ".join(needed).split()
    )
    return PAGE.format("".join(scripts), figure)


FIGURE = re.compile(r'<figure class="rmsprop-lab[^"]*".*?</figure>', re.S)
MODEL = re.compile(r'<script type="application/json">(.*?)</script>', re.S)


def models_of(page: str) -> list[dict[str, Any]]:
    """What the labs of a page are given, in their order."""
    return [json.loads(MODEL.search(figure)[1]) for figure in FIGURE.findall(page)]


@pytest.fixture(scope="session")
def figure_of(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[Lab | Race], str]:
    """A lab as HTML; all workers of a run have its picture drawn once, which takes longest."""
    own = tmp_path_factory.getbasetemp()
    drawn = (own if worker_id == "master" else own.parent) / "figures"
    drawn.mkdir(exist_ok=True)

    def figure_of(lab: Lab | Race) -> str:
        shown = type(lab).__name__, lab._source, json.dumps(lab._sent(), default=repr)
        kept = drawn / sha256(repr(shown).encode()).hexdigest()
        if not kept.exists():
            new = kept.with_suffix(f".{worker_id}")
            new.write_text(lab._repr_mimebundle_()[0]["text/html"])
            new.replace(kept)  # no other worker reads half of it
        return kept.read_text()

    return figure_of


@pytest.fixture
def write_page(
    figure_of: Callable[[Lab | Race], str],
) -> Iterator[Callable[[Lab | Race | str], str]]:
    """Write a page with one lab beside the book's own; where it is, from the book's address.

    The lab, or a chapter and the lab's place there: alone it is there in half the time.
    """
    # Not .html: the tests of all pages, which run at the same time, do not take it for one.
    folder, pages = HTML / "_own", []
    folder.mkdir(exist_ok=True)

    def write(lab: Lab | Race | str, place: int = 0) -> str:
        if isinstance(lab, str):
            figure = FIGURE.findall((HTML / lab).read_text())[place]
        else:
            figure = figure_of(lab)
        pages.append(folder / f"{uuid.uuid4()}.htm")
        pages[-1].write_text(page_of(figure))
        return pages[-1].relative_to(HTML).as_posix()

    yield write
    for page in pages:
        page.unlink()


@pytest.fixture
def open_page(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Open an address in a fresh context; what goes wrong on it fails the test.

    A book that lies elsewhere has another `home`.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_(address: str, home: str = HTML.as_uri(), **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()

        def message(said: object) -> None:
            if said.type in ("error", "warning"):
                wrong.append(f"console {said.type}: {said.text}")

        def request(asked: object) -> None:
            if not asked.url.startswith((served, home, "data:", "blob:")):
                wrong.append(f"request off the book's origin: {asked.url}")

        def failed(asked: object) -> None:
            if asked.failure != "net::ERR_ABORTED":  # the page was left before it came
                wrong.append(f"failed: {asked.url}: {asked.failure}")

        page.on("console", message)
        page.on("pageerror", lambda error: wrong.append(f"uncaught: {error}"))
        page.on("request", request)
        page.on("requestfailed", failed)
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="session")
def one_page(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[JupyterLab]:
    folder = tmp_path_factory.mktemp("jupyterlab")
    for chapter in (HTML / "book/chapters").glob("*.ipynb"):
        shutil.copy(chapter, folder)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    with serve(folder) as address:
        yield JupyterLab(page, address, folder)
        page.close()


@pytest.fixture
def jupyterlab(one_page: JupyterLab) -> Iterator[JupyterLab]:
    """What goes wrong on its page fails the test that is running."""
    yield one_page
    one_page.page.emulate_media(media="screen")
    one_page.close()
    wrong, one_page.errors = one_page.errors, []
    assert not wrong
