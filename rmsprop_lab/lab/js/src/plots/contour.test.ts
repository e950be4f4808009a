import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf } from "./axis.ts";
import type { Context } from "../dom/canvas.ts";
import { contoursOf, gridOf, paintContours, sample, type Contours } from "./contour.ts";
import type { Theme } from "../dom/theme.ts";
import type { Window } from "../model/contract.ts";

test("where there is no value there is a hole, and the lines run straight into it", () => {
  const [columns, rows] = [12, 6];
  // f = y right of the middle, no value left of it.
  const heights = Float64Array.from({ length: columns * rows }, (_, k) =>
    k % columns < columns / 2 ? NaN : Math.floor(k / columns),
  );
  const [size, window]: [[number, number], Window] = [
    [columns, rows],
    [
      [-6, 6],
      [0, 6],
    ],
  ];
  const { hole, shapes } = contoursOf(heights, size, window);
  const edge = hole!.coordinates.flat(2).map(([column = NaN]) => column);
  assert.deepEqual([Math.min(...edge), Math.max(...edge)], [0, columns / 2]);
  // Every tone's lower edge is as high in the first column beside the hole as in all others.
  for (const { coordinates } of shapes.filter(({ coordinates }) => coordinates.length)) {
    const lowest = (from: number) =>
      Math.min(
        ...coordinates
          .flat(2)
          .filter(([column = NaN]) => column >= from && column <= from + 1)
          .map(([, row = NaN]) => row),
      );
    const edges = Array.from({ length: columns / 2 - 1 }, (_, k) => lowest(columns / 2 + k));
    assert.equal(new Set(edges.filter(Number.isFinite)).size, 1, String(edges));
  }
  assert.equal(contoursOf(Float64Array.of(1, 2, 3, Infinity), [2, 2], window).hole, null);
  // Where f is infinite all over there is nothing to draw either.
  assert.equal(contoursOf(new Float64Array(4).fill(Infinity), [2, 2], window).hole!.coordinates.length, 1);
  const nowhere = contoursOf(new Float64Array(4).fill(NaN), [2, 2], window);
  assert.deepEqual([nowhere.shapes.length, nowhere.hole!.coordinates.length], [0, 1]);
});

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
  const x = scaleOf("linear", [-4, 4], [-4, 4]);
  const y = scaleOf("linear", [10, 16], [10, 16]);
  paintContours(
    { ...context, ...strokes, moveTo: note, lineTo: note } as unknown as Context,
    contours,
    x,
    y,
    { low: "#000", high: "#fff", line: "#888" } as Theme,
  );
  const ends = (values: number[]) => [Math.min(...values), Math.max(...values)];
  assert.deepEqual(ends(points.map(([, at]) => at)), [10, 16]);
  assert.equal(ends(points.map(([at]) => at))[1], 4);
});

const GRID: [number, number] = [96, 96];
const SQUARE: Window = [
  [-2, 2],
  [-2, 2],
];

test("the lines stand at round numbers, near to where they cover the map evenly", () => {
  const { shapes } = sample((x, y) => 7.3 * (x * x + y * y), SQUARE, GRID);
  assert.equal(shapes.length, 11);
  for (const { value } of shapes) assert.ok(Number(value.toPrecision(2)) === value, `${value}`);
  // Of a bowl: rings, each as far from the last one, give or take a half.
  const radii = shapes.slice(0, 8).map(({ value }) => Math.sqrt(value / 7.3));
  radii.slice(1).forEach((radius, k) => assert.ok(Math.abs(radius - radii[k]! - 0.19) < 0.1, String(radii)));
});

const rosenbrock = (x: number, y: number) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;

// The points of a map's lines in sight, each with the level that it should have.
function pointsOf({ shapes, size, window }: Contours): [x: number, y: number, level: number][] {
  const at = (cell: number, k: 0 | 1) => window[k][0] + ((window[k][1] - window[k][0]) * cell) / size[k];
  return shapes
    .flatMap(({ value, coordinates }) =>
      coordinates
        .flat(2)
        .map(([column = NaN, row = NaN]): [number, number, number] => [at(column, 0), at(row, 1), value]),
    )
    .filter(([x, y]) => Math.max(Math.abs(x), Math.abs(y)) <= 2);
}

test("a line runs where f has its level, in a narrow valley too", () => {
  const off = pointsOf(sample(rosenbrock, SQUARE, GRID)).map(([x, y, level]) => {
    const steepness = Math.hypot(2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x));
    return (Math.abs(rosenbrock(x, y) - level) / steepness) * (GRID[0] / 4); // cells
  });
  off.sort((one, other) => one - other);
  const typical = off[Math.floor(0.95 * off.length)]!;
  assert.ok(off.length > 1000 && typical < 0.02, `19 of 20 points within ${typical} cells`);
});

test("the lines run straight out of the window", () => {
  const points = pointsOf(sample((x, y) => x + y, SQUARE, GRID));
  assert.ok(points.length > 1000);
  for (const [x, y, level] of points) assert.ok(Math.abs(x + y - level) < 1e-9);
});

test("a picture has as many cells as the eye tells apart, and a large one no more than there is time for", () => {
  assert.deepEqual(gridOf(100, 60), [50, 30]);
  const [columns, rows] = gridOf(1600, 900);
  assert.ok(columns * rows > 8500 && columns * rows < 9500 && columns / rows > 1.7 && columns / rows < 1.9);
});

test("a valley that is narrower than the grid can tell is one piece, not islands", () => {
  const window: Window = [
    [-2, 2],
    [-1, 3],
  ];
  const { shapes } = sample(rosenbrock, window, GRID);
  assert.ok(shapes.length >= 8, `${shapes.length} lines are left`);
  // What lies lower than the lowest line is a hole in what lies higher, or parts that from the edge: one piece.
  const lowest = shapes[0]!;
  const inside = lowest.coordinates.reduce((holes, [, ...rest]) => holes + rest.length, 0);
  assert.ok(
    inside <= 1 && lowest.coordinates.length <= 2,
    `${inside} holes, ${lowest.coordinates.length} parts`,
  );
  // Where it becomes narrower it ends.
  const bent = (x: number, y: number) => 100 * (y - (x * x) / 4) ** 2 * (1 + 8 * x * x) + (x * x) / 50;
  const wide: Window = [
    [-3, 3],
    [-2, 2],
  ];
  for (const { coordinates } of sample(bent, wide, GRID).shapes) assert.ok(coordinates.flat().length <= 4);
  // Where it leaves the map at both ends a line has two cells between its sides, or there is none.
  const strip = sample((x, y) => (y - x / 3) ** 2, SQUARE, GRID).shapes;
  const width = (level: number) => (2 * Math.sqrt(level) * GRID[0]) / 4 / Math.hypot(1, 1 / 3);
  assert.ok(strip.length >= 8 && width(strip[0]!.value) >= 1.9, `${width(strip[0]!.value)} cells`);
  // A bowl keeps all its rings.
  assert.equal(sample((x, y) => x * x + y * y, window, GRID).shapes.length, 11);
});

test("a plain has the lowest tone all over", () => {
  const nothing = () => {};
  const context = { save: nothing, restore: nothing, beginPath: nothing, rect: nothing, clip: nothing };
  const fills: string[] = [];
  const paper = { ...context, fillStyle: "", fillRect: () => fills.push(paper.fillStyle) };
  const scale = scaleOf("linear", [-2, 2]);
  const theme = { low: "rgb(255, 255, 255)", high: "rgb(0, 0, 0)" } as Theme;
  paintContours(
    paper as unknown as Context,
    sample(() => 3, SQUARE, GRID),
    scale,
    scale,
    theme,
  );
  assert.deepEqual(fills, ["rgb(255, 255, 255)"]);
});
