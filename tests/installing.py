"""What installs from wheel, sdist and clone. `make wheel` runs it: it asks the registry."""

import filecmp
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_wheel import INSTALLED, ROOT

COLAB = ROOT / ".versions/colab-3.13/bin/python"
STRANGERS = {  # neither our environment's programs nor a Node
    name: value for name, value in os.environ.items() if name not in ("PATH", "PYTHONPATH")
} | {"PATH": "/usr/bin:/bin", "MPLBACKEND": "Agg"}


def built(kind: str) -> Path:
    """What `make wheel` has put into dist."""
    (found,) = (ROOT / "dist").glob(kind)
    return found


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, env=STRANGERS, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """The Python of an environment in which there is nothing but pip."""
    run(sys.executable, "-m", "venv", tmp_path / "empty", cwd=tmp_path)
    return tmp_path / "empty/bin/python"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What is committed, and nothing that was built."""
    run("git", "clone", "--quiet", ROOT, tmp_path / "clone", cwd=tmp_path)
    return tmp_path / "clone"


def test_the_wheel_installs_and_the_readmes_python_runs(empty: Path, tmp_path: Path) -> None:
    run(empty, "-m", "pip", "install", f"{built('*.whl')}[notebook]", cwd=tmp_path)
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]
    said = run(empty, "-c", INSTALLED + "import sklearn.datasets", code, cwd=tmp_path)
    assert said.strip().startswith(str(empty.parents[1]))
    run(empty, "-m", "pip", "check", cwd=tmp_path)


@pytest.mark.parametrize("kind", ["sdist", "clone"])
def test_without_node_pip_makes_the_same_wheel(
    kind: str, empty: Path, clone: Path, tmp_path: Path
) -> None:
    source = built("*.tar.gz") if kind == "sdist" else clone
    run(empty, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path, source, cwd=tmp_path)
    wheel = built("*.whl")
    same = filecmp.cmp(tmp_path / wheel.name, wheel, shallow=False)
    assert same, "dist was built from what is not committed, or a build has chance in it"


def test_a_clone_is_installed_editable(empty: Path, clone: Path, tmp_path: Path) -> None:
    run(empty, "-m", "pip", "install", "--editable", clone, cwd=tmp_path)
    code = "from rmsprop_lab import Lab; lab = Lab(); print(len(lab._esm), lab)"
    size, lab = run(empty, "-c", code, cwd=tmp_path).split(maxsplit=1)
    assert int(size) > 100_000
    assert lab.startswith("Lab: ")


def test_on_colab_nothing_that_is_there_changes(tmp_path: Path) -> None:
    uv = Path(sys.executable).parent / "uv"
    run(uv, "pip", "install", "--python", COLAB, "pip", cwd=tmp_path)
    report = tmp_path / "report.json"
    install = [COLAB, "-m", "pip", "install", "--dry-run", "--quiet", "--report", report]
    run(*install, f"{built('*.whl')}[notebook]", cwd=tmp_path)
    installed = json.loads(report.read_text())["install"]
    assert [one["metadata"]["name"] for one in installed] == ["rmsprop-lab"]
