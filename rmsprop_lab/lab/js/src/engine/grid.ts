// Sweeps over one or two of a racer's hyper-parameters, the others as the model has them.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Lab } from "../model/follow.ts";
import { settingOf, type Racer } from "../model/racers.ts";
import type { OptimizerSpec } from "../model/contract.ts";
import { createRun, type Numbers, type Run } from "./run.ts";
import { startOf, type Surface } from "./surface.ts";
import type { Tapes } from "./sweep.ts";
import type { Noise } from "./paths.ts";

export interface Sweeper {
  // Over the surface of the moment; tapes that are the same object are the same.
  tapesOf(racer: Racer): Tapes;
  numbersOf(racer: Racer, swept: string[]): Numbers; // of what is swept they hold 0
  run(racer: Racer, axes: Record<string, Float64Array>): Run;
}

export function createSweeper(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  noise: ReadonlySignal<Noise | null>,
  factors: ReadonlySignal<Float64Array | null>,
): Sweeper {
  const { far } = lab.spec;
  const value = computed(() => surface.value.spec.value!);
  const grad = computed(() => surface.value.spec.grad!);
  const noisy = computed(() => noise.value !== null);
  const scheduled = computed(() => factors.value !== null);
  const tapesFor = ({ rule, parameters, initial, exact }: OptimizerSpec) =>
    computed((): Tapes => ({
      value: value.value,
      grad: grad.value,
      rule: rule!,
      parameters,
      initial,
      noisy: noisy.value && !exact,
      scheduled: scheduled.value,
    }));
  const known = new WeakMap<OptimizerSpec, ReadonlySignal<Tapes>>();
  const sweeper: Sweeper = {
    tapesOf({ optimizer }) {
      const tapes = known.get(optimizer) ?? tapesFor(optimizer);
      known.set(optimizer, tapes);
      return tapes.value;
    },
    numbersOf: (racer, swept) => ({
      settings: racer.optimizer.parameters.map((name) =>
        swept.includes(name) ? 0 : settingOf(lab, racer, name),
      ),
      shape: surface.value.spec.settings,
      start: startOf(lab, surface.value),
      steps: lab.get("steps"),
      noise: racer.optimizer.exact ? null : noise.value,
      factors: factors.value,
      far,
    }),
    run: (racer, axes) =>
      createRun(sweeper.tapesOf(racer), sweeper.numbersOf(racer, Object.keys(axes)), axes),
  };
  return sweeper;
}
