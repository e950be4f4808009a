import json
import os
from pathlib import Path

import pytest

from classroom.course.notebook import Unreadable
from classroom.course.roster import Student
from classroom.errors import ClassroomError
from classroom.handed_in.submissions import Found, find, read_bytes

NAMES = ("descent", "momentum")
ROSTER = [
    Student("ada", "Ada Lovelace", canvas_id="12345", moodle_id="m-1", login="ada-1"),
    Student("bob", "Bob Twin", canvas_id="777", moodle_id="2001"),
    Student("bert", "Bob Twin", canvas_id="778", login="ada_1"),
]


def put(root: Path, *files: str) -> None:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file)


def seen(found: Found) -> dict[tuple[str, str], str]:
    return {(one.student, one.assignment): one.file for one in found.submissions}


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("ada/descent.ipynb", "ada"),
        ("Ada/Descent.IPYNB", "ada"),
        ("ada/descent (1).ipynb", "ada"),
        ("ada/descent-Copy1.ipynb", "ada"),
        ("ada/descent - Copy (2).ipynb", "ada"),
        ("ada/descent/descent.ipynb", "ada"),
        ("submitted/ada/descent/descent.ipynb", "ada"),
        ("lovelaceada_12345_67890_descent.ipynb", "ada"),
        ("lovelaceada_LATE_12345_67890_descent-1.ipynb", "ada"),
        ("lovelaceada_12345_67890_descent (3).ipynb", "ada"),
        ("van_der_berg_12345_67890_Descent.ipynb", "ada"),
        ("Ada Lovelace_123456_assignsubmission_file_/descent.ipynb", "ada"),
        ("Ada Lovelace_123456_assignsubmission_file_descent.ipynb", "ada"),
        ("Ada  LOVELACE_123456_assignsubmission_file/descent.ipynb", "ada"),
        ("descent_ada-1_attempt_2026-11-20-10-15-33_descent.ipynb", "ada"),
        ("Week 3_x_ada_1_attempt_2026-11-20-10-15-33_descent (2).ipynb", "bert"),
        ("12345-67890 - Ada Lovelace - Nov 20, 2026 1015 AM/descent.ipynb", "ada"),
        ("ada_descent.ipynb", "ada"),
        ("ada-descent.ipynb", "ada"),
        ("lovelaceada_12345_67890_descent.ipynb.json", "ada"),  # as Safari saves it
        ("ada/descent (2).ipynb.json", "ada"),
        ("ada/Descent.IPYNB.txt", "ada"),  # as Windows has it
        ("ada/descent.ipynb (1).txt", "ada"),  # and a second time
        ("ada/descent.ipynb-2.json", "ada"),
        ("ada/descent.ipynb - Copy.txt", "ada"),
        ("lovelaceada_12345_67890_descent.ipynb(1).json.txt", "ada"),
        ("descent/lovelaceada_12345_67890_descent.ipynb", "ada"),
        ("descent/Ada Lovelace_1_assignsubmission_file_/descent.ipynb", "ada"),
    ],
)
def test_each_layout_is_read(tmp_path, file, student):
    put(tmp_path, file)
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found) == {(student, "descent"): file}
    assert found.left_over == []
    assert read_bytes(found.submissions[0]) == file.encode()


def test_of_what_a_browser_saved_twice_the_second_counts(tmp_path):
    put(tmp_path, "ada/descent.ipynb.txt", "ada/descent.ipynb (1).txt", "ada/descent.ipynb.txt.exe")
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found) == {("ada", "descent"): "ada/descent.ipynb (1).txt"}
    assert len(found.left_over) == 2


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("nobody/descent.ipynb", "nobody"),
        ("lovelaceada_99_67890_descent (3).ipynb", "99"),
        ("anon_Xy9z_67890_descent.ipynb", "anon_Xy9z"),
        ("LATE_anon_Xy9z_67890_descent.ipynb", "anon_Xy9z"),
        ("Somebody Else_123456_assignsubmission_file/descent.ipynb", "Somebody Else"),
        ("s_1-x_Descent (2).ipynb", "s_1-x"),
        ("descent_login_1_attempt_2026-11-20-10-15-33_descent.ipynb", "login_1"),
        ("12345-67890 - Ada Lovelace - Nov 20, 2026 1015 AM/descent.ipynb", "Ada Lovelace"),
    ],
)
def test_without_a_roster_everybody_is_whom_the_download_calls_them(tmp_path, file, student):
    put(tmp_path, file)
    assert seen(find(tmp_path, NAMES)) == {(student, "descent"): file}
    put(tmp_path, "bob/descent.ipynb")
    found = find(tmp_path, NAMES, [Student("bob")])  # with one, nobody is made up
    assert seen(found) == {("bob", "descent"): "bob/descent.ipynb"}
    assert [one.file for one in found.left_over] == [file]
    assert "is not on the roster" in found.left_over[0].reason


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("ada/work.zip", "is an archive that a student made: put what is in it in its place"),
        (
            "Ada Lovelace_1_assignsubmission_file/descent.ZIP",
            "is an archive that a student made: put what is in it in its place",
        ),
        ("ada/work.py", "is not called like an assignment, as in descent.ipynb"),
        ("ada/descent/work.py", "is not called descent.ipynb"),
    ],
)
def test_what_is_in_a_students_folder_is_called_what_it_is(tmp_path, file, reason):
    put(tmp_path, file, "ada/momentum.ipynb")
    (left,) = find(tmp_path, NAMES, ROSTER).left_over
    assert (left.file, left.reason) == (file, reason)


def test_a_notebook_of_ones_own_assignment_asks_for_its_folder(tmp_path):
    put(tmp_path, "ada/momentum.ipynb", "ada/decay.ipynb")
    says = {"classroom": {"assignment": "decay", "student": "ada"}}
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": says, "cells": []}
    (tmp_path / "ada/decay.ipynb").write_text(json.dumps(made))
    (left,) = find(tmp_path, NAMES, ROSTER).left_over
    assert left.reason == (
        "says that it is 'decay', and there is no such assignment here: if it is your own, give "
        "its folder, --assignments DIR"
    )


def test_the_submitted_folder_itself_is_read_too(tmp_path):
    put(tmp_path, "submitted/ada/descent/descent.ipynb", "submitted/ada/descent/timestamp.txt")
    found = find(tmp_path / "submitted", NAMES)
    assert seen(found) == {("ada", "descent"): "ada/descent/descent.ipynb"}
    assert found.left_over == []


def test_the_folders_beside_submitted_are_nobodys_work(tmp_path):
    put(tmp_path, "submitted/ada/descent/descent.ipynb", "source/descent/descent.ipynb")
    found = find(tmp_path, NAMES)
    assert seen(found).keys() == {("ada", "descent")}
    assert [one.file for one in found.left_over] == ["source"]


def test_a_students_id_may_look_like_canvass(tmp_path):
    put(tmp_path, "x_12345_1_descent.ipynb")
    roster = [*ROSTER, Student("x_12345_1")]
    assert seen(find(tmp_path, NAMES, roster)).keys() == {("x_12345_1", "descent")}


def test_the_latest_counts_and_the_others_are_reported(tmp_path):
    put(tmp_path, *(f"l_12345_{n}_descent{again}.ipynb" for n, again in
                    [(30, ""), (10, "-2"), (20, "-10")]))  # fmt: skip
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found) == {("ada", "descent"): "l_12345_30_descent.ipynb"}
    assert [one.file for one in found.left_over] == [
        "l_12345_10_descent-2.ipynb",
        "l_12345_20_descent-10.ipynb",
    ]
    assert "l_12345_30_descent.ipynb counts" in found.left_over[0].reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Sent by mail, and put beside Canvas's download, whose numbers say nothing of it.
        ("ada/descent.ipynb", "l_12345_1_descent-1.ipynb"),
        # Two downloads of Moodle's, and between them it was handed in once more.
        *(
            (f"{first}/Ada Lovelace_1_assignsubmission_file_/descent.ipynb",
             f"{second}/Ada Lovelace_1_assignsubmission_file_/descent.ipynb")
            for first, second in [("monday", "friday"), ("work", "work (1)")]
        ),
        # Made in Jupyter, to go on in it or to put it aside.
        ("ada/descent.ipynb", "ada/descent-Copy1.ipynb"),
        # A handout that a student works in, with the instructor's version beside it.
        ("ada/descent.ipynb", "solutions/ada/descent.ipynb"),
    ],
)  # fmt: skip
def test_of_several_none_counts_where_nothing_says_which_is_the_latest(tmp_path, one, other):
    put(tmp_path, one, other, "ada/momentum.ipynb")
    (tmp_path / one).write_text("1")
    (tmp_path / other).write_text("2")
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found).keys() == {("ada", "momentum")}
    assert {left.file for left in found.left_over} == {one, other}
    for left in found.left_over:
        assert "nothing says which was handed in last: take the others away" in left.reason
    assert found.earlier == 0
    # The same file twice is no question.
    (tmp_path / other).write_text("1")
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found).keys() == {("ada", "descent"), ("ada", "momentum")}
    assert found.earlier == 1


def test_where_that_is_all_there_is_it_is_said(tmp_path):
    put(tmp_path, "ada/descent.ipynb", "solutions/ada/descent.ipynb")
    with pytest.raises(ClassroomError, match=r"fits none: 2, as .* nothing says which was handed"):
        find(tmp_path, NAMES, ROSTER)


def test_a_file_that_is_called_like_a_student_is_that_students(tmp_path):
    said = {"assignment": "descent", "student": "ada"}
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"classroom": said}, "cells": []}
    for name in "ada", "bert":
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(made))
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found) == {("ada", "descent"): "ada.ipynb"}
    (left,) = found.left_over
    assert left.file == "bert.ipynb"
    assert "came from bert, and is ada's descent" in left.reason
    assert "As bert's it is graded when it is bert/descent.ipynb" in left.reason


def test_two_people_with_one_name_are_two(tmp_path):
    put(tmp_path, *(f"Ada Lovelace_{n}_assignsubmission_file_/descent.ipynb" for n in (1, 2)))
    put(tmp_path, "Ada Lovelace_3_assignsubmission_file_/momentum.ipynb")
    assert seen(find(tmp_path, NAMES)).keys() == {
        ("Ada Lovelace_1", "descent"),
        ("Ada Lovelace_2", "descent"),
        ("Ada Lovelace_3", "momentum"),
    }
    # The roster has one of them: which one, nobody knows.
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found).keys() == {("ada", "momentum")}
    assert [one.file[:14] for one in found.left_over] == ["Ada Lovelace_1", "Ada Lovelace_2"]


def test_nothing_is_skipped_silently(tmp_path):
    odd = [
        "ada/deeper/descent.ipynb",
        "ada/descent.py",
        "ada/descent_final.ipynb",
        "ada/momentum/descent.ipynb",
        "descent.ipynb",
        "l_12345_1_descent.zip",
        "notes.txt",
    ]
    put(tmp_path, "ada/descent.ipynb", *odd)
    put(tmp_path, "ada/.ipynb_checkpoints/descent-checkpoint.ipynb", ".hidden/descent.ipynb")
    put(tmp_path, "__MACOSX/ada/descent.ipynb", "ada/.DS_Store", "ada/._descent.ipynb")
    put(tmp_path, ".._descent.ipynb", "._x_descent.ipynb")
    (tmp_path / "eve").mkdir()
    found = find(tmp_path, NAMES, ROSTER)
    assert seen(found) == {("ada", "descent"): "ada/descent.ipynb"}
    hidden = [".._descent.ipynb", "._x_descent.ipynb", ".hidden"]
    assert [one.file for one in found.left_over] == [
        *hidden, "ada/deeper", *odd[1:5], "eve", *odd[5:]
    ]  # fmt: skip
    assert all(one.reason for one in found.left_over)


def test_the_order_is_by_student_and_assignment(tmp_path):
    put(tmp_path, "b/momentum.ipynb", "b/descent.ipynb", "a/momentum.ipynb", "B_descent.ipynb")
    assert [(s.student, s.assignment) for s in find(tmp_path, NAMES).submissions] == [
        ("B", "descent"),
        ("a", "momentum"),
        ("b", "descent"),
        ("b", "momentum"),
    ]


@pytest.fixture
def outside(tmp_path):
    secret = tmp_path / "outside" / "descent.ipynb"
    put(tmp_path, "outside/descent.ipynb", "in/zoe/descent.ipynb")
    return secret


@pytest.mark.parametrize("place", ["ada/descent.ipynb", "ada_descent.ipynb"])
def test_a_link_is_a_submission_that_cannot_be_read(tmp_path, outside, place):
    link = tmp_path / "in" / place
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(outside)
    submission = find(tmp_path / "in", NAMES).submissions[0]
    assert submission.student == "ada"
    assert "symbolic link" in submission.problem
    with pytest.raises(Unreadable, match="symbolic link"):
        read_bytes(submission)


def test_a_link_to_a_folder_is_not_followed(tmp_path, outside):
    (tmp_path / "in" / "eve").symlink_to(outside.parent)
    (tmp_path / "in" / "ada").mkdir()
    (tmp_path / "in" / "ada" / "descent").symlink_to(outside.parent)
    found = find(tmp_path / "in", NAMES)
    assert ("eve", "is a symbolic link") in found.left_over
    ada = found.submissions[0]
    assert (ada.student, ada.assignment) == ("ada", "descent")
    with pytest.raises(Unreadable, match="symbolic link"):
        read_bytes(ada)


def test_what_is_no_file_is_not_read(tmp_path):
    (tmp_path / "ada" / "descent.ipynb").mkdir(parents=True)
    os.mkfifo(tmp_path / "ada" / "momentum.ipynb")
    folder, pipe = find(tmp_path, NAMES).submissions
    for submission, reason in (folder, "a folder"), (pipe, "a named pipe"):
        with pytest.raises(Unreadable, match=reason):
            read_bytes(submission)


def test_what_changes_after_it_was_found_is_neither_followed_nor_waited_for(tmp_path, outside):
    put(tmp_path, "in/ada/descent.ipynb", "in/ada/momentum.ipynb")
    descent, momentum, _ = find(tmp_path / "in", NAMES).submissions
    descent.path.unlink()
    descent.path.symlink_to(outside)
    momentum.path.unlink()
    os.mkfifo(momentum.path)
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_bytes(descent)
    with pytest.raises(Unreadable, match="a named pipe"):
        read_bytes(momentum)


def test_no_more_is_read_than_the_limit(tmp_path):
    (tmp_path / "ada_descent.ipynb").write_bytes(b"x" * 10)
    submission = find(tmp_path, NAMES).submissions[0]
    assert read_bytes(submission, limit=10) == b"x" * 10
    with pytest.raises(Unreadable, match="larger than"):
        read_bytes(submission, limit=9)


def test_names_may_be_hostile(tmp_path):
    names = [b"new\nline", b"<script>alert(1)<script>", b"\xe9t\xe9", b"=cmd()", b"-rf"]
    for name in names:
        folder = os.fsencode(tmp_path) + b"/" + name
        os.mkdir(folder)
        with open(folder + b"/descent.ipynb", "wb") as file:
            file.write(name)
    found = find(tmp_path, NAMES)
    assert found.left_over == []
    assert {os.fsencode(s.student): read_bytes(s) for s in found.submissions} == {
        name: name for name in names
    }


def test_a_folder_without_submissions_lists_the_layouts(tmp_path):
    put(tmp_path, "notes.txt")
    with pytest.raises(ClassroomError, match=r"(?s)descent, momentum.*nbgrader.*'notes.txt'"):
        find(tmp_path, NAMES)
    with pytest.raises(ClassroomError, match="no such folder"):
        find(tmp_path / "nowhere", NAMES)
    with pytest.raises(ClassroomError, match="is a file; give the folder"):
        find(tmp_path / "notes.txt", NAMES)


@pytest.mark.parametrize("names", [("decay", "rate_decay"), ("rate_decay", "decay")])
def test_a_name_that_ends_like_another(tmp_path, names):
    put(tmp_path, "ada_rate_decay.ipynb", "ada_decay.ipynb", "bob/rate_decay (2).ipynb")
    for roster in (ROSTER, None):
        assert seen(find(tmp_path, names, roster)) == {
            ("ada", "rate_decay"): "ada_rate_decay.ipynb",
            ("ada", "decay"): "ada_decay.ipynb",
            ("bob", "rate_decay"): "bob/rate_decay (2).ipynb",
        }
