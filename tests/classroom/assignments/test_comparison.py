"""The assignment on a fair comparison: plans, what is made of them, and what is said of both."""

import inspect
import statistics
from collections import Counter
from functools import cache
from types import FunctionType

import numpy as np
import pytest

from classroom.assignments import _wrong_comparison as rules
from classroom.assignments import comparison
from classroom.assignments._plan import Plan
from tests.classroom.support import at_home, in_process
from tests.classroom.support.judged import (
    _unnamed,  # noqa: F401 - a fixture
    book_functions,
    judged,
    maximum,
    own,
    scored,
)

NAME = "comparison"
TOTAL = 23
STUDENTS = [f"s{k:03}" for k in range(40)]
RAN = ("results", "my_verdict")


@cache
def solved(student):
    return in_process.namespace(NAME, student)


def answered(student="ada", **changes):
    """The solved notebook with some answers changed; `asked` sees the changed ones."""
    found = {**solved(student), **changes}
    found["asked"] = FunctionType(found["asked"].__code__, found)
    return {name: value for name, value in found.items() if value is not ...}


def planned(student="ada", **changes):
    """The same with some entries of the plan changed; an entry that is ... is left out."""
    plan = {**solved(student)["plan"], **changes}
    return answered(student, plan={key: value for key, value in plan.items() if value is not ...})


def by_numbers(found, student="ada"):
    """The record of a handout for PyTorch that keeps the numbers of these answers."""
    return at_home.graded(NAME, at_home.handed_in(NAME, found, student), student)


def lost_by_numbers(record):
    """What each check of such a record says, as `judged` has it."""
    return {
        task["name"]: [(check["reason"], check["mistake"]) for check in task["checks"]]
        for task in record["tasks"]
    }


def mistakes(found, task, student="ada"):
    return [lost and lost.mistake for lost in judged(NAME, found, task, student=student)[task]]


@pytest.mark.parametrize("student", ["ada", "s001", "bob"])
def test_the_instructors_version_has_all_points(student):
    found = solved(student)
    assert scored(NAME, found, student=student) == maximum(NAME)
    assert sum(maximum(NAME).values()) == TOTAL
    assert set(in_process.public_checks(NAME, student, found).values()) == {""}


def test_the_untouched_release_has_none():
    found = in_process.namespace(NAME, "ada", solutions=False)
    assert not any(scored(NAME, found).values())
    said = in_process.public_checks(NAME, "ada", found)
    assert all(said[task] for task in maximum(NAME))
    assert not any(scored(NAME, {}).values())


# --- the runs ---------------------------------------------------------------------------------


def plan_of(found):
    """The plan as the grader holds it."""
    plan = found["plan"]
    return Plan(
        rivals=tuple(plan["rivals"]),
        measure=plan["measure"],
        steps=plan["steps"],
        grids=tuple(tuple(map(float, plan["grids"][name])) for name in plan["rivals"]),
        tuning=tuple(plan["tuning_seeds"]),
        judging=tuple(plan["judging_seeds"]),
        budget=plan["budget"],
    )


@pytest.mark.parametrize("rule", ["sgd", "momentum", "rmsprop"])
@pytest.mark.parametrize("measure", ["end", "tail"])
def test_the_graders_runs_are_those_of_the_handout(rule, measure):
    for student in ("ada", "s001", "s002"):
        found = planned(student, measure=measure, steps=75)
        names = dict(found)
        score = FunctionType(found["score"].__code__, names)
        rates, seeds = (0.003, 0.03, 20.0), (5, 17)
        mine = [[score(rule, rate, seed) for seed in seeds] for rate in rates]
        theirs = comparison.measured(
            own(NAME, student), rule, rates, seeds, plan_of(found), measure
        )
        assert theirs == pytest.approx(np.array(mine), rel=1e-6)
        if rule != "rmsprop":
            assert set(theirs[2]) == {1e9} or measure == "tail"
            assert theirs[2].min() > 1e7


def _in_another_order(found, rule, rate, seed, steps):
    """The handout's run, whose sums over a batch are added up from the end and one by one."""
    draw, size = np.random.RandomState(seed), found["batch_size"]
    w, memory, path = np.zeros(4), np.zeros(4), []
    for rows in draw.randint(60, size=(steps, size)):
        grad = np.zeros(4)
        for row in rows[::-1]:
            error = sum((found["inputs"][row] * w)[::-1]) - found["targets"][row]
            grad = grad + error * found["inputs"][row] / size
        if rule == "rmsprop":
            memory = 0.9 * memory + 0.1 * grad**2
            w = w - rate * grad / (np.sqrt(memory) + 1e-6)
        else:
            memory = 0.9 * memory + grad
            w = w - rate * memory
        path.append(w)
    off = np.array(path) - found["lowest"]
    return np.sum(off @ found["hessian"] * off, axis=1) / 2


@pytest.mark.parametrize("student", STUDENTS[:6])
def test_no_number_of_a_table_hangs_on_the_order_of_a_sum(student):
    found = solved(student)
    for rival, rate in zip(found["plan"]["rivals"], found["best_rates"], strict=True):
        losses = found["run"](rival, rate, 12, 400)
        assert _in_another_order(found, rival, rate, 12, 400) == pytest.approx(losses, rel=1e-6)


def test_the_models_plan_is_wide_enough_and_verdicts_differ_between_students():
    verdicts, narrow = Counter(), 0
    for student in STUDENTS:
        plan = plan_of(solved("ada"))
        experiment = comparison.Experiment(plan, own(NAME, student))
        ends = [rate in (grid[0], grid[-1])
                for rate, grid in zip(experiment.best, plan.grids, strict=True)]  # fmt: skip
        narrow += any(ends)
        values = [experiment.values(rival, experiment.best[rival]) for rival in (0, 1)]
        verdicts[rules.verdict(*values)] += 1
    assert narrow == 0
    assert set(verdicts) == {"first", "second", "no difference"}
    assert max(verdicts.values()) < 0.8 * len(STUDENTS)


# --- plans ------------------------------------------------------------------------------------

WIDE = np.geomspace(0.0005, 0.3, 9)


def grids(**changed):
    return {**solved("ada")["plan"]["grids"], **changed}


UNFAIR = [
    ({"steps": 40, "budget": 40 * 27}, 0, ""),
    ({"steps": 401, "budget": 401 * 27}, 0, ""),
    ({"grids": grids(momentum=WIDE[::-1])}, 0, "grid not in order"),
    ({"grids": grids(momentum=WIDE[[0, 2, 4, 6, 8]], rmsprop=WIDE[[0, 2, 4, 6, 8]]),
      "budget": 200 * 5 * 3}, 0, "grid too coarse"),
    ({"grids": grids(momentum=WIDE[:4], rmsprop=WIDE[:4]), "budget": 200 * 4 * 3}, 0, ""),
    ({"grids": grids(momentum=WIDE[1:])}, 1, "unequal budgets"),
    ({"budget": 200 * 27 * 2}, 1, "budget of both rivals"),
    ({"budget": 200}, 1, "budget of one run"),
    ({"budget": 200 * 9}, 1, "seeds not in the budget"),
    ({"budget": 200 * 3}, 1, "rates not in the budget"),
    ({"budget": 27}, 1, "runs instead of steps"),
    ({"budget": 200 * (27 + 11)}, 1, "judging in the budget"),
    ({"budget": 12345}, 1, "budget not as stated"),
    ({"judging_seeds": [10, 11, 12, 13]}, 2, "too few judging seeds"),
    ({"judging_seeds": list(range(10, 26))}, 2, ""),
    ({"judging_seeds": [10, 11, 12, 13, 13]}, 2, "same seed twice"),
    ({"tuning_seeds": [0], "budget": 200 * 9}, 2, "too few tuning seeds"),
    ({"judging_seeds": [2, 10, 11, 12, 13]}, 3, "judged on tuning seeds"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "name"), UNFAIR)
def test_an_unfair_plan_is_named(changes, place, name):
    lost = judged(NAME, planned(**changes), "plan")["plan"]
    assert lost[place] is not None
    assert lost[place].mistake == name
    fair = [one for k, one in enumerate(lost[:4]) if k != place]
    assert fair == [None] * 3


@pytest.mark.parametrize(
    ("narrow", "points"),
    [
        ({"momentum": np.geomspace(1e-5, 1e-3, 9)}, 1.5),
        ({"rmsprop": np.geomspace(1, 30, 9)}, 1.5),
        ({"momentum": np.geomspace(1e-5, 1e-3, 9), "rmsprop": np.geomspace(1, 30, 9)}, 0),
    ],
)
def test_a_best_rate_at_an_end_costs_points(narrow, points):
    found = planned(grids=grids(**narrow))
    lost = judged(NAME, found, "plan")["plan"]
    assert lost[:4] == [None] * 4
    assert lost[4].mistake == "best rate at an end"
    assert scored(NAME, found, "plan") == {"plan": 4 + points}


def test_the_ends_of_a_grid_are_its_least_and_its_largest_rate():
    """A rate that diverges at both ends of the list makes no grid wide."""
    for rates, end in (([50.0, 0.02, 50.0], "smallest"), ([0.001, 3e-5, 1e-5], "largest")):
        alone = planned(grids=dict.fromkeys(("momentum", "rmsprop"), rates))
        lost = judged(NAME, alone, "plan")["plan"][4]
        assert lost.mistake == "best rate at an end"
        assert f"the best rate of momentum is the {end} of its grid" in lost.reason


def test_other_forms_of_a_plan_are_read():
    whole = planned(
        rivals=("momentum", "rmsprop"),
        grids={key: rates.tolist() for key, rates in grids().items()},
        tuning_seeds=range(3),
        judging_seeds=np.arange(10, 21),
        steps=np.int64(200),
        budget=5400.0,
    )
    assert scored(NAME, whole, "plan", *RAN) == {"plan": 7, "results": 5, "my_verdict": 2}
    more = planned(notes="more is no harm", grids=grids(sgd=[1.0]))
    assert scored(NAME, more, "plan") == {"plan": 7}


def test_the_notebook_says_where_there_are_not_two_rivals():
    for rivals in (["sgd"] * 2, ["momentum", "rmsprop", "sgd"]):
        found = in_process.namespace(NAME, "ada")
        plan = found["plan"] | {
            "rivals": rivals,
            "grids": {name: [0.01, 0.02] for name in rivals},
        }
        found["plan"] = found["score"].__globals__["plan"] = plan
        assert "Two different rules." in in_process.public_checks(NAME, "ada", found)["plan"]


ODD = [..., None, "text", "sgd", [], {}, [1, 2], -1, 0, 1.5, np.nan, np.inf, 10**400, 1j,
       [[1], [2, 3]], np.zeros(300), ["momentum", "adam"], ["sgd", "sgd"], object()]  # fmt: skip
KEYS = ("rivals", "measure", "steps", "grids", "tuning_seeds", "judging_seeds", "budget")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:15])
def test_odd_plans_lose_and_nothing_breaks(key, value):
    found = planned(**{key: value})
    points = scored(NAME, found, "plan", *RAN)
    assert points["plan"] < 7
    if key in ("rivals", "measure", "grids"):  # nothing can be run
        assert points == dict.fromkeys(points, 0)


@pytest.mark.parametrize("plan", ["text", None, 3, [], {}, [1, 2], lambda: 1, ...])
def test_what_is_no_plan_leads_to_no_points(plan):
    assert not any(scored(NAME, answered(plan=plan), "plan", *RAN).values())


# --- functions --------------------------------------------------------------------------------


def _rate(of):
    return lambda rates, results: rates[np.argmin([of(row) for row in results])]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (_rate(np.mean), "mean for median"),
        (_rate(lambda row: np.prod(row ** (1 / len(row)))), "geometric mean for median"),
        (_rate(min), "luckiest run"),
        (_rate(max), "worst run"),
        (_rate(lambda row: row[0]), "first seed alone"),
        (_rate(lambda row: row[len(row) // 2]), "not sorted"),
        (lambda rates, results: rates[
            max(range(len(rates)), key=np.argmin(results, axis=0).tolist().count)],
         "most often best"),
        (lambda rates, results: np.argmin(np.median(results, axis=1)), "place for rate"),
        (lambda rates, results: min(np.median(results, axis=1)), "median for rate"),
        (_rate(lambda row: -np.median(row)), "highest"),
        (lambda rates, results: rates[np.argmin(np.median(results, axis=0))], "rows for columns"),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_named(wrong, name):
    odd, even = mistakes({"tune": wrong}, "tune")
    assert odd == name
    assert scored(NAME, {"tune": wrong}, "tune")["tune"] == 0
    assert even is not None


def _halves(shared):
    """The school's quartiles: medians of both halves, with the middle one or without."""

    def judge(values):
        ordered, half = sorted(values), (len(values) + shared) // 2
        return tuple(map(np.median, (ordered[:half], ordered, ordered[-half:])))

    return judge


def test_an_even_count_is_seen():
    wrong = _rate(lambda row: sorted(row)[len(row) // 2])
    assert mistakes({"tune": wrong}, "tune") == [None, "upper of the middle two"]
    assert scored(NAME, {"tune": wrong}, "tune") == {"tune": 2}


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (lambda v: (v.mean() - v.std(), v.mean(), v.mean() + v.std()), "mean and deviation"),
        (lambda v: (min(v), np.median(v), max(v)), "all runs"),
        (lambda v: np.percentile(v, [10, 50, 90]), "tenths for quarters"),
        (lambda v: (np.median(v), *np.percentile(v, [25, 75])), "another order"),
        (lambda v: (np.percentile(v, 25), v.mean(), np.percentile(v, 75)), "mean for median"),
        (lambda v: np.quantile(v, [0.25, 0.5, 0.75], method="lower"),
         "quartiles not interpolated"),
        (lambda v: statistics.quantiles(v, n=4), "another rule for quartiles"),
        (lambda v: np.quantile(v, [0.25, 0.5, 0.75], method="midpoint"),
         "another rule for quartiles"),
        (_halves(0), "medians of the halves"),
        (_halves(1), "medians of the halves"),
        (lambda v: (np.percentile(v, 0.25), np.median(v), np.percentile(v, 0.75)), "percent"),
        (lambda v: (v.mean() - v.std(ddof=1), v.mean(), v.mean() + v.std(ddof=1)),
         "mean and deviation"),
        (lambda v: np.median(v), "one result"),
    ],
)  # fmt: skip
def test_a_wrong_middle_or_spread_is_named(wrong, name):
    (said,) = mistakes({"judge": wrong}, "judge")
    assert said == name or (name == "one result" and said)
    assert scored(NAME, {"judge": wrong}, "judge") == {"judge": 0}


def _ruled(ranged, lower="first", higher="second"):
    def verdict(first, second):
        one, two = ranged(first), ranged(second)
        if one[-1] < two[0]:
            return lower
        return higher if two[-1] < one[0] else "no difference"

    return verdict


def _quartiles(values):
    return np.percentile(values, [25, 75])


def _by_ends(first, second):
    """Overlap is sought where an end of the second range lies in the first."""
    (low, high), ends = _quartiles(first), _quartiles(second)
    if any(low <= end <= high for end in ends):
        return "no difference"
    return "first" if high < ends[0] else "second"


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (_ruled(_quartiles), None),
        (_ruled(_quartiles, "second", "first"), "higher is better"),
        (_ruled(lambda v: [np.median(v)]), "medians alone"),
        (_ruled(lambda v: [np.mean(v)]), "means alone"),
        (_ruled(np.sort), "ranges of all runs"),
        (_ruled(lambda v: (v.mean() - v.std(), v.mean() + v.std())), "ranges of deviations"),
        (_ruled(_quartiles, "first", "no difference"), "one side only"),
        (_by_ends, "range around a range"),
        (lambda first, second: "no difference", "never a difference"),
        (lambda first, second: "First", "another answer than the three"),
        (lambda first, second: None, "another answer than the three"),
        (lambda first: "first", "raises an error"),
    ],
)
def test_a_wrong_verdict_is_named(wrong, name):
    found = {"judge": rules.judge, "verdict": wrong}
    assert mistakes(found, "verdict") == [name]
    assert scored(NAME, found, "verdict") == {"verdict": 0 if name else 3}


@pytest.mark.parametrize("student", [f"s{k:03}" for k in range(20)])
def test_a_range_around_a_range_is_seen_for_everybody(student):
    other = {"first": "second", "second": "first", "no difference": "no difference"}

    def mirrored(first, second):
        return other[_by_ends(second, first)]

    for wrong in (_by_ends, mirrored):
        found = {"judge": rules.judge, "verdict": wrong}
        assert scored(NAME, found, "verdict", student=student) == {"verdict": 0}


def test_a_mistake_in_judge_costs_nothing_in_verdict():
    for of in ("all runs", "mean and deviation", "tenths for quarters"):
        wrong = next(one.rule for one in rules.JUDGE if one.name == of)
        found = {"judge": wrong, "verdict": _ruled(wrong)}
        assert scored(NAME, found, "judge", "verdict") == {"judge": 0, "verdict": 3}


# --- what was run -----------------------------------------------------------------------------


def run_by(
    student="ada",
    *,
    tune=rules.tune,
    judge=rules.judge,
    plan=None,
    rates=None,
    seeds=None,
    measure=None,
):
    """Rates and table as somebody makes them who does a thing otherwise."""
    plan = plan or plan_of(solved(student))
    numbers = own(NAME, student)
    measure = measure or plan.measure
    best, table = [], []
    for place, (name, grid) in enumerate(zip(plan.rivals, plan.grids, strict=True)):
        tried = comparison.measured(numbers, name, grid, plan.tuning, plan, measure)
        best.append(rates[place] if rates else tune(np.array(grid), tried))
        on = seeds or plan.judging
        table.append(judge(comparison.measured(numbers, name, [best[-1]], on, plan, measure)[0]))
    return {"best_rates": np.array(best), "table": np.array(table)}


@pytest.mark.parametrize("student", STUDENTS[:8])
def test_rounded_results_are_right(student):
    def rounded(digits):
        one = np.vectorize(lambda value: float(f"{value:.{digits}g}"))
        found = {key: one(value) for key, value in run_by(student).items()}
        return scored(NAME, answered(student, **found), "results", student=student)["results"]

    assert rounded(3) == rounded(4) == 5
    assert rounded(2) < 5


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"seeds": (0, 1, 2)}, "judged on tuning seeds"),
        ({"seeds": (0, 1, 2, *range(10, 21))}, "all seeds"),
        ({"measure": "end", "rates": [float(r) for r in solved("ada")["best_rates"]]},
         "another measure"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_named(changes, name):
    found = answered(**run_by(**changes))
    assert mistakes(found, "results") == [None, name]
    assert scored(NAME, found, "results") == {"results": 2}


def test_swapped_rows_and_single_rows():
    right = run_by()
    swapped = answered(table=right["table"][::-1])
    assert mistakes(swapped, "results") == [None, "rivals swapped"]
    assert (
        mistakes(answered(best_rates=right["best_rates"][::-1]), "results")[0] == "rivals swapped"
    )
    half = right["table"].copy()
    half[1] *= 1.1
    assert scored(NAME, answered(table=half), "results") == {"results": 2 + 1.5}


def test_a_wrong_rate_costs_nothing_in_the_table_nor_in_the_verdict():
    plan = plan_of(solved("ada"))
    other = [grid[3] for grid in plan.grids]
    found = run_by(rates=other)
    values = [comparison.measured(own(NAME, "ada"), name, [rate], plan.judging, plan, "tail")[0]
              for name, rate in zip(plan.rivals, other, strict=True)]  # fmt: skip
    word = {"first": plan.rivals[0], "second": plan.rivals[1]}.get(rules.verdict(*values),
                                                                   "no difference")  # fmt: skip
    points = scored(NAME, answered(**found, my_verdict=word), *RAN)
    assert points["results"] in (3, 4)  # a rate may be the best of one rival by chance
    assert points["my_verdict"] == 2
    # A rate that is in no grid is nobody's.
    lonely = run_by(rates=[0.0157, 0.0456])
    assert scored(NAME, answered(**lonely), "results") == {"results": 0}


def _not_run(rates, number, **changes):
    """A table of one number, which is known without a run, under each verdict."""
    plan = planned(grids=dict.fromkeys(("momentum", "rmsprop"), rates[:-1]), **changes)["plan"]
    made = {"plan": plan, "best_rates": rates[-1:] * 2, "table": np.full((2, 3), number)}
    for verdict in ("momentum", "rmsprop", "no difference"):
        yield judged(NAME, answered(**made, my_verdict=verdict), *RAN)


def test_no_numbers_that_are_known_without_a_run_score():
    """Runs that stay at the start, and runs that diverge, by the best rate and by one's own."""
    ada = solved("ada")
    start = float(ada["lowest"] @ ada["hessian"] @ ada["lowest"]) / 2
    idle, wild = [1e-300, 1e-300], [1e6, 1e6]
    for rates, number, changes in (idle, start, {"steps": 1}), (wild, 1e9, {"measure": "end"}):
        for said in _not_run(rates, number, **changes):
            found = [lost.mistake for task in RAN for lost in said[task]]
            assert found == ["nothing is learned"] * 3
    wide = [1e-8 * 4**k for k in range(12)]
    far = [1e-4 * 4**k for k in range(12)]
    for rates, own_rate, number in (wide, wide[0], start), (far, far[-1], 1e9):
        for said in _not_run([*rates, own_rate], number, measure="end"):
            assert None not in said["results"]
            assert all(lost.share == 0 for lost in said["results"])


@pytest.mark.parametrize("rule", ["sgd", "momentum", "rmsprop"])
@pytest.mark.parametrize("measure", ["end", "tail"])
def test_the_shortest_runs_of_a_wide_grid_learn(rule, measure):
    """So that a fair plan is never called one by which nothing is learned."""
    wide = tuple(np.geomspace(0.001, 1, 9).tolist())
    plan = Plan((rule, rule), measure, 50, (wide, wide), (0, 1, 2), (), 0)
    for student in STUDENTS:
        comparison.Experiment(plan, own(NAME, student)).comparable()


@pytest.mark.parametrize(
    "changes",
    [{"budget": [5400, 1]}, {"budget": 5400 + 1j}, {"budget": "5400"}, {"steps": [200, 200]},
     {"steps": "200"}, {"tuning_seeds": ["0", "1", "2"]}, {"tuning_seeds": [False, True]}],
)  # fmt: skip
def test_what_is_no_number_is_not_made_one(changes):
    assert scored(NAME, planned(**changes), "plan") == {"plan": 0}


@pytest.mark.parametrize("student", ["ada", "s001", "s004"])
def test_mistakes_in_tune_and_judge_cost_nothing_later(student):
    for tuned, judging in (("worst run", "all runs"), ("mean for median", "mean and deviation")):
        tune = next(of.rule for of in rules.TUNE if of.name == tuned)
        judge = next(of.rule for of in rules.JUDGE if of.name == judging)
        ran = run_by(student, tune=tune, judge=judge) | {"tune": tune, "judge": judge}
        rivals = solved(student)["plan"]["rivals"]
        words = dict(zip(comparison.TEXTS, (*rivals, "no difference"), strict=True))
        found = answered(student, **ran, my_verdict=words[rules.by_ranges(*ran["table"])])
        points = scored(NAME, found, *RAN, student=student)
        assert points == {"results": 5, "my_verdict": 2}


def test_a_grid_of_one_rate_in_its_last_digits_is_not_wide():
    """There rounding decides which of its rates is the best, and some try has it in the middle."""
    inside = 0
    for rate in np.geomspace(0.01, 0.1, 12):
        grid = [float(rate)]
        while len(grid) < 5:
            grid.append(float(np.nextafter(grid[-1], 1)))
        found = planned(grids=dict.fromkeys(("momentum", "rmsprop"), grid), budget=200 * 5 * 3)
        best = comparison.Experiment(plan_of(found), own(NAME, "ada")).best
        inside += any(one not in (grid[0], grid[-1]) for one in best)
        assert scored(NAME, found, "plan") == {"plan": 4}
    assert inside


# --- the verdict ------------------------------------------------------------------------------


def test_the_verdict_must_follow():
    for student in STUDENTS[:12]:
        found = solved(student)
        ranges = found["table"]
        right = rules.by_ranges(*ranges)
        for place, word in enumerate((*found["plan"]["rivals"], "no difference")):
            good = comparison.TEXTS[place] == right
            points = scored(NAME, answered(student, my_verdict=word), "my_verdict", student=student)
            assert points == {"my_verdict": 2 * good}, student
        lower = found["plan"]["rivals"][int(ranges[1][1] < ranges[0][1])]
        if right == "no difference":
            assert mistakes(answered(student, my_verdict=lower), "my_verdict", student) == [
                "medians alone"
            ]


@pytest.mark.parametrize("value", ["sgd", "", "x" * 999, None, 3, ["momentum"], np.zeros(3), ...])
def test_odd_verdicts_lose_with_a_reason(value):
    assert scored(NAME, answered(my_verdict=value), "my_verdict") == {"my_verdict": 0}


VALUES = [None, "text", 3.0, (1.0,), (None,) * 3, ("a", "b", "c"), (np.zeros((400, 400)), 1, 2),
          (np.nan,) * 3, np.nan, (1j,) * 3, [[1], [2, 3], []], {"s": 1},
          (10**400, 1, 1)]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_odd_values_lose_the_points_with_a_reason(value):
    functions = ("tune", "judge", "verdict")
    found = answered(**{name: lambda *_: value for name in functions})
    assert not any(scored(NAME, found, *functions).values())
    found = answered(best_rates=value, table=value)
    assert not any(scored(NAME, found, "results").values())


@pytest.mark.usefixtures("_unnamed")
def test_no_function_of_the_book_scores():
    for where, function in book_functions():
        takes = len(inspect.signature(function).parameters)
        for name in ("tune", "judge", "verdict"):
            if takes == len(inspect.signature(solved("ada")[name]).parameters):
                found = answered(**{name: function})
                assert not any(scored(NAME, found, name).values()), where


def test_the_numbers_stay_as_they_are():
    numbers = own(NAME, "ada")
    assert np.shape(numbers["inputs"]) == (60, 4)
    assert numbers["inputs"][0] == [0.42, -0.42, 0.17, -0.07]
    assert numbers["batch_size"] == 8


# --- for PyTorch: by the numbers that the notebook keeps ----------------------------------------


def _alike(found, student="ada"):
    """Whether a plan and what was run say the same by the numbers as they do where they are run."""
    ran = judged(NAME, found, "plan", *RAN, student=student)
    record = by_numbers(found, student)
    said = lost_by_numbers(record)
    for task, checks in ran.items():
        wanted = [(lost.reason, lost.mistake) if lost else ("", "") for lost in checks]
        assert said[task] == wanted
    assert record["notes"] == []
    return record


@pytest.mark.parametrize("changes", [changes for changes, *_ in UNFAIR], ids=str)
def test_a_plan_is_read_from_the_numbers(changes):
    _alike(planned(**changes))


def test_every_pair_of_rivals_and_each_measure_is_carried_out_by_the_numbers():
    for rivals in ("sgd", "rmsprop"), ("rmsprop", "momentum"), ("momentum", "sgd"):
        for measure in ("end", "tail"):
            wide = dict.fromkeys(rivals, WIDE)
            found = planned(rivals=rivals, measure=measure, grids=wide)
            made = run_by(plan=plan_of(found))
            words = dict(zip(comparison.TEXTS, (*rivals, "no difference"), strict=True))
            found = answered(
                plan=found["plan"], **made, my_verdict=words[rules.by_ranges(*made["table"])]
            )
            record = _alike(found)
            scores = {task["name"]: task["score"] for task in record["tasks"]}
            assert (scores["results"], scores["my_verdict"]) == (5, 2)


@pytest.mark.parametrize("key", KEYS)
def test_odd_plans_say_the_same_by_the_numbers(key):
    for value in (..., None, "text", [], -1, np.nan, 1j, np.zeros(300), object()):
        _alike(planned(**{key: value}))


def test_mistakes_are_carried_on_by_the_numbers_too():
    for tuned, judging in (("luckiest run", "all runs"), ("mean for median", "mean and deviation")):
        tune = next(of.rule for of in rules.TUNE if of.name == tuned)
        judge = next(of.rule for of in rules.JUDGE if of.name == judging)
        ran = run_by(tune=tune, judge=judge) | {"tune": tune, "judge": judge}
        rivals = solved("ada")["plan"]["rivals"]
        words = dict(zip(comparison.TEXTS, (*rivals, "no difference"), strict=True))
        found = answered(
            **ran, verdict=_ruled(judge), my_verdict=words[rules.by_ranges(*ran["table"])]
        )
        scores = {task["name"]: task["score"] for task in by_numbers(found)["tasks"]}
        assert (scores["tune"], scores["judge"]) == (0, 0)
        assert (scores["verdict"], scores["results"], scores["my_verdict"]) == (3, 5, 2)


def test_numbers_that_were_not_run_do_not_score_at_home_either():
    """A neighbour's, those of another plan, and those that are known without a run."""
    theirs = {key: solved("bob")[key] for key in ("best_rates", "table")}
    record = _alike(answered(**theirs))
    assert {task["name"]: task["score"] for task in record["tasks"]}["results"] <= 2
    for seeds in ([30, 31, 32, 33, 34], [40, 41, 42, 43, 44]):  # the table is that of other seeds
        record = _alike(planned(judging_seeds=seeds))
        assert {task["name"]: task["score"] for task in record["tasks"]}["results"] == 2
    start = float(solved("ada")["lowest"] @ solved("ada")["hessian"] @ solved("ada")["lowest"]) / 2
    idle = planned(grids=dict.fromkeys(("momentum", "rmsprop"), (1e-300,)), steps=1)["plan"]
    made = {"plan": idle, "best_rates": [1e-300] * 2, "table": np.full((2, 3), start)}
    record = _alike(answered(**made, my_verdict="no difference"))
    assert sum(task["score"] for task in record["tasks"] if task["name"] in RAN) == 0


def test_two_plans_in_one_notebook_are_noted():
    """Who changes the plan must keep all its numbers anew; nobody is told that of one plan."""
    notebook = at_home.handed_in(NAME, solved("ada"))
    other = at_home.handed_in(NAME, planned(judging_seeds=[30, 31, 32, 33, 34]), tasks=("plan",))
    for cell, of in zip(notebook["cells"], other["cells"], strict=True):
        if cell["id"] == f"{NAME}-plan-kept":
            cell["outputs"] = of["outputs"]
    record = at_home.graded(NAME, notebook)
    noted = "The numbers of `results` and those of `plan` have two answers to one question"
    assert any(note.startswith(noted) for note in record["notes"])
    assert record["score"] == TOTAL


def test_a_plan_without_a_key_is_no_error_of_the_notebooks():
    found = planned(grids={"momentum": WIDE, "rmsprop": WIDE})
    kept = at_home.Keeper(found, at_home.asked(NAME))("plan")
    assert "raised" not in kept.said
