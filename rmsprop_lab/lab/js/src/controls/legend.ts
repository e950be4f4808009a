// Who is who, and where each stands: at a glance for the eye, in full for those who listen, spoken when
// all is quiet. What changes with a step has a box of its own size, so that the page keeps its layout.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import { Layer, paintSwatch } from "../dom/canvas.ts";
import type { Frames } from "../dom/frames.ts";
import { element, write } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { racing, type Trajectory } from "../engine/paths.ts";
import type { OptimizerSpec } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { exact } from "../model/numbers.ts";
import type { Player } from "../model/player.ts";
import { glance, standing } from "../engine/report.ts";

const QUIET = 600; // ms without a change before the live region speaks: a key that is held repeats sooner

export type Legend = ReturnType<typeof createLegend>;

export function createLegend(
  lab: Lab,
  paths: ReadonlySignal<Trajectory[]>,
  player: Player | null,
  theme: ReadonlySignal<Theme>,
  frames: Frames,
) {
  const list = element("ul", { className: "lab-key" });
  const status = element("p", { className: "lab-status", ariaLive: "polite" });
  status.setAttribute("role", "status");
  const rows = computed(() => racing(lab).map(createRow));
  frames.tell(() => {
    list.replaceChildren(...rows.value.map(({ element }) => element));
    for (const { layer } of rows.value) layer.measure();
  });
  frames.draw(() => {
    const colors = theme.value;
    for (const { look, layer } of rows.value) {
      layer.paint((context, width, height) => paintSwatch(context, width, height, look, colors), colors.font);
    }
  });
  let [sentences, quiet] = [[] as string[], 0];
  const speak = () => {
    if (player?.playing.value) wait();
    else write(status, `${sentences.join(". ")}.`);
  };
  const wait = () => {
    clearTimeout(quiet);
    quiet = window.setTimeout(speak, QUIET);
  };
  frames.tell(() => {
    const [step, rates] = [player?.marked.value ?? lab.get("steps"), lab.get("rates")];
    sentences = paths.value.map(({ optimizer: { name, label }, path }) =>
      standing(label, path, step, rates[name]),
    );
    paths.value.forEach(({ optimizer: { name }, path }, k) => {
      rows.value[k]?.show(glance(path, step), rates[name], sentences[k] ?? "");
    });
    wait();
  });
  return {
    elements: [list, status],
    entries: () => rows.value.map(({ look, said }) => ({ look, text: said.textContent ?? "" })),
    measure: () => rows.value.forEach(({ layer }) => layer.measure()),
    stop: () => clearTimeout(quiet),
  };
}

function createRow({ label, look }: OptimizerSpec) {
  const layer = new Layer();
  layer.canvas.setAttribute("aria-hidden", "true");
  const part = (className: string, ...inside: (Node | string)[]) => element("span", { className }, ...inside);
  // Where text changes there is a box in the box: no item of a row is laid out without its row.
  const [rate, now, since, said] = [part(""), part("lab-now"), part("lab-since"), part("lab-said")];
  const [own, stands] = [part("lab-own", rate), part("lab-stands", part("", now, since))];
  const seen = part("lab-seen", part("lab-name", label), own, stands);
  seen.setAttribute("aria-hidden", "true");
  return {
    element: element("li", {}, layer.canvas, seen, part("lab-status", said)),
    look,
    layer,
    said,
    show(at: ReturnType<typeof glance>, ownRate: number | undefined, sentence: string) {
      own.hidden = ownRate === undefined;
      write(rate, ownRate === undefined ? "" : `α ${exact(ownRate)}`);
      write(now, at.now);
      write(since, at.since);
      write(said, sentence);
      seen.title = sentence;
    },
  };
}
