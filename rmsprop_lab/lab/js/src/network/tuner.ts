// "Tune each": every racer tries the same learning rates with the same two seeds, and keeps the one whose last
// epoch has the lowest mean loss, of the two seeds the worse: so luck does not win.

import { signal, type ReadonlySignal } from "@preact/signals-core";
import { inSlices } from "../engine/slices.ts";
import type { Lab } from "../model/follow.ts";
import {
  alike,
  distinct,
  namesOf,
  RATE,
  racing,
  settingOf,
  steered,
  withRates,
  type Racer,
} from "../model/racers.ts";
import { createRun, type Course, type Run } from "./training.ts";

const SEEDS = [10, 11]; // not those that are shown first

export interface Tuner {
  progress: ReadonlySignal<string>; // in words; nothing while nobody is tuned
  tune(): void;
  stop(): void;
}

export function createTuner(
  lab: Lab,
  courseOf: (seed: number) => Course,
  perEpoch: () => number,
  say: (text: string) => void,
): Tuner {
  const progress = signal("");
  let stop = () => {};
  return {
    progress,
    tune() {
      stop();
      const { rates } = lab.spec;
      const racers = racing(lab);
      const names = namesOf(lab, racers);
      const courses = SEEDS.map(courseOf);
      const tried = racers.filter(steered);
      const worst = new Map(tried.map(({ key }) => [key, rates.map(() => -Infinity)]));
      const jobs = tried.flatMap((racer) =>
        rates.flatMap((rate, k) => courses.map((course) => ({ racer, rate, k, course }))),
      );
      const runAt = (racer: Racer, rate: number, course: Course): Run => {
        const settingAt = (name: string) => (name === RATE ? rate : settingOf(lab, racer, name));
        return createRun(course, racer.optimizer, racer.optimizer.parameters.map(settingAt));
      };
      let [job, run]: [number, Run | null] = [0, null];
      const advance = (until: number): boolean => {
        while (job < jobs.length && performance.now() < until) {
          const { racer, rate, k, course } = jobs[job]!;
          run ??= runAt(racer, rate, course);
          if (!run.done) run.step();
          else {
            const losses = worst.get(racer.key)!;
            losses[k] = Math.max(losses[k]!, lastEpoch(run, perEpoch()));
            [job, run] = [job + 1, null];
          }
        }
        const now = jobs[job];
        progress.value = now
          ? `tuning ${names[racers.indexOf(now.racer)]}: run ${job + 1} of ${jobs.length}`
          : "";
        return !now;
      };
      const done = () => {
        const bestOf = (key: string) => {
          const losses = worst.get(key);
          const lowest = losses ? Math.min(...losses) : NaN;
          return lowest < Infinity ? rates[losses!.indexOf(lowest)] : undefined;
        };
        const entries = withRates(racers, ({ key }) => bestOf(key));
        lab.write({ racers: distinct(entries) });
        const [low, high] = [rates[0], rates.at(-1)];
        const lost = tried.filter(({ key }) => bestOf(key) === undefined);
        const failed = lost.map((racer) => `${names[racers.indexOf(racer)]} diverged at all of them. `);
        say(
          `Tuned: each tried the same ${rates.length} learning rates, ${low} to ${high}, with two seeds, and kept ` +
            `the one with the lowest loss in its last epoch. ${failed.join("")}${alike(entries)}`,
        );
      };
      stop = inSlices(advance, done, true);
    },
    stop() {
      stop();
      progress.value = "";
    },
  };
}

// Infinite where it diverged.
function lastEpoch({ losses, divergedAt }: Run, perEpoch: number): number {
  if (divergedAt !== null) return Infinity;
  return losses.slice(-perEpoch).reduce((sum, loss) => sum + loss, 0) / perEpoch;
}
