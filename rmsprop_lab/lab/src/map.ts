// The contour map: a quiet surface, vivid paths, and a start point to drag.

import { contours } from "d3-contour";
import { scaleLinear } from "d3-scale";
import { arrow, mark, polyline, sized, type Box } from "./canvas.ts";
import type { Objective, Path } from "./engine.ts";
import type { Ink } from "./ink.ts";
import { format } from "./numbers.ts";
import type { Look, ObjectiveSpec } from "./spec.ts";

export interface Drawn {
  path: Path;
  look: Look;
  scales: boolean;
}

const GRID = 96;
const DOTS = 500; // a longer path is drawn without a dot for each step
const [BOX, GRADIENT] = [28, 44]; // px: half the longer side, the arrow
const TONES = 12;
const MARGIN: Box = { left: 34, right: 6, top: 6, bottom: 22 };

export class ContourMap {
  readonly element = document.createElement("div");
  readonly handle = document.createElement("button");
  private surface = document.createElement("canvas");
  private paths = document.createElement("canvas");
  private x = scaleLinear();
  private y = scaleLinear();
  private shapes: ReturnType<ReturnType<typeof contours>> = [];
  private spec: ObjectiveSpec;
  private objective: Objective;
  private start: () => [number, number];
  private onStart: (start: [number, number]) => void;

  constructor(
    spec: ObjectiveSpec,
    objective: Objective,
    start: () => [number, number],
    onStart: (start: [number, number]) => void,
  ) {
    this.spec = spec;
    this.objective = objective;
    this.start = start;
    this.onStart = onStart;
    this.element.className = "lab-map";
    this.surface.className = "lab-surface";
    this.surface.setAttribute("aria-hidden", "true");
    this.paths.setAttribute("role", "img");
    this.paths.setAttribute("aria-label", `Contour map of ${spec.name} with the paths`);
    this.handle.type = "button";
    this.handle.className = "lab-start";
    this.handle.setAttribute("aria-roledescription", "draggable point");
    this.element.append(this.surface, this.paths, this.handle);
    const [[left, right], [bottom, top]] = spec.window;
    this.element.style.setProperty("--lab-aspect", String((right - left) / (top - bottom)));
    this.listen();
  }

  // Equal scales on x and y: the box shows the window, and more where it is wider or higher.
  private fit(width: number, height: number): void {
    const [[left, right], [bottom, top]] = this.spec.window;
    const [room, rise] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    const pixel = Math.max((right - left) / room, (top - bottom) / rise);
    const around = (low: number, high: number, pixels: number) => {
      const [middle, half] = [(low + high) / 2, (pixels * pixel) / 2];
      return [middle - half, middle + half];
    };
    this.x.domain(around(left, right, room)).range([MARGIN.left, width - MARGIN.right]);
    this.y.domain(around(bottom, top, rise)).range([height - MARGIN.bottom, MARGIN.top]);
  }

  // Sample the surface, and choose levels so that a bowl gets evenly spaced rings and any
  // other surface, Rosenbrock's too, a map as evenly covered.
  private measure(): void {
    const [[left, right], [bottom, top]] = [this.x.domain(), this.y.domain()];
    const values = new Float64Array(GRID * GRID);
    for (let row = 0; row < GRID; row++) {
      for (let column = 0; column < GRID; column++) {
        const x = left + ((right - left) * (column + 0.5)) / GRID;
        const y = bottom + ((top - bottom) * (row + 0.5)) / GRID;
        values[row * GRID + column] = this.objective.value(x, y);
      }
    }
    const finite = values.filter(Number.isFinite).sort();
    if (finite.length === 0) return; // nothing to draw
    const highest = finite[finite.length - 1];
    values.forEach((value, k) => {
      if (!Number.isFinite(value)) values[k] = highest;
    });
    const levels = Array.from({ length: TONES - 1 }, (_, k) => {
      const share = ((k + 1) / TONES) ** 2;
      return finite[Math.floor(share * (finite.length - 1))];
    });
    this.shapes = contours().size([GRID, GRID]).thresholds(levels)(values as unknown as number[]);
  }

  // The surface: only when the size or the colours change.
  drawSurface(ink: Ink): void {
    const { context, width, height } = sized(this.surface);
    if (!width) return;
    this.fit(width, height);
    this.measure();
    const [x0, x1] = this.x.range();
    const [y0, y1] = this.y.range();
    context.save();
    context.beginPath();
    context.rect(x0, y1, x1 - x0, y0 - y1);
    context.clip();
    const tone = scaleLinear<string>()
      .domain([0, TONES - 1])
      .range([ink.low, ink.high]);
    context.fillStyle = tone(0);
    context.fillRect(x0, y1, x1 - x0, y0 - y1);
    context.strokeStyle = ink.line;
    context.lineWidth = 0.75;
    const toX = (column: number) => x0 + ((x1 - x0) * column) / GRID;
    const toY = (row: number) => y0 + ((y1 - y0) * row) / GRID;
    this.shapes.forEach((shape, k) => {
      context.fillStyle = tone(k + 1);
      context.beginPath();
      for (const ring of shape.coordinates.flat()) {
        ring.forEach(([column, row], i) => {
          if (i === 0) context.moveTo(toX(column), toY(row));
          else context.lineTo(toX(column), toY(row));
        });
        context.closePath();
      }
      context.fill("evenodd");
      context.stroke();
    });
    context.strokeStyle = context.fillStyle = ink.muted;
    context.lineWidth = 1;
    for (const [x, y] of this.spec.minima) {
      context.beginPath();
      context.arc(this.x(x), this.y(y), 5, 0, 2 * Math.PI);
      context.moveTo(this.x(x) - 8, this.y(y));
      context.lineTo(this.x(x) + 8, this.y(y));
      context.moveTo(this.x(x), this.y(y) - 8);
      context.lineTo(this.x(x), this.y(y) + 8);
      context.stroke();
    }
    context.restore();
    context.fillStyle = ink.muted;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of this.x.ticks(6)) context.fillText(format(tick), this.x(tick), y0 + 6);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of this.y.ticks(6)) context.fillText(format(tick), x0 - 6, this.y(tick));
    // The axes' names stand inside, clear of the ticks.
    context.fillStyle = ink.text;
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText("y", x0 + 5, y1 + 4);
    context.textAlign = "right";
    context.textBaseline = "bottom";
    context.fillText("x", x1 - 5, y0 - 4);
  }

  // The paths; at one step, if there is one, what has been walked, and what the step is made of.
  drawPaths(drawn: Drawn[], step: number | null, ink: Ink): void {
    const { context, width, height } = sized(this.paths);
    context.beginPath();
    context.rect(
      MARGIN.left,
      MARGIN.top,
      width - MARGIN.left - MARGIN.right,
      height - MARGIN.top - MARGIN.bottom,
    );
    context.clip();
    for (const { path, look, scales } of drawn) {
      const [xs, ys] = [path.x.at.map((x) => this.x(x)), path.y.at.map((y) => this.y(y))];
      const color = ink.dark ? look.dark : look.light;
      context.strokeStyle = context.fillStyle = color;
      context.lineWidth = 2;
      context.setLineDash(look.dash);
      if (step !== null) {
        context.globalAlpha = 0.25;
        polyline(context, xs, ys);
        context.globalAlpha = 1;
      }
      const walked = Math.min(step ?? Infinity, xs.length - 1);
      polyline(context, xs.subarray(0, walked + 1), ys.subarray(0, walked + 1));
      context.setLineDash([]);
      context.beginPath();
      for (let k = 1; k <= walked && walked <= DOTS; k++) {
        context.moveTo(xs[k] + 2, ys[k]);
        context.arc(xs[k], ys[k], 2, 0, 2 * Math.PI);
      }
      context.fill();
      if (step !== null && step < xs.length) this.drawStep(context, path, step, scales, ink);
      if (path.divergedAt === null || walked === step) {
        context.strokeStyle = ink.paper;
        context.fillStyle = color;
        context.lineWidth = 1.5;
        mark(context, look.marker, xs[walked], ys[walked], 6);
      }
    }
    // A start outside the window is held at its edge, where one can still take it.
    const start = this.start();
    const hold = (value: number, [low, high]: number[]) => Math.min(Math.max(value, low), high);
    const [left, top] = [this.x(hold(start[0], this.x.domain())), this.y(hold(start[1], this.y.domain()))];
    this.handle.style.transform = `translate(${left}px, ${top}px)`;
    this.handle.setAttribute(
      "aria-label",
      `Start, x = ${format(start[0], 4)}, y = ${format(start[1], 4)}. Drag it, or move it with the arrow keys.`,
    );
  }

  // The gradient (downhill, of one length), the step (true to scale), and a box whose sides
  // are as the effective rates of x and y: this is how the rule bends the one into the other.
  private drawStep(
    context: CanvasRenderingContext2D,
    path: Path,
    step: number,
    scales: boolean,
    ink: Ink,
  ): void {
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
    context.strokeStyle = context.fillStyle = ink.text;
    context.lineWidth = 1.5;
    if (steepness > 0)
      arrow(context, x, y, x - (gradX / steepness) * GRADIENT, y + (gradY / steepness) * GRADIENT);
    context.lineWidth = 3;
    arrow(context, x, y, this.x(path.x.at[step] - updateX), this.y(path.y.at[step] - updateY));
  }

  private listen(): void {
    const { handle } = this;
    const at = (event: PointerEvent): [number, number] => {
      const box = this.element.getBoundingClientRect();
      const snap = (scale: typeof this.x, pixel: number) => {
        const [low, high] = scale.domain();
        const digits = Math.max(0, 3 - Math.ceil(Math.log10(high - low)));
        const value = Math.min(Math.max(scale.invert(pixel), low), high);
        return Number(value.toFixed(digits));
      };
      return [snap(this.x, event.clientX - box.left), snap(this.y, event.clientY - box.top)];
    };
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) this.onStart(at(event));
    });
    handle.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!move) return;
      event.preventDefault();
      const stride = event.shiftKey ? 10 : 1;
      const step = (scale: typeof this.x) => ((scale.domain()[1] - scale.domain()[0]) / 100) * stride;
      const [x, y] = this.start();
      this.onStart([
        Number((x + move[0] * step(this.x)).toPrecision(9)),
        Number((y + move[1] * step(this.y)).toPrecision(9)),
      ]);
    });
  }
}
