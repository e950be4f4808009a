// Who is who, and where each stands: read by the eye at once, spoken when all is quiet.

import { Layer, paintSwatch } from "../dom/canvas.ts";
import { element, setText } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { standing } from "../model/report.ts";
import type { Look } from "../model/spec.ts";
import type { Trajectory } from "../engine/paths.ts";

const QUIET = 600; // ms without a change before the live region speaks: a key that is held repeats sooner

export interface Legend {
  elements: HTMLElement[];
  entries(): { look: Look; text: string }[];
  say(walked: Trajectory[], step: number, rates: (number | null)[]): void;
  draw(theme: Theme): void;
  stop(): void;
}

export function createLegend(playing: () => boolean): Legend {
  const list = element("ul", { className: "lab-key" });
  const status = element("p", { className: "lab-status" });
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  let rows: { look: Look; layer: Layer; text: HTMLElement }[] = [];
  let quiet = 0;
  let theme: Theme | null = null;

  const paint = () => {
    for (const { look, layer } of rows) {
      layer.measure();
      layer.paint((context, width, height) => paintSwatch(context, width, height, look, theme!), theme!.font);
    }
  };
  return {
    elements: [list, status],
    entries: () => rows.map(({ look, text }) => ({ look, text: text.textContent ?? "" })),
    say(walked, step, rates) {
      const looks = walked.map(({ optimizer }) => optimizer.look);
      if (looks.length !== rows.length || looks.some((look, k) => look !== rows[k].look)) {
        rows = looks.map((look) => {
          const layer = new Layer();
          layer.canvas.setAttribute("aria-hidden", "true");
          return { look, layer, text: element("span", {}) };
        });
        list.replaceChildren(...rows.map(({ layer, text }) => element("li", {}, layer.canvas, text)));
        if (theme) paint();
      }
      const sentences = walked.map(({ optimizer, path }, k) =>
        standing(optimizer.label, path, step, rates[k]),
      );
      sentences.forEach((sentence, k) => setText(rows[k].text, sentence));
      const speak = () => {
        if (playing()) wait();
        else setText(status, `${sentences.join(". ")}.`);
      };
      const wait = () => {
        clearTimeout(quiet);
        quiet = window.setTimeout(speak, QUIET);
      };
      wait();
    },
    draw(now) {
      theme = now;
      paint();
    },
    stop: () => clearTimeout(quiet),
  };
}
