// Thousands of settings at once: for each, where its path ends.
//
// The walk is written out as one loop made for this surface and this rule, four settings side
// by side: a division and a root keep a processor waiting, and the other settings fill the wait.

import type { Tape } from "../model/contract.ts";
import { placeOfRate } from "../model/racers.ts";
import { build, compile, mayBuild, write } from "../tape/building.ts";

export const [DIVERGED, LOST] = [1, 2]; // farther out than far; not a number, as where f has no value

export const LANES = 4; // settings that are walked side by side

// What is walked, as plain data that goes to a worker, too.
export interface Tapes {
  value: Tape; // of the surface
  grad: Tape;
  rule: Tape;
  parameters: string[]; // of the rule
  initial: number[];
  noisy: boolean; // whether its gradients get something added
  scheduled: boolean; // whether its learning rate gets multiplied
}

// Walks four settings over some steps. What it holds between calls stands in columns, one entry for each setting.
export type Sweep = (
  first: number, // of the four
  from: number, // step
  to: number,
  settings: Float64Array[], // one column for each hyper-parameter, in the rule's order
  shape: number[], // the surface's own settings
  noise: readonly [Float64Array, Float64Array] | null,
  factors: Float64Array | null, // of the learning rate, step by step
  far: number,
  held: Float64Array[], // x, y, then each state of x and of y
  gone: Uint8Array, // LOST or DIVERGED, for those that have gone
  loss: Float64Array, // f where they stand after the steps
) => void;

// A tape's own names, $v and a number, hide none of these.
export function compileSweep(tapes: Tapes): Sweep {
  if (!mayBuild()) return sweepByCalls(tapes);
  const { value, grad, rule, parameters, initial, noisy, scheduled } = tapes;
  const shape = value.takes.slice(2).map((_, k) => `$shape${k}`);
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const each = (write: (lane: number) => string) => lanes.map(write);
  const rate = scheduled ? placeOfRate(tapes) : -1;
  const states = initial.map((_, k) => k);
  const surface = (tape: Tape, lane: number, use: (results: string[]) => string) => {
    const { lines, returns } = write(tape, [`$x${lane}`, `$y${lane}`, ...shape]);
    return `${lines.join("\n")}\n${use(returns)}`;
  };
  const columns = (lane: number) => [
    `$x${lane}`,
    `$y${lane}`,
    ...states.flatMap((k) => [`$x${lane}s${k}`, `$y${lane}s${k}`]),
  ];

  const begin = (lane: number) =>
    [
      `let $gone${lane} = $gone[$first + ${lane}];`,
      ...columns(lane).map((name, k) => `let ${name} = $held[${k}][$first + ${lane}];`),
      ...parameters.map((_, k) => `const $h${k}_${lane} = $settings[${k}][$first + ${lane}];`),
    ].join("\n");
  const update = (axis: string, lane: number) => {
    const at = `$${axis}${lane}`;
    const held = states.map((k) => `${at}s${k}`);
    const { lines, returns } = write(rule, [
      ...parameters.map((_, k) => (k === rate ? "$rate" : `$h${k}_${lane}`)),
      `$g${axis}`,
      ...held,
    ]);
    return `{
      ${lines.join("\n")}
      ${at} = ${at} - ${returns[0]};
      ${held.length ? `[${held.join(", ")}] = [${returns.slice(1).join(", ")}];` : ""}
    }`;
  };
  const step = (lane: number) => `{
    let $gx, $gy;
    {
      ${surface(grad, lane, ([x, y]) => `$gx = ${x};\n$gy = ${y};`)}
    }
    ${rate >= 0 ? `const $rate = $h${rate}_${lane} * $factors[$step];` : ""}
    ${noisy ? "$gx = $gx + $noise[0][$step]; $gy = $gy + $noise[1][$step];" : ""}
    ${update("x", lane)}
    ${update("y", lane)}
    if (!($x${lane} <= $far && $x${lane} >= -$far && $y${lane} <= $far && $y${lane} >= -$far)) $gone${lane} ||= $x${lane} !== $x${lane} || $y${lane} !== $y${lane} ? ${LOST} : ${DIVERGED};
  }`;
  const end = (lane: number) => `{
    ${columns(lane)
      .map((name, k) => `$held[${k}][$first + ${lane}] = ${name};`)
      .join("\n")}
    $gone[$first + ${lane}] = $gone${lane};
    ${surface(value, lane, ([f]) => `$loss[$first + ${lane}] = $gone${lane} ? NaN : ${f};`)}
  }`;

  return build(
    [
      "$first",
      "$from",
      "$to",
      "$settings",
      "$shape",
      "$noise",
      "$factors",
      "$far",
      "$held",
      "$gone",
      "$loss",
    ],
    [
      ...shape.map((name, k) => `const ${name} = $shape[${k}];`),
      ...each(begin),
      "for (let $step = $from; $step < $to; $step++) {",
      ...each(step),
      `if (${lanes.map((lane) => `$gone${lane}`).join(" && ")}) break;`,
      "}",
      ...each(end),
    ],
  ) as Sweep;
}

// The same by calls: slower, but nothing is made for it. Where no loop may be written, or few steps are to be walked.
export function sweepByCalls(tapes: Tapes): Sweep {
  const [{ value, grad, rule, initial }, rate] = [tapes, placeOfRate(tapes)];
  const [f, gradient, move] = [compile(value), compile(grad), compile(rule)];
  return (first, from, to, settings, shape, noise, factors, far, held, gone, loss) => {
    const [x, y] = [held[0]!, held[1]!];
    const states = [0, 1].map((axis) => initial.map((_, state) => held[2 + 2 * state + axis]!));
    for (let k = first; k < first + LANES; k++) {
      const values = settings.map((column) => column[k]!);
      for (let step = from; step < to && !gone[k]; step++) {
        if (factors && rate >= 0) values[rate] = settings[rate]![k]! * factors[step]!;
        const slopes = gradient(x[k]!, y[k]!, ...shape);
        [x, y].forEach((at, axis) => {
          const grad = noise ? slopes[axis]! + noise[axis]![step]! : slopes[axis]!;
          const [update, ...after] = move(...values, grad, ...states[axis]!.map((column) => column[k]!));
          at[k] = at[k]! - update;
          states[axis]!.forEach((column, state) => (column[k] = after[state]!));
        });
        if (!(Math.abs(x[k]!) <= far && Math.abs(y[k]!) <= far)) {
          gone[k] = Number.isNaN(x[k]) || Number.isNaN(y[k]) ? LOST : DIVERGED;
        }
      }
      loss[k] = gone[k] ? NaN : f(x[k]!, y[k]!, ...shape)[0];
    }
  };
}
