// The races of a static page: each figure carries its model as JSON, and is there when it comes into view.

import { createStore } from "./model/store.ts";
import { mountRace } from "./race.ts";
import { explain, unlessDamaged } from "./still.ts";

const MARGIN = "300px"; // how far below the screen a figure starts

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) start(target as HTMLElement);
  },
  { rootMargin: MARGIN },
);

function start(figure: HTMLElement): void {
  observer.unobserve(figure);
  const json = figure.querySelector('script[type="application/json"]')!.textContent;
  unlessDamaged(figure, () => mountRace(figure, createStore(JSON.parse(json) as Record<string, unknown>)));
}

for (const figure of document.querySelectorAll<HTMLElement>("figure.rmsprop-race")) {
  explain(figure, ""); // there is a script
  observer.observe(figure);
}
