// The lab: one view over a model, in a Jupyter notebook and on a static page.

import { drawSwatch } from "./canvas.ts";
import { createControl, createStart, type Control } from "./controls.ts";
import { compileObjective, compileOptimizer, descend, rates, type Path } from "./engine.ts";
import { onThemeChange, readInk, type Ink } from "./ink.ts";
import { createInspector } from "./inspect.ts";
import { ContourMap, type Drawn } from "./map.ts";
import { decode, encode } from "./permalink.ts";
import { standing } from "./report.ts";
import type { Model, Parameter, Spec } from "./spec.ts";
import { StepPlot, type Curve } from "./stepplot.ts";
import { toCsv } from "./table.ts";
import { createTools } from "./tools.ts";
import { createTransport } from "./transport.ts";

const QUIET = 250; // ms without a change before the live region speaks

// Fill the figure; returns what takes it all away again.
// `id` names the lab in the page's address, where it has one.
export function mount(figure: HTMLElement, model: Model, id: string | null = null): () => void {
  const spec: Spec = model.get("spec");
  const objective = compileObjective(spec.objective);
  const optimizers = spec.optimizers.map((optimizer) => ({ ...optimizer, ...compileOptimizer(optimizer) }));
  const start = (): [number, number] => model.get("start");
  const write = (name: string, value: unknown) => {
    model.set(name, value);
    model.save_changes();
  };

  const map = new ContourMap(spec.objective, objective, start, (point) => write("start", point));
  // A surface with a known minimum is drawn by its height above it.
  const known = Math.min(...spec.objective.minima.map(([x, y]) => objective.value(x, y)));
  const lowest = Number.isFinite(known) ? known : 0;
  const losses = new StepPlot(lowest ? "f above its minimum" : "f");

  const parameters = new Map(spec.parameters.map((parameter) => [parameter.name, parameter]));
  const controls = new Map<string, Control>();
  for (const name of spec.controls.filter((name) => name !== "step")) {
    const control =
      name === "start"
        ? createStart(parameters.get("start") as Parameter, start, (point) => write("start", point))
        : createControl(parameters.get(name) as Parameter, (value) => write(name, value));
    controls.set(name, control);
  }

  // Stepping: `step` is null at the end of the path, and follows it.
  const stepping = spec.controls.includes("step");
  const steps = (): number => model.get("steps");
  const stepNow = (): number => Math.min(model.get("step") ?? steps(), steps());
  const go = (step: number) => write("step", step >= steps() ? null : step);
  const transport = createTransport(() => ({ step: stepNow(), steps: steps() }), go);
  const inspector = createInspector(spec.optimizers, () => redraw());
  const effective = new StepPlot("effective rate");
  let pointed: number | null = null; // the step under the pointer
  if (stepping) {
    for (const plot of [losses, effective]) {
      plot.onPointer(
        (step) => {
          pointed = step;
          redraw();
        },
        (step) => {
          transport.stop();
          go(step);
        },
      );
    }
  }
  const shown = (): number | null => {
    if (!stepping) return null;
    return pointed ?? (stepNow() < steps() ? stepNow() : null);
  };

  const live = document.createElement("div");
  live.className = "lab-live";
  const views = live.appendChild(document.createElement("div"));
  views.className = "lab-views";
  views.append(map.element, losses.element);
  if (stepping) {
    views.classList.add("lab-stepping");
    views.append(effective.element);
    live.append(transport.element);
  }
  const panel = live.appendChild(document.createElement("div"));
  panel.className = "lab-controls";
  panel.append(...[...controls.values()].map((control) => control.element));
  const key = live.appendChild(document.createElement("ul"));
  key.className = "lab-key";
  if (stepping) live.append(inspector.element);
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
  const named = spec.parameters.map(({ name }) => name);
  const initial = named.map((name) => model.get(name));
  const note = document.createElement("p");
  note.className = "lab-note";
  note.setAttribute("role", "status");
  const restore = () => {
    if (id) note.textContent = decode(location.hash, id, spec.parameters, model).join(". ");
  };
  restore();
  window.addEventListener("hashchange", restore);
  const tools = createTools(
    {
      reset: () => {
        transport.stop();
        named.forEach((name, k) => model.set(name, initial[k]));
        model.save_changes();
      },
      link: id === null ? null : () => address(encode(id, named, model)),
      csv: () =>
        toCsv(
          optimizers.map(({ label }) => label),
          drawn.map(({ path }) => path),
        ),
    },
    (text) => (note.textContent = text),
  );
  live.append(tools);
  tools.append(note);
  // In JupyterLab the keys are the control's that has the focus, not the notebook's.
  live
    .querySelectorAll("input, button, select")
    .forEach((taker) => taker.setAttribute("data-lm-suppress-shortcuts", "true"));
  figure.prepend(live);

  let ink: Ink = readInk(figure);
  let drawn: Drawn[] = [];
  let quiet = 0;

  const walk = () => {
    drawn = optimizers.map((optimizer) => ({
      look: optimizer.look,
      scales: optimizer.scales,
      path: descend(
        objective,
        optimizer,
        start(),
        model.get("steps"),
        optimizer.hyper.map((name) => model.get(name)),
        spec.far,
      ),
    }));
  };
  const say = () => {
    const step = shown() ?? steps();
    const sentences = drawn.map(({ path }, k) => standing(optimizers[k].label, path, step));
    sentences.forEach((sentence, k) => (entries[k].text.textContent = sentence));
    clearTimeout(quiet);
    quiet = window.setTimeout(() => (status.textContent = `${sentences.join(". ")}.`), QUIET);
  };
  const draw = () => {
    const step = shown();
    map.drawPaths(drawn, step, ink);
    losses.draw(
      drawn.map(({ path, look }) => ({
        values: path.loss.map((f) => f - lowest),
        look,
        ends: path.divergedAt === null,
        away: path.divergedAt !== null,
      })),
      steps(),
      step,
      ink,
    );
    if (!stepping) return;
    effective.draw(drawn.filter(({ scales }) => scales).flatMap(rateCurves), steps(), step, ink);
    transport.show(stepNow(), steps());
    inspector.show(
      drawn.map(({ path }) => path),
      step ?? steps(),
    );
  };

  // At most one walk and one drawing a frame, however many values change in it; another
  // step of the same paths is only drawn.
  let frame = 0;
  let stale = false;
  const changed = () => {
    stale = true;
    redraw();
  };
  const redraw = () => {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      for (const [name, control] of controls) control.show(model.get(name));
      if (stale) walk();
      stale = false;
      say();
      draw();
    });
  };
  const redrawAll = () => {
    ink = readInk(figure);
    map.drawSurface(ink);
    for (const { look, swatch } of entries) drawSwatch(swatch, look, ink);
    draw();
  };

  const listeners = named.map((name) => [`change:${name}`, name === "step" ? redraw : changed] as const);
  for (const [event, listener] of listeners) model.on(event, listener);
  const observer = new ResizeObserver(redrawAll);
  observer.observe(views);
  const stopTheme = onThemeChange(redrawAll);

  for (const [name, control] of controls) control.show(model.get(name));
  walk();
  say();
  redrawAll();
  figure.dataset.state = "live";

  return () => {
    cancelAnimationFrame(frame);
    transport.stop();
    clearTimeout(quiet);
    for (const [event, listener] of listeners) model.off(event, listener);
    window.removeEventListener("hashchange", restore);
    observer.disconnect();
    stopTheme();
    live.remove();
    figure.dataset.state = "static";
  };
}

// x drawn strong and y thin, each with its name.
function rateCurves({ path, look }: { path: Path; look: Drawn["look"] }): Curve[] {
  const [x, y] = [rates(path.x), rates(path.y)];
  const apart = Math.abs(x[x.length - 1] / y[y.length - 1] - 1) > 1e-6; // one rate for both has no names
  return [
    { values: x, look, name: apart ? "x" : undefined },
    { values: y, look, width: 1, name: apart ? "y" : undefined },
  ];
}

// The page's address with this fragment, which it now shows.
function address(fragment: string): string {
  history.replaceState(null, "", `#${fragment}`);
  return location.href;
}
