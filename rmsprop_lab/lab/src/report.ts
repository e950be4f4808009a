// Where each optimiser ended, in words.

import type { Path } from "./engine.ts";
import { format } from "./numbers.ts";

export function ending(label: string, path: Path): string {
  if (path.divergedAt !== null) return `${label} diverged at step ${path.divergedAt}`;
  const end = path.x.length - 1;
  const [x, y, f] = [path.x[end], path.y[end], path.loss[end]].map((value) => format(value));
  return `${label}, step ${end}: x = ${x}, y = ${y}, f = ${f}`;
}
