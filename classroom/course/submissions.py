"""Find the submissions in a folder, in the layouts that teachers have, and read their bytes.

Nothing is skipped silently: what fits nowhere is returned too, with the reason. Names come from
students, so nothing is believed of them: links are not followed, and only regular files are read.
With a roster nobody is graded who is not on it: where a name does not say whose work it is, what
the handout wrote into the notebook does, or the file is left over.
"""

import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, cast

from classroom.course import archive, gradescope
from classroom.course.notebook import Notebook, Unreadable, read
from classroom.course.roster import Student
from classroom.errors import ClassroomError, cut

LIMIT = 50_000_000  # bytes of a notebook
DEEPEST = 4  # folders and archives of downloads in one another
LAYOUTS = """\
  STUDENT/ASSIGNMENT.ipynb
  submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb             (nbgrader)
  lovelaceada_12345_67890_ASSIGNMENT.ipynb                  (Canvas's download)
  Ada Lovelace_12345_assignsubmission_file_/ASSIGNMENT.ipynb  (Moodle's download)
  ASSIGNMENT_ada01_attempt_2026-11-20-10-15-33_ASSIGNMENT.ipynb  (Blackboard's)
  1234-5678 - Ada Lovelace - Nov 20, 2026 1015 AM/ASSIGNMENT.ipynb  (Brightspace's)
  submission_metadata.yml and submission_123/ASSIGNMENT.ipynb  (Gradescope's)
  Ada Lovelace - ASSIGNMENT.ipynb or ASSIGNMENT - Ada Lovelace.ipynb  (Google's)
  STUDENT_ASSIGNMENT.ipynb or STUDENT-ASSIGNMENT.ipynb"""

_NOTEBOOK = ".ipynb"
# Canvas, lib/content_zipper.rb: sortable name, LATE or not, user id, attachment id, file's name.
CANVAS = re.compile(
    r".*?(?P<late>_LATE)?_(?P<user>[0-9]+)_(?P<upload>[0-9]+)_(?P<original>.+)", re.S
)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_[0-9A-Za-z]+)_(?P<upload>[0-9]+)_(?P<original>.+)", re.S
)
# Moodle, mod/assign: full name, the participant's number in this assignment, the plugin.
_MOODLE = re.compile(
    r"(?P<name>.*?)_(?P<number>[0-9]+)_assignsubmission_file_?(?P<original>.*)", re.S
)
# Blackboard: the assignment, the login, the time, the file's name.
BLACKBOARD = re.compile(
    r"(?P<begin>.+)_attempt_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})_(?P<original>.+)", re.S
)
# Brightspace: two numbers, the full name, the time.
BRIGHTSPACE = re.compile(
    r"(?P<number>[0-9]+)-[0-9]+ - (?P<name>.+) - "
    r"(?P<month>[A-Z][a-z]{2})[a-z]* (?P<day>[0-9]{1,2}), (?P<year>[0-9]{4}) "
    r"(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2}) (?P<half>[AP]M)",
    re.S,
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
GRADESCOPE = re.compile(r"submission_[0-9]+")
# "descent (1)", "descent-2", "descent-Copy1", "descent - Copy (2)"
_AGAIN = re.compile(
    r"(?P<name>.*?)(?:\s*-?\s*copy)?(?:\s*\((?P<a>[0-9]+)\)|-?(?P<b>[0-9]+))?\s*", re.S | re.I
)
# Google Classroom puts the student's name first, Google Forms last.
_GOOGLE = re.compile(r"(?P<first>.+?) - (?P<last>.+)", re.S)
# Beside the submissions lie Blackboard's notes on each, Brightspace's list, Gradescope's.
_BESIDE = re.compile(
    rf".+_attempt_[0-9]{{4}}(?:-[0-9]{{2}}){{5}}\.txt|index\.html|{re.escape(gradescope.LIST)}",
    re.S,
)
# Machines leave these: nbgrader, a Mac in zip archives and in folders, Jupyter.
TIMESTAMP = "timestamp.txt"  # nbgrader's: when it was handed in
_IGNORED = (TIMESTAMP, "__MACOSX", ".DS_Store", ".ipynb_checkpoints")
_DROPPED = re.compile(r"[&<>\"`|':\\/]")  # by Moodle, from the names of its folders


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
    """What was found and is not graded; or what was recognised by something else than its name."""

    file: str
    reason: str


class Found(NamedTuple):
    """What a folder holds."""

    submissions: list[Submission]
    left_over: list[LeftOver]
    recognised: Sequence[LeftOver] = ()


@dataclass(frozen=True)
class _Person:
    """Who sent a file.

    Attributes:
        student: the id it is graded under; "" where nobody on the roster is meant.
        apart: what tells the sender from all others. It differs from ``student`` where that is a
            guess: two people may have one name.
        doubt: why it is nobody on the roster, for the teacher.
        group: of several who sent it together, their ids: one of them is meant.
    """

    student: str
    apart: str
    doubt: str = ""
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    """A submission before it is known which of several counts.

    Attributes:
        turn: the number or the time of the upload, and the number of the copy.
        how: it was recognised; "" where its name says all.
    """

    person: _Person
    submission: Submission
    turn: tuple[int, int]
    how: str = ""


@dataclass
class _Search:
    root: Path
    names: dict[str, str]  # of the assignments, by their folded form
    roster: "_Roster"
    scratch: Path | None = None  # where archives are unpacked
    candidates: list[_Candidate] = field(default_factory=list)
    unpacked: list[tuple[Path, str]] = field(default_factory=list)  # and what stands before a name
    left_over: list[LeftOver] = field(default_factory=list)

    def folder(self, folder: Path, within: int = DEEPEST) -> None:
        """A folder of students' folders, of downloads, or of both.

        Args:
            folder: the folder.
            within: how many folders of downloads may still lie in one another.
        """
        entries = self.entries(folder)
        senders = self._gradescope(folder, entries)
        if any(entry.name == "submitted" and _is_folder(entry) for entry in entries):
            self._course(entries, within)
            return
        for entry in entries:
            if _is_notebook(entry.name):
                self._download(entry)
            elif entry.is_symlink():
                self.leave(entry, "is a symbolic link")
            elif not _is_folder(entry):
                self._file(entry, within)
            elif match := _MOODLE.fullmatch(entry.name):
                self._inside(entry, self.roster.by_moodle(match["name"], match["number"]))
            elif match := BRIGHTSPACE.fullmatch(entry.name):
                person = self.roster.by_name(match["name"], match["number"])
                self._inside(entry, person, _brightspace_time(match))
            elif GRADESCOPE.fullmatch(entry.name) and not self.roster.has(entry.name):
                nobody = _Person("", entry.name, "Gradescope's number is no student")
                self._inside(entry, senders.get(entry.name, nobody))
            elif within and (
                _folded(entry.name) in self.names
                or self._holds_downloads(entry, alone=len(entries) == 1, within=within)
            ):
                self.folder(Path(entry.path), within - 1)
            else:
                self._student(entry)

    def _course(self, entries: list[os.DirEntry[str]], within: int) -> None:
        """A course of nbgrader's: what stands beside ``submitted`` is nobody's work."""
        for entry in entries:
            if entry.name != "submitted":
                self.leave(entry, "stands beside nbgrader's folder `submitted`")
            else:
                self.folder(Path(entry.path), max(within - 1, 0))

    def _file(self, entry: os.DirEntry[str], within: int) -> None:
        """A file that is no notebook: an archive that a teacher downloaded, or something else."""
        if _BESIDE.fullmatch(entry.name):
            return
        if not archive.is_archive(entry.name) or not within or self.scratch is None:
            self.leave(entry, "is not a notebook")
        elif self._is_a_students(entry.name):
            self.leave(entry, "is an archive that a student made: put what is in it in its place")
        else:
            self.unpack(Path(entry.path), within - 1)

    def unpack(self, path: Path, within: int = DEEPEST) -> None:
        """Unpack an archive of downloads, and look into it as into a folder."""
        into = cast(Path, self.scratch) / str(len(self.unpacked))
        self.unpacked.append((into, "" if path == self.root else f"{self._relative(path)}/"))
        wanted = (_NOTEBOOK, gradescope.LIST, TIMESTAMP)
        for name, reason in archive.unpack(path, into, wanted=wanted, limit=LIMIT):
            self.left_over.append(LeftOver(f"{self.unpacked[-1][1]}{name}", reason))
        self.folder(into, within)

    def _is_a_students(self, name: str) -> bool:
        """Whether the name of an archive is that of one student's upload."""
        if _MOODLE.fullmatch(name) or BLACKBOARD.fullmatch(name):
            return True
        match = CANVAS_ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name)
        return bool(match and self.roster.by_canvas(match["user"]).student)

    def _holds_downloads(self, folder: os.DirEntry[str], *, alone: bool, within: int) -> bool:
        """Whether a folder is no student's, but holds what a system downloaded.

        So are the folders that archives make around what is in them. Where a folder stands alone,
        and folders alone are in it, it is no student's. Without a roster these say whether they
        are students'.
        """
        if self.roster.has(folder.name):
            return False
        inside = list(_listed(folder))
        files = [entry.name for entry in inside if _is_notebook(entry.name)]
        folders = [entry for entry in inside if _is_folder(entry)]
        names = {entry.name for entry in inside}
        if names & {gradescope.LIST, "submitted"} or any(map(self._is_download, files)):
            return True
        if any(_MOODLE.fullmatch(one.name) or BRIGHTSPACE.fullmatch(one.name) for one in folders):
            return True
        if self.roster.given and any(self.roster.has(one.name) for one in folders):
            return True
        if files or not alone or self.roster.given:
            return alone and not files
        if self._holds_students(folders):
            return True
        return bool(within) and any(
            self._holds_downloads(one, alone=len(folders) == 1, within=within - 1)
            for one in folders
            if _folded(one.name) not in self.names
        )

    def _holds_students(self, folders: list[os.DirEntry[str]]) -> bool:
        """Whether there are notebooks in folders that are not called like an assignment."""
        students = [one for one in folders if _folded(one.name) not in self.names]
        return any(self._of_assignment(file.name) for one in students for file in _listed(one))

    def _is_download(self, file: str) -> bool:
        """Whether a notebook's name says whose it is."""
        if CANVAS.fullmatch(file) or BLACKBOARD.fullmatch(file):
            return True
        student, name, _ = self._own_name(file)
        known = bool(name) and self.roster.given and self.roster.has(student)
        return known or (self.roster.given and bool(self._full_name(file)))

    def _of_assignment(self, file: str) -> str:
        """The assignment that a notebook is called like; "" for none."""
        found = (self.names.get(_folded(stem), "") for stem, _ in _stems(file))
        return next(filter(None, found), "") if _is_notebook(file) else ""

    def _gradescope(self, folder: Path, entries: list[os.DirEntry[str]]) -> dict[str, _Person]:
        """Who sent what, by Gradescope's list, where one is there."""
        if all(entry.name != gradescope.LIST for entry in entries):
            return {}
        try:
            data = read_file(folder / gradescope.LIST, LIMIT)
            listed = gradescope.senders(data)
        except Unreadable as unreadable:
            self.left_over.append(
                LeftOver(self._relative(folder / gradescope.LIST), str(unreadable))
            )
            return {}
        return {name: self.roster.by_senders(name, people) for name, people in listed.items()}

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

    def _inside(self, folder: os.DirEntry[str], person: _Person, upload: int = 0) -> None:
        for entry in self._some(folder):
            self._add(entry, person, entry.name, upload=upload)

    def _download(self, entry: os.DirEntry[str]) -> None:
        """A file of a flat folder: from Canvas, from Moodle, or with the student's id in front."""
        student, name, again = self._own_name(entry.name)
        if name and self.roster.has(student):  # before all others: its id may look like Canvas's
            self._keep(entry, self.roster.by_id(student), name, (0, again))
        elif match := _MOODLE.fullmatch(entry.name):
            person = self.roster.by_moodle(match["name"], match["number"])
            self._add(entry, person, match["original"])
        elif match := BLACKBOARD.fullmatch(entry.name):
            person = self.roster.by_login(match["begin"], self.names.values())
            time = int(match["time"].replace("-", ""))
            self._add(entry, person, match["original"], upload=time)
        elif match := CANVAS_ANONYMOUS.fullmatch(entry.name) or CANVAS.fullmatch(entry.name):
            person = self.roster.by_canvas(match["user"])
            self._add(entry, person, match["original"], upload=int(match["upload"][:18]))
        elif name:
            self._keep(entry, self.roster.by_id(student), name, (0, again))
        elif found := self._full_name(entry.name):
            person, name, again = found
            self._keep(entry, person, name, (0, again))
        else:
            reason = "does not say whose it is and which assignment"
            self._look_into(entry, _Person("", entry.name, reason), "", (0, 0), reason)

    def _full_name(self, file: str) -> tuple[_Person, str, int] | None:
        """Who, which assignment and which copy, where Google wrote a full name into the name."""
        for stem, again in _stems(file):
            match = _GOOGLE.fullmatch(stem)
            first, last = match.groups() if match else ("", "")
            for called, who in (last, first), (first, last):
                name = self.names.get(_folded(called))
                if name and (person := self.roster.by_name(who, "Google")).student:
                    return person, name, again
        return None

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
                self._keep(entry, person, name, (upload, again))
                return
        reason = f"is not called {only or 'like an assignment'}{_NOTEBOOK}"
        if _is_notebook(original):
            self._look_into(entry, person, only, (upload, 0), reason)
        else:
            self.leave(entry, reason)

    def _keep(
        self,
        entry: os.DirEntry[str],
        person: _Person,
        assignment: str,
        turn: tuple[int, int] = (0, 0),
        how: str = "",
    ) -> None:
        if not person.student:
            self._look_into(entry, person, assignment, turn, person.doubt)
            return
        path, file = Path(entry.path), self._relative(entry.path)
        made = Submission(person.student, assignment, path, file, _problem_of(entry))
        self.candidates.append(_Candidate(person, made, turn, how))

    def _look_into(
        self,
        entry: os.DirEntry[str],
        person: _Person,
        assignment: str,
        turn: tuple[int, int],
        reason: str,
    ) -> None:
        """Let the notebook say what its name does not: what the handout wrote into it.

        Args:
            entry: the file.
            person: who sent it, where that is known.
            assignment: where that is known; otherwise "".
            turn: of several.
            reason: why it is left over where the notebook does not say it either.
        """
        notebook = _written(entry)
        written = self.names.get(_folded(notebook.metadata_assignment or ""), "")
        if not written or assignment not in ("", written):
            self.leave(entry, reason)
            return
        whose = notebook.metadata_student or ""
        student = self.roster.by_id(whose).student if self.roster.given and whose else ""
        if person.student and self.roster.given and whose and student != person.student:
            self.leave(
                entry,
                f"came from {person.student}, and is {cut(whose, 100)}'s {written}, as it says of "
                f"itself: nobody is credited. As {person.student}'s it is graded when it is called "
                f"{written}{_NOTEBOOK}",
            )
        elif person.student:
            self._keep(entry, person, written, turn, f"is the {written} of {person.student}")
        elif student and student in (person.group or (student,)):
            known = _Person(student, person.apart)
            self._keep(entry, known, written, turn, f"is {student}'s {written}")
        else:
            self.leave(entry, reason)

    def leave(self, entry: os.DirEntry[str], reason: str) -> None:
        self.left_over.append(LeftOver(self._relative(entry.path), reason))

    def _relative(self, path: str | Path) -> str:
        """A path in the folder; in an archive, that of the archive goes before."""
        for folder, before in self.unpacked:
            if Path(path).is_relative_to(folder):
                return f"{before}{Path(path).relative_to(folder).as_posix()}"
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
        names, seen = {entry.name for entry in entries}, []
        for entry in entries:
            # A Mac writes what it knows of `x` into `._x` beside it.
            if entry.name in _IGNORED or (entry.name[:2] == "._" and entry.name[2:] in names):
                continue
            if entry.name.startswith("."):
                self.leave(entry, "begins with a dot: it is hidden")
            else:
                seen.append(entry)
        return seen


class _Roster:
    """Whose submission it is, from what a download calls the student.

    Without a roster everybody is whom the download calls them.
    """

    def __init__(self, students: Iterable[Student] | None) -> None:
        self.given = students is not None
        students = list(students or ())
        self._ids = {_folded(student.id): student for student in students}
        self._canvas = {student.canvas_id: student for student in students}
        self._moodle = {student.moodle_id: student for student in students}
        self._participants = {student.participant: student for student in students}
        self._emails = {_folded(student.email): student for student in students}
        self._logins = {_folded(student.login): student for student in students}
        named: dict[str, list[Student]] = defaultdict(list)
        for student in students:
            for spelling in _spellings(student.name):
                named[spelling].append(student)
        self._names = {name: found for name, found in named.items() if name}

    def has(self, id: str) -> bool:
        return any(_folded(name) in self._ids for name in _readings(id))

    def by_id(self, id: str) -> _Person:
        for name in _readings(id):
            if student := self._ids.get(_folded(name)):
                return _Person(student.id, student.id)
        return self._stranger(id, id, f"is of {id!r}, who is not on the roster")

    def by_canvas(self, user: str) -> _Person:
        if student := self._canvas.get(user):
            return _Person(student.id, student.id)
        return self._stranger(user, user, f"is of a canvas_id that is not on the roster: {user}")

    def by_login(self, begin: str, assignments: Iterable[str]) -> _Person:
        """From an assignment and a login with an underscore between them; either may have more."""
        parts = begin.split("_")
        tails = ["_".join(parts[k:]) for k in range(1, len(parts))]
        for tail in tails:
            for known in self._logins, self._ids:
                if tail and (student := known.get(_folded(tail))):
                    return _Person(student.id, student.id)
        names = {_folded(name) for name in assignments}
        named = [tail for tail in tails if _folded(begin[: -len(tail) - 1]) in names]
        reason = "does not say whose it is"
        if not named:
            return _Person("", begin, reason)
        return self._stranger(named[0], named[0], f"is of {named[0]!r}, who is not on the roster")

    def by_moodle(self, name: str, number: str) -> _Person:
        """By the name. The number is the participant's in one assignment, and no ``moodle_id``.

        Where it is somebody else's ``moodle_id`` all the same, nobody knows who is meant. A roster
        that is the assignment's worksheet knows the number, too; then no name is needed.
        """
        person, other = self.by_name(name, number), self._participants.get(number)
        if other and not person.student and _named(name) not in self._names:
            return _Person(other.id, other.id)
        other = other or self._moodle.get(number)
        if other is None or other.id == person.student:
            return person
        if other in self._names.get(_named(name), ()):  # of two with one name
            return _Person(other.id, other.id)
        whose = f"the name of {person.student}" if person.student else "another name"
        what = "participant's number" if other.participant == number else "moodle_id"
        doubt = f"has the {what} of {other.id} for a number, and {whose}"
        return _Person("", f"{name}_{number}", doubt)

    def by_senders(self, folder: str, people: Iterable[gradescope.Sender]) -> _Person:
        """By what Gradescope's list says of those who sent something."""
        found, names = [], []
        for one in people:
            known = (self._ids, one.id), (self._emails, one.email)
            student = next(
                (by[_folded(key)] for by, key in known if key and _folded(key) in by), None
            )
            found.append(student)
            names.append(student.id if student else one.id or one.email or one.name)
        said = cut(", ".join(names), 200)
        if len(found) == 1:
            if not self.given:
                return _Person(names[0], folder)
            if found[0]:
                return _Person(found[0].id, found[0].id)
            return _Person("", folder, f"is of {said!r}, who is not on the roster")
        group = tuple(student.id for student in found if student)
        return _Person("", folder, f"is of {len(found)} students: {said}", group or ("",))

    def by_name(self, name: str, number: str) -> _Person:
        """By a full name, which says nothing where two students bear it."""
        apart = f"{name}_{number}"
        for reading in _readings(name):
            students = self._names.get(_named(reading), [])
            if len(students) == 1:
                return _Person(students[0].id, apart)
            if students:
                ids = ", ".join(student.id for student in students)
                return _Person("", apart, f"is of {name!r}, the name of {ids}")
        return self._stranger(name, apart, f"is of {name!r}, a name that is not on the roster")

    def _stranger(self, name: str, apart: str, doubt: str) -> _Person:
        return _Person("", apart, doubt) if self.given else _Person(name, apart)


def find(
    folder: str | Path,
    assignments: Iterable[str],
    roster: Iterable[Student] | None = None,
    scratch: Path | None = None,
) -> Found:
    """The submissions in a folder or a zip archive, and what else is there.

    Of several for one student and assignment the one that was uploaded last counts, by the number
    or the time that the download has in its name. Where it has none, the copy with the highest
    number counts, as in ``descent-2.ipynb``.

    Args:
        folder: in one of :data:`LAYOUTS`, or several of them; or with such folders and archives
            in it, as downloads make them.
        assignments: the names that count.
        roster: maps what downloads call the students to their ids; nobody else is graded.
        scratch: an empty folder in which archives are unpacked; without one they are left over.

    Returns:
        the submissions by student and assignment, one for each; what is left over; and what was
        recognised by what the handout wrote into it.

    Raises:
        ClassroomError: where the folder does not exist or holds no submission.
    """
    root = Path(folder)
    names = {_folded(name): name for name in assignments}
    search = _Search(root, names, _Roster(roster), scratch)
    if os.path.isdir(root):
        search.folder(root)
    elif archive.is_archive(root.name) and os.path.isfile(root) and scratch is not None:
        search.unpack(root)
    else:
        what = "is a file" if os.path.exists(root) else "there is no such folder"
        raise ClassroomError(f"{root}: {what}; give the folder of submissions, or its zip archive.")
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
    return read_file(submission.path, limit)


def read_file(path: str | Path, limit: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        Unreadable: where it is none, cannot be opened, or is longer than ``limit``.
    """
    # Between finding and reading it may have become a link or a pipe: neither is followed or waited
    # for.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
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


def _written(entry: os.DirEntry[str]) -> Notebook:
    """What a notebook says of itself; an empty one where it cannot be read."""
    with suppress(Unreadable):
        if not _problem_of(entry):
            return read(read_file(entry.path, LIMIT))
    return Notebook(())


def _sorted_out(search: _Search) -> Found:
    """One submission for each student and assignment; the earlier ones are left over."""
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in search.candidates:
        people[one.person.student, one.submission.assignment].add(one.person.apart)
    # Without a roster two people with one name are two people: each goes by what tells them apart.
    doubtful = {student for (student, _), behind in people.items() if len(behind) > 1}
    groups: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for one in search.candidates:
        known = search.roster.given or one.person.student not in doubtful
        student = one.person.student if known else one.person.apart
        groups[student, one.submission.assignment].append(one)
    submissions, left_over, recognised = [], list(search.left_over), []
    for (student, _), group in sorted(groups.items()):
        last, reason = _that_counts(student, group)
        if last:
            submissions.append(replace(last.submission, student=student))
            if last.how:
                recognised.append(LeftOver(last.submission.file, last.how))
        for one in group:
            if one is not last:
                said = f"{one.how}, as it says of itself, and {reason}" if one.how else reason
                left_over.append(LeftOver(one.submission.file, said))
    return Found(submissions, sorted(left_over), sorted(recognised))


def _that_counts(student: str, group: list[_Candidate]) -> tuple[_Candidate | None, str]:
    """Of several submissions the one that counts, and why the others do not."""
    sure = [one for one in group if not one.how]
    rest = sure or group
    # A full name is somebody else's too, and what a notebook says of itself is copied with it.
    senders = {one.person.apart for one in rest} - ({student} if sure else set())
    times = {one.turn for one in rest}
    if len(senders) > 1 or (not sure and len(times) < len(rest)):
        return None, f"so is another: which of them is {student}'s, and counts? Rename that one"
    last = max(rest, key=lambda one: (one.turn, one.submission.file))
    return last, f"is not the latest: {last.submission.file} counts"


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


def _problem_of(entry: os.DirEntry[str]) -> str:
    try:
        return _problem(entry.stat(follow_symlinks=False).st_mode)
    except OSError as error:
        return f"the file cannot be opened: {error.strerror}"


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


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _listed(folder: os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    """What is in a folder; nothing where it cannot be opened."""
    if not _is_folder(folder):
        return
    with suppress(OSError), os.scandir(folder) as found:
        yield from found


def _stems(name: str) -> Iterator[tuple[str, int]]:
    """A notebook's name without ``.ipynb``, as it is and without a copy's number; that number."""
    stem = name[: -len(_NOTEBOOK)] if _is_notebook(name) else name
    yield stem, 0
    if match := _AGAIN.fullmatch(stem):
        yield match["name"], int((match["a"] or match["b"] or "0")[:18])


def _readings(name: str) -> Iterator[str]:
    """A name, and where its bytes are not UTF-8, what older systems and archives mean by them."""
    yield name
    raw = name.encode(errors="surrogateescape")
    if raw.decode(errors="replace") != name:
        yield raw.decode("latin-1")
        yield raw.decode("cp437")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _spellings(name: str) -> set[str]:
    """A person's name as downloads spell it: ``Last, First`` is ``First Last``, too."""
    last, comma, first = name.partition(",")
    return {_named(name), _named(f"{first} {last}")} if comma else {_named(name)}


def _named(name: str) -> str:
    """A person's name, as downloads spell it."""
    return " ".join(_DROPPED.sub("", _folded(name)).split())


def _brightspace_time(match: re.Match[str]) -> int:
    """A number that grows with the time."""
    if match["month"] not in _MONTHS:
        return 0
    hour = int(match["hour"]) % 12 + 12 * (match["half"] == "PM")
    digits = (_MONTHS.index(match["month"]) + 1, int(match["day"]), hour, int(match["minute"]))
    return int(match["year"] + "".join(f"{digit:02}" for digit in digits))
