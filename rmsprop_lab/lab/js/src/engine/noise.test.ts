import assert from "node:assert/strict";
import { test } from "node:test";
import { draw } from "./noise.ts";

test("the noise has mean 0 and variance 1, in both coordinates, and these are not the same", () => {
  const [x, y] = draw(7, 20_000);
  const mean = (numbers: Float64Array) => numbers.reduce((a, b) => a + b) / numbers.length;
  for (const numbers of [x, y]) {
    assert.ok(Math.abs(mean(numbers)) < 0.03);
    assert.ok(Math.abs(mean(numbers.map((n) => n * n)) - 1) < 0.05);
  }
  assert.ok(Math.abs(mean(x.map((n, k) => n * y[k]!))) < 0.03);
});

test("a longer draw begins with the shorter, another seed is another draw", () => {
  assert.deepEqual(draw(3, 10)[1], draw(3, 50)[1].slice(0, 10));
  assert.notDeepEqual(draw(3, 10), draw(4, 10));
});
