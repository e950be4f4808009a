// The surface of the moment: one of the lab's own, or what a reader typed.

import { compileBatches, type BatchGradient } from "./batches.ts";
import type { Objective } from "./engine.ts";
import { parseFormula } from "../formula/formula.ts";
import type { Model, ObjectiveSpec, Spec } from "../model/spec.ts";
import { compile } from "../tape/tape.ts";

// A surface by its name, or a formula; or what is wrong with it, and at which character.
export function findSurface(spec: Spec, text: string): ObjectiveSpec | { message: string; at: number } {
  const known = spec.objectives.find(({ name }) => name === text);
  if (known) return known;
  if (!spec.controls.includes("surface") && spec.objectives[0].value) {
    return { message: `this lab has only ${spec.objectives[0].name}`, at: 0 };
  }
  const typed = parseFormula(text);
  if ("message" in typed) return typed;
  const { start, window } = FREE;
  return { ...typed, name: text, examples: null, parameters: [], settings: [], start, window, minima: [] };
}

// Where a surface of which nothing is known begins, and what its map shows.
const FREE: Pick<ObjectiveSpec, "start" | "window"> = {
  start: [5, 4],
  window: [
    [-6, 6],
    [-6, 6],
  ],
};

export interface Surface extends Objective {
  spec: ObjectiveSpec; // with its settings as they are now
  batch: BatchGradient | null; // where it has examples
  lowest: number | null; // f at its lowest known minimum
}

// The model's surface; the last good one while it holds something else.
export function createSurface(spec: Spec, model: Model): () => Surface {
  let text: string | null = null;
  let found = spec.objectives[0];
  let last: Surface | null = null;
  return () => {
    const now: string = model.get("surface");
    if (now !== text) {
      text = now;
      const other = findSurface(spec, now);
      if (!("message" in other)) found = other;
    }
    const settings = found.parameters.map((name): number => model.get(name));
    const same =
      last?.spec.name === found.name && settings.every((value, k) => value === last!.spec.settings[k]);
    if (!last || !same) last = compiled({ ...found, settings });
    return last;
  };
}

function compiled(spec: ObjectiveSpec): Surface {
  const { settings } = spec;
  const value = spec.value ? compile(spec.value) : () => [NaN];
  const grad = spec.grad ? compile(spec.grad) : () => [NaN, NaN];
  const surface: Objective = {
    value: (x, y) => value(x, y, ...settings)[0],
    grad: (x, y) => grad(x, y, ...settings) as [number, number],
  };
  const known = Math.min(...spec.minima.map(([x, y]) => surface.value(x, y)));
  const batch = spec.examples && compileBatches(spec.examples);
  return { ...surface, spec, batch, lowest: Number.isFinite(known) ? known : null };
}
