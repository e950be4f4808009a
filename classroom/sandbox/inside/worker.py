"""Runs a student's cells inside the sandbox, and answers with plain numbers.

Started as ``python -I -S -B worker.py NONCE PATH ...``. Requests come on standard input, one JSON
object a line; each answer carries the request's own word, so that an answer that nobody asked for
is known as such. Nothing here is secret, and nothing here decides anything: what the student's code
does to this process, it does to its own answers.
"""

import sys

sys.path[:0] = sys.argv[2:]

from refused import refuse

refuse()

import ast
import builtins
import codeop
import json
import os
import random
import types
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from magics import SHELL, as_python

import rmsprop_lab.checking.diagnose  # noqa: F401 - to have its time behind us
from rmsprop_lab.checking.asked import Asked, explain
from rmsprop_lab.checking.plain import ERROR, ERRORS


class Notebook:
    """A namespace in which cells have run."""

    def __init__(self) -> None:
        module = types.ModuleType("__main__")  # of its own: the worker's names are not in it
        sys.modules["__main__"] = module
        self.names = module.__dict__
        self.names["get_ipython"] = lambda: SHELL
        self.names["display"] = lambda *_args, **_kwargs: None
        self.failed: list[types.CodeType] = []
        self.asked = Asked(self.names)
        self._compile = codeop.Compile()  # which remembers `from __future__ import ...`
        self._compile.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._loop: Any = None

    def run(
        self,
        source: str,
        begins: Callable[[int], None] = lambda _line: None,
        without: Sequence[int] = (),
    ) -> tuple[list[str], str]:
        """Run a cell, statement by statement: one that fails does not stop the rest.

        Args:
            source: the cell's text.
            begins: is told the line of each statement before it runs.
            without: lines of statements that are not to be run.

        Returns:
            What they raised, and what of the cell is no Python.
        """
        try:
            statements = parsed(source)
        except BaseException as error:
            return [], unread(error)
        errors, why = [], ""
        for statement in statements:
            if statement.lineno in without:
                continue
            try:
                code = self._compile(ast.Module([statement], []), "<cell>", "exec")  # type: ignore[arg-type]
            except BaseException as error:
                why = why or unread(error)
                continue
            begins(statement.lineno)
            errors += self._execute([code])
        return errors, why

    def again(self) -> None:
        """Run what failed once more, as long as that helps: cells may stand in any order."""
        before: list[types.CodeType] = []
        while len(self.failed) != len(before):
            before, self.failed = self.failed, []
            self._execute(before)

    def _execute(self, codes: list[types.CodeType]) -> list[str]:
        errors = []
        for code in codes:
            try:
                waiting = eval(code, self.names)
                if waiting is not None:  # the statement has an await of its own
                    self._wait_for(waiting)
            except BaseException as error:  # SystemExit and KeyboardInterrupt too
                errors.append(explain(error))
                self.failed.append(code)
        return errors

    def _wait_for(self, coroutine: Any) -> None:
        import asyncio  # few notebooks need it

        self._loop = self._loop or asyncio.Runner()
        self._loop.run(coroutine)

    def rescue(self, source: str, name: str) -> bool:
        """Run a cell of another type if it is code that defines a name."""
        try:
            tree = ast.parse(source)
        except BaseException:
            return False
        for node in tree.body:
            targets = getattr(node, "targets", [node])
            if name in [getattr(part, "id", getattr(part, "name", None)) for part in targets]:
                self.run(source)
                return name in self.names
        return False


def parsed(source: str) -> list[ast.stmt]:
    """A cell's statements, with the numbers of their lines in it."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return ast.parse(as_python(source)).body


def unread(error: BaseException) -> str:
    """Why a cell is no Python."""
    if isinstance(error, SyntaxError) and error.lineno:
        return f"{type(error).__name__} in line {error.lineno}: {error.msg}"[:ERROR]
    return explain(error)


def answer(
    notebook: Notebook, request: dict[str, Any], begins: Callable[[int], None]
) -> dict[str, Any]:
    """Do what is asked."""
    match request["do"]:
        case "run":
            errors, why = notebook.run(request["source"], begins, request["without"])
            return {"errors": errors[:ERRORS], "unread": why}
        case "again":
            notebook.again()
            return {}
        case "defined":
            return {"defined": request["name"] in notebook.names}
        case "rescue":
            return {"defined": notebook.rescue(request["source"], request["name"])}
    return notebook.asked.answer(request)


def private_ends() -> tuple[Any, Any]:
    """The channel on numbers of its own; prints go nowhere, and nothing can be read."""
    requests, answers = os.fdopen(os.dup(0), "r"), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return requests, answers


def main() -> None:
    """Answer requests until there are no more."""
    word = sys.argv[1]
    requests, answers = private_ends()
    process = os.getpid()

    def send(message: dict[str, Any]) -> None:
        if os.getpid() != process:  # a child that the notebook started, and forgot to end
            os._exit(0)
        answers.write(json.dumps({"word": word, **message}) + "\n")
        answers.flush()

    sys.argv[:] = ["notebook"]
    warnings.simplefilter("ignore")
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - what notebooks use
    sys.setrecursionlimit(3000)
    builtins.input = lambda *_args: ""
    send({"ready": True})
    notebook = Notebook()
    for line in requests:
        request = json.loads(line)
        word = request["word"]
        try:
            reply = answer(notebook, request, lambda line: send({"line": line}))
        except BaseException as error:
            reply = {"trouble": explain(error)}
        send(reply)


if __name__ == "__main__":
    main()
