"""A page for addresses where nothing is, `404.html`: static hosts answer with it at any depth.

The address that was asked for, and not the page's own, is then what its links are relative to. So
the page begins with a base: `html_baseurl`, where the settings say it; else a script looks for the
book in the folders of the address, from the deepest up.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

NAME = "404"

BODY = """\
<h1>There is no such page</h1>
<p>Nothing is at this address. It may be mistyped, or the page has another name now.</p>
<p>Begin with <a href="{first}">the first page</a>, <a href="search.html">search the book</a>, or
choose a chapter from the list of contents.</p>
<noscript><p>If these links lead nowhere, shorten the address from its end until the book
opens.</p></noscript>
"""

# In the page, and not a file: nobody knows yet where files are.
LOOK = """\
<script id="look-for-the-book">
  for (let folder = new URL(".", location.href); ; folder = new URL("..", folder)) {
    const asked = new XMLHttpRequest();
    asked.open("HEAD", new URL("_static/book.css", folder), false); // what follows needs the base
    try {
      asked.send();
    } catch {
      break; // a file, or no network
    }
    if (asked.status === 200) {
      const base = document.createElement("base");
      base.href = folder;
      document.head.append(base);
      break;
    }
    if (folder.pathname === "/") break;
  }
</script>
"""

# With a base, a link to a place on the page would leave the page.
_TO_A_PLACE = re.compile(r'<a\b[^>]*href="#[^>]*>.*?</a>', re.S)


def page_for_404(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page with the theme around it."""
    body = BODY.format(first=f"{app.config.root_doc}.html")
    yield NAME, {"title": "There is no such page", "body": body}, "page.html"


def base(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Begin the page with what its links are relative to."""
    if page == NAME:
        known = app.config.html_baseurl
        begin = f'<base href="{escape(known)}">' if known else LOOK
        context["metatags"] = begin + context.get("metatags", "")


def no_places(app: Sphinx, error: Exception | None) -> None:
    """Take out the theme's links to places on the page."""
    if error:
        return
    path = Path(app.outdir) / f"{NAME}.html"
    path.write_text(_TO_A_PLACE.sub("", path.read_text()))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the functions above."""
    app.connect("html-collect-pages", page_for_404)
    app.connect("html-page-context", base)
    app.connect("build-finished", no_places)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
