"""The page for marking: one file that works without a network, one question over all students."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any

from classroom.course import spreadsheet
from classroom.course.assignment import Assignment, Record, Task
from classroom.reports.marking.shares import OVERLAP, chance, markers_of
from classroom.reports.markup import STYLE, escaped, visible
from classroom.reports.texts import Answer, fingerprint
from classroom.reports.totals import of

LONGEST = 20_000  # characters of an answer that are shown
_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "page.html").read_text(encoding="utf-8"))
_STYLE = STYLE + (_HERE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_HERE / "page.js").read_text(encoding="utf-8")


def pages(
    records: Iterable[Record],
    assignments: Mapping[str, Assignment],
    rubrics: Mapping[tuple[str, str], str],
    *,
    course: str = "",
    markers: int = 1,
    overlap: float = OVERLAP,
) -> dict[str, str]:
    """``marking.html``; with several markers ``marking-1.html`` and so on, each with a share.

    Args:
        records: of all submissions.
        assignments: in their order.
        rubrics: by (assignment, task), as plain text.
        course: names the course: a browser keeps the marks of another one apart.
        markers: how many there are.
        overlap: percent of the answers that two of them get.
    """
    records, made = list(records), {}
    for marker in range(1, markers + 1):

        def mine(answer: Answer, marker: int = marker) -> bool:
            return marker in markers_of(answer, markers, overlap)

        questions = [
            _question(of(records, name), assignment, task, rubrics, mine)
            for name, assignment in assignments.items()
            for task in assignment.tasks
            if task.open
        ]
        number = f"-{marker}" if markers > 1 else ""
        if questions := [question for question in questions if question["answers"]]:
            data = {
                "file": f"marks{number}.csv",
                "storage": f"marks {course}{number}",
                "questions": questions,
            }
            title = f"Answers to mark, share {marker} of {markers}" if number else "Answers to mark"
            made[f"marking{number}.html"] = _page(title, data)
    return made


def _question(
    records: list[Record],
    assignment: Assignment,
    task: Task,
    rubrics: Mapping[tuple[str, str], str],
    mine: Callable[[Answer], bool],
) -> dict[str, Any]:
    """A question with a marker's answers, in an order that says nothing about who wrote them."""
    answers = {
        (record["student"], assignment.name, task.name): str(answer["answer"])
        for record in records
        for answer in record["open"]
        if answer["name"] == task.name and answer["found"]
    }
    return {
        "assignment": assignment.name,
        "task": task.name,
        "title": f"{assignment.title}: {task.title}",
        "points": task.points,
        "rubric": rubrics.get((assignment.name, task.name), "").strip() or "There is none.",
        "answers": [
            {
                "student": spreadsheet.student(key[0]),
                "text": visible(answers[key], LONGEST),
                "fingerprint": fingerprint(answers[key]),
            }
            for key in sorted(filter(mine, answers), key=lambda key: chance(key, "order"))
        ],
    }


def _page(title: str, data: dict[str, Any]) -> str:
    # Only this script and this style may run, by their hashes; nothing may be loaded or sent.
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash(_STYLE)}'; script-src '{_hash(_SCRIPT)}'"
    )
    return _PAGE.substitute(
        policy=policy,
        title=escaped(title),
        file=escaped(data["file"]),
        style=_STYLE,
        script=_SCRIPT,
        # Within a script element only `<` could end the data.
        data=json.dumps(data, sort_keys=True).replace("<", "\\u003c"),
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
