// The points of a line, and the lines that are fitted to them: that of the start, of each racer at the step that is
// shown, and the best one. The step's batch is marked, with its errors. A point can be pulled.

import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { labelled, margin, scaleOf, sideBySide } from "./axis.ts";
import { letPull, type Choice } from "./pulling.ts";
import { createRoom, write as writeWord } from "./room.ts";
import type { Shown, View } from "./shown.ts";
import { FADED, lastOf, polyline, textWidth, type Box, type Context, type Layer } from "../dom/canvas.ts";
import type { Frames } from "../dom/frames.ts";
import { element as make, setAttribute, setStyle } from "../dom/html.ts";
import type { drawBatches } from "../engine/batches.ts";
import { pointsNow } from "../engine/line.ts";
import { batchSize, startOf } from "../engine/surface.ts";
import type { Trajectory } from "../engine/paths.ts";
import type { Point } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { format } from "../model/numbers.ts";

// What the labs' own script has, and a script beside it must not have a second time: signals know only their own.
export interface Tools {
  Layer: typeof Layer;
  signal<Value>(value: Value): Signal<Value>;
  computed<Value>(compute: () => Value): ReadonlySignal<Value>;
  scaleOf: typeof scaleOf;
  labelled: typeof labelled;
  sideBySide: typeof sideBySide;
  margin: typeof margin;
  drawBatches: typeof drawBatches;
}

const MARGIN: Box = { left: 34, right: 6, top: 6, bottom: 22 };
const ROOM = [0.06, 0.3] as const; // shares of the points' width and height that are left free around them
export function createScatter(
  lab: Lab,
  { surface, paths, step, alone, theme }: Shown,
  { Layer, signal, computed, scaleOf, labelled, sideBySide, margin, drawBatches }: Tools,
  frames: Frames,
  say: (text: string) => void,
): View {
  const { get, number } = lab;
  const layer = new Layer();
  layer.canvas.setAttribute("role", "img");
  const handle = make("div", { className: "lab-pick", tabIndex: 0, role: "slider" });
  const element = make("div", { className: "lab-scatter" }, layer.canvas, handle);

  const points = computed(() => pointsNow(lab));
  const order = computed(() => {
    const places = points.value.map((_, k) => k);
    return places.sort((one, other) => {
      const [[u, t], [otherU, otherT]] = [points.value[one]!, points.value[other]!];
      return u - otherU || t - otherT;
    });
  });
  const chosen = signal(0);
  const at = () => Math.min(chosen.value, points.value.length - 1);
  const choice: Choice = { points, order, chosen, at, held: signal(false), pulled: signal(false) };

  // The axes hold still under a pointer that pulls a point, and then make room for it.
  let kept: [Point, Point] = [
    [0, 1],
    [0, 1],
  ];
  const shown = computed((): [Point, Point] => {
    if (choice.pulled.value) return kept;
    const around = (values: number[], room: number): Point => {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const more = room * (high - low) || 1;
      return scaleOf("linear", [low - more, high + more])
        .nice(5)
        .domain();
    };
    const [us, ts] = [points.value.map(([u]) => u), points.value.map(([, t]) => t)];
    return (kept = [around(us, ROOM[0]), around(ts, ROOM[1])]);
  });
  const axes = computed(() => {
    const { width, height } = layer.size.value;
    const [[left, right], up] = shown.value;
    const y = scaleOf("linear", up, [height - MARGIN.bottom, MARGIN.top]);
    const widths = labelled(y.ticks(5), y).map(({ text }) => textWidth(text, theme.value.font));
    const edges: Point = [margin(MARGIN.left, widths), width - MARGIN.right];
    const units = number("units");
    return {
      x: scaleOf("linear", [left, right], edges),
      inUnits: scaleOf("linear", [units * left, units * right], edges),
      y,
    };
  });

  // The batch of the step that is shown, by place; nothing where a step sees all.
  const last = computed(() => step.value ?? get("steps"));
  const drawn = computed(() => {
    const [size, count] = [batchSize(lab, surface.value), points.value.length];
    const chancy = paths.value.some(({ racer }) => !racer.optimizer.exact);
    return chancy && size < count ? drawBatches(number("seed"), get("steps") + 1, size, count) : null;
  });
  const batch = computed(() => {
    const size = batchSize(lab, surface.value);
    const draws = paths.value.some(
      ({ racer, path }) => !racer.optimizer.exact && path.loss.length > last.value,
    );
    if (!draws) return new Set<number>(); // all who saw batches have diverged
    return new Set(drawn.value?.subarray(last.value * size, (last.value + 1) * size));
  });

  // ---- the picture

  const heightAt = ([slope, intercept]: Point, u: number) => slope * number("units") * u + intercept;
  // Where a line enters and leaves the picture.
  const ends = (line: Point): Point => {
    const { x, y } = axes.value;
    const [from, to] = x.domain();
    return [y(heightAt(line, from)), y(heightAt(line, to))];
  };
  const lineOf = ({ path }: Trajectory): Point => {
    const k = Math.min(last.value, path.loss.length - 1);
    return [path.x.at[k]!, path.y.at[k]!];
  };
  const best = () => surface.value.spec.minima[0]!;
  const start = () => startOf(lab, surface.value);

  const paint = (context: Context, width: number): void => {
    const { x, y } = axes.value;
    const [[left, right], [bottom, top]] = [x.range(), y.range()] as [Point, Point];
    const box = { left, right, top, bottom };
    paintAxes(context, box, width);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    paintBestAndStart(context, box);
    paintErrors(context, box);
    paintRacers(context, box);
    paintPoints(context);
    context.restore();
    paintNames(context, box);
  };

  function paintBestAndStart(context: Context, box: Box): void {
    const { contour, text } = theme.value;
    const across: Point = [box.left, box.right];
    context.lineWidth = 4;
    context.strokeStyle = contour;
    polyline(context, across, ends(best()), box);
    context.lineWidth = 1.5;
    context.strokeStyle = text;
    context.setLineDash([2, 4]);
    polyline(context, across, ends(start()), box);
    context.setLineDash([]);
  }

  // Each error of the batch, to the line of the first who sees it: their mean is what the step goes by.
  function paintErrors(context: Context, box: Box): void {
    const { x, y } = axes.value;
    const whose = paths.value.find(({ racer, path }) => !racer.optimizer.exact && path.loss.length > 0);
    if (!whose) return;
    context.strokeStyle = theme.value.muted;
    context.lineWidth = 1;
    for (const place of batch.value) {
      const [u, t] = points.value[place]!;
      polyline(context, [x(u), x(u)], [y(t), y(heightAt(lineOf(whose), u))], box);
    }
  }

  function paintRacers(context: Context, box: Box): void {
    const racing = paths.value.map((one) => ({ ...one, key: one.racer.key }));
    for (const one of lastOf(racing, alone.value)) {
      if (one.path.loss.length === 0) continue;
      context.globalAlpha = alone.value === null || alone.value === one.key ? 1 : FADED;
      context.strokeStyle = theme.value.dark ? one.racer.look.dark : one.racer.look.light;
      context.lineWidth = 2;
      context.setLineDash(one.racer.look.dash);
      polyline(context, [box.left, box.right], ends(lineOf(one)), box);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  function paintPoints(context: Context): void {
    const { x, y } = axes.value;
    const { text, paper, muted } = theme.value;
    points.value.forEach(([u, t], place) => {
      const marked = batch.value.has(place);
      context.beginPath();
      context.arc(x(u), y(t), marked ? 4 : 3, 0, 2 * Math.PI);
      context.lineWidth = marked ? 1.5 : 1;
      context.fillStyle = marked ? text : paper;
      context.strokeStyle = marked ? paper : muted;
      context.fill();
      context.stroke();
    });
  }

  // Of the best line and the start's, where there is room at one of their ends.
  function paintNames(context: Context, box: Box): void {
    const { x, y } = axes.value;
    const { left, right, top, bottom } = box;
    const { text, muted, paper, font } = theme.value;
    const room = createRoom(box);
    room.take({ left, right: left + 15, top, bottom: top + 20 }); // t
    room.take({ left: right - 15, right, top: bottom - 20, bottom }); // u
    for (const [u, t] of points.value) {
      room.take({ left: x(u) - 4, right: x(u) + 4, top: y(t) - 4, bottom: y(t) + 4 });
    }
    for (const [words, line, color] of [
      ["start", start(), text],
      ["minimum", best(), muted],
    ] as const) {
      const [from, to] = ends(line);
      const wide = textWidth(words, font);
      const word =
        room.beside(words, wide, right - wide / 2 - 4, to, 4, ["above", "below"]) ??
        room.beside(words, wide, left + wide / 2 + 4, from, 4, ["above", "below"]);
      if (word) writeWord(context, word, color, paper);
    }
  }

  function paintAxes(context: Context, box: Box, width: number): void {
    const { inUnits: x, y } = axes.value;
    const { muted, line, text, font } = theme.value;
    const { left, right, top, bottom } = box;
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.strokeRect(left, top, right - left, bottom - top);
    context.fillStyle = muted;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of sideBySide(x, 5, width, (words) => textWidth(words, font))) {
      context.fillText(tick.text, tick.middle, bottom + 6);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of labelled(y.ticks(5), y)) context.fillText(tick.text, left - 6, tick.middle);
    context.fillStyle = text;
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText("t", left + 5, top + 4);
    context.textAlign = "right";
    context.textBaseline = "bottom";
    context.fillText("u", right - 5, bottom - 4);
  }

  const visible = () => layer.size.value.width > 0 && layer.size.value.height > 0;
  frames.draw(() => {
    if (visible()) layer.paint(paint, theme.value.font);
  });
  frames.draw(() => {
    if (!visible()) return;
    const [u, t] = points.value[at()]!;
    const { x, y } = axes.value;
    const hold = (pixel: number, [one, other]: Point) =>
      Math.min(Math.max(pixel, Math.min(one, other)), Math.max(one, other));
    const [left, top] = [hold(x(u), x.range()), hold(y(t), y.range())];
    setStyle(handle, "transform", `translate(${left}px, ${top}px)`);
  });
  frames.tell(() => {
    const count = points.value.length;
    const seen = batch.value.size > 0 ? `; ${batch.value.size} in the batch of step ${last.value}` : "";
    setAttribute(layer.canvas, "aria-label", `${count} points, and the line of each racer${seen}`);
    const place = order.value.indexOf(at());
    setAttribute(handle, "aria-roledescription", "points to pull");
    setAttribute(
      handle,
      "aria-label",
      "points: arrow keys choose one, Enter takes it, then the arrow keys move it",
    );
    setAttribute(handle, "aria-valuemin", "1");
    setAttribute(handle, "aria-valuemax", String(count));
    setAttribute(handle, "aria-valuenow", String(place + 1));
    const marked = batch.value.has(at()) ? ", in the batch" : "";
    setAttribute(handle, "aria-valuetext", `${words(at())}${marked}${choice.held.value ? ", taken" : ""}`);
    handle.toggleAttribute("data-held", choice.held.value);
  });

  // ---- what is pulled, and what is said of it

  function words(place: number): string {
    const [u, t] = points.value[place]!;
    const units = number("units");
    const nth = order.value.indexOf(place) + 1;
    return `point ${nth} of ${points.value.length}: u = ${format(units * u, 4)}, t = ${format(t, 4)}`;
  }
  const report = () => {
    const [[x, y]] = surface.value.spec.minima as [Point];
    const sentence = words(at());
    say(
      `${sentence[0]!.toUpperCase()}${sentence.slice(1)}. ` +
        `The minimum is at x = ${format(x, 4)}, y = ${format(y, 4)}.`,
    );
  };
  letPull(lab, choice, { element, handle, shown, axes }, say, report);
  return { element, layers: [layer] };
}
