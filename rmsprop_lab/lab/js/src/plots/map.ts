// The map: the surface, the paths on it, what a step is made of, and a start point to drag, unless
// the paths were recorded.

import { computed } from "@preact/signals-core";
import { labelled, margin, scaleOf, sideBySide, type Scale } from "./axis.ts";
import {
  around,
  arrow,
  FADED,
  lastOf,
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
import { steady, type Frames } from "../dom/frames.ts";
import { createHandle } from "../dom/handle.ts";
import { element as make, setAttribute } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { receivedHeights } from "../engine/received.ts";
import type { Lab } from "../model/follow.ts";
import { exact } from "../model/numbers.ts";
import type { ObjectiveSpec, Point, Window } from "../model/contract.ts";
import type { Trajectory } from "../engine/paths.ts";
import { startOf } from "../engine/surface.ts";
import type { Shown } from "./views.ts";

const DOTS = 500; // a longer path is drawn without a dot for each step
const [BOX, GRADIENT] = [28, 44]; // px: half the longer side, the arrow
const KEY = 0.01; // share of the window that an arrow key moves the start
const NEAR = 24; // px: a pointer this near a path means its step
const MARGIN: Box = { left: 34, right: 6, top: 6, bottom: 22 };

export type ContourMap = ReturnType<typeof createMap>;

interface Axes {
  x: Scale;
  y: Scale;
}

export function createMap(lab: Lab, { surface, paths, step, alone, theme }: Shown, frames: Frames) {
  const { spec, get, write } = lab;
  const [ground, traces] = [new Layer(), new Layer()]; // the surface, the paths
  ground.canvas.className = "lab-surface";
  ground.canvas.setAttribute("aria-hidden", "true");
  traces.canvas.setAttribute("role", "img");
  const element = make("div", { className: "lab-map" }, ground.canvas, traces.canvas);

  // Equal scales on x and y: the box shows the window, and more where it is wider or higher. Of
  // heights that were recorded there is no more: the axes are as wide and high as the window.
  const fit = (left: number): { x: Window; y: Window } => {
    const { width, height } = ground.size.value;
    const [x, y] = get("window") ?? surface.value.spec.window;
    const [room, rise] = [width - left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    const pixel = Math.max((x[1] - x[0]) / room, (y[1] - y[0]) / rise);
    const wide = spec.replay ? (x[1] - x[0]) / pixel : room;
    const high = spec.replay ? (y[1] - y[0]) / pixel : rise;
    const around = ([low, high]: Point, pixels: number): Point => {
      const [middle, half] = [(low + high) / 2, (pixels * pixel) / 2];
      return [middle - half, middle + half];
    };
    const [x0, y0] = [left + (room - wide) / 2, height - MARGIN.bottom - (rise - high) / 2];
    return {
      x: [around(x, wide), [x0, x0 + wide]],
      y: [around(y, high), [y0, y0 - high]],
    };
  };
  const place = steady(() => {
    const first = fit(MARGIN.left);
    const up = scaleOf("linear", ...first.y);
    const widths = labelled(up.ticks(6), up).map(({ text }) => textWidth(text, theme.value.font));
    const needed = margin(MARGIN.left, widths);
    return needed > MARGIN.left ? fit(needed) : first;
  });
  const axes = computed((): Axes => {
    const { x, y } = place.value;
    return { x: scaleOf("linear", ...x), y: scaleOf("linear", ...y) };
  });
  // What the box shows.
  const seen = (): Window => [axes.value.x.domain(), axes.value.y.domain()];
  // Where a pointer is, on the surface.
  const at = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = element.getBoundingClientRect();
    return [axes.value.x.invert(clientX - box.left), axes.value.y.invert(clientY - box.top)];
  };

  const received = computed(() => receivedHeights(lab));
  const contours = computed(() => {
    const sampled = surface.value.spec.value ? null : received.value;
    return sampled
      ? contoursOf(sampled.values, sampled.size, sampled.window)
      : sample(surface.value.value, seen());
  });
  const draw = (act: () => void) =>
    frames.draw(() => {
      if (ground.size.value.width && ground.size.value.height) act();
    });
  // The surface is the dearer: its own layer, because it is seldom another.
  draw(() => {
    const [picture, on, { spec }, colors] = [contours.value, axes.value, surface.value, theme.value];
    ground.paint((context, width) => paintSurface(context, width, picture, on, spec, colors), colors.font);
    const blank = picture.hole ? "; chequered where f has no value" : "";
    setAttribute(traces.canvas, "aria-label", `Contour map of ${spec.name} with the paths${blank}`);
  });
  draw(() => {
    const [drawn, on, marked, one, colors] = [paths.value, axes.value, step.value, alone.value, theme.value];
    traces.paint((context) => paintPaths(context, drawn, on, marked, one, colors), colors.font);
  });

  // Where a pointer is within the box, in digits that the screen can tell apart.
  const snap = (value: number, [low, high]: Point) => {
    const digits = Math.min(Math.max(0, 3 - Math.ceil(Math.log10(high - low))), 100);
    return Number(Math.min(Math.max(value, low), high).toFixed(digits));
  };
  const snapped = (event: PointerEvent): Point => {
    const [[x, y], [across, up]] = [at(event), seen()];
    return [snap(x, across), snap(y, up)];
  };
  const further = (value: number, by: number, [low, high]: Point) =>
    Number((value + by * KEY * (high - low)).toPrecision(9));
  const nudge = ([right, upward]: Point) => {
    const [[x, y], [across, up]] = [
      startOf(lab, surface.value),
      get("window") ?? surface.value.spec.window, // and not what the box shows of it, which each screen has its own of
    ];
    write({ start: [further(x, right, across), further(y, upward, up)] });
  };
  if (!spec.replay) {
    const handle = createHandle(
      (event) => write({ start: snapped(event) }),
      nudge,
      () => {
        const start = startOf(lab, surface.value);
        return () => write({ start });
      },
    );
    element.append(handle.element);
    // A start outside the window is held at its edge, where one can still take it.
    draw(() => {
      const [[startX, startY], { x, y }] = [startOf(lab, surface.value), axes.value];
      const hold = (value: number, [low, high]: Point) => Math.min(Math.max(value, low), high);
      const [left, top] = [x(hold(startX, x.domain())), y(hold(startY, y.domain()))];
      handle.place(left, top, "start", `x = ${exact(startX)}, y = ${exact(startY)}`, startX, x.domain());
    });
  }

  return {
    element,
    layers: [ground, traces],
    seen,
    at,
    // The step of the nearest point of a path under the pointer, if one is near.
    onPointer(point: (step: number | null) => void) {
      element.addEventListener("pointermove", (event) => {
        if (event.pointerType === "touch" || event.buttons) return;
        const box = element.getBoundingClientRect();
        const [left, top] = [event.clientX - box.left, event.clientY - box.top];
        const { x, y } = axes.value;
        let [nearest, step]: [number, number | null] = [NEAR, null];
        for (const { path } of paths.value) {
          path.x.at.forEach((atX, k) => {
            const distance = Math.hypot(x(atX) - left, y(path.y.at[k]!) - top);
            if (distance < nearest) [nearest, step] = [distance, k];
          });
        }
        point(step);
      });
      element.addEventListener("pointerleave", () => point(null));
    },
  };
}

function paintSurface(
  context: Context,
  width: number,
  contours: Contours,
  { x, y }: Axes,
  { minima }: ObjectiveSpec,
  theme: Theme,
): void {
  const [x0, x1] = x.range();
  const [y0, y1] = y.range();
  paintContours(context, contours, x, y, theme);
  context.strokeStyle = context.fillStyle = theme.muted;
  context.lineWidth = 1;
  for (const [minimumX, minimumY] of minima) {
    const [left, top] = [x(minimumX), y(minimumY)];
    if (left < x0 || left > x1 || top > y0 || top < y1) continue;
    context.beginPath();
    context.arc(left, top, 5, 0, 2 * Math.PI);
    context.moveTo(left - 8, top);
    context.lineTo(left + 8, top);
    context.moveTo(left, top - 8);
    context.lineTo(left, top + 8);
    context.stroke();
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const wide = (text: string) => textWidth(text, theme.font);
  for (const { text, middle } of sideBySide(x, 6, width, wide)) {
    context.fillText(text, middle, y0 + 6);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { text, middle } of labelled(y.ticks(6), y)) context.fillText(text, x0 - 6, middle);
  // The axes' names stand inside, clear of the ticks.
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText("y", x0 + 5, y1 + 4);
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText("x", x1 - 5, y0 - 4);
  if (contours.hole) sayHole(context, x0 + 5, y0 - 18, theme);
}

function sayHole(context: Context, left: number, top: number, theme: Theme): void {
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
function paintPaths(
  context: Context,
  paths: Trajectory[],
  { x, y }: Axes,
  step: number | null,
  alone: string | null,
  theme: Theme,
): void {
  const [x0, x1] = x.range();
  const [y0, y1] = y.range();
  const box = around({ left: x0, right: x1, top: y1, bottom: y0 });
  context.beginPath();
  context.rect(x0, y1, x1 - x0, y0 - y1);
  context.clip();
  const drawn = paths.map(({ path, racer: { key, look, optimizer } }) => ({
    key,
    path,
    look,
    scales: optimizer.scales,
  }));
  for (const { key, path, look, scales } of lastOf(drawn, alone)) {
    const strength = alone === null || key === alone ? 1 : FADED;
    const [xs, ys] = [pixels(path.x.at, x), pixels(path.y.at, y)];
    if (xs.length === 0) continue;
    const color = theme.dark ? look.dark : look.light;
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = 2;
    context.setLineDash(look.dash);
    context.globalAlpha = 0.25 * strength;
    if (step !== null) polyline(context, xs, ys, box);
    context.globalAlpha = strength;
    const end = Math.min(step ?? Infinity, xs.length - 1);
    polyline(context, xs.subarray(0, end + 1), ys.subarray(0, end + 1), box);
    context.setLineDash([]);
    if (end <= DOTS) paintDots(context, xs, ys, end, box);
    if (step !== null && step < xs.length) paintStep(context, path, { x, y }, step, scales, theme);
    if (path.divergedAt === null || end === step) {
      context.strokeStyle = theme.paper;
      context.fillStyle = color;
      context.lineWidth = 1.5;
      mark(context, look.marker, xs[end]!, ys[end]!, 6);
    }
  }
}

// The gradient (downhill, of one length), the step (true to scale), and a box whose sides
// are as the effective rates of x and y: this is how the rule bends the one into the other.
function paintStep(
  context: Context,
  path: Path,
  on: Axes,
  step: number,
  scales: boolean,
  theme: Theme,
): void {
  const [atX, atY] = [path.x.at[step]!, path.y.at[step]!];
  const [gradX, gradY] = [path.x.grad[step]!, path.y.grad[step]!];
  const [updateX, updateY] = [path.x.update[step]!, path.y.update[step]!];
  const [x, y] = [on.x(atX), on.y(atY)];
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
  arrow(context, x, y, on.x(atX - updateX), on.y(atY - updateY));
}

// A dot for each step in sight, but for those that lie on one another.
function paintDots(context: Context, xs: Float64Array, ys: Float64Array, end: number, box: Box): void {
  let [lastX, lastY] = [NaN, NaN];
  context.beginPath();
  for (let k = 1; k <= end; k++) {
    const [x, y] = [xs[k]!, ys[k]!];
    if (!(x > box.left && x < box.right && y > box.top && y < box.bottom)) continue;
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 2) continue;
    [lastX, lastY] = [x, y];
    context.moveTo(x + 2, y);
    context.arc(x, y, 2, 0, 2 * Math.PI);
  }
  context.fill();
}

// A linear scale on many numbers.
function pixels(values: Float64Array, scale: Scale): Float64Array {
  const [at, by] = [scale(0), scale(1) - scale(0)];
  return values.map((value) => at + by * value);
}
