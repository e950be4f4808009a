"""The unit tests of the lab's view, which run in Node, as one test here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

LAB = Path(__file__).parents[2] / "rmsprop_lab/lab/js"


@pytest.mark.slow
def test_view() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the pinned Node
    done = subprocess.run(
        ["npm", "test", "--silent"],
        cwd=LAB,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed, failed = (int(re.search(rf"{word} (\d+)", done.stdout)[1]) for word in ("pass", "fail"))
    assert passed > 10
    assert failed == 0
