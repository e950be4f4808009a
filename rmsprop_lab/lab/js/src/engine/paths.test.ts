import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals-core";
import { lab, spec } from "../fixtures.ts";
import { currentPaths } from "./paths.ts";
import { currentSurface } from "./surface.ts";

const all = { ...spec, controls: [...spec.controls, "surface"] };

function lengths(surface: string, steps: number): number[] {
  const one = lab({ spec: all, surface, steps, learning_rate: 1e-6 });
  return currentPaths(one, currentSurface(one), signal(null), signal(null)).value.map(
    ({ path }) => path.loss.length,
  );
}

test("a typed formula walks so many steps as its functions allow, a built-in surface all", () => {
  const steps = 100_000;
  assert.deepEqual(new Set(lengths(spec.objectives[0]!.name, steps)), new Set([steps + 1]));
  assert.deepEqual(new Set(lengths("x^2 + 3*y^2", steps)), new Set([steps + 1]));
  const sines = (count: number) => Array.from({ length: count }, (_, k) => `sin(${k + 1}*x)`).join(" + ");
  const [six = 0, ...others] = lengths(sines(6), steps);
  const [twelve = 0] = lengths(sines(12), steps);
  assert.ok(10_000 < twelve && six < steps);
  assert.ok(others.every((length) => length === six));
  assert.ok(Math.abs(six / twelve - 2) < 0.01);
});
