// What the rule holds at one step, for each coordinate: the numbers behind the picture.

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import { createEquations } from "./equations.ts";
import { steady, type Frames } from "../dom/frames.ts";
import { element } from "../dom/html.ts";
import type { Coordinate, Path } from "../engine/engine.ts";
import type { Lab } from "../model/follow.ts";
import type { Player } from "../model/player.ts";
import { legible } from "../model/numbers.ts";
import { extent } from "../engine/report.ts";
import { settingAt } from "../engine/schedule.ts";
import { steered } from "../model/racers.ts";
import type { OptimizerSpec } from "../model/contract.ts";
import type { Trajectory } from "../engine/paths.ts";

export function createInspector(
  lab: Lab,
  paths: ReadonlySignal<Trajectory[]>,
  factors: ReadonlySignal<Float64Array | null>,
  { marked }: Player,
  seen: ReadonlySignal<boolean>,
  frames: Frames,
): HTMLElement {
  const choice = element("select", { ariaLabel: "optimiser to inspect" });
  const chosen = signal("");
  choice.addEventListener("change", () => (chosen.value = choice.value));
  const inspected = computed(
    () => paths.value.find(({ racer }) => racer.key === chosen.value) ?? paths.value[0],
  );
  const choices = steady(() => paths.value.map(({ racer: { key }, name }) => ({ key, name })));
  const table = element("table", {});
  frames.tell(() => {
    choice.replaceChildren(...choices.value.map(({ key, name }) => new Option(name, key)));
    choice.hidden = choices.value.length < 2;
  });
  const at = computed(() => marked.value ?? lab.get("steps"));
  frames.tell(() => {
    if (!seen.value || !inspected.value) return;
    const step = at.value;
    const { racer, name, path } = inspected.value;
    choice.value = racer.key;
    if (step >= path.loss.length) {
      const end = path.failure ?? `diverged at step ${path.divergedAt}`;
      table.replaceChildren(row("th", [`${name} ${end}`]));
      return;
    }
    const rate: Quantity[] =
      factors.value && steered(racer)
        ? [["learning rate", () => settingAt(lab, racer, "learning_rate", factors.value, step)]]
        : [];
    const body = [...rate, ...rows(racer.optimizer)].map(([quantity, read, beside = () => 0]) =>
      row("td", [
        quantity,
        ...[path.x, path.y].map((coordinate) => legible(read(coordinate, step), beside(path), 6)),
      ]),
    );
    table.replaceChildren(row("th", [`${name}, step ${step}`, "x", "y"]), ...body);
  });
  // As high as the longest of its tables: the page keeps its layout while the step or the path is another.
  const box = element("div", { className: "lab-numbers" }, table);
  const longest = computed(
    () =>
      Math.max(...lab.spec.optimizers.map((one) => rows(one).length)) +
      (lab.spec.schedules.length > 0 ? 2 : 1),
  );
  frames.tell(() => box.style.setProperty("--lab-rows", String(longest.value)));
  const equations = createEquations(lab, inspected, at, factors, seen, frames);
  return element("div", { className: "lab-inspector" }, element("div", {}, choice, box), equations);
}

// What it is called, what it is, and beside what it may be all but 0.
type Quantity = [
  name: string,
  read: (of: Coordinate, step: number) => number,
  beside?: (path: Path) => number,
];

function rows(optimizer: OptimizerSpec): Quantity[] {
  const found: Quantity[] = [["gradient", ({ grad }, step) => grad[step]!, steepness]];
  optimizer.state.forEach((name, k) => {
    found.push([name.replace("_", " "), ({ state }, step) => state[k]![step]!]);
    if (name === "s") found.push(["root of s", ({ state }, step) => Math.sqrt(state[k]![step]!)]);
  });
  if (optimizer.scales)
    found.push(["effective rate", ({ grad, update }, step) => update[step]! / grad[step]!]);
  found.push(["update", ({ update }, step) => update[step]!, extent]);
  return found;
}

// Where the path began.
const steepness = ({ x, y }: Path) => Math.max(Math.abs(x.grad[0]!), Math.abs(y.grad[0]!));

// A row, of which the first cell is a heading; all of them in the head.
function row(cell: "th" | "td", texts: string[]): HTMLTableRowElement {
  const cells = texts.map((textContent, k) => {
    if (cell === "td" && k > 0) return element("td", { textContent });
    return element("th", { textContent, scope: cell === "th" ? "col" : "row" });
  });
  return element("tr", {}, ...cells);
}
