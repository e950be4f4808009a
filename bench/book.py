"""Measure the book: a cold and a warm build, how long each chapter's cells run, and its growth.

Run by ``make bench``. Times are of this machine. The growth is that of a book of 1, 10 and 100
chapters that differ in a number, each with a live lab, a computed number and a question.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIZES = (1, 10, 100)  # chapters

CHAPTER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Chapter {number}

```{{code-cell}} ipython3
from myst_nb import glue
from rmsprop_lab import Lab, descend

rate = {rate}
path = descend("ravine", "rmsprop", steps=100, learning_rate=rate)
glue("loss", float(path.losses[-1]), display=False)
```

After 100 steps the loss is {{glue:text}}`loss:.3g`.

```{{code-cell}} ipython3
Lab("ravine", ["sgd", "rmsprop"], learning_rate=rate, controls=["learning_rate", "rho"])
```

$$
s \\leftarrow \\rho s + (1 - \\rho) g^2
$$

:::{{question}} What makes the steps smaller?

1. A larger gradient
2. A smaller learning rate

<details><summary>Answer</summary>

1. No: its size is divided out.
2. Right. It is a factor of the step.

</details>
:::
"""


def build(source: Path, out: Path) -> tuple[float, str]:
    """Seconds, and what the build said."""
    command = [
        str(Path(sys.executable).parent / "jupyter-book"),
        "build",
        "--path-output",
        str(out),
    ]
    begun = time.perf_counter()
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, cwd=source)
    seconds, said = time.perf_counter() - begun, done.stdout + done.stderr
    if done.returncode:
        raise SystemExit(f"{said}\nThe book did not build.")
    return seconds, said


def generated(folder: Path, chapters: int) -> Path:
    """A book with our settings and extensions, and that many chapters."""
    for shared in (
        "_config.yml",
        "book/_ext",
        "book/_static",
        "book/references.bib",
        "rmsprop_lab",
    ):
        place = folder / shared
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(ROOT / shared)
    names = [f"chapter-{number:03}" for number in range(1, chapters + 1)]
    for number, name in enumerate(names, 1):
        text = CHAPTER.format(number=number, rate=0.01 + number / 10_000)
        (folder / f"book/{name}.md").write_text(text)
    first, *others = (f"book/{name}" for name in names)
    rest = "chapters:\n" + "".join(f"  - file: {name}\n" for name in others) if others else ""
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {first}\n{rest}")
    return folder


def growth(sizes: Sequence[int]) -> None:
    print("\nA book of that many small chapters, built cold, s, and s for each more")
    before: tuple[int, float] | None = None
    for chapters in sizes:
        with tempfile.TemporaryDirectory() as folder:
            source = generated(Path(folder) / "source", chapters)
            seconds, _ = build(source, Path(folder) / "out")
        more = f"{(seconds - before[1]) / (chapters - before[0]):8.2f}" if before else ""
        print(f"{chapters:6}{seconds:8.1f}{more}")
        before = chapters, seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cold, said = build(ROOT, Path(folder))
        warm, _ = build(ROOT, Path(folder))
    print("\nThe book, s")
    print(f"{cold:6.0f}   built cold (limit 180)")
    print(f"{warm:6.1f}   built again")
    chapters = re.findall(r"(\S+)\.md ran in (\d+) s", said)
    for name, seconds in sorted(chapters, key=lambda chapter: -float(chapter[1])):
        print(f"{float(seconds):6.1f}   {name} (limit 30)")
    growth(SIZES)


if __name__ == "__main__":
    main()
