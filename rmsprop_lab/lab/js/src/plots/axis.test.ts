import assert from "node:assert/strict";
import { test } from "node:test";
import { evenLabels, margin, scaleOf, sideBySide } from "./axis.ts";
import type { Point } from "../model/contract.ts";

const DIGIT = 7; // px of each character
const width = (text: string) => DIGIT * text.length;

test("numbers at an axis are short, and whole", () => {
  assert.deepEqual(evenLabels([-6, -4, -2, 0]), ["-6", "-4", "-2", "0"]);
  assert.deepEqual(evenLabels([0, 0.1, 0.2, 0.30000000000000004]), ["0", "0.1", "0.2", "0.3"]);
  assert.deepEqual(evenLabels([-1e6, -5e5, 0]), ["-1e6", "-5e5", "0"]);
  assert.deepEqual(evenLabels([2e-5, 2.5e-5, 3e-5]), ["2e-5", "2.5e-5", "3e-5"]);
  assert.deepEqual(evenLabels([0, 2e22]), ["0", "2e22"]);
  assert.deepEqual(evenLabels([7]), ["7"]);
  assert.deepEqual(evenLabels([]), []);
});

test("numbers far from 0 keep the digits that tell them apart", () => {
  const cases: Point[] = [
    [4, 1e-6],
    [123456, 2e-7],
    [-1e6, 0.5],
    [3.2e14, 1e12],
  ];
  for (const [from, apart] of cases) {
    const ticks = [0, 1, 2, 3].map((k) => from + k * apart);
    const labels = evenLabels(ticks);
    assert.equal(new Set(labels).size, 4, labels.join());
    labels.forEach((label, k) => assert.ok(Math.abs(Number(label) - ticks[k]!) < apart / 1e3, label));
  }
});

test("numbers side by side leave room between them, and stay within the picture", () => {
  const cases: Point[] = [
    [-6, 6],
    [100000, 100010],
    [4, 4.00001],
    [-1e6, 1e6],
    [0, 10000],
  ];
  for (const domain of cases) {
    for (const picture of [200, 300, 700]) {
      const scale = scaleOf("linear", domain, [34, picture - 6]);
      const numbers = sideBySide(scale, 6, picture, width);
      assert.ok(numbers.length >= 1);
      numbers.forEach(({ text, middle }, k) => {
        const half = width(text) / 2;
        assert.ok(middle - half >= 0 && middle + half <= picture, text);
        if (k === 0) return;
        const before = numbers[k - 1]!;
        assert.ok(middle - half > before.middle + width(before.text) / 2, `${before.text} ${text}`);
      });
    }
  }
});

test("a margin holds its widest number, and grows in steps", () => {
  assert.equal(margin(34, []), 34);
  assert.equal(margin(34, [20, 24]), 34);
  assert.equal(margin(34, [25]), 42);
  assert.equal(margin(34, [30]), 42);
  assert.ok(margin(34, [60]) >= 66);
});
