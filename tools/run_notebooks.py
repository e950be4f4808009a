"""Run notebooks from top to bottom in an empty folder, as somebody does who has no book.

Run by ``make notebooks`` with the Python of an environment that holds the package's wheel with its
extra ``notebook``, what runs a notebook, and nothing else. What a cell of a chapter prints must be
what it printed when the book was built: then no cell misses one that was left out.
"""

import argparse
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

BUILD = Path(__file__).parents[1] / "_build"
# What is another each time: all that a cell with a clock prints, seconds, and where an object lies.
CLOCK = re.compile(r"timeit|process_time|perf_counter")
PASSING = re.compile(r"\d+(?:\.\d+)? ?(?:s|ms|µs|MB|it/s|times as fast)\b|0x[0-9a-f]+")


def read(path: Path) -> NotebookNode:
    """A notebook file."""
    return cast(NotebookNode, nbformat.reads(path.read_text(), 4))  # type: ignore[no-untyped-call]


def run(path: Path, folder: Path) -> NotebookNode:
    """The notebook with its outputs; its code finds itself in the folder."""
    notebook = read(path)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    return notebook


def printed(cell: NotebookNode) -> str:
    """What a cell printed, without what is another each time."""
    text = "".join(of.text for of in cell.outputs if of.get("name") == "stdout")
    return PASSING.sub("…", text)


def codes(notebook: NotebookNode) -> list[NotebookNode]:
    """Its code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def as_built(chapter: str) -> NotebookNode | None:
    """A chapter with the outputs of the book's build, if there is such a chapter."""
    page = BUILD / f"jupyter_execute/book/{chapter}.ipynb"
    if not page.exists():
        return None
    sources = [cell.source for cell in codes(read(page))]
    ran = map(read, (BUILD / ".jupyter_cache/executed").glob("*/base.ipynb"))
    return next(of for of in ran if [cell.source for cell in codes(of)] == sources)


def differences(made: NotebookNode, book: NotebookNode) -> list[str]:
    """Of a chapter's cells, those that printed something else in the book."""
    kept = [of for of in codes(book) if "remove-cell" not in of.metadata.get("tags", [])]
    return [
        f"it printed\n{printed(ours)}\nand in the book\n{printed(theirs)}"
        for ours, theirs in zip(codes(made), kept, strict=True)
        if printed(ours) != printed(theirs) and not CLOCK.search(ours.source)
    ]


def complaint(path: Path) -> str:
    """What is wrong with a notebook; nothing if it runs, and prints what the book shows."""
    begun = time.monotonic()
    with TemporaryDirectory() as folder:
        try:
            made = run(path, Path(folder))
        except CellExecutionError as error:
            return f"{path.name} stops:\n{error}"
    book = as_built(path.stem)
    if book and (found := differences(made, book)):
        return "\n".join([f"{path.name}:", *found])
    print(f"{path.name} runs in {time.monotonic() - begun:.0f} s", flush=True)
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    with ThreadPoolExecutor(2) as pool:
        wrong = [of for of in pool.map(complaint, parser.parse_args().notebooks) if of]
    sys.exit("\n\n".join(wrong) or None)  # an empty text would be a failure, too


if __name__ == "__main__":
    main()
