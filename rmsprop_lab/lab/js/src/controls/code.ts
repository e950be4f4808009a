// The racers as code: what to write for them elsewhere, to read and to take along.

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import { copy } from "../dom/clipboard.ts";
import { steady, type Frames } from "../dom/frames.ts";
import { button, element, newId, setAttribute } from "../dom/html.ts";
import { codeOf } from "../engine/code.ts";
import type { Trajectory } from "../engine/paths.ts";
import type { Surface } from "../engine/surface.ts";
import type { Lab } from "../model/follow.ts";

export interface CodePanel {
  button: HTMLButtonElement; // shows the panel, and hides it
  element: HTMLElement;
}

export function createCode(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  paths: ReadonlySignal<Trajectory[]>,
  say: (text: string) => void,
  frames: Frames,
): CodePanel {
  const open = signal(false);
  const racer = element("select", { ariaLabel: "optimiser as code" });
  const library = element("select", { ariaLabel: "library" });
  library.append(...Object.keys(lab.spec.code?.libraries ?? {}).map((name) => new Option(name)));
  const chosen = signal({ racer: "", library: library.value });
  const choose = () => (chosen.value = { racer: racer.value, library: library.value });
  racer.addEventListener("change", choose);
  library.addEventListener("change", choose);

  const text = element("code", {});
  const select = () => getSelection()?.selectAllChildren(text);
  const take = () =>
    copy("Code", text.textContent ?? "", "the code is selected, to copy by hand", say, select);
  const panel = element(
    "div",
    { className: "lab-code", id: newId(), hidden: true },
    element(
      "div",
      { className: "lab-group" },
      racer,
      library,
      button("Copy", () => void take(), "Copy the code"),
    ),
    element("pre", {}, text),
  );
  panel.setAttribute("role", "group");
  panel.ariaLabel = "code";
  const toggle = button("Code", () => (open.value = !open.value));
  toggle.setAttribute("aria-controls", panel.id);

  const choices = steady(() => paths.value.map(({ racer: { key }, name }) => ({ key, name })));
  const shown = computed(
    () => paths.value.find(({ racer: { key } }) => key === chosen.value.racer) ?? paths.value[0],
  );
  frames.tell(() => {
    panel.hidden = !open.value;
    setAttribute(toggle, "aria-expanded", String(open.value));
  });
  frames.tell(() => {
    racer.replaceChildren(...choices.value.map(({ key, name }) => new Option(name, key)));
    racer.hidden = choices.value.length < 2;
  });
  frames.tell(() => {
    if (!open.value || !shown.value) return; // nobody reads it
    racer.value = shown.value.racer.key;
    const code = codeOf(lab, surface.value, shown.value.racer, chosen.value.library);
    if (text.textContent !== code) text.textContent = code;
  });
  return { button: toggle, element: panel };
}
