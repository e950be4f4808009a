import pytest

from classroom.reports import summary
from classroom.reports.marking.agreement import agreements, together
from tests.classroom.support.made_up import ASSIGNMENTS, HOSTILE, answer, record
from tests.classroom.support.reading import read


def table(*marks: float | None) -> dict[tuple[str, str, str], float]:
    return {
        (f"s{number}", "descent", "why"): mark
        for number, mark in enumerate(marks)
        if mark is not None
    }


def agreed(*tables):
    return list(agreements(tables, ASSIGNMENTS))


def test_only_what_both_have_marked_is_compared():
    (one,) = agreed(table(4, 3, None, 1), table(4, 1.5, 2, None))
    assert (one.assignment, one.task, one.markers) == ("descent", "why", (0, 1))
    assert one.pairs == {"s0": (4, 4), "s1": (3, 1.5)}
    assert one.same == 0.5
    assert one.difference == -0.75
    assert agreed(table(4, None), table(None, 4)) == []


def test_every_two_markers_are_compared():
    assert [one.markers for one in agreed(table(1), table(2), table(3))] == [(0, 1), (0, 2), (1, 2)]


def test_kappa_is_as_calculated_by_hand():
    """1 - (mean squared difference) / (the same over all pairs of the two lists)."""
    first, second = (0, 1, 2, 3), (0, 1.5, 2, 2)
    seen = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / 4
    by_chance = sum((a - b) ** 2 for a in first for b in second) / 16
    (one,) = agreed(table(*first), table(*second))
    assert one.kappa == pytest.approx(1 - seen / by_chance)


def test_the_same_marks_and_no_agreement_at_all():
    (same,) = agreed(table(0, 2, 4), table(0, 2, 4))
    assert (same.same, same.difference, same.kappa) == (1, 0, 1)
    (turned,) = agreed(table(0, 4, 0, 4), table(4, 0, 0, 4))
    assert turned.kappa == pytest.approx(0)


def test_where_all_marks_are_one_kappa_is_not_defined():
    (one,) = agreed(table(2, 2), table(2, 2))
    assert one.kappa is None


def test_of_two_marks_the_mean_counts():
    assert together([table(4, 3), table(3, None, 1)]) == table(3.5, 3, 1)


def test_the_summary_says_it_in_a_table_and_names_who_is_furthest_apart():
    tables = [table(4, 3, 0), table(4, 1, 0.5)]
    records = [record(f"s{number}", open=answer()) for number in range(3)]
    made = summary.page(
        records,
        ASSIGNMENTS,
        marks=together(tables),
        agreements=agreed(*tables),
        markers=["ann.csv", HOSTILE],
    )
    page = read(made)
    assert f"Gradient descent: whyann.csv and {HOSTILE}333%-0.50" in page.text
    assert page.text.index("s1, Gradient descent: why: 3 in ann.csv, 1") < page.text.index(
        "s2, Gradient descent: why: 0 in ann.csv, 0.5"
    )
    assert "agree" not in read(summary.page(records, ASSIGNMENTS, marks={})).text
