// A surface seen from above: a quiet map of few tones.

import { contours, type ContourMultiPolygon } from "d3-contour";
import type { Scale } from "./axis.ts";
import { paintNothing, type Context } from "../dom/canvas.ts";
import { tones, type Theme } from "../dom/theme.ts";
import type { Point, Window } from "../model/contract.ts";
import { roundest } from "../model/numbers.ts";

const CELL = 2; // px: two lines nearer than twice that are one to the eye
const MOST = 9_000; // cells: a slider that changes the surface draws another map at every event
const TONES = 12;
const NARROW = 2; // cells: where all that lies lower than a line is narrower, the line would be many pieces

export interface Contours {
  shapes: ContourMultiPolygon[]; // where f is higher than the level that `value` says
  hole: ContourMultiPolygon | null; // where f has no value
  size: [number, number]; // columns and rows
  window: Window; // what the grid spans
}

type Ring = number[][];
type Value = (x: number, y: number) => number;

// As many cells as a box of so many pixels has room for.
export const gridOf = (width: number, height: number): [number, number] => {
  const cell = Math.max(CELL, Math.sqrt((width * height) / MOST));
  return [Math.ceil(width / cell), Math.ceil(height / cell)];
};

// The map of a surface, from its heights at the middles of a grid's cells, row by row from the bottom. The outermost
// cells lie beyond the window: the lines run straight out of it.
export function sample(value: Value, within: Window, [across, up]: [number, number]): Contours {
  const size: [number, number] = [across + 2, up + 2];
  const window = within.map(([low, high], k) => {
    const cell = (high - low) / (size[k]! - 2);
    return [low - cell, high + cell];
  }) as Window;
  const [columns, rows] = size;
  const heights = new Float64Array(columns * rows);
  const [toX, toY] = scalesOf(window, size);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      heights[row * columns + column] = value(toX(column + 0.5), toY(row + 0.5));
    }
  }
  return contoursOf(heights, size, window, value);
}

// Where a grid's columns and rows lie.
function scalesOf([[left, right], [bottom, top]]: Window, [columns, rows]: [number, number]) {
  return [
    (column: number) => left + ((right - left) * column) / columns,
    (row: number) => bottom + ((top - bottom) * row) / rows,
  ] as const;
}

// Levels so that a bowl gets evenly spaced rings and any other surface, Rosenbrock's too, a map
// as evenly covered: round numbers near to these. A level at which the valley is narrower than the grid
// can tell has no line.
export function contoursOf(
  heights: Float64Array,
  size: [number, number],
  window: Window,
  value: Value | null = null,
): Contours {
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
  const shapes = contours()
    .size(size)
    .thresholds(levels)(filled as unknown as number[])
    .flatMap((shape) => drawable(shape, size));
  const drawn = { shapes, hole, size, window };
  if (value) for (const shape of shapes) settle(shape, filled, drawn, value);
  return drawn;
}

// A line without the rings that are narrower than a cell, which are what is left of a valley where the grid loses it;
// and none where all that lies lower is narrow. A ring is as wide as twice its area over its length: that is the width
// of a strip, and the radius of a disc.
function drawable(shape: ContourMultiPolygon, size: [number, number]): ContourMultiPolygon[] {
  let [lower, length] = [size[0] * size[1], 0];
  const wide = (ring: Ring) => {
    const around = outline(ring, size);
    if (2 * Math.abs(around.area) < around.length) return false;
    lower -= around.area;
    length += around.length;
    return true;
  };
  const coordinates = shape.coordinates
    .filter(([outer]) => wide(outer!))
    .map((rings) => rings.filter((ring, k) => k === 0 || wide(ring)));
  return 2 * lower >= NARROW * length ? [{ ...shape, coordinates }] : [];
}

// What a ring holds, and how long it is within the grid's edge.
function outline(ring: Ring, [columns, rows]: [number, number]): { area: number; length: number } {
  let [area, length] = [0, 0];
  for (let k = 1; k < ring.length; k++) {
    const [x0, y0, x1, y1] = [ring[k - 1]![0]!, ring[k - 1]![1]!, ring[k]![0]!, ring[k]![1]!];
    area += (x1 * y0 - x0 * y1) / 2; // of a hole it has the other sign
    const atEdge = (x0 === x1 && (x0 === 0 || x0 === columns)) || (y0 === y1 && (y0 === 0 || y0 === rows));
    if (!atEdge) length += Math.hypot(x1 - x0, y1 - y0);
  }
  return { area, length };
}

// Puts the points of a line where f has its level. d3 puts them where f had it if it ran straight from one sample to
// the next; in a narrow valley it does not, and the line would be jagged. One look halfway is enough (Ridders 1979).
function settle(
  { coordinates, value: level }: ContourMultiPolygon,
  heights: Float64Array,
  { size, window }: Contours,
  value: Value,
): void {
  const [toX, toY] = scalesOf(window, size);
  for (const point of coordinates.flat(2)) {
    const along = point[0]! % 1 === 0.5 ? 1 : 0; // it lies between the samples of two columns, or of two rows
    if (point[along]! < 0.5 || point[along]! > size[along] - 0.5) continue; // at the grid's edge
    const [column, row] = [Math.floor(point[0]! - 0.5), Math.floor(point[1]! - 0.5)];
    const cell = row * size[0] + column;
    const low = heights[cell]! - level;
    const high = heights[cell + (along ? size[0] : 1)]! - level;
    const [halfX, halfY] = along ? [column + 0.5, row + 1] : [column + 1, row + 0.5];
    const middle = value(toX(halfX), toY(halfY)) - level;
    const share = (Math.sign(low - high) * middle) / Math.sqrt(middle * middle - low * high);
    if (Number.isFinite(share)) point[along] = (along ? halfY : halfX) + share / 2;
  }
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
  { size, window }: Contours,
  { x, y }: { x: Scale; y: Scale },
): Point[] {
  const [toX, toY] = scalesOf(window, size);
  const [columns, rows] = size;
  const spots: Point[] = [];
  for (const ring of coordinates.flat()) {
    for (let k = 0; k < ring.length; k += 3) {
      const [column = NaN, row = NaN] = ring[k]!;
      const atEdge = column === 0 || column === columns || row === 0 || row === rows;
      if (!atEdge) spots.push([x(toX(column)), y(toY(row))]);
    }
  }
  return spots.sort(([, y], [, other]) => other - y);
}

export function paintContours(
  context: Context,
  { shapes, hole, size, window }: Contours,
  x: Scale,
  y: Scale,
  theme: Theme,
): void {
  const [x0, x1] = x.range();
  const [y0, y1] = y.range();
  const [lowest, ...higher] = tones(theme.low, theme.high, Math.max(shapes.length, 1) + 1).map(
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
  const [toX, toY] = scalesOf(window, size);
  const trace = (shape: ContourMultiPolygon) => {
    context.beginPath();
    for (const ring of shape.coordinates.flat()) {
      ring.forEach(([column = NaN, row = NaN], k) => {
        const [left, top] = [x(toX(column)), y(toY(row))];
        if (k === 0) context.moveTo(left, top);
        else context.lineTo(left, top);
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
