"""Leave no style and no script inside a page, for a host's security policy may drop them.

Under `Content-Security-Policy: default-src 'self'` a browser takes style sheets and scripts that
are files of the host, and nothing that is written into the page. KaTeX, however, puts each letter
at its place by a style attribute: without it a square is no square. So a declaration becomes a
class that is called like it, `style="top:-3em;"` is `class="top:-3em"`, and a sheet says what each
class means. What is a whole style sheet or script becomes a file, too. A file is called by what is
in it, so that no browser keeps an old one.
"""

import re
from hashlib import sha256
from pathlib import Path

from rewriting import rewrite
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FOLDER = "_static/inside"  # what stood inside a page

_STYLED = re.compile(r'<([a-z]\w*)([^<>]*?) style="([^"]*)"([^<>]*)>')
_WHOLE = re.compile(r"<(style|script)>(.*?)</\1>", re.S)
_NAMES = re.compile(r' class="([^"]*)"')
_DECLARATION = re.compile(r"[a-z-]+:[\w.%#,-]+")


def as_class(declaration: str) -> str:
    """The class that is called like a declaration; a space within its value is a `_`.

    Raises:
        ExtensionError: if it has a sign that no class of ours can have.
    """
    name, _, value = declaration.partition(":")
    made = f"{name.strip()}:{'_'.join(value.split())}"
    if not _DECLARATION.fullmatch(made):
        raise ExtensionError(f"no class can be called like the style {declaration!r}")
    return made


def _classed(tag: re.Match[str]) -> str:
    """A tag with classes in the place of its style."""
    element, before, style, after = tag.groups()
    names = " ".join(as_class(part) for part in style.split(";") if part.strip())
    rest = before + after
    if named := _NAMES.search(rest):
        rest = rest.replace(named[0], f' class="{named[1]} {names}"', 1)
        return f"<{element}{rest}>"
    return f'<{element} class="{names}"{rest}>'


def _rule(name: str) -> str:
    """What a class means, as strongly as a style attribute did."""
    selector = re.sub(r"([^\w-])", r"\\\1", name)
    return f":is(#style, .{selector}) {{ {name.replace('_', ' ')} }}\n"


def sheet_of(page: str) -> str:
    """What the classes of a page mean."""
    names = {name for found in _NAMES.findall(page) for name in found.split()}
    return "".join(map(_rule, sorted(filter(_DECLARATION.fullmatch, names))))


def outside(text: str, name: str, folder: Path) -> str:
    """A page whose styles and scripts are files.

    Args:
        text: the page.
        name: where it stands in the folder of all pages.
        folder: where that folder is.
    """
    up = "../" * name.count("/")
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)

    def write(content: str, ending: str) -> str:
        file = f"{FOLDER}/{sha256(content.encode()).hexdigest()[:16]}.{ending}"
        (folder / file).write_text(content)
        return up + file

    def as_file(part: re.Match[str]) -> str:
        kind, content = part.groups()
        if kind == "style":
            return f'<link rel="stylesheet" href="{write(content, "css")}">'
        return f'<script src="{write(content, "js")}"></script>'

    text = _STYLED.sub(_classed, _WHOLE.sub(as_file, text))
    sheet = f'<link rel="stylesheet" href="{write(sheet_of(text), "css")}">'
    return text if sheet in text else text.replace("</head>", f"{sheet}</head>", 1)


def take_outside(app: Sphinx, error: Exception | None) -> None:
    """Rewrite the pages that have been written anew."""
    if not error:
        rewrite(Path(app.outdir), outside)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it to the build's end, when nobody else writes pages any more."""
    app.connect("build-finished", take_outside, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
