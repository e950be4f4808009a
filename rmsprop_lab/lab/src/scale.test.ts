import assert from "node:assert/strict";
import { test } from "node:test";
import { linear, logarithmic, roundDecades, roundEven, type Interval } from "./scale.ts";

test("a scale places its ends, and finds back what it placed", () => {
  for (const [make, domain] of [
    [linear, [-4, 12]],
    [linear, [1e6, 1e6 + 1]],
    [logarithmic, [1e-20, 1e3]],
  ] as const) {
    const scale = make(domain as unknown as Interval, [400, 30]);
    assert.deepEqual(scale.domain.map(scale), [400, 30]);
    const between = scale.invert(123);
    assert.ok(Math.abs(scale(between) - 123) < 1e-6);
  }
  assert.equal(linear([0, 8], [0, 400])(2), 100);
  assert.equal(logarithmic([1, 1e4], [0, 400])(10), 100);
  assert.equal(linear([7, 7], [0, 400])(7), 200); // one value alone stands in the middle
});

test("ticks are round, as many as asked for or about so many", () => {
  assert.deepEqual(linear([0, 1]).ticks(5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(linear([-6.1, 6.1]).ticks(6), [-6, -4, -2, 0, 2, 4, 6]);
  assert.deepEqual(linear([0.1, 0.35]).ticks(3), [0.1, 0.2, 0.3]);
  assert.deepEqual(linear([-1e12, 0]).ticks(5), [-1e12, -8e11, -6e11, -4e11, -2e11, 0]);
  assert.deepEqual(linear([7, 7]).ticks(5), [7]);
  assert.deepEqual(
    logarithmic([0.5, 20]).ticks(5),
    [0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20],
  );
  assert.deepEqual(logarithmic([11, 19]).ticks(5), [12, 14, 16, 18]);
});

test("the steps of a path are counted by whole numbers", () => {
  for (let steps = 1; steps <= 400; steps++) {
    for (let count = 1; count <= Math.min(steps, 4); count++) {
      const ticks = linear([0, steps]).ticks(count);
      assert.ok(ticks.every(Number.isInteger), `${steps}: ${ticks.join()}`);
      assert.ok(ticks.length > 0);
    }
  }
});

test("ends that are round hold what lies between them", () => {
  assert.deepEqual(roundEven([-3.3, 7.2], 5), [-4, 8]);
  assert.deepEqual(roundEven([-1.6e-11, 0], 5), [-2e-11, 0]);
  assert.deepEqual(roundEven([-5, -5], 5), [-5, -5]);
  assert.deepEqual(roundDecades([2e-7, 31]), [1e-7, 100]);
});
