// What the rule holds at one step, for each coordinate: the numbers behind the picture.

import type { Coordinate, Path } from "./engine.ts";
import { format } from "./numbers.ts";
import type { OptimizerSpec } from "./spec.ts";

export interface Inspector {
  element: HTMLElement;
  show(paths: Path[], step: number): void;
}

export function createInspector(optimizers: OptimizerSpec[], onChoice: () => void): Inspector {
  const element = document.createElement("div");
  element.className = "lab-inspector";
  const choice = document.createElement("select");
  choice.setAttribute("aria-label", "optimiser to inspect");
  choice.append(...optimizers.map(({ label }) => new Option(label)));
  choice.addEventListener("change", onChoice);
  const table = document.createElement("table");
  if (optimizers.length > 1) element.append(choice);
  element.append(table);
  return {
    element,
    show(paths, step) {
      const [optimizer, path] = [optimizers[choice.selectedIndex], paths[choice.selectedIndex]];
      const last = path.loss.length - 1;
      if (step > last) {
        table.replaceChildren(row("th", [`diverged at step ${path.divergedAt}`]));
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

function row(cell: "th" | "td", texts: string[]): HTMLTableRowElement {
  const made = document.createElement("tr");
  texts.forEach((text, k) => {
    const one = made.appendChild(document.createElement(k === 0 ? "th" : cell));
    one.textContent = text;
    one.scope = cell === "th" ? "col" : k === 0 ? "row" : "";
  });
  return made;
}
