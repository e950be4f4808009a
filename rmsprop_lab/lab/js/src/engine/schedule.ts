// By what each step's learning rate is multiplied: the tapes of schedules.py, with its bits.

import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Lab } from "../model/follow.ts";
import { RATE, settingOf, type Racer } from "../model/racers.ts";
import type { ScheduleSpec } from "../model/contract.ts";
import { compile } from "../tape/building.ts";

// The one that is chosen; none where the lab has none to choose from.
export const scheduleOf = ({ spec, get }: Lab): ScheduleSpec | null =>
  spec.schedules.find(({ name }) => name === get("schedule")) ?? null;

// Whether only the kernel can compute it.
export const isForeign = (schedule: ScheduleSpec | null): boolean => schedule !== null && !schedule.factor;

// The value of one of a racer's parameters at a step.
export function settingAt(
  lab: Lab,
  racer: Racer,
  parameter: string,
  factors: Float64Array | null,
  step: number,
): number {
  const value = settingOf(lab, racer, parameter);
  return factors && parameter === RATE ? value * factors[step]! : value;
}

// Those that change anything: without them the same paths are there sooner.
export const changing = (factors: ReadonlySignal<Float64Array | null>): ReadonlySignal<Float64Array | null> =>
  computed(() => (factors.value?.some((factor) => factor !== 1) ? factors.value : null));

// One for each step, and the last once more: for the step that the last point would take. Without a schedule, and
// where only the kernel knows it, there are none.
export function currentFactors(lab: Lab): ReadonlySignal<Float64Array | null> {
  return computed(() => factorsOver(lab, lab.get("steps")));
}

export function factorsOver(lab: Lab, steps: number): Float64Array | null {
  const schedule = scheduleOf(lab);
  if (!schedule?.factor) return null;
  const [factor, settings] = [compile(schedule.factor), schedule.parameters.map(lab.number)];
  const at = (k: number) => factor(Math.min(k, steps - 1), steps, ...settings)[0];
  return Float64Array.from({ length: steps + 1 }, (_, k) => at(k));
}
