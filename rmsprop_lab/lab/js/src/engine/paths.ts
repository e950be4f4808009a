// Walk the optimisers that race, as the model is set.

import { drawBatches, walkBatches } from "./batches.ts";
import { descend, type Objective, type Optimizer, type Path } from "./engine.ts";
import { received } from "./kernel.ts";
import { draw } from "./noise.ts";
import type { Model, OptimizerSpec, Spec } from "../model/spec.ts";
import type { Surface } from "./surface.ts";
import { compile, slowness } from "../tape/tape.ts";

const CALLS = 2e6; // of functions, for all the paths on a typed formula: some 40 ms
const GRADIENTS = 1e7; // of single examples, for all the paths: some 20 ms, and as much to draw them

export interface Trajectory {
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

// Whether it takes a learning rate.
export const steered = ({ hyper }: OptimizerSpec): boolean => hyper.includes("learning_rate");

export function racing(spec: Spec, model: Model): OptimizerSpec[] {
  const shown: string[] = model.get("shown");
  return spec.optimizers.filter(({ name }) => shown.includes(name));
}

export type Noise = [Float64Array, Float64Array] | null;

// The model's noise; drawn anew only when it is another.
export function createNoise(model: Model): () => Noise {
  let drawn: Noise = null;
  let what = "";
  return () => {
    const [noise, seed, steps] = ["noise", "seed", "steps"].map((name): number => model.get(name));
    if (!noise) return null;
    if (what !== `${seed} ${steps}`) {
      drawn = draw(seed, steps + 1);
      what = `${seed} ${steps}`;
    }
    return drawn!.map((numbers) => numbers.map((number) => noise * number)) as Noise;
  };
}

// The surface as a path meets it, batch by batch; the batches are drawn anew only when they are others.
export function createBatches(model: Model): (surface: Surface, steps: number) => Objective {
  let drawn: Int32Array = new Int32Array();
  let what = "";
  return ({ spec, batch, value, grad }, steps) => {
    if (!batch) return { value, grad };
    const [seed, size] = [model.get("seed"), model.get("batch_size")];
    const count = spec.examples!.rows.length;
    if (what !== `${seed} ${steps} ${size} ${count}`) {
      drawn = drawBatches(seed, steps, size, count);
      what = `${seed} ${steps} ${size} ${count}`;
    }
    return { value, grad: walkBatches(batch, drawn, size) };
  };
}

// How many steps each of so many paths may walk: the same on every machine, because no path may
// depend on how busy it is.
function longest(model: Model, surface: Surface, known: boolean, paths: number): number {
  if (surface.batch) return Math.floor(GRADIENTS / (paths * model.get("batch_size")));
  return known
    ? Infinity
    : Math.floor(CALLS / (paths * (slowness(surface.spec.value) + slowness(surface.spec.grad))));
}

export function createWalk(spec: Spec, model: Model, noise: () => Noise): (surface: Surface) => Trajectory[] {
  const rules = new Map<string, Optimizer>();
  for (const { name, initial, rule } of spec.optimizers) {
    if (rule) rules.set(name, { initial, rule: compile(rule) });
  }
  const batches = createBatches(model);
  return (surface) => {
    const kicks = noise();
    const known = spec.objectives.some(({ name }) => name === surface.spec.name);
    const racers = racing(spec, model);
    const most = longest(model, surface, known, racers.length);
    const steps: number = model.get("steps");
    return racers.map((optimizer) => {
      const rule = rules.get(optimizer.name);
      const path =
        rule && surface.spec.value
          ? descend(
              optimizer.exact ? surface : batches(surface, Math.min(steps, most) + 1),
              rule,
              model.get("start"),
              steps,
              hyperOf(model, optimizer),
              spec.far,
              optimizer.exact ? null : kicks,
              most,
            )
          : received(model, optimizer);
      return { optimizer, path };
    });
  };
}
