"""The comparison's right functions, and the wrong versions that are known by name."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from rmsprop_lab.checking.diagnose import Mistake

Array = Any


# --- tune: rates, results (rates, seeds) -> a rate -------------------------------------------


def tune(rates: Array, results: Array) -> Any:
    """The right rate: that of the lowest median."""
    return rates[np.argmin(np.median(results, axis=1))]


def _lowest(of: Callable[[Array], Array]) -> Callable[[Array, Array], Any]:
    """The rate that is lowest by another number of each row."""
    return lambda rates, results: rates[np.argmin(of(results))]


TUNE = [
    Mistake("mean for median", "It takes the row of the lowest mean. One run that diverged decides "
            "a mean.", _lowest(lambda results: results.mean(axis=1))),
    Mistake("geometric mean for median", "It takes the row of the lowest geometric mean.",
            _lowest(lambda results: np.log(results).mean(axis=1))),
    Mistake("luckiest run", "It takes the row with the lowest single run. That is luck.",
            _lowest(lambda results: results.min(axis=1))),
    Mistake("worst run", "It takes the row whose worst run is lowest.",
            _lowest(lambda results: results.max(axis=1))),
    Mistake("first seed alone", "It looks at the first seed alone.",
            _lowest(lambda results: results[:, 0])),
    Mistake("last seed alone", "It looks at the last seed alone.",
            _lowest(lambda results: results[:, -1])),
    Mistake("not sorted", "It takes the run in the middle of each row as it comes. Sort first.",
            _lowest(lambda results: results[:, results.shape[1] // 2])),
    Mistake("most often best", "It takes the row that is lowest on most seeds. Take the lowest "
            "median.", lambda rates, results: rates[np.bincount(
                np.argmin(results, axis=0), minlength=len(rates)).argmax()]),
    Mistake("place for rate", "It returns the place of the rate. Return the rate.",
            lambda rates, results: np.argmin(np.median(results, axis=1))),
    Mistake("median for rate", "It returns the lowest median. Return the rate that has it.",
            lambda rates, results: np.median(results, axis=1).min()),
    Mistake("highest", "It takes the row of the highest median. The lower the better.",
            lambda rates, results: rates[np.argmax(np.median(results, axis=1))]),
    Mistake("rows for columns", "It takes the median of each column. A row is a rate.",
            lambda rates, results: rates[np.argmin(np.median(results, axis=0))]),
    Mistake("lower of the middle two", "Of an even count it takes the lower of the two in the "
            "middle. The median is their mean.",
            _lowest(lambda results: np.sort(results, axis=1)[:, (results.shape[1] - 1) // 2])),
    Mistake("upper of the middle two", "Of an even count it takes the upper of the two in the "
            "middle. The median is their mean.",
            _lowest(lambda results: np.sort(results, axis=1)[:, results.shape[1] // 2])),
]  # fmt: skip


# --- judge: values -> lower quartile, median, upper quartile ----------------------------------


def judge(values: Array) -> Any:
    """The right three numbers."""
    return tuple(np.quantile(values, [0.25, 0.5, 0.75]))


def _quantiles(*shares: float, method: Any = "linear") -> Callable[[Array], Any]:
    return lambda values: tuple(np.quantile(values, shares, method=method))


def _of_halves(values: Array, shared: bool) -> Any:
    """Medians of both halves; of an odd count the middle one is in both, or in none."""
    ordered, count = np.sort(values), len(values)
    half = (count + shared) // 2
    return np.median(ordered[:half]), np.median(ordered), np.median(ordered[count - half :])


_OTHER_RULE = "There are several rules for a quartile. Take that of np.quantile."
_SPREAD = "The outer two are the quartiles, with half of the runs between them. "

JUDGE = [
    *(Mistake("mean and deviation", f"{_SPREAD}Here they are mean less and plus the deviation.",
              lambda values, less=less: (values.mean() - values.std(ddof=less), values.mean(),
                                         values.mean() + values.std(ddof=less)))
      for less in (0, 1)),
    Mistake("median and deviation", f"{_SPREAD}Here they are median less and plus the deviation.",
            lambda values: (np.median(values) - values.std(), np.median(values),
                            np.median(values) + values.std())),
    Mistake("mean for median", "In the middle stands the mean. It must be the median.",
            lambda values: (judge(values)[0], values.mean(), judge(values)[2])),
    Mistake("all runs", f"{_SPREAD}Here they are the least and the largest.",
            _quantiles(0.0, 0.5, 1.0)),
    Mistake("tenths for quarters", f"{_SPREAD}Here they leave out a tenth at each side.",
            _quantiles(0.1, 0.5, 0.9)),
    Mistake("thirds for quarters", f"{_SPREAD}Here they leave out a third at each side.",
            _quantiles(1 / 3, 0.5, 2 / 3)),
    Mistake("not sorted", "It takes the values in the order in which they come. Sort them.",
            lambda values: tuple(values[[len(values) // 4, len(values) // 2,
                                         3 * len(values) // 4]])),
    *(Mistake("medians of the halves", f"Here they are the medians of two halves. {_OTHER_RULE}",
              partial(_of_halves, shared=shared)) for shared in (False, True)),
    *(Mistake("another rule for quartiles", _OTHER_RULE, _quantiles(0.25, 0.5, 0.75, method=method))
      for method in ("weibull", "hazen", "midpoint", "median_unbiased")),
    Mistake("percent", "np.percentile counts in hundredths: a quartile is at 25, not at 0.25.",
            lambda values: (np.percentile(values, 0.25), np.median(values),
                            np.percentile(values, 0.75))),
    *(Mistake("quartiles not interpolated", f"Here they are values of runs. {_OTHER_RULE}",
              _quantiles(0.25, 0.5, 0.75, method=method))
      for method in ("lower", "higher", "nearest", "inverted_cdf")),
    Mistake("another order", "The three stand in another order: lower quartile, median, upper.",
            _quantiles(0.5, 0.25, 0.75)),
    Mistake("another order", "The three stand in another order: lower quartile, median, upper.",
            _quantiles(0.75, 0.5, 0.25)),
]  # fmt: skip


# --- verdict: first, second -> a text ----------------------------------------------------------


def by_ranges(first: Array, second: Array) -> str:
    """The rule on two ranges, each from its first to its last number."""
    if first[-1] < second[0]:
        return "first"
    return "second" if second[-1] < first[0] else "no difference"


def verdict(first: Array, second: Array, ranged: Callable[[Array], Any] = judge) -> str:
    """The right text."""
    return by_ranges(ranged(first), ranged(second))


def _medians(first: Array, second: Array) -> str:
    return "first" if np.median(first) < np.median(second) else "second"


def _ends(first: Array, second: Array) -> str:
    """Whether an end of the second range lies in the first."""
    (low1, _, high1), (low2, _, high2) = judge(first), judge(second)
    if low1 <= low2 <= high1 or low1 <= high2 <= high1:
        return "no difference"
    return "first" if high1 < low2 else "second"


def _beyond(first: Array, second: Array) -> str:
    """Whether each median lies outside of the other's range."""
    (low1, one, high1), (low2, two, high2) = judge(first), judge(second)
    if low2 <= one <= high2 or low1 <= two <= high1:
        return "no difference"
    return "first" if one < two else "second"


_OTHER = {"first": "second", "second": "first", "no difference": "no difference"}

VERDICT = [
    Mistake("medians alone", "It compares the medians. The ranges decide.", _medians),
    Mistake("higher is better", "The lower one is better.",
            lambda first, second: _OTHER[verdict(first, second)]),
    Mistake("ranges of all runs", "Its ranges reach from the least run to the largest. They reach "
            "from quartile to quartile.",
            lambda first, second: verdict(first, second, _quantiles(0, 0.5, 1))),
    Mistake("ranges of deviations", "Its ranges are made of standard deviations. They reach from "
            "quartile to quartile.",
            lambda first, second: verdict(first, second, JUDGE[0].rule)),
    Mistake("medians outside the ranges", "It asks whether a median lies in the other's range. Two "
            "ranges may overlap all the same.", _beyond),
    Mistake("range around a range", "Two ranges overlap also where the first lies within the "
            "second.", _ends),
    Mistake("means alone", "It compares the means. The ranges decide.",
            lambda first, second: "first" if np.mean(first) < np.mean(second) else "second"),
    Mistake("one side only", "It never says that the second is better.",
            lambda first, second: "first" if verdict(first, second) == "first"
            else "no difference"),
    Mistake("never a difference", "It never sees a difference.", lambda *_: "no difference"),
]  # fmt: skip
