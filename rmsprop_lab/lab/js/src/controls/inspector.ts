// What the rule holds at one step, for each coordinate: the numbers behind the picture.

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import { steady, type Frames } from "../dom/frames.ts";
import { element } from "../dom/html.ts";
import type { Coordinate } from "../engine/engine.ts";
import type { Lab } from "../model/follow.ts";
import type { Player } from "../model/player.ts";
import { format } from "../model/numbers.ts";
import type { OptimizerSpec } from "../model/contract.ts";
import type { Trajectory } from "../engine/paths.ts";

export function createInspector(
  { spec, get }: Lab,
  paths: ReadonlySignal<Trajectory[]>,
  { marked }: Player,
  frames: Frames,
): HTMLElement {
  const choice = element("select", { ariaLabel: "optimiser to inspect" });
  const chosen = signal("");
  choice.addEventListener("change", () => (chosen.value = choice.value));
  const inspected = computed(
    () => paths.value.find(({ optimizer }) => optimizer.label === chosen.value) ?? paths.value[0],
  );
  const labels = steady(() => paths.value.map(({ optimizer }) => optimizer.label));
  const table = element("table", {});
  frames.tell(() => {
    choice.replaceChildren(...labels.value.map((label) => new Option(label)));
    choice.hidden = labels.value.length < 2;
  });
  frames.tell(() => {
    const step = marked.value ?? get("steps");
    if (!inspected.value) return;
    const { optimizer, path } = inspected.value;
    choice.value = optimizer.label;
    if (step >= path.loss.length) {
      const end = path.failure ?? `diverged at step ${path.divergedAt}`;
      table.replaceChildren(row("th", [`${optimizer.label} ${end}`]));
      return;
    }
    const body = rows(optimizer).map(([name, read]) =>
      row("td", [name, ...[path.x, path.y].map((coordinate) => format(read(coordinate, step), 6))]),
    );
    table.replaceChildren(row("th", [`${optimizer.label}, step ${step}`, "x", "y"]), ...body);
  });
  // As high as the longest of its tables: the page keeps its layout while the step or the path is another.
  const longest = Math.max(...spec.optimizers.map((one) => rows(one).length)) + 1;
  const box = element("div", { className: "lab-numbers" }, table);
  box.style.setProperty("--lab-rows", String(longest));
  return element("div", { className: "lab-inspector" }, choice, box);
}

type Read = (coordinate: Coordinate, step: number) => number;

function rows(optimizer: OptimizerSpec): [string, Read][] {
  const found: [string, Read][] = [["gradient", ({ grad }, step) => grad[step]!]];
  optimizer.state.forEach((name, k) => {
    found.push([name.replace("_", " "), ({ state }, step) => state[k]![step]!]);
    if (name === "s") found.push(["root of s", ({ state }, step) => Math.sqrt(state[k]![step]!)]);
  });
  if (optimizer.scales)
    found.push(["effective rate", ({ grad, update }, step) => update[step]! / grad[step]!]);
  found.push(["update", ({ update }, step) => update[step]!]);
  return found;
}

// A row, of which the first cell is a heading; all of them in the head.
function row(cell: "th" | "td", texts: string[]): HTMLTableRowElement {
  const cells = texts.map((textContent, k) => {
    if (cell === "td" && k > 0) return element("td", { textContent });
    return element("th", { textContent, scope: cell === "th" ? "col" : "row" });
  });
  return element("tr", {}, ...cells);
}
