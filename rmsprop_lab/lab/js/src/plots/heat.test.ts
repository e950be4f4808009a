import assert from "node:assert/strict";
import { test } from "node:test";
import { spanOf } from "./heat.ts";

const heights = (lowest: number, highest: number) =>
  Float64Array.from({ length: 4096 }, (_, k) => lowest * (highest / lowest) ** (k / 4095));

test("the tones go from the lowest settings, rounded, to where all begin", () => {
  const { low, high } = spanOf(heights(0.0031, 24.2), 24.2);
  assert.equal(high, 24.2);
  assert.ok(low >= 0.003 && low <= 0.004, String(low));
});

test("a few lucky settings leave the tones to the others", () => {
  const ends = heights(0.3, 24);
  ends.fill(1e-15, 0, 40);
  assert.ok(spanOf(ends, 24).low >= 0.2);
});

test("twelve decades are the most, and what is at 0 has the darkest tone", () => {
  assert.deepEqual(spanOf(new Float64Array(4096), 50), { low: 5e-11, high: 50 });
});

test("from the minimum paths can only rise, or stay", () => {
  assert.equal(spanOf(heights(1e-3, 5), 0).high > 4.9, true);
  assert.deepEqual(spanOf(new Float64Array(4096), 0), { low: 0, high: 0 });
});

test("where nobody comes lower than the start there is one tone", () => {
  const { low, high } = spanOf(heights(60, 70), 50);
  assert.equal(low, high);
  assert.deepEqual(spanOf(new Float64Array(4096).fill(NaN), 50), { low: 50, high: 50 });
});
