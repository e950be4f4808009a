// Sweeps over one or two of a racer's hyper-parameters, the others as the model has them.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Lab } from "../model/follow.ts";
import { fromPosition, positions } from "../model/numbers.ts";
import type { OptimizerSpec, Parameter } from "../model/contract.ts";
import { settingOf, type Racer } from "../model/racers.ts";
import { startOf, type Surface } from "./surface.ts";
import { compileSweep, LANES } from "./sweep.ts";
import type { Noise } from "./paths.ts";

const STRIDE = 500; // steps between two looks at the clock

// `count` values from one end of a parameter's slider to the other, each as the slider would set it.
export function values(parameter: Parameter, count: number): number[] {
  const [low, high] = positions(parameter);
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
export type Sweeper = (racer: Racer, axes: Record<string, Float64Array>) => Run;

// Over the surface of the moment.
export function createSweeper(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  noise: ReadonlySignal<Noise | null>,
  factors: ReadonlySignal<Float64Array | null>,
): Sweeper {
  const { far } = lab.spec;
  const { get } = lab;
  const noisy = computed(() => noise.value !== null);
  const scheduled = computed(() => factors.value !== null);
  const loopOf = (optimizer: OptimizerSpec) =>
    computed(() =>
      compileSweep(surface.value.spec, optimizer, noisy.value && !optimizer.exact, scheduled.value),
    );
  const loops = new WeakMap<OptimizerSpec, ReturnType<typeof loopOf>>();
  return (racer, axes) => {
    const { optimizer } = racer;
    const loop = loops.get(optimizer) ?? loopOf(optimizer);
    loops.set(optimizer, loop);
    const sweep = loop.value;
    const added = optimizer.exact ? null : noise.value;
    const [steps, multiplied] = [get("steps"), factors.value];
    const count = Math.max(...Object.values(axes).map(({ length }) => length));
    const padded = Math.ceil(count / LANES) * LANES;
    const column = (value: number) => new Float64Array(padded).fill(value);
    const settings = optimizer.parameters.map((name) => {
      const values = column(name in axes ? 0 : settingOf(lab, racer, name));
      values.set(axes[name] ?? []);
      return values;
    });
    const held = [...startOf(lab, surface.value), ...optimizer.initial.flatMap((at) => [at, at])].map(column);
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
          sweep(first, step, to, settings, added, multiplied, far, held, gone, loss);
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
  return { loss: run.loss[0]!, gone: run.gone[0]! };
}

// The rate whose path has ended lowest; null if all diverged, or none has a value.
export function lowest(run: Run, rates: number[]): number | null {
  let best: number | null = null;
  run.loss.forEach((f, k) => {
    if (!Number.isNaN(f) && (best === null || f < run.loss[best]!)) best = k;
  });
  return best === null ? null : rates[best]!;
}
