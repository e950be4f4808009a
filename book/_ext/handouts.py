"""A page for each assignment: its statement as students get it, and the notebook to take home.

A line ``<!-- handout: NAME -->`` in a page becomes the statement of the assignment. It is made of
the student's version, so that no answer can come into the book; its numbers are the book's own.
In the same way ``<!-- assignments -->`` becomes a table of what each assignment takes, and
``<!-- rates -->`` one of how that is counted.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from notebooks import lay
from sphinx.application import Sphinx

from classroom import assignments
from classroom.course import assignment_text, workload
from classroom.course.assignment import Numbers
from classroom.course.assignment_text import AssignmentText
from classroom.course.numbers import EVERYBODY, drawn

SECRET = sha256(b"the numbers of the book").digest()  # no secret: a course has its own
FOLDER = "notebooks"  # beside the pages
BOOK = Path(__file__).parents[1]
LINE = re.compile(r"^<!-- handout: (\w+) -->$", re.M)
BEFORE = re.compile(r"\*\*Before:\*\*.*?\.$", re.M | re.S)
NEEDED = "what-you-need"  # a page of which a handout names single sections

TAKE = """\
<p class="take"><a class="download" href="{folder}/{name}.ipynb" download>Download the notebook</a>
<span>about {minutes} minutes, {automatic:g} points by the grader, {marked:g} by a person</span></p>

The minutes are an estimate, [counted](teaching.md#minutes-and-weights) from {counted}.

The numbers below are those of the book. In a course everybody gets others.
"""


@cache
def edition(name: str) -> tuple[AssignmentText, Numbers]:
    """An assignment's text, and the book's numbers for it."""
    assignment = assignments.find(name)
    return assignments.text(name), assignment.numbers(drawn(SECRET, EVERYBODY, name))


def statement(name: str) -> str:
    """An assignment as the Markdown of its page, without its checks and the cells for answers."""
    text, numbers = edition(name)
    parts = [
        shown if cell.kind == "markdown" else f"```python\n{shown}\n```"
        for cell, shown in text.shown(numbers)
        if not cell.marks.get("grade")
    ]
    title, _, rest = parts[0].partition("\n")
    return "\n\n".join([title, _take(text), linked(rest), *parts[1:]])


def _take(text: AssignmentText) -> str:
    automatic, marked = _points(text)
    return TAKE.format(
        folder=FOLDER,
        name=text.assignment.name,
        minutes=text.minutes,
        automatic=automatic,
        marked=marked,
        counted=workload.workload(text).said(),
    )


def _points(text: AssignmentText) -> tuple[float, float]:
    """By the grader, and by a person."""
    tasks = text.assignment.tasks
    return (
        sum(task.points for task in tasks if not task.open),
        sum(task.points for task in tasks if task.open),
    )


def linked(text: str) -> str:
    """A handout's text, with links to what it names as to be read before."""
    targets = titles()

    def link(match: re.Match[str]) -> str:
        title = " ".join(match[1].split())
        if title not in targets:
            raise ValueError(f"a handout's Before names {title!r}; choices: {', '.join(targets)}")
        return f"[{title}]({targets[title]})"

    return BEFORE.sub(lambda said: re.sub(r"(?<!\*)\*([^*]+)\*(?!\*)", link, said[0]), text)


@cache
def titles() -> dict[str, str]:
    """Where the book's pages are, by their titles, and the sections of what one needs."""
    found = {
        match[1].partition(":")[0]: path.name
        for path in sorted(BOOK.glob("*.md"))
        if (match := re.search(r"^# (.+)$", path.read_text(), re.M))
    }
    sections = re.findall(r"^## (.+)$", (BOOK / f"{NEEDED}.md").read_text(), re.M)
    return found | {
        section: f"{NEEDED}.md#{section.casefold().replace(' ', '-')}" for section in sections
    }


def assignments_table() -> str:
    """What each assignment takes, and how much it may weigh in a course that sets all of them."""
    texts = [edition(name)[0] for name in assignments.NAMES]
    rows = [
        "| Assignment | Minutes | Points by the grader | Points by a person | Weight |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    shares = workload.weights([text.minutes for text in texts])
    for text, share in zip(texts, shares, strict=True):
        automatic, marked = _points(text)
        page = f"[{text.title}](assignment-{text.assignment.name}.md)"
        rows.append(f"| {page} | {text.minutes} | {automatic:g} | {marked:g} | {share} % |")
    return "\n".join(rows)


def rates_table() -> str:
    """How an assignment's minutes are counted."""
    counted = zip(workload.COUNTED, workload.RATES, strict=True)
    rows = [f"| {what} | {rate:g} |" for what, rate in counted]
    return "\n".join(["| What is counted | Minutes for each |", "| --- | ---: |", *rows])


TABLES = {"<!-- assignments -->": assignments_table, "<!-- rates -->": rates_table}


def fill(app: Sphinx, page: str, content: list[str]) -> None:
    """Put the statement into a page that asks for one, and note what the page is made of."""
    made_of: list[str | Path] = []
    if match := LINE.search(content[0]):
        content[0] = LINE.sub(lambda _: statement(match[1]), content[0])
        made_of = [assignment_text.__file__, *assignments.FOLDER.glob(f"{match[1]}.*")]
    for mark, table in TABLES.items():
        if mark in content[0]:
            content[0] = content[0].replace(mark, table())
            made_of = [workload.__file__, *assignments.FOLDER.glob("*.*")]
    for file in made_of:
        app.env.note_dependency(str(file))


def lay_beside(app: Sphinx, error: Exception | None) -> None:
    """Write the notebooks that the pages offer."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "book" / FOLDER
    for name in assignments.NAMES:
        text, numbers = edition(name)
        lay(folder / f"{name}.ipynb", text.notebook(numbers, EVERYBODY).decode())


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen."""
    app.connect("source-read", fill)
    app.connect("build-finished", lay_beside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
