"""The linter: ours are clean, and each thing that can be wrong is a line with file and number."""

import re
from pathlib import Path

import pytest

from classroom import assignments
from classroom.__main__ import main
from classroom.authoring import trials
from classroom.authoring.lint import lint
from classroom.authoring.new import TEMPLATE, new
from classroom.authoring.subject import Subject
from classroom.course import authors_code

TEXT = (TEMPLATE / "first.md").read_text(encoding="utf-8")
HEADING = "## Task 2: what the rate does (3 points)"
GIVEN = "import numpy as np\n\nrate = {{ rate }}"
NUMBERS = '{"rate": round(draw.uniform(0.05, 0.25), 3)}'
CHECK = TEXT[TEXT.index("found = step(") : TEXT.index("\n```\n\n## Task 2")]
RUBRIC = TEXT[TEXT.index("- 1 point: the step") : TEXT.index("=== END MARK")]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The assignment that `new` writes, where the commands look for it."""
    monkeypatch.chdir(tmp_path)
    new("decay", Path("assignments"))
    return Path("assignments")


def change(file: Path, old: str, by: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, by), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.xdist_group("sandbox")
@pytest.mark.parametrize("name", assignments.NAMES)
def test_ours_are_clean(name):
    assert lint(name) == []


@pytest.mark.slow
@pytest.mark.xdist_group("sandbox")
def test_what_new_writes_is_clean(own):
    assert lint("decay", own) == []


#: What is changed in one of the two files; what is said; and what stands in the line that it names.
WRONG = {
    "points in the table": (
        ("md", "| function `step` | 2 |", "| function `step` | 4 |"),
        "the table gives 'One step' 4 points, and its task 2",
        "| 1 One step |",
    ),
    "points in a heading": (
        ("md", "one step (2 points)", "one step (1 point)"),
        "the heading gives 1 point, and the task 2",
        "## Task 1",
    ),
    "points of a rubric": (
        ("md", "- 1 point: above", "- 2 points: above"),
        "the rubric's points add up to 4, and the task has 3",
        "=== BEGIN MARK SCHEME ===",
    ),
    "points of a check": (
        ("py", "Check(2,", "Check(3,"),
        "the cell 'step' has 2 points, and its task 3",
        "found = step(",
    ),
    "no row": (
        ("md", "| 1 One step | function `step` | 2 |\n", ""),
        "the task 'step' has no row `| One step | ... | 2 |`",
        'Task("step"',
    ),
    "a row for nothing": (
        ("md", "| 1 One step |", "| 1 A step |"),
        "the table's 'A step' is no task; tasks: One step, What the rate does",
        "| 1 A step |",
    ),
    "no heading": (
        ("md", HEADING, "## The rate"),
        "the task 'meaning' has no heading `## Task 2: What the rate does (3 points)`",
        'Task("meaning"',
    ),
    "another heading": (
        ("md", HEADING, HEADING.replace("the rate", "a rate")),
        "the heading says 'what a rate does', and task 2 is 'What the rate does'",
        "## Task 2",
    ),
    "a heading for nothing": (
        ("md", HEADING, f"{HEADING}\n\n## Task 3: more (1 point)"),
        "decay.py has no task 3",
        "## Task 3",
    ),
    "a name that no check asks for": (
        ("md", "| function `step` |", "| function `walk` |"),
        "the table names `walk`, and no check of 'step' asks for it",
        "| 1 One step |",
    ),
    "a name that the text has not": (
        ("md", "`step", "`the step"),
        "the checks of 'step' ask for `step`, and the text does not name it",
        'Task("step"',
    ),
    "no minutes": (
        ("md", "minutes: 20", "minutes: 0"),
        "minutes is 0; it must be more than 0",
        "minutes: 0",
    ),
    "other minutes": (
        ("md", "about 20 minutes", "about half an hour"),
        "the head says 20 minutes, and the text does not",
        "minutes: 20",
    ),
    "no goals": (
        ("md", "goals:\n    - write one step of gradient descent", "goals: []"),
        "there are no goals",
        "goals: []",
    ),
    "an empty goal": (
        ("md", "    - write one", "    -\n    - write one"),
        "a goal is empty",
        "goals:",
    ),
    "no value in the head": (
        ("md", "title: A first assignment", "title:"),
        "in the head title has no value",
        "  title:",
    ),
    "no rubric": (
        ("md", RUBRIC, ""),
        "the rubric of 'meaning' is empty",
        "=== BEGIN MARK SCHEME ===",
    ),
    "the same number for all": (
        ("py", NUMBERS, '{"rate": 0.1}'),
        "the number 'rate' is 0.1 for all students",
        '"rate": 0.1',
    ),
    "numbers of another generator": (
        ("py", NUMBERS, '{"rate": np.random.uniform()}'),
        "numbers gives one student other numbers the second time",
        "def numbers(",
    ),
    "numbers that are none": (
        ("py", NUMBERS, '{"rate": draw.uniform(size=2)}'),
        "is not a plain number",
        '"rate":',
    ),
    "no dictionary": (
        ("py", NUMBERS, "[3]"),
        "numbers gives [3]; it must give a dictionary",
        "def numbers(",
    ),
    "numbers that fail": (("py", NUMBERS, "{}[0]"), "KeyError: 0", "{}[0]"),
    "a number that is not drawn": (
        ("md", "rate = {{ rate }}", "rate = {{ rat }}"),
        "there is no number 'rat'; numbers draws rate",
        "{{ rat }}",
    ),
    "a solution that the handout's check refuses": (
        ("md", "return w - rate", "return w + rate"),
        "the check of 'step' in the handout fails on the solution: AssertionError: A step goes",
        "found = step(",
    ),
    "a solution that is wrong": (
        ("md", "return w - rate * gradient", "return w - 0.1 * gradient"),
        "the solution loses points of 'step', in one, two and five dimensions, with the numbers of",
        'Task("step"',
    ),
    "a solution that fails": (
        ("md", GIVEN, f"{GIVEN}\nmore = rats"),
        "the solution raises NameError: name 'rats' is not defined",
        "more = rats",
    ),
    "a check in the handout that says nothing": (
        ("md", CHECK, "assert rate > 0"),
        "the check of 'step' passes in the untouched handout",
        "assert rate > 0",
    ),
    "what students do not have": (
        ("md", GIVEN, f"{GIVEN}\nfrom classroom.checks import near"),
        "the handout imports classroom",
        "from classroom",
    ),
    "the grader's own": (
        ("md", GIVEN, f"{GIVEN}\n\n\ndef go(w, gradient, rate):\n    return w-rate*gradient"),
        "the handout shows `return w - rate * gradient`, which is the grader's: see decay.py, line",
        "return w-rate*gradient",
    ),
    "a wrong version that is right": (
        ("py", "rate: w + rate * gradient", "rate: w - gradient * rate"),
        "the wrong `step` 'uphill' gets all points",
        '"uphill"',
    ),
    "two wrong versions that do the same": (
        (
            "py",
            "MISTAKES = [",
            'MISTAKES = [\n    Mistake("up", "Up.", lambda w, g, r: w + r * g),',
        ),
        "the wrong `step` 'uphill' is not named by its hint; it is called: up.",
        '"uphill"',
    ),
    "a name that nobody asked students for": (
        ("py", '"step", step, MISTAKES', '"stop", step, MISTAKES'),
        "the solution loses points of 'step'",
        'Task("step"',
    ),
    "a number that is not finite": (
        ("py", NUMBERS, '{"rate": draw.uniform() * float("inf")}'),
        "the number 'rate': inf is not finite",
        '"rate":',
    ),
    "names of numbers that are none": (
        ("py", NUMBERS, "{1: 0.1}"),
        "numbers gives {1: 0.1}; it must give a dictionary",
        "def numbers(",
    ),
    "a check that fails": (
        ("py", "    probes = [", "    probes = {}[0]\n    probes = ["),
        "KeyError: 0",
        "{}[0]",
    ),
    "a check that fails on an answer that is not there": (
        (
            "py",
            '    compare(answers, "step"',
            '    answers.call("step", 1, 2, 3).value + 1\n    compare(answers, "step"',
        ),
        "TypeError: unsupported operand",
        ".value + 1",
    ),
    "a check that ends Python": (
        ("py", "    probes = [", "    exit()\n    probes = ["),
        "SystemExit: None",
        "exit()",
    ),
    "a solution that ends Python": (
        ("md", GIVEN, f"{GIVEN}\nexit()"),
        "the solution raises SystemExit",
        "exit()",
    ),
    "minutes without end": (
        ("md", "minutes: 20", "minutes: .inf"),
        "in the head minutes is inf; it must be",
        "minutes:",
    ),
    "goals in one line": (
        ("md", "goals:\n    - write", "goals: write"),
        "goals is 'write one step of gradient descent'; it must be a list",
        "goals:",
    ),
    "a place with two words": (
        ("md", "{{ rate }}", "{{ the rate }}"),
        "`{{ the rate }}` is no place of a number, as `{{ name }}` is; numbers draws rate",
        "rate = {{ the rate }}",
    ),
    "a place that is not closed": (
        ("md", "{{ rate }}", "{{ rate }"),
        "`{{ rate }` is no place of a number",
        "rate = {{ rate }",
    ),
    "a check that raises": (
        ("py", 'MISTAKES, probes, ["w"])', "MISTAKES, probes)"),
        "TypeError: compare() missing 1 required positional argument: 'outputs'",
        "    compare(",
    ),
    "a check that finds nothing wrong": (
        (
            "py",
            "    compare(answers",
            '    answers.call("step", *probes[0])\n    return\n    compare(answers',
        ),
        "'step' gives all points, whatever `step` is; a check must raise Lost where it is wrong",
        'Task("step"',
    ),
    "a wrong version without a hint": (
        ("py", '"The step goes uphill. Look at its sign."', '""'),
        "the wrong `step` 'uphill' has no hint",
        '"uphill"',
    ),
    "a wrong version without a name": (
        ("py", '"uphill"', '""'),
        "a wrong `step` of 'step' has no name",
        'Task("step"',
    ),
    "points that are lost without a word": (
        (
            "py",
            "    compare(answers",
            "    from classroom.course.assignment import Lost\n"
            '    if answers.call("step", *probes[0]).error:\n        raise Lost("")\n'
            "    compare(answers",
        ),
        "points of 'step', in one, two and five dimensions, are lost without a reason",
        'Task("step"',
    ),
    "a check without words": (
        ("py", '"in one, two and five dimensions"', '""'),
        "a check has no words (what)",
        'Task("step"',
    ),
    "a task without a title": (
        ("py", '"One step"', '" "'),
        "the task 'step' has no title",
        'Task("step"',
    ),
    "an assignment without a title": (
        ("py", 'title="A first assignment"', 'title=""'),
        "the assignment 'decay' has no title",
        "ASSIGNMENT = ",
    ),
    "a row without words": (
        ("md", "| function `step` | 2 |", "| | 2 |"),
        "the table does not say what to hand in for 'One step'",
        "| 1 One step |",
    ),
    "an empty check in the handout": (
        ("md", f"{CHECK}\n", ""),
        "the cell 'step' is empty",
        "grade_id: step,",
    ),
    "a comparison on nothing": (
        ("py", "for size in (1, 2, 5)", "for size in ()"),
        "`step` is compared on no probes",
        "    compare(",
    ),
    "results without names": (
        ("py", '["w"])', '[""])'),
        "what `step` returns has no name (outputs)",
        "    compare(",
    ),
    "what cannot be read": (
        ("py", "def numbers(", "def numbers(:"),
        "`def numbers(:",
        "def numbers(:",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_its_line(own, what):
    (suffix, old, by), said, stands = WRONG[what]
    change(own / f"decay.{suffix}", old, by)
    found = lint("decay", own, sandbox=False)
    form = re.compile(r"(assignments/decay\.(?:md|py)), line (\d+): .*\.")
    places = [form.fullmatch(line) for line in found]
    assert all(places), found
    named = [place for place in places if place and said in place[0]]
    assert named, found
    lines = Path(named[0][1]).read_text(encoding="utf-8").split("\n")
    assert stands in lines[int(named[0][2]) - 1]


def test_what_stands_before_a_check_that_fails_is_said_too(own):
    change(own / "decay.md", "minutes: 20", "minutes: 0")
    change(own / "decay.py", "    probes = [", "    probes = {}[0]\n    probes = [")
    assert len(lint("decay", own, sandbox=False)) == 2


@pytest.mark.slow
@pytest.mark.xdist_group("sandbox")
def test_the_grader_says_where_a_check_ends_python(own):
    change(own / "decay.py", "    probes = [", "    exit(3)\n    probes = [")
    trial = trials._Trial(Subject("decay", own), "s001")
    record = trial._graded(solutions=True)
    line = (own / "decay.py").read_text().split("\n").index("    exit(3)") + 1
    assert (record["status"], record["score"]) == ("grader error", None)
    assert record["reason"].endswith(f"assignments/decay.py, line {line}: SystemExit: 3.")


def test_a_module_in_another_encoding(own):
    """Also one beside it that no Python reads."""
    text = "# coding: latin-1\n# M\xfcller\n" + (own / "decay.py").read_text()
    (own / "decay.py").write_bytes(text.replace("w + rate", "w - rate").encode("latin-1"))
    (own / "aside.py").write_bytes(b"# M\xfcller\n")
    (own / "._decay.py").write_bytes(b"\0\xff")
    found = lint("decay", own, sandbox=False)
    assert len(found) == 1
    assert "the wrong `step` 'uphill' gets all points" in found[0]


def test_an_untouched_handout_with_points(own):
    """The whole answer stands in a cell that is given."""
    right = "def step(w, gradient, rate):\n    return w - gradient * rate"
    change(own / "decay.md", GIVEN, f"{GIVEN}\n\n\n{right}")
    begin, end = TEXT.index("def step("), TEXT.index("    ### BEGIN SOLUTION")
    change(own / "decay.md", TEXT[begin:end], "")
    change(
        own / "decay.md",
        "    ### BEGIN SOLUTION\n    return w - rate * gradient\n    ### END",
        "### BEGIN SOLUTION\nhalf = rate / 2\n### END",
    )
    found = lint("decay", own, sandbox=False)
    assert any("the untouched handout gets points of 'step'" in line for line in found), found


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ('lambda own: {"step": step}', ""),
        (
            'lambda own: {"step": lambda w, g, rate: w}',
            "the versions of right lose points of 'step'",
        ),
        ('lambda own: {"step": step, "stop": step}', "right has `stop`, and no check asks for it."),
        (
            'lambda own: {"stop": step}',
            "A check asks for `step`, and the assignment's right versions",
        ),
        ('lambda own: {"step": 3}', "right must give a dictionary of functions by their names."),
        ("lambda own: {}", "A check asks for `step`, and the assignment's right versions are none"),
        ("lambda own: own[0]", "KeyError: 0."),
        (
            'lambda own: {"step": step, 1: step}',
            "right must give a dictionary of functions by their names.",
        ),
        ('lambda own: {"step": lambda *_: exit("stopped")}', "SystemExit, which ends the interp"),
    ],
)
def test_the_versions_for_pytorch_are_tried(own, right, said):
    change(
        own / "decay.py", "    numbers=numbers,\n", f"    numbers=numbers,\n    right={right},\n"
    )
    found = lint("decay", own, sandbox=False)
    assert len(found) == bool(said), found
    if said:
        place, line = re.match(r"(.*), line (\d+): ", found[0]).groups()
        assert place == "assignments/decay.py"
        assert said in found[0]
        stands = (own / "decay.py").read_text().split("\n")[int(line) - 1]
        assert stands.strip().startswith(("right=", 'Task("step"'))


@pytest.mark.parametrize("run", ["1 / 0", "exit()"])
def test_a_check_by_numbers_that_fails_is_named_with_its_line(own, run):
    right = '    right=lambda own: {"step": step},\n'
    change(own / "decay.py", "    numbers=numbers,\n", f"    numbers=numbers,\n{right}")
    change(own / "decay.py", ", check_step", f", check_step, lambda *_: {run}")
    (found,) = lint("decay", own, sandbox=False)
    assert re.match(r"assignments/decay\.py, line \d+: (ZeroDivisionError|SystemExit)", found)


def test_a_byte_order_mark_does_no_harm(own):
    """Some editors on Windows write one."""
    for suffix in (".md", ".py"):
        file = own / f"decay{suffix}"
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert lint("decay", own, sandbox=False) == []


def test_what_is_wrong_for_all_students_is_said_once(own):
    change(own / "decay.md", "return w - rate * gradient", "return w - 2 * rate * gradient")
    lost = [line for line in lint("decay", own, sandbox=False) if "solution loses" in line]
    assert len(lost) == 1


def test_checks_that_take_long(own, monkeypatch):
    monkeypatch.setattr(trials, "SLOW", 0.0)
    found = lint("decay", own, sandbox=False)
    form = (
        r"assignments/decay\.py, line \d+: the checks of 'step' take .* s; the limit for a task is"
    )
    assert found
    assert all(re.match(form, line) for line in found)


def test_what_runs_and_runs_is_named(own, monkeypatch, capsys):
    monkeypatch.setattr(authors_code, "PATIENCE", 0.05)
    busy = "import time; end = time.monotonic() + 0.2\n    while time.monotonic() < end: pass\n"
    change(own / "decay.py", "    probes = [", f"    {busy}    probes = [")
    change(own / "decay.md", GIVEN, f"{GIVEN}\n\nif True:\n    {busy}")
    lint("decay", own, sandbox=False)
    said = capsys.readouterr().err
    assert "assignments/decay.py: a check of 'step' has been running for 0.05 s." in said
    assert "assignments/decay.md: the solution has been running for 0.05 s." in said


def test_wrong_values(own):
    change(
        own / "decay.py",
        "    probes = [",
        """\
    right = 2 * numbers["rate"]
    wrong = [
        Wrong("the rate", "That is the rate.", right / 2),
        Wrong("its twin", "Nobody can tell which of the two it was.", right / 2),
        Wrong("the same", "That is the same.", right),
        Wrong("near", "That is near.", right * 1.005),
    ]
    compare_value("far", answers.number("far"), right, 0.01, wrong)
    probes = [""",
    )
    change(
        own / "decay.py", "import Mistake, compare", "import Mistake, Wrong, compare, compare_value"
    )
    change(own / "decay.md", "### END SOLUTION\n```", "### END SOLUTION\n\n\nfar = 2 * rate\n```")
    change(own / "decay.md", "Write `step(w", "Write `far` and `step(w")
    assert [line.split(": ", 1)[1] for line in lint("decay", own, sandbox=False)] == [
        "the wrong `far` 'the same' is the right one for all numbers that were tried.",
        "the wrong `far` 'near' gets all points.",
    ]


@pytest.mark.slow
@pytest.mark.xdist_group("sandbox")
def test_what_the_sandbox_alone_refuses(own):
    """A solution that reads a file of the course runs here, and not where there is none."""
    Path("times.txt").write_text("1")
    place = str(Path("times.txt").resolve())
    reads = f"from pathlib import Path\n\ntimes = int(Path({place!r}).read_text())"
    change(own / "decay.md", GIVEN, f"{GIVEN}\n{reads}")
    change(own / "decay.md", "return w - rate * gradient", "return w - times * rate * gradient")
    assert lint("decay", own, sandbox=False) == []
    said = "in the sandbox the solution of s001 has 0 of 2 points of 'step', in one"
    found = lint("decay", own)
    assert any(said in line for line in found), found


@pytest.mark.slow
@pytest.mark.xdist_group("sandbox")
def test_the_command(own, capsys):
    assert main(["lint", "--assignments", "assignments"]) == 0
    assert capsys.readouterr().out == "decay: 2 tasks, 5 points. Nothing is wrong.\n"
    change(own / "decay.md", "| function `step` | 2 |", "| function `step` | 4 |")
    assert main(["lint", "decay", "--assignments", "assignments"]) == 1
    form = (
        r"assignments/decay\.md, line \d+: the table gives 'One step' 4 points, and its task 2\.\n"
    )
    assert re.fullmatch(form, capsys.readouterr().out)
    assert main(["lint", "dcay", "--assignments", "assignments"]) == 2
    assert "no assignment 'dcay'; choices: descent" in capsys.readouterr().err


def test_without_a_sandbox_it_says_so(own, capsys, monkeypatch):
    monkeypatch.setattr("classroom.sandbox.bubblewrap.missing", lambda: "bwrap is not installed.")
    assert main(["lint", "--assignments", "assignments"]) == 0
    said = (
        "There is no sandbox, so the solution runs in this process alone. bwrap is not installed."
    )
    assert capsys.readouterr().out.split("\n")[0] == said


# --- new --------------------------------------------------------------------------------------


def test_new_overwrites_nothing_and_says_what_comes_next(own, capsys):
    before = (own / "decay.md").read_text()
    (own / "more.py").write_text("mine")
    for name, said in (
        ("decay", "assignments/decay.md is there already, and nothing is overwritten"),
        ("more", "assignments/more.py is there already"),
        ("descent", "'descent' is one of the built-in assignments"),
        ("My-own", "assignments/My-own: an assignment's name must be 1 to 30 of a-z"),
    ):
        assert main(["new", name]) == 2
        assert said in capsys.readouterr().err
    assert (own / "decay.md").read_text() == before
    assert sorted(path.name for path in own.iterdir()) == ["decay.md", "decay.py", "more.py"]
    assert main(["new", "second", "--assignments", "here"]) == 0
    assert capsys.readouterr().out == (
        "here/second.md is written.\nhere/second.py is written.\n"
        "Try it out: python -m classroom lint second --assignments here\n"
    )
    assert main(["new", "second", "--assignments", "Übung 2"]) == 0
    assert capsys.readouterr().out.endswith(" lint second --assignments 'Übung 2'\n")
