// Walk the translated rules: the twin of `descend` in Python, the same bits.

import { compile, type Numbers } from "./program.ts";
import type { ObjectiveSpec, OptimizerSpec } from "./spec.ts";

export interface Objective {
  value: (x: number, y: number) => number;
  grad: (x: number, y: number) => [number, number];
}

export interface Optimizer {
  hyper: string[];
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
}

export function compileObjective({ value, grad, settings }: ObjectiveSpec): Objective {
  const [f, df] = [compile(value), compile(grad)];
  return {
    value: (x, y) => f(x, y, ...settings)[0],
    grad: (x, y) => df(x, y, ...settings) as [number, number],
  };
}

export function compileOptimizer({ hyper, initial, rule }: OptimizerSpec): Optimizer {
  return { hyper, initial, rule: compile(rule) };
}

export function descend(
  objective: Objective,
  optimizer: Optimizer,
  start: readonly [number, number],
  steps: number,
  settings: readonly number[], // in the order of optimizer.hyper
  far: number,
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
  let [stateX, stateY] = [initial, initial];
  let step = 0;
  // Not-a-number fails the comparisons.
  for (; step <= steps && Math.abs(atX) <= far && Math.abs(atY) <= far; step++) {
    const [gradX, gradY] = objective.grad(atX, atY);
    let updateX: number, updateY: number;
    [updateX, ...stateX] = rule(...settings, gradX, ...stateX);
    [updateY, ...stateY] = rule(...settings, gradY, ...stateY);
    record(x, step, atX, gradX, updateX, stateX);
    record(y, step, atY, gradY, updateY, stateY);
    loss[step] = objective.value(atX, atY);
    atX = atX - updateX;
    atY = atY - updateY;
  }
  const divergedAt = step <= steps ? step : null;
  return { x: cut(x, step), y: cut(y, step), loss: loss.subarray(0, step), divergedAt };
}

function record(
  to: Coordinate,
  step: number,
  at: number,
  grad: number,
  update: number,
  state: readonly number[],
) {
  to.at[step] = at;
  to.grad[step] = grad;
  to.update[step] = update;
  for (let k = 0; k < state.length; k++) to.state[k][step] = state[k];
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
  return update.map((value, step) => value / grad[step]);
}
