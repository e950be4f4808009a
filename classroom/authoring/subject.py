"""What the linter looks at, and a thing that is wrong with it."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from classroom import assignments
from classroom.course.assignment import Assignment, Task
from classroom.course.assignment_text import AssignmentText, Cell
from classroom.course.folder import python_text


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        path: of the file.
        line: in it, from 1.
        said: what is wrong, without a full stop.
    """

    path: Path
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.said.rstrip('.')}."


class Subject:
    """An assignment that can be read, and where in its two files something stands.

    Args:
        name: of the assignment.
        own: the teacher's own folder, where it lies there.

    Raises:
        ClassroomError: where it cannot be read.
    """

    def __init__(self, name: str, own: Path | None = None) -> None:
        self.own = own.resolve() if own else None
        self.text: AssignmentText = assignments.text(name, own)
        self.assignment: Assignment = self.text.assignment
        self.folder = assignments.folder(name, own).path
        self.markdown = self.folder / f"{name}.md"
        self.module = self.folder / f"{name}.py"
        self.automatic = [task for task in self.assignment.tasks if not task.open]
        self.by_hand = [task for task in self.assignment.tasks if task.open]

    @cached_property
    def source(self) -> str:
        """The text's file."""
        return self.markdown.read_text(encoding="utf-8-sig")

    @cached_property
    def code(self) -> str:
        """The module's file."""
        return python_text(self.module)

    def cell(self, name: str) -> Cell:
        """The cell with this ``grade_id``."""
        return next(cell for cell in self.text.cells if cell.grade_id == name)

    def statement(self) -> Iterator[tuple[int, str]]:
        """The lines of the Markdown cells, with their numbers."""
        for cell in self.text.cells:
            if cell.kind == "markdown":
                yield from enumerate(cell.text.split("\n"), start=cell.line)

    def in_text(self, pattern: str, said: str) -> Problem:
        """A problem at the first line of the text in which a pattern is found."""
        return Problem(self.markdown, _line(self.source, pattern), said)

    def of_task(self, task: Task, said: str) -> Problem:
        """A problem at the line of the module where a task is made."""
        return self._quoted(task.name, said, r"Task\(\s*")

    def of_number(self, name: str, said: str) -> Problem:
        """A problem at the line of the module where a number gets its name."""
        return self._quoted(name, said)

    def of_wrong(self, wrong: Any, task: Task, said: str) -> Problem:
        """A problem at the line where a wrong version stands, in whichever file of the folder."""
        pattern = rf"['\"]{re.escape(wrong.name)}['\"]|def {wrong.name.replace(' ', '_')}\("
        for file in (self.module, *sorted(self.folder.glob("[!.]*.py"))):
            with suppress(SyntaxError, UnicodeDecodeError):  # it may be no module of Python's
                text = python_text(file)
                if re.search(pattern, text):
                    return Problem(file, _line(text, pattern), said)
        return self.of_task(task, said)

    def statements(self, function: Callable[..., Any]) -> Iterator[tuple[str, int]]:
        """The statements of a function of the module, in one spelling, and their lines."""
        code = getattr(function, "__code__", None)
        if code is None or Path(code.co_filename).name != self.module.name:
            return
        for node in ast.walk(ast.parse(self.code)):
            if isinstance(node, ast.FunctionDef) and node.lineno == code.co_firstlineno:
                yield from _spelled(node)

    def shown(self, cell: Cell) -> Iterator[tuple[int, str]]:
        """The statements of a code cell that students see: their lines, and one spelling."""
        source = cell.for_students() if cell.kind == "code" else ""
        try:
            tree = ast.parse(re.sub(r"\{\{.*?\}\}", "0", source))
        except SyntaxError:  # as magics are
            return
        for text, line in _spelled(tree):
            begin = source.split("\n")[line - 1]
            above = cell.text[
                : max(cell.text.find(begin), 0)
            ]  # a solution may be cut out before it
            yield cell.line + above.count("\n"), text

    def of_numbers(self, said: str) -> Problem:
        """A problem at the line of the module where the numbers are drawn."""
        return Problem(self.module, self.assignment.numbers.__code__.co_firstlineno, said)

    def of_right(self, said: str) -> Problem:
        """A problem at the line of the module where the right versions are given."""
        code = getattr(self.assignment.right, "__code__", None)
        if code and Path(code.co_filename).name == self.module.name:
            return Problem(self.module, code.co_firstlineno, said)
        return Problem(self.module, _line(self.code, r"\bright="), said)

    def _quoted(self, name: str, said: str, before: str = "") -> Problem:
        pattern = rf"{before}['\"]{re.escape(name)}['\"]"
        return Problem(self.module, _line(self.code, pattern), said)


def _spelled(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The simple statements in a tree, as ast spells them, and their lines."""
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and not docstring:
            yield ast.unparse(node), node.lineno


def _line(text: str, pattern: str) -> int:
    match = re.search(pattern, text)
    return text.count("\n", 0, match.start() if match else 0) + 1
