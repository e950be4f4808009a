import assert from "node:assert/strict";
import { test } from "node:test";
import type { Box } from "../dom/canvas.ts";
import { createRoom, LINE, type Side, type Word } from "./room.ts";

const BOUNDS: Box = { left: 0, right: 200, top: 0, bottom: 100 };
const ALL: Side[] = ["right", "left", "above", "below"];

test("a word stands beside its point, on the first side that is free", () => {
  const room = createRoom(BOUNDS);
  const first = room.beside("start", 30, 100, 50, 10, ALL);
  assert.deepEqual(first, { text: "start", left: 110, top: 50 - LINE / 2, width: 30 });
  assert.equal(room.beside("minimum", 50, 100, 50, 10, ALL)?.left, 40);
  assert.equal(room.beside("end", 30, 100, 50, 10, ALL)?.top, 50 - 10 - LINE);
  assert.equal(room.beside("end", 30, 100, 50, 10, ALL)?.top, 60);
  assert.equal(room.beside("end", 30, 100, 50, 10, ALL), null);
});

test("a word stays within the picture and off what is taken or crossed", () => {
  assert.equal(createRoom(BOUNDS).beside("start", 30, 190, 50, 10, ["right"]), null);
  assert.equal(createRoom(BOUNDS).beside("start", 30, 100, 3, 10, ["above"]), null);
  const taken = { left: 105, right: 108, top: 40, bottom: 60 };
  assert.equal(createRoom(BOUNDS, [taken]).beside("start", 30, 100, 50, 1, ["right"]), null);
  const right = createRoom(BOUNDS, [], (box) => box.left > 100);
  assert.equal(right.beside("start", 30, 100, 50, 10, ALL)?.left, 60);
});

test("no two words lie on each other, however many ask", () => {
  const room = createRoom(BOUNDS);
  const words = Array.from({ length: 200 }, (_, k) =>
    room.beside(`${k}`, 20 + (k % 3) * 10, (k * 37) % 200, (k * 53) % 100, 8, ALL),
  ).filter((word): word is Word => word !== null);
  assert.ok(words.length > 8);
  const boxes = room.taken;
  boxes.forEach((one, k) => {
    for (const other of boxes.slice(0, k)) {
      const [apartX, apartY] = [
        Math.max(one.left - other.right, other.left - one.right),
        Math.max(one.top - other.bottom, other.top - one.bottom),
      ];
      assert.ok(Math.max(apartX, apartY) >= 0);
    }
  });
});
