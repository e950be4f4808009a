"""The checks of the task ``epoch``: what must hold of any batches, however they were drawn."""

from typing import Any

import numpy as np

from classroom.course.assignment import Answers, Lost, Numbers
from classroom.errors import counted

Batches = list[np.ndarray]


def epoch(count: int, batch_size: int, seed: int) -> Batches:
    """The batches of one epoch, as they may be: the checks hold for others, too."""
    order = np.random.RandomState(seed).permutation(count)
    return [order[first : first + batch_size] for first in range(0, count, batch_size)]


def _epoch(answers: Answers, count: int, batch_size: int, seed: int) -> Batches:
    """The student's batches: rows of integers, whatever came otherwise."""
    outcome = answers.call("epoch", count, batch_size, seed)
    if outcome.error:
        raise Lost(f"`epoch` raises {outcome.error}.", mistake="raises an error")
    value = outcome.value
    if value is None:
        raise Lost("`epoch` returns None.", mistake="returns nothing")
    value = list(value) if isinstance(value, np.ndarray) and value.ndim else value
    if not isinstance(value, (list, tuple)):
        raise Lost("`epoch` must return a list of arrays.")
    batches = []
    for batch in value:
        places = _whole(batch)
        if places is None:
            raise Lost("Each batch must be an array of whole numbers, one for each example.")
        batches.append(places)
    return batches


def _whole(batch: Any) -> np.ndarray | None:
    """A batch as an array of integers; None where it is something else."""
    try:
        array = np.asarray(batch)
    except (ValueError, TypeError, OverflowError):
        return None
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        return None
    if not np.isfinite(array).all() or (array != np.floor(array)).any():
        return None
    return array if np.abs(array).max(initial=0) < 2**31 else None


def _joined(batches: Batches) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype=int), *batches]).astype(int)


def each_once(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    """Check that every example comes once."""
    size = int(draw.randint(5, 9))
    for count in (8 * size + 3, 12 * size + 1, 6 * size):
        batches = _epoch(answers, count, size, int(draw.randint(10_000)))
        _check_places(_joined(batches), count, size)


def _check_places(places: np.ndarray, count: int, size: int) -> None:
    """Every example once, in an epoch of full batches and a rest."""
    if len(places) == 0:
        raise Lost("There are no batches.")
    if places.min() < 0 or places.max() >= count:
        one = places.min() == 1 and places.max() == count
        raise Lost(
            f"Of {count} examples, it gives the places {places.min()} to {places.max()}.",
            mistake="counts from 1" if one else "",
        )
    times = np.bincount(places, minlength=count)
    if times.min() == 1 and (times == 2).sum() == size - count % size and times.max() == 2:
        raise Lost("The last batch was filled up.", mistake="last batch filled up")
    if times.max() > 1:
        twice = counted(int((times > 1).sum()), "comes", "come")
        raise Lost(
            f"In one epoch of {count} examples, {twice} more than once.",
            mistake="with replacement",
        )
    if len(places) == count - count % size and count % size:
        rest = counted(count % size, "is", "are")
        raise Lost(
            f"Of {count} examples, the last {rest} in no batch: the last batch may be "
            f"smaller than {size}.",
            mistake="last batch dropped",
        )
    if times.min() == 0:
        missing = counted(int((times == 0).sum()), "is", "are")
        raise Lost(f"Of {count} examples, {missing} in no batch.")


def sizes(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    """Check the sizes of the batches."""
    size = int(draw.randint(5, 9))
    for count, batch_size in ((8 * size + 3, size), (6 * size, size), (size, size + 4), (size, 1)):
        batches = _epoch(answers, count, batch_size, int(draw.randint(10_000)))
        found = [len(batch) for batch in batches]
        rest = [count % batch_size] if count % batch_size else []
        if found == [batch_size] * (count // batch_size) + rest:
            continue
        if 0 in found:
            raise Lost("There is an empty batch.", mistake="empty batch")
        if rest and sum(found) == count - rest[0]:
            raise Lost("The rest has no batch of its own.", mistake="last batch dropped")
        if found == [batch_size] * (len(found)) and rest:
            raise Lost("The last batch was filled up.", mistake="last batch filled up")
        if sum(found) == count and max(found) - min(found) <= 1:
            raise Lost(
                "The batches are nearly equal. All but the last must have `batch_size` examples.",
                mistake="equal parts",
            )
        raise Lost(f"Of {count} examples in batches of {batch_size}, the sizes are {found[:12]}.")


def shuffled(answers: Answers, numbers: Numbers, draw: np.random.RandomState) -> None:
    """Check that the order is random, and the seed's."""
    count, size = int(draw.randint(70, 120)), int(draw.randint(7, 12))
    first, second = (int(seed) for seed in draw.permutation(10_000)[:2])
    order, again, other = (
        _joined(_epoch(answers, count, size, seed)) for seed in (first, first, second)
    )
    for places in (order, other):
        if len(places) < count // 2:
            raise Lost("There are too few examples to see an order.")
        if np.array_equal(places, np.arange(len(places))):
            raise Lost("The examples come in their own order.", mistake="not shuffled")
        # In a shuffled order two neighbours come one after the other about twice.
        if (np.abs(np.diff(places)) == 1).mean() > 0.5:
            raise Lost(
                "Neighbours stay together: whole blocks are moved, not examples.",
                mistake="blocks shuffled",
            )
        if _inside_blocks(places, size):
            raise Lost(
                "Each batch holds neighbours: the order changes inside the batches only.",
                mistake="shuffled inside batches",
            )
    if not np.array_equal(order, again):
        raise Lost("The same seed gives other batches.", mistake="not repeatable")
    if np.array_equal(order, other):
        raise Lost("Another seed gives the same batches.", mistake="seed ignored")


def _inside_blocks(places: np.ndarray, size: int) -> bool:
    """Whether batches of this size are runs of neighbours."""
    full = places[: len(places) // size * size].reshape(-1, size)
    return bool((full.max(axis=1) - full.min(axis=1) == size - 1).all())
