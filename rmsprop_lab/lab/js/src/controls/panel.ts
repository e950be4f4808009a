// The controls that a figure asks for, each shown only where it does something.

import { createEpsilonPlace, createPresets, createRacers, createSurfaceChoice } from "./choices.ts";
import { createSlider, createStart, type Control } from "./controls.ts";
import { element } from "../dom/html.ts";
import { createRates } from "./rates.ts";
import type { Model, ObjectiveSpec, OptimizerSpec, Point, Spec } from "../model/spec.ts";
import type { Tuner } from "../engine/tuner.ts";
import { racing, steered } from "../engine/paths.ts";

// Not in the panel: these are views, or belong to one.
export const VIEWS = ["step", "convergence", "zoom"];

export interface Panel {
  element: HTMLElement;
  show(surface: ObjectiveSpec): void;
  forget(): void; // what is typed and was not taken
}

export function createPanel(
  spec: Spec,
  model: Model,
  write: (values: Record<string, unknown>) => void,
  { tune, race }: Tuner,
  say: (text: string) => void,
): Panel {
  const forget = () => {
    for (const { control } of controls) {
      control.forget?.();
      control.show(); // nothing of the model may have changed
    }
  };
  const anew = (values: Record<string, unknown>) => {
    forget();
    write(values);
  };
  const parameters = new Map(spec.parameters.map((parameter) => [parameter.name, parameter]));
  const choices: Record<string, () => Control> = {
    start: () =>
      createStart(
        parameters.get("start")!,
        () => model.get("start") as Point,
        (point) => write({ start: point }),
      ),
    surface: () => createSurfaceChoice(spec, model, write),
    optimizers: () => createRacers(spec, model, race),
    rates: () => createRates(spec, model, write, () => tune()),
    epsilon_place: () => createEpsilonPlace(model, race),
    presets: () => createPresets(spec.presets, anew, say),
  };
  // A figure says whether its racers share a learning rate.
  const shared = () => (racing(spec, model).filter(sharing).length > 1 ? " for all" : "");
  const sharing = (one: OptimizerSpec) => steered(one) && !(one.name in model.get("rates"));
  const slider = (name: string) =>
    createSlider(
      parameters.get(name)!,
      () => model.get(name),
      (value) => write({ [name]: value }),
      undefined,
      name === "learning_rate" ? shared : undefined,
    );
  const controls = spec.controls
    .filter((name) => !VIEWS.includes(name))
    .map((name) => ({ name, control: (choices[name] ?? (() => slider(name)))() }));

  const shaping = new Set(spec.objectives.flatMap((objective) => objective.parameters));
  const ruling = new Set(spec.optimizers.flatMap(({ hyper }) => hyper));
  const chancy = () => racing(spec, model).some(({ exact }) => !exact);
  const works = (name: string, surface: ObjectiveSpec): boolean => {
    if (shaping.has(name)) return surface.parameters.includes(name);
    if (name === "batch_size") return chancy() && surface.examples !== null;
    if (name === "seed") return chancy() && (surface.examples !== null || model.get("noise") > 0);
    if (name === "noise") return chancy();
    if (!ruling.has(name)) return true;
    if (name === "learning_rate") return racing(spec, model).some(sharing);
    return racing(spec, model).some(({ hyper }) => hyper.includes(name));
  };
  return {
    element: element("div", { className: "lab-controls" }, ...controls.map(({ control }) => control.element)),
    show(surface) {
      for (const { name, control } of controls) {
        control.element.hidden = !works(name, surface);
        if (!control.element.hidden) control.show();
      }
    },
    forget,
  };
}
