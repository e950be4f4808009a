import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, thinned } from "./apart.ts";

const BOX = { left: 10, right: 310, top: 20, bottom: 220 };
const random = (seed: number) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;

test("chosen points are apart, and whoever is left out has one near", () => {
  const next = random(3);
  const xs = Float64Array.from({ length: 5000 }, () => 400 * next() - 20);
  const ys = Float64Array.from({ length: 5000 }, () => 300 * next() - 20);
  const chosen = apart(xs, ys, 4999, 6, BOX);
  const near = (k: number, among: number[]) =>
    Math.min(...among.map((j) => Math.hypot(xs[j]! - xs[k]!, ys[j]! - ys[k]!)));
  chosen.forEach((k, place) => assert.ok(near(k, chosen.slice(0, place)) >= 6));
  for (let k = 1; k < 5000; k += 7) {
    const inside = xs[k]! > 10 && xs[k]! < 310 && ys[k]! > 20 && ys[k]! < 220;
    if (inside) assert.ok(near(k, chosen) < 6);
    else assert.ok(!chosen.includes(k));
  }
});

test("a path that jumps there and back has two dots", () => {
  const xs = Float64Array.from({ length: 1001 }, (_, k) => 100 + 40 * (k % 2));
  assert.deepEqual(apart(xs, new Float64Array(1001).fill(100), 1000, 6, BOX), [1, 2]);
});

test("not-a-number and infinity are no place", () => {
  assert.deepEqual(apart([0, NaN, Infinity, 100], [0, 50, 50, 50], 3, 6, BOX), [3]);
});

test("a path that swings there and back a thousand times is some lines, not a bar", () => {
  const xs = Float64Array.from({ length: 1001 }, (_, k) => 100 + k / 10);
  const ys = Float64Array.from({ length: 1001 }, (_, k) => (k % 2 ? 60 : 180));
  const [lineX, lineY] = thinned(xs, ys, 1000, 6, BOX);
  const drawn = lineX.subarray(1).filter((x, k) => !Number.isNaN(x + lineX[k]!)).length;
  assert.ok(drawn >= 100 / 6 && drawn <= 3 * (100 / 6) + 3, `${drawn} lines`); // there, back, and on to the next place
  assert.deepEqual([...new Set(lineY.filter((y) => !Number.isNaN(y)))], [180, 60]);
});

test("short steps, the way out of sight and back, and a path of few steps are drawn in full", () => {
  const whole = (xs: number[], ys: number[]) =>
    assert.deepEqual(thinned(xs, ys, xs.length - 1, 6, BOX), [Float64Array.from(xs), Float64Array.from(ys)]);
  whole([100, 101, 100, 101, 100], [100, 101, 100, 101, 100]);
  whole([100, 900, 100], [100, 100, 100]);
  whole([100, 200, 200, 100], [50, 50, 150, 150]);
});

test("a path that noise keeps in one place covers no more than a part of it, and goes on beyond", () => {
  const next = random(5);
  const xs = Float64Array.from({ length: 10_001 }, () => 100 + 80 * next());
  const ys = Float64Array.from({ length: 10_001 }, () => 100 + 40 * next());
  [xs[9999], xs[10_000]] = [180, 250];
  const [lineX, lineY] = thinned(xs, ys, 10_000, 12, BOX);
  let length = 0;
  for (let k = 1; k < lineX.length; k++) {
    const step = Math.hypot(lineX[k]! - lineX[k - 1]!, lineY[k]! - lineY[k - 1]!);
    if (!Number.isNaN(step)) length += step;
  }
  const share = (2 * length) / (80 * 40); // lines of 2 px
  assert.ok(share > 0.2 && share < 1.5, `lines over ${share} of the place`); // in full over 200 times of it
  assert.deepEqual(lineX.slice(-2), Float64Array.of(180, 250));
});
