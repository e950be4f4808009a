import assert from "node:assert/strict";
import { test } from "node:test";
import { descend } from "./engine.ts";
import { model, number, spec } from "./fixtures.ts";
import { createSweeper, tune, values } from "./grid.ts";
import { compile } from "./program.ts";
import { createSurface } from "./surface.ts";
import { createNoise } from "./walk.ts";

const [sgd, momentum] = spec.optimizers;

for (const noise of [0, 0.5]) {
  test(`a sweep ends where each path of its own ends, to the bit, at noise ${noise}`, () => {
    const store = model({ noise, steps: 37, curvature: 3 });
    const [surface, kicks] = [createSurface(spec, store)(), createNoise(store)];
    const rates = Float64Array.of(0.001, 0.05, 0.11, 0.3, 0.7, 2, 40);
    const memory = Float64Array.of(0, 0.5, 0.9, 0.99, 0.3, 0.7, 0.1);
    const axes = new Map([
      ["learning_rate", rates],
      ["momentum", memory],
    ]);
    const loss = createSweeper(spec, store, kicks)(surface, momentum, axes);
    assert.equal(loss.length, 7);
    let diverged = 0;
    rates.forEach((rate, k) => {
      const rule = { initial: [0], rule: compile(momentum.rule!) };
      const path = descend(surface, rule, [5, 4], 37, [rate, memory[k]], 1e6, kicks());
      if (path.divergedAt === null) assert.equal(loss[k], path.loss[37]);
      else assert.ok(Number.isNaN(loss[k]));
      diverged += Number(path.divergedAt !== null);
    });
    assert.ok(diverged > 0 && diverged < 7);
  });
}

test("tuning finds the rate that ends lowest, and says when none ends at all", () => {
  const store = model();
  const surface = createSurface(spec, store)();
  const sweeper = createSweeper(spec, store, () => null);
  assert.equal(tune(sweeper, surface, sgd, spec.rates), 0.5); // one step to the bottom
  assert.equal(tune(sweeper, surface, sgd, [3, 4, 5]), null);
});

test("an axis has its values in the middle of its cells, as the slider would set them", () => {
  assert.deepEqual(values(number("a", 0, 1), 4), [0.125, 0.375, 0.625, 0.875]);
  const [low, high] = values(number("a", 1e-4, 10, { scale: "log" }), 5);
  assert.deepEqual([low, high], [3.16e-4, 3.16e-3]);
});
