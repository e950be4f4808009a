"""The assignments' pages in the book follow the classroom's files that they are made of."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE_OF = """
import sys
sys.path.append("book/_ext")
import handouts
from classroom import assignments
for name in assignments.NAMES:
    handouts.statement(name)
for name, module in sys.modules.items():
    if name.startswith("classroom."):
        print(module.__file__)
"""


def said(*command: str) -> set[str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_make_builds_the_book_anew_when_one_of_them_changes():
    watched = said("make", "--silent", "--eval", "watched: ; @echo $(HANDOUTS)", "watched")
    modules = {
        Path(file).relative_to(ROOT).as_posix() for file in said(sys.executable, "-c", MADE_OF)
    }
    texts = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("classroom/assignments/*.md")}
    assert "classroom/course/assignment_text.py" in modules
    assert modules | texts <= watched
