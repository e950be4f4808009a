"""What systems download: as folders, as archives, with and without their own lists."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from classroom.course.roster import Student
from classroom.errors import ClassroomError
from classroom.handed_in import submissions
from classroom.handed_in.archive import unpack
from classroom.handed_in.submissions import Found, find, read_bytes

NAMES = ("descent", "momentum")
ROSTER = [
    Student("s001", "Last01, First01", "a@x.org", "1001", login="login001", participant="2001"),
    Student("s002", "First02 Last02", "b@x.org", "1002", login="login002"),
]
GRADESCOPE = """\
---
submission_11:
  :submitters:
  - :name: First01 Last01
    :sid: s001
    :email: other@x.org
  :created_at: 2026-11-20 10:15:33.000000000 Z
submission_12:
  :submitters:
  - :name: Somebody
    :sid:
    :email: B@X.org
submission_13:
  :submitters:
  - :name: Eve
    :sid: s999
    :email: eve@x.org
"""


def notebook(student: str = "", assignment: str = "descent") -> bytes:
    course = {"classroom": {"student": student, "assignment": assignment}} if student else {}
    return json.dumps({"cells": [], "metadata": course, "nbformat": 4}).encode()


Files = dict[str, bytes]


def folder(root: Path, files: Files) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def zipped(path: Path, files: Files) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def seen(found: Found) -> dict[tuple[str, str], str]:
    return {(one.student, one.assignment): one.file for one in found.submissions}


def left(found: Found) -> dict[str, str]:
    return {one.file: one.reason for one in found.left_over}


LATE = "last01first01_LATE_1001_5005_descent.ipynb"
DOWNLOADS: dict[str, Files] = {
    "Canvas": {LATE: b"1", "last02first02_1002_5006_descent-1.ipynb": b"2"},
    "Moodle": {
        "First01 Last01_2001_assignsubmission_file/descent.ipynb": b"1",
        "First02 Last02_2002_assignsubmission_file/descent.ipynb": b"2",
    },
    "Moodle, blind": {
        "Participant_2001_assignsubmission_file/descent.ipynb": b"1",
        "First02 Last02_2002_assignsubmission_file/descent.ipynb": b"2",
    },
    "Blackboard": {
        "descent_login001_attempt_2026-11-20-10-15-33_descent.ipynb": b"1",
        "descent_login001_attempt_2026-11-20-10-15-33.txt": b"Name: First01 Last01 (login001)",
        "descent_login002_attempt_2026-11-20-10-15-33_descent.ipynb": b"2",
    },
    "Brightspace": {
        "1-2 - First01 Last01 - Nov 20, 2026 1015 AM/descent.ipynb": b"1",
        "3-4 - First02 Last02 - Nov 20, 2026 1015 AM/descent.ipynb": b"2",
        "index.html": b"<html>",
    },
    "Gradescope": {
        "submission_11/descent.ipynb": b"1",
        "submission_12/descent.ipynb": b"2",
        "submission_metadata.yml": GRADESCOPE.encode(),
    },
    "Google Classroom": {
        "First01 Last01 - descent.ipynb": b"1",
        "First02 Last02 - descent.ipynb": b"2",
    },
    "Google Forms": {
        "descent - First01 Last01.ipynb": b"1",
        "descent (1) - First02 Last02.ipynb": notebook("s002"),
    },
    "Google Drive": {
        "Copy of descent.ipynb": notebook("s001"),
        "Kopie von descent.ipynb": notebook("s002"),
    },
    "nbgrader": {
        "submitted/s001/descent/descent.ipynb": b"1",
        "submitted/s001/descent/timestamp.txt": b"2026-11-20 10:15:33 UTC",
        "submitted/s002/descent/descent.ipynb": b"2",
    },
    "by hand": {"s001/descent.ipynb": b"1", "s002_descent.ipynb": b"2"},
}


@pytest.mark.parametrize("around", ["", "Week 3/", "a/b/", "descent/"])
@pytest.mark.parametrize("way", ["folder", "archive", "archive in a folder"])
@pytest.mark.parametrize("system", DOWNLOADS)
def test_each_download_is_read(tmp_path, system, way, around):
    files = {f"{around}{name}": content for name, content in DOWNLOADS[system].items()}
    before = ""
    if way == "folder":
        root = folder(tmp_path / "in", files)
    else:
        root = zipped(tmp_path / "in" / "Download.zip", files)
        if way == "archive in a folder":
            root, before = root.parent, "Download.zip/"
    (tmp_path / "scratch").mkdir()
    found = find(root, NAMES, ROSTER, tmp_path / "scratch")
    names = [f"{before}{name}" for name in files if name.endswith(".ipynb")]
    assert sorted(seen(found).values()) == sorted(names)
    assert seen(found).keys() == {("s001", "descent"), ("s002", "descent")}
    for one in found.submissions:
        assert read_bytes(one) == files[one.file.removeprefix(before)]
    assert left(found) == {}


def test_gradescopes_list_says_who_sent_it(tmp_path):
    files = DOWNLOADS["Gradescope"] | {
        "submission_11/descent.ipynb": notebook("s002"),  # a copied notebook stays its sender's
        "submission_13/descent.ipynb": notebook("s001"),
        "submission_14/descent.ipynb": notebook(""),
    }
    found = find(folder(tmp_path, files), NAMES, ROSTER)
    assert seen(found)["s001", "descent"] == "submission_11/descent.ipynb"
    assert left(found).keys() == {"submission_13/descent.ipynb", "submission_14/descent.ipynb"}


@pytest.mark.parametrize("content", [b"[", b"- 1", b"a: &a [*a, *a]", b"\xff", b"!x {a: 1}", b""])
def test_a_broken_list_is_said_or_says_nothing(tmp_path, content):
    files = DOWNLOADS["Gradescope"] | {"submission_metadata.yml": content}
    found = find(folder(tmp_path, files | {"s001/descent.ipynb": b""}), NAMES, ROSTER)
    assert seen(found).keys() == {("s001", "descent")}
    assert {"submission_11/descent.ipynb", "submission_12/descent.ipynb"} <= left(found).keys()


def test_of_a_group_the_notebook_says_who_is_meant(tmp_path):
    people = "submission_1:\n  :submitters:\n  - :sid: s001\n  - :sid: s002\n"
    for student, credited in ("s002", {("s002", "descent")}), ("s003", set()), ("", set()):
        roster = [*ROSTER, Student("s003"), Student("s004")]
        root = folder(tmp_path / f"of {student}", {
            "submission_metadata.yml": people.encode(),
            "submission_1/descent.ipynb": notebook(student),
            "s004/descent.ipynb": b"",
        })  # fmt: skip
        found = find(root, NAMES, roster)
        assert seen(found).keys() - {("s004", "descent")} == credited
        assert ("is of 2 students: s001, s002" in str(left(found))) is (not credited)


RENAMED = (
    "Copy of descent.ipynb",
    "Kopie von descent.ipynb",
    "descent_final.ipynb",
    "WMS descent.ipynb",
)


@pytest.mark.parametrize("name", RENAMED)
@pytest.mark.parametrize(
    "place",
    [
        "s002/{}",
        "submitted/s002/descent/{}",
        "x_1002_5_{}",
        "First02 Last02_7_assignsubmission_file/{}",
        "w_login002_attempt_2026-11-20-10-15-33_{}",
        "1-2 - First02 Last02 - Nov 20, 2026 1015 AM/{}",
    ],
)
def test_what_came_from_one_and_says_another_is_credited_to_nobody(tmp_path, place, name):
    file = place.format(name)
    neighbour = f"{'submitted/' if 'submitted' in place else ''}s001/momentum.ipynb"
    root = folder(tmp_path, {file: notebook("s001"), neighbour: b""})
    found = find(root, NAMES, ROSTER)
    assert seen(found) == {("s001", "momentum"): neighbour}
    assert found.recognised == []
    assert "came from s002, and is s001's descent, as it says" in left(found)[file]
    (root / file).write_bytes(notebook("s002"))
    found = find(root, NAMES, ROSTER)
    assert seen(found)["s002", "descent"] == file
    assert [one.file for one in found.recognised] == [file]


def test_where_one_is_called_right_it_counts_and_no_other_is_said_to_be_earlier(tmp_path):
    """What is called otherwise may be the later one, which is to be looked at."""
    files = {f"s001/{name}.ipynb": notebook("s001") for name in ("descent", "descent - Kopie")}
    found = find(folder(tmp_path, files), NAMES, ROSTER)
    assert [one.file for one in found.submissions] == ["s001/descent.ipynb"]
    (left,) = found.left_over
    assert left.reason.endswith("but s001/descent.ipynb is called so, and counts")
    assert found.earlier == 0


@pytest.mark.parametrize(
    "name",
    [
        "x_1002_5_work.zip",
        "s002/work.zip",
        "d_login002_attempt_2026-11-20-10-15-33_work.zip",
        "First02 Last02_7_assignsubmission_file_work.zip",
    ],
)
def test_a_students_own_archive_is_not_opened(tmp_path, name):
    zipped(tmp_path / "in" / name, {"descent.ipynb": notebook("s001")})
    folder(tmp_path / "in", {"s001/momentum.ipynb": b""})
    found = find(tmp_path / "in", NAMES, ROSTER, tmp_path / "scratch")
    assert seen(found).keys() == {("s001", "momentum")}
    assert list(left(found)) == [name]


def test_names_in_archives_come_in_several_codes(tmp_path):
    path = zipped(tmp_path / "d.zip", {"Zoë_descent.ipynb": b"1", "M?ller_descent.ipynb": b"2"})
    data = path.read_bytes().replace(b"M?ller", b"M\x81ller")  # as Windows has it
    path.write_bytes(data)
    (tmp_path / "scratch").mkdir()
    found = find(path, NAMES, [Student("Müller"), Student("Zoë")], tmp_path / "scratch")
    assert {one.student for one in found.submissions} == {"Müller", "Zoë"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_nothing_leaves_an_archive(tmp_path):
    path = tmp_path / "evil.zip"
    link = zipfile.ZipInfo("s001/descent.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        for name in ("../out.ipynb", "/out.ipynb", "a/../../out.ipynb", "..\\out.ipynb", "."):
            archive.writestr(name, b"x")
        archive.writestr("s002/descent.ipynb", b"ok")
        archive.writestr("s002/descent.ipynb", b"twice")
        archive.writestr("s002/descent.ipynb/x.ipynb", b"in a file")
        archive.writestr("x" * 300 + ".ipynb", b"long")
    (tmp_path / "scratch").mkdir()
    found = find(path, NAMES, ROSTER, tmp_path / "scratch")
    assert [(one.student, read_bytes(one)) for one in found.submissions] == [("s002", b"ok")]
    assert {one.file for one in found.left_over} == {
        *("s001/descent.ipynb", "../out.ipynb", "/out.ipynb", "a/../../out.ipynb", "."),
        *("s002/descent.ipynb", "s002/descent.ipynb/x.ipynb", "x" * 300 + ".ipynb"),
    }
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {Path("evil.zip"), Path("scratch/0/s002/descent.ipynb")}
    assert not [path for path in tmp_path.rglob("*") if path.is_symlink()]


def test_a_bomb_is_cut_off(tmp_path, monkeypatch):
    path = zipped(tmp_path / "bomb.zip", {"s001/descent.ipynb": bytes(3_000_000), "big.txt": b"x"})
    left_out = unpack(
        path, tmp_path / "out", wanted=lambda name: name.endswith(".ipynb"), limit=1000
    )
    assert left_out == []
    assert (tmp_path / "out/s001/descent.ipynb").stat().st_size == 1001
    assert (tmp_path / "out/big.txt").stat().st_size == 0
    monkeypatch.setattr("classroom.handed_in.archive.BYTES", 1000)
    with pytest.raises(ClassroomError, match="more than 1e-06 GB"):
        unpack(path, tmp_path / "more", wanted=lambda name: name.endswith(".ipynb"), limit=5000)
    monkeypatch.setattr("classroom.handed_in.archive.ENTRIES", 1)
    with pytest.raises(ClassroomError, match="2 files are in it; at most 1"):
        unpack(path, tmp_path / "many", wanted=lambda name: name.endswith(".ipynb"), limit=5)


def test_an_archive_that_is_none_is_told(tmp_path):
    path = tmp_path / "d.zip"
    (tmp_path / "scratch").mkdir()
    path.write_bytes(b"<html>")
    with pytest.raises(
        ClassroomError,
        match=r"d\.zip: the archive cannot be read: File is not a zip file\. Was it down",
    ):
        find(path, NAMES, ROSTER, tmp_path / "scratch")
    whole = zipped(tmp_path / "e.zip", {"s001/descent.ipynb": os.urandom(5000)}).read_bytes()
    path.write_bytes(whole[:200] + bytes(100) + whole[300:])
    (tmp_path / "scratch" / "2").mkdir()
    with pytest.raises(ClassroomError, match="cannot be unpacked"):
        find(path, NAMES, ROSTER, tmp_path / "scratch" / "2")


def test_folders_in_folders_end_somewhere(tmp_path):
    deep = "x/" * submissions.DEEPEST
    root = folder(tmp_path, {f"{deep}y/s001/descent.ipynb": b"", "s002/descent.ipynb": b""})
    assert seen(find(root, NAMES, ROSTER)).keys() == {("s002", "descent")}


@pytest.mark.parametrize("around", ["", "Week 3/", "a/b/"])
@pytest.mark.parametrize("system", ["Canvas", "Moodle", "Brightspace", "Gradescope", "nbgrader"])
def test_without_a_roster_the_folders_around_are_no_students(tmp_path, system, around):
    files = {f"{around}{name}": content for name, content in DOWNLOADS[system].items()}
    (tmp_path / "scratch").mkdir()
    found = find(zipped(tmp_path / "d.zip", files), NAMES, None, tmp_path / "scratch")
    assert len(found.submissions) == 2
    assert not {one.student for one in found.submissions} & {"Week 3", "a", "b", "submitted"}
    assert left(found) == {}


@pytest.mark.parametrize("inside", ["s001/descent.ipynb", "s001/descent/descent.ipynb"])
def test_without_a_roster_a_student_alone_is_a_student(tmp_path, inside):
    found = find(folder(tmp_path, {inside: b""}), NAMES)
    assert seen(found) == {("s001", "descent"): inside}
    folder(tmp_path, {"s002/mine/descent.ipynb": b""})
    assert seen(find(tmp_path, NAMES)) == {("s001", "descent"): inside}
