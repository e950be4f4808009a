"""Rules as they are written in the page, read by its parser in Node: the bits of Python."""

import __future__

import base64
import inspect
import math
import re
import textwrap
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmsprop_lab import optimizers, rules
from rmsprop_lab.algebra.tape import Tape, UntraceableError, trace
from rmsprop_lab.checking.mistakes import MISTAKES
from tests.checking import wrong_by_more_others, wrong_by_others
from tests.support.in_node import conversation, same_bits

HARNESS = """
import { createInterface } from "node:readline";
const files = ["formula/rule.ts", "tape/checked.ts", "tape/building.ts"];
const [{ parseRule }, { checkTape }, { compile }] =
  await Promise.all(files.map((file) => import(process.argv[1] + file)));
for await (const line of createInterface({ input: process.stdin })) {
  const [text, points] = JSON.parse(line);
  const rule = parseRule(text);
  if ("tape" in rule) {
    checkTape(rule.tape, rule.tape.takes.length, 1 + rule.state.length);
    const run = compile(rule.tape);
    const numbers = Float64Array.from(points.flatMap((point) => run(...point.map(Number))));
    rule.results = Buffer.from(numbers.buffer).toString("base64");
    // JSON has no -0.
    rule.tape.lines = rule.tape.lines.map((line) => line.map((n) => (Object.is(n, -0) ? "-0" : n)));
  }
  console.log(JSON.stringify(rule));
}
"""


@pytest.fixture(scope="session")
def page():
    """What the page makes of a text, and its results at some points."""
    with conversation(HARNESS) as ask:

        def read(text, points=()):
            points = [list(map(repr, point)) for point in points]
            words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
            answer = ask([text, [[words.get(n, n) for n in point] for point in points]])
            if "results" in answer:
                numbers = np.frombuffer(base64.b64decode(answer["results"]))
                answer["results"] = numbers.reshape(-1, 1 + len(answer["state"]))
            return answer

        yield read


def tape_of(answer):
    tape = answer["tape"]
    lines = tuple(
        (operation, *(map(float, operands) if operation == "number" else operands))
        for operation, *operands in tape["lines"]
    )
    return Tape(tuple(tape["takes"]), lines, tuple(tape["returns"]), exact=False)


# ---- the same text in Python ------------------------------------------------------------


class _NumPy:
    """NumPy, with the zeros of its minimum and maximum decided as a tape has them.

    Which zero NumPy takes hangs on the processor. A number that ``where`` gives is made a scalar,
    as an array without axes would be changed in place by ``+=``.
    """

    def __getattr__(self, name):
        return getattr(np, name)

    def minimum(self, a, b):
        return self._zero(a, b, -1) if a == b == 0 else np.minimum(a, b)

    def maximum(self, a, b):
        return self._zero(a, b, 1) if a == b == 0 else np.maximum(a, b)

    def _zero(self, a, b, sign):
        if isinstance(a, float) or isinstance(b, float):
            return sign * max(sign * math.copysign(1, a), sign * math.copysign(1, b)) * 0.0
        return 0

    def clip(self, a, low, high):
        return self.minimum(self.maximum(a, low), high)

    def where(self, *arguments):
        return np.where(*arguments)[()]


def function_of(text, name="rule"):
    scope = {"np": _NumPy(), "numpy": _NumPy(), "math": math, "sqrt": np.sqrt}
    types_unread = __future__.annotations.compiler_flag
    exec(compile(text, "<rule>", "exec", flags=types_unread, dont_inherit=True), scope)
    return scope[name]


def results_of(function, point):
    """The results at a point, or None where Python raises an error or leaves the real numbers."""
    try:
        with np.errstate(all="ignore"):
            results = function(*point)
    except (ArithmeticError, ValueError):
        return None
    except TypeError as error:
        if "complex" not in str(error):
            raise
        return None
    results = results if isinstance(results, tuple) else (results,)
    if any(isinstance(result, complex) for result in results):
        return None
    return [float(result) for result in results]


ODD = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -2.5,
    5e-324,
    1e-160,
    -1e160,
    1e308,
    math.inf,
    -math.inf,
    math.nan,
]


def some_points(takes, count, seed=0):
    random = np.random.default_rng(seed)
    calm = random.normal(0, 2, (count, takes))
    odd = random.choice(ODD, (count, takes))
    return np.where(random.random((count, takes)) < 0.4, odd, calm).tolist()


def compare(answer, function, points, exact=True):
    """Hold the page's results to Python's, for Python's floats and NumPy's; how many were.

    To its bits, unless there is a power in it: in the page a product, here the C library's.
    """
    compared = 0
    for point, theirs in zip(points, answer["results"], strict=True):
        for kind in (float, np.float64):
            ours = results_of(function, [kind(number) for number in point])
            if ours is None:
                continue
            compared += 1
            if exact:
                assert same_bits(ours, theirs), (point, ours, theirs)
            else:
                np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-300)
    return compared


# ---- random programs --------------------------------------------------------------------

ARGUMENTS = ["learning_rate", "rho", "grad", "s_prev", "m_prev"]
NAMES = ["a", "b", "s", "m", "square"]
WHOLE = ["0", "1", "2", "3", "1_0"]
REAL = ["0.5", ".1", "1.", "0.0", "1e-8", "2.5E3", "np.pi", "math.e", "(-1.5)"]


@st.composite
def programs(draw, traced=False):
    """A rule's text. Where traced, such as a run on symbols can follow, with powers."""
    names = list(ARGUMENTS)
    changed = [name for name in ARGUMENTS if name != "grad"]

    def one(*choices):
        return draw(st.sampled_from(choices))

    def leaf():
        return one(*names, *names, *REAL, *([] if traced else WHOLE))

    def number(depth):
        if depth == 0:
            return leaf()
        a, b, c = (lambda: number(depth - 1) for _ in range(3))
        made = [
            *(lambda sign=sign: f"{a()} {sign} {b()}" for sign in "++--**/"),
            lambda: f"({a()} {one(*'+-*/')} {b()})",
            lambda: f"-{a()}",
            lambda: f"-({a()})",
            lambda: f"{one('np.sqrt', 'math.sqrt', 'sqrt', 'numpy.sqrt')}({a()})",
            lambda: f"{one('abs', 'np.abs', 'np.absolute', 'np.fabs')}({a()})",
            lambda: f"np.sign({a()})",
            lambda: f"np.square({a()})",
            lambda: f"np.{one('minimum', 'maximum')}({a()}, {b()})",
            lambda: f"np.clip({a()}, {b()}, {c()})",
            lambda: f"np.where({condition(depth - 1)}, {a()}, {b()})",
        ]
        if traced:
            made += [
                lambda: f"(grad * {a()})**{one('2', '3', '8', '2.0', '0.5', '9', '0', '-1', 'rho')}"
            ]
            made += [lambda: "grad ** 2", lambda: "pow(grad, 2)"]
        else:
            made += [
                lambda: f"({a()} if {condition(depth - 1)} else {b()})",
                lambda: f"({a()} if {a()} else {one('0', '1', '0.0')})",
                lambda: f"({a()} {one('and', 'or')} {b()})",
                # Where a 0 is a whole one, which has no sign.
                lambda: f"-({one(*WHOLE)} if {condition(depth - 1)} else {a()})",
                lambda: f"({one(*WHOLE)} if {condition(depth - 1)} else {a()}) * -{one(*WHOLE)}",
                lambda: f"-np.where({condition(depth - 1)}, 0, {one('1', 'grad', a())})",
                lambda: f"{one('min', 'max')}({a()}, {b()})",
                lambda: f"{one('min', 'max')}({a()}, {one('0', '0.0', '1')}, {b()})",
                lambda: f"(({a()}) {one(*'*+-')} ({condition(depth - 1)}))",
                lambda: f"+{a()}",
                lambda: f"(\n{a()}  # why\n  + {b()})",
            ]
        return one(*made)()

    def condition(depth):
        a, b = number(depth), number(depth)
        compared = f"{a} {one('<', '<=', '>', '>=', '==', '!=')} {b}"
        if traced:
            return f"grad {one('<', '<=', '>', '>=', '==', '!=')} {b}"  # never a constant
        if depth == 0:
            return compared
        made = [
            lambda: compared,
            lambda: f"{compared} {one('<', '>', '==')} {number(0)}",
            lambda: f"not {condition(depth - 1)}",
            lambda: f"({condition(depth - 1)}) {one('and', 'or')} {condition(depth - 1)}",
            lambda: f"{condition(depth - 1)} {one('and', 'or')} not {condition(0)}",
        ]
        return one(*made)()

    depth = draw(st.integers(1, 3))
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        name, other = one(*NAMES), one(*NAMES, *changed)
        kind = one("one", "one", "two", "change", "chain")
        if kind == "one":
            lines.append(f"{name} = {number(depth)}")
        elif kind == "change":
            lines.append(f"{one(*changed)} {one('+=', '-=', '*=', '/=')} {number(depth - 1)}")
        elif kind == "chain":
            lines.append(f"{name} = {other} = {number(depth)}")
        else:
            # Two names: of `(a, a) = x, y` Python 3.11.2 keeps x, by a mistake of its compiler.
            other = one(*sorted({*NAMES, *changed} - {name}))
            lines.append(f"({name}, {other}) = {number(depth - 1)}, {number(depth - 1)}")
        new = {"change": [], "one": [name]}.get(kind, [name, other])
        names += new
        changed += new
    results = ", ".join(number(depth) for _ in range(3))
    lines.append(one(f"return {results}", f"return ({results})"))
    head = f"def rule({', '.join(ARGUMENTS)}):\n"
    return head + "".join(f"    {line}\n" for line in ['"""Doc."""', *lines])


POINTS = some_points(len(ARGUMENTS), 30)


def too_large(answer):
    """Whether a text was refused for what it computes; nothing else is wrong with these."""
    return any(words in answer["message"] for words in ("not finite", "whole numbers beyond"))


def test_a_random_rule_has_the_bits_of_python(page):
    compared = refused = 0

    @given(programs())
    @settings(max_examples=500)
    def check(text):
        nonlocal compared, refused
        answer = page(text, POINTS)
        if "message" in answer:
            assert too_large(answer), answer
            refused += 1
        else:
            compared += compare(answer, function_of(text), POINTS)

    check()
    assert compared > 15_000
    assert refused < 50


def test_a_random_rule_has_the_tape_of_python(page):
    same = 0

    @given(programs(traced=True))
    @settings(max_examples=300)
    def check(text):
        nonlocal same
        answer = page(text)
        if "message" in answer:
            assert too_large(answer), answer
            return
        scope = {"np": np, "numpy": np, "math": math, "sqrt": np.sqrt}
        exec(text, scope)
        try:
            theirs = trace(scope["rule"], ARGUMENTS)
        except UntraceableError:  # such as NumPy's of constants alone
            return
        assert str(tape_of(answer)) == str(theirs)
        same += 1

    check()
    assert same > 200


def is_exact(text):
    return not re.search(r"\*\*|power|pow|exp|log|sin|cos|tan", text)


# ---- rules that were written for Python -------------------------------------------------


@pytest.mark.parametrize("name", optimizers.ALL)
def test_each_rule_of_the_book_has_the_tape_of_python(page, name):
    rule = getattr(rules, name)
    takes = list(inspect.signature(rule).parameters)
    points = some_points(len(takes), 200, seed=len(name))
    answer = page(inspect.getsource(rule), points)
    optimizer = optimizers.ALL[name]
    assert answer["name"] == name
    assert [each["name"] for each in answer["parameters"]] == [p.name for p in optimizer.parameters]
    assert answer["state"] == list(optimizer.state)
    assert str(tape_of(answer)) == str(trace(rule, takes))
    assert list(answer["tape"]["names"].items()) == list(trace(rule, takes).names.items())
    assert compare(answer, rule, points) > 200


def test_variables_have_the_names_of_python(page):
    text = """def rule(rate, grad, s_prev):
    half = 0.5
    grad = grad + half
    unused = grad * 3
    same = grad
    first, second = grad * grad, rate
    s = __proto__ = first + s_prev
    return rate * s, s
"""
    names = page(text)["tape"]["names"]
    assert names == trace(function_of(text), ["rate", "grad", "s_prev"]).names
    assert set(names) == {"grad", "same", "first", "s", "__proto__"}


def source_of(function):
    """Its text, without decorators; of one that has none, such as an object, none."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except TypeError:
        return ""
    begins = re.search("^def ", source, re.MULTILINE)
    return source[begins.start() :] if begins else ""


WRITTEN = [
    *(mistake.rule for mistakes in MISTAKES.values() for mistake in mistakes),
    *(function for _, _, function in wrong_by_others.WRONG + wrong_by_more_others.WRONG),
    *(function for _, function in wrong_by_others.CORRECT + wrong_by_more_others.CORRECT),
]


def test_rules_by_others_have_the_results_of_python(page):
    found = 0
    for text in dict.fromkeys(map(source_of, WRITTEN)):
        answer = page(text)
        if "message" in answer:  # most call a helper, take sums or repeat
            continue
        found += 1
        points = some_points(len(answer["tape"]["takes"]), 20)
        answer = page(text, points)
        compare(answer, function_of(text, answer["name"]), points, is_exact(text))
    assert found > 100


# ---- what is read is Python -------------------------------------------------------------

PIECES = [
    *"xs01.,:;=+-*/()<>[]#\"'\\ \t\n_^%!",
    *(
        "**",
        "==",
        "<=",
        "+=",
        "\n    ",
        "    ",
        "if ",
        "else ",
        "not ",
        "and ",
        "return ",
        "grad",
        "1e-8",
    ),
    *(
        "np.sqrt(",
        "abs(",
        "x = ",
        '"""',
        "\\\n",
        "float",
        ": float",
        " -> float",
        "_prev",
        "=0.5",
        "import ",
    ),
]
TEXTS = [
    *(
        re.sub('""".*"""', '"""Short."""', inspect.getsource(rule), flags=re.DOTALL)
        for rule in (rules.sgd, rules.rmsprop, rules.adam)
    ),
    "import numpy as np\n\ndef rule(rate: float, grad, m_prev=0.0):\n"
    "\tm = n = max(grad, 0)\n\tn += (m > 1) * 2\n"
    "\treturn (n if n < m_prev <= 2 else -m), (\n m - .5)\n",
    "from math import sqrt\n"
    "def rule(rate, grad): return rate * grad / sqrt(1 + grad * grad)  # short",
]


def test_what_is_accepted_is_python_with_the_same_results(page):
    random = np.random.default_rng(20)
    accepted = 0
    for _ in range(4000):
        text = str(random.choice(TEXTS))
        for _ in range(random.integers(1, 4)):
            place = random.integers(len(text) + 1)
            cut = place + random.integers(3)
            text = text[:place] + str(random.choice(PIECES)) * random.integers(2) + text[cut:]
        answer = page(text)
        if "message" in answer:
            continue
        accepted += 1
        takes = answer["tape"]["takes"]
        answer = page(text, some_points(len(takes), 3))
        with warnings.catch_warnings(action="ignore"):  # 1if x else y
            function = function_of(text, answer["name"])
        assert list(inspect.signature(function).parameters) == takes
        compare(answer, function, some_points(len(takes), 3), is_exact(text))
    assert accepted > 500
