// Curves over the steps, on a log scale where they allow it, with a cursor at one step.

import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from "d3-scale";
import { mark, polyline, sized, type Box } from "./canvas.ts";
import type { Ink } from "./ink.ts";
import { format } from "./numbers.ts";
import type { Look } from "./spec.ts";

export interface Curve {
  values: Float64Array;
  look: Look;
  width?: number;
  ends?: boolean; // with its marker at the end
  away?: boolean; // runs away: out at the top, so that the others have room
  name?: string; // written at the end
}

type Scale = ScaleContinuousNumeric<number, number>;

const MARGIN: Box = { left: 46, right: 20, top: 22, bottom: 22 };
const FLOOR = 1e-100; // less is drawn at the bottom, as 0 is

export class StepPlot {
  readonly element = document.createElement("div");
  private canvas = document.createElement("canvas");
  private x = scaleLinear();
  private title: string;

  constructor(title: string) {
    this.title = title;
    this.element.className = "lab-plot";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `${title} by step`);
    this.element.append(this.canvas);
  }

  // The step under the pointer while it is over the plot, and the one that it picks.
  onPointer(point: (step: number | null) => void, pick: (step: number) => void): void {
    const at = (event: PointerEvent) => {
      const [first, last] = this.x.domain();
      const step = Math.round(this.x.invert(event.clientX - this.canvas.getBoundingClientRect().left));
      return Math.min(Math.max(step, first), last);
    };
    this.canvas.addEventListener("pointermove", (event) => point(at(event)));
    this.canvas.addEventListener("pointerleave", () => point(null));
    this.canvas.addEventListener("click", (event) => pick(at(event as PointerEvent)));
  }

  draw(curves: Curve[], steps: number, step: number | null, ink: Ink): void {
    const { context, width, height } = sized(this.canvas);
    if (!width) return;
    const [y, linear] = scale(curves);
    y.range([height - MARGIN.bottom, MARGIN.top]);
    const x = this.x.domain([0, steps]).range([MARGIN.left, width - MARGIN.right]);
    this.axes(context, y, linear, ink);
    if (step !== null) {
      context.strokeStyle = ink.muted;
      context.beginPath();
      context.moveTo(x(step), MARGIN.top - 4);
      context.lineTo(x(step), height - MARGIN.bottom);
      context.stroke();
    }
    context.beginPath();
    context.rect(
      MARGIN.left - 6,
      MARGIN.top - 6,
      width - MARGIN.left - 4,
      height - MARGIN.top - MARGIN.bottom + 12,
    );
    context.clip();
    const [floor] = y.domain();
    for (const { values, look, width: line = 2, ends, name } of curves) {
      const ys = values.map((value) => y(Math.min(Math.max(value, floor), Number.MAX_VALUE)));
      const xs = ys.map((_, k) => x(k));
      const last = ys.length - 1;
      context.strokeStyle = context.fillStyle = ink.dark ? look.dark : look.light;
      context.lineWidth = line;
      context.setLineDash(look.dash);
      polyline(context, xs, ys);
      context.setLineDash([]);
      if (step !== null && step <= last) {
        context.beginPath();
        context.arc(xs[step], ys[step], 3.5, 0, 2 * Math.PI);
        context.fill();
      }
      if (name) {
        context.textAlign = "right";
        context.textBaseline = "bottom";
        context.fillText(name, xs[last], ys[last] - 3);
      }
      context.strokeStyle = ink.paper;
      context.lineWidth = 1.5;
      if (ends && step === null) mark(context, look.marker, xs[last], ys[last], 5);
    }
  }

  private axes(context: CanvasRenderingContext2D, y: Scale, linear: boolean, ink: Ink): void {
    const [x0, x1] = this.x.range();
    const [y0, y1] = y.range();
    context.lineWidth = 1;
    context.strokeStyle = ink.line;
    context.fillStyle = ink.muted;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of ticks(y, linear)) {
      context.beginPath();
      context.moveTo(x0, y(tick));
      context.lineTo(x1, y(tick));
      context.stroke();
      context.fillText(tickLabel(tick, linear), x0 - 6, y(tick));
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of this.x.ticks(4)) context.fillText(format(tick), this.x(tick), y0 + 6);
    context.fillStyle = ink.text;
    context.textAlign = "left";
    context.fillText(`${this.title} by step${linear ? "" : ", log scale"}`, x0, y1 - 18);
  }
}

// Logarithmic, unless a value lies below 0 and has no logarithm.
function scale(curves: Curve[]): [Scale, boolean] {
  let [low, high, lowest] = [Infinity, -Infinity, 0];
  const first = Math.max(...curves.map(({ values }) => values[0]).filter(Number.isFinite));
  for (const { values, away } of curves) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < -1e-12) lowest = Math.min(lowest, value);
      if (value > FLOOR) low = Math.min(low, value);
      if (!away || value <= 100 * first) high = Math.max(high, value);
    }
  }
  if (lowest < 0) return [scaleLinear().domain([lowest, high]), true];
  if (!(high > FLOOR)) [low, high] = [1e-3, 1];
  if (!(low < high)) low = high / 10;
  return [scaleLog().domain([low / 2, high * 2]), false];
}

function ticks(y: Scale, linear: boolean): number[] {
  const [low, high] = y.domain();
  const decades = Math.log10(high / low);
  if (linear || decades < 2) return y.ticks(5);
  const every = Math.max(1, Math.ceil(decades / 6));
  const top = Math.floor(Math.log10(high));
  return Array.from({ length: Math.floor(decades / every) + 1 }, (_, k) => 10 ** (top - k * every)).filter(
    (tick) => tick >= low,
  );
}

function tickLabel(tick: number, linear: boolean): string {
  if (linear || (tick >= 1e-3 && tick < 1e4)) return format(tick, 3);
  return tick.toExponential().replace("e+", "e");
}
