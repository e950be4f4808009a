import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals-core";
import { createFrames, steady } from "./frames.ts";

// The frames that were asked for.
const asked = new Map<number, () => void>();
let count = 0;
Object.assign(globalThis, {
  requestAnimationFrame: (act: () => void) => (asked.set(++count, act), count),
  cancelAnimationFrame: (frame: number) => asked.delete(frame),
});
function frame(): void {
  const now = [...asked.values()];
  asked.clear();
  for (const act of now) act();
}

test("a frame draws once what has read a change, in order, and nothing else", () => {
  const [x, y, frames, drawn] = [signal(0), signal(0), createFrames(), [] as string[]];
  frames.draw(() => drawn.push(`map ${x.value}`));
  frames.tell(() => drawn.push(`words ${x.value} ${y.value}`));
  assert.deepEqual(drawn, []);
  frames.now();
  assert.deepEqual(drawn.splice(0), ["map 0", "words 0 0"]);
  x.value = 1;
  y.value = 1;
  x.value = 2;
  assert.deepEqual([drawn, asked.size], [[], 1]);
  frame();
  assert.deepEqual(drawn.splice(0), ["map 2", "words 2 1"]);
  y.value = 2;
  frame();
  frame();
  assert.deepEqual(drawn.splice(0), ["words 2 2"]);
  x.value = 3;
  frames.stop();
  frame();
  x.value = 4;
  frame();
  assert.deepEqual(drawn, []);
});

test("what one effect changes, a later one draws in the same frame", () => {
  const [x, swept, frames, drawn] = [signal(0), signal(0), createFrames(), [] as number[]];
  frames.draw(() => (swept.value = 10 * x.value));
  frames.draw(() => drawn.push(swept.value));
  frames.now();
  x.value = 1;
  frame();
  assert.deepEqual(drawn, [0, 10]);
});

test("what has taken longer than a frame is drawn at once when it is there", () => {
  const [swept, frames, drawn] = [signal(0), createFrames(), [] as number[]];
  const paint = frames.draw(() => drawn.push(swept.value));
  frames.now();
  paint(); // nothing new
  swept.value = 1;
  paint();
  assert.deepEqual(drawn, [0, 1]);
  frame();
  assert.deepEqual(drawn, [0, 1]);
});

test("what nobody sees is not drawn before somebody does, and said all the same", () => {
  const [x, frames, drawn] = [signal(0), createFrames(), [] as string[]];
  frames.draw(() => drawn.push(`map ${x.value}`));
  frames.tell(() => drawn.push(`words ${x.value}`));
  frames.now();
  frames.see(false);
  x.value = 1;
  frame();
  x.value = 2;
  frame();
  assert.deepEqual(drawn.splice(0), ["map 0", "words 0", "words 1", "words 2"]);
  frames.see(true);
  frame();
  assert.deepEqual(drawn, ["map 2"]);
});

test("steady data is the same object while it says the same", () => {
  const x = signal(0.1);
  const axis = steady(() => ({ end: Math.ceil(x.value) }));
  const before = axis.value;
  x.value = 0.9;
  assert.equal(axis.value, before);
  x.value = 1.1;
  assert.deepEqual(axis.value, { end: 2 });
});
