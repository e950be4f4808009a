"""A rule as text: what a reader edits in the page, and what the page sends back."""

import ast
import textwrap
from collections.abc import Callable, Iterable, Mapping
from inspect import getsource
from math import isfinite
from typing import Any

from rmsprop_lab.optimizers import Optimizer

LONGEST = 4_000  # characters of a rule, as in the page's parser
WIDTH = 60  # characters of a rule's first line
FURTHEST = 1e9  # of a slider's ends
OWN = "own"  # the optimiser that is there to be edited, where a lab has one of this name


def edited(chosen: Iterable[Optimizer]) -> tuple[Optimizer, str] | None:
    """Whose rule a reader may edit, and its text: the one named ``own``, or else the first."""
    chosen = sorted(chosen, key=lambda optimizer: optimizer.name != OWN)
    return next(((one, text) for one in chosen if (text := source(one.rule))), None)


def source(rule: Callable[..., Any]) -> str:
    """The text of a rule without its docstring and its types; "" where there is none to read."""
    try:
        text = textwrap.dedent(getsource(rule))
        (function,) = ast.parse(text).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return ""
    if not isinstance(function, ast.FunctionDef):
        return ""
    function.returns, function.decorator_list = None, []
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    body, lines = function.body, text.splitlines()
    if ast.get_docstring(function) is not None:
        (text_begins, body) = (body[0].end_lineno or 0, body[1:])
    else:
        text_begins = body[0].lineno - 1
    if not body or body[0].lineno == function.lineno:  # all in the line of the def
        return ast.unparse(function)
    arguments = ast.unparse(function.args)
    head = f"def {function.name}({arguments}):"
    if len(head) > WIDTH:
        indented = textwrap.fill(
            arguments, WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 4
        )
        head = f"def {function.name}(\n{indented}\n):"
    found = "\n".join([head, *lines[text_begins:]])
    return found if len(found) <= LONGEST else ""


def check_rule(rule: Any) -> str:
    """A text that is not too long; what it says the page reads."""
    if not isinstance(rule, str):
        raise ValueError(f"rule = {rule!r} must be text: def and its lines, or '' for the lab's")
    if len(rule) > LONGEST:
        raise ValueError(f"rule has {len(rule)} characters; allowed: {LONGEST} at most")
    return rule


def check_own(own: Any) -> dict[str, list[float]]:
    """By the argument's name its value, and its slider's from and to."""
    if not isinstance(own, Mapping):
        raise ValueError(f"own = {own!r} must be {{name: (value, from, to)}}")
    return {_name(name): _slider(name, numbers) for name, numbers in own.items()}


def _name(name: Any) -> str:
    if not (isinstance(name, str) and name.isidentifier()):
        raise ValueError(f"own: {name!r} must be the name of an argument of the rule")
    return name


def _slider(name: str, given: Any) -> list[float]:
    try:
        value, low, high = (float(number) for number in given)
    except (TypeError, ValueError):
        raise ValueError(f"own: {name} = {given!r} must be (value, from, to)") from None
    wide = high - low > 1e-9 * max(abs(low), abs(high))
    if not (isfinite(value) and low >= -FURTHEST and high <= FURTHEST and wide):
        raise ValueError(
            f"own: {name} = {given!r} must be a number and a slider from the smaller to the "
            f"larger; allowed: [{-FURTHEST:g}, {FURTHEST:g}]"
        )
    return [value, low, high]
