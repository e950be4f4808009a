"""An assignment's text: what is checked, what students get, and that it is always the same."""

import ast
import json
import re
from dataclasses import replace

import nbformat
import pytest

from classroom import assignments
from classroom.course.assignment import Assignment, Check, Task
from classroom.course.assignment_text import literal, read_assignment_text
from classroom.errors import ClassroomError
from tests.classroom.support import in_process

HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
classroom:
  title: A toy
  minutes: 10
  goals: [count]
---
"""


def code(text, grade_id, **marks):
    keys = {"schema_version": 3, "grade_id": grade_id, "grade": False, "solution": False}
    marks = json.dumps(keys | {"locked": False, "task": False} | marks)
    return f"\n```{{code-cell}} ipython3\n---\nnbgrader: {marks}\n---\n{text}\n```\n"


def words(text, grade_id, **marks):
    keys = {"schema_version": 3, "grade_id": grade_id, "grade": True, "solution": True}
    marks = json.dumps({"nbgrader": keys | {"locked": False, "task": False} | marks})
    return f"\n+++ {marks}\n\n{text}\n"


GIVEN = code("side = {{ side }}", "numbers", locked=True)
ANSWER = code(
    "def area(x):\n    ### BEGIN SOLUTION\n    square = x * x\n    return square\n"
    "    ### END SOLUTION\n\nmine = area(side)",
    "area-answer", solution=True,
)  # fmt: skip
CHECK = code("assert area(2) == 4", "area", grade=True, locked=True, points=2)
WHY = words(
    "<!-- answer: why -->\n\n### BEGIN SOLUTION\nBecause the sides agree.\n### END SOLUTION\n\n"
    "=== BEGIN MARK SCHEME ===\n- 3 points: agreement\n=== END MARK SCHEME ===",
    "why", points=3,
)  # fmt: skip
NOTE = "\n+++\n\n=== BEGIN MARK SCHEME ===\nOften forgotten.\n=== END MARK SCHEME ===\n"
GOOD = f"{HEAD}\n# A toy\n\nYour side is {{{{ side }}}}.\n{GIVEN}{ANSWER}{CHECK}{NOTE}{WHY}"
TOY = Assignment(
    "toy", "A toy", lambda draw: {"side": draw.randint(9)},
    (Task("area", "Area", (Check(2, "areas", lambda *_: None),)), Task("why", "Why", points=3)),
)  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def of(text, assignment=TOY):
        path = tmp_path / "toy.md"
        path.write_text(text, encoding="utf-8")
        return read_assignment_text(assignment, path)

    return of


def sources(notebook):
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]


def test_the_students_version(read):
    head, given, answer, check, why = sources(read(GOOD).notebook({"side": 3}, "ada"))
    assert head == "# A toy\n\nYour side is 3."
    assert given == "side = 3"
    assert answer == (
        "def area(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n\nmine = area(side)"
    )
    assert check == "assert area(2) == 4"
    assert why == "<!-- answer: why -->\n\nYOUR ANSWER HERE"


def test_the_instructors_version(read):
    made = sources(read(GOOD).notebook({"side": 3}, "ada", solutions=True))
    assert "square = x * x" in made[2]
    assert "Often forgotten." in made[4]
    assert "Because the sides agree." in made[5]
    assert "- 3 points: agreement" in made[5]


def test_statement_and_given_cells(read):
    source = read(GOOD)
    shown = [(cell.kind, text) for cell, text in source.shown({"side": 3})]
    kinds = [kind for kind, _ in shown]
    assert kinds == ["markdown", "code", "code", "code", "markdown"]
    assert shown[1] == ("code", "side = 3")
    assert source.given({"side": 7}) == ["side = 7"]
    assert (source.title, source.minutes, source.goals) == ("A toy", 10, ("count",))


def test_metadata(read):
    notebook = json.loads(read(GOOD).notebook({"side": 3}, "ada"))
    assert notebook["metadata"] == {
        "classroom": {"assignment": "toy", "student": "ada", "release": 1},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    ids = [cell["id"] for cell in notebook["cells"]]
    assert ids == ["toy-00", "toy-numbers", "toy-area-answer", "toy-area", "toy-why"]
    locked = [cell["metadata"].get("editable") for cell in notebook["cells"]]
    assert locked == [None, False, None, False, None]
    kept = [cell["metadata"].get("deletable") for cell in notebook["cells"]]
    assert kept == [None, False, False, False, False]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("{{ side }}.", "{{ sid }}.", r"toy\.md, line 18: there is no number 'sid'; choices: side"),
        ('"points": 2', '"points": 5', "'area' has 5 points, and its task 2"),
        ('"points": 3', '"points": 4', "'why' has 4 points, and its task 3"),
        (CHECK, "", r"its graded cells are \['why'\]"),
        (ANSWER, "", "'area' has no code cell 'area-answer'"),
        ('"area-answer"', '"numbers"', "'toy-numbers' comes 2 times"),
        ('"area-answer"', '"area answer"', "'toy-area answer' must be 1 to 64 letters"),
        ("    ### END SOLUTION\n", "", "BEGIN SOLUTION' has no '### END SOLUTION' after"),
        ("    ### BEGIN SOLUTION\n", "", "END SOLUTION' has no '### BEGIN SOLUTION' bef"),
        ("=== END MARK SCHEME ===\n\n+++ ", "\n\n+++ ", "'=== BEGIN MARK SCHEME ===' has no"),
        ("### BEGIN SOLUTION\nBec", "Bec", "END SOLUTION' has no '### BEGIN SOLUTION' bef"),
        ("<!-- answer: why -->", "", "must begin with '<!-- answer: why -->'"),
        ('"schema_version": 3', '"schema_version": 2', "version 3"),
        ('"task": false', '"more": false', "it lacks task, and has more besides"),
        ('"solution": true', '"solution": false', "has a solution, and its metadata"),
        ('"locked": true, "task": false, "points"', '"locked": false, "task": false, "points"',
         "'area' must be code with solution: false, locked: true"),
        ("assert area(2) == 4", "square = x * x", "students would see 'square = x \\* x'"),
        ("Your side is", "Because the sides agree.\n", "students would see 'Because"),
        ("Your side is", "- 3 points: agreement\n", "students would see '- 3 points"),
        ("title: A toy", "title: Another", "its title is 'Another'"),
        ("  minutes: 10\n", "", r"line \d+: in the head minutes is missing; it must be a whole"),
        ("minutes: 10", "minutes: about 10", "minutes is 'about 10'; it must be a whole number"),
        ("  minutes: 10", "   minutes: 10", r"line 1\d: the head cannot be read: .* one column"),
        (HEAD, "", "line 1: there is no head with classroom"),
        ("minutes: 10", "minutes: [10", r"line 1[23]: the head cannot be read: .*expected ','"),
        ('"grade_id": "why"', '"grade_id": why', "the metadata of a cell cannot be read"),
        ('nbgrader: {"schema', 'nbgrader: 3\nx: {"schema', "must have nbgrader's"),
        (ANSWER, ANSWER + code("pass", "side-answer"),
         "'side-answer' answers no task; choices: area-answer"),
    ],
)  # fmt: skip
def test_what_is_refused(read, old, new, reason):
    assert old in GOOD
    with pytest.raises(ClassroomError, match=reason) as error:
        read(GOOD.replace(old, new, 1)).notebook({"side": 3}, "")
    for line in str(error.value).split("\n"):
        assert re.match(r"/.*/toy\.md, line [0-9]+: ", line)


def test_a_line_for_each_problem_with_the_line_of_the_file(read):
    text = GOOD.replace('"points": 2', '"points": 5').replace('"points": 3', '"points": 4')
    with pytest.raises(ClassroomError) as error:
        read(text)
    found = [int(line) for line in re.findall(r"toy\.md, line ([0-9]+)", str(error.value))]
    lines = text.split("\n")
    assert [lines[at - 1] for at in found] == ["assert area(2) == 4", "<!-- answer: why -->"]


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "toy.md"
    with pytest.raises(ClassroomError, match=r"toy\.md: cannot be read: No such file"):
        read_assignment_text(TOY, path)
    path.write_bytes(b"\xff")
    with pytest.raises(ClassroomError, match=r"toy\.md: cannot be read: it is not UTF-8"):
        read_assignment_text(TOY, path)


def test_tasks_in_another_order(read):
    with pytest.raises(ClassroomError, match="its graded cells are"):
        read(GOOD, replace(TOY, tasks=TOY.tasks[::-1]))


@pytest.mark.parametrize(
    "value",
    [3, -2.5, 1e-9, True, "it's", [], [1, [2.0, "x"]], [[0.125 * k, -k] for k in range(80)]],
)
def test_a_literal_is_python(value):
    assert ast.literal_eval(literal(value)) == value
    assert max(map(len, literal(value).split("\n"))) <= 96


def test_no_literal_of_something_else():
    for value in (None, {1: 2}, (1, 2), [1, (2,)]):
        with pytest.raises(ClassroomError, match="not a plain number"):
            literal(value)


@pytest.mark.parametrize("name", ["descent", "minibatch"])
class TestAssignments:
    """The texts themselves."""

    def test_both_versions_are_notebooks(self, name):
        for solutions in (False, True):
            made = in_process.assignment_text(name).notebook(
                in_process.numbers(name, "ada"), "ada", solutions=solutions
            )
            notebook = nbformat.reads(made.decode(), as_version=4)
            nbformat.validate(notebook)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    ast.parse(cell.source)

    def test_twice_the_same_bytes(self, name):
        first, second = (
            assignments.text(name).notebook(in_process.numbers(name, "ada"), "ada")
            for _ in range(2)
        )
        assert first == second
        same = json.dumps(json.loads(first), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        assert first == same.encode()
        assert b"jupytext" not in first

    def test_students_get_no_line_of_a_solution(self, name):
        instructors, students = (
            sources(
                in_process.assignment_text(name).notebook(
                    in_process.numbers(name, "ada"), "", solutions=solutions
                )
            )
            for solutions in (True, False)
        )
        handed_out = "\n".join(students)
        regions = re.findall(
            r"### BEGIN SOLUTION\n(.*?)### END SOLUTION|=== BEGIN MARK SCHEME ===\n(.*?)=== END",
            "\n".join(instructors),
            re.DOTALL,
        )
        lines = [line.strip() for pair in regions for line in "".join(pair).split("\n")]
        lines = [line for line in lines if len(line) > 20]
        assert len(lines) > 40
        assert not [line for line in lines if line in handed_out]
        assert "MARK SCHEME" not in handed_out
        assert "SOLUTION" not in handed_out
