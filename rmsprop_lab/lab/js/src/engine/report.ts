// Where each racer stands, in words.

import { noValue, noValueFrom, type Path } from "./engine.ts";
import { format, legible } from "../model/numbers.ts";

// Three digits in no more than nine places.
function brief(value: number): string {
  const large = Math.abs(value) >= 1e5 && Math.abs(value) < Infinity;
  return large ? value.toExponential(2).replace("e+", "e") : format(value, 3);
}

// How far from 0 a path began: what its coordinates are beside.
export const extent = ({ x, y }: Path): number => Math.max(Math.abs(x.at[0] ?? 0), Math.abs(y.at[0] ?? 0));

// The same at a glance: f to three digits, or what became of it; since when, where there is room; and f as it is.
export interface Glance {
  now: string;
  since: string;
  loss: string;
}

export function glance(path: Path, step: number): Glance {
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

// In full; or, beside where the path began, as one reads it.
export function standing(name: string, path: Path, step: number, beside = 0): string {
  const last = path.loss.length - 1;
  if (path.divergedAt !== null && step >= path.divergedAt) {
    return `${name} diverged at step ${path.divergedAt}`;
  }
  if (path.failure && step > last) return `${name} ${path.failure}`;
  if (last < 0) return `${name} is being walked`;
  const at = (name: string, values: Float64Array) => {
    const text = legible(values[step] ?? NaN, beside);
    return `${name} ${text.startsWith("≈") ? "" : "= "}${text}`;
  };
  const [x, y] = [at("x", path.x.at), at("y", path.y.at)];
  const f = format(path.loss[step] ?? NaN);
  const from = noValueFrom(path, step);
  const stopped = path.failure ? `; it ${path.failure}` : "";
  return `${name}, step ${step}: ${x}, ${y}, ${from === null ? `f = ${f}` : noValue(from)}${stopped}`;
}
