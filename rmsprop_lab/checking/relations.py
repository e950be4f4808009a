"""What wrong results have to do with the right ones, where no wrong version is known.

Each relation is tested on every probe and said as it was seen. So it may not be the whole story,
but it is true.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import permutations, product
from typing import Any

import numpy as np

from rmsprop_lab.checking.finding import Examined, Finding
from rmsprop_lab.checking.outcomes import (
    Complaint,
    Outcome,
    Results,
    as_single,
    call_here,
    call_ours,
    close,
    equal,
    listed,
    results,
    same,
)
from rmsprop_lab.checking.sentences import phrase

MOSTLY_WRONG = 2 / 3  # of all coordinates: then it is not right but for some values
MOVES = (0.7, 0.01)  # of an argument, to see whether it has an effect
MOVED = 9  # first probes, in which it is moved
ENOUGH = 3  # right calls that turn wrong with an argument, where it is said to decide
PARTED = 2  # first probes of two coordinates, of which each is called alone
#: What may be done to a number that is a factor too many, or is missing.
FACTORS: dict[str, Callable[[Any], Any]] = {
    "{}": lambda x: x,
    "1 / {}": lambda x: 1 / x,
    "(1 - {})": lambda x: 1 - x,
    "1 / (1 - {})": lambda x: 1 / (1 - x),
    "(1 + {})": lambda x: 1 + x,
    "sqrt({})": np.sqrt,
    "sqrt(1 - {})": lambda x: np.sqrt(1 - x),
    "1 / sqrt({})": lambda x: 1 / np.sqrt(x),
    "1 / sqrt(1 - {})": lambda x: 1 / np.sqrt(1 - x),
    "{} ** 2": lambda x: x * x,
}
_CUTS = (np.trunc, np.floor, np.rint, np.ceil)


def whole_numbers(seen: Examined) -> Finding | None:
    """Results that are cut to whole numbers, or made of a state that is."""
    for k, name in enumerate(seen.outputs):
        pairs = [(one[k], right[k]) for one, right in zip(seen.found, seen.wanted, strict=True)]
        if all(equal(one, right) for one, right in pairs):
            continue
        for cut in _CUTS:
            if all(equal(one, cut(right)) for one, right in pairs):
                return Finding.of("whole numbers", name=name, of="")
    states = len(seen.outputs) - 1
    if states >= len(seen.probes[0]):  # no rule: it takes fewer arguments than it would carry
        return None
    for name, place in zip(seen.outputs[1:], range(-states, 0), strict=True):
        if _fits_cut(seen, place):
            return Finding.of("whole numbers", name=f"old {name}", of="the ")
    return None


def _fits_cut(seen: Examined, place: int) -> bool:
    """Whether the results are those of the right function, of a state cut to whole numbers."""
    call = call_here(seen.right)
    for probe, found in zip(seen.probes, seen.found, strict=True):
        given = list(probe)
        if not isinstance(given[place], (float, np.ndarray)):
            return False
        given[place] = np.trunc(given[place])
        if not same(results(call(*given), seen.outputs), found):
            return False
    return True


def single_precision(seen: Examined) -> Finding | None:
    """Right but for the rounding of numbers of 32 bits."""
    if not seen.fitting or not _all(seen, as_single) or not _at_random(seen):
        return None
    return Finding.of("single precision")


def _at_random(seen: Examined) -> bool:
    """Whether the differences go up and down, in sum and in proportion, as rounding does."""
    for k in range(len(seen.outputs)):
        pairs = [
            (one[k].ravel(), right[k].ravel())
            for one, right in zip(seen.found, seen.wanted, strict=True)
            if not equal(one[k], right[k])
        ]
        if not pairs:
            continue
        found, wanted = (np.concatenate(part) for part in zip(*pairs, strict=True))
        for off in (found - wanted, (found - wanted) * np.sign(wanted)):
            if not (off > 0).any() or not (off < 0).any():
                return False
    return True


def _all(seen: Examined, relation: Callable[[np.ndarray, np.ndarray], bool]) -> bool:
    """Whether each result has a relation to the right one."""
    return all(
        relation(one, right)
        for found, wanted in zip(seen.found, seen.wanted, strict=True)
        for one, right in zip(found, wanted, strict=True)
    )


def another_order(seen: Examined) -> Finding | None:
    """The right results in another order."""
    count = len(seen.outputs)
    for order in permutations(range(count)):
        if all(
            all(equal(one[k], right[place]) for k, place in enumerate(order))
            for one, right in zip(seen.found, seen.wanted, strict=True)
        ):
            given = listed([seen.outputs[place] for place in order])
            return Finding.of("order", given=given, wanted=listed(seen.outputs))
    return None


def without_effect(seen: Examined, call: Callable[..., Outcome]) -> Finding | None:
    """An argument that changes the right results, and none of the function's, wherever it moves.

    Where two probes differ in it alone, both may be on a plateau, as behind a limit. So it is moved
    in others, too, by calls of the function.
    """
    moved: dict[int, list[tuple[int, int]]] = {}
    for one, other, place in seen.pairs:
        moved.setdefault(place, []).append((one, other))
    for place, pairs in moved.items():
        if all(same(seen.wanted[one], seen.wanted[other]) for one, other in pairs):
            continue
        # Not a number is always the same.
        known = [pair for pair in pairs if all(_finite(seen.found[k]) for k in pair)]
        still = known and all(same(seen.found[one], seen.found[other]) for one, other in known)
        if still and not _moves(seen, call, place):
            return Finding.of("no effect", name=seen.argument(place))
    return None


def _moves(seen: Examined, call: Callable[..., Outcome], place: int) -> bool:
    """Whether an argument may have an effect: it has one where it is moved, or nothing tells.

    Updates that are 0 tell nothing: every factor of them is without effect.
    """
    tells = False
    for probe, found in zip(seen.probes[:MOVED], seen.found, strict=False):
        given = list(probe)
        if not isinstance(given[place], (float, np.ndarray)):
            return False
        tells |= _finite(found) and bool(found[0].any())
        for move in MOVES if _finite(found) else ():
            given[place] = probe[place] * move
            if not same(results(call(*given), seen.outputs, found[0].shape), found):
                return True
    return not tells


def _finite(found: Results) -> bool:
    return all(np.isfinite(result).all() for result in found)


def coordinates_mixed(seen: Examined, call: Callable[..., Outcome]) -> Finding | None:
    """A coordinate whose results depend on another one's arguments, or on how many there are."""
    if not seen.fitting:
        return None
    return _with_another(seen) or _beside_others(seen, call)


def _with_another(seen: Examined) -> Finding | None:
    """A result that changes with another coordinate's argument."""
    for one, other, place in seen.pairs:
        before, after = seen.probes[one][place], seen.probes[other][place]
        if np.shape(before) != np.shape(after):
            continue
        kept = np.asarray(before == after)
        if not kept.any() or kept.all() or kept.dtype != bool:
            continue
        for k in range(len(seen.outputs)):
            results_of = [seen.found[one][k], seen.found[other][k]]
            should = [seen.wanted[one][k], seen.wanted[other][k]]
            if not all(result.shape == kept.shape for result in (*results_of, *should)):
                continue
            mine, theirs = ([result[kept] for result in pair] for pair in (results_of, should))
            if equal(*theirs) and not equal(*mine):
                return Finding(
                    False,
                    "coordinates mixed",
                    f"A change of {seen.argument(place)} in one coordinate changes "
                    f"{seen.outputs[k]} in another. Each coordinate stands alone: look for a sum, "
                    "a mean, a norm, a maximum, or an index.",
                )
    return None


def _beside_others(seen: Examined, call: Callable[..., Outcome]) -> Finding | None:
    """A result that is another one where its coordinate is alone: it is called to be seen."""
    right = call_ours(seen.right)
    pairs = [at for at, wanted in enumerate(seen.wanted) if wanted[0].shape == (2,)]
    for at, part in product(pairs[:PARTED], (slice(0, 1), slice(1, 2))):

        def of_one(value: Any, part: slice = part) -> Any:
            return value[part] if np.shape(value) == (2,) else value

        given = [*map(of_one, seen.probes[at])]
        alone = results(call(*given), seen.outputs, (1,))
        should = results(right(*given), seen.outputs)
        if isinstance(alone, Complaint) or isinstance(should, Complaint):
            return None
        for k, name in enumerate(seen.outputs):
            here, wanted = of_one(seen.found[at][k]), of_one(seen.wanted[at][k])
            # In single precision, too, one coordinate may be rounded otherwise than two.
            parts = alone[k].shape == here.shape and not as_single(alone[k], here)
            if parts and equal(should[k], wanted):
                return Finding(
                    False,
                    "coordinates mixed",
                    f"Alone, a coordinate has other {name} than beside another one. Each stands "
                    "alone: look for a sum, a mean, a norm, a maximum, an index, or for how many "
                    "there are, as size and len say.",
                )
    return None


def factor_or_term(seen: Examined) -> Finding | None:
    """One result that is the right one but for a factor or a term, the same everywhere."""
    wrong = [k for k in range(len(seen.outputs)) if not _is_right(seen, k)]
    if len(wrong) != 1 or not seen.fitting:
        return None
    (k,) = wrong
    name = seen.outputs[k]
    found, wanted = ([one[k] for one in made] for made in (seen.found, seen.wanted))
    for said, factors in _factors(seen, found, wanted):
        if all(map(equal, found, map(np.multiply, factors, wanted))):
            return Finding.of("factor", name=name, factor=said)
    for said, terms in _terms(seen, found, wanted):
        if all(map(equal, found, map(np.add, wanted, terms))):
            return Finding.of("term", name=name, term=said)
    return None


def _is_right(seen: Examined, k: int) -> bool:
    return all(equal(one[k], right[k]) for one, right in zip(seen.found, seen.wanted, strict=True))


_Named = tuple[str, list[Any]]


def _factors(
    seen: Examined, found: Sequence[np.ndarray], wanted: Sequence[np.ndarray]
) -> Iterator[_Named]:
    """What a result may have been multiplied by, a value for each probe."""
    for name, values in _numbers(seen):
        for text, function in FACTORS.items():
            yield text.format(name), list(map(function, values))
    counts = np.array([float(one.size) for one in wanted])
    if np.unique(counts).size > 1:  # otherwise it is a number as any other
        for text in ("{}", "1 / {}", "sqrt({})", "1 / sqrt({})"):
            yield text.format("the number of coordinates"), list(FACTORS[text](counts))
    yield from _first(np.divide, found, wanted)


def _terms(
    seen: Examined, found: Sequence[np.ndarray], wanted: Sequence[np.ndarray]
) -> Iterator[_Named]:
    """What may have been added to a result, a value for each probe."""
    yield from _numbers(seen)
    yield from _first(np.subtract, found, wanted)


def _numbers(seen: Examined) -> Iterator[_Named]:
    """The arguments that are always one number."""
    for place, column in enumerate(zip(*seen.probes, strict=True)):
        if all(isinstance(value, float) for value in column):
            yield seen.argument(place), [np.float64(value) for value in column]


def _first(
    operation: Callable[..., Any], found: Sequence[np.ndarray], wanted: Sequence[np.ndarray]
) -> Iterator[_Named]:
    """What is between the first results, for each probe."""
    value = operation(found[0], wanted[0]).flat[0]
    if np.isfinite(value) and value != 0:
        yield phrase("a number"), [value] * len(found)


def limited(seen: Examined) -> Finding | None:
    """A result that goes up to a number, or down to one, and no further."""
    if not seen.fitting:
        return None
    for k in (*range(1, len(seen.outputs)), 0):  # the state first: the updates are made of it
        found, wanted = (
            np.concatenate([one[k].ravel() for one in made]) for made in (seen.found, seen.wanted)
        )
        wrong = ~close(found, wanted)
        cut = [wrong & (found < wanted), wrong & (found > wanted)]
        ends = [np.unique(found[side]) for side in cut if side.any()]
        if not ends or wrong.all() or any(len(end) > 1 for end in ends):
            continue
        high, low = (
            found[side][0] if side.any() else end
            for side, end in zip(cut, (np.inf, -np.inf), strict=True)
        )
        if equal(found, np.clip(wanted, low, high)):
            return Finding.of("limited", name=seen.outputs[k])
    return None


def only_somewhere(seen: Examined, call: Callable[..., Outcome]) -> Finding | None:
    """Wrong for some values of one argument, and right for all others.

    Few calls may agree on that by chance, as where another argument was small in the same ones. So
    it is said only where the function turns right and wrong with this argument alone. Of states
    that are 0 in the same calls, all may be needed.
    """
    if not seen.fitting or not _share_a_shape(seen.wanted):
        return None
    wrong, updates, arguments = _elements(seen)
    # Where the updates are 0, as along a gradient of 0, they are right whatever stands beside it.
    telling = wrong | (updates != 0)
    wrong = wrong[telling]
    if not wrong.any():
        return None
    values = {place: every[telling] for place, every in arguments.items()}
    states = _states_of_the_first_step(seen, values, wrong)
    # One of them may be all that decides, and otherwise all of them together.
    for deciding in (*({place: bad} for place, bad in states.items()), states):
        # Few calls are of the first step: it is the others, turned right, that tell.
        if deciding and _decides(seen, call, deciding, dict.fromkeys(deciding, 0.0), enough=1):
            return Finding.of("first step", name=" = ".join(map(seen.argument, deciding)))
    for place, every in values.items():
        bad, good = every[wrong], every[~wrong]
        for said, how in _SEPARATED.items():
            separated = wrong.mean() < MOSTLY_WRONG and how(bad, good)
            if separated and _decides(seen, call, {place: _middle(bad)}, {place: _middle(good)}):
                return Finding.of("somewhere", values=said.format(seen.argument(place)))
    return None


def _states_of_the_first_step(
    seen: Examined, values: dict[int, np.ndarray], wrong: np.ndarray
) -> dict[int, float]:
    """The states at whose 0 all is right, and nowhere else; and a value at which it is wrong."""
    states = [f"{name}_prev" for name in seen.outputs]
    return {
        place: _middle(every[wrong])
        for place, every in values.items()
        if seen.argument(place) in states
        and (every == 0).any()
        and np.array_equal(wrong, every != 0)
    }


def _decides(
    seen: Examined,
    call: Callable[..., Outcome],
    bad: dict[int, float],
    good: dict[int, float],
    enough: int = ENOUGH,
) -> bool:
    """Whether some arguments, by their places, alone make each call wrong, or right.

    Wrong ones are called with good values of them. Right ones are called with bad values, unless
    that makes no difference there; so many of them have to turn wrong.
    """
    right, spoiled = call_ours(seen.right), 0
    for probe, found, wanted in zip(seen.probes, seen.found, seen.wanted, strict=True):
        was_right = same(found, wanted)
        given = list(probe)
        for place, value in (bad if was_right else good).items():
            if not isinstance(given[place], (float, np.ndarray)):
                return False
            given[place] = np.full(np.shape(given[place]), value)[()]
        should = results(right(*given), seen.outputs)
        now = results(call(*given), seen.outputs, wanted[0].shape)
        if was_right and same(should, wanted):
            continue
        if same(now, should) == was_right:
            return False
        spoiled += was_right
    return spoiled >= enough


def _middle(values: np.ndarray) -> float:
    """One that occurs."""
    return float(np.sort(values)[values.size // 2])


def _share_a_shape(wanted: Sequence[Sequence[np.ndarray]]) -> bool:
    """Whether the results of each call have the same coordinates."""
    try:
        for one in wanted:
            np.broadcast_shapes(*(result.shape for result in one))
    except ValueError:
        return False
    return True


#: How the numbers where it is wrong may differ from those where it is right. Where it is right
#: at 0 alone, that says nothing.
_SEPARATED: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "{} = 0": lambda wrong, right: not wrong.any() and right.all(),
    "negative {}": lambda wrong, right: right.any() and (wrong < 0).all() and (right >= 0).all(),
    "positive {}": lambda wrong, right: right.any() and (wrong > 0).all() and (right <= 0).all(),
    "large {}": lambda wrong, right: right.any() and np.abs(wrong).min() > np.abs(right).max(),
    "small {}": lambda wrong, right: wrong.any() and np.abs(wrong).max() < np.abs(right).min(),
}


def _elements(seen: Examined) -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray]]:
    """Of all coordinates of all probes: whether a result is wrong there, the right updates, and
    the arguments that are numbers, by their places.
    """
    shapes = [np.broadcast_shapes(*(result.shape for result in one)) for one in seen.wanted]

    def flat(values: Iterable[Any]) -> np.ndarray:
        """One value for each probe, for all of its coordinates."""
        spread = map(np.broadcast_to, map(np.asarray, values), shapes)
        return np.concatenate([np.ravel(value).astype(float) for value in spread])

    wrong = [
        flat(~close(one, right) for one, right in zip(found, wanted, strict=True))
        for found, wanted in zip(_by_place(seen.found), _by_place(seen.wanted), strict=True)
    ]
    arguments = {}
    for place, values in enumerate(_by_place(seen.probes)):
        with suppress(TypeError, ValueError):  # no number, or of another shape
            arguments[place] = flat(values)
    return np.any(wrong, axis=0), flat(_by_place(seen.wanted)[0]), arguments


def _by_place(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Of each argument or result, what it is in every probe."""
    return list(zip(*rows, strict=True))
