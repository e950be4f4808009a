// What the paths of a picture depend on, in words.

import { racing } from "../engine/paths.ts";
import { startOf, type Surface } from "../engine/surface.ts";
import type { Lab } from "../model/follow.ts";
import { exact, parameterOf } from "../model/numbers.ts";

export function conditionsOf(lab: Lab, surface: Surface): string[] {
  const { spec, get, number } = lab;
  const { name, parameters, examples } = surface.spec;
  if (spec.replay) return [name, `${get("steps")} steps`];
  const racers = racing(lab);
  const chance = racers.some(({ exact }) => !exact) && (examples !== null || number("noise") > 0);
  const own = racers.every((racer) => racer.name in get("rates")); // the legend says them
  const ruling = racers.flatMap((racer) => racer.parameters).filter((of) => of !== "learning_rate" || !own);
  const chances = chance ? ["noise", ...(examples ? ["batch_size"] : []), "seed"] : [];
  const numbers = [...new Set([...parameters, ...ruling, ...chances])];
  return [
    name,
    ...numbers.map((one) => `${parameterOf(spec, one).label} ${exact(number(one))}`),
    `start (${startOf(lab, surface).map(exact).join(", ")})`,
    `${get("steps")} steps`,
  ];
}
