import assert from "node:assert/strict";
import { test } from "node:test";
import { compileBatches, drawBatches, batchByBatch } from "./batches.ts";
import { signal } from "@preact/signals-core";
import { entries, lab, number, spec } from "../fixtures.ts";
import { parseFormula } from "../formula/surface.ts";
import type { ExamplesSpec, ObjectiveSpec } from "../model/contract.ts";
import { currentSurface } from "./surface.ts";
import { currentNoise, currentPaths } from "./paths.ts";

// (x - u)² / 2 + v (y - u)² / 2: by hand, the mean of two.
const examples: ExamplesSpec = {
  rows: [
    [1, 2],
    [3, 0.5],
    [-4, 1],
    [0.1, 0.2],
    [7, 3],
  ],
  grad: {
    takes: ["x", "y", "u", "v"],
    lines: [
      ["subtract", 0, 2],
      ["subtract", 1, 2],
      ["multiply", 3, 5],
    ],
    returns: [4, 6],
  },
};
const typed = parseFormula("x^2 + y^2");
assert.ok("value" in typed);
const fit: ObjectiveSpec = {
  ...spec.objectives[0]!,
  ...typed,
  name: "fit",
  parameters: [],
  settings: [],
  examples,
};
const all = {
  ...spec,
  objectives: [fit],
  optimizers: [...spec.optimizers, { ...spec.optimizers[0], name: "full", exact: true }],
  parameters: [...spec.parameters, number("batch_size", 1, 5, { whole: true })],
};
const set = (more: Record<string, unknown>) =>
  lab({ spec: all, surface: "fit", racers: entries("sgd", "full"), batch_size: 2, steps: 30, ...more });

function paths(more: Record<string, unknown>) {
  const one = set(more);
  const found = currentPaths(one, currentSurface(one), currentNoise(one), signal(null)).value;
  return new Map(found.map(({ racer, path }) => [racer.key, path]));
}

test("Python's batches", () => {
  assert.deepEqual([...drawBatches(1, 3, 2, 5)], [3, 2, 0, 1, 1, 2]);
  assert.deepEqual([...drawBatches(2 ** 32 - 1, 2, 3, 4)], [0, 3, 2, 1, 3, 0]);
});

test("a pass holds no example twice, and leaves out what is less than a batch", () => {
  const drawn = drawBatches(7, 40, 3, 10);
  for (let pass = 0; pass < 13; pass++) {
    assert.equal(new Set(drawn.subarray(9 * pass, 9 * pass + 9)).size, 9);
  }
  assert.deepEqual(new Set(drawn), new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
});

test("a longer draw begins with the shorter, another seed is another draw", () => {
  assert.deepEqual(drawBatches(3, 50, 4, 9).slice(0, 40), drawBatches(3, 10, 4, 9));
  assert.notDeepEqual(drawBatches(3, 10, 4, 9), drawBatches(4, 10, 4, 9));
});

test("a batch's gradient is the mean of its examples' gradients", () => {
  const gradient = compileBatches(examples);
  assert.deepEqual(gradient(Int32Array.of(1, 4), 5, 4), [(2 - 2) / 2, (0.5 + 3 * -3) / 2]);
  const gradientOfStep = batchByBatch(gradient, Int32Array.of(1, 4, 0, 0), 2);
  assert.deepEqual(gradientOfStep(5, 4), [0, -4.25]);
  assert.deepEqual(gradientOfStep(5, 4), [4, 6]);
});

test("the paths meet the batches, but for the exact one", () => {
  const first = drawBatches(9, 1, 2, 5);
  const [grad] = compileBatches(examples)(first, 5, 4);
  const found = paths({ seed: 9 });
  assert.equal(found.get("sgd")!.x.grad[0], grad);
  assert.equal(found.get("full")!.x.grad[0], 10);
  assert.deepEqual(found.get("full"), paths({ seed: 9, noise: 3 }).get("full"));
  for (const other of [{ seed: 10 }, { batch_size: 5 }, { noise: 1 }]) {
    assert.notDeepEqual(paths({ seed: 9, ...other }).get("sgd"), found.get("sgd"));
  }
});

test("the batches are drawn anew when what they are drawn by changes", () => {
  const one = set({ racers: entries("sgd") });
  const paths = currentPaths(one, currentSurface(one), signal(null), signal(null));
  const end = () => paths.value[0]!.path.x.at.at(-1);
  for (const [name, value] of Object.entries({ seed: 4, batch_size: 3, steps: 31 })) {
    const before = end();
    assert.equal(end(), before);
    one.write({ [name]: value });
    assert.notEqual(end(), before);
  }
});

test("so many examples that they would hold the page are not walked, and it is said", () => {
  const rows = Array.from({ length: 1000 }, (_, k) => [k / 1000, 1]);
  const many = { ...all, objectives: [{ ...fit, examples: { ...examples, rows } }] };
  const racers = entries("sgd", "momentum");
  const one = set({ spec: many, batch_size: 1000, steps: 10_000, racers, learning_rate: 0.01 });
  for (const { path } of currentPaths(one, currentSurface(one), signal(null), signal(null)).value) {
    assert.equal(path.loss.length, 5001);
    assert.equal(path.failure, "stopped at step 5001: more steps take too long");
  }
});
