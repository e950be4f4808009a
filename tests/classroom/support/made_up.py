"""Made-up assignments and records, for the tests of what is written."""

from typing import Any

from classroom.course.assignment import Assignment, Check, Task

HOSTILE = "<script>alert(1)</script>\n\"'&"
ID = "=cmd()\n<b>ada\udcff"


def _never(*_: Any) -> None:
    raise AssertionError("no check is run here")


def _checks(*points: float) -> tuple[Check, ...]:
    return tuple(Check(point, f"case {i}", _never) for i, point in enumerate(points, start=1))


DESCENT = Assignment(
    "descent",
    "Gradient descent",
    lambda draw: {},
    (
        Task("rate", "The largest stable rate", _checks(1, 1)),
        Task("walk", "A walk down the ravine", _checks(2, 2)),
        Task("why", "Why it zigzags", points=4),
    ),
)
MOMENTUM = Assignment(
    "momentum", "Momentum", lambda draw: {}, (Task("ball", "The heavy ball", _checks(3)),)
)
ASSIGNMENTS = {"descent": DESCENT, "momentum": MOMENTUM}


def check(case: str, points: float, score: float, reason: str = "", mistake: str = "") -> dict:
    return {"what": case, "points": points, "score": score, "reason": reason, "mistake": mistake}


def task(name: str, title: str, checks: list[dict], paths: dict | None = None) -> dict:
    return {
        "name": name,
        "title": title,
        "points": float(sum(c["points"] for c in checks)),
        "score": float(sum(c["score"] for c in checks)),
        "checks": checks,
        "paths": paths,
    }


def record(student: str = "ada", assignment: str = "descent", **changes: Any) -> dict[str, Any]:
    """A record: full points without anything else."""
    made = [
        task(t.name, t.title, [check(c.what, c.points, c.points) for c in t.checks])
        for t in ASSIGNMENTS[assignment].tasks
        if not t.open
    ]
    made = changes.pop("tasks", made)
    return {
        "student": student,
        "assignment": assignment,
        "file": f"{student}/{assignment}.ipynb",
        "sha256": f"{student}'s {assignment}",
        "status": "graded",
        "reason": "",
        "score": sum(t["score"] for t in made),
        "maximum": 6.0 if assignment == "descent" else 3.0,
        "tasks": made,
        "open": [],
        "notes": [],
        "holds": "",
        "made_for": student,
        "late": None,
        "doubt": "",
        "shingles": [],
        "torch": False,
        "stopped": False,
    } | changes


def answer(text: str = "Because of the curvature.", *, found: bool = True) -> list[dict[str, Any]]:
    """The open task of `descent`."""
    return [
        {"name": "why", "title": "Why it zigzags", "points": 4.0, "answer": text, "found": found}
    ]


def half_lost(**changes: Any) -> dict[str, Any]:
    """A record of `descent` with one point lost in each task; changes are those of a check."""
    lost = {"reason": "The rate is too large.", "mistake": "ascent"} | changes
    return {
        "tasks": [
            task(
                "rate",
                "The largest stable rate",
                [check("case 1", 1, 1), check("case 2", 1, 0, **lost)],
            ),
            task(
                "walk",
                "A walk down the ravine",
                [check("case 1", 2, 2), check("case 2", 2, 1, **lost)],
                paths(),
            ),
        ]
    }


def paths(**changes: Any) -> dict[str, Any]:
    """A quadratic with a path beside the right one."""

    def walk(rate: float, steps: int = 12) -> list[list[float]]:
        x, y, out = 4.0, 2.0, [[4.0, 2.0]]
        for _ in range(steps):
            x, y = x - rate * x, y - 10 * rate * y
            out.append([x, y])
        return out

    made = {
        "surface": {"matrix": [[1.0, 0.0], [0.0, 10.0]], "vector": [0.0, 0.0]},
        "yours": walk(0.19),
        "right": walk(0.15),
        "caption": "Twelve steps at the rate 0.15, from (4, 2).",
    }
    return made | changes


def unreadable(student: str = "bob", **changes: Any) -> dict[str, Any]:
    said = {"status": "unreadable", "reason": "the file is empty", "score": 0.0, "tasks": []}
    return record(student, **(said | changes))


def failed(student: str = "eve", **changes: Any) -> dict[str, Any]:
    """A grader error."""
    said = {"status": "grader error", "reason": "no sandbox", "score": None, "tasks": []}
    return record(student, **(said | changes))
