// One learning rate for all who race, or each its own; and the same search for each: a fair race.

import type { Border, Control } from "./controls.ts";
import { arrange, button, element, group, newId } from "../dom/html.ts";
import type { Lab } from "../model/follow.ts";
import { RATE, alike, distinct, racing, settingOf, withRates, type Racer } from "../model/racers.ts";
import { createOwnSlider } from "./own.ts";

export function createRates(
  lab: Lab,
  tune: () => void,
  say: (text: string) => void,
  borderFor: ((racers: Racer[]) => Border | null) | null,
): Control {
  const { write } = lab;
  const name = newId();
  const radio = (text: string, rateOf: (racer: Racer) => number | null) => {
    const input = element("input", { type: "radio", name });
    input.addEventListener("change", () => {
      const entries = withRates(racing(lab), rateOf);
      write({ racers: distinct(entries) });
      say(alike(entries));
    });
    return { input, label: element("label", {}, input, ` ${text}`) };
  };
  const shared = radio("one for all", () => null);
  const own = radio("each its own", (racer) => settingOf(lab, racer, RATE));
  const rows = element("div", { className: "lab-controls" });
  const sliders = new Map<string, Control>(); // by the racer's key
  const sliderOf = (key: string): Control => {
    const border = borderFor && (() => borderFor(racing(lab).filter((racer) => racer.key === key)));
    const slider = sliders.get(key) ?? createOwnSlider(lab, key, RATE, say, "whose", border);
    sliders.set(key, slider);
    return slider;
  };
  const control = group(
    "learning rate",
    "lab-rates",
    shared.label,
    own.label,
    Object.assign(button("Tune each", tune), {
      title: "Try the same learning rates for each, and keep the one that ends lowest",
    }),
    rows,
  );
  return {
    element: control,
    show() {
      const those = racing(lab).filter((racer) => RATE in racer.own);
      shared.input.checked = those.length === 0;
      own.input.checked = !shared.input.checked;
      const controls = those.map(({ key }) => sliderOf(key));
      arrange(
        rows,
        controls.map((slider) => slider.element),
      );
      for (const slider of controls) slider.show();
    },
    forget: () => sliders.forEach((slider) => slider.forget?.()),
  };
}
