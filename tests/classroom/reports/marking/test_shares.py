from collections import Counter

import pytest

from classroom.reports.marking.shares import markers_of

ANSWERS = [(f"s{number:03}", "descent", "why") for number in range(2000)]


def test_every_answer_has_one_marker_and_some_have_two():
    dealt = [markers_of(answer, 3, overlap=20) for answer in ANSWERS]
    assert {len(markers) for markers in dealt} == {1, 2}
    assert {marker for markers in dealt for marker in markers} == {1, 2, 3}
    twice = sum(len(markers) == 2 for markers in dealt) / len(dealt)
    assert twice == pytest.approx(0.2, abs=0.03)


def test_shares_and_pairs_are_about_equal():
    dealt = [markers_of(answer, 3, overlap=50) for answer in ANSWERS]
    shares = Counter(marker for markers in dealt for marker in markers)
    pairs = Counter(frozenset(markers) for markers in dealt if len(markers) == 2)
    assert max(shares.values()) < 1.15 * min(shares.values())
    assert len(pairs) == 3
    assert max(pairs.values()) < 1.3 * min(pairs.values())


@pytest.mark.parametrize(("overlap", "many"), [(0, 1), (100, 2)])
def test_the_ends_of_the_range(overlap, many):
    assert {len(markers_of(answer, 4, overlap)) for answer in ANSWERS} == {many}
    assert {tuple(markers_of(answer, 1, overlap)) for answer in ANSWERS} == {(1,)}


def test_more_overlap_takes_no_answer_from_anybody():
    for answer in ANSWERS[:200]:
        assert set(markers_of(answer, 3, 10)) <= set(markers_of(answer, 3, 60))
