// Which data a race's networks learn from, where there are several.

import { element, newId } from "../dom/html.ts";
import type { Lab } from "../model/follow.ts";
import type { Control } from "./controls.ts";

export function createWorldChoice({ spec, get, write }: Lab): Control {
  const select = element("select", { id: newId(), name: "world" });
  select.append(...spec.network!.worlds.map(({ name }) => new Option(name)));
  select.addEventListener("change", () => write({ world: select.value }));
  return {
    element: element(
      "div",
      { className: "lab-control lab-choice" },
      element("label", { htmlFor: select.id }, "world"),
      select,
    ),
    show: () => void (select.value = get("world")!),
  };
}
