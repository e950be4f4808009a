// The surface of the moment: one of the lab's own, or what a reader typed.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import { compileBatches, type BatchGradient } from "./batches.ts";
import type { Objective } from "./engine.ts";
import { parseFormula, type FormulaMistake } from "../formula/surface.ts";
import type { Lab } from "../model/follow.ts";
import type { ObjectiveSpec, Point, Spec } from "../model/contract.ts";
import { compile, type Numbers } from "../tape/building.ts";

// A surface by its name, or a formula; or what is wrong with it, and at which character.
export function findSurface(spec: Spec, text: string): ObjectiveSpec | FormulaMistake {
  const known = spec.objectives.find(({ name }) => name === text);
  if (known) return known;
  const own = spec.objectives[0]!;
  if (!spec.controls.includes("surface") && own.value) {
    return { message: `this lab has only ${own.name}`, at: 0, suggestion: "" };
  }
  const typed = parseFormula(text);
  if ("message" in typed) return typed;
  const { start, window } = FREE;
  return {
    ...typed,
    name: text,
    examples: null,
    line: false,
    parameters: [],
    settings: [],
    start,
    window,
    minima: [],
  };
}

// Where a surface of which nothing is known begins, and what its map shows.
const FREE: Pick<ObjectiveSpec, "start" | "window"> = {
  start: [5, 4],
  window: [
    [-6, 6],
    [-6, 6],
  ],
};

// Where the paths begin: recorded ones have no start of their own.
export const startOf = ({ get }: Lab, { spec }: Surface): Point => get("start") ?? spec.start;

// Examples in a batch: at most all of them, which may be fewer when they are others.
export const batchSize = ({ number }: Lab, { spec }: Surface): number =>
  Math.min(number("batch_size"), spec.examples!.rows.length);

export interface Surface extends Objective {
  spec: ObjectiveSpec; // with its settings as they are now
  batch: BatchGradient | null; // where it has examples
  lowest: number | null; // f at its lowest known minimum
}

// The model's surface; the last good one while it holds something else. Of a line, `withPoints` makes that of other
// points.
export function currentSurface(
  { spec, get, number }: Lab,
  withPoints?: (line: ObjectiveSpec, points: readonly Point[] | null, units: number) => ObjectiveSpec,
): ReadonlySignal<Surface> {
  let good: ObjectiveSpec = spec.objectives[0]!;
  const found = computed(() => {
    const now = findSurface(spec, get("surface"));
    if (!("message" in now)) good = now;
    return good;
  });
  return computed(() => {
    const { value } = found;
    if (!value.line) return compiled({ ...value, settings: value.parameters.map(number) });
    return compiled(withPoints ? withPoints(value, get("data") ?? null, number("units")) : value);
  });
}

function compiled(spec: ObjectiveSpec): Surface {
  const { settings } = spec;
  const value: Numbers = spec.value ? compile(spec.value) : () => [NaN];
  const grad: Numbers = spec.grad ? compile(spec.grad) : () => [NaN, NaN];
  const surface: Objective = {
    value: (x, y) => value(x, y, ...settings)[0],
    grad: (x, y) => grad(x, y, ...settings) as [number, number],
  };
  const known = Math.min(...spec.minima.map(([x, y]) => surface.value(x, y)));
  const batch = spec.examples && compileBatches(spec.examples);
  return { ...surface, spec, batch, lowest: Number.isFinite(known) ? known : null };
}
