// One learning rate for all who race, or each its own; and the same search for each: a fair race.

import { createSlider, type Control } from "./controls.ts";
import { button, element, group, newId } from "../dom/html.ts";
import type { Model, OptimizerSpec, Parameter, Spec } from "../model/spec.ts";
import { racing, rateOf, steered } from "../engine/paths.ts";

export function createRates(
  spec: Spec,
  model: Model,
  write: (values: Record<string, unknown>) => void,
  tune: () => void,
): Control {
  const parameter = spec.parameters.find(({ name }) => name === "learning_rate") as Parameter;
  const all = spec.optimizers.filter(steered);
  const name = newId();
  const radio = (text: string, act: () => void) => {
    const input = element("input", { type: "radio", name });
    input.addEventListener("change", act);
    return { input, label: element("label", {}, input, ` ${text}`) };
  };
  const shared = radio("one for all", () => write({ rates: {} }));
  const own = radio("each its own", () =>
    write({ rates: Object.fromEntries(all.map((one) => [one.name, rateOf(model, one)])) }),
  );
  const change = ({ name }: OptimizerSpec, value: number) =>
    write({ rates: { ...model.get("rates"), [name]: value } });
  const sliders = all.map((optimizer) => ({
    optimizer,
    control: createSlider(
      parameter,
      () => rateOf(model, optimizer),
      (value) => change(optimizer, value),
      `${parameter.label} of ${optimizer.label}`,
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
      const rates: Record<string, number> = model.get("rates");
      shared.input.checked = Object.keys(rates).length === 0;
      own.input.checked = !shared.input.checked;
      const now = racing(spec, model);
      for (const { optimizer, control } of sliders) {
        control.element.hidden = !(optimizer.name in rates && now.includes(optimizer));
        if (!control.element.hidden) control.show();
      }
    },
    forget: () => sliders.forEach(({ control }) => control.forget?.()),
  };
}
