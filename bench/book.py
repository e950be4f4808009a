"""Measure the book: a cold and a warm build, and how long each chapter's cells run.

Run by ``make bench``. Times are of this machine.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def build(out: str) -> tuple[float, str]:
    """Seconds, and what the build said."""
    command = [str(Path(sys.executable).parent / "jupyter-book"), "build", "--path-output", out]
    begun = time.perf_counter()
    done = subprocess.run(
        [*command, str(ROOT)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return time.perf_counter() - begun, done.stdout + done.stderr


def main() -> None:
    with tempfile.TemporaryDirectory() as out:
        cold, said = build(out)
        warm, _ = build(out)
    print("\nThe book, s")
    print(f"{cold:6.0f}   built cold (limit 180)")
    print(f"{warm:6.1f}   built again")
    chapters = re.findall(r"(\S+)\.md ran in (\d+) s", said)
    for name, seconds in sorted(chapters, key=lambda chapter: -float(chapter[1])):
        print(f"{float(seconds):6.1f}   {name} (limit 30)")


if __name__ == "__main__":
    main()
