"""The release: where notebooks are written, and what is never overwritten."""

import json
from pathlib import Path

import pytest

from classroom.__main__ import main
from classroom.authoring.new import new
from classroom.course.roster import Student
from classroom.errors import ClassroomError
from classroom.release import release
from tests.classroom.support.in_process import SECRET

ROSTER = [Student("ada"), Student("bob")]


def written(out):
    return {str(p.relative_to(out)): p.read_bytes() for p in Path(out).rglob("*") if p.is_file()}


def test_one_file_for_everybody(tmp_path):
    paths = release(["descent"], tmp_path, secret=SECRET, solutions=True)
    assert paths == [tmp_path / "descent.ipynb", tmp_path / "descent-solutions.ipynb"]
    assert set(written(tmp_path)) == {"descent.ipynb", "descent-solutions.ipynb"}
    notebook = json.loads(paths[0].read_bytes())
    assert notebook["metadata"]["classroom"] == {
        "assignment": "descent", "student": "", "release": 1,
    }  # fmt: skip


def test_a_folder_for_each_student(tmp_path):
    release(["descent", "minibatch"], tmp_path, secret=SECRET, roster=ROSTER, solutions=True)
    files = written(tmp_path)
    handed_out = {f"{s.id}/{name}.ipynb" for s in ROSTER for name in ("descent", "minibatch")}
    assert set(files) == handed_out | {f"solutions/{path}" for path in handed_out}
    for path, content in files.items():
        assert (b"BEGIN SOLUTION" in content) == path.startswith("solutions/")
        student = path.split("/")[-2]
        assert json.loads(content)["metadata"]["classroom"]["student"] == student
    for name in ("descent", "minibatch"):
        ada, bob = (json.loads(files[f"{student}/{name}.ipynb"]) for student in ("ada", "bob"))
        assert ada["cells"] != bob["cells"]


def test_without_solutions_there_are_none(tmp_path):
    release(["descent"], tmp_path, secret=SECRET, roster=ROSTER)
    assert set(written(tmp_path)) == {"ada/descent.ipynb", "bob/descent.ipynb"}


def test_twice_the_same_bytes_and_another_secret_others(tmp_path):
    for folder, secret in (("one", SECRET), ("two", SECRET), ("other", bytes(32))):
        release(["descent", "minibatch"], tmp_path / folder, secret=secret, roster=ROSTER)
    one, two, other = (written(tmp_path / folder) for folder in ("one", "two", "other"))
    assert one == two
    assert all(one[path] != other[path] for path in one)


def test_released_again_over_itself(tmp_path):
    (first,) = release(["descent"], tmp_path, secret=SECRET)
    before = first.stat().st_mtime_ns
    assert release(["descent"], tmp_path, secret=SECRET) == [first]
    assert first.stat().st_mtime_ns == before


@pytest.mark.parametrize("roster", [[], ["--roster", "roster.csv"]])
def test_a_lost_secret_gets_no_new_one_beside_what_the_lost_one_made(
    tmp_path, roster, monkeypatch, capsys
):
    """The next grading would take the new one, and all would lose points."""
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text("id\nada\n")
    command = ["release", "descent", "--out", "handout", *roster]
    assert main(command) == 0
    Path("secret.txt").unlink()
    assert main(command) == 2
    said = capsys.readouterr().err
    notebook = Path("handout", "ada" if roster else "", "descent.ipynb")
    assert f"secret.txt: there is no secret, and {notebook} was made with one" in said
    # Nor for another assignment of the same course.
    assert main(["release", "minibatch", *command[2:]]) == 2
    assert f"{notebook} was made with one" in capsys.readouterr().err
    assert not Path("secret.txt").exists()
    assert main([*command, "--overwrite"]) == 0
    assert "A new secret is in secret.txt." in capsys.readouterr().out


def test_a_notebook_of_ones_own_is_no_sign_of_a_lost_secret(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in (("lecture", '{"cells": []}'), ("broken", "{")):
        Path(f"{name}.ipynb").write_text(content)
    assert main(["release", "descent", "--out", "."]) == 0


@pytest.mark.parametrize("why", ["a mistake of the author's", "a file in the way"])
def test_a_release_that_writes_nothing_makes_no_secret(tmp_path, monkeypatch, capsys, why):
    monkeypatch.chdir(tmp_path)
    new("decay", Path("assignments"))
    if why == "a file in the way":
        Path("handout").mkdir()
        Path("handout/decay.ipynb").write_text("work")
    else:
        text = Path("assignments/decay.md")
        text.write_text(text.read_text().replace("minutes: 20", "minutes: some"))
    assert main(["release", "decay", "--assignments", "assignments", "--out", "handout"]) == 2
    assert "secret" not in "".join(capsys.readouterr())
    assert not Path("secret.txt").exists()


def test_a_students_work_is_not_overwritten(tmp_path):
    work = tmp_path / "bob" / "descent.ipynb"
    work.parent.mkdir()
    work.write_text("work", encoding="utf-8")
    with pytest.raises(ClassroomError, match=r"bob/descent\.ipynb: there is another file"):
        release(["descent"], tmp_path, secret=SECRET, roster=ROSTER)
    assert written(tmp_path) == {"bob/descent.ipynb": b"work"}  # ada's is not written either
    release(["descent"], tmp_path, secret=SECRET, roster=ROSTER, overwrite=True)
    assert set(written(tmp_path)) == {"ada/descent.ipynb", "bob/descent.ipynb"}
    assert work.read_bytes() != b"work"


def test_what_is_refused(tmp_path):
    with pytest.raises(ClassroomError, match=r"no assignment 'decsent'; choices: descent"):
        release(["decsent"], tmp_path, secret=SECRET)
    with pytest.raises(ClassroomError, match="'solutions' is the folder of the instructors"):
        release(["descent"], tmp_path, secret=SECRET, roster=[Student("Solutions")])
    (tmp_path / "ada").write_text("a file", encoding="utf-8")
    with pytest.raises(ClassroomError, match="cannot be written"):
        release(["descent"], tmp_path, secret=SECRET, roster=ROSTER)
    assert set(written(tmp_path)) == {"ada"}
