// A canvas that fills its box at the screen's resolution, and what both plots draw on it.

import { signal } from "@preact/signals-core";
import type { Theme } from "./theme.ts";
import type { Look, Marker, Point } from "../model/contract.ts";

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const TEXT = 12; // px

export type Context = CanvasRenderingContext2D;
export type Paint = (context: Context, width: number, height: number) => void;

// A canvas that keeps what was painted last, so that a picture to keep can be painted the same. What paints it
// in an effect paints it again when it has another size.
export class Layer {
  readonly canvas = document.createElement("canvas");
  readonly size = signal({ width: 0, height: 0 });
  private context: Context | null = null;
  private font = "";
  private painted: Paint = () => {};

  // Take the size of the box. To ask for it at every painting would cost a layout each.
  measure(): void {
    const ratio = window.devicePixelRatio || 1;
    const { canvas } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    const [pixelsX, pixelsY] = [Math.round(width * ratio), Math.round(height * ratio)];
    const before = this.size.peek();
    const same = width === before.width && height === before.height;
    if (same && canvas.width === pixelsX && canvas.height === pixelsY) return;
    canvas.width = pixelsX;
    canvas.height = pixelsY;
    this.font = ""; // a canvas of another size is a new one
    this.size.value = { width, height };
  }

  paint(paint: Paint, font: string): void {
    this.painted = paint;
    const { width, height } = this.size.value;
    if (!width || !height) return;
    const context = (this.context ??= this.canvas.getContext("2d")!);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.scale(this.canvas.width / width, this.canvas.height / height);
    // To set a font costs as much as to draw a path.
    if (font !== this.font) context.font = `${TEXT}px ${font}`;
    this.font = font;
    context.save();
    paint(context, width, height);
    context.restore();
  }

  again(context: Context): void {
    const { width, height } = this.size.value;
    if (width && height) this.painted(context, width, height);
  }
}

let ruler: Context | null = null;
let ruled = "";
const widths = new Map<string, number>();
const KNOWN = 1000; // texts, then all are measured anew

// In px, of a text as the layers write it.
export function textWidth(text: string, font: string): number {
  ruler ??= document.createElement("canvas").getContext("2d")!;
  if (font !== ruled) ruler.font = `${TEXT}px ${font}`;
  if (font !== ruled || widths.size > KNOWN) widths.clear();
  ruled = font;
  const width = widths.get(text) ?? ruler.measureText(text).width;
  widths.set(text, width);
  return width;
}

// A line through the points, without those too near to be seen; only its parts within the box,
// because dashes out of sight cost as much as dashes in sight, and some lines lead very far.
export function polyline(context: Context, xs: ArrayLike<number>, ys: ArrayLike<number>, box: Box): void {
  context.beginPath();
  let [x0, y0, down] = [xs[0]!, ys[0]!, false];
  for (let k = 1; k < xs.length; k++) {
    const [x1, y1] = [xs[k]!, ys[k]!];
    const near = Math.abs(x1 - x0) + Math.abs(y1 - y0) < 0.5;
    if (near && k < xs.length - 1) continue;
    const [from, to] = clip(x0, y0, x1, y1, box);
    if (from <= to) {
      if (!down || from > 0) context.moveTo(x0 + (x1 - x0) * from, y0 + (y1 - y0) * from);
      context.lineTo(x0 + (x1 - x0) * to, y0 + (y1 - y0) * to);
    }
    down = from <= to && to === 1;
    [x0, y0] = [x1, y1];
  }
  context.stroke();
}

// The part of a segment that lies within the box, as shares of its length (Liang, Barsky 1984).
export function clip(x0: number, y0: number, x1: number, y1: number, box: Box): [number, number] {
  let [from, to] = [0, 1];
  const sides: [room: number, speed: number][] = [
    [x0 - box.left, x0 - x1],
    [box.right - x0, x1 - x0],
    [y0 - box.top, y0 - y1],
    [box.bottom - y0, y1 - y0],
  ];
  for (const [room, speed] of sides) {
    if (speed > 0) to = Math.min(to, room / speed);
    else if (speed < 0) from = Math.max(from, room / speed);
    else if (!(room >= 0 && speed === 0)) return [1, 0]; // not a number, or beside the box
  }
  return Number.isNaN(from + to) ? [1, 0] : [from, to];
}

// A little more than this, so that no line's end is seen at the edge.
export function around({ left, right, top, bottom }: Box, by = 10): Box {
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by };
}

export const FADED = 0.15; // of what one does not look at

// Those of the racer whom one looks at come last, and lie on the others.
export const lastOf = <One extends { key: string }>(some: One[], alone: string | null): One[] =>
  [...some].sort((one, other) => Number(one.key === alone) - Number(other.key === alone));

const PLUS: Point[] = [
  [-0.4, -1.2],
  [0.4, -1.2],
  [0.4, -0.4],
  [1.2, -0.4],
  [1.2, 0.4],
  [0.4, 0.4],
  [0.4, 1.2],
  [-0.4, 1.2],
  [-0.4, 0.4],
  [-1.2, 0.4],
  [-1.2, -0.4],
  [-0.4, -0.4],
];
const CORNERS: Record<Exclude<Marker, "circle">, Point[]> = {
  square: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  triangle: [
    [0, -1.2],
    [1.1, 0.8],
    [-1.1, 0.8],
  ],
  diamond: [
    [0, -1.3],
    [1.1, 0],
    [0, 1.3],
    [-1.1, 0],
  ],
  plus: PLUS,
  cross: PLUS.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]),
  star: Array.from({ length: 10 }, (_, k): Point => {
    const [angle, radius] = [(k * Math.PI) / 5 - Math.PI / 2, k % 2 ? 0.6 : 1.4];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }),
};

export function mark(context: Context, marker: Marker, x: number, y: number, size: number): void {
  if (!Number.isFinite(x + y)) return;
  context.beginPath();
  if (marker === "circle") context.arc(x, y, size, 0, 2 * Math.PI);
  else CORNERS[marker].forEach(([u, v]) => context.lineTo(x + u * size, y + v * size));
  context.closePath();
  context.fill();
  context.stroke();
}

// The ring of a handle, as the style sheet has it.
export function paintRing(context: Context, [x, y]: Point, theme: Theme): void {
  for (const [radius, width, color] of [
    [13, 2, theme.paper],
    [10.5, 3, theme.text],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  }
}

// A line with a head, unless it is too short for one or leads out of all sight.
export function arrow(context: Context, x0: number, y0: number, x1: number, y1: number): void {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > 1 && length < 1e5)) return;
  const head = Math.min(9, length);
  const angle = Math.atan2(y1 - y0, x1 - x0);
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1 - head * 0.8 * Math.cos(angle), y1 - head * 0.8 * Math.sin(angle));
  context.stroke();
  context.beginPath();
  context.moveTo(x1, y1);
  for (const side of [-0.4, 0.4]) {
    context.lineTo(x1 - head * Math.cos(angle + side), y1 - head * Math.sin(angle + side));
  }
  context.fill();
}

const SQUARE = 4; // px

// Chequers, as picture editors have them where a picture has nothing.
export function paintNothing(
  context: Context,
  left: number,
  top: number,
  width: number,
  height: number,
  theme: Theme,
): void {
  context.fillStyle = theme.paper;
  context.fillRect(left, top, width, height);
  context.strokeStyle = theme.line;
  context.lineWidth = SQUARE;
  context.setLineDash([SQUARE, SQUARE]);
  context.beginPath();
  for (let row = 0; row * SQUARE < height; row++) {
    const y = top + (row + 0.5) * SQUARE;
    context.moveTo(left + (row % 2) * SQUARE, y);
    context.lineTo(left + width, y);
  }
  context.stroke();
  context.setLineDash([]);
}

// A short piece of the racer's line with its marker, for the legend.
export function paintSwatch(context: Context, width: number, height: number, look: Look, theme: Theme): void {
  context.strokeStyle = context.fillStyle = theme.dark ? look.dark : look.light;
  context.lineWidth = 2;
  context.setLineDash(look.dash);
  const box = { left: 0, right: width, top: 0, bottom: height };
  polyline(context, [0, width], [height / 2, height / 2], box);
  context.setLineDash([]);
  context.strokeStyle = theme.paper;
  mark(context, look.marker, width / 2, height / 2, 5);
}
