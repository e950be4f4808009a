// Where each optimiser stands, in words.

import { noValue, noValueFrom, type Path } from "./engine.ts";
import { exact, format } from "../model/numbers.ts";

// Three digits in no more than nine places.
function brief(value: number): string {
  const large = Math.abs(value) >= 1e5 && Math.abs(value) < Infinity;
  return large ? value.toExponential(2).replace("e+", "e") : format(value, 3);
}

// The same at a glance: f to three digits, or what became of it; and since when, where there is room.
export function glance(path: Path, step: number): { now: string; since: string } {
  const last = path.loss.length - 1;
  if (path.divergedAt !== null && step >= path.divergedAt) {
    return { now: "diverged", since: ` at step ${path.divergedAt}` };
  }
  if (path.failure && step > last) return { now: "stopped", since: ` at step ${last + 1}` };
  if (last < 0) return { now: "…", since: "" };
  const from = noValueFrom(path, step);
  if (from !== null) return { now: "no value", since: ` from step ${from}` };
  return { now: `f = ${brief(path.loss[step] ?? NaN)}`, since: "" };
}

// `rate`: the learning rate, where it is the optimiser's own.
export function standing(label: string, path: Path, step: number, rate?: number): string {
  const name = rate === undefined ? label : `${label} at α = ${exact(rate)}`;
  const last = path.loss.length - 1;
  if (path.divergedAt !== null && step >= path.divergedAt) {
    return `${name} diverged at step ${path.divergedAt}`;
  }
  if (path.failure && step > last) return `${name} ${path.failure}`;
  if (last < 0) return `${name} is being walked`;
  const at = (values: Float64Array) => format(values[step] ?? NaN);
  const [x, y, f] = [at(path.x.at), at(path.y.at), at(path.loss)];
  const from = noValueFrom(path, step);
  const stopped = path.failure ? `; it ${path.failure}` : "";
  return `${name}, step ${step}: x = ${x}, y = ${y}, ${from === null ? `f = ${f}` : noValue(from)}${stopped}`;
}
