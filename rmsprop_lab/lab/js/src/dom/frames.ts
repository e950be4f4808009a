// Effects that wait for the next frame, so that it draws once, however many values change before it.

import { computed, effect, type ReadonlySignal } from "@preact/signals-core";
import { SLICE } from "../engine/slices.ts";

export interface Frames {
  effect(act: () => void): void; // runs again in the frame after one in which what it reads has changed
  now(): void; // run what is due without waiting
  late(): boolean; // whether this frame has held the page long enough
  stop(): void;
}

export function createFrames(): Frames {
  const effects: { due: boolean; run(): void; stop(): void }[] = [];
  let [frame, begun] = [0, 0];
  const run = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    begun = performance.now();
    for (const one of effects) if (one.due) one.run(); // in the order in which they were made
  };
  return {
    effect(act) {
      const one = {
        due: true,
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
              frame ||= requestAnimationFrame(run);
            }
          });
        },
      };
      effects.push(one);
    },
    now: run,
    late: () => performance.now() - begun > SLICE,
    stop() {
      cancelAnimationFrame(frame);
      for (const one of effects) one.stop();
    },
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
