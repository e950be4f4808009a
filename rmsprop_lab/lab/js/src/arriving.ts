// The figures of a static page: each carries its model as JSON, and starts when it comes into view, or when the
// keyboard asks for it.

import type { Model } from "./model/follow.ts";
import { createStore } from "./model/store.ts";
import { explain, unlessDamaged } from "./still.ts";

const MARGIN = "300px"; // how far below the screen a figure starts

export interface Arriving {
  figure: HTMLElement;
  start(): void; // if it has not
}

// By id, `lab-1` for the first.
export function startInView(
  selector: string,
  mount: (figure: HTMLElement, model: Model, id: string) => void,
): Map<string, Arriving> {
  const found = new Map<string, Arriving>();
  const waiting = new Map<Element, () => void>();
  const start = (figure: Element) => waiting.get(figure)?.();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) start(target);
    },
    { rootMargin: MARGIN },
  );
  document.querySelectorAll<HTMLElement>(selector).forEach((figure, k) => {
    const json = figure.querySelector('script[type="application/json"]');
    if (!json?.textContent) return; // a picture only
    explain(figure, ""); // there is a script
    const id = `lab-${k + 1}`;
    found.set(id, { figure, start: () => start(figure) });
    waiting.set(figure, () => {
      observer.unobserve(figure);
      waiting.delete(figure);
      figure.removeAttribute("tabindex");
      unlessDamaged(figure, () =>
        mount(figure, createStore(JSON.parse(json.textContent) as Record<string, unknown>), id),
      );
    });
    // The Tab key comes to a figure that has not started yet, and finds its controls.
    figure.tabIndex = 0;
    figure.addEventListener("focus", () => {
      if (!waiting.has(figure)) return;
      start(figure);
      figure.querySelector<HTMLElement>(".lab-live :is(button, input, select, [tabindex])")?.focus();
    });
    observer.observe(figure);
  });
  return found;
}
