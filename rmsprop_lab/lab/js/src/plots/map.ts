// The map: the surface, the paths on it, what a step is made of, and a start point to drag, unless
// the paths were recorded.

import { scaleLinear, type ScaleLinear } from "d3-scale";
import { evenLabels, margin, sideBySide } from "./axis.ts";
import {
  around,
  arrow,
  Layer,
  mark,
  paintNothing,
  polyline,
  textWidth,
  type Box,
  type Context,
} from "../dom/canvas.ts";
import { contoursOf, paintContours, sample, type Contours } from "./contour.ts";
import type { Path } from "../engine/engine.ts";
import { setAttribute } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { heights } from "../engine/kernel.ts";
import { exact } from "../model/numbers.ts";
import { createHandle, type Handle } from "../dom/handle.ts";
import type { Model, Point, Spec, Window } from "../model/spec.ts";
import type { Surface } from "../engine/surface.ts";
import type { Trajectory } from "../engine/paths.ts";

const DOTS = 500; // a longer path is drawn without a dot for each step
const [BOX, GRADIENT] = [28, 44]; // px: half the longer side, the arrow
const KEY = 0.01; // share of the box that an arrow key moves the start
const NEAR = 24; // px: a pointer this near a path means its step
const MARGIN: Box = { left: 34, right: 6, top: 6, bottom: 22 };

export class ContourMap {
  readonly element = document.createElement("div");
  readonly layers = [new Layer(), new Layer()]; // the surface, the paths
  private handle: Handle | null; // null where the paths start where they started
  private x = scaleLinear();
  private y = scaleLinear();
  private contours: Contours = {
    shapes: [],
    hole: null,
    size: [0, 0],
    window: [
      [0, 1],
      [0, 1],
    ],
  };
  private drawn: unknown[] = []; // of what the surface was last drawn
  private walked: Trajectory[] = [];
  private bounded: boolean; // by its window
  private model: Model;
  private write: (name: string, value: unknown) => void;

  constructor(spec: Spec, model: Model, write: (name: string, value: unknown) => void) {
    this.bounded = spec.replay;
    this.model = model;
    this.write = write;
    this.element.className = "lab-map";
    const [surface, paths] = this.layers.map(({ canvas }) => canvas);
    surface.className = "lab-surface";
    surface.setAttribute("aria-hidden", "true");
    paths.setAttribute("role", "img");
    this.handle = spec.replay
      ? null
      : createHandle(
          (event) => this.write("start", this.snapped(event)),
          (right, up) => this.nudge(right, up),
          () => {
            const start: Point = this.model.get("start");
            return () => this.write("start", start);
          },
        );
    this.element.append(surface, paths, ...(this.handle ? [this.handle.element] : []));
  }

  // Equal scales on x and y: the box shows the window, and more where it is wider or higher. Of
  // heights that were recorded there is no more: the axes are as wide and high as the window.
  private fit(surface: Surface, theme: Theme): void {
    this.fitBeside(MARGIN.left, surface);
    const widths = evenLabels(this.y.ticks(6)).map((label) => textWidth(label, theme.font));
    const needed = margin(MARGIN.left, widths);
    if (needed > MARGIN.left) this.fitBeside(needed, surface);
  }

  private fitBeside(margin: number, surface: Surface): void {
    const { width, height } = this.layers[0];
    const [[left, right], [bottom, top]] = this.window ?? surface.spec.window;
    const [room, rise] = [width - margin - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    const pixel = Math.max((right - left) / room, (top - bottom) / rise);
    const around = (low: number, high: number, pixels: number) => {
      const [middle, half] = [(low + high) / 2, (pixels * pixel) / 2];
      return [middle - half, middle + half];
    };
    const wide = this.bounded ? (right - left) / pixel : room;
    const high = this.bounded ? (top - bottom) / pixel : rise;
    const [x0, y0] = [margin + (room - wide) / 2, height - MARGIN.bottom - (rise - high) / 2];
    this.x.domain(around(left, right, wide)).range([x0, x0 + wide]);
    this.y.domain(around(bottom, top, high)).range([y0, y0 - high]);
  }

  // What the model says that the box shows.
  get window(): Window | null {
    return this.model.get("window");
  }

  // What the box shows.
  get shown(): Window {
    return [this.x.domain() as Point, this.y.domain() as Point];
  }

  // Where a pointer is, on the surface.
  at(event: { clientX: number; clientY: number }): Point {
    const box = this.element.getBoundingClientRect();
    return [this.x.invert(event.clientX - box.left), this.y.invert(event.clientY - box.top)];
  }

  draw(surface: Surface, walked: Trajectory[], step: number | null, theme: Theme): void {
    const { width, height } = this.layers[0];
    if (!width || !height) return;
    this.walked = walked;
    this.fit(surface, theme);
    // The surface is the dearer: drawn only when it is another, or is seen otherwise.
    const received = surface.spec.value ? null : this.model.get("heights");
    const what = [surface, received, theme, width, height, devicePixelRatio, ...this.shown.flat()];
    if (what.some((value, k) => value !== this.drawn[k])) {
      this.drawn = what;
      const sampled = surface.spec.value ? null : heights(this.model);
      this.contours = sampled
        ? contoursOf(sampled.values, sampled.size, sampled.window)
        : sample(surface.value, this.shown);
      this.layers[0].paint((context) => this.paintSurface(context, surface, theme), theme.font);
    }
    const blank = this.contours.hole ? "; chequered where f has no value" : "";
    setAttribute(
      this.layers[1].canvas,
      "aria-label",
      `Contour map of ${surface.spec.name} with the paths${blank}`,
    );
    this.layers[1].paint((context) => this.paintPaths(context, walked, step, theme), theme.font);
    this.placeHandle();
  }

  private paintSurface(context: Context, { spec }: Surface, theme: Theme): void {
    const [x0, x1] = this.x.range();
    const [y0, y1] = this.y.range();
    paintContours(context, this.contours, this.x, this.y, theme);
    context.strokeStyle = context.fillStyle = theme.muted;
    context.lineWidth = 1;
    for (const [x, y] of spec.minima.map(([x, y]) => [this.x(x), this.y(y)])) {
      if (x < x0 || x > x1 || y > y0 || y < y1) continue;
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.moveTo(x - 8, y);
      context.lineTo(x + 8, y);
      context.moveTo(x, y - 8);
      context.lineTo(x, y + 8);
      context.stroke();
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    const width = (text: string) => textWidth(text, theme.font);
    for (const { text, middle } of sideBySide(this.x, 6, this.layers[0].width, width)) {
      context.fillText(text, middle, y0 + 6);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    const ticks = this.y.ticks(6);
    evenLabels(ticks).forEach((label, k) => context.fillText(label, x0 - 6, this.y(ticks[k])));
    // The axes' names stand inside, clear of the ticks.
    context.fillStyle = theme.text;
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText("y", x0 + 5, y1 + 4);
    context.textAlign = "right";
    context.textBaseline = "bottom";
    context.fillText("x", x1 - 5, y0 - 4);
    if (this.contours.hole) this.sayHole(context, x0 + 5, y0 - 18, theme);
  }

  private sayHole(context: Context, left: number, top: number, theme: Theme): void {
    const words = "f has no value";
    context.fillStyle = theme.paper;
    context.fillRect(left - 3, top - 3, context.measureText(words).width + 27, 18);
    paintNothing(context, left, top, 16, 12, theme);
    context.fillStyle = theme.text;
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText(words, left + 21, top);
  }

  // The paths; at one step, if there is one, what has been walked, and what the step is made of.
  private paintPaths(context: Context, walked: Trajectory[], step: number | null, theme: Theme): void {
    const [x0, x1] = this.x.range();
    const [y0, y1] = this.y.range();
    const box = around({ left: x0, right: x1, top: y1, bottom: y0 });
    context.beginPath();
    context.rect(x0, y1, x1 - x0, y0 - y1);
    context.clip();
    for (const { path, optimizer } of walked) {
      const { look, scales } = optimizer;
      const [xs, ys] = [pixels(path.x.at, this.x), pixels(path.y.at, this.y)];
      if (xs.length === 0) continue;
      const color = theme.dark ? look.dark : look.light;
      context.strokeStyle = context.fillStyle = color;
      context.lineWidth = 2;
      context.setLineDash(look.dash);
      if (step !== null) {
        context.globalAlpha = 0.25;
        polyline(context, xs, ys, box);
        context.globalAlpha = 1;
      }
      const end = Math.min(step ?? Infinity, xs.length - 1);
      polyline(context, xs.subarray(0, end + 1), ys.subarray(0, end + 1), box);
      context.setLineDash([]);
      if (end <= DOTS) paintDots(context, xs, ys, end, box);
      if (step !== null && step < xs.length) this.paintStep(context, path, step, scales, theme);
      if (path.divergedAt === null || end === step) {
        context.strokeStyle = theme.paper;
        context.fillStyle = color;
        context.lineWidth = 1.5;
        mark(context, look.marker, xs[end], ys[end], 6);
      }
    }
  }

  // The gradient (downhill, of one length), the step (true to scale), and a box whose sides
  // are as the effective rates of x and y: this is how the rule bends the one into the other.
  private paintStep(context: Context, path: Path, step: number, scales: boolean, theme: Theme): void {
    const [x, y] = [this.x(path.x.at[step]), this.y(path.y.at[step])];
    const [gradX, gradY] = [path.x.grad[step], path.y.grad[step]];
    const [updateX, updateY] = [path.x.update[step], path.y.update[step]];
    if (scales) {
      const [rateX, rateY] = [updateX / gradX, updateY / gradY];
      const largest = Math.max(rateX, rateY);
      if (Number.isFinite(largest) && largest > 0) {
        const [halfX, halfY] = [(rateX / largest) * BOX, (rateY / largest) * BOX];
        context.lineWidth = 1.5;
        context.strokeRect(x - halfX, y - halfY, 2 * halfX, 2 * halfY);
      }
    }
    const steepness = Math.hypot(gradX, gradY);
    context.strokeStyle = context.fillStyle = theme.text;
    context.lineWidth = 1.5;
    if (steepness > 0)
      arrow(context, x, y, x - (gradX / steepness) * GRADIENT, y + (gradY / steepness) * GRADIENT);
    context.lineWidth = 3;
    arrow(context, x, y, this.x(path.x.at[step] - updateX), this.y(path.y.at[step] - updateY));
  }

  // A start outside the window is held at its edge, where one can still take it.
  private placeHandle(): void {
    if (!this.handle) return;
    const start: Point = this.model.get("start");
    const hold = (value: number, [low, high]: number[]) => Math.min(Math.max(value, low), high);
    const [left, top] = [this.x(hold(start[0], this.x.domain())), this.y(hold(start[1], this.y.domain()))];
    const words = `x = ${exact(start[0])}, y = ${exact(start[1])}`;
    this.handle.place(left, top, "start", words, start[0], this.x.domain());
  }

  // The step of the nearest point of a path under the pointer, if one is near.
  onPointer(point: (step: number | null) => void): void {
    this.element.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" || event.buttons) return;
      const box = this.element.getBoundingClientRect();
      const [left, top] = [event.clientX - box.left, event.clientY - box.top];
      let [nearest, step]: [number, number | null] = [NEAR, null];
      for (const { path } of this.walked) {
        path.x.at.forEach((x, k) => {
          const distance = Math.hypot(this.x(x) - left, this.y(path.y.at[k]) - top);
          if (distance < nearest) [nearest, step] = [distance, k];
        });
      }
      point(step);
    });
    this.element.addEventListener("pointerleave", () => point(null));
  }

  // Where a pointer is within the box, in digits that the screen can tell apart.
  private snapped(event: PointerEvent): Point {
    return this.at(event).map((value, axis) => {
      const [low, high] = this.shown[axis];
      const digits = Math.min(Math.max(0, 3 - Math.ceil(Math.log10(high - low))), 100);
      return Number(Math.min(Math.max(value, low), high).toFixed(digits));
    }) as Point;
  }

  private nudge(right: number, up: number): void {
    const start: Point = this.model.get("start");
    const moved = start.map((value, axis) => {
      const [low, high] = this.shown[axis];
      return Number((value + [right, up][axis] * KEY * (high - low)).toPrecision(9));
    });
    this.write("start", moved);
  }
}

// A dot for each step in sight, but for those that lie on one another.
function paintDots(context: Context, xs: Float64Array, ys: Float64Array, end: number, box: Box): void {
  let [lastX, lastY] = [NaN, NaN];
  context.beginPath();
  for (let k = 1; k <= end; k++) {
    const [x, y] = [xs[k], ys[k]];
    if (!(x > box.left && x < box.right && y > box.top && y < box.bottom)) continue;
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 2) continue;
    [lastX, lastY] = [x, y];
    context.moveTo(x + 2, y);
    context.arc(x, y, 2, 0, 2 * Math.PI);
  }
  context.fill();
}

// A linear scale on many numbers.
function pixels(values: Float64Array, scale: ScaleLinear<number, number>): Float64Array {
  const [at, by] = [scale(0), scale(1) - scale(0)];
  return values.map((value) => at + by * value);
}
