"""The archives of feedback, read as Canvas and Moodle read them."""

import io
import re
import zipfile

import pytest

from classroom.course.roster import Student
from classroom.reports.exports.feedback_files import feedback_files
from classroom.reports.exports.output_folder import write_all
from tests.classroom.support.made_up import failed, record

ROSTER = [Student("s001", canvas_id="1001"), Student("s002", canvas_id="1002"), Student("s003")]


def archives(*records) -> dict[str, dict[str, str]]:
    pages = {
        (one["student"], one["assignment"]): f"{one['student']}'s {one['assignment']} \udcff"
        for one in records
    }
    found = {}
    for path, content in feedback_files(records, pages, ROSTER).items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            found[path] = {name: archive.read(name).decode() for name in archive.namelist()}
    return found


def by_canvas(name: str) -> tuple[str, str]:
    """User and attachment, as Canvas's infer_comment_context_from_filename finds them."""
    user, attachment = [part for part in name.split("_") if re.search(r"^\d+$", part)][:2]
    return user, attachment


def by_moodle(path: str) -> tuple[int, str]:
    """Participant and file, as Moodle's is_valid_filename_for_import finds them."""
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdecimal() and info[2:4] == ["assignsubmission", "file"]:
            rest = info[4] if len(info) > 4 else ""
            return int(info[1]), "/".join(filter(None, [rest, *parts]))
    raise AssertionError(f"Moodle would ignore {path}")


def test_canvas_finds_student_and_submission_in_the_name():
    made = archives(
        record("s001", file="submissions.zip/last01_1001_5005_descent.ipynb"),
        record("s002", file="x/last02_LATE_1002_5006_my_descent-1.ipynb"),
        record("s001", "momentum", file="last01_1001_7007_momentum.ipynb"),
    )
    assert list(made) == ["canvas/descent-feedback.zip", "canvas/momentum-feedback.zip"]
    descent = made["canvas/descent-feedback.zip"]
    assert descent == {
        "last01_1001_5005_descent.html": "s001's descent \\udcff",
        "last02_LATE_1002_5006_my_descent-1.html": "s002's descent \\udcff",
    }
    assert sorted(map(by_canvas, descent)) == [("1001", "5005"), ("1002", "5006")]


@pytest.mark.parametrize(
    "file",
    [
        "s001/descent.ipynb",
        "last02_1002_5006_descent.ipynb",  # credited to another than Canvas would give it
        "7_last_1001_5005_descent.ipynb",  # Canvas would take 7 for the user
        "1001_descent.ipynb",
        "s001_attempt_2026-11-20-10-15-33_descent.ipynb",
    ],
)
def test_a_name_that_canvas_would_take_for_another_is_left_out(file):
    assert archives(record("s001", file=file)) == {}
    assert archives(record("s003", file="last_1003_5005_descent.ipynb")) == {}


@pytest.mark.parametrize(
    "file",
    [
        "First Last_2001_assignsubmission_file/descent.ipynb",
        "First Last_2001_assignsubmission_file_/descent.ipynb",
        "all.zip/CS_1/First Last_2001_assignsubmission_file_/deep/descent.ipynb",
        "First Last_2001_assignsubmission_file_descent.ipynb",
    ],
)
def test_moodle_finds_the_participant_in_the_folder(file):
    made = archives(record("s001", file=file))
    ((path, text),) = made.pop("moodle/descent-feedback.zip").items()
    assert made == {}
    assert by_moodle(path) == (2001, "descent.html")
    assert text.startswith("s001's descent")


def test_a_folder_in_which_moodle_would_find_nobody_is_left_out():
    assert archives(record("s001", file="A_B_2001_assignsubmission_file_/descent.ipynb")) == {}


def test_what_the_grader_failed_on_is_not_returned():
    assert archives(failed("s001", file="last01_1001_5005_descent.ipynb")) == {}


def test_the_same_pages_give_the_same_bytes_and_old_archives_go(tmp_path):
    one = record("s001", file="last01_1001_5005_descent.ipynb")
    pages = {("s001", "descent"): "page"}
    made = feedback_files([one], pages, ROSTER)
    assert made == feedback_files([one], pages, ROSTER)
    write_all(tmp_path, made)
    assert (tmp_path / "canvas/descent-feedback.zip").read_bytes() == made.popitem()[1]
    write_all(tmp_path, {})
    assert list(tmp_path.glob("canvas/*")) == []
