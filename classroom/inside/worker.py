"""Runs a student's cells inside the sandbox, and answers with plain numbers.

Started as ``python -I -S -B worker.py NONCE PATH ...``. Requests come on standard input, one JSON
object a line; each answer carries the request's own word, so that an answer that nobody asked for
is known as such. Nothing here is secret, and nothing here decides anything: what the student's code
does to this process, it does to its own answers.
"""

import json
import os
import sys
from typing import Any

sys.path[:0] = sys.argv[2:]

import ast
import builtins
import random
import types
import warnings

import numpy as np
from magics import Shell, as_python
from plain import decode, encode

import rmsprop_lab  # noqa: F401 - to have its time behind us
from rmsprop_lab.examine import call_here


class Notebook:
    """A namespace in which cells have run."""

    def __init__(self) -> None:
        module = types.ModuleType("__main__")  # of its own: the worker's names are not in it
        sys.modules["__main__"] = module
        self.names = module.__dict__
        self.names["get_ipython"] = lambda: Shell(self.run)
        self.names["display"] = lambda *_args, **_kwargs: None
        self.failed: list[types.CodeType] = []
        self.states: dict[str, Any] = {}

    def run(self, source: str) -> list[str]:
        """Run a cell, statement by statement: one that fails does not stop the rest."""
        try:
            try:
                tree = ast.parse(source)
            except SyntaxError:
                tree = ast.parse(as_python(source))
        except BaseException as error:
            return [explain(error)]
        codes = [compile(ast.Module([statement], []), "<cell>", "exec") for statement in tree.body]
        return self._execute(codes)

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
                exec(code, self.names)
            except BaseException as error:  # SystemExit and KeyboardInterrupt too
                errors.append(explain(error))
                self.failed.append(code)
        return errors

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

    def call(self, name: str, arguments: list[Any]) -> dict[str, Any]:
        outcome = call_here(self.names[name])(*arguments)
        return {
            "value": encode(outcome.value),
            "changed": [int(position) for position in outcome.changed],
            "error": str(outcome.error)[:500],
        }

    def step(self, name: str, grad: np.ndarray, run: str) -> dict[str, Any]:
        """One step of an optimiser whose state stays here, under the name of its run."""
        try:
            updates, state = self.names[name](grad, self.states.get(run))
        except BaseException as error:
            return {"error": explain(error)}
        self.states[run] = state
        return {"value": encode(updates)}


def explain(error: BaseException) -> str:
    """An exception in words; its own may raise."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}"[:500] if text else type(error).__name__


def argument(sent: Any) -> Any:
    """An argument of a call: a value, or the gradient of a quadratic as a function."""
    if isinstance(sent, dict) and "gradient of" in sent:
        matrix, vector = (decode(part) for part in sent["gradient of"])
        return lambda w: matrix @ np.asarray(w, dtype=float) - vector
    return decode(sent)


def answer(notebook: Notebook, request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked."""
    match request["do"]:
        case "run":
            return {"errors": notebook.run(request["source"])[:20]}
        case "again":
            notebook.again()
            return {}
        case "defined":
            return {"defined": request["name"] in notebook.names}
        case "rescue":
            return {"defined": notebook.rescue(request["source"], request["name"])}
        case "value":
            return {"value": encode(notebook.names[request["name"]])}
        case "call":
            return notebook.call(request["name"], [argument(a) for a in request["arguments"]])
        case "step":
            return notebook.step(request["name"], decode(request["grad"]), request["run"])
    raise ValueError(request["do"])


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

    def send(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    sys.argv[:] = ["notebook"]
    warnings.simplefilter("ignore")
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - what notebooks use
    sys.setrecursionlimit(3000)
    builtins.input = lambda *_args: ""
    send({"word": word, "ready": True})
    notebook = Notebook()
    for line in requests:
        request = json.loads(line)
        try:
            reply = answer(notebook, request)
        except BaseException as error:
            reply = {"trouble": explain(error)}
        send({"word": request["word"], **reply})


if __name__ == "__main__":
    main()
