"""The loops of ``loops.py`` compiled by Numba, where it is installed: the same bits, sooner.

The source of a loop goes to a file of the user's cache, named by what is in it, and Numba
keeps the machine code beside it: each is compiled once. No fast-math, and no multiply-add
fused into one rounding.
"""

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rmsprop_lab.loops import Body

#: Settings that a loop walks side by side: while one waits for a root, the others go on.
LANES = 64
# Fewer rounds of fewer numbers than this are done before Numba is ready.
_WORTH = 1_000_000


def worth(numbers: int, rounds: int) -> bool:
    """Whether a job is large enough, and Numba there."""
    return numbers * rounds >= _WORTH and installed()


@cache
def installed() -> bool:
    """Whether Numba is."""
    return importlib.util.find_spec("numba") is not None


@lru_cache(maxsize=256)
def walk(body: Body) -> Callable[..., None]:
    """``walk(steps, far, gone, takes, carried)``: move the rows of ``carried`` in place.

    Args of the function:
        steps: how many rounds.
        far: beyond it a coordinate has diverged.
        gone: shape (settings,), whole numbers: gets the step at which each diverged, -1 if none.
        takes: shape (``len(body.takes)``, settings).
        carried: shape (``len(body.carried)``, settings), in the order of ``body.carried``.
    """
    names = [*body.takes, *body.carried]
    rows = [f"takes[{k}]" for k in range(len(body.takes))]
    rows += [f"carried[{k}]" for k in range(len(body.carried))]
    # A copy of one's own per block: the compiler then knows that no two rows overlap.
    return _compiled(
        [
            "def walk(steps, far, gone, takes, carried):",
            "    count = len(gone)",
            f"    for block in prange((count + {LANES - 1}) // {LANES}):",
            f"        first = block * {LANES}",
            f"        last = min(first + {LANES}, count)",
            "        inside = np.ones(last - first)",
            "        seen = np.zeros(last - first)",
            *(
                f"        a_{n} = {row}[first:last].copy()"
                for n, row in zip(names, rows, strict=True)
            ),
            "        for _ in range(steps):",
            "            for k in range(last - first):",
            *(f"                {name} = a_{name}[k]" for name in names),
            *(f"                {line}" for line in (*body.head(), *body.text())),
            *(f"                a_{name}[k] = {name}" for name in body.carried),
            "                near = 1.0 if abs(x) <= far and abs(y) <= far else 0.0",
            "                inside[k] *= near",
            "                seen[k] += inside[k]",
            "        for k in range(last - first):",
            "            gone[first + k] = -1 if inside[k] == 1.0 else int(seen[k]) + 1",
            *(
                f"        carried[{k}, first:last] = a_{name}"
                for k, name in enumerate(body.carried)
            ),
        ],
        "walk",
    )


@lru_cache(maxsize=64)
def step(body: Body) -> Callable[..., None]:
    """``step(*takes, *carried)``: move the carried arrays in place, on all cores."""
    arrays = ["g_w", *body.carried]
    # The loop has other names for the numbers than for the arrays.
    inside = [f"{name} = a_{name}[k]" for name in arrays]
    inside += body.text() + [f"a_{name}[k] = {name}" for name in body.carried]
    called = [f"a_{name}" if name in arrays else name for name in (*body.takes, *body.carried)]
    return _compiled(
        [
            f"def step({', '.join(called)}):",
            *(f"    {line}" for line in body.head()),
            "    for k in prange(len(a_w)):",
            *(f"        {line}" for line in inside),
        ],
        "step",
    )


_HEAD = (
    "import numpy as np",
    "from numba import njit, prange",
    "from numpy import sqrt",
    "",
    "",
    "@njit(parallel=True, cache=True, error_model='numpy', fastmath=False)",
)


def _compiled(lines: list[str], name: str) -> Callable[..., Any]:
    text = "\n".join([*_HEAD, *lines, ""])
    folder = _folder()
    key = f"{name}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    path = folder / f"{key}.py"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(text)
        draft.replace(path)  # at once: another process may be reading
    found = importlib.util.spec_from_file_location(f"rmsprop_lab_{key}", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[module.__name__] = module  # Numba looks it up by its name
    found.loader.exec_module(module)
    function: Callable[..., Any] = getattr(module, name)
    return function


def _folder() -> Path:
    """Where the user's caches live; where nothing can be kept, a place for this process alone."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rmsprop-lab"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="rmsprop-lab-"))
