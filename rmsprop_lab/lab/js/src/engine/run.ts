// The paths of many settings, walked as far as there is time.

import type { Point } from "../model/contract.ts";
import type { Noise } from "./paths.ts";
import { compileSweep, LANES, LOST, sweepByCalls, type Sweep, type Tapes } from "./sweep.ts";

const STRIDE = 500; // steps between two looks at the clock
const MANY = 2000; // steps in all from which on a loop is worth making

// By which numbers the tapes are walked.
export interface Numbers {
  settings: number[]; // of the rule, in its order
  shape: number[]; // of the surface
  start: Point;
  steps: number;
  noise: Noise | null;
  factors: Float64Array | null; // of the learning rate
  far: number;
}

export interface Run {
  loss: Float64Array; // f; not-a-number where it diverged, or where f has no value
  gone: Uint8Array; // where the path did not come to its end: DIVERGED or LOST
  pace: number; // ms for one setting, as measured so far
  advance(until: number): boolean; // walk on, a little at least, until the clock says so; whether all is walked
}

const loops = new WeakMap<Tapes, Sweep>();

function loopOf(tapes: Tapes): Sweep {
  const loop = loops.get(tapes) ?? compileSweep(tapes);
  loops.set(tapes, loop);
  return loop;
}

// `axes` says what some of the hyper-parameters are, setting by setting.
export function createRun(
  tapes: Tapes,
  { settings, shape, start, steps, noise, factors, far }: Numbers,
  axes: Record<string, Float64Array>,
): Run {
  const count = Math.max(...Object.values(axes).map(({ length }) => length));
  const sweep = count * steps < MANY ? sweepByCalls(tapes) : loopOf(tapes);
  const padded = Math.ceil(count / LANES) * LANES;
  const column = (value: number) => new Float64Array(padded).fill(value);
  const columns = tapes.parameters.map((name, k) => {
    const values = column(settings[k]!);
    values.set(axes[name] ?? []);
    return values;
  });
  const held = [...start, ...tapes.initial.flatMap((at) => [at, at])].map(column);
  const [loss, gone] = [new Float64Array(padded), new Uint8Array(padded).fill(LOST, count)];
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
        sweep(first, step, to, columns, shape, noise, factors, far, held, gone, loss);
        step = to;
        if (step === steps) [first, step] = [first + LANES, 0];
        now = performance.now();
        if (now >= until) break;
      }
      spent += now - begun;
      return first >= padded;
    },
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
