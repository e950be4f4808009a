// A ring on a picture: one drags it, or moves it with the arrow keys; with Shift ten times as far.

import type { Point } from "../model/contract.ts";
import { onEscape } from "./drag.ts";
import { element, setAttribute, setStyle } from "./html.ts";

// Which way an arrow key means: to the right and up.
export const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

export type Handle = ReturnType<typeof createHandle>;

export function createHandle(
  drag: (event: PointerEvent) => void,
  nudge: (by: Point) => void, // to the right and up
  remember: () => () => unknown, // returns what puts it back
) {
  // A slider, because only then do screen readers leave the arrow keys to it, and say where it has come to.
  const handle = element("div", { className: "lab-start", tabIndex: 0, role: "slider" });
  handle.setAttribute("aria-roledescription", "point to move");
  handle.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    const undo = remember();
    const stopListening = onEscape(() => {
      handle.releasePointerCapture(event.pointerId);
      undo();
    });
    handle.addEventListener("lostpointercapture", stopListening, { once: true });
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) drag(event);
  });
  handle.addEventListener("keydown", (event) => {
    const move = ARROWS[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const stride = event.shiftKey ? 10 : 1;
    nudge([stride * move[0], stride * move[1]]);
  });
  let at: Point = [0, 0];
  return {
    element: handle,
    at: () => at, // px
    // `value`, within its range, stands for both coordinates: `words` say what is heard.
    place(left: number, top: number, name: string, words: string, value: number, [low, high]: Point) {
      at = [left, top];
      setStyle(handle, "transform", `translate(${left}px, ${top}px)`);
      setAttribute(handle, "aria-label", `${name}: drag it, or move it with the arrow keys`);
      setAttribute(handle, "aria-valuetext", words);
      setAttribute(handle, "aria-valuenow", String(value));
      setAttribute(handle, "aria-valuemin", String(Math.min(low, value)));
      setAttribute(handle, "aria-valuemax", String(Math.max(high, value)));
    },
  };
}
