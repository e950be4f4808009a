"""One thing is no plural: what is counted gets its noun from one function."""

import re
from pathlib import Path

import pytest

import classroom
from classroom.errors import counted
from classroom.reports import feedback, summary
from tests.classroom.support.made_up import ASSIGNMENTS, answer, half_lost, record
from tests.classroom.support.reading import read

ROOT = Path(classroom.__file__).parent
NOUNS = (
    "answers|bytes|columns|days|files|marks|minutes|notebooks|numbers|points|scores|students|"
    "submissions|tasks|values"
)
#: These are never one: limits, and what is said only of several or of none.
SEVERAL = {
    "assignments/_plan.py: {MOST_NUMBERS} numbers",
    "handed_in/archive.py: {len(members):,} files",
    "course/assignment.py: {self.points:g} points",
    "course/assignment_text.py: {cell.where} answers",  # a verb
    "course/notebook.py: {PARTS:,} values",
    "course/roster.py: {LONGEST_NAME} bytes",
    "grading/grade_all.py: {IN_A_ROW} submissions",
    "handed_in/whose.py: {len(found)} students",
    "reports/exports/marks.py: {len(header)} columns",
}


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 points"), (1, "1 point"), (2, "2 points"), (1.0, "1 point"), (0.5, "0.5 points"),
     (4 / 3, "1.33 points"), (1_000_000, "1,000,000 points")],
)  # fmt: skip
def test_a_number_and_its_noun(number, said):
    assert counted(number, "point") == said


def test_a_verb_follows():
    assert counted(1, "mark is", "marks are") == "1 mark is"
    assert counted(3, "mark is", "marks are") == "3 marks are"


def test_pages_of_one_student_and_one_point():
    task = [{**half_lost()["tasks"][0], "points": 1.0, "score": 0.0}]
    one = record("ada", tasks=task, maximum=1.0, score=0.0, open=[{**answer()[0], "points": 1.0}])
    for page in (
        summary.page([one], ASSIGNMENTS, marks={}),
        feedback.page(one, title="x"),
    ):
        assert not re.search(rf"(?<![0-9.])1 ({NOUNS})\b", read(page).text)


def test_no_noun_in_the_source_is_a_plural_whatever_its_number():
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in ROOT.rglob("*.py")
        for match in re.finditer(rf"\{{[^{{}}]*\}} ({NOUNS})\b", path.read_text(encoding="utf-8"))
    }
    assert found == SEVERAL
