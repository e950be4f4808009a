import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleLinear } from "d3-scale";
import type { Context } from "./canvas.ts";
import { contoursOf, paintContours } from "./contour.ts";
import type { Ink } from "./ink.ts";

test("heights of any size fill their window, column by column and row by row", () => {
  const [columns, rows] = [8, 3];
  const heights = Float64Array.from({ length: columns * rows }, (_, k) => k % columns); // rising to the right
  const contours = contoursOf(
    heights,
    [columns, rows],
    [
      [-4, 4],
      [10, 16],
    ],
  );
  const points: [number, number][] = [];
  const note = (x: number, y: number) => points.push([x, y]);
  const nothing = () => {};
  const context = { save: nothing, restore: nothing, beginPath: nothing, rect: nothing, clip: nothing };
  const strokes = { fillRect: nothing, closePath: nothing, fill: nothing, stroke: nothing };
  const x = scaleLinear().domain([-4, 4]).range([-4, 4]);
  const y = scaleLinear().domain([10, 16]).range([10, 16]);
  paintContours(
    { ...context, ...strokes, moveTo: note, lineTo: note } as unknown as Context,
    contours,
    x,
    y,
    { low: "#000", high: "#fff", line: "#888" } as Ink,
  );
  const ends = (values: number[]) => [Math.min(...values), Math.max(...values)];
  assert.deepEqual(ends(points.map(([, at]) => at)), [10, 16]);
  assert.equal(ends(points.map(([at]) => at))[1], 4);
});
