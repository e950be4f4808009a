// Effects that wait for the next frame, so that it draws once, however many values change before it.

import { computed, effect, type ReadonlySignal } from "@preact/signals-core";
import { SLICE } from "../engine/slices.ts";

export interface Frames {
  // Both run again in the frame after one in which what they read has changed.
  draw(act: () => void): () => void; // a picture, which waits while nobody sees it; returns what draws it at once
  tell(act: () => void): void; // words
  see(now: boolean): void; // whether somebody does
  now(): void; // run what is due without waiting
  late(): boolean; // whether this frame has held the page long enough
  stop(): void;
}

interface Waiting {
  due: boolean;
  waits(): boolean;
  run(): void;
  stop(): void;
}

function runDue(one: Waiting): void {
  if (one.due && !one.waits()) one.run();
}

export function createFrames(): Frames {
  const effects: Waiting[] = [];
  let [frame, begun, seen] = [0, 0, true];
  const run = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    begun = performance.now();
    effects.forEach(runDue); // in the order in which they were made
  };
  const add = (act: () => void, waits: () => boolean) => {
    const one = {
      due: true,
      waits,
      stop: () => {},
      run() {
        one.stop();
        one.due = false;
        // Run a second time, the effect reads nothing any more: it only says that there is something to do.
        let first = true;
        one.stop = effect(() => {
          if (first) {
            first = false;
            act();
          } else {
            one.due = true;
            if (!waits()) frame ||= requestAnimationFrame(run);
          }
        });
      },
    };
    effects.push(one);
    return one;
  };
  return {
    draw(act) {
      const one = add(act, () => !seen);
      return () => runDue(one);
    },
    tell: (act) => void add(act, () => false),
    see(now) {
      seen = now;
      if (seen && effects.some(({ due }) => due)) frame ||= requestAnimationFrame(run);
    },
    now: run,
    late: () => performance.now() - begun > SLICE,
    stop() {
      cancelAnimationFrame(frame);
      for (const one of effects) one.stop();
    },
  };
}

const NEAR = "200px"; // to the screen: what comes into view has been drawn

// Draw when the pictures have another size, when any of the lab comes into view, and for paper.
export function watch(
  lab: HTMLElement,
  pictures: HTMLElement[],
  frames: Frames,
  measure: () => void,
): () => void {
  const draw = () => {
    measure();
    frames.now();
  };
  const print = () => {
    frames.see(true);
    frames.now();
  };
  const size = new ResizeObserver(draw);
  const sight = new IntersectionObserver((entries) => frames.see(entries.at(-1)?.isIntersecting ?? true), {
    rootMargin: NEAR,
  });
  for (const picture of pictures) size.observe(picture);
  sight.observe(lab);
  window.addEventListener("beforeprint", print);
  draw();
  return () => {
    size.disconnect();
    sight.disconnect();
    window.removeEventListener("beforeprint", print);
  };
}

// Plain data that is the same object for as long as it says the same.
export function steady<T>(compute: () => T): ReadonlySignal<T> {
  let [last, said] = [null as T, ""];
  return computed(() => {
    const now = compute();
    const says = JSON.stringify(now);
    if (says !== said) [last, said] = [now, says];
    return last;
  });
}
