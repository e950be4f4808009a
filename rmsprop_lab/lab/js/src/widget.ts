// The lab in a Jupyter notebook, as an anywidget module.

import { Context } from "svgcanvas";
import { inWorker, serve } from "./engine/worker.ts";
import type { Edited } from "./check/field.ts";
import { mount } from "./lab.ts";
import type { Model } from "./model/follow.ts";
import { asStill, askForKernel, explain, needsKernel, NO_KERNEL, unlessDamaged } from "./still.ts";

const vectors = () => Promise.resolve(Context); // a notebook takes one file

export interface Host {
  model: Model;
  el: HTMLElement;
}

export function render({ model, el }: Host, add?: (edited: Edited) => void): () => void {
  const figure = el.appendChild(document.createElement("figure"));
  figure.className = "rmsprop-lab";
  const spec = model.get("spec");
  figure.setAttribute("aria-label", spec.name);
  if (spec.caption) figure.appendChild(document.createElement("figcaption")).textContent = spec.caption;
  let unmount = () => {};
  const show = (shown: Model, why = "") => {
    unmount();
    explain(figure, why);
    unlessDamaged(figure, () => (unmount = mount(figure, shown, vectors, null, add)));
  };
  let stopAsking = () => {};
  if (!needsKernel(spec)) show(model);
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
