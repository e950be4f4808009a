// What the kernel has walked, where the page cannot: paths, and heights of the surface.

import type { Coordinate, Path } from "./engine.ts";
import type { Model, OptimizerSpec, Window } from "./spec.ts";

interface Computed {
  paths: Record<string, { numbers: DataView; divergedAt: number | null; failure: string | null }>;
  heights: { numbers: DataView; size: number; window: Window } | null;
}

const doubles = ({ buffer, byteOffset, byteLength }: DataView): Float64Array =>
  new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);

// Rows: of x where it stands, its gradient, its update, its states; the same of y; f.
export function received(model: Model, { name, state }: OptimizerSpec): Path {
  const computed: Computed | null = model.get("computed");
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

// The heights the kernel has sampled, row by row from the bottom, and the window they span.
export function heights(model: Model): { values: Float64Array; size: number; window: Window } | null {
  const found = (model.get("computed") as Computed | null)?.heights;
  return found ? { values: doubles(found.numbers), size: found.size, window: found.window } : null;
}
