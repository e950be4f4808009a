"""The hosts: each in an environment of its own, on a free port, with nothing kept elsewhere."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

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


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(environment: str, folder: Path, *arguments: str, ready: str = "/") -> Iterator[str]:
    """A server, started as `python -m ...` with {port} filled in; its address once it answers."""
    port = free_port()
    command = [str(python_of(environment)), "-m", *(part.format(port=port) for part in arguments)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=kept_in(folder, environment), stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(address + ready, timeout=60).close()
                break
            except urllib.error.HTTPError:  # it answers, if not with that page
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:  # it waits for its kernels, which go when it goes
            server.kill()
            server.wait()
