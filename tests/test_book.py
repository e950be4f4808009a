"""The chapters as sources: their form, and that their code is the package's."""

import ast
import inspect
import re
import textwrap
from pathlib import Path

import pytest
import yaml

from rmsprop_lab import rules

ROOT = Path(__file__).parents[1]
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
    """A number with two decimals or more is a setting, which its code has, or it is glued."""
    text = page.read_text()
    code = " ".join(re.findall(r'^```.*?^```$|href="[^"]*"', text, re.M | re.S))
    settings = {float(word) for word in re.findall(r"\d*\.?\d+(?:e-?\d+)?", code)}
    prose = re.sub(r"\A---.*?^---$", "", text, flags=re.M | re.S)
    code_and_questions = r"^```.*?^```$", r"^:::\{question\}.*?^:::$"
    for pattern in (*code_and_questions, r"\$\$.*?\$\$", r"\$[^$]*\$", r"`[^`]*`", r"\]\([^)]*\)",
                    r"<[^>]*>", r"https?://\S+"):  # fmt: skip
        prose = re.sub(pattern, " ", prose, flags=re.M | re.S)
    for number in re.findall(r"(?<![\w.])\d+\.\d{2,}(?:e-?\d+)?(?![\w])", prose):
        assert float(number) in settings, f"{number} is typed, and no code has it"


@pytest.mark.parametrize("page", PAGES, **ids)
def test_what_is_glued_is_used_and_the_other_way_round(page: Path) -> None:
    text = page.read_text()
    used = set(re.findall(r"\{glue:text\}`([^`]+)`", text))
    glued = set(re.findall(r"glue\(\s*\"([^\"]+)\"", text))
    if not re.search(r"glue\(\s*(?:f\"|[a-z_]+[,\[])", text):  # else names are made by a loop
        assert used == glued
    assert used or not glued


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
def test_the_voice(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S).lower()
    fillers = "let's|dive in|powerful|simply put|as we can see|important to note|in conclusion"
    found = re.findall(rf"{fillers}|game-changer|unleash|delve|!$", prose, re.M)
    assert not found
