"""Run the chapters ahead of the build, as many at a time as there are processors.

MyST-NB runs them one after the other as it reads them, which took two thirds of a build. Here
their outputs are put into its own cache, where it then finds them. A chapter that fails is left
to it: it says where.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from rmsprop_lab.lab.exported import UNNEEDED

LOG = logging.getLogger(__name__)

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


def run(notebook: NotebookNode, path: Path, timeout: int) -> ExecutionResult:
    """Run a chapter in its own folder, on a kernel of its own."""
    return single_nb_execution(notebook, cwd=str(path.parent), timeout=timeout, allow_errors=False)


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
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                task = pool.submit(run, notebook, path, config.execution_timeout)
                running[task] = (notebook, path, form)
        for task in as_completed(running):
            (notebook, path, form), result = running[task], task.result()
            if result.err is None:
                record = cache.add_nb_to_project(str(path), read_data=form)
                seconds = {"execution_seconds": result.time}
                bundle = CacheBundleIn(notebook, record.uri, data=seconds)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
                LOG.info("%s ran in %.0f s", path.name, result.time)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it to the moment before the first page is read."""
    app.connect("env-before-read-docs", run_ahead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
