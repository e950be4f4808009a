"""What came of a call of a student's function, and what may be compared of it.

Whatever comes back is untrusted: it becomes arrays of numbers, or a complaint in words.
"""

import io
import linecache
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rmsprop_lab.checking.sentences import said

RELATIVE = 1e-9  # other orders of the same operations differ by 1e-15 or so
ABSOLUTE = 1e-12  # of the largest number of a result: a difference may round to not quite 0
_LIBRARIES = (
    sysconfig.get_path("stdlib"),
    str(Path(np.__file__).parent.parent),  # where packages are, in the grader's sandbox too
    str(Path(__file__).parents[1]),
)
LONGEST = 300  # characters of an error that are repeated


@dataclass(frozen=True)
class Outcome:
    """What came of one call.

    Attributes:
        value: what it returned: numbers, arrays, tuples or lists of them, None.
        changed: positions of the arguments that it changed in place.
        error: ``"TypeError: ..."`` where it raised.
    """

    value: Any = None
    changed: tuple[int, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Complaint:
    """Why results cannot be compared."""

    name: str
    text: str


@dataclass(frozen=True)
class Other:
    """In place of a result that is neither numbers nor text, where only these can be sent.

    Attributes:
        what: it was, as :func:`described`.
    """

    what: str


Results = tuple[np.ndarray, ...]


def results(
    outcome: Outcome, outputs: Sequence[str], shape: tuple[int, ...] | None = None
) -> Results | Complaint:
    """The results as arrays of real numbers, one for each output; or what is wrong with them.

    Args:
        outcome: of a call.
        outputs: the names of the results.
        shape: of each result, where it is known: results that are stacked are taken apart.
    """
    names = listed(outputs)
    value = outcome.value
    if outcome.error:
        return Complaint("raises an error", f"It raises {shortened(outcome.error)}.")
    if value is None:
        return Complaint(
            "returns nothing", f"It returns None. Does it end in a return of {names}, on every way?"
        )
    values = [value] if len(outputs) == 1 else value
    if isinstance(value, np.ndarray) and shape is not None and outputs[1:]:
        stacked = value.shape == (len(outputs), *shape)
        values = list(value) if stacked else value
    if not isinstance(values, (tuple, list)):
        return _complaint("one result", kind=_kind(value), names=names)
    if len(values) != len(outputs):
        count = f"{len(values)} result{'s' * (len(values) != 1)}"
        return _complaint("many results", count=count, names=names)
    arrays = []
    for name, one in zip(outputs, values, strict=True):
        array = _numbers(one)
        if isinstance(array, str):
            return Complaint(
                "not a number", f"One of its results, {name}, is {array}.{advice(one)}"
            )
        if array.dtype.kind == "b":
            return _complaint("comparison", name=name)
        arrays.append(array)
    return tuple(arrays)


def _complaint(key: str, **words: str) -> Complaint:
    return Complaint(*said(key, **words))


def same(one: Results | Complaint, other: Results | Complaint) -> bool:
    """Whether two calls gave the same, rounding aside; not-a-number is the same as itself."""
    if isinstance(one, Complaint) or isinstance(other, Complaint):
        return getattr(one, "name", None) == getattr(other, "name", None)
    return len(one) == len(other) and all(map(equal, one, other))


def equal(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays have one shape and the same numbers, rounding aside."""
    return one.shape == other.shape and bool(close(one, other).all())


def close(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two arrays of one shape have the same numbers, rounding aside."""
    return _within(one, other, RELATIVE, ABSOLUTE * _largest(other))


def _largest(numbers: np.ndarray) -> float:
    """Of the finite ones."""
    return float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0))


def _within(one: np.ndarray, other: np.ndarray, relative: float, absolute: float) -> np.ndarray:
    """As ``np.isclose(..., equal_nan=True)``, which takes three times as long for a few numbers."""
    with np.errstate(all="ignore"):  # numbers may be so large that their difference overflows
        near = np.abs(one - other) <= absolute + relative * np.abs(other)
    near = near & np.isfinite(other) | (one == other) | np.isnan(one) & np.isnan(other)
    return np.asarray(near)


def call_here(function: Callable[..., Any]) -> Callable[..., Outcome]:
    """Calls in this process, on copies of the arguments.

    What the function raises, and which arguments it changed, is told in the outcome. What it
    prints is dropped, and NumPy does not warn: a call for each probe would say it often.
    """

    def call(*arguments: Any) -> Outcome:
        given = deepcopy(arguments)
        with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            try:
                value = deepcopy(function(*given))  # it may use the same array again
            except (Exception, SystemExit) as error:  # what a student's function raises is theirs
                return Outcome(error=_words(error))
        changed = tuple(
            place
            for place, (now, before) in enumerate(zip(given, arguments, strict=True))
            if isinstance(before, np.ndarray) and not np.array_equal(now, before, equal_nan=True)
        )
        return Outcome(value, changed)

    return call


def call_ours(function: Callable[..., Any]) -> Callable[..., Outcome]:
    """Calls of a wrong version of our own, which neither prints nor changes its arguments.

    So ten of these take the time of one of :func:`call_here`.
    """

    def call(*arguments: Any) -> Outcome:
        try:
            return Outcome(function(*arguments))
        except Exception as error:  # as the student's may, of which it is the twin
            return Outcome(error=str(error))

    return call


def _words(error: BaseException) -> str:
    """``"TypeError: ... (line 3: s = ...)"``, with the last line that is not a library's."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SystemExit):  # whose text is a number that tells nobody anything
        said = "SystemExit, which ends the interpreter"
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        path = frame.f_code.co_filename
        if not path.startswith(_LIBRARIES):
            line = linecache.getline(path, number, frame.f_globals).strip()
            return f"{said} (line {number}: {line})" if line else f"{said} (line {number})"
    return said


def shortened(text: Any) -> str:
    """In one line, and not too long."""
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


#: About what comes back by mistake, by the names of types.
_ADVICE = {
    "generator": "A generator gives its values one by one: make a list of it.",
    "map": "A map gives its values one by one: make a list of it.",
    "zip": "A zip gives its values one by one: make a list of it.",
    "coroutine": "It has not run: there is no await before it.",
    "dict": "A dict gives names to its values: the values alone are needed.",
    "set": "A set has no order: make it a list.",
    "function": "It was not called: it needs its brackets.",
    "method": "It was not called: it needs its brackets.",
}


def described(value: Any) -> str:
    """What kind of thing a value is: "str", "array of shape (2, 3)"."""
    if isinstance(value, Other):
        return value.what
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype.kind in "biufc" else f"{shortened(value.dtype)} and "
        return f"array of {kind}shape {value.shape}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} of {len(value)}"
    return shortened(type(value).__name__)


def advice(value: Any) -> str:
    """What to do about a value of the wrong kind, as a sentence after others; or nothing."""
    said = _ADVICE.get(described(value), "")
    return said and f" {said}"


def _kind(value: Any) -> str:
    said = described(value)
    return f"an {said}" if said[:1] in "aeiou" else f"a {said}"


def _numbers(value: Any) -> np.ndarray | str:
    """An array of floats, or of True and False; or in words what it is instead."""
    if value is None:
        return "None"
    if isinstance(value, Other):
        return f"not made of plain numbers ({_kind(value)})"
    try:
        array = np.asarray(value)
        if array.dtype.kind == "c":
            if array.imag.any():
                return "complex: a root of a negative number was taken"
            array = array.real
        if array.dtype.kind == "b":
            return array
        if array.dtype.kind in "iuf":
            return array.astype(float)
    except Exception:  # ragged, too deep, or an object that only looks like an array
        return "not an array of numbers"
    return f"not made of plain numbers ({_kind(value)})"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


#: Of a result's largest number: single precision, a hundred roundings later.
SINGLE = 1e-5


def as_single(one: np.ndarray, other: Any, largest: float = 0.0, within: float = SINGLE) -> bool:
    """Whether two arrays have one shape and, in single precision, the same numbers.

    Args:
        one: of whoever is examined.
        other: the right one.
        largest: number on the way to it, of which the rounding is a part.
        within: as a share of the largest.
    """
    other = np.asarray(other, dtype=float)
    if one.shape != other.shape:
        return False
    absolute = within * max(largest, _largest(other))
    return bool(_within(one, other, within, absolute).all())
