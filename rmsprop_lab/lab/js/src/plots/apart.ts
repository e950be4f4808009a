// Of many points and lines those that can be told apart.

import type { Box } from "../dom/canvas.ts";

let holders = new Int32Array(); // by cell, the place of its point; kept, because it is large

// The places of the points within a box that are so far from all chosen before them, the first left out: it has a
// ring. A cell holds one at most, for its sides are as long as a diagonal of that length.
export function apart(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  end: number,
  least: number,
  box: Box,
): number[] {
  const side = least / Math.SQRT2;
  const columns = Math.ceil((box.right - box.left) / side) + 1;
  const cells = columns * (Math.ceil((box.bottom - box.top) / side) + 1);
  if (holders.length < cells) holders = new Int32Array(cells);
  holders.fill(-1, 0, cells);
  const chosen: number[] = [];
  for (let k = 1; k <= end; k++) {
    const [x, y] = [xs[k]!, ys[k]!];
    if (!(x > box.left && x < box.right && y > box.top && y < box.bottom)) continue;
    const [column, row] = [Math.floor((x - box.left) / side), Math.floor((y - box.top) / side)];
    const cell = row * columns + column;
    if (holders[cell] !== -1) continue;
    let free = true;
    for (let dy = -2; dy <= 2 && free; dy++) {
      for (let dx = -2; dx <= 2 && free; dx++) {
        if (column + dx < 0 || column + dx >= columns) continue;
        const near = cell + dy * columns + dx;
        const other = near < cells ? (holders[near] ?? -1) : -1;
        if (other >= 0) free = (xs[other]! - x) ** 2 + (ys[other]! - y) ** 2 >= least * least;
      }
    }
    if (!free) continue;
    holders[cell] = k;
    chosen.push(k);
  }
  return chosen;
}

const PASSES = 3; // so many lines through a cell fill it
const PIECES = 8; // of a line, at the most

let ink = new Float64Array(); // by cell, the length of the lines in it, in sides

// A path to draw as a line, without the steps that lead through full cells: a path that swings there and back a
// thousand times is a bar otherwise, and one that noise keeps about the minimum a blot. At a gap is not-a-number.
export function thinned(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  end: number,
  side: number,
  box: Box,
): [xs: Float64Array, ys: Float64Array] {
  const columns = Math.ceil((box.right - box.left) / side) + 1;
  const cells = columns * (Math.ceil((box.bottom - box.top) / side) + 1);
  if (ink.length < cells) ink = new Float64Array(cells);
  ink.fill(0, 0, cells);
  const passed = new Int32Array(PIECES); // the cells in sight of one step
  const [lineX, lineY] = [new Float64Array(2 * end + 1), new Float64Array(2 * end + 1)];
  let length = 0;
  for (let k = 0; k <= end; k++) {
    const [x, y] = [xs[k]!, ys[k]!];
    if (k > 0) {
      const [fromX, fromY] = [xs[k - 1]!, ys[k - 1]!];
      const sides = Math.hypot(x - fromX, y - fromY) / side;
      const pieces = Math.min(Math.ceil(sides), PIECES);
      let [count, free] = [0, 0];
      for (let piece = 0; piece < pieces; piece++) {
        const share = (piece + 0.5) / pieces;
        const [atX, atY] = [fromX + share * (x - fromX), fromY + share * (y - fromY)];
        if (!(atX > box.left && atX < box.right && atY > box.top && atY < box.bottom)) continue;
        const cell = Math.floor((atY - box.top) / side) * columns + Math.floor((atX - box.left) / side);
        free += Number(ink[cell]! < PASSES);
        passed[count++] = cell;
      }
      if (2 * free < count) lineX[length] = lineY[length++] = NaN;
      else while (count > 0) ink[passed[--count]!]! += Math.min(sides / pieces, 1);
    }
    lineX[length] = x;
    lineY[length++] = y;
  }
  return [lineX.subarray(0, length), lineY.subarray(0, length)];
}
