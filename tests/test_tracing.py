"""What tracing translates: the bits of Python in Node, and refusals by name."""

import json
import math
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from rmsprop_lab import objectives
from rmsprop_lab.formula import parse
from rmsprop_lab.gradient import gradient
from rmsprop_lab.javascript import UntranslatableError, translate
from rmsprop_lab.tracing import trace, translate_surface
from tests.test_gradient import EXACT as DIFFERENTIABLE
from tests.test_gradient import FALLBACKS

PLACES = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
# JSON writes doubles so that they come back the same; it has no -0, not-a-number or infinity.
SCRIPT = """
const jobs = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(jobs.map(([source, points]) =>
  points.map((point) => [eval(source)(...point)].flat()))));
"""


def in_node(jobs):
    """Run each program at each of its points."""
    answer = subprocess.run(
        [shutil.which("node", path=PLACES), "-e", SCRIPT],
        input=json.dumps([(str(program), points) for program, points in jobs]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [np.array(numbers, dtype=float) for numbers in json.loads(answer.stdout)]


def some_points(count=50):
    return np.random.default_rng(8).uniform(0.3, 3, (count, 2)).tolist()


def helper(a, b):
    return a * a - b


def calls_a_helper(x, y):
    x = helper(x, y)
    for weight in (1.5, -2):
        x += weight * helper(y, x) / (3 + y)
    return math.sqrt(x * x + 1) ** 3


MATRIX = np.array([[2.0, 1.0], [0.5, 3.0]])


def quadratic_form(x, y):
    p = np.array([x, y])
    return p @ MATRIX @ p + np.sum(p**2)


# Only + - * / and square roots: the bits of Python.
CORRECTLY_ROUNDED = {
    **{name: of.value for name, of in objectives.ALL.items() if not of.parameters},
    "calls a helper": calls_a_helper,
    "quadratic form": quadratic_form,
    "formula": parse("(1-x)^2 + 100*(y - x**2)**2 / sqrt(1 + x^8) - -y"),
    "same twice": lambda x, y: (x * y + 1) * (x * y + 1) / (x * y),
    "absolute": lambda x, y: abs(x - y) * np.abs(y - 1),
    "constants": lambda x, y: 2**0.5 * x + math.pi - np.float64(3) * y + True * x,
    "a result without x": lambda x, y: -1.5,
}
del CORRECTLY_ROUNDED["rastrigin"]


def test_traced_values_and_gradients_have_the_bits_of_python():
    points = some_points()
    jobs, expected = [], []
    for function in CORRECTLY_ROUNDED.values():
        jobs.append((trace(gradient(function), ["x", "y"]), points))
        expected.append([gradient(function).exact(*point) for point in points])
        if function in (calls_a_helper, quadratic_form):
            continue  # a power is Python's own, a product of matrices hangs on the processor
        jobs.append((trace(function, ["x", "y"]), points))
        expected.append([[function(*point)] for point in points])
    for ours, theirs in zip(expected, in_node(jobs), strict=True):
        np.testing.assert_array_equal(theirs, np.array(ours))


UNTRACEABLE = {
    "arcs",  # arctan and hypot
    "maximum",
    "where",
    "masks",
    "conditions of NumPy",
    "comparisons of NumPy",
    "branch",
    "truth",
    "roots of an array",  # its maximum
}


def test_every_other_function_comes_close():
    points = some_points()
    functions = [f for name, f in DIFFERENTIABLE.items() if name not in UNTRACEABLE]
    assert len(functions) > 10
    jobs, expected = [], []
    for function in [*functions, objectives.rastrigin.value]:
        jobs += [(trace(f, ["x", "y"]), points) for f in (function, gradient(function))]
        expected += [[[function(*point)] for point in points]]
        expected += [[gradient(function).exact(*point) for point in points]]
    for ours, theirs in zip(expected, in_node(jobs), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", sorted(UNTRACEABLE))
def test_what_is_too_much_is_refused(name):
    with pytest.raises(UntranslatableError):
        trace(DIFFERENTIABLE[name], ["x", "y"])


def test_parameters_keep_their_names():
    ravine = objectives.ravine
    program = translate_surface(gradient(ravine.value), ["x", "y", "condition", "new"])
    assert program.takes == ("x", "y", "condition", "new$")
    (answer,) = in_node([(program, [[1.5, -2.0, 20.0, 0.25]])])
    assert answer.tolist() == [list(gradient(ravine.value)(1.5, -2.0, 20.0, 0.25))]


def test_a_line_for_each_operation_and_none_to_spare():
    assert str(trace(lambda v1, v3: v1 * v3 + (v1 * v3) ** 2, ["v1", "v3"])).splitlines() == [
        "(v1, v3) => {",
        "  const v2 = (v1 * v3);",
        "  const v4 = (v2 * v2);",
        "  const v5 = (v2 + v4);",
        "  return v5;",
        "}",
    ]
    assert trace(gradient(lambda x, y: 3 * x - y), ["x", "y"]).lines == ()
    assert trace(lambda x, y: (1 * x) * 1.0 / 1, "xy").returns == ("x",)
    # x + 0 and x * 0 change a bit of -0 and of infinity.
    assert len(trace(lambda x, y: x * 0 + 0, "xy").lines) == 2
    assert trace(lambda x, y: [x, -0.0], "xy").returns == ("x", "(-0.0)")
    assert [trace(f, "xy").several for f in (lambda x, y: x, lambda x, y: (x,))] == [False, True]


def endless(x, y):
    while True:
        x = x * y


@pytest.mark.parametrize(
    ("function", "part"),
    [
        (lambda x, y: x if x > 0 else y, "a comparison"),
        (lambda x, y: x if x == 0 else y, "a comparison"),
        (lambda x, y: x if x else y, "a branch on x or y"),
        (lambda x, y: float(x), "float() of x or y"),
        (lambda x, y: int(x), "int() of x or y"),
        (lambda x, y: math.floor(x), "float() of x or y"),
        (lambda x, y: np.arctan(x), "the function arctan"),
        (lambda x, y: np.floor(np.array([x, y])).sum(), "float() of x or y"),
        (lambda x, y: np.maximum(x, y), "the function maximum"),
        (lambda x, y: x % y, "unsupported operand"),
        (lambda x, y: x // y, "unsupported operand"),
        (lambda x, y: x.real, "'real'"),
        (lambda x, y: x[0], "not subscriptable"),
        (lambda x, y: [x, y][x], "list indices"),
        (lambda x, y: x * "a", "can't multiply"),
        (lambda x, y: x * math.inf, "the number inf"),
        (lambda x, y: "x", "a result of type str"),
        (lambda x, y: None, "a result of type NoneType"),
        (lambda x, y: ((x, y), x), "a result of type tuple"),
        (lambda x, y: hash(x), "unhashable"),
        (lambda x: x, "takes 1 positional argument"),
        (endless, "more than 10000 operations"),
    ],
)
def test_the_rest_is_refused_by_name(function, part):
    with pytest.raises(UntranslatableError, match="has no translation; choices:") as raised:
        trace(function, ["x", "y"])
    assert str(raised.value).startswith(function.__name__)
    assert part in str(raised.value)


def test_differences_are_no_translation():
    for function in FALLBACKS:
        with pytest.raises(UntranslatableError) as raised:
            trace(gradient(function), ["x", "y"])
        assert "maximum" not in str(raised.value)  # which the differences' step would call


def branch(x, y):
    if x > 0:
        return x
    return y


def test_the_source_comes_first():
    def plain(x, y):
        both = x * y
        return both / 2

    assert translate_surface(plain) == translate(plain)
    assert translate_surface(calls_a_helper) == trace(calls_a_helper, ["x", "y"])


@pytest.mark.parametrize("function", [branch, gradient(branch)])
def test_a_refusal_names_the_line(function):
    line = branch.__code__.co_firstlineno + 1
    with pytest.raises(UntranslatableError, match=f"branch, line {line}: .*`if x > 0:`"):
        translate_surface(function)


def test_a_gradient_without_a_source_says_what_it_cannot():
    with pytest.raises(UntranslatableError, match="no source to translate"):
        translate_surface(gradient(eval("lambda x, y: x if x else y")))


def test_a_function_that_changes_at_each_call_is_refused():
    random = np.random.default_rng(1)

    def noisy(x, y):
        return abs(x) * random.normal() + y

    with pytest.raises(UntranslatableError):
        translate_surface(noisy)
    calls = []

    def counting(x, y):
        calls.append(1)
        return np.tanh(x) * float(len(calls))

    with pytest.raises(UntranslatableError, match="counting"):
        translate_surface(gradient(counting))
