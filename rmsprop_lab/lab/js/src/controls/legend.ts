// Who is who, and where each stands: read by the eye at once, spoken when all is quiet.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import { Layer, paintSwatch } from "../dom/canvas.ts";
import type { Frames } from "../dom/frames.ts";
import { element, setText } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { racing, type Trajectory } from "../engine/paths.ts";
import type { Lab } from "../model/follow.ts";
import type { Player } from "../model/player.ts";
import { standing } from "../engine/report.ts";

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
  const rows = computed(() =>
    racing(lab).map(({ look }) => {
      const layer = new Layer();
      layer.canvas.setAttribute("aria-hidden", "true");
      return { look, layer, text: element("span", {}) };
    }),
  );
  frames.tell(() => {
    list.replaceChildren(...rows.value.map(({ layer, text }) => element("li", {}, layer.canvas, text)));
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
    else setText(status, `${sentences.join(". ")}.`);
  };
  const wait = () => {
    clearTimeout(quiet);
    quiet = window.setTimeout(speak, QUIET);
  };
  frames.tell(() => {
    const step = player?.marked.value ?? lab.get("steps");
    sentences = paths.value.map(({ optimizer, path }) =>
      standing(optimizer.label, path, step, lab.get("rates")[optimizer.name]),
    );
    rows.value.forEach(({ text }, k) => setText(text, sentences[k] ?? ""));
    wait();
  });
  return {
    elements: [list, status],
    entries: () => rows.value.map(({ look, text }) => ({ look, text: text.textContent ?? "" })),
    measure: () => rows.value.forEach(({ layer }) => layer.measure()),
    stop: () => clearTimeout(quiet),
  };
}
