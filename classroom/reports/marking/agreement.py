"""How far two markers agree on the answers that both of them have marked."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean

from classroom.course.assignment import Assignment
from classroom.reports.texts import Answer
from classroom.reports.totals import Marks

STEPS = 4  # of a point: kappa knows marks to a quarter


@dataclass(frozen=True)
class Agreement:
    """Two markers, on one question.

    Attributes:
        assignment: its name.
        task: the question's name.
        markers: their places in the list of tables.
        pairs: the marks of both, by student.
        maximum: points of the question.
    """

    assignment: str
    task: str
    markers: tuple[int, int]
    pairs: Mapping[str, tuple[float, float]]
    maximum: float

    @property
    def same(self) -> float:
        """The share of answers to which both gave the same points."""
        return mean(float(a == b) for a, b in self.pairs.values())

    @property
    def difference(self) -> float:
        """How many points more the second marker gives, on average."""
        return mean(b - a for a, b in self.pairs.values())

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa: 1 for the same marks, 0 for no more agreement than chance would give.

        With quadratic weights: two points apart is four times as bad as one. None where both
        markers gave all answers one and the same mark: then chance explains everything.
        """
        from sklearn.metrics import cohen_kappa_score  # takes a second to load

        first, second = zip(*self.pairs.values(), strict=True)
        if len({*first, *second}) == 1:
            return None
        value = cohen_kappa_score(
            [round(STEPS * mark) for mark in first],
            [round(STEPS * mark) for mark in second],
            labels=list(range(math.ceil(STEPS * self.maximum) + 1)),
            weights="quadratic",
        )
        return float(value)


def agreements(
    tables: Sequence[Marks], assignments: Mapping[str, Assignment]
) -> Iterator[Agreement]:
    """Each question and each two markers that have marked the same answers to it."""
    for name, assignment in assignments.items():
        for task in assignment.tasks:
            for one, other in combinations(range(len(tables)), 2):
                pairs = {
                    key[0]: (tables[one][key], tables[other][key])
                    for key in sorted(tables[one])
                    if key[1:] == (name, task.name) and key in tables[other]
                }
                if pairs:
                    yield Agreement(name, task.name, (one, other), pairs, task.points)


def together(tables: Sequence[Marks]) -> dict[Answer, float]:
    """The marks of several markers as one table: of two marks the mean counts."""
    given: dict[Answer, list[float]] = defaultdict(list)
    for table in tables:
        for answer, mark in table.items():
            given[answer].append(mark)
    return {answer: mean(marks) for answer, marks in given.items()}
