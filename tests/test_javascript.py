"""Translated rules and surfaces, run by the lab's engine in Node: Python's bits."""

import base64
import functools
import json
import math
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rmsprop_lab
from rmsprop_lab import Objective, Optimizer, descend, least_squares, objectives, optimizers
from rmsprop_lab.descent import FAR
from rmsprop_lab.examples import Examples, draw_batches
from rmsprop_lab.javascript import UntranslatableError, translate
from rmsprop_lab.lab import spec

SOURCES = Path(rmsprop_lab.__file__).parent / "lab" / "src"

# A job a line: a surface, an optimiser and runs of it, or one function and its arguments. The
# answer's numbers are the bytes of their doubles, because JSON has no -0 or not-a-number.
HARNESS = """
import { createInterface } from "node:readline";
const files = ["engine.ts", "program.ts", "noise.ts", "batches.ts"];
const [{ descend }, { compile }, { draw }, { compileBatches, drawBatches, walkBatches }] =
  await Promise.all(files.map((file) => import(process.argv[1] + file)));
const bytes = (numbers) => {
  const { buffer, byteOffset, byteLength } = Float64Array.from(numbers);
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
};
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  if (job.source) {
    console.log(JSON.stringify(bytes([eval(job.source)(...job.arguments)].flat())));
    continue;
  }
  const { value, grad, examples, settings: shape } = job.objective;
  const [f, df] = [compile(value), compile(grad)];
  const objective = { value: (x, y) => f(x, y, ...shape)[0], grad: (x, y) => df(x, y, ...shape) };
  const optimizer = { initial: job.optimizer.initial, rule: compile(job.optimizer.rule) };
  const kicks = job.noise
    ? draw(job.seed, job.steps + 1).map((numbers) => numbers.map((n) => job.noise * n))
    : null;
  const paths = job.runs.map(([start, settings]) => {
    if (job.batch_size) {
      const drawn = drawBatches(job.seed, job.steps + 1, job.batch_size, examples.rows.length);
      objective.grad = walkBatches(compileBatches(examples), drawn, job.batch_size);
    }
    const path = descend(objective, optimizer, start, job.steps, settings, job.far, kicks);
    return [bytes(path.x.at), bytes(path.y.at), bytes(path.loss), path.divergedAt];
  });
  console.log(JSON.stringify(paths));
}
"""


@pytest.fixture(scope="session")
def node():
    """Ask the one Node process of the session."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [shutil.which("node", path=places), "--input-type=module", "-e", HARNESS]
    with subprocess.Popen(
        [*command, SOURCES.as_uri() + "/"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(**job):
            print(json.dumps(job), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def numbers(text):
    return np.frombuffer(base64.b64decode(text))


def same_bits(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return a.shape == b.shape and bool((a.view(np.int64) == b.view(np.int64)).all())


STEPS = 200


def walk(node, surface, optimizer, runs, **noise):
    """The same runs in both languages: pairs of (x, y, loss, diverged_at)."""
    answers = node(
        objective=spec.of_objective(surface),
        optimizer=spec.of_optimizer(optimizer),
        runs=runs,
        steps=STEPS,
        far=FAR,
        **noise,
    )
    names = [parameter.name for parameter in optimizer.hyper]
    for (start, settings), (*theirs, diverged_at) in zip(runs, answers, strict=True):
        hyper = dict(zip(names, settings, strict=True))
        path = descend(surface, optimizer, start, steps=STEPS, **noise, **hyper)
        ours = [column[: path.diverged_at] for column in (*path.params.T, path.losses)]
        yield (*ours, path.diverged_at), (*map(numbers, theirs), diverged_at)


def some(parameter, random):
    low, high = parameter.slider
    if parameter.scale == "log":
        return math.exp(random.uniform(math.log(low), math.log(high)))
    return random.uniform(low, high)


def some_runs(surface, optimizer, count, seed):
    """Starts on the map and settings on the sliders."""
    random = np.random.default_rng(seed)
    return [
        (
            [random.uniform(*interval) for interval in surface.window],
            [some(parameter, random) for parameter in optimizer.hyper],
        )
        for _ in range(count)
    ]


# Only + - * / and sqrt, which IEEE 754 rounds correctly.
EXACT = [
    *(surface for name, surface in objectives.ALL.items() if name != "rastrigin"),
    objectives.ravine.at(condition=1 / 3 + 1, slope=0.1),
]
RUNS = {
    (surface.name, surface.settings, name): (
        surface,
        optimizer,
        some_runs(surface, optimizer, 15, seed=[place, order]),
    )
    for place, surface in enumerate(EXACT)
    for order, (name, optimizer) in enumerate(optimizers.ALL.items())
}


def test_enough_settings_are_compared():
    runs = [(*start, *settings) for *_, of in RUNS.values() for start, settings in of]
    assert len(set(runs)) == len(runs) >= 1000


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
def test_noise_is_the_same_bits_too(node, optimizer):
    optimizer = optimizers.find(optimizer)
    runs = some_runs(objectives.ravine, optimizer, 5, seed=1)
    pairs = list(walk(node, objectives.ravine, optimizer, runs, noise=0.7, seed=5))
    for ours, theirs in pairs:
        assert all(map(same_bits, ours[:3], theirs[:3]))
        assert ours[3] == theirs[3]
    quiet = next(walk(node, objectives.ravine, optimizer, runs[:1]))
    assert not same_bits(quiet[0][0], pairs[0][0][0])


def softened(x, y, level, weight):
    off = weight * (y - level)
    return (x - level) / 3, off / np.sqrt(1 + off * off)


def looping(x, y, *row):
    along_x, along_y = x, y
    for number in row:
        along_x, along_y = along_x * number - y, along_y - number * x
    return along_x, along_y


_rng = np.random.default_rng(4)
_inputs = _rng.standard_normal((40, 2))
FITS = [
    least_squares(_inputs, _inputs @ [3, -2] + _rng.standard_normal(40)),
    Objective(
        name="softened",
        value=lambda x, y: x * x + y * y,
        grad=lambda x, y: (x, y),
        examples=Examples(_rng.standard_normal((11, 2)), softened),
    ),
    Objective(  # one that is traced, because its source has a loop
        name="traced",
        value=lambda x, y: x * x + y * y,
        grad=lambda x, y: (x, y),
        examples=Examples(_rng.standard_normal((7, 3)), looping),
    ),
]


@pytest.mark.parametrize("noise", [0, 0.3])
@pytest.mark.parametrize("surface", FITS, ids=lambda of: of.name)
@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
def test_batches_are_the_same_bits_too(node, optimizer, surface, noise):
    random = np.random.default_rng(len(optimizer.name))
    ends = set()
    for size in (1, 2, len(surface.examples)):
        drawn = {"batch_size": size, "seed": int(random.integers(2**32)), "noise": noise}
        runs = some_runs(surface, optimizer, 3, seed=[size, len(surface.name)])
        for ours, theirs in walk(node, surface, optimizer, runs, **drawn):
            assert ours[3] == theirs[3]
            assert all(map(same_bits, ours[:3], theirs[:3]))
            ends.add(ours[0].tobytes())
    assert len(ends) == 9


def test_batches_are_drawn_the_same_in_both(node):
    random = np.random.default_rng(0)
    for _ in range(30):
        count = int(random.integers(2, 60))
        size, seed = int(random.integers(1, count + 1)), int(random.integers(2**32))
        source = f"(...all) => [...drawBatches({seed}, 25, {size}, {count})]"
        theirs = numbers(node(source=source, arguments=[]))
        assert theirs.tolist() == draw_batches(seed, 25, size, count).ravel().tolist()


@pytest.mark.parametrize("key", RUNS, ids=lambda key: f"{key[2]} on {key[0]}")
def test_the_lab_walks_the_bits_of_python(node, key):
    ended = 0
    for ours, theirs in walk(node, *RUNS[key]):
        assert ours[3] == theirs[3]
        for mine, its in zip(ours[:3], theirs[:3], strict=True):
            assert same_bits(mine, its)
        ended += ours[3] is None
    assert ended  # they did not all diverge


RIPPLES = Objective(
    name="ripples",
    value=lambda x, y: np.exp(-(x**2) / 8) * np.sin(2 * y) + (x**2 + y**2) / 4,
    grad=lambda x, y: (
        -x / 4 * np.exp(-(x**2) / 8) * np.sin(2 * y) + x / 2,
        2 * np.exp(-(x**2) / 8) * np.cos(2 * y) + y / 2,
    ),
)
NUDGE = 1e-13


def nudged(surface):
    """With a gradient that is off by about a thousand times its rounding error."""

    def grad(x, y):
        along_x, along_y = surface.gradient(x, y)
        return along_x + NUDGE * (1 + along_x), along_y + NUDGE * (1 + along_y)

    return replace(surface, grad=grad)


@pytest.mark.parametrize("surface", [objectives.rastrigin, RIPPLES], ids=lambda of: of.name)
@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
def test_with_exp_sin_and_cos_the_lab_walks_close_by(node, surface, optimizer):
    # V8's exp, sin and cos may differ from NumPy's in the last bit, and a rough surface can grow
    # that by a factor at every step. So a path is compared where it is calm: where the nudge,
    # made at every step, moves it by 1e-10 at most. Measured on 360 of Rastrigin's: 198 are
    # calm; 161 of these have the same bits and the rest differ by 6e-14 at most. Where the
    # nudge moves a path by more than 1e-6, the two end up in different valleys.
    runs = some_runs(surface, optimizer, 40, seed=7)
    compared = 0
    for run, (ours, theirs) in zip(runs, walk(node, surface, optimizer, runs), strict=True):
        start, settings = run
        hyper = dict(zip((p.name for p in optimizer.hyper), settings, strict=True))
        moved = descend(nudged(surface), optimizer, start, steps=STEPS, **hyper).params
        if not np.abs(moved[: len(ours[0])].T - ours[:2]).max() <= 1e-10:
            continue
        compared += 1
        assert ours[3] == theirs[3]
        np.testing.assert_allclose(theirs[:2], ours[:2], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(theirs[2], ours[2], rtol=1e-12, atol=1e-10)
    assert compared >= 10


# ---- what is translated ---------------------------------------------------------------

HALF = 0.5
MINUS = -3
MINUS_ZERO = -0.0
radius = math.tau


def reserved_words(var, new, default=2.0):
    let = var * new
    this = let - default
    function = this / 3
    return function + let


def defaults(x, y, a=3, b=-0.25):
    """A docstring is not the maths."""
    return a * x + b * y


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


@pytest.mark.parametrize(
    "function",
    [
        reserved_words,
        defaults,
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
    ],
)
def test_a_translated_function_computes_the_same(node, function):
    for x, y in [(3.0, -2.0), (-0.7, 1e-3), (1e5, 11.0)]:
        answer = numbers(node(source=str(translate(function)), arguments=[x, y]))
        # A power of JavaScript's is a product; Python's may round otherwise.
        expected = np.array(function(x, y), dtype=float).reshape(-1)
        if function is powers or function is signs:
            np.testing.assert_allclose(answer, expected, rtol=1e-14)
        else:
            assert same_bits(answer, expected)


def test_a_power_is_a_product():
    assert "((x * x * x) + (-(y * y)))" in str(translate(lambda x, y: x**3 + -(y**2)))


def test_a_default_stands_in_the_translation(node):
    assert str(translate(defaults)).startswith("(x, y, a = 3.0, b = (-0.25)) =>")
    answer = numbers(node(source=str(translate(defaults)), arguments=[1, 2, 10]))
    assert answer.tolist() == [9.5]


@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
def test_a_rule_steps_by_the_same_bits(node, optimizer):
    state = np.linspace(0.3, 0.8, len(optimizer.state)).tolist()
    arguments = [*optimizer.settings({}), -1.7, *state]
    answer = numbers(node(source=str(translate(optimizer.rule)), arguments=arguments))
    assert same_bits(answer, np.array(optimizer.rule(*arguments)).reshape(-1))


def test_a_rule_of_ones_own_walks_in_the_lab(node):
    def normed(learning_rate, momentum, grad, size_prev=1.0, v_prev=0.0):
        new = momentum * v_prev + grad
        size = np.sqrt(size_prev * size_prev + grad**2)
        return learning_rate * new / size, size, new

    mine = Optimizer.of(normed, initial={"size": 2})
    surface = Objective(
        name="mine",
        value=lambda x, y: x * x + 3 * y * y,
        grad=lambda x, y: np.array([2 * x, 6 * y]),
    )
    for ours, theirs in walk(node, surface, mine, some_runs(surface, mine, 20, seed=3)):
        assert ours[3] == theirs[3]
        assert all(same_bits(a, b) for a, b in zip(ours[:3], theirs[:3], strict=True))


# ---- what is refused ------------------------------------------------------------------


def if_else(x, y):
    if x > 0:
        return y
    return x


def if_expression(x, y):
    return x if y else y


def comparison(x, y):
    positive = x > y
    return x * positive


def loop(x, y):
    for _ in range(3):
        y = y * x
    return y


def maximum(x, y):
    a = x * 2
    return max(a, y)


def absolute(x, y):
    return abs(x)


def modulo(x, y):
    b = x
    return b % y


def whole_division(x, y):
    return x // y


def root_as_power(x, y):
    return x**0.5


def variable_power(x, y):
    n = 2
    return x**n


def negative_power(x, y):
    return x**-1


def zeroth_power(x, y):
    return x**0


def ninth_power(x, y):
    return x**9


def attribute_unknown(x, y):
    return math.nothing * x  # type: ignore[attr-defined]


def attribute_of_an_argument(x, y):
    return x.real


def second_assignment(x, y):
    a = x
    a = a + y
    return a


def argument_assigned(x, y):
    x = x * y
    return x


def augmented(x, y):
    x += y
    return x


def annotated(x, y):
    a: float = x
    return a


def two_targets(x, y):
    a = b = x
    return a * b


def unpacked(x, y):
    a, b = y, x
    return a - b


def same(function):
    return function


@same
def decorated(x, y):
    return x


def star(*numbers):
    return numbers[0]


def keyword_only(x, *, y):
    return x * y


def positional_only(x, /, y):
    return x * y


def keywords(x, **others):
    return x


def no_return(x, y):
    a = x * y
    a  # noqa: B018


def bare_return(x, y):
    return


def only_documented(x, y):
    """Nothing else."""


def ufunc(x, y):
    return np.tanh(x)


def two_arguments(x, y):
    return np.hypot(x, y)


def keyword_call(x, y):
    return np.sqrt(x, dtype=float)


def unknown(x, y):
    return x * nowhere  # noqa: F821


def calls_another(x, y):
    return second(x, y)


def called_argument(x, y):
    return x(y)


def text(x, y):
    return x * "a"


def boolean(x, y):
    return x * True


def boolean_from_outside(x, y):
    return x * FLAG


def imaginary(x, y):
    return x * 1j


def huge(x, y):
    return x * 9007199254740993


def infinite(x, y):
    return x * math.inf


def an_array(x, y):
    return x * LIST


def subscript(x, y):
    return LIST[0] * x


def array_inside(x, y):
    return 2 * np.array([x, y])


def sum_of_a_pair(x, y):
    return sum([x, y])


def nested_pair(x, y):
    return (x, y), x


def walrus(x, y):
    return (a := x) * a


def logical(x, y):
    return x and y


LIST = [1.0, 2.0]
FLAG = True


class Bent:
    def value(self, x, y):
        return x * y


@pytest.mark.parametrize(
    ("function", "line", "construct"),
    [
        (if_else, 1, "if x > 0:"),
        (if_expression, 1, "x if y else y"),
        (comparison, 1, "x > y"),
        (loop, 1, "for _ in range(3):"),
        (maximum, 2, "max(a, y)"),
        (absolute, 1, "abs"),
        (modulo, 2, "b % y"),
        (whole_division, 1, "x // y"),
        (root_as_power, 1, "x ** 0.5"),
        (variable_power, 2, "x ** n"),
        (negative_power, 1, "x ** (-1)"),
        (zeroth_power, 1, "x ** 0"),
        (ninth_power, 1, "x ** 9"),
        (attribute_unknown, 1, "math.nothing"),
        (attribute_of_an_argument, 1, "x"),
        (second_assignment, 2, "a = a + y"),
        (argument_assigned, 1, "x = x * y"),
        (augmented, 1, "x += y"),
        (annotated, 1, "a: float = x"),
        (two_targets, 1, "a = b = x"),
        (unpacked, 1, "a, b = (y, x)"),
        (decorated, 0, "same"),
        (star, 0, "*numbers"),
        (keyword_only, 0, "x, *, y"),
        (positional_only, 0, "x, /, y"),
        (keywords, 0, "x, **others"),
        (no_return, 2, "a"),
        (bare_return, 1, "return"),
        (only_documented, 1, "'Nothing else.'"),
        (ufunc, 1, "np.tanh"),
        (two_arguments, 1, "np.hypot(x, y)"),
        (keyword_call, 1, "np.sqrt(x, dtype=float)"),
        (unknown, 1, "nowhere"),
        (calls_another, 1, "second(x, y)"),
        (called_argument, 1, "x"),
        (text, 1, "'a'"),
        (boolean, 1, "True"),
        (boolean_from_outside, 1, "FLAG"),
        (imaginary, 1, "1j"),
        (huge, 1, "9007199254740993"),
        (infinite, 1, "math.inf"),
        (an_array, 1, "LIST"),
        (subscript, 1, "LIST[0]"),
        (array_inside, 1, "np.array"),
        (sum_of_a_pair, 1, "sum"),
        (nested_pair, 1, "(x, y)"),
        (walrus, 1, "(a := x)"),
        (logical, 1, "x and y"),
        (lambda x, y: x % y, 0, "x % y"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_other_construct_is_refused_by_name_and_line(function, line, construct):
    where = f"{function.__name__}, line {function.__code__.co_firstlineno + line}: "
    with pytest.raises(UntranslatableError, match="no translation; choices: assign") as raised:
        translate(function)
    message = str(raised.value)
    assert message.startswith(where)
    assert f"`{construct}`" in message


@pytest.mark.parametrize(
    "function",
    [
        max,
        np.sqrt,
        functools.partial(first, 1),
        functools.cache(first),
        eval("lambda x, y: x"),
        "x * y",
        Bent().value,  # its self is no number
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_source_is_refused(function):
    with pytest.raises(UntranslatableError, match="no source to translate"):
        translate(function)


def test_a_refusal_is_a_value_error():
    assert issubclass(UntranslatableError, ValueError)
    with pytest.raises(ValueError, match=re.escape("`x // y`")):
        translate(whole_division)
