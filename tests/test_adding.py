"""Adding an optimiser touches rules.py, optimizers.py and its test: here one is added."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rmsprop_lab import optimizers

ROOT = Path(__file__).parents[1]

RULE = '''

def signum(
    learning_rate: Number, momentum: Number, epsilon: Number, grad: Number, velocity_prev: Number
) -> tuple[Number, Number]:
    """The sign of the velocity, softened by epsilon."""
    velocity = momentum * velocity_prev + (1 - momentum) * grad
    updates = learning_rate * velocity / (sqrt(velocity * velocity) + epsilon)
    return updates, velocity
'''
BY_HAND = """    # velocity .5 * 2 + .5 * 4 = 3, update .5 * 3 / (3 + 1)
    ("signum", (0.5, 0.5, 1.0, 4.0, 2.0), (0.375, 3.0)),
"""


def insert(path: Path, before: str, text: str) -> None:
    old = path.read_text()
    assert old.count(before) == 1, before
    path.write_text(old.replace(before, text + before))


def test_a_new_optimiser_needs_three_files(tmp_path: Path) -> None:
    leave = shutil.ignore_patterns(
        "node_modules", "__pycache__", "browser", "test_adding.py", "test_compiled.py"
    )
    for name in ("rmsprop_lab", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=leave)
    modules = "rmsprop_lab/lab/js/node_modules"  # the view's sources are run, and stand on some
    (tmp_path / modules).symlink_to(ROOT / modules)
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, tmp_path)
    # The tests that go over all optimisers, and that of the rules.
    held = [
        path.name
        for path in sorted((tmp_path / "tests").glob("test_*.py"))
        if "optimizers.ALL" in path.read_text()
    ]
    assert {"test_rules.py", "test_optimizers.py", "test_style.py", "test_speed.py"} <= set(held)
    rules = tmp_path / "rmsprop_lab/rules.py"
    rules.write_text(rules.read_text() + RULE)
    insert(
        tmp_path / "rmsprop_lab/optimizers.py",
        "\n#: Every built-in optimiser by name.",
        'signum = Optimizer.of(rules.signum, "Signum")\n',
    )
    insert(
        tmp_path / "tests/test_rules.py",
        ']\n\n\n@pytest.mark.parametrize(("name", "arguments", "expected"), BY_HAND)',
        BY_HAND,
    )
    # What is asked of one of the other optimisers has been asked already.
    asked = "signum or not (" + " or ".join(optimizers.ALL) + ")"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", asked, *held],
        cwd=tmp_path / "tests",
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert (
        "signum"
        in subprocess.run(
            [
                sys.executable,
                "-c",
                "from rmsprop_lab import Lab; print(Lab('bowl', 'signum').spec)",
            ],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
