// What becomes of the learning rate, step by step: its choice, and a small curve of it.

import type { ReadonlySignal } from "@preact/signals-core";
import type { Control } from "./controls.ts";
import { element, newId, setAttribute } from "../dom/html.ts";
import { scheduleOf } from "../engine/schedule.ts";
import type { Lab } from "../model/follow.ts";
import { format } from "../model/numbers.ts";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, MARGIN] = [120, 24, 2]; // of the curve; it is drawn as wide as there is room

export function createSchedule(lab: Lab, factors: ReadonlySignal<Float64Array | null>): Control {
  const { spec, write } = lab;
  const select = element("select", { id: newId() });
  select.append(...spec.schedules.map(({ name }) => new Option(name)));
  select.addEventListener("change", () => write({ schedule: select.value }));
  const several = spec.schedules.length > 1;
  const called = element("span", {}, several ? "" : (spec.schedules[0]?.name ?? ""));
  const [picture, line] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "path")];
  picture.setAttribute("role", "img");
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.append(line);
  const title = several
    ? element("label", { htmlFor: select.id }, "schedule")
    : element("span", {}, "schedule");
  return {
    element: element(
      "div",
      { className: "lab-control lab-schedule" },
      title,
      element("span", { className: "lab-curve" }, picture),
      several ? select : called,
    ),
    show() {
      select.value = scheduleOf(lab)?.name ?? "";
      const shown = factors.value?.subarray(0, -1) ?? new Float64Array();
      setAttribute(line, "d", curve(shown));
      setAttribute(picture, "aria-label", words(shown));
    },
  };
}

// Through the factors, from the left edge to the right; 0 is below, the highest one or 1 above.
export function curve(factors: Float64Array): string {
  const last = factors.length - 1;
  const highest = factors.reduce((one, other) => Math.max(one, other), 1);
  const stride = Math.max(Math.floor(factors.length / WIDTH), 1);
  const points: string[] = [];
  for (let k = 0; k <= last; k = k === last ? last + 1 : Math.min(k + stride, last)) {
    const x = last > 0 ? (WIDTH * k) / last : 0;
    const y = HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * factors[k]!) / highest;
    points.push(`${x.toFixed(1)},${y.toFixed(2)}`);
  }
  return points.length > 0 ? `M${points.join("L")}` : "";
}

// The curve for those who do not see it.
export function words(factors: Float64Array): string {
  if (factors.length === 0) return "learning rate over the steps: the kernel computes it";
  const middle = Math.floor(factors.length / 2);
  const [first, half, last] = [factors[0]!, factors[middle]!, factors[factors.length - 1]!].map((factor) =>
    format(factor, 3),
  );
  return `learning rate over the steps: times ${first} at first, ${half} at step ${middle}, ${last} at last`;
}
