"""What the names of files and people say, as systems write them into downloads.

Names come from students, so nothing is believed of them: a pattern says only what a name may mean.
"""

import re
import unicodedata
from collections.abc import Iterator

from classroom.handed_in import gradescope

NOTEBOOK = ".ipynb"
# Safari saves a notebook as JSON, which it is, and other browsers on Windows as text; what is saved
# a second time gets its number before the last point: "descent.ipynb (1).txt".
_COPIED = r"(?P<copy>\s*-?\s*copy)?(?:\s*\((?P<a>[0-9]+)\)|[-\s]?(?P<b>[0-9]+))?\s*"
_ENDING = re.compile(rf"\.ipynb(?:{_COPIED}(?:\.(?:json|txt))+)?\Z", re.I)
# Canvas, lib/content_zipper.rb: sortable name, LATE or not, user id, attachment id, file's name.
CANVAS = re.compile(
    r".*?(?P<late>_LATE)?_(?P<user>[0-9]+)_(?P<upload>[0-9]+)_(?P<original>.+)", re.S
)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_[0-9A-Za-z]+)_(?P<upload>[0-9]+)_(?P<original>.+)", re.S
)
# Moodle, mod/assign: full name, the participant's number in this assignment, the plugin.
MOODLE = re.compile(
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
    r"(?P<name>.*?)(?P<copy>\s*-?\s*copy)?(?:\s*\((?P<a>[0-9]+)\)|-?(?P<b>[0-9]+))?\s*", re.S | re.I
)
# Google Classroom puts the student's name first, Google Forms last.
GOOGLE = re.compile(r"(?P<first>.+?) - (?P<last>.+)", re.S)
# Beside the submissions lie Blackboard's notes on each, Brightspace's list, Gradescope's.
BESIDE = re.compile(
    rf".+_attempt_[0-9]{{4}}(?:-[0-9]{{2}}){{5}}\.txt|index\.html|{re.escape(gradescope.LIST)}",
    re.S,
)
# Machines leave these: nbgrader, a Mac in zip archives and in folders, Jupyter.
TIMESTAMP = "timestamp.txt"  # nbgrader's: when it was handed in
IGNORED = (TIMESTAMP, "__MACOSX", ".DS_Store", ".ipynb_checkpoints")
_DROPPED = re.compile(r"[&<>\"`|':\\/]")  # by Moodle, from the names of its folders


def is_notebook(name: str) -> bool:
    """Whether a file is called like a notebook, whatever a browser wrote behind it."""
    return _ENDING.search(name) is not None


def stems(name: str) -> Iterator[tuple[str, int]]:
    """A notebook's name without ``.ipynb``, as it is and without its number; that number."""
    ending = _ENDING.search(name)
    stem, again = (name[: ending.start()], _number(ending)) if ending else (name, 0)
    yield stem, again
    if match := _AGAIN.fullmatch(stem):
        yield match["name"], max(again, _number(match))


def _number(again: re.Match[str]) -> int:
    """Of what was downloaded again, which grows with the time; 0 where there is none.

    Of ``descent-Copy1``, made in Jupyter, nobody knows whether it was gone on with or put aside.
    """
    return 0 if again["copy"] else int((again["a"] or again["b"] or "0")[:18])


def readings(name: str) -> Iterator[str]:
    """A name, and where its bytes are not UTF-8, what older systems and archives mean by them."""
    yield name
    raw = name.encode(errors="surrogateescape")
    if raw.decode(errors="replace") != name:
        yield raw.decode("latin-1")
        yield raw.decode("cp437")


def folded(name: str) -> str:
    """A name in one spelling, whatever case and composition it has."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def spellings(name: str) -> set[str]:
    """A person's name as downloads spell it: ``Last, First`` is ``First Last``, too."""
    last, comma, first = name.partition(",")
    return {named(name), named(f"{first} {last}")} if comma else {named(name)}


def named(name: str) -> str:
    """A person's name, as downloads spell it."""
    return " ".join(_DROPPED.sub("", folded(name)).split())


def brightspace_time(match: re.Match[str]) -> int:
    """A number that grows with the time."""
    if match["month"] not in _MONTHS:
        return 0
    hour = int(match["hour"]) % 12 + 12 * (match["half"] == "PM")
    digits = (_MONTHS.index(match["month"]) + 1, int(match["day"]), hour, int(match["minute"]))
    return int(match["year"] + "".join(f"{digit:02}" for digit in digits))
