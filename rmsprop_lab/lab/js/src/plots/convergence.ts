// The convergence map: where two hyper-parameters lead, from the lowest f to divergence.

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import { Layer } from "../dom/canvas.ts";
import { steady, type Frames } from "../dom/frames.ts";
import { createHandle } from "../dom/handle.ts";
import { element, newId, setAttribute, setText } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import type { Sweeper } from "../engine/grid.ts";
import { endOf } from "../engine/run.ts";
import { SLICE } from "../engine/slices.ts";
import { startOf, type Surface } from "../engine/surface.ts";
import { DIVERGED } from "../engine/sweep.ts";
import { createDistantMapper } from "../engine/worker.ts";
import type { View } from "./shown.ts";
import { fillCells, heatScales, paintHeat, spanOf } from "./heat.ts";
import type { Lab } from "../model/follow.ts";
import { exact, format, fromPosition, parameterOf, positions, toPosition } from "../model/numbers.ts";
import type { Parameter, Point } from "../model/contract.ts";
import { namesOf, racing, settingOf, withOwn, type Racer } from "../model/racers.ts";

const [COARSE, FINE] = [64, 128]; // settings along each side, at the most
const REST = 200; // ms after the last change until the fine map is begun
const PATIENCE = 2000; // ms that the fine map may take, in slices
const GLANCE = 10; // ms for the end of one path
const FOREIGN = "The kernel walks this one: the page has no map of it.";
const NOBODY = "No map: nobody who races has two hyper-parameters that the page can sweep.";

// What the map is of: a racer, and what is across and up.
interface Axes {
  racer: Racer;
  x: Parameter;
  y: Parameter;
}

interface Swept extends Axes {
  state: "coarse" | "fine";
  size: number; // settings along each side
  heights: Float64Array; // above the lowest
  name: string; // of a height
  first: number; // where the paths begin
  gone: Uint8Array;
  steps: number;
}

// What became of a path that should take so many steps.
function fate({ loss, gone }: { loss: number; gone: number }, steps: number): string {
  if (gone === DIVERGED) return "diverged";
  const f = Number.isNaN(loss) ? "f has no value" : `f = ${format(loss, 3)}`;
  return `${f} after ${steps} ${steps === 1 ? "step" : "steps"}`;
}

export function createConvergenceMap(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  sweeper: Sweeper,
  theme: ReadonlySignal<Theme>,
  frames: Frames,
): View & { stop(): void } {
  const { get, write, writeNumber } = lab;
  const layer = new Layer();
  const { canvas } = layer;
  canvas.setAttribute("role", "img");
  const reading = element("p", { className: "lab-reading" });

  // Those who race and whom the page can sweep, over the first two of their hyper-parameters.
  const mapped = computed(() =>
    racing(lab).flatMap((racer): Axes[] => {
      const { rule, parameters } = racer.optimizer;
      const [x, y] = parameters.map((name) => parameterOf(lab.spec, name));
      return rule && x && y ? [{ racer, x, y }] : [];
    }),
  );
  // The model's choice; the first there is while that one does not race, or cannot be swept.
  const axes = computed((): Axes | null => {
    const [key, ...chosen] = get("sweep") ?? [];
    const first = mapped.value.find(({ racer }) => racer.key === key) ?? mapped.value[0];
    if (!first) return null;
    const own = chosen.filter((name) => first.racer.optimizer.parameters.includes(name));
    const [x, y] = own.map((name) => parameterOf(lab.spec, name));
    return x && y ? { ...first, x, y } : first;
  });
  // What the racers are called, by key.
  const namesNow = () => {
    const racers = racing(lab);
    return new Map(namesOf(lab, racers).map((name, k) => [racers[k]!.key, name]));
  };
  const why = computed(() => (!surface.value.spec.value ? FOREIGN : axes.value ? "" : NOBODY));

  // ---- one setting

  const onMap =
    <Event>(act: (of: Axes, event: Event) => void) =>
    (event: Event) => {
      if (axes.value) act(axes.value, event);
    };
  const now = ({ racer, x, y }: Axes): Point => [
    settingOf(lab, racer, x.name),
    settingOf(lab, racer, y.name),
  ];
  // A setting and what became of it.
  const words = ({ racer, x, y }: Axes, [atX, atY]: Point): string => {
    const run = sweeper.run(racer, { [x.name]: Float64Array.of(atX), [y.name]: Float64Array.of(atY) });
    const end = endOf(run, GLANCE);
    const became = end ? fate(end, get("steps")) : "takes long";
    return `${x.label} ${exact(atX)}, ${y.label} ${exact(atY)}: ${became}`;
  };
  // What the racer has of its own is set for it alone, the rest for everybody.
  const pick = ({ racer: { key, own }, x, y }: Axes, [atX, atY]: Point) => {
    const values = Object.entries({ [x.name]: atX, [y.name]: atY });
    const ofItsOwn = values.filter(([name]) => name in own);
    const racers = withOwn(racing(lab), key, Object.fromEntries(ofItsOwn));
    if (racers && ofItsOwn.length > 0) write({ racers });
    for (const [name, value] of values) if (!(name in own)) writeNumber(name, value);
  };
  // The setting under a pointer.
  const at = ({ x, y }: Axes, event: MouseEvent): Point => {
    const box = canvas.getBoundingClientRect();
    const { width, height } = layer.size.value;
    const scales = heatScales(width, height, x, y);
    const under = (axis: 0 | 1, parameter: Parameter, pixel: number) => {
      const [at, next] = [scales[axis].invert(pixel), scales[axis].invert(pixel + 1)];
      return fromPosition(parameter, at, Math.abs(next - at) / 2);
    };
    return [under(0, x, event.clientX - box.left), under(1, y, event.clientY - box.top)];
  };
  // So many cells further.
  const further = (parameter: Parameter, value: number, by: number) => {
    const [low, high] = positions(parameter);
    return by ? fromPosition(parameter, toPosition(parameter, value) + (by / COARSE) * (high - low)) : value;
  };
  const handle = createHandle(
    onMap((of, event) => pick(of, at(of, event))),
    onMap((of, [right, up]) => {
      const [atX, atY] = now(of);
      pick(of, [further(of.x, atX, right), further(of.y, atY, up)]);
    }),
    () => {
      const of = axes.value;
      const before = of && now(of);
      return () => of && before && pick(of, before);
    },
  );
  const listen = (
    kind: "click" | "pointermove" | "pointerleave",
    act: (of: Axes, event: MouseEvent) => void,
  ) => canvas.addEventListener(kind, onMap(act));
  listen("click", (of, event) => pick(of, at(of, event)));
  listen("pointermove", (of, event) => setText(reading, words(of, at(of, event))));
  listen("pointerleave", (of) => setText(reading, words(of, now(of))));
  const box = element("div", { className: "lab-grid" }, canvas, handle.element);

  // ---- all of them

  // Coarse, so that it follows a slider; fine when the slider rests. Where a path takes long,
  // with fewer settings: the page must not be held.
  const swept = signal<Swept | null>(null);
  const mapper = createDistantMapper();
  const visible = computed(() => layer.size.value.width > 0);
  let stop = () => {};
  frames.draw(() => {
    stop();
    const of = axes.value;
    if (!of || why.value || !visible.value) return;
    const [{ lowest, value }, steps, start] = [surface.value, get("steps"), startOf(lab, surface.value)];
    const [tapes, numbers] = [sweeper.tapesOf(of.racer), sweeper.numbersOf(of.racer, [of.x.name, of.y.name])];
    const refine = (state: Swept["state"], largest: number, time: number, late: boolean, then: () => void) =>
      mapper.start(tapes, { ...numbers, x: of.x, y: of.y, largest, time }, late, ({ size, loss, gone }) => {
        const ground = lowest ?? loss.reduce((a, b) => (b < a ? b : a), Infinity);
        const heights = loss.map((f) => f - ground);
        const name = ground === 0 ? "f" : "f − min";
        swept.value = { ...of, state, size, heights, name, first: value(...start) - ground, gone, steps };
        paint(); // it has made one wait
        then();
      });
    let timer = 0;
    stop = () => {
      clearTimeout(timer);
      mapper.stop();
    };
    box.dataset.state = "stale";
    refine("coarse", COARSE, SLICE, frames.late(), () => {
      timer = window.setTimeout(() => refine("fine", FINE, PATIENCE, false, () => {}), REST);
    });
  });
  const cells = document.createElement("canvas");
  const paint = frames.draw(() => {
    const [drawn, colors] = [swept.value, theme.value];
    if (!drawn) return;
    const { state, size, heights, name, gone, first, racer, x, y, steps } = drawn;
    const span = spanOf(heights, first);
    const blank = fillCells(cells, size, heights, gone, span, colors);
    const label = `Convergence map of ${namesNow().get(racer.key) ?? racer.optimizer.label}: f after ${steps} steps by ${x.label} and ${y.label}`;
    setAttribute(canvas, "aria-label", label);
    layer.paint(
      (context, width, height) => paintHeat(context, width, height, cells, x, y, name, span, blank, colors),
      colors.font,
    );
    box.dataset.state = state;
  });

  // ---- in words

  const choices = createAxesChoice(lab, mapped, axes, namesNow, frames);
  frames.draw(() => {
    box.hidden = choices.hidden = why.value !== "";
    const of = axes.value;
    if (why.value) setText(reading, why.value);
    if (!of || why.value || !visible.value) return;
    const [atX, atY] = now(of);
    const { width, height } = layer.size.value;
    const [across, up] = heatScales(width, height, of.x, of.y);
    const hold = (parameter: Parameter, value: number) =>
      toPosition(parameter, Math.min(Math.max(value, parameter.slider[0]), parameter.slider[1]));
    const [left, top] = [across(hold(of.x, atX)), up(hold(of.y, atY))];
    const said = words(of, [atX, atY]);
    handle.place(left, top, "setting", said, atX, of.x.slider);
    setText(reading, said);
  });

  return {
    element: element("div", { className: "lab-convergence" }, choices, box, reading),
    layers: [layer],
    handles: [handle],
    stop() {
      stop();
      mapper.close();
    },
  };
}

// Whom the map is of, and which two of its hyper-parameters are across and up.
function createAxesChoice(
  lab: Lab,
  mapped: ReadonlySignal<Axes[]>,
  axes: ReadonlySignal<Axes | null>,
  namesNow: () => Map<string, string>,
  frames: Frames,
): HTMLElement {
  const select = (text: string) => {
    const made = element("select", { id: newId() });
    return { made, label: element("label", { htmlFor: made.id }, text) };
  };
  const [of, across, up] = [select("map of"), select("across"), select("up")];
  const choose = (...sweep: [string, string, string]) => lab.write({ sweep });
  of.made.addEventListener("change", () => {
    const [next, before] = [mapped.value[of.made.selectedIndex], axes.value];
    if (!next || !before) return;
    const { parameters } = next.racer.optimizer;
    const { x, y } = parameters.includes(before.x.name) && parameters.includes(before.y.name) ? before : next;
    choose(next.racer.key, x.name, y.name);
  });
  const chooseAxis = () => {
    if (!axes.value) return;
    const { racer, x: wasX, y: wasY } = axes.value;
    const [x, y, { parameters }] = [across.made.value, up.made.value, racer.optimizer];
    const isFree = parameters.includes(wasX.name) && wasX.name !== x;
    const other = isFree ? wasX.name : parameters.find((other) => other !== x);
    // The two may not be the same: the other makes room.
    if (x !== y) choose(racer.key, x, y);
    else if (x === wasX.name) choose(racer.key, wasY.name, y);
    else if (other) choose(racer.key, x, other);
  };
  across.made.addEventListener("change", chooseAxis);
  up.made.addEventListener("change", chooseAxis);

  const chosen = steady(() => {
    if (!axes.value) return [];
    const { racer, x, y } = axes.value;
    const names = namesNow();
    const racers = mapped.value.map(({ racer: { key } }) => ({ value: key, text: names.get(key) ?? "" }));
    const parameters = racer.optimizer.parameters.map((name) => ({
      value: name,
      text: parameterOf(lab.spec, name).label,
    }));
    return [
      { choices: racers, value: racer.key },
      { choices: parameters, value: x.name },
      { choices: parameters, value: y.name },
    ];
  });
  frames.draw(() => {
    chosen.value.forEach(({ choices, value }, k) => {
      const { made } = [of, across, up][k]!;
      made.replaceChildren(...choices.map(({ text, value }) => new Option(text, value)));
      made.value = value;
    });
  });
  return element(
    "div",
    { className: "lab-axes" },
    ...[of, across, up].map(({ label, made }) => element("span", {}, label, made)),
  );
}
