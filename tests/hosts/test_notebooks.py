"""Notebooks with a server and a kernel: JupyterLab, Notebook 7, nbclassic, Notebook 6, Voila."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.hosts.servers import LIVE, WALKED, running, versions_of, write_notebook
from tests.hosts.trying import asks_the_kernel, moves, offline

SERVER = ("--no-browser", "--allow-root", "--port={port}", "--ip=127.0.0.1")
OPEN = "--IdentityProvider.token="


@dataclass(frozen=True)
class Notebook:
    """A host, how it is started, where it shows the notebook, and what runs all cells there."""

    name: str
    environment: str
    packages: tuple[str, ...]
    arguments: tuple[str, ...]
    address: str
    ready: str = ""
    run_all: str = ""


LUMINO = (
    "globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    " === 'idle'",
    "void jupyterapp.commands.execute('notebook:run-all-cells')",
)
CLASSIC = (
    "globalThis.Jupyter?.notebook?.kernel?.is_connected()"
    " && Jupyter.notebook.kernel.info_reply.banner",
    "Jupyter.notebook.execute_all_cells()",
)
NOTEBOOKS = [
    Notebook(
        "JupyterLab",
        "",
        ("jupyterlab", "ipywidgets", "anywidget"),
        ("jupyter", "lab", *SERVER, OPEN, "--LabApp.expose_app_in_browser=True", "."),
        "/lab/tree/lab.ipynb",
        *LUMINO,
    ),
    Notebook(
        "Notebook 7",
        "jupyter",
        ("notebook", "ipywidgets", "anywidget"),
        ("notebook", *SERVER, OPEN, "--JupyterNotebookApp.expose_app_in_browser=True", "."),
        "/notebooks/lab.ipynb",
        *LUMINO,
    ),
    Notebook(
        "nbclassic",
        "jupyter",
        ("nbclassic", "ipywidgets", "anywidget"),
        ("nbclassic", *SERVER, OPEN, "."),
        "/nbclassic/notebooks/lab.ipynb",
        *CLASSIC,
    ),
    Notebook(
        "Notebook 6",
        "classic",
        ("notebook", "ipywidgets", "anywidget"),
        ("notebook", *SERVER, "--NotebookApp.token=", "--NotebookApp.password=", "."),
        "/notebooks/lab.ipynb",
        *CLASSIC,
    ),
    Notebook(
        "Voila",
        "jupyter",
        ("voila", "ipywidgets", "anywidget"),
        ("voila", "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1", "lab.ipynb"),
        "/",
    ),
]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_a_notebook(
    notebook: Notebook, page: Page, tmp_path: Path, host: Callable[..., None]
) -> None:
    """Run a notebook, move a slider, type a number; a lab that the kernel walks redraws; all
    text has 12 px at the least.
    """
    host(notebook.name, versions_of(notebook.environment, *notebook.packages), "live")
    write_notebook(tmp_path / "lab.ipynb", f"{LIVE}lab", f"{WALKED}walked")
    with running(notebook.environment, tmp_path, *notebook.arguments, ready="/static/") as address:
        offline(page).goto(address + notebook.address, timeout=120_000)
        if notebook.run_all:
            page.wait_for_function(notebook.ready, timeout=120_000)
            page.evaluate(notebook.run_all)
        page.locator("figure.rmsprop-lab").nth(1).wait_for(timeout=120_000)
        moves(page)
        asks_the_kernel(page)
