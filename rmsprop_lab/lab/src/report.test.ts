import assert from "node:assert/strict";
import { test } from "node:test";
import { ending } from "./report.ts";

const path = (x: number, y: number, loss: number, divergedAt: number | null) => ({
  x: Float64Array.of(5, x),
  y: Float64Array.of(4, y),
  loss: Float64Array.of(41, loss),
  divergedAt,
});

test("where an optimiser ended, to nine digits", () => {
  assert.equal(
    ending("RMSProp", path(1 / 3, -2e-20, 12345678.91234, null)),
    "RMSProp, step 1: x = 0.333333333, y = -2e-20, f = 12345678.9",
  );
});

test("that it diverged, and when", () => {
  assert.equal(ending("SGD", path(1, 1, 1, 7)), "SGD diverged at step 7");
});
