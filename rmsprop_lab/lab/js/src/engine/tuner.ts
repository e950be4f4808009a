// "Tune each": the same search for a learning rate for every optimiser that races, and for who joins later.

import type { ReadonlySignal } from "@preact/signals-core";
import { lowest, type Sweeper } from "./grid.ts";
import { inSlices } from "./slices.ts";
import type { Lab } from "../model/follow.ts";
import type { OptimizerSpec } from "../model/contract.ts";
import type { Surface } from "./surface.ts";
import { racing, steered } from "./paths.ts";

export interface Tuner {
  tune(racers?: OptimizerSpec[]): void;
  race(names: string[]): void; // who joins those that have rates of their own is tuned as they were
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
    race(names) {
      write({ shown: names });
      const rates = get("rates");
      const joining = racing(lab).filter((one) => steered(one) && !(one.name in rates));
      if (Object.keys(rates).length > 0 && joining.length > 0) tuner.tune(joining);
    },
    tune(racers) {
      stop();
      const now = surface.value;
      const runs = (racers ?? racing(lab))
        .filter((one) => one.rule && now.spec.value && steered(one))
        .map((optimizer) => ({
          optimizer,
          run: sweeper(optimizer, { learning_rate: Float64Array.from(spec.rates) }),
        }));
      const done = () => {
        const found = runs.map(({ optimizer, run }) => ({ optimizer, rate: lowest(run, spec.rates) }));
        const tuned = found.flatMap(({ optimizer, rate }) => (rate === null ? [] : [{ optimizer, rate }]));
        const lost = found.filter(({ rate }) => rate === null);
        const labels = (some: { optimizer: OptimizerSpec }[]) =>
          some.map(({ optimizer }) => optimizer.label).join(", ");
        const rates = Object.fromEntries(tuned.map(({ optimizer, rate }) => [optimizer.name, rate]));
        write({ rates: racers ? { ...get("rates"), ...rates } : rates });
        const who = racers ? labels(tuned) : "each";
        const [low, high] = [spec.rates[0], spec.rates[spec.rates.length - 1]];
        const search = `on ${now.spec.name} ${who} tried the same ${spec.rates.length} learning rates, ${low} to ${high}`;
        const kept = "and kept the one whose path is lowest";
        say(
          [
            tuned.length > 0 && `Tuned: ${search}, ${kept} after ${get("steps")} steps.`,
            runs.length === 0 && "The kernel walks these: the page cannot tune them.",
            lost.length > 0 && `No path of ${labels(lost)} came to an end; none of these is tuned.`,
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
