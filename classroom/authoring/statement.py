"""What an assignment's text says, beside what its module does; nothing is run here."""

import re
from collections.abc import Iterator

from classroom.authoring.subject import Problem, Subject
from classroom.course.assignment import Task
from classroom.course.notebook import MARK_SCHEME
from classroom.errors import counted

_ROW = re.compile(
    r"\| *(?:\d+\.? +)?(?P<title>[^|]+?) *\|(?P<what>.*)\| *(?P<points>\d+(?:\.\d+)?) *\|"
)
_TOP = re.compile(r"\|.*\| *Points *\|")
_HEADING = re.compile(r"## Task (?P<number>\d+): (?P<title>.+) \((?P<points>[\d.]+) points?\)")
_RUBRIC = re.compile(r"^- (?P<points>\d+(?:\.\d+)?) points?:", re.M)


def problems(subject: Subject) -> Iterator[Problem]:
    """What is wrong with a text."""
    yield from _head(subject)
    yield from _table(subject)
    yield from _headings(subject)
    yield from _rubrics(subject)


def _head(subject: Subject) -> Iterator[Problem]:
    text = subject.text
    minutes = counted(text.minutes, "minute")
    if text.minutes <= 0:
        said = f"minutes is {text.minutes}; it must be more than 0"
        yield subject.in_text("minutes:", said)
    elif minutes not in "\n".join(line for _, line in subject.statement()):
        said = f"the head says {minutes}, and the text does not"
        yield subject.in_text("minutes:", said)
    if not any(goal.strip() for goal in text.goals):
        said = "there are no goals; say what one can do afterwards"
        yield subject.in_text("goals:", said)
    elif not all(goal.strip() for goal in text.goals):
        yield subject.in_text("goals:", "a goal is empty")


def rows(subject: Subject) -> dict[str, tuple[int, re.Match[str]]]:
    """The rows of the table of tasks, ``| 2 The path | function `path` | 3 |``, by their titles.

    It is the table whose last column is called Points.
    """
    found, inside = {}, False
    for line, text in subject.statement():
        inside = bool(_TOP.fullmatch(text.strip())) or (inside and text.startswith("|"))
        if inside and (match := _ROW.fullmatch(text.strip())):
            found[match["title"]] = (line, match)
    return found


def _table(subject: Subject) -> Iterator[Problem]:
    """A row for each task, with its points; what is worth 0 points need be no task."""
    found = rows(subject)
    tasks = {task.title: task for task in subject.assignment.tasks}
    for title, (number, match) in found.items():
        points = float(match["points"])
        if title not in tasks and not points:
            continue
        if title not in tasks:
            said = f"the table's {title!r} is no task; tasks: {', '.join(tasks)}"
            yield Problem(subject.markdown, number, said)
        elif points != tasks[title].points:
            given = counted(points, "point")
            said = f"the table gives {title!r} {given}, and its task {_points(tasks[title])}"
            yield Problem(subject.markdown, number, said)
        if not match["what"].strip(" |"):
            said = f"the table does not say what to hand in for {title!r}"
            yield Problem(subject.markdown, number, said)
    for task in subject.assignment.tasks:
        if task.title not in found:
            row = f"| {task.title} | ... | {_points(task)} |"
            yield subject.of_task(
                task, f"the task {task.name!r} has no row `{row}` in a table of Points"
            )


def _headings(subject: Subject) -> Iterator[Problem]:
    """``## Task 2: the minimum (3 points)``, in the order of the tasks."""
    found = {
        int(match["number"]): (line, match)
        for line, text in subject.statement()
        if (match := _HEADING.fullmatch(text.strip()))
    }
    for number, task in enumerate(subject.assignment.tasks, start=1):
        if number not in found:
            heading = f"## Task {number}: {task.title} ({counted(task.points, 'point')})"
            said = f"the task {task.name!r} has no heading `{heading}` in the text"
            yield subject.of_task(task, said)
            continue
        line, match = found.pop(number)
        if match["title"].casefold() != task.title.casefold():
            said = f"the heading says {match['title']!r}, and task {number} is {task.title!r}"
            yield Problem(subject.markdown, line, said)
        if float(match["points"]) != task.points:
            given = counted(float(match["points"]), "point")
            said = f"the heading gives {given}, and the task {_points(task)}"
            yield Problem(subject.markdown, line, said)
    for number, (line, _) in found.items():
        yield Problem(subject.markdown, line, f"{subject.module.name} has no task {number}")


def _rubrics(subject: Subject) -> Iterator[Problem]:
    """Each is there, and where its lines give points, these add up."""
    for task in subject.by_hand:
        cell = subject.cell(task.name)
        line = cell.line + cell.text.split("\n").index(MARK_SCHEME[0])
        rubric = subject.text.rubric(task.name)
        if not rubric:
            yield Problem(subject.markdown, line, f"the rubric of {task.name!r} is empty")
        given = sum(float(match["points"]) for match in _RUBRIC.finditer(rubric))
        if given and given != task.points:
            said = f"the rubric's points add up to {given:g}, and the task has {_points(task)}"
            yield Problem(subject.markdown, line, said)


def _points(task: Task) -> str:
    return f"{task.points:g}"
