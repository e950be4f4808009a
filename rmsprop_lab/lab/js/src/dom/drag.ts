// What a pointer holds: Escape puts it back where it was.

import type { Point } from "../model/contract.ts";

type Undo = () => void;

// Listen for Escape until the function returned is called.
export function onEscape(undo: Undo): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    undo();
  };
  window.addEventListener("keydown", listen, true);
  return () => window.removeEventListener("keydown", listen, true);
}

// What a pointer means, within what is shown, in digits that the screen can tell apart.
export function snap(value: number, [low, high]: Point): number {
  const digits = Math.min(Math.max(0, 3 - Math.ceil(Math.log10(high - low))), 100);
  return Number(Math.min(Math.max(value, low), high).toFixed(digits));
}

const THUMB = 16; // px: its middle does not come to the ends
const SLOP = 6; // px sideways from which on a finger means the slider, and not to scroll the page

// A slider calls `slide` with its position, and with how far around it a pointer may have meant: half a pixel.
// `remember` returns what puts back the value of now.
//
// A browser moves a slider as soon as a finger comes down on it, also where the finger then
// scrolls the page. So a finger's value counts when it has moved sideways, or was only a tap.
export function onSlide(
  range: HTMLInputElement,
  slide: (position: number, reach: number) => void,
  remember: () => Undo,
): void {
  let grip: "none" | "waiting" | "sliding" | "dropped" = "none";
  let [before, touched, x, reach] = ["", "", 0, 0];
  let undo: Undo = () => {};
  let stopListening = () => {};
  const letGo = () => {
    grip = "none";
    reach = 0;
    stopListening();
  };
  range.addEventListener("input", () => {
    if (grip === "waiting") touched = range.value;
    if (grip === "waiting" || grip === "dropped") range.value = before;
    else slide(range.valueAsNumber, reach);
  });
  range.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    letGo();
    grip = event.pointerType === "touch" ? "waiting" : "sliding";
    before = touched = range.value;
    x = event.clientX;
    const pixel = (Number(range.max) - Number(range.min)) / Math.max(range.clientWidth - THUMB, 1);
    reach = (pixel + Number(range.step)) / 2; // the browser has rounded to a step
    undo = remember();
    stopListening = onEscape(() => {
      if (grip === "sliding") undo();
      grip = "dropped";
      range.value = before;
    });
  });
  range.addEventListener("pointermove", (event) => {
    if (grip === "waiting" && Math.abs(event.clientX - x) > SLOP) grip = "sliding";
  });
  range.addEventListener("pointerup", () => {
    if (grip === "waiting" && touched !== before) {
      range.value = touched;
      slide(range.valueAsNumber, reach);
    }
    letGo();
  });
  range.addEventListener("pointercancel", () => {
    if (grip === "sliding") undo();
    letGo();
  });
}
