// Whether a tape is one: known operations, on earlier lines only, not too many. Before that nothing is
// built of it, and nothing run.

import type { ExamplesSpec, Spec, Tape } from "../model/contract.ts";
import { LONGEST, OPERATIONS } from "./operations.ts";

export class TapeError extends Error {}

function check(good: boolean, what: string): asserts good {
  if (!good) throw new TapeError(`This lab is damaged: ${what}.`);
}

// A value in words, whatever it is: of a list or an object even the text may be damaged.
const said = (value: unknown): string =>
  typeof value === "object" && value !== null ? "a list or an object" : String(value).slice(0, 40);

// Raise an error that says what is wrong with a tape: it may have been damaged on its way, or
// made by somebody who means harm.
export function checkTape(tape: Tape | null, takes: number, returns: number): void {
  check(
    tape !== null && [tape.takes, tape.lines, tape.returns].every(Array.isArray),
    "a tape is not made of lists",
  );
  check(tape.takes.length === takes, `a tape takes ${tape.takes.length} numbers, not ${takes}`);
  check(
    tape.takes.every((name: unknown) => typeof name === "string"),
    "an argument of a tape has no name",
  );
  check(tape.returns.length === returns, `a tape returns ${tape.returns.length} numbers, not ${returns}`);
  check(tape.lines.length <= LONGEST, `a tape has ${tape.lines.length} lines; ${LONGEST} at most`);
  const checkPlaces = (places: unknown[], end: number, where: string) => {
    const isPlace = (place: unknown) => Number.isInteger(place) && Number(place) >= 0 && Number(place) < end;
    const wrong = places.findIndex((place) => !isPlace(place));
    check(wrong < 0, `${where} takes place ${said(places[wrong])}; places are 0 to ${end - 1} there`);
  };
  for (const [k, line] of tape.lines.entries()) {
    const where = `line ${k + 1} of a tape`;
    check(Array.isArray(line), `${where} is not a list`);
    const [operation, ...operands] = line;
    if (operation === "number") {
      check(operands.length === 1 && typeof operands[0] === "number", `${where} is not a number`);
      continue;
    }
    const text = OPERATIONS.get(operation)?.[0];
    const choices = [...OPERATIONS.keys(), "number"].join(", ");
    check(text !== undefined, `${where} is “${said(operation)}”; choices: ${choices}`);
    const count = new Set(text.match(/\$\d/g)).size;
    check(operands.length === count, `${where} has ${operands.length} operands, not ${count}`);
    checkPlaces(operands, takes + k, where);
  }
  checkPlaces(tape.returns, takes + tape.lines.length, "the end of a tape");
  const names: unknown = tape.names ?? {};
  check(typeof names === "object" && names !== null, "the names of a tape are no list");
  checkPlaces(Object.values(names), takes + tape.lines.length, "a name of a tape");
}

// All that came with a lab.
export function checkTapes({ objectives, optimizers, schedules }: Spec): void {
  for (const { value, grad, examples, line, parameters, settings } of objectives) {
    const takes = 2 + (line ? settings : parameters).length;
    if (value) checkTape(value, takes, 1);
    if (grad) checkTape(grad, takes, 2);
    if (examples) checkTape(examples.grad, 2 + columnsOf(examples), 2);
  }
  for (const { factor, parameters } of schedules) {
    if (factor) checkTape(factor, 2 + parameters.length, 1);
  }
  for (const { rule, parameters, state } of optimizers) {
    if (rule) checkTape(rule, parameters.length + 1 + state.length, 1 + state.length);
  }
}

// What came with a race.
export function checkRace(spec: Spec): void {
  checkTapes(spec);
  const network: unknown = spec.network;
  check(typeof network === "object" && network !== null, "there is no network");
  const { sizes, worlds, image } = spec.network!;
  check(Array.isArray(sizes) && sizes.length > 1, "a network has no layers");
  const whole = (size: unknown) => Number.isInteger(size) && (size as number) > 0;
  check(sizes.every(whole), "a layer has no whole number of units");
  check(
    spec.optimizers.every(({ rule }) => rule !== null),
    "a rule has no tape",
  );
  if (image) check(image.every(whole) && image[0] * image[1] === sizes[0], "no picture has that many inputs");
  check(Array.isArray(worlds) && worlds.length > 0, "there are no data");
  for (const { inputs, labels } of worlds.flatMap(({ train, test }) => [train, test])) {
    check([inputs, labels].every(Array.isArray), "the data are no lists");
    check(labels.length > 0 && inputs.length === labels.length * sizes[0], "the data do not fit the network");
    const known = (label: unknown) =>
      Number.isInteger(label) && (label as number) >= 0 && (label as number) < sizes.at(-1)!;
    check(labels.every(known), "a label is none of the classes");
    check(inputs.every(Number.isFinite), "an input is no number");
  }
}

export const columnsOf = ({ rows }: ExamplesSpec): number => rows[0]?.length ?? 0;
