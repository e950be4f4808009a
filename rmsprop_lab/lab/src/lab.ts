// The lab: one view over a model, in a Jupyter notebook and on a static page.

import { drawSwatch } from "./canvas.ts";
import { createControl, createStart, type Control } from "./controls.ts";
import { compileObjective, compileOptimizer, descend } from "./engine.ts";
import { onThemeChange, readInk, type Ink } from "./ink.ts";
import { LossPlot } from "./losses.ts";
import { ContourMap, type Drawn } from "./map.ts";
import { ending } from "./report.ts";
import type { Model, Parameter, Spec } from "./spec.ts";

const QUIET = 250; // ms without a change before the live region speaks

// Fill the figure; returns what takes it all away again.
export function mount(figure: HTMLElement, model: Model): () => void {
  const spec: Spec = model.get("spec");
  const objective = compileObjective(spec.objective);
  const optimizers = spec.optimizers.map((optimizer) => ({ ...optimizer, ...compileOptimizer(optimizer) }));
  const start = (): [number, number] => model.get("start");
  const write = (name: string, value: unknown) => {
    model.set(name, value);
    model.save_changes();
  };

  const map = new ContourMap(spec.objective, objective, (point) => write("start", point));
  map.start = start;
  const lowest = Math.min(...spec.objective.minima.map(([x, y]) => objective.value(x, y)));
  const losses = new LossPlot(Number.isFinite(lowest) ? lowest : 0);

  const parameters = new Map(spec.parameters.map((parameter) => [parameter.name, parameter]));
  const controls = new Map<string, Control>();
  for (const name of spec.controls) {
    const control =
      name === "start"
        ? createStart(parameters.get("start") as Parameter, start, (point) => write("start", point))
        : createControl(parameters.get(name) as Parameter, (value) => write(name, value));
    controls.set(name, control);
  }

  const live = document.createElement("div");
  live.className = "lab-live";
  const views = live.appendChild(document.createElement("div"));
  views.className = "lab-views";
  views.append(map.element, losses.element);
  const panel = live.appendChild(document.createElement("div"));
  panel.className = "lab-controls";
  panel.append(...[...controls.values()].map((control) => control.element));
  const key = live.appendChild(document.createElement("ul"));
  key.className = "lab-key";
  const status = live.appendChild(document.createElement("p"));
  status.className = "lab-status";
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const entries = optimizers.map(({ look }) => {
    const item = key.appendChild(document.createElement("li"));
    const swatch = item.appendChild(document.createElement("canvas"));
    swatch.setAttribute("aria-hidden", "true");
    return { look, swatch, text: item.appendChild(document.createElement("span")) };
  });
  // In JupyterLab the arrow keys are the slider's, not the notebook's.
  live
    .querySelectorAll("input, button")
    .forEach((taker) => taker.setAttribute("data-lm-suppress-shortcuts", "true"));
  figure.prepend(live);

  let ink: Ink = readInk(figure);
  let drawn: Drawn[] = [];
  let quiet = 0;

  const walk = () => {
    drawn = optimizers.map((optimizer) => ({
      look: optimizer.look,
      path: descend(
        objective,
        optimizer,
        start(),
        model.get("steps"),
        optimizer.hyper.map((name) => model.get(name)),
        spec.far,
      ),
    }));
    const sentences = drawn.map(({ path }, k) => ending(optimizers[k].label, path));
    sentences.forEach((sentence, k) => (entries[k].text.textContent = sentence));
    clearTimeout(quiet);
    quiet = window.setTimeout(() => (status.textContent = `${sentences.join(". ")}.`), QUIET);
  };
  const draw = () => {
    map.drawPaths(drawn, start(), ink);
    losses.draw(drawn, model.get("steps"), ink);
  };

  // At most one walk and one drawing a frame, however many values change in it.
  let frame = 0;
  const changed = () => {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      for (const [name, control] of controls) control.show(model.get(name));
      walk();
      draw();
    });
  };
  const redrawAll = () => {
    ink = readInk(figure);
    map.drawSurface(ink);
    for (const { look, swatch } of entries) drawSwatch(swatch, look, ink);
    draw();
  };

  const names = spec.parameters.map(({ name }) => `change:${name}`);
  for (const name of names) model.on(name, changed);
  const observer = new ResizeObserver(redrawAll);
  observer.observe(views);
  const stopTheme = onThemeChange(redrawAll);

  for (const [name, control] of controls) control.show(model.get(name));
  walk();
  redrawAll();
  figure.dataset.state = "live";

  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(quiet);
    for (const name of names) model.off(name, changed);
    observer.disconnect();
    stopTheme();
    live.remove();
    figure.dataset.state = "static";
  };
}
