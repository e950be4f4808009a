// The lab in a Jupyter notebook, as an anywidget module.

import { Context } from "svgcanvas";
import { points } from "./data.ts";
import { inWorker, serve } from "./engine/worker.ts";
import type { Edited } from "./check/field.ts";
import { mount } from "./lab.ts";
import type { Model } from "./model/follow.ts";
import { mountRace } from "./race.ts";
import { asStill, askForKernel, explain, needsKernel, NO_KERNEL, unlessDamaged } from "./still.ts";

const vectors = () => Promise.resolve(Context); // a notebook takes one file

export interface Host {
  model: Model;
  el: HTMLElement;
}

export function render({ model, el }: Host, add?: (edited: Edited) => void): () => void {
  const figure = el.appendChild(document.createElement("figure"));
  const spec = model.get("spec");
  figure.className = spec.network ? "rmsprop-lab rmsprop-race" : "rmsprop-lab";
  figure.setAttribute("aria-label", spec.name);
  if (spec.caption) figure.appendChild(document.createElement("figcaption")).textContent = spec.caption;
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
