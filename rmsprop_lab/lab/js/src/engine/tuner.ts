// "Tune each": the same search for a learning rate for every racer, and for who joins later.

import type { ReadonlySignal } from "@preact/signals-core";
import type { Sweeper } from "./grid.ts";
import { lowest } from "./run.ts";
import { inSlices } from "./slices.ts";
import type { Lab } from "../model/follow.ts";
import type { Entry } from "../model/contract.ts";
import {
  alike,
  distinct,
  entryOf,
  namesOf,
  racing,
  same,
  steered,
  withRates,
  type Racer,
} from "../model/racers.ts";
import type { Surface } from "./surface.ts";

export interface Tuner {
  tune(racers?: Racer[]): void;
  race(entries: Entry[]): void; // who joins those that have rates of their own is tuned as they were
  stop(): void; // what is being searched for has changed
}

export function createTuner(
  lab: Lab,
  surface: ReadonlySignal<Surface>,
  sweeper: Sweeper,
  say: (text: string) => void,
): Tuner {
  const { spec, get, write } = lab;
  let stop = () => {};
  const tuner: Tuner = {
    race(entries) {
      const before = get("racers");
      const tuned = before.some(({ settings }) => "learning_rate" in settings);
      write({ racers: entries });
      const joining = racing(lab)
        .filter((racer) => steered(racer) && !("learning_rate" in racer.own))
        .filter((racer) => !before.some((entry) => same(entry, entryOf(racer))));
      if (tuned && joining.length > 0) tuner.tune(joining);
    },
    tune(racers) {
      stop();
      const [now, all] = [surface.value, racing(lab)];
      const names = namesOf(lab, all);
      const runs = (racers ?? all)
        .filter((racer) => racer.optimizer.rule && now.spec.value && steered(racer))
        .map((racer) => ({
          racer,
          run: sweeper.run(racer, { learning_rate: Float64Array.from(spec.rates) }),
        }));
      const done = () => {
        const found = new Map(runs.map(({ racer, run }) => [racer.key, lowest(run, spec.rates)]));
        const tuned = all.filter(({ key }) => (found.get(key) ?? null) !== null);
        const lost = all.filter(({ key }) => found.get(key) === null);
        const called = (some: Racer[]) => some.map((one) => names[all.indexOf(one)]).join(", ");
        const entries = withRates(all, ({ key }) => found.get(key)); // at everybody's rate who was tuned in vain
        write({ racers: distinct(entries) });
        const who = racers ? called(tuned) : "each";
        const [low, high] = [spec.rates[0], spec.rates[spec.rates.length - 1]];
        const search = `on ${now.spec.name} ${who} tried the same ${spec.rates.length} learning rates, ${low} to ${high}`;
        const kept = "and kept the one whose path is lowest";
        say(
          [
            tuned.length > 0 && `Tuned: ${search}, ${kept} after ${get("steps")} steps.`,
            runs.length === 0 && "The kernel walks these: the page cannot tune them.",
            lost.length > 0 && `No path of ${called(lost)} came to an end; none of these is tuned.`,
            alike(entries),
          ]
            .filter(Boolean)
            .join(" "),
        );
      };
      say("Tuning…");
      stop = inSlices((until) => runs.every(({ run }) => run.advance(until)), done);
    },
    stop: () => stop(),
  };
  return tuner;
}
