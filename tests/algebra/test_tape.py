"""What a tape records: the bits of Python in Node, and refusals by name."""

import functools
import math
import sys

import numpy as np
import pytest

from rmsprop_lab import objectives, optimizers
from rmsprop_lab.algebra import dual
from rmsprop_lab.algebra.formula import parse
from rmsprop_lab.algebra.gradient import gradient
from rmsprop_lab.algebra.tape import EXACT, OPERATIONS, UntraceableError, trace
from rmsprop_lab.speed import printing
from tests.algebra.test_gradient import EXACT as DIFFERENTIABLE
from tests.algebra.test_gradient import FALLBACKS
from tests.support.in_node import FORBID, in_node, operations_of_the_page, same_bits


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
    "conditions of NumPy",
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
    with pytest.raises(UntraceableError):
        trace(DIFFERENTIABLE[name], ["x", "y"])


def test_parameters_keep_their_names():
    ravine = objectives.ravine
    tape = trace(gradient(ravine.value), ["x", "y", "condition", "new"])
    assert tape.takes == ("x", "y", "condition", "new")
    (answer,) = in_node([(tape, [[1.5, -2.0, 20.0, 0.25]])])
    assert answer.tolist() == [list(gradient(ravine.value)(1.5, -2.0, 20.0, 0.25))]


def lines_of(function):
    return str(trace(function)).splitlines()[1:]


def test_a_line_for_each_operation_and_none_to_spare():
    assert lines_of(lambda x, y: x * y + (x * y) ** 2) == [
        "v1 = multiply x y",
        "v2 = multiply v1 v1",
        "v3 = add v1 v2",
        "return v3",
    ]
    constant = gradient(lambda x, y: 3 * x - y)
    assert lines_of(constant) == ["v1 = number 3.0", "v2 = number -1.0", "return v1, v2"]
    assert lines_of(lambda x, y: (1 * x) * 1.0 / 1) == ["return x"]
    # x + 0 and x * 0 change a bit of -0 and of infinity, and 0 is not -0.
    assert len(lines_of(lambda x, y: x * 0 + 0)) == 4
    assert lines_of(lambda x, y: [0.0, -0.0]) == [
        "v1 = number 0.0",
        "v2 = number -0.0",
        "return v1, v2",
    ]


def test_a_tape_knows_the_functions_own_variables():
    def rule(rho, grad, s_prev):
        half = 0.5
        s = rho * s_prev
        grad = s + grad
        unused = grad * grad  # noqa: F841
        renamed = rho  # noqa: F841
        if half:
            s = s + half  # the last of what a name stood for
        return grad / helper(s, s)

    tape = trace(rule, ("rho", "grad", "s_prev"))
    lines = {line.split(" = ")[0]: line.split(" = ")[1] for line in str(tape).splitlines()[1:-1]}
    named = {name: f"v{place - 2}" for name, place in tape.names.items()}
    assert set(named) == {"s", "grad"}
    assert lines[named["grad"]] == "add v1 grad"
    assert lines[named["s"]].startswith("add v1 ")
    assert trace(np.sqrt, ["x"]).names == {}
    assert sys.getprofile() is None


def test_a_profiler_is_left_alone():
    """It listens as the names do; then a tape has none."""
    seen = []

    def rule(x, y):
        both = x * y
        return both

    def listen(frame, event, _):
        if frame.f_code is rule.__code__:
            seen.append(event)

    sys.setprofile(listen)
    try:
        tape = trace(rule)
        assert sys.getprofile() is listen
    finally:
        sys.setprofile(None)
    assert (tape.names, str(tape)) == ({}, str(trace(rule)))
    assert trace(rule).names == {"both": 2}
    assert "return" in seen
    with pytest.raises(UntraceableError):
        trace(lambda x, y: float(x))
    assert sys.getprofile() is None


# ---- what is traced, and computes the same ----------------------------------------------

HALF = 0.5
MINUS = -3
MINUS_ZERO = -0.0
radius = math.tau


def reserved_words(var, new):
    let = var * new
    this = let - 2.0
    function = this / 3
    return function + let


def numbers_from_outside(x, y):
    return HALF * x + MINUS * y - math.pi * radius + np.e


def signs(x, y):
    return -(x**2) / (y / x) * -(x - (y - 1) - 2) + (-x) ** 3 - 1.5e-7 * -y


def zeros(x, y):
    return x * -MINUS_ZERO, y * MINUS_ZERO, -0.0 * x


def powers(x, y):
    return (x + y) ** 1 * x**2 - y**8 / (x - y) ** 5


def calls(x, y):
    return np.sqrt(x * x + math.sqrt(y * y))


def pair_as_array(x, y):
    both = x * y
    return np.array([2 * x, both])


def pair_as_array_of_tuple(x, y):
    return np.array((2 * x, y))


def pair_as_list(x, y):
    return [y, x]


def triple(x, y):
    return x, x - y, y


def closure(factor):
    weight = 7

    def inside(x, y):
        return factor * x + weight * y

    return inside


first, second = lambda x, y: x - 2 * y, lambda x, y: x * y
CONSTANT = lambda x, y: 4.0  # noqa: E731
ITSELF = lambda x, y: y  # noqa: E731
several = {"a": lambda x, y: x - y, "b": (lambda x, y: (y, x / y)), "c": lambda x, y: (x) + (y)}


def Ωmega(α, β):
    γ = α * β
    return γ / α


def loop(x, y):
    for _ in range(3):
        y = y * x
    return y


def assigned_again(x, y):
    x += y
    a = b = x
    a, b = y, a * b
    return a - b


def keywords(x, y, *, scale=2):
    return {"a": x * scale, "b": y}["a"]


def of_two(*numbers):
    return sum(number * number for number in numbers)


def choices(x, y):
    steep = np.where(x > y, x * y, -y)
    return steep + np.where(x <= 0, 1.0, y) + (y != x) * np.clip(x, -1, 2)


def extremes(x, y):
    return np.maximum(x, y) - np.minimum(x * y, 1) * np.sign(x - y), np.abs(y) % 1 if 0 else y


class Bent:
    def value(self, x, y):
        return x * y


TRACED = [
    reserved_words,
    numbers_from_outside,
    signs,
    zeros,
    powers,
    calls,
    pair_as_array,
    pair_as_array_of_tuple,
    pair_as_list,
    triple,
    closure(2.5),
    closure(-1),
    first,
    second,
    CONSTANT,
    ITSELF,
    *several.values(),
    Ωmega,
    loop,
    assigned_again,
    keywords,
    of_two,
    choices,
    extremes,
    functools.partial(closure(3), 2),
    eval("lambda x, y: x - y"),
    Bent().value,
]


@pytest.mark.parametrize("flags", [(), (FORBID,)], ids=["built", "interpreted"])
def test_a_traced_function_computes_the_same(flags):
    points = [[3.0, -2.0], [-0.7, 1e-3], [1e5, 11.0], [0.25, 0.25], [-0.0, 0.0]]
    jobs = []
    for function in TRACED:
        one = isinstance(function, functools.partial)
        at = [[y] for _, y in points] if one else points
        if function in (reserved_words, signs, powers, Ωmega, several["b"]):
            at = at[:3]  # with the others they divide by 0
        jobs.append((trace(function, ["y"] if one else ["x", "y"]), at))
    for function, (_, at), answers in zip(TRACED, jobs, in_node(jobs, *flags), strict=True):
        for point, answer in zip(at, answers, strict=True):
            with np.errstate(all="ignore"):
                expected = np.array(function(*point), dtype=float).reshape(-1)
            # A power of a tape is a product; Python's may round otherwise.
            if function in (powers, signs):
                np.testing.assert_allclose(answer, expected, rtol=1e-14)
            else:
                assert same_bits(answer, expected), (function, point)


def test_a_power_is_a_product():
    assert lines_of(lambda x, y: x**3 + y**2) == [
        "v1 = multiply x x",
        "v2 = multiply v1 x",
        "v3 = multiply y y",
        "v4 = add v2 v3",
        "return v4",
    ]


def test_a_rule_steps_by_the_same_bits():
    jobs, expected = [], []
    for optimizer in optimizers.ALL.values():
        state = np.linspace(0.3, 0.8, len(optimizer.state)).tolist()
        arguments = [*optimizer.settings({}), -1.7, *state]
        tape = trace(optimizer.rule, [f"a{k}" for k in range(len(arguments))])
        assert tape.exact
        jobs.append((tape, [arguments]))
        expected.append(np.array(optimizer.rule(*arguments)).reshape(-1))
    for (answer,), wanted in zip(in_node(jobs), expected, strict=True):
        assert same_bits(answer, wanted)


ODD = [0.0, -0.0, 1.0, -1.0, 0.3, -2.5, 1e308, 5e-324]


def test_the_zeros_are_numpys():
    names = ["minimum", "maximum", "sign", "absolute", "negative", "square"]
    points = [[x, y] for x in ODD for y in ODD]
    jobs = []
    for name in names:
        ufunc = getattr(np, name)
        both = ufunc.nin == 2
        function = (lambda x, y, f=ufunc: f(x, y)) if both else (lambda x, y, f=ufunc: f(x))
        jobs.append((trace(function), points))
    for name, answers in zip(names, in_node(jobs), strict=True):
        ufunc = getattr(np, name)
        for point, answer in zip(points, answers, strict=True):
            with np.errstate(all="ignore"):
                expected = ufunc(*point[: ufunc.nin])
            if ufunc.nin == 2 and not any(point):  # where NumPy's hangs on the processor
                expected = math.copysign(0.0, ufunc(*(math.copysign(1, zero) for zero in point)))
            assert same_bits(answer, [expected]), (name, point)


def test_every_operation_is_known_to_the_page():
    jobs = []
    for name, count in OPERATIONS.items():
        if name != "number":
            tape = trace(lambda x, y, name=name, count=count: made(name, count, x, y))
            assert name in [line[0] for line in tape.lines]
            jobs.append((tape, [[0.7, 0.2]]))
    assert [answer.shape for answer in in_node(jobs)] == [(1, 1)] * len(jobs)


def test_the_tables_of_operations_agree():
    assert printing._EXPRESSIONS.keys() == EXACT.keys()
    assert operations_of_the_page() | {"number"} == OPERATIONS.keys()
    assert dual._CHAIN_RULE.keys() >= OPERATIONS.keys() - {
        "number"
    }  # which has no slope of its own


def made(name, count, x, y):
    if name == "where":
        return np.where(x < y, x, y)
    return getattr(np, name)(*(x, y)[:count])


# ---- what is refused ------------------------------------------------------------------


def endless(x, y):
    while True:
        x = x * y


@pytest.mark.parametrize(
    ("function", "part"),
    [
        (lambda x, y: x if x > 0 else y, "a branch on an argument"),
        (lambda x, y: x if x == 0 else y, "a branch on an argument"),
        (lambda x, y: x if x else y, "a branch on an argument"),
        (lambda x, y: x and y, "a branch on an argument"),
        (lambda x, y: max(x, y), "a branch on an argument"),
        (lambda x, y: float(x), "float() of an argument"),
        (lambda x, y: int(x), "int() of an argument"),
        (lambda x, y: math.floor(x), "float() of an argument"),
        (lambda x, y: np.arctan(x), "the function arctan"),
        (lambda x, y: np.floor(np.array([x, y])).sum(), "float() of an argument"),
        (lambda x, y: math.nothing, "nothing"),
        (eval("lambda x, y: nowhere"), "nowhere"),
        (lambda x, y: x * 1j, "unsupported operand"),
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
    with pytest.raises(UntraceableError, match="cannot be traced; choices:") as raised:
        trace(function, ["x", "y"])
    assert str(raised.value).startswith(function.__name__)
    assert part in str(raised.value)


def test_differences_are_no_tape():
    for function in FALLBACKS:
        with pytest.raises(UntraceableError) as raised:
            trace(gradient(function), ["x", "y"])
        assert (
            "maximum" not in str(raised.value).partition("choices")[0]
        )  # which the differences' step would call


def branch(x, y):
    if x > 0:
        return x
    return y


@pytest.mark.parametrize("function", [branch, gradient(branch)])
def test_a_refusal_names_the_line(function):
    line = branch.__code__.co_firstlineno + 1
    with pytest.raises(UntraceableError, match=f"^branch, line {line}, `if x > 0:`: a branch"):
        trace(function)


def test_without_a_source_it_says_what_it_cannot():
    code = compile("lambda x, y: x if x else y", "<nowhere>", "eval")
    function = gradient(eval(code))  # "<string>" may have a source: what Python was started with
    with pytest.raises(UntraceableError, match=r"^<lambda>: a branch on an argument cannot be"):
        trace(function)


def test_a_function_that_changes_at_each_call_is_refused():
    random = np.random.default_rng(1)

    def noisy(x, y):
        return abs(x) * random.normal() + y

    with pytest.raises(UntraceableError):
        trace(noisy)
    calls = []

    def counting(x, y):
        calls.append(1)
        return np.tanh(x) * float(len(calls))

    with pytest.raises(UntraceableError, match="counting"):
        trace(gradient(counting))
