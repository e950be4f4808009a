// Colours for the canvas, read from the style sheet, so that light and dark are said once.

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

export function readTheme(figure: HTMLElement): Theme {
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

export const sameTheme = (one: Theme, other: Theme): boolean => JSON.stringify(one) === JSON.stringify(other);

// Call back when the host or the system may have changed between light and dark.
export function onThemeChange(callback: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", callback);
  const observer = new MutationObserver(callback);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributeFilter: ["data-theme", "data-jp-theme-light"] });
  }
  return () => {
    system.removeEventListener("change", callback);
    observer.disconnect();
  };
}
