import json
import re

from classroom.reports.marking.page import LONGEST, pages
from tests.classroom.support.made_up import ASSIGNMENTS, HOSTILE, ID, answer, record

RUBRICS = {("descent", "why"): "A point for </script> each factor."}


def data(page: str) -> dict:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*)</script>', page)
    return json.loads(text)


def one(*records, **changes) -> dict:
    return data(pages(records, ASSIGNMENTS, RUBRICS, **changes)["marking.html"])


def test_a_question_has_its_rubric_and_all_answers_and_no_name():
    made = one(
        record("zoe", open=answer("Mine.")),
        record("ada", open=answer()),
        record("bob", open=answer(found=False)),
        record("eve", "momentum"),
    )
    (question,) = made["questions"]
    assert question["rubric"] == RUBRICS["descent", "why"]
    assert {one["student"]: one["text"] for one in question["answers"]} == {
        "ada": "Because of the curvature.",
        "zoe": "Mine.",
    }
    assert made["file"] == "marks.csv"


def test_the_order_says_nothing_about_the_students_and_stays():
    records = [record(f"s{number:02}", open=answer()) for number in range(40)]
    order = [one["student"] for one in one(*records)["questions"][0]["answers"]]
    assert sorted(order) != order
    later = one(record("new", open=answer()), *reversed(records))["questions"][0]["answers"]
    assert [one["student"] for one in later if one["student"] != "new"] == order


def test_where_nothing_is_open_there_is_no_page():
    assert pages([record("eve", "momentum")], ASSIGNMENTS, {}) == {}
    assert pages([record(open=answer(found=False))], ASSIGNMENTS, {}) == {}


def test_a_student_gets_no_tag_into_the_file():
    plain = pages([record("ada", open=answer("x"))], ASSIGNMENTS, RUBRICS)["marking.html"]
    hostile = pages(
        [record(ID, open=answer(f"{HOSTILE}</script><!--<script>\u2028\u202e"))],
        ASSIGNMENTS,
        RUBRICS,
    )["marking.html"]
    assert plain.count("<") == hostile.count("<")
    (question,) = data(hostile)["questions"]
    assert question["answers"][0]["text"].startswith(HOSTILE)
    assert "\u202e" not in question["answers"][0]["text"]


def test_a_long_answer_is_cut_and_says_so():
    (question,) = one(record(open=answer("x" * (LONGEST + 5))))["questions"]
    assert question["answers"][0]["text"].endswith("(5 more characters)")


def test_several_markers_get_a_page_each_and_together_everything():
    records = [record(f"s{number:02}", open=answer()) for number in range(60)]
    made = pages(records, ASSIGNMENTS, RUBRICS, course="c", markers=3, overlap=30)
    assert list(made) == ["marking-1.html", "marking-2.html", "marking-3.html"]
    shares = [data(page) for page in made.values()]
    assert [share["file"] for share in shares] == ["marks-1.csv", "marks-2.csv", "marks-3.csv"]
    assert len({share["storage"] for share in shares}) == 3
    students = [one["student"] for share in shares for one in share["questions"][0]["answers"]]
    assert set(students) == {record["student"] for record in records}
    assert len(students) > 60
