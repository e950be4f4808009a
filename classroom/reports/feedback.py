"""The page that a student gets back: the score, each lost point with its reason, the paths."""

from classroom import assignments
from classroom.course.assignment import NOT_ANSWERED, Record
from classroom.course.roster import file_name
from classroom.errors import counted, cut
from classroom.reports import markup, picture
from classroom.reports.markup import Html, bullets, escaped, joined, points_of, table, tag
from classroom.reports.totals import Marks, taken_off, waits

ANSWER = 10_000  # characters of an answer that are shown

UNMARKED = "The questions that a person marks are not in it yet."
UNANSWERED = "To the questions that a person marks no answer was found."
UNTOUCHED = "Nothing in your notebook is answered. Is it the file that you wanted to hand in?"
_STATUS = {
    "graded": "Your notebook is graded.",
    "limit reached": "Your notebook is graded, and a limit of time or memory was reached.",
    "tampered with": (
        "Code in your notebook answered the grader in its own way. What was graded before that "
        "counts; your teacher will look at the rest."
    ),
    "numbers missing": (
        "Your notebook is graded, and of some tasks it holds no numbers: they have no points yet. "
        "Below it says which cells to run."
    ),
    "another handout": (
        "Your notebook is the handout for PyTorch, and this course has another one. "
        "So it is not graded yet, and costs no points. Copy your answers into a fresh copy of the "
        "handout that you were given, and hand that in. Were you given this one? Tell your teacher."
    ),
    "unreadable": "Your notebook could not be read, so nothing of it could be graded.",
    "grader error": (
        "The grader failed on your notebook. That is not your fault and costs no points: your "
        "teacher will have it graded again."
    ),
}


def place(student: str, assignment: str) -> str:
    """Where a student's page belongs, relative to the folder of all that is written."""
    return f"feedback/{file_name(student)}/{assignment}.html"


def page(record: Record, *, title: str = "", name: str = "", marks: Marks | None = None) -> str:
    """A record as a page, in one file.

    Args:
        record: of one submission.
        title: of the assignment; without one it is looked up.
        name: the student's, where a roster has it.
        marks: points of the open tasks, where a person has given them.
    """
    title = title or assignments.find(record["assignment"]).title
    who = f"{name} ({record['student']})" if name else record["student"]
    return markup.page(
        f"{title}: {cut(who, 100)}",
        tag("p", who, class_="kicker"),
        tag("h1", title),
        _status(record, marks or {}),
        _tasks(record),
        *(_lost(number, task) for number, task in enumerate(record["tasks"]) if _lost_points(task)),
        _open(record, marks or {}),
        _notes(record),
        _how(record) if record["tasks"] and not _untouched(record) else "",
    )


def worded(text: str) -> Html:
    """A sentence, with what stands between backticks as code."""
    parts = cut(text).split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return joined(*(tag("code", part) if i % 2 else part for i, part in enumerate(parts)))


def _status(record: Record, marks: Marks) -> Html:
    kinds = {
        "unreadable": "unreadable",
        "another handout": "unreadable",
        "grader error": "error",
    }
    lines: list[Html] = []
    if record["score"] is not None:
        given = [_mark(record, task, marks) for task in record["open"]]
        waits = any(
            mark is None and task["found"] for mark, task in zip(given, record["open"], strict=True)
        )
        score, most = record["score"], record["maximum"]
        if marks and not waits:
            score += sum(mark or 0.0 for mark in given)
            most += sum(task["points"] for task in record["open"])
        less = taken_off(record["late"], score, most)
        lines.append(tag("p", points_of(score - less, most), class_="score"))
        if record["late"]:
            lines.append(tag("p", worded_late(record["late"], less)))
        if record["open"] and (waits or not marks) and not _untouched(record):
            found = any(task["found"] for task in record["open"])
            lines.append(tag("p", UNMARKED if found else UNANSWERED))
    lines.append(tag("p", UNTOUCHED if _untouched(record) else _STATUS[record["status"]]))
    if record["status"] == "unreadable" and record["reason"]:
        lines.append(tag("p", f"The reason: {record['reason']}."))
    return tag("div", *lines, class_=f"status {kinds.get(record['status'], 'graded')}")


def worded_late(late: Record, less: float) -> str:
    """What a student is told of being late."""
    off = counted(less, "point is", "points are")
    return f"{late['said']} {off} taken off." if less else str(late["said"])


def _untouched(record: Record) -> bool:
    """Whether it is as it was handed out: nobody's function was called, and nothing is to mark."""
    checks = [check for task in record["tasks"] for check in task["checks"]]
    answered = any(task["found"] for task in record["open"])
    return bool(checks) and not answered and all(map(_not_answered, checks))


def _not_answered(check: Record) -> bool:
    return bool(check["mistake"] == NOT_ANSWERED)


def _mark(record: Record, task: Record, marks: Marks) -> float | None:
    return marks.get((record["student"], record["assignment"], task["name"]))


def _tasks(record: Record) -> Html:
    if not record["tasks"]:
        return Html()
    rows = [
        [
            tag("a", task["title"], href=f"#task-{number}")
            if _lost_points(task)
            else task["title"],
            _result(task),
            points_of(task["score"], task["points"]),
        ]
        for number, task in enumerate(record["tasks"])
    ]
    return table("Your score by task", ["Task", "Result", "Points"], rows, numbers=(2,))


def _result(task: Record) -> str:
    if not _lost_points(task):
        return "full points"
    return "no points yet" if any(map(waits, task["checks"])) else "points lost"


def _lost_points(task: Record) -> bool:
    return bool(task["score"] < task["points"])


def _lost(number: int, task: Record) -> Html:
    """A task that lost points: each with its reason, and the paths where there are some."""
    reasons: dict[tuple[str, str], list[Record]] = {}
    for check in task["checks"]:
        if check["score"] < check["points"]:
            reasons.setdefault((check["reason"], check["mistake"]), []).append(check)
    items = []
    for (reason, mistake), checks in reasons.items():
        less = counted(sum(check["points"] - check["score"] for check in checks), "point")
        where = "; ".join(check["what"] for check in checks)
        items.append(
            joined(
                tag("span", f"{less} not yet" if waits(checks[0]) else f"−{less}", class_="lost"),
                f", {where}: ",
                worded(reason),
                " ",
                tag("span", mistake, class_="name") if mistake else "",
            )
        )
    return tag(
        "section",
        tag("h2", task["title"], id=f"task-{number}"),
        tag("p", points_of(task["score"], task["points"])),
        bullets(items),
        picture.figure(task["paths"]) if task["paths"] else "",
    )


def _open(record: Record, marks: Marks) -> Html:
    if not record["open"]:
        return Html()
    parts = []
    for task in record["open"]:
        mark = _mark(record, task, marks)
        if mark is not None:
            says = points_of(mark, task["points"])
        elif task["found"]:
            says = f"A person marks it, for up to {counted(task['points'], 'point')}."
        else:
            says = "No answer was found in your notebook."
        answer = ""
        if task["found"]:
            shown = tag("pre", escaped(task["answer"], ANSWER), tabindex="0")
            answer = tag("details", tag("summary", "Your answer, as it arrived"), shown)
        parts.append(joined(tag("h3", task["title"]), tag("p", says), answer))
    return tag("section", tag("h2", "Questions that a person marks"), *parts)


def _notes(record: Record) -> Html:
    if not record["notes"]:
        return Html()
    title = "About your numbers" if record["torch"] else "While your notebook ran"
    said = bullets([worded(note) for note in record["notes"]])
    return tag("section", tag("h2", title), said)


def _how(record: Record) -> Html:
    if record["torch"]:
        said = (
            "The numbers that your notebook keeps were compared with what follows from your own "
            "inputs. Its code was not run."
        )
    else:
        said = (
            "Your functions were called with inputs that are not in the notebook, and your "
            "variables were compared with what follows from your own numbers."
        )
    return tag("p", said, class_="quiet")
