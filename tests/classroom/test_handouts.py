"""The assignments' pages in the book follow the classroom's files that they are made of."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from classroom import assignments
from tests.support.extensions import extension

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


@pytest.mark.parametrize("name", assignments.NAMES)
def test_a_page_links_what_comes_before_and_says_how_long_it_takes(name):
    with extension("handouts") as handouts:
        page, text = handouts.statement(name), assignments.text(name)
    before = re.search(r"\*\*Before:\*\*(.*?)\.$", page, re.M | re.S)[1]
    links = re.findall(r"\[[^\]]+\]\(([\w-]+\.md)(?:#[\w-]+)?\)", before)
    assert links
    assert "*" not in before
    assert all((ROOT / "book" / link).exists() for link in links)
    assert f"about {text.minutes} minutes," in page
    assert "[counted](teaching.md#minutes-and-weights) from" in page


def test_what_no_page_is_called_is_refused():
    with extension("handouts") as handouts:
        with pytest.raises(ValueError, match=r"names 'Calculus'; choices: .*Gradient descent"):
            handouts.linked("**Time:** 5. **Before:** the chapter *Calculus*.")
        needed = handouts.linked("**Before:** *Mean\nand variance*.\n\nAn *other* word.")
    assert needed == (
        "**Before:** [Mean and variance](what-you-need.md#mean-and-variance).\n\nAn *other* word."
    )


def test_the_table_of_assignments_comes_from_their_heads():
    with extension("handouts") as handouts:
        rows = handouts.assignments_table().splitlines()[2:]
    assert len(rows) == len(assignments.NAMES)
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    for name, (page, minutes, automatic, marked, _) in zip(assignments.NAMES, cells, strict=True):
        assert f"(assignment-{name}.md)" in page
        assert int(minutes) == assignments.text(name).minutes
        total = sum(task.points for task in assignments.find(name).tasks)
        assert float(automatic) + float(marked) == total
    assert sum(int(cell[4].removesuffix(" %")) for cell in cells) == 100
