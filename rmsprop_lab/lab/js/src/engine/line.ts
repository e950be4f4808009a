// A line through points, as a surface: the twin of objectives/line.py, whose sums have the same bits.

import type { ObjectiveSpec, Point, Window } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";

export const MOST = 1000; // points
export const LARGEST = 1e6; // of their numbers
const NARROW = 1e-9; // share of the largest input: where all lie closer together, no line is the best
const TINY = 1e-100; // likewise, because its square must not be 0
const CLOSE = 0.05; // share of the window that the minimum is from the start, at least

// In the order in which the tapes take them: the best slope and intercept, the means of u², u and 1, the lowest f.
export function lineSums(points: readonly Point[]): number[] {
  const count = points.length;
  let [sumU, sumT] = [0, 0];
  for (const [u, t] of points) {
    sumU = sumU + u;
    sumT = sumT + t;
  }
  const [meanU, meanT] = [sumU / count, sumT / count];
  let [spread, common] = [0, 0];
  for (const [u, t] of points) {
    spread = spread + (u - meanU) * (u - meanU);
    common = common + (u - meanU) * (t - meanT);
  }
  const bestX = common / spread;
  const bestY = meanT - bestX * meanU;
  let [squares, errors] = [0, 0];
  for (const [u, t] of points) {
    const error = bestX * u + bestY - t;
    squares = squares + u * u;
    errors = errors + error * error;
  }
  return [bestX, bestY, squares / count, meanU, 1, errors / count / 2];
}

// Whether one line fits best.
export function inputsDiffer(points: readonly Point[]): boolean {
  const inputs = points.map(([u]) => u);
  const largest = Math.max(...inputs.map(Math.abs));
  return Math.max(...inputs) - Math.min(...inputs) > Math.max(NARROW * largest, TINY);
}

// Those that the surface came with.
export const pointsOf = ({ examples }: ObjectiveSpec): Point[] =>
  examples!.rows.map(([u, , t]): Point => [u!, t!]);

// Those that are shown.
export const pointsNow = ({ spec, get }: Lab): readonly Point[] =>
  get("data") ?? pointsOf(spec.objectives[0]!);

// The surface of other points, and of inputs in other units: each is multiplied by that.
export function withPoints(
  line: ObjectiveSpec,
  given: readonly Point[] | null,
  units: number,
): ObjectiveSpec {
  const points = (given ?? pointsOf(line)).map(([u, t]): Point => [units * u, t]);
  const settings = lineSums(points);
  const minimum: Point = [settings[0]!, settings[1]!];
  const rows = points.map(([u, t]) => [u, 1, t]);
  return {
    ...line,
    settings,
    minima: [minimum],
    window: windowOf(line, minimum),
    examples: { ...line.examples!, rows },
  };
}

// What the map shows: the same as before while the minimum is to be seen there, and apart from the start; so it
// holds still while one pulls a point. Otherwise both, with as much around them.
function windowOf({ window, start }: ObjectiveSpec, minimum: Point): Window {
  const [widths, ways] = [
    window.map(([low, high]) => high - low),
    minimum.map((at, k) => Math.abs(at - start[k]!)),
  ];
  const inside = window.every(([low, high], k) => minimum[k]! > low && minimum[k]! < high);
  if (inside && ways.some((way, k) => way > CLOSE * widths[k]!)) return window;
  const half = Math.max(...ways) || 1;
  const around = (k: 0 | 1): Point => {
    const middle = (minimum[k] + start[k]) / 2;
    return [middle - half, middle + half];
  };
  return [around(0), around(1)];
}
