"""The hosts: each in an environment of its own, with nothing kept elsewhere."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.support.servers import serving

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".venv-hosts"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

#: A lab that the page walks, and one that only the kernel can.
LIVE = """
from rmsprop_lab import Lab
lab = Lab("bowl", ["rmsprop", "sgd"], controls=["learning_rate", "rho", "step"])
"""
WALKED = """
from rmsprop_lab import Lab
def stairs(x, y):
    if x > 2:
        return float(int(x)) + (x - 2) ** 2 + y * y
    return x * x + y * y
walked = Lab(stairs, ["rmsprop"], controls=["learning_rate"])
"""


def write_notebook(path: Path, *cells: str) -> Path:
    metadata = {"kernelspec": KERNEL}
    nbformat.write(new_notebook(cells=[*map(new_code_cell, cells)], metadata=metadata), path)
    return path


def python_of(environment: str) -> Path:
    """The interpreter of an environment that `make hosts` made; "" is the book's own."""
    path = ENVIRONMENTS / environment / "bin/python" if environment else Path(sys.executable)
    if not path.exists():
        pytest.skip("could not be installed where the table was made")
    return path


def versions_of(environment: str, *packages: str) -> dict[str, str]:
    """What is installed there, by package; nothing where it could not be."""
    if environment and not (ENVIRONMENTS / environment).exists():
        return {}
    asked = f"from importlib.metadata import version; print(*map(version, {packages!r}))"
    answer = subprocess.run(
        [python_of(environment), "-c", asked], capture_output=True, text=True, check=True
    )
    return dict(zip(packages, answer.stdout.split(), strict=True))


def kept_in(folder: Path, environment: str) -> dict[str, str]:
    """The variables for a program of an environment that writes only into a folder."""
    places = {
        f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("RUNTIME", "CONFIG", "DATA")
    }
    path = f"{python_of(environment).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | places | {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder)}


@contextmanager
def running(environment: str, folder: Path, *arguments: str, ready: str = "/") -> Iterator[str]:
    """A server, started as `python -m ...` with {port} filled in; its address once it answers."""
    command = [str(python_of(environment)), "-m", *arguments]
    with serving(folder, command, kept_in(folder, environment), ready) as address:
        yield address
