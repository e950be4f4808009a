// Play, pause, step back and forward, and scrub to step k.

import { onSlide } from "../dom/drag.ts";
import type { Frames } from "../dom/frames.ts";
import { toolbar } from "../dom/tabs.ts";
import { button, element, nameButton, write } from "../dom/html.ts";
import type { Lab } from "../model/follow.ts";
import type { Player } from "../model/player.ts";

export function createTransport({ get }: Lab, player: Player, frames: Frames): HTMLElement {
  const { at, marked, playing, go, pick } = player;
  const scrubber = element("input", { type: "range", name: "step", min: "0", step: "1", ariaLabel: "step" });
  const counter = element("output", { ariaLive: "off" });
  const back = button("◀", () => pick(at.value - 1), "Step back");
  const forward = button("▶▏", () => pick(at.value + 1), "Step forward");
  const play = button("▶", () => (playing.value ? player.stop() : player.play()), "Play");
  onSlide(scrubber, pick, () => {
    const before = at.value;
    return () => go(before);
  });
  frames.tell(() => {
    play.textContent = playing.value ? "❚❚" : "▶";
    nameButton(play, playing.value ? "Pause" : "Play");
  });
  const count = element("span", { className: "lab-count", ariaHidden: "true" }, counter); // the slider says it
  frames.tell(() => {
    count.style.width = `${2 * String(get("steps")).length + 1}ch`; // for any step's number
  });
  frames.tell(() => {
    const [step, steps] = [at.value, get("steps")];
    scrubber.max = String(steps);
    scrubber.value = String(step);
    scrubber.setAttribute("aria-valuetext", `step ${step} of ${steps}`);
    write(counter, `${marked.value ?? steps}/${steps}`);
  });
  return element(
    "div",
    { className: "lab-transport" },
    toolbar("steps", "lab-buttons", back, play, forward),
    element("span", { className: "lab-slot" }, scrubber),
    count,
  );
}
