"""When something was handed in: what a download, a worksheet or a file says of it."""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classroom.course import systems
from classroom.course.notebook import Unreadable
from classroom.course.roster import Roster
from classroom.handed_in import file_names, gradescope
from classroom.handed_in.submissions import Submission
from classroom.handed_in.untrusted import read_file

OF_OUR_ZONE = (
    GRADESCOPES := "Gradescope's list",
    NBGRADERS := "nbgrader's timestamp.txt",
    FILES := "the file's time",
)
LIST = 50_000_000  # bytes of Gradescope's


@dataclass(frozen=True)
class Sent:
    """When.

    Attributes:
        time: of this machine's zone; None where nothing says it.
        evidence: what says it: "Blackboard's name of the file".
        late: whether Canvas calls it late.
        in_time: whether it came from Canvas without that mark: Canvas marks nothing else.
    """

    time: datetime | None = None
    evidence: str = ""
    late: bool = False
    in_time: bool = False

    @property
    def of_our_zone(self) -> bool:
        """Whether the same moment is another time on a machine of another zone."""
        return self.evidence in OF_OUR_ZONE


def sent(
    found: Iterable[Submission], roster: Roster | None, *, file_times: bool
) -> dict[tuple[str, str], Sent]:
    """When each submission was handed in, by student and assignment.

    Args:
        found: the submissions.
        roster: a worksheet of Moodle's says when; it is of one assignment.
        file_times: believe the files, where nothing else says it. Who copies a file may change it.
    """
    found = list(found)
    alone = len({one.assignment for one in found}) == 1
    worksheet = _worksheet(roster) if roster and alone else {}
    lists: dict[Path, Mapping[str, datetime]] = {}
    return {
        (one.student, one.assignment): _of(one, worksheet, lists, file_times=file_times)
        for one in found
    }


def _of(
    one: Submission,
    worksheet: Mapping[str, datetime],
    lists: dict[Path, Mapping[str, datetime]],
    *,
    file_times: bool,
) -> Sent:
    name, folder = one.path.name, one.path.parent
    if match := file_names.BLACKBOARD.fullmatch(name):
        return Sent(_time(match["time"], "%Y-%m-%d-%H-%M-%S"), "Blackboard's name of the file")
    if match := file_names.BRIGHTSPACE.match(folder.name):
        said = " ".join(match[part] for part in ("month", "day", "year", "hour", "minute", "half"))
        return Sent(_time(said, "%b %d %Y %I %M %p"), "Brightspace's name of the folder")
    if file_names.GRADESCOPE.fullmatch(folder.name):
        if folder.parent not in lists:
            lists[folder.parent] = _gradescope(folder.parent)
        if time := _ours(lists[folder.parent].get(folder.name)):
            return Sent(time, GRADESCOPES)
    if one.student in worksheet:
        return Sent(worksheet[one.student], "Moodle's worksheet")
    # Elsewhere a student may have handed in a file of this name with the notebook.
    if folder.name.casefold() == one.assignment and (
        time := _ours(_nbgrader(folder / file_names.TIMESTAMP))
    ):
        return Sent(time, NBGRADERS)
    if canvas := _canvas(one):  # its word counts: a file's time may be the download's
        late = bool(canvas["late"])
        return Sent(None, "Canvas's mark" if late else "", late, not late)
    if file_times:
        with suppress(OSError, ValueError, OverflowError):
            return Sent(datetime.fromtimestamp(os.lstat(one.path).st_mtime), FILES)
    return Sent()


def _canvas(one: Submission) -> re.Match[str] | None:
    """What Canvas wrote into a file's name: nothing where that, or a folder, is the student's.

    An id may look like Canvas's numbers: ``ws25_101_7_descent.ipynb``.
    """
    name, folder = one.path.name, one.path.parent
    of_student = one.student.casefold() in (folder.name.casefold(), folder.parent.name.casefold())
    own = {file_names.folded(f"{one.student}{sign}{one.assignment}") for sign in "_-"}
    if any(file_names.folded(stem) in own for stem, _ in file_names.stems(name)):
        return None
    if of_student or file_names.MOODLE.fullmatch(folder.name):
        return None
    return file_names.CANVAS_ANONYMOUS.fullmatch(name) or file_names.CANVAS.fullmatch(name)


def local(time: datetime) -> datetime:
    """A time of this machine's zone, without saying so.

    Raises:
        ValueError, OverflowError: where that is before the year 1 or after 9999.
    """
    return time.astimezone().replace(tzinfo=None) if time.tzinfo else time


def _ours(time: datetime | None) -> datetime | None:
    """A time of this machine's zone; None where it has none."""
    with suppress(ValueError, OverflowError):
        return local(time) if time else None
    return None


def _time(text: str, form: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text, form)
    return None


def _gradescope(folder: Path) -> dict[str, datetime]:
    with suppress(Unreadable):
        return gradescope.times(read_file(folder / gradescope.LIST, LIST))
    return {}


def _nbgrader(path: Path) -> datetime | None:
    """As in ``2026-11-20 10:15:33.000000 UTC``."""
    with suppress(Unreadable, ValueError):
        text = read_file(path, 1000).decode(errors="replace").strip()
        return datetime.fromisoformat(re.sub(r" ?UTC$", "+00:00", text))
    return None


def _worksheet(roster: Roster) -> dict[str, datetime]:
    headings = [systems.squeezed(heading) for heading in roster.header]
    if roster.kind != systems.WORKSHEET or "lastmodified(submission)" not in headings:
        return {}
    place = headings.index("lastmodified(submission)")
    times = {}
    for row in roster.rows:
        text = row.values[place] if place < len(row.values) else ""
        if time := _time(text.strip(), "%A, %d %B %Y, %I:%M %p"):
            times[row.student] = time
    return times
