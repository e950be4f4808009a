// The controls that a figure asks for, each shown only where it does something.

import type { ReadonlySignal } from "@preact/signals-core";
import type { Frames } from "../dom/frames.ts";
import { createEpsilonPlace, createPresets, createRacers, createSurfaceChoice } from "./choices.ts";
import { createSlider, createStart, type Control } from "./controls.ts";
import { element } from "../dom/html.ts";
import { createRates } from "./rates.ts";
import type { Lab } from "../model/follow.ts";
import { parameterOf } from "../model/numbers.ts";
import type { OptimizerSpec } from "../model/contract.ts";
import { startOf, type Surface } from "../engine/surface.ts";
import type { Tuner } from "../engine/tuner.ts";
import { racing, steered } from "../engine/paths.ts";

// Not in the panel: these are views, or belong to one.
export const VIEWS = ["step", "convergence", "zoom"];

export interface Panel {
  element: HTMLElement;
  forget(): void; // what is typed and was not taken
}

export function createPanel(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  { tune, race }: Tuner,
  say: (text: string) => void,
  frames: Frames,
): Panel {
  const { spec, get, number, write, writeNumber } = lab;
  const forget = () => {
    for (const { control } of controls) {
      control.forget?.();
      control.show(); // nothing of the model may have changed
    }
  };
  const choices: Record<string, () => Control> = {
    start: () =>
      createStart(
        parameterOf(spec, "start"),
        () => startOf(lab, surface.value),
        (start) => write({ start }),
      ),
    surface: () => createSurfaceChoice(lab),
    optimizers: () => createRacers(lab, race),
    rates: () => createRates(lab, () => tune()),
    epsilon_place: () => createEpsilonPlace(lab, race),
    presets: () => createPresets(lab, forget, say),
  };
  const sharing = (one: OptimizerSpec) => steered(one) && !(one.name in get("rates"));
  // A figure says whether its racers share a learning rate.
  const shared = () => (racing(lab).filter(sharing).length > 1 ? " for all" : "");
  const slider = (name: string) =>
    createSlider(
      parameterOf(spec, name),
      () => number(name),
      (value) => writeNumber(name, value),
      undefined,
      name === "learning_rate" ? shared : undefined,
    );
  const controls = spec.controls
    .filter((name) => !VIEWS.includes(name))
    .map((name) => ({ name, control: (choices[name] ?? (() => slider(name)))() }));

  const shaping = new Set(spec.objectives.flatMap((objective) => objective.parameters));
  const ruling = new Set(spec.optimizers.flatMap(({ parameters }) => parameters));
  const works = (name: string): boolean => {
    const [{ parameters, examples }, racers] = [surface.value.spec, racing(lab)];
    const chancy = racers.some(({ exact }) => !exact);
    if (shaping.has(name)) return parameters.includes(name);
    if (name === "batch_size") return chancy && examples !== null;
    if (name === "seed") return chancy && (examples !== null || number("noise") > 0);
    if (name === "noise") return chancy;
    if (!ruling.has(name)) return true;
    if (name === "learning_rate") return racers.some(sharing);
    return racers.some(({ parameters }) => parameters.includes(name));
  };
  frames.tell(() => {
    for (const { name, control } of controls) {
      control.element.hidden = !works(name);
      if (!control.element.hidden) control.show();
    }
  });
  return {
    element: element("div", { className: "lab-controls" }, ...controls.map(({ control }) => control.element)),
    forget,
  };
}
