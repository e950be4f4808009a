// A surface seen from above: a quiet map of few tones.

import { contours, type ContourMultiPolygon } from "d3-contour";
import type { Scale } from "./axis.ts";
import { paintNothing, type Context } from "../dom/canvas.ts";
import { tones, type Theme } from "../dom/theme.ts";
import type { Point, Window } from "../model/contract.ts";
import { roundest } from "../model/numbers.ts";

const GRID = 96;
const TONES = 12;
const NARROW = 2; // cells: what lies lower than a line and is narrower comes out as islands

export interface Contours {
  shapes: ContourMultiPolygon[]; // where f is higher than the level that `value` says
  hole: ContourMultiPolygon | null; // where f has no value
  size: [number, number]; // columns and rows
  window: Window; // what the grid spans
}

// The heights of a surface at the middles of a grid's cells, row by row from the bottom.
export function sample(value: (x: number, y: number) => number, window: Window): Contours {
  const [[left, right], [bottom, top]] = window;
  const heights = new Float64Array(GRID * GRID);
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      const x = left + ((right - left) * (column + 0.5)) / GRID;
      const y = bottom + ((top - bottom) * (row + 0.5)) / GRID;
      heights[row * GRID + column] = value(x, y);
    }
  }
  return contoursOf(heights, [GRID, GRID], window);
}

// Levels so that a bowl gets evenly spaced rings and any other surface, Rosenbrock's too, a map
// as evenly covered: round numbers near to these. A level at which the valley is narrower than the grid
// can tell has no line.
export function contoursOf(heights: Float64Array, size: [number, number], window: Window): Contours {
  const finite = heights.filter(Number.isFinite).sort();
  const missing = () => Array.from(heights, (value) => Number(Number.isNaN(value) || finite.length === 0));
  const hole =
    heights.some(Number.isNaN) || finite.length === 0 ? contours().size(size).contour(missing(), 0.5) : null;
  if (finite.length === 0) return { shapes: [], hole, size, window };
  const [lowest, highest] = [finite[0]!, finite[finite.length - 1]!];
  const filled = heights.map((value, k) =>
    Number.isNaN(value) ? around(heights, k, size[0]) : Math.min(Math.max(value, lowest), highest),
  );
  const even = Array.from(
    { length: TONES + 1 },
    (_, k) => finite[Math.floor((k / TONES) ** 2 * (finite.length - 1))]!,
  );
  const levels = even.slice(1, -1).map((level, k) => {
    const [below, above] = [even[k]!, even[k + 2]!];
    return roundest(level - (level - below) / 3, level + (above - level) / 3);
  });
  const shapes = contours().size(size).thresholds(levels)(filled as unknown as number[]);
  return { shapes: shapes.filter((shape) => widthBelow(shape, size) >= NARROW), hole, size, window };
}

// How wide is what lies lower, in cells: twice its area over the length of the lines around it. That is the width
// of a strip, and the radius of a disc.
function widthBelow({ coordinates }: ContourMultiPolygon, [columns, rows]: [number, number]): number {
  let [area, length] = [columns * rows, 0];
  for (const ring of coordinates.flat()) {
    for (let k = 1; k < ring.length; k++) {
      const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = [ring[k - 1], ring[k]];
      area -= (x1 * y0 - x0 * y1) / 2; // of a hole in what lies higher it has the other sign
      const atEdge = (x0 === x1 && (x0 === 0 || x0 === columns)) || (y0 === y1 && (y0 === 0 || y0 === rows));
      if (!atEdge) length += Math.hypot(x1 - x0, y1 - y0);
    }
  }
  return length > 0 ? (2 * area) / length : Infinity;
}

// The mean height of the cells around one without a value: with it the lines run straight into the hole.
function around(heights: Float64Array, cell: number, columns: number): number {
  let [sum, count] = [0, 0];
  for (const row of [-columns, 0, columns]) {
    for (const neighbour of [cell + row - 1, cell + row, cell + row + 1]) {
      const height = heights[neighbour] ?? NaN; // beside the grid there is none
      if (!Number.isFinite(height)) continue;
      sum += height;
      count++;
    }
  }
  return sum / count;
}

// Where the level may be written on its line, the lowest place on the map first.
export function levelSpots(
  { coordinates }: ContourMultiPolygon,
  { size: [columns, rows], window: [[left, right], [bottom, top]] }: Contours,
  { x, y }: { x: Scale; y: Scale },
): Point[] {
  const spots: Point[] = [];
  for (const ring of coordinates.flat()) {
    for (let k = 0; k < ring.length; k += 3) {
      const [column = NaN, row = NaN] = ring[k]!;
      const atEdge = column === 0 || column === columns || row === 0 || row === rows;
      if (!atEdge)
        spots.push([
          x(left + ((right - left) * column) / columns),
          y(bottom + ((top - bottom) * row) / rows),
        ]);
    }
  }
  return spots.sort(([, y], [, other]) => other - y);
}

export function paintContours(
  context: Context,
  { shapes, hole, size: [columns, rows], window: [[left, right], [bottom, top]] }: Contours,
  x: Scale,
  y: Scale,
  theme: Theme,
): void {
  const [x0, x1] = x.range();
  const [y0, y1] = y.range();
  const [lowest, ...higher] = tones(theme.low, theme.high, shapes.length + 1).map(
    (tone) => `rgb(${tone.join(", ")})`,
  );
  context.save();
  context.beginPath();
  context.rect(x0, y1, x1 - x0, y0 - y1);
  context.clip();
  context.fillStyle = lowest ?? "";
  context.fillRect(x0, y1, x1 - x0, y0 - y1);
  context.strokeStyle = theme.contour;
  context.lineWidth = 1;
  const toX = (column: number) => x(left + ((right - left) * column) / columns);
  const toY = (row: number) => y(bottom + ((top - bottom) * row) / rows);
  const trace = (shape: ContourMultiPolygon) => {
    context.beginPath();
    for (const ring of shape.coordinates.flat()) {
      ring.forEach(([column = NaN, row = NaN], k) => {
        if (k === 0) context.moveTo(toX(column), toY(row));
        else context.lineTo(toX(column), toY(row));
      });
      context.closePath();
    }
  };
  shapes.forEach((shape, k) => {
    context.fillStyle = higher[k] ?? "";
    trace(shape);
    context.fill("evenodd");
    context.stroke();
  });
  if (hole) {
    context.save();
    trace(hole);
    context.stroke();
    context.clip();
    paintNothing(context, x0, y1, x1 - x0, y0 - y1, theme);
    context.restore();
  }
  context.restore();
}
