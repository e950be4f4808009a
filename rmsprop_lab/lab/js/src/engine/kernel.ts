// What the page does not walk: paths and heights from the kernel, or recorded and come with the figure.

import type { Coordinate, Path } from "./engine.ts";
import type { Lab } from "../model/follow.ts";
import type { OptimizerSpec, Window } from "../model/spec.ts";

type Numbers = DataView | number[]; // bytes of doubles, or a list

interface Computed {
  paths: Record<string, { numbers: Numbers; divergedAt: number | null; failure: string | null }>;
}

function doubles(numbers: Numbers): Float64Array {
  if (Array.isArray(numbers)) return Float64Array.from(numbers);
  const { buffer, byteOffset, byteLength } = numbers;
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

// Rows: of x where it stands, its gradient, its update, its states; the same of y; f.
export function received({ get }: Lab, { name, state }: OptimizerSpec): Path {
  const computed: Computed | null = get("computed");
  const found = computed?.paths[name];
  const all = found ? doubles(found.numbers) : new Float64Array();
  const [width, length] = [3 + state.length, all.length / (2 * (3 + state.length) + 1)];
  const row = (k: number) => all.subarray(k * length, (k + 1) * length);
  const coordinate = (first: number): Coordinate => ({
    at: row(first),
    grad: row(first + 1),
    update: row(first + 2),
    state: state.map((_, k) => row(first + 3 + k)),
  });
  return {
    x: coordinate(0),
    y: coordinate(width),
    loss: row(2 * width),
    divergedAt: found?.divergedAt ?? null,
    failure: found ? found.failure : "has not been walked yet",
  };
}

export interface Sampled {
  values: Float64Array; // at the middles of a grid's cells, row by row from the bottom
  size: [number, number]; // columns and rows
  window: Window; // what the grid spans
}

export function heights({ get }: Lab): Sampled | null {
  const found: { numbers: Numbers; size: [number, number]; window: Window } | null = get("heights");
  return found ? { values: doubles(found.numbers), size: found.size, window: found.window } : null;
}
