// Which step one sees, and what plays it: `step` is null at the end of the path, and follows it.

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import type { Lab } from "./follow.ts";

export interface Player {
  at: ReadonlySignal<number>; // where it stands
  marked: ReadonlySignal<number | null>; // the step under the pointer, or where it stands before the end
  playing: ReadonlySignal<boolean>;
  go(step: number): void;
  pick(step: number): void; // go there, and stay
  point(step: number | null): void;
  play(): void;
  stop(): void;
}

const WHOLE_PATH = 6000; // ms to play it all, at most one step a frame
const CALM = 500; // ms a picture for readers who ask for less motion

export function createPlayer({ get, write }: Lab): Player {
  const steps = (): number => get("steps");
  const at = computed(() => Math.min(get("step") ?? steps(), steps()));
  const pointed = signal<number | null>(null);
  const playing = signal(false);
  let frame = 0;
  const go = (step: number) => write({ step: step >= steps() ? null : Math.max(step, 0) });
  const stop = () => {
    cancelAnimationFrame(frame);
    playing.value = false;
  };
  return {
    at,
    marked: computed(() => pointed.value ?? (at.value < steps() ? at.value : null)),
    playing,
    go,
    pick(step) {
      stop();
      go(step);
    },
    point: (step) => (pointed.value = step),
    play() {
      const from = at.value >= steps() ? 0 : at.value;
      // Less motion: a picture at a time, as many steps on as make the whole path last as long.
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const pace = calm ? CALM : WHOLE_PATH / Math.max(steps(), 60);
      const stride = calm ? Math.ceil((steps() * CALM) / WHOLE_PATH) : 1;
      const begun = performance.now();
      const tick = (now: number) => {
        const reached = Math.min(from + stride * Math.floor(Math.max(now - begun, 0) / pace), steps());
        go(reached);
        if (reached >= steps()) stop();
        else frame = requestAnimationFrame(tick);
      };
      playing.value = true;
      frame = requestAnimationFrame(tick);
    },
    stop,
  };
}
