// The paths of the optimisers that race, as the model is set.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import { drawBatches, batchByBatch } from "./batches.ts";
import { descend, type Path } from "./engine.ts";
import { receivedPath } from "./received.ts";
import { draw } from "./noise.ts";
import type { Lab } from "../model/follow.ts";
import { namesOf, placeOfRate, racing, settingOf, steered, type Racer } from "../model/racers.ts";
import { isForeign, scheduleOf } from "./schedule.ts";
import { batchSize, startOf, type Surface } from "./surface.ts";
import { compile } from "../tape/building.ts";
import { slowness } from "../tape/operations.ts";

const CALLS = 2e6; // of functions, for all the paths on a typed formula: some 40 ms
const GRADIENTS = 1e7; // of single examples, for all the paths: some 20 ms, and as much to draw them

export interface Trajectory {
  racer: Racer;
  name: string;
  path: Path;
}

// By coordinate, what the gradient of each step gets added.
export type Noise = readonly [Float64Array, Float64Array];

export function currentNoise({ get, number }: Lab): ReadonlySignal<Noise | null> {
  const drawn = computed(() => draw(number("seed"), get("steps") + 1));
  return computed(() => {
    const noise = number("noise");
    const scaled = (numbers: Float64Array) => numbers.map((one) => noise * one);
    return noise ? [scaled(drawn.value[0]), scaled(drawn.value[1])] : null;
  });
}

export function currentPaths(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  noise: ReadonlySignal<Noise | null>,
  factors: ReadonlySignal<Float64Array | null>,
): ReadonlySignal<Trajectory[]> {
  const { spec, get, number } = lab;
  const racers = computed(() => racing(lab));
  // How many steps each path may have: the same on every machine, because no path may depend on how
  // busy it is. A built-in surface has no limit.
  const most = computed(() => {
    const [{ spec: seen, batch }, paths] = [surface.value, racers.value.length];
    if (batch) return Math.floor(GRADIENTS / (paths * batchSize(lab, surface.value)));
    if (spec.objectives.some(({ name }) => name === seen.name)) return Infinity;
    return Math.floor(CALLS / (paths * (slowness(seen.value) + slowness(seen.grad))));
  });
  const count = computed(() => surface.value.spec.examples!.rows.length);
  const size = computed(() => batchSize(lab, surface.value));
  const batches = computed(() => {
    const steps = Math.min(get("steps"), most.value) + 1;
    return drawBatches(number("seed"), steps, size.value, count.value);
  });
  const pathOf = (racer: Racer): Path => {
    const { optimizer } = racer;
    const seen = surface.value;
    const unknown = steered(racer) && isForeign(scheduleOf(lab));
    if (!optimizer.rule || !seen.spec.value || unknown) return receivedPath(lab, racer);
    const { value, batch, grad } = seen;
    const batched = batch && !optimizer.exact;
    return descend(
      { value, grad: batched ? batchByBatch(batch, batches.value, size.value) : grad },
      { initial: optimizer.initial, rule: compile(optimizer.rule) },
      startOf(lab, seen),
      get("steps"),
      optimizer.parameters.map((name) => settingOf(lab, racer, name)),
      spec.far,
      optimizer.exact ? null : noise.value,
      most.value,
      factors.value && steered(racer) ? { place: placeOfRate(optimizer), factors: factors.value } : null,
    );
  };
  return computed(() => {
    const names = namesOf(lab, racers.value);
    return racers.value.map((racer, k) => ({ racer, name: names[k] ?? "", path: pathOf(racer) }));
  });
}
