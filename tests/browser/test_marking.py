"""The page for marking, double-clicked: by keyboard, with hostile answers, there and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from classroom.reports.exports.marks import read_marks, read_texts
from classroom.reports.marking.page import pages
from classroom.reports.texts import outdated
from tests.browser.test_access import AXE
from tests.classroom.support.made_up import ASSIGNMENTS, ID, answer, record

HOSTILE = [
    "<script>document.title = 'run'</script>",
    "</script><script>document.title = 'run'</script><!--",
    "<img src=x onerror=\"document.title = 'run'\"><style>* { display: none }</style>",
    '"><svg onload="document.title = \'run\'"><a href="javascript:alert(1)">x</a>',
    "\\u003cscript\\u003e `${document.title = 'run'}` \u2028\u2029 {{7*7}} &lt;b&gt;",
    "   ",
]
STUDENTS = [ID, "s,1", '"q"', " x ", "=s4", "007"]
RUBRIC = "- 1 point: the curvature.\n- 1 point: <b>the rate</b>."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    records = [
        record(student, open=answer(text)) for student, text in zip(STUDENTS, HOSTILE, strict=True)
    ]
    made = pages(records, ASSIGNMENTS, {("descent", "why"): RUBRIC}, course="one")
    path = tmp_path / "marking.html"
    path.write_text(made["marking.html"])
    return path


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, file: Path) -> Iterator[Page]:
    """The page; what it says on the console, and whatever it asks for, fails the test."""
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            wrong.append(asked.url) if not asked.url.startswith((file.as_uri(), "blob:")) else None
        ),
    )
    page.goto(file.as_uri())
    yield page
    assert wrong == []


def enter(page: Page, points: str) -> None:
    page.keyboard.type(points)
    page.keyboard.press("Enter")


def save(page: Page, to: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save marks.csv").click()
    download.value.save_as(to)
    return to


def load(page: Page, file: Path) -> None:
    page.locator("#load").set_input_files(file)


def test_hostile_answers_are_text_and_nothing_runs(page: Page):
    seen = []
    for _ in HOSTILE:
        seen.append(page.locator("#answer").text_content())
        assert page.locator("#answer *").count() == 0
        page.keyboard.press("Enter")
    assert page.title() == "Answers to mark"
    assert {text for text in seen if text} >= {HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3]}
    assert "(nothing but spaces)" in seen
    assert page.locator("#rubric").text_content() == RUBRIC


def test_what_would_slip_through_does_not_run_either(context: BrowserContext, file: Path):
    """The policy alone: tags in the file that the page did not make do nothing."""
    slipped = (
        "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
        '<body style="display: none"><link rel="stylesheet" href="https://example.org/x.css">'
    )
    file.write_text(file.read_text().replace("<header>", f"{slipped}<header>"))
    page, blocked = context.new_page(), []
    page.on("requestfailed", lambda request: blocked.append(request.failure))
    page.goto(file.as_uri())
    expect(page.locator("#place")).to_have_text("Answer 1 of 6")
    assert page.title() == "Answers to mark"
    assert blocked == ["csp", "csp"]  # the picture and the style sheet


def test_no_student_is_named(page: Page):
    for _ in STUDENTS:
        text = page.locator("body").inner_text()
        assert not [student for student in ("ada", "s,1", "=s4", "007") if student in text]
        page.keyboard.press("Enter")


def test_marks_go_by_keyboard_into_a_table_that_the_grader_reads(page: Page, tmp_path: Path):
    for points in ("4", "0", "1,5", "", ".25"):
        enter(page, points)
    expect(page.locator("#place")).to_have_text("Answer 6 of 6")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#points")).to_have_value("0.25")
    marks = read_marks(save(page, tmp_path / "marks.csv"), ASSIGNMENTS, STUDENTS)
    assert sorted(marks.values()) == [0, 0.25, 1.5, 4]
    assert {key[0] for key in marks} < set(STUDENTS)
    expect(page.locator("#kept")).to_have_text("All marks are in a file.")


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("4.5", "4.5 is out of range: 0 to 4 points."),
        ("-1", "“-1” is not a number of points."),
        ("two", "“two” is not a number of points."),
        ("1e0", "“1e0” is not a number of points."),
    ],
)
def test_points_that_cannot_be_are_refused_where_they_stand(page: Page, points: str, said: str):
    enter(page, points)
    expect(page.locator("#wrong")).to_have_text(said)
    expect(page.locator("#place")).to_have_text("Answer 1 of 6")
    expect(page.locator("#points")).to_be_focused()
    expect(page.locator("#progress")).to_have_text("Marked: 0 of 6.")


def test_a_table_that_was_begun_goes_on(page: Page, context: BrowserContext, file: Path, tmp_path):
    enter(page, "3")
    enter(page, "2")
    begun = save(page, tmp_path / "marks.csv")
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator("#progress")).to_have_text("Marked: 0 of 6.")
    load(page, begun)
    expect(page.locator("#said")).to_have_text("Marks taken from the file: 2.")
    expect(page.locator("#progress")).to_have_text("Marked: 2 of 6.")
    page.get_by_role("button", name="Next without a mark").click()
    expect(page.locator("#place")).to_have_text("Answer 3 of 6")
    enter(page, "1")
    marks = read_marks(save(page, begun), ASSIGNMENTS, STUDENTS)
    assert sorted(marks.values()) == [1, 2, 3]


def test_a_mark_that_another_text_got_is_shown_until_it_is_taken_again(
    page: Page, file: Path, tmp_path
):
    for _ in HOSTILE:
        enter(page, "3")
    begun = save(page, tmp_path / "marks.csv")
    page.evaluate("localStorage.clear()")
    again = [record(student, open=answer(HOSTILE[0])) for student in STUDENTS]
    made = pages(again, ASSIGNMENTS, {("descent", "why"): RUBRIC}, course="one")
    file.write_text(made["marking.html"])
    page.reload()
    load(page, begun)
    expect(page.locator("#progress")).to_contain_text("Marked: 6 of 6. Marks that were given to")
    assert len(outdated([read_texts(begun, STUDENTS)], again)) == 5
    for _ in range(5):
        page.get_by_role("button", name="Next without a mark").click()
        expect(page.locator("#outdated")).to_contain_text("the student has handed in again")
        expect(page.locator("#points")).to_have_value("3")
        page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#progress")).to_have_text("Marked: 6 of 6.")
    expect(page.locator("#kept")).to_contain_text("5 marks are kept in this browser")
    assert outdated([read_texts(save(page, begun), STUDENTS)], again) == []
    expect(page.locator("#outdated")).to_be_hidden()


def test_a_table_from_a_spreadsheet_is_read_and_what_is_wrong_is_said(page: Page, tmp_path: Path):
    table = tmp_path / "marks.csv"
    table.write_text(
        "\ufeffpoints;student;assignment;task\r\n"
        '2,5;7;descent;why\r\n1;"s,1";descent;why\r\n9;=s4;descent;why\r\n3;nobody;descent;why\r\n'
    )
    load(page, table)
    expect(page.locator("#said")).to_have_text(
        "Marks taken from the file: 2.\n"
        "Row 4 is left out: 9 is out of range: 0 to 4 points.\n"
        "Marks of answers that are not on this page are left out: 1."
    )
    marks = read_marks(save(page, table), ASSIGNMENTS, STUDENTS)
    assert marks == {("007", "descent", "why"): 2.5, ("s,1", "descent", "why"): 1}
    table.write_text("name,grade\n")
    load(page, table)
    expect(page.locator("#said")).to_contain_text("The columns are name, grade; they must be")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_what_a_spreadsheet_writes_is_read_as_by_the_grader(page: Page, tmp_path, encoding, first):
    table = tmp_path / "marks.csv"
    text = f"{first}student;assignment;task;points\r\n007;descent;why;2,5\r\n"
    table.write_bytes(text.encode(encoding))
    read = read_marks(table, ASSIGNMENTS, STUDENTS)
    load(page, table)
    expect(page.locator("#said")).to_have_text("Marks taken from the file: 1.")
    assert read_marks(save(page, tmp_path / "out.csv"), ASSIGNMENTS, STUDENTS) == read


def test_of_two_marks_of_one_answer_the_first_counts_and_that_is_said(page: Page, tmp_path: Path):
    table = tmp_path / "marks.csv"
    table.write_text(
        "student,assignment,task,points\n007,descent,why,3\n7,descent,why,\n7,descent,why,1\n"
    )
    load(page, table)
    expect(page.locator("#said")).to_have_text(
        "Marks taken from the file: 1.\n"
        "Row 4 is left out: a row above has a mark of the same answer."
    )
    assert read_marks(save(page, tmp_path / "out.csv"), ASSIGNMENTS, STUDENTS) == {
        ("007", "descent", "why"): 3
    }


def test_unsaved_marks_outlive_a_reload(page: Page):
    enter(page, "3")
    expect(page.locator("#kept")).to_have_text(
        "1 mark is kept in this browser, and not in a file yet."
    )
    for _ in range(20):  # so soon after the mark, Chromium may still read what was there before
        page.reload()
        if page.locator("#points").input_value() == "3":
            break
    expect(page.locator("#points")).to_have_value("3")
    expect(page.locator("#kept")).to_contain_text("1 mark is kept in this browser")


def test_where_the_browser_keeps_nothing_the_page_says_so(context: BrowserContext, file: Path):
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    page = context.new_page()
    page.goto(file.as_uri())
    enter(page, "3")
    expect(page.locator("#kept")).to_have_text(
        "1 mark is not in a file yet, and this browser keeps nothing: save before you close "
        "the page."
    )
    with page.expect_event("dialog") as dialog:
        page.close(run_before_unload=True)
    assert dialog.value.type == "beforeunload"
    dialog.value.accept()


def test_another_course_has_marks_of_its_own(page: Page, file: Path):
    enter(page, "3")
    file.write_text(file.read_text().replace('"marks one"', '"marks two"'))
    page.reload()
    expect(page.locator("#points")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_for_everyone(browser: Browser, file: Path, scheme: str, width: int):
    context = browser.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740}
    )
    page = context.new_page()
    page.goto(file.as_uri())
    enter(page, "9")  # the complaint shows
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, #points, .button')]"
        ".filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == []
    context.close()


def test_points_by_finger(page: Page):
    page.get_by_role("button", name="2", exact=True).click()
    expect(page.locator("#place")).to_have_text("Answer 2 of 6")
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_role("button", name="2", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
