import assert from "node:assert/strict";
import { test } from "node:test";
import { descend, noValueFrom, rates, type Objective, type Optimizer, type Path } from "./engine.ts";
import * as fixtures from "../fixtures.ts";
import { compile } from "../tape/building.ts";

const bowl: Objective = { value: (x, y) => x * x + y * y, grad: (x, y) => [2 * x, 2 * y] };
const sgd: Optimizer = { rule: compile(fixtures.sgd.rule!), initial: [] };
const momentum: Optimizer = { rule: compile(fixtures.momentum.rule!), initial: [0] };

test("a path by hand, without state", () => {
  const path = descend(bowl, sgd, [5, 4], 2, [0.25], 1e6);
  assert.deepEqual([...path.x.at], [5, 2.5, 1.25]);
  assert.deepEqual([...path.y.at], [4, 2, 1]);
  assert.deepEqual([...path.loss], [41, 10.25, 2.5625]);
  assert.equal(path.divergedAt, null);
});

test("each coordinate carries a state of its own", () => {
  const path = descend(bowl, momentum, [1, 0], 2, [0.25, 0.5], 1e6);
  // v = 2, x = .5; v = .5 * 2 + 1 = 2, x = 0
  assert.deepEqual([...path.x.at], [1, 0.5, 0]);
  assert.deepEqual([...path.y.at], [0, 0, 0]);
});

test("a path that leaves the world ends at its last point inside, and says when", () => {
  const path = descend(bowl, sgd, [1, 0], 100, [1.5], 10); // x doubles and turns: 1, -2, 4, -8, 16
  assert.deepEqual([...path.x.at], [1, -2, 4, -8]);
  assert.equal(path.divergedAt, 4);
});

test("a path that diverges with its very last step says so", () => {
  const path = descend(bowl, sgd, [1, 0], 4, [1.5], 10);
  assert.equal(path.divergedAt, 4);
  assert.equal(path.loss.length, 4);
});

test("a step that is not a number is no divergence, and the path says what it is", () => {
  const pathOf = (value: Objective["value"], grad: Objective["grad"], start: [number, number], rate = 0.1) =>
    descend({ value, grad }, sgd, start, 5, [rate], 1e6);
  const cube = pathOf(
    (x, y) => x ** (1 / 3) + y * y,
    (x, y) => [x ** (-2 / 3) / 3, 2 * y],
    [0.01, 1],
  );
  assert.equal(cube.divergedAt, null);
  assert.equal(cube.loss.length, 2); // one step from the start it is left of 0
  assert.equal(cube.failure, "stopped: f has no value there, from step 1");
  const tip = pathOf(Math.hypot, (x, y) => [x / Math.hypot(x, y), y / Math.hypot(x, y)], [0, 0]);
  assert.equal(tip.failure, "stopped: f has no gradient there, from step 0");
  assert.deepEqual([...tip.loss], [0]);
  const rule = pathOf(bowl.value, bowl.grad, [1, 0], NaN);
  assert.equal(rule.failure, "stopped: the update is not a number, from step 0");
  assert.equal(rule.divergedAt, null);
  assert.equal(
    pathOf(bowl.value, bowl.grad, [1, 0], Infinity).failure,
    "stopped: the update is not a number, from step 0",
  );
});

test("where f has had no value since, though the path goes on", () => {
  const path = { loss: Float64Array.of(1, NaN, 2, NaN, NaN) } as Path;
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((step) => noValueFrom(path, step)),
    [null, 1, null, 3, 3],
  );
  assert.equal(noValueFrom({ ...path, loss: Float64Array.of(Infinity) }, 0), null);
});

test("gradient, update and state of every step, the next one's too", () => {
  const path = descend(bowl, momentum, [1, 0], 1, [0.25, 0.5], 1e6);
  assert.deepEqual([...path.x.grad], [2, 1]);
  assert.deepEqual([...path.x.update], [0.5, 0.5]);
  assert.deepEqual([...path.x.state[0]!], [2, 2]);
  assert.deepEqual([...rates(path.x)], [0.25, 0.5]);
});

test("a path that may walk only so far stops, and says at which step", () => {
  const path = descend(bowl, sgd, [1, 1], 10_000, [0.1], 1e6, null, 500);
  assert.equal(path.divergedAt, null);
  assert.equal(path.loss.length, 501);
  assert.equal(path.failure, `stopped at step ${path.loss.length}: more steps take too long`);
  assert.equal(descend(bowl, sgd, [1, 1], 10, [0.1], 1e6).failure, null);
});
