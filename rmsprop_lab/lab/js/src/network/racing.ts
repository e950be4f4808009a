// The race: who trains, and how far each is. All train on the same batches from the same start, a step each in
// turn, in slices, so that the page answers meanwhile. What a reader sets begins it anew.

import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals-core";
import { drawBatches } from "../engine/batches.ts";
import { factorsOver } from "../engine/schedule.ts";
import { inSlices } from "../engine/slices.ts";
import type { DataSpec, NetworkSpec, WorldSpec } from "../model/contract.ts";
import type { Lab } from "../model/follow.ts";
import { namesOf, racing, settingOf, type Racer } from "../model/racers.ts";
import { accuracy, initial, type Data, type Sizes } from "./network.ts";
import { createRun, type Course, type Run } from "./training.ts";

const SHORT = 6; // ms: there is time left in each frame to draw and to answer

export interface Entrant {
  racer: Racer;
  name: string;
  run: Run;
  right: number[]; // the share of right answers on new data, at the start and after each epoch
  rates: number[][]; // by layer, the median effective rate of its weights after each epoch
}

// The label alone, where no other has it: at the end of a curve, above a map.
export function shortName({ racer, name }: Entrant, all: Entrant[]): string {
  const { label } = racer.optimizer;
  return all.filter((one) => one.racer.optimizer === racer.optimizer).length > 1 ? name : label;
}

export type Stage = "ready" | "racing" | "paused" | "finished";

export interface Race {
  entrants: ReadonlySignal<Entrant[]>;
  moved: ReadonlySignal<number>; // changes whenever somebody has taken a step
  stage: ReadonlySignal<Stage>;
  perEpoch: ReadonlySignal<number>; // steps
  courseOf(seed: number): Course;
  world: ReadonlySignal<WorldSpec>; // the data, in parts of 1
  unknown: ReadonlySignal<Data>; // new ones, as the networks see them
  inUnits(inputs: ArrayLike<number>): Float64Array;
  epoch: ReadonlySignal<number>; // that all have finished
  start(): void;
  pause(): void;
  stepEpoch(): void; // all go on to the end of this one, and pause
  restart(): void;
  waitWhile(what: () => boolean): void; // something is still to be drawn
  rest(now: boolean): void; // while nobody sees it
  stop(): void;
}

const whole = ({ inputs, parts, labels }: DataSpec): DataSpec => ({
  inputs: inputs.map((count) => count / parts),
  parts: 1,
  labels,
});

export function createRace(lab: Lab): Race {
  const { sizes, worlds } = lab.spec.network!;
  const onPlane = isOnPlane(lab.spec.network!);
  const [stage, moved, again] = [signal<Stage>("ready"), signal(0), signal(0)];
  const seen = ({ inputs, labels }: DataSpec): Data => ({
    inputs: inUnits(inputs, sizes, lab.number("units")),
    labels,
  });
  const world = computed(() => {
    const { name, train, test } = worlds.find(({ name }) => name === lab.get("world")) ?? worlds[0];
    return { name, train: whole(train), test: whole(test) };
  });
  const known = computed(() => seen(world.value.train));
  const unknown = computed(() => seen(world.value.test));
  const examples = computed(() => known.value.labels.length);
  const perEpoch = computed(() => Math.floor(examples.value / lab.number("batch_size")));
  const courseOf = (seed: number): Course => {
    const batchSize = lab.number("batch_size");
    const steps = perEpoch.value * lab.number("epochs");
    return {
      sizes,
      data: known.value,
      batches: drawBatches(seed, steps, batchSize, examples.value),
      batchSize,
      start: initial(sizes, seed, lab.number("start_scale")),
      factors: factorsOver(lab, steps),
    };
  };
  const course = computed(() => courseOf(lab.number("seed")));
  const rightAtStart = computed(() => accuracy(sizes, course.value.start, unknown.value));
  const entrants = computed(() => {
    void again.value;
    const racers = racing(lab);
    const names = namesOf(lab, racers);
    return racers.map((racer, k): Entrant => {
      const settings = racer.optimizer.parameters.map((name) => settingOf(lab, racer, name));
      const run = createRun(course.value, racer.optimizer, settings);
      const [right, rates] = [[rightAtStart.value], sizes.slice(1).map(() => [])];
      return { racer, name: names[k]!, run, right, rates };
    });
  });

  function look({ run, right, rates, racer }: Entrant): void {
    right.push(accuracy(sizes, run.params, unknown.value));
    if (racer.optimizer.scales && run.losses.length > 0) {
      run.rates().forEach((median, layer) => rates[layer]!.push(median));
    }
  }

  let [end, resting] = [Infinity, false]; // the step at which all pause
  let stopWorking = () => {};
  const behind = (): Entrant | undefined =>
    entrants.value
      .filter(({ run }) => !run.done && run.losses.length < end)
      .reduce<Entrant | undefined>(
        (last, one) => (last && last.run.losses.length <= one.run.losses.length ? last : one),
        undefined,
      );
  let waits = () => false;
  const advance = (until: number): boolean => {
    if (waits()) return false;
    let next = behind();
    // On a plane an epoch at a time, and none before the last one was seen, or nobody would see the borders move.
    const begun = next ? Math.floor(next.run.losses.length / perEpoch.value) : 0;
    const most = onPlane ? (begun + 1) * perEpoch.value : Infinity;
    while (next && next.run.losses.length < most && performance.now() < until) {
      next.run.step();
      if (next.run.losses.length % perEpoch.value === 0 || next.run.divergedAt !== null) look(next);
      next = behind();
    }
    moved.value++;
    return !next;
  };
  const work = () => {
    stopWorking();
    if (stage.value !== "racing" || resting) return;
    const ended = () => {
      stage.value = entrants.value.every(({ run }) => run.done) ? "finished" : "paused";
    };
    stopWorking = inSlices(advance, ended, true, SHORT, onPlane); // not within the press
  };
  const go = (upTo: number) => {
    end = upTo;
    if (stage.value === "finished") again.value++;
    stage.value = "racing";
    work();
  };
  const epoch = computed(() => {
    void moved.value;
    const steps = entrants.value
      .filter(({ run }) => run.divergedAt === null)
      .map(({ run }) => run.losses.length);
    return steps.length > 0 ? Math.floor(Math.min(...steps) / perEpoch.value) : 0;
  });
  // Begun anew by what a reader sets. What has run once shows what comes of it, without another press.
  const stopFollowing = effect(() => {
    void entrants.value;
    stopWorking();
    if (stage.peek() === "racing" || stage.peek() === "finished") {
      stage.value = "racing";
      untracked(work);
    } else stage.value = "ready";
  });
  return {
    entrants,
    moved,
    stage,
    perEpoch,
    courseOf,
    world,
    unknown,
    inUnits: (inputs) => inUnits(inputs, sizes, lab.number("units")),
    epoch,
    start: () => go(Infinity),
    pause() {
      stopWorking();
      if (stage.value === "racing") stage.value = "paused";
    },
    stepEpoch: () => go((stage.value === "finished" ? 1 : epoch.value + 1) * perEpoch.value),
    restart() {
      stage.value = "ready";
      again.value++;
    },
    waitWhile: (what) => void (waits = what),
    rest(now) {
      resting = now;
      if (resting) stopWorking();
      else work();
    },
    stop() {
      stopWorking();
      stopFollowing();
    },
  };
}

// Whether one can see all that the network may be asked: its inputs are a point of the plane.
export const isOnPlane = ({ sizes, image }: NetworkSpec): boolean => sizes[0] === 2 && !image;

// Every second input in another unit.
function inUnits(inputs: ArrayLike<number>, [columns]: Sizes, units: number): Float64Array {
  const scaled = Float64Array.from(inputs);
  for (let k = 0; k < scaled.length; k++) if ((k % columns) % 2) scaled[k]! *= units;
  return scaled;
}
