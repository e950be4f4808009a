// What the networks of a race have learned of pictures: what each says of one that is drawn or picked, what its
// hidden units look for, and which pictures it gets wrong.

import { computed, signal, untracked, type ReadonlySignal } from "@preact/signals-core";
import type { Frames } from "../dom/frames.ts";
import { arrange, button, element, newId, setAttribute, setText } from "../dom/html.ts";
import { createTabs, toolbar } from "../dom/tabs.ts";
import { tones, type Theme } from "../dom/theme.ts";
import type { NetworkSpec } from "../model/contract.ts";
import { layersOf, logProbabilities, predictions } from "../network/network.ts";
import type { Entrant, Race } from "../network/racing.ts";

const TONES = 33; // from paper to ink
const MOST = 24; // wrong ones that are shown
const BRUSH = 0.35; // of the ink that a stroke leaves on the pixels beside it

export function createLearned(
  network: NetworkSpec,
  race: Race,
  theme: ReadonlySignal<Theme>,
  frames: Frames,
): HTMLElement {
  const [columns, rows] = network.image!;
  const ramp = computed(() => tones(theme.value.paper, theme.value.text, TONES));
  // A picture of numbers from 0, paper, to 1, ink.
  const paint = (canvas: HTMLCanvasElement, values: ArrayLike<number>) => {
    const image = new ImageData(columns, rows);
    for (let k = 0; k < values.length; k++) {
      const place = Math.round(Math.min(Math.max(values[k]!, 0), 1) * (TONES - 1));
      image.data.set([...ramp.value[place]!, 255], 4 * k);
    }
    canvas.getContext("2d")!.putImageData(image, 0, 0);
  };
  const small = () => element("canvas", { className: "lab-pixels", width: columns, height: rows });

  // Whose units and mistakes one sees.
  const whose = signal(0);
  const select = element("select", { id: newId(), name: "whose" });
  select.addEventListener("change", () => (whose.value = select.selectedIndex));
  const chooser = element(
    "p",
    {},
    element("label", { htmlFor: select.id }, "Units and mistakes of "),
    select,
  );
  const entrant = (): Entrant => race.entrants.value[whose.value] ?? race.entrants.value[0]!;
  frames.tell(() => {
    const names = race.entrants.value.map(({ name }) => name);
    if (names.join() === [...select.options].map(({ text }) => text).join()) return;
    select.replaceChildren(...names.map((name) => new Option(name)));
    select.selectedIndex = Math.min(whose.peek(), names.length - 1);
  });

  const ask = createAsk(network, race, small, paint, frames);
  const units = element("div", { className: "lab-pictures", role: "list" });
  const wrong = element("div", { className: "lab-pictures", role: "list" });
  const few = element("p", { className: "lab-hint" });
  const note = "Ink is a weight above 0, paper one below; each unit by its own largest.";
  const ofUnits = element("div", {}, element("p", { className: "lab-hint" }, note), units);
  const ofMistakes = element("div", {}, few, wrong);
  const seen = signal<HTMLElement>(ask); // what is behind another tab is not drawn
  const shown = (label: string, values: ArrayLike<number>, caption = "") => {
    const canvas = small();
    paint(canvas, values);
    canvas.role = "img";
    canvas.ariaLabel = label;
    return element("div", { role: "listitem" }, canvas, caption);
  };
  const highest = computed(() => highestOf(race));
  frames.draw(() => {
    if (seen.value !== ofUnits) return;
    void race.epoch.value;
    const [first] = layersOf(network.sizes, entrant().run.params);
    const { inputs, outputs, weights } = first!;
    units.replaceChildren(
      ...Array.from({ length: outputs }, (_, unit) => {
        const own = Array.from({ length: inputs }, (_, from) => weights[from * outputs + unit]!);
        const most = Math.max(...own.map(Math.abs)) || 1;
        return shown(
          `weights of unit ${unit + 1}`,
          own.map((weight) => (1 + weight / most) / 2),
        );
      }),
    );
  });
  frames.draw(() => {
    if (seen.value !== ofMistakes) return;
    void race.epoch.value;
    const { inputs, labels } = race.world.value.test;
    const said = predictions(network.sizes, entrant().run.params, race.unknown.value.inputs);
    const places = labels.flatMap((label, k) => (label === said[k] ? [] : [k]));
    wrong.replaceChildren(
      ...places.slice(0, MOST).map((k) => {
        const values = inputs.slice(k * columns * rows, (k + 1) * columns * rows);
        const words = `${labels[k]}, it says ${said[k]}`;
        return shown(
          words,
          values.map((value) => value / highest.value),
          words,
        );
      }),
    );
    const all = `It gets ${places.length} of ${labels.length} wrong`;
    setText(few, places.length > MOST ? `${all}; here are ${MOST}.` : `${all}.`);
  });
  const tabs = createTabs(
    "what they learned",
    [
      ["Ask them", ask],
      ["Hidden units", ofUnits],
      ["Mistakes", ofMistakes],
    ],
    (panel) => (seen.value = panel),
  );
  tabs.append(chooser);
  return tabs;
}

// The largest number of a picture.
const highestOf = (race: Race): number => Math.max(...race.world.value.test.inputs.map(Math.abs)) || 1;

// A picture to draw or to pick, and what each says of it.
function createAsk(
  { image, sizes }: NetworkSpec,
  race: Race,
  small: () => HTMLCanvasElement,
  paint: (canvas: HTMLCanvasElement, values: ArrayLike<number>) => void,
  frames: Frames,
): HTMLElement {
  const [columns, rows] = image!;
  const size = columns * rows;
  const highest = untracked(() => highestOf(race)); // as it was at first: so large is ink
  const drawn = signal<readonly number[]>(race.world.peek().test.inputs.slice(0, size));
  const pad = small();
  pad.classList.add("lab-pad");
  pad.tabIndex = 0;
  pad.role = "application";
  pad.ariaLabel = `${columns} by ${rows} pixels: the arrow keys move, the space bar inks and wipes`;
  const where = element("p", { className: "lab-status" });
  where.setAttribute("role", "status");
  let [next, cursor] = [1, 0];
  const ink = (at: number, amount: number, beside: number) => {
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const add = (value: number, k: number) => {
      const far = Math.abs((k % columns) - x) + Math.abs(Math.floor(k / columns) - y);
      const more = far === 0 ? amount : far === 1 ? beside : 0;
      return Math.min(Math.max(value + more * highest, 0), highest);
    };
    drawn.value = drawn.value.map(add);
  };
  const at = ({ offsetX, offsetY }: PointerEvent) => {
    const place = (offset: number, length: number, count: number) =>
      Math.min(Math.max(Math.floor((offset / length) * count), 0), count - 1);
    return place(offsetY, pad.offsetHeight, rows) * columns + place(offsetX, pad.offsetWidth, columns);
  };
  let last = -1;
  const stroke = (event: PointerEvent) => {
    const here = at(event);
    if (here !== last) ink(here, 1, BRUSH);
    last = here;
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    last = -1;
    stroke(event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (pad.hasPointerCapture(event.pointerId)) stroke(event);
  });
  const MOVES: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  pad.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move === undefined && event.key !== " ") return;
    event.preventDefault();
    if (move === undefined) ink(cursor, drawn.value[cursor]! > highest / 2 ? -1 : 1, 0);
    else if (cursor + move >= 0 && cursor + move < size) cursor += move;
    const inked = drawn.value[cursor]! > highest / 2 ? "ink" : "paper";
    setText(where, `row ${Math.floor(cursor / columns) + 1}, column ${(cursor % columns) + 1}: ${inked}`);
  });
  const pick = () => {
    const { test } = race.world.value;
    const k = next++ % test.labels.length;
    drawn.value = test.inputs.slice(k * size, (k + 1) * size);
  };
  const tools = toolbar(
    "the picture",
    "lab-tools",
    button("Another picture", pick),
    button("Wipe", () => (drawn.value = drawn.value.map(() => 0))),
  );
  const answers = element("ul", { className: "lab-answers" });
  frames.draw(() =>
    paint(
      pad,
      drawn.value.map((value) => value / highest),
    ),
  );
  frames.tell(() => {
    void race.moved.value;
    const given = race.inUnits(drawn.value);
    const items = race.entrants.value.map(({ name, run }, k) => {
      const shares = logProbabilities(sizes, run.params, given).map(Math.exp);
      const [first, second] = [...shares.keys()].sort((one, other) => shares[other]! - shares[one]!);
      const percent = (of: number) => `${of} (${(100 * shares[of]!).toFixed(0)}%)`;
      const item = (answers.children[k] as HTMLElement | undefined) ?? element("li", {});
      setAttribute(item, "data-says", String(first));
      setText(item, `${name}: ${percent(first!)}, or else ${percent(second!)}`);
      return item;
    });
    arrange(answers, items);
  });
  return element("div", { className: "lab-ask" }, element("div", {}, pad, tools, where), answers);
}
