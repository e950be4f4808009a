// The picture of a convergence map: a cell for each setting, darker the lower f has come.

import { scaleOf, type Scale } from "./axis.ts";
import { paintNothing, type Box, type Context } from "../dom/canvas.ts";
import { tones, type Theme } from "../dom/theme.ts";
import { format, fromPosition, positions, toPosition } from "../model/numbers.ts";
import type { Parameter } from "../model/contract.ts";
import { DIVERGED } from "../engine/sweep.ts";

const DECADES = 12; // of f that the tones span, at the most
const SHADES = 64;
const LUCKY = 0.02; // share of the settings that may end lower than the tones tell apart
const EACH = 7; // so many settings stand for one: to sort them all would take long
const MARGIN: Box = { left: 46, right: 8, top: 22, bottom: 40 };

// Across and up, of the sliders' positions.
export function heatScales(width: number, height: number, x: Parameter, y: Parameter): [Scale, Scale] {
  return [
    scaleOf("linear", positions(x), [MARGIN.left, width - MARGIN.right]),
    scaleOf("linear", positions(y), [height - MARGIN.bottom, MARGIN.top]),
  ];
}

// What the tones say: darkest where f ends at `low` or below, lightest at `high` or above.
export interface Span {
  low: number;
  high: number;
}

// From where the lowest settings end, as a round number, to where all begin; from the minimum they can only rise,
// and the highest takes its place. Of twelve decades at the most: what is lower is all but 0.
export function spanOf(heights: Float64Array, first: number): Span {
  const some = heights.filter((height, k) => k % EACH === 0 && Number.isFinite(height)).sort();
  const high = first > 0 && first < Infinity ? first : (some.at(-1) ?? 0);
  const lowest = some[Math.floor(LUCKY * some.length)] ?? high;
  const floor = Math.min(Math.max(lowest, high * 10 ** -DECADES), high);
  const unit = 10 ** Math.floor(Math.log10(floor));
  return { low: floor > 0 ? Number((Math.floor(floor / unit + 1e-9) * unit).toPrecision(1)) : 0, high };
}

// A pixel for each setting, row by row from the bottom: its tone says how low f has come. What diverged stays
// clear; where f has no value the cells are chequered. Returns whether there are any of these.
export function fillCells(
  cells: HTMLCanvasElement,
  size: number,
  heights: Float64Array,
  gone: Uint8Array,
  { low, high }: Span,
  theme: Theme,
): boolean {
  const opaque = ([red, green, blue]: number[]) =>
    new Uint32Array(Uint8Array.of(red!, green!, blue!, 255).buffer)[0]!;
  const shades = tones(theme.best, theme.worst, SHADES).map(opaque);
  const chequers = tones(theme.paper, theme.line, 2).map(opaque);
  const decades = Math.log10(high / low);
  let blank = false;
  cells.width = cells.height = size;
  const context = cells.getContext("2d")!;
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  heights.forEach((height, k) => {
    if (gone[k] === DIVERGED) return;
    const [row, column] = [size - 1 - Math.floor(k / size), k % size];
    const nothing = Number.isNaN(height);
    blank ||= nothing;
    const share = height > low ? Math.log10(height / low) / decades : 0;
    pixels[row * size + column] = nothing
      ? chequers[(row + column) % 2]!
      : shades[Math.round(Math.min(share, 1) * (SHADES - 1))]!;
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
  name: string,
  span: Span,
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
  for (const tick of ticks(x)) context.fillText(label(tick), across(toPosition(x, tick)), bottom + 6);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of ticks(y)) context.fillText(label(tick), left - 6, up(toPosition(y, tick)));
  context.fillStyle = theme.text;
  context.textBaseline = "top";
  context.fillText(`${named(x)} →`, right, top - 18);
  context.textAlign = "left";
  context.fillText(`↑ ${named(y)}`, left, top - 18);
  paintLegend(context, left, bottom + 23, name, span, blank, theme);
}

const named = ({ label, symbol }: Parameter) => (symbol ? `${label} ${symbol}` : label);

function paintLegend(
  context: Context,
  left: number,
  top: number,
  name: string,
  { low, high }: Span,
  blank: boolean,
  theme: Theme,
): void {
  let at = left;
  const write = (text: string, after: number) => {
    context.fillStyle = theme.text;
    context.fillText(text, at, top);
    at += context.measureText(text).width + after;
  };
  if (low < high) {
    write(`${name} ≤ ${format(low, 1)}`, 6);
    const ramp = context.createLinearGradient(at, 0, at + 40, 0);
    ramp.addColorStop(0, theme.best);
    ramp.addColorStop(1, theme.worst);
    context.fillStyle = ramp;
    context.fillRect(at, top, 40, 11);
    at += 46;
    write(`≥ ${format(high, 3)}`, 12);
  } else write(high > 0 ? `${name} ≥ ${format(high, 3)}` : `${name} = 0 everywhere`, 12);
  hatch(context, at, top, 14, 11, theme);
  at += 19;
  write("diverged", 12);
  if (!blank) return;
  paintNothing(context, at, top, 16, 12, theme);
  at += 21;
  write("no value", 0);
}

// Round numbers that lie evenly on the axis.
function ticks(parameter: Parameter): number[] {
  const [low, high] = positions(parameter);
  if (parameter.scale === "linear") return scaleOf("linear", [low, high]).ticks(5);
  const every = Math.ceil((high - low) / 6);
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.floor((high - first + 1e-9) / every) + 1 }, (_, k) =>
    fromPosition(parameter, first + k * every),
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
