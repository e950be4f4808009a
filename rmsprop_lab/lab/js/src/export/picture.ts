// The lab as a picture to keep.

import type { Context as SvgContext } from "svgcanvas";
import type { Legend } from "../controls/legend.ts";
import { paintRing, paintSwatch, textWidth, type Context, type Layer } from "../dom/canvas.ts";
import type { Handle } from "../dom/handle.ts";
import type { Theme } from "../dom/theme.ts";
import type { View } from "../plots/shown.ts";

const PAD = 12;
const LINE = 20; // px: a line of the legend
const SWATCH = 50; // px: a swatch and what is left free beside it
const SHARP = 2; // pixels of a PNG for each of the screen's

interface Placed {
  layers: Layer[];
  handles: Handle[];
  left: number;
  top: number;
  width: number;
  height: number;
}

// The views that one sees, each in its size: beside the map what has room there, the rest underneath.
function place(views: View[]): Placed[] {
  const placed: Placed[] = [];
  let [beside, under] = [0, 0];
  for (const { layers, handles = [] } of views) {
    const { width, height } = layers[0]!.size.value;
    if (width === 0 || height === 0) continue;
    const [map] = placed;
    if (map && beside + height <= map.height) {
      placed.push({ layers, handles, left: map.width + PAD, top: beside, width, height });
      beside += height + PAD;
    } else {
      placed.push({ layers, handles, left: 0, top: under, width, height });
      under += height + PAD;
    }
  }
  return placed;
}

// As many as there is room for side by side, line by line.
function linesOf(conditions: string[], room: number, font: string): string[] {
  const lines: string[] = [];
  for (const words of conditions) {
    const longer = lines.length > 0 ? `${lines.at(-1)} · ${words}` : "";
    if (longer && textWidth(longer, font) <= room) lines[lines.length - 1] = longer;
    else lines.push(words);
  }
  return lines;
}

// The lab as it stands: its views, under them who is who, and what the paths depend on. `open` makes what is painted on.
function paint<T extends Context>(
  views: View[],
  legend: Legend,
  conditions: string[],
  theme: Theme,
  open: (width: number, height: number) => T,
): T {
  const [placed, entries] = [place(views), legend.entries()];
  const inner = Math.max(
    ...placed.map(({ left, width }) => left + width),
    ...entries.map(({ text }) => SWATCH + textWidth(text, theme.font)),
  );
  const bottom = Math.max(...placed.map(({ top, height }) => top + height));
  const lines = linesOf(conditions, inner, theme.font);
  const rows = entries.length + lines.length;
  const [width, height] = [Math.ceil(inner) + 2 * PAD, Math.ceil(bottom) + 2 * PAD + rows * LINE];
  const context = open(width, height);
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, width, height);
  for (const { layers, handles, left, top } of placed) {
    for (const layer of layers) {
      context.save();
      context.font = `12px ${theme.font}`;
      context.translate(PAD + left, PAD + top);
      layer.again(context);
      context.restore();
    }
    for (const [x, y] of handles.map((handle) => handle.at())) {
      paintRing(context, [PAD + left + x, PAD + top + y], theme);
    }
  }
  context.font = `12px ${theme.font}`;
  context.textAlign = "left";
  entries.forEach(({ look, text }, k) => {
    context.save();
    context.translate(PAD, bottom + 2 * PAD + k * LINE);
    paintSwatch(context, 40, LINE - 4, look, theme);
    context.fillStyle = theme.text;
    context.textBaseline = "middle";
    context.fillText(text, SWATCH, (LINE - 4) / 2);
    context.restore();
  });
  context.fillStyle = theme.muted;
  context.textBaseline = "middle";
  lines.forEach((text, k) => {
    context.fillText(text, PAD, bottom + 2 * PAD + (entries.length + k) * LINE + (LINE - 4) / 2);
  });
  return context;
}

export async function png(views: View[], legend: Legend, conditions: string[], theme: Theme): Promise<Blob> {
  const { canvas } = paint(views, legend, conditions, theme, (width, height) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width * SHARP, height * SHARP];
    const context = canvas.getContext("2d")!;
    context.scale(SHARP, SHARP);
    return context;
  });
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"),
  );
}

// What writes SVG as a canvas is painted on. It weighs as much as a tenth of the lab, and is seldom asked for: the
// host knows how to come by it.
export type Vectors = () => Promise<typeof SvgContext>;

export async function svg(
  views: View[],
  legend: Legend,
  conditions: string[],
  theme: Theme,
  vectors: Vectors,
): Promise<Blob> {
  const Vector = await vectors();
  const context = paint(views, legend, conditions, theme, (width, height) => {
    const context = new Vector(width, height);
    // So that it can be drawn at any size.
    context.getSvg().setAttribute("viewBox", `0 0 ${width} ${height}`);
    return context;
  });
  const root = context.getSvg();
  root.setAttribute("role", "img");
  const title = document.createElementNS(root.namespaceURI, "title");
  title.textContent = `${conditions.join(", ")}: ${legend
    .entries()
    .map(({ text }) => text)
    .join("; ")}`;
  root.prepend(title);
  return new Blob([context.getSerializedSvg(true)], { type: "image/svg+xml" });
}

export function download(blob: Blob, name: string): void {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}
