// Where each optimiser stands, in words.

import type { Path } from "./engine.ts";
import { format } from "./numbers.ts";

export function standing(label: string, path: Path, step: number): string {
  if (path.divergedAt !== null && step >= path.divergedAt) {
    return `${label} diverged at step ${path.divergedAt}`;
  }
  const [x, y, f] = [path.x.at[step], path.y.at[step], path.loss[step]].map((value) => format(value));
  return `${label}, step ${step}: x = ${x}, y = ${y}, f = ${f}`;
}
