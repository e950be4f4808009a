// One racer's training run, step by step: the twin of train in training.py.

import type { OptimizerSpec } from "../model/contract.ts";
import { placeOfRate } from "../model/racers.ts";
import { gradient, layersOf, type Data, type Sizes } from "./network.ts";
import { createStepper } from "./stepper.ts";

// What is the same for all who race.
export interface Course {
  sizes: Sizes;
  data: Data;
  batches: Int32Array; // the examples of each step's batch, one batch after the other
  batchSize: number;
  start: Float64Array; // the first parameters
  factors: Float64Array | null; // of the learning rate, step by step
}

export interface Run {
  readonly params: Float64Array;
  readonly state: readonly (number | Float64Array)[];
  readonly losses: number[]; // of each step's batch before the step
  readonly divergedAt: number | null; // the step whose loss or result was not finite; params are those before it
  readonly done: boolean;
  step(): void;
  rates(): number[]; // by layer, the median effective rate of the last step: update over gradient, where there is one
}

export function createRun(course: Course, optimizer: OptimizerSpec, settings: readonly number[]): Run {
  const { sizes, data, start, batches, batchSize, factors } = course;
  const params = start.slice();
  const [grad, before] = [new Float64Array(params.length), new Float64Array(params.length)];
  const stepper = createStepper(optimizer, params.length);
  const [steps, rate, columns] = [batches.length / batchSize, placeOfRate(optimizer), sizes[0]];
  const batch = { inputs: new Float64Array(batchSize * columns), labels: new Uint8Array(batchSize) };
  const fill = (places: Int32Array) =>
    places.forEach((place, k) => {
      for (let j = 0; j < columns; j++) batch.inputs[k * columns + j] = data.inputs[place * columns + j]!;
      batch.labels[k] = data.labels[place]!;
    });
  const memory: Float64Array[] = [];
  const now = [...settings];
  const losses: number[] = [];
  let divergedAt: number | null = null;
  return {
    params,
    state: stepper.state,
    losses,
    get divergedAt() {
      return divergedAt;
    },
    get done() {
      return divergedAt !== null || losses.length === steps;
    },
    step() {
      const k = losses.length;
      fill(batches.subarray(k * batchSize, (k + 1) * batchSize));
      const loss = gradient(sizes, params, batch, grad, memory);
      if (factors && rate >= 0) now[rate] = settings[rate]! * factors[k]!;
      before.set(params);
      stepper.step(params, grad, now);
      if (Number.isFinite(loss) && isFinite(params)) losses.push(loss);
      else {
        divergedAt = k;
        params.set(before);
      }
    },
    rates() {
      const rates = before.map((value, k) => (value - params[k]!) / grad[k]!);
      return layersOf(sizes, rates).map(({ weights }) => median(weights));
    },
  };
}

// The middle one, of those that are numbers.
function median(numbers: Float64Array): number {
  const sorted = numbers.filter(Number.isFinite).sort();
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}

function isFinite(numbers: Float64Array): boolean {
  for (let k = 0; k < numbers.length; k++) if (!Number.isFinite(numbers[k])) return false;
  return true;
}
