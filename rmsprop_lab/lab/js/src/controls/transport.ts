// Play, pause, step back and forward, and scrub to step k.

import { onSlide } from "../dom/drag.ts";

export interface Transport {
  element: HTMLElement;
  show(step: number, shown: number, steps: number): void; // `shown`: where a pointer is, if it points at one
  stop(): void;
  playing(): boolean;
}

const WHOLE_PATH = 6000; // ms to play it all, at most one step a frame
const CALM = 500; // ms a picture for readers who ask for less motion

export function createTransport(
  get: () => { step: number; steps: number },
  go: (step: number) => void,
): Transport {
  const element = document.createElement("div");
  element.className = "lab-transport";
  const button = (label: string, sign: string, act: () => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.ariaLabel = made.title = label;
    made.textContent = sign;
    made.addEventListener("click", act);
    return made;
  };
  const scrubber = document.createElement("input");
  Object.assign(scrubber, { type: "range", name: "step", min: "0", step: "1" });
  scrubber.setAttribute("aria-label", "step");
  const counter = document.createElement("output");
  counter.ariaLive = "off"; // the legend says where all stand, when it rests

  let frame = 0;
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    play.textContent = "▶";
    play.ariaLabel = play.title = "Play";
  };
  const start = () => {
    const { step, steps } = get();
    const from = step >= steps ? 0 : step;
    // Less motion: a picture at a time, as many steps on as make the whole path last as long.
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = calm ? CALM : WHOLE_PATH / Math.max(steps, 60);
    const stride = calm ? Math.ceil((steps * CALM) / WHOLE_PATH) : 1;
    const begun = performance.now();
    play.textContent = "❚❚";
    play.ariaLabel = play.title = "Pause";
    const tick = (now: number) => {
      const reached = Math.min(from + stride * Math.floor(Math.max(now - begun, 0) / pace), get().steps);
      go(reached);
      if (reached >= get().steps) stop();
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  };
  const nudge = (by: number) => {
    stop();
    const { step, steps } = get();
    go(Math.min(Math.max(step + by, 0), steps));
  };
  const play = button("Play", "▶", () => (frame ? stop() : start()));
  onSlide(
    scrubber,
    (step) => {
      stop();
      go(step);
    },
    () => {
      const { step } = get();
      return () => go(step);
    },
  );
  element.append(
    button("Step back", "◀", () => nudge(-1)),
    play,
    button("Step forward", "▶▏", () => nudge(1)),
    scrubber,
    counter,
  );
  return {
    element,
    stop,
    playing: () => frame !== 0,
    show(step, shown, steps) {
      scrubber.max = String(steps);
      scrubber.value = String(step);
      scrubber.setAttribute("aria-valuetext", `step ${step} of ${steps}`);
      counter.textContent = `${shown}/${steps}`;
    },
  };
}
