// Sweeps over one or two of an optimiser's hyper-parameters, the others as the model has them.

import { fromPosition, toPosition } from "../model/numbers.ts";
import type { Model, OptimizerSpec, Parameter, Spec } from "../model/spec.ts";
import type { Surface } from "./surface.ts";
import { compileSweep, LANES, type Sweep } from "./sweep.ts";
import { hyperOf, type Noise } from "./paths.ts";

const STRIDE = 500; // steps between two looks at the clock

// `count` values from one end of a parameter's slider to the other, each as the slider would set it.
export function values(parameter: Parameter, count: number): number[] {
  const [low, high] = parameter.slider.map((end) => toPosition(parameter, end));
  return Array.from({ length: count }, (_, k) =>
    fromPosition(parameter, low + ((high - low) * (k + 0.5)) / count),
  );
}

// The ends of the paths of many settings, as far as they have been walked.
export interface Run {
  loss: Float64Array; // f; not-a-number where it diverged, or where f has no value
  gone: Uint8Array; // where the path did not come to its end: DIVERGED or LOST
  pace: number; // ms for one setting, as measured so far
  advance(until: number): boolean; // walk on, a little at least, until the clock says so; whether all is walked
}

// `axes` says what some of the hyper-parameters are, setting by setting.
export type Sweeper = (
  surface: Surface,
  optimizer: OptimizerSpec,
  axes: ReadonlyMap<string, Float64Array>,
) => Run;

export function createSweeper(spec: Spec, model: Model, noise: () => Noise): Sweeper {
  let last: { key: unknown[]; sweep: Sweep } | null = null;
  return (surface, optimizer, axes) => {
    const kicks = optimizer.exact ? null : noise();
    const key = [surface, optimizer, kicks !== null];
    if (!last || key.some((value, k) => value !== last!.key[k])) {
      last = { key, sweep: compileSweep(surface.spec, optimizer, kicks !== null) };
    }
    const { sweep } = last;
    const steps: number = model.get("steps");
    const count = Math.max(...[...axes.values()].map(({ length }) => length));
    const padded = Math.ceil(count / LANES) * LANES;
    const column = (value: number) => new Float64Array(padded).fill(value);
    const hyper = hyperOf(model, optimizer);
    const settings = optimizer.hyper.map((name, k) => {
      const values = column(hyper[k]);
      values.set(axes.get(name) ?? []);
      return values;
    });
    const held = [...model.get("start"), ...optimizer.initial.flatMap((at) => [at, at])].map(column);
    const [loss, gone] = [new Float64Array(padded), new Uint8Array(padded)];
    let [first, step, spent] = [0, 0, 0];
    return {
      loss: loss.subarray(0, count),
      gone: gone.subarray(0, count),
      get pace() {
        return spent / Math.max(first + (LANES * step) / steps, 1e-9);
      },
      advance(until) {
        const begun = performance.now();
        let now = begun;
        while (first < padded) {
          const to = Math.min(step + STRIDE, steps);
          sweep(first, step, to, settings, kicks, spec.far, held, gone, loss);
          step = to;
          if (step === steps) [first, step] = [first + LANES, 0];
          now = performance.now();
          if (now >= until) break;
        }
        spent += now - begun;
        return first >= padded;
      },
    };
  };
}

// Where one setting ends, if that can be said at once.
export function endOf(run: Run, patience: number): { loss: number; gone: number } | null {
  if (!run.advance(performance.now() + patience)) return null;
  return { loss: run.loss[0], gone: run.gone[0] };
}

// The rate whose path has ended lowest; null if all diverged, or none has a value.
export function lowest(run: Run, rates: number[]): number | null {
  let best: number | null = null;
  run.loss.forEach((f, k) => {
    if (!Number.isNaN(f) && (best === null || f < run.loss[best])) best = k;
  });
  return best === null ? null : rates[best];
}
