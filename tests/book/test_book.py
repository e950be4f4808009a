"""The chapters as sources: their form, and that their code is the package's."""

import ast
import builtins
import inspect
import re
import textwrap
from pathlib import Path

import pytest
import yaml

from rmsprop_lab import objectives, optimizers, rules

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
PAGES = sorted(BOOK.glob("*.md"))
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
PARTS = {part["caption"]: [Path(c["file"]).name for c in part["chapters"]] for part in TOC["parts"]}
TAUGHT = [
    f"{name}.md"
    for part in ("The way to RMSProp", "What nobody tells you after", "On real problems")
    for name in PARTS[part]
]
RULES = {name for name, value in vars(rules).items() if inspect.isfunction(value)}
ids = {"ids": lambda path: getattr(path, "stem", path)}


def cells(text: str) -> list[str]:
    """The code of a page's cells, without their options."""
    found = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", text, re.M | re.S)
    bare = [re.sub(r"\A---\n.*?^---\n", "", cell, flags=re.M | re.S) for cell in found]
    return [re.sub(r"\A(?::.*\n)+", "", cell) for cell in bare]


def essence(function: ast.FunctionDef) -> str:
    """A function without its docstring and annotations."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    arguments = [argument.arg for argument in function.args.args]
    return f"{arguments} {[ast.dump(statement) for statement in body]}"


def source(name: str) -> str:
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(rules, name))))
    return essence(tree.body[0])


#: The tutorial's words, compared with it letter by letter: what is quoted is among them.
TUTORIAL = (
    "RMSProp: Mastering Advanced Optimization in Python",
    "adapts the learning rate for each parameter, accelerating convergence",
    "often struggle with slow convergence and sensitivity to learning rates",
    "fall short in efficiently optimizing all parameters uniformly",
    "RMSProp rapidly converges towards the minimum of the function",
    "fine-tunes its approach as it gets closer to the optimal solution",
    "by reducing oscillations and high variance in parameter updates",
    "achieves faster convergence and improved stability in the learning process",
    "potentially better generalization in machine learning models",
    "its true power shines in more complex optimization scenarios",
)
#: Numbers that are neither set nor computed, and why they may be typed.
SAID = (
    r"\b45\s+degrees",  # slope 1, as people say it
    r"\bsteps \d+-(?=\d)",  # a window: its last step is looked at
    r"\bFrom \(5, 4\)",  # the tutorial's start, in the list of its claims
    r"\b45 minutes|^\| \d+ \||\bafter (?:session )?\d+",  # a lecture, its lines, sessions
    r"ρ = 0\.9 it averages|from 0\.05 to 0\.2",  # what students say, or are told to set
    r"BY 4\.0|Attribution 4\.0|year += \{\d+\}",  # a licence, a date
)
NUMBER = r"(?<![\w.,/^#-])\d[\d,]*(?:\.\d+)?(?:e-?\d+)?%?(?!\w)"
EQUALS = rf"(?:=|\\approx)\s*({NUMBER})(?!\^)"  # in a formula
#: What a formula may say of a symbol, such as "at rho = 0.9", without a cell that sets it.
DEFAULTS = {of.default for of in (*optimizers.PARAMETERS.values(), objectives.CONDITION)}
DRAWING = {"color", "figsize", "linewidth", "markevery"}


class Code(ast.NodeVisitor):
    """The numbers that cells set, and the sentences that they print.

    A number in an assertion is a result that is expected, so it is no setting.
    """

    def __init__(self) -> None:
        self.numbers: set[float] = set()
        self.sentences: list[str] = []

    def visit_Assert(self, node: ast.Assert) -> None:
        pass

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring explains the code
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if not (isinstance(node.func, ast.Name) and node.func.id == "glue"):
            self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in DRAWING:
            self.generic_visit(node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        self.visit(node.value)  # and not how many digits are shown

    def visit_BinOp(self, node: ast.BinOp) -> None:
        operands = (getattr(of, "value", None) for of in (node.left, node.right))
        if all(isinstance(of, int | float) for of in operands):  # such as 10**5
            self.numbers.add(float(eval(compile(ast.Expression(node), "", "eval"))))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            if re.fullmatch(
                r"[-+*/^().\dexy ]*\d[-+*/^().\dexy ]*", node.value
            ):  # a surface's formula
                self.numbers.update(map(float, re.findall(r"\d*\.?\d+", node.value)))
            else:
                self.sentences.append(re.sub(r"\{[^{}]*\}", " ", node.value))  # str.format
        elif isinstance(node.value, int | float):
            self.numbers.add(float(node.value))


def typed_numbers(text: str) -> list[str]:
    """Numbers in prose, captions and printed text that no code has: each with its line."""
    text = re.sub(r"^````.*?^````$", " ", text, flags=re.M | re.S)  # a file, shown whole
    code = Code()
    for cell in cells(text):
        code.visit(ast.parse(re.sub(r"^[%!].*$", "pass", cell, flags=re.M)))
    for link in re.findall(r'href="([^"]*)"', text):  # it sets a lab
        code.numbers.update(map(float, re.findall(r"\d*\.?\d+", link)))
    heads = re.findall(r"^```\{code-cell\} ipython3\n---\n(.*?)^---$", text, re.M | re.S)
    figures = [(yaml.safe_load(head) or {}).get("mystnb", {}) for head in heads]
    captions = [
        figure.get(kind, {}).get(of, "")
        for figure in figures
        for kind, of in (("figure", "caption"), ("image", "alt"))
    ]
    prose = re.sub(r"\A---.*?^---$", "", text, flags=re.M | re.S)
    choices = r"^:::\{question\}.*?^<details>"  # a wrong one is nobody's result
    prose = re.sub(rf"^```.*?^```$|{choices}", " ", prose, flags=re.M | re.S)
    formulas = re.findall(r"\$\$.*?\$\$|\$[^$]*\$", prose, re.S)
    for pattern in (r"\$\$.*?\$\$", r"\$[^$]*\$", r"`[^`]*`", r"\]\([^)]*\)", r"<[^>]*>",
                    r"https?://\S+", r"^\d+\. ", *SAID):  # fmt: skip
        prose = re.sub(pattern, " ", prose, flags=re.M | re.S)
    lines = (*prose.splitlines(), *captions, *code.sentences)
    tried = [(NUMBER, line, code.numbers) for line in lines]
    tried += [(EQUALS, formula, code.numbers | DEFAULTS) for formula in formulas]
    found = []
    for pattern, line, known in tried:
        for number in re.findall(pattern, re.sub("|".join(SAID), " ", line)):
            value = float(number.rstrip("%,").replace(",", ""))
            if value / (100 if number.endswith("%") else 1) not in known:
                found.append(f"{number.rstrip(',')} in: {line.strip()}")
    return found


def test_every_page_is_in_the_contents() -> None:
    listed = {Path(TOC["root"]).name, *(name for names in PARTS.values() for name in names)}
    assert listed == {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, **ids)
def test_a_rule_in_a_chapter_is_the_packages(page: Path) -> None:
    for cell in cells(page.read_text()):
        for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "pass", cell, flags=re.M))):
            if isinstance(node, ast.FunctionDef) and node.name in RULES:
                assert essence(node) == source(node.name), node.name


def test_every_rule_is_shown_in_some_chapter() -> None:
    shown = {
        name for page in PAGES for name in re.findall(r"^def (\w+)\(", page.read_text(), re.M)
    } & RULES
    assert {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop_inside", "adam"} <= shown


@pytest.mark.parametrize("name", TAUGHT)
def test_a_chapter_has_its_parts(name: str) -> None:
    text = (BOOK / name).read_text()
    assert 2 <= text.count(":::{question}") <= 4
    assert re.search(r"^ *(lab = )?(Lab|Replay)\(", text, re.M)
    assert text.index("```{code-cell}") < text.index("\n## ")  # a live lab opens it
    remember = re.search(r"^## To remember\n(.*?)^## Exercises$", text, re.M | re.S)[1]
    assert len(re.findall(r"^- ", remember, re.M)) == 3


@pytest.mark.parametrize("page", PAGES, **ids)
def test_every_exercise_has_a_solution_that_runs(page: Path) -> None:
    text = page.read_text()
    exercises = re.findall(r"^:::\{exercise\}.*\n:label: (\S+)$", text, re.M)
    opened = r"^:::\{solution-start\} (\S+)\n:label: \S+\n:class: dropdown\n:::\n"
    solutions = re.findall(opened + r"(.*?)^:::\{solution-end\}", text, re.M | re.S)
    assert [label for label, _ in solutions] == exercises
    assert len(exercises) >= (2 if page.name in TAUGHT else 0)
    for label, body in solutions:
        code = cells(body)
        assert code, label
        assert any("assert" in cell or "print" in cell for cell in code), label


@pytest.mark.parametrize("page", PAGES, **ids)
def test_no_computed_number_is_typed(page: Path) -> None:
    assert not typed_numbers(page.read_text())


def test_a_typed_number_is_found() -> None:
    cell = "```{code-cell} ipython3\n%s\n```\n"
    head = "---\nmystnb:\n  figure:\n    caption: After 29 steps.\n---\nsteps = 30"
    found = {
        "It takes 29 steps.": ["29"],
        "It is 3.5 times as fast, or 40% of 1,600.": ["3.5", "40%", "1,600"],
        cell % "assert steps == 29" + "It takes 29 steps.": ["29"],  # expected, not set
        cell % "print(f'{x:6.29f}')" + "It takes 29 steps.": ["29"],
        cell % "print('it takes 29 steps')": ["29"],
        cell % head: ["29"],
        cell % "steps, share = 1_600, 0.4" + "At 1,600 steps, 40%, `29` and $29$.": [],
        "It ends at $w = 29$, as $2\\lambda \\approx 3.5$.": ["29", "3.5"],
        "It is 0.9.": ["0.9"],
        "At $\\rho = 0.9$, $\\epsilon = 10^{-6}$, take $3\\lambda$.": [],
        cell % "kappa = 10**5" + "At 100000, in {glue:text}`steps` steps.": [],
    }
    for text, numbers in found.items():
        assert [line.split()[0] for line in typed_numbers(text)] == numbers, text


@pytest.mark.parametrize("page", PAGES, **ids)
def test_what_is_glued_is_used_and_the_other_way_round(page: Path) -> None:
    text = page.read_text()
    used = set(re.findall(r"\{glue:text\}`([^`]+)`", text))
    glued = set(re.findall(r"glue\(\s*\"([^\"]+)\"", text))
    if not re.search(r"glue\(\s*(?:f\"|[a-z_]+[,\[])", text):  # else names are made by a loop
        assert used == glued
    assert used or not glued


def bound(tree: ast.AST) -> set[str]:
    """The names that a cell imports, defines or assigns, anywhere in it."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.ExceptHandler(name=str(name)):
                found.add(name)
            case ast.alias(name=name, asname=asname):
                found.add(asname or name.split(".")[0])
    return found


def unexplained(text: str) -> set[str]:
    """Names that a cell uses and no cell before it that a reader sees has bound.

    A cell that is collapsed (hide-input) can be opened. One that is removed cannot.
    """
    known, found = set(dir(builtins)), set()
    shown = re.sub(r"^```.*\n:tags: \[remove-(?:cell|input)(?:.*\n)*?```$", "", text, flags=re.M)
    for cell in cells(shown):
        tree = ast.parse(re.sub(r"^[%!].*$", "pass", cell, flags=re.M))
        known |= bound(tree)
        names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
        found |= {name.id for name in names if isinstance(name.ctx, ast.Load)} - known
    return found


@pytest.mark.parametrize("page", PAGES, **ids)
def test_a_reader_sees_where_a_name_comes_from(page: Path) -> None:
    assert not unexplained(page.read_text())


def test_a_name_from_a_removed_cell_is_found() -> None:
    cell = "```{code-cell} ipython3\n%s\n```\n"
    removed = cell % ":tags: [remove-cell]\nimport numpy as np"
    hidden = cell % ":tags: [hide-input]\nimport numpy as np"
    for text, found in (
        (removed + cell % "print(np.pi)", {"np"}),
        (cell % "print(np.pi)" + hidden, {"np"}),
        (hidden + cell % "print(np.pi)", set()),
        (cell % "def f(x):\n    return [y + x for y in x]", set()),
    ):
        assert unexplained(text) == found, text


def test_every_reference_is_cited_and_exists() -> None:
    keys = re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text(), re.M)
    cited = {
        key.strip()
        for page in PAGES
        for group in re.findall(r"\{cite:\w+\}`([^`]+)`", page.read_text())
        for key in group.split(",")
    }
    assert cited == set(keys)
    entries = re.split(r"^@", (BOOK / "references.bib").read_text(), flags=re.M)[1:]
    for entry in entries:
        assert re.search(r"doi|eprint|url|howpublished|pages", entry), entry.splitlines()[0]


@pytest.mark.parametrize("page", PAGES, **ids)
def test_what_is_quoted_of_the_tutorial_is_verbatim(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$|<[^>]*>", "", page.read_text(), flags=re.M | re.S)
    paragraphs = [of for of in re.split(r"\n\n|\n:::", prose) if "tutorial" in of.lower()]
    titles = re.findall(r"^:::\{admonition\} (Measured: .*)$", prose, re.M)
    for text in (*paragraphs, *titles):
        for quotation in re.findall(r'"([^"]+)"', " ".join(text.split())):
            assert any(quotation.rstrip(".") in words for words in TUTORIAL), quotation


@pytest.mark.parametrize("page", PAGES, **ids)
def test_the_voice(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S).lower()
    fillers = "let's|dive in|powerful|simply put|as we can see|important to note|in conclusion"
    found = re.findall(rf"{fillers}|game-changer|unleash|delve|!$", prose, re.M)
    assert not found


@pytest.mark.parametrize("page", PAGES, **ids)
def test_what_a_mouse_does_is_said_for_a_finger_too(page: Path) -> None:
    text = re.sub(r'"\s*\n\s*"', "", page.read_text())  # a caption of two lines of code
    for sentence in re.split(r"(?<=[.?!|])\s", text):
        if re.search(r"\b(click|hover)", sentence, re.I):
            assert re.search(r"\btap\b", sentence), sentence
