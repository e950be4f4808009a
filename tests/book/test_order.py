"""The order of the chapters: nobody races before being introduced, and no symbol is used.

A name is at home on one page, which introduces it. An earlier page may have it if a link to its
home, or to its entry in the glossary, stands before its first use or in the same paragraph.
"""

import re
from dataclasses import dataclass

import pytest

from rmsprop_lab import objectives, optimizers
from tests.book.test_book import BOOK, PARTS, TAUGHT

NEVER = r"(?!)"
GREEK = (
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi"
    "|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega"
)
#: Welcome is no part of this order: it begins with a race, and says after it who races.
ORDER = [f"{name}.md" for name in PARTS["Before you start"]] + TAUGHT


@dataclass(frozen=True)
class Name:
    """What a reader has to have met, and how it looks.

    Attributes:
        home: the page that introduces it.
        terms: its entries in the glossary, in lower case.
        words: a pattern, in the text and in what cells print or draw.
        formula: a pattern, between dollar signs.
        code: a pattern, in a cell.
    """

    home: str
    terms: str = ""
    words: str = NEVER
    formula: str = NEVER
    code: str = NEVER


def letter(latex: str) -> str:
    return rf"(?<![a-zA-Z\\]){latex}(?![a-zA-Z])"


def racer(name: str) -> str:
    """An optimiser in a cell: by its name, or its rule called."""
    return rf"[\"']{name}[\"']|\b{name}\("


NAMES = {
    "gradient": Name("what-you-need", "gradient", r"\bgradients?\b(?! descent)"),
    "eigenvalue": Name("what-you-need", "", r"\beigenv"),
    "variance": Name("what-you-need", "", r"\bvariance"),
    "λ": Name("what-you-need", "curvature", "λ", letter(r"\\lambda")),
    "σ": Name("what-you-need", "", "σ", letter(r"\\sigma")),
    "g": Name("gradient-descent", "gradient", formula=letter("g")),
    "α": Name("gradient-descent", "learning rate", "α|learning rate", letter(r"\\alpha")),
    "κ": Name(
        "gradient-descent",
        "condition number",
        "κ|condition number",
        letter(r"\\kappa"),
        r"\"condition\"",
    ),
    "sgd": Name(
        "gradient-descent", "gradient descent", "SGD|[gG]radient descent", code=racer("sgd")
    ),
    "B": Name("minibatch", "batch size", "batch size", letter("B"), "batch_size"),
    "μ": Name("momentum", "momentum", "μ", letter(r"\\mu"), r"\bmomentum="),
    "v": Name("momentum", "velocity", r"\bvelocity", letter("v")),
    "momentum": Name(
        "momentum", "momentum|heavy ball", "[mM]omentum|heavy ball", code=racer("momentum")
    ),
    "nesterov": Name("momentum", "nesterov momentum", "Nesterov", code=racer("nesterov")),
    "ε": Name("coordinates", "epsilon", "ε|[eE]psilon", letter(r"\\epsilon"), r"\bepsilon\b"),
    "s": Name("coordinates", "mean square", formula=letter("s")),
    "sign rule": Name("gradient-descent", "sign rule", "[sS]ign rule"),
    "rprop": Name("coordinates", "rprop", "Rprop"),
    "adagrad": Name("coordinates", "adagrad", "AdaGrad", code=racer("adagrad")),
    "rmsprop_centered": Name(
        "coordinates", "centred rmsprop", "[cC]entred", code=racer("rmsprop_centered")
    ),
    "ρ": Name("rmsprop", "rho", r"ρ|\b[rR]ho\b", letter(r"\\rho"), r"\brho\b"),
    "rmsprop": Name("rmsprop", "rmsprop", "RMSProp", code=racer("rmsprop")),
    "rmsprop_inside": Name("knobs", "", code=racer("rmsprop_inside")),
    "schedule": Name("knobs", "schedule", r"\bschedule\b", code=r"\bschedule="),
    "amsgrad": Name("failures", "amsgrad", "AMSGrad"),
    "β₁": Name("adam", "adam", "β₁", letter(r"\\beta_1"), r"\bbeta1\b"),
    "β₂": Name("adam", "adam", "β₂", letter(r"\\beta_2"), r"\bbeta2\b"),
    "bias correction": Name("adam", "bias correction", "bias correction"),
    "rmsprop_momentum": Name("adam", "", "RMSProp with momentum", code=racer("rmsprop_momentum")),
    "adam": Name("adam", "adam", r"\bAdam\b", code=racer("adam")),
}


def parts(page: str) -> dict[str, str]:
    """The words, the formulas and the code of a page as a reader meets them.

    Each is as long as the page, with blanks for what it leaves out, so that a place is the same in
    all of them. The page's head, its hidden cells and what is only a link's target are in none.
    """

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found[0])

    def without(pattern: str, text: str) -> str:
        return re.sub(pattern, blank, text, flags=re.M | re.S)

    def only(pattern: str, text: str) -> str:
        kept = [" " if of != "\n" else of for of in text]
        for found in re.finditer(pattern, text, re.M | re.S):
            kept[found.start() : found.end()] = found[0]
        return "".join(kept)

    text = without(r"\A---.*?^---$", page)
    text = without(r"^```\{code-cell\} ipython3\n:tags: \[remove-cell\]\n.*?^```$", text)
    fence, formula = r"^```.*?^```$", r"\$\$.*?\$\$|\$[^$]*\$"
    prose = without(fence, text)
    words = without(rf"{formula}|\{{\w+:\w+\}}`[^`]*`|\]\([^)]*\)", prose)
    code = only(fence, text)
    return {"words": words, "formula": only(formula, prose), "code": code}


def introductions(name: Name, page: str) -> list[int]:
    """Where links to a name's home and to its entries in the glossary stand."""
    links = [found.start() for found in re.finditer(rf"\]\({name.home}\.md", page)]
    for found in re.finditer(r"\{term\}`(?:[^`<]*<)?([^`>]*)>?`", page):
        if " ".join(found[1].split()).lower() in name.terms.split("|"):
            links.append(found.start())
    return links


def too_early(name: Name, page: str) -> str:
    """What stands about the first use of a name, if nothing has introduced it by then."""
    of = parts(page)
    uses = [
        found.start()
        for pattern, text in (
            (name.words, of["words"]),
            (name.formula, of["formula"]),
            (f"{name.words}|{name.code}", of["code"]),
        )
        if (found := re.search(pattern, text))
    ]
    if not uses:
        return ""
    end = page.index("\n\n", min(uses))  # of the paragraph
    if any(place < end for place in introductions(name, page)):
        return ""
    return " ".join(page[max(0, min(uses) - 60) : min(uses) + 60].split())


@pytest.mark.parametrize("page", ORDER, ids=lambda page: page.removesuffix(".md"))
def test_nothing_is_used_before_it_is_introduced(page: str) -> None:
    text = (BOOK / page).read_text()
    early = {
        key: place
        for key, name in NAMES.items()
        if ORDER.index(page) < ORDER.index(f"{name.home}.md") and (place := too_early(name, text))
    }
    assert not early


def test_welcome_explains_who_races() -> None:
    text = (BOOK / "index.md").read_text()
    of = parts(text)
    for key, name in NAMES.items():
        if re.search(f"{name.words}|{name.code}", of["code"] + of["words"]):
            assert introductions(name, text), key


def test_the_list_holds_who_races_in_the_chapters_and_every_symbol() -> None:
    code = "".join(parts((BOOK / page).read_text())["code"] for page in ORDER)
    racers = {name for name in optimizers.ALL if re.search(racer(name), code)}
    symbols = {of.symbol for of in (*optimizers.PARAMETERS.values(), objectives.CONDITION)}
    assert racers | symbols <= set(NAMES)


def symbols(formulas: str) -> set[str]:
    """The letters of formulas; words in them and names of functions are none."""
    bare = re.sub(r"\\(?:text|mathrm|operatorname|begin|end)\{[^{}]*\}", " ", formulas)
    return set(re.findall(rf"\\(?:{GREEK})(?![a-zA-Z])|(?<![a-zA-Z\\])[a-zA-Z](?![a-zA-Z])", bare))


def explained(notation: str) -> tuple[set[str], dict[str, set[str]]]:
    """The symbols that the notation has for the whole book, and those for one page."""
    everywhere, one_page = notation.split("\n## On one page only\n")
    one_page = one_page[: one_page.index("\n## ")]
    set_by_readers = "".join(re.findall(r"^latex \|?= (.*)$", everywhere, re.M)).replace('r"', '"')
    whole_book = symbols(parts(everywhere)["formula"] + set_by_readers)
    rows = re.findall(r"^\| \[[^\]]*\]\((.*?)\) \|(.*)$", one_page, re.M)
    return whole_book, {page: symbols(parts(row)["formula"]) for page, row in rows}


def test_the_notation_has_every_symbol_of_a_chapter() -> None:
    whole_book, one_page = explained((BOOK / "notation.md").read_text())
    for page in [*ORDER, "own-lab.md"]:
        used = symbols(parts((BOOK / page).read_text())["formula"])
        own = one_page.get(page, set())
        assert used <= whole_book | own, f"{page}: notation.md lacks {used - whole_book - own}"
        assert own <= used, f"{page} has no {own - used}, but notation.md says so"
    assert set(one_page) <= {*ORDER, "own-lab.md"}


def test_a_symbol_that_the_notation_lacks_is_found() -> None:
    text = '$w$ is here.\n\nlatex = {"α": r"\\alpha"}\n## On one page only\n'
    text += "\n| [One](one.md) | $d$ a mean; $\\hat \\Delta$ a step |\n\n## Next\n$q$"
    assert explained(text) == ({"w", "\\alpha"}, {"one.md": {"d", "\\Delta"}})
    assert symbols("$\\frac{\\text{a word}}{\\beta_1 x_{ij} \\max(u)}$") == {"\\beta", "x", "u"}


def test_what_comes_too_early_is_found() -> None:
    adam, rho = NAMES["adam"], NAMES["ρ"]
    lab = '```{code-cell} ipython3\nLab("bowl", ["adam"], rho=0.9)\n```\n\n'
    hidden = lab.replace("\n", "\n:tags: [remove-cell]\n", 1)
    for text, found in (
        ("Adam is fast.\n\n", True),
        ("[Adam](adam.md) is fast.\n\n", False),
        ("Adam is fast.\n\nSee [Adam](adam.md).\n\n", True),
        ("A link, [later](adam.md#what-adam-is), is none of its names.\n\n", False),
        (lab, True),
        (hidden, False),
        (lab + "That was {term}`Adam`.\n\n", True),
        ("{term}`Adam` races.\n\n" + lab, False),
    ):
        assert bool(too_early(adam, text)) == found, text
    assert too_early(rho, lab)
    assert too_early(rho, "Take $\\alpha \\rho$.\n\n")
    assert not too_early(rho, "Take $\\alpha$, {term}`rho` and $\\rho$.\n\n")
