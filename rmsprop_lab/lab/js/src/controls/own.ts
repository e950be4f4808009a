// The settings of a racer's own.

import { createSlider, type Border, type Control } from "./controls.ts";
import { element, setAttribute } from "../dom/html.ts";
import type { Lab } from "../model/follow.ts";
import { parameterOf } from "../model/numbers.ts";
import { racing, settingOf, titlesOf, withOwn } from "../model/racers.ts";

// Give the racer other settings of its own, null for everybody's; unless it would then be as another one is.
function setOwn(
  lab: Lab,
  key: string,
  changes: Record<string, number | null>,
  say: (text: string) => void,
): boolean {
  const racers = withOwn(racing(lab), key, changes);
  if (racers) lab.write({ racers });
  else say("Another racer has these values: the two would be one.");
  return racers !== null;
}

// A slider for one of its parameters.
export function createOwnSlider(
  lab: Lab,
  key: string,
  name: string,
  say: (text: string) => void,
  seen: "whose" | "what", // the rest is said by what stands around
  border: (() => Border | null) | null = null,
): Control {
  const parameter = parameterOf(lab.spec, name);
  const title = () => {
    const racers = racing(lab);
    return titlesOf(lab, racers, name)[racers.findIndex((racer) => racer.key === key)] ?? "";
  };
  const slider = createSlider(
    parameter,
    () => {
      const racer = racing(lab).find((racer) => racer.key === key);
      return racer ? settingOf(lab, racer, name) : lab.number(name);
    },
    (value) => {
      if (!setOwn(lab, key, { [name]: value }, say)) slider.show();
    },
    () =>
      seen === "whose" ? [`${parameter.label} of `, title(), ""] : ["", parameter.label, ` of ${title()}`],
    undefined,
    border,
  );
  return slider;
}

// All of its parameters, each its own or as all have it.
export function createOwnSettings(lab: Lab, key: string, say: (text: string) => void): Control {
  const find = () => racing(lab).find((racer) => racer.key === key);
  const box = element("div", { className: "lab-own-settings" });
  let [rows, made] = [[] as ReturnType<typeof createRow>[], ""];
  const createRow = (name: string) => {
    const slider = createOwnSlider(lab, key, name, say, "what");
    const check = element("input", { type: "checkbox" });
    check.addEventListener("change", () => {
      const racer = find();
      const value = check.checked || !racer ? null : settingOf(lab, racer, name);
      if (!setOwn(lab, key, { [name]: value }, say)) show();
    });
    const shared = element("label", {}, check, " as all");
    const row = element("div", { className: "lab-own-setting" }, slider.element, shared);
    const show = () => {
      check.checked = !(name in (find()?.own ?? {}));
      slider.show();
      const called = [...slider.element.querySelectorAll("label > span")].slice(0, 3);
      setAttribute(check, "aria-label", `${called.map((part) => part.textContent).join("")} as all`);
    };
    return { row, slider, show };
  };
  // A rule that is edited may come to take others.
  const arrangeRows = () => {
    const names = find()?.optimizer.parameters ?? [];
    const needed = names.map((name) => [name, parameterOf(lab.spec, name).slider].join()).join(";");
    if (needed === made) return;
    made = needed;
    rows = names.map(createRow);
    box.replaceChildren(...rows.map(({ row }) => row));
  };
  return {
    element: box,
    show() {
      arrangeRows();
      rows.forEach(({ show }) => show());
    },
    forget: () => rows.forEach(({ slider }) => slider.forget?.()),
  };
}
