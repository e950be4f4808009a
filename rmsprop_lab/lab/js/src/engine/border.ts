// How large a learning rate gradient descent bears.

import type { OptimizerSpec } from "../model/contract.ts";
import { degreeOf } from "../tape/degree.ts";
import { compile } from "../tape/building.ts";
import type { Surface } from "./surface.ts";

// 2 over the largest curvature, above which gradient descent runs away; null where the curvature is not
// the same everywhere, or where the surface falls without end.
export function borderOf({ spec, grad }: Surface): number | null {
  if (!spec.value || degreeOf(spec.value, 2) > 2) return null;
  const [[x0, y0], [x1, y1], [x2, y2]] = [grad(0, 0), grad(1, 0), grad(0, 1)];
  const [middle, half, across] = [
    (x1 - x0 + y2 - y0) / 2,
    (x1 - x0 - (y2 - y0)) / 2,
    (y1 - y0 + x2 - x0) / 2,
  ];
  const apart = Math.hypot(half, across); // the eigenvalues are the middle, less and more of it
  const [smallest, largest] = [middle - apart, middle + apart];
  return smallest >= 0 && largest > 0 && largest < Infinity ? 2 / largest : null;
}

const SAMPLES = [
  [0.5, 3],
  [0.1, -7],
  [2, 1e-3],
] as const;

// Whether each step is the learning rate times the gradient: by what the rule does, whatever it is called.
export function isGradientDescent({ rule, parameters, state }: OptimizerSpec): boolean {
  if (!rule || state.length > 0 || parameters.length !== 1 || parameters[0] !== "learning_rate") return false;
  const step = compile(rule);
  return SAMPLES.every(([rate, grad]) => step(rate, grad)[0] === rate * grad);
}
