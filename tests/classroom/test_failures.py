"""What goes wrong around the grader: disks, permissions, Ctrl-C. One sentence, no traceback."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

import rmsprop_lab
from classroom import files
from classroom.__main__ import main
from classroom.errors import ClassroomError
from classroom.grading import grade_all, records
from classroom.reports.exports import output_folder
from tests.classroom.support.in_process import SECRET
from tests.classroom.support.tiny import HONEST, job, notebook

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a roster, a secret and a submission, in which commands are given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("classroom.sandbox.doctor.require", lambda: None)
    Path("secret.txt").write_text(SECRET.hex())
    Path("roster.csv").write_text("id\nada\n")
    Path("submissions/ada").mkdir(parents=True)
    Path("submissions/ada/descent.ipynb").write_bytes(b"")  # unreadable: no sandbox is needed
    Path("file").write_text("a file\n")
    return tmp_path


def said(capsys, *arguments: str) -> str:
    """What a command that cannot be done says."""
    assert main(list(arguments)) == 2
    text = capsys.readouterr().err.strip().splitlines()[-1]
    assert "Traceback" not in text
    assert "Errno" not in text
    assert text.endswith((".", ")"))
    return text


def release(**changes: str) -> list[str]:
    given = {"--out": "handout", "--roster": "roster.csv", "--secret": "secret.txt"} | changes
    return ["release", "descent", *(part for pair in given.items() for part in pair)]


def grade(submissions: str = "submissions", **changes: str) -> list[str]:
    given = {"--out": "out", "--roster": "roster.csv", "--secret": "secret.txt"} | changes
    return [
        *("grade", submissions, "--workers", "1"),
        *(part for pair in given.items() for part in pair),
    ]


def test_the_commands_work_here(place):
    assert main(release()) == 0
    assert main(grade()) == 0
    assert Path("out/grades.csv").exists()


@pytest.mark.parametrize("command", [release, grade])
@pytest.mark.parametrize("out", ["file", "file/below", "file/far/below"])
def test_a_file_stands_where_the_output_should_be(place, capsys, command, out):
    text = said(capsys, *command(**{"--out": out}))
    assert text == f"{out}: cannot be written to: a file stands where a folder must be."
    assert Path("file").read_text() == "a file\n"


@pytest.mark.parametrize("command", [release, grade])
def test_a_file_stands_deeper_in_the_output(place, capsys, command):
    Path("handout").mkdir()
    Path("handout/ada").write_text("")
    Path("out").mkdir()
    Path("out/records").write_text("")
    assert "a file stands where a folder must be" in said(capsys, *command())


@pytest.mark.parametrize("command", [release, grade])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_the_disk_is_full_or_read_only(place, capsys, monkeypatch, command, code, after):
    make, calls = files.tempfile.mkstemp, iter(range(99))

    def fails(*arguments, **more):
        if next(calls) >= after:
            raise OSError(code, os.strerror(code), "somewhere")
        return make(*arguments, **more)

    monkeypatch.setattr(files.tempfile, "mkstemp", fails)
    if after == 0:
        monkeypatch.setattr(files.tempfile, "TemporaryFile", fails)
    if command is release and after:
        Path("roster.csv").write_text("id\n" + "".join(f"s{k}\n" for k in range(5)))
    text = said(capsys, *command())
    assert text.startswith(("handout", "out"))
    assert os.strerror(code) in text
    assert not list(place.rglob("*.tmp"))


def test_a_disk_that_is_really_full(place):
    """On a file system of 256 kB: a release says so, and leaves no half file and no half secret."""
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    sandbox = [
        "bwrap",
        "--bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--size",
        str(1 << 18),
        "--tmpfs",
        "/mnt",
    ]
    command = [sys.executable, "-m", "classroom", "release", "descent", "--roster", "roster.csv"]
    Path("roster.csv").write_text("id\n" + "".join(f"s{k}\n" for k in range(40)))
    for out, secret in (("/mnt/handout", "secret.txt"), ("handout", "/mnt/secret.txt")):
        script = (
            "test $1 = handout && head -c 9999999 /dev/zero > /mnt/full; "
            if secret != "secret.txt"
            else ""
        ) + 'shift; "$@"; echo "code $?"; find /mnt -name "*.tmp"; find /mnt -name secret.txt'
        done = subprocess.run(
            [*sandbox, "sh", "-c", script, "sh", out, *command, "--out", out, "--secret", secret],
            cwd=place, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if "bwrap:" in done.stderr:
            pytest.skip("no sandbox here")
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout.split()[-2:] == ["code", "2"]


def test_permissions(place):
    """As somebody who may not: root may do everything, so it becomes nobody."""
    place.chmod(0o755)
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    closed.chmod(0o700 if os.geteuid() == 0 else 0)
    user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    nobody = [*(user if os.geteuid() == 0 else ()), sys.executable]
    Path("secret.txt").chmod(0o644)
    open_to_all = place / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    # The sandbox is not what is looked at.
    start = (
        "import sys, classroom.sandbox.doctor; classroom.sandbox.doctor.require = lambda: None; "
        "from classroom.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    if os.geteuid() == 0:  # the way to the place is for all: a worker of xdist has one more folder
        for folder in place.parents:
            if folder.is_relative_to(Path(tempfile.gettempdir(), "pytest-of-root")):
                folder.chmod(0o755)
    alone = {
        "capture_output": True, "text": True, "check": False,
        "env": {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(open_to_all)},
    }  # fmt: skip
    if subprocess.run([*nobody, "-c", "import classroom"], **alone).returncode:
        pytest.skip("nobody may not enter this Python or this clone")
    for command, begin in (
        (grade(**{"--out": "closed/out"}), "closed/out: cannot be written to: Permission"),
        (release(**{"--out": "closed/out"}), "closed/out: cannot be written to: Permission"),
        (release(**{"--out": "open/x", "--secret": "closed/s"}), "closed/s: "),
        (grade(**{"--roster": "closed/r"}), "closed/r: the roster cannot be read: Permission"),
        (grade(**{"--marks": "closed/m"}), "closed/m: the marks cannot be read: Permission"),
        (grade("closed"), "closed: there is no submission for"),
        (grade("closed/below"), "closed/below: there is no such folder"),
    ):
        done = subprocess.run([*nobody, "-c", start, *command], **alone)
        assert done.stderr.startswith(begin), done.stderr
        assert "Traceback" not in done.stderr
        assert done.returncode == 2


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"--roster": "submissions"}, "submissions: the roster cannot be read: Is a directory."),
        ({"--roster": "nowhere"}, "nowhere: the roster cannot be read: No such file"),
        ({"--roster": "file/x"}, "file/x: the roster cannot be read: a file stands"),
        (
            {"--roster": "binary"},
            "binary, line 1: byte 33 is not UTF-16. Save the roster as CSV UTF-8, or as Unicode",
        ),
        ({"--secret": "submissions"}, "submissions: the secret cannot be read: Is a directory."),
        ({"--secret": "file"}, "file: this is not a secret."),
        ({"--secret": "binary"}, "binary: this is not a secret."),
        ({"--secret": "file/x"}, "file/x: "),
    ],
)
@pytest.mark.parametrize("command", [release, grade])
def test_what_is_read_is_something_else(place, capsys, command, changes, what):
    Path("binary").write_bytes(bytes(range(255, 0, -1)))
    assert said(capsys, *command(**changes)).startswith(what)


@pytest.mark.parametrize(
    ("submissions", "what"),
    [
        ("file", "file: is a file; give the folder of submissions, or its zip archive."),
        (
            "nowhere",
            "nowhere: there is no such folder; give the folder of submissions, or its zip archive.",
        ),
        (
            "file/x",
            "file/x: there is no such folder; give the folder of submissions, or its zip archive.",
        ),
    ],
)
def test_the_submissions_are_something_else(place, capsys, submissions, what):
    assert said(capsys, *grade(submissions)) == what


def test_the_marks_are_something_else(place, capsys):
    said_of = {
        "submissions": "Is a directory",
        "nowhere": "No such file",
        "secret.txt": "they must be student, assignment, task, points",
    }
    for marks, what in said_of.items():
        assert what in said(capsys, *grade(**{"--marks": marks}))


def test_the_written_marks_are_a_folder(place):
    Path("out/marks.csv").mkdir(parents=True)
    with pytest.raises(ClassroomError, match=r"marks\.csv: cannot be read: Is a directory"):
        output_folder.write_all("out", {"marks.csv": ""})


def test_a_secret_that_could_not_be_written_leaves_none(place, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("classroom.course.secret.os.fsync", full)
    text = said(capsys, *release(**{"--secret": "new.txt"}))
    assert text == "new.txt: cannot be written: No space left on device."
    assert not Path("new.txt").exists()


def test_an_output_whose_name_no_terminal_can_write(place):
    out = os.fsencode(place) + b"/M\xfcller"
    done = subprocess.run(
        [sys.executable, "-m", "classroom", "release", "descent", "--out", out],
        capture_output=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"1 notebook is in" in done.stdout


# --- Ctrl-C ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [b"numpy", b"matplotlib", b"classroom.release", b"jupytext"])
def test_ctrl_c_while_everything_is_loaded(place, seen):
    """However early it comes, once there is something of ours that runs."""
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "classroom", *release()],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told = b""
    for line in process.stderr:
        told += line
        if seen in line:
            break
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=60)
    lines = [line for line in (told + rest).splitlines() if b"import time:" not in line]
    if b"notebook is in" not in out:  # it may have been done already
        assert process.returncode == 130
        assert lines == [b"Stopped. Start it again, and it goes on where it was."]
    assert not list(place.rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.xdist_group("sandbox")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("workers", "program"),
    [("1", "worker.py"), ("2", "worker.py"), ("2", "spawn_main")],  # one alone starts no others
)
def test_stopped_while_a_notebook_runs(place, workers, number, program):
    """Ctrl-C reaches the whole group, idle processes too; nobody waits, and nothing is left."""
    Path("submissions/zoe").mkdir()
    Path("submissions/zoe/descent.ipynb").write_bytes(notebook("import time; time.sleep(60)"))
    command = [*grade(), "--workers", workers, "--seconds", "300"]
    command[command.index("--roster") : command.index("--roster") + 2] = []
    process = subprocess.Popen(
        [sys.executable, "-m", "classroom", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    until = time.monotonic() + 60
    while not running(process.pid, program) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.5)  # in the middle of what it loads, or of the notebook
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    started = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - started < 20
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert b"leaked" not in err
    assert err.strip().endswith(b"Stopped. Start it again, and it goes on where it was.")
    until = time.monotonic() + 20
    while running(process.pid, "") and time.monotonic() < until:
        time.sleep(0.05)
    assert not running(process.pid, "")


def test_stopped_within_what_python_makes_of_text(tmp_path):
    """As where a dataclass is made, while something is imported."""
    (tmp_path / "stopped.py").write_text(
        "from classroom import __main__ as program\n"
        "program._done = lambda given: exec('raise KeyboardInterrupt')\n"
        "raise SystemExit(program.main(['doctor']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "stopped"],
        capture_output=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.stderr == b"Stopped. Start it again, and it goes on where it was.\n"
    assert done.returncode == 130


def running(session: int, program: str) -> list[str]:
    """Processes of a session that have a word in their command."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            own = int(status.read_text().rpartition(")")[2].split()[3])
            line = (status.parent / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if own == session and line and program.encode() in line:
            found.append(status.parent.name)
    return found


# --- what a record depends on ------------------------------------------------------------------


@pytest.fixture
def copies(tmp_path):
    """The two folders that a grade depends on, to be changed."""
    made = []
    for folder in (ROOT / "classroom", Path(rmsprop_lab.__file__).parent):
        to = tmp_path / folder.name
        ignore = shutil.ignore_patterns("node_modules", "static", "__pycache__")
        shutil.copytree(folder, to, ignore=ignore)
        made.append(to)
    return made


@pytest.mark.parametrize(
    "changed",
    [
        "rmsprop_lab/checking/mistakes/plain.py", "rmsprop_lab/rules.py", "rmsprop_lab/lab/spec.py",
        "classroom/assignments/descent.md", "classroom/checks/values.py",
        "classroom/sandbox/inside/worker.py", "classroom/sandbox/inside/lab/__init__.py",
        "classroom/reports/totals.py", "classroom/grading/grade.py", "classroom/course/numbers.py",
    ],
)  # fmt: skip
def test_a_change_at_any_depth_is_another_version(copies, changed):
    path = copies[0].parent / changed
    if not path.exists():  # whatever the wrong versions' files are called
        path = next(path.parent.glob("*.py"))
    before = records.version(*copies)
    assert records.version(*copies) == before
    content = path.read_text()
    path.write_text(content + "\n")
    assert records.version(*copies) != before
    path.write_text(content)
    assert records.version(*copies) == before
    path.rename(path.with_name(f"other{path.suffix}"))
    assert records.version(*copies) != before


CHANGE_EACH = """
import sys
from pathlib import Path
from classroom.grading.records import Records
before = Records(Path("records"))._version
for path in map(Path, sys.argv[1:]):
    content = path.read_bytes()
    path.write_bytes(content + b"\\n")
    if Records(Path("records"))._version == before:
        print(path)
    path.write_bytes(content)
"""


def test_a_record_depends_on_every_file_of_every_room(copies):
    """By the folders that the records choose themselves, wherever in the classroom they stand."""
    clone = copies[0].parent
    files = [path for path in copies[0].rglob("*") if path.suffix in (".py", ".md")]
    rooms = {path.relative_to(copies[0]).parts[0] for path in files}
    assert rooms >= {
        "assignments",
        "checks",
        "course",
        "grading",
        "handed_in",
        "reports",
        "sandbox",
    }
    command = [sys.executable, "-c", CHANGE_EACH, *map(str, files)]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_a_new_file_counts_and_what_is_no_source_does_not(copies):
    before = records.version(*copies)
    for name in ("x.pyc", "__pycache__/x.py", "node_modules/far/x.py", "notes.txt"):
        (copies[1] / "lab" / name).parent.mkdir(parents=True, exist_ok=True)
        (copies[1] / "lab" / name).write_text("")
    assert records.version(*copies) == before
    (copies[1] / "checking/mistakes/more").mkdir()
    (copies[1] / "checking/mistakes/more/wrong.py").write_text("")
    assert records.version(*copies) != before


def test_what_moves_between_two_files_is_another_version(tmp_path):
    (tmp_path / "a.py").write_text("xy")
    (tmp_path / "b.py").write_text("z")
    before = records.version(tmp_path)
    (tmp_path / "a.py").write_text("x")
    (tmp_path / "b.py").write_text("yz")
    assert records.version(tmp_path) != before


def test_a_changed_wrong_version_leaves_no_stale_grade(copies, tmp_path, monkeypatch):
    one = job(notebook(*HONEST))
    kept = records.Records(tmp_path / "records")
    kept.keep(one, {"status": "graded", "score": 5.0})
    assert records.Records(tmp_path / "records").find(one) is not None
    monkeypatch.setattr(records, "SOURCES", copies[0])
    assert records.Records(tmp_path / "records").find(one) is not None  # the same sources
    (copies[0] / "sandbox/inside/worker.py").write_text("")
    assert records.Records(tmp_path / "records").find(one) is None


def test_nobody_waits_for_the_processes_when_a_record_cannot_be_kept(monkeypatch):
    """With a full disk in the middle nobody waits for the notebooks that still run."""
    stopped = []

    class Pool:
        def __init__(self, *_: object, **__: object) -> None: ...

        def submit(self, _run: object, job: object) -> object:
            done: Future = Future()
            done.set_result({"student": "ada", "assignment": "tiny"})
            return done

        def shutdown(self, **_: object) -> None:
            stopped.append("shut down")

    class Process:
        def kill(self) -> None:
            stopped.append("killed")

    monkeypatch.setattr(grade_all, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(grade_all.multiprocessing, "active_children", lambda: [Process()])
    graded = grade_all.here(2)([job(b""), job(b"")])
    next(graded)
    with pytest.raises(ClassroomError, match="full"):
        graded.throw(ClassroomError("full"))
    assert stopped == ["killed", "shut down"]


def test_a_process_that_is_started_hears_no_ctrl_c():
    """Otherwise each tells it in a traceback of its own, whenever it comes before the end."""
    masks = []

    class Pool:
        def submit(self, *_: object) -> None:
            masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))

    grade_all._submitted(Pool(), job(b""))
    masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))
    assert [signal.SIGINT in mask for mask in masks] == [True, False]
