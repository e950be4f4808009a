import assert from "node:assert/strict";
import { test } from "node:test";
import { envelope } from "./envelope.ts";

test("where each step has a column the curve is drawn as it is", () => {
  const { xs, top, bottom } = envelope(Float64Array.of(3, 1, 2), 40, 5);
  assert.deepEqual([[...xs], [...top], bottom], [[40, 45, 50], [3, 1, 2], undefined]);
});

test("where several share one it goes from the lowest to the highest of them", () => {
  const swings = Float64Array.from({ length: 1001 }, (_, k) => (k % 2 ? 20 : 80));
  const { xs, top, bottom } = envelope(swings, 46, 0.25);
  assert.deepEqual([xs.length, xs[0], xs.at(-1)], [251, 46, 296]);
  assert.deepEqual([...new Set(top.slice(0, 250))], [20]);
  assert.deepEqual([...new Set(bottom!.slice(0, 250))], [80]);
  assert.deepEqual([top[250], bottom![250]], [80, 80]); // the last step alone
});

test("a column without a value stays without, and one value is enough", () => {
  const { top, bottom } = envelope(Float64Array.of(NaN, NaN, NaN, 5, NaN, 7), 0, 0.5);
  assert.deepEqual([...top], [NaN, 5, 7]);
  assert.deepEqual([...bottom!], [NaN, 5, 7]);
  assert.equal(envelope(new Float64Array(), 0, 0.5).xs.length, 0);
});
