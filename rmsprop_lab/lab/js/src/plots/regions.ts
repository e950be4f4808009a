// The plane of a race whose networks have two inputs: for each racer a square, with the points it learns from, the
// class that it says of every other point in a tone, the deeper the surer it is, and the borders between as lines.

import { contours } from "d3-contour";
import { computed, signal, untracked, type ReadonlySignal } from "@preact/signals-core";
import { FADED, Layer, mark, textWidth, type Box, type Context } from "../dom/canvas.ts";
import type { Frames } from "../dom/frames.ts";
import { element, setAttribute } from "../dom/html.ts";
import { tones, type Theme } from "../dom/theme.ts";
import { inSlices } from "../engine/slices.ts";
import type { DataSpec, Marker, Point, Window, WorldSpec } from "../model/contract.ts";
import type { Sizes } from "../network/network.ts";
import { regionsOf, type Regions } from "../network/regions.ts";
import { shortName, type Entrant, type Race } from "../network/racing.ts";

const CELLS = 40; // across and up
const GRID = CELLS + 2; // with one cell more on each side: the lines run straight out of the square
const ROOM = 0.08; // around the points, of what they span
const STRETCH = 3; // one axis may span this many times the other, and both have one scale
const SHORT = 4; // ms
const TONES = 24; // from unsure to sure
const LABEL = 17; // px above each square
const GAP = 10; // px between squares
const MARKERS: Marker[] = ["circle", "triangle", "square", "plus", "diamond", "star"]; // by class

export function createRegions(
  race: Race,
  sizes: Sizes,
  alone: ReadonlySignal<string | null>,
  point: (key: string | null) => void, // at whom one points
  theme: ReadonlySignal<Theme>,
  frames: Frames,
) {
  const [below, above] = [new Layer(), new Layer()];
  below.canvas.setAttribute("aria-hidden", "true");
  above.canvas.setAttribute("role", "img");
  const window = computed(() => windowOf(race.world.value));
  const plane = computed(() => race.inUnits(pointsOf(window.value)));
  const ramps = computed(() => {
    const { classes, paper } = theme.value;
    return classes.map((tone) => tones(paper, tone, TONES));
  });
  const squares = computed(() => {
    const { width, height } = above.size.value;
    return arrange(race.entrants.value.length, width, height);
  });
  const cells = element("canvas", { width: GRID, height: GRID });
  // Worked out in tasks of their own, and drawn in a frame of their own, for the curves take one, too.
  const shown = signal<{ all: Entrant[]; regions: Regions[] }>({ all: [], regions: [] });
  let [working, due, drawn] = [false, false, true];
  race.waitWhile(() => !drawn);
  let stop = () => {};
  const work = () => {
    drawn = false;
    due = working;
    if (working) return; // again when that is through
    working = true;
    const [all, points, regions] = [race.entrants.value, plane.value, [] as Regions[]];
    const advance = (until: number): boolean => {
      while (regions.length < all.length && performance.now() < until) {
        regions.push(regionsOf(sizes, all[regions.length]!.run.params, points));
      }
      return regions.length === all.length;
    };
    const done = () => {
      working = false;
      shown.value = { all, regions };
      if (due) work();
    };
    stop = inSlices(advance, done, true, SHORT);
  };
  frames.draw(() => {
    void [race.moved.value, race.entrants.value, plane.value];
    untracked(work);
  });
  const strength = ({ racer: { key } }: Entrant) => (alone.value === null || alone.value === key ? 1 : FADED);

  frames.draw(() => {
    const { all, regions } = shown.value;
    const [strengths, shades, colors] = [all.map(strength), ramps.value, theme.value];
    const { width, height } = below.size.value;
    const boxes = arrange(all.length, width, height);
    below.paint((context) => {
      boxes.forEach((box, k) => {
        context.globalAlpha = strengths[k]!;
        paintRegions(context, box, regions[k]!, cells, shades, colors);
      });
      paintNames(context, boxes, all, strengths, colors);
    }, colors.font);
    drawn = !working;
  });
  // The points hold still while the borders move.
  frames.draw(() => {
    const [all, boxes, colors, world] = [race.entrants.value, squares.value, theme.value, race.world.value];
    const [within, strengths] = [window.value, all.map(strength)];
    above.paint((context) => {
      boxes.forEach((box, k) => {
        context.globalAlpha = strengths[k]!;
        paintPoints(context, box, world, within, colors);
      });
    }, colors.font);
  });
  // Said when it rests, and from epoch to epoch.
  frames.tell(() => {
    void [race.epoch.value, race.stage.value];
    const { name } = race.world.value;
    const rights = race.entrants.value.map((entrant) => `${entrant.name} ${rightOf(entrant)}`).join("; ");
    const words = `Which class each network says where, on ${name}. Right on new points: ${rights}.`;
    setAttribute(above.canvas, "aria-label", words);
  });

  above.canvas.addEventListener("pointermove", ({ pointerType, offsetX, offsetY }) => {
    if (pointerType === "touch") return; // a finger scrolls
    const over = ({ left, right, top, bottom }: Box) =>
      offsetX >= left && offsetX <= right && offsetY >= top - LABEL && offsetY <= bottom;
    point(race.entrants.value[squares.value.findIndex(over)]?.racer.key ?? null);
  });
  above.canvas.addEventListener("pointerleave", () => point(null));
  return {
    element: element("div", { className: "lab-map lab-regions" }, below.canvas, above.canvas),
    layers: [below, above],
    stop: () => stop(),
  };
}

// So many squares in rows of which they come out largest, each with its label above.
export function arrange(count: number, width: number, height: number): Box[] {
  const sideIn = (columns: number) => {
    const rows = Math.ceil(count / columns);
    const across = (width - GAP * (columns - 1)) / columns;
    return Math.max(Math.min(across, (height - GAP * (rows - 1)) / rows - LABEL), 0);
  };
  const choices = Array.from({ length: count }, (_, k) => k + 1);
  const columns = choices.reduce((best, one) => (sideIn(one) > sideIn(best) ? one : best), 1);
  const side = Math.floor(sideIn(columns));
  const indent = Math.floor((width - columns * side - (columns - 1) * GAP) / 2);
  return Array.from({ length: count }, (_, k) => {
    const left = indent + (k % columns) * (side + GAP);
    const top = LABEL + Math.floor(k / columns) * (side + LABEL + GAP);
    return { left, right: left + side, top, bottom: top + side };
  });
}

// What the squares show: all points and a little room, on one scale unless one axis is far longer.
export function windowOf({
  train,
  test,
}: Record<"train" | "test", Pick<DataSpec, "inputs" | "labels">>): Window {
  const spans = [0, 1].map((axis): Point => {
    const values = [...train.inputs, ...test.inputs].filter((_, k) => k % 2 === axis);
    return values.reduce<Point>(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Infinity, -Infinity],
    );
  });
  const lengths = spans.map(([low, high]) => high - low || 1);
  const longest = Math.max(...lengths);
  const alike = longest <= STRETCH * Math.min(...lengths);
  return spans.map(([low, high], k) => {
    const half = (0.5 + ROOM) * (alike ? longest : lengths[k]!);
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  }) as Window;
}

// The middles of the grid's cells, row by row from the bottom.
function pointsOf([[left, right], [bottom, top]]: Window): Float64Array {
  const at = (low: number, high: number, place: number) => low + ((high - low) * (place - 0.5)) / CELLS;
  return Float64Array.from({ length: 2 * GRID * GRID }, (_, k) => {
    const cell = k >> 1;
    return k % 2 ? at(bottom, top, Math.floor(cell / GRID)) : at(left, right, cell % GRID);
  });
}

const rightOf = ({ run, right }: Entrant): string =>
  run.divergedAt === null ? `${(100 * right.at(-1)!).toFixed(1)}%` : "diverged";

function paintRegions(
  context: Context,
  { left, right, top, bottom }: Box,
  { said, sure, ahead }: Regions,
  cells: HTMLCanvasElement,
  ramps: [number, number, number][][],
  theme: Theme,
): void {
  const side = right - left;
  const image = new ImageData(GRID, GRID);
  for (let k = 0; k < said.length; k++) {
    const ramp = ramps[said[k]! % ramps.length]!;
    const tone = ramp[Math.round(sure[k]! * (TONES - 1))]!;
    const place = 4 * ((GRID - 1 - Math.floor(k / GRID)) * GRID + (k % GRID));
    image.data.set(tone, place);
    image.data[place + 3] = 255;
  }
  cells.getContext("2d")!.putImageData(image, 0, 0);
  const cell = side / CELLS;
  context.save();
  context.beginPath();
  context.rect(left, top, side, side);
  context.clip();
  context.drawImage(cells, left - cell, top - cell, GRID * cell, GRID * cell);
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.beginPath();
  // The border of the first class with another is the other's.
  for (const heights of ahead.slice(1)) {
    const { coordinates } = contours()
      .size([GRID, GRID])
      .contour(heights as unknown as number[], 0);
    for (const ring of coordinates.flat()) {
      ring.forEach(([column = NaN, row = NaN], k) => {
        const [x, y] = [left + (column - 1) * cell, bottom - (row - 1) * cell];
        if (k === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      });
    }
  }
  context.stroke();
  context.restore();
}

function paintPoints(
  context: Context,
  { left, right, top, bottom }: Box,
  { train: { inputs, labels } }: WorldSpec,
  [[fromX, toX], [fromY, toY]]: Window,
  theme: Theme,
): void {
  const side = right - left;
  context.strokeStyle = theme.contour;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
  const size = Math.min(Math.max(side / 75, 1.3), 3.5);
  context.strokeStyle = theme.text;
  context.lineWidth = 0.75;
  labels.forEach((label, k) => {
    const x = left + (side * (inputs[2 * k]! - fromX)) / (toX - fromX);
    const y = bottom - (side * (inputs[2 * k + 1]! - fromY)) / (toY - fromY);
    context.fillStyle = label % 2 ? theme.text : theme.paper;
    mark(context, MARKERS[label % MARKERS.length]!, x, y, size);
  });
}

// Who each is, and where there is room for all, as in the legend, what share of new points it gets right.
function paintNames(context: Context, boxes: Box[], all: Entrant[], strengths: number[], theme: Theme): void {
  const names = all.map((entrant) => shortName(entrant, all));
  const stands = all.map(rightOf);
  const room = Math.max(...boxes.map(({ left, right }) => right - left));
  const fits = names.every((name, k) => textWidth(`${name}  ${stands[k]}`, theme.font) < room);
  boxes.forEach(({ left, right, top }, k) => {
    const { look } = all[k]!.racer;
    context.globalAlpha = strengths[k]!;
    context.textAlign = "left";
    context.fillStyle = theme.dark ? look.dark : look.light;
    context.fillText(names[k]!, left, top - 5, room);
    if (!fits) return;
    context.textAlign = "right";
    context.fillStyle = theme.muted;
    context.fillText(stands[k]!, right, top - 5);
  });
}
