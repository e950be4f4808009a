// Where each racer stands, in words.

import { noValue, noValueFrom, type Path } from "./engine.ts";
import { format } from "../model/numbers.ts";

// Three digits in no more than nine places.
function brief(value: number): string {
  const large = Math.abs(value) >= 1e5 && Math.abs(value) < Infinity;
  return large ? value.toExponential(2).replace("e+", "e") : format(value, 3);
}

// The same at a glance: f to three digits, or what became of it; since when, where there is room; and f as it is.
export function glance(path: Path, step: number): { now: string; since: string; loss: string } {
  const last = path.loss.length - 1;
  if (path.divergedAt !== null && step >= path.divergedAt) {
    return { now: "diverged", since: ` at step ${path.divergedAt}`, loss: "diverged" };
  }
  if (path.failure && step > last) return { now: "stopped", since: ` at step ${last + 1}`, loss: "" };
  if (last < 0) return { now: "…", since: "", loss: "" };
  const [from, f] = [noValueFrom(path, step), path.loss[step] ?? NaN];
  if (from !== null) return { now: "no value", since: ` from step ${from}`, loss: "" };
  return { now: `f = ${brief(f)}`, since: "", loss: String(f) };
}

export function standing(name: string, path: Path, step: number): string {
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
