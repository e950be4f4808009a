// An optimiser at work on a network's parameters, the twin of stepper.py: the same bits.

import type { OptimizerSpec } from "../model/contract.ts";
import { compile } from "../tape/building.ts";
import { arraysOf, compileVector, type Given } from "../tape/vector.ts";

export interface Stepper {
  state: Given[]; // one number where it is the same for all parameters
  step(params: Float64Array, grad: Float64Array, settings: readonly number[]): void;
}

// Of an optimiser with a tape.
export function createStepper({ rule, parameters, initial }: OptimizerSpec, size: number): Stepper {
  const tape = rule!;
  const arrays = arraysOf(tape, parameters.length);
  const move = compileVector(tape, arrays);
  const one = compile(tape);
  const isArray = (k: number) => arrays[parameters.length + 1 + k]!;
  const state = initial.map((value, k) => (isArray(k) ? new Float64Array(size).fill(value) : value));
  return {
    state,
    step(params, grad, settings) {
      // The states that are one number for all, after this step: whatever the gradient.
      const [, ...after] = one(
        ...settings,
        0,
        ...state.map((value) => (typeof value === "number" ? value : value[0]!)),
      );
      move(params, ...settings, grad, ...state);
      after.forEach((value, k) => {
        if (!isArray(k)) state[k] = value;
      });
    },
  };
}
