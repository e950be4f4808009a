// The lab in a notebook, or another host that takes an anywidget module.

import { Context } from "svgcanvas";
import { points } from "./data.ts";
import { inWorker, serve } from "./engine/worker.ts";
import type { Edited } from "./check/field.ts";
import { element } from "./dom/html.ts";
import { mount } from "./lab.ts";
import type { Model } from "./model/follow.ts";
import { mountRace } from "./race.ts";
import { asStill, askForKernel, explain, needsKernel, NO_KERNEL, unlessDamaged } from "./still.ts";

const vectors = () => Promise.resolve(Context); // a notebook takes one file

export interface Host {
  model: Model;
  el: HTMLElement;
}

// Where the host has not put the style sheet, as in some a shadow root, the figure brings it along.
function bringStyle(figure: HTMLElement, model: Model): void {
  if (getComputedStyle(figure).getPropertyValue("--lab-rem")) return;
  const css = model.get("_css");
  if (typeof css === "string") figure.before(element("style", { textContent: css }));
}

export function render({ model, el }: Host, add?: (edited: Edited) => void): () => void {
  const figure = el.appendChild(document.createElement("figure"));
  const spec = model.get("spec");
  figure.className = spec.network ? "rmsprop-lab rmsprop-race" : "rmsprop-lab";
  figure.setAttribute("aria-label", spec.name);
  if (spec.caption) figure.appendChild(document.createElement("figcaption")).textContent = spec.caption;
  bringStyle(figure, model);
  let unmount = () => {};
  const show = (shown: Model, why = "") => {
    unmount();
    explain(figure, why);
    const fill = () =>
      spec.network ? mountRace(figure, shown) : mount(figure, shown, vectors, null, add, points);
    unlessDamaged(figure, () => (unmount = fill()));
  };
  let stopAsking = () => {};
  if (spec.network || !needsKernel(spec)) show(model);
  else {
    stopAsking = askForKernel(model, (answered) =>
      answered ? show(model) : show(asStill(model), NO_KERNEL),
    );
  }
  return () => {
    stopAsking();
    unmount();
  };
}

if (inWorker) serve();
export default { render: (host: Host) => render(host) };
