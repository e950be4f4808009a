"""The teacher's page: how it went, what went wrong by name, and what needs a look."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import mean, median
from typing import Any
from urllib.parse import quote

from classroom.course.assignment import Assignment, Record
from classroom.course.own_numbers import COUNTED, LEFT_OUT, OTHER_NUMBERS
from classroom.course.roster import Student
from classroom.errors import counted, cut
from classroom.grading import similar
from classroom.grading.grade import ANOTHER, MISSING
from classroom.grading.similar import Pair
from classroom.handed_in.submissions import LeftOver
from classroom.reports import feedback, markup
from classroom.reports.marking.agreement import Agreement
from classroom.reports.markup import Html, bullets, joined, points, table, tag
from classroom.reports.texts import Answer
from classroom.reports.totals import Marks, of, total

RARE = (MISSING, ANOTHER)  # these have a column only where they come up
STATUSES = (
    "graded",
    "limit reached",
    *RARE,
    "unreadable",
    "grader error",
    "tampered with",
)
LOOKED_AT = ("limit reached", MISSING, "unreadable", "tampered with")
WITHOUT_TASKS = ("unreadable", ANOTHER, "grader error")
DOUBTS = {
    LEFT_OUT: "in no file for Canvas, Moodle and Gradescope",
    COUNTED: "counted, by --other-numbers",
}
BINS = 10  # of the distribution
MOST = 100  # lines of a list
NAMES = 8  # of students, before the rest is folded away


def page(
    records: Sequence[Record],
    assignments: Mapping[str, Assignment],
    left_over: Sequence[LeftOver] = (),
    roster: Sequence[Student] | None = None,
    marks: Marks | None = None,
    pairs: Sequence[Pair] | None = None,
    recognised: Sequence[LeftOver] = (),
    unknown: Sequence[tuple[str, str]] = (),
    in_time: int = 0,
    agreements: Sequence[Agreement] = (),
    markers: Sequence[str] = (),
    outdated: Sequence[Answer] = (),
) -> str:
    """``summary.html``.

    Args:
        records: of all submissions.
        assignments: by name, in the order of the page.
        left_over: files that were found and not graded.
        roster: who should have handed in.
        marks: of the open tasks.
        pairs: of near-identical submissions; without them they are searched for.
        recognised: files that were graded by what the handout wrote into them.
        unknown: student and assignment of submissions with a deadline and without a time.
        in_time: how many submissions are in time by Canvas's word alone.
        agreements: of the markers.
        markers: their names, at the places that the agreements say.
        outdated: answers that have changed since somebody marked them.
    """
    pairs = similar.pairs(records) if pairs is None else pairs
    shown = {name: assignments[name] for name in assignments if of(records, name)}
    return markup.page(
        "Summary",
        tag("h1", "Summary"),
        _left_out(records),
        _counts(records, shown),
        _errors([record for record in records if record["status"] == "grader error"]),
        _another([record for record in records if record["status"] == ANOTHER]),
        _problems([record for record in records if record["status"] in LOOKED_AT]),
        _others([record for record in records if record["holds"]]),
        _other_numbers([record for record in records if OTHER_NUMBERS in record["notes"]]),
        *(_assignment(shown[name], of(records, name)) for name in shown),
        _pairs(pairs, shown),
        _late([record for record in records if record["late"]], unknown, in_time),
        _recognised(recognised),
        _left_over(left_over),
        _people(records, shown, roster, left_over),
        _unmarked(records, shown, marks, outdated),
        _agreements(agreements, markers, shown),
    )


def _left_out(records: Sequence[Record]) -> Html:
    count = sum(record["doubt"] == LEFT_OUT for record in records)
    if not count:
        return Html()
    said = (
        f"{count} of {counted(len(records), 'score')} may be wrong. These notebooks hold other "
        "numbers than the ones they were graded with, so they are in none of the files for Canvas, "
        "Moodle and Gradescope. They are named below, under what may be the reason. Mend it and "
        "grade again. Or decide that a score counts all the same: --other-numbers STUDENT puts "
        "that student's scores in, and --other-numbers all everybody's."
    )
    return tag("div", tag("p", said), class_="status error")


def _counts(records: Sequence[Record], shown: Mapping[str, Assignment]) -> Html:
    there_are = {record["status"] for record in records}
    columns = [status for status in STATUSES if status not in RARE or status in there_are]
    rows = []
    for name, assignment in shown.items():
        statuses = [record["status"] for record in of(records, name)]
        rows.append(
            [assignment.title, len(statuses), *(statuses.count(status) for status in columns)]
        )
    header = ["Assignment", "Submissions", *(status.capitalize() for status in columns)]
    return table("Submissions by status", header, rows, numbers=tuple(range(1, len(header))))


def _listed(
    heading: str, said: str, records: Sequence[Record], more: Callable[[Record], str] = lambda _: ""
) -> Html:
    """A section that names submissions, and more of each; nothing where there are none."""
    if not records:
        return Html()
    lines = [joined(_link(r), f", {r['assignment']}{more(r)}") for r in _sorted(records)]
    return tag("section", tag("h2", heading), tag("p", said) if said else "", _few(lines))


def _errors(records: Sequence[Record]) -> Html:
    return _listed(
        "To be graded again",
        "Here the grader failed. These submissions have no score, which is not a 0, and stand in "
        "none of the files for Canvas, Moodle and Gradescope. If a check of yours is named, mend "
        "it. Then run the same command again.",
        records,
        lambda record: f": {record['reason']}",
    )


def _another(records: Sequence[Record]) -> Html:
    return _listed(
        "Another handout",
        "These notebooks are handouts for PyTorch. They have no score, which is not a 0, and "
        "stand in none of the files for Canvas, Moodle and Gradescope. Were the handouts released "
        "with --torch? Then give the same command with --torch. If not, the students copy their "
        "answers into the handout of this course and hand that in; their pages say so.",
        records,
    )


def _problems(records: Sequence[Record]) -> Html:
    return _listed(
        "Unreadable, incomplete, stopped at a limit, or tampered with",
        "",
        records,
        lambda record: f", {record['status']}: {record['reason']}",
    )


def _others(records: Sequence[Record]) -> Html:
    """Notebooks that were handed in by another than the one they were made for."""
    return _listed(
        "Made for somebody else",
        "What the handout wrote into these notebooks names another student or assignment. Each "
        "is graded as the work of whoever sent it, with that student's numbers. Ask before you "
        "count it.",
        records,
        lambda record: f": holds {record['holds']}{_doubt(record)}",
    )


def _other_numbers(records: Sequence[Record]) -> Html:
    """Notebooks that say whose they are, and hold numbers that this secret does not draw."""
    return _listed(
        "Other numbers than the secret draws",
        "The numbers in these notebooks are not those that the course's secret draws for the "
        "student. They are graded by those that it draws, so points may be lost that were "
        "earned. Are there many? Then this is another secret than that of the release: give "
        "the right one with --secret, and grade again. Is there one? Then ask the student: a "
        "number was changed, or the handout was somebody else's.",
        records,
        _doubt,
    )


def _doubt(record: Record) -> str:
    return f": {DOUBTS[record['doubt']]}" if record["doubt"] else ""


def _assignment(assignment: Assignment, records: list[Record]) -> Html:
    """Scores, tasks and mistakes of one assignment, of the notebooks that could be run."""
    run = [record for record in records if record["status"] not in WITHOUT_TASKS]
    if not run:
        return Html()
    return tag(
        "section",
        tag("h2", assignment.title),
        tag("p", "Automatic tasks, of the notebooks that could be read.", class_="quiet"),
        _distribution(run),
        _tasks(assignment, run),
        _mistakes(assignment, run),
    )


def _distribution(records: list[Record]) -> Html:
    """How the scores are spread: a histogram, and the same as a table."""
    maximum = records[0]["maximum"]
    scores = [record["score"] for record in records]
    counts = [0] * BINS
    for score in scores:
        counts[min(int(score / maximum * BINS), BINS - 1) if maximum else 0] += 1
    width, gap, height = 360, 40, 1_000
    bars: list[Html] = []
    for place, count in enumerate(counts):
        tall = round(height * count / max(counts))
        x, top = 100 + place * (width + gap), 250 + height - tall
        bars.append(tag("rect", x=x, y=top, width=width, height=tall, class_="bar"))
        if count:
            middle = x + width // 2
            bars.append(tag("text", count, x=middle, y=top - 50, text_anchor="middle"))
    end, foot = 100 + BINS * (width + gap), 250 + height
    bars.append(tag("path", d=f"M60 {foot}H{end}", class_="axis"))
    for share in (0.0, 0.5, 1.0):
        label = points(share * maximum)
        x = 80 + round(share * BINS * (width + gap))
        bars.append(tag("text", label, x=x, y=foot + 200, text_anchor="middle"))
    said = (
        f"{counted(len(scores), 'score')}, of {counted(maximum, 'point')}: "
        f"mean {points(mean(scores))}, median {points(median(scores))}, "
        f"lowest {points(min(scores))}, highest {points(max(scores))}."
    )
    rows = [
        [f"{points(maximum * i / BINS)} to {points(maximum * (i + 1) / BINS)}", count]
        for i, count in enumerate(counts)
    ]
    return tag(
        "figure",
        tag(
            "svg",
            *bars,
            viewBox=f"0 0 {end + 200} {foot + 280}",
            role="img",
            aria_label=f"Histogram. {said}",
        ),
        tag("figcaption", tag("p", said)),
        tag(
            "details",
            tag("summary", "The same as a table"),
            table("Submissions by score", ["Points", "Submissions"], rows, numbers=(1,)),
        ),
    )


def _tasks(assignment: Assignment, records: list[Record]) -> Html:
    rows = []
    for task in (task for task in assignment.tasks if not task.open):
        scores = [t["score"] for r in records for t in r["tasks"] if t["name"] == task.name]
        if not scores:
            continue
        share = mean(scores) / task.points if task.points else 0.0
        full = sum(score >= task.points for score in scores)
        rows.append(
            [
                task.title,
                points(task.points),
                joined(_bar(share), f"{share:.0%}"),
                f"{full} of {len(scores)}",
            ]
        )
    header = ["Task", "Points", "Mean share", "Full points"]
    return table("How the tasks went", header, rows, numbers=(1, 2, 3))


def _bar(share: float) -> Html:
    rect = tag("rect", width=round(1000 * share), height=100, class_="bar")
    inner = tag("svg", rect, viewBox="0 0 1000 100", preserveAspectRatio="none")
    return tag("span", inner, class_="share", aria_hidden="true")


def _mistakes(assignment: Assignment, records: list[Record]) -> Html:
    """The mistakes that have a name: the commonest first, and who made them."""
    titles = {task.name: task.title for task in assignment.tasks}
    who: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        for task in record["tasks"]:
            for check in task["checks"]:
                if check["mistake"] and check["score"] < check["points"]:
                    who[check["mistake"], task["name"]].add(record["student"])
    if not who:
        return Html()
    ordered = sorted(who.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [
        [mistake, titles.get(task, task), len(students), _names(sorted(students))]
        for (mistake, task), students in ordered[:MOST]
    ]
    header = ["Mistake", "Task", "Students", "Who"]
    return table("The commonest mistakes", header, rows, numbers=(2,))


def _pairs(pairs: Sequence[Pair], shown: Mapping[str, Assignment]) -> Html:
    if not shown:
        return Html()
    heading = tag("h2", "Nearly the same")
    if not pairs:
        return tag("section", heading, tag("p", "No two submissions are nearly the same."))
    rows = [
        [
            joined(_link(pair.a), " and ", _link(pair.b)),
            _title(shown, pair.a["assignment"]),
            "the same file" if pair.a["sha256"] == pair.b["sha256"] else f"{pair.share:.0%}",
        ]
        for pair in pairs[:MOST]
    ]
    more = counted(len(pairs) - MOST, "more is", "more are")
    rest = f" {more} not shown." if len(pairs) > MOST else ""
    return tag(
        "section",
        heading,
        tag(
            "p",
            f"Pairs that share at least {similar.SHARE:.0%} of their code, when names, numbers, "
            "comments and what most submissions have are left out. This is no proof of copying: "
            "correct answers to short tasks look alike, and two who learn together write alike. "
            f"Read both before you ask.{rest}",
        ),
        table("Pairs", ["Students", "Assignment", "In common"], rows, numbers=(2,)),
    )


def _late(records: Sequence[Record], unknown: Sequence[tuple[str, str]], in_time: int) -> Html:
    """Who is late, and by what it is known; and of whom that is not known."""
    if not records and not unknown and not in_time:
        return Html()
    nobody = [f"{cut(student, 100)}, {assignment}" for student, assignment in unknown]
    return tag(
        "section",
        tag("h2", "Late"),
        _few(
            [
                joined(_link(r), f", {r['assignment']}: {r['late']['said']}")
                for r in _sorted(records)
            ]
        )
        if records
        else "",
        tag(
            "p",
            "Canvas writes LATE into a file's name, and no time. Without this mark, and so in time "
            f"by Canvas's word: {counted(in_time, 'submission')}.",
        )
        if in_time
        else "",
        tag(
            "p",
            "When these were handed in is not known, so they count as in time. Write it into the "
            "column handed_in of the deadlines' table, or use --file-times.",
        )
        if nobody
        else "",
        _few(nobody) if nobody else "",
    )


def _recognised(recognised: Sequence[LeftOver]) -> Html:
    if not recognised:
        return Html()
    return tag(
        "section",
        tag("h2", "Recognised by what is in them"),
        tag(
            "p",
            "The names of these files do not say it all. They were graded by what the handout "
            "wrote into the notebook. Who copies a notebook copies that too, so have a look.",
        ),
        _few([_told(one) for one in recognised]),
    )


def _told(one: LeftOver) -> Html:
    return joined(tag("code", cut(one.file, 300)), f" {one.reason}")


def _left_over(left_over: Sequence[LeftOver]) -> Html:
    if not left_over:
        return Html()
    return tag(
        "section",
        tag("h2", "Found and not graded"),
        tag("p", "Rename what is a submission, and run the same command again."),
        _few([_told(one) for one in left_over]),
    )


def _people(
    records: Sequence[Record],
    shown: Mapping[str, Assignment],
    roster: Sequence[Student] | None,
    left_over: Sequence[LeftOver],
) -> Html:
    """Of whom on the roster nothing is graded."""
    if roster is None:
        return Html()
    parts = []
    for name, assignment in shown.items():
        there = {record["student"] for record in of(records, name)}
        missing = [_called(student) for student in roster if student.id not in there]
        if missing:
            parts.append(joined(tag("h3", f"{assignment.title}: {len(missing)}"), _names(missing)))
    if not parts:
        return Html()
    said = "Files under Found and not graded may be theirs." if left_over else ""
    return tag("section", tag("h2", "Nothing graded"), tag("p", said) if said else "", *parts)


def _unmarked(
    records: Sequence[Record],
    shown: Mapping[str, Assignment],
    marks: Marks | None,
    outdated: Sequence[Answer],
) -> Html:
    if not outdated and not any(record["open"] for record in records):
        return Html()
    heading = tag("h2", "Open questions")
    if marks is None:
        return tag(
            "section",
            heading,
            tag(
                "p",
                "All scores are those of the automatic tasks. Open marking.html to mark the "
                "answers to the open ones, and grade again with --marks marks.csv.",
            ),
        )
    waiting = [
        joined(_link(record), f", {record['assignment']}: {', '.join(made.unmarked)}")
        for record in _sorted(records)
        if record["assignment"] in shown
        and (made := total(record, shown[record["assignment"]], marks)).unmarked
    ]
    if not waiting:
        done = tag("p", "All answers are marked, and in the scores.")
        return tag("section", heading, done, _outdated(outdated))
    return tag(
        "section",
        heading,
        tag(
            "p",
            "Not marked yet: these have the score of the automatic tasks, and all files for other "
            "systems that have room for words say that the text is open.",
        ),
        _few(waiting),
        _outdated(outdated),
    )


def _outdated(answers: Sequence[Answer]) -> Html:
    """Marks that stay, and may not fit any more."""
    if not answers:
        return Html()
    return joined(
        tag("h3", "Marks that were given to another text"),
        tag(
            "p",
            "Since these were marked, another text was handed in, or none. The marks still count. "
            "Load your table on the marking page: it leads to these answers and takes your marks "
            "for them. In a spreadsheet read them again, and empty their cells of the column text.",
        ),
        _few([f"{cut(student, 100)}, {name}: {task}" for student, name, task in answers]),
    )


def _agreements(
    agreements: Sequence[Agreement], markers: Sequence[str], shown: Mapping[str, Assignment]
) -> Html:
    """How far the markers agree, and the answers on which they are furthest apart."""
    if not agreements:
        return Html()
    rows, apart = [], []
    for one in agreements:
        both = tuple(markers[place] for place in one.markers)
        question = f"{_title(shown, one.assignment)}: {one.task}"
        kappa = "not defined" if one.kappa is None else f"{one.kappa:.2f}"
        rows.append(
            [
                question,
                " and ".join(both),
                len(one.pairs),
                f"{one.same:.0%}",
                f"{one.difference:+.2f}",
                kappa,
            ]
        )
        apart += [
            (
                abs(a - b),
                f"{student}, {question}: {points(a)} in {both[0]}, {points(b)} in {both[1]}",
            )
            for student, (a, b) in one.pairs.items()
            if a != b
        ]
    header = ["Question", "Markers", "Answers", "Same points", "Mean difference", "Weighted kappa"]
    said = [text for _, text in sorted(apart, key=lambda one: (-one[0], one[1]))]
    return tag(
        "section",
        tag("h2", "How far the markers agree"),
        tag(
            "p",
            "These answers were marked by two people. The mean of both marks counts. The mean "
            "difference says how many points more the second of them gives. Weighted kappa is 1 "
            "where all marks are the same, and 0 where they agree no more than by chance. From few "
            "answers it says little.",
        ),
        table("Answers with two marks", header, rows, numbers=(2, 3, 4, 5)),
        joined(tag("h3", "Furthest apart"), _few(said)) if said else "",
    )


def _sorted(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (record["assignment"], record["student"]))


def _title(shown: Mapping[str, Assignment], name: str) -> str:
    return shown[name].title if name in shown else name


def _link(record: Record) -> Html:
    """A student's id, which leads to the feedback."""
    where = quote(feedback.place(record["student"], record["assignment"]))
    return tag("a", cut(record["student"], 100), href=where)


def _called(student: Student) -> str:
    return f"{student.name} ({student.id})" if student.name else student.id


def _names(names: list[str]) -> Html:
    """Names in a row; many are folded away."""
    if len(names) <= NAMES:
        return _all(names)
    first = ", ".join(cut(name, 100) for name in names[:NAMES])
    return tag("details", tag("summary", f"{first} and {len(names) - NAMES} more"), _all(names))


def _all(names: list[str]) -> Html:
    return joined(*(joined(", " if place else "", cut(n, 100)) for place, n in enumerate(names)))


def _few(items: list[Any]) -> Html:
    """A list; past a hundred it is folded away."""
    if len(items) <= MOST:
        return bullets(items)
    rest = tag("details", tag("summary", f"{len(items) - MOST} more"), bullets(items[MOST:]))
    return joined(bullets(items[:MOST]), rest)
