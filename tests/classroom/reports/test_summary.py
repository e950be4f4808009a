from urllib.parse import unquote

from classroom.course.own_numbers import OTHER_NUMBERS
from classroom.course.roster import Student
from classroom.grading.similar import Pair
from classroom.handed_in.submissions import LeftOver
from classroom.reports import feedback, summary
from classroom.reports.totals import total
from tests.classroom.support.made_up import (
    ASSIGNMENTS,
    HOSTILE,
    ID,
    answer,
    failed,
    half_lost,
    record,
    unreadable,
)
from tests.classroom.support.reading import read

RECORDS = [
    record("ada"),
    record("bea", **half_lost()),
    record("cal", **half_lost(mistake="no root")),
    record("dan", **half_lost()),
    record("ada", "momentum"),
    record("lea", status="limit reached", reason="A limit was reached; the rest is graded."),
    unreadable("bob"),
    failed("eve"),
]
ROSTER = [Student("ada", "Ada Lovelace"), Student("zoe", "Zoe"), Student("tom")]


def shown(records=RECORDS, *more, **changes):
    return read(summary.page(records, ASSIGNMENTS, *more, **changes))


def between(page, first: str, last: str) -> str:
    return page.text.split(first, 1)[1].split(last, 1)[0]


def test_submissions_are_counted_by_status():
    text = shown().text
    assert "Gradient descent7" + "4111" in text
    assert "Momentum1" + "1000" in text


def test_scores_are_spread_over_a_histogram_and_a_table():
    page = shown()
    assert "5 scores, of 6 points: mean 4.8, median 4, lowest 4, highest 6." in page.text
    table = between(page, "Submissions by score", "How the tasks went")
    assert "3.6 to 4.23" in table
    assert "5.4 to 62" in table
    bars = [r for r in page.all("rect") if r["class"] == "bar" and r.get("x")]
    assert [int(bar["height"]) for bar in bars][:10] == [0] * 6 + [1000, 0, 0, 667]
    images = [svg for svg in page.all("svg") if svg.get("role") == "img"]
    assert images[0]["aria-label"].startswith("Histogram. 5 scores")


def test_each_task_has_its_mean_share_and_how_many_were_full():
    tasks = between(shown(), "How the tasks went", "The commonest mistakes")
    assert "The largest stable rate2" + "70%" + "2 of 5" in tasks
    assert "A walk down the ravine4" + "85%" + "2 of 5" in tasks


def test_mistakes_are_counted_by_student_and_the_commonest_comes_first():
    table = between(shown(), "The commonest mistakes", "Momentum")
    assert "ascentThe largest stable rate2bea, dan" in table
    assert "no rootA walk down the ravine1cal" in table
    assert table.index("ascent") < table.index("no root")


def test_what_the_grader_failed_on_is_no_zero_and_stands_apart():
    text = shown().text
    assert "eve, descent: no sandbox" in text
    assert "which is not a 0" in text
    assert "bob, descent, unreadable: the file is empty" in text
    assert "lea, descent, limit reached" in text
    assert "To be graded again" not in shown([record("ada")]).text
    only = shown([failed("eve")]).text
    assert "Histogram" not in only


def test_pairs_are_named_with_what_they_do_not_prove():
    one, other = record("ada"), record("bea")
    same = record("cal", sha256=one["sha256"])
    page = shown(RECORDS, pairs=[Pair(one, same, 1.0), Pair(one, other, 0.8125)])
    assert "ada and calGradient descentthe same file" in page.text
    assert "ada and beaGradient descent81%" in page.text
    assert "This is no proof of copying: correct answers to short tasks look alike" in page.text
    assert "No two submissions are nearly the same." in shown().text


def test_pairs_are_searched_for():
    copied = [record(name, shingles=list(range(50))) for name in ("ada", "bea")]
    assert "ada and beaGradient descent100%" in shown(copied).text


def test_files_that_were_not_graded_are_named():
    text = shown(RECORDS, [LeftOver("notes.txt", "is not a notebook")]).text
    assert "notes.txt is not a notebook" in text


def test_files_that_were_recognised_by_what_is_in_them_are_named():
    said = [LeftOver("s001/Copy of descent.ipynb", "is the descent of s001")]
    text = shown(RECORDS, recognised=said).text
    assert "Recognised by what is in them" in text
    assert "s001/Copy of descent.ipynb is the descent of s001" in text
    assert "Recognised" not in shown().text


def test_what_was_made_for_somebody_else_is_named():
    text = shown([record("ada", holds="bob's descent"), record("bob")]).text
    assert "Made for somebody else" in text
    assert "ada, descent: holds bob's descent" in text
    assert "Made for somebody else" not in shown().text
    assert "<script" not in summary.page([record("ada", holds=HOSTILE)], ASSIGNMENTS)


def test_what_was_made_with_another_secret_is_named():
    text = shown([record("ada", notes=[OTHER_NUMBERS]), record("bob")]).text
    assert "ada, descent" in text.split("Other numbers than the secret draws")[1]
    assert "Other numbers" not in shown().text


def test_the_missing_are_named():
    missing = shown(RECORDS, roster=ROSTER).text.split("Nothing graded")[1]
    assert "may be theirs" not in missing
    assert missing == "Gradient descent: 2Zoe (zoe), tomMomentum: 2Zoe (zoe), tom"
    assert "Nothing graded" not in shown().text
    left = [LeftOver("x.ipynb", "is one of 2 of zoe's, and nothing says which was handed in last")]
    text = shown(RECORDS, left, roster=ROSTER).text
    assert "Nothing gradedFiles under Found and not graded may be theirs." in text


def test_open_questions_are_said_to_wait():
    records = [record("ada", open=answer()), record("bea", open=answer("", found=False))]
    assert "--marks marks.csv" in shown(records).text
    waiting = shown(records, marks={}).text
    assert "ada, descent: Why it zigzags" in waiting
    assert "bea, descent" not in waiting
    assert "All answers are marked" in shown(records, marks={("ada", "descent", "why"): 1.0}).text


def test_another_handout_has_no_score_and_it_is_said_what_to_do():
    one = failed("zed", status="another handout")
    page = shown([record("ada"), one])
    assert "Then give the same command with --torch" in page.text
    assert "zed, descent" in page.text.split("Another handout")[-1]
    assert "To be graded again" not in page.text
    assert "Another handout" not in shown().text
    assert "Copy your answers into a fresh copy" in read(feedback.page(one, title="x")).text
    assert total(one, ASSIGNMENTS["descent"], None).score is None


def test_marks_that_were_given_to_another_text_are_named():
    one, why = record("ada", open=answer()), ("ada", "descent", "why")
    said = shown([one], marks={why: 1.0}, outdated=[why]).text
    assert "All answers are marked" in said
    assert "ada, descent: why" in said.split("Marks that were given to another text")[1]
    assert "another text" not in shown([one], marks={why: 1.0}).text
    gone = shown([unreadable("ada")], marks={why: 1.0}, outdated=[why]).text
    assert "ada, descent: why" in gone


def test_students_lead_to_their_feedback():
    links = [unquote(a["href"]) for a in shown([failed(ID)]).all("a")]
    assert links == [feedback.place(ID, "descent")]


def test_nothing_from_students_becomes_html():
    records = [
        record(ID, open=answer(HOSTILE), notes=[HOSTILE], **half_lost(mistake=HOSTILE)),
        unreadable(HOSTILE, reason=HOSTILE),
        failed(HOSTILE + "2", reason=HOSTILE),
    ]
    page = shown(
        records,
        [LeftOver(HOSTILE, HOSTILE)],
        [Student("x", HOSTILE)],
        {},
        [Pair(records[0], records[1], 1.0)],
    )
    assert page.text.count("<script>alert(1)</script>") > 8


def test_a_large_course_stays_readable():
    records = [record(f"s{i:04}", **half_lost()) for i in range(500)]
    left = [LeftOver(f"{i}.txt", "is not a notebook") for i in range(500)]
    page = shown(records, left)
    assert "and 492 more" in page.text
    assert "400 more" in page.text
    assert "s0499" in page.text


def test_no_submission_is_a_page_too():
    shown([])
