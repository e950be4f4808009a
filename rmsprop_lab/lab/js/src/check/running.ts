// Tapes on numbers and arrays, as NumPy runs them: each coordinate alone, and with an array an array comes out.

import type { Given, Tape, Tolerances } from "../model/contract.ts";
import { valuesOf } from "../tape/building.ts";
import { operate } from "../tape/operations.ts";

export interface Values {
  shape: readonly number[]; // [] for a single number
  numbers: readonly number[];
}
export type Probe = readonly Values[]; // the arguments of a call; all arrays have one shape

export const toValues = (given: Given): Values =>
  typeof given === "number" ? { shape: [], numbers: [given] } : given;

export const isArray = ({ shape }: Values): boolean => shape.length > 0;

const change = ({ shape, numbers }: Values, by: (number: number) => number): Values => ({
  shape,
  numbers: numbers.map((number) => by(number)),
});

// That of its largest array; [] for numbers alone.
export const shapeOf = (probe: Probe): readonly number[] => probe.find(isArray)?.shape ?? [];

export const sizeOf = (probe: Probe): number => Math.max(...probe.map(({ numbers }) => numbers.length));

// A call with something done to one argument.
export const moved = (probe: Probe, place: number, by: (number: number) => number): Probe =>
  probe.map((values, k) => (k === place ? change(values, by) : values));

// Which places hold an array where these arguments are arrays.
export function arraysIn({ takes, lines }: Tape, given: readonly boolean[]): boolean[] {
  const arrays = takes.map((_, k) => given[k]!);
  for (const [operation, ...operands] of lines) {
    arrays.push(operation !== "number" && operands.some((place) => arrays[place]!));
  }
  return arrays;
}

const ran = new WeakMap<Tape, (probe: Probe) => Values[]>();

// Each once: a wrong version is run in several ways.
export function run(tape: Tape): (probe: Probe) => Values[] {
  const known = ran.get(tape) ?? runAnew(tape);
  ran.set(tape, known);
  return known;
}

function runAnew(tape: Tape): (probe: Probe) => Values[] {
  const at = valuesOf(tape);
  return (probe) => {
    const arrays = arraysIn(tape, probe.map(isArray));
    const shape = shapeOf(probe);
    const results = tape.returns.map((place) => ({
      shape: arrays[place]! ? shape : [],
      numbers: [] as number[],
    }));
    for (let k = 0; k < sizeOf(probe); k++) {
      const values = at(probe.map(({ numbers }) => numbers[k] ?? numbers[0]!));
      tape.returns.forEach((place, result) => {
        const { numbers, shape } = results[result]!;
        if (k === 0 || shape.length > 0) numbers.push(values[place]!);
      });
    }
    return results;
  };
}

// What stands at each place, of a tape that is run but once.
export function valuesAt(tape: Tape, given: readonly number[]): number[] {
  const values = given.slice();
  for (const [operation, ...operands] of tape.lines) {
    const isNumber = operation === "number";
    values.push(
      isNumber
        ? operands[0]!
        : operate(
            operation,
            operands.map((at) => values[at]!),
          ),
    );
  }
  return values;
}

// ---- the same, rounding aside

export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, number) => (Number.isFinite(number) ? Math.max(most, Math.abs(number)) : most), 0);

export interface Nearness {
  isNear(one: number, other: number, largest: number): boolean;
  near(one: Values, other: Values): boolean[]; // coordinate by coordinate
  equal(one: Values, other: Values): boolean;
  same(one: readonly Values[], other: readonly Values[]): boolean;
}

// Not-a-number is the same as itself.
export function nearness({ relative, absolute }: Pick<Tolerances, "relative" | "absolute">): Nearness {
  const isNear = (one: number, other: number, largest: number) =>
    one === other ||
    (Number.isNaN(one) && Number.isNaN(other)) ||
    (Number.isFinite(other) && Math.abs(one - other) <= absolute * largest + relative * Math.abs(other));
  const near = (one: Values, other: Values) => {
    const most = largest(other.numbers);
    return other.numbers.map((number, k) => isNear(one.numbers[k]!, number, most));
  };
  const equal = (one: Values, other: Values) => alike(one, other) && near(one, other).every(Boolean);
  const same = (one: readonly Values[], other: readonly Values[]) =>
    one.length === other.length && one.every((values, k) => equal(values, other[k]!));
  return { isNear, near, equal, same };
}

export const alike = ({ shape }: Values, other: Values): boolean =>
  shape.length === other.shape.length && shape.every((count, axis) => count === other.shape[axis]);
