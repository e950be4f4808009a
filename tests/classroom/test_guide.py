"""The instructor's guide to the letter: the shortest way, a rehearsal, and a round with Canvas."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.classroom.course.test_systems import CANVAS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sandbox")]  # they look for what runs on

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "book/running-a-course.md").read_text()
SHORTEST, REHEARSAL, ROUND = re.split(
    r"^(?=## Before the first time|## A whole round)", GUIDE, flags=re.M
)


def commands(text: str) -> list[str]:
    """The shell blocks of a part of the guide, in order."""
    return re.findall(r"^```shell\n(.*?)^```$", text, re.M | re.S)


def table(begin: str) -> str:
    """A table that the guide shows, by its first line or how that begins."""
    return re.search(rf"^```text\n({begin}.*?)^```$", GUIDE, re.M | re.S)[1]


def run(command: str, folder: Path) -> str:
    """Type a command in the course's folder; what it prints."""
    done = subprocess.run(
        ["bash", "-ec", command],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


def scores(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "grades/grades.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_the_shortest_way_leads_from_ids_to_a_graded_class(tmp_path):
    (tmp_path / "roster.csv").write_text(table("id\n"))
    release, grade = commands(SHORTEST)
    run(release, tmp_path)
    for student, folder in {"s001": "handout/solutions/s001", "s002": "handout/s002"}.items():
        shutil.copytree(tmp_path / folder, tmp_path / "submissions" / student)
    run(grade, tmp_path)
    rows = scores(tmp_path)
    assert {student: row["status"] for student, row in rows.items()} == {
        "s001": "graded",
        "s002": "graded",
    }
    assert float(rows["s001"]["score"]) > float(rows["s002"]["score"]) == 0
    for place in re.findall(r"`((?:grades/|handout/|submissions/|secret)[^`]*)`", SHORTEST):
        assert (tmp_path / place).exists(), place


def test_the_guide_leads_from_an_empty_folder_to_a_table(tmp_path):
    (tmp_path / "roster.csv").write_text(table("id,"))
    typed = commands(REHEARSAL)
    assert len(typed) == 5
    for command in typed:
        if "--marks" in command:  # a person has filled it in
            marks = tmp_path / "grades/marks.csv"
            lines = marks.read_text().splitlines()
            marks.write_text("\n".join(line.replace(",,", ",2,") for line in lines))
        run(command, tmp_path)
    rows = scores(tmp_path)
    assert {row["status"] for row in rows.values()} == {"graded"}
    assert rows["s002"]["score"] == "0"
    for student in ("s001", "s003"):
        row = rows[student]
        assert (row["descent.ravine"], row["descent.rotation"]) == ("2", "2")
        assert float(row["maximum"]) - float(row["score"]) == 3  # of the two texts
    for place in re.findall(r"`(grades/[^`]*)`", REHEARSAL):
        assert (tmp_path / place).exists(), place


# --- a round with Canvas --------------------------------------------------------------------

OPEN = {"ravine": 4, "rotation": 3}
#: Canvas's own export, with more students of its kind, and the points of the whole assignment.
EXPORT = CANVAS.replace(",17,22", ",24,22").replace(
    '"Student, Test"',
    "".join(f'"Last0{k}, First0{k}",100{k},s00{k},login00{k},Section A,,\n' for k in range(3, 9))
    + '"Student, Test"',
)
ASCENT = ("return w @ A - b", "return b - w @ A")


def solved(course: Path, student: str, *edit: str, **marks: int) -> bytes:
    """What a student hands in: the right code, perhaps with a mistake, and texts worth so much."""
    content = json.loads((course / f"handout/solutions/{student}/descent.ipynb").read_text())
    for cell in content["cells"]:
        task = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if task in OPEN:
            worth = f"This is worth {marks.get(task, OPEN[task])} points."
            cell["source"] = f"<!-- answer: {task} -->\n\n{worth}"
    text = json.dumps(content)
    if edit:
        assert edit[0] in text
        text = text.replace(*edit)
    return text.encode()


def handed_in(course: Path) -> dict[str, bytes]:
    """The files of Canvas's download, by their names."""
    untouched = (course / "handout/s008/descent.ipynb").read_bytes()
    return {
        "last01first01_1001_5001_descent.ipynb": solved(course, "s001"),
        "last02first02_LATE_1002_5002_descent.ipynb": solved(course, "s002", ravine=3, rotation=2),
        # An extension; a mistake.
        "last03first03_LATE_1003_5003_descent.ipynb": solved(course, "s003", *ASCENT, ravine=1),
        # Late, and nobody has written down by how much.
        "last04first04_LATE_1004_5004_descent.ipynb": solved(course, "s004", rotation=0),
        # Twice: the second is better.
        "last05first05_1005_5005_descent.ipynb": solved(course, "s005", *ASCENT),
        "last05first05_1005_5009_descent-1.ipynb": solved(course, "s005", ravine=2),
        "last06first06_1006_5006_Copy of descent.ipynb": solved(course, "s006", rotation=1),
        # Nothing comes from s007.
        "last08first08_1008_5008_descent.ipynb": untouched,
    }


def mark(browser: Browser, page_file: Path, to: Path) -> int:
    """Mark all texts on the marking page, as they say what they are worth; how many there were."""
    context = browser.new_context(offline=True, accept_downloads=True)
    page, marked = context.new_page(), 0
    page.goto(page_file.as_uri())
    questions = page.locator("#question option").count()
    for question in range(questions):
        page.locator("#question").select_option(index=question)
        answers = int(page.locator("#place").inner_text().split(" of ")[1])
        for _ in range(answers):
            worth = re.search(r"worth (\d) points", page.locator("#answer").inner_text())
            page.locator("#points").fill(worth[1])
            page.keyboard.press("Enter")
            marked += 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Save marks.csv").click()
    download.value.save_as(to)
    context.close()
    return marked


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def imported(gradebook: str, uploaded: str) -> str:
    """Canvas's gradebook after an import: by its own id, the columns that the upload has."""
    old, new = cells(gradebook), cells(uploaded)
    by_id = {row[1]: row for row in new[2:]}
    places = [old[0].index(heading) for heading in new[0]]
    for row in old[2:]:
        for place, value in zip(places, by_id.get(row[1], ()), strict=False):
            row[place] = value
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\n").writerows(old)
    return made.getvalue()


def upload(*rows: tuple[int, str, str]) -> str:
    """The file for Canvas, written by hand: a student's number, section and score."""
    lines = [
        f'"Last0{k}, First0{k}",100{k},s00{k},login00{k},Section {section},{score}'
        for k, section, score in rows
    ]
    head = "Student,ID,SIS User ID,SIS Login ID,Section,descent (123)\n    Points Possible,,,,,24\n"
    return head + "".join(f"{line}\n" for line in lines)


def test_a_round_with_canvas_from_the_export_to_the_import(tmp_path, browser):
    release, grade, whole = commands(ROUND)
    gradebook = tmp_path / "gradebook.csv"
    gradebook.write_text(EXPORT)
    run(release, tmp_path)
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        for name, content in handed_in(tmp_path).items():
            archive.writestr(name, content)
    (tmp_path / "deadlines.csv").write_text(table("assignment,"))

    said = run(grade, tmp_path)
    assert "'descent (123)' has 24 points in Canvas, and the scores of descent are of 17" in said
    assert "Scores without a text that nobody has marked yet: 6." in said
    uploaded = tmp_path / "grades/canvas/descent.csv"
    assert uploaded.read_text() == upload(
        (1, "A", "17"),
        (2, "B", "15"),  # two days late
        (3, "A", "13"),  # the gradient, and what was counted with it
        (4, "A", "17"),
        (5, "A", "17"),
        (6, "A", "17"),
        (8, "A", "0"),
    )
    summary = (tmp_path / "grades/summary.html").read_text()
    assert "Canvas marks it as late" in summary
    assert "in time by Canvas&#x27;s word: 4 submissions." in summary
    unknown = summary.split("handed in is not known")[1].split("</ul>")[0]
    assert re.findall(r"<li>(.*?)</li>", unknown) == ["s003, descent"]  # an extension, and a mark
    gradebook.write_text(imported(EXPORT, uploaded.read_text()))

    marks = tmp_path / "marks.csv"
    assert mark(browser, tmp_path / "grades/marking.html", marks) == 12
    said = run(whole, tmp_path)
    assert "points in Canvas" not in said
    assert "Scores without a text" not in said
    assert uploaded.read_text() == upload(
        (1, "A", "24"),
        (2, "B", "20"),
        (3, "A", "17"),
        (4, "A", "21"),
        (5, "A", "22"),
        (6, "A", "22"),
        (8, "A", "0"),
    )
    finished = imported(gradebook.read_text(), uploaded.read_text())
    assert [row[5] for row in cells(finished)[1:]] == [
        *("24", "24", "20", "17", "21", "22", "22", "", "0"),
        "",  # the test student
    ]
    assert [row[6] for row in cells(finished)] == [row[6] for row in cells(EXPORT)]
    rows = scores(tmp_path)
    assert (rows["s002"]["descent.ravine"], rows["s002"]["descent.rotation"]) == ("3", "2")
    assert {
        student: row["taken_off"] for student, row in rows.items() if row["taken_off"] != "0"
    } == {"s002": "2"}
    with zipfile.ZipFile(tmp_path / "grades/canvas/descent-feedback.zip") as archive:
        assert archive.namelist() == [
            "last01first01_1001_5001_descent.html",
            "last02first02_LATE_1002_5002_descent.html",
            "last03first03_LATE_1003_5003_descent.html",
            "last04first04_LATE_1004_5004_descent.html",
            "last05first05_1005_5009_descent-1.html",
            "last06first06_1006_5006_Copy of descent.html",
            "last08first08_1008_5008_descent.html",
        ]
        page = archive.read("last02first02_LATE_1002_5002_descent.html").decode()
    assert "2 days late: handed in on 2026-11-22 09:00, by your teacher&#x27;s table" in page
    for place in re.findall(r"`(grades/[^`]*)`", ROUND):
        assert (tmp_path / place).exists(), place
