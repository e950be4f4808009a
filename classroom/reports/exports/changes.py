"""``changes.csv``: every change of a score, from one run to the next."""

import csv
import io
import os
from datetime import datetime
from pathlib import Path

from classroom.course import spreadsheet
from classroom.files import read_table, write

COLUMNS = ("time", "student", "assignment", "before", "after", "what")
DECIDE = ("score", "status")  # where these are the same, nothing has changed
ASIDE = ("student", "name", "assignment", "reason", "score")


def changes(before: str, after: str) -> list[list[str]]:
    """What differs between two tables of grades, for those who are in both.

    Returns:
        for each whose score or status is another: student, assignment, the score before and after,
        and the columns that differ.
    """
    old = {_key(row): row for row in _rows(before)}
    found = []
    for row in _rows(after):
        student, assignment = _key(row)
        # A spreadsheet saves 007 as 7.
        known = old.get((student, assignment)) or old.get((student.lstrip("0"), assignment))
        if known and any(_value(known, column) != _value(row, column) for column in DECIDE):
            what = [
                f"{column} {known.get(column) or 'nothing'} to {value or 'nothing'}"
                for column, value in row.items()
                if column not in ASIDE and _value(known, column) != _value(row, column)
            ]
            found.append(
                [student, assignment, known.get("score") or "", row["score"], "; ".join(what)]
            )
    return found


def log(out: Path, after: str, now: datetime) -> int:
    """Add to ``changes.csv`` how the grades in a folder differ from those that will be written.

    Returns:
        the number of changes.
    """
    table, path = out / "grades.csv", out / "changes.csv"
    if not os.path.lexists(table):
        return 0
    found = changes(read_table(table, "grades"), after)
    if found:
        begun = (
            read_table(path, "changes") if os.path.lexists(path) else spreadsheet.table([COLUMNS])
        )
        time = now.isoformat(" ", "seconds")
        write(path, begun + spreadsheet.table([time, *row] for row in found))
    return len(found)


def _rows(text: str) -> list[dict[str, str]]:
    """The rows, also where a person has saved the table from a spreadsheet of another country."""
    separator = spreadsheet.separator(text)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    return [row for row in rows if {"student", "assignment", "score", "status"} <= row.keys()]


def _value(row: dict[str, str], column: str) -> str | float:
    text = row.get(column) or ""
    number = spreadsheet.read_number(text)
    return text if number is None else number


def _key(row: dict[str, str]) -> tuple[str, str]:
    return row["student"], row["assignment"]
