// A surface seen from above: a quiet map of few tones.

import { contours, type ContourMultiPolygon } from "d3-contour";
import type { Scale } from "./axis.ts";
import { paintNothing, type Context } from "../dom/canvas.ts";
import { tones, type Theme } from "../dom/theme.ts";
import type { Window } from "../model/contract.ts";

const GRID = 96;
const TONES = 12;

export interface Contours {
  shapes: ContourMultiPolygon[];
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
// as evenly covered.
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
  const levels = Array.from({ length: TONES - 1 }, (_, k) => {
    const share = ((k + 1) / TONES) ** 2;
    return finite[Math.floor(share * (finite.length - 1))]!;
  });
  const shapes = contours().size(size).thresholds(levels)(filled as unknown as number[]);
  return { shapes, hole, size, window };
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

export function paintContours(
  context: Context,
  { shapes, hole, size: [columns, rows], window: [[left, right], [bottom, top]] }: Contours,
  x: Scale,
  y: Scale,
  theme: Theme,
): void {
  const [x0, x1] = x.range();
  const [y0, y1] = y.range();
  const [lowest, ...higher] = tones(theme.low, theme.high, TONES).map((tone) => `rgb(${tone.join(", ")})`);
  context.save();
  context.beginPath();
  context.rect(x0, y1, x1 - x0, y0 - y1);
  context.clip();
  context.fillStyle = lowest ?? "";
  context.fillRect(x0, y1, x1 - x0, y0 - y1);
  context.strokeStyle = theme.line;
  context.lineWidth = 0.75;
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
