"""A student's plan of a comparison: read from the notebook, and looked at for fairness."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.course.assignment import NOT_ANSWERED, Answers, Lost
from rmsprop_lab.checking.outcomes import Outcome, shortened

Told = dict[tuple[Any, ...], Outcome]  # what stands in a plan under some keys

RULES = ("sgd", "momentum", "rmsprop")
MEASURES = ("end", "tail")
KEYS = ("rivals", "measure", "steps", "grids", "tuning_seeds", "judging_seeds", "budget")

#: What a plan is asked for, whatever it holds: so a handout for PyTorch can carry the questions.
QUESTIONS: tuple[tuple[Any, ...], ...] = (
    ("rivals", 0),
    ("rivals", 1),
    *(("grids", rule) for rule in RULES),
    *((key,) for key in KEYS if key not in ("rivals", "grids")),
)

STEPS = (50, 400)
RATES = (5, 12)  # of a grid
FINER = 4.0  # a rate may be so many times the one before
TUNING, JUDGING = (2, 6), (5, 15)  # seeds
LARGEST_SEED = 9999

#: What is still run where it is more than the text allows: a plan that is not fair can be graded.
MOST_STEPS, MOST_NUMBERS = 1000, 20


@dataclass(frozen=True)
class Plan:
    """A plan that can be run, fair or not.

    Attributes:
        rivals: two names of rules.
        measure: "end" or "tail".
        steps: of every run.
        grids: the learning rates of each rival.
        tuning, judging: seeds.
        budget: as it is stated.
    """

    rivals: tuple[str, str]
    measure: str
    steps: int
    grids: tuple[tuple[float, ...], tuple[float, ...]]
    tuning: tuple[int, ...]
    judging: tuple[int, ...]
    budget: float


def read_plan(answers: Answers) -> Plan:
    """The student's plan.

    Raises:
        Lost: where it cannot be run: a key that is missing, a name that is unknown.
    """
    told = {keys: answers.call("asked", "plan", *keys) for keys in QUESTIONS}
    rivals = tuple(_text(told, RULES, "rivals", place) for place in (0, 1))
    if rivals[0] == rivals[1]:
        raise Lost("Your plan compares a rule with itself.", mistake="plan cannot be run")
    steps = _number(told, "steps")
    if not steps.is_integer() or not 1 <= steps <= MOST_STEPS:
        raise Lost(
            f"`steps` in your plan must be a whole number from {STEPS[0]} to {STEPS[1]}.",
            mistake="plan cannot be run",
        )
    grids = tuple(_numbers(told, "grids", rival) for rival in rivals)
    if any((grid <= 0).any() for grid in grids):
        raise Lost("A learning rate in your plan is not positive.", mistake="plan cannot be run")
    seeds = [_numbers(told, f"{kind}_seeds") for kind in ("tuning", "judging")]
    for one in seeds:
        if not _whole(one) or one.min() < 0 or one.max() > LARGEST_SEED:
            raise Lost(
                f"A seed in your plan must be a whole number from 0 to {LARGEST_SEED}.",
                mistake="plan cannot be run",
            )
    return Plan(
        rivals=(rivals[0], rivals[1]),
        measure=_text(told, MEASURES, "measure"),
        steps=int(steps),
        grids=(tuple(map(float, grids[0])), tuple(map(float, grids[1]))),
        tuning=tuple(map(int, seeds[0])),
        judging=tuple(map(int, seeds[1])),
        budget=_number(told, "budget"),
    )


def _asked(told: Told, *keys: Any) -> Any:
    """What stands in the plan under these keys."""
    outcome = told[keys]
    if outcome.error.startswith("KeyError: 'plan'"):
        raise Lost("`plan` is not defined in your notebook.", mistake=NOT_ANSWERED)
    if outcome.error:
        where = "".join(f"[{key!r}]" for key in keys)
        raise Lost(
            f"Your `plan{where}` cannot be read: {shortened(outcome.error)}.",
            mistake="plan cannot be run",
        )
    return outcome.value


def _text(told: Told, choices: tuple[str, ...], *keys: Any) -> str:
    value = _asked(told, *keys)
    if not isinstance(value, str) or value not in choices:
        raise Lost(
            f"`{keys[0]}` in your plan knows these names alone: {', '.join(choices)}.",
            mistake="plan cannot be run",
        )
    return str(value)


def _number(told: Told, key: str) -> float:
    row = _numbers(told, key)
    if row.size > 1:
        raise Lost(f"`{key}` in your plan must be one number.", mistake="plan cannot be run")
    return float(row[0])


def _numbers(told: Told, *keys: Any) -> np.ndarray:
    """A number or a list of numbers as a row: some, not too many, all finite."""
    value = _asked(told, *keys)
    try:
        row = np.atleast_1d(np.asarray(value)).ravel()
    except (TypeError, ValueError, OverflowError):
        row = np.zeros(0)
    if row.dtype.kind not in "iuf":
        row = np.zeros(0)
    if not 1 <= row.size <= MOST_NUMBERS or not np.isfinite(row).all():
        raise Lost(
            f"`{keys[0]}` in your plan must be a number or a list of 1 to {MOST_NUMBERS} numbers, "
            "all finite.",
            mistake="plan cannot be run",
        )
    return row


def _whole(numbers: np.ndarray) -> bool:
    return bool((numbers == np.floor(numbers)).all())


# --- is it fair? ----------------------------------------------------------------------------


def in_range(plan: Plan) -> None:
    """Return where steps and grids are as the text allows; otherwise raise Lost."""
    if not STEPS[0] <= plan.steps <= STEPS[1]:
        raise Lost(f"`steps` must be a whole number from {STEPS[0]} to {STEPS[1]}.")
    for rival, grid in zip(plan.rivals, plan.grids, strict=True):
        if not RATES[0] <= len(grid) <= RATES[1]:
            raise Lost(f"The grid of {rival} must have {RATES[0]} to {RATES[1]} rates.")
        growth = np.divide(grid[1:], grid[:-1])
        if growth.min() <= 1:
            raise Lost(
                f"In the grid of {rival} each rate must be larger than the one before.",
                mistake="grid not in order",
            )
        if growth.max() > FINER * (1 + 1e-9):
            raise Lost(
                f"In the grid of {rival} a rate is more than {FINER:g} times the one before: the "
                "best may lie between them.",
                mistake="grid too coarse",
            )


def equal_budgets(plan: Plan) -> None:
    """Return where both rivals have the budget that is stated; otherwise raise Lost."""
    if len(plan.grids[0]) != len(plan.grids[1]):
        raise Lost(
            "The grids have different numbers of rates, so one rival's search is larger.",
            mistake="unequal budgets",
        )
    budget = plan.steps * len(plan.grids[0]) * len(plan.tuning)
    if plan.budget != budget:
        reason = "`budget` is not what your plan takes. It counts the steps of all runs by which "
        raise Lost(f"{reason}one rival is tuned.", mistake=_budget_mistake(plan, budget))


def _budget_mistake(plan: Plan, budget: int) -> str:
    return {
        2.0 * budget: "budget of both rivals",
        1.0 * plan.steps: "budget of one run",
        budget / len(plan.tuning): "seeds not in the budget",
        budget / len(plan.grids[0]): "rates not in the budget",
        budget / plan.steps: "runs instead of steps",
        budget + 1.0 * plan.steps * len(plan.judging): "judging in the budget",
    }.get(plan.budget, "budget not as stated")


def enough_seeds(plan: Plan) -> None:
    """Return where there are enough seeds, each once; otherwise raise Lost."""
    for kind, seeds, (least, most) in (
        ("tuning", plan.tuning, TUNING),
        ("judging", plan.judging, JUDGING),
    ):
        if len(set(seeds)) < len(seeds):
            raise Lost(
                f"A seed comes twice in `{kind}_seeds`: that is the same run again.",
                mistake="same seed twice",
            )
        if not least <= len(seeds) <= most:
            few = len(seeds) < least
            raise Lost(
                f"`{kind}_seeds` must hold {least} to {most} seeds.",
                mistake=f"too few {kind} seeds" if few else "",
            )


def separate_seeds(plan: Plan) -> None:
    """Return where no run serves both purposes; otherwise raise Lost."""
    if set(plan.tuning) & set(plan.judging):
        raise Lost(
            "A seed is used for tuning and for judging. A rate looks better on the runs by which "
            "it was chosen.",
            mistake="judged on tuning seeds",
        )
