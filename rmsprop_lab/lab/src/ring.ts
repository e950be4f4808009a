// A ring on a picture: one drags it, or moves it with the arrow keys; with Shift ten times as far.

import { element, setAttribute } from "./html.ts";

export interface Ring {
  element: HTMLElement;
  place(left: number, top: number, words: string): void;
}

const KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

export function createRing(
  drag: (event: PointerEvent) => void,
  nudge: (right: number, up: number) => void,
): Ring {
  const ring = element("button", { type: "button", className: "lab-start" });
  ring.setAttribute("aria-roledescription", "draggable point");
  ring.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    ring.setPointerCapture(event.pointerId);
  });
  ring.addEventListener("pointermove", (event) => {
    if (ring.hasPointerCapture(event.pointerId)) drag(event);
  });
  ring.addEventListener("keydown", (event) => {
    const move = KEYS[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const stride = event.shiftKey ? 10 : 1;
    nudge(stride * move[0], stride * move[1]);
  });
  return {
    element: ring,
    place(left, top, words) {
      setAttribute(ring, "style", `transform: translate(${left}px, ${top}px)`);
      setAttribute(ring, "aria-label", `${words}. Drag it, or move it with the arrow keys.`);
    },
  };
}
