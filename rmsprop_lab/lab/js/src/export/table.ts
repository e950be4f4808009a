// The paths as comma-separated values: a row for each step of each racer.

import type { Trajectory } from "../engine/paths.ts";

export function toCsv(paths: Trajectory[]): string {
  const rows = paths.flatMap(({ racer, name, path: { x, y, loss } }) => {
    const who = [name, racer.optimizer.label].map((text) => `"${text.replaceAll('"', '""')}"`);
    return Array.from(loss, (f, step) => [...who, step, x.at[step], y.at[step], f]);
  });
  const head = ["racer", "optimiser", "step", "x", "y", "f"];
  return [head, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
