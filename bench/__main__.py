"""Run every measurement, and put what each prints on record in results.md.

``make bench`` runs all of them; ``python -m bench speed lab`` runs two, and leaves the others'
record as it is. A section says when and on what it was measured.
"""

import datetime
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from bench.speed import machine

RESULTS = Path(__file__).parent / "results.md"

#: What is run, and which versions its figures hang on.
MEASURED = {
    "bench.speed": ["numpy", "numba"],
    "bench.network": ["numpy", "numba"],
    "bench.lab": ["playwright", "matplotlib"],
    "bench.notebook": ["playwright"],
    "bench.race": ["playwright", "numpy"],
    "bench.book": ["jupyter-book", "myst-nb"],
    "bench.classroom --all": ["distributed"],
}

HEAD = """# Measured

`make bench` writes this page. A time is of the machine that its section names, on the day that it
names; a ratio is of things that took turns in one run. The command above each table gives it anew.
"""


def measure(command: str) -> str:
    """Run a measurement; returns its section. What it prints is shown as it comes."""
    said = []
    arguments = [sys.executable, "-u", "-m", *command.split()]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            said.append(line)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    versions = ", ".join(f"{package} {version(package)}" for package in MEASURED[command])
    # Each says on what it ran, too; here it stands once.
    table = "".join(line for line in said if line.strip() != machine()).strip("\n")
    return (
        f"## `python -m {command}`\n\n{datetime.date.today()}, {machine()}, {versions}\n\n"
        f"```\n{table}\n```\n"
    )


def sections_of(text: str) -> dict[str, str]:
    """The sections of a record, by their commands."""
    _, *sections = re.split(r"^(?=## )", text, flags=re.M)
    return {
        section.split("`")[1].removeprefix("python -m "): f"{section.strip()}\n"
        for section in sections
    }


def main(asked: list[str]) -> None:
    names = {command.split()[0].removeprefix("bench."): command for command in MEASURED}
    for name in asked:
        if name not in names:
            raise SystemExit(f"There is no measurement {name!r}. Choices: {', '.join(names)}.")
    sections = sections_of(RESULTS.read_text() if RESULTS.exists() else "")
    for name in asked or names:
        sections[names[name]] = measure(names[name])
        found = [sections[command] for command in MEASURED if command in sections]
        RESULTS.write_text("\n".join([HEAD, *found]))


if __name__ == "__main__":
    main(sys.argv[1:])
