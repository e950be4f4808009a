// The rule's equations with the numbers of one step: what is added, multiplied and divided there.

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import type { Frames } from "../dom/frames.ts";
import { element, newId } from "../dom/html.ts";
import type { Trajectory } from "../engine/paths.ts";
import type { OptimizerSpec, Spec } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { exact, format } from "../model/numbers.ts";
import { settingAt } from "../engine/schedule.ts";
import { equationsOf, inNumbers, inSymbols, type Equation } from "../tape/equations.ts";
import { valuesOf } from "../tape/building.ts";

const DIGITS = 4;

const inWords = (text: string) => text.replaceAll("-", "−"); // no line ends at this minus
const short = (value: number) => inWords(format(value, DIGITS));
const full = (value: number) => inWords(exact(value));

export function createEquations(
  lab: Lab,
  inspected: ReadonlySignal<Trajectory | undefined>,
  step: ReadonlySignal<number>,
  factors: ReadonlySignal<Float64Array | null>,
  seen: ReadonlySignal<boolean>,
  frames: Frames,
): HTMLElement {
  const coordinate = signal<"x" | "y">("x");
  const open = signal(true);
  const name = newId();
  const radio = (of: "x" | "y") => {
    const input = element("input", { type: "radio", name, checked: of === "x" });
    input.addEventListener("change", () => (coordinate.value = of));
    return element("label", {}, input, ` ${of}`);
  };
  const choice = element("div", { className: "lab-group" }, "coordinate ", radio("x"), radio("y"));
  choice.setAttribute("role", "radiogroup");
  choice.ariaLabel = "coordinate of the equations";
  const list = element("div", {});
  const details = element(
    "details",
    { className: "lab-equations", open: true },
    element("summary", {}, "The rule with these numbers"),
    choice,
    list,
  );
  details.addEventListener("toggle", () => (open.value = details.open));

  // Written once for a rule; with the step only the numbers change.
  const known = new WeakMap<OptimizerSpec, Sheet | null>();
  const sheet = computed(() => {
    const optimizer = inspected.value?.racer.optimizer;
    if (!optimizer) return null;
    if (!known.has(optimizer)) known.set(optimizer, sheetOf(lab.spec, optimizer));
    return known.get(optimizer)!;
  });
  frames.tell(() => {
    details.hidden = sheet.value === null;
    list.replaceChildren(...(sheet.value?.rows ?? []));
  });
  frames.tell(() => {
    if (!seen.value || !open.value || !sheet.value || !inspected.value) return; // nobody reads it
    const { racer, path } = inspected.value;
    const { optimizer } = racer;
    list.hidden = step.value >= path.loss.length;
    if (list.hidden) return;
    const { grad, state } = path[coordinate.value];
    const before = optimizer.initial.map((initial, k) => state[k]![step.value - 1] ?? initial);
    const settings = optimizer.parameters.map((name) =>
      settingAt(lab, racer, name, factors.value, step.value),
    );
    sheet.value.show([...settings, grad[step.value]!, ...before]);
  });
  return details;
}

interface Sheet {
  rows: HTMLElement[];
  show(given: number[]): void; // what the rule takes
}

function sheetOf({ parameters }: Spec, { rule, state }: OptimizerSpec): Sheet | null {
  if (!rule) return null;
  const symbols = new Map(
    parameters.filter(({ symbol }) => symbol).map(({ name, symbol }) => [name, symbol]),
  );
  const equations = equationsOf(rule, ["update", ...state], symbols.set("grad", "g"));
  if (!equations) return null;
  const values = valuesOf(rule);
  let now = values([]);
  const lines = equations.map((equation) => {
    const numbers = document.createTextNode("");
    const box = element("span", {}, numbers);
    // With all digits for as long as somebody points at it: nobody else sees them.
    box.addEventListener("pointerenter", () => (box.title = worked(equation, now, full)));
    box.addEventListener("pointerleave", () => box.removeAttribute("title"));
    const row = element("p", {}, element("span", {}, `${equation.name} = ${inSymbols(equation)} `), box);
    return { equation, numbers, box, row };
  });
  return {
    rows: lines.map(({ row }) => row),
    show(given) {
      now = values(given);
      for (const { equation, numbers, box } of lines) {
        const text = worked(equation, now, short);
        if (numbers.data !== text) numbers.data = text;
        if (box.title) box.title = worked(equation, now, full);
      }
    },
  };
}

// “= 0.1 · 2 / (√4.09 + 1e−6) = 0.09889”; of what is a number already, only this.
function worked(equation: Equation, values: Float64Array, write: (value: number) => string): string {
  const [text, value] = [inNumbers(equation, values, write), write(values[equation.place]!)];
  return text === value ? `= ${value}` : `= ${text} = ${value}`;
}
