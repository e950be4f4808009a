"""A teacher's own folder: its pairs are assignments, and what is wrong is said by file and line."""

import json
import re
import shutil
from pathlib import Path

import pytest

from classroom import assignments
from classroom.__main__ import main
from classroom.assignments import FOLDER, NAMES
from classroom.course import authors_code
from classroom.course.folder import numbers_of, own_folder
from classroom.errors import ClassroomError
from classroom.grading.records import version
from classroom.release import release
from classroom.sandbox import doctor
from tests.classroom.support.in_process import SECRET


@pytest.fixture
def own(tmp_path):
    """A folder with an assignment that is one of ours by another name, and files that are none."""
    own = tmp_path / "own"
    own.mkdir()
    for suffix in (".md", ".py"):
        text = (FOLDER / f"descent{suffix}").read_text(encoding="utf-8")
        (own / f"slope{suffix}").write_text(text.replace('"descent"', '"slope"'))
    (own / "README.md").write_text("# Our course\n")
    (own / "wrong.py").write_text("FACTOR = 2\n")
    return own


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, found in enumerate(lines, start=1) if text in found)


def test_own_assignments_come_behind_ours(own):
    assert assignments.names() == NAMES
    assert assignments.names(own) == (*NAMES, "slope")
    assert assignments.find("slope", own).name == "slope"
    assert assignments.find("descent", own) is assignments.find("descent")
    assert assignments.text("slope", own).title == assignments.text("descent").title


def test_they_are_released_beside_ours(own, tmp_path):
    out = tmp_path / "out"
    release(["descent", "slope"], out, secret=SECRET, own=own)
    ours, theirs = (json.loads((out / f"{n}.ipynb").read_text()) for n in ("descent", "slope"))
    assert theirs["metadata"]["classroom"]["assignment"] == "slope"
    assert ours["cells"][1]["source"] != theirs["cells"][1]["source"]  # numbers of its own


def test_a_module_imports_what_lies_beside_it(own):
    change(
        own / "slope.py", "import numpy as np\n", "import numpy as np\nfrom .wrong import FACTOR\n"
    )
    assert assignments.find("slope", own).title == "Gradient descent, by hand"


def test_a_grade_depends_on_what_lies_in_the_folder_and_not_below_it(own):
    before = version(own=own)
    (own / "submissions").mkdir()
    (own / "submissions/notes.md").write_text("x")
    (own / "roster.csv").write_text("id\n")
    assert version(own=own) == before
    change(own / "wrong.py", "2", "3")
    assert version(own=own) != before


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("def numbers(", r"own/slope\.py: its import has been running for 0\.1 s\."),
        ("    vector = ", r"own/slope\.py, line \d+: numbers has been running for 0\.1 s\."),
    ],
)
def test_what_runs_and_runs_is_named(own, monkeypatch, capsys, before, said):
    assert numbers_of(assignments.find("slope", own), SECRET, "ada")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(authors_code, "PATIENCE", 0.1)
    indented = before[: -len(before.lstrip())] if before[0] == " " else ""
    busy = f"{indented}import time; end = time.monotonic() + 0.5\n"
    busy += f"{indented}while time.monotonic() < end: pass\n"
    slow = own.with_name("slow") / "own"
    shutil.copytree(own, slow)
    change(slow / "slope.py", before, f"{busy}{before}")
    numbers_of(assignments.find("slope", slow), SECRET, "ada")
    assert re.search(said, capsys.readouterr().err)


def test_a_name_that_both_have(own):
    (own / "momentum.py").write_text("ASSIGNMENT = 1\n")
    (own / "momentum.md").write_text("")
    with pytest.raises(ClassroomError, match=r"own/momentum\.md: 'momentum' is one of .* another"):
        assignments.names(own)


def test_an_unknown_name_names_all_choices(own):
    with pytest.raises(ClassroomError, match=r"no assignment 'slop'; choices: .*capstone, slope\."):
        assignments.find("slop", own)
    with pytest.raises(ClassroomError, match=r"give its folder: --assignments DIR"):
        assignments.find("slope")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("def numbers(", "def numbers(:", r"own/slope\.py, line \d+: .*: `def numbers\(:"),
        ("import numpy", "import nmpy", r"line \d+: ModuleNotFoundError: .*It may import"),
        ("SHOWN = 20", "SHOWN = 20 / 0", r"own/slope\.py, line \d+: ZeroDivisionError"),
        ("ASSIGNMENT = A", "MINE = A", r"own/slope\.py: ASSIGNMENT is missing; it must be an Ass"),
        ("ASSIGNMENT = A", "ASSIGNMENT = 3 or A", r"own/slope\.py: ASSIGNMENT is 3; it must be"),
        ('name="slope"', 'name="slop"', r"slope\.py, line \d+: the assignment's name is 'slop'"),
        (
            'Task("ravine"',
            'Task("my ravine"',
            r"slope\.py, line \d+: .*'my ravine'.*a letter first",
        ),
        ('Task("ravine"', 'Task("path"', r"slope\.py, line \d+: two tasks are called 'path'"),
        ("points=4", "points=-4", r"slope\.py, line \d+: the task 'ravine' has -4 points"),
        ("points=4", "", r"slope\.py, line \d+: the task 'ravine' has 0 points"),
        ('Check(1, "at single', 'Check(0, "at single', r"line \d+: .*at single points.* 0 points"),
        ("numbers=numbers", "numbers={}", r"slope\.py, line \d+: numbers is \{\}; it must be a f"),
        ("numbers=numbers", "numbers=dict", r"numbers is <class 'dict'>; it must be a function"),
        ("SHOWN = 20", "exit()", r"own/slope\.py, line \d+: SystemExit"),
    ],
)
def test_what_is_wrong_with_a_module(own, old, new, said):
    change(own / "slope.py", old, new)
    with pytest.raises(ClassroomError, match=said):
        assignments.find("slope", own)


def test_what_numbers_raise_is_said_with_its_line(own):
    change(own / "slope.py", "draw.uniform(0.4, 0.9)", "draw.nothing(0.4, 0.9)")
    at = line(own / "slope.py", "nothing")
    with pytest.raises(ClassroomError, match=rf"py, line {at}: AttributeError: .*nothing"):
        numbers_of(assignments.find("slope", own), SECRET, "ada")


@pytest.mark.parametrize("given", ["None", "[3]", "{1: 0.5}"])
def test_numbers_that_are_no_dictionary(own, given):
    change(
        own / "slope.py", "def numbers(", f"def numbers(draw):\n    return {given}\n\n\ndef more("
    )
    at = line(own / "slope.py", "def numbers(")
    with pytest.raises(ClassroomError, match=rf"py, line {at}: numbers gives .* a dictionary of"):
        numbers_of(assignments.find("slope", own), SECRET, "ada")


def test_what_systems_and_editors_leave_is_no_assignment(own):
    for suffix in (".md", ".py"):
        (own / f"._slope{suffix}").write_bytes(b"\0\5\x16\7\xff")
        (own / f".#slope{suffix}").symlink_to("ada@here.1")
    assert assignments.names(own) == (*NAMES, "slope")
    assert version(own=own)


def test_a_byte_order_mark_is_not_seen(own):
    """Windows' editors write one."""
    plain = assignments.text("slope", own)
    for file in own.glob("slope.*"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert assignments.text("slope", own) == plain


def test_folders_that_are_none(tmp_path):
    for path, said in (
        (tmp_path / "nowhere", r"--assignments .*nowhere: .* No such file or directory"),
        (tmp_path, r"there is no assignment in it.*`python -m classroom new NAME`"),
    ):
        with pytest.raises(ClassroomError, match=said):
            own_folder(path)


@pytest.mark.parametrize("missing", [".md", ".py"])
def test_half_of_a_pair(own, missing):
    (own / f"slope{missing}").unlink()
    with pytest.raises(
        ClassroomError, match=rf"own/slope\{missing} is missing: an assignment is t"
    ):
        own_folder(own)


@pytest.mark.parametrize("name", ["Slope", "my-slope", "3rd", "s" * 31])
def test_names_that_are_not_allowed(own, name):
    for suffix in (".md", ".py"):
        (own / f"slope{suffix}").rename(own / f"{name}{suffix}")
    with pytest.raises(ClassroomError, match="name must be 1 to 30 of a-z, 0-9 and _, a letter"):
        own_folder(own)


def test_the_command_says_it_in_one_line(own, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    change(own / "slope.py", "SHOWN = 20", "SHOWN = 20 / 0")
    assert main(["release", "slope", "--assignments", "own", "--out", "out"]) == 2
    said = (
        f"own/slope.py, line {line(own / 'slope.py', '/ 0')}: ZeroDivisionError: division by zero."
    )
    assert capsys.readouterr().err == f"{said}\n"
    assert not (tmp_path / "secret.txt").exists()


def test_the_doctor_reads_them(own, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "report", lambda: True)
    assert main(["doctor", "--assignments", str(own)]) == 0
    assert capsys.readouterr().out.endswith("own are read: slope.\n")
    change(own / "slope.md", "  minutes: 90\n", "")
    assert main(["doctor", "--assignments", str(own)]) == 2
    assert "in the head minutes is missing" in capsys.readouterr().err
    monkeypatch.setattr(doctor, "exposed", lambda paths: [(path, path) for path in paths])
    assert main(["doctor", "--assignments", str(own)]) == 2
    assert "which every notebook sees" in capsys.readouterr().err


def test_grading_refuses_where_notebooks_would_see_the_folder(own, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "require", lambda: None)
    monkeypatch.setattr(doctor, "exposed", lambda paths: [(p, p) for p in paths if p == own])
    assert main(["grade", "in", "--out", "out", "--assignments", str(own)]) == 2
    assert capsys.readouterr().err.startswith(f"Nothing is graded. {own} lies in")
