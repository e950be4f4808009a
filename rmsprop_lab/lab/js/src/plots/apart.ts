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

// A path to draw as a line, without the swings that run from a place to another as an earlier one did: a path that
// jumps there and back a thousand times is a bar otherwise. Places are cells; at a gap is not-a-number.
export function thinned(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  end: number,
  least: number,
  box: Box,
): [xs: Float64Array, ys: Float64Array] {
  const columns = Math.ceil((box.right - box.left) / least) + 1;
  const cellOf = (x: number, y: number) =>
    x > box.left && x < box.right && y > box.top && y < box.bottom
      ? Math.floor((y - box.top) / least) * columns + Math.floor((x - box.left) / least)
      : -1;
  const swings = new Set<number>();
  const [lineX, lineY] = [new Float64Array(2 * end + 1), new Float64Array(2 * end + 1)];
  let [from, length] = [-1, 0];
  for (let k = 0; k <= end; k++) {
    const [x, y] = [xs[k]!, ys[k]!];
    const to = cellOf(x, y);
    if (from >= 0 && to >= 0 && Math.abs(x - xs[k - 1]!) + Math.abs(y - ys[k - 1]!) > 2 * least) {
      const swing = Math.min(from, to) * 2 ** 26 + Math.max(from, to);
      if (swings.has(swing)) lineX[length] = lineY[length++] = NaN;
      swings.add(swing);
    }
    lineX[length] = x;
    lineY[length++] = y;
    from = to;
  }
  return [lineX.subarray(0, length), lineY.subarray(0, length)];
}
