import assert from "node:assert/strict";
import { test } from "node:test";
import { polyline, type Context } from "./canvas.ts";

const box = { left: 0, right: 100, top: 0, bottom: 100 };

// What is drawn of a line: moves and lines, rounded.
function drawn(xs: number[], ys: number[]): string {
  const calls: string[] = [];
  const note = (word: string) => (x: number, y: number) =>
    calls.push(`${word}${Math.round(x)},${Math.round(y)}`);
  const context = { beginPath() {}, stroke() {}, moveTo: note("M"), lineTo: note("L") };
  polyline(context as unknown as Context, xs, ys, box);
  return calls.join(" ");
}

test("a line within the box is drawn as it is, without points too near to be seen", () => {
  assert.equal(drawn([10, 50, 50.1, 90], [10, 20, 20.1, 30]), "M10,10 L50,20 L90,30");
});

test("a line out of the box is cut at its edge, and taken up where it comes back", () => {
  assert.equal(drawn([50, 150, 150, 50], [50, 50, 60, 60]), "M50,50 L100,50 M100,60 L50,60");
  assert.equal(drawn([-1e9, 1e9], [50, 50]), "M0,50 L100,50");
  assert.equal(drawn([200, 300], [0, 100]), "");
});

test("a hole in the numbers is a hole in the line", () => {
  assert.equal(drawn([10, NaN, 30, 40], [10, 20, 30, 40]), "M30,30 L40,40");
  assert.equal(drawn([10, 20, 30], [NaN, NaN, NaN]), "");
});
