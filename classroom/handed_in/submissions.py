"""Find the submissions in a folder, in the layouts that teachers have, and read their bytes.

Nothing is skipped silently: what fits nowhere is returned too, with the reason. What a name says
stands in :mod:`.file_names`, and whose work it is in :mod:`.whose`. Names come from students, so
nothing is believed of them: :mod:`.untrusted` follows no link and reads only regular files. With a
roster nobody is graded who is not on it: where a name does not say whose work it is, what the
handout wrote into the notebook does, or the file is left over.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, cast

from classroom.course.notebook import Notebook, Unreadable, read
from classroom.course.roster import Student
from classroom.errors import ClassroomError, cut
from classroom.handed_in import archive, gradescope
from classroom.handed_in.file_names import (
    BESIDE,
    BLACKBOARD,
    BRIGHTSPACE,
    CANVAS,
    CANVAS_ANONYMOUS,
    GOOGLE,
    GRADESCOPE,
    IGNORED,
    MOODLE,
    NOTEBOOK,
    TIMESTAMP,
    brightspace_time,
    folded,
    is_notebook,
    stems,
)
from classroom.handed_in.untrusted import problem_of_mode, read_file
from classroom.handed_in.whose import Person, Students

LIMIT = 50_000_000  # bytes of a notebook
DEEPEST = 4  # folders and archives of downloads in one another
STUDENTS_ARCHIVE = "is an archive that a student made: put what is in it in its place"
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
    """What a folder holds.

    Attributes:
        submissions: that are graded.
        left_over: and not graded.
        recognised: by what the handout wrote into them; these are graded.
        earlier: how many of those left over have a later one in their place.
    """

    submissions: list[Submission]
    left_over: list[LeftOver]
    recognised: Sequence[LeftOver] = ()
    earlier: int = 0


@dataclass(frozen=True)
class _Candidate:
    """A submission before it is known which of several counts.

    Attributes:
        turn: the number or the time of the upload, and that of the file's name.
        how: it was recognised; "" where its name says all.
    """

    person: Person
    submission: Submission
    turn: tuple[int, int]
    how: str = ""


@dataclass
class _Search:
    root: Path
    names: dict[str, str]  # of the assignments, by their folded form
    students: Students
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
            if is_notebook(entry.name):
                self._download(entry)
            elif entry.is_symlink():
                self.leave(entry, "is a symbolic link")
            elif not _is_folder(entry):
                self._file(entry, within)
            elif match := MOODLE.fullmatch(entry.name):
                self._inside(entry, self.students.by_moodle(match["name"], match["number"]))
            elif match := BRIGHTSPACE.fullmatch(entry.name):
                person = self.students.by_name(match["name"], match["number"])
                self._inside(entry, person, brightspace_time(match))
            elif GRADESCOPE.fullmatch(entry.name) and not self.students.has(entry.name):
                nobody = Person("", entry.name, "Gradescope's number is no student")
                self._inside(entry, senders.get(entry.name, nobody))
            elif within and (
                folded(entry.name) in self.names
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
        if BESIDE.fullmatch(entry.name):
            return
        if not archive.is_archive(entry.name) or not within or self.scratch is None:
            self.leave(entry, "is not a notebook")
        elif self._is_a_students(entry.name):
            self.leave(entry, STUDENTS_ARCHIVE)
        else:
            self.unpack(Path(entry.path), within - 1)

    def unpack(self, path: Path, within: int = DEEPEST) -> None:
        """Unpack an archive of downloads, and look into it as into a folder."""
        into = cast(Path, self.scratch) / str(len(self.unpacked))
        self.unpacked.append((into, "" if path == self.root else f"{self._relative(path)}/"))
        for name, reason in archive.unpack(path, into, wanted=_is_wanted, limit=LIMIT):
            self.left_over.append(LeftOver(f"{self.unpacked[-1][1]}{name}", reason))
        self.folder(into, within)

    def _is_a_students(self, name: str) -> bool:
        """Whether the name of an archive is that of one student's upload."""
        if MOODLE.fullmatch(name) or BLACKBOARD.fullmatch(name):
            return True
        match = CANVAS_ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name)
        return bool(match and self.students.by_canvas(match["user"]).student)

    def _holds_downloads(self, folder: os.DirEntry[str], *, alone: bool, within: int) -> bool:
        """Whether a folder is no student's, but holds what a system downloaded.

        So are the folders that archives make around what is in them. Where a folder stands alone,
        and folders alone are in it, it is no student's. Without a roster these say whether they
        are students'.
        """
        if self.students.has(folder.name):
            return False
        inside = list(_listed(folder))
        files = [entry.name for entry in inside if is_notebook(entry.name)]
        folders = [entry for entry in inside if _is_folder(entry)]
        names = {entry.name for entry in inside}
        if names & {gradescope.LIST, "submitted"} or any(map(self._is_download, files)):
            return True
        if any(MOODLE.fullmatch(one.name) or BRIGHTSPACE.fullmatch(one.name) for one in folders):
            return True
        if self.students.given and any(self.students.has(one.name) for one in folders):
            return True
        if files or not alone or self.students.given:
            return alone and not files
        if self._holds_students(folders):
            return True
        return bool(within) and any(
            self._holds_downloads(one, alone=len(folders) == 1, within=within - 1)
            for one in folders
            if folded(one.name) not in self.names
        )

    def _holds_students(self, folders: list[os.DirEntry[str]]) -> bool:
        """Whether there are notebooks in folders that are not called like an assignment."""
        students = [one for one in folders if folded(one.name) not in self.names]
        return any(self._of_assignment(file.name) for one in students for file in _listed(one))

    def _is_download(self, file: str) -> bool:
        """Whether a notebook's name says whose it is."""
        if CANVAS.fullmatch(file) or BLACKBOARD.fullmatch(file):
            return True
        student, name, _ = self._own_name(file)
        known = bool(name) and self.students.given and self.students.has(student)
        return known or (self.students.given and bool(self._full_name(file)))

    def _of_assignment(self, file: str) -> str:
        """The assignment that a notebook is called like; "" for none."""
        found = (self.names.get(folded(stem), "") for stem, _ in stems(file))
        return next(filter(None, found), "") if is_notebook(file) else ""

    def _gradescope(self, folder: Path, entries: list[os.DirEntry[str]]) -> dict[str, Person]:
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
        return {name: self.students.by_senders(name, people) for name, people in listed.items()}

    def _student(self, folder: os.DirEntry[str]) -> None:
        """``STUDENT/ASSIGNMENT.ipynb`` or ``STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb``."""
        person = self.students.by_id(folder.name)
        for entry in self._some(folder):
            name = self.names.get(folded(entry.name))
            if name is None:
                self._add(entry, person, entry.name)
            elif entry.is_symlink():
                self._keep(entry, person, name)
            elif not entry.is_dir(follow_symlinks=False):
                self.leave(entry, "is not a notebook")
            else:
                for inner in self._some(entry):
                    self._add(inner, person, inner.name, only=name)

    def _inside(self, folder: os.DirEntry[str], person: Person, upload: int = 0) -> None:
        for entry in self._some(folder):
            self._add(entry, person, entry.name, upload=upload)

    def _download(self, entry: os.DirEntry[str]) -> None:
        """A file of a flat folder: from Canvas, from Moodle, or with the student's id in front."""
        student, name, again = self._own_name(entry.name)
        if name and self.students.has(student):  # before all others: its id may look like Canvas's
            self._keep(entry, self.students.by_id(student), name, (0, again))
        elif match := MOODLE.fullmatch(entry.name):
            person = self.students.by_moodle(match["name"], match["number"])
            self._add(entry, person, match["original"])
        elif match := BLACKBOARD.fullmatch(entry.name):
            person = self.students.by_login(match["begin"], self.names.values())
            time = int(match["time"].replace("-", ""))
            self._add(entry, person, match["original"], upload=time)
        elif match := CANVAS_ANONYMOUS.fullmatch(entry.name) or CANVAS.fullmatch(entry.name):
            person = self.students.by_canvas(match["user"])
            self._add(entry, person, match["original"], upload=int(match["upload"][:18]))
        elif name:
            self._keep(entry, self.students.by_id(student), name, (0, again))
        elif found := self._full_name(entry.name):
            person, name, again = found
            self._keep(entry, person, name, (0, again))
        elif ids := [stem for stem in stems(entry.name) if self.students.has(stem[0])]:
            reason = "does not say which assignment it is"
            self._look_into(entry, self.students.by_id(ids[0][0]), "", (0, ids[0][1]), reason)
        else:
            reason = "does not say whose it is and which assignment"
            self._look_into(entry, Person("", entry.name, reason), "", (0, 0), reason)

    def _full_name(self, file: str) -> tuple[Person, str, int] | None:
        """Who, which assignment and its number, where Google wrote a full name into the name."""
        for stem, again in stems(file):
            match = GOOGLE.fullmatch(stem)
            first, last = match.groups() if match else ("", "")
            for called, who in (last, first), (first, last):
                name = self.names.get(folded(called))
                if name and (person := self.students.by_name(who, "Google")).student:
                    return person, name, again
        return None

    def _own_name(self, file: str) -> tuple[str, str, int]:
        """Student, assignment and number of ``STUDENT_ASSIGNMENT.ipynb``; "" where it is not so."""
        for stem, again in stems(file):
            # `s001_rate_decay` is of `rate_decay`, although there may be a `decay`, too.
            for name in sorted(self.names.values(), key=len, reverse=True):
                student, between, last = stem[: -len(name) - 1], stem[-len(name) - 1 :][:1], stem
                if student and between in "_-" and folded(last[-len(name) :]) == folded(name):
                    return student, name, again
        return "", "", 0

    def _add(
        self,
        entry: os.DirEntry[str],
        person: Person,
        original: str,
        *,
        upload: int = 0,
        only: str = "",
    ) -> None:
        """A file under the name that the student gave it, in a place that says whose it is."""
        for stem, again in stems(original):
            name = self.names.get(folded(stem))
            if name and is_notebook(original) and only in ("", name):
                self._keep(entry, person, name, (upload, again))
                return
        called = only or f"like an assignment, as in {next(iter(self.names.values()))}"
        reason = f"is not called {called}{NOTEBOOK}"
        if is_notebook(original):
            self._look_into(entry, person, only, (upload, 0), reason)
        elif archive.is_archive(original):
            self.leave(entry, STUDENTS_ARCHIVE)
        else:
            self.leave(entry, reason)

    def _keep(
        self,
        entry: os.DirEntry[str],
        person: Person,
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
        person: Person,
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
        said = notebook.metadata_assignment or ""
        written = self.names.get(folded(said), "")
        if said and not written:
            reason = (
                f"says that it is {cut(said, 100)!r}, and there is no such assignment here: if it "
                "is your own, give its folder, --assignments DIR"
            )
        if not written or assignment not in ("", written):
            self.leave(entry, reason)
            return
        whose = notebook.metadata_student or ""
        student = self.students.by_id(whose).student if self.students.given and whose else ""
        if person.student and self.students.given and whose and student != person.student:
            self.leave(
                entry,
                f"came from {person.student}, and is {cut(whose, 100)}'s {written}, as it says of "
                f"itself: nobody is credited. As {person.student}'s it is graded when it is "
                f"{person.student}/{written}{NOTEBOOK}",
            )
        elif person.student:
            self._keep(entry, person, written, turn, f"is the {written} of {person.student}")
        elif student and student in (person.group or (student,)):
            known = Person(student, person.apart)
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
            if entry.name in IGNORED or (entry.name[:2] == "._" and entry.name[2:] in names):
                continue
            if entry.name.startswith("."):
                self.leave(entry, "begins with a dot: it is hidden")
            else:
                seen.append(entry)
        return seen


def find(
    folder: str | Path,
    assignments: Iterable[str],
    roster: Iterable[Student] | None = None,
    scratch: Path | None = None,
) -> Found:
    """The submissions in a folder or a zip archive, and what else is there.

    Of several for one student and assignment the one that was uploaded last counts, by the number
    or the time that the download has in its name. Where it has none, the file with the highest
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
    names = {folded(name): name for name in assignments}
    search = _Search(root, names, Students(roster), scratch)
    if os.path.isdir(root):
        search.folder(root)
    elif archive.is_archive(root.name) and os.path.isfile(root) and scratch is not None:
        search.unpack(root)
    else:
        what = "is a file" if os.path.exists(root) else "there is no such folder"
        raise ClassroomError(f"{root}: {what}; give the folder of submissions, or its zip archive.")
    found = _sorted_out(search)
    if not found.submissions:
        raise ClassroomError(_nothing(root, names.values(), search.left_over or found.left_over))
    return found


def read_bytes(submission: Submission, limit: int = LIMIT) -> bytes:
    """The bytes of a submission, which is only read.

    Raises:
        Unreadable: where it is no regular file, cannot be opened, or is longer than ``limit``.
    """
    if submission.problem:
        raise Unreadable(submission.problem)
    return read_file(submission.path, limit)


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
        known = search.students.given or one.person.student not in doubtful
        student = one.person.student if known else one.person.apart
        groups[student, one.submission.assignment].append(one)
    submissions, left_over, recognised, earlier = [], list(search.left_over), [], 0
    for (student, _), group in sorted(groups.items()):
        last, reason = _that_counts(student, group)
        if last:
            submissions.append(replace(last.submission, student=student))
            if last.how:
                recognised.append(LeftOver(last.submission.file, last.how))
        for one in group:
            if one is not last:
                left_over.append(LeftOver(one.submission.file, _aside(one, last, reason)))
                earlier += last is not None and bool(last.how) == bool(one.how)
    return Found(submissions, sorted(left_over), sorted(recognised), earlier)


def _aside(one: _Candidate, last: _Candidate | None, reason: str) -> str:
    """Why a candidate does not count."""
    if not one.how:
        return reason
    if last and not last.how:  # perhaps this one is the later: nobody knows
        return (
            f"{one.how}, as it says of itself, but {last.submission.file} is called so, and counts"
        )
    return f"{one.how}, as it says of itself, and {reason}"


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
    others = [one for one in rest if one is not last and not _came_before(one, last)]
    if not all(_is_the_same(one, last) for one in others):
        said = f"is one of {len(rest)} of {student}'s, and nothing says which was handed in last"
        return None, f"{said}: take the others away"
    return last, f"is not the latest: {last.submission.file} counts"


def _came_before(one: _Candidate, last: _Candidate) -> bool:
    """Whether that is known: a download's number says nothing of a file that has none."""
    return one.turn < last.turn and bool(one.turn[0]) == bool(last.turn[0])


def _is_the_same(one: _Candidate, other: _Candidate) -> bool:
    """Whether the files are, as where a folder holds one download twice."""
    try:
        return read_bytes(one.submission) == read_bytes(other.submission)
    except Unreadable:
        return False


def _nothing(root: Path, names: Iterable[str], left_over: Sequence[LeftOver]) -> str:
    message = (
        f"{root}: there is no submission for {', '.join(names)}. These layouts are read, "
        f"ASSIGNMENT being such a name:\n{LAYOUTS}"
    )
    if left_over:
        message += f"\nFound, and fits none: {len(left_over)}, as {left_over[0].file!r}: it "
        message += f"{left_over[0].reason}."
    return message


def _problem_of(entry: os.DirEntry[str]) -> str:
    try:
        return problem_of_mode(entry.stat(follow_symlinks=False).st_mode)
    except OSError as error:
        return f"the file cannot be opened: {error.strerror}"


def _is_wanted(name: str) -> bool:
    """Whether what is in a file is read, and not its name alone."""
    return is_notebook(name) or name.casefold().endswith((gradescope.LIST, TIMESTAMP))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _listed(folder: os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    """What is in a folder; nothing where it cannot be opened."""
    if not _is_folder(folder):
        return
    with suppress(OSError), os.scandir(folder) as found:
        yield from found
