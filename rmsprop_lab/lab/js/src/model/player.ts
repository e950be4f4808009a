// Which step one sees, and what plays it: `step` is null at the end of the path, and follows it.

import { computed, signal } from "@preact/signals-core";
import type { Lab } from "./follow.ts";

export type Player = ReturnType<typeof createPlayer>;

const WHOLE_PATH = 6000; // ms to play it all, at most one step a frame
const CALM = 500; // ms a picture for readers who ask for less motion

export function createPlayer({ get, write }: Lab) {
  const steps = () => get("steps");
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
    at, // where it stands
    // The step under the pointer, or where it stands before the end.
    marked: computed(() => pointed.value ?? (at.value < steps() ? at.value : null)),
    playing,
    go,
    // Go there, and stay.
    pick(step: number) {
      stop();
      go(step);
    },
    point: (step: number | null) => (pointed.value = step),
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
