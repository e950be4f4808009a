"""The code that the page writes is Python's, to the character."""

import json
import subprocess

import numpy as np
import pytest

from rmsprop_lab import Lab, as_code, least_squares, objectives, optimizers, schedules
from rmsprop_lab.libraries import LIBRARIES, number
from tests.support.in_node import NODE, SOURCES

SCRIPT = """
import { readFileSync } from "node:fs";
const files = ["engine/code", "engine/surface", "model/follow", "model/store", "model/racers"];
files.push("engine/line");
const [{ codeOf, python }, { currentSurface }, { follow }, { createStore }, { racing }, line] =
  await Promise.all(files.map((file) => import(`${process.argv[1]}${file}.ts`)));
const { labs, numbers } = JSON.parse(readFileSync(0, "utf8"));
const texts = labs.map((model) => {
  const lab = follow(createStore(model));
  const surface = currentSurface(lab, line.withPoints).value;
  return Object.keys(lab.spec.code.libraries).map((library) =>
    racing(lab).map((racer) => codeOf(lab, surface, racer, library)),
  );
});
console.log(JSON.stringify({ texts, numbers: numbers.map(python) }));
"""


def ask(labs=(), numbers=()):
    models = [{name: getattr(lab, name) for name in lab._travels} for lab in labs]
    answer = subprocess.run(
        [NODE, "--input-type=module", "-e", SCRIPT, SOURCES.as_uri() + "/"],
        input=json.dumps({"labs": models, "numbers": list(numbers)}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(answer.stdout)


def push(learning_rate, grad):
    return learning_rate * grad


OWN = optimizers.Optimizer.of(push, 'my "push" {rho}', exact=True)
EVERY = [*optimizers.ALL, OWN]
DATA = least_squares([[1.0, 2.0], [4.0, 1.0], [3.0, 3.0]], [2.0, 3.0, 1.0])


def labs():
    yield Lab("ravine", EVERY, controls="all")
    for surface in objectives.ALL:
        yield Lab(surface, EVERY, controls="all", start=(-1e-7, -0.0), steps=7, noise=0.25, seed=0)
    several = [*EVERY, ("adam", {"learning_rate": 1e-5}), ("rmsprop", {"rho": 0.5})]
    free = Lab("bowl", several, controls="all", momentum=0, rho=0.0, beta1=0)
    free.surface = " x^2 + 3·y² ".replace("²", "^2").strip()
    yield free
    yield Lab("rotated ravine", EVERY, controls=["code"], condition=7, slope=0.3, seed=5, noise=3)
    yield Lab("x^2 + y^2*sin(x)", EVERY, controls=["step"], epsilon=1e-12, learning_rate=1e20)
    yield Lab(DATA, EVERY, controls=["code"], batch_size=2, seed=4)
    yield Lab(DATA, EVERY, controls=["code"], batch_size=2, noise=1e-5)
    yield pulled()
    yield Lab(lambda x, y: x * x + abs(y), EVERY, controls=["code"], seed=3)
    yield from scheduled()


def pulled():
    line = least_squares([0, 0.5, 1, 2], [1, 2, 1, 3])
    lab = Lab(line, EVERY, controls=["code", "data", "units"], batch_size=2, units=0.5)
    lab.data = [(0, 1), (1, 3), (1e-5, 4)]
    return lab


def still(momentum, grad):
    return momentum * grad / 9


def scheduled():
    everybody = [*EVERY, still]
    yield Lab("ravine", everybody, controls=["code"], schedule="cosine", final=0.1, warmup=3)
    yield Lab("bowl", everybody, controls=["code"], schedule=lambda k: 1 / (1 + k), warmup=2)
    yield Lab("bowl", everybody, controls=["code"], schedule=schedules.constant.at(warmup=1))
    chosen = Lab("bowl", everybody, controls="all", every=7, factor=0.25)
    chosen.schedule = "step"
    yield chosen


def test_page_and_python_write_the_same_text():
    made = list(labs())
    for lab, texts in zip(made, ask(made)["texts"], strict=True):
        ours = [[lab.code(library, racer) for racer in lab.names] for library in LIBRARIES]
        assert texts == ours


def test_the_code_of_pulled_points_walks_as_they_do():
    lab = pulled()
    scope = {"print": lambda _: None}
    exec(lab.code(racer="RMSProp"), scope)
    np.testing.assert_array_equal(scope["path"].params, lab.trajectory("RMSProp").params)


def test_a_schedule_is_in_the_code_and_the_code_walks_by_it():
    for lab in scheduled():
        own = lab._setup.schedules[lab.schedule]
        for racer in ("RMSProp", "still"):
            scope = {"print": lambda _: None, "schedule": own.factor, "rule": still}
            exec(lab.code(racer=racer), scope)
            np.testing.assert_array_equal(scope["path"].params, lab.trajectory(racer).params)
        assert "schedule=schedules." in lab.code(racer="RMSProp")
        assert "schedule" not in lab.code(racer="still")
        missing = f'# Not in it: the schedule "{lab.schedule}" of the learning rate.'
        for library in LIBRARIES[1:]:
            assert missing in lab.code(library, "RMSProp")
    lab.schedule = "constant"
    assert all("schedule" not in lab.code(library, "RMSProp") for library in LIBRARIES)
    own = as_code("sgd", schedule=lambda k: 0.5)
    assert '# schedule is your own, "own", as you defined it.' in own


def test_page_and_python_write_the_same_numbers():
    random = np.random.default_rng(3)
    numbers = [0.0, -0.0, 1.0, 1e-4, 9.9e-5, 1e15, 1e16, 123456789012345680.0, 5e-324, -1.5e300]
    numbers += (random.normal(size=500) * 10.0 ** random.integers(-30, 30, 500)).tolist()
    assert ask(numbers=numbers)["numbers"] == [number(one) for one in numbers]


@pytest.mark.parametrize("controls", ["all", ["step"], ["code"]])
def test_code_is_where_it_is_asked_for_and_where_one_steps(controls):
    assert Lab(controls=controls).spec["code"] is not None


def test_code_is_nowhere_else():
    assert Lab().spec["code"] is None
    assert Lab(controls=["rho", "convergence"]).spec["code"] is None


def test_a_lab_says_its_racers_in_code_as_they_are_set():
    lab = Lab("ravine", ["rmsprop", ("adam", {"learning_rate": 0.25})], rho=0.5, condition=7)
    lab.rho = 0.75
    assert "alpha=0.75" in lab.code("PyTorch")
    assert "b1=0.9" in lab.code("Optax", "adam")
    assert "learning_rate=0.25" in lab.code("Optax", "adam")
    scope = {"print": lambda _: None}
    exec(lab.code(), scope)
    np.testing.assert_array_equal(scope["path"].params, lab.trajectory().params)
    with pytest.raises(ValueError, match="the lab does not draw 'sgd'; choices: rmsprop, adam; or"):
        lab.code("Keras", "sgd")
    with pytest.raises(ValueError, match="no library 'JAX'; choices: this book, PyTorch"):
        lab.code("JAX")
