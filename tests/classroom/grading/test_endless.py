"""A check that never ends is stopped and named, and the other submissions keep their records."""

import csv
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from classroom.__main__ import main
from classroom.authoring.lint import lint
from classroom.authoring.new import new
from classroom.course import authors_code
from classroom.course.authors_code import NeverEnds, stopped_at_last
from classroom.grading import grade_all
from classroom.grading.grade import _warn
from tests.classroom.support.in_process import SECRET
from tests.classroom.support.tiny import notebook

ROOT = Path(__file__).parents[3]
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
    monkeypatch.setattr(authors_code, "LONGEST", 1.0)
    _warn.cache_clear()  # a run has a process of its own


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(authors_code, "LONGEST_WAIT", 2.0)


def for_ever(what, before=None):
    with stopped_at_last(what):
        with before or nullcontext():
            pass
        while True:
            with suppress(Exception):  # as a check may
                len(what)


def test_what_never_ends_is_stopped_and_leaves_nothing_behind():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(NeverEnds, match="this took more than 1 s of a processor"):
        for_ever("this")
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) == before


def a_lock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def a_socket():
    here, there = socket.socketpair()
    with here, there:
        here.recv(1)


def a_process():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"], check=False)


@pytest.mark.parametrize("wait", [a_lock, a_socket, a_process, lambda: time.sleep(60)])
def test_what_waits_for_ever_is_stopped(impatient, wait):
    with pytest.raises(NeverEnds, match="took more than 2 s by the clock"), stopped_at_last("this"):
        wait()


def test_a_students_code_may_take_longer_than_a_wait(impatient):
    """It has limits of its own: a check that asks for it is not to blame."""
    with stopped_at_last("this"):
        with authors_code.students_code():
            time.sleep(3)
        time.sleep(1)


def test_one_within_another_leaves_the_outer_one_running():
    with pytest.raises(NeverEnds, match="outer"):
        for_ever("outer", before=stopped_at_last("inner"))


def test_the_time_of_other_threads_does_not_count(monkeypatch):
    """A library may have one for each processor."""
    monkeypatch.setattr(authors_code, "LONGEST", 0.25)  # the others take three times as long
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
        assert time.thread_time() - began >= 0.25
    finally:
        ends.set()
        for other in others:
            other.join()


def test_where_nothing_can_be_stopped_all_runs_as_before(monkeypatch):
    before, ran = signal.getsignal(signal.SIGALRM), []

    def runs():
        with stopped_at_last("this"):
            ran.append(signal.getsignal(signal.SIGALRM))

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


def test_a_check_that_asks_gets_an_error_at_once(own):
    """At a terminal, too, where somebody could answer: in a class of 200 nobody does."""
    file = own / "decay.py"
    file.write_text(file.read_text().replace(ENDLESS, '    input("Go on? ")\n    probes = ['))
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "classroom", "lint", "--assignments", "assignments"],
            stdin=theirs, capture_output=True, text=True, check=False, timeout=60,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    number = file.read_text()[: file.read_text().index("input(")].count("\n") + 1
    said = f"assignments/decay.py, line {number}: EOFError: EOF when reading a line. Nobody"
    assert said in done.stdout


def test_it_is_said_where_nothing_can_be_stopped(own, capsys, monkeypatch):
    monkeypatch.setattr(grade_all, "on_dask", lambda _address: lambda _jobs: iter(()))
    Path("submissions/ada").mkdir(parents=True)
    Path("submissions/ada/decay.ipynb").write_bytes(notebook())
    command = ["grade", "submissions", "--out", "out", "--dask", "tcp://somewhere:8786"]
    main(command)
    assert "never ends" not in capsys.readouterr().err
    main([*command, "--assignments", "assignments"])
    assert "Dask runs your checks in threads, where one that never ends" in capsys.readouterr().err


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
        assert any(  # as it is typed, not its whole path
            f"\nassignments/decay.py, line {number + more}: " in f"\n{text}" for more in range(5)
        )
        assert "the check of the task 'step', in one, two and five dimensions, took more" in text
    assert said.count("took more than") == 1
