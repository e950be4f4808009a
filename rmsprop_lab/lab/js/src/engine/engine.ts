// Walk by the tapes of rules: the twin of `descend` in Python, the same bits.

import type { Numbers } from "../tape/building.ts";

export interface Objective {
  value: (x: number, y: number) => number;
  grad: (x: number, y: number) => [number, number];
}

export interface Optimizer {
  initial: number[];
  rule: Numbers; // the update, then the new state
}

// One coordinate of a path.
export interface Coordinate {
  at: Float64Array; // where it stands, at every step up to the last finite one, the start first
  grad: Float64Array; // the gradient there
  update: Float64Array; // what the step from there subtracts (of the last: the next step)
  state: Float64Array[]; // by state: what the step from there has made of it
}

export interface Path {
  x: Coordinate;
  y: Coordinate;
  loss: Float64Array;
  divergedAt: number | null; // the first step that is farther out than `far`
  failure?: string | null; // what else stopped it: f has no value there, or a rule of one's own
}

// Of one setting of the rule: by what it is multiplied at each step.
export interface Scheduled {
  place: number;
  factors: Float64Array;
}

export function descend(
  objective: Objective,
  optimizer: Optimizer,
  start: readonly [number, number],
  steps: number,
  settings: readonly number[], // hyper-parameters, in the rule's order
  far: number,
  noise: readonly [Float64Array, Float64Array] | null = null, // what each gradient gets added
  most = Infinity, // steps: then the path stops, and says so
  scheduled: Scheduled | null = null,
): Path {
  const { initial, rule } = optimizer;
  const coordinate = (): Coordinate => ({
    at: new Float64Array(steps + 1),
    grad: new Float64Array(steps + 1),
    update: new Float64Array(steps + 1),
    state: initial.map(() => new Float64Array(steps + 1)),
  });
  const [x, y, loss] = [coordinate(), coordinate(), new Float64Array(steps + 1)];
  let [atX, atY] = start;
  // What the rule takes: its settings, the gradient, the state.
  const [takesX, takesY] = [
    [...settings, 0, ...initial],
    [...settings, 0, ...initial],
  ];
  let step = 0;
  const last = Math.min(steps, most);
  // Not-a-number fails the comparisons.
  for (; step <= last && Math.abs(atX) <= far && Math.abs(atY) <= far; step++) {
    const grad = objective.grad(atX, atY);
    if (noise) {
      grad[0] += noise[0][step]!;
      grad[1] += noise[1][step]!;
    }
    if (scheduled) {
      const { place, factors } = scheduled;
      takesX[place] = takesY[place] = settings[place]! * factors[step]!;
    }
    const updateX = record(x, step, atX, grad[0], rule, takesX, settings.length);
    const updateY = record(y, step, atY, grad[1], rule, takesY, settings.length);
    loss[step] = objective.value(atX, atY);
    atX = atX - updateX;
    atY = atY - updateY;
  }
  const path: Path = { x: cut(x, step), y: cut(y, step), loss: loss.subarray(0, step), divergedAt: null };
  if (step > steps) return { ...path, failure: null };
  if (Number.isNaN(atX) || Number.isNaN(atY)) return { ...path, failure: `stopped: ${lost(path, step - 1)}` };
  const away = !(Math.abs(atX) <= far && Math.abs(atY) <= far);
  return away
    ? { ...path, divergedAt: step, failure: null }
    : { ...path, failure: `stopped at step ${step}: more steps take too long` };
}

// Why the step from there leads nowhere.
function lost(path: Path, step: number): string {
  const { x, y } = path;
  const from = noValueFrom(path, step);
  if (from !== null) return noValue(from);
  if (Number.isNaN(x.grad[step]! + y.grad[step]!)) return `f has no gradient there, from step ${step}`;
  return `the update is not a number, from step ${step}`;
}

export const noValue = (from: number) => `f has no value there, from step ${from}`;

// Since which step f has had no value, where it has none at this one.
export function noValueFrom({ loss }: Path, step: number): number | null {
  if (!Number.isNaN(loss[step])) return null;
  while (step > 0 && Number.isNaN(loss[step - 1])) step--;
  return step;
}

// One step of one coordinate: the update; `takes` holds the new state.
function record(
  to: Coordinate,
  step: number,
  at: number,
  grad: number,
  rule: Numbers,
  takes: number[],
  place: number, // of the gradient
): number {
  takes[place] = grad;
  const made = rule(...takes);
  to.at[step] = at;
  to.grad[step] = grad;
  to.update[step] = made[0];
  for (let k = 1; k < made.length; k++) to.state[k - 1]![step] = takes[place + k] = made[k]!;
  return made[0];
}

function cut({ at, grad, update, state }: Coordinate, length: number): Coordinate {
  return {
    at: at.subarray(0, length),
    grad: grad.subarray(0, length),
    update: update.subarray(0, length),
    state: state.map((values) => values.subarray(0, length)),
  };
}

// lr / (sqrt(s) + eps) and its kin: by what a step multiplies the gradient.
export function rates({ grad, update }: Coordinate): Float64Array {
  return update.map((value, step) => value / grad[step]!);
}
