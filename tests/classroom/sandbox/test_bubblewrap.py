"""What a worker sees of this machine, and what the kernel refuses it."""

import re
import runpy
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from classroom import __main__
from classroom.sandbox import bubblewrap, doctor
from classroom.sandbox.inside.refused import ALLOWED_NEW, CLONE, NEW, REFUSED, SOCKET, program
from classroom.sandbox.limits import Limits
from tests.classroom.support.tiny import HONEST, MAXIMUM, graded, use

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sandbox")]

ROOT = Path(__file__).parents[3]
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize(("column", "machine"), enumerate(HEADERS))
def test_the_numbers_of_calls_are_the_kernels(column, machine):
    if not HEADERS[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    text = HEADERS[machine].read_text()
    kernels = {
        name: int(number)
        for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)
    }
    ours = {name: numbers[column] for name, numbers in REFUSED.items()}
    ours |= {"clone": CLONE[column], "socket": SOCKET[column], **ALLOWED_NEW}
    assert ours == {name: kernels.get(name) for name in ours}
    assert min(ALLOWED_NEW.values()) > NEW == kernels["pidfd_send_signal"]


@pytest.mark.parametrize("joining", [False, True])
@pytest.mark.parametrize("machine", HEADERS)
def test_a_filter_is_a_program_that_the_kernel_takes(machine, joining):
    steps = program(machine, joining=joining)
    assert len(steps) % 8 == 0
    assert len(steps) // 8 < 4096


def test_this_machine_can_grade_and_all_is_tried():
    found = doctor.examine()
    assert all(finding.well for finding in found), found
    said = " ".join(finding.what for finding in found)
    for protection in ("network", "keys", "memory", "namespaces", "processes", "files", "course"):
        assert protection in said


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (doctor.KEYS, "keyctl"),
        (doctor.UNCOUNTED, "memfd_create"),
        (doctor.NAMESPACES, "unshare"),
    ],
    ids=["keys", "uncounted", "namespaces"],
)
def test_the_doctor_sees_where_a_call_is_not_refused(monkeypatch, tmp_path, source, why):
    inside = tmp_path / "inside"
    shutil.copytree(bubblewrap.INSIDE, inside)
    refused = inside / "refused.py"
    every = "for numbers in REFUSED.values():"
    but_one = f"for call, numbers in REFUSED.items():\n        if call == {why!r}: continue"
    weak = refused.read_text().replace(every, but_one)
    assert but_one in weak
    refused.write_text(weak)
    monkeypatch.setattr(bubblewrap, "INSIDE", inside)
    monkeypatch.setattr(bubblewrap, "program", runpy.run_path(str(refused))["program"])
    assert not doctor._tried("", source, Limits()).well


def test_the_process_that_ends_all_others_is_out_of_reach(monkeypatch):
    """An ordinary user's is of the same user: with its memory rewritten it would end nothing."""
    use(monkeypatch)
    look = """
        import os, pathlib
        found = [path for path in pathlib.Path("/proc/1").rglob("*")]
        mine = [int(one.name) for one in os.scandir("/proc") if one.name.isdigit()]
    """
    double = "def double(values): return values * (2 if mine and not found else 0)"
    assert graded(textwrap.dedent(look), double, HONEST[1])["score"] == MAXIMUM


SEARCH = """
import sys
sys.path[:0] = [{root!r}]
from pytest import MonkeyPatch
from tests.classroom.support.tiny import HONEST, graded, use
patch = MonkeyPatch()
use(patch)
LOOK = '''
import os
found = [
    os.path.join(folder, name)
    for folder, folders, names in os.walk("/")
    for name in names + folders
    if name in {names!r}
]
assert not found, found
'''
record = graded(LOOK, "def double(values): return found or 2 * values", HONEST[1], seconds=20.0)
print(record["status"], record["score"], record["tasks"][0]["checks"][0]["reason"])
"""


def test_a_course_in_pythons_own_prefix_is_not_to_be_seen(tmp_path):
    """``python3 -m venv .`` in the course's folder, which then is ``sys.prefix``."""
    course = tmp_path / "course"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", course], check=True)
    (packages,) = course.glob("lib/python3*/site-packages")
    shutil.rmtree(packages)
    packages.symlink_to(bubblewrap.packages()[0])
    for name in ("course-secret.txt", "handouts/s001/descent.ipynb", "bin/course-answers.ipynb"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("the teacher's")
    names = ("course-secret.txt", "handouts", "course-answers.ipynb", "capstone.md", "collect.py")
    told = SEARCH.format(root=str(ROOT), names=names)
    done = subprocess.run(
        [course / "bin/python", "-c", told], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.stdout == "graded 5.0 \n", (done.stdout, done.stderr)


def test_a_course_among_pythons_own_files_is_refused(tmp_path, capsys, monkeypatch):
    library = Path(sys.base_prefix, sys.platlibdir)
    for course in (
        library / "course",
        bubblewrap.packages()[0] / "course",
        bubblewrap.PACKAGE / "x",
    ):
        assert bubblewrap.exposed([tmp_path, course]) != []
        given = ["grade", str(course / "submissions"), "--out", str(tmp_path / "grades")]
        assert __main__.main([*given, "--secret", str(tmp_path / "secret.txt")]) == 2
        said = capsys.readouterr().err
        assert f"{course / 'submissions'} lies in" in said
        assert "Move the course" in said
    monkeypatch.chdir(library)
    assert [finding.what for finding in doctor.examine() if not finding.well] == [
        "the course's folder is not to be seen"
    ]
    assert bubblewrap.exposed([tmp_path, Path.home(), ROOT, Path(sys.prefix)]) == []


def test_the_answers_are_not_seen_where_the_classroom_is_installed(tmp_path, monkeypatch):
    packages = tmp_path / "site-packages"
    (packages / "classroom").mkdir(parents=True)
    (packages / "rmsprop_lab").mkdir()
    monkeypatch.setattr(bubblewrap, "packages", lambda: [*real, packages])
    assert set(bubblewrap._answers()) >= {
        f"{bubblewrap.PYTHON}/packages/{len(real)}/{name}" for name in ("classroom", "rmsprop_lab")
    }


real = bubblewrap.packages()
