import assert from "node:assert/strict";
import { test } from "node:test";
import { inSlices } from "./slices.ts";

const later = (ms: number) => new Promise((done) => setTimeout(done, ms));

test("the first slice comes at once, the others later, and then all is done once", async () => {
  let [slices, done] = [0, 0];
  inSlices(
    () => ++slices === 3,
    () => done++,
  );
  assert.deepEqual([slices, done], [1, 0]);
  await later(50);
  assert.deepEqual([slices, done], [3, 1]);
});

test("what is stopped works no more and is never done", async () => {
  let [slices, done] = [0, 0];
  const stop = inSlices(
    () => ++slices > 1e6,
    () => done++,
  );
  await later(20);
  stop();
  const before = slices;
  await later(20);
  assert.ok(before > 1);
  assert.deepEqual([slices, done], [before, 0]);
});
