// The convergence map: where two hyper-parameters lead, from the lowest f to divergence.

import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from "d3-scale";
import { Layer, type Box, type Context } from "./canvas.ts";
import { values, type Sweeper } from "./grid.ts";
import { element, newId, setAttribute, setText } from "./html.ts";
import type { Ink } from "./ink.ts";
import { format, fromPosition, toPosition } from "./numbers.ts";
import type { Model, OptimizerSpec, Parameter, Spec } from "./spec.ts";
import type { Surface } from "./surface.ts";
import { hyperOf } from "./walk.ts";

const [COARSE, FINE] = [64, 128]; // settings along each side
const REST = 200; // ms after the last change until the fine map is drawn
const DECADES = 12; // of f that the tones span
const MARGIN: Box = { left: 46, right: 8, top: 22, bottom: 40 };

export class ConvergenceMap {
  readonly element = element("div", { className: "lab-convergence" });
  readonly layer = new Layer();
  private handle = element("button", { type: "button", className: "lab-start" });
  private optimizer = element("select", {});
  private horizontal = element("select", {});
  private vertical = element("select", {});
  private reading = element("p", { className: "lab-reading" });
  private box = element("div", { className: "lab-grid" });
  private cells = document.createElement("canvas");
  private spec: Spec;
  private model: Model;
  private set: (optimizer: OptimizerSpec, name: string, value: number) => void;
  private timer = 0;
  private endOf: (setting: [number, number]) => number = () => NaN;

  constructor(
    spec: Spec,
    model: Model,
    set: (optimizer: OptimizerSpec, name: string, value: number) => void,
    choose: (sweep: [string, string, string]) => void,
  ) {
    this.spec = spec;
    this.model = model;
    this.set = set;
    this.layer.canvas.setAttribute("role", "img");
    this.handle.setAttribute("aria-roledescription", "draggable point");
    this.box.append(this.layer.canvas, this.handle);
    const labelled = (text: string, select: HTMLSelectElement) => {
      select.id = newId();
      return [element("label", { htmlFor: select.id }, text), select];
    };
    this.element.append(
      element(
        "div",
        { className: "lab-axes" },
        ...labelled("map of", this.optimizer),
        ...labelled("across", this.horizontal),
        ...labelled("up", this.vertical),
      ),
      this.box,
      this.reading,
    );
    for (const optimizer of this.mapped) this.optimizer.append(new Option(optimizer.label, optimizer.name));
    this.optimizer.addEventListener("change", () => {
      const { name, hyper } = this.mapped[this.optimizer.selectedIndex];
      const [, x, y] = this.model.get("sweep");
      choose(hyper.includes(x) && hyper.includes(y) ? [name, x, y] : [name, hyper[0], hyper[1]]);
    });
    const across = () => {
      const { name, hyper } = this.chosen();
      const [x, y] = [this.horizontal.value, this.vertical.value];
      const [, wasX, wasY] = this.model.get("sweep");
      // The two may not be the same: the other makes room.
      if (x !== y) choose([name, x, y]);
      else if (x === wasX) choose([name, wasY, y]);
      else choose([name, x, hyper.includes(wasX) ? wasX : hyper.find((other) => other !== x)!]);
    };
    this.horizontal.addEventListener("change", across);
    this.vertical.addEventListener("change", across);
    this.listen();
  }

  // Those that the page can sweep, over two hyper-parameters at least.
  private get mapped(): OptimizerSpec[] {
    return this.spec.optimizers.filter(({ rule, hyper }) => rule && hyper.length > 1);
  }

  private chosen(): OptimizerSpec {
    const [name] = this.model.get("sweep");
    return this.mapped.find((optimizer) => optimizer.name === name)!;
  }

  private axes(): [Parameter, Parameter] {
    const [, x, y] = this.model.get("sweep");
    const find = (name: string) => this.spec.parameters.find((parameter) => parameter.name === name)!;
    return [find(x), find(y)];
  }

  // Where the model stands on the two axes.
  private now(): [number, number] {
    const { hyper } = this.chosen();
    const settings = hyperOf(this.model, this.chosen());
    const [x, y] = this.axes().map(({ name }) => settings[hyper.indexOf(name)]);
    return [x, y];
  }

  // Coarse, so that it follows a slider; fine when the slider rests.
  draw(surface: Surface, sweeper: Sweeper, ink: Ink): void {
    clearTimeout(this.timer);
    if (!this.layer.width) return; // not on the page yet: its size will call again
    this.drawAt(COARSE, surface, sweeper, ink);
    this.timer = window.setTimeout(() => this.drawAt(FINE, surface, sweeper, ink), REST);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private drawAt(size: number, surface: Surface, sweeper: Sweeper, ink: Ink): void {
    const [optimizer, [x, y]] = [this.chosen(), this.axes()];
    const [columns, rows] = [values(x, size), values(y, size)];
    const axes = new Map([
      [x.name, Float64Array.from({ length: size * size }, (_, k) => columns[k % size])],
      [y.name, Float64Array.from({ length: size * size }, (_, k) => rows[Math.floor(k / size)])],
    ]);
    const loss = sweeper(surface, optimizer, axes);
    this.endOf = ([atX, atY]) => {
      const one = new Map([x, y].map(({ name }, axis) => [name, Float64Array.of(axis ? atY : atX)]));
      return sweeper(surface, optimizer, one)[0];
    };
    this.fillCells(size, loss, surface, ink);
    this.show(optimizer, x, y);
    const label = `Convergence map of ${optimizer.label}: f after ${this.model.get("steps")} steps by ${x.label} and ${y.label}`;
    setAttribute(this.layer.canvas, "aria-label", label);
    this.layer.paint((context, width, height) => this.paint(context, width, height, x, y, ink), ink.font);
    this.placeHandle(x, y);
  }

  // A pixel for each setting: its tone says by how many decades f has fallen.
  private fillCells(size: number, loss: Float64Array, surface: Surface, ink: Ink): void {
    const finite = loss.filter(Number.isFinite);
    const lowest = surface.lowest ?? finite.reduce((a, b) => Math.min(a, b), Infinity);
    const first = surface.value(...(this.model.get("start") as [number, number])) - lowest;
    const tone = scaleLinear<string>().domain([-DECADES, 0]).range([ink.best, ink.worst]).clamp(true);
    // A canvas's own colours as numbers, once for each shade.
    const shades = Array.from({ length: 64 }, (_, k) =>
      tone(-DECADES + (DECADES * k) / 63)
        .match(/\d+/g)!
        .map(Number),
    );
    this.cells.width = this.cells.height = size;
    const context = this.cells.getContext("2d")!;
    const image = context.createImageData(size, size);
    loss.forEach((f, k) => {
      if (Number.isNaN(f)) return; // diverged: the ground shows through
      const fallen = Math.log10(Math.max(f - lowest, 0) / first);
      const shade = shades[Math.round(Math.min(Math.max(1 + fallen / DECADES, 0), 1) * 63)] ?? shades[63];
      const place = 4 * ((size - 1 - Math.floor(k / size)) * size + (k % size)); // rows from the bottom
      image.data.set([shade[0], shade[1], shade[2], 255], place);
    });
    context.putImageData(image, 0, 0);
  }

  private scales(width: number, height: number, x: Parameter, y: Parameter) {
    const scale = ({ scale, slider }: Parameter): ScaleContinuousNumeric<number, number> =>
      (scale === "log" ? scaleLog() : scaleLinear()).domain(slider);
    return [
      scale(x).range([MARGIN.left, width - MARGIN.right]),
      scale(y).range([height - MARGIN.bottom, MARGIN.top]),
    ];
  }

  private paint(context: Context, width: number, height: number, x: Parameter, y: Parameter, ink: Ink): void {
    const [across, up] = this.scales(width, height, x, y);
    const [[left, right], [bottom, top]] = [across.range(), up.range()];
    hatch(context, left, top, right - left, bottom - top, ink);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.cells, left, top, right - left, bottom - top);
    context.fillStyle = ink.muted;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of ticks(across, x)) context.fillText(label(tick), across(tick), bottom + 6);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of ticks(up, y)) context.fillText(label(tick), left - 6, up(tick));
    context.fillStyle = ink.text;
    context.textBaseline = "top";
    context.textBaseline = "bottom";
    context.fillText(`${x.label} ${x.symbol}`, right - 5, bottom - 4);
    context.textBaseline = "top";
    context.textAlign = "left";
    context.fillText(`${y.label} ${y.symbol}`, left, top - 18);
    this.paintLegend(context, left, bottom + 22, ink);
  }

  private paintLegend(context: Context, left: number, top: number, ink: Ink): void {
    const words = "f: lowest … start";
    const width = 48;
    const after = left + width + 6 + context.measureText(words).width + 14;
    const ramp = context.createLinearGradient(left, 0, left + width, 0);
    ramp.addColorStop(0, ink.best);
    ramp.addColorStop(1, ink.worst);
    context.fillStyle = ramp;
    context.fillRect(left, top, width, 11);
    hatch(context, after, top, 16, 11, ink);
    context.fillStyle = ink.text;
    context.fillText(words, left + width + 6, top);
    context.fillText("diverged", after + 22, top);
  }

  // The choices and the words, as the model is.
  private show(optimizer: OptimizerSpec, x: Parameter, y: Parameter): void {
    this.optimizer.value = optimizer.name;
    for (const [select, { name }] of [
      [this.horizontal, x],
      [this.vertical, y],
    ] as const) {
      if ([...select.options].map(({ value }) => value).join() !== optimizer.hyper.join()) {
        select.replaceChildren(
          ...optimizer.hyper.map(
            (hyper) => new Option(this.spec.parameters.find((one) => one.name === hyper)!.label, hyper),
          ),
        );
      }
      select.value = name;
    }
  }

  private placeHandle(x: Parameter, y: Parameter): void {
    const { width, height } = this.layer;
    const scales = this.scales(width, height, x, y);
    const now = this.now();
    const [left, top] = scales.map((scale, axis) => {
      const [low, high] = scale.domain();
      return scale(Math.min(Math.max(now[axis], low), high));
    });
    setAttribute(this.handle, "style", `transform: translate(${left}px, ${top}px)`);
    const words = this.words(now);
    setAttribute(this.handle, "aria-label", `${words}. Drag it, or move it with the arrow keys.`);
    setText(this.reading, words);
  }

  // A setting and what became of it.
  private words([atX, atY]: [number, number]): string {
    const [x, y] = this.axes();
    const f = this.endOf([atX, atY]);
    const end = Number.isNaN(f) ? "diverged" : `f = ${format(f, 3)}`;
    return `${x.label} ${format(atX, 4)}, ${y.label} ${format(atY, 4)}: ${end} after ${this.model.get("steps")} steps`;
  }

  private listen(): void {
    const { canvas } = this.layer;
    const at = (event: PointerEvent | MouseEvent): [number, number] => {
      const box = canvas.getBoundingClientRect();
      const [x, y] = this.axes();
      const scales = this.scales(this.layer.width, this.layer.height, x, y);
      const pixels = [event.clientX - box.left, event.clientY - box.top];
      const [atX, atY] = [x, y].map((parameter, axis) => {
        const [low, high] = scales[axis].domain();
        const value = Math.min(Math.max(scales[axis].invert(pixels[axis]), low), high);
        return fromPosition(parameter, toPosition(parameter, value));
      });
      return [atX, atY];
    };
    const pick = ([atX, atY]: [number, number]) => {
      const [x, y] = this.axes();
      this.set(this.chosen(), x.name, atX);
      this.set(this.chosen(), y.name, atY);
    };
    canvas.addEventListener("click", (event) => pick(at(event)));
    canvas.addEventListener("pointermove", (event) => {
      this.reading.textContent = this.words(at(event));
    });
    canvas.addEventListener("pointerleave", () => {
      this.reading.textContent = this.words(this.now());
    });
    const { handle } = this;
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) pick(at(event));
    });
    handle.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!move) return;
      event.preventDefault();
      const stride = (event.shiftKey ? 10 : 1) / COARSE;
      const now = this.now();
      const [toX, toY] = this.axes().map((parameter, axis) => {
        const [low, high] = parameter.slider.map((end) => toPosition(parameter, end));
        const position = toPosition(parameter, now[axis]) + move[axis] * stride * (high - low);
        return move[axis] ? fromPosition(parameter, Math.min(Math.max(position, low), high)) : now[axis];
      });
      pick([toX, toY]);
    });
  }
}

function ticks(scale: ScaleContinuousNumeric<number, number>, parameter: Parameter): number[] {
  if (parameter.scale !== "log") return scale.ticks(5);
  const [low, high] = parameter.slider.map((end) => Math.log10(end));
  const every = Math.ceil((high - low) / 6);
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.floor((high - first + 1e-9) / every) + 1 }, (_, k) =>
    Number(`1e${first + k * every}`),
  );
}

const label = (tick: number) => (tick < 1e-3 && tick > 0 ? tick.toExponential() : format(tick, 3));

// The ground of what diverged: lines, so that colour is not the only sign.
function hatch(context: Context, left: number, top: number, width: number, height: number, ink: Ink): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.fillStyle = ink.paper;
  context.fillRect(left, top, width, height);
  context.strokeStyle = ink.muted;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left - height; x < left + width; x += 7) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}
