// The views side by side: the map, the curves, the convergence map, one step marked in all.

import type { Layer } from "../dom/canvas.ts";
import { ConvergenceMap } from "./convergence.ts";
import { rates, type Path } from "../engine/engine.ts";
import type { Sweeper } from "../engine/grid.ts";
import { element, setAttribute } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { ContourMap } from "./map.ts";
import type { Look, Model, OptimizerSpec, Spec } from "../model/spec.ts";
import { chart, marginOf, StepPlot, type Curve } from "./stepplot.ts";
import type { Surface } from "../engine/surface.ts";
import type { Trajectory } from "../engine/paths.ts";
import { addZoom } from "./zoom.ts";

export interface Views {
  element: HTMLElement;
  layers: Layer[];
  pointed(): number | null; // the step under the pointer
  draw(surface: Surface, walked: Trajectory[], step: number | null, theme: Theme): void;
  sweep(surface: Surface, theme: Theme): void; // dearer: only when what it shows has changed
  fit(surface: Surface): void;
  stop(): void;
}

export function createViews(
  spec: Spec,
  model: Model,
  write: (values: Record<string, unknown>) => void,
  sweeper: Sweeper,
  redraw: () => void,
  pick: (step: number) => void,
): Views {
  const has = (name: string) => spec.controls.includes(name);
  const set = (name: string, value: unknown) => write({ [name]: value });
  const map = new ContourMap(spec, model, set);
  if (has("zoom")) addZoom(map, set);
  const losses = new StepPlot();
  const effective = has("step") && spec.optimizers.some(({ scales }) => scales) ? new StepPlot() : null;
  const convergence = has("convergence")
    ? new ConvergenceMap(
        spec,
        model,
        ({ name }: OptimizerSpec, parameter, value) => {
          const own = parameter === "learning_rate" && name in model.get("rates");
          write(own ? { rates: { ...model.get("rates"), [name]: value } } : { [parameter]: value });
        },
        (sweep) => write({ sweep }),
      )
    : null;

  let pointed: number | null = null;
  if (has("step")) {
    const point = (step: number | null) => {
      if (step === pointed) return;
      pointed = step;
      redraw();
    };
    map.onPointer(point);
    for (const plot of [losses, effective]) plot?.onPointer(point, pick);
  }

  const all = [map, losses, effective, convergence].filter((view) => view !== null);
  const box = element("div", { className: "lab-views" }, ...all.map((view) => view.element));
  box.classList.toggle("lab-stepping", effective !== null);
  box.classList.toggle("lab-replay", spec.replay);
  const layers = [map.layers, losses.layers, effective?.layers ?? [], convergence?.layer ?? []].flat();
  return {
    element: box,
    layers,
    pointed: () => pointed,
    draw(surface, walked, step, theme) {
      const steps: number = model.get("steps");
      map.draw(surface, walked, step, theme);
      // A surface with a known minimum is drawn by its height above it.
      const lowest = surface.lowest ?? 0;
      const loss = walked.map(({ path, optimizer: { look } }) => ({
        values: path.loss.map((f) => f - lowest),
        look,
        ends: path.divergedAt === null,
        away: path.divergedAt !== null,
      }));
      const charts = [chart(lowest ? "f above its minimum" : "f", loss)];
      if (effective) {
        const scaled = walked.filter(({ optimizer, path }) => optimizer.scales && path.loss.length > 0);
        const rate = scaled.flatMap(({ path, optimizer: { look } }) => rateCurves(path, look));
        charts.push(chart("effective rate", rate));
      }
      const left = marginOf(charts, theme.font);
      charts.forEach((one, k) => [losses, effective][k]!.draw(one, left, steps, step, theme));
    },
    sweep(surface, theme) {
      convergence?.draw(surface, sweeper, theme);
    },
    // One shape of the map for all surfaces there are to choose from, or the window's own.
    fit(surface) {
      const [[left, right], [bottom, top]] = surface.spec.window;
      const shape = has("surface") ? 1.2 : (right - left) / (top - bottom);
      setAttribute(map.element, "style", `--lab-aspect: ${shape}`);
    },
    stop: () => convergence?.stop(),
  };
}

// x drawn strong and y thin, each with its name.
function rateCurves(path: Path, look: Look): Curve[] {
  const [x, y] = [rates(path.x), rates(path.y)];
  const apart = Math.abs(x[x.length - 1] / y[y.length - 1] - 1) > 1e-6; // one rate for both has no names
  return [
    { values: x, look, name: apart ? "x" : undefined },
    { values: y, look, width: 1, name: apart ? "y" : undefined },
  ];
}
