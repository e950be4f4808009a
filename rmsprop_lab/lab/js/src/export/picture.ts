// The lab as a picture to keep.

import { Context as SvgContext } from "svgcanvas";
import type { Legend } from "../controls/legend.ts";
import { paintSwatch, type Context } from "../dom/canvas.ts";
import type { Theme } from "../dom/theme.ts";
import type { Views } from "../plots/views.ts";

const PAD = 12;
const LINE = 20; // px: a line of the legend
const SHARP = 2; // pixels of a PNG for each of the screen's

// The lab as it stands: its views in their places, and under them who is who.
function paint(context: Context, { element, layers }: Views, legend: Legend, theme: Theme): void {
  const box = element.getBoundingClientRect();
  const entries = legend.entries();
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, box.width + 2 * PAD, box.height + 2 * PAD + entries.length * LINE);
  for (const layer of layers) {
    const { left, top } = layer.canvas.getBoundingClientRect();
    context.save();
    context.font = `12px ${theme.font}`;
    context.translate(PAD + left - box.left, PAD + top - box.top);
    layer.again(context);
    context.restore();
  }
  context.font = `12px ${theme.font}`;
  context.textAlign = "left";
  entries.forEach(({ look, text }, k) => {
    context.save();
    context.translate(PAD, box.height + 2 * PAD + k * LINE);
    paintSwatch(context, 40, LINE - 4, look, theme);
    context.fillStyle = theme.text;
    context.textBaseline = "middle";
    context.fillText(text, 50, (LINE - 4) / 2);
    context.restore();
  });
}

function size({ element }: Views, legend: Legend): [number, number] {
  const { width, height } = element.getBoundingClientRect();
  return [Math.ceil(width) + 2 * PAD, Math.ceil(height) + 2 * PAD + legend.entries().length * LINE];
}

export async function png(views: Views, legend: Legend, theme: Theme): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const [width, height] = size(views, legend);
  [canvas.width, canvas.height] = [width * SHARP, height * SHARP];
  const context = canvas.getContext("2d")!;
  context.scale(SHARP, SHARP);
  paint(context, views, legend, theme);
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"),
  );
}

export function svg(surface: string, views: Views, legend: Legend, theme: Theme): Blob {
  const [width, height] = size(views, legend);
  const context = new SvgContext(width, height);
  paint(context, views, legend, theme);
  const root = context.getSvg();
  root.setAttribute("viewBox", `0 0 ${width} ${height}`); // so that it can be drawn at any size
  root.setAttribute("role", "img");
  const title = document.createElementNS(root.namespaceURI, "title");
  title.textContent = `${surface}: ${legend
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
