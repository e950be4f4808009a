import assert from "node:assert/strict";
import { test } from "node:test";
import { descend, rates, type Objective, type Optimizer } from "./engine.ts";
import { compile } from "./program.ts";

const bowl: Objective = { value: (x, y) => x * x + y * y, grad: (x, y) => [2 * x, 2 * y] };
const sgd: Optimizer = {
  rule: compile({
    takes: ["learning_rate", "grad"],
    defaults: [],
    lines: [],
    returns: ["learning_rate * grad"],
  }),
  initial: [],
};
const momentum: Optimizer = {
  rule: compile({
    takes: ["learning_rate", "momentum", "grad", "v_prev"],
    defaults: [],
    lines: ["const v = momentum * v_prev + grad;"],
    returns: ["learning_rate * v", "v"],
  }),
  initial: [0],
};

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

test("not-a-number diverges", () => {
  const path = descend(bowl, sgd, [1, 0], 5, [NaN], 1e6);
  assert.equal(path.divergedAt, 1);
  assert.deepEqual([...path.x.at], [1]);
});

test("gradient, update and state of every step, the next one's too", () => {
  const path = descend(bowl, momentum, [1, 0], 1, [0.25, 0.5], 1e6);
  assert.deepEqual([...path.x.grad], [2, 1]);
  assert.deepEqual([...path.x.update], [0.5, 0.5]);
  assert.deepEqual([...path.x.state[0]], [2, 2]);
  assert.deepEqual([...rates(path.x)], [0.25, 0.5]);
});

test("a path that may walk only so far stops, and says at which step", () => {
  const path = descend(bowl, sgd, [1, 1], 10_000, [0.1], 1e6, null, 500);
  assert.equal(path.divergedAt, null);
  assert.equal(path.loss.length, 501);
  assert.equal(path.failure, `stopped at step ${path.loss.length}: more steps take too long`);
  assert.equal(descend(bowl, sgd, [1, 1], 10, [0.1], 1e6).failure, null);
});
