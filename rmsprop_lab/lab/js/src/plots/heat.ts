// The picture of a convergence map: a cell for each setting, darker the lower f has come.

import { scaleOf, type Scale } from "./axis.ts";
import { paintNothing, type Box, type Context } from "../dom/canvas.ts";
import { tones, type Theme } from "../dom/theme.ts";
import { format } from "../model/numbers.ts";
import type { Parameter } from "../model/contract.ts";
import { DIVERGED } from "../engine/sweep.ts";

const DECADES = 12; // of f that the tones span
const SHADES = 64;
const MARGIN: Box = { left: 46, right: 8, top: 22, bottom: 40 };

// Across and up.
export function heatScales(width: number, height: number, x: Parameter, y: Parameter): [Scale, Scale] {
  return [
    scaleOf(x.scale, x.slider, [MARGIN.left, width - MARGIN.right]),
    scaleOf(y.scale, y.slider, [height - MARGIN.bottom, MARGIN.top]),
  ];
}

// A pixel for each setting, row by row from the bottom: its tone says by how many decades f has
// fallen from where it was at first. What diverged stays clear; where f has no value the
// cells are chequered. Returns whether there are any of these.
export function fillCells(
  cells: HTMLCanvasElement,
  size: number,
  heights: Float64Array,
  gone: Uint8Array,
  first: number,
  theme: Theme,
): boolean {
  const shades = tones(theme.best, theme.worst, SHADES);
  const chequers = tones(theme.paper, theme.line, 2);
  let blank = false;
  cells.width = cells.height = size;
  const context = cells.getContext("2d")!;
  const image = context.createImageData(size, size);
  heights.forEach((height, k) => {
    if (gone[k] === DIVERGED) return;
    const [row, column] = [size - 1 - Math.floor(k / size), k % size];
    const nothing = Number.isNaN(height);
    blank ||= nothing;
    const share = 1 + Math.log10(Math.max(height, 0) / first) / DECADES;
    const shade = Math.round(Math.min(Math.max(share, 0), 1) * (SHADES - 1));
    const color = nothing ? chequers[(row + column) % 2] : (shades[shade] ?? shades[SHADES - 1]);
    image.data.set([...(color ?? []), 255], 4 * (row * size + column));
  });
  context.putImageData(image, 0, 0);
  return blank;
}

export function paintHeat(
  context: Context,
  width: number,
  height: number,
  cells: HTMLCanvasElement,
  x: Parameter,
  y: Parameter,
  blank: boolean,
  theme: Theme,
): void {
  const [across, up] = heatScales(width, height, x, y);
  const [[left, right], [bottom, top]] = [across.range(), up.range()];
  hatch(context, left, top, right - left, bottom - top, theme);
  context.imageSmoothingEnabled = false;
  context.drawImage(cells, left, top, right - left, bottom - top);
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of ticks(across, x)) context.fillText(label(tick), across(tick), bottom + 6);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of ticks(up, y)) context.fillText(label(tick), left - 6, up(tick));
  context.fillStyle = theme.text;
  context.textBaseline = "top";
  context.fillText(`${named(x)} →`, right, top - 18);
  context.textAlign = "left";
  context.fillText(`↑ ${named(y)}`, left, top - 18);
  paintLegend(context, left, bottom + 23, blank, theme);
}

const named = ({ label, symbol }: Parameter) => (symbol ? `${label} ${symbol}` : label);

function paintLegend(context: Context, left: number, top: number, blank: boolean, theme: Theme): void {
  const [words, width] = ["f: low … start", 40];
  const after = left + width + 6 + context.measureText(words).width + 12;
  const ramp = context.createLinearGradient(left, 0, left + width, 0);
  ramp.addColorStop(0, theme.best);
  ramp.addColorStop(1, theme.worst);
  context.fillStyle = ramp;
  context.fillRect(left, top, width, 11);
  hatch(context, after, top, 14, 11, theme);
  context.fillStyle = theme.text;
  context.fillText(words, left + width + 6, top);
  context.fillText("diverged", after + 19, top);
  if (!blank) return;
  const last = after + 19 + context.measureText("diverged").width + 12;
  paintNothing(context, last, top, 16, 12, theme);
  context.fillStyle = theme.text;
  context.fillText("no value", last + 21, top);
}

function ticks(scale: Scale, parameter: Parameter): number[] {
  if (parameter.scale !== "log") return scale.ticks(5);
  const [low, high] = [Math.log10(parameter.slider[0]), Math.log10(parameter.slider[1])];
  const every = Math.ceil((high - low) / 6);
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.floor((high - first + 1e-9) / every) + 1 }, (_, k) =>
    Number(`1e${first + k * every}`),
  );
}

const label = (tick: number) => (tick < 1e-3 && tick > 0 ? tick.toExponential() : format(tick, 3));

// The ground of what diverged: lines, so that colour is not the only sign.
function hatch(
  context: Context,
  left: number,
  top: number,
  width: number,
  height: number,
  theme: Theme,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.fillStyle = theme.paper;
  context.fillRect(left, top, width, height);
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left - height; x < left + width; x += 7) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}
