import random

import pytest

from classroom import assignments
from classroom.course.numbers import drawn
from classroom.grading.similar import FEWEST, MOST, Pair, pairs, shingles
from tests.classroom.support.made_up import failed, record, unreadable
from tests.support.effort import effort

CODE = '''
def gradient(w):
    """The slope."""
    total = 0.0
    for k in range(len(w)):  # each coordinate
        total = total + A[k][0] * w[0] - 2.5 * b[k]
    if total > 1e-3:
        return [total, "up"]
    return sorted(total / 3 for _ in w)
'''


def test_names_numbers_comments_texts_and_layout_do_not_matter():
    other = '''
# my own work
def slope( point ):
    """How steep it is, and where
    one goes."""

    s   =  1
    for index in range(len(point)):
        s = s + M[index][7] * \\
            point[9] - 0.25e+7 * vector[index]   # sum
    if s > 3 :
        return [s, 'down \\' it']
    return sorted(s / 0x1F for each in point)
'''
    assert shingles(other) == shingles(CODE)


@pytest.mark.parametrize(
    ("a", "b"), [("+", "-"), ("range", "reversed"), ("if total", "while total"), ("[0]", "")]
)
def test_signs_builtins_and_keywords_matter(a, b):
    assert shingles(CODE.replace(a, b)) != shingles(CODE)


def test_shingles_are_sorted_numbers_that_stay_the_same():
    made = shingles(CODE)
    assert made == sorted(set(made))
    assert all(0 <= one < 2**64 for one in made)
    assert shingles("a = b + 1") == [12912183710843372457]
    assert shingles("a = b") == shingles("") == []


def test_long_code_keeps_the_smallest():
    draw = random.Random(1)
    code = " ".join(draw.choice("+-*/%&|^~<>=()[]{}") for _ in range(15_000))
    made = shingles(code)
    assert len(made) == MOST
    assert set(shingles(code + " + + + + - -")) & set(made) > set(made[:-10])


@pytest.mark.parametrize(
    "piece", ["'", '"""', "'''\\", "'\\", "\\'\\'", "1e+", "#", "é", "\ud800", "(", "a.b ", "\\\n"]
)
def test_no_code_takes_long(piece):
    assert effort(lambda: shingles(piece * (300_000 // len(piece)))) < 20


def some(number: int, *more: int) -> list[int]:
    """Pieces of which a hundred are this submission's own."""
    return sorted({*range(number * 1000, number * 1000 + 100), *more})


def ids(found: list[Pair]) -> list[tuple[str, str, float]]:
    return [(pair.a["student"], pair.b["student"], pair.share) for pair in found]


def test_a_pair_that_shares_most_is_found():
    records = [record(f"s{i}", shingles=some(i)) for i in range(6)]
    records[4]["shingles"] = [*range(1000, 1090), *range(4000, 4010)]
    assert ids(pairs(records)) == [("s1", "s4", round(90 / 110, 4))]
    records[4]["shingles"] = [*range(1000, 1088), *range(4000, 4012)]  # 88 of 112
    assert pairs(records) == []


def test_what_most_have_does_not_count():
    handout = range(10**6, 10**6 + 5000)
    records = [record(f"s{i}", shingles=some(i, *handout)) for i in range(5)]
    assert pairs(records) == []
    assert len(pairs(records[:3])) == 3  # among three nobody can say what most have


def test_what_was_handed_out_is_nobodys():
    handout = assignments.text("descent")
    numbers = assignments.find("descent").numbers(drawn(bytes(32), "s001", "descent"))
    given = handout.code(numbers)
    assert len(shingles(given)) > FEWEST
    assert shingles(given, given) == []
    assert len(shingles(f"{given}\n{CODE}", given)) > FEWEST
    untouched = [record(name, shingles=shingles(given, given)) for name in "ab"]
    assert pairs(untouched) == []


def test_next_to_nothing_is_no_evidence():
    assert pairs([record(name, shingles=[1, 2, 3]) for name in "ab"]) == []
    assert len(pairs([record(name, shingles=[*range(20)]) for name in "ab"])) == 1


def test_the_same_file_is_always_found_unless_it_is_the_handout():
    same = [record(name, shingles=some(1), sha256="x") for name in "abcde"]
    assert len(pairs(same)) == 10
    assert {pair.share for pair in pairs(same)} == {1.0}
    assert pairs([one | {"score": 0.0} for one in same]) == []


def test_only_submissions_of_one_assignment_that_ran_are_compared():
    one = {"shingles": some(1), "sha256": "x"}
    assert pairs([record("a", **one), record("b", "momentum", **one)]) == []
    assert pairs([record("a", **one), unreadable("b", **one), failed("c", **one)]) == []
    assert pairs([]) == []


def test_five_hundred_submissions_are_compared_in_time():
    draw = random.Random(2)
    common = [draw.getrandbits(64) for _ in range(800)]
    records = [
        record(
            f"s{i:03}",
            shingles=sorted(
                {*draw.sample(common, 400), *(draw.getrandbits(64) for _ in range(60))}
            ),
        )
        for i in range(500)
    ]
    records[77]["shingles"] = records[400]["shingles"][3:]
    assert effort(lambda: pairs(records)) < 20
    assert [pair[:2] for pair in ids(pairs(records))] == [("s077", "s400")]
