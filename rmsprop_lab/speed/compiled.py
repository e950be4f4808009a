"""A tape as a loop that Numba compiles, where it is installed: the same bits, sooner.

The source of a loop goes to a file of the user's cache, named by what is in it, and Numba
keeps the machine code beside it: each is compiled once. No fast-math, and no multiply-add
fused into one rounding.
"""

import hashlib
import importlib.util
import inspect
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from rmsprop_lab.algebra.tape import Tape
from rmsprop_lab.speed.printing import HELPERS, statements

#: Settings that a loop takes side by side: while one waits for a root, the others go on.
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


def descend(tape: Tape, scheduled: int | None = None) -> Callable[..., None]:
    """``descend(factors, far, diverged_at, fixed, carried)``: walk, ``carried`` in place.

    Args:
        tape: of a step. It takes what is fixed, then what is carried, the two coordinates last,
            and returns what is carried.
        scheduled: the place of what is fixed but for a factor at each step, if there is one.

    Args of the function:
        factors: shape (steps,), one for each step.
        far: beyond it a coordinate has diverged.
        diverged_at: shape (settings,), whole numbers: gets the step at which each diverged, -1
            if none.
        fixed: shape (numbers, settings).
        carried: shape (numbers, settings).
    """
    count = len(tape.takes) - len(tape.returns)
    before, inside, results = statements(tape, range(count))
    names = [f"a{place}" for place in range(len(tape.takes))]
    rows = [f"fixed[{k}]" for k in range(count)]
    rows += [f"carried[{k}]" for k in range(len(tape.returns))]
    carried = names[count:]
    x, y = carried[-2:]
    places = [] if scheduled is None else [scheduled]
    # A copy of one's own per block: the compiler then knows that no two rows overlap.
    return _compiled(
        "def descend(factors, far, diverged_at, fixed, carried):",
        "    count = len(diverged_at)",
        f"    for block in prange((count + {LANES - 1}) // {LANES}):",
        f"        first = block * {LANES}",
        f"        last = min(first + {LANES}, count)",
        "        stayed = np.ones(last - first)",
        "        steps = np.zeros(last - first)",
        *(
            f"        all_{name} = {row}[first:last].copy()"
            for name, row in zip(names, rows, strict=True)
        ),
        "        for factor in factors:",
        "            for k in range(last - first):",
        *(f"                {name} = all_{name}[k]" for name in names),
        *(f"                {names[k]} = {names[k]} * factor" for k in places),
        *(f"                {line}" for line in (*before, *inside)),
        f"                {', '.join(carried)} = {', '.join(results)}",
        *(f"                all_{name}[k] = {name}" for name in carried),
        f"                near = 1.0 if abs({x}) <= far and abs({y}) <= far else 0.0",
        "                stayed[k] *= near",
        "                steps[k] += stayed[k]",
        "        for k in range(last - first):",
        "            diverged_at[first + k] = -1 if stayed[k] == 1.0 else int(steps[k]) + 1",
        *(f"        carried[{k}, first:last] = all_{name}" for k, name in enumerate(carried)),
    )


def step(tape: Tape, arrays: Sequence[int]) -> Callable[..., None]:
    """``step(params, *takes)``: move ``params`` and the states in place, on all cores.

    Args:
        tape: of a rule.
        arrays: which of its arguments are arrays, the gradient first, then states.
    """
    states = arrays[1:]
    takes = len(tape.takes)
    before, inside, (updates, *after) = statements(tape, set(range(takes)) - set(arrays))
    first = takes - len(after)  # the place of the first state
    called = [f"all_a{place}" if place in arrays else f"a{place}" for place in range(takes)]
    return _compiled(
        f"def step(params, {', '.join(called)}):",
        *(f"    {line}" for line in before),
        "    for k in prange(len(params)):",
        *(f"        a{place} = all_a{place}[k]" for place in arrays),
        *(f"        {line}" for line in inside),
        f"        params[k] -= {updates}",
        *(f"        all_a{place}[k] = {after[place - first]}" for place in states),
    )


_HEAD = "\n".join(
    [
        "import numpy as np",
        "from numba import njit, prange",
        "from numpy import sqrt",
        *(f"\n\n@njit\n{inspect.getsource(helper)}" for helper in HELPERS),
        "\n@njit(parallel=True, cache=True, error_model='numpy', fastmath=False)",
    ]
)


@cache
def _compiled(*lines: str) -> Callable[..., None]:
    """The function that these lines define."""
    text = "\n".join([_HEAD, *lines, ""])
    name = lines[0].removeprefix("def ").partition("(")[0]
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
    function: Callable[..., None] = getattr(module, name)
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
