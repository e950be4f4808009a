// Walk the optimisers that race, as the model is set.

import { descend, type Optimizer, type Path } from "./engine.ts";
import { received } from "./kernel.ts";
import { draw } from "./noise.ts";
import { compile } from "./program.ts";
import type { Model, ObjectiveSpec, OptimizerSpec, Spec } from "./spec.ts";
import type { Surface } from "./surface.ts";

const CALLS = 2e6; // of functions, for all the paths on a typed formula: some 40 ms

export interface Walked {
  optimizer: OptimizerSpec;
  path: Path;
}

// The learning rate of an optimiser: its own, if it has one.
export function rateOf(model: Model, { name }: OptimizerSpec): number {
  return model.get("rates")[name] ?? model.get("learning_rate");
}

// The values of an optimiser's hyper-parameters, in its rule's order.
export function hyperOf(model: Model, optimizer: OptimizerSpec): number[] {
  return optimizer.hyper.map((name) =>
    name === "learning_rate" ? rateOf(model, optimizer) : model.get(name),
  );
}

export function racing(spec: Spec, model: Model): OptimizerSpec[] {
  const shown: string[] = model.get("shown");
  return spec.optimizers.filter(({ name }) => shown.includes(name));
}

export type Kicks = [Float64Array, Float64Array] | null;

// The model's noise; drawn anew only when it is another.
export function createNoise(model: Model): () => Kicks {
  let drawn: Kicks = null;
  let what = "";
  return () => {
    const [noise, seed, steps] = ["noise", "seed", "steps"].map((name): number => model.get(name));
    if (!noise) return null;
    if (what !== `${seed} ${steps}`) {
      drawn = draw(seed, steps + 1);
      what = `${seed} ${steps}`;
    }
    return drawn!.map((numbers) => numbers.map((number) => noise * number)) as Kicks;
  };
}

// Of Math's functions at each step; a power costs as much as three others.
function calls({ value, grad }: ObjectiveSpec): number {
  const words = [value, grad].flatMap((program) => program?.lines ?? []).join(" ");
  return (words.match(/Math\./g) ?? []).length + 2 * (words.match(/Math\.pow/g) ?? []).length;
}

export function createWalk(spec: Spec, model: Model, noise: () => Kicks): (surface: Surface) => Walked[] {
  const rules = new Map<string, Optimizer>();
  for (const { name, initial, rule } of spec.optimizers) {
    if (rule) rules.set(name, { initial, rule: compile(rule) });
  }
  return (surface) => {
    const kicks = noise();
    const known = spec.objectives.some(({ name }) => name === surface.spec.name);
    const racers = racing(spec, model);
    // The same on every machine: no path may depend on how busy it is.
    const most = known ? Infinity : Math.floor(CALLS / (racers.length * calls(surface.spec)));
    return racers.map((optimizer) => {
      const rule = rules.get(optimizer.name);
      const path =
        rule && surface.spec.value
          ? descend(
              surface,
              rule,
              model.get("start"),
              model.get("steps"),
              hyperOf(model, optimizer),
              spec.far,
              kicks,
              most,
            )
          : received(model, optimizer);
      return { optimizer, path };
    });
  };
}
