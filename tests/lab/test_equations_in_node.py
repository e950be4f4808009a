"""A tape's equations as the page prints them: read again as Python, they give its numbers."""

import json
import math
import re
import subprocess

import numpy as np
import pytest

from rmsprop_lab import optimizers
from rmsprop_lab.algebra.overload import Overloaded
from rmsprop_lab.algebra.tape import EXACT, Tape, trace
from rmsprop_lab.lab import spec
from rmsprop_lab.speed import printing
from tests.support.in_node import NODE, SOURCES, in_node, same_bits

SCRIPT = """
import { readFileSync } from "node:fs";
const { equationsOf, inSymbols } = await import(process.argv[1]);
const answers = JSON.parse(readFileSync(0, "utf8")).map(([tape, results, symbols]) => {
  const equations = equationsOf(tape, results, new Map(Object.entries(symbols)));
  return equations?.map((one) => [one.name, inSymbols(one)]) ?? null;
});
console.log(JSON.stringify(answers));
"""
SIGNS = {"·": "*", "−": "-", "≤": "<=", "≠": "!=", "^": "**"}


class Number(Overloaded):
    """A float whose comparisons are numbers, as on a tape."""

    def __init__(self, value):
        self.value = np.float64(value)

    def lift(self, other):
        return other if isinstance(other, Number) else Number(other)

    def __bool__(self):
        return bool(self.value)

    def __float__(self):
        return float(self.value)


def rule(function):
    def of_numbers(*operands):
        return Number(function(*(np.float64(float(operand)) for operand in operands)))

    return of_numbers


HELPERS = {helper.__name__: helper for helper in printing.HELPERS}
Number.functions = {name: rule(HELPERS.get(name) or getattr(np, name)) for name in EXACT}
FUNCTIONS = {"sqrt": "sqrt", "sign": "sign", "abs": "absolute", "min": "minimum", "max": "maximum"}
FUNCTIONS = {name: Number.functions[operation] for name, operation in FUNCTIONS.items()}
FUNCTIONS |= {"square": lambda a: a * a, "Number": Number}


def equations(jobs):
    """For each tape, names of its results and symbols: the lines that the page prints."""
    answer = subprocess.run(
        [NODE, "--input-type=module", "-e", SCRIPT, (SOURCES / "tape/equations.ts").as_uri()],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(answer.stdout)


def as_python(text):
    """The same in Python's words, brackets where they stood."""
    text = re.sub(r"(?<![\w.])\d+(\.\d+)?(e−?\d+)?", r"Number(\g<0>)", text)
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    while "²" in text:
        end = text.index("²")
        begin = begin_of_atom(text, end)
        text = f"{text[:begin]}square({text[begin:end]}){text[end + 1 :]}"
    while "√" in text:  # the last first: what it takes has none any more
        begin = text.rindex("√")
        end = end_of_atom(text, begin + 1)
        text = f"{text[:begin]}sqrt({text[begin + 1 : end]}){text[end:]}"
    return text


def begin_of_atom(text, end):
    """Where the name, the number or the bracket that ends there begins, with its function."""
    at, depth = end, 0
    while at > 0:
        before = text[at - 1]
        depth += (before == ")") - (before == "(")
        if depth < 0 or (depth == 0 and not (before.isalnum() or before in "_.(")):
            break
        at -= 1
    return at


def end_of_atom(text, begin):
    at, depth = begin, 0
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth < 0 or (depth == 0 and not (text[at].isalnum() or text[at] in "_.)")):
            break
        at += 1
    return at


def evaluate(lines, results, given):
    """What the lines give, one after the other."""
    values = {name: Number(value) for name, value in given.items()}
    with np.errstate(all="ignore"):
        for name, text in lines:
            values[name] = Number(float(eval(as_python(text), FUNCTIONS | values)))
    return [float(values[name]) for name in results]


def random_tape(random):
    """A rule of two states whose lines take whatever stands before them."""
    takes = ("learning_rate", "rho", "grad", "m_prev", "n_prev")
    lines = [("number", float(number)) for number in random.choice([1, -1, 0.5, 2, -3e-7], 3)]
    operations = [name for name in EXACT if name != "where"] + ["where"] * 3
    comparisons = ("less", "less_equal", "equal", "not_equal")
    for _ in range(random.integers(1, 40)):
        operation = str(random.choice(operations))
        count = len(takes) + len(lines)
        # Those that were written last are used most, so that the tree has depth.
        near = [int(place) for place in count - 1 - random.geometric(0.25, 5) % count]
        if operation == "where":
            lines.append((str(random.choice(comparisons)), *near[3:]))
            near[0] = count
        lines.append((operation, *near[: EXACT[operation]]))
    end = len(takes) + len(lines)
    names = {f"part{k}": int(random.integers(end)) for k in range(random.integers(4))}
    returns = (end - 1, *map(int, random.integers(0, end, 2)))
    return Tape(takes, tuple(lines), returns, True, names)


def test_random_programs_are_read_again_as_they_were_written():
    random = np.random.default_rng(14)
    tapes = [random_tape(random) for _ in range(400)]
    points = [random.normal(size=5).tolist() for _ in range(3)] + [[0.1, 0.9, 0.0, -0.0, -2.0]]
    results = ["update", "m", "n"]
    jobs = [({**spec.of_tape(tape), "names": tape.names}, results, {}) for tape in tapes]
    deep = 0
    for tape, lines, expected in zip(
        tapes, equations(jobs), in_node([(tape, points) for tape in tapes]), strict=True
    ):
        deep += max(text.count("(") for _, text in lines) > 3
        for point, numbers in zip(points, expected, strict=True):
            found = evaluate(lines, results, dict(zip(tape.takes, point, strict=True)))
            assert same_bits(found, numbers), (lines, point)
    assert deep > 40


SYMBOLS = {name: p.symbol for name, p in optimizers.PARAMETERS.items()} | {"grad": "g"}


def printed(*rules):
    found = [optimizers.find(rule) for rule in rules]
    jobs = [(spec.of_optimizer(one)["rule"], ["update", *one.state], SYMBOLS) for one in found]
    return [[f"{name} = {text}" for name, text in lines] for lines in equations(jobs)]


def test_the_books_rules_read_like_their_equations():
    """Each variable of the code is a line, in the code's order."""
    names = [
        "sgd",
        "nesterov",
        "adagrad",
        "rmsprop",
        "rmsprop_centered",
        "rmsprop_momentum",
        "adam",
    ]
    assert dict(zip(names, printed(*names), strict=True)) == {
        "sgd": ["update = α · g"],
        "nesterov": ["velocity = μ · velocity_prev + g", "update = α · (g + μ · velocity)"],
        "adagrad": ["s = s_prev + g²", "update = α · g / (√s + ε)"],
        "rmsprop": ["s = ρ · s_prev + (1 − ρ) · g²", "update = α · g / (√s + ε)"],
        "rmsprop_centered": [
            "deviation = g − mean_prev",
            "mean = mean_prev + (1 − ρ) · deviation",
            "variance = ρ · (variance_prev + (1 − ρ) · deviation²)",
            "update = α · g / (√variance + ε)",
        ],
        "rmsprop_momentum": [
            "s = ρ · s_prev + (1 − ρ) · g²",
            "velocity = μ · velocity_prev + g / (√s + ε)",
            "update = α · velocity",
        ],
        "adam": [
            "m = β₁ · m_prev + (1 − β₁) · g",
            "v = β₂ · v_prev + (1 − β₂) · g²",
            "beta1_power = β₁ · beta1_power_prev",
            "beta2_power = β₂ · beta2_power_prev",
            "m_hat = m / (1 − beta1_power)",
            "v_hat = v / (1 − beta2_power)",
            "update = α · m_hat / (√v_hat + ε)",
        ],
    }


def test_ones_own_rules_keep_their_words():
    def amsgrad(learning_rate, rho, epsilon, grad, s_prev, top_prev):
        s = rho * s_prev + (1 - rho) * grad**2
        top = np.maximum(top_prev, s)
        updates = learning_rate * grad / (math.sqrt(top) + epsilon)
        return updates, s, top

    def clipped(learning_rate, grad):
        grad = np.clip(grad, -1, 1)
        return np.where(abs(grad) < 0.5, learning_rate * grad, -np.sign(grad))

    assert printed(amsgrad, clipped) == [
        [
            "s = ρ · s_prev + (1 − ρ) · g²",
            "top = max(top_prev, s)",
            "update = α · g / (√top + ε)",
        ],
        ["v1 = min(max(g, −1), 1)", "update = α · v1 if abs(v1) < 0.5 else −sign(v1)"],
    ]


@pytest.mark.parametrize("name", optimizers.ALL)
def test_the_books_rules_are_read_again(name):
    one = optimizers.find(name)
    tape = spec.of_optimizer(one)["rule"]
    (lines,) = equations([(tape, ["update", *one.state], {})])
    point = np.random.default_rng(1).uniform(0.2, 0.9, len(tape["takes"])).tolist()
    (expected,) = in_node([(trace(one.rule, tape["takes"]), [point])])
    found = evaluate(lines, ["update", *one.state], dict(zip(tape["takes"], point, strict=True)))
    assert same_bits(found, expected[0])
