"""A page hands out its notebook, from a server and opened from a file."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

HTML = Path(__file__).parents[2] / "_build/html"


@pytest.mark.parametrize(
    ("page", "notebook"),
    [("rmsprop", "chapters/rmsprop.ipynb"), ("assignment-descent", "notebooks/descent.ipynb")],
)
@pytest.mark.parametrize("by", ["mouse", "key"])
def test_a_notebook_is_saved(
    page: str, notebook: str, by: str, host: str, open_page: Callable[..., Page]
) -> None:
    opened = open_page(f"{host}book/{page}.html", accept_downloads=True)
    link = opened.locator("a.download")
    expect(link).to_be_in_viewport()
    with opened.expect_download() as saved:
        link.click() if by == "mouse" else link.press("Enter")
    name = Path(notebook).name
    assert saved.value.suggested_filename == name
    text = Path(saved.value.path()).read_text()
    nbformat.validate(nbformat.reads(text, 4))
    assert text == (HTML / "book" / notebook).read_text()
    assert opened.url.endswith(f"{page}.html")  # and the page is still there
