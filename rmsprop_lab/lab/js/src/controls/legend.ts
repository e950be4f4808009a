// Who races, and where each stands: at a glance for the eye, in full for those who listen, spoken when all is
// quiet. What changes with a step has a box of its own size, so that the page keeps its layout.

import { computed, signal, untracked, type ReadonlySignal } from "@preact/signals-core";
import type { Alone } from "./alone.ts";
import { createOwnSettings } from "./own.ts";
import { Layer, paintSwatch } from "../dom/canvas.ts";
import { steady, type Frames } from "../dom/frames.ts";
import { arrange, button, element, nameButton, newId, setAttribute, setText, write } from "../dom/html.ts";
import { roam } from "../dom/tabs.ts";
import type { Theme } from "../dom/theme.ts";
import type { Look } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { exact, parameterOf } from "../model/numbers.ts";
import { entryOf, namesOf, racing, withCopy, type Racer } from "../model/racers.ts";

const QUIET = 600; // ms without a change before the live region speaks: a key that is held repeats sooner

// Where one racer stands.
export interface Stand {
  look: Look;
  now: string; // at a glance
  since: string; // more of it, where there is room
  sentence: string; // in full
  spoken: string; // as one says it
  data: Record<string, string>; // for scripts
}

export type Legend = ReturnType<typeof createLegend>;

export function createLegend(
  lab: Lab,
  stands: ReadonlySignal<Stand[]>,
  playing: () => boolean, // then it does not speak
  alone: Alone,
  theme: ReadonlySignal<Theme>,
  say: (text: string) => void,
  frames: Frames,
) {
  const list = element("ul", { className: "lab-key", ariaLabel: "who races, and where each stands" });
  list.classList.toggle("lab-offering", lab.spec.controls.includes("racers"));
  const status = element("p", { className: "lab-status", ariaLive: "polite" });
  status.setAttribute("role", "status");

  // A row stays the same while its racer's settings change: a hand may be on it.
  const made = new Map<string, Row>();
  const keys = steady(() => racing(lab).map(({ key }) => key));
  const rows = computed(() =>
    keys.value.map((key) => {
      const row = made.get(key) ?? createRow(lab, key, alone, { removed, opened }, say);
      made.set(key, row);
      return row;
    }),
  );
  // The focus goes on to who stands there now.
  function removed(place: number) {
    frames.now();
    rows.value[Math.min(place, rows.value.length - 1)]?.focus();
  }
  // The map stays in sight: the settings of one racer at a time are open.
  function opened(key: string) {
    for (const row of rows.value) if (row.key !== key) row.close();
  }
  frames.tell(() => {
    arrange(
      list,
      rows.value.map((row) => row.element),
    );
    for (const { layer } of rows.value) layer.measure();
  });
  frames.draw(() => {
    const colors = theme.value;
    const looks = new Map(racing(lab).map(({ key, look }) => [key, look]));
    for (const { key, layer } of rows.value) {
      const look = looks.get(key);
      if (!look) continue;
      layer.paint((context, width, height) => paintSwatch(context, width, height, look, colors), colors.font);
    }
  });
  let quiet = 0;
  const sentences = () => stands.value.map(({ spoken }) => spoken);
  const speak = () => {
    if (playing()) wait();
    else write(status, `${sentences().join(". ")}.`);
  };
  const wait = () => {
    clearTimeout(quiet);
    quiet = window.setTimeout(speak, QUIET);
  };
  // What changes with a racer or its name, what a slider moves, and what a step does: each alone.
  const called = steady(() => namesOf(lab, racing(lab)));
  frames.tell(() => {
    const racers = racing(lab);
    rows.value.forEach((row, k) => row.call(racers, called.value[k] ?? ""));
  });
  frames.tell(() => rows.value.forEach((row) => row.follow()));
  frames.tell(() => {
    stands.value.forEach((stand, k) => rows.value[k]?.stand(stand));
    wait();
  });
  return {
    elements: [list, status],
    entries: () => stands.value.map(({ look, spoken }) => ({ look, text: spoken })),
    measure: () => rows.value.forEach(({ layer }) => layer.measure()),
    forget: () => rows.value.forEach((row) => row.forget()),
    stop: () => clearTimeout(quiet),
  };
}

type Row = ReturnType<typeof createRow>;

// What the other rows have to do with it.
interface Rows {
  removed(place: number): void;
  opened(key: string): void;
}

function createRow(lab: Lab, key: string, alone: Alone, rows: Rows, say: (text: string) => void) {
  const layer = new Layer();
  layer.canvas.setAttribute("aria-hidden", "true");
  const part = (className: string, ...inside: (Node | string)[]) => element("span", { className }, ...inside);
  // Where text changes there is a box in the box: no item of a row is laid out without its row.
  const [own, now, since, said] = [part("lab-own"), part("lab-now"), part("lab-since"), part("lab-said")];
  const name = button("", () => alone.choose(alone.chosen.value === key ? null : key));
  name.className = "lab-name";
  const seen = part("lab-seen", own, part("lab-stands", part("", now, since)));
  seen.setAttribute("aria-hidden", "true");
  const line = element("div", { className: "lab-racer" }, layer.canvas, name, seen, part("lab-status", said));
  const row = element("li", {}, line);
  const offers = lab.spec.controls.includes("racers") ? createOffers(lab, key, rows, say) : null;
  if (offers) {
    line.append(...offers.buttons);
    line.role = "toolbar"; // one stop of the Tab key, as the rows may be many
    row.append(offers.settings);
  }
  const settle = roam(line);
  row.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType !== "touch") alone.point(key); // a finger chooses
  });
  row.addEventListener("pointerleave", () => alone.point(null));
  row.addEventListener("focusin", ({ target }) => {
    if ((target as Element).matches(":focus-visible")) alone.focus(key);
  });
  row.addEventListener("focusout", () => alone.focus(null));
  return {
    key,
    element: row,
    layer,
    call(racers: Racer[], called: string) {
      const several = racers.length > 1;
      setAttribute(row, "data-racer", called);
      setText(name, called);
      setAttribute(name, "aria-label", several ? `${called} alone` : called);
      setAttribute(name, "aria-pressed", String(alone.chosen.value === key));
      name.disabled = !several;
      const racer = racers.find((one) => one.key === key);
      write(own, racer ? unsaid(lab, racer, called) : "");
      if (offers) setAttribute(line, "aria-label", called);
      offers?.call(racers, called);
      settle();
    },
    stand(at: Stand) {
      for (const [name, value] of Object.entries(at.data)) setAttribute(row, `data-${name}`, value);
      write(now, at.now);
      write(since, at.since);
      write(said, at.sentence);
      seen.title = at.sentence;
    },
    follow: () => offers?.follow(),
    focus: () => (name.disabled ? offers?.buttons[0] : name)?.focus(),
    forget: () => offers?.forget(),
    close: () => offers?.close(),
  };
}

// Its own settings, but for those that its name says.
function unsaid({ spec }: Lab, { own }: Racer, name: string): string {
  const said = Object.entries(own).map(([of, value]) => {
    const { symbol, label } = parameterOf(spec, of);
    return `${symbol || label} = ${exact(value)}`;
  });
  return said.filter((text) => !name.includes(text)).join(", ");
}

// What one may do with a racer: give it settings of its own, duplicate and remove it.
function createOffers(lab: Lab, key: string, rows: Rows, say: (text: string) => void) {
  const settings = element("div", { id: newId(), hidden: true });
  settings.setAttribute("role", "group");
  let control: ReturnType<typeof createOwnSettings> | null = null;
  const shown = signal(false);
  const open = button("⋯", () => {
    shown.value = !shown.value;
    if (shown.value) rows.opened(key);
  });
  open.setAttribute("aria-controls", settings.id);
  const duplicate = button("+", () => {
    const racers = withCopy(lab, racing(lab), key);
    if (racers) lab.write({ racers });
  });
  const remove = button("×", () => {
    const racers = racing(lab);
    const place = racers.findIndex((racer) => racer.key === key);
    lab.write({ racers: racers.filter((_, k) => k !== place).map(entryOf) });
    rows.removed(place);
  });
  const call = (racers: Racer[], name: string) => {
    const racer = racers.find((one) => one.key === key);
    open.hidden = !racer?.optimizer.parameters.length;
    duplicate.hidden = untracked(() => withCopy(lab, racers, key)) === null; // whatever the sliders do
    remove.hidden = racers.length < 2;
    nameButton(open, `values of ${name}`);
    nameButton(duplicate, `duplicate ${name}`);
    nameButton(remove, `remove ${name}`);
    setAttribute(settings, "aria-label", `values of ${name}`);
  };
  const follow = () => {
    settings.hidden = !shown.value;
    setAttribute(open, "aria-expanded", String(shown.value));
    if (!shown.value) return;
    if (!control) settings.append((control = createOwnSettings(lab, key, say)).element);
    control.show();
  };
  const close = () => (shown.value = false);
  const forget = () => control?.forget?.();
  return { buttons: [open, duplicate, remove], settings, call, follow, close, forget };
}
