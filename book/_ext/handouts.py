"""A page for each assignment: its statement as students get it, and the notebook to take home.

A line ``<!-- handout: NAME -->`` in a page becomes the statement of the assignment. It is made of
the student's version, so that no answer can come into the book; its numbers are the book's own.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from notebooks import lay
from sphinx.application import Sphinx

from classroom import assignments
from classroom.course import assignment_text
from classroom.course.assignment import Numbers
from classroom.course.assignment_text import AssignmentText
from classroom.course.numbers import EVERYBODY, drawn

SECRET = sha256(b"the numbers of the book").digest()  # no secret: a course has its own
FOLDER = "notebooks"  # beside the pages
LINE = re.compile(r"^<!-- handout: (\w+) -->$", re.M)

TAKE = """\
<p class="take"><a class="download" href="{folder}/{name}.ipynb" download>Download the notebook</a>
<span>{minutes} minutes, {automatic:g} points by the grader, {marked:g} by a person</span></p>

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
    return "\n\n".join([title, _take(text), rest, *parts[1:]])


def _take(text: AssignmentText) -> str:
    tasks = text.assignment.tasks
    return TAKE.format(
        folder=FOLDER,
        name=text.assignment.name,
        minutes=text.minutes,
        automatic=sum(task.points for task in tasks if not task.open),
        marked=sum(task.points for task in tasks if task.open),
    )


def fill(app: Sphinx, page: str, content: list[str]) -> None:
    """Put the statement into a page that asks for one, and note what the page is made of."""
    if match := LINE.search(content[0]):
        content[0] = LINE.sub(lambda _: statement(match[1]), content[0])
        for made_of in (assignment_text.__file__, *assignments.FOLDER.glob(f"{match[1]}.*")):
            app.env.note_dependency(str(made_of))


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
