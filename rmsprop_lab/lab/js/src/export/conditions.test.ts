import assert from "node:assert/strict";
import { test } from "node:test";
import { currentSurface } from "../engine/surface.ts";
import { lab, spec } from "../fixtures.ts";
import { conditionsOf } from "./conditions.ts";

const conditions = (more: Record<string, unknown>) => {
  const set = lab(more);
  return conditionsOf(set, currentSurface(set).value, more.schedule !== undefined).join("; ");
};

test("a picture says what its paths depend on", () => {
  assert.equal(
    conditions({ curvature: 3 }),
    "bowl; curvature 3; learning rate 0.1; momentum 0.9; start (5, 4); 100 steps",
  );
  assert.equal(
    conditions({ racers: [{ optimizer: "sgd", settings: {} }] }),
    "bowl; curvature 1; learning rate 0.1; start (5, 4); 100 steps",
  );
  assert.equal(conditions({ surface: "x^2" }).split(";")[0], "x^2");
});

test("a schedule is said with its own numbers", () => {
  const decay = { name: "decay", factor: null, parameters: ["curvature"] };
  const scheduled = { ...spec, schedules: [decay] };
  assert.match(
    conditions({ spec: scheduled, schedule: "decay", curvature: 2 }),
    /; schedule decay; curvature 2;/,
  );
});

test("chance is said where it plays a part, and a rate that everybody has of his own is not", () => {
  assert.match(conditions({ noise: 0.5, seed: 7 }), /noise 0.5; seed 7/);
  assert.doesNotMatch(conditions({ seed: 7 }), /seed/);
  assert.doesNotMatch(
    conditions({ racers: [{ optimizer: "sgd", settings: { learning_rate: 0.3 } }] }),
    /learning rate/,
  );
});
