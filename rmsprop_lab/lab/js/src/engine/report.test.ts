import assert from "node:assert/strict";
import { test } from "node:test";
import type { Coordinate } from "./engine.ts";
import { extent, glance, standing } from "./report.ts";

const at = (...values: number[]): Coordinate => ({
  at: Float64Array.from(values),
  grad: new Float64Array(),
  update: new Float64Array(),
  state: [],
});
const path = {
  x: at(5, 1 / 3),
  y: at(4, -2e-20),
  loss: Float64Array.of(41, 12345678.91234),
  divergedAt: null,
};

test("where an optimiser stands, to nine digits", () => {
  assert.equal(standing("RMSProp", path, 1), "RMSProp, step 1: x = 0.333333333, y = -2e-20, f = 12345678.9");
  assert.equal(standing("RMSProp", path, 0), "RMSProp, step 0: x = 5, y = 4, f = 41");
  // Who reads it is told what it means.
  assert.equal(extent(path), 5);
  assert.equal(standing("RMSProp", path, 1, 5), "RMSProp, step 1: x = 0.333333333, y ≈ 0, f = 12345678.9");
});

test("that f has no value, on the way and at the end", () => {
  const hole = { ...path, loss: Float64Array.of(41, NaN) };
  assert.equal(
    standing("SGD α = 0.12345", hole, 1),
    "SGD α = 0.12345, step 1: x = 0.333333333, y = -2e-20, f has no value there, from step 1",
  );
  const failure = "stopped: f has no value there, from step 1";
  assert.equal(standing("SGD", { ...hole, failure }, 2), `SGD ${failure}`);
  assert.equal(standing("SGD", { ...path, loss: Float64Array.of(41, Infinity) }, 1).slice(-6), " f = ∞");
});

test("that it diverged, and when, but not before", () => {
  const gone = { ...path, divergedAt: 2 };
  assert.equal(standing("SGD", gone, 1).slice(0, 11), "SGD, step 1");
  assert.equal(standing("SGD", gone, 2), "SGD diverged at step 2");
  assert.equal(standing("SGD", gone, 9), "SGD diverged at step 2");
});

test("at a glance: three digits, or what became of it and when", () => {
  assert.deepEqual(glance(path, 1), { now: "f = 1.23e7", since: "", loss: "12345678.91234" });
  assert.deepEqual(glance({ ...path, divergedAt: 2 }, 5), {
    now: "diverged",
    since: " at step 2",
    loss: "diverged",
  });
  assert.deepEqual(glance({ ...path, divergedAt: 2 }, 0), { now: "f = 41", since: "", loss: "41" });
  const hole = { ...path, loss: Float64Array.of(41, NaN) };
  assert.deepEqual(glance(hole, 1), { now: "no value", since: " from step 1", loss: "" });
  const failure = "stopped at step 2: more steps take too long";
  assert.deepEqual(glance({ ...path, failure }, 9), { now: "stopped", since: " at step 2", loss: "" });
  assert.deepEqual(glance({ ...path, loss: new Float64Array() }, 0), { now: "…", since: "", loss: "" });
});
