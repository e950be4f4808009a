// The loss against the step, on a log scale.

import { scaleLinear, scaleLog } from "d3-scale";
import { mark, polyline, sized, type Box } from "./canvas.ts";
import type { Ink } from "./ink.ts";
import type { Drawn } from "./map.ts";
import { format } from "./numbers.ts";

const MARGIN: Box = { left: 46, right: 16, top: 22, bottom: 22 };
const FLOOR = 1e-100; // less is drawn at the bottom, as a loss of 0 is

export class LossPlot {
  readonly element = document.createElement("div");
  private canvas = document.createElement("canvas");
  private lowest: number;

  // `lowest` is f at the known minimum: the plot shows the distance to it.
  constructor(lowest: number) {
    this.lowest = lowest;
    this.element.className = "lab-losses";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Loss by step");
    this.element.append(this.canvas);
  }

  draw(drawn: Drawn[], steps: number, ink: Ink): void {
    const { context, width, height } = sized(this.canvas);
    if (!width) return;
    const curves = drawn.map(({ path }) => path.loss.map((loss) => loss - this.lowest));
    let [low, high, below] = [Infinity, -Infinity, false];
    for (const curve of curves) {
      for (const value of curve) {
        if (!Number.isFinite(value)) continue;
        if (value < -1e-12) below = true;
        if (value > FLOOR) low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    // A path that diverges runs out at the top, and leaves the others room.
    const start = Math.max(...curves.map((curve) => curve[0]).filter(Number.isFinite));
    if (start > 0) high = Math.min(high, 100 * start);
    const y = this.scale(below, low, high, curves);
    y.range([height - MARGIN.bottom, MARGIN.top]);
    const x = scaleLinear()
      .domain([0, steps])
      .range([MARGIN.left, width - MARGIN.right]);
    this.axes(context, x, y, below, ink);

    context.beginPath();
    context.rect(
      MARGIN.left,
      MARGIN.top - 4,
      width - MARGIN.left - MARGIN.right + 8,
      height - MARGIN.top - MARGIN.bottom + 8,
    );
    context.clip();
    drawn.forEach(({ path, look }, k) => {
      context.strokeStyle = context.fillStyle = ink.dark ? look.dark : look.light;
      context.lineWidth = 2;
      context.setLineDash(look.dash);
      const [floor] = y.domain();
      const ys = curves[k].map((value) => y(Math.min(Math.max(value, floor), Number.MAX_VALUE)));
      const xs = ys.map((_, step) => x(step));
      polyline(context, xs, ys);
      context.setLineDash([]);
      if (path.divergedAt === null) {
        context.strokeStyle = ink.paper;
        context.lineWidth = 1.5;
        mark(context, look.marker, xs[xs.length - 1], ys[ys.length - 1], 5);
      }
    });
  }

  // Logarithmic, unless a loss lies below the known minimum and has no logarithm.
  private scale(below: boolean, low: number, high: number, curves: Float64Array[]) {
    if (below) {
      const lowest = Math.min(...curves.map((curve) => curve.reduce((a, b) => Math.min(a, b), 0)));
      return scaleLinear().domain([lowest, high]);
    }
    if (!(high > FLOOR)) [low, high] = [1e-3, 1];
    if (!(low < high)) low = high / 10;
    return scaleLog().domain([low / 2, high * 2]);
  }

  private axes(
    context: CanvasRenderingContext2D,
    x: ReturnType<typeof scaleLinear<number>>,
    y: ReturnType<LossPlot["scale"]>,
    linear: boolean,
    ink: Ink,
  ): void {
    const [x0, x1] = x.range();
    const [y0, y1] = y.range();
    const [low, high] = y.domain();
    const decades = Math.log10(high / low);
    const every = Math.max(1, Math.ceil(decades / 6));
    const ticks =
      linear || decades < 2
        ? y.ticks(5)
        : Array.from(
            { length: Math.floor(decades / every) + 1 },
            (_, k) => 10 ** (Math.floor(Math.log10(high)) - k * every),
          ).filter((tick) => tick >= low);
    context.lineWidth = 1;
    context.strokeStyle = ink.line;
    context.fillStyle = ink.muted;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of ticks) {
      context.beginPath();
      context.moveTo(x0, y(tick));
      context.lineTo(x1, y(tick));
      context.stroke();
      context.fillText(tickLabel(tick, linear), x0 - 6, y(tick));
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of x.ticks(4)) context.fillText(format(tick), x(tick), y0 + 6);
    context.fillStyle = ink.text;
    context.textAlign = "left";
    context.fillText(
      `f${this.lowest ? " above its minimum" : ""} by step${linear ? "" : ", log scale"}`,
      x0,
      y1 - 18,
    );
  }
}

function tickLabel(tick: number, linear: boolean): string {
  if (linear || (tick >= 1e-3 && tick < 1e4)) return format(tick, 3);
  return tick.toExponential().replace("e+", "e");
}
