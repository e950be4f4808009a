"""Paths taken by the page's engine in Node: Python's bits."""

import base64
import math
from dataclasses import replace

import numpy as np
import pytest

from rmsprop_lab import (
    Objective,
    Optimizer,
    descend,
    least_squares,
    objectives,
    optimizers,
    schedules,
)
from rmsprop_lab.descent import FAR
from rmsprop_lab.lab import spec
from rmsprop_lab.objectives.examples import Examples, draw_batches
from tests.support.in_node import FORBID, conversation, same_bits

# A job a line: a surface, an optimiser and runs of it, or batches to draw. The
# answer's numbers are the bytes of their doubles, because JSON has no -0 or not-a-number.
HARNESS = """
import { createInterface } from "node:readline";
const engine = ["engine", "noise", "batches", "schedule"].map((file) => `engine/${file}`);
const files = ["tape/building", ...engine].map((file) => `${process.argv[1]}${file}.ts`);
const rooms = await Promise.all(files.map((file) => import(file)));
const [{ compile }, { descend }, { draw }, batching, { currentFactors }] = rooms;
const { compileBatches, drawBatches, batchByBatch } = batching;
const bytes = (numbers) => {
  const { buffer, byteOffset, byteLength } = Float64Array.from(numbers);
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
};
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  if (job.draw) {
    console.log(JSON.stringify([...drawBatches(...job.draw)]));
    continue;
  }
  const { value, grad, examples, settings: shape } = job.objective;
  const [f, df] = [compile(value), compile(grad)];
  const objective = { value: (x, y) => f(x, y, ...shape)[0], grad: (x, y) => df(x, y, ...shape) };
  const optimizer = { initial: job.optimizer.initial, rule: compile(job.optimizer.rule) };
  const kicks = job.noise
    ? draw(job.seed, job.steps + 1).map((numbers) => numbers.map((n) => job.noise * n))
    : null;
  const factorsOf = ({ schedule, settings }) =>
    currentFactors({
      spec: { schedules: [schedule] },
      get: (name) => ({ schedule: schedule.name, steps: job.steps })[name],
      number: (name) => settings[name],
    }).value;
  const scheduled = job.schedule
    ? { place: job.optimizer.parameters.indexOf("learning_rate"), factors: factorsOf(job.schedule) }
    : null;
  const paths = job.runs.map(([start, settings]) => {
    if (job.batch_size) {
      const drawn = drawBatches(job.seed, job.steps + 1, job.batch_size, examples.rows.length);
      objective.grad = batchByBatch(compileBatches(examples), drawn, job.batch_size);
    }
    const last = [job.far, kicks, Infinity, scheduled];
    const path = descend(objective, optimizer, start, job.steps, settings, ...last);
    return [bytes(path.x.at), bytes(path.y.at), bytes(path.loss), path.divergedAt];
  });
  console.log(JSON.stringify(paths));
}
"""


@pytest.fixture(scope="session")
def node():
    """Ask the one Node process of the session."""
    with conversation(HARNESS) as ask:
        yield lambda **job: ask(job)


@pytest.fixture(scope="session")
def forbidden():
    """One in which no function may be made of text."""
    with conversation(HARNESS, FORBID) as ask:
        yield lambda **job: ask(job)


def numbers(text):
    return np.frombuffer(base64.b64decode(text))


STEPS = 200


def paths_in_node(node, surface, optimizer, runs, schedule=None, **noise):
    """The same runs in both languages: pairs of (x, y, loss, diverged_at)."""
    answers = node(
        objective=spec.of_objective(surface),
        optimizer=spec.of_optimizer(optimizer),
        runs=runs,
        steps=STEPS,
        far=FAR,
        schedule=schedule
        and {
            "schedule": spec.of_schedule(schedule),
            "settings": {p.name: p.default for p in schedule.parameters},
        },
        **noise,
    )
    names = [parameter.name for parameter in optimizer.parameters]
    for (start, values), (*theirs, diverged_at) in zip(runs, answers, strict=True):
        settings = dict(zip(names, values, strict=True))
        path = descend(
            surface, optimizer, start, steps=STEPS, schedule=schedule, **noise, **settings
        )
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
            [some(parameter, random) for parameter in optimizer.parameters],
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
    pairs = list(paths_in_node(node, objectives.ravine, optimizer, runs, noise=0.7, seed=5))
    for ours, theirs in pairs:
        assert all(map(same_bits, ours[:3], theirs[:3]))
        assert ours[3] == theirs[3]
    quiet = next(paths_in_node(node, objectives.ravine, optimizer, runs[:1]))
    assert not same_bits(quiet[0][0], pairs[0][0][0])


@pytest.mark.parametrize("schedule", schedules.ALL.values(), ids=schedules.ALL)
@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
def test_a_schedule_has_the_same_bits_too(node, forbidden, optimizer, schedule):
    random = np.random.default_rng([len(optimizer.name), len(schedule.name)])
    for turn in range(4):
        some_one = schedule.at(
            **{
                p.name: round(some(p, random)) if p.whole else some(p, random)
                for p in schedule.parameters
            }
        )
        runs = some_runs(objectives.rosenbrock, optimizer, 2, seed=[turn, len(schedule.name)])
        for host in (node, forbidden):
            pairs = paths_in_node(host, objectives.rosenbrock, optimizer, runs, some_one)
            for ours, theirs in pairs:
                assert ours[3] == theirs[3]
                assert all(map(same_bits, ours[:3], theirs[:3]))


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
    Objective(
        name="with a loop",
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
        for ours, theirs in paths_in_node(node, surface, optimizer, runs, **drawn):
            assert ours[3] == theirs[3]
            assert all(map(same_bits, ours[:3], theirs[:3]))
            ends.add(ours[0].tobytes())
    assert len(ends) == 9


def test_batches_are_drawn_the_same_in_both(node):
    random = np.random.default_rng(0)
    for _ in range(30):
        count = int(random.integers(2, 60))
        size, seed = int(random.integers(1, count + 1)), int(random.integers(2**32))
        theirs = node(draw=[seed, 25, size, count])
        assert theirs == draw_batches(seed, 25, size, count).ravel().tolist()


@pytest.mark.parametrize("key", RUNS, ids=lambda key: f"{key[2]} on {key[0]}")
def test_the_lab_walks_the_bits_of_python(node, key):
    ended = 0
    for ours, theirs in paths_in_node(node, *RUNS[key]):
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
    for run, (ours, theirs) in zip(
        runs, paths_in_node(node, surface, optimizer, runs), strict=True
    ):
        start, values = run
        settings = dict(zip((p.name for p in optimizer.parameters), values, strict=True))
        moved = descend(nudged(surface), optimizer, start, steps=STEPS, **settings).params
        if not np.abs(moved[: len(ours[0])].T - ours[:2]).max() <= 1e-10:
            continue
        compared += 1
        assert ours[3] == theirs[3]
        np.testing.assert_allclose(theirs[:2], ours[:2], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(theirs[2], ours[2], rtol=1e-12, atol=1e-10)
    assert compared >= 10


@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
def test_where_no_function_may_be_made_the_bits_are_the_same(node, forbidden, optimizer):
    surface = objectives.rotated_ravine
    runs = some_runs(surface, optimizer, 3, seed=len(optimizer.name))
    pairs = zip(
        paths_in_node(node, surface, optimizer, runs),
        paths_in_node(forbidden, surface, optimizer, runs),
        strict=True,
    )
    for (_, built), (_, interpreted) in pairs:
        assert all(map(same_bits, built[:3], interpreted[:3]))


def amsgrad(learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, highest_prev):
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * (grad * grad)
    highest = np.maximum(highest_prev, v)
    return learning_rate * m / (np.sqrt(highest) + epsilon), m, v, highest


def clipped(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + np.clip(grad, -1, 1)
    return learning_rate * velocity, velocity


def rprop(learning_rate, grad, size_prev, sign_prev):
    sign = np.sign(grad)
    turned = sign * sign_prev
    size = np.where(turned > 0, size_prev * 1.2, np.where(turned < 0, size_prev * 0.5, size_prev))
    size = np.minimum(np.maximum(size, 1e-6), 50 * learning_rate)
    return sign * size, size, sign


def normed(learning_rate, momentum, grad, size_prev=1.0, v_prev=0.0):
    new = momentum * v_prev + grad
    size = np.sqrt(size_prev * size_prev + grad**2)
    return learning_rate * new / size, size, new


@pytest.mark.parametrize(
    "optimizer",
    [
        Optimizer.of(amsgrad),
        Optimizer.of(clipped),
        Optimizer.of(rprop, initial={"size": 0.1}),
        Optimizer.of(normed, initial={"size": 2}),
    ],
    ids=lambda optimizer: optimizer.name,
)
def test_a_rule_of_ones_own_walks_in_the_lab(node, optimizer):
    surface = Objective(
        name="mine",
        value=lambda x, y: x * x + 3 * y * y,
        grad=lambda x, y: np.array([2 * x, 6 * y]),
    )
    for ours, theirs in paths_in_node(
        node, surface, optimizer, some_runs(surface, optimizer, 20, seed=3)
    ):
        assert ours[3] == theirs[3]
        assert all(same_bits(a, b) for a, b in zip(ours[:3], theirs[:3], strict=True))
