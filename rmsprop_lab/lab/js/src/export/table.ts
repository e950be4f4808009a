// The paths as comma-separated values: a row for each step of each optimiser.

import type { Trajectory } from "../engine/paths.ts";

export function toCsv(paths: Trajectory[]): string {
  const rows = paths.flatMap(({ optimizer: { label }, path: { x, y, loss } }) =>
    Array.from(loss, (f, step) => [`"${label.replaceAll('"', '""')}"`, step, x.at[step], y.at[step], f]),
  );
  return [["optimiser", "step", "x", "y", "f"], ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
