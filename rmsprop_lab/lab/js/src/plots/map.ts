// The map: the surface, the paths on it, what a step is made of, and a start point to drag, unless
// the paths were recorded.

import { computed, untracked, type ReadonlySignal } from "@preact/signals-core";
import { apart, thinned } from "./apart.ts";
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
import { contoursOf, gridOf, levelSpots, paintContours, sample, type Contours } from "./contour.ts";
import type { Path } from "../engine/engine.ts";
import { snap } from "../dom/drag.ts";
import { steady, type Frames } from "../dom/frames.ts";
import { createHandle, type Handle } from "../dom/handle.ts";
import { element as make, setAttribute } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { receivedHeights } from "../engine/received.ts";
import type { Lab } from "../model/follow.ts";
import { exact, format, legible } from "../model/numbers.ts";
import type { Look, ObjectiveSpec, Point, Window } from "../model/contract.ts";
import type { Trajectory } from "../engine/paths.ts";
import { startOf, type Surface } from "../engine/surface.ts";
import { createRoom, LINE, write as writeWord, type Room, type Side, type Word } from "./room.ts";
import type { Shown } from "./shown.ts";

const APART = 6; // px between two dots, at least
const FULL = 12; // px: of a path, a cell so wide holds no more lines than can be told apart
const [BOX, GRADIENT] = [28, 44]; // px: half the longer side, the arrow
const KEY = 0.01; // share of the window that an arrow key moves the start
const NEAR = 24; // px: a pointer this near a path means its step
const OUTWARD = 14; // px: an arrow to what lies off the map
const KEY_WIDTH = 290; // px: from which on the key of arrows and box stands in a row
const KEYED = 36; // px that a sign of the key takes besides its word
const STRIP = 24; // px at the lower edge: signs and what they mean
const SIGN = 8; // px: from the middle of a minimum's sign to its ends
const RING = 16; // px: from the middle of the start's ring to what stands beside it
const ZOOM: Box = { left: -145, right: 0, top: 0, bottom: 54 }; // px from the corner: the zoom's buttons, for a finger
const NUMBERED = new Set([2, 5, 8]); // the lines with their level beside them
const MARGIN: Box = { left: 34, right: 6, top: 6, bottom: 22 };

export type ContourMap = ReturnType<typeof createMap>;

interface Axes {
  x: Scale;
  y: Scale;
}

export function createMap(lab: Lab, { surface, paths, step, alone, theme }: Shown, frames: Frames) {
  const { spec, get } = lab;
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
    const widened = ([low, high]: Point, pixels: number): Point => {
      const [middle, half] = [(low + high) / 2, (pixels * pixel) / 2];
      return [middle - half, middle + half];
    };
    const [x0, y0] = [left + (room - wide) / 2, height - MARGIN.bottom - (rise - high) / 2];
    return {
      x: [widened(x, wide), [x0, x0 + wide]],
      y: [widened(y, high), [y0, y0 - high]],
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
      : sample(surface.value.value, seen(), gridOf(...roomOf(axes.value)));
  });
  // Where the paths begin: recorded ones say it themselves, and each may begin elsewhere.
  const starts = (): Point[] => {
    if (!spec.replay) return [startOf(lab, surface.value)];
    const first = paths.value.map(({ path: { x, y } }): Point => [x.at[0] ?? NaN, y.at[0] ?? NaN]);
    return [...new Map(first.map((point) => [point.join(), point])).values()];
  };
  const draw = (act: () => void) =>
    frames.draw(() => {
      if (ground.size.value.width && ground.size.value.height) act();
    });
  // The words on the surface; those on the paths make room for them.
  const named = computed(() => {
    const begun = untracked(starts); // no number moves while one drags the ring
    return signsOf(contours.value, axes.value, surface.value.spec, begun, spec.controls, theme.value);
  });
  // The surface is the dearer: its own layer, because it is seldom another.
  draw(() => {
    const picture = contours.value;
    const on = axes.value;
    const objective = surface.value.spec;
    const signs = named.value;
    const colors = theme.value;
    ground.paint(
      (context, width) => paintSurface(context, width, picture, on, objective, signs, colors),
      colors.font,
    );
    const blank = picture.hole ? "; chequered where f has no value" : "";
    setAttribute(traces.canvas, "aria-label", `Contour map of ${objective.name} with the paths${blank}`);
  });
  draw(() => {
    const drawn = paths.value;
    const on = axes.value;
    const marked = step.value;
    const only = alone.value;
    const colors = theme.value;
    const begun = starts();
    const { taken, minimum } = named.value;
    const { hole } = contours.value;
    traces.paint((context) => {
      const room = createRoom(boxOf(on), taken);
      for (const start of begun) room.take(ringOf(start, on));
      paintPaths(context, drawn, on, marked, only, colors);
      if (minimum) writeWord(context, minimum, colors.text, colors.paper); // no path runs through the word
      for (const start of begun) paintStart(context, start, on, room, colors);
      const bottom = boxOf(on).bottom - (hole ? STRIP : 0);
      if (marked !== null) paintKey(context, drawn, { ...boxOf(on), bottom }, room, colors);
      paintEnds(context, drawn, on, marked, only, room, colors);
    }, colors.font);
  });

  const handles: Handle[] = [];
  if (!spec.replay) {
    const handle = createStart(lab, surface, axes, at, draw);
    handles.push(handle);
    element.append(handle.element);
  }

  return {
    element,
    layers: [ground, traces],
    handles,
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

// The ring at the start, which one pulls or moves by keys.
function createStart(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  axes: ReadonlySignal<Axes>,
  at: (event: PointerEvent) => Point,
  draw: (act: () => void) => void,
): Handle {
  const start = () => startOf(lab, surface.value);
  const pull = (event: PointerEvent) => {
    const [[x, y], on] = [at(event), axes.value];
    lab.write({ start: [snap(x, on.x.domain()), snap(y, on.y.domain())] });
  };
  const further = (value: number, by: number, [low, high]: Point) =>
    Number((value + by * KEY * (high - low)).toPrecision(9));
  const nudge = ([right, upward]: Point) => {
    const [[x, y], [across, up]] = [
      start(),
      lab.get("window") ?? surface.value.spec.window, // and not what the box shows of it, which each screen has its own of
    ];
    lab.write({ start: [further(x, right, across), further(y, upward, up)] });
  };
  const handle = createHandle(pull, nudge, () => {
    const before = start();
    return () => lab.write({ start: before });
  });
  // Outside the window it is held at its edge, where one can still take it.
  draw(() => {
    const [[startX, startY], { x, y }] = [start(), axes.value];
    const hold = (value: number, [low, high]: Point) => Math.min(Math.max(value, low), high);
    const [left, top] = [x(hold(startX, x.domain())), y(hold(startY, y.domain()))];
    handle.place(left, top, "start", `x = ${exact(startX)}, y = ${exact(startY)}`, startX, x.domain());
  });
  return handle;
}

function paintSurface(
  context: Context,
  width: number,
  contours: Contours,
  { x, y }: Axes,
  { minima }: ObjectiveSpec,
  { levels }: Signs,
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
    context.moveTo(left - SIGN, top);
    context.lineTo(left + SIGN, top);
    context.moveTo(left, top - SIGN);
    context.lineTo(left, top + SIGN);
    context.stroke();
  }
  for (const word of levels) writeWord(context, word, theme.muted, theme.paper);
  context.fillStyle = theme.muted;
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
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillStyle = theme.text;
  context.fillText("y", x0 + 5, y1 + 4);
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText("x", x1 - 5, y0 - 4);
  if (contours.hole) sayHole(context, x0 + 5, y0 - 18, theme);
}

const roomOf = ({ x, y }: Axes): [number, number] => [
  x.range()[1] - x.range()[0],
  y.range()[0] - y.range()[1],
];

const boxOf = ({ x, y }: Axes): Box => {
  const [[left, right], [bottom, top]] = [x.range(), y.range()];
  return { left, right, top, bottom };
};

const square = (x: number, y: number, half: number): Box => ({
  left: x - half,
  right: x + half,
  top: y - half,
  bottom: y + half,
});

const ringOf = ([x, y]: Point, on: Axes): Box => square(on.x(x), on.y(y), RING);

// The words on a surface, and what else no word may lie on.
interface Signs {
  levels: Word[];
  minimum: Word | null;
  taken: Box[];
}

function signsOf(
  contours: Contours,
  on: Axes,
  { minima }: ObjectiveSpec,
  starts: Point[],
  controls: string[],
  { font }: Theme,
): Signs {
  const box = boxOf(on);
  const { left, right, top, bottom } = box;
  const room = createRoom(box);
  room.take({ left, right: left + 15, top, bottom: top + 20 }); // y
  room.take({ left: right - 15, right, top: bottom - 20, bottom }); // x
  if (controls.includes("zoom"))
    room.take({ left: right + ZOOM.left, right, top, bottom: top + ZOOM.bottom });
  if (contours.hole) room.take({ left, right, top: bottom - STRIP, bottom });
  if (controls.includes("step")) {
    const rows = right - left < KEY_WIDTH ? 3 : 1;
    room.take({ left, right, top: bottom - 10 - LINE * rows - (contours.hole ? STRIP : 0), bottom });
  }
  const spots = minima.map(([x, y]): Point => [on.x(x), on.y(y)]);
  const seen = spots.find(([x, y]) => x >= left && x <= right && y >= top && y <= bottom);
  const [name, width] = ["minimum", textWidth("minimum", font)];
  const minimum = seen
    ? room.beside(name, width, ...seen, SIGN + 1, ["below", "right", "left", "above"])
    : null;
  for (const [x, y] of spots) room.take(square(x, y, SIGN));
  const rings = starts.map((start) => ringOf(start, on));
  rings.forEach(room.take);
  const levels: Word[] = [];
  for (const level of contours.shapes.filter((_, k) => NUMBERED.has(k))) {
    const text = format(level.value);
    const width = textWidth(text, font);
    for (const [x, y] of levelSpots(level, contours, on)) {
      const word = room.beside(text, width, x, y, 0, ["on"]);
      if (!word) continue;
      levels.push(word);
      break;
    }
  }
  return { levels, minimum, taken: room.taken.filter((box) => !rings.includes(box)) };
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
  const inside = boxOf({ x, y });
  const box = around(inside);
  context.beginPath();
  context.rect(inside.left, inside.top, inside.right - inside.left, inside.bottom - inside.top);
  context.clip();
  const drawn = paths.map(({ path, racer: { key, look, optimizer } }) => ({
    key,
    path,
    look,
    scales: optimizer.scales,
  }));
  const ends: { look: Look; x: number; y: number; strength: number }[] = []; // on all the lines
  for (const { key, path, look, scales } of lastOf(drawn, alone)) {
    const strength = alone === null || key === alone ? 1 : FADED;
    const [xs, ys] = [pixels(path.x.at, x), pixels(path.y.at, y)];
    if (xs.length === 0) continue;
    const color = theme.dark ? look.dark : look.light;
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = 2;
    context.setLineDash(look.dash);
    const end = Math.min(step ?? Infinity, xs.length - 1);
    context.globalAlpha = 0.25 * strength;
    if (step !== null) polyline(context, ...thinned(xs, ys, xs.length - 1, FULL, inside), box);
    context.globalAlpha = strength;
    polyline(context, ...thinned(xs, ys, end, FULL, inside), box);
    context.setLineDash([]);
    paintDots(context, xs, ys, end, inside);
    if (step !== null && step < xs.length) paintStep(context, path, { x, y }, step, scales, theme);
    if (path.divergedAt === null || end === step) ends.push({ look, x: xs[end]!, y: ys[end]!, strength });
  }
  context.strokeStyle = theme.paper;
  context.lineWidth = 1.5;
  for (const { look, x, y, strength } of ends) {
    context.globalAlpha = strength;
    context.fillStyle = theme.dark ? look.dark : look.light;
    mark(context, look.marker, x, y, 6);
  }
  context.globalAlpha = 1;
}

// Where each path stands, if that is off the map.
function paintEnds(
  context: Context,
  paths: Trajectory[],
  on: Axes,
  step: number | null,
  alone: string | null,
  room: Room,
  theme: Theme,
): void {
  for (const { path, racer } of paths) {
    const last = path.loss.length - 1;
    const end = Math.min(step ?? Infinity, last);
    if (end < 0) continue;
    const [x, y] = [path.x.at[end]!, path.y.at[end]!];
    const words = path.divergedAt !== null && end === last ? "diverged" : pointOf(x, y);
    const color = theme.dark ? racer.look.dark : racer.look.light;
    context.globalAlpha = alone === null || racer.key === alone ? 1 : FADED;
    paintOutside(context, [on.x(x), on.y(y)], words, 3, boxOf(on), room, color, theme);
  }
}

const pointOf = (x: number, y: number) => `(${legible(x, Math.abs(y), 3)}, ${legible(y, Math.abs(x), 3)})`;

// The start by name. One that is off the map has an arrow and its place: the ring is held at the edge.
function paintStart(context: Context, [atX, atY]: Point, on: Axes, room: Room, theme: Theme): void {
  const [x, y, box] = [on.x(atX), on.y(atY), boxOf(on)];
  if (paintOutside(context, [x, y], `start ${pointOf(atX, atY)}`, RING, box, room, theme.text, theme)) return;
  // On the side away from the middle, to which most paths lead.
  const [first, last]: [Side, Side] =
    y > (box.top + box.bottom) / 2 ? ["below", "above"] : ["above", "below"];
  const sides: Side[] = [first, "right", "left", last];
  const word = room.beside("start", textWidth("start", theme.font), x, y, RING + 3, sides);
  if (word) writeWord(context, word, theme.text, theme.paper);
}

// An arrow from near the edge towards a point that lies outside, with words about it; whether it does.
function paintOutside(
  context: Context,
  [x, y]: Point,
  words: string,
  inset: number,
  { left, right, top, bottom }: Box,
  room: Room,
  color: string,
  theme: Theme,
): boolean {
  const [edgeX, edgeY] = [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
  if (Number.isNaN(x + y) || (edgeX === x && edgeY === y)) return false;
  const [towardsX, towardsY] = [Math.sign(x - edgeX), Math.sign(y - edgeY)];
  const long = Math.hypot(towardsX, towardsY);
  const back = (far: number): Point => [edgeX - (towardsX / long) * far, edgeY - (towardsY / long) * far];
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = 3;
  const [[fromX, fromY], [toX, toY]] = [back(inset + OUTWARD), back(inset)];
  arrow(context, fromX, fromY, toX, toY);
  const sides: Side[] = towardsX > 0 ? ["left"] : towardsX < 0 ? ["right"] : ["left", "right"];
  const width = textWidth(words, theme.font);
  const rows = [0, 1, -1, 2, -2].map((row) => fromY + row * (LINE + 4)); // several may lie the same way
  for (const row of rows) {
    const word = room.beside(words, width, fromX, row, 6, sides);
    if (!word) continue;
    writeWord(context, word, color, theme.paper);
    break;
  }
  return true;
}

// What arrow, arrow and box are: in a row, or one above the other where the map is narrow.
function paintKey(context: Context, paths: Trajectory[], box: Box, room: Room, theme: Theme): void {
  const entries: [string, (x: number, y: number) => void][] = [
    ["downhill", (x, y) => ((context.lineWidth = 1.5), arrow(context, x, y, x + 20, y))],
    ["step", (x, y) => ((context.lineWidth = 3), arrow(context, x, y, x + 20, y))],
  ];
  if (paths.some(({ racer }) => racer.optimizer.scales))
    entries.push([
      "rates of x, y",
      (x, y) => ((context.lineWidth = 1.5), context.strokeRect(x, y - 4, 20, 8)),
    ]);
  const rows = box.right - box.left < KEY_WIDTH ? entries.map((entry) => [entry]) : [entries];
  rows.forEach((row, k) => {
    let x = box.left + 6;
    const top = box.bottom - 6 - LINE * (rows.length - k);
    for (const [text, paint] of row) {
      context.strokeStyle = context.fillStyle = theme.text;
      paint(x, top + LINE / 2);
      const width = textWidth(text, theme.font);
      const word = { text, left: x + 25, top, width };
      writeWord(context, word, theme.text, theme.paper);
      room.take({ left: x, right: word.left + width, top, bottom: top + LINE });
      x += width + KEYED;
    }
  });
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

// A dot for each step in sight, but for those that would touch an earlier one.
function paintDots(context: Context, xs: Float64Array, ys: Float64Array, end: number, box: Box): void {
  context.beginPath();
  for (const k of apart(xs, ys, end, APART, box)) {
    context.moveTo(xs[k]! + 2, ys[k]!);
    context.arc(xs[k]!, ys[k]!, 2, 0, 2 * Math.PI);
  }
  context.fill();
}

// A linear scale on many numbers.
function pixels(values: Float64Array, scale: Scale): Float64Array {
  const [at, by] = [scale(0), scale(1) - scale(0)];
  return values.map((value) => at + by * value);
}
