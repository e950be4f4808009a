// What the rule holds at one step, for each coordinate: the numbers behind the picture.

import type { Coordinate } from "../engine/engine.ts";
import { element } from "../dom/html.ts";
import { format } from "../model/numbers.ts";
import type { OptimizerSpec } from "../model/spec.ts";
import type { Trajectory } from "../engine/paths.ts";

export interface Inspector {
  element: HTMLElement;
  show(walked: Trajectory[], step: number): void;
}

export function createInspector(onChoice: () => void): Inspector {
  const choice = element("select", {});
  choice.setAttribute("aria-label", "optimiser to inspect");
  choice.addEventListener("change", onChoice);
  const table = element("table", {});
  return {
    element: element("div", { className: "lab-inspector" }, choice, table),
    show(walked, step) {
      const labels = walked.map(({ optimizer }) => optimizer.label);
      if ([...choice.options].map(({ text }) => text).join() !== labels.join()) {
        const before = choice.value;
        choice.replaceChildren(...labels.map((label) => new Option(label)));
        if (labels.includes(before)) choice.value = before;
      }
      choice.hidden = labels.length < 2;
      const { optimizer, path } = walked[choice.selectedIndex];
      if (step >= path.loss.length) {
        const end = path.failure ?? `diverged at step ${path.divergedAt}`;
        table.replaceChildren(row("th", [`${optimizer.label} ${end}`]));
        return;
      }
      const body = rows(optimizer).map(([name, read]) =>
        row("td", [name, ...[path.x, path.y].map((coordinate) => format(read(coordinate, step), 6))]),
      );
      table.replaceChildren(row("th", [`${optimizer.label}, step ${step}`, "x", "y"]), ...body);
    },
  };
}

type Read = (coordinate: Coordinate, step: number) => number;

function rows(optimizer: OptimizerSpec): [string, Read][] {
  const found: [string, Read][] = [["gradient", ({ grad }, step) => grad[step]]];
  optimizer.state.forEach((name, k) => {
    found.push([name.replace("_", " "), ({ state }, step) => state[k][step]]);
    if (name === "s") found.push(["root of s", ({ state }, step) => Math.sqrt(state[k][step])]);
  });
  if (optimizer.scales) found.push(["effective rate", ({ grad, update }, step) => update[step] / grad[step]]);
  found.push(["update", ({ update }, step) => update[step]]);
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
