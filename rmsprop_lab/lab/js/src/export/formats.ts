// What one can keep of a lab: its paths as a table, and the lab as a picture.

import type { Legend } from "../controls/legend.ts";
import type { Shown, Views } from "../plots/views.ts";
import { download, png, svg, type Scene } from "./picture.ts";
import { toCsv } from "./table.ts";

// By the name of the format.
export function formats(
  { surface, paths, theme }: Shown,
  views: Views,
  legend: Legend,
): Record<string, () => void> {
  const scene = (): Scene => ({
    title: `${surface.value.spec.name}: ${legend
      .entries()
      .map(({ text }) => text)
      .join("; ")}`,
    views: views.element,
    layers: views.layers,
    legend: legend.entries(),
    theme: theme.value,
  });
  return {
    CSV: () => download(new Blob([toCsv(paths.value)], { type: "text/csv" }), "paths.csv"),
    PNG: () => void png(scene()).then((blob) => download(blob, "lab.png")),
    SVG: () => download(svg(scene()), "lab.svg"),
  };
}
