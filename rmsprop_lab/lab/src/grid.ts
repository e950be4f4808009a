// Sweeps over one or two of an optimiser's hyper-parameters, the others as the model has them.

import { fromPosition, toPosition } from "./numbers.ts";
import type { Model, OptimizerSpec, Parameter, Spec } from "./spec.ts";
import type { Surface } from "./surface.ts";
import { compileSweep, LANES, type Sweep } from "./sweep.ts";
import { hyperOf, type Kicks } from "./walk.ts";

// `count` values from one end of a parameter's slider to the other, each as the slider would set it.
export function values(parameter: Parameter, count: number): number[] {
  const [low, high] = parameter.slider.map((end) => toPosition(parameter, end));
  return Array.from({ length: count }, (_, k) =>
    fromPosition(parameter, low + ((high - low) * (k + 0.5)) / count),
  );
}

// f at the end of the path of each setting; `axes` says what some hyper-parameters are there.
export type Sweeper = (
  surface: Surface,
  optimizer: OptimizerSpec,
  axes: ReadonlyMap<string, Float64Array>,
) => Float64Array;

export function createSweeper(spec: Spec, model: Model, noise: () => Kicks): Sweeper {
  let last: { key: unknown[]; sweep: Sweep } | null = null;
  return (surface, optimizer, axes) => {
    const kicks = noise();
    const key = [surface, optimizer, kicks !== null];
    if (!last || key.some((value, k) => value !== last!.key[k])) {
      last = { key, sweep: compileSweep(surface.spec, optimizer, kicks !== null) };
    }
    const count = Math.max(...[...axes.values()].map(({ length }) => length));
    const padded = Math.ceil(count / LANES) * LANES;
    const hyper = hyperOf(model, optimizer);
    const settings = optimizer.hyper.map((name, k) => {
      const column = new Float64Array(padded).fill(hyper[k]);
      column.set(axes.get(name) ?? []);
      return column;
    });
    const loss = new Float64Array(padded);
    last.sweep(padded, settings, model.get("start"), model.get("steps"), kicks, spec.far, loss);
    return loss.subarray(0, count);
  };
}

// The learning rate whose path ends lowest, of the same ones for every optimiser; null if all diverge.
export function tune(
  sweeper: Sweeper,
  surface: Surface,
  optimizer: OptimizerSpec,
  rates: number[],
): number | null {
  const loss = sweeper(surface, optimizer, new Map([["learning_rate", Float64Array.from(rates)]]));
  let best: number | null = null;
  loss.forEach((f, k) => {
    if (!Number.isNaN(f) && (best === null || f < loss[best])) best = k;
  });
  return best === null ? null : rates[best];
}
