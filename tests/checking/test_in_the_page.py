"""The checker of the page, run in Node, beside Python's: the same verdicts in the same words."""

import __future__

import ast
import inspect
import linecache
import math
import re
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from rmsprop_lab import check, objectives, optimizers
from rmsprop_lab.algebra.tape import Tape, trace
from rmsprop_lab.checking import paths
from rmsprop_lab.checking.mistakes import MISTAKES
from rmsprop_lab.checking.page import check_of
from rmsprop_lab.checking.slips import slips
from rmsprop_lab.lab.spec import of_objective, of_optimizer, of_tape
from tests.checking import (
    wrong_by_kind,
    wrong_by_more_others,
    wrong_by_others,
    wrong_by_writers,
    wrong_rules,
)
from tests.checking.test_check import RIGHT
from tests.support.in_node import conversation

pytestmark = pytest.mark.xdist_group("checker")  # one page for all

HARNESS = """
import { createInterface } from "node:readline";
const files = ["formula/rule", "check/arrays", "check/check", "check/slips", "check/words",
  "check/running", "check/parting"];
const [{ parseRule }, { read }, { checkRule }, { slips, textOf }, { general, found: find },
  { run, toValues }, { parting }] = await Promise.all(
    files.map((file) => import(`${process.argv[1]}${file}.ts`)));
const checks = {};
const jobs = {
  data: ({ rule, check }) => (checks[rule] = check, null),
  verdict({ rule, text }) {
    const written = read(text, parseRule);
    return "message" in written ? written : checkRule(checks[rule], written);
  },
  slips({ rule, tape, likely }) {
    const check = checks[rule];
    const first = check.probes[0];
    const found = new Map();
    for (const { results, make, returned } of slips(check, tape, first, likely)) {
      const { tape, ...words } = make();
      const { name, text } = find(check, returned ? "returned" : "slip", words);
      const slip = [name, text, tape.lines, tape.returns];
      const given = run(tape)(first.map(toValues)).map(({ numbers }) => numbers[0]);
      if (String(given) !== String(results)) throw new Error(`${name}: ${given}, not ${results}`);
      if (!found.has(textOf(tape))) found.set(textOf(tape), slip);
    }
    found.delete(textOf(tape));
    return [...found.values()];
  },
  parting({ rule, text, lab: { spec, numbers } }) {
    const lab = { spec, number: (name) => numbers[name], get: (name) => numbers[name] };
    return parting(lab, checks[rule], read(text, parseRule));
  },
  general: ({ numbers, digits }) => numbers.map((number) => general(Number(number), digits)),
};
for await (const line of createInterface({ input: process.stdin })) {
  const [job, given] = JSON.parse(line);
  console.log(JSON.stringify(jobs[job](given)));
}
"""


@pytest.fixture(scope="module")
def page():
    """The page's checker, which knows each rule of the book."""
    with conversation(HARNESS) as ask:
        for name, optimizer in optimizers.ALL.items():
            ask(["data", {"rule": name, "check": check_of(optimizer)}])
        yield lambda job, **given: ask([job, given])


# ---- the slips --------------------------------------------------------------------------


def told(slip):
    tape = of_tape(slip.tape)
    return [slip.name, slip.hint, tape["lines"], tape["returns"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", MISTAKES)
def test_the_slips_of_each_rule_and_of_each_wrong_version(page, name):
    optimizer = optimizers.ALL[name]
    takes = tuple(inspect.signature(optimizer.rule).parameters)
    outputs = ("updates", *optimizer.state)
    wrong = [tape_of(one["tape"]) for one in check_of(optimizer)["mistakes"]]
    jobs = [(trace(optimizer.rule, takes), False), *((tape, False) for tape in wrong[::12])]
    jobs += [(tape_of(form), True) for form in check_of(optimizer)["forms"]]
    for tape, likely in jobs:
        theirs = page("slips", rule=name, tape=of_tape(tape), likely=likely)
        assert theirs == [told(slip) for slip in slips(tape, outputs, likely)]


# ---- verdicts ---------------------------------------------------------------------------

SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**"}
COMPARED = {"less": "<", "less_equal": "<=", "equal": "==", "not_equal": "!="}


def text_of(tape, name):
    """A tape as somebody might write it."""
    names, lines = list(tape.takes), [f"def {name}({', '.join(tape.takes)}):"]
    for operation, *operands in tape.lines:
        if operation == "number":
            names.append(f"({operands[0]!r})" if operands[0] < 0 else repr(operands[0]))
            continue
        of = [names[place] for place in operands]
        sign = (SIGNS | COMPARED).get(operation)
        made = f" {sign} ".join(of) if sign else f"np.{operation}({', '.join(of)})"
        if operation == "negative":
            made = f"-{of[0]}"
        names.append(f"v{len(names)}")
        lines.append(f"    {names[-1]} = {made}")
    return "\n".join([*lines, f"    return {', '.join(names[place] for place in tape.returns)}\n"])


def function_of(text):
    """The same text in Python, with its lines to be looked up."""
    name = re.search(r"^def (\w+)", text, re.M)[1]
    file = f"<{hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    scope = {"np": np, "numpy": np, "math": math, "sqrt": np.sqrt}
    types_unread = __future__.annotations.compiler_flag
    exec(compile(text, file, "exec", flags=types_unread, dont_inherit=True), scope)
    return scope[name]


def compare(page, text, rule):
    """Hold the page's verdict to Python's; the mistake's name, None where the page refuses."""
    theirs = page("verdict", rule=rule, text=text)
    if "message" in theirs:
        return None
    ours = check(function_of(text), rule)
    said = " ".join(filter(None, [theirs["text"], theirs["numbers"]]))
    assert said == ours.text, text
    assert (theirs["kind"] == "right", theirs["mistake"]) == (ours.correct, ours.mistake), text
    convention = ours.mistake.startswith("another convention: ")
    assert (theirs["kind"] == "convention") == convention, text
    return ours.mistake


def tape_of(told):
    lines = tuple(map(tuple, told["lines"]))
    return Tape(tuple(told["takes"]), lines, tuple(told["returns"]), exact=False)


@pytest.mark.parametrize("name", MISTAKES)
def test_each_wrong_version_that_can_be_written(page, name):
    data = check_of(optimizers.ALL[name])
    assert compare(page, text_of(tape_of(data["rule"]), f"my_{name}"), name) == ""
    for wrong in data["mistakes"]:
        said = compare(page, text_of(tape_of(wrong["tape"]), f"my_{name}"), name)
        assert said.removeprefix("another convention: ") == wrong["name"]
    unsent = {one.name for one in MISTAKES[name]} - {one["name"] for one in data["mistakes"]}
    assert all(re.search("coordinates|norm", one) for one in unsent), unsent  # these mix them


def in_the_pages_words(function, takes):
    """The text of a function, with the arguments called as in the page; "" where it has none."""
    try:
        (made,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return ""
    own = [one.arg for one in made.args.args] if isinstance(made, ast.FunctionDef) else []
    if len(own) != len(takes):
        return ""
    called = dict(zip(own, takes, strict=True))
    made.decorator_list, made.name = [], made.name.strip("_") or "my_rule"
    for node in ast.walk(made):
        if isinstance(node, ast.arg):
            node.arg = called.get(node.arg, node.arg)
        if isinstance(node, ast.Name):
            node.id = called.get(node.id, node.id)
    return ast.unparse(made) + "\n"


BY_OTHERS = [
    *((rule, one) for rule, _, one in wrong_rules.WRONG),
    *((rule, one) for rule, one in RIGHT),
    *((rule, one) for rule, _, one in wrong_by_kind.WRONG),
    *((rule, one) for rule, _, one in wrong_by_others.WRONG + wrong_by_more_others.WRONG),
    *((rule, one) for rule, _, one in wrong_by_writers.WRONG),
    *((rule, one) for rule, one in wrong_by_writers.CORRECT),
    *((rule, one) for rule, one in wrong_by_others.CORRECT + wrong_by_more_others.CORRECT),
]


def test_rules_by_others(page):
    said = {}
    for rule, function in BY_OTHERS:
        takes = tuple(inspect.signature(optimizers.ALL[rule].rule).parameters)
        text = in_the_pages_words(function, takes)
        if text and (mistake := compare(page, text, rule)) is not None:
            said.setdefault(mistake, text)
    assert len(said) > 200


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sgd", "momentum", "rmsprop", "rmsprop_centered", "adam"])
def test_some_slips_at_once(page, name):
    random = np.random.default_rng(len(name))
    optimizer = optimizers.ALL[name]
    data = check_of(optimizer)
    versions = [data["rule"], *(wrong["tape"] for wrong in data["mistakes"])]
    said = set()
    for count in (1, 1, 2, 3) * 6:
        tape = tape_of(versions[random.choice([0, random.integers(len(versions))])])
        for _ in range(count):
            made = slips(tape, ("updates", *optimizer.state))
            tape = made[random.integers(len(made))].tape
        said.add(compare(page, text_of(tape, "mine"), name))
    assert len(said) > 10


ARGUMENTS = [
    "s_prev, learning_rate, rho, epsilon, grad",
    "grad, learning_rate, rho, epsilon, s_prev",
    "epsilon, rho, learning_rate, grad, s_prev",
    "eps, decay, lr, grad, cache_prev",
    "lr, decay, eps, grad, cache_prev",
    "lr, eps, decay, grad, cache_prev",
    "a, b, c, grad, d_prev",
    "b, a, c, grad, d_prev",
    "lr, beta, beta1, grad, v_prev",
    "learning_rate, grad, s_prev",
    "learning_rate=0.1, rho=0.9, epsilon=1e-6, grad, s_prev",
    "learning_rate, rho, epsilon, debug=1, grad=0, s_prev=0",
    "w, learning_rate, rho, epsilon, grad",
    "theta, learning_rate, rho, grad, s_prev",
    "learning_rate, rho, epsilon, grad, s_prev, m_prev",
    "learning_rate, rho, epsilon, grad, s_prev, m_prev=0",
    "learning_rate, rho, epsilon, eta, grad",
]
BODIES = [
    "{s} = {rho} * {s} + (1 - {rho}) * grad**2; return {a} * grad / (np.sqrt({s}) + {e}), {s}",
    "{s} = {rho} * {s} + grad**2; return {a} * grad / (np.sqrt({s}) + {e}), {s}",
    "return {a} * grad / (abs({s}) + {e}), {rho} * {s}",
]


def test_arguments_in_other_orders(page):
    """By their names, by other names, by none; too few and too many."""
    said = set()
    words = {"a": "learning_rate lr a", "rho": "rho decay beta b", "e": "epsilon eps beta1 c",
             "s": "s_prev cache_prev d_prev v_prev rho"}  # fmt: skip
    for taken in ARGUMENTS:
        own = re.findall(r"[a-z_]\w*", taken)
        names = {
            role: next((one for one in known.split() if one in own), own[0])
            for role, known in words.items()
        }
        for body in BODIES:
            lines = body.format(**names).split("; ")
            outputs = len([one for one in own if one.endswith("_prev")]) + 1
            if "return" in lines[-1] and outputs != 2:
                results = {1: "grad", 2: "", 3: f"grad, {own[0]}, grad"}[outputs]
                lines[-1] = f"return {results}"
            for first in ("rmsprop", "my_rule"):
                text = f"def {first}({taken}):\n" + "".join(f"    {line}\n" for line in lines)
                try:
                    said.add(compare(page, text, "rmsprop"))
                except SyntaxError:  # Python's: a default before none
                    said.add(None)
    assert {"arguments in another order", "wrong arguments", "", None} <= said
    assert "wrong number of results" in said


ON_ARRAYS = [
    ("s = rho * s_prev + (1 - rho) * grad**2 if rho > 0 else grad**2", "", ""),
    ("s = rho * s_prev + (1 - rho) * grad**2 if grad else s_prev", "only for single numbers", ""),
    ("s = max(rho * s_prev, 0) + (1 - rho) * grad**2", "only for single numbers", ""),
    ("s = max(rho, 0) * s_prev + (1 - rho) * grad**2", "", ""),
    ("s = (0 <= s_prev < 2) * s_prev + grad", "only for single numbers", ""),
    ("s = math.fabs(rho) * s_prev + (1 - rho) * grad**2", "", ""),
    ("s = math.fabs(rho * s_prev) + (1 - rho) * grad**2", "only for single numbers", ""),
    ("s = fabs(rho * s_prev) + (1 - rho) * grad**2", "only for single numbers",
     "from math import fabs"),
    ("s = fabs(rho * s_prev) + (1 - rho) * grad**2", "", "from numpy import fabs"),
    ("s = rho * (s_prev and 1.0) + grad", "only for single numbers", ""),
    ("s = (not grad) * s_prev", "only for single numbers", ""),
    ("s_prev *= rho\n    s = s_prev + (1 - rho) * grad**2", "changes its arguments", ""),
    ("s = s_prev\n    s *= rho\n    s += (1 - rho) * grad**2", "changes its arguments", ""),
    ("grad *= 2\n    s = rho * s_prev", "state not carried; 2 * grad for grad", ""),
    ("rho *= 1.0\n    s = rho * s_prev + (1 - rho) * grad**2", "", ""),
    ("s = rho * s_prev\n    s += (1 - rho) * grad**2", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "mistake", "above"), ON_ARRAYS)
def test_what_python_makes_of_arrays(page, line, mistake, above):
    text = (
        f"{above}\n\ndef my_rmsprop(learning_rate, rho, epsilon, grad, s_prev):\n"
        f"    {line}\n    return learning_rate * grad / (np.sqrt(s) + epsilon), s\n"
    )
    assert compare(page, text, "rmsprop") is not None
    if "state not" not in mistake:
        assert compare(page, text, "rmsprop") == mistake


COMPARING = [
    "updates = grad > 0; return updates, s",
    "return grad > s_prev, s",
    "return learning_rate * grad, s > 1",
    "return rho > 0.5, s",
    "return 1 < 2, not rho",
    "return np.where(grad > 0, s > 1, s < 0.5), s",
    "return (grad > 0 if rho > 0.5 else s > 1), s",
    "return (grad > 0) == (s > 1), s",
    "return 0 < rho <= 1, s",
    "s = grad > 0; return s, s",
    "s_prev *= rho; return grad > 0, s_prev",
]


@pytest.mark.parametrize("body", COMPARING)
def test_a_comparison_is_no_number(page, body):
    lines = ["s = rho * s_prev + (1 - rho) * grad**2", *body.split("; ")]
    text = "def my_rmsprop(learning_rate, rho, epsilon, grad, s_prev):\n"
    text += "".join(f"    {line}\n" for line in lines)
    assert compare(page, text, "rmsprop") == "not a number"
    renamed = text.replace("s_prev", "cache_prev").replace("rho", "decay")
    assert compare(page, renamed, "rmsprop") == "not a number"


def test_a_comparison_where_results_are_missing(page):
    for result in ("grad > 0", "learning_rate * grad"):
        text = f"def my_rmsprop(learning_rate, rho, epsilon, s, grad):\n    return {result}\n"
        assert compare(page, text, "rmsprop") == "wrong number of results"
    text = "def my_sgd(learning_rate, grad):\n    return grad > 0\n"
    assert compare(page, text, "sgd") == "not a number"


def test_numbers_are_written_as_in_python(page):
    random = np.random.default_rng(3)
    numbers = [
        0.0,
        -0.0,
        0.125,
        2.125,
        -2.135,
        1.125,
        0.0625,
        1e-5,
        9.995e-5,
        99950.0,
        1e16,
        1e-300,
    ]
    numbers += [0.5, 1.0, 100.0, 1000.0, 999.5, 1234567.0, math.inf, -math.inf, math.nan]
    numbers += (random.normal(size=500) * 10.0 ** random.integers(-12, 12, 500)).tolist()
    numbers += (random.integers(-5000, 5000, 500) / 8).tolist()
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    sent = [words.get(repr(number), repr(number)) for number in numbers]
    for digits in (3, 6):
        written = [f"{number:.{digits}g}" for number in numbers]
        assert page("general", numbers=sent, digits=digits) == written


@pytest.mark.parametrize("name", ["momentum", "rmsprop"])
def test_the_paths_part_where_python_sees_it(page, name):
    """On the lab's own surface; where they part at its settings, these stay."""
    right = optimizers.ALL[name]
    data, surface = check_of(right), objectives.ravine
    numbers = dict(zip((p.name for p in right.parameters), right.settings({}), strict=True))
    own = dict(zip((p.name for p in surface.parameters), surface.settings, strict=True))
    lab = {
        "spec": {
            "objectives": [of_objective(surface)],
            "optimizers": [of_optimizer(right)],
        },
        "numbers": numbers | own | {"start": surface.start, "steps": paths.STEPS},
    }

    def apart(rule, settings):
        yours = replace(right, name="yours", rule=rule)
        walked = [paths._alone(surface, one, settings) for one in (yours, right)]
        return paths._distance(surface, *walked)

    moved = 0
    for wrong in data["mistakes"]:
        text = text_of(tape_of(wrong["tape"]), "mine")
        rule, best, most = function_of(text), None, paths.VISIBLE
        if apart(rule, numbers) <= paths.VISIBLE:
            for settings in data["places"]:
                if (found := apart(rule, settings)) > most:
                    best, most = settings, found
                if found > paths.CLEAR:
                    break
        assert page("parting", rule=name, text=text, lab=lab) == best, wrong["name"]
        moved += best is not None
    assert moved > 0 or name == "momentum"
