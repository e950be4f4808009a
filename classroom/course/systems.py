"""How other systems call what a roster needs: their files are read as they come.

Sources: instructure/canvas-lms, ``lib/gradebook_exporter.rb``; moodle/moodle,
``mod/assign/gradingtable.php``. The others' files as teachers have them.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Where a value stands.

    Attributes:
        headings: of the columns, squeezed; the values of several are joined by a space.
        taken: what of the value counts.
    """

    headings: tuple[str, ...]
    taken: Callable[[str], str] = str

    def value(self, row: Mapping[str, str]) -> str:
        """What stands there in a row; "" where nothing does."""
        parts = [self.taken(row.get(heading, "")) for heading in self.headings]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class System:
    """A kind of file that holds students.

    Attributes:
        name: for people.
        known_by: headings, squeezed, that it has and no other does.
        sources: of each attribute of a student, the best first.
        ordered: whether a later source stands in for an earlier one. Where it is not, two columns
            for one attribute are a question.
    """

    name: str
    known_by: frozenset[str]
    sources: Mapping[str, Sequence[Source]]
    ordered: bool = True


def squeezed(heading: str) -> str:
    """A heading, such that ``First name``, ``first_name`` and ``FirstName`` are one."""
    return re.sub(r"[\s_-]+", "", heading.casefold())


def system(headings: Collection[str]) -> System:
    """The kind of a file with these headings, which are squeezed."""
    return next(one for one in SYSTEMS if one.known_by <= set(headings))


def of_no_student(kind: System, row: Mapping[str, str]) -> str | None:
    """Why a row is no student's: a reason for people, or "" where it is a part of the heading.

    Returns:
        None where it is a student's.
    """
    if kind.name != CANVAS:
        return None
    name = " ".join(row.get(heading, "") for heading in ("student", "lastname", "firstname"))
    if "points possible" in name.casefold():
        return ""
    if all(re.fullmatch(r"(?i)(muted|manual posting.*)?", value) for value in row.values()):
        return ""
    test = name.strip().casefold() in ("student, test", "student test", "test student")
    login = row.get("sisloginid", "")
    if test and not row.get("sisuserid") and re.fullmatch(r"[0-9a-f]{10,}|", login):
        return f"{name.strip()!r} is Canvas's test student and is left out"
    return None


def _columns(*headings: str, taken: Callable[[str], str] = str) -> Source:
    return Source(headings, taken)


def _before_at(address: str) -> str:
    return address.partition("@")[0]


def _number(participant: str) -> str:
    """Of Moodle's ``Participant 2001`` the number, whatever the language."""
    match = re.search(r"[0-9]+$", participant)
    return match[0] if match else participant


def _unmarked(value: str) -> str:
    """Brightspace's ``#s001``: the sign keeps a spreadsheet from taking it for a number."""
    return value.removeprefix("#")


CANVAS = "Canvas's gradebook"
WORKSHEET = "Moodle's grading worksheet"
GRADEBOOKS = (CANVAS, WORKSHEET)  # which take their own file back

_FULL = (_columns("fullname"), _columns("firstname", "lastname"), _columns("firstname", "surname"))
_CANVAS = {
    "id": (_columns("sisuserid"), _columns("sisloginid"), _columns("id")),
    "name": (_columns("student"), _columns("firstname", "lastname")),
    "canvas_id": (_columns("id"),),
    "login": (_columns("sisloginid"),),
    "section": (_columns("section"),),
}
_MOODLE = {
    "id": (
        _columns("idnumber"),
        _columns("username"),
        _columns("emailaddress", taken=_before_at),
    ),
    "name": _FULL,
    "email": (_columns("emailaddress"),),
    "moodle_id": (_columns("idnumber"),),
    "participant": (_columns("identifier", taken=_number),),
}
_GITHUB = {"id": (_columns("identifier"),), "name": (_columns("name"),)}
_NBGRADER = {
    "id": (_columns("id"),),
    "name": (_columns("firstname", "lastname"),),
    "email": (_columns("email"),),
}
_BRIGHTSPACE = {
    "id": (_columns("orgdefinedid", taken=_unmarked), _columns("username", taken=_unmarked)),
    "name": (_columns("firstname", "lastname"),),
    "email": (_columns("email"),),
    "login": (_columns("username", taken=_unmarked),),
}
_BLACKBOARD = {
    "id": (_columns("studentid"), _columns("username")),
    "name": (_columns("firstname", "lastname"),),
    "login": (_columns("username"),),
}
_GRADESCOPE = {
    "id": (_columns("sid"), _columns("email", taken=_before_at)),
    "name": (_columns("name"), *_FULL),
    "email": (_columns("email"),),
    "section": (_columns("section"), _columns("sections")),
}
_TABLE = {
    "id": tuple(map(_columns, ("id", "studentid", "studentnumber", "identifier", "sid"))),
    "name": (_columns("name"), _columns("studentname"), *_FULL),
    "email": (_columns("email"), _columns("emailaddress")),
    "canvas_id": (_columns("canvasid"),),
    "login": (_columns("login"),),
    "section": (_columns("section"),),
    "moodle_id": (_columns("moodleid"),),
    "participant": (_columns("participant"),),
}

SYSTEMS = tuple(
    System(name, frozenset(known_by.split()), sources, ordered=sources is not _TABLE)
    for name, known_by, sources in (
        (CANVAS, "student id section", _CANVAS),
        (CANVAS, "lastname firstname id section", _CANVAS),
        (WORKSHEET, "identifier status grade", _MOODLE),
        ("GitHub Classroom's roster", "identifier githubusername", _GITHUB),
        ("nbgrader's students", "id lmsuserid", _NBGRADER),
        ("Brightspace's gradebook", "orgdefinedid", _BRIGHTSPACE),
        ("Blackboard's gradebook", "username lastname firstname availability", _BLACKBOARD),
        ("Moodle's participants", "firstname lastname emailaddress", _MOODLE),
        ("Moodle's participants", "firstname surname emailaddress", _MOODLE),
        ("Gradescope's roster", "sid email", _GRADESCOPE),
        ("a table", "", _TABLE),
    )
)
