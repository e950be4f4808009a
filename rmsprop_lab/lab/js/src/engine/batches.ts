// Mini-batches of the examples behind a surface: the twin of examples.py, the same batches and bits.

import { mersenne } from "pure-rand/generator/mersenne";
import type { ExamplesSpec, Point } from "../model/contract.ts";
import { build, compile, mayBuild, write } from "../tape/building.ts";
import { columnsOf } from "../tape/checked.ts";

type Twister = ReturnType<typeof mersenne>;

// The examples' places, one batch after the other: passes over the shuffled examples. When fewer
// than a batch are left, these are left out and all are shuffled anew.
export function drawBatches(seed: number, steps: number, size: number, count: number): Int32Array {
  const twister = mersenne(seed ^ (2 ** 31)); // not the numbers that the noise is made of
  const order = Int32Array.from({ length: count }, (_, k) => k);
  const drawn = new Int32Array(steps * size);
  let next = count;
  for (let step = 0; step < steps; step++, next += size) {
    if (next + size > count) {
      shuffle(order, twister);
      next = 0;
    }
    drawn.set(order.subarray(next, next + size), step * size);
  }
  return drawn;
}

function shuffle(order: Int32Array, twister: Twister): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(((twister.next() >>> 0) / 2 ** 32) * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
}

// The mean of the gradients at (x, y) of the examples at these places.
export type BatchGradient = (places: Int32Array, x: number, y: number) => Point;

// Written out as one loop made for these examples: twenty times as fast as a call for each. Own
// names start with "$" and no v or a, which those of a tape do.
export function compileBatches(examples: ExamplesSpec): BatchGradient {
  if (!mayBuild()) return callForEach(examples);
  const { rows, grad } = examples;
  const columns = columnsOf(examples);
  const row = Array.from({ length: columns }, (_, k) => `$rows[$first + ${k}]`);
  const { lines, returns } = write(grad, ["$x", "$y", ...row]);
  const mean = build(
    ["$rows", "$places", "$x", "$y"],
    [
      "let [$sumX, $sumY] = [0, 0];",
      "for (let $k = 0; $k < $places.length; $k++) {",
      `const $first = ${columns} * $places[$k];`,
      ...lines,
      `$sumX = $sumX + ${returns[0]};`,
      `$sumY = $sumY + ${returns[1]};`,
      "}",
      "return [$sumX / $places.length, $sumY / $places.length];",
    ],
  ) as (rows: Float64Array, ...rest: Parameters<BatchGradient>) => Point;
  const numbers = Float64Array.from(rows.flat());
  return (places, x, y) => mean(numbers, places, x, y);
}

function callForEach({ rows, grad }: ExamplesSpec): BatchGradient {
  const gradient = compile(grad);
  return (places, x, y) => {
    let [sumX, sumY] = [0, 0];
    for (const place of places) {
      const [gradX, gradY] = gradient(x, y, ...rows[place]!);
      sumX = sumX + gradX;
      sumY = sumY + gradY!;
    }
    return [sumX / places.length, sumY / places.length];
  };
}

// The gradient of each step's batch: to be called once a step, in order.
export function batchByBatch(
  gradient: BatchGradient,
  drawn: Int32Array,
  size: number,
): (x: number, y: number) => [number, number] {
  let next = 0;
  return (x, y) => gradient(drawn.subarray(next, (next += size)), x, y);
}
