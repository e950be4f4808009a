"""What an assignment's checks say about a namespace, and what must not score in any."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from inspect import getmembers, isfunction, signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classroom import assignments
from classroom.authoring.here import AnswersHere as Answers
from classroom.authoring.here import judged as judged_here
from classroom.checks import comparing
from classroom.course.assignment import Lost
from rmsprop_lab import rules
from rmsprop_lab.checking.diagnose import Finding, diagnose
from rmsprop_lab.checking.mistakes import MISTAKES
from tests.classroom.support import in_process
from tests.classroom.support.in_process import SECRET

BOOK = Path(__file__).parents[3] / "book"


own = cache(in_process.numbers)


def judged(
    name: str, found: dict[str, Any], *tasks: str, student: str = "ada"
) -> dict[str, list[Lost | None]]:
    """For each task, what each check says: a lost point, or None."""
    assignment, answers = assignments.find(name), Answers(**found)
    said = {
        task.name: judged_here(assignment, task, own(name, student), SECRET, student, answers)
        for task in assignment.tasks
        if not task.open and (not tasks or task.name in tasks)
    }
    for lost in (one for of in said.values() for one in of if one):
        assert lost.reason.strip()
        assert 0 <= lost.share < 1
    return said


def scored(name: str, found: dict[str, Any], *tasks: str, student: str = "ada") -> dict[str, float]:
    """The points of each task."""
    said = judged(name, found, *tasks, student=student)
    points = {task.name: [check.points for check in task.checks] for task in _tasks(name)}
    return {
        task: sum(
            of * (lost.share if lost else 1) for of, lost in zip(points[task], found, strict=True)
        )
        for task, found in said.items()
    }


def _tasks(name: str) -> Any:
    return assignments.find(name).tasks


def maximum(name: str) -> dict[str, float]:
    return {task.name: task.points for task in _tasks(name) if not task.open}


# --- what the package and the book hold -----------------------------------------------------


@pytest.fixture
def _unnamed(monkeypatch):
    """Mistakes stay without a name: to look for it takes long, and many are tried."""

    def quick(call, right, mistakes, probes, outputs):
        return diagnose(call, right, [], probes, outputs)

    wrong = Finding(False, "", "It is another function.")
    monkeypatch.setattr(comparing, "diagnose", quick)
    monkeypatch.setattr(sys.modules[diagnose.__module__], "_unknown", lambda *_: wrong)


@cache
def known_rules() -> tuple[Callable[..., Any], ...]:
    """Every rule of the package, and every wrong version that its checker knows."""
    return (*_right(), *(of.rule for group in MISTAKES.values() for of in group))


@cache
def _right() -> tuple[Callable[..., Any], ...]:
    return tuple(rule for _, rule in getmembers(rules, isfunction))


def adapted(arguments: tuple[str, ...]) -> Iterator[Callable[..., Any]]:
    """Each rule of the package, called with these arguments by name, or in order."""
    other = {"v": "velocity_prev", "s_prev": "variance_prev", "gradient": "grad"}
    for rule in known_rules():
        try:
            takes = list(signature(rule).parameters)
        except (TypeError, ValueError):  # pragma: no cover - a rule without a signature
            continue
        if len(takes) == len(arguments):
            yield rule
        if takes == list(arguments) or (len(takes) != len(arguments) and rule not in _right()):
            continue  # by name it is the same, or a wrong version of something smaller
        places = {one: k for k, one in enumerate(arguments)}
        places |= {there: places[one] for one, there in other.items() if one in places}
        if set(takes) <= set(places):
            yield lambda *given, rule=rule, takes=takes, places=places: rule(
                *(given[places[one]] for one in takes)
            )


@cache
def book_functions() -> tuple[tuple[str, Callable[..., Any]], ...]:
    """Every function that a chapter's cell defines at its top level, alone."""
    found = []
    for chapter in sorted(BOOK.glob("*.md")):
        for cell in re.findall(r"```\{code-cell\}[^\n]*\n(.*?)```", chapter.read_text(), re.S):
            source = re.sub(r"\A(---\n.*?\n---\n|(:\w+:[^\n]*\n)+)", "", cell, flags=re.S)
            try:
                tree = ast.parse(source)
            except SyntaxError:  # magics
                continue
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    names: dict[str, Any] = {"np": np, "sqrt": np.sqrt}
                    try:
                        exec(compile(ast.Module([node], []), chapter.name, "exec"), names)
                    except Exception:  # its defaults or decorators need the chapter
                        continue
                    found.append((f"{chapter.name}: {node.name}", names[node.name]))
    return tuple(found)
