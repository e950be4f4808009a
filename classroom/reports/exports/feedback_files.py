"""The students' pages as Canvas and Moodle take them back: archives with names of their kind.

Sources: instructure/canvas-lms, ``app/models/abstract_assignment.rb``: of a name's parts between
underscores the first two numbers are the user's and the attachment's, which must be of the
student's submission. moodle/moodle, ``mod/assign/feedback/file/importziplib.php``: a part of the
path is ``NAME_NUMBER_assignsubmission_file``, with the participant's number; what follows is the
file's name.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from classroom.course.assignment import Record
from classroom.course.roster import Student
from classroom.handed_in.file_names import CANVAS

# Moodle takes the number behind the first underscore: the name must have none.
_MOODLE = re.compile(r"(?P<folder>[^_/]*_[0-9]+_assignsubmission_file)(_.*)?")
_TIME = (1980, 1, 1, 0, 0, 0)  # so that the same pages give the same bytes


def feedback_files(
    records: Iterable[Record],
    pages: Mapping[tuple[str, str], str],
    roster: Sequence[Student] | None = None,
) -> dict[str, bytes]:
    """``canvas/NAME-feedback.zip`` and ``moodle/NAME-feedback.zip``, as far as names are known.

    A page's name comes from that of the submission in the download. So a student whose file came in
    another way is in none of them, and neither is one on whose submission the grader failed.

    Args:
        records: of all submissions.
        pages: the students' pages, by student and assignment.
        roster: says whose a number of Canvas's is.
    """
    canvas_ids = {student.id: student.canvas_id for student in roster or ()}
    archives: dict[str, dict[str, str]] = defaultdict(dict)
    for record in records:
        if record["score"] is None:
            continue
        student, assignment = record["student"], record["assignment"]
        page = pages[student, assignment]
        if name := _canvas_name(record["file"], canvas_ids.get(student, "")):
            archives[f"canvas/{assignment}-feedback.zip"][name] = page
        if folder := _moodle_folder(record["file"]):
            archives[f"moodle/{assignment}-feedback.zip"][f"{folder}/{assignment}.html"] = page
    return {path: _archive(files) for path, files in archives.items()}


def _canvas_name(file: str, canvas_id: str) -> str:
    """The name under which Canvas finds the student and the submission; "" where there is none."""
    path = PurePosixPath(file)
    numbers = [part for part in path.name.split("_") if re.fullmatch("[0-9]+", part)]
    if canvas_id and CANVAS.fullmatch(path.name) and numbers[:1] == [canvas_id]:
        return f"{path.stem}.html"
    return ""


def _moodle_folder(file: str) -> str:
    """The folder under which Moodle finds the student; "" where there is none."""
    found = filter(None, map(_MOODLE.fullmatch, PurePosixPath(file).parts))
    return next((match["folder"] for match in found), "")


def _archive(files: Mapping[str, str]) -> bytes:
    """A zip archive of texts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in sorted(files.items()):
            member = zipfile.ZipInfo(name, _TIME)
            member.external_attr = 0o644 << 16
            archive.writestr(member, text.encode(errors="backslashreplace"), zipfile.ZIP_DEFLATED)
    return made.getvalue()
