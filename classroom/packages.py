"""Which packages this Python lacks, found with the standard library alone."""

import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROJECT = Path(__file__).parents[1]
UNLESS_ASKED = ("distributed",)  # for `grade --dask` alone, which says so itself


def missing() -> list[str]:
    """The packages that the project asks for, and that are not installed here."""
    return [name for name in _needed() if not _is_here(name)]


def lacking() -> str:
    """What this Python lacks, and how to get it; nothing where nothing is missing."""
    if not (names := missing()):
        return ""
    own = PROJECT / ".venv/bin/python"
    use = f"Use the project's own Python, {shlex.quote(str(own))}"
    if not own.exists():
        use += f", which this makes: make -C {shlex.quote(str(PROJECT))} .venv/.installed"
    return (
        f"This Python, {sys.executable}, lacks {', '.join(names)}. {use}\n"
        f"Or install them here: {shlex.quote(sys.executable)} -m pip install {' '.join(names)}"
    )


def _needed() -> Iterator[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    for asked in (*project["dependencies"], *project["optional-dependencies"]["classroom"]):
        name = re.split(r"[^\w-]", asked)[0]
        if name not in UNLESS_ASKED:
            yield name


def _is_here(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False
