"""Run the chapters ahead of the build, as many at a time as there are processors.

MyST-NB runs them one after the other as it reads them, which took two thirds of a build. Here
their outputs are put into its own cache, where it then finds them. A chapter that fails is left
to it: it says where.

The cache knows a chapter by its code alone; here its outputs also hang on the files that it reads.
"""

import logging
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from hashlib import sha256
from pathlib import Path

import zmq
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from traitlets.config import Config

from rmsprop_lab.lab.exported import UNNEEDED

# A kernel that is spoken to in plain text warns of it, each time.
ENCRYPTED = Config(
    KernelManager={"transport_encryption": "auto" if zmq.has("curve") else "disabled"}
)

#: What runs longest begins first, or one processor would be left with it when the others are done.
LONGEST = "book/network", "book/worlds", "book/landscapes", "book/race", "book/minibatch"


def in_turn(names: Iterable[str]) -> list[str]:
    """The chapters in the order in which they begin."""
    places = {name: place for place, name in enumerate(LONGEST)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def read(env: BuildEnvironment, name: str) -> tuple[NotebookNode, str | dict] | None:
    """A page as the notebook that it is, and the form that it was read from; None without code."""
    path = Path(env.doc2path(name))
    text = path.read_text()
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
    return reader and (reader.read(text), reader.read_fmt)


FILE = re.compile(r'\bPath\("([^"]+)"\)\.read_text\(\)')


def note_files(app: Sphinx, name: str, content: list[str]) -> None:
    """Have a page read again when a file that its code reads has changed."""
    folder = Path(app.env.doc2path(name)).parent
    for file in FILE.findall(content[0]):
        app.env.note_dependency(str(folder / file))


def files_of(notebook: NotebookNode, folder: Path) -> dict[str, str]:
    """The files that a chapter reads, and for each a digest of what is in it."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return {file: sha256((folder / file).read_bytes()).hexdigest() for file in FILE.findall(code)}


def has_outputs(cache: JupyterCacheAbstract, notebook: NotebookNode, files: dict[str, str]) -> bool:
    """Whether the cache has what a chapter makes of these files; what it made of others goes."""
    try:
        record = cache.match_cache_notebook(notebook)
        cache.get_cache_bundle(record.pk)
    except (KeyError, ValueError):  # a build may have been stopped while it wrote them
        return False
    if record.data.get("files", {}) == files:
        return True
    cache.remove_cache(record.pk)  # or they would be shown if the chapter now failed
    return False


def run(notebook: NotebookNode, path: Path, timeout: int) -> ExecutionResult:
    """Run a chapter in its own folder, on a kernel of its own."""
    return single_nb_execution(
        notebook, cwd=str(path.parent), timeout=timeout, allow_errors=False, config=ENCRYPTED
    )


def run_ahead(app: Sphinx, env: BuildEnvironment, names: Iterable[str]) -> None:
    """Run those of the chapters to be read whose outputs are not in the cache."""
    config = env.mystnb_config
    cache = get_cache(config.execution_cache_path or ".jupyter_cache")
    # Each kernel has one processor: matrices that share it between threads wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ[UNNEEDED] = "yes"
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {}
        for name in in_turn(names):
            if (chapter := read(env, name)) is None:
                continue
            notebook, form = chapter
            path = Path(env.doc2path(name))
            files = files_of(notebook, path.parent)
            if not has_outputs(cache, notebook, files):
                task = pool.submit(run, notebook, path, config.execution_timeout)
                running[task] = (notebook, path, form, files)
        if running:
            print(f"Pages to run: {len(running)}", flush=True)
        for number, task in enumerate(as_completed(running), start=1):
            (notebook, path, form, files), result = running[task], task.result()
            if result.err is None:
                record = cache.add_nb_to_project(str(path), read_data=form)
                data = {"execution_seconds": result.time, "files": files}
                bundle = CacheBundleIn(notebook, record.uri, data=data)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
                said = f"{path.name} ran in {result.time:.0f} s"
                print(f"{number} of {len(running)}: {said}", flush=True)
    print("Reading and writing pages", flush=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect them to the moments before the first page is read, and before each."""
    logging.getLogger("traitlets").setLevel(logging.WARNING)  # it names the kernel of each page
    app.connect("env-before-read-docs", run_ahead)
    app.connect("source-read", note_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
