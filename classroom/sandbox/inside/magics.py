"""Cells with IPython's own syntax: turned into Python, their magics without effect."""

from typing import Any

#: Magics whose body is the student's code.
RUNS_ITS_BODY = {"time", "timeit", "capture", "prun", "python", "python3", "py"}


def as_python(source: str) -> str:
    """A cell's source as Python, each line in its place.

    Imports IPython, so only for what is not Python already.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    lines = source.split("\n")
    for place, line in enumerate(lines):
        magic = line.startswith("%%") and (line[2:].split() or [""])[0]
        if magic in RUNS_ITS_BODY:
            lines[place] = ""
        elif line.strip():
            break
    above = next((place for place, line in enumerate(lines) if line.strip()), 0)
    manager: Any = TransformerManager
    python: str = manager().transform_cell("\n".join(lines))  # which drops empty lines above
    return "\n" * above + python


class Shell:
    """What ``get_ipython()`` gives: magics do nothing."""

    def getoutput(self, *_args: Any, **_kwargs: Any) -> list[str]:
        return []

    def __getattr__(self, name: str) -> Any:
        return lambda *_args, **_kwargs: None


SHELL = Shell()
