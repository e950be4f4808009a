"""Whether a notebook's numbers are the student's: another secret is told from an edited cell."""

import json

import pytest

from classroom import assignments
from classroom.course.folder import numbers_of
from classroom.course.notebook import read
from classroom.course.own_numbers import CHANGED, OTHER_NUMBERS, NumbersCell, doubt
from tests.classroom.support.in_process import SECRET, assignment_text

ANOTHER = bytes(reversed(SECRET))
CELL = NumbersCell("numbers", ("A=np.array(", ")b=", "#mine"), ("[[1,2],[3,4]]", "-1e-05"))


def handout(name: str, secret: bytes = SECRET, *, torch: bool = False) -> dict:
    text = assignment_text(name)
    numbers = numbers_of(text.assignment, secret, "ada")
    made = text.notebook(numbers, "ada", solutions=True, questions={} if torch else None)
    return json.loads(made)


def said(name: str, notebook: dict, *, torch: bool = False) -> str:
    text = assignment_text(name)
    cells = text.numbers_cells(numbers_of(text.assignment, SECRET, "ada"), torch=torch)
    return doubt(read(json.dumps(notebook).encode()), cells)


@pytest.mark.parametrize("name", assignments.NAMES)
def test_another_secret_is_told_of_each_assignment(name):
    assert said(name, handout(name)) == ""
    assert said(name, handout(name, ANOTHER)) == OTHER_NUMBERS
    if assignments.find(name).right:
        assert said(name, handout(name, torch=True), torch=True) == ""
        assert said(name, handout(name, ANOTHER, torch=True), torch=True) == OTHER_NUMBERS


def test_it_is_known_without_what_the_notebook_says_of_itself():
    notebook = handout("descent", ANOTHER)
    del notebook["metadata"]["classroom"]
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    assert said("descent", notebook) == OTHER_NUMBERS


def edited(old: str, new: str) -> dict:
    notebook = handout("descent")
    cell = next(one for one in notebook["cells"] if one["id"] == "descent-numbers")
    source = "".join(cell["source"])
    assert old in source
    cell["source"] = source.replace(old, new)
    return notebook


def test_an_edited_cell_is_noted_and_what_is_only_added_is_not():
    assert said("descent", edited("rate = ", "rate = 1")) == OTHER_NUMBERS
    assert said("descent", edited("A = np", "A = 2 * np")) == CHANGED
    assert said("descent", edited("start = ", "start = (((")) == CHANGED
    assert said("descent", edited("import numpy", "print('mine')\nimport numpy")) == ""
    gone = handout("descent")
    gone["cells"] = [cell for cell in gone["cells"] if cell["id"] != "descent-numbers"]
    assert said("descent", gone) == ""
    gone["cells"] += handout("descent")["cells"] + handout("descent", ANOTHER)["cells"]
    assert said("descent", gone) == ""  # the student's own are among them


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("A = np.array([[1, 2],\n [3, 4]])\nb = -1e-05  # mine", CELL.numbers),
        ("A = np.array([[1, 2]])\nb = 'a b'  # mine", ("[[1,2]]", "'ab'")),
        ("A = np.array([[1, 2])\nb = 1  # mine", None),
        ("A = np.array(B)\nb = 1  # mine", None),
        ("A = np.array(" + "[" * 1_000_000, None),
        ("", None),
    ],
)
def test_what_stands_in_the_numbers_place(source, numbers):
    assert CELL.in_place(source) == numbers
