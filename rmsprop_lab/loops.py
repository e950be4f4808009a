"""Straight functions written into loops: Python source that runs the rules at full speed.

A call of a function costs a float as much as ten operations, and a fresh array for every
operation costs an array half as much as the operation. So the surface and the rule are
written out, from their own source, into one loop: for floats as expressions, for arrays as
operations whose results go to a few arrays that are used again and again. The operations
and their order stay, and so do the bits.
"""

import ast
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from rmsprop_lab.source import Straight, names, straight

_UFUNCS = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}


Line = tuple[str, ast.expr]  # a name and what it is assigned


@dataclass(frozen=True, eq=False)
class Body:
    """A loop: assignments before it and inside it, and what carries over to the next round.

    Attributes:
        takes: what does not change from round to round.
        before: what is computed once.
        lines: what is computed in a round, to new names.
        carried: by name, the expression of its next value.
    """

    takes: tuple[str, ...]
    before: tuple[Line, ...]
    lines: tuple[Line, ...]
    carried: dict[str, ast.expr]

    @classmethod
    def of(
        cls, takes: Iterable[str], lines: Iterable[Line], carried: dict[str, ast.expr], *more: str
    ) -> "Body":
        """Sort out what can be computed before the loop.

        Args:
            takes: what does not change.
            lines: the assignments of a round.
            carried: by name, the expression of its next value.
            *more: what else changes from one turn of the loop to the next.
        """
        hoist = _Hoist({*carried, *more})
        inside = []
        for name, value in lines:
            value = hoist.visit(value)
            if hoist.changes(value) or isinstance(value, ast.Name):
                hoist.varying.add(name)
                inside.append((name, value))
            else:
                hoist.before.append((name, value))
        carried = {name: hoist.visit(value) for name, value in carried.items()}
        return cls(tuple(takes), tuple(hoist.before), tuple(inside), carried)

    def head(self) -> list[str]:
        """The statements before the loop."""
        return [f"{name} = {ast.unparse(value)}" for name, value in self.before]

    def text(self) -> list[str]:
        """The statements of a round."""
        lines = (*self.lines, *self.carried.items())
        return [f"{name} = {ast.unparse(value)}" for name, value in lines]


class _Hoist(ast.NodeTransformer):
    """Gives what stays the same in every round a name of its own."""

    def __init__(self, varying: set[str]) -> None:
        self.varying = varying
        self.before: list[Line] = []
        self.known: dict[str, str] = {}

    def changes(self, node: ast.expr) -> bool:
        return bool(self.varying & set(names(node)))

    def visit(self, node: Any) -> Any:
        if not isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Call)):
            return node
        if self.changes(node):
            return self.generic_visit(node)
        text = ast.unparse(node)
        if text not in self.known:
            self.known[text] = f"c{len(self.known)}"
            self.before.append((self.known[text], node))
        return ast.Name(self.known[text])


@lru_cache(maxsize=256)
def walk_body(grad: Callable[..., Any], rule: Callable[..., Any]) -> Body | None:
    """A step on a surface; None where the gradient or the rule is not straight-line.

    It takes ``h_...``, the hyper-parameters, and ``p_...``, the surface's parameters, in their
    order, and carries ``s_..._x``, ``s_..._y``, the state of each coordinate, then x and y.
    """
    surface, update = straight(grad), straight(rule)
    if surface is None or update is None or len(surface.returns) != 2:
        return None
    hyper, _ = _signature(update)
    fixed = surface.takes[2:]
    called = {**dict(zip(surface.takes, "xy", strict=False)), **{p: f"p_{p}" for p in fixed}}
    surface = surface.renamed(called, "f_")
    lines = [*surface.lines, *zip(("g_x", "g_y"), surface.returns, strict=True)]
    carried: dict[str, ast.expr] = {}
    moved: dict[str, ast.expr] = {}
    for axis in "xy":
        more, step, state = _rule_body(update, axis, f"_{axis}")
        lines += more
        carried |= state
        moved[axis] = ast.BinOp(ast.Name(axis), ast.Sub(), step)
    carried |= moved
    return Body.of((*hyper, *(f"p_{p}" for p in fixed)), lines, carried)


def step_body(rule: Callable[..., Any]) -> tuple[Body, tuple[str, ...]] | None:
    """A step of one array ``w`` with gradient ``g_w``, and the names of its scalar states.

    A state that neither the gradient nor an array has a part in, as a power of beta, is one
    number for all.
    """
    update = straight(rule)
    if update is None:
        return None
    hyper, states = _signature(update)
    lines, step, carried = _rule_body(update, "w", "")
    scalars = set(states)
    while True:  # until no state turns out to vary any more
        varying = {"g_w", *states} - scalars
        for name, value in lines:
            if varying & set(names(value)):
                varying.add(name)
        found = {name for name in scalars if varying & set(names(carried[name]))}
        if not found:
            break
        scalars -= found
    kept = tuple(name for name in states if name in scalars)
    arrays = {name: value for name, value in carried.items() if name not in scalars}
    arrays["w"] = ast.BinOp(ast.Name("w"), ast.Sub(), step)
    return Body.of((*hyper, "g_w", *kept), lines, arrays, "g_w"), kept


def _signature(rule: Straight) -> tuple[tuple[str, ...], tuple[str, ...]]:
    place = rule.takes.index("grad")
    states = tuple(f"s_{name.removesuffix('_prev')}" for name in rule.takes[place + 1 :])
    return tuple(f"h_{name}" for name in rule.takes[:place]), states


def _rule_body(
    rule: Straight, axis: str, suffix: str
) -> tuple[list[tuple[str, ast.expr]], ast.expr, dict[str, ast.expr]]:
    """The rule's lines for one coordinate, its update, and the next values of its state."""
    hyper, states = _signature(rule)
    states = tuple(name + suffix for name in states)
    called = dict(zip(rule.takes, (*hyper, f"g_{axis}", *states), strict=True))
    rule = rule.renamed(called, f"{axis}_")
    lines, (step, *after) = list(rule.lines), rule.returns
    # States change one after the other: what needs another's old value is computed before.
    for k, value in enumerate(after):
        if not isinstance(value, ast.Name) or value.id in states:
            lines.append((f"next{k}_{axis}", value))
            after[k] = ast.Name(f"next{k}_{axis}")
    if set(names(step)) & set(states):
        lines.append((f"update_{axis}", step))
        step = ast.Name(f"update_{axis}")
    return lines, step, dict(zip(states, after, strict=True))


def compiled(lines: Iterable[str], name: str, around: dict[str, Any]) -> Callable[..., Any]:
    """The function of that name in a source text."""
    scope = dict(around)
    exec("\n".join(lines), scope)
    function: Callable[..., Any] = scope[name]
    return function


@lru_cache(maxsize=256)
def float_walk(body: Body) -> Callable[..., list[tuple[float, ...]]]:
    """``walk(steps, *takes, *carried)``: the carried values at every step, on Python's floats."""
    carried = ", ".join(body.carried)
    return compiled(
        [
            f"def walk(steps, {', '.join((*body.takes, carried))}, sqrt=sqrt):",
            *(f"    {line}" for line in body.head()),
            f"    rows = [({carried})]",
            "    append = rows.append",
            "    for _ in range(steps):",
            *(f"        {line}" for line in body.text()),
            f"        append(({carried}))",
            "    return rows",
        ],
        "walk",
        {"sqrt": math.sqrt},
    )


@lru_cache(maxsize=256)
def array_walk(body: Body) -> Callable[..., Any]:
    """``walk(steps, new, *takes, *carried)``: a generator that moves the carried arrays in place.

    ``new()`` makes an array for results in between.
    """
    inside, buffers = _operations(body)
    return compiled(
        [
            f"def walk(steps, new, {', '.join((*body.takes, *body.carried))}):",
            *(f"    {buffer} = new()" for buffer in buffers),
            *(f"    {line}" for line in body.head()),
            "    for _ in range(steps):",
            *(f"        {line}" for line in inside),
            "        yield",
        ],
        "walk",
        _AROUND,
    )


@lru_cache(maxsize=256)
def array_step(body: Body) -> tuple[Callable[..., None], int]:
    """``step(*takes, *carried, *between)``, which moves the carried arrays in place; and how many
    arrays it needs in between.
    """
    inside, buffers = _operations(body)
    step = compiled(
        [
            f"def step({', '.join((*body.takes, *body.carried, *buffers))}):",
            *(f"    {line}" for line in (*body.head(), *inside)),
        ],
        "step",
        _AROUND,
    )
    return step, len(buffers)


_AROUND = {
    name: getattr(np, name)
    for name in (*_UFUNCS.values(), "negative", "positive", "sqrt", "copyto")
}


class _Operations:
    """Expressions taken apart into single operations, each with a name for its result."""

    def __init__(self, body: Body) -> None:
        self.aliases: dict[str, str] = {}
        self.done: list[tuple[str, str, tuple[str, ...]]] = []  # result, function, operands
        for name, value in body.lines:
            old = isinstance(value, ast.Name) and value.id in body.carried
            self.aliases[name] = self.record("positive", value) if old else self.take(value)
        self.ends = {name: self.take(value) for name, value in body.carried.items()}

    def take(self, node: ast.expr) -> str:
        match node:
            case ast.Name(name):
                return self.aliases.get(name, name)
            case ast.Constant(value):
                return repr(value)
            case ast.BinOp(left, operator, right):
                return self.record(_UFUNCS[type(operator)], left, right)
            case ast.UnaryOp(_, operand):
                return self.record("negative", operand)
            case ast.Call(_, [argument]):
                return self.record("sqrt", argument)
        raise AssertionError(ast.unparse(node))

    def record(self, function: str, *nodes: ast.expr) -> str:
        operands = tuple(map(self.take, nodes))
        result = f"t{len(self.done)}"
        self.done.append((result, function, operands))
        return result


def _operations(body: Body) -> tuple[list[str], list[str]]:
    """The operations of a round as lines, and the names of the arrays in between."""
    taken = _Operations(body)
    last = {name: k for k, (_, _, operands) in enumerate(taken.done) for name in operands}
    kept = {result: name for name, result in taken.ends.items()}
    buffers: list[str] = []
    free: list[str] = []
    where: dict[str, str] = {}
    lines = []
    for k, (result, function, operands) in enumerate(taken.done):
        places = [where.get(name, name) for name in operands]
        # An operation may write over what nobody reads again.
        free += [
            where[name]
            for name in dict.fromkeys(operands)
            if name in where and last[name] == k and name not in kept and where[name] in buffers
        ]
        target = kept.get(result)
        if target is not None and last.get(target, -1) <= k:
            where[result] = target
        elif free:
            where[result] = free.pop()
        else:
            where[result] = f"b{len(buffers)}"
            buffers.append(where[result])
        lines.append(f"{function}({', '.join((*places, where[result]))})")
    for name, result in taken.ends.items():
        if where.get(result) != name:
            lines.append(f"copyto({name}, {where.get(result, result)})")
    return lines, buffers
