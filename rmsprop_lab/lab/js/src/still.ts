// A lab that does not move: why not, in its own words; and what still works in it.

import { element } from "./dom/html.ts";
import type { Spec } from "./model/contract.ts";
import { quietly, type Model } from "./model/follow.ts";
import { TapeError } from "./tape/checked.ts";

export const NO_KERNEL =
  "This is a picture: only a notebook’s kernel can walk this lab, and none answers here.";

export const needsKernel = ({ replay, objectives, optimizers, schedules }: Spec): boolean =>
  !replay &&
  (objectives.some(({ value }) => !value) ||
    optimizers.some(({ rule }) => !rule) ||
    schedules.some(({ factor }) => !factor));

const STUCK = "This lab could not start: the browser’s console says why.";

// Try to show a lab; say it in the figure where what came is damaged, be it in a way that nobody foresaw.
export function unlessDamaged(figure: HTMLElement, show: () => void): void {
  try {
    show();
  } catch (error) {
    const known = error instanceof TapeError;
    explain(figure, known ? error.message : STUCK);
    if (!known) throw error;
  }
}

// Say under a picture why it is one; without words, say nothing.
export function explain(figure: HTMLElement, words: string): void {
  let why = figure.querySelector<HTMLElement>(":scope > .lab-why");
  if (!why && !words) return;
  if (!why) {
    why = element("p", { className: "lab-why" });
    figure.insertBefore(why, figure.querySelector(":scope > figcaption"));
  }
  why.hidden = words === "";
  if (why.hidden) return;
  why.textContent = words;
  why.style.animation = "none"; // not a word about a script that is late
}

// The model of a lab that no kernel walks any further: its paths are as good as recorded.
export function asStill(model: Model): Model {
  const spec = model.get("spec");
  const controls = spec.controls.filter((name) => name === "step");
  const still: Spec = { ...spec, replay: true, controls };
  return {
    get: (name: string) => (name === "spec" ? still : model.get(name)),
    set: (name, value) => model.set(name, value),
    save_changes() {},
    on: (event, callback) => model.on(event, callback),
    off: (event, callback) => model.off(event, callback),
  };
}

const PATIENCE = 1000; // ms until a kernel that has not answered is taken for none

// Whether the kernel answers: told once at the latest after a while, and again if it answers late. A host that cannot
// ask has none.
export function askForKernel(model: Model, tell: (answered: boolean) => void): () => void {
  let asked = false;
  let waiting = 0;
  const stop = () => {
    clearTimeout(waiting);
    quietly(() => model.off("msg:custom", hear));
  };
  const hear = (message: unknown) => {
    if ((message as { kind?: string } | null)?.kind !== "kernel") return;
    stop();
    tell(true);
  };
  model.on("msg:custom", hear);
  quietly(() => {
    model.send!({ kind: "kernel" });
    asked = true;
  });
  waiting = window.setTimeout(() => tell(false), asked ? PATIENCE : 0);
  return stop;
}
