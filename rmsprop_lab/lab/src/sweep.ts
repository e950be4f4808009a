// Thousands of settings at once: for each, where its path ends.
//
// The walk is written out as one loop made for this surface and this rule, four settings side
// by side: a division and a root keep a processor waiting, and the other settings fill the wait.

import { bind, build, type Program } from "./program.ts";
import type { ObjectiveSpec, OptimizerSpec } from "./spec.ts";

export const [DIVERGED, LOST] = [1, 2]; // farther out than far; not a number, as where f has no value

export const LANES = 4; // settings that are walked side by side

// Walks four settings over some steps. What it holds between calls stands in columns, one entry for each setting.
export type Sweep = (
  first: number, // of the four
  from: number, // step
  to: number,
  settings: Float64Array[], // one column for each hyper-parameter, in the rule's order
  kicks: readonly [Float64Array, Float64Array] | null,
  far: number,
  held: Float64Array[], // x, y, then each state of x and of y
  gone: Uint8Array, // LOST or DIVERGED, for those that have gone
  loss: Float64Array, // f where they stand after the steps
) => void;

// Of a surface and a rule that are translated. Own names start with "$", which no translated name does; so a block's names hide none of them.
export function compileSweep(objective: ObjectiveSpec, optimizer: OptimizerSpec, noisy: boolean): Sweep {
  const [value, grad, rule] = [objective.value!, objective.grad!, optimizer.rule!];
  const { hyper, initial } = optimizer;
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const each = (write: (lane: number) => string) => lanes.map(write);
  const states = initial.map((_, k) => k);
  const surface = (program: Program, lane: number) =>
    bind(program, [`$x${lane}`, `$y${lane}`, ...objective.settings.map(String)]);
  const columns = (lane: number) => [
    `$x${lane}`,
    `$y${lane}`,
    ...states.flatMap((k) => [`$x${lane}s${k}`, `$y${lane}s${k}`]),
  ];

  const begin = (lane: number) =>
    [
      `let $gone${lane} = $gone[$first + ${lane}];`,
      ...columns(lane).map((name, k) => `let ${name} = $held[${k}][$first + ${lane}];`),
      ...hyper.map((_, k) => `const $h${k}_${lane} = $settings[${k}][$first + ${lane}];`),
    ].join("\n");
  const update = (axis: string, lane: number) => {
    const at = `$${axis}${lane}`;
    const held = states.map((k) => `${at}s${k}`);
    const { returns } = rule;
    return `{
      ${bind(rule, [...hyper.map((_, k) => `$h${k}_${lane}`), `$g${axis}`, ...held])}
      ${at} = ${at} - ${returns[0]};
      ${held.map((name, k) => `${name} = ${returns[k + 1]};`).join(" ")}
    }`;
  };
  const step = (lane: number) => `{
    let $gx, $gy;
    {
      ${surface(grad, lane)}
      $gx = ${grad.returns[0]};
      $gy = ${grad.returns[1]};
    }
    ${noisy ? "$gx = $gx + $kicks[0][$step]; $gy = $gy + $kicks[1][$step];" : ""}
    ${update("x", lane)}
    ${update("y", lane)}
    if (!($x${lane} <= $far && $x${lane} >= -$far && $y${lane} <= $far && $y${lane} >= -$far)) $gone${lane} ||= $x${lane} !== $x${lane} || $y${lane} !== $y${lane} ? ${LOST} : ${DIVERGED};
  }`;
  const end = (lane: number) => `{
    ${columns(lane)
      .map((name, k) => `$held[${k}][$first + ${lane}] = ${name};`)
      .join("\n")}
    $gone[$first + ${lane}] = $gone${lane};
    ${surface(value, lane)}
    $loss[$first + ${lane}] = $gone${lane} ? NaN : ${value.returns[0]};
  }`;

  return build(
    ["$first", "$from", "$to", "$settings", "$kicks", "$far", "$held", "$gone", "$loss"],
    [
      ...each(begin),
      "for (let $step = $from; $step < $to; $step++) {",
      ...each(step),
      `if (${lanes.map((lane) => `$gone${lane}`).join(" && ")}) break;`,
      "}",
      ...each(end),
    ],
  );
}
