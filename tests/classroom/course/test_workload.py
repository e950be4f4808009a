"""How long an assignment may take: counted, and not hoped."""

from dataclasses import replace

import pytest

from classroom import assignments
from classroom.course.workload import COUNTED, RATES, Workload, weights, workload
from tests.classroom.support.in_process import assignment_text

NEAR = 15  # minutes


@pytest.mark.parametrize("name", assignments.NAMES)
def test_the_minutes_in_the_head_are_near_those_that_are_counted(name):
    text = assignment_text(name)
    counted = workload(text)
    assert abs(text.minutes - counted.minutes) <= NEAR, f"{counted.minutes:.0f}: {counted.said()}"
    assert text.minutes % 5 == 0  # an estimate to a minute would claim too much


def test_what_is_counted_in_a_text_that_is_written_out_here():
    text = assignment_text("descent")
    one = [cell for cell in text.cells if cell.grade_id in ("minimum-answer", "rotation")]
    counted = workload(replace(text, tries=2, cells=tuple(one)))
    assert counted.lines == 1  # the comment behind it is no line of its own
    assert counted.given == 0
    assert counted.answers == 7
    assert 80 < counted.text < 110
    assert counted.words == 3  # YOUR ANSWER HERE
    assert counted.tries == 2


def test_minutes_are_counts_times_rates_and_are_said():
    counted = Workload(100, 10, 1, 1, 10, 0)
    assert counted.minutes == pytest.approx(1 + 1 + 4 + 2 + 1)
    assert counted.said() == (
        "100 words to read, 10 lines of code to read, 1 answer to find, 1 line of code to write "
        "and 10 words to write"
    )
    assert len(COUNTED) == len(RATES)


def test_weights_are_whole_percent_of_all():
    assert weights([90, 90, 90]) == [34, 33, 33]
    assert weights([1, 3]) == [25, 75]
    assert sum(weights([90, 115, 130, 170, 170, 44, 7])) == 100
