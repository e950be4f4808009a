// The convergence map: where two hyper-parameters lead, from the lowest f to divergence.

import { Layer } from "../dom/canvas.ts";
import { endOf, values, type Run, type Sweeper } from "../engine/grid.ts";
import { fillCells, heatScales, paintHeat } from "./heat.ts";
import { element, newId, setAttribute, setText } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { exact, format, fromPosition, toPosition } from "../model/numbers.ts";
import { createRefinement } from "../engine/refine.ts";
import { createHandle } from "../dom/handle.ts";
import { SLICE } from "../engine/slices.ts";
import { DIVERGED } from "../engine/sweep.ts";
import type { Model, OptimizerSpec, Parameter, Point, Spec } from "../model/spec.ts";
import type { Surface } from "../engine/surface.ts";
import { hyperOf, racing } from "../engine/paths.ts";

const [COARSE, FINE] = [64, 128]; // settings along each side, at the most
const REST = 200; // ms after the last change until the fine map is begun
const PATIENCE = 2000; // ms that the fine map may take, in slices
const GLANCE = 10; // ms for the end of one path
const FOREIGN = "The kernel walks this one: the page has no map of it.";
const NOBODY = "No map: nobody who races has two hyper-parameters that the page can sweep.";

// What became of a path that should take so many steps.
function fate({ loss, gone }: { loss: number; gone: number }, steps: number): string {
  if (gone === DIVERGED) return "diverged";
  const f = Number.isNaN(loss) ? "f has no value" : `f = ${format(loss, 3)}`;
  return `${f} after ${steps} ${steps === 1 ? "step" : "steps"}`;
}

export class ConvergenceMap {
  readonly element = element("div", { className: "lab-convergence" });
  readonly layer = new Layer();
  private handle = createHandle(
    (event) => this.pick(this.at(event)),
    (right, up) => this.nudge(right, up),
    () => {
      const before = this.now();
      return () => this.pick(before);
    },
  );
  private optimizer = element("select", {});
  private horizontal = element("select", {});
  private vertical = element("select", {});
  private choices = element("div", { className: "lab-axes" });
  private reading = element("p", { className: "lab-reading" });
  private box = element("div", { className: "lab-grid" });
  private cells = document.createElement("canvas");
  private spec: Spec;
  private model: Model;
  private set: (optimizer: OptimizerSpec, name: string, value: number) => void;
  private timer = 0;
  private refinement = createRefinement();
  private one: (setting: [number, number]) => Run | null = () => null;

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
    this.box.append(this.layer.canvas, this.handle.element);
    const labelled = (text: string, select: HTMLSelectElement) => {
      select.id = newId();
      return [element("label", { htmlFor: select.id }, text), select];
    };
    this.choices.append(
      ...labelled("map of", this.optimizer),
      ...labelled("across", this.horizontal),
      ...labelled("up", this.vertical),
    );
    this.element.append(this.choices, this.box, this.reading);
    this.optimizer.addEventListener("change", () => {
      const { name, hyper } = this.mapped[this.optimizer.selectedIndex];
      const [x, y] = this.axes().map((axis) => axis.name);
      choose(hyper.includes(x) && hyper.includes(y) ? [name, x, y] : [name, hyper[0], hyper[1]]);
    });
    const across = () => {
      const { name, hyper } = this.chosen();
      const [x, y] = [this.horizontal.value, this.vertical.value];
      const [wasX, wasY] = this.axes().map((axis) => axis.name);
      // The two may not be the same: the other makes room.
      if (x !== y) choose([name, x, y]);
      else if (x === wasX) choose([name, wasY, y]);
      else choose([name, x, hyper.includes(wasX) ? wasX : hyper.find((other) => other !== x)!]);
    };
    this.horizontal.addEventListener("change", across);
    this.vertical.addEventListener("change", across);
    this.listen();
  }

  // Those who race and whom the page can sweep, over two hyper-parameters at least.
  private get mapped(): OptimizerSpec[] {
    return racing(this.spec, this.model).filter(({ rule, hyper }) => rule && hyper.length > 1);
  }

  // The model's choice; the first there is while that one does not race, or cannot be swept.
  private chosen(): OptimizerSpec {
    const [name] = this.model.get("sweep");
    return this.mapped.find((optimizer) => optimizer.name === name) ?? this.mapped[0];
  }

  private axes(): [Parameter, Parameter] {
    const { hyper } = this.chosen();
    const [, x, y] = this.model.get("sweep");
    const [across, up] = hyper.includes(x) && hyper.includes(y) ? [x, y] : hyper;
    return [this.parameter(across), this.parameter(up)];
  }

  private parameter(name: string): Parameter {
    return this.spec.parameters.find((parameter) => parameter.name === name)!;
  }

  // Where the model stands on the two axes.
  private now(): [number, number] {
    const { hyper } = this.chosen();
    const settings = hyperOf(this.model, this.chosen());
    const [x, y] = this.axes().map(({ name }) => settings[hyper.indexOf(name)]);
    return [x, y];
  }

  // Coarse, so that it follows a slider; fine when the slider rests. Where a path takes long,
  // with fewer settings: the page must not be held.
  draw(surface: Surface, sweeper: Sweeper, theme: Theme): void {
    this.stop();
    const why = !surface.spec.value ? FOREIGN : this.mapped.length === 0 ? NOBODY : "";
    this.box.hidden = this.choices.hidden = why !== "";
    if (why) setText(this.reading, why);
    if (why || !this.layer.width) return; // without a width it is not on the page yet
    const [optimizer, [x, y]] = [this.chosen(), this.axes()];
    const walk = (columns: Float64Array, rows: Float64Array) =>
      sweeper(
        surface,
        optimizer,
        new Map([
          [x.name, columns],
          [y.name, rows],
        ]),
      );
    this.one = ([atX, atY]) => walk(Float64Array.of(atX), Float64Array.of(atY));
    const begin = (size: number) => {
      const [columns, rows] = [values(x, size), values(y, size)];
      const cells = (at: (k: number) => number) =>
        Float64Array.from({ length: size * size }, (_, k) => at(k));
      return walk(
        cells((k) => columns[k % size]),
        cells((k) => rows[Math.floor(k / size)]),
      );
    };
    const refine = (state: string, largest: number, time: number, then: () => void) =>
      this.refinement.walk(largest, time, begin, (size, run) => {
        this.paint(size, run, surface, theme);
        this.box.dataset.state = state;
        then();
      });
    this.refinement.of(surface.spec.name, optimizer, this.model.get("steps"));
    this.show(optimizer, x, y);
    this.placeHandle(x, y);
    this.box.dataset.state = "stale";
    refine("coarse", COARSE, SLICE, () => {
      this.timer = window.setTimeout(() => refine("fine", FINE, PATIENCE, () => {}), REST);
    });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.refinement.stop();
  }

  private paint(size: number, { loss, gone }: Run, surface: Surface, theme: Theme): void {
    const [optimizer, [x, y]] = [this.chosen(), this.axes()];
    const lowest = surface.lowest ?? loss.reduce((a, b) => (b < a ? b : a), Infinity);
    const first = surface.value(...(this.model.get("start") as Point)) - lowest;
    const heights = loss.map((f) => f - lowest);
    const blank = fillCells(this.cells, size, heights, gone, first, theme);
    const label = `Convergence map of ${optimizer.label}: f after ${this.model.get("steps")} steps by ${x.label} and ${y.label}`;
    setAttribute(this.layer.canvas, "aria-label", label);
    this.layer.paint(
      (context, width, height) => paintHeat(context, width, height, this.cells, x, y, blank, theme),
      theme.font,
    );
  }

  // The choices and the words, as the model is.
  private show(optimizer: OptimizerSpec, x: Parameter, y: Parameter): void {
    const hyper = optimizer.hyper.map((name) => this.parameter(name));
    for (const [select, choices, { name }] of [
      [this.optimizer, this.mapped, optimizer],
      [this.horizontal, hyper, x],
      [this.vertical, hyper, y],
    ] as const) {
      if ([...select.options].map(({ value }) => value).join() !== choices.map(({ name }) => name).join()) {
        select.replaceChildren(...choices.map(({ label, name }) => new Option(label, name)));
      }
      select.value = name;
    }
  }

  private placeHandle(x: Parameter, y: Parameter): void {
    const now = this.now();
    const [left, top] = heatScales(this.layer.width, this.layer.height, x, y).map((scale, axis) => {
      const [low, high] = scale.domain();
      return scale(Math.min(Math.max(now[axis], low), high));
    });
    const words = this.words(now);
    this.handle.place(left, top, "setting", words, now[0], x.slider);
    setText(this.reading, words);
  }

  // A setting and what became of it.
  private words([atX, atY]: [number, number]): string {
    const [x, y] = this.axes();
    const run = this.one([atX, atY]);
    const end = run && endOf(run, GLANCE);
    const became = end ? fate(end, this.model.get("steps")) : "takes long";
    return `${x.label} ${exact(atX)}, ${y.label} ${exact(atY)}: ${became}`;
  }

  // The setting under a pointer.
  private at(event: MouseEvent): [number, number] {
    const box = this.layer.canvas.getBoundingClientRect();
    const axes = this.axes();
    const scales = heatScales(this.layer.width, this.layer.height, ...axes);
    const pixels = [event.clientX - box.left, event.clientY - box.top];
    const [atX, atY] = axes.map((parameter, axis) => {
      const [low, high] = scales[axis].domain();
      const value = Math.min(Math.max(scales[axis].invert(pixels[axis]), low), high);
      return fromPosition(parameter, toPosition(parameter, value));
    });
    return [atX, atY];
  }

  private pick([atX, atY]: [number, number]): void {
    const [x, y] = this.axes();
    this.set(this.chosen(), x.name, atX);
    this.set(this.chosen(), y.name, atY);
  }

  // So many cells further.
  private nudge(right: number, up: number): void {
    const now = this.now();
    const [toX, toY] = this.axes().map((parameter, axis) => {
      const [low, high] = parameter.slider.map((end) => toPosition(parameter, end));
      const position = toPosition(parameter, now[axis]) + ([right, up][axis] / COARSE) * (high - low);
      return [right, up][axis] ? fromPosition(parameter, Math.min(Math.max(position, low), high)) : now[axis];
    });
    this.pick([toX, toY]);
  }

  private listen(): void {
    const { canvas } = this.layer;
    canvas.addEventListener("click", (event) => this.pick(this.at(event)));
    canvas.addEventListener("pointermove", (event) => setText(this.reading, this.words(this.at(event))));
    canvas.addEventListener("pointerleave", () => setText(this.reading, this.words(this.now())));
  }
}
