"""What the command says last: how many are graded, what fits nowhere, whose numbers they hold."""

from argparse import Namespace
from pathlib import Path

import pytest

from classroom import assignments
from classroom.collect import _jobs
from classroom.course.notebook import code, read
from classroom.course.numbers import EVERYBODY
from classroom.course.own_numbers import OTHER_NUMBERS, OTHERS, leave_out
from classroom.grading.grade import _holds
from classroom.grading.similar import shingles
from classroom.handed_in.submissions import find
from classroom.release import release
from classroom.reports import last_lines
from classroom.sandbox.limits import Limits
from tests.classroom.handed_in.test_downloads import ROSTER, folder
from tests.classroom.support.in_process import SECRET
from tests.classroom.support.made_up import failed, record


def said(capsys, *records, nowhere=0, roster=None, same_numbers=False, count=()) -> tuple[str, int]:
    given = Namespace(
        out=Path("out"),
        roster=roster,
        same_numbers=same_numbers,
        secret=Path("o/secret.txt"),
    )
    leave_out(records, count)
    code = last_lines.say(records, nowhere, given)
    return "".join(capsys.readouterr()), code


def test_how_many_are_graded(capsys):
    lines = "1 submission is graded. Begin with out/summary.html.\n"
    assert said(capsys, record()) == (lines, 0)
    assert said(capsys, record(), record("bob"))[0].startswith("2 submissions are graded.")


def test_what_has_no_score_is_said_and_is_no_success(capsys):
    text, code = said(capsys, record(), failed())
    assert "1 submission is graded." in text
    assert "Without a score, because the grader failed: 1. The summary says why." in text
    assert code == 1
    text, code = said(capsys, record(), failed(status="another handout"))
    assert "1 submission is graded." in text
    assert "because they are handouts for PyTorch: 1." in text
    assert "grader failed" not in text
    assert code == 1


def test_missing_numbers_are_said(capsys):
    """Where a system clears all outputs, a whole class has 0 points."""
    text, _ = said(capsys, record(), record("bob", status="numbers missing", score=0.0))
    assert "Without the numbers of some tasks, which have no points yet: 1 of 2." in text
    assert "numbers" not in said(capsys, record())[0]


def test_what_fits_nowhere_is_counted_and_earlier_uploads_are_not(tmp_path, capsys):
    files = {
        "last01first01_1001_5_descent.ipynb": b"",
        "last01first01_1001_6_descent-1.ipynb": b"",
        "last09first09_1009_7_descent.ipynb": b"",
        "notes.pdf": b"",
    }
    found = find(folder(tmp_path / "in", files), ("descent",), ROSTER)
    assert len(found.left_over) == 3
    assert found.earlier == 1
    text, _ = said(capsys, record(), nowhere=2)
    assert text.endswith("2 files fit nowhere: see Found and not graded there.\n")
    assert "nowhere" not in said(capsys, record())[0]


@pytest.mark.parametrize(
    ("given", "made_for", "what"),
    [
        ({}, "s001", "Were they made with a roster? Then give it here too: --roster CSV."),
        ({"roster": Path("r.csv")}, "", "everybody has the same numbers: --same-numbers."),
        ({"roster": Path("r.csv")}, "s001", "made for s001. Has the roster other ids than at the"),
        ({"roster": Path("r.csv"), "same_numbers": True}, "", "Then leave out --same-numbers."),
    ],
)
def test_where_many_hold_other_numbers_it_says_what_to_do(capsys, given, made_for, what):
    text, code = said(capsys, record(notes=[OTHERS], made_for=made_for), **given)
    assert "Made with other numbers than the ones they were graded with: 1 of 1." in text
    assert what in text
    assert code == 1


def test_a_notebook_is_copied_where_its_owner_has_handed_it_in_too(capsys):
    """Otherwise an id has changed, or a notebook was given to the wrong student."""
    copied = record("bob", notes=[OTHERS], made_for="ada")
    assert said(capsys, record("ada"), copied)[1] == 0
    elsewhere = record("ada", "momentum")
    swapped = record("ada", notes=[OTHERS], made_for="bob")
    for others in [], [elsewhere], [swapped], [record("cy"), record("dan"), record("eve")]:
        text, code = said(capsys, copied, *others, roster=Path("r.csv"))
        assert code == 1
        assert "(bob" in text or "bob)" in text
        assert copied["doubt"] == "left out"


def test_with_another_secret_a_copy_is_left_out_like_its_original(capsys):
    """It, too, was graded by numbers that nobody was given."""
    copied = record("bob", notes=[OTHERS], made_for="ada")
    said(capsys, record("ada", notes=[OTHER_NUMBERS]), copied, roster=Path("r.csv"))
    assert copied["doubt"] == "left out"


def test_another_secret_is_said_of_one_notebook_already(capsys):
    records = record(notes=[OTHER_NUMBERS]), record("bob"), record("cy")
    text, code = said(capsys, *records)
    assert "So in none of the files for Canvas, Moodle and Gradescope" in text
    assert code == 1
    assert "1 of 3 (ada). If a score is to count all the same, add --other-numbers ada each" in text
    for count in ["ada"], ["all"]:
        decided, code = said(capsys, *records, count=count)
        assert "in none" not in decided
        assert code == 0
    assert "numbers than the secret in o/secret.txt draws for the student: 1 of 3." in text
    assert "Is it the secret of the release?" in text
    assert "secret" not in said(capsys, record())[0]


@pytest.mark.parametrize("same_numbers", [False, True])
def test_one_notebook_for_all_is_graded_with_its_own_numbers(tmp_path, same_numbers):
    """With a roster, too: it says who the students are, and no longer whose the numbers are."""
    release(["descent"], tmp_path / "out", secret=SECRET)
    data = (tmp_path / "out/descent.ipynb").read_bytes()
    files = {f"last0{k}first0{k}_100{k}_5_descent.ipynb": data for k in (1, 2)}
    found = find(folder(tmp_path / "in", files), ("descent",), ROSTER)
    jobs = list(
        _jobs(
            found.submissions, SECRET, Limits(), None, torch=False, same_numbers=same_numbers
        )
    )  # fmt: skip
    assert [job.student for job in jobs] == ["s001", "s002"]
    assert {_holds(job, read(data)) == "" for job in jobs} == {same_numbers}
    assert (jobs[0].numbers == jobs[1].numbers) == same_numbers
    if same_numbers:
        text = assignments.text("descent")
        assert text.notebook(jobs[0].numbers, EVERYBODY) == data
        # Of an untouched one nothing is left to compare.
        source = "\n".join(cell.source for cell in code(read(data)))
        assert shingles(source)
        assert not shingles(source, jobs[0].handout)
