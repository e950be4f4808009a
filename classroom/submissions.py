"""Find the submissions in a folder, in the layouts that teachers have, and read their bytes.

Nothing is skipped silently: what fits nowhere is returned too, with the reason. Names come from
students, so nothing is believed of them: links are not followed, and only regular files are read.
"""

import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from classroom.errors import ClassroomError
from classroom.notebook import Unreadable
from classroom.roster import Student

LIMIT = 50_000_000  # bytes of a notebook
LAYOUTS = """\
  STUDENT/ASSIGNMENT.ipynb
  submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb             (nbgrader)
  lovelaceada_12345_67890_ASSIGNMENT.ipynb                  (Canvas's download)
  Ada Lovelace_12345_assignsubmission_file_/ASSIGNMENT.ipynb  (Moodle's download)
  STUDENT_ASSIGNMENT.ipynb or STUDENT-ASSIGNMENT.ipynb"""

_NOTEBOOK = ".ipynb"
# Canvas, lib/content_zipper.rb: sortable name, LATE or not, user id, attachment id, file's name.
_CANVAS = re.compile(r".*?_(?P<user>[0-9]+)_(?P<upload>[0-9]+)_(?P<original>.+)", re.S)
_CANVAS_ANONYMOUS = re.compile(
    r"(LATE_)?(?P<user>anon_[0-9A-Za-z]+)_(?P<upload>[0-9]+)_(?P<original>.+)", re.S
)
# Moodle, mod/assign: full name, the participant's number in this assignment, the plugin.
_MOODLE = re.compile(
    r"(?P<name>.*?)_(?P<user>[0-9]+)_assignsubmission_file_?(?P<original>.*)", re.S
)
# "descent (1)", "descent-2", "descent-Copy1", "descent - Copy (2)"
_AGAIN = re.compile(
    r"(?P<name>.*?)(?:\s*-?\s*copy)?(?:\s*\((?P<a>[0-9]+)\)|-?(?P<b>[0-9]+))?\s*", re.S | re.I
)
_IGNORED = ("timestamp.txt", "__MACOSX")  # nbgrader's, and a Mac's in zip archives


@dataclass(frozen=True)
class Submission:
    """A file that a student handed in for an assignment.

    Attributes:
        student: the id: the roster's where it has the student.
        assignment: the name.
        path: of the file.
        file: the same, relative to the folder, with slashes.
        problem: why it cannot be read; "" where it is a regular file.
    """

    student: str
    assignment: str
    path: Path
    file: str
    problem: str = ""


class LeftOver(NamedTuple):
    """What was found and is not graded."""

    file: str
    reason: str


class Found(NamedTuple):
    """What a folder holds."""

    submissions: list[Submission]
    left_over: list[LeftOver]


@dataclass(frozen=True)
class _Person:
    """Who sent a file.

    Attributes:
        student: the id it is graded under.
        apart: what tells the sender from all others. It differs from ``student`` where that is a
            guess: two people may have one name.
    """

    student: str
    apart: str


@dataclass(frozen=True)
class _Candidate:
    """A submission before it is known which of several counts.

    Attributes:
        turn: the number of the resubmission, and of the upload.
    """

    person: _Person
    submission: Submission
    turn: tuple[int, int]


@dataclass
class _Search:
    root: Path
    names: dict[str, str]  # of the assignments, by their folded form
    roster: "_Roster"
    candidates: list[_Candidate] = field(default_factory=list)
    left_over: list[LeftOver] = field(default_factory=list)

    def folder(self, folder: Path) -> None:
        """A folder of students' folders, of downloads, or of both."""
        for entry in self.entries(folder):
            if _is_notebook(entry.name):
                self._download(entry)
            elif entry.is_symlink():
                self.leave(entry, "is a symbolic link")
            elif not entry.is_dir(follow_symlinks=False):
                self.leave(entry, "is not a notebook")
            elif match := _MOODLE.fullmatch(entry.name):
                self._moodle(entry, match)
            elif _folded(entry.name) in self.names and folder == self.root:
                self.folder(Path(entry.path))  # the downloads of one assignment
            else:
                self._student(entry)

    def _student(self, folder: os.DirEntry[str]) -> None:
        """``STUDENT/ASSIGNMENT.ipynb`` or ``STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb``."""
        person = self.roster.by_id(folder.name)
        for entry in self._some(folder):
            name = self.names.get(_folded(entry.name))
            if name is None:
                self._add(entry, person, entry.name)
            elif entry.is_symlink():
                self._keep(entry, person, name)
            elif not entry.is_dir(follow_symlinks=False):
                self.leave(entry, "is not a notebook")
            else:
                for inner in self._some(entry):
                    self._add(inner, person, inner.name, only=name)

    def _moodle(self, folder: os.DirEntry[str], match: re.Match[str]) -> None:
        for entry in self._some(folder):
            self._add(entry, self.roster.by_moodle(match), entry.name)

    def _download(self, entry: os.DirEntry[str]) -> None:
        """A file of a flat folder: from Canvas, from Moodle, or with the student's id in front."""
        student, name, again = self._own_name(entry.name)
        if name and self.roster.has(student):  # before all others: its id may look like Canvas's
            self._keep(entry, self.roster.by_id(student), name, (again, 0))
        elif match := _MOODLE.fullmatch(entry.name):
            self._add(entry, self.roster.by_moodle(match), match["original"])
        elif match := _CANVAS_ANONYMOUS.fullmatch(entry.name) or _CANVAS.fullmatch(entry.name):
            person = self.roster.by_canvas(match["user"])
            self._add(entry, person, match["original"], upload=int(match["upload"][:18]))
        elif name:
            self._keep(entry, self.roster.by_id(student), name, (again, 0))
        else:
            self.leave(entry, "does not say whose it is and which assignment")

    def _own_name(self, file: str) -> tuple[str, str, int]:
        """Student, assignment and number of ``STUDENT_ASSIGNMENT.ipynb``; "" where it is not so."""
        for stem, again in _stems(file):
            for name in self.names.values():
                student, between, last = stem[: -len(name) - 1], stem[-len(name) - 1 :][:1], stem
                if student and between in "_-" and _folded(last[-len(name) :]) == _folded(name):
                    return student, name, again
        return "", "", 0

    def _add(
        self,
        entry: os.DirEntry[str],
        person: _Person,
        original: str,
        *,
        upload: int = 0,
        only: str = "",
    ) -> None:
        """A file under the name that the student gave it, in a place that says whose it is."""
        for stem, again in _stems(original):
            name = self.names.get(_folded(stem))
            if name and _is_notebook(original) and only in ("", name):
                self._keep(entry, person, name, (again, upload))
                return
        self.leave(entry, f"is not called {only or 'like an assignment'}{_NOTEBOOK}")

    def _keep(
        self,
        entry: os.DirEntry[str],
        person: _Person,
        assignment: str,
        turn: tuple[int, int] = (0, 0),
    ) -> None:
        problem = _problem(entry.stat(follow_symlinks=False).st_mode)
        file = self._relative(entry.path)
        made = Submission(person.student, assignment, Path(entry.path), file, problem)
        self.candidates.append(_Candidate(person, made, turn))

    def leave(self, entry: os.DirEntry[str], reason: str) -> None:
        self.left_over.append(LeftOver(self._relative(entry.path), reason))

    def _relative(self, path: str | Path) -> str:
        return Path(path).relative_to(self.root).as_posix()

    def _some(self, folder: os.DirEntry[str]) -> list[os.DirEntry[str]]:
        before = len(self.left_over)
        entries = self.entries(folder.path)
        if not entries and len(self.left_over) == before:
            self.leave(folder, "is an empty folder")
        return entries

    def entries(self, folder: str | Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"cannot be opened: {error.strerror}"
            self.left_over.append(LeftOver(self._relative(folder), reason))
            return []
        return [e for e in entries if not e.name.startswith(".") and e.name not in _IGNORED]


class _Roster:
    """Whose submission it is, from what a download calls the student."""

    def __init__(self, students: Iterable[Student]) -> None:
        students = list(students)
        self._ids = {_folded(student.id): student.id for student in students}
        self._canvas = {student.canvas_id: student.id for student in students if student.canvas_id}
        self._moodle = {student.moodle_id: student.id for student in students if student.moodle_id}
        named: dict[str, list[str]] = defaultdict(list)
        for student in students:
            named[_folded(student.name)].append(student.id)
        # A name that two students bear says nothing.
        self._names = {name: ids[0] for name, ids in named.items() if name and len(ids) == 1}

    def has(self, id: str) -> bool:
        return _folded(id) in self._ids

    def by_id(self, id: str) -> _Person:
        return _Person(self._ids.get(_folded(id), id), id)

    def by_canvas(self, user: str) -> _Person:
        student = self._canvas.get(user, user)
        return _Person(student, student)

    def by_moodle(self, match: re.Match[str]) -> _Person:
        if student := self._moodle.get(match["user"]):
            return _Person(student, student)
        name = match["name"]
        return _Person(self._names.get(_folded(name), name), f"{name}_{match['user']}")


def find(
    folder: str | Path, assignments: Iterable[str], roster: Iterable[Student] | None = None
) -> Found:
    """The submissions in a folder, and what else is there.

    Of several for one student and assignment the one with the highest number counts, as in
    ``descent-2.ipynb``; Canvas counts resubmissions like that, and browsers downloads.

    Args:
        folder: in one of :data:`LAYOUTS`, or several of them; or with such a folder for each
            assignment, called like it.
        assignments: the names that count.
        roster: maps Canvas's and Moodle's ids and names to the students' ids.

    Returns:
        the submissions by student and assignment, one for each; and what is left over.

    Raises:
        ClassroomError: where the folder does not exist or holds no submission.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ClassroomError(f"{root}: there is no such folder of submissions.")
    search = _Search(root, {_folded(name): name for name in assignments}, _Roster(roster or ()))
    submitted = root / "submitted"
    if submitted.is_dir() and not submitted.is_symlink():  # an nbgrader course
        for entry in search.entries(root):
            if entry.name != "submitted":
                search.leave(entry, "stands beside nbgrader's folder `submitted`")
        search.folder(submitted)
    else:
        search.folder(root)
    found = _sorted_out(search)
    if not found.submissions:
        raise ClassroomError(_nothing(root, search))
    return found


def read_bytes(submission: Submission, limit: int = LIMIT) -> bytes:
    """The bytes of a submission, which is only read.

    Raises:
        Unreadable: where it is no regular file, cannot be opened, or is longer than ``limit``.
    """
    if submission.problem:
        raise Unreadable(submission.problem)
    # Between finding and reading it may have become a link or a pipe: neither is followed or waited
    # for.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(submission.path, flags | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise Unreadable(f"the file cannot be opened: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        if problem := _problem(os.fstat(handle).st_mode):
            raise Unreadable(problem)
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise Unreadable(f"the file cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise Unreadable(f"the file is larger than {limit / 1e6:g} MB")
    return data


def _sorted_out(search: _Search) -> Found:
    """One submission for each student and assignment; the earlier ones are left over."""
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in search.candidates:
        people[one.person.student, one.submission.assignment].add(one.person.apart)
    # Two people with one name are two people: each goes by what tells them apart.
    doubtful = {student for (student, _), behind in people.items() if len(behind) > 1}
    groups: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for one in search.candidates:
        known = one.person.student not in doubtful
        student = one.person.student if known else one.person.apart
        groups[student, one.submission.assignment].append(one)
    submissions, left_over = [], list(search.left_over)
    for (student, _), group in sorted(groups.items()):
        *earlier, last = sorted(group, key=lambda one: (one.turn, one.submission.file))
        submissions.append(replace(last.submission, student=student))
        for one in earlier:
            reason = f"is not the latest: {last.submission.file} counts"
            left_over.append(LeftOver(one.submission.file, reason))
    return Found(submissions, sorted(left_over))


def _nothing(root: Path, search: _Search) -> str:
    names = ", ".join(search.names.values())
    message = (
        f"{root}: there is no submission for {names}. These layouts are read, ASSIGNMENT being "
        f"such a name:\n{LAYOUTS}"
    )
    if search.left_over:
        first = search.left_over[0]
        message += f"\nFound, and fits none: {len(search.left_over)}, as {first.file!r}: it "
        message += f"{first.reason}."
    return message


def _problem(mode: int) -> str:
    if stat.S_ISREG(mode):
        return ""
    kinds = {
        "the file is a symbolic link": stat.S_ISLNK,
        "a folder has the file's name": stat.S_ISDIR,
        "the file is a named pipe": stat.S_ISFIFO,
    }
    return next(
        (what for what, test in kinds.items() if test(mode)), "the file is not a regular file"
    )


def _is_notebook(name: str) -> bool:
    return name.casefold().endswith(_NOTEBOOK)


def _stems(name: str) -> Iterator[tuple[str, int]]:
    """A notebook's name without ``.ipynb``, as it is and without a copy's number; that number."""
    stem = name[: -len(_NOTEBOOK)] if _is_notebook(name) else name
    yield stem, 0
    if match := _AGAIN.fullmatch(stem):
        yield match["name"], int((match["a"] or match["b"] or "0")[:18])


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()
