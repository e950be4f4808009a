"""Whose work it is, by what a download calls the student."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from classroom.course.roster import Student
from classroom.errors import cut
from classroom.handed_in import gradescope
from classroom.handed_in.file_names import folded, named, readings, spellings


@dataclass(frozen=True)
class Person:
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


class Students:
    """Who there may be: those on the roster, or without one whomever a download names.

    Attributes:
        given: whether there is a roster.
    """

    def __init__(self, students: Iterable[Student] | None) -> None:
        self.given = students is not None
        students = list(students or ())
        self._ids = {folded(student.id): student for student in students}
        self._canvas = {student.canvas_id: student for student in students}
        self._moodle = {student.moodle_id: student for student in students}
        self._participants = {student.participant: student for student in students}
        self._emails = {folded(student.email): student for student in students}
        self._logins = {folded(student.login): student for student in students}
        named: dict[str, list[Student]] = defaultdict(list)
        for student in students:
            for spelling in spellings(student.name):
                named[spelling].append(student)
        self._names = {name: found for name, found in named.items() if name}

    def has(self, id: str) -> bool:
        return any(folded(name) in self._ids for name in readings(id))

    def by_id(self, id: str) -> Person:
        for name in readings(id):
            if student := self._ids.get(folded(name)):
                return Person(student.id, student.id)
        return self._stranger(id, id, f"is of {id!r}, who is not on the roster")

    def by_canvas(self, user: str) -> Person:
        if student := self._canvas.get(user):
            return Person(student.id, student.id)
        return self._stranger(user, user, f"is of a canvas_id that is not on the roster: {user}")

    def by_login(self, begin: str, assignments: Iterable[str]) -> Person:
        """From an assignment and a login with an underscore between them; either may have more."""
        parts = begin.split("_")
        tails = ["_".join(parts[k:]) for k in range(1, len(parts))]
        for tail in tails:
            for known in self._logins, self._ids:
                if tail and (student := known.get(folded(tail))):
                    return Person(student.id, student.id)
        names = {folded(name) for name in assignments}
        named = [tail for tail in tails if folded(begin[: -len(tail) - 1]) in names]
        reason = "does not say whose it is"
        if not named:
            return Person("", begin, reason)
        return self._stranger(named[0], named[0], f"is of {named[0]!r}, who is not on the roster")

    def by_moodle(self, name: str, number: str) -> Person:
        """By the name. The number is the participant's in one assignment, and no ``moodle_id``.

        Where it is somebody else's ``moodle_id`` all the same, nobody knows who is meant. A roster
        that is the assignment's worksheet knows the number, too; then no name is needed.
        """
        person, other = self.by_name(name, number), self._participants.get(number)
        if other and not person.student and named(name) not in self._names:
            return Person(other.id, other.id)
        other = other or self._moodle.get(number)
        if other is None or other.id == person.student:
            return person
        if other in self._names.get(named(name), ()):  # of two with one name
            return Person(other.id, other.id)
        whose = f"the name of {person.student}" if person.student else "another name"
        what = "participant's number" if other.participant == number else "moodle_id"
        doubt = f"has the {what} of {other.id} for a number, and {whose}"
        return Person("", f"{name}_{number}", doubt)

    def by_senders(self, folder: str, people: Iterable[gradescope.Sender]) -> Person:
        """By what Gradescope's list says of those who sent something."""
        found, names = [], []
        for one in people:
            known = (self._ids, one.id), (self._emails, one.email)
            student = next(
                (by[folded(key)] for by, key in known if key and folded(key) in by), None
            )
            found.append(student)
            names.append(student.id if student else one.id or one.email or one.name)
        said = cut(", ".join(names), 200)
        if len(found) == 1:
            if not self.given:
                return Person(names[0], folder)
            if found[0]:
                return Person(found[0].id, found[0].id)
            return Person("", folder, f"is of {said!r}, who is not on the roster")
        group = tuple(student.id for student in found if student)
        return Person("", folder, f"is of {len(found)} students: {said}", group or ("",))

    def by_name(self, name: str, number: str) -> Person:
        """By a full name, which says nothing where two students bear it."""
        apart = f"{name}_{number}"
        for reading in readings(name):
            students = self._names.get(named(reading), [])
            if len(students) == 1:
                return Person(students[0].id, apart)
            if students:
                ids = ", ".join(student.id for student in students)
                return Person("", apart, f"is of {name!r}, the name of {ids}")
        return self._stranger(name, apart, f"is of {name!r}, a name that is not on the roster")

    def _stranger(self, name: str, apart: str, doubt: str) -> Person:
        return Person("", apart, doubt) if self.given else Person(name, apart)
