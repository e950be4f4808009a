"""Finished records on disk: what a run that was killed need not do again."""

import json
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np

import classroom
import rmsprop_lab
from classroom.course.assignment import Record
from classroom.course.roster import file_name
from classroom.files import clear_unfinished, write
from classroom.grading.grade import Job

SOURCES = Path(classroom.__file__).parent
_KINDS = (".py", ".md")


class Records:
    """The records of a course in a folder, each under the key of everything it depends on."""

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        self.folder = folder
        clear_unfinished(folder)
        self._version = version(SOURCES, Path(rmsprop_lab.__file__).parent, own=own)

    def key(self, job: Job) -> str:
        """What a record depends on: the submission, its numbers, the limits, the grader."""
        parts = (
            self._version,
            job.student,
            job.whose,
            job.file,
            job.problem,
            job.limits,
            job.numbers,
            job.torch,
        )
        return sha256(repr(parts).encode() + job.secret + job.data).hexdigest()

    def find(self, job: Job) -> Record | None:
        """The finished record of a job; None where there is none, or a failure of the grader."""
        try:
            kept = json.loads(self._path(job).read_text())
            finished = kept["key"] == self.key(job) and kept["record"]["status"] != "grader error"
            return kept["record"] if finished else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, job: Job, record: Record) -> None:
        """Keep a record; all of it or nothing is on disk at any moment."""
        kept = {"key": self.key(job), "record": record}
        write(self._path(job), json.dumps(kept, indent=1, sort_keys=True) + "\n")

    def _path(self, job: Job) -> Path:
        return self.folder / job.assignment / f"{file_name(job.student)}.json"


def version(*folders: Path, own: Path | None = None) -> str:
    """What a grade depends on besides the submission: the code of these folders, and who runs it.

    Code is all Python and all assignments' texts below the folders, at whatever depth. A change,
    another name and a new file are another version.

    Args:
        folders: of ours.
        own: a teacher's own. Not what is below it: submissions may lie there.
    """
    found = sha256(f"{sys.version_info[:3]} {np.__version__}".encode())
    sources = [(folder, _sources(folder)) for folder in folders]
    if own:
        sources.append(
            (own, (file for file in own.iterdir() if file.suffix in _KINDS and file.is_file()))
        )
    for folder, files in sources:
        for file in sorted(files):
            content = sha256(file.read_bytes()).hexdigest()
            found.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return found.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for above, folders, files in os.walk(folder):
        # Packages of the view's build lie there in thousands, and no grade depends on them.
        folders[:] = [name for name in folders if name not in ("node_modules", "__pycache__")]
        yield from (Path(above, name) for name in files if name.endswith(_KINDS))
