// The lab in a Jupyter notebook, as an anywidget module.

import { mount } from "./lab.ts";
import type { Model } from "./spec.ts";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const figure = el.appendChild(document.createElement("figure"));
  figure.className = "rmsprop-lab";
  const { name, caption } = model.get("spec");
  figure.setAttribute("aria-label", name);
  if (caption) figure.appendChild(document.createElement("figcaption")).textContent = caption;
  return mount(figure, model);
}

export default { render };
