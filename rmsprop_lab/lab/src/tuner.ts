// "Tune each": the same search for a learning rate for every optimiser that races.

import { lowest, type Sweeper } from "./grid.ts";
import { inSlices } from "./slices.ts";
import type { Model, Spec } from "./spec.ts";
import type { Surface } from "./surface.ts";
import { racing } from "./walk.ts";

export interface Tuner {
  tune(): void;
  stop(): void; // what is being searched for has changed
}

export function createTuner(
  spec: Spec,
  model: Model,
  sweeper: Sweeper,
  surface: () => Surface,
  write: (values: Record<string, unknown>) => void,
  say: (text: string) => void,
): Tuner {
  let stop = () => {};
  return {
    tune() {
      stop();
      const now = surface();
      const rates = Float64Array.from(spec.rates);
      const runs = racing(spec, model)
        .filter(({ hyper, rule }) => rule && now.spec.value && hyper.includes("learning_rate"))
        .map((optimizer) => ({
          optimizer,
          run: sweeper(now, optimizer, new Map([["learning_rate", rates]])),
        }));
      const done = () => {
        const found = runs.map(({ optimizer, run }) => ({ optimizer, rate: lowest(run, spec.rates) }));
        const lost = found.filter(({ rate }) => rate === null).map(({ optimizer }) => optimizer.label);
        write({
          rates: Object.fromEntries(
            found.filter(({ rate }) => rate !== null).map(({ optimizer, rate }) => [optimizer.name, rate]),
          ),
        });
        const [low, high] = [spec.rates[0], spec.rates[spec.rates.length - 1]];
        const search = `on ${now.spec.name} each tried the same ${rates.length} learning rates, ${low} to ${high}`;
        const kept = "and kept the one whose path is lowest";
        say(
          [
            lost.length < runs.length && `Tuned: ${search}, ${kept} after ${model.get("steps")} steps.`,
            runs.length === 0 && "The kernel walks these: the page cannot tune them.",
            lost.length > 0 && `No path of ${lost.join(", ")} came to an end; none of these is tuned.`,
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
}
