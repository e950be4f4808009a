// Colours for the canvas, read from the style sheet, so that light and dark are said once.

import { signal, type ReadonlySignal } from "@preact/signals-core";
import { steady } from "./frames.ts";

export interface Theme {
  dark: boolean;
  text: string;
  muted: string;
  line: string;
  low: string; // the map's tones, from the bottom of the valley up
  high: string;
  paper: string;
  best: string; // the convergence map's tones, from the lowest loss
  worst: string;
  font: string;
}

function readTheme(figure: HTMLElement): Theme {
  const probe = figure.appendChild(document.createElement("i"));
  probe.hidden = true;
  const read = (color: string) => {
    probe.style.color = color;
    return getComputedStyle(probe).color;
  };
  const theme = {
    dark: read("light-dark(#fff, #000)") === "rgb(0, 0, 0)",
    text: read("var(--lab-text)"),
    muted: read("var(--lab-muted)"),
    line: read("var(--lab-line)"),
    low: read("var(--lab-low)"),
    high: read("var(--lab-high)"),
    paper: read("var(--lab-paper)"),
    best: read("var(--lab-best)"),
    worst: read("var(--lab-worst)"),
    font: getComputedStyle(figure).fontFamily,
  };
  probe.remove();
  return theme;
}

// The theme as the host and the system have it.
export function followTheme(figure: HTMLElement): {
  theme: ReadonlySignal<Theme>;
  look(): void; // whether it is another
  stop(): void;
} {
  const read = signal(readTheme(figure));
  const look = () => {
    read.value = readTheme(figure);
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", look);
  const observer = new MutationObserver(look);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributeFilter: ["data-theme", "data-jp-theme-light"] });
  }
  return {
    theme: steady(() => read.value),
    look,
    stop() {
      system.removeEventListener("change", look);
      observer.disconnect();
    },
  };
}
