// Walk the translated rules: the twin of `descend` in Python, the same bits.

import type { ObjectiveSpec, OptimizerSpec } from "./spec.ts";

type Rule = (...numbers: number[]) => number | number[];

export interface Objective {
  value: (x: number, y: number) => number;
  grad: (x: number, y: number) => [number, number];
}

export interface Optimizer {
  hyper: string[];
  initial: number[];
  rule: Rule;
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

// The sources are the figure's own: Python's translator wrote them. Nothing that a reader
// types comes here.
const evaluate = (source: string): any => new Function(`"use strict"; return ${source};`)();

export function compileObjective(spec: ObjectiveSpec): Objective {
  const [value, grad] = [evaluate(spec.value), evaluate(spec.grad)];
  return {
    value: (x, y) => value(x, y, ...spec.settings),
    grad: (x, y) => grad(x, y, ...spec.settings),
  };
}

export function compileOptimizer(spec: OptimizerSpec): Optimizer {
  return { hyper: spec.hyper, initial: spec.initial, rule: evaluate(spec.rule) };
}

export function descend(
  objective: Objective,
  optimizer: Optimizer,
  start: readonly [number, number],
  steps: number,
  settings: readonly number[], // in the order of optimizer.hyper
  far: number,
): Path {
  const { initial } = optimizer;
  const rule: Rule =
    initial.length > 0 ? optimizer.rule : (...numbers) => [optimizer.rule(...numbers) as number];
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
    [updateX, ...stateX] = rule(...settings, gradX, ...stateX) as number[];
    [updateY, ...stateY] = rule(...settings, gradY, ...stateY) as number[];
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
