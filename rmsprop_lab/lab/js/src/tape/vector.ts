// A rule over a vector of parameters, thousands of them: one loop made of its tape, in place.

import type { Tape } from "../model/contract.ts";
import { build, mayBuild, valuesOf, write } from "./building.ts";

export type Given = number | Float64Array; // one number for all parameters, or one for each

// Take the updates off the parameters, and write each state that is an array over. A state that is one number
// stays as it is.
export type VectorStep = (params: Float64Array, ...given: Given[]) => void;

// Which of the tape's arguments are arrays, if these are: a state becomes one when it depends on one.
export function arraysOf(tape: Tape, grad: number): boolean[] {
  const [first, states] = [tape.takes.length, tape.returns.length - 1];
  const arrays = tape.takes.map((_, place) => place === grad);
  for (let round = 0; round < states; round++) {
    // one may hang on another, and that on a third
    const depends = [...arrays];
    for (const [operation, ...operands] of tape.lines) {
      depends.push(operation !== "number" && operands.some((place) => depends[place]));
    }
    tape.returns.slice(1).forEach((place, k) => (arrays[first - states + k] ||= depends[place]!));
  }
  return arrays;
}

const compiled = new WeakMap<Tape, VectorStep>();

// Each once, as what a tape has become fast by running once it stays.
export function compileVector(tape: Tape, arrays: boolean[]): VectorStep {
  const known = compiled.get(tape) ?? compileAnew(tape, arrays);
  compiled.set(tape, known);
  return known;
}

function compileAnew(tape: Tape, arrays: boolean[]): VectorStep {
  if (!mayBuild()) return interpretVector(tape, arrays);
  const given = tape.takes.map((_, place) => `$a${place}`);
  const one = given.map((name, place) => (arrays[place] ? `${name}k` : name));
  const { lines, returns } = write(tape, one);
  const first = tape.takes.length - (tape.returns.length - 1);
  const kept = returns
    .slice(1)
    .flatMap((value, k) => (arrays[first + k] ? [`${given[first + k]}[$k] = ${value};`] : []));
  return build(
    ["$params", ...given],
    [
      "for (let $k = 0; $k < $params.length; $k++) {",
      ...given.flatMap((name, place) => (arrays[place] ? [`const ${name}k = ${name}[$k];`] : [])),
      ...lines,
      `$params[$k] = $params[$k] - ${returns[0]};`,
      ...kept,
      "}",
    ],
  ) as VectorStep;
}

function interpretVector(tape: Tape, arrays: boolean[]): VectorStep {
  const run = valuesOf(tape);
  const first = tape.takes.length - (tape.returns.length - 1);
  return (params, ...given) => {
    const of = (k: number) => given.map((value) => (typeof value === "number" ? value : value[k]!));
    for (let k = 0; k < params.length; k++) {
      const values = run(of(k));
      const [update, ...states] = tape.returns.map((place) => values[place]!);
      params[k]! -= update!;
      states.forEach((state, j) => {
        if (arrays[first + j]) (given[first + j] as Float64Array)[k] = state;
      });
    }
  };
}
