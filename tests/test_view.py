"""The unit tests of the lab's view, which run in Node, as one test here."""

import subprocess
from pathlib import Path

LAB = Path(__file__).parents[1] / "rmsprop_lab/lab"


def test_view() -> None:
    done = subprocess.run(
        ["npm", "test", "--silent"], cwd=LAB, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout or "ℹ fail 0" in done.stdout
    assert "pass 0" not in done.stdout
