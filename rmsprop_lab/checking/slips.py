"""Every rule with one slip of the pen in it, made from its tape.

A list of mistakes holds what somebody has thought of. A slip is found without: one operation for
another, one left out, one too many, one name for another. Each is a tape again, so it runs wherever
the rule does, and it is said in the terms of the rule.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import combinations, permutations
from operator import add, mul, sub, truediv
from typing import Any

import numpy as np

from rmsprop_lab.algebra.tape import Tape
from rmsprop_lab.checking.finding import Finding

Line = tuple[Any, ...]

_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
#: Sooner than NumPy's functions for single numbers, with the same bits.
_OPERATORS = {"add": add, "subtract": sub, "multiply": mul, "divide": truediv}
_STRENGTH = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2}
_POWER, _ATOM = 4, 5

#: What one may do to a number too much, the likelier first: to "x", and to what came "before".
DONE: tuple[tuple[Line, ...], ...] = (
    (("multiply", "x", "x"),),
    (("sqrt", "x"),),
    (("subtract", 1.0, "x"),),
    (("absolute", "x"),),
    (("negative", "x"),),
    (("add", 1.0, "x"),),
    (("multiply", 2.0, "x"),),
    (("divide", "x", 2.0),),
    (("divide", 1.0, "x"),),
    (("sign", "x"),),
    (("subtract", "x", 1.0),),
    (("multiply", "x", "x"), ("multiply", "before", "x")),
    (("multiply", "x", "x"), ("multiply", "before", "before")),
    (("multiply", 0.0, "x"),),
    (("maximum", "x", 0.0),),
)
LIKELY = (DONE[0], DONE[2])
#: Numbers that people type where a hyper-parameter belongs.
TYPED = (0.9, 0.99, 0.999, 0.1, 0.5, 1e-8)


@dataclass(frozen=True, eq=False)
class Slip:
    """A rule that is wrong in one place.

    Attributes:
        tape: of the wrong rule.
        words: what stands in that place, in the terms of the rule, and what should. They are put
            together for the few slips that are said.
        returned: the name of the result, where something else is returned for it.
    """

    tape: Tape
    words: Callable[[], tuple[str, str]]
    returned: str = ""

    @cached_property
    def wrong(self) -> str:
        """What stands in that place."""
        return self.words()[0]

    @cached_property
    def right(self) -> str:
        """What should."""
        return self.words()[1]

    @property
    def name(self) -> str:
        """In few words."""
        return self._found.name

    @property
    def hint(self) -> str:
        """As a sentence."""
        return self._found.text

    @property
    def _found(self) -> Finding:
        return Finding.of(
            "returned" if self.returned else "slip", wrong=self.wrong, right=self.right
        )


def run(tape: Tape, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """What the tape gives for numbers or arrays."""
    # NumPy's numbers divide by 0 as its arrays do.
    values = [np.float64(one) if isinstance(one, float) else one for one in arguments]
    for operation, *operands in tape.lines:
        if operation == "number":
            values.append(np.float64(operands[0]))
        else:
            function = _OPERATORS.get(operation) or getattr(np, operation)
            values.append(function(*[values[place] for place in operands]))
    return tuple(values[place] for place in tape.returns)


@lru_cache(maxsize=64)
def first_results(
    tape: Tape, outputs: tuple[str, ...], numbers: tuple[float, ...], likely: bool = False
) -> np.ndarray:
    """What each slip gives for some numbers, a row each: one sees at a glance which may fit."""
    with np.errstate(all="ignore"):
        made = [run(slip.tape, numbers) for slip in slips(tape, outputs, likely)]
    return np.array(made, dtype=float).reshape(-1, len(outputs))


@lru_cache(maxsize=64)
def slips(tape: Tape, outputs: tuple[str, ...], likely: bool = False) -> tuple[Slip, ...]:
    """Each slip of a rule once, the simplest first.

    Args:
        tape: of the right rule.
        outputs: the names of its results.
        likely: only the likelier ones, a third of all: a rule may have several forms.
    """
    found: dict[Any, Slip] = {}
    for slip in _likely_slips(tape, outputs) if likely else _slips(tape, outputs):
        found.setdefault((slip.tape.lines, slip.tape.returns), slip)
    found.pop((tape.lines, tape.returns), None)
    return tuple(found.values())


def _slips(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    yield from _left_out(tape, outputs)
    yield from _other_operations(tape, outputs)
    yield from _exchanged(tape)
    yield from _old_and_new(tape, outputs)
    yield from _other_names(tape, outputs)
    yield from _other_settings(tape)
    yield from _numbers(tape, outputs)
    yield from _factors(tape, outputs)
    yield from _done_too_much(tape, outputs)
    yield from _returned(tape, outputs)


def _likely_slips(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    yield from _left_out(tape, outputs)
    yield from _other_operations(tape, outputs)
    yield from _old_and_new(tape, outputs)
    yield from _other_names(tape, outputs)
    yield from _done_too_much(tape, outputs, LIKELY)


def _other_operations(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    for place, (operation, *operands) in _lines(tape):
        if operation == "sqrt":
            yield _changed(tape, outputs, place, ("multiply", *operands, *operands))
        if operation not in _SIGNS:
            continue
        first, second = operands
        for other in _SIGNS:
            if first == second and other in ("subtract", "divide"):
                continue  # nobody means 0 or 1 by that
            yield _changed(tape, outputs, place, (other, first, second))
            if other in ("subtract", "divide"):
                yield _changed(tape, outputs, place, (other, second, first))
    yield from _other_operations_once(tape, outputs)


def _other_operations_once(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    """In one of its uses, where a value is used more than once: its line is written twice then.

    With another operation there, or with one operand alone.
    """
    used = Counter(at for _, (name, *of) in _lines(tape) if name != "number" for at in of)
    for place, (name, *operands) in _lines(tape):
        for slot, operand in enumerate(operands):
            if name == "number" or used[operand] < 2 or operand < len(tape.takes):
                continue
            operation, *of = tape.lines[operand - len(tape.takes)]
            for alone in dict.fromkeys(of if operation != "number" else ()):
                if not _is_number(tape, alone):
                    changed = [*operands[:slot], alone, *operands[slot + 1 :]]
                    yield _changed(tape, outputs, place, (name, *changed))
            for other in _SIGNS:
                if operation in _SIGNS and other != operation:
                    yield _wrapped(tape, outputs, operand, ((other, *of),), (place, slot))


def _left_out(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    """One operand alone in place of what is made of both."""
    for place, (operation, *operands) in _lines(tape):
        if operation == "number":
            continue
        both = [place for place in dict.fromkeys(operands) if not _is_number(tape, place)]
        for operand in both:
            lines = [
                (name, *(operand if at == place else at for at in places))
                if name != "number"
                else (name, *places)
                for name, *places in tape.lines
            ]
            returns = tuple(operand if at == place else at for at in tape.returns)
            wrong = replace(tape, lines=tuple(lines), returns=returns)
            yield Slip(wrong, partial(_one_for_both, tape, outputs, operand, place))


def _one_for_both(tape: Tape, outputs: Sequence[str], operand: int, place: int) -> tuple[str, str]:
    """In words: an operand alone, and what is made of both."""
    one = _text(tape, operand, _names(tape, outputs))
    return one, _text(tape, place, _names(tape, outputs, but=place))


def _exchanged(tape: Tape) -> Iterator[Slip]:
    """Two arguments, each in the other's place wherever it is used."""
    for first, second in combinations(range(len(tape.takes)), 2):
        places = {first: second, second: first}
        both = tape.takes[first], tape.takes[second]
        returns = tuple(places.get(at, at) for at in tape.returns)
        wrong = replace(_with_places(tape, places), returns=returns)
        yield Slip(wrong, partial(_plain, " and ".join(reversed(both)), " and ".join(both)))


def _plain(wrong: str, right: str) -> tuple[str, str]:
    """Words that need not be put together."""
    return wrong, right


def _with_places(tape: Tape, places: dict[int, int], after: int = 0) -> Tape:
    """With other places for some, in all lines after one."""
    lines = tuple(
        (name, *of)
        if name == "number" or place <= after
        else (name, *(places.get(at, at) for at in of))
        for place, (name, *of) in _lines(tape)
    )
    return replace(tape, lines=lines)


def _old_and_new(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    """A state and the old one: each in the other's place, or the larger or lesser of both."""
    for slot, name in enumerate(outputs):
        old, new = f"{name}_prev", tape.returns[slot]
        if old not in tape.takes:
            continue
        place = tape.takes.index(old)
        wrong = _with_places(tape, {place: new, new: place}, after=new)
        yield Slip(wrong, partial(_plain, f"{old} and {name}", f"{name} and {old}"))
        for operation in ("maximum", "minimum"):
            done = ((operation, "x", place),)
            yield _wrapped(tape, outputs, new, done)
            yield _wrapped(tape, outputs, new, done, (None, slot))
            for at, (used_by, *operands) in _lines(tape):
                for k, operand in enumerate(operands):
                    if used_by != "number" and operand == new:
                        yield _wrapped(tape, outputs, new, done, (at, k))


def _other_settings(tape: Tape) -> Iterator[Slip]:
    """A hyper-parameter for another, wherever that is used."""
    for place, other in permutations(range(_settings(tape)), 2):
        wrong = _with_places(tape, {place: other})
        yield Slip(wrong, partial(_plain, tape.takes[other], tape.takes[place]))


def _factors(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    """A hyper-parameter as a factor too many: of what is computed, wherever it is used."""
    for factor in range(_settings(tape)):
        for place, (operation, *_) in _lines(tape):
            if operation != "number":
                yield _wrapped(tape, outputs, place, (("multiply", factor, "x"),))


def _settings(tape: Tape) -> int:
    """How many hyper-parameters come before the gradient."""
    return tape.takes.index("grad") if "grad" in tape.takes else 0


def _other_names(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    """An argument, or a result that is there already, where another belongs."""
    for place, (operation, *operands) in _lines(tape):
        if operation == "number":
            continue
        named = [at for at in _names(tape, outputs) if at < place]
        for slot, operand in enumerate(operands):
            for other in named:
                if other != operand and operand in named:
                    changed = [*operands[:slot], other, *operands[slot + 1 :]]
                    yield _changed(tape, outputs, place, (operation, *changed))
                    if operands == [operand, operand]:  # a square
                        yield _changed(tape, outputs, place, (operation, other, other))


def _numbers(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    """A number that is typed in, where a hyper-parameter belongs: everywhere, or once."""
    before = _settings(tape)
    for place in range(before):
        for value in TYPED:
            yield _wrapped(tape, outputs, place, (("number", value),))
    for place, (operation, *operands) in _lines(tape):
        for slot, operand in enumerate(operands):
            if operation == "number" or operand >= before:
                continue
            for value in TYPED if operation != "add" else (*TYPED, 1.0):
                yield _wrapped(tape, outputs, operand, (("number", value),), (place, slot))


def _done_too_much(
    tape: Tape, outputs: Sequence[str], too_much: Sequence[tuple[Line, ...]] = DONE
) -> Iterator[Slip]:
    count, settings = len(tape.takes), _settings(tape)
    for done in too_much:
        # A hyper-parameter is not negative.
        first = settings if done[0][0] in ("sign", "absolute") else 0
        for place in range(first, count + len(tape.lines)):
            if not _is_number(tape, place):
                yield _wrapped(tape, outputs, place, done)
        for place, (operation, *operands) in _lines(tape):
            for slot, operand in enumerate(operands):
                if operation != "number" and operand >= first and not _is_number(tape, operand):
                    yield _wrapped(tape, outputs, operand, done, (place, slot))
        for slot, place in enumerate(tape.returns):
            yield _wrapped(tape, outputs, place, done, (None, slot))


def _returned(tape: Tape, outputs: Sequence[str]) -> Iterator[Slip]:
    names = _names(tape, outputs)
    for slot, name in enumerate(outputs):
        for other, text in names.items():
            if other != tape.returns[slot]:
                returns = (*tape.returns[:slot], other, *tape.returns[slot + 1 :])
                yield Slip(replace(tape, returns=returns), partial(_plain, text, name), name)


def _is_number(tape: Tape, place: int) -> bool:
    return place >= len(tape.takes) and tape.lines[place - len(tape.takes)][0] == "number"


def _lines(tape: Tape) -> Iterator[tuple[int, Line]]:
    """Each line and its place."""
    return enumerate(tape.lines, len(tape.takes))


def _changed(tape: Tape, outputs: Sequence[str], place: int, line: Line) -> Slip:
    """With another line in that place."""
    k = place - len(tape.takes)
    wrong = replace(tape, lines=(*tape.lines[:k], line, *tape.lines[k + 1 :]))

    return Slip(wrong, partial(_one_line, tape, wrong, outputs, place))


def _one_line(tape: Tape, wrong: Tape, outputs: Sequence[str], place: int) -> tuple[str, str]:
    """In words: what stands in a place, and what should."""
    names = _names(tape, outputs, but=place)
    return _text(wrong, place, names), _text(tape, place, names)


def _wrapped(
    tape: Tape,
    outputs: Sequence[str],
    place: int,
    done: tuple[Line, ...],
    use: tuple[int | None, int] | None = None,
) -> Slip:
    """With something done to a value: in one use of it, or wherever it is used.

    Args:
        tape: of the right rule.
        outputs: the names of its results.
        place: of the value.
        done: the operations.
        use: the line that uses it and which operand it is there; without a line, which result.
    """
    count = len(tape.takes)
    before = place + 1 if use is None else count + len(tape.lines) if use[0] is None else use[0]
    added: list[Line] = []

    def number(value: float) -> int:
        added.append(("number", value))
        return start + len(added) - 1

    start = max(before, count)
    at = {"x": place}
    for operation, *operands in done:
        if operation == "number":
            at["before"] = number(*operands)
            continue
        places = [_operand(of, at, number) for of in operands]
        added.append((operation, *places))
        at["before"] = start + len(added) - 1
    result, moved = at["before"], len(added)
    # Where each value stands now; where it is used, unless that is in one place alone.
    end = count + len(tape.lines)
    now = [*range(start), *range(start + moved, end + moved)]
    used = [*now[:place], result, *now[place + 1 :]] if use is None else now

    lines = [*tape.lines[: start - count], *added]  # nothing before it uses it
    for operation, *operands in tape.lines[start - count :]:
        if operation != "number":
            operands = [used[old] for old in operands]
        lines.append((operation, *operands))
    returns = [used[old] for old in tape.returns]
    if use is not None:
        line, slot = use
        if line is None:
            returns[slot] = result
        else:
            operation, *operands = lines[line + moved - count]
            operands[slot] = result
            lines[line + moved - count] = (operation, *operands)
    wrong = replace(tape, lines=tuple(lines), returns=tuple(returns))
    returned = outputs[use[1]] if use and use[0] is None else ""
    spelt = place if use is None else use[0]
    there = result if use is None or spelt is None else spelt + moved
    return Slip(
        wrong,
        partial(_done, tape, wrong, outputs, (start, moved), spelt, there, returned),
        returned,
    )


def _done(
    tape: Tape,
    wrong: Tape,
    outputs: Sequence[str],
    more: tuple[int, int],
    spelt: int | None,
    at: int,
    returned: str,
) -> tuple[str, str]:
    """In words: the value with something done to it, or the line that uses it; and what should be.

    Args:
        tape: of the right rule.
        wrong: the tape with more lines.
        outputs: the names of the results.
        more: from which place on there are more lines before, and how many.
        spelt: the place of what is spelt out in the right one; nothing is, of a result.
        at: its place in the wrong one.
        returned: the result's name.
    """
    start, moved = more
    names = _names(tape, outputs, but=spelt)
    own = {old + moved if old >= start else old: text for old, text in names.items()}
    return _text(wrong, at, own), _text(tape, spelt, names) if spelt is not None else returned


def _operand(of: str | int | float, at: dict[str, int], number: Callable[[float], int]) -> int:
    """The place of what is written as a name, as a place, or as a number."""
    if isinstance(of, str):
        return at[of]
    return of if isinstance(of, int) else number(of)


def _names(tape: Tape, outputs: Sequence[str], but: int | None = None) -> dict[int, str]:
    """What has a name: the arguments and the results, but the one that is spelt out."""
    named = dict(enumerate(tape.takes))
    for place, name in zip(tape.returns, outputs, strict=True):
        named.setdefault(place, name)
    if but is not None and but >= len(tape.takes):
        named.pop(but, None)
    return named


def _text(tape: Tape, place: int, names: dict[int, str]) -> str:
    """A value as a formula."""
    return _formula(tape, place, names)[0]


def _formula(tape: Tape, place: int, names: dict[int, str]) -> tuple[str, int]:
    """A formula, and how strongly it holds together."""
    if place in names:
        return names[place], _ATOM
    operation, *operands = tape.lines[place - len(tape.takes)]
    if operation == "number":
        return f"{operands[0]:g}", _ATOM
    base, exponent = _power(tape, place, names)
    if exponent > 1:
        return f"{_in_brackets(_formula(tape, base, names), _ATOM)} ** {exponent}", _POWER
    parts = [_formula(tape, operand, names) for operand in operands]
    if operation in _SIGNS:
        strength = _STRENGTH[operation]
        left = _in_brackets(parts[0], strength)
        right = _in_brackets(parts[1], strength + (operation in ("subtract", "divide", "multiply")))
        return f"{left} {_SIGNS[operation]} {right}", strength
    if operation == "negative":
        return f"-{_in_brackets(parts[0], _STRENGTH['multiply'] + 1)}", _STRENGTH["multiply"]
    word = {"absolute": "abs"}.get(operation, operation)
    return f"{word}({', '.join(text for text, _ in parts)})", _ATOM


def _power(tape: Tape, place: int, names: dict[int, str]) -> tuple[int, int]:
    """What is multiplied with itself there, and how often."""
    if place not in names:
        operation, *operands = tape.lines[place - len(tape.takes)]
        if operation == "multiply":
            (first, times), (second, more) = (_power(tape, at, names) for at in operands)
            if first == second:
                return first, times + more
    return place, 1


def _in_brackets(part: tuple[str, int], least: int) -> str:
    text, strength = part
    return text if strength >= least else f"({text})"
