// Zoom and pan: Ctrl and wheel, pinch, drag, keys and buttons. All of them end in the model's `window`.

import { onEscape } from "../dom/drag.ts";
import { button, element as make } from "../dom/html.ts";
import { toolbar } from "../dom/tabs.ts";
import type { Lab } from "../model/follow.ts";
import type { ContourMap } from "./map.ts";
import type { Point, Window } from "../model/contract.ts";

const [SMALLEST, LARGEST] = [1e-6, 1e6]; // of a window's sides
const KEY = 1.25; // by how much a key or a button zooms
const PAN = 0.1; // share of the window that an arrow key moves
const WHEEL = 400; // px that a wheel turns to zoom by e
const PINCH = 4; // a pinch on a touchpad comes as a wheel that hardly turns
const PASSING = 400; // ms: a wheel that turned when the map came under it means the page
const READING = 2000; // ms that the hint stays after the last turn
const COMMAND = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";

export function addZoom(map: ContourMap, lab: Lab): void {
  const { element } = map;
  element.tabIndex = 0;
  element.classList.add("lab-zooms");
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "map: plus and minus zoom, the arrow keys move it, 0 shows all");
  const moves = movesOf(map, lab);
  element.append(createButtons(moves), zoomByWheel(map, moves));
  zoomByKey(element, moves);
  dragAndPinch(map, moves, lab);
}

type Moves = ReturnType<typeof movesOf>;

function movesOf(map: ContourMap, { write }: Lab) {
  const show = (window: Window) => {
    const inside = window.every(
      ([low, high]) =>
        high - low > SMALLEST && high - low < LARGEST && Math.max(Math.abs(low), Math.abs(high)) < LARGEST,
    );
    if (!inside) return;
    // Digits enough for a pixel, few enough for an address.
    const [[left, right], up] = window;
    const digits = Math.min(Math.max(0, 4 - Math.floor(Math.log10(right - left))), 15);
    const rounded = ([low, high]: Point): Point => [
      Number(low.toFixed(digits)),
      Number(high.toFixed(digits)),
    ];
    write({ window: [rounded([left, right]), rounded(up)] });
  };
  // What lies at `from` comes to lie at `to`, and all else `factor` times as near to it.
  const move = (factor: number, [fromX, fromY]: Point, [toX, toY]: Point) => {
    const moved = ([low, high]: Point, from: number, to: number): Point => [
      from - (to - low) / factor,
      from + (high - to) / factor,
    ];
    const [x, y] = map.seen();
    show([moved(x, fromX, toX), moved(y, fromY, toY)]);
  };
  const middle = (): Point => {
    const [[left, right], [bottom, top]] = map.seen();
    return [(left + right) / 2, (bottom + top) / 2];
  };
  const about = (factor: number) => move(factor, middle(), middle());
  return {
    move,
    closer: () => about(KEY),
    wider: () => about(1 / KEY),
    all: () => write({ window: null }),
    pan(rightward: number, upward: number) {
      const [[left, right], [bottom, top]] = map.seen();
      const [x, y] = middle();
      move(1, [x + rightward * PAN * (right - left), y + upward * PAN * (top - bottom)], [x, y]);
    },
  };
}

function createButtons({ closer, wider, all }: Moves): HTMLElement {
  const buttons = toolbar(
    "zoom",
    "lab-zoom",
    button("+", closer, "Zoom in"),
    button("−", wider, "Zoom out"),
    button("○", all, "Show all"),
  );
  buttons.addEventListener("pointerdown", (event) => event.stopPropagation());
  return buttons;
}

// The wheel scrolls the page, and a map that fills the screen has no page. A hint for those who turn
// it over the map and mean the map; not for a page that is scrolled past it.
function zoomByWheel({ element, at }: ContourMap, { move }: Moves): HTMLElement {
  const hint = make("p", { className: "lab-hint" }, `${COMMAND} and wheel zoom the map`);
  hint.setAttribute("aria-hidden", "true"); // keys have the map's own name for a hint
  let quietUntil = Infinity;
  let hiding = 0;
  element.addEventListener("pointerenter", ({ timeStamp }) => (quietUntil = timeStamp + PASSING));
  element.addEventListener("pointerleave", () => (quietUntil = Infinity));
  const showHint = () => {
    hint.dataset.shown = "";
    clearTimeout(hiding);
    hiding = window.setTimeout(() => delete hint.dataset.shown, READING);
  };
  element.addEventListener(
    "wheel",
    (event) => {
      const { ctrlKey, metaKey, deltaY, timeStamp } = event;
      if (!ctrlKey && !metaKey && !element.closest(".lab-live:fullscreen")) {
        if (timeStamp > quietUntil) showHint();
        else quietUntil = timeStamp + PASSING;
        return;
      }
      event.preventDefault();
      delete hint.dataset.shown;
      const point = at(event);
      const turned = Math.max(Math.min(deltaY * (ctrlKey ? PINCH : 1), 100), -100);
      move(Math.exp(-turned / WHEEL), point, point);
    },
    { passive: false },
  );
  return hint;
}

function zoomByKey(element: HTMLElement, { closer, wider, all, pan }: Moves): void {
  element.addEventListener("keydown", (event) => {
    const act = {
      "+": closer,
      "=": closer,
      "-": wider,
      "0": all,
      ArrowLeft: () => pan(-1, 0),
      ArrowRight: () => pan(1, 0),
      ArrowDown: () => pan(0, -1),
      ArrowUp: () => pan(0, 1),
      Escape: () => (event.target as HTMLElement).blur(), // the arrow keys are the page's again
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

// A mouse drags the map; on touch one finger scrolls the page, two take the map.
function dragAndPinch(map: ContourMap, { move }: Moves, { get, write }: Lab): void {
  const { element } = map;
  const held = new Map<number, { under: Point; at: { clientX: number; clientY: number } }>();
  let stopListening = () => {};
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held.set(event.pointerId, { under: map.at(event), at: event });
    if (event.pointerType === "touch") return;
    element.setPointerCapture(event.pointerId);
    const before = get("window") ?? null;
    stopListening = onEscape(() => {
      element.releasePointerCapture(event.pointerId);
      write({ window: before });
    });
  });
  element.addEventListener("pointermove", (event) => {
    const pointer = held.get(event.pointerId);
    if (!pointer) return;
    pointer.at = event;
    if (event.pointerType !== "touch") move(1, pointer.under, map.at(event));
    if (event.pointerType !== "touch" || held.size !== 2) return;
    const [one, other] = held.values();
    if (!one || !other) return;
    const apart = (p: Point, q: Point) => Math.hypot(p[0] - q[0], p[1] - q[1]);
    const between = (p: Point, q: Point): Point => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
    const [oneNow, otherNow] = [map.at(one.at), map.at(other.at)];
    const factor = apart(oneNow, otherNow) / apart(one.under, other.under);
    if (!Number.isFinite(factor) || factor <= 0) return;
    move(factor, between(one.under, other.under), between(oneNow, otherNow));
  });
  const release = (event: PointerEvent) => {
    if (event.pointerType !== "touch") stopListening();
    held.delete(event.pointerId);
  };
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
    element.addEventListener(end, release);
  }
}
