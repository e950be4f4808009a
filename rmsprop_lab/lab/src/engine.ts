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

export interface Path {
  x: Float64Array; // at every step up to the last finite one, the start first
  y: Float64Array;
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
  const rule: Rule =
    optimizer.initial.length > 0 ? optimizer.rule : (...numbers) => [optimizer.rule(...numbers) as number];
  const [xs, ys] = [new Float64Array(steps + 1), new Float64Array(steps + 1)];
  const loss = new Float64Array(steps + 1);
  let [x, y] = start;
  let [stateX, stateY] = [optimizer.initial, optimizer.initial];
  let step = 0;
  for (; ; step++) {
    // Not-a-number fails the comparisons.
    if (!(Math.abs(x) <= far && Math.abs(y) <= far)) break;
    xs[step] = x;
    ys[step] = y;
    loss[step] = objective.value(x, y);
    if (step === steps) break;
    const [gradX, gradY] = objective.grad(x, y);
    let updateX: number, updateY: number;
    [updateX, ...stateX] = rule(...settings, gradX, ...stateX) as number[];
    [updateY, ...stateY] = rule(...settings, gradY, ...stateY) as number[];
    x = x - updateX;
    y = y - updateY;
  }
  const complete = step === steps && Math.abs(x) <= far && Math.abs(y) <= far;
  const kept = complete ? steps + 1 : step;
  return {
    x: xs.subarray(0, kept),
    y: ys.subarray(0, kept),
    loss: loss.subarray(0, kept),
    divergedAt: complete ? null : step,
  };
}
