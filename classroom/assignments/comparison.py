"""A fair comparison: a student's plan, carried out here, and what was made of it."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, reduce
from operator import getitem
from typing import Any

import numpy as np

from classroom.assignments._plan import (
    MEASURES,
    RULES,
    STEPS,
    Plan,
    enough_seeds,
    equal_budgets,
    in_range,
    read_plan,
    separate_seeds,
)
from classroom.assignments._wrong_comparison import (
    JUDGE,
    TUNE,
    VERDICT,
    by_ranges,
    judge,
    tune,
    verdict,
)
from classroom.checks import THREE_DIGITS, compare, made_before, near
from classroom.course.assignment import (
    NOT_ANSWERED,
    Answers,
    Assignment,
    Check,
    Lost,
    Numbers,
    Task,
)

EXAMPLES, INPUTS = 60, 4
HIGHEST = 1e9  # of a loss, where a run diverges
LEVEL = 1e-3  # medians so near each other are equally low
ROUNDING = 1e-9  # medians so near each other may be one
LEARNED = 0.5  # of the loss at the start: runs that stay above it have learned nothing
TEXTS = ("first", "second", "no difference")

Draw = np.random.RandomState
Judge = Callable[[np.ndarray], Any]


# --- a student's numbers, and a run on them -------------------------------------------------


def numbers(draw: Draw) -> Numbers:
    """Examples whose inputs have different units, and the size of a batch."""
    units = np.array([0.3, 0.6, 1.0, draw.uniform(1.5, 3)])[draw.permutation(INPUTS)]
    inputs = (draw.normal(size=(EXAMPLES, INPUTS)) * units).round(2) + 0.0  # no -0.0
    slopes = draw.choice([-1, 1], size=INPUTS) * draw.uniform(0.5, 2, size=INPUTS) / units
    noise = draw.uniform(0.2, 1.0) * draw.normal(size=EXAMPLES)
    # Not inputs @ slopes: a fused product decides ties otherwise than a sum of products.
    targets = (inputs * slopes).sum(axis=1) + noise
    return {
        "inputs": inputs.tolist(),
        "targets": (targets.round(2) + 0.0).tolist(),
        "batch_size": int(draw.randint(5, 9)),
    }


def measured(
    own: Numbers, rule: str, rates: Sequence[float], seeds: Sequence[int], plan: Plan, measure: str
) -> np.ndarray:
    """The measure of each rate on each seed, shape (rates, seeds)."""
    key = json.dumps([own, rule, list(rates), list(seeds), plan.steps])
    last = 1 if measure == "end" else max(1, plan.steps // 10)
    return np.asarray(_losses(key)[-last:].mean(axis=0))


@lru_cache(maxsize=16)  # several checks look at the same runs
def _losses(key: str) -> np.ndarray:
    """Of all runs side by side, (steps, rates, seeds)."""
    own, rule, rates, seeds, steps = json.loads(key)
    inputs, targets, size = np.array(own["inputs"]), np.array(own["targets"]), own["batch_size"]
    lowest, hessian = _minimum(inputs, targets)
    drawn = np.array([Draw(seed).randint(EXAMPLES, size=(steps, size)) for seed in seeds])
    rate = np.array(rates)[:, np.newaxis, np.newaxis]
    w = np.zeros((len(rates), len(seeds), INPUTS))
    memory, path = np.zeros_like(w), np.empty((steps, *w.shape))
    with np.errstate(all="ignore"):  # a run may diverge
        for step in range(steps):
            batch, wanted = inputs[drawn[:, step]], targets[drawn[:, step]]
            errors = (batch @ w[..., np.newaxis])[..., 0] - wanted
            grad = (errors[..., np.newaxis, :] @ batch)[..., 0, :] / size
            if rule == "rmsprop":
                memory = 0.9 * memory + 0.1 * grad**2
                update = grad / (np.sqrt(memory) + 1e-6)
            else:
                update = memory = (0.9 if rule == "momentum" else 0.0) * memory + grad
            w = path[step] = w - rate * update
        off = path - lowest
        losses = np.sum(off @ hessian * off, axis=-1) / 2
        return np.asarray(np.minimum(np.nan_to_num(losses, nan=HIGHEST), HIGHEST))


def _minimum(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the loss is lowest, and its second derivatives."""
    return np.linalg.lstsq(inputs, targets, rcond=None)[0], inputs.T @ inputs / EXAMPLES


class Experiment:
    """A plan, carried out."""

    def __init__(self, plan: Plan, own: Numbers) -> None:
        self.plan, self._own = plan, own
        self.tried = [
            measured(own, rival, grid, plan.tuning, plan, plan.measure)
            for rival, grid in zip(plan.rivals, plan.grids, strict=True)
        ]
        self.best = [tune(grid, tried) for grid, tried in zip(plan.grids, self.tried, strict=True)]
        lowest, hessian = _minimum(np.array(own["inputs"]), np.array(own["targets"]))
        self._learned = LEARNED * float(lowest @ hessian @ lowest) / 2

    def is_best(self, rival: int, rate: float) -> bool:
        """Whether a rate of the grid is the best one, or as good."""
        medians = np.median(self.tried[rival], axis=1)
        level = medians <= (1 + LEVEL) * medians.min()
        return any(near(rate, one) for one in np.array(self.plan.grids[rival])[level])

    def best_end(self, rival: int) -> str:
        """The end of the grid at which the best rate lies; "" for none.

        Rates that are one but for their last digits are equally good: among them rounding decides.
        """
        grid, medians = self.plan.grids[rival], np.median(self.tried[rival], axis=1)
        equal = medians <= (1 + ROUNDING) * medians.min()
        ends = {"smallest": np.argmin(grid), "largest": np.argmax(grid)}
        return next((end for end, place in ends.items() if equal[place]), "")

    def learns(self, rival: int, rate: float) -> bool:
        """Whether runs at a rate of the grid get anywhere.

        Runs that stay at the start or diverge end at numbers that are known without a run.
        """
        tried = self.tried[rival][self.plan.grids[rival].index(rate)]
        return bool(np.median(tried) < self._learned)

    def comparable(self) -> None:
        """Return where both rivals learn at their best rates; otherwise raise Lost."""
        for rival, name in enumerate(self.plan.rivals):
            if not self.learns(rival, self.best[rival]):
                raise Lost(
                    f"By your plan {name} learns nothing at any rate of its grid: its loss stays "
                    "above half of that at the start. So there is nothing to compare.",
                    mistake="nothing is learned",
                )

    def of_grid(self, rival: int, rate: float) -> float | None:
        """The rate of the grid that a number stands for, rounded as it may be."""
        return next((one for one in self.plan.grids[rival] if near(rate, one)), None)

    def values(
        self, rival: int, rate: float, seeds: Sequence[int] = (), measure: str = ""
    ) -> np.ndarray:
        """The measures of a rival at a rate: on the judging seeds, by the plan's measure."""
        plan, name = self.plan, self.plan.rivals[rival]
        runs = seeds or plan.judging, plan, measure or plan.measure
        return np.asarray(measured(self._own, name, [rate], *runs)[0])


# --- the checks of the plan -----------------------------------------------------------------


def _plan(*looks: Callable[[Plan], None]) -> Callable[[Answers, Numbers, Draw], None]:
    def check(answers: Answers, _: Numbers, __: Draw) -> None:
        plan = read_plan(answers)
        for look in looks:
            look(plan)

    return check


def _wide_enough(answers: Answers, own: Numbers, _: Draw) -> None:
    experiment = Experiment(read_plan(answers), own)
    plan = experiment.plan
    narrow = [
        f"the best rate of {name} is the {end} of its grid"
        for rival, name in enumerate(plan.rivals)
        if (end := experiment.best_end(rival))
    ]
    if narrow:
        raise Lost(
            f"Too narrow: {', and '.join(narrow)}. Beyond it there may be a better one.",
            mistake="best rate at an end",
            share=0.0 if narrow[1:] else 0.5,
        )


# --- the checks of the functions ------------------------------------------------------------


def _tune(counts: tuple[tuple[int, int], ...]) -> Callable[[Answers, Numbers, Draw], None]:
    """A check on results of so many rates and seeds."""

    def check(answers: Answers, _: Numbers, draw: Draw) -> None:
        compare(answers, "tune", tune, TUNE, _telling(draw, counts), ("rate",))

    return check


def _telling(draw: Draw, counts: tuple[tuple[int, int], ...]) -> list[tuple[Any, ...]]:
    """Grids and results by which each known mistake is seen, and told from the others."""
    odd = all(seeds % 2 for _, seeds in counts)
    seen = [of.rule for of in TUNE if not (odd and of.name.endswith("of the middle two"))]
    while True:
        probes = [_results(draw, *count) for count in counts]
        answers = {tuple(float(rule(*one)) for one in probes) for rule in (tune, *seen)}
        if len(answers) == 1 + len(seen):
            return list(probes)


def _results(draw: Draw, rates: int, seeds: int) -> tuple[np.ndarray, np.ndarray]:
    """A grid, and results of which one has diverged."""
    grid = np.cumprod(draw.uniform(1.5, 3, size=rates)) * 1e-3
    results = np.exp(draw.normal(size=(rates, seeds)))
    results[draw.randint(rates), draw.randint(seeds)] = HIGHEST
    return grid, results


def _judge(answers: Answers, _: Numbers, draw: Draw) -> None:
    counts = (11, 8, 7, 14, 6, 5, 9, 10, 12, 13)  # of every remainder by 4, on which rules differ
    probes = [(np.exp(draw.normal(size=count)),) for count in counts]
    compare(answers, "judge", judge, JUDGE, probes, ("lower", "median", "upper"))


def _cases(draw: Draw) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of which some differ clearly, some nearly and some not, in both orders.

    In the first four the range of one lies within that of the other.
    """
    within = [_within(draw) for _ in range(4)]
    shifts = (0.4, 0.8, 1.2, 2.0, 3.0, 6.0)
    return [
        *within[:2],
        *((second, first) for first, second in within[2:]),
        *(_pair(draw, sign * shift) for shift in shifts for sign in (-1, 1) for _ in range(2)),
    ]


def _within(draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    """A pair of which the first range lies within the second, by median above, by mean below."""
    while True:
        first, second = _pair(draw, 0.0, widths=(0.1, 1.0))
        (low1, one, high1), (low2, two, high2) = judge(first), judge(second)
        if low2 < low1 and high1 < high2 and two < one and first.mean() < second.mean():
            return first, second


def _pair(
    draw: Draw, shift: float, widths: tuple[float, float] = (0.5, 0.5)
) -> tuple[np.ndarray, np.ndarray]:
    """Two rivals' measures whose ranges neither touch nor nearly do."""
    while True:
        first = np.exp(widths[0] * draw.normal(size=draw.randint(7, 12)))
        second = np.exp(widths[1] * draw.normal(size=draw.randint(7, 12)) + 0.5 * shift)
        (low1, _, high1), (low2, _, high2) = judge(first), judge(second)
        if min(abs(high1 / low2 - 1), abs(high2 / low1 - 1)) > 0.02:
            return first, second


def _verdict(answers: Answers, own: Numbers, draw: Draw) -> None:
    cases = _cases(draw)
    found = [_said(answers, case) for case in cases]
    for ranged in (judge, *_own_judge(answers, own, draw)):
        if found == [verdict(*case, ranged) for case in cases]:
            return
    known = (of for of in VERDICT if found == [of.rule(*case) for case in cases])
    mistake = next(known, None)
    hint = f" {mistake.hint}" if mistake else ""
    wrong = sum(one != verdict(*case) for one, case in zip(found, cases, strict=True))
    raise Lost(
        f"Of {len(cases)} cases, {wrong} must have another answer.{hint}",
        mistake=mistake.name if mistake else "",
    )


def _said(answers: Answers, case: tuple[np.ndarray, np.ndarray]) -> str:
    outcome = answers.call("verdict", *case)
    if outcome.error:
        raise Lost(f"verdict raises {outcome.error}", mistake="raises an error")
    if not isinstance(outcome.value, str) or outcome.value not in TEXTS:
        raise Lost(
            f"verdict returns something other than one of {', '.join(map(repr, TEXTS))}.",
            mistake="another answer than the three",
        )
    return str(outcome.value)


def _own_judge(answers: Answers, own: Numbers, draw: Draw) -> list[Judge]:
    """The wrong judge that the student has written, where a check knows it."""
    return [of.rule for of in made_before(JUDGE, _judge, answers, own, draw)]


# --- the checks of what was run -------------------------------------------------------------
# Each asks all that it may need before it looks at an answer: a handout for PyTorch is asked once.


def _best_rates(answers: Answers, own: Numbers, draw: Draw) -> None:
    plan, made = read_plan(answers), made_before(TUNE, _tune_usual, answers, own, draw)
    found = answers.array("best_rates", (2,))
    experiment = Experiment(plan, own)
    experiment.comparable()
    right = [experiment.is_best(rival, rate) for rival, rate in enumerate(found)]
    if all(right):
        return
    for own_tune in made:
        chosen = map(own_tune.rule, map(np.array, plan.grids), experiment.tried)
        if all(near(one, float(other)) for one, other in zip(found, chosen, strict=True)):
            return
    if all(experiment.is_best(rival, rate) for rival, rate in enumerate(found[::-1])):
        raise Lost("The two rates stand in the other order.", mistake="rivals swapped", share=0.5)
    wrong = [name for name, good in zip(plan.rivals, right, strict=True) if not good]
    raise Lost(
        f"By your plan another rate is best for {' and for '.join(wrong)}.",
        share=0.5 if any(right) else 0.0,
    )


def _table(answers: Answers, own: Numbers, draw: Draw) -> None:
    plan, judges = read_plan(answers), [judge, *_own_judge(answers, own, draw)]
    chosen, found = _chosen(answers), answers.array("table", (2, 3))
    experiment = Experiment(plan, own)
    experiment.comparable()
    rates = [_rates(chosen, experiment, rival) for rival in (0, 1)]

    def fits(row: np.ndarray, rival: int, **other: Any) -> bool:
        """Whether a row of the table is that of a rival, at a rate that it may have."""
        return any(
            np.allclose(row, of(experiment.values(rival, rate, **other)), rtol=THREE_DIGITS)
            for rate in rates[rival]
            for of in judges
        )

    right = [fits(found[rival], rival) for rival in (0, 1)]
    if all(right):
        return
    swapped = all(fits(found[1 - rival], rival) for rival in (0, 1))
    other_measure = MEASURES[1 - MEASURES.index(plan.measure)]
    for name, hint, fitting in (
        ("rivals swapped", "The two rows stand in the other order.", swapped),
        ("judged on tuning seeds", "Its runs are those of the tuning seeds. Judge by the others.",
         all(fits(found[rival], rival, seeds=plan.tuning) for rival in (0, 1))),
        ("another measure", "It has the other of the two measures. Take that of your plan.",
         all(fits(found[rival], rival, measure=other_measure) for rival in (0, 1))),
        ("all seeds", "Its runs are those of all seeds. Judge by the judging seeds alone.",
         all(fits(found[rival], rival, seeds=plan.tuning + plan.judging)
             for rival in (0, 1))),
    ):  # fmt: skip
        if fitting:
            raise Lost(hint, mistake=name)
    wrong = [name for name, good in zip(plan.rivals, right, strict=True) if not good]
    raise Lost(
        f"By your plan the row of {' and that of '.join(wrong)} has other numbers.",
        share=0.5 if any(right) else 0.0,
    )


def _chosen(answers: Answers) -> np.ndarray | None:
    """The student's best rates, where there are two."""
    try:
        return answers.array("best_rates", (2,))
    except Lost:
        return None


def _rates(chosen: np.ndarray | None, experiment: Experiment, rival: int) -> list[float]:
    """The rates at which a rival may be judged: the best, and the student's own that learns."""
    best = experiment.best[rival]
    own = None if chosen is None else experiment.of_grid(rival, float(chosen[rival]))
    if own is None or own == best or not experiment.learns(rival, own):
        return [best]
    return [best, own]


def _my_verdict(answers: Answers, own: Numbers, draw: Draw) -> None:
    plan, judges = read_plan(answers), [judge, *_own_judge(answers, own, draw)]
    chosen, outcome = _chosen(answers), answers.call("asked", "my_verdict")
    if outcome.error or not isinstance(outcome.value, str):
        raise Lost("`my_verdict` is not a text, or not there.", mistake=NOT_ANSWERED)
    choices = dict(zip(TEXTS, (*plan.rivals, TEXTS[2]), strict=True))
    if outcome.value not in choices.values():
        raise Lost(
            f"`my_verdict` must be one of {', '.join(map(repr, choices.values()))}.",
            mistake="another answer than the three",
        )
    experiment = Experiment(plan, own)
    experiment.comparable()
    if outcome.value in {choices[one] for one in _verdicts(experiment, judges, chosen)}:
        return
    found = {text: key for key, text in choices.items()}[outcome.value]
    ranges = [judge(experiment.values(rival, experiment.best[rival])) for rival in (0, 1)]
    lower = "first" if ranges[0][1] < ranges[1][1] else "second"
    if by_ranges(*ranges) == "no difference" and found == lower:
        raise Lost(
            "The two ranges overlap. By the rule, no difference was seen, although one median is "
            "lower.",
            mistake="medians alone",
        )
    raise Lost("It does not follow from your table by the rule of task 5.")


def _verdicts(
    experiment: Experiment, judges: Sequence[Judge], chosen: np.ndarray | None
) -> Iterator[str]:
    """What follows from the right numbers, and from the student's own where they were run."""
    for of in judges:
        for one in _rates(chosen, experiment, 0):
            for two in _rates(chosen, experiment, 1):
                ranges = [
                    np.array(of(experiment.values(rival, rate)))
                    for rival, rate in enumerate((one, two))
                ]
                # Where the ranges nearly touch, rounding decides.
                for off in (1 - LEVEL, 1.0, 1 + LEVEL):
                    yield by_ranges(ranges[0], off * ranges[1])


_tune_usual = _tune(((6, 3), (8, 5), (7, 3), (9, 5), (6, 5)))

#: A student's, where the checks are rehearsed: what they ask is the same for every plan.
_REHEARSED: dict[str, Any] = {
    "plan": {
        "rivals": RULES[:2],
        "measure": "end",
        "steps": STEPS[0],
        "grids": dict.fromkeys(RULES, (0.001, 0.003, 0.01, 0.03, 0.1)),
        "tuning_seeds": (0, 1),
        "judging_seeds": (2, 3, 4, 5, 6),
        "budget": STEPS[0] * 5 * 2,
    },
    "my_verdict": "no difference",
}


def _asked(name: str, *keys: Any) -> Any:
    """As the handout's own function: a part of the answers."""
    return reduce(getitem, keys, _REHEARSED[name])


ASSIGNMENT = Assignment(
    "comparison",
    "A fair comparison",
    numbers,
    (
        Task(
            "plan",
            "Your plan",
            (
                Check(1, "steps and grids as the text allows", _plan(in_range)),
                Check(1, "the budget: equal, and as stated", _plan(equal_budgets)),
                Check(1, "enough seeds, each once", _plan(enough_seeds)),
                Check(1, "other seeds for tuning than for judging", _plan(separate_seeds)),
                Check(3, "grids wide enough: no best rate at an end", _wide_enough),
            ),
        ),
        Task("expect", "What you expect", points=2),
        Task(
            "tune",
            "The best rate",
            (
                Check(2, "with an odd number of seeds", _tune_usual),
                Check(
                    1,
                    "with an even number of seeds",
                    _tune(((6, 4), (8, 4), (9, 6), (7, 4), (8, 6))),
                ),
            ),
        ),
        Task("judge", "Middle and spread", (Check(3, "with odd and even counts", _judge),)),
        Task("verdict", "The verdict's rule", (Check(3, "on 28 pairs", _verdict),)),
        Task(
            "results",
            "Run it",
            (
                Check(2, "best_rates, by your plan", _best_rates),
                Check(3, "table, by your plan", _table),
            ),
        ),
        Task("my_verdict", "Your verdict", (Check(2, "it follows by the rule", _my_verdict),)),
        Task("limits", "What it cannot say", points=5),
    ),
    right=lambda _: {"tune": tune, "judge": judge, "verdict": verdict, "asked": _asked},
)
