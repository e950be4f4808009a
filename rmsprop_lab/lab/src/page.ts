// The labs of a static page: each figure carries its model as JSON, and starts when it comes
// into view, or when the address or the keyboard asks for it.

import { mount } from "./lab.ts";
import { createStore } from "./store.ts";

const MARGIN = "300px"; // how far below the screen a figure starts

const waiting = new Map<HTMLElement, () => void>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) start(target as HTMLElement);
  },
  { rootMargin: MARGIN },
);

function start(figure: HTMLElement): void {
  observer.unobserve(figure);
  waiting.get(figure)?.();
  waiting.delete(figure);
}

document.querySelectorAll<HTMLElement>("figure.rmsprop-lab").forEach((figure, k) => {
  const json = figure.querySelector('script[type="application/json"]');
  if (!json?.textContent) return; // a picture only
  const id = `lab-${k + 1}`;
  const asked = () => location.hash.replace(/^#/, "").startsWith(`${id};`);
  waiting.set(figure, () => {
    figure.removeAttribute("tabindex");
    mount(figure, createStore(JSON.parse(json.textContent)), id);
  });
  // The Tab key comes to a figure that has not started yet, and finds its controls.
  figure.tabIndex = 0;
  figure.addEventListener("focus", () => {
    if (!waiting.has(figure)) return;
    start(figure);
    figure.querySelector<HTMLElement>(".lab-live :is(button, input, select, [tabindex])")?.focus();
  });
  const answer = () => {
    if (!asked()) return;
    start(figure);
    figure.scrollIntoView();
  };
  window.addEventListener("hashchange", answer); // a link in the text
  observer.observe(figure);
  answer();
});
