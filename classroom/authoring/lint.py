"""The command ``lint``: an assignment is read and tried out, and what is wrong is a line each.

What would give students a wrong notebook is refused when it is read, here as in ``release``
(:mod:`classroom.course.folder`, :mod:`classroom.course.assignment_text`). The linter adds what the
statement says (:mod:`.statement`) and what comes of a trial (:mod:`.trials`).
"""

import argparse
from pathlib import Path

from classroom import assignments
from classroom.authoring import statement, trials
from classroom.authoring.subject import Subject
from classroom.errors import ClassroomError, counted
from classroom.sandbox import bubblewrap


def lint(name: str, own: Path | None = None, *, sandbox: bool = True) -> list[str]:
    """What is wrong with an assignment, a line each.

    Args:
        name: of the assignment.
        own: the teacher's own folder, where it lies there.
        sandbox: grade in the sandbox, too, as students' notebooks are graded.
    """
    found: list[str] = []
    try:
        subject = Subject(name, own)
        found += map(str, statement.problems(subject))
        for problem in trials.problems(subject, sandbox=sandbox):
            found.append(str(problem))
    except ClassroomError as error:  # behind which nothing can be tried
        found += str(error).split("\n")
    return list(dict.fromkeys(found))


def command(given: argparse.Namespace) -> int:
    """Lint what is asked for; 1 where something is wrong."""
    known = assignments.names(given.own)
    own = [name for name in known if name not in assignments.NAMES]
    names = given.names or own or known
    for name in names:
        assignments.folder(name, given.own)
    missing = bubblewrap.missing()
    if missing:
        print(f"There is no sandbox, so the solution runs in this process alone. {missing}")
    wrong = 0
    for name in names:
        found = lint(name, given.own, sandbox=not missing)
        wrong += len(found)
        for line in found:
            print(line)
        if not found:
            tasks = assignments.find(name, given.own).tasks
            points = counted(sum(task.points for task in tasks), "point")
            print(f"{name}: {counted(len(tasks), 'task')}, {points}. Nothing is wrong.")
    return 1 if wrong else 0
