// Curves over the steps, on a log scale where they allow it, with a cursor at one step.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import { evenLabels, margin, scaleOf, sideBySide, type Label, type Scale } from "./axis.ts";
import {
  around,
  clip,
  FADED,
  lastOf,
  Layer,
  mark,
  polyline,
  textWidth,
  type Box,
  type Context,
} from "../dom/canvas.ts";
import { steady, type Frames } from "../dom/frames.ts";
import { envelope, type Envelope } from "./envelope.ts";
import { createRoom, write, type Side, type Word } from "./room.ts";
import { element as make, setAttribute } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { format } from "../model/numbers.ts";
import type { Look, Point } from "../model/contract.ts";
import type { Shown } from "./shown.ts";

export interface Curve {
  key: string; // of its racer
  values: Float64Array;
  look: Look;
  width?: number;
  ends?: boolean; // with its marker at the end
  away?: boolean; // runs away: out at the top, so that the others have room
  name?: string; // written at the end
}

// Curves with the axis that goes up. The ground is the number at a line of 0 below a log scale, if any.
export interface Chart extends Up {
  title: string;
  by: string; // what goes across
  curves: Curve[];
  marks: { tick: number; text: string }[];
}

interface Up {
  kind: "linear" | "log";
  domain: Point;
  ground: string;
}

const MARGIN: Box = { left: 46, right: 20, top: 22, bottom: 22 };
const FLOOR = 1e-100; // less is drawn as 0 is
const BAND = 0.35; // opacity of what a curve that swings covers
const GROUND = 16; // px between a log scale, which never comes to 0, and the line of 0 below it

interface Axes {
  title: string;
  left: number; // px
  steps: number;
  levels: Label[]; // the numbers that go up
  bottom: number;
}

// A chart, with so wide a margin.
export function createStepPlot(
  chart: ReadonlySignal<Chart>,
  left: ReadonlySignal<number>,
  steps: () => number,
  { step, alone, theme }: Pick<Shown, "step" | "alone" | "theme">,
  frames: Frames,
) {
  const [axes, curves] = [new Layer(), new Layer()];
  axes.canvas.setAttribute("aria-hidden", "true");
  curves.canvas.setAttribute("role", "img");
  const x = computed(() => across(left.value, steps(), curves.size.value.width));
  const bottom = () => curves.size.value.height - MARGIN.bottom;
  const y = computed(() => {
    const { kind, domain, ground } = chart.value;
    return scaleOf(kind, domain, [bottom() - (ground ? GROUND : 0), MARGIN.top]);
  });
  // The axes hold still while the curves move: they are drawn when they say something else.
  const axesNow = steady((): Axes => {
    const { title, by, kind, marks, ground } = chart.value;
    const levels = marks.map(({ tick, text }) => ({ text, middle: y.value(tick) }));
    levels.push({ text: ground, middle: bottom() });
    const words = `${title} by ${by}${kind === "log" ? ", log scale" : ""}`;
    return { title: words, left: left.value, steps: steps(), levels, bottom: bottom() };
  });
  frames.draw(() => {
    const [now, colors] = [axesNow.value, theme.value];
    axes.paint((context, width) => paintAxes(context, width, now, colors), colors.font);
  });
  frames.draw(() => {
    const [drawn, scaleX, scaleY, colors] = [chart.value, x.value, y.value, theme.value];
    const [marked, one] = [step.value, alone.value];
    setAttribute(curves.canvas, "aria-label", `${drawn.title} by ${drawn.by}`);
    curves.paint(
      (context, width, height) =>
        paintCurves(context, width, height, drawn, scaleX, scaleY, marked, one, colors),
      colors.font,
    );
  });
  return {
    element: make("div", { className: "lab-plot" }, axes.canvas, curves.canvas),
    layers: [axes, curves],
    // The step under the pointer while it is over the plot, and the one that it picks.
    onPointer(point: (step: number | null) => void, pick: (step: number) => void) {
      const { canvas } = curves;
      const at = (event: MouseEvent) => {
        const [first, last] = x.value.domain();
        const step = Math.round(x.value.invert(event.clientX - canvas.getBoundingClientRect().left));
        return Math.min(Math.max(step, first), last);
      };
      canvas.addEventListener("pointermove", (event) => {
        if (event.pointerType !== "touch") point(at(event)); // a finger scrolls the page, or picks
      });
      canvas.addEventListener("pointerleave", () => point(null));
      canvas.addEventListener("click", (event) => pick(at(event)));
    },
  };
}

const across = (left: number, steps: number, width: number) =>
  scaleOf("linear", [0, steps], [left, width - MARGIN.right]);

function paintCurves(
  context: Context,
  width: number,
  height: number,
  { ground, curves }: Chart,
  x: Scale,
  y: Scale,
  step: number | null,
  alone: string | null,
  theme: Theme,
): void {
  if (step !== null) {
    context.strokeStyle = theme.muted;
    context.beginPath();
    context.moveTo(x(step), MARGIN.top - 4);
    context.lineTo(x(step), height - MARGIN.bottom);
    context.stroke();
  }
  context.beginPath();
  context.rect(
    x.range()[0] - 6,
    MARGIN.top - 6,
    width - x.range()[0] - 4,
    height - MARGIN.top - MARGIN.bottom + 12,
  );
  context.clip();
  const bottom = height - MARGIN.bottom;
  const place = (value: number) => (ground && value <= FLOOR ? bottom : y(Math.min(value, Number.MAX_VALUE)));
  const [x0, pixels] = [x(0), x(1) - x(0)];
  const box = around({ left: 0, right: width, top: 0, bottom: height });
  const strength = (key: string) => (alone === null || key === alone ? 1 : FADED);
  const drawn = curves.map((curve): Drawn => {
    const ys = curve.values.map(place);
    return { ...curve, ys, shape: envelope(ys, x0, pixels), strength: strength(curve.key) };
  });
  for (const { look, width: line = 2, ends, ys, shape, strength } of lastOf(drawn, alone)) {
    context.globalAlpha = strength;
    const last = ys.length - 1;
    context.strokeStyle = context.fillStyle = theme.dark ? look.dark : look.light;
    context.lineWidth = line;
    if (shape.bottom) paintBand(context, shape.xs, shape.top, shape.bottom);
    context.setLineDash(look.dash);
    polyline(context, shape.xs, shape.top, box);
    context.setLineDash([]);
    const marked = step === null ? undefined : ys[step];
    if (step !== null && marked !== undefined && Number.isFinite(marked)) {
      context.beginPath();
      context.arc(x(step), marked, 3.5, 0, 2 * Math.PI);
      context.fill();
    }
    context.strokeStyle = theme.paper;
    context.lineWidth = 1.5;
    if (ends && step === null) mark(context, look.marker, x0 + last * pixels, ys[last] ?? NaN, 5);
  }
  paintNames(context, drawn, { left: x0, right: width - 10, top: MARGIN.top, bottom }, theme);
}

interface Drawn extends Curve {
  ys: Float64Array; // px
  shape: Envelope;
  strength: number;
}

// The names at the ends of the curves, each where it lies on no curve and no other name.
function paintNames(context: Context, curves: Drawn[], bounds: Box, theme: Theme): void {
  const crossed = (box: Box) =>
    curves.some(({ shape: { xs, top, bottom = top } }) => passes(xs, top, box) || passes(xs, bottom, box));
  const room = createRoom(bounds, [], crossed);
  for (const { name, look, strength, shape } of curves) {
    const { xs, top } = shape;
    let last = top.length - 1;
    while (last > 0 && !(top[last]! >= bounds.top)) last--; // where it leaves at the top, or has no value
    const [endX, endY] = [xs[last] ?? NaN, top[last] ?? NaN];
    if (!name || Number.isNaN(endX + endY)) continue;
    const width = textWidth(name, theme.font);
    const inside = Math.min(endX, bounds.right - 2 - width / 2 - 2);
    const sides: [number, number, Side[]][] = [
      [endX, 8, ["right"]],
      ...[7, 14, 21].map((away): [number, number, Side[]] => [inside, away, ["above", "below"]]),
      [endX, 8, ["left"]],
    ];
    const word = sides.reduce<Word | null>(
      (found, [x, away, side]) => found ?? room.beside(name, width, x, endY, away, side),
      null,
    );
    context.globalAlpha = strength;
    if (word) write(context, word, theme.dark ? look.dark : look.light);
  }
  context.globalAlpha = 1;
}

// Whether a curve passes through a box.
function passes(xs: Float64Array, ys: Float64Array, box: Box): boolean {
  for (let k = 1; k < xs.length; k++) {
    if (xs[k]! < box.left || xs[k - 1]! > box.right) continue;
    const [from, to] = clip(xs[k - 1]!, ys[k - 1]!, xs[k]!, ys[k]!, box);
    if (from <= to) return true;
  }
  return false;
}

// The pale ground between the highest and the lowest.
function paintBand(context: Context, xs: Float64Array, top: Float64Array, bottom: Float64Array): void {
  context.save();
  context.globalAlpha *= BAND;
  context.beginPath();
  xs.forEach((x, k) => context.lineTo(x, top[k]!));
  for (let k = xs.length - 1; k >= 0; k--) context.lineTo(xs[k]!, bottom[k]!);
  context.fill();
  context.restore();
}

function paintAxes(
  context: Context,
  width: number,
  { title, left, steps, levels, bottom }: Axes,
  theme: Theme,
): void {
  const x = across(left, steps, width);
  const [x0, x1] = x.range();
  context.lineWidth = 1;
  context.strokeStyle = theme.line;
  context.fillStyle = theme.muted;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const { middle } of levels) {
    context.moveTo(x0, middle);
    context.lineTo(x1, middle);
  }
  context.stroke();
  for (const { text, middle } of levels) context.fillText(text, x0 - 6, middle);
  context.textAlign = "center";
  context.textBaseline = "top";
  const wide = (text: string) => textWidth(text, theme.font);
  const whole = Math.min(x.domain()[1], 4); // no number between two steps
  for (const { text, middle } of sideBySide(x, whole, width, wide)) {
    context.fillText(text, middle, bottom + 6);
  }
  context.fillStyle = theme.text;
  context.textAlign = "left";
  // Over the axis, or as much further left as it is too long; narrower where that is not enough.
  context.fillText(title, Math.max(Math.min(x0, width - wide(title)), 0), MARGIN.top - 18, width);
}

// The margin beside plots of the same steps: one for all, so that they stand in line.
export const marginOf = (charts: Chart[], font: string): number =>
  margin(
    MARGIN.left,
    charts
      .flatMap(({ marks, ground }) => [...marks.map(({ text }) => text), ground])
      .map((text) => textWidth(text, font)),
  );

export function chart(title: string, curves: Curve[], by = "step", most = Infinity): Chart {
  const up = upOf(curves, most);
  const ticks = ticksOf(up);
  const texts = up.kind === "linear" ? evenLabels(ticks) : ticks.map(powerLabel);
  return { ...up, title, by, curves, marks: ticks.map((tick, k) => ({ tick, text: texts[k] ?? "" })) };
}

// Logarithmic, unless a value lies below 0 and has no logarithm. The ground is what is written at the line of
// 0 below a logarithmic scale; nothing where no value comes so low.
function upOf(curves: Curve[], most: number): Up {
  let [low, high, lowest, ground] = [Infinity, -Infinity, 0, ""];
  const first = Math.max(...curves.map(({ values }) => values[0] ?? NaN).filter(Number.isFinite));
  for (const { values, away } of curves) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      const near = !away || Math.abs(value) <= 100 * Math.abs(first);
      if (value < -1e-12 && near) lowest = Math.min(lowest, value);
      if (value > FLOOR) low = Math.min(low, value);
      else if (value !== 0) ground = "≈ 0";
      else ground ||= "0";
      if (near) high = Math.max(high, value);
    }
  }
  // Round ends: the axes then hold still while a slider moves.
  if (lowest < 0) {
    return { kind: "linear", domain: scaleOf("linear", [lowest, high]).nice(5).domain(), ground: "" };
  }
  if (!(high > FLOOR)) [low, high] = [1e-3, 1];
  if (!(low < high)) low = high / 10;
  return {
    kind: "log",
    domain: scaleOf("log", [low / 1.5, Math.min(high * 1.5, most)])
      .nice()
      .domain(),
    ground,
  };
}

function ticksOf({ kind, domain }: Up): number[] {
  const [low, high] = domain;
  const y = scaleOf(kind, domain);
  const decades = Math.log10(high / low);
  if (kind === "linear") return y.ticks(5);
  if (decades < 2) {
    const round = decades < 0.5 ? /./ : /^[125]/; // 1, 2, 5, 10: not every one of a decade's nine
    return y.ticks(5).filter((tick) => round.test(tick.toExponential()));
  }
  const every = Math.max(1, Math.ceil(decades / 6));
  const top = Math.floor(Math.log10(high));
  return Array.from({ length: Math.floor(decades / every) + 1 }, (_, k) => 10 ** (top - k * every)).filter(
    (tick) => tick >= low,
  );
}

function powerLabel(tick: number): string {
  if (tick >= 1e-3 && tick < 1e4) return format(tick, 3);
  return Number(tick.toPrecision(3)).toExponential().replace("e+", "e");
}
