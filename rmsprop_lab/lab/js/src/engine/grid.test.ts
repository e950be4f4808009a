import assert from "node:assert/strict";
import { test } from "node:test";
import { descend } from "./engine.ts";
import { signal } from "@preact/signals-core";
import { lab, momentum, number, racer, sgd, spec } from "../fixtures.ts";
import { createSweeper } from "./grid.ts";
import { values } from "./mapper.ts";
import { endOf, lowest } from "./run.ts";
import { currentSurface } from "./surface.ts";
import { DIVERGED, LOST } from "./sweep.ts";
import { compile } from "../tape/building.ts";
import { currentNoise } from "./paths.ts";

// Few settings are walked by calls, many by a loop.
for (const [noise, times] of [
  [0, 1],
  [0.5, 1],
  [0, 10],
  [0.5, 10],
] as const) {
  test(`a sweep of ${7 * times} ends where each path of its own ends, to the bit, at noise ${noise}`, () => {
    const one = lab({ noise, steps: 37, curvature: 3 });
    const [surface, added] = [currentSurface(one), currentNoise(one)];
    const many = (...values: number[]) =>
      Float64Array.from(Array.from({ length: times }, () => values).flat());
    const rates = many(0.001, 0.05, 0.11, 0.3, 0.7, 2, 40);
    const memory = many(0, 0.5, 0.9, 0.99, 0.3, 0.7, 0.1);
    const axes = { learning_rate: rates, momentum: memory };
    const run = createSweeper(one, surface, added, signal(null)).run(racer(momentum), axes);
    assert.ok(run.advance(Infinity));
    const { loss, gone } = run;
    assert.equal(loss.length, 7 * times);
    let diverged = 0;
    rates.forEach((rate, k) => {
      const rule = { initial: [0], rule: compile(momentum.rule!) };
      const path = descend(surface.value, rule, [5, 4], 37, [rate, memory[k]!], 1e6, added.value);
      if (path.divergedAt === null) assert.equal(loss[k], path.loss[37]);
      else assert.ok(Number.isNaN(loss[k]));
      assert.equal(gone[k], Number(path.divergedAt !== null));
      diverged += Number(path.divergedAt !== null);
    });
    assert.ok(diverged > 0 && diverged < loss.length);
  });
}

test("a sweep that is interrupted at every look at the clock ends in the same bits", () => {
  const one = lab({ steps: 1203, curvature: 3 });
  const axes = { momentum: Float64Array.of(0, 0.3, 0.5, 0.7, 0.9, 0.99) };
  const sweeper = createSweeper(one, currentSurface(one), signal(null), signal(null));
  const [whole, sliced] = [sweeper.run(racer(momentum), axes), sweeper.run(racer(momentum), axes)];
  assert.ok(whole.advance(Infinity));
  let slices = 1;
  while (!sliced.advance(performance.now() + 1e-9)) slices++;
  assert.ok(slices >= 4);
  assert.deepEqual(sliced.loss, whole.loss);
  assert.ok(sliced.pace > 0);
  assert.equal(endOf(sweeper.run(racer(momentum), axes), -1), null); // no time, no answer
});

test("diverging and having no value are told apart", () => {
  const one = lab({ surface: "log(x-100)", steps: 5 });
  const rates = Float64Array.of(1e-3, 1e9);
  const run = createSweeper(one, currentSurface(one), signal(null), signal(null)).run(racer(sgd), {
    learning_rate: rates,
  });
  run.advance(Infinity);
  assert.deepEqual([...run.loss], [NaN, NaN]);
  assert.deepEqual([...run.gone], [0, DIVERGED]);
});

test("a path that is not a number has no value at its end, and has not diverged", () => {
  const one = lab({ surface: "x^(1/3)+y^2", steps: 5, start: [0.01, 1] });
  const rates = Float64Array.of(1e-9, 0.1, 1e9);
  const run = createSweeper(one, currentSurface(one), signal(null), signal(null)).run(racer(sgd), {
    learning_rate: rates,
  });
  run.advance(Infinity);
  assert.deepEqual([...run.gone], [0, LOST, DIVERGED]);
  assert.deepEqual([...run.loss].map(Number.isNaN), [false, true, true]);
  assert.equal(lowest(run, [...rates]), 1e-9);
});

test("the search keeps the rate that ends lowest, and says when none ends at all", () => {
  const one = lab();
  const search = (rates: number[]) => {
    const axes = { learning_rate: Float64Array.from(rates) };
    const run = createSweeper(one, currentSurface(one), signal(null), signal(null)).run(racer(sgd), axes);
    run.advance(Infinity);
    return lowest(run, rates);
  };
  assert.equal(search(spec.rates), 0.5); // one step to the bottom
  assert.equal(search([3, 4, 5]), null);
});

test("an axis has its values in the middle of its cells, as the slider would set them", () => {
  assert.deepEqual(values(number("a", 0, 1), 4), [0.125, 0.375, 0.625, 0.875]);
  const [low, high] = values(number("a", 1e-4, 10, { scale: "log" }), 5);
  assert.deepEqual([low, high], [3.15e-4, 3.15e-3]);
});
