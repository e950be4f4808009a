import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "./run.ts";
import { createRefinement } from "./refine.ts";

const later = (ms: number) => new Promise((done) => setTimeout(done, ms));

// A run that takes so many ms for a setting, and so many slices in all.
function fake(pace: number, slices: number): (size: number) => Run {
  return () => {
    let left = slices;
    const empty = { loss: new Float64Array(), gone: new Uint8Array() };
    return { ...empty, pace, advance: () => --left <= 0 };
  };
}

test("what is quick is done at once, as fine as it was asked for", () => {
  const sizes: number[] = [];
  createRefinement().start(64, 10, false, fake(0.001, 1), (size) => sizes.push(size));
  assert.deepEqual(sizes, [64]);
});

type Begin = (size: number) => Run;
const refined = (refinement: ReturnType<typeof createRefinement>, begin: Begin, late = false) =>
  new Promise<number>((done) => refinement.start(64, 10, late, begin, done));

test("what takes long is begun anew with fewer settings, and next time begins with them", async () => {
  const [refinement, begun] = [createRefinement(), [] as number[]];
  const begin = (size: number) => (begun.push(size), fake(0.02, 3)(size));
  assert.equal(await refined(refinement, begin), 16);
  assert.deepEqual(begun, [64, 16]);
  assert.equal(await refined(refinement, begin), 16);
  assert.deepEqual(begun, [64, 16, 16]);
});

test("one slow slice makes no map coarser", async () => {
  const paces = [3]; // then it is quick
  const begin = (size: number): Run => ({
    ...fake(0, 3)(size),
    get pace() {
      return paces.pop() ?? 0.001;
    },
  });
  assert.equal(await refined(createRefinement(), begin), 64);
});

test("however slow, some settings are walked; what is stopped is never done", async () => {
  const [refinement, sizes] = [createRefinement(), [] as number[]];
  assert.equal(await refined(refinement, fake(1e6, 3)), 8);
  refinement.start(64, 10, false, fake(1e6, 3), (size) => sizes.push(size));
  refinement.stop();
  await later(60);
  assert.deepEqual(sizes, []);
});

test("where the frame is late, the first slice waits, too", async () => {
  let sizes = 0;
  const late = refined(createRefinement(), fake(0.001, 1), true).then(() => sizes++);
  await Promise.resolve();
  assert.equal(sizes, 0);
  await late;
});
