"""The command ``new``: a small whole assignment, to be changed into one's own."""

import argparse
import os
import shlex
from pathlib import Path

from classroom import assignments
from classroom.course.folder import check_name
from classroom.errors import ClassroomError
from classroom.files import write

TEMPLATE = Path(__file__).parent / "template"
CALLED = "first"  # the assignment in the template


def new(name: str, folder: Path) -> list[Path]:
    """Write the two files of an assignment.

    Args:
        name: of the assignment.
        folder: gets ``NAME.md`` and ``NAME.py``; it is made where it is missing.

    Returns:
        the files.

    Raises:
        ClassroomError: for a name that is not allowed or not free; then nothing is written.
    """
    check_name(name, folder)
    if name in assignments.NAMES:
        raise ClassroomError(
            f"{name!r} is one of the built-in assignments ({', '.join(assignments.NAMES)}). Call "
            "yours by another name."
        )
    files = [folder / f"{name}{suffix}" for suffix in (".md", ".py")]
    if there := [file for file in files if os.path.lexists(file)]:
        raise ClassroomError(
            f"{there[0]} is there already, and nothing is overwritten. Choose another name."
        )
    for file in files:
        text = (TEMPLATE / f"{CALLED}{file.suffix}").read_text(encoding="utf-8")
        write(file, text.replace(f'"{CALLED}"', f'"{name}"'))
    return files


def command(given: argparse.Namespace) -> int:
    """Write it, and say what comes next."""
    for file in new(given.name, given.own):
        print(f"{file} is written.")
    folder = shlex.quote(str(given.own))
    print(f"Try it out: python -m classroom lint {given.name} --assignments {folder}")
    return 0
