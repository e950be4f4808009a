"""A check that never ends is stopped and named, and the other submissions keep their records."""

import csv
import signal
import threading
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from classroom.__main__ import main
from classroom.authoring.lint import lint
from classroom.authoring.new import new
from classroom.course import folder
from classroom.course.folder import NeverEnds, stopped_at_last
from tests.classroom.support.in_process import SECRET
from tests.classroom.support.tiny import notebook

ENDLESS = """\
    mark = answers.number("mark")
    while mark > 1:
        try:
            pass
        except Exception:
            pass
    probes = ["""


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(folder, "LONGEST", 1.0)


def for_ever(what, before=None):
    with stopped_at_last(what):
        with before or nullcontext():
            pass
        while True:
            with suppress(Exception):  # as a check may
                len(what)


def test_what_never_ends_is_stopped_and_leaves_nothing_behind():
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(NeverEnds, match="this took more than 1 s of a processor"):
        for_ever("this")
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    assert signal.getsignal(signal.SIGPROF) == before


def test_one_within_another_leaves_the_outer_one_running():
    with pytest.raises(NeverEnds, match="outer"):
        for_ever("outer", before=stopped_at_last("inner"))


def test_the_time_of_other_threads_does_not_count():
    """A library may have one for each processor."""
    ends = threading.Event()

    def busy():
        while not ends.is_set():
            pass

    others = [threading.Thread(target=busy) for _ in range(3)]
    for other in others:
        other.start()
    try:
        began = time.thread_time()
        with pytest.raises(NeverEnds):
            for_ever("this")
        assert time.thread_time() - began >= 1
    finally:
        ends.set()
        for other in others:
            other.join()


def test_where_nothing_can_be_stopped_all_runs_as_before(monkeypatch):
    before, ran = signal.getsignal(signal.SIGPROF), []

    def runs():
        with stopped_at_last("this"):
            ran.append(signal.getsignal(signal.SIGPROF))

    thread = threading.Thread(target=runs)
    thread.start()
    thread.join()
    monkeypatch.delattr(signal, "setitimer")  # as on Windows, where handouts are made
    runs()
    assert ran == [before, before]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """An assignment of one's own, whose check ends for some students alone."""
    monkeypatch.chdir(tmp_path)
    new("decay", Path("assignments"))
    file = Path("assignments/decay.py")
    text = file.read_text()
    assert "    probes = [" in text
    file.write_text(text.replace("    probes = [", ENDLESS))
    Path("secret.txt").write_text(SECRET.hex())
    return Path("assignments")


def test_lint_ends_too(own):
    text = (own / "decay.md").read_text()
    (own / "decay.md").write_text(
        text.replace("### END SOLUTION\n```", "### END SOLUTION\n\n\nmark = 2\n```", 1)
    )
    found = lint("decay", own, sandbox=False)
    assert any("this code took more than 1 s of a processor" in line for line in found), found


@pytest.mark.slow
@pytest.mark.xdist_group("sandbox")
@pytest.mark.parametrize("order", [("ada", "bob"), ("bob", "ada")])
def test_the_command_ends_and_names_the_check(own, capsys, order):
    endless, well = order
    for student, mark in (endless, 2), (well, 1):
        path = Path("submissions", student, "decay.ipynb")
        path.parent.mkdir(parents=True)
        solved = "def step(w, gradient, rate):\n    return w - rate * gradient"
        path.write_bytes(notebook(f"mark = {mark}", solved))
    command = ["grade", "submissions", "--out", "out", "--assignments", "assignments"]
    assert main([*command, "--workers", "1"]) == 1
    with Path("out/grades.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows[well]["status"], rows[well]["score"]) == ("graded", "2")
    assert (rows[endless]["status"], rows[endless]["score"]) == ("grader error", "")
    number = (own / "decay.py").read_text().split("\n").index(ENDLESS.split("\n")[0]) + 1
    said = capsys.readouterr().err
    for text in rows[endless]["reason"], said:
        assert any(f"assignments/decay.py, line {number + more}: " in text for more in range(5))
        assert "the check of the task 'step', in one, two and five dimensions, took more" in text
    assert said.count("took more than") == 1
