// Where each optimiser stands, in words.

import type { Path } from "./engine.ts";
import { format } from "./numbers.ts";

// `rate`: the learning rate, where it is the optimiser's own.
export function standing(label: string, path: Path, step: number, rate: number | null = null): string {
  const name = rate === null ? label : `${label} at α = ${format(rate, 3)}`;
  const last = path.loss.length - 1;
  if (path.divergedAt !== null && step >= path.divergedAt) {
    return `${name} diverged at step ${path.divergedAt}`;
  }
  if (path.failure && step > last) return `${name} ${path.failure}`;
  if (last < 0) return `${name} is being walked`;
  const [x, y, f] = [path.x.at[step], path.y.at[step], path.loss[step]].map((value) => format(value));
  const stopped = path.failure ? `; it ${path.failure}` : "";
  return `${name}, step ${step}: x = ${x}, y = ${y}, f = ${f}${stopped}`;
}
