// A canvas that fills its box at the screen's resolution, and what both plots draw on it.

import type { Ink } from "./ink.ts";
import type { Look, Marker } from "./spec.ts";

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function sized(canvas: HTMLCanvasElement): {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
} {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const [pixelsX, pixelsY] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== pixelsX || canvas.height !== pixelsY) {
    canvas.width = pixelsX;
    canvas.height = pixelsY;
  }
  const context = canvas.getContext("2d")!;
  context.reset(); // clears, and lifts the last drawing's clip
  context.scale(ratio, ratio);
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  return { context, width, height };
}

const LIMIT = 1e5; // px: a canvas draws farther coordinates wrongly

// A line through the points: its parts within the limit, without points too near to be seen.
export function polyline(
  context: CanvasRenderingContext2D,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
): void {
  context.beginPath();
  let [x0, y0, down] = [xs[0], ys[0], false];
  for (let k = 1; k < xs.length; k++) {
    const [x1, y1] = [xs[k], ys[k]];
    const near = Math.abs(x1 - x0) + Math.abs(y1 - y0) < 0.5;
    if (near && k < xs.length - 1) continue;
    const [from, to] = clip(x0, y0, x1, y1);
    if (from <= to) {
      if (!down || from > 0) context.moveTo(x0 + (x1 - x0) * from, y0 + (y1 - y0) * from);
      context.lineTo(x0 + (x1 - x0) * to, y0 + (y1 - y0) * to);
    }
    down = from <= to && to === 1;
    [x0, y0] = [x1, y1];
  }
  context.stroke();
}

// The part of a segment that lies within the limit, as shares of its length (Liang, Barsky 1984).
function clip(x0: number, y0: number, x1: number, y1: number): [number, number] {
  let [from, to] = [0, 1];
  for (const [start, change] of [
    [x0, x1 - x0],
    [y0, y1 - y0],
  ]) {
    for (const side of [-1, 1]) {
      const [room, speed] = [LIMIT - side * start, side * change];
      if (speed > 0) to = Math.min(to, room / speed);
      else if (speed < 0) from = Math.max(from, room / speed);
      else if (!(room >= 0)) return [1, 0];
    }
  }
  return Number.isNaN(from + to) ? [1, 0] : [from, to];
}

const CORNERS: Record<string, [number, number][]> = {
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
  plus: [
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
  ],
  star: Array.from({ length: 10 }, (_, k): [number, number] => {
    const [angle, radius] = [(k * Math.PI) / 5 - Math.PI / 2, k % 2 ? 0.6 : 1.4];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }),
};
CORNERS.cross = CORNERS.plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);

export function mark(
  context: CanvasRenderingContext2D,
  marker: Marker,
  x: number,
  y: number,
  size: number,
): void {
  context.beginPath();
  if (marker === "circle") context.arc(x, y, size, 0, 2 * Math.PI);
  else CORNERS[marker].forEach(([u, v]) => context.lineTo(x + u * size, y + v * size));
  context.closePath();
  context.fill();
  context.stroke();
}

// A line with a head, unless it is too short for one or leads out of all sight.
export function arrow(
  context: CanvasRenderingContext2D,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
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

// A short piece of the optimiser's line with its marker, for the key.
export function drawSwatch(canvas: HTMLCanvasElement, look: Look, ink: Ink): void {
  const { context, width, height } = sized(canvas);
  context.strokeStyle = context.fillStyle = ink.dark ? look.dark : look.light;
  context.lineWidth = 2;
  context.setLineDash(look.dash);
  polyline(context, [0, width], [height / 2, height / 2]);
  context.setLineDash([]);
  context.strokeStyle = ink.paper;
  mark(context, look.marker, width / 2, height / 2, 5);
}
