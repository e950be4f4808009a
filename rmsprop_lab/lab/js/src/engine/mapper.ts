// The map of settings: where the paths end, over two hyper-parameters.

import { fromPosition, positions } from "../model/numbers.ts";
import type { Parameter } from "../model/contract.ts";
import { createRefinement } from "./refine.ts";
import { createRun, type Numbers } from "./run.ts";
import type { Tapes } from "./sweep.ts";

// What a map is asked for, as plain data that goes to a worker, too.
export interface Asked extends Numbers {
  x: Parameter; // across
  y: Parameter; // up
  largest: number; // settings along each side, at the most
  time: number; // ms that it may take
}

// Row by row from the bottom.
export interface Mapped {
  size: number; // settings along each side
  loss: Float64Array;
  gone: Uint8Array;
}

export interface Mapper {
  // What was asked for before is asked for no more. `late`: this frame has no time any more.
  start(tapes: Tapes, asked: Asked, late: boolean, done: (mapped: Mapped) => void): void;
  stop(): void;
}

// `count` values from one end of a parameter's slider to the other, each as the slider would set it.
export function values(parameter: Parameter, count: number): number[] {
  const [low, high] = positions(parameter);
  return Array.from({ length: count }, (_, k) =>
    fromPosition(parameter, low + ((high - low) * (k + 0.5)) / count),
  );
}

// Computes it here, in slices.
export function createMapper(): Mapper {
  let refinement = createRefinement();
  let known: { tapes: Tapes | null; steps: number } = { tapes: null, steps: 0 };
  return {
    start(tapes, asked, late, done) {
      const { x, y, steps, largest, time } = asked;
      refinement.stop();
      if (tapes !== known.tapes || steps !== known.steps) refinement = createRefinement(); // another pace
      known = { tapes, steps };
      const begin = (size: number) => {
        const [columns, rows] = [values(x, size), values(y, size)];
        const cells = new Float64Array(size * size);
        return createRun(tapes, asked, {
          [x.name]: cells.map((_, k) => columns[k % size]!),
          [y.name]: cells.map((_, k) => rows[Math.floor(k / size)]!),
        });
      };
      refinement.start(largest, time, late, begin, (size, { loss, gone }) => done({ size, loss, gone }));
    },
    stop: () => refinement.stop(),
  };
}
