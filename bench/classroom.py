"""Measure the classroom: a notebook, a course beside nbgrader, and the worst notebook.

Run by ``make bench``. A course of a thousand goes over a Dask cluster of two workers, and ours
says how much memory its own process took. An honest notebook stands beside a sandbox that does
nothing, a course beside ``nbgrader autograde`` on the same submissions, a hostile notebook beside
the limit that it must keep: where it does not, the exit code is 1. nbgrader grades a sample;
``--all`` gives it the whole course, ``--quick`` takes a few notebooks of everything.
"""

import ast
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from distributed import LocalCluster

from bench.speed import machine
from classroom import assignments
from classroom.course.assignment_text import MARK_SCHEME, AssignmentText
from classroom.course.numbers import drawn
from classroom.grading.grade import Job, Record, grade
from classroom.sandbox import doctor
from classroom.sandbox.channel import Worker
from classroom.sandbox.limits import Limits

ROOT = Path(__file__).parents[1]
NBGRADER = ROOT / ".venv-nbgrader/bin"
QUICK = "--quick" in sys.argv
COURSE = 5 if QUICK else 200  # submissions
LARGE = 10 if QUICK else 1000  # submissions, on Dask
MEMORY = 300  # MB of the grader's own process
SAMPLE = COURSE if "--all" in sys.argv else min(COURSE, 20)  # of them for nbgrader
TURNS = 3 if QUICK else 5
NAME = "descent"
SECRET, STUDENT = bytes(range(32)), "s001"
HONEST = 1.0  # seconds that an honest notebook may take
LIMIT, SPARE = 1.0, 2.0  # seconds of a task, and beyond all tasks


def clock(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of a run, and what it made."""
    begun = time.perf_counter()
    end = run()
    return time.perf_counter() - begun, end


# --- one notebook ---------------------------------------------------------------------------


@cache
def text(name: str) -> AssignmentText:
    return assignments.text(name)


def job(
    name: str,
    seconds: float = Limits.seconds,
    change: Callable[[str], str] = str,
    first: Sequence[str] = (),
) -> Job:
    """The solutions as a submission: each code cell changed, and others before them."""
    numbers = assignments.find(name).numbers(drawn(SECRET, STUDENT, name))
    notebook = json.loads(text(name).notebook(numbers, STUDENT, solutions=True))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = change("".join(cell["source"]))
    before = [{"cell_type": "code", "metadata": {}, "source": text} for text in first]
    notebook["cells"] = before + notebook["cells"]
    return Job(
        student=STUDENT,
        assignment=name,
        file=f"{name}.ipynb",
        data=json.dumps(notebook).encode(),
        problem="",
        whose=STUDENT,
        numbers=numbers,
        given=tuple(text(name).given(numbers)),
        public_checks=tuple(text(name).public_checks(numbers)),
        secret=SECRET,
        limits=Limits(seconds=seconds),
    )


def full(record: Record) -> None:
    """All points that are not a person's to give; otherwise another thing was measured."""
    found = record["status"], record["score"], record["maximum"]
    assert found == ("graded", record["maximum"], record["maximum"]), record


def honest() -> dict[str, float]:
    """Seconds of each assignment; before each, an empty sandbox."""
    jobs = {name: job(name) for name in assignments.NAMES}
    times: dict[str, list[float]] = {name: [] for name in ("", *jobs)}
    for turn in range(1 + TURNS):
        for name, of in jobs.items():
            empty, _ = clock(lambda: Worker(Limits()).close())
            seconds, record = clock(lambda of=of: grade(of))
            full(record)
            if turn:  # the first is the warm-up
                times[""].append(empty)
                times[name].append(seconds)
    found = {name: statistics.median(of) for name, of in times.items()}
    empty = found.pop("")
    print(f"\nOne honest notebook, s (limit {HONEST:g}; median of {TURNS})   over an empty sandbox")
    print(f"{empty:8.2f}   {'an empty sandbox':<34}{1:10.1f}")
    for name, seconds in found.items():
        print(f"{seconds:8.2f}   {name:<34}{seconds / empty:10.1f}")
    return found


# --- a course -------------------------------------------------------------------------------


def call(command: list[Any], folder: Path, **environment: str) -> float:
    """Seconds of a command. What it says counts only where it fails."""
    seconds, done = clock(
        lambda: subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
        )
    )
    if done.returncode:
        raise SystemExit(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return seconds


#: Our command line, and then the most memory that its own process held, in kB. It is a file,
#: and not -c: a process that it starts for the grading imports it.
WITH_MEMORY = """
if __name__ == "__main__":
    import resource, sys
    from classroom.__main__ import main
    code = main(sys.argv[1:])
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=open("memory", "w"))
    sys.exit(code)
"""


def ours(folder: Path, *arguments: Any) -> float:
    (folder / "with_memory.py").write_text(WITH_MEMORY)
    return call([sys.executable, "with_memory.py", *arguments], folder)


def memory(folder: Path) -> float:
    """MB that the last of our commands held at most."""
    return int((folder / "memory").read_text()) / 1000


def graded(folder: Path, submissions: str, count: int, workers: int, *more: str) -> float:
    """Seconds of our command line; everybody has all points."""
    out = Path(tempfile.mkdtemp(dir=folder))  # nothing is finished there
    seconds = ours(folder, "grade", submissions, "--out", out, "--workers", workers, *more)
    records = [json.loads(file.read_text())["record"] for file in out.glob("records/*/*.json")]
    assert len(records) == count, len(records)
    for record in records:
        full(record)
    return seconds


def students(count: int) -> list[str]:
    return [f"s{number:03}" for number in range(1, count + 1)]


def own_numbers(folder: Path) -> float:
    """The course as the guide has it: a roster, and numbers of one's own."""
    (folder / "roster.csv").write_text("\n".join(["id", *students(COURSE)]) + "\n")
    roster = ["--roster", "roster.csv"]
    released = ours(folder, "release", NAME, "--out", "handout", "--solutions", *roster)
    seconds = graded(folder, "handout/solutions", COURSE, 2, *roster)
    print(
        f"\n{COURSE} honest submissions of {NAME}, each with numbers of its own, two workers, s\n"
        f"{released:8.1f}   to release them, with solutions\n"
        f"{seconds:8.1f}   to grade them, with feedback, tables and summary: "
        f"{seconds / COURSE:.2f} a notebook\n"
        f"{memory(folder):8.0f}   MB at most in the grader's own process (limit {MEMORY})"
    )
    return seconds


def on_dask(folder: Path) -> None:
    """A large course, on two workers of a cluster and on two of our own: the same table."""
    (folder / "large.csv").write_text("\n".join(["id", *students(LARGE)]) + "\n")
    roster = ["--roster", "large.csv"]
    ours(folder, "release", NAME, "--out", "large", "--solutions", *roster)
    handed_in, tables, found = "large/solutions", [], {}
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        for what, more in (
            ("on a Dask cluster of two", ["--dask", cluster.scheduler_address]),
            ("by two workers", ["--workers", 2]),
        ):
            out = Path(tempfile.mkdtemp(dir=folder))
            seconds = ours(folder, "grade", handed_in, "--out", out, *roster, *more)
            found[what] = seconds, memory(folder)
            tables.append((out / "grades.csv").read_bytes())
    assert tables[0] == tables[1]
    print(f"\n{LARGE} honest submissions, s, and MB in the grader's own process; the same table")
    for what, (seconds, held) in found.items():
        print(f"{seconds:8.1f}{held:8.0f}   {what}")


def without_mark_schemes(notebook: Path) -> str:
    """nbgrader refuses a mark scheme outside of the cells that it calls tasks."""
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        kept, inside = [], False
        for line in cell["source"]:
            inside = inside or line.strip() == MARK_SCHEME[0]
            if not inside:
                kept.append(line)
            inside = inside and line.strip() != MARK_SCHEME[1]
        cell["source"] = kept
    return json.dumps(content)


class Nbgrader:
    """A course folder of nbgrader, made from the same source."""

    def __init__(self, folder: Path, solutions: Path) -> None:
        self.folder = folder
        # Its settings and its kernel's history are not the user's.
        self.environment = {
            "PATH": os.pathsep.join([str(NBGRADER), os.environ.get("PATH", os.defpath)]),
            "JUPYTER_CONFIG_DIR": str(folder / ".config"),
            "JUPYTER_DATA_DIR": str(folder / ".data"),
            "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
            "IPYTHONDIR": str(folder / ".ipython"),
        }
        (folder / "nbgrader_config.py").write_text("")
        self.put(folder / f"source/{NAME}", without_mark_schemes(solutions))
        self.call("generate_assignment", NAME)

    def put(self, place: Path, notebook: str) -> None:
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_text(notebook)

    def call(self, *arguments: str) -> float:
        return call([NBGRADER / "nbgrader", *arguments], self.folder, **self.environment)

    def autograde(self, count: int, points: float) -> float:
        """Seconds for all that is submitted; everybody has all points."""
        shutil.rmtree(self.folder / "autograded", ignore_errors=True)
        seconds = self.call("autograde", NAME)
        self.call("export")
        with (self.folder / "grades.csv").open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["raw_score"]]
        graded = [row for row in rows if float(row["raw_score"]) == points]
        assert len(graded) == count, rows
        return seconds


def beside_nbgrader(folder: Path) -> None:
    """The same files, graded by both. nbgrader takes locked cells from its one release."""
    ours(folder, "release", NAME, "--out", "common", "--solutions")
    solutions = folder / f"common/{NAME}-solutions.ipynb"
    course = folder / "course"
    course.mkdir()
    nbgrader = Nbgrader(course, solutions)
    points = sum(task.points for task in assignments.find(NAME).tasks if not task.open)

    # First one notebook: what a start takes.
    everybody, first = students(SAMPLE), 1
    starts: dict[str, float] = {}
    walls: dict[str, float] = {}
    for found, some in ((starts, everybody[:first]), (walls, everybody[first:])):
        for student in some:
            nbgrader.put(course / f"submitted/{student}/{NAME}", solutions.read_text())
        count = first if found is starts else SAMPLE
        before = graded(folder, "course/submitted", count, 1)
        found["nbgrader autograde"] = nbgrader.autograde(count, points)
        found["ours, one worker"] = (before + graded(folder, "course/submitted", count, 1)) / 2
        found["ours, two workers"] = graded(folder, "course/submitted", count, 2)
    each = {
        name: (wall - starts[name]) / (SAMPLE - first)
        for name, wall in walls.items()
        if name != "ours, two workers"
    }
    sample = "All" if SAMPLE == COURSE else f"A sample: {SAMPLE}"
    print(
        f"\n{sample} of {COURSE} submissions, with the same numbers for all, because nbgrader\n"
        "takes locked cells from its one release. It has one process and no choice, and runs the\n"
        "public checks in a kernel that may do everything; ours runs the hidden ones in a\n"
        "sandbox, and writes the feedback too. s\n"
        f"{'':24}{'one alone':>10}{'all':>9}{'all / ours':>12}"
        f"{'one more':>10}{'one more / ours':>17}"
    )
    for name, wall in walls.items():
        more = (
            f"{each[name]:10.2f}{each[name] / each['ours, one worker']:17.1f}"
            if name in each
            else ""
        )
        over = wall / walls["ours, two workers"]
        print(f"  {name:<22}{starts[name]:10.1f}{wall:9.1f}{over:12.1f}{more}")


# --- the worst notebook ---------------------------------------------------------------------

ENDLESS = ast.parse("while True: pass").body


def endless(then: str) -> Callable[[str], str]:
    """A cell whose functions never return, and what it does itself after it has defined them."""

    def change(cell: str) -> str:
        tree = ast.parse(cell)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                node.body = ENDLESS
        return f"{ast.unparse(tree)}\n{then}"

    return change


HOSTILE: dict[str, dict[str, Any]] = {
    "no function and no cell ends": {"change": endless("while True: pass")},
    "no function ends": {"change": endless("")},
    "no function ends, each cell is slow": {
        "change": endless(f"import time\ntime.sleep({0.8 * LIMIT})")
    },
    # Each takes no time itself, and a new sandbox.
    "60 cells end the interpreter": {
        "first": [f"import os\nos._exit({number})" for number in range(60)]
    },
}


def worst(honest: dict[str, float]) -> bool:
    """Whether all of them keep the limit."""
    print(
        f"\nThe worst notebook at --seconds {LIMIT:g}, s (limit: "
        f"{2 * Limits.patience:g} times its tasks' seconds + {SPARE:g})\n"
        f"{'':48}{'':>6}{'limit':>7}{'/ limit':>9}{'/ honest':>10}"
    )
    kept = True
    for name in (NAME,) if QUICK else assignments.NAMES:
        tasks = sum(not task.open for task in assignments.find(name).tasks)
        limit = 2 * Limits.patience * tasks * LIMIT + SPARE  # twice: once more alone
        for what, changes in HOSTILE.items():
            hostile = job(name, LIMIT, **changes)
            seconds, record = clock(lambda of=hostile: grade(of))
            assert record["status"] in ("graded", "limit reached"), record
            kept = kept and seconds <= limit
            print(
                f"  {name + ': ' + what:<46}{seconds:6.1f}{limit:7.0f}{seconds / limit:9.2f}"
                f"{seconds / honest[name]:10.0f}{'' if seconds <= limit else '   TOO LONG'}"
            )
    return kept


def main() -> None:
    doctor.require()
    print(machine())
    one = honest()
    with tempfile.TemporaryDirectory() as folder:
        own_numbers(Path(folder))
        on_dask(Path(folder))
        if NBGRADER.exists():
            beside_nbgrader(Path(folder))
        else:
            print("\nno nbgrader: run `make bench`, which installs it")
    if not worst(one):
        raise SystemExit("A notebook takes longer than its limit.")


if __name__ == "__main__":
    main()
