// Thousands of settings at once: for each, f at the end of its path, or not-a-number.
//
// The walk is written out as one loop made for this surface and this rule, four settings side
// by side: a division and a root keep a processor waiting, and the other settings fill the wait.

import { build, type Program } from "./program.ts";
import type { ObjectiveSpec, OptimizerSpec } from "./spec.ts";

export const LANES = 4; // settings to sweep come in multiples of it

export type Sweep = (
  count: number,
  settings: Float64Array[], // one for each hyper-parameter, in the rule's order
  start: readonly [number, number],
  steps: number,
  kicks: readonly [Float64Array, Float64Array] | null,
  far: number,
  loss: Float64Array, // is filled
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

  const begin = (lane: number) =>
    [
      `let $x${lane} = $start[0], $y${lane} = $start[1], $gone${lane} = false;`,
      ...initial.map((at, k) => `let $x${lane}s${k} = ${at}, $y${lane}s${k} = ${at};`),
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
    if (!($x${lane} <= $far && $x${lane} >= -$far && $y${lane} <= $far && $y${lane} >= -$far)) $gone${lane} = true;
  }`;
  const end = (lane: number) => `{
    ${surface(value, lane)}
    $loss[$first + ${lane}] = $gone${lane} ? NaN : ${value.returns[0]};
  }`;

  return build(
    ["$count", "$settings", "$start", "$steps", "$kicks", "$far", "$loss"],
    [
      `for (let $first = 0; $first < $count; $first += ${LANES}) {`,
      ...each(begin),
      "for (let $step = 0; $step < $steps; $step++) {",
      ...each(step),
      `if (${lanes.map((lane) => `$gone${lane}`).join(" && ")}) break;`,
      "}",
      ...each(end),
      "}",
    ],
  );
}

// The program's arguments and assignments, as lines of a block.
function bind({ takes, defaults, lines }: Program, given: string[]): string {
  const first = takes.length - defaults.length;
  return [...takes.map((name, k) => `const ${name} = ${given[k] ?? defaults[k - first]};`), ...lines].join(
    "\n",
  );
}
