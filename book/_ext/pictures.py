"""Make the pages' pictures light, and let a browser ask for each when its place comes near.

A lab carries its still inside, because a notebook has no folder beside it. On a page the still is a
file: where the lab is live nobody sees it, and it need not be loaded.
"""

import base64
import re
from hashlib import sha256
from pathlib import Path

from PIL import Image
from rewriting import rewrite
from sphinx.application import Sphinx

FOLDER = "_images"
COLOURS = 128  # of a plot: lines, their smooth edges, a map's tones

_INSIDE = re.compile(r'src="data:image/(\w+);base64,([^"]*)"')
_AT_ONCE = re.compile(rf'<img (?!loading=)([^>]*src="[./]*/({FOLDER}/[^"]*)"[^>]*)>')


def beside(text: str, name: str, folder: Path) -> str:
    """A page whose pictures are files beside it, which come when they are needed.

    Args:
        text: the page.
        name: where it stands in the folder of all pages.
        folder: where the pictures' own folder is.
    """
    up = "../" * name.count("/")

    def as_file(source: re.Match[str]) -> str:
        content = base64.b64decode(source[2])
        file = f"{FOLDER}/{sha256(content).hexdigest()}.{source[1]}"
        (folder / FOLDER).mkdir(exist_ok=True)
        (folder / file).write_bytes(content)
        return f'src="{up or "./"}{file}"'

    def when_near(picture: re.Match[str]) -> str:
        room = ""
        if " width=" not in f" {picture[1]}":  # a page that finds it later does not move
            with Image.open(folder / picture[2]) as opened:
                room = f'width="{opened.width}" height="{opened.height}" '
        return f'<img loading="lazy" {room}{picture[1]}>'

    return _AT_ONCE.sub(when_near, _INSIDE.sub(as_file, text))


def set_beside(app: Sphinx, error: Exception | None) -> None:
    """Rewrite the pages that have been written anew."""
    if not error:
        rewrite(Path(app.outdir), beside)


def lighten_plots(app: Sphinx, error: Exception | None) -> None:
    """Give the plots a palette: a third of the size, and nobody sees a difference."""
    for path in (Path(app.outdir) / FOLDER).glob("*.png"):
        picture = Image.open(path)
        if picture.mode != "P":
            palette = picture.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE)
            palette.save(path, optimize=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the functions above."""
    app.connect("build-finished", lighten_plots)
    app.connect("build-finished", set_beside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
