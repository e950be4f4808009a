"""Formulas as they are typed: values, mistakes, and the page's parser beside Python's."""

import json
import math
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rmsprop_lab
from rmsprop_lab import Lab, Objective, descend, descend_many, objectives
from rmsprop_lab.algebra import formula
from rmsprop_lab.algebra.formula import FormulaError, parse
from rmsprop_lab.algebra.gradient import Gradient, gradient
from rmsprop_lab.algebra.tape import trace
from tests.support.in_node import PLACES, in_node

SOURCES = Path(rmsprop_lab.__file__).parent / "lab" / "js" / "src"
# What is no number in JSON goes as text.
SCRIPT = """
import { readFileSync } from "node:fs";
const { parseFormula } = await import(process.argv[1]);
const { compile } = await import(process.argv[2]);
const plain = (n) => (Object.is(n, -0) ? "-0" : Number.isFinite(n) ? n : String(n));
const answers = JSON.parse(readFileSync(0, "utf8")).map(([text, points]) => {
  const parsed = parseFormula(text);
  if ("message" in parsed) return [parsed.message, parsed.at, parsed.suggestion];
  const [value, grad] = [compile(parsed.value), compile(parsed.grad)];
  return points.map((point) => [...value(...point), ...grad(...point)].map(plain));
});
console.log(JSON.stringify(answers));
"""


def on_the_page(jobs):
    """What the page makes of each formula: numbers at its points, or message and place."""
    command = [shutil.which("node", path=PLACES), "--input-type=module", "-e", SCRIPT]
    files = [(SOURCES / name).as_uri() for name in ("formula/surface.ts", "tape/building.ts")]
    answer = subprocess.run(
        [*command, *files],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(answer.stdout)


def in_python(text, points):
    """The same of Python."""
    try:
        function = parse(text)
    except FormulaError as error:
        return [str(error), error.at, error.suggestion]
    with np.errstate(all="ignore"):
        rows = [
            (function(x, y), *Gradient(function).exact(x, y))
            for x, y in (map(np.float64, point) for point in points)
        ]
    return [list(map(float, row)) for row in rows]


# ---- values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x", 2),
        ("3", 3),
        ("x^2 + 3*y^2", 31),
        ("-x^2", -4),
        ("(-x)^2", 4),
        ("-x**2*y", -12),
        ("2^-x", 0.25),
        ("2^-x^2", 1 / 16),
        ("x^y^2 - 512", 0),
        ("x**3^2/512", 1),
        ("x - y - 1", -2),
        ("12/y/x", 2),
        ("12/y*x", 8),
        ("x*-y", -6),
        ("--x---y", -1),
        ("1 + x*y^2", 19),
        ("pi*x + e", 2 * math.pi + math.e),
        (".5*x + 1.*y + 2e1 + 1E-1 + 5e+0", 29.1),
        ("sqrt(x*8) + abs(-y)", 7),
        ("exp(x) + log(y) + sin(x)*cos(y)", None),
        ("tan(x) - tanh(y)", None),
        ("\tx −\ny·2×(\u00a0x)", -10),
        ("x^(1+1)", 4),
    ],
)
def test_values(text, value):
    if value is None:
        value = eval(text, vars(math) | {"x": 2.0, "y": 3.0})
    assert parse(text)(2.0, 3.0) == pytest.approx(value, rel=1e-15)
    x, y = np.full((2, 3), 2.0), np.full((2, 3), 3.0)
    np.testing.assert_array_equal(parse(text)(x, y), parse(text)(2.0, 3.0))


def test_a_power_is_a_product():
    x = 1.1
    assert parse("x^7")(x, 0.0) == x * x * x * x * x * x * x != x**7
    # In x^y a y that happens to be whole is a power all the same: descend equals descend_many.
    assert parse("x^y")(x, 7.0) == np.power(x, 7.0)


def test_nothing_typed_is_in_the_scope():
    scope = parse("sin(x)").__globals__
    assert scope["__builtins__"] == {}
    assert set(scope) - {"__builtins__"} == {*(*formula._FUNCTIONS, "power", "general_power")}
    assert parse("pi*x + sqrt(y)").__code__.co_names == ("sqrt",)


# ---- mistakes -------------------------------------------------------------------------

MISTAKES = [
    ("", 0, "the formula is empty: write for example x^2 + 3*y^2"),
    (" \t ", 0, "empty"),
    ("2x", 1, "an operator is missing before “x” at character 2: write 2*x"),
    ("2 x", 2, "write 2*x"),
    ("x y", 2, "“y” at character 3: write x*y"),
    ("(x)(y)", 3, "“(” at character 4: write )*("),
    ("x(y)", 1, "write x*("),
    ("x sin(y)", 2, "write x*sin"),
    ("1.2.3", 3, "write 1.2*.3"),
    ("x = 2", 2, "“=” at character 3 is not part of a formula: write only what f(x, y) equals"),
    ("x + ⅟", 4, "U+215F at character 5 is not part of a formula"),
    ("½x²", 1, "an operator is missing before “x” at character 2: write ½*x"),
    ("x⅔", 1, "an operator is missing before “⅔” at character 2: write x*⅔"),
    ("|x|y|", 3, "an operator is missing before “y” at character 4: write |*|y"),
    ("x|", 1, "“|” at character 2 closes nothing"),
    ("|x|+y|", 5, "“|” at character 6 closes nothing"),
    ("[x]", 0, "write ("),
    ("x + z", 4, "at character 5, z is not known: x and y are"),
    ("x + z*w", 4, "“z” at character 5 is not known; choices: x, y, pi, e, numbers, + - * / ^ ( )"),
    ("Sinc(x)", 0, "choices: x, y, pi, e, numbers, + - * / ^ ( ) | |, sqrt, cbrt, exp, log, sin"),
    ("(|x)", 1, "“|” at character 2 is never closed"),
    ("|x", 0, "“|” at character 1 is never closed"),
    ("(x|y|)", 2, "an operator is missing before “|” at character 3: write x*|"),
    ("max(x, (y, 2))", 9, "“,” at character 10 is not part of a formula; choices"),
    ("max(,)", 4, "“,” at character 5 stands"),
    ("max(x, y", 3, "“(” at character 4 is never closed"),
    ("x⁻²y + θ", 3, "an operator is missing before “y” at character 4"),
    ("x² + θ", 5, "at character 6, θ is not known"),
    ("xy", 0, "“xy” at character 1 is not known: write x*y"),
    ("3 + 2xxy", 5, "“xxy” at character 6 is not known: write x*x*y"),
    ("sin x", 0, "“sin” at character 1 needs parentheses: write sin(x)"),
    ("x + cos", 4, "“cos” at character 5 needs parentheses: write cos(x)"),
    ("sin^2(x)", 0, "needs parentheses: write sin(x)^2"),
    ("sin^2", 0, "needs parentheses: write sin(x)^2"),
    ("(x", 0, "“(” at character 1 is never closed"),
    ("(x + (y", 5, "“(” at character 6 is never closed"),
    ("x)", 1, "“)” at character 2 closes nothing"),
    (")", 0, "closes nothing"),
    ("x + ", 4, "the formula ends after “+” at character 3; choices"),
    ("-", 1, "ends after “-”"),
    ("(", 1, "ends after “(”"),
    ("()", 1, "“)” at character 2 stands where a number or a name should; choices"),
    ("sin()", 4, "“)” at character 5 stands"),
    ("x*/y", 2, "“/” at character 3 stands"),
    ("x***y", 3, "“*” at character 4 stands"),
    ("+x", 0, "“+” at character 1 stands"),
    ("x, y", 1, "“,” at character 2 is not part of a formula; choices"),
    ("1e999", 0, "“1e999” at character 1 is not finite"),
    ("x + 1/0", 4, "the constant that begins with “1” at character 5 is not finite"),
    ("x + (2 - 2)/(1 - 1)", 5, "begins with “2” at character 6"),
    ("x*log(0 - 1)", 2, "begins with “log” at character 3"),
    ("x*sqrt(-1)", 2, "begins with “sqrt” at character 3"),
    ("10^400", 0, "begins with “10” at character 1"),
    ("9^9^9^9", 2, "begins with “9” at character 3"),
    ("(0-8)^(1/3)", 1, "begins with “0” at character 2"),
    ("(" * 51 + "x" + ")" * 51, 50, "“(” at character 51 is nested too deep: at most 50"),
    ("1" * 201, 200, "character 201 is one too many: a formula has at most 200"),
    ("(" * 10**6, 200, "one too many"),
    ("abc" * 66, 0, f"“{'abc' * 8}…” at character 1"),
    ("x\x07", 1, "U+0007 at character 2 is not part of a formula"),
    ("x\u202ey", 1, "U+202E at character 2"),
    ("x 😀", 2, "U+1F600 at character 3"),
    ("\ud800", 0, "U+D800 at character 1"),
    ("😀" * 201, 200, "one too many"),
    ("ｘ", 0, "U+FF58"),
    ("٣", 0, "“٣” at character 1"),
    ("<script>alert(1)</script>", 0, "“<” at character 1"),
    ("__proto__", 0, "“__proto__” at character 1 is not known"),
    ("__import__('os')", 0, "“__import__” at character 1"),
    ("x.__class__", 1, "“.” at character 2"),
    ("constructor", 0, "“constructor” at character 1"),
    ("().__class__.__bases__[0]", 1, "“)” at character 2"),
    ("lambda: x", 0, "“lambda” at character 1"),
    ("power(x, 2)", 0, "“power” at character 1 is not known"),
    ("x if y else 1", 2, "“if” at character 3 is not known"),
    ("t0", 0, "at character 1, t0 is not known"),
    ("x # y", 2, "“#” at character 3"),
    ("x // y", 3, "“/” at character 4 stands"),
    ("x % y", 2, "“%” at character 3"),
    ("x; y", 1, "“;” at character 2"),
    ("'x'", 0, "“'” at character 1"),
    ("`${x}`", 0, "“`” at character 1"),
    ("x\\", 1, "“\\” at character 2"),
    ("0x10", 1, "at character 2, x10 is not known"),
    ("1_000", 1, "“_000” at character 2 is not known"),
    ("2e", 1, "an operator is missing before “e”"),
    ("3j", 1, "at character 2, j is not known"),
]


@pytest.mark.parametrize(("text", "at", "part"), MISTAKES, ids=lambda value: repr(value)[:30])
def test_a_mistake_is_named_with_its_place(text, at, part):
    with pytest.raises(FormulaError) as raised:
        parse(text)
    assert part in str(raised.value)
    assert raised.value.at == at
    assert len(str(raised.value)) < 250


def test_the_limits_are_allowed():
    assert parse("(" * 50 + "x" + ")" * 50)(2.0, 0.0) == 2
    assert parse("-" * 199 + "x")(2.0, 0.0) == -2
    assert parse("^".join("x" * 100))(1.0, 0.0) == 1
    assert gradient(parse("+".join("x" * 100)))(1.0, 0.0) == (100, 0)
    assert (
        len(parse("(" * 44 + "x" + ")^8" * 44).__code__.co_code) < 5000
    )  # no product is spelt out


ANYTHING = st.text(
    st.one_of(st.sampled_from("xy0123456789.e+-*/^() "), st.characters()), max_size=30
)


@given(ANYTHING)
def test_any_text_is_a_formula_or_a_mistake_in_it(text):
    answer = in_python(text, [(0.5, 1.5)])
    assert len(answer) == 1 or 0 <= answer[1] <= len(text)


# ---- what people type -----------------------------------------------------------------

#: What is typed, and the formula in plain words that is drawn.
DRAWN = [
    ("z = 2*x*x + 5*y*y - 4*x*y", "2*x*x + 5*y*y - 4*x*y"),
    ("f(x, y) = x^2 + y^2", "x^2 + y^2"),
    (" F (X,Y)=x - y", "x - y"),
    ("loss := x", "x"),
    ("φ(x₁) = y", "y"),
    ("x*ln(x) + y^2", "x*log(x) + y^2"),
    ("sgn(x)*LN(y)", "sign(x)*log(y)"),
    ("x² + 10·y²", "x^2 + 10*y^2"),
    ("x⁻² × y¹⁰ − e⁻ˣ ÷ 2 ⋅ 2⁽ˣ⁺ʸ⁾", "x^(-2)*y^10 - e^(-x)/2*2^(x+y)"),
    ("√(x)·π + ∛(y)\u2009\u2062", "sqrt(x)*pi + cbrt(y)"),
    ("𝑥² + 𝟏𝟎·𝛑·𝐲²", "x^2 + 10*pi*y^2"),
    ("X^2 + Y^2", "x^2 + y^2"),
    ("Sin(X) + E^PI", "sin(x) + e^pi"),
    ("|x| + |y|", "abs(x) + abs(y)"),
    ("||x| - 3|*|2*(y - |x|)|", "abs(abs(x) - 3)*abs(2*(y - abs(x)))"),
    ("-|x|^2", "-(abs(x)^2)"),
    ("e^x + y^2", "exp(1)^x + y^2"),
    ("x^(1/3) + y^2", "x^(1/3) + y^2"),
    ("sign(x)*abs(x)^(1/3) + y^2", "sign(x)*abs(x)^(1/3) + y^2"),
    ("x^½ - 2⅓*y + ½^2", "x^0.5 - 7/3*y + 0.25"),
    ("max(0, 1 - x*y)", "(1 - x*y + abs(1 - x*y))/2"),
    ("min(x, y, 3)", "min(min(x, y), 3)"),
    ("1/(x^2 + y^2)", "1/(x^2 + y^2)"),
    ("x^2 + sin(3*x)", "x^2 + sin(3*x)"),
]
#: What is typed, the suggestion that one press takes, and what the message says.
SUGGESTED = [
    ("4x-xln(x)", "4*x - x*log(x)", "write 4*x"),
    ("2ab(a+b)", "2*x*y*(x + y)", "a and b are not known: x and y are"),
    ("sin^2(x) + y^2", "sin(x)^2 + y^2", "write sin(x)^2"),
    ("sin²x+cos^2 (2y)", "sin(x)^2 + cos(2*y)^2", "write sin(x)^2"),
    ("sin(x)*cos²½y", "sin(x)*cos(½*y)^2", "write cos(½*y)^2"),
    ("tanh**3 (x(y+1))", "tanh(x*(y + 1))^3", "write tanh(x*(y + 1))^3"),
    ("tan(x) + TANH^3a", "tan(x) + tanh(y)^3", "write tanh(y)^3"),
    ("sin x + y^2", "sin(x) + y^2", "write sin(x)"),
    ("sin 2πx^2 cos xy", "sin(2*pi*x^2)*cos(x*y)", "write sin(2*pi*x^2)"),
    ("xsinx + √2 + √2y", "x*sin(x) + sqrt(2) + sqrt(2*y)", "write x*sin(x)"),
    ("x1^2 + x2^2", "x^2 + y^2", "x1 and x2 are not known"),
    ("100(x2 - x1²)² + (1-x_1)^2", "100*(y - x^2)^2 + (1 - x)^2", "write 100*("),
    ("θ₀ + 3θ₁", "x + 3*y", "θ0 and θ1 are not known"),
    ("x[0]**2 + x[1]", "x^2 + y", "write ("),
    ("w1^2 + 10 w2^2", "x^2 + 10*y^2", "w1 and w2 are not known"),
    ("f(u, v) = v - u²", "y - x^2", "u and v are not known"),
    ("t^2 + x", "y^2 + x", "t is not known"),
    ("x3 - 3xy2", "x^3 - 3*x*y^2", "x3 and y2 are not known"),
    ("0,5*x^2 + y^2", "0.5*x^2 + y^2", "write a point, as in 0.5"),
    ("1,5x - max(0,2, y)", "1.5*x - max(0, 2, y)", "write a point"),
    ("2(x)(y)|x|", "2*(x)*(y)*|x|", "write 2*("),
    ("|x|y|", "|x|*|y|", "write |*|y"),
    ("|x|sin y| - 3", "|x|*|sin(y)| - 3", "write |*|sin"),
    ("||x|y|", "||x|*y|", "write |*y"),
    ("½x² + 1¼y²", "½*x^2 + 1¼*y^2", "write ½*x"),
    ("x²3", "x^2*3", "write 2*3"),
    ("e^xy", "e^(x*y)", "write x*y"),
    ("[x + {y}]", "(x + (y))", "write ("),
    ("--x-2y*-3y", "--x - 2*y*-3*y", "write 2*y"),
]
#: What is typed, where nobody can tell what was meant, and what the message says.
NOT_KNOWN = [
    ("y = x^2", "write only what f(x, y) equals"),
    ("x^2 + y^2 = 1", "write only what f(x, y) equals"),
    ("x == y", "write only what f(x, y) equals"),
    ("a*x + b*y", "“a” at character 1 is not known; choices"),
    ("sin^-1(x)", "needs parentheses"),
    ("sin^2(x)^3", "needs parentheses: write sin(x)^2"),
    ("sin^22", "needs parentheses: write sin(x)^22"),
    ("asin(x)", "“asin” at character 1 is not known; choices: x, y, pi, e, numbers"),
    ("sinh(x) + sech(y)", "“sinh” at character 1 is not known; choices"),
    ("log10(x)", "“log10” at character 1 is not known; choices"),
    ("floor(x)", "sqrt, cbrt, exp, log, sin, cos, tan, tanh, abs, sign, max, min"),
    ("ln 0 + 2x", "needs parentheses"),
    ("ln e = 1903", "needs parentheses"),
    ("Sin(x) = y", "write only what f(x, y) equals"),
]


def test_what_people_write_is_drawn():
    points = [(1.0, 2.0), (0.5, 3.0), (2.5, 0.25)]
    theirs = on_the_page([(typed, points) for typed, _ in DRAWN])
    for (typed, plain), page in zip(DRAWN, theirs, strict=True):
        for answer in (in_python(typed, points), page):
            np.testing.assert_allclose(answer, in_python(plain, points), rtol=1e-14, err_msg=typed)
    assert parse(DRAWN[0][0])(1.0, 2.0) == 14


@pytest.mark.parametrize(("typed", "suggestion", "part"), SUGGESTED)
def test_one_press_takes_what_was_meant(typed, suggestion, part):
    with pytest.raises(FormulaError) as raised:
        parse(typed)
    assert raised.value.suggestion == suggestion
    assert part in str(raised.value)
    assert len(in_python(suggestion, [(1.0, 2.0)])) == 1


@pytest.mark.parametrize("name", formula.FUNCTIONS)
@pytest.mark.parametrize(
    "text",
    [
        "x + {}^2x",
        "{}² y",
        "{} 2xy",
        "{0}(x)*{0}**3 (y)",
        "2*{}½x",
        "{}^2 a + x",
        "x{}xy",
        "2*{}x^2",
    ],
)
def test_what_to_write_is_what_is_suggested(name, text):
    with pytest.raises(FormulaError) as raised:
        parse(text.format(name))
    wanted = str(raised.value).partition("write ")[2]
    assert wanted
    assert wanted in raised.value.suggestion


@pytest.mark.parametrize(("typed", "part"), NOT_KNOWN)
def test_nothing_else_is_drawn_instead(typed, part):
    with pytest.raises(FormulaError, match=re.escape(part)) as raised:
        parse(typed)
    assert raised.value.suggestion == ""


def test_the_page_suggests_the_same():
    typed = [case[0] for case in (*SUGGESTED, *NOT_KNOWN)]
    for text, theirs in zip(typed, on_the_page([(text, []) for text in typed]), strict=True):
        assert theirs == in_python(text, []), text


# ---- the page's parser ----------------------------------------------------------------


def test_the_page_says_the_same_of_every_mistake():
    texts = [text for text, _, _ in MISTAKES]
    for text, theirs in zip(texts, on_the_page([(text, []) for text in texts]), strict=True):
        assert theirs == in_python(text, []), text


def test_the_page_takes_and_refuses_the_same():
    random = np.random.default_rng(13)
    pieces = [
        *"xxyy0123456789.e+-*/^()()() =²π|,ab⁻√X𝑥𝟐😀",
        "**",
        "sin(",
        "ln ",
        "sqrt(",
        "pi",
        "max(",
        "x1",
    ]
    texts = []
    for k in range(3000):
        if k % 2:
            texts.append("".join(random.choice(pieces, random.integers(1, 12))))
        else:  # a letter too many, too few or another
            text, piece = random.choice(FORMULAS[:40]), random.choice(pieces)
            place = random.integers(len(text))
            texts.append(text[:place] + piece + text[place + random.integers(3) :])
    answers = on_the_page([(text, []) for text in texts])
    for text, theirs in zip(texts, answers, strict=True):
        assert theirs == in_python(text, []), text
    assert sum(answer == [] for answer in answers) > 200


def some_formula(random, depth, exact):
    """A random formula; where exact, of + - * / sqrt and small whole powers."""
    if depth == 0 or random.random() < 0.1:
        return str(random.choice(["x", "y", "x", "y", f"{random.uniform(0.1, 4):.3g}", "2", "pi"]))

    def inner():
        return some_formula(random, depth - 1, exact)

    kind = random.choice(["+", "-", "*", "/", "^", "call", "neg", "max"])
    if kind in ("+", "-", "*", "/"):
        return f"({inner()} {kind} {inner()})"
    if kind == "neg":
        return f"(-{inner()})"
    if kind == "^":
        exponents = range(1, 9) if exact else [2, 3, 0, 9, -1, 0.5, "x", "(1 + y)", -2.5]
        return f"({inner()})^{random.choice(np.array(exponents, dtype=object))}"
    if kind == "max":
        return f"{random.choice(['max', 'min'])}({inner()}, {inner()})"
    if exact:
        return f"{random.choice(['sqrt', 'abs', 'sign'])}({inner()})"
    return f"{random.choice(formula.FUNCTIONS[:-3])}({inner()})"


def some_formulas(count, exact, seed):
    random = np.random.default_rng(seed)
    found = {}
    while len(found) < count:
        text = some_formula(random, random.integers(1, 5), exact)
        if len(text) <= 200:
            found[text] = True
    return [*found]


EXACT = some_formulas(400, exact=True, seed=3)
FORMULAS = some_formulas(300, exact=False, seed=4)
POINTS = np.random.default_rng(6).uniform(-3, 3, (20, 2)).tolist()


def numbers(theirs):
    return np.array([[float(number) for number in row] for row in theirs])


def test_where_rounding_is_correct_the_page_has_the_bits_of_python():
    compared = 0
    answers = on_the_page([(text, POINTS) for text in EXACT])
    for text, theirs in zip(EXACT, answers, strict=True):
        ours = in_python(text, POINTS)
        if isinstance(ours[0], str):  # a constant that is not finite
            assert theirs == ours
            continue
        ours, theirs = np.array(ours), numbers(theirs)
        same = (ours.view(np.int64) == theirs.view(np.int64)) | (np.isnan(ours) & np.isnan(theirs))
        assert same.all(), text
        compared += np.isfinite(ours).all(axis=1).sum()
    assert compared > 4000


def test_elsewhere_the_page_comes_close():
    compared = 0
    answers = on_the_page([(text, POINTS) for text in FORMULAS])
    for text, theirs in zip(FORMULAS, answers, strict=True):
        ours = in_python(text, POINTS)
        if isinstance(ours[0], str):
            assert theirs == ours
            continue
        ours, theirs = np.array(ours), numbers(theirs)
        # What a last bit, everywhere, can do to this formula: as far as a nudge moves it.
        nudged = np.array(in_python(text, (np.array(POINTS) * (1 + 1e-13)).tolist()))
        calm = np.isfinite(ours) & np.isfinite(nudged)
        with np.errstate(all="ignore"):
            calm &= np.abs(nudged - ours) < 1e-11 * (1 + np.abs(ours))
        np.testing.assert_allclose(theirs[calm], ours[calm], rtol=1e-12, atol=1e-12, err_msg=text)
        compared += calm.sum()
    assert compared > 8000


def test_a_notebook_sends_the_page_the_same_program():
    """A formula given to Python is traced; its numbers are those of the page's own parser."""
    texts = [text for text in EXACT if in_python(text, []) == []][:100]
    programs = []
    for text in texts:
        function = parse(text)
        programs += [(trace(f), POINTS) for f in (function, gradient(function))]
    traced = in_node(programs)
    answers = on_the_page([(text, POINTS) for text in texts])
    for k, (text, theirs) in enumerate(zip(texts, answers, strict=True)):
        ours = np.hstack([traced[2 * k], traced[2 * k + 1]])
        finite = np.isfinite(ours)
        np.testing.assert_array_equal(ours[finite], numbers(theirs)[finite], err_msg=text)


# ---- where f has no value -------------------------------------------------------------

ENGINE = """
import { readFileSync } from "node:fs";
const { parseFormula } = await import(process.argv[1]);
const { compile } = await import(process.argv[2]);
const { descend } = await import(process.argv[3]);
const plain = (n) => (Object.is(n, -0) ? "-0" : Number.isFinite(n) ? n : String(n));
const sgd = { initial: [], rule: (rate, grad) => [rate * grad] };
const answers = JSON.parse(readFileSync(0, "utf8")).map(([text, starts]) => {
  const parsed = parseFormula(text);
  const [value, grad] = [compile(parsed.value), compile(parsed.grad)];
  const surface = { value: (x, y) => value(x, y)[0], grad: (x, y) => grad(x, y) };
  return starts.map((start) => {
    const path = descend(surface, sgd, start, STEPS, [0.1], 1e6);
    return [path.x.at, path.y.at, path.loss].map((numbers) => Array.from(numbers, plain));
  });
});
console.log(JSON.stringify(answers));
"""
STARTS = [(5.0, 4.0), (0.0, 0.0), (-1.0, 2.0), (0.5, -0.25)]
ODD_STEPS = 6
#: What a formula can do to a sound one: divide by 0, leave the reals, grow without end.
ODD = (
    "({})/0",
    "-({})/0*y",
    "({})/(y-4)",
    "({})*(x-x)^-1",
    "(0*x)^-1+({})",
    "1/({})",
    "({})/(2-2)",
    "sqrt({})",
    "sqrt(-1-({})^2)",
    "({})^8",
    "(({})^8)^8",
    "1e308*({})",
)
ODDER = (
    "log({})",
    "({})^-2",
    "log(-({})^2)",
    "({})^(1/3)",
    "exp(exp({}))",
    "0^({})",
    "tan({})/0",
    "y^({})",
)


def odd_formulas(count, patterns, exact, seed):
    random = np.random.default_rng(seed)
    made = {}
    while len(made) < count:
        text = random.choice(patterns).format(some_formula(random, random.integers(3), exact))
        if in_python(text, []) == []:
            made[text] = None
    return list(made)


def walked_on_the_page(texts):
    files = [
        (SOURCES / name).as_uri()
        for name in ("formula/surface.ts", "tape/building.ts", "engine/engine.ts")
    ]
    script = ENGINE.replace("STEPS", str(ODD_STEPS))
    answer = subprocess.run(
        [shutil.which("node", path=PLACES), "--input-type=module", "-e", script, *files],
        input=json.dumps([(text, STARTS) for text in texts]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [
        [np.array([[float(n) for n in row] for row in path]) for path in paths]
        for paths in json.loads(answer.stdout)
    ]


def walked_in_python(text, start):
    """x, y and f, up to where the path ends."""
    path = descend(text, "sgd", start, steps=ODD_STEPS, learning_rate=0.1)
    return np.vstack([path.params.T, path.losses])[:, : path.diverged_at]


def test_a_path_without_values_ends_as_on_the_page():
    """Python's floats raise at 1/0; the page, NumPy and the path go on to infinity."""
    texts = ["x/0*y", *odd_formulas(150, ODD, exact=True, seed=21)]
    ended = 0
    for text, theirs in zip(texts, walked_on_the_page(texts), strict=True):
        for start, on_page in zip(STARTS, theirs, strict=True):
            ours = walked_in_python(text, start)
            np.testing.assert_array_equal(ours, on_page, err_msg=f"{text} from {start}")
            ended += ours.shape[1] <= ODD_STEPS
    assert ended > 100


def test_so_does_one_of_other_functions():
    texts = odd_formulas(150, ODD + ODDER, exact=False, seed=22)
    compared = 0
    for text, theirs in zip(texts, walked_on_the_page(texts), strict=True):
        for start, on_page in zip(STARTS, theirs, strict=True):
            ours = walked_in_python(text, start)
            nudged = walked_in_python(text, tuple(at * (1 + 1e-13) for at in start))
            if nudged.shape == ours.shape:  # else a last bit decides when it ends
                assert on_page.shape == ours.shape, f"{text} from {start}"
                compared += 1
    assert compared > 500


@pytest.mark.parametrize("text", ["x/0*y", "-x/0", "log(-x^2)", "exp(x^2)^90*y", "y/(2-2)"])
def test_nothing_raises_where_there_is_no_value(text):
    surface = objectives.find(text)
    with np.errstate(all="ignore"):
        assert not math.isfinite(surface(5.0, 4.0))
        assert len(surface.gradient(5.0, 4.0)) == 2
    many = descend_many(text, "adam", (5, 4), steps=3, learning_rate=[0.1, 1.0])
    one = descend(text, "adam", (5, 4), steps=3, learning_rate=0.1)
    np.testing.assert_array_equal(many.params[..., 0], one.params)
    bundle, _ = Lab(text, ["sgd", "rmsprop"])._repr_mimebundle_()
    alternative = re.search('alt="([^"]*)"', bundle["text/html"])[1]
    assert "has no value" in alternative or "diverged" in alternative


def test_the_mistakes_of_a_function_stay_its_own():
    with pytest.raises(ZeroDivisionError):
        Objective.of(lambda x, y: 1 // 0 + x)(1.0, 2.0)


# ---- surfaces -------------------------------------------------------------------------


def test_a_surface_of_a_formula():
    surface = Objective.of(" x^2 + 3*y^2 ", start=(1, 2), minima=((0, 0),))
    assert surface.name == "x^2 + 3*y^2"
    assert (surface(1.0, 2.0), surface.gradient(1.0, 2.0)) == (13, (2, 12))
    assert (surface.start, surface.minima) == ((1, 2), ((0, 0),))
    assert Objective.of("x*y", "mine").name == "mine"


def test_a_surface_of_a_function():
    def valley(x, y):
        return x**2 + abs(y)

    assert Objective.of(valley).name == "valley"
    assert Objective.of(valley).gradient(3.0, -2.0) == (6, -1)
    assert Objective.of(lambda x, y: x).name == "surface"
    own = Objective.of(valley, grad=lambda x, y: (7, y))
    assert own.gradient(1.0, 2.0) == (7, 2)
    with pytest.raises(TypeError, match=re.escape("'surface': value must be a function of (x, y)")):
        Objective.of(lambda x: x)


def test_a_formula_walks_as_the_built_in_surface_does():
    typed = "(1-x)^2 + 100*(y - x^2)^2"
    ours = descend(typed, "adam", (-1.2, 1), steps=50)
    built_in = descend("rosenbrock", "adam", steps=50)
    np.testing.assert_allclose(ours.params, built_in.params, rtol=1e-9)
    many = descend_many(typed, "adam", (-1.2, 1), steps=50, learning_rate=[0.001, 0.1])
    one = descend(typed, "adam", (-1.2, 1), steps=50, learning_rate=0.1)
    np.testing.assert_array_equal(many.params[..., 1], one.params)


def test_where_a_formula_has_no_value_the_path_ends():
    path = descend("log(x) + 1/y", "sgd", (1.0, 0.0), steps=3, learning_rate=2)
    assert path.diverged_at == 1


def test_find_takes_formulas_and_functions():
    assert objectives.find("x*y")(2.0, 3.0) == 6
    assert objectives.find(lambda x, y: x - y).gradient(1.0, 1.0) == (1, -1)
    for wrong, part in [
        ("bowll", "; nor is it a formula in x and y: “bowll” at character 1 is not known"),
        ("2x", "; nor is it a formula in x and y: an operator is missing before “x”"),
        ("2x y", "write 2*x; perhaps '2*x*y'"),
    ]:
        with pytest.raises(ValueError, match=re.escape(part)) as raised:
            objectives.find(wrong)
        assert str(raised.value).startswith(f"no objective {wrong!r}; choices: bowl, ravine, ")
    with pytest.raises(ValueError, match="one too many") as raised:
        objectives.find("x" * 10**6)
    assert len(str(raised.value)) < 300
