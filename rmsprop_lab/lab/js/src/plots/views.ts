// The views: the map, the curves, the convergence map, one step marked in all.

import { computed, effect } from "@preact/signals-core";
import { createConvergenceMap } from "./convergence.ts";
import { rates as ratesOf, type Path } from "../engine/engine.ts";
import type { Sweeper } from "../engine/grid.ts";
import type { Frames } from "../dom/frames.ts";
import { setStyle } from "../dom/html.ts";
import { createMap } from "./map.ts";
import type { Lab } from "../model/follow.ts";
import type { Player } from "../model/player.ts";
import type { Racer } from "../model/racers.ts";
import { chart, createStepPlot, marginOf, type Curve } from "./stepplot.ts";
import type { Shown, View } from "./shown.ts";
import { addZoom } from "./zoom.ts";

export interface Views {
  map: View;
  plots: View[];
  convergence: View | null;
  all: View[];
  stop(): void;
}

export function createViews(
  lab: Lab,
  shown: Shown,
  sweeper: Sweeper,
  player: Player | null,
  frames: Frames,
): Views {
  const { spec, get } = lab;
  const { surface, paths, theme } = shown;
  const has = (name: string) => spec.controls.includes(name);
  const map = createMap(lab, shown, frames);
  if (has("zoom")) addZoom(map, lab);
  // One shape of the map for all surfaces there are to choose from, or the window's own.
  const aspect = computed(() => {
    const [[left, right], [bottom, top]] = surface.value.spec.window;
    return has("surface") ? 1.2 : (right - left) / (top - bottom);
  });
  const stopShaping = effect(() => setStyle(map.element, "--lab-aspect", String(aspect.value)));

  // A surface with a known minimum is drawn by its height above it.
  const losses = computed(() => {
    const lowest = surface.value.lowest ?? 0;
    const curves = paths.value.map(({ path, name, racer: { key, look } }) => ({
      key,
      values: path.loss.map((f) => f - lowest),
      look,
      name,
      ends: path.divergedAt === null,
      away: path.divergedAt !== null,
    }));
    return chart(lowest ? "f above its minimum" : "f", curves);
  });
  const rates = computed(() => {
    const scaled = paths.value.filter(({ racer, path }) => racer.optimizer.scales && path.loss.length > 0);
    return chart(
      "effective rate",
      scaled.flatMap(({ path, racer }) => rateCurves(path, racer)),
    );
  });
  const charts = player && spec.optimizers.some(({ scales }) => scales) ? [losses, rates] : [losses];
  const left = computed(() =>
    marginOf(
      charts.map(({ value }) => value),
      theme.value.font,
    ),
  );
  const plots = charts.map((one) => createStepPlot(one, left, () => get("steps"), shown, frames));
  if (player) {
    map.onPointer(player.point);
    for (const plot of plots) plot.onPointer(player.point, player.pick);
  }
  const convergence = has("convergence") ? createConvergenceMap(lab, surface, sweeper, theme, frames) : null;

  const all = [map, ...plots, ...(convergence ? [convergence] : [])];
  return {
    map,
    plots,
    convergence,
    all,
    stop() {
      stopShaping();
      convergence?.stop();
    },
  };
}

// x drawn strong and y thin, each with its name.
function rateCurves(path: Path, { key, look }: Racer): Curve[] {
  const [x, y] = [ratesOf(path.x), ratesOf(path.y)];
  const apart = Math.abs((x.at(-1) ?? NaN) / (y.at(-1) ?? NaN) - 1) > 1e-6; // one rate for both has no names
  return [
    { key, values: x, look, name: apart ? "x" : "" },
    { key, values: y, look, width: 1, name: apart ? "y" : "" },
  ];
}
