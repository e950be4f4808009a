"""A whole course through the command line: killed, resumed, on many processes, on a cluster."""

import csv
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from classroom.__main__ import main
from classroom.course import spreadsheet
from tests.classroom.support.processes import nothing_runs_on

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sandbox")]  # they look for what runs on

STUDENTS = [f"s{n:03d}" for n in range(1, 5)]
ODD = ["=x;-1", "truncated", "link"]  # on the roster too


def edited(path: Path, old: str, new: str) -> None:
    """Change a notebook's code as a student would."""
    content = json.loads(path.read_text())
    text = json.dumps(content)
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A handout, and what came back: right, untouched, wrong, slow, odd and unreadable."""
    root = tmp_path_factory.mktemp("course")
    roster = root / "roster.csv"
    roster.write_text(
        "id,canvas_id,email\n" + "".join(f"{s},{n}7,{n}@x\n" for n, s in enumerate(STUDENTS + ODD))
    )
    arguments = ["--secret", f"{root}/secret.txt", "--roster", str(roster)]
    assert main(["release", "descent", "--out", f"{root}/handout", "--solutions", *arguments]) == 0
    handed_in = root / "submissions"
    for student in STUDENTS:
        shutil.copytree(root / "handout/solutions" / student, handed_in / student)
    shutil.copy(root / "handout/s002/descent.ipynb", handed_in / "s002/descent.ipynb")
    edited(handed_in / "s003/descent.ipynb", "return w @ A - b", "return b - w @ A")
    edited(handed_in / "s003/descent.ipynb", "points[-1] - learning", "points[-1] + learning")
    edited(handed_in / "s004/descent.ipynb", "minimum = np.linalg.solve(A, b)", "while True: pass")
    (handed_in / ODD[0]).mkdir()
    shutil.copy(handed_in / "s001/descent.ipynb", handed_in / ODD[0] / "descent.ipynb")
    (handed_in / "truncated").mkdir()
    text = (handed_in / "s001/descent.ipynb").read_text()
    (handed_in / "truncated/descent.ipynb").write_text(text[: len(text) // 2])
    (handed_in / "link").mkdir()
    (handed_in / "link/descent.ipynb").symlink_to(root / "secret.txt")
    return root


def grade(course: Path, out: str, *more: str) -> list[str]:
    return [
        *("grade", f"{course}/submissions", "--out", f"{course}/{out}"),
        *("--secret", f"{course}/secret.txt", "--roster", f"{course}/roster.csv"),
        *("--seconds", "1", *more),
    ]


def seen(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file of a folder, with what would tell that it was touched."""
    return {
        str(path): (status.st_mtime_ns, status.st_mode, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for status in [path.stat()]
    }


@pytest.fixture(scope="module")
def alone(course):
    """Graded by one process: what all others must give too."""
    before = seen(course / "submissions")
    assert main(grade(course, "alone", "--workers", "1")) == 0
    assert seen(course / "submissions") == before
    return course / "alone"


def table(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(newline="") as file:
        return {spreadsheet.plain(row["student"]): row for row in csv.DictReader(file)}


def test_every_submission_has_one_row(alone):
    rows = table(alone)
    assert {student: row["status"] for student, row in rows.items()} == {
        "s001": "graded",
        "s002": "graded",
        "s003": "graded",
        "s004": "limit reached",
        "=x;-1": "graded",
        "truncated": "unreadable",
        "link": "unreadable",
    }
    assert rows["s001"]["score"] == rows["s001"]["maximum"]
    assert rows["s002"]["score"] == "0"
    assert rows["s003"]["descent.gradient"] == "0"
    assert 0 < float(rows["s004"]["score"]) < float(rows["s004"]["maximum"])
    assert "symbolic link" in rows["link"]["reason"]


def test_what_is_written(alone):
    for name in ("summary.html", "marking.html", "marks.csv", "canvas/descent.csv"):
        assert (alone / name).exists(), name
    assert len(list(alone.glob("feedback/*/descent.html"))) == 7
    assert len(list(alone.glob("gradescope/descent/*/results.json"))) >= 5
    everything = b"".join(path.read_bytes() for path in alone.rglob("*") if path.is_file())
    assert (alone.parent / "secret.txt").read_bytes().strip() not in everything
    feedback = (alone / "feedback/s003/descent.html").read_text()
    assert "<svg" in feedback  # the path beside the right one
    assert "<b>" not in (alone / "summary.html").read_text()


def test_many_processes_give_the_same(course, alone):
    assert main(grade(course, "many", "--workers", "2")) == 0
    assert (course / "many/grades.csv").read_bytes() == (alone / "grades.csv").read_bytes()


def test_killed_and_started_again_it_goes_on(course, alone):
    command = [sys.executable, "-m", "classroom", *grade(course, "killed", "--workers", "2")]
    root = Path(__file__).parents[2]
    running = subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL)
    records = course / "killed/records/descent"
    until = time.monotonic() + 120
    while not (done := list(records.glob("*.json"))) and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert done
    assert not (course / "killed/grades.csv").exists()
    finished = {path: path.stat().st_mtime_ns for path in records.glob("*.json")}
    assert len(finished) < 7
    nothing_runs_on()
    assert main(grade(course, "killed", "--workers", "1")) == 0
    assert (course / "killed/grades.csv").read_bytes() == (alone / "grades.csv").read_bytes()
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert len(list(records.iterdir())) == 7  # and no half-written file


def test_a_changed_submission_is_graded_anew_and_nothing_else(course, alone):
    before = seen(alone / "records")
    later = course / "later"
    shutil.copytree(course / "submissions", later / "submissions", symlinks=True)
    for name in ("secret.txt", "roster.csv"):
        shutil.copy(course / name, later / name)
    shutil.copytree(alone, later / "out")
    edited(later / "submissions/s003/descent.ipynb", "return b - w @ A", "return w @ A - b")
    edited(later / "submissions/s003/descent.ipynb", "+ learning", "- learning")
    assert main(grade(later, "out", "--workers", "1")) == 0
    rows = table(later / "out")
    assert rows["s003"]["score"] == rows["s003"]["maximum"]
    after = seen(later / "out/records")
    same = [a[2] == b[2] for a, b in zip(before.values(), after.values(), strict=True)]
    assert same.count(False) == 1


def test_a_failure_of_the_grader_is_done_again(course, alone, monkeypatch):
    from classroom.sandbox import channel

    command = channel.command
    monkeypatch.setattr(channel, "command", lambda limits, word: ["false"])
    monkeypatch.setattr("classroom.sandbox.doctor.require", lambda: None)
    assert main(grade(course, "failed", "--workers", "1")) == 1
    row = table(course / "failed")["s001"]
    assert (row["status"], row["score"]) == ("grader error", "")
    monkeypatch.setattr(channel, "command", command)
    assert main(grade(course, "failed", "--workers", "1")) == 0
    assert (course / "failed/grades.csv").read_bytes() == (alone / "grades.csv").read_bytes()


@pytest.mark.filterwarnings("ignore")  # distributed's own
def test_a_dask_cluster_gives_the_same(course, alone):
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        assert main(grade(course, "dask", "--dask", cluster.scheduler_address)) == 0
    assert (course / "dask/grades.csv").read_bytes() == (alone / "grades.csv").read_bytes()


def test_marks_are_read_and_counted(course, alone, capsys):
    marks = course / "marks.csv"
    lines = (alone / "marks.csv").read_text().splitlines()
    assert any(line.startswith("s001,descent,ravine,,") for line in lines)
    filled = [line.replace(",,", ",1.5,") if line.startswith("s001") else line for line in lines]
    marks.write_text("\n".join(filled))
    shutil.copytree(alone, course / "marked")
    assert main(grade(course, "marked", "--workers", "1", "--marks", str(marks))) == 0
    before, after = table(alone)["s001"], table(course / "marked")["s001"]
    assert after["descent.ravine"] == "1.5"
    assert float(after["score"]) == float(before["score"]) + 2 * 1.5
    assert float(after["maximum"]) == float(before["maximum"]) + 7
    # Another text is handed in: the mark stays, and the teacher is told.
    again = course / "again"
    shutil.copytree(course / "submissions", again, symlinks=True)
    edited(again / "s001/descent.ipynb", "Split the distance", "Divide the distance")
    arguments = grade(course, "marked", "--workers", "1", "--marks", str(marks))
    capsys.readouterr()
    assert main([arguments[0], str(again), *arguments[2:]]) == 0
    assert "given to another text than the one that is there now: 1." in capsys.readouterr().out
    assert table(course / "marked")["s001"]["score"] == after["score"]
    assert "s001, descent: ravine" in (course / "marked/summary.html").read_text()


def test_a_download_with_two_markers_goes_the_whole_way(course, capsys):
    downloaded, out = course / "download", course / "two"
    downloaded.mkdir()
    shutil.copy(
        course / "handout/solutions/s001/descent.ipynb", downloaded / "last_07_5001_descent.ipynb"
    )
    arguments = grade(course, "two", "--workers", "1", "--markers", "2", "--overlap", "100")
    arguments[1] = str(downloaded)
    assert main(arguments) == 0
    assert "Scores without a text that nobody has marked yet: 1." in capsys.readouterr().out
    assert [path.name for path in sorted(out.glob("marking*"))] == [
        "marking-1.html",
        "marking-2.html",
    ]
    with zipfile.ZipFile(out / "canvas/descent-feedback.zip") as archive:
        page = archive.read("last_07_5001_descent.html")
    assert page == (out / "feedback/s001/descent.html").read_bytes()
    empty = (out / "marks.csv").read_text()
    for marker, points in (("ann", "1"), ("bea", "2")):
        (course / f"{marker}.csv").write_text(empty.replace(",,", f",{points},"))
        arguments += ["--marks", f"{course}/{marker}.csv"]
    assert main(arguments) == 0
    assert table(out)["s001"]["descent.ravine"] == "1.5"
    assert "ann.csv and bea.csv" in (out / "summary.html").read_text()
    assert "Scores without a text" not in capsys.readouterr().out


def test_notebooks_of_a_roster_are_not_graded_without_one_in_silence(course, tmp_path, capsys):
    arguments = grade(course, "without", "--workers", "1")
    shutil.copytree(course / "submissions/s001", tmp_path / "s001")
    arguments[1] = str(tmp_path)
    place = arguments.index("--roster")
    del arguments[place : place + 2]
    main(arguments)
    assert "--roster CSV" in capsys.readouterr().err


def test_another_secret_is_not_graded_with_in_silence(course, tmp_path, capsys):
    notebook = tmp_path / "submissions/s001/descent.ipynb"
    notebook.parent.mkdir(parents=True)
    shutil.copy(course / "submissions/s001/descent.ipynb", notebook)
    roster = ["--roster", f"{course}/roster.csv"]

    def graded(secret: str, out: str, *more: str, code: int = 0) -> tuple[dict[str, str], str]:
        command = ["grade", f"{tmp_path}/submissions", "--out", f"{tmp_path}/{out}", *roster]
        assert main([*command, "--secret", secret, *more]) == code
        return table(tmp_path / out)["s001"], capsys.readouterr().err

    another = f"{tmp_path}/another.txt"
    assert main(["release", "descent", "--out", f"{tmp_path}/x", "--secret", another, *roster]) == 0
    row, said = graded(another, "wrong", code=1)
    assert row["reason"].startswith("It holds other numbers than the ones it was graded with.")
    left_out = [tmp_path / "wrong/canvas/descent.csv", tmp_path / "wrong/gradescope/descent"]
    assert not any(path.exists() for path in left_out)
    summary = (tmp_path / "wrong/summary.html").read_text()
    assert summary.index("1 of 1 score may be wrong.") < summary.index("Submissions by status")
    assert float(row["score"]) < float(row["maximum"])
    assert f"than the secret in {another} draws for the student: 1 of 1." in said
    assert "Other numbers than the secret draws" in (tmp_path / "wrong/summary.html").read_text()
    assert "It was made with another secret" in (
        tmp_path / "wrong/feedback/s001/descent.html"
    ).read_text()  # fmt: skip

    assert "s001</a>, descent: in no file for Canvas, Moodle and Gradescope" in summary
    _, said = graded(another, "wrong", "--other-numbers", "s002", code=2)
    assert "--other-numbers s002: of this student nothing is handed in. Choices: all, s001." in said

    # Who has decided finds it in the folder again.
    row, _ = graded(another, "wrong", "--other-numbers", "s001")
    assert all(path.exists() for path in left_out)
    assert "It counts by --other-numbers." in row["reason"]
    summary = (tmp_path / "wrong/summary.html").read_text()
    assert "may be wrong" not in summary
    assert "s001</a>, descent: counted, by --other-numbers" in summary

    row, said = graded(f"{course}/secret.txt", "right")
    assert row["score"] == row["maximum"]
    assert "numbers than" not in said
    # To change a number by hand gains nothing and costs what follows from it.
    edited(notebook, "b = np.array(", "b = np.array([0.5, 0.5]) + 0 * np.array(")
    row, said = graded(f"{course}/secret.txt", "edited")
    assert 0 < float(row["score"]) < float(row["maximum"])
    assert "The cell with your numbers was changed." in (
        tmp_path / "edited/feedback/s001/descent.html"
    ).read_text()  # fmt: skip


def test_one_notebook_for_all_is_graded_with_a_roster(tmp_path, capsys):
    common = ["--secret", f"{tmp_path}/secret.txt"]
    assert main(["release", "descent", "--out", f"{tmp_path}/out", "--solutions", *common]) == 0
    (tmp_path / "roster.csv").write_text("id,canvas_id\ns001,1001\ns002,1002\n")
    (tmp_path / "in").mkdir()
    for k in 1, 2:
        to = tmp_path / f"in/last_100{k}_5_descent.ipynb"
        shutil.copy(tmp_path / "out/descent-solutions.ipynb", to)
    common += ["--roster", f"{tmp_path}/roster.csv", "--workers", "2"]
    command = ["grade", f"{tmp_path}/in", "--out", f"{tmp_path}/grades", *common]
    assert main([*command, "--same-numbers"]) == 0
    assert "other numbers" not in capsys.readouterr().err
    rows = table(tmp_path / "grades")
    assert rows.keys() == {"s001", "s002"}
    assert all(row["score"] == row["maximum"] for row in rows.values())
    assert "1002" in (tmp_path / "grades/canvas/descent.csv").read_text()
    assert "Made for somebody else" not in (tmp_path / "grades/summary.html").read_text()
    assert main(command) == 1
    assert not (tmp_path / "grades/canvas/descent.csv").exists()
    assert "everybody has the same numbers: --same-numbers." in capsys.readouterr().err


def test_odd_names_go_through_a_whole_course_with_a_roster_and_without(tmp_path, capsys):
    secret = ["--secret", f"{tmp_path}/secret.txt"]
    assert main(["release", "descent", "--out", f"{tmp_path}/out", "--solutions", *secret]) == 0
    solved = (tmp_path / "out/descent-solutions.ipynb").read_bytes()
    odd = [b"M\xfcller", b"'=x", rb"\udcff", "a\u2028b".encode(), b"a\x0bb", b"x;=1+1"]
    handed_in = tmp_path / "submissions"
    handed_in.mkdir()
    where = [*(f"{tmp_path}/{name}" for name in ("submissions", "grades"))]
    command = ["grade", where[0], "--out", where[1], "--workers", "2", *secret]
    for name in (b"ada", *odd[:-1]):
        Path(os.fsdecode(os.fsencode(handed_in) + b"/" + name + b"_descent.ipynb")).write_bytes(
            solved
        )
    assert main(command) == 0
    marks = tmp_path / "grades/marks.csv"
    text = marks.read_text()
    marks.write_text(text.replace(",ravine,", ",ravine,1").replace(",rotation,", ",rotation,2"))
    # A later submission adds its rows, and the marks stay.
    (handed_in / f"{os.fsdecode(odd[-1])}_descent.ipynb").write_bytes(solved)
    assert main([*command, "--marks", str(marks)]) == 0
    assert marks.read_text().count("\n") == text.count("\n") + 2
    assert main([*command, "--marks", str(marks)]) == 0
    rows = table(tmp_path / "grades")
    assert rows.keys() == {"ada", *map(os.fsdecode, odd)}
    scores = {student: (row["status"], row["score"]) for student, row in rows.items()}
    automatic = float(rows["x;=1+1"]["maximum"])  # nobody has marked that one
    assert scores.pop("x;=1+1") == ("graded", f"{automatic:g}")
    assert set(scores.values()) == {("graded", f"{automatic + 3:g}")}
    # With a roster the two on it are graded, one of them by bytes of an older system.
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nMüller\nada\n")
    where = [f"{tmp_path}/submissions", "--out", f"{tmp_path}/with"]
    assert main(["grade", *where, "--roster", str(roster), "--same-numbers", *secret]) == 0
    assert table(tmp_path / "with").keys() == {"Müller", "ada"}
    summary = (tmp_path / "with/summary.html").read_text()
    assert "who is not on the roster" in summary
    said = capsys.readouterr()
    assert "5 files fit nowhere" in said.out
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "nowhere", "--out", "x"], "secret"),
        (["release", "calculus", "--out", "x"], "choices: descent"),
    ],
)
def test_mistakes_are_explained(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("program", ["bwrap", "prlimit", "setpriv"])
def test_without_a_sandbox_it_refuses_and_names_the_container(program, course, monkeypatch, capsys):
    which = shutil.which
    monkeypatch.setattr(
        shutil, "which", lambda name, *a, **k: None if name == program else which(name, *a, **k)
    )
    assert main(grade(course, "refused")) == 2
    said = capsys.readouterr().err
    assert f"{program} is not installed" in said
    assert "docker run" in said
    assert not (course / "refused").exists()
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "docker run" in said
    (build,) = re.findall("docker build .+", said)  # from the course's folder, so with whole paths
    *_, containerfile, project = map(Path, shlex.split(build))
    assert containerfile.is_absolute()
    assert containerfile.is_file()
    assert (project / "Makefile").is_file()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_it_refuses(platform, course, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", platform)
    assert main(grade(course, "refused")) == 2
    assert "needs Linux" in capsys.readouterr().err


def test_the_doctor_finds_this_machine_well(capsys):
    assert main(["doctor"]) == 0
    assert "This machine can grade." in capsys.readouterr().out
