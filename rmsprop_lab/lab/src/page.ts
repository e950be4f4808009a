// The labs of a static page: each figure carries its model as JSON.

import { mount } from "./lab.ts";
import { createStore } from "./store.ts";

for (const figure of document.querySelectorAll<HTMLElement>("figure.rmsprop-lab")) {
  const json = figure.querySelector('script[type="application/json"]');
  if (json?.textContent) mount(figure, createStore(JSON.parse(json.textContent)));
}
