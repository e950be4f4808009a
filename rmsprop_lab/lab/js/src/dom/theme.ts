// Colours for the canvas, read from the style sheet, so that light and dark are said once.

import { signal, type ReadonlySignal } from "@preact/signals-core";
import { steady } from "./frames.ts";

// The map's tones are low to high, from the bottom of the valley up; the convergence map's best to worst.
const COLORS = ["text", "muted", "line", "contour", "low", "high", "paper", "best", "worst"] as const;
const CLASSES = 6; // that have tones of their own

export type Theme = Record<(typeof COLORS)[number], string> & {
  classes: string[]; // of a network
  dark: boolean;
  font: string;
};

// So many tones from one colour to another, as red, green and blue.
export function tones(from: string, to: string, count: number): [number, number, number][] {
  const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const [first, last] = [channels(from), channels(to)];
  return Array.from({ length: count }, (_, k) => {
    const mixed = (channel: number) => {
      const [low, high] = [first[channel] ?? 0, last[channel] ?? 0];
      return Math.round(low + ((high - low) * k) / (count - 1));
    };
    return [mixed(0), mixed(1), mixed(2)];
  });
}

// What a page says of itself, on its body or its root; "" if nothing.
function schemeOfPage(): string {
  for (const { dataset, classList } of [document.body, document.documentElement]) {
    const { theme, jpThemeLight } = dataset;
    if (theme === "dark" || jpThemeLight === "false" || classList.contains("dark")) return "dark";
    if (theme === "light" || jpThemeLight === "true" || classList.contains("light")) return "light";
  }
  return "";
}

function readTheme(figure: HTMLElement): Theme {
  // The style sheet of a shadow root does not see the page around it.
  if (figure.getRootNode() instanceof ShadowRoot) figure.style.colorScheme = schemeOfPage();
  const probe = figure.appendChild(document.createElement("i"));
  probe.hidden = true;
  const read = (color: string) => {
    probe.style.color = color;
    return getComputedStyle(probe).color;
  };
  const dark = read("light-dark(#fff, #000)") === "rgb(0, 0, 0)";
  const colors = Object.fromEntries(COLORS.map((name) => [name, read(`var(--lab-${name})`)]));
  const classes = Array.from({ length: CLASSES }, (_, k) => read(`var(--lab-class-${k + 1})`));
  probe.remove();
  return {
    ...(colors as Record<(typeof COLORS)[number], string>),
    classes,
    dark,
    font: getComputedStyle(figure).fontFamily,
  };
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
    observer.observe(element, { attributeFilter: ["data-theme", "data-jp-theme-light", "class"] });
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
