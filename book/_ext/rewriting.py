"""Change pages after they have been written."""

from collections.abc import Callable
from pathlib import Path


def rewrite(folder: Path, change: Callable[[str, str, Path], str]) -> None:
    """Change every page in a folder; one that stays as it is keeps its time.

    Args:
        folder: with all pages.
        change: takes a page, where it stands in the folder, and the folder.
    """
    for page in folder.rglob("*.html"):
        text = page.read_text()
        changed = change(text, page.relative_to(folder).as_posix(), folder)
        if changed != text:
            page.write_text(changed)
