// The labs of a static page: each figure carries its model as JSON.

import { mount } from "./lab.ts";
import { createStore } from "./store.ts";

document.querySelectorAll<HTMLElement>("figure.rmsprop-lab").forEach((figure, k) => {
  const json = figure.querySelector('script[type="application/json"]');
  if (!json?.textContent) return;
  const id = `lab-${k + 1}`;
  mount(figure, createStore(JSON.parse(json.textContent)), id);
  if (location.hash.startsWith(`#${id};`)) figure.scrollIntoView();
});
