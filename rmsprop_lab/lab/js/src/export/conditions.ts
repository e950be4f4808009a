// What the paths of a picture depend on, in words.

import { scheduleOf } from "../engine/schedule.ts";
import { startOf, type Surface } from "../engine/surface.ts";
import type { Lab } from "../model/follow.ts";
import { exact, parameterOf } from "../model/numbers.ts";
import { racing } from "../model/racers.ts";

// `varies`: whether the learning rate follows a schedule.
export function conditionsOf(lab: Lab, surface: Surface, varies: boolean): string[] {
  const { spec, get, number } = lab;
  const { name, parameters, examples } = surface.spec;
  if (spec.replay) return [name, `${get("steps")} steps`];
  const racers = racing(lab);
  const chancy = racers.some(({ optimizer }) => !optimizer.exact);
  const chance = chancy && (examples !== null || number("noise") > 0);
  // What a racer has of its own is in its name.
  const ruling = racers.flatMap(({ optimizer, own }) => optimizer.parameters.filter((one) => !(one in own)));
  const schedule = varies ? scheduleOf(lab) : null;
  const chances = chance ? ["noise", ...(examples ? ["batch_size"] : []), "seed"] : [];
  const said = (names: string[]) =>
    [...new Set(names)].map((one) => `${parameterOf(spec, one).label} ${exact(number(one))}`);
  return [
    name,
    ...said([...parameters, ...ruling]),
    ...(schedule ? [`schedule ${schedule.name}`, ...said(schedule.parameters)] : []),
    ...said(chances),
    `start (${startOf(lab, surface).map(exact).join(", ")})`,
    `${get("steps")} steps`,
  ];
}
