"""The page's network beside Python's: the same start and batches, and so the same training."""

import base64

import numpy as np
import pytest

from rmsprop_lab import Network, optimizers, schedules, train
from rmsprop_lab.lab import spec
from rmsprop_lab.networks.network import log_softmax
from rmsprop_lab.networks.stepper import Stepper
from tests.support.in_node import FORBID, conversation

# Numbers come back as the bytes of their doubles.
HARNESS = """
import { createInterface } from "node:readline";
const files = [
  "network/network", "network/stepper", "network/training", "network/regions", "engine/batches",
];
const rooms = await Promise.all(files.map((file) => import(`${process.argv[1]}${file}.ts`)));
const [network, { createStepper }, { createRun }, { regionsOf }, batching] = rooms;
const { accuracy, gradient, initial, loss } = network;
const bytes = (numbers) => Buffer.from(Float64Array.from(numbers).buffer).toString("base64");
const read = ({ inputs, labels }) => ({ inputs: Float64Array.from(inputs.flat()), labels });
const JOBS = {
  initial: ({ sizes, seed, scale }) => ({ params: bytes(initial(sizes, seed, scale)) }),
  network({ sizes, params, data }) {
    const [at, known] = [Float64Array.from(params), read(data)];
    const [grad, memory] = [new Float64Array(at.length), []];
    gradient(sizes, at.map(Math.sign), known, grad, memory); // leaves its numbers in the memory
    const value = gradient(sizes, at, known, grad, memory);
    const numbers = [value, loss(sizes, at, known), accuracy(sizes, at, known)];
    return { grad: bytes(grad), numbers: bytes(numbers) };
  },
  regions({ sizes, params, points }) {
    const [at, inputs] = [params, points.flat()].map((numbers) => Float64Array.from(numbers));
    const { said, sure, ahead } = regionsOf(sizes, at, inputs);
    return { said: bytes(said), sure: bytes(sure), ahead: ahead.map(bytes) };
  },
  steps({ optimizer, settings, params, grads }) {
    const [at, stepper] = [Float64Array.from(params), createStepper(optimizer, params.length)];
    for (const grad of grads) stepper.step(at, Float64Array.from(grad), settings);
    const state = stepper.state.map((of) => bytes(typeof of === "number" ? [of] : of));
    return { params: bytes(at), state };
  },
  train({ sizes, data, optimizer, settings, steps, batchSize, seed, factors }) {
    const known = read(data);
    const batches = batching.drawBatches(seed, steps, batchSize, known.labels.length);
    const start = initial(sizes, seed);
    const course = { sizes, data: known, start, batches, batchSize, factors };
    const run = createRun(course, optimizer, settings);
    while (!run.done) run.step();
    return { params: bytes(run.params), losses: bytes(run.losses), divergedAt: run.divergedAt };
  },
};
for await (const line of createInterface({ input: process.stdin })) {
  const { job, ...given } = JSON.parse(line);
  console.log(JSON.stringify(JOBS[job](given)));
}
"""

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(50, 4)) * (RNG.random((50, 4)) < 0.7)  # some are 0, as a black pixel is
LABELS = (INPUTS @ [1, -1, 2, 0] > 0).astype(int) + (INPUTS[:, 3] > 0.5)
DATA = {"inputs": INPUTS.tolist(), "parts": 1, "labels": LABELS.tolist()}
NETWORK = Network([4, 7, 5, 3])
RULES = list(optimizers.ALL)


@pytest.fixture(scope="module", params=["built", "interpreted"])
def page(request):
    flags = [FORBID] if request.param == "interpreted" else []
    with conversation(HARNESS, *flags) as ask:
        yield lambda job, **given: ask({"job": job, **given})


def numbers(text):
    return np.frombuffer(base64.b64decode(text))


def sent(name):
    (of,) = spec.of_optimizers([optimizers.ALL[name]])
    return of


@pytest.mark.parametrize("sizes", [(2, 2), (4, 7, 5, 3), (64, 32, 10)])
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_the_first_weights_have_the_same_bits(page, sizes, seed):
    drawn = numbers(page("initial", sizes=sizes, seed=seed, scale=1)["params"])
    np.testing.assert_array_equal(drawn, Network(sizes).initial(seed))


def test_loss_and_gradient_are_the_same_to_twelve_digits(page):
    for seed in range(5):
        params = NETWORK.initial(seed) + 0.1
        answer = page("network", sizes=NETWORK.sizes, params=params.tolist(), data=DATA)
        loss, grad = NETWORK.gradient(params, INPUTS, LABELS)
        np.testing.assert_allclose(
            numbers(answer["grad"]), grad, rtol=1e-12, atol=1e-12 * abs(grad).max()
        )
        right = NETWORK.accuracy(params, INPUTS, LABELS)
        np.testing.assert_allclose(numbers(answer["numbers"]), [loss, loss, right], rtol=1e-13)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_what_is_said_of_the_plane_is_the_same(page, classes):
    network, points = Network([2, 9, classes]), RNG.normal(size=(200, 2))
    params = network.initial(classes)
    scores = network.forward(params, points)[-1]
    answer = page("regions", sizes=network.sizes, params=params.tolist(), points=points.tolist())
    np.testing.assert_array_equal(numbers(answer["said"]), scores.argmax(axis=1))
    shares = np.exp(log_softmax(scores))
    sure = (classes * shares.max(axis=1) - 1) / (classes - 1)
    np.testing.assert_allclose(numbers(answer["sure"]), sure, atol=1e-12)
    for k, ahead in enumerate(answer["ahead"]):
        others = np.delete(scores, k, axis=1).max(axis=1)
        np.testing.assert_allclose(numbers(ahead), scores[:, k] - others, atol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_moves_a_vector_with_the_same_bits(page, name):
    params, grads = RNG.normal(size=9), RNG.normal(size=(12, 9)) * 10.0 ** RNG.integers(-9, 9, 9)
    stepper = Stepper(name, 9)
    answer = page(
        "steps",
        optimizer=sent(name),
        settings=list(stepper.settings.values()),
        params=params.tolist(),
        grads=grads.tolist(),
    )
    for grad in grads:
        stepper.step(params, grad)
    np.testing.assert_array_equal(numbers(answer["params"]), params)
    for found, value in zip(answer["state"], stepper.state.values(), strict=True):
        np.testing.assert_array_equal(numbers(found), np.ravel(value))


@pytest.mark.parametrize("name", RULES)
def test_ten_steps_of_training_are_the_same(page, name):
    run = train(
        NETWORK, name, (INPUTS, LABELS), epochs=2, batch_size=10, seed=3, progress=False,
        schedule=schedules.cosine,
    )  # fmt: skip
    answer = page(
        "train",
        sizes=NETWORK.sizes,
        data=DATA,
        optimizer=sent(name),
        settings=list(run.settings.values()),
        steps=10,
        batchSize=10,
        seed=3,
        factors=run.factors.tolist(),
    )
    assert answer["divergedAt"] is None
    np.testing.assert_allclose(numbers(answer["losses"]), run.batch_losses, rtol=1e-9)
    np.testing.assert_allclose(numbers(answer["params"]), run.params, rtol=1e-9, atol=1e-12)


def test_a_run_that_diverges_stops_before(page):
    settings = {"epochs": 40, "batch_size": 10, "progress": False}
    run = train(NETWORK, "sgd", (INPUTS, LABELS), learning_rate=1e300, **settings)
    answer = page(
        "train",
        sizes=NETWORK.sizes,
        data=DATA,
        optimizer=sent("sgd"),
        settings=[1e300],
        steps=200,
        batchSize=10,
        seed=0,
        factors=None,
    )
    assert answer["divergedAt"] == run.diverged_at is not None
    np.testing.assert_allclose(numbers(answer["params"]), run.params, rtol=1e-9)
