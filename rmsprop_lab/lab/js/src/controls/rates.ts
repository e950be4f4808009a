// One learning rate for all who race, or each its own; and the same search for each: a fair race.

import { createSlider, type Control } from "./controls.ts";
import { button, element, group, newId } from "../dom/html.ts";
import type { Lab } from "../model/follow.ts";
import { parameterOf } from "../model/numbers.ts";
import type { OptimizerSpec } from "../model/contract.ts";
import { racing, settingOf, steered } from "../engine/paths.ts";

export function createRates(lab: Lab, tune: () => void): Control {
  const { spec, get, write } = lab;
  const parameter = parameterOf(spec, "learning_rate");
  const all = spec.optimizers.filter(steered);
  const name = newId();
  const radio = (text: string, act: () => void) => {
    const input = element("input", { type: "radio", name });
    input.addEventListener("change", act);
    return { input, label: element("label", {}, input, ` ${text}`) };
  };
  const shared = radio("one for all", () => write({ rates: {} }));
  const own = radio("each its own", () =>
    write({ rates: Object.fromEntries(all.map((one) => [one.name, settingOf(lab, one, "learning_rate")])) }),
  );
  const change = ({ name }: OptimizerSpec, value: number) =>
    write({ rates: { ...get("rates"), [name]: value } });
  const sliders = all.map((optimizer) => ({
    optimizer,
    control: createSlider(
      parameter,
      () => settingOf(lab, optimizer, "learning_rate"),
      (value) => change(optimizer, value),
      optimizer.label,
      undefined,
      `${parameter.label} of `,
    ),
  }));
  const control = group(
    "learning rate",
    "lab-rates",
    shared.label,
    own.label,
    Object.assign(button("Tune each", tune), {
      title: "Try the same learning rates for each, and keep the one that ends lowest",
    }),
    element("div", { className: "lab-controls" }, ...sliders.map(({ control }) => control.element)),
  );
  return {
    element: control,
    show() {
      const rates = get("rates");
      shared.input.checked = Object.keys(rates).length === 0;
      own.input.checked = !shared.input.checked;
      const now = racing(lab);
      for (const { optimizer, control } of sliders) {
        control.element.hidden = !(optimizer.name in rates && now.includes(optimizer));
        if (!control.element.hidden) control.show();
      }
    },
    forget: () => sliders.forEach(({ control }) => control.forget?.()),
  };
}
