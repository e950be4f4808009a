// What the page does not walk: paths and heights from the kernel, or recorded and come with the figure.

import type { Coordinate, Path } from "./engine.ts";
import type { Lab } from "../model/follow.ts";
import type { Heights } from "../model/contract.ts";
import { isEdited } from "./rule.ts";
import type { Racer } from "../model/racers.ts";

// Bytes of doubles, or a list.
function doubles(numbers: Heights["numbers"]): Float64Array {
  if (Array.isArray(numbers)) return Float64Array.from(numbers);
  const { buffer, byteOffset, byteLength } = numbers;
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

const NEEDS_PYTHON =
  "is not walked: only the kernel knows this surface, and it needs the edited rule in Python";

// Rows: of x where it stands, its gradient, its update, its states; the same of y; f.
export function receivedPath(lab: Lab, { key, optimizer }: Racer): Path {
  const { state } = optimizer;
  const edited = isEdited(lab, optimizer);
  const found = edited ? undefined : lab.get("computed")?.paths[key]; // the kernel walks what was sent
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
    failure: found ? found.failure : edited ? NEEDS_PYTHON : "has not been walked yet",
  };
}

export function receivedHeights({ get }: Lab) {
  const found = get("heights");
  return found && { ...found, values: doubles(found.numbers) };
}
