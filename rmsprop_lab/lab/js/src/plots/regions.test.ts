import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, windowOf } from "./regions.ts";

test("squares come in the rows in which they are largest, and none lies on another", () => {
  for (const [count, width, height, rows] of [
    [1, 500, 300, 1],
    [2, 500, 300, 1],
    [6, 336, 222, 2],
    [6, 560, 360, 2],
    [6, 200, 900, 6],
    [9, 560, 360, 2],
  ] as const) {
    const boxes = arrange(count, width, height);
    assert.equal(boxes.length, count);
    assert.equal(new Set(boxes.map(({ top }) => top)).size, rows, `${count} in ${width} x ${height}`);
    for (const { left, right, top, bottom } of boxes) {
      assert.equal(right - left, bottom - top);
      assert.ok(left >= 0 && right <= width && top > 0 && bottom <= height && right > left);
    }
    const apart = boxes.every((one, k) =>
      boxes.every(
        (other, j) =>
          j === k ||
          other.left > one.right ||
          one.left > other.right ||
          other.top > one.bottom ||
          one.top > other.bottom,
      ),
    );
    assert.ok(apart);
  }
});

test("a box that has no room yet has squares of no size", () => {
  for (const { left, right } of arrange(6, 0, 0)) assert.equal(right - left, 0);
});

test("all points are within, on one scale unless one axis is far longer", () => {
  const data = (inputs: number[]) => ({ inputs, labels: [] });
  const [x, y] = windowOf({ train: data([0, 0, 2, 1]), test: data([1, -1]) });
  assert.deepEqual(
    x.map((edge) => Number(edge.toFixed(9))),
    [-0.16, 2.16],
  );
  assert.ok(Math.abs(x[1] - x[0] - (y[1] - y[0])) < 1e-9);
  const [wide, low] = windowOf({ train: data([0, 0, 100, 1]), test: data([50, 0.5]) });
  assert.ok(wide[1] - wide[0] > 100 && low[1] - low[0] < 2);
  const [same] = windowOf({ train: data([3, 3]), test: data([3, 3]) });
  assert.ok(same[0] < 3 && same[1] > 3);
});
