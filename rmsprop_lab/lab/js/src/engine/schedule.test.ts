import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals-core";
import { lab, momentum, racer, sgd, spec } from "../fixtures.ts";
import type { ScheduleSpec, Spec } from "../model/contract.ts";
import { createSweeper } from "./grid.ts";
import { lowest } from "./run.ts";
import { currentPaths } from "./paths.ts";
import { currentFactors, isForeign, scheduleOf } from "./schedule.ts";
import { currentSurface } from "./surface.ts";

// 1 / (1 + fall k): takes k, steps and fall.
const falling: ScheduleSpec = {
  name: "falling",
  factor: {
    takes: ["k", "steps", "fall"],
    lines: [
      ["number", 1],
      ["multiply", 2, 0],
      ["add", 3, 4],
      ["divide", 3, 5],
    ],
    returns: [6],
  },
  parameters: ["fall"],
};
const foreign: ScheduleSpec = { name: "foreign", factor: null, parameters: [] };
const scheduled: Spec = { ...spec, schedules: [falling, foreign] };
const falls = (more: Record<string, unknown> = {}) =>
  lab({ spec: scheduled, schedule: "falling", fall: 1, steps: 4, ...more });

test("a factor for each step, and the last once more", () => {
  const one = falls();
  const factors = currentFactors(one);
  assert.deepEqual([...factors.value!], [1, 1 / 2, 1 / 3, 1 / 4, 1 / 4]);
  one.writeAll([["fall", 0]]);
  assert.deepEqual([...factors.value!], [1, 1, 1, 1, 1]);
  one.write({ steps: 2 });
  assert.equal(factors.value!.length, 3);
  one.write({ schedule: "foreign" });
  assert.equal(factors.value, null);
  assert.ok(isForeign(scheduleOf(one)));
  assert.equal(currentFactors(lab()).value, null);
  assert.ok(!isForeign(scheduleOf(lab())));
});

test("a path takes the learning rate of each step", () => {
  const one = falls({ learning_rate: 0.2 });
  const [of] = currentPaths(one, currentSurface(one), signal(null), currentFactors(one)).value;
  const [x, grads, updates] = [of!.path.x.at, of!.path.x.grad, of!.path.x.update];
  assert.deepEqual(
    [...updates],
    [...grads].map((grad, k) => 0.2 * [1, 1 / 2, 1 / 3, 1 / 4, 1 / 4][k]! * grad),
  );
  assert.equal(x[4], x[3]! - updates[3]!);
});

test("what the kernel alone can compute, the page waits for", () => {
  const one = falls({ schedule: "foreign" });
  const paths = currentPaths(one, currentSurface(one), signal(null), currentFactors(one)).value;
  assert.match(paths[0]!.path.failure!, /has not been walked yet/);
});

// Few settings are walked by calls, many by a loop.
for (const [optimizer, times] of [
  [sgd, 1],
  [momentum, 1],
  [sgd, 10],
  [momentum, 10],
] as const) {
  test(`a sweep of ${times} times seven settings of ${optimizer.name} goes by it, to the bit, and so does the search`, () => {
    const one = falls({ steps: 37, curvature: 3, fall: 0.1 });
    const [surface, factors] = [currentSurface(one), currentFactors(one)];
    const few = [0.001, 0.05, 0.11, 0.3, 0.7, 2, 40];
    const rates = Array.from({ length: times }, () => few).flat();
    const sweeper = createSweeper(one, surface, signal(null), factors);
    const run = sweeper.run(racer(optimizer), { learning_rate: Float64Array.from(rates) });
    assert.ok(run.advance(Infinity));
    const ends = rates.map((rate) => {
      one.write({ racers: [{ optimizer: optimizer.name, settings: { learning_rate: rate } }] });
      const [of] = currentPaths(one, surface, signal(null), factors).value;
      return of!.path.divergedAt === null ? of!.path.loss[37]! : NaN;
    });
    assert.deepEqual([...run.loss], ends);
    const constant = createSweeper(one, surface, signal(null), signal(null));
    const other = constant.run(racer(optimizer), { learning_rate: Float64Array.from(rates) });
    other.advance(Infinity);
    assert.notDeepEqual([...other.loss], ends);
    assert.equal(lowest(run, rates), rates[ends.indexOf(Math.min(...ends.filter((f) => !Number.isNaN(f))))]);
  });
}
