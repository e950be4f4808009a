// The convergence map: where two hyper-parameters lead, from the lowest f to divergence.

import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import { Layer } from "../dom/canvas.ts";
import type { Frames } from "../dom/frames.ts";
import { createHandle } from "../dom/handle.ts";
import { element, newId, setAttribute, setText } from "../dom/html.ts";
import type { Theme } from "../dom/theme.ts";
import { endOf, values, type Sweeper } from "../engine/grid.ts";
import { racing, settingOf } from "../engine/paths.ts";
import { createRefinement } from "../engine/refine.ts";
import { SLICE } from "../engine/slices.ts";
import type { Surface } from "../engine/surface.ts";
import { DIVERGED } from "../engine/sweep.ts";
import { fillCells, heatScales, paintHeat } from "./heat.ts";
import type { Lab } from "../model/follow.ts";
import { exact, format, fromPosition, toPosition } from "../model/numbers.ts";
import type { OptimizerSpec, Parameter } from "../model/spec.ts";

const [COARSE, FINE] = [64, 128]; // settings along each side, at the most
const REST = 200; // ms after the last change until the fine map is begun
const PATIENCE = 2000; // ms that the fine map may take, in slices
const GLANCE = 10; // ms for the end of one path
const FOREIGN = "The kernel walks this one: the page has no map of it.";
const NOBODY = "No map: nobody who races has two hyper-parameters that the page can sweep.";

// What the map is of: an optimiser, and what is across and up.
interface Axes {
  optimizer: OptimizerSpec;
  x: Parameter;
  y: Parameter;
}

interface Swept extends Axes {
  state: "coarse" | "fine";
  size: number; // settings along each side
  heights: Float64Array; // above the lowest
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
): { element: HTMLElement; layers: Layer[]; stop(): void } {
  const { spec, get, write } = lab;
  const parameters = new Map(spec.parameters.map((parameter) => [parameter.name, parameter]));
  const layer = new Layer();
  const { canvas } = layer;
  canvas.setAttribute("role", "img");
  const reading = element("p", { className: "lab-reading" });

  // Those who race and whom the page can sweep, over two hyper-parameters at least.
  const mapped = computed(() => racing(lab).filter(({ rule, hyper }) => rule && hyper.length > 1));
  // The model's choice; the first there is while that one does not race, or cannot be swept.
  const axes = computed((): Axes | null => {
    const [name, x, y] = get("sweep");
    const optimizer = mapped.value.find((one) => one.name === name) ?? mapped.value[0];
    if (!optimizer) return null;
    const { hyper } = optimizer;
    const [across, up] = hyper.includes(x) && hyper.includes(y) ? [x, y] : hyper;
    return { optimizer, x: parameters.get(across)!, y: parameters.get(up)! };
  });
  const why = computed(() => (!surface.value.spec.value ? FOREIGN : axes.value ? "" : NOBODY));

  // ---- what one chooses

  const select = (text: string) => {
    const made = element("select", { id: newId() });
    return { made, label: element("label", { htmlFor: made.id }, text) };
  };
  const [of, across, up] = ["map of", "across", "up"].map(select);
  const choices = element(
    "div",
    { className: "lab-axes" },
    ...[of, across, up].flatMap(({ label, made }) => [label, made]),
  );
  const choose = (...sweep: [string, string, string]) => write({ sweep });
  of.made.addEventListener("change", () => {
    const { name, hyper } = mapped.value[of.made.selectedIndex];
    const { x, y } = axes.value!;
    if (hyper.includes(x.name) && hyper.includes(y.name)) choose(name, x.name, y.name);
    else choose(name, hyper[0], hyper[1]);
  });
  const chooseAxis = () => {
    const { optimizer, x: wasX, y: wasY } = axes.value!;
    const { name, hyper } = optimizer;
    const [x, y] = [across.made.value, up.made.value];
    // The two may not be the same: the other makes room.
    if (x !== y) choose(name, x, y);
    else if (x === wasX.name) choose(name, wasY.name, y);
    else choose(name, x, hyper.includes(wasX.name) ? wasX.name : hyper.find((other) => other !== x)!);
  };
  across.made.addEventListener("change", chooseAxis);
  up.made.addEventListener("change", chooseAxis);

  // ---- one setting

  const now = ({ optimizer, x, y }: Axes): [number, number] => [
    settingOf(lab, optimizer, x.name),
    settingOf(lab, optimizer, y.name),
  ];
  const sweep = ({ optimizer, x, y }: Axes, columns: Float64Array, rows: Float64Array) =>
    sweeper(
      optimizer,
      new Map([
        [x.name, columns],
        [y.name, rows],
      ]),
    );
  // A setting and what became of it.
  const words = (of: Axes, [atX, atY]: [number, number]): string => {
    const end = endOf(sweep(of, Float64Array.of(atX), Float64Array.of(atY)), GLANCE);
    const became = end ? fate(end, get("steps")) : "takes long";
    return `${of.x.label} ${exact(atX)}, ${of.y.label} ${exact(atY)}: ${became}`;
  };
  const pick = ({ optimizer, x, y }: Axes, [atX, atY]: [number, number]) => {
    const set = (name: string, value: number) => {
      const own = name === "learning_rate" && optimizer.name in get("rates");
      write(own ? { rates: { ...get("rates"), [optimizer.name]: value } } : { [name]: value });
    };
    set(x.name, atX);
    set(y.name, atY);
  };
  // The setting under a pointer.
  const at = ({ x, y }: Axes, event: MouseEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const { width, height } = layer.size.value;
    const scales = heatScales(width, height, x, y);
    const under = (axis: 0 | 1, parameter: Parameter, pixel: number) => {
      const [low, high] = scales[axis].domain();
      const value = Math.min(Math.max(scales[axis].invert(pixel), low), high);
      return fromPosition(parameter, toPosition(parameter, value));
    };
    return [under(0, x, event.clientX - box.left), under(1, y, event.clientY - box.top)];
  };
  // So many cells further.
  const further = (parameter: Parameter, value: number, by: number) => {
    const [low, high] = parameter.slider.map((end) => toPosition(parameter, end));
    const position = toPosition(parameter, value) + (by / COARSE) * (high - low);
    return by ? fromPosition(parameter, Math.min(Math.max(position, low), high)) : value;
  };
  const onMap = (act: (of: Axes) => void) => () => axes.value && act(axes.value);
  const handle = createHandle(
    (event) => onMap((of) => pick(of, at(of, event)))(),
    (right, up) =>
      onMap((of) => {
        const [atX, atY] = now(of);
        pick(of, [further(of.x, atX, right), further(of.y, atY, up)]);
      })(),
    () => {
      const of = axes.value!;
      const before = now(of);
      return () => pick(of, before);
    },
  );
  canvas.addEventListener("click", (event) => onMap((of) => pick(of, at(of, event)))());
  canvas.addEventListener("pointermove", (event) =>
    onMap((of) => setText(reading, words(of, at(of, event))))(),
  );
  canvas.addEventListener(
    "pointerleave",
    onMap((of) => setText(reading, words(of, now(of)))),
  );
  const box = element("div", { className: "lab-grid" }, canvas, handle.element);

  // ---- all of them

  // Coarse, so that it follows a slider; fine when the slider rests. Where a path takes long,
  // with fewer settings: the page must not be held.
  const swept = signal<Swept | null>(null);
  const name = computed(() => surface.value.spec.name);
  const refinement = computed(() => {
    void [name.value, axes.value?.optimizer, get("steps")]; // another pace
    return createRefinement();
  });
  const visible = computed(() => layer.size.value.width > 0);
  let stop = () => {};
  frames.effect(() => {
    stop();
    const of = axes.value;
    if (!of || why.value || !visible.value) return;
    const [{ lowest, value }, steps, begun]: [Surface, number, [number, number]] = [
      surface.value,
      get("steps"),
      get("start"),
    ];
    const begin = (size: number) => {
      const [columns, rows] = [values(of.x, size), values(of.y, size)];
      const cells = (at: (k: number) => number) =>
        Float64Array.from({ length: size * size }, (_, k) => at(k));
      return sweep(
        of,
        cells((k) => columns[k % size]),
        cells((k) => rows[Math.floor(k / size)]),
      );
    };
    const { walk, stop: stopWalking } = refinement.value;
    const refine = (state: Swept["state"], largest: number, time: number, late: boolean, then: () => void) =>
      walk(largest, time, late, begin, (size, { loss, gone }) => {
        const ground = lowest ?? loss.reduce((a, b) => (b < a ? b : a), Infinity);
        const heights = loss.map((f) => f - ground);
        swept.value = { ...of, state, size, heights, first: value(...begun) - ground, gone, steps };
        then();
      });
    let timer = 0;
    stop = () => {
      clearTimeout(timer);
      stopWalking();
    };
    box.dataset.state = "stale";
    refine("coarse", COARSE, SLICE, frames.late(), () => {
      timer = window.setTimeout(() => refine("fine", FINE, PATIENCE, false, () => {}), REST);
    });
  });
  const cells = document.createElement("canvas");
  frames.effect(() => {
    const [drawn, colors] = [swept.value, theme.value];
    if (!drawn) return;
    const { state, size, heights, gone, first, optimizer, x, y, steps } = drawn;
    const blank = fillCells(cells, size, heights, gone, first, colors);
    const label = `Convergence map of ${optimizer.label}: f after ${steps} steps by ${x.label} and ${y.label}`;
    setAttribute(canvas, "aria-label", label);
    layer.paint(
      (context, width, height) => paintHeat(context, width, height, cells, x, y, blank, colors),
      colors.font,
    );
    box.dataset.state = state;
  });

  // ---- in words

  frames.effect(() => {
    box.hidden = choices.hidden = why.value !== "";
    const of = axes.value;
    if (why.value) setText(reading, why.value);
    if (!of || why.value || !visible.value) return;
    const point = now(of);
    const { width, height } = layer.size.value;
    const [left, top] = heatScales(width, height, of.x, of.y).map((scale, axis) => {
      const [low, high] = scale.domain();
      return scale(Math.min(Math.max(point[axis], low), high));
    });
    const said = words(of, point);
    handle.place(left, top, "setting", said, point[0], of.x.slider);
    setText(reading, said);
  });
  frames.effect(() => {
    if (!axes.value) return;
    const { optimizer, x, y } = axes.value;
    const hyper = optimizer.hyper.map((name) => parameters.get(name)!);
    for (const [{ made }, choices, { name }] of [
      [of, mapped.value, optimizer],
      [across, hyper, x],
      [up, hyper, y],
    ] as const) {
      made.replaceChildren(...choices.map(({ label, name }) => new Option(label, name)));
      made.value = name;
    }
  });

  return {
    element: element("div", { className: "lab-convergence" }, choices, box, reading),
    layers: [layer],
    stop: () => stop(),
  };
}
