// The paths as comma-separated values: a row for each step of each optimiser.

import type { Path } from "../engine/engine.ts";

export function toCsv(labels: string[], paths: Path[]): string {
  const rows = paths.flatMap(({ x, y, loss }, k) =>
    Array.from(loss, (f, step) => [`"${labels[k].replaceAll('"', '""')}"`, step, x.at[step], y.at[step], f]),
  );
  return [["optimiser", "step", "x", "y", "f"], ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
