import assert from "node:assert/strict";
import { test } from "node:test";
import { curve, words } from "./schedule.ts";

test("the curve goes through the first and the last factor, with no more points than one sees", () => {
  assert.equal(curve(Float64Array.of(1, 0.5, 0)), "M0.0,2.00L60.0,12.00L120.0,22.00");
  assert.equal(curve(Float64Array.of(2, 4)), "M0.0,12.00L120.0,2.00");
  assert.equal(curve(Float64Array.of(1)), "M0.0,2.00");
  assert.equal(curve(new Float64Array()), "");
  const long = curve(Float64Array.from({ length: 10_001 }, (_, k) => 1 - k / 10_000)).split("L");
  assert.ok(long.length < 130);
  assert.equal(long.at(-1), "120.0,22.00");
});

test("and in words", () => {
  assert.match(words(Float64Array.of(1, 0.5, 0)), /times 1 at first, 0.5 at step 1, 0 at last$/);
  assert.match(words(new Float64Array()), /the kernel computes it/);
});
