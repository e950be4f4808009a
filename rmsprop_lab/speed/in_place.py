"""A tape run on arrays, in place: fresh arrays cost as much as the operations."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np

from rmsprop_lab.algebra.tape import Tape


def _where(condition: Any, a: Any, b: Any, *, out: np.ndarray) -> None:
    np.copyto(out, b)
    np.copyto(out, a, where=np.asarray(condition, bool))


def _function(operation: str) -> Callable[..., Any]:
    return _where if operation == "where" else getattr(np, operation)


def rounds(
    tape: Tape,
    fixed: Sequence[Any],
    carried: Sequence[np.ndarray],
    count: int,
    written: Collection[int] = (),
) -> Iterator[None]:
    """Change ``carried`` in place, round after round.

    Args:
        tape: of a step. It takes what is fixed, then what is carried, and returns what is carried.
        fixed: numbers, or arrays that broadcast to the shape of those that are carried.
        carried: arrays of one shape.
        count: how many rounds.
        written: the places of those fixed arrays that the caller writes anew before each round.
    """
    shape = carried[0].shape
    values: list[Any] = [*fixed, *carried]
    changing = {*written, *range(len(fixed), len(values))}
    first_line = len(values)
    last_read = {
        place: first_line + k
        for k, (operation, *operands) in enumerate(tape.lines)
        if operation != "number"
        for place in operands
    }
    last_read |= dict.fromkeys(tape.returns, first_line + len(tape.lines))
    # A result may go where it ends as soon as nobody reads what stands there.
    ends_in = {place: len(fixed) + k for k, place in enumerate(tape.returns)}
    work: list[tuple[Callable[..., Any], list[Any], np.ndarray]] = []
    owned: set[int] = set()  # the places whose arrays are free after their last reading
    free: list[np.ndarray] = []
    for operation, *operands in tape.lines:
        place = len(values)
        if operation == "number":
            values.append(operands[0])
            continue
        read = [values[k] for k in operands]
        if not changing.intersection(operands):  # the same in every round
            values.append(_once(operation, read, shape))
            continue
        done = [values[k] for k in set(operands) & owned if last_read[k] == place]
        may_write_over = operation != "where"  # which reads on while it writes
        if may_write_over:
            free += done
        end = ends_in.get(place)
        if end is not None and last_read.get(end, 0) < place + may_write_over:
            out = values[end]
        else:
            out = free.pop() if free else np.empty(shape)
            owned.add(place)
        if not may_write_over:
            free += done
        work.append((_function(operation), read, out))
        values.append(out)
        changing.add(place)
    ends = [values[place] for place in tape.returns]
    moves = [(one, end) for one, end in zip(carried, ends, strict=True) if one is not end]
    # What ends as another's old value is kept until that one is overwritten.
    kept = {id(end): np.empty(shape) for _, end in moves if any(end is one for one in carried)}
    for _ in range(count):
        for function, read, out in work:
            function(*read, out=out)
        for _, end in moves:
            if id(end) in kept:
                np.copyto(kept[id(end)], end)
        for one, end in moves:
            np.copyto(one, kept.get(id(end), end))
        yield


def _once(operation: str, read: list[Any], shape: tuple[int, ...]) -> Any:
    if operation != "where":
        return _function(operation)(*read)
    out = np.empty(shape)
    _where(*read, out=out)
    return out
