"""Finished records on disk: what a run that was killed need not do again."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from classroom.files import write
from classroom.grade import Job

SOURCES = Path(__file__).parent


class Records:
    """The records of a course in a folder, each under the key of everything it depends on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._version = sha256(b"".join(_sources())).hexdigest()

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
        )
        return sha256(repr(parts).encode() + job.secret + job.data).hexdigest()

    def find(self, job: Job) -> dict[str, Any] | None:
        """The finished record of a job; None where there is none, or a failure of the grader."""
        try:
            kept = json.loads(self._path(job).read_text())
            finished = kept["key"] == self.key(job) and kept["record"]["status"] != "grader error"
            return kept["record"] if finished else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, job: Job, record: dict[str, Any]) -> None:
        """Keep a record; all of it or nothing is on disk at any moment."""
        kept = {"key": self.key(job), "record": record}
        write(self._path(job), json.dumps(kept, indent=1, sort_keys=True) + "\n")

    def _path(self, job: Job) -> Path:
        return self.folder / job.assignment / f"{file_name(job.student)}.json"


def file_name(student: str) -> str:
    """A student's id as a file's name: readable, safe, and different for different ids."""
    raw = student.encode(errors="surrogateescape")
    plain = quote(raw, safe=" @+,=")
    if plain.startswith("."):
        plain = "%2E" + plain[1:]
    return plain if len(plain) <= 100 else f"{plain[:80]}-{sha256(raw).hexdigest()[:16]}"


def _sources() -> list[bytes]:
    """The grader's own files, and the package's: a change of either grades anew."""
    import rmsprop_lab

    folders = (SOURCES, Path(rmsprop_lab.__file__).parent)
    files = [
        file
        for folder in folders
        for pattern in ("*.py", "assignments/*", "inside/**/*.py")
        for file in folder.glob(pattern)
        if file.is_file() and file.suffix in (".py", ".md")
    ]
    return [file.read_bytes() for file in sorted(set(files))]
