"""Gradescope's ``results.json``, one for each submission.

Source: gradescope/autograder_samples, ``docs/specs.md``. No ``execution_time``: the same records
give the same bytes. The format "text" keeps Gradescope from reading HTML in what a student wrote.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from classroom.course.assignment import Assignment, Record
from classroom.course.roster import file_name
from classroom.errors import cut
from classroom.reports.totals import Marks, Total, total

LONGEST = 4_000  # characters of an output


def gradescope(
    records: Iterable[Record], assignments: Mapping[str, Assignment], marks: Marks | None = None
) -> dict[str, str]:
    """``gradescope/ASSIGNMENT/STUDENT/results.json`` for each record that has a score."""
    files = {}
    for record in sorted(records, key=lambda r: (r["assignment"], r["student"])):
        made = total(record, assignments[record["assignment"]], marks)
        if made.score is not None:
            folder = f"gradescope/{record['assignment']}/{file_name(record['student'])}"
            content = _results(record, made, marks)
            # ASCII, so that every file name and every answer can be written.
            files[f"{folder}/results.json"] = json.dumps(content, indent=1) + "\n"
    return files


def _results(record: Record, made: Total, marks: Marks | None) -> dict[str, Any]:
    tests = [
        _test(
            f"{place}.{number}",
            f"{task['title']}: {check['what']}",
            check["score"],
            check["points"],
            check["reason"],
        )
        for place, task in enumerate(record["tasks"], start=1)
        for number, check in enumerate(task["checks"], start=1)
    ]
    for place, task in enumerate(record["open"], start=len(record["tasks"]) + 1):
        mark = (marks or {}).get((record["student"], record["assignment"], task["name"]))
        if mark is not None:
            tests.append(_test(f"{place}", task["title"], mark, task["points"], ""))
    late = [record["late"]["said"]] if record["late"] else []
    said = [*late, made.text_open, record["reason"], *record["notes"]]
    return {
        "score": made.score,
        "output": _clean("\n".join(line for line in said if line)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "tests": tests,
    }


def _test(number: str, name: str, score: float, most: float, output: str) -> dict[str, Any]:
    return {
        "number": number,
        "name": _clean(name),
        "score": score,
        "max_score": most,
        "status": "passed" if score >= most else "failed",
        "output": _clean(output),
        "visibility": "visible",
    }


def _clean(text: str) -> str:
    """Without halves of characters, which some readers of JSON refuse."""
    return cut(text, LONGEST).encode(errors="replace").decode()
