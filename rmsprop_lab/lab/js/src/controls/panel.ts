// The controls that a figure asks for, each shown only where it does something; where they are many, in
// groups that fold.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Frames } from "../dom/frames.ts";
import { createEpsilonPlace, createPresets, createRacers, createSurfaceChoice } from "./choices.ts";
import { createSlider, createStart, type Border, type Control } from "./controls.ts";
import { element, hide } from "../dom/html.ts";
import { createRates } from "./rates.ts";
import { createSchedule } from "./schedule.ts";
import type { Drafts } from "../model/drafts.ts";
import type { Lab } from "../model/follow.ts";
import { format, parameterOf } from "../model/numbers.ts";
import { borderOf, isGradientDescent } from "../engine/border.ts";
import { startOf, type Surface } from "../engine/surface.ts";
import type { Tuner } from "../engine/tuner.ts";
import { racing, type Racer } from "../model/racers.ts";
import { createWorking } from "./works.ts";

// Not in the panel: these are views, or belong to one.
export const VIEWS = ["step", "convergence", "zoom", "code", "rule", "data"];

const MANY = 6; // controls from which on they stand in groups
const GROUPS = ["Race", "Rates", "Surface", "Noise"] as const;

export interface Panel {
  element: HTMLElement;
  many: boolean;
  fold(): void; // all groups but the first two
  forget(): void; // what is typed and was not taken
}

export function createPanel(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  factors: ReadonlySignal<Float64Array | null>,
  { tune, race }: Tuner,
  say: (text: string) => void,
  frames: Frames,
  drafts: Drafts,
): Panel {
  const { spec, number, write, writeNumber } = lab;
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
    surface: () => createSurfaceChoice(lab, drafts),
    racers: () => createRacers(lab, race),
    rates: () => createRates(lab, () => tune(), say, borderFor),
    epsilon_place: () => createEpsilonPlace(lab, race),
    schedule: () => createSchedule(lab, factors),
    presets: () => createPresets(lab, forget, say),
  };
  const { ruling, scheduling, sharing, works } = createWorking(lab);
  // A figure says whether its racers share a learning rate.
  const shared = () => (sharing("learning_rate").length > 1 ? "for all" : "");
  // The largest rate that gradient descent bears, on the slider of all who share one, or on its own.
  const largest = computed(() => borderOf(surface.value));
  const varying = computed(() => factors.value?.some((factor) => factor !== 1)); // then it bears another one
  const plain = computed(() => new Set(lab.spec.optimizers.filter(isGradientDescent)));
  const borderFor = (racers: Racer[]): Border | null => {
    const batched = surface.value.spec.examples !== null;
    const whole = racers.filter(
      ({ optimizer }) => plain.value.has(optimizer) && (optimizer.exact || !batched),
    );
    if (largest.value === null || whole.length === 0 || varying.value) return null;
    const names = [...new Set(whole.map(({ optimizer }) => optimizer.label))].join(", ");
    const words = `Above ${format(largest.value, 3)}, 2 over the largest curvature, ${names} runs away`;
    return { at: largest.value, name: `${names} 2/λ`, words };
  };
  // Other points may be fewer than the slider goes up to.
  const ofHowMany = () => {
    const count = surface.value.spec.examples?.rows.length ?? 0;
    return number("batch_size") < count ? `of ${count}` : `all ${count}`;
  };
  const slider = (name: string) => {
    const [parameter, rate] = [parameterOf(spec, name), name === "learning_rate"];
    const [get, set] = [() => number(name), (value: number) => writeNumber(name, value)];
    if (name === "batch_size") return createSlider(parameter, get, set, undefined, ofHowMany);
    if (!rate) return createSlider(parameter, get, set);
    return createSlider(parameter, get, set, undefined, shared, () => borderFor(sharing(name)));
  };
  const controls = spec.controls
    .filter((name) => !VIEWS.includes(name))
    .map((name) => ({ name, control: (choices[name] ?? (() => slider(name)))() }));

  const shaping = new Set(spec.objectives.flatMap((objective) => objective.parameters));
  const matters = (name: string): boolean => {
    const { parameters, examples } = surface.value.spec;
    const chancy = racing(lab).some(({ optimizer }) => !optimizer.exact);
    if (shaping.has(name)) return parameters.includes(name);
    if (name === "batch_size") return chancy && examples !== null;
    if (name === "seed") return chancy && (examples !== null || number("noise") > 0);
    if (name === "noise") return chancy;
    return works(name);
  };
  const groupOf = (name: string): (typeof GROUPS)[number] => {
    if (["surface", "start"].includes(name) || shaping.has(name)) return "Surface";
    if (["noise", "seed", "batch_size"].includes(name)) return "Noise";
    return ["rates", "schedule"].includes(name) || ruling.has(name) || scheduling.has(name)
      ? "Rates"
      : "Race";
  };
  const many = controls.filter(({ name }) => !scheduling.has(name)).length > MANY; // of those two or three show
  const groups = GROUPS.map((title) => {
    const members = controls
      .filter(({ name }) => groupOf(name) === title)
      .map(({ control }) => control.element);
    const rows = element("div", { className: "lab-controls" }, ...(many ? members : []));
    const fold = element(
      "details",
      { className: "lab-fold", open: true },
      element("summary", {}, title),
      rows,
    );
    return { members, fold };
  });
  frames.tell(() => {
    for (const { name, control } of controls) {
      hide(control.element, !matters(name));
      if (!control.element.hidden) control.show();
    }
    for (const { members, fold } of groups)
      hide(
        fold,
        members.every(({ hidden }) => hidden),
      );
  });
  const flat = () =>
    element("div", { className: "lab-controls" }, ...controls.map(({ control }) => control.element));
  return {
    element: many ? element("div", { className: "lab-folds" }, ...groups.map(({ fold }) => fold)) : flat(),
    many,
    fold: () => groups.slice(2).forEach(({ fold }) => (fold.open = false)),
    forget,
  };
}
