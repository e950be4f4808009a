// A point of a line's picture, chosen and pulled: by mouse, by touch, and by key.

import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Scale } from "./axis.ts";
import { onEscape, snap } from "../dom/drag.ts";
import { ARROWS } from "../dom/handle.ts";
import { inputsDiffer, LARGEST } from "../engine/line.ts";
import type { Point } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";

const [MOUSE, FINGER] = [14, 26]; // px: a pointer this near a point means it
const KEY = 0.01; // share of what is shown that an arrow key moves a point

// Of the points the one that is chosen, by its place in the data.
export interface Choice {
  points: ReadonlySignal<readonly Point[]>;
  order: ReadonlySignal<number[]>; // from left to right, as the arrow keys choose them
  chosen: Signal<number>;
  at(): number; // the chosen one, of those that there are now
  held: Signal<boolean>; // it moves with the hand
  pulled: Signal<boolean>; // by a pointer
}

export interface Picture {
  element: HTMLElement;
  handle: HTMLElement; // what has the focus
  shown: ReadonlySignal<[Point, Point]>; // from where to where the axes go
  axes: ReadonlySignal<{ x: Scale; y: Scale }>;
}

type Grip = ReturnType<typeof gripOf>;

// `report` says where the point has come to.
export function letPull(
  lab: Lab,
  choice: Choice,
  picture: Picture,
  say: (text: string) => void,
  report: () => void,
): void {
  const grip = gripOf(lab, choice, picture, say, report);
  const isPulling = pullByPointer(choice, picture, grip, report);
  moveByKey(choice, picture, grip, say, report);
  picture.handle.addEventListener("blur", () => {
    if (!isPulling()) grip.letGo();
  });
}

// What takes a point, moves it, and lets it go; Escape puts it back.
function gripOf(
  { get, write }: Lab,
  { points, chosen, at, held, pulled }: Choice,
  { shown }: Picture,
  say: (text: string) => void,
  report: () => void,
) {
  // When the point was taken: how long the axes were. They grow with the point, its strides do not.
  let lengths: Point = [1, 1];
  let letGo = () => {};
  return {
    lengths: () => lengths,
    letGo: () => letGo(),
    take(place: number): void {
      letGo();
      const before = get("data") ?? null;
      lengths = shown.value.map(([low, high]) => high - low) as Point;
      chosen.value = place;
      held.value = true;
      const stopListening = onEscape(() => {
        letGo();
        write({ data: before });
        report();
      });
      letGo = () => {
        letGo = () => {};
        stopListening();
        held.value = pulled.value = false;
      };
    },
    // Whether the point may lie there; where it may not, that is said.
    move([u, t]: Point): boolean {
      const inside = (value: number) => Math.min(Math.max(value, -LARGEST), LARGEST);
      const moved = points.value.map((point, k): Point => (k === at() ? [inside(u), inside(t)] : point));
      const may = inputsDiffer(moved);
      if (may) write({ data: moved });
      else say("With all inputs the same no one line is the best: the point stays.");
      return may;
    },
  };
}

// Returns whether a pointer pulls now.
function pullByPointer(
  { points, held, pulled }: Choice,
  { element, handle, axes }: Picture,
  { take, move, letGo }: Grip,
  report: () => void,
): () => boolean {
  const near = ({ clientX, clientY }: { clientX: number; clientY: number }, reach: number): number | null => {
    const box = element.getBoundingClientRect();
    const { x, y } = axes.value;
    let [nearest, found]: [number, number | null] = [reach, null];
    points.value.forEach(([u, t], place) => {
      const distance = Math.hypot(x(u) - (clientX - box.left), y(t) - (clientY - box.top));
      if (distance < nearest) [nearest, found] = [distance, place];
    });
    return found;
  };
  // A finger that comes down on a point pulls it; anywhere else it scrolls the page.
  element.addEventListener(
    "touchstart",
    (event) => {
      const [touch] = event.touches;
      if (event.touches.length === 1 && touch && near(touch, FINGER) !== null) event.preventDefault();
    },
    { passive: false },
  );
  let pulling: number | null = null; // the pointer
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pulling !== null) return;
    const place = near(event, event.pointerType === "touch" ? FINGER : MOUSE);
    if (place === null) return;
    event.preventDefault(); // no text is selected
    take(place);
    pulled.value = true;
    pulling = event.pointerId;
    element.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
  });
  element.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pulling) {
      if (event.pointerType !== "touch") element.style.cursor = near(event, MOUSE) === null ? "" : "grab";
      return;
    }
    if (!held.value) return; // put back by Escape
    const box = element.getBoundingClientRect();
    const { x, y } = axes.value;
    move([
      snap(x.invert(event.clientX - box.left), x.domain()),
      snap(y.invert(event.clientY - box.top), y.domain()),
    ]);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
    element.addEventListener(end, (event) => {
      if (event.pointerId !== pulling) return;
      pulling = null;
      if (!held.value) return;
      letGo();
      report();
    });
  }
  return () => pulling !== null;
}

// One stop for all points: the arrow keys choose one, and move one that is taken.
function moveByKey(
  { points, order, chosen, at, held }: Choice,
  { handle }: Picture,
  { take, move, letGo, lengths }: Grip,
  say: (text: string) => void,
  report: () => void,
): void {
  const takeOrLetGo = () => {
    if (held.value) {
      letGo();
      report();
    } else {
      take(at());
      say("Taken: the arrow keys move the point, Enter lets it go, Escape puts it back.");
    }
  };
  const nudge = (by: Point, times: number) => {
    const [u, t] = points.value[at()]!;
    const further = (value: number, axis: 0 | 1) =>
      Number((value + by[axis] * times * KEY * lengths()[axis]).toPrecision(9));
    if (move([further(u, 0), further(t, 1)])) report();
  };
  const choose = (place: number) => {
    const all = order.value;
    chosen.value = all[(place + all.length) % all.length]!;
  };
  handle.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = ARROWS[key];
    const end = { Home: 0, End: -1 }[key];
    const isTaking = key === "Enter" || key === " ";
    if (!isTaking && !by && (end === undefined || held.value)) return;
    event.preventDefault();
    if (isTaking) return takeOrLetGo();
    event.stopPropagation();
    if (by && held.value) nudge(by, event.shiftKey ? 10 : 1);
    else choose(end ?? order.value.indexOf(at()) + by![0] + by![1]);
  });
}
